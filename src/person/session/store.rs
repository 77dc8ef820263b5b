//! The SQL of sessions, and of the locks after failed sign-ins.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Credentials, SessionKind};
use crate::error::Result;
use crate::lang::Lang;
use crate::person::account::lock_after;
use crate::person::{Actor, Post};

/// The active account behind a sign-in name.
pub async fn credentials(conn: &mut PgConnection, login: &str) -> Result<Option<Credentials>> {
    Ok(sqlx::query_as!(
        Credentials,
        "SELECT id AS person, password_hash FROM person WHERE login = $1 AND active",
        login
    )
    .fetch_optional(conn)
    .await?)
}

/// Until when the name is locked, if it is.
pub async fn locked_until(conn: &mut PgConnection, login: &str, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    let until = sqlx::query_scalar!(
        "SELECT locked_until FROM login_attempt WHERE login = $1 AND locked_until > $2",
        login,
        now
    )
    .fetch_optional(conn)
    .await?;
    Ok(until.flatten())
}

/// Counts a failure and says until when the name is locked by it.
pub async fn count_failure(conn: &mut PgConnection, login: &str, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    let failures = sqlx::query_scalar!(
        "INSERT INTO login_attempt (login, failures, last_at) VALUES ($1, 1, $2)
         ON CONFLICT (login) DO UPDATE SET failures = login_attempt.failures + 1, last_at = $2
         RETURNING failures",
        login,
        now
    )
    .fetch_one(&mut *conn)
    .await?;
    let Some(lock) = lock_after(failures) else {
        return Ok(None);
    };
    let until = now + lock;
    sqlx::query!("UPDATE login_attempt SET locked_until = $2 WHERE login = $1", login, until).execute(conn).await?;
    Ok(Some(until))
}

/// Forgets the failures of a name that has signed in.
pub async fn forget_failures(conn: &mut PgConnection, login: &str) -> Result<()> {
    sqlx::query!("DELETE FROM login_attempt WHERE login = $1", login).execute(conn).await?;
    Ok(())
}

/// Records a session. Only the SHA-256 of its token is kept.
pub async fn open_session(
    conn: &mut PgConnection,
    token_hash: &[u8],
    person: Uuid,
    kind: SessionKind,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO session (token_hash, person, kind, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        token_hash,
        person,
        kind.code(),
        now,
        expires_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whose token it is, if it is one, unexpired, of this kind, and the account is open.
pub async fn actor_by_token(
    conn: &mut PgConnection,
    token_hash: &[u8],
    kind: SessionKind,
    now: DateTime<Utc>,
) -> Result<Option<Actor>> {
    let row = sqlx::query!(
        r#"SELECT p.id, p.login, p.language,
                  coalesce(array_agg(h.role ORDER BY h.id) FILTER (WHERE h.id IS NOT NULL), '{}') AS "roles!",
                  coalesce(array_agg(h.department ORDER BY h.id) FILTER (WHERE h.id IS NOT NULL), '{}')
                      AS "departments!"
           FROM session s JOIN person p ON p.id = s.person
           LEFT JOIN post h ON h.person = p.id AND h.until_at IS NULL
           WHERE s.token_hash = $1 AND s.kind = $2 AND s.ended_at IS NULL AND s.expires_at > $3 AND p.active
           GROUP BY p.id"#,
        token_hash,
        kind.code(),
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Actor {
        person: Some(row.id),
        login: row.login,
        lang: Lang::from_tag(&row.language).unwrap_or_default(),
        posts: row.roles.into_iter().zip(row.departments).map(|(role, department)| Post { role, department }).collect(),
    }))
}

/// Ends one session.
pub async fn end_session(conn: &mut PgConnection, token_hash: &[u8], now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "UPDATE session SET ended_at = greatest($2, created_at) WHERE token_hash = $1 AND ended_at IS NULL",
        token_hash,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends every session of a person but the one to `keep`, by the hash of its token.
pub(in crate::person) async fn end_others(
    conn: &mut PgConnection,
    person: Uuid,
    keep: Option<&[u8]>,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "UPDATE session SET ended_at = greatest($2, created_at)
         WHERE person = $1 AND ended_at IS NULL AND token_hash IS DISTINCT FROM $3",
        person,
        now,
        keep,
    )
    .execute(conn)
    .await?;
    Ok(())
}
