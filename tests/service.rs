//! Decisions on service, announcements and link states: scenario 6 over the API, and the pages.

use serde_json::{Value, json};

use crate::harness::server::{Client, Practice};
use crate::harness::town::Town;

/// An instant of the scenario's week, as the API takes it.
fn on(day: u32, clock: &str) -> String {
    format!("2026-08-{day:02}T{clock}:00+08:00")
}

fn same(found: &Value, expected: &str) {
    let read = |text: &str| chrono::DateTime::parse_from_rfc3339(text).unwrap();
    assert_eq!(read(found.as_str().unwrap_or_else(|| panic!("a time, not {found}"))), read(expected));
}

fn typhoon() -> Value {
    json!({
        "sub_kind": "wx.typhoon", "occurred_at": on(12, "06:10"), "region": "YL",
        "description": "云岭县三条线路被淹", "scope": "part_region", "customers_unsupplied": 640,
        "links_affected": {"delivery": "stopped"},
    })
}

fn suspend(number: &str, areas: &[&str], from: &str) -> Value {
    json!({"incident": number, "kind": "suspend", "areas": areas, "links": ["delivery"], "from": from,
           "reason": "台风，道路不通"})
}

fn task<'a>(incident: &'a Value, id: &str) -> &'a Value {
    incident["tasks"].as_array().unwrap().iter().find(|t| t["task"] == id).unwrap_or_else(|| panic!("no task {id}"))
}

async fn refused(client: &Client, path: &str, body: Value, status: u16, code: &str) -> Value {
    let answer = client.send(path, body, status).await;
    assert_eq!(answer["code"], code, "{answer}");
    answer
}

