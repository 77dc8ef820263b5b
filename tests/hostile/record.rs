//! A morning in which everything there is to write is written once, over the API, with the same words in every field
//! that takes words.

use serde_json::{Value, json};

use super::at;
use crate::harness::town::Town;

/// What came of it, by number.
#[derive(Debug, Default)]
pub struct Record {
    pub board: String,
    pub host: String,
    pub storm: String,
    pub smoke: String,
    pub directive: String,
    pub circular: String,
    pub decision: String,
    pub announcement: String,
    pub request: String,
    pub rectification: String,
    pub edition: String,
    /// Tables whose rows hold the words.
    pub tables: Vec<&'static str>,
}

/// Lives the morning of 23 March 2026 from 09:20. `words` stand wherever somebody may write freely.
pub async fn live(city: &Town, words: &str) -> Record {
    let mut record = Record::default();
    board(city, words, &mut record).await;
    host(city, words, &mut record).await;
    storm(city, words, &mut record).await;
    smoke(city, words, &mut record).await;
    plan(city, words, &mut record).await;
    record.tables = vec![
        "announcement_channel",
        "check_entry",
        "circular",
        "decision",
        "directive",
        "directive_copy",
        "edition_opinion",
        "finding",
        "finding_was",
        "handover",
        "incident",
        "journal",
        "objection",
        "presence",
        "question",
        "rectification",
        "report",
        "resource_request",
        "review",
        "ruling",
        "task",
    ];
    record
}

fn number(answer: &Value) -> String {
    answer["number"].as_str().unwrap_or_else(|| panic!("a number in {answer}")).to_owned()
}

fn incident(number: &str, call: &str) -> String {
    format!("/api/v1/incidents/{number}/{call}")
}

fn task(number: &str, task: &str, call: &str) -> String {
    format!("/api/v1/incidents/{number}/tasks/{task}/{call}")
}

/// A voice board: what a department does.
async fn board(city: &Town, words: &str, record: &mut Record) {
    let (clerk, other) = (city.sign_in("clerk3.ord").await, city.sign_in("clerk1.ord").await);
    let mut report = json!({
        "sub_kind": "it.voice_board_down", "occurred_at": at("09:18"), "region": "CITY", "description": words,
        "board": words, "links_affected": {"ordering": "restricted"},
    });
    let board = number(&clerk.send("/api/v1/incidents", report.clone(), 201).await);
    report["duplicate_of"] = json!(board);
    other.send("/api/v1/incidents", report, 200).await;
    let (head, tech) = (city.sign_in("head.inf").await, city.sign_in("tech1.inf").await);
    let call = "it.voice.call_neusoft";
    head.send(&task(&board, call, "assignment"), json!({"to": "tech1.inf"}), 200).await;
    tech.send(&task(&board, call, "acknowledgement"), json!({}), 200).await;
    let contact = json!({"party": "neusoft", "number": "0990-555-0900", "at": at("09:19"), "answer": words});
    tech.send(&task(&board, call, "contacts"), contact, 200).await;
    tech.send(&task(&board, call, "progress"), json!({"text": words}), 200).await;
    let orders = city.sign_in("head.ord").await;
    orders.send(&task(&board, "ord.fallback_ordering", "return"), json!({"reason": words}), 200).await;
    clerk.send(&incident(&board, "comments"), json!({"text": words}), 200).await;
    let line = clerk.read(&incident(&board, "timeline")).await;
    let entries = line["past"].as_array().unwrap();
    let own = entries.iter().rev().find(|e| e["actor"] == "clerk3.ord").unwrap_or_else(|| panic!("{line}"));
    clerk.send(&incident(&board, "corrections"), json!({"entry": own["id"], "text": words}), 200).await;
    record.board = board;
}

