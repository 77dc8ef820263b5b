//! Calls on figures: how well limits are kept, and the records behind each (2.1.2-insp-1).

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::IntoParams;

use super::query::Query;
use crate::error::Result;
use crate::figures::period::{Asked, Wanted};
use crate::figures::view::group_name;
use crate::figures::{Duty, Figure, Figures, Ordered, Reported};
use crate::state::App;
use crate::web::Visitor;
use crate::web::json::Json;
use crate::web::when::rfc3339;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FiguresQuery {
    /// month, quarter or year, as it stands now; the year when left out.
    period: String,
    /// First day, `2026-01-01`; the period's first when left out.
    from: String,
    /// Last day, included.
    to: String,
    /// department, kind, region or month; department when left out.
    by: String,
    /// Only duties of this department.
    department: String,
    /// Only incidents of this kind.
    kind: String,
    /// Only incidents of this region; `CITY` for the whole city.
    region: String,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RecordsQuery {
    /// month, quarter or year, as it stands now; the year when left out.
    period: String,
    /// First day, `2026-01-01`.
    from: String,
    /// Last day, included.
    to: String,
    /// Only duties of this department.
    department: String,
    /// Only incidents of this kind.
    kind: String,
    /// Only incidents of this region.
    region: String,
    /// Code of the figure, as `records` of a figure names it; all duties when left out.
    figure: String,
}

/// Count how well limits were kept: per department, kind, region or month
///
/// Each figure is `{value, records}`: what it comes to, and the call that lists the records it was counted from. Shares lie
/// within 0 and 1 and are null where no limit is decided; spans are whole minutes of plain time.
#[utoipa::path(get, path = "/api/v1/figures", tag = "figures", params(FiguresQuery),
    responses((status = 200, description = "{from, to, by, counted_at, total, items}; an item has key, name and its figures"),
        (status = 403, description = "M_FORBIDDEN: not of leadership or inspection, and not the own department's head"),
        (status = 422, description = "M_BAD_VALUE for a day or a word that can't be read")))]
pub(super) async fn figures(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<FiguresQuery>,
) -> Result<Json<Value>> {
    let FiguresQuery { period, from, to, by, department, kind, region } = query;
    let wanted = Wanted { period, from, to, by, department, kind, region, ..Wanted::default() };
    let answer = app.figures(visitor.signed_in()?, &wanted).await?;
    let (asked, words) = (&answer.asked, answer.words(visitor.lang));
    let items: Vec<Value> = answer
        .counted
        .groups
        .iter()
        .map(|(code, figures)| {
            let mut item = Map::new();
            item.insert("key".to_owned(), json!(code));
            item.insert("name".to_owned(), json!(group_name(asked.by, code, &words)));
            item.extend(told(figures, asked, Some(code)));
            Value::Object(item)
        })
        .collect();
    Ok(Json(json!({
        "from": asked.period.from, "to": asked.period.to, "by": asked.by.code(), "counted_at": rfc3339(answer.now),
        "total": told(&answer.counted.total, asked, None), "items": items,
    })))
}

/// List the records a figure was counted from
#[utoipa::path(get, path = "/api/v1/figures/records", tag = "figures", params(RecordsQuery),
    responses((status = 200, description = "{figure, items}: incidents, duties with their limits, or rectification orders"),
        (status = 403, description = "M_FORBIDDEN"), (status = 422, description = "M_BAD_VALUE")))]
pub(super) async fn records(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<RecordsQuery>,
) -> Result<Json<Value>> {
    let RecordsQuery { period, from, to, department, kind, region, figure } = query;
    let wanted = Wanted { period, from, to, department, kind, region, figure, ..Wanted::default() };
    let answer = app.figures(visitor.signed_in()?, &wanted).await?;
    let figure = answer.asked.figure;
    let items: Vec<Value> = match figure {
        Figure::Incidents => answer.found.incidents.iter().map(incident).collect(),
        figure if figure.is_of_orders() => {
            answer.found.orders.iter().filter(|o| figure.counts_order(o)).map(order).collect()
        }
        figure => answer.found.duties.iter().filter(|d| figure.counts(d)).map(duty).collect(),
    };
    Ok(Json(json!({ "figure": figure.code(), "items": items })))
}

fn told(figures: &Figures, asked: &Asked, group: Option<&str>) -> Map<String, Value> {
    let told = |value: Value, figure: Figure| {
        let records = format!("/api/v1/figures/records?{}", asked.records(group, figure));
        json!({ "value": value, "records": records })
    };
    let minutes = |seconds: Option<i64>| json!(seconds.map(|s| s / 60));
    let (signed, done) = (&figures.signed, &figures.done);
    let all = [
        ("incidents", json!(figures.incidents.len()), Figure::Incidents),
        ("tasks", json!(figures.tasks), Figure::Tasks),
        ("signed_share", json!(signed.share()), Figure::Signed),
        ("signed_in_time", json!(signed.in_time), Figure::SignedInTime),
        ("signed_late", json!(signed.late), Figure::SignedLate),
        ("sign_median_minutes", minutes(signed.median()), Figure::SignSpans),
        ("sign_p90_minutes", minutes(signed.ninetieth()), Figure::SignSpans),
        ("done_share", json!(done.share()), Figure::Done),
        ("done_in_time", json!(done.in_time), Figure::DoneInTime),
        ("done_late", json!(done.late), Figure::DoneLate),
        ("done_median_minutes", minutes(done.median()), Figure::DoneSpans),
        ("done_p90_minutes", minutes(done.ninetieth()), Figure::DoneSpans),
        ("escalations", json!(figures.escalations), Figure::Escalations),
        ("rectifications", json!(figures.rectifications), Figure::Rectifications),
        ("rectifications_overdue", json!(figures.rectifications_overdue), Figure::RectificationsOverdue),
        ("rectifications_accepted", json!(figures.rectifications_accepted), Figure::RectificationsAccepted),
    ];
    all.into_iter().map(|(name, value, figure)| (name.to_owned(), told(value, figure))).collect()
}

fn incident(incident: &Reported) -> Value {
    json!({
        "incident": incident.number, "kind": incident.kind, "sub_kind": incident.sub_kind, "region": incident.region,
        "reported_at": rfc3339(incident.reported_at),
    })
}

fn order(order: &Ordered) -> Value {
    json!({
        "rectification": order.number, "incident": order.incident.number, "department": order.department,
        "state": order.state, "issued_at": rfc3339(order.issued_at), "acknowledge_by": rfc3339(order.acknowledge_by),
        "signed_at": order.acknowledged_at.map(rfc3339), "due_at": rfc3339(order.due_at),
        "answered_at": order.answered_at.map(rfc3339), "accepted_at": order.accepted_at.map(rfc3339),
        "overdue": order.overdue,
    })
}

fn duty(duty: &Duty) -> Value {
    let record = &duty.record;
    json!({
        "incident": record.incident.number, "task": record.key, "department": record.department, "state": record.state,
        "opened_at": rfc3339(record.opened_at),
        "acknowledge_by": record.acknowledge_by.map(rfc3339), "signed_at": duty.signed_at.map(rfc3339),
        "signed_in_time": duty.signed_in_time,
        "due_at": record.due_at.map(rfc3339), "done_at": duty.done_at.map(rfc3339), "done_in_time": duty.done_in_time,
        "escalations": record.escalations,
    })
}
