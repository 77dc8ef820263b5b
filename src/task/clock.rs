//! The two clocks of a task: to sign for it, and to finish it.

use chrono::{DateTime, NaiveDate, Utc};

use super::{State, Task};
use crate::calendar::{Calendar, ClockKind, Unit, effective_clock};
use crate::plan::TaskDef;

/// The two limits of a duty opened at `from`; `order_day` where the report names one.
pub fn limits(
    def: &TaskDef,
    from: DateTime<Utc>,
    major: bool,
    order_day: Option<NaiveDate>,
    calendar: &Calendar,
) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
    let acknowledge = calendar.due(from, &def.ack.allowance(), major, order_day);
    (acknowledge, calendar.due(from, &def.limit.due, major, order_day))
}

/// The two limits of a task as it stands: the earliest of what it was ever promised, so that moving an incident to
/// another edition never loosens (R4).
pub fn limits_of(
    def: &TaskDef,
    task: &Task,
    order_day: Option<NaiveDate>,
    calendar: &Calendar,
) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
    let promised = task.promises.iter().map(|p| limits(&p.def, p.from, task.major, order_day, calendar));
    promised
        .reduce(|a, b| (earlier(a.0, b.0), earlier(a.1, b.1)))
        .unwrap_or_else(|| limits(def, task.opened_at, task.major, order_day, calendar))
}

/// The earlier of two limits; none is later than any.
pub fn earlier(a: Option<DateTime<Utc>>, b: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// The clock the task's limit runs on, as it applies to this incident.
pub fn kind(def: &TaskDef, task: &Task) -> ClockKind {
    effective_clock(&def.limit.due, task.major)
}

/// Seconds past the limit at `at`, counted on the limit's own clock; zero when in time.
pub fn lateness(def: &TaskDef, task: &Task, at: DateTime<Utc>, calendar: &Calendar) -> i64 {
    task.due_at.map_or(0, |due| calendar.lateness(due, at, kind(def, task)).num_seconds())
}

/// Lateness as it stands: fixed once ended, running while the task is active.
pub fn late_seconds(def: &TaskDef, task: &Task, now: DateTime<Utc>, calendar: &Calendar) -> i64 {
    if task.is_active() { lateness(def, task, now, calendar) } else { task.late_seconds }
}

/// When the clock starts again, for a task whose working clock stands still at `now`.
pub fn paused_until(def: &TaskDef, task: &Task, now: DateTime<Utc>, calendar: &Calendar) -> Option<DateTime<Utc>> {
    let waiting = match task.state {
        State::Open | State::Acknowledged => task.due_at.is_some_and(|due| due > now),
        _ => false,
    };
    if waiting && kind(def, task) == ClockKind::Working { calendar.paused_until(now) } else { None }
}

/// A continuous duty, whose limit starts anew with every check-in.
pub fn is_recurring(def: &TaskDef) -> bool {
    def.limit.due.unit == Unit::MinutesRecurring
}
