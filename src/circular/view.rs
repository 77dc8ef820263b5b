//! A circular as its page shows it, and who has read it.

use chrono::{DateTime, Utc};

use super::{Circular, Issuer, Receipt, members};
use crate::dashboard::duty::dial;
use crate::lang::Lang;
use crate::person::Actor;
use crate::person::directory::Directory;
use crate::plan::Edition;

/// A clause relied on, with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    pub id: String,
    pub title: String,
    pub text: String,
}

/// Whom to telephone about what is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub name: String,
    pub phone: String,
    /// Digits for the link.
    pub dial: String,
}

/// Who has read it in one department addressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readers {
    pub code: String,
    pub name: String,
    /// By name, the first reader first.
    pub read: Vec<(String, String, DateTime<Utc>)>,
    /// Members now, and readers who are members no longer.
    pub of: usize,
    /// The head, while they have not read it.
    pub waits_for: Option<Head>,
}

impl Readers {
    pub fn is_unread(&self) -> bool {
        self.read.is_empty()
    }

    /// Where the meter ends; a department may have nobody.
    pub fn scale(&self) -> usize {
        self.of.max(1)
    }

    pub fn is_complete(&self) -> bool {
        self.of > 0 && self.read.len() >= self.of
    }
}

#[derive(Debug, Clone)]
pub struct Sheet {
    pub reference: String,
    pub number: Option<String>,
    pub title: String,
    pub issuer: String,
    /// The clause that lets the body issue it.
    pub right: &'static str,
    pub facts: String,
    pub clauses: Vec<Words>,
    /// Names of the departments addressed.
    pub departments: Vec<String>,
    pub incident: Option<String>,
    pub published: Option<(DateTime<Utc>, String)>,
    pub drafted: (DateTime<Utc>, String),
    /// Of the departments the reader may look into.
    pub readers: Vec<Readers>,
    /// The reader's department still waits for their receipt.
    pub to_confirm: bool,
    /// When the reader confirmed.
    pub confirmed: Option<DateTime<Utc>>,
}

impl Sheet {
    pub fn of(
        circular: &Circular,
        receipts: &[Receipt],
        edition: &Edition,
        directory: &Directory,
        actor: &Actor,
        lang: Lang,
    ) -> Sheet {
        let called = |login: &str| directory.called_by(login, lang);
        let parts = &circular.parts;
        let own = circular.reads_for(actor);
        let all = super::oversees(actor);
        let mine = |d: &str| receipts.iter().find(|r| Some(r.person) == actor.person && r.department == d);
        Sheet {
            reference: circular.reference(),
            number: circular.number.clone(),
            title: parts.called(),
            issuer: issuer_name(circular.issuer, directory, lang),
            right: circular.issuer.clause(),
            facts: parts.facts.clone(),
            clauses: parts.clauses.iter().filter_map(|id| words(id, edition, lang)).collect(),
            departments: parts.departments.iter().map(|d| directory.department_name(d).get(lang).to_owned()).collect(),
            incident: parts.incident.clone(),
            published: circular.published.as_ref().map(|(at, by)| (*at, called(by))),
            drafted: (circular.drafted_at, called(&circular.drafted_by)),
            readers: parts
                .departments
                .iter()
                .filter(|d| all || own.contains(&d.as_str()))
                .map(|d| readers(d, receipts, directory, lang))
                .collect(),
            to_confirm: !circular.is_draft() && own.iter().any(|d| mine(d).is_none()),
            confirmed: own.iter().filter_map(|d| mine(d)).map(|r| r.at).max(),
        }
    }

    /// Departments in which somebody has read it.
    pub fn reached(&self) -> usize {
        self.readers.iter().filter(|r| !r.is_unread()).count()
    }
}

pub fn issuer_name(issuer: Issuer, directory: &Directory, lang: Lang) -> String {
    directory.department_name(issuer.code()).get(lang).to_owned()
}

fn words(id: &str, edition: &Edition, lang: Lang) -> Option<Words> {
    let clause = edition.clause(id)?;
    Some(Words {
        id: clause.id.clone(),
        title: clause.title.get(lang).to_owned(),
        text: clause.text.get(lang).to_owned(),
    })
}

/// Who has read it in a department, of how many, and whom to call.
pub fn readers(department: &str, receipts: &[Receipt], directory: &Directory, lang: Lang) -> Readers {
    let of: Vec<&Receipt> = receipts.iter().filter(|r| r.department == department).collect();
    let has_read = |id| of.iter().any(|r| r.person == id);
    let gone = of.iter().filter(|r| !members(department, directory).any(|p| p.id == r.person)).count();
    let head = directory.head_of(department).filter(|p| !has_read(p.id));
    Readers {
        code: department.to_owned(),
        name: directory.department_name(department).get(lang).to_owned(),
        read: of
            .iter()
            .map(|r| {
                let name = directory.name_of(r.person, lang).unwrap_or_else(|| r.login.clone());
                (r.login.clone(), name, r.at)
            })
            .collect(),
        of: members(department, directory).count() + gone,
        waits_for: head.map(|p| {
            let phone = p.phone.clone().unwrap_or_default();
            Head { name: directory.called(p, lang), dial: dial(&phone), phone }
        }),
    }
}
