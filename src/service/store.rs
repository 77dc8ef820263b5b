//! Rows of service states, decisions with their opinions, and announcements with the proof of their channels.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::announcement::Announcement;
use super::decision::Decision;
use super::view::Standing;
use super::{Service, Stated};

/// Everything about service in some incidents, in one reading; incidents without anything are left out.
pub async fn of_incidents(conn: &mut PgConnection, incidents: &[Uuid]) -> sqlx::Result<Vec<(Uuid, Service)>> {
    let rows = sqlx::query!(
        r#"select i.id as "id!",
               coalesce((select jsonb_agg(to_jsonb(s) order by s.region, s.link)
                         from service_state s where s.incident = i.id), '[]') as "states!: Json<Vec<Stated>>",
               coalesce((select jsonb_agg(to_jsonb(d) || jsonb_build_object('opinions', coalesce(
                             (select jsonb_agg(to_jsonb(o) order by o.at, o.login) from opinion o where o.decision = d.id),
                             '[]')) order by d.drafted_at, length(d.number), d.number)
                         from decision d where d.incident = i.id), '[]') as "decisions!: Json<Vec<Decision>>",
               coalesce((select jsonb_agg(to_jsonb(a) || jsonb_build_object('channels', coalesce(
                             (select jsonb_agg(to_jsonb(c) order by c.entered_at, c.channel)
                              from announcement_channel c where c.announcement = a.id),
                             '[]')) order by a.made_at, length(a.number), a.number)
                         from announcement a where a.incident = i.id), '[]') as "announcements!: Json<Vec<Announcement>>"
           from unnest($1::uuid[]) as i (id)
           where exists (select 1 from service_state s where s.incident = i.id)
              or exists (select 1 from decision d where d.incident = i.id)
              or exists (select 1 from announcement a where a.incident = i.id)"#,
        incidents
    )
    .fetch_all(conn)
    .await?;
    let service = |states, decisions, announcements| Service { states, decisions, announcements };
    Ok(rows.into_iter().map(|r| (r.id, service(r.states.0, r.decisions.0, r.announcements.0))).collect())
}

/// Writes the difference.
pub async fn save(conn: &mut PgConnection, incident: Uuid, before: &Service, after: &Service) -> sqlx::Result<()> {
    if before == after {
        return Ok(());
    }
    save_decisions(conn, incident, before, after).await?;
    save_announcements(conn, incident, before, after).await?;
    let states: Vec<Value> = after
        .states
        .iter()
        .filter(|s| !before.states.contains(s))
        .map(|s| {
            json!({ "incident": incident, "region": s.region, "link": s.link, "state": s.state,
                    "set_by": s.by, "set_at": s.at })
        })
        .collect();
    if !states.is_empty() {
        sqlx::query!(
            r#"insert into service_state select * from jsonb_populate_recordset(null::service_state, $1)
               on conflict (incident, region, link) do update set state = excluded.state, set_by = excluded.set_by,
                   set_at = excluded.set_at"#,
            Value::Array(states)
        )
        .execute(conn)
        .await?;
    }
    Ok(())
}

