//! What the boards read. Lists are capped here and counted whole; nothing is read once per row.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::Brief;
use super::board::{self, Situation, Totals};
use super::department::{self, Stub};
use crate::directive;
use crate::escalation::Sent;
use crate::headquarters;
use crate::incident;
use crate::notified;
use crate::plan::{Severity, StepEvent};
use crate::response::store as responses;
use crate::review;
use crate::service;
use crate::task::store::Row as TaskRow;
use crate::task::{self, Task};

/// Open incidents listed on the board.
const OPEN: i64 = 40;
/// Tasks listed beside them.
const BESIDE: i64 = 12;
/// Levels that await the leadership shown at once.
const VERDICTS: i64 = 6;
/// Incidents whose next steps are looked at: as many as steps are shown, so none can be missed.
const WATCHED: i64 = 8;
const CLOSED: i64 = 6;

struct BriefRow {
    id: Uuid,
    number: String,
    edition: String,
    sub_kind: String,
    region: String,
    severity: String,
    proposed_severity: String,
    confirmed: bool,
    state: String,
    officer_role: String,
    commander: Option<String>,
    description: String,
    reporter_login: String,
    reporter_department: String,
    reported_at: DateTime<Utc>,
    closed_at: Option<DateTime<Utc>>,
    total: i64,
    done: i64,
}

impl BriefRow {
    fn brief(self) -> Brief {
        let level = |code: &str| Severity::from_code(code).unwrap_or(Severity::Local);
        Brief {
            severity: level(&self.severity),
            proposed: level(&self.proposed_severity),
            id: self.id,
            number: self.number,
            edition: self.edition,
            sub_kind: self.sub_kind,
            region: self.region,
            confirmed: self.confirmed,
            state: self.state,
            officer_role: self.officer_role,
            commander: self.commander,
            description: self.description,
            reporter_login: self.reporter_login,
            reporter_department: self.reporter_department,
            reported_at: self.reported_at,
            closed_at: self.closed_at,
            total: self.total,
            done: self.done,
        }
    }
}

macro_rules! briefs {
    ($tail:literal, $($arg:expr),*) => {
        sqlx::query_as!(
            BriefRow,
            r#"select i.id, i.number, i.edition, i.sub_kind, i.region, i.severity, i.proposed_severity,
                      i.confirmed_at is not null as "confirmed!", i.state, i.officer_role, c.login as "commander?", i.description,
                      i.reporter_login, i.reporter_department, i.reported_at, i.closed_at,
                      t.total as "total!", t.done as "done!"
               from incident i left join command_period c on c.headquarters = i.headquarters and c.until_at is null
               cross join lateral (
                   select count(*) filter (where state not in ('cancelled', 'not_arisen')) as total,
                          count(*) filter (where state = 'done') as done
                   from task where incident = i.id) t "# + $tail,
            $($arg),*
        )
    };
}

macro_rules! tasks {
    ($tail:literal, $($arg:expr),*) => {
        sqlx::query_as!(
            TaskRow,
            r#"select t.id, t.incident, t.key, t.code, t.position, t.region, t.department, t.vacant, t.role, t.assignee,
                      t.assignee_login, t.state, t.major, t.opened_at, t.acknowledge_by, t.due_at, t.acknowledged_at,
                      t.acknowledged_by, t.ended_at, t.ended_by, t.reason, t.evidence as "evidence: Json<BTreeMap<String, Value>>",
                      t.late_seconds, t.returned_at, t.returned_reason, t.check_ins,
                      t.promises as "promises: Json<Vec<crate::task::Promise>>",
                      t.ticks as "ticks: Json<Vec<crate::task::Tick>>", t.updated_at, t.revision
               from task t join incident i on i.id = t.incident "# + $tail,
            $($arg),*
        )
    };
}

pub(super) use tasks;

