//! A draft's two files, changed record by record. What is not touched stays as it was written, sign by sign.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml_edit::{Array, DocumentMut, Item, Table, TableLike, Value};

use crate::calendar::Allowance;
use crate::lang::Text;
use crate::plan::{Edition, Fault, Trigger};
use crate::refusal::Refused;

/// An edition as its two files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    pub clauses: String,
    pub matrix: String,
}

/// What a clause is to say; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClauseEdit {
    pub title: Option<Text>,
    pub text: Option<Text>,
    /// Codes of the departments it concerns.
    pub departments: Option<Vec<String>>,
    /// The revision of the draft that was seen.
    pub revision: Option<i32>,
}

/// What a task of the matrix is to be; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TaskEdit {
    pub action: Option<Text>,
    pub responsible: Option<String>,
    /// The clause shown on its card.
    pub clause: Option<String>,
    pub cooperating: Option<Vec<String>>,
    pub evidence: Option<Vec<String>>,
    /// open, after, condition, recovery or close.
    pub trigger: Option<String>,
    pub due: Option<Allowance>,
    pub acknowledge: Option<Allowance>,
    /// The revision of the draft that was seen.
    pub revision: Option<i32>,
}

impl Sources {
    /// The edition the files make.
    ///
    /// # Errors
    /// Every gap, with file and record.
    pub fn check(&self) -> Result<Edition, Vec<Fault>> {
        Edition::from_toml(&self.clauses, &self.matrix)
    }

    /// Gives the edition its code, in both files.
    ///
    /// # Errors
    /// M_BAD_VALUE for a file that is no TOML or has no head.
    pub fn call(&mut self, code: &str) -> Result<(), Refused> {
        let mut clauses = document("clauses", &self.clauses)?;
        put(head(&mut clauses)?, "edition", code.into());
        let mut matrix = document("matrix", &self.matrix)?;
        put(matrix.as_table_mut(), "plan_edition", code.into());
        (self.clauses, self.matrix) = (clauses.to_string(), matrix.to_string());
        Ok(())
    }

    /// Writes the day it takes effect and on what ground.
    ///
    /// # Errors
    /// As [`Sources::call`].
    pub fn take_effect(&mut self, date: chrono::NaiveDate, basis: &str) -> Result<(), Refused> {
        let mut clauses = document("clauses", &self.clauses)?;
        let head = head(&mut clauses)?;
        put(head, "effective_from", date.to_string().into());
        put(head, "effective_basis", basis.into());
        self.clauses = clauses.to_string();
        Ok(())
    }

    /// Changes a clause.
    ///
    /// # Errors
    /// M_NOT_FOUND where there is no such clause.
    pub fn edit_clause(&mut self, id: &str, edit: &ClauseEdit) -> Result<(), Refused> {
        let mut document = document("clauses", &self.clauses)?;
        let clause = record(&mut document, "clause", id)?;
        put_text(clause, "title", edit.title.as_ref());
        put_text(clause, "text", edit.text.as_ref());
        put_list(clause, "depts", edit.departments.as_deref());
        self.clauses = document.to_string();
        Ok(())
    }

