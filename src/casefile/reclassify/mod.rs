//! A change of level as it is shown before it is signed (R24).

pub mod pages;

use super::Desk;
use crate::response::reclassify::Reclassification;

/// One task in the lists of a change.
pub struct Row {
    pub key: String,
    pub what: String,
    pub clause: String,
    pub department: String,
    /// Open now, so it can be kept by a tick.
    pub open: bool,
}

pub struct Change {
    pub kept: Vec<Row>,
    pub done: Vec<Row>,
    pub cancelled: Vec<Row>,
    pub added: Vec<Row>,
    /// Decisions that stay in force: number and areas.
    pub decisions: Vec<(String, String)>,
}

pub fn change(desk: &Desk<'_>, change: &Reclassification) -> Change {
    let rows = |keys: &[String]| keys.iter().map(|key| row(desk, key)).collect();
    let areas = |codes: &[String]| {
        desk.w.list(codes.iter().map(|c| desk.world.directory.region_name(c).get(desk.w.lang).to_owned()))
    };
    Change {
        kept: rows(&change.kept),
        done: rows(&change.done),
        cancelled: rows(&change.cancelled),
        added: rows(&change.added),
        decisions: change.decisions.iter().map(|(n, codes)| (n.clone(), areas(codes))).collect(),
    }
}

fn row(desk: &Desk<'_>, key: &str) -> Row {
    let task = desk.case().task(key);
    let def = desk.world.edition.task(crate::routing::code_of(key));
    let owner = task.map(|t| t.department.clone()).or_else(|| def.map(|d| d.responsible.clone())).unwrap_or_default();
    Row {
        key: key.to_owned(),
        what: desk.w.task(key),
        clause: def.map(|d| d.clause.clone()).unwrap_or_default(),
        department: if owner.is_empty() { owner } else { desk.w.department(&owner) },
        open: task.is_some_and(|t| t.is_active()),
    }
}
