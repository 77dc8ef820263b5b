//! Rows of notices, and who has seen them.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Addressee, Notice, Sent};
use crate::db::column;
use crate::journal::Event;
use crate::journal::store::split;
use crate::person::Actor;

/// How far back the bell counts: it is read on every page, and must not grow dearer with every notice ever sent.
pub const COUNTED: i64 = 200;

/// Sends notices of several incidents.
pub async fn insert(conn: &mut PgConnection, notices: &[(Uuid, &Notice)], sent_at: DateTime<Utc>) -> sqlx::Result<()> {
    let notices: Vec<_> = notices.iter().map(|(incident, n)| (Some(*incident), None, *n)).collect();
    insert_about(conn, &notices, sent_at).await
}

/// Sends notices about an incident, a directive, both or neither.
pub async fn insert_about(
    conn: &mut PgConnection,
    notices: &[(Option<Uuid>, Option<Uuid>, &Notice)],
    sent_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    if notices.is_empty() {
        return Ok(());
    }
    let of = notices;
    let mut kind = Vec::with_capacity(of.len());
    let mut data = Vec::with_capacity(of.len());
    for (_, _, notice) in of {
        let (k, d) = split(&notice.event).map_err(|e| sqlx::Error::Encode(Box::new(e)))?;
        kind.push(k);
        data.push(d);
    }
    let to = notices.iter().map(|(_, _, n)| format!("notice:{}", n.to.code())).collect();
    sqlx::query!(
        r#"with sent as (
               insert into notice (id, incident, task, kind, role, department, person, urgent, late, at, sent_at, data,
                                   directive)
               select id, incident, task, kind, role, department, person, urgent, late, at, $12, data, directive
               from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::uuid[],
                           $8::bool[], $9::bool[], $10::timestamptz[], $11::jsonb[], $14::uuid[])
                    as x (id, incident, task, kind, role, department, person, urgent, late, at, data, directive))
           select pg_notify('zhihui', $13)"#,
        &column(of, |(_, _, n)| n.id),
        &column(of, |(incident, _, _)| *incident) as &[Option<Uuid>],
        &column(of, |(_, _, n)| n.task) as &[Option<Uuid>],
        &kind,
        &column(of, |(_, _, n)| post(n).map(|p| p.0)) as &[Option<&str>],
        &column(of, |(_, _, n)| post(n).map(|p| p.1)) as &[Option<&str>],
        &column(of, |(_, _, n)| person(n)) as &[Option<Uuid>],
        &column(of, |(_, _, n)| n.urgent),
        &column(of, |(_, _, n)| n.late),
        &column(of, |(_, _, n)| n.at),
        &data,
        sent_at,
        payload(to),
        &column(of, |(_, directive, _)| *directive) as &[Option<Uuid>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The role and department a notice goes to.
fn post(notice: &Notice) -> Option<(&str, &str)> {
    match &notice.to {
        Addressee::Post { role, department } => Some((role, department)),
        Addressee::Person(_) => None,
    }
}

fn person(notice: &Notice) -> Option<Uuid> {
    match &notice.to {
        Addressee::Post { .. } => None,
        Addressee::Person(id) => Some(*id),
    }
}

/// Tells the pages of those addressed that their count changed, when the transaction commits.
async fn tell(conn: &mut PgConnection, to: BTreeSet<String>) -> sqlx::Result<()> {
    sqlx::query!("select pg_notify('zhihui', $1)", payload(to)).execute(conn).await?;
    Ok(())
}

/// The payload of a NOTIFY is under 8,000 bytes.
fn payload(to: BTreeSet<String>) -> String {
    if to.len() > 100 { "notice:*".to_owned() } else { Vec::from_iter(to).join(" ") }
}

/// What was told to a person and to the posts they hold, the latest first.
pub async fn of_actor(conn: &mut PgConnection, actor: &Actor, limit: i64) -> sqlx::Result<Vec<Sent>> {
    let (roles, departments) = posts(actor);
    let person = actor.person.unwrap_or_default();
    let rows = sqlx::query!(
        r#"select n.id, n.incident, i.number as "number?", n.task, t.key as "task_key?", n.role, n.department, n.person,
                  o.number as "directive?", n.urgent, n.late, n.at, n.sent_at, n.kind, n.data, mine.at as "seen_at?",
                  array(select p.login from notice_seen s join person p on p.id = s.person
                        where s.notice = n.id order by s.at) as "seen_by!"
           from (
               -- The latest to each post and to the person, each by its index: a condition over all of them at once
               -- would walk every notice that was ever sent.
               select id, sent_at, at from (
                   (select id, sent_at, at from notice where person = $1 order by sent_at desc limit $4)
                   union all
                   select mine.* from (select distinct role, department from unnest($2::text[], $3::text[])
                                           as held (role, department)) held
                   cross join lateral (
                       select id, sent_at, at from notice
                       where department = held.department and role = held.role order by sent_at desc limit $4) mine) told
               order by sent_at desc, at desc, id desc limit $4) latest
           join notice n on n.id = latest.id
           left join incident i on i.id = n.incident
           left join task t on t.id = n.task
           left join directive o on o.id = n.directive
           left join notice_seen mine on mine.notice = n.id and mine.person = $1
           order by n.sent_at desc, n.at desc, n.id desc"#,
        person,
        &roles,
        &departments,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|r| {
            let event: Event = serde_json::from_value(serde_json::json!({ "kind": r.kind, "data": r.data }))
                .map_err(|e| sqlx::Error::Decode(Box::new(e)))?;
            Ok(Sent {
                id: r.id,
                incident: r.incident,
                number: r.number,
                task: r.task,
                task_key: r.task_key,
                directive: r.directive,
                to: match (r.person, r.role, r.department) {
                    (Some(id), _, _) => Addressee::Person(id),
                    (None, role, department) => {
                        Addressee::Post { role: role.unwrap_or_default(), department: department.unwrap_or_default() }
                    }
                },
                urgent: r.urgent,
                late: r.late,
                at: r.at,
                sent_at: r.sent_at,
                event,
                seen_at: r.seen_at,
                seen_by: r.seen_by,
            })
        })
        .collect()
}

/// How many of the latest [`COUNTED`] the person has not seen.
pub async fn unread(conn: &mut PgConnection, actor: &Actor) -> sqlx::Result<i64> {
    let (roles, departments) = posts(actor);
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from (
               select id from (
                   (select id, sent_at from notice where person = $1 order by sent_at desc limit $4)
                   union all
                   select mine.* from (select distinct role, department from unnest($2::text[], $3::text[])
                                           as held (role, department)) held
                   cross join lateral (
                       select id, sent_at from notice
                       where department = held.department and role = held.role order by sent_at desc limit $4) mine) told
               order by sent_at desc limit $4) n
           where not exists (select 1 from notice_seen s where s.notice = n.id and s.person = $1)"#,
        actor.person.unwrap_or_default(),
        &roles,
        &departments,
        COUNTED
    )
    .fetch_one(conn)
    .await
}

/// Records that the person saw these; only what was addressed to them counts.
pub async fn see(conn: &mut PgConnection, actor: &Actor, notices: &[Uuid], now: DateTime<Utc>) -> sqlx::Result<()> {
    let Some(person) = actor.person else {
        return Ok(());
    };
    let (roles, departments) = posts(actor);
    let seen = sqlx::query!(
        r#"insert into notice_seen (notice, person, at)
           select n.id, $1, $5 from notice n
           where n.id = any($4) and (n.person = $1 or exists (
               select 1 from unnest($2::text[], $3::text[]) as held (role, department)
               where held.role = n.role and held.department = n.department))
           on conflict do nothing"#,
        person,
        &roles,
        &departments,
        notices,
        now
    )
    .execute(&mut *conn)
    .await?;
    if seen.rows_affected() == 0 {
        return Ok(());
    }
    tell(conn, BTreeSet::from([format!("notice:{person}")])).await
}

fn posts(actor: &Actor) -> (Vec<String>, Vec<String>) {
    actor.posts.iter().map(|p| (p.role.clone(), p.department.clone())).unzip()
}
