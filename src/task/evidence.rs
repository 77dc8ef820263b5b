//! What a piece of evidence is by its nature: something stated, or a paper that a tick confirms (proposed; the plan says
//! only what is to be kept).

use serde_json::Value;

/// Evidence whose name asks for particulars (who, when, which number, with what result), or that is itself a statement.
/// A tick says none of that. Every other code is a paper kept elsewhere: a tick says that it is there.
const STATED: [&str; 16] = [
    "contact_log",
    "cause_note",
    "time_mark",
    "arrival_record",
    "spare_board_receipt",
    "location",
    "vehicle_dispatch",
    "backup_proof",
    "original_content",
    "decision_record",
    "broadcast_proof",
    "call_record",
    "order_ref",
    "scene_record",
    "experience_note",
    "stock_check",
];

/// Whether it must be stated in words or a figure.
pub fn is_stated(code: &str) -> bool {
    STATED.contains(&code)
}

/// Whether a value says something: a tick does only of what need not be stated.
pub fn is_given(code: &str, value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Bool(true) => !is_stated(code),
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => items.iter().any(|item| is_given(code, item)),
        Value::Object(fields) => fields.values().any(|field| is_given(code, field)),
        Value::Number(_) => true,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::plan::Edition;

    #[test]
    fn what_asks_for_particulars_is_not_given_by_a_tick() {
        for blank in
            [json!(true), json!(false), json!(null), json!(""), json!(" \n"), json!([]), json!([" "]), json!({})]
        {
            assert!(!is_given("arrival_record", &blank), "{blank}");
        }
        for said in [json!("Li, 09:40"), json!(12), json!(["Li"]), json!({"who": "Li"})] {
            assert!(is_given("arrival_record", &said), "{said}");
        }
        assert!(is_given("customer_list", &json!(true)), "a paper is confirmed");
        assert!(!is_given("customer_list", &json!(" ")));
    }

    #[test]
    fn the_table_names_evidence_of_the_plan_only() {
        let edition = Edition::built_in().unwrap();
        for code in STATED {
            assert!(edition.evidence(code).is_some(), "{code}");
        }
    }
}
