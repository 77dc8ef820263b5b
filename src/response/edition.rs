//! An open incident moved to another edition of the plan: moving re-plans only what nobody has signed for, and never
//! loosens (R4).

use chrono::{DateTime, Utc};

use super::{Case, EDITION_MOVED, Turn, World, Written};
use crate::incident::State;
use crate::journal::{Event, Limit};
use crate::l10n::text;
use crate::person::Actor;
use crate::plan::{Edition, Tell};
use crate::refusal::Refused;
use crate::routing;
use crate::task::{Promise, State as TaskState, clock};

impl Case {
    /// Moves the incident from the edition `from` to that of `world`, and everything that follows.
    ///
    /// # Errors
    /// M_PIN_REASON for others than leader and deputy, and without a reason; M_STALE where it is under that edition
    /// already; M_BAD_VALUE for an edition that does not know the situation or its level; M_RECORD_LOCKED once closed.
    pub fn move_edition(
        &self,
        from: &Edition,
        reason: &str,
        world: World<'_>,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(Case, Written), Refused> {
        let reason = reason.trim();
        if !actor.leads() || reason.is_empty() {
            return Err(Refused::PinReason);
        }
        match &self.incident.state {
            State::Open => {}
            State::Merged { .. } => return Err(self.merged().unwrap_or(Refused::RecordLocked)),
            State::Closed { .. } => return Err(Refused::RecordLocked),
        }
        if self.incident.edition == world.edition.code {
            return Err(Refused::Stale { at: self.incident.updated_at, change: None });
        }
        if routing::route(&self.incident.facts(false), world.edition).is_none() {
            let expected = text(|l| l.msg_ed_move_route_rule());
            return Err(Refused::BadValue { field: "edition".to_owned(), expected });
        }
        let mut turn = Turn { case: self.clone(), world, actor, now, written: Written::default() };
        turn.case.incident.edition = world.edition.code.clone();
        turn.replan(from, reason);
        turn.follow_on();
        turn.case.wake(world, now);
        Ok((turn.case, turn.written))
    }
}

impl Turn<'_> {
    fn replan(&mut self, from: &Edition, reason: &str) {
        let (mut kept, mut replanned, mut gone) = (Vec::new(), Vec::new(), Vec::new());
        for index in 0..self.case.tasks.len() {
            let task = &mut self.case.tasks[index];
            if task.promises.is_empty()
                && let Some(def) = from.task(&task.code)
            {
                task.promises.push(Promise { edition: from.code.clone(), from: task.opened_at, def: def.clone() });
            }
            if task.state != TaskState::Open {
                if task.is_active() || task.is_done() {
                    kept.push(task.key.clone());
                }
                continue;
            }
            match self.replan_task(index) {
                Some((before, after)) => replanned.push((index, before, after)),
                None => gone.push(index),
            }
        }
        let keys = |of: &[usize]| of.iter().map(|i| self.case.tasks[*i].key.clone()).collect::<Vec<_>>();
        let event = Event::EditionMoved {
            from: from.code.clone(),
            to: self.world.edition.code.clone(),
            reason: reason.to_owned(),
            kept,
            replanned: replanned.iter().map(|(i, b, a)| (self.case.tasks[*i].key.clone(), *b, *a)).collect(),
            cancelled: keys(&gone),
        };
        self.note(event.clone());
        for index in gone {
            if let Some((next, event)) = self.case.tasks[index].cancelled(EDITION_MOVED, &self.actor.login, self.now) {
                self.case.tasks[index] = next;
                self.note_task(index, event);
            }
        }
        for (index, ..) in replanned {
            let task = &self.case.tasks[index];
            let id = task.id;
            for to in self.addressees(&[Tell::ResponsibleDepartmentHead], Some(task)) {
                self.send(to, Some(id), false, &event);
            }
        }
        self.case.tasks.sort_by(|a, b| (a.position, &a.key).cmp(&(b.position, &b.key)));
    }

    /// Puts a task nobody has signed for under the new edition: its limit before and after, `None` where the new route
    /// lacks it.
    fn replan_task(&mut self, index: usize) -> Option<(Limit, Limit)> {
        let world = self.world;
        let facts = self.case.incident.facts(self.case.review_due(self.now));
        let key = self.case.tasks[index].key.clone();
        let assignment = routing::assigned(&key, &facts, world.edition, world.directory, world.places)?;
        let order_day = self.case.incident.fields.get("order_day").and_then(crate::incident::field::date);
        let (major, now) = (self.case.tasks[index].major, self.now);
        let limits = clock::limits(assignment.def, now, major, order_day, world.calendar);
        let task = &mut self.case.tasks[index];
        let before = task.due_at;
        let was = task.promises.last().map(|p| p.def.responsible.clone());
        task.acknowledge_by = clock::earlier(task.acknowledge_by, limits.0);
        task.due_at = clock::earlier(task.due_at, limits.1);
        task.position = assignment.position;
        // Whoever the officer in charge gave it to keeps it, unless the edition itself gives it to another.
        if was.is_some_and(|department| department != assignment.def.responsible) {
            task.department = assignment.to.department.clone();
            task.vacant = assignment.to.vacant;
            task.assignee = None;
            task.returned = None;
        }
        task.role = assignment.to.role.clone();
        let edition = world.edition.code.clone();
        task.promises.push(Promise { edition, from: now, def: assignment.def.clone() });
        task.updated_at = now;
        task.revision += 1;
        let (task, after) = (task.clone(), task.due_at);
        self.ask_for_help(&task, &assignment);
        Some((before, after))
    }
}
