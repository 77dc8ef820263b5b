//! Calls on an incident as a whole.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::answer;
use super::body::{
    ClosureBody, CommentBody, ConditionBody, CorrectionBody, LinkBody, MergeBody, Reason, RecoveryBody, SeverityBody,
};
use crate::error::{Error, Result};
use crate::incident::link::store as link;
use crate::incident::{Closing, field};
use crate::l10n::text;
use crate::lang::Text;
use crate::plan::{Scope, Severity};
use crate::refusal::Refused;
use crate::response::intake::Receipt;
use crate::response::{Case, Command};
use crate::state::App;
use crate::timeline;
use crate::web::Visitor;
use crate::web::json::Json;
use crate::web::when::rfc3339;

/// Characters of an idempotency key at most.
pub const KEY_LENGTH: usize = 200;

/// Preview a report: severity, missing fields and tasks, nothing saved
#[utoipa::path(post, path = "/api/v1/previews", tag = "incidents",
    request_body(content = Object, description = "An incident body, however incomplete; plus `at`, `severity`, `scope`"),
    responses((status = 200, description = "{severity, proposed_severity, rule, figures, missing, tasks, waiting, faults, experience}")))]
pub(super) async fn preview(
    State(app): State<App>,
    visitor: Visitor,
    Json(mut body): Json<Map<String, Value>>,
) -> Result<Json<Value>> {
    let bad = || Refused::BadValue { field: "at".to_owned(), expected: field::a_time() };
    let at = body.remove("at").map(|at| field::instant(&at).ok_or_else(bad)).transpose()?;
    let actor = visitor.signed_in()?;
    let preview = app.preview(actor, &body, at)?;
    let held = app.held_now()?;
    let now = at.unwrap_or_else(|| app.clock.now());
    let incident = &preview.case.incident;
    let faults: Vec<_> =
        preview.checked.faults.iter().map(|f| crate::web::errors::RefusedBody::of(f, visitor.lang)).collect();
    Ok(Json(json!({
        "severity": incident.severity.code(),
        "proposed_severity": incident.proposal.severity.code(),
        "scope": incident.scope.map(Scope::code),
        "rule": incident.proposal.rule,
        "figures": incident.proposal.figures,
        "edition": incident.edition,
        "missing": preview.missing,
        "faults": faults,
        "tasks": answer::tasks(&preview.case, &held, now),
        "waiting": answer::waiting(&preview.case, &held),
        "experience": super::exchanges::experience(&app, &incident.sub_kind).await?,
    })))
}

/// Report an incident
#[utoipa::path(post, path = "/api/v1/incidents", tag = "incidents",
    params(("Idempotency-Key" = Option<String>, Header, description = "The sender's own key: sent again, it is the same report")),
    request_body(content = Object, description = "sub_kind, occurred_at, region, description, the sub-kind's required_fields, links_affected, severity?, scope?, told_at?, on_behalf_of?, regions_affected?, expected_back_at?; after M_DUPLICATE: duplicate_of or not_duplicate_reason"),
    responses(
        (status = 201, description = "Registered and routed: {number, severity, proposed_severity, edition, tasks}"),
        (status = 200, description = "The same report as before, or merged into an open incident"),
        (status = 409, description = "M_DUPLICATE, with `candidates`"),
        (status = 422, description = "Refused by rule")))]
pub(super) async fn report(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Json(body): Json<Map<String, Value>>,
) -> Result<axum::response::Response> {
    use axum::response::IntoResponse;
    let actor = visitor.signed_in()?;
    let key = headers
        .get("idempotency-key")
        .and_then(|v| v.to_str().ok())
        .map(str::trim)
        .filter(|k| !k.is_empty())
        .map(str::to_owned);
    if key.as_ref().is_some_and(|k| k.len() > KEY_LENGTH) {
        let expected = text(|l| l.msg_length_rule(KEY_LENGTH.to_string()));
        return Err(Refused::BadValue { field: "Idempotency-Key".to_owned(), expected }.into());
    }
    let receipt = match app.report(actor, body, key).await {
        Err(Error::Refused(refused)) if matches!(*refused, Refused::Duplicate { .. }) => {
            return Ok(duplicate(&visitor, &refused).into_response());
        }
        other => other?,
    };
    Ok(match receipt {
        Receipt::Opened(case) => {
            let held = app.held(app.edition_for(&case.incident)?);
            let answer = receipt_of(&case, &held, app.clock.now());
            (StatusCode::CREATED, Json(answer)).into_response()
        }
        Receipt::Known { number, reference } => {
            let (case, held) = app.case(actor, &number).await?;
            let mut answer = receipt_of(&case, &held, app.clock.now());
            answer["report"] = json!(reference);
            (StatusCode::OK, Json(answer)).into_response()
        }
        Receipt::Merged { number, reference } => {
            let (case, held) = app.case(actor, &number).await?;
            let mut answer = receipt_of(&case, &held, app.clock.now());
            answer["report"] = json!(reference);
            (StatusCode::OK, Json(answer)).into_response()
        }
    })
}

