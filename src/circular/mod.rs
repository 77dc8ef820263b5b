//! Circulars (通報): what happened, the clause it rests on, and to whom; those addressed confirm that they have read it
//! (2.1.2-lg-4, 2.1.2-insp-1). The Leading Group issues them, and the inspection centre in its own name.

pub mod pages;
pub mod store;
#[cfg(test)]
pub(crate) mod tests;
pub mod view;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::journal::Event;
use crate::l10n::text;
use crate::notice::{Notice, address};
use crate::person::directory::{Directory, Person};
use crate::person::{Actor, role};
use crate::plan::Edition;
use crate::refusal::Refused;

/// Letters of a title at most.
pub const TITLE: usize = 120;

/// In whose name a circular goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Issuer {
    LeadingGroup,
    Inspection,
}

impl Issuer {
    /// The code of its department.
    pub const fn code(self) -> &'static str {
        match self {
            Issuer::LeadingGroup => "LG",
            Issuer::Inspection => "INSP",
        }
    }

    pub fn from_code(code: &str) -> Option<Issuer> {
        [Issuer::LeadingGroup, Issuer::Inspection].into_iter().find(|i| i.code() == code)
    }

    /// The clause that gives it the right.
    pub const fn clause(self) -> &'static str {
        match self {
            Issuer::LeadingGroup => "2.1.2-lg-4",
            Issuer::Inspection => "2.1.2-insp-1",
        }
    }

    /// The body the actor speaks for: the leader and the deputy for the group, an inspector for the centre.
    ///
    /// # Errors
    /// M_FORBIDDEN for everyone else.
    pub fn of(actor: &Actor) -> Result<Issuer, Refused> {
        if actor.leads() {
            Ok(Issuer::LeadingGroup)
        } else if actor.has_role(role::INSPECTOR) {
            Ok(Issuer::Inspection)
        } else {
            Err(Refused::Forbidden)
        }
    }

    pub fn speaks(self, actor: &Actor) -> bool {
        Issuer::of(actor) == Ok(self)
    }
}

/// What is written in a circular.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    /// Left blank, the circular is called by the first words of its facts.
    pub title: String,
    pub facts: String,
    /// Clause ids of the edition, in its order.
    pub clauses: Vec<String>,
    /// Department instances, in the directory's order.
    pub departments: Vec<String>,
    /// Number of the incident it is about.
    pub incident: Option<String>,
}

impl Parts {
    /// The parts without surrounding blanks and repetitions, clauses and departments in their own order. A kind of
    /// department (`RMD`) stands for all of its instances.
    ///
    /// # Errors
    /// M_BAD_VALUE for a clause or department that does not exist, and for a title too long.
    pub fn read(self, edition: &Edition, directory: &Directory) -> Result<Parts, Refused> {
        let bad = |field: &str, expected| Err(Refused::BadValue { field: field.to_owned(), expected });
        for (field, typed) in [("title", &self.title), ("facts", &self.facts)] {
            if typed.contains('\0') {
                return bad(field, crate::incident::field::a_text());
            }
        }
        if self.title.trim().chars().count() > TITLE {
            return bad("title", text(|l| l.msg_length_rule(TITLE.to_string())));
        }
        if self.clauses.iter().any(|id| edition.clause(id).is_none()) {
            return bad("clauses", text(|l| l.msg_circular_clause_rule()));
        }
        let addressed = |code: &str, kind: &str| self.departments.iter().any(|d| d == code || d == kind);
        let all = directory.departments();
        if self.departments.iter().any(|d| !all.iter().any(|i| i.code == *d || i.kind == *d)) {
            return bad("departments", text(|l| l.msg_circular_department_rule()));
        }
        let clauses = edition.clauses.iter().map(|c| &c.id).filter(|id| self.clauses.contains(id)).cloned().collect();
        let departments =
            all.iter().filter(|i| addressed(&i.code, &i.kind)).map(|i| i.code.clone()).collect::<Vec<_>>();
        Ok(Parts {
            title: self.title.trim().to_owned(),
            facts: self.facts.trim().to_owned(),
            clauses,
            departments,
            incident: self.incident.map(|n| n.trim().to_owned()).filter(|n| !n.is_empty()),
        })
    }

    /// Everything that still keeps it from being published, one fault a part.
    pub fn lacks(&self) -> Vec<Refused> {
        let blank = [
            ("departments", self.departments.is_empty()),
            ("facts", self.facts.trim().is_empty()),
            ("clauses", self.clauses.is_empty()),
        ];
        blank.into_iter().filter(|b| b.1).map(|(field, _)| Refused::CircularFields { field }).collect()
    }

    /// The title, or the first words of the facts.
    pub fn called(&self) -> String {
        if !self.title.is_empty() {
            return self.title.clone();
        }
        let line = self.facts.lines().next().unwrap_or_default();
        let end = line.find(['。', '；', ';']).unwrap_or(line.len());
        let mut short: String = line[..end].chars().take(40).collect();
        if short.len() < end {
            short.push('…');
        }
        short
    }
}

/// A circular, drafted or published.
#[derive(Debug, Clone, PartialEq)]
pub struct Circular {
    pub id: Uuid,
    /// `TB-2026-001`; a draft has none.
    pub number: Option<String>,
    pub issuer: Issuer,
    /// Code of the edition its clauses stand in.
    pub edition: String,
    pub parts: Parts,
    pub drafted_by: String,
    pub drafted_at: DateTime<Utc>,
    /// When and by whom.
    pub published: Option<(DateTime<Utc>, String)>,
    pub updated_at: DateTime<Utc>,
}

