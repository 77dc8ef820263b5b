//! Pages of circulars: the list, the draft, the sheet with its receipts, the paper.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use uuid::Uuid;

use super::view::{Sheet, issuer_name};
use super::{Circular, Issuer, Parts, Receipt, oversees, store};
use crate::error::Result;
use crate::lang::Text;
use crate::person::Actor;
use crate::person::directory::{Department, Directory};
use crate::plan::{Clause, Edition};
use crate::refusal::Refused;
use crate::response::Case;
use crate::state::App;
use crate::supervision;
use crate::timeline::Words;
use crate::web::{Access, Form, Routes, Shell, Visitor, page, page_with, status_of};

/// Circulars on the list at most.
const SHOWN: i64 = 200;

pub fn routes() -> Routes {
    Routes::new()
        .get("/circulars", Access::Reader, list)
        .post("/circulars", Access::Oversight, save)
        .get("/circulars/new", Access::Oversight, new)
        .get("/circulars/{number}", Access::Reader, one)
        .get("/circulars/{number}/print", Access::Reader, print)
        .post("/circulars/{number}/receipts", Access::Reader, confirm)
}

async fn list(State(app): State<App>, visitor: Visitor, actor: Actor) -> Result<Response> {
    let mut conn = app.pool.acquire().await?;
    let found = store::list(&mut conn, &actor, SHOWN).await?;
    let mut shown = ListPage {
        shell: Shell::of(&visitor),
        issues: oversees(&actor),
        drafts: Vec::new(),
        to_read: Vec::new(),
        published: Vec::new(),
    };
    for (circular, receipts) in &found {
        let sheet = sheet(&app, &visitor, &actor, circular, receipts)?;
        match (sheet.number.is_some(), sheet.to_confirm) {
            (false, _) => shown.drafts.push(sheet),
            (true, true) => shown.to_read.push(sheet),
            (true, false) => shown.published.push(sheet),
        }
    }
    Ok(page(&shown))
}

#[derive(Deserialize)]
struct Wanted {
    check: Option<Uuid>,
    incident: Option<String>,
}

