//! Rows of tasks, of the cards that ask for help, and of calls to parties outside.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Assignee, Ending, Promise, Signature, State, Task, Tick, transition::Contact};
use crate::db::column;

/// A call to a party outside, as recorded.
#[derive(Debug, Clone)]
pub struct Logged {
    pub task: Uuid,
    pub contact: Contact,
    pub by: String,
    pub entered_at: DateTime<Utc>,
}

pub(crate) struct Row {
    pub id: Uuid,
    pub incident: Uuid,
    pub key: String,
    pub code: String,
    pub position: i32,
    pub region: Option<String>,
    pub department: String,
    pub vacant: bool,
    pub role: String,
    pub assignee: Option<Uuid>,
    pub assignee_login: Option<String>,
    pub state: String,
    pub major: bool,
    pub opened_at: DateTime<Utc>,
    pub acknowledge_by: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub acknowledged_at: Option<DateTime<Utc>>,
    pub acknowledged_by: Option<String>,
    pub ended_at: Option<DateTime<Utc>>,
    pub ended_by: Option<String>,
    pub reason: Option<String>,
    pub evidence: Json<BTreeMap<String, Value>>,
    pub late_seconds: i64,
    pub returned_at: Option<DateTime<Utc>>,
    pub returned_reason: Option<String>,
    pub check_ins: i32,
    pub promises: Json<Vec<Promise>>,
    pub ticks: Json<Vec<Tick>>,
    pub updated_at: DateTime<Utc>,
    pub revision: i32,
}

impl Row {
    pub(crate) fn task(self) -> (Uuid, Task) {
        let ending = self.ended_at.zip(self.ended_by).map(|(at, by)| Ending { at, by });
        let reason = self.reason.unwrap_or_default();
        let state = match (self.state.as_str(), ending) {
            ("done", Some(ending)) => State::Done(ending),
            ("cancelled", Some(ending)) => State::Cancelled { ending, reason },
            ("not_arisen", Some(ending)) => State::NotArisen { ending, reason },
            ("acknowledged", _) => State::Acknowledged,
            _ => State::Open,
        };
        let task = Task {
            id: self.id,
            key: self.key,
            code: self.code,
            position: self.position,
            region: self.region,
            department: self.department,
            vacant: self.vacant,
            role: self.role,
            assignee: self.assignee.zip(self.assignee_login).map(|(person, login)| Assignee { person, login }),
            state,
            major: self.major,
            opened_at: self.opened_at,
            acknowledge_by: self.acknowledge_by,
            due_at: self.due_at,
            acknowledged: self.acknowledged_at.zip(self.acknowledged_by).map(|(at, by)| Signature { at, by }),
            evidence: self.evidence.0,
            late_seconds: self.late_seconds,
            returned: self.returned_at.zip(self.returned_reason),
            check_ins: self.check_ins,
            promises: self.promises.0,
            ticks: self.ticks.0,
            updated_at: self.updated_at,
            revision: self.revision,
        };
        (self.incident, task)
    }
}

macro_rules! tasks {
    ($tail:literal, $($arg:expr),*) => {
        sqlx::query_as!(
            Row,
            r#"select id, incident, key, code, position, region, department, vacant, role, assignee, assignee_login,
                      state, major, opened_at, acknowledge_by, due_at, acknowledged_at, acknowledged_by, ended_at,
                      ended_by, reason, evidence as "evidence: Json<BTreeMap<String, Value>>", late_seconds,
                      returned_at, returned_reason, check_ins, promises as "promises: Json<Vec<Promise>>",
                      ticks as "ticks: Json<Vec<Tick>>", updated_at, revision
               from task "# + $tail,
            $($arg),*
        )
    };
}

/// Tasks of one incident, in the plan's order.
pub async fn of_incident(conn: &mut PgConnection, incident: Uuid) -> sqlx::Result<Vec<Task>> {
    let rows = tasks!("where incident = $1 order by position, key", incident).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|r| r.task().1).collect())
}

/// Tasks of many incidents with the incident each belongs to, in the plan's order.
pub async fn of_incidents(conn: &mut PgConnection, incidents: &[Uuid]) -> sqlx::Result<Vec<(Uuid, Task)>> {
    let rows = tasks!("where incident = any($1) order by position, key", incidents).fetch_all(conn).await?;
    Ok(rows.into_iter().map(Row::task).collect())
}

