//! The limits of a task in words: how long, on which clock, and what did not count.

use chrono::{DateTime, Utc};

use super::{Desk, days, is_planned, moment};
use crate::calendar::{Allowance, ClockKind, SkippedKind, Unit, effective_clock};
use crate::plan::TaskDef;
use crate::task::{Task, clock};

/// The class of limits the plan states no words for.
const UNSTATED: &str = "none";

/// One of a task's two limits.
pub struct Limit {
    pub label: String,
    pub at: String,
    /// The number is the plan's own.
    pub planned: bool,
    /// The plan's words and what they are taken as.
    pub words: String,
    /// When it was met.
    pub met: String,
    /// How late it is or was.
    pub late: String,
}

/// How much of the limit is used, in seconds of its own clock.
pub struct Used {
    pub max: i64,
    pub value: i64,
    pub label: String,
    pub class: &'static str,
}

pub fn limits(desk: &Desk<'_>, task: &Task, def: &TaskDef) -> Vec<Limit> {
    [Some(sign_limit(desk, task, def)), Some(due_limit(desk, task, def))].into_iter().flatten().collect()
}

fn sign_limit(desk: &Desk<'_>, task: &Task, def: &TaskDef) -> Limit {
    let (l, lang) = (desk.w.l, desk.w.lang);
    let (mut met, mut late) = (String::new(), String::new());
    let clock = effective_clock(&def.ack.allowance(), task.major);
    match (&task.acknowledged, task.acknowledge_by) {
        (Some(signed), by) => {
            met = l.msg_cf_signed_at(moment(lang, signed.at, desk.now));
            let over = by.map_or(0, |by| desk.world.calendar.lateness(by, signed.at, clock).num_seconds());
            if over >= 60 {
                late = l.msg_cf_late_by(desk.w.span(over));
            }
        }
        (None, Some(by)) if task.is_active() && by < desk.now => late = desk.left_on(by, clock).text,
        (None, _) => {}
    }
    Limit {
        label: l.msg_cf_sign_by(),
        at: task.acknowledge_by.map_or_else(|| l.msg_tl_no_limit(), |at| moment(lang, at, desk.now)),
        planned: is_planned(def.ack.basis),
        words: String::new(),
        met,
        late,
    }
}

fn due_limit(desk: &Desk<'_>, task: &Task, def: &TaskDef) -> Limit {
    let (l, lang) = (desk.w.l, desk.w.lang);
    let planned = is_planned(def.limit.due_basis);
    let stated = desk.world.edition.limit_class(&def.limit.stated).map(|c| c.words.get(lang)).unwrap_or_default();
    let taken = allowance(desk, &def.limit.due);
    let words = match (def.limit.stated == UNSTATED, planned) {
        (true, _) => l.msg_cf_words_none(taken),
        (false, true) => l.msg_cf_words(stated),
        (false, false) => l.msg_cf_words_taken(stated, taken),
    };
    let overdue = clock::late_seconds(def, task, desk.now, desk.world.calendar);
    let late = match overdue {
        ..60 if task.is_overdue(desk.now) => l.msg_cf_over_now(),
        ..60 => String::new(),
        _ if task.is_active() => overdue_text(desk, task, def),
        late => l.msg_cf_late_by(desk.w.span(late)),
    };
    Limit {
        label: if clock::is_recurring(def) { l.msg_cf_check_in_by() } else { l.msg_cf_done_by() },
        at: task.due_at.map_or_else(|| l.msg_cf_as_set(), |at| moment(lang, at, desk.now)),
        planned,
        words,
        met: String::new(),
        late,
    }
}

/// How long past its limit a task is, on the limit's own clock.
pub fn overdue_text(desk: &Desk<'_>, task: &Task, def: &TaskDef) -> String {
    let late = clock::late_seconds(def, task, desk.now, desk.world.calendar);
    match (late, clock::kind(def, task)) {
        (..60, _) => desk.w.l.msg_cf_over_now(),
        (late, ClockKind::Elapsed) => desk.w.l.msg_cf_over(desk.w.span(late)),
        (late, ClockKind::Working) => desk.w.l.msg_cf_over_working(desk.w.span(late)),
    }
}

