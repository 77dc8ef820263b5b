//! Editions compared, and taken out as files.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::{Change, Difference, between};
use crate::error::Result;
use crate::person::Actor;
use crate::refusal::Refused;
use crate::revision::words::Lexicon;
use crate::state::App;
use crate::web::{Access, Routes, Shell, Visitor, page};

pub fn routes() -> Routes {
    Routes::new().get("/plan/editions/{code}/differences", Access::SignedIn, compare).get(
        "/plan/editions/{code}/{file}",
        Access::SignedIn,
        export,
    )
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct With {
    with: String,
}

async fn compare(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(code): Path<String>,
    Query(asked): Query<With>,
) -> Result<Response> {
    let to = app.edition_sources(&actor, &code).await?;
    let from = match asked.with.as_str() {
        "" => before_it(&app, &code)?,
        with => with.to_owned(),
    };
    let before = app.edition_sources(&actor, &from).await?;
    Ok(page(&ComparePage {
        words: Lexicon::of(&[&to, &before], visitor.lang),
        shell: Shell::of(&visitor),
        editions: app.editions().iter().rev().map(|e| e.code.clone()).collect(),
        differences: between(&before, &to),
        from,
        to: code,
    }))
}

/// What an edition is compared with unasked: the one it took the place of; of a draft, the one in force.
fn before_it(app: &App, code: &str) -> Result<String> {
    let editions = app.editions();
    let earlier = editions.iter().take_while(|e| e.code != code).last();
    match earlier.filter(|_| editions.by_code(code).is_some()) {
        Some(earlier) => Ok(earlier.code.clone()),
        None => Ok(app.edition()?.code.clone()),
    }
}

async fn export(State(app): State<App>, actor: Actor, Path((code, file)): Path<(String, String)>) -> Result<Response> {
    let sources = app.edition_sources(&actor, &code).await?;
    let text = match file.as_str() {
        "clauses.toml" => sources.clauses,
        "duty-matrix.toml" => sources.matrix,
        _ => return Err(Refused::NotFound.into()),
    };
    let disposition = format!("attachment; filename=\"{code}-{file}\"");
    let headers = [
        (header::CONTENT_TYPE, "application/toml; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, text).into_response())
}

impl Shell {
    pub(in crate::revision) fn change(&self, change: &Change) -> String {
        match change {
            Change::Added => self.l.msg_ed_added(),
            Change::Removed => self.l.msg_ed_removed(),
            Change::Changed => self.l.msg_ed_changed(),
        }
    }
}

#[derive(Template)]
#[template(path = "revision/compare.html")]
struct ComparePage {
    shell: Shell,
    words: Lexicon,
    editions: Vec<String>,
    from: String,
    to: String,
    differences: Vec<Difference>,
}
