//! Rows of drafts with their history and opinions, of rulings, and of questions.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::question::{Answer, Question};
use super::ruling::Ruling;
use super::{Approval, Changed, Draft, FieldChange, Opinion, Sources, Stance};
use crate::error::Result;
use crate::l10n::text;
use crate::lang::Text;
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

/// Gives a ruling; the one that stood on the clause is kept as superseded.
pub async fn rule(conn: &mut PgConnection, ruling: &Ruling) -> sqlx::Result<()> {
    // One at a time for a clause, so that two given together do not both stand.
    sqlx::query!("select pg_advisory_xact_lock(hashtext('ruling:' || $1))", ruling.clause).execute(&mut *conn).await?;
    let standing =
        sqlx::query_scalar!("select id from ruling where clause = $1 and superseded_at is null", ruling.clause)
            .fetch_optional(&mut *conn)
            .await?;
    if let Some(standing) = standing {
        sqlx::query!("update ruling set superseded_at = $2 where id = $1", standing, ruling.at)
            .execute(&mut *conn)
            .await?;
    }
    sqlx::query!(
        "insert into ruling (id, clause, edition, text, ruled_by, ruled_at) values ($1, $2, $3, $4, $5, $6)",
        ruling.id,
        ruling.clause,
        ruling.edition,
        Json(&ruling.text) as _,
        ruling.by,
        ruling.at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Rulings on a clause, or on all; the latest first, superseded ones too.
pub async fn rulings(conn: &mut PgConnection, clause: Option<&str>) -> sqlx::Result<Vec<Ruling>> {
    let rows = sqlx::query!(
        r#"select id, clause, edition, text as "text: Json<Text>", ruled_by, ruled_at, superseded_at
           from ruling where $1::text is null or clause = $1 order by ruled_at desc, id desc"#,
        clause
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Ruling {
            id: r.id,
            clause: r.clause,
            edition: r.edition,
            text: r.text.0,
            by: r.ruled_by,
            at: r.ruled_at,
            superseded_at: r.superseded_at,
        })
        .collect())
}

struct QuestionRow {
    id: Uuid,
    clause: String,
    task: Option<String>,
    incident: Option<String>,
    text: String,
    asked_by: String,
    asker: Uuid,
    asked_at: DateTime<Utc>,
    answer: Option<String>,
    answered_by: Option<String>,
    answered_at: Option<DateTime<Utc>>,
}

impl QuestionRow {
    fn question(self) -> Question {
        let answer = self.answer.zip(self.answered_by).zip(self.answered_at);
        Question {
            id: self.id,
            clause: self.clause,
            task: self.task,
            incident: self.incident,
            text: self.text,
            asked_by: self.asked_by,
            asker: self.asker,
            asked_at: self.asked_at,
            answer: answer.map(|((text, by), at)| Answer { text, by, at }),
        }
    }
}

macro_rules! questions {
    ($tail:literal $(, $arg:expr)*) => {
        sqlx::query_as!(
            QuestionRow,
            r#"select q.id, q.clause, q.task, i.number as "incident?", q.text, q.asked_by, q.asker, q.asked_at, q.answer,
                      q.answered_by, q.answered_at
               from question q left join incident i on i.id = q.incident "# + $tail
            $(, $arg)*
        )
    };
}

/// Keeps a question; `incident` is the id of the one it came from.
pub async fn ask(conn: &mut PgConnection, question: &Question, incident: Option<Uuid>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into question (id, clause, task, incident, text, asked_by, asker, asked_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        question.id,
        question.clause,
        question.task,
        incident,
        question.text,
        question.asked_by,
        question.asker,
        question.asked_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Questions on a clause, or on all: open ones first, the longest waiting before, then the latest answered.
pub async fn questions(conn: &mut PgConnection, clause: Option<&str>) -> sqlx::Result<Vec<Question>> {
    let rows = questions!(
        "where $1::text is null or q.clause = $1
         order by q.answer is not null, case when q.answer is null then q.asked_at end, q.answered_at desc, q.id",
        clause
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(QuestionRow::question).collect())
}

pub async fn lock_question(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<Question>> {
    Ok(questions!("where q.id = $1 for update of q", id).fetch_optional(conn).await?.map(QuestionRow::question))
}

/// Writes the answer of a question.
pub async fn answer(conn: &mut PgConnection, question: &Question) -> sqlx::Result<()> {
    let answer = question.answer.as_ref();
    sqlx::query!(
        "update question set answer = $2, answered_by = $3, answered_at = $4 where id = $1",
        question.id,
        answer.map(|a| a.text.as_str()),
        answer.map(|a| a.by.as_str()),
        answer.map(|a| a.at)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// An incident in which tasks were owed under a clause.
#[derive(Debug, Clone, PartialEq)]
pub struct Citing {
    pub number: String,
    pub sub_kind: String,
    pub regions: Vec<String>,
    pub open: bool,
    pub reported_at: DateTime<Utc>,
}

/// The latest incidents that opened one of these tasks of the matrix.
pub async fn citing(conn: &mut PgConnection, tasks: &[String], most: i64) -> sqlx::Result<Vec<Citing>> {
    let rows = sqlx::query!(
        r#"select i.number, i.sub_kind, i.regions, i.state = 'open' as "open!", i.reported_at from incident i
           where exists (select 1 from task t where t.incident = i.id and t.code = any($1))
           order by i.reported_at desc limit $2"#,
        tasks,
        most
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Citing {
            number: r.number,
            sub_kind: r.sub_kind,
            regions: r.regions,
            open: r.open,
            reported_at: r.reported_at,
        })
        .collect())
}
