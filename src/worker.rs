//! Time passes here: what is due is claimed, the rules are asked, the answer is written. Any number of replicas may run.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

use crate::db::line;
use crate::directive;
use crate::error::{Error, Result};
use crate::incident;
use crate::metrics;
use crate::rectification;
use crate::response::store::Snapshot;
use crate::response::tick::{self, Round};
use crate::state::App;

/// The longest a due rung waits for the worker.
const PERIOD: Duration = Duration::from_secs(1);
/// The shortest time between two rounds.
const GATHER: Duration = Duration::from_millis(20);

/// Does everything that is due at `now`, and says how many incidents and orders were looked at.
pub async fn tick(app: &App, now: DateTime<Utc>) -> Result<usize> {
    let editions = app.editions();
    let (calendar, directory, places) = (app.calendar(), app.directory(), app.places());
    let (leadership, schemes) = (app.leadership(), app.schemes());
    let snapshot = Snapshot {
        calendar: &calendar,
        directory: &directory,
        places: &places,
        leadership: &leadership,
        schemes: &schemes,
    };
    let mut conn = app.pool.acquire().await?;
    let mut looked = 0;
    let mut round = Round::default();
    while !round.done {
        looked += tick::store::tick(&mut conn, &editions, snapshot, now, &mut round).await?;
        // A night's worth of steps takes its time, and is work all the same.
        metrics::worker_is_alive();
    }
    while app.tick_directive(&mut conn, now).await? {
        looked += 1;
    }
    while app.tick_rectification(&mut conn, now).await? {
        looked += 1;
    }
    if !round.stuck.is_empty() {
        return Err(anyhow::anyhow!("{} incidents could not be ticked", round.stuck.len()).into());
    }
    Ok(looked)
}

/// Moves a simulated clock to `to` through every due instant on the way, in order; all of it has fired on return.
pub async fn advance(app: &App, to: DateTime<Utc>) -> Result<()> {
    loop {
        let mut conn = app.pool.acquire().await?;
        let incident = incident::store::next_wake(&mut conn).await?;
        let directive = directive::store::next_wake(&mut conn).await?;
        let order = rectification::store::next_wake(&mut conn).await?;
        let next = incident.into_iter().chain(directive).chain(order).min();
        drop(conn);
        match next.filter(|at| *at <= to) {
            Some(at) => {
                app.clock.move_to(at);
                if tick(app, app.clock.now()).await? == 0 {
                    // Another replica holds what is due; it will be done when we look again.
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            }
            None => {
                app.clock.move_to(to);
                return Ok(());
            }
        }
    }
}

/// Ticks every second, and at once when something changed, until the server stops.
pub async fn run(app: App) {
    let mut changes = app.live.subscribe();
    loop {
        match line::unless_lost(tick(&app, app.clock.now())).await.map_err(Error::from).flatten() {
            Ok(_) => metrics::worker_is_alive(),
            Err(error) if error.is_away() => tracing::warn!(%error, "the worker waits for the database"),
            Err(error) => tracing::error!(%error, "the worker could not finish its round"),
        }
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = tokio::time::sleep(PERIOD) => {}
            change = changes.recv() => match change {
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            },
        }
        // Many reports at once are many changes, and one round looks after all of them.
        tokio::time::sleep(GATHER).await;
        while let Ok(_) | Err(TryRecvError::Lagged(_)) = changes.try_recv() {}
    }
}
