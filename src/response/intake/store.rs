//! Writes many reports in one transaction: each is answered only after the commit.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::Value;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::super::store::{announce, insert_cooperation};
use super::{Prepared, Receipt};
use crate::clock::local;
use crate::db::{Pool, line};
use crate::error::Result;
use crate::incident::record::{Report, store as reports};
use crate::incident::store as incidents;
use crate::journal::{self, Entry, Event};
use crate::refusal::Refused;
use crate::{calendar, notice, task};

/// What became of one report of a batch.
#[derive(Debug)]
pub enum Outcome {
    /// Written: its case now has the number.
    Opened,
    /// It had come in before under the same key.
    Known {
        number: String,
        reference: String,
    },
    Refused(Refused),
    /// The calendar was changed since its limits were reckoned: it has to be opened anew.
    Outdated,
}

/// Writes batches over a connection of its own, kept from batch to batch while all goes well.
pub struct Batches {
    pool: Pool,
    /// And how often the line had broken when it was made.
    connection: Option<(PgConnection, u64)>,
}

impl Batches {
    pub fn new(pool: Pool) -> Batches {
        Batches { pool, connection: None }
    }

    /// Writes a batch; see [`write`]. After a fault the connection is given up, and with it whatever was under way.
    pub async fn write(
        &mut self,
        batch: &mut [Box<Prepared>],
        window: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<Vec<Outcome>> {
        let breaks = line::breaks();
        let mut connection = match self.connection.take() {
            Some((connection, made)) if made == breaks => connection,
            _ => connect(&self.pool).await?,
        };
        let outcomes = write(&mut connection, batch, window, now).await?;
        self.connection = Some((connection, breaks));
        Ok(outcomes)
    }
}

/// A connection of the writer's own, which lives as long as the server. What it plans is planned once, its checks of
/// foreign keys too, and perhaps while the tables were still empty: told to read by index, the plans stay right as they
/// grow (without it: 0.05 of pgbench at 64 connections).
async fn connect(pool: &Pool) -> sqlx::Result<PgConnection> {
    let mut connection = pool.acquire().await?.detach();
    sqlx::query!(
        r#"select set_config('enable_seqscan', 'off', false) as scan,
                  set_config('plan_cache_mode', 'force_generic_plan', false) as plans"#
    )
    .fetch_one(&mut connection)
    .await?;
    Ok(connection)
}

/// Writes a batch. One outcome for each report, in order; a report refused as a duplicate leaves the others alone.
///
/// Taking the numbers of the day comes first and makes batches of all replicas queue, so that neither a key nor a
/// look-alike can slip in between.
async fn write(
    conn: &mut PgConnection,
    batch: &mut [Box<Prepared>],
    window: TimeDelta,
    now: DateTime<Utc>,
) -> Result<Vec<Outcome>> {
    let day = local(now).date_naive();
    let asked = i32::try_from(batch.len()).unwrap_or(i32::MAX);
    let mut tx = conn.begin().await?;
    let last = incidents::take_numbers(&mut tx, day, asked).await?;
    let calendar = calendar::store::hold(&mut tx).await?;
    let waiting: Vec<&Prepared> = batch.iter().map(|r| &**r).collect();
    let known = known(&mut tx, &waiting).await?;
    let alike = look_alikes(&mut tx, &waiting, now - window).await?;
    let (outcomes, taken) = sort_out(batch, &known, &alike, calendar, window, day, last - asked);
    if taken < asked {
        incidents::give_back_numbers(&mut tx, day, asked - taken).await?;
    }
    if taken > 0 {
        let opened: Vec<&Prepared> =
            batch.iter().zip(&outcomes).filter(|(_, o)| matches!(o, Outcome::Opened)).map(|(r, _)| &**r).collect();
        insert(&mut tx, &opened, now).await?;
        let numbers: Vec<&str> = opened.iter().map(|r| r.case.incident.number.as_str()).collect();
        announce(&mut tx, &numbers).await?;
    }
    tx.commit().await?;
    Ok(outcomes)
}

/// Decides each report, and numbers those that open an incident on from `last`; answers how many do.
fn sort_out(
    batch: &mut [Box<Prepared>],
    known: &HashMap<(Uuid, String), (String, String)>,
    alike: &HashMap<usize, String>,
    calendar: i64,
    window: TimeDelta,
    day: NaiveDate,
    last: i32,
) -> (Vec<Outcome>, i32) {
    let mut outcomes = Vec::with_capacity(batch.len());
    let mut taken = 0;
    let mut places: HashMap<(String, String, String), String> = HashMap::new();
    let mut keys: HashMap<(Uuid, String), String> = HashMap::new();
    for (n, report) in batch.iter_mut().enumerate() {
        let key = report.actor.person.zip(report.key.clone());
        let before =
            key.as_ref().and_then(|k| known.get(k).cloned().or_else(|| keys.get(k).map(|n| (n.clone(), n.clone()))));
        if let Some((number, reference)) = before {
            outcomes.push(Outcome::Known { number, reference });
            continue;
        }
        let place = place(report);
        let twin = alike.get(&n).or_else(|| places.get(&place));
        if let (Some(number), None) = (twin, &report.draft.not_duplicate_reason) {
            let refused = Refused::Duplicate { number: number.clone(), minutes: window.num_minutes() };
            outcomes.push(Outcome::Refused(refused));
            continue;
        }
        if report.calendar != calendar {
            outcomes.push(Outcome::Outdated);
            continue;
        }
        taken += 1;
        let number = format!("YJ-{}-{:03}", day.format("%Y%m%d"), last + taken);
        report.case.incident.number.clone_from(&number);
        places.entry(place).or_insert_with(|| number.clone());
        if let Some(key) = key {
            keys.insert(key, number);
        }
        outcomes.push(Outcome::Opened);
    }
    (outcomes, taken)
}

/// Keeps a report with an open incident that it is about: no second task opens, the earliest time wins.
pub async fn merge(conn: &mut PgConnection, report: Prepared, into: &str, now: DateTime<Utc>) -> Result<Receipt> {
    let mut tx = conn.begin().await?;
    if let Some((number, reference)) = known(&mut tx, &[&report]).await?.into_values().next() {
        return Ok(Receipt::Known { number, reference });
    }
    let Some(mut target) = incidents::lock(&mut tx, into).await? else {
        return Err(super::super::store::unknown(&mut tx, into).await?);
    };
    if !target.regions.iter().any(|r| report.actor.sees_region(r)) {
        return Err(Refused::Forbidden.into());
    }
    match &target.state {
        crate::incident::State::Merged { into, .. } => {
            let number = incidents::by_id(&mut tx, *into).await?.map(|i| i.number).unwrap_or_default();
            return Err(Refused::MergedClosed { number }.into());
        }
        crate::incident::State::Closed { .. } => return Err(Refused::RecordLocked.into()),
        crate::incident::State::Open => {}
    }
    let count = reports::of_incident(&mut tx, target.id).await?.len();
    let reference = format!("{}-R{}", target.number, count + 1);
    let original = original(&report, target.id, reference.clone(), now);
    reports::insert(&mut tx, &[original]).await?;
    target.occurred_at = target.occurred_at.min(report.draft.occurred_at);
    target.updated_at = now;
    target.revision += 1;
    incidents::update(&mut tx, &[&target]).await?;
    let entry = Entry {
        task: None,
        department: None,
        at: now,
        event: Event::ReportMerged {
            report: reference.clone(),
            reporter: report.actor.login.clone(),
            description: report.draft.description.clone(),
        },
        actor: report.actor.login.clone(),
        late: false,
        corrects: None,
    };
    journal::store::append(&mut tx, &[(target.id, &entry)], now).await?;
    announce(&mut tx, &[target.number.as_str()]).await?;
    tx.commit().await?;
    Ok(Receipt::Merged { number: target.number, reference })
}

async fn insert(conn: &mut PgConnection, opened: &[&Prepared], now: DateTime<Utc>) -> Result<()> {
    let rows: Vec<_> = opened.iter().map(|r| &r.case.incident).collect();
    incidents::insert(conn, &rows).await?;
    let reports: Vec<Report> =
        opened.iter().map(|r| original(r, r.case.incident.id, r.case.incident.number.clone(), now)).collect();
    reports::insert(conn, &reports).await?;
    task::store::insert(conn, &each(opened, |r| &r.case.tasks)).await?;
    insert_cooperation(conn, &each(opened, |r| &r.case.cooperation)).await?;
    journal::store::append(conn, &each(opened, |r| &r.written.entries), now).await?;
    notice::store::insert(conn, &each(opened, |r| &r.written.notices), now).await?;
    Ok(())
}

/// Every item of every report, with the incident it belongs to.
fn each<'a, T>(opened: &[&'a Prepared], items: impl Fn(&'a Prepared) -> &'a Vec<T>) -> Vec<(Uuid, &'a T)> {
    opened.iter().flat_map(|r| items(r).iter().map(|item| (r.case.incident.id, item))).collect()
}

