//! Whom a task tells by name: who has to be told, who told them and how, and when they saw it (2.1.2-sec-2; R143).
//!
//! Seen is the person's own act. A call that was answered says that somebody was told, and stands for no one's word
//! that they know (R158).

pub mod store;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::l10n::text;
use crate::notice::{Addressee, address};
use crate::person::Post;
use crate::person::directory::{Directory, Person};
use crate::plan::{Circle, Means, Notify};
use crate::refusal::Refused;

/// Somebody who was told by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Notified {
    pub id: Uuid,
    pub task: Uuid,
    pub person: Uuid,
    pub login: String,
    pub means: Means,
    /// When they were told, as stated; never after `entered_at`.
    pub at: DateTime<Utc>,
    /// Sign-in name of who told them.
    pub by: String,
    /// When it was written down and the notice went out: what `see_by` runs from.
    pub entered_at: DateTime<Utc>,
    pub see_by: DateTime<Utc>,
    pub seen_at: Option<DateTime<Utc>>,
}

impl Notified {
    /// Not seen by the time it had to be.
    pub fn is_late(&self, now: DateTime<Utc>) -> bool {
        self.seen_at.unwrap_or(now) > self.see_by
    }
}

/// Somebody who has to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concerned {
    pub person: Uuid,
    pub login: String,
    /// The posts they are told for, at least one.
    pub posts: Vec<Post>,
}

/// Reads how somebody was told; `None` where it is left out.
///
/// # Errors
/// M_BAD_VALUE for a word that is none of them.
pub fn means(word: Option<&str>) -> Result<Option<Means>, Refused> {
    let bad = || Refused::BadValue { field: "means".to_owned(), expected: text(|l| l.msg_told_means_rule()) };
    word.map(|word| Means::from_code(word).ok_or_else(bad)).transpose()
}

/// Everyone a task of the department `owing` has to tell, each once, the Leading Group first. Whoever heads the
/// department that tells them is not told.
pub fn concerned(notify: &Notify, owing: &str, affected: &[String], directory: &Directory) -> Vec<Concerned> {
    let seats = address::leading_group();
    let heads = affected.iter().filter(|d| *d != owing).flat_map(|d| address::heads(directory, d));
    let posts: Vec<Addressee> = match (notify.tells(Circle::LeadingGroup), notify.tells(Circle::AffectedHeads)) {
        (true, true) => seats.into_iter().chain(heads).collect(),
        (true, false) => seats.into(),
        (false, _) => heads.collect(),
    };
    let mut all: Vec<Concerned> = Vec::new();
    for post in posts {
        let Addressee::Post { role, department } = post else { continue };
        for person in directory.holders(&role, &department).filter(|p| !p.actor().heads(owing)) {
            put(&mut all, person, Post { role: role.clone(), department: department.clone() });
        }
    }
    all
}

fn put(all: &mut Vec<Concerned>, person: &Person, post: Post) {
    match all.iter_mut().find(|c| c.person == person.id) {
        Some(known) if known.posts.contains(&post) => {}
        Some(known) => known.posts.push(post),
        None => all.push(Concerned { person: person.id, login: person.login.clone(), posts: vec![post] }),
    }
}
