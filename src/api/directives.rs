//! Calls on directives. Each answers the directive as it became.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;

use super::body::{
    Accepting, Completing, DirectiveBody, ExtensionBody, OfDepartment, Progressing, SendingBack, Withdrawing,
};
use super::query::Query;
use super::sender::{SenderKey, answered};
use super::shape::{Items, answers};
use crate::conduct::directive::{About, Sheet};
use crate::directive::store::{Filter, Found};
use crate::directive::{Asked, Command, Copy, Order, State as CopyState, Withdrawn};
use crate::error::Result;
use crate::incident::field;
use crate::incident::field::time;
use crate::lang::Text;
use crate::once::Call;
use crate::refusal::Refused;
use crate::state::App;
use crate::web::Visitor;
use crate::web::json::Json;
use crate::web::when::rfc3339;

/// Give an order to one or more departments
#[utoipa::path(post, path = "/api/v1/directives", tag = "directives",
    params(("Idempotency-Key" = Option<String>, Header, description = "The sender's own key: sent again, it is the same")), request_body = DirectiveBody,
    responses((status = 201, body = DirectiveAnswer, description = "The directive"),
        (status = 200, body = DirectiveAnswer, description = "As given before under the key"),
        (status = 403, description = "M_DIRECTIVE_NOT_ISSUER; M_ACTING_LIMITS for an acting commander outside their incident"),
        (status = 422, description = "M_REQUIRED, M_DIRECTIVE_NO_LIMIT, M_DIRECTIVE_PAST, M_LIMIT_LOOSER")))]
pub(super) async fn issue(
    State(app): State<App>,
    visitor: Visitor,
    key: SenderKey,
    Json(body): Json<DirectiveBody>,
) -> Result<(StatusCode, Json<DirectiveAnswer>)> {
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
    let actor = visitor.signed_in()?;
    let made = app.issue(actor, &order, &about, key.of(actor, Call::Directive).as_ref()).await?;
    Ok(answered(made.map(|sheet| whole(&app, &sheet))))
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
    responses((status = 200, body = Items<DirectiveAnswer>, description = "{items}")))]
pub(super) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<DirectiveQuery>,
) -> Result<Json<Items<DirectiveAnswer>>> {
    let known = |s: &str| CopyState::from_code(s).is_some() || s == "open" || s == "overdue";
    if query.state.as_deref().is_some_and(|s| !known(s)) {
        return Err(bad("state", "issued, acknowledged, done, accepted, withdrawn, open, overdue").into());
    }
    let filter = Filter { department: query.department, incident: query.incident, state: query.state };
    let found = app.directives(visitor.signed_in()?, &filter).await?;
    let now = app.clock.now();
    Ok(Json(found.iter().map(|f| answer(f, None, now)).collect()))
}

/// Read a directive
#[utoipa::path(get, path = "/api/v1/directives/{number}", tag = "directives", params(("number" = String, Path)),
    responses((status = 200, body = DirectiveAnswer, description = "With its copies"), (status = 404, description = "M_NOT_FOUND")))]
pub(super) async fn read(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Json<DirectiveAnswer>> {
    let sheet = app.directive(visitor.signed_in()?, &number).await?;
    Ok(Json(whole(&app, &sheet)))
}

/// Sign for one's department's copy
#[utoipa::path(post, path = "/api/v1/directives/{number}/acknowledgement", tag = "directives",
    params(("number" = String, Path)), request_body = OfDepartment,
    responses((status = 200, body = DirectiveAnswer, description = "The directive"), (status = 403, description = "M_NOT_YOUR_TASK"),
        (status = 409, description = "M_STALE: another signed first")))]
pub(super) async fn acknowledgement(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<OfDepartment>,
) -> Result<Json<DirectiveAnswer>> {
    act(&app, &visitor, &number, body.department, Command::Acknowledge).await
}

/// Report progress
#[utoipa::path(post, path = "/api/v1/directives/{number}/progress", tag = "directives",
    params(("number" = String, Path)), request_body = Progressing,
    responses((status = 200, body = DirectiveAnswer, description = "The directive")))]
pub(super) async fn progress(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<Progressing>,
) -> Result<Json<DirectiveAnswer>> {
    act(&app, &visitor, &number, body.department, Command::Progress { text: body.text }).await
}

/// Ask for more time; with `due_at`, give it (whoever commands only)
#[utoipa::path(post, path = "/api/v1/directives/{number}/extension", tag = "directives",
    params(("number" = String, Path)), request_body = ExtensionBody,
    responses((status = 200, body = DirectiveAnswer, description = "The directive; the first limit stays on record"),
        (status = 403, description = "M_DIRECTIVE_NOT_ISSUER: a limit set by others")))]
pub(super) async fn extension(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<ExtensionBody>,
) -> Result<Json<DirectiveAnswer>> {
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
    responses((status = 200, body = DirectiveAnswer, description = "The directive"), (status = 422, description = "M_ACK_FIRST, M_EVIDENCE_MISSING")))]
pub(super) async fn completion(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<Completing>,
) -> Result<Json<DirectiveAnswer>> {
    act(&app, &visitor, &number, body.department, Command::Complete { evidence: body.evidence }).await
}

/// Accept what is reported done: of one department, or of all that have
#[utoipa::path(post, path = "/api/v1/directives/{number}/acceptance", tag = "directives",
    params(("number" = String, Path)), request_body = Accepting,
    responses((status = 200, body = DirectiveAnswer, description = "The directive"), (status = 403, description = "M_DIRECTIVE_NOT_ISSUER"),
        (status = 422, description = "M_PREREQ: not reported done yet")))]
