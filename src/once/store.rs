//! The SQL of keys.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Key;

/// The number of what the key stands for already. Of two that come at once the second waits here until the first is
/// written, or has failed. Call it in the transaction that makes the thing, and [`keep`] at its end.
pub async fn known(conn: &mut PgConnection, key: Option<&Key>) -> sqlx::Result<Option<String>> {
    let Some(Key { person, call, key }) = key else {
        return Ok(None);
    };
    let lock = format!("{person} {} {key}", call.code());
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", lock).execute(&mut *conn).await?;
    sqlx::query_scalar!(
        "select made from sent_once where person = $1 and call = $2 and key = $3",
        person,
        call.code(),
        key
    )
    .fetch_optional(conn)
    .await
}

/// Keeps what the key stands for from now on.
pub async fn keep(conn: &mut PgConnection, key: Option<&Key>, made: &str, now: DateTime<Utc>) -> sqlx::Result<()> {
    let Some(Key { person, call, key }) = key else {
        return Ok(());
    };
    sqlx::query!(
        "insert into sent_once (person, call, key, made, at) values ($1, $2, $3, $4, $5)",
        person,
        call.code(),
        key,
        made,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}
