//! Separate schemes attached and used, through the real server: the API, the pages, two servers on one database (R9).

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::harness::server::{Client, Practice};
use crate::harness::town::{Browser, Town};

const NOW: &str = "2026-11-14T21:14:00+08:00";
const RUN: &str = "sec.run_safety_scheme";
const SCHEMES: &str = "/api/v1/schemes";

fn smoke() -> Value {
    json!({
        "sub_kind": "sec.service_accident", "occurred_at": "2026-11-14T21:12:00+08:00", "region": "CITY",
        "description": "二号分拣线冒烟", "site": "sorting line 2", "casualties": 0,
        "links_affected": {"sorting": "stopped"},
    })
}

fn form(fields: &[(&'static str, &'static str)], file: Option<&'static [u8]>) -> Form {
    let form = fields.iter().fold(Form::new(), |form, (name, value)| form.text(*name, *value));
    match file {
        Some(content) => form.part("file", Part::bytes(content).file_name("安全方案.pdf")),
        None => form,
    }
}

async fn attach(client: &Client, fields: &[(&'static str, &'static str)], file: Option<&'static [u8]>) -> (u16, Value) {
    client.send_form(SCHEMES, form(fields, file)).await
}

async fn scheme_of(client: &Client, number: &str) -> Value {
    let incident = client.read(&format!("/api/v1/incidents/{number}")).await;
    incident["tasks"].as_array().unwrap().iter().find(|t| t["task"] == RUN).unwrap()["scheme"].clone()
}

async fn used(client: &Client, number: &str) -> Vec<String> {
    let timeline = client.read(&format!("/api/v1/incidents/{number}/timeline")).await;
    let past = timeline["past"].as_array().unwrap();
    past.iter().filter(|e| e["kind"] == "scheme_used").map(|e| e["text"].as_str().unwrap().to_owned()).collect()
}

/// Items of the checklist are ticked, once, by whoever has part in the task; the timeline says who.
async fn ticks(practice: &Practice, sec: &Client, number: &str) {
    let path = format!("/api/v1/incidents/{number}/tasks/{RUN}/checklist");
    let item = |item: usize| json!({"version": "2026-1", "item": item});
    for (who, body, status, code) in [
        ("head.inf", item(1), 403, "M_NOT_YOUR_TASK"),
        ("insp1.insp", item(1), 403, "M_INSP_READONLY"),
        ("head.sec", item(3), 404, "M_NOT_FOUND"),
        ("head.sec", item(0), 404, "M_NOT_FOUND"),
        ("head.sec", json!({"version": "2025-1", "item": 1}), 409, "M_STALE"),
        ("head.sec", json!({"version": "2026-1", "item": 1, "x": 1}), 422, "M_UNKNOWN_FIELD"),
    ] {
        let answer = practice.sign_in(who).await.send(&path, body.clone(), status).await;
        assert_eq!(answer["code"], code, "{who} {body}: {answer}");
    }
    let ticked = |answer: &Value| {
        let of = answer["scheme"]["ticked"].as_array().unwrap();
        of.iter().map(|t| (t["item"].as_u64().unwrap(), t["by"].as_str().unwrap().to_owned())).collect::<Vec<_>>()
    };
    let by = |item: u64| (item, "head.sec".to_owned());
    assert_eq!(ticked(&sec.send(&path, item(2), 200).await), [by(2)]);
    assert_eq!(ticked(&sec.send(&path, item(2), 200).await), [by(2)], "twice is once");
    assert_eq!(ticked(&sec.send(&path, item(1), 200).await), [by(1), by(2)]);
    let back = json!({"version": "2026-1", "item": 2, "done": false});
    assert_eq!(ticked(&sec.send(&path, back, 200).await), [by(1)]);
    assert_eq!(scheme_of(sec, number).await["ticked"][0]["item"], 1);
    let timeline = sec.read(&format!("/api/v1/incidents/{number}/timeline")).await;
    let told: Vec<String> = timeline["past"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|e| ["item_ticked", "tick_taken_back"].contains(&e["kind"].as_str().unwrap()))
        .map(|e| e["text"].as_str().unwrap().to_owned())
        .collect();
    assert!(told.len() == 3 && told.iter().any(|t| t.contains("断电")), "{told:?}");
    // The document itself.
    let known = sec.read(SCHEMES).await["items"][1]["versions"][0].clone();
    let file = format!("{SCHEMES}/safety/{}", known["id"].as_str().unwrap());
    let answer = sec.try_get(&file).await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap()),
        (200, "application/pdf")
    );
    assert_eq!(answer.bytes().await.unwrap().as_ref(), b"%PDF-1.4 one");
    assert_eq!(sec.get(&file.replace("/safety/", "/warehouse_flood/")).await.0, 404);
    assert_eq!(sec.get(&format!("{SCHEMES}/safety/none")).await.0, 404);
}

