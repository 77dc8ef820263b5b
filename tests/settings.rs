//! Proposed numbers set while incidents are open, over the API, the pages and two servers on one database (R8).

use serde_json::{Value, json};

use crate::harness::server::{Client, Practice};
use crate::harness::town::Town;

const NOW: &str = "2026-03-24T10:00:00+08:00";
const LATER: &str = "2026-03-24T10:05:00+08:00";
const LATER_STILL: &str = "2026-03-24T10:10:00+08:00";
const TASK: &str = "it.voice.call_neusoft";
const SETTING: &str = "/api/v1/settings/task.it.voice.call_neusoft.due";

fn board(number: &str, at: &str) -> Value {
    json!({
        "sub_kind": "it.voice_board_down", "occurred_at": at, "region": "CITY", "description": "语音板失效",
        "board": number, "links_affected": {"ordering": "restricted"}, "not_duplicate_reason": "另一块板",
    })
}

async fn due(client: &Client, number: &str) -> Value {
    let incident = client.read(&format!("/api/v1/incidents/{number}")).await;
    let tasks = incident["tasks"].as_array().unwrap();
    tasks.iter().find(|t| t["task"] == TASK).unwrap()["due_at"].clone()
}

async fn report(client: &Client, body: Value) -> String {
    client.send("/api/v1/incidents", body, 201).await["number"].as_str().unwrap().to_owned()
}

fn same(a: &Value, b: &str) -> bool {
    let read = |t: &str| chrono::DateTime::parse_from_rfc3339(t).unwrap();
    read(a.as_str().unwrap()) == read(b)
}

#[tokio::test]
async fn a_number_set_while_incidents_are_open() {
    let practice = Practice::start(NOW).await;
    let beside = practice.beside(NOW).await;
    let (clerk, leader, deputy) =
        (practice.sign_in("clerk3.ord").await, practice.sign_in("leader").await, practice.sign_in("deputy").await);
    let first = report(&clerk, board("2", NOW)).await;
    assert!(same(&due(&leader, &first).await, "2026-03-24T11:00:00+08:00"), "one working hour");

    let before = leader.read(SETTING).await;
    assert_eq!((&before["in_force"], &before["text"], &before["fixed"]), (&json!("1"), &json!("1"), &json!(false)));
    assert_eq!((&before["measure"], &before["basis"]), (&json!("hours working"), &json!("proposed")));

    // Refused, in each language.
    for (who, path, body, status, code) in [
        ("head.inf", SETTING, json!({"value": "2", "reason": "x"}), 403, "M_FORBIDDEN"),
        ("insp1.insp", SETTING, json!({"value": "2", "reason": "x"}), 403, "M_FORBIDDEN"),
        (
            "leader",
            "/api/v1/settings/task.it.voice.on_site.due",
            json!({"value": "2", "reason": "x"}),
            422,
            "M_PLAN_READONLY",
        ),
        ("leader", SETTING, json!({"value": "2"}), 422, "M_REQUIRED"),
        ("leader", SETTING, json!({"value": "0", "reason": "x"}), 422, "M_BAD_VALUE"),
        (
            "leader",
            SETTING,
            json!({"value": "2", "reason": "x", "valid_from": "2026-03-24T09:59:00+08:00"}),
            422,
            "M_BAD_VALUE",
        ),
        ("leader", SETTING, json!({"value": "2", "reason": "x", "seen": 99}), 409, "M_STALE"),
        ("leader", "/api/v1/settings/task.none.due", json!({"value": "2", "reason": "x"}), 404, "M_NOT_FOUND"),
    ] {
        let client = practice.sign_in(who).await;
        let mut said = std::collections::BTreeSet::new();
        for lang in ["zh-Hans", "zh-Hant", "en"] {
            let answer = client.reading(lang).send(path, body.clone(), status).await;
            assert_eq!(answer["code"], code, "{who} {body}: {answer}");
            said.insert(answer["message"].as_str().unwrap().to_owned());
        }
        assert!(said.len() >= 2, "{code} in several languages: {said:?}");
    }
    assert_eq!(leader.read(SETTING).await["history"], json!([]), "what is refused leaves no trace");

    // Set; what is open keeps its limit, what opens afterwards takes the new, on the other server too.
    let set = leader.send(SETTING, json!({"value": "3", "reason": "东软路远", "seen": 0}), 200).await;
    assert_eq!((&set["in_force"], &set["text"]), (&json!("3"), &json!("1")));
    let made = &set["history"][0];
    assert_eq!(
        (&made["old"], &made["new"], &made["by"], &made["reason"]),
        (&json!("1"), &json!("3"), &json!("leader"), &json!("东软路远"))
    );
    assert!(same(&due(&leader, &first).await, "2026-03-24T11:00:00+08:00"), "an open task keeps its own");
    let elsewhere = beside.sign_in("leader").await;
    for _ in 0..200 {
        if elsewhere.read(SETTING).await["in_force"] == "3" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    let second = report(&beside.sign_in("clerk3.ord").await, board("3", NOW)).await;
    assert!(same(&due(&leader, &second).await, "2026-03-24T13:00:00+08:00"), "three hours");

    // Planned for later; the one in force until then stands.
    let planned = json!({"value": "2", "reason": "试行", "valid_from": LATER});
    let set = deputy.send(SETTING, planned, 200).await;
    assert_eq!((&set["in_force"], &set["coming"][0]["value"]), (&json!("3"), &json!("2")));
    practice.clock_to(LATER).await;
    let third = report(&clerk, board("4", LATER)).await;
    assert!(same(&due(&leader, &third).await, "2026-03-24T12:05:00+08:00"), "two hours");

    for (number, limit) in [
        (&first, "2026-03-24T11:00:00+08:00"),
        (&second, "2026-03-24T13:00:00+08:00"),
        (&third, "2026-03-24T12:05:00+08:00"),
    ] {
        assert!(same(&due(&leader, number).await, limit), "{number} as it was");
    }
    let only = leader.read("/api/v1/settings?only=set").await;
    assert_eq!(only["items"].as_array().unwrap().len(), 1, "{only}");
    // The text of the edition is what it was.
    let editions = leader.read("/api/v1/editions/2008-trial/differences?with=2008-trial").await;
    assert_eq!(editions["items"], json!([]));
    let kept = sqlx::query("update setting_change set new_value = '9'").execute(practice.pool()).await;
    assert!(kept.unwrap_err().to_string().contains("M_RECORD_LOCKED"));
}

/// A day of the calendar changes: every limit is reckoned anew, each with the numbers it was opened with.
#[tokio::test]
async fn a_later_calendar_reckons_with_the_numbers_of_the_opening() {
    let town = Town::at(NOW).await;
    let (clerk, leader) = (town.sign_in("clerk3.ord").await, town.sign_in("leader").await);
    let first = report(&clerk, board("2", NOW)).await;
    town.clock_to(LATER).await;
    leader.send(SETTING, json!({"value": "9", "reason": "东软路远"}), 200).await;
    let second = report(&clerk, board("3", LATER)).await;
    town.clock_to(LATER_STILL).await;
    leader.send("/api/v1/settings/calendar.window_end", json!({"value": "18:00", "reason": "夏令"}), 200).await;
    let third = report(&clerk, board("4", LATER_STILL)).await;
    let stand = |one: &'static str, two: &'static str, three: &'static str| {
        [(first.clone(), one), (second.clone(), two), (third.clone(), three)]
    };
    let before = stand("2026-03-24T11:00:00+08:00", "2026-03-25T10:05:00+08:00", "2026-03-25T09:40:00+08:00");
    for (number, limit) in before {
        assert!(same(&due(&leader, &number).await, limit), "{number}: {}", due(&leader, &number).await);
    }
    let off = [("from", "2026-03-25"), ("to", "2026-03-25"), ("kind", "holiday"), ("name-en", "City day")];
    assert_eq!(town.browser("deputy").await.post("/calendar?year=2026", &off).await.0, 303);
    let after = stand("2026-03-24T11:00:00+08:00", "2026-03-26T10:05:00+08:00", "2026-03-26T09:40:00+08:00");
    for (number, limit) in after {
        assert!(same(&due(&leader, &number).await, limit), "{number}: {}", due(&leader, &number).await);
    }
    let refused = json!({"value": "08:00", "reason": "x"});
    let answer = leader.send("/api/v1/settings/calendar.window_end", refused, 422).await;
    assert_eq!((&answer["code"], &answer["field"]), (&json!("M_BAD_VALUE"), &json!("value")), "{answer}");
}

