//! The one function that moves a task.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::evidence::is_given;
use super::{Assignee, Ending, Signature, State, Task, clock, rights};
use crate::calendar::Calendar;
use crate::journal::Event;
use crate::lang::{Text, text as say};
use crate::person::Actor;
use crate::plan::{DoneBy, Edition, Means, NOTIFIED_LIST, TaskDef};
use crate::refusal::Refused;

/// What can be done to a task. Times are the caller's claim; `now` is the server's.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Acknowledge {
        estimate: Option<DateTime<Utc>>,
    },
    /// To a member of the department.
    Assign {
        to: Assignee,
    },
    /// To another department: the officer in charge only.
    Move {
        to: String,
        reason: String,
    },
    Return {
        reason: String,
    },
    Progress {
        text: String,
    },
    Contact(Contact),
    /// People of the task's list, by sign-in name, were told by name.
    Notify {
        people: Vec<String>,
        means: Option<Means>,
        /// Now when left out.
        at: Option<DateTime<Utc>>,
    },
    /// Whoever was told has seen it.
    See,
    Complete {
        evidence: BTreeMap<String, Value>,
    },
    NotArisen {
        reason: String,
    },
}

/// One call to a party outside.
#[derive(Debug, Clone, PartialEq)]
pub struct Contact {
    pub party: String,
    pub phone: String,
    pub at: DateTime<Utc>,
    pub answer: String,
    pub promised_at: Option<DateTime<Utc>>,
}

/// What a transition needs to know beside the task itself.
pub struct Context<'a> {
    pub edition: &'a Edition,
    pub calendar: &'a Calendar,
    pub def: &'a TaskDef,
    /// Name of the department that owes the task.
    pub department: Text,
    /// Parties that were called in this incident, by any task.
    pub contacted: Vec<String>,
    /// The head of the unit where it happened still has to arrive (2.1.2-sec-1).
    pub site_head_missing: bool,
    /// Names of those whom the task has to tell and nobody has told.
    pub untold: Vec<Text>,
    /// What was changed last, for whoever comes second.
    pub last_change: Option<String>,
}

impl Task {
    /// Moves the task. The second to sign or finish is told what the first did; the same person again changes nothing.
    pub fn transition(
        &self,
        command: &Command,
        context: &Context<'_>,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(Task, Vec<Event>), Refused> {
        if let Command::Move { to, reason } = command {
            return self.moved(to, reason, context, actor, now);
        }
        let part = rights::require(self, actor, &context.department)?;
        if let Some(answer) = self.already(command, context, actor) {
            return answer;
        }
        let mut next = self.touched(now);
        let task = self.key.clone();
        let event = match command {
            Command::Acknowledge { estimate } => {
                next.acknowledge(actor, now);
                let mut events = vec![Event::Acknowledged { task, estimate: *estimate }];
                if context.def.done_by == DoneBy::Acknowledgement {
                    events.push(next.finish(context, actor, now));
                }
                return Ok((next, events));
            }
            Command::Assign { to } => {
                if part != rights::Part::Head {
                    return Err(not_yours(context));
                }
                next.assignee = Some(to.clone());
                Event::Assigned { task, to: to.login.clone() }
            }
            Command::Return { reason } => {
                let reason = given(reason).ok_or(Refused::RefuseReason)?;
                let to_officer = part == rights::Part::Head;
                if to_officer {
                    next.returned = Some((now, reason.clone()));
                } else {
                    next.assignee = None;
                }
                Event::Returned { task, reason, to_officer }
            }
            Command::Progress { text } => {
                let text = given(text).ok_or_else(|| required("text", progress()))?;
                if clock::is_recurring(context.def) {
                    next.check_ins += 1;
                    next.late_seconds += clock::lateness(context.def, self, now, context.calendar);
                    next.due_at = context.calendar.due(now, &context.def.limit.due, self.major, None);
                    Event::CheckedIn { task, text }
                } else {
                    Event::Progress { task, text }
                }
            }
            Command::Contact(contact) => contacted(task, contact, context, now)?,
            Command::Complete { evidence } => {
                if self.acknowledged.is_none() {
                    return Err(Refused::AckFirst);
                }
                // Calls that were noted show themselves.
                let called = !(context.def.external.is_empty() && context.contacted.is_empty());
                let shown = |code: &str| called && code == "contact_log";
                next.evidence.extend(
                    evidence
                        .iter()
                        .filter(|(code, value)| is_given(code, value) || (shown(code) && **value == Value::Bool(true)))
                        .map(|(code, value)| (code.clone(), value.clone())),
                );
                if context.site_head_missing {
                    return Err(Refused::SiteHead);
                }
                if context.def.notify.is_some() && context.untold.is_empty() {
                    next.evidence.insert(NOTIFIED_LIST.to_owned(), Value::Bool(true));
                }
                let missing = next.missing_evidence(context);
                if !missing.is_empty() {
                    return Err(Refused::EvidenceMissing { evidence: missing });
                }
                next.finish(context, actor, now)
            }
            Command::NotArisen { reason } => {
                let reason = given(reason).ok_or(Refused::RefuseReason)?;
                if context.def.when.is_none() {
                    return Err(Refused::Forbidden);
                }
                next.state =
                    State::NotArisen { ending: Ending { at: now, by: actor.login.clone() }, reason: reason.clone() };
                Event::NotArisen { task, reason }
            }
            // These are no transitions of the task: it stands as it stood.
            Command::Move { .. } | Command::Notify { .. } | Command::See => return Err(Refused::Forbidden),
        };
        Ok((next, vec![event]))
    }

