//! Calls on how clauses are read: rulings of the Leading Group, and questions to it.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::query::Query;
use super::shape::{Items, answers};
use crate::error::Result;
use crate::lang::Text;
use crate::refusal::Refused;
use crate::revision::question::{self, Answer, Question};
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
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    text: Text,
    /// Ids of open questions about the clause that the ruling answers; who asked them is told.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    answers: Vec<Uuid>,
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
    params(("clause" = Option<String>, Query)), responses((status = 200, body = Items<RulingAnswer>, description = "{items}")))]
pub(super) async fn rulings(
    State(app): State<App>,
    visitor: Visitor,
    Query(asked): Query<OfClause>,
) -> Result<Json<Items<RulingAnswer>>> {
    visitor.signed_in()?;
    let mut conn = app.pool.acquire().await?;
    let found = ruling::store::rulings(&mut conn, asked.clause.as_deref()).await?;
    Ok(Json(found.iter().map(ruling_answer).collect()))
}

/// Rule how a clause is to be read
#[utoipa::path(post, path = "/api/v1/rulings", tag = "editions", request_body = RulingBody,
    responses((status = 201, body = RulingAnswer, description = "The ruling"), (status = 403, description = "M_NOT_LG, M_ACTING_LIMITS"),
        (status = 404, description = "M_NOT_FOUND: no such clause, or no such question about it"), (status = 409, description = "M_STALE: one of the questions is answered")))]
pub(super) async fn rule(
    State(app): State<App>,
    visitor: Visitor,
    Json(body): Json<RulingBody>,
) -> Result<(StatusCode, Json<RulingAnswer>)> {
    let ruling = app.rule_on_clause(visitor.signed_in()?, &body.clause, body.text, &body.answers).await?;
    Ok((StatusCode::CREATED, Json(ruling_answer(&ruling))))
}

/// List the questions to the Leading Group, open ones first
#[utoipa::path(get, path = "/api/v1/questions", tag = "editions",
    params(("clause" = Option<String>, Query)), responses((status = 200, body = Items<QuestionAnswer>, description = "{items}")))]
pub(super) async fn questions(
    State(app): State<App>,
    visitor: Visitor,
    Query(asked): Query<OfClause>,
) -> Result<Json<Items<QuestionAnswer>>> {
    visitor.signed_in()?;
    let mut conn = app.pool.acquire().await?;
    let found = question::store::questions(&mut conn, asked.clause.as_deref()).await?;
    Ok(Json(found.iter().map(question_answer).collect()))
}

/// Ask the Leading Group how a clause is to be read; no clock stops
#[utoipa::path(post, path = "/api/v1/questions", tag = "editions", request_body = QuestionBody,
    responses((status = 201, body = QuestionAnswer, description = "The question"),
        (status = 403, description = "M_FORBIDDEN: neither head of a department nor inspector")))]
pub(super) async fn ask(
    State(app): State<App>,
    visitor: Visitor,
    Json(body): Json<QuestionBody>,
) -> Result<(StatusCode, Json<QuestionAnswer>)> {
    let QuestionBody { clause, task, incident, text } = body;
    let actor = visitor.signed_in()?;
    let question = app.ask_about(actor, clause.as_deref(), task.as_deref(), incident.as_deref(), &text).await?;
    Ok((StatusCode::CREATED, Json(question_answer(&question))))
}

/// Answer a question for the Leading Group
#[utoipa::path(post, path = "/api/v1/questions/{id}/answer", tag = "editions", params(("id" = String, Path)),
    request_body = AnswerBody,
    responses((status = 200, body = QuestionAnswer, description = "The question with its answer"),
        (status = 403, description = "M_NOT_LG, M_ACTING_LIMITS"), (status = 409, description = "M_STALE: answered already")))]
pub(super) async fn answer(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Json(body): Json<AnswerBody>,
) -> Result<Json<QuestionAnswer>> {
    let id: Uuid = id.parse().map_err(|_| Refused::NotFound)?;
    let question = app.answer_question(visitor.signed_in()?, id, &body.text).await?;
    Ok(Json(question_answer(&question)))
}

answers! {
    /// How a clause is to be read.
    pub(super) struct RulingAnswer = ruling_answer(ruling: &Ruling) {
        id: String = ruling.id.to_string(),
        clause: String = ruling.clause.clone(),
        edition: String = ruling.edition.clone(),
        /// By language tag.
        #[schema(value_type = std::collections::BTreeMap<String, String>)]
        text: Text = ruling.text.clone(),
        by: String = ruling.by.clone(),
        at: String = rfc3339(ruling.at),
        superseded_at: Option<String> = ruling.superseded_at.map(rfc3339),
    }

    /// A question to the Leading Group.
    pub(super) struct QuestionAnswer = question_answer(question: &Question) {
        id: String = question.id.to_string(),
        clause: String = question.clause.clone(),
        task: Option<String> = question.task.clone(),
        incident: Option<String> = question.incident.clone(),
        text: String = question.text.clone(),
        asked_by: String = question.asked_by.clone(),
        asked_at: String = rfc3339(question.asked_at),
        answer: Option<SaidAnswer> = question.answer.as_ref().map(said),
    }

    pub(super) struct SaidAnswer = said(a: &Answer) {
        text: String = a.text.clone(),
        by: String = a.by.clone(),
        at: String = rfc3339(a.at),
        /// Id of the ruling that answers it.
        ruling: Option<String> = a.ruling.as_ref().map(|r| r.0.to_string()),
    }
}
