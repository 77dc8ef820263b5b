//! Pages of the settings: all numbers with what the plan fixes, and one number with its history.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::view::{Book, Cell, Group};
use super::{Change, Wish, may_set, store};
use crate::error::{Error, Result};
use crate::incident::field;
use crate::person::Actor;
use crate::person::directory::Directory;
use crate::plan::{Edition, Editions, Number, Subject};
use crate::refusal::Refused;
use crate::state::App;
use crate::web::{Access, Form, Routes, Shell, Visitor, done, page, page_with};

/// Changes shown at most below all numbers.
const SHOWN: usize = 40;

pub fn routes() -> Routes {
    Routes::new().get("/settings", Access::SignedIn, list).get("/settings/{key}", Access::SignedIn, one).post(
        "/settings/{key}",
        Access::SignedIn,
        set,
    )
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    only: String,
}

async fn list(State(app): State<App>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response> {
    let held = Held::of(&app)?;
    let mut conn = app.pool.acquire().await?;
    let mut history = store::all(&mut conn).await?;
    history.reverse();
    history.truncate(SHOWN);
    let only_set = asked.only == "set";
    let shell = Shell::of(&visitor);
    let q: String = asked.q.chars().take(100).collect();
    let book = held.book(&shell);
    // What differs is shown first; whoever searches sees it among the rest.
    let set = if q.is_empty() && !only_set { book.groups("", true) } else { Vec::new() };
    let open = !q.is_empty() || only_set;
    let groups = book.groups(&q, only_set);
    Ok(page(&ListPage { groups, set, open, book, q: &q, only_set, history, held: &held, shell }))
}

async fn one(State(app): State<App>, visitor: Visitor, actor: Actor, Path(key): Path<String>) -> Result<Response> {
    shown(&app, &visitor, &actor, &key, Form::default(), None).await
}

async fn set(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(key): Path<String>,
    form: Form,
) -> Result<Response> {
    may_set(&actor, &app.leadership())?;
    let done = match wish(&key, &form) {
        Ok(wish) => app.set_number(&actor, &wish).await,
        Err(refused) => Err(refused.into()),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&done::then(&format!("/settings/{key}"), "saved", app.clock.now())).into_response()),
        Err(Error::Refused(refused)) if !matches!(*refused, Refused::NotFound) => {
            shown(&app, &visitor, &actor, &key, form, Some(*refused)).await
        }
        Err(error) => Err(error),
    }
}

fn wish(key: &str, form: &Form) -> Result<Wish, Refused> {
    let valid_from = match form.filled("valid_from") {
        None => None,
        Some(typed) => Some(
            field::instant(&serde_json::json!(typed))
                .ok_or_else(|| Refused::BadValue { field: "valid_from".to_owned(), expected: field::a_time() })?,
        ),
    };
    Ok(Wish {
        key: key.to_owned(),
        value: form.get("value").to_owned(),
        valid_from,
        reason: form.get("reason").to_owned(),
        seen: form.get("seen").parse().ok(),
    })
}

async fn shown(
    app: &App,
    visitor: &Visitor,
    actor: &Actor,
    key: &str,
    form: Form,
    refused: Option<Refused>,
) -> Result<Response> {
    let held = Held::of(app)?;
    let number = Subject::of(key).and_then(|s| held.edition.number(s)).ok_or(Refused::NotFound)?;
    let mut conn = app.pool.acquire().await?;
    let mut history = store::all(&mut conn).await?;
    history.retain(|c| c.key == key);
    history.reverse();
    let status = refused.as_ref().map_or(200, Refused::status);
    let shell = Shell::of(visitor);
    let book = held.book(&shell);
    let shown = OnePage {
        cell: book.cell(&number),
        may: may_set(actor, &app.leadership()).is_ok() && !number.is_fixed(),
        last: history.first().map_or(0, |c| c.id),
        held: &held,
        number,
        history,
        form,
        refused,
        book,
        shell,
    };
    Ok(page_with(StatusCode::from_u16(status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY), &shown))
}

/// What both pages read.
struct Held {
    editions: Arc<Editions>,
    edition: Arc<Edition>,
    directory: Arc<Directory>,
}

impl Held {
    fn of(app: &App) -> Result<Held> {
        let edition = app.edition_of(&app.edition()?.code)?;
        Ok(Held { editions: app.editions(), edition, directory: app.directory() })
    }

    fn book(&self, shell: &Shell) -> Book<'_> {
        Book { edition: &self.edition, editions: &self.editions, lang: shell.lang, now: shell.now }
    }

    fn person(&self, login: &str, shell: &Shell) -> String {
        self.directory.called_by(login, shell.lang)
    }
}

#[derive(Template)]
#[template(path = "settings/list.html")]
struct ListPage<'a> {
    shell: Shell,
    held: &'a Held,
    book: Book<'a>,
    q: &'a str,
    only_set: bool,
    /// Those that differ from the text, where all are shown.
    set: Vec<Group>,
    /// Whether the groups are shown unfolded.
    open: bool,
    groups: Vec<Group>,
    history: Vec<Change>,
}

#[derive(Template)]
#[template(path = "settings/one.html")]
struct OnePage<'a> {
    shell: Shell,
    held: &'a Held,
    book: Book<'a>,
    number: Number,
    cell: Cell,
    may: bool,
    /// The last change of it there is.
    last: i64,
    history: Vec<Change>,
    form: Form,
    refused: Option<Refused>,
}

impl OnePage<'_> {
    fn fault(&self, field: &str) -> bool {
        self.refused.as_ref().is_some_and(|r| r.field() == Some(field))
    }

    /// The change the form was shown with; after another came between, the one that is now shown.
    fn seen(&self) -> String {
        let outdated = self.refused.as_ref().is_some_and(|r| r.code() == "M_STALE");
        match self.form.filled("seen").filter(|_| !outdated) {
            Some(seen) => seen.to_owned(),
            None => self.last.to_string(),
        }
    }

    fn value(&self) -> String {
        if self.form.has("value") {
            return self.form.get("value").to_owned();
        }
        self.book.editions.quantity(&self.number, self.shell.now).written()
    }
}
