//! Circulars lived through: drafted, published, told, confirmed, seen by whom they are for and by nobody else.

use serde_json::{Value, json};

use crate::harness::server::Practice;
use crate::harness::town::Town;

const NOW: &str = "2026-03-24T10:00:00+08:00";

fn body() -> Value {
    json!({
        "title": "值班脱岗", "facts": "3月23日夜值班电话无人接听。", "clauses": ["2.1.2-lg-4"],
        "departments": ["INF", "ORD"],
    })
}

#[tokio::test]
async fn a_circular_goes_out_and_is_confirmed() {
    let server = Practice::start(NOW).await;
    let (leader, head) = (server.sign_in("leader").await, server.sign_in("head.inf").await);
    let (fin, inspector) = (server.sign_in("head.fin").await, server.sign_in("insp1.insp").await);

    assert_eq!(head.send("/api/v1/circulars", body(), 403).await["code"], "M_FORBIDDEN");
    for (field, blank) in [("facts", json!("")), ("clauses", json!([])), ("departments", json!([]))] {
        let mut lacking = body();
        lacking[field] = blank;
        let refused = leader.send("/api/v1/circulars", lacking, 422).await;
        assert_eq!((&refused["code"], &refused["field"]), (&json!("M_CIRCULAR_FIELDS"), &json!(field)));
        assert_eq!(refused["clause"], "2.1.2-lg-4");
    }
    let mut wrong = body();
    wrong["fcts"] = json!("x");
    assert_eq!(leader.send("/api/v1/circulars", wrong, 422).await["code"], "M_UNKNOWN_FIELD");

    let out = leader.send("/api/v1/circulars", body(), 201).await;
    assert_eq!(
        (&out["number"], &out["issuer"], &out["state"]),
        (&json!("TB-2026-001"), &json!("LG"), &json!("published"))
    );
    assert!(out["clause_words"][0]["text"].as_str().is_some_and(|t| t.len() > 20), "the clause in its words: {out}");
    let at = "/api/v1/circulars/TB-2026-001";

    let told = head.read("/api/v1/notices").await;
    assert_eq!(told["items"][0]["kind"], "circular_published", "{told}");
    assert!(fin.read("/api/v1/notices").await["items"].as_array().unwrap().is_empty());
    assert_eq!(fin.get(at).await.0, 403);
    assert_eq!(fin.send(&format!("{at}/receipts"), json!({}), 403).await["code"], "M_FORBIDDEN");
    assert!(fin.read("/api/v1/circulars").await["items"].as_array().unwrap().is_empty());

    let read = head.send(&format!("{at}/receipts"), json!({}), 200).await;
    assert_eq!(read["receipts"].as_array().unwrap().len(), 1, "a reader sees the own department: {read}");
    head.send(&format!("{at}/receipts"), json!({}), 200).await;
    server.sign_in("tech1.inf").await.send(&format!("{at}/receipts"), json!({}), 200).await;
    let seen = leader.read(at).await;
    let inf = &seen["receipts"][seen["departments"].as_array().unwrap().iter().position(|d| d == "INF").unwrap()];
    assert_eq!((&inf["read"], &inf["readers"][0]["by"]), (&json!(2), &json!("head.inf")));
    assert!(inf["waits_for"].is_null() && inf["of"].as_u64().unwrap() >= 2);
    let ord = seen["receipts"].as_array().unwrap().iter().find(|r| r["department"] == "ORD").unwrap();
    assert!(ord["read"] == 0 && ord["waits_for"]["phone"].as_str().is_some_and(|p| !p.is_empty()));
    assert_eq!(inspector.read(at).await["receipts"].as_array().unwrap().len(), 2, "inspection sees all");
}

#[tokio::test]
async fn a_draft_is_its_bodys_own_and_numbers_have_no_gaps() {
    let server = Practice::start(NOW).await;
    let (leader, deputy) = (server.sign_in("leader").await, server.sign_in("deputy").await);
    let inspector = server.sign_in("insp1.insp").await;
    let mut lacking = body();
    (lacking["draft"], lacking["clauses"]) = (json!(true), json!([]));
    let draft = inspector.send("/api/v1/circulars", lacking, 201).await;
    assert!(draft["number"].is_null() && draft["state"] == "draft" && draft["issuer"] == "INSP");
    let path = format!("/api/v1/circulars/{}", draft["id"].as_str().unwrap());
    assert_eq!(leader.get(&path).await.0, 404, "the other body's draft is not even there");
    let refused = inspector.send(&format!("{path}/publication"), json!({}), 422).await;
    assert_eq!(refused["code"], "M_CIRCULAR_FIELDS");

    let mut whole = body();
    whole["draft"] = json!(true);
    let draft = deputy.send("/api/v1/circulars", whole, 201).await;
    let path = format!("/api/v1/circulars/{}", draft["id"].as_str().unwrap());
    let out = leader.send(&format!("{path}/publication"), json!({}), 200).await;
    assert_eq!(out["number"], "TB-2026-001", "what was refused took no number");
    assert_eq!(leader.send(&format!("{path}/publication"), json!({}), 409).await["code"], "M_STALE");
    let own = inspector.send("/api/v1/circulars", body(), 201).await;
    assert_eq!((&own["number"], &own["issuer"]), (&json!("TB-2026-002"), &json!("INSP")));
}