async fn save_decisions(
    conn: &mut PgConnection,
    incident: Uuid,
    before: &Service,
    after: &Service,
) -> sqlx::Result<()> {
    let old = |id: Uuid| before.decisions.iter().find(|d| d.id == id);
    let changed: Vec<&Decision> = after.decisions.iter().filter(|d| old(d.id) != Some(d)).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let rows: Vec<Value> = changed
        .iter()
        .map(|d| {
            json!({
                "id": d.id, "number": d.number, "incident": incident, "kind": d.kind, "body": d.body,
                "areas": d.areas, "links": d.links, "from_at": d.from, "until_at": d.until,
                "question": d.question, "detail": d.detail, "reason": d.reason,
                "drafted_by": d.drafted_by, "drafted_at": d.drafted_at, "signed_by": d.signed_by,
                "signed_role": d.signed_role, "delegation": d.delegation, "signed_at": d.signed_at,
                "replaced": d.replaced, "updated_at": d.updated_at,
            })
        })
        .collect();
    sqlx::query!(
        r#"insert into decision select * from jsonb_populate_recordset(null::decision, $1)
           on conflict (id) do update set body = excluded.body, signed_by = excluded.signed_by,
               signed_role = excluded.signed_role, delegation = excluded.delegation, signed_at = excluded.signed_at,
               replaced = excluded.replaced, updated_at = excluded.updated_at"#,
        Value::Array(rows)
    )
    .execute(&mut *conn)
    .await?;
    let opinions: Vec<Value> = changed
        .iter()
        .flat_map(|d| {
            let known = old(d.id).map_or(0, |b| b.opinions.len());
            d.opinions.iter().skip(known).map(|o| {
                json!({ "decision": d.id, "person": o.person, "login": o.login, "stance": o.stance,
                        "text": o.text, "at": o.at })
            })
        })
        .collect();
    if !opinions.is_empty() {
        sqlx::query!(
            "insert into opinion select * from jsonb_populate_recordset(null::opinion, $1)",
            Value::Array(opinions)
        )
        .execute(conn)
        .await?;
    }
    Ok(())
}

async fn save_announcements(
    conn: &mut PgConnection,
    incident: Uuid,
    before: &Service,
    after: &Service,
) -> sqlx::Result<()> {
    let old = |id: Uuid| before.announcements.iter().find(|a| a.id == id);
    let changed: Vec<&Announcement> = after.announcements.iter().filter(|a| old(a.id) != Some(a)).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let rows: Vec<Value> = changed
        .iter()
        .map(|a| {
            json!({
                "id": a.id, "number": a.number, "incident": incident, "decision": a.decision, "text": a.text,
                "generated": a.generated, "made_by": a.made_by, "made_at": a.made_at, "done_at": a.done_at,
                "done_by": a.done_by, "updated_at": a.updated_at,
            })
        })
        .collect();
    sqlx::query!(
        r#"insert into announcement select * from jsonb_populate_recordset(null::announcement, $1)
           on conflict (id) do update set done_at = excluded.done_at, done_by = excluded.done_by,
               updated_at = excluded.updated_at"#,
        Value::Array(rows)
    )
    .execute(&mut *conn)
    .await?;
    let channels: Vec<Value> = changed
        .iter()
        .flat_map(|a| {
            let known = old(a.id).map_or(0, |b| b.channels.len());
            a.channels.iter().skip(known).map(|c| {
                json!({ "announcement": a.id, "channel": c.channel, "at": c.at, "proof": c.proof,
                        "by_login": c.by, "entered_at": c.entered_at })
            })
        })
        .collect();
    if !channels.is_empty() {
        sqlx::query!(
            "insert into announcement_channel select * from jsonb_populate_recordset(null::announcement_channel, $1)",
            Value::Array(channels)
        )
        .execute(conn)
        .await?;
    }
    Ok(())
}

/// How links stand in every open incident of which one was ever named or set, for the matrix of the whole city.
pub async fn standing(conn: &mut PgConnection) -> sqlx::Result<Vec<Standing>> {
    let rows = sqlx::query!(
        r#"select i.number,
                  case when i.region = 'CITY' or i.fields ? 'regions_affected' then i.regions else array[i.region] end
                      as "regions!", i.links as "links: Json<BTreeMap<String, String>>",
                  coalesce((select jsonb_agg(to_jsonb(s)) from service_state s where s.incident = i.id), '[]')
                      as "states!: Json<Vec<Stated>>"
           from incident i
           where i.state = 'open'
             and (i.links <> '{}' or exists (select 1 from service_state s where s.incident = i.id))
           order by i.reported_at"#
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Standing { number: r.number, regions: r.regions, links: r.links.0, states: r.states.0 })
        .collect())
}

/// Numbers of incidents with decisions drawn up since `since`, or still open, the latest first.
pub async fn with_decisions(conn: &mut PgConnection, since: DateTime<Utc>) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        "select i.number from incident i
         where exists (select 1 from decision d where d.incident = i.id and (i.state = 'open' or d.drafted_at >= $1))
         order by i.reported_at desc, i.id desc limit 200",
        since
    )
    .fetch_all(conn)
    .await
}
