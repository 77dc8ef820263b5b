//! Reviews and rectification orders: S8, steps 7 and 8, over the API, and their pages (R146, R148, R149, R154).

use serde_json::{Value, json};

use crate::harness::server::{Client, Practice};
use crate::harness::town::Town;

const SMOKE: &str = "YJ-20261114-001";
const REVIEW: &str = "/api/v1/reviews/YJ-20261114-001";
const ORDERS: &str = "/api/v1/rectifications";

/// `2026-11-14 21:14` of the city's clock.
fn rfc(wall: &str) -> String {
    format!("{}:00+08:00", wall.replace(' ', "T"))
}

fn on(call: &str) -> String {
    format!("/api/v1/incidents/{SMOKE}/{call}")
}

async fn refused(client: &Client, path: &str, body: Value, status: u16, code: &str) {
    let (got, answer) = client.post(path, body.clone()).await;
    assert_eq!((got, answer["code"].as_str()), (status, Some(code)), "POST {path} {body}: {answer}");
}

/// Steps 1 to 6, as far as the review needs them; the head of the warehouse is at the scene at `arrival`.
async fn smoke(practice: &Practice, arrival: &str) {
    let body = json!({
        "sub_kind": "sec.service_accident", "occurred_at": rfc("2026-11-14 21:12"), "region": "CITY",
        "description": "二号分拣线冒烟，无人受伤", "site": "sorting line 2", "casualties": 0,
        "links_affected": {"sorting": "stopped"},
    });
    practice.sign_in("wh2.whs").await.send("/api/v1/incidents", body, 201).await;
    let (sec, whs, deputy) =
        (practice.sign_in("head.sec").await, practice.sign_in("head.whs").await, practice.sign_in("deputy").await);
    let signed = |task: &str| on(&format!("tasks/{task}/acknowledgement"));
    let done = |task: &str| on(&format!("tasks/{task}/completion"));
    sec.send(&signed("sec.run_safety_scheme"), json!({}), 200).await;
    sec.send(&signed("sec.go_to_scene"), json!({}), 200).await;
    whs.send(&signed("sec.unit_head_to_scene"), json!({}), 200).await;
    deputy.send(&signed("cmd.local_directive"), json!({}), 200).await;
    for (party, scheme) in [("fire_service", "sec.run_safety_scheme"), ("medical_emergency", "sec.run_safety_scheme")] {
        let call = json!({"party": party, "number": "119", "at": rfc("2026-11-14 21:14"), "answer": "不需出动"});
        sec.send(&on(&format!("tasks/{scheme}/contacts")), call, 200).await;
    }
    practice.clock_to(&rfc("2026-11-14 21:24")).await;
    let lower = json!({"severity": "local", "reason": "line 1 can run from 23:00"});
    practice.sign_in("leader").await.send(&on("severity"), lower, 200).await;
    let scheme = json!({"evidence": {"scene_record": "烟已排除，未起明火"}});
    sec.send(&done("sec.run_safety_scheme"), scheme, 200).await;
    practice.clock_to(&rfc(arrival)).await;
    whs.send(&done("sec.unit_head_to_scene"), json!({"evidence": {"arrival_record": "仓储部 21:51"}}), 200).await;
    let scene = json!({"evidence": {"arrival_record": "安保处 21:33", "scene_record": "烟源为集尘滤网"}});
    sec.send(&done("sec.go_to_scene"), scene, 200).await;
    let seen = sec.read(&format!("/api/v1/incidents/{SMOKE}")).await;
    let child = seen["tasks"].as_array().unwrap().iter().any(|t| t["task"] == "sec.open_child" && t["state"] == "open");
    if child {
        sec.send(&signed("sec.open_child"), json!({}), 200).await;
        sec.send(&done("sec.open_child"), json!({"evidence": {"time_mark": "21:51"}}), 200).await;
    }
    practice.clock_to(&rfc("2026-11-15 10:30")).await;
    let closing = json!({"result": "分拣线恢复", "restored_at": rfc("2026-11-15 10:25"), "cause": "集尘滤网未清理"});
    deputy.send(&on("closure"), closing, 200).await;
}

/// Duties done late and in time, by department, counted from nothing but the journal.
async fn counted(practice: &Practice) -> Vec<(String, i64, i64)> {
    sqlx::query_as(
        "select j.department,
                count(distinct j.task) filter (where (j.data ->> 'late_seconds')::bigint = 0),
                count(distinct j.task) filter (where (j.data ->> 'late_seconds')::bigint > 0)
         from journal j join incident i on i.id = j.incident
         where i.number = $1 and j.kind = 'done' and j.department <> 'INSP'
         group by j.department order by j.department",
    )
    .bind(SMOKE)
    .fetch_all(practice.pool())
    .await
    .unwrap()
}

