//! Two servers on one database fire every step of the ladder exactly once.

use serde_json::{Value, json};

use super::ladder::{Step, escalations, notices, projected, read_step, timeline};
use super::{at, rfc};
use crate::harness::server::Practice;

#[tokio::test]
async fn two_servers_fire_each_step_once() {
    let one = Practice::start(&rfc("2026-09-30 17:05")).await;
    let clerk = one.sign_in("clerk3.ord").await;
    let leader = one.sign_in("leader").await;
    let mut expected: Vec<(String, Vec<Step>)> = Vec::new();
    for board in 1..=6 {
        let body = json!({
            "sub_kind": "it.voice_board_down",
            "occurred_at": rfc("2026-09-30 17:05"),
            "region": "CITY",
            "description": "语音板失效",
            "board": board.to_string(),
            "links_affected": {"ordering": "restricted"},
            "not_duplicate_reason": "另一块板",
        });
        let saved = clerk.send("/api/v1/incidents", body, 201).await;
        let number = saved["number"].as_str().unwrap().to_owned();
        let mut steps = projected(&timeline(&leader, &number).await);
        steps.retain(|(due, _)| *due <= at("2026-10-08 17:05"));
        assert!(steps.len() >= 15, "{steps:?}");
        expected.push((number, steps));
    }

    let other = one.beside(&rfc("2026-09-30 17:05")).await;
    for wall in ["2026-09-30 17:35", "2026-10-08 08:35", "2026-10-08 10:05", "2026-10-08 17:05"] {
        let to = rfc(wall);
        tokio::join!(one.clock_to(&to), other.clock_to(&to));
    }

    for (number, expected) in &expected {
        let line: Value = timeline(&leader, number).await;
        let mut fired: Vec<Step> = escalations(&line).into_iter().map(read_step).collect();
        fired.sort();
        assert_eq!(&fired, expected, "{number}");
        assert_eq!(line, timeline(&other.sign_in("leader").await, number).await);
        let told = notices(&one, "deputy", number, "it.voice.on_site").await;
        assert_eq!(told, 2, "10:05 and 17:05");
    }
}
