//! Boards drawn once are shown again to nobody but their reader, and never when anything has changed.

use std::io::Read;

use flate2::read::GzDecoder;
use serde_json::{Value, json};

use crate::harness::town::{Browser, Town};

fn breakdown(vehicle: &str, region: &str) -> Value {
    json!({
        "sub_kind": "veh.breakdown_en_route", "region": region, "occurred_at": "2026-09-30T17:00:00+08:00",
        "description": "Engine stopped, cannot move", "vehicle": vehicle, "route": "R7",
        "exact_location": format!("the bridge of {region}"), "undelivered_customers": 31,
    })
}

/// A page as browsers ask for it, packed: only such are kept.
async fn packed(town: &Town, browser: &Browser, path: &str) -> String {
    let answer =
        browser.http.get(format!("{}{path}", town.url)).header("accept-encoding", "gzip").send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert!(answer.headers().contains_key("x-request-id") && answer.headers().contains_key("content-security-policy"));
    let mut page = String::new();
    GzDecoder::new(&answer.bytes().await.unwrap()[..]).read_to_string(&mut page).unwrap();
    page
}

#[tokio::test]
async fn a_kept_board_is_nobody_elses() {
    let town = Town::at("2026-09-30T17:05:00+08:00").await;
    let qz = town.report("drv.q02", breakdown("Q02", "QZ")).await;
    let (here, there) = (town.browser("cm1.rmd-qz").await, town.browser("cm1.rmd-lx").await);
    for path in ["/board", "/department", "/wall"] {
        for _ in 0..2 {
            let page = packed(&town, &here, path).await;
            let other = packed(&town, &there, path).await;
            assert!(path == "/department" || page.contains(&qz), "{path}");
            assert!(!other.contains(&qz), "{path} of another region");
            assert!(path == "/wall" || page.contains("cm1.rmd-qz") && other.contains("cm1.rmd-lx"), "{path}");
        }
    }
    // A different language and another theme are different pages.
    let english = packed(&town, &here, "/board").await;
    here.post("/language", &[("to", "zh-Hans"), ("next", "/")]).await;
    let chinese = packed(&town, &here, "/board").await;
    assert!(english.contains("<html lang=\"en\"") && chinese.contains("<html lang=\"zh-Hans\""));
    // The same person at another device, in the language chosen there.
    let device = town.browser("cm1.rmd-qz").await;
    let (chinese, english) = (packed(&town, &here, "/board").await, packed(&town, &device, "/board").await);
    assert!(english.contains("<html lang=\"en\"") && chinese.contains("<html lang=\"zh-Hans\""));
    here.post("/theme", &[("theme", "dark"), ("next", "/")]).await;
    assert!(packed(&town, &here, "/board").await.contains("data-theme=\"dark\""));
    // Who has signed out is sent to the door.
    here.post("/sign-out", &[]).await;
    assert_eq!(here.sent_to("/board").await.split('?').next(), Some("/sign-in"));
}

#[tokio::test]
async fn a_kept_board_shows_every_change_at_once() {
    let town = Town::at("2026-09-30T17:05:00+08:00").await;
    let leader = town.browser("leader").await;
    for vehicle in ["Q01", "Q02", "Q03"] {
        let before = packed(&town, &leader, "/board").await;
        assert_eq!(before, packed(&town, &leader, "/board").await);
        // Written past this server's pages, as another replica would.
        let number = town.report("leader", breakdown(vehicle, "QZ")).await;
        assert!(!before.contains(&number));
        assert!(packed(&town, &leader, "/board").await.contains(&number), "the page after the commit shows it");
    }
    // Time alone moves what is left of each limit.
    let before = packed(&town, &leader, "/board").await;
    town.clock_to("2026-09-30T17:06:30+08:00").await;
    assert_ne!(before, packed(&town, &leader, "/board").await);
}
