//! Practice: Lanchuan on a database of its own, under a clock that stands still until moved.

use anyhow::Context;

use super::prepare::prepare;
use super::say::Welcome;
use super::{CONNECTIONS, House, demo, say, work};
use crate::clock::Clock;
use crate::config::Config;
use crate::db;
use crate::postgres::Cluster;
use crate::purpose::Purpose;
use crate::state::Settings;

const DATABASE: &str = "zhihui_practice";

/// On the database given, which keeps what is in it, or on a private one, which starts empty each time. The private
/// one lies beside the demo city's, so that both can run.
pub(super) async fn house(config: &Config) -> anyhow::Result<House> {
    let at = config.at.unwrap_or_else(|| Clock::System.now());
    let clock = Clock::simulated(at);
    let (pool, cluster) = match config.database_url() {
        Some(url) => (work::connect(url).await?, None),
        None => {
            let dir = demo::data_dir(config)?.join("practice");
            let cluster = Cluster::start(&dir, &say::progress).await?;
            db::drop_database(&cluster.url("postgres"), DATABASE).await?;
            cluster.ensure_database(DATABASE).await?;
            let pool = db::connect(&cluster.url(DATABASE), CONNECTIONS).await?;
            (pool, Some(cluster))
        }
    };
    say::step("Preparing Lanchuan for practice");
    let password = demo::password(config);
    let prepared = prepare(&pool, Purpose::Practice, &password, clock.now()).await;
    prepared.context("preparing practice")?;
    Ok(House {
        pool,
        clock,
        settings: Settings {
            practice: true,
            // A class signs in from one address, and so does whoever tests.
            sign_in_burst: 10_000,
            sign_in_refill_ms: 1,
            ..super::settings(config)
        },
        cluster,
        welcome: Welcome::Practice { password },
    })
}
