//! The two commands as a person gives them: the built binary, started, stopped, killed, started again.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use sqlx::Executor;

use crate::harness::database::{empty_database, scratch};

const PASSWORD: &str = "lanchuan-demo";
const PATIENCE: Duration = Duration::from_secs(120);

#[tokio::test]
async fn the_demo_city_lives_on_through_every_end() {
    let dir = scratch("command-demo").await;
    let data = dir.join("data");
    let arguments = ["--data", data.to_str().unwrap()];

    let server = Server::start(&dir, None, &arguments).await;
    assert!(server.said().contains("head.inf"), "{}", server.said());
    let leader = server.sign_in("leader", PASSWORD).await;
    let list = leader.get("/api/v1/incidents?limit=50").await;
    let items = list["items"].as_array().unwrap();
    let of =
        |sub_kind: &str, state: &str| items.iter().filter(|i| i["sub_kind"] == sub_kind && i["state"] == state).count();
    assert_eq!(items.len(), 5, "{list}");
    assert_eq!(of("wx.rainstorm", "open"), 1);
    assert_eq!(of("veh.breakdown_en_route", "open"), 1);
    assert_eq!(of("veh.breakdown_en_route", "closed"), 1);
    assert_eq!(of("it.voice_board_down", "open"), 1);
    assert!(items.iter().any(|i| i["severity"] == "local" && i["proposed_severity"] == "major"), "{list}");
    let number = server.report().await;

    let postmaster = postmaster(&data);
    server.stop(Signal::SIGINT).await;
    assert!(gone(postmaster), "PostgreSQL outlived Ctrl-C");

    let mut server = Server::start(&dir, None, &arguments).await;
    server.expect_incident(&number).await;
    let postmaster = self::postmaster(&data);
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    until_gone(postmaster).await;

    // Killed hard it starts again, and another password holds from now on.
    let other = ["--data", data.to_str().unwrap(), "--demo-password", "another-password"];
    let server = Server::start(&dir, None, &other).await;
    let leader = server.sign_in("leader", "another-password").await;
    assert_eq!(leader.get(&format!("/api/v1/incidents/{number}")).await["number"], number);

    // The folder is in use: clearing waits for nobody and harms nothing.
    let refused = run(None, &["demo", "clear", "--data", data.to_str().unwrap()]);
    assert!(!refused.status.success());
    assert!(stderr(&refused).contains("in use"), "{}", stderr(&refused));
    server.stop(Signal::SIGTERM).await;
    let cleared = run(None, &["demo", "clear", "--data", data.to_str().unwrap()]);
    assert!(cleared.status.success(), "{}", stderr(&cleared));
    let server = Server::start(&dir, None, &arguments).await;
    let leader = server.sign_in("leader", PASSWORD).await;
    let list = leader.get("/api/v1/incidents?limit=50").await;
    assert_eq!(list["items"].as_array().unwrap().len(), 5);
    server.stop(Signal::SIGINT).await;
}

#[tokio::test]
async fn practice_on_a_private_database_begins_anew_each_time() {
    let dir = scratch("command-practice").await;
    let data = dir.join("data");
    let arguments = ["--data", data.to_str().unwrap(), "--practice", "--at", "2026-09-30T17:05:00+08:00"];
    for _ in 0..2 {
        let server = Server::start(&dir, None, &arguments).await;
        let leader = server.sign_in("leader", PASSWORD).await;
        let list = leader.get("/api/v1/incidents").await;
        assert_eq!(list["items"], json!([]));
        server.report_at("2026-09-30T17:00:00+08:00").await;
        let moved = leader.post("/api/v1/practice/clock", json!({"to": "2026-10-08T09:00:00+08:00"})).await;
        assert_eq!(moved.1["now"], "2026-10-08T09:00:00+08:00");
        server.stop(Signal::SIGINT).await;
    }
}

