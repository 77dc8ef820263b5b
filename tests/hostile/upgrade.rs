//! Every past state of the schema, filled, comes up to date with its rows.
//!
//! The rows are those of a morning lived at the newest state, as far as each past state had a place for them: tables and
//! columns that came later are left out, and rows it could not have held.

use std::collections::BTreeMap;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, PgPool, Row, SqlSafeStr};
use zhihui::clock::Clock;
use zhihui::db;
use zhihui::person::Actor;
use zhihui::state::{App, Settings};

use super::record::live;
use super::{NOW, at};
use crate::harness::database::empty_database;
use crate::harness::town::Town;

/// Tables of which a past state could not have held every row.
const LEFT_OUT: [&str; 0] = [];

/// A step that takes long is not ended by the limits that statements and locks have otherwise.
#[tokio::test]
async fn no_time_limit_cuts_a_step_short() {
    let fresh = empty_database().await;
    let limits = "select 1 / (current_setting('statement_timeout') = '0' and current_setting('lock_timeout') = '0'
                              and current_setting('idle_in_transaction_session_timeout') = '0')::int";
    let step = Migration::new(1, "limits".into(), MigrationType::Simple, limits.into_sql_str(), false);
    db::apply(&Migrator::with_migrations(vec![step]), &fresh.pool).await.expect("a step has no time limit");
    let usual: String = sqlx::query_scalar("show statement_timeout").fetch_one(&fresh.pool).await.unwrap();
    assert_eq!(usual, "10s", "everybody else has one");
}

#[tokio::test]
async fn each_past_state_comes_up_to_date_with_its_rows() {
    let town = Town::at(NOW).await;
    let record = live(&town, "写下的话").await;
    town.clock_to(&at("10:30")).await;
    let steps: Vec<_> = db::MIGRATOR.iter().cloned().collect();
    assert!(steps.len() >= 11, "the steps that were released stay");
    for state in 1..steps.len() {
        let name = format!("state {}, {}", steps[state - 1].version, steps[state - 1].description);
        let past = empty_database().await;
        let mut conn = PgConnection::connect(&past.url).await.unwrap();
        Migrator::with_migrations(steps[..state].to_vec()).run(&mut conn).await.unwrap();
        let Filled { tables: filled, left_out } = fill(&town.app.pool, &mut conn).await;
        // Said, so that a test that comes to hold less than it looks like is seen.
        println!("{name}: {} tables filled, rows left out: {left_out:?}", filled.len());
        for (table, rows) in &left_out {
            assert!(LEFT_OUT.contains(&table.as_str()), "{name}: {rows} rows of {table} are not tried");
        }
        assert!(filled.iter().any(|t| t == "person") && filled.iter().any(|t| t == "audit"), "{name}: {filled:?}");
        let incidents = filled.iter().any(|t| t == "incident");
        assert!(incidents || state < 4, "{name}: {filled:?}");
        keep_a_copy(&filled, &mut conn).await;

        db::migrate(&past.pool).await.unwrap_or_else(|e| panic!("{name} does not come up to date: {e}"));

        for table in &filled {
            let lost = lost(table, &mut conn).await;
            assert_eq!(lost, 0, "{name}: rows of {table} lost or changed");
        }
        let clock = Clock::simulated(at("10:31").parse().unwrap());
        let (app, _writer) =
            App::load(past.pool.clone(), clock, Settings::default()).await.unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(app.directory().by_login("head.inf").is_some(), "{name}");
        if incidents {
            for number in [&record.board, &record.host, &record.storm, &record.smoke] {
                let (case, _) =
                    app.case(&Actor::system(), number).await.unwrap_or_else(|e| panic!("{name}: {number}: {e}"));
                assert_eq!(case.incident.description, "写下的话", "{name}");
            }
        }
        conn.close().await.unwrap();
    }
}

