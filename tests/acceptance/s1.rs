//! S1. A voice board dies 25 minutes before the National Day holiday, and nobody acknowledges
//! (3.1.8, 2.1.1-4; R65, R41, R40, R39).

use std::time::Duration;

use serde_json::{Value, json};

use super::ladder::{Told, advance, escalations, projected, read_step, step, timeline};
use super::{acknowledge, assert_limits, at, complete, incident, rfc, task, task_ids, task_path, time};
use crate::harness::server::{Client, Practice};

const CALL: &str = "it.voice.call_neusoft";
const ON_SITE: &str = "it.voice.on_site";
const FALLBACK: &str = "ord.fallback_ordering";
const DIRECTIVE: &str = "cmd.local_directive";
const WATCHED: [&str; 5] = ["head.inf", "deputy", "leader", "tech1.inf", "head.insp"];

fn board_report(occurred: &str, board: &str) -> Value {
    json!({
        "sub_kind": "it.voice_board_down",
        "occurred_at": rfc(occurred),
        "region": "CITY",
        "description": "订单采集系统语音板失效，24 条线路断 8 条",
        "board": board,
        "links_affected": {"ordering": "restricted"},
    })
}

/// Steps 1 and 2: the report of 17:05 and its four tasks.
async fn report_board_2(practice: &Practice) -> String {
    let clerk = practice.sign_in("clerk3.ord").await;
    let saved = clerk.send("/api/v1/incidents", board_report("2026-09-30 17:05", "2"), 201).await;
    assert_eq!(saved["number"], "YJ-20260930-001");
    assert_eq!(saved["severity"], "local", "not all ordering stopped");
    assert_eq!(saved["proposed_severity"], "local");
    assert_eq!(saved["edition"], "2008-trial");
    assert_eq!(task_ids(&saved), [DIRECTIVE, CALL, ON_SITE, FALLBACK], "in plan order");
    let rows = [
        (DIRECTIVE, "LG", "2026-09-30 17:15", "2026-09-30 17:35", "elapsed", "2.1.1-4"),
        (CALL, "INF", "2026-10-08 08:35", "2026-10-08 09:05", "working", "3.1.8"),
        (ON_SITE, "INF", "2026-10-08 08:35", "2026-10-08 17:05", "working", "3.1.8"),
        (FALLBACK, "ORD", "2026-09-30 17:15", "2026-09-30 17:35", "elapsed", "3.1.12"),
    ];
    for (id, department, acknowledge_by, due_at, clock, clause) in rows {
        let task = task(&saved, id);
        assert_eq!(task["department"], department);
        assert_eq!(task["clause"], clause);
        assert_eq!(task["state"], "open");
        assert_eq!(time(&task["opened_at"]), at("2026-09-30 17:05"));
        assert!(task["acknowledged_at"].is_null() && task["done_at"].is_null(), "{task}");
        assert_limits(task, acknowledge_by, due_at, clock);
    }
    assert_eq!(task(&saved, ON_SITE)["cooperating"].as_array().unwrap().len(), 1);
    saved["number"].as_str().unwrap().to_owned()
}

/// Step 3: ordering goes on by telephone, the deputy leader's card is seen.
async fn ordering_goes_on(practice: &Practice, number: &str) {
    let head = practice.sign_in("head.ord").await;
    practice.clock_to(&rfc("2026-09-30 17:09")).await;
    let answer = acknowledge(&head, number, FALLBACK).await;
    assert_eq!(answer["state"], "acknowledged");
    assert_eq!(time(&answer["acknowledged_at"]), at("2026-09-30 17:09"));

    practice.clock_to(&rfc("2026-09-30 17:12")).await;
    let deputy = practice.sign_in("deputy").await;
    let answer = acknowledge(&deputy, number, DIRECTIVE).await;
    assert_eq!(answer["state"], "done", "acknowledging the card counts as the instruction");

    practice.clock_to(&rfc("2026-09-30 17:16")).await;
    let answer = complete(&head, number, FALLBACK, json!({"time_mark": "17:09–17:16 备用电话、手工登记"})).await;
    assert_eq!(answer["late_seconds"], 0);
}

#[tokio::test]
async fn lived_to_the_review() {
    let practice = Practice::start(&rfc("2026-09-30 17:05")).await;
    let number = &report_board_2(&practice).await;
    lists_show_it(&practice, number).await;
    ordering_goes_on(&practice, number).await;
    future_is_on_the_timeline(&practice, number).await;
    holiday_pauses_the_clock(&practice, number).await;
    silence_climbs(&practice, number).await;
    assigned_is_not_acknowledged(&practice, number).await;
    three_quarters_then_overdue(&practice, number).await;
    board_must_be_handed_over(&practice, number).await;
    make_up_saturday_counts(&practice).await;
    closing_opens_the_review(&practice, number).await;
    plain_saturday_does_not_count(&practice).await;
    eight_entries(&practice, number).await;
}

