//! Reporting through the pages, on a real database: every form, its refusals, its preview, and one incident a report.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use reqwest::Response;
use zhihui::lang::Lang;
use zhihui::person::Actor;
use zhihui::plan::{Edition, FieldDef, FieldType, SubKind};
use zhihui::report::form;
use zhihui::state::App;

use crate::harness::town::{self, Town};

struct City {
    app: App,
    edition: Edition,
    town: Town,
}

/// Lanchuan with nothing happening, on Wednesday 30 September 2026 at 17:05.
async fn city() -> City {
    let town = Town::at("2026-09-30T09:05:00Z").await;
    City { app: town.app.clone(), edition: Edition::built_in().unwrap(), town }
}

impl City {
    async fn browser(&self, user: &str) -> Browser {
        let town::Browser { http: client, .. } = self.town.browser(user).await;
        Browser { client, url: self.town.url.clone() }
    }

    async fn incidents(&self) -> i64 {
        sqlx::query_scalar("select count(*) from incident").fetch_one(&self.app.pool).await.unwrap()
    }

    async fn originals(&self) -> i64 {
        sqlx::query_scalar("select count(*) from report").fetch_one(&self.app.pool).await.unwrap()
    }
}

/// A signed-in browser whose answers are looked at whole.
struct Browser {
    client: reqwest::Client,
    url: String,
}

impl Browser {
    async fn get(&self, path: &str) -> Response {
        self.client.get(format!("{}{path}", self.url)).send().await.unwrap()
    }

    async fn post<V: serde::Serialize + ?Sized>(&self, path: &str, form: &V) -> Response {
        let request = self.client.post(format!("{}{path}", self.url));
        request.header("sec-fetch-site", "same-origin").form(form).send().await.unwrap()
    }

    async fn speak(&self, lang: Lang) {
        assert_eq!(self.post("/language", &[("to", lang.tag()), ("next", "/account")]).await.status(), 303);
    }

    async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.unwrap()
    }
}

/// What a person types into a field; `n` makes places differ from one report to the next.
fn typed(def: &FieldDef, n: usize) -> Vec<(String, String)> {
    let value = match def.code.as_str() {
        "exact_location" => format!("provincial road 214, km {n}"),
        "region" => "QZ".to_owned(),
        "occurred_at" => "2026-09-30T16:58".to_owned(),
        _ => match def.field_type {
            FieldType::Number => n.to_string(),
            FieldType::YesNo => "yes".to_owned(),
            FieldType::Date => "2026-10-12".to_owned(),
            FieldType::DateTime => "2026-09-30T16:59".to_owned(),
            FieldType::Choice => def.choices[0].code.clone(),
            FieldType::Scope => "part_region".to_owned(),
            FieldType::Links => {
                return vec![(format!("{}ordering", form::LINKS), "restricted".to_owned())];
            }
            FieldType::List => format!("first {n}\nsecond {n}"),
            _ => format!("{} <&\"{n}", def.code),
        },
    };
    vec![(def.code.clone(), value)]
}

fn filled(edition: &Edition, sub_kind: &SubKind, n: usize) -> Vec<(String, String)> {
    let mut form = vec![("sub_kind".to_owned(), sub_kind.code.clone()), ("key".to_owned(), format!("key-{n}"))];
    form.extend(edition.fields_of(sub_kind).flat_map(|def| typed(def, n)));
    form
}

fn with(mut form: Vec<(String, String)>, name: &str, value: &str) -> Vec<(String, String)> {
    form.retain(|(n, _)| n != name);
    form.push((name.to_owned(), value.to_owned()));
    form
}

fn escaped(text: &str) -> String {
    text.replace('&', "&#38;").replace('<', "&#60;").replace('"', "&#34;")
}

/// The value of an attribute right after a marker.
fn after<'a>(html: &'a str, marker: &str) -> Option<&'a str> {
    html.split_once(marker)?.1.split('"').next()
}

