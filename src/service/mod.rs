//! Service to customers while an incident lasts: how the four links of the sales network stand in each region, what was
//! decided about it, and what the public was told (2.1.2-mkt-2, 3.2.1, 3.2.2).

pub mod announcement;
pub mod decision;
pub mod pages;
pub mod store;
pub mod view;
pub mod words;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::lang::Lang;
use crate::person::{Actor, role};
use crate::web::Routes;
use announcement::Announcement;
use decision::{Decision, Draft, Kind, Stance};

pub fn routes() -> Routes {
    pages::routes().merge(decision::pages::routes()).merge(announcement::pages::routes())
}

/// What was set, decided and announced in one incident.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Service {
    pub states: Vec<Stated>,
    /// Drafts and signed, in the order they were drawn up.
    pub decisions: Vec<Decision>,
    pub announcements: Vec<Announcement>,
}

/// How a link stands in a region, as somebody set it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stated {
    pub region: String,
    /// Code of a link: ordering, settlement, sorting, delivery.
    pub link: String,
    /// normal, restricted or stopped.
    pub state: String,
    #[serde(rename = "set_by")]
    pub by: String,
    #[serde(rename = "set_at")]
    pub at: DateTime<Utc>,
}

/// What the report said: the links it named, and the regions the incident concerns.
#[derive(Debug, Clone, Copy)]
pub struct Reported<'a> {
    pub regions: &'a [String],
    /// Link code -> state.
    pub links: &'a BTreeMap<String, String>,
}

/// One cell of the matrix links × regions; `set` is missing where the report alone says so.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    pub region: String,
    pub link: String,
    pub state: String,
    pub set: Option<(String, DateTime<Utc>)>,
}

/// What can be done about service in an incident.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Draws up a decision, and signs it in the same act unless it stays a draft.
    Decide {
        draft: Draft,
        sign: bool,
    },
    /// A member's opinion on a draft (研究, 3.2.1).
    Opine {
        decision: String,
        stance: Stance,
        text: String,
    },
    Sign {
        decision: String,
    },
    /// From the decision named, else the latest that may be announced. Texts left out stay as generated.
    Announce {
        decision: Option<String>,
        text: BTreeMap<Lang, String>,
    },
    /// A channel has sent the announcement.
    Channel {
        announcement: String,
        channel: String,
        proof: String,
        at: Option<DateTime<Utc>>,
    },
    CompleteAnnouncement {
        announcement: String,
    },
    /// Link states as handlers find them: (region, link, state).
    States(Vec<(String, String, String)>),
}

impl Service {
    /// Suspensions in force: area, and the number of the decision.
    pub fn suspended(&self) -> Vec<(String, String)> {
        let suspensions = self.decisions.iter().filter(|d| d.kind == Kind::Suspend);
        suspensions.flat_map(|d| d.areas_in_force().map(|area| (area.to_owned(), d.number.clone()))).collect()
    }

    pub fn decision(&self, number: &str) -> Option<&Decision> {
        self.decisions.iter().find(|d| d.number == number)
    }

    pub fn announcement(&self, number: &str) -> Option<&Announcement> {
        self.announcements.iter().find(|a| a.number == number)
    }

    /// How a link stands in a region: as it was set, else as reported in the regions the incident concerns.
    pub fn cell(&self, reported: Reported<'_>, region: &str, link: &str) -> Cell {
        let set = self.states.iter().find(|s| s.region == region && s.link == link);
        let first = || reported.links.get(link).filter(|_| reported.regions.iter().any(|r| r == region));
        Cell {
            region: region.to_owned(),
            link: link.to_owned(),
            state: set.map(|s| &s.state).or_else(first).map_or(NORMAL, String::as_str).to_owned(),
            set: set.map(|s| (s.by.clone(), s.at)),
        }
    }

    /// Every link that does not run normally, by region: (region, link, state).
    pub fn not_normal(&self, reported: Reported<'_>) -> Vec<(String, String, String)> {
        let links = || reported.links.keys().map(String::as_str);
        let mut places: Vec<(&str, &str)> =
            reported.regions.iter().flat_map(|r| links().map(move |l| (r.as_str(), l))).collect();
        places.extend(self.states.iter().map(|s| (s.region.as_str(), s.link.as_str())));
        places.sort_unstable();
        places.dedup();
        let cells = places.into_iter().map(|(region, link)| self.cell(reported, region, link));
        cells.filter(|c| c.state != NORMAL).map(|c| (c.region, c.link, c.state)).collect()
    }
}

pub const NORMAL: &str = "normal";
/// From the best to the worst.
pub const STATES: [&str; 3] = [NORMAL, "restricted", "stopped"];

/// How bad a state is: 0 for normal.
pub fn rank(state: &str) -> usize {
    STATES.iter().position(|s| *s == state).unwrap_or(0)
}

/// Departments that set the state of a link anywhere (2.1.2-mkt-2); a marketing department does in its own region.
const SETTERS: [&str; 6] = ["MKT", "ORD", "PUR", "FIN", "DIST", "INF"];

/// Whether the person may say how links stand in a region.
pub fn may_set(actor: &Actor, region: &str) -> bool {
    leading_role(actor).is_some()
        || actor.has_role(role::DUTY_OFFICER)
        || SETTERS.iter().any(|d| actor.belongs_to(d))
        || actor.belongs_to(&format!("RMD-{region}"))
}

/// The role in which a person decides for the Leading Group: leader, deputy, or acting commander of this incident.
pub fn leading_role(actor: &Actor) -> Option<&'static str> {
    if actor.has_role(role::LEADER) {
        Some(role::LEADER)
    } else if actor.has_role(role::DEPUTY_LEADER) {
        Some(role::DEPUTY_LEADER)
    } else if actor.holds(role::ACTING_COMMANDER, "HQ") {
        Some(role::ACTING_COMMANDER)
    } else {
        None
    }
}

/// Whether the person speaks to the public for the Leading Group Office (sender proposed).
pub fn may_announce(actor: &Actor) -> bool {
    leading_role(actor).is_some() || actor.has_role(role::LG_OFFICE_HEAD) || actor.holds(role::DUTY_OFFICER, "LGO")
}

/// The incident that a decision or announcement number belongs to: `YJ-20260812-001-J2` -> `YJ-20260812-001`.
pub fn incident_of(number: &str) -> Option<&str> {
    let (incident, own) = number.rsplit_once('-')?;
    let counted = own.strip_prefix(['J', 'G'])?;
    (!counted.is_empty() && counted.bytes().all(|b| b.is_ascii_digit())).then_some(incident)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_leads_to_its_incident() {
        assert_eq!(incident_of("YJ-20260812-001-J2"), Some("YJ-20260812-001"));
        assert_eq!(incident_of("YJ-20260812-001-G10"), Some("YJ-20260812-001"));
        for wrong in ["YJ-20260812-001", "YJ-20260812-001-J", "YJ-20260812-001-X1", "J1", ""] {
            assert_eq!(incident_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn states_are_ordered() {
        assert!(rank("normal") < rank("restricted") && rank("restricted") < rank("stopped"));
    }
}
