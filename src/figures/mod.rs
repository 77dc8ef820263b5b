//! How well limits are kept: per department, kind, region and month of a period (R151, clauses 2.1.2-insp-1 and 1.3).
//!
//! Everything is computed from the records and nothing is typed. Counted are the incidents reported in the period, each
//! once (a report merged into another is not an incident of its own), with the duties they opened. A duty that was called
//! off counts only where it was late before that: lateness survives. Rectification orders count by the day they were
//! issued, to the department they were issued to; standing duties by the last day of their period, once it has ended.
//!
//! Whether a limit was kept is judged on the limit's own clock; how long a duty took is plain time.

pub mod chart;
pub mod pages;
pub mod period;
mod standing;
pub mod store;
pub mod view;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::calendar::{Calendar, effective_clock};
use crate::clock::local;
use crate::person::directory::Directory;
use crate::person::{Actor, role};
use crate::plan::TaskDef;
use crate::refusal::Refused;

pub use period::Period;
pub use standing::{Standing, Term};

/// An incident of the period.
#[derive(Debug, Clone, PartialEq)]
pub struct Reported {
    pub number: String,
    /// Code of the edition it stands under.
    pub edition: String,
    pub kind: String,
    pub sub_kind: String,
    pub region: String,
    pub reported_at: DateTime<Utc>,
}

/// A duty as it stands in the record.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    pub incident: Reported,
    pub key: String,
    pub code: String,
    pub department: String,
    pub major: bool,
    pub state: String,
    pub opened_at: DateTime<Utc>,
    pub acknowledge_by: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub acknowledged_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub late_seconds: i64,
    /// Steps of the ladder that were told about it.
    pub escalations: i64,
}

/// A duty as it is counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Duty {
    pub record: Recorded,
    pub signed_at: Option<DateTime<Utc>>,
    pub done_at: Option<DateTime<Utc>>,
    /// Whether the limit to sign was kept; nothing while that is open, or where there is none.
    pub signed_in_time: Option<bool>,
    /// Whether the limit to finish was kept.
    pub done_in_time: Option<bool>,
}

impl Recorded {
    /// How the duty is counted at `now`; not at all when it was called off before it was late.
    pub fn judged(self, def: Option<&TaskDef>, calendar: &Calendar, now: DateTime<Utc>) -> Option<Duty> {
        let active = matches!(self.state.as_str(), "open" | "acknowledged");
        let done_at = self.ended_at.filter(|_| self.state == "done");
        // What was done without signing first, as by an act of the command post, was taken up by doing it.
        let signed_at = self.acknowledged_at.or(done_at);
        let late = |by: DateTime<Utc>, at: DateTime<Utc>, allowance: Option<crate::calendar::Allowance>| {
            let over = match allowance {
                Some(allowance) => calendar.lateness(by, at, effective_clock(&allowance, self.major)),
                None => at - by,
            };
            over.num_seconds() > 0
        };
        let unsigned_until = signed_at.or(if active { Some(now) } else { None });
        let signed_in_time = self.acknowledge_by.zip(unsigned_until).and_then(|(by, at)| {
            let kept = !late(by, at, def.map(|d| d.ack.allowance()));
            // Within its limit and not signed for: not yet either way.
            (signed_at.is_some() || !kept).then_some(kept)
        });
        let overdue = match self.due_at {
            Some(due) if active => late(due, now, def.map(|d| d.limit.due)),
            _ => self.late_seconds > 0,
        };
        let done_in_time = if overdue { Some(false) } else { done_at.and(self.due_at).map(|_| true) };
        let counts = active || done_at.is_some() || overdue;
        counts.then_some(Duty { signed_at, done_at, signed_in_time, done_in_time, record: self })
    }
}

impl Duty {
    /// Seconds from opening to the signature.
    pub fn sign_span(&self) -> Option<i64> {
        self.signed_at.map(|at| (at - self.record.opened_at).num_seconds().max(0))
    }

    /// Seconds from opening to done.
    pub fn done_span(&self) -> Option<i64> {
        self.done_at.map(|at| (at - self.record.opened_at).num_seconds().max(0))
    }
}