/// Both hosts: command, directives, what is asked for.
async fn host(city: &Town, words: &str, record: &mut Record) {
    let (leader, head) = (city.sign_in("leader").await, city.sign_in("head.inf").await);
    for seat in ["leader", "deputy_leader"] {
        let away = json!({"person": seat, "state": "out", "until": "2026-03-24T12:00:00+08:00", "reachable_at": words,
                          "note": words});
        leader.send("/api/v1/presence", away, 200).await;
    }
    let report = json!({
        "sub_kind": "it.biz_system_down", "occurred_at": at("09:15"), "region": "CITY", "description": words,
        "links_affected": {"ordering": "stopped", "settlement": "stopped"},
    });
    let host = number(&head.send("/api/v1/incidents", report, 201).await);
    leader.send(&incident(&host, "severity"), json!({"severity": "major", "reason": words}), 200).await;
    leader.send("/api/v1/headquarters", json!({"incident": host}), 201).await;
    let post = format!("/api/v1/headquarters/{host}");
    leader.send(&format!("{post}/delegations"), json!({"to": "head.inf", "ground": words}), 201).await;
    head.send(&format!("{post}/delegations/acceptance"), json!({}), 200).await;

    let order = json!({"incident": host, "departments": ["ORD"], "text": words, "due_at": at("10:30")});
    let directive = number(&head.send("/api/v1/directives", order, 201).await);
    let on = |act: &str| format!("/api/v1/directives/{directive}/{act}");
    let orders = city.sign_in("head.ord").await;
    orders.send(&on("acknowledgement"), json!({}), 200).await;
    orders.send(&on("progress"), json!({"text": words}), 200).await;
    orders.send(&on("extension"), json!({"reason": words}), 200).await;
    orders.send(&on("completion"), json!({"evidence": words}), 200).await;
    head.send(&on("acceptance"), json!({}), 200).await;
    let order = json!({"incident": host, "departments": ["WHS"], "text": words, "due_at": at("11:30")});
    let second = number(&head.send("/api/v1/directives", order, 201).await);
    head.send(&format!("/api/v1/directives/{second}/withdrawal"), json!({"reason": words}), 200).await;

    let wish = json!({"headquarters": host, "kind": "people", "what": words, "quantity": 60, "unit": "人",
                      "department": "DIST", "due_at": at("14:00")});
    let request = number(&head.send("/api/v1/resource-requests", wish, 201).await);
    let promise = json!({"quantity": 40, "for": at("13:00")});
    let dist = city.sign_in("head.dist").await;
    dist.send(&format!("/api/v1/resource-requests/{request}/promise"), promise, 200).await;

    leader.send("/api/v1/presence", json!({"person": "deputy_leader", "state": "in"}), 200).await;
    let deputy = city.sign_in("deputy").await;
    head.send(&format!("{post}/handovers"), json!({"to": "deputy", "situation": words}), 201).await;
    deputy.send(&format!("{post}/handovers/acceptance"), json!({}), 200).await;
    let check = json!({"incident": host, "department": "ORD", "looked_at": words, "finding": words, "urge": words});
    deputy.send("/api/v1/checks", check, 201).await;
    let title: String = words.chars().take(100).collect();
    let circular = json!({"title": title, "facts": words, "clauses": ["2.1.2-lg-4"], "departments": ["INF", "ORD"]});
    let circular = number(&leader.send("/api/v1/circulars", circular, 201).await);
    head.send(&format!("/api/v1/circulars/{circular}/receipts"), json!({}), 200).await;
    let link = json!({"number": record.board, "reason": words});
    city.sign_in("duty").await.send(&incident(&host, "links"), link, 200).await;
    (record.host, record.directive, record.request, record.circular) = (host, directive, request, circular);
}

/// A typhoon: decisions and announcements.
async fn storm(city: &Town, words: &str, record: &mut Record) {
    let (county, office, leader) =
        (city.sign_in("head.rmd-yl").await, city.sign_in("lgo.head").await, city.sign_in("leader").await);
    let report = json!({
        "sub_kind": "wx.typhoon", "occurred_at": at("09:10"), "region": "YL", "description": words,
        "scope": "part_region", "customers_unsupplied": 640, "links_affected": {"delivery": "stopped"},
    });
    let storm = number(&county.send("/api/v1/incidents", report, 201).await);
    county.send(&task(&storm, "wx.report_measures", "acknowledgement"), json!({}), 200).await;
    let evidence = json!({"evidence": {"cause_note": words}});
    county.send(&task(&storm, "wx.report_measures", "completion"), evidence, 200).await;
    let suspend = |areas: Value| {
        json!({"incident": storm, "kind": "suspend", "areas": areas, "links": ["delivery"], "from": at("09:30"),
               "reason": words})
    };
    office.send("/api/v1/decisions", suspend(json!(["YL"])), 201).await;
    let level = json!({"severity": "major", "scope": "whole_region", "reason": words});
    leader.send(&incident(&storm, "severity"), level, 200).await;
    let all = json!(["CITY", "QZ", "YL", "SD", "LX"]);
    let decision = number(&leader.send("/api/v1/decisions", suspend(all), 201).await);
    let text = json!({"decision": decision, "text": {"en": words}});
    let announcement = number(&office.send("/api/v1/announcements", text, 201).await);
    let channel = json!({"channel": "tv_station", "proof": words});
    office.send(&format!("/api/v1/announcements/{announcement}/channels"), channel, 200).await;
    (record.storm, record.decision, record.announcement) = (storm, decision, announcement);
}