#[tokio::test]
async fn a_version_is_attached_and_the_record_says_which_was_used() {
    let practice = Practice::start(NOW).await;
    let beside = practice.beside(NOW).await;
    let (sec, leader) = (practice.sign_in("head.sec").await, practice.sign_in("leader").await);

    // Nothing attached: the incident opens all the same, and the card says so.
    let first = practice.sign_in("wh2.whs").await.send("/api/v1/incidents", smoke(), 201).await;
    let first = first["number"].as_str().unwrap();
    assert_eq!(
        scheme_of(&leader, first).await,
        json!({"scheme": "safety", "version": null, "sha256": null, "checklist": [], "ticked": []})
    );
    let known = leader.read(SCHEMES).await;
    assert_eq!(known["items"].as_array().unwrap().len(), 2, "{known}");
    assert_eq!((&known["items"][1]["in_force"], &known["items"][1]["departments"]), (&Value::Null, &json!(["SEC"])));

    // Refused, in each language.
    let good = [("scheme", "safety"), ("version", "2026-1")];
    let pdf: Option<&'static [u8]> = Some(b"%PDF-1.4 one");
    for (who, fields, file, status, code) in [
        ("leader", &good[..], pdf, 403, "M_FORBIDDEN"),
        ("head.inf", &good[..], pdf, 403, "M_FORBIDDEN"),
        ("head.whs", &good[..], pdf, 403, "M_FORBIDDEN"),
        ("guard1.sec", &good[..], pdf, 403, "M_FORBIDDEN"),
        ("head.sec", &[("scheme", "none"), ("version", "1")][..], pdf, 404, "M_NOT_FOUND"),
        ("head.sec", &[("scheme", "safety")][..], pdf, 422, "M_REQUIRED"),
        ("head.sec", &good[..], None, 422, "M_REQUIRED"),
        ("head.sec", &good[..], Some(&b"<html>"[..]), 422, "M_REQUIRED"),
        ("head.sec", &[("scheme", "safety"), ("version", "1"), ("x", "1")][..], pdf, 422, "M_UNKNOWN_FIELD"),
    ] {
        let client = practice.sign_in(who).await;
        let mut said = std::collections::BTreeSet::new();
        for lang in ["zh-Hans", "zh-Hant", "en"] {
            let (got, answer) = attach(&client.reading(lang), fields, file).await;
            assert_eq!((got, &answer["code"]), (status, &json!(code)), "{who} {fields:?}: {answer}");
            said.insert(answer["message"].as_str().unwrap().to_owned());
        }
        assert!(said.len() >= 2, "{code} in several languages: {said:?}");
    }
    assert_eq!(leader.read(SCHEMES).await["items"][1]["versions"], json!([]), "what is refused leaves no trace");

    // Attached: the card of the open incident shows it, and signing writes it down.
    let fields = [("scheme", "safety"), ("version", "2026-1"), ("checklist", "断电\n清点人员")];
    let (status, answer) = attach(&sec, &fields, pdf).await;
    assert_eq!((status, &answer["in_force"]["version"]), (201, &json!("2026-1")), "{answer}");
    let card = scheme_of(&leader, first).await;
    assert_eq!((&card["version"], &card["checklist"]), (&json!("2026-1"), &json!(["断电", "清点人员"])));
    assert!(used(&leader, first).await.is_empty());
    let early = json!({"version": "2026-1", "item": 1});
    let answer = sec.send(&format!("/api/v1/incidents/{first}/tasks/{RUN}/checklist"), early, 422).await;
    assert_eq!(answer["code"], "M_ACK_FIRST");
    let preview = sec.send("/api/v1/previews", smoke(), 200).await;
    let run = preview["tasks"].as_array().unwrap().iter().find(|t| t["task"] == RUN).unwrap();
    assert_eq!(run["scheme"]["version"], "2026-1", "the preview says which version it would run by");
    sec.send(&format!("/api/v1/incidents/{first}/tasks/{RUN}/acknowledgement"), json!({}), 200).await;
    let said = used(&leader, first).await;
    assert!(said.len() == 1 && said[0].contains("2026-1"), "{said:?}");
    ticks(&practice, &sec, first).await;
    let (status, answer) = attach(&sec, &fields, pdf).await;
    assert_eq!((status, &answer["code"], &answer["field"]), (422, &json!("M_BAD_VALUE"), &json!("version")));

    // A newer version stands, on the other server too; it is written down at the end, the earlier stays readable.
    for server in [&practice, &beside] {
        server.clock_to("2026-11-14T21:20:00+08:00").await;
    }
    let (status, answer) = attach(&sec, &[("scheme", "safety"), ("version", "2026-2")], Some(b"%PDF-1.4 two")).await;
    assert_eq!(status, 201);
    let versions: Vec<&Value> = answer["versions"].as_array().unwrap().iter().map(|v| &v["version"]).collect();
    assert_eq!(versions, ["2026-2", "2026-1"]);
    let elsewhere = beside.sign_in("head.sec").await;
    for _ in 0..200 {
        if elsewhere.read(SCHEMES).await["items"][1]["in_force"]["version"] == "2026-2" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    let done = json!({"evidence": {"scene_record": "已断电"}});
    elsewhere.send(&format!("/api/v1/incidents/{first}/tasks/{RUN}/completion"), done, 200).await;
    let said = used(&leader, first).await;
    assert!(said.len() == 2 && said.iter().any(|s| s.contains("2026-2")), "{said:?}");
    let kept = sqlx::query("update scheme_document set version = '9'").execute(practice.pool()).await;
    assert!(kept.unwrap_err().to_string().contains("M_RECORD_LOCKED"));
}

async fn post(browser: &Browser, town: &Town, form: Form) -> (u16, String) {
    let request = browser.http.post(format!("{}/plan/schemes/safety", town.url));
    let answer = request.header("sec-fetch-site", "same-origin").multipart(form).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn the_pages_say_whether_a_scheme_is_attached() {
    let town = Town::at(NOW).await;
    let number = town.report("wh2.whs", smoke()).await;
    let sec = town.browser("head.sec").await;
    for (lang, title, none) in [
        ("zh-Hans", "专项方案", "尚未附专项方案"),
        ("zh-Hant", "專項方案", "尚未附專項方案"),
        ("en", "Separate schemes", "Scheme not attached"),
    ] {
        sec.post("/language", &[("to", lang), ("next", "/")]).await;
        let list = sec.page("/plan/schemes").await;
        assert!(list.contains(title) && list.matches(none).count() == 2, "{lang}");
        assert!(sec.page(&format!("/incidents/{number}")).await.contains(none), "{lang}");
        assert!(sec.page("/plan").await.contains("/plan/schemes"), "{lang}");
        assert!(sec.page(&format!("/plan/tasks/{RUN}")).await.contains("/plan/schemes#s-safety"), "{lang}");
    }
    let leader = town.browser("leader").await;
    assert!(!leader.page("/plan/schemes").await.contains("name=\"version\""));
    assert_eq!(post(&leader, &town, form(&[("version", "1")], Some(b"%PDF-1"))).await.0, 403);

    // A report's preview says which version it would run by.
    let asked = [("sub_kind", "sec.service_accident"), ("region", "CITY"), ("site", "sorting line 2")];
    let (_, panel) = town.browser("wh2.whs").await.post("/report/preview", &asked).await;
    assert!(panel.contains("Scheme not attached") || panel.contains("尚未附专项方案"), "{panel}");

    // What was typed comes back with the refusal.
    let (status, page) = post(&sec, &town, form(&[("version", "2026-1"), ("checklist", "断电")], None)).await;
    assert!(status == 422 && page.contains("M_REQUIRED"), "{status}");
    assert!(page.contains("value=\"2026-1\"") && page.contains("断电</textarea>"), "{page}");
    let sent = form(&[("version", "2026-1"), ("checklist", "断电")], Some(b"%PDF-1.4 one"));
    let (status, page) = post(&sec, &town, sent).await;
    assert_eq!(status, 303, "{page}");
    let page = sec.page(&format!("/incidents/{number}")).await;
    assert!(
        !page.contains("Scheme not attached") && page.contains("version 2026-1") && page.contains("断电"),
        "{page}"
    );

    let list = sec.page("/plan/schemes").await;
    assert!(list.contains("安全方案.pdf") && list.matches("Scheme not attached").count() == 1);
    let link = list.split("href=\"").find(|part| part.starts_with("/plan/schemes/safety/")).unwrap();
    let link = link.split('"').next().unwrap();
    let answer = sec.http.get(format!("{}{link}", town.url)).send().await.unwrap();
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    assert!(answer.headers()["content-disposition"].to_str().unwrap().starts_with("attachment;"));
    assert_eq!(answer.bytes().await.unwrap().as_ref(), b"%PDF-1.4 one");
    assert_eq!(sec.get("/plan/schemes/safety/none").await.0, 404);
    assert_eq!(sec.get(&link.replace("/safety/", "/warehouse_flood/")).await.0, 404);

    let list = format!("/incidents/{number}/tasks/{RUN}/checklist");
    assert!(!page.contains(&list), "ticked once it is signed for");
    let (status, _) = sec.post(&format!("/incidents/{number}/tasks/{RUN}/acknowledgement"), &[]).await;
    assert_eq!(status, 303);
    let tick = [("version", "2026-1"), ("item", "1"), ("done", "yes")];
    assert_eq!(sec.post(&list, &tick).await.0, 303);
    let page = sec.page(&format!("/incidents/{number}")).await;
    assert!(page.contains("1 / 1") && page.contains("value=\"no\"") && page.contains("ticked “断电”"), "{page}");
    let (status, page) = sec.post(&list, &[("version", "2025-1"), ("item", "1"), ("done", "yes")]).await;
    assert!(status == 409 && page.contains("M_STALE"), "{page}");
    let page = sec.page(&format!("/incidents/{number}")).await;
    assert!(page.contains("version 2026-1, SHA-256"), "the timeline names it: {page}");
    assert!(sec.page(&format!("/incidents/{number}/print")).await.contains("version 2026-1"));
}
