//! How many reports a second come in over HTTP, against pgbench writing the same rows.
//!
//! A line for each number of connections: connections, ratio, p50, p99, the two rates, and who used the processors.
//! ZHIHUI_BENCH_SECONDS, _WARM, _ROUNDS and _CONNECTIONS shorten it.

mod support;

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use support::client::{self, Client};
use support::cpu::Cpu;
use support::floor::Floor;
use support::numbers::{Stretch, median};
use support::stage::{self, Stage};
use support::{seconds, setting};
use uuid::Uuid;

fn main() -> Result<()> {
    let serve = tokio::runtime::Builder::new_multi_thread().thread_name("serve").enable_all().build()?;
    let load =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).thread_name("load").enable_all().build()?;
    load.block_on(async { tokio::spawn(measure(serve.handle().clone())).await? })
}

async fn measure(serve: tokio::runtime::Handle) -> Result<()> {
    let (time, warm) = (seconds("ZHIHUI_BENCH_SECONDS", 5.0), seconds("ZHIHUI_BENCH_WARM", 3.0));
    let rounds = setting("ZHIHUI_BENCH_ROUNDS", 3.0).max(1.0) as usize;
    let counts: Vec<usize> = std::env::var("ZHIHUI_BENCH_CONNECTIONS")
        .unwrap_or_else(|_| "1,16,64,256".to_owned())
        .split(',')
        .map(|n| n.trim().parse().context("ZHIHUI_BENCH_CONNECTIONS: numbers with commas between"))
        .collect::<Result<_>>()?;

    let stage = Stage::set(&serve).await?;
    let most = counts.iter().copied().max().unwrap_or(1);
    eprintln!("signing in {most} clients");
    let mut tokens = Vec::with_capacity(most);
    for n in 0..most {
        tokens.push(stage.api_token(stage::clerk(n)).await?);
    }
    let reports = Arc::new(Reports { tokens, sent: AtomicUsize::new(0) });
    let number = one(&stage, &reports).await?;
    let floor = {
        let mut conn = stage.pool.acquire().await?;
        Floor::from_report(&mut conn, &number, stage.cluster.url(stage::DATABASE), stage.dir()).await?
    };
    let rows: usize = floor.rows.iter().map(|r| r.1).sum();
    eprintln!("a report writes {rows} rows, {:?}, and counts on a day", floor.rows);

    for connections in counts {
        let mut served = Vec::new();
        let mut written = Vec::new();
        let mut cpu = Cpu::default();
        for round in 0..rounds {
            for turn in 0..2 {
                if (round + turn) % 2 == 0 {
                    written.push(floor.run(connections, warm, time)?);
                } else {
                    let before = Cpu::now(stage.cluster.pid);
                    let reports = Arc::clone(&reports);
                    let write = Arc::new(move |n: usize, to: &mut Vec<u8>| reports.write(n, to));
                    served.push(client::load(stage.address, connections, (warm, time), 201, write).await?);
                    cpu = cpu + (Cpu::now(stage.cluster.pid) - before);
                }
            }
        }
        let ratio = median(served.iter().zip(&written).map(|(s, w)| s.rate / w.rate).collect());
        let (s, w) = (Stretch::middle(&served), Stretch::middle(&written));
        let (server, load, postgres) = cpu.shares();
        println!(
            "{connections:>3} {ratio:.2}x  p50 {:.1} ms  p99 {:.1} ms  {:.0} reports/s  pgbench {:.0}/s  \
             processor: server {server}% load {load}% postgres {postgres}%",
            s.p50_ms, s.p99_ms, s.rate, w.rate
        );
    }
    proof(&stage, reports.sent.load(Ordering::Relaxed)).await?;
    stage.strike().await
}

/// What the clients send.
struct Reports {
    tokens: Vec<String>,
    sent: AtomicUsize,
}

impl Reports {
    /// A clerk's report of a voice board nobody has named before.
    fn write(&self, client: usize, to: &mut Vec<u8>) {
        let board = self.sent.fetch_add(1, Ordering::Relaxed);
        let body = json!({
            "sub_kind": "it.voice_board_down",
            "occurred_at": "2026-03-02T09:15:00+08:00",
            "region": "CITY",
            "description": "订货热线语音板无响应，来电全部忙音，已重启一次无效。",
            "board": format!("语音板 {board:06}"),
        });
        let mut headers = String::new();
        let token = &self.tokens[client];
        let _ = write!(headers, "Authorization: Bearer {token}\r\nIdempotency-Key: {}\r\n", Uuid::new_v4());
        to.extend_from_slice(&stage::post("/api/v1/incidents", &headers, &body.to_string()));
    }
}

/// Sends one report and answers its number.
async fn one(stage: &Stage, reports: &Reports) -> Result<String> {
    let mut request = Vec::new();
    reports.write(0, &mut request);
    let mut client = Client::connect(stage.address).await?;
    let answer = client.send(&request).await?;
    let read: Value = serde_json::from_slice(client.body(answer))?;
    ensure!(answer.status == 201, "the first report: {read}");
    eprintln!("an answer has {} bytes", answer.bytes);
    Ok(read["number"].as_str().context("no number")?.to_owned())
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
