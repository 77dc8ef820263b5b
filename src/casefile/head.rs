//! What is always on screen: number, kind, level, state, who is in charge, how long, what is due next.

use chrono::{DateTime, Utc};

use super::{Desk, Left, Mark, Sev};
use crate::calendar::effective_clock;
use crate::incident::{State, timer, title};
use crate::plan::Severity;
use crate::task::clock;
use crate::timeline;

pub struct Head {
    pub number: String,
    /// As the boards call it.
    pub title: String,
    pub kind: String,
    pub sub_kind: String,
    pub clauses: Vec<String>,
    pub severity: Sev,
    /// Proposed above it, awaiting the leadership.
    pub proposed: Option<Sev>,
    pub state: Mark,
    pub officer: String,
    pub reported_at: DateTime<Utc>,
    pub elapsed: String,
    /// Time still runs.
    pub running: bool,
    pub next: Option<Next>,
    pub regions: String,
    /// Why every region is concerned, where the report named fewer.
    pub wide: Option<String>,
    pub edition: String,
    pub updated_at: DateTime<Utc>,
    pub updated: String,
    /// `major`, `local`, `departmental` or `closed`.
    pub strip: &'static str,
    pub merged_into: Option<String>,
    /// Major, or proposed as it: there is a command post to open.
    pub post: bool,
}

/// The limit that runs out first, or ran out first.
pub struct Next {
    pub key: String,
    pub what: String,
    /// Which of its limits: to sign, to check in, or to be done.
    pub label: String,
    pub left: Left,
    /// `sign by 17:10`, `due 17:10`
    pub due: String,
}

/// Which limit of a task runs out.
#[derive(Clone, Copy)]
enum Which {
    Sign,
    CheckIn,
    Done,
}

/// The UPS of a power loss (3.1.1).
pub struct Ups {
    pub empty: Left,
    pub low: Left,
    pub since: String,
    pub empty_at: String,
    pub runtime_minutes: u32,
    pub clause: String,
    pub proposed: bool,
}

pub fn head(desk: &Desk<'_>) -> Head {
    let incident = &desk.case().incident;
    let (edition, lang) = (desk.world.edition, desk.w.lang);
    let sub_kind = edition.sub_kind(&incident.sub_kind);
    let sub_kind_name = sub_kind.map_or(incident.sub_kind.as_str(), |s| s.name.get(lang)).to_owned();
    let end = match &incident.state {
        State::Closed { at, .. } | State::Merged { at, .. } => Some(*at),
        State::Open => None,
    };
    let regions: Vec<String> = match incident.regions.as_slice() {
        [one] => vec![desk.region(one)],
        several => several.iter().map(|r| desk.area(r)).collect(),
    };
    let last = desk.file.recorded.last();
    Head {
        number: incident.number.clone(),
        kind: edition.kind(&incident.kind).map_or(incident.kind.as_str(), |k| k.name.get(lang)).to_owned(),
        title: title(&incident.description, &sub_kind_name),
        sub_kind: sub_kind_name,
        clauses: sub_kind.map(|s| s.clauses.clone()).unwrap_or_default(),
        severity: desk.sev(incident.severity, false),
        proposed: incident.awaits_confirmation().then(|| desk.sev(incident.proposal.severity, true)),
        state: state(desk),
        officer: desk.officer(),
        reported_at: incident.reported_at,
        elapsed: desk.w.span((end.unwrap_or(desk.now) - incident.reported_at).num_seconds()),
        running: end.is_none(),
        next: next(desk),
        regions: desk.w.list(regions),
        wide: incident.wide(desk.world.directory).map(|w| w.words(desk.w.l)),
        edition: incident.edition.clone(),
        updated_at: incident.updated_at,
        updated: last.map(|r| super::line::kind_word(desk.w.l, timeline::kind(&r.event))).unwrap_or_default(),
        strip: if incident.is_open() { incident.severity.code() } else { "closed" },
        merged_into: desk.file.merged_into.clone(),
        post: desk.case().headquarters.is_some()
            || [incident.severity, incident.proposal.severity].contains(&Severity::Major) && incident.is_open(),
    }
}

pub fn state(desk: &Desk<'_>) -> Mark {
    let l = desk.w.l;
    let unsigned = desk.case().tasks.iter().any(|t| t.is_active() && t.acknowledged.is_none());
    let (class, icon, word) = match desk.case().incident.state {
        State::Open if unsigned => ("state-open", "to-sign", l.msg_cf_incident_unsigned()),
        State::Open => ("state-signed", "signed", l.msg_cf_incident_open()),
        State::Closed { .. } => ("state-closed", "closed", l.msg_cf_incident_closed()),
        State::Merged { .. } => ("state-closed", "merge", l.msg_cf_incident_merged()),
    };
    Mark { class, icon, word }
}

pub fn ups(desk: &Desk<'_>) -> Option<Ups> {
    let edition = desk.world.edition;
    let ups = timer::ups(&desk.case().incident, edition)?;
    let set = &edition.matrix.ups;
    Some(Ups {
        empty: desk.left(ups.empty_at),
        low: desk.left(ups.low_at),
        since: desk.w.stamp(ups.since),
        empty_at: desk.w.stamp(ups.empty_at),
        runtime_minutes: set.default_runtime_minutes,
        clause: set.clauses.first().cloned().unwrap_or_default(),
        proposed: !set.basis.is_plan_rule(),
    })
}

fn next(desk: &Desk<'_>) -> Option<Next> {
    if !desk.case().incident.is_open() {
        return None;
    }
    let edition = desk.world.edition;
    let tasks = desk.case().tasks.iter().filter(|t| t.is_active());
    let limits = tasks.filter_map(|t| Some((t, t.definition(edition)?))).flat_map(|(task, def)| {
        let sign = task.acknowledge_by.filter(|_| task.acknowledged.is_none());
        let sign = sign.map(|at| (at, effective_clock(&def.ack.allowance(), task.major), Which::Sign));
        let which = if clock::is_recurring(def) { Which::CheckIn } else { Which::Done };
        let due = task.due_at.map(|at| (at, clock::kind(def, task), which));
        sign.into_iter().chain(due).map(move |(at, clock, which)| (at, clock, which, task))
    });
    let (at, clock, which, task) = limits.min_by_key(|(at, _, _, task)| (*at, task.position))?;
    let (l, moment) = (desk.w.l, super::moment(desk.w.lang, at, desk.now));
    let (label, due) = match which {
        Which::Sign => (l.msg_cf_next_sign(), l.msg_cf_help_by(moment)),
        Which::CheckIn => (l.msg_cf_next_check_in(), l.msg_cf_due_at(moment)),
        Which::Done => (l.msg_cf_next_done(), l.msg_cf_due_at(moment)),
    };
    Some(Next { key: task.key.clone(), what: desk.w.task(&task.key), label, left: desk.left_on(at, clock), due })
}