fn original(report: &Prepared, incident: Uuid, reference: String, now: DateTime<Utc>) -> Report {
    Report {
        id: Uuid::now_v7(),
        incident,
        reference,
        person: report.actor.person,
        registrar: report.actor.login.clone(),
        on_behalf_of: report.draft.on_behalf_of.clone(),
        told_at: report.draft.told_at,
        received_at: now,
        client_key: report.key.clone(),
        body: Value::Object(report.body.clone()),
    }
}

fn place(report: &Prepared) -> (String, String, String) {
    let draft = &report.draft;
    (draft.sub_kind.clone(), draft.region.clone(), draft.place_key.clone())
}

async fn known(conn: &mut PgConnection, batch: &[&Prepared]) -> Result<HashMap<(Uuid, String), (String, String)>> {
    let (persons, keys): (Vec<Uuid>, Vec<String>) =
        batch.iter().filter_map(|r| r.actor.person.zip(r.key.clone())).unzip();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = reports::known_keys(conn, &persons, &keys).await?;
    Ok(rows.into_iter().map(|(person, key, number, reference)| ((person, key), (number, reference))).collect())
}

async fn look_alikes(
    conn: &mut PgConnection,
    batch: &[&Prepared],
    since: DateTime<Utc>,
) -> Result<HashMap<usize, String>> {
    let (mut sub_kinds, mut regions, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for report in batch {
        let (sub_kind, region, key) = place(report);
        sub_kinds.push(sub_kind);
        regions.push(region);
        places.push(key);
    }
    let mut found = HashMap::new();
    for (n, number) in incidents::look_alikes(conn, &sub_kinds, &regions, &places, since).await? {
        found.entry(usize::try_from(n).unwrap_or_default()).or_insert(number);
    }
    Ok(found)
}
