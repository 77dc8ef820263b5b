//! Another site's page in the browser of somebody signed in here.

use reqwest::header::HeaderMap;

use super::NOW;
use super::strings::fill;
use crate::harness::town::Town;

#[tokio::test]
async fn another_site_posts_nothing_anywhere() {
    let town = Town::at(NOW).await;
    let leader = town.browser("leader").await;
    let before = rows(&town).await;
    let hosts = town.url.clone();
    let port = hosts.rsplit(':').next().unwrap();
    let mut tried = 0;
    for (origin, site) in [
        (Some("https://evil.example".to_owned()), Some("cross-site")),
        (Some("https://evil.example".to_owned()), None),
        (Some("null".to_owned()), Some("cross-site")),
        (Some("null".to_owned()), None),
        (Some(format!("http://sub.127.0.0.1:{port}")), Some("same-site")),
        (Some(format!("http://127.0.0.1.evil.example:{port}")), None),
        (Some(format!("http://evil.example/?{hosts}")), None),
        (None, Some("cross-site")),
        (None, Some("same-site")),
    ] {
        let mut headers = HeaderMap::new();
        if let Some(origin) = &origin {
            headers.insert("origin", origin.parse().unwrap());
        }
        if let Some(site) = site {
            headers.insert("sec-fetch-site", site.parse().unwrap());
        }
        for route in zhihui::routes().table().iter().filter(|r| r.method != "GET" && !r.path.starts_with("/api/")) {
            let url = format!("{}{}", town.url, fill(route.path));
            let form = [("next", "/"), ("to", "en"), ("text", "posted by another site")];
            let answer = leader.http.post(url).headers(headers.clone()).form(&form).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 403, "{} from {origin:?} {site:?}", route.path);
            assert!(!answer.headers().contains_key("set-cookie"), "{}", route.path);
            tried += 1;
        }
    }
    assert!(tried > 500, "every form was tried: {tried}");
    assert_eq!(rows(&town).await, before, "nothing was written but the refusals");

    // The API takes no cookie at all, so there is nothing to ride on.
    for route in
        zhihui::routes().table().iter().filter(|r| r.path.starts_with("/api/v1/") && r.path != "/api/v1/sessions")
    {
        let method = route.method.parse().unwrap();
        let call = leader.http.request(method, format!("{}{}", town.url, fill(route.path)));
        let answer = call.header("sec-fetch-site", "same-origin").body("{}").send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 401, "{} {} with a cookie alone", route.method, route.path);
    }
    let page = leader.page("/board").await;
    assert!(page.contains("</html>"), "and the person is still signed in");
}

/// Rows of everything but the audit trail, which holds the refusals.
async fn rows(town: &Town) -> Vec<(String, i64)> {
    super::backup::counts(&town.app.pool).await.into_iter().filter(|(table, _)| !table.starts_with("audit")).collect()
}
