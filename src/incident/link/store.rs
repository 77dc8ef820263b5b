//! Rows of links between incidents.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::incident::record::Linked;

/// Puts one incident under another. False where it stood there already.
pub async fn insert(
    conn: &mut PgConnection,
    parent: Uuid,
    child: Uuid,
    reason: &str,
    by: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into incident_link (parent, child, reason, by_login, at) values ($1, $2, $3, $4, $5) on conflict do nothing",
        parent,
        child,
        reason,
        by,
        now
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether one is, over any number of links, under the other.
pub async fn is_under(conn: &mut PgConnection, child: Uuid, ancestor: Uuid) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"with recursive above (id) as (
               select parent from incident_link where child = $1
               union select l.parent from incident_link l join above a on l.child = a.id
           ) select exists (select 1 from above where id = $2) as "under!""#,
        child,
        ancestor
    )
    .fetch_one(conn)
    .await
}

/// Numbers of the open incidents right under each of some.
pub async fn open_children(conn: &mut PgConnection, parents: &[Uuid]) -> sqlx::Result<Vec<(Uuid, String)>> {
    let rows = sqlx::query!(
        "select l.parent, i.number from incident_link l join incident i on i.id = l.child
         where l.parent = any($1) and i.state = 'open' order by i.number",
        parents
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|r| (r.parent, r.number)).collect())
}

/// Both sides of an incident's links, its causes first.
pub async fn of_incident(conn: &mut PgConnection, incident: Uuid) -> sqlx::Result<Vec<Linked>> {
    let rows = sqlx::query!(
        r#"select i.number, (l.child = $1) as "is_parent!", i.state, i.sub_kind, l.reason, l.by_login, l.at
           from incident_link l
           join incident i on i.id = case when l.child = $1 then l.parent else l.child end
           where $1 in (l.parent, l.child) order by 2 desc, i.number"#,
        incident
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Linked {
            number: r.number,
            is_parent: r.is_parent,
            state: r.state,
            sub_kind: r.sub_kind,
            reason: r.reason,
            by: r.by_login,
            at: r.at,
        })
        .collect())
}
