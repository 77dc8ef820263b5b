//! What a report would set going, before it is sent: the level, the departments, their tasks with clock times.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::figures::{self, Ground};
use crate::calendar::{Calendar, ClockKind, Unit, words};
use crate::casefile::moment;
use crate::conduct::Preview;
use crate::lang::{Lang, Text};
use crate::plan::{Severity, TaskDef, Trigger};
use crate::refusal::Refused;
use crate::response::World;
use crate::routing::{self, resolve};
use crate::task::{Task, clock};
use crate::timeline::Words;

/// The panel beside the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panel {
    /// The moment the clocks are reckoned from.
    pub as_of: String,
    /// The level whose route runs at once.
    pub level: Level,
    /// Proposed above it, awaiting the leadership's word.
    pub awaits: Option<Level>,
    pub ground: Ground,
    /// Why every region is concerned, where the report named fewer.
    pub wide: Option<String>,
    /// Who gets work, each once, in the plan's order.
    pub departments: Vec<String>,
    pub tasks: Vec<Duty>,
    pub later: Vec<Later>,
    /// Required and not yet given.
    pub missing: Vec<Missing>,
    /// What else would keep it from being taken.
    pub refused: Vec<String>,
}

/// A level of severity: its code, and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    pub code: &'static str,
    pub name: String,
}

/// A task that opens with the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    pub key: String,
    pub action: String,
    pub clause: String,
    /// The duty itself is the plan's.
    pub of_plan: bool,
    pub department: String,
    pub role: String,
    /// Nobody holds the post the plan names: who is told instead is shown.
    pub vacant: bool,
    pub helpers: Vec<String>,
    /// Filing the report is the act.
    pub done: bool,
    pub sign: Option<Limit>,
    pub due: Option<Limit>,
    /// Days the clock passes over.
    pub why: String,
    /// The separate document it would run by.
    pub scheme: Option<Scheme>,
}

/// A separate document of the plan, and the version that stands; `None`: not attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheme {
    pub name: String,
    pub version: Option<String>,
}

/// A clock time, and whether its number is the plan's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    pub at: DateTime<Utc>,
    pub text: String,
    pub of_plan: bool,
}

/// A task of the route that waits for its turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Later {
    pub action: String,
    pub clause: String,
    pub department: String,
    pub on: String,
    pub scheme: Option<Scheme>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    pub field: String,
    pub label: String,
}

pub fn panel(preview: &Preview, world: World<'_>, lang: Lang) -> Panel {
    let incident = &preview.case.incident;
    let tasks: Vec<Duty> = preview.case.tasks.iter().filter_map(|t| duty(t, preview, world, lang)).collect();
    let mut departments: Vec<String> = Vec::new();
    for duty in &tasks {
        if !departments.contains(&duty.department) {
            departments.push(duty.department.clone());
        }
    }
    Panel {
        as_of: moment(lang, incident.clock_from, incident.reported_at),
        level: level(incident.severity, world, lang),
        awaits: incident.awaits_confirmation().then(|| level(incident.proposal.severity, world, lang)),
        ground: figures::ground(&incident.proposal, world.edition, world.directory, lang),
        wide: incident.wide(world.directory).map(|w| w.words(lang.l10n())),
        departments,
        tasks,
        later: later(preview, world, lang),
        missing: preview
            .missing
            .iter()
            .map(|code| Missing { field: code.clone(), label: field_label(code, world, lang) })
            .collect(),
        refused: preview
            .checked
            .faults
            .iter()
            .filter(|f| !matches!(f, Refused::Required { .. } | Refused::CasualtyField))
            .map(|f| message(f, world, lang))
            .collect(),
    }
}

/// A refusal as the form says it: a field by the name the reader knows it by.
pub fn message(refused: &Refused, world: World<'_>, lang: Lang) -> String {
    match refused {
        Refused::BadValue { field, expected } => {
            lang.l10n().msg_m_bad_value(field_label(field, world, lang).as_str(), expected.get(lang))
        }
        other => other.message(lang),
    }
}

/// The name of a field, of the matrix or of the form itself.
pub fn field_label(code: &str, world: World<'_>, lang: Lang) -> String {
    let l = lang.l10n();
    if let Some(def) = world.edition.field(code) {
        return def.name.get(lang).to_owned();
    }
    match code {
        "told_at" => l.msg_report_told_at(),
        "on_behalf_of" => l.msg_report_on_behalf_of(),
        "expected_back_at" => l.msg_report_expected_back(),
        "severity" => l.msg_report_level_asked(),
        "regions_affected" => l.msg_report_regions(),
        other => other.to_owned(),
    }
}

