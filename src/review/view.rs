//! A review's sheet in the reader's words.

use chrono::{DateTime, Utc};

use super::sheet::{About, Counts, Level, Part, Row, Verdict};
use super::{Review, State};
use crate::timeline::Words;

#[derive(Debug, Clone)]
pub struct PartView {
    pub code: String,
    pub department: String,
    pub counts: Counts,
    pub rows: Vec<RowView>,
}

#[derive(Debug, Clone)]
pub struct RowView {
    pub clause: String,
    pub action: String,
    pub href: String,
    pub limit_of_plan: bool,
    pub signed: Option<(DateTime<Utc>, String)>,
    pub signed_late: bool,
    pub sign_by: Option<DateTime<Utc>>,
    pub due: Option<DateTime<Utc>>,
    /// Where it is another than the limit in the end.
    pub first_due: Option<DateTime<Utc>>,
    pub ended: Option<(DateTime<Utc>, String)>,
    pub late: Option<String>,
    pub verdict: Option<Verdict>,
    pub word: String,
    /// Class and icon of the verdict.
    pub class: &'static str,
    pub icon: &'static str,
    pub entries: Vec<i64>,
}

#[derive(Debug, Clone)]
pub struct LevelView {
    pub at: DateTime<Utc>,
    pub text: String,
    pub who: String,
    pub reason: Option<String>,
}

pub fn part(part: &Part, number: &str, w: &Words<'_>) -> PartView {
    PartView {
        code: part.department.clone(),
        department: w.department(&part.department),
        counts: part.counts(),
        rows: part.rows.iter().map(|r| row(r, number, w)).collect(),
    }
}

fn row(row: &Row, number: &str, w: &Words<'_>) -> RowView {
    let signed = |s: &super::Signed| (s.0, w.person(&s.1));
    let (action, href) = match &row.about {
        About::Task(key) => (w.task(key), format!("/incidents/{number}#t-{key}")),
        About::Help(key) => (w.l.msg_rv_help(w.task(key)), format!("/incidents/{number}#t-{key}")),
        About::Directive(order) => (w.l.msg_dv_numbered(order.as_str()), format!("/directives/{order}")),
    };
    // Help that nobody needed in the end is no reproach; what was refused was answered.
    let unanswered =
        matches!(row.about, About::Help(_)) && row.ended.is_none() && row.verdict == Some(Verdict::NotDone);
    let (class, icon) = match row.verdict {
        _ if unanswered => ("state-cancelled", "info"),
        Some(Verdict::Kept) => ("state-done", "done"),
        Some(Verdict::Late) => ("late-text", "late"),
        Some(Verdict::NotDone) => ("late-text", "stop"),
        Some(Verdict::NoEvidence) => ("state-open", "search"),
        None => ("state-cancelled", "cancelled"),
    };
    RowView {
        clause: row.clause.clone(),
        action,
        href,
        limit_of_plan: row.limit_of_plan,
        signed: row.signed.as_ref().map(signed),
        signed_late: row.signed_late,
        sign_by: row.acknowledge_by,
        due: row.due,
        first_due: row.first_due.filter(|first| Some(*first) != row.due),
        ended: row.ended.as_ref().map(signed),
        late: (row.late_seconds > 0 && !unanswered).then(|| w.l.msg_rv_late_by(w.span(row.late_seconds))),
        verdict: row.verdict,
        word: if unanswered { w.l.msg_rv_no_answer() } else { word(row.verdict, w) },
        class,
        icon,
        entries: row.entries.clone(),
    }
}

fn word(verdict: Option<Verdict>, w: &Words<'_>) -> String {
    match verdict {
        Some(Verdict::Kept) => w.l.msg_rv_kept(),
        Some(Verdict::Late) => w.l.msg_rv_late(),
        Some(Verdict::NotDone) => w.l.msg_rv_not_done(),
        Some(Verdict::NoEvidence) => w.l.msg_rv_no_evidence(),
        None => w.l.msg_rv_fell_away(),
    }
}

pub fn level(level: &Level, w: &Words<'_>) -> LevelView {
    let name = w.severity(level.severity);
    LevelView {
        at: level.at,
        text: if level.proposed { w.l.msg_rv_proposed(name) } else { w.l.msg_rv_set(name) },
        who: w.person(&level.by),
        reason: level.reason.clone(),
    }
}

/// A finding in a line.
pub fn finding_words(finding: &super::Words, w: &Words<'_>) -> String {
    w.l.msg_rv_finding_words(w.department(&finding.department), finding.clause.as_str(), finding.text.as_str())
}

pub fn state(state: State, w: &Words<'_>) -> String {
    match state {
        State::Open => w.l.msg_rv_state_open(),
        State::Draft => w.l.msg_rv_state_draft(),
        State::Final => w.l.msg_rv_state_final(),
        State::Closed => w.l.msg_rv_state_closed(),
    }
}

/// Class and icon of a review's state.
pub fn mark(state: State) -> (&'static str, &'static str) {
    match state {
        State::Open => ("state-open", "tasks"),
        State::Draft => ("state-signed", "waiting"),
        State::Final => ("state-done", "done"),
        State::Closed => ("state-closed", "closed"),
    }
}

/// The departments that may still be heard: concerned, and not one of those that objected.
pub fn may_object<'a>(review: &Review, concerned: &'a [String], now: DateTime<Utc>) -> Vec<&'a str> {
    let open = review.state == State::Draft && review.objections_until.is_some_and(|until| now <= until);
    let heard = |d: &&String| !review.objections.iter().any(|o| o.department == **d);
    concerned.iter().filter(|_| open).filter(heard).map(String::as_str).collect()
}
