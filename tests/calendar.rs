//! The calendar's page: who may change it, what is refused, and which open limits a change moves.

use serde_json::json;
use zhihui::calendar::DayKind;
use zhihui::lang::{Lang, Text};

use crate::harness::town::{Browser, Town};

/// A Thursday; the next day is a working day, and the Saturday after it a make-up day.
const AT: &str = "2026-10-08T10:06:00+08:00";

async fn voice_board(town: &Town) -> String {
    let report = json!({
        "sub_kind": "it.voice_board_down",
        "occurred_at": "2026-10-08T09:58:00+08:00",
        "region": "QZ",
        "description": "语音板无声",
        "links_affected": {"ordering": "stopped"},
        "board": "2",
    });
    town.report("head.inf", report).await
}

async fn read(browser: &Browser, lang: Lang, path: &str) -> String {
    browser.post("/language", &[("to", lang.tag()), ("next", "/")]).await;
    browser.page(path).await
}

#[tokio::test]
async fn a_deputy_moves_a_limit_and_is_told_which() {
    let town = Town::at(AT).await;
    let number = voice_board(&town).await;
    let deputy = town.browser("deputy").await;
    let holiday = [("from", "2026-10-09"), ("to", "2026-10-10"), ("kind", "holiday"), ("name-en", "City day")];

    let mut preview = holiday.to_vec();
    preview.push(("preview", "1"));
    let (status, page) = deputy.post("/calendar?year=2026", &preview).await;
    assert_eq!(status, 200);
    assert!(page.contains("If saved, open limits that move: 1") && page.contains(&number), "{page}");
    assert!(page.contains("value=\"City day\""), "what was typed stays");
    assert!(!town.app.calendar().exceptions().any(|(_, e)| e.name.en == "City day"), "a preview saves nothing");

    let (status, _) = deputy.post("/calendar?year=2026", &holiday).await;
    assert_eq!(status, 303);
    let changes = {
        let mut conn = town.app.pool.acquire().await.unwrap();
        zhihui::calendar::store::history(&mut conn).await.unwrap()
    };
    let first = changes.iter().filter(|c| c.by == "deputy").map(|c| c.id).min().unwrap();
    let page = deputy.page(&format!("/calendar?year=2026&changed={first}")).await;
    let told = page.split("id=\"changed\"").nth(1).unwrap().split("</ul>").next().unwrap();
    assert!(told.contains("9–10 Oct 2026: now holiday. Open limits moved: 1") && told.contains(&number), "{told}");
    assert!(told.contains("<s>Fri 9 Oct 10:06</s>") && told.contains("<b>Mon 12 Oct 10:06</b>"), "{told}");
    // The one name given stands for the languages left empty.
    let day = "2026-10-09".parse().unwrap();
    assert_eq!(town.app.calendar().exception(day).unwrap().name.zh_hant, "City day");
    let (case, _) = town.app.case(&town.actor("leader"), &number).await.unwrap();
    let task = case.task("it.voice.on_site").unwrap();
    assert_eq!(task.due_at, Some("2026-10-12T02:06:00Z".parse().unwrap()));

    // The same again changes nothing; cleared, the limit comes back and the history keeps both.
    let (_, page) = deputy.post("/calendar?year=2026", &holiday).await;
    assert_eq!(page, "", "sent on");
    assert!(deputy.page("/calendar?year=2026&changed=none").await.contains("nothing changed"));
    deputy.post("/calendar", &[("from", "2026-10-09"), ("kind", "plain")]).await;
    let (case, _) = town.app.case(&town.actor("leader"), &number).await.unwrap();
    let due = case.task("it.voice.on_site").unwrap().due_at;
    assert_eq!(due, Some("2026-10-09T02:06:00Z".parse().unwrap()));
    let page = deputy.page("/calendar?year=2026").await;
    assert!(
        page.contains("10 Oct 2026") && page.contains("Deputy leader") && page.contains("the system (first entry)"),
        "{page}"
    );
}

