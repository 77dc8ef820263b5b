//! How soon an open page hears of a change, and what an open page costs the server.
//!
//! The program runs as a process of its own; viewers keep `/live` open, and a clerk reports. From the commit, as another
//! listener of the database hears of it, to the moment the last viewer was told. ZHIHUI_BENCH_VIEWERS and _EVENTS
//! shorten it.

mod support;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use sqlx::postgres::PgListener;
use support::client::Client;
use support::count;
use support::numbers::Stretch;
use support::reports::Reports;
use support::served::Served;
use support::stage::{self, Ground};
use support::table::{Table, figure, ratio};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

/// All of them may know of every incident, so all are told.
const VIEWERS: [&str; 10] =
    ["leader", "deputy", "lgo.head", "duty", "head.inf", "head.mkt", "head.dist", "head.ord", "insp1.insp", "head.fin"];
/// Streams opened before memory is first read: what the first of them costs is not the price of one more.
const FIRST: usize = 200;
/// A stream speaks no oftener than every 0.7 s; reports further apart measure the way, not the wait.
const APART: Duration = Duration::from_millis(1_100);

type Heard = (usize, String, Instant);

fn main() -> Result<()> {
    support::run(|_| measure())
}

async fn measure() -> Result<()> {
    let viewers = count("ZHIHUI_BENCH_VIEWERS", 2_000).max(FIRST + 1);
    let events = count("ZHIHUI_BENCH_EVENTS", 30);
    let ground = Ground::lay().await?;
    let served = Served::start(&ground.url()).await?;
    let mut cookies = Vec::new();
    for login in VIEWERS {
        cookies.push(stage::cookie(served.address, login).await?);
    }
    let reports = Reports::new(vec![stage::api_token(served.address, stage::clerk(0)).await?]);
    let mut clerk = Client::connect(served.address).await?;
    reports.one(&mut clerk).await?;

    let (heard, mut hears) = mpsc::unbounded_channel();
    let mut before = 0;
    for n in 0..viewers {
        if n == FIRST {
            sleep(Duration::from_secs(2)).await;
            before = served.memory()?.0;
        }
        watch(served.address, n, &cookies[n % cookies.len()], heard.clone()).await?;
    }
    sleep(Duration::from_secs(3)).await;
    let silent = served.memory()?.0;

    let mut listener = PgListener::connect(&ground.url()).await?;
    listener.listen(zhihui::live::CHANNEL).await?;
    let (mut last, mut first) = (Vec::new(), Vec::new());
    for n in 0..=events {
        sleep(APART).await;
        while hears.try_recv().is_ok() {}
        let number = reports.one(&mut clerk).await?;
        let answered = Instant::now();
        let committed = told(&mut listener, &number).await?.min(answered);
        let all = everyone(&mut hears, &number, viewers).await?;
        // The first goes to streams that have just been opened, and is not counted.
        if n > 0 {
            last.push(all.iter().max().context("no viewer")?.saturating_duration_since(committed));
            first.push(all.iter().min().context("no viewer")?.saturating_duration_since(committed));
        }
    }
    let spoken = served.memory()?.0;
    let count = last.len();
    let (last, first) = (Stretch::of(last, Duration::from_secs(1)), Stretch::of(first, Duration::from_secs(1)));
    let each = |kb: u64| kb.saturating_sub(before) as f64 * 1.024 / (viewers - FIRST) as f64;

    let columns = &["what", "measured", "wanted", "times wanted"];
    let mut table = Table::new("live", columns);
    table.note(format!("{viewers} viewers of one server, {count} reports. Wanted are upper bounds."));
    table.row(&[&"first viewer told, p50 ms", &figure(first.p50_ms, 1), &"", &""]);
    table.row(&[&"last viewer told, p50 ms", &figure(last.p50_ms, 1), &"", &""]);
    table.row(&[&"last viewer told, p99 ms", &figure(last.p99_ms, 1), &200, &ratio(last.p99_ms, 200.0)]);
    table.row(&[&"memory of a silent viewer, kB", &figure(each(silent), 1), &20, &ratio(each(silent), 20.0)]);
    table.row(&[&"memory of a viewer told, kB", &figure(each(spoken), 1), &20, &ratio(each(spoken), 20.0)]);
    table.row(&[&"whole server, MB", &figure(spoken as f64 * 1.024 / 1_000.0, 1), &"", &""]);
    table.finish()?;
    served.stop().await?;
    ground.clear().await
}

/// Opens a stream, and passes on every incident's number it brings.
async fn watch(address: SocketAddr, n: usize, cookie: &str, heard: mpsc::UnboundedSender<Heard>) -> Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let request =
        format!("GET /live HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nAccept: text/event-stream\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut buffer = vec![0; 2_048];
    let read = stream.read(&mut buffer).await?;
    let head = String::from_utf8_lossy(&buffer[..read]).into_owned();
    ensure!(head.starts_with("HTTP/1.1 200"), "viewer {n}: {head}");
    tokio::spawn(async move {
        while let Ok(read @ 1..) = stream.read(&mut buffer).await {
            let at = Instant::now();
            let text = String::from_utf8_lossy(&buffer[..read]);
            for (from, _) in text.match_indices("incident:") {
                let number: String = text[from + 9..].chars().take_while(|c| *c != '"').collect();
                let _ = heard.send((n, number, at));
            }
        }
    });
    Ok(())
}

/// When the database told its listeners of the incident.
async fn told(listener: &mut PgListener, number: &str) -> Result<Instant> {
    loop {
        let notification = timeout(Duration::from_secs(5), listener.recv()).await.context("no NOTIFY")??;
        if notification.payload().split(' ').any(|word| word == number) {
            return Ok(Instant::now());
        }
    }
}

/// When each viewer first heard of the incident.
async fn everyone(hears: &mut mpsc::UnboundedReceiver<Heard>, number: &str, viewers: usize) -> Result<Vec<Instant>> {
    let mut by: HashMap<usize, Instant> = HashMap::new();
    while by.len() < viewers {
        match timeout(Duration::from_secs(10), hears.recv()).await {
            Ok(Some((n, heard, at))) if heard == number => {
                by.entry(n).or_insert(at);
            }
            Ok(Some(_)) => {}
            _ => bail!("{} of {viewers} viewers heard of {number}", by.len()),
        }
    }
    Ok(by.into_values().collect())
}
