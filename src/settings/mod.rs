//! Settings: the proposed numbers of the edition in force, changed by leader or deputy from an instant on (R8). The text
//! of an edition is never touched; [`crate::plan::Editions::under`] lays them over it.

pub mod pages;
pub mod store;
#[cfg(test)]
mod tests;
pub mod view;

use chrono::{DateTime, Utc};

use crate::l10n::text;
use crate::leadership::Leadership;
use crate::person::Actor;
use crate::plan::{Editions, Number, Quantity, Setting, Single, Subject};
use crate::refusal::Refused;

/// A setting as it was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// 0 until it is stored.
    pub id: i64,
    /// As [`Subject::key`] has it.
    pub key: String,
    /// The edition in force then.
    pub edition: String,
    /// The number of that edition's text, with its measure.
    pub stood: String,
    pub old: String,
    pub new: String,
    pub valid_from: DateTime<Utc>,
    pub reason: String,
    pub by: String,
    pub at: DateTime<Utc>,
}

impl Change {
    /// What it lays over an edition.
    pub fn setting(&self) -> Setting {
        Setting {
            key: self.key.clone(),
            stood: self.stood.clone(),
            value: self.new.clone(),
            valid_from: self.valid_from,
        }
    }
}

/// What is to be set.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wish {
    pub key: String,
    /// As typed.
    pub value: String,
    /// From when on; now, where left out.
    pub valid_from: Option<DateTime<Utc>>,
    pub reason: String,
    /// The id of the last change of this number that was seen, 0 for none.
    pub seen: Option<i64>,
}

/// Leader and deputy set numbers; the system administrator, technical only, does not.
///
/// # Errors
/// M_ACTING_LIMITS for an acting commander, M_FORBIDDEN for everyone else.
pub fn may_set(actor: &Actor, leadership: &Leadership) -> Result<(), Refused> {
    if actor.leads() { Ok(()) } else { Err(leadership.not_yours(actor, Refused::Forbidden)) }
}

impl Wish {
    /// The change it makes; `last` is the last change of the same number.
    ///
    /// # Errors
    /// By right as [`may_set`]; M_NOT_FOUND for a number the edition in force lacks; M_PLAN_READONLY for one of the
    /// plan's own; M_REQUIRED without a reason; M_BAD_VALUE for a value out of bounds or an instant that is past;
    /// M_STALE where another set it since.
    pub fn check(
        &self,
        editions: &Editions,
        last: Option<&Change>,
        actor: &Actor,
        leadership: &Leadership,
        now: DateTime<Utc>,
    ) -> Result<Change, Refused> {
        may_set(actor, leadership)?;
        let date = crate::clock::local(now).date_naive();
        let edition = editions.in_force(date).ok_or(Refused::NoEdition { date })?;
        let number = Subject::of(&self.key).and_then(|s| edition.number(s)).ok_or(Refused::NotFound)?;
        if number.is_fixed() {
            return Err(Refused::PlanReadonly);
        }
        if self.seen.is_some_and(|seen| seen != last.map_or(0, |c| c.id)) {
            let (at, by) = last.map_or((now, None), |c| (c.at, Some(c.by.clone())));
            return Err(Refused::Stale { at, change: by });
        }
        let quantity = number.read(&self.value).ok_or_else(|| bad_value(&number))?;
        let valid_from = self.valid_from.unwrap_or(now);
        if valid_from < now {
            return Err(Refused::BadValue {
                field: "valid_from".to_owned(),
                expected: text(|l| l.msg_set_now_or_later()),
            });
        }
        let reason = self.reason.trim();
        if reason.is_empty() {
            return Err(Refused::Required { field: "reason".to_owned(), label: text(|l| l.msg_set_reason()) });
        }
        self.fits(&number, quantity, editions, valid_from)?;
        Ok(Change {
            id: 0,
            key: self.key.clone(),
            edition: edition.code.clone(),
            stood: number.quantity.whole(),
            old: editions.quantity(&number, valid_from).written(),
            new: quantity.written(),
            valid_from,
            reason: reason.to_owned(),
            by: actor.login.clone(),
            at: now,
        })
    }

    /// Of two numbers one stays below the other, as it is from `at` on.
    fn fits(&self, number: &Number, to: Quantity, editions: &Editions, at: DateTime<Utc>) -> Result<(), Refused> {
        let Subject::Single(own) = number.subject else { return Ok(()) };
        let edition = editions.in_force(crate::clock::local(at).date_naive());
        for (less, more) in Single::ORDERED {
            let (other, below) = match own {
                _ if own == less => (more, true),
                _ if own == more => (less, false),
                _ => continue,
            };
            let Some(beside) = edition.and_then(|e| e.number(Subject::Single(other))) else { continue };
            let beside = editions.quantity(&beside, at);
            let fits = if below { to.is_below(&beside) } else { beside.is_below(&to) };
            if !fits {
                let expected = text(|l| {
                    let (name, value) = (view::called(other, l), beside.written());
                    if below { l.msg_set_below(name, value) } else { l.msg_set_above(name, value) }
                });
                return Err(Refused::BadValue { field: "value".to_owned(), expected });
            }
        }
        Ok(())
    }
}

fn bad_value(number: &Number) -> Refused {
    let expected = match number.range() {
        Some((least, most)) => text(|l| l.msg_set_range(least.to_string(), most.to_string())),
        None => text(|l| l.msg_set_time_of_day()),
    };
    Refused::BadValue { field: "value".to_owned(), expected }
}
