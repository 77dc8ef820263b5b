//! Answers of the calls. Times are RFC 3339 with +08:00.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::calendar::{Calendar, ClockKind};
use crate::conduct::Held;
use crate::incident::Incident;
use crate::incident::record::Linked;
use crate::plan::Edition;
use crate::response::{Case, Cooperation};
use crate::routing;
use crate::scheme::Schemes;
use crate::task::{Task, clock};
use crate::web::when::rfc3339;

/// A task as the API shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskAnswer {
    /// Matrix id; with `@REGION` where one opens per region.
    pub task: String,
    pub incident: String,
    pub department: String,
    /// Nobody holds the post the plan names: this department is the next one up.
    pub vacant: bool,
    /// Role code.
    pub responsible: String,
    /// Sign-in name.
    pub assignee: Option<String>,
    /// open, acknowledged, done, cancelled or not_arisen.
    pub state: &'static str,
    pub clause: String,
    /// Whether the duty is the plan's, inferred or proposed.
    pub basis: &'static str,
    /// Whether the number of the limit is the plan's.
    pub due_basis: &'static str,
    pub opened_at: String,
    pub acknowledge_by: Option<String>,
    pub due_at: Option<String>,
    /// elapsed or working, as it applies to this incident.
    pub clock: &'static str,
    /// When the working clock starts again, while it stands still.
    pub paused_until: Option<String>,
    pub acknowledged_at: Option<String>,
    pub acknowledged_by: Option<String>,
    pub done_at: Option<String>,
    /// Seconds past the limit, of the limit's own clock.
    pub late_seconds: i64,
    pub returned_reason: Option<String>,
    #[schema(value_type = Object)]
    pub evidence: Value,
    pub cooperating: Vec<CooperationCard>,
    /// Whom it tells by name, where it does; left out of a department's list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notified: Option<Vec<NotifiedCard>>,
    /// The separate document it runs, where it runs one.
    pub scheme: Option<SchemeCard>,
    pub revision: i32,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SchemeCard {
    pub scheme: String,
    /// The version that stands, or stood when the task ended; null: not attached.
    pub version: Option<String>,
    pub sha256: Option<String>,
    pub checklist: Vec<String>,
    /// Items of it that are ticked.
    pub ticked: Vec<TickAnswer>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TickAnswer {
    /// From 1.
    pub item: usize,
    pub by: String,
    pub at: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CooperationCard {
    pub department: String,
    /// asked, acknowledged, refused or answered.
    pub state: &'static str,
    pub acknowledge_by: Option<String>,
    pub acknowledged_at: Option<String>,
}

/// Somebody whom the task tells by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotifiedCard {
    /// Sign-in name.
    pub person: String,
    /// What they are told for, `role@department`; none where they are no longer concerned.
    pub posts: Vec<String>,
    /// When they were told; null: not yet.
    pub notified_at: Option<String>,
    /// telephone, in_person or message.
    pub means: Option<&'static str>,
    pub notified_by: Option<String>,
    /// When the notice must have been seen.
    pub see_by: Option<String>,
    /// When they said that they have seen it.
    pub seen_at: Option<String>,
}

/// Tasks in the plan's order.
pub fn tasks(case: &Case, held: &Held, now: DateTime<Utc>) -> Vec<TaskAnswer> {
    case.tasks.iter().map(|t| task_of(t, case, held, now)).collect()
}

/// A task with whom it tells by name.
pub fn task_of(of: &Task, case: &Case, held: &Held, now: DateTime<Utc>) -> TaskAnswer {
    let (edition, calendar, schemes) = (&held.edition, &held.calendar, &held.schemes);
    let answer = task(of, &case.incident.number, &case.cooperation, edition, calendar, schemes, now);
    let tells = of.definition(edition).is_some_and(|d| d.notify.is_some());
    TaskAnswer { notified: tells.then(|| notified(of, case, held)), ..answer }
}

fn notified(task: &Task, case: &Case, held: &Held) -> Vec<NotifiedCard> {
    let list = case.roll(task, held.world());
    list.into_iter()
        .map(|(one, told)| NotifiedCard {
            person: one.login,
            posts: one.posts.iter().map(|p| format!("{}@{}", p.role, p.department)).collect(),
            notified_at: told.map(|n| rfc3339(n.at)),
            means: told.map(|n| n.means.code()),
            notified_by: told.map(|n| n.by.clone()),
            see_by: told.map(|n| rfc3339(n.see_by)),
            seen_at: told.and_then(|n| n.seen_at).map(rfc3339),
        })
        .collect()
}

pub fn task(
    task: &Task,
    number: &str,
    cards: &[Cooperation],
    edition: &Edition,
    calendar: &Calendar,
    schemes: &Schemes,
    now: DateTime<Utc>,
) -> TaskAnswer {
    let def = task.definition(edition);
    let kind = def.map_or(ClockKind::Elapsed, |d| clock::kind(d, task));
    TaskAnswer {
        task: task.key.clone(),
        incident: number.to_owned(),
        department: task.department.clone(),
        vacant: task.vacant,
        responsible: task.role.clone(),
        assignee: task.assignee.as_ref().map(|a| a.login.clone()),
        state: task.state.code(),
        clause: def.map(|d| d.clause.clone()).unwrap_or_default(),
        basis: def.map_or("proposed", |d| d.basis.code()),
        due_basis: def.map_or("proposed", |d| d.limit.due_basis.code()),
        opened_at: rfc3339(task.opened_at),
        acknowledge_by: task.acknowledge_by.map(rfc3339),
        due_at: task.due_at.map(rfc3339),
        clock: match kind {
            ClockKind::Elapsed => "elapsed",
            ClockKind::Working => "working",
        },
        paused_until: def.and_then(|d| clock::paused_until(d, task, now, calendar)).map(rfc3339),
        acknowledged_at: task.acknowledged.as_ref().map(|s| rfc3339(s.at)),
        acknowledged_by: task.acknowledged.as_ref().map(|s| s.by.clone()),
        done_at: if task.is_done() { task.state.ending().map(|e| rfc3339(e.at)) } else { None },
        late_seconds: def.map_or(0, |d| clock::late_seconds(d, task, now, calendar)),
        returned_reason: task.returned.as_ref().map(|r| r.1.clone()),
        evidence: json!(task.evidence),
        cooperating: cards.iter().filter(|c| c.task == task.id).map(card).collect(),
        notified: None,
        scheme: def.and_then(|d| d.scheme.as_deref()).map(|code| {
            let stands = schemes.standing_at(code, task.state.ending().map_or(now, |e| e.at));
            SchemeCard {
                scheme: code.to_owned(),
                version: stands.map(|d| d.version.clone()),
                sha256: stands.map(|d| d.sha256.clone()),
                checklist: stands.map(|d| d.checklist.clone()).unwrap_or_default(),
                ticked: stands.map(|d| ticked(task, &d.version)).unwrap_or_default(),
            }
        }),
        revision: task.revision,
    }
}

fn ticked(task: &Task, version: &str) -> Vec<TickAnswer> {
    let mut ticks: Vec<_> = task.ticks.iter().filter(|t| t.version == version).collect();
    ticks.sort_by_key(|t| t.item);
    ticks.into_iter().map(|t| TickAnswer { item: t.item, by: t.by.clone(), at: rfc3339(t.at) }).collect()
}

fn card(card: &Cooperation) -> CooperationCard {
    CooperationCard {
        department: card.department.clone(),
        state: card.state.code(),
        acknowledge_by: card.acknowledge_by.map(rfc3339),
        acknowledged_at: card.acknowledged.as_ref().map(|a| rfc3339(a.0)),
    }
}

/// An incident with its tasks and links.
pub fn incident(case: &Case, links: &[Linked], held: &Held, now: DateTime<Utc>) -> Value {
    let mut answer = summary(&case.incident);
    answer["tasks"] = json!(tasks(case, held, now));
    answer["waiting"] = json!(waiting(case, held));
    answer["links"] = links.iter().map(link).collect();
    answer
}

/// What a list shows of an incident.
pub fn summary(incident: &Incident) -> Value {
    let closing = match &incident.state {
        crate::incident::State::Closed { at, by, closing } => json!({
            "at": rfc3339(*at), "by": by, "result": closing.result, "cause": closing.cause,
            "restored_at": rfc3339(closing.restored_at),
        }),
        _ => Value::Null,
    };
    json!({
        "number": incident.number,
        "state": incident.state.code(),
        "kind": incident.kind,
        "sub_kind": incident.sub_kind,
        "region": incident.region,
        "regions": incident.regions,
        "severity": incident.severity.code(),
        "proposed_severity": incident.proposal.severity.code(),
        "proposal": { "rule": incident.proposal.rule, "figures": incident.proposal.figures,
                      "earlier": incident.proposal.earlier },
        "confirmed_at": incident.confirmed.as_ref().map(|c| rfc3339(c.at)),
        "confirmed_by": incident.confirmed.as_ref().map(|c| &c.by),
        "severity_reason": incident.confirmed.as_ref().and_then(|c| c.reason.as_ref()),
        "scope": incident.scope.map(|s| s.code()),
        "edition": incident.edition,
        "officer_in_charge": incident.officer_role,
        "occurred_at": rfc3339(incident.occurred_at),
        "reported_at": rfc3339(incident.reported_at),
        "reporter": incident.reporter_login,
        "description": incident.description,
        "fields": incident.fields,
        "links_affected": incident.links,
        "conditions": incident.conditions,
        "recovered_at": incident.recovered_at.map(rfc3339),
        "closure": closing,
        "updated_at": rfc3339(incident.updated_at),
        "revision": incident.revision,
    })
}

/// Tasks of the route that wait for their turn: id and what opens them.
pub fn waiting(case: &Case, held: &Held) -> Vec<Value> {
    let facts = case.incident.facts(true);
    routing::waiting(&facts, &held.edition, &case.known())
        .iter()
        .map(|d| json!({ "task": d.id, "trigger": d.trigger.code(), "after": d.after, "when": d.when, "clause": d.clause }))
        .collect()
}

fn link(link: &Linked) -> Value {
    json!({
        "number": link.number,
        "as": if link.is_parent { "parent" } else { "child" },
        "state": link.state,
        "sub_kind": link.sub_kind,
        "reason": link.reason,
        "by": link.by,
        "at": rfc3339(link.at),
    })
}