/// Items 1, 5, 6 and 8: from one county to the whole city, and back to normal.
#[tokio::test]
async fn a_typhoon_from_one_county_to_the_whole_city() {
    let practice = Practice::start(&on(12, "06:30")).await;
    let (county, office) = (practice.sign_in("head.rmd-yl").await, practice.sign_in("lgo.head").await);
    let saved = county.send("/api/v1/incidents", typhoon(), 201).await;
    let number = saved["number"].as_str().unwrap().to_owned();
    let at = |path: &str| format!("/api/v1/incidents/{number}{path}");
    assert_eq!(saved["severity"], "local");

    // 1. The Office decides on the county's report.
    let decisions = "/api/v1/decisions";
    refused(&office, decisions, suspend(&number, &["YL"], &on(12, "09:00")), 422, "M_PREREQ").await;
    practice.clock_to(&on(12, "06:50")).await;
    county.send(&at("/tasks/wx.report_measures/acknowledgement"), json!({}), 200).await;
    let evidence = json!({"evidence": {"cause_note": "三条线路不通，先通知客户"}});
    county.send(&at("/tasks/wx.report_measures/completion"), evidence, 200).await;
    practice.clock_to(&on(12, "08:05")).await;
    let untimed = json!({"incident": number, "kind": "suspend", "areas": ["YL"]});
    let answer = refused(&office, decisions, untimed, 422, "M_DECISION_INCOMPLETE").await;
    assert_eq!((&answer["field"], &answer["clause"]), (&json!("from"), &json!("3.2.1")));
    refused(&county, decisions, suspend(&number, &["YL"], &on(12, "09:00")), 403, "M_DECISION_LGO").await;
    let first = office.send(decisions, suspend(&number, &["YL"], &on(12, "09:00")), 201).await;
    let first_number = format!("{number}-J1");
    assert_eq!(
        (&first["number"], &first["body"], &first["clause"], &first["state"]),
        (&json!(first_number), &json!("LGO"), &json!("3.2.2"), &json!("signed"))
    );
    // Another county's people learn nothing of it.
    let elsewhere = practice.sign_in("cm2.rmd-lx").await;
    let (status, answer) = elsewhere.get(&format!("{decisions}/{first_number}")).await;
    assert_eq!((status, &answer["code"]), (403, &json!("M_FORBIDDEN")));
    assert_eq!(elsewhere.read(decisions).await["items"], json!([]));
    let shown = office.read(&at("")).await;
    assert_eq!(task(&shown, "wx.lgo_decide")["evidence"]["decision_record"], json!(first_number));
    same(&task(&shown, "wx.phone_customers")["due_at"], &on(12, "12:30"));

    // 3. Raised; what the Office decided stays in force.
    practice.clock_to(&on(12, "13:15")).await;
    let dist = practice.sign_in("head.dist").await;
    let figures = json!({"customers_unsupplied": 8920, "regions_affected": ["CITY", "QZ", "YL", "SD"],
                         "links_affected": {"delivery": "stopped"}});
    let proposed = dist.send(&at("/figures"), figures, 200).await;
    assert_eq!(proposed["proposed_severity"], "major");
    practice.clock_to(&on(12, "13:24")).await;
    let leader = practice.sign_in("leader").await;
    let level = json!({"severity": "major", "scope": "whole_region", "reason": "四个区域道路中断", "keep": ["wx.phone_customers"]});
    let raised = leader.send(&at("/severity"), level, 200).await;
    let organised = |shown: &Value| {
        let tasks = shown["tasks"].as_array().unwrap().iter().filter_map(|t| t["task"].as_str());
        tasks.filter_map(|t| t.strip_prefix("rmd.organise_managers@").map(str::to_owned)).collect::<Vec<_>>()
    };
    assert_eq!(organised(&raised), ["CITY", "QZ", "SD", "YL"], "the four affected regions");
    leader.send("/api/v1/headquarters", json!({"incident": number}), 201).await;
    assert_eq!(leader.read(&format!("{decisions}/{first_number}")).await["in_force"], json!(["YL"]));

    // 5. Announced before it was decided; decided by whom it is not for; decided.
    practice.clock_to(&on(12, "13:50")).await;
    let announcements = "/api/v1/announcements";
    refused(&office, announcements, json!({"incident": number}), 422, "M_NO_DECISION").await;
    refused(&office, announcements, json!({"decision": first_number}), 422, "M_NO_DECISION").await;
    practice.clock_to(&on(12, "13:55")).await;
    let whole = suspend(&number, &["CITY", "QZ", "YL", "SD", "LX"], &on(12, "14:30"));
    refused(&county, decisions, whole, 403, "M_DECISION_LG").await;
    practice.clock_to(&on(12, "14:10")).await;
    let shown = leader.read(&at("")).await;
    same(&task(&shown, "wx.lg_decide")["due_at"], &on(12, "15:24"));
    let four = suspend(&number, &["CITY", "QZ", "YL", "SD"], &on(12, "14:30"));
    let second = leader.send(decisions, four, 201).await;
    let second_number = format!("{number}-J2");
    assert_eq!(second["replaces"], json!([{"number": first_number, "areas": ["YL"]}]));
    assert_eq!((&second["body"], &second["signed_role"]), (&json!("LG"), &json!("leader")));
    let first = leader.read(&format!("{decisions}/{first_number}")).await;
    assert_eq!((&first["replaced"], &first["in_force"]), (&json!({"YL": second_number}), &json!([])));
    let shown = leader.read(&at("")).await;
    assert_eq!(task(&shown, "wx.lg_decide")["state"], "done");
    assert_eq!(task(&shown, "wx.lg_decide")["acknowledged_by"], "leader");

    // 6. Three channels, and no fewer.
    same(&task(&shown, "wx.announce")["due_at"], &on(12, "15:10"));
    practice.clock_to(&on(12, "14:31")).await;
    let made = office.send(announcements, json!({"incident": number, "text": {"en": "Deliveries stop."}}), 201).await;
    assert_eq!(made["differs"], json!(["en"]));
    assert!(made["text"]["zh-Hans"].as_str().unwrap().contains("2026年8月12日14:30"), "{made}");
    let own = format!("{announcements}/{}", made["number"].as_str().unwrap());
    let (channels, completion) = (format!("{own}/channels"), format!("{own}/completion"));
    for (clock, channel) in [("14:32", "tv_station"), ("14:36", "mobile_platform")] {
        practice.clock_to(&on(12, clock)).await;
        office.send(&channels, json!({"channel": channel, "proof": "播出单"}), 200).await;
    }
    let answer = refused(&office, &completion, json!({}), 422, "M_CHANNEL_MISSING").await;
    assert!(answer["message"].as_str().unwrap().to_lowercase().contains("radio"), "{answer}");
    office.send(&at("/tasks/wx.announce/acknowledgement"), json!({}), 200).await;
    let card = at("/tasks/wx.announce/completion");
    refused(&office, &card, json!({"evidence": {"broadcast_proof": "x"}}), 422, "M_CHANNEL_MISSING").await;
    practice.clock_to(&on(12, "14:40")).await;
    let late = json!({"channel": "radio_station", "proof": "录音", "at": on(12, "15:00")});
    refused(&office, &channels, late, 422, "M_FUTURE_TIME").await;
    office.send(&channels, json!({"channel": "radio_station", "proof": "录音"}), 200).await;
    let done = office.send(&completion, json!({}), 200).await;
    assert_eq!((&done["state"], &done["missing"]), (&json!("done"), &json!([])));
    let shown = office.read(&at("")).await;
    assert_eq!(
        (&task(&shown, "wx.announce")["state"], &task(&shown, "wx.announce")["late_seconds"]),
        (&json!("done"), &json!(0))
    );

    // 8. Suspended, it can't be closed; resumed, announced, and what follows.
    practice.clock_to(&on(13, "10:00")).await;
    let stand_down = format!("/api/v1/headquarters/{number}/stand-down");
    refused(&leader, &stand_down, json!({}), 422, "M_STANDDOWN_OPEN").await;
    let closing = json!({"result": "x", "cause": "x", "restored_at": on(13, "09:00")});
    let answer = refused(&leader, &at("/closure"), closing, 422, "M_CLOSE_BLOCKED").await;
    assert!(answer["message"].as_str().unwrap().contains(&second_number), "{answer}");
    practice.clock_to(&on(14, "08:50")).await;
    leader.send(&at("/recovery"), json!({"at": on(14, "08:50")}), 200).await;
    let shown = leader.read(&at("")).await;
    same(&task(&shown, "wx.resume")["due_at"], &on(14, "10:50"));
    same(&task(&shown, "wx.replenish_key")["due_at"], &on(17, "08:50"));
    practice.clock_to(&on(14, "09:40")).await;
    let resume = json!({"incident": number, "kind": "resume", "areas": ["CITY", "QZ", "YL", "SD"],
                        "links": ["delivery"], "from": on(14, "13:00")});
    refused(&office, decisions, resume.clone(), 403, "M_DECISION_LG").await;
    let third = leader.send(decisions, resume, 201).await;
    assert_eq!(third["replaces"][0]["number"], json!(second_number));
    let shown = leader.read(&at("")).await;
    assert_eq!(task(&shown, "wx.resume")["state"], "done");
    assert_eq!(task(&shown, "wx.announce_resume")["state"], "open");
    let made = office.send(announcements, json!({"decision": third["number"]}), 201).await;
    let own = format!("{announcements}/{}", made["number"].as_str().unwrap());
    for channel in ["tv_station", "radio_station", "mobile_platform"] {
        office.send(&format!("{own}/channels"), json!({"channel": channel, "proof": "回执"}), 200).await;
    }
    office.send(&format!("{own}/completion"), json!({}), 200).await;
    let shown = office.read(&at("")).await;
    assert_eq!(task(&shown, "wx.announce_resume")["state"], "done");

    // The links as the handlers set them; the city as the worst of all.
    let states = "/api/v1/service-states";
    let city = leader.read(states).await;
    let delivery = |list: &Value, region: &str| {
        let items = list["items"].as_array().unwrap().clone();
        items.into_iter().find(|i| i["region"] == region && i["link"] == "delivery").unwrap()
    };
    assert_eq!(delivery(&city, "YL")["state"], "stopped");
    assert_eq!(delivery(&city, "YL")["incidents"], json!([number]));
    let inspector = practice.sign_in("insp1.insp").await;
    let normal =
        json!({"incident": number, "link": "delivery", "regions": ["CITY", "QZ", "YL", "SD", "LX"], "state": "normal"});
    refused(&inspector, states, normal.clone(), 403, "M_INSP_READONLY").await;
    practice.clock_to(&on(14, "16:30")).await;
    refused(&leader, &stand_down, json!({}), 422, "M_STANDDOWN_OPEN").await;
    let set = dist.send(states, normal, 200).await;
    assert_eq!(delivery(&set, "YL")["set_by"], "head.dist");
    assert_eq!(delivery(&leader.read(states).await, "YL")["state"], "normal");

    leader.send(&stand_down, json!({}), 200).await;

    // All of it is on record.
    let line = leader.read(&at("/timeline")).await;
    let count = |kind: &str| line["past"].as_array().unwrap().iter().filter(|p| p["kind"] == kind).count();
    let kinds = ["service_decided", "announcement_made", "channel_proven", "announcement_done", "service_states"];
    assert_eq!(kinds.map(count), [3, 2, 6, 2, 1]);
    let listed = leader.read(&format!("{decisions}?incident={number}")).await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 3);
    assert_eq!(leader.read(decisions).await["items"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_decision_is_drawn_up_considered_and_announced_in_the_browser() {
    let town = Town::at(&on(12, "06:30")).await;
    let number = town.report("head.rmd-yl", typhoon()).await;
    town.clock_to(&on(12, "06:40")).await;
    let leader = town.browser("leader").await;
    let level = [("severity", "major"), ("scope", "whole_region"), ("reason", "four regions")];
    assert_eq!(leader.post(&format!("/incidents/{number}/severity"), &level).await.0, 303);

    let member = town.browser("head.dist").await;
    let form = member.page(&format!("/incidents/{number}/decisions/new")).await;
    assert!(form.contains("For the Leading Group to decide"), "{form}");
    let areas =
        [("kind", "suspend"), ("areas", "YL"), ("areas", "QZ"), ("links", "delivery"), ("from", "2026-08-12T09:00")];
    let with = |last: (&'static str, &'static str)| [&areas[..], &[last]].concat();
    let path = format!("/incidents/{number}/decisions");
    let (status, page) = member.post(&path, &with(("as", "sign"))).await;
    assert_eq!(status, 403);
    assert!(page.contains("M_DECISION_LG") && page.contains("value=\"QZ\" checked"), "{page}");
    assert_eq!(member.post(&path, &with(("as", "draft"))).await.0, 303);
    let sheet = format!("/decisions/{number}-J1");
    assert!(member.page(&sheet).await.contains("Not signed yet"));
    let (status, _) =
        member.post(&format!("{sheet}/opinions"), &[("stance", "agree_with"), ("text", "Liuxi is open")]).await;
    assert_eq!(status, 303);
    assert!(leader.page(&sheet).await.contains("Liuxi is open"));
    assert_eq!(leader.post(&format!("{sheet}/signature"), &[]).await.0, 303);
    assert!(leader.page(&sheet).await.contains("In force"));

    // Before the next is signed, the page says whose place it takes.
    let (status, page) = leader.post(&path, &with(("as", "check"))).await;
    assert_eq!(status, 200);
    assert!(page.contains("Once signed, takes the place of") && page.contains(&format!("{number}-J1")), "{page}");

    let office = town.browser("lgo.head").await;
    let made = office.page(&format!("/incidents/{number}/announcements/new")).await;
    assert!(made.contains("云岭县") && made.contains("雲嶺縣") && made.contains("Yunling County"), "{made}");
    let text = [("decision", &*format!("{number}-J1")), ("zh-Hans", "停止送货"), ("zh-Hant", ""), ("en", "")];
    assert_eq!(office.post(&format!("/incidents/{number}/announcements"), &text).await.0, 303);
    let told = format!("/announcements/{number}-G1");
    assert!(office.page(&told).await.contains("The text differs"));
    let (status, page) = office.post(&format!("{told}/completion"), &[]).await;
    assert_eq!(status, 422);
    assert!(page.contains("M_CHANNEL_MISSING"), "{page}");
    for channel in ["tv_station", "radio_station", "mobile_platform"] {
        let form = [("channel", channel), ("proof", "the editor confirmed"), ("at", "2026-08-12T06:40")];
        assert_eq!(office.post(&format!("{told}/channels"), &form).await.0, 303, "{channel}");
    }
    assert_eq!(office.post(&format!("{told}/completion"), &[]).await.0, 303);

    let states = format!("/incidents/{number}/service");
    assert!(member.page(&states).await.contains("name=\"s-QZ-delivery\""));
    let form = [
        ("was-QZ-delivery", "stopped"),
        ("s-QZ-delivery", "restricted"),
        ("was-LX-delivery", "stopped"),
        ("s-LX-delivery", "stopped"),
    ];
    assert_eq!(member.post(&states, &form).await.0, 303);
    let inspector = town.browser("insp1.insp").await;
    let seen = inspector.page(&states).await;
    assert!(seen.contains("Restricted") && !seen.contains("name=\"s-QZ-delivery\""), "{seen}");
    let file = leader.page(&format!("/incidents/{number}")).await;
    assert!(file.contains(&format!("/decisions/{number}-J1")), "{file}");
}
