//! People told by name on starting a task, over the API and on the pages (2.1.2-sec-2; R143).

use serde_json::{Value, json};

use crate::harness::server::Client;
use crate::harness::town::Town;

const NOW: &str = "2026-11-14T21:14:00+08:00";
const NUMBER: &str = "YJ-20261114-001";
const KEY: &str = "sec.notify_and_activate";

fn on(call: &str) -> String {
    format!("/api/v1/incidents/{NUMBER}/tasks/{KEY}/{call}")
}

/// Gas beside the warehouse, and the sorting line that stopped for it linked under it.
async fn town() -> Town {
    let town = Town::at(NOW).await;
    let gas = json!({
        "sub_kind": "sec.other_accident", "occurred_at": "2026-11-14T21:12:00+08:00", "region": "CITY",
        "description": "gas smell beside the warehouse", "site": "central warehouse",
        "safety_plan_started_at": "2026-11-14T21:13:00+08:00", "links_affected": {"sorting": "stopped"},
    });
    assert_eq!(town.report("guard1.sec", gas).await, NUMBER);
    let line = json!({
        "sub_kind": "it.wms_sort_equipment", "occurred_at": "2026-11-14T21:13:00+08:00", "region": "CITY",
        "description": "line 2 stopped", "device": "sorting line 2", "links_affected": {"sorting": "stopped"},
    });
    let child = town.report("wh5.whs", line).await;
    let link = json!({"number": child, "reason": "stopped for the gas", "as": "child"});
    town.sign_in("duty").await.send(&format!("/api/v1/incidents/{NUMBER}/links"), link, 200).await;
    town
}

async fn list(client: &Client) -> Vec<Value> {
    let incident = client.read(&format!("/api/v1/incidents/{NUMBER}")).await;
    let task = incident["tasks"].as_array().unwrap().iter().find(|t| t["task"] == KEY).unwrap().clone();
    task["notified"].as_array().unwrap().clone()
}

fn of<'a>(list: &'a [Value], login: &str) -> &'a Value {
    list.iter().find(|n| n["person"] == login).unwrap_or_else(|| panic!("{login} is not on the list: {list:?}"))
}

async fn refused(client: &Client, path: &str, body: Value, status: u16, code: &str) -> Value {
    let (got, answer) = client.post(path, body.clone()).await;
    assert_eq!((got, answer["code"].as_str()), (status, Some(code)), "POST {path} {body}: {answer}");
    answer
}

#[tokio::test]
async fn everyone_concerned_is_told_sees_it_or_climbs() {
    let town = town().await;
    let (sec, leader, deputy) =
        (town.sign_in("head.sec").await, town.sign_in("leader").await, town.sign_in("deputy").await);
    let (sec, deputy) = (sec.reading("en"), deputy.reading("en"));
    let everyone = list(&sec).await;
    assert_eq!(of(&everyone, "leader")["posts"], json!(["leader@LG"]));
    let posts = of(&everyone, "head.dist")["posts"].to_string();
    assert!(
        posts.contains("lg_member@LG") && posts.contains("department_head@DIST"),
        "owes a task of the child: {posts}"
    );
    assert!(everyone.iter().all(|n| n["notified_at"].is_null() && n["seen_at"].is_null()));

    let told = |people: &[&str]| json!({"people": people, "means": "telephone", "at": "2026-11-14T21:13:30+08:00"});
    refused(&sec, &on("notified"), told(&[]), 422, "M_REQUIRED").await;
    refused(&sec, &on("notified"), told(&["head.sec"]), 422, "M_BAD_VALUE").await;
    refused(&sec, &on("notified"), json!({"people": ["leader"], "means": "drum"}), 422, "M_BAD_VALUE").await;
    refused(&sec, &on("notified"), json!({"people": ["leader"], "how": "telephone"}), 422, "M_UNKNOWN_FIELD").await;
    refused(&leader, &on("notified"), told(&["deputy"]), 403, "M_NOT_YOUR_TASK").await;
    refused(&leader, &on("seen"), json!({}), 403, "M_FORBIDDEN").await;
    let answer = sec.send(&on("notified"), told(&["leader", "deputy"]), 200).await;
    let answered = answer["notified"].as_array().unwrap();
    let one = of(answered, "leader");
    assert_eq!((&one["means"], &one["notified_by"]), (&json!("telephone"), &json!("head.sec")), "{one}");
    assert_eq!(one["notified_at"], "2026-11-14T21:13:30+08:00");
    assert_eq!(one["see_by"], "2026-11-14T21:29:00+08:00", "from when the notice went out");

    let notice = &leader.read("/api/v1/notices").await["items"][0];
    assert_eq!(
        (&notice["kind"], &notice["incident"], &notice["task"]),
        (&json!("notified"), &json!(NUMBER), &json!(KEY))
    );
    assert!(of(&list(&sec).await, "leader")["seen_at"].is_null(), "reading a list of notices is no word of one's own");
    leader.send(&on("seen"), json!({}), 200).await;
    assert_eq!(of(&list(&sec).await, "leader")["seen_at"], "2026-11-14T21:14:00+08:00");

    // Who has not seen it is drawn coming, then told of, once.
    let line = format!("/api/v1/incidents/{NUMBER}/timeline");
    let coming = deputy.read(&line).await["projected"].as_array().unwrap().clone();
    let coming: Vec<&Value> = coming.iter().filter(|p| p["kind"] == "not_seen").collect();
    assert_eq!(coming.len(), 2, "{coming:?}");
    assert!(coming.iter().all(|p| p["person"] == "deputy" && p["task"] == KEY));
    let missing = json!({"evidence": {"notified_list": true}});
    sec.send(&on("acknowledgement"), json!({}), 200).await;
    let answer = refused(&sec, &on("completion"), missing, 422, "M_EVIDENCE_MISSING").await;
    assert!(answer["message"].as_str().unwrap().contains("Distribution Centre"), "{answer}");
    town.clock_to("2026-11-14T21:44:00+08:00").await;
    let past = deputy.read(&line).await["past"].as_array().unwrap().clone();
    let unseen = |text: &str| {
        past.iter().filter(|e| e["kind"] == "escalation" && e["text"].as_str().unwrap().contains(text)).count()
    };
    assert_eq!(unseen("has not seen it"), 2, "{past:?}");
    let notices = town.sign_in("duty").await.reading("en").read("/api/v1/notices").await.to_string();
    assert!(notices.contains("has not seen it"), "the next rung is told too");

    // Once everyone is told the task can be done; seeing goes on after it.
    let rest: Vec<String> = list(&sec)
        .await
        .iter()
        .filter(|n| n["notified_at"].is_null())
        .map(|n| n["person"].as_str().unwrap().to_owned())
        .collect();
    sec.send(&on("notified"), json!({"people": rest, "means": "message"}), 200).await;
    let done = sec.send(&on("completion"), json!({"evidence": {}}), 200).await;
    assert_eq!((&done["state"], &done["evidence"]), (&json!("done"), &json!({"notified_list": true})));
    refused(&sec, &on("notified"), told(&["leader"]), 409, "M_STALE").await;
    deputy.send(&on("seen"), json!({}), 200).await;
    let late = of(&list(&sec).await, "deputy").clone();
    assert!(late["seen_at"].as_str() > late["see_by"].as_str(), "{late}");
    for change in [
        "update notified set seen_at = null",
        "update notified set at = at - interval '1 hour'",
        "delete from notified",
    ] {
        let error = sqlx::query(change).execute(&town.app.pool).await;
        assert!(error.is_err(), "what was told stays: {change}");
    }
}

