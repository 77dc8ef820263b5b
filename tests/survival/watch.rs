//! What whoever watches the server sees: readiness, metrics, the log; and what none of them may show.

use std::time::Duration;

use serde_json::{Value, json};
use sqlx::Executor;

use super::{NOW, board_report, browser, report_until_taken};
use crate::harness::database::empty_database;
use crate::harness::server::{PASSWORD, Practice};
use crate::harness::town::Town;

const TOKEN: &str = "a-token-for-the-watcher-0123456789";

#[tokio::test]
async fn metrics_count_and_are_shown_to_few() {
    let database = empty_database().await;
    let practice = Practice::over(&database.url, &[("ZHIHUI_METRICS_TOKEN", TOKEN)], NOW).await;
    let clerk = practice.sign_in("clerk3.ord").await;
    report_until_taken(&clerk, "counted").await;
    practice.clock_to("2026-03-17T10:00:00+08:00").await;
    let leader = browser(&practice, "leader", "en").await;
    let mut stream = leader.get(format!("{}/live", practice.base)).send().await.unwrap();
    stream.chunk().await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;

    let url = format!("{}/metrics", practice.base);
    let nobody = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    assert_eq!(nobody.get(&url).send().await.unwrap().status(), 303, "nobody is sent to the door");
    let guess = nobody.get(&url).bearer_auth("a-guess").send().await.unwrap();
    assert_eq!(guess.status(), 303, "a wrong token is nobody's");
    assert_eq!(leader.get(&url).send().await.unwrap().status(), 403, "not even the leader");
    let admin = browser(&practice, "admin", "en").await;
    assert_eq!(admin.get(&url).send().await.unwrap().status(), 200, "the system administrator");
    let told = nobody.get(&url).bearer_auth(TOKEN).send().await.unwrap();
    assert_eq!(told.status(), 200);
    assert!(told.headers()["content-type"].to_str().unwrap().starts_with("text/plain; version=0.0.4"));
    let text = told.text().await.unwrap();

    let value = |name: &str| -> f64 {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {name} in\n{text}")).parse().unwrap()
    };
    assert_eq!(value("zhihui_reports_written_total"), 1.0);
    assert_eq!(value("zhihui_report_batch_size_count"), 1.0);
    assert_eq!(value("zhihui_streams"), 1.0);
    assert!(value("zhihui_rung_late_seconds_count") >= 10.0);
    assert_eq!(value("zhihui_rung_late_seconds_bucket{le=\"0.5\"}"), value("zhihui_rung_late_seconds_count"));
    assert_eq!(value("zhihui_requests_total{class=\"api\",status=\"201\"}"), 3.0, "two sessions and a report");
    assert!(value("zhihui_request_seconds_count{class=\"page\"}") >= 4.0);
    assert!(value("zhihui_database_connections{state=\"idle\"}") >= 1.0);
    assert_eq!(value("zhihui_database_up"), 1.0);
    assert!(value("zhihui_worker_seen_seconds") < 10.0);
    for personal in ["clerk3", "leader", "YJ-", "incidents/", "语音板"] {
        assert!(!text.contains(personal), "{personal} in\n{text}");
    }

    drop(stream);
    let unset = Practice::start(NOW).await;
    let closed = nobody.get(format!("{}/metrics", unset.base)).bearer_auth("").send().await.unwrap();
    assert_eq!(closed.status(), 303, "without a token set none opens it");
}

