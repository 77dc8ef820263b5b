//! Presence, the office and the signed succession table.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Absence, Acting, Leadership, Succession};

/// What is known of the leadership: absences that are not long over, what is signed, who acts.
pub async fn load(conn: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<Leadership> {
    let absences = absences(conn, Some(now - chrono::TimeDelta::days(2))).await?;
    let succession = signed(conn).await?;
    let office_host = sqlx::query_scalar!("select department from office_host order by id desc limit 1")
        .fetch_optional(&mut *conn)
        .await?
        .flatten();
    let acting = crate::headquarters::store::acting(conn).await?;
    let acting = acting.into_iter().map(|(person, headquarters)| Acting { person, headquarters }).collect();
    Ok(Leadership { absences, succession, office_host, acting })
}

/// Declared absences, the latest first; only those that ended after `since`, where it is given.
pub async fn absences(conn: &mut PgConnection, since: Option<DateTime<Utc>>) -> sqlx::Result<Vec<Absence>> {
    let rows = sqlx::query!(
        r#"select * from presence
           where $1::timestamptz is null or coalesce(ended_at, until_at) is null or coalesce(ended_at, until_at) > $1
           order by from_at desc, declared_at desc"#,
        since
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Absence {
            id: r.id,
            person: r.person,
            from: r.from_at,
            until: r.until_at,
            reachable_at: r.reachable_at,
            note: r.note,
            declared_by: r.declared_by,
            declared_at: r.declared_at,
            ended: r.ended_at.zip(r.ended_by),
        })
        .collect())
}

pub async fn declare(conn: &mut PgConnection, absence: &Absence) -> sqlx::Result<()> {
    sqlx::query!(
        r#"insert into presence (id, person, from_at, until_at, reachable_at, note, declared_by, declared_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8)"#,
        absence.id,
        absence.person,
        absence.from,
        absence.until,
        absence.reachable_at,
        absence.note,
        absence.declared_by,
        absence.declared_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends every absence of a person that is not over, also one still to come; how many there were.
pub async fn end_absences(conn: &mut PgConnection, person: Uuid, by: &str, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        r#"update presence set ended_at = $3, ended_by = $2
           where person = $1 and ended_at is null and (until_at is null or until_at > $3)"#,
        person,
        by,
        now
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Entries of the signed table that stand.
pub async fn signed(conn: &mut PgConnection) -> sqlx::Result<Vec<Succession>> {
    let rows = sqlx::query!("select * from succession where revoked_at is null order by kind").fetch_all(conn).await?;
    Ok(rows
        .into_iter()
        .map(|r| Succession {
            id: r.id,
            kind: r.kind,
            department: r.department,
            signed_by: r.signed_by,
            signed_at: r.signed_at,
            valid_until: r.valid_until,
        })
        .collect())
}

/// Signs an entry; the one it replaces is kept, revoked.
pub async fn sign(conn: &mut PgConnection, entry: &Succession) -> sqlx::Result<()> {
    revoke(conn, &entry.kind, &entry.signed_by, entry.signed_at).await?;
    sqlx::query!(
        "insert into succession (id, kind, department, signed_by, signed_at, valid_until) values ($1, $2, $3, $4, $5, $6)",
        entry.id,
        entry.kind,
        entry.department,
        entry.signed_by,
        entry.signed_at,
        entry.valid_until
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn revoke(conn: &mut PgConnection, kind: &str, by: &str, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update succession set revoked_at = $3, revoked_by = $2 where kind = $1 and revoked_at is null",
        kind,
        by,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn host_office(
    conn: &mut PgConnection,
    department: Option<&str>,
    by: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into office_host (department, appointed_by, appointed_at) values ($1, $2, $3)",
        department,
        by,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}
