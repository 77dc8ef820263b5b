//! Pages of the plan revised: drafts, what they change, opinions and signature; editions compared and taken out.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::json;

use super::difference::{Change, Difference};
use super::store;
use super::view::{self, Line};
use super::words::Lexicon;
use super::{Changed, Draft, Opinion, Stance, between, clause, gaps, may_draft, may_read, question, record};
use crate::error::{Error, Result};
use crate::exchange::view::LessonView;
use crate::incident::field::date;
use crate::lang::Lang;
use crate::person::{Actor, role};
use crate::plan::Edition;
use crate::refusal::Refused;
use crate::state::App;
use crate::web::{Access, Form, Routes, Shell, Visitor, page, page_with, status_of};

pub fn routes() -> Routes {
    Routes::new()
        .get("/plan/revisions", Access::SignedIn, list)
        .post("/plan/revisions", Access::PlanEditors, make)
        .get("/plan/revisions/{code}", Access::SignedIn, one)
        .post("/plan/revisions/{code}/opinions", Access::SignedIn, opine)
        .post("/plan/revisions/{code}/approval", Access::Leaders, approve)
        .get("/plan/editions/{code}/differences", Access::SignedIn, compare)
        .get("/plan/editions/{code}/{file}", Access::SignedIn, export)
        .post("/incidents/{number}/edition", Access::Leaders, pin)
        .merge(record::pages::routes())
        .merge(clause::pages::routes())
        .merge(question::pages::routes())
}

async fn list(State(app): State<App>, visitor: Visitor, actor: Actor) -> Result<Response> {
    Ok(page(&list_page(&app, &visitor, &actor, Form::default(), None).await?))
}

async fn list_page(
    app: &App,
    visitor: &Visitor,
    actor: &Actor,
    form: Form,
    refused: Option<Refused>,
) -> Result<ListPage> {
    reader(actor)?;
    let mut conn = app.pool.acquire().await?;
    let drafts = store::all(&mut conn).await?;
    let editions = app.editions().iter().rev().map(|e| e.code.clone()).collect();
    let may = may_draft(actor, &app.leadership()).is_ok();
    let in_force = app.edition()?.code.clone();
    let names = Names::of(app, visitor.lang);
    drop(conn);
    let proposed = app.proposed_revisions(actor, visitor.lang).await?;
    Ok(ListPage { shell: Shell::of(visitor), names, drafts, proposed, editions, in_force, may, form, refused })
}

async fn make(State(app): State<App>, visitor: Visitor, actor: Actor, form: Form) -> Result<Response> {
    let made = app.draft_edition(&actor, form.get("code"), form.filled("based_on"), None).await;
    let code = made.as_ref().map_or_else(|_| String::new(), |draft| draft.code.clone());
    match refusal(made)? {
        None => to(&format!("/plan/revisions/{code}")),
        Some((status, refused)) => {
            Ok(page_with(status, &list_page(&app, &visitor, &actor, form, Some(refused)).await?))
        }
    }
}

async fn one(State(app): State<App>, visitor: Visitor, actor: Actor, Path(code): Path<String>) -> Result<Response> {
    Ok(page(&draft_page(&app, &visitor, &actor, &code, Sent::default()).await?))
}

async fn draft_page(app: &App, visitor: &Visitor, actor: &Actor, code: &str, sent: Sent) -> Result<DraftPage> {
    reader(actor)?;
    let mut conn = app.pool.acquire().await?;
    let draft = store::by_code(&mut conn, code).await?.ok_or(Refused::NotFound)?;
    let opinions = store::opinions(&mut conn, draft.id).await?;
    let history = store::history(&mut conn, draft.id).await?;
    drop(conn);
    let base = app.edition_sources(actor, &draft.based_on).await?;
    let differences = between(&base, &draft.sources);
    let lang = visitor.lang;
    let (open, leads) = (draft.approved.is_none(), actor.leads());
    Ok(DraftPage {
        gaps: gaps(&draft.sources.check().err().unwrap_or_default()),
        clauses: view::lines(&draft.sources.clauses, "clause", "title", &differences, lang),
        tasks: view::lines(&draft.sources.matrix, "task", "action", &differences, lang),
        may_edit: open && may_draft(actor, &app.leadership()).is_ok(),
        may_opine: open && (leads || actor.has_role(role::LG_MEMBER)),
        may_sign: open && actor.has_role(role::LEADER),
        names: Names::of(app, lang),
        words: Lexicon::of(&[&draft.sources, &base], lang),
        shell: Shell::of(visitor),
        draft,
        differences,
        opinions,
        history,
        sent,
    })
}

