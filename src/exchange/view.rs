//! An exchange as its page shows it, and what stands beside a sub-kind or a clause.

use chrono::{DateTime, Utc};

use super::{File, Lesson, may_arrange, oversees};
use crate::circular::view::{Readers, readers};
use crate::lang::Lang;
use crate::person::Actor;
use crate::timeline::Words;

/// A clause or a sub-kind: code and name.
pub type Named = (String, String);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonView {
    pub number: String,
    pub text: String,
    pub drill: bool,
    /// Put forward as a change of the plan.
    pub proposes_revision: bool,
    pub incidents: Vec<String>,
    pub sub_kinds: Vec<Named>,
    pub clauses: Vec<Named>,
    pub collected: (DateTime<Utc>, String),
    pub exchange: Option<String>,
    pub is_out: bool,
}

/// What was published and is to be known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    pub number: String,
    pub subject: String,
    pub summary: String,
    pub published_at: Option<DateTime<Utc>>,
    pub lessons: Vec<LessonView>,
}

#[derive(Debug, Clone)]
pub struct Sheet {
    pub number: String,
    pub subject: String,
    pub held_at: DateTime<Utc>,
    pub place: String,
    /// Names of the departments and of the people who take part.
    pub departments: Vec<String>,
    pub people: Vec<String>,
    pub arranged: (DateTime<Utc>, String),
    pub published: Option<(DateTime<Utc>, String)>,
    pub summary: String,
    pub clauses: Vec<Named>,
    pub sub_kinds: Vec<Named>,
    pub lessons: Vec<LessonView>,
    pub readers: Vec<Readers>,
    /// Whoever looks takes part and has not confirmed yet.
    pub to_confirm: bool,
    pub may_confirm: bool,
    pub confirmed: Option<DateTime<Utc>>,
    /// May still be set right by whoever looks.
    pub may_change: bool,
    /// It was held, so that a summary can be published.
    pub held: bool,
}

impl LessonView {
    pub fn of(lesson: &Lesson, w: &Words<'_>) -> LessonView {
        let parts = &lesson.parts;
        LessonView {
            number: lesson.number.clone(),
            text: parts.text.clone(),
            drill: parts.drill,
            proposes_revision: parts.proposes_revision,
            incidents: parts.incidents.clone(),
            sub_kinds: parts.sub_kinds.iter().map(|code| sub_kind(code, w)).collect(),
            clauses: parts.clauses.iter().map(|id| clause(id, w)).collect(),
            collected: (lesson.collected.0, w.person(&lesson.collected.1)),
            exchange: parts.exchange.clone(),
            is_out: lesson.published_at.is_some(),
        }
    }
}

impl Beside {
    pub fn of(file: &File, w: &Words<'_>) -> Beside {
        Beside {
            number: file.exchange.number.clone(),
            subject: file.exchange.subject.clone(),
            summary: file.exchange.summary.text.clone(),
            published_at: file.exchange.published.as_ref().map(|p| p.0),
            lessons: file.lessons.iter().map(|l| LessonView::of(l, w)).collect(),
        }
    }
}

impl Sheet {
    pub fn of(file: &File, actor: &Actor, now: DateTime<Utc>, w: &Words<'_>) -> Sheet {
        let File { exchange, lessons, receipts } = file;
        let published = exchange.published.is_some();
        let called = |login: &String| w.person(login);
        let mut missing = exchange.confirm(receipts, actor, now).unwrap_or_default();
        if exchange.is_of(actor) {
            missing.clear();
        }
        let mine = |r: &&crate::circular::Receipt| Some(r.person) == actor.person;
        Sheet {
            number: exchange.number.clone(),
            subject: exchange.subject.clone(),
            held_at: exchange.held_at,
            place: exchange.place.clone(),
            departments: exchange.departments.iter().map(|d| w.department(d)).collect(),
            people: exchange.people.iter().map(called).collect(),
            arranged: (exchange.arranged.0, w.person(&exchange.arranged.1)),
            published: exchange.published.as_ref().map(|(at, by)| (*at, w.person(by))),
            summary: exchange.summary.text.clone(),
            clauses: exchange.summary.clauses.iter().map(|id| clause(id, w)).collect(),
            sub_kinds: exchange.summary.sub_kinds.iter().map(|code| sub_kind(code, w)).collect(),
            lessons: lessons.iter().map(|l| LessonView::of(l, w)).collect(),
            readers: rows(file, actor, w.lang, w),
            to_confirm: !missing.is_empty() && exchange.takes_part(actor),
            may_confirm: !missing.is_empty(),
            confirmed: receipts.iter().filter(mine).map(|r| r.at).max().filter(|_| missing.is_empty()),
            may_change: !published && may_arrange(actor).is_ok(),
            held: exchange.held_at <= now,
        }
    }
}

/// Who has read it, by department: those that take part, and any other in which somebody has. Whoever does not oversee
/// it sees their own.
pub fn departments_of(file: &File, actor: &Actor) -> Vec<String> {
    let mut codes = file.exchange.departments.clone();
    for receipt in &file.receipts {
        if !codes.contains(&receipt.department) {
            codes.push(receipt.department.clone());
        }
    }
    codes.retain(|d| oversees(actor) || actor.belongs_to(d));
    codes
}

fn rows(file: &File, actor: &Actor, lang: Lang, w: &Words<'_>) -> Vec<Readers> {
    if file.exchange.published.is_none() {
        return Vec::new();
    }
    departments_of(file, actor).iter().map(|d| readers(d, &file.receipts, w.directory, lang)).collect()
}

fn clause(id: &str, w: &Words<'_>) -> Named {
    let title = w.edition.clause(id).map(|c| c.title.get(w.lang).to_owned());
    (id.to_owned(), title.unwrap_or_default())
}

fn sub_kind(code: &str, w: &Words<'_>) -> Named {
    let name = w.edition.sub_kind(code).map(|s| s.name.get(w.lang).to_owned());
    (code.to_owned(), name.unwrap_or_else(|| code.to_owned()))
}
