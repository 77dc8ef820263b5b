//! Pages of rectification orders: the list, the sheet with its acts, the printable notice.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::store::Filter;
use super::view::Sheet;
use super::{Command, Order};
use crate::attachment::{self, Upload};
use crate::conduct::review::OrderFile;
use crate::error::{Error, Result};
use crate::journal::{Event, Recorded};
use crate::once::Made;
use crate::person::Actor;
use crate::refusal::Refused;
use crate::review;
use crate::state::App;
use crate::timeline::{self, Words};
use crate::web::posted::Posted;
use crate::web::{Access, Form, Routes, Shell, Visitor, acts, page, page_with, status_of};

/// The answer and a few photos.
const BODY_LIMIT: usize = 64 * 1024 * 1024;

pub fn routes() -> Routes {
    Routes::new()
        .get("/rectifications", Access::Reader, list)
        .post("/rectifications", Access::Inspection, issue)
        .get("/rectifications/{number}", Access::Reader, read)
        .get("/rectifications/{number}/print", Access::Reader, print)
        .post("/rectifications/{number}/acknowledgement", Access::Reader, acknowledgement)
        .upload("/rectifications/{number}/answer", Access::Reader, BODY_LIMIT, answer)
        .post("/rectifications/{number}/acceptance", Access::Reader, acceptance)
        .post("/rectifications/{number}/return", Access::Reader, give_back)
}

#[derive(Debug, Default, Deserialize)]
struct Wanted {
    #[serde(default)]
    state: String,
    #[serde(default)]
    department: String,
}

async fn list(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let state = match wanted.state.as_str() {
        "" => Some("open".to_owned()),
        "all" => None,
        state => Some(state.to_owned()),
    };
    let department = Some(wanted.department.trim().to_owned()).filter(|d| !d.is_empty());
    let found = app.rectifications(&actor, &Filter { incident: None, department, state }).await?;
    let (edition, directory, now) = (app.edition()?, app.directory(), app.clock.now());
    let w = Words::new(&edition, &directory, visitor.lang);
    let states = [
        ("open", w.l.msg_rect_filter_open()),
        ("overdue", w.l.msg_rect_filter_overdue()),
        ("all", w.l.msg_rect_filter_all()),
    ];
    // What may be done is said on the sheet of each, which knows who took part in the handling.
    let orders = found.iter().map(|o| Sheet::of(o, true, &w, &actor, now)).collect();
    Ok(page(&ListPage { shell: Shell::of(&visitor), orders, states: states.into(), wanted }))
}

/// Orders, or shows the review again with what was refused and what was typed.
async fn issue(State(app): State<App>, visitor: Visitor, actor: Actor, form: Form) -> Result<Response> {
    let done = async {
        let order = Order {
            incident: form.get("incident").to_owned(),
            finding: form.get("finding").trim().parse().ok(),
            measure: form.get("measure").to_owned(),
            department: form.filled("department").map(str::to_owned),
            due_at: form.time("due_at")?,
        };
        app.order_rectification(&actor, &order, None).await.map(Made::into_inner)
    };
    match done.await {
        Ok(file) => Ok(Redirect::to(&format!("/rectifications/{}", file.order.number)).into_response()),
        // The form stands on the review.
        Err(error) => {
            let review = form.get("incident").trim().to_owned();
            review::pages::refused_on(&app, &visitor, &actor, &review, "order", form, error).await
        }
    }
}

async fn read(State(app): State<App>, visitor: Visitor, actor: Actor, Path(number): Path<String>) -> Result<Response> {
    let file = app.rectification(&actor, &number).await?;
    Ok(page(&OrderPage::of(&app, &visitor, &actor, &file)))
}

async fn print(State(app): State<App>, visitor: Visitor, actor: Actor, Path(number): Path<String>) -> Result<Response> {
    let file = app.rectification(&actor, &number).await?;
    let shown = OrderPage::of(&app, &visitor, &actor, &file);
    let printed_by = Words::new(&file.held.edition, &file.held.directory, visitor.lang).person(&actor.login);
    Ok(page(&PaperPage { shown, edition: file.held.edition.code.clone(), printed_by }))
}

acts! { Command;
    acknowledgement: _form => Ok(Command::Acknowledge);
    acceptance: _form => Ok(Command::Accept);
    give_back: form => Ok(Command::Return { reason: form.get("reason").to_owned() });
}

async fn answer(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(number): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let Posted { form, files, cut_off } = posted;
    let done = async {
        if cut_off {
            return Err(attachment::too_large().into());
        }
        let files = files.into_iter().filter(|f| f.field == "file");
        let photos: Vec<Upload> = files.map(|f| Upload::check(&f.name, f.content)).collect::<Result<_, Refused>>()?;
        reply(&app, &actor, &number, &form, &photos).await
    }
    .await;
    shown(&app, &visitor, &actor, &number, form, done).await
}

