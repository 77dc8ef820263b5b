//! Refusals while an incident is handled: whose task it is, what comes first, what is missing, who decides.

use serde_json::{Value, json};

use super::{Expect, hidden, refused, right, rule};
use crate::acceptance::bodies::{NOW, report};
use crate::acceptance::expected::{MATRIX, matrix_task, name, sub_kind};
use crate::acceptance::messages::LANGUAGES;
use crate::acceptance::{acknowledge, complete, rfc, task_path};
use crate::harness::server::{Client, Practice};

const CALL: &str = "it.voice.call_neusoft";
const ON_SITE: &str = "it.voice.on_site";

async fn opened(practice: &Practice, code: &str) -> String {
    let leader = practice.sign_in("leader").await;
    let saved = leader.send("/api/v1/incidents", report(sub_kind(code)), 201).await;
    saved["number"].as_str().unwrap().to_owned()
}

fn path(number: &str, call: &str) -> String {
    format!("/api/v1/incidents/{number}/{call}")
}

async fn log_contact(client: &Client, number: &str, task: &str, party: &str) {
    let contact = json!({"party": party, "number": "024-8366-0000", "at": rfc(NOW), "answer": "即派人"});
    client.send(&task_path(number, task, "contacts"), contact, 200).await;
}

#[tokio::test]
async fn whose_task_it_is() {
    let practice = Practice::start(&rfc(NOW)).await;
    let number = &opened(&practice, "it.voice_board_down").await;
    let words = LANGUAGES.map(|lang| name(&MATRIX.department, "INF", lang));
    let expect = Expect { words, ..right() };
    let evidence = json!({"evidence": {"contact_log": true}});
    for user in ["head.fin", "clerk3.ord", "head.mkt"] {
        let other = practice.sign_in(user).await;
        for (call, body) in [("acknowledgement", json!({})), ("completion", evidence.clone())] {
            refused(&other, &task_path(number, CALL, call), &body, "M_NOT_YOUR_TASK", expect).await;
        }
    }
    let finance = practice.sign_in("head.fin").await;
    let body = json!({"to": "tech1.inf"});
    refused(&finance, &task_path(number, CALL, "assignment"), &body, "M_NOT_YOUR_TASK", expect).await;

    for user in ["head.insp", "insp1.insp"] {
        let inspector = practice.sign_in(user).await;
        let expect = Expect { clause: Some("2.1.2-insp-1"), ..right() };
        for (call, body) in
            [("acknowledgement", json!({})), ("progress", json!({"text": "x"})), ("completion", evidence.clone())]
        {
            refused(&inspector, &task_path(number, CALL, call), &body, "M_INSP_READONLY", expect).await;
        }
    }

    let first = practice.sign_in("tech1.inf").await;
    let second = practice.sign_in("tech2.inf").await;
    acknowledge(&first, number, CALL).await;
    let expect = Expect { status: 409, ..Expect::default() };
    let ack = task_path(number, CALL, "acknowledgement");
    refused(&second, &ack, &json!({}), "M_STALE", expect).await;
}

