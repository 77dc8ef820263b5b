//! Calls on editions of the plan: drafts, what they change, opinions, the signature.

pub(super) mod answer;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::answer::IncidentAnswer;
use super::query::Query;
use super::shape::Items;
use crate::clock::local;
use crate::error::Result;
use crate::incident::field::date;
use crate::lang::Lang;
use crate::plan::store::Published;
use crate::refusal::Refused;
use crate::revision::consultation::Asking;
use crate::revision::{
    ClauseEdit, Draft, Sources, Stance, TaskEdit, between, consultation as consultations, may_read, store,
};
use crate::state::App;
use crate::web::Visitor;
use crate::web::json::Json;
use answer::{DifferencesAnswer, DraftAnswer, ListedEdition, ReadEdition};

/// Bytes of an import at most; the plan is a tenth of it.
pub(super) const IMPORT_LIMIT: usize = 4 << 20;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DraftBody {
    /// The code the edition will have.
    code: String,
    /// Code of the edition to copy; the one in force when left out.
    based_on: Option<String>,
    /// To import: the clauses as TOML, together with `matrix`.
    clauses: Option<String>,
    /// To import: the duty matrix as TOML.
    matrix: Option<String>,
    /// In place of an import: the edition in force with what the plan files of this version have besides.
    #[serde(default)]
    newer: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OpinionBody {
    /// agree, disagree or remark.
    stance: String,
    /// Needed unless you agree.
    #[serde(default)]
    text: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConsultationBody {
    /// The last day for an answer, `2026-11-01`; today at the earliest.
    answer_by: String,
    #[serde(default)]
    text: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ApprovalBody {
    /// The first day it is in force, `2026-11-01`; today at the earliest.
    effective_from: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MoveBody {
    /// Code of the edition in force.
    edition: String,
    #[serde(default)]
    reason: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct With {
    with: Option<String>,
}

/// List the editions, and the drafts you may read
#[utoipa::path(get, path = "/api/v1/editions", tag = "editions",
    responses((status = 200, body = Items<ListedEdition>)))]
pub(super) async fn list(State(app): State<App>, visitor: Visitor) -> Result<Json<Items<ListedEdition>>> {
    let actor = visitor.signed_in()?;
    let mut conn = app.pool.acquire().await?;
    let published = crate::plan::store::published(&mut conn).await?;
    let drafts = if may_read(actor) { store::open(&mut conn).await? } else { Vec::new() };
    let head = |draft| ListedEdition::Draft(answer::draft_head(draft, "draft"));
    let one = |e: &Published| {
        let state = state_of(&app, &e.code, e.effective_from);
        ListedEdition::Published(answer::published_head(e, state, visitor.lang))
    };
    Ok(Json(drafts.iter().map(head).chain(published.iter().map(one)).collect()))
}

/// Draft an edition: a copy of one that is published, two files imported, or what newer plan files hold
#[utoipa::path(post, path = "/api/v1/editions", tag = "editions", request_body = DraftBody,
    responses((status = 201, body = DraftAnswer, description = "The draft"), (status = 403, description = "M_NOT_LG, M_ACTING_LIMITS"),
        (status = 422, description = "M_BAD_VALUE: the code is taken, a file can't be read, or this version has nothing newer")))]
pub(super) async fn draft(
    State(app): State<App>,
    visitor: Visitor,
    Json(body): Json<DraftBody>,
) -> Result<(StatusCode, Json<DraftAnswer>)> {
    let actor = visitor.signed_in()?;
    if body.newer {
        if body.based_on.is_some() || body.clauses.is_some() || body.matrix.is_some() {
            return Err(bad("newer", "newer without based_on, clauses, matrix").into());
        }
        let draft = app.draft_of_files(actor, &body.code).await?;
        return Ok((StatusCode::CREATED, Json(whole(&app, &draft, visitor.lang).await?)));
    }
    let imported = match (body.clauses, body.matrix) {
        (Some(clauses), Some(matrix)) => Some(Sources { clauses, matrix }),
        (None, None) => None,
        (clauses, _) => {
            let field = if clauses.is_some() { "matrix" } else { "clauses" }.to_owned();
            let label =
                crate::lang::text("两份文件须一并导入", "兩份檔案須一併匯入", "Both files are imported together");
            return Err(Refused::Required { field, label }.into());
        }
    };
    let draft = app.draft_edition(actor, &body.code, body.based_on.as_deref(), imported).await?;
    Ok((StatusCode::CREATED, Json(whole(&app, &draft, visitor.lang).await?)))
}

/// Read an edition or a draft, with its two files as TOML
#[utoipa::path(get, path = "/api/v1/editions/{code}", tag = "editions", params(("code" = String, Path)),
    responses((status = 200, body = ReadEdition, description = "With its two files as TOML; of a draft also gaps, opinions and history"),
        (status = 404, description = "M_NOT_FOUND")))]