/// Photos are kept with the incident and named in the evidence; none is kept of an answer that would be refused.
async fn reply(app: &App, actor: &Actor, number: &str, form: &Form, photos: &[Upload]) -> Result<OrderFile> {
    let typed = form.filled("evidence").map(str::to_owned);
    let evidence: Vec<String> = typed.into_iter().chain(photos.iter().map(|p| p.name.clone())).collect();
    let command = Command::Answer { text: form.get("answer").to_owned(), evidence: evidence.join(" · ") };
    let file = app.rectification(actor, number).await?;
    file.order.act(&command, &file.context(), actor, app.clock.now())?;
    for photo in photos {
        app.attach(actor, &file.order.incident_number, None, photo).await?;
    }
    app.rectify(actor, number, &command).await
}

async fn answered(
    app: &App,
    visitor: &Visitor,
    actor: &Actor,
    number: &str,
    _: &'static str,
    form: Form,
    command: Result<Command, Refused>,
) -> Result<Response> {
    let done = match command {
        Ok(command) => app.rectify(actor, number, &command).await,
        Err(refused) => Err(refused.into()),
    };
    shown(app, visitor, actor, number, form, done).await
}

async fn shown(
    app: &App,
    visitor: &Visitor,
    actor: &Actor,
    number: &str,
    form: Form,
    done: Result<OrderFile>,
) -> Result<Response> {
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/rectifications/{number}")).into_response()),
        Err(error) => {
            let refused = error.faults()?;
            let Ok(file) = app.rectification(actor, number).await else {
                return Err(Error::Faults(refused));
            };
            let status = status_of(&refused);
            let shown = OrderPage { refused, typed: form, ..OrderPage::of(app, visitor, actor, &file) };
            Ok(page_with(status, &shown))
        }
    }
}

/// One line of the record, or of what will happen.
struct Entry {
    at: String,
    text: String,
    who: String,
}

#[derive(Template)]
#[template(path = "rectification/list.html")]
struct ListPage {
    shell: Shell,
    orders: Vec<Sheet>,
    states: Vec<(&'static str, String)>,
    wanted: Wanted,
}

/// An answer as the record has it: when, by whom, what was done, and what shows it.
struct Answered {
    at: String,
    who: String,
    text: String,
    evidence: String,
}

impl Answered {
    fn of(recorded: &Recorded, w: &Words<'_>) -> Option<Answered> {
        let Event::RectificationAnswered { answer, evidence, .. } = &recorded.event else {
            return None;
        };
        let (at, who) = (w.stamp(recorded.at), w.person(&recorded.actor));
        Some(Answered { at, who, text: answer.clone(), evidence: evidence.clone() })
    }
}

#[derive(Template)]
#[template(path = "rectification/order.html")]
struct OrderPage {
    shell: Shell,
    order: Sheet,
    record: Vec<Entry>,
    /// Every answer there was, the oldest first.
    answers: Vec<Answered>,
    coming: Vec<Entry>,
    refused: Vec<Refused>,
    typed: Form,
}

impl OrderPage {
    fn of(app: &App, visitor: &Visitor, actor: &Actor, file: &OrderFile) -> OrderPage {
        let w = Words::new(&file.held.edition, &file.held.directory, visitor.lang);
        let order = &file.order;
        let coming = order.rungs(&file.context(), &file.sent).into_iter().map(|rung| {
            let told = w.list(rung.tell.iter().map(|t| w.tell(t.code(), Some(&order.department))));
            let what = timeline::appraised::step(&w, rung.event.code(), &order.number, &order.department);
            Entry { at: w.stamp(rung.at), text: w.l.msg_tl_will_tell(what, told), who: String::new() }
        });
        OrderPage {
            shell: Shell::of(visitor),
            record: file
                .recorded
                .iter()
                .map(|r| Entry {
                    at: w.stamp(r.at),
                    text: timeline::describe(&r.event, w.edition, w.directory, w.lang),
                    who: w.person(&r.actor),
                })
                .collect(),
            answers: file.recorded.iter().filter_map(|r| Answered::of(r, &w)).collect(),
            coming: coming.collect(),
            order: Sheet::of(order, file.took_part, &w, actor, app.clock.now()),
            refused: Vec::new(),
            typed: Form::default(),
        }
    }

    fn fault(&self, field: &str) -> &'static str {
        if self.refused.iter().any(|r| r.field() == Some(field)) { " field-error" } else { "" }
    }
}

#[derive(Template)]
#[template(path = "rectification/paper.html")]
struct PaperPage {
    shown: OrderPage,
    edition: String,
    printed_by: String,
}
