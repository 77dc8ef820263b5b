//! Brings a database to where it can be served. Replicas that start together take turns.

use anyhow::Context;
use chrono::{DateTime, Utc};

use crate::clock::local;
use crate::db::{self, Pool};
use crate::person::{self, password};
use crate::plan::store::BuiltIn;
use crate::plan::{self, Editions};
use crate::purpose::{self, Found, Purpose};
use crate::{city, demo};

/// Migrates, stores the plan of this build, and fills a practice or demo database with its people, whose password
/// becomes `password`. Answers what the database was before.
///
/// # Errors
/// A database made for something else, which is left as it is; or the fault that stopped it.
pub(super) async fn prepare(
    pool: &Pool,
    purpose: Purpose,
    password: &str,
    now: DateTime<Utc>,
) -> anyhow::Result<Found> {
    let turn = db::turn(pool).await?;
    let mut conn = pool.acquire().await?;
    let found = purpose::store::find(&mut conn).await?;
    purpose.accept(found)?;
    drop(conn);
    db::migrate(pool).await.context("bringing the database up to date")?;

    let mut tx = pool.begin().await?;
    if plan::store::load_built_in(&mut tx, now).await? == BuiltIn::StoredOtherwise {
        tracing::warn!("the plan of this build differs from the edition stored under its code; the stored one is used");
    }
    let editions = Editions::new(plan::store::all(&mut tx).await?);
    let edition = editions
        .in_force(local(now).date_naive())
        .or_else(|| editions.iter().next())
        .context("no edition of the plan is stored")?;
    match purpose {
        Purpose::Work => city::store::load_plan(&mut tx, edition).await?,
        Purpose::Practice | Purpose::Demo => {
            purpose::store::mark(&mut tx, purpose, now).await?;
            let stored = person::session::store::credentials(&mut tx, "leader").await?;
            let hash = stored.map(|c| c.password_hash);
            let right = password::verify(password, hash.as_deref());
            let hash = match hash.filter(|_| right) {
                Some(hash) => hash,
                None => password::hash(password)?,
            };
            demo::store::fill(&mut tx, edition, &hash, now).await?;
            if !right {
                let directory = person::directory::store::load(&mut tx).await?;
                demo::store::set_passwords(&mut tx, &directory, &hash, now).await?;
            }
        }
    }
    tx.commit().await?;
    turn.end().await?;
    Ok(found)
}
