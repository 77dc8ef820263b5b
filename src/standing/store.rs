//! Rows of standing duties kept: append-only.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Record, Span};

/// Waits for whoever records one just now.
pub async fn hold(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("lock table standing_record in share row exclusive mode").execute(conn).await?;
    Ok(())
}

/// Keeps a record, and tells open pages once it is committed.
pub async fn insert(conn: &mut PgConnection, record: &Record) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into standing_record (id, duty, edition, department, period_from, period_to, evidence, by_login, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        record.id,
        record.duty,
        record.edition,
        record.department,
        record.period.from,
        record.period.to,
        record.evidence,
        record.by,
        record.at
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("select pg_notify('zhihui', 'directives')").execute(conn).await?;
    Ok(())
}

/// The last two of each duty and department, of these departments or of all.
pub async fn latest(conn: &mut PgConnection, departments: Option<&[String]>) -> sqlx::Result<Vec<Record>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id!", duty as "duty!", edition as "edition!", department as "department!",
                  period_from as "period_from!", period_to as "period_to!", evidence as "evidence!",
                  by_login as "by_login!", at as "at!"
           from (select *, row_number() over (partition by duty, department order by period_from desc) as back
                 from standing_record where $1::text[] is null or department = any($1)) as counted
           where back <= 2"#,
        departments as Option<&[String]>
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Row::record).collect())
}

/// Those of the periods that ended within some days, both included.
pub async fn ended(conn: &mut PgConnection, within: Span, departments: Option<&[String]>) -> sqlx::Result<Vec<Record>> {
    let rows = sqlx::query_as!(
        Row,
        "select id, duty, edition, department, period_from, period_to, evidence, by_login, at
         from standing_record
         where period_to >= $1 and period_to <= $2 and ($3::text[] is null or department = any($3))",
        within.from,
        within.to,
        departments as Option<&[String]>
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Row::record).collect())
}

struct Row {
    id: Uuid,
    duty: String,
    edition: String,
    department: String,
    period_from: NaiveDate,
    period_to: NaiveDate,
    evidence: String,
    by_login: String,
    at: DateTime<Utc>,
}

impl Row {
    fn record(self) -> Record {
        Record {
            id: self.id,
            duty: self.duty,
            edition: self.edition,
            department: self.department,
            period: Span { from: self.period_from, to: self.period_to },
            evidence: self.evidence,
            by: self.by_login,
            at: self.at,
        }
    }
}
