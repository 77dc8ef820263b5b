//! The working-day calendar and the clocks that run on it. Pure: every instant, `now` included, is an argument.
//!
//! The week, the window and the two fixed clocks are the plan data's `[calendar]`; holidays and make-up working
//! days are exceptions that leader or deputy maintain (R41). All dates are those of Asia/Shanghai.

mod change;
mod deadline;
mod explain;
pub mod fixture;
pub mod pages;
#[cfg(test)]
mod properties;
mod rules;
pub mod store;
#[cfg(test)]
mod tests;
pub mod view;
pub mod words;
mod working;
mod year;

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::clock::SHANGHAI;
use crate::lang::Text;

pub use change::{Change, DayEntry, may_edit};
pub use deadline::{Allowance, ClockKind, Unit, effective_clock};
pub use explain::{Skipped, SkippedKind};
pub use rules::{BadRules, Rules};
pub use year::{DayCell, Month};

/// What sets one date apart from its weekday. Stored and sent as `holiday` or `make_up`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// A public holiday: no work, whatever the weekday.
    Holiday,
    /// A make-up working day (调休上班日): work, although Saturday or Sunday.
    MakeUp,
}

impl DayKind {
    pub const fn code(self) -> &'static str {
        match self {
            DayKind::Holiday => "holiday",
            DayKind::MakeUp => "make_up",
        }
    }

    pub fn from_code(code: &str) -> Option<DayKind> {
        match code {
            "holiday" => Some(DayKind::Holiday),
            "make_up" => Some(DayKind::MakeUp),
            _ => None,
        }
    }
}

/// One published exception: its kind and the name of the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayException {
    pub kind: DayKind,
    pub name: Text,
}

/// What one date is, exceptions applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayStatus<'a> {
    Working,
    Weekend,
    Holiday(&'a Text),
    MakeUp(&'a Text),
}

impl DayStatus<'_> {
    pub fn is_working(self) -> bool {
        matches!(self, DayStatus::Working | DayStatus::MakeUp(_))
    }
}

/// The week and window of [`Rules`], with the published exceptions laid over it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    rules: Rules,
    exceptions: BTreeMap<NaiveDate, DayException>,
    /// Of the last change in it, as stored; 0 for one that was never stored.
    revision: i64,
}

impl Calendar {
    /// Every [`Rules`] value is valid by construction, so this can't fail. Of two exceptions for one date the later
    /// one in the list holds.
    pub fn new(rules: Rules, exceptions: impl IntoIterator<Item = (NaiveDate, DayKind, Text)>) -> Calendar {
        Calendar {
            rules,
            exceptions: exceptions.into_iter().map(|(day, kind, name)| (day, DayException { kind, name })).collect(),
            revision: 0,
        }
    }

    /// The same calendar, known to hold every change up to `revision`.
    pub fn at_revision(self, revision: i64) -> Calendar {
        Calendar { revision, ..self }
    }

    /// The same days under these rules.
    pub fn under(&self, rules: &Rules) -> Cow<'_, Calendar> {
        if self.rules == *rules {
            return Cow::Borrowed(self);
        }
        Cow::Owned(Calendar { rules: rules.clone(), ..self.clone() })
    }

    /// The last change it holds. A calendar that is stored under another number is another calendar.
    pub fn revision(&self) -> i64 {
        self.revision
    }

    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The exceptions in date order.
    pub fn exceptions(&self) -> impl Iterator<Item = (NaiveDate, &DayException)> {
        self.exceptions.iter().map(|(day, e)| (*day, e))
    }

    pub fn exception(&self, day: NaiveDate) -> Option<&DayException> {
        self.exceptions.get(&day)
    }

    /// The same calendar with one date entered, or cleared: what a change would do, before it is stored.
    pub fn with(&self, day: NaiveDate, exception: Option<(DayKind, Text)>) -> Calendar {
        let mut changed = self.clone();
        match exception {
            Some((kind, name)) => changed.exceptions.insert(day, DayException { kind, name }),
            None => changed.exceptions.remove(&day),
        };
        changed
    }

    /// Whether any exception is entered for `year`; a year without one reads "not yet published" on pages.
    pub fn is_published(&self, year: i32) -> bool {
        match (NaiveDate::from_ymd_opt(year, 1, 1), NaiveDate::from_ymd_opt(year, 12, 31)) {
            (Some(first), Some(last)) => self.exceptions.range(first..=last).next().is_some(),
            _ => false,
        }
    }

    pub fn day(&self, day: NaiveDate) -> DayStatus<'_> {
        match self.exceptions.get(&day) {
            Some(e) if e.kind == DayKind::Holiday => DayStatus::Holiday(&e.name),
            Some(e) => DayStatus::MakeUp(&e.name),
            None if self.rules.works_on(day.weekday()) => DayStatus::Working,
            None => DayStatus::Weekend,
        }
    }

    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        self.day(day).is_working()
    }
}

/// The wall clock of the city, held at the end of representable time rather than overflowing.
fn wall(at: DateTime<Utc>) -> NaiveDateTime {
    at.naive_utc().checked_add_offset(SHANGHAI).unwrap_or(NaiveDateTime::MAX)
}

/// The instant of a wall clock reading, held likewise.
fn instant(wall: NaiveDateTime) -> DateTime<Utc> {
    wall.checked_sub_offset(SHANGHAI).map_or(DateTime::<Utc>::MIN_UTC, |utc| utc.and_utc())
}

fn later(at: DateTime<Utc>, by: TimeDelta) -> DateTime<Utc> {
    at.checked_add_signed(by).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn at_time(day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    instant(day.and_time(time))
}

fn days_after(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}