/// What the situation board of all who see `regions` is drawn from; `None` sees the whole city.
pub async fn situation(
    conn: &mut PgConnection,
    regions: Option<&[String]>,
    now: DateTime<Utc>,
) -> sqlx::Result<Situation> {
    Ok(Situation {
        rows: board(conn, regions, now).await?,
        orders: directive::store::open(conn, None).await?,
        unsigned: headquarters::store::unsigned(conn).await?,
        drafts: review::store::objectable(conn, now).await?,
        standings: service::store::standing(conn).await?,
    })
}

/// Everything of incidents on the situation board. `regions`: only incidents that touch them.
async fn board(conn: &mut PgConnection, regions: Option<&[String]>, now: DateTime<Utc>) -> sqlx::Result<board::Rows> {
    let open = open(conn, regions).await?;
    let closed = closed(conn, regions).await?;
    let watched = watched(conn, regions).await?;
    let overdue = overdue(conn, regions, now).await?;
    let unsigned = unsigned(conn, regions, now).await?;
    let returned = returned(conn, regions).await?;
    let named = overdue.iter().chain(&unsigned).chain(&returned).map(|(id, _)| id);
    let all: BTreeSet<Uuid> = named.chain(&open).chain(&closed).chain(&watched).copied().collect();
    let mut briefs = by_ids(conn, &Vec::from_iter(all)).await?;
    let active: BTreeSet<Uuid> = open.iter().chain(&watched).copied().collect();
    let notified = notified::store::of_incidents(conn, &watched).await?;
    let telling: BTreeSet<Uuid> = notified.iter().map(|(id, _)| *id).collect();
    let watched = incident::store::by_ids(conn, &watched).await?;
    Ok(board::Rows {
        totals: totals(conn, regions, now).await?,
        active: task::store::active_of(conn, &Vec::from_iter(active)).await?,
        telling: task::store::of_incidents(conn, &Vec::from_iter(telling)).await?,
        notified,
        sent: sent(conn, &watched).await?,
        open: take(&mut briefs, &open),
        closed: take(&mut briefs, &closed),
        others: briefs,
        overdue,
        unsigned,
        returned,
        watched,
    })
}

/// Takes those of `ids` out, in their order.
fn take(briefs: &mut Vec<Brief>, ids: &[Uuid]) -> Vec<Brief> {
    ids.iter()
        .filter_map(|id| {
            let at = briefs.iter().position(|b| b.id == *id)?;
            Some(briefs.swap_remove(at))
        })
        .collect()
}

/// What departments owe, and the cards that ask for their help: enough to sort them into lists.
pub async fn owed(
    conn: &mut PgConnection,
    departments: &[String],
    since: DateTime<Utc>,
) -> sqlx::Result<department::Owed> {
    let tasks = task::store::of_departments(conn, departments, since).await?;
    let cards = responses::asked_of(conn, departments).await?;
    let mut ids: Vec<Uuid> = tasks.iter().map(|(id, _)| *id).chain(cards.iter().map(|(id, _)| *id)).collect();
    ids.sort();
    ids.dedup();
    let rows = sqlx::query!("select id, number, edition from incident where id = any($1) and state <> 'merged'", &ids)
        .fetch_all(conn)
        .await?;
    let stubs = rows.into_iter().map(|r| (r.id, Stub { number: r.number, edition: r.edition })).collect();
    Ok(department::Owed { tasks, cards, stubs })
}

/// The incidents of what a page shows, and the tasks its cards ask help for.
pub async fn shown(
    conn: &mut PgConnection,
    incidents: &[Uuid],
    helped: &[Uuid],
) -> sqlx::Result<(HashMap<Uuid, Brief>, HashMap<Uuid, Task>)> {
    let briefs = by_ids(conn, incidents).await?.into_iter().map(|b| (b.id, b)).collect();
    let rows = tasks!("where t.id = any($1)", helped).fetch_all(conn).await?;
    Ok((briefs, rows.into_iter().map(|r| r.task().1).map(|t| (t.id, t)).collect()))
}

