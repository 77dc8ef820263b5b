//! Calls on people, money and materials asked for under a headquarters.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::query::Query;
use crate::error::Result;
use crate::incident::field::time;
use crate::refusal::Refused;
use crate::resource::store::{self, Answer};
use crate::resource::{Request, Wish};
use crate::state::App;
use crate::web::Visitor;
use crate::web::json::Json;
use crate::web::when::rfc3339;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestBody {
    /// Number of the headquarters, that is of the incident it was set up for; or of another incident under it.
    headquarters: String,
    /// people, money or materials.
    #[serde(default)]
    kind: String,
    #[serde(default)]
    what: String,
    /// 1 or more.
    #[serde(default)]
    quantity: i64,
    #[serde(default)]
    unit: String,
    /// Department instance.
    #[serde(default)]
    department: String,
    /// When it has to be there, RFC 3339; refused with M_DIRECTIVE_NO_LIMIT when left out.
    due_at: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PromiseBody {
    /// How many the department will send; 0 when it has none.
    quantity: i64,
    /// When they will be there, RFC 3339.
    #[serde(rename = "for")]
    due: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ArrivalBody {
    /// How many came now, beside those that came before.
    quantity: i64,
    /// When, RFC 3339; now when left out.
    at: Option<String>,
}

/// No more than the address says.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct CancellationBody {}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestQuery {
    /// Number of a headquarters.
    headquarters: Option<String>,
}

/// Ask a department for people, money or materials
#[utoipa::path(post, path = "/api/v1/resource-requests", tag = "resources", request_body = RequestBody,
    responses((status = 201, description = "The request, numbered under its headquarters"),
        (status = 403, description = "M_DIRECTIVE_NOT_ISSUER"),
        (status = 422, description = "M_DIRECTIVE_NO_LIMIT, M_DIRECTIVE_PAST")))]
pub(super) async fn ask(
    State(app): State<App>,
    visitor: Visitor,
    Json(body): Json<RequestBody>,
) -> Result<(StatusCode, Json<Value>)> {
    let actor = visitor.signed_in()?;
    let due_at = time("due_at", body.due_at.as_deref())?;
    let RequestBody { headquarters, kind, what, quantity, unit, department, .. } = body;
    let wish = Wish { kind, what, quantity, unit, department, due_at };
    let now = app.clock.now();
    let mut tx = app.pool.begin().await?;
    let request = store::ask(&mut tx, &headquarters, &wish, &app.directory(), actor, now).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(answer(&request, now))))
}

/// List requests, the latest first
#[utoipa::path(get, path = "/api/v1/resource-requests", tag = "resources", params(RequestQuery),
    responses((status = 200, description = "{items}")))]
pub(super) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<RequestQuery>,
) -> Result<Json<Value>> {
    let actor = visitor.signed_in()?;
    let mut conn = app.pool.acquire().await?;
    let of = match query.headquarters.as_deref() {
        Some(number) => Some(store::under(&mut conn, number).await?.ok_or(Refused::NotFound)?),
        None => None,
    };
    let now = app.clock.now();
    let found = store::list(&mut conn, of.map(|u| u.headquarters), actor).await?;
    let items: Vec<Value> = found.iter().map(|r| answer(r, now)).collect();
    Ok(Json(json!({ "items": items })))
}

/// Promise: how many the department will send, and for when; said again, the later word stands
#[utoipa::path(post, path = "/api/v1/resource-requests/{number}/promise", tag = "resources", params(("number" = String, Path)),
    request_body = PromiseBody,
    responses((status = 200, description = "The request"), (status = 403, description = "M_NOT_YOUR_TASK"), (status = 409, description = "M_STALE: cancelled, or there already")))]
pub(super) async fn promise(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<PromiseBody>,
) -> Result<Json<Value>> {
    let due = time("for", body.due.as_deref())?;
    done(&app, &visitor, &number, Answer::Promise { quantity: body.quantity, due }).await
}

/// Write down that some have arrived; by the department or who commands
#[utoipa::path(post, path = "/api/v1/resource-requests/{number}/arrival", tag = "resources", params(("number" = String, Path)),
    request_body = ArrivalBody,
    responses((status = 200, description = "The request"), (status = 403, description = "M_NOT_YOUR_TASK"), (status = 409, description = "M_STALE: cancelled")))]
pub(super) async fn arrival(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<ArrivalBody>,
) -> Result<Json<Value>> {
    let at = time("at", body.at.as_deref())?.unwrap_or_else(|| app.clock.now());
    done(&app, &visitor, &number, Answer::Arrival { quantity: body.quantity, at }).await
}

/// No longer needed; by who commands
#[utoipa::path(post, path = "/api/v1/resource-requests/{number}/cancellation", tag = "resources", params(("number" = String, Path)),
    request_body = CancellationBody,
    responses((status = 200, description = "The request"), (status = 403, description = "M_DIRECTIVE_NOT_ISSUER"), (status = 409, description = "M_STALE")))]
pub(super) async fn cancellation(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(CancellationBody {}): Json<CancellationBody>,
) -> Result<Json<Value>> {
    done(&app, &visitor, &number, Answer::Cancellation).await
}

async fn done(app: &App, visitor: &Visitor, number: &str, what: Answer) -> Result<Json<Value>> {
    let (actor, now) = (visitor.signed_in()?, app.clock.now());
    let mut tx = app.pool.begin().await?;
    let request = store::answer(&mut tx, number, &what, &app.directory(), actor, now).await?;
    tx.commit().await?;
    Ok(Json(answer(&request, now)))
}

fn answer(r: &Request, now: DateTime<Utc>) -> Value {
    let promise = r.promise.as_ref();
    let (arrived, cancelled) = (r.last_arrival.as_ref(), r.cancelled.as_ref());
    json!({
        "number": r.number,
        "headquarters": r.headquarters_number(),
        "kind": r.kind.code(),
        "what": r.what,
        "quantity": r.asked,
        "unit": r.unit,
        "department": r.department,
        "due_at": rfc3339(r.due_at),
        "state": r.state().code(),
        "late_seconds": r.late_seconds(now),
        "asked_by": r.asked_by,
        "asked_at": rfc3339(r.asked_at),
        "promised": promise.map(|p| p.quantity),
        "promised_for": promise.and_then(|p| p.due).map(rfc3339),
        "promised_by": promise.map(|p| &p.by),
        "promised_at": promise.map(|p| rfc3339(p.at)),
        "arrived": r.arrived,
        "arrived_at": arrived.map(|a| rfc3339(a.0)),
        "arrived_by": arrived.map(|a| &a.1),
        "cancelled_at": cancelled.map(|c| rfc3339(c.0)),
        "cancelled_by": cancelled.map(|c| &c.1),
    })
}
