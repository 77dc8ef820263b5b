//! Calls on the check log of the leadership (2.1.2-lg-4).

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;

use super::body::CheckBody;
use super::query::Query;
use super::shape::{Items, answers};
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
    responses((status = 201, body = CheckAnswer, description = "The check"), (status = 422, description = "M_REQUIRED")))]
pub(super) async fn note(
    State(app): State<App>,
    visitor: Visitor,
    Json(body): Json<CheckBody>,
) -> Result<(StatusCode, Json<CheckAnswer>)> {
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
    responses((status = 200, body = Items<CheckAnswer>, description = "{items}")))]
pub(super) async fn list(State(app): State<App>, Query(query): Query<CheckQuery>) -> Result<Json<Items<CheckAnswer>>> {
    let mut conn = app.pool.acquire().await?;
    let checks = store::list(&mut conn, query.department.as_deref(), LISTED).await?;
    Ok(Json(checks.iter().map(answer).collect()))
}

answers! {
    /// An entry of the check log.
    pub(super) struct CheckAnswer = answer(check: &Check) {
        id: String = check.id.to_string(),
        incident: Option<String> = check.incident.clone(),
        department: String = check.department.clone(),
        looked_at: String = check.looked_at.clone(),
        finding: String = check.finding.clone(),
        urge: String = check.urge.clone(),
        /// Sign-in name.
        by: String = check.by.clone(),
        at: String = rfc3339(check.at),
        /// Number of the directive or circular that came of it.
        became: Option<String> = check.became.clone(),
    }
}
