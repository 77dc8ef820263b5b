//! Whom a word of the plan means: a department's head, or one of the two who lead.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Addressee, Notice};
use crate::journal::Event;
use crate::person::directory::Directory;
use crate::person::role;

pub fn post(role: &str, department: &str) -> Addressee {
    Addressee::Post { role: role.to_owned(), department: department.to_owned() }
}

/// The head of a department; where that post is empty whoever heads the next one up, in the end the duty officer. The
/// office's is the deputy leader's while nobody holds it (3.2.2).
pub fn head(directory: &Directory, department: &str) -> Addressee {
    match department {
        "LG" | "HQ" => leadership(directory, role::DEPUTY_LEADER),
        "LGO" if !directory.is_vacant(role::LG_OFFICE_HEAD, "LGO") => post(role::LG_OFFICE_HEAD, "LGO"),
        "LGO" => leadership(directory, role::DEPUTY_LEADER),
        _ => {
            let mut at = department.to_owned();
            while directory.head_of(&at).is_none() {
                match directory.department(&at).and_then(|d| d.parent.clone()) {
                    Some(parent) if parent != "LG" && parent != at => at = parent,
                    _ => return post(role::DUTY_OFFICER, "LGO"),
                }
            }
            post(role::DEPARTMENT_HEAD, &at)
        }
    }
}

/// The head of a department; of the Leading Group and its headquarters both who lead it.
pub fn heads(directory: &Directory, department: &str) -> Vec<Addressee> {
    match department {
        "LG" | "HQ" => [role::LEADER, role::DEPUTY_LEADER].map(|r| post(r, "LG")).into(),
        _ => vec![head(directory, department)],
    }
}

/// The leader or the deputy, as wished; the other of the two where that seat is empty.
pub fn leadership(directory: &Directory, wished: &str) -> Addressee {
    let other = if wished == role::LEADER { role::DEPUTY_LEADER } else { role::LEADER };
    let empty = |r: &str| directory.is_vacant(r, "LG");
    post(if empty(wished) && !empty(other) { other } else { wished }, "LG")
}

/// The seats of the Leading Group (2.1.1-1).
pub fn leading_group() -> [Addressee; 3] {
    [role::LEADER, role::DEPUTY_LEADER, role::LG_MEMBER].map(|seat| post(seat, "LG"))
}

/// The same told to each of them, once.
pub fn each_once(to: impl IntoIterator<Item = Addressee>, event: &Event, now: DateTime<Utc>) -> Vec<Notice> {
    let mut told: Vec<Addressee> = Vec::new();
    for one in to {
        if !told.contains(&one) {
            told.push(one);
        }
    }
    let notice =
        |to| Notice { id: Uuid::now_v7(), task: None, to, urgent: false, late: false, at: now, event: event.clone() };
    told.into_iter().map(notice).collect()
}
