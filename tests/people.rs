//! Signing in, sessions, rights and the audit trail, over HTTP against a real database.

use std::net::SocketAddr;

use axum::Router;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use zhihui::audit::{self, Chain};
use zhihui::clock::Clock;
use zhihui::lang::{Lang, Text};
use zhihui::person::account::NewPerson;
use zhihui::person::directory::{Department, RoleName};
use zhihui::person::{Actor, Post, store};
use zhihui::state::{App, Settings};
use zhihui::web;

use crate::harness::database::{TestDb, database};

const PASSWORD: &str = "lanchuan practice";

struct Server {
    app: App,
    url: String,
    db: TestDb,
}

fn text(word: &str) -> Text {
    Text { zh_hans: word.to_owned(), zh_hant: word.to_owned(), en: word.to_owned() }
}

fn at() -> DateTime<Utc> {
    "2026-09-30T09:05:00Z".parse().unwrap()
}

async fn server(settings: Settings) -> Server {
    let db = database().await;
    let (app, _writer) = App::load(db.pool.clone(), Clock::simulated(at()), settings).await.unwrap();
    let hash = app.hash_password(PASSWORD.to_owned()).await.unwrap();
    let mut tx = db.pool.begin().await.unwrap();
    for (position, kind) in (0..).zip(["LG", "INF", "INSP"]) {
        let department = Department {
            code: kind.to_owned(),
            kind: kind.to_owned(),
            name: text(kind),
            region: None,
            parent: None,
            position,
        };
        zhihui::person::directory::store::put_department(&mut tx, &department).await.unwrap();
    }
    for (position, (code, departments)) in (0..).zip([
        ("leader", vec!["LG".to_owned()]),
        ("department_head", vec![]),
        ("inspector", vec!["INSP".to_owned()]),
        ("sys_admin", vec!["INF".to_owned()]),
    ]) {
        let role = RoleName { code: code.to_owned(), name: text(code), departments, position };
        zhihui::person::directory::store::put_role(&mut tx, &role).await.unwrap();
    }
    for (login, role, department) in
        [("leader", "leader", "LG"), ("head.inf", "department_head", "INF"), ("insp1.insp", "inspector", "INSP")]
    {
        let new = NewPerson {
            login: login.to_owned(),
            name: login.to_owned(),
            language: Lang::En,
            phone: None,
            password_hash: hash.clone(),
            posts: vec![Post { role: role.to_owned(), department: department.to_owned() }],
        };
        store::create(&mut tx, &new, &Actor::system(), "", at()).await.unwrap();
    }
    store::create_admin(&mut tx, "admin", &hash, at()).await.unwrap();
    tx.commit().await.unwrap();
    app.reload_directory().await.unwrap();

    let routes = web::routes()
        .merge(zhihui::person::pages::routes())
        .merge(zhihui::audit::pages::routes())
        .get("/api/v1/panic", web::Access::Public, || async {
            panic!("as asked");
            #[expect(unreachable_code)]
            ""
        })
        .get("/api/v1/handled", web::Access::Handler, || async { "" });
    let router: Router = web::assemble(app.clone(), routes);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    Server { app, url, db }
}

impl Server {
    async fn chain(&self) -> Chain {
        let mut conn = self.db.pool.acquire().await.unwrap();
        audit::store::verify(&mut conn).await.unwrap()
    }

    async fn token(&self, user: &str) -> String {
        let (status, body) = self.sign_in(user, PASSWORD).await;
        assert_eq!(status, 201, "{body}");
        body["token"].as_str().unwrap().to_owned()
    }

    async fn sign_in(&self, user: &str, password: &str) -> (u16, Value) {
        let body = json!({ "user": user, "password": password });
        self.post_session(body.to_string()).await
    }

