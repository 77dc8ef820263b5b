//! Calls on reviews. Each act answers the review as it became.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use super::shape::{Items, answers};
use crate::conduct::review::File;
use crate::error::Result;
use crate::rectification::Rectification;
use crate::review::sheet::{About, Counts, Level, Part, Row, Verdict};
use crate::review::store::Listed;
use crate::review::{Command, Finding, Objection, Signed, Was, Words as FindingWords};
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
pub(super) struct FindingCorrection {
    /// Id of the finding.
    pub finding: String,
    pub text: String,
    /// Clause of the incident's edition.
    pub clause: String,
    /// Department instance.
    pub department: String,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FindingWithdrawal {
    /// Id of the finding.
    pub finding: String,
    pub reason: String,
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
    /// Whether the objection is right. Required.
    pub upheld: Option<bool>,
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
    responses((status = 201, body = ReviewAnswer, description = "The review"), (status = 403, description = "M_FORBIDDEN: neither leader nor deputy"),
        (status = 409, description = "M_STALE: a review stands already"), (status = 422, description = "M_REQUIRED; M_PREREQ: the incident is open")))]
pub(super) async fn demand(
    State(app): State<App>,
    visitor: Visitor,
    Json(body): Json<DemandBody>,
) -> Result<(StatusCode, Json<ReviewAnswer>)> {
    let file = app.demand_review(visitor.signed_in()?, &body.incident, &body.reason).await?;
    Ok((StatusCode::CREATED, Json(answer(&app, &visitor, &file))))
}

/// List reviews: all for the inspection centre and the leadership, for departments those that went out to them
#[utoipa::path(get, path = "/api/v1/reviews", tag = "reviews", responses((status = 200, body = Items<ListedReview>, description = "{items}")))]
pub(super) async fn list(State(app): State<App>, visitor: Visitor) -> Result<Json<Items<ListedReview>>> {
    let found = app.reviews(visitor.signed_in()?).await?;
    let now = app.clock.now();
    Ok(Json(found.iter().map(|r| listed(r, now)).collect()))
}

/// Read the review of an incident, with the sheet generated from its record
#[utoipa::path(get, path = "/api/v1/reviews/{number}", tag = "reviews", params(("number" = String, Path, description = "Number of the incident")),
    responses((status = 200, body = ReviewAnswer, description = "Rows per department with verdict (kept, late, not_done, no_evidence), times and the ids of the timeline's entries behind it; both proposals of the level; findings, objections, orders"),
        (status = 403, description = "M_FORBIDDEN: not out yet"), (status = 404, description = "M_NOT_FOUND: no review is open for it")))]
pub(super) async fn read(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Json<ReviewAnswer>> {
    let file = app.review(visitor.signed_in()?, &number).await?;
    Ok(Json(answer(&app, &visitor, &file)))
}

/// Add a finding against a clause and a department; before the draft goes out
#[utoipa::path(post, path = "/api/v1/reviews/{number}/findings", tag = "reviews", params(("number" = String, Path)), request_body = FindingBody,
    responses((status = 201, body = ReviewAnswer, description = "The review"), (status = 403, description = "M_FORBIDDEN: not of the inspection centre, or took part in the handling"),
        (status = 422, description = "M_REQUIRED, M_BAD_VALUE, M_RECORD_LOCKED: the draft is out")))]
pub(super) async fn findings(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<FindingBody>,
) -> Result<(StatusCode, Json<ReviewAnswer>)> {
    let FindingBody { text, clause, department } = body;
    let words = FindingWords { text, clause, department };
    let file = app.judge(visitor.signed_in()?, &number, &Command::Find(words)).await?;
    Ok((StatusCode::CREATED, Json(answer(&app, &visitor, &file))))
}

/// Correct a finding, until the review is final; what it said before is kept
#[utoipa::path(post, path = "/api/v1/reviews/{number}/corrections", tag = "reviews", params(("number" = String, Path)), request_body = FindingCorrection,
    responses((status = 200, body = ReviewAnswer, description = "The review"), (status = 403, description = "M_FORBIDDEN"),
        (status = 422, description = "M_REQUIRED, M_BAD_VALUE, M_RECORD_LOCKED: the review is final"), (status = 409, description = "M_STALE: the finding is withdrawn")))]
