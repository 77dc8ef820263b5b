//! Calls on reviews. Each act answers the review as it became.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::conduct::review::File;
use crate::error::Result;
use crate::review::sheet::{About, Counts, Row, Verdict};
use crate::review::store::Listed;
use crate::review::{Command, Signed};
use crate::state::App;
use crate::timeline::Words;
use crate::web::Visitor;
use crate::web::json::Json;
use crate::web::when::rfc3339;

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FindingBody {
    pub text: String,
    /// Clause of the incident's edition.
    pub clause: String,
    /// Department instance.
    pub department: String,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct DraftBody {
    /// 0 to 100.
    pub score: Option<i32>,
    pub summary: String,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ObjectionBody {
    /// Left out, one's own.
    pub department: Option<String>,
    pub text: String,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct AnswerBody {
    /// Whose objection.
    pub department: String,
    pub text: String,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FinalBody {
    /// As the objections changed it; left out, as drafted.
    pub score: Option<i32>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ReviewClosure {}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct DemandBody {
    /// Number of a closed incident.
    pub incident: String,
    pub reason: String,
}

/// Demand a review of a closed incident, for the Leading Group; due within the plan data's time for reviews
#[utoipa::path(post, path = "/api/v1/reviews", tag = "reviews", request_body = DemandBody,
    responses((status = 201, description = "The review"), (status = 403, description = "M_FORBIDDEN: neither leader nor deputy"),
        (status = 409, description = "M_STALE: a review stands already"), (status = 422, description = "M_REQUIRED; M_PREREQ: the incident is open")))]
pub(super) async fn demand(
    State(app): State<App>,
    visitor: Visitor,
    Json(body): Json<DemandBody>,
) -> Result<(StatusCode, Json<Value>)> {
    let file = app.demand_review(visitor.signed_in()?, &body.incident, &body.reason).await?;
    Ok((StatusCode::CREATED, Json(answer(&app, &visitor, &file))))
}

/// List reviews: all for the inspection centre and the leadership, for departments those that went out to them
#[utoipa::path(get, path = "/api/v1/reviews", tag = "reviews", responses((status = 200, description = "{items}")))]
pub(super) async fn list(State(app): State<App>, visitor: Visitor) -> Result<Json<Value>> {
    let found = app.reviews(visitor.signed_in()?).await?;
    let items: Vec<Value> = found.iter().map(|r| listed(&app, r)).collect();
    Ok(Json(json!({ "items": items })))
}

/// Read the review of an incident, with the sheet generated from its record
#[utoipa::path(get, path = "/api/v1/reviews/{number}", tag = "reviews", params(("number" = String, Path, description = "Number of the incident")),
    responses((status = 200, description = "Rows per department with verdict (kept, late, not_done, no_evidence), times and the ids of the timeline's entries behind it; both proposals of the level; findings, objections, orders"),
        (status = 403, description = "M_FORBIDDEN: not out yet"), (status = 404, description = "M_NOT_FOUND: no review is open for it")))]
pub(super) async fn read(State(app): State<App>, visitor: Visitor, Path(number): Path<String>) -> Result<Json<Value>> {
    let file = app.review(visitor.signed_in()?, &number).await?;
    Ok(Json(answer(&app, &visitor, &file)))
}

/// Add a finding against a clause and a department; before the draft goes out
#[utoipa::path(post, path = "/api/v1/reviews/{number}/findings", tag = "reviews", params(("number" = String, Path)), request_body = FindingBody,
    responses((status = 201, description = "The review"), (status = 403, description = "M_FORBIDDEN: not of the inspection centre, or took part in the handling"),
        (status = 422, description = "M_REQUIRED, M_BAD_VALUE, M_RECORD_LOCKED: the draft is out")))]
pub(super) async fn findings(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<FindingBody>,
) -> Result<(StatusCode, Json<Value>)> {
    let FindingBody { text, clause, department } = body;
    let file = app.judge(visitor.signed_in()?, &number, &Command::Find { text, clause, department }).await?;
    Ok((StatusCode::CREATED, Json(answer(&app, &visitor, &file))))
}

