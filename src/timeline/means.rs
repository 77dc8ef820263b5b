//! Entries about circulars, opinions asked for, and about people, money and materials, as sentences.

use super::words::Words;
use crate::journal::Event;

/// The sentence of an entry of this kind, `None` of any other.
pub(super) fn means_event(event: &Event, w: &Words<'_>) -> Option<String> {
    let l = w.l;
    Some(match event {
        Event::OpinionsAsked { code, by, answer_by, text } if text.is_empty() => {
            l.msg_tl_opinions_asked(w.person(by), code, answer_by.to_string())
        }
        Event::OpinionsAsked { code, by, answer_by, text } => {
            l.msg_tl_opinions_asked_words(w.person(by), code, answer_by.to_string(), text)
        }
        Event::CircularPublished { number, title, issuer } => {
            l.msg_tl_circular_published(w.department(issuer), number, title)
        }
        Event::ResourceAsked { what, quantity, unit, department, due_at, number, .. } => {
            l.msg_tl_resource_asked(what, amount(*quantity, unit), w.department(department), w.stamp(*due_at), number)
        }
        Event::ResourcePromised { what, quantity, unit, department, due: Some(due), number } => {
            l.msg_tl_resource_promised(what, w.department(department), amount(*quantity, unit), w.stamp(*due), number)
        }
        Event::ResourcePromised { what, department, due: None, number, .. } => {
            l.msg_tl_resource_promised_none(what, w.department(department), number)
        }
        Event::ResourceArrived { what, quantity, total, asked, unit, arrived_at, late_seconds, number, .. } => {
            let (total, asked) = (total.to_string(), asked.to_string());
            let came = amount(*quantity, unit);
            let text = l.msg_tl_resource_arrived(what, came, w.stamp(*arrived_at), total, asked, number);
            match late_seconds {
                ..1 => text,
                late => l.msg_tl_done_late(text, w.span(*late)),
            }
        }
        Event::ResourceCancelled { number, what, department } => {
            l.msg_tl_resource_cancelled(what, w.department(department), number)
        }
        _ => return None,
    })
}

/// `60 people`, or the bare number where no unit was given.
fn amount(quantity: i64, unit: &str) -> String {
    format!("{quantity} {unit}").trim_end().to_owned()
}
