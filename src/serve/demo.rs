//! The demo city on the private PostgreSQL: what `cargo run` shows.

use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::{Context, anyhow};
use chrono::{DateTime, SubsecRound, TimeDelta, Timelike, Utc};

use super::prepare::prepare;
use super::say::Welcome;
use super::{CONNECTIONS, House, Pace, Running, say};
use crate::clock::Clock;
use crate::config::{Config, Secret};
use crate::db::{self, Pool};
use crate::demo::PASSWORD;
use crate::demo::story::{Act, Step, story};
use crate::lang::Lang;
use crate::postgres::Cluster;
use crate::purpose::{self, Found, Purpose};
use crate::response::intake::Receipt;
use crate::state::{App, Settings};
use crate::worker;

const DATABASE: &str = "zhihui";

pub(super) async fn house(config: &Config) -> anyhow::Result<House> {
    let dir = data_dir(config)?;
    let cluster = Cluster::start(&dir, &say::progress).await?;
    let password = password(config);
    let pool = match open(&cluster, &password).await? {
        (pool, Found::Made(_)) => pool,
        (pool, Found::Empty) => {
            fill(&pool).await?;
            pool
        }
        (pool, Found::HalfDemo) => {
            pool.close().await;
            db::drop_database(&cluster.url("postgres"), DATABASE).await?;
            let (pool, _) = open(&cluster, &password).await?;
            fill(&pool).await?;
            pool
        }
    };
    Ok(House {
        pool,
        clock: Clock::System,
        settings: Settings { demo: true, ..super::settings(config) },
        cluster: Some(cluster),
        welcome: Welcome::Demo { password, data: dir },
    })
}

/// Forgets the demo city.
pub(super) async fn clear(config: &Config) -> anyhow::Result<()> {
    let cluster = Cluster::start(&data_dir(config)?, &say::progress).await?;
    db::drop_database(&cluster.url("postgres"), DATABASE).await?;
    cluster.stop().await;
    say::line("The demo city is cleared. The next start makes it anew.");
    Ok(())
}

/// The folder of the private PostgreSQL.
pub(super) fn data_dir(config: &Config) -> anyhow::Result<PathBuf> {
    config
        .data_dir()
        .context("no folder for the private database: this user has no home. Choose one with --data FOLDER")
}

/// The password of everyone in Lanchuan.
pub(super) fn password(config: &Config) -> String {
    let given = config.demo_password.as_ref().map(Secret::expose);
    given.filter(|p| !p.is_empty()).unwrap_or(PASSWORD).to_owned()
}

async fn open(cluster: &Cluster, password: &str) -> anyhow::Result<(Pool, Found)> {
    cluster.ensure_database(DATABASE).await?;
    let pool = db::connect(&cluster.url(DATABASE), CONNECTIONS).await?;
    say::step("Bringing the database up to date");
    let found = prepare(&pool, Purpose::Demo, password, Clock::System.now()).await?;
    Ok((pool, found))
}

/// Lives the story up to the present, under a clock of its own, through the write path of any report and act.
async fn fill(pool: &Pool) -> anyhow::Result<()> {
    say::step("Living the last two days in Lanchuan");
    let present = Clock::System.now().trunc_subsecs(0);
    let present = present - TimeDelta::seconds(i64::from(present.second()));
    let steps = story(present);
    let begin = steps.first().map_or(present, |step| step.at);
    let running = Running::start(pool.clone(), Clock::simulated(begin), Settings::default(), Pace::ByHand).await?;
    let lived = live(&running.app, steps, present).await;
    running.stop().await;
    if let Err(error) = lived {
        // A city with fewer incidents is better than none.
        tracing::error!("{error:#}");
    }
    let mut conn = pool.acquire().await?;
    purpose::store::mark_ready(&mut conn, present).await?;
    Ok(())
}

async fn live(app: &App, steps: Vec<Step>, present: DateTime<Utc>) -> anyhow::Result<()> {
    let mut numbers: HashMap<&str, String> = HashMap::new();
    for Step { at, who, incident, act } in steps {
        worker::advance(app, at).await?;
        let actor = app.directory().by_login(who).with_context(|| format!("{who} is not there"))?.actor();
        let done = match act {
            Act::Report(body) => app.report(&actor, body, None).await.map(|receipt| {
                numbers.insert(incident, number_of(receipt));
            }),
            Act::Do(command) => {
                let number = numbers.get(incident).with_context(|| format!("{incident} was not reported"))?;
                app.act(&actor, number, command.clone()).await.map(|_| ())
            }
        };
        done.map_err(|error| match error.refused() {
            Some(refused) => anyhow!("the demo city's story: {who} on {incident}: {}", refused.message(Lang::En)),
            None => error.into(),
        })?;
    }
    worker::advance(app, present).await?;
    Ok(())
}

fn number_of(receipt: Receipt) -> String {
    match receipt {
        Receipt::Opened(case) => case.incident.number,
        Receipt::Known { number, .. } | Receipt::Merged { number, .. } => number,
    }
}
