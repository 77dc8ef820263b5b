//! People, money and materials under a headquarters: asked for by who commands, promised by the department, arrived
//! (2.1.2-lg-2). Each request names one department and a limit.

pub mod board;
pub mod pages;
pub mod store;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::incident::field;
use crate::journal::Event;
use crate::l10n::text;
use crate::lang::Text;
use crate::person::Actor;
use crate::person::directory::Directory;
use crate::refusal::Refused;

/// What is asked for, in letters at most; its unit.
pub const WHAT: usize = 200;
pub const UNIT: usize = 20;
/// More of anything than the city has: what is typed beyond it is a slip.
const MOST: i64 = 1_000_000_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    People,
    Money,
    Materials,
}

impl Kind {
    pub const ALL: [Kind; 3] = [Kind::People, Kind::Money, Kind::Materials];

    pub const fn code(self) -> &'static str {
        match self {
            Kind::People => "people",
            Kind::Money => "money",
            Kind::Materials => "materials",
        }
    }

    pub fn from_code(code: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|k| k.code() == code)
    }
}

/// The headquarters as a request needs to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Under {
    pub headquarters: Uuid,
    /// Of the incident it was set up for, and of the headquarters itself.
    pub number: String,
    pub incident: Uuid,
    /// Who commands now.
    pub commander: Option<Uuid>,
    /// Neither stood down nor its incident closed.
    pub active: bool,
}

impl Under {
    /// Leader, deputy, and the commander in office command (2.1.1-2, 2.1.1-3).
    pub fn commanded_by(&self, actor: &Actor) -> bool {
        actor.leads() || (self.commander.is_some() && self.commander == actor.person)
    }
}

/// A request as it is asked: read, not yet checked against the headquarters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    pub kind: String,
    pub what: String,
    pub quantity: i64,
    pub unit: String,
    pub department: String,
    pub due_at: Option<DateTime<Utc>>,
}

/// What the department will send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// Nought where it has none.
    pub quantity: i64,
    /// When it will be there; none where there is nothing to send.
    pub due: Option<DateTime<Utc>>,
    pub by: String,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub id: Uuid,
    /// `<number of the headquarters>-Z1`
    pub number: String,
    pub headquarters: Uuid,
    pub incident: Uuid,
    pub kind: Kind,
    pub what: String,
    pub asked: i64,
    pub unit: String,
    pub department: String,
    pub due_at: DateTime<Utc>,
    pub asked_by: String,
    pub asked_at: DateTime<Utc>,
    pub promise: Option<Promise>,
    /// All that has come.
    pub arrived: i64,
    /// When the last of it came, and who wrote it down.
    pub last_arrival: Option<(DateTime<Utc>, String)>,
    pub cancelled: Option<(DateTime<Utc>, String)>,
    pub updated_at: DateTime<Utc>,
}

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Asked,
    Promised,
    /// Some of it has come.
    Arriving,
    /// As many as were asked for, or more.
    Arrived,
    Cancelled,
}

impl State {
    pub const fn code(self) -> &'static str {
        match self {
            State::Asked => "asked",
            State::Promised => "promised",
            State::Arriving => "arriving",
            State::Arrived => "arrived",
            State::Cancelled => "cancelled",
        }
    }
}