pub(super) async fn corrections(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<FindingCorrection>,
) -> Result<Json<ReviewAnswer>> {
    let FindingCorrection { finding, text, clause, department } = body;
    let words = FindingWords { text, clause, department };
    act(&app, &visitor, &number, &Command::Correct { finding: finding.parse().ok(), words }).await
}

/// Withdraw a finding that no rectification rests on, until the review is final
#[utoipa::path(post, path = "/api/v1/reviews/{number}/withdrawals", tag = "reviews", params(("number" = String, Path)), request_body = FindingWithdrawal,
    responses((status = 200, body = ReviewAnswer, description = "The review"), (status = 403, description = "M_FORBIDDEN"),
        (status = 422, description = "M_REQUIRED, M_BAD_VALUE, M_RECORD_LOCKED: the review is final, or an order rests on the finding"), (status = 409, description = "M_STALE: it is withdrawn")))]
pub(super) async fn withdrawals(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<FindingWithdrawal>,
) -> Result<Json<ReviewAnswer>> {
    act(&app, &visitor, &number, &Command::Withdraw { finding: body.finding.parse().ok(), reason: body.reason }).await
}

/// Publish the draft to the departments concerned; their heads have two working days (proposed) to object
#[utoipa::path(post, path = "/api/v1/reviews/{number}/draft", tag = "reviews", params(("number" = String, Path)), request_body = DraftBody,
    responses((status = 200, body = ReviewAnswer, description = "The review, with `objections_until`"), (status = 422, description = "M_REQUIRED: the score"),
        (status = 409, description = "M_STALE: another published it")))]
pub(super) async fn draft(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<DraftBody>,
) -> Result<Json<ReviewAnswer>> {
    act(&app, &visitor, &number, &Command::Draft { score: body.score, summary: body.summary }).await
}

/// Object to the draft, as head of a department concerned
#[utoipa::path(post, path = "/api/v1/reviews/{number}/objections", tag = "reviews", params(("number" = String, Path)), request_body = ObjectionBody,
    responses((status = 200, body = ReviewAnswer, description = "The review"), (status = 403, description = "M_NOT_YOUR_TASK, M_INSP_READONLY"),
        (status = 422, description = "M_RECORD_LOCKED: the time to object is over"), (status = 409, description = "M_STALE: the department has objected")))]
pub(super) async fn objections(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<ObjectionBody>,
) -> Result<Json<ReviewAnswer>> {
    act(&app, &visitor, &number, &Command::Object { department: body.department, text: body.text }).await
}

/// Decide on an objection
#[utoipa::path(post, path = "/api/v1/reviews/{number}/answers", tag = "reviews", params(("number" = String, Path)), request_body = AnswerBody,
    responses((status = 200, body = ReviewAnswer, description = "The review"), (status = 403, description = "M_FORBIDDEN")))]
pub(super) async fn answers(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<AnswerBody>,
) -> Result<Json<ReviewAnswer>> {
    act(&app, &visitor, &number, &Command::Answer { department: body.department, text: body.text, upheld: body.upheld })
        .await
}

/// Make the review final; the inspection centre's task is done by it
#[utoipa::path(post, path = "/api/v1/reviews/{number}/final", tag = "reviews", params(("number" = String, Path)), request_body = FinalBody,
    responses((status = 200, body = ReviewAnswer, description = "The review"), (status = 422, description = "M_PREREQ: the draft, an answer, or the end of the time to object is waited for")))]
pub(super) async fn finish(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<FinalBody>,
) -> Result<Json<ReviewAnswer>> {
    act(&app, &visitor, &number, &Command::Final { score: body.score }).await
}

/// Close the case of a final review
#[utoipa::path(post, path = "/api/v1/reviews/{number}/closure", tag = "reviews", params(("number" = String, Path)), request_body = ReviewClosure,
    responses((status = 200, body = ReviewAnswer, description = "The review"), (status = 422, description = "M_RECTIFY_OPEN: an order from it is not accepted; M_PREREQ: it is not final")))]
