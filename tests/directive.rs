//! Directives and the check log over the API and on pages, through the running server's router (R25, R26, R29, S5).

use serde_json::{Value, json};
use zhihui::headquarters::Act;
use zhihui::leadership::Declaration;
use zhihui::plan::Severity;
use zhihui::response::Command;

use crate::harness::server::{Client, Practice};
use crate::harness::town::Town;

const ALL: &str = "/api/v1/directives";

fn register(due: Option<&str>) -> Value {
    let mut body = json!({
        "text": "written register in all regions, report counts",
        "departments": ["ORD"],
    });
    if let Some(due) = due {
        body["due_at"] = json!(due);
    }
    body
}

fn path(number: &str, act: &str) -> String {
    format!("{ALL}/{number}/{act}")
}

async fn refused(client: &Client, path: &str, body: Value, status: u16, code: &str) -> Value {
    let (got, answer) = client.post(path, body.clone()).await;
    assert_eq!((got, answer["code"].as_str()), (status, Some(code)), "POST {path} {body}: {answer}");
    answer
}

/// The life of an order without an incident: numbered, signed, more time, done, accepted; every time and both limits.
#[tokio::test]
async fn an_order_from_issue_to_acceptance() {
    let practice = Practice::start("2026-03-23T09:40:00+08:00").await;
    let (leader, deputy) = (practice.sign_in("leader").await, practice.sign_in("deputy").await);
    let (head, clerk) = (practice.sign_in("head.ord").await, practice.sign_in("clerk3.ord").await);
    refused(&leader, ALL, register(None), 422, "M_DIRECTIVE_NO_LIMIT").await;
    refused(&leader, ALL, register(Some("2026-03-23T09:40:00+08:00")), 422, "M_DIRECTIVE_PAST").await;
    refused(&head, ALL, register(Some("2026-03-23T10:30:00+08:00")), 403, "M_DIRECTIVE_NOT_ISSUER").await;
    refused(&leader, ALL, json!({"departments": ["ORD"]}), 422, "M_REQUIRED").await;
    refused(&leader, ALL, json!({"text": "x", "typo": 1}), 422, "M_UNKNOWN_FIELD").await;

    let given = leader.send(ALL, register(Some("2026-03-23T10:30:00+08:00")), 201).await;
    let number = given["number"].as_str().unwrap().to_owned();
    assert_eq!(number, "ZL-2026-001", "nothing refused took a number");
    assert_eq!(given["copies"][0]["acknowledge_by"], "2026-03-23T10:10:00+08:00");
    assert_eq!((&given["issuer"], &given["state"]), (&json!("leader"), &json!("issued")));
    let told = head.read("/api/v1/notices").await;
    assert_eq!(told["items"][0]["directive"], json!(number));

    refused(&head, &path(&number, "completion"), json!({"evidence": "done"}), 422, "M_ACK_FIRST").await;
    refused(&practice.sign_in("head.mkt").await, &path(&number, "acknowledgement"), json!({}), 403, "M_NOT_YOUR_TASK")
        .await;
    practice.clock_to("2026-03-23T09:45:00+08:00").await;
    let signed = clerk.send(&path(&number, "acknowledgement"), json!({}), 200).await;
    assert_eq!(signed["copies"][0]["acknowledged_by"], "clerk3.ord");
    let second = refused(&head, &path(&number, "acknowledgement"), json!({}), 409, "M_STALE").await;
    assert_eq!(second["change"], "clerk3.ord");
    clerk.send(&path(&number, "progress"), json!({"text": "3 of 5 regions"}), 200).await;
    refused(
        &head,
        &path(&number, "extension"),
        json!({"due_at": "2026-03-23T12:00:00+08:00", "reason": "x"}),
        403,
        "M_DIRECTIVE_NOT_ISSUER",
    )
    .await;
    let asked = head.send(&path(&number, "extension"), json!({"reason": "two regions are slow"}), 200).await;
    assert_eq!(asked["copies"][0]["extension"]["reason"], "two regions are slow");
    let longer = json!({"due_at": "2026-03-23T11:00:00+08:00", "reason": "agreed"});
    let longer = deputy.send(&path(&number, "extension"), longer, 200).await;
    assert_eq!(longer["copies"][0]["first_due_at"], "2026-03-23T10:30:00+08:00");
    assert_eq!(longer["copies"][0]["due_at"], "2026-03-23T11:00:00+08:00");
    refused(&head, &path(&number, "completion"), json!({"evidence": " "}), 422, "M_EVIDENCE_MISSING").await;
    refused(&leader, &path(&number, "acceptance"), json!({}), 422, "M_PREREQ").await;
    practice.clock_to("2026-03-23T10:40:00+08:00").await;
    let done = head.send(&path(&number, "completion"), json!({"evidence": "1 214 orders"}), 200).await;
    assert_eq!(
        (&done["copies"][0]["late_first_seconds"], &done["copies"][0]["late_seconds"]),
        (&json!(600), &json!(0))
    );
    refused(&head, &path(&number, "acceptance"), json!({}), 403, "M_DIRECTIVE_NOT_ISSUER").await;
    let open = leader.read(&format!("{ALL}?state=open&department=ORD")).await;
    assert_eq!(open["items"].as_array().unwrap().len(), 1, "reported done is not yet accepted");
    let back = json!({"reason": "two regions are missing"});
    refused(&head, &path(&number, "return"), back.clone(), 403, "M_DIRECTIVE_NOT_ISSUER").await;
    refused(&leader, &path(&number, "return"), json!({"reason": " "}), 422, "M_REQUIRED").await;
    let returned = leader.send(&path(&number, "return"), back, 200).await;
    let copy = &returned["copies"][0];
    assert_eq!((&returned["state"], &copy["done_at"]), (&json!("acknowledged"), &Value::Null));
    assert_eq!(copy["due_at"], "2026-03-23T11:00:00+08:00", "its limit stays");
    let told = head.read("/api/v1/notices").await;
    assert_eq!(told["items"][0]["kind"], "directive_returned", "{told}");
    refused(&leader, &path(&number, "acceptance"), json!({}), 422, "M_PREREQ").await;
    head.send(&path(&number, "completion"), json!({"evidence": "1 300 orders"}), 200).await;
    let accepted = deputy.send(&path(&number, "acceptance"), json!({}), 200).await;
    assert_eq!(accepted["state"], "accepted");
    refused(&leader, &path(&number, "withdrawal"), json!({"reason": "x"}), 409, "M_STALE").await;
    assert_eq!(leader.read(&format!("{ALL}?state=open")).await["items"], json!([]));

    let two = json!({"text": "count the stock", "departments": ["WHS", "FIN"], "due_at": "2026-03-23T17:00:00+08:00"});
    let two = leader.send(ALL, two, 201).await;
    assert_eq!(two["number"], "ZL-2026-002");
    let number = two["number"].as_str().unwrap();
    refused(&leader, &path(number, "withdrawal"), json!({}), 422, "M_REQUIRED").await;
    let gone = leader.send(&path(number, "withdrawal"), json!({"reason": "counted already"}), 200).await;
    assert_eq!((&gone["state"], &gone["withdrawn"]["by"]), (&json!("withdrawn"), &json!("leader")));
    refused(&practice.sign_in("head.fin").await, &path(number, "acknowledgement"), json!({}), 409, "M_STALE").await;
}

