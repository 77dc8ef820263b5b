//! The server killed with SIGKILL under load, again and again.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{NOW, board_report, long, report_until_taken, whole_incidents};
use crate::harness::server::Practice;

const CLIENTS: usize = 16;

#[tokio::test]
async fn every_201_is_there_once_after_each_kill() {
    let mut practice = Practice::start(NOW).await;
    let clerk = practice.sign_in("clerk3.ord").await;
    let mut promised: BTreeMap<String, String> = BTreeMap::new();
    let mut sent = Vec::new();
    for round in 0..if long() { 50_u32 } else { 5 } {
        let killed = Arc::new(AtomicBool::new(false));
        let got = Arc::new(Mutex::new((Vec::new(), Vec::new())));
        let clients: Vec<_> = (0..CLIENTS)
            .map(|who| {
                let (clerk, killed, got) = (clerk.clone(), killed.clone(), got.clone());
                tokio::spawn(async move {
                    for n in 0.. {
                        let key = format!("{round}-{who}-{n}");
                        got.lock().unwrap().0.push(key.clone());
                        match clerk.post_keyed("/api/v1/incidents", &key, &board_report(&key)).await {
                            Ok((201, saved)) => {
                                let number = saved["number"].as_str().unwrap().to_owned();
                                got.lock().unwrap().1.push((key, number));
                            }
                            // Too much at once for a server that has just started: not answered, and sent again below.
                            Ok((503, _)) => {}
                            Ok((status, answer)) => panic!("{status}: {answer}"),
                            Err(_) => {
                                assert!(killed.load(Relaxed), "the line broke before the kill");
                                break;
                            }
                        }
                    }
                })
            })
            .collect();
        // Another moment each round: now and then before anybody is answered, mostly after some are.
        while round % 3 != 2 && got.lock().unwrap().1.len() < CLIENTS {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        tokio::time::sleep(Duration::from_millis(u64::from(3 + round * 37 % 120))).await;
        killed.store(true, Relaxed);
        practice.kill_dash_9();
        for client in clients {
            client.await.unwrap();
        }
        practice.restart(NOW).await;
        let (keys, answered) = std::mem::take(&mut *got.lock().unwrap());
        sent.extend(keys);
        promised.extend(answered);
        let count = whole_incidents(practice.pool()).await;
        let (least, most) = (promised.len(), sent.len());
        assert!((least..=most).contains(&usize::try_from(count).unwrap()), "round {round}: {count} of {least}..{most}");
    }
    assert!(!promised.is_empty());
    // Sent again, each is the same report; and with that every key is there once.
    for key in &sent {
        let number = report_until_taken(&clerk, key).await;
        assert!(promised.get(key).is_none_or(|promised| *promised == number), "{key}: {number}");
        promised.insert(key.clone(), number);
    }
    let numbers: std::collections::BTreeSet<&String> = promised.values().collect();
    assert_eq!(numbers.len(), sent.len());
    assert_eq!(whole_incidents(practice.pool()).await, i64::try_from(sent.len()).unwrap());
}
