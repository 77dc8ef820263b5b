//! A real, migrated database for each test.
//!
//! On the server of `DATABASE_URL` where that is set, else on one private cluster that all test
//! processes share. The cluster belongs to a keeper, which is this test program started once more; it
//! ends when nobody has used it for a minute. Each database is a copy of a template, which is migrated
//! once for each state of the migrations folder.

use std::fs::{self, File, OpenOptions};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgPool};
use tokio::sync::OnceCell;
use zhihui::db;
use zhihui::postgres::{Cluster, Durability, reachable};

const IDLE: Duration = Duration::from_secs(60);
const PREFIX: &str = "zhihui_test_";
const KEEPER_DIR: &str = "ZHIHUI_TEST_KEEPER";

/// A database of the test's own, dropped with it.
pub struct TestDb {
    pub pool: PgPool,
    /// For a second pool, or for a server started as a process. Pass it as `DATABASE_URL`.
    pub url: String,
    name: String,
    admin: PgConnectOptions,
}

/// A migrated database without data.
pub async fn database() -> TestDb {
    let server = server().await;
    create(&server.admin, &server.template).await
}

/// A database without even a schema, as a new installation finds it.
pub async fn empty_database() -> TestDb {
    create(&server().await.admin, "template0").await
}

async fn create(admin: &PgConnectOptions, template: &str) -> TestDb {
    let name = format!("{PREFIX}{}", uuid::Uuid::now_v7().simple());
    let mut connection = admin.connect().await.expect("connecting to the test server");
    let copy = format!("CREATE DATABASE {name} TEMPLATE {template}");
    connection.execute(AssertSqlSafe(copy)).await.expect("copying the template");
    connection.close().await.expect("leaving the test server");

    let url = admin.clone().database(&name).to_url_lossy().to_string();
    let pool = db::connect(&url, 10).await.expect("connecting to the test database");
    TestDb { pool, url, name, admin: admin.clone() }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let admin = self.admin.clone();
        // The test's own runtime may be the one that is ending.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut admin = admin.connect().await.map_err(std::io::Error::other)?;
                admin.execute(AssertSqlSafe(statement)).await.map_err(std::io::Error::other)
            })
        });
        // A database left behind is no reason to fail; the keeper clears them at its next start.
        let _ = dropping.join();
    }
}

/// A new empty folder that PostgreSQL may enter, whoever runs the tests.
pub async fn scratch(name: &str) -> PathBuf {
    let dir = home().await.join(name);
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).expect("making a scratch folder");
    dir
}

struct Server {
    /// Leads to the database `postgres`.
    admin: PgConnectOptions,
    template: String,
    /// Shared by all processes that use the private cluster; the keeper waits until none holds it.
    _in_use: Option<File>,
}

async fn server() -> &'static Server {
    static SERVER: OnceCell<Server> = OnceCell::const_new();
    SERVER
        .get_or_init(|| async {
            // The HTTP client brings no cryptography of its own; every test comes by here first.
            let _ = rustls::crypto::ring::default_provider().install_default();
            let given = std::env::var("DATABASE_URL").ok().filter(|url| !url.is_empty());
            let (url, in_use) = match given {
                Some(url) => (url, None),
                None => {
                    let (url, in_use) = shared_cluster().await;
                    (url, Some(in_use))
                }
            };
            let given: PgConnectOptions = url.parse().expect("reading DATABASE_URL");
            let admin = given.database("postgres");
            let template = template(&admin).await.expect("preparing the template database");
            Server { admin, template, _in_use: in_use }
        })
        .await
}

/// The name of a migrated database, made if it is missing.
async fn template(admin: &PgConnectOptions) -> Result<String, sqlx::Error> {
    let mut hash = Sha256::new();
    for migration in db::MIGRATOR.iter() {
        hash.update(&migration.checksum);
    }
    let name = format!("zhihui_template_{}", &hex::encode(hash.finalize())[..16]);

    let mut connection = admin.connect().await?;
    connection.execute("SELECT pg_advisory_lock(7390215)").await?;
    let made: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(&name)
        .fetch_one(&mut connection)
        .await?;
    if !made {
        let fresh = format!("{name}_new");
        let run = |statement: String| AssertSqlSafe(statement);
        connection.execute(run(format!("DROP DATABASE IF EXISTS {fresh} WITH (FORCE)"))).await?;
        connection.execute(run(format!("CREATE DATABASE {fresh} TEMPLATE template0 ENCODING 'UTF8'"))).await?;
        let mut inside = admin.clone().database(&fresh).connect().await?;
        db::MIGRATOR.run(&mut inside).await?;
        inside.close().await?;
        connection.execute(run(format!("ALTER DATABASE {fresh} RENAME TO {name}"))).await?;
    }
    connection.close().await?;
    Ok(name)
}

