//! Pages of the plan (R1, R2) and of its duty matrix (R7). They change nothing, so everybody signed in may read them.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::NaiveDate;
use form_urlencoded::byte_serialize;
use serde::Deserialize;

use super::store::{self, Published};
use super::view::{self, DepartmentDuties, Difference, Duty, KindRows, Search, SectionView};
use super::words::Words;
use super::{Department, Edition, RouteDef, Scope, Severity, SeverityDef, SeverityRule, SubKind};
use crate::clock::local;
use crate::error::Result;
use crate::person::Actor;
use crate::refusal::Refused;
use crate::revision::carried::Newer;
use crate::revision::ruling::Ruling;
use crate::state::App;
use crate::web::{Access, Routes, Shell, Visitor, page};

pub fn routes() -> Routes {
    Routes::new()
        .get("/plan", Access::SignedIn, plan)
        .get("/plan/editions", Access::SignedIn, editions)
        .get("/plan/matrix", Access::SignedIn, matrix)
        .get("/plan/matrix/{sub_kind}/{severity}", Access::SignedIn, cell)
        .get("/plan/matrix/{sub_kind}/{severity}/{scope}", Access::SignedIn, scoped_cell)
        .get("/plan/tasks/{task}", Access::SignedIn, task)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    edition: String,
    q: String,
    department: String,
}

/// The edition a page shows: the one asked for, else the one in force.
struct Chosen {
    edition: Arc<Edition>,
    in_force: Arc<Edition>,
    /// Code and whether it is shown, the latest first.
    all: Vec<(String, bool)>,
}

impl Chosen {
    fn of(app: &App, asked: &Asked) -> Result<Chosen> {
        let in_force = app.edition()?;
        let editions = app.editions();
        let edition = match asked.edition.as_str() {
            "" => Arc::clone(&in_force),
            code => Arc::clone(editions.by_code(code).ok_or(Refused::NotFound)?),
        };
        let all = editions.iter().rev().map(|e| (e.code.clone(), e.code == edition.code)).collect();
        Ok(Chosen { edition, in_force, all })
    }

    fn is_in_force(&self) -> bool {
        self.edition.code == self.in_force.code
    }

    /// What keeps a link within the edition shown; empty for the one in force.
    fn query(&self) -> String {
        if self.is_in_force() {
            return String::new();
        }
        format!("?edition={}", byte_serialize(self.edition.code.as_bytes()).collect::<String>())
    }
}

async fn plan(State(app): State<App>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response> {
    let chosen = Chosen::of(&app, &asked)?;
    let search = Search::new(&asked.q);
    let sections = view::sections(Words::of(&chosen.edition, visitor.lang), &search);
    let found = sections.iter().map(|s| s.clauses.len()).sum();
    let rulings = standing_rulings(&app).await?;
    Ok(page(&PlanPage { shell: Shell::of(&visitor), chosen: &chosen, q: asked.q.trim(), found, sections, rulings }))
}

/// How the Leading Group reads clauses now.
async fn standing_rulings(app: &App) -> Result<Vec<Ruling>> {
    let mut conn = app.pool.acquire().await?;
    let mut rulings = crate::revision::ruling::store::rulings(&mut conn, None).await?;
    rulings.retain(Ruling::stands);
    Ok(rulings)
}

async fn editions(State(app): State<App>, visitor: Visitor, actor: Actor) -> Result<Response> {
    let mut conn = app.pool.acquire().await?;
    let published = store::published(&mut conn).await?;
    let drafts = crate::revision::may_read(&actor);
    let drafted = if drafts { crate::revision::store::open(&mut conn).await? } else { Vec::new() };
    drop(conn);
    let newer = app.newer_files(&actor, &drafted).await?;
    let today = local(app.clock.now()).date_naive();
    let all = app.editions();
    let in_force = all.in_force(today).map(|e| e.code.clone()).unwrap_or_default();
    let differences = published
        .into_iter()
        .map(|edition| {
            let position = all.iter().position(|e| e.code == edition.code);
            let before = position.and_then(|p| p.checked_sub(1)).and_then(|p| all.iter().nth(p));
            let difference = before.zip(all.by_code(&edition.code)).map(|(b, a)| Difference::between(b, a));
            (edition, difference)
        })
        .collect();
    Ok(page(&EditionsPage { shell: Shell::of(&visitor), in_force, today, editions: differences, drafts, newer }))
}

async fn matrix(State(app): State<App>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response> {
    let chosen = Chosen::of(&app, &asked)?;
    let edition = &chosen.edition;
    let words = Words::of(edition, visitor.lang);
    if !asked.department.is_empty() {
        let department = edition.department(&asked.department).ok_or(Refused::NotFound)?;
        let duties = view::of_department(words, &department.code);
        return Ok(page(&DepartmentPage { shell: Shell::of(&visitor), chosen: &chosen, words, department, duties }));
    }
    let kinds = view::matrix(edition, &Search::new(&asked.q));
    Ok(page(&MatrixPage { shell: Shell::of(&visitor), chosen: &chosen, words, q: asked.q.trim(), kinds }))
}

async fn cell(
    state: State<App>,
    visitor: Visitor,
    Path((sub_kind, severity)): Path<(String, String)>,
    asked: Query<Asked>,
) -> Result<Response> {
    cell_page(state, visitor, sub_kind, severity, None, asked)
}

async fn scoped_cell(
    state: State<App>,
    visitor: Visitor,
    Path((sub_kind, severity, scope)): Path<(String, String, String)>,
    asked: Query<Asked>,
) -> Result<Response> {
    let scope = Scope::from_code(&scope).ok_or(Refused::NotFound)?;
    cell_page(state, visitor, sub_kind, severity, Some(scope), asked)
}

fn cell_page(
    State(app): State<App>,
    visitor: Visitor,
    sub_kind: String,
    severity: String,
    scope: Option<Scope>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let chosen = Chosen::of(&app, &asked)?;
    let edition = &chosen.edition;
    let severity = Severity::from_code(&severity).ok_or(Refused::NotFound)?;
    let sub_kind = edition.sub_kind(&sub_kind).ok_or(Refused::NotFound)?;
    let route = edition.route(&sub_kind.code, severity, scope).ok_or(Refused::NotFound)?;
    if scope.is_some() && route.scope != scope {
        return Err(Refused::NotFound.into());
    }
    let words = Words::of(edition, visitor.lang);
    Ok(page(&CellPage {
        shell: Shell::of(&visitor),
        chosen: &chosen,
        words,
        sub_kind,
        route,
        level: edition.severity(severity).ok_or(Refused::NotFound)?,
        rules: rules_of(edition, sub_kind),
        duties: edition.tasks_of(route).map(|task| view::duty(words, task)).collect(),
    }))
}

async fn task(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let chosen = Chosen::of(&app, &asked)?;
    let edition = &chosen.edition;
    let words = Words::of(edition, visitor.lang);
    let task = edition.task(&id).ok_or(Refused::NotFound)?;
    let duty = view::duty(words, task);
    let routes = view::routes_with(edition, &task.id);
    let mut rulings = standing_rulings(&app).await?;
    rulings.retain(|r| duty.clauses.contains(&r.clause.as_str()));
    Ok(page(&TaskPage { shell: Shell::of(&visitor), chosen: &chosen, words, duty, routes, rulings }))
}

/// The rules that may propose a level for a sub-kind.
fn rules_of<'a>(edition: &'a Edition, sub_kind: &SubKind) -> Vec<&'a SeverityRule> {
    let applies = |rule: &&SeverityRule| rule.applies_to.iter().any(|to| *to == sub_kind.code || *to == sub_kind.kind);
    edition.matrix.severity_rules.iter().filter(applies).collect()
}