async fn opine(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(code): Path<String>,
    form: Form,
) -> Result<Response> {
    let stance = Stance::from_code(form.get("stance")).unwrap_or(Stance::Remark);
    let done = app.opine_on_draft(&actor, &code, stance, form.get("text")).await.map(|_| ());
    back_to_draft(&app, &visitor, &actor, &code, form, done, "opinions").await
}

async fn approve(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(code): Path<String>,
    form: Form,
) -> Result<Response> {
    let day: Result<NaiveDate, Refused> = date(&json!(form.get("effective_from"))).ok_or_else(|| {
        let expected = crate::lang::text("日期，如 2026-11-01", "日期，如 2026-11-01", "a date such as 2026-11-01");
        Refused::BadValue { field: "effective_from".to_owned(), expected }
    });
    let done = match day {
        Ok(day) => app.approve_edition(&actor, &code, day).await.map(|_| ()),
        Err(refused) => Err(refused.into()),
    };
    back_to_draft(&app, &visitor, &actor, &code, form, done, "sign").await
}

/// After an act from a part of a draft's page: `opinions`, `sign`, or a record such as `clause 3.1.8`.
pub(super) async fn back_to_draft(
    app: &App,
    visitor: &Visitor,
    actor: &Actor,
    code: &str,
    form: Form,
    done: Result<()>,
    at: &str,
) -> Result<Response> {
    let of_record = at.contains(' ');
    let missing = done.as_ref().err().and_then(Error::refused).is_some_and(|r| matches!(r, Refused::NotFound));
    let shown = match of_record && missing {
        // The record is gone; whether the draft is there, its page will say.
        true => Some((StatusCode::NOT_FOUND, Refused::NotFound)),
        false => refusal(done)?,
    };
    let Some((status, refused)) = shown else {
        let part = if of_record { "differences" } else { at };
        return to(&format!("/plan/revisions/{code}#{part}"));
    };
    let sent = Sent { at: at.to_owned(), form, refused: Some(refused) };
    Ok(page_with(status, &draft_page(app, visitor, actor, code, sent).await?))
}