/// That a member of a department has read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub person: Uuid,
    pub login: String,
    pub department: String,
    pub at: DateTime<Utc>,
}

impl Circular {
    /// A draft in the name of the actor's body.
    ///
    /// # Errors
    /// M_FORBIDDEN where the actor speaks for none.
    pub fn draft(parts: Parts, edition: &Edition, actor: &Actor, now: DateTime<Utc>) -> Result<Circular, Refused> {
        Ok(Circular {
            id: Uuid::now_v7(),
            number: None,
            issuer: Issuer::of(actor)?,
            edition: edition.code.clone(),
            parts,
            drafted_by: actor.login.clone(),
            drafted_at: now,
            published: None,
            updated_at: now,
        })
    }

    /// How it is addressed: its number, a draft by its id.
    pub fn reference(&self) -> String {
        self.number.clone().unwrap_or_else(|| self.id.to_string())
    }

    pub fn is_draft(&self) -> bool {
        self.published.is_none()
    }

    /// A draft is its body's own; a published one is read by both bodies and by the departments addressed.
    pub fn is_visible_to(&self, actor: &Actor) -> bool {
        let own = self.issuer.speaks(actor);
        if self.is_draft() {
            return own;
        }
        own || oversees(actor) || !self.reads_for(actor).is_empty()
    }

    /// Other words for a draft.
    ///
    /// # Errors
    /// M_FORBIDDEN for another body, M_RECORD_LOCKED once it is published.
    pub fn rewrite(
        &mut self,
        parts: Parts,
        edition: &Edition,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), Refused> {
        self.own(actor)?;
        if !self.is_draft() {
            return Err(Refused::RecordLocked);
        }
        self.parts = parts;
        self.edition = edition.code.clone();
        self.updated_at = now;
        Ok(())
    }

    /// Goes out under its number; whoever it is for is told.
    ///
    /// # Errors
    /// M_FORBIDDEN for another body, M_STALE when it is out already, M_CIRCULAR_FIELDS for each part that is missing.
    pub fn publish(&mut self, actor: &Actor, now: DateTime<Utc>) -> Result<(), Vec<Refused>> {
        self.own(actor).map_err(|r| vec![r])?;
        if let Some((at, by)) = &self.published {
            return Err(vec![Refused::Stale { at: *at, change: Some(by.clone()) }]);
        }
        let lacks = self.parts.lacks();
        if !lacks.is_empty() {
            return Err(lacks);
        }
        self.published = Some((now, actor.login.clone()));
        self.updated_at = now;
        Ok(())
    }

    /// What is told of it, once it has its number.
    pub fn event(&self) -> Event {
        Event::CircularPublished {
            number: self.number.clone().unwrap_or_default(),
            title: self.parts.called(),
            issuer: self.issuer.code().to_owned(),
        }
    }

    /// To the heads of the departments addressed, each once.
    pub fn notices(&self, directory: &Directory, now: DateTime<Utc>) -> Vec<Notice> {
        let heads = self.parts.departments.iter().flat_map(|d| address::heads(directory, d));
        address::each_once(heads, &self.event(), now)
    }

    /// The departments addressed that the actor is a member of.
    pub fn reads_for(&self, actor: &Actor) -> Vec<&str> {
        let member = |d: &String| actor.posts.iter().any(|p| p.department == *d && reads(&p.role));
        self.parts.departments.iter().filter(|d| member(d)).map(String::as_str).collect()
    }

    /// The actor has read it: a receipt for each department they read it for and have not confirmed yet.
    ///
    /// # Errors
    /// M_FORBIDDEN for whoever it is not addressed to, M_NOT_FOUND for a draft.
    pub fn confirm(&self, before: &[Receipt], actor: &Actor, now: DateTime<Utc>) -> Result<Vec<Receipt>, Refused> {
        let departments = self.reads_for(actor);
        let (Some(person), false) = (actor.person, departments.is_empty()) else {
            return Err(Refused::Forbidden);
        };
        if self.is_draft() {
            return Err(Refused::NotFound);
        }
        let known = |d: &str| before.iter().any(|r| r.person == person && r.department == d);
        let receipt = |d: &str| Receipt { person, login: actor.login.clone(), department: d.to_owned(), at: now };
        Ok(departments.into_iter().filter(|d| !known(d)).map(receipt).collect())
    }

    fn own(&self, actor: &Actor) -> Result<(), Refused> {
        if self.issuer.speaks(actor) { Ok(()) } else { Err(Refused::Forbidden) }
    }
}

/// Sees every published circular and who has read it.
pub fn oversees(actor: &Actor) -> bool {
    Issuer::of(actor).is_ok()
}

/// Who is to read what is addressed to a department.
pub fn members<'a>(department: &'a str, directory: &'a Directory) -> impl Iterator<Item = &'a Person> {
    directory
        .people_of(department)
        .filter(move |person| person.posts.iter().any(|p| p.department == department && reads(&p.role)))
}

/// The two technical posts read nothing of incidents.
fn reads(held: &str) -> bool {
    held != role::SYS_ADMIN && held != role::PLAN_EDITOR
}
