//! Two servers, one incident, many acts at once: none is lost, none is done twice.

use std::collections::BTreeMap;

use serde_json::json;

use super::{NOW, board_report, long};
use crate::harness::server::Practice;

const PEOPLE: [&str; 6] = ["leader", "head.inf", "head.ord", "clerk3.ord", "tech1.inf", "duty"];

#[tokio::test]
async fn acts_at_once_through_two_servers_are_each_kept_or_refused() {
    let one = Practice::start(NOW).await;
    let two = one.beside(NOW).await;
    let clerk = one.sign_in("clerk3.ord").await;
    let saved = clerk.send("/api/v1/incidents", board_report("1"), 201).await;
    let number = saved["number"].as_str().unwrap().to_owned();
    let tasks: Vec<String> =
        saved["tasks"].as_array().unwrap().iter().map(|t| t["task"].as_str().unwrap().to_owned()).collect();
    let mut clients = Vec::new();
    for server in [&one, &two] {
        for who in PEOPLE {
            clients.push(server.sign_in(who).await);
        }
    }

    // Everyone signs for everything and comments, from both servers, all at once.
    let rounds = if long() { 60 } else { 6 };
    let acts = clients.iter().enumerate().map(|(n, client)| {
        let (number, tasks) = (&number, &tasks);
        async move {
            let mut taken: BTreeMap<String, usize> = BTreeMap::new();
            for round in 0..rounds {
                let task = &tasks[(n + round) % tasks.len()];
                for (act, path, body) in [
                    (task.as_str(), format!("tasks/{task}/acknowledgement"), json!({})),
                    ("comment", "comments".to_owned(), json!({"text": format!("{n}-{round}")})),
                ] {
                    let (status, answer) = client.post(&format!("/api/v1/incidents/{number}/{path}"), body).await;
                    assert!(status < 500, "{status}: {answer}");
                    if status < 300 {
                        *taken.entry(act.to_owned()).or_default() += 1;
                    }
                }
            }
            taken
        }
    });
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for of_one in futures::future::join_all(acts).await {
        for (act, count) in of_one {
            *taken.entry(act).or_default() += count;
        }
    }

    let entries = |kind: &'static str| {
        let (pool, number) = (one.pool(), number.clone());
        async move {
            let count: i64 = sqlx::query_scalar(
                "select count(*) from journal j join incident i on i.id = j.incident where number = $1 and j.kind = $2",
            )
            .bind(number)
            .bind(kind)
            .fetch_one(pool)
            .await
            .unwrap();
            usize::try_from(count).unwrap()
        }
    };
    assert!(taken["comment"] > 0 && taken.len() > 1, "{taken:?}");
    assert_eq!(entries("comment").await, taken["comment"], "a comment lost or doubled");
    let twice: i64 = sqlx::query_scalar(
        "select count(*) from (select 1 from journal where kind = 'acknowledged' group by incident, task having count(*) > 1) t",
    )
    .fetch_one(one.pool())
    .await
    .unwrap();
    assert_eq!(twice, 0, "a task signed for twice");
    let revision: i32 = sqlx::query_scalar("select revision from incident").fetch_one(one.pool()).await.unwrap();
    let acts = 1 + entries("comment").await + entries("acknowledged").await;
    assert_eq!(usize::try_from(revision).unwrap(), acts, "an act overwrote another");
}
