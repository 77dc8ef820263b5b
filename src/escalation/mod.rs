//! The ladder: who is told, and when, if a task is not signed for or not done.
//!
//! The same code fires the rungs and draws them, dashed, as what will happen if nobody acts. The plan says only that
//! the leadership checks and urges (2.1.2-lg-4) and that the inspection centre appraises (2.1.2-insp-1); every timing
//! is proposed and stands in the matrix.

pub mod store;

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};

use crate::calendar::{Allowance, Calendar, ClockKind, Unit};
use crate::plan::{Edition, EscalationPolicy, StepEvent, TaskDef, Tell};
use crate::task::{Task, clock};

/// How long after its instant a rung still counts as sent in time.
pub const TOLERANCE: TimeDelta = TimeDelta::seconds(60);

/// One step of a policy, with the instant it falls on for one task.
#[derive(Debug, Clone, PartialEq)]
pub struct Rung {
    pub step: u32,
    pub event: StepEvent,
    /// The limit it hangs on; with `event` and `step` what makes it the same rung after a restart.
    pub limit_at: DateTime<Utc>,
    pub at: DateTime<Utc>,
    pub tell: Vec<Tell>,
}

/// Names a rung that was sent: event, step, limit.
pub type Sent = HashSet<(StepEvent, u32, DateTime<Utc>)>;

/// What the steps of a policy are reckoned from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    pub opened_at: DateTime<Utc>,
    pub acknowledged: bool,
    pub acknowledge_by: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub cutoff: Option<DateTime<Utc>>,
    pub major: bool,
    /// The clock `due_at` runs on.
    pub clock: ClockKind,
}

/// The rungs of a task that stand as it is now, in order of time; those sent are left out.
///
/// A signed task has no `not_acknowledged` rungs, an ended one none at all. Rungs of a working clock fall on working
/// time, so a paused clock never escalates.
pub fn ladder(
    task: &Task,
    def: &TaskDef,
    edition: &Edition,
    calendar: &Calendar,
    cutoff: Option<DateTime<Utc>>,
    sent: &Sent,
) -> Vec<Rung> {
    let Some(policy) = edition.policy(&def.escalation).filter(|_| task.is_active()) else {
        return Vec::new();
    };
    let limits = Limits {
        opened_at: task.opened_at,
        acknowledged: task.acknowledged.is_some(),
        acknowledge_by: task.acknowledge_by,
        due_at: task.due_at,
        cutoff,
        major: task.major,
        clock: clock::kind(def, task),
    };
    rungs(policy, &limits, calendar, sent)
}

/// The rungs of a policy for these limits, in order of time; those sent are left out.
pub fn rungs(policy: &EscalationPolicy, limits: &Limits, calendar: &Calendar, sent: &Sent) -> Vec<Rung> {
    let mut rungs: Vec<Rung> = policy
        .steps
        .iter()
        .filter_map(|step| {
            let limit_at = match step.event {
                StepEvent::NotAcknowledged | StepEvent::NotSeen if limits.acknowledged => return None,
                StepEvent::NotAcknowledged | StepEvent::NotSeen => limits.acknowledge_by?,
                StepEvent::Overdue | StepEvent::BeforeDue | StepEvent::FractionElapsed | StepEvent::NotDecided => {
                    limits.due_at?
                }
                StepEvent::BeforeCutoff | StepEvent::UndecidedAtCutoff => limits.cutoff?,
                StepEvent::OverdueAtClose => return None,
            };
            let at = match step.event {
                StepEvent::FractionElapsed => {
                    calendar.fraction_point(limits.opened_at, limit_at, step.after.value, limits.clock)
                }
                StepEvent::BeforeDue | StepEvent::BeforeCutoff => (limit_at - span(&step.after)).max(limits.opened_at),
                _ => after(limit_at, &step.after, policy, limits.major, calendar),
            };
            Some(Rung { step: step.order, event: step.event, limit_at, at, tell: step.tell.clone() })
        })
        .filter(|rung| !sent.contains(&(rung.event, rung.step, rung.limit_at)))
        .collect();
    rungs.sort_by_key(|r| (r.at, r.step));
    rungs
}

/// The rungs of a level that was proposed as major and nobody has confirmed: like an urgent task (proposed).
pub fn unconfirmed(reported_at: DateTime<Utc>, edition: &Edition, calendar: &Calendar, sent: &Sent) -> Vec<Rung> {
    let (Some(policy), Some(class)) = (edition.policy("urgent"), edition.limit_class("immediately")) else {
        return Vec::new();
    };
    let Some(limit_at) = calendar.due(reported_at, &class.ack, false, None) else {
        return Vec::new();
    };
    policy
        .steps
        .iter()
        .filter(|step| step.event == StepEvent::NotAcknowledged)
        .map(|step| Rung {
            step: step.order,
            event: step.event,
            limit_at,
            at: after(limit_at, &step.after, policy, false, calendar),
            tell: step.tell.clone(),
        })
        .filter(|rung| !sent.contains(&(rung.event, rung.step, rung.limit_at)))
        .collect()
}

/// The step that enters a late task into the inspection's review when its incident closes.
pub fn at_close<'a>(def: &TaskDef, edition: &'a Edition) -> Option<&'a crate::plan::Step> {
    edition.policy(&def.escalation)?.steps.iter().find(|step| step.event == StepEvent::OverdueAtClose)
}

/// Sent so long after its instant that the record must say so.
pub fn is_late(at: DateTime<Utc>, sent_at: DateTime<Utc>) -> bool {
    sent_at - at > TOLERANCE
}

fn after(
    limit_at: DateTime<Utc>,
    allowance: &Allowance,
    policy: &EscalationPolicy,
    major: bool,
    calendar: &Calendar,
) -> DateTime<Utc> {
    if allowance.value == 0 {
        return limit_at;
    }
    let major = major && !policy.always_working;
    calendar.due(limit_at, allowance, major, None).unwrap_or(limit_at)
}

/// The plain span of an allowance counted backwards on an elapsed clock.
fn span(allowance: &Allowance) -> TimeDelta {
    debug_assert_eq!(allowance.clock, ClockKind::Elapsed);
    let value = i64::from(allowance.value);
    match allowance.unit {
        Unit::Hours => TimeDelta::hours(value),
        _ => TimeDelta::minutes(value),
    }
}