    async fn post_session(&self, body: String) -> (u16, Value) {
        let answer = Client::new()
            .post(format!("{}/api/v1/sessions", self.url))
            .header("accept-language", "en")
            .body(body)
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// A browser, signed in.
    async fn browser(&self, user: &str) -> Client {
        let browser = fresh_browser();
        let answer = browser
            .post(format!("{}/sign-in", self.url))
            .header("sec-fetch-site", "same-origin")
            .form(&[("user", user), ("password", PASSWORD), ("next", "/account")])
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(answer.headers()["location"], "/account");
        browser
    }
}

fn fresh_browser() -> Client {
    Client::builder().cookie_store(true).redirect(Policy::none()).build().unwrap()
}

#[tokio::test]
async fn a_token_opens_the_api_until_it_is_given_back() {
    let server = server(Settings::default()).await;
    let (status, body) = server.sign_in("Head.INF ", PASSWORD).await;
    assert_eq!(status, 201);
    assert!(body["expires_at"].as_str().unwrap().ends_with("+08:00"));
    let token = body["token"].as_str().unwrap();
    let http = Client::new();
    let current = format!("{}/api/v1/sessions/current", server.url);
    let handled = format!("{}/api/v1/handled", server.url);
    assert_eq!(http.get(&handled).bearer_auth(token).send().await.unwrap().status(), 200);
    assert_eq!(http.delete(&current).bearer_auth(token).send().await.unwrap().status(), 204);
    let after = http.get(&handled).bearer_auth(token).send().await.unwrap();
    assert_eq!(after.status(), 401);
    assert_eq!(after.headers()["www-authenticate"], "Bearer");
    let body: Value = after.json().await.unwrap();
    assert_eq!(body["code"], "M_SIGN_IN_FIRST");
}

#[tokio::test]
async fn refusals_are_json_in_the_language_asked_for() {
    let server = server(Settings::default()).await;
    let refused = |body: &str| server.post_session(body.to_owned());
    let (status, body) = refused(r#"{"usr":"x","password":"y"}"#).await;
    assert_eq!((status, &body["code"], &body["field"]), (422, &json!("M_UNKNOWN_FIELD"), &json!("usr")));
    assert_eq!(body["message"], "Unknown field: usr.");
    assert_eq!(body["clause"], Value::Null);
    let (status, body) = refused(r#"{"user":"x"}"#).await;
    assert_eq!((status, &body["code"], &body["field"]), (422, &json!("M_REQUIRED"), &json!("password")));
    let (status, body) = refused("nonsense").await;
    assert_eq!((status, &body["code"]), (422, &json!("M_BAD_VALUE")));

    let http = Client::new();
    let missing =
        http.get(format!("{}/api/v1/nothing", server.url)).header("accept-language", "zh-TW").send().await.unwrap();
    assert_eq!(missing.status(), 404);
    let body: Value = missing.json().await.unwrap();
    assert_eq!(body["message"], "未找到所請求的內容，或您無權查看。");
    let wrong_method = http.put(format!("{}/api/v1/sessions", server.url)).send().await.unwrap();
    assert_eq!(wrong_method.status(), 405);
    assert_eq!(wrong_method.json::<Value>().await.unwrap()["code"], "M_NOT_FOUND");
    let panicked = http.get(format!("{}/api/v1/panic", server.url)).send().await.unwrap();
    assert_eq!(panicked.status(), 500);
    let body = panicked.text().await.unwrap();
    assert!(body.contains("M_FAULT") && !body.contains("as asked"), "{body}");
}

#[tokio::test]
async fn five_wrong_passwords_lock_the_name_for_a_while() {
    let server = server(Settings::default()).await;
    for user in ["leader", "nobody.here"] {
        for _ in 0..5 {
            let (status, body) = server.sign_in(user, "wrong").await;
            assert_eq!((status, &body["code"]), (401, &json!("M_SIGN_IN")));
        }
        let (status, body) = server.sign_in(user, PASSWORD).await;
        assert_eq!((status, &body["code"]), (429, &json!("M_TOO_MANY_TRIES")));
    }
    server.app.clock.move_to(at() + TimeDelta::minutes(2));
    assert_eq!(server.sign_in("leader", PASSWORD).await.0, 201);
}

#[tokio::test]
async fn one_address_can_not_try_without_end() {
    let settings = Settings { sign_in_burst: 3, sign_in_refill_ms: 60_000, ..Settings::default() };
    let server = server(settings).await;
    for user in ["a", "b", "c"] {
        assert_eq!(server.sign_in(user, "wrong").await.0, 401);
    }
    let (status, body) = server.sign_in("d", "wrong").await;
    assert_eq!((status, &body["code"]), (429, &json!("M_TOO_MANY_TRIES")));
}

#[tokio::test]
async fn denied_attempts_are_on_record() {
    let server = server(Settings::default()).await;
    let http = Client::new();
    for (user, code) in [("insp1.insp", "M_INSP_READONLY"), ("admin", "M_FORBIDDEN")] {
        let token = server.token(user).await;
        let answer = http.get(format!("{}/api/v1/handled", server.url)).bearer_auth(token).send().await.unwrap();
        assert_eq!(answer.status(), 403);
        assert_eq!(answer.json::<Value>().await.unwrap()["code"], code);
    }
    let mut conn = server.db.pool.acquire().await.unwrap();
    let rows = audit::store::latest(&mut conn, None, 10).await.unwrap();
    assert_eq!((rows[0].login.as_str(), rows[0].outcome.as_str()), ("admin", "denied"));
    assert_eq!(rows[0].target, "/api/v1/handled");
    assert_eq!(rows[0].address, "127.0.0.1");
}

#[tokio::test]
async fn a_browser_is_sent_to_sign_in_and_back() {
    let server = server(Settings::default()).await;
    let browser = fresh_browser();
    let account = format!("{}/account", server.url);
    let sent = browser.get(&account).send().await.unwrap();
    assert_eq!(sent.status(), 303);
    assert_eq!(sent.headers()["location"], "/sign-in?next=%2Faccount");
    let form = browser.get(format!("{}/sign-in", server.url)).send().await.unwrap();
    for (header, part) in [
        ("content-security-policy", "default-src 'self'"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("permissions-policy", "microphone=()"),
        ("cache-control", "no-store"),
    ] {
        assert!(form.headers()[header].to_str().unwrap().contains(part), "{header}");
    }
    let browser = server.browser("leader").await;
    let page = browser.get(&account).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    assert!(page.contains("<html lang=\"en\"") && page.contains("LG · leader"), "{page}");
    assert!(!page.contains("style=") && !page.contains("onclick"));

    let out = browser.post(format!("{}/sign-out", server.url)).send().await.unwrap();
    assert_eq!(out.status(), 303);
    assert_eq!(browser.get(&account).send().await.unwrap().status(), 303);
}

#[tokio::test]
async fn the_language_follows_the_person() {
    let server = server(Settings::default()).await;
    let browser = server.browser("leader").await;
    let switched = browser
        .post(format!("{}/language", server.url))
        .form(&[("to", "zh-Hant"), ("next", "//evil.example/")])
        .send()
        .await
        .unwrap();
    assert_eq!(switched.headers()["location"], "/");
    let other = server.browser("leader").await;
    let page = other.get(format!("{}/account", server.url)).send().await.unwrap();
    let page = page.text().await.unwrap();
    assert!(page.contains("<html lang=\"zh-Hant\"") && page.contains("變更密碼"), "{page}");
}

#[tokio::test]
async fn the_browser_decides_the_language_where_nobody_chose_one() {
    let server = server(Settings::default()).await;
    let shown = async |asked: &str| {
        let http = reqwest::Client::builder().cookie_store(true).redirect(Policy::none()).build().unwrap();
        let form = [("user", "leader"), ("password", PASSWORD)];
        let sign_in = http.post(format!("{}/sign-in", server.url)).header("accept-language", asked).form(&form);
        assert_eq!(sign_in.send().await.unwrap().status(), 303);
        let page = http.get(format!("{}/account", server.url)).send().await.unwrap().text().await.unwrap();
        page.split("<html lang=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    assert_eq!(shown("zh-HK, en;q=0.5").await, "zh-Hant");
    assert_eq!(shown("en-GB").await, "en");
    assert_eq!(shown("fr").await, "en", "none of ours: the account's own");
}

#[tokio::test]
async fn a_second_device_leaves_the_first_one_as_it_was() {
    let server = server(Settings::default()).await;
    let sign_in = async |asked: &str| {
        let http = reqwest::Client::builder().cookie_store(true).redirect(Policy::none()).build().unwrap();
        let form = [("user", "leader"), ("password", PASSWORD)];
        let sent = http.post(format!("{}/sign-in", server.url)).header("accept-language", asked).form(&form);
        assert_eq!(sent.send().await.unwrap().status(), 303);
        http
    };
    let shown = async |http: &reqwest::Client| {
        let page = http.get(format!("{}/account", server.url)).send().await.unwrap().text().await.unwrap();
        page.split("<html lang=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let desk = sign_in("zh-CN").await;
    let phone = sign_in("zh-TW").await;
    let silent = server.browser("leader").await;
    assert_eq!((shown(&desk).await.as_str(), shown(&phone).await.as_str()), ("zh-Hans", "zh-Hant"));
    assert_eq!(shown(&silent).await, "en", "signing in changed nothing of the account");
    let to = [("to", "zh-Hant"), ("next", "/")];
    phone.post(format!("{}/language", server.url)).form(&to).send().await.unwrap();
    assert_eq!(shown(&silent).await, "zh-Hant", "an explicit choice is the account's");
    assert_eq!(shown(&desk).await, "zh-Hans", "and the first device stays in its own");
}

#[tokio::test]
async fn another_site_can_not_post_for_the_person() {
    let server = server(Settings::default()).await;
    let browser = server.browser("admin").await;
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let answer = browser
            .post(format!("{}/people", server.url))
            .header(name, value)
            .form(&[("login", "x")])
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 403, "{name}");
        assert!(answer.text().await.unwrap().contains("M_FORBIDDEN"));
    }
    // A session cookie is no token of the API, and the API takes no cookie.
    let api = browser.get(format!("{}/api/v1/handled", server.url)).send().await.unwrap();
    assert_eq!(api.status(), 401);
}

#[tokio::test]
async fn accounts_are_opened_given_posts_and_closed() {
    let server = server(Settings::default()).await;
    let browser = server.browser("admin").await;
    let url = |path: &str| format!("{}{path}", server.url);
    let new = |login: &'static str, role: &'static str, department: &'static str| {
        browser.post(url("/people")).form(&[
            ("login", login),
            ("name", "李工"),
            ("language", "zh-Hans"),
            ("phone", "0931-555 0101"),
            ("role", role),
            ("department", department),
            ("password", PASSWORD),
        ])
    };
    let taken = new("leader", "", "").send().await.unwrap();
    assert_eq!(taken.status(), 422);
    let page = taken.text().await.unwrap();
    assert!(page.contains("M_BAD_VALUE") && page.contains("李工"), "what was typed is kept");
    let second = new("leader2", "leader", "LG").send().await.unwrap();
    assert!(second.text().await.unwrap().contains("M_TWO_LEADERS"));
    let wrong_place = new("li", "inspector", "INF").send().await.unwrap();
    assert_eq!(wrong_place.status(), 422);
    let made = new("li", "department_head", "INF").send().await.unwrap();
    assert_eq!(made.status(), 303);
    assert_eq!(made.headers()["location"], "/people/li");

    let token = server.token("li").await;
    let given = browser
        .post(url("/people/li/posts"))
        .form(&[("role", "inspector"), ("department", "INSP")])
        .send()
        .await
        .unwrap();
    assert_eq!(given.status(), 303);
    assert_eq!(server.app.directory().by_login("li").unwrap().posts.len(), 2);

    let closed = browser.post(url("/people/li/closure")).send().await.unwrap();
    assert_eq!(closed.status(), 303);
    assert_eq!(server.sign_in("li", PASSWORD).await.0, 401);
    let answer = Client::new().get(url("/api/v1/handled")).bearer_auth(token).send().await.unwrap();
    assert_eq!(answer.status(), 401, "open sessions end with the account");
    let page = browser.get(url("/people/li")).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("李工") && page.contains("INSP · inspector"), "the history keeps the name");
    let own = browser.post(url("/people/admin/closure")).send().await.unwrap();
    assert_eq!(own.status(), 403, "nobody closes the own account");
    let leader = server.browser("leader").await;
    assert_eq!(leader.get(url("/people")).send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let server = server(Settings::default()).await;
    let here = server.browser("head.inf").await;
    let there = server.browser("head.inf").await;
    let account = format!("{}/account", server.url);
    let change = |current: &'static str, again: &'static str| {
        here.post(format!("{account}/password")).form(&[
            ("current", current),
            ("password", "a longer one"),
            ("again", again),
        ])
    };
    assert_eq!(change(PASSWORD, "another one").send().await.unwrap().status(), 422);
    assert_eq!(change("wrong", "a longer one").send().await.unwrap().status(), 422);
    assert_eq!(change(PASSWORD, "a longer one").send().await.unwrap().status(), 303);
    assert_eq!(here.get(&account).send().await.unwrap().status(), 200);
    assert_eq!(there.get(&account).send().await.unwrap().status(), 303);
    assert_eq!(server.sign_in("head.inf", PASSWORD).await.0, 401);
    assert_eq!(server.sign_in("head.inf", "a longer one").await.0, 201);
}

#[tokio::test]
async fn the_audit_trail_can_not_be_changed_unnoticed() {
    let server = server(Settings::default()).await;
    server.token("leader").await;
    assert!(matches!(server.chain().await, Chain::Whole { rows } if rows >= 5));
    let leader = server.browser("leader").await;
    let page = leader.get(format!("{}/audit", server.url)).send().await.unwrap();
    assert!(page.text().await.unwrap().contains("The trail is whole"));

    let pool = &server.db.pool;
    for statement in [
        "UPDATE audit SET login = 'x' WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 2",
        "TRUNCATE audit",
        "DELETE FROM audit_head",
        "DELETE FROM person",
        "DELETE FROM post",
    ] {
        let error = sqlx::query(statement).execute(pool).await.unwrap_err();
        assert!(error.to_string().contains("M_RECORD_LOCKED"), "{statement}: {error}");
    }
    // Whoever owns the database can get round a trigger; the chain still tells.
    let mut conn = pool.acquire().await.unwrap();
    sqlx::query("SET session_replication_role = replica").execute(&mut *conn).await.unwrap();
    sqlx::query("UPDATE audit SET login = 'x' WHERE seq = 2").execute(&mut *conn).await.unwrap();
    assert_eq!(server.chain().await, Chain::Broken { seq: 2 });
}

#[tokio::test]
async fn static_files_are_kept_by_browsers_for_good() {
    let server = server(Settings::default()).await;
    let file =
        Client::new().get(format!("{}{}", server.url, web::static_files::asset("robots.txt"))).send().await.unwrap();
    assert_eq!(file.status(), 200);
    assert!(file.headers()["cache-control"].to_str().unwrap().contains("immutable"));
    assert!(file.headers().contains_key("content-security-policy"));
}
