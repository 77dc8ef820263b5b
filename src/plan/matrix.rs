//! The duty matrix as written in `plan/duty-matrix.toml`; its header explains every field.

use serde::{Deserialize, Deserializer, de};

use super::duty::{EscalationPolicy, LimitClass, RouteDef, SchemeDef, StandingDuty, TaskDef};
use super::settings::{CalendarRules, Cooperation, Duplicates, SupplyAuthority, Ups, Weather};
use super::vocabulary::{Basis, DepartmentKind, FieldType, Scope, Severity};
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

fn blank_or_scope<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Scope>, D::Error> {
    let text = String::deserialize(from)?;
    match text.as_str() {
        "" => Ok(None),
        code => Scope::from_code(code).map(Some).ok_or_else(|| de::Error::custom(format!("unknown scope {code}"))),
    }
}
