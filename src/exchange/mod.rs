//! Exchange of experience (2.1.2-insp-2): the inspection centre collects lessons from incidents, arranges an exchange,
//! and publishes a summary linked to clauses and sub-kinds. It stands beside the sub-kind and the clause the next time.
//!
//! Until it is published everything may be set right; then summary and lessons are frozen.

pub mod lesson;
pub mod pages;
pub mod store;
#[cfg(test)]
mod tests;
pub mod view;

use chrono::{DateTime, Utc};
use uuid::Uuid;

pub use lesson::Lesson;

use crate::circular::Receipt;
use crate::journal::Event;
use crate::l10n::text;
use crate::notice::{Addressee, Notice, address};
use crate::person::directory::Directory;
use crate::person::{Actor, role};
use crate::plan::Edition;
use crate::refusal::Refused;
use crate::review::{Signed, filled};

/// The task of the matrix that a published summary fulfils, and the evidence it asks for.
pub const TASK: &str = "insp.exchange";
pub const EVIDENCE: &str = "experience_note";
/// Letters of a subject or a place at most.
pub const SUBJECT: usize = 120;

/// When an exchange is held, about what, and who takes part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arrangement {
    pub subject: String,
    pub held_at: Option<DateTime<Utc>>,
    pub place: String,
    /// Department instances, in the directory's order; a kind of department (`RMD`) stands for all of them.
    pub departments: Vec<String>,
    /// Sign-in names.
    pub people: Vec<String>,
}

/// What is published of an exchange. The links of its lessons are added to those named here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    pub text: String,
    pub clauses: Vec<String>,
    pub sub_kinds: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    pub id: Uuid,
    /// `JL-2026-001`
    pub number: String,
    /// Code of the edition whose clauses and sub-kinds it names.
    pub edition: String,
    pub subject: String,
    pub held_at: DateTime<Utc>,
    pub place: String,
    pub departments: Vec<String>,
    pub people: Vec<String>,
    pub arranged: Signed,
    pub summary: Summary,
    pub published: Option<Signed>,
    pub updated_at: DateTime<Utc>,
}

/// An exchange with its lessons and who has read it.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    pub exchange: Exchange,
    pub lessons: Vec<Lesson>,
    pub receipts: Vec<Receipt>,
}

