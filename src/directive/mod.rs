//! Directives: orders with a limit that the leadership or a commander gives to departments (2.1.1-4, 2.1.2-lg-3).
//!
//! The text never changes. Each department addressed has a copy of its own: it signs, reports and is accepted by
//! itself. Overdue is not a state; it is reckoned from the limit, and lateness from the first limit as well.

mod act;
pub mod draft;
pub mod issue;
mod ladder;
pub mod pages;
pub mod sheet;
pub mod store;
#[cfg(test)]
pub(crate) mod tests;
pub mod view;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::calendar::Calendar;
use crate::escalation::{Rung, Sent};
use crate::journal::{Entry, Event};
use crate::lang::Text;
use crate::notice::{Addressee, Notice, address};
use crate::person::directory::Directory;
use crate::person::{Actor, role};
use crate::plan::Edition;
pub use act::Command;
pub use issue::Order;

/// One order, with the copies of all it is addressed to.
#[derive(Debug, Clone, PartialEq)]
pub struct Directive {
    pub id: Uuid,
    /// `ZL-2026-001`: year of the city's clock, without gaps.
    pub number: String,
    pub incident: Option<Uuid>,
    /// The headquarters it was given under.
    pub headquarters: Option<Uuid>,
    pub text: String,
    pub clause: Option<String>,
    /// Key of the incident's task it sets a limit for.
    pub task: Option<String>,
    /// The first limit; extensions stand in the copies.
    pub due_at: DateTime<Utc>,
    /// Why the limit is later than the plan's.
    pub reason: Option<String>,
    pub issuer: Issuer,
    pub issued_at: DateTime<Utc>,
    pub withdrawn: Option<Withdrawn>,
    pub wake_at: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
    pub revision: i32,
    pub copies: Vec<Copy>,
}

/// Who gave the order, and by what authority.
#[derive(Debug, Clone, PartialEq)]
pub struct Issuer {
    pub person: Uuid,
    pub login: String,
    /// `leader`, `deputy_leader` or `acting_commander`.
    pub role: String,
    /// The letter an acting commander commands by, and who signed it (2.1.1-3).
    pub delegation: Option<Uuid>,
    pub authorised_by: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Withdrawn {
    pub at: DateTime<Utc>,
    /// Sign-in name.
    pub by: String,
    pub reason: String,
}

/// When, and by whom (sign-in name).
pub type Signed = (DateTime<Utc>, String);

/// One department's part of an order.
#[derive(Debug, Clone, PartialEq)]
pub struct Copy {
    pub id: Uuid,
    pub department: String,
    pub state: State,
    pub acknowledge_by: DateTime<Utc>,
    pub acknowledged: Option<Signed>,
    /// As it stands after extensions.
    pub due_at: DateTime<Utc>,
    pub extended_at: Option<DateTime<Utc>>,
    pub asked: Option<Asked>,
    pub done: Option<Signed>,
    pub evidence: Option<String>,
    pub accepted: Option<Signed>,
    /// Seconds past the first limit, and past the limit as it stood; fixed when reported done.
    pub late_first: i64,
    pub late_seconds: i64,
    pub updated_at: DateTime<Utc>,
}

/// More time the department asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    pub at: DateTime<Utc>,
    pub until: Option<DateTime<Utc>>,
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Issued,
    Acknowledged,
    Done,
    Accepted,
    Withdrawn,
}

impl State {
    pub const ALL: [State; 5] = [State::Issued, State::Acknowledged, State::Done, State::Accepted, State::Withdrawn];

    pub const fn code(self) -> &'static str {
        match self {
            State::Issued => "issued",
            State::Acknowledged => "acknowledged",
            State::Done => "done",
            State::Accepted => "accepted",
            State::Withdrawn => "withdrawn",
        }
    }

    pub fn from_code(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|s| s.code() == code)
    }
}

impl Copy {
    /// The department still has something to do.
    pub fn is_active(&self) -> bool {
        matches!(self.state, State::Issued | State::Acknowledged)
    }

    /// Neither accepted nor withdrawn.
    pub fn is_open(&self) -> bool {
        self.is_active() || self.state == State::Done
    }

    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        self.is_active() && self.due_at < now
    }

    /// Nobody has signed for it though the limit to sign is past.
    pub fn is_unsigned(&self, now: DateTime<Utc>) -> bool {
        self.state == State::Issued && self.acknowledge_by < now
    }

    /// Seconds past a limit: as fixed when it was reported done, running until then.
    pub fn late(&self, limit: DateTime<Utc>, fixed: i64, now: DateTime<Utc>) -> i64 {
        if self.is_active() { (now - limit).num_seconds().max(0) } else { fixed }
    }
}

