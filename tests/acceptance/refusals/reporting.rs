//! Refusals on the way in: what is no report of this plan, and what a report must say.

use serde_json::{Value, json};

use super::{Expect, refused, rule};
use crate::acceptance::bodies::{NOW, report, untouched};
use crate::acceptance::expected::{MATRIX, sub_kind};
use crate::acceptance::messages::LANGUAGES;
use crate::acceptance::{at, rfc, task, time};
use crate::harness::server::Practice;

const INCIDENTS: &str = "/api/v1/incidents";

fn with(code: &str, field: &str, value: Value) -> Value {
    let mut body = report(sub_kind(code));
    body[field] = value;
    body
}

fn without(code: &str, field: &str) -> Value {
    let mut body = report(sub_kind(code));
    body.as_object_mut().unwrap().remove(field);
    body
}

#[tokio::test]
async fn outside_the_plan() {
    let practice = Practice::start(&rfc(NOW)).await;
    let head = practice.sign_in("head.inf").await;
    for elsewhere in ["XX", "SHANGHAI"] {
        let body = with("it.line_failure", "region", json!(elsewhere));
        let expect = Expect { clause: Some("1.4"), field: Some("region"), ..rule() };
        refused(&head, INCIDENTS, &body, "M_OUTSIDE_CITY", expect).await;
    }
    let body = with("it.line_failure", "links_affected", untouched());
    let expect = Expect { clause: Some("1.4"), field: Some("links_affected"), ..rule() };
    refused(&head, INCIDENTS, &body, "M_OUT_OF_SCOPE", expect).await;
    let body = with("it.line_failure", "occurred_at", json!("2007-12-31T10:00:00+08:00"));
    let expect = Expect { clause: Some("5"), field: Some("occurred_at"), names: "2007", ..rule() };
    refused(&head, INCIDENTS, &body, "M_NO_EDITION", expect).await;
    nothing_was_saved(&practice).await;
}

#[tokio::test]
async fn times_to_come() {
    let practice = Practice::start(&rfc(NOW)).await;
    let duty = practice.sign_in("duty").await;
    let body = with("it.line_failure", "occurred_at", json!(rfc("2026-03-16 10:01")));
    let expect = Expect { field: Some("occurred_at"), ..rule() };
    refused(&duty, INCIDENTS, &body, "M_FUTURE_TIME", expect).await;
    let body = with("it.line_failure", "told_at", json!(rfc("2026-03-16 10:01")));
    let expect = Expect { field: Some("told_at"), ..rule() };
    refused(&duty, INCIDENTS, &body, "M_FUTURE_TIME", expect).await;
    nothing_was_saved(&practice).await;

    let body = with("it.line_failure", "told_at", json!(rfc("2026-03-16 09:50")));
    let saved = duty.send(INCIDENTS, body, 201).await;
    let directive = task(&saved, "cmd.local_directive");
    assert_eq!(time(&directive["due_at"]), at("2026-03-16 10:20"), "the clock starts at the call");
}

