//! The list of incidents: what it is narrowed by, and a row of it.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::{Mark, Sev};
use crate::incident::{Incident, State, record::Filter, severity::CITY, title};
use crate::timeline::Words;

/// Rows a page.
pub const PAGE: i64 = 50;

/// The fields of the filter form, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    pub state: String,
    pub kind: String,
    pub region: String,
    pub severity: String,
    pub q: String,
    /// Number of the last row of the page before.
    pub after: String,
}

impl Wanted {
    /// `seen` are the regions of whoever asks; those who see all are not narrowed by it, so that city-wide incidents
    /// stay in.
    pub fn filter(&self, seen: Vec<String>, everywhere: bool, before: Option<(DateTime<Utc>, Uuid)>) -> Filter {
        let given = |s: &String| Some(s.trim().to_owned()).filter(|s| !s.is_empty());
        let regions = match given(&self.region) {
            Some(region) => Some(seen.into_iter().filter(|r| *r == region).collect()),
            None if everywhere => None,
            None => Some(seen),
        };
        Filter {
            state: given(&self.state),
            kind: given(&self.kind),
            regions,
            severity: given(&self.severity),
            text: given(&self.q),
            before,
        }
    }

    /// The query that leads to the next page.
    pub fn next(&self, after: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("state", self.state.as_str()),
            ("kind", &self.kind),
            ("region", &self.region),
            ("severity", &self.severity),
            ("q", &self.q),
            ("after", after),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }
}

pub struct Item {
    pub number: String,
    /// The level in force, or `closed`.
    pub class: &'static str,
    pub severity: Sev,
    /// As the boards call it.
    pub title: String,
    pub sub_kind: String,
    pub region: String,
    pub state: Mark,
    pub reported: String,
    pub elapsed: Option<String>,
}

pub fn item(incident: &Incident, w: &Words<'_>, now: DateTime<Utc>) -> Item {
    let (l, lang) = (w.l, w.lang);
    let (class, icon, word) = match incident.state {
        State::Open => ("state-signed", "signed", l.msg_cf_incident_open()),
        State::Closed { .. } => ("state-closed", "closed", l.msg_cf_incident_closed()),
        State::Merged { .. } => ("state-closed", "merge", l.msg_cf_incident_merged()),
    };
    let proposed = incident.awaits_confirmation();
    let level = if proposed { incident.proposal.severity } else { incident.severity };
    let sub_kind = w.edition.sub_kind(&incident.sub_kind);
    let sub_kind = sub_kind.map_or(incident.sub_kind.as_str(), |s| s.name.get(lang)).to_owned();
    Item {
        number: incident.number.clone(),
        class: if incident.is_open() { incident.severity.code() } else { "closed" },
        severity: Sev { code: level.code(), name: w.severity(level), proposed },
        title: title(&incident.description, &sub_kind),
        sub_kind,
        region: match incident.region.as_str() {
            CITY => l.msg_cf_whole_city(),
            code => w.directory.region_name(code).get(lang).to_owned(),
        },
        state: Mark { class, icon, word },
        reported: super::moment(lang, incident.reported_at, now),
        elapsed: incident.is_open().then(|| w.span((now - incident.reported_at).num_seconds())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regional_staff_stay_in_their_region() {
        let wanted = Wanted { region: "QZ".to_owned(), ..Wanted::default() };
        let own = wanted.filter(vec!["BZ".to_owned()], false, None);
        assert_eq!(own.regions, Some(Vec::new()));
        let all = Wanted::default().filter(vec!["BZ".to_owned(), "QZ".to_owned()], true, None);
        assert_eq!(all.regions, None);
    }

    #[test]
    fn the_next_page_keeps_the_filter() {
        let wanted = Wanted { state: "open".to_owned(), q: "板 2".to_owned(), ..Wanted::default() };
        assert_eq!(wanted.next("YJ-20261008-001"), "state=open&q=%E6%9D%BF+2&after=YJ-20261008-001");
    }
}
