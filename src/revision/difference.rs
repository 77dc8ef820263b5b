//! How two editions differ, record by record and field by field: clauses, tasks, and whatever else the files hold.

pub mod pages;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use super::source::Sources;

/// Fields that say which edition it is, not what it says.
const IDENTITY: [&str; 4] = ["plan.edition", "plan.effective_from", "plan.effective_basis", "plan_edition"];

/// A record that one of two editions lacks, or that they word differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What kind of record: `clause`, `task`, `route`, or the name of a single table.
    pub record: String,
    /// Which one: `3.1.8`, `it.voice.on_site`; blank for a single table.
    pub id: String,
    pub change: Change,
    /// In the order of the fields' names; of a record added or removed, all that it says.
    pub fields: Vec<FieldChange>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    Added,
    Removed,
    Changed,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// `text.en`, `limit.due.value`.
    pub field: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// Every difference, in the order of the files. Empty: the two say the same.
pub fn between(before: &Sources, after: &Sources) -> Vec<Difference> {
    let mut differences = of_file(&before.clauses, &after.clauses);
    differences.extend(of_file(&before.matrix, &after.matrix));
    differences
}

/// A record's fields, flat: `limit.due.value` -> `30`.
pub type Fields = BTreeMap<String, String>;

/// The records of one kind, in the order of the file: id and fields.
pub fn of_kind(source: &str, record: &str) -> Vec<(String, Fields)> {
    records(source).into_iter().filter(|r| r.0 == record).map(|(_, id, fields)| (id, fields)).collect()
}

/// One record of a kind, where the file has it.
pub fn one_of_kind(source: &str, record: &str, id: &str) -> Option<Fields> {
    of_kind(source, record).into_iter().find_map(|(known, fields)| (known == id).then_some(fields))
}

fn of_file(before: &str, after: &str) -> Vec<Difference> {
    let (before, after) = (records(before), records(after));
    let mut differences = Vec::new();
    let find = |list: &[(String, String, Fields)], record: &str, id: &str| {
        list.iter().find(|r| r.0 == record && r.1 == id).map(|r| r.2.clone())
    };
    for (record, id, new) in &after {
        let old = find(&before, record, id);
        let change = if old.is_some() { Change::Changed } else { Change::Added };
        differences.push(difference(record, id, change, &old.unwrap_or_default(), new));
    }
    for (record, id, old) in &before {
        if find(&after, record, id).is_none() {
            differences.push(difference(record, id, Change::Removed, old, &Fields::new()));
        }
    }
    differences.retain(|d| !d.fields.is_empty());
    differences
}

fn difference(record: &str, id: &str, change: Change, before: &Fields, after: &Fields) -> Difference {
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let fields = names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| FieldChange {
            field: name.clone(),
            before: before.get(name).cloned(),
            after: after.get(name).cloned(),
        })
        .collect();
    Difference { record: record.to_owned(), id: id.to_owned(), change, fields }
}

/// Every record with its fields, flat.
pub(super) fn records(source: &str) -> Vec<(String, String, Fields)> {
    let table = source.parse::<Table>().unwrap_or_default();
    let mut found = Vec::new();
    let mut head = Fields::new();
    for (name, value) in &table {
        match value {
            Value::Array(items) if items.iter().all(Value::is_table) => {
                for item in items.iter().filter_map(Value::as_table) {
                    let mut fields = Fields::new();
                    flatten("", item, &mut fields);
                    found.push((name.clone(), id_of(|key| item.get(key).and_then(plain)), fields));
                }
            }
            Value::Table(single) => {
                let mut fields = Fields::new();
                flatten("", single, &mut fields);
                fields.retain(|field, _| !IDENTITY.contains(&format!("{name}.{field}").as_str()));
                found.push((name.clone(), String::new(), fields));
            }
            plain if !IDENTITY.contains(&name.as_str()) => {
                head.insert(name.clone(), words(plain));
            }
            _ => {}
        }
    }
    found.push(("file".to_owned(), String::new(), head));
    found
}

/// What tells a record from others of its kind, by the plain words and numbers of its fields.
pub(super) fn id_of(get: impl Fn(&str) -> Option<String>) -> String {
    if let Some(id) = get("id").or_else(|| get("code")) {
        return id;
    }
    let route = ["sub_kind", "severity", "scope"].iter().filter_map(|key| get(key)).collect::<Vec<_>>().join(" ");
    if !route.is_empty() {
        return route;
    }
    get("kind").or_else(|| get("number")).unwrap_or_default()
}

fn flatten(before: &str, table: &Table, fields: &mut Fields) {
    for (key, value) in table {
        let name = if before.is_empty() { key.clone() } else { format!("{before}.{key}") };
        match value {
            Value::Table(inner) => flatten(&name, inner, fields),
            Value::Array(items) if !items.is_empty() && items.iter().all(Value::is_table) => {
                for (at, item) in items.iter().filter_map(Value::as_table).enumerate() {
                    flatten(&format!("{name}.{}", at + 1), item, fields);
                }
            }
            plain => {
                fields.insert(name, words(plain));
            }
        }
    }
}

fn plain(value: &Value) -> Option<String> {
    matches!(value, Value::String(_) | Value::Integer(_)).then(|| words(value))
}

fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