async fn lists_show_it(practice: &Practice, number: &str) {
    for (user, department, tasks) in [
        ("head.inf", "INF", &[CALL, ON_SITE][..]),
        ("tech1.inf", "INF", &[CALL][..]),
        ("head.ord", "ORD", &[FALLBACK][..]),
        ("deputy", "LG", &[DIRECTIVE][..]),
    ] {
        let client = practice.sign_in(user).await;
        let list = client.read(&format!("/api/v1/departments/{department}/tasks")).await;
        for id in tasks {
            assert_eq!(task(&list, id)["department"], department);
        }
    }
    let duty = practice.sign_in("duty").await;
    let open = duty.read("/api/v1/incidents?state=open&kind=it_failure&region=CITY").await;
    assert_eq!(open["items"][0]["number"], *number);
    let major = duty.read("/api/v1/incidents?severity=major").await;
    assert_eq!(major["items"], json!([]));
}

/// The dashed part of the line: every step both INF tasks can still climb.
async fn future_is_on_the_timeline(practice: &Practice, number: &str) {
    let leader = practice.sign_in("leader").await;
    let mut expected = vec![
        step("2026-10-08 08:35", CALL),
        step("2026-10-08 09:05", CALL),
        step("2026-10-08 09:35", CALL),
        step("2026-10-08 13:05", CALL),
        step("2026-10-09 09:05", CALL),
        step("2026-10-08 08:35", ON_SITE),
        step("2026-10-08 10:05", ON_SITE),
        step("2026-10-08 14:50", ON_SITE),
        step("2026-10-08 17:05", ON_SITE),
        step("2026-10-08 17:05", ON_SITE),
    ];
    expected.sort();
    assert_eq!(projected(&timeline(&leader, number).await), expected);
}

/// Step 4: no escalation on 1–7 October; both INF tasks wait for Thursday 08:30.
async fn holiday_pauses_the_clock(practice: &Practice, number: &str) {
    let head = practice.sign_in("head.inf").await;
    for wall in ["2026-10-01 00:00", "2026-10-03 12:00", "2026-10-07 23:59"] {
        assert_eq!(advance(practice, number, wall).await, []);
        let seen = incident(&head, number).await;
        for id in [CALL, ON_SITE] {
            assert_eq!(time(&task(&seen, id)["paused_until"]), at("2026-10-08 08:30"), "{wall}");
        }
    }
    assert_eq!(advance(practice, number, "2026-10-08 08:34").await, []);
    let seen = incident(&head, number).await;
    assert!(task(&seen, ON_SITE)["paused_until"].is_null(), "the clock runs again");
}

/// Step 5: one step after another, each to those the ladder names.
async fn silence_climbs(practice: &Practice, number: &str) {
    let call = Told::so_far(practice, number, CALL, &WATCHED).await;
    let on_site = Told::so_far(practice, number, ON_SITE, &WATCHED).await;
    let fired = advance(practice, number, "2026-10-08 08:35").await;
    assert_eq!(fired, [step("2026-10-08 08:35", CALL), step("2026-10-08 08:35", ON_SITE)]);
    call.now_also(&["head.inf"]).await;
    on_site.now_also(&["head.inf"]).await;

    for (wall, id, told) in [
        ("2026-10-08 09:05", CALL, &["head.inf", "deputy"][..]),
        ("2026-10-08 09:35", CALL, &["deputy"][..]),
        ("2026-10-08 10:05", ON_SITE, &["deputy"][..]),
    ] {
        one_step(practice, number, wall, id, told).await;
    }
}

async fn one_step(practice: &Practice, number: &str, wall: &str, id: &str, told: &[&str]) {
    let watch = Told::so_far(practice, number, id, &WATCHED).await;
    assert_eq!(advance(practice, number, wall).await, [step(wall, id)]);
    watch.now_also(told).await;
}

