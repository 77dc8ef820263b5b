//! Writes many reports in one transaction: each is answered only after the commit.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::super::store::{announce, save_cooperation};
use super::{Prepared, Receipt};
use crate::clock::local;
use crate::error::Result;
use crate::incident::record::Report;
use crate::incident::store as incidents;
use crate::journal::{self, Entry, Event};
use crate::refusal::Refused;
use crate::{notice, task};

/// Writes a batch. One answer for each report, in order; a report refused as a duplicate leaves the others alone.
///
/// Taking the numbers of the day comes first and makes batches of all replicas queue, so that neither a key nor a
/// look-alike can slip in between.
pub async fn write(
    conn: &mut PgConnection,
    batch: Vec<Prepared>,
    window: TimeDelta,
    now: DateTime<Utc>,
) -> Result<Vec<std::result::Result<Receipt, Refused>>> {
    let day = local(now).date_naive();
    let mut tx = conn.begin().await?;
    let mut taken = incidents::take_numbers(&mut tx, day, 0).await?;
    let first = taken;
    let known = known(&mut tx, &batch).await?;
    let alike = look_alikes(&mut tx, &batch, now - window).await?;
    let mut answers = Vec::with_capacity(batch.len());
    let mut opened: Vec<Prepared> = Vec::new();
    let mut in_batch: HashMap<(String, String, String), String> = HashMap::new();
    let mut keys: HashMap<(Uuid, String), String> = HashMap::new();
    for (n, mut report) in batch.into_iter().enumerate() {
        let key = report.actor.person.zip(report.key.clone());
        if let Some((number, reference)) = key.as_ref().and_then(|k| known.get(k)) {
            answers.push(Ok(Receipt::Known { number: number.clone(), reference: reference.clone() }));
            continue;
        }
        if let Some(number) = key.as_ref().and_then(|k| keys.get(k)) {
            answers.push(Ok(Receipt::Known { number: number.clone(), reference: number.clone() }));
            continue;
        }
        let place = place(&report);
        let twin = alike.get(&n).or_else(|| in_batch.get(&place));
        if let (Some(number), None) = (twin, &report.draft.not_duplicate_reason) {
            answers.push(Err(Refused::Duplicate { number: number.clone(), minutes: window.num_minutes() }));
            continue;
        }
        taken += 1;
        let number = format!("YJ-{}-{taken:03}", day.format("%Y%m%d"));
        report.case.incident.number = number.clone();
        in_batch.entry(place).or_insert_with(|| number.clone());
        if let Some(key) = key {
            keys.insert(key, number);
        }
        answers.push(Ok(Receipt::Opened(Box::new(report.case.clone()))));
        opened.push(report);
    }
    if taken > first {
        incidents::take_numbers(&mut tx, day, taken - first).await?;
        insert(&mut tx, &opened, now).await?;
        let numbers: Vec<&str> = opened.iter().map(|r| r.case.incident.number.as_str()).collect();
        announce(&mut tx, &numbers).await?;
    }
    tx.commit().await?;
    Ok(answers)
}

/// Keeps a report with an open incident that it is about: no second task opens, the earliest time wins.
pub async fn merge(conn: &mut PgConnection, report: Prepared, into: &str, now: DateTime<Utc>) -> Result<Receipt> {
    let mut tx = conn.begin().await?;
    let one = std::slice::from_ref(&report);
    if let Some((number, reference)) = known(&mut tx, one).await?.into_values().next() {
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
    let count = incidents::reports(&mut tx, target.id).await?.len();
    let reference = format!("{}-R{}", target.number, count + 1);
    let original = original(&report, target.id, reference.clone(), now);
    incidents::insert_reports(&mut tx, &[original]).await?;
    target.occurred_at = target.occurred_at.min(report.draft.occurred_at);
    target.updated_at = now;
    target.revision += 1;
    incidents::update(&mut tx, &target).await?;
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

async fn insert(conn: &mut PgConnection, opened: &[Prepared], now: DateTime<Utc>) -> Result<()> {
    let rows: Vec<_> = opened.iter().map(|r| &r.case.incident).collect();
    incidents::insert(conn, &rows).await?;
    let reports: Vec<Report> = opened
        .iter()
        .map(|r| original(r, r.case.incident.id, r.case.incident.number.clone(), now))
        .collect();
    incidents::insert_reports(conn, &reports).await?;
    let tasks: Vec<_> = each(opened, |r| &r.case.tasks);
    task::store::save(conn, &tasks).await?;
    save_cooperation(conn, &each(opened, |r| &r.case.cooperation)).await?;
    journal::store::append(conn, &each(opened, |r| &r.written.entries), now).await?;
    notice::store::insert(conn, &each(opened, |r| &r.written.notices), now).await?;
    Ok(())
}

/// Every item of every report, with the incident it belongs to.
fn each<T>(opened: &[Prepared], items: impl Fn(&Prepared) -> &Vec<T>) -> Vec<(Uuid, &T)> {
    opened
        .iter()
        .flat_map(|r| items(r).iter().map(|item| (r.case.incident.id, item)))
        .collect()
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

async fn known(conn: &mut PgConnection, batch: &[Prepared]) -> Result<HashMap<(Uuid, String), (String, String)>> {
    let (persons, keys): (Vec<Uuid>, Vec<String>) =
        batch.iter().filter_map(|r| r.actor.person.zip(r.key.clone())).unzip();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = incidents::known_keys(conn, &persons, &keys).await?;
    Ok(rows.into_iter().map(|(person, key, number, reference)| ((person, key), (number, reference))).collect())
}

async fn look_alikes(conn: &mut PgConnection, batch: &[Prepared], since: DateTime<Utc>) -> Result<HashMap<usize, String>> {
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
