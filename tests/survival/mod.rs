//! What breaks things: the database taken away, the server killed, too much of everything. Each test says what must stay
//! true. Short by default; ZHIHUI_LONG=1 makes them longer.

mod bounds;
mod disk;
mod kill;
mod line;
mod replicas;
mod stop;
mod together;
mod watch;

use std::time::Duration;

use reqwest::redirect::Policy;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::harness::server::{Client, PASSWORD, Practice};

/// A working Monday in Lanchuan.
const NOW: &str = "2026-03-16T10:00:00+08:00";
/// Within so long of the database's return the server works again.
const HEALED: Duration = Duration::from_secs(5);

fn long() -> bool {
    std::env::var("ZHIHUI_LONG").is_ok_and(|v| v == "1")
}

/// A report that opens four tasks; `board` tells it from the others.
fn board_report(board: &str) -> Value {
    json!({
        "sub_kind": "it.voice_board_down",
        "occurred_at": "2026-03-16T09:59:00+08:00",
        "region": "CITY",
        "description": "语音板失效",
        "board": board,
        "links_affected": {"ordering": "restricted"},
        "not_duplicate_reason": "另一块板",
    })
}

/// Reports under `key` until it is taken, whatever happens to the line or the server meanwhile; answers the number.
async fn report_until_taken(client: &Client, key: &str) -> String {
    let body = board_report(key);
    let begun = std::time::Instant::now();
    loop {
        assert!(begun.elapsed() < Duration::from_secs(90), "{key} is never taken");
        match client.post_keyed("/api/v1/incidents", key, &body).await {
            Ok((200 | 201, saved)) => return saved["number"].as_str().unwrap().to_owned(),
            // Away, or a token that the database can't vouch for just now.
            Ok((503, answer)) => assert_eq!(answer["code"], "M_AWAY", "{answer}"),
            Ok((status, answer)) => panic!("{status}: {answer}"),
            Err(_) => {}
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// How many incidents there are; each must be whole: one report, four tasks, and its journal with its routing.
async fn whole_incidents(pool: &PgPool) -> i64 {
    let broken: Vec<String> = sqlx::query_scalar(
        "select number from incident i where
             (select count(*) from report where incident = i.id) <> 1
             or (select count(*) from task where incident = i.id) <> 4
             or (select count(*) from journal where incident = i.id and kind = 'reported') <> 1
             or (select count(*) from journal where incident = i.id and kind = 'routed') <> 1",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    assert_eq!(broken, Vec::<String>::new(), "torn incidents");
    sqlx::query_scalar("select count(*) from incident").fetch_one(pool).await.unwrap()
}

/// A browser of one person, signed in, reading `lang`.
async fn browser(practice: &Practice, login: &str, lang: &str) -> reqwest::Client {
    let http = reqwest::Client::builder()
        .cookie_store(true)
        .redirect(Policy::none())
        .timeout(Duration::from_secs(30))
        .build()
        .unwrap();
    for (path, form) in
        [("/sign-in", [("user", login), ("password", PASSWORD)]), ("/language", [("to", lang), ("next", "/")])]
    {
        let answer = http
            .post(format!("{}{path}", practice.base))
            .header("origin", &practice.base)
            .header("sec-fetch-site", "same-origin")
            .form(&form)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 303, "{login} at {path}");
    }
    http
}

/// Where PostgreSQL listens, out of its URL.
fn address_of(url: &str) -> std::net::SocketAddr {
    let options: sqlx::postgres::PgConnectOptions = url.parse().unwrap();
    format!("127.0.0.1:{}", options.get_port()).parse().unwrap()
}

/// The URL with another port.
fn by_way_of(url: &str, proxy: std::net::SocketAddr) -> String {
    let from = format!(":{}/", address_of(url).port());
    assert!(url.contains(&from));
    url.replace(&from, &format!(":{}/", proxy.port()))
}
