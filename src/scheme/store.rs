//! Rows of separate schemes: append-only.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{Document, Schemes};
use crate::attachment::Upload;

/// Every version ever attached, without the files.
pub async fn load(conn: &mut PgConnection) -> sqlx::Result<Schemes> {
    let documents = sqlx::query_as!(
        Document,
        r#"select id, scheme, version, name, media_type, size::bigint as "size!", encode(sha256, 'hex') as "sha256!",
           checklist, by_login as by, at
           from scheme_document order by at, id"#
    )
    .fetch_all(conn)
    .await?;
    Ok(Schemes::new(documents))
}

/// Waits for whoever attaches a version just now.
pub async fn hold(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("lock table scheme_document in share row exclusive mode").execute(conn).await?;
    Ok(())
}

/// Keeps a version with its file, and tells the other replicas once it is committed.
pub async fn insert(conn: &mut PgConnection, document: &Document, upload: &Upload) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into scheme_document (id, scheme, version, name, media_type, size, sha256, content, checklist, by_login, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        document.id,
        document.scheme,
        document.version,
        document.name,
        document.media_type,
        i32::try_from(document.size).unwrap_or(i32::MAX),
        &upload.sha256[..],
        upload.content,
        &document.checklist,
        document.by,
        document.at
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("select pg_notify('zhihui', 'editions')").execute(conn).await?;
    Ok(())
}

/// The file of a version.
pub async fn content(conn: &mut PgConnection, scheme: &str, id: Uuid) -> sqlx::Result<Option<Vec<u8>>> {
    sqlx::query_scalar!("select content from scheme_document where scheme = $1 and id = $2", scheme, id)
        .fetch_optional(conn)
        .await
}
