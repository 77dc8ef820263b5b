//! The forms about the incident as a whole.

use axum::extract::{Path, State};
use axum::response::Response;

use super::command;
use crate::casefile::Typed;
use crate::casefile::pages::answered;
use crate::error::Result;
use crate::l10n::text;
use crate::refusal::Refused;
use crate::response::Case;
use crate::state::App;
use crate::web::{Access, Form, Routes, Visitor};

pub fn routes() -> Routes {
    Routes::new()
        .post("/incidents/{number}/severity", Access::Handler, severity)
        .post("/incidents/{number}/conditions", Access::Handler, conditions)
        .post("/incidents/{number}/recovery", Access::Handler, recovery)
        .post("/incidents/{number}/closure", Access::Handler, closure)
        .post("/incidents/{number}/reopening", Access::Reader, reopening)
        .post("/incidents/{number}/review", Access::Leaders, review)
        .post("/incidents/{number}/corrections", Access::Reader, corrections)
        .post("/incidents/{number}/comments", Access::Reader, comments)
        .post("/incidents/{number}/links", Access::Handler, links)
        .post("/incidents/{number}/merge", Access::Handler, merge)
        .post("/incidents/{number}/merge/undo", Access::Handler, undo_merge)
}

/// A handler of one act, and the part of the page it leads back to.
macro_rules! acts {
    ($($handler:ident = $act:literal at $anchor:literal;)+) => {
        $(async fn $handler(
            State(app): State<App>,
            visitor: Visitor,
            Path(number): Path<String>,
            form: Form,
        ) -> Result<Response> {
            let done = act(&app, &visitor, &number, $act, &form).await;
            let typed = Typed::new($act, form.get("entry"), form.pairs());
            answered(&app, &visitor, &number, done, typed, $anchor).await
        })+
    };
}

acts! {
    severity = "severity" at "level";
    conditions = "conditions" at "conditions";
    recovery = "recovery" at "conditions";
    closure = "closure" at "close";
    reopening = "reopening" at "close";
    corrections = "corrections" at "timeline";
    comments = "comments" at "timeline";
}

async fn act(app: &App, visitor: &Visitor, number: &str, act: &str, form: &Form) -> Result<Case> {
    let actor = visitor.signed_in()?;
    let command = command(act, form, app.clock.now())?.ok_or(Refused::NotFound)?;
    app.act(actor, number, command).await
}

async fn review(State(app): State<App>, visitor: Visitor, Path(number): Path<String>, form: Form) -> Result<Response> {
    let done = app.demand_review(visitor.signed_in()?, &number, form.get("reason")).await;
    answered(&app, &visitor, &number, done.map(|file| file.case), Typed::new("review", "", form.pairs()), "close").await
}

async fn links(State(app): State<App>, visitor: Visitor, Path(number): Path<String>, form: Form) -> Result<Response> {
    let actor = visitor.signed_in()?;
    let parent = match form.get("side") {
        "parent" => Some(false),
        "child" => Some(true),
        _ => None,
    };
    let done = app.link(actor, &number, form.get("number").trim(), form.get("reason"), parent).await;
    answered(&app, &visitor, &number, done, Typed::new("links", "", form.pairs()), "links").await
}

async fn merge(State(app): State<App>, visitor: Visitor, Path(number): Path<String>, form: Form) -> Result<Response> {
    let actor = visitor.signed_in()?;
    let done = async {
        if !form.has("sure") {
            let label = text(|l| l.msg_cf_merge_sure());
            return Err(Refused::Required { field: "sure".to_owned(), label }.into());
        }
        app.merge(actor, &number, form.get("into").trim()).await
    }
    .await;
    answered(&app, &visitor, &number, done, Typed::new("merge", "", form.pairs()), "links").await
}

async fn undo_merge(State(app): State<App>, visitor: Visitor, Path(number): Path<String>) -> Result<Response> {
    let actor = visitor.signed_in()?;
    let done = app.undo_merge(actor, &number).await;
    answered(&app, &visitor, &number, done, Typed::new("undo", "", &[]), "links").await
}