/// Active tasks of many incidents, with the incident each belongs to.
pub async fn active_of(conn: &mut PgConnection, incidents: &[Uuid]) -> sqlx::Result<Vec<(Uuid, Task)>> {
    let rows = tasks!(
        "where incident = any($1) and state in ('open', 'acknowledged') order by due_at nulls last, position, key",
        incidents
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Row::task).collect())
}

/// Tasks that departments owe now, or have ended since `since`.
pub async fn of_departments(
    conn: &mut PgConnection,
    departments: &[String],
    since: DateTime<Utc>,
) -> sqlx::Result<Vec<(Uuid, Task)>> {
    let rows = tasks!(
        // Two conditions by two indexes; together they would walk every task that ever was.
        "where id in (select id from task where department = any($1) and state in ('open', 'acknowledged')
                      union all select id from task where department = any($1) and ended_at >= $2)
         order by due_at nulls last, opened_at, position, key",
        departments,
        since
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Row::task).collect())
}

/// Every active task of open incidents, for the duty officer's list.
pub async fn active(conn: &mut PgConnection) -> sqlx::Result<Vec<(Uuid, Task)>> {
    let rows = tasks!(
        "where state in ('open', 'acknowledged') order by acknowledge_by nulls last, due_at nulls last, key limit $1",
        2000_i64
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Row::task).collect())
}

