//! The built binary in practice mode, driven over HTTP like any client drives it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::HashMap;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT_LANGUAGE, AUTHORIZATION};
use serde_json::{Value, json};

use super::database::{self, TestDb};

pub const PASSWORD: &str = "lanchuan-practice-2026";
/// A first start migrates, loads the plan and hashes the demo passwords, on a machine that runs other tests.
const PATIENCE: Duration = Duration::from_secs(120);

/// A practice server on a database of its own. Dropping it kills the process.
pub struct Practice {
    pub base: String,
    port: u16,
    log: PathBuf,
    child: Option<Child>,
    database: Option<Arc<TestDb>>,
    /// Where the server finds its database.
    database_url: String,
    environment: Vec<(&'static str, String)>,
    http: reqwest::Client,
    tokens: Mutex<HashMap<String, String>>,
}

/// One signed-in person at one server.
#[derive(Clone)]
pub struct Client {
    base: String,
    http: reqwest::Client,
    token: String,
    lang: &'static str,
}

impl Practice {
    /// A server whose clock stands at `at` (RFC 3339), on a fresh database.
    pub async fn start(at: &str) -> Practice {
        Practice::on(Arc::new(database::empty_database().await), at).await
    }

    /// A second server on the same database, with a clock of its own at `at`.
    pub async fn beside(&self, at: &str) -> Practice {
        Practice::on(self.database.clone().expect("a database of its own"), at).await
    }

    async fn on(database: Arc<TestDb>, at: &str) -> Practice {
        let url = database.url.clone();
        let mut practice = Practice::idle(url);
        practice.database = Some(database);
        practice.run(at).await;
        practice
    }

    /// A server that reaches its database at `url`, with more in its environment.
    pub async fn over(url: &str, environment: &[(&'static str, &str)], at: &str) -> Practice {
        // The HTTP client brings no cryptography of its own.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let environment = environment.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let mut practice = Practice::idle(url.to_owned());
        practice.environment = environment;
        practice.run(at).await;
        practice
    }

    fn idle(database_url: String) -> Practice {
        let port = free_port();
        Practice {
            base: format!("http://127.0.0.1:{port}"),
            port,
            log: PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("practice-{port}.log")),
            child: None,
            database: None,
            database_url,
            environment: Vec::new(),
            http: reqwest::Client::builder().timeout(PATIENCE).build().unwrap(),
            tokens: Mutex::default(),
        }
    }

    /// The server's database, for what the API does not say.
    pub fn pool(&self) -> &sqlx::PgPool {
        &self.database.as_ref().expect("a database of its own").pool
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("it runs").id()
    }

    /// How the process ended, once it has.
    pub fn ended(&mut self) -> Option<std::process::ExitStatus> {
        self.child.as_mut().expect("it was started").try_wait().unwrap()
    }

    /// All the server wrote.
    pub fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Starts the process again on the same database and address, its clock at `at`.
    pub async fn restart(&mut self, at: &str) {
        self.kill_dash_9();
        self.run(at).await;
    }

    /// Ends the process with SIGKILL: nothing is flushed, nothing is said.
    pub fn kill_dash_9(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    async fn run(&mut self, at: &str) {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(&self.log).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_zhihui"))
            .args(["--practice", "--at", at, "--listen", &format!("127.0.0.1:{}", self.port)])
            .env("DATABASE_URL", &self.database_url)
            .envs(self.environment.iter().map(|(name, value)| (*name, value.as_str())))
            .env("ZHIHUI_DEMO_PASSWORD", PASSWORD)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .expect("the server starts");
        self.child = Some(child);
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.as_mut().unwrap().try_wait().unwrap() {
                panic!("the server ended with {status}:\n{}", self.tail());
            }
            let health = self.http.get(format!("{}/healthz", self.base)).send().await;
            if health.is_ok_and(|answer| answer.status().as_u16() == 200) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "the server is not up:\n{}", self.tail());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The person of that sign-in name; signs in once, then remembers the token.
    pub async fn sign_in(&self, user: &str) -> Client {
        let known = self.tokens().get(user).cloned();
        let token = match known {
            Some(token) => token,
            None => {
                let (status, body) =
                    self.anonymous().post("/api/v1/sessions", json!({"user": user, "password": PASSWORD})).await;
                assert_eq!(status, 201, "{user} signs in: {body}");
                let token = body["token"].as_str().expect("a token").to_owned();
                self.tokens().insert(user.to_owned(), token.clone());
                token
            }
        };
        Client { token, ..self.anonymous() }
    }

    /// Somebody who has not signed in.
    pub fn anonymous(&self) -> Client {
        Client { base: self.base.clone(), http: self.http.clone(), token: String::new(), lang: "en" }
    }

    /// Moves the practice clock to `to` (RFC 3339); everything due on the way has fired when it returns.
    pub async fn clock_to(&self, to: &str) {
        let leader = self.sign_in("leader").await;
        let (status, body) = leader.post("/api/v1/practice/clock", json!({"to": to})).await;
        assert_eq!(status, 200, "the clock moves to {to}: {body}");
    }

    /// The end of what the server wrote, for a failing test's message.
    pub fn tail(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }

    fn tokens(&self) -> std::sync::MutexGuard<'_, HashMap<String, String>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        self.kill_dash_9();
        if std::thread::panicking() {
            eprintln!("--- {} ends with\n{}", self.log.display(), self.tail());
        } else {
            let _ = std::fs::remove_file(&self.log);
        }
    }
}

impl Client {
    /// Whoever holds the token, at any server.
    pub fn of(base: &str, token: &str) -> Client {
        Client { base: base.to_owned(), http: reqwest::Client::new(), token: token.to_owned(), lang: "en" }
    }

