//! Checks a report: every field by its type, what is missing, whether the plan covers it at all.

mod read;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value};

use read::Reader;

use super::{Links, field, severity};
use crate::clock::local;
use crate::lang::Text;
use crate::person::{Actor, directory::Directory};
use crate::plan::{Edition, Scope, Severity, SubKind};
use crate::refusal::Refused;
use crate::routing::places::place_key;

/// What a form or a call may send beside the fields of the matrix.
pub const COMMON: [&str; 12] = [
    "sub_kind",
    "occurred_at",
    "region",
    "description",
    "links_affected",
    "severity",
    "scope",
    "told_at",
    "on_behalf_of",
    "regions_affected",
    "expected_back_at",
    "duplicate_of",
];
/// Characters of a place that are compared.
const KEY_LENGTH: usize = 200;
/// Why it is another incident, although it looks like one that is open.
pub const NOT_DUPLICATE: &str = "not_duplicate_reason";

/// The fields that say which thing it is about, in the order they are looked for: the same thing in the same region is
/// the same place (R36).
const IDENTIFYING: [&str; 15] = [
    "site",
    "vehicle",
    "warehouse",
    "device",
    "host",
    "system",
    "line",
    "board",
    "module",
    "terminal",
    "computer",
    "customer",
    "brand",
    "vehicles",
    "exact_location",
];

/// A report as far as it could be read. Enough for a preview even when much is missing.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    pub sub_kind: String,
    pub kind: String,
    pub region: String,
    /// As the report names them; empty when it names none.
    pub regions_named: Vec<String>,
    pub occurred_at: DateTime<Utc>,
    pub told_at: Option<DateTime<Utc>>,
    pub on_behalf_of: Option<String>,
    pub description: String,
    /// The level the reporter asks for.
    pub severity: Option<Severity>,
    pub scope: Option<Scope>,
    pub links: Links,
    pub expected_back_at: Option<DateTime<Utc>>,
    pub duplicate_of: Option<String>,
    pub not_duplicate_reason: Option<String>,
    pub fields: Map<String, Value>,
    pub place_key: String,
    /// Conditions the report itself settles.
    pub conditions: BTreeMap<String, bool>,
}

/// A report as read, with every fault found; the first is the one a JSON caller is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    pub draft: Option<Draft>,
    pub faults: Vec<Refused>,
}

