//! Lanchuan in this process: the router with the listener and the intake behind it, driven over HTTP like a browser
//! drives it. The clock stands still until a test moves it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::net::SocketAddr;

use reqwest::redirect::Policy;
use serde_json::{Map, Value};
use zhihui::clock::Clock;
use zhihui::intake;
use zhihui::person::Actor;
use zhihui::plan::Edition;
use zhihui::response::Command;
use zhihui::response::intake::Receipt;
use zhihui::state::{App, Settings};

use super::database::{TestDb, database};
use super::server::Client;

pub const PASSWORD: &str = "lanchuan town 2026";

pub struct Town {
    pub app: App,
    pub url: String,
    // Dropped last: everything above uses it.
    db: TestDb,
}

/// One signed-in person's browser.
pub struct Browser {
    pub http: reqwest::Client,
    url: String,
}

impl Town {
    /// Everyone of Lanchuan, no incidents; the clock stands at `at` (RFC 3339).
    pub async fn at(at: &str) -> Town {
        Town::on(at, "127.0.0.1:0").await
    }

    pub async fn on(at: &str, address: &str) -> Town {
        Town::with(at, address, Settings { sign_in_burst: 10_000, ..Settings::default() }).await
    }

    pub async fn with(at: &str, address: &str, settings: Settings) -> Town {
        let db = database().await;
        let at = at.parse().unwrap();
        let mut tx = db.pool.begin().await.unwrap();
        zhihui::plan::store::load_built_in(&mut tx, at).await.unwrap();
        tx.commit().await.unwrap();
        let (app, writer) = App::load(db.pool.clone(), Clock::simulated(at), settings).await.unwrap();
        let hash = app.hash_password(PASSWORD.to_owned()).await.unwrap();
        let mut tx = db.pool.begin().await.unwrap();
        zhihui::demo::store::fill(&mut tx, &Edition::built_in().unwrap(), &hash, at).await.unwrap();
        tx.commit().await.unwrap();
        app.reload().await.unwrap();
        let (pool, clock, stop) = (db.pool.clone(), app.clock.clone(), app.shutdown.clone());
        tokio::spawn(intake::run(writer, pool, clock, app.duplicate_window(), stop));
        tokio::spawn(zhihui::live::store::listen(app.clone()));
        let listener = tokio::net::TcpListener::bind(address).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let service = zhihui::router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Town { app, url, db }
    }

    pub fn database_url(&self) -> String {
        self.db.url.clone()
    }

    pub fn actor(&self, login: &str) -> Actor {
        self.app.directory().by_login(login).unwrap_or_else(|| panic!("nobody is called {login}")).actor()
    }

    /// Reports, and answers the number.
    pub async fn report(&self, login: &str, body: Value) -> String {
        let Value::Object(body) = body else { panic!("a report is an object") };
        let body: Map<String, Value> = body;
        match self.app.report(&self.actor(login), body, None).await {
            Ok(Receipt::Opened(case)) => case.incident.number,
            other => panic!("not opened: {other:?}"),
        }
    }

    pub async fn act(&self, login: &str, number: &str, command: Command) {
        self.app.act(&self.actor(login), number, command).await.unwrap_or_else(|e| panic!("{login}: {e:?}"));
    }

    /// Moves the clock; everything due on the way fires.
    pub async fn clock_to(&self, at: &str) {
        zhihui::worker::advance(&self.app, at.parse().unwrap()).await.unwrap();
    }

    /// The person's program.
    pub async fn sign_in(&self, login: &str) -> Client {
        let nobody = Client::of(&self.url, "");
        let body = serde_json::json!({ "user": login, "password": PASSWORD });
        let session = nobody.send("/api/v1/sessions", body, 201).await;
        Client::of(&self.url, session["token"].as_str().unwrap())
    }

    pub async fn browser(&self, login: &str) -> Browser {
        let http = reqwest::Client::builder().cookie_store(true).redirect(Policy::none()).build().unwrap();
        let browser = Browser { http, url: self.url.clone() };
        let (status, body) = browser.post("/sign-in", &[("user", login), ("password", PASSWORD)]).await;
        assert_eq!(status, 303, "{login} signs in: {body}");
        browser.post("/language", &[("to", "en"), ("next", "/")]).await;
        browser
    }
}

impl Browser {
    /// Status and page.
    pub async fn get(&self, path: &str) -> (u16, String) {
        let answer = self.http.get(format!("{}{path}", self.url)).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// A page that must be there.
    pub async fn page(&self, path: &str) -> String {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "GET {path}: {body}");
        body
    }

    /// Where a page sends on to.
    pub async fn sent_to(&self, path: &str) -> String {
        let answer = self.http.get(format!("{}{path}", self.url)).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 303, "GET {path}");
        answer.headers()["location"].to_str().unwrap().to_owned()
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> (u16, String) {
        let request = self
            .http
            .post(format!("{}{path}", self.url))
            .header("origin", &self.url)
            .header("sec-fetch-site", "same-origin")
            .form(form);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}
