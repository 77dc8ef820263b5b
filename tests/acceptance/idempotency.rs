//! One key, one report, however often it is sent (R166).

use futures::future::join_all;
use serde_json::{Value, json};

use super::bodies::{NOW, report};
use super::expected::sub_kind;
use super::rfc;
use crate::harness::server::Practice;

const INCIDENTS: &str = "/api/v1/incidents";

async fn count(practice: &Practice) -> usize {
    let leader = practice.sign_in("leader").await;
    leader.read("/api/v1/incidents?limit=100").await["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn the_same_key_again_answers_200_with_the_same_number() {
    let practice = Practice::start(&rfc(NOW)).await;
    let driver = practice.sign_in("drv.q02").await;
    let body = report(sub_kind("veh.breakdown_en_route"));
    let (status, first) = driver.post_keyed(INCIDENTS, "draft-1", &body).await.unwrap();
    assert_eq!(status, 201, "{first}");
    for _ in 0..3 {
        let (status, again) = driver.post_keyed(INCIDENTS, "draft-1", &body).await.unwrap();
        assert_eq!(status, 200, "{again}");
        assert_eq!(again["number"], first["number"]);
    }
    practice.clock_to(&rfc("2026-03-16 10:09")).await;
    let (status, later) = driver.post_keyed(INCIDENTS, "draft-1", &body).await.unwrap();
    assert_eq!((status, &later["number"]), (200, &first["number"]), "resent when the line is back");
    assert_eq!(count(&practice).await, 1);
}

#[tokio::test]
async fn twenty_at_once_make_one_incident() {
    let practice = Practice::start(&rfc(NOW)).await;
    let driver = practice.sign_in("drv.q02").await;
    let body = report(sub_kind("veh.breakdown_en_route"));
    let sent = (0..20).map(|_| driver.post_keyed(INCIDENTS, "draft-2", &body));
    let answers: Vec<(u16, Value)> = join_all(sent).await.into_iter().map(Result::unwrap).collect();
    let created = answers.iter().filter(|(status, _)| *status == 201).count();
    let repeated = answers.iter().filter(|(status, _)| *status == 200).count();
    assert_eq!((created, repeated), (1, 19), "{answers:?}");
    assert!(answers.iter().all(|(_, body)| body["number"] == json!("YJ-20260316-001")));
    assert_eq!(count(&practice).await, 1);
}

#[tokio::test]
async fn a_refused_report_leaves_its_key_free() {
    let practice = Practice::start(&rfc(NOW)).await;
    let driver = practice.sign_in("drv.q02").await;
    let mut body = report(sub_kind("veh.breakdown_en_route"));
    let place = body["exact_location"].take();
    body["exact_location"] = json!("on the road");
    let (status, refused) = driver.post_keyed(INCIDENTS, "draft-3", &body).await.unwrap();
    assert_eq!((status, &refused["code"]), (422, &json!("M_LOCATION_VAGUE")));
    body["exact_location"] = place;
    let (status, saved) = driver.post_keyed(INCIDENTS, "draft-3", &body).await.unwrap();
    assert_eq!(status, 201, "{saved}");
}
