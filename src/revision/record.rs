//! Clauses and tasks that a draft gains or loses. What refers to them is left to the check, but for the places that
//! nobody could mend by hand: routes, and what follows what.

pub mod pages;

use serde::Deserialize;
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value};

use super::source::{Sources, bad, document, put_allowance};
use crate::calendar::{Allowance, ClockKind, Unit};
use crate::l10n::text;
use crate::lang::Text;
use crate::plan::{Basis, Matrix, RouteDef, Trigger};
use crate::refusal::Refused;

/// A clause the plan is to have.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewClause {
    /// The citation key, e.g. `3.1.13`.
    pub id: String,
    /// Id of the section it stands in.
    pub section: String,
    pub title: Text,
    pub text: Text,
    /// Codes of the departments it names.
    pub departments: Vec<String>,
    /// The revision of the draft that was seen.
    pub revision: Option<i32>,
}

/// A task the matrix is to have.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewTask {
    /// E.g. `it.voice.test_board`.
    pub id: String,
    pub action: Text,
    /// Code of the department that owes it.
    pub responsible: String,
    /// Code of the role that does it there; the head where left blank.
    pub role: String,
    pub cooperating: Vec<String>,
    /// The clause it rests on.
    pub clause: String,
    /// plan, inferred or proposed; proposed where left blank.
    pub basis: String,
    /// open, after, condition, recovery or close; open where left blank.
    pub trigger: String,
    /// Tasks that must be done before, for `after`.
    pub after: Vec<String>,
    /// Condition that must hold.
    pub when: String,
    pub due: Option<Allowance>,
    pub acknowledge: Option<Allowance>,
    /// Whether the number of the limit is the plan's: plan or proposed; proposed where left blank.
    pub due_basis: String,
    pub evidence: Vec<String>,
    /// Routes that open it, at their end: `it.voice_board_down/local`, `wx.typhoon/major/whole_region`.
    pub routes: Vec<String>,
    /// The revision of the draft that was seen.
    pub revision: Option<i32>,
}

/// A route by what chooses it.
pub fn route_key(route: &RouteDef) -> String {
    let scope = route.scope.map(|s| format!("/{}", s.code())).unwrap_or_default();
    format!("{}/{}{scope}", route.sub_kind, route.severity.code())
}

