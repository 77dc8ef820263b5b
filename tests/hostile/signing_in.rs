//! Who has an account here, asked at the door: the answers are the same, and so is the work.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::NOW;
use crate::harness::town::Town;

async fn knock(town: &Town, http: &reqwest::Client, user: &str) -> (u16, Value, Duration) {
    let begun = Instant::now();
    let call =
        http.post(format!("{}/api/v1/sessions", town.url)).json(&json!({"user": user, "password": "not this one"}));
    let answer = call.send().await.unwrap();
    let (status, body) = (answer.status().as_u16(), answer.json().await.unwrap());
    (status, body, begun.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// A password is hashed for a name nobody has, too: without that the answer comes twenty times sooner. The margin is
/// wide, since the machine has other things to do; the two are asked in turn.
#[tokio::test]
async fn an_unknown_name_is_refused_as_slowly_as_a_known_one() {
    let town = Town::at(NOW).await;
    let http = reqwest::Client::new();
    let known: Vec<String> = town.app.directory().people().iter().map(|p| p.login.clone()).take(15).collect();
    knock(&town, &http, "warm").await;
    let (mut of_known, mut of_unknown) = (Vec::new(), Vec::new());
    for (n, login) in known.iter().enumerate() {
        let (status, refused, time) = knock(&town, &http, login).await;
        of_known.push(time);
        let (other, unknown, time) = knock(&town, &http, &format!("nobody{n}")).await;
        of_unknown.push(time);
        assert_eq!((status, &refused), (other, &unknown), "the same answer, to the letter");
        assert_eq!((status, &refused["code"]), (401, &json!("M_SIGN_IN")));
    }
    let (known, unknown) = (median(of_known), median(of_unknown));
    let ratio = unknown.as_secs_f64() / known.as_secs_f64();
    assert!((0.4..2.5).contains(&ratio), "known {known:?}, unknown {unknown:?}");
}

#[tokio::test]
async fn a_lock_does_not_tell_either() {
    let town = Town::at(NOW).await;
    let http = reqwest::Client::new();
    let mut answers = Vec::new();
    for user in ["leader", "nobody", "closed.account"] {
        let mut found = Vec::new();
        for _ in 0..7 {
            let (status, body, _) = knock(&town, &http, user).await;
            found.push((status, body["code"].clone(), body["message"].clone()));
        }
        answers.push(found);
    }
    assert_eq!(answers[0], answers[1], "a name that is there and one that is not");
    assert_eq!(answers[0][4].1, json!("M_SIGN_IN"));
    assert_eq!((answers[0][6].0, &answers[0][6].1), (429, &json!("M_TOO_MANY_TRIES")));
}

/// Where one goes after signing in, or changing language or look, is a page of ours.
#[tokio::test]
async fn nobody_is_sent_elsewhere() {
    let town = Town::at(NOW).await;
    for next in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/%0d%0aSet-Cookie:x=1",
        "/\r\nSet-Cookie: x=1",
        " //evil.example",
        "/..//evil.example",
        "///evil.example",
        "http:evil.example",
    ] {
        let browser = town.browser("clerk3.ord").await;
        for (path, form) in [
            ("/sign-in", vec![("user", "clerk3.ord"), ("password", crate::harness::town::PASSWORD), ("next", next)]),
            ("/language", vec![("to", "en"), ("next", next)]),
            ("/theme", vec![("to", "dark"), ("next", next)]),
        ] {
            let post =
                browser.http.post(format!("{}{path}", town.url)).header("sec-fetch-site", "same-origin").form(&form);
            let answer = post.send().await.unwrap();
            let Some(location) = answer.headers().get("location") else { continue };
            let location = location.to_str().unwrap();
            let here = location.starts_with('/') && !location.starts_with("//") && !location.contains('\\');
            assert!(here && !location.contains(['\r', '\n', '\t']), "{path} with {next:?} leads to {location:?}");
            let cookies = answer.headers().get_all("set-cookie").iter().any(|c| c.to_str().unwrap().starts_with("x="));
            assert!(!cookies, "{path} with {next:?} sets a cookie of theirs");
        }
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
        let away = browser.http.get(format!("{}/sign-in?{query}", town.url)).send().await.unwrap();
        let location = away.headers()["location"].to_str().unwrap();
        assert!(location.starts_with('/') && !location.starts_with("//"), "{next:?} leads to {location:?}");
    }
}
