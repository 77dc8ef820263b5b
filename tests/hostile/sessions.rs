//! Sessions: fixed, stolen, expired, ended, outlived by the person's rights.

use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::json;

use super::NOW;
use crate::harness::town::{PASSWORD, Town};

/// A client that keeps no cookies, so that the test says what is sent.
fn plain() -> Client {
    Client::builder().redirect(Policy::none()).build().unwrap()
}

async fn sign_in(town: &Town, login: &str, sent: &str) -> (u16, Vec<String>) {
    let form = [("user", login), ("password", PASSWORD)];
    let request = plain().post(format!("{}/sign-in", town.url)).header("cookie", sent).form(&form);
    let answer = request.send().await.unwrap();
    let set = answer.headers().get_all("set-cookie").iter().map(|v| v.to_str().unwrap().to_owned()).collect();
    (answer.status().as_u16(), set)
}

fn session_of(set: &[String]) -> &str {
    let cookie = set.iter().find(|c| c.starts_with("zhihui_session=")).unwrap_or_else(|| panic!("{set:?}"));
    cookie.split(';').next().unwrap()
}

async fn meets(request: RequestBuilder) -> (u16, Response) {
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer)
}

async fn page(town: &Town, path: &str, cookie: &str) -> u16 {
    meets(plain().get(format!("{}{path}", town.url)).header("cookie", cookie)).await.0
}

#[tokio::test]
async fn a_session_is_made_by_the_server_alone() {
    let town = Town::at(NOW).await;
    let planted = format!("zhihui_session={}", "a".repeat(64));
    let (status, set) = sign_in(&town, "leader", &planted).await;
    assert_eq!(status, 303);
    let given = session_of(&set);
    assert_ne!(given, planted, "what the browser came with is not taken over");
    assert_eq!(page(&town, "/board", &planted).await, 303, "and opens nothing");
    assert_eq!(page(&town, "/board", given).await, 200);
    let cookie = set.iter().find(|c| c.starts_with("zhihui_session=")).unwrap();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    // Two cookies of the name, as a neighbour on a parent domain could plant one: one of them decides, never both.
    let both = page(&town, "/board", &format!("{planted}; {given}")).await;
    assert!(both == 303 || both == 200);

    // Signing in from within a session of somebody else: the new cookie is the new person's.
    let (_, set) = sign_in(&town, "clerk3.ord", given).await;
    assert_eq!(page(&town, "/checks", session_of(&set)).await, 403, "the clerk's");
    assert_eq!(page(&town, "/checks", given).await, 200, "the leader's");
    for forged in ["", "x", "zhihui_session", "zhihui_session=", "zhihui_session=' or 1=1--", "zhihui_session=\u{1}"] {
        let request = plain().get(format!("{}/board", town.url)).header("cookie", forged.as_bytes());
        let sent = request.send().await;
        assert!(sent.is_err() || sent.unwrap().status().as_u16() == 303, "{forged:?}");
    }
    // What is kept can't be used: the database holds hashes.
    let hash: String = sqlx::query_scalar("select encode(token_hash, 'hex') from session limit 1")
        .fetch_one(&town.app.pool)
        .await
        .unwrap();
    assert_eq!(page(&town, "/board", &format!("zhihui_session={hash}")).await, 303);
}

#[tokio::test]
async fn a_token_is_good_for_its_own_door_and_until_it_ends() {
    let town = Town::at(NOW).await;
    let (_, set) = sign_in(&town, "leader", "").await;
    let cookie = session_of(&set).to_owned();
    let program = town.sign_in("leader").await;
    let (http, incidents) = (plain(), format!("{}/api/v1/incidents", town.url));
    let stolen = cookie.trim_start_matches("zhihui_session=");
    assert_eq!(meets(http.get(&incidents).bearer_auth(stolen)).await.0, 401, "a cookie's token in a program");
    let crossed = format!("zhihui_session={}", program.token());
    assert_eq!(page(&town, "/board", &crossed).await, 303, "a program's token in a cookie");

    assert_eq!((page(&town, "/board", &cookie).await, program.get("/api/v1/incidents").await.0), (200, 200));
    // Past its time. What is remembered of sessions is forgotten with the directory, here at once.
    sqlx::query("update session set created_at = $1 - interval '2 days', expires_at = $1 - interval '1 second'")
        .bind(town.app.clock.now())
        .execute(&town.app.pool)
        .await
        .unwrap();
    town.app.reload_directory().await.unwrap();
    assert_eq!((page(&town, "/board", &cookie).await, program.get("/api/v1/incidents").await.0), (303, 401));

    // Signed out: the cookie that was copied before is dead.
    let (_, set) = sign_in(&town, "leader", "").await;
    let cookie = session_of(&set).to_owned();
    assert_eq!(page(&town, "/board", &cookie).await, 200);
    let out = plain()
        .post(format!("{}/sign-out", town.url))
        .header("cookie", &cookie)
        .header("sec-fetch-site", "same-origin");
    let (status, answer) = meets(out).await;
    assert_eq!(status, 303);
    assert!(answer.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(page(&town, "/board", &cookie).await, 303);
    let program = town.sign_in("leader").await;
    let bye = http.delete(format!("{}/api/v1/sessions/current", town.url)).bearer_auth(program.token());
    assert_eq!(meets(bye).await.0, 204);
    assert_eq!(program.get("/api/v1/incidents").await.0, 401);
}

#[tokio::test]
async fn rights_change_under_a_session_that_goes_on() {
    let town = Town::at(NOW).await;
    let (admin, inspector) = (town.browser("admin").await, town.browser("insp1.insp").await);
    let program = town.sign_in("insp1.insp").await;
    assert_eq!((inspector.get("/audit").await.0, program.get("/api/v1/incidents").await.0), (200, 200));

    let posts = "/people/insp1.insp/posts";
    for form in [
        [("role", "order_clerk"), ("department", "ORD"), ("saved", "")],
        [("role", "inspector"), ("department", "INSP"), ("end", "1")],
    ] {
        let (status, page) = admin.post(posts, &form).await;
        assert_eq!(status, 303, "{form:?}: {page}");
    }
    assert_eq!(inspector.get("/audit").await.0, 403, "the trail is no longer theirs");
    assert_eq!(program.post("/api/v1/rectifications", json!({})).await.0, 403);
    assert_eq!(inspector.get("/report").await.0, 200, "and what came with the new post is");

    assert_eq!(admin.post("/people/insp1.insp/closure", &[("reason", "left")]).await.0, 303);
    assert_eq!((inspector.get("/report").await.0, program.get("/api/v1/incidents").await.0), (303, 401));
}
