//! Time passes in many incidents at once: the rules are asked about each alone, what they answer is written together.

pub mod store;

use uuid::Uuid;

/// One round of the worker.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Round {
    /// Incidents looked at.
    pub looked: usize,
    /// Those that could not be: they are left as they are, and nobody else waits for them.
    pub stuck: Vec<Uuid>,
}
