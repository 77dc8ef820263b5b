//! Pages of the exchange of experience: the list, one exchange with its lessons and its summary, and its paper.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::lesson::store as lessons;
use super::view::{LessonView, Sheet};
use super::{Arrangement, File, Summary, may_arrange, oversees, store};
use crate::clock::local;
use crate::error::{Error, Result};
use crate::person::Actor;
use crate::person::directory::{Department, Directory, Person};
use crate::plan::{Clause, Edition, SubKind};
use crate::refusal::Refused;
use crate::state::App;
use crate::timeline::Words;
use crate::web::{Access, Form, Routes, Shell, Visitor, page, page_with, status_of};

/// Exchanges, and lessons not published yet, on the list at most.
const SHOWN: i64 = 200;

pub fn routes() -> Routes {
    Routes::new()
        .get("/exchanges", Access::Reader, list)
        .post("/exchanges", Access::Inspection, arrange)
        .get("/exchanges/new", Access::Inspection, new)
        .get("/exchanges/{number}", Access::Reader, one)
        .post("/exchanges/{number}", Access::Inspection, rearrange)
        .get("/exchanges/{number}/arrangement", Access::Inspection, arrangement)
        .get("/exchanges/{number}/print", Access::Reader, print)
        .post("/exchanges/{number}/publication", Access::Inspection, publish)
        .post("/exchanges/{number}/receipts", Access::Reader, confirm)
        .merge(super::lesson::pages::routes())
}

async fn list(State(app): State<App>, visitor: Visitor, actor: Actor) -> Result<Response> {
    let mut conn = app.pool.acquire().await?;
    let found = store::list(&mut conn, &actor, SHOWN).await?;
    let filter = lessons::Filter { published: Some(false), ..lessons::Filter::default() };
    let collected = lessons::list(&mut conn, &filter, &actor, SHOWN).await?;
    drop(conn);
    let (edition, directory) = (app.edition()?, app.directory());
    let w = Words::new(&edition, &directory, visitor.lang);
    let mut shown = ListPage {
        shell: Shell::of(&visitor),
        arranges: may_arrange(&actor).is_ok(),
        to_read: Vec::new(),
        arranged: Vec::new(),
        published: Vec::new(),
        collected: collected.iter().map(|l| LessonView::of(l, &w)).collect(),
    };
    for file in &found {
        let sheet = sheet(&app, &visitor, &actor, file)?;
        match (&sheet.published, sheet.to_confirm) {
            (None, _) => shown.arranged.push(sheet),
            (Some(_), true) => shown.to_read.push(sheet),
            (Some(_), false) => shown.published.push(sheet),
        }
    }
    Ok(page(&shown))
}

async fn new(State(app): State<App>, visitor: Visitor) -> Result<Response> {
    Ok(page(&ArrangePage::of(&app, &visitor, String::new(), Form::default(), None)?))
}

async fn arrangement(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(number): Path<String>,
) -> Result<Response> {
    let mut conn = app.pool.acquire().await?;
    let file = store::read(&mut conn, &number, &actor).await?;
    if file.exchange.published.is_some() {
        return Err(Refused::RecordLocked.into());
    }
    Ok(page(&ArrangePage::of(&app, &visitor, number, typed(&file), None)?))
}

async fn arrange(State(app): State<App>, visitor: Visitor, actor: Actor, form: Form) -> Result<Response> {
    let done = async {
        let mut tx = app.pool.begin().await?;
        let (edition, directory, now) = (app.edition()?, app.directory(), app.clock.now());
        let made = store::arrange(&mut tx, read(&form)?, &edition, &directory, &actor, now).await?;
        tx.commit().await?;
        Ok(made.number)
    };
    let done = done.await;
    arranged(&app, &visitor, String::new(), form, done)
}

async fn rearrange(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(number): Path<String>,
    form: Form,
) -> Result<Response> {
    let done = async {
        let mut tx = app.pool.begin().await?;
        let made = store::rearrange(&mut tx, &number, read(&form)?, &app.directory(), &actor, app.clock.now()).await?;
        tx.commit().await?;
        Ok(made.number)
    };
    let done = done.await;
    arranged(&app, &visitor, number, form, done)
}

fn arranged(app: &App, visitor: &Visitor, number: String, form: Form, done: Result<String>) -> Result<Response> {
    match done {
        Ok(number) => Ok(Redirect::to(&format!("/exchanges/{number}")).into_response()),
        Err(error) => {
            let (status, refused) = first(error)?;
            Ok(page_with(status, &ArrangePage::of(app, visitor, number, form, Some(refused))?))
        }
    }
}

async fn one(State(app): State<App>, visitor: Visitor, actor: Actor, Path(number): Path<String>) -> Result<Response> {
    let file = app.exchange(&actor, &number).await?;
    Ok(page(&ExchangePage::of(&app, &visitor, &actor, &file, Form::default(), None)?))
}

async fn print(State(app): State<App>, visitor: Visitor, actor: Actor, Path(number): Path<String>) -> Result<Response> {
    let file = app.exchange(&actor, &number).await?;
    let edition = app.edition()?;
    let shown = PaperPage {
        sheet: sheet(&app, &visitor, &actor, &file)?,
        edition: file.exchange.edition.clone(),
        oversees: oversees(&actor),
        printed_by: Words::new(&edition, &app.directory(), visitor.lang).person(&actor.login),
        shell: Shell::of(&visitor),
    };
    Ok(page(&shown))
}

