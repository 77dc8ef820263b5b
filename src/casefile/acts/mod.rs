//! Acts on the incident as a whole, as forms post them.

pub mod pages;

use chrono::{DateTime, Utc};

use crate::incident::{Closing, field};
use crate::l10n::text;
use crate::plan::{Scope, Severity};
use crate::refusal::Refused;
use crate::response::Command;
use crate::web::Form;

/// Reads the act of an address with the form that came with it. `None` for an unknown act.
///
/// # Errors
/// A value that can't be read, by the name of its field.
pub fn command(act: &str, form: &Form, now: DateTime<Utc>) -> Result<Option<Command>, Refused> {
    Ok(Some(match act {
        "severity" => Command::Severity {
            severity: Severity::from_code(form.get("severity")).ok_or_else(|| required("severity"))?,
            scope: Scope::from_code(form.get("scope")),
            reason: form.filled("reason").map(str::to_owned),
            keep: form.all("keep").map(str::to_owned).collect(),
        },
        "conditions" => {
            Command::Condition { condition: form.get("condition").to_owned(), value: form.get("value") == "true" }
        }
        "recovery" => Command::Recovery { at: form.time("at")?.unwrap_or(now) },
        "closure" => Command::Close {
            closing: Closing {
                result: form.get("result").to_owned(),
                restored_at: form
                    .time("restored_at")?
                    .ok_or_else(|| Refused::BadValue { field: "restored_at".to_owned(), expected: field::a_time() })?,
                cause: form.get("cause").to_owned(),
            },
            despite_children: form.has("despite_children"),
        },
        "reopening" => Command::Reopen { reason: form.get("reason").to_owned() },
        "corrections" => Command::Correct {
            entry: form.get("entry").parse().map_err(|_| Refused::NotFound)?,
            text: form.get("text").to_owned(),
        },
        "comments" => Command::Comment { text: form.get("text").to_owned() },
        _ => return Ok(None),
    }))
}

fn required(name: &str) -> Refused {
    Refused::Required { field: name.to_owned(), label: text(|l| l.msg_cf_level()) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_level_needs_to_be_named_and_keeps_what_was_ticked() {
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(command("severity", &Form::parse(b"reason=x"), now).unwrap_err().field(), Some("severity"));
        let form = Form::parse(b"severity=major&reason=+&keep=a&keep=b");
        let expected = Command::Severity {
            severity: Severity::Major,
            scope: None,
            reason: None,
            keep: vec!["a".to_owned(), "b".to_owned()],
        };
        assert_eq!(command("severity", &form, now), Ok(Some(expected)));
    }

    #[test]
    fn closing_needs_a_time_that_can_be_read() {
        let form = Form::parse(b"result=a&cause=b");
        assert_eq!(command("closure", &form, DateTime::UNIX_EPOCH).unwrap_err().field(), Some("restored_at"));
    }
}
