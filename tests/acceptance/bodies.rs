//! A believable report for any sub-kind, built from the fields the matrix requires.

use serde_json::{Map, Value, json};

use super::expected::SubKind;

/// The working Monday on which every such report is made.
pub const NOW: &str = "2026-03-16 10:00";

/// A complete report of the sub-kind in Qingze, with effect on ordering where a link is asked for.
pub fn report(sub_kind: &SubKind) -> Value {
    let mut body = Map::new();
    body.insert("sub_kind".to_owned(), json!(sub_kind.code));
    for always in ["occurred_at", "region", "description"] {
        body.insert(always.to_owned(), value(always));
    }
    for field in &sub_kind.required_fields {
        body.insert(field.clone(), value(field));
    }
    Value::Object(body)
}

fn value(field: &str) -> Value {
    match field {
        "occurred_at" => json!(super::rfc("2026-03-16 09:40")),
        "region" => json!("QZ"),
        "description" => json!("现场情况如报"),
        "links_affected" => json!({"ordering": "restricted"}),
        "site" => json!("sorting line 2"),
        "scope" => json!("part_region"),
        "exact_location" => json!("省道 214 线 37 公里 400 米"),
        "vehicle" => json!("Q02"),
        "vehicles" => json!(["Q02", "Q04"]),
        "route" => json!("QZ-3"),
        "customer" => json!("QZ-0031"),
        "customers" => json!(["QZ-0031", "QZ-0032"]),
        "casualties" => json!(1),
        "customers_affected" => json!(12),
        "customers_unsupplied" => json!(412),
        "undelivered_customers" => json!(31),
        "quantity" => json!(3000),
        "amount" => json!(3200),
        "ups_carrying" | "original_kept" | "self_clear_tried" | "vehicle_usable" => json!(true),
        "fault_or_error" => json!("fault"),
        "safety_plan_started_at" => json!(super::rfc("2026-03-16 09:00")),
        "order_day" => json!("2026-03-16"),
        "occasion_date" | "needed_by" | "due_date" | "cycle_end" => json!("2026-03-25"),
        "lines" => json!([{"brand": "A", "quantity": 12}]),
        "line" => json!("电信专线一"),
        "period" => json!("2026-03"),
        _ => json!(format!("{field} 2")),
    }
}

/// The four links untouched.
pub fn untouched() -> Value {
    json!({"ordering": "normal", "settlement": "normal", "sorting": "normal", "delivery": "normal"})
}
