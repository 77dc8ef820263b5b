//! The timeline: what happened, and what will happen if nobody acts, as sentences in the reader's language.

pub mod appraised;
mod describe;
mod means;
mod moved;
pub mod orders;
mod served;
#[cfg(test)]
mod tests;
mod words;

use std::collections::HashSet;

use chrono::{DateTime, Utc};

pub use describe::{describe, kind};
pub use words::Words;

use crate::incident::timer;
use crate::journal::{Event, Recorded};
use crate::lang::Lang;
use crate::person::directory::Directory;
use crate::plan::Edition;
use crate::response::{Case, World};
use crate::routing::code_of;
use crate::task::clock;

/// What an export of the printed incident file is recorded as.
pub const EXPORT_FILE: &str = "incident_file";

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    pub id: i64,
    /// When it happened: for a call, when it was made; for a rung, when it was due.
    pub at: DateTime<Utc>,
    /// When it came into the record; for a rung, when it was sent.
    pub entered_at: DateTime<Utc>,
    /// See [`kind`].
    pub kind: &'static str,
    /// Sign-in name, or `system`.
    pub actor: String,
    /// Key of the task it is about.
    pub task: Option<String>,
    pub department: Option<String>,
    pub text: String,
    /// Sent late, or done late.
    pub late: bool,
    /// The entry this one corrects.
    pub corrects: Option<i64>,
    /// Corrections made to this entry, oldest first.
    pub corrections: Vec<Correction>,
}

/// What was set right afterwards; the original stays.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub actor: String,
    /// As written.
    pub text: String,
}

/// One thing that will happen if nobody acts.
#[derive(Debug, Clone, PartialEq)]
pub struct Projected {
    pub at: DateTime<Utc>,
    /// `escalation`, `succession`, `ups_low`, `ups_empty`, `check_in_due` or `due`.
    pub kind: &'static str,
    /// Who will be told, by name of the post; empty where nobody is.
    pub tell: Vec<String>,
    /// The same in the words of the matrix.
    pub tell_codes: Vec<&'static str>,
    pub task: Option<String>,
    /// Code of the event a rung watches for; empty for what is no rung.
    pub event: &'static str,
    /// What the task is about, without its region; empty where it is about the incident.
    pub about: String,
    pub text: String,
}

/// One thing to come, and those after it that are the same but for their time or region.
#[derive(Debug, Clone, PartialEq)]
pub struct Repeated<'a> {
    pub first: &'a Projected,
    pub more: Vec<&'a Projected>,
}

/// Gathers what repeats, as the steps about one task in five regions, under the first of it; the order stays.
pub fn gathered<'a>(coming: impl IntoIterator<Item = &'a Projected>) -> Vec<Repeated<'a>> {
    let mut all: Vec<Repeated<'a>> = Vec::new();
    for one in coming {
        match all.iter_mut().find(|r| one.is_like(r.first)) {
            Some(before) => before.more.push(one),
            None => all.push(Repeated { first: one, more: Vec::new() }),
        }
    }
    all
}

impl Projected {
    /// The same step about the same duty, telling the same posts.
    fn is_like(&self, other: &Projected) -> bool {
        self.kind == other.kind
            && self.event == other.event
            && self.tell_codes == other.tell_codes
            && self.about == other.about
    }
}

/// The record in the order things happened; entries of one instant keep the order they were written in.
pub fn past(recorded: &[Recorded], case: &Case, edition: &Edition, directory: &Directory, lang: Lang) -> Vec<Past> {
    let mut entries: Vec<Past> = recorded
        .iter()
        .map(|r| Past {
            id: r.id,
            at: happened_at(r),
            entered_at: r.entered_at,
            kind: kind(&r.event),
            actor: r.actor.clone(),
            task: task_of(r, case),
            department: r.department.clone(),
            text: describe(&r.event, edition, directory, lang),
            late: r.late || matches!(r.event, Event::Done { late_seconds: 1.., .. }),
            corrects: r.corrects,
            corrections: corrections(recorded, r.id),
        })
        .collect();
    entries.sort_by_key(|p| (p.at, p.id));
    entries
}

