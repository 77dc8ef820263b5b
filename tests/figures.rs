//! Figures over the API equal those an independent query counts from the same rows; what leaves the house is on record
//! and runs in no spreadsheet.

use serde_json::{Value, json};
use zhihui::response::Command;
use zhihui::task;

use crate::harness::town::{Browser, Town};

const CALL: &str = "it.voice.call_neusoft";
const FALLBACK: &str = "ord.fallback_ordering";

/// Two incidents, one handled and one left alone for a day: limits kept, limits passed, reminders sent.
async fn lived() -> (Town, String) {
    let town = Town::at("2026-03-24T09:00:00+08:00").await;
    let number = town.report("clerk3.ord", board("2", "=HYPERLINK(\"http://x\",\"y\")")).await;
    town.clock_to("2026-03-24T09:04:00+08:00").await;
    sign(&town, "head.ord", &number, FALLBACK).await;
    town.clock_to("2026-03-24T11:30:00+08:00").await;
    sign(&town, "head.inf", &number, CALL).await;
    town.report("clerk3.ord", board("5", "语音板 5 失效")).await;
    town.clock_to("2026-03-25T09:00:00+08:00").await;
    (town, number)
}

fn board(which: &str, words: &str) -> Value {
    json!({
        "sub_kind": "it.voice_board_down", "occurred_at": "2026-03-24T08:58:00+08:00", "region": "CITY",
        "description": words, "board": which, "links_affected": {"ordering": "restricted"},
    })
}

async fn sign(town: &Town, login: &str, number: &str, task: &str) {
    let command =
        Command::Task { key: task.to_owned(), command: task::Command::Acknowledge { estimate: None }, revision: None };
    town.act(login, number, command).await;
}

/// What the rows say, counted by PostgreSQL alone. All limits to sign in this story run on one clock, day and night or
/// within working hours, so that an instant compares with an instant.
async fn counted(town: &Town, department: Option<&str>) -> (i64, i64, i64, i64, Option<f64>, Option<f64>, i64) {
    let row: (i64, i64, i64, i64, Option<f64>, Option<f64>, Option<i64>) = sqlx::query_as(
        "with t as (
             select t.*, extract(epoch from acknowledged_at - opened_at)::float8 as span,
                    (select count(*) from escalation e where e.subject = t.id) as rungs
             from task t where $1::text is null or t.department = $1)
         select count(distinct incident), count(*),
                count(*) filter (where acknowledged_at <= acknowledge_by),
                count(*) filter (where acknowledged_at > acknowledge_by
                                    or (acknowledged_at is null and acknowledge_by < $2::timestamptz)),
                percentile_disc(0.5) within group (order by span), percentile_disc(0.9) within group (order by span),
                sum(rungs)::bigint
         from t",
    )
    .bind(department)
    .bind(town.app.clock.now())
    .fetch_one(&town.app.pool)
    .await
    .unwrap();
    (row.0, row.1, row.2, row.3, row.4, row.5, row.6.unwrap_or_default())
}

async fn answer(town: &Town, login: &str, query: &str) -> zhihui::conduct::figures::Answer {
    let wanted: zhihui::figures::period::Wanted = form(query);
    town.app.figures(&town.actor(login), &wanted).await.unwrap()
}

fn form(query: &str) -> zhihui::figures::period::Wanted {
    let pair = |pair: &str| pair.split_once('=').map(|(n, v)| (n.to_owned(), Value::from(v)));
    serde_json::from_value(Value::Object(query.split('&').filter_map(pair).collect())).unwrap()
}

#[tokio::test]
async fn they_equal_what_the_rows_say() {
    let (town, _) = lived().await;
    let found = answer(&town, "leader", "from=2026-03-24&to=2026-03-24&by=department").await.counted;
    assert!(found.total.signed.late > 0 && found.total.signed.in_time > 0 && found.total.escalations > 0, "{found:?}");
    let groups = found.groups.iter().map(|(code, figures)| (Some(code.as_str()), figures));
    for (code, figures) in groups.chain([(None, &found.total)]) {
        let (incidents, tasks, in_time, late, median, ninetieth, rungs) = counted(&town, code).await;
        let as_i64 = |n: usize| i64::try_from(n).unwrap();
        assert_eq!(
            (as_i64(figures.incidents.len()), as_i64(figures.tasks), figures.escalations),
            (incidents, tasks, rungs),
            "{code:?}"
        );
        let signed = &figures.signed;
        assert_eq!((as_i64(signed.in_time), as_i64(signed.late)), (in_time, late), "{code:?}");
        let whole = |span: Option<f64>| span.map(|s| s.floor().to_string());
        let ours = |span: Option<i64>| span.map(|s| s.to_string());
        assert_eq!((ours(signed.median()), ours(signed.ninetieth())), (whole(median), whole(ninetieth)), "{code:?}");
    }
    let empty = answer(&town, "leader", "from=2026-03-25&to=2026-03-25").await.counted;
    assert!(empty.groups.is_empty() && empty.total.tasks == 0, "reported the day before: {empty:?}");
}

