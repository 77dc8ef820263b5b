//! The boards of each role, and the stream that keeps them fresh.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use zhihui::plan::Severity;
use zhihui::response::Command;
use zhihui::task;

use crate::harness::town::{Browser, Town};

fn voice_board() -> Value {
    json!({
        "sub_kind": "it.voice_board_down", "region": "CITY", "occurred_at": "2026-09-30T17:03:00+08:00",
        "description": "Board 2 of the order-collection system is dead", "board": "2",
        "links_affected": {"ordering": "restricted"},
    })
}

fn breakdown(vehicle: &str, region: &str, place: &str, at: &str) -> Value {
    json!({
        "sub_kind": "veh.breakdown_en_route", "region": region, "occurred_at": at,
        "description": "Engine stopped, cannot move", "vehicle": vehicle, "route": "R7", "exact_location": place,
        "undelivered_customers": 31,
    })
}

fn hosts_down() -> Value {
    json!({
        "sub_kind": "it.biz_system_down", "region": "CITY", "occurred_at": "2026-09-30T16:55:00+08:00",
        "description": "Both midrange hosts are down", "expected_back_at": "2026-10-08T12:00:00+08:00",
        "links_affected": {"ordering": "stopped", "settlement": "stopped"},
    })
}

fn acknowledge(key: &str) -> Command {
    Command::Task { key: key.to_owned(), command: task::Command::Acknowledge { estimate: None }, revision: None }
}

/// The piece of a page between an element's id and the next one given.
fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let start = page.find(&format!("id=\"{from}\"")).unwrap_or_else(|| panic!("no #{from} in {page}"));
    let rest = &page[start..];
    &rest[..rest.find(&format!("id=\"{to}\"")).unwrap_or(rest.len())]
}

#[tokio::test]
async fn each_role_starts_at_its_own_work() {
    let town = Town::at("2026-09-30T17:05:00+08:00").await;
    for (login, place) in [
        ("leader", "/board"),
        ("deputy", "/board"),
        ("head.inf", "/department"),
        ("clerk3.ord", "/department"),
        ("duty", "/duty"),
        ("insp1.insp", "/department"),
        ("drv.q02", "/driver"),
    ] {
        let browser = town.browser(login).await;
        assert_eq!(browser.sent_to("/").await, place, "{login}");
        browser.page(place).await;
    }
}

#[tokio::test]
async fn the_board_is_read_in_a_minute() {
    let town = Town::at("2026-09-30T17:05:00+08:00").await;
    let voice = town.report("clerk3.ord", voice_board()).await;
    let hosts = town.report("head.inf", hosts_down()).await;
    let leader = town.browser("leader").await;
    let page = leader.page("/board").await;
    assert!(page.contains(&voice) && page.contains(&hosts));
    // A level nobody has decided counts as the one proposed, and stands first with one tap to confirm it.
    let verdict = between(&page, &format!("v-{hosts}"), "open");
    assert!(
        verdict.contains(&format!("action=\"/incidents/{hosts}/severity\"")) && verdict.contains("value=\"major\"")
    );
    let open = between(&page, "open", "closed");
    assert!(open.find(&hosts).unwrap() < open.find(&voice).unwrap());
    assert!(
        between(&page, "next", "updated").contains("Head of") || between(&page, "next", "updated").contains("head of")
    );

    // Before the holiday nothing of the Information Centre is late, afterwards it is; the wait is explained.
    town.clock_to("2026-10-03T10:00:00+08:00").await;
    let page = leader.page("/department?code=INF").await;
    assert!(page.contains("clock paused"), "{page}");
    town.clock_to("2026-10-08T09:06:00+08:00").await;
    let page = leader.page("/board").await;
    let late = between(&page, "late", "unsigned");
    assert!(late.contains(&format!("/incidents/{voice}#t-it.voice.call_neusoft")), "{late}");
    assert!(late.contains("overdue"));

    // The inspector reads the same board and confirms nothing.
    let inspector = town.browser("insp1.insp").await;
    let page = inspector.page("/board").await;
    assert!(page.contains(&hosts) && !page.contains(&format!("action=\"/incidents/{hosts}/severity\"")));

    let level = Command::Severity { severity: Severity::Major, scope: None, reason: None, keep: Vec::new() };
    town.act("leader", &hosts, level).await;
    let page = leader.page("/board").await;
    assert!(!page.contains(&format!("id=\"v-{hosts}\"")));
    let wall = leader.page("/wall").await;
    assert!(wall.contains(&hosts) && !wall.contains("<form"));
}

