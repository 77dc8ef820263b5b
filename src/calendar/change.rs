//! What leader or deputy may enter in the calendar (R41).

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::DayKind;
use crate::lang::Text;
use crate::person::Actor;
use crate::refusal::Refused;

/// A date as a form or a call enters it. Neither mark clears the date.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DayEntry {
    pub holiday: bool,
    pub make_up: bool,
    pub name: Text,
}

impl DayEntry {
    /// The exception it makes, or `None` to clear the date. Refused with M_REQUIRED when the date is marked both a
    /// holiday and a make-up day (`kind`), or when the name is blank in a language (`name`).
    pub fn check(self) -> Result<Option<(DayKind, Text)>, Refused> {
        let kind = match (self.holiday, self.make_up) {
            (true, true) => {
                return Err(required(
                    "kind",
                    "假日或调休上班（二选一）",
                    "假日或調休上班（二選一）",
                    "holiday or make-up working day (one of the two)",
                ));
            }
            (true, false) => DayKind::Holiday,
            (false, true) => DayKind::MakeUp,
            (false, false) => return Ok(None),
        };
        if self.name.missing().is_some() {
            return Err(required("name", "名称（三种语言）", "名稱（三種語言）", "name (in all three languages)"));
        }
        Ok(Some((kind, self.name)))
    }
}

/// One change of the calendar, as its history keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    pub id: i64,
    pub day: NaiveDate,
    /// `None`: the day was not an exception before.
    pub old: Option<DayKind>,
    /// `None`: the day was cleared.
    pub new: Option<DayKind>,
    /// The name entered; of a cleared day, the name it had.
    pub name: Text,
    /// Sign-in name of whoever changed it.
    pub by: String,
    pub at: DateTime<Utc>,
}

/// Leader and deputy leader maintain the calendar; everyone reads it (R41).
pub fn may_edit(actor: &Actor) -> Result<(), Refused> {
    if actor.leads() { Ok(()) } else { Err(Refused::Forbidden) }
}

fn required(field: &str, zh_hans: &str, zh_hant: &str, en: &str) -> Refused {
    Refused::Required {
        field: field.to_owned(),
        label: Text { zh_hans: zh_hans.to_owned(), zh_hant: zh_hant.to_owned(), en: en.to_owned() },
    }
}