#[tokio::test]
async fn about_an_incident_it_stands_in_the_timeline() {
    let town = Town::at(NOW).await;
    let number = town
        .report(
            "clerk3.ord",
            json!({
                "sub_kind": "it.voice_board_down", "occurred_at": "2026-03-24T09:58:00+08:00", "region": "CITY",
                "description": "语音板 2 失效", "board": "2", "links_affected": {"ordering": "restricted"},
            }),
        )
        .await;
    let leader = town.browser("leader").await;
    let form = leader.page(&format!("/circulars/new?incident={number}")).await;
    assert!(form.contains(&format!(r#"value="{number}""#)), "the form knows its incident");

    let typed =
        [("facts", "<b>未签收</b>"), ("departments", "INF"), ("incident", number.as_str()), ("step", "publish")];
    let (status, page) = leader.post("/circulars", &typed).await;
    assert_eq!(status, 422, "{page}");
    assert!(page.contains("M_CIRCULAR_FIELDS") && page.contains(r#"id="refusal""#));
    assert!(page.contains("&#60;b&#62;未签收") && page.contains(r#"value="INF" checked"#), "typed text is kept");

    let whole: Vec<(&str, &str)> = typed.into_iter().chain([("clauses", "3.1.8")]).collect();
    assert_eq!(leader.post("/circulars", &whole).await.0, 303);
    let timeline = leader.page(&format!("/incidents/{number}")).await;
    assert!(timeline.contains("TB-2026-001"), "in the incident's timeline");

    let head = town.browser("head.inf").await;
    assert!(head.page("/notices").await.contains("TB-2026-001"));
    assert!(head.page("/circulars").await.contains("TB-2026-001"));
    assert_eq!(head.post("/circulars/TB-2026-001/receipts", &[]).await.0, 303);
    for (lang, word) in [("zh-Hans", "阅知情况"), ("zh-Hant", "閱知情況"), ("en", "Who has read it")] {
        leader.post("/language", &[("to", lang), ("next", "/")]).await;
        let page = leader.page("/circulars/TB-2026-001").await;
        assert!(page.contains(word) && page.contains(r#"value="1""#), "one has read it, in {lang}");
        assert!(leader.page("/circulars/TB-2026-001/print").await.contains("paper-sheet"));
    }
    assert_eq!(town.browser("head.fin").await.get("/circulars/TB-2026-001").await.0, 403);
    assert_eq!(head.get("/circulars/new").await.0, 403);
    let wrong = [("facts", "x"), ("departments", "INF"), ("clauses", "3.1.8"), ("incident", "YJ-1"), ("step", "draft")];
    assert_eq!(leader.post("/circulars", &wrong).await.0, 422);
}

#[tokio::test]
async fn a_check_becomes_a_circular() {
    let town = Town::at(NOW).await;
    let leader = town.browser("leader").await;
    let check = [("department", "ORD"), ("looked_at", "值班记录"), ("finding", "夜间无人值守"), ("urge", "本周内整改")];
    assert_eq!(leader.post("/checks", &check).await.0, 303);
    let log = leader.page("/checks").await;
    let id = log.split("/circulars/new?check=").nth(1).expect("a way from the check to a circular");
    let id = id.split('"').next().unwrap().to_owned();
    let form = leader.page(&format!("/circulars/new?check={id}")).await;
    assert!(form.contains("夜间无人值守") && form.contains("本周内整改") && form.contains(r#"value="ORD" checked"#));
    let out = [
        ("check", id.as_str()),
        ("facts", "夜间无人值守"),
        ("departments", "ORD"),
        ("clauses", "2.1.2-lg-4"),
        ("step", "publish"),
    ];
    assert_eq!(leader.post("/circulars", &out).await.0, 303);
    assert!(leader.page("/checks").await.contains("/circulars/TB-2026-001"), "the log says what came of it");
    // A draft is what the check became until it is published under its number.
    let second = [("department", "INF"), ("looked_at", "机房"), ("finding", "备件短缺")];
    assert_eq!(leader.post("/checks", &second).await.0, 303);
    let log = leader.page("/checks").await;
    let id = log.split("/circulars/new?check=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let draft = [
        ("check", id.as_str()),
        ("facts", "备件短缺"),
        ("departments", "INF"),
        ("clauses", "3.1.7"),
        ("step", "draft"),
    ];
    assert_eq!(leader.post("/circulars", &draft).await.0, 303);
    let log = leader.page("/circulars").await;
    let id = log.split("/circulars/0").nth(1).map(|rest| format!("0{}", rest.split('"').next().unwrap())).unwrap();
    let publish = [
        ("draft", id.as_str()),
        ("facts", "备件短缺"),
        ("departments", "INF"),
        ("clauses", "3.1.7"),
        ("step", "publish"),
    ];
    assert_eq!(leader.post("/circulars", &publish).await.0, 303);
    assert!(leader.page("/checks").await.contains("/circulars/TB-2026-002"), "under its number now");
    assert_eq!(leader.get("/circulars/new?check=00000000-0000-7000-8000-000000000000").await.0, 404);
}
