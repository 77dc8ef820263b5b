//! The duties of the matrix: tasks with their limits and ladders, the routes that open them, and duties without an incident.

use serde::{Deserialize, Serialize};

use super::notify::Notify;
use super::vocabulary::{Basis, DoneBy, FrequencyUnit, Resolve, Scope, Severity, StepEvent, Tell, Trigger};
use crate::calendar::{Allowance, ClockKind, Unit};
use crate::lang::Text;

/// The plan's words for haste, and the numbers the engine uses where a task has none of its own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitClass {
    pub code: String,
    pub words: Text,
    pub ack: Allowance,
    pub ack_basis: Basis,
    pub due: Allowance,
    pub due_basis: Basis,
    pub escalation: String,
    pub note: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EscalationPolicy {
    pub code: String,
    pub name: Text,
    pub note: Option<String>,
    /// Working clocks stay working in a major incident.
    #[serde(default)]
    pub always_working: bool,
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub order: u32,
    pub event: StepEvent,
    /// Counted from the event; backwards for `before_*`, a share of the limit for `fraction_elapsed`.
    pub after: Allowance,
    pub tell: Vec<Tell>,
    pub basis: Basis,
    pub when_text: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskDef {
    pub id: String,
    pub action: Text,
    /// Department code; blank where `resolve` alone names it.
    pub responsible: String,
    pub responsible_role: String,
    pub resolve: Resolve,
    pub cooperating: Vec<String>,
    /// The clause shown on the card.
    pub clause: String,
    /// Further clauses; empty where `clause` is the only one.
    #[serde(default)]
    pub clauses: Vec<String>,
    pub basis: Basis,
    pub trigger: Trigger,
    pub trigger_basis: Option<Basis>,
    #[serde(default)]
    pub after: Vec<String>,
    /// Condition that must hold.
    pub when: Option<String>,
    pub limit: Limit,
    pub ack: AckLimit,
    pub escalation: String,
    pub external: Vec<String>,
    pub evidence: Vec<String>,
    pub note: Option<String>,
    #[serde(default = "DoneBy::completion")]
    pub done_by: DoneBy,
    /// Condition that becomes true when the task is done.
    pub sets: Option<String>,
    /// One instance per region concerned.
    #[serde(default)]
    pub per_region: bool,
    /// The act of the command post that fulfils it.
    pub act: Option<Duty>,
    /// Code of the separate document it runs.
    pub scheme: Option<String>,
    /// Whom it tells by name.
    pub notify: Option<Notify>,
}

/// A document of its own that the plan refers to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemeDef {
    pub code: String,
    pub name: Text,
    pub clauses: Vec<String>,
    /// Of its being referred to; who attaches it is proposed.
    pub basis: Basis,
    /// Whose heads may attach a version.
    pub departments: Vec<String>,
    pub note: Option<String>,
}

/// An act of the command post that fulfils a task of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// The headquarters is set up.
    Activate,
    /// An acting commander is authorised.
    Delegate,
    /// The headquarters is stood down.
    Restore,
    /// A decision to suspend or alter service is signed.
    DecideService,
    /// A decision to resume it is signed.
    ResumeService,
    /// An announcement has proof of every channel.
    Announce,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Code of a limit class: the plan's own class of words.
    pub stated: String,
    /// The plan's words, in zh-Hans as in the source.
    pub words: String,
    pub due: Allowance,
    /// Whether the number, not only the word, is the plan's.
    pub due_basis: Basis,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AckLimit {
    pub value: u32,
    pub unit: Unit,
    pub clock: ClockKind,
    pub basis: Basis,
}

impl AckLimit {
    pub fn allowance(&self) -> Allowance {
        Allowance { value: self.value, unit: self.unit, clock: self.clock }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteDef {
    pub sub_kind: String,
    pub severity: Severity,
    /// Severe weather only.
    pub scope: Option<Scope>,
    pub basis: Basis,
    /// Task ids, in plan order.
    pub tasks: Vec<String>,
    pub note: Option<String>,
}

/// A duty not tied to an incident.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandingDuty {
    pub id: String,
    pub action: Text,
    pub responsible: Vec<String>,
    pub responsible_role: String,
    pub clauses: Vec<String>,
    pub words: String,
    pub frequency: Frequency,
    pub frequency_basis: Basis,
    pub evidence: String,
    pub escalation: String,
    pub note: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frequency {
    pub value: u32,
    pub unit: FrequencyUnit,
}