#[tokio::test]
async fn every_figure_opens_its_records_and_heads_see_their_own() {
    let (town, number) = lived().await;
    let leader = town.browser("leader").await;
    let page = leader.page("/figures?from=2026-03-24&to=2026-03-24").await;
    assert!(page.contains("<svg class=\"bar\"") && page.contains("figures-table"), "{page}");
    let links: Vec<String> = page
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|href| href.starts_with("/figures/records?"))
        .map(|href| href.replace("&#38;", "&").replace("&amp;", "&"))
        .collect();
    assert!(links.len() > 20, "{links:?}");
    let all = links.iter().find(|l| l.ends_with("figure=signed_late") && !l.contains("department")).unwrap();
    let late = answer(&town, "leader", "from=2026-03-24&to=2026-03-24").await.counted.total.signed.late;
    let records = leader.page(all).await;
    assert_eq!(records.matches("<th scope=\"row\">").count(), late, "{records}");
    assert!(records.contains(&format!("/incidents/{number}#t-")), "each leads to its task");

    let head = town.browser("head.ord").await;
    let own = head.page("/figures?from=2026-03-24&to=2026-03-24").await;
    assert!(own.contains("department=ORD") && !own.contains("department=INF"), "{own}");
    assert_eq!(head.get("/figures?department=INF").await.0, 403);
    assert_eq!(head.get("/figures/records?department=INF").await.0, 403);
    assert_eq!(town.browser("clerk3.ord").await.get("/figures").await.0, 403);
    assert_eq!(leader.get("/figures?from=never").await.0, 422);
    for (lang, word) in [("zh-Hans", "按时签收率"), ("zh-Hant", "按時簽收率"), ("en", "Signed in time")] {
        leader.post("/language", &[("to", lang), ("next", "/")]).await;
        assert!(leader.page("/figures").await.contains(word), "{lang}");
        assert!(leader.page("/figures/print").await.contains("paper-sheet"), "{lang}");
    }
}

async fn saved(browser: &Browser, town: &Town, path: &str) -> Vec<u8> {
    let answer = browser.http.get(format!("{}{path}", town.url)).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    let told = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(told.starts_with("attachment"), "{told}");
    answer.bytes().await.unwrap().to_vec()
}

#[tokio::test]
async fn what_is_taken_out_is_on_record_and_runs_nowhere() {
    let (town, number) = lived().await;
    let inspector = town.browser("insp1.insp").await;
    for path in ["/figures/export", "/figures/records/export"] {
        let csv = saved(&inspector, &town, &format!("{path}/csv?from=2026-03-24&to=2026-03-24")).await;
        assert!(csv.starts_with(b"\xef\xbb\xbf") && String::from_utf8_lossy(&csv).contains("2008-trial"), "{path}");
        let xlsx = saved(&inspector, &town, &format!("{path}/xlsx?from=2026-03-24&to=2026-03-24")).await;
        assert!(xlsx.starts_with(b"PK\x03\x04"), "{path}");
        assert_eq!(inspector.get(&format!("{path}/xls")).await.0, 404);
    }
    let csv = saved(&inspector, &town, &format!("/incidents/{number}/export/csv")).await;
    let csv = String::from_utf8(csv).unwrap();
    assert!(csv.contains(&number) && csv.contains("'=HYPERLINK"), "{csv}");
    for table in ["External contacts", "Attachments"] {
        assert!(csv.contains(table), "{table} in {csv}");
    }
    assert!(!csv.lines().any(|line| line.split(',').any(|cell| cell.trim_matches('"').starts_with('='))), "{csv}");
    let xlsx = saved(&inspector, &town, &format!("/incidents/{number}/export/xlsx")).await;
    assert!(!String::from_utf8_lossy(&xlsx).contains("<f>"));
    let page = inspector.page(&format!("/incidents/{number}")).await;
    assert!(page.contains("Exported: XLSX") && page.contains("Exported: CSV"), "in the timeline");
    let trail = town.browser("leader").await.page("/audit").await;
    assert!(trail.contains("/figures/records?") && trail.contains("xlsx"), "in the audit trail");
    let clerk = town.browser("clerk3.ord").await;
    assert_eq!(clerk.get(&format!("/incidents/{number}/export/csv")).await.0, 403);
}