/// What will happen if nobody acts, in order: the rungs of the ladder, the UPS, check-ins, and limits no rung stands at.
pub fn projected(case: &Case, world: World<'_>, now: DateTime<Utc>, lang: Lang) -> Vec<Projected> {
    let w = Words::new(world.edition, world.directory, lang);
    let mut all: Vec<Projected> = case
        .rungs(world)
        .into_iter()
        .map(|due| {
            let department = due.task.as_deref().and_then(|key| case.task(key)).map(|t| t.department.as_str());
            let tell: Vec<String> = due.rung.tell.iter().map(|t| w.tell(t.code(), department)).collect();
            let succession = due.rung.step == crate::response::SUCCESSION_STEP;
            let what = w.rung(&due);
            Projected {
                at: due.rung.at,
                kind: if succession { "succession" } else { "escalation" },
                text: match succession {
                    true => w.l.msg_tl_will_succeed(),
                    false => w.l.msg_tl_will_tell(what, w.list(tell.iter().cloned())),
                },
                tell,
                tell_codes: due.rung.tell.iter().map(|t| t.code()).collect(),
                event: due.rung.event.code(),
                about: due.task.as_deref().map(|key| w.task(code_of(key))).unwrap_or_default(),
                task: due.task,
            }
        })
        .collect();
    let told: HashSet<(DateTime<Utc>, Option<String>)> = all.iter().map(|p| (p.at, p.task.clone())).collect();
    all.extend(limits(case, &w, now).into_iter().filter(|p| !told.contains(&(p.at, p.task.clone()))));
    all.extend(ups(case, &w, now));
    all.sort_by_key(|p| p.at);
    all
}

fn happened_at(entry: &Recorded) -> DateTime<Utc> {
    match entry.event {
        Event::Contacted { called_at, .. } => called_at,
        Event::Notified { told_at, .. } => told_at,
        _ => entry.at,
    }
}

fn task_of(entry: &Recorded, case: &Case) -> Option<String> {
    let by_id = entry.task.and_then(|id| case.tasks.iter().find(|t| t.id == id));
    by_id.map(|t| t.key.clone()).or_else(|| match &entry.event {
        Event::Escalated { task, .. } | Event::ToldByTelephone { task, .. } => task.clone(),
        _ => None,
    })
}

fn corrections(recorded: &[Recorded], id: i64) -> Vec<Correction> {
    recorded
        .iter()
        .filter(|r| r.corrects == Some(id))
        .filter_map(|r| match &r.event {
            Event::Corrected { text } => {
                Some(Correction { id: r.id, at: r.at, actor: r.actor.clone(), text: text.clone() })
            }
            _ => None,
        })
        .collect()
}

fn limits(case: &Case, w: &Words<'_>, now: DateTime<Utc>) -> Vec<Projected> {
    let active = case.tasks.iter().filter(|t| t.is_active());
    active
        .filter_map(|task| {
            let at = task.due_at.filter(|due| *due > now)?;
            let recurring = task.definition(w.edition).is_some_and(clock::is_recurring);
            let name = w.task(&task.key);
            let (kind, text) =
                if recurring { ("check_in_due", w.l.msg_tl_check_in_due(name)) } else { ("due", w.l.msg_tl_due(name)) };
            let about = w.task(code_of(&task.key));
            Some(Projected { about, ..silent(at, kind, Some(task.key.clone()), text) })
        })
        .collect()
}

fn ups(case: &Case, w: &Words<'_>, now: DateTime<Utc>) -> Vec<Projected> {
    let minutes = w.edition.matrix.ups.warn_remaining_minutes.to_string();
    let low =
        timer::ups_low_at(&case.incident, w.edition).map(|at| silent(at, "ups_low", None, w.l.msg_tl_ups_low(minutes)));
    let empty = timer::ups(&case.incident, w.edition)
        .filter(|ups| ups.empty_at > now)
        .map(|ups| silent(ups.empty_at, "ups_empty", None, w.l.msg_tl_ups_empty()));
    low.into_iter().chain(empty).collect()
}

fn silent(at: DateTime<Utc>, kind: &'static str, task: Option<String>, text: String) -> Projected {
    Projected { at, kind, tell: Vec::new(), tell_codes: Vec::new(), task, event: "", about: String::new(), text }
}
