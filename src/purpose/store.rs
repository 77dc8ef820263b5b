//! Reads and writes the mark of a database that is not for real work.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{Found, Purpose};

/// What the database is, whether its schema is there or not.
pub async fn find(conn: &mut PgConnection) -> sqlx::Result<Found> {
    let tables = sqlx::query_scalar!(
        r#"select exists (
               select from pg_class c join pg_namespace n on n.oid = c.relnamespace
               where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
                 and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
           ) as "any!""#
    )
    .fetch_one(&mut *conn)
    .await?;
    if !tables {
        return Ok(Found::Empty);
    }
    let marks = sqlx::query_scalar!(r#"select to_regclass('practice_mark') is not null as "is!""#)
        .fetch_one(&mut *conn)
        .await?;
    if !marks {
        return Ok(Found::Made(Purpose::Work));
    }
    let mark = sqlx::query!("select purpose, ready_at from practice_mark").fetch_optional(&mut *conn).await?;
    if let Some(mark) = mark {
        return Ok(match (mark.purpose.as_str(), mark.ready_at) {
            ("practice", _) => Found::Made(Purpose::Practice),
            (_, Some(_)) => Found::Made(Purpose::Demo),
            (_, None) => Found::HalfDemo,
        });
    }
    // A schema without a plan: a first start was cut short before it wrote anything.
    let used = sqlx::query_scalar!(r#"select exists (select from edition) or exists (select from person) as "used!""#)
        .fetch_one(conn)
        .await?;
    Ok(if used { Found::Made(Purpose::Work) } else { Found::Empty })
}

/// Marks a database that is not for real work. One mark a database; a second is left out.
pub async fn mark(conn: &mut PgConnection, purpose: Purpose, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into practice_mark (purpose, made_at) values ($1, $2) on conflict do nothing",
        purpose.code(),
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that the demo city is filled.
pub async fn mark_ready(conn: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update practice_mark set ready_at = coalesce(ready_at, $1)", now).execute(conn).await?;
    Ok(())
}
