//! Telling people by name on starting a task, and their seeing it (2.1.2-sec-2; R143).

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Case, Due, Turn, World};
use crate::calendar::ClockKind;
use crate::escalation::{self, Limits, Sent};
use crate::journal::Event;
use crate::l10n::text;
use crate::notice::Addressee;
use crate::notified::{self, Concerned, Notified};
use crate::plan::{Means, Notify};
use crate::refusal::Refused;
use crate::task::{Ending, State, Task, rights};

impl Case {
    /// Everyone the task has to tell by name, as the incident stands now; nobody for a task that tells none.
    pub fn concerned(&self, task: &Task, world: World<'_>) -> Vec<Concerned> {
        let Some(notify) = notify_of(task, world) else {
            return Vec::new();
        };
        let mut affected: Vec<String> = Vec::new();
        let own = self.tasks.iter().filter(|t| !fell_away(t)).map(|t| &t.department);
        for department in own.chain(&self.below) {
            if !affected.contains(department) {
                affected.push(department.clone());
            }
        }
        notified::concerned(notify, &task.department, &affected, world.directory)
    }

    /// Whoever the task has to tell and has not told.
    pub fn untold(&self, task: &Task, world: World<'_>) -> Vec<Concerned> {
        let mut list = self.concerned(task, world);
        list.retain(|c| !self.told(task.id).any(|n| n.person == c.person));
        list
    }

    /// Everyone the task has told, in the order they were told.
    pub fn told(&self, task: Uuid) -> impl Iterator<Item = &Notified> {
        self.notified.iter().filter(move |n| n.task == task)
    }

    /// The task's list: whoever it has to tell, and whoever it told who is no longer concerned, each with their entry.
    /// Of a task that has ended, those it told.
    pub fn roll(&self, task: &Task, world: World<'_>) -> Vec<(Concerned, Option<&Notified>)> {
        let entry = |c: &Concerned| self.told(task.id).find(|n| n.person == c.person);
        let mut roll: Vec<_> = self.concerned(task, world).into_iter().map(|c| (entry(&c), c)).collect();
        for n in self.told(task.id) {
            if !roll.iter().any(|(_, c)| c.person == n.person) {
                roll.push((Some(n), Concerned { person: n.person, login: n.login.clone(), posts: Vec::new() }));
            }
        }
        roll.into_iter().filter(|(told, _)| told.is_some() || task.is_active()).map(|(told, c)| (c, told)).collect()
    }

    /// The rungs about people who were told and have not seen it, each with the place of its task. A task that is done
    /// still waits to be seen; one that fell away does not.
    pub(super) fn unseen(&self, world: World<'_>) -> Vec<(i32, Due)> {
        let none = Sent::new();
        let mut due = Vec::new();
        let waits = |n: &&Notified| n.seen_at.is_none() && world.directory.person(n.person).is_some_and(|p| p.active);
        for n in self.notified.iter().filter(|_| self.incident.is_open()).filter(waits) {
            let Some(task) = self.tasks.iter().find(|t| t.id == n.task && !fell_away(t)) else {
                continue;
            };
            let Some(policy) = notify_of(task, world).and_then(|notify| world.edition.policy(&notify.escalation))
            else {
                continue;
            };
            let limits = Limits {
                opened_at: n.entered_at,
                acknowledged: false,
                acknowledge_by: Some(n.see_by),
                due_at: None,
                cutoff: None,
                major: task.major,
                clock: ClockKind::Elapsed,
            };
            let sent = self.sent.get(&n.id).unwrap_or(&none);
            for rung in escalation::rungs(policy, &limits, world.calendar, sent) {
                let (subject, key, unseen) = (n.id, Some(task.key.clone()), Some(n.login.clone()));
                due.push((task.position, Due { subject, task: key, unseen, rung }));
            }
        }
        due
    }
}

