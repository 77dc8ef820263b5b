//! Acts on one task, and on the cards that ask for help with it.

use chrono::{DateTime, Utc};

use super::{Answer, CooperationState, Turn};
use crate::clock::local;
use crate::journal::Event;
use crate::lang::Text;
use crate::notice::Addressee;
use crate::notified::Concerned;
use crate::person::role;
use crate::plan::Duty;
use crate::refusal::Refused;
use crate::routing;
use crate::task::{self, Task, transition::Context};

/// Going to the scene is not over until the head of the unit where it happened is there too (2.1.2-sec-1).
const SCENE: &str = "sec.go_to_scene";
const UNIT_HEAD: &str = "sec.unit_head_to_scene";

impl Turn<'_> {
    pub fn handle(&mut self, key: &str, command: &task::Command, revision: Option<i32>) -> Result<(), Refused> {
        let Some(index) = self.task_index(key) else {
            return Err(self.not_open(key));
        };
        let task = self.case.tasks[index].clone();
        let Some(def) = task.definition(self.world.edition) else {
            return Err(Refused::NotFound);
        };
        if let Some(seen) = revision.filter(|r| *r != task.revision) {
            tracing::debug!(seen, now = task.revision, "a form with an older revision");
            if self.may_see_change(&task, command) {
                return Err(Refused::Stale { at: task.updated_at, change: self.last_change(&task) });
            }
        }
        match command {
            task::Command::Notify { people, means, at } => return self.notify(index, people, *means, *at),
            task::Command::See => return self.see(index),
            _ => {}
        }
        let department = self.world.directory.department_name(&task.department);
        let context = Context {
            edition: self.world.edition,
            calendar: self.world.calendar,
            def,
            department,
            contacted: self.case.contacted.clone(),
            site_head_missing: self.site_head_missing(&task),
            untold: self.names(&self.case.untold(&task, self.world)),
            last_change: self.last_change(&task),
        };
        if let task::Command::Move { to, .. } = command
            && self.world.directory.department(to).is_none()
        {
            return Err(Refused::NotFound);
        }
        self.check_assignee(&task, command)?;
        let proven = self.with_proof(&task, def, command)?;
        let given = proven.as_ref().map_or(command, |(_, command)| command);
        let act = def.act.filter(|_| matches!(command, task::Command::Complete { .. }));
        let (next, events) = task.transition(given, &context, self.actor, self.now)?;
        let was_done = task.is_done();
        self.case.tasks[index] = next;
        for event in events {
            self.note_task(index, event);
        }
        self.after_command(index, command, &task);
        self.note_scheme(index, def.scheme.as_deref(), &task);
        if let Some((announcement, _)) = proven {
            self.announcement_done(announcement);
        }
        if self.case.tasks[index].is_done() && !was_done {
            self.after_done(index);
            self.act_by_card(act)?;
        }
        Ok(())
    }

    /// The department's answer to a card that asks for its help. Refusing needs a reason and goes to the officer in
    /// charge (2.1.2-mkt-3 and its like).
    pub fn cooperate(&mut self, key: &str, department: &str, answer: &Answer) -> Result<(), Refused> {
        let index = self.task_index(key).ok_or(Refused::NotFound)?;
        let task_id = self.case.tasks[index].id;
        let card = self
            .case
            .cooperation
            .iter()
            .position(|c| c.task == task_id && c.department == department)
            .ok_or(Refused::NotFound)?;
        if self.actor.is_inspector() && department != "INSP" {
            return Err(Refused::InspReadonly);
        }
        if !self.actor.acts_for(department) {
            return Err(Refused::NotYourTask { department: self.world.directory.department_name(department) });
        }
        let (task, department) = (key.to_owned(), department.to_owned());
        let (state, event) = match answer {
            Answer::Acknowledge => (
                CooperationState::Acknowledged,
                Event::CooperationAcknowledged { task, department: department.clone() },
            ),
            Answer::Result(result) if result.trim().is_empty() => return Err(Refused::RefuseReason),
            Answer::Result(result) => (
                CooperationState::Answered { result: result.trim().to_owned() },
                Event::CooperationAnswered { task, department: department.clone(), result: result.trim().to_owned() },
            ),
            Answer::Refuse(reason) if reason.trim().is_empty() => return Err(Refused::RefuseReason),
            Answer::Refuse(reason) => (
                CooperationState::Refused { reason: reason.trim().to_owned() },
                Event::CooperationRefused { task, department: department.clone(), reason: reason.trim().to_owned() },
            ),
        };
        let (now, login) = (self.now, self.actor.login.clone());
        let card = &mut self.case.cooperation[card];
        match (&card.state, &card.acknowledged) {
            (CooperationState::Refused { .. } | CooperationState::Answered { .. }, _) => {
                return Err(Refused::Stale { at: card.updated_at, change: None });
            }
            (_, Some((at, by))) if *answer == Answer::Acknowledge => {
                return if *by == login { Ok(()) } else { Err(Refused::Stale { at: *at, change: Some(by.clone()) }) };
            }
            _ => {}
        }
        card.acknowledged.get_or_insert((now, login));
        card.state = state;
        card.updated_at = now;
        if matches!(answer, Answer::Refuse(_)) {
            let to = self.officer();
            self.send(to, Some(task_id), true, &event);
        }
        self.note_task(index, event);
        if let Some(entry) = self.written.entries.last_mut() {
            entry.department = Some(department);
        }
        Ok(())
    }

    /// A task of the route whose turn has not come names what must be done first.
    fn not_open(&self, key: &str) -> Refused {
        let code = routing::code_of(key);
        let facts = self.case.incident.facts(false);
        let in_route = routing::route(&facts, self.world.edition).is_some_and(|r| r.tasks.iter().any(|t| t == code));
        let Some(def) = self.world.edition.task(code).filter(|_| in_route) else {
            return Refused::NotFound;
        };
        if self.actor.is_inspector() && !code.starts_with("insp.") {
            return Refused::InspReadonly;
        }
        // Before the decision there is nothing to announce; that says more than the task's name.
        if def.act == Some(Duty::Announce)
            && let Err(refused) = self.case.announceable(None)
        {
            return refused;
        }
        match routing::missing_before(def, &facts, self.world.edition, &self.case.known()) {
            Some(before) => Refused::Prereq { task: before.action.clone() },
            None => match def.when.as_deref().and_then(|c| self.world.edition.condition(c)) {
                Some(condition) => Refused::Prereq { task: condition.name.clone() },
                None => Refused::NotFound,
            },
        }
    }

    fn names(&self, people: &[Concerned]) -> Vec<Text> {
        let directory = self.world.directory;
        let people = people.iter().filter_map(|c| directory.person(c.person));
        people.map(|p| Text::of(|lang| directory.called(p, lang))).collect()
    }

    fn site_head_missing(&self, task: &Task) -> bool {
        task.code == SCENE && self.case.tasks.iter().any(|t| t.code == UNIT_HEAD && t.is_active())
    }

    /// Someone with no part in the task is told so first, not what others changed in it.
    fn may_see_change(&self, task: &Task, command: &task::Command) -> bool {
        task::rights::part(task, self.actor).is_some()
            && !matches!(command, task::Command::Progress { .. } | task::Command::Contact(_))
    }

    /// Who holds or ended the task, for whoever comes second.
    fn last_change(&self, task: &Task) -> Option<String> {
        task.state.ending().map(|e| e.by.clone()).or_else(|| task.acknowledged.as_ref().map(|s| s.by.clone()))
    }

    fn check_assignee(&self, task: &Task, command: &task::Command) -> Result<(), Refused> {
        let task::Command::Assign { to } = command else {
            return Ok(());
        };
        let member = self
            .world
            .directory
            .person(to.person)
            .is_some_and(|p| p.active && p.posts.iter().any(|post| post.department == task.department));
        if member || task::rights::part(task, self.actor).is_none() {
            Ok(())
        } else {
            Err(Refused::NotYourTask { department: self.world.directory.department_name(&task.department) })
        }
    }

    fn after_command(&mut self, index: usize, command: &task::Command, before: &Task) {
        let task = self.case.tasks[index].clone();
        let event = self.written.entries.last().map(|e| e.event.clone());
        match (command, event) {
            (task::Command::Acknowledge { .. }, _)
                if task.code == "cmd.local_directive" && before.acknowledged.is_none() =>
            {
                self.take_charge();
            }
            (task::Command::Contact(contact), _) => {
                if !self.case.contacted.contains(&contact.party) {
                    self.case.contacted.push(contact.party.clone());
                }
                self.written.contacts.push((task.id, contact.clone()));
            }
            (task::Command::Assign { to }, Some(event)) => {
                self.send(Addressee::Person(to.person), Some(task.id), false, &event);
            }
            (task::Command::Return { .. }, Some(event)) if task.returned.is_some() => {
                let to = self.officer();
                self.send(to, Some(task.id), false, &event);
            }
            (task::Command::Move { .. }, Some(_)) => self.tell_opened(index),
            _ => {}
        }
    }

    /// Writes down the version of the document the task runs by, when it is signed for and when it is done (R9).
    fn note_scheme(&mut self, index: usize, scheme: Option<&str>, before: &Task) {
        let task = &self.case.tasks[index];
        let signed = before.acknowledged.is_none() && task.acknowledged.is_some();
        let done = !before.is_done() && task.is_done();
        let Some(scheme) = scheme.filter(|_| signed || done) else {
            return;
        };
        let since = before.acknowledged.as_ref().map(|s| s.at);
        if let Some(used) = self.world.schemes.newly_used(scheme, since, self.now) {
            let event = Event::SchemeUsed {
                task: task.key.clone(),
                scheme: scheme.to_owned(),
                version: used.version.clone(),
                sha256: used.sha256.clone(),
            };
            self.note_task(index, event);
        }
    }

    /// Whoever of the two signs the incident card gave the instruction, and is the officer in charge (2.1.1-4).
    fn take_charge(&mut self) {
        for post in [role::LEADER, role::DEPUTY_LEADER] {
            if self.actor.has_role(post) {
                self.case.incident.officer_role = post.to_owned();
                return;
            }
        }
    }

    pub fn time_not_ahead(&self, at: DateTime<Utc>, field: &str) -> Result<(), Refused> {
        if at > self.now {
            tracing::debug!(at = %local(at), "a time ahead of the clock");
            return Err(Refused::FutureTime { field: field.to_owned() });
        }
        Ok(())
    }
}