    pub fn token(&self) -> &str {
        &self.token
    }

    /// The same person reading another language, by its `Accept-Language`.
    pub fn reading(&self, lang: &'static str) -> Client {
        Client { lang, ..self.clone() }
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        self.answer(self.http.get(self.url(path))).await.expect("an answer")
    }

    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.answer(self.http.post(self.url(path)).json(&body)).await.expect("an answer")
    }

    /// Posts under an `Idempotency-Key`; an error when the line broke before the answer.
    pub async fn post_keyed(&self, path: &str, key: &str, body: &Value) -> reqwest::Result<(u16, Value)> {
        let request = self.http.post(self.url(path)).header("Idempotency-Key", key).json(body);
        self.answer(request).await
    }

    /// Gets and expects 200.
    pub async fn read(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "GET {path}: {body}");
        body
    }

    /// Posts and expects `status`.
    pub async fn send(&self, path: &str, body: Value, status: u16) -> Value {
        let (got, answer) = self.post(path, body.clone()).await;
        assert_eq!(got, status, "POST {path} {body}: {answer}");
        answer
    }

    /// Posts a form with files.
    pub async fn send_form(&self, path: &str, form: reqwest::multipart::Form) -> (u16, Value) {
        self.answer(self.http.post(self.url(path)).multipart(form)).await.expect("an answer")
    }

    /// The answer as it comes; an error when the line broke before it.
    pub async fn try_get(&self, path: &str) -> reqwest::Result<reqwest::Response> {
        self.signed(self.http.get(self.url(path))).send().await
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> reqwest::Result<(u16, Value)> {
        let answer = self.signed(request).send().await?;
        let status = answer.status().as_u16();
        let text = answer.text().await?;
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok((status, body))
    }
}

impl Client {
    fn signed(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        let request = request.header(ACCEPT_LANGUAGE, self.lang);
        if self.token.is_empty() {
            return request;
        }
        request.header(AUTHORIZATION, format!("Bearer {}", self.token))
    }
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|l| l.local_addr()).unwrap().port()
}
