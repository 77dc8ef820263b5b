//! Calls on an incident as a whole.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::answer::{self, IncidentAnswer, TaskAnswer, WaitingAnswer};
use super::body::{
    ClosureBody, CommentBody, ConditionBody, CorrectionBody, LinkBody, MergeBody, Reason, RecoveryBody, SeverityBody,
};
use super::exchanges::{self, Experience};
use super::sender::SenderKey;
use super::shape::answers;
use crate::conduct::{Held, Preview};
use crate::error::{Error, Result};
use crate::incident::link::store as link;
use crate::incident::{Closing, field};
use crate::lang::{Lang, Text};
use crate::plan::{Scope, Severity};
use crate::refusal::Refused;
use crate::response::intake::Receipt;
use crate::response::{Case, Command, Due};
use crate::state::App;
use crate::timeline::{self, Past};
use crate::web::Visitor;
use crate::web::errors::RefusedBody;
use crate::web::json::Json;
use crate::web::when::rfc3339;

/// Preview a report: severity, missing fields and tasks, nothing saved
#[utoipa::path(post, path = "/api/v1/previews", tag = "incidents",
    request_body(content = Object, description = "An incident body, however incomplete; plus `at`, `severity`, `scope`"),
    responses((status = 200, body = PreviewAnswer, description = "What the report would become, and what it still lacks")))]
pub(super) async fn preview(
    State(app): State<App>,
    visitor: Visitor,
    Json(mut body): Json<Map<String, Value>>,
) -> Result<Json<PreviewAnswer>> {
    let bad = || Refused::BadValue { field: "at".to_owned(), expected: field::a_time() };
    let at = body.remove("at").map(|at| field::instant(&at).ok_or_else(bad)).transpose()?;
    let actor = visitor.signed_in()?;
    let preview = app.preview(actor, &body, at)?;
    let held = app.held_now()?;
    let now = at.unwrap_or_else(|| app.clock.now());
    let experience = exchanges::experience(&app, &preview.case.incident.sub_kind).await?;
    Ok(Json(previewed(&preview, &held, experience, visitor.lang, now)))
}

/// Report an incident
#[utoipa::path(post, path = "/api/v1/incidents", tag = "incidents",
    params(("Idempotency-Key" = Option<String>, Header, description = "The sender's own key: sent again, it is the same report")),
    request_body(content = Object, description = "sub_kind, occurred_at, region, description, the sub-kind's required_fields, links_affected, severity?, scope?, told_at?, on_behalf_of?, regions_affected?, expected_back_at?; after M_DUPLICATE: duplicate_of or not_duplicate_reason"),
    responses(
        (status = 201, body = ReceiptAnswer, description = "Registered and routed"),
        (status = 200, body = ReceiptAnswer, description = "The same report as before, or merged into an open incident"),
        (status = 409, body = DuplicateAnswer, description = "M_DUPLICATE, with the incident it looks like"),
        (status = 422, description = "Refused by rule")))]
pub(super) async fn report(
    State(app): State<App>,
    visitor: Visitor,
    SenderKey(key): SenderKey,
    Json(body): Json<Map<String, Value>>,
) -> Result<axum::response::Response> {
    use axum::response::IntoResponse;
    let actor = visitor.signed_in()?;
    let receipt = match app.report(actor, body, key).await {
        Err(Error::Refused(refused)) => match &*refused {
            Refused::Duplicate { number, .. } => {
                let body = looks_like(RefusedBody::of(&refused, visitor.lang), number);
                return Ok((StatusCode::CONFLICT, Json(body)).into_response());
            }
            _ => return Err(Error::Refused(refused)),
        },
        other => other?,
    };
    let (status, case, held, reference) = match receipt {
        Receipt::Opened(case) => {
            let held = app.held(app.edition_for(&case.incident)?);
            (StatusCode::CREATED, *case, held, None)
        }
        Receipt::Known { number, reference } | Receipt::Merged { number, reference } => {
            let (case, held) = app.case(actor, &number).await?;
            (StatusCode::OK, case, held, Some(reference))
        }
    };
    Ok((status, Json(receipt_of(&case, &held, reference, app.clock.now()))).into_response())
}

/// Read an incident
#[utoipa::path(get, path = "/api/v1/incidents/{number}", tag = "incidents", params(("number" = String, Path)),
    responses((status = 200, body = ReadAnswer, description = "With tasks, links, edition, and what was learnt from incidents of the sub-kind"), (status = 404, description = "M_NOT_FOUND")))]
pub(super) async fn read(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Json<ReadAnswer>> {
    let (case, _) = app.case(visitor.signed_in()?, &number).await?;
    let experience = exchanges::experience(&app, &case.incident.sub_kind).await?;
    let Json(incident) = whole(&app, case).await?;
    Ok(Json(with_experience(incident, experience)))
}

/// The timeline: what happened, and what will if nobody acts
#[utoipa::path(get, path = "/api/v1/incidents/{number}/timeline", tag = "incidents", params(("number" = String, Path)),
    responses((status = 200, body = LineAnswer)))]
