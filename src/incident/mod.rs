//! An incident: what was reported, what it is now, and how it ended.

pub mod close;
pub mod field;
pub mod link;
pub mod record;
pub mod report;
pub mod severity;
pub mod store;
pub mod timer;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::plan::{Scope, Severity};
use crate::routing::Facts;

/// State of each of the four links, code -> `normal`, `restricted` or `stopped`; a link left out was not named.
pub type Links = BTreeMap<String, String>;

#[derive(Debug, Clone, PartialEq)]
pub struct Incident {
    pub id: Uuid,
    /// `YJ-YYYYMMDD-NNN`, of the day it was reported.
    pub number: String,
    /// Edition in force when it was reported; the leadership may move it to a later one (R4).
    pub edition: String,
    pub kind: String,
    pub sub_kind: String,
    pub region: String,
    pub regions: Vec<String>,
    pub scope: Option<Scope>,
    /// The level whose route runs.
    pub severity: Severity,
    pub proposal: Proposal,
    pub confirmed: Option<Confirmation>,
    pub state: State,
    /// `leader` or `deputy_leader`: who gave the instruction, the deputy until then.
    pub officer_role: String,
    pub occurred_at: DateTime<Utc>,
    pub reported_at: DateTime<Utc>,
    /// Where the clocks start: the call, if it was telephoned, else the report.
    pub clock_from: DateTime<Utc>,
    pub reporter: Option<Uuid>,
    pub reporter_login: String,
    pub reporter_department: String,
    pub description: String,
    /// What makes it the same place, for finding duplicates.
    pub place_key: String,
    /// The report's fields, as typed and checked.
    pub fields: Map<String, Value>,
    pub links: Links,
    pub conditions: BTreeMap<String, bool>,
    pub recovered_at: Option<DateTime<Utc>>,
    pub wake_at: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
    pub revision: i32,
}

#[derive(Debug, Clone, PartialEq)]
pub enum State {
    Open,
    Closed {
        at: DateTime<Utc>,
        by: String,
        closing: Closing,
    },
    /// Its reports stand in another incident.
    Merged {
        into: Uuid,
        at: DateTime<Utc>,
    },
}

impl State {
    pub const fn code(&self) -> &'static str {
        match self {
            State::Open => "open",
            State::Closed { .. } => "closed",
            State::Merged { .. } => "merged",
        }
    }
}

/// How it ended: result, when service was restored, and the cause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Closing {
    pub result: String,
    pub restored_at: DateTime<Utc>,
    pub cause: String,
}

/// The level a rule proposed, with the figures that led to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    pub severity: Severity,
    pub scope: Option<Scope>,
    /// Id of the severity rule, or `default`.
    pub rule: String,
    pub figures: BTreeMap<String, Value>,
    pub at: DateTime<Utc>,
    /// Earlier proposals, oldest first; nothing vanishes.
    #[serde(default)]
    pub earlier: Vec<(String, Severity)>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Confirmation {
    pub at: DateTime<Utc>,
    pub by: String,
    pub reason: Option<String>,
}

/// Characters of a description that stand for the whole.
const TITLE: usize = 40;

/// What an incident is called wherever it is named: the first words of what was reported, else its kind.
pub fn title(description: &str, kind: &str) -> String {
    let line = description.trim().lines().next().unwrap_or_default();
    let mut short: String = line.chars().take(TITLE).collect();
    if line.chars().nth(TITLE).is_some() {
        short.push('…');
    }
    if short.is_empty() { kind.to_owned() } else { short }
}

impl Incident {
    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// Proposed above what runs, and nobody of the leadership has said yes or no.
    pub fn awaits_confirmation(&self) -> bool {
        self.is_open() && self.confirmed.is_none() && self.proposal.severity > self.severity
    }

    /// What routing asks about the incident.
    pub fn facts(&self, review_due: bool) -> Facts {
        let text = |code: &str| self.fields.get(code).and_then(Value::as_str).map(str::to_owned);
        Facts {
            sub_kind: self.sub_kind.clone(),
            severity: self.severity,
            scope: self.scope,
            region: self.region.clone(),
            regions: self.regions.clone(),
            reporter_department: self.reporter_department.clone(),
            site: text("site").or_else(|| text("warehouse")),
            vehicle: text("vehicle"),
            quantity: report::quantity(&self.fields),
            conditions: self.conditions.clone(),
            recovered: self.recovered_at.is_some(),
            closed: matches!(self.state, State::Closed { .. }),
            review_due,
        }
    }
}
