//! The sheet of a review, generated from the record: each duty that applied, whether its limit was kept, and the entries
//! of the journal that say so.
//!
//! Lateness counts against the first limit: an extension, a reclassification or a cancellation after it does not undo
//! it.

use chrono::{DateTime, Utc};

use super::Signed;
use crate::calendar::Calendar;
use crate::directive::{Copy, Directive, State as OrderState};
use crate::journal::{Event, Recorded};
use crate::lang::Text;
use crate::plan::{DoneBy, Edition, Severity, TaskDef};
use crate::response::{CONDITION_GONE, Case, Cooperation, CooperationState};
use crate::task::{State, Task, clock, transition};

/// What the record says of one duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    Kept,
    Late,
    NotDone,
    NoEvidence,
}

impl Verdict {
    pub const ALL: [Verdict; 4] = [Verdict::Kept, Verdict::Late, Verdict::NotDone, Verdict::NoEvidence];

    pub const fn code(self) -> &'static str {
        match self {
            Verdict::Kept => "kept",
            Verdict::Late => "late",
            Verdict::NotDone => "not_done",
            Verdict::NoEvidence => "no_evidence",
        }
    }
}

/// What a row is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// Key of a task.
    Task(String),
    /// Number of a directive.
    Directive(String),
    /// Key of a task of another department, whose help was asked for.
    Help(String),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub about: About,
    pub department: String,
    pub clause: String,
    /// Whether the number of the limit is the plan's own.
    pub limit_of_plan: bool,
    pub acknowledge_by: Option<DateTime<Utc>>,
    pub signed: Option<Signed>,
    /// Signed after the time to sign for it.
    pub signed_late: bool,
    pub first_due: Option<DateTime<Utc>>,
    /// As it stood in the end.
    pub due: Option<DateTime<Utc>>,
    /// Done, or fallen away.
    pub ended: Option<Signed>,
    /// Seconds past the first limit.
    pub late_seconds: i64,
    /// `None`: fell away in time, or still runs in time.
    pub verdict: Option<Verdict>,
    /// Ids of the journal entries behind it.
    pub entries: Vec<i64>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub kept: usize,
    pub late: usize,
    pub not_done: usize,
    pub no_evidence: usize,
    pub signed_late: usize,
}

impl Counts {
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Counts {
        let mut counts = Counts::default();
        // Limits of help are ours alone: they stand on the sheet and are not counted.
        for row in rows.into_iter().filter(|row| !matches!(row.about, About::Help(_))) {
            match row.verdict {
                Some(Verdict::Kept) => counts.kept += 1,
                Some(Verdict::Late) => counts.late += 1,
                Some(Verdict::NotDone) => counts.not_done += 1,
                Some(Verdict::NoEvidence) => counts.no_evidence += 1,
                None => {}
            }
            counts.signed_late += usize::from(row.signed_late);
        }
        counts
    }
}

/// One department's part.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    pub department: String,
    pub rows: Vec<Row>,
}

impl Part {
    pub fn counts(&self) -> Counts {
        Counts::of(&self.rows)
    }
}

/// One proposal of a level, or its setting, in the order of the record.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    pub entry: i64,
    pub at: DateTime<Utc>,
    pub by: String,
    pub severity: Severity,
    /// Proposed by a rule; else set by a person or the signed succession.
    pub proposed: bool,
    pub reason: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// In the order in which departments come in the plan's list of duties.
    pub parts: Vec<Part>,
    pub levels: Vec<Level>,
}

impl Sheet {
    /// `now`: up to when a duty that has not ended is counted.
    pub fn of(
        case: &Case,
        recorded: &[Recorded],
        directives: &[Directive],
        edition: &Edition,
        calendar: &Calendar,
        now: DateTime<Utc>,
    ) -> Sheet {
        let record = Record { case, recorded, edition, calendar, now };
        // The inspection centre's own duties begin when the handling has ended.
        let handled = case.tasks.iter().filter(|t| t.department != "INSP");
        let mut rows: Vec<Row> = handled.filter_map(|t| record.task(t)).collect();
        rows.extend(case.cooperation.iter().filter_map(|c| record.help(c)));
        for directive in directives {
            rows.extend(directive.copies.iter().map(|c| record.copy(directive, c)));
        }
        let mut parts: Vec<Part> = Vec::new();
        for row in rows {
            match parts.iter_mut().find(|p| p.department == row.department) {
                Some(part) => part.rows.push(row),
                None => parts.push(Part { department: row.department.clone(), rows: vec![row] }),
            }
        }
        Sheet { parts, levels: recorded.iter().filter_map(level).collect() }
    }

    pub fn departments(&self) -> Vec<String> {
        self.parts.iter().map(|p| p.department.clone()).collect()
    }

    pub fn counts(&self) -> Counts {
        Counts::of(self.parts.iter().flat_map(|p| &p.rows))
    }
}