/// What was sent from a draft's page and refused: from which part of it, and as typed.
#[derive(Default)]
struct Sent {
    at: String,
    form: Form,
    refused: Option<Refused>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct With {
    with: String,
}

async fn compare(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(code): Path<String>,
    Query(asked): Query<With>,
) -> Result<Response> {
    let to = app.edition_sources(&actor, &code).await?;
    let from = match asked.with.as_str() {
        "" => before_it(&app, &code)?,
        with => with.to_owned(),
    };
    let before = app.edition_sources(&actor, &from).await?;
    Ok(page(&ComparePage {
        words: Lexicon::of(&[&to, &before], visitor.lang),
        shell: Shell::of(&visitor),
        editions: app.editions().iter().rev().map(|e| e.code.clone()).collect(),
        differences: between(&before, &to),
        from,
        to: code,
    }))
}

/// What an edition is compared with unasked: the one it took the place of; of a draft, the one in force.
fn before_it(app: &App, code: &str) -> Result<String> {
    let editions = app.editions();
    let earlier = editions.iter().take_while(|e| e.code != code).last();
    match earlier.filter(|_| editions.by_code(code).is_some()) {
        Some(earlier) => Ok(earlier.code.clone()),
        None => Ok(app.edition()?.code.clone()),
    }
}

async fn export(State(app): State<App>, actor: Actor, Path((code, file)): Path<(String, String)>) -> Result<Response> {
    let sources = app.edition_sources(&actor, &code).await?;
    let text = match file.as_str() {
        "clauses.toml" => sources.clauses,
        "duty-matrix.toml" => sources.matrix,
        _ => return Err(Refused::NotFound.into()),
    };
    let disposition = format!("attachment; filename=\"{code}-{file}\"");
    let headers = [
        (header::CONTENT_TYPE, "application/toml; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, text).into_response())
}

async fn pin(State(app): State<App>, actor: Actor, Path(number): Path<String>, form: Form) -> Result<Response> {
    app.move_to_edition(&actor, &number, form.get("edition"), form.get("reason")).await?;
    to(&format!("/incidents/{number}"))
}

fn reader(actor: &Actor) -> Result<(), Refused> {
    if may_read(actor) { Ok(()) } else { Err(Refused::Forbidden) }
}

/// What an act was refused for, to be shown where it was asked; nothing where it was done. What the page itself is
/// refused for, and a fault of ours, go on.
pub(super) fn refusal<T>(done: Result<T>) -> Result<Option<(StatusCode, Refused)>> {
    let Err(error) = done else { return Ok(None) };
    let mut refused = error.faults_unless(|r| r.hides() || matches!(r, Refused::NotLg))?;
    let status = status_of(&refused);
    Ok(Some((status, refused.swap_remove(0))))
}

pub(super) fn to(path: &str) -> Result<Response> {
    Ok(Redirect::to(path).into_response())
}

/// People by their names in the reader's language.
pub(super) struct Names {
    directory: Arc<crate::person::directory::Directory>,
    edition: Option<Arc<Edition>>,
    lang: Lang,
}

impl Names {
    pub(super) fn of(app: &App, lang: Lang) -> Names {
        Names { directory: app.directory(), edition: app.edition().ok(), lang }
    }

    pub(super) fn person(&self, login: &str) -> String {
        self.directory.called_by(login, self.lang)
    }

    pub(super) fn department(&self, code: &str) -> String {
        self.directory.department_name(code).get(self.lang).to_owned()
    }

    pub(super) fn situation(&self, code: &str) -> String {
        let found = self.edition.as_ref().and_then(|e| e.sub_kind(code).map(|s| s.name.get(self.lang).to_owned()));
        found.unwrap_or_else(|| code.to_owned())
    }
}

impl Shell {
    fn change(&self, change: &Change) -> String {
        match change {
            Change::Added => self.l.msg_ed_added(),
            Change::Removed => self.l.msg_ed_removed(),
            Change::Changed => self.l.msg_ed_changed(),
        }
    }
}

#[derive(Template)]
#[template(path = "revision/list.html")]
struct ListPage {
    shell: Shell,
    names: Names,
    drafts: Vec<Draft>,
    proposed: Vec<LessonView>,
    editions: Vec<String>,
    in_force: String,
    may: bool,
    form: Form,
    refused: Option<Refused>,
}

#[derive(Template)]
#[template(path = "revision/draft.html")]
struct DraftPage {
    shell: Shell,
    names: Names,
    words: Lexicon,
    draft: Draft,
    gaps: Vec<Refused>,
    differences: Vec<Difference>,
    clauses: Vec<Line>,
    tasks: Vec<Line>,
    opinions: Vec<Opinion>,
    history: Vec<Changed>,
    may_edit: bool,
    may_opine: bool,
    may_sign: bool,
    sent: Sent,
}

impl DraftPage {
    /// What was refused in a part of the page.
    fn refused(&self, at: &str) -> Option<&Refused> {
        self.sent.refused.as_ref().filter(|_| self.sent.at == at)
    }

    /// What was refused about a record that is shown no more.
    fn astray(&self) -> Option<&Refused> {
        let (record, id) = self.sent.at.split_once(' ')?;
        let lines = if record == view::record(true) { &self.tasks } else { &self.clauses };
        let shown = self.may_edit && lines.iter().any(|line| line.id == id);
        self.sent.refused.as_ref().filter(|_| !shown)
    }
}

#[derive(Template)]
#[template(path = "revision/compare.html")]
struct ComparePage {
    shell: Shell,
    words: Lexicon,
    editions: Vec<String>,
    from: String,
    to: String,
    differences: Vec<Difference>,
}
