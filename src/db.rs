//! The way to the database: connections, migrations, new databases.

use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgPool};

/// The schema, step by step, as compiled in.
pub static MIGRATOR: Migrator = sqlx::migrate!("./migrations");

/// A pool of at most `max_connections`, the first already made, so that a wrong URL shows at once.
/// A statement is given 30 s, a wait for a lock 5 s, an idle open transaction 60 s.
pub async fn connect(url: &str, max_connections: u32) -> Result<PgPool, sqlx::Error> {
    let options: PgConnectOptions = url
        .parse::<PgConnectOptions>()?
        .application_name("zhihui")
        .statement_cache_capacity(256)
        .options([
            ("timezone", "UTC"),
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
    // A connection of its own: waiting for the lock, and a long migration, may outlast the time limits.
    let options = pool
        .connect_options()
        .as_ref()
        .clone()
        .options([("statement_timeout", "0"), ("lock_timeout", "0")]);
    let mut connection = options.connect().await?;
    MIGRATOR.run(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

/// Makes the database `name` through any other database of the server, `admin_url`; one that is
/// there already is left as it is.
pub async fn create_database(admin_url: &str, name: &str) -> Result<(), sqlx::Error> {
    let mut connection = admin_url.parse::<PgConnectOptions>()?.connect().await?;
    let statement = format!("CREATE DATABASE {}", quoted(name));
    let made = sqlx::query(AssertSqlSafe(statement))
        .execute(&mut connection)
        .await;
    connection.close().await?;
    match made {
        // Two that make it at the same moment: the second meets the row of the first.
        Err(sqlx::Error::Database(error))
            if matches!(error.code().as_deref(), Some("42P04" | "23505")) =>
        {
            Ok(())
        }
        other => other.map(|_| ()),
    }
}

/// A name as SQL writes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
