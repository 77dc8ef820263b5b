//! S8, steps 1–7. Smoke on the sorting line on a Saturday night, reported three times
//! (2.1.2-sec-1, 2.1.2-dist-1, 2.1.2-insp-1; R36, R37, R142, R146).

use serde_json::{Value, json};

use super::ladder::{Told, advance, timeline};
use super::{acknowledge, assert_limits, at, complete, incident, rfc, task, task_ids, task_path, time};
use crate::harness::server::Practice;

const SMOKE: &str = "YJ-20261114-001";
const LINE: &str = "YJ-20261114-002";

fn smoke(description: &str) -> Value {
    json!({
        "sub_kind": "sec.service_accident",
        "occurred_at": rfc("2026-11-14 21:12"),
        "region": "CITY",
        "description": description,
        "site": "sorting line 2",
        "casualties": 0,
        "links_affected": {"sorting": "stopped"},
    })
}

fn path(number: &str, call: &str) -> String {
    format!("/api/v1/incidents/{number}/{call}")
}

#[tokio::test]
async fn lived_to_the_review() {
    let practice = Practice::start(&rfc("2026-11-14 21:14")).await;
    reported(&practice).await;
    reported_again(&practice).await;
    linked_not_merged(&practice).await;
    lowered(&practice).await;
    merged_report_points_on(&practice).await;
    two_arrivals(&practice).await;
    working_clocks_wait_for_monday(&practice).await;
    delivery_times_change(&practice).await;
    child_blocks_the_parent(&practice).await;
    review_is_not_handling(&practice).await;
}

/// Step 1, 21:14, and the elapsed clocks of step 3.
async fn reported(practice: &Practice) {
    let warehouse = practice.sign_in("wh2.whs").await;
    let saved = warehouse.send("/api/v1/incidents", smoke("二号分拣线冒烟，无人受伤"), 201).await;
    assert_eq!(saved["number"], SMOKE);
    assert_eq!(saved["proposed_severity"], "major", "sorting stopped city-wide");
    assert_eq!(saved["severity"], "local", "until somebody confirms, the local route runs");
    for (id, department, due) in [
        ("sec.run_safety_scheme", "SEC", "2026-11-14 21:29"),
        ("sec.go_to_scene", "SEC", "2026-11-14 21:44"),
        ("sec.unit_head_to_scene", "WHS", "2026-11-14 21:44"),
    ] {
        let task = task(&saved, id);
        assert_eq!(task["department"], department, "{task}");
        assert_eq!(time(&task["due_at"]), at(due), "{task}");
        assert_eq!(task["clock"], "elapsed");
    }
}

/// Step 1, 21:16: the same smoke seen by the guard.
async fn reported_again(practice: &Practice) {
    practice.clock_to(&rfc("2026-11-14 21:16")).await;
    let guard = practice.sign_in("guard1.sec").await;
    let before = incident(&guard, SMOKE).await;
    let mut body = smoke("分拣车间有烟");
    let (status, refused) = guard.post("/api/v1/incidents", body.clone()).await;
    assert_eq!((status, &refused["code"]), (409, &json!("M_DUPLICATE")), "{refused}");
    assert_eq!(refused["candidates"][0]["number"], SMOKE);
    assert!(refused["message"].as_str().unwrap().contains(SMOKE));

    body["duplicate_of"] = json!(SMOKE);
    let merged = guard.send("/api/v1/incidents", body, 200).await;
    assert_eq!(merged["number"], SMOKE);
    assert_eq!(merged["report"], "YJ-20261114-001-R2");

    let after = incident(&guard, SMOKE).await;
    assert_eq!(task_ids(&after), task_ids(&before), "no task doubled");
    assert_eq!(time(&after["reported_at"]), at("2026-11-14 21:14"), "the earliest time wins");
    let line = timeline(&guard, SMOKE).await.to_string();
    for kept in ["二号分拣线冒烟", "分拣车间有烟", "wh2.whs", "guard1.sec"] {
        assert!(line.contains(kept), "both originals are kept: {kept} in {line}");
    }
    let head = practice.sign_in("head.sec").await;
    for id in ["sec.run_safety_scheme", "sec.go_to_scene"] {
        acknowledge(&head, SMOKE, id).await;
    }
}