/// Reads a report. Unknown fields are faults by name, so that a typo never passes for an answer.
pub fn check(
    body: &Map<String, Value>,
    edition: &Edition,
    first_edition: NaiveDate,
    directory: &Directory,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Checked {
    let mut faults = Vec::new();
    let Some(sub_kind) = body.get("sub_kind").and_then(Value::as_str).and_then(|code| edition.sub_kind(code.trim()))
    else {
        let fault = required("sub_kind", edition, label("事件细类", "事件細類", "Incident sub-kind"));
        return Checked { draft: None, faults: vec![fault] };
    };
    for name in body.keys() {
        let known = COMMON.contains(&name.as_str()) || name == NOT_DUPLICATE || edition.field(name).is_some();
        if !known {
            faults.push(Refused::UnknownField { field: name.clone() });
        }
    }
    let fields = read_fields(body, sub_kind, edition, &mut faults);
    let mut reader = Reader { body, faults: &mut faults };
    let told_at = reader.time("told_at", now);
    let occurred_at = reader.time("occurred_at", now);
    if occurred_at.is_none() && sub_kind.requires("occurred_at") && told_at.is_none() {
        reader.require("occurred_at", edition);
    }
    let region = reader.region(edition, sub_kind, directory, actor);
    let regions_named = reader.regions(directory);
    let severity = reader.severity(edition, sub_kind);
    let expected_back_at = reader.any_time("expected_back_at");
    let on_behalf_of = reader.text("on_behalf_of");
    let duplicate_of = reader.text("duplicate_of");
    let not_duplicate_reason = reader.text(NOT_DUPLICATE);
    let links: Links = fields
        .get("links_affected")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter_map(|(l, s)| Some((l.clone(), s.as_str()?.to_owned())))
        .collect();
    missing(sub_kind, &fields, edition, &mut faults);
    faults.extend(rules(sub_kind, &fields, &links, edition, actor));
    if let Some(at) = occurred_at
        && local(at).date_naive() < first_edition
    {
        faults.push(Refused::NoEdition { date: local(at).date_naive() });
    }
    let draft = Draft {
        sub_kind: sub_kind.code.clone(),
        kind: sub_kind.kind.clone(),
        region: region.unwrap_or_else(|| severity::CITY.to_owned()),
        regions_named,
        occurred_at: occurred_at.or(told_at).unwrap_or(now),
        told_at,
        on_behalf_of,
        description: fields.get("description").and_then(Value::as_str).unwrap_or_default().to_owned(),
        severity,
        scope: fields.get("scope").and_then(Value::as_str).and_then(Scope::from_code),
        conditions: conditions(&fields, &links),
        place_key: identity(&fields),
        links,
        expected_back_at,
        duplicate_of,
        not_duplicate_reason,
        fields,
    };
    Checked { draft: Some(draft), faults }
}

/// Codes of the fields the sub-kind requires and the report has not given.
pub fn missing_fields(checked: &Checked) -> Vec<String> {
    let mut missing: Vec<String> = Vec::new();
    for fault in &checked.faults {
        let code = match fault {
            Refused::Required { field, .. } => field.clone(),
            Refused::CasualtyField => "casualties".to_owned(),
            _ => continue,
        };
        if !missing.contains(&code) {
            missing.push(code);
        }
    }
    missing
}

/// Cartons asked for by the `lines` of a supply request: the numbers in them, added up.
pub fn quantity(fields: &Map<String, Value>) -> u64 {
    let Some(Value::Array(lines)) = fields.get("lines") else {
        return 0;
    };
    lines
        .iter()
        .map(|line| match line {
            Value::Object(o) => o.get("quantity").and_then(Value::as_u64).unwrap_or(0),
            Value::String(s) => last_number(s),
            _ => 0,
        })
        .sum()
}

fn last_number(line: &str) -> u64 {
    line.split(|c: char| !c.is_ascii_digit()).rfind(|part| !part.is_empty()).and_then(|n| n.parse().ok()).unwrap_or(0)
}

fn read_fields(
    body: &Map<String, Value>,
    sub_kind: &SubKind,
    edition: &Edition,
    faults: &mut Vec<Refused>,
) -> Map<String, Value> {
    let mut fields = Map::new();
    let asked = sub_kind.required_fields.iter().map(String::as_str);
    let others = body.keys().map(String::as_str).filter(|n| !sub_kind.requires(n));
    for code in asked.chain(others) {
        let (Some(def), Some(typed)) = (edition.field(code), body.get(code)) else {
            continue;
        };
        if matches!(code, "occurred_at" | "region") {
            continue;
        }
        match field::read(def, typed, edition) {
            Ok(Some(value)) => {
                fields.insert(code.to_owned(), value);
            }
            Ok(None) => {}
            Err(fault) => faults.push(fault),
        }
    }
    fields
}

fn missing(sub_kind: &SubKind, fields: &Map<String, Value>, edition: &Edition, faults: &mut Vec<Refused>) {
    for code in &sub_kind.required_fields {
        let given = fields.contains_key(code) || matches!(code.as_str(), "occurred_at" | "region");
        let faulty = faults.iter().any(|f| f.field() == Some(code.as_str()));
        if given || faulty {
            continue;
        }
        faults.push(if code == "casualties" {
            Refused::CasualtyField
        } else {
            required(code, edition, label(code, code, code))
        });
    }
}

/// The rules of the plan on what may be reported, and how.
fn rules(
    sub_kind: &SubKind,
    fields: &Map<String, Value>,
    links: &Links,
    edition: &Edition,
    actor: &Actor,
) -> Vec<Refused> {
    let mut faults = Vec::new();
    let untouched = !links.is_empty() && links.values().all(|state| state == "normal");
    // Warehouse and scanning count by themselves; every other sub-kind that asks for the links must touch one (1.4).
    let scoped = sub_kind.requires("links_affected") && !sub_kind.code.starts_with("it.wms_");
    if scoped && untouched {
        let owner = if sub_kind.kind == "security" { "SEC" } else { "INF" };
        if let Some(department) = edition.department(owner) {
            faults.push(Refused::OutOfScope { department: department.name.clone() });
        }
    }
    if sub_kind.requires("self_clear_tried")
        && actor.posts.iter().any(|p| p.department.starts_with("RMD"))
        && fields.get("self_clear_tried") == Some(&Value::Bool(false))
    {
        faults.push(Refused::SelfClearFirst);
    }
    if sub_kind.requires("exact_location") && fields.get("exact_location").and_then(Value::as_str).is_some_and(is_vague)
    {
        faults.push(Refused::LocationVague);
    }
    faults
}

/// A place nobody could drive to: no number in it, and little left once the words for "somewhere on the road" are gone.
pub fn is_vague(place: &str) -> bool {
    if place.chars().any(|c| c.is_numeric()) {
        return false;
    }
    const NOWHERE: [&str; 24] = [
        "在路上",
        "路上",
        "途中",
        "半路",
        "公路",
        "道路",
        "附近",
        "那边",
        "那邊",
        "这里",
        "這裡",
        "某处",
        "某處",
        "前面",
        "on the road",
        "on the way",
        "somewhere",
        "nearby",
        "near here",
        "en route",
        "the road",
        "road",
        "here",
        "there",
    ];
    let mut rest = place.to_lowercase();
    for word in NOWHERE {
        rest = rest.replace(word, " ");
    }
    let cjk = rest.chars().filter(|c| c.is_alphabetic() && !c.is_ascii()).count();
    let words = rest.split_whitespace().filter(|w| w.chars().filter(char::is_ascii_alphabetic).count() > 2).count();
    cjk < 4 && words < 2
}

fn conditions(fields: &Map<String, Value>, links: &Links) -> BTreeMap<String, bool> {
    let hit = |link: &str| links.get(link).is_some_and(|state| state != "normal");
    let mut known = BTreeMap::new();
    for (condition, holds) in [
        ("ordering_affected", hit("ordering")),
        ("delivery_time_changes", hit("delivery")),
        ("network_affected", links.values().any(|state| state != "normal")),
        ("settlement_error", fields.get("fault_or_error").and_then(Value::as_str) == Some("error")),
        ("vehicle_unusable", fields.get("vehicle_usable") == Some(&Value::Bool(false))),
    ] {
        if holds {
            known.insert(condition.to_owned(), true);
        }
    }
    known
}

fn identity(fields: &Map<String, Value>) -> String {
    IDENTIFYING
        .iter()
        .find_map(|code| fields.get(*code))
        .map(|value| match value {
            Value::String(s) => place_key(s),
            other => place_key(&other.to_string()),
        })
        // Compared and indexed: what tells two places apart stands at the beginning.
        .map(|key| key.chars().take(KEY_LENGTH).collect())
        .unwrap_or_default()
}

fn required(code: &str, edition: &Edition, otherwise: Text) -> Refused {
    Refused::Required { field: code.to_owned(), label: edition.field(code).map_or(otherwise, |f| f.name.clone()) }
}

fn label(zh_hans: &str, zh_hant: &str, en: &str) -> Text {
    Text { zh_hans: zh_hans.to_owned(), zh_hant: zh_hant.to_owned(), en: en.to_owned() }
}

/// The refusal of a level that does not apply to the sub-kind.
pub fn severity_allowed(severity: Severity, sub_kind: &SubKind, edition: &Edition) -> Option<Refused> {
    (!sub_kind.severities.contains(&severity)).then(|| Refused::SeverityNotAllowed {
        sub_kind: sub_kind.name.clone(),
        severity: edition
            .matrix
            .severities
            .iter()
            .find(|s| s.code == severity)
            .map_or_else(|| label(severity.code(), severity.code(), severity.code()), |s| s.name.clone()),
    })
}
