//! Working time: adding it, measuring it, and when its clock stands still. Walks day by day, allocates nothing.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::{Calendar, days_after, instant, later, wall};

/// How many days a walk looks ahead, ten years. Only a calendar of years of unbroken holidays, or a limit of
/// thousands of working days, gets there; what is left of the limit then runs as elapsed time, so that it ends.
pub(super) const HORIZON_DAYS: u64 = 3653;

impl Calendar {
    /// Whether working clocks run at `at`: a working day, from opening up to but not including closing.
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        let at = wall(at);
        self.is_working_day(at.date()) && at.time() >= self.rules.window_start() && at.time() < self.rules.window_end()
    }

    /// The first instant, not before `at`, at which working clocks run: `at` itself when open. With no working day
    /// within ten years, `at`.
    pub fn next_opening(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let start = wall(at);
        self.walk(start)
            .map(|window| (window.0.max(start), window.1))
            .find(|(opens, closes)| opens < closes)
            .map_or(at, |(opens, _)| instant(opens))
    }

    /// When a working clock that stands still at `at` runs again; `None` while it runs.
    pub fn paused_until(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        Some(self.next_opening(at)).filter(|opening| *opening > at)
    }

    /// The instant at which `worked` of working time has passed since `from`; less than none counts as none.
    /// A limit that runs out exactly at closing ends at closing, not at the next opening.
    pub fn add_working(&self, from: DateTime<Utc>, worked: TimeDelta) -> DateTime<Utc> {
        let start = wall(from);
        let mut left = worked.max(TimeDelta::zero());
        for (opens, closes) in self.walk(start) {
            let opens = opens.max(start);
            let open_for = closes - opens;
            if open_for >= left {
                return instant(opens + left);
            }
            left -= open_for.max(TimeDelta::zero());
        }
        let horizon = days_after(start.date(), HORIZON_DAYS).and_time(start.time());
        later(instant(horizon), left)
    }

    /// The working time in `a..b`; none when `b` is not later. Counts no further than ten years.
    pub fn working_between(&self, a: DateTime<Utc>, b: DateTime<Utc>) -> TimeDelta {
        let (a, b) = (wall(a), wall(b));
        self.walk(a)
            .take_while(|(opens, _)| *opens < b)
            .map(|(opens, closes)| (closes.min(b) - opens.max(a)).max(TimeDelta::zero()))
            .fold(TimeDelta::zero(), |sum, open_for| sum + open_for)
    }

    /// The working time of one full working day, nine hours by the plan data.
    pub fn working_day_length(&self) -> TimeDelta {
        self.rules.working_day_length()
    }

    /// The first working day after `day`; the day after where ten years hold none.
    pub(super) fn working_day_after(&self, day: NaiveDate) -> NaiveDate {
        let next = days_after(day, 1);
        next.iter_days().take(HORIZON_DAYS as usize).find(|d| self.is_working_day(*d)).unwrap_or(next)
    }

    /// The windows of the working days from the day of `from` on, up to the horizon.
    fn walk(&self, from: NaiveDateTime) -> impl Iterator<Item = (NaiveDateTime, NaiveDateTime)> {
        from.date()
            .iter_days()
            .take(HORIZON_DAYS as usize)
            .filter(|day| self.is_working_day(*day))
            .map(|day| (day.and_time(self.rules.window_start()), day.and_time(self.rules.window_end())))
    }
}
