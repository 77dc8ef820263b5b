//! The check log: what the leadership looked at, what it found, what it urged (2.1.2-lg-4, R29).

pub mod pages;
pub mod store;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::journal::{Entry, Event};
use crate::l10n::text;
use crate::notice::{Addressee, Notice, address};
use crate::person::Actor;
use crate::person::directory::Directory;
use crate::refusal::Refused;

/// One look at something.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    pub id: Uuid,
    /// Number of the incident it was about.
    pub incident: Option<String>,
    /// Department instance.
    pub department: String,
    pub looked_at: String,
    pub finding: String,
    /// What the department was urged to do; may be blank.
    pub urge: String,
    /// Sign-in name.
    pub by: String,
    pub at: DateTime<Utc>,
    /// Number of the directive or circular that came of it.
    pub became: Option<String>,
}

/// A check as it is written down.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Finding {
    pub incident: Option<String>,
    pub department: String,
    pub looked_at: String,
    pub finding: String,
    pub urge: String,
}

impl Finding {
    /// # Errors
    /// Every field that is missing or names nothing; alone, that this is the leadership's to do.
    pub fn check(&self, directory: &Directory, actor: &Actor, now: DateTime<Utc>) -> Result<Check, Vec<Refused>> {
        if !actor.leads() {
            return Err(vec![Refused::Forbidden]);
        }
        let mut faults = Vec::new();
        let department = self.department.trim();
        if department.is_empty() {
            faults.push(required("department", text(|l| l.msg_ck_department())));
        } else if directory.department(department).is_none() {
            let expected = text(|l| l.msg_ck_department_rule());
            faults.push(Refused::BadValue { field: "department".to_owned(), expected });
        }
        if clean(&self.looked_at).is_empty() {
            faults.push(required("looked_at", text(|l| l.msg_ck_looked_at())));
        }
        if clean(&self.finding).is_empty() {
            faults.push(required("finding", text(|l| l.msg_ck_finding())));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Check {
            id: Uuid::now_v7(),
            incident: self.incident.as_deref().map(clean).filter(|i| !i.is_empty()),
            department: department.to_owned(),
            looked_at: clean(&self.looked_at),
            finding: clean(&self.finding),
            urge: clean(&self.urge),
            by: actor.login.clone(),
            at: now,
            became: None,
        })
    }
}

impl Check {
    /// The line in the record of its incident.
    pub fn entry(&self) -> Entry {
        Entry {
            task: None,
            department: Some(self.department.clone()),
            at: self.at,
            event: self.event(),
            actor: self.by.clone(),
            late: false,
            corrects: None,
        }
    }

    /// What the department's head is told; nothing where nothing was urged.
    pub fn notice(&self, directory: &Directory) -> Option<Notice> {
        let to: Addressee = address::head(directory, &self.department);
        let told =
            Notice { id: Uuid::now_v7(), task: None, to, urgent: false, late: false, at: self.at, event: self.event() };
        (!self.urge.is_empty()).then_some(told)
    }

    /// What a directive or circular made of it starts with.
    pub fn words(&self) -> String {
        if self.urge.is_empty() { self.finding.clone() } else { format!("{}\n{}", self.finding, self.urge) }
    }

    fn event(&self) -> Event {
        Event::Checked {
            department: self.department.clone(),
            looked_at: self.looked_at.clone(),
            finding: self.finding.clone(),
            urge: self.urge.clone(),
        }
    }
}

/// Without margins, and without NUL, which the database does not keep.
fn clean(text: &str) -> String {
    text.replace('\0', "").trim().to_owned()
}

fn required(field: &str, label: crate::lang::Text) -> Refused {
    Refused::Required { field: field.to_owned(), label }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::Post;

    fn actor(role: &str, department: &str) -> Actor {
        let post = Post { role: role.to_owned(), department: department.to_owned() };
        Actor { person: Some(Uuid::now_v7()), login: role.to_owned(), posts: vec![post], ..Actor::system() }
    }

    fn codes(faults: Vec<Refused>) -> Vec<(&'static str, String)> {
        faults.iter().map(|f| (f.code(), f.field().unwrap_or_default().to_owned())).collect()
    }

    #[test]
    fn only_the_leadership_checks_and_every_gap_is_named() {
        let (directory, now) = (Directory::default(), DateTime::UNIX_EPOCH);
        let nothing = Finding::default();
        let refused = nothing.check(&directory, &actor("department_head", "ORD"), now).map_err(codes);
        assert_eq!(refused, Err(vec![("M_FORBIDDEN", String::new())]));
        let refused = nothing.check(&directory, &actor("deputy_leader", "LG"), now).map_err(codes);
        let fields = ["department", "looked_at", "finding"].map(|f| ("M_REQUIRED", f.to_owned()));
        assert_eq!(refused, Err(fields.to_vec()));
        let nowhere = Finding { department: "NONE".to_owned(), ..Finding::default() };
        let refused = nowhere.check(&directory, &actor("leader", "LG"), now).map_err(codes);
        assert_eq!(refused.map_err(|f| f[0].0), Err("M_BAD_VALUE"));
    }
}