    /// Takes the task out of the plan's hands: its ground is gone. Nothing happens to a task that has ended.
    pub fn cancelled(&self, reason: &str, by: &str, now: DateTime<Utc>) -> Option<(Task, Event)> {
        if !self.is_active() {
            return None;
        }
        let mut next = self.touched(now);
        next.state = State::Cancelled { ending: Ending { at: now, by: by.to_owned() }, reason: reason.to_owned() };
        let event = Event::Cancelled { task: self.key.clone(), reason: reason.to_owned() };
        Some((next, event))
    }

    /// Done by the report itself or by the system (`done_by` of the matrix): signed and finished at once.
    pub fn done_at_opening(mut self, by: &str) -> Task {
        let at = self.opened_at;
        self.acknowledged = Some(Signature { at, by: by.to_owned() });
        self.state = State::Done(Ending { at, by: by.to_owned() });
        self
    }

    /// Evidence the matrix asks for and nobody gave: contact entries count for the parties of the whole incident.
    pub fn missing_evidence(&self, context: &Context<'_>) -> Vec<Text> {
        let mut missing = Vec::new();
        for code in &context.def.evidence {
            if code == "contact_log" {
                let called = |party: &&String| context.contacted.contains(*party);
                missing.extend(context.def.external.iter().filter(|party| !called(party)).map(|party| {
                    let (evidence, party) =
                        (evidence_name(context.edition, code), context.edition.external_party(party));
                    party.map_or(evidence.clone(), |p| with(&evidence, &p.name))
                }));
                if context.def.external.is_empty() && !self.evidence.contains_key(code) && context.contacted.is_empty()
                {
                    missing.push(evidence_name(context.edition, code));
                }
            } else if code == NOTIFIED_LIST {
                // The list itself shows it, no tick of a hand.
                missing.extend(context.untold.iter().map(|name| with(&evidence_name(context.edition, code), name)));
            } else if !self.evidence.contains_key(code) {
                missing.push(evidence_name(context.edition, code));
            }
        }
        missing
    }

    fn touched(&self, now: DateTime<Utc>) -> Task {
        Task { updated_at: now, revision: self.revision + 1, ..self.clone() }
    }

    fn acknowledge(&mut self, actor: &Actor, now: DateTime<Utc>) {
        self.acknowledged = Some(Signature { at: now, by: actor.login.clone() });
        self.state = State::Acknowledged;
        self.returned = None;
    }

    /// Done by an act of the command post, whose record is the evidence; whoever acted signs for it where nobody had.
    pub fn fulfilled(
        &self,
        def: &TaskDef,
        record: &str,
        by: &str,
        now: DateTime<Utc>,
        calendar: &Calendar,
    ) -> (Task, Vec<Event>) {
        let (mut next, task) = (self.clone(), self.key.clone());
        let mut events = Vec::new();
        if next.acknowledged.is_none() {
            next.acknowledged = Some(Signature { at: now, by: by.to_owned() });
            events.push(Event::Acknowledged { task: task.clone(), estimate: None });
        }
        for code in &def.evidence {
            next.evidence.entry(code.clone()).or_insert_with(|| serde_json::json!(record));
        }
        next.late_seconds = self.late_seconds + clock::lateness(def, self, now, calendar);
        next.state = State::Done(Ending { at: now, by: by.to_owned() });
        next.returned = None;
        next.updated_at = now;
        next.revision += 1;
        let evidence = next.evidence.keys().cloned().collect();
        events.push(Event::Done { task, late_seconds: next.late_seconds, evidence });
        (next, events)
    }