/// Read an incident
#[utoipa::path(get, path = "/api/v1/incidents/{number}", tag = "incidents", params(("number" = String, Path)),
    responses((status = 200, description = "With tasks, links, edition, and what was learnt from incidents of the sub-kind"), (status = 404, description = "M_NOT_FOUND")))]
pub(super) async fn read(State(app): State<App>, visitor: Visitor, Path(number): Path<String>) -> Result<Json<Value>> {
    let (case, _) = app.case(visitor.signed_in()?, &number).await?;
    let experience = super::exchanges::experience(&app, &case.incident.sub_kind).await?;
    let Json(mut incident) = whole(&app, case).await?;
    incident["experience"] = experience;
    Ok(Json(incident))
}

/// The timeline: what happened, and what will if nobody acts
#[utoipa::path(get, path = "/api/v1/incidents/{number}/timeline", tag = "incidents", params(("number" = String, Path)),
    responses((status = 200, description = "{past: [...], projected: [...]}")))]
pub(super) async fn timeline(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Json<Value>> {
    let (case, held) = app.case(visitor.signed_in()?, &number).await?;
    let mut conn = app.pool.acquire().await?;
    let recorded = crate::journal::store::of_incident(&mut conn, case.incident.id).await?;
    let past: Vec<Value> = timeline::past(&recorded, &case, &held.edition, &held.directory, visitor.lang)
        .into_iter()
        .map(|p| {
            json!({
                "id": p.id, "at": rfc3339(p.at), "entered_at": rfc3339(p.entered_at), "kind": p.kind,
                "actor": p.actor, "task": p.task, "department": p.department, "text": p.text, "late": p.late,
                "corrects": p.corrects,
            })
        })
        .collect();
    let projected: Vec<Value> = case
        .rungs(held.world())
        .into_iter()
        .map(|due| {
            json!({
                "at": rfc3339(due.rung.at), "kind": due.rung.event.code(), "step": due.rung.step,
                "tell": due.rung.tell.iter().map(|t| t.code()).collect::<Vec<_>>(), "task": due.task,
                "person": due.unseen,
            })
        })
        .collect();
    Ok(Json(json!({ "past": past, "projected": projected })))
}

/// Confirm, raise or lower the level
#[utoipa::path(post, path = "/api/v1/incidents/{number}/severity", tag = "incidents", params(("number" = String, Path)),
    request_body = SeverityBody, responses((status = 200, description = "The incident"), (status = 403, description = "M_SEVERITY_NOT_YOURS")))]
pub(super) async fn set_severity(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<SeverityBody>,
) -> Result<Json<Value>> {
    severity(&app, &visitor, &number, body).await
}

/// Set a condition of the plan true or false
#[utoipa::path(post, path = "/api/v1/incidents/{number}/conditions", tag = "incidents", params(("number" = String, Path)),
    request_body = ConditionBody, responses((status = 200, description = "The incident")))]
pub(super) async fn condition(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<ConditionBody>,
) -> Result<Json<Value>> {
    let command = Command::Condition { condition: body.condition, value: body.value };
    act(&app, &visitor, &number, command).await
}

/// Link two incidents as cause and consequence
#[utoipa::path(post, path = "/api/v1/incidents/{number}/links", tag = "incidents", params(("number" = String, Path)),
    request_body = LinkBody, responses((status = 200, description = "The incident")))]
pub(super) async fn link(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<LinkBody>,
) -> Result<Json<Value>> {
    let parent = match body.role.as_deref() {
        Some("child") => Some(true),
        Some("parent") => Some(false),
        None => None,
        Some(_) => {
            return Err(Refused::BadValue { field: "as".to_owned(), expected: same("parent, child") }.into());
        }
    };
    let case = app.link(visitor.signed_in()?, &number, &body.number, &body.reason, parent).await?;
    whole(&app, case).await
}

/// Merge an incident into another of the same sub-kind; of another sub-kind it is linked instead
#[utoipa::path(post, path = "/api/v1/incidents/{number}/merge", tag = "incidents", params(("number" = String, Path)),
    request_body = MergeBody, responses((status = 200, description = "The incident it went into")))]
pub(super) async fn merge(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<MergeBody>,
) -> Result<Json<Value>> {
    let case = app.merge(visitor.signed_in()?, &number, &body.into).await?;
    whole(&app, case).await
}

/// Undo a merge, within 24 hours
#[utoipa::path(post, path = "/api/v1/incidents/{number}/merge/undo", tag = "incidents", params(("number" = String, Path)),
    responses((status = 200, description = "The incident, open again")))]
pub(super) async fn undo_merge(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Json<Value>> {
    let case = app.undo_merge(visitor.signed_in()?, &number).await?;
    whole(&app, case).await
}

/// Record that the trouble is over
#[utoipa::path(post, path = "/api/v1/incidents/{number}/recovery", tag = "incidents", params(("number" = String, Path)),
    request_body = RecoveryBody, responses((status = 200, description = "The incident")))]
