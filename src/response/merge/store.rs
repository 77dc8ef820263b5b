//! Locks two incidents, the lower id first, and writes what merging or linking them changes.

use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection};

use super::super::store::{load_case, save, unknown};
use super::super::{Case, World};
use crate::error::Result;
use crate::incident::{self, State};
use crate::person::Actor;
use crate::refusal::Refused;

/// Merges the incident of `number` into that of `into`; of different sub-kinds, puts it under it instead.
pub async fn merge(
    conn: &mut PgConnection,
    number: &str,
    into: &str,
    world: World<'_>,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Case> {
    let mut tx = conn.begin().await?;
    let (one, target) = both(&mut tx, number, into, actor).await?;
    if !super::is_same_kind(&one, &target) {
        tx.rollback().await?;
        return link(conn, number, into, SAME_MATTER, Some(false), world, actor, now).await;
    }
    let ((mut away, written_away), (mut kept, written_kept)) = super::merge(&one, &target, world, actor, now)?;
    away.incident.revision += 1;
    away.incident.updated_at = now;
    kept.incident.revision += 1;
    kept.incident.updated_at = now;
    save(&mut tx, &one, &away, &written_away, actor, now).await?;
    save(&mut tx, &target, &kept, &written_kept, actor, now).await?;
    tx.commit().await?;
    Ok(kept)
}

/// Undoes a merge.
pub async fn undo(
    conn: &mut PgConnection,
    number: &str,
    world: World<'_>,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Case> {
    let mut tx = conn.begin().await?;
    let incident = incident::store::lock(&mut tx, number).await?.ok_or(Refused::NotFound)?;
    let State::Merged { into, .. } = incident.state else {
        return Err(Refused::NotFound.into());
    };
    let target = incident::store::by_id(&mut tx, into).await?.ok_or(Refused::NotFound)?;
    let one = load_case(&mut tx, incident).await?;
    let (mut again, written) = super::undo(&one, &target.number, world, actor, now)?;
    again.incident.revision += 1;
    again.incident.updated_at = now;
    save(&mut tx, &one, &again, &written, actor, now).await?;
    tx.commit().await?;
    Ok(again)
}

/// Links two incidents; linked again, nothing changes. A link that would make a circle is refused.
#[allow(clippy::too_many_arguments)]
pub async fn link(
    conn: &mut PgConnection,
    number: &str,
    other: &str,
    reason: &str,
    parent: Option<bool>,
    world: World<'_>,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Case> {
    let mut tx = conn.begin().await?;
    let (mut one, mut two) = both(&mut tx, number, other, actor).await?;
    let (is_parent, first, second) = super::link(&one, &two, reason, parent, world, actor, now)?;
    let (above, below) =
        if is_parent { (one.incident.id, two.incident.id) } else { (two.incident.id, one.incident.id) };
    if incident::link::store::is_under(&mut tx, above, below).await? {
        return Err(Refused::BadValue { field: "number".to_owned(), expected: super::another() }.into());
    }
    if incident::link::store::insert(&mut tx, above, below, reason.trim(), &actor.login, now).await? {
        let before = (one.clone(), two.clone());
        for case in [&mut one, &mut two] {
            case.incident.updated_at = now;
            case.incident.revision += 1;
        }
        save(&mut tx, &before.0, &one, &first, actor, now).await?;
        save(&mut tx, &before.1, &two, &second, actor, now).await?;
    }
    tx.commit().await?;
    Ok(one)
}

const SAME_MATTER: &str = "R36";

async fn both(conn: &mut PgConnection, one: &str, other: &str, actor: &Actor) -> Result<(Case, Case)> {
    let mut ids = Vec::with_capacity(2);
    for number in [one, other] {
        match incident::store::by_number(conn, number).await? {
            Some(incident) => ids.push(incident.id),
            None => return Err(unknown(conn, number).await?),
        }
    }
    let swapped = ids[0] > ids[1];
    let (low, high) = if swapped { (ids[1], ids[0]) } else { (ids[0], ids[1]) };
    let first = incident::store::lock_by_id(conn, low).await?.ok_or(Refused::NotFound)?;
    let second = incident::store::lock_by_id(conn, high).await?.ok_or(Refused::NotFound)?;
    let first = load_case(conn, first).await?;
    let second = load_case(conn, second).await?;
    if !first.is_visible_to(actor) || !second.is_visible_to(actor) {
        return Err(Refused::Forbidden.into());
    }
    Ok(if swapped { (second, first) } else { (first, second) })
}