impl Request {
    /// A new request, the `ordinal`-th under its headquarters.
    ///
    /// # Errors
    /// M_DIRECTIVE_NOT_ISSUER for who does not command, M_RECORD_LOCKED where nothing is commanded any more,
    /// M_DIRECTIVE_NO_LIMIT and M_DIRECTIVE_PAST for the limit, M_REQUIRED and M_BAD_VALUE for what can't be read.
    pub fn ask(
        wish: &Wish,
        ordinal: i64,
        under: &Under,
        directory: &Directory,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(Request, Event), Refused> {
        if !under.commanded_by(actor) {
            return Err(Refused::DirectiveNotIssuer);
        }
        if !under.active {
            return Err(Refused::RecordLocked);
        }
        let kind = Kind::from_code(&wish.kind).ok_or_else(|| bad("kind", text(|l| l.msg_resource_kind_rule())))?;
        let what = written("what", &wish.what, WHAT, text(|l| l.msg_resource_what()))?;
        let unit = short("unit", &wish.unit, UNIT)?;
        let asked = count(wish.quantity)?;
        if directory.department(&wish.department).is_none() {
            return Err(bad("department", text(|l| l.msg_resource_department_rule())));
        }
        let due_at = wish.due_at.ok_or(Refused::DirectiveNoLimit)?;
        if due_at <= now {
            return Err(Refused::DirectivePast);
        }
        let request = Request {
            id: Uuid::now_v7(),
            number: format!("{}-Z{ordinal}", under.number),
            headquarters: under.headquarters,
            incident: under.incident,
            kind,
            what,
            asked,
            unit,
            department: wish.department.clone(),
            due_at,
            asked_by: actor.login.clone(),
            asked_at: now,
            promise: None,
            arrived: 0,
            last_arrival: None,
            cancelled: None,
            updated_at: now,
        };
        let event = Event::ResourceAsked {
            number: request.number.clone(),
            resource: kind.code().to_owned(),
            what: request.what.clone(),
            quantity: asked,
            unit: request.unit.clone(),
            department: request.department.clone(),
            due_at,
        };
        Ok((request, event))
    }

    /// Number of its headquarters.
    pub fn headquarters_number(&self) -> &str {
        self.number.rsplit_once("-Z").map_or(self.number.as_str(), |(number, _)| number)
    }

    /// Whoever sees one of the incident's regions, and the department it is asked of.
    pub fn is_visible_to(&self, regions: &[String], actor: &Actor) -> bool {
        regions.iter().any(|r| actor.sees_region(r)) || actor.acts_for(&self.department)
    }

    pub fn state(&self) -> State {
        match (&self.cancelled, self.arrived, &self.promise) {
            (Some(_), ..) => State::Cancelled,
            (None, arrived, _) if arrived >= self.asked => State::Arrived,
            (None, 1.., _) => State::Arriving,
            (None, _, Some(_)) => State::Promised,
            (None, _, None) => State::Asked,
        }
    }

    /// Something is still to come.
    pub fn is_open(&self) -> bool {
        !matches!(self.state(), State::Arrived | State::Cancelled)
    }

    /// Seconds past the limit: until the last of it came, else until now.
    pub fn late_seconds(&self, now: DateTime<Utc>) -> i64 {
        let until = match self.state() {
            State::Cancelled => return 0,
            State::Arrived => self.last_arrival.as_ref().map_or(now, |a| a.0),
            State::Asked | State::Promised | State::Arriving => now,
        };
        (until - self.due_at).num_seconds().max(0)
    }

    /// The department says how many it will send, and for when; said again, the later word stands.
    ///
    /// # Errors
    /// M_NOT_YOUR_TASK for others, M_STALE when it was cancelled or has come, M_BAD_VALUE for number or time.
    pub fn promise(
        &mut self,
        quantity: i64,
        due: Option<DateTime<Utc>>,
        directory: &Directory,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Event, Refused> {
        self.answered_by(actor, directory)?;
        self.still_open()?;
        if !(0..=MOST).contains(&quantity) {
            return Err(bad("quantity", text(|l| l.msg_resource_promise_rule())));
        }
        let due = due.filter(|_| quantity > 0);
        if quantity > 0 && due.is_none_or(|at| at < now) {
            return Err(bad("for", text(|l| l.msg_resource_for_rule())));
        }
        self.promise = Some(Promise { quantity, due, by: actor.login.clone(), at: now });
        self.updated_at = now;
        Ok(Event::ResourcePromised {
            number: self.number.clone(),
            what: self.what.clone(),
            quantity,
            unit: self.unit.clone(),
            department: self.department.clone(),
            due,
        })
    }

    /// So many came at `at`, beside what came before; more than was asked is taken.
    ///
    /// # Errors
    /// M_NOT_YOUR_TASK for who is neither of the department nor in command, M_STALE when it was cancelled, M_BAD_VALUE
    /// for a number below one or a time before it was asked, M_FUTURE_TIME.
    pub fn arrive(
        &mut self,
        quantity: i64,
        at: DateTime<Utc>,
        under: &Under,
        directory: &Directory,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Event, Refused> {
        if !under.commanded_by(actor) {
            self.answered_by(actor, directory)?;
        }
        if let Some((at, by)) = &self.cancelled {
            return Err(Refused::Stale { at: *at, change: Some(by.clone()) });
        }
        let quantity = count(quantity)?;
        if at > now {
            return Err(Refused::FutureTime { field: "at".to_owned() });
        }
        if at < self.asked_at {
            return Err(bad("at", text(|l| l.msg_resource_at_rule())));
        }
        let total = self.arrived.saturating_add(quantity).min(MOST);
        // What comes after all that was asked for is there doesn't make it late again.
        let came = if self.is_open() { self.last_arrival.as_ref().map_or(at, |l| l.0.max(at)) } else { self.last(at) };
        self.arrived = total;
        self.last_arrival = Some((came, actor.login.clone()));
        self.updated_at = now;
        Ok(Event::ResourceArrived {
            number: self.number.clone(),
            what: self.what.clone(),
            quantity,
            total,
            asked: self.asked,
            unit: self.unit.clone(),
            department: self.department.clone(),
            arrived_at: at,
            late_seconds: (at - self.due_at).num_seconds().max(0),
        })
    }

    /// No longer needed.
    ///
    /// # Errors
    /// M_DIRECTIVE_NOT_ISSUER for who does not command, M_STALE when it was cancelled before or has come.
    pub fn cancel(&mut self, under: &Under, actor: &Actor, now: DateTime<Utc>) -> Result<Event, Refused> {
        if !under.commanded_by(actor) {
            return Err(Refused::DirectiveNotIssuer);
        }
        self.still_open()?;
        self.cancelled = Some((now, actor.login.clone()));
        self.updated_at = now;
        Ok(Event::ResourceCancelled {
            number: self.number.clone(),
            what: self.what.clone(),
            department: self.department.clone(),
        })
    }

    fn last(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        self.last_arrival.as_ref().map_or(at, |l| l.0)
    }

    fn answered_by(&self, actor: &Actor, directory: &Directory) -> Result<(), Refused> {
        if actor.acts_for(&self.department) {
            return Ok(());
        }
        if actor.is_inspector() {
            return Err(Refused::InspReadonly);
        }
        Err(Refused::NotYourTask { department: directory.department_name(&self.department) })
    }

    fn still_open(&self) -> Result<(), Refused> {
        let ended = match self.state() {
            State::Cancelled => self.cancelled.as_ref(),
            State::Arrived => self.last_arrival.as_ref(),
            State::Asked | State::Promised | State::Arriving => None,
        };
        match ended {
            Some((at, by)) => Err(Refused::Stale { at: *at, change: Some(by.clone()) }),
            None => Ok(()),
        }
    }
}

fn count(quantity: i64) -> Result<i64, Refused> {
    if (1..=MOST).contains(&quantity) {
        return Ok(quantity);
    }
    Err(bad("quantity", text(|l| l.msg_resource_count_rule())))
}

fn written(name: &str, typed: &str, most: usize, label: Text) -> Result<String, Refused> {
    let value = short(name, typed, most)?;
    if value.is_empty() {
        return Err(Refused::Required { field: name.to_owned(), label });
    }
    Ok(value)
}

fn short(name: &str, typed: &str, most: usize) -> Result<String, Refused> {
    let value = typed.trim();
    if value.contains('\0') {
        return Err(bad(name, field::a_text()));
    }
    if value.chars().count() > most {
        return Err(bad(name, text(|l| l.msg_length_rule(most.to_string()))));
    }
    Ok(value.to_owned())
}

fn bad(field: &str, expected: Text) -> Refused {
    Refused::BadValue { field: field.to_owned(), expected }
}
