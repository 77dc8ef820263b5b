//! Reads one field of a report by the type the matrix gives it.

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeZone, Utc};
use serde_json::{Map, Value, json};

use crate::clock::SHANGHAI;
use crate::lang::{Text, text as say};
use crate::plan::{Edition, FieldDef, FieldType};
use crate::refusal::Refused;

/// The largest number a report can mean; the rules multiply and add, and must not run over.
const MOST: i64 = 1_000_000_000_000;
/// Years a time may lie in: clocks are reckoned from it, and neither they nor the database go on for ever.
pub const YEARS: RangeInclusive<i32> = 1970..=2199;

/// The value in the shape it is kept in, or the refusal that names the field. Blank is `Ok(None)`.
///
/// A form sends text for everything and JSON the real thing; both are read.
pub fn read(def: &FieldDef, typed: &Value, edition: &Edition) -> Result<Option<Value>, Refused> {
    if is_blank(typed) {
        return Ok(None);
    }
    let bad = |expected: Text| Refused::BadValue { field: def.code.clone(), expected };
    let value = match def.field_type {
        FieldType::Number => {
            let number = match typed {
                Value::Number(n) => n.as_i64(),
                Value::String(s) => s.trim().parse().ok(),
                _ => None,
            };
            let number = number.ok_or_else(|| bad(a_number()))?;
            let low = def.min.is_some_and(|min| number < min);
            let high = def.max.is_some_and(|max| number > max);
            if low || high || !(0..=MOST).contains(&number) {
                return Err(bad(a_number()));
            }
            json!(number)
        }
        FieldType::YesNo => json!(yes_no(typed).ok_or_else(|| bad(yes_or_no()))?),
        FieldType::Date => json!(date(typed).ok_or_else(|| bad(a_date()))?),
        FieldType::DateTime => json!(instant(typed).ok_or_else(|| bad(a_time()))?),
        FieldType::Links => return links(typed, edition).map(Some),
        FieldType::Regions => {
            let list = texts(typed).ok_or_else(|| bad(a_text()))?;
            json!(list)
        }
        FieldType::Choice => {
            let code = text(typed).ok_or_else(|| bad(a_text()))?;
            if !def.choices.iter().any(|c| c.code == code) {
                return Err(bad(choices(def)));
            }
            json!(code)
        }
        FieldType::Scope => {
            let code = text(typed).ok_or_else(|| bad(a_scope()))?;
            if crate::plan::Scope::from_code(&code).is_none() {
                return Err(bad(a_scope()));
            }
            json!(code)
        }
        FieldType::List => match typed {
            Value::Array(items) => Value::Array(items.clone()),
            Value::Number(n) => json!([n]),
            _ => json!(texts(typed).ok_or_else(|| bad(a_text()))?),
        },
        FieldType::Text | FieldType::LongText | FieldType::Region | FieldType::Site | FieldType::Vehicle => {
            json!(text(typed).ok_or_else(|| bad(a_text()))?)
        }
    };
    Ok(Some(value))
}

/// State of each link named, from an object, or from `ordering=stopped` lines of a form.
fn links(typed: &Value, edition: &Edition) -> Result<Value, Refused> {
    let bad = || Refused::BadValue { field: "links_affected".to_owned(), expected: a_link() };
    let given = typed.as_object().ok_or_else(bad)?;
    let mut read = Map::new();
    for (link, state) in given {
        let state = state.as_str().ok_or_else(bad)?;
        let known = edition.matrix.links.iter().any(|l| l.code == *link)
            && edition.matrix.link_states.iter().any(|s| s.code == state);
        if !known {
            return Err(bad());
        }
        read.insert(link.clone(), json!(state));
    }
    Ok(Value::Object(read))
}

/// A time as RFC 3339, or as a form writes it (`2026-09-30T17:05`), which is the city's time.
pub fn instant(typed: &Value) -> Option<DateTime<Utc>> {
    let text = typed.as_str()?.trim();
    let within = |at: &DateTime<Utc>| YEARS.contains(&at.year());
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.with_timezone(&Utc)).filter(within);
    }
    let local = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|f| NaiveDateTime::parse_from_str(text, f).ok())?;
    SHANGHAI.from_local_datetime(&local).single().map(|at| at.with_timezone(&Utc)).filter(within)
}

/// A time as `instant` reads it; `None` when left blank.
///
/// # Errors
/// What can't be read as a time, with the name of its field.
pub fn time(name: &str, typed: Option<&str>) -> Result<Option<DateTime<Utc>>, Refused> {
    match typed.map(str::trim).filter(|t| !t.is_empty()) {
        Some(typed) => instant(&json!(typed))
            .map(Some)
            .ok_or_else(|| Refused::BadValue { field: name.to_owned(), expected: a_time() }),
        None => Ok(None),
    }
}

pub fn date(typed: &Value) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(typed.as_str()?.trim(), "%Y-%m-%d").ok().filter(|day| YEARS.contains(&day.year()))
}

pub fn is_blank(typed: &Value) -> bool {
    match typed {
        Value::Null => true,
        Value::String(s) => s.trim().is_empty(),
        Value::Array(items) => items.iter().all(is_blank),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

fn text(typed: &Value) -> Option<String> {
    match typed {
        Value::String(s) => Some(s.trim().to_owned()),
        Value::Number(n) => Some(n.to_string()),
        _ => None,
    }
}

fn texts(typed: &Value) -> Option<Vec<String>> {
    match typed {
        Value::String(s) => Some(
            s.split(['\n', ',', '，', '、', ';', '；'])
                .map(str::trim)
                .filter(|l| !l.is_empty())
                .map(str::to_owned)
                .collect(),
        ),
        Value::Array(items) => items.iter().map(text).collect(),
        _ => None,
    }
}

fn yes_no(typed: &Value) -> Option<bool> {
    match typed {
        Value::Bool(b) => Some(*b),
        Value::String(s) => match s.trim() {
            "true" | "yes" | "1" | "on" => Some(true),
            "false" | "no" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn a_number() -> Text {
    say("不小于零的整数", "不小於零的整數", "a whole number, zero or more")
}

fn yes_or_no() -> Text {
    say("是或否", "是或否", "yes or no")
}

pub fn a_date() -> Text {
    say("日期，如 2026-09-30", "日期，如 2026-09-30", "a date such as 2026-09-30")
}

pub fn a_time() -> Text {
    say(
        "时间，如 2026-09-30T17:05:00+08:00",
        "時間，如 2026-09-30T17:05:00+08:00",
        "a time such as 2026-09-30T17:05:00+08:00",
    )
}

fn a_scope() -> Text {
    say("全区 whole_region 或局部 part_region", "全區 whole_region 或局部 part_region", "whole_region or part_region")
}

fn a_link() -> Text {
    say(
        "订货、结算、分拣、送货各为正常、受限或停止",
        "訂貨、結算、分揀、送貨各為正常、受限或停止",
        "ordering, settlement, sorting, delivery, each normal, restricted or stopped",
    )
}

pub fn a_text() -> Text {
    say("文字", "文字", "text")
}

fn choices(def: &FieldDef) -> Text {
    let join = |pick: fn(&Text) -> &String, mark: &str| {
        def.choices.iter().map(|c| pick(&c.name).as_str()).collect::<Vec<_>>().join(mark)
    };
    Text { zh_hans: join(|t| &t.zh_hans, "、"), zh_hant: join(|t| &t.zh_hant, "、"), en: join(|t| &t.en, ", ") }
}
