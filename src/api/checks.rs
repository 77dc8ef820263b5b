//! Calls on the check log of the leadership (2.1.2-lg-4).

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use super::body::CheckBody;
use super::query::Query;
use crate::error::Result;
use crate::state::App;
use crate::supervision::{Check, Finding, store};
use crate::web::Visitor;
use crate::web::json::Json;
use crate::web::when::rfc3339;

/// Checks a list answers with at most.
const LISTED: i64 = 200;

/// Write down what was looked at, found and urged
#[utoipa::path(post, path = "/api/v1/checks", tag = "checks", request_body = CheckBody,
    responses((status = 201, description = "The check"), (status = 422, description = "M_REQUIRED")))]
pub(super) async fn note(
    State(app): State<App>,
    visitor: Visitor,
    Json(body): Json<CheckBody>,
) -> Result<(StatusCode, Json<Value>)> {
    let finding = Finding {
        incident: body.incident,
        department: body.department,
        looked_at: body.looked_at,
        finding: body.finding,
        urge: body.urge,
    };
    let check = app.note_check(visitor.signed_in()?, &finding).await?;
    Ok((StatusCode::CREATED, Json(answer(&check))))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckQuery {
    department: Option<String>,
}

/// List checks, the latest first
#[utoipa::path(get, path = "/api/v1/checks", tag = "checks", params(CheckQuery),
    responses((status = 200, description = "{items}")))]
pub(super) async fn list(State(app): State<App>, Query(query): Query<CheckQuery>) -> Result<Json<Value>> {
    let mut conn = app.pool.acquire().await?;
    let checks = store::list(&mut conn, query.department.as_deref(), LISTED).await?;
    Ok(Json(json!({ "items": checks.iter().map(answer).collect::<Vec<_>>() })))
}

fn answer(check: &Check) -> Value {
    json!({
        "id": check.id,
        "incident": check.incident,
        "department": check.department,
        "looked_at": check.looked_at,
        "finding": check.finding,
        "urge": check.urge,
        "by": check.by,
        "at": rfc3339(check.at),
        "became": check.became,
    })
}