/// What a past state could take of the rows of today.
struct Filled {
    /// Tables that got rows.
    tables: Vec<String>,
    /// How many rows of a table were left out: a rule of that state forbids them.
    left_out: BTreeMap<String, u64>,
}

/// Copies what fits.
async fn fill(from: &PgPool, to: &mut PgConnection) -> Filled {
    // The rows come from a whole record, table by table: what ties them together holds at the end.
    to.execute("set session_replication_role = replica").await.unwrap();
    let (mut filled, mut left_out) = (Vec::new(), BTreeMap::new());
    for table in tables(to).await {
        let columns = columns(&table, to).await;
        let known: Vec<String> = sqlx::query_scalar(
            "select column_name::text from information_schema.columns where table_schema = 'public' and table_name = $1",
        )
        .bind(&table)
        .fetch_all(from)
        .await
        .unwrap();
        let shared: Vec<String> =
            columns.into_iter().filter(|c| known.contains(c)).map(|c| format!("\"{c}\"")).collect();
        if shared.is_empty() {
            continue;
        }
        let list = shared.join(", ");
        let all = AssertSqlSafe(format!("select to_jsonb(t) from {table} t"));
        let rows: Vec<serde_json::Value> = sqlx::query_scalar(all).fetch_all(from).await.unwrap();
        to.execute(AssertSqlSafe(format!("delete from {table}"))).await.unwrap();
        let insert = format!(
            "insert into {table} ({list}) overriding system value select {list} from jsonb_populate_record(null::{table}, $1)"
        );
        let mut taken = 0;
        for row in rows {
            let done = sqlx::query(AssertSqlSafe(insert.clone())).bind(sqlx::types::Json(row)).execute(&mut *to).await;
            match done {
                Ok(done) => taken += done.rows_affected(),
                // A check or a column that must not be null; anything else is the test's own mistake.
                Err(sqlx::Error::Database(error)) if error.code().is_some_and(|c| c.starts_with("23")) => {
                    *left_out.entry(table.clone()).or_insert(0) += 1;
                }
                Err(error) => panic!("{table}: {error}"),
            }
        }
        if taken > 0 {
            filled.push(table);
        }
    }
    to.execute("set session_replication_role = origin").await.unwrap();
    to.execute(
        "select setval(pg_get_serial_sequence(quote_ident(table_name), column_name), 1000000)
         from information_schema.columns where table_schema = 'public' and is_identity = 'YES'",
    )
    .await
    .unwrap();
    Filled { tables: filled, left_out }
}

async fn keep_a_copy(tables: &[String], conn: &mut PgConnection) {
    conn.execute("create schema before").await.unwrap();
    for table in tables {
        conn.execute(AssertSqlSafe(format!("create table before.{table} as table public.{table}"))).await.unwrap();
    }
}

/// Rows of before that are not there any more as they were, in the columns that are still there.
async fn lost(table: &str, conn: &mut PgConnection) -> i64 {
    let list = AssertSqlSafe(format!(
        "select string_agg(quote_ident(b.column_name), ', ') from information_schema.columns b
         join information_schema.columns n using (table_name, column_name)
         where b.table_schema = 'before' and n.table_schema = 'public' and table_name = '{table}'"
    ));
    let list: String = sqlx::query_scalar(list).fetch_one(&mut *conn).await.unwrap();
    let query =
        format!("select count(*) from (select {list} from before.{table} except all select {list} from {table}) gone");
    sqlx::query(AssertSqlSafe(query)).fetch_one(conn).await.unwrap().get(0)
}

async fn tables(conn: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar(
        "select tablename::text from pg_tables where schemaname = 'public' and tablename <> '_sqlx_migrations'",
    )
    .fetch_all(conn)
    .await
    .unwrap()
}

async fn columns(table: &str, conn: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar(
        "select column_name::text from information_schema.columns
         where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER'",
    )
    .bind(table)
    .fetch_all(conn)
    .await
    .unwrap()
}
