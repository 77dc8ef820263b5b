//! A quiet word after an act that was taken: the page it leads back to says what was done, and when.
//!
//! The address carries a code and an instant, never words: `?done=acknowledgement.1790845440`. It is read for a short
//! while only, so that a page kept or sent on does not go on claiming it.

use chrono::{DateTime, TimeDelta, Utc};

use super::when;
use crate::l10n::L10nLanguage;
use crate::lang::Lang;

/// How long the word is said.
const SAID_FOR: TimeDelta = TimeDelta::minutes(2);
const NAME: &str = "done";

/// The address to go back to, with the word that `act` was done at `now`. Acts without a word leave it as it is.
pub fn then(path: &str, act: &str, now: DateTime<Utc>) -> String {
    let (page, anchor) = path.split_once('#').map_or((path, None), |(page, anchor)| (page, Some(anchor)));
    let (page, query) = page.split_once('?').unwrap_or((page, ""));
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !is_ours(pair));
    let word = words(act, Lang::En.l10n()).map(|_| format!("{NAME}={act}.{}", now.timestamp()));
    let pairs: Vec<String> = kept.map(str::to_owned).chain(word).collect();
    let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
    let anchor = anchor.map(|a| format!("#{a}")).unwrap_or_default();
    format!("{page}{query}{anchor}")
}

/// What the page at `path` has to say: `Signed for. 14:02`.
pub fn said(path: &str, l: &L10nLanguage, now: DateTime<Utc>) -> Option<String> {
    let (_, query) = path.split_once('?')?;
    let code = query.split('&').find(|pair| is_ours(pair))?.split_once('=')?.1;
    let (act, at) = code.split_once('.')?;
    let at = DateTime::from_timestamp(at.parse().ok()?, 0)?;
    let fresh = at <= now && now - at <= SAID_FOR;
    words(act, l).filter(|_| fresh).map(|words| format!("{words} {}", when::clock(at)))
}

fn is_ours(pair: &str) -> bool {
    pair.strip_prefix(NAME).is_some_and(|rest| rest.starts_with('='))
}

fn words(act: &str, l: &L10nLanguage) -> Option<String> {
    Some(match act {
        "acknowledgement" => l.msg_said_acknowledgement(),
        "assignment" => l.msg_said_assignment(),
        "return" => l.msg_said_return(),
        "progress" => l.msg_said_progress(),
        "contacts" => l.msg_said_contacts(),
        "notified" => l.msg_said_notified(),
        "seen" => l.msg_said_seen(),
        "completion" => l.msg_said_completion(),
        "not-arisen" => l.msg_said_not_arisen(),
        "move" => l.msg_said_move(),
        "cooperation" => l.msg_said_cooperation(),
        "checklist" => l.msg_said_checklist(),
        "severity" => l.msg_said_severity(),
        "conditions" => l.msg_said_conditions(),
        "recovery" => l.msg_said_recovery(),
        "closure" => l.msg_said_closure(),
        "reopening" => l.msg_said_reopening(),
        "corrections" => l.msg_said_corrections(),
        "comments" => l.msg_said_comments(),
        "links" => l.msg_said_links(),
        "merge" => l.msg_said_merge(),
        "undo" => l.msg_said_undo(),
        "attachments" => l.msg_said_attachments(),
        "activated" => l.msg_said_activated(),
        "delegated" => l.msg_said_delegated(),
        "accepted" => l.msg_said_accepted(),
        "offered" => l.msg_said_offered(),
        "taken" => l.msg_said_taken(),
        "stood-down" => l.msg_said_stood_down(),
        "presence" => l.msg_said_presence(),
        "signed" => l.msg_said_signed(),
        "saved" => l.msg_said_saved(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: DateTime<Utc> = DateTime::from_timestamp(1_790_845_440, 0).unwrap();

    #[test]
    fn the_word_goes_before_the_anchor_and_replaces_an_older_one() {
        let to = then("/incidents/YJ-1?tasks=unsigned&done=progress.1#t-a", "acknowledgement", NOW);
        assert_eq!(to, "/incidents/YJ-1?tasks=unsigned&done=acknowledgement.1790845440#t-a");
        assert_eq!(then("/board", "severity", NOW), "/board?done=severity.1790845440");
        assert_eq!(then("/board", "unheard of", NOW), "/board");
    }

    #[test]
    fn only_known_words_are_said_and_not_for_long() {
        let l = Lang::En.l10n();
        let path = then("/department", "acknowledgement", NOW);
        let clock = when::clock(NOW);
        assert_eq!(said(&path, l, NOW + TimeDelta::seconds(5)), Some(format!("Signed for. {clock}")));
        assert_eq!(said(&path, l, NOW + TimeDelta::minutes(3)), None);
        assert_eq!(said("/department?done=You+have+won.1790845440", l, NOW), None);
        assert_eq!(said("/department?done=acknowledgement.x", l, NOW), None);
        assert_eq!(said("/department", l, NOW), None);
    }
}