/// A rectification order issued in the period.
#[derive(Debug, Clone, PartialEq)]
pub struct Ordered {
    pub incident: Reported,
    /// `ZG-2026-001`
    pub number: String,
    pub department: String,
    pub measure: String,
    pub state: String,
    pub issued_at: DateTime<Utc>,
    pub acknowledge_by: DateTime<Utc>,
    pub acknowledged_at: Option<DateTime<Utc>>,
    pub due_at: DateTime<Utc>,
    /// The latest answer.
    pub answered_at: Option<DateTime<Utc>>,
    pub accepted_at: Option<DateTime<Utc>>,
    /// Its limit was passed: by the latest answer, or by now where the department still owes one.
    pub overdue: bool,
}

impl Ordered {
    pub fn judged(mut self, late_seconds: i64, now: DateTime<Utc>) -> Ordered {
        let owed = matches!(self.state.as_str(), "issued" | "acknowledged" | "returned");
        self.overdue = if owed { self.due_at < now } else { late_seconds > 0 };
        self
    }
}

/// What figures are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Department,
    Kind,
    Region,
    Month,
}

impl By {
    pub const ALL: [By; 4] = [By::Department, By::Kind, By::Region, By::Month];

    pub const fn code(self) -> &'static str {
        match self {
            By::Department => "department",
            By::Kind => "kind",
            By::Region => "region",
            By::Month => "month",
        }
    }

    pub fn from_code(code: &str) -> Option<By> {
        By::ALL.into_iter().find(|by| by.code() == code)
    }

    /// The group an incident falls into; a department's are those of its duties.
    fn of_incident(self, incident: &Reported) -> Option<String> {
        match self {
            By::Department => None,
            By::Kind => Some(incident.kind.clone()),
            By::Region => Some(incident.region.clone()),
            By::Month => Some(month(incident.reported_at)),
        }
    }

    fn of_order(self, order: &Ordered) -> String {
        match self {
            By::Department => order.department.clone(),
            By::Month => month(order.issued_at),
            By::Kind => order.incident.kind.clone(),
            By::Region => order.incident.region.clone(),
        }
    }

    fn of_duty(self, duty: &Duty) -> String {
        self.of_incident(&duty.record.incident).unwrap_or_else(|| duty.record.department.clone())
    }
}

/// `2026-10`, of the city's clock.
pub fn month(at: DateTime<Utc>) -> String {
    local(at).format("%Y-%m").to_string()
}

/// One figure, by the records it is counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    Incidents,
    Tasks,
    /// Limits to sign that are decided, kept or not.
    Signed,
    SignedInTime,
    SignedLate,
    /// Duties signed for, for how long that took.
    SignSpans,
    Done,
    DoneInTime,
    DoneLate,
    DoneSpans,
    Escalations,
    /// Rectification orders issued.
    Rectifications,
    RectificationsOverdue,
    RectificationsAccepted,
    /// Standing duties in periods that have ended.
    StandingOwed,
    StandingKept,
}

