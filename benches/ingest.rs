//! How many reports a second come in over HTTP, against pgbench writing the same rows.
//!
//! A row for each number of connections. ZHIHUI_BENCH_SECONDS, _WARM, _ROUNDS and _CONNECTIONS shorten it.

mod support;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use anyhow::{Result, ensure};
use support::client::{self, Client};
use support::cpu::Cpu;
use support::floor::Floor;
use support::numbers::{Stretch, median};
use support::reports::Reports;
use support::stage::{self, Stage};
use support::table::{Table, figure};
use support::{count, counts, seconds};

fn main() -> Result<()> {
    support::run(measure)
}

async fn measure(serve: tokio::runtime::Handle) -> Result<()> {
    let (time, warm) = (seconds("ZHIHUI_BENCH_SECONDS", 5.0), seconds("ZHIHUI_BENCH_WARM", 3.0));
    let rounds = count("ZHIHUI_BENCH_ROUNDS", 3);
    let connections = counts("ZHIHUI_BENCH_CONNECTIONS", &[1, 16, 64, 256]);

    let stage = Stage::set(&serve).await?;
    let most = connections.iter().copied().max().unwrap_or(1);
    eprintln!("signing in {most} clients");
    let mut tokens = Vec::with_capacity(most);
    for n in 0..most {
        tokens.push(stage::api_token(stage.address, stage::clerk(n)).await?);
    }
    let reports = Arc::new(Reports::new(tokens));
    let number = reports.one(&mut Client::connect(stage.address).await?).await?;
    let floor = {
        let mut conn = stage.pool.acquire().await?;
        Floor::from_report(&mut conn, &number, stage.ground.url(), stage.ground.dir()).await?
    };
    let rows: usize = floor.rows.iter().map(|r| r.1).sum();

    let columns = &[
        "connections",
        "times pgbench",
        "p50 ms",
        "p99 ms",
        "reports/s",
        "pgbench/s",
        "server %",
        "load %",
        "postgres %",
    ];
    let mut table = Table::new("ingest", columns);
    table.note(format!("A report writes {rows} rows, {:?}, and counts on a day.", floor.rows));
    table.note("Wanted: 2.0 at 256, 0.7 at 16, p99 under 100 ms.");
    for connections in connections {
        let mut served = Vec::new();
        let mut written = Vec::new();
        let mut cpu = Cpu::default();
        for round in 0..rounds {
            for turn in 0..2 {
                if (round + turn) % 2 == 0 {
                    written.push(floor.run(connections, warm, time)?);
                } else {
                    let before = Cpu::now(stage.ground.cluster.pid);
                    let reports = Arc::clone(&reports);
                    let write = Arc::new(move |n: usize, to: &mut Vec<u8>| reports.write(n, to));
                    served.push(client::load(stage.address, connections, (warm, time), 201, write).await?);
                    cpu = cpu + (Cpu::now(stage.ground.cluster.pid) - before);
                }
            }
        }
        let times = median(served.iter().zip(&written).map(|(s, w)| s.rate / w.rate).collect());
        let (s, w) = (Stretch::middle(&served), Stretch::middle(&written));
        let (server, load, postgres) = cpu.shares();
        table.row(&[
            &connections,
            &figure(times, 2),
            &figure(s.p50_ms, 1),
            &figure(s.p99_ms, 1),
            &figure(s.rate, 0),
            &figure(w.rate, 0),
            &server,
            &load,
            &postgres,
        ]);
    }
    proof(&stage, reports.sent.load(Ordering::Relaxed)).await?;
    table.finish()?;
    stage.strike().await
}

/// Every report sent must be there, once.
async fn proof(stage: &Stage, sent: usize) -> Result<()> {
    let kept: i64 = sqlx::query_scalar("select count(distinct client_key) from report where ref like 'YJ-%'")
        .fetch_one(&stage.pool)
        .await?;
    ensure!(usize::try_from(kept)? == sent, "{sent} reports were sent and answered, {kept} are kept");
    eprintln!("all {kept} reports are kept");
    Ok(())
}
