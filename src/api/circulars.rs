//! Calls on circulars.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::circular::view::readers;
use crate::circular::{Circular, Parts, Receipt, oversees, store};
use crate::error::Result;
use crate::lang::Lang;
use crate::person::Actor;
use crate::state::App;
use crate::web::Visitor;
use crate::web::json::Json;
use crate::web::when::rfc3339;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CircularBody {
    /// Left out, the first words of the facts stand in its place.
    #[serde(default)]
    title: String,
    #[serde(default)]
    facts: String,
    /// Clause numbers of the plan in force.
    #[serde(default)]
    clauses: Vec<String>,
    /// Department codes; `RMD` stands for all of its regional instances.
    #[serde(default)]
    departments: Vec<String>,
    /// Number of the incident it is about.
    incident: Option<String>,
    /// Keep it as a draft; published at once when left out.
    #[serde(default)]
    draft: bool,
}

/// No more than the address says.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Nothing {}

/// Write a circular, and publish it unless it is a draft
#[utoipa::path(post, path = "/api/v1/circulars", tag = "circulars", request_body = CircularBody,
    responses((status = 201, description = "The circular; a draft has no number and is addressed by its id"),
        (status = 403, description = "M_FORBIDDEN: neither leader, deputy nor inspector"),
        (status = 422, description = "M_CIRCULAR_FIELDS for each part that is missing")))]
pub(super) async fn write(
    State(app): State<App>,
    visitor: Visitor,
    Json(body): Json<CircularBody>,
) -> Result<(StatusCode, Json<Value>)> {
    let actor = visitor.signed_in()?;
    let CircularBody { title, facts, clauses, departments, incident, draft } = body;
    let parts = Parts { title, facts, clauses, departments, incident };
    let (edition, directory) = (app.edition()?, app.directory());
    let mut tx = app.pool.begin().await?;
    let circular = store::draft(&mut tx, parts, !draft, &edition, &directory, actor, app.clock.now()).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(answer(&app, actor, visitor.lang, &circular, &[])?)))
}

/// List the circulars you may read, the latest first
#[utoipa::path(get, path = "/api/v1/circulars", tag = "circulars", responses((status = 200, description = "{items}")))]
pub(super) async fn list(State(app): State<App>, visitor: Visitor) -> Result<Json<Value>> {
    let actor = visitor.signed_in()?;
    let mut conn = app.pool.acquire().await?;
    let found = store::list(&mut conn, actor, 500).await?;
    let items: Vec<Value> =
        found.iter().map(|(c, r)| answer(&app, actor, visitor.lang, c, r)).collect::<Result<_>>()?;
    Ok(Json(json!({ "items": items })))
}

/// Read a circular, with its clauses in words and who has read it
#[utoipa::path(get, path = "/api/v1/circulars/{number}", tag = "circulars", params(("number" = String, Path)),
    responses((status = 200, description = "The circular"), (status = 404, description = "M_NOT_FOUND")))]
pub(super) async fn read(State(app): State<App>, visitor: Visitor, Path(number): Path<String>) -> Result<Json<Value>> {
    let actor = visitor.signed_in()?;
    let mut conn = app.pool.acquire().await?;
    let (circular, receipts) = store::read(&mut conn, &number, actor).await?;
    Ok(Json(answer(&app, actor, visitor.lang, &circular, &receipts)?))
}

/// Publish a draft
#[utoipa::path(post, path = "/api/v1/circulars/{number}/publication", tag = "circulars", params(("number" = String, Path, description = "The id of the draft")),
    request_body = Nothing,
    responses((status = 200, description = "The circular with its number"), (status = 409, description = "M_STALE: published already"),
        (status = 422, description = "M_CIRCULAR_FIELDS for each part that is missing")))]
pub(super) async fn publication(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(Nothing {}): Json<Nothing>,
) -> Result<Json<Value>> {
    let actor = visitor.signed_in()?;
    let mut tx = app.pool.begin().await?;
    let circular = store::publish(&mut tx, &number, &app.directory(), actor, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Json(answer(&app, actor, visitor.lang, &circular, &[])?))
}

/// Confirm that you have read it; sent again, nothing changes
#[utoipa::path(post, path = "/api/v1/circulars/{number}/receipts", tag = "circulars", params(("number" = String, Path)),
    request_body = Nothing,
    responses((status = 200, description = "The circular with its receipts"), (status = 403, description = "M_FORBIDDEN: not addressed to you")))]
pub(super) async fn receipts(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(Nothing {}): Json<Nothing>,
) -> Result<Json<Value>> {
    let actor = visitor.signed_in()?;
    let mut tx = app.pool.begin().await?;
    let (circular, receipts) = store::confirm(&mut tx, &number, actor, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Json(answer(&app, actor, visitor.lang, &circular, &receipts)?))
}

/// Whoever does not oversee it sees the receipts of their own departments.
fn answer(app: &App, actor: &Actor, lang: Lang, circular: &Circular, receipts: &[Receipt]) -> Result<Value> {
    let (edition, directory) = (app.edition_of(&circular.edition)?, app.directory());
    let parts = &circular.parts;
    let own = circular.reads_for(actor);
    let words: Vec<Value> = parts
        .clauses
        .iter()
        .filter_map(|id| edition.clause(id))
        .map(|c| json!({ "clause": c.id, "title": c.title.get(lang), "text": c.text.get(lang) }))
        .collect();
    let rows: Vec<Value> = parts
        .departments
        .iter()
        .filter(|d| oversees(actor) || own.contains(&d.as_str()))
        .map(|d| {
            let row = readers(d, receipts, &directory, lang);
            let read: Vec<Value> =
                row.read.iter().map(|(login, _, at)| json!({ "by": login, "at": rfc3339(*at) })).collect();
            json!({
                "department": d, "read": read.len(), "of": row.of, "readers": read,
                "waits_for": row.waits_for.map(|head| json!({ "name": head.name, "phone": head.phone })),
            })
        })
        .collect();
    Ok(json!({
        "id": circular.id,
        "number": circular.number,
        "state": if circular.is_draft() { "draft" } else { "published" },
        "issuer": circular.issuer.code(),
        "edition": circular.edition,
        "incident": parts.incident,
        "title": parts.called(),
        "facts": parts.facts,
        "clauses": parts.clauses,
        "clause_words": words,
        "departments": parts.departments,
        "drafted_by": circular.drafted_by,
        "drafted_at": rfc3339(circular.drafted_at),
        "published_by": circular.published.as_ref().map(|p| &p.1),
        "published_at": circular.published.as_ref().map(|p| rfc3339(p.0)),
        "receipts": rows,
    }))
}