#[tokio::test]
async fn every_form_asks_what_it_must_in_three_languages_and_opens_an_incident() {
    let city = city().await;
    let leader = city.browser("head.inf").await;
    for lang in Lang::ALL {
        leader.speak(lang).await;
        let chooser = leader.page("/report").await;
        for sub_kind in &city.edition.matrix.sub_kinds {
            let code = &sub_kind.code;
            assert!(chooser.contains(&format!("sub_kind={code}\"")), "{code} can't be chosen");
            let page = leader.page(&format!("/report?sub_kind={code}")).await;
            assert!(page.contains(&escaped(sub_kind.name.get(lang))), "{code} {}", lang.tag());
            for def in city.edition.fields_of(sub_kind) {
                let control = match def.field_type {
                    FieldType::Links => format!("name=\"{}ordering\"", form::LINKS),
                    _ => format!("name=\"{}\"", def.code),
                };
                assert!(page.contains(&control), "{code} does not ask {}", def.code);
                assert!(page.contains(&escaped(def.name.get(lang))), "{code} {} {}", def.code, lang.tag());
            }
            assert!(page.contains("id=\"preview\""), "{code}");
        }
    }
    for (n, sub_kind) in city.edition.matrix.sub_kinds.iter().enumerate() {
        let form = filled(&city.edition, sub_kind, n + 10);
        let answer = leader.post("/report", &form).await;
        assert_eq!(answer.status(), 303, "{}: {}", sub_kind.code, answer.text().await.unwrap());
        let place = answer.headers()["location"].to_str().unwrap();
        assert!(place.starts_with("/incidents/YJ-20260930-"), "{place}");
    }
    assert_eq!(city.incidents().await, 40);
}

#[tokio::test]
async fn the_preview_is_what_is_then_saved() {
    let city = city().await;
    let browser = city.browser("head.inf").await;
    for (n, sub_kind) in city.edition.matrix.sub_kinds.iter().enumerate() {
        let form = filled(&city.edition, sub_kind, n + 10);
        let answer = browser.post("/report/preview", &form).await;
        assert_eq!(answer.status(), 200);
        let panel = answer.text().await.unwrap();
        let previewed: BTreeMap<String, (Option<String>, Option<String>)> = panel
            .split("<li data-task=\"")
            .skip(1)
            .map(|duty| {
                let key = duty.split('"').next().unwrap().to_owned();
                let time = |mark: &str| {
                    let (before, _) = duty.split_once(mark)?;
                    Some(before.rsplit_once("datetime=\"")?.1.split('"').next()?.to_owned())
                };
                (key, (time("\" data-sign"), time("\" data-due")))
            })
            .collect();
        let (level, _) = panel.split_once("sev sev-").map(|(_, rest)| rest.split_once('"').unwrap()).unwrap();
        let answer = browser.post("/report", &form).await;
        assert_eq!(answer.status(), 303, "{}", sub_kind.code);
        let number = answer.headers()["location"].to_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let (case, _) = city.app.case(&Actor::system(), &number).await.unwrap();
        assert_eq!(case.incident.severity.code(), level, "{}", sub_kind.code);
        let shown = |at: Option<DateTime<Utc>>| at.map(zhihui::web::when::rfc3339);
        let saved: BTreeMap<String, _> = case
            .tasks
            .iter()
            .map(|t| {
                let limits = if t.is_done() { (None, None) } else { (shown(t.acknowledge_by), shown(t.due_at)) };
                (t.key.clone(), limits)
            })
            .collect();
        assert_eq!(previewed, saved, "{}", sub_kind.code);
    }
}

#[tokio::test]
async fn a_blank_form_is_previewed_and_names_what_is_missing() {
    let city = city().await;
    let driver = city.browser("drv.q02").await;
    driver.speak(Lang::En).await;
    let page = driver.page("/report?sub_kind=veh.breakdown_en_route").await;
    assert_eq!(
        after(&page, "name=\"vehicle\" list=\"l-vehicle\" autocomplete=\"off\" autocapitalize=\"characters\" value=\""),
        Some("Q02")
    );
    assert_eq!(after(&page, "name=\"occurred_at\" value=\""), Some("2026-09-30T17:05"));
    assert!(page.contains("<option value=\"QZ\" selected>"));
    for code in ["exact_location", "route", "undelivered_customers", "description"] {
        assert!(page.contains(&format!("<a href=\"#f-{code}\">")), "{code}");
    }
    assert!(page.contains("data-task=\"veh."));
    let at = |code: &str| page.find(&format!("id=\"f-{code}\"")).unwrap();
    assert!(at("exact_location") < at("description") && at("description") < at("route"));
    // What is known of the driver is filled in and folded away, below what only they can say.
    let preset = after(&page, "Filled in for you: ").unwrap_or_default();
    assert!(["region", "vehicle", "occurred_at"].iter().all(|code| at("route") < at(code)), "{preset}");
}

