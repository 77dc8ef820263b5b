//! S6. Typhoon: from one county to the whole city in the middle of the calls (3.2.1, 3.2.2; R24, R77, R78, R82).
//! What is decided and announced in it is lived in `service.rs`; here: the lateness, the change of level, the end.

use serde_json::{Value, json};

use super::{acknowledge, at, complete, incident, rfc, rows, task, task_path, time};
use crate::harness::server::{Client, Practice};

const CALLS: &str = "wx.phone_customers";

fn names(change: &Value, list: &str) -> Vec<String> {
    let all = change[list].as_array().unwrap_or_else(|| panic!("{list} in {change}"));
    all.iter().map(|v| v.as_str().unwrap().to_owned()).collect()
}

/// Steps 1 and 2: the Office suspends the county, the calls run late.
async fn one_county(practice: &Practice) -> String {
    let county = practice.sign_in("head.rmd-yl").await;
    let report = json!({
        "sub_kind": "wx.typhoon", "occurred_at": rfc("2026-08-12 06:10"), "region": "YL", "scope": "part_region",
        "description": "云岭县三条线路被淹", "customers_unsupplied": 640, "links_affected": { "delivery": "stopped" },
    });
    let saved = county.send("/api/v1/incidents", report, 201).await;
    assert_eq!((&saved["severity"], &saved["scope"]), (&json!("local"), &json!("part_region")));
    let number = saved["number"].as_str().unwrap().to_owned();
    practice.clock_to(&rfc("2026-08-12 06:40")).await;
    let deputy = practice.sign_in("deputy").await;
    acknowledge(&deputy, &number, "cmd.local_directive").await;
    acknowledge(&county, &number, "wx.report_measures").await;
    complete(&county, &number, "wx.report_measures", json!({ "cause_note": "三条线路不通" })).await;
    practice.clock_to(&rfc("2026-08-12 08:05")).await;
    let office = practice.sign_in("lgo.head").await;
    let suspend = json!({ "incident": number, "kind": "suspend", "areas": ["YL"], "links": ["delivery"],
                          "from": rfc("2026-08-12 09:00"), "reason": "道路不通" });
    office.send("/api/v1/decisions", suspend, 201).await;
    let condition = json!({ "condition": "delivery_time_changes", "value": true });
    county.send(&format!("/api/v1/incidents/{number}/conditions"), condition, 200).await;
    practice.clock_to(&rfc("2026-08-12 08:20")).await;
    let dist = practice.sign_in("head.dist").await;
    acknowledge(&dist, &number, "wx.dist_notify_needs").await;
    assert_eq!(time(&task(&incident(&county, &number).await, CALLS)["due_at"]), at("2026-08-12 12:30"));
    practice.clock_to(&rfc("2026-08-12 09:00")).await;
    acknowledge(&county, &number, CALLS).await;

    practice.clock_to(&rfc("2026-08-12 12:30")).await;
    for login in ["head.rmd-yl", "deputy"] {
        let told = practice.sign_in(login).await.read("/api/v1/notices").await;
        assert!(rows(&told).iter().any(|n| n["kind"] == "escalation" && n["task"] == CALLS), "{login}: {told}");
    }
    number
}

