//! Rows of lessons. Whoever changes one holds its exchange first.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Lesson, Parts};
use crate::error::Result;
use crate::exchange::store::{find, lock, next_number};
use crate::exchange::{may_arrange, oversees};
use crate::incident;
use crate::l10n::text;
use crate::person::Actor;
use crate::plan::Edition;
use crate::refusal::Refused;

/// What lessons are narrowed to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    pub sub_kind: Option<String>,
    pub clause: Option<String>,
    pub incident: Option<String>,
    /// Only those that are out, or only those that are not.
    pub published: Option<bool>,
    /// Only those put forward as a change of the plan.
    pub proposing: bool,
}

macro_rules! lessons {
    ($tail:literal, $($arg:expr),*) => {
        sqlx::query_as!(
            Row,
            r#"select l.id, l.number, l.edition, e.number as "exchange?", l.text, l.drill, l.incidents, l.sub_kinds,
                      l.clauses, l.proposes_revision, l.by_login, l.at, e.published_at as "published_at?", l.updated_at
               from lesson l left join exchange e on e.id = l.exchange "# + $tail,
            $($arg),*
        )
    };
}

/// Collects a lesson.
pub async fn collect(
    conn: &mut PgConnection,
    parts: Parts,
    edition: &Edition,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Lesson> {
    may_arrange(actor)?;
    let (parts, exchange) = checked(conn, parts, edition, actor).await?;
    let lesson = Lesson {
        id: Uuid::now_v7(),
        number: next_number(conn, "lesson", "JY", now).await?,
        edition: edition.code.clone(),
        parts,
        collected: (now, actor.login.clone()),
        published_at: None,
        updated_at: now,
    };
    sqlx::query!(
        "insert into lesson (id, number, edition, exchange, text, drill, incidents, sub_kinds, clauses,
             proposes_revision, by_login, at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
        lesson.id,
        lesson.number,
        lesson.edition,
        exchange,
        lesson.parts.text,
        lesson.parts.drill,
        &lesson.parts.incidents,
        &lesson.parts.sub_kinds,
        &lesson.parts.clauses,
        lesson.parts.proposes_revision,
        actor.login,
        now
    )
    .execute(conn)
    .await?;
    Ok(lesson)
}

/// Sets a lesson right that is not out yet.
pub async fn revise(
    conn: &mut PgConnection,
    number: &str,
    parts: Parts,
    edition: &Edition,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Lesson> {
    may_arrange(actor)?;
    let known = by_number(conn, number, actor).await?;
    if let Some(exchange) = &known.parts.exchange {
        lock(conn, exchange, actor).await?;
    }
    sqlx::query!("select id from lesson where id = $1 for update", known.id).fetch_one(&mut *conn).await?;
    // Read again: it may have been published while we waited.
    let known = by_number(conn, number, actor).await?;
    known.may_change(actor)?;
    let (parts, exchange) = checked(conn, parts, edition, actor).await?;
    sqlx::query!(
        "update lesson set edition = $2, exchange = $3, text = $4, drill = $5, incidents = $6, sub_kinds = $7,
             clauses = $8, proposes_revision = $9, updated_at = $10 where id = $1",
        known.id,
        edition.code,
        exchange,
        parts.text,
        parts.drill,
        &parts.incidents,
        &parts.sub_kinds,
        &parts.clauses,
        parts.proposes_revision,
        now
    )
    .execute(conn)
    .await?;
    Ok(Lesson { edition: edition.code.clone(), parts, updated_at: now, ..known })
}

/// One lesson; what is not out yet is the inspection centre's and the leadership's.
pub async fn by_number(conn: &mut PgConnection, number: &str, actor: &Actor) -> Result<Lesson> {
    let row = lessons!("where l.number = $1", number).fetch_optional(conn).await?;
    let seen = row.map(Row::lesson).filter(|l| l.published_at.is_some() || oversees(actor));
    Ok(seen.ok_or(Refused::NotFound)?)
}

/// Lessons the actor may see, the latest first.
pub async fn list(conn: &mut PgConnection, filter: &Filter, actor: &Actor, limit: i64) -> sqlx::Result<Vec<Lesson>> {
    let rows = lessons!(
        "where ($1 or e.published_at is not null) and ($2::text is null or l.sub_kinds @> array[$2])
             and ($3::text is null or l.clauses @> array[$3]) and ($4::text is null or l.incidents @> array[$4])
             and ($5::bool is null or $5 = (e.published_at is not null)) and (not $6 or l.proposes_revision)
           order by l.at desc, l.number desc limit $7",
        oversees(actor),
        filter.sub_kind.as_deref() as Option<&str>,
        filter.clause.as_deref() as Option<&str>,
        filter.incident.as_deref() as Option<&str>,
        filter.published as Option<bool>,
        filter.proposing,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Row::lesson).collect())
}

/// Numbers of the incidents of some lessons, each once, in order.
pub fn incidents_of(lessons: &[Lesson]) -> Vec<String> {
    let mut numbers: Vec<String> = lessons.iter().flat_map(|l| l.parts.incidents.clone()).collect();
    numbers.sort();
    numbers.dedup();
    numbers
}

/// The parts read, and the id of the exchange they are brought to, which is held until the transaction ends.
async fn checked(
    conn: &mut PgConnection,
    parts: Parts,
    edition: &Edition,
    actor: &Actor,
) -> Result<(Parts, Option<Uuid>)> {
    let mut sub_kinds = Vec::new();
    for number in &parts.incidents {
        let number = number.replace('\0', "");
        if number.trim().is_empty() {
            continue;
        }
        let incident = incident::store::by_number(conn, number.trim()).await?;
        let seen = incident.filter(|i| i.regions.iter().any(|r| actor.sees_region(r)));
        let expected = || text(|l| l.msg_circular_incident_rule());
        let unknown = || Refused::BadValue { field: "incidents".to_owned(), expected: expected() };
        sub_kinds.push(seen.ok_or_else(unknown)?.sub_kind);
    }
    let parts = parts.read(edition, &sub_kinds)?;
    let exchange = match &parts.exchange {
        None => None,
        Some(number) => {
            let expected = text(|l| l.msg_ex_exchange_rule());
            let unknown = Refused::BadValue { field: "exchange".to_owned(), expected };
            if find(conn, number).await?.is_none() {
                return Err(unknown.into());
            }
            let exchange = lock(conn, number, actor).await?;
            if exchange.published.is_some() {
                return Err(unknown.into());
            }
            Some(exchange.id)
        }
    };
    Ok((parts, exchange))
}

/// The lessons of some exchanges, in their order.
pub async fn of_exchanges(conn: &mut PgConnection, exchanges: &[Uuid]) -> sqlx::Result<Vec<Lesson>> {
    let rows = lessons!("where l.exchange = any($1) order by l.at, l.number", exchanges).fetch_all(conn).await?;
    Ok(rows.into_iter().map(Row::lesson).collect())
}

struct Row {
    id: Uuid,
    number: String,
    edition: String,
    exchange: Option<String>,
    text: String,
    drill: bool,
    incidents: Vec<String>,
    sub_kinds: Vec<String>,
    clauses: Vec<String>,
    proposes_revision: bool,
    by_login: String,
    at: DateTime<Utc>,
    published_at: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
}

impl Row {
    fn lesson(self) -> Lesson {
        Lesson {
            id: self.id,
            number: self.number,
            edition: self.edition,
            parts: Parts {
                text: self.text,
                drill: self.drill,
                incidents: self.incidents,
                sub_kinds: self.sub_kinds,
                clauses: self.clauses,
                proposes_revision: self.proposes_revision,
                exchange: self.exchange,
            },
            collected: (self.at, self.by_login),
            published_at: self.published_at,
            updated_at: self.updated_at,
        }
    }
}