/// A person's own reports that are open or ended after `since`, the latest first, with all their tasks.
pub async fn own(
    conn: &mut PgConnection,
    person: Uuid,
    since: DateTime<Utc>,
) -> sqlx::Result<(Vec<Brief>, Vec<(Uuid, Task)>)> {
    let briefs: Vec<Brief> = briefs!(
        // Not one condition with `or`, which no index answers: it would walk every incident there was.
        "where i.id in (select id from incident where state = 'open' and reporter = $1
                        union all
                        select id from incident where state = 'closed' and closed_at >= $2 and reporter = $1)
         order by i.reported_at desc, i.id desc limit 10",
        person,
        since
    )
    .fetch_all(&mut *conn)
    .await?
    .into_iter()
    .map(BriefRow::brief)
    .collect();
    let ids: Vec<Uuid> = briefs.iter().map(|b| b.id).collect();
    let rows = tasks!("where t.incident = any($1) order by t.position, t.key", &ids).fetch_all(conn).await?;
    Ok((briefs, rows.into_iter().map(TaskRow::task).collect()))
}

pub(super) async fn by_ids(conn: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<Vec<Brief>> {
    let rows = briefs!("where i.id = any($1)", ids).fetch_all(conn).await?;
    Ok(rows.into_iter().map(BriefRow::brief).collect())
}

/// Open incidents: the gravest first (the proposed level while nobody has decided), then the least time left.
async fn open(conn: &mut PgConnection, regions: Option<&[String]>) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        // One look at the index for each open incident. Grouped and joined instead, a plan made while few were open
        // groups them again for each: 1.5 s a page with 1,000 open, 20 ms so. The states stand in a filter, as a plain
        // `min` is looked for along the limits of all incidents: 95 ms.
        r#"select i.id from incident i cross join lateral (
               select min(due_at) filter (where state in ('open', 'acknowledged')) as due_at from task
               where incident = i.id) t
           where i.state = 'open' and ($1::text[] is null or i.regions && $1)
           order by case when 'major' in (i.severity, case when i.confirmed_at is null then i.proposed_severity end) then 1
                         when 'local' in (i.severity, case when i.confirmed_at is null then i.proposed_severity end) then 2
                         else 3 end,
                    t.due_at nulls last, i.reported_at, i.id
           limit $2"#,
        regions as Option<&[String]>,
        OPEN
    )
    .fetch_all(conn)
    .await
}

async fn closed(conn: &mut PgConnection, regions: Option<&[String]>) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "select id from incident where state = 'closed' and ($1::text[] is null or regions && $1)
         order by closed_at desc limit $2",
        regions as Option<&[String]>,
        CLOSED
    )
    .fetch_all(conn)
    .await
}

