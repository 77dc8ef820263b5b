//! Whom a task tells by name.

use serde::{Deserialize, Serialize};

use super::{AckLimit, Basis, Circle};

/// The evidence that a list of people told by name is.
pub const NOTIFIED_LIST: &str = "notified_list";

/// Who has to be told by name before a task is done, and to have seen it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notify {
    pub who: Vec<Circle>,
    /// Of who is told.
    pub basis: Basis,
    /// Until when each must have seen it, from being told; runs day and night.
    pub seen: AckLimit,
    /// Ladder for each who has not.
    pub escalation: String,
}

impl Notify {
    pub fn tells(&self, circle: Circle) -> bool {
        self.who.contains(&circle)
    }
}