/// Step 6: assigning is not acknowledging; the call is logged and finishes the first task, late.
async fn assigned_is_not_acknowledged(practice: &Practice, number: &str) {
    assert_eq!(advance(practice, number, "2026-10-08 10:18").await, []);
    let head = practice.sign_in("head.inf").await;
    for id in [CALL, ON_SITE] {
        let path = task_path(number, id, "assignment");
        let answer = head.send(&path, json!({"to": "tech1.inf"}), 200).await;
        assert_eq!(answer["assignee"], "tech1.inf");
        assert_eq!(answer["state"], "open");
        assert!(answer["acknowledged_at"].is_null());
    }
    assert_eq!(advance(practice, number, "2026-10-08 10:20").await, []);
    let tech = practice.sign_in("tech1.inf").await;
    for id in [CALL, ON_SITE] {
        let answer = acknowledge(&tech, number, id).await;
        assert_eq!(answer["state"], "acknowledged");
        assert_eq!(time(&answer["acknowledged_at"]), at("2026-10-08 10:20"));
    }
    assert_eq!(advance(practice, number, "2026-10-08 10:31").await, []);
    let path = task_path(number, CALL, "completion");
    let (status, refused) = tech.post(&path, json!({"evidence": {}})).await;
    assert_eq!((status, &refused["code"]), (422, &json!("M_EVIDENCE_MISSING")), "nobody called yet");

    let contact = json!({
        "party": "neusoft",
        "number": "024-8366-0000",
        "at": rfc("2026-10-08 10:31"),
        "answer": "tomorrow morning",
        "promised_at": rfc("2026-10-09 09:00"),
    });
    tech.send(&task_path(number, CALL, "contacts"), contact, 200).await;
    let line = timeline(&tech, number).await;
    let logged = line["past"].as_array().unwrap().iter().any(|entry| {
        entry["task"] == CALL
            && entry["actor"] == "tech1.inf"
            && time(&entry["at"]) == at("2026-10-08 10:31")
            && entry["text"].as_str().is_some_and(|text| text.contains("tomorrow morning"))
    });
    assert!(logged, "the contact log is on the line: {line}");

    let done = complete(&tech, number, CALL, json!({"contact_log": true})).await;
    assert_eq!(done["late_seconds"], 86 * 60, "09:05 to 10:31");
}

/// Step 7.
async fn three_quarters_then_overdue(practice: &Practice, number: &str) {
    one_step(practice, number, "2026-10-08 14:50", ON_SITE, &["tech1.inf", "head.inf"]).await;

    let watch = Told::so_far(practice, number, ON_SITE, &WATCHED).await;
    let fired = advance(practice, number, "2026-10-08 17:05").await;
    assert_eq!(fired, [step("2026-10-08 17:05", ON_SITE), step("2026-10-08 17:05", ON_SITE)]);
    watch.now_also(&["deputy", "leader", "head.insp"]).await;
}

/// Step 8: on site is not enough, the spare board must be handed over.
async fn board_must_be_handed_over(practice: &Practice, number: &str) {
    assert_eq!(advance(practice, number, "2026-10-09 09:40").await, []);
    let tech = practice.sign_in("tech1.inf").await;
    let path = task_path(number, ON_SITE, "completion");
    let arrival = json!({"evidence": {"arrival_record": "东软工程师 09:40 到场"}});
    for (lang, board, not_arrival) in [
        ("zh-Hans", "备板交接记录（编号）", "到场记录"),
        ("zh-Hant", "備板交接記錄（編號）", "到場記錄"),
        ("en", "Spare board handed over: number", "Arrival record"),
    ] {
        let (status, refused) = tech.reading(lang).post(&path, arrival.clone()).await;
        assert_eq!((status, &refused["code"]), (422, &json!("M_EVIDENCE_MISSING")));
        let message = refused["message"].as_str().unwrap();
        assert!(message.contains(board) && !message.contains(not_arrival), "{message}");
    }
    let both = json!({"arrival_record": "东软工程师 09:40 到场", "spare_board_receipt": "0417"});
    let done = complete(&tech, number, ON_SITE, both).await;
    assert_eq!(done["late_seconds"], 5700, "17:05–17:30 and 08:30–09:40 of working time");
    assert_eq!(time(&done["done_at"]), at("2026-10-09 09:40"));
}

/// Control: Friday 15:00 and a make-up Saturday.
async fn make_up_saturday_counts(practice: &Practice) {
    practice.clock_to(&rfc("2026-10-09 15:00")).await;
    let clerk = practice.sign_in("clerk3.ord").await;
    let saved = clerk.send("/api/v1/incidents", board_report("2026-10-09 15:00", "3"), 201).await;
    assert_eq!(saved["number"], "YJ-20261009-001");
    assert_limits(task(&saved, ON_SITE), "2026-10-09 15:30", "2026-10-10 15:00", "working");
}

/// Steps 9 and 10: the repair itself has no limit; closing opens the review.
async fn closing_opens_the_review(practice: &Practice, number: &str) {
    assert_eq!(advance(practice, number, "2026-10-12 10:00").await, []);
    let deputy = practice.sign_in("deputy").await;
    let body = json!({
        "result": "2 号语音板更换，24 条线路恢复",
        "restored_at": rfc("2026-10-12 09:50"),
        "cause": "语音板老化",
    });
    let closed = deputy.send(&format!("/api/v1/incidents/{number}/closure"), body, 200).await;
    assert_eq!(closed["state"], "closed");
    let seen = incident(&deputy, number).await;
    let review = task(&seen, "insp.review");
    assert_eq!((&review["department"], &review["state"]), (&json!("INSP"), &json!("open")));
    assert_limits(review, "2026-10-12 10:30", "2026-10-19 10:00", "working");
}