#[derive(Template)]
#[template(path = "plan/plan.html")]
struct PlanPage<'a> {
    shell: Shell,
    chosen: &'a Chosen,
    q: &'a str,
    found: usize,
    sections: Vec<SectionView<'a>>,
    rulings: Vec<Ruling>,
}

impl PlanPage<'_> {
    fn ruling(&self, clause: &str) -> Option<&Ruling> {
        self.rulings.iter().find(|r| r.clause == clause)
    }
}

#[derive(Template)]
#[template(path = "plan/editions.html")]
struct EditionsPage {
    shell: Shell,
    in_force: String,
    today: NaiveDate,
    /// With how each differs from the one before it.
    editions: Vec<(Published, Option<Difference>)>,
    /// Whether the drafts are shown to this person.
    drafts: bool,
    /// Where the plan files of this version hold more than the edition in force; for who may draft.
    newer: Option<Newer>,
}

#[derive(Template)]
#[template(path = "plan/matrix.html")]
struct MatrixPage<'a> {
    shell: Shell,
    chosen: &'a Chosen,
    words: Words<'a>,
    q: &'a str,
    kinds: Vec<KindRows<'a>>,
}

impl MatrixPage<'_> {
    fn severity_name(&self, severity: &Severity) -> String {
        severity_name(&self.words, *severity)
    }

    /// What a cell's number is about, for who cannot see the table.
    fn cell_label(&self, sub_kind: &SubKind, severity: &Severity) -> String {
        self.shell.l.msg_matrix_cell_label(self.shell.t(&sub_kind.name), self.severity_name(severity))
    }
}

#[derive(Template)]
#[template(path = "plan/department.html")]
struct DepartmentPage<'a> {
    shell: Shell,
    chosen: &'a Chosen,
    words: Words<'a>,
    department: &'a Department,
    duties: DepartmentDuties<'a>,
}

#[derive(Template)]
#[template(path = "plan/cell.html")]
struct CellPage<'a> {
    shell: Shell,
    chosen: &'a Chosen,
    words: Words<'a>,
    sub_kind: &'a SubKind,
    route: &'a RouteDef,
    level: &'a SeverityDef,
    rules: Vec<&'a SeverityRule>,
    duties: Vec<Duty<'a>>,
}

impl CellPage<'_> {
    fn confirmed_by(&self) -> String {
        let roles = self.level.confirmed_by.iter().filter_map(|code| self.words.edition.role(code));
        let names: Vec<_> = roles.map(|role| role.name.clone()).collect();
        crate::l10n::join(self.shell.lang, &names)
    }

    fn severity_name(&self, severity: &Severity) -> String {
        severity_name(&self.words, *severity)
    }
}

#[derive(Template)]
#[template(path = "plan/task.html")]
struct TaskPage<'a> {
    shell: Shell,
    chosen: &'a Chosen,
    words: Words<'a>,
    duty: Duty<'a>,
    routes: Vec<&'a RouteDef>,
    /// On the clauses it rests on.
    rulings: Vec<Ruling>,
}

impl TaskPage<'_> {
    fn severity_name(&self, severity: &Severity) -> String {
        severity_name(&self.words, *severity)
    }

    fn situation(&self, route: &RouteDef) -> &str {
        self.words.edition.sub_kind(&route.sub_kind).map_or("", |s| s.name.get(self.shell.lang))
    }
}

fn severity_name(words: &Words<'_>, severity: Severity) -> String {
    words.edition.severity(severity).map_or(severity.code(), |def| def.name.get(words.lang)).to_owned()
}
