//! The questions to the Leading Group, and the leader's answers.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use uuid::Uuid;

use super::{Question, store};
use crate::error::Result;
use crate::person::{Actor, role};
use crate::refusal::Refused;
use crate::revision::pages::{Names, refusal, to};
use crate::revision::signs;
use crate::state::App;
use crate::web::{Access, Form, Routes, Shell, Visitor, page, page_with};

pub fn routes() -> Routes {
    Routes::new().get("/plan/questions", Access::Reader, questions).post(
        "/plan/questions/{id}",
        Access::SignedIn,
        answer,
    )
}

async fn questions(State(app): State<App>, visitor: Visitor, actor: Actor) -> Result<Response> {
    Ok(page(&questions_page(&app, &visitor, &actor, None).await?))
}

async fn questions_page(
    app: &App,
    visitor: &Visitor,
    actor: &Actor,
    refused: Option<Refused>,
) -> Result<QuestionsPage> {
    let mut conn = app.pool.acquire().await?;
    let questions = store::questions(&mut conn, None).await?;
    let may_answer = actor.has_role(role::LEADER);
    Ok(QuestionsPage { names: Names::of(app, visitor.lang), shell: Shell::of(visitor), questions, may_answer, refused })
}

async fn answer(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response> {
    signs(&actor, &app.leadership())?;
    let id: Uuid = id.parse().map_err(|_| Refused::NotFound)?;
    match refusal(app.answer_question(&actor, id, form.get("answer")).await)? {
        None => to(&format!("/plan/questions#q-{id}")),
        Some((status, refused)) => Ok(page_with(status, &questions_page(&app, &visitor, &actor, Some(refused)).await?)),
    }
}

#[derive(Template)]
#[template(path = "revision/questions.html")]
struct QuestionsPage {
    shell: Shell,
    names: Names,
    questions: Vec<Question>,
    may_answer: bool,
    refused: Option<Refused>,
}
