//! What follows by itself: tasks whose turn has come are opened, until nothing more is due.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Case, Cooperation, CooperationState, Turn, World};
use crate::journal::Event;
use crate::plan::{DoneBy, TaskDef};
use crate::routing::{self, Assignment, resolve};
use crate::task::{Promise, State, Task, clock};

impl Turn<'_> {
    /// Opens what is due now. A task that finishes with its opening may make the next one due.
    pub fn follow_on(&mut self) {
        while self.open_due(false) > 0 {}
    }

    /// Opens the tasks that are due and says how many there were. At the report itself they are told of together.
    pub fn open_due(&mut self, at_report: bool) -> usize {
        let review_due = self.case.review_due(self.now);
        let facts = self.case.incident.facts(review_due);
        let known = self.case.known();
        let edition = self.world.edition;
        let due = routing::to_open(&facts, edition, &known, self.world.directory, self.world.places);
        let count = due.len();
        for assignment in due {
            self.open(&assignment, at_report);
        }
        count
    }

    pub(super) fn open(&mut self, assignment: &Assignment<'_>, at_report: bool) {
        let def = assignment.def;
        let incident = &self.case.incident;
        let from = if at_report { incident.clock_from } else { self.now };
        let order_day = incident.fields.get("order_day").and_then(crate::incident::field::date);
        let major = incident.severity == crate::plan::Severity::Major;
        let (acknowledge_by, due_at) = clock::limits(def, from, major, order_day, self.world.calendar);
        let mut task = Task {
            id: Uuid::now_v7(),
            key: assignment.key.clone(),
            code: def.id.clone(),
            position: assignment.position,
            region: assignment.region.clone(),
            department: assignment.to.department.clone(),
            vacant: assignment.to.vacant,
            role: assignment.to.role.clone(),
            assignee: None,
            state: State::Open,
            major,
            opened_at: from,
            acknowledge_by,
            due_at,
            acknowledged: None,
            evidence: Default::default(),
            late_seconds: 0,
            returned: None,
            check_ins: 0,
            promises: self.pinned(def, from),
            ticks: Vec::new(),
            updated_at: self.now,
            revision: 1,
        };
        match def.done_by {
            DoneBy::Report if at_report => {
                let by = self.case.incident.reporter_login.clone();
                task = task.done_at_opening(&by);
            }
            DoneBy::System => task = task.done_at_opening("system"),
            _ => {}
        }
        self.ask_for_help(&task, assignment);
        self.case.tasks.push(task);
        let index = self.case.tasks.len() - 1;
        if !at_report {
            self.entry_by_rule(index, Event::TaskOpened { task: assignment.key.clone() });
        }
        self.tell_opened(index);
        if self.case.tasks[index].is_done() {
            self.after_done(index);
        }
        self.case.tasks.sort_by(|a, b| (a.position, &a.key).cmp(&(b.position, &b.key)));
    }

    /// Numbers that are set are kept with the task; later settings and other days of the calendar reckon with them (R8).
    fn pinned(&self, def: &TaskDef, from: DateTime<Utc>) -> Vec<Promise> {
        let edition = self.world.edition;
        if !edition.is_set(&def.id) {
            return Vec::new();
        }
        vec![Promise { edition: edition.code.clone(), from, def: def.clone() }]
    }

    /// The effects the matrix gives to a task being done (`sets`).
    pub fn after_done(&mut self, index: usize) {
        let task = &self.case.tasks[index];
        let Some(condition) = task.definition(self.world.edition).and_then(|d| d.sets.clone()) else {
            return;
        };
        if self.case.incident.conditions.insert(condition.clone(), true) != Some(true) {
            self.note(Event::Condition { condition, value: true, by_rule: true });
        }
    }

    pub(super) fn ask_for_help(&mut self, task: &Task, assignment: &Assignment<'_>) {
        let facts = self.case.incident.facts(false);
        let region = assignment.region.as_deref().unwrap_or(&facts.region);
        for code in &assignment.def.cooperating {
            for department in resolve::cooperating(code, &facts, region, self.world.directory) {
                let own = department == task.department;
                let asked = self.case.cooperation.iter().any(|c| c.task == task.id && c.department == department);
                if own || asked {
                    continue;
                }
                self.case.cooperation.push(Cooperation {
                    id: Uuid::now_v7(),
                    task: task.id,
                    department,
                    state: CooperationState::Asked,
                    acknowledge_by: task.acknowledge_by,
                    acknowledged: None,
                    updated_at: self.now,
                });
            }
        }
    }

    fn entry_by_rule(&mut self, index: usize, event: Event) {
        self.entry(Some(index), event, self.now, false);
        if let Some(entry) = self.written.entries.last_mut() {
            entry.actor = "system".to_owned();
        }
    }
}

impl Case {
    /// Sets when the worker has to look at this incident next.
    pub fn wake(&mut self, world: World<'_>, now: DateTime<Utc>) {
        self.incident.wake_at = self.next_due(world, now);
    }
}
