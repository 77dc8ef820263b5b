//! Rows of people told by name. What was told stays; seeing is added once.

use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Notified;
use crate::plan::Means;

/// Everyone told in some incidents, with the incident, in the order they were told.
pub async fn of_incidents(conn: &mut PgConnection, incidents: &[Uuid]) -> sqlx::Result<Vec<(Uuid, Notified)>> {
    let rows = sqlx::query!(
        "select id, incident, task, person, login, means, at, by_login, entered_at, see_by, seen_at
         from notified where incident = any($1) order by entered_at, id",
        incidents
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| {
            let told = Notified {
                id: r.id,
                task: r.task,
                person: r.person,
                login: r.login,
                means: Means::from_code(&r.means).unwrap_or(Means::Message),
                at: r.at,
                by: r.by_login,
                entered_at: r.entered_at,
                see_by: r.see_by,
                seen_at: r.seen_at,
            };
            (r.incident, told)
        })
        .collect())
}

/// Writes people told in several incidents: new rows, and those who have seen it now.
pub async fn save(conn: &mut PgConnection, told: &[(Uuid, &Notified)]) -> sqlx::Result<()> {
    if told.is_empty() {
        return Ok(());
    }
    let rows: Vec<Value> = told.iter().map(|(incident, n)| row_of(*incident, n)).collect();
    sqlx::query!(
        r#"insert into notified select * from jsonb_populate_recordset(null::notified, $1)
           on conflict (id) do update set seen_at = excluded.seen_at"#,
        Value::Array(rows)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Departments with a task, still owed or done, in an incident right under each of some.
pub async fn affected_below(conn: &mut PgConnection, parents: &[Uuid]) -> sqlx::Result<Vec<(Uuid, String)>> {
    let rows = sqlx::query!(
        "select l.parent, t.department from incident_link l
         join incident i on i.id = l.child and i.state <> 'merged'
         join task t on t.incident = i.id and t.state not in ('cancelled', 'not_arisen')
         where l.parent = any($1) group by l.parent, t.department order by min(i.number), min(t.position)",
        parents
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|r| (r.parent, r.department)).collect())
}

fn row_of(incident: Uuid, n: &Notified) -> Value {
    serde_json::json!({
        "id": n.id, "incident": incident, "task": n.task, "person": n.person, "login": n.login,
        "means": n.means.code(), "at": n.at, "by_login": n.by, "entered_at": n.entered_at, "see_by": n.see_by,
        "seen_at": n.seen_at,
    })
}
