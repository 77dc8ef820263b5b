//! Tricks below the level of forms: addresses, headers, methods, kinds of content. Written to the socket by hand, since
//! a client would tidy them up.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use zhihui::state::Settings;

use super::NOW;
use crate::harness::town::{PASSWORD, Town};

/// What the server answers to these bytes, to the end of the connection.
async fn raw(town: &Town, request: impl AsRef<[u8]>) -> String {
    let mut stream = TcpStream::connect(town.url.trim_start_matches("http://")).await.unwrap();
    // A server that has heard enough may close before it has heard all.
    let _ = stream.write_all(request.as_ref()).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or_else(|| panic!("no answer: {answer:?}"))
}

async fn cookie(town: &Town, login: &str) -> String {
    let body = format!("user={login}&password={}", PASSWORD.replace(' ', "+"));
    let answer = raw(
        town,
        format!(
            "POST /sign-in HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        ),
    )
    .await;
    let set = answer
        .lines()
        .find_map(|l| l.strip_prefix("set-cookie: ").filter(|c| c.starts_with("zhihui_session=")))
        .unwrap_or_else(|| panic!("{answer}"));
    set.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn no_address_leads_out_of_what_is_served() {
    let town = Town::at(NOW).await;
    let clerk = cookie(&town, "clerk3.ord").await;
    for path in [
        "/static/../Cargo.toml",
        "/static/..%2fCargo.toml",
        "/static/..%2f..%2f..%2fetc%2fpasswd",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/static/..\\..\\Cargo.toml",
        "/static//etc/passwd",
        "/static/%252e%252e%252fCargo.toml",
        "/static/....//....//etc/passwd",
        "//etc/passwd",
        "/incidents/..%2f..%2fpeople",
        "/incidents/../people",
        "/incidents/%2e%2e/people",
        "/incidents/YJ-20260323-001/attachments/..%2f..%2f..%2fetc%2fpasswd",
        "/incidents/YJ-20260323-001/attachments/../../../people",
        "/plan/editions/2008-trial/..%2f..%2f..%2fetc%2fpasswd",
        "/plan/editions/2008-trial/clauses.toml%2f..%2f..",
        "/plan/editions/..%2f..%2f/matrix.toml",
        "/incidents/YJ-20260323-001/export/..%2fcsv",
        "/people/admin%2f..",
        "/PEOPLE",
        "/people/",
        "/people%20",
        "/people;x=1",
        "/people%3bx",
        "/./people",
        "/%70eople",
        "http://evil.example/people",
    ] {
        let answer =
            raw(&town, format!("GET {path} HTTP/1.1\r\nHost: x\r\nCookie: {clerk}\r\nConnection: close\r\n\r\n")).await;
        let status = status(&answer);
        assert!((300..500).contains(&status), "{path}: {status}");
        for secret in ["root:", "[package]", "drv.q02", "[[tasks]]"] {
            assert!(!answer.contains(secret), "{path} gives {secret} away");
        }
    }
}

#[tokio::test]
async fn a_header_changes_neither_who_asks_nor_what() {
    let town = Town::at(NOW).await;
    let clerk = cookie(&town, "clerk3.ord").await;
    for header in [
        "X-Original-URL: /people",
        "X-Rewrite-URL: /people",
        "X-HTTP-Method-Override: DELETE",
        "X-HTTP-Method: PUT",
        "X-Method-Override: POST",
        "X-Forwarded-Host: evil.example",
        "X-Forwarded-Proto: https",
        "Forwarded: for=127.0.0.1;host=evil.example",
        "X-Real-IP: 127.0.0.1",
        "X-User: admin",
        "Remote-User: admin",
        "Authorization: Basic YWRtaW46YWRtaW4=",
    ] {
        let asked = |path: &str| {
            format!(
                "GET {path} HTTP/1.1\r\nHost: evil.example\r\nCookie: {clerk}\r\n{header}\r\nConnection: close\r\n\r\n"
            )
        };
        let answer = raw(&town, asked("/incidents")).await;
        assert_eq!(status(&answer), 200, "{header}");
        assert!(!answer.contains("evil.example"), "{header}: a name from outside in the page");
        assert_eq!(status(&raw(&town, asked("/people")).await), 403, "{header}");
        let away = raw(&town, asked("/people").replace(&clerk, "zhihui_session=x")).await;
        assert_eq!(status(&away), 303, "{header}");
        assert!(away.contains("location: /sign-in") && !away.contains("evil.example"), "{away}");
    }
    for method in ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "get", "X"] {
        let answer = raw(
            &town,
            format!("{method} /api/v1/incidents HTTP/1.1\r\nHost: x\r\nCookie: {clerk}\r\nConnection: close\r\n\r\n"),
        )
        .await;
        assert!((400..500).contains(&status(&answer)), "{method}: {answer}");
        assert!(!answer.contains(&clerk), "{method} sends the cookie back");
    }
}

#[tokio::test]
async fn too_much_of_a_header_and_two_lengths_are_refused() {
    let town = Town::at(NOW).await;
    let lines: String = (0..500).map(|n| format!("X-{n}: y\r\n")).collect();
    for (what, head) in [
        ("one huge header", format!("X-Big: {}\r\n", "x".repeat(1_000_000))),
        ("many headers", lines),
        ("a huge cookie", format!("Cookie: zhihui_session={}\r\n", "x".repeat(1_000_000))),
        ("two lengths", "Content-Length: 3\r\nContent-Length: 4\r\n".to_owned()),
        ("a length that is none", "Content-Length: -1\r\n".to_owned()),
        ("a folded header", "X-A: b\r\n c\r\n".to_owned()),
        ("a header with a line break", "X-A: b\rX-B: c\r\n".to_owned()),
        ("a header with a NUL", "X-A: b\0\r\n".to_owned()),
        ("a name with a blank", "X A: b\r\n".to_owned()),
    ] {
        let answer = raw(&town, format!("GET / HTTP/1.1\r\nHost: x\r\n{head}Connection: close\r\n\r\n")).await;
        assert!((400..500).contains(&status(&answer)), "{what}: {}", &answer[..answer.len().min(200)]);
    }
    // Two requests in one, if the two lengths were read differently by two servers.
    let body = "0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    let smuggled = format!(
        "POST /sign-in HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\nTransfer-Encoding: chunked\r\n\r\n{body}",
        body.len()
    );
    assert!(raw(&town, smuggled).await.matches("HTTP/1.1 ").count() <= 1, "one request, one answer");
    let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "x".repeat(100_000));
    assert!((400..500).contains(&status(&raw(&town, long).await)));
    // Still there for everybody else.
    assert_eq!(status(&raw(&town, "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await), 200);
}

#[tokio::test]
async fn content_is_read_as_what_the_route_takes() {
    let town = Town::at(NOW).await;
    let leader = town.sign_in("leader").await;
    let browser = town.browser("leader").await;
    let kinds = ["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data", "x", ""];
    let bodies: [&[u8]; 5] = [
        b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>",
        b"user=leader",
        b"--x\r\n",
        b"{",
        b"\0\xff",
    ];
    for kind in kinds {
        for body in bodies {
            let api = browser.http.post(format!("{}/api/v1/incidents", town.url)).bearer_auth(leader.token());
            let answer = api.header("content-type", kind).body(body).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 422, "{kind}");
            assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("application/json"));
            for path in ["/sign-in", "/report", "/directives", "/incidents/YJ-20260323-001/attachments", "/calendar"] {
                let page = browser.http.post(format!("{}{path}", town.url)).header("sec-fetch-site", "same-origin");
                let answer = page.header("content-type", kind).body(body).send().await.unwrap();
                let status = answer.status().as_u16();
                assert!(status < 500, "{path} as {kind}: {status}");
            }
        }
    }
    // A call understands no cookie, a page no token: neither passes for the other.
    let crossed = browser.http.get(format!("{}/api/v1/incidents", town.url)).send().await.unwrap();
    assert_eq!(crossed.status().as_u16(), 401);
    let crossed = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let crossed = crossed.get(format!("{}/incidents", town.url)).bearer_auth(leader.token()).send().await.unwrap();
    assert_eq!(crossed.status().as_u16(), 303);
}

