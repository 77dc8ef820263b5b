//! The checklist of the separate document a task runs by: its items are ticked one by one, and taken back (R9).

use super::Turn;
use crate::journal::Event;
use crate::refusal::Refused;
use crate::task::{self, Tick};

/// An item to be ticked, or its tick to be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The version whose checklist was seen.
    pub version: String,
    /// From 1.
    pub item: usize,
    pub done: bool,
}

impl Turn<'_> {
    /// Whoever has part in the task and has signed for it ticks; what stands so already changes nothing.
    ///
    /// # Errors
    /// M_NOT_FOUND for a task without a document or an item it lacks; M_NOT_YOUR_TASK and its like by right; M_STALE
    /// where the task has ended or another version stands; M_ACK_FIRST before it is signed for.
    pub fn check(&mut self, key: &str, check: &Check) -> Result<(), Refused> {
        let index = self.task_index(key).ok_or(Refused::NotFound)?;
        let task = &self.case.tasks[index];
        let scheme = task.definition(self.world.edition).and_then(|def| def.scheme.clone()).ok_or(Refused::NotFound)?;
        task::rights::require(task, self.actor, &self.world.directory.department_name(&task.department))?;
        if let Some(ending) = task.state.ending() {
            return Err(Refused::Stale { at: ending.at, change: Some(ending.by.clone()) });
        }
        if task.acknowledged.is_none() {
            return Err(Refused::AckFirst);
        }
        let stands = self.world.schemes.standing_at(&scheme, self.now).ok_or(Refused::NotFound)?;
        if stands.version != check.version {
            return Err(Refused::Stale { at: stands.at, change: Some(stands.by.clone()) });
        }
        let item = check.item.checked_sub(1).and_then(|at| stands.checklist.get(at)).ok_or(Refused::NotFound)?.clone();
        if task.ticked(&check.version, check.item).is_some() == check.done {
            return Ok(());
        }
        let (task_key, version) = (task.key.clone(), check.version.clone());
        let (by, at) = (self.actor.login.clone(), self.now);
        let task = &mut self.case.tasks[index];
        task.ticks.retain(|t| !(t.version == version && t.item == check.item));
        if check.done {
            task.ticks.push(Tick { version: version.clone(), item: check.item, by, at });
        }
        task.updated_at = at;
        let event = match check.done {
            true => Event::ItemTicked { task: task_key, scheme, version, item },
            false => Event::TickTakenBack { task: task_key, scheme, version, item },
        };
        self.note_task(index, event);
        Ok(())
    }
}
