//! Rows of rectification orders.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Answer, Rectification, State, Written};
use crate::escalation::{self, Sent};
use crate::journal;
use crate::notice;
use crate::review::{Finding, Words};

/// What a list is narrowed to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// Number of the incident.
    pub incident: Option<String>,
    pub department: Option<String>,
    /// A state, or `open` for not accepted, or `overdue`.
    pub state: Option<String>,
}

struct Row {
    id: Uuid,
    number: String,
    incident: Uuid,
    incident_number: String,
    finding: Uuid,
    finding_text: String,
    finding_clause: String,
    finding_department: String,
    finding_by: String,
    finding_at: DateTime<Utc>,
    department: String,
    measure: String,
    due_at: DateTime<Utc>,
    acknowledge_by: DateTime<Utc>,
    issuer: Uuid,
    issuer_login: String,
    issued_at: DateTime<Utc>,
    state: String,
    acknowledged_at: Option<DateTime<Utc>>,
    acknowledged_by: Option<String>,
    answer: Option<String>,
    evidence: Option<String>,
    answered_at: Option<DateTime<Utc>>,
    answered_by: Option<String>,
    returned_reason: Option<String>,
    returned_at: Option<DateTime<Utc>>,
    returned_by: Option<String>,
    accepted_at: Option<DateTime<Utc>>,
    accepted_by: Option<String>,
    late_seconds: i64,
    wake_at: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
    revision: i32,
}

impl Row {
    fn order(self) -> Rectification {
        let answered = self.answered_at.zip(self.answered_by);
        Rectification {
            id: self.id,
            number: self.number,
            incident: self.incident,
            incident_number: self.incident_number,
            finding: Finding {
                id: self.finding,
                words: Words {
                    text: self.finding_text,
                    clause: self.finding_clause,
                    department: self.finding_department,
                },
                was: Vec::new(),
                withdrawn: None,
                by: self.finding_by,
                at: self.finding_at,
            },
            department: self.department,
            measure: self.measure,
            due_at: self.due_at,
            acknowledge_by: self.acknowledge_by,
            issuer: self.issuer,
            issued: (self.issued_at, self.issuer_login),
            state: State::from_code(&self.state).unwrap_or(State::Issued),
            acknowledged: self.acknowledged_at.zip(self.acknowledged_by),
            answer: answered.map(|signed| Answer {
                text: self.answer.unwrap_or_default(),
                evidence: self.evidence.unwrap_or_default(),
                signed,
            }),
            returned: self.returned_reason.zip(self.returned_at.zip(self.returned_by)),
            accepted: self.accepted_at.zip(self.accepted_by),
            late_seconds: self.late_seconds,
            wake_at: self.wake_at,
            updated_at: self.updated_at,
            revision: self.revision,
        }
    }
}

macro_rules! orders {
    ($tail:literal, $($arg:expr),*) => {
        sqlx::query_as!(
            Row,
            r#"select z.id, z.number, z.incident, i.number as "incident_number!", z.finding,
                      f.text as "finding_text!", f.clause as "finding_clause!", f.department as "finding_department!",
                      f.by_login as "finding_by!", f.at as "finding_at!", z.department, z.measure, z.due_at,
                      z.acknowledge_by, z.issuer, z.issuer_login, z.issued_at, z.state, z.acknowledged_at,
                      z.acknowledged_by, z.answer, z.evidence, z.answered_at, z.answered_by, z.returned_reason,
                      z.returned_at, z.returned_by, z.accepted_at, z.accepted_by, z.late_seconds, z.wake_at,
                      z.updated_at, z.revision
               from rectification z join incident i on i.id = z.incident join finding f on f.id = z.finding "#
                + $tail,
            $($arg),*
        )
    };
}

/// Takes the next number of a year; there is none missing, since a transaction that fails gives it back.
pub async fn take_number(conn: &mut PgConnection, year: i32) -> sqlx::Result<String> {
    let taken = sqlx::query_scalar!(
        "insert into rectification_counter (year, taken) values ($1, 1)
         on conflict (year) do update set taken = rectification_counter.taken + 1 returning taken",
        year
    )
    .fetch_one(conn)
    .await?;
    Ok(format!("ZG-{year}-{taken:03}"))
}

/// Writes an order that goes out, with all that is told of it.
pub async fn insert(
    conn: &mut PgConnection,
    order: &Rectification,
    written: &Written,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"insert into rectification (id, number, incident, finding, department, measure, due_at, acknowledge_by, issuer,
               issuer_login, issued_at, state, wake_at, updated_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"#,
        order.id,
        order.number,
        order.incident,
        order.finding.id,
        order.department,
        order.measure,
        order.due_at,
        order.acknowledge_by,
        order.issuer,
        order.issued.1,
        order.issued.0,
        order.state.code(),
        order.wake_at,
        order.updated_at
    )
    .execute(&mut *conn)
    .await?;
    record(conn, order, written, now).await
}

