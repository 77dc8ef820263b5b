//! Whether the server can do its work, for whoever starts and watches it.

use axum::extract::State;
use axum::http::StatusCode;

use crate::db;
use crate::state::App;

/// 200 while the database answers, else 503.
pub(super) async fn health(State(app): State<App>) -> (StatusCode, &'static str) {
    if db::answers(&app.pool).await {
        (StatusCode::OK, "ok\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
    }
}
