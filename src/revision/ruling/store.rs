//! Rows of rulings.

use sqlx::PgConnection;
use sqlx::types::Json;

use super::Ruling;
use crate::lang::Text;

/// Gives a ruling; the one that stood on the clause is kept as superseded.
pub async fn rule(conn: &mut PgConnection, ruling: &Ruling) -> sqlx::Result<()> {
    // One at a time for a clause, so that two given together do not both stand.
    sqlx::query!("select pg_advisory_xact_lock(hashtext('ruling:' || $1))", ruling.clause).execute(&mut *conn).await?;
    let standing =
        sqlx::query_scalar!("select id from ruling where clause = $1 and superseded_at is null", ruling.clause)
            .fetch_optional(&mut *conn)
            .await?;
    if let Some(standing) = standing {
        sqlx::query!("update ruling set superseded_at = $2 where id = $1", standing, ruling.at)
            .execute(&mut *conn)
            .await?;
    }
    sqlx::query!(
        "insert into ruling (id, clause, edition, text, ruled_by, ruled_at) values ($1, $2, $3, $4, $5, $6)",
        ruling.id,
        ruling.clause,
        ruling.edition,
        Json(&ruling.text) as _,
        ruling.by,
        ruling.at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Rulings on a clause, or on all; the latest first, superseded ones too.
pub async fn rulings(conn: &mut PgConnection, clause: Option<&str>) -> sqlx::Result<Vec<Ruling>> {
    let rows = sqlx::query!(
        r#"select id, clause, edition, text as "text: Json<Text>", ruled_by, ruled_at, superseded_at
           from ruling where $1::text is null or clause = $1 order by ruled_at desc, id desc"#,
        clause
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Ruling {
            id: r.id,
            clause: r.clause,
            edition: r.edition,
            text: r.text.0,
            by: r.ruled_by,
            at: r.ruled_at,
            superseded_at: r.superseded_at,
        })
        .collect())
}
