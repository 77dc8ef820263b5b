//! The page of standing duties: a department's, or the gaps of all.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::view::{Desk, Gaps, Sheet};
use super::{Keep, narrowed, oversees};
use crate::error::{Error, Result};
use crate::person::Actor;
use crate::refusal::Refused;
use crate::state::App;
use crate::web::{Access, Form, Routes, Shell, Visitor, done, page, page_with, status_of};

pub fn routes() -> Routes {
    Routes::new().get("/standing-duties", Access::Reader, list).post("/standing-duties/{duty}", Access::Reader, keep)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    department: String,
}

async fn list(State(app): State<App>, visitor: Visitor, actor: Actor, Query(asked): Query<Asked>) -> Result<Response> {
    let department = Some(asked.department.as_str()).filter(|code| !code.is_empty());
    if department.is_none() && !oversees(&actor) {
        return Ok(Redirect::to("/department").into_response());
    }
    Ok(page(&StandingPage::read(&app, &visitor, &actor, department).await?))
}

async fn keep(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(duty): Path<String>,
    form: Form,
) -> Result<Response> {
    let department = form.filled("department").map(str::to_owned);
    let wish = Keep { duty, department, evidence: form.get("evidence").to_owned() };
    let refused = match app.keep_standing(&actor, &wish).await {
        Ok(line) => {
            let there = format!("/department?code={}#standing", line.department);
            return Ok(Redirect::to(&done::then(&there, "saved", app.clock.now())).into_response());
        }
        Err(error) => error.faults_unless(Refused::hides)?,
    };
    if wish.department.is_none() {
        return Err(Error::Faults(refused));
    }
    let mut again = StandingPage::read(&app, &visitor, &actor, wish.department.as_deref()).await?;
    again.standing.typed(&wish.duty, &wish.evidence);
    again.refused = refused;
    Ok(page_with(status_of(&again.refused), &again))
}

#[derive(Template)]
#[template(path = "standing/page.html")]
struct StandingPage {
    shell: Shell,
    standing: Sheet,
    gaps: Option<Gaps>,
    refused: Vec<Refused>,
}

impl StandingPage {
    async fn read(app: &App, visitor: &Visitor, actor: &Actor, department: Option<&str>) -> Result<StandingPage> {
        narrowed(department, actor, &app.directory())?;
        let mut conn = app.pool.acquire().await?;
        let Desk { sheet, gaps } = app.standing_desk(&mut conn, actor, department, visitor.lang).await?;
        Ok(StandingPage { shell: Shell::of(visitor), standing: sheet, gaps, refused: Vec::new() })
    }
}
