//! A report on its way into the record: opened by the rules, waiting to be written with others.

pub mod store;

use serde_json::{Map, Value};

use super::{Case, Written};
use crate::incident::report::Draft;
use crate::person::Actor;

/// A report the rules have opened, ready to be written.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub draft: Draft,
    /// As it was sent; kept as the original report.
    pub body: Map<String, Value>,
    /// The sender's own key, by which the same report sent twice is one.
    pub key: Option<String>,
    pub actor: Actor,
    pub case: Case,
    pub written: Written,
    /// Revision of the calendar its limits were reckoned with.
    pub calendar: i64,
}

/// What became of a report.
#[derive(Debug, Clone)]
pub enum Receipt {
    /// A new incident.
    Opened(Box<Case>),
    /// It had come in before under the same key: incident number and report reference.
    Known { number: String, reference: String },
    /// Merged into an incident that was open: its number, and the reference of this report.
    Merged { number: String, reference: String },
}

/// Whether text would be refused by the database: NUL can't be stored.
pub fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(s) => s.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(k, v)| k.contains('\0') || has_nul(v)),
        _ => false,
    }
}