async fn publish(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(number): Path<String>,
    form: Form,
) -> Result<Response> {
    let all = |name: &str| form.all(name).map(str::to_owned).collect::<Vec<_>>();
    let summary =
        Summary { text: form.get("summary").to_owned(), clauses: all("clauses"), sub_kinds: all("sub_kinds") };
    match app.publish_exchange(&actor, &number, summary).await {
        Ok(_) => Ok(Redirect::to(&format!("/exchanges/{number}")).into_response()),
        Err(error) => {
            let (status, refused) = first(error)?;
            let file = app.exchange(&actor, &number).await?;
            let shown = ExchangePage::of(&app, &visitor, &actor, &file, form, Some(refused))?;
            Ok(page_with(status, &shown))
        }
    }
}

async fn confirm(State(app): State<App>, actor: Actor, Path(number): Path<String>) -> Result<Response> {
    let mut tx = app.pool.begin().await?;
    store::confirm(&mut tx, &number, &actor, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/exchanges/{number}#receipts")).into_response())
}

fn read(form: &Form) -> Result<Arrangement, Refused> {
    let all = |name: &str| form.all(name).map(str::to_owned).collect::<Vec<_>>();
    Ok(Arrangement {
        subject: form.get("subject").to_owned(),
        held_at: form.time("held_at")?,
        place: form.get("place").to_owned(),
        departments: all("departments"),
        people: all("people"),
    })
}

fn sheet(app: &App, visitor: &Visitor, actor: &Actor, file: &File) -> Result<Sheet> {
    let edition = app.edition_of(&file.exchange.edition)?;
    let directory = app.directory();
    Ok(Sheet::of(file, actor, app.clock.now(), &Words::new(&edition, &directory, visitor.lang)))
}

/// An arrangement as its form holds it.
fn typed(file: &File) -> Form {
    let exchange = &file.exchange;
    let mut pairs = vec![
        ("subject".to_owned(), exchange.subject.clone()),
        ("held_at".to_owned(), local(exchange.held_at).format("%Y-%m-%dT%H:%M").to_string()),
        ("place".to_owned(), exchange.place.clone()),
    ];
    pairs.extend(exchange.departments.iter().map(|d| ("departments".to_owned(), d.clone())));
    pairs.extend(exchange.people.iter().map(|p| ("people".to_owned(), p.clone())));
    Form::from_pairs(pairs)
}

/// What was refused, for the page to show; what the page itself is refused for, and a fault of ours, go on.
pub(super) fn first(error: Error) -> Result<(StatusCode, Refused)> {
    let mut refused = error.faults_unless(Refused::hides)?;
    let status = status_of(&refused);
    Ok((status, refused.swap_remove(0)))
}

/// All clauses or sub-kinds of a form, those ticked first, so that what is ticked is seen.
pub(super) fn clauses<'a>(edition: &'a Edition, form: &Form) -> Vec<&'a Clause> {
    let mut all: Vec<&Clause> = edition.clauses.iter().collect();
    all.sort_by_key(|c| !form.is("clauses", &c.id));
    all
}

pub(super) fn sub_kinds<'a>(edition: &'a Edition, form: &Form) -> Vec<&'a SubKind> {
    let mut all: Vec<&SubKind> = edition.matrix.sub_kinds.iter().collect();
    all.sort_by_key(|s| !form.is("sub_kinds", &s.code));
    all
}

#[derive(Template)]
#[template(path = "exchange/list.html")]
struct ListPage {
    shell: Shell,
    arranges: bool,
    to_read: Vec<Sheet>,
    arranged: Vec<Sheet>,
    published: Vec<Sheet>,
    collected: Vec<LessonView>,
}

#[derive(Template)]
#[template(path = "exchange/arrange.html")]
struct ArrangePage {
    shell: Shell,
    /// Empty for a new one.
    number: String,
    form: Form,
    refused: Option<Refused>,
    directory: Arc<Directory>,
}

impl ArrangePage {
    fn of(app: &App, visitor: &Visitor, number: String, form: Form, refused: Option<Refused>) -> Result<ArrangePage> {
        Ok(ArrangePage { shell: Shell::of(visitor), number, form, refused, directory: app.directory() })
    }

    /// Who can take part; the headquarters has no members of its own.
    fn departments(&self) -> impl Iterator<Item = &Department> {
        self.directory.departments().iter().filter(|d| d.code != "HQ")
    }

    /// People with a post, those chosen first.
    fn people(&self) -> Vec<&Person> {
        let mut all: Vec<&Person> =
            self.directory.people().iter().filter(|p| p.active && !p.posts.is_empty()).collect();
        all.sort_by_key(|p| (!self.form.is("people", &p.login), p.login.clone()));
        all
    }

    fn called(&self, person: &Person) -> String {
        self.directory.called(person, self.shell.lang)
    }

    fn fault(&self, field: &str) -> bool {
        self.refused.as_ref().is_some_and(|r| r.field() == Some(field))
    }
}

#[derive(Template)]
#[template(path = "exchange/exchange.html")]
struct ExchangePage {
    shell: Shell,
    sheet: Sheet,
    edition: Arc<Edition>,
    /// May take a clause into a draft of the plan.
    drafts: bool,
    form: Form,
    refused: Option<Refused>,
}

impl ExchangePage {
    fn of(
        app: &App,
        visitor: &Visitor,
        actor: &Actor,
        file: &File,
        form: Form,
        refused: Option<Refused>,
    ) -> Result<ExchangePage> {
        Ok(ExchangePage {
            sheet: sheet(app, visitor, actor, file)?,
            edition: app.edition()?,
            drafts: Access::PlanEditors.allows(actor),
            shell: Shell::of(visitor),
            form,
            refused,
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

#[derive(Template)]
#[template(path = "exchange/paper.html")]
struct PaperPage {
    shell: Shell,
    sheet: Sheet,
    edition: String,
    oversees: bool,
    printed_by: String,
}
