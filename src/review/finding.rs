//! What the inspector found: noted before the draft, corrected or withdrawn until the review is final.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Context, Review, Signed, State, Written, bad, filled, required};
use crate::journal::Event;
use crate::l10n::text;
use crate::notice::address;
use crate::person::Actor;
use crate::person::directory::Directory;
use crate::plan::Edition;
use crate::refusal::Refused;

/// A finding, against which clause and department.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub id: Uuid,
    pub words: Words,
    /// What it said before each correction, the oldest first.
    pub was: Vec<Was>,
    pub withdrawn: Option<Withdrawn>,
    pub by: String,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Words {
    pub text: String,
    pub clause: String,
    pub department: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Was {
    pub id: Uuid,
    pub words: Words,
    /// When, and by whom, it was made to say otherwise.
    pub changed: Signed,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Withdrawn {
    pub reason: String,
    pub signed: Signed,
}

impl Words {
    /// As typed, made sure of.
    fn checked(&self, edition: &Edition, directory: &Directory) -> Result<Words, Refused> {
        let words = filled(&self.text, "text", |l| l.msg_rv_finding_text())?;
        let clause = filled(self.clause.trim().trim_start_matches('§'), "clause", |l| l.msg_rv_clause())?;
        let department = filled(&self.department, "department", |l| l.msg_rv_department())?;
        if edition.clause(&clause).is_none() {
            return Err(bad("clause", |l| l.msg_rv_clause_rule()));
        }
        if !takes_findings(&department, directory) {
            return Err(bad("department", |l| l.msg_rv_department_rule()));
        }
        Ok(Words { text: words, clause, department })
    }
}

impl Review {
    /// One that was not withdrawn.
    pub fn finding(&self, id: Uuid) -> Option<&Finding> {
        self.standing().find(|f| f.id == id)
    }

    /// Findings that were not withdrawn.
    pub fn standing(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|f| f.withdrawn.is_none())
    }

    pub(super) fn find(
        &mut self,
        words: &Words,
        context: &Context<'_>,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), Refused> {
        if self.state != State::Open {
            return Err(Refused::RecordLocked);
        }
        let words = words.checked(context.edition, context.directory)?;
        let by = actor.login.clone();
        self.findings.push(Finding { id: Uuid::now_v7(), words, was: Vec::new(), withdrawn: None, by, at: now });
        Ok(())
    }

    /// # Errors
    /// M_RECORD_LOCKED once the review is final.
    pub(super) fn correct(
        &mut self,
        id: Option<Uuid>,
        words: &Words,
        context: &Context<'_>,
        actor: &Actor,
        now: DateTime<Utc>,
        written: &mut Written,
    ) -> Result<(), Refused> {
        let out = self.state == State::Draft;
        let finding = self.open_finding(id)?;
        let words = words.checked(context.edition, context.directory)?;
        if words == finding.words {
            return Ok(());
        }
        let before = std::mem::replace(&mut finding.words, words.clone());
        finding.was.push(Was { id: Uuid::now_v7(), words: before.clone(), changed: (now, actor.login.clone()) });
        // Until the draft is out nobody but the inspection centre knows of the finding.
        if out {
            let event = Event::FindingCorrected {
                department: words.department.clone(),
                clause: words.clause,
                text: words.text,
                from_department: before.department.clone(),
                from_clause: before.clause,
                from_text: before.text,
            };
            for department in [&before.department, &words.department] {
                written.tell(address::head(context.directory, department), &event, false, now);
            }
            written.note(Some(&words.department), event, actor, now);
        }
        Ok(())
    }

    /// # Errors
    /// M_RECORD_LOCKED once the review is final, and while a rectification rests on the finding.
    pub(super) fn withdraw(
        &mut self,
        id: Option<Uuid>,
        reason: &str,
        context: &Context<'_>,
        actor: &Actor,
        now: DateTime<Utc>,
        written: &mut Written,
    ) -> Result<(), Refused> {
        let out = self.state == State::Draft;
        let finding = self.open_finding(id)?;
        let reason = filled(reason, "reason", |l| l.msg_rect_reason())?;
        if context.ordered.contains(&finding.id) {
            return Err(Refused::RecordLocked);
        }
        finding.withdrawn = Some(Withdrawn { reason: reason.clone(), signed: (now, actor.login.clone()) });
        let Words { text, department, .. } = finding.words.clone();
        if out {
            let event = Event::FindingWithdrawn { department: department.clone(), text, reason };
            written.tell(address::head(context.directory, &department), &event, false, now);
            written.note(Some(&department), event, actor, now);
        }
        Ok(())
    }

    /// A finding that may still be changed.
    fn open_finding(&mut self, id: Option<Uuid>) -> Result<&mut Finding, Refused> {
        if self.state.is_final() {
            return Err(Refused::RecordLocked);
        }
        let id = id.ok_or_else(|| required("finding", |l| l.msg_rv_finding()))?;
        let unknown =
            || Refused::BadValue { field: "finding".to_owned(), expected: text(|l| l.msg_rect_finding_rule()) };
        let finding = self.findings.iter_mut().find(|f| f.id == id).ok_or_else(unknown)?;
        match &finding.withdrawn {
            Some(Withdrawn { signed: (at, by), .. }) => Err(super::stale(*at, by)),
            None => Ok(finding),
        }
    }
}

/// Departments that answer to the inspection centre: neither itself nor the bodies above it.
pub fn takes_findings(department: &str, directory: &Directory) -> bool {
    !matches!(department, "LG" | "HQ" | "INSP") && directory.department(department).is_some()
}