/// Publish the draft to the departments concerned; their heads have two working days (proposed) to object
#[utoipa::path(post, path = "/api/v1/reviews/{number}/draft", tag = "reviews", params(("number" = String, Path)), request_body = DraftBody,
    responses((status = 200, description = "The review, with `objections_until`"), (status = 422, description = "M_REQUIRED: the score"),
        (status = 409, description = "M_STALE: another published it")))]
pub(super) async fn draft(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<DraftBody>,
) -> Result<Json<Value>> {
    act(&app, &visitor, &number, &Command::Draft { score: body.score, summary: body.summary }).await
}

/// Object to the draft, as head of a department concerned
#[utoipa::path(post, path = "/api/v1/reviews/{number}/objections", tag = "reviews", params(("number" = String, Path)), request_body = ObjectionBody,
    responses((status = 200, description = "The review"), (status = 403, description = "M_NOT_YOUR_TASK, M_INSP_READONLY"),
        (status = 422, description = "M_RECORD_LOCKED: the time to object is over"), (status = 409, description = "M_STALE: the department has objected")))]
pub(super) async fn objections(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<ObjectionBody>,
) -> Result<Json<Value>> {
    act(&app, &visitor, &number, &Command::Object { department: body.department, text: body.text }).await
}

/// Decide on an objection
#[utoipa::path(post, path = "/api/v1/reviews/{number}/answers", tag = "reviews", params(("number" = String, Path)), request_body = AnswerBody,
    responses((status = 200, description = "The review"), (status = 403, description = "M_FORBIDDEN")))]
pub(super) async fn answers(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<AnswerBody>,
) -> Result<Json<Value>> {
    act(&app, &visitor, &number, &Command::Answer { department: body.department, text: body.text }).await
}

/// Make the review final; the inspection centre's task is done by it
#[utoipa::path(post, path = "/api/v1/reviews/{number}/final", tag = "reviews", params(("number" = String, Path)), request_body = FinalBody,
    responses((status = 200, description = "The review"), (status = 422, description = "M_PREREQ: the draft, an answer, or the end of the time to object is waited for")))]
pub(super) async fn finish(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<FinalBody>,
) -> Result<Json<Value>> {
    act(&app, &visitor, &number, &Command::Final { score: body.score }).await
}

/// Close the case of a final review
#[utoipa::path(post, path = "/api/v1/reviews/{number}/closure", tag = "reviews", params(("number" = String, Path)), request_body = ReviewClosure,
    responses((status = 200, description = "The review"), (status = 422, description = "M_RECTIFY_OPEN: an order from it is not accepted; M_PREREQ: it is not final")))]
pub(super) async fn closure(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(ReviewClosure {}): Json<ReviewClosure>,
) -> Result<Json<Value>> {
    act(&app, &visitor, &number, &Command::Close).await
}

async fn act(app: &App, visitor: &Visitor, number: &str, command: &Command) -> Result<Json<Value>> {
    let file = app.judge(visitor.signed_in()?, number, command).await?;
    Ok(Json(answer(app, visitor, &file)))
}

fn listed(app: &App, r: &Listed) -> Value {
    json!({
        "incident": r.number,
        "state": r.state,
        "severity": r.severity,
        "sub_kind": r.sub_kind,
        "region": r.region,
        "opened_at": rfc3339(r.opened_at),
        "due_at": r.due_at.map(rfc3339),
        "overdue": r.is_overdue(app.clock.now()),
        "objections_until": r.objections_until.map(rfc3339),
        "final_at": r.final_at.map(rfc3339),
        "closed_at": r.closed_at.map(rfc3339),
        "score": r.score,
        "findings": r.findings,
        "open_rectifications": r.open_orders,
        "departments": r.departments,
    })
}

