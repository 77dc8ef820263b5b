//! Calls on circulars.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use super::sender::{SenderKey, answered};
use super::shape::{Items, answers};
use crate::circular::view::{Head, Readers, readers};
use crate::circular::{Circular, Parts, Receipt, oversees, store};
use crate::error::Result;
use crate::lang::Lang;
use crate::once::{Call, Made, store as once};
use crate::person::Actor;
use crate::plan::Clause;
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
#[utoipa::path(post, path = "/api/v1/circulars", tag = "circulars",
    params(("Idempotency-Key" = Option<String>, Header, description = "The sender's own key: sent again, it is the same")), request_body = CircularBody,
    responses((status = 201, body = CircularAnswer, description = "The circular; a draft has no number and is addressed by its id"),
        (status = 200, body = CircularAnswer, description = "As written before under the key"),
        (status = 403, description = "M_FORBIDDEN: neither leader, deputy nor inspector"),
        (status = 422, description = "M_CIRCULAR_FIELDS for each part that is missing")))]
pub(super) async fn write(
    State(app): State<App>,
    visitor: Visitor,
    key: SenderKey,
    Json(body): Json<CircularBody>,
) -> Result<(StatusCode, Json<CircularAnswer>)> {
    let actor = visitor.signed_in()?;
    let CircularBody { title, facts, clauses, departments, incident, draft } = body;
    let parts = Parts { title, facts, clauses, departments, incident };
    let (edition, directory) = (app.edition()?, app.directory());
    let (key, now) = (key.of(actor, Call::Circular), app.clock.now());
    let mut tx = app.pool.begin().await?;
    let made = match once::known(&mut tx, key.as_ref()).await? {
        Some(id) => Made::Known(store::read(&mut tx, &id, actor).await?),
        None => {
            let circular = store::draft(&mut tx, parts, !draft, &edition, &directory, actor, now).await?;
            once::keep(&mut tx, key.as_ref(), &circular.id.to_string(), now).await?;
            Made::New((circular, Vec::new()))
        }
    };
    tx.commit().await?;
    let made = made.map(|(circular, receipts)| answer(&app, actor, visitor.lang, &circular, &receipts));
    Ok(answered(made.transpose()?))
}

/// List the circulars you may read, the latest first
#[utoipa::path(get, path = "/api/v1/circulars", tag = "circulars", responses((status = 200, body = Items<CircularAnswer>, description = "{items}")))]
pub(super) async fn list(State(app): State<App>, visitor: Visitor) -> Result<Json<Items<CircularAnswer>>> {
    let actor = visitor.signed_in()?;
    let mut conn = app.pool.acquire().await?;
    let found = store::list(&mut conn, actor, 500).await?;
    let items: Result<_> = found.iter().map(|(c, r)| answer(&app, actor, visitor.lang, c, r)).collect();
    Ok(Json(items?))
}

/// Read a circular, with its clauses in words and who has read it
#[utoipa::path(get, path = "/api/v1/circulars/{number}", tag = "circulars", params(("number" = String, Path)),
    responses((status = 200, body = CircularAnswer, description = "The circular"), (status = 404, description = "M_NOT_FOUND")))]
pub(super) async fn read(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Json<CircularAnswer>> {
    let actor = visitor.signed_in()?;
    let mut conn = app.pool.acquire().await?;
    let (circular, receipts) = store::read(&mut conn, &number, actor).await?;
    Ok(Json(answer(&app, actor, visitor.lang, &circular, &receipts)?))
}

/// Publish a draft
#[utoipa::path(post, path = "/api/v1/circulars/{number}/publication", tag = "circulars", params(("number" = String, Path, description = "The id of the draft")),
    request_body = Nothing,
    responses((status = 200, body = CircularAnswer, description = "The circular with its number"), (status = 409, description = "M_STALE: published already"),
        (status = 422, description = "M_CIRCULAR_FIELDS for each part that is missing")))]
pub(super) async fn publication(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(Nothing {}): Json<Nothing>,
) -> Result<Json<CircularAnswer>> {
    let actor = visitor.signed_in()?;
    let mut tx = app.pool.begin().await?;
    let circular = store::publish(&mut tx, &number, &app.directory(), actor, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Json(answer(&app, actor, visitor.lang, &circular, &[])?))
}

