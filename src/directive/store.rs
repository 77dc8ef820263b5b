//! Rows of directives and their copies. Whoever changes one of an incident holds the incident's lock first.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Asked, Copy, Directive, Issuer, Signed, State, Withdrawn, Written};
use crate::db::column;
use crate::escalation::{self, Sent};
use crate::journal;
use crate::notice;

/// A directive with what a list says of where it belongs.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub directive: Directive,
    /// Number, edition and regions of its incident.
    pub incident: Option<Place>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    pub number: String,
    pub edition: String,
    pub regions: Vec<String>,
}

impl Found {
    pub fn number(&self) -> Option<&str> {
        self.incident.as_ref().map(|i| i.number.as_str())
    }

    pub fn regions(&self) -> &[String] {
        self.incident.as_ref().map_or(&[], |i| i.regions.as_slice())
    }
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    pub department: Option<String>,
    /// Number of an incident.
    pub incident: Option<String>,
    /// Of a copy: a state, or `open` for neither accepted nor withdrawn, or `overdue`.
    pub state: Option<String>,
}

struct Row {
    id: Uuid,
    number: String,
    incident: Option<Uuid>,
    headquarters: Option<Uuid>,
    text: String,
    clause: Option<String>,
    task: Option<String>,
    due_at: DateTime<Utc>,
    reason: Option<String>,
    issuer: Uuid,
    issuer_login: String,
    issuer_role: String,
    delegation: Option<Uuid>,
    authoriser: Option<String>,
    issued_at: DateTime<Utc>,
    withdrawn_at: Option<DateTime<Utc>>,
    withdrawn_by: Option<String>,
    withdrawn_reason: Option<String>,
    wake_at: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
    revision: i32,
    incident_number: Option<String>,
    edition: Option<String>,
    regions: Option<Vec<String>>,
}

impl Row {
    fn found(self) -> Found {
        let place = self.incident_number.zip(self.edition);
        let withdrawn = self.withdrawn_at.zip(self.withdrawn_by);
        Found {
            incident: place.map(|(number, edition)| Place {
                number,
                edition,
                regions: self.regions.unwrap_or_default(),
            }),
            directive: Directive {
                id: self.id,
                number: self.number,
                incident: self.incident,
                headquarters: self.headquarters,
                text: self.text,
                clause: self.clause,
                task: self.task,
                due_at: self.due_at,
                reason: self.reason,
                issuer: Issuer {
                    person: self.issuer,
                    login: self.issuer_login,
                    role: self.issuer_role,
                    delegation: self.delegation,
                    authorised_by: self.authoriser,
                },
                issued_at: self.issued_at,
                withdrawn: withdrawn.map(|(at, by)| Withdrawn {
                    at,
                    by,
                    reason: self.withdrawn_reason.unwrap_or_default(),
                }),
                wake_at: self.wake_at,
                updated_at: self.updated_at,
                revision: self.revision,
                copies: Vec::new(),
            },
        }
    }
}

macro_rules! directives {
    ($tail:literal, $($arg:expr),*) => {
        sqlx::query_as!(
            Row,
            r#"select d.id, d.number, d.incident, d.headquarters, d.text, d.clause, d.task, d.due_at, d.reason, d.issuer,
                      d.issuer_login, d.issuer_role, d.delegation, l.authoriser as "authoriser?", d.issued_at,
                      d.withdrawn_at, d.withdrawn_by, d.withdrawn_reason, d.wake_at, d.updated_at, d.revision,
                      i.number as "incident_number?", i.edition as "edition?", i.regions as "regions?"
               from directive d left join incident i on i.id = d.incident
               left join delegation l on l.id = d.delegation "# + $tail,
            $($arg),*
        )
    };
}

/// Takes the next number of a year; there is none missing, since a transaction that fails gives it back.
pub async fn take_number(conn: &mut PgConnection, year: i32) -> sqlx::Result<String> {
    let taken = sqlx::query_scalar!(
        "insert into directive_counter (year, taken) values ($1, 1)
         on conflict (year) do update set taken = directive_counter.taken + 1 returning taken",
        year
    )
    .fetch_one(conn)
    .await?;
    Ok(format!("ZL-{year}-{taken:03}"))
}

