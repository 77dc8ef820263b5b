//! Every form on every page, found by walking, filled with what nobody should type.

use std::collections::{BTreeMap, BTreeSet};

use super::NOW;
use super::record::live;
use super::strings::addresses;
use crate::harness::town::{Browser, Town};

const WORDS: &str = "\"'><b id=zz></textarea></script><script>alert(1)</script>&amp;{{1}} \u{202e}x\u{202c} e\u{301} 👩‍👩‍👧 語 \u{1}\u{7f}\u{2028}";

/// A form as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Form {
    action: String,
    multipart: bool,
    controls: Vec<Control>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Control {
    name: String,
    value: String,
    /// What somebody writes freely.
    free: bool,
}

#[tokio::test]
async fn every_form_takes_or_refuses_what_it_is_given() {
    let town = Town::at(NOW).await;
    let record = live(&town, "as it was").await;
    let mut places = addresses(&record);
    places.retain(|a| !a.starts_with("/api") && !a.contains("/export/") && !a.ends_with(".toml"));
    places
        .extend(["/people/clerk1.ord", "/people?closed=1", "/circulars/new", "/calendar?year=2026"].map(str::to_owned));
    for sub_kind in ["it.voice_board_down", "wx.typhoon", "veh.breakdown_en_route", "sec.service_accident"] {
        places.push(format!("/report?sub_kind={sub_kind}"));
    }
    // A form with the same controls is the same form, whoever looks; twice, since a second may be refused elsewhere.
    let mut seen: BTreeMap<(String, usize), BTreeSet<&str>> = BTreeMap::new();
    let (mut tried, mut taken, mut wrong) = (BTreeMap::new(), 0, Vec::new());
    for login in [
        "leader",
        "head.inf",
        "duty",
        "insp1.insp",
        "drv.q02",
        "editor",
        "admin",
        "lgo.head",
        "head.rmd-yl",
        "head.whs",
    ] {
        let browser = town.browser(login).await;
        for place in &places {
            let (status, page) = browser.get(place).await;
            assert!(status < 500, "{login} at {place}: {status}");
            for form in forms(&page, place) {
                let by = seen.entry((kind(&form.action), form.controls.len())).or_default();
                if ends(&form.action) || by.len() >= 2 || !by.insert(login) {
                    continue;
                }
                *tried.entry(kind(&form.action)).or_insert(0) += 1;
                for everything in [true, false] {
                    let (status, answer) = send(&town, &browser, &form, everything).await;
                    let what = format!("{login} at {place}: {} ({everything})", form.action);
                    if status >= 500 {
                        wrong.push(format!("{what}: {status}"));
                    }
                    if answer.contains("<b id=zz") || answer.contains("<script>alert") {
                        wrong.push(format!("{what}: markup in the answer"));
                    }
                    taken += i32::from(status == 303);
                    let typed = form.controls.iter().any(|c| c.free);
                    if status == 422 && typed && !everything && !answer.contains("&#60;b id=zz&#62;") {
                        wrong.push(format!("{what}: refused, and what was typed is gone"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried.len() > 35 && taken > 30, "{} kinds of form, {taken} taken: {tried:?}", tried.len());
}

/// Forms that end the session, or somebody's.
fn ends(action: &str) -> bool {
    action == "/sign-out"
        || action.ends_with("/password")
        || (action.starts_with("/people/") && action.ends_with("/closure"))
}

/// An action without what it is about, so that the same form of many things is tried once.
fn kind(action: &str) -> String {
    let path = action.split('?').next().unwrap_or_default();
    path.split('/')
        .map(|part| if part.chars().any(|c| c.is_ascii_digit()) || part.contains('.') { "*" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

async fn send(town: &Town, browser: &Browser, form: &Form, everything: bool) -> (u16, String) {
    let pairs: Vec<(String, String)> = form
        .controls
        .iter()
        .map(|c| (c.name.clone(), if c.free || everything { WORDS.to_owned() } else { c.value.clone() }))
        .collect();
    let post = browser.http.post(format!("{}{}", town.url, form.action)).header("sec-fetch-site", "same-origin");
    let post = if form.multipart {
        let all = reqwest::multipart::Form::new();
        post.multipart(pairs.into_iter().fold(all, |all, (name, value)| all.text(name, value)))
    } else {
        post.form(&pairs)
    };
    let answer = post.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// The forms of a page that are posted.
fn forms(page: &str, place: &str) -> Vec<Form> {
    let mut found = Vec::new();
    let mut open: Option<Form> = None;
    let mut select: Option<(String, String)> = None;
    for tag in tags(page) {
        let get = |name: &str| tag.attributes.get(name).cloned().unwrap_or_default();
        let has = |name: &str| tag.attributes.contains_key(name);
        match tag.name.as_str() {
            "form" if get("method").eq_ignore_ascii_case("post") => {
                let action = if get("action").is_empty() { place.to_owned() } else { get("action") };
                let multipart = get("enctype").starts_with("multipart");
                open = Some(Form { action, multipart, controls: Vec::new() });
            }
            "/form" => found.extend(open.take()),
            "input" | "textarea" | "button" if has("name") => {
                let Some(form) = &mut open else { continue };
                let of = if tag.name == "textarea" { "text".to_owned() } else { get("type") };
                let chosen = match of.as_str() {
                    "checkbox" | "radio" => has("checked"),
                    "file" => false,
                    "submit" => !form.controls.iter().any(|c| c.name == get("name")),
                    _ => true,
                };
                let free = matches!(of.as_str(), "" | "text" | "search" | "tel") && tag.name != "button";
                if chosen {
                    form.controls.push(Control { name: get("name"), value: get("value"), free });
                }
            }
            "select" => select = Some((get("name"), String::new())),
            "option" => {
                if let Some((_, value)) = &mut select
                    && (has("selected") || value.is_empty())
                {
                    *value = get("value");
                }
            }
            "/select" => {
                if let (Some(form), Some((name, value))) = (&mut open, select.take()) {
                    form.controls.push(Control { name, value, free: false });
                }
            }
            _ => {}
        }
    }
    found
}

struct Tag {
    /// Lower case; of an end with its `/`.
    name: String,
    attributes: BTreeMap<String, String>,
}

fn tags(page: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '/').collect();
        rest = &rest[name.len()..];
        let mut attributes = BTreeMap::new();
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            let key: String = rest.chars().take_while(|c| !c.is_whitespace() && !"=></".contains(*c)).collect();
            if key.is_empty() {
                break;
            }
            rest = &rest[key.len()..];
            let mut value = "";
            if let Some(quoted) = rest.strip_prefix("=\"") {
                let end = quoted.find('"').unwrap_or(quoted.len());
                (value, rest) = (&quoted[..end], quoted.get(end + 1..).unwrap_or_default());
            } else if let Some(plain) = rest.strip_prefix('=') {
                let end = plain.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(plain.len());
                (value, rest) = plain.split_at(end);
            }
            attributes.insert(key.to_lowercase(), plain(value));
        }
        if !name.is_empty() {
            found.push(Tag { name: name.to_lowercase(), attributes });
        }
    }
    found
}

fn plain(value: &str) -> String {
    [
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(value.to_owned(), |text, (escaped, sign)| text.replace(escaped, sign))
}

#[test]
fn a_page_is_read_for_its_forms() {
    let page = r#"<form method="post" action="/a?b=1&#38;c"><input type="hidden" name="h" value="1"><input name=t>
        <select name="s"><option value="">-</option><option value="x" selected>x</select><textarea name="w">y</textarea>
        <input type="checkbox" name="n" value="1"><button name="step" value="go">ok</button></form><form action="/b"></form>"#;
    let found = forms(page, "/");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].action, "/a?b=1&c");
    let names: Vec<(&str, &str, bool)> =
        found[0].controls.iter().map(|c| (c.name.as_str(), c.value.as_str(), c.free)).collect();
    assert_eq!(names, [("h", "1", false), ("t", "", true), ("s", "x", false), ("w", "", true), ("step", "go", false)]);
}
