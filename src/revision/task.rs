//! A task of a draft's duty matrix: what it is to be, and the routes that open it.

use serde::Deserialize;
use toml_edit::{DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::record::{New, blank, by_id, fresh_id, list, records, remove, string, text_of, unwritten};
use super::source::{Sources, bad, document, put, put_allowance, put_code, put_list, put_text};
use crate::calendar::Allowance;
use crate::lang::Text;
use crate::person::role;
use crate::plan::{Basis, LimitClass, Matrix, Resolve, RouteDef, Trigger};
use crate::refusal::Refused;

/// The class of a limit that the plan does not state.
pub const UNSTATED: &str = "none";

/// What a task of the matrix is to be; what is left out stays, or is as its limit class has it where the task is new.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TaskEdit {
    pub action: Option<Text>,
    /// Code of the department that owes it.
    pub responsible: Option<String>,
    /// Code of the role that does it there; blank for the head.
    pub role: Option<String>,
    pub cooperating: Option<Vec<String>>,
    /// The clause shown on its card.
    pub clause: Option<String>,
    /// Whose the duty is: plan, inferred or proposed.
    pub basis: Option<String>,
    /// open, after, condition, recovery or close.
    pub trigger: Option<String>,
    /// Tasks that must be done before, for `after`.
    pub after: Option<Vec<String>>,
    /// Condition that must hold; blank for none.
    pub when: Option<String>,
    /// The plan's class of words for its haste: `promptly`, `one_working_day`; `none` where it states none.
    pub limit_class: Option<String>,
    pub due: Option<Allowance>,
    /// Whether the number of the limit is the plan's: plan or proposed.
    pub due_basis: Option<String>,
    pub acknowledge: Option<Allowance>,
    /// Code of the ladder.
    pub escalation: Option<String>,
    pub evidence: Option<Vec<String>>,
    /// Every route that opens it: `it.voice_board_down/local`, `wx.typhoon/major/whole_region`.
    pub routes: Option<Vec<String>>,
    /// The revision of the draft that was seen.
    pub revision: Option<i32>,
}

/// A task the matrix is to have.
pub type NewTask = New<TaskEdit>;

/// A route by what chooses it.
pub fn route_key(route: &RouteDef) -> String {
    let scope = route.scope.map(|s| format!("/{}", s.code())).unwrap_or_default();
    format!("{}/{}{scope}", route.sub_kind, route.severity.code())
}

impl Sources {
    /// Changes a task of the matrix.
    ///
    /// # Errors
    /// M_NOT_FOUND where there is no such task, M_BAD_VALUE for a word the matrix does not know or a route there is not.
    pub fn edit_task(&mut self, id: &str, edit: &TaskEdit) -> Result<(), Refused> {
        let mut document = document("matrix", &self.matrix)?;
        let matrix = self.matrix();
        let class = class_of(edit, matrix.as_ref())?;
        let task = by_id(&mut document, "task", id)?;
        write(task, edit, class.as_ref())?;
        find_it(task, edit, matrix.as_ref());
        put_routes(&mut document, id, edit.routes.as_deref())?;
        self.matrix = document.to_string();
        Ok(())
    }

    /// Adds a task, and puts it at the end of the routes named.
    ///
    /// # Errors
    /// M_BAD_VALUE for an id that is taken, a word the matrix does not know, a route there is not.
    pub fn add_task(&mut self, new: &NewTask) -> Result<(), Refused> {
        let mut document = document("matrix", &self.matrix)?;
        let limit_class = new.record.limit_class.clone().or_else(|| Some(UNSTATED.to_owned()));
        let edit = TaskEdit { limit_class, ..new.record.clone() };
        let matrix = self.matrix();
        let class = class_of(&edit, matrix.as_ref())?.ok_or_else(|| bad("limit_class", UNSTATED))?;
        let tasks = records(&mut document, "task")?;
        let id = fresh_id(&new.id, tasks)?;
        let mut task = as_its_class_has_it(&id, &class, edit.due.as_ref())?;
        write(&mut task, &edit, Some(&class))?;
        find_it(&mut task, &edit, matrix.as_ref());
        tasks.push(task);
        put_routes(&mut document, &id, edit.routes.as_deref())?;
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
                take_out(table, field, id);
            }
        }
        self.matrix = document.to_string();
        Ok(())
    }

    /// The routes of the matrix by key, with the tasks each opens; empty where it cannot be read.
    pub fn routes(&self) -> Vec<(String, RouteDef)> {
        let routes = self.matrix().map(|m| m.routes).unwrap_or_default();
        routes.into_iter().map(|r| (route_key(&r), r)).collect()
    }

    fn matrix(&self) -> Option<Matrix> {
        toml::from_str(&self.matrix).ok()
    }
}

