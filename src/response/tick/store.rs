//! Claims what is due, and writes what follows.

use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::super::store::{Change, Snapshot, load_cases, save_all};
use super::super::{Case, Command, World, Written};
use super::Round;
use crate::error::{Error, Result};
use crate::incident;
use crate::person::Actor;
use crate::plan::Editions;

/// Incidents looked at in one transaction; a NOTIFY has room for the numbers of so many.
const TOGETHER: i64 = 200;

/// Sends what is due in the next incidents that wait for it; answers how many were looked at.
pub async fn tick(
    conn: &mut PgConnection,
    editions: &Editions,
    snapshot: Snapshot<'_>,
    now: DateTime<Utc>,
    round: &mut Round,
) -> Result<usize> {
    let mut claimed = Vec::new();
    match some(conn, editions, snapshot, now, round, &mut claimed).await {
        Ok(looked) => {
            round.done = looked == 0;
            return Ok(looked);
        }
        // The database itself is away, or what is due could not even be read.
        Err(error) if claimed.is_empty() || error.is_away() => return Err(error),
        Err(error) if claimed.len() > 1 => {
            tracing::warn!(%error, incidents = claimed.len(), "incidents could not be ticked together");
            round.alone = true;
        }
        Err(error) => {
            tracing::error!(%error, incident = %claimed[0], "an incident could not be ticked");
            round.stuck.append(&mut claimed);
        }
    }
    Ok(0)
}

/// Claims incidents and does what is due in them, in one transaction; answers how many were claimed.
async fn some(
    conn: &mut PgConnection,
    editions: &Editions,
    snapshot: Snapshot<'_>,
    now: DateTime<Utc>,
    round: &mut Round,
    claimed: &mut Vec<Uuid>,
) -> Result<usize> {
    let limit = if round.alone { 1 } else { TOGETHER };
    let mut tx = conn.begin().await?;
    let due = incident::store::claim_due(&mut tx, now, &round.stuck, limit).await?;
    if due.is_empty() {
        return Ok(0);
    }
    claimed.extend(due.iter().map(|i| i.id));
    let before = load_cases(&mut tx, due).await?;
    let system = Actor::system();
    let mut after = Vec::with_capacity(before.len());
    for case in &before {
        match step(case, editions, snapshot, &system, now) {
            Ok(done) => after.push((case, done)),
            Err(error) => {
                tracing::error!(%error, incident = case.incident.number, "an incident could not be ticked");
                round.stuck.push(case.incident.id);
            }
        }
    }
    let changes: Vec<Change<'_>> =
        after.iter().map(|(before, (after, written))| Change { before, after, written }).collect();
    save_all(&mut tx, &changes, &system, now).await?;
    tx.commit().await?;
    Ok(claimed.len())
}

fn step(
    case: &Case,
    editions: &Editions,
    snapshot: Snapshot<'_>,
    system: &Actor,
    now: DateTime<Utc>,
) -> Result<(Case, Written)> {
    let code = &case.incident.edition;
    let edition =
        editions.by_code(code).ok_or_else(|| Error::Internal(anyhow::anyhow!("edition {code} is not stored")))?;
    let edition = editions.as_set(edition, case.incident.reported_at, now);
    let ruled = snapshot.calendar.under(&edition.calendar_rules);
    let world = World { calendar: &ruled, ..snapshot.world(&edition) };
    Ok(case.step(&Command::Tick, world, system, now, None)?)
}
