//! How fast the situation board is, as the leader's browser asks for it.
//!
//! A line for each number of open incidents: pages a second, p50 and p99 over 1 and over 16 connections, and the bytes
//! on the wire. ZHIHUI_BENCH_SECONDS, _WARM and _ROUNDS shorten it.

mod support;

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use futures::future::try_join_all;
use serde_json::{Map, json};
use support::client::{self, Client};
use support::numbers::Stretch;
use support::stage::{self, Stage};
use support::{seconds, setting};
use zhihui::state::App;

/// What is open, in turn: sub-kind and the field that tells one from another.
const KINDS: [(&str, &str); 3] =
    [("it.voice_board_down", "board"), ("it.scan_platform_fault", "device"), ("it.order_terminal_fault", "terminal")];

fn main() -> Result<()> {
    let serve = tokio::runtime::Builder::new_multi_thread().thread_name("serve").enable_all().build()?;
    let load =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).thread_name("load").enable_all().build()?;
    load.block_on(async { tokio::spawn(measure(serve.handle().clone())).await? })
}

async fn measure(serve: tokio::runtime::Handle) -> Result<()> {
    let times = (seconds("ZHIHUI_BENCH_WARM", 1.0), seconds("ZHIHUI_BENCH_SECONDS", 5.0));
    let rounds = setting("ZHIHUI_BENCH_ROUNDS", 3.0).max(1.0) as usize;
    let stage = Stage::set(&serve).await?;
    let cookie = stage.cookie("leader").await?;
    let request = format!(
        "GET /board HTTP/1.1\r\nHost: {}\r\nCookie: {cookie}\r\nAccept: text/html\r\nAccept-Encoding: gzip, deflate, br\r\n\r\n",
        stage.address
    );
    let mut open = 0;
    for incidents in [50, 1_000] {
        report(&stage.app, open..incidents).await?;
        open = incidents;
        let bytes = once(&stage, &request).await?;
        print!("{incidents:>4} open incidents  {bytes} bytes (gzip)");
        for connections in [1, 16] {
            let mut all = Vec::new();
            for _ in 0..rounds {
                let request = request.clone();
                let write = Arc::new(move |_: usize, to: &mut Vec<u8>| to.extend_from_slice(request.as_bytes()));
                all.push(client::load(stage.address, connections, times, 200, write).await?);
            }
            let s = Stretch::middle(&all);
            print!(
                "  | {connections} connections: {:.0} pages/s, p50 {:.1} ms, p99 {:.1} ms",
                s.rate, s.p50_ms, s.p99_ms
            );
        }
        println!();
    }
    stage.strike().await
}

/// Opens incidents through the write path, many at once.
async fn report(app: &App, numbers: std::ops::Range<usize>) -> Result<()> {
    let directory = app.directory();
    let clerk = directory.by_login(stage::clerk(0)).context("no clerk")?.actor();
    let reports = numbers.map(|n| {
        let (sub_kind, field) = KINDS[n % KINDS.len()];
        let mut body = Map::new();
        for (name, value) in [
            ("sub_kind", json!(sub_kind)),
            ("occurred_at", json!("2026-03-02T09:15:00+08:00")),
            ("region", json!("CITY")),
            ("description", json!("来电全部忙音，已重启一次无效，等待技术人员到场处理。")),
            (field, json!(format!("设备 {n:05}"))),
        ] {
            body.insert(name.to_owned(), value);
        }
        let (app, clerk) = (app.clone(), clerk.clone());
        async move { app.report(&clerk, body, None).await.map_err(|e| anyhow::anyhow!("reporting {sub_kind}: {e:?}")) }
    });
    try_join_all(reports).await?;
    Ok(())
}

/// Asks once; answers the bytes on the wire.
async fn once(stage: &Stage, request: &str) -> Result<usize> {
    let mut client = Client::connect(stage.address).await?;
    let answer = client.send(request.as_bytes()).await?;
    ensure!(answer.status == 200, "the board answers {}", answer.status);
    ensure!(client.header("content-encoding") == Some("gzip"), "the board does not come compressed");
    Ok(answer.bytes)
}
