//! Rows of exchanges, their lessons and who has read them. Whoever changes a lesson holds its exchange first.

use chrono::{DateTime, Datelike, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::lesson::store::{incidents_of, of_exchanges};
use super::{Arrangement, Exchange, File, Summary, Topic};
use crate::circular::Receipt;
use crate::clock::local;
use crate::error::Result;
use crate::incident;
use crate::journal::{self, Entry};
use crate::notice;
use crate::person::Actor;
use crate::person::directory::Directory;
use crate::plan::Edition;
use crate::refusal::Refused;

macro_rules! exchanges {
    ($tail:literal, $($arg:expr),*) => {
        sqlx::query_as!(
            Row,
            "select id, number, edition, subject, held_at, place, departments, people, arranged_by, arranged_at, summary,
                    clauses, sub_kinds, published_by, published_at, updated_at from exchange " + $tail,
            $($arg),*
        )
    };
}

/// Arranges an exchange; those who take part are told.
pub async fn arrange(
    conn: &mut PgConnection,
    arrangement: Arrangement,
    edition: &Edition,
    directory: &Directory,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Exchange> {
    let mut exchange = Exchange::arrange(arrangement, edition, directory, actor, now)?;
    exchange.number = next_number(conn, "exchange", "JL", now).await?;
    sqlx::query!(
        "insert into exchange (id, number, edition, subject, held_at, place, departments, people, arranged_by, arranged_at,
             updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        exchange.id,
        exchange.number,
        exchange.edition,
        exchange.subject,
        exchange.held_at,
        exchange.place,
        &exchange.departments,
        &exchange.people,
        exchange.arranged.1,
        exchange.arranged.0,
        exchange.updated_at
    )
    .execute(&mut *conn)
    .await?;
    tell(conn, &exchange, &exchange.arranged_event(), directory, now).await?;
    Ok(exchange)
}

/// Arranges it otherwise; those who take part are told anew.
pub async fn rearrange(
    conn: &mut PgConnection,
    number: &str,
    arrangement: Arrangement,
    directory: &Directory,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Exchange> {
    let before = lock(conn, number, actor).await?;
    let mut exchange = before.clone();
    exchange.rearrange(arrangement, directory, actor, now)?;
    if (Exchange { updated_at: before.updated_at, ..exchange.clone() }) == before {
        return Ok(before);
    }
    sqlx::query!(
        "update exchange set subject = $2, held_at = $3, place = $4, departments = $5, people = $6, updated_at = $7
         where id = $1",
        exchange.id,
        exchange.subject,
        exchange.held_at,
        exchange.place,
        &exchange.departments,
        &exchange.people,
        exchange.updated_at
    )
    .execute(&mut *conn)
    .await?;
    tell(conn, &exchange, &exchange.arranged_event(), directory, now).await?;
    Ok(exchange)
}

/// Publishes the summary; it stands in the timelines of the incidents it was learnt from.
pub async fn publish(
    conn: &mut PgConnection,
    number: &str,
    summary: Summary,
    edition: &Edition,
    directory: &Directory,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<File> {
    let mut exchange = lock(conn, number, actor).await?;
    let lessons = of_exchanges(conn, &[exchange.id]).await?;
    exchange.publish(summary, &lessons, edition, actor, now)?;
    sqlx::query!(
        "update exchange set edition = $2, summary = $3, clauses = $4, sub_kinds = $5, published_at = $6,
             published_by = $7, updated_at = $6 where id = $1",
        exchange.id,
        exchange.edition,
        exchange.summary.text,
        &exchange.summary.clauses,
        &exchange.summary.sub_kinds,
        now,
        actor.login
    )
    .execute(&mut *conn)
    .await?;
    let event = exchange.published_event();
    tell(conn, &exchange, &event, directory, now).await?;
    let entry =
        Entry { task: None, department: None, at: now, event, actor: actor.login.clone(), late: false, corrects: None };
    for number in incidents_of(&lessons) {
        if let Some(incident) = incident::store::by_number(conn, &number).await? {
            journal::store::append(conn, &[(incident.id, &entry)], now).await?;
            sqlx::query!("select pg_notify('zhihui', $1)", number).execute(&mut *conn).await?;
        }
    }
    read(conn, number, actor).await
}

/// Confirms that the actor has read it; again is no harm.
pub async fn confirm(conn: &mut PgConnection, number: &str, actor: &Actor, now: DateTime<Utc>) -> Result<File> {
    let exchange = lock(conn, number, actor).await?;
    for receipt in exchange.confirm(&receipts(conn, &[exchange.id]).await?, actor, now)? {
        sqlx::query!(
            "insert into exchange_receipt (exchange, person, login, department, at) values ($1, $2, $3, $4, $5)",
            exchange.id,
            receipt.person,
            receipt.login,
            receipt.department,
            receipt.at
        )
        .execute(&mut *conn)
        .await?;
    }
    read(conn, number, actor).await
}

/// An exchange as the actor may see it.
pub async fn read(conn: &mut PgConnection, number: &str, actor: &Actor) -> Result<File> {
    let exchange = find(conn, number).await?.filter(|e| e.is_visible_to(actor)).ok_or(Refused::NotFound)?;
    Ok(files(conn, vec![exchange]).await?.remove(0))
}

/// Exchanges the actor may see: those to come first, then the latest.
pub async fn list(conn: &mut PgConnection, actor: &Actor, limit: i64) -> Result<Vec<File>> {
    let rows = exchanges!("order by published_at desc nulls first, held_at desc, number desc limit $1", limit)
        .fetch_all(&mut *conn)
        .await?;
    let seen = rows.into_iter().map(Row::exchange).filter(|e| e.is_visible_to(actor)).collect();
    files(conn, seen).await
}

/// How many summaries of exchanges the actor took part in they have still to confirm.
pub async fn unread(conn: &mut PgConnection, actor: &Actor) -> sqlx::Result<i64> {
    let own: Vec<String> = actor.posts.iter().map(|p| p.department.clone()).collect();
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from exchange e
           where e.published_at is not null and (e.departments && $1 or $2 = any(e.people))
             and $2 not in (e.arranged_by, e.published_by)
             and not exists (select 1 from exchange_receipt r where r.exchange = e.id and r.person = $3)"#,
        &own,
        actor.login,
        actor.person
    )
    .fetch_one(conn)
    .await
}

/// What is published about a sub-kind or a clause, the latest first.
pub async fn about(conn: &mut PgConnection, topic: Topic<'_>, limit: i64) -> Result<Vec<File>> {
    let (sub_kind, clause) = match topic {
        Topic::SubKind(code) => (Some(code), None),
        Topic::Clause(id) => (None, Some(id)),
    };
    let rows = exchanges!(
        "where published_at is not null and ($1::text is null or sub_kinds @> array[$1])
           and ($2::text is null or clauses @> array[$2])
         order by published_at desc, number desc limit $3",
        sub_kind as Option<&str>,
        clause as Option<&str>,
        limit
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut found = files(conn, rows.into_iter().map(Row::exchange).collect()).await?;
    for file in &mut found {
        // Of an exchange about several things, what was learnt about this one.
        file.lessons.retain(|lesson| match topic {
            Topic::SubKind(code) => lesson.parts.sub_kinds.iter().any(|s| s == code),
            Topic::Clause(id) => lesson.parts.clauses.iter().any(|c| c == id),
        });
    }
    Ok(found)
}

async fn tell(
    conn: &mut PgConnection,
    exchange: &Exchange,
    event: &crate::journal::Event,
    directory: &Directory,
    now: DateTime<Utc>,
) -> Result<()> {
    let notices = exchange.notices(event, directory, now);
    let about: Vec<_> = notices.iter().map(|n| (None, None, n)).collect();
    notice::store::insert_about(conn, &about, now).await?;
    Ok(())
}

/// `JL-2026-001`; the counter's row is held to the end of the transaction, so that no number is lost.
pub(super) async fn next_number(
    conn: &mut PgConnection,
    kind: &str,
    prefix: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<String> {
    let year = local(now).year();
    let taken = sqlx::query_scalar!(
        "insert into exchange_counter (kind, year, taken) values ($1, $2, 1)
         on conflict (kind, year) do update set taken = exchange_counter.taken + 1 returning taken",
        kind,
        year
    )
    .fetch_one(conn)
    .await?;
    Ok(format!("{prefix}-{year}-{taken:03}"))
}

pub(super) async fn lock(conn: &mut PgConnection, number: &str, actor: &Actor) -> Result<Exchange> {
    sqlx::query!("select id from exchange where number = $1 for update", number).fetch_optional(&mut *conn).await?;
    let found = find(conn, number).await?;
    Ok(found.filter(|e| e.is_visible_to(actor)).ok_or(Refused::NotFound)?)
}

pub(super) async fn find(conn: &mut PgConnection, number: &str) -> sqlx::Result<Option<Exchange>> {
    let row = exchanges!("where number = $1", number).fetch_optional(conn).await?;
    Ok(row.map(Row::exchange))
}

async fn files(conn: &mut PgConnection, exchanges: Vec<Exchange>) -> Result<Vec<File>> {
    if exchanges.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = exchanges.iter().map(|e| e.id).collect();
    let lessons = of_exchanges(conn, &ids).await?;
    let rows = sqlx::query!(
        "select exchange, person, login, department, at from exchange_receipt where exchange = any($1)
         order by at, login",
        &ids
    )
    .fetch_all(conn)
    .await?;
    let of = |exchange: Exchange| File {
        lessons: lessons.iter().filter(|l| l.parts.exchange.as_ref() == Some(&exchange.number)).cloned().collect(),
        receipts: rows
            .iter()
            .filter(|r| r.exchange == exchange.id)
            .map(|r| Receipt { person: r.person, login: r.login.clone(), department: r.department.clone(), at: r.at })
            .collect(),
        exchange,
    };
    Ok(exchanges.into_iter().map(of).collect())
}

async fn receipts(conn: &mut PgConnection, exchanges: &[Uuid]) -> sqlx::Result<Vec<Receipt>> {
    sqlx::query_as!(
        Receipt,
        "select person, login, department, at from exchange_receipt where exchange = any($1) order by at, login",
        exchanges
    )
    .fetch_all(conn)
    .await
}

struct Row {
    id: Uuid,
    number: String,
    edition: String,
    subject: String,
    held_at: DateTime<Utc>,
    place: String,
    departments: Vec<String>,
    people: Vec<String>,
    arranged_by: String,
    arranged_at: DateTime<Utc>,
    summary: String,
    clauses: Vec<String>,
    sub_kinds: Vec<String>,
    published_by: Option<String>,
    published_at: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
}

impl Row {
    fn exchange(self) -> Exchange {
        Exchange {
            id: self.id,
            number: self.number,
            edition: self.edition,
            subject: self.subject,
            held_at: self.held_at,
            place: self.place,
            departments: self.departments,
            people: self.people,
            arranged: (self.arranged_at, self.arranged_by),
            summary: Summary { text: self.summary, clauses: self.clauses, sub_kinds: self.sub_kinds },
            published: self.published_at.zip(self.published_by),
            updated_at: self.updated_at,
        }
    }
}
