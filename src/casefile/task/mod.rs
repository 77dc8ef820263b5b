//! Acts on a task, as forms post them.

pub mod pages;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::l10n::text;
use crate::notified::means;
use crate::person::directory::Directory;
use crate::refusal::Refused;
use crate::task::{Assignee, Command, transition::Contact};
use crate::web::Form;

/// Reads the act of an address with the form that came with it. `None` for an unknown act.
///
/// # Errors
/// A time that can't be read, or a person nobody knows.
pub fn command(act: &str, form: &Form, directory: &Directory, now: DateTime<Utc>) -> Result<Option<Command>, Refused> {
    let reason = || form.get("reason").to_owned();
    Ok(Some(match act {
        "acknowledgement" => Command::Acknowledge { estimate: form.time("estimate")? },
        "assignment" => Command::Assign { to: member(form, directory)? },
        "return" => Command::Return { reason: reason() },
        "progress" => Command::Progress { text: form.get("text").to_owned() },
        "contacts" => Command::Contact(Contact {
            party: form.get("party").to_owned(),
            phone: form.get("number").to_owned(),
            at: form.time("at")?.unwrap_or(now),
            answer: form.get("answer").to_owned(),
            promised_at: form.time("promised_at")?,
        }),
        "notified" => Command::Notify {
            people: form.all("people").map(str::to_owned).collect(),
            means: means(form.filled("means"))?,
            at: form.time("at")?,
        },
        "seen" => Command::See,
        "completion" => Command::Complete { evidence: evidence(form) },
        "not-arisen" => Command::NotArisen { reason: reason() },
        "move" => Command::Move { to: form.get("to").to_owned(), reason: reason() },
        _ => return Ok(None),
    }))
}

fn member(form: &Form, directory: &Directory) -> Result<Assignee, Refused> {
    let person = directory.by_login(form.get("to"));
    let bad = || Refused::BadValue { field: "to".to_owned(), expected: text(|l| l.msg_cf_member_rule()) };
    person.map(|p| Assignee { person: p.id, login: p.login.clone() }).ok_or_else(bad)
}

/// Evidence is a ticked box, or better the words beside it: fields `e` and `v_CODE`.
fn evidence(form: &Form) -> BTreeMap<String, Value> {
    let mut given: BTreeMap<String, Value> = form.all("e").map(|code| (code.to_owned(), json!(true))).collect();
    for (name, value) in form.pairs() {
        if let Some(code) = name.strip_prefix("v_").filter(|_| !value.trim().is_empty()) {
            given.insert(code.to_owned(), json!(value.trim()));
        }
    }
    given
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_a_tick_or_words() {
        let form = Form::parse(b"e=log&e=board&v_board=+0417+&v_photo=");
        let read = command("completion", &form, &Directory::default(), DateTime::UNIX_EPOCH).unwrap();
        let expected: BTreeMap<String, Value> =
            [("log".to_owned(), json!(true)), ("board".to_owned(), json!("0417"))].into();
        assert_eq!(read, Some(Command::Complete { evidence: expected }));
    }

    #[test]
    fn a_time_that_is_none_is_refused_by_its_field() {
        let form = Form::parse(b"estimate=tomorrow");
        let refused = command("acknowledgement", &form, &Directory::default(), DateTime::UNIX_EPOCH).unwrap_err();
        assert_eq!(refused.field(), Some("estimate"));
        assert_eq!(command("nothing", &form, &Directory::default(), DateTime::UNIX_EPOCH), Ok(None));
    }
}
