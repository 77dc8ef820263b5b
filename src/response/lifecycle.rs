//! Acts on the incident as a whole: its level, what became true, recovery, closing, and the record about it.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Case, Turn, World};
use crate::incident::{Closing, Confirmation, State, close, report, severity};
use crate::journal::{Event, Recorded};
use crate::lang::{Text, text as say};
use crate::person::{Actor, role};
use crate::plan::{Scope, Severity, Tell};
use crate::refusal::Refused;
use crate::routing;
use crate::task::{Assignee, Ending, State as TaskState, Task, clock};

/// Reasons the system writes itself; shown in the reader's language.
pub const RECLASSIFIED: &str = "@reclassified";
pub const CONDITION_GONE: &str = "@condition";
pub const EDITION_MOVED: &str = "@edition";

impl Turn<'_> {
    /// Confirms, raises or lowers the level. Tasks of both routes go on with their signature and clock; those only of
    /// the old one are cancelled unless kept; new ones open now (2.1.1-2, 2.1.1-4, R15, R24).
    pub fn set_severity(
        &mut self,
        level: Severity,
        scope: Option<Scope>,
        reason: Option<&str>,
        keep: &[String],
    ) -> Result<(), Refused> {
        if !self.actor.commands() {
            return Err(self.world.leadership.not_yours(self.actor, Refused::SeverityNotYours));
        }
        let edition = self.world.edition;
        let sub_kind = edition.sub_kind(&self.case.incident.sub_kind).ok_or(Refused::NotFound)?;
        if let Some(refused) = report::severity_allowed(level, sub_kind, edition) {
            return Err(refused);
        }
        let reason = reason.map(str::trim).filter(|r| !r.is_empty()).map(str::to_owned);
        let incident = &self.case.incident;
        let changes =
            level != incident.proposal.severity || (incident.confirmed.is_some() && level != incident.severity);
        if changes && reason.is_none() {
            return Err(Refused::Required { field: "reason".to_owned(), label: say("理由", "理由", "Reason") });
        }
        let (before, known) = (incident.severity, self.case.known());
        let proposed = incident.proposal.severity;
        let wished = scope
            .or(incident.proposal.scope)
            .or_else(|| incident.fields.get("scope").and_then(serde_json::Value::as_str).and_then(Scope::from_code));
        let old_scope = incident.scope;
        let new_scope = severity::scope_for(sub_kind, level, wished);
        let regions = affected(self, level, new_scope);
        let incident = &mut self.case.incident;
        incident.severity = level;
        incident.scope = new_scope;
        incident.regions = regions;
        incident.confirmed = Some(Confirmation { at: self.now, by: self.actor.login.clone(), reason: reason.clone() });
        self.note(Event::SeverityConfirmed { severity: level, proposed, before, reason });
        if before != level || old_scope != new_scope {
            self.leave_old_route(keep);
            self.say_what_changed(&known);
        }
        Ok(())
    }

    /// The level nobody could confirm, set by the signed succession (R19).
    pub fn confirm_by_rule(&mut self, level: Severity) {
        let incident = &mut self.case.incident;
        let before = std::mem::replace(&mut incident.severity, level);
        incident.confirmed = Some(Confirmation { at: self.now, by: self.actor.login.clone(), reason: None });
        let regions = affected(self, level, self.case.incident.scope);
        self.case.incident.regions = regions;
        self.note(Event::SeverityConfirmed { severity: level, proposed: level, before, reason: None });
        self.leave_old_route(&[]);
    }

    /// Both lists of tasks go into the record (R24).
    fn say_what_changed(&mut self, known: &std::collections::BTreeMap<String, bool>) {
        self.open_due(false);
        let tasks = &self.case.tasks;
        let gone = |t: &&Task| matches!(&t.state, TaskState::Cancelled { reason, ending } if reason == RECLASSIFIED && ending.at == self.now);
        let keys = |of: Vec<&Task>| of.into_iter().map(|t| t.key.clone()).collect::<Vec<_>>();
        let cancelled = keys(tasks.iter().filter(gone).collect());
        let added = keys(tasks.iter().filter(|t| !known.contains_key(&t.key)).collect());
        let kept = keys(tasks.iter().filter(|t| known.contains_key(&t.key) && t.is_active()).collect());
        self.note(Event::Reclassified { kept, added, cancelled });
    }

    fn leave_old_route(&mut self, keep: &[String]) {
        let facts = self.case.incident.facts(false);
        let Some(route) = routing::route(&facts, self.world.edition) else {
            return;
        };
        for index in 0..self.case.tasks.len() {
            let task = &self.case.tasks[index];
            if route.tasks.contains(&task.code) {
                self.take_up_again(index);
                continue;
            }
            if keep.contains(&task.key) {
                continue;
            }
            if let Some((next, event)) = task.cancelled(RECLASSIFIED, &self.actor.login, self.now) {
                self.case.tasks[index] = next;
                self.note_task(index, event);
            }
        }
    }

    /// A task that an earlier change of level cancelled, and that the new level has again, goes on where it stood.
    fn take_up_again(&mut self, index: usize) {
        let task = &mut self.case.tasks[index];
        let left = matches!(&task.state, TaskState::Cancelled { reason, .. } if reason == RECLASSIFIED);
        if !left {
            return;
        }
        task.state = if task.acknowledged.is_some() { TaskState::Acknowledged } else { TaskState::Open };
        task.updated_at = self.now;
        task.revision += 1;
        let event = Event::TaskOpened { task: task.key.clone() };
        self.note_task(index, event);
        self.tell_opened(index);
    }

    /// A condition of the plan became true, or false again. Those who handle the incident say so.
    pub fn set_condition(&mut self, condition: &str, value: bool) -> Result<(), Refused> {
        self.require_handler()?;
        if self.world.edition.condition(condition).is_none() {
            return Err(Refused::BadValue {
                field: "condition".to_owned(),
                expected: say("预案数据中的条件", "預案資料中的條件", "a condition of the plan data"),
            });
        }
        let was = self.case.incident.conditions.insert(condition.to_owned(), value);
        if was == Some(value) || (was.is_none() && !value) {
            return Ok(());
        }
        self.note(Event::Condition { condition: condition.to_owned(), value, by_rule: false });
        if !value {
            self.condition_gone(condition);
        }
        Ok(())
    }

    pub(super) fn condition_gone(&mut self, condition: &str) {
        for index in 0..self.case.tasks.len() {
            let task = &self.case.tasks[index];
            let hangs = self.definition(task).is_some_and(|d| d.when.as_deref() == Some(condition));
            if !hangs || !task.is_active() {
                continue;
            }
            let event = Event::NotArisen { task: task.key.clone(), reason: CONDITION_GONE.to_owned() };
            let ending = Ending { at: self.now, by: self.actor.login.clone() };
            let task = &mut self.case.tasks[index];
            task.state = TaskState::NotArisen { ending, reason: CONDITION_GONE.to_owned() };
            task.updated_at = self.now;
            task.revision += 1;
            self.note_task(index, event);
        }
    }

    pub fn recover(&mut self, at: DateTime<Utc>) -> Result<(), Refused> {
        self.require_handler()?;
        self.time_not_ahead(at, "at")?;
        if let Some(known) = self.case.incident.recovered_at {
            return if known == at { Ok(()) } else { Err(Refused::Stale { at: known, change: None }) };
        }
        self.case.incident.recovered_at = Some(at);
        self.note(Event::Recovered { at });
        Ok(())
    }

    pub fn close(&mut self, closing: &Closing, despite_children: bool) -> Result<(), Refused> {
        close::may_close(&self.case.incident, &self.case.tasks, self.actor)?;
        self.time_not_ahead(closing.restored_at, "restored_at")?;
        for (field, value, label) in [
            ("result", &closing.result, say("处置结果", "處置結果", "Result")),
            ("cause", &closing.cause, say("原因", "原因", "Cause")),
        ] {
            if value.trim().is_empty() {
                return Err(Refused::Required { field: field.to_owned(), label });
            }
        }
        if !self.case.open_rectifications.is_empty() {
            return Err(Refused::RectifyOpen);
        }
        let waived = despite_children && self.actor.has_role(role::LEADER);
        let list = self.case.close_blocks(self.world, waived);
        if !list.is_empty() {
            return Err(Refused::CloseBlocked { list });
        }
        self.note(Event::Closed {
            result: closing.result.clone(),
            restored_at: closing.restored_at,
            cause: closing.cause.clone(),
        });
        self.enter_review();
        self.case.incident.state =
            State::Closed { at: self.now, by: self.actor.login.clone(), closing: closing.clone() };
        Ok(())
    }

    /// Old clocks stay as they were; new tasks may be added.
    pub fn reopen(&mut self, reason: &str) -> Result<(), Refused> {
        let may = self.actor.leads() || self.actor.is_inspector();
        if !may || reason.trim().is_empty() {
            return Err(Refused::ReopenReason);
        }
        let State::Closed { .. } = self.case.incident.state else {
            return Err(Refused::Stale { at: self.case.incident.updated_at, change: None });
        };
        self.case.incident.state = State::Open;
        self.note(Event::Reopened { reason: reason.trim().to_owned() });
        Ok(())
    }

    /// Only the author corrects an entry; others comment.
    pub fn correct(&mut self, text: &str, record: Option<&Recorded>) -> Result<(), Refused> {
        let record = record.ok_or(Refused::NotFound)?;
        if record.actor != self.actor.login || record.corrects.is_some() {
            return Err(Refused::RecordLocked);
        }
        let text = some_text(text)?;
        self.note(Event::Corrected { text });
        if let Some(entry) = self.written.entries.last_mut() {
            entry.corrects = Some(record.id);
            entry.task = record.task;
            entry.department = record.department.clone();
        }
        Ok(())
    }

    pub fn comment(&mut self, text: &str) -> Result<(), Refused> {
        let text = some_text(text)?;
        self.note(Event::Comment { text });
        Ok(())
    }

    pub fn telephone(&mut self, task: Option<&str>, who: &str, phone: &str) -> Result<(), Refused> {
        if !self.actor.has_role(role::DUTY_OFFICER) && !self.actor.commands() {
            return Err(Refused::Forbidden);
        }
        let who = some_text(who)?;
        let event = Event::ToldByTelephone { task: task.map(str::to_owned), who, phone: phone.trim().to_owned() };
        let index = task.and_then(|key| self.task_index(key));
        self.entry(index, event, self.now, false);
        Ok(())
    }

    pub fn attach(&mut self, task: Option<&str>, file: &str, sha256: &str, size: i64) -> Result<(), Refused> {
        if self.actor.is_inspector() && task.is_none_or(|t| !t.starts_with("insp.")) {
            return Err(Refused::InspReadonly);
        }
        let index = match task {
            Some(key) => Some(self.task_index(key).ok_or(Refused::NotFound)?),
            None => None,
        };
        let event = Event::Attached { file: file.to_owned(), sha256: sha256.to_owned(), size };
        self.entry(index, event, self.now, false);
        Ok(())
    }

    pub fn export(&mut self, what: &str) -> Result<(), Refused> {
        let may = self.actor.commands()
            || self.actor.is_inspector()
            || self.actor.has_role(role::DEPARTMENT_HEAD)
            || self.actor.has_role(role::LG_OFFICE_HEAD)
            || self.actor.has_role(role::DUTY_OFFICER);
        if !may {
            return Err(Refused::Forbidden);
        }
        self.note(Event::Exported { what: what.to_owned() });
        Ok(())
    }

    /// The calendar changed: open limits are computed anew, and the record says which moved.
    pub fn recompute(&mut self, day: &str) -> Result<(), Refused> {
        let order_day = self.case.incident.fields.get("order_day").and_then(crate::incident::field::date);
        for index in 0..self.case.tasks.len() {
            let task = &self.case.tasks[index];
            let Some(def) = self.definition(task).filter(|d| task.is_active() && !clock::is_recurring(d)) else {
                continue;
            };
            let (acknowledge_by, due_at) = clock::limits_of(def, task, order_day, self.world.calendar);
            if (acknowledge_by, due_at) == (task.acknowledge_by, task.due_at) {
                continue;
            }
            let event =
                Event::LimitMoved { task: task.key.clone(), before: task.due_at, after: due_at, day: day.to_owned() };
            let task = &mut self.case.tasks[index];
            task.acknowledge_by = acknowledge_by;
            task.due_at = due_at;
            task.updated_at = self.now;
            task.revision += 1;
            self.note_task(index, event);
        }
        Ok(())
    }

    /// A person left: what was given to them goes back to their heads (R168).
    pub fn release(&mut self, person: Uuid, reason: &str) -> Result<(), Refused> {
        for index in 0..self.case.tasks.len() {
            let task = &mut self.case.tasks[index];
            let theirs = task.assignee.as_ref().is_some_and(|Assignee { person: p, .. }| *p == person);
            if !theirs || !task.is_active() {
                continue;
            }
            task.assignee = None;
            task.updated_at = self.now;
            task.revision += 1;
            let event = Event::Returned { task: task.key.clone(), reason: reason.to_owned(), to_officer: false };
            let id = task.id;
            self.note_task(index, event.clone());
            let task = &self.case.tasks[index];
            for to in self.addressees(&[Tell::ResponsibleDepartmentHead], Some(task)) {
                self.send(to, Some(id), false, &event);
            }
        }
        Ok(())
    }

    pub fn require_handler(&self) -> Result<(), Refused> {
        self.case.handled_by(self.actor)
    }
}