#[tokio::test]
async fn what_is_refused_is_said_and_what_was_typed_stays() {
    let town = Town::at(AT).await;
    let deputy = town.browser("deputy").await;
    let both = [("from", "2026-10-09"), ("kind", "holiday"), ("kind", "make_up"), ("name-en", "Both at once")];
    let (status, page) = deputy.post("/calendar?year=2026", &both).await;
    assert_eq!(status, 422);
    assert!(page.contains("M_REQUIRED") && page.contains("one of the two"), "{page}");
    assert!(page.contains("value=\"Both at once\"") && page.contains("value=\"2026-10-09\""));

    for (form, code) in [
        (vec![("from", "2026-10-09"), ("kind", "holiday")], "M_REQUIRED"),
        (vec![("from", "2026-10-09")], "M_REQUIRED"),
        (vec![("kind", "holiday"), ("name-en", "x")], "M_REQUIRED"),
        (vec![("from", "9 Oct"), ("kind", "plain")], "M_BAD_VALUE"),
        (vec![("from", "2026-10-09"), ("to", "2026-10-01"), ("kind", "plain")], "M_BAD_VALUE"),
        (vec![("from", "2026-10-09"), ("to", "2036-10-01"), ("kind", "plain")], "M_BAD_VALUE"),
        (vec![("from", "+262000-01-01"), ("kind", "plain")], "M_BAD_VALUE"),
    ] {
        let (status, page) = deputy.post("/calendar", &form).await;
        assert_eq!(status, 422, "{form:?}");
        assert!(page.contains(code), "{form:?}: {page}");
    }

    let head = town.browser("head.inf").await;
    assert!(!head.page("/calendar").await.contains("method=\"post\" action=\"/calendar"), "a head is offered no form");
    let (status, page) = head.post("/calendar", &[("from", "2026-10-09"), ("kind", "plain")]).await;
    assert_eq!(status, 403);
    assert!(page.contains("M_FORBIDDEN"), "{page}");
}

#[tokio::test]
async fn the_year_reads_in_each_language() {
    let town = Town::at(AT).await;
    let head = town.browser("head.inf").await;
    let page = read(&head, Lang::En, "/calendar?notified=2026-09-30T17:05").await;
    assert!(page.contains("Wed 30 Sep 17:05 → <b>Thu 8 Oct 17:05</b>"), "{page}");
    assert!(page.contains("1–7 Oct (National Day) do not count."));
    let main = page.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
    let stray: String = main.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).collect();
    assert_eq!(stray, "", "Chinese on an English page");
    let page = read(&head, Lang::ZhHant, "/calendar?year=2026").await;
    assert!(page.contains("國慶節") && !page.contains("国庆节") && !page.contains("National Day"));
    let page = read(&head, Lang::En, "/calendar?year=2027").await;
    assert!(page.contains("not yet published"));
    // A year nobody can mean falls back to this one.
    assert!(read(&head, Lang::En, "/calendar?year=999999999").await.contains("Working calendar 2026"));
}

/// Whichever replica changes the calendar while a report is on its way: the limits stored are those of the calendar
/// stored.
#[tokio::test]
async fn a_report_on_its_way_takes_the_calendar_that_is_stored() {
    let town = Town::at(AT).await;
    let name = Text { zh_hans: "节日".to_owned(), zh_hant: "節日".to_owned(), en: "City day".to_owned() };
    let days = ["2026-10-09".parse().unwrap(), "2026-10-10".parse().unwrap()];
    let mut elsewhere = town.app.pool.begin().await.unwrap();
    let now = AT.parse().unwrap();
    zhihui::calendar::store::change(&mut elsewhere, &days, Some((DayKind::Holiday, name)), "deputy", now)
        .await
        .unwrap();
    let change_is_stored = async {
        let mut waits = false;
        while !waits {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            waits = sqlx::query_scalar(
                "select exists (select from pg_locks where relation = 'calendar_exception'::regclass and not granted)",
            )
            .fetch_one(&town.app.pool)
            .await
            .unwrap();
        }
        elsewhere.commit().await.unwrap();
    };
    let (number, ()) = tokio::join!(voice_board(&town), change_is_stored);
    let (case, _) = town.app.case(&town.actor("leader"), &number).await.unwrap();
    let due = case.task("it.voice.on_site").unwrap().due_at;
    assert_eq!(due, Some("2026-10-12T02:06:00Z".parse().unwrap()), "one working day, over the new holiday");
    assert!(town.app.calendar().exception(days[0]).is_some(), "and this replica has it too");
}