/// Control: a Saturday outside the window counts from Monday's opening, and ends at closing time.
async fn plain_saturday_does_not_count(practice: &Practice) {
    practice.clock_to(&rfc("2026-10-17 10:00")).await;
    let clerk = practice.sign_in("clerk3.ord").await;
    let saved = clerk.send("/api/v1/incidents", board_report("2026-10-17 10:00", "4"), 201).await;
    assert_eq!(saved["number"], "YJ-20261017-001");
    let on_site = task(&saved, ON_SITE);
    assert_limits(on_site, "2026-10-19 09:00", "2026-10-19 17:30", "working");
    assert_eq!(time(&on_site["paused_until"]), at("2026-10-19 08:30"));
}

async fn eight_entries(practice: &Practice, number: &str) {
    let leader = practice.sign_in("leader").await;
    let line = timeline(&leader, number).await;
    let on_the_four: Vec<_> =
        escalations(&line).into_iter().map(read_step).filter(|(_, task)| task != "insp.review").collect();
    let mut expected = vec![
        step("2026-10-08 08:35", CALL),
        step("2026-10-08 08:35", ON_SITE),
        step("2026-10-08 09:05", CALL),
        step("2026-10-08 09:35", CALL),
        step("2026-10-08 10:05", ON_SITE),
        step("2026-10-08 14:50", ON_SITE),
        step("2026-10-08 17:05", ON_SITE),
        step("2026-10-08 17:05", ON_SITE),
    ];
    let mut sorted = on_the_four.clone();
    sorted.sort();
    expected.sort();
    assert_eq!(sorted, expected);
    assert!(on_the_four.is_sorted_by_key(|(due, _)| *due), "the line keeps their order");
}

/// Variant: the server is down 8 October 08:20–09:50.
#[tokio::test]
async fn steps_missed_while_down_are_sent_once_marked_late() {
    let mut practice = Practice::start(&rfc("2026-09-30 17:05")).await;
    let number = &report_board_2(&practice).await;
    ordering_goes_on(&practice, number).await;
    assert_eq!(advance(&practice, number, "2026-10-08 08:20").await, []);
    let head = practice.sign_in("head.inf").await;
    let before = [unseen(&practice, number, CALL).await, unseen(&practice, number, ON_SITE).await];

    practice.restart(&rfc("2026-10-08 09:50")).await;
    let due = [
        step("2026-10-08 08:35", CALL),
        step("2026-10-08 08:35", ON_SITE),
        step("2026-10-08 09:05", CALL),
        step("2026-10-08 09:35", CALL),
    ];
    let line = once_fired(&head, number, due.len()).await;
    let fired: Vec<_> = escalations(&line).into_iter().map(read_step).collect();
    let mut first_two = fired[..2].to_vec();
    first_two.sort();
    assert_eq!(first_two, due[..2]);
    assert_eq!(fired[2..], due[2..], "in order");
    for entry in escalations(&line) {
        assert_eq!(entry["late"], true, "{entry}");
        assert_eq!(time(&entry["entered_at"]), at("2026-10-08 09:50"), "{entry}");
    }
    let after = [unseen(&practice, number, CALL).await, unseen(&practice, number, ON_SITE).await];
    assert_eq!(after[0] - before[0], 4, "08:35 head, 09:05 head and deputy, 09:35 deputy");
    assert_eq!(after[1] - before[1], 1, "08:35 head");

    practice.restart(&rfc("2026-10-08 09:50")).await;
    practice.clock_to(&rfc("2026-10-08 10:04")).await;
    assert_eq!(escalations(&timeline(&head, number).await).len(), 4, "sent once, whatever happens");
    assert_eq!(advance(&practice, number, "2026-10-08 10:05").await, [step("2026-10-08 10:05", ON_SITE)]);
}

/// Notices about a task to its head and to the deputy leader.
async fn unseen(practice: &Practice, number: &str, task: &str) -> usize {
    super::ladder::notices(practice, "head.inf", number, task).await
        + super::ladder::notices(practice, "deputy", number, task).await
}

/// Waits for the worker's first round after a start.
async fn once_fired(client: &Client, number: &str, count: usize) -> Value {
    for _ in 0..100 {
        let line = timeline(client, number).await;
        if escalations(&line).len() >= count {
            return line;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{count} late steps within ten seconds of the start");
}
