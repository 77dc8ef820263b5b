//! Calls on editions of the plan: drafts, what they change, opinions, the signature.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::query::Query;
use crate::clock::local;
use crate::error::Result;
use crate::incident::field::date;
use crate::lang::Lang;
use crate::refusal::Refused;
use crate::revision::{ClauseEdit, Draft, Sources, Stance, TaskEdit, between, gaps, may_read, store};
use crate::state::App;
use crate::web::Visitor;
use crate::web::errors::RefusedBody;
use crate::web::json::Json;
use crate::web::when::rfc3339;

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
    responses((status = 200, description = "{items}: code, state (in_force, later, earlier, draft), effective_from")))]
pub(super) async fn list(State(app): State<App>, visitor: Visitor) -> Result<Json<Value>> {
    let actor = visitor.signed_in()?;
    let mut conn = app.pool.acquire().await?;
    let published = crate::plan::store::published(&mut conn).await?;
    let drafts = if may_read(actor) { store::open(&mut conn).await? } else { Vec::new() };
    let items: Vec<Value> = drafts
        .iter()
        .map(draft_head)
        .chain(published.iter().map(|e| {
            json!({
                "code": e.code, "state": state_of(&app, &e.code, e.effective_from), "title": e.title.get(visitor.lang),
                "effective_from": e.effective_from.to_string(), "trial": e.trial,
                "approved_at": e.approved_at.map(rfc3339),
            })
        }))
        .collect();
    Ok(Json(json!({ "items": items })))
}

/// Draft an edition: a copy of one that is published, or two files imported
#[utoipa::path(post, path = "/api/v1/editions", tag = "editions", request_body = DraftBody,
    responses((status = 201, description = "The draft"), (status = 403, description = "M_NOT_LG, M_ACTING_LIMITS"),
        (status = 422, description = "M_BAD_VALUE: the code is taken, or a file can't be read")))]
pub(super) async fn draft(
    State(app): State<App>,
    visitor: Visitor,
    Json(body): Json<DraftBody>,
) -> Result<(StatusCode, Json<Value>)> {
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
    let draft = app.draft_edition(visitor.signed_in()?, &body.code, body.based_on.as_deref(), imported).await?;
    Ok((StatusCode::CREATED, Json(whole(&app, &draft, visitor.lang).await?)))
}

/// Read an edition or a draft, with its two files as TOML
#[utoipa::path(get, path = "/api/v1/editions/{code}", tag = "editions", params(("code" = String, Path)),
    responses((status = 200, description = "Head, {clauses, matrix} as TOML; of a draft also gaps, opinions and history"),
        (status = 404, description = "M_NOT_FOUND")))]
pub(super) async fn read(State(app): State<App>, visitor: Visitor, Path(code): Path<String>) -> Result<Json<Value>> {
    let actor = visitor.signed_in()?;
    let mut conn = app.pool.acquire().await?;
    if let Some(draft) = store::by_code(&mut conn, &code).await?.filter(|_| may_read(actor)) {
        drop(conn);
        return Ok(Json(whole(&app, &draft, visitor.lang).await?));
    }
    drop(conn);
    let sources = app.edition_sources(actor, &code).await?;
    let edition = app.edition_of(&code)?;
    Ok(Json(json!({
        "code": code, "state": state_of(&app, &code, edition.effective_from),
        "title": edition.title.get(visitor.lang), "effective_from": edition.effective_from.to_string(),
        "trial": edition.trial, "clauses": sources.clauses, "matrix": sources.matrix,
    })))
}

/// How an edition differs from another, by default from the one in force
#[utoipa::path(get, path = "/api/v1/editions/{code}/differences", tag = "editions",
    params(("code" = String, Path), ("with" = Option<String>, Query, description = "The edition before")),
    responses((status = 200, description = "{from, to, items}: record, id, change and its fields before and after")))]
pub(super) async fn differences(
    State(app): State<App>,
    visitor: Visitor,
    Path(code): Path<String>,
    Query(asked): Query<With>,
) -> Result<Json<Value>> {
    let actor = visitor.signed_in()?;
    let to = app.edition_sources(actor, &code).await?;
    let from = match asked.with {
        Some(code) => code,
        None => app.edition()?.code.clone(),
    };
    let before = app.edition_sources(actor, &from).await?;
    Ok(Json(json!({ "from": from, "to": code, "items": between(&before, &to) })))
}

/// Change a clause of a draft
#[utoipa::path(post, path = "/api/v1/editions/{code}/clauses/{id}", tag = "editions",
    params(("code" = String, Path), ("id" = String, Path)),
    request_body(content = Object, description = "section?, title?, text? ({zh-Hans, zh-Hant, en}), departments?, revision?"),
    responses((status = 200, description = "The draft"), (status = 403, description = "M_NOT_LG, M_ACTING_LIMITS"),
        (status = 409, description = "M_STALE: changed since `revision`"),
        (status = 422, description = "M_PLAN_READONLY: published text is frozen")))]
pub(super) async fn clause(
    State(app): State<App>,
    visitor: Visitor,
    Path((code, id)): Path<(String, String)>,
    Json(edit): Json<ClauseEdit>,
) -> Result<Json<Value>> {
    let draft = app.edit_clause(visitor.signed_in()?, &code, &id, &edit).await?;
    Ok(Json(whole(&app, &draft, visitor.lang).await?))
}

