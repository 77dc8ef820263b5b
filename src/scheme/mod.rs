//! Separate schemes: the documents the plan refers to and does not hold, such as the warehouse-flood scheme (3.2.3) and
//! the safety plans (2.1.2-sec-1). Attached with a version and a checklist; the newest stands (R9).

pub mod pages;
pub mod store;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::attachment::Upload;
use crate::l10n::text;
use crate::person::Actor;
use crate::plan::{Edition, SchemeDef};
use crate::refusal::Refused;

/// Characters of a version at most.
const VERSION: usize = 60;
/// Items of a checklist at most, and characters of one.
const ITEMS: usize = 100;
const ITEM: usize = 300;

/// A version of a scheme as it was attached, without its content.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    pub id: Uuid,
    /// Code of the matrix.
    pub scheme: String,
    pub version: String,
    /// Name of the file.
    pub name: String,
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// In hexadecimal.
    pub sha256: String,
    /// May be empty.
    pub checklist: Vec<String>,
    /// Sign-in name.
    pub by: String,
    pub at: DateTime<Utc>,
}

impl Document {
    /// Where the file is handed out.
    pub fn href(&self) -> String {
        format!("/plan/schemes/{}/{}", self.scheme, self.id)
    }
}

/// Every version ever attached, the first first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Schemes(Vec<Document>);

impl Schemes {
    pub fn new(documents: Vec<Document>) -> Schemes {
        Schemes(documents)
    }

    /// Nothing attached.
    pub fn none() -> &'static Schemes {
        static NONE: Schemes = Schemes(Vec::new());
        &NONE
    }

    /// The versions of one scheme, the newest first.
    pub fn of(&self, scheme: &str) -> impl Iterator<Item = &Document> {
        self.0.iter().rev().filter(move |d| d.scheme == scheme)
    }

    /// The version that stood at an instant.
    pub fn standing_at(&self, scheme: &str, at: DateTime<Utc>) -> Option<&Document> {
        self.of(scheme).find(|d| d.at <= at)
    }

    pub fn by_id(&self, scheme: &str, id: Uuid) -> Option<&Document> {
        self.of(scheme).find(|d| d.id == id)
    }

    /// The version to write down now, unless it is the one that was written down at `before`.
    pub fn newly_used(&self, scheme: &str, before: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<&Document> {
        let known = before.and_then(|at| self.standing_at(scheme, at));
        self.standing_at(scheme, now).filter(|standing| known != Some(*standing))
    }
}

/// The heads of the departments the matrix names attach it; which those are is proposed.
///
/// # Errors
/// M_FORBIDDEN for everyone else, the leadership included.
pub fn may_attach(scheme: &SchemeDef, actor: &Actor) -> Result<(), Refused> {
    if scheme.departments.iter().any(|d| actor.heads(d)) { Ok(()) } else { Err(Refused::Forbidden) }
}

/// A version about to be attached, as it was sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attach {
    /// Code of the matrix.
    pub scheme: String,
    pub version: String,
    /// One item a line; blank lines are left out.
    pub checklist: String,
    pub file: String,
    pub content: Vec<u8>,
}

impl Attach {
    /// The document it makes, and the file to keep.
    ///
    /// # Errors
    /// M_NOT_FOUND for a scheme the edition does not name; by right as [`may_attach`]; M_REQUIRED without a version or a
    /// file that is taken; M_BAD_VALUE for a version that is attached already, or what is too long.
    pub fn check(
        self,
        edition: &Edition,
        attached: &Schemes,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(Document, Upload), Refused> {
        let scheme = edition.scheme(&self.scheme).ok_or(Refused::NotFound)?;
        may_attach(scheme, actor)?;
        let version = self.version.trim().to_owned();
        if version.is_empty() {
            return Err(Refused::Required { field: "version".to_owned(), label: text(|l| l.msg_sch_version()) });
        }
        let expected = |field: &str, expected| Err(Refused::BadValue { field: field.to_owned(), expected });
        if version.chars().count() > VERSION {
            return expected("version", text(|l| l.msg_sch_version_size(VERSION.to_string())));
        }
        if attached.of(&self.scheme).any(|d| d.version == version) {
            return expected("version", text(|l| l.msg_sch_version_new()));
        }
        let lines = self.checklist.lines().map(str::trim).filter(|line| !line.is_empty());
        let checklist: Vec<String> = lines.map(str::to_owned).collect();
        if checklist.len() > ITEMS || checklist.iter().any(|item| item.chars().count() > ITEM) {
            let size = text(|l| l.msg_sch_checklist_size(ITEMS.to_string(), ITEM.to_string()));
            return expected("checklist", size);
        }
        let upload = Upload::check(&self.file, self.content)?;
        let document = Document {
            id: Uuid::now_v7(),
            scheme: self.scheme,
            version,
            name: upload.name.clone(),
            media_type: upload.media_type.to_owned(),
            size: upload.size(),
            sha256: upload.sha256_hex(),
            checklist,
            by: actor.login.clone(),
            at: now,
        };
        Ok((document, upload))
    }
}
