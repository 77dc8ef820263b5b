//! Whether the server lives, whether it can do its work, and what it counts, for whoever starts and watches it.

use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

use crate::db::{self, line};
use crate::metrics;
use crate::state::App;

/// The worker ticks every second; silent for longer it is stuck.
const STUCK: Duration = Duration::from_secs(15);

/// 200 while the process serves. A database that is away is no reason to start it again: it mends itself.
pub(super) async fn health() -> &'static str {
    "ok\n"
}

/// 200 while whoever is sent here can be served, else 503 and what is missing, a line each.
pub(super) async fn ready(State(app): State<App>) -> (StatusCode, String) {
    let mut missing = Vec::new();
    if app.shutdown.is_cancelled() {
        missing.push("stopping");
    }
    if !line::is_up() || !db::answers(&app.pool).await {
        missing.push("the database does not answer");
    } else if !db::is_migrated(&app.pool).await {
        missing.push("the database is not up to date");
    }
    if metrics::worker_seen().is_none_or(|seen| seen > STUCK) {
        missing.push("the worker does not tick");
    }
    if missing.is_empty() {
        return (StatusCode::OK, "ok\n".to_owned());
    }
    (StatusCode::SERVICE_UNAVAILABLE, missing.join("\n") + "\n")
}

/// What the server counts, as Prometheus reads it.
pub(super) async fn metrics(State(app): State<App>) -> impl IntoResponse {
    let connections = (app.pool.size(), app.pool.num_idle());
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics::text(connections, line::is_up()))
}
