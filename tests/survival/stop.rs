//! Asked to stop, the server ends its streams, finishes what it has begun, and is gone in seconds.

use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{NOW, board_report, browser, report_until_taken, whole_incidents};
use crate::harness::server::Practice;

#[tokio::test]
async fn sigterm_under_load_ends_streams_and_finishes_writes() {
    let mut practice = Practice::start(NOW).await;
    let clerk = practice.sign_in("clerk3.ord").await;
    let page = browser(&practice, "leader", "en").await;
    let mut stream = page.get(format!("{}/live", practice.base)).send().await.unwrap();
    assert_eq!(stream.status(), 200);
    let clients: Vec<_> = (0..16)
        .map(|who| {
            let clerk = clerk.clone();
            tokio::spawn(async move {
                let mut promised = Vec::new();
                for n in 0.. {
                    let key = format!("{who}-{n}");
                    match clerk.post_keyed("/api/v1/incidents", &key, &board_report(&key)).await {
                        Ok((201, _)) => promised.push(key),
                        // Closing: the line is not taken, or the writer has ended.
                        Ok((status, answer)) => assert!(status == 503, "{status}: {answer}"),
                        Err(_) => return promised,
                    }
                }
                promised
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(400)).await;

    let begun = Instant::now();
    kill(Pid::from_raw(i32::try_from(practice.pid()).unwrap()), Signal::SIGTERM).unwrap();
    let heard = async { while let Ok(Some(_)) = stream.chunk().await {} };
    tokio::time::timeout(Duration::from_secs(3), heard).await.expect("the stream ends");
    let ended = loop {
        if let Some(status) = practice.ended() {
            break status;
        }
        assert!(begun.elapsed() < Duration::from_secs(8), "it does not stop:\n{}", practice.tail());
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert!(ended.success(), "{ended}");
    let mut promised = Vec::new();
    for client in clients {
        promised.extend(client.await.unwrap());
    }
    assert!(promised.len() >= 16, "{}", promised.len());
    let count = whole_incidents(practice.pool()).await;
    assert!(count >= i64::try_from(promised.len()).unwrap());

    practice.restart(NOW).await;
    for key in &promised {
        report_until_taken(&clerk, key).await;
    }
    assert_eq!(whole_incidents(practice.pool()).await, count, "each promised report was there already");
}
