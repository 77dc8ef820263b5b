//! Rectification orders: what a department has to put right after a finding, by when, and whether the inspection centre
//! accepted it (2.1.2-insp-1; acceptance proposed).
//!
//! The order never changes. A department never accepts its own; overdue orders go to the leader.

pub mod pages;
pub mod store;
#[cfg(test)]
mod tests;
pub mod view;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::calendar::{Allowance, Calendar, ClockKind, Unit};
use crate::escalation::{self, Limits, Rung, Sent};
use crate::journal::{Entry, Event};
use crate::l10n::text;
use crate::notice::{Addressee, Notice, address};
use crate::person::directory::Directory;
use crate::person::{Actor, role};
use crate::plan::{Edition, Tell};
use crate::refusal::Refused;
use crate::review::{self, Finding, Review, Signed, filled, speaks_for};

/// Code of the policy, and of the limit class, in the plan data: an order with a limit, like a directive.
const POLICY: &str = "directive";
/// Time to sign where the plan data has no class of that name (proposed).
const TO_SIGN: Allowance = Allowance { value: 30, unit: Unit::Minutes, clock: ClockKind::Working };

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Issued,
    Acknowledged,
    /// Answered, with evidence; the inspection centre decides.
    Answered,
    Returned,
    Accepted,
}

impl State {
    pub const ALL: [State; 5] = [State::Issued, State::Acknowledged, State::Answered, State::Returned, State::Accepted];

    pub const fn code(self) -> &'static str {
        match self {
            State::Issued => "issued",
            State::Acknowledged => "acknowledged",
            State::Answered => "answered",
            State::Returned => "returned",
            State::Accepted => "accepted",
        }
    }

    pub fn from_code(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|s| s.code() == code)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub text: String,
    pub evidence: String,
    pub signed: Signed,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Rectification {
    pub id: Uuid,
    /// `ZG-2026-001`: year of the city's clock, without gaps.
    pub number: String,
    pub incident: Uuid,
    pub incident_number: String,
    pub finding: Finding,
    pub department: String,
    pub measure: String,
    pub due_at: DateTime<Utc>,
    pub acknowledge_by: DateTime<Utc>,
    pub issuer: Uuid,
    pub issued: Signed,
    pub state: State,
    pub acknowledged: Option<Signed>,
    /// The latest.
    pub answer: Option<Answer>,
    /// Why the latest answer but one was not enough.
    pub returned: Option<(String, Signed)>,
    pub accepted: Option<Signed>,
    /// Of the latest answer, against the limit.
    pub late_seconds: i64,
    pub wake_at: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
    pub revision: i32,
}

/// An order as it is written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Order {
    /// Number of the incident reviewed.
    pub incident: String,
    pub finding: Option<Uuid>,
    pub measure: String,
    /// Left out, the department of the finding.
    pub department: Option<String>,
    pub due_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Acknowledge,
    Answer { text: String, evidence: String },
    Accept,
    Return { reason: String },
}

#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub edition: &'a Edition,
    pub calendar: &'a Calendar,
    pub directory: &'a Directory,
    /// Rungs sent of it.
    pub sent: &'a Sent,
    /// Whether the actor took part in handling the incident.
    pub took_part: bool,
}

/// What an act writes beside the order.
#[derive(Debug, Clone, Default)]
pub struct Written {
    pub entries: Vec<Entry>,
    pub notices: Vec<Notice>,
    /// Rung, and whether it was sent late.
    pub rungs: Vec<(Rung, bool)>,
}

