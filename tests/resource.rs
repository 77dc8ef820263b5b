//! People, money and materials lived through: asked under a headquarters, promised, arrived; who may not; what stands in
//! the timeline, and that a stand-down does not wait for them.

use serde_json::{Value, json};

use crate::harness::server::{Client, Practice};
use crate::harness::town::Town;

const REQUESTS: &str = "/api/v1/resource-requests";

fn both_hosts_down() -> Value {
    json!({
        "sub_kind": "it.biz_system_down", "occurred_at": "2026-03-23T09:15:00+08:00", "region": "CITY",
        "description": "两台主机均停机",
        "links_affected": {"ordering": "stopped", "settlement": "stopped"},
    })
}

/// A major incident whose headquarters head.inf commands by written authority.
async fn commanded() -> (Practice, String) {
    let server = Practice::start("2026-03-23T09:20:00+08:00").await;
    let leader = server.sign_in("leader").await;
    for seat in ["leader", "deputy_leader"] {
        let away =
            json!({"person": seat, "state": "out", "until": "2026-03-24T12:00:00+08:00", "reachable_at": "省城"});
        leader.send("/api/v1/presence", away, 200).await;
    }
    let number = server.sign_in("head.inf").await.send("/api/v1/incidents", both_hosts_down(), 201).await["number"]
        .as_str()
        .unwrap()
        .to_owned();
    leader.send(&format!("/api/v1/incidents/{number}/severity"), json!({"severity": "major"}), 200).await;
    leader.send("/api/v1/headquarters", json!({"incident": number}), 201).await;
    leader.send(&format!("/api/v1/headquarters/{number}/delegations"), json!({"to": "head.inf"}), 201).await;
    let head = server.sign_in("head.inf").await;
    head.send(&format!("/api/v1/headquarters/{number}/delegations/acceptance"), json!({}), 200).await;
    (server, number)
}

fn people(number: &str) -> Value {
    json!({
        "headquarters": number, "kind": "people", "what": "登记订单的人员", "quantity": 60, "unit": "人",
        "department": "DIST", "due_at": "2026-03-23T14:00:00+08:00",
    })
}

async fn refused(who: &Client, path: &str, body: Value, status: u16, code: &str) {
    let answer = who.send(path, body, status).await;
    assert_eq!(answer["code"], code, "{path}: {answer}");
}

#[tokio::test]
async fn asked_promised_arrived() {
    let (server, number) = commanded().await;
    let (acting, dist) = (server.sign_in("head.inf").await, server.sign_in("head.dist").await);
    let (market, inspector) = (server.sign_in("head.mkt").await, server.sign_in("insp1.insp").await);

    let mut without = people(&number);
    without.as_object_mut().unwrap().remove("due_at");
    refused(&acting, REQUESTS, without, 422, "M_DIRECTIVE_NO_LIMIT").await;
    let mut past = people(&number);
    past["due_at"] = json!("2026-03-23T09:00:00+08:00");
    refused(&acting, REQUESTS, past, 422, "M_DIRECTIVE_PAST").await;
    refused(&market, REQUESTS, people(&number), 403, "M_DIRECTIVE_NOT_ISSUER").await;
    refused(&acting, REQUESTS, people("YJ-20200101-001"), 404, "M_NOT_FOUND").await;
    let mut typo = people(&number);
    typo["quantiy"] = json!(3);
    refused(&acting, REQUESTS, typo, 422, "M_UNKNOWN_FIELD").await;

    let asked = acting.send(REQUESTS, people(&number), 201).await;
    let name = format!("{number}-Z1");
    assert_eq!((&asked["number"], &asked["state"]), (&json!(name), &json!("asked")), "what was refused took no number");
    let told = dist.read("/api/v1/notices").await;
    assert!(told["items"].as_array().unwrap().iter().any(|n| n["kind"] == "resource_asked"), "{told}");

    let at = |act: &str| format!("{REQUESTS}/{name}/{act}");
    let promise = json!({"quantity": 40, "for": "2026-03-23T13:00:00+08:00"});
    refused(&market, &at("promise"), promise.clone(), 403, "M_NOT_YOUR_TASK").await;
    refused(&acting, &at("promise"), promise.clone(), 403, "M_NOT_YOUR_TASK").await;
    refused(&inspector, &at("promise"), promise.clone(), 403, "M_INSP_READONLY").await;
    let promised = dist.send(&at("promise"), promise, 200).await;
    assert_eq!((&promised["promised"], &promised["state"]), (&json!(40), &json!("promised")));
    assert_eq!(promised["promised_for"], "2026-03-23T13:00:00+08:00");
    let told = acting.read("/api/v1/notices").await;
    assert!(told["items"].as_array().unwrap().iter().any(|n| n["kind"] == "resource_promised"), "{told}");

    for quantity in [0, -5] {
        refused(&dist, &at("arrival"), json!({"quantity": quantity}), 422, "M_BAD_VALUE").await;
    }
    refused(&market, &at("arrival"), json!({"quantity": 5}), 403, "M_NOT_YOUR_TASK").await;
    server.clock_to("2026-03-23T14:30:00+08:00").await;
    let some = dist.send(&at("arrival"), json!({"quantity": 40, "at": "2026-03-23T13:10:00+08:00"}), 200).await;
    assert_eq!(
        (&some["arrived"], &some["state"], &some["late_seconds"]),
        (&json!(40), &json!("arriving"), &json!(1800))
    );
    let all = acting.send(&at("arrival"), json!({"quantity": 30}), 200).await;
    assert_eq!((&all["arrived"], &all["state"]), (&json!(70), &json!("arrived")), "more than was asked is taken");
    refused(&acting, &at("cancellation"), json!({}), 409, "M_STALE").await;

    let mut later = people(&number);
    later["due_at"] = json!("2026-03-23T18:00:00+08:00");
    let second = acting.send(REQUESTS, later, 201).await;
    assert_eq!(second["number"], format!("{number}-Z2"));
    let cancel = format!("{REQUESTS}/{number}-Z2/cancellation");
    refused(&dist, &cancel, json!({}), 403, "M_DIRECTIVE_NOT_ISSUER").await;
    assert_eq!(acting.send(&cancel, json!({}), 200).await["state"], "cancelled");
    refused(&dist, &format!("{REQUESTS}/{number}-Z2/promise"), json!({"quantity": 0}), 409, "M_STALE").await;

    let list = market.read(&format!("{REQUESTS}?headquarters={number}")).await;
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    assert_eq!(market.get(&format!("{REQUESTS}?headquarter={number}")).await.0, 422);
    let timeline = acting.read(&format!("/api/v1/incidents/{number}/timeline")).await;
    let kinds: Vec<&str> = timeline["past"].as_array().unwrap().iter().filter_map(|e| e["kind"].as_str()).collect();
    for (kind, times) in
        [("resource_asked", 2), ("resource_promised", 1), ("resource_arrived", 2), ("resource_cancelled", 1)]
    {
        assert_eq!(kinds.iter().filter(|k| **k == kind).count(), times, "{kind}");
    }
}