/// Writes the difference between an order as it was and as it became.
pub async fn save(
    conn: &mut PgConnection,
    before: &Rectification,
    after: &Rectification,
    written: &Written,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    if before == after && written.entries.is_empty() {
        return Ok(());
    }
    let answer = after.answer.as_ref();
    let returned = after.returned.as_ref();
    sqlx::query!(
        r#"update rectification set state = $2, acknowledged_at = $3, acknowledged_by = $4, answer = $5, evidence = $6,
               answered_at = $7, answered_by = $8, returned_reason = $9, returned_at = $10, returned_by = $11,
               accepted_at = $12, accepted_by = $13, late_seconds = $14, wake_at = $15, updated_at = $16,
               revision = $17 where id = $1"#,
        after.id,
        after.state.code(),
        after.acknowledged.as_ref().map(|s| s.0),
        after.acknowledged.as_ref().map(|s| s.1.as_str()),
        answer.map(|a| a.text.as_str()),
        answer.map(|a| a.evidence.as_str()),
        answer.map(|a| a.signed.0),
        answer.map(|a| a.signed.1.as_str()),
        returned.map(|r| r.0.as_str()),
        returned.map(|r| r.1.0),
        returned.map(|r| r.1.1.as_str()),
        after.accepted.as_ref().map(|s| s.0),
        after.accepted.as_ref().map(|s| s.1.as_str()),
        after.late_seconds,
        after.wake_at,
        after.updated_at,
        after.revision
    )
    .execute(&mut *conn)
    .await?;
    record(conn, after, written, now).await
}

async fn record(
    conn: &mut PgConnection,
    order: &Rectification,
    written: &Written,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    for (rung, late) in &written.rungs {
        escalation::store::record(conn, Some(order.incident), order.id, rung, now, *late).await?;
    }
    let entries: Vec<_> = written.entries.iter().map(|e| (order.incident, e)).collect();
    journal::store::append(conn, &entries, now).await?;
    let notices: Vec<_> = written.notices.iter().map(|n| (order.incident, n)).collect();
    notice::store::insert(conn, &notices, now).await?;
    if !entries.is_empty() {
        sqlx::query!("select pg_notify('zhihui', $1)", order.incident_number).execute(conn).await?;
    }
    Ok(())
}

/// Locks an order until the transaction ends, and reads it with the rungs sent of it.
pub async fn lock(conn: &mut PgConnection, number: &str) -> sqlx::Result<Option<(Rectification, Sent)>> {
    sqlx::query!("select id from rectification where number = $1 for update", number)
        .fetch_optional(&mut *conn)
        .await?;
    match by_number(&mut *conn, number).await? {
        Some(order) => {
            let sent = sent(conn, &order).await?;
            Ok(Some((order, sent)))
        }
        None => Ok(None),
    }
}

/// The rungs sent of an order.
pub async fn sent(conn: &mut PgConnection, order: &Rectification) -> sqlx::Result<Sent> {
    let all = escalation::store::sent_about(conn, &[order.id]).await?;
    Ok(all.into_iter().map(|(_, sent)| sent).next().unwrap_or_default())
}

pub async fn by_number(conn: &mut PgConnection, number: &str) -> sqlx::Result<Option<Rectification>> {
    Ok(orders!("where z.number = $1", number).fetch_optional(conn).await?.map(Row::order))
}

/// Orders from the review of an incident, in their order.
pub async fn of_incident(conn: &mut PgConnection, incident: Uuid) -> sqlx::Result<Vec<Rectification>> {
    let rows = orders!("where z.incident = $1 order by z.issued_at, z.number", incident).fetch_all(conn).await?;
    Ok(rows.into_iter().map(Row::order).collect())
}

/// Orders; those still open first, by the time that is left.
pub async fn list(
    conn: &mut PgConnection,
    filter: &Filter,
    now: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<Rectification>> {
    let rows = orders!(
        "where ($1::text is null or i.number = $1) and ($2::text is null or z.department = $2)
           and ($3::text is null or z.state = $3 or ($3 = 'open' and z.state <> 'accepted')
                or ($3 = 'overdue' and z.state in ('issued', 'acknowledged', 'returned') and z.due_at < $4))
         order by z.accepted_at desc nulls first, z.due_at, z.number limit $5",
        filter.incident.as_deref() as Option<&str>,
        filter.department.as_deref() as Option<&str>,
        filter.state.as_deref() as Option<&str>,
        now,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Row::order).collect())
}

/// Numbers of the orders from the review of an incident that are not accepted.
pub async fn open_from(conn: &mut PgConnection, incident: Uuid) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        "select number from rectification where incident = $1 and state <> 'accepted' order by number",
        incident
    )
    .fetch_all(conn)
    .await
}

/// Orders not accepted yet, to some departments.
pub async fn open_of(conn: &mut PgConnection, departments: &[String]) -> sqlx::Result<Vec<Rectification>> {
    let rows =
        orders!("where z.department = any($1) and z.state <> 'accepted' order by z.due_at, z.number", departments)
            .fetch_all(conn)
            .await?;
    Ok(rows.into_iter().map(Row::order).collect())
}

/// Number of the next order that waits for a worker; nothing is locked yet.
pub async fn due(conn: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!("select number from rectification where wake_at <= $1 order by wake_at, number limit 1", now)
        .fetch_optional(conn)
        .await
}

/// The earliest instant any order waits for.
pub async fn next_wake(conn: &mut PgConnection) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!("select min(wake_at) from rectification").fetch_one(conn).await
}