impl Order {
    /// The order this becomes, still without its number.
    ///
    /// # Errors
    /// M_FORBIDDEN for whoever may not review, M_REQUIRED for finding and measure, M_BAD_VALUE, M_DIRECTIVE_NO_LIMIT,
    /// M_DIRECTIVE_PAST, M_RECORD_LOCKED once the case is closed.
    pub fn check(
        &self,
        review: &Review,
        context: &Context<'_>,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Rectification, Refused> {
        review::may_review(actor, context.took_part)?;
        let issuer = actor.person.ok_or(Refused::Forbidden)?;
        if review.state == review::State::Closed {
            return Err(Refused::RecordLocked);
        }
        let none = || Refused::Required { field: "finding".to_owned(), label: text(|l| l.msg_rv_finding()) };
        let unknown =
            || Refused::BadValue { field: "finding".to_owned(), expected: text(|l| l.msg_rect_finding_rule()) };
        let finding = review.finding(self.finding.ok_or_else(none)?).ok_or_else(unknown)?;
        let measure = filled(&self.measure, "measure", |l| l.msg_rect_measure())?;
        let named = self.department.as_deref().map(str::trim).filter(|d| !d.is_empty());
        let department = named.unwrap_or(&finding.words.department);
        if !review::takes_findings(department, context.directory) {
            return Err(Refused::BadValue {
                field: "department".to_owned(),
                expected: text(|l| l.msg_rv_department_rule()),
            });
        }
        let due_at = self.due_at.ok_or(Refused::DirectiveNoLimit)?;
        if due_at <= now {
            return Err(Refused::DirectivePast);
        }
        let mut order = Rectification {
            id: Uuid::now_v7(),
            number: String::new(),
            incident: review.incident,
            incident_number: review.number.clone(),
            finding: finding.clone(),
            department: department.to_owned(),
            measure,
            due_at,
            acknowledge_by: context.acknowledge_by(now),
            issuer,
            issued: (now, actor.login.clone()),
            state: State::Issued,
            acknowledged: None,
            answer: None,
            returned: None,
            accepted: None,
            late_seconds: 0,
            wake_at: None,
            updated_at: now,
            revision: 1,
        };
        order.wake(context, context.sent);
        Ok(order)
    }
}

