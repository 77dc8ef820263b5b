//! What incidents owe to clauses.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

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