    /// Changes a task of the matrix.
    ///
    /// # Errors
    /// M_NOT_FOUND where there is no such task, M_BAD_VALUE for a trigger the plan does not know.
    pub fn edit_task(&mut self, id: &str, edit: &TaskEdit) -> Result<(), Refused> {
        let mut document = document("matrix", &self.matrix)?;
        let task = record(&mut document, "task", id)?;
        put_text(task, "action", edit.action.as_ref());
        put_code(task, "responsible", edit.responsible.as_deref());
        put_code(task, "clause", edit.clause.as_deref());
        put_list(task, "cooperating", edit.cooperating.as_deref());
        put_list(task, "evidence", edit.evidence.as_deref());
        if let Some(code) = edit.trigger.as_deref() {
            if Trigger::from_code(code).is_none() {
                return Err(bad("trigger", "open, after, condition, recovery, close"));
            }
            put_code(task, "trigger", Some(code));
        }
        if let Some(due) = &edit.due {
            let limit = task.get_mut("limit").and_then(|limit| limit.as_table_like_mut());
            let table = limit.and_then(|limit| limit.get_mut("due")).and_then(Item::as_table_like_mut);
            put_allowance(table.ok_or_else(|| bad("due", "value, unit, clock"))?, due)?;
        }
        if let Some(acknowledge) = &edit.acknowledge {
            let table = task.get_mut("ack").and_then(Item::as_table_like_mut);
            put_allowance(table.ok_or_else(|| bad("acknowledge", "value, unit, clock"))?, acknowledge)?;
        }
        self.matrix = document.to_string();
        Ok(())
    }
}

pub(super) fn document(field: &str, source: &str) -> Result<DocumentMut, Refused> {
    source.parse().map_err(|error: toml_edit::TomlError| bad(field, error.message()))
}

fn head(document: &mut DocumentMut) -> Result<&mut Table, Refused> {
    document.get_mut("plan").and_then(Item::as_table_mut).ok_or_else(|| bad("clauses", "[plan]"))
}

fn record<'a>(document: &'a mut DocumentMut, array: &str, id: &str) -> Result<&'a mut Table, Refused> {
    let records = document.get_mut(array).and_then(Item::as_array_of_tables_mut).ok_or(Refused::NotFound)?;
    let found = |record: &&mut Table| record.get("id").and_then(Item::as_str) == Some(id);
    records.iter_mut().find(found).ok_or(Refused::NotFound)
}

/// Puts a value where another stood, with the blanks and comments around it.
fn put(table: &mut dyn TableLike, key: &str, value: Value) {
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            let decor = old.decor().clone();
            *old = value;
            *old.decor_mut() = decor;
        }
        None => {
            table.insert(key, Item::Value(value));
        }
    }
}

fn put_code(table: &mut dyn TableLike, key: &str, code: Option<&str>) {
    let Some(code) = code.map(str::trim) else { return };
    if table.get(key).and_then(Item::as_str) != Some(code) {
        put(table, key, code.into());
    }
}

fn put_text(table: &mut dyn TableLike, key: &str, text: Option<&Text>) {
    let Some((text, inner)) = text.zip(table.get_mut(key).and_then(Item::as_table_like_mut)) else { return };
    for (lang, words) in [("zh-Hant", &text.zh_hant), ("zh-Hans", &text.zh_hans), ("en", &text.en)] {
        put_code(inner, lang, Some(&words.replace("\r\n", "\n")));
    }
}

fn put_list(table: &mut dyn TableLike, key: &str, codes: Option<&[String]>) {
    let Some(codes) = codes else { return };
    let stands: Vec<&str> = table
        .get(key)
        .and_then(Item::as_array)
        .map(|list| list.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    if stands != codes {
        put(table, key, Value::Array(codes.iter().map(String::as_str).collect::<Array>()));
    }
}

pub(super) fn put_allowance(table: &mut dyn TableLike, allowance: &Allowance) -> Result<(), Refused> {
    let codes: BTreeMap<String, serde_json::Value> = serde_json::to_value(allowance)
        .and_then(serde_json::from_value)
        .map_err(|_| bad("due", "value, unit, clock"))?;
    let number = i64::from(allowance.value);
    if table.get("value").and_then(Item::as_integer) != Some(number) {
        put(table, "value", number.into());
    }
    for key in ["unit", "clock"] {
        put_code(table, key, codes.get(key).and_then(serde_json::Value::as_str));
    }
    Ok(())
}

pub(super) fn bad(field: &str, expected: &str) -> Refused {
    Refused::BadValue { field: field.to_owned(), expected: crate::lang::text(expected, expected, expected) }
}