pub(super) async fn read(
    State(app): State<App>,
    visitor: Visitor,
    Path(code): Path<String>,
) -> Result<Json<ReadEdition>> {
    let actor = visitor.signed_in()?;
    let mut conn = app.pool.acquire().await?;
    if let Some(draft) = store::by_code(&mut conn, &code).await? {
        let may = app.reads_draft(&mut conn, actor, Some(&draft)).await.is_ok();
        drop(conn);
        if may {
            return Ok(Json(ReadEdition::Draft(whole(&app, &draft, visitor.lang).await?)));
        }
    } else {
        drop(conn);
    }
    let sources = app.edition_sources(actor, &code).await?;
    let edition = app.edition_of(&code)?;
    let state = state_of(&app, &code, edition.effective_from);
    Ok(Json(ReadEdition::Published(answer::published(&edition, state, sources, visitor.lang))))
}

/// How an edition differs from another, by default from the one in force
#[utoipa::path(get, path = "/api/v1/editions/{code}/differences", tag = "editions",
    params(("code" = String, Path), ("with" = Option<String>, Query, description = "The edition before")),
    responses((status = 200, body = DifferencesAnswer)))]
pub(super) async fn differences(
    State(app): State<App>,
    visitor: Visitor,
    Path(code): Path<String>,
    Query(asked): Query<With>,
) -> Result<Json<DifferencesAnswer>> {
    let actor = visitor.signed_in()?;
    let to = app.edition_sources(actor, &code).await?;
    let from = match asked.with {
        Some(code) => code,
        None => app.edition()?.code.clone(),
    };
    let before = app.edition_sources(actor, &from).await?;
    let items = between(&before, &to).iter().map(answer::difference).collect();
    Ok(Json(DifferencesAnswer { from, to: code, items }))
}

/// Change a clause of a draft
#[utoipa::path(post, path = "/api/v1/editions/{code}/clauses/{id}", tag = "editions",
    params(("code" = String, Path), ("id" = String, Path)),
    request_body(content = Object, description = "section?, title?, text? ({zh-Hans, zh-Hant, en}), departments?, revision?"),
    responses((status = 200, body = DraftAnswer, description = "The draft"), (status = 403, description = "M_NOT_LG, M_ACTING_LIMITS"),
        (status = 409, description = "M_STALE: changed since `revision`"),
        (status = 422, description = "M_PLAN_READONLY: published text is frozen")))]
pub(super) async fn clause(
    State(app): State<App>,
    visitor: Visitor,
    Path((code, id)): Path<(String, String)>,
    Json(edit): Json<ClauseEdit>,
) -> Result<Json<DraftAnswer>> {
    let draft = app.edit_clause(visitor.signed_in()?, &code, &id, &edit).await?;
    Ok(Json(whole(&app, &draft, visitor.lang).await?))
}

/// Change a task of a draft's duty matrix
#[utoipa::path(post, path = "/api/v1/editions/{code}/tasks/{id}", tag = "editions",
    params(("code" = String, Path), ("id" = String, Path)),
    request_body(content = Object, description = "action? ({zh-Hans, zh-Hant, en}), responsible?, role?, cooperating?, clause?, basis?, trigger?, after?, when?, limit_class?, due?, acknowledge? ({value, unit, clock}), due_basis?, escalation?, evidence?, routes? (every one that opens it, sub_kind/severity[/scope]), revision?"),
    responses((status = 200, body = DraftAnswer, description = "The draft"), (status = 403, description = "M_NOT_LG, M_ACTING_LIMITS"),
        (status = 409, description = "M_STALE: changed since `revision`"),
        (status = 422, description = "M_PLAN_READONLY: published text is frozen; M_BAD_VALUE: a word the matrix does not know, a route there is not")))]
pub(super) async fn task(
    State(app): State<App>,
    visitor: Visitor,
    Path((code, id)): Path<(String, String)>,
    Json(edit): Json<TaskEdit>,
) -> Result<Json<DraftAnswer>> {
    let draft = app.edit_matrix_task(visitor.signed_in()?, &code, &id, &edit).await?;
    Ok(Json(whole(&app, &draft, visitor.lang).await?))
}

/// Say what you think of a draft, as a member of the Leading Group
#[utoipa::path(post, path = "/api/v1/editions/{code}/opinions", tag = "editions", params(("code" = String, Path)),
    request_body = OpinionBody,
    responses((status = 200, body = DraftAnswer, description = "The draft with its opinions"), (status = 403, description = "M_NOT_LG")))]
