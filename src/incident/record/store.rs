//! Rows of reports, kept as they came in.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::Report;
use crate::db::column;

/// Reports already kept under the keys their senders chose: (person, key, incident number, report reference).
pub async fn known_keys(
    conn: &mut PgConnection,
    persons: &[Uuid],
    keys: &[String],
) -> sqlx::Result<Vec<(Uuid, String, String, String)>> {
    let rows = sqlx::query!(
        r#"select r.person as "person!", r.client_key as "key!", i.number, r.ref as "reference!"
           from unnest($1::uuid[], $2::text[]) as asked (person, key)
           cross join lateral (
               select person, client_key, incident, ref from report
               where person = asked.person and client_key = asked.key limit 1) r
           join incident i on i.id = r.incident"#,
        persons,
        keys
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|r| (r.person, r.key, r.number, r.reference)).collect())
}

/// Keeps reports as they came in, all of them in one statement.
pub async fn insert(conn: &mut PgConnection, reports: &[Report]) -> sqlx::Result<()> {
    let of = reports;
    sqlx::query!(
        r#"insert into report (id, incident, ref, person, registrar, on_behalf_of, told_at, received_at, client_key, body)
           select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[],
               $7::timestamptz[], $8::timestamptz[], $9::text[], $10::jsonb[])"#,
        &column(of, |r| r.id),
        &column(of, |r| r.incident),
        &column(of, |r| r.reference.as_str()) as &[&str],
        &column(of, |r| r.person) as &[Option<Uuid>],
        &column(of, |r| r.registrar.as_str()) as &[&str],
        &column(of, |r| r.on_behalf_of.as_deref()) as &[Option<&str>],
        &column(of, |r| r.told_at) as &[Option<DateTime<Utc>>],
        &column(of, |r| r.received_at),
        &column(of, |r| r.client_key.as_deref()) as &[Option<&str>],
        &column(of, |r| Json(&r.body)) as &[Json<&Value>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Every report of an incident and of those merged into it, the first first.
pub async fn of_incident(conn: &mut PgConnection, incident: Uuid) -> sqlx::Result<Vec<Report>> {
    let rows = sqlx::query!(
        r#"select r.id, r.incident, r.ref as "reference!", r.person, r.registrar, r.on_behalf_of, r.told_at,
                  r.received_at, r.client_key, r.body
           from report r join incident i on i.id = r.incident
           where i.id = $1 or i.merged_into = $1 order by r.received_at, r.ref"#,
        incident
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Report {
            id: r.id,
            incident: r.incident,
            reference: r.reference,
            person: r.person,
            registrar: r.registrar,
            on_behalf_of: r.on_behalf_of,
            told_at: r.told_at,
            received_at: r.received_at,
            client_key: r.client_key,
            body: r.body,
        })
        .collect())
}

/// The incident a report's reference stands for, when the reference is not an incident's own number.
pub async fn number_of_reference(conn: &mut PgConnection, reference: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "select i.number from report r join incident i on i.id = r.incident where r.ref = $1 and r.ref <> i.number",
        reference
    )
    .fetch_optional(conn)
    .await
}