/// The allowance as people say it: `1 working day`, `30 minutes`.
pub fn allowance(desk: &Desk<'_>, allowance: &Allowance) -> String {
    let (l, n) = (desk.w.l, allowance.value.to_string());
    let working = allowance.clock == ClockKind::Working;
    match allowance.unit {
        Unit::Minutes if working => l.msg_cf_working_minutes(n),
        Unit::Minutes => l.msg_cf_minutes(n),
        Unit::Hours if working => l.msg_cf_working_hours(i64::from(allowance.value)),
        Unit::Hours => l.msg_cf_hours(n),
        Unit::WorkingDays => l.msg_cf_working_days(i64::from(allowance.value)),
        Unit::CalendarDayEnd if allowance.value <= 1 => l.msg_cf_day_end(),
        Unit::CalendarDayEnd => l.msg_cf_day_end_later(n),
        Unit::OrderCutoff => l.msg_cf_order_cutoff(),
        Unit::DailyClock => l.msg_cf_daily_clock(),
        Unit::MinutesRecurring => l.msg_cf_recurring(n),
        Unit::AsSet | Unit::Percent => l.msg_cf_as_set(),
    }
}

/// Why a working clock runs out when it does: the days that do not count.
pub fn why(desk: &Desk<'_>, task: &Task, def: &TaskDef) -> Option<String> {
    let due = task.due_at.filter(|_| task.is_active())?;
    if clock::kind(def, task) != ClockKind::Working {
        return task
            .major
            .then_some(())
            .filter(|()| def.limit.due.clock == ClockKind::Working)
            .map(|()| desk.w.l.msg_cf_why_major());
    }
    let (l, lang) = (desk.w.l, desk.w.lang);
    let skipped = desk.world.calendar.skipped(task.opened_at, due);
    let stretches: Vec<String> = skipped
        .iter()
        .map(|s| match &s.kind {
            SkippedKind::Weekend => l.msg_cf_weekend(days(lang, s.from, s.to)),
            SkippedKind::Holiday(name) => l.msg_cf_holiday(days(lang, s.from, s.to), name.get(lang)),
        })
        .collect();
    let taken = allowance(desk, &def.limit.due);
    // A working day says by itself that it is working time.
    let days = def.limit.due.unit == Unit::WorkingDays;
    Some(match (stretches.is_empty(), days) {
        (true, true) => l.msg_cf_why_days(taken),
        (true, false) => l.msg_cf_why_working(taken),
        (false, true) => l.msg_cf_why_days_skipped(taken, desk.w.list(stretches)),
        (false, false) => l.msg_cf_why_skipped(taken, desk.w.list(stretches)),
    })
}

/// When the clock goes on, for one that stands still now.
pub fn paused(desk: &Desk<'_>, task: &Task, def: &TaskDef) -> Option<String> {
    let until = clock::paused_until(def, task, desk.now, desk.world.calendar)?;
    let at = moment(desk.w.lang, until, desk.now);
    // Unsigned, its state already says that the clock is paused.
    Some(if task.acknowledged.is_none() { desk.w.l.msg_cf_resumes(at) } else { desk.w.l.msg_cf_paused_until(at) })
}

pub fn used(desk: &Desk<'_>, task: &Task, def: &TaskDef) -> Option<Used> {
    let due = task.due_at.filter(|_| task.is_active() && !clock::is_recurring(def))?;
    let calendar = desk.world.calendar;
    let span = |to: DateTime<Utc>| match clock::kind(def, task) {
        ClockKind::Elapsed => (to - task.opened_at).num_seconds(),
        ClockKind::Working => calendar.working_between(task.opened_at, to).num_seconds(),
    };
    let max = span(due).max(1);
    let value = span(desk.now.min(due)).clamp(0, max);
    let percent = value * 100 / max;
    let class = match percent {
        100.. => "meter-late",
        75.. => "meter-soon",
        _ => "",
    };
    Some(Used { max, value, label: desk.w.l.msg_cf_used(percent.to_string()), class })
}