pub fn level(severity: Severity, world: World<'_>, lang: Lang) -> Level {
    let name = world.edition.severity(severity).map(|s| s.name.get(lang).to_owned());
    Level { code: severity.code(), name: name.unwrap_or_else(|| severity.code().to_owned()) }
}

fn duty(task: &Task, preview: &Preview, world: World<'_>, lang: Lang) -> Option<Duty> {
    let def = task.definition(world.edition)?;
    let now = preview.case.incident.reported_at;
    let limit =
        |at: Option<DateTime<Utc>>, of_plan: bool| at.map(|at| Limit { at, text: moment(lang, at, now), of_plan });
    let name = |code: &str| world.directory.department_name(code).get(lang).to_owned();
    Some(Duty {
        key: task.key.clone(),
        action: Words::new(world.edition, world.directory, lang).task(&task.key),
        clause: def.clause.clone(),
        of_plan: def.basis.is_plan_rule(),
        department: name(&task.department),
        role: world.edition.role(&task.role).map_or_else(|| task.role.clone(), |r| r.name.get(lang).to_owned()),
        vacant: task.vacant,
        helpers: preview.case.cooperation.iter().filter(|c| c.task == task.id).map(|c| name(&c.department)).collect(),
        done: task.is_done(),
        sign: limit(task.acknowledge_by.filter(|_| task.is_active()), def.ack.basis.is_plan_rule()),
        due: limit(task.due_at.filter(|_| task.is_active()), def.limit.due_basis.is_plan_rule()),
        why: why(task, def, world.calendar, lang),
        scheme: scheme(def, now, world, lang),
    })
}

fn scheme(def: &TaskDef, at: DateTime<Utc>, world: World<'_>, lang: Lang) -> Option<Scheme> {
    let code = def.scheme.as_deref()?;
    let name = world.edition.scheme(code).map_or(code, |s| s.name.get(lang)).to_owned();
    Some(Scheme { name, version: world.schemes.standing_at(code, at).map(|d| d.version.clone()) })
}

/// The days a working clock passes over between opening and limit.
fn why(task: &Task, def: &TaskDef, calendar: &Calendar, lang: Lang) -> String {
    let Some(due) = task.due_at.filter(|_| task.is_active() && clock::kind(def, task) == ClockKind::Working) else {
        return String::new();
    };
    let skipped = words::reckoning(calendar, task.opened_at, due, lang);
    match def.limit.due.unit {
        Unit::WorkingDays => {
            let days = lang.l10n().msg_report_working_days(i64::from(def.limit.due.value));
            let between = if lang == Lang::En && !skipped.is_empty() { " " } else { "" };
            format!("{days}{between}{skipped}")
        }
        _ => skipped,
    }
}

fn later(preview: &Preview, world: World<'_>, lang: Lang) -> Vec<Later> {
    let known: BTreeMap<String, bool> = preview.case.known();
    let facts = preview.case.incident.facts(preview.case.review_due(preview.case.incident.reported_at));
    routing::waiting(&facts, world.edition, &known)
        .into_iter()
        .map(|def| {
            let to = resolve::resolve(def, &facts, &facts.region, world.edition, world.directory, world.places);
            Later {
                action: def.action.get(lang).to_owned(),
                clause: def.clause.clone(),
                department: world.directory.department_name(&to.department).get(lang).to_owned(),
                on: opens_on(def, &facts, world, lang),
                scheme: scheme(def, preview.case.incident.reported_at, world, lang),
            }
        })
        .collect()
}

/// What opens a waiting task, in words.
fn opens_on(def: &TaskDef, facts: &routing::Facts, world: World<'_>, lang: Lang) -> String {
    let l = lang.l10n();
    let mut on: Vec<String> = Vec::new();
    match def.trigger {
        Trigger::Recovery => on.push(l.msg_report_on_recovery()),
        Trigger::Close => on.push(l.msg_report_on_close()),
        Trigger::Open | Trigger::After | Trigger::Condition => {}
    }
    if let Some(condition) = def.when.as_deref().filter(|c| !facts.holds(c)) {
        let name = world.edition.condition(condition).map_or(condition, |c| c.name.get(lang));
        on.push(l.msg_report_on_condition(name));
    }
    let route = routing::route(facts, world.edition);
    let before: Vec<Text> = def
        .after
        .iter()
        .filter(|id| route.is_some_and(|r| r.tasks.contains(id)))
        .filter_map(|id| world.edition.task(id))
        .map(|d| d.action.clone())
        .collect();
    if !before.is_empty() {
        on.push(l.msg_report_on_after(crate::l10n::join(lang, &before)));
    }
    let between = if lang == Lang::En { "; " } else { "；" };
    on.join(between)
}