impl Figure {
    pub const ALL: [Figure; 16] = [
        Figure::Incidents,
        Figure::Tasks,
        Figure::Signed,
        Figure::SignedInTime,
        Figure::SignedLate,
        Figure::SignSpans,
        Figure::Done,
        Figure::DoneInTime,
        Figure::DoneLate,
        Figure::DoneSpans,
        Figure::Escalations,
        Figure::Rectifications,
        Figure::RectificationsOverdue,
        Figure::RectificationsAccepted,
        Figure::StandingOwed,
        Figure::StandingKept,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Figure::Incidents => "incidents",
            Figure::Tasks => "tasks",
            Figure::Signed => "signed",
            Figure::SignedInTime => "signed_in_time",
            Figure::SignedLate => "signed_late",
            Figure::SignSpans => "sign_spans",
            Figure::Done => "done",
            Figure::DoneInTime => "done_in_time",
            Figure::DoneLate => "done_late",
            Figure::DoneSpans => "done_spans",
            Figure::Escalations => "escalations",
            Figure::Rectifications => "rectifications",
            Figure::RectificationsOverdue => "rectifications_overdue",
            Figure::RectificationsAccepted => "rectifications_accepted",
            Figure::StandingOwed => "standing_owed",
            Figure::StandingKept => "standing_kept",
        }
    }

    pub fn from_code(code: &str) -> Option<Figure> {
        Figure::ALL.into_iter().find(|f| f.code() == code)
    }

    /// Whether the figure counts this duty.
    pub fn counts(self, duty: &Duty) -> bool {
        match self {
            Figure::Incidents | Figure::Tasks => true,
            Figure::Signed => duty.signed_in_time.is_some(),
            Figure::SignedInTime => duty.signed_in_time == Some(true),
            Figure::SignedLate => duty.signed_in_time == Some(false),
            Figure::SignSpans => duty.signed_at.is_some(),
            Figure::Done => duty.done_in_time.is_some(),
            Figure::DoneInTime => duty.done_in_time == Some(true),
            Figure::DoneLate => duty.done_in_time == Some(false),
            Figure::DoneSpans => duty.done_at.is_some(),
            Figure::Escalations => duty.record.escalations > 0,
            Figure::Rectifications | Figure::RectificationsOverdue | Figure::RectificationsAccepted => false,
            Figure::StandingOwed | Figure::StandingKept => false,
        }
    }

    /// Whether the figure counts this rectification order.
    pub fn counts_order(self, order: &Ordered) -> bool {
        match self {
            Figure::Rectifications => true,
            Figure::RectificationsOverdue => order.overdue,
            Figure::RectificationsAccepted => order.accepted_at.is_some(),
            _ => false,
        }
    }

    /// Counted from rectification orders, not from duties.
    pub const fn is_of_orders(self) -> bool {
        matches!(self, Figure::Rectifications | Figure::RectificationsOverdue | Figure::RectificationsAccepted)
    }
}

/// A limit, how often it was kept and how long it took.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Kept {
    pub in_time: usize,
    pub late: usize,
    /// Seconds, in order.
    pub spans: Vec<i64>,
}

impl Kept {
    /// Limits that are decided.
    pub fn decided(&self) -> usize {
        self.in_time + self.late
    }

    /// The share kept in time, within 0 and 1; nothing where none is decided.
    pub fn share(&self) -> Option<f64> {
        let share = |part: u32, whole: u32| f64::from(part) / f64::from(whole);
        let counted = u32::try_from(self.in_time).ok().zip(u32::try_from(self.decided()).ok());
        counted.filter(|(_, whole)| *whole > 0).map(|(part, whole)| share(part, whole))
    }

    /// The share in whole hundredths, rounded down, so that 100 means all of them.
    pub fn percent(&self) -> Option<usize> {
        let decided = self.decided();
        let nearest = (self.in_time * 200 + decided).checked_div(decided * 2)?;
        Some(match nearest {
            100 if self.in_time < decided => 99,
            0 if self.in_time > 0 => 1,
            percent => percent,
        })
    }

    pub fn median(&self) -> Option<i64> {
        rank(&self.spans, 50)
    }

    /// What nine in ten did not take longer than.
    pub fn ninetieth(&self) -> Option<i64> {
        rank(&self.spans, 90)
    }

    fn add(&mut self, in_time: Option<bool>, span: Option<i64>) {
        match in_time {
            Some(true) => self.in_time += 1,
            Some(false) => self.late += 1,
            None => {}
        }
        self.spans.extend(span);
    }
}

/// The smallest value that so many in a hundred do not exceed (nearest rank): always one that was measured.
fn rank(ordered: &[i64], percent: usize) -> Option<i64> {
    let at = (ordered.len() * percent).div_ceil(100).max(1);
    ordered.get(at - 1).copied()
}

/// The figures of one group, or of all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figures {
    pub incidents: BTreeSet<String>,
    pub tasks: usize,
    pub signed: Kept,
    pub done: Kept,
    pub escalations: i64,
    pub rectifications: usize,
    pub rectifications_overdue: usize,
    pub rectifications_accepted: usize,
    pub standing: Standing,
}

