//! What publishing an exchange does for the duty that asked for it (2.1.2-insp-2; R150).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::harness::server::Client;
use crate::harness::town::Town;

const NUMBER: &str = "YJ-20261114-001";
const EXCHANGES: &str = "/api/v1/exchanges";

fn on(call: &str) -> String {
    format!("/api/v1/incidents/{NUMBER}/{call}")
}

async fn task(client: &Client, id: &str) -> Value {
    let incident = client.read(&format!("/api/v1/incidents/{NUMBER}")).await;
    incident["tasks"].as_array().unwrap().iter().find(|t| t["task"] == id).cloned().unwrap_or_default()
}

/// Signs for a task and finishes it with everything it asks for.
async fn does(town: &Town, client: &Client, task: &Value) {
    let key = task["task"].as_str().unwrap();
    let code = key.split('@').next().unwrap();
    let call = |act: &str| on(&format!("tasks/{key}/{act}"));
    client.send(&call("acknowledgement"), json!({}), 200).await;
    if let Some(list) = task["notified"].as_array() {
        let people: Vec<&Value> = list.iter().map(|n| &n["person"]).collect();
        client.send(&call("notified"), json!({"people": people, "means": "message"}), 200).await;
    }
    let evidence: BTreeMap<String, Value> =
        town.app.edition().unwrap().task(code).unwrap().evidence.iter().map(|e| (e.clone(), json!("kept"))).collect();
    client.send(&call("completion"), json!({"evidence": evidence}), 200).await;
}

/// A major accident, handled and closed: everyone does what the route gives them.
async fn handled_and_closed(town: &Town) {
    let report = json!({
        "sub_kind": "sec.other_accident", "occurred_at": "2026-11-14T21:12:00+08:00", "region": "CITY",
        "description": "gas smell beside the warehouse", "site": "central warehouse", "severity": "major",
        "safety_plan_started_at": "2026-11-14T21:13:00+08:00", "links_affected": {"sorting": "restricted"},
    });
    assert_eq!(town.report("leader", report).await, NUMBER);
    let leader = town.sign_in("leader").await;
    leader.send("/api/v1/headquarters", json!({"incident": NUMBER}), 201).await;
    let incident = leader.read(&format!("/api/v1/incidents/{NUMBER}")).await;
    for task in incident["tasks"].as_array().unwrap() {
        let ended = task["state"] != "open" && task["state"] != "acknowledged";
        match task["department"].as_str().unwrap() {
            _ if ended || task["task"] == "cmd.restore" => {}
            "LG" | "HQ" => does(town, &leader, task).await,
            other => does(town, &town.sign_in(&format!("head.{}", other.to_lowercase())).await, task).await,
        }
    }
    let regions = ["CITY", "QZ", "YL", "SD", "LX"];
    let normal = json!({"incident": NUMBER, "link": "sorting", "regions": regions, "state": "normal"});
    leader.send("/api/v1/service-states", normal, 200).await;
    let down = json!({"order": "back to normal"});
    leader.send(&format!("/api/v1/headquarters/{NUMBER}/stand-down"), down, 200).await;
    let closing = json!({"result": "aired", "cause": "a valve", "restored_at": "2026-11-14T21:14:00+08:00"});
    leader.send(&on("closure"), closing, 200).await;
}

#[tokio::test]
async fn publishing_finishes_the_duty_that_asked_for_it() {
    let town = Town::at("2026-11-14T21:14:00+08:00").await;
    handled_and_closed(&town).await;
    let inspector = town.sign_in("insp1.insp").await;
    assert!(task(&inspector, "insp.exchange").await.is_null(), "after the review");
    does(&town, &inspector, &task(&inspector, "insp.review").await).await;
    assert_eq!(task(&inspector, "insp.exchange").await["state"], "open");

    let exchange = json!({"subject": "gas", "held_at": "2026-11-16T14:00:00+08:00", "departments": ["SEC"]});
    let made = inspector.send(EXCHANGES, exchange, 201).await;
    let one = format!("{EXCHANGES}/{}", made["number"].as_str().unwrap());
    let lesson = json!({"text": "valves are looked at monthly", "incidents": [NUMBER], "sub_kinds": ["sec.other_accident"],
                        "clauses": ["2.1.2-sec-2"], "exchange": made["number"]});
    inspector.send("/api/v1/lessons", lesson, 201).await;
    assert_eq!(task(&inspector, "insp.exchange").await["state"], "open", "arranged is not done");
    town.clock_to("2026-11-16T16:00:00+08:00").await;
    inspector.send(&format!("{one}/publication"), json!({"summary": "valves monthly"}), 200).await;

    let done = task(&inspector, "insp.exchange").await;
    assert_eq!((&done["state"], &done["acknowledged_by"]), (&json!("done"), &json!("insp1.insp")), "{done}");
    assert_eq!(done["done_at"], "2026-11-16T16:00:00+08:00");
    assert_eq!(
        done["evidence"],
        json!({"experience_note": format!("/exchanges/{}", made["number"].as_str().unwrap())})
    );
    let line = inspector.read(&on("timeline")).await;
    let kinds: Vec<&str> = line["past"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"experience_published"), "{kinds:?}");
}