/// The address on record, and the one sign-ins are counted by, is the peer's; a proxy's word counts where it is trusted,
/// and only if it is an address.
#[tokio::test]
async fn nobody_chooses_the_own_address() {
    for (trusted, header, recorded) in [
        (false, "6.6.6.6", "127.0.0.1"),
        (true, "6.6.6.6, 7.7.7.7", "7.7.7.7"),
        (true, "[2001:db8::1]:4711", "2001:db8::1"),
        (true, "unknown", "127.0.0.1"),
        (true, "<script>", "127.0.0.1"),
    ] {
        let settings =
            Settings { trust_proxy: trusted, sign_in_burst: 3, sign_in_refill_ms: 3_600_000, ..Settings::default() };
        let town = Town::with(NOW, "127.0.0.1:0", settings).await;
        let mut last = 0;
        for n in 0..4 {
            let body = json!({"user": format!("nobody{n}"), "password": "x"});
            let call =
                reqwest::Client::new().post(format!("{}/api/v1/sessions", town.url)).header("x-forwarded-for", header);
            last = call.json(&body).send().await.unwrap().status().as_u16();
        }
        assert_eq!(last, 429, "the fourth try from {header}, trusted: {trusted}");
        let found: String = sqlx::query_scalar("select address from audit where login = 'nobody0'")
            .fetch_one(&town.app.pool)
            .await
            .unwrap();
        assert_eq!(found, recorded);
    }
}