/// The limit class a task is to have, where it is to have another.
fn class_of(edit: &TaskEdit, matrix: Option<&Matrix>) -> Result<Option<LimitClass>, Refused> {
    let Some(code) = edit.limit_class.as_deref().map(str::trim) else { return Ok(None) };
    let classes = matrix.map(|m| m.limit_classes.as_slice()).unwrap_or_default();
    let known: Vec<&str> = classes.iter().map(|c| c.code.as_str()).collect();
    let unknown = bad("limit_class", &known.join(", "));
    classes.iter().find(|c| c.code == code).cloned().map(Some).ok_or(unknown)
}

/// A department that stands once per region is found by the incident's; any other stands for itself.
fn find_it(task: &mut Table, edit: &TaskEdit, matrix: Option<&Matrix>) {
    let Some(code) = edit.responsible.as_deref().map(str::trim) else { return };
    let department = matrix.and_then(|m| m.departments.iter().find(|d| d.code == code));
    let by_region = Resolve::IncidentRegion.code();
    match department.map(|d| d.per_region) {
        Some(true) if text_of(task, "resolve").is_empty() => put_code(task, "resolve", Some(by_region)),
        Some(false) if text_of(task, "resolve") == by_region => put_code(task, "resolve", Some("")),
        _ => {}
    }
}

/// A new task before anything is said of it. The number of its limit is the plan's only where it is the one of the class.
fn as_its_class_has_it(id: &str, class: &LimitClass, due: Option<&Allowance>) -> Result<Table, Refused> {
    let mut task = blank(id);
    task.insert("action", unwritten());
    for field in ["responsible", "responsible_role", "resolve", "clause"] {
        let text = if field == "responsible_role" { role::DEPARTMENT_HEAD } else { "" };
        task.insert(field, string(text));
    }
    task.insert("cooperating", list(&[]));
    task.insert("basis", string(Basis::Proposed.code()));
    task.insert("trigger", string(Trigger::Open.code()));
    let own = due.is_some_and(|due| *due != class.due);
    let mut limit = InlineTable::new();
    limit.insert("stated", class.code.as_str().into());
    limit.insert("words", class.words.zh_hans.as_str().into());
    limit.insert("due", Value::InlineTable(allowance(&class.due)?));
    limit.insert("due_basis", if own { Basis::Proposed } else { class.due_basis }.code().into());
    task.insert("limit", Item::Value(limit.into()));
    let mut sign = allowance(&class.ack)?;
    sign.insert("basis", class.ack_basis.code().into());
    task.insert("ack", Item::Value(sign.into()));
    task.insert("escalation", string(&class.escalation));
    task.insert("external", list(&[]));
    task.insert("evidence", list(&[]));
    Ok(task)
}

