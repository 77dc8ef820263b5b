//! The one module that knows many: an act on an incident, and all that follows from it, as one change.
//!
//! [`Case`] is an incident with its tasks, as one transaction holds it. [`Case::act`] takes a command and answers with
//! the changed case and everything to be written; nothing here reads a clock or a table.

mod announce;
mod command;
mod demand;
mod edition;
mod follow;
mod handling;
pub mod intake;
mod ladder;
mod lifecycle;
pub mod merge;
pub mod open;
mod post;
pub mod reclassify;
mod serve;
pub mod store;
mod succession;
mod tell;
#[cfg(test)]
mod tests;
pub mod tick;

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::calendar::Calendar;
use crate::escalation::{Rung, Sent};
use crate::headquarters::Headquarters;
use crate::incident::Incident;
use crate::journal::{Entry, Event, Recorded};
use crate::leadership::Leadership;
use crate::notice::Notice;
use crate::person::{Actor, directory::Directory};
use crate::plan::Edition;
use crate::refusal::Refused;
use crate::routing::places::Places;
use crate::scheme::Schemes;
use crate::service::Service;
use crate::task::{Task, transition::Contact};
pub use command::{Answer, Command};
pub use demand::REVIEW;
pub use ladder::Due;
pub use lifecycle::{CONDITION_GONE, EDITION_MOVED, RECLASSIFIED};
pub use post::STOOD_DOWN;
pub use succession::SUCCESSION_STEP;

/// What the rules read beside the record: the plan, the calendar, the people, the places.
#[derive(Debug, Clone, Copy)]
pub struct World<'a> {
    pub edition: &'a Edition,
    pub calendar: &'a Calendar,
    pub directory: &'a Directory,
    pub places: &'a Places,
    pub leadership: &'a Leadership,
    pub schemes: &'a Schemes,
}

/// A department's card for the help it owes to a task.
#[derive(Debug, Clone, PartialEq)]
pub struct Cooperation {
    pub id: Uuid,
    pub task: Uuid,
    pub department: String,
    pub state: CooperationState,
    pub acknowledge_by: Option<DateTime<Utc>>,
    pub acknowledged: Option<(DateTime<Utc>, String)>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum CooperationState {
    Asked,
    Acknowledged,
    Refused { reason: String },
    Answered { result: String },
}

impl CooperationState {
    pub const fn code(&self) -> &'static str {
        match self {
            CooperationState::Asked => "asked",
            CooperationState::Acknowledged => "acknowledged",
            CooperationState::Refused { .. } => "refused",
            CooperationState::Answered { .. } => "answered",
        }
    }
}

/// An incident with everything an act on it may touch.
#[derive(Debug, Clone)]
pub struct Case {
    pub incident: Incident,
    /// In the plan's order.
    pub tasks: Vec<Task>,
    pub cooperation: Vec<Cooperation>,
    /// Parties outside that were called.
    pub contacted: Vec<String>,
    /// Rungs sent, by subject.
    pub sent: HashMap<Uuid, Sent>,
    /// Numbers of linked incidents under this one that are open.
    pub open_children: Vec<String>,
    /// Number of the incident this one was merged into.
    pub merged_into: Option<String>,
    /// The headquarters it is or was under.
    pub headquarters: Option<Headquarters>,
    /// One that stands already, where an act puts this incident under it.
    pub offered: Option<Headquarters>,
    /// Numbers of directives neither accepted nor withdrawn.
    pub open_directives: Vec<String>,
    /// Numbers of rectification orders from an earlier closing that are not accepted; read where it is to be closed again.
    pub open_rectifications: Vec<String>,
    /// Decisions, announcements and how the four links stand.
    pub service: Service,
}

/// What an act writes beside the case itself.
#[derive(Debug, Clone, Default)]
pub struct Written {
    pub entries: Vec<Entry>,
    pub notices: Vec<Notice>,
    pub contacts: Vec<(Uuid, Contact)>,
    pub rungs: Vec<(Uuid, Rung, bool)>,
}

/// An act under way: the case as it becomes, and what is written with it.
pub(crate) struct Turn<'a> {
    pub case: Case,
    pub world: World<'a>,
    pub actor: &'a Actor,
    pub now: DateTime<Utc>,
    pub written: Written,
}

