//! The way to the database: connections, migrations, new databases.

pub mod line;

use std::time::{Duration, Instant};

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, PgPool};
use tokio::time::timeout;

pub type Pool = PgPool;

/// The schema, step by step, as compiled in.
pub static MIGRATOR: Migrator = sqlx::migrate!("./migrations");

/// How long anyone waits for a connection; then the answer is "not now" rather than nothing. A server that has just
/// started makes its connections while all ask at once, which takes a loaded machine seconds.
const ACQUIRE: Duration = Duration::from_secs(5);
/// How long a new connection is waited for at the start, where nobody else is.
const FIRST: Duration = Duration::from_secs(10);
/// A connection that rested longer is asked whether it is still there, and may take so long to answer.
const RESTED: Duration = Duration::from_secs(1);
const PING: Duration = Duration::from_secs(1);

/// The database did not answer, or gave the work up: whoever asked may ask again.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the database is out of reach")]
pub struct Away;

/// Whether an error says that the database can't do it now and may do it later: out of reach, restarting, without a free
/// connection, without room, or a statement or a lock that took too long.
pub fn is_away(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.is::<Away>() || cause.downcast_ref::<sqlx::Error>().is_some_and(for_now))
}

fn for_now(error: &sqlx::Error) -> bool {
    use sqlx::Error as E;
    match error {
        E::Io(_) | E::Tls(_) | E::Protocol(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed => true,
        E::Database(error) => error.code().is_some_and(|code| {
            // 08 the line, 53 room and connections, 57 stopped by an operator or a time limit, 58 the disk below.
            ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class))
                // A lock not had in time, a deadlock, a transaction cut off for idling.
                || matches!(&*code, "55P03" | "40001" | "40P01" | "25P03")
        }),
        _ => false,
    }
}

/// A pool of at most `max_connections`, the first already made, so that a wrong URL shows at once.
/// A statement is given 10 s, a wait for a lock 5 s, an idle open transaction 60 s.
pub async fn connect(url: &str, max_connections: u32) -> Result<PgPool, sqlx::Error> {
    let options: PgConnectOptions =
        url.parse::<PgConnectOptions>()?.application_name("zhihui").statement_cache_capacity(256).options([
            ("timezone", "UTC"),
            // Statements here take a millisecond; compiling one takes fifty, and a generic plan is taken for dear.
            ("jit", "off"),
            ("statement_timeout", "10s"),
            ("lock_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "60s"),
        ]);
    timeout(FIRST, options.connect()).await.map_err(|_| sqlx::Error::PoolTimedOut)??.close().await?;
    let pool = PgPoolOptions::new()
        .max_connections(max_connections)
        .acquire_timeout(ACQUIRE)
        // Asked by ourselves below, and not for ever.
        .test_before_acquire(false)
        .before_acquire(|connection, about| {
            Box::pin(async move {
                believed(about.age)?;
                if about.idle_for > RESTED {
                    timeout(PING, connection.ping()).await.map_err(|_| sqlx::Error::PoolTimedOut)??;
                }
                Ok(true)
            })
        })
        // One whose user gave up on it may never answer: it is dropped, not asked.
        .after_release(|_, about| Box::pin(async move { believed(about.age).map(|()| true) }))
        .connect_lazy_with(options);
    Ok(pool)
}

/// A pool of a single connection beside `pool`, for whoever keeps one for good.
pub fn alone(pool: &PgPool) -> PgPool {
    let options = pool.connect_options().as_ref().clone();
    PgPoolOptions::new().max_connections(1).acquire_timeout(ACQUIRE).connect_lazy_with(options)
}

/// Refuses a connection made before the line last broke: it may be dead without knowing.
fn believed(age: Duration) -> Result<(), sqlx::Error> {
    let born = Instant::now().checked_sub(age);
    match (line::broke_at(), born) {
        (Some(broke), Some(born)) if born <= broke => Err(sqlx::Error::WorkerCrashed),
        _ => Ok(()),
    }
}

/// Brings the schema up to date. Replicas that start together queue for one advisory lock: the first
/// does the work, the others find it done. A step may take as long as it takes.
pub async fn migrate(pool: &PgPool) -> Result<(), MigrateError> {
    apply(&MIGRATOR, pool).await
}

/// Takes the steps of a migrator, without the time limits of the pool.
pub async fn apply(steps: &Migrator, pool: &PgPool) -> Result<(), MigrateError> {
    let mut connection = patient(pool).await?;
    steps.run(&mut connection).await?;
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
    timeout(ACQUIRE, asked).await.is_ok_and(|answer| answer.is_ok())
}

/// Whether the schema is the one this program was built with, or a later one.
pub async fn is_migrated(pool: &PgPool) -> bool {
    let newest = MIGRATOR.iter().map(|m| m.version).max().unwrap_or_default();
    // The table is the migrations' own, so the check at build time does not know it.
    let asked =
        sqlx::query_scalar::<_, bool>("select exists (select from _sqlx_migrations where version >= $1 and success)")
            .bind(newest)
            .fetch_one(pool);
    timeout(ACQUIRE, asked).await.is_ok_and(|answer| answer.unwrap_or(false))
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