    fn finish(&mut self, context: &Context<'_>, actor: &Actor, now: DateTime<Utc>) -> Event {
        self.late_seconds += clock::lateness(context.def, self, now, context.calendar);
        self.state = State::Done(Ending { at: now, by: actor.login.clone() });
        self.returned = None;
        Event::Done {
            task: self.key.clone(),
            late_seconds: self.late_seconds,
            evidence: self.evidence.keys().cloned().collect(),
        }
    }

    fn moved(
        &self,
        to: &str,
        reason: &str,
        context: &Context<'_>,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(Task, Vec<Event>), Refused> {
        if !actor.commands() {
            return Err(if actor.is_inspector() { Refused::InspReadonly } else { not_yours(context) });
        }
        if let Some(answer) =
            self.already(&Command::Move { to: to.to_owned(), reason: reason.to_owned() }, context, actor)
        {
            return answer;
        }
        let reason = given(reason).ok_or(Refused::RefuseReason)?;
        let mut next = self.touched(now);
        next.department = to.to_owned();
        next.role = crate::person::role::DEPARTMENT_HEAD.to_owned();
        next.assignee = None;
        next.returned = None;
        let event = Event::Moved { task: self.key.clone(), from: self.department.clone(), to: to.to_owned(), reason };
        Ok((next, vec![event]))
    }

    /// What another (or the same person, again) already did.
    fn already(
        &self,
        command: &Command,
        context: &Context<'_>,
        actor: &Actor,
    ) -> Option<Result<(Task, Vec<Event>), Refused>> {
        let same = |by: &str| by == actor.login;
        let stale = |at: DateTime<Utc>| Refused::Stale { at, change: context.last_change.clone() };
        if let Some(ending) = self.state.ending() {
            let repeated = self.is_done() && matches!(command, Command::Complete { .. } | Command::Acknowledge { .. });
            if repeated && same(&ending.by) {
                return Some(Ok((self.clone(), Vec::new())));
            }
            return Some(Err(stale(ending.at)));
        }
        if let (Command::Acknowledge { .. }, Some(signed)) = (command, &self.acknowledged) {
            return Some(if same(&signed.by) { Ok((self.clone(), Vec::new())) } else { Err(stale(signed.at)) });
        }
        None
    }
}

fn contacted(task: String, contact: &Contact, context: &Context<'_>, now: DateTime<Utc>) -> Result<Event, Refused> {
    if contact.at > now {
        return Err(Refused::FutureTime { field: "at".to_owned() });
    }
    for (field, value, label) in [
        ("party", &contact.party, party_label()),
        ("number", &contact.phone, number_label()),
        ("answer", &contact.answer, party_label()),
    ] {
        if value.trim().is_empty() {
            return Err(required(field, label));
        }
    }
    if context.edition.external_party(&contact.party).is_none() {
        return Err(Refused::BadValue { field: "party".to_owned(), expected: party_label() });
    }
    Ok(Event::Contacted {
        task,
        party: contact.party.clone(),
        phone: contact.phone.trim().to_owned(),
        called_at: contact.at,
        answer: contact.answer.trim().to_owned(),
        promised_at: contact.promised_at,
    })
}

fn not_yours(context: &Context<'_>) -> Refused {
    Refused::NotYourTask { department: context.department.clone() }
}

/// The text without its margins, if there is any.
fn given(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn evidence_name(edition: &Edition, code: &str) -> Text {
    edition.evidence(code).map_or_else(
        || Text { zh_hans: code.to_owned(), zh_hant: code.to_owned(), en: code.to_owned() },
        |e| e.name.clone(),
    )
}

fn with(evidence: &Text, name: &Text) -> Text {
    Text {
        zh_hans: format!("{}：{}", evidence.zh_hans, name.zh_hans),
        zh_hant: format!("{}：{}", evidence.zh_hant, name.zh_hant),
        en: format!("{}: {}", evidence.en, name.en),
    }
}

fn progress() -> Text {
    say("进展内容", "進展內容", "What was done")
}

fn number_label() -> Text {
    say("外部联系的电话号码", "外部聯絡的電話號碼", "Number called")
}

fn party_label() -> Text {
    say("外部联系的单位与答复", "外部聯絡的單位與答覆", "Party called and its answer")
}

fn required(field: &str, label: Text) -> Refused {
    Refused::Required { field: field.to_owned(), label }
}
