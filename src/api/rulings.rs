//! Calls on how clauses are read: rulings of the Leading Group, and questions to it.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::query::Query;
use crate::error::Result;
use crate::lang::Text;
use crate::refusal::Refused;
use crate::revision::question::{self, Question};
use crate::revision::ruling::{self, Ruling};
use crate::state::App;
use crate::web::Visitor;
use crate::web::json::Json;
use crate::web::when::rfc3339;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RulingBody {
    /// Clause number of the plan in force.
    clause: String,
    /// {zh-Hans, zh-Hant, en}
    #[schema(value_type = Object)]
    text: Text,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct QuestionBody {
    /// Clause number; left out, the clause the task rests on.
    clause: Option<String>,
    /// A task of the matrix, or of the incident.
    task: Option<String>,
    /// Number of the incident it came from.
    incident: Option<String>,
    text: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerBody {
    text: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct OfClause {
    clause: Option<String>,
}

/// List the rulings of the Leading Group, superseded ones too
#[utoipa::path(get, path = "/api/v1/rulings", tag = "editions",
    params(("clause" = Option<String>, Query)), responses((status = 200, description = "{items}")))]
pub(super) async fn rulings(State(app): State<App>, Query(asked): Query<OfClause>) -> Result<Json<Value>> {
    let mut conn = app.pool.acquire().await?;
    Ok(items(&ruling::store::rulings(&mut conn, asked.clause.as_deref()).await?, ruling_answer))
}

/// Rule how a clause is to be read
#[utoipa::path(post, path = "/api/v1/rulings", tag = "editions", request_body = RulingBody,
    responses((status = 201, description = "The ruling"), (status = 403, description = "M_NOT_LG, M_ACTING_LIMITS")))]
pub(super) async fn rule(
    State(app): State<App>,
    visitor: Visitor,
    Json(body): Json<RulingBody>,
) -> Result<(StatusCode, Json<Value>)> {
    let ruling = app.rule_on_clause(visitor.signed_in()?, &body.clause, body.text).await?;
    Ok((StatusCode::CREATED, Json(ruling_answer(&ruling))))
}

/// List the questions to the Leading Group, open ones first
#[utoipa::path(get, path = "/api/v1/questions", tag = "editions",
    params(("clause" = Option<String>, Query)), responses((status = 200, description = "{items}")))]
pub(super) async fn questions(State(app): State<App>, Query(asked): Query<OfClause>) -> Result<Json<Value>> {
    let mut conn = app.pool.acquire().await?;
    Ok(items(&question::store::questions(&mut conn, asked.clause.as_deref()).await?, question_answer))
}

/// Ask the Leading Group how a clause is to be read; no clock stops
#[utoipa::path(post, path = "/api/v1/questions", tag = "editions", request_body = QuestionBody,
    responses((status = 201, description = "The question"),
        (status = 403, description = "M_FORBIDDEN: neither head of a department nor inspector")))]
pub(super) async fn ask(
    State(app): State<App>,
    visitor: Visitor,
    Json(body): Json<QuestionBody>,
) -> Result<(StatusCode, Json<Value>)> {
    let QuestionBody { clause, task, incident, text } = body;
    let actor = visitor.signed_in()?;
    let question = app.ask_about(actor, clause.as_deref(), task.as_deref(), incident.as_deref(), &text).await?;
    Ok((StatusCode::CREATED, Json(question_answer(&question))))
}

/// Answer a question for the Leading Group
#[utoipa::path(post, path = "/api/v1/questions/{id}/answer", tag = "editions", params(("id" = String, Path)),
    request_body = AnswerBody,
    responses((status = 200, description = "The question with its answer"),
        (status = 403, description = "M_NOT_LG, M_ACTING_LIMITS"), (status = 409, description = "M_STALE: answered already")))]
pub(super) async fn answer(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Json(body): Json<AnswerBody>,
) -> Result<Json<Value>> {
    let id: Uuid = id.parse().map_err(|_| Refused::NotFound)?;
    let question = app.answer_question(visitor.signed_in()?, id, &body.text).await?;
    Ok(Json(question_answer(&question)))
}

fn items<T>(found: &[T], answer: impl Fn(&T) -> Value) -> Json<Value> {
    Json(json!({ "items": found.iter().map(answer).collect::<Vec<_>>() }))
}

fn ruling_answer(ruling: &Ruling) -> Value {
    json!({
        "id": ruling.id, "clause": ruling.clause, "edition": ruling.edition, "text": ruling.text, "by": ruling.by,
        "at": rfc3339(ruling.at), "superseded_at": ruling.superseded_at.map(rfc3339),
    })
}

fn question_answer(question: &Question) -> Value {
    json!({
        "id": question.id, "clause": question.clause, "task": question.task, "incident": question.incident,
        "text": question.text, "asked_by": question.asked_by, "asked_at": rfc3339(question.asked_at),
        "answer": question.answer.as_ref().map(|a| json!({ "text": a.text, "by": a.by, "at": rfc3339(a.at) })),
    })
}