fn write(task: &mut Table, edit: &TaskEdit, class: Option<&LimitClass>) -> Result<(), Refused> {
    let trigger = known(edit.trigger.as_deref(), "trigger", Trigger::ALL.iter().map(|t| t.code()))?;
    let duty = [Basis::Plan, Basis::Inferred, Basis::Proposed].map(Basis::code);
    let basis = known(edit.basis.as_deref(), "basis", duty.into_iter())?;
    let number = [Basis::Plan, Basis::Proposed].map(Basis::code);
    let due_basis = known(edit.due_basis.as_deref(), "due_basis", number.into_iter())?;
    let head = edit.role.as_deref().map(|code| if code.trim().is_empty() { role::DEPARTMENT_HEAD } else { code });
    put_text(task, "action", edit.action.as_ref());
    put_code(task, "responsible", edit.responsible.as_deref());
    put_code(task, "responsible_role", head);
    put_list(task, "cooperating", edit.cooperating.as_deref());
    put_code(task, "clause", edit.clause.as_deref());
    put_code(task, "basis", basis);
    put_code(task, "trigger", trigger);
    put_list(task, "after", edit.after.as_deref());
    match edit.when.as_deref().map(str::trim) {
        Some("") => drop(task.remove("when")),
        condition => put_code(task, "when", condition),
    }
    let limit = part(task, "limit", "limit_class")?;
    if let Some(class) = class.filter(|class| limit.get("stated").and_then(Item::as_str) != Some(&class.code)) {
        put(limit, "stated", class.code.as_str().into());
        put(limit, "words", class.words.zh_hans.as_str().into());
    }
    put_code(limit, "due_basis", due_basis);
    if let Some(due) = &edit.due {
        put_allowance(part(limit, "due", "due")?, due)?;
    }
    if let Some(acknowledge) = &edit.acknowledge {
        put_allowance(part(task, "ack", "acknowledge")?, acknowledge)?;
    }
    put_code(task, "escalation", edit.escalation.as_deref());
    put_list(task, "evidence", edit.evidence.as_deref());
    Ok(())
}

/// Puts a task at the end of the routes that are to open it and do not, and takes it out of all others.
fn put_routes(document: &mut DocumentMut, id: &str, wanted: Option<&[String]>) -> Result<(), Refused> {
    let Some(wanted) = wanted else { return Ok(()) };
    let routes = records(document, "route")?;
    if wanted.iter().any(|key| routes.iter().all(|r| key_of(r) != *key)) {
        return Err(bad("routes", "sub_kind/severity[/scope]"));
    }
    for route in routes.iter_mut() {
        if !wanted.contains(&key_of(route)) {
            take_out(route, "tasks", id);
        } else if let Some(tasks) = route.get_mut("tasks").and_then(Item::as_array_mut)
            && tasks.iter().all(|v| v.as_str() != Some(id))
        {
            let mut value = Value::from(id);
            value.decor_mut().set_prefix("\n  ");
            tasks.push_formatted(value);
        }
    }
    Ok(())
}

fn take_out(record: &mut Table, field: &str, id: &str) {
    if let Some(list) = record.get_mut(field).and_then(Item::as_array_mut)
        && list.iter().any(|v| v.as_str() == Some(id))
    {
        list.retain(|v| v.as_str() != Some(id));
    }
}

fn part<'a>(table: &'a mut dyn TableLike, key: &str, field: &str) -> Result<&'a mut dyn TableLike, Refused> {
    table.get_mut(key).and_then(Item::as_table_like_mut).ok_or_else(|| bad(field, key))
}

/// One of the codes there are; nothing where nothing is said.
fn known<'a>(
    typed: Option<&'a str>,
    field: &str,
    codes: impl Iterator<Item = &'static str> + Clone,
) -> Result<Option<&'a str>, Refused> {
    match typed.map(str::trim) {
        Some(code) if !codes.clone().any(|known| known == code) => {
            Err(bad(field, &codes.collect::<Vec<_>>().join(", ")))
        }
        code => Ok(code),
    }
}

fn allowance(allowance: &Allowance) -> Result<InlineTable, Refused> {
    let mut table = InlineTable::new();
    put_allowance(&mut table, allowance)?;
    Ok(table)
}

fn key_of(route: &Table) -> String {
    let get = |name: &str| text_of(route, name);
    let scope = if get("scope").is_empty() { String::new() } else { format!("/{}", get("scope")) };
    format!("{}/{}{scope}", get("sub_kind"), get("severity"))
}