pub(super) async fn timeline(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Json<LineAnswer>> {
    let (case, held) = app.case(visitor.signed_in()?, &number).await?;
    let mut conn = app.pool.acquire().await?;
    let recorded = crate::journal::store::of_incident(&mut conn, case.incident.id).await?;
    let past = timeline::past(&recorded, &case, &held.edition, &held.directory, visitor.lang);
    Ok(Json(line(past, &case.rungs(held.world()))))
}

/// Confirm, raise or lower the level
#[utoipa::path(post, path = "/api/v1/incidents/{number}/severity", tag = "incidents", params(("number" = String, Path)),
    request_body = SeverityBody, responses((status = 200, body = IncidentAnswer, description = "The incident"), (status = 403, description = "M_SEVERITY_NOT_YOURS")))]
pub(super) async fn set_severity(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<SeverityBody>,
) -> Result<Json<IncidentAnswer>> {
    severity(&app, &visitor, &number, body).await
}

/// Set a condition of the plan true or false
#[utoipa::path(post, path = "/api/v1/incidents/{number}/conditions", tag = "incidents", params(("number" = String, Path)),
    request_body = ConditionBody, responses((status = 200, body = IncidentAnswer, description = "The incident")))]
pub(super) async fn condition(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<ConditionBody>,
) -> Result<Json<IncidentAnswer>> {
    let command = Command::Condition { condition: body.condition, value: body.value };
    act(&app, &visitor, &number, command).await
}

/// Link two incidents as cause and consequence
#[utoipa::path(post, path = "/api/v1/incidents/{number}/links", tag = "incidents", params(("number" = String, Path)),
    request_body = LinkBody, responses((status = 200, body = IncidentAnswer, description = "The incident")))]
pub(super) async fn link(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<LinkBody>,
) -> Result<Json<IncidentAnswer>> {
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
    request_body = MergeBody, responses((status = 200, body = IncidentAnswer, description = "The incident it went into")))]
pub(super) async fn merge(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<MergeBody>,
) -> Result<Json<IncidentAnswer>> {
    let case = app.merge(visitor.signed_in()?, &number, &body.into).await?;
    whole(&app, case).await
}

/// Undo a merge, within 24 hours
#[utoipa::path(post, path = "/api/v1/incidents/{number}/merge/undo", tag = "incidents", params(("number" = String, Path)),
    responses((status = 200, body = IncidentAnswer, description = "The incident, open again")))]
pub(super) async fn undo_merge(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Json<IncidentAnswer>> {
    let case = app.undo_merge(visitor.signed_in()?, &number).await?;
    whole(&app, case).await
}

/// Record that the trouble is over
#[utoipa::path(post, path = "/api/v1/incidents/{number}/recovery", tag = "incidents", params(("number" = String, Path)),
    request_body = RecoveryBody, responses((status = 200, body = IncidentAnswer, description = "The incident")))]
pub(super) async fn recovery(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<RecoveryBody>,
) -> Result<Json<IncidentAnswer>> {
    let at = field::time("at", body.at.as_deref())?.unwrap_or_else(|| app.clock.now());
    act(&app, &visitor, &number, Command::Recovery { at }).await
}

/// Close the incident
#[utoipa::path(post, path = "/api/v1/incidents/{number}/closure", tag = "incidents", params(("number" = String, Path)),
    request_body = ClosureBody, responses((status = 200, body = IncidentAnswer, description = "The incident"), (status = 422, description = "M_CLOSE_BLOCKED with the list")))]
pub(super) async fn closure(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<ClosureBody>,
) -> Result<Json<IncidentAnswer>> {
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
    request_body = Reason, responses((status = 200, body = IncidentAnswer, description = "The incident")))]
pub(super) async fn reopening(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<Reason>,
) -> Result<Json<IncidentAnswer>> {
    act(&app, &visitor, &number, Command::Reopen { reason: body.reason }).await
}

/// Correct one's own entry of the timeline
#[utoipa::path(post, path = "/api/v1/incidents/{number}/corrections", tag = "incidents", params(("number" = String, Path)),
    request_body = CorrectionBody, responses((status = 200, body = IncidentAnswer, description = "The incident"), (status = 422, description = "M_RECORD_LOCKED")))]
pub(super) async fn correction(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<CorrectionBody>,
) -> Result<Json<IncidentAnswer>> {
    act(&app, &visitor, &number, Command::Correct { entry: body.entry, text: body.text }).await
}

/// Comment on the incident
#[utoipa::path(post, path = "/api/v1/incidents/{number}/comments", tag = "incidents", params(("number" = String, Path)),
    request_body = CommentBody, responses((status = 200, body = IncidentAnswer, description = "The incident")))]
