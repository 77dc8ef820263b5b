//! Whether the database can be reached, asked once a second over a connection of its own.
//!
//! A line can fall silent: nothing comes back, and nothing says so. Whoever waits then would wait for as long as the
//! system keeps the connection. So one asks all the time, and when it gets no answer everybody who waits is told
//! ([`lost`]), and connections from before are not used again. The same question brings the database's time, which is the
//! one clock of all replicas.

use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection, PgPool};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::Away;
use crate::clock::Clock;

const PERIOD: Duration = Duration::from_secs(1);
/// While it is down it is asked more often.
const SOON: Duration = Duration::from_millis(300);
/// No answer for so long is none.
const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Line {
    up: bool,
    /// How often it broke.
    breaks: u64,
}

// One process has one database.
static LINE: LazyLock<watch::Sender<Line>> = LazyLock::new(|| watch::channel(Line { up: true, breaks: 0 }).0);
static BROKE: Mutex<Option<Instant>> = Mutex::new(None);

/// Whether the database answered when it was last asked. True where nobody asks.
pub fn is_up() -> bool {
    LINE.borrow().up
}

/// How often the line broke: a connection kept from before the last time may be dead without knowing.
pub fn breaks() -> u64 {
    LINE.borrow().breaks
}

/// Returns when the line breaks, at once while it is down. What was under way over it will not be answered.
pub async fn lost() {
    let mut line = LINE.subscribe();
    let breaks = line.borrow().breaks;
    // The sender is never dropped.
    let _ = line.wait_for(|line| !line.up || line.breaks != breaks).await;
}

/// Does `work` unless the line breaks under it.
///
/// # Errors
/// [`Away`], and `work` is dropped where it stands.
pub async fn unless_lost<T>(work: impl Future<Output = T>) -> Result<T, Away> {
    tokio::select! {
        biased;
        done = work => Ok(done),
        () = lost() => Err(Away),
    }
}

/// Since when connections are believed; those made before are not.
pub(super) fn broke_at() -> Option<Instant> {
    *BROKE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asks until the server stops, and keeps a shared clock right.
pub async fn watch(pool: PgPool, clock: Clock, stop: CancellationToken) {
    let options = pool.connect_options().as_ref().clone();
    let mut connection = None;
    loop {
        let pause = match ask(&options, &mut connection, &clock).await {
            Ok(()) => {
                restored();
                PERIOD
            }
            // The connection may have broken alone: a fresh one tells.
            Err(_) if connection.take().is_some() => {
                broke();
                Duration::ZERO
            }
            Err(error) => {
                fell(&error);
                SOON
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(pause) => {}
        }
    }
}

/// Sets a shared clock by the database's.
pub async fn set_clock(connection: &mut PgConnection, clock: &Clock) -> sqlx::Result<()> {
    let asked = Instant::now();
    let at = sqlx::query_scalar!(r#"select clock_timestamp() as "at!""#).fetch_one(connection).await?;
    // The answer was on its way for half of the time, give or take that half.
    let half = TimeDelta::from_std(asked.elapsed() / 2).unwrap_or_default();
    clock.set_right(at + half, half);
    Ok(())
}

async fn ask(options: &PgConnectOptions, kept: &mut Option<PgConnection>, clock: &Clock) -> sqlx::Result<()> {
    let asked = async {
        let connection = match kept {
            Some(connection) => connection,
            None => kept.insert(options.connect().await?),
        };
        set_clock(connection, clock).await
    };
    match timeout(PATIENCE, asked).await {
        // It speaks, if only to say that it has no connection left; the pool may have some.
        Ok(Err(sqlx::Error::Database(error))) if error.code().is_some_and(|code| code.starts_with("53")) => Ok(()),
        Ok(asked) => asked,
        Err(_) => Err(sqlx::Error::PoolTimedOut),
    }
}

fn restored() {
    if !is_up() {
        tracing::info!("the database answers again");
        mark();
        LINE.send_modify(|line| line.up = true);
    }
}

fn broke() {
    mark();
    LINE.send_modify(|line| line.breaks += 1);
}

fn fell(error: &sqlx::Error) {
    if is_up() {
        tracing::error!(%error, "the database does not answer");
        mark();
        LINE.send_modify(|line| {
            line.up = false;
            line.breaks += 1;
        });
    }
}

/// From now on connections from before are not believed.
fn mark() {
    *BROKE.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
}