impl Case {
    /// Everything that stands in the way of closing, in words (R48).
    pub fn close_blocks(&self, world: World<'_>, children_waived: bool) -> Vec<Text> {
        let children: &[String] = if children_waived { &[] } else { &self.open_children };
        let mut list =
            close::blocks(&self.incident, &self.tasks, children, &self.suspended(), world.edition, world.directory);
        if self.active_headquarters().is_some() {
            list.push(say("应急指挥部尚未撤销", "應急指揮部尚未撤銷", "the headquarters is not stood down"));
        }
        for number in &self.open_directives {
            list.push(Text {
                zh_hans: format!("指令 {number} 未办结"),
                zh_hant: format!("指令 {number} 未辦結"),
                en: format!("directive {number} is still open"),
            });
        }
        for number in &self.open_rectifications {
            list.push(Text {
                zh_hans: format!("整改 {number} 未验收"),
                zh_hant: format!("整改 {number} 未驗收"),
                en: format!("rectification {number} is not accepted"),
            });
        }
        list
    }

    /// Those who handle the incident: the leadership, the duty officer, the departments that owe or help with a task,
    /// and the department that reported it.
    pub fn handled_by(&self, actor: &Actor) -> Result<(), Refused> {
        if actor.is_system() || actor.commands() || actor.has_role(role::DUTY_OFFICER) {
            return Ok(());
        }
        if actor.is_inspector() {
            return Err(Refused::InspReadonly);
        }
        let involved = self.tasks.iter().any(|t| actor.acts_for(&t.department))
            || self.cooperation.iter().any(|c| actor.acts_for(&c.department))
            || actor.acts_for(&self.incident.reporter_department);
        if involved { Ok(()) } else { Err(Refused::Forbidden) }
    }
}

/// The regions a level concerns: those the report names; the whole city where the level or scope says so.
fn affected(turn: &Turn<'_>, level: Severity, scope: Option<Scope>) -> Vec<String> {
    let incident = &turn.case.incident;
    let named = named_regions(incident);
    super::open::regions_concerned(&incident.region, &named, level, scope, turn.world.directory)
}

/// The regions the report or a later correction of its figures names.
pub(super) fn named_regions(incident: &crate::incident::Incident) -> Vec<String> {
    incident
        .fields
        .get("regions_affected")
        .and_then(serde_json::Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|v| v.as_str().map(str::to_owned))
        .collect()
}

fn some_text(text: &str) -> Result<String, Refused> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refused::Required { field: "text".to_owned(), label: say("内容", "內容", "Text") });
    }
    Ok(text.to_owned())
}
