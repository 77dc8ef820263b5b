//! A report that got its 201 survives the hardest end, whole.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::bodies::NOW;
use super::rfc;
use crate::harness::server::{Client, Practice};

const CLIENTS: usize = 32;

/// What one client knows: the keys it sent, and the numbers it was promised.
#[derive(Default)]
struct Sent {
    keys: Vec<(String, Value)>,
    promised: Vec<String>,
}

fn board_report(board: &str) -> Value {
    json!({
        "sub_kind": "it.voice_board_down",
        "occurred_at": rfc("2026-03-16 09:59"),
        "region": "CITY",
        "description": "语音板失效",
        "board": board,
        "links_affected": {"ordering": "restricted"},
        "not_duplicate_reason": "另一块板",
    })
}

async fn report_until_the_line_breaks(client: Client, who: usize, sent: Arc<Mutex<Sent>>) {
    for round in 0.. {
        let key = format!("load-{who}-{round}");
        let body = board_report(&key);
        sent.lock().unwrap().keys.push((key.clone(), body.clone()));
        match client.post_keyed("/api/v1/incidents", &key, &body).await {
            Ok((201, saved)) => {
                sent.lock().unwrap().promised.push(saved["number"].as_str().unwrap().to_owned());
            }
            Ok((status, answer)) => panic!("{status}: {answer}"),
            Err(_) => return,
        }
    }
}

#[tokio::test]
async fn kill_dash_9_under_load_loses_no_report_that_got_a_201() {
    let mut practice = Practice::start(&rfc(NOW)).await;
    let clerk = practice.sign_in("clerk3.ord").await;
    let sent = Arc::new(Mutex::new(Sent::default()));
    let clients: Vec<_> =
        (0..CLIENTS).map(|who| tokio::spawn(report_until_the_line_breaks(clerk.clone(), who, sent.clone()))).collect();
    while sent.lock().unwrap().promised.len() < 3 * CLIENTS {
        assert!(!clients.iter().all(|c| c.is_finished()), "nobody reports any more");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    practice.kill_dash_9();
    for client in clients {
        client.await.unwrap();
    }

    practice.restart(&rfc(NOW)).await;
    let Sent { keys, promised } = std::mem::take(&mut *sent.lock().unwrap());
    let distinct: BTreeSet<&String> = promised.iter().collect();
    assert_eq!(distinct.len(), promised.len(), "no number is given twice");
    for number in &promised {
        let kept = clerk.read(&format!("/api/v1/incidents/{number}")).await;
        assert_eq!(kept["tasks"].as_array().unwrap().len(), 4, "{kept}");
    }

    let mut numbers = BTreeSet::new();
    for (key, body) in &keys {
        let (status, answer) = clerk.post_keyed("/api/v1/incidents", key, body).await.unwrap();
        assert!(status == 200 || status == 201, "{status}: {answer}");
        numbers.insert(answer["number"].as_str().unwrap().to_owned());
    }
    assert_eq!(numbers.len(), keys.len(), "each key is one incident");
    assert!(promised.iter().all(|number| numbers.contains(number)));
}
