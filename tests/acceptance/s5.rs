//! S5. Both leaders away; both hosts down (2.1.1-2, 2.1.1-3, 3.1.7; R13, R16–R21, R63).

use serde_json::{Value, json};

use super::{acknowledge, assert_limits, at, complete, incident, rfc, rows, task, task_path, time};
use crate::harness::server::{Client, Practice};

const RESOLVE: &str = "it.biz.resolve";
const CALL: &str = "it.biz.call_neusoft";

struct City {
    practice: Practice,
    leader: Client,
    deputy: Client,
    inf: Client,
}

impl City {
    async fn on_monday() -> City {
        let practice = Practice::start(&rfc("2026-03-22 08:00")).await;
        let leader = practice.sign_in("leader").await;
        let deputy = practice.sign_in("deputy").await;
        let inf = practice.sign_in("head.inf").await;
        let city = City { practice, leader, deputy, inf };
        city.plan_absences().await;
        city.practice.clock_to(&rfc("2026-03-23 09:20")).await;
        city
    }

    /// Step 1.
    async fn plan_absences(&self) {
        let out = |from: &str, until: &str| json!({ "state": "out", "from": rfc(from), "until": rfc(until) });
        let mut body = out("2026-03-22 08:00", "2026-03-26 00:00");
        body["reachable_at"] = json!("139 0000 0001");
        self.leader.send("/api/v1/presence", body, 200).await;
        let answer = self.deputy.send("/api/v1/presence", out("2026-03-23 06:00", "2026-03-24 12:00"), 200).await;
        assert_eq!(answer["both_away"], false, "the deputy leaves tomorrow");
        let backwards = out("2026-03-24 06:00", "2026-03-23 12:00");
        let refused = self.deputy.send("/api/v1/presence", backwards, 422).await;
        assert_eq!((&refused["code"], &refused["field"]), (&json!("M_REQUIRED"), &json!("until")));
        self.inf.send("/api/v1/presence", out("2026-03-23 06:00", "2026-03-24 12:00"), 403).await;
    }

    /// Step 2.
    async fn hosts_down(&self) -> String {
        let report = json!({
            "sub_kind": "it.biz_system_down", "occurred_at": rfc("2026-03-23 09:15"), "region": "CITY",
            "description": "两台中型机全部宕机", "links_affected": { "ordering": "stopped", "settlement": "stopped" },
        });
        let saved = self.inf.send("/api/v1/incidents", report, 201).await;
        assert_eq!(saved["proposed_severity"], "major");
        assert_limits(task(&saved, RESOLVE), "2026-03-23 09:50", "2026-03-24 09:20", "working");
        assert_eq!(time(&task(&saved, CALL)["due_at"]), at("2026-03-23 09:50"));
        saved["number"].as_str().unwrap().to_owned()
    }
}

