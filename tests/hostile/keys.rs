//! The sender's own key, on every call that makes something: sent again it is the same, and to others it opens nothing.

use futures::future::join_all;
use serde_json::{Value, json};

use super::record::{Record, live};
use super::{NOW, at};
use crate::harness::server::Client;
use crate::harness::town::Town;

const KEY: &str = "0190-the-same-key";

/// A call that makes something, with two people who each may do so.
struct Making {
    path: &'static str,
    body: Value,
    table: &'static str,
    people: [&'static str; 2],
}

async fn makings(town: &Town, record: &Record) -> Vec<Making> {
    let inspector = town.sign_in("insp1.insp").await;
    let review = inspector.read(&format!("/api/v1/reviews/{}", record.smoke)).await;
    let all = [
        (
            "directives",
            "directive",
            ["leader", "deputy"],
            json!({"text": "order", "departments": ["ORD"], "due_at": at("16:00")}),
        ),
        (
            "decisions",
            "decision",
            ["leader", "deputy"],
            json!({"incident": record.storm, "kind": "suspend", "areas": ["YL"], "links": ["delivery"],
                   "from": at("12:00"), "reason": "storm", "draft": true}),
        ),
        ("announcements", "announcement", ["lgo.head", "duty"], json!({"decision": record.decision})),
        (
            "circulars",
            "circular",
            ["leader", "insp1.insp"],
            json!({"facts": "facts", "clauses": ["2.1.2-lg-4"], "departments": ["INF"]}),
        ),
        (
            "rectifications",
            "rectification",
            ["insp1.insp", "insp2.insp"],
            json!({"incident": record.smoke, "finding": review["findings"][0]["id"], "measure": "mend it",
                   "due_at": "2026-03-30T17:30:00+08:00"}),
        ),
        (
            "resource-requests",
            "resource_request",
            ["deputy", "leader"],
            json!({"headquarters": record.host, "kind": "people", "what": "drivers", "quantity": 5, "unit": "人",
                   "department": "DIST", "due_at": at("16:00")}),
        ),
    ];
    let making = |(path, table, people, body)| Making { path, body, table, people };
    all.into_iter().map(making).collect()
}

async fn send(who: &Client, making: &Making, key: &str) -> (u16, Value) {
    who.post_keyed(&format!("/api/v1/{}", making.path), key, &making.body).await.unwrap()
}

async fn count(town: &Town, table: &str) -> i64 {
    let query = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
    sqlx::query_scalar(query).fetch_one(&town.app.pool).await.unwrap()
}

#[tokio::test]
async fn what_is_sent_twice_under_a_key_is_made_once() {
    let town = Town::at(NOW).await;
    let record = live(&town, "as it was").await;
    for making in makings(&town, &record).await {
        let what = making.path;
        let own = town.sign_in(making.people[0]).await;
        let before = count(&town, making.table).await;
        // Eight at once: one makes it, the others wait and are answered with it.
        let all = join_all((0..8).map(|_| send(&own, &making, KEY))).await;
        let new: Vec<_> = all.iter().filter(|(status, _)| *status == 201).collect();
        assert_eq!(new.len(), 1, "{what}: {all:?}");
        let number = new[0].1["number"].clone();
        assert!(number.is_string(), "{what}: {number}");
        for (status, answer) in &all {
            assert!(*status == 201 || *status == 200, "{what}: {answer}");
            assert_eq!(answer["number"], number, "{what}");
        }
        let (status, again) = send(&own, &making, KEY).await;
        assert_eq!((status, &again["number"]), (200, &number), "{what}");
        assert_eq!(count(&town, making.table).await, before + 1, "{what}");
        // Another key, and none, are another thing.
        assert_ne!(send(&own, &making, "another").await.1["number"], number, "{what}");

        let (status, refused) = send(&own, &making, &"x".repeat(201)).await;
        let found = (status, &refused["code"], &refused["field"]);
        assert_eq!(found, (422, &json!("M_BAD_VALUE"), &json!("Idempotency-Key")), "{what}");
    }
}

#[tokio::test]
async fn anothers_key_opens_nothing_whatever_it_made() {
    let town = Town::at(NOW).await;
    let record = live(&town, "as it was").await;
    for making in makings(&town, &record).await {
        let what = making.path;
        let (own, other) = (town.sign_in(making.people[0]).await, town.sign_in(making.people[1]).await);
        let (status, first) = send(&own, &making, KEY).await;
        assert_eq!(status, 201, "{what}: {first}");
        let (status, second) = send(&other, &making, KEY).await;
        assert_eq!(status, 201, "{what}: nobody is kept from making their own: {second}");
        assert_ne!(first["number"], second["number"], "{what}");
        let (status, stolen) = send(&other, &making, KEY).await;
        assert_eq!((status, &stolen["number"]), (200, &second["number"]), "{what}: one's own under the key");
    }
}

/// Nothing is kept under a key whose call was refused: put right, it is taken.
#[tokio::test]
async fn a_refused_call_uses_up_no_key() {
    let town = Town::at(NOW).await;
    let leader = town.sign_in("leader").await;
    let order = |text: &str| json!({"text": text, "departments": ["ORD"], "due_at": at("16:00")});
    let (status, _) = leader.post_keyed("/api/v1/directives", KEY, &order("")).await.unwrap();
    assert_eq!(status, 422);
    let (status, answer) = leader.post_keyed("/api/v1/directives", KEY, &order("order")).await.unwrap();
    assert_eq!(status, 201, "{answer}");
}
