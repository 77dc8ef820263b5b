//! Several servers on one database, killed in turn; and one whose clock is wrong.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::Value;
use zhihui::clock::Clock;
use zhihui::db::line;
use zhihui::intake;
use zhihui::plan::Edition;
use zhihui::response::intake::Receipt;
use zhihui::state::{App, Settings};
use zhihui::worker;

use super::{NOW, board_report, long, report_until_taken};
use crate::harness::database::{TestDb, database};
use crate::harness::server::{Client, Practice};

/// Two days later: every limit of the four tasks has passed, and the ladders with them.
const LATER: &str = "2026-03-18T10:00:00+08:00";

#[tokio::test]
async fn three_servers_killed_in_turn_fire_each_step_once() {
    let incidents = if long() { 700 } else { 70 };
    let one = Practice::start(NOW).await;
    let clerk = one.sign_in("clerk3.ord").await;
    for n in 0..incidents {
        report_until_taken(&clerk, &format!("board-{n}")).await;
    }
    // What has to fire is what the timeline of one of them draws, for each.
    let number: String = sqlx::query_scalar("select min(number) from incident").fetch_one(one.pool()).await.unwrap();
    let line = one.sign_in("leader").await.read(&format!("/api/v1/incidents/{number}/timeline")).await;
    let steps = line["projected"].as_array().unwrap().iter().filter(|entry| tells(entry) && at(entry) <= LATER).count();
    assert!(steps >= 10, "{line}");
    let expected = i64::try_from(steps * incidents).unwrap();

    let (two, three) = (one.beside(NOW).await, one.beside(NOW).await);
    let mut servers = [one, two, three];
    let mut moving = Vec::new();
    for server in &servers {
        moving.push(move_on(server.sign_in("leader").await));
    }
    for server in &mut servers {
        // Killed while it is at it: some have fired since the last, some have not.
        let before = fired(server).await;
        while fired(server).await < (before + expected / 8).min(expected) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        server.kill_dash_9();
        server.restart(NOW).await;
        moving.push(move_on(server.sign_in("leader").await));
    }
    for one in moving {
        one.await.unwrap();
    }
    for server in &servers {
        server.clock_to(LATER).await;
    }

    let pool = servers[0].pool();
    assert_eq!(fired(&servers[0]).await, expected, "every step that was drawn has fired");
    let doubled: i64 = sqlx::query_scalar(
        "select count(*) from (select 1 from journal where kind = 'escalated' group by incident, task, data having count(*) > 1) d",
    )
    .fetch_one(pool)
    .await
    .unwrap();
    assert_eq!(doubled, 0, "told twice");
    let entries: i64 =
        sqlx::query_scalar("select count(*) from journal where kind = 'escalated'").fetch_one(pool).await.unwrap();
    assert_eq!(entries, expected, "an entry for each");
    let notices: Vec<i64> = sqlx::query_scalar("select count(*) from notice where at <= $1 group by incident")
        .bind(chrono::DateTime::parse_from_rfc3339(LATER).unwrap())
        .fetch_all(pool)
        .await
        .unwrap();
    assert!(notices.windows(2).all(|pair| pair[0] == pair[1]), "each is told as often as the others: {notices:?}");
}

