//! The form on which a lesson is written down and set right.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{Lesson, Parts, store};
use crate::error::Result;
use crate::exchange::pages::{clauses, first, sub_kinds};
use crate::exchange::store as exchanges;
use crate::person::Actor;
use crate::plan::{Clause, Edition, SubKind};
use crate::refusal::Refused;
use crate::state::App;
use crate::web::{Access, Form, Routes, Shell, Visitor, page, page_with};

/// Exchanges to choose from at most.
const SHOWN: i64 = 200;

pub fn routes() -> Routes {
    Routes::new()
        .get("/lessons/new", Access::Inspection, new)
        .post("/lessons", Access::Inspection, collect)
        .get("/lessons/{number}", Access::Inspection, one)
        .post("/lessons/{number}", Access::Inspection, revise)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wanted {
    incident: String,
    exchange: String,
}

async fn new(State(app): State<App>, visitor: Visitor, actor: Actor, Query(wanted): Query<Wanted>) -> Result<Response> {
    let pairs = [("incidents", wanted.incident), ("exchange", wanted.exchange)];
    let form = Form::from_pairs(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
    Ok(page(&LessonPage::of(&app, &visitor, &actor, String::new(), form, None).await?))
}

async fn one(State(app): State<App>, visitor: Visitor, actor: Actor, Path(number): Path<String>) -> Result<Response> {
    let mut conn = app.pool.acquire().await?;
    let lesson = store::by_number(&mut conn, &number, &actor).await?;
    drop(conn);
    // What is out is read with its exchange.
    if let (Some(_), Some(exchange)) = (lesson.published_at, &lesson.parts.exchange) {
        return Ok(Redirect::to(&format!("/exchanges/{exchange}")).into_response());
    }
    Ok(page(&LessonPage::of(&app, &visitor, &actor, number, typed(&lesson), None).await?))
}

async fn collect(State(app): State<App>, visitor: Visitor, actor: Actor, form: Form) -> Result<Response> {
    let done = async {
        let mut tx = app.pool.begin().await?;
        let edition = app.edition()?;
        let lesson = store::collect(&mut tx, read(&form), &edition, &actor, app.clock.now()).await?;
        tx.commit().await?;
        Ok(lesson)
    };
    let done = done.await;
    answered(&app, &visitor, &actor, String::new(), form, done).await
}

async fn revise(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(number): Path<String>,
    form: Form,
) -> Result<Response> {
    let done = async {
        let mut tx = app.pool.begin().await?;
        let edition = app.edition()?;
        let lesson = store::revise(&mut tx, &number, read(&form), &edition, &actor, app.clock.now()).await?;
        tx.commit().await?;
        Ok(lesson)
    };
    let done = done.await;
    answered(&app, &visitor, &actor, number, form, done).await
}

async fn answered(
    app: &App,
    visitor: &Visitor,
    actor: &Actor,
    number: String,
    form: Form,
    done: Result<Lesson>,
) -> Result<Response> {
    match done {
        Ok(lesson) => {
            let to = lesson
                .parts
                .exchange
                .map_or_else(|| "/exchanges#collected".to_owned(), |n| format!("/exchanges/{n}#lessons"));
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) => {
            let (status, refused) = first(error)?;
            Ok(page_with(status, &LessonPage::of(app, visitor, actor, number, form, Some(refused)).await?))
        }
    }
}

fn read(form: &Form) -> Parts {
    let all = |name: &str| form.all(name).map(str::to_owned).collect::<Vec<_>>();
    Parts {
        text: form.get("text").to_owned(),
        drill: form.has("drill"),
        incidents: form.get("incidents").split([' ', ',', '，', '、', '\n']).map(str::to_owned).collect(),
        sub_kinds: all("sub_kinds"),
        clauses: all("clauses"),
        proposes_revision: form.has("proposes_revision"),
        exchange: form.filled("exchange").map(str::to_owned),
    }
}

/// A lesson as its form holds it.
fn typed(lesson: &Lesson) -> Form {
    let parts = &lesson.parts;
    let mut pairs = vec![
        ("text".to_owned(), parts.text.clone()),
        ("incidents".to_owned(), parts.incidents.join(" ")),
        ("exchange".to_owned(), parts.exchange.clone().unwrap_or_default()),
    ];
    for (name, on) in [("drill", parts.drill), ("proposes_revision", parts.proposes_revision)] {
        if on {
            pairs.push((name.to_owned(), "1".to_owned()));
        }
    }
    pairs.extend(parts.sub_kinds.iter().map(|s| ("sub_kinds".to_owned(), s.clone())));
    pairs.extend(parts.clauses.iter().map(|c| ("clauses".to_owned(), c.clone())));
    Form::from_pairs(pairs)
}

#[derive(Template)]
#[template(path = "exchange/lesson.html")]
struct LessonPage {
    shell: Shell,
    /// Empty for a new one.
    number: String,
    form: Form,
    refused: Option<Refused>,
    edition: Arc<Edition>,
    /// Exchanges it can be brought to: number and subject.
    exchanges: Vec<(String, String)>,
}

impl LessonPage {
    async fn of(
        app: &App,
        visitor: &Visitor,
        actor: &Actor,
        number: String,
        form: Form,
        refused: Option<Refused>,
    ) -> Result<LessonPage> {
        let mut conn = app.pool.acquire().await?;
        let all = exchanges::list(&mut conn, actor, SHOWN).await?;
        drop(conn);
        let open = all.into_iter().map(|f| f.exchange).filter(|e| e.published.is_none());
        Ok(LessonPage {
            shell: Shell::of(visitor),
            number,
            form,
            refused,
            edition: app.edition()?,
            exchanges: open.map(|e| (e.number, e.subject)).collect(),
        })
    }

    fn clauses(&self) -> Vec<&Clause> {
        clauses(&self.edition, &self.form)
    }

    fn sub_kinds(&self) -> Vec<&SubKind> {
        sub_kinds(&self.edition, &self.form)
    }

    fn fault(&self, field: &str) -> bool {
        self.refused.as_ref().is_some_and(|r| r.field() == Some(field))
    }
}
