//! A city on a private PostgreSQL that keeps its promises (fsync on), and the real server before it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use zhihui::clock::Clock;
use zhihui::postgres::{Cluster, Durability};
use zhihui::state::{App, Settings};
use zhihui::{db, demo, intake, live, person, plan, worker};

use super::client::Client;

pub const DATABASE: &str = "bench";
const PASSWORD: &str = "measured-in-the-open";
/// People who report; clients share them.
const CLERKS: [&str; 3] = ["clerk1.ord", "clerk2.ord", "clerk3.ord"];

/// A fresh cluster below `target`, and a database with people in it.
pub struct Ground {
    pub cluster: Cluster,
    dir: PathBuf,
}

impl Ground {
    pub async fn lay() -> Result<Ground> {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-{}", std::process::id()));
        let cluster = Cluster::start_with(&dir, Durability::Full, &|_| ()).await?;
        let ground = Ground { cluster, dir };
        ground.database(DATABASE).await?;
        Ok(ground)
    }

    /// One more database with people in it; answers where it is.
    pub async fn database(&self, name: &str) -> Result<String> {
        self.cluster.ensure_database(name).await?;
        let url = self.cluster.url(name);
        let pool = db::connect(&url, 2).await?;
        db::migrate(&pool).await?;
        people(&pool).await?;
        pool.close().await;
        Ok(url)
    }

    pub fn url(&self) -> String {
        self.cluster.url(DATABASE)
    }

    /// A folder for the measurement's own files.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub async fn clear(self) -> Result<()> {
        self.cluster.stop().await;
        std::fs::remove_dir_all(&self.dir).context("clearing up")
    }
}

/// The server in this process, on a runtime of its own.
pub struct Stage {
    pub ground: Ground,
    pub pool: PgPool,
    pub app: App,
    pub address: SocketAddr,
}

impl Stage {
    /// `serve` is the runtime the server runs on.
    pub async fn set(serve: &Handle) -> Result<Stage> {
        let ground = Ground::lay().await?;
        let (app, address) = server(serve, ground.url()).await?;
        Ok(Stage { pool: app.pool.clone(), app, address, ground })
    }

    pub async fn strike(self) -> Result<()> {
        self.app.shutdown.cancel();
        self.pool.close().await;
        self.ground.clear().await
    }
}

/// Starts a whole server on a database.
pub async fn server(serve: &Handle, url: String) -> Result<(App, SocketAddr)> {
    let serve = serve.clone();
    tokio::task::spawn_blocking(move || serve.block_on(start(url))).await?
}

/// An application that takes reports and does nothing by itself: no worker, no listener, its clock the one given.
pub async fn quiet(url: &str, clock: Clock) -> Result<App> {
    let pool = db::connect(url, 16).await?;
    let (app, writer) = App::load(pool.clone(), clock, settings()).await?;
    tokio::spawn(intake::run(writer, pool, app.clock.clone(), app.duplicate_window(), app.shutdown.clone()));
    Ok(app)
}

/// Signs in and answers the token of an API session.
pub async fn api_token(address: SocketAddr, user: &str) -> Result<String> {
    let body = json!({ "user": user, "password": PASSWORD }).to_string();
    let mut client = Client::connect(address).await?;
    let request = post("/api/v1/sessions", "", &body);
    let answer = client.send(&request).await?;
    let read: Value = serde_json::from_slice(client.body(answer))?;
    ensure!(answer.status == 201, "signing in as {user}: {read}");
    Ok(read["token"].as_str().context("no token")?.to_owned())
}

/// Signs in and answers the cookie of a browser's session.
pub async fn cookie(address: SocketAddr, user: &str) -> Result<String> {
    let body = format!("user={user}&password={PASSWORD}&next=/");
    let request = format!(
        "POST /sign-in HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut client = Client::connect(address).await?;
    let answer = client.send(request.as_bytes()).await?;
    ensure!(answer.status == 303, "signing in as {user}: {}", answer.status);
    let cookie = client.header("set-cookie").and_then(|c| c.split(';').next()).context("no cookie")?;
    Ok(cookie.to_owned())
}

/// The login of the `n`th clerk.
pub fn clerk(n: usize) -> &'static str {
    CLERKS[n % CLERKS.len()]
}

/// A JSON request written out whole.
pub fn post(path: &str, headers: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A page as a browser asks for it.
pub fn get(address: SocketAddr, path: &str, cookie: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nAccept: text/html\r\n\
         Accept-Encoding: gzip, deflate, br\r\n\r\n"
    )
}

async fn start(url: String) -> Result<(App, SocketAddr)> {
    let pool = db::connect(&url, 16).await?;
    let (app, writer) = App::load(pool.clone(), Clock::System, settings()).await?;
    tokio::spawn(intake::run(writer, pool, app.clock.clone(), app.duplicate_window(), app.shutdown.clone()));
    tokio::spawn(db::line::watch(app.pool.clone(), app.clock.clone(), app.shutdown.clone()));
    tokio::spawn(worker::run(app.clone()));
    tokio::spawn(live::store::listen(app.clone()));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let service = zhihui::router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let stop = app.shutdown.clone();
    tokio::spawn(async move { axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await });
    Ok((app, address))
}

/// Two hundred and fifty-six people signing in from one address is this measurement, not an attack.
fn settings() -> Settings {
    Settings { sign_in_burst: 10_000, ..Settings::default() }
}

/// The demo city and its people.
async fn people(pool: &PgPool) -> Result<()> {
    let now = Clock::System.now();
    let hash = tokio::task::spawn_blocking(|| person::password::hash(PASSWORD)).await??;
    let mut tx = pool.begin().await?;
    plan::store::load_built_in(&mut tx, now).await?;
    let editions = plan::store::all(&mut tx).await?;
    let edition = editions.first().context("no edition")?;
    demo::store::fill(&mut tx, edition, &hash, now).await?;
    tx.commit().await?;
    Ok(())
}
