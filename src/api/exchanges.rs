//! Calls on the exchange of experience: lessons, exchanges and their summaries.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::circulars::{ReadersAnswer, of_department};
use super::query::Query;
use super::shape::{Items, answers};
use crate::circular::view::readers;
use crate::error::Result;
use crate::exchange::lesson::{Parts, store as lessons};
use crate::exchange::view::departments_of;
use crate::exchange::{Arrangement, File, Lesson, Summary, Topic, store};
use crate::incident::field::time;
use crate::person::Actor;
use crate::refusal::Refused;
use crate::state::App;
use crate::web::Visitor;
use crate::web::json::Json;
use crate::web::when::rfc3339;

/// Rows a list answers at most.
const LISTED: i64 = 500;

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ExchangeBody {
    pub subject: String,
    /// When it is held, RFC 3339.
    pub held_at: Option<String>,
    pub place: String,
    /// Department codes; `RMD` stands for all of its regional instances.
    pub departments: Vec<String>,
    /// Sign-in names.
    pub people: Vec<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SummaryBody {
    pub summary: String,
    /// Clause numbers of the plan in force; those of its lessons are added.
    pub clauses: Vec<String>,
    /// Codes of sub-kinds; those of its lessons are added.
    pub sub_kinds: Vec<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LessonBody {
    pub text: String,
    /// Learnt in a drill, not in an incident.
    pub drill: bool,
    /// Numbers of the incidents it was learnt from.
    pub incidents: Vec<String>,
    /// Codes; left out, those of the incidents.
    pub sub_kinds: Vec<String>,
    pub clauses: Vec<String>,
    /// Put forward as a change of the plan; it names a clause then.
    pub proposes_revision: bool,
    /// Number of the exchange it is brought to.
    pub exchange: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ReadIt {}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LessonQuery {
    sub_kind: Option<String>,
    clause: Option<String>,
    /// Number of an incident.
    incident: Option<String>,
    /// Only those put forward as a change of the plan.
    proposes_revision: bool,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ExchangeQuery {
    /// Only what is published about this sub-kind.
    sub_kind: Option<String>,
    /// Only what is published about this clause.
    clause: Option<String>,
}

/// Arrange an exchange of experience; those who take part are told
#[utoipa::path(post, path = "/api/v1/exchanges", tag = "exchanges", request_body = ExchangeBody,
    responses((status = 201, body = ExchangeAnswer, description = "The exchange: {number: JL-..., ...}"),
        (status = 403, description = "M_FORBIDDEN: not of the inspection centre"), (status = 422, description = "M_REQUIRED, M_BAD_VALUE")))]
pub(super) async fn arrange(
    State(app): State<App>,
    visitor: Visitor,
    Json(body): Json<ExchangeBody>,
) -> Result<(StatusCode, Json<ExchangeAnswer>)> {
    let actor = visitor.signed_in()?;
    let (edition, directory) = (app.edition()?, app.directory());
    let mut tx = app.pool.begin().await?;
    let made = store::arrange(&mut tx, body.read()?, &edition, &directory, actor, app.clock.now()).await?;
    tx.commit().await?;
    let file = app.exchange(actor, &made.number).await?;
    Ok((StatusCode::CREATED, Json(answer(&app, &visitor, &file)?)))
}

/// List exchanges: published ones, and to those who take part, the inspection centre and the leadership those to come
#[utoipa::path(get, path = "/api/v1/exchanges", tag = "exchanges", params(ExchangeQuery),
    responses((status = 200, body = Items<ExchangeAnswer>, description = "{items}")))]
pub(super) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<ExchangeQuery>,
) -> Result<Json<Items<ExchangeAnswer>>> {
    let actor = visitor.signed_in()?;
    let mut conn = app.pool.acquire().await?;
    let mut found = store::list(&mut conn, actor, LISTED).await?;
    drop(conn);
    let links = |f: &File, wanted: &Option<String>, of: fn(&Summary) -> &Vec<String>| {
        wanted.as_ref().is_none_or(|one| of(&f.exchange.summary).contains(one))
    };
    found.retain(|f| links(f, &query.sub_kind, |s| &s.sub_kinds) && links(f, &query.clause, |s| &s.clauses));
    let items: Result<_> = found.iter().map(|f| answer(&app, &visitor, f)).collect();
    Ok(Json(items?))
}

/// Read an exchange with its lessons, its summary and who has read it
#[utoipa::path(get, path = "/api/v1/exchanges/{number}", tag = "exchanges", params(("number" = String, Path)),
    responses((status = 200, body = ExchangeAnswer, description = "The exchange"), (status = 404, description = "M_NOT_FOUND")))]