#[tokio::test]
async fn ready_means_migrated_answering_and_ticking() {
    let practice = Practice::start(NOW).await;
    let ready = || async {
        let answer = reqwest::get(format!("{}/readyz", practice.base)).await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let mut last = ready().await;
    for _ in 0..100 {
        if last.0 == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        last = ready().await;
    }
    assert_eq!(last, (200, "ok\n".to_owned()));
    practice.pool().execute("update _sqlx_migrations set success = false").await.unwrap();
    let behind = ready().await;
    assert_eq!(behind, (503, "the database is not up to date\n".to_owned()));
    assert_eq!(reqwest::get(format!("{}/healthz", practice.base)).await.unwrap().status(), 200);
}

/// A server on which nothing passes time, and one that is going: nobody is sent there.
#[tokio::test]
async fn without_its_worker_or_while_it_stops_it_is_not_ready() {
    let town = Town::at(NOW).await;
    let ready = || async {
        let answer = reqwest::get(format!("{}/readyz", town.url)).await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    assert_eq!(ready().await, (503, "the worker does not tick\n".to_owned()));
    zhihui::worker::tick(&town.app, town.app.clock.now()).await.unwrap();
    assert_eq!(ready().await, (200, "ok\n".to_owned()), "once it ticks");
    town.app.shutdown.cancel();
    assert_eq!(ready().await, (503, "stopping\n".to_owned()));
}

/// Numbers, passwords and tokens given in every way that goes wrong stand in no line of the log; the number of the
/// request does, and in the answer.
#[tokio::test]
async fn the_log_tells_requests_apart_and_keeps_secrets() {
    const PHONE: &str = "13912345678";
    const SECRET: &str = "geheim-Passwort-77";
    let database = empty_database().await;
    let practice = Practice::over(&database.url, &[("RUST_LOG", "info,zhihui=debug")], NOW).await;
    let clerk = practice.sign_in("clerk3.ord").await;
    let page = browser(&practice, "leader", "en").await;

    // A fault deep down, whose details hold the row.
    let fails = "create function fail() returns trigger language plpgsql as $$ begin
            raise exception 'no' using detail = format('row %s', new), errcode = 'XX000'; end $$;
         create trigger fail before insert on report for each row execute function fail();
         create trigger fail before insert on incident for each row execute function fail()";
    database.pool.execute(fails).await.unwrap();
    let mut body = board_report("1");
    body["description"] = json!(format!("call {PHONE}, password {SECRET}"));
    let (status, answer) = clerk.post_keyed("/api/v1/incidents", "k", &body).await.unwrap();
    assert_eq!((status, &answer["code"]), (500, &json!("M_FAULT")), "{answer}");
    let number = answer["message"].as_str().unwrap().rsplit(' ').next().unwrap().trim_end_matches('.').to_owned();

    // A wrong password, a body that is none, a typed number in a query, a token that is none.
    clerk.post("/api/v1/sessions", json!({"user": PHONE, "password": SECRET})).await;
    clerk.post("/api/v1/sessions", json!({"user": "leader", "password": {"a": SECRET}})).await;
    let (_, _) = clerk.post("/api/v1/sessions", Value::String(format!("{PHONE} {SECRET}"))).await;
    // Asked for by an address that fails, so that there is a line about it.
    database.pool.execute("alter table incident rename to elsewhere").await.unwrap();
    for typed in [PHONE, SECRET] {
        let answer = page.get(format!("{}/incidents?q={typed}", practice.base)).send().await.unwrap();
        assert_eq!(answer.status(), 500);
    }
    let stolen = reqwest::Client::new().get(format!("{}/api/v1/incidents", practice.base)).bearer_auth(SECRET);
    let answer = stolen.send().await.unwrap();
    assert_eq!(answer.status(), 401);
    let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert_eq!(id.len(), 36);

    // Beside the log it greets whoever started it, with the password of practice.
    let log: Vec<String> = practice.said().lines().filter(|l| l.starts_with('{')).map(str::to_owned).collect();
    let log = log.join("\n");
    for hidden in [PHONE, SECRET, PASSWORD, &database.url] {
        assert!(!log.contains(hidden), "{hidden} stands in the log:\n{log}");
    }
    let lines: Vec<Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let of_fault: Vec<&Value> = lines.iter().filter(|line| line["span"]["id"] == number.as_str()).collect();
    assert!(of_fault.iter().any(|line| line["level"] == "ERROR"), "{number} is in no line of\n{log}");
    let without: Vec<&Value> = lines
        .iter()
        .filter(|l| matches!(l["message"].as_str(), Some("a request failed" | "answered")) && l["span"]["id"].is_null())
        .collect();
    assert!(without.is_empty(), "{without:?}");
}