pub(super) async fn closure(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(ReviewClosure {}): Json<ReviewClosure>,
) -> Result<Json<ReviewAnswer>> {
    act(&app, &visitor, &number, &Command::Close).await
}

async fn act(app: &App, visitor: &Visitor, number: &str, command: &Command) -> Result<Json<ReviewAnswer>> {
    let file = app.judge(visitor.signed_in()?, number, command).await?;
    Ok(Json(answer(app, visitor, &file)))
}

fn answer(app: &App, visitor: &Visitor, file: &File) -> ReviewAnswer {
    let words = Words::new(&file.held.edition, &file.held.directory, visitor.lang);
    reviewed(file, &words, app.clock.now())
}

fn at(signed: &Option<Signed>) -> Option<String> {
    signed.as_ref().map(|s| rfc3339(s.0))
}

fn by(signed: &Option<Signed>) -> Option<String> {
    signed.as_ref().map(|s| s.1.clone())
}

/// What a row is about: its kind, its reference, and in words what was to be done.
fn matter(about: &About, words: &Words<'_>) -> (&'static str, String, String) {
    match about {
        About::Task(key) => ("task", key.clone(), words.task(key)),
        About::Help(key) => ("help", key.clone(), words.task(key)),
        About::Directive(number) => ("directive", number.clone(), String::new()),
    }
}