/// Writes new tasks of several incidents, all of them in one statement.
pub async fn insert(conn: &mut PgConnection, tasks: &[(Uuid, &Task)]) -> sqlx::Result<()> {
    if tasks.is_empty() {
        return Ok(());
    }
    let of = tasks;
    let ending = |t: &Task| t.state.ending().cloned();
    sqlx::query!(
        r#"insert into task (id, incident, key, code, position, region, department, vacant, role, assignee,
               assignee_login, state, major, opened_at, acknowledge_by, due_at, acknowledged_at, acknowledged_by,
               ended_at, ended_by, reason, evidence, late_seconds, returned_at, returned_reason, check_ins,
               updated_at, revision, promises)
           select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[],
               $8::bool[], $9::text[], $10::uuid[], $11::text[], $12::text[], $13::bool[], $14::timestamptz[],
               $15::timestamptz[], $16::timestamptz[], $17::timestamptz[], $18::text[], $19::timestamptz[],
               $20::text[], $21::text[], $22::jsonb[], $23::bigint[], $24::timestamptz[], $25::text[], $26::int[],
               $27::timestamptz[], $28::int[], $29::jsonb[])"#,
        &column(of, |(_, t)| t.id),
        &column(of, |(incident, _)| *incident),
        &column(of, |(_, t)| t.key.as_str()) as &[&str],
        &column(of, |(_, t)| t.code.as_str()) as &[&str],
        &column(of, |(_, t)| t.position),
        &column(of, |(_, t)| t.region.as_deref()) as &[Option<&str>],
        &column(of, |(_, t)| t.department.as_str()) as &[&str],
        &column(of, |(_, t)| t.vacant),
        &column(of, |(_, t)| t.role.as_str()) as &[&str],
        &column(of, |(_, t)| t.assignee.as_ref().map(|a| a.person)) as &[Option<Uuid>],
        &column(of, |(_, t)| t.assignee.as_ref().map(|a| a.login.as_str())) as &[Option<&str>],
        &column(of, |(_, t)| t.state.code()) as &[&str],
        &column(of, |(_, t)| t.major),
        &column(of, |(_, t)| t.opened_at),
        &column(of, |(_, t)| t.acknowledge_by) as &[Option<DateTime<Utc>>],
        &column(of, |(_, t)| t.due_at) as &[Option<DateTime<Utc>>],
        &column(of, |(_, t)| t.acknowledged.as_ref().map(|s| s.at)) as &[Option<DateTime<Utc>>],
        &column(of, |(_, t)| t.acknowledged.as_ref().map(|s| s.by.as_str())) as &[Option<&str>],
        &column(of, |(_, t)| ending(t).map(|e| e.at)) as &[Option<DateTime<Utc>>],
        &column(of, |(_, t)| ending(t).map(|e| e.by)) as &[Option<String>],
        &column(of, |(_, t)| reason(t)) as &[Option<&str>],
        &column(of, |(_, t)| Json(&t.evidence)) as &[Json<&BTreeMap<String, Value>>],
        &column(of, |(_, t)| t.late_seconds),
        &column(of, |(_, t)| t.returned.as_ref().map(|r| r.0)) as &[Option<DateTime<Utc>>],
        &column(of, |(_, t)| t.returned.as_ref().map(|r| r.1.as_str())) as &[Option<&str>],
        &column(of, |(_, t)| t.check_ins),
        &column(of, |(_, t)| t.updated_at),
        &column(of, |(_, t)| t.revision),
        &column(of, |(_, t)| Json(&t.promises)) as &[Json<&Vec<Promise>>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes tasks of several incidents: new rows, and those that changed.
pub async fn save(conn: &mut PgConnection, tasks: &[(Uuid, &Task)]) -> sqlx::Result<()> {
    if tasks.is_empty() {
        return Ok(());
    }
    let rows: Vec<Value> = tasks.iter().map(|(incident, t)| row_of(*incident, t)).collect();
    sqlx::query!(
        r#"insert into task as t
           select * from jsonb_populate_recordset(null::task, $1)
           on conflict (id) do update set
               position = excluded.position, promises = excluded.promises, ticks = excluded.ticks,
               department = excluded.department, role = excluded.role, vacant = excluded.vacant,
               assignee = excluded.assignee, assignee_login = excluded.assignee_login, state = excluded.state,
               acknowledge_by = excluded.acknowledge_by, due_at = excluded.due_at,
               acknowledged_at = excluded.acknowledged_at, acknowledged_by = excluded.acknowledged_by,
               ended_at = excluded.ended_at, ended_by = excluded.ended_by, reason = excluded.reason,
               evidence = excluded.evidence, late_seconds = excluded.late_seconds,
               returned_at = excluded.returned_at, returned_reason = excluded.returned_reason,
               check_ins = excluded.check_ins, updated_at = excluded.updated_at, revision = excluded.revision"#,
        Value::Array(rows)
    )
    .execute(conn)
    .await?;
    Ok(())
}

fn reason(t: &Task) -> Option<&str> {
    match &t.state {
        State::Cancelled { reason, .. } | State::NotArisen { reason, .. } => Some(reason),
        _ => None,
    }
}

fn row_of(incident: Uuid, t: &Task) -> Value {
    let ending = t.state.ending();
    serde_json::json!({
        "id": t.id, "incident": incident, "key": t.key, "code": t.code, "position": t.position,
        "region": t.region, "department": t.department, "vacant": t.vacant, "role": t.role,
        "assignee": t.assignee.as_ref().map(|a| a.person),
        "assignee_login": t.assignee.as_ref().map(|a| &a.login),
        "state": t.state.code(), "major": t.major, "opened_at": t.opened_at, "acknowledge_by": t.acknowledge_by,
        "due_at": t.due_at, "acknowledged_at": t.acknowledged.as_ref().map(|s| s.at),
        "acknowledged_by": t.acknowledged.as_ref().map(|s| &s.by), "ended_at": ending.map(|e| e.at),
        "ended_by": ending.map(|e| &e.by), "reason": reason(t), "evidence": t.evidence,
        "late_seconds": t.late_seconds, "returned_at": t.returned.as_ref().map(|r| r.0),
        "returned_reason": t.returned.as_ref().map(|r| &r.1), "check_ins": t.check_ins,
        "promises": t.promises, "ticks": t.ticks,
        "updated_at": t.updated_at, "revision": t.revision,
    })
}

/// Parties called in some incidents, each once.
pub async fn contacted(conn: &mut PgConnection, incidents: &[Uuid]) -> sqlx::Result<Vec<(Uuid, String)>> {
    let rows = sqlx::query!(
        "select distinct incident, party from contact where incident = any($1) order by incident, party",
        incidents
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|r| (r.incident, r.party)).collect())
}

pub async fn log_contact(
    conn: &mut PgConnection,
    incident: Uuid,
    task: Uuid,
    contact: &Contact,
    by: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into contact (id, incident, task, party, phone, at, answer, promised_at, person_login, entered_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        Uuid::now_v7(),
        incident,
        task,
        contact.party,
        contact.phone,
        contact.at,
        contact.answer,
        contact.promised_at,
        by,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn contacts(conn: &mut PgConnection, incident: Uuid) -> sqlx::Result<Vec<Logged>> {
    let rows = sqlx::query!(
        "select task, party, phone, at, answer, promised_at, person_login, entered_at
         from contact where incident = $1 order by at, entered_at",
        incident
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Logged {
            task: r.task,
            contact: Contact { party: r.party, phone: r.phone, at: r.at, answer: r.answer, promised_at: r.promised_at },
            by: r.person_login,
            entered_at: r.entered_at,
        })
        .collect())
}
