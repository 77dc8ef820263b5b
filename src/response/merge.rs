//! Two incidents as one, or one under the other. Both are locked, the older number first.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Case, Turn, World, Written};
use crate::incident::{State, close, link};
use crate::journal::Event;
use crate::lang::Text;
use crate::person::Actor;
use crate::refusal::Refused;
use crate::task::State as TaskState;

pub mod store;

/// Why tasks of a merged incident were cancelled; undone with the merge.
pub const MERGED: &str = "@merged";

/// A case as it became, and what is written with it.
pub type Changed = (Case, Written);

/// How long a merge can be undone.
pub const UNDO: TimeDelta = TimeDelta::hours(24);

/// Merges `one` into `target`: both reports are kept, the earliest time wins, no task is doubled. Any handler may
/// (R36). Different sub-kinds are not one incident: they are linked instead, which the caller does.
pub fn merge(
    one: &Case,
    target: &Case,
    world: World<'_>,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<(Changed, Changed), Refused> {
    if one.incident.id == target.incident.id {
        return Err(Refused::BadValue { field: "into".to_owned(), expected: another() });
    }
    let mut away = turn(one, world, actor, now);
    let mut into = turn(target, world, actor, now);
    for side in [&away, &into] {
        if let Some(merged) = side.case.merged() {
            return Err(merged);
        }
        if !side.case.incident.is_open() {
            return Err(Refused::RecordLocked);
        }
    }
    if actor.is_inspector() {
        return Err(Refused::InspReadonly);
    }
    // Nobody could resume what a merged incident suspended.
    let list = close::still_suspended(&away.case.suspended(), world.directory);
    if !list.is_empty() {
        return Err(Refused::CloseBlocked { list });
    }
    away.case.incident.state = State::Merged { into: target.incident.id, at: now };
    for index in 0..away.case.tasks.len() {
        let task = &away.case.tasks[index];
        if let Some((next, event)) = task.cancelled(MERGED, &actor.login, now) {
            away.case.tasks[index] = next;
            away.note_task(index, event);
        }
    }
    away.note(Event::MergedInto { other: target.incident.number.clone() });
    away.case.incident.wake_at = None;
    away.case.merged_into = Some(target.incident.number.clone());
    into.note(Event::ReportMerged {
        report: one.incident.number.clone(),
        reporter: one.incident.reporter_login.clone(),
        description: one.incident.description.clone(),
    });
    let earliest = one.incident.occurred_at.min(target.incident.occurred_at);
    into.case.incident.occurred_at = earliest;
    Ok(((away.case, away.written), (into.case, into.written)))
}

/// Takes a merge back within 24 hours: the incident is open again, with the tasks it had.
pub fn undo(
    one: &Case,
    target_number: &str,
    world: World<'_>,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Changed, Refused> {
    let State::Merged { at, .. } = one.incident.state else {
        return Err(Refused::NotFound);
    };
    if now - at > UNDO {
        return Err(Refused::RecordLocked);
    }
    if actor.is_inspector() {
        return Err(Refused::InspReadonly);
    }
    let mut turn = turn(one, world, actor, now);
    turn.case.incident.state = State::Open;
    turn.case.merged_into = None;
    for task in &mut turn.case.tasks {
        let merged = matches!(&task.state, TaskState::Cancelled { reason, .. } if reason == MERGED);
        if merged {
            task.state = if task.acknowledged.is_some() { TaskState::Acknowledged } else { TaskState::Open };
            task.updated_at = now;
            task.revision += 1;
        }
    }
    turn.note(Event::MergeUndone { other: target_number.to_owned() });
    turn.follow_on();
    turn.case.wake(world, now);
    Ok((turn.case, turn.written))
}

/// Puts one of two incidents under the other. Answers whether the first is the parent, and the entries of both.
pub fn link(
    one: &Case,
    other: &Case,
    reason: &str,
    wish: Option<bool>,
    world: World<'_>,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<(bool, Written, Written), Refused> {
    if one.incident.id == other.incident.id {
        return Err(Refused::BadValue { field: "number".to_owned(), expected: another() });
    }
    for case in [one, other] {
        if let Some(merged) = case.merged() {
            return Err(merged);
        }
    }
    if actor.is_inspector() {
        return Err(Refused::InspReadonly);
    }
    if reason.trim().is_empty() {
        return Err(Refused::Required { field: "reason".to_owned(), label: reason_label() });
    }
    let parent = link::is_parent(&one.incident, &other.incident, wish);
    let mut first = turn(one, world, actor, now);
    let mut second = turn(other, world, actor, now);
    let reason = reason.trim().to_owned();
    // `parent` of an entry says what the OTHER incident is to this one.
    first.note(Event::Linked { other: other.incident.number.clone(), parent: !parent, reason: reason.clone() });
    second.note(Event::Linked { other: one.incident.number.clone(), parent, reason });
    Ok((parent, first.written, second.written))
}

/// Whether two incidents may become one.
pub fn is_same_kind(one: &Case, other: &Case) -> bool {
    one.incident.sub_kind == other.incident.sub_kind
}

fn turn<'a>(case: &Case, world: World<'a>, actor: &'a Actor, now: DateTime<Utc>) -> Turn<'a> {
    Turn { case: case.clone(), world, actor, now, written: Written::default() }
}

fn another() -> Text {
    Text {
        zh_hans: "另一事件的编号".to_owned(),
        zh_hant: "另一事件的編號".to_owned(),
        en: "the number of another incident".to_owned(),
    }
}

fn reason_label() -> Text {
    Text { zh_hans: "理由".to_owned(), zh_hant: "理由".to_owned(), en: "Reason".to_owned() }
}
