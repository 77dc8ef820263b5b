//! Giving an order.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Context, Copy, Directive, Issuer, PlanLimit, State, Written};
use crate::calendar::{Allowance, ClockKind, Unit};
use crate::journal::Event;
use crate::l10n::text;
use crate::person::{Actor, role};
use crate::refusal::Refused;

/// Time to sign for a directive where the plan data has no class of that name (proposed).
const TO_SIGN: Allowance = Allowance { value: 30, unit: Unit::Minutes, clock: ClockKind::Working };

/// An order as it is written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Order {
    pub text: String,
    /// Department instances.
    pub departments: Vec<String>,
    pub due_at: Option<DateTime<Utc>>,
    pub clause: Option<String>,
    pub reason: Option<String>,
}

impl Order {
    /// The directive this order becomes, still without its number.
    ///
    /// `acts_elsewhere`: the actor commands another incident by written authority.
    ///
    /// # Errors
    /// Every fault of what was written; else, alone, what forbids this person to give it.
    pub fn check(
        &self,
        context: &Context<'_>,
        actor: &Actor,
        acts_elsewhere: bool,
        now: DateTime<Utc>,
    ) -> Result<Directive, Vec<Refused>> {
        let departments = self.addressees(context)?;
        let issuer = issuer(context, actor, acts_elsewhere).map_err(|r| vec![r])?;
        let due_at = self.due_at.ok_or_else(|| vec![Refused::DirectiveNoLimit])?;
        if due_at <= now {
            return Err(vec![Refused::DirectivePast]);
        }
        let reason = filled(self.reason.as_deref());
        let plan = context.matter.and_then(|m| m.task.as_ref());
        may_loosen(plan, due_at, reason.as_deref(), actor).map_err(|r| vec![r])?;
        let acknowledge_by = acknowledge_by(context, now);
        let copy = |department: String| Copy {
            id: Uuid::now_v7(),
            department,
            state: State::Issued,
            acknowledge_by,
            acknowledged: None,
            due_at,
            extended_at: None,
            asked: None,
            done: None,
            evidence: None,
            accepted: None,
            late_first: 0,
            late_seconds: 0,
            updated_at: now,
        };
        let mut directive = Directive {
            id: Uuid::now_v7(),
            number: String::new(),
            incident: context.matter.map(|m| m.incident),
            headquarters: context.matter.and_then(|m| m.headquarters),
            text: filled(Some(&self.text)).unwrap_or_default(),
            clause: filled(self.clause.as_deref()),
            task: plan.map(|p| p.key.clone()),
            due_at,
            reason,
            issuer,
            issued_at: now,
            withdrawn: None,
            wake_at: None,
            updated_at: now,
            revision: 1,
            copies: departments.into_iter().map(copy).collect(),
        };
        directive.wake(context, &HashMap::new());
        Ok(directive)
    }

    /// The departments named, each once and in the directory's order.
    fn addressees(&self, context: &Context<'_>) -> Result<Vec<String>, Vec<Refused>> {
        let mut faults = Vec::new();
        if filled(Some(&self.text)).is_none() {
            faults.push(required("text", |l| l.msg_dv_text()));
        }
        let named: Vec<&str> = self.departments.iter().map(|d| d.trim()).filter(|d| !d.is_empty()).collect();
        if named.is_empty() {
            faults.push(required("departments", |l| l.msg_dv_departments()));
        }
        // The Leading Group and its headquarters give orders and take none.
        let known = |code: &str| !matches!(code, "LG" | "HQ") && context.directory.department(code).is_some();
        if named.iter().any(|code| !known(code)) {
            let expected = text(|l| l.msg_dv_departments_rule());
            faults.push(Refused::BadValue { field: "departments".to_owned(), expected });
        }
        if filled(self.clause.as_deref()).is_some_and(|c| context.edition.clause(&c).is_none()) {
            let expected = text(|l| l.msg_dv_clause_rule());
            faults.push(Refused::BadValue { field: "clause".to_owned(), expected });
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let all = context.directory.departments().iter().map(|d| d.code.as_str());
        Ok(all.filter(|code| named.contains(code)).map(str::to_owned).collect())
    }
}

impl Directive {
    /// What is written and told when it goes out under its number.
    pub fn issued(&self, context: &Context<'_>) -> Written {
        let event = Event::DirectiveIssued {
            number: self.number.clone(),
            text: self.text.clone(),
            departments: self.copies.iter().map(|c| c.department.clone()).collect(),
            due_at: self.due_at,
            authorised_by: self.issuer.authorised_by.clone(),
        };
        let mut written = Written::default();
        written.note(None, event.clone(), &self.issuer.login, self.issued_at, false);
        for copy in &self.copies {
            written.tell(context.head(&copy.department), &event, true, self.issued_at, false);
        }
        written
    }
}

/// The authority the actor gives orders by.
fn issuer(context: &Context<'_>, actor: &Actor, acts_elsewhere: bool) -> Result<Issuer, Refused> {
    let person = actor.person.ok_or(Refused::DirectiveNotIssuer)?;
    let issuer = |role: &str| Issuer {
        person,
        login: actor.login.clone(),
        role: role.to_owned(),
        delegation: None,
        authorised_by: None,
    };
    if actor.leads() {
        let leader = actor.has_role(role::LEADER);
        return Ok(issuer(if leader { role::LEADER } else { role::DEPUTY_LEADER }));
    }
    match context.commander(actor) {
        Some(commander) => Ok(Issuer {
            delegation: commander.delegation,
            authorised_by: commander.authorised_by.clone(),
            ..issuer(role::ACTING_COMMANDER)
        }),
        None if acts_elsewhere => Err(Refused::ActingLimits),
        None => Err(Refused::DirectiveNotIssuer),
    }
}

/// A limit later than the plan's own for the same task is for leader and deputy, with a reason (2.1.2-lg-3).
pub(super) fn may_loosen(
    plan: Option<&PlanLimit>,
    due_at: DateTime<Utc>,
    reason: Option<&str>,
    actor: &Actor,
) -> Result<(), Refused> {
    match plan.filter(|p| p.binds(due_at)) {
        Some(plan) if !actor.leads() || reason.is_none() => {
            Err(Refused::LimitLooser { clause: plan.clause.clone(), words: plan.words.clone() })
        }
        _ => Ok(()),
    }
}

/// Until when a department has to sign: class `directive` of the plan data, day and night in a major incident.
pub fn acknowledge_by(context: &Context<'_>, from: DateTime<Utc>) -> DateTime<Utc> {
    let allowance = context.edition.limit_class("directive").map_or(TO_SIGN, |class| class.ack);
    let major = context.matter.is_some_and(|m| m.major);
    context.calendar.due(from, &allowance, major, None).unwrap_or(from)
}

pub(super) fn required(field: &str, label: impl Fn(&'static crate::l10n::L10nLanguage) -> String) -> Refused {
    Refused::Required { field: field.to_owned(), label: text(label) }
}

pub(super) fn filled(text: Option<&str>) -> Option<String> {
    // The database keeps no NUL.
    text.map(|t| t.replace('\0', "").trim().to_owned()).filter(|t| !t.is_empty())
}
