//! The way to the database: connections, migrations, new databases.

use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, PgPool};

pub type Pool = PgPool;

/// The schema, step by step, as compiled in.
pub static MIGRATOR: Migrator = sqlx::migrate!("./migrations");

/// A pool of at most `max_connections`, the first already made, so that a wrong URL shows at once.
/// A statement is given 30 s, a wait for a lock 5 s, an idle open transaction 60 s.
pub async fn connect(url: &str, max_connections: u32) -> Result<PgPool, sqlx::Error> {
    let options: PgConnectOptions =
        url.parse::<PgConnectOptions>()?.application_name("zhihui").statement_cache_capacity(256).options([
            ("timezone", "UTC"),
            // Statements here take a millisecond; compiling one takes fifty, and a generic plan is taken for dear.
            ("jit", "off"),
            ("statement_timeout", "30s"),
            ("lock_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "60s"),
        ]);
    PgPoolOptions::new()
        .max_connections(max_connections)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options)
        .await
}

/// Brings the schema up to date. Replicas that start together queue for one advisory lock: the first
/// does the work, the others find it done.
pub async fn migrate(pool: &PgPool) -> Result<(), MigrateError> {
    let mut connection = patient(pool).await?;
    MIGRATOR.run(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

/// The turn to prepare a database, held by one process at a time. It ends with the connection, however that ends.
pub struct Turn(PgConnection);

/// Waits for the turn.
pub async fn turn(pool: &PgPool) -> Result<Turn, sqlx::Error> {
    let mut connection = patient(pool).await?;
    sqlx::query!("select pg_advisory_lock(7390216)").execute(&mut connection).await?;
    Ok(Turn(connection))
}

impl Turn {
    pub async fn end(self) -> Result<(), sqlx::Error> {
        self.0.close().await
    }
}

/// Whether the database answers.
pub async fn answers(pool: &PgPool) -> bool {
    let asked = sqlx::query_scalar!(r#"select 1 as "one!""#).fetch_one(pool);
    tokio::time::timeout(Duration::from_secs(3), asked).await.is_ok_and(|answer| answer.is_ok())
}

/// Which transactions can be seen, in PostgreSQL's own words: the same words, the same data.
pub async fn snapshot(pool: &PgPool) -> Result<String, sqlx::Error> {
    sqlx::query_scalar!(r#"select pg_current_snapshot()::text as "snapshot!""#).fetch_one(pool).await
}

/// Makes the database `name` through any other database of the server, `admin_url`; one that is
/// there already is left as it is.
pub async fn create_database(admin_url: &str, name: &str) -> Result<(), sqlx::Error> {
    let mut connection = admin_url.parse::<PgConnectOptions>()?.connect().await?;
    let statement = format!("CREATE DATABASE {}", quoted(name));
    let made = sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await;
    connection.close().await?;
    match made {
        // Two that make it at the same moment: the second meets the row of the first.
        Err(sqlx::Error::Database(error)) if matches!(error.code().as_deref(), Some("42P04" | "23505")) => Ok(()),
        other => other.map(|_| ()),
    }
}

/// Drops the database `name` with all in it, through any other database of the server; its users are cut off.
pub async fn drop_database(admin_url: &str, name: &str) -> Result<(), sqlx::Error> {
    let mut connection = admin_url.parse::<PgConnectOptions>()?.connect().await?;
    let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quoted(name));
    let dropped = sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await;
    connection.close().await?;
    dropped.map(|_| ())
}

/// A connection of its own that waits as long as it takes: waiting for a lock, and a long migration, may outlast the
/// time limits of the pool.
async fn patient(pool: &PgPool) -> Result<PgConnection, sqlx::Error> {
    let options = pool.connect_options().as_ref().clone().options([
        ("statement_timeout", "0"),
        ("lock_timeout", "0"),
        ("idle_in_transaction_session_timeout", "0"),
    ]);
    options.connect().await
}

/// One column of many rows, for a statement that writes them all with `unnest`.
pub fn column<'a, T, C>(rows: &'a [T], of: impl Fn(&'a T) -> C) -> Vec<C> {
    rows.iter().map(of).collect()
}

/// A name as SQL writes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
