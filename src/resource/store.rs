//! Rows of requests. Each act locks the incident of the headquarters first, as every act on the incident does, so that
//! a stand-down sees what was asked before it and nothing is asked behind it.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Kind, Promise, Request, Under, Wish};
use crate::error::Result;
use crate::headquarters;
use crate::incident;
use crate::journal::{self, Entry, Event};
use crate::notice::{self, Addressee, Notice, address};
use crate::person::Actor;
use crate::person::directory::Directory;
use crate::refusal::Refused;

/// What a department does about a request, or who commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Promise { quantity: i64, due: Option<DateTime<Utc>> },
    Arrival { quantity: i64, at: DateTime<Utc> },
    Cancellation,
}

/// Asks a department for something, under the headquarters of a number.
pub async fn ask(
    conn: &mut PgConnection,
    headquarters: &str,
    wish: &Wish,
    directory: &Directory,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Request> {
    let found = headquarters::store::by_number(conn, headquarters).await?.ok_or(Refused::NotFound)?;
    incident::store::lock(conn, &found.number).await?;
    let under = under(conn, &found.number).await?.ok_or(Refused::NotFound)?;
    let ordinal = sqlx::query_scalar!(
        r#"select count(*) + 1 as "ordinal!" from resource_request where headquarters = $1"#,
        under.headquarters
    )
    .fetch_one(&mut *conn)
    .await?;
    let (request, event) = Request::ask(wish, ordinal, &under, directory, actor, now)?;
    insert(conn, &request).await?;
    let to = address::heads(directory, &request.department);
    written(conn, &request, &under, event, to, actor, now).await?;
    Ok(request)
}

/// Promises, writes down what has come, or takes a request back.
pub async fn answer(
    conn: &mut PgConnection,
    number: &str,
    answer: &Answer,
    directory: &Directory,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Request> {
    let found = by_number(conn, number).await?.ok_or(Refused::NotFound)?;
    incident::store::lock_by_id(conn, found.incident).await?;
    // Read again: it may have changed while we waited.
    let mut request = by_number(conn, number).await?.ok_or(Refused::NotFound)?;
    let under = under_of(conn, request.headquarters).await?.ok_or(Refused::NotFound)?;
    let commander = under.commander.map(Addressee::Person).into_iter().collect();
    let (event, to) = match answer {
        Answer::Promise { quantity, due } => (request.promise(*quantity, *due, directory, actor, now)?, commander),
        Answer::Arrival { quantity, at } => (request.arrive(*quantity, *at, &under, directory, actor, now)?, commander),
        Answer::Cancellation => (request.cancel(&under, actor, now)?, address::heads(directory, &request.department)),
    };
    update(conn, &request).await?;
    written(conn, &request, &under, event, to, actor, now).await?;
    Ok(request)
}

/// The headquarters of a number, or that the incident of the number is under.
pub async fn under(conn: &mut PgConnection, number: &str) -> sqlx::Result<Option<Under>> {
    match headquarters::store::by_number(conn, number).await? {
        Some(found) => under_of(conn, found.id).await,
        None => Ok(None),
    }
}

/// Every request under a headquarters, as it was asked.
pub async fn of_headquarters(conn: &mut PgConnection, headquarters: Uuid) -> sqlx::Result<Vec<Request>> {
    let rows = sqlx::query_as!(
        Row,
        "select * from resource_request where headquarters = $1 order by asked_at, number",
        headquarters
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Row::request).collect())
}

/// Requests to some departments under headquarters that stand, the nearest limit first.
pub async fn of_departments(conn: &mut PgConnection, departments: &[String]) -> sqlx::Result<Vec<(Request, Under)>> {
    let rows = sqlx::query_as!(
        Row,
        "select r.* from resource_request r join incident i on i.id = r.incident
         where r.department = any($1) and r.cancelled_at is null and r.arrived < r.asked and i.state = 'open'
         order by r.due_at, r.asked_at",
        departments
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut found = Vec::with_capacity(rows.len());
    for request in rows.into_iter().map(Row::request) {
        if let Some(under) = under_of(conn, request.headquarters).await? {
            found.push((request, under));
        }
    }
    Ok(found)
}

/// Numbers of what is still to come under a headquarters: a warning at its stand-down.
pub async fn open_of(conn: &mut PgConnection, headquarters: Uuid) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        "select number from resource_request
         where headquarters = $1 and cancelled_at is null and arrived < asked order by asked_at, number",
        headquarters
    )
    .fetch_all(conn)
    .await
}

/// Requests the actor may see, the latest first: of incidents in regions they see, and to departments they act for.
pub async fn list(conn: &mut PgConnection, headquarters: Option<Uuid>, actor: &Actor) -> sqlx::Result<Vec<Request>> {
    let rows = sqlx::query!(
        r#"select r.id, i.regions from resource_request r join incident i on i.id = r.incident
           where $1::uuid is null or r.headquarters = $1 order by r.asked_at desc, r.number desc limit 500"#,
        headquarters
    )
    .fetch_all(&mut *conn)
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
    let requests = sqlx::query_as!(
        Row,
        "select * from resource_request where id = any($1) order by asked_at desc, number desc",
        &ids
    )
    .fetch_all(conn)
    .await?;
    let regions = |id: Uuid| rows.iter().find(|r| r.id == id).map(|r| r.regions.as_slice()).unwrap_or_default();
    Ok(requests.into_iter().map(Row::request).filter(|r| r.is_visible_to(regions(r.id), actor)).collect())
}