pub(super) async fn comment(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<CommentBody>,
) -> Result<Json<IncidentAnswer>> {
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

pub(super) async fn severity(
    app: &App,
    visitor: &Visitor,
    number: &str,
    body: SeverityBody,
) -> Result<Json<IncidentAnswer>> {
    let (severity, scope) = level(&body.severity, body.scope.as_deref())?;
    act(app, visitor, number, Command::Severity { severity, scope, reason: body.reason, keep: body.keep }).await
}

pub(super) async fn act(app: &App, visitor: &Visitor, number: &str, command: Command) -> Result<Json<IncidentAnswer>> {
    let case = app.act(visitor.signed_in()?, number, command).await?;
    whole(app, case).await
}

pub(super) async fn whole(app: &App, case: Case) -> Result<Json<IncidentAnswer>> {
    let held = app.held(app.edition_for(&case.incident)?);
    let mut conn = app.pool.acquire().await?;
    let links = link::of_incident(&mut conn, case.incident.id).await?;
    Ok(Json(answer::incident(&case, &links, &held, app.clock.now())))
}

answers! {
    /// What a report would become.
    pub(super) struct PreviewAnswer = previewed(
        preview: &Preview, held: &Held, experience: Vec<Experience>, lang: Lang, now: DateTime<Utc>,
    ) {
        severity: &'static str = preview.case.incident.severity.code(),
        proposed_severity: &'static str = preview.case.incident.proposal.severity.code(),
        scope: Option<&'static str> = preview.case.incident.scope.map(Scope::code),
        rule: String = preview.case.incident.proposal.rule.clone(),
        figures: BTreeMap<String, Value> = preview.case.incident.proposal.figures.clone(),
        edition: String = preview.case.incident.edition.clone(),
        /// Codes of required fields that are missing.
        missing: Vec<String> = preview.missing.clone(),
        /// What else a report of this body would be refused for.
        faults: Vec<RefusedBody> = preview.checked.faults.iter().map(|f| RefusedBody::of(f, lang)).collect(),
        tasks: Vec<TaskAnswer> = answer::tasks(&preview.case, held, now),
        waiting: Vec<WaitingAnswer> = answer::waiting(&preview.case, held),
        experience: Vec<Experience> = experience,
    }

    /// A report that is kept.
    pub(super) struct ReceiptAnswer = receipt_of(
        case: &Case, held: &Held, reference: Option<String>, now: DateTime<Utc>,
    ) {
        number: String = case.incident.number.clone(),
        severity: &'static str = case.incident.severity.code(),
        proposed_severity: &'static str = case.incident.proposal.severity.code(),
        rule: String = case.incident.proposal.rule.clone(),
        scope: Option<&'static str> = case.incident.scope.map(Scope::code),
        edition: String = case.incident.edition.clone(),
        reported_at: String = rfc3339(case.incident.reported_at),
        tasks: Vec<TaskAnswer> = answer::tasks(case, held, now),
        /// Of a report that opened nothing new: its own reference.
        #[serde(skip_serializing_if = "Option::is_none")]
        report: Option<String> = reference,
    }

    /// An incident with what was learnt from others of its sub-kind.
    pub(super) struct ReadAnswer = with_experience(incident: IncidentAnswer, experience: Vec<Experience>) {
        #[serde(flatten)]
        incident: IncidentAnswer = incident,
        experience: Vec<Experience> = experience,
    }

    /// What happened, and what will if nobody acts.
    pub(super) struct LineAnswer = line(past: Vec<Past>, due: &[Due]) {
        past: Vec<PastAnswer> = past.into_iter().map(happened).collect(),
        projected: Vec<ProjectedAnswer> = due.iter().map(projected).collect(),
    }

    pub(super) struct PastAnswer = happened(entry: Past) {
        id: i64 = entry.id,
        at: String = rfc3339(entry.at),
        /// When it came into the record.
        entered_at: String = rfc3339(entry.entered_at),
        kind: &'static str = entry.kind,
        /// Sign-in name, or system.
        actor: String = entry.actor,
        task: Option<String> = entry.task,
        department: Option<String> = entry.department,
        text: String = entry.text,
        late: bool = entry.late,
        /// Id of the entry this one corrects.
        corrects: Option<i64> = entry.corrects,
    }

    pub(super) struct ProjectedAnswer = projected(due: &Due) {
        at: String = rfc3339(due.rung.at),
        kind: &'static str = due.rung.event.code(),
        step: u32 = due.rung.step,
        /// Who is told, by role.
        tell: Vec<&'static str> = due.rung.tell.iter().map(|t| t.code()).collect(),
        task: Option<String> = due.task.clone(),
        /// Sign-in name of whoever was notified and has not said that they saw it.
        person: Option<String> = due.unseen.clone(),
    }

    /// M_DUPLICATE with the incident it looks like, and how to choose.
    pub(super) struct DuplicateAnswer = looks_like(refused: RefusedBody, number: &str) {
        #[serde(flatten)]
        refused: RefusedBody = refused,
        candidates: Vec<Candidate> = vec![candidate(number)],
        /// The fields by which a report says which it is.
        choices: Vec<&'static str> = vec!["duplicate_of", "not_duplicate_reason"],
    }

    pub(super) struct Candidate = candidate(number: &str) {
        number: String = number.to_owned(),
    }
}

fn same(words: &str) -> Text {
    Text { zh_hans: words.to_owned(), zh_hant: words.to_owned(), en: words.to_owned() }
}
