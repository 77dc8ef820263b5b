//! Calls that add clauses and tasks to a draft of an edition, or take them out.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::editions::answer::DraftAnswer;
use super::editions::whole;
use crate::error::Result;
use crate::revision::{NewClause, NewTask};
use crate::state::App;
use crate::web::Visitor;
use crate::web::json::Json;

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RemovalBody {
    /// The revision of the draft that was seen.
    revision: Option<i32>,
}

/// Add a clause to a draft
#[utoipa::path(post, path = "/api/v1/editions/{code}/clauses", tag = "editions", params(("code" = String, Path)),
    request_body(content = Object, description = "id? (left out: the next free of the section), section, title, text ({zh-Hans, zh-Hant, en}), departments, revision?"),
    responses((status = 201, body = DraftAnswer, description = "The draft"), (status = 403, description = "M_NOT_LG, M_ACTING_LIMITS"),
        (status = 409, description = "M_STALE: changed since `revision`"),
        (status = 422, description = "M_BAD_VALUE: the id is taken; M_PLAN_READONLY: published text is frozen")))]
pub(super) async fn add_clause(
    State(app): State<App>,
    visitor: Visitor,
    Path(code): Path<String>,
    Json(new): Json<NewClause>,
) -> Result<(StatusCode, Json<DraftAnswer>)> {
    let draft = app.add_clause(visitor.signed_in()?, &code, &new).await?;
    Ok((StatusCode::CREATED, Json(whole(&app, &draft, visitor.lang).await?)))
}

/// Take a clause out of a draft; what rests on it becomes a gap
#[utoipa::path(post, path = "/api/v1/editions/{code}/clauses/{id}/removal", tag = "editions",
    params(("code" = String, Path), ("id" = String, Path)), request_body = RemovalBody,
    responses((status = 200, body = DraftAnswer, description = "The draft"), (status = 403, description = "M_NOT_LG, M_ACTING_LIMITS"),
        (status = 404, description = "M_NOT_FOUND"), (status = 422, description = "M_PLAN_READONLY")))]
pub(super) async fn remove_clause(
    State(app): State<App>,
    visitor: Visitor,
    Path((code, id)): Path<(String, String)>,
    Json(body): Json<RemovalBody>,
) -> Result<Json<DraftAnswer>> {
    let draft = app.remove_clause(visitor.signed_in()?, &code, &id, body.revision).await?;
    Ok(Json(whole(&app, &draft, visitor.lang).await?))
}

/// Add a task to a draft's duty matrix, at the end of the routes named
#[utoipa::path(post, path = "/api/v1/editions/{code}/tasks", tag = "editions", params(("code" = String, Path)),
    request_body(content = Object, description = "id? (left out: the next free below the situation of its first route), and what a task is changed by; what is left out is as its limit_class has it (`none` unless named)"),
    responses((status = 201, body = DraftAnswer, description = "The draft"), (status = 403, description = "M_NOT_LG, M_ACTING_LIMITS"),
        (status = 409, description = "M_STALE: changed since `revision`"),
        (status = 422, description = "M_BAD_VALUE: the id is taken, a route there is not; M_PLAN_READONLY")))]
pub(super) async fn add_task(
    State(app): State<App>,
    visitor: Visitor,
    Path(code): Path<String>,
    Json(new): Json<NewTask>,
) -> Result<(StatusCode, Json<DraftAnswer>)> {
    let draft = app.add_matrix_task(visitor.signed_in()?, &code, &new).await?;
    Ok((StatusCode::CREATED, Json(whole(&app, &draft, visitor.lang).await?)))
}

/// Take a task out of a draft's matrix and of its routes
#[utoipa::path(post, path = "/api/v1/editions/{code}/tasks/{id}/removal", tag = "editions",
    params(("code" = String, Path), ("id" = String, Path)), request_body = RemovalBody,
    responses((status = 200, body = DraftAnswer, description = "The draft"), (status = 403, description = "M_NOT_LG, M_ACTING_LIMITS"),
        (status = 404, description = "M_NOT_FOUND"), (status = 422, description = "M_PLAN_READONLY")))]
pub(super) async fn remove_task(
    State(app): State<App>,
    visitor: Visitor,
    Path((code, id)): Path<(String, String)>,
    Json(body): Json<RemovalBody>,
) -> Result<Json<DraftAnswer>> {
    let draft = app.remove_matrix_task(visitor.signed_in()?, &code, &id, body.revision).await?;
    Ok(Json(whole(&app, &draft, visitor.lang).await?))
}
