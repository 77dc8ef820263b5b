//! The line to the database cut, slow, silent; PostgreSQL killed and started again.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use sqlx::PgPool;
use zhihui::postgres::{Cluster, Durability};

use super::{HEALED, NOW, address_of, board_report, browser, by_way_of, long, report_until_taken, whole_incidents};
use crate::harness::database::{empty_database, scratch};
use crate::harness::proxy::{Mode, Proxy};
use crate::harness::server::{Client, Practice};

/// Nobody waits longer for an answer, whatever the line does.
const PATIENCE: Duration = Duration::from_secs(12);

#[tokio::test]
async fn while_the_database_is_away_everybody_is_told_so_and_it_heals_in_seconds() {
    let database = empty_database().await;
    let proxy = Proxy::before(address_of(&database.url)).await;
    let practice = Practice::over(&by_way_of(&database.url, proxy.address), &[], NOW).await;
    let clerk = practice.sign_in("clerk3.ord").await;
    let page = browser(&practice, "leader", "zh-Hant").await;
    assert_eq!(report_until_taken(&clerk, "before").await, report_until_taken(&clerk, "before").await);

    for (round, mode) in [Mode::Cut, Mode::Silent].into_iter().enumerate() {
        // So that a connection rests in the pool, and one is in use.
        clerk.read("/api/v1/incidents").await;
        proxy.set(mode);
        told_so(&clerk, mode).await;
        let shown = get(&page, &practice, "/board").await;
        assert_eq!(shown.0, 503, "{mode:?}");
        assert!(shown.1.contains("無法連接資料庫") && !shown.1.contains("database"), "{mode:?}: {}", shown.1);
        assert_eq!(get(&page, &practice, "/healthz").await.0, 200, "{mode:?}");
        let ready = get(&page, &practice, "/readyz").await;
        let told = ready.1.starts_with("the database does not answer\n");
        assert_eq!((ready.0, told), (503, true), "{mode:?}: {}", ready.1);
        let key = format!("meanwhile-{round}");
        let sent = clerk.post_keyed("/api/v1/incidents", &key, &board_report(&key)).await.unwrap();
        assert_eq!((sent.0, &sent.1["code"]), (503, &"M_AWAY".into()), "{mode:?}");

        proxy.set(Mode::Open);
        healed(&clerk, mode).await;
        let first = report_until_taken(&clerk, &key).await;
        assert_eq!(report_until_taken(&clerk, &key).await, first);
        let ready = Instant::now();
        while get(&page, &practice, "/readyz").await.0 != 200 {
            assert!(ready.elapsed() < HEALED, "{mode:?}: never ready again");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        hears(&page, &practice, &clerk, &format!("heard-{round}")).await;
    }

    proxy.set(Mode::Slow(Duration::from_millis(40)));
    clerk.read("/api/v1/incidents").await;
    report_until_taken(&clerk, "slowly").await;
    assert_eq!(whole_incidents(&database.pool).await, 6);
}

/// A line that falls silent for a moment only: what was under way over it is not waited for, and new connections are
/// good at once.
#[tokio::test]
async fn half_open_connections_are_given_up() {
    let database = empty_database().await;
    let proxy = Proxy::before(address_of(&database.url)).await;
    let practice = Practice::over(&by_way_of(&database.url, proxy.address), &[], NOW).await;
    let clerk = practice.sign_in("clerk3.ord").await;
    // As many connections as a busy moment opens, all of which go dead.
    let many = (0..40).map(|_| clerk.try_get("/api/v1/incidents"));
    futures::future::join_all(many).await;
    proxy.set(Mode::Silent);
    tokio::time::sleep(Duration::from_millis(50)).await;
    proxy.set(Mode::Open);
    let begun = Instant::now();
    let many = (0..40).map(|_| async {
        let answer = clerk.try_get("/api/v1/incidents").await.unwrap();
        assert!(matches!(answer.status().as_u16(), 200 | 503), "{}", answer.status());
    });
    futures::future::join_all(many).await;
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    healed(&clerk, Mode::Silent).await;
}

#[tokio::test]
async fn postgres_killed_under_load_loses_no_report_and_doubles_none() {
    let dir = scratch("survival-postgres").await;
    let mut cluster = Cluster::start_with(&dir, Durability::Full, &|_| ()).await.unwrap();
    cluster.ensure_database("survival").await.unwrap();
    let proxy = Proxy::before(address_of(&cluster.url("survival"))).await;
    let practice = Practice::over(&by_way_of(&cluster.url("survival"), proxy.address), &[], NOW).await;
    let clerk = practice.sign_in("clerk3.ord").await;

    let (clients, rounds, each) = if long() { (16, 12, 40) } else { (8, 2, 12) };
    for round in 0..rounds {
        let taken = Arc::new(AtomicI64::new(0));
        let load: Vec<_> = (0..clients)
            .map(|who| {
                let (clerk, taken) = (clerk.clone(), taken.clone());
                tokio::spawn(async move {
                    let mut numbers = Vec::new();
                    for n in 0..each {
                        numbers.push(report_until_taken(&clerk, &format!("{round}-{who}-{n}")).await);
                        taken.fetch_add(1, Relaxed);
                    }
                    numbers
                })
            })
            .collect();
        // In the midst of it: some are answered, and others under way.
        while taken.load(Relaxed) < clients {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        if round % 2 == 0 {
            kill_dash_9(cluster.pid);
            drop(cluster);
        } else {
            cluster.stop().await;
        }
        cluster = Cluster::start_with(&dir, Durability::Full, &|_| ()).await.unwrap();
        proxy.lead_to(address_of(&cluster.url("survival")));
        healed(&clerk, Mode::Cut).await;
        let mut numbers = Vec::new();
        for client in load {
            numbers.extend(client.await.unwrap());
        }
        let (all, mut distinct) = (numbers.len(), numbers);
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), all, "each key has a number of its own");
        let pool = PgPool::connect(&cluster.url("survival")).await.unwrap();
        assert_eq!(whole_incidents(&pool).await, (round + 1) * clients * each, "none lost, none doubled");
        pool.close().await;
    }
    drop(practice);
    cluster.stop().await;
}