impl Turn<'_> {
    /// Several people at once, told in the same way at the same time. Each gets a notice that leads to the incident.
    pub fn notify(
        &mut self,
        index: usize,
        people: &[String],
        means: Option<Means>,
        at: Option<DateTime<Utc>>,
    ) -> Result<(), Refused> {
        let task = self.case.tasks[index].clone();
        let notify = notify_of(&task, self.world).cloned().ok_or(Refused::NotFound)?;
        rights::require(&task, self.actor, &self.world.directory.department_name(&task.department))?;
        if let Some(Ending { at, by }) = task.state.ending() {
            return Err(Refused::Stale { at: *at, change: Some(by.clone()) });
        }
        let new = self.chosen(&task, people)?;
        let means = means
            .ok_or_else(|| Refused::Required { field: "means".to_owned(), label: text(|l| l.msg_told_means()) })?;
        let at = at.unwrap_or(self.now);
        self.time_not_ahead(at, "at")?;
        if at < self.case.incident.occurred_at {
            return Err(Refused::BadValue { field: "at".to_owned(), expected: text(|l| l.msg_told_at_rule()) });
        }
        if new.is_empty() {
            return Ok(());
        }
        let seen = notify.seen.allowance();
        let see_by = self.world.calendar.due(self.now, &seen, task.major, None).unwrap_or(self.now);
        let people = new.iter().map(|c| c.login.clone()).collect();
        let event = Event::Notified { task: task.key.clone(), people, means, told_at: at };
        for Concerned { person, login, .. } in new {
            self.send(Addressee::Person(person), Some(task.id), true, &event);
            self.case.notified.push(Notified {
                id: Uuid::now_v7(),
                task: task.id,
                person,
                login,
                means,
                at,
                by: self.actor.login.clone(),
                entered_at: self.now,
                see_by,
                seen_at: None,
            });
        }
        self.note_task(index, event);
        Ok(())
    }

    /// Those of `people` whom nobody has told yet. Whoever comes second is told who told them.
    fn chosen(&self, task: &Task, people: &[String]) -> Result<Vec<Concerned>, Refused> {
        let field = || "people".to_owned();
        if people.is_empty() {
            return Err(Refused::Required { field: field(), label: text(|l| l.msg_told_people()) });
        }
        let list = self.case.concerned(task, self.world);
        let mut new = Vec::new();
        for login in people.iter().collect::<BTreeSet<_>>() {
            match self.case.told(task.id).find(|n| n.login == *login) {
                Some(first) if first.by != self.actor.login => {
                    return Err(Refused::Stale { at: first.entered_at, change: Some(first.by.clone()) });
                }
                Some(_) => {}
                None => {
                    let one = list.iter().find(|c| c.login == *login);
                    let off_list =
                        || Refused::BadValue { field: field(), expected: text(|l| l.msg_told_people_rule()) };
                    new.push(one.cloned().ok_or_else(off_list)?);
                }
            }
        }
        new.sort_by_key(|one| list.iter().position(|c| c.person == one.person));
        Ok(new)
    }

    /// The person's own word that they know; nobody gives it for another.
    pub fn see(&mut self, index: usize) -> Result<(), Refused> {
        let (task, key) = (self.case.tasks[index].id, self.case.tasks[index].key.clone());
        let (person, now) = (self.actor.person, self.now);
        let own = self.case.notified.iter_mut().find(|n| n.task == task && Some(n.person) == person);
        let own = own.ok_or(Refused::Forbidden)?;
        if own.seen_at.is_none() {
            own.seen_at = Some(now);
            self.note_task(index, Event::NoticeSeen { task: key });
        }
        Ok(())
    }
}

fn notify_of<'a>(task: &'a Task, world: World<'a>) -> Option<&'a Notify> {
    task.definition(world.edition)?.notify.as_ref()
}

fn fell_away(task: &Task) -> bool {
    matches!(task.state, State::Cancelled { .. } | State::NotArisen { .. })
}
