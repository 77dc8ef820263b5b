//! Moves the practice clock on, from the bar above each page.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::TimeDelta;

use crate::error::Result;
use crate::l10n::text;
use crate::refusal::Refused;
use crate::state::App;
use crate::web::session::local_path;
use crate::web::{Access, Form, Routes};
use crate::worker;

/// Minutes the clock is moved on by at most.
const FURTHEST: i64 = 24 * 60;

pub fn routes() -> Routes {
    Routes::new().post("/practice/clock", Access::SignedIn, move_on)
}

/// `by` minutes, through every due instant on the way; `next` the page to return to.
async fn move_on(State(app): State<App>, form: Form) -> Result<Response> {
    if !app.clock.is_simulated() {
        return Err(Refused::Forbidden.into());
    }
    let by: i64 = form.get("by").parse().unwrap_or(0);
    if !(1..=FURTHEST).contains(&by) {
        let expected = text(|l| l.msg_practice_by_rule());
        return Err(Refused::BadValue { field: "by".to_owned(), expected }.into());
    }
    worker::advance(&app, app.clock.now() + TimeDelta::minutes(by)).await?;
    Ok(Redirect::to(local_path(form.get("next"))).into_response())
}