pub(super) async fn acceptance(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<Accepting>,
) -> Result<Json<DirectiveAnswer>> {
    act(&app, &visitor, &number, body.department, Command::Accept).await
}

/// Send back what is reported done, with a reason: of one department, or of all that have
#[utoipa::path(post, path = "/api/v1/directives/{number}/return", tag = "directives",
    params(("number" = String, Path)), request_body = SendingBack,
    responses((status = 200, body = DirectiveAnswer, description = "The directive; limits stay as they were"),
        (status = 403, description = "M_DIRECTIVE_NOT_ISSUER"),
        (status = 422, description = "M_REQUIRED; M_PREREQ: not reported done")))]
pub(super) async fn give_back(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<SendingBack>,
) -> Result<Json<DirectiveAnswer>> {
    act(&app, &visitor, &number, body.department, Command::Return { reason: body.reason }).await
}

/// Withdraw the whole directive, with a reason
#[utoipa::path(post, path = "/api/v1/directives/{number}/withdrawal", tag = "directives",
    params(("number" = String, Path)), request_body = Withdrawing,
    responses((status = 200, body = DirectiveAnswer, description = "The directive"), (status = 403, description = "M_DIRECTIVE_NOT_ISSUER")))]
pub(super) async fn withdrawal(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<Withdrawing>,
) -> Result<Json<DirectiveAnswer>> {
    act(&app, &visitor, &number, None, Command::Withdraw { reason: body.reason }).await
}

async fn act(
    app: &App,
    visitor: &Visitor,
    number: &str,
    department: Option<String>,
    command: Command,
) -> Result<Json<DirectiveAnswer>> {
    let sheet = app.direct(visitor.signed_in()?, number, department.as_deref(), &command).await?;
    Ok(Json(whole(app, &sheet)))
}

/// The directive, and whether its limit is later than the plan data's for the same task.
fn whole(app: &App, sheet: &Sheet) -> DirectiveAnswer {
    let limit = sheet.matter.as_ref().and_then(|m| m.task.as_ref());
    let later = limit.is_some_and(|l| l.is_later(sheet.found.directive.due_at));
    answer(&sheet.found, Some(later), app.clock.now())
}

answers! {
    /// A directive with its copies, one for each department addressed.
    pub(super) struct DirectiveAnswer = answer(found: &Found, later: Option<bool>, now: DateTime<Utc>) {
        number: String = found.directive.number.clone(),
        state: &'static str = found.directive.state().code(),
        overdue: bool = found.directive.is_overdue(now),
        text: String = found.directive.text.clone(),
        clause: Option<String> = found.directive.clause.clone(),
        /// Number of the incident it is for.
        incident: Option<String> = found.number().map(str::to_owned),
        task: Option<String> = found.directive.task.clone(),
        due_at: String = rfc3339(found.directive.due_at),
        reason: Option<String> = found.directive.reason.clone(),
        issuer: String = found.directive.issuer.login.clone(),
        /// leader, deputy_leader or acting_commander.
        issuer_role: String = found.directive.issuer.role.clone(),
        authorised_by: Option<String> = found.directive.issuer.authorised_by.clone(),
        /// Id of the letter an acting commander commands by.
        delegation: Option<String> = found.directive.issuer.delegation.map(|id| id.to_string()),
        issued_at: String = rfc3339(found.directive.issued_at),
        withdrawn: Option<WithdrawnAnswer> = found.directive.withdrawn.as_ref().map(withdrawn),
        copies: Vec<CopyAnswer> = found.directive.copies.iter().map(|c| copy(c, found.directive.due_at, now)).collect(),
        updated_at: String = rfc3339(found.directive.updated_at),
        revision: i32 = found.directive.revision,
        /// Whether its limit is later than the plan data's for the same task; left out in lists.
        #[serde(skip_serializing_if = "Option::is_none")]
        later_than_task: Option<bool> = later,
    }

    pub(super) struct CopyAnswer = copy(c: &Copy, first_due_at: DateTime<Utc>, now: DateTime<Utc>) {
        department: String = c.department.clone(),
        /// issued, acknowledged, done, accepted or withdrawn.
        state: &'static str = c.state.code(),
        overdue: bool = c.is_overdue(now),
        acknowledge_by: String = rfc3339(c.acknowledge_by),
        acknowledged_at: Option<String> = c.acknowledged.as_ref().map(|s| rfc3339(s.0)),
        acknowledged_by: Option<String> = c.acknowledged.as_ref().map(|s| s.1.clone()),
        first_due_at: String = rfc3339(first_due_at),
        due_at: String = rfc3339(c.due_at),
        extension: Option<ExtensionAnswer> = c.asked.as_ref().map(extension_of),
        done_at: Option<String> = c.done.as_ref().map(|s| rfc3339(s.0)),
        done_by: Option<String> = c.done.as_ref().map(|s| s.1.clone()),
        evidence: Option<String> = c.evidence.clone(),
        accepted_at: Option<String> = c.accepted.as_ref().map(|s| rfc3339(s.0)),
        accepted_by: Option<String> = c.accepted.as_ref().map(|s| s.1.clone()),
        late_first_seconds: i64 = c.late(first_due_at, c.late_first, now),
        late_seconds: i64 = c.late(c.due_at, c.late_seconds, now),
    }

    /// More time the department asks for.
    pub(super) struct ExtensionAnswer = extension_of(a: &Asked) {
        asked_at: String = rfc3339(a.at),
        until: Option<String> = a.until.map(rfc3339),
        reason: String = a.reason.clone(),
    }

    pub(super) struct WithdrawnAnswer = withdrawn(w: &Withdrawn) {
        at: String = rfc3339(w.at),
        by: String = w.by.clone(),
        reason: String = w.reason.clone(),
    }
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