impl Case {
    /// An incident nothing has been opened for yet.
    pub fn new(incident: Incident) -> Case {
        Case {
            incident,
            tasks: Vec::new(),
            cooperation: Vec::new(),
            contacted: Vec::new(),
            sent: HashMap::new(),
            open_children: Vec::new(),
            merged_into: None,
            headquarters: None,
            offered: None,
            open_directives: Vec::new(),
            open_rectifications: Vec::new(),
            service: Service::default(),
        }
    }

    /// Applies a command and everything that follows from it. On refusal nothing has changed.
    ///
    /// `record` is the entry a correction or comment is about, where the command names one.
    pub fn act(
        &self,
        command: &Command,
        world: World<'_>,
        actor: &Actor,
        now: DateTime<Utc>,
        record: Option<&Recorded>,
    ) -> Result<(Case, Written), Refused> {
        let actor = &self.as_seen_by(actor);
        let mut turn = Turn { case: self.clone(), world, actor, now, written: Written::default() };
        turn.perform(command, record)?;
        turn.follow_on();
        turn.case.wake(world, now);
        Ok((turn.case, turn.written))
    }

    /// As [`Case::act`], with the revision counted on where anything changed.
    pub fn step(
        &self,
        command: &Command,
        world: World<'_>,
        actor: &Actor,
        now: DateTime<Utc>,
        record: Option<&Recorded>,
    ) -> Result<(Case, Written), Refused> {
        let (mut next, written) = self.act(command, world, actor, now, record)?;
        if next.incident != self.incident || !written.entries.is_empty() {
            next.incident.updated_at = now;
            next.incident.revision = self.incident.revision + 1;
        }
        Ok((next, written))
    }

    /// Who may see it: whoever sees one of its regions, who reported it, and the departments that owe or help with one
    /// of its tasks (R161).
    pub fn is_visible_to(&self, actor: &Actor) -> bool {
        let incident = &self.incident;
        incident.regions.iter().any(|r| actor.sees_region(r))
            || (actor.person.is_some() && incident.reporter == actor.person)
            || self.as_seen_by(actor).commands()
            || self.tasks.iter().any(|t| actor.acts_for(&t.department))
            || self.cooperation.iter().any(|c| actor.acts_for(&c.department))
    }

    /// The refusal that points to where a merged report went.
    pub fn merged(&self) -> Option<Refused> {
        self.merged_into.clone().map(|number| Refused::MergedClosed { number })
    }

    pub fn task(&self, key: &str) -> Option<&Task> {
        self.tasks.iter().find(|t| t.key == key)
    }

    /// Every task opened so far, and whether it is done.
    pub fn known(&self) -> BTreeMap<String, bool> {
        self.tasks.iter().map(|t| (t.key.clone(), t.is_done())).collect()
    }

    /// Major, or something went past its limit: the inspection centre reviews it (trigger proposed).
    pub fn review_due(&self, now: DateTime<Utc>) -> bool {
        self.incident.severity == crate::plan::Severity::Major
            || self.tasks.iter().any(|t| t.late_seconds > 0 || t.is_overdue(now))
    }

    /// The cut-off of the order day the report names.
    pub fn cutoff(&self, world: World<'_>) -> Option<DateTime<Utc>> {
        let day = self.incident.fields.get("order_day").and_then(crate::incident::field::date)?;
        let at = day.and_time(world.calendar.rules().order_cutoff());
        at.and_local_timezone(crate::clock::SHANGHAI).single().map(|t| t.with_timezone(&Utc))
    }
}

impl Turn<'_> {
    pub fn task_index(&self, key: &str) -> Option<usize> {
        self.case.tasks.iter().position(|t| t.key == key)
    }

    /// Writes an entry about the incident as a whole.
    pub fn note(&mut self, event: Event) {
        self.entry(None, event, self.now, false);
    }

    /// Writes an entry about one task.
    pub fn note_task(&mut self, task: usize, event: Event) {
        self.entry(Some(task), event, self.now, false);
    }

    pub fn entry(&mut self, task: Option<usize>, event: Event, at: DateTime<Utc>, late: bool) {
        let task = task.and_then(|i| self.case.tasks.get(i));
        self.written.entries.push(Entry {
            task: task.map(|t| t.id),
            department: task.map(|t| t.department.clone()),
            at,
            event,
            actor: self.actor.login.clone(),
            late,
            corrects: None,
        });
    }
}
