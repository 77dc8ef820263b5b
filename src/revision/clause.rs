//! A clause of a draft: what it is to say; and what touched a clause.

pub mod pages;
pub mod store;

use serde::Deserialize;
use toml_edit::{Item, Table};

use super::record::{New, blank, by_id, fresh_id, list, records, remove, string, text_of, unwritten};
use super::source::{Sources, document, put_code, put_list, put_text};
use crate::lang::Text;
use crate::refusal::Refused;

/// What a clause is to say; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClauseEdit {
    /// Id of the section it stands in.
    pub section: Option<String>,
    pub title: Option<Text>,
    pub text: Option<Text>,
    /// Codes of the departments it concerns.
    pub departments: Option<Vec<String>>,
    /// The revision of the draft that was seen.
    pub revision: Option<i32>,
}

/// A clause the plan is to have.
pub type NewClause = New<ClauseEdit>;

impl Sources {
    /// Changes a clause.
    ///
    /// # Errors
    /// M_NOT_FOUND where there is no such clause.
    pub fn edit_clause(&mut self, id: &str, edit: &ClauseEdit) -> Result<(), Refused> {
        let mut document = document("clauses", &self.clauses)?;
        write(by_id(&mut document, "clause", id)?, edit);
        self.clauses = document.to_string();
        Ok(())
    }

    /// Adds a clause at the end of its section.
    ///
    /// # Errors
    /// M_BAD_VALUE for an id that is taken or cannot stand in an address.
    pub fn add_clause(&mut self, new: &NewClause) -> Result<(), Refused> {
        let mut document = document("clauses", &self.clauses)?;
        let clauses = records(&mut document, "clause")?;
        let section = new.record.section.as_deref().unwrap_or_default().trim();
        let beside = clauses.iter().filter(|t| text_of(t, "section") == section).last();
        let kind = beside.map(|t| text_of(t, "kind")).filter(|kind| !kind.is_empty()).unwrap_or("procedure").to_owned();
        let mut clause = blank(&fresh_id(&new.id, clauses)?);
        clause.insert("section", string(section));
        clause.insert("kind", string(&kind));
        clause.insert("depts", list(&[]));
        clause.insert("depts_stated", Item::Value(false.into()));
        clause.insert("versions", list(&[]));
        clause.insert("seed_lines", list(&[]));
        clause.insert("title", unwritten());
        clause.insert("text", unwritten());
        write(&mut clause, &new.record);
        let named = new.record.departments.as_ref().is_some_and(|d| !d.is_empty());
        clause.insert("depts_stated", Item::Value(named.into()));
        clauses.push(clause);
        self.clauses = document.to_string();
        Ok(())
    }

    /// Takes a clause out; whatever rests on it becomes a gap.
    ///
    /// # Errors
    /// M_NOT_FOUND where there is no such clause.
    pub fn remove_clause(&mut self, id: &str) -> Result<(), Refused> {
        let mut document = document("clauses", &self.clauses)?;
        remove(records(&mut document, "clause")?, id)?;
        self.clauses = document.to_string();
        Ok(())
    }
}

fn write(clause: &mut Table, edit: &ClauseEdit) {
    put_code(clause, "section", edit.section.as_deref());
    put_text(clause, "title", edit.title.as_ref());
    put_text(clause, "text", edit.text.as_ref());
    put_list(clause, "depts", edit.departments.as_deref());
}
