//! The leadership asks for a review of a closed incident (2.1.2-insp-1; R146).

use super::Turn;
use crate::incident::State;
use crate::journal::Event;
use crate::l10n::text;
use crate::notice::address::post;
use crate::person::role;
use crate::refusal::Refused;
use crate::routing::{Assignment, resolve};

/// The task of the matrix by which the inspection centre owes a review.
pub const REVIEW: &str = "insp.review";
/// Letters of a reason at most.
const LONGEST: usize = 4000;

impl Turn<'_> {
    /// Opens the inspection centre's duty under its own limit, also where the level's route has none. What opened
    /// already keeps its limit.
    pub fn demand_review(&mut self, reason: &str) -> Result<(), Refused> {
        if !self.actor.leads() {
            return Err(Refused::Forbidden);
        }
        if !matches!(self.case.incident.state, State::Closed { .. }) {
            return Err(Refused::Prereq { task: text(|l| l.msg_rv_demand_waits()) });
        }
        // The database keeps no NUL.
        let reason = reason.replace('\0', "").trim().to_owned();
        let field = "reason".to_owned();
        if reason.is_empty() {
            return Err(Refused::Required { field, label: text(|l| l.msg_rv_demand_reason()) });
        }
        if reason.chars().count() > LONGEST {
            return Err(Refused::BadValue { field, expected: text(|l| l.msg_length_rule(LONGEST.to_string())) });
        }
        if self.case.task(REVIEW).is_none() {
            self.open_review()?;
        }
        let due_at = self.case.task(REVIEW).and_then(|t| t.due_at);
        let event = Event::ReviewDemanded { reason, due_at };
        self.send(post(role::INSPECTOR, "INSP"), None, false, &event);
        self.note(event);
        Ok(())
    }

    fn open_review(&mut self) -> Result<(), Refused> {
        let world = self.world;
        let def = world.edition.task(REVIEW).ok_or(Refused::NotFound)?;
        let facts = self.case.incident.facts(true);
        let position = self.case.tasks.iter().map(|t| t.position + 1).max().unwrap_or_default();
        let to = resolve::resolve(def, &facts, &facts.region, world.edition, world.directory, world.places);
        self.open(&Assignment { def, position, key: def.id.clone(), region: None, to }, false);
        Ok(())
    }
}
