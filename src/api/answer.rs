//! Answers of the calls. Times are RFC 3339 with +08:00.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::shape::answers;
use crate::calendar::{Calendar, ClockKind};
use crate::conduct::Held;
use crate::incident::record::Linked;
use crate::incident::{Closing, Incident, Proposal, State};
use crate::plan::{Edition, TaskDef};
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
    /// Evidence code of the plan data -> what was stated.
    pub evidence: BTreeMap<String, Value>,
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
        evidence: task.evidence.clone(),
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

answers! {
    /// What a list shows of an incident.
    pub struct SummaryAnswer = summary(incident: &Incident) {
        number: String = incident.number.clone(),
        /// open, closed or merged.
        state: &'static str = incident.state.code(),
        kind: String = incident.kind.clone(),
        sub_kind: String = incident.sub_kind.clone(),
        region: String = incident.region.clone(),
        regions: Vec<String> = incident.regions.clone(),
        /// The level whose route runs: departmental, local or major.
        severity: &'static str = incident.severity.code(),
        proposed_severity: &'static str = incident.proposal.severity.code(),
        proposal: ProposalAnswer = proposal(&incident.proposal),
        confirmed_at: Option<String> = incident.confirmed.as_ref().map(|c| rfc3339(c.at)),
        confirmed_by: Option<String> = incident.confirmed.as_ref().map(|c| c.by.clone()),
        severity_reason: Option<String> = incident.confirmed.as_ref().and_then(|c| c.reason.clone()),
        scope: Option<&'static str> = incident.scope.map(|s| s.code()),
        edition: String = incident.edition.clone(),
        /// leader or deputy_leader.
        officer_in_charge: String = incident.officer_role.clone(),
        occurred_at: String = rfc3339(incident.occurred_at),
        reported_at: String = rfc3339(incident.reported_at),
        reporter: String = incident.reporter_login.clone(),
        description: String = incident.description.clone(),
        /// The sub-kind's own fields, as the plan data names them.
        #[schema(value_type = BTreeMap<String, Value>)]
        fields: Map<String, Value> = incident.fields.clone(),
        /// Link -> normal, restricted or stopped.
        links_affected: BTreeMap<String, String> = incident.links.clone(),
        /// Condition of the plan data -> whether it holds.
        conditions: BTreeMap<String, bool> = incident.conditions.clone(),
        recovered_at: Option<String> = incident.recovered_at.map(rfc3339),
        closure: Option<ClosureAnswer> = closure(&incident.state),
        updated_at: String = rfc3339(incident.updated_at),
        revision: i32 = incident.revision,
    }

    /// The level the rules propose.
    pub struct ProposalAnswer = proposal(proposal: &Proposal) {
        /// Id of the rule, or default.
        rule: String = proposal.rule.clone(),
        /// The figures that led to it, as the rule names them.
        figures: BTreeMap<String, Value> = proposal.figures.clone(),
        /// Rule and level of earlier proposals, the oldest first.
        earlier: Vec<(String, &'static str)> = proposal.earlier.iter().map(|(r, s)| (r.clone(), s.code())).collect(),
    }

    pub struct ClosureAnswer = closed(at: DateTime<Utc>, by: &str, closing: &Closing) {
        at: String = rfc3339(at),
        by: String = by.to_owned(),
        result: String = closing.result.clone(),
        cause: String = closing.cause.clone(),
        restored_at: String = rfc3339(closing.restored_at),
    }

    /// An incident with its tasks and links.
    pub struct IncidentAnswer = incident(case: &Case, links: &[Linked], held: &Held, now: DateTime<Utc>) {
        #[serde(flatten)]
        summary: SummaryAnswer = summary(&case.incident),
        tasks: Vec<TaskAnswer> = tasks(case, held, now),
        waiting: Vec<WaitingAnswer> = waiting(case, held),
        links: Vec<LinkAnswer> = links.iter().map(link).collect(),
    }

    /// A task of the route that waits for its turn, and what opens it.
    pub struct WaitingAnswer = waits(def: &TaskDef) {
        task: String = def.id.clone(),
        trigger: &'static str = def.trigger.code(),
        after: Vec<String> = def.after.clone(),
        /// Condition that must hold.
        when: Option<String> = def.when.clone(),
        clause: String = def.clause.clone(),
    }

    pub struct LinkAnswer = link(link: &Linked) {
        number: String = link.number.clone(),
        /// What the other incident is to this one: parent or child.
        #[serde(rename = "as")]
        role: &'static str = if link.is_parent { "parent" } else { "child" },
        state: String = link.state.clone(),
        sub_kind: String = link.sub_kind.clone(),
        reason: String = link.reason.clone(),
        by: String = link.by.clone(),
        at: String = rfc3339(link.at),
    }
}

fn closure(state: &State) -> Option<ClosureAnswer> {
    match state {
        State::Closed { at, by, closing } => Some(closed(*at, by, closing)),
        _ => None,
    }
}

pub fn waiting(case: &Case, held: &Held) -> Vec<WaitingAnswer> {
    let facts = case.incident.facts(true);
    routing::waiting(&facts, &held.edition, &case.known()).into_iter().map(waits).collect()
}
