//! What the duty matrix says, read by the tests themselves from the plan data.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::{DateTime, Datelike, Duration, FixedOffset, NaiveTime, Weekday};
use serde::Deserialize;
use serde_json::Value;

/// The records of the matrix the tests compare against.
#[derive(Deserialize)]
pub struct Matrix {
    pub sub_kind: Vec<SubKind>,
    pub task: Vec<Task>,
    pub route: Vec<Route>,
    pub department: Vec<Named>,
    pub severity: Vec<Named>,
    pub evidence: Vec<Named>,
}

#[derive(Deserialize)]
pub struct Named {
    pub code: String,
    pub name: BTreeMap<String, String>,
}

#[derive(Deserialize)]
pub struct SubKind {
    pub code: String,
    pub kind: String,
    pub name: BTreeMap<String, String>,
    pub severities: Vec<String>,
    pub required_fields: Vec<String>,
}

#[derive(Deserialize)]
pub struct Route {
    pub sub_kind: String,
    pub severity: String,
    #[serde(default)]
    pub scope: String,
    pub tasks: Vec<String>,
}

#[derive(Deserialize)]
pub struct Task {
    pub id: String,
    pub action: BTreeMap<String, String>,
    pub responsible: String,
    pub resolve: String,
    pub clause: String,
    pub basis: String,
    pub trigger: String,
    #[serde(default)]
    pub when: String,
    #[serde(default)]
    pub after: Vec<String>,
    #[serde(default)]
    pub done_by: String,
    pub limit: Limit,
    pub ack: Span,
}

#[derive(Deserialize)]
pub struct Limit {
    pub due: Span,
}

#[derive(Deserialize)]
pub struct Span {
    pub value: i64,
    pub unit: String,
    pub clock: String,
}

pub static MATRIX: LazyLock<Matrix> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/plan/duty-matrix.toml");
    toml::from_str(&std::fs::read_to_string(path).expect(path)).expect(path)
});

pub fn sub_kind(code: &str) -> &'static SubKind {
    MATRIX.sub_kind.iter().find(|s| s.code == code).unwrap()
}

pub fn matrix_task(id: &str) -> &'static Task {
    MATRIX.task.iter().find(|t| t.id == id).unwrap_or_else(|| panic!("no task {id}"))
}

/// The name of a department, severity or evidence code.
pub fn name(list: &'static [Named], code: &str, lang: &str) -> &'static str {
    &list.iter().find(|n| n.code == code).unwrap().name[lang]
}

impl Route {
    /// The tasks of the route that open with this report, in plan order. What the report itself or the program
    /// does at once lets the next one open.
    pub fn opening(&self, body: &Value) -> Vec<&'static Task> {
        let all: Vec<&'static Task> = self.tasks.iter().map(|id| matrix_task(id)).collect();
        let mut open: BTreeSet<&str> = BTreeSet::new();
        loop {
            let ready = |task: &&&'static Task| {
                let turn = matches!(task.trigger.as_str(), "open" | "after" | "condition");
                let before = task
                    .after
                    .iter()
                    .filter(|id| self.tasks.contains(id))
                    .all(|id| open.contains(id.as_str()) && matrix_task(id).is_done_at_opening());
                turn && before && (task.when.is_empty() || holds(&task.when, body))
            };
            let more: BTreeSet<&str> = all.iter().filter(ready).map(|t| t.id.as_str()).collect();
            if more == open {
                return all.into_iter().filter(|t| open.contains(t.id.as_str())).collect();
            }
            open = more;
        }
    }
}

/// The conditions that the fields of a report settle by themselves.
fn holds(condition: &str, body: &Value) -> bool {
    let affected = |link: &str| {
        let state = &body["links_affected"][link];
        *state == "restricted" || *state == "stopped"
    };
    match condition {
        "ordering_affected" => affected("ordering"),
        "delivery_time_changes" => affected("delivery"),
        "network_affected" => ["ordering", "settlement", "sorting", "delivery"].map(affected).contains(&true),
        "settlement_error" => body["fault_or_error"] == "error",
        "vehicle_unusable" => body["vehicle_usable"] == false,
        _ => false,
    }
}

impl Task {
    fn is_done_at_opening(&self) -> bool {
        self.done_by == "report" || self.done_by == "system"
    }

    /// The department instance that gets it, for the report of the catalogue test: reporter LG, region QZ,
    /// vehicle Q02, site on the sorting line, 12 cartons (more than the customer-service director may approve).
    pub fn department(&self, names_a_site: bool) -> &str {
        match self.resolve.as_str() {
            "incident_region" | "supply_authority" => "RMD-QZ",
            "vehicle_home" | "region_delivery" => "STN-QZ",
            "reporter_department" => "LG",
            "site_owner" if names_a_site => "WHS",
            // Without a site it is the vehicle's home.
            "site_owner" => "STN-QZ",
            _ => &self.responsible,
        }
    }

    pub fn acknowledge_by(&self, severity: &str, now: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
        self.ack.end(severity, now)
    }

    pub fn due_at(&self, severity: &str, now: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
        self.limit.due.end(severity, now)
    }
}

impl Span {
    /// Holds in a stretch without holidays, from an instant inside the working window.
    fn end(&self, severity: &str, from: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
        let working = self.clock == "working" && severity != "major";
        let span = match self.unit.as_str() {
            "minutes" | "minutes_recurring" => Duration::minutes(self.value),
            "hours" => Duration::hours(self.value),
            "working_days" => return working_end(from, Duration::hours(9 * self.value)),
            "order_cutoff" => return from.with_time(hour(16, 0)).unwrap(),
            other => panic!("no opening task has a limit in {other}"),
        };
        if working { working_end(from, span) } else { from + span }
    }
}

/// Monday to Friday 08:30–17:30; an end on closing time stays there.
fn working_end(from: DateTime<FixedOffset>, span: Duration) -> DateTime<FixedOffset> {
    let (mut at, mut left) = (from, span);
    loop {
        let close = at.with_time(hour(17, 30)).unwrap();
        if !matches!(at.weekday(), Weekday::Sat | Weekday::Sun) {
            if at + left <= close {
                return at + left;
            }
            left -= close - at;
        }
        at = (at + Duration::days(1)).with_time(hour(8, 30)).unwrap();
    }
}

fn hour(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
}