#[tokio::test]
async fn the_list_is_ticked_and_seen_on_the_page() {
    let town = town().await;
    let page = format!("/incidents/{NUMBER}");
    let form = format!("{page}/tasks/{KEY}/notified");
    let (sec, leader) = (town.browser("head.sec").await, town.browser("leader").await);
    let shown = sec.page(&page).await;
    assert!(shown.contains("name=\"people\" value=\"leader\"") && shown.contains("0 of "), "a list to tick");
    assert!(!leader.page(&page).await.contains("name=\"people\""), "only who holds the task ticks");
    assert_eq!(leader.post(&form, &[("people", "deputy"), ("means", "telephone")]).await.0, 403);

    // A refusal leaves what was ticked.
    let (status, again) =
        sec.post(&form, &[("people", "leader"), ("means", "in_person"), ("at", "2026-11-14T23:00")]).await;
    assert_eq!(status, 422);
    assert!(again.contains("value=\"leader\" checked") && again.contains("value=\"in_person\" selected"), "{again}");
    assert!(again.contains("value=\"2026-11-14T23:00\""));
    let tick = [("people", "leader"), ("people", "deputy"), ("means", "telephone"), ("at", "")];
    assert_eq!(sec.post(&form, &tick).await.0, 303);
    let shown = sec.page(&page).await;
    assert!(shown.contains("2 of ") && shown.contains("Notified, not seen"));
    assert!(!shown.contains("name=\"people\" value=\"leader\""), "ticked once");

    let notices = leader.page("/notices").await;
    let links = notices.split("href=\"").filter_map(|part| part.split('"').next());
    let mut led = Vec::new();
    for link in links.filter(|link| link.starts_with("/notices/")) {
        led.push(leader.sent_to(link).await);
    }
    assert!(led.contains(&format!("{page}#t-{KEY}")), "a notice leads there: {led:?}");
    assert!(leader.page(&page).await.contains("I have seen it"));
    assert_eq!(sec.post(&format!("{page}/tasks/{KEY}/seen"), &[]).await.0, 403);
    assert_eq!(leader.post(&format!("{page}/tasks/{KEY}/seen"), &[]).await.0, 303);
    assert!(!leader.page(&page).await.contains("I have seen it"));
    assert!(sec.page(&page).await.contains("1 have seen it"));
    assert!(sec.page(&format!("{page}/print")).await.contains("To be notified"));
    assert!(sec.page(&format!("/plan/tasks/{KEY}")).await.contains("heads of the departments affected"));
}
