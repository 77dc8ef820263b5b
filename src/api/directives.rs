//! Calls on directives. Each answers the directive as it became.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use super::body::{
    Accepting, Completing, DirectiveBody, ExtensionBody, OfDepartment, Progressing, SendingBack, Withdrawing,
};
use super::query::Query;
use crate::conduct::directive::{About, Sheet};
use crate::directive::store::{Filter, Found};
use crate::directive::{Command, Copy, Order, State as CopyState};
use crate::error::Result;
use crate::incident::field;
use crate::incident::field::time;
use crate::lang::Text;
use crate::refusal::Refused;
use crate::state::App;
use crate::web::Visitor;
use crate::web::json::Json;
use crate::web::when::rfc3339;

/// Give an order to one or more departments
#[utoipa::path(post, path = "/api/v1/directives", tag = "directives", request_body = DirectiveBody,
    responses((status = 201, description = "The directive: {number, copies, ...}"),
        (status = 403, description = "M_DIRECTIVE_NOT_ISSUER; M_ACTING_LIMITS for an acting commander outside their incident"),
        (status = 422, description = "M_REQUIRED, M_DIRECTIVE_NO_LIMIT, M_DIRECTIVE_PAST, M_LIMIT_LOOSER")))]
pub(super) async fn issue(
    State(app): State<App>,
    visitor: Visitor,
    Json(body): Json<DirectiveBody>,
) -> Result<(StatusCode, Json<Value>)> {
    let order = Order {
        text: body.text,
        departments: body.departments,
        due_at: time("due_at", body.due_at.as_deref())?,
        clause: body.clause,
        reason: body.reason,
    };
    let check = match body.check.as_deref() {
        Some(id) => Some(id.parse().map_err(|_| bad("check", "a check's id"))?),
        None => None,
    };
    let about = About { incident: body.incident, task: body.task, check };
    let sheet = app.issue(visitor.signed_in()?, &order, &about).await?;
    Ok((StatusCode::CREATED, Json(whole(&app, &sheet))))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct DirectiveQuery {
    /// Department instance addressed.
    department: Option<String>,
    /// Number of an incident.
    incident: Option<String>,
    /// issued, acknowledged, done, accepted, withdrawn; or open, overdue.
    state: Option<String>,
}

/// List directives, the latest first
#[utoipa::path(get, path = "/api/v1/directives", tag = "directives", params(DirectiveQuery),
    responses((status = 200, description = "{items}")))]
pub(super) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<DirectiveQuery>,
) -> Result<Json<Value>> {
    let known = |s: &str| CopyState::from_code(s).is_some() || s == "open" || s == "overdue";
    if query.state.as_deref().is_some_and(|s| !known(s)) {
        return Err(bad("state", "issued, acknowledged, done, accepted, withdrawn, open, overdue").into());
    }
    let filter = Filter { department: query.department, incident: query.incident, state: query.state };
    let found = app.directives(visitor.signed_in()?, &filter).await?;
    let items: Vec<Value> = found.iter().map(|f| answer(&app, f)).collect();
    Ok(Json(json!({ "items": items })))
}

/// Read a directive
#[utoipa::path(get, path = "/api/v1/directives/{number}", tag = "directives", params(("number" = String, Path)),
    responses((status = 200, description = "With its copies"), (status = 404, description = "M_NOT_FOUND")))]
pub(super) async fn read(State(app): State<App>, visitor: Visitor, Path(number): Path<String>) -> Result<Json<Value>> {
    let sheet = app.directive(visitor.signed_in()?, &number).await?;
    Ok(Json(whole(&app, &sheet)))
}

/// Sign for one's department's copy
#[utoipa::path(post, path = "/api/v1/directives/{number}/acknowledgement", tag = "directives",
    params(("number" = String, Path)), request_body = OfDepartment,
    responses((status = 200, description = "The directive"), (status = 403, description = "M_NOT_YOUR_TASK"),
        (status = 409, description = "M_STALE: another signed first")))]
pub(super) async fn acknowledgement(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<OfDepartment>,
) -> Result<Json<Value>> {
    act(&app, &visitor, &number, body.department, Command::Acknowledge).await
}

/// Report progress
#[utoipa::path(post, path = "/api/v1/directives/{number}/progress", tag = "directives",
    params(("number" = String, Path)), request_body = Progressing,
    responses((status = 200, description = "The directive")))]
pub(super) async fn progress(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<Progressing>,
) -> Result<Json<Value>> {
    act(&app, &visitor, &number, body.department, Command::Progress { text: body.text }).await
}

/// Ask for more time; with `due_at`, give it (whoever commands only)
#[utoipa::path(post, path = "/api/v1/directives/{number}/extension", tag = "directives",
    params(("number" = String, Path)), request_body = ExtensionBody,
    responses((status = 200, description = "The directive; the first limit stays on record"),
        (status = 403, description = "M_DIRECTIVE_NOT_ISSUER: a limit set by others")))]
pub(super) async fn extension(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<ExtensionBody>,
) -> Result<Json<Value>> {
    let (due_at, until) = (time("due_at", body.due_at.as_deref())?, time("until", body.until.as_deref())?);
    let command = match due_at {
        Some(_) => Command::Extend { due_at, reason: body.reason },
        None => Command::Ask { until, reason: body.reason },
    };
    act(&app, &visitor, &number, body.department, command).await
}

