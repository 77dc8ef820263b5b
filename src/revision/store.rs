//! Rows of drafts with their history and opinions.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Approval, Changed, Draft, FieldChange, Opinion, Sources, Stance};
use crate::error::Result;
use crate::l10n::text;
use crate::plan;
use crate::plan::Edition;
use crate::refusal::Refused;

struct DraftRow {
    id: Uuid,
    code: String,
    based_on: String,
    clauses_source: String,
    matrix_source: String,
    drafted_by: String,
    drafted_at: DateTime<Utc>,
    updated_by: String,
    updated_at: DateTime<Utc>,
    revision: i32,
    approved_at: Option<DateTime<Utc>>,
    approved_by: Option<String>,
    effective_from: Option<NaiveDate>,
}

impl DraftRow {
    fn draft(self) -> Draft {
        let approved = self.approved_at.zip(self.approved_by).zip(self.effective_from);
        Draft {
            id: self.id,
            code: self.code,
            based_on: self.based_on,
            sources: Sources { clauses: self.clauses_source, matrix: self.matrix_source },
            drafted_by: self.drafted_by,
            drafted_at: self.drafted_at,
            updated_by: self.updated_by,
            updated_at: self.updated_at,
            revision: self.revision,
            approved: approved.map(|((at, by), effective_from)| Approval { at, by, effective_from }),
        }
    }
}

macro_rules! drafts {
    ($tail:literal $(, $arg:expr)*) => {
        sqlx::query_as!(
            DraftRow,
            "select id, code, based_on, clauses_source, matrix_source, drafted_by, drafted_at, updated_by, updated_at,
                    revision, approved_at, approved_by, effective_from
             from edition_draft " + $tail
            $(, $arg)*
        )
    };
}

/// Keeps a new draft.
///
/// # Errors
/// M_BAD_VALUE where the code is that of an edition or of another draft.
pub async fn insert(conn: &mut PgConnection, draft: &Draft) -> Result<()> {
    let stored = sqlx::query!(
        "insert into edition_draft (id, code, based_on, clauses_source, matrix_source, drafted_by, drafted_at,
             updated_by, updated_at, revision)
         select $1, $2, $3, $4, $5, $6, $7, $6, $7, $8
         where not exists (select 1 from edition where code = $2)
         on conflict (code) do nothing",
        draft.id,
        draft.code,
        draft.based_on,
        draft.sources.clauses,
        draft.sources.matrix,
        draft.drafted_by,
        draft.drafted_at,
        draft.revision
    )
    .execute(conn)
    .await?;
    if stored.rows_affected() == 1 {
        return Ok(());
    }
    let expected = text(|l| l.msg_ed_code_taken());
    Err(Refused::BadValue { field: "code".to_owned(), expected }.into())
}

/// Every draft, the latest first.
pub async fn all(conn: &mut PgConnection) -> sqlx::Result<Vec<Draft>> {
    let rows = drafts!("order by drafted_at desc").fetch_all(conn).await?;
    Ok(rows.into_iter().map(DraftRow::draft).collect())
}

/// Drafts not signed yet, the latest first.
pub async fn open(conn: &mut PgConnection) -> sqlx::Result<Vec<Draft>> {
    let rows = drafts!("where approved_at is null order by drafted_at desc").fetch_all(conn).await?;
    Ok(rows.into_iter().map(DraftRow::draft).collect())
}

pub async fn by_code(conn: &mut PgConnection, code: &str) -> sqlx::Result<Option<Draft>> {
    Ok(drafts!("where code = $1", code).fetch_optional(conn).await?.map(DraftRow::draft))
}

/// Locks a draft for a change.
///
/// # Errors
/// M_PLAN_READONLY for the code of an edition that never was a draft here, M_NOT_FOUND for one nobody knows.
pub async fn lock(conn: &mut PgConnection, code: &str) -> Result<Draft> {
    if let Some(row) = drafts!("where code = $1 for update", code).fetch_optional(&mut *conn).await? {
        return Ok(row.draft());
    }
    let published = plan::store::sources(conn, code).await?.is_some();
    Err(if published { Refused::PlanReadonly } else { Refused::NotFound }.into())
}

/// Writes a change of a draft, and its history.
pub async fn save(conn: &mut PgConnection, draft: &Draft, changed: &Changed) -> sqlx::Result<()> {
    sqlx::query!(
        "update edition_draft set clauses_source = $2, matrix_source = $3, updated_by = $4, updated_at = $5, revision = $6
         where id = $1",
        draft.id,
        draft.sources.clauses,
        draft.sources.matrix,
        draft.updated_by,
        draft.updated_at,
        draft.revision
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into edition_change (draft, at, by_login, record, fields) values ($1, $2, $3, $4, $5)",
        draft.id,
        changed.at,
        changed.by,
        changed.record,
        Json(&changed.fields) as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Signs a draft and publishes the edition it makes.
///
/// # Errors
/// M_BAD_VALUE where another edition takes effect on the same day.
pub async fn sign(conn: &mut PgConnection, draft: &Draft, edition: &Edition) -> Result<()> {
    let Some(approval) = &draft.approved else {
        return Err(Refused::NotFound.into());
    };
    sqlx::query!(
        "update edition_draft set clauses_source = $2, approved_at = $3, approved_by = $4, effective_from = $5
         where id = $1",
        draft.id,
        draft.sources.clauses,
        approval.at,
        approval.by,
        approval.effective_from
    )
    .execute(&mut *conn)
    .await?;
    let Sources { clauses, matrix } = &draft.sources;
    if plan::store::publish(conn, edition, clauses, matrix, approval.at).await? {
        return Ok(());
    }
    let expected = text(|l| l.msg_ed_day_taken());
    Err(Refused::BadValue { field: "effective_from".to_owned(), expected }.into())
}

/// What was changed in a draft, the latest first.
pub async fn history(conn: &mut PgConnection, draft: Uuid) -> sqlx::Result<Vec<Changed>> {
    let rows = sqlx::query!(
        r#"select at, by_login, record, fields as "fields: Json<Vec<FieldChange>>"
           from edition_change where draft = $1 order by id desc"#,
        draft
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|r| Changed { at: r.at, by: r.by_login, record: r.record, fields: r.fields.0 }).collect())
}

pub async fn opine(conn: &mut PgConnection, draft: Uuid, opinion: &Opinion) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into edition_opinion (id, draft, person, login, stance, text, revision, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        opinion.id,
        draft,
        opinion.person,
        opinion.login,
        opinion.stance.code(),
        opinion.text,
        opinion.revision,
        opinion.at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// In the order given.
pub async fn opinions(conn: &mut PgConnection, draft: Uuid) -> sqlx::Result<Vec<Opinion>> {
    let rows = sqlx::query!(
        "select id, person, login, stance, text, revision, at from edition_opinion where draft = $1 order by at, id",
        draft
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Opinion {
            id: r.id,
            person: r.person,
            login: r.login,
            stance: Stance::from_code(&r.stance).unwrap_or(Stance::Remark),
            text: r.text,
            revision: r.revision,
            at: r.at,
        })
        .collect())
}