fn part<'a>(review: &'a Value, department: &str) -> &'a Value {
    let parts = review["departments"].as_array().unwrap();
    parts.iter().find(|p| p["department"] == department).unwrap_or_else(|| panic!("no {department} in {review}"))
}

fn row<'a>(review: &'a Value, department: &str, task: &str) -> &'a Value {
    let rows = part(review, department)["rows"].as_array().unwrap();
    rows.iter().find(|r| r["reference"] == task).unwrap_or_else(|| panic!("no {task} in {review}"))
}

#[tokio::test]
async fn from_the_closed_incident_to_the_closed_case() {
    let mut practice = Practice::start(&rfc("2026-11-14 21:14")).await;
    // Seven minutes late.
    smoke(&practice, "2026-11-14 21:51").await;
    the_sheet_is_what_the_record_says(&practice).await;
    practice.clock_to(&rfc("2026-11-19 10:00")).await;
    let finding = found(&practice).await;
    ordered(&practice, &finding).await;
    drafted_and_final(&practice).await;
    overdue_goes_to_the_leader_once(&mut practice, &finding).await;
    answered_and_accepted(&practice).await;
    circular_and_exchange(&practice).await;
}

/// Step 7: it opened with the closing, under the limit of its task; nobody typed a figure.
async fn the_sheet_is_what_the_record_says(practice: &Practice) {
    let inspector = practice.sign_in("insp1.insp").await;
    let list = inspector.read("/api/v1/reviews").await;
    let first = &list["items"][0];
    assert_eq!((&first["incident"], &first["state"]), (&json!(SMOKE), &json!("open")), "{list}");
    assert_eq!(first["due_at"], json!(rfc("2026-11-20 17:30")));
    assert_eq!(first["opened_at"], json!(rfc("2026-11-15 10:30")));

    let review = inspector.read(REVIEW).await;
    let late = row(&review, "WHS", "sec.unit_head_to_scene");
    assert_eq!((&late["verdict"], &late["late_seconds"]), (&json!("late"), &json!(420)), "{late}");
    assert_eq!(
        (&late["due_at"], &late["ended_at"]),
        (&json!(rfc("2026-11-14 21:44")), &json!(rfc("2026-11-14 21:51")))
    );
    assert_eq!(row(&review, "SEC", "sec.run_safety_scheme")["verdict"], "kept");
    let line = inspector.read(&on("timeline")).await;
    for id in late["entries"].as_array().unwrap() {
        let entry = line["past"].as_array().unwrap().iter().find(|e| e["id"] == *id).expect("an entry of the timeline");
        assert!(["acknowledged", "escalation", "done"].contains(&entry["kind"].as_str().unwrap()), "{entry}");
    }
    let levels: Vec<(&str, bool)> = review["levels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| (l["severity"].as_str().unwrap(), l["proposed"].as_bool().unwrap()))
        .collect();
    assert_eq!(levels, [("major", true), ("local", false)], "the proposal and what was set");

    let counted = counted(practice).await;
    // Whoever only helped stands on the sheet too, and is not counted.
    let parts = review["departments"].as_array().unwrap().iter();
    let owed = parts.filter(|p| p["rows"].as_array().unwrap().iter().any(|r| r["about"] != "help")).count();
    assert_eq!(counted.len(), owed, "{counted:?} {review}");
    let all_late: i64 = counted.iter().map(|c| c.2).sum();
    for (department, kept, late) in counted {
        let counts = &part(&review, &department)["counts"];
        assert_eq!((&counts["kept"], &counts["late"]), (&json!(kept), &json!(late)), "{department}");
        assert_eq!((&counts["not_done"], &counts["no_evidence"]), (&json!(0), &json!(0)), "{department}");
    }
    assert_eq!(review["counts"]["late"], json!(all_late));

    refused(&inspector, &on("tasks/sec.go_to_scene/acknowledgement"), json!({}), 403, "M_INSP_READONLY").await;
    let head = practice.sign_in("head.whs").await;
    assert_eq!(head.get(REVIEW).await.0, 403, "nothing is out yet");
    assert_eq!(head.read("/api/v1/reviews").await["items"], json!([]));
}

/// Step 8: the finding.
async fn found(practice: &Practice) -> String {
    let (inspector, head) = (practice.sign_in("insp1.insp").await, practice.sign_in("head.mkt").await);
    let path = format!("{REVIEW}/findings");
    let body = json!({"text": "dust filter not cleaned, unit head late", "clause": "2.1.2-sec-1", "department": "WHS"});
    assert_eq!(head.post(&path, body.clone()).await.0, 403);
    refused(&practice.sign_in("leader").await, &path, body.clone(), 403, "M_FORBIDDEN").await;
    let without = |field: &str| {
        let mut less = body.clone();
        less[field] = json!(" ");
        less
    };
    for field in ["text", "clause", "department"] {
        refused(&inspector, &path, without(field), 422, "M_REQUIRED").await;
    }
    let mut unknown = body.clone();
    unknown["clause"] = json!("9.9");
    refused(&inspector, &path, unknown, 422, "M_BAD_VALUE").await;
    let review = inspector.send(&path, body, 201).await;
    review["findings"][0]["id"].as_str().unwrap().to_owned()
}

/// Step 8: the order, first without a limit.
async fn ordered(practice: &Practice, finding: &str) {
    let inspector = practice.sign_in("insp1.insp").await;
    let mut body = json!({"incident": SMOKE, "finding": finding, "measure": "clean the filters weekly, keep the log"});
    refused(&inspector, ORDERS, body.clone(), 422, "M_DIRECTIVE_NO_LIMIT").await;
    body["due_at"] = json!(rfc("2026-11-19 09:00"));
    refused(&inspector, ORDERS, body.clone(), 422, "M_DIRECTIVE_PAST").await;
    body["due_at"] = json!(rfc("2026-11-27 17:30"));
    refused(&practice.sign_in("leader").await, ORDERS, body.clone(), 403, "M_FORBIDDEN").await;
    let order = inspector.send(ORDERS, body, 201).await;
    assert_eq!((&order["number"], &order["department"]), (&json!("ZG-2026-001"), &json!("WHS")), "none was lost");
    let head = practice.sign_in("head.whs").await;
    let told = head.read("/api/v1/notices").await;
    assert_eq!(told["items"][0]["kind"], "rectification_ordered", "{told}");
    assert_eq!(practice.sign_in("head.mkt").await.get(&format!("{ORDERS}/ZG-2026-001")).await.0, 403);
}

/// Steps 8: the draft, an objection, the decision, and the final review that does the task of the matrix.
async fn drafted_and_final(practice: &Practice) {
    let (inspector, head) = (practice.sign_in("insp1.insp").await, practice.sign_in("head.whs").await);
    let on = |call: &str| format!("{REVIEW}/{call}");
    refused(&inspector, &on("final"), json!({}), 422, "M_PREREQ").await;
    refused(&inspector, &on("draft"), json!({}), 422, "M_REQUIRED").await;
    refused(&inspector, &on("draft"), json!({"score": 101}), 422, "M_BAD_VALUE").await;
    let review = inspector.send(&on("draft"), json!({"score": 82, "summary": "good but late"}), 200).await;
    assert_eq!((&review["state"], &review["objections_until"]), (&json!("draft"), &json!(rfc("2026-11-23 10:00"))));
    let late = json!({"text": "x", "clause": "2.1.2-sec-1", "department": "WHS"});
    refused(&inspector, &on("findings"), late, 422, "M_RECORD_LOCKED").await;
    refused(&practice.sign_in("insp2.insp").await, &on("draft"), json!({"score": 1}), 409, "M_STALE").await;

    let words = json!({"text": "the gate was locked"});
    refused(&inspector, &on("objections"), words.clone(), 403, "M_INSP_READONLY").await;
    refused(&practice.sign_in("wh2.whs").await, &on("objections"), words.clone(), 403, "M_NOT_YOUR_TASK").await;
    head.send(&on("objections"), words, 200).await;
    refused(&head, &on("objections"), json!({"text": "once more"}), 409, "M_STALE").await;
    refused(&inspector, &on("final"), json!({}), 422, "M_PREREQ").await;
    let mut decision = json!({"department": "WHS", "text": "heard; the log shows otherwise"});
    refused(&inspector, &on("answers"), decision.clone(), 422, "M_REQUIRED").await;
    decision["upheld"] = json!(false);
    let decided = inspector.send(&on("answers"), decision, 200).await;
    assert_eq!(decided["objections"][0]["upheld"], json!(false), "{decided}");
    corrected(&inspector, &review).await;
    refused(&inspector, &on("closure"), json!({}), 422, "M_RECTIFY_OPEN").await;
    let done = inspector.send(&on("final"), json!({"score": 84}), 200).await;
    assert_eq!((&done["state"], &done["score"]), (&json!("final"), &json!(84)));
    let incident = inspector.read(&format!("/api/v1/incidents/{SMOKE}")).await;
    let task = incident["tasks"].as_array().unwrap().iter().find(|t| t["task"] == "insp.review").unwrap();
    assert_eq!((&task["state"], &task["late_seconds"]), (&json!("done"), &json!(0)), "{task}");
    assert_eq!(head.read(REVIEW).await["state"], "final");
}

/// The finding says otherwise once the draft is out: before and after are kept, and its head is told.
async fn corrected(inspector: &Client, review: &Value) {
    let finding = &review["findings"][0]["id"];
    let words = json!({"finding": finding, "text": "dust filter not cleaned; unit head 7 min late",
                       "clause": "2.1.2-sec-1", "department": "WHS"});
    let review = inspector.send(&format!("{REVIEW}/corrections"), words, 200).await;
    let now = &review["findings"][0];
    assert_eq!(now["was"][0]["text"], "dust filter not cleaned, unit head late", "{now}");
    assert_eq!(now["text"], "dust filter not cleaned; unit head 7 min late");
    let bound = json!({"finding": finding, "reason": "x"});
    refused(inspector, &format!("{REVIEW}/withdrawals"), bound, 422, "M_RECORD_LOCKED").await;
    let line = inspector.read(&on("timeline")).await;
    assert!(line["past"].as_array().unwrap().iter().any(|e| e["kind"] == "finding_corrected"), "{line}");
}

fn overdue_notices(items: &Value, number: &str) -> usize {
    let about = |n: &&Value| {
        let data = &n["data"]["data"];
        n["kind"] == "escalation" && data["number"] == number && data["event"] == "overdue"
    };
    items["items"].as_array().unwrap().iter().filter(about).count()
}

async fn overdue_goes_to_the_leader_once(practice: &mut Practice, finding: &str) {
    let body = json!({"incident": SMOKE, "finding": finding, "measure": "name a deputy for the scene",
                      "due_at": rfc("2026-11-20 12:00")});
    practice.sign_in("insp1.insp").await.send(ORDERS, body, 201).await;
    practice.clock_to(&rfc("2026-11-20 11:59")).await;
    let told = practice.sign_in("leader").await.read("/api/v1/notices").await;
    assert_eq!(overdue_notices(&told, "ZG-2026-002"), 0);
    practice.clock_to(&rfc("2026-11-20 13:00")).await;
    practice.restart(&rfc("2026-11-20 13:00")).await;
    practice.clock_to(&rfc("2026-11-26 15:00")).await;
    let told = practice.sign_in("leader").await.read("/api/v1/notices").await;
    assert_eq!(overdue_notices(&told, "ZG-2026-002"), 1, "{told}");
    let late = practice.sign_in("insp1.insp").await.read(&format!("{ORDERS}?state=overdue")).await;
    assert_eq!(late["items"].as_array().unwrap().len(), 1, "{late}");
}

/// Step 8: answered with photos, never accepted by the department itself.
async fn answered_and_accepted(practice: &Practice) {
    let (inspector, head) = (practice.sign_in("insp1.insp").await, practice.sign_in("head.whs").await);
    let on = |number: &str, call: &str| format!("{ORDERS}/{number}/{call}");
    let answer = json!({"answer": "filters cleaned, log kept", "evidence": "photos 1-4, log of 20 and 26 Nov"});
    refused(&inspector, &on("ZG-2026-001", "acknowledgement"), json!({}), 403, "M_INSP_READONLY").await;
    refused(&head, &on("ZG-2026-001", "answer"), answer.clone(), 422, "M_ACK_FIRST").await;
    for number in ["ZG-2026-001", "ZG-2026-002"] {
        head.send(&on(number, "acknowledgement"), json!({}), 200).await;
        refused(&head, &on(number, "answer"), json!({"answer": "done"}), 422, "M_EVIDENCE_MISSING").await;
        refused(&inspector, &on(number, "acceptance"), json!({}), 422, "M_PREREQ").await;
        head.send(&on(number, "answer"), answer.clone(), 200).await;
        refused(&head, &on(number, "acceptance"), json!({}), 403, "M_RECTIFY_SELF").await;
        refused(&head, &on(number, "return"), json!({"reason": "x"}), 403, "M_RECTIFY_SELF").await;
    }
    refused(&practice.sign_in("leader").await, &on("ZG-2026-001", "acceptance"), json!({}), 403, "M_FORBIDDEN").await;
    refused(&inspector, &format!("{REVIEW}/closure"), json!({}), 422, "M_RECTIFY_OPEN").await;
    refused(&inspector, &on("ZG-2026-002", "return"), json!({}), 422, "M_REQUIRED").await;
    inspector.send(&on("ZG-2026-002", "return"), json!({"reason": "no name given"}), 200).await;
    let again = head.send(&on("ZG-2026-002", "answer"), answer, 200).await;
    assert!(again["late_seconds"].as_i64().unwrap() > 6 * 86_400, "{again}");
    practice.clock_to(&rfc("2026-11-27 15:00")).await;
    for number in ["ZG-2026-001", "ZG-2026-002"] {
        let accepted = inspector.send(&on(number, "acceptance"), json!({}), 200).await;
        assert_eq!(
            (&accepted["state"], &accepted["accepted_at"]),
            (&json!("accepted"), &json!(rfc("2026-11-27 15:00")))
        );
    }
    let closed = inspector.send(&format!("{REVIEW}/closure"), json!({}), 200).await;
    assert_eq!(closed["state"], "closed");
    let line = practice.sign_in("head.whs").await.read(&format!("/api/v1/incidents/{SMOKE}/timeline")).await;
    for kind in ["review_drafted", "rectification_returned", "rectification_accepted", "review_closed"] {
        assert!(line["past"].as_array().unwrap().iter().any(|e| e["kind"] == kind), "{kind}");
    }
}

/// Steps 8 and 9: the circular in the centre's own name, the exchange of 10 December, and the next incident that shows it.
async fn circular_and_exchange(practice: &Practice) {
    let (inspector, head) = (practice.sign_in("insp1.insp").await, practice.sign_in("head.whs").await);
    let mut circular =
        json!({"title": "分拣线冒烟", "facts": "集尘滤网未清理", "departments": ["WHS", "DIST"], "incident": SMOKE});
    refused(&inspector, "/api/v1/circulars", circular.clone(), 422, "M_CIRCULAR_FIELDS").await;
    circular["clauses"] = json!(["2.1.2-insp-1"]);
    let out = inspector.send("/api/v1/circulars", circular, 201).await;
    assert_eq!((&out["number"], &out["issuer"]), (&json!("TB-2026-001"), &json!("INSP")), "{out}");

    const EXCHANGES: &str = "/api/v1/exchanges";
    let mut body = json!({"subject": "分拣线滤网", "departments": ["WHS", "DIST"], "people": ["head.sec"]});
    refused(&inspector, EXCHANGES, body.clone(), 422, "M_REQUIRED").await;
    body["held_at"] = json!(rfc("2026-12-10 14:00"));
    refused(&practice.sign_in("leader").await, EXCHANGES, body.clone(), 403, "M_FORBIDDEN").await;
    let made = inspector.send(EXCHANGES, body.clone(), 201).await;
    assert_eq!((&made["number"], &made["state"]), (&json!("JL-2026-001"), &json!("arranged")));
    assert_eq!(head.read("/api/v1/notices").await["items"][0]["kind"], "exchange_arranged");
    let one = format!("{EXCHANGES}/JL-2026-001");
    assert_eq!(practice.sign_in("head.fin").await.get(&one).await.0, 404, "not theirs yet");
    body["place"] = json!("三楼会议室");
    assert_eq!(inspector.send(&one, body, 200).await["place"], "三楼会议室");

    let lesson = json!({"text": "滤网每周清理并留记录", "incidents": [SMOKE], "sub_kinds": ["it.wms_sort_equipment"],
                        "clauses": ["2.1.2-dist-1"], "exchange": "JL-2026-001"});
    let mut unknown = lesson.clone();
    unknown["incidents"] = json!(["YJ-20260101-001"]);
    refused(&inspector, "/api/v1/lessons", unknown, 422, "M_BAD_VALUE").await;
    refused(&head, "/api/v1/lessons", lesson.clone(), 403, "M_FORBIDDEN").await;
    let kept = inspector.send("/api/v1/lessons", lesson.clone(), 201).await;
    assert_eq!((&kept["number"], &kept["state"]), (&json!("JY-2026-001"), &json!("collected")));
    assert_eq!(head.get("/api/v1/lessons/JY-2026-001").await.0, 404, "not out yet");
    let drill = json!({"text": "演练中无人知道备用线", "drill": true, "sub_kinds": ["it.wms_sort_equipment"],
                       "exchange": "JL-2026-001"});
    inspector.send("/api/v1/lessons", drill, 201).await;

    let publication = format!("{one}/publication");
    let summary = json!({"summary": "滤网纳入周检"});
    refused(&inspector, &publication, summary.clone(), 422, "M_PREREQ").await;
    practice.clock_to(&rfc("2026-12-10 16:00")).await;
    refused(&inspector, &publication, json!({}), 422, "M_REQUIRED").await;
    let out = inspector.send(&publication, summary.clone(), 200).await;
    assert_eq!((&out["sub_kinds"], &out["clauses"]), (&json!(["it.wms_sort_equipment"]), &json!(["2.1.2-dist-1"])));
    refused(&practice.sign_in("insp2.insp").await, &publication, summary, 409, "M_STALE").await;
    refused(&inspector, "/api/v1/lessons/JY-2026-001", lesson, 422, "M_RECORD_LOCKED").await;
    head.send(&format!("{one}/receipts"), json!({}), 200).await;
    let seen = inspector.read(&one).await;
    let whs = seen["receipts"].as_array().unwrap().iter().find(|r| r["department"] == "WHS").unwrap();
    assert_eq!((&whs["read"], &whs["readers"][0]["by"]), (&json!(1), &json!("head.whs")), "{seen}");
    let line = head.read(&on("timeline")).await;
    assert!(line["past"].as_array().unwrap().iter().any(|e| e["kind"] == "experience_published"), "in the timeline");

    let next = json!({"sub_kind": "it.wms_sort_equipment", "region": "CITY", "occurred_at": rfc("2026-12-10 15:55"),
                      "description": "二号分拣线停机"});
    let reporter = practice.sign_in("wh5.whs").await;
    let preview = reporter.send("/api/v1/previews", next, 200).await;
    let shown = &preview["experience"][0];
    assert_eq!((&shown["number"], &shown["summary"]), (&json!("JL-2026-001"), &json!("滤网纳入周检")), "{preview}");
    assert_eq!(shown["lessons"].as_array().unwrap().iter().filter(|l| l["drill"] == true).count(), 1);
    let other = json!({"sub_kind": "it.voice_board_down", "region": "CITY"});
    assert_eq!(reporter.send("/api/v1/previews", other, 200).await["experience"], json!([]));
}

/// R146: the leadership has any closed incident reviewed; R148: closed again, it waits for what was ordered before; and
/// R151: the order is in the figures.
#[tokio::test]
async fn a_review_at_the_leaderships_demand() {
    let practice = Practice::start(&rfc("2026-11-14 21:14")).await;
    // In time, so that no review opens by itself.
    smoke(&practice, "2026-11-14 21:40").await;
    let (leader, deputy) = (practice.sign_in("leader").await, practice.sign_in("deputy").await);
    let (inspector, head) = (practice.sign_in("insp1.insp").await, practice.sign_in("head.whs").await);
    assert_eq!(inspector.get(REVIEW).await.0, 404, "nothing opened by itself");
    const REVIEWS: &str = "/api/v1/reviews";
    let demand = json!({"incident": SMOKE, "reason": "twice in a month"});
    refused(&inspector, REVIEWS, demand.clone(), 403, "M_FORBIDDEN").await;
    refused(&head, REVIEWS, demand.clone(), 403, "M_FORBIDDEN").await;
    refused(&deputy, REVIEWS, json!({"incident": SMOKE, "reason": " "}), 422, "M_REQUIRED").await;
    refused(&deputy, REVIEWS, json!({"incident": "YJ-20260101-001", "reason": "x"}), 404, "M_NOT_FOUND").await;
    practice.clock_to(&rfc("2026-11-16 08:30")).await;
    let review = deputy.send(REVIEWS, demand.clone(), 201).await;
    assert_eq!((&review["state"], &review["due_at"]), (&json!("open"), &json!(rfc("2026-11-20 17:30"))), "{review}");
    refused(&leader, REVIEWS, demand, 409, "M_STALE").await;
    let told = inspector.read("/api/v1/notices").await;
    assert!(told["items"].as_array().unwrap().iter().any(|n| n["kind"] == "review_demanded"), "{told}");

    let finding = json!({"text": "filter", "clause": "2.1.2-sec-1", "department": "WHS"});
    let finding = inspector.send(&format!("{REVIEW}/findings"), finding, 201).await["findings"][0]["id"].clone();
    let order =
        json!({"incident": SMOKE, "finding": finding, "measure": "clean it", "due_at": rfc("2026-11-17 12:00")});
    inspector.send(ORDERS, order, 201).await;
    leader.send(&on("reopening"), json!({"reason": "smoke again"}), 200).await;
    let closing = json!({"result": "分拣线恢复", "restored_at": rfc("2026-11-16 08:30"), "cause": "集尘滤网未清理"});
    refused(&deputy, &on("closure"), closing.clone(), 422, "M_RECTIFY_OPEN").await;

    practice.clock_to(&rfc("2026-11-17 12:30")).await;
    let figures = leader.read("/api/v1/figures?from=2026-11-16&to=2026-11-16").await;
    let whs = figures["items"].as_array().unwrap().iter().find(|i| i["key"] == "WHS").unwrap();
    let counted = |name: &str| whs[name]["value"].clone();
    assert_eq!((counted("rectifications"), counted("rectifications_overdue")), (json!(1), json!(1)), "{whs}");
    assert_eq!(counted("rectifications_accepted"), json!(0));
    let records = leader.read(whs["rectifications_overdue"]["records"].as_str().unwrap()).await;
    assert_eq!(records["items"][0]["rectification"], "ZG-2026-001", "{records}");

    let answer = json!({"answer": "cleaned", "evidence": "photo"});
    head.send(&format!("{ORDERS}/ZG-2026-001/acknowledgement"), json!({}), 200).await;
    head.send(&format!("{ORDERS}/ZG-2026-001/answer"), answer, 200).await;
    inspector.send(&format!("{ORDERS}/ZG-2026-001/acceptance"), json!({}), 200).await;
    deputy.send(&on("closure"), closing, 200).await;
}

/// The pages, from the inspector's list to the department's answer.
#[tokio::test]
async fn the_pages_of_a_review() {
    let town = Town::at("2026-09-30T17:05:00+08:00").await;
    let number = town
        .report(
            "clerk3.ord",
            json!({
                "sub_kind": "it.voice_board_down", "region": "CITY", "occurred_at": "2026-09-30T17:03:00+08:00",
                "description": "board 2 dead, 8 of 24 lines lost", "board": "2",
                "links_affected": {"ordering": "restricted"},
            }),
        )
        .await;
    let (case, _) = town.app.case(&town.actor("leader"), &number).await.unwrap();
    let mut conn = town.app.pool.acquire().await.unwrap();
    let now = town.app.clock.now();
    zhihui::review::store::open(&mut conn, case.incident.id, now, Some(now)).await.unwrap();
    drop(conn);

    let inspector = town.browser("insp1.insp").await;
    let sheet = format!("/reviews/{number}");
    assert!(inspector.page("/reviews").await.contains(&sheet));
    assert!(inspector.page(&sheet).await.contains("Add a finding"));
    let (status, page) =
        inspector.post(&format!("{sheet}/findings"), &[("text", "no spare board"), ("department", "INF")]).await;
    assert!(status == 422 && page.contains("M_REQUIRED") && page.contains("no spare board"), "what was typed stays");
    let finding = [("text", "no spare board"), ("department", "INF"), ("clause", "§3.1.7")];
    assert_eq!(inspector.post(&format!("{sheet}/findings"), &finding).await.0, 303);
    let page = inspector.page(&sheet).await;
    let id = page.split("name=\"finding\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let again = [("finding", id.as_str()), ("text", "no spare board kept"), ("department", "INF"), ("clause", "x.y")];
    let (status, page) = inspector.post(&format!("{sheet}/corrections"), &again).await;
    assert!(status == 422 && page.contains("M_BAD_VALUE") && page.contains("no spare board kept"), "as typed");
    let mut again = again.to_vec();
    again[3] = ("clause", "3.1.7");
    assert_eq!(inspector.post(&format!("{sheet}/corrections"), &again).await.0, 303);
    let page = inspector.page(&sheet).await;
    assert!(page.contains("no spare board kept") && page.contains("corrected it"), "before and after");
    let wrong = [("text", "a mistake"), ("department", "ORD"), ("clause", "3.1.7")];
    assert_eq!(inspector.post(&format!("{sheet}/findings"), &wrong).await.0, 303);
    let page = inspector.page(&sheet).await;
    let mut ids = page.rsplit("name=\"finding\" value=\"").map(|p| p.split('"').next().unwrap_or_default());
    let last = ids.find(|p| *p != id).unwrap();
    let withdrawal = [("finding", last), ("reason", "of another incident")];
    assert_eq!(inspector.post(&format!("{sheet}/withdrawals"), &withdrawal).await.0, 303);
    assert!(inspector.page(&sheet).await.contains("of another incident"));
    let order = [("incident", number.as_str()), ("finding", id.as_str()), ("measure", "buy a spare board")];
    let (status, page) = inspector.post("/rectifications", &order).await;
    assert!(status == 422 && page.contains("M_DIRECTIVE_NO_LIMIT") && page.contains("buy a spare board"), "as typed");
    let mut order = order.to_vec();
    order.push(("due_at", "2026-10-20T17:30"));
    assert_eq!(inspector.post("/rectifications", &order).await.0, 303);
    assert_eq!(inspector.post(&format!("{sheet}/draft"), &[("score", "70")]).await.0, 303);
    assert!(inspector.page(&format!("{sheet}/print")).await.contains("ZG-2026-001"));
    assert!(inspector.page("/rectifications").await.contains("buy a spare board"));

    let head = town.browser("head.inf").await;
    let home = head.page("/department").await;
    assert!(home.contains("/rectifications/ZG-2026-001"));
    let objection = format!("{sheet}#objections");
    assert!(home.contains(&objection) && home.contains("href=\"/reviews\""), "the draft waits for the head");
    assert!(!town.browser("head.fin").await.page("/department").await.contains(&objection));
    let page = head.page(&sheet).await;
    assert!(page.contains("/objections") && !page.contains("/draft\""), "the head objects, and does not judge");
    assert_eq!(head.post(&format!("{sheet}/objections"), &[("text", "it was ordered")]).await.0, 303);
    assert!(!head.page("/department").await.contains(&objection), "said, and waits no more");
    assert!(inspector.page("/department").await.contains(&objection), "now the centre is to decide");
    let decision = [("department", "INF"), ("text", "the order came late")];
    let (status, page) = inspector.post(&format!("{sheet}/answers"), &decision).await;
    assert!(status == 422 && page.contains("M_REQUIRED") && page.contains("the order came late"), "as typed");
    let order = "/rectifications/ZG-2026-001";
    assert_eq!(head.post(&format!("{order}/acknowledgement"), &[]).await.0, 303);
    let answer = [("answer", "a board is here"), ("evidence", "receipt 4711")];
    assert_eq!(head.post(&format!("{order}/answer"), &answer).await.0, 303);
    let home = inspector.page("/department").await;
    assert!(home.contains("Waiting for you") && home.contains(&format!("{order}#own")), "to accept or return");
    let (status, page) = head.post(&format!("{order}/acceptance"), &[]).await;
    assert!(status == 403 && page.contains("M_RECTIFY_SELF"), "{status}");
    assert_eq!(inspector.post(&format!("{order}/acceptance"), &[]).await.0, 303);
    assert!(!inspector.page("/department").await.contains(&format!("{order}#own")));
    assert!(inspector.page(&format!("{order}/print")).await.contains("receipt 4711"));
    assert!(town.browser("leader").await.page(&sheet).await.contains("it was ordered"));
    assert_eq!(town.browser("head.fin").await.get(&sheet).await.0, 403);
    let decision = [decision[0], decision[1], ("upheld", "yes")];
    assert_eq!(inspector.post(&format!("{sheet}/answers"), &decision).await.0, 303);
    assert_eq!(inspector.post(&format!("{sheet}/final"), &[]).await.0, 303);
    assert!(head.page(&sheet).await.contains("upheld"));
}

/// The pages of an exchange: arranged, a lesson written down, published, confirmed, and shown where it matters next.
#[tokio::test]
async fn the_pages_of_an_exchange() {
    let town = Town::at("2026-09-30T10:00:00+08:00").await;
    let report = json!({
        "sub_kind": "it.voice_board_down", "region": "CITY", "occurred_at": "2026-09-30T09:58:00+08:00",
        "description": "board 2 dead", "board": "2", "links_affected": {"ordering": "restricted"},
    });
    let number = town.report("clerk3.ord", report).await;
    let inspector = town.browser("insp1.insp").await;
    assert!(inspector.page("/exchanges/new").await.contains("Departments taking part"));
    let half = [("subject", "spare boards"), ("departments", "INF")];
    let (status, page) = inspector.post("/exchanges", &half).await;
    assert!(status == 422 && page.contains("M_REQUIRED") && page.contains("spare boards"), "what was typed stays");
    let whole = [("subject", "spare boards"), ("departments", "INF"), ("held_at", "2026-09-30T09:30")];
    assert_eq!(inspector.post("/exchanges", &whole).await.0, 303);
    let one = "/exchanges/JL-2026-001";
    assert!(inspector.page(&format!("{one}/arrangement")).await.contains("2026-09-30T09:30"));
    assert!(inspector.page(&format!("/lessons/new?incident={number}")).await.contains(&number));
    let lesson = [
        ("text", "keep a <b>spare</b> board"),
        ("incidents", number.as_str()),
        ("exchange", "JL-2026-001"),
        ("clauses", "3.1.7"),
        ("proposes_revision", "1"),
    ];
    assert_eq!(inspector.post("/lessons", &lesson).await.0, 303);
    assert!(inspector.page("/exchanges").await.contains("JY-2026-001"));
    let drafts = town.browser("editor").await.page("/plan/revisions").await;
    assert!(!drafts.contains("JY-2026-001"), "not before it is out");
    let (status, page) = inspector.post(&format!("{one}/publication"), &[("clauses", "3.1.8")]).await;
    assert!(status == 422 && page.contains("M_REQUIRED") && page.contains(r#"value="3.1.8" checked"#));
    assert_eq!(inspector.post(&format!("{one}/publication"), &[("summary", "one spare a site")]).await.0, 303);

    assert!(!inspector.page(one).await.contains("/receipts\""), "who published it knows it");
    let head = town.browser("head.inf").await;
    assert!(head.page("/department").await.contains("Summaries of exchanges"));
    assert!(head.page("/exchanges").await.contains("spare boards"));
    assert_eq!(head.post(&format!("{one}/receipts"), &[]).await.0, 303);
    assert!(!head.page("/department").await.contains("Summaries of exchanges"));
    let editor = town.browser("editor").await;
    let drafts = editor.page("/plan/revisions").await;
    assert!(drafts.contains("Put forward by lessons") && drafts.contains("JY-2026-001"), "the editor finds it");
    let clerk = town.browser("clerk3.ord").await;
    for path in [
        "/report?sub_kind=it.voice_board_down".to_owned(),
        format!("/incidents/{number}"),
        "/plan/clauses/3.1.7".to_owned(),
    ] {
        assert!(clerk.page(&path).await.contains("one spare a site"), "{path}");
    }
    assert!(!clerk.page("/report?sub_kind=it.power_loss").await.contains("one spare a site"));
    assert!(town.browser("editor").await.page("/plan/clauses/3.1.7").await.contains("one spare a site"));
    for (lang, word) in [("zh-Hans", "交流总结"), ("zh-Hant", "交流總結"), ("en", "Summary")] {
        inspector.post("/language", &[("to", lang), ("next", "/")]).await;
        for path in [one.to_owned(), format!("{one}/print")] {
            let page = inspector.page(&path).await;
            assert!(page.contains(word) && page.contains("&#60;b&#62;spare"), "{path} in {lang}");
        }
    }
    assert_eq!(head.get("/exchanges/new").await.0, 403);
}
