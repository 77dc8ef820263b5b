//! The entry about an incident that was moved to another edition, as sentences.

use super::words::Words;
use crate::journal::Event;

/// The sentence of that entry, `None` of any other.
pub(super) fn moved_event(event: &Event, w: &Words<'_>) -> Option<String> {
    let Event::EditionMoved { from, to, reason, kept, replanned, cancelled } = event else { return None };
    let l = w.l;
    let mut text = l.msg_tl_edition_moved(from, to, reason);
    for (task, before, after) in replanned {
        let line = match before == after {
            true => l.msg_tl_edition_same_limit(w.task(task), w.stamp_or_none(*after)),
            false => l.msg_tl_edition_replanned(w.task(task), w.stamp_or_none(*before), w.stamp_or_none(*after)),
        };
        text = format!("{text} {line}");
    }
    if !cancelled.is_empty() {
        text = format!("{text} {}", l.msg_tl_edition_cancelled(w.list(cancelled.iter().map(|t| w.task(t)))));
    }
    if !kept.is_empty() {
        text = format!("{text} {}", l.msg_tl_edition_kept(w.list(kept.iter().map(|t| w.task(t)))));
    }
    Some(text)
}