impl Rectification {
    /// The department still has something to do.
    pub fn is_active(&self) -> bool {
        matches!(self.state, State::Issued | State::Acknowledged | State::Returned)
    }

    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        self.is_active() && self.due_at < now
    }

    /// Seconds past the limit: of the latest answer, running until then.
    pub fn late(&self, now: DateTime<Utc>) -> i64 {
        if self.is_active() { (now - self.due_at).num_seconds().max(0) } else { self.late_seconds }
    }

    /// The inspection centre, the leadership, and the department's own people.
    pub fn is_visible_to(&self, actor: &Actor) -> bool {
        actor.is_system() || actor.is_inspector() || actor.leads() || actor.belongs_to(&self.department)
    }

    /// What is written and told when it goes out under its number.
    pub fn ordered(&self, context: &Context<'_>) -> Written {
        let event = Event::RectificationOrdered {
            number: self.number.clone(),
            department: self.department.clone(),
            measure: self.measure.clone(),
            due_at: self.due_at,
        };
        let mut written = Written::default();
        written.tell(self.head(context), &event, true, self.issued.0, false);
        written.note(self, event, &self.issued.1, self.issued.0, false);
        written
    }

    /// Applies a command. The second to do the same is told who was first; the same person again changes nothing.
    ///
    /// # Errors
    /// M_RECTIFY_SELF where the department would decide on its own answer; M_FORBIDDEN for anyone else but the
    /// inspection centre; M_NOT_YOUR_TASK, and M_INSP_READONLY for the centre, on what is the department's.
    pub fn act(
        &self,
        command: &Command,
        context: &Context<'_>,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(Rectification, Written), Refused> {
        self.may(command, context, actor)?;
        let mut next = self.clone();
        let mut written = Written::default();
        let signature = || (now, actor.login.clone());
        let (number, department) = (self.number.clone(), self.department.clone());
        let event = match command {
            Command::Acknowledge => {
                if let Some(signed) = &self.acknowledged {
                    return self.again(signed, actor);
                }
                next.acknowledged = Some(signature());
                next.state = State::Acknowledged;
                Event::RectificationAcknowledged { number, department }
            }
            Command::Answer { text: words, evidence } => {
                match (self.state, &self.answer) {
                    (State::Issued, _) => return Err(Refused::AckFirst),
                    (State::Answered | State::Accepted, Some(answer)) => return self.again(&answer.signed, actor),
                    _ => {}
                }
                let words = filled(words, "answer", |l| l.msg_rect_answer())?;
                let missing = |_| Refused::EvidenceMissing { evidence: vec![text(|l| l.msg_rect_evidence())] };
                let evidence = filled(evidence, "evidence", |l| l.msg_rect_evidence()).map_err(missing)?;
                let late_seconds = (now - self.due_at).num_seconds().max(0);
                next.state = State::Answered;
                next.late_seconds = late_seconds;
                next.answer = Some(Answer { text: words.clone(), evidence: evidence.clone(), signed: signature() });
                Event::RectificationAnswered { number, department, answer: words, evidence, late_seconds }
            }
            Command::Accept => {
                if let Some(signed) = &self.accepted {
                    return self.again(signed, actor);
                }
                self.answered()?;
                next.state = State::Accepted;
                next.accepted = Some(signature());
                Event::RectificationAccepted { number, department }
            }
            Command::Return { reason } => {
                if let (State::Returned, Some((_, signed))) = (self.state, &self.returned) {
                    return self.again(signed, actor);
                }
                if let Some((at, by)) = &self.accepted {
                    return Err(Refused::Stale { at: *at, change: Some(by.clone()) });
                }
                self.answered()?;
                let reason = filled(reason, "reason", |l| l.msg_rect_reason())?;
                next.state = State::Returned;
                next.returned = Some((reason.clone(), signature()));
                Event::RectificationReturned { number, department, reason }
            }
        };
        let to = match command {
            Command::Acknowledge => None,
            Command::Answer { .. } => Some(address::post(role::INSPECTOR, "INSP")),
            Command::Accept | Command::Return { .. } => Some(self.head(context)),
        };
        if let Some(to) = to {
            written.tell(to, &event, matches!(command, Command::Return { .. }), now, false);
        }
        written.note(self, event, &actor.login, now, false);
        next.updated_at = now;
        next.revision += 1;
        next.wake(context, context.sent);
        Ok((next, written))
    }

    fn may(&self, command: &Command, context: &Context<'_>, actor: &Actor) -> Result<(), Refused> {
        let own = actor.belongs_to(&self.department);
        match command {
            Command::Accept | Command::Return { .. } if own => Err(Refused::RectifySelf),
            Command::Accept | Command::Return { .. } => review::may_review(actor, context.took_part),
            Command::Acknowledge if own => Ok(()),
            Command::Answer { .. } if speaks_for(actor, &self.department, context.directory) => Ok(()),
            _ if actor.is_inspector() => Err(Refused::InspReadonly),
            _ => Err(Refused::NotYourTask { department: context.directory.department_name(&self.department) }),
        }
    }

    fn again(&self, (at, by): &Signed, actor: &Actor) -> Result<(Rectification, Written), Refused> {
        if *by == actor.login {
            Ok((self.clone(), Written::default()))
        } else {
            Err(Refused::Stale { at: *at, change: Some(by.clone()) })
        }
    }

    fn answered(&self) -> Result<(), Refused> {
        match self.state {
            State::Answered => Ok(()),
            _ => Err(Refused::Prereq { task: text(|l| l.msg_rect_waits_answer()) }),
        }
    }

    /// Every rung still to come if nobody acts, in order. What the policy of directives tells the officer in charge
    /// goes to the leader here (proposed).
    pub fn rungs(&self, context: &Context<'_>, sent: &Sent) -> Vec<Rung> {
        let Some(policy) = context.edition.policy(POLICY).filter(|_| self.is_active()) else {
            return Vec::new();
        };
        let limits = Limits {
            opened_at: self.issued.0,
            acknowledged: self.acknowledged.is_some(),
            acknowledge_by: Some(self.acknowledge_by),
            due_at: Some(self.due_at),
            cutoff: None,
            major: false,
            // The limit is a point in time that somebody set.
            clock: ClockKind::Elapsed,
        };
        let mut rungs = escalation::rungs(policy, &limits, context.calendar, sent);
        for word in rungs.iter_mut().flat_map(|r| &mut r.tell) {
            if matches!(word, Tell::OfficerInCharge | Tell::Applicant) {
                *word = Tell::Leader;
            }
        }
        rungs
    }

    /// Sends what is due.
    pub fn tick(&self, context: &Context<'_>, now: DateTime<Utc>) -> (Rectification, Written) {
        let mut written = Written::default();
        let mut sent = context.sent.clone();
        for rung in self.rungs(context, context.sent).into_iter().filter(|r| r.at <= now) {
            let late = escalation::is_late(rung.at, now);
            let event = Event::RectificationEscalated {
                number: self.number.clone(),
                department: self.department.clone(),
                event: rung.event.code().to_owned(),
                step: rung.step,
                tell: rung.tell.iter().map(|t| t.code().to_owned()).collect(),
                limit_at: rung.limit_at,
            };
            let mut told: Vec<Addressee> = Vec::new();
            for to in rung.tell.iter().map(|word| self.addressee(*word, context)) {
                if !told.contains(&to) {
                    written.tell(to.clone(), &event, true, rung.at, late);
                    told.push(to);
                }
            }
            written.note(self, event, "system", rung.at, late);
            sent.insert((rung.event, rung.step, rung.limit_at));
            written.rungs.push((rung, late));
        }
        let mut next = self.clone();
        if !written.rungs.is_empty() {
            next.updated_at = now;
            next.revision += 1;
        }
        next.wake(context, &sent);
        (next, written)
    }

    fn wake(&mut self, context: &Context<'_>, sent: &Sent) {
        self.wake_at = self.rungs(context, sent).first().map(|r| r.at);
    }

    fn head(&self, context: &Context<'_>) -> Addressee {
        address::head(context.directory, &self.department)
    }

    fn addressee(&self, word: Tell, context: &Context<'_>) -> Addressee {
        match word {
            Tell::Responsible => {
                let signer = self.acknowledged.as_ref().and_then(|(_, by)| context.directory.by_login(by));
                signer.map_or_else(|| self.head(context), |p| Addressee::Person(p.id))
            }
            Tell::ResponsibleDepartmentHead => self.head(context),
            Tell::Issuer => Addressee::Person(self.issuer),
            Tell::OfficerInCharge | Tell::Applicant | Tell::Leader => {
                address::leadership(context.directory, role::LEADER)
            }
            Tell::DutyOfficer => address::post(role::DUTY_OFFICER, "LGO"),
            Tell::Inspector => address::post(role::INSPECTOR, "INSP"),
            Tell::LgOfficeHead => address::head(context.directory, "LGO"),
        }
    }
}