impl Figures {
    fn add_order(&mut self, order: &Ordered) {
        self.rectifications += 1;
        self.rectifications_overdue += usize::from(order.overdue);
        self.rectifications_accepted += usize::from(order.accepted_at.is_some());
    }

    fn add(&mut self, duty: &Duty) {
        self.incidents.insert(duty.record.incident.number.clone());
        self.tasks += 1;
        self.signed.add(duty.signed_in_time, duty.sign_span());
        self.done.add(duty.done_in_time, duty.done_span());
        self.escalations += duty.record.escalations;
    }

    fn ordered(mut self) -> Figures {
        self.signed.spans.sort_unstable();
        self.done.spans.sort_unstable();
        self
    }
}

/// The records a question is answered from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    pub incidents: Vec<Reported>,
    pub duties: Vec<Duty>,
    pub orders: Vec<Ordered>,
    /// Standing duties whose periods ended in these days.
    pub standing: Vec<Term>,
}

/// Figures of each group by its code, and of all together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Counted {
    pub groups: Vec<(String, Figures)>,
    pub total: Figures,
}

/// Counts what was found. An incident with duties of several departments is one incident of each, and one of the total.
pub fn count(found: &Found, by: By) -> Counted {
    let mut groups: BTreeMap<String, Figures> = BTreeMap::new();
    let mut total = Figures::default();
    for incident in &found.incidents {
        total.incidents.insert(incident.number.clone());
        if let Some(group) = by.of_incident(incident) {
            groups.entry(group).or_default().incidents.insert(incident.number.clone());
        }
    }
    for duty in &found.duties {
        total.add(duty);
        groups.entry(by.of_duty(duty)).or_default().add(duty);
    }
    for order in &found.orders {
        total.add_order(order);
        groups.entry(by.of_order(order)).or_default().add_order(order);
    }
    for term in &found.standing {
        total.standing.add(term);
        if let Some(group) = by.of_term(term) {
            groups.entry(group).or_default().standing.add(term);
        }
    }
    Counted {
        groups: groups.into_iter().map(|(code, figures)| (code, figures.ordered())).collect(),
        total: total.ordered(),
    }
}

/// Whose figures a person may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    All,
    /// Those of the departments they head, and of the posts below.
    Departments(Vec<String>),
}

impl Sight {
    /// Leader, deputy and inspection see all; heads their own department (R151; the heads' part is ours).
    ///
    /// # Errors
    /// `Forbidden` for everyone else.
    pub fn of(actor: &Actor, directory: &Directory) -> Result<Sight, Refused> {
        if actor.leads() || actor.is_inspector() {
            return Ok(Sight::All);
        }
        let own: Vec<String> = directory
            .departments()
            .iter()
            .filter(|d| actor.heads(&d.code) || d.parent.as_deref().is_some_and(|above| actor.heads(above)))
            .map(|d| d.code.clone())
            .collect();
        if heads(actor) { Ok(Sight::Departments(own)) } else { Err(Refused::Forbidden) }
    }

    /// The departments to look at, where not all: the one asked for, if it may be seen.
    ///
    /// # Errors
    /// `Forbidden` for another's.
    pub fn narrowed(&self, asked: Option<&str>) -> Result<Option<Vec<String>>, Refused> {
        match (self, asked) {
            (Sight::All, asked) => Ok(asked.map(|d| vec![d.to_owned()])),
            (Sight::Departments(own), None) => Ok(Some(own.clone())),
            (Sight::Departments(own), Some(asked)) if own.iter().any(|d| d == asked) => {
                Ok(Some(vec![asked.to_owned()]))
            }
            (Sight::Departments(_), Some(_)) => Err(Refused::Forbidden),
        }
    }
}

/// Whether figures are one of the person's places.
pub fn may_see(actor: &Actor) -> bool {
    actor.leads() || actor.is_inspector() || heads(actor)
}

fn heads(actor: &Actor) -> bool {
    actor.has_role(role::DEPARTMENT_HEAD) || actor.has_role(role::LG_OFFICE_HEAD)
}

#[cfg(test)]
mod tests;
