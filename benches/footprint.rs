//! What the program weighs: how soon it is there, the memory it takes idle and while reports pour in, its size.
//!
//! ZHIHUI_BENCH_SECONDS, _ROUNDS and _CONNECTIONS (of the load) shorten it.

mod support;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use support::client;
use support::numbers::median;
use support::reports::Reports;
use support::served::{self, Served};
use support::stage::{self, Ground};
use support::table::{Table, figure, ratio};
use support::{count, counts, seconds};

fn main() -> Result<()> {
    support::run_here(|_| measure())
}

async fn measure() -> Result<()> {
    let (warm, time) = (seconds("ZHIHUI_BENCH_WARM", 1.0), seconds("ZHIHUI_BENCH_SECONDS", 10.0));
    let connections = counts("ZHIHUI_BENCH_CONNECTIONS", &[256]).into_iter().max().unwrap_or(256);
    let ground = Ground::lay().await?;
    let mut starts = Vec::new();
    for _ in 0..count("ZHIHUI_BENCH_ROUNDS", 5) {
        let served = Served::start(&ground.url()).await?;
        starts.push(served.started_in.as_secs_f64() * 1_000.0);
        served.stop().await?;
    }
    let served = Served::start(&ground.url()).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let idle = megabytes(served.memory()?.0);
    let mut tokens = Vec::new();
    for n in 0..3 {
        tokens.push(stage::api_token(served.address, stage::clerk(n)).await?);
    }
    let signed_in = megabytes(served.memory()?.1);
    let reports = Arc::new(Reports::new(tokens));
    let write = Arc::new(move |n: usize, to: &mut Vec<u8>| reports.write(n, to));
    let load = client::load(served.address, connections, (warm, time), 201, write).await?;
    let (after, most) = served.memory()?;
    let size = served::size()? as f64 / 1e6;

    let mut table = Table::new("footprint", &["what", "measured", "wanted", "times wanted"]);
    let start = median(starts);
    table.row(&[&"start to first answer, ms", &figure(start, 0), &300, &ratio(start, 300.0)]);
    table.row(&[&"resident idle, MB", &figure(idle, 1), &60, &ratio(idle, 60.0)]);
    table.row(&[&"most while three people signed in, MB", &figure(signed_in, 1), &"", &""]);
    table.row(&[&"resident after the load, MB", &figure(megabytes(after), 1), &60, &ratio(megabytes(after), 60.0)]);
    table.row(&[&"most under the load, MB", &figure(megabytes(most), 1), &60, &ratio(megabytes(most), 60.0)]);
    table.row(&[&"the program on the disk, MB", &figure(size, 1), &40, &ratio(size, 40.0)]);
    table.note(format!(
        "The load: {connections} connections, {:.0} reports/s for {:.0} s. Wanted are upper bounds.",
        load.rate,
        time.as_secs_f64()
    ));
    table.finish()?;
    served.stop().await?;
    ground.clear().await
}

fn megabytes(kb: u64) -> f64 {
    kb as f64 * 1.024 / 1_000.0
}
