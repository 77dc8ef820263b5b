//! Asked to stop, the server ends its streams, finishes what it has begun, and is gone in seconds.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sqlx::{Connection, Executor, PgConnection};
use tokio::net::TcpStream;

use super::{NOW, board_report, browser, report_until_taken, whole_incidents};
use crate::harness::server::Practice;

#[tokio::test]
async fn sigterm_under_load_ends_streams_and_finishes_writes() {
    let mut practice = Practice::start(NOW).await;
    let clerk = practice.sign_in("clerk3.ord").await;
    let page = browser(&practice, "leader", "en").await;
    let mut stream = page.get(format!("{}/live", practice.base)).send().await.unwrap();
    assert_eq!(stream.status(), 200);
    let taken = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..16)
        .map(|who| {
            let (clerk, taken) = (clerk.clone(), taken.clone());
            tokio::spawn(async move {
                let mut promised = Vec::new();
                for n in 0.. {
                    let key = format!("{who}-{n}");
                    match clerk.post_keyed("/api/v1/incidents", &key, &board_report(&key)).await {
                        Ok((201, _)) => {
                            promised.push(key);
                            taken.fetch_add(1, Relaxed);
                        }
                        // Closing: the line is not taken, or the writer has ended.
                        Ok((status, answer)) => assert!(status == 503, "{status}: {answer}"),
                        Err(_) => return promised,
                    }
                }
                promised
            })
        })
        .collect();
    while taken.load(Relaxed) < 16 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }

    let begun = Instant::now();
    ask_to_stop(&practice);
    let heard = async { while let Ok(Some(_)) = stream.chunk().await {} };
    tokio::time::timeout(Duration::from_secs(3), heard).await.expect("the stream ends");
    ends(&mut practice, begun).await;
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

/// What was begun before the stop was asked for is answered, and only then the server is gone.
#[tokio::test]
async fn a_report_under_way_is_answered_before_the_end() {
    let mut practice = Practice::start(NOW).await;
    let clerk = practice.sign_in("clerk3.ord").await;
    let mut holder = PgConnection::connect_with(&practice.pool().connect_options()).await.unwrap();
    holder.execute("begin; lock table incident in exclusive mode").await.unwrap();
    let held = tokio::spawn(async move { clerk.post_keyed("/api/v1/incidents", "held", &board_report("held")).await });
    let waiting =
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    let begun = Instant::now();
    while sqlx::query_scalar::<_, i64>(waiting).fetch_one(practice.pool()).await.unwrap() == 0 {
        assert!(begun.elapsed() < Duration::from_secs(4), "the report is never under way");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }

    let begun = Instant::now();
    ask_to_stop(&practice);
    let address = practice.base.trim_start_matches("http://").to_owned();
    while TcpStream::connect(&address).await.is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(3), "it goes on letting people in");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    holder.execute("rollback").await.unwrap();
    let (status, saved) = held.await.unwrap().expect("an answer, not a broken line");
    assert_eq!(status, 201, "{saved}");
    ends(&mut practice, begun).await;
    assert_eq!(whole_incidents(practice.pool()).await, 1);
}

fn ask_to_stop(practice: &Practice) {
    kill(Pid::from_raw(i32::try_from(practice.pid()).unwrap()), Signal::SIGTERM).unwrap();
}

/// It ends well, and within seconds of `begun`.
async fn ends(practice: &mut Practice, begun: Instant) {
    let ended = loop {
        if let Some(status) = practice.ended() {
            break status;
        }
        assert!(begun.elapsed() < Duration::from_secs(8), "it does not stop:\n{}", practice.tail());
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert!(ended.success(), "{ended}");
}