/// Writes a directive that goes out, with all that is told of it.
pub async fn insert(
    conn: &mut PgConnection,
    directive: &Directive,
    written: &Written,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let d = directive;
    sqlx::query!(
        r#"insert into directive (id, number, incident, headquarters, text, clause, task, due_at, reason, issuer,
               issuer_login, issuer_role, delegation, issued_at, wake_at, updated_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"#,
        d.id,
        d.number,
        d.incident,
        d.headquarters,
        d.text,
        d.clause,
        d.task,
        d.due_at,
        d.reason,
        d.issuer.person,
        d.issuer.login,
        d.issuer.role,
        d.issuer.delegation,
        d.issued_at,
        d.wake_at,
        d.updated_at
    )
    .execute(&mut *conn)
    .await?;
    let of = &d.copies;
    sqlx::query!(
        r#"insert into directive_copy (id, directive, department, state, acknowledge_by, due_at, updated_at)
           select x.id, $1, x.department, 'issued', x.acknowledge_by, x.due_at, $6
           from unnest($2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[])
                as x (id, department, acknowledge_by, due_at)"#,
        d.id,
        &column(of, |c| c.id),
        &column(of, |c| c.department.as_str()) as &[&str],
        &column(of, |c| c.acknowledge_by),
        &column(of, |c| c.due_at),
        d.updated_at
    )
    .execute(&mut *conn)
    .await?;
    record(conn, directive, written, now).await
}

/// Writes the difference between a directive as it was and as it became, and tells whoever watches.
pub async fn save(
    conn: &mut PgConnection,
    before: &Directive,
    after: &Directive,
    written: &Written,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    if before == after && written.entries.is_empty() {
        return Ok(());
    }
    let withdrawn = after.withdrawn.as_ref();
    sqlx::query!(
        r#"update directive set withdrawn_at = $2, withdrawn_by = $3, withdrawn_reason = $4, wake_at = $5,
               updated_at = $6, revision = $7 where id = $1"#,
        after.id,
        withdrawn.map(|w| w.at),
        withdrawn.map(|w| w.by.as_str()),
        withdrawn.map(|w| w.reason.as_str()),
        after.wake_at,
        after.updated_at,
        after.revision
    )
    .execute(&mut *conn)
    .await?;
    for copy in after.copies.iter().filter(|c| !before.copies.contains(c)) {
        save_copy(conn, copy).await?;
    }
    record(conn, after, written, now).await
}