async fn overdue(
    conn: &mut PgConnection,
    regions: Option<&[String]>,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<(Uuid, Task)>> {
    let rows = tasks!(
        "where t.state in ('open', 'acknowledged') and t.due_at < $2 and i.state <> 'merged'
           and ($1::text[] is null or i.regions && $1)
         order by t.due_at, i.number, t.key limit $3",
        regions as Option<&[String]>,
        now,
        BESIDE
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(TaskRow::task).collect())
}

async fn unsigned(
    conn: &mut PgConnection,
    regions: Option<&[String]>,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<(Uuid, Task)>> {
    let rows = tasks!(
        "where t.state = 'open' and t.acknowledge_by < $2 and (t.due_at is null or t.due_at >= $2)
           and i.state <> 'merged'
           and ($1::text[] is null or i.regions && $1)
         order by t.acknowledge_by, i.number, t.key limit $3",
        regions as Option<&[String]>,
        now,
        BESIDE
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(TaskRow::task).collect())
}

async fn returned(conn: &mut PgConnection, regions: Option<&[String]>) -> sqlx::Result<Vec<(Uuid, Task)>> {
    let rows = tasks!(
        "where t.state in ('open', 'acknowledged') and t.returned_at is not null and i.state <> 'merged'
           and ($1::text[] is null or i.regions && $1)
         order by t.returned_at, i.number, t.key limit $2",
        regions as Option<&[String]>,
        BESIDE
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(TaskRow::task).collect())
}

async fn totals(conn: &mut PgConnection, regions: Option<&[String]>, now: DateTime<Utc>) -> sqlx::Result<Totals> {
    let incidents = sqlx::query!(
        r#"with shown as (
               select confirmed_at is null and array_position(array['departmental', 'local', 'major'], proposed_severity)
                          > array_position(array['departmental', 'local', 'major'], severity) as waits,
                      severity, proposed_severity
               from incident where state = 'open' and ($1::text[] is null or regions && $1)),
           levels as (select waits, case when waits then proposed_severity else severity end as level from shown)
           select count(*) filter (where level = 'major') as "major!",
                  count(*) filter (where level = 'local') as "local!",
                  count(*) filter (where level = 'departmental') as "departmental!",
                  count(*) filter (where waits) as "waits!"
           from levels"#,
        regions as Option<&[String]>
    )
    .fetch_one(&mut *conn)
    .await?;
    let tasks = sqlx::query!(
        r#"select count(*) filter (where t.due_at < $2) as "overdue!",
                  count(*) filter (where t.state = 'open' and t.acknowledge_by < $2
                      and (t.due_at is null or t.due_at >= $2)) as "unsigned!",
                  count(*) filter (where t.returned_at is not null) as "returned!"
           from task t join incident i on i.id = t.incident
           where t.state in ('open', 'acknowledged') and i.state <> 'merged'
             and (t.due_at < $2 or t.acknowledge_by < $2 or t.returned_at is not null)
             and ($1::text[] is null or i.regions && $1)"#,
        regions as Option<&[String]>,
        now
    )
    .fetch_one(conn)
    .await?;
    Ok(Totals {
        major: incidents.major,
        local: incidents.local,
        departmental: incidents.departmental,
        unconfirmed: incidents.waits,
        overdue: tasks.overdue,
        unsigned: tasks.unsigned,
        returned: tasks.returned,
    })
}

/// Incidents looked at whole: those whose level awaits the leadership, and those whose clocks ring next.
async fn watched(conn: &mut PgConnection, regions: Option<&[String]>) -> sqlx::Result<Vec<Uuid>> {
    let mut ids = unconfirmed(conn, regions, VERDICTS).await?;
    let next = sqlx::query_scalar!(
        "select id from incident where wake_at is not null and ($1::text[] is null or regions && $1)
         order by wake_at, reported_at, id limit $2",
        regions as Option<&[String]>,
        WATCHED
    )
    .fetch_all(conn)
    .await?;
    ids.extend(next.into_iter().filter(|id| !ids.contains(id)).collect::<Vec<_>>());
    Ok(ids)
}

pub(super) async fn unconfirmed(
    conn: &mut PgConnection,
    regions: Option<&[String]>,
    limit: i64,
) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "select id from incident
         where state = 'open' and confirmed_at is null and ($1::text[] is null or regions && $1)
           and array_position(array['departmental', 'local', 'major'], proposed_severity)
               > array_position(array['departmental', 'local', 'major'], severity)
         order by reported_at, id limit $2",
        regions as Option<&[String]>,
        limit
    )
    .fetch_all(conn)
    .await
}

async fn sent(conn: &mut PgConnection, incidents: &[incident::Incident]) -> sqlx::Result<HashMap<Uuid, Sent>> {
    let ids: Vec<Uuid> = incidents.iter().map(|i| i.id).collect();
    let rows = sqlx::query!("select subject, event, step, limit_at from escalation where incident = any($1)", &ids)
        .fetch_all(conn)
        .await?;
    let mut sent: HashMap<Uuid, Sent> = HashMap::new();
    for row in rows {
        if let Some(event) = StepEvent::from_code(&row.event) {
            let step = u32::try_from(row.step).unwrap_or_default();
            sent.entry(row.subject).or_default().insert((event, step, row.limit_at));
        }
    }
    Ok(sent)
}
