//! Time limits of the duty matrix, and the instants they run out.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use super::{Calendar, at_time, days_after, later, wall};

/// Which time a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockKind {
    /// Day and night, holidays included.
    Elapsed,
    /// Only inside the working window of working days.
    Working,
}

/// What the number of an [`Allowance`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Minutes,
    Hours,
    /// Full windows of working time.
    WorkingDays,
    /// The end of the day, 1 being the day it starts.
    CalendarDayEnd,
    /// The cut-off of the customer's order day.
    OrderCutoff,
    /// The daily hour, 1 being the next one.
    DailyClock,
    /// Again and again; the limit is the first time.
    MinutesRecurring,
    /// Whatever a person has set: no number of its own.
    AsSet,
    /// A share of another limit, see [`Calendar::fraction_point`].
    Percent,
}

/// A time limit as the duty matrix writes it: `{ value = 1, unit = "working_days", clock = "working" }`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allowance {
    #[serde(deserialize_with = "within_reason")]
    pub value: u32,
    pub unit: Unit,
    pub clock: ClockKind,
}

/// The largest number taken: reckoned from any day, the limit still lies on the calendar.
const MOST: u32 = 1_000_000;

fn within_reason<'de, D: Deserializer<'de>>(source: D) -> Result<u32, D::Error> {
    let value = u32::deserialize(source)?;
    if value > MOST {
        return Err(D::Error::custom(format!("a limit of more than {MOST}")));
    }
    Ok(value)
}

/// The clock an allowance really runs on. In a major incident every working clock becomes elapsed, except
/// working days, which are working time by their meaning (header of the duty matrix, proposed).
pub fn effective_clock(allowance: &Allowance, major: bool) -> ClockKind {
    match allowance.unit {
        Unit::WorkingDays => ClockKind::Working,
        _ if major => ClockKind::Elapsed,
        _ => allowance.clock,
    }
}

impl Calendar {
    /// The instant `allowance`, started at `from`, runs out.
    ///
    /// `order_day` is the day of the customer's order, where known; else an order cut-off is that of the day of
    /// `from`. A cut-off already past becomes that of the next working day. `None` for [`Unit::AsSet`] and
    /// [`Unit::Percent`], which have no instant of their own.
    pub fn due(
        &self,
        from: DateTime<Utc>,
        allowance: &Allowance,
        major: bool,
        order_day: Option<NaiveDate>,
    ) -> Option<DateTime<Utc>> {
        let value = i64::from(allowance.value);
        let today = wall(from).date();
        let further_days = u64::from(allowance.value.saturating_sub(1));
        Some(match allowance.unit {
            Unit::Minutes | Unit::MinutesRecurring => {
                self.add(from, TimeDelta::minutes(value), effective_clock(allowance, major))
            }
            Unit::Hours => self.add(from, TimeDelta::hours(value), effective_clock(allowance, major)),
            Unit::WorkingDays => {
                let day = self.working_day_length().num_seconds();
                self.add_working(from, TimeDelta::seconds(day * value))
            }
            Unit::CalendarDayEnd => at_time(days_after(today, further_days), end_of_day()),
            Unit::OrderCutoff => self.order_cutoff(from, order_day.unwrap_or(today)),
            Unit::DailyClock => {
                let hour = self.rules.daily_clock();
                let passed = u64::from(at_time(today, hour) <= from);
                at_time(days_after(today, passed + further_days), hour)
            }
            Unit::AsSet | Unit::Percent => return None,
        })
    }

    /// The point at which `percent` of the time between `from` and `due` is used, measured on `clock`, the one the
    /// limit itself runs on.
    pub fn fraction_point(
        &self,
        from: DateTime<Utc>,
        due: DateTime<Utc>,
        percent: u32,
        clock: ClockKind,
    ) -> DateTime<Utc> {
        let whole = match clock {
            ClockKind::Elapsed => (due - from).max(TimeDelta::zero()),
            ClockKind::Working => self.working_between(from, due),
        };
        let used = i128::from(whole.num_microseconds().unwrap_or(i64::MAX)) * i128::from(percent) / 100;
        let used = TimeDelta::microseconds(i64::try_from(used).unwrap_or(i64::MAX));
        self.add(from, used, clock)
    }

    /// How much time of `clock` lies between `due` and `at`; none while `at` is not late.
    pub fn lateness(&self, due: DateTime<Utc>, at: DateTime<Utc>, clock: ClockKind) -> TimeDelta {
        match clock {
            ClockKind::Elapsed => (at - due).max(TimeDelta::zero()),
            ClockKind::Working => self.working_between(due, at),
        }
    }

    fn add(&self, from: DateTime<Utc>, time: TimeDelta, clock: ClockKind) -> DateTime<Utc> {
        match clock {
            ClockKind::Elapsed => later(from, time),
            ClockKind::Working => self.add_working(from, time),
        }
    }

    fn order_cutoff(&self, from: DateTime<Utc>, order_day: NaiveDate) -> DateTime<Utc> {
        let hour = self.rules.order_cutoff();
        let on_order_day = at_time(order_day, hour);
        if on_order_day > from {
            return on_order_day;
        }
        let today = wall(from).date();
        if self.is_working_day(today) && at_time(today, hour) > from {
            return at_time(today, hour);
        }
        at_time(self.working_day_after(today), hour)
    }
}

fn end_of_day() -> NaiveTime {
    NaiveTime::from_hms_opt(23, 59, 59).unwrap_or(NaiveTime::MIN)
}
