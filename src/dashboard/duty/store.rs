//! What the duty desk reads.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Rows, TellRow};
use crate::dashboard::store::{by_ids, tasks, unconfirmed};
use crate::incident;
use crate::task::Task;
use crate::task::store::Row as TaskRow;

/// Calls listed.
const CALLS: i64 = 60;

/// Everything of the duty desk; `urgent` are the codes of tasks under the urgent policy.
pub async fn desk(conn: &mut PgConnection, regions: Option<&[String]>, urgent: &[String]) -> sqlx::Result<Rows> {
    let unsigned: Vec<(Uuid, Task)> = tasks!(
        "where t.state = 'open' and i.state = 'open' and t.code = any($1)
           and ($2::text[] is null or i.regions && $2)
         order by t.acknowledge_by nulls last, t.due_at nulls last, i.number, t.key limit $3",
        urgent,
        regions as Option<&[String]>,
        CALLS
    )
    .fetch_all(&mut *conn)
    .await?
    .into_iter()
    .map(TaskRow::task)
    .collect();
    let unsigned_total = sqlx::query_scalar!(
        r#"select count(*) as "count!" from task t join incident i on i.id = t.incident
           where t.state = 'open' and i.state = 'open' and t.code = any($1)
             and ($2::text[] is null or i.regions && $2)"#,
        urgent,
        regions as Option<&[String]>
    )
    .fetch_one(&mut *conn)
    .await?;
    let waiting = unconfirmed(conn, regions, CALLS).await?;
    let waiting = incident::store::by_ids(conn, &waiting).await?;
    let mut ids: Vec<Uuid> = unsigned.iter().map(|(id, _)| *id).chain(waiting.iter().map(|i| i.id)).collect();
    ids.sort();
    ids.dedup();
    let briefs = by_ids(conn, &ids).await?;
    let unconfirmed =
        waiting.iter().filter_map(|i| Some((briefs.iter().find(|b| b.id == i.id)?.clone(), i.proposal.at))).collect();
    let told = told(conn, &ids).await?;
    let outside = outside(conn).await?;
    Ok(Rows { unsigned, unsigned_total, briefs, unconfirmed, told, outside })
}

/// Calls noted in incidents, the latest first.
async fn told(conn: &mut PgConnection, incidents: &[Uuid]) -> sqlx::Result<Vec<TellRow>> {
    let rows = sqlx::query!(
        r#"select incident as "incident!", at, data ->> 'task' as task, data ->> 'who' as "who!", data ->> 'phone' as "phone!"
           from journal where incident = any($1) and kind = 'told_by_telephone' order by at desc, id desc"#,
        incidents
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| TellRow { incident: r.incident, task: r.task, who: r.who, phone: r.phone, at: r.at })
        .collect())
}

/// The number last used for each party outside.
async fn outside(conn: &mut PgConnection) -> sqlx::Result<Vec<(String, String, DateTime<Utc>)>> {
    // From one party to the next by the index; there are few parties and ever more calls.
    let rows = sqlx::query!(
        r#"with recursive known (party) as (
               (select party from contact order by party limit 1)
               union all
               select (select party from contact where party > known.party order by party limit 1)
               from known where known.party is not null)
           select known.party as "party!", last.phone as "phone!", last.at as "at!" from known
           cross join lateral (select phone, at from contact where party = known.party and btrim(phone) <> ''
                               order by at desc limit 1) last
           order by known.party"#
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|r| (r.party, r.phone, r.at)).collect())
}

/// Calls noted about directives, the latest first.
pub async fn told_of_orders(conn: &mut PgConnection, numbers: &[String]) -> sqlx::Result<Vec<super::OrderTold>> {
    let rows = sqlx::query!(
        r#"select d.number, j.department, j.at, j.data ->> 'who' as "who!", j.data ->> 'phone' as "phone!"
           from journal j join directive d on d.id = j.directive
           where d.number = any($1) and j.kind = 'told_by_telephone' order by j.at desc, j.id desc"#,
        numbers
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|r| (r.number, r.department, r.at, r.who, r.phone)).collect())
}
