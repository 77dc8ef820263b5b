//! Time passes in many incidents at once: the rules are asked about each alone, what they answer is written together.

pub mod store;

use uuid::Uuid;

/// One round of the worker, made of as many transactions as it takes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Round {
    /// Nothing is due any more.
    pub done: bool,
    /// Some could not be written together: each is taken alone.
    pub alone: bool,
    /// Those that could not be written at all: they are left as they are, and nobody else waits for them.
    pub stuck: Vec<Uuid>,
}
