//! What can be done to an incident.

use chrono::{DateTime, Utc};

use super::Turn;
use super::checklist::Check;
use crate::headquarters;
use crate::incident::{Closing, State};
use crate::journal::Recorded;
use crate::plan::{Scope, Severity};
use crate::refusal::Refused;
use crate::service;
use crate::task;

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// An act on one task. `revision` is the one the person saw, if the form carried it.
    Task {
        key: String,
        command: task::Command,
        revision: Option<i32>,
    },
    /// A department answers the card that asks for its help.
    Cooperate {
        task: String,
        department: String,
        answer: Answer,
    },
    /// An item of the checklist a task runs by.
    Check {
        task: String,
        check: Check,
    },
    Severity {
        severity: Severity,
        scope: Option<Scope>,
        reason: Option<String>,
        keep: Vec<String>,
    },
    /// The effect turned out otherwise than reported: customers, regions, links.
    Figures(serde_json::Map<String, serde_json::Value>),
    Condition {
        condition: String,
        value: bool,
    },
    Recovery {
        at: DateTime<Utc>,
    },
    Close {
        closing: Closing,
        despite_children: bool,
    },
    Reopen {
        reason: String,
    },
    /// The leadership wants the closed incident reviewed.
    DemandReview {
        reason: String,
    },
    /// A correction of one's own entry; the original stays, struck through.
    Correct {
        entry: i64,
        text: String,
    },
    Comment {
        text: String,
    },
    /// The duty officer told someone by telephone; it stands for no one's signature.
    Telephone {
        task: Option<String>,
        who: String,
        phone: String,
    },
    Attach {
        task: Option<String>,
        file: String,
        sha256: String,
        size: i64,
    },
    Export {
        what: String,
    },
    /// Service decided, announced or set.
    Service(service::Command),
    /// An act of the command post.
    Headquarters(headquarters::Act),
    /// The headquarters this incident shares was stood down from another.
    StoodDown {
        restored_at: DateTime<Utc>,
        order: String,
    },
    /// Time has passed: send what is due.
    Tick,
    /// The calendar changed on `day`: recompute open limits.
    Recompute {
        day: String,
    },
    /// A person left: what they held goes back to their heads (R168).
    Release {
        person: uuid::Uuid,
        reason: String,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    Acknowledge,
    Result(String),
    Refuse(String),
}

impl Turn<'_> {
    pub fn perform(&mut self, command: &Command, record: Option<&Recorded>) -> Result<(), Refused> {
        self.allowed_in_state(command)?;
        match command {
            Command::Task { key, command, revision } => self.handle(key, command, *revision),
            Command::Cooperate { task, department, answer } => self.cooperate(task, department, answer),
            Command::Check { task, check } => self.check(task, check),
            Command::Severity { severity, scope, reason, keep } => {
                self.set_severity(*severity, *scope, reason.as_deref(), keep)
            }
            Command::Figures(figures) => self.correct_figures(figures),
            Command::Condition { condition, value } => self.set_condition(condition, *value),
            Command::Recovery { at } => self.recover(*at),
            Command::Close { closing, despite_children } => self.close(closing, *despite_children),
            Command::Reopen { reason } => self.reopen(reason),
            Command::DemandReview { reason } => self.demand_review(reason),
            Command::Correct { text, .. } => self.correct(text, record),
            Command::Comment { text } => self.comment(text),
            Command::Telephone { task, who, phone } => self.telephone(task.as_deref(), who, phone),
            Command::Attach { task, file, sha256, size } => self.attach(task.as_deref(), file, sha256, *size),
            Command::Export { what } => self.export(what),
            Command::Service(command) => self.serve(command),
            Command::Headquarters(act) => self.headquarters(act),
            Command::StoodDown { restored_at, order } => {
                self.stood_down_with(*restored_at, order);
                Ok(())
            }
            Command::Tick => self.tick(),
            Command::Recompute { day } => self.recompute(day),
            Command::Release { person, reason } => self.release(*person, reason),
        }
    }

    /// A merged report points to where it went; a closed incident takes only what is written about it afterwards.
    fn allowed_in_state(&self, command: &Command) -> Result<(), Refused> {
        match &self.case.incident.state {
            State::Open => Ok(()),
            State::Merged { .. } => match command {
                Command::Tick | Command::Recompute { .. } | Command::Release { .. } | Command::Export { .. } => Ok(()),
                _ => Err(self.case.merged().unwrap_or(Refused::RecordLocked)),
            },
            State::Closed { .. } => match command {
                Command::Task { key, .. } if self.outlives_closing(key) => Ok(()),
                Command::Task { .. } if self.actor.is_inspector() => Err(Refused::InspReadonly),
                Command::Task { .. }
                | Command::Cooperate { .. }
                | Command::Check { .. }
                | Command::Severity { .. }
                | Command::Figures(_)
                | Command::Condition { .. }
                | Command::Recovery { .. }
                | Command::Service(_)
                | Command::Headquarters(_)
                | Command::StoodDown { .. }
                | Command::Close { .. } => Err(Refused::RecordLocked),
                _ => Ok(()),
            },
        }
    }

    /// Review and exchange open when the incident closes, and are done after it.
    fn outlives_closing(&self, key: &str) -> bool {
        self.world.edition.task(crate::routing::code_of(key)).is_some_and(|d| d.trigger == crate::plan::Trigger::Close)
    }
}
