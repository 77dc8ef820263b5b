//! The only place that asks what time it is. Everything else is handed `now`.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, FixedOffset, SubsecRound, Utc};

/// Asia/Shanghai. The zone has kept +08:00 without summer time since 1991, before any edition of the plan.
pub const SHANGHAI: FixedOffset = match FixedOffset::east_opt(8 * 3600) {
    Some(offset) => offset,
    None => panic!("eight hours is a valid offset"),
};

/// The instant as the wall clock of the city shows it.
pub fn local(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    at.with_timezone(&SHANGHAI)
}

/// Where `now` comes from: the machine, or a hand that moves it (practice and tests).
#[derive(Debug, Clone)]
pub enum Clock {
    System,
    Simulated(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// A clock that stands still at `at` until moved.
    pub fn simulated(at: DateTime<Utc>) -> Clock {
        Clock::Simulated(Arc::new(Mutex::new(at.trunc_subsecs(6))))
    }

    /// The present, in whole microseconds, as PostgreSQL keeps it.
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            #[allow(clippy::disallowed_methods)]
            Clock::System => Utc::now().trunc_subsecs(6),
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
