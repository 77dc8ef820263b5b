//! Writes and reads the journal. There is no update and no delete: the database refuses both.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Entry, Event, LimitMove, Recorded};
use crate::db::column;

/// Appends entries of several incidents, in the order given.
pub async fn append(
    conn: &mut PgConnection,
    entries: &[(Uuid, &Entry)],
    entered_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    let entries: Vec<_> = entries.iter().map(|(incident, e)| (Some(*incident), None, *e)).collect();
    append_about(conn, &entries, entered_at).await
}

/// Appends entries that are about an incident, a directive, or both, in the order given.
pub async fn append_about(
    conn: &mut PgConnection,
    entries: &[(Option<Uuid>, Option<Uuid>, &Entry)],
    entered_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let mut kind = Vec::with_capacity(entries.len());
    let mut data = Vec::with_capacity(entries.len());
    for (_, _, entry) in entries {
        let (k, d) = split(&entry.event).map_err(|e| sqlx::Error::Encode(Box::new(e)))?;
        kind.push(k);
        data.push(d);
    }
    sqlx::query!(
        r#"insert into journal (incident, task, department, at, entered_at, kind, actor_login, data, late, corrects, directive)
           select i, t, dep, a, $10, k, who, d, l, c, o
           from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::text[], $6::text[],
                       $7::jsonb[], $8::bool[], $9::bigint[], $11::uuid[])
                with ordinality as x (i, t, dep, a, k, who, d, l, c, o, n)
           order by n"#,
        &column(entries, |(incident, _, _)| *incident) as &[Option<Uuid>],
        &column(entries, |(_, _, e)| e.task) as &[Option<Uuid>],
        &column(entries, |(_, _, e)| e.department.as_deref()) as &[Option<&str>],
        &column(entries, |(_, _, e)| e.at),
        &kind,
        &column(entries, |(_, _, e)| e.actor.as_str()) as &[&str],
        &data,
        &column(entries, |(_, _, e)| e.late),
        &column(entries, |(_, _, e)| e.corrects) as &[Option<i64>],
        entered_at,
        &column(entries, |(_, directive, _)| *directive) as &[Option<Uuid>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Every entry of one incident, oldest first; entries of one instant keep the order they were written in.
pub async fn of_incident(conn: &mut PgConnection, incident: Uuid) -> sqlx::Result<Vec<Recorded>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, task, department, at, entered_at, kind, actor_login, data, late, corrects
           from journal where incident = $1 order by entered_at, id"#,
        incident
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::recorded).collect()
}

/// Every entry about one directive, oldest first.
pub async fn of_directive(conn: &mut PgConnection, directive: Uuid) -> sqlx::Result<Vec<Recorded>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, task, department, at, entered_at, kind, actor_login, data, late, corrects
           from journal where directive = $1 order by entered_at, id"#,
        directive
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::recorded).collect()
}

struct Row {
    id: i64,
    task: Option<Uuid>,
    department: Option<String>,
    at: DateTime<Utc>,
    entered_at: DateTime<Utc>,
    kind: String,
    actor_login: String,
    data: serde_json::Value,
    late: bool,
    corrects: Option<i64>,
}

impl Row {
    fn recorded(self) -> sqlx::Result<Recorded> {
        Ok(Recorded {
            id: self.id,
            task: self.task,
            department: self.department,
            at: self.at,
            entered_at: self.entered_at,
            event: join(self.kind, self.data).map_err(|e| sqlx::Error::Decode(Box::new(e)))?,
            actor: self.actor_login,
            late: self.late,
            corrects: self.corrects,
        })
    }
}

/// The limits that changes of the calendar moved, the latest first.
pub async fn limit_moves(conn: &mut PgConnection, most: i64) -> sqlx::Result<Vec<LimitMove>> {
    let rows = sqlx::query!(
        r#"select i.number, i.edition, i.regions, j.entered_at, j.kind, j.data
           from journal j join incident i on i.id = j.incident
           where j.kind = 'limit_moved' order by j.id desc limit $1"#,
        most
    )
    .fetch_all(conn)
    .await?;
    let mut moves = Vec::with_capacity(rows.len());
    for r in rows {
        let event = join(r.kind, r.data).map_err(|e| sqlx::Error::Decode(Box::new(e)))?;
        if let Event::LimitMoved { task, before, after, day } = event {
            let (number, edition, regions, at) = (r.number, r.edition, r.regions, r.entered_at);
            moves.push(LimitMove { number, edition, regions, task, before, after, day, at });
        }
    }
    Ok(moves)
}

/// An event as the tables keep it: `kind` and `data`.
pub fn split(event: &Event) -> serde_json::Result<(String, serde_json::Value)> {
    let mut value = serde_json::to_value(event)?;
    let kind = value["kind"].as_str().unwrap_or_default().to_owned();
    Ok((kind, value["data"].take()))
}

fn join(kind: String, data: serde_json::Value) -> serde_json::Result<Event> {
    serde_json::from_value(serde_json::json!({ "kind": kind, "data": data }))
}
