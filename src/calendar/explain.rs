//! What a working clock passed over, for the card that explains itself.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::working::HORIZON_DAYS;
use super::{Calendar, DayStatus, wall};
use crate::lang::Text;

/// A stretch of days, both ends included, on which a working clock does not run, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub kind: SkippedKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SkippedKind {
    Weekend,
    /// With the name of the holiday.
    Holiday(Text),
}

impl Calendar {
    /// The days from that of `from` to that of `due` that do not count, in order; neighbours of the same kind and
    /// name are one stretch. Make-up days count, so they never appear.
    pub fn skipped(&self, from: DateTime<Utc>, due: DateTime<Utc>) -> Vec<Skipped> {
        let (first, last) = (wall(from).date(), wall(due).date());
        let mut stretches: Vec<Skipped> = Vec::new();
        for day in first.iter_days().take_while(|d| *d <= last).take(HORIZON_DAYS as usize) {
            let kind = match self.day(day) {
                DayStatus::Weekend => SkippedKind::Weekend,
                DayStatus::Holiday(name) => SkippedKind::Holiday(name.clone()),
                DayStatus::Working | DayStatus::MakeUp(_) => continue,
            };
            match stretches.last_mut() {
                Some(open) if open.kind == kind && open.to.succ_opt() == Some(day) => open.to = day,
                _ => stretches.push(Skipped { from: day, to: day, kind }),
            }
        }
        stretches
    }
}
