//! The page that shows what a change of level would do, with the signature below it.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::{Change, change};
use crate::casefile::head::{self, Head};
use crate::casefile::{Desk, Sev, store};
use crate::error::Result;
use crate::plan::{Scope, Severity};
use crate::refusal::Refused;
use crate::state::App;
use crate::web::{Access, Routes, Shell, Visitor, page};

pub fn routes() -> Routes {
    Routes::new().get("/incidents/{number}/level", Access::Handler, preview)
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    severity: String,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    reason: String,
}

async fn preview(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let severity = Severity::from_code(&wanted.severity).ok_or(Refused::NotFound)?;
    let scope = Scope::from_code(&wanted.scope);
    let actor = visitor.signed_in()?;
    let mut conn = app.pool.acquire().await?;
    let file = store::read(&mut conn, &number, actor).await?;
    drop(conn);
    let held = app.held(app.edition_for(&file.case.incident)?);
    let seen = file.case.as_seen_by(actor);
    let now = app.clock.now();
    let found = file.case.reclassified(severity, scope, &[], held.world(), actor, now)?;
    let desk = Desk::new(&file, held.world(), &seen, now, visitor.lang);
    let proposed = file.case.incident.proposal.severity;
    Ok(page(&LevelPage {
        head: head::head(&desk),
        change: change(&desk, &found),
        before: desk.sev(file.case.incident.severity, false),
        after: desk.sev(severity, false),
        scope: scope.map_or("", Scope::code),
        needs_reason: severity != proposed || file.case.incident.confirmed.is_some(),
        reason: wanted.reason,
        shell: Shell::of(&visitor),
    }))
}

#[derive(Template)]
#[template(path = "casefile/reclassify.html")]
struct LevelPage {
    shell: Shell,
    head: Head,
    change: Change,
    before: Sev,
    after: Sev,
    scope: &'static str,
    needs_reason: bool,
    reason: String,
}
