//! How fast the situation board and a department's page are, as browsers ask for them.
//!
//! A row for each page and number of open incidents: read by many at once, drawn anew each time, and read while reports
//! come in. ZHIHUI_BENCH_SECONDS, _WARM, _ROUNDS, _READERS and _OPEN shorten it.

mod support;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Result, ensure};
use support::client::{self, Client};
use support::cpu::Cpu;
use support::numbers::Stretch;
use support::reports::{self, Reports};
use support::stage::{self, Stage};
use support::table::{Table, figure, ratio};
use support::{count, counts, seconds};

const WANTED: f64 = 5_000.0;
/// Who reads: each their own page, in their own rights.
const READERS: [&str; 10] = [
    "leader",
    "deputy",
    "lgo.head",
    "duty",
    "head.inf",
    "head.mkt",
    "head.dist",
    "head.ord",
    "insp1.insp",
    "head.rmd-qz",
];
/// Reports that come in a second, while others read.
const REPORTS: u64 = 10;

fn main() -> Result<()> {
    support::run(measure)
}

async fn measure(serve: tokio::runtime::Handle) -> Result<()> {
    let times = (seconds("ZHIHUI_BENCH_WARM", 1.0), seconds("ZHIHUI_BENCH_SECONDS", 5.0));
    let rounds = count("ZHIHUI_BENCH_ROUNDS", 3);
    let readers = count("ZHIHUI_BENCH_READERS", 100);
    let stage = Stage::set(&serve).await?;
    let mut cookies = Vec::new();
    for login in READERS {
        cookies.push(stage::cookie(stage.address, login).await?);
    }
    let token = stage::api_token(stage.address, stage::clerk(0)).await?;
    let columns = &[
        "page",
        "open",
        "how",
        "readers",
        "pages/s",
        "times 5,000",
        "p50 ms",
        "p99 ms",
        "bytes",
        "server %",
        "load %",
        "postgres %",
    ];
    let mut table = Table::new("board", columns);
    table.note(format!(
        "{} people read, each their own page in their own rights. Wanted: 5,000 a second, p99 under 50 ms.",
        READERS.len()
    ));
    table.note(format!("`kept`: nothing changes. `reports`: {REPORTS} reports a second come in. `anew`: every page drawn for its reader alone."));
    let mut open = 0;
    for incidents in counts("ZHIHUI_BENCH_OPEN", &[50, 1_000]) {
        reports::open(&stage.app, open..incidents).await?;
        open = incidents;
        for page in ["/board", "/department"] {
            let bytes = once(&stage, page, &cookies[0]).await?;
            for how in ["kept", "reports", "anew"] {
                let mut all = Vec::new();
                let before = Cpu::now(stage.ground.cluster.pid);
                for _ in 0..rounds {
                    let reporting = (how == "reports").then(|| tokio::spawn(report(stage.address, token.clone())));
                    let readers = if how == "anew" { 8 } else { readers };
                    all.push(
                        client::load(stage.address, readers, times, 200, asking(&stage, page, how, &cookies)).await?,
                    );
                    if let Some(reporting) = reporting {
                        reporting.abort();
                    }
                }
                let (server, load, postgres) = (Cpu::now(stage.ground.cluster.pid) - before).shares();
                let s = Stretch::middle(&all);
                let readers = if how == "anew" { 8 } else { readers };
                table.row(&[
                    &page,
                    &incidents,
                    &how,
                    &readers,
                    &figure(s.rate, 0),
                    &ratio(s.rate, WANTED),
                    &figure(s.p50_ms, 1),
                    &figure(s.p99_ms, 1),
                    &bytes,
                    &server,
                    &load,
                    &postgres,
                ]);
            }
        }
        let (files, bytes) = first_visit(&stage, &cookies[0]).await?;
        table.note(format!(
            "A first visit with {incidents} open fetches {files} files, {bytes} bytes on the wire. Wanted: under 60 kB."
        ));
    }
    table.finish()?;
    stage.strike().await
}

/// What each connection asks for, over and over.
fn asking(stage: &Stage, page: &'static str, how: &'static str, cookies: &[String]) -> client::Write {
    let requests: Vec<String> = cookies.iter().map(|c| stage::get(stage.address, page, c)).collect();
    let asked = AtomicUsize::new(0);
    Arc::new(move |n: usize, to: &mut Vec<u8>| {
        let request = &requests[n % requests.len()];
        if how == "anew" {
            // An address nobody has asked for before.
            let n = asked.fetch_add(1, Ordering::Relaxed);
            let line = format!("{page}?n={n} ");
            to.extend_from_slice(request.replacen(&format!("{page} "), &line, 1).as_bytes());
        } else {
            to.extend_from_slice(request.as_bytes());
        }
    })
}

async fn report(address: SocketAddr, token: String) -> Result<()> {
    static SENT: AtomicUsize = AtomicUsize::new(0);
    let reports = Reports::new(vec![token]);
    let mut client = Client::connect(address).await?;
    let mut beat = tokio::time::interval(Duration::from_millis(1_000 / REPORTS));
    loop {
        beat.tick().await;
        // Numbered on from the round before: nobody reports the same board twice.
        reports.sent.store(SENT.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        reports.one(&mut client).await?;
    }
}

/// Asks once; answers the bytes on the wire.
async fn once(stage: &Stage, page: &str, cookie: &str) -> Result<usize> {
    let mut client = Client::connect(stage.address).await?;
    let answer = client.send(stage::get(stage.address, page, cookie).as_bytes()).await?;
    ensure!(answer.status == 200, "{page} answers {}", answer.status);
    ensure!(client.header("content-encoding") == Some("gzip"), "{page} does not come compressed");
    Ok(answer.bytes)
}

/// The board with everything it links to, and what that links to: files and bytes on the wire, heads included.
async fn first_visit(stage: &Stage, cookie: &str) -> Result<(usize, usize)> {
    let mut bytes = once(stage, "/board", cookie).await?;
    let mut plain = Client::connect(stage.address).await?;
    let request = stage::get(stage.address, "/board", cookie).replace("gzip, deflate, br", "identity");
    let answer = plain.send(request.as_bytes()).await?;
    let mut waiting = linked(&String::from_utf8_lossy(plain.body(answer)), "/static/");
    let mut fetched = BTreeSet::new();
    while let Some(path) = waiting.pop_first() {
        if !fetched.insert(path.clone()) {
            continue;
        }
        let mut client = Client::connect(stage.address).await?;
        let answer = client.send(stage::get(stage.address, &path, cookie).as_bytes()).await?;
        ensure!(answer.status == 200, "{path} answers {}", answer.status);
        bytes += answer.bytes;
        if path.ends_with(".js") {
            let request = stage::get(stage.address, &path, cookie).replace("gzip, deflate, br", "identity");
            let answer = plain.send(request.as_bytes()).await?;
            waiting.extend(linked(&String::from_utf8_lossy(plain.body(answer)), "./"));
        }
    }
    Ok((1 + fetched.len(), bytes))
}

/// Addresses in quotes that begin so; what follows a `#` is a place within the file.
fn linked(text: &str, begin: &str) -> BTreeSet<String> {
    let quoted = text.split('"').filter(|part| part.starts_with(begin) && !part.contains(char::is_whitespace));
    quoted
        .map(|part| part.split('#').next().unwrap_or_default())
        .map(|part| part.strip_prefix("./").map_or_else(|| part.to_owned(), |name| format!("/static/{name}")))
        .collect()
}
