//! The security headers of every answer, whatever it is.

use super::NOW;
use super::strings::fill;
use crate::harness::town::Town;

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let town = Town::at(NOW).await;
    let leader = town.browser("leader").await;
    let nobody = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let mut asked: Vec<(String, String)> =
        zhihui::routes().table().iter().map(|r| (r.method.to_owned(), fill(r.path))).collect();
    let page = leader.page("/board").await;
    let assets =
        page.split('"').filter(|part| part.starts_with("/static/")).map(|part| part.split('#').next().unwrap());
    asked.extend(assets.map(|asset| ("GET".to_owned(), asset.to_owned())));
    for (method, path) in
        [("GET", "/nowhere"), ("GET", "/static/nowhere"), ("PUT", "/incidents"), ("GET", "/%00"), ("GET", "/api/v1/x")]
    {
        asked.push((method.to_owned(), path.to_owned()));
    }
    assert!(asked.iter().filter(|(_, path)| path.starts_with("/static/")).count() >= 3, "{asked:?}");
    for (method, path) in asked {
        for http in [&leader.http, &nobody] {
            // The session of the test is to last.
            if path == "/sign-out" {
                continue;
            }
            let request = http.request(method.parse().unwrap(), format!("{}{path}", town.url));
            let answer = request.header("sec-fetch-site", "same-origin").send().await.unwrap();
            let said = |name: &str| {
                let header = answer.headers().get(name);
                header.unwrap_or_else(|| panic!("{method} {path}: no {name}")).to_str().unwrap().to_owned()
            };
            let policy = said("content-security-policy");
            for part in [
                "default-src 'self'",
                "object-src 'none'",
                "base-uri 'none'",
                "frame-ancestors 'none'",
                "form-action 'self'",
            ] {
                assert!(policy.contains(part), "{method} {path}: {policy}");
            }
            assert!(!policy.contains("unsafe") && !policy.contains('*'), "{method} {path}: {policy}");
            assert_eq!(said("x-content-type-options"), "nosniff", "{method} {path}");
            assert_eq!(said("x-frame-options"), "DENY", "{method} {path}");
            assert_eq!(said("referrer-policy"), "same-origin", "{method} {path}");
            assert_eq!(said("cross-origin-opener-policy"), "same-origin", "{method} {path}");
            assert!(said("permissions-policy").contains("microphone=()"), "{method} {path}");
            let kept = said("cache-control");
            let may = kept.contains("no-store") || path.starts_with("/static/") || path == "/live";
            assert!(may, "{method} {path}: {kept}");
            assert_eq!(answer.headers().get_all("content-security-policy").iter().count(), 1, "{method} {path}");
            assert!(!answer.headers().contains_key("server") && !answer.headers().contains_key("x-powered-by"));
            assert!(!answer.headers().contains_key("access-control-allow-origin"), "{method} {path}");
        }
    }
}
