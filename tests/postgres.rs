//! The private PostgreSQL, against the real one.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sqlx::Executor;
use zhihui::db;
use zhihui::postgres::{Cluster, Durability, Progress, StartError};

use crate::harness::database::{database, scratch};

const HOLD: &str = "ZHIHUI_TEST_HOLD";

#[tokio::test]
async fn it_keeps_its_data_and_is_used_by_one_at_a_time() {
    let dir = scratch("cluster-kept").await;
    let (cluster, steps) = start(&dir).await;
    assert!(steps.contains(&Progress::Initialising));
    cluster.ensure_database("zhihui").await.unwrap();
    cluster.ensure_database("zhihui").await.unwrap();
    let pool = db::connect(&cluster.url("zhihui"), 2).await.unwrap();
    pool.execute("CREATE TABLE kept AS SELECT '指挥' AS word").await.unwrap();
    pool.close().await;

    match Cluster::start(&dir, &|_| ()).await {
        Err(StartError::InUse { pid, .. }) => assert_eq!(pid, Some(std::process::id())),
        other => panic!("a second start gave {other:?}"),
    }

    let pid = cluster.pid;
    cluster.stop().await;
    assert!(gone(pid));

    let (cluster, steps) = start(&dir).await;
    assert_eq!(steps, [Progress::Searching, Progress::Starting, Progress::Ready]);
    let pool = db::connect(&cluster.url("zhihui"), 2).await.unwrap();
    let word: String = sqlx::query_scalar("SELECT word FROM kept").fetch_one(&pool).await.unwrap();
    assert_eq!(word, "指挥");
    pool.close().await;
    cluster.stop().await;
}

#[tokio::test]
async fn killed_hard_it_leaves_no_process() {
    let dir = scratch("cluster-killed").await;
    let (mut holder, postmaster) = hold(&dir);
    holder.kill().unwrap();
    holder.wait().unwrap();
    let begun = Instant::now();
    while !gone(postmaster) {
        assert!(begun.elapsed() < Duration::from_secs(20), "the server still runs");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    start(&dir).await.0.stop().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_server_that_outlived_its_owner_is_stopped_by_the_next() {
    let dir = scratch("cluster-abandoned").await;
    let (mut holder, postmaster) = hold(&dir);
    for guard in group_of(postmaster) {
        send(guard, Signal::SIGKILL);
    }
    holder.kill().unwrap();
    holder.wait().unwrap();
    assert!(!gone(postmaster));
    let (cluster, steps) = start(&dir).await;
    assert_eq!(steps.first(), Some(&Progress::Recovering));
    assert!(gone(postmaster));
    cluster.stop().await;
}

#[tokio::test]
async fn a_note_of_a_server_that_is_now_a_stranger_is_no_obstacle() {
    let dir = scratch("cluster-stale").await;
    let (cluster, _) = start(&dir).await;
    let note = dir.join("cluster/postmaster.pid");
    let left = fs::read_to_string(&note).unwrap();
    let pid = cluster.pid.to_string();
    cluster.stop().await;
    fs::write(&note, left.replacen(&pid, &std::process::id().to_string(), 1)).unwrap();

    let (cluster, steps) = start(&dir).await;
    assert!(steps.contains(&Progress::Recovering));
    cluster.stop().await;
}

#[tokio::test]
async fn replicas_that_migrate_together_do_it_once() {
    let test = database().await;
    let name = format!("zhihui_together_{}", std::process::id());
    let admin = test.pool.connect_options();
    let url = |name: &str| {
        use sqlx::ConnectOptions;
        admin.as_ref().clone().database(name).to_url_lossy().to_string()
    };
    let (one, two) = tokio::join!(db::create_database(&test.url, &name), db::create_database(&test.url, &name));
    one.unwrap();
    two.unwrap();
    let pools = [db::connect(&url(&name), 2).await.unwrap(), db::connect(&url(&name), 2).await.unwrap()];
    let (one, two) = tokio::join!(db::migrate(&pools[0]), db::migrate(&pools[1]));
    one.unwrap();
    two.unwrap();
    let done: i64 = sqlx::query_scalar("SELECT count(*) FROM _sqlx_migrations").fetch_one(&pools[0]).await.unwrap();
    assert_eq!(usize::try_from(done).unwrap(), db::MIGRATOR.iter().count());
    for pool in pools {
        pool.close().await;
    }
    let statement = sqlx::AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"));
    test.pool.execute(statement).await.unwrap();
}

/// Not a test: the process that a test above kills.
#[tokio::test]
#[ignore = "started by the tests that kill it"]
async fn hold_a_cluster() {
    let Some(dir) = std::env::var_os(HOLD).map(PathBuf::from) else {
        return;
    };
    let (cluster, _) = start(&dir).await;
    fs::write(dir.join("held.new"), cluster.pid.to_string()).unwrap();
    fs::rename(dir.join("held.new"), dir.join("held")).unwrap();
    tokio::time::sleep(Duration::from_secs(120)).await;
    cluster.stop().await;
}

async fn start(dir: &Path) -> (Cluster, Vec<Progress>) {
    let steps = Mutex::new(Vec::new());
    let cluster = Cluster::start_with(dir, Durability::None, &|step| steps.lock().unwrap().push(step))
        .await
        .unwrap_or_else(|e| panic!("{e}"));
    (cluster, steps.into_inner().unwrap())
}

/// Starts a cluster in a process of its own; answers it and the postmaster.
#[expect(clippy::zombie_processes, reason = "its end ends the test, which waits for it")]
fn hold(dir: &Path) -> (Child, u32) {
    let holder = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "postgres::hold_a_cluster", "--ignored"])
        .env(HOLD, dir)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .unwrap();
    let begun = Instant::now();
    loop {
        if let Ok(pid) = fs::read_to_string(dir.join("held")) {
            return (holder, pid.parse().unwrap());
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "the holder did not start");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn gone(pid: u32) -> bool {
    kill(Pid::from_raw(i32::try_from(pid).unwrap()), None).is_err()
}

fn send(pid: u32, signal: Signal) {
    kill(Pid::from_raw(i32::try_from(pid).unwrap()), signal).unwrap();
}

/// The other processes of the process group of `pid`.
#[cfg(target_os = "linux")]
fn group_of(pid: u32) -> Vec<u32> {
    let group = |pid: u32| -> Option<u32> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        stat.rsplit_once(") ")?.1.split(' ').nth(2)?.parse().ok()
    };
    let ours = group(pid);
    fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|other| *other != pid && group(*other) == ours)
        .collect()
}
