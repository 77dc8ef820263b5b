//! What is told to whom. A notice is addressed to a post, so that whoever holds it reads it, or to one person.

pub mod address;
pub mod pages;
pub mod store;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::journal::Event;

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Addressee {
    Post { role: String, department: String },
    Person(Uuid),
}

impl Addressee {
    /// As pages that listen know it: `role@department`, or the id of the person.
    pub fn code(&self) -> String {
        match self {
            Addressee::Post { role, department } => format!("{role}@{department}"),
            Addressee::Person(id) => id.to_string(),
        }
    }
}

/// A notice about to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    pub id: Uuid,
    pub task: Option<Uuid>,
    pub to: Addressee,
    pub urgent: bool,
    pub late: bool,
    /// When it was due.
    pub at: DateTime<Utc>,
    pub event: Event,
}

/// A notice as its reader finds it.
#[derive(Debug, Clone)]
pub struct Sent {
    pub id: Uuid,
    pub incident: Option<Uuid>,
    pub number: Option<String>,
    pub task: Option<Uuid>,
    pub task_key: Option<String>,
    /// Number of the directive it is about.
    pub directive: Option<String>,
    pub to: Addressee,
    pub urgent: bool,
    pub late: bool,
    pub at: DateTime<Utc>,
    pub sent_at: DateTime<Utc>,
    pub event: Event,
    /// When the reader saw it.
    pub seen_at: Option<DateTime<Utc>>,
    /// Everyone who has seen it, by sign-in name.
    pub seen_by: Vec<String>,
}
