//! How the Leading Group reads a clause (4). A ruling stands beside the clause and never alters it.

pub mod store;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{signs, whole};
use crate::lang::Text;
use crate::leadership::Leadership;
use crate::person::Actor;
use crate::plan::Edition;
use crate::refusal::Refused;

#[derive(Debug, Clone, PartialEq)]
pub struct Ruling {
    pub id: Uuid,
    pub clause: String,
    /// The edition in force when it was given.
    pub edition: String,
    pub text: Text,
    pub by: String,
    pub at: DateTime<Utc>,
    /// When a later one took its place.
    pub superseded_at: Option<DateTime<Utc>>,
}

impl Ruling {
    /// # Errors
    /// M_NOT_LG and M_ACTING_LIMITS by right, M_NOT_FOUND for a clause the edition lacks, M_REQUIRED for a blank
    /// language.
    pub fn new(
        clause: &str,
        text: Text,
        edition: &Edition,
        actor: &Actor,
        leadership: &Leadership,
        now: DateTime<Utc>,
    ) -> Result<Ruling, Refused> {
        signs(actor, leadership)?;
        let clause = edition.clause(clause).ok_or(Refused::NotFound)?;
        Ok(Ruling {
            id: Uuid::now_v7(),
            clause: clause.id.clone(),
            edition: edition.code.clone(),
            text: whole(text)?,
            by: actor.login.clone(),
            at: now,
            superseded_at: None,
        })
    }

    pub fn stands(&self) -> bool {
        self.superseded_at.is_none()
    }
}