#[tokio::test]
async fn each_required_field_by_name() {
    let practice = Practice::start(&rfc(NOW)).await;
    let leader = practice.sign_in("leader").await;
    let mut wrong = Vec::new();
    for sub_kind in &MATRIX.sub_kind {
        for field in &sub_kind.required_fields {
            let codes: &[&str] = match (sub_kind.kind.as_str(), field.as_str()) {
                ("vehicle", "casualties") => &["M_CASUALTY_FIELD"],
                (_, "casualties") => &["M_REQUIRED", "M_CASUALTY_FIELD"],
                (_, "exact_location") => &["M_REQUIRED", "M_LOCATION_VAGUE"],
                _ => &["M_REQUIRED"],
            };
            let (status, answer) = leader.post(INCIDENTS, without(&sub_kind.code, field)).await;
            let known = codes.iter().any(|code| answer["code"] == *code);
            if status != 422 || !known || answer["field"] != field.as_str() {
                wrong.push(format!("{} without {field}: {status} {answer}", sub_kind.code));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    let expect = Expect { field: Some("board"), ..rule() };
    refused(&leader, INCIDENTS, &without("it.voice_board_down", "board"), "M_REQUIRED", expect).await;
    let blank = with("it.voice_board_down", "board", json!("  "));
    refused(&leader, INCIDENTS, &blank, "M_REQUIRED", expect).await;
    nothing_was_saved(&practice).await;
}

#[tokio::test]
async fn what_a_report_must_say() {
    let practice = Practice::start(&rfc(NOW)).await;
    let driver = practice.sign_in("drv.q02").await;
    for vague in ["on the road", "在路上", "路上", "途中"] {
        let body = with("veh.breakdown_en_route", "exact_location", json!(vague));
        let expect = Expect { clause: Some("3.3.1"), field: Some("exact_location"), ..rule() };
        refused(&driver, INCIDENTS, &body, "M_LOCATION_VAGUE", expect).await;
    }
    let body = without("veh.accident_casualty", "casualties");
    let expect = Expect { field: Some("casualties"), ..rule() };
    refused(&driver, INCIDENTS, &body, "M_CASUALTY_FIELD", expect).await;

    let manager = practice.sign_in("cm1.rmd-lx").await;
    let mut body = with("it.dept_system_fault", "self_clear_tried", json!(false));
    body["region"] = json!("LX");
    let expect = Expect { clause: Some("2.1.2-rmd-1"), field: Some("self_clear_tried"), ..rule() };
    refused(&manager, INCIDENTS, &body, "M_SELF_CLEAR_FIRST", expect).await;
    nothing_was_saved(&practice).await;

    let body = with("veh.breakdown_en_route", "exact_location", json!("白石镇粮站门口"));
    driver.send(INCIDENTS, body, 201).await;
}

#[tokio::test]
async fn an_unknown_field_is_named() {
    let practice = Practice::start(&rfc(NOW)).await;
    let leader = practice.sign_in("leader").await;
    let body = with("it.line_failure", "descripton", json!("typed wrong"));
    for path in [INCIDENTS, "/api/v1/previews"] {
        let (status, answer) = leader.post(path, body.clone()).await;
        assert_eq!((status, &answer["field"]), (422, &json!("descripton")), "{path}: {answer}");
        assert!(answer["message"].as_str().unwrap().contains("descripton"), "{answer}");
    }
    nothing_was_saved(&practice).await;
    let saved = leader.send(INCIDENTS, report(sub_kind("it.line_failure")), 201).await;
    let number = saved["number"].as_str().unwrap();
    for (call, body) in [
        ("severity", json!({"severity": "major", "reason": "x", "why": "y"})),
        ("closure", json!({"result": "x", "restored_at": rfc(NOW), "cause": "y", "note": "z"})),
        ("conditions", json!({"condition": "device_destroyed", "value": true, "sure": true})),
    ] {
        let path = format!("{INCIDENTS}/{number}/{call}");
        let (status, answer) = leader.post(&path, body).await;
        assert_eq!(status, 422, "{call}: {answer}");
        assert!(!answer["field"].is_null(), "{call}: {answer}");
    }
}

#[tokio::test]
async fn the_same_thing_twice() {
    let practice = Practice::start(&rfc(NOW)).await;
    let driver = practice.sign_in("drv.q02").await;
    let body = report(sub_kind("veh.breakdown_en_route"));
    let saved = driver.send(INCIDENTS, body.clone(), 201).await;
    let number = saved["number"].as_str().unwrap();
    practice.clock_to(&rfc("2026-03-16 10:05")).await;

    let expect = Expect { status: 409, names: number, ..Expect::default() };
    refused(&driver, INCIDENTS, &body, "M_DUPLICATE", expect).await;
    let (_, answer) = driver.post(INCIDENTS, body.clone()).await;
    assert_eq!(answer["candidates"][0]["number"], number);

    let other_van = with("veh.breakdown_en_route", "vehicle", json!("Q04"));
    practice.sign_in("drv.q04").await.send(INCIDENTS, other_van, 201).await;

    let mut merged = body.clone();
    merged["duplicate_of"] = json!(number);
    let answer = driver.send(INCIDENTS, merged, 200).await;
    assert_eq!(answer["number"], number);
    let reference = answer["report"].as_str().unwrap();
    assert_eq!(reference, format!("{number}-R2"));
    let mut onto = body.clone();
    onto["duplicate_of"] = json!(reference);
    let expect = Expect { names: number, ..rule() };
    refused(&driver, INCIDENTS, &onto, "M_MERGED_CLOSED", expect).await;

    let mut apart = body;
    apart["not_duplicate_reason"] = json!("同车第二次抛锚");
    let answer = driver.send(INCIDENTS, apart, 201).await;
    assert_ne!(answer["number"], number);
    let later = answer["number"].as_str().unwrap();

    let station = practice.sign_in("head.stn-qz").await;
    let path = format!("{INCIDENTS}/{later}/merge");
    station.send(&path, json!({"into": number}), 200).await;
    let path = format!("{INCIDENTS}/{later}/conditions");
    let body = json!({"condition": "own_spare_short", "value": true});
    refused(&station, &path, &body, "M_MERGED_CLOSED", Expect { names: number, ..rule() }).await;
    let merged = station.read(&format!("{INCIDENTS}/{later}")).await;
    assert_eq!(merged["state"], "merged");
}

#[tokio::test]
async fn a_level_the_sub_kind_does_not_know() {
    let practice = Practice::start(&rfc(NOW)).await;
    let leader = practice.sign_in("leader").await;
    let module = sub_kind("it.order_module_damaged");
    let major = MATRIX.severity.iter().find(|s| s.code == "major").unwrap();
    for named in [module, sub_kind("sup.planned")] {
        let mut body = report(named);
        body["severity"] = json!("major");
        for names in [&named.name, &major.name] {
            let words = LANGUAGES.map(|lang| names[lang].as_str());
            let expect = Expect { field: Some("severity"), words, ..rule() };
            refused(&leader, INCIDENTS, &body, "M_SEVERITY_NOT_ALLOWED", expect).await;
        }
    }
    nothing_was_saved(&practice).await;
}

#[tokio::test]
async fn a_stranger_reports_nothing() {
    let practice = Practice::start(&rfc(NOW)).await;
    let body = report(sub_kind("it.line_failure"));
    let (status, answer) = practice.anonymous().post(INCIDENTS, body.clone()).await;
    assert_eq!(status, 401, "{answer}");
    let (status, answer) = practice.anonymous().get(INCIDENTS).await;
    assert_eq!(status, 401, "{answer}");
    let wrong = json!({"user": "leader", "password": "not this one"});
    let (status, answer) = practice.anonymous().post("/api/v1/sessions", wrong).await;
    assert_eq!(status, 401, "{answer}");
    nothing_was_saved(&practice).await;
}

async fn nothing_was_saved(practice: &Practice) {
    let leader = practice.sign_in("leader").await;
    assert_eq!(leader.read(INCIDENTS).await["items"], json!([]), "a refusal saves nothing");
}