impl Context<'_> {
    /// Until when the department has to sign: class `directive` of the plan data.
    fn acknowledge_by(&self, from: DateTime<Utc>) -> DateTime<Utc> {
        let allowance = self.edition.limit_class(POLICY).map_or(TO_SIGN, |class| class.ack);
        self.calendar.due(from, &allowance, false, None).unwrap_or(from)
    }
}

impl Written {
    fn note(&mut self, order: &Rectification, event: Event, by: &str, at: DateTime<Utc>, late: bool) {
        self.entries.push(Entry {
            task: None,
            department: Some(order.department.clone()),
            at,
            event,
            actor: by.to_owned(),
            late,
            corrects: None,
        });
    }

    fn tell(&mut self, to: Addressee, event: &Event, urgent: bool, at: DateTime<Utc>, late: bool) {
        self.notices.push(Notice { id: Uuid::now_v7(), task: None, to, urgent, late, at, event: event.clone() });
    }
}

/// Whether an entry of the record is about this order.
pub fn is_about(event: &Event, order: &str) -> bool {
    match event {
        Event::RectificationOrdered { number, .. }
        | Event::RectificationAcknowledged { number, .. }
        | Event::RectificationAnswered { number, .. }
        | Event::RectificationReturned { number, .. }
        | Event::RectificationAccepted { number, .. }
        | Event::RectificationEscalated { number, .. } => number == order,
        _ => false,
    }
}
