//! Calls on people, money and materials asked for under a headquarters.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::query::Query;
use super::sender::{SenderKey, answered};
use super::shape::{Items, answers};
use crate::error::Result;
use crate::incident::field::time;
use crate::once::{Call, Made, store as once};
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
#[utoipa::path(post, path = "/api/v1/resource-requests", tag = "resources",
    params(("Idempotency-Key" = Option<String>, Header, description = "The sender's own key: sent again, it is the same")), request_body = RequestBody,
    responses((status = 201, body = RequestAnswer, description = "The request, numbered under its headquarters"),
        (status = 200, body = RequestAnswer, description = "As asked before under the key"),
        (status = 403, description = "M_DIRECTIVE_NOT_ISSUER"),
        (status = 422, description = "M_DIRECTIVE_NO_LIMIT, M_DIRECTIVE_PAST")))]
pub(super) async fn ask(
    State(app): State<App>,
    visitor: Visitor,
    key: SenderKey,
    Json(body): Json<RequestBody>,
) -> Result<(StatusCode, Json<RequestAnswer>)> {
    let actor = visitor.signed_in()?;
    let due_at = time("due_at", body.due_at.as_deref())?;
    let RequestBody { headquarters, kind, what, quantity, unit, department, .. } = body;
    let wish = Wish { kind, what, quantity, unit, department, due_at };
    let (key, now) = (key.of(actor, Call::ResourceRequest), app.clock.now());
    let mut tx = app.pool.begin().await?;
    let made = match once::known(&mut tx, key.as_ref()).await? {
        Some(number) => Made::Known(store::by_number(&mut tx, &number).await?.ok_or(Refused::NotFound)?),
        None => {
            let request = store::ask(&mut tx, &headquarters, &wish, &app.directory(), actor, now).await?;
            once::keep(&mut tx, key.as_ref(), &request.number, now).await?;
            Made::New(request)
        }
    };
    tx.commit().await?;
    Ok(answered(made.map(|request| answer(&request, now))))
}

/// List requests, the latest first
#[utoipa::path(get, path = "/api/v1/resource-requests", tag = "resources", params(RequestQuery),
    responses((status = 200, body = Items<RequestAnswer>, description = "{items}")))]
pub(super) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<RequestQuery>,
) -> Result<Json<Items<RequestAnswer>>> {
    let actor = visitor.signed_in()?;
    let mut conn = app.pool.acquire().await?;
    let of = match query.headquarters.as_deref() {
        Some(number) => Some(store::under(&mut conn, number).await?.ok_or(Refused::NotFound)?),
        None => None,
    };
    let now = app.clock.now();
    let found = store::list(&mut conn, of.map(|u| u.headquarters), actor).await?;
    Ok(Json(found.iter().map(|r| answer(r, now)).collect()))
}

/// Promise: how many the department will send, and for when; said again, the later word stands
#[utoipa::path(post, path = "/api/v1/resource-requests/{number}/promise", tag = "resources", params(("number" = String, Path)),
    request_body = PromiseBody,
    responses((status = 200, body = RequestAnswer, description = "The request"), (status = 403, description = "M_NOT_YOUR_TASK"), (status = 409, description = "M_STALE: cancelled, or there already")))]
pub(super) async fn promise(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<PromiseBody>,
) -> Result<Json<RequestAnswer>> {
    let due = time("for", body.due.as_deref())?;
    done(&app, &visitor, &number, Answer::Promise { quantity: body.quantity, due }).await
}

/// Write down that some have arrived; by the department or who commands
#[utoipa::path(post, path = "/api/v1/resource-requests/{number}/arrival", tag = "resources", params(("number" = String, Path)),
    request_body = ArrivalBody,
    responses((status = 200, body = RequestAnswer, description = "The request"), (status = 403, description = "M_NOT_YOUR_TASK"), (status = 409, description = "M_STALE: cancelled")))]
pub(super) async fn arrival(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<ArrivalBody>,
) -> Result<Json<RequestAnswer>> {
    let at = time("at", body.at.as_deref())?.unwrap_or_else(|| app.clock.now());
    done(&app, &visitor, &number, Answer::Arrival { quantity: body.quantity, at }).await
}

/// No longer needed; by who commands
#[utoipa::path(post, path = "/api/v1/resource-requests/{number}/cancellation", tag = "resources", params(("number" = String, Path)),
    request_body = CancellationBody,
    responses((status = 200, body = RequestAnswer, description = "The request"), (status = 403, description = "M_DIRECTIVE_NOT_ISSUER"), (status = 409, description = "M_STALE")))]
pub(super) async fn cancellation(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(CancellationBody {}): Json<CancellationBody>,
) -> Result<Json<RequestAnswer>> {
    done(&app, &visitor, &number, Answer::Cancellation).await
}

async fn done(app: &App, visitor: &Visitor, number: &str, what: Answer) -> Result<Json<RequestAnswer>> {
    let (actor, now) = (visitor.signed_in()?, app.clock.now());
    let mut tx = app.pool.begin().await?;
    let request = store::answer(&mut tx, number, &what, &app.directory(), actor, now).await?;
    tx.commit().await?;
    Ok(Json(answer(&request, now)))
}

answers! {
    /// What is asked for under a headquarters.
    pub(super) struct RequestAnswer = answer(r: &Request, now: DateTime<Utc>) {
        number: String = r.number.clone(),
        headquarters: String = r.headquarters_number().to_owned(),
        /// people, money or materials.
        kind: &'static str = r.kind.code(),
        what: String = r.what.clone(),
        quantity: i64 = r.asked,
        unit: String = r.unit.clone(),
        department: String = r.department.clone(),
        due_at: String = rfc3339(r.due_at),
        state: &'static str = r.state().code(),
        late_seconds: i64 = r.late_seconds(now),
        asked_by: String = r.asked_by.clone(),
        asked_at: String = rfc3339(r.asked_at),
        promised: Option<i64> = r.promise.as_ref().map(|p| p.quantity),
        promised_for: Option<String> = r.promise.as_ref().and_then(|p| p.due).map(rfc3339),
        promised_by: Option<String> = r.promise.as_ref().map(|p| p.by.clone()),
        promised_at: Option<String> = r.promise.as_ref().map(|p| rfc3339(p.at)),
        arrived: i64 = r.arrived,
        arrived_at: Option<String> = r.last_arrival.as_ref().map(|a| rfc3339(a.0)),
        arrived_by: Option<String> = r.last_arrival.as_ref().map(|a| a.1.clone()),
        cancelled_at: Option<String> = r.cancelled.as_ref().map(|c| rfc3339(c.0)),
        cancelled_by: Option<String> = r.cancelled.as_ref().map(|c| c.1.clone()),
    }
}
