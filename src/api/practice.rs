//! The practice clock: it stands still until moved.

use axum::extract::State;

use super::body::ClockBody;
use super::shape::answers;
use crate::clock::Clock;
use crate::error::Result;
use crate::incident::field::time;
use crate::refusal::Refused;
use crate::state::App;
use crate::web::json::Json;
use crate::web::when::rfc3339;
use crate::worker;

/// Move the practice clock forward, through every due instant on the way
#[utoipa::path(post, path = "/api/v1/practice/clock", tag = "practice", request_body = ClockBody,
    responses((status = 200, body = NowAnswer, description = "Everything on the way has fired"), (status = 403, description = "Not a practice server")))]
pub(super) async fn clock(State(app): State<App>, Json(body): Json<ClockBody>) -> Result<Json<NowAnswer>> {
    if !app.clock.is_simulated() {
        return Err(Refused::Forbidden.into());
    }
    let to = time("to", Some(&body.to))?
        .ok_or_else(|| Refused::BadValue { field: "to".to_owned(), expected: crate::incident::field::a_time() })?;
    worker::advance(&app, to).await?;
    Ok(Json(shows(&app.clock)))
}

answers! {
    /// What the clock shows.
    pub(super) struct NowAnswer = shows(clock: &Clock) {
        now: String = rfc3339(clock.now()),
    }
}
