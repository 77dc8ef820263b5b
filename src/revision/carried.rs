//! What the plan files of this version say that the edition in force does not. A database keeps the text it was given
//! first, since published text is frozen; what newer files have besides comes into force through a draft, like any
//! other change.

use std::sync::LazyLock;

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table};

use super::Sources;
use super::difference::{Change, Difference, between, id_of};
use super::source::document;
use crate::plan::{CLAUSES_SOURCE, MATRIX_SOURCE};
use crate::refusal::Refused;

/// The files that come with this version.
pub fn files() -> Sources {
    Sources { clauses: CLAUSES_SOURCE.to_owned(), matrix: MATRIX_SOURCE.to_owned() }
}

/// The code of the edition these files make.
pub fn code() -> &'static str {
    static CODE: LazyLock<String> = LazyLock::new(|| {
        let table: Option<toml::Table> = CLAUSES_SOURCE.parse().ok();
        let code = table.as_ref().and_then(|t| t.get("plan")?.get("edition")?.as_str());
        code.unwrap_or_default().to_owned()
    });
    &CODE
}

/// That the files of this version hold more than the edition in force, as the pages tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newer {
    /// Records.
    pub count: usize,
    /// Codes of the drafts that have taken all of it over.
    pub drafted: Vec<String>,
    /// A code for a draft that would.
    pub code: String,
}

/// What `files` say anew since the edition was stored under their code, and `there` (an edition, a draft) does not say yet.
pub fn news(files: &Sources, stored: &Sources, there: &Sources) -> Vec<Difference> {
    if files == stored {
        return Vec::new();
    }
    let open = between(there, files);
    let mut news = between(stored, files);
    for one in &mut news {
        let still = open.iter().find(|d| d.record == one.record && d.id == one.id);
        one.fields.retain(|f| still.is_some_and(|d| d.fields.iter().any(|o| o.field == f.field)));
    }
    news.retain(|d| !d.fields.is_empty());
    news
}

/// The text of `there` with the news laid over it, field by field; what else was revised in it stays.
///
/// # Errors
/// M_BAD_VALUE for a file that is no TOML.
pub fn laid_over(there: &Sources, files: &Sources, news: &[Difference]) -> Result<Sources, Refused> {
    Ok(Sources {
        clauses: overlay("clauses", &there.clauses, &files.clauses, news)?,
        matrix: overlay("matrix", &there.matrix, &files.matrix, news)?,
    })
}

fn overlay(field: &str, there: &str, files: &str, news: &[Difference]) -> Result<String, Refused> {
    let (mut to, from) = (document(field, there)?, document(field, files)?);
    for one in news {
        let fields: Vec<&str> = one.fields.iter().filter_map(|f| f.field.split('.').next()).collect();
        if one.id.is_empty() {
            single(&mut to, &from, &one.record, &fields);
        } else {
            listed(&mut to, &from, one, &fields);
        }
    }
    Ok(to.to_string())
}

/// A table that stands once, or what stands at the head of the file.
fn single(to: &mut DocumentMut, from: &DocumentMut, record: &str, fields: &[&str]) {
    if record == "file" {
        copy(to.as_table_mut(), from.as_table(), fields);
    } else if let Some(from) = from.get(record).and_then(Item::as_table) {
        let to = to.entry(record).or_insert_with(|| Item::Table(placeless(Table::new())));
        if let Some(to) = to.as_table_mut() {
            copy(to, from, fields);
        }
    }
}

fn listed(to: &mut DocumentMut, from: &DocumentMut, one: &Difference, fields: &[&str]) {
    let own = |record: &Table| id_of(|key| record.get(key).and_then(words)) == one.id;
    let source = from.get(&one.record).and_then(Item::as_array_of_tables).and_then(|all| all.iter().find(|r| own(r)));
    if source.is_none() && to.get(&one.record).is_none() {
        return;
    }
    let all = to.entry(&one.record).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    let Some(all) = all.as_array_of_tables_mut() else { return };
    let at = all.iter().position(own);
    match (source, at) {
        (None, Some(at)) if one.change == Change::Removed => {
            all.remove(at);
        }
        (Some(source), Some(at)) => {
            if let Some(there) = all.get_mut(at) {
                copy(there, source, fields);
            }
        }
        (Some(source), None) => all.push(placeless(source.clone())),
        (None, _) => {}
    }
}

fn copy(to: &mut Table, from: &Table, fields: &[&str]) {
    for field in fields {
        match from.get(field) {
            Some(Item::Table(table)) => to.insert(field, Item::Table(placeless(table.clone()))),
            Some(Item::ArrayOfTables(list)) => {
                to.insert(field, Item::ArrayOfTables(list.iter().cloned().map(placeless).collect()))
            }
            Some(item) => to.insert(field, item.clone()),
            None => to.remove(field),
        };
    }
}

/// The table without its place in the file it came from, so that it is written where it now stands.
fn placeless(mut table: Table) -> Table {
    table.set_position(None);
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(inner) => *inner = placeless(std::mem::take(inner)),
            Item::ArrayOfTables(list) => *list = list.iter().cloned().map(placeless).collect(),
            _ => {}
        }
    }
    table
}

/// What tells one record from another, as the difference reads it.
fn words(item: &Item) -> Option<String> {
    item.as_str().map(str::to_owned).or_else(|| item.as_integer().map(|n| n.to_string()))
}
