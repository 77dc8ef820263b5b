//! Entries about reviews, rectification orders and the exchange of experience as sentences.

use super::words::Words;
use crate::journal::Event;
use crate::plan::StepEvent;

pub fn describe(event: &Event, w: &Words<'_>) -> Option<String> {
    let l = w.l;
    Some(match event {
        Event::ExchangeArranged { number, subject, held_at } => {
            l.msg_tl_ex_arranged(number, subject, w.stamp(*held_at))
        }
        Event::ExperiencePublished { number, subject } => l.msg_tl_ex_published(number, subject),
        Event::ReviewDemanded { reason, due_at: Some(due) } => l.msg_tl_rv_demanded(reason, w.stamp(*due)),
        Event::ReviewDemanded { reason, due_at: None } => l.msg_tl_rv_demanded_open(reason),
        Event::ReviewDrafted { score, findings, until } => {
            l.msg_tl_rv_drafted(score.to_string(), findings.to_string(), w.stamp(*until))
        }
        Event::ObjectionMade { department, text } => l.msg_tl_rv_objected(w.department(department), text),
        Event::ObjectionAnswered { department, text, upheld: None } => {
            l.msg_tl_rv_answered(w.department(department), text)
        }
        Event::ObjectionAnswered { department, text, upheld: Some(true) } => {
            l.msg_tl_rv_upheld(w.department(department), text)
        }
        Event::ObjectionAnswered { department, text, upheld: Some(false) } => {
            l.msg_tl_rv_not_upheld(w.department(department), text)
        }
        Event::FindingCorrected { department, clause, text, from_department, from_clause, from_text } => {
            let words = |department: &str, clause: &str, text: &str| {
                l.msg_rv_finding_words(w.department(department), clause, text)
            };
            l.msg_tl_rv_corrected(words(from_department, from_clause, from_text), words(department, clause, text))
        }
        Event::QuestionAnswered { clause, answer, .. } => l.msg_tl_question_answered(clause, answer),
        Event::FindingWithdrawn { department, text, reason } => {
            l.msg_tl_rv_withdrawn(w.department(department), text, reason)
        }
        Event::ReviewFinal { score } => l.msg_tl_rv_final(score.to_string()),
        Event::ReviewClosed { orders } if orders.is_empty() => l.msg_tl_rv_closed(),
        Event::ReviewClosed { orders } => l.msg_tl_rv_closed_with(w.list(orders.iter().cloned())),
        Event::RectificationOrdered { number, department, measure, due_at } => {
            l.msg_tl_rect_ordered(number, w.department(department), w.stamp(*due_at), measure)
        }
        Event::RectificationAcknowledged { number, department } => {
            l.msg_tl_rect_acknowledged(w.department(department), number)
        }
        Event::RectificationAnswered { number, department, answer, evidence, late_seconds } => {
            let text = l.msg_tl_rect_answered(w.department(department), number, answer, evidence);
            match late_seconds {
                ..1 => text,
                late => l.msg_tl_rect_late(text, w.span(*late)),
            }
        }
        Event::RectificationReturned { number, department, reason } => {
            l.msg_tl_rect_returned(number, w.department(department), reason)
        }
        Event::RectificationAccepted { number, department } => l.msg_tl_rect_accepted(number, w.department(department)),
        Event::RectificationEscalated { number, department, event, tell, .. } => {
            let told = w.list(tell.iter().map(|t| w.tell(t, Some(department))));
            l.msg_tl_told(step(w, event, number, department), told)
        }
        _ => return None,
    })
}

/// What a step of an order's ladder watches for.
pub fn step(w: &Words<'_>, event: &str, number: &str, department: &str) -> String {
    let department = w.department(department);
    match StepEvent::from_code(event) {
        Some(StepEvent::NotAcknowledged) => w.l.msg_tl_rect_step_unsigned(number, department),
        Some(StepEvent::FractionElapsed) => w.l.msg_tl_rect_step_fraction(number, department),
        _ => w.l.msg_tl_rect_step_overdue(number, department),
    }
}
