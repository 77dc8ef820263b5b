//! Calls on rectification orders. Each answers the order as it became.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::query::Query;
use super::sender::{SenderKey, answered};
use super::shape::{Items, answers};
use crate::error::Result;
use crate::incident::field;
use crate::incident::field::time;
use crate::once::Call;
use crate::rectification::store::Filter;
use crate::rectification::{Command, Order, Rectification, State as OrderState};
use crate::refusal::Refused;
use crate::state::App;
use crate::web::Visitor;
use crate::web::json::Json;
use crate::web::when::rfc3339;

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RectificationBody {
    /// Number of the incident reviewed.
    pub incident: String,
    /// Id of a finding of its review.
    pub finding: Option<String>,
    /// What has to be done.
    pub measure: String,
    /// Department instance; left out, that of the finding.
    pub department: Option<String>,
    /// The limit, RFC 3339.
    pub due_at: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RectificationAnswer {
    /// What was done.
    pub answer: String,
    /// What shows it: photos kept with the incident, a number, where the paper is.
    pub evidence: String,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RectificationReturn {
    pub reason: String,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct NothingMore {}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct RectificationQuery {
    /// Number of the incident.
    incident: Option<String>,
    department: Option<String>,
    /// issued, acknowledged, answered, returned, accepted; or open, overdue.
    state: Option<String>,
}

/// Order a department to put a finding right, by a limit
#[utoipa::path(post, path = "/api/v1/rectifications", tag = "rectifications",
    params(("Idempotency-Key" = Option<String>, Header, description = "The sender's own key: sent again, it is the same")), request_body = RectificationBody,
    responses((status = 201, body = OrderAnswer, description = "The order"),
        (status = 200, body = OrderAnswer, description = "As given before under the key"),
        (status = 403, description = "M_FORBIDDEN: not of the inspection centre, or took part in the handling"),
        (status = 422, description = "M_REQUIRED, M_BAD_VALUE, M_DIRECTIVE_NO_LIMIT, M_DIRECTIVE_PAST")))]
pub(super) async fn order(
    State(app): State<App>,
    visitor: Visitor,
    key: SenderKey,
    Json(body): Json<RectificationBody>,
) -> Result<(StatusCode, Json<OrderAnswer>)> {
    let bad = |_| Refused::BadValue { field: "finding".to_owned(), expected: field::a_text() };
    let finding = match body.finding.as_deref().map(str::trim).filter(|f| !f.is_empty()) {
        Some(id) => Some(id.parse().map_err(bad)?),
        None => None,
    };
    let order = Order {
        incident: body.incident,
        finding,
        measure: body.measure,
        department: body.department,
        due_at: time("due_at", body.due_at.as_deref())?,
    };
    let actor = visitor.signed_in()?;
    let made = app.order_rectification(actor, &order, key.of(actor, Call::Rectification).as_ref()).await?;
    Ok(answered(made.map(|file| answer_of(&file.order, app.clock.now()))))
}

/// List orders: all for the inspection centre and the leadership, for others those to their departments
#[utoipa::path(get, path = "/api/v1/rectifications", tag = "rectifications", params(RectificationQuery),
    responses((status = 200, body = Items<OrderAnswer>, description = "{items}")))]
pub(super) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<RectificationQuery>,
) -> Result<Json<Items<OrderAnswer>>> {
    let RectificationQuery { incident, department, state } = query;
    let known = |s: &str| OrderState::from_code(s).is_some() || s == "open" || s == "overdue";
    if state.as_deref().is_some_and(|s| !known(s)) {
        let words = "issued, acknowledged, answered, returned, accepted, open, overdue".to_owned();
        let expected = crate::lang::Text { zh_hans: words.clone(), zh_hant: words.clone(), en: words };
        return Err(Refused::BadValue { field: "state".to_owned(), expected }.into());
    }
    let found = app.rectifications(visitor.signed_in()?, &Filter { incident, department, state }).await?;
    let now = app.clock.now();
    Ok(Json(found.iter().map(|o| answer_of(o, now)).collect()))
}

/// Read an order
#[utoipa::path(get, path = "/api/v1/rectifications/{number}", tag = "rectifications", params(("number" = String, Path)),
    responses((status = 200, body = OrderAnswer, description = "The order"), (status = 404, description = "M_NOT_FOUND")))]
pub(super) async fn read(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Json<OrderAnswer>> {
    let file = app.rectification(visitor.signed_in()?, &number).await?;
    Ok(Json(answer_of(&file.order, app.clock.now())))
}

/// Sign for the order
#[utoipa::path(post, path = "/api/v1/rectifications/{number}/acknowledgement", tag = "rectifications",
    params(("number" = String, Path)), request_body = NothingMore,
    responses((status = 200, body = OrderAnswer, description = "The order"), (status = 403, description = "M_NOT_YOUR_TASK, M_INSP_READONLY"),
        (status = 409, description = "M_STALE: another signed first")))]
