//! What the form of a sub-kind asks, in the order it asks it: place and affected links first (1.4), then what, then when.

use chrono::{DateTime, Utc};

use crate::clock::local;
use crate::lang::Lang;
use crate::person::{Actor, directory::Directory, role};
use crate::plan::{Edition, FieldDef, FieldType, SubKind};
use crate::routing::places::{Places, Vehicle, place_key};

/// How a field is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    Text,
    LongText,
    Number,
    YesNo,
    Date,
    DateTime,
    /// One of the regions.
    Region,
    /// Free text, with the registered sites to pick from.
    Site,
    /// Free text, with the registered vehicles to pick from.
    Vehicle,
    /// The four links, each with its state.
    Links,
    /// One of a few, as radio buttons.
    Choice,
    /// Free text, one entry a line.
    List,
}

/// One field of the form, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub code: String,
    pub label: String,
    pub hint: String,
    pub control: Control,
    pub required: bool,
    /// Spans the form's whole width.
    pub wide: bool,
    pub min: Option<i64>,
    pub max: Option<i64>,
    pub options: Vec<Choice>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub code: String,
    pub label: String,
    /// Where it belongs, in small print.
    pub note: String,
}

/// The fields of a sub-kind: those the plan data requires, and with them the optional ones that route or tell more.
pub fn fields(sub_kind: &SubKind, edition: &Edition, directory: &Directory, places: &Places, lang: Lang) -> Vec<Field> {
    let mut asked: Vec<(&FieldDef, bool)> = edition.fields_of(sub_kind).map(|def| (def, true)).collect();
    for code in offered(sub_kind) {
        if !sub_kind.requires(code)
            && let Some(def) = edition.field(code)
        {
            asked.push((def, false));
        }
    }
    asked.sort_by_key(|(def, _)| rank(def));
    asked.into_iter().map(|(def, required)| field(def, required, edition, directory, places, lang)).collect()
}

/// Offered beyond what is required: the region, from which the department follows; in words what happened; and the
/// links, wherever an incident may stop one.
fn offered(sub_kind: &SubKind) -> Vec<&'static str> {
    let mut codes = vec!["region", "description"];
    if matches!(sub_kind.kind.as_str(), "it_failure" | "security" | "severe_weather") {
        codes.push("links_affected");
    }
    codes
}

/// Whether the person may say when service is expected back; the level depends on it (2.1.1-2).
pub fn asks_expected_back(sub_kind: &SubKind) -> bool {
    matches!(sub_kind.kind.as_str(), "it_failure" | "security")
}

/// Sorting is stable: within a rank the order of the matrix stands.
fn rank(def: &FieldDef) -> u8 {
    match def.code.as_str() {
        "region" => 0,
        "site" | "warehouse" | "exact_location" => 1,
        "links_affected" => 2,
        "description" => 3,
        "occurred_at" => 5,
        _ => 4,
    }
}

/// Fields that [`presets`] may fill in.
pub const PRESET: [&str; 3] = ["occurred_at", "region", "vehicle"];

/// The values an untouched form starts with: now, the person's own region, the driver's own vehicle.
pub fn presets(
    sub_kind: &SubKind,
    actor: &Actor,
    directory: &Directory,
    places: &Places,
    now: DateTime<Utc>,
) -> Vec<(&'static str, String)> {
    let mut presets = vec![("region", own_region(actor, directory))];
    if sub_kind.requires("occurred_at") {
        presets.push(("occurred_at", minute(now)));
    }
    if sub_kind.requires("vehicle")
        && sub_kind.kind == "vehicle"
        && let Some(vehicle) = own_vehicle(actor, places)
    {
        presets.push(("vehicle", vehicle.code.clone()));
    }
    presets
}

/// The city's wall clock as a form control holds it.
pub fn minute(at: DateTime<Utc>) -> String {
    local(at).format("%Y-%m-%dT%H:%M").to_string()
}

/// The vehicle a driver's account is named after: `drv.q02` drives Q02.
pub fn own_vehicle<'a>(actor: &Actor, places: &'a Places) -> Option<&'a Vehicle> {
    if !actor.has_role(role::DRIVER) {
        return None;
    }
    let named = place_key(actor.login.rsplit('.').next()?);
    places.vehicles.iter().find(|v| place_key(&v.code) == named)
}

/// The first region of the person's posts; else the first of the city.
fn own_region(actor: &Actor, directory: &Directory) -> String {
    let own = actor.regions().into_iter().find(|r| directory.region(r).is_some());
    let first = directory.regions().first().map(|r| r.code.as_str());
    own.or(first).unwrap_or_default().to_owned()
}