pub(super) async fn recovery(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<RecoveryBody>,
) -> Result<Json<Value>> {
    let at = field::time("at", body.at.as_deref())?.unwrap_or_else(|| app.clock.now());
    act(&app, &visitor, &number, Command::Recovery { at }).await
}

/// Close the incident
#[utoipa::path(post, path = "/api/v1/incidents/{number}/closure", tag = "incidents", params(("number" = String, Path)),
    request_body = ClosureBody, responses((status = 200, description = "The incident"), (status = 422, description = "M_CLOSE_BLOCKED with the list")))]
pub(super) async fn closure(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<ClosureBody>,
) -> Result<Json<Value>> {
    let restored_at = field::time("restored_at", body.restored_at.as_deref())?.ok_or_else(|| Refused::Required {
        field: "restored_at".to_owned(),
        label: Text {
            zh_hans: "恢复正常的时间".to_owned(),
            zh_hant: "恢復正常的時間".to_owned(),
            en: "Time of restoration".to_owned(),
        },
    })?;
    let closing = Closing { result: body.result, restored_at, cause: body.cause };
    let command = Command::Close { closing, despite_children: body.despite_children };
    act(&app, &visitor, &number, command).await
}

/// Reopen with a reason
#[utoipa::path(post, path = "/api/v1/incidents/{number}/reopening", tag = "incidents", params(("number" = String, Path)),
    request_body = Reason, responses((status = 200, description = "The incident")))]
pub(super) async fn reopening(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<Reason>,
) -> Result<Json<Value>> {
    act(&app, &visitor, &number, Command::Reopen { reason: body.reason }).await
}

/// Correct one's own entry of the timeline
#[utoipa::path(post, path = "/api/v1/incidents/{number}/corrections", tag = "incidents", params(("number" = String, Path)),
    request_body = CorrectionBody, responses((status = 200, description = "The incident"), (status = 422, description = "M_RECORD_LOCKED")))]
pub(super) async fn correction(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<CorrectionBody>,
) -> Result<Json<Value>> {
    act(&app, &visitor, &number, Command::Correct { entry: body.entry, text: body.text }).await
}

/// Comment on the incident
#[utoipa::path(post, path = "/api/v1/incidents/{number}/comments", tag = "incidents", params(("number" = String, Path)),
    request_body = CommentBody, responses((status = 200, description = "The incident")))]
pub(super) async fn comment(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<CommentBody>,
) -> Result<Json<Value>> {
    act(&app, &visitor, &number, Command::Comment { text: body.text }).await
}

/// A level and its scope as codes.
pub(super) fn level(severity: &str, scope: Option<&str>) -> Result<(Severity, Option<Scope>), Refused> {
    let bad = |field: &str, codes: &str| Refused::BadValue { field: field.to_owned(), expected: same(codes) };
    let severity = Severity::from_code(severity).ok_or_else(|| bad("severity", "departmental, local, major"))?;
    let scope = match scope {
        Some(code) => Some(Scope::from_code(code).ok_or_else(|| bad("scope", "whole_region, part_region"))?),
        None => None,
    };
    Ok((severity, scope))
}

pub(super) async fn severity(app: &App, visitor: &Visitor, number: &str, body: SeverityBody) -> Result<Json<Value>> {
    let (severity, scope) = level(&body.severity, body.scope.as_deref())?;
    act(app, visitor, number, Command::Severity { severity, scope, reason: body.reason, keep: body.keep }).await
}

pub(super) async fn act(app: &App, visitor: &Visitor, number: &str, command: Command) -> Result<Json<Value>> {
    let case = app.act(visitor.signed_in()?, number, command).await?;
    whole(app, case).await
}

pub(super) async fn whole(app: &App, case: Case) -> Result<Json<Value>> {
    let held = app.held(app.edition_for(&case.incident)?);
    let mut conn = app.pool.acquire().await?;
    let links = link::of_incident(&mut conn, case.incident.id).await?;
    Ok(Json(answer::incident(&case, &links, &held, app.clock.now())))
}

fn receipt_of(case: &Case, held: &crate::conduct::Held, now: DateTime<Utc>) -> Value {
    let incident = &case.incident;
    json!({
        "number": incident.number,
        "severity": incident.severity.code(),
        "proposed_severity": incident.proposal.severity.code(),
        "rule": incident.proposal.rule,
        "scope": incident.scope.map(Scope::code),
        "edition": incident.edition,
        "reported_at": rfc3339(incident.reported_at),
        "tasks": answer::tasks(case, held, now),
    })
}

/// M_DUPLICATE with the incident it looks like, and how to choose.
fn duplicate(visitor: &Visitor, refused: &Refused) -> (StatusCode, Json<Value>) {
    let mut body = json!(crate::web::errors::RefusedBody::of(refused, visitor.lang));
    if let Refused::Duplicate { number, .. } = refused {
        body["candidates"] = json!([{ "number": number }]);
        body["choices"] = json!(["duplicate_of", "not_duplicate_reason"]);
    }
    (StatusCode::CONFLICT, Json(body))
}

fn same(words: &str) -> Text {
    Text { zh_hans: words.to_owned(), zh_hant: words.to_owned(), en: words.to_owned() }
}
