//! A clause by itself: rulings and questions about it, and all that rests on it or came of it.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::store::{self, Citing};
use crate::circular::{self, Circular};
use crate::error::Result;
use crate::exchange::Topic;
use crate::exchange::view::Beside;
use crate::person::{Actor, role};
use crate::plan::{Clause, Edition, TaskDef};
use crate::refusal::Refused;
use crate::review::{self, store::OnClause};
use crate::revision::difference::{Fields, one_of_kind};
use crate::revision::pages::{Names, refusal, to};
use crate::revision::question::{Question, may_ask};
use crate::revision::record::pages::words;
use crate::revision::ruling::Ruling;
use crate::revision::{may_draft, may_read, question, ruling, signs, store as drafts};
use crate::state::App;
use crate::web::{Access, Form, Routes, Shell, Visitor, page, page_with};

/// Incidents, and findings, shown on a clause's page at most.
const INCIDENTS: i64 = 30;
/// The latest circulars, of which those about a clause are shown.
const CIRCULARS: i64 = 200;

pub fn routes() -> Routes {
    Routes::new()
        .get("/plan/clauses/{id}", Access::SignedIn, clause)
        .post("/plan/clauses/{id}/rulings", Access::SignedIn, rule)
        .post("/plan/clauses/{id}/questions", Access::SignedIn, ask)
}

#[derive(Debug, Default, Deserialize)]
struct Came {
    /// The question whoever looks came from: their ruling answers it.
    question: Option<String>,
}

async fn clause(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(id): Path<String>,
    Query(came): Query<Came>,
) -> Result<Response> {
    let form = Form::from_pairs(came.question.map(|q| ("answers".to_owned(), q)).into_iter().collect());
    Ok(page(&clause_page(&app, &visitor, &actor, &id, form, None).await?))
}

async fn clause_page(
    app: &App,
    visitor: &Visitor,
    actor: &Actor,
    id: &str,
    form: Form,
    refused: Option<Refused>,
) -> Result<ClausePage> {
    let edition = app.edition()?;
    let clause = edition.clause(id).ok_or(Refused::NotFound)?.clone();
    let tasks: Vec<TaskDef> =
        edition.matrix.tasks.iter().filter(|t| t.clause == id || t.clauses.iter().any(|c| c == id)).cloned().collect();
    let codes: Vec<String> = tasks.iter().map(|t| t.id.clone()).collect();
    let reads = Access::Reader.allows(actor);
    let mut conn = app.pool.acquire().await?;
    let rulings = ruling::store::rulings(&mut conn, Some(id)).await?;
    let questions = if reads { question::store::questions(&mut conn, Some(id)).await? } else { Vec::new() };
    let mut incidents = store::citing(&mut conn, &codes, INCIDENTS).await?;
    incidents.retain(|i| reads && i.regions.iter().any(|r| actor.sees_region(r)));
    let mut findings = review::store::on_clause(&mut conn, id, INCIDENTS).await?;
    findings.retain(|f| reads && f.is_visible_to(actor));
    let mut circulars = match reads {
        true => circular::store::list(&mut conn, actor, CIRCULARS).await?.into_iter().map(|c| c.0).collect(),
        false => Vec::new(),
    };
    circulars.retain(|c: &Circular| !c.is_draft() && c.parts.clauses.iter().any(|one| one == id));
    let drafts = if may_read(actor) { drafts::open(&mut conn).await? } else { Vec::new() };
    drop(conn);
    // What was learnt is for whoever revises the plan, too.
    let experience = match reads || may_read(actor) {
        true => app.beside(Topic::Clause(id), visitor.lang).await?,
        false => Vec::new(),
    };
    let may_edit = Access::PlanEditors.allows(actor) && may_draft(actor, &app.leadership()).is_ok();
    let editable = drafts.iter().filter(|_| may_edit).map(|d| d.code.clone()).collect();
    let mut changing = Vec::new();
    let mut bases: HashMap<String, Option<Fields>> = HashMap::new();
    for draft in drafts {
        if !bases.contains_key(&draft.based_on) {
            let base = app.edition_sources(actor, &draft.based_on).await?;
            bases.insert(draft.based_on.clone(), one_of_kind(&base.clauses, "clause", id));
        }
        let stood = bases.get(&draft.based_on).cloned().flatten();
        if one_of_kind(&draft.sources.clauses, "clause", id) != stood {
            changing.push(draft.code);
        }
    }
    Ok(ClausePage {
        names: Names::of(app, visitor.lang),
        shell: Shell::of(visitor),
        may_rule: actor.has_role(role::LEADER),
        may_ask: may_ask(actor),
        reads,
        edition,
        clause,
        tasks,
        rulings,
        questions,
        incidents,
        findings,
        circulars,
        experience,
        drafts: changing,
        editable,
        may_edit,
        form,
        refused,
    })
}

async fn rule(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response> {
    signs(&actor, &app.leadership())?;
    let done = async {
        let answers: Result<Vec<Uuid>, _> = form.all("answers").map(str::parse).collect();
        let answers = answers.map_err(|_| Refused::NotFound)?;
        app.rule_on_clause(&actor, &id, words(&form, "text"), &answers).await.map(|_| ())
    }
    .await;
    back_to_clause(&app, &visitor, &actor, &id, form, done, "rulings").await
}

async fn ask(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response> {
    let done = app.ask_about(&actor, Some(&id), None, None, form.get("question")).await.map(|_| ());
    back_to_clause(&app, &visitor, &actor, &id, form, done, "questions").await
}

async fn back_to_clause(
    app: &App,
    visitor: &Visitor,
    actor: &Actor,
    id: &str,
    form: Form,
    done: Result<()>,
    anchor: &str,
) -> Result<Response> {
    match refusal(done)? {
        None => to(&format!("/plan/clauses/{id}#{anchor}")),
        Some((status, refused)) => {
            Ok(page_with(status, &clause_page(app, visitor, actor, id, form, Some(refused)).await?))
        }
    }
}

#[derive(Template)]
#[template(path = "revision/clause.html")]
struct ClausePage {
    shell: Shell,
    names: Names,
    edition: Arc<Edition>,
    clause: Clause,
    tasks: Vec<TaskDef>,
    rulings: Vec<Ruling>,
    questions: Vec<Question>,
    incidents: Vec<Citing>,
    findings: Vec<OnClause>,
    circulars: Vec<Circular>,
    experience: Vec<Beside>,
    drafts: Vec<String>,
    /// Drafts in which whoever looks may change it.
    editable: Vec<String>,
    may_edit: bool,
    may_rule: bool,
    may_ask: bool,
    reads: bool,
    form: Form,
    refused: Option<Refused>,
}

impl ClausePage {
    fn is_asked(&self) -> bool {
        self.questions.iter().any(|q| q.answer.is_none())
    }
}
