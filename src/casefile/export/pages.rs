//! The record of an incident, taken out as a file.

use axum::extract::{Path, State};
use axum::response::Response;

use super::book;
use crate::casefile::{Desk, store};
use crate::error::Result;
use crate::refusal::Refused;
use crate::response::Command;
use crate::sheet::Format;
use crate::state::App;
use crate::web::{Access, Routes, Visitor, download};

pub fn routes() -> Routes {
    Routes::new().get("/incidents/{number}/export/{format}", Access::Reader, export)
}

async fn export(
    State(app): State<App>,
    visitor: Visitor,
    Path((number, format)): Path<(String, String)>,
) -> Result<Response> {
    let actor = visitor.signed_in()?;
    let format = Format::from_code(&format).ok_or(Refused::NotFound)?;
    // As with paper, the export is on record before anything leaves.
    app.act(actor, &number, Command::Export { what: format.code().to_uppercase() }).await?;
    let mut conn = app.pool.acquire().await?;
    let file = store::read(&mut conn, &number, actor).await?;
    drop(conn);
    let held = app.held(app.edition_for(&file.case.incident)?);
    let desk = Desk::new(&file, held.world(), actor, app.clock.now(), visitor.lang);
    let name = format!("{}.{}", file.case.incident.number, format.code());
    download::file(&name, format.media_type(), book(&desk).write(format)?)
}