/// Confirm that you have read it; sent again, nothing changes
#[utoipa::path(post, path = "/api/v1/circulars/{number}/receipts", tag = "circulars", params(("number" = String, Path)),
    request_body = Nothing,
    responses((status = 200, body = CircularAnswer, description = "The circular with its receipts"), (status = 403, description = "M_FORBIDDEN: not addressed to you")))]
pub(super) async fn receipts(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(Nothing {}): Json<Nothing>,
) -> Result<Json<CircularAnswer>> {
    let actor = visitor.signed_in()?;
    let mut tx = app.pool.begin().await?;
    let (circular, receipts) = store::confirm(&mut tx, &number, actor, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Json(answer(&app, actor, visitor.lang, &circular, &receipts)?))
}

/// Whoever does not oversee it sees the receipts of their own departments.
fn answer(app: &App, actor: &Actor, lang: Lang, circular: &Circular, receipts: &[Receipt]) -> Result<CircularAnswer> {
    let (edition, directory) = (app.edition_of(&circular.edition)?, app.directory());
    let parts = &circular.parts;
    let own = circular.reads_for(actor);
    let clauses = parts.clauses.iter().filter_map(|id| edition.clause(id)).map(|c| words(c, lang)).collect();
    let rows = parts
        .departments
        .iter()
        .filter(|d| oversees(actor) || own.contains(&d.as_str()))
        .map(|d| awaited(d, &readers(d, receipts, &directory, lang)))
        .collect();
    Ok(whole(circular, clauses, rows))
}

answers! {
    /// A circular, with its clauses in words and who has read it.
    pub(super) struct CircularAnswer = whole(circular: &Circular, words: Vec<ClauseWords>, rows: Vec<AwaitedReaders>) {
        id: String = circular.id.to_string(),
        /// A draft has none.
        number: Option<String> = circular.number.clone(),
        /// draft or published.
        state: &'static str = if circular.is_draft() { "draft" } else { "published" },
        /// LG or INSP.
        issuer: &'static str = circular.issuer.code(),
        edition: String = circular.edition.clone(),
        incident: Option<String> = circular.parts.incident.clone(),
        title: String = circular.parts.called(),
        facts: String = circular.parts.facts.clone(),
        clauses: Vec<String> = circular.parts.clauses.clone(),
        clause_words: Vec<ClauseWords> = words,
        departments: Vec<String> = circular.parts.departments.clone(),
        drafted_by: String = circular.drafted_by.clone(),
        drafted_at: String = rfc3339(circular.drafted_at),
        published_by: Option<String> = circular.published.as_ref().map(|p| p.1.clone()),
        published_at: Option<String> = circular.published.as_ref().map(|p| rfc3339(p.0)),
        receipts: Vec<AwaitedReaders> = rows,
    }

    pub(super) struct ClauseWords = words(clause: &Clause, lang: Lang) {
        clause: String = clause.id.clone(),
        title: String = clause.title.get(lang).to_owned(),
        text: String = clause.text.get(lang).to_owned(),
    }

    /// Who has read it in one department, and whom to telephone about it.
    pub(super) struct AwaitedReaders = awaited(department: &str, row: &Readers) {
        #[serde(flatten)]
        readers: ReadersAnswer = of_department(department, row),
        waits_for: Option<HeadAnswer> = row.waits_for.as_ref().map(head),
    }

    /// Who has read it in one department.
    pub(super) struct ReadersAnswer = of_department(department: &str, row: &Readers) {
        department: String = department.to_owned(),
        read: usize = row.read.len(),
        of: usize = row.of,
        readers: Vec<ReaderAnswer> = row.read.iter().map(reader).collect(),
    }

    pub(super) struct ReaderAnswer = reader(one: &(String, String, DateTime<Utc>)) {
        /// Sign-in name.
        by: String = one.0.clone(),
        at: String = rfc3339(one.2),
    }

    pub(super) struct HeadAnswer = head(head: &Head) {
        name: String = head.name.clone(),
        phone: String = head.phone.clone(),
    }
}
