//! Rows of questions.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Answer, Question};
use crate::lang::Text;
use crate::notice;

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
    ruling: Option<Uuid>,
    ruled: Option<Json<Text>>,
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
            answer: answer.map(|((text, by), at)| Answer {
                text,
                by,
                at,
                ruling: self.ruling.zip(self.ruled.map(|text| text.0)),
            }),
        }
    }
}

macro_rules! questions {
    ($tail:literal $(, $arg:expr)*) => {
        sqlx::query_as!(
            QuestionRow,
            r#"select q.id, q.clause, q.task, i.number as "incident?", q.text, q.asked_by, q.asker, q.asked_at, q.answer,
                      q.answered_by, q.answered_at, q.ruling, r.text as "ruled?: Json<Text>"
               from question q left join incident i on i.id = q.incident left join ruling r on r.id = q.ruling "# + $tail
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

/// Writes the answer of a question, and tells whoever asked.
pub async fn answer(conn: &mut PgConnection, question: &Question) -> sqlx::Result<()> {
    let answer = question.answer.as_ref();
    sqlx::query!(
        "update question set answer = $2, answered_by = $3, answered_at = $4, ruling = $5 where id = $1",
        question.id,
        answer.map(|a| a.text.as_str()),
        answer.map(|a| a.by.as_str()),
        answer.map(|a| a.at),
        answer.and_then(|a| a.ruling.as_ref()).map(|(id, _)| *id)
    )
    .execute(&mut *conn)
    .await?;
    match question.told() {
        Some(told) => notice::store::insert_about(conn, &[(None, None, &told)], told.at).await,
        None => Ok(()),
    }
}
