//! Words of every script, and signs that mean something to somebody else: kept as written, or refused clearly.

use std::collections::BTreeSet;

use reqwest::multipart::Form;
use serde_json::{Value, json};

use super::record::{Record, live};
use super::{NOW, at};
use crate::harness::town::Town;

/// Markup, quotes, a formula, templates, both directions, marks that join and hide, signs beyond the first plane,
/// control characters.
const WORDS: &str = "=1<script>alert(1)</script><b id=zz>\"'&amp;{{7}}${7}%s%00\\u0000\\ \u{202e}rtl\u{202c}\u{2066}x\u{2069} \
    e\u{301}\u{336}\u{200b}\u{200d}\u{feff}\u{ad} 👩‍👩‍👧🏳️‍🌈 語𠮷 العربية עברית हिन्दी \
    \u{1}\u{8}\u{b}\u{1b}[31m\u{7f}\u{85}\u{9b}\u{2028}\u{fffd}\u{fffe}\u{10ffff} ../x\r\nSet-Cookie: x=1\t.";

/// The pages and calls to read, with everything the morning made in their places.
pub fn addresses(record: &Record) -> Vec<String> {
    let mut found = Vec::new();
    // A stream has no end; whether it is ready, a server without a worker is asked elsewhere.
    let read = |path: &str| !["/live", "/readyz"].contains(&path);
    for route in zhihui::routes().table().iter().filter(|r| r.method == "GET" && read(r.path)) {
        let path = route.path.strip_prefix("/api/v1").unwrap_or(route.path);
        let incidents = [&record.board, &record.host, &record.storm, &record.smoke];
        let numbers: Vec<&String> = match path.split('/').nth(1).unwrap_or_default() {
            "directives" => vec![&record.directive],
            "circulars" => vec![&record.circular],
            "decisions" => vec![&record.decision],
            "announcements" => vec![&record.announcement],
            "resource-requests" => vec![&record.request],
            "rectifications" => vec![&record.rectification],
            "headquarters" => vec![&record.host],
            _ => incidents.to_vec(),
        };
        for number in numbers {
            let filled = route.path.split('/').map(|part| match part {
                "{number}" => number.as_str(),
                "{code}" if path.starts_with("/departments") => "INF",
                "{code}" => &record.edition,
                "{id}" if path.contains("clauses") => "3.1.8",
                "{id}" => "it.biz.resolve",
                "{task}" => "it.biz.resolve",
                "{sub_kind}" => "it.biz_system_down",
                "{severity}" => "major",
                "{scope}" => "whole_region",
                "{format}" => "csv",
                "{file}" => "matrix.toml",
                part => part,
            });
            found.push(filled.collect::<Vec<_>>().join("/"));
        }
    }
    found.sort();
    found.dedup();
    found
}

#[tokio::test]
async fn what_was_written_is_kept_and_never_markup() {
    let town = Town::at(NOW).await;
    let record = live(&town, WORDS).await;

    let with = "select exists (select from TABLE t where jsonb_path_exists(to_jsonb(t), '$.** ? (@ == $words)', $1))";
    let mut lost = Vec::new();
    for table in &record.tables {
        let query = sqlx::AssertSqlSafe(with.replace("TABLE", table));
        let words = sqlx::types::Json(json!({ "words": WORDS }));
        let kept: bool = sqlx::query_scalar(query).bind(words).fetch_one(&town.app.pool).await.unwrap();
        if !kept {
            lost.push(*table);
        }
    }
    assert_eq!(lost, Vec::<&str>::new(), "tables that do not hold the words as they were written");
    let leader = town.sign_in("leader").await;
    let incident = leader.read(&format!("/api/v1/incidents/{}", record.board)).await;
    assert_eq!(incident["description"], WORDS);
    let directive = leader.read(&format!("/api/v1/directives/{}", record.directive)).await;
    assert_eq!(directive["text"], WORDS);

    let mut shown = BTreeSet::new();
    for login in ["leader", "head.inf", "insp1.insp", "duty", "head.rmd-yl", "head.whs", "drv.q02"] {
        let browser = town.browser(login).await;
        for address in addresses(&record).iter().filter(|a| !a.starts_with("/api/")) {
            let (status, page) = browser.get(address).await;
            assert!(status < 500, "{login} at {address}: {status} {page}");
            if !address.contains("/export/") && !page.starts_with("# ") {
                let raw = page.contains("<b id=zz") || page.contains("<script>alert");
                assert!(!raw, "{login} at {address}: markup of a user in the page");
            }
            if page.contains("&#60;b id=zz&#62;") || page.contains("&lt;b id=zz&gt;") {
                shown.insert(address.clone());
            }
        }
    }
    for place in [&record.board, &record.host, &record.directive, &record.circular, &record.decision] {
        assert!(shown.iter().any(|a| a.ends_with(place.as_str())), "{place} shows its words, escaped: {shown:?}");
    }
}

