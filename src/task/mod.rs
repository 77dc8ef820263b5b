//! A task: one duty of the plan, opened for one incident, owed by one department.

pub mod clock;
pub mod evidence;
pub mod rights;
pub mod store;
pub mod transition;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

pub use transition::Command;

use crate::plan::{Edition, TaskDef};

/// What an edition promised of a task, and since when: kept where the incident was moved to another edition (R4).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    /// Code of the edition.
    pub edition: String,
    /// What its clocks run from.
    pub from: DateTime<Utc>,
    pub def: TaskDef,
}

/// Where a task stands. Each variant holds the facts of that state.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    Open,
    Acknowledged,
    Done(Ending),
    Cancelled {
        ending: Ending,
        reason: String,
    },
    /// The condition it was opened for did not arise after all.
    NotArisen {
        ending: Ending,
        reason: String,
    },
}

/// When a task ended, and by whom (sign-in name, or `system`).
#[derive(Debug, Clone, PartialEq)]
pub struct Ending {
    pub at: DateTime<Utc>,
    pub by: String,
}

impl State {
    pub const fn code(&self) -> &'static str {
        match self {
            State::Open => "open",
            State::Acknowledged => "acknowledged",
            State::Done(_) => "done",
            State::Cancelled { .. } => "cancelled",
            State::NotArisen { .. } => "not_arisen",
        }
    }

    pub fn ending(&self) -> Option<&Ending> {
        match self {
            State::Open | State::Acknowledged => None,
            State::Done(ending) | State::Cancelled { ending, .. } | State::NotArisen { ending, .. } => Some(ending),
        }
    }
}

/// An item of the checklist the task runs by, ticked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tick {
    /// The version of the document whose checklist it is.
    pub version: String,
    /// From 1.
    pub item: usize,
    /// Sign-in name.
    pub by: String,
    pub at: DateTime<Utc>,
}

/// The signature for a task: when, and by whom. It stops the acknowledgement clock, never the due clock.
#[derive(Debug, Clone, PartialEq)]
pub struct Signature {
    pub at: DateTime<Utc>,
    pub by: String,
}

/// The member of the department a head gave the task to.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignee {
    pub person: Uuid,
    pub login: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    pub id: Uuid,
    /// Matrix id, with `@REGION` where one opens per region.
    pub key: String,
    /// Matrix id.
    pub code: String,
    /// Place in the plan's order.
    pub position: i32,
    pub region: Option<String>,
    /// Department instance that owes it, e.g. `INF`, `RMD-QZ`.
    pub department: String,
    /// No one holds the post: the department is the next one up that can be reached (R38).
    pub vacant: bool,
    pub role: String,
    pub assignee: Option<Assignee>,
    pub state: State,
    /// Opened under a major incident: working clocks run day and night (matrix header).
    pub major: bool,
    pub opened_at: DateTime<Utc>,
    pub acknowledge_by: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub acknowledged: Option<Signature>,
    /// Evidence given so far: code of the matrix -> what was stated.
    pub evidence: BTreeMap<String, Value>,
    /// Seconds past the limit, of the limit's own clock; fixed when it ends.
    pub late_seconds: i64,
    /// Given back by the head as not the department's: awaits the officer in charge.
    pub returned: Option<(DateTime<Utc>, String)>,
    /// For a continuous duty: how many check-ins there were.
    pub check_ins: i32,
    /// Empty: as the incident's edition has it. The last is what it runs under; its limits are the earliest of all.
    pub promises: Vec<Promise>,
    /// Of the checklist of the separate document it runs by.
    pub ticks: Vec<Tick>,
    pub updated_at: DateTime<Utc>,
    pub revision: i32,
}

impl Task {
    pub fn is_active(&self) -> bool {
        matches!(self.state, State::Open | State::Acknowledged)
    }

    pub fn is_done(&self) -> bool {
        matches!(self.state, State::Done(_))
    }

    /// The duty as the edition words it that the task runs under; `edition` is the incident's.
    pub fn definition<'a>(&'a self, edition: &'a Edition) -> Option<&'a TaskDef> {
        self.promises.last().map(|p| &p.def).or_else(|| edition.task(&self.code))
    }

    /// Whether an item of a version's checklist is ticked: when, and by whom.
    pub fn ticked(&self, version: &str, item: usize) -> Option<&Tick> {
        self.ticks.iter().find(|t| t.version == version && t.item == item)
    }

    /// Past its limit and still not done.
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        self.is_active() && self.due_at.is_some_and(|due| due < now)
    }
}
