//! Calls on standing duties: how they stand, and that one was kept (R151, R153).

use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::query::Query;
use super::shape::{Items, answers};
use crate::error::Result;
use crate::lang::Lang;
use crate::standing::{Keep, Line, narrowed};
use crate::state::App;
use crate::web::Visitor;
use crate::web::json::Json;
use crate::web::when::rfc3339;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
pub(super) struct StandingQuery {
    /// Department instance; when left out one's own, for leadership and inspection all.
    department: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RecordBody {
    /// Department instance; your own when left out and only one of yours owes the duty.
    department: Option<String>,
    /// How it was kept.
    #[serde(default)]
    evidence: String,
}

/// List standing duties as they stand in the period that runs today
#[utoipa::path(get, path = "/api/v1/standing-duties", tag = "standing-duties", params(StandingQuery),
    responses((status = 200, body = Items<StandingAnswer>),
        (status = 403, description = "M_FORBIDDEN: another department's"),
        (status = 404, description = "M_NOT_FOUND: no such department")))]
pub(super) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<StandingQuery>,
) -> Result<Json<Items<StandingAnswer>>> {
    let departments = narrowed(query.department.as_deref(), visitor.signed_in()?, &app.directory())?;
    let mut conn = app.pool.acquire().await?;
    let lines = app.standing(&mut conn, departments.as_deref()).await?;
    Ok(Json(lines.iter().map(|line| answer(line, visitor.lang)).collect()))
}

/// Record that a standing duty was kept in the period that runs today
#[utoipa::path(post, path = "/api/v1/standing-duties/{duty}/records", tag = "standing-duties",
    params(("duty" = String, Path, description = "Code of the duty, `st.ups_test`")), request_body = RecordBody,
    responses((status = 200, body = StandingAnswer, description = "The duty as it stands then"),
        (status = 403, description = "M_FORBIDDEN: another department's; M_INSP_READONLY"),
        (status = 404, description = "M_NOT_FOUND: no such duty"),
        (status = 409, description = "M_STALE: recorded for this period already"),
        (status = 422, description = "M_EVIDENCE_MISSING; M_BAD_VALUE: the department does not owe it, or no period runs; M_REQUIRED: which of your departments")))]
pub(super) async fn keep(
    State(app): State<App>,
    visitor: Visitor,
    Path(duty): Path<String>,
    Json(body): Json<RecordBody>,
) -> Result<Json<StandingAnswer>> {
    let wish = Keep { duty, department: body.department, evidence: body.evidence };
    let line = app.keep_standing(visitor.signed_in()?, &wish).await?;
    Ok(Json(answer(&line, visitor.lang)))
}

answers! {
    /// A standing duty of one department.
    pub(super) struct StandingAnswer = answer(line: &Line, lang: Lang) {
        duty: String = line.duty.id.clone(),
        edition: String = line.edition.code.clone(),
        department: String = line.department.clone(),
        action: String = line.duty.action.get(lang).to_owned(),
        clauses: Vec<String> = line.duty.clauses.clone(),
        every: u32 = line.duty.frequency.value,
        /// weeks, months, per_calendar_day, per_working_day or per_absence.
        unit: &'static str = line.duty.frequency.unit.code(),
        /// Whose the frequency is: plan, inferred or proposed.
        frequency_basis: &'static str = line.duty.frequency_basis.code(),
        /// Code of the evidence asked for.
        evidence: String = line.duty.evidence.clone(),
        /// open, kept, or idle where no period runs today.
        state: &'static str = line.state(),
        /// First day of the period that runs.
        period_from: Option<String> = line.period.map(|p| p.from.to_string()),
        /// Last day, included.
        period_to: Option<String> = line.period.map(|p| p.to.to_string()),
        /// The instant at which it is missed.
        until: Option<String> = line.period.map(|p| rfc3339(p.end())),
        /// What was recorded for that period.
        record: Option<KeptAnswer> = line.kept.as_ref().map(kept),
        last_kept_at: Option<String> = line.last.as_ref().map(|r| rfc3339(r.at)),
        /// First day of the last period that ended, where it was missed.
        missed_from: Option<String> = line.missed.map(|p| p.from.to_string()),
        missed_to: Option<String> = line.missed.map(|p| p.to.to_string()),
    }

    pub(super) struct KeptAnswer = kept(record: &crate::standing::Record) {
        id: String = record.id.to_string(),
        evidence: String = record.evidence.clone(),
        by: String = record.by.clone(),
        at: String = rfc3339(record.at),
    }
}