/// NUL is the one sign the database can't hold: refused by field, in every call and form.
#[tokio::test]
async fn nul_is_refused_by_the_name_of_its_field() {
    let town = Town::at(NOW).await;
    let leader = town.sign_in("leader").await;
    for route in zhihui::routes().table().iter().filter(|r| r.method == "POST") {
        let path = fill(route.path);
        if route.path.starts_with("/api/") {
            let (status, answer) = match route.path {
                "/api/v1/schemes" => leader.send_form(&path, Form::new().text("text", "a\0b")).await,
                _ => leader.post(&path, json!({"text": "a\0b"})).await,
            };
            // 404: a call that takes no body looks for the thing first.
            assert!([403, 404, 422].contains(&status), "{path}: {status} {answer}");
            if status == 422 {
                assert_eq!((&answer["code"], &answer["field"]), (&json!("M_BAD_VALUE"), &json!("text")), "{path}");
            }
        }
    }
    let browser = town.browser("leader").await;
    // Signing out reads nothing of what was sent.
    let forms = |path: &str| !path.starts_with("/api/") && path != "/sign-out";
    for route in zhihui::routes().table().iter().filter(|r| r.method == "POST" && forms(r.path)) {
        let path = fill(route.path);
        let (status, page) = browser.post(&path, &[("text", "a\0b"), ("to", "en\0"), ("next", "/\0")]).await;
        assert!((400..500).contains(&status), "{path}: {status} {page}");
        if status == 422 && !route.path.ends_with("/attachments") {
            assert!(page.contains("NUL"), "{path} says what is wrong: {page}");
        }
    }
    for path in ["/incidents?q=%00", "/plan?q=a%00b", "/api/v1/incidents?region=%00", "/figures?by=%00", "/?done=%00"] {
        let (status, page) = if path.starts_with("/api/") {
            let (status, answer) = leader.get(path).await;
            (status, answer.to_string())
        } else {
            browser.get(path).await
        };
        assert!(status == 422, "{path}: {status} {page}");
    }
    for path in ["/incidents/%00", "/incidents/YJ-20260323-001%00", "/directives/a%00", "/api/v1/editions/%00", "/%00"]
    {
        let (status, page) =
            if path.starts_with("/api/") { (leader.get(path).await.0, String::new()) } else { browser.get(path).await };
        assert_eq!(status, 404, "{path}: {page}");
    }
}

/// Lone surrogates, broken UTF-8, bodies without end, numbers and times beyond every calendar.
#[tokio::test]
async fn what_is_no_text_no_number_and_no_time() {
    let town = Town::at(NOW).await;
    let leader = town.sign_in("leader").await;
    let http = reqwest::Client::new();
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let wide = format!("{{{}\"z\":1}}", (0..20_000).map(|n| format!("\"k{n}\":1,")).collect::<String>());
    let bodies: [&[u8]; 9] = [
        br#"{"text":"\ud800"}"#,
        br#"{"text":"\udc00\ud800"}"#,
        b"{\"text\":\"\xff\xfe\"}",
        b"{\"text\":\"\x01\"}",
        b"\xef\xbb\xbf{}x",
        b"",
        b"null",
        deep.as_bytes(),
        wide.as_bytes(),
    ];
    for route in zhihui::routes().table().iter().filter(|r| r.method == "POST" && r.path.starts_with("/api/")) {
        for body in bodies {
            let request = http.post(format!("{}{}", town.url, fill(route.path))).bearer_auth(leader.token());
            let answer = request.body(body.to_vec()).send().await.unwrap();
            let status = answer.status().as_u16();
            let text = answer.text().await.unwrap();
            assert!(
                (400..500).contains(&status),
                "{} with {:?}: {status} {text}",
                route.path,
                &body[..body.len().min(40)]
            );
            let refusal: Value = serde_json::from_str(&text).unwrap();
            assert!(refusal["code"].as_str().is_some_and(|c| c.starts_with("M_")), "{}: {text}", route.path);
        }
    }

    let record = live(&town, "as it was").await;
    let incident = format!("/api/v1/incidents/{}", record.host);
    for far in [
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "+262142-12-31T23:59:59Z",
        "-262143-01-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-03-23T09:20:61+08:00",
        "2026-03-23T09:20:00+99:99",
        "1e9",
        "now",
    ] {
        for (path, body) in [
            ("/api/v1/previews".to_owned(), json!({"sub_kind": "wx.typhoon", "at": far})),
            ("/api/v1/previews".to_owned(), json!({"sub_kind": "wx.typhoon", "occurred_at": far})),
            (format!("{incident}/recovery"), json!({"at": far})),
            (format!("{incident}/closure"), json!({"result": "x", "cause": "x", "restored_at": far})),
            ("/api/v1/presence".to_owned(), json!({"person": "leader", "state": "out", "from": far, "until": far})),
            ("/api/v1/directives".to_owned(), json!({"text": "x", "departments": ["ORD"], "due_at": far})),
            ("/api/v1/succession".to_owned(), json!({"kind": "it", "department": "INF", "valid_until": far})),
            ("/api/v1/editions/2026-1/approval".to_owned(), json!({"effective_from": far})),
            (
                "/api/v1/decisions".to_owned(),
                json!({"incident": record.storm, "kind": "resume", "areas": ["YL"], "from": far}),
            ),
            ("/api/v1/practice/clock".to_owned(), json!({"to": far})),
        ] {
            let (status, answer) = leader.post(&path, body.clone()).await;
            assert!((200..500).contains(&status), "{path} {body}: {status} {answer}");
            let kept = status < 300 && path != "/api/v1/previews";
            assert!(!kept, "{path} took {body}: {answer}");
        }
    }
    for number in [json!(i64::MAX), json!(i64::MIN), json!(u64::MAX), json!(1e308), json!(-1), json!("9".repeat(400))] {
        let figures = json!({"customers_unsupplied": number, "customers_affected": number, "amount": number});
        for (path, body) in [
            (format!("{incident}/figures"), figures),
            ("/api/v1/previews".to_owned(), json!({"sub_kind": "wx.typhoon", "customers_unsupplied": number})),
            (format!("{incident}/corrections"), json!({"entry": number, "text": "x"})),
            (format!("/api/v1/resource-requests/{}/promise", record.request), json!({"quantity": number})),
            (format!("/api/v1/reviews/{}/draft", record.smoke), json!({"score": number})),
            (format!("{incident}/tasks/it.biz.resolve/acknowledgement"), json!({"revision": number})),
            (
                "/api/v1/editions/2026-1/tasks/it.biz.resolve".to_owned(),
                json!({"due": {"value": number, "unit": "hours", "clock": "working"}}),
            ),
        ] {
            let (status, answer) = leader.post(&path, body.clone()).await;
            assert!(status < 500, "{path} {body}: {status} {answer}");
        }
        for query in [format!("/api/v1/incidents?limit={number}"), format!("/live?since={number}")] {
            if query.starts_with("/api") {
                assert!(leader.get(&query).await.0 < 500, "{query}");
            }
        }
    }
    let most = json!({"due": {"value": u32::MAX, "unit": "hours", "clock": "elapsed"}});
    let (status, answer) = leader.post("/api/v1/editions/2026-1/tasks/it.biz.resolve", most).await;
    assert_eq!((status, &answer["code"]), (422, &json!("M_BAD_VALUE")), "a limit past every calendar: {answer}");
}