#[tokio::test]
async fn without_script_the_button_shows_the_preview_and_saves_nothing() {
    let city = city().await;
    let clerk = city.browser("clerk3.ord").await;
    let sub_kind = city.edition.sub_kind("it.voice_board_down").unwrap();
    let form = with(filled(&city.edition, sub_kind, 2), "step", "preview");
    let answer = clerk.post("/report", &form).await;
    assert_eq!(answer.status(), 200);
    let page = answer.text().await.unwrap();
    assert!(page.contains("data-task=\"it.voice.call_neusoft\""));
    assert!(page.contains(&escaped("board <&\"2")) && page.contains("value=\"key-2\""));
    assert_eq!(city.incidents().await, 0);
}

/// Sub-kind, who, field changed, what is typed there, status, message code, clause linked.
const REFUSALS: [(&str, &str, &str, &str, u16, &str, &str); 11] = [
    ("it.voice_board_down", "clerk3.ord", "board", " ", 422, "M_REQUIRED", ""),
    ("it.voice_board_down", "clerk3.ord", "region", "OUTSIDE", 422, "M_OUTSIDE_CITY", "1.4"),
    ("it.voice_board_down", "clerk3.ord", "occurred_at", "2026-10-01T08:00", 422, "M_FUTURE_TIME", ""),
    ("it.voice_board_down", "clerk3.ord", "occurred_at", "2007-12-31T08:00", 422, "M_NO_EDITION", "5"),
    ("it.voice_board_down", "duty", "told_at", "2026-10-01T08:00", 422, "M_FUTURE_TIME", ""),
    ("it.line_failure", "clerk3.ord", "links_affected.ordering", "normal", 422, "M_OUT_OF_SCOPE", "1.4"),
    ("it.dept_system_fault", "cm1.rmd-qz", "self_clear_tried", "no", 422, "M_SELF_CLEAR_FIRST", "2.1.2-rmd-1"),
    ("veh.breakdown_en_route", "drv.q02", "exact_location", "on the road", 422, "M_LOCATION_VAGUE", "3.3.1"),
    ("veh.accident_casualty", "drv.q02", "casualties", "", 422, "M_CASUALTY_FIELD", "3.3.4"),
    ("veh.accident_casualty", "drv.q02", "casualties", "two", 422, "M_BAD_VALUE", ""),
    ("it.voice_board_down", "clerk3.ord", "severity", "departmental", 422, "M_SEVERITY_NOT_ALLOWED", "2.1.1-2"),
];

#[tokio::test]
async fn a_refusal_says_why_at_the_field_and_keeps_what_was_typed() {
    let city = city().await;
    for (code, who, field, value, status, message, clause) in REFUSALS {
        let browser = city.browser(who).await;
        let sub_kind = city.edition.sub_kind(code).unwrap();
        let form = with(filled(&city.edition, sub_kind, 3), field, value);
        let answer = browser.post("/report", &form).await;
        assert_eq!(answer.status(), status, "{code} {field}");
        let page = answer.text().await.unwrap();
        assert!(page.contains(&format!("data-code=\"{message}\"")), "{code} {field}: {message}");
        assert!(clause.is_empty() || page.contains(&format!("/plan#c-{clause}\"")), "{code} {field}");
        let anchor = field.split('.').next().unwrap();
        assert!(page.contains(&format!("href=\"#f-{anchor}\"")) && page.contains(&format!("id=\"f-{anchor}\"")));
        for (name, typed) in &form {
            let kept = typed.is_empty() || name == "severity" || page.contains(&escaped(typed.trim_start()));
            assert!(kept, "{code} {field}: {name}={typed} is lost");
        }
        assert_eq!(after(&page, "name=\"key\" value=\""), Some("key-3"));
    }
    assert_eq!(city.incidents().await, 0);
    // What the plan does not cover is counted, and nothing more is kept of it.
    let counted: Vec<String> =
        sqlx::query_scalar("select details::text from audit where action = 'report_refused' order by seq")
            .fetch_all(&city.app.pool)
            .await
            .unwrap();
    assert_eq!(counted.len(), 2);
    assert!(counted.iter().all(|c| c.contains("M_OUT") && !c.contains("description")));
}

