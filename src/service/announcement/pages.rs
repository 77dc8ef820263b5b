//! An announcement: its text in three languages side by side, and the channels it goes out on.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::error::Result;
use crate::lang::Lang;
use crate::refusal::Refused;
use crate::response::{self, Case};
use crate::service::pages::Of;
use crate::service::view::{self, Told};
use crate::service::words::{self, Names};
use crate::service::{Command, incident_of, may_announce};
use crate::state::App;
use crate::web::{Access, Form, Routes, Shell, Visitor, page, page_with, status_of};

pub fn routes() -> Routes {
    Routes::new()
        .get("/incidents/{number}/announcements/new", Access::Handler, new)
        .post("/incidents/{number}/announcements", Access::Handler, create)
        .get("/announcements/{number}", Access::Reader, one)
        .post("/announcements/{number}/channels", Access::Handler, channel)
        .post("/announcements/{number}/completion", Access::Handler, complete)
}

#[derive(Deserialize)]
struct From {
    #[serde(default)]
    decision: String,
}

async fn new(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Query(from): Query<From>,
) -> Result<Response> {
    let mut form = Form::default();
    form.set("decision", from.decision);
    let shown = NewPage::read(&app, &visitor, &number, form, false, Vec::new()).await?;
    let status = if shown.refused.is_empty() { axum::http::StatusCode::OK } else { status_of(&shown.refused) };
    Ok(page_with(status, &shown))
}

async fn create(State(app): State<App>, visitor: Visitor, Path(number): Path<String>, form: Form) -> Result<Response> {
    let text: BTreeMap<Lang, String> =
        Lang::ALL.into_iter().filter_map(|l| Some((l, form.filled(l.tag())?.replace("\r\n", "\n")))).collect();
    let command = Command::Announce { decision: form.filled("decision").map(str::to_owned), text };
    let done = app.act(visitor.signed_in()?, &number, response::Command::Service(command)).await;
    match done {
        Ok(case) => {
            let number = case.service.announcements.last().map(|a| a.number.as_str()).unwrap_or_default();
            Ok(Redirect::to(&format!("/announcements/{number}")).into_response())
        }
        Err(error) => {
            let refused = error.faults()?;
            let status = status_of(&refused);
            Ok(page_with(status, &NewPage::read(&app, &visitor, &number, form, true, refused).await?))
        }
    }
}

async fn one(State(app): State<App>, visitor: Visitor, Path(number): Path<String>) -> Result<Response> {
    Ok(page(&ToldPage::read(&app, &visitor, &number, Form::default(), Vec::new()).await?))
}

async fn channel(State(app): State<App>, visitor: Visitor, Path(number): Path<String>, form: Form) -> Result<Response> {
    let command = form.time("at").map(|at| Command::Channel {
        announcement: number.clone(),
        channel: form.get("channel").to_owned(),
        proof: form.get("proof").to_owned(),
        at,
    });
    act(&app, &visitor, &number, command, form).await
}

async fn complete(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    form: Form,
) -> Result<Response> {
    let command = Command::CompleteAnnouncement { announcement: number.clone() };
    act(&app, &visitor, &number, Ok(command), form).await
}

async fn act(
    app: &App,
    visitor: &Visitor,
    number: &str,
    command: std::result::Result<Command, Refused>,
    form: Form,
) -> Result<Response> {
    let actor = visitor.signed_in()?;
    let done: Result<Case> = async {
        let incident = incident_of(number).ok_or(Refused::NotFound)?;
        app.act(actor, incident, response::Command::Service(command?)).await
    }
    .await;
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/announcements/{number}")).into_response()),
        Err(error) => {
            let refused = error.faults()?;
            let status = status_of(&refused);
            Ok(page_with(status, &ToldPage::read(app, visitor, number, form, refused).await?))
        }
    }
}

#[derive(Template)]
#[template(path = "service/announcement_new.html")]
struct NewPage {
    shell: Shell,
    of: Of,
    /// The decision it is made from: number, and what it does.
    decision: Option<(String, String)>,
    /// Tag, own name, text.
    texts: Vec<(&'static str, &'static str, String)>,
    refused: Vec<Refused>,
}

impl NewPage {
    async fn read(
        app: &App,
        visitor: &Visitor,
        number: &str,
        form: Form,
        typed: bool,
        mut refused: Vec<Refused>,
    ) -> Result<NewPage> {
        let actor = visitor.signed_in()?;
        let (case, held) = app.case(actor, number).await?;
        let actor = &case.as_seen_by(actor);
        if !may_announce(actor) {
            return Err(Refused::Forbidden.into());
        }
        let names = Names::new(&held.edition, &held.directory, visitor.lang);
        let decision = match case.announceable(form.filled("decision")) {
            Ok(decision) => Some(decision),
            Err(no) => {
                if refused.is_empty() {
                    refused.push(no);
                }
                None
            }
        };
        let sub_kind = &case.incident.sub_kind;
        let made = decision.map(|d| words::announcement(d, sub_kind, &held.edition, &held.directory));
        let text = |lang: Lang| match (&made, typed) {
            (_, true) => form.get(lang.tag()).to_owned(),
            (Some(made), false) => made.get(lang).to_owned(),
            (None, false) => String::new(),
        };
        Ok(NewPage {
            shell: Shell::of(visitor),
            of: Of::case(&case, names),
            decision: decision.map(|d| (d.number.clone(), names.decided(d))),
            texts: Lang::ALL.into_iter().map(|l| (l.tag(), l.own_name(), text(l))).collect(),
            refused,
        })
    }
}

#[derive(Template)]
#[template(path = "service/announcement.html")]
struct ToldPage {
    shell: Shell,
    of: Of,
    told: Told,
    may: bool,
    /// The city's clock, for the field that asks when a channel sent it.
    now_field: String,
    form: Form,
    refused: Vec<Refused>,
}

impl ToldPage {
    async fn read(app: &App, visitor: &Visitor, number: &str, form: Form, refused: Vec<Refused>) -> Result<ToldPage> {
        let actor = visitor.signed_in()?;
        let (case, held) = app.case(actor, incident_of(number).ok_or(Refused::NotFound)?).await?;
        let actor = &case.as_seen_by(actor);
        let names = Names::new(&held.edition, &held.directory, visitor.lang);
        let announcement = case.service.announcement(number).ok_or(Refused::NotFound)?;
        let required = &held.edition.matrix.weather.announcement_channels_required;
        Ok(ToldPage {
            shell: Shell::of(visitor),
            of: Of::case(&case, names),
            told: view::told(announcement, &case.service.decisions, required, names),
            may: case.incident.is_open() && may_announce(actor) && !actor.is_inspector(),
            now_field: crate::clock::local(app.clock.now()).format("%Y-%m-%dT%H:%M").to_string(),
            form,
            refused,
        })
    }

    /// What was typed for a channel that was refused.
    fn typed<'a>(&'a self, channel: &str, field: &str, start: &'a str) -> &'a str {
        if self.form.is("channel", channel) { self.form.get(field) } else { start }
    }
}