#[tokio::test]
async fn a_department_sees_what_it_owes_and_the_counts_match() {
    let town = Town::at("2026-09-30T17:05:00+08:00").await;
    let voice = town.report("clerk3.ord", voice_board()).await;
    let head = town.browser("head.ord").await;
    let page = head.page("/department").await;
    let sign = between(&page, "sign", "soon");
    let action = format!("action=\"/incidents/{voice}/tasks/ord.fallback_ordering/acknowledgement\"");
    assert!(sign.contains(&action), "{sign}");
    let rows = sign.matches("<li id=\"t-").count();
    let tally = between(&page, "tally", "quiet");
    assert!(tally.contains(&format!("href=\"#sign\"><b>{rows}</b>")), "{tally}");

    town.act("head.ord", &voice, acknowledge("ord.fallback_ordering")).await;
    let page = head.page("/department").await;
    assert!(between(&page, "hand", "back").contains("ord.fallback_ordering"));
    assert!(!page.contains(&action));

    // Another department's page is not theirs; the leadership may open any.
    assert_eq!(head.get("/department?code=INF").await.0, 403);
    let deputy = town.browser("deputy").await;
    assert!(deputy.page("/department?code=INF").await.contains("it.voice.call_neusoft"));
    assert!(deputy.page("/department").await.contains("cmd.local_directive"));
}

#[tokio::test]
async fn regions_do_not_see_each_other() {
    let town = Town::at("2026-03-17T09:45:00+08:00").await;
    let qz = town.report("drv.q02", breakdown("Q02", "QZ", "G214 km 37+400", "2026-03-17T09:42:00+08:00")).await;
    let lx = town.report("drv.l01", breakdown("L01", "LX", "Gaoling village 3", "2026-03-17T09:40:00+08:00")).await;
    let own = town.browser("head.stn-qz").await;
    let page = own.page("/board").await;
    assert!(page.contains(&qz) && !page.contains(&lx));
    let other = town.browser("head.stn-lx").await;
    let page = other.page("/board").await;
    assert!(page.contains(&lx) && !page.contains(&qz));
}

#[tokio::test]
async fn the_duty_officer_calls_and_notes_it() {
    let town = Town::at("2026-09-30T17:05:00+08:00").await;
    let voice = town.report("clerk3.ord", voice_board()).await;
    let duty = town.browser("duty").await;
    let page = duty.page("/duty").await;
    let row = between(&page, &format!("c-{voice}-ord.fallback_ordering"), "tel-h");
    assert!(row.contains("href=\"tel:"), "{row}");
    assert!(page.contains("/report?behalf=1"));

    let form = [("number", voice.as_str()), ("task", "ord.fallback_ordering"), ("who", " "), ("phone", "0000")];
    let (status, page) = duty.post("/duty/calls", &form).await;
    assert_eq!(status, 422);
    assert!(page.contains("value=\"0000\"") && page.contains("M_REQUIRED"));
    let form = [
        ("number", voice.as_str()),
        ("task", "ord.fallback_ordering"),
        ("who", "head.ord: will sign"),
        ("phone", "0000"),
    ];
    assert_eq!(duty.post("/duty/calls", &form).await.0, 303);
    let page = duty.page("/duty?noted=1").await;
    assert!(page.contains("told by telephone: head.ord: will sign"), "{page}");
    // It is not the department's signature.
    let (case, _) = town.app.case(&town.actor("duty"), &voice).await.unwrap();
    assert!(case.task("ord.fallback_ordering").unwrap().acknowledged.is_none());
    assert_eq!(town.browser("head.ord").await.get("/duty").await.0, 403);
}