#[tokio::test]
async fn practice_and_real_work_never_share_a_database() {
    let dir = scratch("command-mixed").await;
    let foreign = empty_database().await;
    foreign.pool.execute("CREATE TABLE somebody_elses (id int)").await.unwrap();
    let refused = run(Some(&foreign.url), &["--practice", "--listen", "127.0.0.1:0"]);
    assert!(!refused.status.success());
    assert!(stderr(&refused).contains("made for practice"), "{}", stderr(&refused));
    let tables: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
    )
    .fetch_one(&foreign.pool)
    .await
    .unwrap();
    assert_eq!(tables, 1, "a refused database is left as it was");

    let work = empty_database().await;
    let server = Server::start(&dir, Some(&work.url), &[]).await;
    server.stop(Signal::SIGTERM).await;
    let refused = run(Some(&work.url), &["--practice", "--listen", "127.0.0.1:0"]);
    assert!(stderr(&refused).contains("a company's own work"), "{}", stderr(&refused));

    let practice = empty_database().await;
    let at = ["--practice", "--at", "2026-09-30T17:05:00+08:00"];
    let server = Server::start(&dir, Some(&practice.url), &at).await;
    let number = server.report_at("2026-09-30T17:00:00+08:00").await;
    server.stop(Signal::SIGTERM).await;
    let refused = run(Some(&practice.url), &["--listen", "127.0.0.1:0"]);
    assert!(stderr(&refused).contains("made for practice"), "{}", stderr(&refused));
    let later = ["--practice", "--at", "2026-10-08T09:50:00+08:00"];
    let server = Server::start(&dir, Some(&practice.url), &later).await;
    server.expect_incident(&number).await;
    server.stop(Signal::SIGTERM).await;
}

#[tokio::test]
async fn two_replicas_start_together_and_get_their_first_administrator_and_city() {
    let dir = scratch("command-replicas").await;
    let database = empty_database().await;
    let url = Some(database.url.as_str());
    let (one, two) = (dir.join("one"), dir.join("two"));
    let (one, two) = tokio::join!(Server::start(&one, url, &[]), Server::start(&two, url, &[]));
    assert!(one.said().contains("create-admin"), "{}", one.said());

    let short = run_as(url, &["create-admin", "--login", "chief"], "short");
    assert!(!short.status.success());
    let made = run_as(url, &["create-admin", "--login", "chief"], "correct horse battery");
    assert!(made.status.success(), "{}", stderr(&made));
    let again = run_as(url, &["create-admin", "--login", "other"], "correct horse battery");
    assert!(!again.status.success());
    assert!(stderr(&again).contains("already"), "{}", stderr(&again));
    one.sign_in("chief", "correct horse battery").await;
    two.sign_in("chief", "correct horse battery").await;

    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("plan/lanchuan.toml");
    for _ in 0..2 {
        let loaded = run(url, &["load-city", file.to_str().unwrap()]);
        assert!(loaded.status.success(), "{}", stderr(&loaded));
    }
    let regions: i64 = sqlx::query_scalar("SELECT count(*) FROM region").fetch_one(&database.pool).await.unwrap();
    assert_eq!(regions, 5);
    one.stop(Signal::SIGTERM).await;
    two.stop(Signal::SIGTERM).await;
}

#[tokio::test]
async fn what_keeps_it_from_starting_is_said_in_words() {
    let nowhere = run(Some("postgres://nobody:hush@127.0.0.1:9/none"), &["--listen", "127.0.0.1:0"]);
    assert!(!nowhere.status.success());
    assert!(stderr(&nowhere).contains("DATABASE_URL"), "{}", stderr(&nowhere));
    assert!(!stderr(&nowhere).contains("hush"));

    let held = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = held.local_addr().unwrap().to_string();
    let taken = run(None, &["--listen", &address]);
    assert!(stderr(&taken).contains("--listen"), "{}", stderr(&taken));

    let alone = run(None, &["create-admin", "--login", "admin"]);
    assert!(stderr(&alone).contains("DATABASE_URL"), "{}", stderr(&alone));
}

/// The binary, serving.
struct Server {
    child: Child,
    base: String,
    out: PathBuf,
}