pub(super) async fn read(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Json<ExchangeAnswer>> {
    let file = app.exchange(visitor.signed_in()?, &number).await?;
    Ok(Json(answer(&app, &visitor, &file)?))
}

/// Arrange it otherwise, before it is published
#[utoipa::path(post, path = "/api/v1/exchanges/{number}", tag = "exchanges", params(("number" = String, Path)), request_body = ExchangeBody,
    responses((status = 200, body = ExchangeAnswer, description = "The exchange"), (status = 422, description = "M_REQUIRED, M_BAD_VALUE, M_RECORD_LOCKED: it is published")))]
pub(super) async fn rearrange(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<ExchangeBody>,
) -> Result<Json<ExchangeAnswer>> {
    let actor = visitor.signed_in()?;
    let mut tx = app.pool.begin().await?;
    store::rearrange(&mut tx, &number, body.read()?, &app.directory(), actor, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Json(answer(&app, &visitor, &app.exchange(actor, &number).await?)?))
}

/// Publish the summary, linked to clauses and sub-kinds; it is shown beside them from then on, and never changed
#[utoipa::path(post, path = "/api/v1/exchanges/{number}/publication", tag = "exchanges", params(("number" = String, Path)), request_body = SummaryBody,
    responses((status = 200, body = ExchangeAnswer, description = "The exchange"), (status = 409, description = "M_STALE: published already"),
        (status = 422, description = "M_REQUIRED, M_BAD_VALUE, M_PREREQ: it is not held yet")))]
pub(super) async fn publication(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<SummaryBody>,
) -> Result<Json<ExchangeAnswer>> {
    let SummaryBody { summary, clauses, sub_kinds } = body;
    let summary = Summary { text: summary, clauses, sub_kinds };
    let file = app.publish_exchange(visitor.signed_in()?, &number, summary).await?;
    Ok(Json(answer(&app, &visitor, &file)?))
}

/// Confirm that you have read the summary; sent again, nothing changes
#[utoipa::path(post, path = "/api/v1/exchanges/{number}/receipts", tag = "exchanges", params(("number" = String, Path)), request_body = ReadIt,
    responses((status = 200, body = ExchangeAnswer, description = "The exchange with its receipts"), (status = 404, description = "M_NOT_FOUND: not published")))]
pub(super) async fn receipts(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(ReadIt {}): Json<ReadIt>,
) -> Result<Json<ExchangeAnswer>> {
    let mut tx = app.pool.begin().await?;
    let file = store::confirm(&mut tx, &number, visitor.signed_in()?, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Json(answer(&app, &visitor, &file)?))
}

/// Write down a lesson learnt from incidents, or in a drill
#[utoipa::path(post, path = "/api/v1/lessons", tag = "lessons", request_body = LessonBody,
    responses((status = 201, body = LessonAnswer, description = "The lesson: {number: JY-..., ...}"),
        (status = 403, description = "M_FORBIDDEN: not of the inspection centre"), (status = 422, description = "M_REQUIRED, M_BAD_VALUE")))]
pub(super) async fn collect(
    State(app): State<App>,
    visitor: Visitor,
    Json(body): Json<LessonBody>,
) -> Result<(StatusCode, Json<LessonAnswer>)> {
    let edition = app.edition()?;
    let mut tx = app.pool.begin().await?;
    let made = lessons::collect(&mut tx, body.read(), &edition, visitor.signed_in()?, app.clock.now()).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(lesson(&made))))
}

/// List lessons: published ones, and to the inspection centre and the leadership those still collected
#[utoipa::path(get, path = "/api/v1/lessons", tag = "lessons", params(LessonQuery), responses((status = 200, body = Items<LessonAnswer>, description = "{items}")))]
pub(super) async fn lessons_list(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<LessonQuery>,
) -> Result<Json<Items<LessonAnswer>>> {
    let LessonQuery { sub_kind, clause, incident, proposes_revision } = query;
    let filter = lessons::Filter { sub_kind, clause, incident, published: None, proposing: proposes_revision };
    let mut conn = app.pool.acquire().await?;
    let found = lessons::list(&mut conn, &filter, visitor.signed_in()?, LISTED).await?;
    Ok(Json(found.iter().map(lesson).collect()))
}

/// Read a lesson
#[utoipa::path(get, path = "/api/v1/lessons/{number}", tag = "lessons", params(("number" = String, Path)),
    responses((status = 200, body = LessonAnswer, description = "The lesson"), (status = 404, description = "M_NOT_FOUND")))]
pub(super) async fn lesson_read(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Json<LessonAnswer>> {
    let mut conn = app.pool.acquire().await?;
    Ok(Json(lesson(&lessons::by_number(&mut conn, &number, visitor.signed_in()?).await?)))
}

/// Set a lesson right that is not published; the body takes the place of what stood there
#[utoipa::path(post, path = "/api/v1/lessons/{number}", tag = "lessons", params(("number" = String, Path)), request_body = LessonBody,
    responses((status = 200, body = LessonAnswer, description = "The lesson"), (status = 422, description = "M_REQUIRED, M_BAD_VALUE, M_RECORD_LOCKED: it is published")))]
