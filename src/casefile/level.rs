//! The level: what was proposed and why, who confirmed it; and what the incident waits for as a whole.

use serde_json::Value;

use super::{Desk, Sev, moment};
use crate::incident::{State, close, field};
use crate::plan::{Scope, Severity, TaskDef};
use crate::routing;

pub struct Level {
    pub proposal: Sev,
    pub rule: String,
    pub clauses: Vec<String>,
    /// The threshold behind the rule is ours.
    pub threshold_proposed: bool,
    pub figures: Vec<(String, String)>,
    pub earlier: Vec<(Sev, String)>,
    pub runs: Sev,
    pub confirmed: Option<String>,
    pub reason: Option<String>,
    /// Nobody has confirmed, and whoever looks may. A departmental level needs no confirmation (2.1.1-5).
    pub one_tap: bool,
    pub may: bool,
    pub options: Vec<Sev>,
    pub scoped: bool,
    pub scope: &'static str,
    /// Tasks another level may not have, which can be kept: key and name.
    pub keep: Vec<(String, String)>,
}

/// A condition of the plan, and what is known of it.
pub struct Condition {
    pub code: String,
    pub name: String,
    pub value: Option<bool>,
    pub clauses: Vec<String>,
}

/// How the incident ends, and what stands in the way.
pub struct Ending {
    pub may_close: bool,
    pub blocks: Vec<String>,
    /// The leader may close although linked incidents are open.
    pub may_waive: bool,
    pub may_reopen: bool,
    pub closed: Option<Closed>,
}

pub struct Closed {
    pub at: String,
    pub by: String,
    pub result: String,
    pub restored_at: String,
    pub cause: String,
}

pub fn level(desk: &Desk<'_>) -> Level {
    let incident = &desk.case().incident;
    let proposal = &incident.proposal;
    let edition = desk.world.edition;
    let rule = edition.matrix.severity_rules.iter().find(|r| r.id == proposal.rule);
    let sub_kind = edition.sub_kind(&incident.sub_kind);
    let may = desk.leads() && incident.is_open();
    Level {
        proposal: desk.sev(proposal.severity, incident.awaits_confirmation()),
        rule: desk.w.rule(&proposal.rule),
        clauses: rule.map(|r| r.clauses.clone()).unwrap_or_default(),
        threshold_proposed: rule.and_then(|r| r.threshold_basis).is_some_and(|b| !b.is_plan_rule()),
        figures: figures(desk),
        earlier: proposal
            .earlier
            .iter()
            .map(|(rule, severity)| (desk.sev(*severity, false), desk.w.rule(rule)))
            .collect(),
        runs: desk.sev(incident.severity, false),
        confirmed: incident
            .confirmed
            .as_ref()
            .map(|c| desk.w.l.msg_cf_confirmed_by(desk.w.person(&c.by), moment(desk.w.lang, c.at, desk.now))),
        reason: incident.confirmed.as_ref().and_then(|c| c.reason.clone()),
        one_tap: may && incident.confirmed.is_none() && proposal.severity > Severity::Departmental,
        may,
        options: sub_kind.map(|s| s.severities.iter().rev().map(|v| desk.sev(*v, false)).collect()).unwrap_or_default(),
        scoped: sub_kind.is_some_and(|s| s.is_scoped()),
        scope: incident.scope.map(Scope::code).unwrap_or_default(),
        keep: keep(desk),
    }
}

pub fn conditions(desk: &Desk<'_>) -> Vec<Condition> {
    let incident = &desk.case().incident;
    let edition = desk.world.edition;
    let facts = incident.facts(false);
    let route = routing::route(&facts, edition);
    let defs: Vec<&TaskDef> = route.map(|r| edition.tasks_of(r).collect()).unwrap_or_default();
    let hangs = |code: &str| defs.iter().any(|d| d.when.as_deref() == Some(code));
    edition
        .matrix
        .conditions
        .iter()
        .filter(|c| incident.conditions.contains_key(&c.code) || hangs(&c.code))
        .map(|c| {
            let mut clauses: Vec<String> = Vec::new();
            for def in defs.iter().filter(|d| d.when.as_deref() == Some(c.code.as_str())) {
                if !clauses.contains(&def.clause) {
                    clauses.push(def.clause.clone());
                }
            }
            Condition {
                code: c.code.clone(),
                name: c.name.get(desk.w.lang).to_owned(),
                value: incident.conditions.get(&c.code).copied(),
                clauses,
            }
        })
        .collect()
}