answers! {
    /// A review as lists show it.
    pub(super) struct ListedReview = listed(r: &Listed, now: DateTime<Utc>) {
        incident: String = r.number.clone(),
        state: String = r.state.clone(),
        severity: String = r.severity.clone(),
        sub_kind: String = r.sub_kind.clone(),
        region: String = r.region.clone(),
        opened_at: String = rfc3339(r.opened_at),
        due_at: Option<String> = r.due_at.map(rfc3339),
        overdue: bool = r.is_overdue(now),
        objections_until: Option<String> = r.objections_until.map(rfc3339),
        final_at: Option<String> = r.final_at.map(rfc3339),
        closed_at: Option<String> = r.closed_at.map(rfc3339),
        score: Option<i32> = r.score,
        findings: i64 = r.findings,
        open_rectifications: i64 = r.open_orders,
        departments: Vec<String> = r.departments.clone(),
    }

    /// A review with the sheet made from the record of its incident.
    pub(super) struct ReviewAnswer = reviewed(file: &File, words: &Words<'_>, now: DateTime<Utc>) {
        incident: String = file.review.number.clone(),
        edition: String = file.case.incident.edition.clone(),
        state: &'static str = file.review.state.code(),
        opened_at: String = rfc3339(file.review.opened_at),
        due_at: Option<String> = file.review.due_at.map(rfc3339),
        overdue: bool = file.review.is_overdue(now),
        score: Option<i32> = file.review.score,
        summary: String = file.review.summary.clone(),
        drafted_at: Option<String> = at(&file.review.drafted),
        drafted_by: Option<String> = by(&file.review.drafted),
        objections_until: Option<String> = file.review.objections_until.map(rfc3339),
        final_at: Option<String> = at(&file.review.finalised),
        final_by: Option<String> = by(&file.review.finalised),
        closed_at: Option<String> = at(&file.review.closed),
        closed_by: Option<String> = by(&file.review.closed),
        counts: CountsAnswer = counts(file.sheet.counts()),
        departments: Vec<PartAnswer> = file.sheet.parts.iter().map(|p| part(p, words)).collect(),
        levels: Vec<LevelAnswer> = file.sheet.levels.iter().map(level).collect(),
        findings: Vec<FindingAnswer> = file.review.findings.iter().map(finding).collect(),
        objections: Vec<ObjectionAnswer> = file.review.objections.iter().map(objection).collect(),
        rectifications: Vec<OrderState> = file.orders.iter().map(order).collect(),
        updated_at: String = rfc3339(file.review.updated_at),
        revision: i32 = file.review.revision,
    }

    pub(super) struct CountsAnswer = counts(c: Counts) {
        kept: usize = c.kept,
        late: usize = c.late,
        not_done: usize = c.not_done,
        no_evidence: usize = c.no_evidence,
        signed_late: usize = c.signed_late,
    }

    /// The rows of one department.
    pub(super) struct PartAnswer = part(p: &Part, words: &Words<'_>) {
        department: String = p.department.clone(),
        counts: CountsAnswer = counts(p.counts()),
        rows: Vec<RowAnswer> = p.rows.iter().map(|r| row(r, matter(&r.about, words))).collect(),
    }

    /// What was to be done, by when, and when it was.
    pub(super) struct RowAnswer = row(r: &Row, matter: (&'static str, String, String)) {
        /// task, help (a card of another department's task, not counted) or directive.
        about: &'static str = matter.0,
        /// Key of the task, number of the directive.
        reference: String = matter.1,
        action: String = matter.2,
        clause: String = r.clause.clone(),
        /// Whether the number of the limit is the plan's own.
        limit_of_plan: bool = r.limit_of_plan,
        acknowledge_by: Option<String> = r.acknowledge_by.map(rfc3339),
        signed_at: Option<String> = at(&r.signed),
        signed_by: Option<String> = by(&r.signed),
        signed_late: bool = r.signed_late,
        first_due_at: Option<String> = r.first_due.map(rfc3339),
        due_at: Option<String> = r.due.map(rfc3339),
        ended_at: Option<String> = at(&r.ended),
        ended_by: Option<String> = by(&r.ended),
        late_seconds: i64 = r.late_seconds,
        /// kept, late, not_done or no_evidence; null: fell away in time, or still runs in time.
        verdict: Option<&'static str> = r.verdict.map(Verdict::code),
        /// Ids of the timeline's entries behind it.
        entries: Vec<i64> = r.entries.clone(),
    }

    /// A proposal of the level, or its setting.
    pub(super) struct LevelAnswer = level(l: &Level) {
        at: String = rfc3339(l.at),
        by: String = l.by.clone(),
        severity: &'static str = l.severity.code(),
        proposed: bool = l.proposed,
        reason: Option<String> = l.reason.clone(),
        /// Id of the timeline's entry.
        entry: i64 = l.entry,
    }

    pub(super) struct FindingAnswer = finding(f: &Finding) {
        id: String = f.id.to_string(),
        text: String = f.words.text.clone(),
        clause: String = f.words.clause.clone(),
        department: String = f.words.department.clone(),
        by: String = f.by.clone(),
        at: String = rfc3339(f.at),
        /// What it said before each correction, the oldest first.
        was: Vec<FindingWas> = f.was.iter().map(was).collect(),
        withdrawn_reason: Option<String> = f.withdrawn.as_ref().map(|w| w.reason.clone()),
        withdrawn_at: Option<String> = f.withdrawn.as_ref().map(|w| rfc3339(w.signed.0)),
        withdrawn_by: Option<String> = f.withdrawn.as_ref().map(|w| w.signed.1.clone()),
    }

    /// A finding as it was until it was corrected.
    pub(super) struct FindingWas = was(w: &Was) {
        text: String = w.words.text.clone(),
        clause: String = w.words.clause.clone(),
        department: String = w.words.department.clone(),
        changed_at: String = rfc3339(w.changed.0),
        changed_by: String = w.changed.1.clone(),
    }

    pub(super) struct ObjectionAnswer = objection(o: &Objection) {
        department: String = o.department.clone(),
        text: String = o.text.clone(),
        by: String = o.by.clone(),
        at: String = rfc3339(o.at),
        answer: Option<String> = o.answer.as_ref().map(|a| a.text.clone()),
        /// Whether it was found right; null where it is not decided on, or was before this was asked.
        upheld: Option<bool> = o.answer.as_ref().and_then(|a| a.upheld),
        answered_by: Option<String> = o.answer.as_ref().map(|a| a.signed.1.clone()),
        answered_at: Option<String> = o.answer.as_ref().map(|a| rfc3339(a.signed.0)),
    }

    /// A rectification order from it.
    pub(super) struct OrderState = order(o: &Rectification) {
        number: String = o.number.clone(),
        state: &'static str = o.state.code(),
    }
}