async fn save_copy(conn: &mut PgConnection, copy: &Copy) -> sqlx::Result<()> {
    let at = |signed: &Option<Signed>| signed.as_ref().map(|s| s.0);
    fn by(signed: &Option<Signed>) -> Option<&str> {
        signed.as_ref().map(|s| s.1.as_str())
    }
    let asked = copy.asked.as_ref();
    sqlx::query!(
        r#"update directive_copy set state = $2, acknowledged_at = $3, acknowledged_by = $4, due_at = $5,
               extension_asked = $6, extension_until = $7, extension_reason = $8, extended_at = $9, done_at = $10,
               done_by = $11, evidence = $12, accepted_at = $13, accepted_by = $14, late_first = $15,
               late_seconds = $16, updated_at = $17 where id = $1"#,
        copy.id,
        copy.state.code(),
        at(&copy.acknowledged),
        by(&copy.acknowledged),
        copy.due_at,
        asked.map(|a| a.at),
        asked.and_then(|a| a.until),
        asked.map(|a| a.reason.as_str()),
        copy.extended_at,
        at(&copy.done),
        by(&copy.done),
        copy.evidence,
        at(&copy.accepted),
        by(&copy.accepted),
        copy.late_first,
        copy.late_seconds,
        copy.updated_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Journal, rungs and notices of an act; one NOTIFY for the pages, which also names the incident.
async fn record(
    conn: &mut PgConnection,
    directive: &Directive,
    written: &Written,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let (incident, id) = (directive.incident, Some(directive.id));
    for (copy, rung, late) in &written.rungs {
        escalation::store::record(conn, incident, *copy, rung, now, *late).await?;
    }
    let entries: Vec<_> = written.entries.iter().map(|e| (incident, id, e)).collect();
    journal::store::append_about(conn, &entries, now).await?;
    let notices: Vec<_> = written.notices.iter().map(|n| (incident, id, n)).collect();
    notice::store::insert_about(conn, &notices, now).await?;
    if !entries.is_empty() {
        sqlx::query!(
            "select pg_notify('zhihui', concat_ws(' ', 'directives', (select number from incident where id = $1)))",
            incident
        )
        .execute(conn)
        .await?;
    }
    Ok(())
}

/// Id and incident of a directive, before anything is locked.
pub async fn of_number(conn: &mut PgConnection, number: &str) -> sqlx::Result<Option<(Uuid, Option<Uuid>)>> {
    let row = sqlx::query!("select id, incident from directive where number = $1", number).fetch_optional(conn).await?;
    Ok(row.map(|r| (r.id, r.incident)))
}

/// Locks a directive until the transaction ends, and reads it with the rungs sent of it.
pub async fn lock(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<(Found, HashMap<Uuid, Sent>)>> {
    sqlx::query!("select id from directive where id = $1 for update", id).fetch_optional(&mut *conn).await?;
    let rows = directives!("where d.id = $1", id).fetch_all(&mut *conn).await?;
    let Some(found) = whole(conn, rows).await?.pop() else {
        return Ok(None);
    };
    let sent = sent_of(conn, std::slice::from_ref(&found)).await?;
    Ok(Some((found, sent)))
}

pub async fn by_number(conn: &mut PgConnection, number: &str) -> sqlx::Result<Option<Found>> {
    let rows = directives!("where d.number = $1", number).fetch_all(&mut *conn).await?;
    Ok(whole(conn, rows).await?.pop())
}

/// Directives, the latest first.
pub async fn list(
    conn: &mut PgConnection,
    filter: &Filter,
    now: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<Found>> {
    let rows = directives!(
        "where ($1::text is null or i.number = $1)
           and ($2::text is null and $3::text is null or exists (
               select 1 from directive_copy c where c.directive = d.id
                 and ($2::text is null or c.department = $2)
                 and ($3::text is null or c.state = $3
                      or ($3 = 'open' and c.state in ('issued', 'acknowledged', 'done'))
                      or ($3 = 'overdue' and c.state in ('issued', 'acknowledged') and c.due_at < $4))))
         order by d.issued_at desc, d.number desc limit $5",
        filter.incident.as_deref() as Option<&str>,
        filter.department.as_deref() as Option<&str>,
        filter.state.as_deref() as Option<&str>,
        now,
        limit
    )
    .fetch_all(&mut *conn)
    .await?;
    whole(conn, rows).await
}

/// Directives with a copy that is neither accepted nor withdrawn, of some departments or of all, the least time left
/// first.
pub async fn open(conn: &mut PgConnection, departments: Option<&[String]>) -> sqlx::Result<Vec<Found>> {
    let rows = directives!(
        "where exists (select 1 from directive_copy c where c.directive = d.id
                         and c.state in ('issued', 'acknowledged', 'done')
                         and ($1::text[] is null or c.department = any($1)))
         order by (select min(c.due_at) from directive_copy c where c.directive = d.id
                     and c.state in ('issued', 'acknowledged')) nulls last, d.number",
        departments as Option<&[String]>
    )
    .fetch_all(&mut *conn)
    .await?;
    whole(conn, rows).await
}

/// All directives of an incident, or given under a headquarters, the latest first.
pub async fn of(conn: &mut PgConnection, incident_or_headquarters: Uuid) -> sqlx::Result<Vec<Found>> {
    let rows = directives!(
        "where d.incident = $1 or d.headquarters = $1 order by d.issued_at desc, d.number desc",
        incident_or_headquarters
    )
    .fetch_all(&mut *conn)
    .await?;
    whole(conn, rows).await
}

/// Numbers of the directives of some incidents, or of the headquarters they are under, that are neither accepted nor
/// withdrawn; by incident.
pub async fn open_of(conn: &mut PgConnection, incidents: &[Uuid]) -> sqlx::Result<Vec<(Uuid, String)>> {
    let rows = sqlx::query!(
        r#"select d.incident as "incident!", d.number as "number!" from directive d
           where d.incident = any($1) and exists (select 1 from directive_copy c where c.directive = d.id
                         and c.state in ('issued', 'acknowledged', 'done'))
           union
           select i.id, d.number from incident i join directive d on d.headquarters = i.headquarters
           where i.id = any($1) and exists (select 1 from directive_copy c where c.directive = d.id
                         and c.state in ('issued', 'acknowledged', 'done'))
           order by 2"#,
        incidents
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|r| (r.incident, r.number)).collect())
}

/// The next directive that waits for a worker, with its incident; nothing is locked yet.
pub async fn due(conn: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<Option<(Uuid, Option<Uuid>)>> {
    let row =
        sqlx::query!("select id, incident from directive where wake_at <= $1 order by wake_at, number limit 1", now)
            .fetch_optional(conn)
            .await?;
    Ok(row.map(|r| (r.id, r.incident)))
}

/// The earliest instant any directive waits for.
pub async fn next_wake(conn: &mut PgConnection) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!("select min(wake_at) from directive").fetch_one(conn).await
}

/// The rungs sent of a directive, by copy.
pub async fn sent(conn: &mut PgConnection, found: &Found) -> sqlx::Result<HashMap<Uuid, Sent>> {
    sent_of(conn, std::slice::from_ref(found)).await
}

async fn sent_of(conn: &mut PgConnection, found: &[Found]) -> sqlx::Result<HashMap<Uuid, Sent>> {
    let copies: Vec<Uuid> = found.iter().flat_map(|f| f.directive.copies.iter().map(|c| c.id)).collect();
    Ok(escalation::store::sent_about(conn, &copies).await?.into_iter().collect())
}

/// The directives of some rows with their copies, in the order of the rows.
async fn whole(conn: &mut PgConnection, rows: Vec<Row>) -> sqlx::Result<Vec<Found>> {
    let mut found: Vec<Found> = rows.into_iter().map(Row::found).collect();
    let ids: Vec<Uuid> = found.iter().map(|f| f.directive.id).collect();
    let copies = sqlx::query!(
        r#"select c.id, c.directive, c.department, c.state, c.acknowledge_by, c.acknowledged_at, c.acknowledged_by,
                  c.due_at, c.extension_asked, c.extension_until, c.extension_reason, c.extended_at, c.done_at, c.done_by,
                  c.evidence, c.accepted_at, c.accepted_by, c.late_first, c.late_seconds, c.updated_at
           from directive_copy c join department p on p.code = c.department
           where c.directive = any($1) order by p.position, c.department"#,
        &ids
    )
    .fetch_all(conn)
    .await?;
    let at: HashMap<Uuid, usize> = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    for c in copies {
        let Some(one) = at.get(&c.directive).and_then(|at| found.get_mut(*at)) else {
            continue;
        };
        one.directive.copies.push(Copy {
            id: c.id,
            department: c.department,
            state: State::from_code(&c.state).unwrap_or(State::Issued),
            acknowledge_by: c.acknowledge_by,
            acknowledged: c.acknowledged_at.zip(c.acknowledged_by),
            due_at: c.due_at,
            extended_at: c.extended_at,
            asked: c.extension_asked.map(|at| Asked {
                at,
                until: c.extension_until,
                reason: c.extension_reason.unwrap_or_default(),
            }),
            done: c.done_at.zip(c.done_by),
            evidence: c.evidence,
            accepted: c.accepted_at.zip(c.accepted_by),
            late_first: c.late_first,
            late_seconds: c.late_seconds,
            updated_at: c.updated_at,
        });
    }
    Ok(found)
}