fn answer(app: &App, visitor: &Visitor, file: &File) -> Value {
    let (review, now) = (&file.review, app.clock.now());
    let w = Words::new(&file.held.edition, &file.held.directory, visitor.lang);
    let at = |signed: &Option<Signed>| signed.as_ref().map(|s| rfc3339(s.0));
    let by = |signed: &Option<Signed>| signed.as_ref().map(|s| s.1.clone());
    let parts: Vec<Value> = file
        .sheet
        .parts
        .iter()
        .map(|p| {
            let rows: Vec<Value> = p.rows.iter().map(|r| row(r, &w)).collect();
            json!({ "department": p.department, "counts": counts(p.counts()), "rows": rows })
        })
        .collect();
    let levels: Vec<Value> = file
        .sheet
        .levels
        .iter()
        .map(|l| {
            json!({ "at": rfc3339(l.at), "by": l.by, "severity": l.severity.code(), "proposed": l.proposed,
                    "reason": l.reason, "entry": l.entry })
        })
        .collect();
    let findings: Vec<Value> = review
        .findings
        .iter()
        .map(|f| {
            json!({ "id": f.id, "text": f.text, "clause": f.clause, "department": f.department, "by": f.by,
                    "at": rfc3339(f.at) })
        })
        .collect();
    let objections: Vec<Value> = review
        .objections
        .iter()
        .map(|o| {
            json!({ "department": o.department, "text": o.text, "by": o.by, "at": rfc3339(o.at),
                    "answer": o.answer.as_ref().map(|a| &a.0), "answered_by": o.answer.as_ref().map(|a| &a.1.1),
                    "answered_at": o.answer.as_ref().map(|a| rfc3339(a.1.0)) })
        })
        .collect();
    json!({
        "incident": review.number,
        "edition": file.case.incident.edition,
        "state": review.state.code(),
        "opened_at": rfc3339(review.opened_at),
        "due_at": review.due_at.map(rfc3339),
        "overdue": review.is_overdue(now),
        "score": review.score,
        "summary": review.summary,
        "drafted_at": at(&review.drafted),
        "drafted_by": by(&review.drafted),
        "objections_until": review.objections_until.map(rfc3339),
        "final_at": at(&review.finalised),
        "final_by": by(&review.finalised),
        "closed_at": at(&review.closed),
        "closed_by": by(&review.closed),
        "counts": counts(file.sheet.counts()),
        "departments": parts,
        "levels": levels,
        "findings": findings,
        "objections": objections,
        "rectifications": file.orders.iter().map(|o| json!({ "number": o.number, "state": o.state.code() })).collect::<Vec<_>>(),
        "updated_at": rfc3339(review.updated_at),
        "revision": review.revision,
    })
}

fn counts(c: Counts) -> Value {
    json!({ "kept": c.kept, "late": c.late, "not_done": c.not_done, "no_evidence": c.no_evidence,
            "signed_late": c.signed_late })
}

fn row(r: &Row, w: &Words<'_>) -> Value {
    let (kind, reference, words) = match &r.about {
        About::Task(key) => ("task", key, w.task(key)),
        About::Help(key) => ("help", key, w.task(key)),
        About::Directive(number) => ("directive", number, String::new()),
    };
    json!({
        "about": kind,
        "reference": reference,
        "action": words,
        "clause": r.clause,
        "limit_of_plan": r.limit_of_plan,
        "acknowledge_by": r.acknowledge_by.map(rfc3339),
        "signed_at": r.signed.as_ref().map(|s| rfc3339(s.0)),
        "signed_by": r.signed.as_ref().map(|s| &s.1),
        "signed_late": r.signed_late,
        "first_due_at": r.first_due.map(rfc3339),
        "due_at": r.due.map(rfc3339),
        "ended_at": r.ended.as_ref().map(|s| rfc3339(s.0)),
        "ended_by": r.ended.as_ref().map(|s| &s.1),
        "late_seconds": r.late_seconds,
        "verdict": r.verdict.map(Verdict::code),
        "entries": r.entries,
    })
}
