//! Rows of settings: append-only.

use sqlx::PgConnection;

use super::Change;

/// Every setting ever made, in the order they were made.
pub async fn all(conn: &mut PgConnection) -> sqlx::Result<Vec<Change>> {
    sqlx::query_as!(
        Change,
        r#"select id, key, edition, stood, old_value as old, new_value as new, valid_from, reason, by_login as by, at
           from setting_change order by id"#
    )
    .fetch_all(conn)
    .await
}

/// Waits for whoever sets a number just now.
pub async fn hold(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("lock table setting_change in share row exclusive mode").execute(conn).await?;
    Ok(())
}

/// Keeps a setting, and tells the other replicas once it is committed. Answers its id.
pub async fn insert(conn: &mut PgConnection, change: &Change) -> sqlx::Result<i64> {
    let id = sqlx::query_scalar!(
        "insert into setting_change (key, edition, stood, old_value, new_value, valid_from, reason, by_login, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id",
        change.key,
        change.edition,
        change.stood,
        change.old,
        change.new,
        change.valid_from,
        change.reason,
        change.by,
        change.at
    )
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query!("select pg_notify('zhihui', 'editions')").execute(conn).await?;
    Ok(id)
}
