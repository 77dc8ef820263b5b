//! The sheet of a directive: the order, its receipt matrix, the record, and the acts on it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};

use crate::casefile::line::{icon, kind_word};
use crate::clock::local;
use crate::conduct::directive::Sheet as File;
use crate::directive::Command;
use crate::directive::view::{Row, Sheet, Sight};
use crate::error::{Error, Result};
use crate::journal::Recorded;
use crate::person::Actor;
use crate::plan::StepEvent;
use crate::refusal::Refused;
use crate::state::App;
use crate::timeline::{self, Words, orders};
use crate::web::{Access, Form, Routes, Shell, Visitor, acts, page, page_with, status_of};

pub fn routes() -> Routes {
    Routes::new()
        .get("/directives/{number}", Access::Reader, read)
        .get("/directives/{number}/print", Access::Reader, print)
        .post("/directives/{number}/acknowledgement", Access::Reader, acknowledgement)
        .post("/directives/{number}/progress", Access::Reader, progress)
        .post("/directives/{number}/extension", Access::Reader, extension)
        .post("/directives/{number}/completion", Access::Reader, completion)
        .post("/directives/{number}/acceptance", Access::Reader, acceptance)
        .post("/directives/{number}/return", Access::Reader, give_back)
        .post("/directives/{number}/withdrawal", Access::Reader, withdrawal)
        .post("/directives/{number}/calls", Access::LeadersOrDuty, calls)
}

async fn read(State(app): State<App>, visitor: Visitor, actor: Actor, Path(number): Path<String>) -> Result<Response> {
    let file = app.directive(&actor, &number).await?;
    Ok(page(&OrderPage::of(&app, &visitor, &actor, &file)))
}

async fn print(State(app): State<App>, visitor: Visitor, actor: Actor, Path(number): Path<String>) -> Result<Response> {
    let file = app.directive(&actor, &number).await?;
    let shown = OrderPage::of(&app, &visitor, &actor, &file);
    let printed_by = Words::new(&file.held.edition, &file.held.directory, visitor.lang).person(&actor.login);
    Ok(page(&PrintPage { shown, edition: file.held.edition.code.clone(), printed_by }))
}

acts! { Command;
    acknowledgement: _form => Ok(Command::Acknowledge);
    progress: form => Ok(Command::Progress { text: form.get("text").to_owned() });
    extension: form => match form.get("grant") {
        "" => Ok(Command::Ask { until: form.time("until")?, reason: form.get("reason").to_owned() }),
        _ => Ok(Command::Extend { due_at: form.time("due_at")?, reason: form.get("reason").to_owned() }),
    };
    completion: form => Ok(Command::Complete { evidence: form.get("evidence").to_owned() });
    acceptance: _form => Ok(Command::Accept);
    give_back: form => Ok(Command::Return { reason: form.get("reason").to_owned() });
    withdrawal: form => Ok(Command::Withdraw { reason: form.get("reason").to_owned() });
    calls: form => Ok(Command::Telephone { who: form.get("who").to_owned(), phone: form.get("phone").to_owned() });
}

async fn answered(
    app: &App,
    visitor: &Visitor,
    actor: &Actor,
    number: &str,
    act: &'static str,
    form: Form,
    command: Result<Command, Refused>,
) -> Result<Response> {
    let done = match command {
        Ok(command) => app.direct(actor, number, form.filled("department"), &command).await,
        Err(refused) => Err(refused.into()),
    };
    match done {
        Ok(_) => {
            let back = form.filled("back").filter(|b| is_local(b)).map(str::to_owned);
            Ok(Redirect::to(&back.unwrap_or_else(|| format!("/directives/{number}"))).into_response())
        }
        Err(error) => {
            let refused = error.faults()?;
            // Nothing to show the refusal on: it is the answer itself.
            let Ok(file) = app.directive(actor, number).await else {
                return Err(Error::Faults(refused));
            };
            let status = status_of(&refused);
            let shown = OrderPage { refused, act, typed: form, ..OrderPage::of(app, visitor, actor, &file) };
            Ok(page_with(status, &shown))
        }
    }
}

/// A path of this site.
fn is_local(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && !path.contains('\\') && !path.chars().any(char::is_control)
}

/// One line of the record, or of what will happen.
struct Entry {
    at: String,
    icon: &'static str,
    kind: String,
    text: String,
    who: String,
    late: bool,
}

