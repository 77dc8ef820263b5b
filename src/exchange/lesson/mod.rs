//! A lesson: what was learnt, from which incidents or in a drill, and what it is about.

pub mod pages;
pub mod store;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{links, may_arrange, required, unlike};
use crate::person::Actor;
use crate::plan::Edition;
use crate::refusal::Refused;
use crate::review::{Signed, filled};

/// A lesson as it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    pub text: String,
    /// Learnt in a drill.
    pub drill: bool,
    /// Numbers of incidents.
    pub incidents: Vec<String>,
    /// Left out, those of the incidents.
    pub sub_kinds: Vec<String>,
    pub clauses: Vec<String>,
    /// Put forward as a change of the plan.
    pub proposes_revision: bool,
    /// Number of the exchange it is brought to.
    pub exchange: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Lesson {
    pub id: Uuid,
    /// `JY-2026-001`
    pub number: String,
    pub edition: String,
    pub parts: Parts,
    pub collected: Signed,
    /// When the exchange it was brought to was published.
    pub published_at: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
}

impl Parts {
    /// Without surrounding blanks and repetitions. `of_incidents` are the sub-kinds of the incidents named, which stand
    /// where none is named.
    ///
    /// # Errors
    /// M_REQUIRED for the text, for an incident where it is not from a drill, for a sub-kind, and for a clause where it
    /// proposes a revision; M_BAD_VALUE for a sub-kind or clause that the edition lacks.
    pub fn read(self, edition: &Edition, of_incidents: &[String]) -> Result<Parts, Refused> {
        let words = filled(&self.text, "text", |l| l.msg_ex_lesson())?;
        let incidents = unlike(self.incidents);
        if incidents.is_empty() && !self.drill {
            return Err(required("incidents", |l| l.msg_ex_incidents()));
        }
        let mut sub_kinds = unlike(self.sub_kinds);
        if sub_kinds.is_empty() {
            sub_kinds = unlike(of_incidents.to_vec());
            // An older edition may have had others.
            sub_kinds.retain(|code| edition.sub_kind(code).is_some());
        }
        let (clauses, sub_kinds) = links(unlike(self.clauses), sub_kinds, edition)?;
        if sub_kinds.is_empty() {
            return Err(required("sub_kinds", |l| l.msg_ex_sub_kinds()));
        }
        if self.proposes_revision && clauses.is_empty() {
            return Err(required("clauses", |l| l.msg_ex_clauses()));
        }
        let exchange = self.exchange.map(|n| n.replace('\0', "").trim().to_owned()).filter(|n| !n.is_empty());
        let Parts { drill, proposes_revision, .. } = self;
        Ok(Parts { text: words, drill, incidents, sub_kinds, clauses, proposes_revision, exchange })
    }
}

impl Lesson {
    /// Whether it may still be set right.
    ///
    /// # Errors
    /// M_FORBIDDEN for whoever is not of the inspection centre, M_RECORD_LOCKED once it is published.
    pub fn may_change(&self, actor: &Actor) -> Result<(), Refused> {
        may_arrange(actor)?;
        if self.published_at.is_some() { Err(Refused::RecordLocked) } else { Ok(()) }
    }
}
