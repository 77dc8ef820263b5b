//! A backup by the commands README gives, restored into a cluster that has never seen Zhihui: everything is there, and
//! it goes on from there.

use std::path::{Path, PathBuf};
use std::process::Command;

use sqlx::PgPool;
use zhihui::attachment::Upload;
use zhihui::clock::Clock;
use zhihui::db;
use zhihui::postgres::{Cluster, Durability};
use zhihui::response;
use zhihui::state::{App, Settings};

use super::record::live;
use super::{NOW, at};
use crate::harness::database::scratch;
use crate::harness::town::Town;

const README: &str = include_str!("../../README.md");

#[tokio::test]
async fn a_backup_restored_elsewhere_holds_everything() {
    let town = Town::at(NOW).await;
    let record = live(&town, "写下的话").await;
    let photo = Upload::check("现场.jpg", [&[0xff, 0xd8, 0xff, 0xe0][..], &[7; 100_000]].concat()).unwrap();
    town.app.attach(&town.actor("clerk3.ord"), &record.board, None, &photo).await.unwrap();
    town.clock_to(&at("10:30")).await;
    let (before, rows) = (counts(&town.app.pool).await, contents(&town.app.pool).await);
    for kept in
        ["incident", "journal", "task", "audit", "attachment", "session", "escalation", "notice", "edition", "person"]
    {
        let there = before.iter().any(|(table, rows)| table == kept && *rows > 0);
        assert!(there, "{kept} has rows to lose: {before:?}");
    }

    let home = scratch("restored").await;
    let cluster = Cluster::start_with(&home, Durability::None, &|_| ()).await.unwrap();
    cluster.ensure_database("zhihui").await.unwrap();
    let copy = tempfile(&home);
    let fresh = cluster.url("zhihui");
    run(&documented("pg_dump"), &town.database_url(), &copy);
    run(&documented("pg_restore"), &fresh, &copy);

    let pool = db::connect(&fresh, 5).await.unwrap();
    db::migrate(&pool).await.unwrap();
    assert_eq!(counts(&pool).await, before, "rows of each table");
    for (table, found) in contents(&pool).await {
        assert_eq!(Some(&found), rows.get(&table), "what {table} holds");
    }
    let broken: i64 = sqlx::query_scalar(
        "select count(*) from attachment where sha256(content) <> sha256 or length(content) <> size",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(broken, 0, "each file is what its hash says");
    let mut conn = pool.acquire().await.unwrap();
    let chain = zhihui::audit::store::verify(&mut conn).await.unwrap();
    assert!(matches!(chain, zhihui::audit::Chain::Whole { rows } if rows > 0), "{chain:?}");
    assert!(sqlx::query("delete from journal").execute(&mut *conn).await.is_err(), "the locks came along");
    drop(conn);

    // It goes on: the same person signs for something, and the number after the last is given.
    let clock = Clock::simulated(at("10:31").parse().unwrap());
    let (app, _writer) = App::load(pool.clone(), clock, Settings::default()).await.unwrap();
    let clerk = app.directory().by_login("clerk3.ord").unwrap().actor();
    let words = response::Command::Comment { text: "恢复之后".to_owned() };
    app.act(&clerk, &record.board, words).await.unwrap();
    let (case, _) = app.case(&clerk, &record.board).await.unwrap();
    assert_eq!(case.incident.description, "写下的话");
    drop(app);
    pool.close().await;
    cluster.stop().await;
    let _ = std::fs::remove_dir_all(&home);
}

fn tempfile(home: &Path) -> PathBuf {
    home.join("zhihui.dump")
}

/// The line of README that begins with this program.
fn documented(program: &str) -> String {
    let line = README.lines().map(str::trim).find(|l| l.starts_with(program));
    let line = line.unwrap_or_else(|| panic!("README says how to {program}"));
    line.split("  #").next().unwrap_or(line).trim().to_owned()
}

fn run(line: &str, url: &str, copy: &Path) {
    let line = line.replace("zhihui.dump", &format!("'{}'", copy.display()));
    // What the client library added of its own is nothing to PostgreSQL's programs.
    let url = url.split('?').next().unwrap_or(url);
    let path = format!("{}:{}", programs().display(), std::env::var("PATH").unwrap_or_default());
    let done = Command::new("sh").args(["-ec", &line]).env("PATH", path).env("DATABASE_URL", url).output().unwrap();
    assert!(done.status.success(), "{line}: {}", String::from_utf8_lossy(&done.stderr));
}

/// Where PostgreSQL's programs are, the newest first.
fn programs() -> PathBuf {
    let given = std::env::var_os("ZHIHUI_PG_BIN").map(PathBuf::from);
    let asked = Command::new("pg_config").arg("--bindir").output().ok();
    let asked = asked.map(|a| PathBuf::from(String::from_utf8_lossy(&a.stdout).trim()));
    let mut all: Vec<PathBuf> = given.into_iter().chain(asked).collect();
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut installed: Vec<PathBuf> = installed.map(|e| e.path().join("bin")).collect();
    installed.sort();
    all.extend(installed.into_iter().rev());
    all.into_iter().find(|dir| dir.join("pg_dump").is_file()).unwrap_or_default()
}

/// Every table with its number of rows.
pub async fn counts(pool: &PgPool) -> Vec<(String, i64)> {
    let mut counted = Vec::new();
    for table in tables(pool).await {
        let query = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
        counted.push((table, sqlx::query_scalar(query).fetch_one(pool).await.unwrap()));
    }
    counted
}

/// Every table with the sum of all its rows.
async fn contents(pool: &PgPool) -> std::collections::BTreeMap<String, Option<String>> {
    let mut found = std::collections::BTreeMap::new();
    for table in tables(pool).await {
        let query = format!("select md5(string_agg(t::text, '|' order by t::text collate \"C\")) from {table} t");
        found.insert(table, sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(pool).await.unwrap());
    }
    found
}

pub async fn tables(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar("select tablename::text from pg_tables where schemaname = 'public' order by 1")
        .fetch_all(pool)
        .await
        .unwrap()
}
