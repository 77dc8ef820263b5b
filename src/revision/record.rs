//! What clauses and tasks of a draft have in common: each stands under an id of its own, and is added, changed or taken
//! out. What refers to it is left to the check, but for the places that nobody could mend by hand: routes, and what
//! follows what.

pub mod pages;

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value};

use super::difference::of_kind;
use super::source::bad;
use super::{ClauseEdit, Sources, TaskEdit};
use crate::l10n::text;
use crate::lang::Text;
use crate::refusal::Refused;

/// A record a draft is to have: what it says, under an id. What is left out is as such records usually have it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct New<T> {
    /// E.g. `3.1.13`, `it.voice.test_board`; blank: the next that is free.
    pub id: String,
    pub record: T,
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for New<T> {
    /// `{"id": …}` with the fields of the record beside it.
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<New<T>, D::Error> {
        let mut fields = serde_json::Map::deserialize(from)?;
        let id = match fields.remove("id") {
            None => String::new(),
            Some(id) => id.as_str().ok_or_else(|| D::Error::custom("id is a text"))?.to_owned(),
        };
        let record = T::deserialize(serde_json::Value::Object(fields)).map_err(D::Error::custom)?;
        Ok(New { id, record })
    }
}

pub(super) fn records<'a>(document: &'a mut DocumentMut, array: &str) -> Result<&'a mut ArrayOfTables, Refused> {
    let records = document.get_mut(array).and_then(Item::as_array_of_tables_mut);
    records.ok_or_else(|| bad(array, &format!("[[{array}]]")))
}

pub(super) fn by_id<'a>(document: &'a mut DocumentMut, array: &str, id: &str) -> Result<&'a mut Table, Refused> {
    records(document, array)?.iter_mut().find(|r| text_of(r, "id") == id).ok_or(Refused::NotFound)
}

/// The next number below a prefix that no record has: `3.1.13` after `3.1.12`.
fn next_below<'a>(prefix: &str, ids: impl Iterator<Item = &'a str>) -> String {
    let number = |id: &str| id.strip_prefix(prefix)?.strip_prefix('.')?.split(['.', '-']).next()?.parse::<u32>().ok();
    format!("{prefix}.{}", ids.filter_map(number).max().unwrap_or(0).saturating_add(1))
}

impl Sources {
    /// An id for a new clause: the next number of its section.
    pub fn free_clause(&self, new: &ClauseEdit) -> String {
        let section = new.section.as_deref().unwrap_or_default().trim();
        let section = if section.is_empty() { "1" } else { section };
        let clauses = of_kind(&self.clauses, "clause");
        let sections = of_kind(&self.clauses, "section");
        next_below(section, clauses.iter().chain(&sections).map(|(id, _)| id.as_str()))
    }

    /// An id for a new task: the next number below the situation of the first route that opens it.
    pub fn free_task(&self, new: &TaskEdit) -> String {
        let route = new.routes.iter().flatten().next().map_or("task", String::as_str);
        let situation = route.split('/').next().unwrap_or(route);
        next_below(situation, of_kind(&self.matrix, "task").iter().map(|(id, _)| id.as_str()))
    }
}

/// A field's text; blank where it has none.
pub(super) fn text_of<'a>(record: &'a Table, field: &str) -> &'a str {
    record.get(field).and_then(Item::as_str).unwrap_or_default()
}

pub(super) fn fresh_id(typed: &str, records: &ArrayOfTables) -> Result<String, Refused> {
    let refused = |expected: Text| Refused::BadValue { field: "id".to_owned(), expected };
    let id = super::read_code(typed).map_err(|_| refused(text(|l| l.msg_ed_id_rule())))?;
    if records.iter().any(|r| text_of(r, "id") == id) {
        return Err(refused(text(|l| l.msg_ed_id_taken())));
    }
    Ok(id)
}

pub(super) fn remove(records: &mut ArrayOfTables, id: &str) -> Result<(), Refused> {
    let at = records.iter().position(|r| text_of(r, "id") == id).ok_or(Refused::NotFound)?;
    records.remove(at);
    Ok(())
}

/// A record to be filled in, a blank line above it.
pub(super) fn blank(id: &str) -> Table {
    let mut table = Table::new();
    table.decor_mut().set_prefix("\n");
    table.insert("id", string(id));
    table
}

pub(super) fn string(text: &str) -> Item {
    Item::Value(text.trim().into())
}

pub(super) fn list(codes: &[String]) -> Item {
    Item::Value(codes.iter().map(String::as_str).collect::<Array>().into())
}

/// A text in three languages, none of them written yet.
pub(super) fn unwritten() -> Item {
    let mut table = InlineTable::new();
    for lang in ["zh-Hant", "zh-Hans", "en"] {
        table.insert(lang, "".into());
    }
    Item::Value(Value::InlineTable(table))
}
