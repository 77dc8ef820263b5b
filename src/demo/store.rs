//! Fills a database with Lanchuan.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::people;
use crate::calendar;
use crate::city::{self, City, LANCHUAN};
use crate::error::Result;
use crate::lang::Lang;
use crate::person::account::NewPerson;
use crate::person::directory::Directory;
use crate::person::{self, Actor};
use crate::plan::Edition;

/// Regions, departments, sites, vehicles, people with their posts, and the calendar; no incidents. What is there
/// already stays, so it may be called again. All or nothing in the caller's transaction.
pub async fn fill(conn: &mut PgConnection, edition: &Edition, password_hash: &str, now: DateTime<Utc>) -> Result<()> {
    let city = City::from_toml(LANCHUAN, edition).map_err(anyhow::Error::from)?;
    city::store::load_plan(conn, edition).await?;
    city::store::load(conn, &city).await?;
    let known = person::directory::store::load(conn).await?;
    for citizen in people::everyone(&city) {
        if known.by_login(&citizen.login).is_some() {
            continue;
        }
        let new = NewPerson {
            login: citizen.login,
            name: citizen.name,
            language: Lang::default(),
            phone: Some(citizen.phone),
            password_hash: password_hash.to_owned(),
            posts: citizen.posts,
        };
        person::store::create(conn, &new, &Actor::system(), "", now).await?;
    }
    calendar::store::set_days(conn, calendar::fixture::lanchuan_2026(), "system", now).await?;
    Ok(())
}

/// Gives everyone with an open account the same password, and ends their sessions.
pub async fn set_passwords(
    conn: &mut PgConnection,
    directory: &Directory,
    password_hash: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    for person in directory.people().iter().filter(|p| p.active) {
        let by = Actor::system();
        person::store::set_password(conn, person.id, password_hash, None, &by, "", now).await?;
    }
    Ok(())
}
