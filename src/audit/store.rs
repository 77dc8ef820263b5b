//! The SQL of the audit trail. Rows are only ever added; the database refuses anything else.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::audit::{Chain, Checker, Entry, Row, chain_hash};
use crate::error::Result;

/// Rows read at a time when the chain is checked.
const BATCH: i64 = 5_000;

/// Adds one entry at the end of the chain. The head is locked until the transaction ends, so that the numbers have no
/// gaps; that makes appenders wait for each other, and is why only rare things are written here.
pub async fn append(conn: &mut PgConnection, entry: Entry, now: DateTime<Utc>) -> Result<i64> {
    let head = sqlx::query!("SELECT seq, hash FROM audit_head FOR UPDATE").fetch_one(&mut *conn).await?;
    let mut row = Row {
        seq: head.seq + 1,
        at: now,
        person: entry.person,
        login: entry.login,
        action: entry.action.to_owned(),
        target: entry.target,
        outcome: entry.outcome.code().to_owned(),
        address: entry.address,
        details: entry.details,
        prev_hash: head.hash,
        hash: Vec::new(),
    };
    row.hash = chain_hash(&row).to_vec();
    sqlx::query!(
        "INSERT INTO audit (seq, at, person, login, action, target, outcome, address, details, prev_hash, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        row.seq,
        row.at,
        row.person,
        row.login,
        row.action,
        row.target,
        row.outcome,
        row.address,
        Json(&row.details) as _,
        row.prev_hash,
        row.hash,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("UPDATE audit_head SET seq = $1, hash = $2", row.seq, row.hash).execute(&mut *conn).await?;
    Ok(row.seq)
}

/// The latest rows before `before` (exclusive; `None` for the newest), newest first.
pub async fn latest(conn: &mut PgConnection, before: Option<i64>, limit: i64) -> Result<Vec<Row>> {
    Ok(sqlx::query_as!(
        DbRow,
        r#"SELECT seq, at, person, login, action, target, outcome, address,
                  details AS "details: Json<BTreeMap<String, String>>", prev_hash, hash
           FROM audit WHERE seq < coalesce($1, 9223372036854775807) ORDER BY seq DESC LIMIT $2"#,
        before,
        limit
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Row::from)
    .collect())
}

/// Checks every row of the trail. Inside a repeatable-read transaction nothing can slip in between.
pub async fn verify(conn: &mut PgConnection) -> Result<Chain> {
    let mut checker = Checker::default();
    let mut after = 0;
    // The head is read first: rows added while this runs come after it.
    let head = sqlx::query!("SELECT seq, hash FROM audit_head").fetch_one(&mut *conn).await?;
    loop {
        let rows = sqlx::query_as!(
            DbRow,
            r#"SELECT seq, at, person, login, action, target, outcome, address,
                      details AS "details: Json<BTreeMap<String, String>>", prev_hash, hash
               FROM audit WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3"#,
            after,
            head.seq,
            BATCH
        )
        .fetch_all(&mut *conn)
        .await?;
        let Some(last) = rows.last() else { break };
        after = last.seq;
        for row in rows {
            checker.take(&Row::from(row));
        }
    }
    Ok(checker.finish(head.seq, &head.hash))
}

struct DbRow {
    seq: i64,
    at: DateTime<Utc>,
    person: Option<uuid::Uuid>,
    login: String,
    action: String,
    target: String,
    outcome: String,
    address: String,
    details: Json<BTreeMap<String, String>>,
    prev_hash: Vec<u8>,
    hash: Vec<u8>,
}

impl From<DbRow> for Row {
    fn from(row: DbRow) -> Row {
        Row {
            seq: row.seq,
            at: row.at,
            person: row.person,
            login: row.login,
            action: row.action,
            target: row.target,
            outcome: row.outcome,
            address: row.address,
            details: row.details.0,
            prev_hash: row.prev_hash,
            hash: row.hash,
        }
    }
}