#[tokio::test]
async fn several_faults_are_listed_together() {
    let city = city().await;
    let driver = city.browser("drv.q02").await;
    let answer = driver.post("/report", &[("sub_kind", "veh.breakdown_en_route"), ("region", "QZ")]).await;
    assert_eq!(answer.status(), 422);
    let page = answer.text().await.unwrap();
    let required = ["occurred_at", "description", "vehicle", "route", "exact_location", "undelivered_customers"];
    for code in required {
        assert!(page.contains(&format!("id=\"f-{code}-e\"")), "{code}");
    }
    assert!(page.matches("M_REQUIRED").count() >= 2 * required.len());
}

#[tokio::test]
async fn sent_twice_it_is_one_incident() {
    let city = city().await;
    let clerk = city.browser("clerk3.ord").await;
    let sub_kind = city.edition.sub_kind("it.voice_board_down").unwrap();
    let form = filled(&city.edition, sub_kind, 2);
    let (one, other) = tokio::join!(clerk.post("/report", &form), clerk.post("/report", &form));
    assert_eq!((one.status().as_u16(), other.status().as_u16()), (303, 303));
    assert_eq!(one.headers()["location"], other.headers()["location"]);
    let again = clerk.post("/report", &form).await;
    assert_eq!(again.headers()["location"], one.headers()["location"]);
    assert_eq!((city.incidents().await, city.originals().await), (1, 1));
}

#[tokio::test]
async fn the_key_may_come_in_the_header_and_the_form_as_multipart() {
    let city = city().await;
    let clerk = city.browser("clerk3.ord").await;
    let sub_kind = city.edition.sub_kind("it.voice_board_down").unwrap();
    let mut numbers = Vec::new();
    for _ in 0..2 {
        let mut form = reqwest::multipart::Form::new();
        for (name, value) in filled(&city.edition, sub_kind, 2) {
            if name != "key" {
                form = form.text(name, value);
            }
        }
        let request = clerk.client.post(format!("{}/report", clerk.url));
        let request = request.header("sec-fetch-site", "same-origin").header("idempotency-key", "line-lost");
        let answer = request.multipart(form).send().await.unwrap();
        assert_eq!(answer.status(), 303);
        numbers.push(answer.headers()["location"].clone());
    }
    assert_eq!(numbers[0], numbers[1]);
    assert_eq!(city.incidents().await, 1);
}

#[tokio::test]
async fn a_photo_is_kept_once_and_a_wrong_one_costs_no_text() {
    let city = city().await;
    let clerk = city.browser("clerk3.ord").await;
    let sub_kind = city.edition.sub_kind("it.voice_board_down").unwrap();
    let send = async |name: &'static str, content: Vec<u8>| {
        let photo = reqwest::multipart::Part::bytes(content).file_name(name);
        let mut form = reqwest::multipart::Form::new().part("file", photo);
        for (name, value) in filled(&city.edition, sub_kind, 2) {
            form = form.text(name, value);
        }
        let request = clerk.client.post(format!("{}/report", clerk.url)).header("sec-fetch-site", "same-origin");
        request.multipart(form).send().await.unwrap()
    };
    for (name, content) in [("virus.exe", b"MZ".to_vec()), ("board.jpg", vec![0xff; 11 * 1024 * 1024])] {
        let refused = send(name, content).await;
        assert_eq!(refused.status(), 422, "{name}");
        let page = refused.text().await.unwrap();
        assert!(page.contains("href=\"#f-file\"") && page.contains(&escaped("board <&\"2")), "{name}");
    }
    assert_eq!(city.incidents().await, 0);
    for _ in 0..2 {
        let taken = send("board.jpg", vec![0xff, 0xd8, 0xff, 0xe0, 1]).await;
        assert_eq!(taken.headers()["location"], "/incidents/YJ-20260930-001");
    }
    let kept: i64 = sqlx::query_scalar("select count(*) from attachment").fetch_one(&city.app.pool).await.unwrap();
    assert_eq!(kept, 1);
}