/// Due is what the database's clock says. One replica is forty minutes fast, one forty minutes slow.
#[tokio::test]
async fn a_wrong_clock_on_one_replica_fires_nothing_early_and_nothing_late() {
    let db = database().await;
    let truth = Clock::System.now();
    let limit = TimeDelta::minutes(30);
    prepare(&db, truth).await;
    // One reported now, one whose limit to sign for it passed a minute ago.
    let not_due = report(&db, truth, "not due").await;
    let due = report(&db, truth - limit - TimeDelta::minutes(1), "due").await;
    let acknowledge_by: chrono::DateTime<chrono::Utc> = sqlx::query_scalar(
        "select min(acknowledge_by) from task join incident i on i.id = task.incident where number = $1",
    )
    .bind(&not_due)
    .fetch_one(&db.pool)
    .await
    .unwrap();
    assert!(acknowledge_by > truth && acknowledge_by < truth + TimeDelta::minutes(40), "{acknowledge_by}");

    let fast = replica(&db, truth + TimeDelta::minutes(40)).await;
    for _ in 0..3 {
        worker::tick(&fast, fast.clock.now()).await.unwrap();
    }
    assert_eq!(told_about(&db, &not_due).await, 0, "nothing fires early");
    fast.shutdown.cancel();
    let first = told_about(&db, &due).await;
    assert!(first > 0, "what is due is fired by whoever looks first");

    // The slow one alone: what comes due is fired by it, in time.
    let also = report(&db, truth - limit - TimeDelta::minutes(1), "also due").await;
    let slow = replica(&db, truth - TimeDelta::minutes(40)).await;
    worker::tick(&slow, slow.clock.now()).await.unwrap();
    assert_eq!(told_about(&db, &also).await, first, "nothing fires late");
    assert_eq!(told_about(&db, &due).await, first, "and nothing again");
}

/// A server's application on the database, begun with a wrong idea of the time, as `serve` begins one.
async fn replica(db: &TestDb, guess: chrono::DateTime<chrono::Utc>) -> App {
    let clock = Clock::shared(guess);
    let (app, _writer) = App::load(db.pool.clone(), clock, Settings::default()).await.unwrap();
    tokio::spawn(line::watch(app.pool.clone(), app.clock.clone(), app.shutdown.clone()));
    let begun = std::time::Instant::now();
    while (app.clock.now() - Clock::System.now()).abs() > TimeDelta::seconds(5) {
        assert!(begun.elapsed() < Duration::from_secs(10), "the clock is never set right");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    app
}

async fn prepare(db: &TestDb, at: chrono::DateTime<chrono::Utc>) {
    let mut tx = db.pool.begin().await.unwrap();
    zhihui::plan::store::load_built_in(&mut tx, at).await.unwrap();
    zhihui::demo::store::fill(&mut tx, &Edition::built_in().unwrap(), "-", at).await.unwrap();
    tx.commit().await.unwrap();
}

/// Reports as of `at`, on an application of its own.
async fn report(db: &TestDb, at: chrono::DateTime<chrono::Utc>, board: &str) -> String {
    let (app, writer) = App::load(db.pool.clone(), Clock::simulated(at), Settings::default()).await.unwrap();
    tokio::spawn(intake::run(writer, db.pool.clone(), app.clock.clone(), app.duplicate_window(), app.shutdown.clone()));
    let clerk = app.directory().by_login("clerk3.ord").unwrap().actor();
    let Value::Object(mut body) = board_report(board) else { unreachable!() };
    body.insert("occurred_at".to_owned(), at.to_rfc3339().into());
    match app.report(&clerk, body, None).await.unwrap() {
        Receipt::Opened(case) => case.incident.number,
        other => panic!("{other:?}"),
    }
}

async fn told_about(db: &TestDb, number: &str) -> i64 {
    sqlx::query_scalar("select count(*) from escalation e join incident i on i.id = e.incident where number = $1")
        .bind(number)
        .fetch_one(&db.pool)
        .await
        .unwrap()
}

/// Moves one server's clock on; the answer may never come, since servers are killed meanwhile.
fn move_on(leader: Client) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        let _ = leader.post_keyed("/api/v1/practice/clock", "", &serde_json::json!({"to": LATER})).await;
    })
}

async fn fired(server: &Practice) -> i64 {
    sqlx::query_scalar("select count(*) from escalation").fetch_one(server.pool()).await.unwrap()
}

fn tells(entry: &Value) -> bool {
    entry["tell"].as_array().is_some_and(|who| !who.is_empty()) || entry["tell"].as_str().is_some_and(|w| !w.is_empty())
}

fn at(entry: &Value) -> &str {
    entry["at"].as_str().unwrap()
}
