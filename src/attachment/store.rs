//! Rows of attachments. Kept for good: the database refuses to change or delete one.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Attached, Upload};

pub async fn insert(
    conn: &mut PgConnection,
    incident: Uuid,
    task: Option<Uuid>,
    upload: &Upload,
    by: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Uuid> {
    let id = Uuid::now_v7();
    sqlx::query!(
        "insert into attachment (id, incident, task, name, media_type, size, sha256, content, by_login, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        id,
        incident,
        task,
        upload.name,
        upload.media_type,
        i32::try_from(upload.size()).unwrap_or(i32::MAX),
        &upload.sha256[..],
        upload.content,
        by,
        now
    )
    .execute(conn)
    .await?;
    Ok(id)
}

pub async fn count(conn: &mut PgConnection, incident: Uuid) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select count(*) as "n!" from attachment where incident = $1"#, incident)
        .fetch_one(conn)
        .await
}

/// The files of an incident, the first first.
pub async fn of_incident(conn: &mut PgConnection, incident: Uuid) -> sqlx::Result<Vec<Attached>> {
    let rows = sqlx::query!(
        r#"select id, task, name, media_type, size, encode(sha256, 'hex') as "sha256!", by_login, at
           from attachment where incident = $1 order by at, id"#,
        incident
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Attached {
            id: r.id,
            task: r.task,
            name: r.name,
            media_type: r.media_type,
            size: i64::from(r.size),
            sha256: r.sha256,
            by: r.by_login,
            at: r.at,
        })
        .collect())
}

/// Name, media type and content of one file of an incident.
pub async fn content(
    conn: &mut PgConnection,
    incident: Uuid,
    id: Uuid,
) -> sqlx::Result<Option<(String, String, Vec<u8>)>> {
    let row =
        sqlx::query!("select name, media_type, content from attachment where incident = $1 and id = $2", incident, id)
            .fetch_optional(conn)
            .await?;
    Ok(row.map(|r| (r.name, r.media_type, r.content)))
}