struct Record<'a> {
    case: &'a Case,
    recorded: &'a [Recorded],
    edition: &'a Edition,
    calendar: &'a Calendar,
    now: DateTime<Utc>,
}

impl Record<'_> {
    fn task(&self, task: &Task) -> Option<Row> {
        let def = task.definition(self.edition)?;
        let own = || self.recorded.iter().filter(|r| r.task == Some(task.id) && is_behind(&r.event));
        let moved = own().find_map(|r| match r.event {
            Event::LimitMoved { before, .. } => before,
            _ => None,
        });
        let ending = task.state.ending().map(|e| (e.at, e.by.clone()));
        let late_seconds = match (&task.state, &ending) {
            (State::Cancelled { .. } | State::NotArisen { .. }, Some((at, _))) => {
                task.late_seconds + clock::lateness(def, task, *at, self.calendar)
            }
            _ => clock::late_seconds(def, task, self.now, self.calendar),
        };
        let mut entries: Vec<i64> = own().map(|r| r.id).collect();
        if entries.is_empty() {
            // Done by the report itself.
            let report = |e: &Event| matches!(e, Event::Reported { .. } | Event::Routed { .. });
            entries = self.recorded.iter().filter(|r| report(&r.event)).map(|r| r.id).collect();
        }
        let signed = task.acknowledged.as_ref().map(|s| (s.at, s.by.clone()));
        Some(Row {
            about: About::Task(task.key.clone()),
            department: task.department.clone(),
            clause: def.clause.clone(),
            limit_of_plan: def.limit.due_basis.is_plan_rule(),
            acknowledge_by: task.acknowledge_by,
            signed_late: signed_late(signed.as_ref(), task.acknowledge_by),
            signed,
            first_due: moved.or(task.due_at),
            due: task.due_at,
            ended: ending,
            late_seconds,
            verdict: self.verdict(task, def, late_seconds),
            entries,
        })
    }

    fn verdict(&self, task: &Task, def: &TaskDef, late_seconds: i64) -> Option<Verdict> {
        let late = late_seconds > 0;
        match &task.state {
            State::Done(_) if late => Some(Verdict::Late),
            State::Done(_) if self.lacks_evidence(task, def) => Some(Verdict::NoEvidence),
            State::Done(_) => Some(Verdict::Kept),
            State::Open | State::Acknowledged => (late || !self.case.incident.is_open()).then_some(Verdict::NotDone),
            State::Cancelled { .. } => late.then_some(Verdict::NotDone),
            // It was owed as long as its condition held; one that never arose owed nothing.
            State::NotArisen { reason, .. } => (late && reason == CONDITION_GONE).then_some(Verdict::NotDone),
        }
    }

    fn lacks_evidence(&self, task: &Task, def: &TaskDef) -> bool {
        if matches!(def.done_by, DoneBy::Report | DoneBy::System | DoneBy::Acknowledgement) {
            return false;
        }
        let context = transition::Context {
            edition: self.edition,
            calendar: self.calendar,
            def,
            department: Text::default(),
            contacted: self.case.contacted.clone(),
            site_head_missing: false,
            untold: Vec::new(),
            last_change: None,
        };
        !task.missing_evidence(&context).is_empty()
    }

    /// A department's help: its signature by the time to sign, its answer while the task's own limit runs.
    fn help(&self, card: &Cooperation) -> Option<Row> {
        let task = self.case.tasks.iter().find(|t| t.id == card.task)?;
        if task.department == "INSP" || card.department == "INSP" {
            return None;
        }
        let def = task.definition(self.edition)?;
        let own = || self.recorded.iter().filter(|r| is_of_help(&r.event, &task.key, &card.department));
        let is_answer = |e: &Event| matches!(e, Event::CooperationAnswered { .. } | Event::CooperationRefused { .. });
        let answered = own().find(|r| is_answer(&r.event)).map(|r| (r.at, r.actor.clone()));
        let until = answered.as_ref().map(|a| a.0).or(task.state.ending().map(|e| e.at)).unwrap_or(self.now);
        let late_seconds = clock::lateness(def, task, until, self.calendar);
        let late = late_seconds > 0;
        let verdict = match (&card.state, &task.state) {
            (CooperationState::Answered { .. }, _) => Some(if late { Verdict::Late } else { Verdict::Kept }),
            (CooperationState::Refused { .. }, _) | (_, State::Done(_)) => Some(Verdict::NotDone),
            (_, State::Cancelled { .. } | State::NotArisen { .. }) => None,
            (_, State::Open | State::Acknowledged) => {
                (late || !self.case.incident.is_open()).then_some(Verdict::NotDone)
            }
        };
        Some(Row {
            about: About::Help(task.key.clone()),
            department: card.department.clone(),
            clause: self.clause_of_help(&card.department).unwrap_or(&def.clause).to_owned(),
            limit_of_plan: false,
            acknowledge_by: card.acknowledge_by,
            signed_late: signed_late(card.acknowledged.as_ref(), card.acknowledge_by),
            signed: card.acknowledged.clone(),
            first_due: task.due_at,
            due: task.due_at,
            ended: answered,
            late_seconds,
            verdict,
            entries: own().map(|r| r.id).collect(),
        })
    }

    /// The clause by which the department owes its help to others; without one it is that of the task.
    fn clause_of_help(&self, department: &str) -> Option<&str> {
        let kind = &self.edition.department(department)?.code;
        let clauses = self.edition.matrix.cooperation.clauses.iter();
        let mut own = clauses.filter(|id| self.edition.clause(id).is_some_and(|c| c.departments.contains(kind)));
        own.next().map(String::as_str)
    }

    fn copy(&self, directive: &Directive, copy: &Copy) -> Row {
        let late_seconds = match (copy.state, &directive.withdrawn) {
            (OrderState::Withdrawn, Some(w)) => (w.at - directive.due_at).num_seconds().max(0),
            _ => copy.late(directive.due_at, copy.late_first, self.now),
        };
        let late = late_seconds > 0;
        let verdict = match copy.state {
            OrderState::Done | OrderState::Accepted if late => Some(Verdict::Late),
            OrderState::Done | OrderState::Accepted => match copy.evidence.as_deref().unwrap_or_default().trim() {
                "" => Some(Verdict::NoEvidence),
                _ => Some(Verdict::Kept),
            },
            OrderState::Withdrawn => late.then_some(Verdict::NotDone),
            _ => (late || !self.case.incident.is_open()).then_some(Verdict::NotDone),
        };
        let withdrawn = directive.withdrawn.as_ref().map(|w| (w.at, w.by.clone()));
        Row {
            about: About::Directive(directive.number.clone()),
            department: copy.department.clone(),
            clause: directive.clause.clone().unwrap_or_else(|| "2.1.2-lg-3".to_owned()),
            limit_of_plan: false,
            acknowledge_by: Some(copy.acknowledge_by),
            signed_late: signed_late(copy.acknowledged.as_ref(), Some(copy.acknowledge_by)),
            signed: copy.acknowledged.clone(),
            first_due: Some(directive.due_at),
            due: Some(copy.due_at),
            ended: copy.done.clone().or(withdrawn),
            late_seconds,
            verdict,
            entries: self
                .recorded
                .iter()
                .filter(|r| is_of_copy(&r.event, &directive.number, &copy.department))
                .map(|r| r.id)
                .collect(),
        }
    }
}