async fn new(State(app): State<App>, visitor: Visitor, actor: Actor, Query(wanted): Query<Wanted>) -> Result<Response> {
    let mut pairs = Vec::new();
    if let Some(check) = wanted.check {
        let mut conn = app.pool.acquire().await?;
        let finding = supervision::store::by_id(&mut conn, check).await?.ok_or(Refused::NotFound)?;
        let l = visitor.l10n();
        let mut facts = l.msg_circular_prefill_check(finding.looked_at, finding.finding);
        if !finding.urge.is_empty() {
            facts = format!("{facts}\n{}", l.msg_circular_prefill_urge(finding.urge));
        }
        pairs.extend([("facts", facts), ("departments", finding.department), ("check", check.to_string())]);
        pairs.extend(finding.incident.map(|number| ("incident", number)));
    } else if let Some(number) = &wanted.incident {
        let (case, held) = app.case(&actor, number).await?;
        let words = Words::new(&held.edition, &held.directory, visitor.lang);
        pairs.extend(of_incident(&case, &words, &app));
    }
    let form = Form::from_pairs(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
    Ok(page(&DraftPage::of(&app, &visitor, &actor, form, Vec::new())?))
}

/// What a circular on an incident starts with: its tasks past their limits, and who owed them.
fn of_incident(case: &Case, w: &Words<'_>, app: &App) -> Vec<(&'static str, String)> {
    let (now, calendar) = (app.clock.now(), app.calendar());
    let mut facts = Vec::new();
    let mut pairs = vec![
        ("incident", case.incident.number.clone()),
        ("title", w.l.msg_circular_prefill_title(case.incident.number.as_str())),
    ];
    for task in &case.tasks {
        let Some((def, due)) = task.definition(w.edition).zip(task.due_at) else { continue };
        let late = crate::task::clock::late_seconds(def, task, now, &calendar);
        if late > 0 {
            let (department, task_name) = (w.department(&task.department), w.task(&task.key));
            facts.push(w.l.msg_circular_prefill_late(department, task_name, w.stamp(due), w.span(late)));
            pairs.push(("clauses", def.clause.clone()));
            if !matches!(task.department.as_str(), "LG" | "HQ") {
                pairs.push(("departments", task.department.clone()));
            }
        }
    }
    pairs.push(("facts", facts.join("\n")));
    pairs
}

async fn save(State(app): State<App>, visitor: Visitor, actor: Actor, form: Form) -> Result<Response> {
    match save_form(&app, &actor, &form).await {
        Ok(circular) => Ok(Redirect::to(&format!("/circulars/{}", circular.reference())).into_response()),
        Err(error) => {
            let refused = error.faults_unless(Refused::hides)?;
            Ok(page_with(status_of(&refused), &DraftPage::of(&app, &visitor, &actor, form, refused)?))
        }
    }
}

async fn save_form(app: &App, actor: &Actor, form: &Form) -> Result<Circular> {
    let all = |name: &str| form.all(name).map(str::to_owned).collect::<Vec<_>>();
    let parts = Parts {
        title: form.get("title").to_owned(),
        facts: form.get("facts").to_owned(),
        clauses: all("clauses"),
        departments: all("departments"),
        incident: form.filled("incident").map(str::to_owned),
    };
    let (publish, now) = (form.is("step", "publish"), app.clock.now());
    let (edition, directory) = (app.edition()?, app.directory());
    let mut tx = app.pool.begin().await?;
    let circular = match form.get("draft").parse::<Uuid>() {
        Err(_) => store::draft(&mut tx, parts, publish, &edition, &directory, actor, now).await?,
        Ok(id) => {
            let draft = store::rewrite(&mut tx, id, parts, &edition, &directory, actor, now).await?;
            if publish { store::publish(&mut tx, &id.to_string(), &directory, actor, now).await? } else { draft }
        }
    };
    if let Ok(check) = form.get("check").parse::<Uuid>() {
        supervision::store::became(&mut tx, check, &circular.reference()).await?;
    }
    tx.commit().await?;
    Ok(circular)
}

async fn one(State(app): State<App>, visitor: Visitor, actor: Actor, Path(number): Path<String>) -> Result<Response> {
    let mut conn = app.pool.acquire().await?;
    let (circular, receipts) = store::read(&mut conn, &number, &actor).await?;
    drop(conn);
    if circular.is_draft() {
        return Ok(page(&DraftPage::of(&app, &visitor, &actor, typed(&circular), Vec::new())?));
    }
    let sheet = sheet(&app, &visitor, &actor, &circular, &receipts)?;
    Ok(page(&SheetPage { shell: Shell::of(&visitor), issues: oversees(&actor), sheet }))
}

async fn print(State(app): State<App>, visitor: Visitor, actor: Actor, Path(number): Path<String>) -> Result<Response> {
    let mut conn = app.pool.acquire().await?;
    let (circular, receipts) = store::read(&mut conn, &number, &actor).await?;
    let sheet = sheet(&app, &visitor, &actor, &circular, &receipts)?;
    Ok(page(&PaperPage { shell: Shell::of(&visitor), issues: oversees(&actor), sheet }))
}

async fn confirm(State(app): State<App>, actor: Actor, Path(number): Path<String>) -> Result<Response> {
    let mut tx = app.pool.begin().await?;
    store::confirm(&mut tx, &number, &actor, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/circulars/{number}#receipts")).into_response())
}

fn sheet(app: &App, visitor: &Visitor, actor: &Actor, circular: &Circular, receipts: &[Receipt]) -> Result<Sheet> {
    let edition = app.edition_of(&circular.edition)?;
    Ok(Sheet::of(circular, receipts, &edition, &app.directory(), actor, visitor.lang))
}

/// A draft as its form holds it.
fn typed(circular: &Circular) -> Form {
    let parts = &circular.parts;
    let mut pairs = vec![
        ("draft".to_owned(), circular.id.to_string()),
        ("title".to_owned(), parts.title.clone()),
        ("facts".to_owned(), parts.facts.clone()),
        ("incident".to_owned(), parts.incident.clone().unwrap_or_default()),
    ];
    pairs.extend(parts.clauses.iter().map(|id| ("clauses".to_owned(), id.clone())));
    pairs.extend(parts.departments.iter().map(|d| ("departments".to_owned(), d.clone())));
    Form::from_pairs(pairs)
}

/// What was refused, for the page to show; a fault of ours goes on.
#[derive(Template)]
#[template(path = "circular/list.html")]
struct ListPage {
    shell: Shell,
    issues: bool,
    drafts: Vec<Sheet>,
    to_read: Vec<Sheet>,
    published: Vec<Sheet>,
}

#[derive(Template)]
#[template(path = "circular/circular.html")]
struct SheetPage {
    shell: Shell,
    issues: bool,
    sheet: Sheet,
}

#[derive(Template)]
#[template(path = "circular/paper.html")]
struct PaperPage {
    shell: Shell,
    issues: bool,
    sheet: Sheet,
}

#[derive(Template)]
#[template(path = "circular/draft.html")]
struct DraftPage {
    shell: Shell,
    form: Form,
    refused: Vec<Refused>,
    edition: Arc<Edition>,
    directory: Arc<Directory>,
    issuer: String,
    right: &'static str,
}

impl DraftPage {
    fn of(app: &App, visitor: &Visitor, actor: &Actor, form: Form, refused: Vec<Refused>) -> Result<DraftPage> {
        let issuer = Issuer::of(actor)?;
        let directory = app.directory();
        Ok(DraftPage {
            shell: Shell::of(visitor),
            form,
            refused,
            edition: app.edition()?,
            issuer: issuer_name(issuer, &directory, visitor.lang),
            right: issuer.clause(),
            directory,
        })
    }

    /// The chapters that have clauses: number, title, clauses, and how many of them are chosen.
    fn chapters(&self) -> Vec<(&str, &Text, Vec<&Clause>, usize)> {
        let chosen = |c: &&&Clause| self.form.is("clauses", &c.id);
        self.edition
            .sections
            .iter()
            .map(|s| (s.id.as_str(), &s.title, self.edition.clauses_of(&s.id).collect::<Vec<_>>()))
            .filter(|(_, _, clauses)| !clauses.is_empty())
            .map(|(id, title, clauses)| {
                let count = clauses.iter().filter(chosen).count();
                (id, title, clauses, count)
            })
            .collect()
    }

    /// Whom it can be addressed to; the headquarters has no members of its own.
    fn departments(&self) -> impl Iterator<Item = &Department> {
        self.directory.departments().iter().filter(|d| d.code != "HQ")
    }

    fn fault(&self, field: &str) -> bool {
        self.refused.iter().any(|r| r.field() == Some(field))
    }
}
