//! Pages of people, money and materials: the board of a headquarters, and one request with what can be done about it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::board::{Board, Card, Typed};
use super::store::{self, Answer};
use super::{Request, Under, Wish};
use crate::error::Result;
use crate::person::Actor;
use crate::refusal::Refused;
use crate::state::App;
use crate::timeline::Words;
use crate::web::{Access, Form, Routes, Shell, Visitor, page, page_with, status_of};

pub fn routes() -> Routes {
    Routes::new()
        .get("/incidents/{number}/resources", Access::Reader, board)
        .post("/incidents/{number}/resources", Access::Handler, ask)
        .get("/resource-requests/{number}", Access::Reader, one)
        .post("/resource-requests/{number}/promise", Access::Handler, promise)
        .post("/resource-requests/{number}/arrival", Access::Handler, arrival)
        .post("/resource-requests/{number}/cancellation", Access::Handler, cancellation)
}

async fn board(State(app): State<App>, visitor: Visitor, actor: Actor, Path(number): Path<String>) -> Result<Response> {
    Ok(page(&BoardPage::read(&app, &visitor, &actor, &number).await?))
}

async fn ask(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(number): Path<String>,
    form: Form,
) -> Result<Response> {
    let error = match ask_by(&app, &actor, &number, &form).await {
        Ok(request) => return Ok(back(&form, &format!("/incidents/{number}/resources#z-{}", request.number))),
        Err(error) => error,
    };
    let mut refused = error.faults_unless(Refused::hides)?;
    let status = status_of(&refused);
    let refused = refused.swap_remove(0);
    let mut again = BoardPage::read(&app, &visitor, &actor, &number).await?;
    (again.form, again.refused) = (form, Some(refused));
    Ok(page_with(status, &again))
}

async fn ask_by(app: &App, actor: &Actor, number: &str, form: &Form) -> Result<Request> {
    let wish = Wish {
        kind: form.get("kind").to_owned(),
        what: form.get("what").to_owned(),
        quantity: quantity(form),
        unit: form.get("unit").to_owned(),
        department: form.get("department").to_owned(),
        due_at: form.time("due_at")?,
    };
    let mut tx = app.pool.begin().await?;
    let request = store::ask(&mut tx, number, &wish, &app.directory(), actor, app.clock.now()).await?;
    tx.commit().await?;
    Ok(request)
}

async fn one(State(app): State<App>, visitor: Visitor, actor: Actor, Path(number): Path<String>) -> Result<Response> {
    Ok(page(&RequestPage::read(&app, &visitor, &actor, &number).await?))
}

async fn promise(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(number): Path<String>,
    form: Form,
) -> Result<Response> {
    let read = form.time("for").map(|due| Answer::Promise { quantity: quantity(&form), due });
    answered(&app, &visitor, &actor, &number, read, &form, "promise").await
}

async fn arrival(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(number): Path<String>,
    form: Form,
) -> Result<Response> {
    let now = app.clock.now();
    let read = form.time("at").map(|at| Answer::Arrival { quantity: quantity(&form), at: at.unwrap_or(now) });
    answered(&app, &visitor, &actor, &number, read, &form, "arrival").await
}

async fn cancellation(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(number): Path<String>,
    form: Form,
) -> Result<Response> {
    answered(&app, &visitor, &actor, &number, Ok(Answer::Cancellation), &form, "cancellation").await
}

/// Does it and goes back to where the form stood; refused, the request is shown with what was typed.
async fn answered(
    app: &App,
    visitor: &Visitor,
    actor: &Actor,
    number: &str,
    read: Result<Answer, Refused>,
    form: &Form,
    act: &str,
) -> Result<Response> {
    let done = async {
        let mut tx = app.pool.begin().await?;
        store::answer(&mut tx, number, &read?, &app.directory(), actor, app.clock.now()).await?;
        tx.commit().await?;
        Ok(())
    };
    let error: crate::error::Error = match done.await {
        Ok(()) => return Ok(back(form, &format!("/resource-requests/{number}"))),
        Err(error) => error,
    };
    let mut refused = error.faults_unless(Refused::hides)?;
    let status = status_of(&refused);
    let refused = refused.swap_remove(0);
    let mut again = RequestPage::read(app, visitor, actor, number).await?;
    again.card.typed = Typed {
        act: act.to_owned(),
        quantity: form.get("quantity").to_owned(),
        time: form.get(if act == "promise" { "for" } else { "at" }).to_owned(),
    };
    again.refused = Some(refused);
    Ok(page_with(status, &again))
}

/// Where the form stood, if that is one of our own pages.
fn back(form: &Form, there: &str) -> Response {
    let known = ["/incidents/", "/department", "/resource-requests/"];
    let to = form.filled("back").filter(|to| known.iter().any(|page| to.starts_with(page)));
    Redirect::to(to.unwrap_or(there)).into_response()
}

/// What can't be read as a number is as good as none: the rule says what is asked.
fn quantity(form: &Form) -> i64 {
    form.filled("quantity").and_then(|q| q.parse().ok()).unwrap_or(-1)
}

#[derive(Template)]
#[template(path = "resource/page.html")]
struct BoardPage {
    shell: Shell,
    resources: Board,
    /// Where the forms lead back to.
    back: String,
    /// What was asked for and refused.
    form: Form,
    refused: Option<Refused>,
}

impl BoardPage {
    async fn read(app: &App, visitor: &Visitor, actor: &Actor, number: &str) -> Result<BoardPage> {
        let (case, held) = app.case(actor, number).await?;
        let mut conn = app.pool.acquire().await?;
        let under = store::under(&mut conn, &case.incident.number).await?.ok_or(Refused::NotFound)?;
        let requests = store::of_headquarters(&mut conn, under.headquarters).await?;
        let words = Words::new(&held.edition, &held.directory, visitor.lang);
        Ok(BoardPage {
            shell: Shell::of(visitor),
            back: format!("/incidents/{}/resources", under.number),
            resources: Board::of(&requests, &under, actor, &words, app.clock.now()),
            form: Form::default(),
            refused: None,
        })
    }

    fn fault(&self, field: &str) -> bool {
        self.refused.as_ref().and_then(Refused::field) == Some(field)
    }
}

#[derive(Template)]
#[template(path = "resource/request.html")]
struct RequestPage {
    shell: Shell,
    /// Of the headquarters.
    number: String,
    card: Card,
    back: String,
    refused: Option<Refused>,
}

impl RequestPage {
    async fn read(app: &App, visitor: &Visitor, actor: &Actor, number: &str) -> Result<RequestPage> {
        let mut conn = app.pool.acquire().await?;
        let (request, under): (Request, Under) = store::read(&mut conn, number, actor).await?;
        let (edition, directory) = (app.edition()?, app.directory());
        let words = Words::new(&edition, &directory, visitor.lang);
        Ok(RequestPage {
            shell: Shell::of(visitor),
            card: Card::of(&request, &under, actor, &words, app.clock.now()),
            back: format!("/resource-requests/{}", request.number),
            number: under.number,
            refused: None,
        })
    }
}
