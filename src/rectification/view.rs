//! A rectification order as its pages show it.

use chrono::{DateTime, Utc};

use super::{Rectification, State};
use crate::person::Actor;
use crate::review::speaks_for;
use crate::timeline::Words;

/// One step of its life: name, when, by whom.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    pub name: String,
    pub at: Option<DateTime<Utc>>,
    pub who: String,
}

#[derive(Debug, Clone)]
pub struct Sheet {
    pub number: String,
    pub incident: String,
    pub department: String,
    pub measure: String,
    pub finding: String,
    pub clause: String,
    pub clause_words: String,
    pub due_at: DateTime<Utc>,
    pub sign_by: DateTime<Utc>,
    pub issuer: String,
    pub issued_at: DateTime<Utc>,
    pub state: State,
    pub word: String,
    /// Class and icon of the state.
    pub class: &'static str,
    pub icon: &'static str,
    pub open: bool,
    pub overdue: bool,
    /// How late, in words.
    pub late: Option<String>,
    /// Text and evidence of the latest answer.
    pub answer: Option<(String, String)>,
    /// Why it was returned, when, by whom; not once it is accepted.
    pub returned: Option<(String, DateTime<Utc>, String)>,
    pub stages: Vec<Stage>,
    pub may_sign: bool,
    pub may_answer: bool,
    pub may_decide: bool,
}

impl Sheet {
    pub fn of(order: &Rectification, took_part: bool, w: &Words<'_>, actor: &Actor, now: DateTime<Utc>) -> Sheet {
        let late = order.late(now);
        let stage = |name: String, signed: Option<&crate::review::Signed>| Stage {
            name,
            at: signed.map(|s| s.0),
            who: signed.map(|s| w.person(&s.1)).unwrap_or_default(),
        };
        let clause = w.edition.clause(&order.finding.words.clause);
        let decides = actor.is_inspector() && !took_part && !actor.belongs_to(&order.department);
        Sheet {
            number: order.number.clone(),
            incident: order.incident_number.clone(),
            department: w.department(&order.department),
            measure: order.measure.clone(),
            finding: order.finding.words.text.clone(),
            clause: order.finding.words.clause.clone(),
            clause_words: clause.map(|c| c.text.get(w.lang).to_owned()).unwrap_or_default(),
            due_at: order.due_at,
            sign_by: order.acknowledge_by,
            issuer: w.person(&order.issued.1),
            issued_at: order.issued.0,
            state: order.state,
            word: word(order.state, w),
            class: match order.state {
                State::Issued | State::Returned => "state-open",
                State::Acknowledged | State::Answered => "state-signed",
                State::Accepted => "state-done",
            },
            icon: match order.state {
                State::Issued => "to-sign",
                State::Acknowledged => "signed",
                State::Answered => "waiting",
                State::Returned => "correct",
                State::Accepted => "done",
            },
            open: order.state != State::Accepted,
            overdue: order.is_overdue(now),
            late: (late > 0).then(|| w.l.msg_rect_late_by(w.span(late))),
            answer: order.answer.as_ref().map(|a| (a.text.clone(), a.evidence.clone())),
            returned: order
                .returned
                .as_ref()
                .filter(|_| order.state != State::Accepted)
                .map(|(reason, (at, by))| (reason.clone(), *at, w.person(by))),
            stages: vec![
                stage(w.l.msg_rect_stage_issued(), Some(&order.issued)),
                stage(w.l.msg_rect_stage_signed(), order.acknowledged.as_ref()),
                stage(w.l.msg_rect_stage_answered(), order.answer.as_ref().map(|a| &a.signed)),
                stage(w.l.msg_rect_stage_accepted(), order.accepted.as_ref()),
            ],
            may_sign: order.state == State::Issued && actor.belongs_to(&order.department),
            may_answer: matches!(order.state, State::Acknowledged | State::Returned)
                && speaks_for(actor, &order.department, w.directory),
            may_decide: order.state == State::Answered && decides,
        }
    }

    pub fn href(&self) -> String {
        format!("/rectifications/{}", self.number)
    }
}

fn word(state: State, w: &Words<'_>) -> String {
    match state {
        State::Issued => w.l.msg_rect_state_issued(),
        State::Acknowledged => w.l.msg_rect_state_acknowledged(),
        State::Answered => w.l.msg_rect_state_answered(),
        State::Returned => w.l.msg_rect_state_returned(),
        State::Accepted => w.l.msg_rect_state_accepted(),
    }
}