/// Change a task of a draft's duty matrix
#[utoipa::path(post, path = "/api/v1/editions/{code}/tasks/{id}", tag = "editions",
    params(("code" = String, Path), ("id" = String, Path)),
    request_body(content = Object, description = "action? ({zh-Hans, zh-Hant, en}), responsible?, role?, cooperating?, clause?, basis?, trigger?, after?, when?, limit_class?, due?, acknowledge? ({value, unit, clock}), due_basis?, escalation?, evidence?, routes? (every one that opens it, sub_kind/severity[/scope]), revision?"),
    responses((status = 200, description = "The draft"), (status = 403, description = "M_NOT_LG, M_ACTING_LIMITS"),
        (status = 409, description = "M_STALE: changed since `revision`"),
        (status = 422, description = "M_PLAN_READONLY: published text is frozen; M_BAD_VALUE: a word the matrix does not know, a route there is not")))]
pub(super) async fn task(
    State(app): State<App>,
    visitor: Visitor,
    Path((code, id)): Path<(String, String)>,
    Json(edit): Json<TaskEdit>,
) -> Result<Json<Value>> {
    let draft = app.edit_matrix_task(visitor.signed_in()?, &code, &id, &edit).await?;
    Ok(Json(whole(&app, &draft, visitor.lang).await?))
}

/// Say what you think of a draft, as a member of the Leading Group
#[utoipa::path(post, path = "/api/v1/editions/{code}/opinions", tag = "editions", params(("code" = String, Path)),
    request_body = OpinionBody,
    responses((status = 200, description = "The draft with its opinions"), (status = 403, description = "M_NOT_LG")))]
pub(super) async fn opinion(
    State(app): State<App>,
    visitor: Visitor,
    Path(code): Path<String>,
    Json(body): Json<OpinionBody>,
) -> Result<Json<Value>> {
    let stance = Stance::from_code(&body.stance).ok_or_else(|| bad("stance", "agree, disagree, remark"))?;
    let (draft, _) = app.opine_on_draft(visitor.signed_in()?, &code, stance, &body.text).await?;
    Ok(Json(whole(&app, &draft, visitor.lang).await?))
}

/// Sign a draft for the Leading Group: it is in force from the day named
#[utoipa::path(post, path = "/api/v1/editions/{code}/approval", tag = "editions", params(("code" = String, Path)),
    request_body = ApprovalBody,
    responses((status = 200, description = "The edition"), (status = 403, description = "M_NOT_LG, M_ACTING_LIMITS"),
        (status = 422, description = "M_EFFECTIVE_PAST; M_EDITION_GAP for each gap; M_PLAN_READONLY when signed already")))]
pub(super) async fn approval(
    State(app): State<App>,
    visitor: Visitor,
    Path(code): Path<String>,
    Json(body): Json<ApprovalBody>,
) -> Result<Json<Value>> {
    let day = date(&json!(body.effective_from)).ok_or_else(|| bad("effective_from", "2026-11-01"))?;
    let draft = app.approve_edition(visitor.signed_in()?, &code, day).await?;
    Ok(Json(whole(&app, &draft, visitor.lang).await?))
}

/// Move an open incident to the edition in force; what is signed for keeps clause and limit, and nothing is loosened
#[utoipa::path(post, path = "/api/v1/incidents/{number}/edition", tag = "editions", params(("number" = String, Path)),
    request_body = MoveBody,
    responses((status = 200, description = "The incident"), (status = 409, description = "M_STALE: it is under it already"),
        (status = 422, description = "M_PIN_REASON: without a reason, or by others than leader and deputy")))]
pub(super) async fn pin(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<MoveBody>,
) -> Result<Json<Value>> {
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

fn draft_head(draft: &Draft) -> Value {
    json!({
        "code": draft.code, "state": "draft", "based_on": draft.based_on, "revision": draft.revision,
        "drafted_by": draft.drafted_by, "drafted_at": rfc3339(draft.drafted_at),
        "updated_by": draft.updated_by, "updated_at": rfc3339(draft.updated_at),
    })
}

pub(super) async fn whole(app: &App, draft: &Draft, lang: Lang) -> Result<Value> {
    let mut conn = app.pool.acquire().await?;
    let opinions = store::opinions(&mut conn, draft.id).await?;
    let history = store::history(&mut conn, draft.id).await?;
    let mut answer = draft_head(draft);
    if let Some(approval) = &draft.approved {
        answer["state"] = json!(state_of(app, &draft.code, approval.effective_from));
        answer["effective_from"] = json!(approval.effective_from.to_string());
        answer["approved_at"] = json!(rfc3339(approval.at));
        answer["approved_by"] = json!(approval.by);
    }
    let faults = draft.sources.check().err().unwrap_or_default();
    answer["gaps"] = gaps(&faults).iter().map(|r| json!(RefusedBody::of(r, lang))).collect();
    answer["opinions"] = opinions
        .iter()
        .map(|o| {
            json!({ "by": o.login, "stance": o.stance.code(), "text": o.text, "revision": o.revision,
                    "at": rfc3339(o.at) })
        })
        .collect();
    answer["history"] = history
        .iter()
        .map(|c| json!({ "at": rfc3339(c.at), "by": c.by, "record": c.record, "fields": c.fields }))
        .collect();
    answer["clauses"] = json!(draft.sources.clauses);
    answer["matrix"] = json!(draft.sources.matrix);
    Ok(answer)
}

fn bad(field: &str, expected: &str) -> Refused {
    Refused::BadValue { field: field.to_owned(), expected: crate::lang::text(expected, expected, expected) }
}