#[derive(Template)]
#[template(path = "directive/order.html")]
struct OrderPage {
    shell: Shell,
    order: Sheet,
    /// Whoever looks may accept, extend and withdraw.
    commands: bool,
    record: Vec<Entry>,
    coming: Vec<Entry>,
    refused: Vec<Refused>,
    act: &'static str,
    typed: Form,
}

impl OrderPage {
    fn of(app: &App, visitor: &Visitor, actor: &Actor, file: &File) -> OrderPage {
        let w = Words::new(&file.held.edition, &file.held.directory, visitor.lang);
        let sight = Sight { w, actor, now: app.clock.now() };
        OrderPage {
            shell: Shell::of(visitor),
            order: Sheet::of(&file.found, file.matter.as_ref(), &sight),
            commands: file.context().commands(actor),
            record: file.recorded.iter().map(|r| entry(r, &w)).collect(),
            coming: coming(file, &w),
            refused: Vec::new(),
            act: "",
            typed: Form::default(),
        }
    }

    /// Whether this form was the one refused.
    fn is(&self, act: &str, department: &str) -> bool {
        self.act == act && self.typed.get("department") == department
    }

    fn open(&self, act: &str, department: &str) -> &'static str {
        if self.is(act, department) { " open" } else { "" }
    }

    fn value(&self, act: &str, department: &str, name: &str) -> &str {
        if self.is(act, department) { self.typed.get(name) } else { "" }
    }

    fn fault(&self, act: &str, department: &str, field: &str) -> &'static str {
        let wrong = self.is(act, department) && self.refused.iter().any(|r| r.field() == Some(field));
        if wrong { " field-error" } else { "" }
    }

    /// The parts of whoever looks.
    fn own(&self) -> impl Iterator<Item = &Row> {
        self.order.rows.iter().filter(|r| r.own)
    }

    /// The limit a grant starts with: the one asked for, or else the one that stands.
    fn offered(&self, row: &Row) -> String {
        local(row.asked_until.unwrap_or(row.due_at)).format("%Y-%m-%dT%H:%M").to_string()
    }
}

fn entry(recorded: &Recorded, w: &Words<'_>) -> Entry {
    let kind = timeline::kind(&recorded.event);
    Entry {
        at: w.stamp(recorded.at),
        icon: icon(kind),
        kind: kind_word(w.l, kind),
        text: timeline::describe(&recorded.event, w.edition, w.directory, w.lang),
        who: w.person(&recorded.actor),
        late: recorded.late,
    }
}

/// Departments that a rung is about, and whom it tells.
#[derive(Default)]
struct Told {
    about: Vec<String>,
    to: Vec<String>,
}

/// The rungs still to come; those of one kind and instant together, whatever departments they are about.
fn coming(file: &File, w: &Words<'_>) -> Vec<Entry> {
    let directive = &file.found.directive;
    let mut together: Vec<(DateTime<Utc>, StepEvent, Told)> = Vec::new();
    for (at, rung) in directive.rungs(&file.context(), &file.sent) {
        let Some(copy) = directive.copies.get(at) else { continue };
        let position = together.iter().position(|t| t.0 == rung.at && t.1 == rung.event);
        let position = position.unwrap_or_else(|| {
            together.push((rung.at, rung.event, Told::default()));
            together.len() - 1
        });
        if let Some((_, _, told)) = together.get_mut(position) {
            push_new(&mut told.about, w.department(&copy.department));
            for word in rung.tell {
                push_new(&mut told.to, w.tell(word.code(), None));
            }
        }
    }
    together
        .into_iter()
        .map(|(at, event, told)| {
            let what = orders::step_of(w, event.code(), &directive.number, w.list(told.about));
            Entry {
                at: w.stamp(at),
                icon: "escalated",
                kind: String::new(),
                text: w.l.msg_tl_will_tell(what, w.list(told.to)),
                who: String::new(),
                late: false,
            }
        })
        .collect()
}

fn push_new(list: &mut Vec<String>, one: String) {
    if !list.contains(&one) {
        list.push(one);
    }
}

#[derive(Template)]
#[template(path = "directive/print.html")]
struct PrintPage {
    shown: OrderPage,
    edition: String,
    printed_by: String,
}
