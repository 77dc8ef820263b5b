//! Time passes: rungs are sent, once each and in order, and timers of the incident go off.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::succession::SUCCESSION_STEP;
use super::{Case, Turn, World};
use crate::escalation::{self, Rung, Sent};
use crate::incident::timer;
use crate::journal::Event;
use crate::plan::{Severity, StepEvent, Tell};
use crate::refusal::Refused;

/// A rung with what it is about: a task, somebody a task told by name, or the incident whose level nobody has confirmed.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    pub subject: Uuid,
    pub task: Option<String>,
    /// Who was told by name and has not seen it, where it is about that.
    pub unseen: Option<String>,
    pub rung: Rung,
}

impl Case {
    /// Every rung that is still to come if nobody acts, in order; also what the timeline draws dashed.
    pub fn rungs(&self, world: World<'_>) -> Vec<Due> {
        let none = Sent::new();
        let cutoff = self.cutoff(world);
        let mut due: Vec<(i32, Due)> = Vec::new();
        for task in &self.tasks {
            let Some(def) = task.definition(world.edition) else {
                continue;
            };
            let sent = self.sent.get(&task.id).unwrap_or(&none);
            for rung in escalation::ladder(task, def, world.edition, world.calendar, cutoff, sent) {
                due.push((task.position, Due { subject: task.id, task: Some(task.key.clone()), unseen: None, rung }));
            }
        }
        due.extend(self.unseen(world));
        if self.incident.awaits_confirmation() {
            let sent = self.sent.get(&self.incident.id).unwrap_or(&none);
            let from = self.incident.proposal.at;
            for rung in escalation::unconfirmed(from, world.edition, world.calendar, sent) {
                due.push((-1, Due { subject: self.incident.id, task: None, unseen: None, rung }));
            }
        }
        if let Some(at) = self.succession_at(world) {
            let rung = Rung {
                step: SUCCESSION_STEP,
                event: StepEvent::NotAcknowledged,
                limit_at: at,
                at,
                tell: vec![Tell::DutyOfficer],
            };
            let sent = self.sent.get(&self.incident.id).unwrap_or(&none);
            let known = sent.iter().any(|(event, step, _)| (*event, *step) == (rung.event, rung.step));
            if !known && world.leadership.both_away(world.directory, at) {
                due.push((-2, Due { subject: self.incident.id, task: None, unseen: None, rung }));
            }
        }
        due.sort_by_key(|(position, due)| (due.rung.at, *position, due.rung.step));
        due.into_iter().map(|(_, due)| due).collect()
    }

    /// The next instant at which something has to be done without anyone acting.
    pub fn next_due(&self, world: World<'_>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let rung = self.rungs(world).first().map(|d| d.rung.at);
        let ups = timer::ups_low_at(&self.incident, world.edition);
        let watched = self.incident.is_open() && self.incident.severity == Severity::Major;
        let presence = world.leadership.next_change(now).filter(|_| watched);
        rung.into_iter().chain(ups).chain(presence).min()
    }
}

impl Turn<'_> {
    pub fn tick(&mut self) -> Result<(), Refused> {
        if timer::ups_low_at(&self.case.incident, self.world.edition).is_some_and(|at| at <= self.now) {
            self.ups_low();
        }
        self.watch_command();
        let now = self.now;
        let due: Vec<Due> = self.case.rungs(self.world);
        for one in due.into_iter().filter(|d| d.rung.at <= now) {
            self.fire(&one);
        }
        Ok(())
    }

    /// Late tasks enter the inspection's review when the incident closes (urgent policy, last step).
    pub fn enter_review(&mut self) {
        for index in 0..self.case.tasks.len() {
            let task = &self.case.tasks[index];
            let Some(limit_at) = task.due_at.filter(|_| task.late_seconds > 0) else {
                continue;
            };
            let Some(step) = self.definition(task).and_then(|d| escalation::at_close(d, self.world.edition)) else {
                continue;
            };
            let rung = Rung { step: step.order, event: step.event, limit_at, at: self.now, tell: step.tell.clone() };
            let (subject, key) = (task.id, task.key.clone());
            let known = self.case.sent.get(&subject).is_some_and(|s| s.contains(&(rung.event, rung.step, limit_at)));
            if !known {
                self.fire(&Due { subject, task: Some(key), unseen: None, rung });
            }
        }
    }

    fn fire(&mut self, due: &Due) {
        let rung = &due.rung;
        if rung.step == SUCCESSION_STEP {
            self.case.sent.entry(due.subject).or_default().insert((rung.event, rung.step, rung.limit_at));
            self.written.rungs.push((due.subject, rung.clone(), escalation::is_late(rung.at, self.now)));
            self.succeed();
            return;
        }
        let late = escalation::is_late(rung.at, self.now);
        let (step, limit_at) = (rung.step, rung.limit_at);
        let tell = rung.tell.iter().map(|t| t.code().to_owned()).collect();
        let event = match (&due.unseen, &due.task) {
            (Some(person), Some(task)) => {
                Event::Unseen { task: task.clone(), person: person.clone(), step, tell, limit_at }
            }
            _ => {
                let event = rung.event.code().to_owned();
                Event::Escalated { task: due.task.clone(), event, step, tell, limit_at }
            }
        };
        let index = due.task.as_deref().and_then(|key| self.task_index(key));
        self.entry(index, event.clone(), rung.at, late);
        let task = index.and_then(|i| self.case.tasks.get(i));
        let task_id = task.map(|t| t.id);
        let urgent = task
            .and_then(|t| self.definition(t))
            .is_none_or(|d| d.escalation == "urgent" || rung.tell.contains(&Tell::Leader));
        for to in self.addressees(&rung.tell, task) {
            self.send_at(to, task_id, urgent, &event, rung.at, late);
        }
        let sent = self.case.sent.entry(due.subject).or_default();
        sent.insert((rung.event, rung.step, rung.limit_at));
        self.written.rungs.push((due.subject, rung.clone(), late));
    }

    /// Sixty minutes of UPS left with mains off: the guard task opens, and the level is proposed as major (3.1.1).
    fn ups_low(&mut self) {
        self.case.incident.conditions.insert("ups_low".to_owned(), true);
        self.note(Event::Condition { condition: "ups_low".to_owned(), value: true, by_rule: true });
        let incident = &mut self.case.incident;
        if incident.proposal.severity < Severity::Major && incident.severity < Severity::Major {
            let before = incident.proposal.severity;
            let rule = std::mem::replace(&mut incident.proposal.rule, "sr.it_paralysis".to_owned());
            incident.proposal.earlier.push((rule, before));
            incident.proposal.severity = Severity::Major;
            incident.proposal.figures.insert("ups_low".to_owned(), serde_json::json!(true));
            incident.proposal.at = self.now;
            incident.confirmed = None;
            let event = Event::SeverityProposed { severity: Severity::Major, rule: "sr.it_paralysis".to_owned() };
            self.note(event.clone());
            for to in self.addressees(&[Tell::Leader, Tell::OfficerInCharge], None) {
                self.send(to, None, true, &event);
            }
        }
    }
}
