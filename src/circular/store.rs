//! Rows of circulars and of who has read them.

use chrono::{DateTime, Datelike, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Circular, Issuer, Parts, Receipt};
use crate::clock::local;
use crate::error::{Error, Result};
use crate::incident;
use crate::journal::{self, Entry};
use crate::notice;
use crate::person::Actor;
use crate::person::directory::Directory;
use crate::plan::Edition;
use crate::refusal::Refused;
use crate::supervision;

/// Writes a new draft, and publishes it at once where that is wished.
pub async fn draft(
    conn: &mut PgConnection,
    parts: Parts,
    publish_now: bool,
    edition: &Edition,
    directory: &Directory,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Circular> {
    let parts = parts.read(edition, directory)?;
    let mut circular = Circular::draft(parts, edition, actor, now)?;
    let incident = incident_of(conn, &circular, actor).await?;
    if publish_now {
        return publish_as(conn, circular, incident, directory, actor, now, Row::New).await;
    }
    circular.number = None;
    insert(conn, &circular, incident.map(|i| i.id)).await?;
    Ok(circular)
}

/// Writes other words into a draft.
pub async fn rewrite(
    conn: &mut PgConnection,
    id: Uuid,
    parts: Parts,
    edition: &Edition,
    directory: &Directory,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Circular> {
    let parts = parts.read(edition, directory)?;
    let mut circular = lock(conn, &id.to_string(), actor).await?;
    circular.rewrite(parts, edition, actor, now)?;
    let incident = incident_of(conn, &circular, actor).await?;
    update(conn, &circular, incident.map(|i| i.id)).await?;
    Ok(circular)
}

/// Publishes a draft: its number, the notices, and the entry in the timeline of the incident it is about.
pub async fn publish(
    conn: &mut PgConnection,
    reference: &str,
    directory: &Directory,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Circular> {
    let circular = lock(conn, reference, actor).await?;
    let incident = incident_of(conn, &circular, actor).await?;
    publish_as(conn, circular, incident, directory, actor, now, Row::Drafted).await
}

/// Confirms that the actor has read it; again is no harm.
pub async fn confirm(
    conn: &mut PgConnection,
    number: &str,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<(Circular, Vec<Receipt>)> {
    let circular = lock(conn, number, actor).await?;
    let mut receipts = receipts(conn, circular.id).await?;
    let new = circular.confirm(&receipts, actor, now)?;
    for receipt in &new {
        sqlx::query!(
            "insert into circular_receipt (circular, person, login, department, at) values ($1, $2, $3, $4, $5)",
            circular.id,
            receipt.person,
            receipt.login,
            receipt.department,
            receipt.at
        )
        .execute(&mut *conn)
        .await?;
    }
    if !new.is_empty() {
        tell_issuer(conn, circular.issuer).await?;
    }
    receipts.extend(new);
    Ok((circular, receipts))
}

/// One circular as the actor may see it, by number, a draft by its id.
pub async fn read(conn: &mut PgConnection, reference: &str, actor: &Actor) -> Result<(Circular, Vec<Receipt>)> {
    let circular = find(conn, reference).await?.ok_or(Refused::NotFound)?;
    seen(&circular, actor)?;
    let receipts = receipts(conn, circular.id).await?;
    Ok((circular, receipts))
}

/// Those the actor may see, the latest first, drafts before them.
pub async fn list(conn: &mut PgConnection, actor: &Actor, limit: i64) -> Result<Vec<(Circular, Vec<Receipt>)>> {
    let own: Vec<String> = actor.posts.iter().map(|p| p.department.clone()).collect();
    let rows = sqlx::query_as!(
        Stored,
        r#"select c.id as "id!", c.number, c.issuer as "issuer!", c.edition as "edition!", i.number as "incident?",
                  c.title as "title!", c.facts as "facts!", c.clauses as "clauses!", c.departments as "departments!",
                  c.drafted_by as "drafted_by!", c.drafted_at as "drafted_at!", c.published_by as "published_by?",
                  c.published_at as "published_at?", c.updated_at as "updated_at!"
           from circular c left join incident i on i.id = c.incident
           where $1 or (c.published_at is not null and c.departments && $2)
           order by c.published_at desc nulls first, c.drafted_at desc, c.id desc limit $3"#,
        super::oversees(actor),
        &own,
        limit
    )
    .fetch_all(&mut *conn)
    .await?;
    let circulars: Vec<Circular> = rows.into_iter().map(Stored::circular).filter(|c| c.is_visible_to(actor)).collect();
    let ids: Vec<Uuid> = circulars.iter().map(|c| c.id).collect();
    let receipts = sqlx::query!(
        "select circular, person, login, department, at from circular_receipt where circular = any($1) order by at, login",
        &ids
    )
    .fetch_all(conn)
    .await?;
    Ok(circulars
        .into_iter()
        .map(|c| {
            let of = receipts.iter().filter(|r| r.circular == c.id).map(|r| Receipt {
                person: r.person,
                login: r.login.clone(),
                department: r.department.clone(),
                at: r.at,
            });
            let of = of.collect();
            (c, of)
        })
        .collect())
}

/// How many published circulars the actor has still to confirm.
pub async fn unread(conn: &mut PgConnection, actor: &Actor) -> Result<usize> {
    let found = list(conn, actor, 200).await?;
    let waits = |(circular, receipts): &&(Circular, Vec<Receipt>)| {
        circular.confirm(receipts, actor, circular.updated_at).is_ok_and(|new| !new.is_empty())
    };
    Ok(found.iter().filter(waits).count())
}

/// Whether the row of what is published stands already.
enum Row {
    New,
    Drafted,
}

async fn publish_as(
    conn: &mut PgConnection,
    mut circular: Circular,
    incident: Option<incident::Incident>,
    directory: &Directory,
    actor: &Actor,
    now: DateTime<Utc>,
    row: Row,
) -> Result<Circular> {
    circular.publish(actor, now).map_err(refused)?;
    circular.number = Some(next_number(conn, now).await?);
    let id = incident.as_ref().map(|i| i.id);
    match row {
        Row::New => insert(conn, &circular, id).await?,
        Row::Drafted => {
            update(conn, &circular, id).await?;
            // A check that became this draft is known by its number from now on.
            supervision::store::renamed(conn, &circular.id.to_string(), &circular.reference()).await?;
        }
    }
    let notices = circular.notices(directory, now);
    let about: Vec<_> = notices.iter().map(|n| (id, None, n)).collect();
    notice::store::insert_about(conn, &about, now).await?;
    if let Some(incident) = &incident {
        let entry = Entry {
            task: None,
            department: None,
            at: now,
            event: circular.event(),
            actor: actor.login.clone(),
            late: false,
            corrects: None,
        };
        journal::store::append(conn, &[(incident.id, &entry)], now).await?;
        sqlx::query!("select pg_notify('zhihui', $1)", incident.number).execute(&mut *conn).await?;
    }
    Ok(circular)
}

fn refused(mut faults: Vec<Refused>) -> Error {
    match faults.len() {
        1 => faults.remove(0).into(),
        _ => Error::Faults(faults),
    }
}

/// `TB-2026-001`; the counter's row is held to the end of the transaction, so that no number is lost.
async fn next_number(conn: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<String> {
    let year = local(now).year();
    let taken = sqlx::query_scalar!(
        "insert into circular_counter (year, taken) values ($1, 1)
         on conflict (year) do update set taken = circular_counter.taken + 1 returning taken",
        year
    )
    .fetch_one(conn)
    .await?;
    Ok(format!("TB-{year}-{taken:03}"))
}

/// The incident it is about, if the actor may see it.
async fn incident_of(
    conn: &mut PgConnection,
    circular: &Circular,
    actor: &Actor,
) -> Result<Option<incident::Incident>> {
    let Some(number) = &circular.parts.incident else {
        return Ok(None);
    };
    let incident = incident::store::by_number(conn, number).await?;
    match incident.filter(|i| i.regions.iter().any(|r| actor.sees_region(r))) {
        Some(incident) => Ok(Some(incident)),
        None => {
            let expected = crate::l10n::text(|l| l.msg_circular_incident_rule());
            Err(Refused::BadValue { field: "incident".to_owned(), expected }.into())
        }
    }
}

async fn lock(conn: &mut PgConnection, reference: &str, actor: &Actor) -> Result<Circular> {
    let found = find(conn, reference).await?.ok_or(Refused::NotFound)?;
    sqlx::query!("select id from circular where id = $1 for update", found.id).fetch_one(&mut *conn).await?;
    // Read again: it may have changed while we waited.
    let circular = find(conn, &found.id.to_string()).await?.ok_or(Refused::NotFound)?;
    seen(&circular, actor)?;
    Ok(circular)
}

/// A draft of the other body is not even there.
fn seen(circular: &Circular, actor: &Actor) -> Result<(), Refused> {
    match (circular.is_visible_to(actor), circular.is_draft()) {
        (true, _) => Ok(()),
        (false, true) => Err(Refused::NotFound),
        (false, false) => Err(Refused::Forbidden),
    }
}

async fn find(conn: &mut PgConnection, reference: &str) -> sqlx::Result<Option<Circular>> {
    let row = sqlx::query_as!(
        Stored,
        r#"select c.id as "id!", c.number, c.issuer as "issuer!", c.edition as "edition!", i.number as "incident?",
                  c.title as "title!", c.facts as "facts!", c.clauses as "clauses!", c.departments as "departments!",
                  c.drafted_by as "drafted_by!", c.drafted_at as "drafted_at!", c.published_by as "published_by?",
                  c.published_at as "published_at?", c.updated_at as "updated_at!"
           from circular c left join incident i on i.id = c.incident where c.number = $1 or c.id = $2"#,
        reference,
        reference.parse::<Uuid>().ok()
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(Stored::circular))
}

async fn receipts(conn: &mut PgConnection, circular: Uuid) -> sqlx::Result<Vec<Receipt>> {
    sqlx::query_as!(
        Receipt,
        "select person, login, department, at from circular_receipt where circular = $1 order by at, login",
        circular
    )
    .fetch_all(conn)
    .await
}

async fn insert(conn: &mut PgConnection, circular: &Circular, incident: Option<Uuid>) -> sqlx::Result<()> {
    let parts = &circular.parts;
    let (published_at, published_by) = circular.published.clone().unzip();
    sqlx::query!(
        "insert into circular (id, number, edition, issuer, incident, title, facts, clauses, departments, drafted_by,
             drafted_at, published_by, published_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        circular.id,
        circular.number,
        circular.edition,
        circular.issuer.code(),
        incident,
        parts.title,
        parts.facts,
        &parts.clauses,
        &parts.departments,
        circular.drafted_by,
        circular.drafted_at,
        published_by,
        published_at,
        circular.updated_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn update(conn: &mut PgConnection, circular: &Circular, incident: Option<Uuid>) -> sqlx::Result<()> {
    let parts = &circular.parts;
    let (published_at, published_by) = circular.published.clone().unzip();
    sqlx::query!(
        "update circular set number = $2, edition = $3, incident = $4, title = $5, facts = $6, clauses = $7,
             departments = $8, published_by = $9, published_at = $10, updated_at = $11 where id = $1",
        circular.id,
        circular.number,
        circular.edition,
        incident,
        parts.title,
        parts.facts,
        &parts.clauses,
        &parts.departments,
        published_by,
        published_at,
        circular.updated_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The open pages of those who issued it count the receipts anew.
async fn tell_issuer(conn: &mut PgConnection, issuer: Issuer) -> sqlx::Result<()> {
    let to = match issuer {
        Issuer::LeadingGroup => "notice:leader@LG notice:deputy_leader@LG",
        Issuer::Inspection => "notice:inspector@INSP",
    };
    sqlx::query!("select pg_notify('zhihui', $1)", to).execute(conn).await?;
    Ok(())
}

struct Stored {
    id: Uuid,
    number: Option<String>,
    issuer: String,
    edition: String,
    incident: Option<String>,
    title: String,
    facts: String,
    clauses: Vec<String>,
    departments: Vec<String>,
    drafted_by: String,
    drafted_at: DateTime<Utc>,
    published_by: Option<String>,
    published_at: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
}

impl Stored {
    fn circular(self) -> Circular {
        Circular {
            id: self.id,
            number: self.number,
            // The table knows no third.
            issuer: Issuer::from_code(&self.issuer).unwrap_or(Issuer::LeadingGroup),
            edition: self.edition,
            parts: Parts {
                title: self.title,
                facts: self.facts,
                clauses: self.clauses,
                departments: self.departments,
                incident: self.incident,
            },
            drafted_by: self.drafted_by,
            drafted_at: self.drafted_at,
            published: self.published_at.zip(self.published_by),
            updated_at: self.updated_at,
        }
    }
}