/// Where the private cluster and scratch folders live: below `target`, or below the system's temporary
/// folder when PostgreSQL's user may not enter the checkout.
async fn home() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(target).expect("making the folder for test data");
    if reachable(target).await {
        return target.to_owned();
    }
    let checkout = hex::encode(Sha256::digest(env!("CARGO_MANIFEST_DIR")));
    let dir = std::env::temp_dir().join(format!("zhihui-tests-{}", &checkout[..8]));
    fs::create_dir_all(&dir).expect("making the folder for test data");
    dir
}

/// The URL of the shared cluster, started if it doesn't run, and the lock that keeps it running.
async fn shared_cluster() -> (String, File) {
    let dir = home().await.join("postgres");
    fs::create_dir_all(&dir).expect("making the folder of the test cluster");
    tokio::task::spawn_blocking({
        let dir = dir.clone();
        move || {
            // One at a time looks and starts. The file closes, and so frees the lock, at the end.
            let starting = open(&dir.join("starting"));
            starting.lock().expect("waiting for the test cluster");
            let in_use = open(&dir.join("in-use"));
            in_use.lock_shared().expect("waiting for the test cluster");
            let url = running(&dir).unwrap_or_else(|| start_keeper(&dir));
            (url, in_use)
        }
    })
    .await
    .expect("starting the test cluster")
}

fn open(path: &Path) -> File {
    OpenOptions::new().create(true).append(true).open(path).expect("opening a lock file")
}

/// The URL the keeper has left, if its server answers.
fn running(dir: &Path) -> Option<String> {
    let url = fs::read_to_string(dir.join("url")).ok()?;
    let options: PgConnectOptions = url.parse().ok()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    runtime.block_on(async { PgConnection::connect_with(&options).await.ok()?.close().await.ok() })?;
    Some(url)
}

#[expect(clippy::zombie_processes, reason = "the keeper is meant to outlive this process")]
fn start_keeper(dir: &Path) -> String {
    let _ = fs::remove_file(dir.join("url"));
    let log = File::create(dir.join("keeper.log")).expect("making the keeper's log");
    let mut keeper = Command::new(std::env::current_exe().expect("finding this program"))
        .args(["--exact", "harness::database::keep", "--ignored", "--nocapture"])
        .env(KEEPER_DIR, dir)
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("sharing the keeper's log"))
        .stderr(log)
        .process_group(0)
        .spawn()
        .expect("starting the keeper of the test cluster");
    let begun = Instant::now();
    loop {
        if let Ok(url) = fs::read_to_string(dir.join("url")) {
            return url;
        }
        let ended = keeper.try_wait().expect("watching the keeper").is_some();
        if ended || begun.elapsed() > Duration::from_secs(600) {
            let log = fs::read_to_string(dir.join("keeper.log")).unwrap_or_default();
            panic!("the test cluster did not start:\n{log}");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Not a test: the keeper, see above.
#[tokio::test]
#[ignore = "started by the tests that need a database"]
async fn keep() {
    let Some(dir) = std::env::var_os(KEEPER_DIR).map(PathBuf::from) else {
        return;
    };
    let cluster = Cluster::start_with(&dir, Durability::None, &|_| ()).await.unwrap_or_else(|e| panic!("{e}"));
    let url = cluster.url("postgres");
    clear(&url).await.expect("dropping databases of earlier runs");
    fs::write(dir.join("keeper.pid"), std::process::id().to_string()).unwrap();
    fs::write(dir.join("url.new"), &url).unwrap();
    fs::rename(dir.join("url.new"), dir.join("url")).unwrap();

    let in_use = open(&dir.join("in-use"));
    let mut last_used = Instant::now();
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if in_use.try_lock().is_err() {
            last_used = Instant::now();
            continue;
        }
        if last_used.elapsed() >= IDLE {
            // The lock stays ours until the server is gone, so that nobody is given its URL any more.
            break;
        }
        in_use.unlock().unwrap();
    }
    let _ = fs::remove_file(dir.join("url"));
    let _ = fs::remove_file(dir.join("keeper.pid"));
    cluster.stop().await;
}

async fn clear(url: &str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    let left: Vec<String> = sqlx::query_scalar("SELECT datname FROM pg_database WHERE datname LIKE 'zhihui\\_t%'")
        .fetch_all(&mut connection)
        .await?;
    for name in left {
        let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        connection.execute(AssertSqlSafe(statement)).await?;
    }
    connection.close().await
}
