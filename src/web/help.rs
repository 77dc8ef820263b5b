//! `GET /help`: the shortcuts, and what the states and marks on the pages mean.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::plan::SeverityDef;
use crate::state::App;
use crate::web::layout::{Shell, page};
use crate::web::visit::Visitor;

pub(super) async fn help(State(app): State<App>, visitor: Visitor) -> Response {
    // Without an edition in force there are no levels to explain; the rest still helps.
    let edition = app.edition().ok();
    let levels = edition.as_deref().map(|e| e.matrix.severities.as_slice()).unwrap_or_default();
    page(&HelpPage { shell: Shell::of(&visitor), levels })
}

#[derive(Template)]
#[template(path = "help/help.html")]
struct HelpPage<'a> {
    shell: Shell,
    levels: &'a [SeverityDef],
}