/// Nobody signs: the ladder of the matrix, once each, also after a restart.
#[tokio::test]
async fn the_ladder_by_the_practice_clock() {
    let mut practice = Practice::start("2026-03-23T09:40:00+08:00").await;
    let leader = practice.sign_in("leader").await;
    let given = leader.send(ALL, register(Some("2026-03-23T10:30:00+08:00")), 201).await;
    let number = given["number"].as_str().unwrap().to_owned();
    practice.clock_to("2026-03-23T10:10:00+08:00").await;
    let rungs = |items: &Value| -> Vec<(String, String)> {
        items["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|n| n["kind"] == "escalation" && n["directive"] == json!(number))
            .map(|n| {
                (n["at"].as_str().unwrap()[11..16].to_owned(), n["data"]["data"]["event"].as_str().unwrap().to_owned())
            })
            .collect()
    };
    let head = practice.sign_in("head.ord").await;
    let first = [("10:10".to_owned(), "not_acknowledged".to_owned())];
    assert_eq!(rungs(&head.read("/api/v1/notices").await), first);
    assert_eq!(rungs(&leader.read("/api/v1/notices").await), first);
    practice.restart("2026-03-23T10:10:00+08:00").await;
    practice.clock_to("2026-03-23T11:00:00+08:00").await;
    let head = practice.sign_in("head.ord").await;
    let leader = practice.sign_in("leader").await;
    let fraction = ("10:17".to_owned(), "fraction_elapsed".to_owned());
    assert_eq!(rungs(&head.read("/api/v1/notices").await), [fraction, first[0].clone()]);
    let overdue = ("10:30".to_owned(), "overdue".to_owned());
    assert_eq!(rungs(&leader.read("/api/v1/notices").await), [overdue.clone(), first[0].clone()]);
    let insp = practice.sign_in("insp1.insp").await;
    assert_eq!(rungs(&insp.read("/api/v1/notices").await), [overdue]);
    let late = leader.read(&format!("{ALL}?state=overdue")).await;
    assert_eq!(late["items"][0]["copies"][0]["late_seconds"], json!(30 * 60));
}

fn hosts_down() -> Value {
    json!({
        "sub_kind": "it.biz_system_down", "region": "CITY", "occurred_at": "2026-03-23T09:15:00+08:00",
        "description": "Both midrange hosts are down", "expected_back_at": "2026-03-24T09:00:00+08:00",
        "links_affected": {"ordering": "stopped", "settlement": "stopped"},
    })
}

async fn away(town: &Town, login: &str, from: &str) {
    let out = Declaration::Out { from: from.parse().unwrap(), until: None, reachable_at: None, note: None };
    town.app.declare_presence(&town.actor(login), login, out).await.unwrap();
}

/// What stand-down and closing see.
async fn open_directives(town: &Town, number: &str) -> Vec<String> {
    town.app.case(&town.actor("leader"), number).await.unwrap().0.open_directives
}

fn order(pairs: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

/// S5, 5 and 9: the acting commander's order shows who authorised it, and stand-down waits for it.
#[tokio::test]
async fn the_acting_commander_gives_an_order_and_stand_down_waits_for_it() {
    let town = Town::at("2026-03-22T08:00:00+08:00").await;
    away(&town, "leader", "2026-03-22T08:00:00+08:00").await;
    town.clock_to("2026-03-23T06:00:00+08:00").await;
    away(&town, "deputy", "2026-03-23T06:00:00+08:00").await;
    town.clock_to("2026-03-23T09:20:00+08:00").await;
    let number = town.report("head.inf", hosts_down()).await;
    town.clock_to("2026-03-23T09:27:00+08:00").await;
    let level = Command::Severity { severity: Severity::Major, scope: None, reason: None, keep: Vec::new() };
    town.act("leader", &number, level).await;
    town.act("leader", &number, Command::Headquarters(Act::Activate { under: None })).await;
    town.clock_to("2026-03-23T09:31:00+08:00").await;
    let letter = Act::Delegate { to: "head.inf".to_owned(), ground: "both away".to_owned() };
    town.act("leader", &number, Command::Headquarters(letter)).await;
    town.clock_to("2026-03-23T09:40:00+08:00").await;

    let acting = town.browser("head.inf").await;
    let (letter, sheet) = (format!("/incidents/{number}/post#accept"), format!("/incidents/{number}/post#takeover"));
    assert!(acting.page("/department").await.contains(&letter), "the letter waits to be confirmed");
    town.act("head.inf", &number, Command::Headquarters(Act::AcceptDelegation)).await;
    assert!(!acting.page("/department").await.contains(&letter));
    let form = |due: &str, incident: &str| {
        order(&[
            ("text", "written register in all regions"),
            ("departments", "ORD"),
            ("due_at", due),
            ("incident", incident),
        ])
    };
    let post = async |pairs: Vec<(&'static str, String)>| {
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(n, v)| (*n, v.as_str())).collect();
        acting.post("/directives", &pairs).await
    };
    let (status, page) = post(form("", &number)).await;
    assert!(status == 422 && page.contains("M_DIRECTIVE_NO_LIMIT"), "{status}");
    assert!(page.contains("written register in all regions"), "what was typed stays");
    let (status, page) = post(form("2026-03-23T10:30", "")).await;
    assert!(status == 403 && page.contains("M_ACTING_LIMITS"), "{status}");
    assert_eq!(post(form("2026-03-23T10:30", &number)).await.0, 303);

    let page = acting.page("/directives/ZL-2026-001").await;
    assert!(page.contains("Acting commander, authorised by"), "{page}");
    assert!(acting.page("/directives/ZL-2026-001/print").await.contains("authorised by"));
    let file = acting.page(&format!("/incidents/{number}")).await;
    assert!(file.contains("/directives/ZL-2026-001") && file.contains("authorised by"), "in the incident's timeline");
    assert!(acting.page(&format!("/incidents/{number}")).await.contains("/directives/new?incident="));
    assert_eq!(open_directives(&town, &number).await, ["ZL-2026-001"]);

    // Whoever does not command decides nothing about it.
    let head = town.browser("head.ord").await;
    let (status, page) = head.post("/directives/ZL-2026-001/acceptance", &[]).await;
    assert!(status == 403 && page.contains("M_DIRECTIVE_NOT_ISSUER"));
    // Elapsed in a major incident: half an hour, then the duty officer has somebody to call.
    town.clock_to("2026-03-23T10:15:00+08:00").await;
    let duty = town.browser("duty").await;
    assert!(duty.page("/duty").await.contains("/directives/ZL-2026-001"));
    let call = [("back", "/duty?noted=1"), ("department", "ORD"), ("who", "Head of ordering"), ("phone", "0870")];
    assert_eq!(duty.post("/directives/ZL-2026-001/calls", &call).await.0, 303);
    assert!(duty.page("/duty").await.contains("Head of ordering"));

    let department = head.page("/department").await;
    assert!(department.contains("action=\"/directives/ZL-2026-001/acknowledgement\""), "{department}");
    assert_eq!(head.post("/directives/ZL-2026-001/acknowledgement", &[("back", "/department")]).await.0, 303);
    assert!(!duty.page("/duty").await.contains("o-ZL-2026-001"));
    town.clock_to("2026-03-23T10:35:00+08:00").await;
    let leader = town.browser("leader").await;
    let board = leader.page("/board").await;
    assert!(board.contains("o-ZL-2026-001-ORD"), "overdue on the board: {board}");
    // Asked for more time, whoever decides finds it on their board: the leader, and who commands by letter.
    let wished = [("until", "2026-03-23T13:00"), ("reason", "two regions are slow")];
    assert_eq!(head.post("/directives/ZL-2026-001/extension", &wished).await.0, 303);
    for (who, place) in [(&leader, "/board"), (&acting, "/department")] {
        let page = who.page(place).await;
        assert!(page.contains("asks for more time") && page.contains("two regions are slow"), "{place}: {page}");
    }
    assert!(!head.page("/department").await.contains("asks for more time"), "not on the asker's own");
    let (status, page) = head.post("/directives/ZL-2026-001/completion", &[("evidence", "")]).await;
    assert!(status == 422 && page.contains("M_EVIDENCE_MISSING"));
    assert_eq!(head.post("/directives/ZL-2026-001/completion", &[("evidence", "1 214 orders")]).await.0, 303);
    assert_eq!(open_directives(&town, &number).await, ["ZL-2026-001"], "done is not accepted");
    let board = leader.page("/board").await;
    assert!(board.contains("reports done") && !board.contains("asks for more time"), "{board}");
    let (status, page) = acting.post("/directives/ZL-2026-001/return", &[("department", "ORD"), ("reason", "")]).await;
    assert!(status == 422 && page.contains("M_REQUIRED") && page.contains("action=\"/directives/ZL-2026-001/return\""));
    let back = [("department", "ORD"), ("reason", "two regions are missing")];
    assert_eq!(acting.post("/directives/ZL-2026-001/return", &back).await.0, 303);
    assert!(head.page("/directives/ZL-2026-001").await.contains("two regions are missing"));
    assert_eq!(head.post("/directives/ZL-2026-001/completion", &[("evidence", "1 300 orders")]).await.0, 303);
    assert_eq!(acting.post("/directives/ZL-2026-001/acceptance", &[]).await.0, 303);
    assert!(open_directives(&town, &number).await.is_empty());
    assert!(leader.page("/directives?state=all").await.contains("ZL-2026-001"));

    // Command goes back: the sheet waits for the second signature on the board of whom it names, and nowhere else.
    let deputy = town.browser("deputy").await;
    town.app.declare_presence(&town.actor("deputy"), "deputy", Declaration::Back).await.unwrap();
    let over = Act::HandOver { to: "deputy".to_owned(), situation: "all quiet".to_owned() };
    town.act("head.inf", &number, Command::Headquarters(over)).await;
    assert!(deputy.page("/board").await.contains(&sheet));
    assert!(!leader.page("/board").await.contains(&sheet));
    town.act("deputy", &number, Command::Headquarters(Act::TakeOver)).await;
    assert!(!deputy.page("/board").await.contains(&sheet));
    assert!(leader.page(&format!("/incidents/{number}/post")).await.contains("signs the stand-down"));
}

/// The plan's own limit binds; a number of ours is only shown. An order of the leader is the instruction (R22).
#[tokio::test]
async fn a_limit_later_than_the_plans_needs_a_reason() {
    let practice = Practice::start("2026-03-23T09:20:00+08:00").await;
    let reported = practice.sign_in("head.inf").await.send("/api/v1/incidents", hosts_down(), 201).await;
    let number = reported["number"].as_str().unwrap().to_owned();
    practice.clock_to("2026-03-23T09:25:00+08:00").await;
    let deputy = practice.sign_in("deputy").await;
    let order = |task: &str, due: &str| json!({"text": "solve it", "departments": ["INF"], "incident": number, "task": task, "due_at": due});
    let late = order("it.biz.resolve", "2026-03-24T12:00:00+08:00");
    let said = refused(&deputy, ALL, late.clone(), 422, "M_LIMIT_LOOSER").await;
    assert!(said["message"].as_str().unwrap().contains("3.1.7") && said["field"] == "reason", "{said}");
    refused(&deputy, ALL, order("no.such_task", "2026-03-24T12:00:00+08:00"), 422, "M_BAD_VALUE").await;
    let mut because = late;
    because["reason"] = json!("parts come at noon");
    let given = deputy.send(ALL, because, 201).await;
    assert_eq!((&given["later_than_task"], &given["reason"]), (&json!(true), &json!("parts come at noon")));
    let ours = deputy.send(ALL, order("it.biz.call_neusoft", "2026-03-23T11:00:00+08:00"), 201).await;
    assert_eq!(ours["later_than_task"], json!(true));
    let incident = deputy.read(&format!("/api/v1/incidents/{number}")).await;
    let card = incident["tasks"].as_array().unwrap().iter().find(|t| t["task"] == "cmd.local_directive").cloned();
    if let Some(card) = card {
        assert_eq!((&card["state"], &card["acknowledged_by"]), (&json!("done"), &json!("deputy")), "{card}");
    }
    let line = deputy.read(&format!("/api/v1/incidents/{number}/timeline")).await;
    let kinds: Vec<&str> = line["past"].as_array().unwrap().iter().filter_map(|e| e["kind"].as_str()).collect();
    assert_eq!(kinds.iter().filter(|k| **k == "directive_issued").count(), 2);
}

/// Findings of the leadership, and what comes of them (R29).
#[tokio::test]
async fn a_check_becomes_a_directive() {
    let practice = Practice::start("2026-03-23T09:40:00+08:00").await;
    let leader = practice.sign_in("leader").await;
    let finding = json!({
        "department": "WHS", "looked_at": "emergency generator", "finding": "no fuel log since January",
        "urge": "test it this week",
    });
    refused(&practice.sign_in("head.whs").await, "/api/v1/checks", finding.clone(), 403, "M_FORBIDDEN").await;
    refused(&leader, "/api/v1/checks", json!({"department": "WHS"}), 422, "M_REQUIRED").await;
    let check = leader.send("/api/v1/checks", finding, 201).await;
    let order = json!({
        "text": "test the generator", "departments": ["WHS"], "due_at": "2026-03-27T17:00:00+08:00", "check": check["id"],
    });
    let given = leader.send(ALL, order, 201).await;
    let log = leader.read("/api/v1/checks").await;
    assert_eq!(log["items"][0]["became"], given["number"]);

    let town = Town::at("2026-03-23T09:40:00+08:00").await;
    let deputy = town.browser("deputy").await;
    let (status, page) = deputy.post("/checks", &[("department", "WHS"), ("finding", "dust")]).await;
    assert!(status == 422 && page.contains("M_REQUIRED") && page.contains("dust"));
    let form = [("department", "WHS"), ("looked_at", "sorting line"), ("finding", "dust filter not cleaned")];
    assert_eq!(deputy.post("/checks", &form).await.0, 303);
    let page = deputy.page("/checks").await;
    let link = page.split("href=\"/directives/new?check=").nth(1).unwrap().split('"').next().unwrap();
    let page = deputy.page(&format!("/directives/new?check={link}")).await;
    assert!(page.contains("dust filter not cleaned") && page.contains("value=\"WHS\" checked"), "{page}");
    assert!(page.contains("name=\"check\""));
}