#[tokio::test]
async fn the_drivers_phone_has_two_buttons_and_tells_what_became_of_it() {
    let town = Town::at("2026-03-17T09:45:00+08:00").await;
    let driver = town.browser("drv.q02").await;
    let page = driver.page("/driver").await;
    assert!(page.contains("/report?sub_kind=veh.breakdown_en_route&#38;vehicle=Q02"), "{page}");
    let page = driver.page("/driver?accident=hurt").await;
    assert!(page.find("tel:120").unwrap() < page.find("veh.accident_casualty").unwrap());

    let number = town.report("drv.q02", breakdown("Q02", "QZ", "G214 km 37+400", "2026-03-17T09:42:00+08:00")).await;
    let page = driver.page("/driver").await;
    assert!(page.contains(&format!("action=\"/incidents/{number}/tasks/veh.keep_contact/progress\"")), "{page}");
    let mine = between(&page, "mine", "shortcuts");
    assert!(mine.contains(&number) && mine.contains("spare"));
}

/// Reads a stream until it holds `wanted`, and says how long that took.
async fn heard(stream: &mut reqwest::Response, wanted: &str) -> Duration {
    let begun = Instant::now();
    let mut text = String::new();
    while !text.contains(wanted) {
        let chunk = tokio::time::timeout(Duration::from_secs(5), stream.chunk()).await;
        let chunk = chunk.unwrap_or_else(|_| panic!("no {wanted} in {text}")).unwrap();
        text += &String::from_utf8_lossy(&chunk.unwrap_or_else(|| panic!("ended: {text}")));
    }
    begun.elapsed()
}

async fn listen(browser: &Browser, town: &Town) -> reqwest::Response {
    let mut stream = browser.http.get(format!("{}/live", town.url)).send().await.unwrap();
    assert_eq!(stream.status().as_u16(), 200);
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    assert_eq!(stream.headers()["x-accel-buffering"], "no");
    assert!(stream.headers().get("content-encoding").is_none());
    heard(&mut stream, "event: beat").await;
    stream
}

#[tokio::test]
async fn an_act_is_seen_by_others_within_a_second_and_only_by_those_who_may() {
    let town = Town::at("2026-03-17T09:45:00+08:00").await;
    let leader = town.browser("leader").await;
    let lx = town.browser("head.stn-lx").await;
    let (mut seen, mut unseen) = (listen(&leader, &town).await, listen(&lx, &town).await);
    let number = town.report("drv.q02", breakdown("Q02", "QZ", "G214 km 37+400", "2026-03-17T09:42:00+08:00")).await;
    let took = heard(&mut seen, &format!("\"incident:{number}\"")).await;
    assert!(took < Duration::from_secs(1), "{took:?}");

    town.act("head.dist", &number, acknowledge("veh.dispatch_spare")).await;
    let took = heard(&mut seen, &format!("\"{number}\":2")).await;
    assert!(took < Duration::from_secs(1), "{took:?}");
    let other = tokio::time::timeout(Duration::from_millis(300), heard(&mut unseen, &number)).await;
    assert!(other.is_err(), "a region heard of another's incident");

    // Whoever is told hears of it, with the count.
    let head = town.browser("head.dist").await;
    let mut bell = listen(&head, &town).await;
    let number =
        town.report("drv.q04", breakdown("Q04", "QZ", "Baishi grain station", "2026-03-17T09:44:00+08:00")).await;
    heard(&mut bell, "\"unread\":").await;
    assert!(!number.is_empty());

    town.app.shutdown.cancel();
    let ended = async { while seen.chunk().await.is_ok_and(|c| c.is_some()) {} };
    tokio::time::timeout(Duration::from_secs(2), ended).await.expect("the stream ends when the server stops");
}

#[tokio::test]
async fn replicas_hear_of_people_and_days() {
    let town = Town::at("2026-03-17T09:45:00+08:00").await;
    let leader = town.browser("leader").await;
    let mut stream = listen(&leader, &town).await;
    sqlx::query("update person set phone = '0000-999' where login = 'duty'").execute(&town.app.pool).await.unwrap();
    // A listener that was not up yet reads everything again when it is, and says so: either word will do.
    while town.app.directory().by_login("duty").unwrap().phone.as_deref() != Some("0000-999") {
        heard(&mut stream, "\"topics\"").await;
    }
}

#[tokio::test]
async fn a_closed_session_loses_its_stream_and_a_stranger_gets_none() {
    let town = Town::at("2026-03-17T09:45:00+08:00").await;
    let stranger = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let answer = stranger.get(format!("{}/live", town.url)).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 303);
}
