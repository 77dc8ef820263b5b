//! The company's own database, in DATABASE_URL.

use anyhow::Context;

use super::prepare::prepare;
use super::say::Welcome;
use super::{CONNECTIONS, House, say};
use crate::clock::Clock;
use crate::config::Config;
use crate::db;
use crate::purpose::Purpose;

pub(super) async fn house(config: &Config) -> anyhow::Result<House> {
    let pool = open(config).await?;
    let clock = Clock::shared(Clock::System.now());
    let mut conn = pool.acquire().await?;
    db::line::set_clock(&mut conn, &clock).await.context("asking the database what time it is")?;
    drop(conn);
    Ok(House { pool, clock, settings: super::settings(config), cluster: None, welcome: Welcome::Work })
}

/// The company's database, brought up to date.
pub(super) async fn open(config: &Config) -> anyhow::Result<db::Pool> {
    let pool = connect(url(config)?).await?;
    say::step("Bringing the database up to date");
    prepare(&pool, Purpose::Work, "", Clock::System.now()).await?;
    Ok(pool)
}

pub(super) fn url(config: &Config) -> anyhow::Result<&str> {
    config.database_url().context("set DATABASE_URL to the company's database, postgres://user:password@host/database")
}

/// A pool on the database of `url`, which is not shown where it fails: it may hold a password.
pub(super) async fn connect(url: &str) -> anyhow::Result<db::Pool> {
    db::connect(url, CONNECTIONS).await.context("connecting to the database in DATABASE_URL")
}
