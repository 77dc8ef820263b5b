//! The forms on a task's card.

use axum::extract::{Path, State};
use axum::response::Response;

use super::command;
use crate::casefile::Typed;
use crate::casefile::pages::answered;
use crate::error::{Error, Result};
use crate::refusal::Refused;
use crate::response::checklist::Check;
use crate::response::{Answer, Command};
use crate::state::App;
use crate::web::{Access, Form, Routes, Visitor};

/// The inspection centre has tasks of its own (2.1.2-insp-1), so every reader may try; the rules decide.
pub fn routes() -> Routes {
    Routes::new()
        .post("/incidents/{number}/tasks/{key}/acknowledgement", Access::Reader, acknowledgement)
        .post("/incidents/{number}/tasks/{key}/assignment", Access::Reader, assignment)
        .post("/incidents/{number}/tasks/{key}/return", Access::Reader, give_back)
        .post("/incidents/{number}/tasks/{key}/progress", Access::Reader, progress)
        .post("/incidents/{number}/tasks/{key}/contacts", Access::Reader, contacts)
        .post("/incidents/{number}/tasks/{key}/notified", Access::Reader, notified)
        .post("/incidents/{number}/tasks/{key}/seen", Access::Reader, seen)
        .post("/incidents/{number}/tasks/{key}/completion", Access::Reader, completion)
        .post("/incidents/{number}/tasks/{key}/not-arisen", Access::Reader, not_arisen)
        .post("/incidents/{number}/tasks/{key}/move", Access::Reader, move_to)
        .post("/incidents/{number}/tasks/{key}/checklist", Access::Reader, checklist)
        .post("/incidents/{number}/cooperation", Access::Reader, cooperation)
}

/// A handler of one act: its name is the last part of the address.
macro_rules! acts {
    ($($handler:ident = $act:literal;)+) => {
        $(async fn $handler(
            State(app): State<App>,
            visitor: Visitor,
            Path((number, key)): Path<(String, String)>,
            form: Form,
        ) -> Result<Response> {
            act(&app, &visitor, &number, &key, $act, form).await
        })+
    };
}

acts! {
    acknowledgement = "acknowledgement";
    assignment = "assignment";
    give_back = "return";
    progress = "progress";
    contacts = "contacts";
    notified = "notified";
    seen = "seen";
    completion = "completion";
    not_arisen = "not-arisen";
    move_to = "move";
}

async fn act(app: &App, visitor: &Visitor, number: &str, key: &str, act: &str, form: Form) -> Result<Response> {
    let actor = visitor.signed_in()?;
    let done = async {
        let read = command(act, &form, &app.directory(), app.clock.now())?;
        let command = read.ok_or(Refused::NotFound)?;
        let revision = form.filled("revision").and_then(|r| r.parse().ok());
        app.act(actor, number, Command::Task { key: key.to_owned(), command, revision }).await
    }
    .await;
    let typed = Typed::new(act, key, form.pairs());
    answered(app, visitor, number, done, typed, &format!("t-{key}")).await
}

async fn checklist(
    State(app): State<App>,
    visitor: Visitor,
    Path((number, key)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    let actor = visitor.signed_in()?;
    let version = form.get("version").to_owned();
    let check = Check { version, item: form.get("item").parse().unwrap_or_default(), done: form.is("done", "yes") };
    let done = app.act(actor, &number, Command::Check { task: key.clone(), check }).await;
    let typed = Typed::new("checklist", &key, form.pairs());
    answered(&app, &visitor, &number, done, typed, &format!("t-{key}")).await
}

async fn cooperation(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    form: Form,
) -> Result<Response> {
    let actor = visitor.signed_in()?;
    let task = form.get("task").to_owned();
    let words = form.get("text").to_owned();
    let answer = match form.get("answer") {
        "result" => Answer::Result(words),
        "refusal" => Answer::Refuse(words),
        _ => Answer::Acknowledge,
    };
    let department = form.get("department").to_owned();
    let typed = Typed::new("cooperation", &task, form.pairs());
    let anchor = format!("t-{task}");
    let done: Result<_, Error> = app.act(actor, &number, Command::Cooperate { task, department, answer }).await;
    answered(&app, &visitor, &number, done, typed, &anchor).await
}