/// Smoke in the warehouse: somebody is late, so that it is reviewed when it is closed, and put right.
async fn smoke(city: &Town, words: &str, record: &mut Record) {
    let report = json!({
        "sub_kind": "sec.service_accident", "occurred_at": at("09:12"), "region": "CITY", "description": words,
        "site": "sorting line 2", "casualties": 0, "links_affected": {"sorting": "stopped"},
    });
    let smoke = number(&city.sign_in("wh2.whs").await.send("/api/v1/incidents", report, 201).await);
    let (sec, whs, leader) =
        (city.sign_in("head.sec").await, city.sign_in("head.whs").await, city.sign_in("leader").await);
    for own in ["sec.run_safety_scheme", "sec.go_to_scene"] {
        sec.send(&task(&smoke, own, "acknowledgement"), json!({}), 200).await;
    }
    whs.send(&task(&smoke, "sec.unit_head_to_scene", "acknowledgement"), json!({}), 200).await;
    city.sign_in("deputy").await.send(&task(&smoke, "cmd.local_directive", "acknowledgement"), json!({}), 200).await;
    for party in ["fire_service", "medical_emergency"] {
        let call = json!({"party": party, "number": "119", "at": at("09:14"), "answer": words});
        sec.send(&task(&smoke, "sec.run_safety_scheme", "contacts"), call, 200).await;
    }
    leader.send(&incident(&smoke, "severity"), json!({"severity": "local", "reason": words}), 200).await;
    let arrived = json!({"evidence": {"arrival_record": words}});
    sec.send(&task(&smoke, "sec.run_safety_scheme", "completion"), json!({"evidence": {"scene_record": words}}), 200)
        .await;
    city.clock_to(&at("09:55")).await;
    whs.send(&task(&smoke, "sec.unit_head_to_scene", "completion"), arrived, 200).await;
    let scene = json!({"evidence": {"arrival_record": words, "scene_record": words}});
    sec.send(&task(&smoke, "sec.go_to_scene", "completion"), scene, 200).await;
    let seen = sec.read(&format!("/api/v1/incidents/{smoke}")).await;
    if seen["tasks"].as_array().unwrap().iter().any(|t| t["task"] == "sec.open_child" && t["state"] == "open") {
        sec.send(&task(&smoke, "sec.open_child", "acknowledgement"), json!({}), 200).await;
        let done = json!({"evidence": {"time_mark": "09:20"}});
        sec.send(&task(&smoke, "sec.open_child", "completion"), done, 200).await;
    }
    let closing = json!({"result": words, "restored_at": at("09:19"), "cause": words});
    leader.send(&incident(&smoke, "closure"), closing, 200).await;

    let inspector = city.sign_in("insp1.insp").await;
    let review = |call: &str| format!("/api/v1/reviews/{smoke}/{call}");
    let finding = json!({"text": words, "clause": "2.1.2-sec-1", "department": "WHS"});
    let found = inspector.send(&review("findings"), finding, 201).await;
    let id = &found["findings"][0]["id"];
    let again = json!({"finding": id, "text": format!("{words} "), "clause": "2.1.2-sec-2", "department": "WHS"});
    inspector.send(&review("corrections"), again, 200).await;
    let order = json!({"incident": smoke, "finding": id, "measure": words,
                       "due_at": "2026-03-30T17:30:00+08:00"});
    let order = number(&inspector.send("/api/v1/rectifications", order, 201).await);
    inspector.send(&review("draft"), json!({"score": 82, "summary": words}), 200).await;
    whs.send(&review("objections"), json!({"text": words}), 200).await;
    inspector.send(&review("answers"), json!({"department": "WHS", "text": words, "upheld": true}), 200).await;
    let on = |call: &str| format!("/api/v1/rectifications/{order}/{call}");
    whs.send(&on("acknowledgement"), json!({}), 200).await;
    whs.send(&on("answer"), json!({"answer": words, "evidence": words}), 200).await;
    inspector.send(&on("return"), json!({"reason": words}), 200).await;
    whs.send(&on("answer"), json!({"answer": words, "evidence": words}), 200).await;
    (record.smoke, record.rectification) = (smoke, order);
}

/// The plan: a draft, an opinion, a ruling, a question.
async fn plan(city: &Town, words: &str, record: &mut Record) {
    let (leader, deputy) = (city.sign_in("leader").await, city.sign_in("deputy").await);
    let three = json!({"zh-Hans": words, "zh-Hant": words, "en": words});
    leader.send("/api/v1/editions", json!({"code": "2026-1"}), 201).await;
    leader.send("/api/v1/editions/2026-1/clauses/3.1.8", json!({"text": three}), 200).await;
    let due = json!({"due": {"value": 90, "unit": "minutes", "clock": "elapsed"}, "action": three});
    leader.send("/api/v1/editions/2026-1/tasks/it.biz.resolve", due, 200).await;
    deputy.send("/api/v1/editions/2026-1/opinions", json!({"stance": "remark", "text": words}), 200).await;
    leader.send("/api/v1/rulings", json!({"clause": "3.1.8", "text": three}), 201).await;
    let head = city.sign_in("head.inf").await;
    let asked = head.send("/api/v1/questions", json!({"clause": "3.1.8", "text": words}), 201).await;
    let id = asked["id"].as_str().unwrap();
    leader.send(&format!("/api/v1/questions/{id}/answer"), json!({"text": words}), 200).await;
    record.edition = "2026-1".to_owned();
}
