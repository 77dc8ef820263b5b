//! Entries about directives and checks as sentences.

use super::words::Words;
use crate::journal::Event;
use crate::plan::StepEvent;

pub fn describe(event: &Event, w: &Words<'_>) -> Option<String> {
    let l = w.l;
    Some(match event {
        Event::DirectiveIssued { number, text, departments, due_at, authorised_by } => {
            let to = w.list(departments.iter().map(|d| w.department(d)));
            let text = l.msg_tl_dv_issued(number, to, w.stamp(*due_at), text);
            match authorised_by {
                Some(who) => l.msg_tl_dv_issued_acting(text, w.person(who)),
                None => text,
            }
        }
        Event::DirectiveAcknowledged { number, department } => {
            l.msg_tl_dv_acknowledged(w.department(department), number)
        }
        Event::DirectiveProgress { number, department, text } => {
            l.msg_tl_dv_progress(w.department(department), number, text)
        }
        Event::DirectiveExtensionAsked { number, department, until: None, reason } => {
            l.msg_tl_dv_asked(w.department(department), number, reason)
        }
        Event::DirectiveExtensionAsked { number, department, until: Some(until), reason } => {
            l.msg_tl_dv_asked_until(w.department(department), number, w.stamp(*until), reason)
        }
        Event::DirectiveExtended { number, department, before, after, reason } => {
            let text = l.msg_tl_dv_extended(w.department(department), number, w.stamp(*before), w.stamp(*after));
            if reason.is_empty() { text } else { l.msg_tl_dv_because(text, reason) }
        }
        Event::DirectiveDone { number, department, evidence, late_first, late_seconds } => {
            let text = l.msg_tl_dv_done(w.department(department), number, evidence);
            match (late_first, late_seconds) {
                (_, 1..) => l.msg_tl_dv_done_late(text, w.span(*late_seconds)),
                (1.., _) => l.msg_tl_dv_done_late_first(text, w.span(*late_first)),
                _ => text,
            }
        }
        Event::DirectiveAccepted { number, department } => l.msg_tl_dv_accepted(number, w.department(department)),
        Event::DirectiveReturned { number, department, reason } => {
            l.msg_tl_dv_returned(number, w.department(department), reason)
        }
        Event::DirectiveWithdrawn { number, reason } => l.msg_tl_dv_withdrawn(number, reason),
        Event::DirectiveEscalated { number, department, event, tell, .. } => {
            let told = w.list(tell.iter().map(|t| w.tell(t, Some(department))));
            l.msg_tl_told(step(w, event, number, department), told)
        }
        Event::Checked { department, looked_at, finding, urge } => {
            let text = l.msg_tl_ck_checked(w.department(department), looked_at, finding);
            if urge.is_empty() { text } else { l.msg_tl_ck_urged(text, urge) }
        }
        _ => return None,
    })
}

/// What a step of a directive's ladder watches for.
pub fn step(w: &Words<'_>, event: &str, number: &str, department: &str) -> String {
    step_of(w, event, number, w.department(department))
}

/// The same, about departments by name.
pub fn step_of(w: &Words<'_>, event: &str, number: &str, department: String) -> String {
    match StepEvent::from_code(event) {
        Some(StepEvent::NotAcknowledged) => w.l.msg_tl_dv_step_unsigned(number, department),
        Some(StepEvent::FractionElapsed) => w.l.msg_tl_dv_step_fraction(number, department),
        _ => w.l.msg_tl_dv_step_overdue(number, department),
    }
}