/// Step 1, 21:19: another sub-kind is linked under the smoke.
async fn linked_not_merged(practice: &Practice) {
    practice.clock_to(&rfc("2026-11-14 21:19")).await;
    let warehouse = practice.sign_in("wh5.whs").await;
    let body = json!({
        "sub_kind": "it.wms_sort_equipment",
        "occurred_at": rfc("2026-11-14 21:19"),
        "region": "CITY",
        "description": "line 2 stopped",
        "device": "sorting line 2",
        "links_affected": {"sorting": "stopped"},
    });
    let saved = warehouse.send("/api/v1/incidents", body, 201).await;
    assert_eq!(saved["number"], LINE, "a different sub-kind is no duplicate");

    let duty = practice.sign_in("duty").await;
    let link = json!({"number": LINE, "reason": "二号线冒烟致分拣停止"});
    duty.send(&path(SMOKE, "links"), link, 200).await;
    assert!(incident(&duty, SMOKE).await["links"].to_string().contains(LINE));
    assert!(incident(&duty, LINE).await["links"].to_string().contains(SMOKE));

    practice.clock_to(&rfc("2026-11-14 21:20")).await;
    acknowledge(&practice.sign_in("head.whs").await, SMOKE, "sec.unit_head_to_scene").await;
    let deputy = practice.sign_in("deputy").await;
    for number in [SMOKE, LINE] {
        acknowledge(&deputy, number, "cmd.local_directive").await;
    }
    let inspector = practice.sign_in("insp1.insp").await;
    let (status, refused) = inspector.post(&task_path(SMOKE, "sec.go_to_scene", "acknowledgement"), json!({})).await;
    assert_eq!((status, &refused["code"]), (403, &json!("M_INSP_READONLY")), "{refused}");
}

/// Step 2: the leader lowers to local; both proposals stay visible.
async fn lowered(practice: &Practice) {
    practice.clock_to(&rfc("2026-11-14 21:24")).await;
    let leader = practice.sign_in("leader").await;
    for number in [SMOKE, LINE] {
        let body = json!({"severity": "local", "reason": "line 1 can run from 23:00"});
        let answer = leader.send(&path(number, "severity"), body, 200).await;
        assert_eq!(answer["severity"], "local");
        assert_eq!(answer["proposed_severity"], "major");
    }
    let line = timeline(&leader, SMOKE).await;
    assert!(line["past"].to_string().contains("line 1 can run from 23:00"), "{line}");
}

/// Step 1, 21:30: a late call registered onto the merged report.
async fn merged_report_points_on(practice: &Practice) {
    practice.clock_to(&rfc("2026-11-14 21:30")).await;
    let duty = practice.sign_in("duty").await;
    let mut call = smoke("电话：分拣车间烟已散");
    call["told_at"] = json!(rfc("2026-11-14 21:28"));
    call["duplicate_of"] = json!("YJ-20261114-001-R2");
    let onto = json!({"condition": "network_affected", "value": true});
    for (target, body) in [("/api/v1/incidents".to_owned(), call), (path("YJ-20261114-001-R2", "conditions"), onto)] {
        let (status, refused) = duty.post(&target, body).await;
        assert_eq!((status, &refused["code"]), (422, &json!("M_MERGED_CLOSED")), "{refused}");
        assert!(refused["message"].as_str().unwrap().contains(SMOKE));
    }
}

/// Step 3: two arrivals are needed; the unit's head is seven minutes late.
async fn two_arrivals(practice: &Practice) {
    let security = practice.sign_in("head.sec").await;
    advance(practice, SMOKE, "2026-11-14 21:33").await;
    let arrival = json!({"text": "21:33 到场"});
    security.send(&task_path(SMOKE, "sec.go_to_scene", "progress"), arrival, 200).await;
    let scene = json!({"arrival_record": "安保处 21:33", "scene_record": "烟源为集尘滤网"});
    let (status, refused) =
        security.post(&task_path(SMOKE, "sec.go_to_scene", "completion"), json!({"evidence": &scene})).await;
    assert_eq!((status, &refused["code"]), (422, &json!("M_SITE_HEAD")), "{refused}");

    let unit_head = "sec.unit_head_to_scene";
    let watched = ["head.whs", "deputy", "leader"];
    let watch = Told::so_far(practice, SMOKE, unit_head, &watched).await;
    let fired = advance(practice, SMOKE, "2026-11-14 21:44").await;
    assert_eq!(fired.iter().filter(|(_, task)| task == unit_head).count(), 1);
    watch.now_also(&["head.whs", "deputy"]).await;

    practice.clock_to(&rfc("2026-11-14 21:51")).await;
    let head = practice.sign_in("head.whs").await;
    let done = complete(&head, SMOKE, unit_head, json!({"arrival_record": "仓储部 21:51"})).await;
    assert_eq!(done["late_seconds"], 7 * 60);
    complete(&security, SMOKE, "sec.go_to_scene", scene).await;

    let scheme = "sec.run_safety_scheme";
    for party in ["fire_service", "medical_emergency"] {
        let contact = json!({
            "party": party,
            "number": "119",
            "at": rfc("2026-11-14 21:50"),
            "answer": "不需出动",
        });
        security.send(&task_path(SMOKE, scheme, "contacts"), contact, 200).await;
    }
    complete(&security, SMOKE, scheme, json!({"scene_record": "烟已排除，未起明火"})).await;
    let seen = incident(&security, SMOKE).await;
    if task_ids(&seen).contains(&"sec.open_child") && task(&seen, "sec.open_child")["state"] == "open" {
        acknowledge(&security, SMOKE, "sec.open_child").await;
        complete(&security, SMOKE, "sec.open_child", json!({"time_mark": "21:19 立 002"})).await;
    }
}