/// Report done, with evidence
#[utoipa::path(post, path = "/api/v1/directives/{number}/completion", tag = "directives",
    params(("number" = String, Path)), request_body = Completing,
    responses((status = 200, description = "The directive"), (status = 422, description = "M_ACK_FIRST, M_EVIDENCE_MISSING")))]
pub(super) async fn completion(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<Completing>,
) -> Result<Json<Value>> {
    act(&app, &visitor, &number, body.department, Command::Complete { evidence: body.evidence }).await
}

/// Accept what is reported done: of one department, or of all that have
#[utoipa::path(post, path = "/api/v1/directives/{number}/acceptance", tag = "directives",
    params(("number" = String, Path)), request_body = Accepting,
    responses((status = 200, description = "The directive"), (status = 403, description = "M_DIRECTIVE_NOT_ISSUER"),
        (status = 422, description = "M_PREREQ: not reported done yet")))]
pub(super) async fn acceptance(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<Accepting>,
) -> Result<Json<Value>> {
    act(&app, &visitor, &number, body.department, Command::Accept).await
}

/// Send back what is reported done, with a reason: of one department, or of all that have
#[utoipa::path(post, path = "/api/v1/directives/{number}/return", tag = "directives",
    params(("number" = String, Path)), request_body = SendingBack,
    responses((status = 200, description = "The directive; limits stay as they were"),
        (status = 403, description = "M_DIRECTIVE_NOT_ISSUER"),
        (status = 422, description = "M_REQUIRED; M_PREREQ: not reported done")))]
pub(super) async fn give_back(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<SendingBack>,
) -> Result<Json<Value>> {
    act(&app, &visitor, &number, body.department, Command::Return { reason: body.reason }).await
}

/// Withdraw the whole directive, with a reason
#[utoipa::path(post, path = "/api/v1/directives/{number}/withdrawal", tag = "directives",
    params(("number" = String, Path)), request_body = Withdrawing,
    responses((status = 200, description = "The directive"), (status = 403, description = "M_DIRECTIVE_NOT_ISSUER")))]
pub(super) async fn withdrawal(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<Withdrawing>,
) -> Result<Json<Value>> {
    act(&app, &visitor, &number, None, Command::Withdraw { reason: body.reason }).await
}

async fn act(
    app: &App,
    visitor: &Visitor,
    number: &str,
    department: Option<String>,
    command: Command,
) -> Result<Json<Value>> {
    let sheet = app.direct(visitor.signed_in()?, number, department.as_deref(), &command).await?;
    Ok(Json(whole(app, &sheet)))
}

/// The directive, and whether its limit is later than the plan data's for the same task.
fn whole(app: &App, sheet: &Sheet) -> Value {
    let mut answer = answer(app, &sheet.found);
    let limit = sheet.matter.as_ref().and_then(|m| m.task.as_ref());
    answer["later_than_task"] = json!(limit.is_some_and(|l| l.is_later(sheet.found.directive.due_at)));
    answer
}

fn answer(app: &App, found: &Found) -> Value {
    let (d, now) = (&found.directive, app.clock.now());
    let copy = |c: &Copy| {
        json!({
            "department": c.department,
            "state": c.state.code(),
            "overdue": c.is_overdue(now),
            "acknowledge_by": rfc3339(c.acknowledge_by),
            "acknowledged_at": c.acknowledged.as_ref().map(|s| rfc3339(s.0)),
            "acknowledged_by": c.acknowledged.as_ref().map(|s| &s.1),
            "first_due_at": rfc3339(d.due_at),
            "due_at": rfc3339(c.due_at),
            "extension": c.asked.as_ref().map(|a| json!({
                "asked_at": rfc3339(a.at), "until": a.until.map(rfc3339), "reason": a.reason,
            })),
            "done_at": c.done.as_ref().map(|s| rfc3339(s.0)),
            "done_by": c.done.as_ref().map(|s| &s.1),
            "evidence": c.evidence,
            "accepted_at": c.accepted.as_ref().map(|s| rfc3339(s.0)),
            "accepted_by": c.accepted.as_ref().map(|s| &s.1),
            "late_first_seconds": c.late(d.due_at, c.late_first, now),
            "late_seconds": c.late(c.due_at, c.late_seconds, now),
        })
    };
    json!({
        "number": d.number,
        "state": d.state().code(),
        "overdue": d.is_overdue(now),
        "text": d.text,
        "clause": d.clause,
        "incident": found.number(),
        "task": d.task,
        "due_at": rfc3339(d.due_at),
        "reason": d.reason,
        "issuer": d.issuer.login,
        "issuer_role": d.issuer.role,
        "authorised_by": d.issuer.authorised_by,
        "delegation": d.issuer.delegation,
        "issued_at": rfc3339(d.issued_at),
        "withdrawn": d.withdrawn.as_ref().map(|w| json!({ "at": rfc3339(w.at), "by": w.by, "reason": w.reason })),
        "copies": d.copies.iter().map(copy).collect::<Vec<_>>(),
        "updated_at": rfc3339(d.updated_at),
        "revision": d.revision,
    })
}

fn bad(field: &str, words: &str) -> Refused {
    let words = words.to_owned();
    let expected = if words.is_empty() {
        field::a_text()
    } else {
        Text { zh_hans: words.clone(), zh_hant: words.clone(), en: words }
    };
    Refused::BadValue { field: field.to_owned(), expected }
}