/// Every call is refused with 503 and a time to come back, in bounded time.
async fn told_so(clerk: &Client, mode: Mode) {
    for _ in 0..3 {
        let begun = Instant::now();
        let answer = clerk.try_get("/api/v1/incidents").await.unwrap();
        assert!(begun.elapsed() < PATIENCE, "{mode:?}: {:?}", begun.elapsed());
        assert_eq!(answer.status(), 503, "{mode:?}");
        assert!(answer.headers().contains_key("retry-after") && answer.headers().contains_key("x-request-id"));
        let body: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(body["code"], "M_AWAY", "{body}");
    }
}

async fn healed(clerk: &Client, mode: Mode) {
    let back = Instant::now();
    while !clerk.try_get("/api/v1/incidents").await.is_ok_and(|answer| answer.status() == 200) {
        assert!(back.elapsed() < HEALED, "{mode:?}: not healed after {:?}", back.elapsed());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Open pages are told of what happens after the break.
async fn hears(page: &reqwest::Client, practice: &Practice, clerk: &Client, key: &str) {
    let begun = Instant::now();
    let mut stream = page.get(format!("{}/live", practice.base)).send().await.unwrap();
    assert_eq!(stream.status(), 200);
    let number = report_until_taken(clerk, key).await;
    let mut heard = String::new();
    while !heard.contains(&number) && !heard.contains("\"*\"") {
        let part = tokio::time::timeout(HEALED, stream.chunk()).await.expect("nothing is heard").unwrap();
        heard.push_str(&String::from_utf8_lossy(&part.expect("the stream goes on")));
        assert!(begun.elapsed() < 2 * HEALED, "{heard}");
    }
}

async fn get(page: &reqwest::Client, practice: &Practice, path: &str) -> (u16, String) {
    let answer = page.get(format!("{}{path}", practice.base)).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

fn kill_dash_9(pid: u32) {
    let pid = nix::unistd::Pid::from_raw(i32::try_from(pid).unwrap());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGKILL).unwrap();
}