#[tokio::test]
async fn asked_at_once_each_has_its_own_number() {
    let (server, number) = commanded().await;
    let leader = server.sign_in("leader").await;
    let all = futures::future::join_all((0..8).map(|_| leader.post(REQUESTS, people(&number)))).await;
    let mut numbers: Vec<String> = all
        .into_iter()
        .map(|(status, body)| {
            assert_eq!(status, 201, "{body}");
            body["number"].as_str().unwrap().to_owned()
        })
        .collect();
    numbers.sort();
    assert_eq!(numbers, (1..=8).map(|n| format!("{number}-Z{n}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_pages_ask_promise_and_write_down() {
    let town = Town::at("2026-03-23T09:20:00+08:00").await;
    let number = town.report("head.inf", both_hosts_down()).await;
    let leader = town.browser("leader").await;
    let board = format!("/incidents/{number}/resources");
    assert_eq!(leader.get(&board).await.0, 404, "there is no headquarters yet");
    let level = zhihui::response::Command::Severity {
        severity: zhihui::plan::Severity::Major,
        scope: None,
        reason: None,
        keep: Vec::new(),
    };
    town.act("leader", &number, level).await;
    let set_up = zhihui::headquarters::Act::Activate { under: None };
    town.act("leader", &number, zhihui::response::Command::Headquarters(set_up)).await;

    let typed = [("kind", "materials"), ("what", "<i>登记表</i>"), ("quantity", "200"), ("department", "MKT")];
    let (status, page) = leader.post(&board, &typed).await;
    assert_eq!(status, 422, "{page}");
    assert!(page.contains("M_DIRECTIVE_NO_LIMIT") && page.contains("&#60;i&#62;登记表"), "typed text is kept");
    let whole: Vec<(&str, &str)> = typed.into_iter().chain([("due_at", "2026-03-23T14:00")]).collect();
    assert_eq!(leader.post(&board, &whole).await.0, 303);
    assert!(leader.page(&board).await.contains(&format!("{number}-Z1")));

    let head = town.browser("head.mkt").await;
    let page = head.page("/department?code=MKT").await;
    assert!(page.contains(&format!("z-{number}-Z1")) && page.contains("/promise"), "on the department's page");
    let act = |act: &str| format!("/resource-requests/{number}-Z1/{act}");
    let (status, page) = head.post(&act("promise"), &[("quantity", "many"), ("for", "2026-03-23T13:00")]).await;
    assert_eq!(status, 422);
    assert!(page.contains(r#"value="many""#) && page.contains("M_BAD_VALUE") && page.contains(" open><summary>"));
    let promise = [("quantity", "150"), ("for", "2026-03-23T15:00"), ("back", "/department?code=MKT")];
    assert_eq!(head.post(&act("promise"), &promise).await.0, 303);
    let page = head.page(&format!("/resource-requests/{number}-Z1")).await;
    assert!(page.contains("promised for after the limit"));
    assert_eq!(head.post(&act("arrival"), &[("quantity", "200"), ("at", "")]).await.0, 303);
    let (status, page) = town.browser("head.fin").await.post(&act("arrival"), &[("quantity", "1")]).await;
    assert_eq!(status, 403);
    assert!(page.contains("M_NOT_YOUR_TASK"));
    assert_eq!(town.browser("insp1.insp").await.post(&act("arrival"), &[("quantity", "1")]).await.0, 403);
    let answer = head
        .http
        .post(format!("{}{}", town.url, act("arrival")))
        .header("origin", &town.url)
        .header("sec-fetch-site", "same-origin")
        .form(&[("quantity", "1"), ("back", "//evil.example/")])
        .send()
        .await
        .unwrap();
    assert_eq!(answer.headers()["location"], format!("/resource-requests/{number}-Z1"), "never off to another site");
    for (lang, word) in [("zh-Hans", "人力、资金、物资"), ("zh-Hant", "人力、資金、物資"), ("en", "People, money")]
    {
        leader.post("/language", &[("to", lang), ("next", "/")]).await;
        assert!(leader.page(&board).await.contains(word), "{lang}");
    }
}