fn field(
    def: &FieldDef,
    required: bool,
    edition: &Edition,
    directory: &Directory,
    places: &Places,
    lang: Lang,
) -> Field {
    let control = match def.field_type {
        FieldType::Text => Control::Text,
        FieldType::LongText => Control::LongText,
        FieldType::Number => Control::Number,
        FieldType::YesNo => Control::YesNo,
        FieldType::Date => Control::Date,
        FieldType::DateTime => Control::DateTime,
        FieldType::Region => Control::Region,
        FieldType::Site => Control::Site,
        FieldType::Vehicle => Control::Vehicle,
        FieldType::Links => Control::Links,
        FieldType::Scope | FieldType::Choice => Control::Choice,
        FieldType::List | FieldType::Regions => Control::List,
    };
    let plain = |code: &str, label: &str, note: &str| Choice {
        code: code.to_owned(),
        label: label.to_owned(),
        note: note.to_owned(),
    };
    let options = match def.field_type {
        FieldType::Choice => def.choices.iter().map(|c| plain(&c.code, c.name.get(lang), "")).collect(),
        FieldType::Scope => scopes(lang),
        FieldType::Region => directory.regions().iter().map(|r| plain(&r.code, r.name.get(lang), "")).collect(),
        FieldType::Site => places
            .sites
            .iter()
            .map(|s| plain(&s.code, s.name.get(lang), directory.department_name(&s.department).get(lang)))
            .collect(),
        FieldType::Vehicle => places
            .vehicles
            .iter()
            .map(|v| plain(&v.code, v.name.get(lang), directory.department_name(&v.home).get(lang)))
            .collect(),
        FieldType::Links => edition.matrix.links.iter().map(|l| plain(&l.code, l.name.get(lang), "")).collect(),
        _ => Vec::new(),
    };
    Field {
        code: def.code.clone(),
        label: def.name.get(lang).to_owned(),
        hint: def.hint.as_ref().map(|h| h.get(lang).to_owned()).unwrap_or_default(),
        control,
        required,
        wide: matches!(control, Control::LongText | Control::Links | Control::List) || def.code == "exact_location",
        min: def.min,
        max: def.max,
        options,
    }
}

fn scopes(lang: Lang) -> Vec<Choice> {
    let l = lang.l10n();
    [("part_region", l.msg_report_scope_part()), ("whole_region", l.msg_report_scope_whole())]
        .into_iter()
        .map(|(code, label)| Choice { code: code.to_owned(), label, note: String::new() })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::lang::Text;
    use crate::person::{Post, directory::Region};

    fn directory() -> Directory {
        let region =
            |code: &str, position| Region { code: code.to_owned(), name: Text::default(), position, customers: 1 };
        Directory::new(vec![region("CITY", 0), region("QZ", 1)], vec![], vec![], vec![])
    }

    fn codes(sub_kind: &str) -> Vec<String> {
        let edition = Edition::built_in().unwrap();
        let sub_kind = edition.sub_kind(sub_kind).unwrap();
        let fields = fields(sub_kind, &edition, &directory(), &Places::default(), Lang::En);
        fields.into_iter().map(|f| f.code).collect()
    }

    #[test]
    fn place_and_links_are_asked_first_and_the_time_last() {
        assert_eq!(codes("it.voice_board_down"), ["region", "links_affected", "description", "board", "occurred_at"]);
        assert_eq!(
            codes("veh.breakdown_en_route"),
            ["region", "exact_location", "description", "vehicle", "route", "undelivered_customers", "occurred_at"]
        );
    }

    #[test]
    fn every_required_field_of_every_sub_kind_is_asked_once() {
        let edition = Edition::built_in().unwrap();
        for sub_kind in &edition.matrix.sub_kinds {
            let asked = codes(&sub_kind.code);
            for code in &sub_kind.required_fields {
                assert_eq!(asked.iter().filter(|a| *a == code).count(), 1, "{} {code}", sub_kind.code);
            }
        }
    }

    #[test]
    fn a_driver_starts_with_region_vehicle_and_now() {
        let edition = Edition::built_in().unwrap();
        let places = Places {
            sites: vec![],
            vehicles: vec![Vehicle {
                code: "Q02".to_owned(),
                name: Text::default(),
                home: "STN-QZ".to_owned(),
                region: "QZ".to_owned(),
                spare: false,
            }],
        };
        let post = Post { role: "driver".to_owned(), department: "STN-QZ".to_owned() };
        let actor = Actor { login: "drv.q02".to_owned(), posts: vec![post], ..Actor::system() };
        let sub_kind = edition.sub_kind("veh.breakdown_en_route").unwrap();
        let now = "2026-09-30T09:05:31Z".parse().unwrap();
        let presets = presets(sub_kind, &actor, &directory(), &places, now);
        assert_eq!(
            presets,
            [
                ("region", "QZ".to_owned()),
                ("occurred_at", "2026-09-30T17:05".to_owned()),
                ("vehicle", "Q02".to_owned())
            ]
        );
    }
}
