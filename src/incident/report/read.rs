//! The fields every report has, read by their types.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::{label, required, severity_allowed};
use crate::incident::field;
use crate::lang::Text;
use crate::person::{Actor, directory::Directory};
use crate::plan::{Edition, Severity, SubKind};
use crate::refusal::Refused;

/// Reads the common fields, noting faults as it goes.
pub(super) struct Reader<'a> {
    pub body: &'a Map<String, Value>,
    pub faults: &'a mut Vec<Refused>,
}

impl Reader<'_> {
    pub fn text(&mut self, name: &str) -> Option<String> {
        let value = self.body.get(name).filter(|v| !field::is_blank(v))?;
        let Some(text) = value.as_str() else {
            self.bad(name, field::a_text());
            return None;
        };
        Some(text.trim().to_owned())
    }

    pub fn require(&mut self, name: &str, edition: &Edition) {
        if !self.faults.iter().any(|f| f.field() == Some(name)) {
            self.faults.push(required(name, edition, label(name, name, name)));
        }
    }

    pub fn any_time(&mut self, name: &str) -> Option<DateTime<Utc>> {
        let value = self.body.get(name).filter(|v| !field::is_blank(v))?;
        let at = field::instant(value);
        if at.is_none() {
            self.bad(name, field::a_time());
        }
        at
    }

    /// A time that may not lie ahead.
    pub fn time(&mut self, name: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let at = self.any_time(name)?;
        if at > now {
            self.faults.push(Refused::FutureTime { field: name.to_owned() });
        }
        Some(at)
    }

    pub fn region(
        &mut self,
        edition: &Edition,
        sub_kind: &SubKind,
        directory: &Directory,
        actor: &Actor,
    ) -> Option<String> {
        let Some(code) = self.text("region") else {
            let own = actor.regions().first().map(|r| (*r).to_owned());
            if sub_kind.requires("region") {
                self.require("region", edition);
            }
            return own;
        };
        if directory.regions().iter().any(|r| r.code == code) {
            Some(code)
        } else {
            self.faults.push(Refused::OutsideCity);
            None
        }
    }

    pub fn regions(&mut self, directory: &Directory) -> Vec<String> {
        let Some(Value::Array(items)) = self.body.get("regions_affected") else {
            return Vec::new();
        };
        let named: Vec<String> = items.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        if named.iter().any(|n| !directory.regions().iter().any(|r| r.code == *n)) {
            self.faults.push(Refused::OutsideCity);
        }
        named
    }

    pub fn severity(&mut self, edition: &Edition, sub_kind: &SubKind) -> Option<Severity> {
        let code = self.text("severity")?;
        let Some(severity) = Severity::from_code(&code) else {
            let names = edition.matrix.severities.iter().map(|s| s.code.code()).collect::<Vec<_>>().join(", ");
            self.bad("severity", label(&names, &names, &names));
            return None;
        };
        if let Some(refused) = severity_allowed(severity, sub_kind, edition) {
            self.faults.push(refused);
        }
        Some(severity)
    }

    fn bad(&mut self, name: &str, expected: Text) {
        self.faults.push(Refused::BadValue { field: name.to_owned(), expected });
    }
}
