//! The only place that asks what time it is. Everything else is handed `now`.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, SubsecRound, TimeDelta, Utc};

/// Asia/Shanghai. The zone has kept +08:00 without summer time since 1991, before any edition of the plan.
pub const SHANGHAI: FixedOffset = match FixedOffset::east_opt(8 * 3600) {
    Some(offset) => offset,
    None => panic!("eight hours is a valid offset"),
};

/// The instant as the wall clock of the city shows it.
pub fn local(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    at.with_timezone(&SHANGHAI)
}

/// The instant at which a day of the city begins.
pub fn midnight(day: NaiveDate) -> DateTime<Utc> {
    let at = day.and_time(NaiveTime::MIN).and_local_timezone(SHANGHAI);
    at.single().map_or(DateTime::<Utc>::MIN_UTC, |at| at.to_utc())
}

/// Where `now` comes from: the machine, the database that all replicas share, or a hand that moves it (practice and
/// tests).
#[derive(Debug, Clone)]
pub enum Clock {
    System,
    /// What the database's clock showed when it was last asked, and when that was. Carried on by what has passed since,
    /// never by the machine's own clock, which may be wrong or be set.
    Shared(Arc<Mutex<(DateTime<Utc>, Instant)>>),
    Simulated(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// A clock for replicas: it shows `guess` until it is set by the database's.
    pub fn shared(guess: DateTime<Utc>) -> Clock {
        Clock::Shared(Arc::new(Mutex::new((guess, Instant::now()))))
    }

    /// Sets a shared clock: the database's shows `at`, give or take `error`. A difference within the error is none, so
    /// that the clock is not moved to and fro by how long an answer takes.
    pub fn set_right(&self, at: DateTime<Utc>, error: TimeDelta) {
        if let Clock::Shared(set) = self {
            let mut set = set.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            if (at - carried(*set, now)).abs() > error {
                *set = (at, now);
            }
        }
    }

    /// A clock that stands still at `at` until moved.
    pub fn simulated(at: DateTime<Utc>) -> Clock {
        Clock::Simulated(Arc::new(Mutex::new(at.trunc_subsecs(6))))
    }

    /// The present, in whole microseconds, as PostgreSQL keeps it.
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            #[allow(clippy::disallowed_methods)]
            Clock::System => Utc::now().trunc_subsecs(6),
            Clock::Shared(set) => {
                carried(*set.lock().unwrap_or_else(PoisonError::into_inner), Instant::now()).trunc_subsecs(6)
            }
            Clock::Simulated(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Moves a simulated clock forward to `to`; a system clock and a step back are left as they are.
    pub fn move_to(&self, to: DateTime<Utc>) {
        if let Clock::Simulated(at) = self {
            let mut at = at.lock().unwrap_or_else(PoisonError::into_inner);
            *at = (*at).max(to.trunc_subsecs(6));
        }
    }

    pub fn is_simulated(&self) -> bool {
        matches!(self, Clock::Simulated(_))
    }
}

fn carried((at, set): (DateTime<Utc>, Instant), now: Instant) -> DateTime<Utc> {
    at + TimeDelta::from_std(now.saturating_duration_since(set)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_clock_shows_the_databases_time_and_does_not_tremble() {
        let right: DateTime<Utc> = "2026-09-30T09:05:00Z".parse().unwrap();
        let clock = Clock::shared(right + TimeDelta::minutes(7));
        assert!(clock.now() >= right + TimeDelta::minutes(7));
        clock.set_right(right, TimeDelta::milliseconds(5));
        assert!(clock.now() - right < TimeDelta::minutes(1), "it is set back");
        let shown = clock.now();
        clock.set_right(shown - TimeDelta::milliseconds(2), TimeDelta::minutes(1));
        assert!(clock.now() >= shown, "a difference within the error moves nothing");
    }
}