/// Step 4.
async fn working_clocks_wait_for_monday(practice: &Practice) {
    let head = practice.sign_in("head.dist").await;
    let seen = incident(&head, LINE).await;
    let report = task(&seen, "dist.report_fault");
    assert_limits(report, "2026-11-16 08:40", "2026-11-16 09:00", "working");
    assert_eq!(time(&report["paused_until"]), at("2026-11-16 08:30"));
    let vendor = task(&seen, "dist.equipment_vendor");
    assert_limits(vendor, "2026-11-16 09:00", "2026-11-16 12:30", "working");
}

/// Step 5: line 1 runs, deliveries move.
async fn delivery_times_change(practice: &Practice) {
    practice.clock_to(&rfc("2026-11-14 23:05")).await;
    let head = practice.sign_in("head.dist").await;
    let body = json!({"condition": "delivery_time_changes", "value": true});
    head.send(&path(LINE, "conditions"), body, 200).await;
    let seen = incident(&head, LINE).await;
    let moved = task(&seen, "dist.reschedule_sorting");
    assert_eq!(moved["state"], "open");
    assert_eq!(time(&moved["opened_at"]), at("2026-11-14 23:05"));
    assert_limits(moved, "2026-11-16 09:00", "2026-11-16 10:30", "working");
}

/// Steps 4 and 6: the head acts on Sunday, nothing prevents it; the child closes before the parent.
async fn child_blocks_the_parent(practice: &Practice) {
    assert_eq!(advance(practice, LINE, "2026-11-15 10:30").await, []);
    let deputy = practice.sign_in("deputy").await;
    let closing = json!({
        "result": "分拣线恢复",
        "restored_at": rfc("2026-11-15 10:25"),
        "cause": "集尘滤网未清理",
    });
    let (status, refused) = deputy.post(&path(SMOKE, "closure"), closing.clone()).await;
    assert_eq!((status, &refused["code"]), (422, &json!("M_CLOSE_BLOCKED")), "{refused}");
    assert!(refused["message"].as_str().unwrap().contains(LINE), "{refused}");

    let head = practice.sign_in("head.dist").await;
    let contact = json!({
        "party": "after_sales_vendor",
        "number": "400-810-0000",
        "at": rfc("2026-11-15 08:00"),
        "answer": "10:30 前修复",
    });
    for (id, evidence) in [
        ("dist.report_fault", json!({"time_mark": "08:00"})),
        ("dist.equipment_vendor", json!({"contact_log": true})),
        ("dist.reschedule_sorting", json!({"decision_record": "周一送货顺延两小时"})),
    ] {
        acknowledge(&head, LINE, id).await;
        if id == "dist.equipment_vendor" {
            head.send(&task_path(LINE, id, "contacts"), contact.clone(), 200).await;
        }
        let done = complete(&head, LINE, id, evidence).await;
        assert_eq!(done["late_seconds"], 0);
    }
    for number in [LINE, SMOKE] {
        let closed = deputy.send(&path(number, "closure"), closing.clone(), 200).await;
        assert_eq!(closed["state"], "closed");
    }
}

/// Step 7: the review opens for the late arrival; the inspection centre does not handle.
async fn review_is_not_handling(practice: &Practice) {
    let inspector = practice.sign_in("insp1.insp").await;
    let smoke = incident(&inspector, SMOKE).await;
    let review = task(&smoke, "insp.review");
    assert_eq!((&review["department"], &review["state"]), (&json!("INSP"), &json!("open")));
    assert_eq!(time(&review["due_at"]), at("2026-11-20 17:30"));
    let line = incident(&inspector, LINE).await;
    let opened = line["tasks"].as_array().unwrap();
    assert!(!opened.iter().any(|t| t["task"] == "insp.review" && t["state"] == "open"), "nothing was late in 002");
    let (status, refused) = inspector.post(&task_path(SMOKE, "sec.go_to_scene", "acknowledgement"), json!({})).await;
    assert_eq!((status, &refused["code"]), (403, &json!("M_INSP_READONLY")), "{refused}");
    acknowledge(&inspector, SMOKE, "insp.review").await;
}
