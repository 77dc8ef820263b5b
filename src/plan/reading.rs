//! Reading one file of the plan data; what can't be read is refused by the record it stands in.

use std::fmt;

use serde::de::DeserializeOwned;
use toml::{Table, Value};

pub const CLAUSES: &str = "plan/clauses.toml";
pub const MATRIX: &str = "plan/duty-matrix.toml";

/// One thing wrong in the plan data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// [`CLAUSES`] or [`MATRIX`].
    pub file: &'static str,
    /// The record, e.g. `task it.voice.on_site`; empty where the whole file is unreadable.
    pub record: String,
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.record.as_str() {
            "" => write!(f, "{}: {}", self.file, self.message),
            record => write!(f, "{}: {record}: {}", self.file, self.message),
        }
    }
}

/// Reads one file. A wrong word, type or field name is refused with the record it stands in.
pub(super) fn read<T: DeserializeOwned>(file: &'static str, source: &str) -> Result<T, Fault> {
    toml::from_str(source).map_err(|error| Fault {
        file,
        record: error.span().map(|at| record_at(source, at.start)).unwrap_or_default(),
        message: error.message().to_owned(),
    })
}

/// Every text with a blank language.
pub(super) fn blank_texts(file: &'static str, source: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (name, value) in &source.parse::<Table>().unwrap_or_default() {
        let (records, named) = match value {
            Value::Array(records) => (records.as_slice(), true),
            single => (std::slice::from_ref(single), false),
        };
        for record in records.iter().filter_map(Value::as_table) {
            let title = record_name(name, |key| record.get(key).filter(|_| named)?.as_str());
            find_blank(record, &mut |language| {
                faults.push(Fault { file, record: title.clone(), message: format!("empty translation {language}") });
            });
        }
    }
    faults
}

fn find_blank(table: &Table, report: &mut impl FnMut(&str)) {
    for (key, value) in table {
        match value {
            Value::String(text) if is_language(key) && text.trim().is_empty() => report(key),
            Value::Table(inner) => find_blank(inner, report),
            Value::Array(items) => {
                items.iter().filter_map(Value::as_table).for_each(|item| find_blank(item, report));
            }
            _ => {}
        }
    }
}

fn is_language(key: &str) -> bool {
    matches!(key, "zh-Hans" | "zh-Hant" | "en")
}

/// The record's name from its array and whichever key tells it apart.
fn record_name<'t>(array: &str, get: impl Fn(&str) -> Option<&'t str>) -> String {
    let keys: &[&str] = match array {
        "route" => &["sub_kind", "severity", "scope"],
        "succession" => &["kind"],
        _ => &["id", "code"],
    };
    let mut name = array.to_owned();
    for part in keys.iter().filter_map(|key| get(key)) {
        name.push(' ');
        name.push_str(part);
    }
    name
}

/// The name of the record that the byte `at` of the source stands in.
fn record_at(source: &str, at: usize) -> String {
    let mut lines = Vec::new();
    let mut array = "";
    let mut named = false;
    let mut offset = 0;
    for line in source.split_inclusive('\n') {
        let header = line.trim().strip_prefix('[').map(|rest| rest.trim_matches(['[', ']']));
        if let Some(header) = header.filter(|header| !header.contains(['.', ' ', ','])) {
            if offset > at {
                break;
            }
            array = header;
            named = line.starts_with("[[");
            lines.clear();
        }
        lines.push(line);
        offset += line.len();
    }
    record_name(array, |key| {
        lines.iter().filter(|_| named).find_map(|line| {
            let (name, value) = line.split_once('=')?;
            (name.trim() == key).then(|| value.trim().trim_matches('"'))
        })
    })
}
