//! What an open page is told: that something it may see has changed. Ids and revisions only; the page asks for the rest.
//!
//! A transaction that changes something notifies the channel `zhihui`; every replica listens, reloads what it keeps in
//! memory, and passes the news on to the streams of those who may see it.

pub mod pages;
pub mod store;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::person::Actor;
use crate::state::LiveEvent;

/// The channel of PostgreSQL that replicas tell each other on.
pub const CHANNEL: &str = "zhihui";
/// Incidents named in one message at most; beyond it the message means "look at everything".
const NAMED: usize = 50;

/// Kinds of [`LiveEvent`].
pub mod kind {
    pub const INCIDENT: &str = "incident";
    /// `id` is `role@department` or the id of a person.
    pub const NOTICE: &str = "notice";
    pub const DIRECTORY: &str = "directory";
    pub const CALENDAR: &str = "calendar";
    pub const EDITIONS: &str = "editions";
    /// Some directive changed.
    pub const DIRECTIVES: &str = "directives";
    pub const LEADERSHIP: &str = "leadership";
    /// Something may have been missed.
    pub const EVERYTHING: &str = "*";
}

/// A payload of the channel, taken apart: words separated by spaces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct News {
    pub everything: bool,
    pub directory: bool,
    pub calendar: bool,
    pub editions: bool,
    pub directives: bool,
    pub leadership: bool,
    /// To whom a notice was sent: `role@department` or the id of a person.
    pub notices: BTreeSet<String>,
    /// Numbers of incidents that changed.
    pub incidents: BTreeSet<String>,
}

impl News {
    /// Adds the words of one payload.
    pub fn read(&mut self, payload: &str) {
        for word in payload.split_ascii_whitespace() {
            match word.split_once(':') {
                Some(("notice", to)) => {
                    self.notices.insert(to.to_owned());
                }
                _ => match word {
                    kind::EVERYTHING => self.everything = true,
                    kind::DIRECTORY => self.directory = true,
                    kind::CALENDAR => self.calendar = true,
                    kind::EDITIONS => self.editions = true,
                    kind::DIRECTIVES => self.directives = true,
                    kind::LEADERSHIP => self.leadership = true,
                    number => {
                        self.incidents.insert(number.to_owned());
                    }
                },
            }
        }
    }
}

/// Whether the person may know of it: incidents of their regions, notices to their posts, and what is everyone's.
pub fn concerns(event: &LiveEvent, actor: &Actor) -> bool {
    match event.kind.as_str() {
        kind::INCIDENT => event.regions.iter().any(|r| actor.sees_region(r)),
        kind::NOTICE => is_addressed(&event.id, actor),
        _ => true,
    }
}

fn is_addressed(to: &str, actor: &Actor) -> bool {
    match to.split_once('@') {
        Some((role, department)) => actor.holds(role, department),
        None => to == kind::EVERYTHING || actor.person.is_some_and(|id| id.to_string() == to),
    }
}

/// What has gathered for one stream since its last message.
#[derive(Debug, Clone, Default)]
pub struct Gathered {
    everything: bool,
    /// Whether a notice to this person was sent or seen.
    pub notices: bool,
    others: BTreeSet<String>,
    incidents: BTreeMap<String, i64>,
}

/// One message of the stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// `*`, `board`, `incident:YJ-…`, `notices`, `directory`, `calendar`, `editions`, `directives`.
    pub topics: Vec<String>,
    /// Number -> revision of the incidents that changed.
    pub incidents: BTreeMap<String, i64>,
    /// Unread notices of the person, where that may have changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<i64>,
}

impl Gathered {
    /// What a stream that may have missed something starts with.
    pub fn everything() -> Gathered {
        Gathered { everything: true, notices: true, ..Gathered::default() }
    }

