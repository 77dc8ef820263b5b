//! The plan revised while incidents are open: every limit before and after, the round trip of an edition, rulings and
//! questions, and the refusals over the API.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::harness::server::{Client, Practice};
use crate::harness::town::Town;

const NOW: &str = "2026-03-24T10:00:00+08:00";
const LATER: &str = "2026-03-24T10:05:00+08:00";
const DRAFT: &str = "/api/v1/editions/2026-1";

fn board(at: &str) -> Value {
    json!({
        "sub_kind": "it.voice_board_down", "occurred_at": at, "region": "CITY", "description": "语音板 2 失效",
        "board": "2", "links_affected": {"ordering": "restricted"},
    })
}

async fn refused(client: &Client, path: &str, body: Value, status: u16, code: &str) -> Value {
    let answer = client.send(path, body, status).await;
    assert_eq!(answer["code"], code, "{answer}");
    answer
}

/// Of every task: clause, time to sign, limit.
fn limits(incident: &Value) -> BTreeMap<String, (Value, Value, Value)> {
    let tasks = incident["tasks"].as_array().unwrap().iter();
    tasks
        .map(|t| {
            let key = t["task"].as_str().unwrap().to_owned();
            (key, (t["clause"].clone(), t["acknowledge_by"].clone(), t["due_at"].clone()))
        })
        .collect()
}

fn minutes(value: u32) -> Value {
    json!({ "value": value, "unit": "minutes", "clock": "elapsed" })
}