/// As long as a body may be, in every field: kept or refused, and what is indexed does not mind.
#[tokio::test]
async fn long_words_are_kept_or_refused() {
    let town = Town::at(NOW).await;
    // Nothing that compresses: an index would take that.
    let long: String = (0..60_000_u32).map(|n| char::from_u32(0x4e00 + n * 7_919 % 20_000).unwrap_or('x')).collect();
    let clerk = town.sign_in("clerk3.ord").await;
    let report = json!({
        "sub_kind": "it.voice_board_down", "occurred_at": at("09:18"), "region": "CITY", "description": long,
        "board": long, "links_affected": {"ordering": "restricted"},
    });
    let (status, kept) = clerk.post("/api/v1/incidents", report.clone()).await;
    assert!([201, 413, 422].contains(&status), "a body past the limit is refused: {status} {kept}");
    let long: String = long.chars().take(30_000).collect();
    let mut report = report;
    (report["description"], report["board"]) = (json!(long), json!(long));
    let kept = clerk.send("/api/v1/incidents", report, 201).await;
    let shown = clerk.read(&format!("/api/v1/incidents/{}", kept["number"].as_str().unwrap())).await;
    assert_eq!(shown["description"], json!(long));

    for length in [200, 201, 6_000] {
        let key: String = (0..length).map(|n: u32| char::from_u32(0x21 + n * 7_919 % 90).unwrap_or('x')).collect();
        let report = json!({
            "sub_kind": "wx.rainstorm", "occurred_at": at("09:18"), "region": "YL", "description": "x",
            "scope": "part_region", "customers_unsupplied": length, "links_affected": {"delivery": "restricted"},
            "not_duplicate_reason": "another",
        });
        let (status, answer) = clerk.post_keyed("/api/v1/incidents", &key, &report).await.unwrap();
        let expected = if length > 200 { 422 } else { 201 };
        assert_eq!(status, expected, "a key of {length}: {answer}");
    }
    let login = "x".repeat(100_000);
    for user in [login.as_str(), "\u{202e}leader", "leader\u{200b}", "ＬＥＡＤＥＲ", "LEADER\t", "' or 1=1 --"] {
        let (status, answer) = clerk.post("/api/v1/sessions", json!({"user": user, "password": login})).await;
        assert_eq!((status, &answer["code"]), (401, &json!("M_SIGN_IN")), "{user}");
    }
}

/// Something that is not there, wherever the path names something.
pub fn fill(path: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{number}" => "YJ-20000101-001",
        "{id}" => "00000000-0000-7000-8000-000000000000",
        part if part.starts_with('{') => "none",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}
