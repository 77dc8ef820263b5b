//! Rows of the check log.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Check;
use crate::journal;
use crate::notice::{self, Notice};

/// Writes a check, its line in the incident's record and what the department is told.
pub async fn insert(
    conn: &mut PgConnection,
    check: &Check,
    incident: Option<Uuid>,
    notice: Option<&Notice>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into check_entry (id, incident, department, looked_at, finding, urge, by_login, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        check.id,
        incident,
        check.department,
        check.looked_at,
        check.finding,
        check.urge,
        check.by,
        check.at
    )
    .execute(&mut *conn)
    .await?;
    if incident.is_some() {
        journal::store::append_about(conn, &[(incident, None, &check.entry())], now).await?;
    }
    let notices: Vec<_> = notice.into_iter().map(|n| (incident, None, n)).collect();
    notice::store::insert_about(conn, &notices, now).await?;
    sqlx::query!(
        "select pg_notify('zhihui', concat_ws(' ', 'directives', (select number from incident where id = $1)))",
        incident
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes what came of a check: the number of a directive or circular. The first one stands.
pub async fn became(conn: &mut PgConnection, check: Uuid, number: &str) -> sqlx::Result<()> {
    sqlx::query!("update check_entry set became = $2 where id = $1 and became is null", check, number)
        .execute(conn)
        .await?;
    Ok(())
}

/// A draft that came of a check has its number now.
pub async fn renamed(conn: &mut PgConnection, draft: &str, number: &str) -> sqlx::Result<()> {
    sqlx::query!("update check_entry set became = $2 where became = $1", draft, number).execute(conn).await?;
    Ok(())
}

pub async fn by_id(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<Check>> {
    sqlx::query_as!(
        Check,
        r#"select c.id, i.number as "incident?", c.department, c.looked_at, c.finding, c.urge, c.by_login as "by", c.at,
                  c.became
           from check_entry c left join incident i on i.id = c.incident where c.id = $1"#,
        id
    )
    .fetch_optional(conn)
    .await
}

/// Checks, the latest first; of one department or all.
pub async fn list(conn: &mut PgConnection, department: Option<&str>, limit: i64) -> sqlx::Result<Vec<Check>> {
    sqlx::query_as!(
        Check,
        r#"select c.id, i.number as "incident?", c.department, c.looked_at, c.finding, c.urge, c.by_login as "by", c.at,
                  c.became
           from check_entry c left join incident i on i.id = c.incident
           where ($1::text is null or c.department = $1)
           order by c.at desc, c.id desc limit $2"#,
        department as Option<&str>,
        limit
    )
    .fetch_all(conn)
    .await
}

/// Overdue tasks of open incidents by department.
pub async fn overdue_tasks(conn: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        r#"select t.department, count(*) as "count!" from task t join incident i on i.id = t.incident
           where t.state in ('open', 'acknowledged') and t.due_at < $1 and i.state <> 'merged'
           group by t.department"#,
        now
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|r| (r.department, r.count)).collect())
}