impl Sources {
    /// Adds a clause at the end of its section.
    ///
    /// # Errors
    /// M_BAD_VALUE for an id that is taken or cannot stand in an address.
    pub fn add_clause(&mut self, new: &NewClause) -> Result<(), Refused> {
        let mut document = document("clauses", &self.clauses)?;
        let clauses = records(&mut document, "clause")?;
        let id = fresh_id(&new.id, clauses)?;
        let of_section = |t: &&Table| t.get("section").and_then(Item::as_str) == Some(new.section.trim());
        let kind = clauses
            .iter()
            .filter(of_section)
            .last()
            .and_then(|t| t.get("kind")?.as_str())
            .unwrap_or("procedure")
            .to_owned();
        let mut clause = Table::new();
        clause.insert("id", string(&id));
        clause.insert("section", string(&new.section));
        clause.insert("kind", string(&kind));
        clause.insert("depts", list(&new.departments));
        clause.insert("depts_stated", Item::Value((!new.departments.is_empty()).into()));
        clause.insert("versions", list(&[]));
        clause.insert("seed_lines", list(&[]));
        clause.insert("title", words(&new.title));
        clause.insert("text", words(&new.text));
        clauses.push(spaced(clause));
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

    /// Adds a task, and puts it at the end of the routes named.
    ///
    /// # Errors
    /// M_BAD_VALUE for an id that is taken, a word the matrix does not know, a route there is not.
    pub fn add_task(&mut self, new: &NewTask) -> Result<(), Refused> {
        let mut document = document("matrix", &self.matrix)?;
        let tasks = records(&mut document, "task")?;
        let id = fresh_id(&new.id, tasks)?;
        tasks.push(spaced(task(&id, new)?));
        for wanted in &new.routes {
            let routes = records(&mut document, "route")?;
            let found = routes.iter_mut().find(|r| key_of(r) == *wanted);
            let tasks = found.and_then(|r| r.get_mut("tasks")).and_then(Item::as_array_mut);
            let tasks = tasks.ok_or_else(|| bad("routes", "sub_kind/severity[/scope]"))?;
            let mut value = Value::from(id.as_str());
            value.decor_mut().set_prefix("\n  ");
            tasks.push_formatted(value);
        }
        self.matrix = document.to_string();
        Ok(())
    }

    /// Takes a task out of the matrix, of its routes, and of what it had to be done before.
    ///
    /// # Errors
    /// M_NOT_FOUND where there is no such task.
    pub fn remove_task(&mut self, id: &str) -> Result<(), Refused> {
        let mut document = document("matrix", &self.matrix)?;
        remove(records(&mut document, "task")?, id)?;
        for (record, field) in [("route", "tasks"), ("task", "after")] {
            for table in records(&mut document, record)?.iter_mut() {
                if let Some(list) = table.get_mut(field).and_then(Item::as_array_mut)
                    && list.iter().any(|v| v.as_str() == Some(id))
                {
                    list.retain(|v| v.as_str() != Some(id));
                }
            }
        }
        self.matrix = document.to_string();
        Ok(())
    }

    /// The routes of the matrix by key, with the tasks each opens; empty where it cannot be read.
    pub fn routes(&self) -> Vec<(String, RouteDef)> {
        let matrix: Option<Matrix> = toml::from_str(&self.matrix).ok();
        let routes = matrix.map(|m| m.routes).unwrap_or_default();
        routes.into_iter().map(|r| (route_key(&r), r)).collect()
    }
}

fn task(id: &str, new: &NewTask) -> Result<Table, Refused> {
    let basis = |field: &str, typed: &str, known: &[Basis]| match typed.trim() {
        "" => Ok(Basis::Proposed),
        code => Basis::from_code(code)
            .filter(|b| known.contains(b))
            .ok_or_else(|| bad(field, &known.iter().map(|b| b.code()).collect::<Vec<_>>().join(", "))),
    };
    let trigger = match new.trigger.trim() {
        "" => Trigger::Open,
        code => Trigger::from_code(code).ok_or_else(|| bad("trigger", "open, after, condition, recovery, close"))?,
    };
    let mut task = Table::new();
    task.insert("id", string(id));
    task.insert("action", words(&new.action));
    task.insert("responsible", string(&new.responsible));
    let role = if new.role.trim().is_empty() { crate::person::role::DEPARTMENT_HEAD } else { &new.role };
    task.insert("responsible_role", string(role));
    task.insert("resolve", string(""));
    task.insert("cooperating", list(&new.cooperating));
    task.insert("clause", string(&new.clause));
    let duty = basis("basis", &new.basis, &[Basis::Plan, Basis::Inferred, Basis::Proposed])?;
    task.insert("basis", string(duty.code()));
    task.insert("trigger", string(trigger.code()));
    if !new.after.is_empty() {
        task.insert("after", list(&new.after));
    }
    if !new.when.trim().is_empty() {
        task.insert("when", string(&new.when));
    }
    let due = new.due.unwrap_or(Allowance { value: 1, unit: Unit::WorkingDays, clock: ClockKind::Working });
    let number = basis("due_basis", &new.due_basis, &[Basis::Plan, Basis::Proposed])?;
    let mut limit = InlineTable::new();
    limit.insert("stated", "none".into());
    limit.insert("words", "（未规定）".into());
    limit.insert("due", Value::InlineTable(allowance(&due)?));
    limit.insert("due_basis", number.code().into());
    task.insert("limit", Item::Value(limit.into()));
    let sign = new.acknowledge.unwrap_or(Allowance { value: 30, unit: Unit::Minutes, clock: ClockKind::Working });
    let mut ack = allowance(&sign)?;
    ack.insert("basis", Basis::Proposed.code().into());
    task.insert("ack", Item::Value(ack.into()));
    task.insert("escalation", string("standard"));
    task.insert("external", list(&[]));
    task.insert("evidence", list(&new.evidence));
    Ok(task)
}

fn allowance(allowance: &Allowance) -> Result<InlineTable, Refused> {
    let mut table = InlineTable::new();
    put_allowance(&mut table, allowance)?;
    Ok(table)
}

fn records<'a>(document: &'a mut DocumentMut, array: &str) -> Result<&'a mut ArrayOfTables, Refused> {
    let records = document.get_mut(array).and_then(Item::as_array_of_tables_mut);
    records.ok_or_else(|| bad(array, &format!("[[{array}]]")))
}

fn id_of(record: &Table) -> Option<&str> {
    record.get("id").and_then(Item::as_str)
}

fn key_of(route: &Table) -> String {
    let get = |name: &str| route.get(name).and_then(Item::as_str).unwrap_or_default();
    let scope = if get("scope").is_empty() { String::new() } else { format!("/{}", get("scope")) };
    format!("{}/{}{scope}", get("sub_kind"), get("severity"))
}

fn fresh_id(typed: &str, records: &ArrayOfTables) -> Result<String, Refused> {
    let refused = |expected: Text| Refused::BadValue { field: "id".to_owned(), expected };
    let id = super::read_code(typed).map_err(|_| refused(text(|l| l.msg_ed_id_rule())))?;
    if records.iter().any(|r| id_of(r) == Some(&id)) {
        return Err(refused(text(|l| l.msg_ed_id_taken())));
    }
    Ok(id)
}

fn remove(records: &mut ArrayOfTables, id: &str) -> Result<(), Refused> {
    let at = records.iter().position(|r| id_of(r) == Some(id)).ok_or(Refused::NotFound)?;
    records.remove(at);
    Ok(())
}

fn spaced(mut table: Table) -> Table {
    table.decor_mut().set_prefix("\n");
    table
}

fn string(text: &str) -> Item {
    Item::Value(text.trim().into())
}

fn list(codes: &[String]) -> Item {
    Item::Value(codes.iter().map(String::as_str).collect::<Array>().into())
}

fn words(text: &Text) -> Item {
    let mut table = InlineTable::new();
    for (lang, words) in [("zh-Hant", &text.zh_hant), ("zh-Hans", &text.zh_hans), ("en", &text.en)] {
        table.insert(lang, words.trim().replace("\r\n", "\n").into());
    }
    Item::Value(table.into())
}