fn instant(value: &Value) -> chrono::DateTime<chrono::FixedOffset> {
    chrono::DateTime::parse_from_rfc3339(value.as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_plan_revised_while_incidents_are_open() {
    let practice = Practice::start(NOW).await;
    let (clerk, head) = (practice.sign_in("clerk3.ord").await, practice.sign_in("head.inf").await);
    let (leader, deputy) = (practice.sign_in("leader").await, practice.sign_in("deputy").await);
    let reported = clerk.send("/api/v1/incidents", board("2026-03-24T09:58:00+08:00"), 201).await;
    let number = reported["number"].as_str().unwrap().to_owned();
    let at = |path: &str| format!("/api/v1/incidents/{number}{path}");
    let (mut signed, mut waiting) = (Vec::new(), Vec::new());
    for task in reported["tasks"].as_array().unwrap() {
        let key = task["task"].as_str().unwrap().to_owned();
        match (task["department"].as_str().unwrap(), task["state"].as_str().unwrap()) {
            ("INF", "open") if signed.is_empty() => {
                head.send(&at(&format!("/tasks/{key}/acknowledgement")), json!({}), 200).await;
                signed.push(key);
            }
            (_, "open") => waiting.push(key),
            _ => {}
        }
    }
    assert!(!signed.is_empty() && waiting.len() >= 2, "{reported}");
    let before = limits(&leader.read(&at("")).await);

    // Drafted, refused, signed.
    refused(&head, "/api/v1/editions", json!({"code": "2026-1"}), 403, "M_NOT_LG").await;
    let drafted = leader.send("/api/v1/editions", json!({"code": "2026-1"}), 201).await;
    assert_eq!((&drafted["state"], &drafted["based_on"]), (&json!("draft"), &json!("2008-trial")));
    assert_eq!(leader.read(&format!("{DRAFT}/differences")).await["items"], json!([]));
    refused(&leader, "/api/v1/editions", json!({"code": "2026-1"}), 422, "M_BAD_VALUE").await;
    let frozen = "/api/v1/editions/2008-trial";
    refused(&leader, &format!("{frozen}/tasks/{}", signed[0]), json!({"due": minutes(5)}), 422, "M_PLAN_READONLY")
        .await;
    refused(&leader, &format!("{frozen}/clauses/3.1.8"), json!({}), 422, "M_PLAN_READONLY").await;
    refused(&leader, &format!("{frozen}/approval"), json!({"effective_from": "2026-04-01"}), 422, "M_PLAN_READONLY")
        .await;
    // One signed for and one not get a shorter limit; another that is not signed for gets a longer one.
    let (shorter, longer) = (&waiting[0], &waiting[1]);
    for (task, limit) in [(&signed[0], 2), (shorter, 3), (longer, 100_000)] {
        let path = format!("{DRAFT}/tasks/{task}");
        refused(&head, &path, json!({"due": minutes(limit)}), 403, "M_NOT_LG").await;
        leader.send(&path, json!({"due": minutes(limit), "acknowledge": minutes(limit)}), 200).await;
    }
    let items = leader.read(&format!("{DRAFT}/differences")).await["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 3, "{items}");
    let of_longer = items.as_array().unwrap().iter().find(|d| d["id"] == longer.as_str()).unwrap();
    let value = of_longer["fields"].as_array().unwrap().iter().find(|f| f["field"] == "limit.due.value").unwrap();
    assert_eq!(value["after"], "100000");
    deputy.send(&format!("{DRAFT}/opinions"), json!({"stance": "remark", "text": "太短"}), 200).await;
    refused(&clerk, &format!("{DRAFT}/opinions"), json!({"stance": "agree"}), 403, "M_NOT_LG").await;
    let approval = format!("{DRAFT}/approval");
    refused(&deputy, &approval, json!({"effective_from": "2026-03-24"}), 403, "M_NOT_LG").await;
    let past = refused(&leader, &approval, json!({"effective_from": "2026-03-23"}), 422, "M_EFFECTIVE_PAST").await;
    assert_eq!(past["field"], "effective_from");
    let gap = json!({"responsible": "NOBODY"});
    leader.send(&format!("{DRAFT}/tasks/{longer}"), gap, 200).await;
    refused(&leader, &approval, json!({"effective_from": "2026-03-24"}), 422, "M_EDITION_GAP").await;
    let was = clerk.read(&at("")).await["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .find(|t| t["task"] == longer.as_str())
        .unwrap()["department"]
        .clone();
    leader.send(&format!("{DRAFT}/tasks/{longer}"), json!({"responsible": was}), 200).await;
    let signed_edition = leader.send(&approval, json!({"effective_from": "2026-03-24"}), 200).await;
    assert_eq!((&signed_edition["state"], &signed_edition["approved_by"]), (&json!("in_force"), &json!("leader")));
    refused(&leader, &approval, json!({"effective_from": "2026-03-25"}), 422, "M_PLAN_READONLY").await;
    refused(&leader, &format!("{DRAFT}/clauses/3.1.8"), json!({}), 422, "M_PLAN_READONLY").await;

    // The open one keeps its edition; a new one is under the new.
    assert_eq!(limits(&leader.read(&at("")).await), before, "nothing moved by itself");
    let mut second = board("2026-03-24T10:00:00+08:00");
    second["board"] = json!("3");
    second["not_duplicate_reason"] = json!("另一块板");
    let second = clerk.send("/api/v1/incidents", second, 201).await;
    assert_eq!(second["edition"], "2026-1");

    // Moved: only by the two, with a reason, and never loosened.
    practice.clock_to(LATER).await;
    let to = |reason: &str| json!({"edition": "2026-1", "reason": reason});
    refused(&leader, &at("/edition"), to(" "), 422, "M_PIN_REASON").await;
    refused(&head, &at("/edition"), to("新版"), 422, "M_PIN_REASON").await;
    refused(&leader, &at("/edition"), json!({"edition": "2008-trial", "reason": "x"}), 422, "M_BAD_VALUE").await;
    let before = limits(&leader.read(&at("")).await);
    let moved = deputy.send(&at("/edition"), to("新版时限更严"), 200).await;
    assert_eq!(moved["edition"], "2026-1");
    let after = limits(&moved);
    assert_eq!(after[&signed[0]], before[&signed[0]], "signed for: clause and limits kept");
    assert_eq!(after[longer], before[longer], "moving never loosens");
    let expected = instant(&before[shorter].2).min(instant(&json!("2026-03-24T10:08:00+08:00")));
    assert_eq!(instant(&after[shorter].2), expected, "the earlier of the old limit and move + new");
    for (task, (clause, sign, due)) in &before {
        let (clause_after, sign_after, due_after) = &after[task];
        assert_eq!(clause, clause_after, "{task}");
        for (old, new) in [(sign, sign_after), (due, due_after)] {
            assert!(old.is_null() || instant(new) <= instant(old), "{task}: {old} became {new}");
        }
    }
    refused(&leader, &at("/edition"), to("再来"), 409, "M_STALE").await;
    let timeline = leader.read(&at("/timeline")).await;
    let entries = timeline["past"].as_array().unwrap();
    let entry = entries.iter().find(|e| e["kind"] == "edition_moved").unwrap_or_else(|| panic!("{timeline}"));
    let told = entry.to_string();
    assert!(told.contains("2008-trial") && told.contains("2026-1") && told.contains("新版时限更严"), "{told}");
}

#[tokio::test]
async fn an_edition_goes_out_and_comes_back_the_same() {
    let practice = Practice::start(NOW).await;
    let leader = practice.sign_in("leader").await;
    let out = leader.read("/api/v1/editions/2008-trial").await;
    assert_eq!(out["clauses"].as_str(), Some(zhihui::plan::CLAUSES_SOURCE));
    let half = json!({"code": "2026-9", "clauses": out["clauses"]});
    refused(&leader, "/api/v1/editions", half, 422, "M_REQUIRED").await;
    let body = json!({"code": "2026-9", "clauses": out["clauses"], "matrix": out["matrix"]});
    let back = leader.send("/api/v1/editions", body, 201).await;
    assert_eq!(back["gaps"], json!([]));
    let difference = leader.read("/api/v1/editions/2026-9/differences?with=2008-trial").await;
    assert_eq!(difference["items"], json!([]), "{difference}");
    let bad = json!({"code": "2026-8", "clauses": "[plan", "matrix": out["matrix"]});
    refused(&leader, "/api/v1/editions", bad, 422, "M_BAD_VALUE").await;
}

#[tokio::test]
async fn a_clause_is_asked_about_and_ruled_on() {
    let practice = Practice::start(NOW).await;
    let (leader, head) = (practice.sign_in("leader").await, practice.sign_in("head.inf").await);
    let clerk = practice.sign_in("clerk3.ord").await;
    let question = json!({"clause": "3.1.8", "text": "“一个工作日”从何时起算？"});
    refused(&clerk, "/api/v1/questions", question.clone(), 403, "M_FORBIDDEN").await;
    let asked = head.send("/api/v1/questions", question, 201).await;
    let path = format!("/api/v1/questions/{}/answer", asked["id"].as_str().unwrap());
    refused(&head, &path, json!({"text": "x"}), 403, "M_NOT_LG").await;
    assert!(leader.read("/api/v1/questions").await["items"][0]["answer"].is_null());
    leader.send(&path, json!({"text": "从通知时起算"}), 200).await;
    refused(&leader, &path, json!({"text": "x"}), 409, "M_STALE").await;

    let ruling = |words: &str| json!({"clause": "3.1.8", "text": {"zh-Hans": words, "zh-Hant": words, "en": words}});
    refused(&head, "/api/v1/rulings", ruling("a"), 403, "M_NOT_LG").await;
    leader.send("/api/v1/rulings", ruling("first"), 201).await;
    leader.send("/api/v1/rulings", ruling("second"), 201).await;
    let items = leader.read("/api/v1/rulings?clause=3.1.8").await["items"].clone();
    assert_eq!((&items[0]["text"]["en"], &items[1]["text"]["en"]), (&json!("second"), &json!("first")));
    assert!(items[0]["superseded_at"].is_null() && items[1]["superseded_at"].is_string(), "kept: {items}");
}

#[tokio::test]
async fn a_draft_in_the_browser_from_first_word_to_signature() {
    let town = Town::at(NOW).await;
    let (leader, head) = (town.browser("leader").await, town.browser("head.fin").await);
    assert_eq!(leader.post("/plan/revisions", &[("code", "2026-1"), ("based_on", "2008-trial")]).await.0, 303);
    let form = leader.page("/plan/revisions/2026-1/clauses/3.1.8").await;
    assert!(form.contains("name=\"text.zh-Hant\""));
    let edition = zhihui::plan::Edition::built_in().unwrap();
    let clause = edition.clause("3.1.8").unwrap();
    let mut typed = vec![
        ("revision", "1"),
        ("title.zh-Hans", clause.title.zh_hans.as_str()),
        ("title.zh-Hant", clause.title.zh_hant.as_str()),
        ("title.en", "A title of ours"),
        ("text.zh-Hans", clause.text.zh_hans.as_str()),
        ("text.zh-Hant", clause.text.zh_hant.as_str()),
        ("text.en", clause.text.en.as_str()),
    ];
    typed.extend(clause.departments.iter().map(|d| ("depts", d.as_str())));
    let path = "/plan/revisions/2026-1/clauses/3.1.8";
    let (status, body) = leader.post(path, &typed).await;
    assert_eq!(status, 303, "{body}");
    let (status, stale) = leader.post(path, &typed).await;
    assert!(status == 409 && stale.contains("M_STALE") && stale.contains("A title of ours"), "typed text is kept");
    let task = leader.page("/plan/revisions/2026-1/tasks/cmd.local_directive").await;
    assert!(task.contains("name=\"limit.due.value\""));
    let draft = leader.page("/plan/revisions/2026-1").await;
    assert!(draft.contains("A title of ours") && draft.contains("No gaps"), "{draft}");
    assert!(!draft.contains("Cooperating</th>"), "one field differs: {draft}");
    let (status, past) = leader.post("/plan/revisions/2026-1/approval", &[("effective_from", "2026-03-01")]).await;
    assert!(status == 422 && past.contains("M_EFFECTIVE_PAST"));
    assert!(leader.page("/plan/clauses/3.1.8").await.contains("/plan/revisions/2026-1"), "the draft that changes it");
    assert_eq!(leader.post("/plan/revisions/2026-1/approval", &[("effective_from", "2026-03-24")]).await.0, 303);
    assert!(leader.page("/plan").await.contains("A title of ours"), "in force");
    assert!(leader.page("/plan/editions").await.contains("/plan/editions/2026-1/differences"));
    assert!(leader.page("/plan/editions/2026-1/differences?with=2008-trial").await.contains("A title of ours"));
    assert!(head.page("/plan/editions/2026-1/clauses.toml").await.contains("edition = \"2026-1\""));

    assert_eq!(head.post("/plan/clauses/3.1.8/questions", &[("question", "如何计算？")]).await.0, 303);
    assert!(leader.page("/board").await.contains("如何计算？"), "on the leader's board");
    let open = leader.page("/plan/questions").await;
    assert!(open.contains("如何计算？") && open.contains("name=\"answer\""));
    let asked = open.split("/plan/clauses/3.1.8?question=").nth(1).unwrap().split('"').next().unwrap();
    let form = leader.page(&format!("/plan/clauses/3.1.8?question={asked}")).await;
    assert!(form.contains(&format!("name=\"answers\" value=\"{asked}\" checked")), "ticked for who came from it");
    let text = [("text.zh-Hans", "甲乙"), ("text.zh-Hant", "甲乙"), ("text.en", "So it is read"), ("answers", asked)];
    assert_eq!(leader.post("/plan/clauses/3.1.8/rulings", &text).await.0, 303);
    let told = head.page("/notices").await;
    assert!(told.contains("is answered"), "who asked is told: {told}");
    assert!(!leader.page("/board").await.contains("如何计算？"), "it waits no more");
    let again = leader.post("/plan/clauses/3.1.8/rulings", &text).await;
    assert!(again.0 == 409 && again.1.contains("M_STALE"), "a question is answered once: {}", again.0);
    assert!(head.page("/plan").await.contains("So it is read"), "beside the clause");
    for lang in ["zh-Hans", "zh-Hant"] {
        leader.post("/language", &[("to", lang), ("next", "/")]).await;
        for path in ["/plan/revisions", "/plan/revisions/2026-1", "/plan/clauses/3.1.8", "/plan/questions"] {
            let page = leader.page(path).await;
            assert!(!page.contains("So it is read") && !page.contains("{ $"), "{path} in {lang}");
        }
    }
}

#[tokio::test]
async fn published_text_is_frozen_by_the_database() {
    let town = Town::at(NOW).await;
    let leader = town.actor("leader");
    town.app.draft_edition(&leader, "2026-1", None, None).await.unwrap();
    town.app.approve_edition(&leader, "2026-1", "2026-04-01".parse().unwrap()).await.unwrap();
    let today = chrono::NaiveDate::from_ymd_opt(2026, 3, 24).unwrap();
    let editions = town.app.editions();
    assert_eq!(editions.in_force(today).unwrap().code, "2008-trial", "the last effective one stays until replaced");
    assert_eq!(editions.in_force("2026-04-01".parse().unwrap()).unwrap().code, "2026-1");
    for change in [
        "update edition_draft set clauses_source = 'x' where code = '2026-1'",
        "update edition set clauses_source = 'x' where code = '2026-1'",
        "delete from edition_draft",
    ] {
        let refused = sqlx::query(change).execute(&town.app.pool).await.unwrap_err().to_string();
        assert!(refused.contains("M_PLAN_READONLY"), "{refused}");
    }
    // Another that would take effect on the same day is refused: exactly one is in force on any day.
    town.app.draft_edition(&leader, "2026-2", None, None).await.unwrap();
    let refused = town.app.approve_edition(&leader, "2026-2", "2026-04-01".parse().unwrap()).await.unwrap_err();
    assert_eq!(refused.refused().map(|r| r.code()), Some("M_BAD_VALUE"));
}

/// A clause and a task of its own reach the edition through the pages alone.
#[tokio::test]
async fn a_new_clause_and_a_new_task_are_drafted_in_the_browser() {
    let town = Town::at(NOW).await;
    let leader = town.browser("leader").await;
    let draft = "/plan/revisions/2026-1";
    assert_eq!(leader.post("/plan/revisions", &[("code", "2026-1")]).await.0, 303);
    for lang in ["zh-Hans", "zh-Hant", "en"] {
        leader.post("/language", &[("to", lang), ("next", "/")]).await;
        for path in ["clauses", "tasks"] {
            assert!(leader.page(&format!("{draft}/{path}")).await.contains("name=\"id\""), "{lang} {path}");
        }
    }
    let clause = [
        ("id", "3.1.99"),
        ("section", "3.1"),
        ("title.zh-Hans", "备板"),
        ("title.zh-Hant", "備板"),
        ("title.en", "Spare board"),
        ("text.zh-Hans", "备板须经测试。"),
        ("text.zh-Hant", "備板須經測試。"),
        ("text.en", "A spare board is tested."),
        ("depts", "INF"),
    ];
    let taken: Vec<_> = clause.iter().map(|(n, v)| if *n == "id" { (*n, "3.1.8") } else { (*n, *v) }).collect();
    let (status, shown) = leader.post(&format!("{draft}/clauses"), &taken).await;
    assert_eq!(status, 422);
    assert!(shown.contains("M_BAD_VALUE") && shown.contains("A spare board is tested."), "{shown}");
    assert_eq!(leader.post(&format!("{draft}/clauses"), &clause).await.0, 303);
    let task = [
        ("id", "it.voice.test_board"),
        ("action.zh-Hans", "测试备板"),
        ("action.zh-Hant", "測試備板"),
        ("action.en", "Test the spare board"),
        ("responsible", "INF"),
        ("clause", "3.1.99"),
        ("trigger", "open"),
        ("routes", "it.voice_board_down/local"),
        ("limit.due.value", "2"),
        ("limit.due.unit", "hours"),
        ("limit.due.clock", "working"),
        ("ack.value", "15"),
        ("ack.unit", "minutes"),
        ("ack.clock", "working"),
    ];
    assert_eq!(leader.post(&format!("{draft}/tasks"), &task).await.0, 303);
    let (status, _) = leader.post(&format!("{draft}/clauses/3.1.99/removal"), &[]).await;
    assert_eq!(status, 303);
    let approval = format!("{draft}/approval");
    let (status, shown) = leader.post(&approval, &[("effective_from", "2026-03-24")]).await;
    assert_eq!(status, 422);
    assert!(shown.contains("M_EDITION_GAP") && shown.contains("3.1.99"), "{shown}");
    assert_eq!(leader.post(&format!("{draft}/clauses"), &clause).await.0, 303);
    assert_eq!(leader.post(&approval, &[("effective_from", "2026-03-24")]).await.0, 303);
    let number = town.report("clerk3.ord", board("2026-03-24T09:58:00+08:00")).await;
    let page = leader.page(&format!("/incidents/{number}")).await;
    assert!(page.contains("t-it.voice.test_board"), "the new task opens");
}

/// What a form of the page of a task sends, as the edition words it, with `own` in the place of what is changed.
fn form_of<'a>(task: &'a zhihui::plan::TaskDef, own: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![
        ("action.zh-Hans", task.action.zh_hans.as_str()),
        ("action.zh-Hant", task.action.zh_hant.as_str()),
        ("action.en", task.action.en.as_str()),
        ("responsible", task.responsible.as_str()),
        ("responsible_role", task.responsible_role.as_str()),
        ("clause", task.clause.as_str()),
        ("basis", task.basis.code()),
        ("trigger", task.trigger.code()),
        ("when", task.when.as_deref().unwrap_or_default()),
    ];
    form.retain(|(name, _)| own.iter().all(|(n, _)| n != name));
    for (name, list) in [("after", &task.after), ("cooperating", &task.cooperating), ("evidence", &task.evidence)] {
        form.extend(list.iter().map(|code| (name, code.as_str())));
    }
    form.extend_from_slice(own);
    form
}

/// A task goes to other routes and to another class of limit through its page; the differences name what they show.
#[tokio::test]
async fn a_task_is_rerouted_and_reclassed_in_the_browser() {
    let town = Town::at(NOW).await;
    let leader = town.browser("leader").await;
    let (draft, id) = ("/plan/revisions/2026-1", "it.voice.on_site");
    assert_eq!(leader.post("/plan/revisions", &[("code", "2026-1")]).await.0, 303);
    let path = format!("{draft}/tasks/{id}");
    for lang in ["zh-Hans", "zh-Hant", "en"] {
        leader.post("/language", &[("to", lang), ("next", "/")]).await;
        for page in [&path, &format!("{draft}/tasks")] {
            let shown = leader.page(page).await;
            for field in ["routes", "after", "limit.stated", "ack.value", "limit.due_basis", "escalation", "evidence"] {
                assert!(shown.contains(&format!("name=\"{field}\"")), "{lang} {page} {field}");
            }
        }
    }
    let shown = leader.page(&path).await;
    assert!(shown.contains("value=\"it.voice_board_down/local\" checked"), "its own routes are ticked");
    let edition = zhihui::plan::Edition::built_in().unwrap();
    let task = edition.task(id).unwrap();
    let other = edition.matrix.routes.iter().find(|r| !r.tasks.iter().any(|t| t == id)).unwrap();
    let other_key = zhihui::revision::task::route_key(other);
    let own = [
        ("revision", "1"),
        ("limit.stated", "promptly"),
        ("limit.due.value", "4"),
        ("limit.due.unit", "hours"),
        ("limit.due.clock", "working"),
        ("limit.due_basis", "proposed"),
        ("ack.value", "15"),
        ("ack.unit", "minutes"),
        ("ack.clock", "working"),
        ("escalation", "urgent"),
        ("routes", "it.voice_board_down/local"),
        ("routes", other_key.as_str()),
    ];
    let form = form_of(task, &own);
    let wrong: Vec<_> = form.iter().map(|(n, v)| if *n == "escalation" { (*n, "none") } else { (*n, *v) }).collect();
    let (status, page) = leader.post(&path, &wrong).await;
    assert_eq!(status, 303, "{page}");
    assert!(leader.page(draft).await.contains("unknown escalation policy none"), "left to the check, as a gap");
    let form: Vec<_> = form.into_iter().map(|(n, v)| if n == "revision" { (n, "2") } else { (n, v) }).collect();
    assert_eq!(leader.post(&path, &form).await.0, 303);
    let page = leader.page(draft).await;
    let differences = page.split("id=\"differences\"").nth(1).unwrap().split("id=\"opinions\"").next().unwrap();
    for words in ["promptly", "Urgent", "proposed", "others stay", &edition.sub_kind(&other.sub_kind).unwrap().name.en]
    {
        assert!(differences.contains(words), "{words}: {differences}");
    }
    let beside = differences.matches("<span class=\"code small muted\">it.voice.").count();
    assert_eq!(differences.matches("it.voice.").count(), beside, "a code only beside its name: {differences}");
    assert!(page.contains("No gaps"), "{page}");

    // A task that opens nowhere is a gap, and the draft is not signed.
    let nowhere: Vec<_> = form.into_iter().filter(|(n, _)| *n != "routes" && *n != "revision").collect();
    assert_eq!(leader.post(&path, &nowhere).await.0, 303);
    assert!(leader.page(draft).await.contains("stands in no route"));
    let (status, page) = leader.post(&format!("{draft}/approval"), &[("effective_from", "2026-03-24")]).await;
    assert!(status == 422 && page.contains("M_EDITION_GAP"), "{status}");
    let signing = page.split("id=\"sign\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(signing.contains("M_EDITION_GAP") && signing.contains("value=\"2026-03-24\""), "at its place: {signing}");
}

/// What is refused of a removal is told on the draft's page, at the record it was about.
#[tokio::test]
async fn a_refused_removal_is_told_at_its_place() {
    let town = Town::at(NOW).await;
    let leader = town.browser("leader").await;
    let draft = "/plan/revisions/2026-1";
    assert_eq!(leader.post("/plan/revisions", &[("code", "2026-1")]).await.0, 303);
    let remove = |record: &str| format!("{draft}/{record}/removal");
    for (record, anchor) in [("clauses/3.1.8", "clause-3.1.8"), ("tasks/it.voice.on_site", "task-it.voice.on_site")] {
        let (status, page) = leader.post(&remove(record), &[("revision", "7")]).await;
        assert_eq!(status, 409, "{page}");
        let line = page.split(&format!("id=\"{anchor}\"")).nth(1).unwrap().split("</li>").next().unwrap();
        assert!(
            line.contains("M_STALE") && line.contains("name=\"revision\" value=\"1\""),
            "to be tried again: {line}"
        );
        assert_eq!(page.matches("id=\"refusal\"").count(), 1, "said once");
    }
    let (status, page) = leader.post(&remove("clauses/9.9"), &[]).await;
    assert!(status == 404 && page.contains("id=\"opinions\"") && page.contains("M_NOT_FOUND"), "{status} {page}");
    assert_eq!(leader.post("/plan/revisions/none/clauses/9.9/removal", &[]).await.0, 404);
    assert_eq!(leader.post(&format!("{draft}/approval"), &[("effective_from", "2026-04-01")]).await.0, 303);
    let (status, page) = leader.post(&remove("clauses/3.1.8"), &[]).await;
    assert!(status == 422 && page.contains("id=\"opinions\"") && page.contains("M_PLAN_READONLY"), "{status} {page}");
    let head = town.browser("head.fin").await;
    assert_eq!(head.post(&remove("clauses/3.1.8"), &[]).await.0, 403);
}

/// A database that was filled by an earlier version keeps its text, and says so to those who can take the new one over.
#[tokio::test]
async fn newer_plan_files_are_offered_as_a_draft() {
    let town = Town::at(NOW).await;
    let editor = town.browser("editor").await;
    assert!(!editor.page("/plan/editions").await.contains("newer-code"), "nothing newer yet");
    let later = "/api/v1/editions";
    let program = town.sign_in("editor").await;
    refused(&program, later, json!({"code": "2026-1", "newer": true}), 422, "M_BAD_VALUE").await;
    for change in [
        "alter table edition disable trigger user",
        "update edition set clauses_source = replace(clauses_source, 'Spare', 'Former'),
             matrix_source = replace(matrix_source, 'window_start = \"08:30\"', 'window_start = \"08:00\"')",
        "alter table edition enable trigger user",
    ] {
        sqlx::query(change).execute(&town.app.pool).await.unwrap();
    }
    town.app.reload().await.unwrap();
    let leader = town.browser("leader").await;
    for (who, told) in [("editor", true), ("leader", true), ("head.inf", false), ("insp1.insp", false)] {
        let page = town.browser(who).await.page("/plan/editions").await;
        assert_eq!(page.contains("newer-code"), told, "{who}");
    }
    let form = [("newer", "1"), ("code", "2008-trial")];
    let (status, shown) = editor.post("/plan/revisions", &form).await;
    assert_eq!(status, 422);
    assert!(
        shown.contains("M_BAD_VALUE") && shown.contains("id=\"newer-code\"") && shown.contains("value=\"2008-trial\"")
    );
    refused(&program, later, json!({"code": "2026-1", "newer": true, "clauses": "x"}), 422, "M_BAD_VALUE").await;
    let drafted = program.send(later, json!({"code": "2026-1", "newer": true}), 201).await;
    assert_eq!((&drafted["based_on"], &drafted["gaps"]), (&json!("2008-trial"), &json!([])));
    let differences = program.read(&format!("{DRAFT}/differences")).await["items"].clone();
    let fields = differences.to_string();
    assert!(fields.contains("08:00") && fields.contains("08:30"), "the difference shows what is new: {fields}");
    let page = leader.page("/plan/editions").await;
    assert!(
        !page.contains("newer-code") && page.contains("/plan/revisions/2026-1#differences"),
        "it stands in a draft"
    );
    assert_eq!(leader.post("/plan/revisions/2026-1/approval", &[("effective_from", "2026-03-24")]).await.0, 303);
    assert!(!leader.page("/plan/editions").await.contains("ed-newer"), "taken over");
}

#[tokio::test]
async fn opinions_are_asked_for_and_the_signature_is_confirmed() {
    let town = Town::at(NOW).await;
    let (editor, leader) = (town.browser("editor").await, town.browser("leader").await);
    let (head, other) = (town.browser("head.inf").await, town.browser("head.fin").await);
    let draft = "/plan/revisions/2026-1";
    assert_eq!(editor.post("/plan/revisions", &[("code", "2026-1")]).await.0, 303);
    assert!(!editor.page(draft).await.contains("name=\"answer_by\""), "nothing to ask about yet");
    let program = town.sign_in("editor").await;
    let due = json!({"responsible": "INF", "cooperating": [], "due": minutes(20)});
    program.send(&format!("{DRAFT}/tasks/it.voice.on_site"), due, 200).await;
    let ask = format!("{draft}/consultation");
    let (status, shown) = editor.post(&ask, &[("answer_by", "2026-03-23"), ("asking", "请看时限")]).await;
    assert_eq!(status, 422);
    assert!(shown.contains("M_BAD_VALUE") && shown.contains("请看时限</textarea>"), "what was typed is kept");
    assert_eq!(editor.post(&ask, &[("answer_by", "2026-03-31"), ("asking", "请看时限")]).await.0, 303);
    assert!(head.page("/notices").await.contains("请看时限"), "told");
    for (who, path) in [(&head, "/department"), (&leader, "/board")] {
        assert!(who.page(path).await.contains("/plan/revisions/2026-1#opinions"), "{path}");
    }
    let clerk = town.browser("clerk3.ord").await;
    assert_eq!(clerk.get(draft).await.0, 403);
    assert!(!clerk.page("/department").await.contains("2026-1#opinions"));
    assert!(head.page(draft).await.contains("name=\"stance\""));
    assert_eq!(head.post(&format!("{draft}/opinions"), &[("stance", "agree")]).await.0, 303);
    assert!(!head.page("/department").await.contains("2026-1#opinions"), "answered");
    let asked = program.read(DRAFT).await["consultation"].clone();
    assert!(asked["asked"].as_array().unwrap().contains(&json!("head.inf")), "{asked}");
    assert!(!asked["waiting"].as_array().unwrap().contains(&json!("head.inf")), "{asked}");
    assert_eq!((&asked["ready"], &asked["answer_by"]), (&json!(false), &json!("2026-03-31")));
    town.clock_to("2026-04-01T09:00:00+08:00").await;
    let program = town.sign_in("editor").await;
    assert_eq!(program.read(DRAFT).await["consultation"]["ready"], true, "the day is past");
    let again = json!({"answer_by": "2026-04-07"});
    let answer = program.send(&format!("{DRAFT}/consultation"), again, 200).await;
    assert_eq!(answer["consultation"]["ready"], false);
    assert_eq!(other.get("/plan/revisions/2026-1/approval?effective_from=2026-04-01").await.0, 403);

    let (status, shown) = leader.get(&format!("{draft}/approval?effective_from=2026-03-01")).await;
    assert_eq!(status, 422);
    assert!(shown.contains("M_EFFECTIVE_PAST") && shown.contains("value=\"2026-03-01\""), "{shown}");
    let shown = leader.page(&format!("{draft}/approval?effective_from=2026-04-02")).await;
    assert!(shown.contains("name=\"effective_from\" value=\"2026-04-02\"") && shown.contains("2008-trial"), "{shown}");
    assert_eq!(leader.post(&format!("{draft}/approval"), &[("effective_from", "2026-04-02")]).await.0, 303);
    assert!(!leader.page("/board").await.contains("2026-1#opinions"), "signed");
    refused(&program, &format!("{DRAFT}/consultation"), json!({"answer_by": "2026-04-09"}), 422, "M_PLAN_READONLY")
        .await;
}
