//! What was reported, as it came in: every report is kept, also when two were merged.

use serde_json::Value;

use super::Desk;
use crate::incident::field;
use crate::incident::record::Report;
use crate::plan::{FieldDef, FieldType, Scope};

pub struct Original {
    pub reference: String,
    pub registrar: String,
    /// Who called, where it was written down for them.
    pub on_behalf_of: Option<String>,
    pub told_at: Option<String>,
    pub received_at: String,
    pub description: String,
    /// Name and value of each field.
    pub facts: Vec<(String, String)>,
}

/// One call to a party outside.
pub struct Call {
    pub party: String,
    pub phone: String,
    pub at: String,
    pub by: String,
    pub answer: String,
    pub promised: Option<(String, super::Left)>,
    pub task: String,
}

/// One linked incident.
pub struct Link {
    pub number: String,
    pub sub_kind: String,
    pub is_parent: bool,
    pub open: bool,
    pub state: String,
    pub reason: String,
    pub by: String,
}

pub fn originals(desk: &Desk<'_>) -> Vec<Original> {
    desk.file.reports.iter().map(|r| original(desk, r)).collect()
}

pub fn calls(desk: &Desk<'_>) -> Vec<Call> {
    let tasks = &desk.case().tasks;
    desk.file
        .contacts
        .iter()
        .rev()
        .map(|c| Call {
            party: desk.w.party(&c.contact.party),
            phone: c.contact.phone.clone(),
            at: super::moment(desk.w.lang, c.contact.at, desk.now),
            by: desk.w.person(&c.by),
            answer: c.contact.answer.clone(),
            promised: c.contact.promised_at.map(|at| (super::moment(desk.w.lang, at, desk.now), desk.left(at))),
            task: tasks.iter().find(|t| t.id == c.task).map(|t| desk.w.task(&t.key)).unwrap_or_default(),
        })
        .collect()
}

pub fn links(desk: &Desk<'_>) -> Vec<Link> {
    let l = desk.w.l;
    desk.file
        .links
        .iter()
        .map(|x| Link {
            number: x.number.clone(),
            sub_kind: desk
                .world
                .edition
                .sub_kind(&x.sub_kind)
                .map_or(x.sub_kind.as_str(), |s| s.name.get(desk.w.lang))
                .to_owned(),
            is_parent: x.is_parent,
            open: x.state == "open",
            state: match x.state.as_str() {
                "open" => l.msg_cf_incident_open(),
                "closed" => l.msg_cf_incident_closed(),
                _ => l.msg_cf_incident_merged(),
            },
            // Linked by the rule of R36 instead of merged: the code is no reason a reader knows.
            reason: if x.reason == "R36" { l.msg_cf_link_same_matter() } else { x.reason.clone() },
            by: desk.w.person(&x.by),
        })
        .collect()
}

fn original(desk: &Desk<'_>, report: &Report) -> Original {
    let empty = serde_json::Map::new();
    let body = report.body.as_object().unwrap_or(&empty);
    let facts = body
        .iter()
        .filter(|(_, value)| !field::is_blank(value))
        .filter_map(|(code, value)| {
            let def = desk.world.edition.field(code).filter(|d| d.code != "description")?;
            Some((def.name.get(desk.w.lang).to_owned(), shown(desk, def, value)))
        })
        .collect();
    Original {
        reference: report.reference.clone(),
        registrar: desk.w.person(&report.registrar),
        on_behalf_of: report.on_behalf_of.clone(),
        told_at: report.told_at.map(|at| desk.w.stamp(at)),
        received_at: desk.w.stamp(report.received_at),
        description: body.get("description").and_then(Value::as_str).unwrap_or_default().to_owned(),
        facts,
    }
}

/// A field's value as people read it.
fn shown(desk: &Desk<'_>, def: &FieldDef, value: &Value) -> String {
    let (l, lang) = (desk.w.l, desk.w.lang);
    let text = value.as_str().unwrap_or_default();
    let plain = || match value {
        Value::String(s) => s.clone(),
        Value::Array(items) => {
            let items = items.iter().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned));
            desk.w.list(items)
        }
        other => other.to_string(),
    };
    match def.field_type {
        FieldType::YesNo => match value {
            Value::Bool(true) => l.msg_cf_yes(),
            Value::Bool(false) => l.msg_cf_no(),
            _ if matches!(text, "yes" | "true" | "on" | "1") => l.msg_cf_yes(),
            _ => l.msg_cf_no(),
        },
        FieldType::Choice => {
            let choice = def.choices.iter().find(|c| c.code == text);
            choice.map_or_else(plain, |c| c.name.get(lang).to_owned())
        }
        FieldType::Scope => match Scope::from_code(text) {
            Some(Scope::WholeRegion) => l.msg_cf_scope_whole(),
            Some(Scope::PartRegion) => l.msg_cf_scope_part(),
            None => plain(),
        },
        FieldType::Region => desk.region(text),
        FieldType::Regions => match value {
            Value::Array(items) => desk.w.list(items.iter().filter_map(Value::as_str).map(|r| desk.region(r))),
            _ => desk.region(text),
        },
        FieldType::DateTime => field::instant(value).map_or_else(plain, |at| desk.w.stamp(at)),
        FieldType::Links => match value {
            Value::Object(links) => {
                desk.w.list(links.iter().map(|(link, state)| desk.w.link(link, state.as_str().unwrap_or_default())))
            }
            _ => plain(),
        },
        FieldType::Site => {
            let site = desk.world.places.sites.iter().find(|s| s.code == text);
            site.map_or_else(plain, |s| s.name.get(lang).to_owned())
        }
        FieldType::Vehicle => {
            let vehicle = desk.world.places.vehicle(text);
            vehicle.map_or_else(plain, |v| v.name.get(lang).to_owned())
        }
        FieldType::Text | FieldType::LongText | FieldType::Number | FieldType::Date | FieldType::List => plain(),
    }
}
