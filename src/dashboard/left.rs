//! The time a limit leaves, as boards show it.

use chrono::{DateTime, TimeDelta, Utc};

use super::Sight;
use crate::calendar::{ClockKind, DayStatus, effective_clock};
use crate::clock::local;
use crate::plan::TaskDef;
use crate::task::{Task, clock};
use crate::timeline::Words;

/// The time a limit leaves.
#[derive(Debug, Clone, PartialEq)]
pub enum Left {
    /// There is no such limit, or it is met.
    None,
    /// `soon` once three quarters of it are used.
    Runs { at: DateTime<Utc>, soon: bool, left: String },
    /// A working clock that stands still until `resumes`.
    Paused { at: DateTime<Utc>, resumes: DateTime<Utc>, why: Pause },
    /// `late` is counted on the limit's own clock; empty where that has not run since. `ticks` where it runs day and
    /// night, so that a page may count on.
    Over { at: DateTime<Utc>, late: String, ticks: bool },
}

/// Why a working clock stands still.
#[derive(Debug, Clone, PartialEq)]
pub enum Pause {
    Holiday(String),
    Weekend,
    Hours,
}

impl Left {
    pub fn at(&self) -> Option<DateTime<Utc>> {
        match self {
            Left::None => None,
            Left::Runs { at, .. } | Left::Paused { at, .. } | Left::Over { at, .. } => Some(*at),
        }
    }

    pub fn is_over(&self) -> bool {
        matches!(self, Left::Over { .. })
    }

    pub fn is_soon(&self) -> bool {
        matches!(self, Left::Runs { soon: true, .. })
    }
}

/// Whether three quarters of a limit that still runs are used.
fn is_soon(at: DateTime<Utc>, opened: DateTime<Utc>, kind: ClockKind, sight: &Sight<'_>) -> bool {
    let stands = kind == ClockKind::Working && sight.calendar.paused_until(sight.now).is_some();
    at >= sight.now && !stands && sight.now >= sight.calendar.fraction_point(opened, at, 75, kind)
}

/// Whether three quarters of the limit to finish a task are used.
pub(super) fn is_due_soon(task: &Task, def: &TaskDef, sight: &Sight<'_>) -> bool {
    task.due_at.is_some_and(|due| is_soon(due, task.opened_at, clock::kind(def, task), sight))
}

/// What is left of a limit that runs from `opened` to `at` on `kind`.
pub(super) fn left(
    at: Option<DateTime<Utc>>,
    opened: DateTime<Utc>,
    kind: ClockKind,
    words: &Words<'_>,
    sight: &Sight<'_>,
) -> Left {
    let (Some(at), now) = (at, sight.now) else {
        return Left::None;
    };
    let calendar = sight.calendar;
    if at < now {
        let late = calendar.lateness(at, now, kind);
        let late = if late < TimeDelta::minutes(1) { String::new() } else { words.span(late.num_seconds()) };
        return Left::Over { at, late, ticks: kind == ClockKind::Elapsed };
    }
    if kind == ClockKind::Working
        && let Some(resumes) = calendar.paused_until(now)
    {
        let why = match calendar.day(local(now).date_naive()) {
            DayStatus::Holiday(name) => Pause::Holiday(sight.text(name)),
            DayStatus::Weekend => Pause::Weekend,
            DayStatus::Working | DayStatus::MakeUp(_) => Pause::Hours,
        };
        return Left::Paused { at, resumes, why };
    }
    let soon = is_soon(at, opened, kind, sight);
    Left::Runs { at, soon, left: words.span((at - now).num_seconds()) }
}

/// What is left to sign for a task, and to finish it.
pub(super) fn limits(task: &Task, def: &TaskDef, words: &Words<'_>, sight: &Sight<'_>) -> (Left, Left) {
    let sign = match task.acknowledged {
        Some(_) => Left::None,
        None => {
            let kind = effective_clock(&def.ack.allowance(), task.major);
            left(task.acknowledge_by, task.opened_at, kind, words, sight)
        }
    };
    let due = left(task.due_at, task.opened_at, clock::kind(def, task), words, sight);
    (sign, due)
}