/// Step 3: what the leader sees before signing is what then happens.
async fn raised(practice: &Practice, number: &str) -> Client {
    practice.clock_to(&rfc("2026-08-12 13:15")).await;
    let dist = practice.sign_in("head.dist").await;
    let figures = json!({ "customers_unsupplied": 8920, "regions_affected": ["CITY", "QZ", "YL", "SD"] });
    let proposed = dist.send(&format!("/api/v1/incidents/{number}/figures"), figures, 200).await;
    assert_eq!(proposed["proposed_severity"], "major");
    practice.clock_to(&rfc("2026-08-12 13:24")).await;
    let leader = practice.sign_in("leader").await;
    let preview = format!("/api/v1/incidents/{number}/reclassification/preview?severity=major&scope=whole_region");
    let (status, refused) = dist.get(&preview).await;
    assert_eq!((status, &refused["code"]), (403, &json!("M_SEVERITY_NOT_YOURS")));
    let change = leader.read(&preview).await;
    let [kept, done, cancelled, added] = ["kept", "done", "cancelled", "added"].map(|list| names(&change, list));
    for code in ["wx.dist_notify_needs", "wx.replenish_key"] {
        assert!(kept.iter().any(|k| k == code), "{code} kept: {kept:?}");
    }
    for code in ["cmd.local_directive", "wx.report_measures", "wx.lgo_decide"] {
        assert!(done.iter().any(|k| k == code), "{code} done: {done:?}");
    }
    for code in [CALLS, "wx.lgo_resume", "wx.phone_resume"] {
        assert!(cancelled.iter().any(|k| k == code), "{code} cancelled: {cancelled:?}");
    }
    for code in
        ["cmd.activate_hq", "wx.lg_decide", "wx.announce", "wx.resume", "wx.announce_resume", "dist.organise_staff"]
    {
        assert!(added.iter().any(|k| k == code), "{code} added: {added:?}");
    }
    assert_eq!(change["decisions"][0]["areas"], json!(["YL"]), "the Office's decision stays in force");

    let before = task(&incident(&leader, number).await, "wx.dist_notify_needs").clone();
    let sign = json!({ "severity": "major", "scope": "whole_region", "reason": "四区道路中断", "keep": [CALLS] });
    leader.send(&format!("/api/v1/incidents/{number}/reclassification"), sign, 200).await;
    let now = incident(&leader, number).await;
    for field in ["acknowledged_at", "acknowledge_by", "due_at"] {
        assert_eq!(task(&now, "wx.dist_notify_needs")[field], before[field], "its clock is unchanged");
    }
    assert_eq!(task(&now, CALLS)["state"], "acknowledged", "kept by a tick");
    assert!(now["tasks"].as_array().unwrap().iter().all(|t| t["task"] != "wx.lgo_resume"));

    // Step 4.
    practice.clock_to(&rfc("2026-08-12 13:26")).await;
    let post = leader.send("/api/v1/headquarters", json!({ "incident": number }), 201).await;
    assert_eq!((&post["commander"]["person"], &post["deputy_commander"]), (&json!("leader"), &json!("deputy")));
    let regions: Vec<String> = task_regions(&incident(&leader, number).await, "rmd.organise_managers@");
    assert_eq!(regions, ["CITY", "QZ", "SD", "YL"], "the four affected regions");
    leader
}

fn task_regions(shown: &Value, prefix: &str) -> Vec<String> {
    let tasks = shown["tasks"].as_array().unwrap().iter().filter_map(|t| t["task"].as_str());
    let mut regions: Vec<String> = tasks.filter_map(|t| t.strip_prefix(prefix).map(str::to_owned)).collect();
    regions.sort();
    regions
}

#[tokio::test]
async fn lateness_survives_the_change_of_level() {
    let practice = Practice::start(&rfc("2026-08-12 06:30")).await;
    let number = one_county(&practice).await;
    let leader = raised(&practice, &number).await;
    practice.clock_to(&rfc("2026-08-12 15:00")).await;
    let county = practice.sign_in("head.rmd-yl").await;
    let path = task_path(&number, CALLS, "completion");
    let done = county.send(&path, json!({ "evidence": { "call_record": "640 户" } }), 200).await;
    assert_eq!(done["late_seconds"], 2 * 3600 + 30 * 60, "late against 12:30, before the level changed");
    let line = leader.read(&format!("/api/v1/incidents/{number}/timeline")).await;
    let kinds: Vec<&str> = line["past"].as_array().unwrap().iter().map(|p| p["kind"].as_str().unwrap()).collect();
    for kind in ["figures_corrected", "severity_proposed", "reclassified", "headquarters_set_up"] {
        assert!(kinds.contains(&kind), "{kind} in {kinds:?}");
    }
}