impl Server {
    async fn start(dir: &Path, url: Option<&str>, arguments: &[&str]) -> Server {
        fs::create_dir_all(dir).unwrap();
        let (out, err) = (dir.join("out"), dir.join("err"));
        let mut child = command(url, arguments)
            .args(["--listen", "127.0.0.1:0"])
            .stdout(File::create(&out).unwrap())
            .stderr(File::create(&err).unwrap())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        loop {
            let said = fs::read_to_string(&out).unwrap();
            if let Some(address) = said.lines().find_map(|l| l.strip_prefix("listening on ")) {
                let base = address.to_owned();
                let server = Server { child, base, out };
                let health = http().get(format!("{}/healthz", server.base)).send().await.unwrap();
                assert_eq!(health.status(), 200);
                return server;
            }
            let ended = child.try_wait().unwrap();
            if ended.is_some() || begun.elapsed() > PATIENCE {
                let _ = child.kill();
                panic!("no server ({ended:?}):\n{said}\n{}", fs::read_to_string(&err).unwrap());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn said(&self) -> String {
        fs::read_to_string(&self.out).unwrap()
    }

    async fn sign_in(&self, user: &str, password: &str) -> Client {
        let mut client = Client { base: self.base.clone(), token: String::new() };
        let (status, body) = client.post("/api/v1/sessions", json!({"user": user, "password": password})).await;
        assert_eq!(status, 201, "{user} signs in: {body}");
        client.token = body["token"].as_str().unwrap().to_owned();
        client
    }

    async fn report(&self) -> String {
        self.report_at("2020-01-02T10:00:00+08:00").await
    }

    async fn report_at(&self, occurred_at: &str) -> String {
        let clerk = self.sign_in("clerk2.ord", PASSWORD).await;
        let body = json!({
            "sub_kind": "it.voice_board_down", "occurred_at": occurred_at, "region": "CITY",
            "description": "4 号语音板无响应", "board": "4", "links_affected": {"ordering": "restricted"},
        });
        let (status, receipt) = clerk.post("/api/v1/incidents", body).await;
        assert_eq!(status, 201, "{receipt}");
        receipt["number"].as_str().unwrap().to_owned()
    }

    async fn expect_incident(&self, number: &str) {
        let leader = self.sign_in("leader", PASSWORD).await;
        let incident = leader.get(&format!("/api/v1/incidents/{number}")).await;
        assert_eq!(incident["number"], number, "{incident}");
    }

    /// Sends the signal and waits for an end in order.
    async fn stop(mut self, signal: Signal) {
        send(self.child.id(), signal);
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                assert!(status.success(), "{status}");
                return;
            }
            assert!(begun.elapsed() < Duration::from_secs(40), "{signal} did not end it");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Client {
    base: String,
    token: String,
}

impl Client {
    async fn get(&self, path: &str) -> Value {
        let request = http().get(format!("{}{path}", self.base));
        let answer = request.bearer_auth(&self.token).send().await.unwrap();
        answer.json().await.unwrap()
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let request = http().post(format!("{}{path}", self.base));
        let request = if self.token.is_empty() { request } else { request.bearer_auth(&self.token) };
        let answer = request.json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }
}

/// A client of plain HTTP. The library wants to know its cryptography all the same.
fn http() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

/// The binary with nothing of our own environment that it would listen to.
fn command(url: Option<&str>, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhihui"));
    for name in [
        "DATABASE_URL",
        "ZHIHUI_DATA",
        "ZHIHUI_LISTEN",
        "ZHIHUI_DEMO_PASSWORD",
        "ZHIHUI_ADMIN_PASSWORD",
        "LC_ALL",
        "LC_MESSAGES",
        "LANG",
    ] {
        command.env_remove(name);
    }
    if let Some(url) = url {
        command.env("DATABASE_URL", url);
    }
    command.args(arguments).stdin(Stdio::null());
    command
}

fn run(url: Option<&str>, arguments: &[&str]) -> Output {
    command(url, arguments).output().unwrap()
}

fn run_as(url: Option<&str>, arguments: &[&str], password: &str) -> Output {
    command(url, arguments).env("ZHIHUI_ADMIN_PASSWORD", password).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The process of the private PostgreSQL in `data`.
fn postmaster(data: &Path) -> u32 {
    let note = fs::read_to_string(data.join("cluster/postmaster.pid")).unwrap();
    note.lines().next().unwrap().trim().parse().unwrap()
}

fn gone(pid: u32) -> bool {
    kill(Pid::from_raw(i32::try_from(pid).unwrap()), None).is_err()
}

async fn until_gone(pid: u32) {
    let begun = Instant::now();
    while !gone(pid) {
        assert!(begun.elapsed() < Duration::from_secs(20), "PostgreSQL outlived kill -9");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn send(pid: u32, signal: Signal) {
    kill(Pid::from_raw(i32::try_from(pid).unwrap()), signal).unwrap();
}
