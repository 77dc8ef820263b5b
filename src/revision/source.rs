//! A draft's two files, changed record by record. What is not touched stays as it was written, sign by sign.

use std::collections::BTreeMap;

use toml_edit::{Array, DocumentMut, Item, Table, TableLike, Value};

use crate::calendar::Allowance;
use crate::lang::Text;
use crate::plan::{Edition, Fault};
use crate::refusal::Refused;

/// An edition as its two files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    pub clauses: String,
    pub matrix: String,
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
}

pub(super) fn document(field: &str, source: &str) -> Result<DocumentMut, Refused> {
    source.parse().map_err(|error: toml_edit::TomlError| bad(field, error.message()))
}

fn head(document: &mut DocumentMut) -> Result<&mut Table, Refused> {
    document.get_mut("plan").and_then(Item::as_table_mut).ok_or_else(|| bad("clauses", "[plan]"))
}

/// Puts a value where another stood, with the blanks and comments around it.
pub(super) fn put(table: &mut dyn TableLike, key: &str, value: Value) {
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

pub(super) fn put_code(table: &mut dyn TableLike, key: &str, code: Option<&str>) {
    let Some(code) = code.map(str::trim) else { return };
    if table.get(key).and_then(Item::as_str) != Some(code) {
        put(table, key, code.into());
    }
}

pub(super) fn put_text(table: &mut dyn TableLike, key: &str, text: Option<&Text>) {
    let Some((text, inner)) = text.zip(table.get_mut(key).and_then(Item::as_table_like_mut)) else { return };
    for (lang, words) in [("zh-Hant", &text.zh_hant), ("zh-Hans", &text.zh_hans), ("en", &text.en)] {
        put_code(inner, lang, Some(&words.replace("\r\n", "\n")));
    }
}

pub(super) fn put_list(table: &mut dyn TableLike, key: &str, codes: Option<&[String]>) {
    let Some(codes) = codes else { return };
    let mut stands: Vec<&str> = table
        .get(key)
        .and_then(Item::as_array)
        .map(|list| list.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    // A form sends what is ticked in an order of its own, which says nothing.
    let mut wanted: Vec<&str> = codes.iter().map(String::as_str).collect();
    stands.sort_unstable();
    wanted.sort_unstable();
    if stands != wanted {
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
