//! A posted report form becomes the body that the rules read: the same one a JSON call sends.

use serde_json::{Map, Value, json};

use crate::plan::{Edition, FieldType};

/// Names the form itself needs; they are no part of the report.
const CONTROL: [&str; 5] = ["key", "step", "back", "behalf", "file"];
/// Each of the four links is a control of its own, `links_affected.ordering`.
pub const LINKS: &str = "links_affected.";
/// The button that shows the preview and saves nothing.
const PREVIEW: (&str, &str) = ("step", "preview");

/// What was posted, taken apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// Blank fields are left out, so that they count as not given. Names the plan does not know stay in and are refused
    /// by name.
    pub body: Map<String, Value>,
    /// By which the same report sent twice is one (R166).
    pub key: Option<String>,
    /// Only the preview is asked for.
    pub preview: bool,
}

/// Reads names and values as typed; a name may come several times.
pub fn read(pairs: &[(String, String)], edition: &Edition) -> Sent {
    let mut sent = Sent { body: Map::new(), key: None, preview: false };
    for (name, typed) in pairs {
        let value = typed.trim();
        if value.is_empty() {
            continue;
        }
        sent.preview |= (name.as_str(), value) == PREVIEW;
        if name == "key" {
            sent.key = Some(value.to_owned());
        }
        if CONTROL.contains(&name.as_str()) {
            continue;
        }
        put(&mut sent.body, name, value, edition);
    }
    sent
}

fn put(body: &mut Map<String, Value>, name: &str, value: &str, edition: &Edition) {
    if let Some(link) = name.strip_prefix(LINKS) {
        let links = body.entry("links_affected").or_insert_with(|| json!({}));
        if let Value::Object(links) = links {
            links.insert(link.to_owned(), json!(value));
        }
        return;
    }
    if name == "regions_affected" {
        let named = body.entry(name).or_insert_with(|| json!([]));
        if let Value::Array(named) = named {
            named.push(json!(value));
        }
        return;
    }
    let value = match edition.field(name).map(|def| def.field_type) {
        Some(FieldType::YesNo) => match value {
            "yes" => json!(true),
            "no" => json!(false),
            other => json!(other),
        },
        // What is no number stays as typed: the refusal then names the field.
        Some(FieldType::Number) => value.parse::<i64>().map_or_else(|_| json!(value), |n| json!(n)),
        Some(FieldType::List | FieldType::Regions) => json!(lines(value)),
        _ => json!(value),
    };
    body.insert(name.to_owned(), value);
}

fn lines(value: &str) -> Vec<&str> {
    value.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn sent(pairs: &[(&str, &str)]) -> Sent {
        let pairs: Vec<_> = pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        read(&pairs, &Edition::built_in().unwrap())
    }

    #[test]
    fn each_type_is_read_as_the_rules_want_it() {
        let sent = sent(&[
            ("sub_kind", "sup.special"),
            ("lines", "品牌甲 12条\r\n\r\n 品牌丙 3条 "),
            ("self_clear_tried", "no"),
            ("ups_carrying", "yes"),
            ("amount", " 120 "),
            ("casualties", "two"),
            ("links_affected.ordering", "stopped"),
            ("links_affected.delivery", "normal"),
            ("regions_affected", "QZ"),
            ("regions_affected", "SD"),
            ("description", " 24 线中断\n8 线 "),
        ]);
        assert_eq!(
            Value::Object(sent.body),
            json!({
                "sub_kind": "sup.special",
                "lines": ["品牌甲 12条", "品牌丙 3条"],
                "self_clear_tried": false,
                "ups_carrying": true,
                "amount": 120,
                "casualties": "two",
                "links_affected": {"ordering": "stopped", "delivery": "normal"},
                "regions_affected": ["QZ", "SD"],
                "description": "24 线中断\n8 线",
            })
        );
    }

    #[test]
    fn controls_and_blanks_are_dropped_and_unknown_names_kept() {
        let sent = sent(&[
            ("key", "0198-k"),
            ("step", "preview"),
            ("back", "/driver"),
            ("behalf", "1"),
            ("told_at", ""),
            ("duplicate_of", " "),
            ("boadr", "2"),
        ]);
        assert_eq!(Value::Object(sent.body), json!({"boadr": "2"}));
        assert_eq!(sent.key.as_deref(), Some("0198-k"));
        assert!(sent.preview);
    }

    #[test]
    fn sending_is_not_previewing() {
        assert!(!sent(&[("key", "k"), ("step", "send")]).preview);
        assert_eq!(sent(&[("key", " ")]).key, None);
    }
}