/// What published experience is looked up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic<'a> {
    SubKind(&'a str),
    Clause(&'a str),
}

impl Arrangement {
    /// Without surrounding blanks and repetitions.
    ///
    /// # Errors
    /// M_BAD_VALUE for an unknown department or person and a text too long; M_REQUIRED for a subject, a time or
    /// somebody to take part.
    pub fn read(self, directory: &Directory) -> Result<(Arrangement, DateTime<Utc>), Refused> {
        let subject = line(&self.subject, "subject")?;
        if subject.is_empty() {
            return Err(required("subject", |l| l.msg_ex_subject()));
        }
        let held_at = self.held_at.ok_or_else(|| required("held_at", |l| l.msg_ex_held_at()))?;
        let all = directory.departments();
        let known = |d: &String| *d != "HQ" && all.iter().any(|i| i.code == *d || i.kind == *d);
        if !self.departments.iter().all(known) {
            return Err(bad("departments", |l| l.msg_circular_department_rule()));
        }
        let named = |code: &str, kind: &str| self.departments.iter().any(|d| d == code || d == kind);
        let departments: Vec<String> = all.iter().filter(|i| named(&i.code, &i.kind)).map(|i| i.code.clone()).collect();
        let mut people: Vec<String> =
            self.people.iter().map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect();
        people.sort();
        people.dedup();
        if !people.iter().all(|login| directory.by_login(login).is_some_and(|p| p.active)) {
            return Err(bad("people", |l| l.msg_ex_people_rule()));
        }
        if departments.is_empty() && people.is_empty() {
            return Err(required("departments", |l| l.msg_ex_participants()));
        }
        let place = line(&self.place, "place")?;
        Ok((Arrangement { subject, held_at: self.held_at, place, departments, people }, held_at))
    }
}

impl Exchange {
    /// An exchange arranged, still without its number.
    ///
    /// # Errors
    /// M_FORBIDDEN for whoever is not of the inspection centre, and those of [`Arrangement::read`].
    pub fn arrange(
        arrangement: Arrangement,
        edition: &Edition,
        directory: &Directory,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Exchange, Refused> {
        may_arrange(actor)?;
        let (Arrangement { subject, place, departments, people, .. }, held_at) = arrangement.read(directory)?;
        Ok(Exchange {
            id: Uuid::now_v7(),
            number: String::new(),
            edition: edition.code.clone(),
            subject,
            held_at,
            place,
            departments,
            people,
            arranged: (now, actor.login.clone()),
            summary: Summary::default(),
            published: None,
            updated_at: now,
        })
    }

    /// Arranges it otherwise.
    ///
    /// # Errors
    /// M_FORBIDDEN, M_RECORD_LOCKED once it is published, and those of [`Arrangement::read`].
    pub fn rearrange(
        &mut self,
        arrangement: Arrangement,
        directory: &Directory,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), Refused> {
        may_arrange(actor)?;
        if self.published.is_some() {
            return Err(Refused::RecordLocked);
        }
        let (Arrangement { subject, place, departments, people, .. }, held_at) = arrangement.read(directory)?;
        *self = Exchange { subject, held_at, place, departments, people, updated_at: now, ..self.clone() };
        Ok(())
    }

    /// Publishes the summary with its lessons, linked to the clauses and sub-kinds of both.
    ///
    /// # Errors
    /// M_FORBIDDEN; M_STALE when it is out already; M_PREREQ before the exchange is held; M_REQUIRED for the summary, a
    /// clause and a sub-kind; M_BAD_VALUE for one that the edition lacks.
    pub fn publish(
        &mut self,
        summary: Summary,
        lessons: &[Lesson],
        edition: &Edition,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), Refused> {
        may_arrange(actor)?;
        if let Some((at, by)) = &self.published {
            return Err(Refused::Stale { at: *at, change: Some(by.clone()) });
        }
        if now < self.held_at {
            return Err(Refused::Prereq { task: text(|l| l.msg_ex_waits_held()) });
        }
        let words = filled(&summary.text, "summary", |l| l.msg_ex_summary())?;
        // What a lesson names and this edition no longer has stays with the lesson.
        let named = lessons.iter().flat_map(|l| l.parts.clauses.clone()).filter(|id| edition.clause(id).is_some());
        let clauses = summary.clauses.into_iter().chain(named).collect();
        let named =
            lessons.iter().flat_map(|l| l.parts.sub_kinds.clone()).filter(|code| edition.sub_kind(code).is_some());
        let sub_kinds = summary.sub_kinds.into_iter().chain(named).collect();
        let (clauses, sub_kinds) = links(unlike(clauses), unlike(sub_kinds), edition)?;
        if clauses.is_empty() {
            return Err(required("clauses", |l| l.msg_ex_clauses()));
        }
        if sub_kinds.is_empty() {
            return Err(required("sub_kinds", |l| l.msg_ex_sub_kinds()));
        }
        self.edition = edition.code.clone();
        self.summary = Summary { text: words, clauses, sub_kinds };
        self.published = Some((now, actor.login.clone()));
        self.updated_at = now;
        Ok(())
    }

    /// Published, everyone who reads incidents may learn from it; before, the inspection centre, the leadership and
    /// those who take part.
    pub fn is_visible_to(&self, actor: &Actor) -> bool {
        self.published.is_some() || oversees(actor) || self.takes_part(actor)
    }

    /// Who arranged it or published its summary knows what it says.
    pub fn is_of(&self, actor: &Actor) -> bool {
        let by = |signed: &Signed| signed.1 == actor.login;
        by(&self.arranged) || self.published.as_ref().is_some_and(by)
    }

    pub fn takes_part(&self, actor: &Actor) -> bool {
        self.people.contains(&actor.login) || self.departments.iter().any(|d| actor.belongs_to(d))
    }

    /// The actor has read it: a receipt for each department that takes part and that they are of, else for their own.
    ///
    /// # Errors
    /// M_NOT_FOUND before it is published, M_FORBIDDEN for whoever reads nothing of incidents.
    pub fn confirm(&self, before: &[Receipt], actor: &Actor, now: DateTime<Utc>) -> Result<Vec<Receipt>, Refused> {
        if self.published.is_none() {
            return Err(Refused::NotFound);
        }
        let reads = |role: &str| role != role::SYS_ADMIN && role != role::PLAN_EDITOR;
        let mut own: Vec<String> =
            actor.posts.iter().filter(|p| reads(&p.role)).map(|p| p.department.clone()).collect();
        own.dedup();
        let (Some(person), Some(first)) = (actor.person, own.first().cloned()) else {
            return Err(Refused::Forbidden);
        };
        let mut departments: Vec<String> = own.into_iter().filter(|d| self.departments.contains(d)).collect();
        if departments.is_empty() {
            departments.push(first);
        }
        let known = |d: &String| before.iter().any(|r| r.person == person && r.department == *d);
        let receipt = |department| Receipt { person, login: actor.login.clone(), department, at: now };
        Ok(departments.into_iter().filter(|d| !known(d)).map(receipt).collect())
    }

    /// What those who take part are told when it is arranged, or arranged otherwise.
    pub fn arranged_event(&self) -> Event {
        Event::ExchangeArranged { number: self.number.clone(), subject: self.subject.clone(), held_at: self.held_at }
    }

    /// What is told of it, and stands in the timelines of its incidents.
    pub fn published_event(&self) -> Event {
        Event::ExperiencePublished { number: self.number.clone(), subject: self.subject.clone() }
    }

    /// To the heads of the departments and to the people who take part, each once.
    pub fn notices(&self, event: &Event, directory: &Directory, now: DateTime<Utc>) -> Vec<Notice> {
        let mut to: Vec<Addressee> = Vec::new();
        let people = self.people.iter().filter_map(|login| directory.by_login(login));
        let named = people.map(|p| Addressee::Person(p.id));
        for one in self.departments.iter().flat_map(|d| address::heads(directory, d)).chain(named) {
            if !to.contains(&one) {
                to.push(one);
            }
        }
        let notice = |to| Notice {
            id: Uuid::now_v7(),
            task: None,
            to,
            urgent: false,
            late: false,
            at: now,
            event: event.clone(),
        };
        to.into_iter().map(notice).collect()
    }
}

/// # Errors
/// M_FORBIDDEN for whoever is not of the inspection centre.
pub fn may_arrange(actor: &Actor) -> Result<(), Refused> {
    if actor.is_inspector() { Ok(()) } else { Err(Refused::Forbidden) }
}

/// Sees what is still collected and arranged.
pub fn oversees(actor: &Actor) -> bool {
    actor.is_system() || actor.is_inspector() || actor.leads()
}

/// Clauses and sub-kinds in the edition's order.
fn links(
    clauses: Vec<String>,
    sub_kinds: Vec<String>,
    edition: &Edition,
) -> Result<(Vec<String>, Vec<String>), Refused> {
    if clauses.iter().any(|id| edition.clause(id).is_none()) {
        return Err(bad("clauses", |l| l.msg_circular_clause_rule()));
    }
    if sub_kinds.iter().any(|code| edition.sub_kind(code).is_none()) {
        return Err(bad("sub_kinds", |l| l.msg_ex_sub_kind_rule()));
    }
    let clauses = edition.clauses.iter().map(|c| &c.id).filter(|id| clauses.contains(id)).cloned().collect();
    let known = edition.matrix.sub_kinds.iter().map(|s| &s.code);
    Ok((clauses, known.filter(|code| sub_kinds.contains(code)).cloned().collect()))
}

/// Each once, without blanks, a clause without its sign.
fn unlike(typed: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for one in typed {
        // The database keeps no NUL.
        let one = one.replace('\0', "").trim().trim_start_matches('§').to_owned();
        if !one.is_empty() && !kept.contains(&one) {
            kept.push(one);
        }
    }
    kept
}

fn line(typed: &str, field: &str) -> Result<String, Refused> {
    // The database keeps no NUL.
    let typed = typed.replace('\0', "").trim().to_owned();
    if typed.chars().count() > SUBJECT {
        return Err(bad(field, |l| l.msg_length_rule(SUBJECT.to_string())));
    }
    Ok(typed)
}

fn required(field: &str, label: impl Fn(&'static crate::l10n::L10nLanguage) -> String) -> Refused {
    Refused::Required { field: field.to_owned(), label: text(label) }
}

fn bad(field: &str, expected: impl Fn(&'static crate::l10n::L10nLanguage) -> String) -> Refused {
    Refused::BadValue { field: field.to_owned(), expected: text(expected) }
}