impl Directive {
    pub fn copy(&self, department: &str) -> Option<&Copy> {
        self.copies.iter().find(|c| c.department == department)
    }

    /// Some copy is neither accepted nor withdrawn.
    pub fn is_open(&self) -> bool {
        self.copies.iter().any(Copy::is_open)
    }

    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        self.copies.iter().any(|c| c.is_overdue(now))
    }

    /// The state of the whole: the least advanced of its open copies.
    pub fn state(&self) -> State {
        if self.withdrawn.is_some() {
            return State::Withdrawn;
        }
        let order = |s: &State| State::ALL.iter().position(|a| a == s);
        self.copies.iter().map(|c| c.state).min_by_key(order).unwrap_or(State::Issued)
    }

    /// Whoever works for the whole city sees every order; others those of their own department, and of incidents that
    /// touch their region (R161).
    pub fn is_visible_to(&self, actor: &Actor, regions: &[String]) -> bool {
        let city_wide = actor.posts.iter().any(|p| !p.department.contains('-') && p.role != role::SYS_ADMIN);
        actor.is_system()
            || city_wide
            || self.copies.iter().any(|c| actor.belongs_to(&c.department))
            || regions.iter().any(|r| actor.sees_region(r))
    }
}

/// The incident a directive is for, as far as its rules read it.
#[derive(Debug, Clone, PartialEq)]
pub struct Matter {
    pub incident: Uuid,
    pub number: String,
    pub major: bool,
    pub officer_role: String,
    /// The headquarters that stands over it.
    pub headquarters: Option<Uuid>,
    pub commander: Option<Commander>,
    /// The plan's limit of the task the directive names.
    pub task: Option<PlanLimit>,
}

/// Who commands there now.
#[derive(Debug, Clone, PartialEq)]
pub struct Commander {
    pub person: Uuid,
    /// By written authority (2.1.1-3).
    pub acting: bool,
    pub delegation: Option<Uuid>,
    /// Sign-in name of who signed it.
    pub authorised_by: Option<String>,
}

/// What the plan gives a task.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanLimit {
    pub key: String,
    pub clause: String,
    pub words: Text,
    pub due_at: Option<DateTime<Utc>>,
    /// Whether the number is the plan's own; if it is ours, a later limit is shown as such and not refused.
    pub of_plan: bool,
    pub active: bool,
}

impl PlanLimit {
    /// The plan's own limit, which only leader or deputy may loosen.
    pub fn binds(&self, due_at: DateTime<Utc>) -> bool {
        self.of_plan && self.is_later(due_at)
    }

    /// Later than the task's limit, whoever set that number.
    pub fn is_later(&self, due_at: DateTime<Utc>) -> bool {
        self.active && self.due_at.is_some_and(|limit| due_at > limit)
    }
}

/// What the rules read beside the directive itself.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub edition: &'a Edition,
    pub calendar: &'a Calendar,
    pub directory: &'a Directory,
    pub matter: Option<&'a Matter>,
    /// Rungs sent, by copy.
    pub sent: &'a HashMap<Uuid, Sent>,
}

/// What an act writes beside the directive.
#[derive(Debug, Clone, Default)]
pub struct Written {
    pub entries: Vec<Entry>,
    pub notices: Vec<Notice>,
    /// Copy, rung, and whether it was sent late.
    pub rungs: Vec<(Uuid, Rung, bool)>,
}

impl Written {
    fn note(&mut self, department: Option<&str>, event: Event, actor: &str, at: DateTime<Utc>, late: bool) {
        self.entries.push(Entry {
            task: None,
            department: department.map(str::to_owned),
            at,
            event,
            actor: actor.to_owned(),
            late,
            corrects: None,
        });
    }

    fn tell(&mut self, to: Addressee, event: &Event, urgent: bool, at: DateTime<Utc>, late: bool) {
        self.notices.push(Notice { id: Uuid::now_v7(), task: None, to, urgent, late, at, event: event.clone() });
    }
}

impl Context<'_> {
    /// The right to issue, extend, accept and withdraw: leader and deputy always, of an incident also whoever commands
    /// its headquarters.
    pub fn commands(&self, actor: &Actor) -> bool {
        actor.leads() || self.commander(actor).is_some()
    }

    fn commander(&self, actor: &Actor) -> Option<&Commander> {
        self.matter?.commander.as_ref().filter(|c| Some(c.person) == actor.person)
    }

    fn head(&self, department: &str) -> Addressee {
        address::head(self.directory, department)
    }

    fn officer(&self) -> Addressee {
        let wished = self.matter.map_or(role::DEPUTY_LEADER, |m| m.officer_role.as_str());
        address::leadership(self.directory, wished)
    }
}