#[tokio::test]
async fn the_pages_show_what_is_set_and_keep_what_was_typed() {
    let town = Town::at(NOW).await;
    let leader = town.browser("leader").await;
    for lang in ["zh-Hans", "zh-Hant", "en"] {
        leader.post("/language", &[("to", lang), ("next", "/")]).await;
        let list = leader.page("/settings").await;
        assert!(list.contains("/settings/task.it.voice.call_neusoft.due"), "{lang}");
        let fixed = leader.page("/settings/task.it.voice.on_site.due").await;
        assert!(!fixed.contains("name=\"value\""), "{lang}: the plan's own number has no form");
    }
    let path = "/settings/ups.default_runtime_minutes";
    let (status, shown) = leader.post(path, &[("value", "30"), ("reason", "实测"), ("seen", "0")]).await;
    assert_eq!(status, 422);
    assert!(shown.contains("M_BAD_VALUE") && shown.contains("value=\"30\"") && shown.contains("实测"), "{shown}");
    let (status, _) = leader.post(path, &[("value", "240"), ("reason", "实测"), ("seen", "0")]).await;
    assert_eq!(status, 303);
    let list = leader.page("/settings?only=set").await;
    assert!(list.contains("ups.default_runtime_minutes") && list.contains("实测"), "{list}");
    assert!(!list.contains("call_neusoft"));
    // What differs stands first, the rest by what opens it.
    let all = leader.page("/settings").await;
    let first = all.split("id=\"set\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(first.contains("ups.default_runtime_minutes") && !first.contains("ups.warn_remaining_minutes"), "{first}");
    assert!(all.contains("<details class=\"settings-group\"") && all.contains("duplicates.window_minutes"));
    let head = town.browser("head.inf").await;
    assert!(!head.page(path).await.contains("name=\"value\""));
    assert_eq!(head.post(path, &[("value", "200"), ("reason", "x")]).await.0, 403);
}
