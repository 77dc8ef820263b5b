//! The driver's page: what happened is asked before anything is typed.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::TimeDelta;
use serde::Deserialize;

use super::Driver;
use crate::dashboard::pages::Held;
use crate::dashboard::store;
use crate::error::Result;
use crate::person::Actor;
use crate::state::App;
use crate::web::{Access, Routes, Shell, Visitor, page};

/// How long a driver still sees a report of theirs after it was closed.
const CLOSED_SHOWN: TimeDelta = TimeDelta::hours(24);

pub(in crate::dashboard) fn routes() -> Routes {
    Routes::new().get("/driver", Access::Reader, driver)
}

#[derive(Deserialize)]
struct Accident {
    accident: Option<String>,
}

async fn driver(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Query(asked): Query<Accident>,
) -> Result<Response> {
    let held = Held::of(&app);
    let sight = held.sight(&visitor, &actor);
    let mut conn = app.pool.acquire().await?;
    let since = sight.now - CLOSED_SHOWN;
    let (own, tasks) = store::own(&mut conn, actor.person.unwrap_or_default(), since).await?;
    let step = match asked.accident.as_deref() {
        None => Step::Choose,
        Some("hurt") => Step::Rescue,
        Some(_) => Step::Hurt,
    };
    let driver = Driver::of(&own, &tasks, &app.places(), &sight);
    Ok(page(&DriverPage { shell: Shell::of(&visitor), driver, step }))
}

/// Where a driver stands: what happened is asked before anything is typed, rescue before the report.
enum Step {
    Choose,
    Hurt,
    Rescue,
}

#[derive(Template)]
#[template(path = "dashboard/driver.html")]
struct DriverPage {
    shell: Shell,
    driver: Driver,
    step: Step,
}

impl DriverPage {
    /// The page is about nothing but calling for help.
    fn rescue(&self) -> bool {
        matches!(self.step, Step::Rescue)
    }
}