pub(super) async fn acknowledgement(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(NothingMore {}): Json<NothingMore>,
) -> Result<Json<OrderAnswer>> {
    act(&app, &visitor, &number, &Command::Acknowledge).await
}

/// Answer, with evidence, as head of the department; again after a return
#[utoipa::path(post, path = "/api/v1/rectifications/{number}/answer", tag = "rectifications",
    params(("number" = String, Path)), request_body = RectificationAnswer,
    responses((status = 200, body = OrderAnswer, description = "The order"), (status = 422, description = "M_ACK_FIRST, M_REQUIRED, M_EVIDENCE_MISSING")))]
pub(super) async fn answer(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<RectificationAnswer>,
) -> Result<Json<OrderAnswer>> {
    act(&app, &visitor, &number, &Command::Answer { text: body.answer, evidence: body.evidence }).await
}

/// Accept the answer, as the inspection centre
#[utoipa::path(post, path = "/api/v1/rectifications/{number}/acceptance", tag = "rectifications",
    params(("number" = String, Path)), request_body = NothingMore,
    responses((status = 200, body = OrderAnswer, description = "The order"), (status = 403, description = "M_RECTIFY_SELF, M_FORBIDDEN"),
        (status = 422, description = "M_PREREQ: not answered yet")))]
pub(super) async fn acceptance(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(NothingMore {}): Json<NothingMore>,
) -> Result<Json<OrderAnswer>> {
    act(&app, &visitor, &number, &Command::Accept).await
}

/// Return the answer with a reason, as the inspection centre
#[utoipa::path(post, path = "/api/v1/rectifications/{number}/return", tag = "rectifications",
    params(("number" = String, Path)), request_body = RectificationReturn,
    responses((status = 200, body = OrderAnswer, description = "The order"), (status = 403, description = "M_RECTIFY_SELF, M_FORBIDDEN"),
        (status = 422, description = "M_REQUIRED: the reason; M_PREREQ: not answered yet")))]
pub(super) async fn give_back(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<RectificationReturn>,
) -> Result<Json<OrderAnswer>> {
    act(&app, &visitor, &number, &Command::Return { reason: body.reason }).await
}

async fn act(app: &App, visitor: &Visitor, number: &str, command: &Command) -> Result<Json<OrderAnswer>> {
    let file = app.rectify(visitor.signed_in()?, number, command).await?;
    Ok(Json(answer_of(&file.order, app.clock.now())))
}

answers! {
    /// An order to put a finding right.
    pub(super) struct OrderAnswer = answer_of(o: &Rectification, now: DateTime<Utc>) {
        number: String = o.number.clone(),
        incident: String = o.incident_number.clone(),
        /// issued, acknowledged, answered, returned or accepted.
        state: &'static str = o.state.code(),
        overdue: bool = o.is_overdue(now),
        finding: String = o.finding.id.to_string(),
        finding_text: String = o.finding.words.text.clone(),
        clause: String = o.finding.words.clause.clone(),
        department: String = o.department.clone(),
        measure: String = o.measure.clone(),
        due_at: String = rfc3339(o.due_at),
        acknowledge_by: String = rfc3339(o.acknowledge_by),
        issued_at: String = rfc3339(o.issued.0),
        issued_by: String = o.issued.1.clone(),
        acknowledged_at: Option<String> = o.acknowledged.as_ref().map(|s| rfc3339(s.0)),
        acknowledged_by: Option<String> = o.acknowledged.as_ref().map(|s| s.1.clone()),
        answer: Option<String> = o.answer.as_ref().map(|a| a.text.clone()),
        evidence: Option<String> = o.answer.as_ref().map(|a| a.evidence.clone()),
        answered_at: Option<String> = o.answer.as_ref().map(|a| rfc3339(a.signed.0)),
        answered_by: Option<String> = o.answer.as_ref().map(|a| a.signed.1.clone()),
        returned_reason: Option<String> = o.returned.as_ref().map(|r| r.0.clone()),
        returned_at: Option<String> = o.returned.as_ref().map(|r| rfc3339(r.1.0)),
        returned_by: Option<String> = o.returned.as_ref().map(|r| r.1.1.clone()),
        accepted_at: Option<String> = o.accepted.as_ref().map(|s| rfc3339(s.0)),
        accepted_by: Option<String> = o.accepted.as_ref().map(|s| s.1.clone()),
        late_seconds: i64 = o.late(now),
        updated_at: String = rfc3339(o.updated_at),
        revision: i32 = o.revision,
    }
}
