//! The duty matrix as written in `plan/duty-matrix.toml`; its header explains every field.

use serde::{Deserialize, Deserializer, Serialize, de};

use super::Notify;
use super::settings::{CalendarRules, Cooperation, Duplicates, SupplyAuthority, Ups, Weather};
use super::vocabulary::{
    Basis, DepartmentKind, DoneBy, FieldType, FrequencyUnit, Resolve, Scope, Severity, StepEvent, Tell, Trigger,
};
use crate::calendar::{Allowance, ClockKind, Unit};
use crate::lang::Text;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    pub schema_version: u32,
    pub plan_edition: String,
    pub calendar: CalendarRules,
    pub ups: Ups,
    pub supply_authority: SupplyAuthority,
    pub weather: Weather,
    pub cooperation: Cooperation,
    pub duplicates: Duplicates,
    #[serde(rename = "department")]
    pub departments: Vec<Department>,
    #[serde(rename = "role")]
    pub roles: Vec<RoleDef>,
    #[serde(rename = "external_party")]
    pub external_parties: Vec<ExternalParty>,
    #[serde(rename = "condition")]
    pub conditions: Vec<Condition>,
    #[serde(rename = "evidence")]
    pub evidence: Vec<EvidenceDef>,
    #[serde(rename = "severity")]
    pub severities: Vec<SeverityDef>,
    #[serde(rename = "severity_rule")]
    pub severity_rules: Vec<SeverityRule>,
    #[serde(rename = "succession")]
    pub successions: Vec<Succession>,
    #[serde(rename = "kind")]
    pub kinds: Vec<Kind>,
    #[serde(rename = "sub_kind")]
    pub sub_kinds: Vec<SubKind>,
    #[serde(rename = "field")]
    pub fields: Vec<FieldDef>,
    #[serde(rename = "link")]
    pub links: Vec<Link>,
    #[serde(rename = "link_state")]
    pub link_states: Vec<LinkState>,
    #[serde(rename = "limit_class")]
    pub limit_classes: Vec<LimitClass>,
    #[serde(rename = "escalation_policy")]
    pub escalation_policies: Vec<EscalationPolicy>,
    #[serde(rename = "scheme", default)]
    pub schemes: Vec<SchemeDef>,
    #[serde(rename = "task")]
    pub tasks: Vec<TaskDef>,
    #[serde(rename = "route")]
    pub routes: Vec<RouteDef>,
    #[serde(rename = "standing_duty")]
    pub standing_duties: Vec<StandingDuty>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Department {
    pub code: String,
    pub name: Text,
    pub kind: DepartmentKind,
    /// Code of the department above; blank for none.
    pub parent: String,
    /// One instance per region, coded `<code>-<REGION>`.
    pub per_region: bool,
    pub clauses: Vec<String>,
    pub basis: Basis,
    pub note: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleDef {
    pub code: String,
    pub name: Text,
    /// Where the role is held; empty: in any department.
    pub departments: Vec<String>,
    pub can: Vec<String>,
    pub clauses: Vec<String>,
    pub basis: Basis,
    pub note: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExternalParty {
    pub code: String,
    pub name: Text,
    pub clauses: Vec<String>,
    pub basis: Basis,
    pub note: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub code: String,
    pub name: Text,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceDef {
    pub code: String,
    pub name: Text,
    pub basis: Basis,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeverityDef {
    pub code: Severity,
    pub rank: u8,
    pub name: Text,
    pub meaning: Text,
    pub clauses: Vec<String>,
    pub basis: Basis,
    /// Role codes.
    pub confirmed_by: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeverityRule {
    pub id: String,
    /// Codes of kinds or sub-kinds.
    pub applies_to: Vec<String>,
    pub proposes: Severity,
    #[serde(deserialize_with = "blank_or_scope")]
    pub scope: Option<Scope>,
    pub test: Text,
    pub clauses: Vec<String>,
    pub basis: Basis,
    pub threshold: Option<String>,
    pub threshold_basis: Option<Basis>,
}

/// Who is suggested as acting commander for incidents of a kind.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Succession {
    pub kind: String,
    pub department: String,
    pub clauses: Vec<String>,
    pub basis: Basis,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    pub code: String,
    pub name: Text,
    /// Id of a section of the plan.
    pub section: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubKind {
    pub code: String,
    pub kind: String,
    pub name: Text,
    pub clauses: Vec<String>,
    pub severities: Vec<Severity>,
    pub default_severity: Severity,
    /// Role codes.
    pub reporters: Vec<String>,
    /// Codes of `[[field]]`, in the order of the form.
    pub required_fields: Vec<String>,
    pub basis: Basis,
    pub note: Option<String>,
}

impl SubKind {
    pub fn requires(&self, field: &str) -> bool {
        self.required_fields.iter().any(|code| code == field)
    }

    /// Whether its routes differ by scope (severe weather).
    pub fn is_scoped(&self) -> bool {
        self.requires("scope")
    }

    /// Every severity, and scope where it has one, that must have a route.
    pub fn tracks(&self) -> Vec<(Severity, Option<Scope>)> {
        let scopes = |severity: Severity| match (self.is_scoped(), severity) {
            (false, _) => vec![None],
            (true, Severity::Major) => vec![Some(Scope::WholeRegion), Some(Scope::PartRegion)],
            (true, _) => vec![Some(Scope::PartRegion)],
        };
        self.severities.iter().flat_map(|&severity| scopes(severity).into_iter().map(move |s| (severity, s))).collect()
    }
}

/// One thing a report form may ask for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldDef {
    pub code: String,
    pub name: Text,
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// Of a `choice` only.
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// A short example.
    pub hint: Option<Text>,
    pub min: Option<i64>,
    pub max: Option<i64>,
    pub basis: Basis,
    pub note: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub code: String,
    pub name: Text,
}

/// A link of the sales network: ordering, settlement, sorting, delivery.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    pub code: String,
    pub name: Text,
}

/// How a link runs: normal, restricted, stopped.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkState {
    pub code: String,
    pub name: Text,
}

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

fn blank_or_scope<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Scope>, D::Error> {
    let text = String::deserialize(from)?;
    match text.as_str() {
        "" => Ok(None),
        code => Scope::from_code(code).map(Some).ok_or_else(|| de::Error::custom(format!("unknown scope {code}"))),
    }
}
