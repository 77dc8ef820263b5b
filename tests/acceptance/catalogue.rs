//! All 40 sub-kinds, each of their severities: the preview lists the route's opening tasks, and saving does the same.

use serde_json::{Value, json};

use super::bodies::{NOW, report};
use super::expected::{MATRIX, Route, sub_kind};
use super::{at, rfc, task_ids, time};
use crate::harness::server::{Client, Practice};

#[test]
fn every_sub_kind_has_a_route_for_each_of_its_severities() {
    assert_eq!(MATRIX.sub_kind.len(), 40);
    assert_eq!(MATRIX.route.len(), 70);
    for sub_kind in &MATRIX.sub_kind {
        for severity in &sub_kind.severities {
            let found = MATRIX.route.iter().any(|r| r.sub_kind == sub_kind.code && r.severity == *severity);
            assert!(found, "{} {severity}", sub_kind.code);
        }
    }
}

#[tokio::test]
async fn each_route_opens_as_previewed() {
    let practice = Practice::start(&rfc(NOW)).await;
    let leader = practice.sign_in("leader").await;
    let mut wrong = Vec::new();
    for route in &MATRIX.route {
        let mut body = report(sub_kind(&route.sub_kind));
        if !route.scope.is_empty() {
            body["scope"] = json!(route.scope);
        }
        let label = format!("{} {} {}", route.sub_kind, route.severity, route.scope);
        let preview = preview(&leader, route, &body).await;
        for difference in differences(route, &body, &preview) {
            wrong.push(format!("{label}: {difference}"));
        }
        body["severity"] = json!(route.severity);
        let saved = save(&leader, body).await;
        if saved["severity"] != route.severity.as_str() {
            wrong.push(format!("{label}: saved as {}", saved["severity"]));
        }
        if outline(&saved) != outline(&preview) {
            wrong.push(format!("{label}: saved {saved}\n  previewed {preview}"));
        }
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));

    let list = leader.read("/api/v1/incidents?state=open&limit=100").await;
    assert_eq!(list["items"].as_array().unwrap().len(), MATRIX.route.len());
}

#[tokio::test]
async fn fields_of_the_report_open_conditional_tasks() {
    let practice = Practice::start(&rfc(NOW)).await;
    let leader = practice.sign_in("leader").await;
    for (code, field, value) in [
        ("it.power_loss", "links_affected", json!({"ordering": "stopped"})),
        ("it.data_loss", "links_affected", json!({"ordering": "normal", "settlement": "restricted"})),
        ("it.e_settlement_fault", "fault_or_error", json!("error")),
        ("veh.accident_no_casualty", "vehicle_usable", json!(false)),
    ] {
        let route = MATRIX.route.iter().find(|r| r.sub_kind == code && r.severity == "local").unwrap();
        let mut body = report(sub_kind(code));
        body[field] = value;
        let preview = preview(&leader, route, &body).await;
        assert_eq!(differences(route, &body, &preview), Vec::<String>::new(), "{code}");
    }
}

#[tokio::test]
async fn an_incomplete_report_is_previewed_and_nothing_is_saved() {
    let practice = Practice::start(&rfc(NOW)).await;
    let leader = practice.sign_in("leader").await;
    let body = json!({"sub_kind": "veh.breakdown_en_route", "region": "QZ", "at": rfc(NOW)});
    let preview = leader.send("/api/v1/previews", body, 200).await;
    assert_eq!(preview["severity"], "local");
    assert!(!preview["rule"].is_null(), "{preview}");
    let mut missing: Vec<&str> = preview["missing"].as_array().unwrap().iter().map(|f| f.as_str().unwrap()).collect();
    let mut required: Vec<&str> = sub_kind("veh.breakdown_en_route")
        .required_fields
        .iter()
        .map(String::as_str)
        .filter(|field| *field != "region")
        .collect();
    missing.sort_unstable();
    required.sort_unstable();
    assert_eq!(missing, required);
    assert!(!preview["tasks"].as_array().unwrap().is_empty());
    assert_eq!(leader.read("/api/v1/incidents").await["items"], json!([]));
}

async fn preview(leader: &Client, route: &Route, body: &Value) -> Value {
    let mut asked = body.clone();
    asked["at"] = json!(rfc(NOW));
    asked["severity"] = json!(route.severity);
    let (status, preview) = leader.post("/api/v1/previews", asked.clone()).await;
    assert_eq!(status, 200, "{asked}: {preview}");
    assert_eq!(preview["missing"], json!([]), "{asked}");
    preview
}

/// Saves, saying that it is another incident when one of the same kind was just reported.
async fn save(leader: &Client, mut body: Value) -> Value {
    let (status, answer) = leader.post("/api/v1/incidents", body.clone()).await;
    if status != 409 {
        assert_eq!(status, 201, "{body}: {answer}");
        return answer;
    }
    assert_eq!(answer["code"], "M_DUPLICATE", "{answer}");
    body["not_duplicate_reason"] = json!("另一处");
    leader.send("/api/v1/incidents", body, 201).await
}

/// What a preview and a saved incident must have in common.
fn outline(holder: &Value) -> Vec<[Value; 6]> {
    let tasks = holder["tasks"].as_array().expect("tasks");
    let keys = ["task", "department", "clause", "basis", "acknowledge_by", "due_at"];
    tasks.iter().map(|t| keys.map(|key| t[key].clone())).collect()
}

/// How the previewed tasks differ from those the matrix opens.
fn differences(route: &Route, body: &Value, preview: &Value) -> Vec<String> {
    let expected = route.opening(body);
    let expected_ids: Vec<&str> = expected.iter().map(|t| t.id.as_str()).collect();
    let mut ids: Vec<&str> = task_ids(preview).into_iter().map(matrix_id).collect();
    ids.dedup();
    let mut found = Vec::new();
    if preview["severity"] != route.severity.as_str() {
        found.push(format!("previewed as {}", preview["severity"]));
    }
    if ids != expected_ids {
        found.push(format!("opens {ids:?}, the matrix {expected_ids:?}"));
        return found;
    }
    let now = at(NOW);
    for task in preview["tasks"].as_array().unwrap() {
        let id = task["task"].as_str().unwrap();
        let plan = expected.iter().find(|t| t.id == matrix_id(id)).unwrap();
        let department = match id.split_once('@') {
            Some((_, region)) => format!("RMD-{region}"),
            None => plan.department(body.get("site").is_some()).to_owned(),
        };
        for (what, got, want) in [
            ("department", &task["department"], &department),
            ("clause", &task["clause"], &plan.clause),
            ("basis", &task["basis"], &plan.basis),
        ] {
            if got != want.as_str() {
                found.push(format!("{id} {what} {got}, the matrix {want}"));
            }
        }
        for (what, want) in [
            ("acknowledge_by", plan.acknowledge_by(&route.severity, now)),
            ("due_at", plan.due_at(&route.severity, now)),
        ] {
            if time(&task[what]) != want {
                found.push(format!("{id} {what} {}, the matrix {want}", task[what]));
            }
        }
    }
    found
}

/// `rmd.organise_managers@QZ` is one regional instance of `rmd.organise_managers`.
fn matrix_id(id: &str) -> &str {
    id.split('@').next().unwrap_or(id)
}