fn signed_late(signed: Option<&Signed>, by: Option<DateTime<Utc>>) -> bool {
    signed.zip(by).is_some_and(|((at, _), by)| *at > by)
}

/// The entries that say when a duty began, was signed for, moved and ended, and that it was late.
fn is_behind(event: &Event) -> bool {
    matches!(
        event,
        Event::TaskOpened { .. }
            | Event::Acknowledged { .. }
            | Event::Moved { .. }
            | Event::LimitMoved { .. }
            | Event::CheckedIn { .. }
            | Event::Escalated { .. }
            | Event::Notified { .. }
            | Event::NoticeSeen { .. }
            | Event::Unseen { .. }
            | Event::Done { .. }
            | Event::Cancelled { .. }
            | Event::NotArisen { .. }
    )
}

fn is_of_help(event: &Event, key: &str, by: &str) -> bool {
    match event {
        Event::CooperationAsked { task, department }
        | Event::CooperationAcknowledged { task, department }
        | Event::CooperationAnswered { task, department, .. }
        | Event::CooperationRefused { task, department, .. } => task == key && department == by,
        _ => false,
    }
}

fn is_of_copy(event: &Event, order: &str, to: &str) -> bool {
    match event {
        Event::DirectiveIssued { number, departments, .. } => number == order && departments.iter().any(|d| d == to),
        Event::DirectiveWithdrawn { number, .. } => number == order,
        Event::DirectiveAcknowledged { number, department }
        | Event::DirectiveExtended { number, department, .. }
        | Event::DirectiveExtensionAsked { number, department, .. }
        | Event::DirectiveDone { number, department, .. }
        | Event::DirectiveAccepted { number, department }
        | Event::DirectiveReturned { number, department, .. }
        | Event::DirectiveEscalated { number, department, .. } => number == order && department == to,
        _ => false,
    }
}

fn level(recorded: &Recorded) -> Option<Level> {
    let (severity, proposed, reason) = match &recorded.event {
        Event::Reported { severity, .. } | Event::SeverityProposed { severity, .. } => (*severity, true, None),
        Event::SeverityConfirmed { severity, reason, .. } => (*severity, false, reason.clone()),
        _ => return None,
    };
    Some(Level { entry: recorded.id, at: recorded.at, by: recorded.actor.clone(), severity, proposed, reason })
}