    /// Takes in an event the person may know of; others leave no trace.
    pub fn take(&mut self, event: &LiveEvent, actor: &Actor) {
        if !concerns(event, actor) {
            return;
        }
        match event.kind.as_str() {
            kind::INCIDENT => {
                let known = self.incidents.entry(event.id.clone()).or_default();
                *known = event.revision.max(*known);
            }
            kind::NOTICE => self.notices = true,
            kind::EVERYTHING => *self = Gathered::everything(),
            other => {
                self.others.insert(other.to_owned());
            }
        }
    }

    pub fn is_empty(&self) -> bool {
        !self.everything && !self.notices && self.others.is_empty() && self.incidents.is_empty()
    }

    /// The message, and nothing left.
    pub fn drain(&mut self, unread: Option<i64>) -> Message {
        let all = std::mem::take(self);
        if all.everything || all.incidents.len() > NAMED {
            return Message { topics: vec![kind::EVERYTHING.to_owned()], incidents: BTreeMap::new(), unread };
        }
        let mut topics: Vec<String> = all.incidents.keys().map(|number| format!("incident:{number}")).collect();
        if !topics.is_empty() {
            topics.push("board".to_owned());
        }
        if all.notices {
            topics.push("notices".to_owned());
        }
        topics.extend(all.others);
        Message { topics, incidents: all.incidents, unread }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::person::Post;
    use uuid::Uuid;

    fn actor(role: &str, department: &str) -> Actor {
        let post = Post { role: role.to_owned(), department: department.to_owned() };
        Actor { person: Some(Uuid::from_u128(7)), login: "x".to_owned(), posts: vec![post], ..Actor::system() }
    }

    fn incident(number: &str, revision: i64, region: &str) -> LiveEvent {
        LiveEvent { kind: kind::INCIDENT.to_owned(), id: number.to_owned(), revision, regions: vec![region.to_owned()] }
    }

    fn notice(to: &str) -> LiveEvent {
        LiveEvent { kind: kind::NOTICE.to_owned(), id: to.to_owned(), ..LiveEvent::default() }
    }

    #[test]
    fn payloads_are_taken_apart() {
        let mut news = News::default();
        news.read("YJ-20261008-001 YJ-20261008-002");
        news.read("directory notice:driver@STN-QZ");
        assert_eq!(news.incidents.len(), 2);
        assert!(news.directory && !news.calendar && !news.everything);
        assert!(news.notices.contains("driver@STN-QZ"));
        news.read("*");
        assert!(news.everything);
    }

    #[test]
    fn a_region_hears_of_its_own_incidents_only() {
        let qz = actor("customer_manager", "RMD-QZ");
        assert!(concerns(&incident("a", 1, "QZ"), &qz));
        assert!(!concerns(&incident("a", 1, "LX"), &qz));
        assert!(concerns(&incident("a", 1, "LX"), &actor("leader", "LG")));
        assert!(!concerns(&incident("a", 1, "QZ"), &actor("sys_admin", "INF")));
    }

    #[test]
    fn notices_are_heard_by_whom_they_are_for() {
        let head = actor("department_head", "INF");
        assert!(concerns(&notice("department_head@INF"), &head));
        assert!(!concerns(&notice("department_head@FIN"), &head));
        assert!(concerns(&notice(&Uuid::from_u128(7).to_string()), &head));
        assert!(!concerns(&notice(&Uuid::from_u128(8).to_string()), &head));
    }

    #[test]
    fn what_gathers_is_one_message() {
        let leader = actor("leader", "LG");
        let mut gathered = Gathered::default();
        for revision in [2, 4, 3] {
            gathered.take(&incident("YJ-1", revision, "QZ"), &leader);
        }
        gathered.take(&notice("leader@LG"), &leader);
        gathered.take(&notice("driver@DLV"), &leader);
        let message = gathered.drain(Some(3));
        assert_eq!(message.topics, ["incident:YJ-1", "board", "notices"]);
        assert_eq!(message.incidents.get("YJ-1"), Some(&4));
        assert!(gathered.is_empty());
        for n in 0..=NAMED {
            gathered.take(&incident(&n.to_string(), 1, "QZ"), &leader);
        }
        assert_eq!(gathered.drain(None).topics, ["*"]);
    }
}
