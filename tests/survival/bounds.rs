//! Too much of everything: bounded, refused clearly, and others are served meanwhile.

use std::time::{Duration, Instant};

use futures::StreamExt;
use sqlx::{Connection, Executor, PgConnection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use zhihui::db;

use super::{NOW, board_report, browser, long, report_until_taken};
use crate::harness::database::{database, empty_database};
use crate::harness::server::Practice;

/// Whoever is served while others are not is served so fast.
const PROMPT: Duration = Duration::from_secs(2);

#[tokio::test]
async fn a_table_held_by_somebody_exhausts_nothing_but_patience() {
    let practice = Practice::start(NOW).await;
    let clerk = practice.sign_in("clerk3.ord").await;
    let mut holder = PgConnection::connect_with(&practice.pool().connect_options()).await.unwrap();
    holder.execute("begin; lock table incident in access exclusive mode").await.unwrap();

    // Eight times as many as there are connections: some wait for the lock, the others for a connection. If those waited
    // for their turn at the lock, they would be here for half a minute.
    let begun = Instant::now();
    let stuck: Vec<_> = (0..200)
        .map(|n| {
            let clerk = clerk.clone();
            tokio::spawn(async move {
                if n % 6 == 0 {
                    let key = format!("held-{n}");
                    return clerk.post_keyed("/api/v1/incidents", &key, &board_report(&key)).await.unwrap().0;
                }
                let answer = clerk.try_get("/api/v1/incidents").await.unwrap();
                assert!(answer.headers().contains_key("retry-after"), "{answer:?}");
                answer.status().as_u16()
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(300)).await;
    others_are_served(&practice, &["/healthz", "/static/robots.txt", "/sign-in"]).await;
    for answer in stuck {
        assert_eq!(answer.await.unwrap(), 503);
    }
    // The waits for connections and for the lock, and no more.
    assert!(begun.elapsed() < Duration::from_secs(22), "{:?}", begun.elapsed());

    holder.execute("rollback").await.unwrap();
    clerk.read("/api/v1/incidents").await;
    report_until_taken(&clerk, "held-0").await;
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_ended() {
    let test = database().await;
    let pool = db::connect(&test.url, 1).await.unwrap();
    let begun = Instant::now();
    let error = pool.execute("select pg_sleep(60)").await.unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    assert!(db::is_away(&error.into()), "whoever asked is told to ask again");
    let error = pool.execute("select 1 / 0").await.unwrap_err();
    assert!(!db::is_away(&error.into()), "a mistake of ours is none of the database's");
}

#[tokio::test]
async fn a_gigabyte_is_refused_before_it_is_sent() {
    let practice = Practice::start(NOW).await;
    let clerk = practice.sign_in("clerk3.ord").await;
    let address = practice.base.trim_start_matches("http://").to_owned();
    for (path, kind) in [("/api/v1/incidents", "application/json"), ("/report", "multipart/form-data; boundary=x")] {
        let mut line = TcpStream::connect(&address).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: {kind}\r\n\
             Accept-Language: en\r\nContent-Length: 1073741824\r\n\r\n"
        );
        line.write_all(head.as_bytes()).await.unwrap();
        let answer = first_of(&mut line).await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{path}: {answer}");
        assert!(answer.contains("larger than the system takes"), "{path}: {answer}");
    }
    // Not announced, it is refused where the limit of the call is passed.
    let endless = futures::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b' '; 64 * 1024])).take(16_384);
    let request = reqwest::Client::new()
        .post(format!("{}/api/v1/incidents", practice.base))
        .bearer_auth(clerk.token())
        .header("content-type", "application/json")
        .body(reqwest::Body::wrap_stream(endless));
    if let Ok(answer) = request.send().await {
        assert_eq!(answer.status(), 413);
        let body: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(body["code"], "M_TOO_LARGE", "{body}");
    }
    others_are_served(&practice, &["/healthz", "/sign-in"]).await;
}

#[tokio::test]
async fn requests_that_never_end_hold_nobody_up() {
    let practice = Practice::start(NOW).await;
    let address = practice.base.trim_start_matches("http://").to_owned();
    let mut slow = Vec::new();
    for n in 0..600 {
        let mut line = TcpStream::connect(&address).await.unwrap();
        // Some stop within the head, some within the body, some say nothing.
        let sent: &[u8] = match n % 3 {
            0 => b"GET /sign-in HTTP/1.1\r\nHost: x\r\nX-Slow: ",
            1 => b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
            _ => b"",
        };
        line.write_all(sent).await.unwrap();
        slow.push(line);
    }
    others_are_served(&practice, &["/healthz", "/sign-in", "/static/robots.txt"]).await;
    practice.sign_in("leader").await.read("/api/v1/incidents").await;
    if long() {
        // How long each is borne is tried in serve/door.rs; here it is waited for.
        tokio::time::sleep(Duration::from_secs(80)).await;
        for line in &mut slow {
            let mut rest = Vec::new();
            let ended = tokio::time::timeout(PROMPT, line.read_to_end(&mut rest)).await;
            assert!(ended.is_ok(), "a connection is kept for ever");
        }
    }
}

#[tokio::test]
async fn streams_are_bounded_and_pages_still_served() {
    let (limit, wanted) = if long() { (4_000, 10_000) } else { (40, 60) };
    let database = empty_database().await;
    let practice = Practice::over(&database.url, &[("ZHIHUI_STREAMS", &limit.to_string())], NOW).await;
    let page = browser(&practice, "leader", "en").await;
    if long() {
        let hard = nix::sys::resource::getrlimit(nix::sys::resource::Resource::RLIMIT_NOFILE).unwrap().1;
        nix::sys::resource::setrlimit(nix::sys::resource::Resource::RLIMIT_NOFILE, hard, hard).unwrap();
    }
    let mut open = Vec::new();
    let mut refused = 0;
    for _ in 0..wanted {
        let answer = page.get(format!("{}/live", practice.base)).send().await.unwrap();
        if answer.status() == 200 {
            open.push(answer);
            continue;
        }
        assert_eq!(answer.status(), 503);
        assert!(answer.headers().contains_key("retry-after"));
        refused += 1;
        if refused == 1 {
            let said = answer.text().await.unwrap();
            assert!(said.contains("More pages are open on this server"), "{said}");
        }
    }
    assert_eq!((open.len(), refused), (limit, wanted - limit));
    let begun = Instant::now();
    let board = page.get(format!("{}/board", practice.base)).send().await.unwrap();
    assert_eq!(board.status(), 200);
    assert!(begun.elapsed() < PROMPT);

    // One that goes makes room for another.
    open.pop();
    let begun = Instant::now();
    while page.get(format!("{}/live", practice.base)).send().await.unwrap().status() != 200 {
        assert!(begun.elapsed() < PROMPT, "no room though one has gone");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn others_are_served(practice: &Practice, paths: &[&str]) {
    let http = reqwest::Client::builder().timeout(PROMPT).build().unwrap();
    for path in paths {
        let answer = http.get(format!("{}{path}", practice.base)).send().await;
        let answer = answer.unwrap_or_else(|error| panic!("{path} is not served: {error}"));
        assert_eq!(answer.status(), 200, "{path}");
    }
}

/// What comes first on a line, up to where the other side pauses.
async fn first_of(line: &mut TcpStream) -> String {
    let mut got = Vec::new();
    let read = async {
        let mut buffer = [0; 16 * 1024];
        while let Ok(n @ 1..) = line.read(&mut buffer).await {
            got.extend_from_slice(&buffer[..n]);
        }
    };
    let _ = tokio::time::timeout(PROMPT, read).await;
    String::from_utf8_lossy(&got).into_owned()
}