pub(super) async fn opinion(
    State(app): State<App>,
    visitor: Visitor,
    Path(code): Path<String>,
    Json(body): Json<OpinionBody>,
) -> Result<Json<DraftAnswer>> {
    let stance = Stance::from_code(&body.stance).ok_or_else(|| bad("stance", "agree, disagree, remark"))?;
    let (draft, _) = app.opine_on_draft(visitor.signed_in()?, &code, stance, &body.text).await?;
    Ok(Json(whole(&app, &draft, visitor.lang).await?))
}

/// Ask for opinions on a draft: of the Leading Group, and of the heads of departments it touches
#[utoipa::path(post, path = "/api/v1/editions/{code}/consultation", tag = "editions", params(("code" = String, Path)),
    request_body = ConsultationBody,
    responses((status = 200, body = DraftAnswer, description = "The draft"), (status = 403, description = "M_NOT_LG, M_ACTING_LIMITS"),
        (status = 422, description = "M_BAD_VALUE: a day before today, a draft that changes nothing; M_PLAN_READONLY once signed")))]
pub(super) async fn consultation(
    State(app): State<App>,
    visitor: Visitor,
    Path(code): Path<String>,
    Json(body): Json<ConsultationBody>,
) -> Result<Json<DraftAnswer>> {
    let answer_by = date(&json!(body.answer_by)).ok_or_else(|| bad("answer_by", "2026-11-01"))?;
    let asking = Asking { answer_by, words: &body.text };
    let (draft, _) = app.consult_on_draft(visitor.signed_in()?, &code, asking).await?;
    Ok(Json(whole(&app, &draft, visitor.lang).await?))
}

/// Sign a draft for the Leading Group: it is in force from the day named
#[utoipa::path(post, path = "/api/v1/editions/{code}/approval", tag = "editions", params(("code" = String, Path)),
    request_body = ApprovalBody,
    responses((status = 200, body = DraftAnswer, description = "The edition"), (status = 403, description = "M_NOT_LG, M_ACTING_LIMITS"),
        (status = 422, description = "M_EFFECTIVE_PAST; M_EDITION_GAP for each gap; M_PLAN_READONLY when signed already")))]
pub(super) async fn approval(
    State(app): State<App>,
    visitor: Visitor,
    Path(code): Path<String>,
    Json(body): Json<ApprovalBody>,
) -> Result<Json<DraftAnswer>> {
    let day = date(&json!(body.effective_from)).ok_or_else(|| bad("effective_from", "2026-11-01"))?;
    let draft = app.approve_edition(visitor.signed_in()?, &code, day).await?;
    Ok(Json(whole(&app, &draft, visitor.lang).await?))
}

/// Move an open incident to the edition in force; what is signed for keeps clause and limit, and nothing is loosened
#[utoipa::path(post, path = "/api/v1/incidents/{number}/edition", tag = "editions", params(("number" = String, Path)),
    request_body = MoveBody,
    responses((status = 200, body = IncidentAnswer, description = "The incident"), (status = 409, description = "M_STALE: it is under it already"),
        (status = 422, description = "M_PIN_REASON: without a reason, or by others than leader and deputy")))]
pub(super) async fn pin(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<MoveBody>,
) -> Result<Json<IncidentAnswer>> {
    let case = app.move_to_edition(visitor.signed_in()?, &number, &body.edition, &body.reason).await?;
    super::incidents::whole(&app, case).await
}

fn state_of(app: &App, code: &str, effective_from: NaiveDate) -> &'static str {
    let today = local(app.clock.now()).date_naive();
    match app.editions().in_force(today) {
        Some(edition) if edition.code == code => "in_force",
        _ if effective_from > today => "later",
        _ => "earlier",
    }
}

pub(super) async fn whole(app: &App, draft: &Draft, lang: Lang) -> Result<DraftAnswer> {
    let mut conn = app.pool.acquire().await?;
    let opinions = store::opinions(&mut conn, draft.id).await?;
    let history = store::history(&mut conn, draft.id).await?;
    let asked = consultations::store::latest(&mut conn, draft.id).await?;
    let answers: Vec<_> = opinions.iter().map(|o| (o.person, o.at)).collect();
    let asked = asked.map(|c| {
        let standing = c.standing(&answers, &app.directory(), app.clock.now());
        answer::consultation(&c, standing)
    });
    let state = draft.approved.as_ref().map_or("draft", |a| state_of(app, &draft.code, a.effective_from));
    Ok(answer::draft_of(draft, state, asked, &opinions, &history, lang))
}

fn bad(field: &str, expected: &str) -> Refused {
    Refused::BadValue { field: field.to_owned(), expected: crate::lang::text(expected, expected, expected) }
}