#[tokio::test]
async fn two_signing_at_once_first_wins() {
    let practice = Practice::start(&rfc(NOW)).await;
    let number = &opened(&practice, "it.voice_board_down").await;
    let first = practice.sign_in("tech1.inf").await;
    let second = practice.sign_in("tech2.inf").await;
    let ack = task_path(number, CALL, "acknowledgement");
    let (one, two) = tokio::join!(first.post(&ack, json!({})), second.post(&ack, json!({})));
    let mut statuses = [one.0, two.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{one:?} {two:?}");
    let told = if one.0 == 409 { one.1 } else { two.1 };
    assert_eq!(told["code"], "M_STALE", "{told}");
}

#[tokio::test]
async fn first_sign_then_prove() {
    let practice = Practice::start(&rfc(NOW)).await;
    let number = &opened(&practice, "it.voice_board_down").await;
    let tech = practice.sign_in("tech1.inf").await;
    let done = task_path(number, CALL, "completion");
    let evidence = json!({"evidence": {"contact_log": true}});
    refused(&tech, &done, &evidence, "M_ACK_FIRST", rule()).await;

    acknowledge(&tech, number, CALL).await;
    let expect = Expect { field: Some("evidence"), ..rule() };
    let words = LANGUAGES.map(|lang| name(&MATRIX.evidence, "contact_log", lang));
    let bare = json!({"evidence": {}});
    refused(&tech, &done, &bare, "M_EVIDENCE_MISSING", Expect { words, ..expect }).await;
    refused(&tech, &done, &evidence, "M_EVIDENCE_MISSING", expect).await;
    log_contact(&tech, number, CALL, "neusoft").await;
    let (status, answer) = tech.post(&done, bare).await;
    assert_eq!((status, &answer["state"]), (200, &json!("done")), "{answer}");

    let head = practice.sign_in("head.inf").await;
    acknowledge(&head, number, ON_SITE).await;
    let done = task_path(number, ON_SITE, "completion");
    for (given, missing) in [("arrival_record", "spare_board_receipt"), ("spare_board_receipt", "arrival_record")] {
        let words = LANGUAGES.map(|lang| name(&MATRIX.evidence, missing, lang));
        let mut evidence = json!({"evidence": {}});
        evidence["evidence"][given] = json!("0417");
        refused(&head, &done, &evidence, "M_EVIDENCE_MISSING", Expect { words, ..expect }).await;
        for empty in [json!(""), json!(false), Value::Null] {
            evidence["evidence"][missing] = empty;
            let (status, answer) = head.post(&done, evidence.clone()).await;
            assert_eq!(status, 422, "{evidence} proves nothing: {answer}");
        }
    }
}

#[tokio::test]
async fn every_outside_party_is_logged() {
    let practice = Practice::start(&rfc(NOW)).await;
    let number = &opened(&practice, "it.line_failure").await;
    let tech = practice.sign_in("tech1.inf").await;
    let task = "it.line.notify_carrier";
    acknowledge(&tech, number, task).await;
    log_contact(&tech, number, task, "telecom_operator").await;
    let done = task_path(number, task, "completion");
    let evidence = json!({"evidence": {"contact_log": true}});
    refused(&tech, &done, &evidence, "M_EVIDENCE_MISSING", rule()).await;
    log_contact(&tech, number, task, "mobile_operator").await;
    complete(&tech, number, task, json!({"contact_log": true})).await;
}

#[tokio::test]
async fn order_of_tasks() {
    let practice = Practice::start(&rfc(NOW)).await;
    let number = &opened(&practice, "wx.heavy_snow").await;
    let office = practice.sign_in("lgo.head").await;
    let decide = task_path(number, "wx.lgo_decide", "completion");
    let body = json!({"evidence": {"decision_record": "三镇暂停送货"}});
    let words = LANGUAGES.map(|lang| matrix_task("wx.report_measures").action[lang].as_str());
    refused(&office, &decide, &body, "M_PREREQ", Expect { words, ..rule() }).await;

    let region = practice.sign_in("head.rmd-qz").await;
    acknowledge(&region, number, "wx.report_measures").await;
    complete(&region, number, "wx.report_measures", json!({"cause_note": "三镇道路不通"})).await;
    acknowledge(&office, number, "wx.lgo_decide").await;
    complete(&office, number, "wx.lgo_decide", json!({"decision_record": "三镇暂停送货"})).await;
}

#[tokio::test]
async fn giving_back_needs_a_reason() {
    let practice = Practice::start(&rfc(NOW)).await;
    let number = &opened(&practice, "it.voice_board_down").await;
    let head = practice.sign_in("head.inf").await;
    let back = task_path(number, CALL, "return");
    for body in [json!({}), json!({"reason": ""}), json!({"reason": "  "})] {
        let expect = Expect { field: Some("reason"), ..rule() };
        refused(&head, &back, &body, "M_REFUSE_REASON", expect).await;
    }
    head.send(&back, json!({"reason": "语音板由订单部自行保管"}), 200).await;
}

#[tokio::test]
async fn who_sets_the_level() {
    let practice = Practice::start(&rfc(NOW)).await;
    let number = &opened(&practice, "it.voice_board_down").await;
    let raise = json!({"severity": "major", "reason": "全市订货中断"});
    for user in ["head.mkt", "head.inf", "clerk3.ord", "duty"] {
        let other = practice.sign_in(user).await;
        let expect = right();
        refused(&other, &path(number, "severity"), &raise, "M_SEVERITY_NOT_YOURS", expect).await;
    }
    let leader = practice.sign_in("leader").await;
    let module = &opened(&practice, "it.order_module_damaged").await;
    let words = LANGUAGES.map(|lang| sub_kind("it.order_module_damaged").name[lang].as_str());
    let expect = Expect { field: Some("severity"), words, ..rule() };
    refused(&leader, &path(module, "severity"), &raise, "M_SEVERITY_NOT_ALLOWED", expect).await;
    let words = LANGUAGES.map(|lang| name(&MATRIX.severity, "major", lang));
    let expect = Expect { words, ..expect };
    refused(&leader, &path(module, "severity"), &raise, "M_SEVERITY_NOT_ALLOWED", expect).await;

    let answer = leader.send(&path(number, "severity"), raise, 200).await;
    assert_eq!(answer["severity"], "major");
}

#[tokio::test]
async fn closing_and_reopening() {
    let practice = Practice::start(&rfc(NOW)).await;
    let number = &opened(&practice, "it.order_terminal_fault").await;
    let deputy = practice.sign_in("deputy").await;
    let closing = json!({"result": "已换备用电脑", "restored_at": rfc(NOW), "cause": "网线松脱"});
    let words = LANGUAGES.map(|lang| matrix_task("it.terminal.repair").action[lang].as_str());
    let expect = Expect { words, ..rule() };
    refused(&deputy, &path(number, "closure"), &closing, "M_CLOSE_BLOCKED", expect).await;

    acknowledge(&deputy, number, "cmd.local_directive").await;
    let orders = practice.sign_in("head.ord").await;
    acknowledge(&orders, number, "ord.use_spare_terminal").await;
    complete(&orders, number, "ord.use_spare_terminal", json!({"time_mark": "10:00"})).await;
    let head = practice.sign_in("head.inf").await;
    acknowledge(&head, number, "it.terminal.repair").await;
    log_contact(&head, number, "it.terminal.repair", "after_sales_vendor").await;
    complete(&head, number, "it.terminal.repair", json!({"contact_log": true})).await;

    let clerk = practice.sign_in("clerk3.ord").await;
    refused(&clerk, &path(number, "closure"), &closing, "M_FORBIDDEN", right()).await;
    for field in ["result", "restored_at", "cause"] {
        let mut body = closing.clone();
        body.as_object_mut().unwrap().remove(field);
        let expect = Expect { field: Some(field), ..rule() };
        refused(&deputy, &path(number, "closure"), &body, "M_REQUIRED", expect).await;
    }
    deputy.send(&path(number, "closure"), closing, 200).await;

    let again = path(number, "reopening");
    for (user, body) in
        [("leader", json!({})), ("deputy", json!({"reason": " "})), ("head.mkt", json!({"reason": "又坏了"}))]
    {
        let client = practice.sign_in(user).await;
        refused(&client, &again, &body, "M_REOPEN_REASON", rule()).await;
    }
    let inspector = practice.sign_in("head.insp").await;
    let reopened = inspector.send(&again, json!({"reason": "同一终端再次故障"}), 200).await;
    assert_eq!(reopened["state"], "open");
}

#[tokio::test]
async fn region_staff_see_their_own_region() {
    let practice = Practice::start(&rfc(NOW)).await;
    let number = &opened(&practice, "veh.breakdown_en_route").await;
    let elsewhere = practice.sign_in("cm1.rmd-lx").await;
    hidden(&elsewhere, &format!("/api/v1/incidents/{number}"), "M_FORBIDDEN", right()).await;
    hidden(&elsewhere, &path(number, "timeline"), "M_FORBIDDEN", right()).await;
    assert_eq!(elsewhere.read("/api/v1/incidents").await["items"], json!([]));
    let own = practice.sign_in("head.stn-qz").await;
    own.read(&format!("/api/v1/incidents/{number}")).await;
}