/// One request as the actor may see it, with its headquarters.
pub async fn read(conn: &mut PgConnection, number: &str, actor: &Actor) -> Result<(Request, Under)> {
    let request = by_number(conn, number).await?.ok_or(Refused::NotFound)?;
    let incident = incident::store::by_id(conn, request.incident).await?.ok_or(Refused::NotFound)?;
    if !request.is_visible_to(&incident.regions, actor) {
        return Err(Refused::Forbidden.into());
    }
    let under = under_of(conn, request.headquarters).await?.ok_or(Refused::NotFound)?;
    Ok((request, under))
}

async fn under_of(conn: &mut PgConnection, headquarters: Uuid) -> sqlx::Result<Option<Under>> {
    let row = sqlx::query!(
        r#"select h.id, h.number, i.id as incident, i.state, h.stood_down_at,
                  (select p.person from command_period p where p.headquarters = h.id and p.until_at is null) as commander
           from headquarters h join incident i on i.number = h.number where h.id = $1"#,
        headquarters
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|r| Under {
        headquarters: r.id,
        number: r.number,
        incident: r.incident,
        commander: r.commander,
        active: r.stood_down_at.is_none() && r.state == "open",
    }))
}

/// The entry in the incident's timeline, the notices, and the word to open pages.
async fn written(
    conn: &mut PgConnection,
    request: &Request,
    under: &Under,
    event: Event,
    to: Vec<Addressee>,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<()> {
    let notices: Vec<Notice> = to
        .into_iter()
        // Nobody is told of what they did themselves.
        .filter(|to| actor.person.is_none_or(|person| *to != Addressee::Person(person)))
        .map(|to| Notice {
            id: Uuid::now_v7(),
            task: None,
            to,
            urgent: true,
            late: false,
            at: now,
            event: event.clone(),
        })
        .collect();
    let about: Vec<_> = notices.iter().map(|n| (Some(request.incident), None, n)).collect();
    notice::store::insert_about(conn, &about, now).await?;
    let entry = Entry {
        task: None,
        department: Some(request.department.clone()),
        at: now,
        event,
        actor: actor.login.clone(),
        late: false,
        corrects: None,
    };
    journal::store::append(conn, &[(request.incident, &entry)], now).await?;
    sqlx::query!("select pg_notify('zhihui', $1)", under.number).execute(conn).await?;
    Ok(())
}

/// A request by its number.
pub async fn by_number(conn: &mut PgConnection, number: &str) -> sqlx::Result<Option<Request>> {
    let row =
        sqlx::query_as!(Row, "select * from resource_request where number = $1", number).fetch_optional(conn).await?;
    Ok(row.map(Row::request))
}

async fn insert(conn: &mut PgConnection, r: &Request) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into resource_request (id, number, headquarters, incident, kind, what, asked, unit, department, due_at,
             asked_by, asked_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        r.id,
        r.number,
        r.headquarters,
        r.incident,
        r.kind.code(),
        r.what,
        r.asked,
        r.unit,
        r.department,
        r.due_at,
        r.asked_by,
        r.asked_at,
        r.updated_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn update(conn: &mut PgConnection, r: &Request) -> sqlx::Result<()> {
    let promise = r.promise.as_ref();
    sqlx::query!(
        "update resource_request set promised = $2, promised_for = $3, promised_by = $4, promised_at = $5, arrived = $6,
             arrived_at = $7, arrived_by = $8, cancelled_at = $9, cancelled_by = $10, updated_at = $11 where id = $1",
        r.id,
        promise.map(|p| p.quantity),
        promise.and_then(|p| p.due),
        promise.map(|p| p.by.as_str()),
        promise.map(|p| p.at),
        r.arrived,
        r.last_arrival.as_ref().map(|a| a.0),
        r.last_arrival.as_ref().map(|a| a.1.as_str()),
        r.cancelled.as_ref().map(|c| c.0),
        r.cancelled.as_ref().map(|c| c.1.as_str()),
        r.updated_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

struct Row {
    id: Uuid,
    number: String,
    headquarters: Uuid,
    incident: Uuid,
    kind: String,
    what: String,
    asked: i64,
    unit: String,
    department: String,
    due_at: DateTime<Utc>,
    asked_by: String,
    asked_at: DateTime<Utc>,
    promised: Option<i64>,
    promised_for: Option<DateTime<Utc>>,
    promised_by: Option<String>,
    promised_at: Option<DateTime<Utc>>,
    arrived: i64,
    arrived_at: Option<DateTime<Utc>>,
    arrived_by: Option<String>,
    cancelled_at: Option<DateTime<Utc>>,
    cancelled_by: Option<String>,
    updated_at: DateTime<Utc>,
}

impl Row {
    fn request(self) -> Request {
        let promise = match (self.promised, self.promised_by, self.promised_at) {
            (Some(quantity), Some(by), Some(at)) => Some(Promise { quantity, due: self.promised_for, by, at }),
            _ => None,
        };
        Request {
            id: self.id,
            number: self.number,
            headquarters: self.headquarters,
            incident: self.incident,
            // The table knows no fourth.
            kind: Kind::from_code(&self.kind).unwrap_or(Kind::Materials),
            what: self.what,
            asked: self.asked,
            unit: self.unit,
            department: self.department,
            due_at: self.due_at,
            asked_by: self.asked_by,
            asked_at: self.asked_at,
            promise,
            arrived: self.arrived,
            last_arrival: self.arrived_at.zip(self.arrived_by),
            cancelled: self.cancelled_at.zip(self.cancelled_by),
            updated_at: self.updated_at,
        }
    }
}
