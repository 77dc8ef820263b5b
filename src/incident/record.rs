//! What is kept beside an incident, and how a list of them is narrowed.

pub mod store;

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

/// A report as it came in, kept for good.
#[derive(Debug, Clone)]
pub struct Report {
    pub id: Uuid,
    pub incident: Uuid,
    pub reference: String,
    pub person: Option<Uuid>,
    pub registrar: String,
    pub on_behalf_of: Option<String>,
    pub told_at: Option<DateTime<Utc>>,
    pub received_at: DateTime<Utc>,
    pub client_key: Option<String>,
    pub body: Value,
}

/// One side of a link between incidents.
#[derive(Debug, Clone)]
pub struct Linked {
    pub number: String,
    /// The other is the parent (cause) of this one.
    pub is_parent: bool,
    pub state: String,
    pub sub_kind: String,
    pub reason: String,
    pub by: String,
    pub at: DateTime<Utc>,
}

/// What a list of incidents is narrowed by; `None` leaves that side open.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub state: Option<String>,
    pub kind: Option<String>,
    pub regions: Option<Vec<String>>,
    pub severity: Option<String>,
    /// A piece of number or description, as typed.
    pub text: Option<String>,
    /// Only those reported before this one.
    pub before: Option<(DateTime<Utc>, Uuid)>,
}