pub(super) async fn revise(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<LessonBody>,
) -> Result<Json<LessonAnswer>> {
    let edition = app.edition()?;
    let mut tx = app.pool.begin().await?;
    let became =
        lessons::revise(&mut tx, &number, body.read(), &edition, visitor.signed_in()?, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Json(lesson(&became)))
}

impl ExchangeBody {
    fn read(self) -> Result<Arrangement, Refused> {
        let ExchangeBody { subject, held_at, place, departments, people } = self;
        Ok(Arrangement { subject, held_at: time("held_at", held_at.as_deref())?, place, departments, people })
    }
}

impl LessonBody {
    fn read(self) -> Parts {
        let LessonBody { text, drill, incidents, sub_kinds, clauses, proposes_revision, exchange } = self;
        Parts { text, drill, incidents, sub_kinds, clauses, proposes_revision, exchange }
    }
}

/// What is published about a sub-kind, as an incident and a preview show it.
pub(super) async fn experience(app: &App, sub_kind: &str) -> Result<Vec<Experience>> {
    Ok(app.experience(Topic::SubKind(sub_kind)).await?.iter().map(learnt).collect())
}

fn answer(app: &App, visitor: &Visitor, file: &File) -> Result<ExchangeAnswer> {
    let actor: &Actor = visitor.signed_in()?;
    let directory = app.directory();
    let row = |d: &String| of_department(d, &readers(d, &file.receipts, &directory, visitor.lang));
    let rows = match file.exchange.published {
        Some(_) => departments_of(file, actor).iter().map(row).collect(),
        None => Vec::new(),
    };
    Ok(whole(file, rows))
}

answers! {
    /// An exchange with its lessons, its summary and who has read it.
    pub(super) struct ExchangeAnswer = whole(file: &File, rows: Vec<ReadersAnswer>) {
        number: String = file.exchange.number.clone(),
        /// arranged or published.
        state: &'static str = if file.exchange.published.is_some() { "published" } else { "arranged" },
        edition: String = file.exchange.edition.clone(),
        subject: String = file.exchange.subject.clone(),
        held_at: String = rfc3339(file.exchange.held_at),
        place: String = file.exchange.place.clone(),
        departments: Vec<String> = file.exchange.departments.clone(),
        people: Vec<String> = file.exchange.people.clone(),
        arranged_by: String = file.exchange.arranged.1.clone(),
        arranged_at: String = rfc3339(file.exchange.arranged.0),
        summary: String = file.exchange.summary.text.clone(),
        clauses: Vec<String> = file.exchange.summary.clauses.clone(),
        sub_kinds: Vec<String> = file.exchange.summary.sub_kinds.clone(),
        published_by: Option<String> = file.exchange.published.as_ref().map(|p| p.1.clone()),
        published_at: Option<String> = file.exchange.published.as_ref().map(|p| rfc3339(p.0)),
        updated_at: String = rfc3339(file.exchange.updated_at),
        lessons: Vec<LessonAnswer> = file.lessons.iter().map(lesson).collect(),
        receipts: Vec<ReadersAnswer> = rows,
    }

    /// What was learnt from incidents of the sub-kind, and published.
    pub(super) struct Experience = learnt(file: &File) {
        number: String = file.exchange.number.clone(),
        subject: String = file.exchange.subject.clone(),
        summary: String = file.exchange.summary.text.clone(),
        clauses: Vec<String> = file.exchange.summary.clauses.clone(),
        sub_kinds: Vec<String> = file.exchange.summary.sub_kinds.clone(),
        published_at: Option<String> = file.exchange.published.as_ref().map(|p| rfc3339(p.0)),
        lessons: Vec<LessonAnswer> = file.lessons.iter().map(lesson).collect(),
    }

    pub(super) struct LessonAnswer = lesson(lesson: &Lesson) {
        number: String = lesson.number.clone(),
        /// collected or published.
        state: &'static str = if lesson.published_at.is_some() { "published" } else { "collected" },
        edition: String = lesson.edition.clone(),
        text: String = lesson.parts.text.clone(),
        drill: bool = lesson.parts.drill,
        incidents: Vec<String> = lesson.parts.incidents.clone(),
        sub_kinds: Vec<String> = lesson.parts.sub_kinds.clone(),
        clauses: Vec<String> = lesson.parts.clauses.clone(),
        /// Put forward as a change of the plan.
        proposes_revision: bool = lesson.parts.proposes_revision,
        exchange: Option<String> = lesson.parts.exchange.clone(),
        collected_by: String = lesson.collected.1.clone(),
        collected_at: String = rfc3339(lesson.collected.0),
        published_at: Option<String> = lesson.published_at.map(rfc3339),
        updated_at: String = rfc3339(lesson.updated_at),
    }
}
