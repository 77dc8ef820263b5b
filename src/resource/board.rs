//! The resource board: asked, promised, arrived, each kind for itself, against the limits.

use chrono::{DateTime, Utc};

use super::{Kind, Request, State, Under};
use crate::clock::local;
use crate::person::Actor;
use crate::timeline::Words;

/// What was typed into the form that was refused.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// `promise` or `arrival`; empty when nothing was refused.
    pub act: String,
    pub quantity: String,
    pub time: String,
}

/// One request as it is drawn.
#[derive(Debug, Clone)]
pub struct Card {
    pub number: String,
    pub kind: String,
    pub what: String,
    pub department: String,
    pub unit: String,
    pub asked: i64,
    pub due_at: DateTime<Utc>,
    pub asked_at: DateTime<Utc>,
    pub asked_by: String,
    pub state: State,
    /// How many, for when and by whom; no time where it has none to send.
    pub promised: Option<(i64, Option<DateTime<Utc>>, String)>,
    /// It is promised for a time after the limit.
    pub promised_late: bool,
    pub arrived: i64,
    pub last_arrival: Option<(DateTime<Utc>, String)>,
    pub cancelled: Option<(DateTime<Utc>, String)>,
    /// How long it is late.
    pub late: Option<String>,
    /// How long is left.
    pub left: Option<String>,
    pub may_promise: bool,
    pub may_arrive: bool,
    pub may_cancel: bool,
    /// What the forms start with: how many are still to come, and when.
    pub rest: i64,
    pub due_field: String,
    pub typed: Typed,
}

impl Card {
    pub fn of(request: &Request, under: &Under, actor: &Actor, w: &Words<'_>, now: DateTime<Utc>) -> Card {
        let (open, state) = (request.is_open(), request.state());
        let commands = under.commanded_by(actor);
        let answers = actor.acts_for(&request.department);
        let late = request.late_seconds(now);
        let stamped = |at: &(DateTime<Utc>, String)| (at.0, w.person(&at.1));
        Card {
            number: request.number.clone(),
            kind: kind_name(request.kind, w),
            what: request.what.clone(),
            department: w.department(&request.department),
            unit: request.unit.clone(),
            asked: request.asked,
            due_at: request.due_at,
            asked_at: request.asked_at,
            asked_by: w.person(&request.asked_by),
            state,
            promised: request.promise.as_ref().map(|p| (p.quantity, p.due, w.person(&p.by))),
            promised_late: request.promise.as_ref().and_then(|p| p.due).is_some_and(|due| due > request.due_at),
            arrived: request.arrived,
            last_arrival: request.last_arrival.as_ref().map(stamped),
            cancelled: request.cancelled.as_ref().map(stamped),
            late: (late > 0).then(|| w.span(late)),
            left: (open && late == 0).then(|| w.span((request.due_at - now).num_seconds())),
            may_promise: open && answers,
            may_arrive: request.cancelled.is_none() && (answers || commands) && state != State::Arrived,
            may_cancel: open && commands,
            rest: (request.asked - request.arrived).max(1),
            due_field: local(request.due_at.max(now)).format("%Y-%m-%dT%H:%M").to_string(),
            typed: Typed::default(),
        }
    }

    /// `60 people`
    pub fn amount(&self, quantity: &i64) -> String {
        format!("{} {}", grouped(quantity), self.unit).trim_end().to_owned()
    }

    pub fn is_late(&self) -> bool {
        self.late.is_some()
    }

    /// Of a meter that ends at what was asked.
    pub fn share(&self, quantity: &i64) -> i64 {
        (*quantity).min(self.asked)
    }

    pub fn promised_count(&self) -> i64 {
        self.promised.as_ref().map_or(0, |p| p.0)
    }

    /// What a form starts with: what was typed into it, else `start`.
    pub fn start(&self, act: &str, typed: &str, start: String) -> String {
        if self.typed.act == act { typed.to_owned() } else { start }
    }

    pub fn opened(&self, act: &str) -> bool {
        self.typed.act == act
    }
}

/// All requests of one kind, what is late first, then by limit; what has ended last.
#[derive(Debug, Clone)]
pub struct Column {
    pub code: &'static str,
    pub name: String,
    pub cards: Vec<Card>,
    /// Still to come.
    pub open: usize,
}

#[derive(Debug, Clone)]
pub struct Board {
    /// Number of the headquarters.
    pub number: String,
    pub columns: Vec<Column>,
    pub may_ask: bool,
    /// Code and name, for the form that asks.
    pub departments: Vec<(String, String)>,
    pub kinds: Vec<(&'static str, String)>,
    /// Numbers of what is still to come.
    pub open: Vec<String>,
    pub late: usize,
}

impl Board {
    pub fn of(requests: &[Request], under: &Under, actor: &Actor, w: &Words<'_>, now: DateTime<Utc>) -> Board {
        let mut columns = Vec::new();
        for kind in Kind::ALL {
            let mut of: Vec<&Request> = requests.iter().filter(|r| r.kind == kind).collect();
            of.sort_by_key(|r| (!r.is_open(), r.due_at, r.asked_at));
            if !of.is_empty() {
                columns.push(Column {
                    code: kind.code(),
                    name: kind_name(kind, w),
                    open: of.iter().filter(|r| r.is_open()).count(),
                    cards: of.into_iter().map(|r| Card::of(r, under, actor, w, now)).collect(),
                });
            }
        }
        let open: Vec<&Request> = requests.iter().filter(|r| r.is_open()).collect();
        Board {
            number: under.number.clone(),
            columns,
            may_ask: under.active && under.commanded_by(actor),
            departments: w
                .directory
                .departments()
                .iter()
                // The headquarters asks; it has nobody of its own to send.
                .filter(|d| d.code != "HQ")
                .map(|d| (d.code.clone(), w.department(&d.code)))
                .collect(),
            kinds: Kind::ALL.into_iter().map(|k| (k.code(), kind_name(k, w))).collect(),
            late: open.iter().filter(|r| r.late_seconds(now) > 0).count(),
            open: open.into_iter().map(|r| r.number.clone()).collect(),
        }
    }
}

/// `80,000`
pub fn grouped(quantity: &i64) -> String {
    let digits = quantity.to_string();
    let mut text = String::with_capacity(digits.len() + 4);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn kind_name(kind: Kind, w: &Words<'_>) -> String {
    match kind {
        Kind::People => w.l.msg_resource_people(),
        Kind::Money => w.l.msg_resource_money(),
        Kind::Materials => w.l.msg_resource_materials(),
    }
}
