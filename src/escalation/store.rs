//! The rungs that were sent. The primary key makes each one happen once.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Rung, Sent};
use crate::db::column;
use crate::plan::StepEvent;

/// Writes down a rung as sent. False when another worker sent it before.
///
/// `incident`: the one it belongs to, for a directive only where it has one.
pub async fn record(
    conn: &mut PgConnection,
    incident: Option<Uuid>,
    subject: Uuid,
    rung: &Rung,
    sent_at: DateTime<Utc>,
    late: bool,
) -> sqlx::Result<bool> {
    let tell: Vec<String> = rung.tell.iter().map(|t| t.code().to_owned()).collect();
    let done = sqlx::query!(
        r#"insert into escalation (incident, subject, step, event, limit_at, due_at, sent_at, late, tell)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing"#,
        incident,
        subject,
        i32::try_from(rung.step).unwrap_or(i32::MAX),
        rung.event.code(),
        rung.limit_at,
        rung.at,
        sent_at,
        late,
        &tell
    )
    .execute(conn)
    .await?;
    let first = done.rows_affected() == 1;
    if first {
        crate::metrics::rung((sent_at - rung.at).to_std().unwrap_or_default());
    }
    Ok(first)
}

/// Writes down rungs of several incidents as sent: incident, subject, rung, whether it is late. Those another worker
/// sent before stay as they are.
pub async fn record_all(
    conn: &mut PgConnection,
    rungs: &[(Uuid, Uuid, &Rung, bool)],
    sent_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    if rungs.is_empty() {
        return Ok(());
    }
    let of = rungs;
    // Arrays of arrays can't be taken apart row by row; codes hold no comma.
    let tell = column(of, |r| r.2.tell.iter().map(|t| t.code()).collect::<Vec<_>>().join(","));
    let sent = sqlx::query_scalar!(
        r#"insert into escalation (incident, subject, step, event, limit_at, due_at, sent_at, late, tell)
           select incident, subject, step, event, limit_at, due_at, $8, late, string_to_array(tell, ',')
           from unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::bool[],
                       $9::text[]) as x (incident, subject, step, event, limit_at, due_at, late, tell)
           on conflict do nothing returning due_at"#,
        &column(of, |r| r.0),
        &column(of, |r| r.1),
        &column(of, |r| i32::try_from(r.2.step).unwrap_or(i32::MAX)),
        &column(of, |r| r.2.event.code()) as &[&str],
        &column(of, |r| r.2.limit_at),
        &column(of, |r| r.2.at),
        &column(of, |r| r.3),
        sent_at,
        &tell
    )
    .fetch_all(conn)
    .await?;
    for due_at in sent {
        crate::metrics::rung((sent_at - due_at).to_std().unwrap_or_default());
    }
    Ok(())
}

/// What was sent in some incidents: subject (task or incident) and rung.
pub async fn sent(conn: &mut PgConnection, incidents: &[Uuid]) -> sqlx::Result<Vec<(Uuid, Sent)>> {
    let rows = sqlx::query!(
        "select subject, event, step, limit_at from escalation where incident = any($1) order by subject",
        incidents
    )
    .fetch_all(conn)
    .await?;
    Ok(by_subject(rows.into_iter().map(|r| (r.subject, r.event, r.step, r.limit_at))))
}

/// What was sent about these subjects.
pub async fn sent_about(conn: &mut PgConnection, subjects: &[Uuid]) -> sqlx::Result<Vec<(Uuid, Sent)>> {
    let rows = sqlx::query!(
        "select subject, event, step, limit_at from escalation where subject = any($1) order by subject",
        subjects
    )
    .fetch_all(conn)
    .await?;
    Ok(by_subject(rows.into_iter().map(|r| (r.subject, r.event, r.step, r.limit_at))))
}

fn by_subject(rows: impl Iterator<Item = (Uuid, String, i32, DateTime<Utc>)>) -> Vec<(Uuid, Sent)> {
    let mut by_subject: Vec<(Uuid, Sent)> = Vec::new();
    for (subject, event, step, limit_at) in rows {
        let Some(event) = StepEvent::from_code(&event) else {
            continue;
        };
        let rung = (event, u32::try_from(step).unwrap_or_default(), limit_at);
        match by_subject.last_mut() {
            Some((last, sent)) if *last == subject => {
                sent.insert(rung);
            }
            _ => by_subject.push((subject, Sent::from([rung]))),
        }
    }
    by_subject
}