pub fn ending(desk: &Desk<'_>) -> Ending {
    let case = desk.case();
    let incident = &case.incident;
    let open = incident.is_open();
    let blocks = match open {
        true => case.close_blocks(desk.world, false),
        false => Vec::new(),
    };
    Ending {
        may_close: open && close::may_close(incident, &case.tasks, desk.actor).is_ok(),
        blocks: blocks.iter().map(|b| b.get(desk.w.lang).to_owned()).collect(),
        may_waive: open && desk.is_leader() && !case.open_children.is_empty(),
        may_reopen: matches!(incident.state, State::Closed { .. }) && (desk.leads() || desk.actor.is_inspector()),
        closed: match &incident.state {
            State::Closed { at, by, closing } => Some(Closed {
                at: desk.w.stamp(*at),
                by: desk.w.person(by),
                result: closing.result.clone(),
                restored_at: desk.w.stamp(closing.restored_at),
                cause: closing.cause.clone(),
            }),
            _ => None,
        },
    }
}

/// Tasks not in the route of every level: those a change of level may cancel.
fn keep(desk: &Desk<'_>) -> Vec<(String, String)> {
    let incident = &desk.case().incident;
    let edition = desk.world.edition;
    let Some(sub_kind) = edition.sub_kind(&incident.sub_kind) else {
        return Vec::new();
    };
    let routes: Vec<_> = sub_kind
        .tracks()
        .into_iter()
        .filter_map(|(severity, scope)| edition.route(&sub_kind.code, severity, scope))
        .collect();
    let tasks = desk.case().tasks.iter().filter(|t| t.is_active());
    tasks
        .filter(|t| routes.iter().any(|r| !r.tasks.contains(&t.code)))
        .map(|t| (t.key.clone(), desk.w.task(&t.key)))
        .collect()
}

fn figures(desk: &Desk<'_>) -> Vec<(String, String)> {
    let l = desk.w.l;
    let mut shown = Vec::new();
    for (code, value) in &desk.case().incident.proposal.figures {
        if let (Some(links), "links") = (value.as_object(), code.as_str()) {
            for (link, state) in links {
                let edition = desk.world.edition;
                let name = edition.link(link).map_or(link.as_str(), |x| x.name.get(desk.w.lang));
                let code = state.as_str().unwrap_or_default();
                let word = edition.link_state(code).map_or(code, |x| x.name.get(desk.w.lang));
                shown.push((name.to_owned(), word.to_owned()));
            }
            continue;
        }
        let label = match code.as_str() {
            "regions_affected" => l.msg_cf_fig_regions_affected(),
            "regions" => l.msg_cf_fig_regions(),
            "expected_back_at" => l.msg_cf_fig_expected_back(),
            "ups_low" => l.msg_cf_fig_ups_low(),
            "customers_unsupplied" => l.msg_cf_fig_unsupplied(),
            "customers" => l.msg_cf_fig_customers(),
            "per_mille" => l.msg_cf_fig_share(),
            "near_whole_region" => l.msg_cf_fig_near_whole(),
            _ => match desk.world.edition.field(code) {
                Some(def) => def.name.get(desk.w.lang).to_owned(),
                None => continue,
            },
        };
        let text = match value {
            Value::Bool(true) => l.msg_cf_yes(),
            Value::Bool(false) => l.msg_cf_no(),
            Value::Number(n) if code == "per_mille" => {
                let n = n.as_i64().unwrap_or_default();
                format!("{}.{}%", n / 10, n % 10)
            }
            Value::String(s) => field::instant(value).map_or_else(|| s.clone(), |at| desk.w.stamp(at)),
            other => other.to_string(),
        };
        shown.push((label, text));
    }
    shown
}