async fn code(client: &Client, path: &str, body: Value) -> String {
    client.post(path, body).await.1["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn lived_to_the_stand_down() {
    let city = City::on_monday().await;
    let City { practice, leader, deputy, inf } = &city;
    let number = &city.hosts_down().await;
    let mkt = practice.sign_in("head.mkt").await;
    let level = json!({ "severity": "major", "reason": "全市订货、结算中断" });
    let severity = format!("/api/v1/incidents/{number}/severity");
    assert_eq!(code(&mkt, &severity, level.clone()).await, "M_SEVERITY_NOT_YOURS");

    // Step 3.
    practice.clock_to(&rfc("2026-03-23 09:27")).await;
    assert_eq!(code(leader, "/api/v1/headquarters", json!({ "incident": number })).await, "M_HQ_ONLY_MAJOR");
    leader.send(&severity, level, 200).await;
    assert_eq!(code(&mkt, "/api/v1/headquarters", json!({ "incident": number })).await, "M_SEVERITY_NOT_YOURS");
    let post = leader.send("/api/v1/headquarters", json!({ "incident": number }), 201).await;
    assert_eq!(post["commander"]["person"], "leader");
    assert_eq!((&post["both_leaders_away"], &post["may_delegate"]), (&json!(true), &json!(true)));
    assert_eq!(post["suggested_delegate"], "head.inf");
    assert_eq!(post["minutes_from_report"], 7);
    let delegations = format!("/api/v1/headquarters/{number}/delegations");
    assert_eq!(code(leader, &delegations, json!({ "to": "tech1.inf" })).await, "M_ACTING_NOT_HEAD");
    practice.clock_to(&rfc("2026-03-23 09:31")).await;
    let post = leader.send(&delegations, json!({ "to": "head.inf" }), 201).await;
    assert_eq!(post["commander"]["person"], "head.inf");
    assert_eq!(
        (&post["commander"]["role"], &post["commander"]["authorised_by"]),
        (&json!("acting_commander"), &json!("leader"))
    );
    inf.send(&format!("{delegations}/acceptance"), json!({}), 200).await;

    // Step 4.
    let now = incident(leader, number).await;
    for opened in [
        "cmd.mobilise",
        "dist.organise_staff",
        "fin.organise_staff",
        "mkt.post_incident_service",
        "cmd.restore",
        "cmd.supervise",
    ] {
        assert!(["open", "acknowledged"].contains(&task(&now, opened)["state"].as_str().unwrap()), "{opened}");
    }
    for region in ["CITY", "QZ", "YL", "SD", "LX"] {
        task(&now, &format!("rmd.organise_managers@{region}"));
    }
    assert_eq!(task(&now, "cmd.delegate_acting")["state"], "done");

    acting_commander_orders(&city, number).await;

    // Step 6, logged with its own time.
    acknowledge(inf, number, CALL).await;
    let call = json!({ "party": "neusoft", "number": "024-8366", "at": rfc("2026-03-23 09:38"), "answer": "engineer on the way" });
    inf.send(&task_path(number, CALL, "contacts"), call, 200).await;

    deputy_takes_over(&city, number).await;

    // Step 8: eight hours and 32 minutes of the nine.
    practice.clock_to(&rfc("2026-03-24 08:52")).await;
    acknowledge(inf, number, RESOLVE).await;
    let done = complete(inf, number, RESOLVE, evidence_of(inf, number, RESOLVE).await).await;
    assert_eq!((&done["state"], &done["late_seconds"]), (&json!("done"), &json!(0)), "inside the working day");

    stands_down(practice, deputy, number).await;
}

/// Step 5.
async fn acting_commander_orders(city: &City, number: &str) {
    let City { practice, leader, inf, .. } = city;
    practice.clock_to(&rfc("2026-03-23 09:40")).await;
    let mut order = json!({ "incident": number, "departments": ["ORD"], "text": "全区手工登记，报数" });
    assert_eq!(code(inf, "/api/v1/directives", order.clone()).await, "M_DIRECTIVE_NO_LIMIT");
    order["due_at"] = json!(rfc("2026-03-23 09:00"));
    assert_eq!(code(inf, "/api/v1/directives", order.clone()).await, "M_DIRECTIVE_PAST");
    order["due_at"] = json!(rfc("2026-03-23 10:30"));
    let issued = inf.send("/api/v1/directives", order, 201).await;
    assert!(issued["number"].as_str().unwrap().starts_with("ZL-2026-"), "{issued}");
    assert!(issued.to_string().contains("leader"), "the letter shows on the order: {issued}");
    practice.clock_to(&rfc("2026-03-23 10:05")).await;
    let delegations = format!("/api/v1/headquarters/{number}/delegations");
    assert_eq!(code(inf, &delegations, json!({ "to": "head.mkt" })).await, "M_ACTING_NO_SUBDELEGATE");
    let other = json!({
        "sub_kind": "it.voice_board_down", "occurred_at": rfc("2026-03-23 10:00"), "region": "CITY",
        "description": "board 1", "board": "1", "links_affected": { "ordering": "restricted" },
    });
    let other = practice.sign_in("clerk3.ord").await.send("/api/v1/incidents", other, 201).await;
    let severity = format!("/api/v1/incidents/{}/severity", other["number"].as_str().unwrap());
    assert_eq!(code(inf, &severity, json!({ "severity": "major", "reason": "x" })).await, "M_ACTING_LIMITS");
    let elsewhere = json!({ "departments": ["ORD"], "text": "x", "due_at": rfc("2026-03-23 12:00") });
    assert_eq!(code(inf, "/api/v1/directives", elsewhere).await, "M_ACTING_LIMITS");
    let line = leader.read(&format!("/api/v1/incidents/{number}/timeline")).await;
    let kinds: Vec<&str> = line["past"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
    for kind in ["headquarters_set_up", "delegated", "delegation_accepted", "directive_issued"] {
        assert!(kinds.contains(&kind), "{kind} in {kinds:?}");
    }
}

/// Step 7.
async fn deputy_takes_over(city: &City, number: &str) {
    let City { practice, deputy, inf, leader } = city;
    let post = format!("/api/v1/headquarters/{number}");
    practice.clock_to(&rfc("2026-03-24 08:10")).await;
    deputy.send("/api/v1/presence", json!({ "state": "in" }), 200).await;
    assert_eq!(code(deputy, &format!("{post}/handovers"), json!({ "to": "deputy" })).await, "M_COMMAND_TAKEN");
    assert_eq!(deputy.read(&post).await["commander"]["person"], "head.inf", "not silently");
    practice.clock_to(&rfc("2026-03-24 08:35")).await;
    inf.send(&format!("{post}/handovers"), json!({ "to": "deputy", "situation": "A 机待恢复" }), 201).await;
    let after = deputy.send(&format!("{post}/handovers/acceptance"), json!({}), 200).await;
    assert_eq!(after["commander"]["person"], "deputy");
    let line: Vec<_> = after["command_periods"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| (p["person"].as_str().unwrap(), time(&p["from"]), p["until"].as_str().map(|_| time(&p["until"]))))
        .collect();
    let expected = [
        ("leader", at("2026-03-23 09:27"), Some(at("2026-03-23 09:31"))),
        ("head.inf", at("2026-03-23 09:31"), Some(at("2026-03-24 08:35"))),
        ("deputy", at("2026-03-24 08:35"), None),
    ];
    assert_eq!(line, expected, "no gap");
    assert_eq!(code(leader, &format!("{post}/delegations"), json!({ "to": "head.inf" })).await, "M_LEADER_PRESENT");
}

/// Step 9.
async fn stands_down(practice: &Practice, deputy: &Client, number: &str) {
    let down = format!("/api/v1/headquarters/{number}/stand-down");
    practice.clock_to(&rfc("2026-03-24 09:10")).await;
    let ord = practice.sign_in("head.ord").await;
    let list = deputy.read("/api/v1/directives").await;
    let order = rows(&list)[0]["number"].as_str().unwrap().to_owned();
    let call = |act: &str| format!("/api/v1/directives/{order}/{act}");
    ord.send(&call("acknowledgement"), json!({}), 200).await;
    ord.send(&call("completion"), json!({ "evidence": "五区合计 312 单" }), 200).await;
    assert_eq!(code(deputy, &down, json!({})).await, "M_STANDDOWN_OPEN", "not accepted yet");
    practice.clock_to(&rfc("2026-03-24 09:25")).await;
    deputy.send(&call("acceptance"), json!({}), 200).await;
    let checklist = deputy.read(&down).await;
    assert_eq!((&checklist["blocked"], &checklist["directives"]), (&json!(true), &json!([])));
    assert_eq!(code(deputy, &down, json!({})).await, "M_STANDDOWN_OPEN", "two links are still stopped");
    for link in ["ordering", "settlement"] {
        let regions = ["CITY", "QZ", "YL", "SD", "LX"];
        let body = json!({ "incident": number, "link": link, "regions": regions, "state": "normal" });
        deputy.send("/api/v1/service-states", body, 200).await;
    }
    let done = deputy.send(&down, json!({ "restored_at": rfc("2026-03-24 08:52"), "order": "恢复正常" }), 200).await;
    assert_eq!(done["state"], "stood_down");
    let now = incident(deputy, number).await;
    assert_eq!(task(&now, "cmd.restore")["state"], "done");
    assert_eq!(now["state"], "open", "tail tasks go on");
}

async fn evidence_of(client: &Client, number: &str, id: &str) -> Value {
    let refused = client.post(&task_path(number, id, "completion"), json!({ "evidence": {} })).await.1;
    assert_eq!(refused["code"], "M_EVIDENCE_MISSING", "{refused}");
    json!({ "time_mark": "08:52", "test_result": "ok", "cause_note": "电源模块", "contact_log": "neusoft", "repair_record": "ok" })
}

#[tokio::test]
async fn neither_answers_and_the_table_is_signed() {
    let city = City::on_monday().await;
    let signed = json!({ "kind": "it_failure", "department": "INF" });
    city.inf.send("/api/v1/succession", signed.clone(), 403).await;
    city.leader.send("/api/v1/succession", signed, 200).await;
    let number = city.hosts_down().await;
    city.practice.clock_to(&rfc("2026-03-23 09:29")).await;
    assert_eq!(city.leader.get(&format!("/api/v1/headquarters/{number}")).await.0, 404);
    city.practice.clock_to(&rfc("2026-03-23 09:30")).await;
    let post = city.leader.read(&format!("/api/v1/headquarters/{number}")).await;
    assert_eq!(post["commander"]["person"], "head.inf");
    assert_eq!((&post["by_succession"], time(&post["commander"]["from"])), (&json!(true), at("2026-03-23 09:30")));
    let duty = city.practice.sign_in("duty").await;
    let told = duty.read("/api/v1/notices").await;
    assert!(rows(&told).iter().any(|n| n["kind"] == "succession_applied"), "{told}");
}

#[tokio::test]
async fn neither_answers_and_nothing_is_signed() {
    let city = City::on_monday().await;
    let number = city.hosts_down().await;
    city.practice.clock_to(&rfc("2026-03-23 09:30")).await;
    assert_eq!(city.leader.get(&format!("/api/v1/headquarters/{number}")).await.0, 404);
    let duty = city.practice.sign_in("duty").await;
    let told = duty.read("/api/v1/notices").await;
    let telephone = rows(&told).iter().find(|n| n["kind"] == "leaders_to_telephone");
    assert!(telephone.is_some(), "{told}");
    let line = city.leader.read(&format!("/api/v1/incidents/{number}/timeline")).await;
    assert!(line.to_string().contains("139 0000 0001"), "the number the leader left");
}