#[tokio::test]
async fn a_look_alike_is_merged_or_told_apart() {
    let city = city().await;
    let (clerk, other) = (city.browser("clerk3.ord").await, city.browser("clerk1.ord").await);
    let sub_kind = city.edition.sub_kind("it.voice_board_down").unwrap();
    let form = filled(&city.edition, sub_kind, 2);
    assert_eq!(clerk.post("/report", &form).await.status(), 303);

    let answer = other.post("/report", &form).await;
    assert_eq!(answer.status(), 409);
    let page = answer.text().await.unwrap();
    assert!(page.contains("M_DUPLICATE") && page.contains("value=\"YJ-20260930-001\""));
    assert!(page.contains(&escaped("board <&\"2")) && page.contains("key-2"));
    let undecided = with(with(form.clone(), "duplicate_of", ""), "not_duplicate_reason", " ");
    assert_eq!(other.post("/report", &undecided).await.status(), 409);

    let merged = other.post("/report", &with(form.clone(), "duplicate_of", "YJ-20260930-001")).await;
    assert_eq!(merged.status(), 303);
    assert_eq!(merged.headers()["location"], "/incidents/YJ-20260930-001");
    assert_eq!((city.incidents().await, city.originals().await), (1, 2));

    let third = city.browser("clerk2.ord").await;
    let apart = third.post("/report", &with(form, "not_duplicate_reason", "the board next to it")).await;
    assert_eq!(apart.headers()["location"], "/incidents/YJ-20260930-002");
}

#[tokio::test]
async fn a_telephoned_report_keeps_both_names_and_counts_from_the_call() {
    let city = city().await;
    let duty = city.browser("duty").await;
    duty.speak(Lang::En).await;
    let page = duty.page("/report?sub_kind=veh.breakdown_en_route&behalf=1").await;
    assert_eq!(after(&page, "name=\"told_at\" value=\""), Some("2026-09-30T17:05"));
    let sub_kind = city.edition.sub_kind("veh.breakdown_en_route").unwrap();
    let form = with(filled(&city.edition, sub_kind, 3), "on_behalf_of", "drv.q02, from a farmer's phone");
    let form = with(form, "told_at", "2026-09-30T16:50");
    let answer = duty.post("/report", &form).await;
    assert_eq!(answer.status(), 303);
    let (case, _) = city.app.case(&Actor::system(), "YJ-20260930-001").await.unwrap();
    assert_eq!(zhihui::web::when::clock(case.incident.clock_from), "16:50");
    let receipt = duty.page("/report/received/YJ-20260930-001").await;
    assert!(receipt.contains("drv.q02, from a farmer") && receipt.contains("duty"));
}

#[tokio::test]
async fn a_driver_holds_a_receipt_with_whom_to_call() {
    let city = city().await;
    let driver = city.browser("drv.q02").await;
    driver.speak(Lang::ZhHant).await;
    let sub_kind = city.edition.sub_kind("veh.breakdown_en_route").unwrap();
    // Broken down across the border of the next county, which is not the driver's own to read.
    let form = with(filled(&city.edition, sub_kind, 3), "region", "SD");
    let answer = driver.post("/report", &form).await;
    assert_eq!(answer.headers()["location"], "/report/received/YJ-20260930-001");
    let receipt = driver.page("/report/received/YJ-20260930-001").await;
    assert!(receipt.contains("YJ-20260930-001") && receipt.contains("href=\"tel:"));
    let stranger = city.browser("drv.y01").await;
    assert_eq!(stranger.get("/report/received/YJ-20260930-001").await.status(), 404);
}

#[tokio::test]
async fn the_inspection_reads_and_does_not_report() {
    let city = city().await;
    let inspector = city.browser("insp1.insp").await;
    assert_eq!(inspector.get("/report").await.status(), 403);
    assert_eq!(inspector.post("/report", &[("sub_kind", "wx.typhoon")]).await.status(), 403);
}

#[tokio::test]
async fn a_search_finds_either_script() {
    let city = city().await;
    let clerk = city.browser("clerk3.ord").await;
    for search in ["語音板", "语音板", "voice%20board"] {
        let page = clerk.page(&format!("/report?q={search}")).await;
        assert!(page.contains("sub_kind=it.voice_board_down\""), "{search}");
        assert!(!page.contains("sub_kind=wx.typhoon\""), "{search}");
    }
}
