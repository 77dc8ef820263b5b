//! Standing duties: what the plan has a department do without any incident, and whether it was done (R151, R153, R154).
//!
//! A duty is owed once in each of its periods, by every department it names, and recorded with evidence while the period
//! runs. A period that ended without a record was missed. Periods count from the day the duty was first owed in this
//! database: the later of its edition's effective day and the day the edition was stored.

mod ledger;
pub mod pages;
pub mod store;
#[cfg(test)]
mod tests;
pub mod view;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use uuid::Uuid;

use crate::calendar::Calendar;
use crate::clock::midnight;
use crate::l10n::text;
use crate::person::Actor;
use crate::person::directory::Directory;
use crate::plan::{Edition, Frequency, FrequencyUnit, StandingDuty};
use crate::refusal::Refused;

pub use ledger::{Ended, Ledger, Line};

/// Whole days of the city, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Span {
    /// The instant at which it is over.
    pub fn end(self) -> DateTime<Utc> {
        midnight(after(self.to))
    }

    /// `2026-03-01 – 2026-03-31`, or the one day it is.
    pub fn words(self) -> String {
        if self.from == self.to { self.from.to_string() } else { format!("{} – {}", self.from, self.to) }
    }
}

/// A duty that was kept in one period.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub id: Uuid,
    /// Code of the matrix.
    pub duty: String,
    /// The edition it was owed under.
    pub edition: String,
    /// Department instance.
    pub department: String,
    pub period: Span,
    pub evidence: String,
    /// Sign-in name.
    pub by: String,
    pub at: DateTime<Utc>,
}

/// What is to be recorded as kept.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Keep {
    pub duty: String,
    /// Department instance; the actor's own where only one of theirs owes the duty.
    pub department: Option<String>,
    pub evidence: String,
}

/// The period of a frequency in which a day lies: weeks from Monday, months from January. None on a day without one (a
/// working day's on a day off), and for what is done only when there is cause.
pub fn period(frequency: &Frequency, day: NaiveDate, calendar: &Calendar) -> Option<Span> {
    let count = frequency.value.max(1);
    let one_day = Span { from: day, to: day };
    match frequency.unit {
        FrequencyUnit::PerAbsence => None,
        FrequencyUnit::PerCalendarDay => Some(one_day),
        FrequencyUnit::PerWorkingDay => calendar.is_working_day(day).then_some(one_day),
        FrequencyUnit::Weeks => {
            let monday = day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into()))?;
            // The first day of the first year was a Monday.
            let week = u32::try_from(monday.num_days_from_ce() - 1).ok()? / 7;
            let from = monday.checked_sub_days(Days::new((7 * (week % count)).into()))?;
            Some(Span { from, to: from.checked_add_days(Days::new(u64::from(count) * 7 - 1))? })
        }
        FrequencyUnit::Months => {
            let month = u32::try_from(day.year()).ok()? * 12 + day.month0();
            let from = day.with_day(1)?.checked_sub_months(Months::new(month % count))?;
            Some(Span { from, to: from.checked_add_months(Months::new(count))?.pred_opt()? })
        }
    }
}

/// The department instances that owe a duty: each it names, and of a department per region each region's own.
pub fn owing<'a>(duty: &'a StandingDuty, directory: &'a Directory) -> impl Iterator<Item = &'a str> {
    let named = |code: &str| {
        let class = code.split_once('-').map_or(code, |(class, _)| class);
        duty.responsible.iter().any(|r| r == code || r == class)
    };
    directory.departments().iter().map(|d| d.code.as_str()).filter(move |code| named(code))
}

pub fn duty_of<'a>(edition: &'a Edition, id: &str) -> Option<&'a StandingDuty> {
    edition.matrix.standing_duties.iter().find(|duty| duty.id == id)
}

/// Leader, deputy and inspection see every department's.
pub fn oversees(actor: &Actor) -> bool {
    actor.leads() || actor.is_inspector()
}

/// The departments whose duties are looked at: the one asked for, else one's own; `None` for all.
///
/// # Errors
/// M_NOT_FOUND for a department that is not there, M_FORBIDDEN for another's.
pub fn narrowed(asked: Option<&str>, actor: &Actor, directory: &Directory) -> Result<Option<Vec<String>>, Refused> {
    match asked {
        Some(code) if directory.department(code).is_none() => Err(Refused::NotFound),
        Some(code) if oversees(actor) || actor.belongs_to(code) => Ok(Some(vec![code.to_owned()])),
        Some(_) => Err(Refused::Forbidden),
        None if oversees(actor) => Ok(None),
        None => Ok(Some(actor.posts.iter().map(|post| post.department.clone()).collect())),
    }
}

impl Keep {
    /// Whose duty it is: the department named, or the only one of the actor's own that owes it.
    fn department(&self, duty: &StandingDuty, actor: &Actor, directory: &Directory) -> Result<String, Refused> {
        let not_theirs = || if actor.is_inspector() { Refused::InspReadonly } else { Refused::Forbidden };
        let mut owing = owing(duty, directory);
        let Some(named) = self.department.as_deref() else {
            let own: Vec<&str> = owing.filter(|code| actor.acts_for(code)).collect();
            return match own[..] {
                [] => Err(not_theirs()),
                [one] => Ok(one.to_owned()),
                _ => {
                    let label = text(|l| l.msg_department());
                    Err(Refused::Required { field: "department".to_owned(), label })
                }
            };
        };
        if !owing.any(|code| code == named) {
            let expected = text(|l| l.msg_sd_owes_rule());
            return Err(Refused::BadValue { field: "department".to_owned(), expected });
        }
        if actor.acts_for(named) { Ok(named.to_owned()) } else { Err(not_theirs()) }
    }
}

fn after(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(day)
}
