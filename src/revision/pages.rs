//! Pages of the plan revised: drafts, what they change, opinions and signature; a clause with its rulings and questions.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::json;

use super::difference::{Change, Difference};
use super::question::{Question, may_ask};
use super::ruling::Ruling;
use super::store::{self, Citing};
use super::view::{self, Line};
use super::{Changed, ClauseEdit, Draft, Opinion, Stance, TaskEdit, between, gaps, may_draft, may_read};
use crate::calendar::Allowance;
use crate::circular::{self, Circular};
use crate::error::{Error, Result};
use crate::exchange::Topic;
use crate::exchange::view::Beside;
use crate::incident::field::date;
use crate::lang::{Lang, Text};
use crate::person::{Actor, role};
use crate::plan::{Clause, Edition, TaskDef, Trigger};
use crate::refusal::Refused;
use crate::review::{self, store::OnClause};
use crate::state::App;
use crate::web::{Access, Form, Routes, Shell, Visitor, page, page_with, status_of};

/// Incidents, and findings, shown on a clause's page at most.
const INCIDENTS: i64 = 30;
/// The latest circulars, of which those about a clause are shown.
const CIRCULARS: i64 = 200;

pub fn routes() -> Routes {
    Routes::new()
        .get("/plan/revisions", Access::SignedIn, list)
        .post("/plan/revisions", Access::PlanEditors, make)
        .get("/plan/revisions/{code}", Access::SignedIn, one)
        .get("/plan/revisions/{code}/clauses/{id}", Access::PlanEditors, clause_form)
        .post("/plan/revisions/{code}/clauses/{id}", Access::PlanEditors, save_clause)
        .get("/plan/revisions/{code}/tasks/{id}", Access::PlanEditors, task_form)
        .post("/plan/revisions/{code}/tasks/{id}", Access::PlanEditors, save_task)
        .merge(super::record::pages::routes())
        .post("/plan/revisions/{code}/opinions", Access::SignedIn, opine)
        .post("/plan/revisions/{code}/approval", Access::Leaders, approve)
        .get("/plan/editions/{code}/differences", Access::SignedIn, compare)
        .get("/plan/editions/{code}/{file}", Access::SignedIn, export)
        .get("/plan/clauses/{id}", Access::SignedIn, clause)
        .post("/plan/clauses/{id}/rulings", Access::SignedIn, rule)
        .post("/plan/clauses/{id}/questions", Access::SignedIn, ask)
        .get("/plan/questions", Access::Reader, questions)
        .post("/plan/questions/{id}", Access::SignedIn, answer)
        .post("/incidents/{number}/edition", Access::Leaders, pin)
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
    Ok(ListPage { shell: Shell::of(visitor), drafts, editions, in_force, may, form, refused })
}

async fn make(State(app): State<App>, visitor: Visitor, actor: Actor, form: Form) -> Result<Response> {
    match app.draft_edition(&actor, form.get("code"), form.filled("based_on"), None).await {
        Ok(draft) => Ok(Redirect::to(&format!("/plan/revisions/{}", draft.code)).into_response()),
        Err(error) => {
            let (status, refused) = first(error)?;
            Ok(page_with(status, &list_page(&app, &visitor, &actor, form, Some(refused)).await?))
        }
    }
}

async fn one(State(app): State<App>, visitor: Visitor, actor: Actor, Path(code): Path<String>) -> Result<Response> {
    Ok(page(&draft_page(&app, &visitor, &actor, &code, Form::default(), None).await?))
}

async fn draft_page(
    app: &App,
    visitor: &Visitor,
    actor: &Actor,
    code: &str,
    form: Form,
    refused: Option<Refused>,
) -> Result<DraftPage> {
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
        shell: Shell::of(visitor),
        draft,
        differences,
        opinions,
        history,
        form,
        refused,
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

async fn back_to_draft(
    app: &App,
    visitor: &Visitor,
    actor: &Actor,
    code: &str,
    form: Form,
    done: Result<()>,
    anchor: &str,
) -> Result<Response> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/plan/revisions/{code}#{anchor}")).into_response()),
        Err(error) => {
            let (status, refused) = first(error)?;
            Ok(page_with(status, &draft_page(app, visitor, actor, code, form, Some(refused)).await?))
        }
    }
}

async fn clause_form(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path((code, id)): Path<(String, String)>,
) -> Result<Response> {
    Ok(page(&edit_page(&app, &visitor, &actor, &code, "clause", &id, None, None).await?))
}

async fn task_form(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path((code, id)): Path<(String, String)>,
) -> Result<Response> {
    Ok(page(&edit_page(&app, &visitor, &actor, &code, "task", &id, None, None).await?))
}

#[expect(clippy::too_many_arguments, reason = "one page for two records, shown first and shown again")]
async fn edit_page(
    app: &App,
    visitor: &Visitor,
    actor: &Actor,
    code: &str,
    record: &'static str,
    id: &str,
    typed: Option<Form>,
    refused: Option<Refused>,
) -> Result<EditPage> {
    may_draft(actor, &app.leadership())?;
    let mut conn = app.pool.acquire().await?;
    let draft = store::by_code(&mut conn, code).await?.ok_or(Refused::NotFound)?;
    if draft.approved.is_some() {
        return Err(Refused::PlanReadonly.into());
    }
    let stands = view::typed(&draft.sources, record, id).ok_or(Refused::NotFound)?;
    let form = typed.unwrap_or_else(|| {
        let mut form = Form::from_pairs(stands);
        form.set("revision", draft.revision.to_string());
        form
    });
    let edition = match draft.sources.check() {
        Ok(edition) => Arc::new(edition),
        Err(_) => app.edition_of(&draft.based_on)?,
    };
    Ok(EditPage { shell: Shell::of(visitor), code: draft.code, record, id: id.to_owned(), form, refused, edition })
}

async fn save_clause(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path((code, id)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    let edit = ClauseEdit {
        title: Some(words(&form, "title")),
        text: Some(words(&form, "text")),
        departments: Some(form.all("depts").map(str::to_owned).collect()),
        revision: form.get("revision").parse().ok(),
    };
    let done = app.edit_clause(&actor, &code, &id, &edit).await;
    saved(&app, &visitor, &actor, &code, "clause", &id, form, done).await
}

async fn save_task(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path((code, id)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    let done = match task_edit(&form) {
        Ok(edit) => app.edit_matrix_task(&actor, &code, &id, &edit).await,
        Err(refused) => Err(refused.into()),
    };
    saved(&app, &visitor, &actor, &code, "task", &id, form, done).await
}

#[expect(clippy::too_many_arguments, reason = "one page for two records, shown first and shown again")]
async fn saved(
    app: &App,
    visitor: &Visitor,
    actor: &Actor,
    code: &str,
    record: &'static str,
    id: &str,
    form: Form,
    done: Result<Draft>,
) -> Result<Response> {
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/plan/revisions/{code}#differences")).into_response()),
        Err(error) => {
            let (status, refused) = first(error)?;
            let shown = edit_page(app, visitor, actor, code, record, id, Some(form), Some(refused)).await?;
            Ok(page_with(status, &shown))
        }
    }
}

pub(super) fn words(form: &Form, field: &str) -> Text {
    let get = |lang: Lang| form.get(&format!("{field}.{}", lang.tag())).trim().to_owned();
    Text { zh_hans: get(Lang::ZhHans), zh_hant: get(Lang::ZhHant), en: get(Lang::En) }
}

fn task_edit(form: &Form) -> Result<TaskEdit, Refused> {
    let all = |name: &str| form.all(name).map(str::to_owned).collect::<Vec<_>>();
    Ok(TaskEdit {
        action: Some(words(form, "action")),
        responsible: Some(form.get("responsible").to_owned()),
        clause: form.filled("clause").map(str::to_owned),
        cooperating: Some(all("cooperating")),
        evidence: Some(all("evidence")),
        trigger: form.filled("trigger").map(str::to_owned),
        due: Some(allowance(form, "limit.due")?),
        acknowledge: Some(allowance(form, "ack")?),
        revision: form.get("revision").parse().ok(),
    })
}

pub(super) fn allowance(form: &Form, field: &str) -> Result<Allowance, Refused> {
    let get = |part: &str| form.get(&format!("{field}.{part}")).trim().to_owned();
    let bad = || Refused::BadValue {
        field: field.to_owned(),
        expected: crate::lang::text("整数和单位", "整數和單位", "a whole number and a unit"),
    };
    let value: u32 = get("value").parse().map_err(|_| bad())?;
    let read = serde_json::json!({ "value": value, "unit": get("unit"), "clock": get("clock") });
    serde_json::from_value(read).map_err(|_| bad())
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
        names: Names::of(&app, visitor.lang),
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

async fn clause(State(app): State<App>, visitor: Visitor, actor: Actor, Path(id): Path<String>) -> Result<Response> {
    Ok(page(&clause_page(&app, &visitor, &actor, &id, Form::default(), None).await?))
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
    let rulings = store::rulings(&mut conn, Some(id)).await?;
    let questions = if reads { store::questions(&mut conn, Some(id)).await? } else { Vec::new() };
    let mut incidents = store::citing(&mut conn, &codes, INCIDENTS).await?;
    incidents.retain(|i| reads && i.regions.iter().any(|r| actor.sees_region(r)));
    let mut findings = review::store::on_clause(&mut conn, id, INCIDENTS).await?;
    findings.retain(|f| reads && f.is_visible_to(actor));
    let mut circulars = match reads {
        true => circular::store::list(&mut conn, actor, CIRCULARS).await?.into_iter().map(|c| c.0).collect(),
        false => Vec::new(),
    };
    circulars.retain(|c: &Circular| !c.is_draft() && c.parts.clauses.iter().any(|one| one == id));
    let drafts = if may_read(actor) { store::open(&mut conn).await? } else { Vec::new() };
    drop(conn);
    // What was learnt is for whoever revises the plan, too.
    let experience = match reads || may_read(actor) {
        true => app.beside(Topic::Clause(id), visitor.lang).await?,
        false => Vec::new(),
    };
    let may_edit = Access::PlanEditors.allows(actor) && may_draft(actor, &app.leadership()).is_ok();
    let editable = drafts.iter().filter(|_| may_edit).map(|d| d.code.clone()).collect();
    let mut changing = Vec::new();
    for draft in drafts {
        let base = app.edition_sources(actor, &draft.based_on).await?;
        if between(&base, &draft.sources).iter().any(|d| d.record == "clause" && d.id == id) {
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
    super::signs(&actor, &app.leadership())?;
    let done = app.rule_on_clause(&actor, &id, words(&form, "text")).await.map(|_| ());
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
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/plan/clauses/{id}#{anchor}")).into_response()),
        Err(error) => {
            let (status, refused) = first(error)?;
            Ok(page_with(status, &clause_page(app, visitor, actor, id, form, Some(refused)).await?))
        }
    }
}

async fn questions(State(app): State<App>, visitor: Visitor, actor: Actor) -> Result<Response> {
    Ok(page(&questions_page(&app, &visitor, &actor, None).await?))
}

async fn questions_page(
    app: &App,
    visitor: &Visitor,
    actor: &Actor,
    refused: Option<Refused>,
) -> Result<QuestionsPage> {
    let mut conn = app.pool.acquire().await?;
    let questions = store::questions(&mut conn, None).await?;
    let may_answer = actor.has_role(role::LEADER);
    Ok(QuestionsPage { names: Names::of(app, visitor.lang), shell: Shell::of(visitor), questions, may_answer, refused })
}

async fn answer(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response> {
    super::signs(&actor, &app.leadership())?;
    let id = id.parse().map_err(|_| Refused::NotFound)?;
    match app.answer_question(&actor, id, form.get("answer")).await {
        Ok(question) => Ok(Redirect::to(&format!("/plan/questions#q-{}", question.id)).into_response()),
        Err(error) => {
            let (status, refused) = first(error)?;
            Ok(page_with(status, &questions_page(&app, &visitor, &actor, Some(refused)).await?))
        }
    }
}

async fn pin(State(app): State<App>, actor: Actor, Path(number): Path<String>, form: Form) -> Result<Response> {
    app.move_to_edition(&actor, &number, form.get("edition"), form.get("reason")).await?;
    Ok(Redirect::to(&format!("/incidents/{number}")).into_response())
}

fn reader(actor: &Actor) -> Result<(), Refused> {
    if may_read(actor) { Ok(()) } else { Err(Refused::Forbidden) }
}

/// What was refused, for the page to show; what the page itself is refused for, and a fault of ours, go on.
pub(super) fn first(error: Error) -> Result<(StatusCode, Refused)> {
    let mut refused = error.faults_unless(|r| r.hides() || matches!(r, Refused::NotLg))?;
    let status = status_of(&refused);
    Ok((status, refused.swap_remove(0)))
}

/// People by their names in the reader's language.
struct Names {
    directory: Arc<crate::person::directory::Directory>,
    edition: Option<Arc<Edition>>,
    lang: Lang,
}

impl Names {
    fn of(app: &App, lang: Lang) -> Names {
        Names { directory: app.directory(), edition: app.edition().ok(), lang }
    }

    fn person(&self, login: &str) -> String {
        let found = self.directory.by_login(login);
        found.map_or_else(|| login.to_owned(), |p| self.directory.called(p, self.lang))
    }

    fn department(&self, code: &str) -> String {
        self.directory.department_name(code).get(self.lang).to_owned()
    }

    fn situation(&self, code: &str) -> String {
        let found = self.edition.as_ref().and_then(|e| e.sub_kind(code).map(|s| s.name.get(self.lang).to_owned()));
        found.unwrap_or_else(|| code.to_owned())
    }

    /// `§3.1.8`, or the record by kind and code.
    fn record(&self, difference: &Difference) -> String {
        self.named(&format!("{} {}", difference.record, difference.id))
    }

    /// The same of a kind and code as the history keeps them: `task it.voice.on_site`.
    fn named(&self, record: &str) -> String {
        // A gap names the file first: `plan/clauses.toml clause 3.1.8`.
        let record = record.split_once(".toml ").map_or(record, |(_, rest)| rest);
        match record.split_once(' ') {
            Some(("clause", id)) => format!("§{id}"),
            Some(("task", id)) => {
                let action = |e: &Arc<Edition>| e.task(id).map(|t| t.action.get(self.lang).to_owned());
                self.edition.as_ref().and_then(action).unwrap_or_else(|| id.to_owned())
            }
            _ => record.trim().to_owned(),
        }
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
    drafts: Vec<Draft>,
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
    form: Form,
    refused: Option<Refused>,
}

#[derive(Template)]
#[template(path = "revision/edit.html")]
struct EditPage {
    shell: Shell,
    code: String,
    /// `clause` or `task`.
    record: &'static str,
    id: String,
    form: Form,
    refused: Option<Refused>,
    /// What the choices come from.
    edition: Arc<Edition>,
}

impl EditPage {
    /// Name of an input, and its value.
    fn texts(&self, field: &str) -> Vec<(String, String, Lang)> {
        let input = |lang: Lang| {
            let name = format!("{field}.{}", lang.tag());
            let value = self.form.get(&name).to_owned();
            (name, value, lang)
        };
        Lang::ALL.into_iter().map(input).collect()
    }

    fn units(&self) -> Vec<(&'static str, String)> {
        view::UNITS.into_iter().map(|code| (code, view::unit(code, self.shell.l))).collect()
    }

    fn clocks(&self) -> Vec<(&'static str, String)> {
        ["elapsed", "working"].into_iter().map(|code| (code, view::clock(code, self.shell.l))).collect()
    }

    fn triggers(&self) -> Vec<(&'static str, String)> {
        Trigger::ALL.iter().map(|t| (t.code(), view::trigger(t.code(), self.shell.l))).collect()
    }

    fn label(&self, field: &str) -> String {
        view::field(field, self.shell.l)
    }
}

#[derive(Template)]
#[template(path = "revision/compare.html")]
struct ComparePage {
    shell: Shell,
    names: Names,
    editions: Vec<String>,
    from: String,
    to: String,
    differences: Vec<Difference>,
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

#[derive(Template)]
#[template(path = "revision/questions.html")]
struct QuestionsPage {
    shell: Shell,
    names: Names,
    questions: Vec<Question>,
    may_answer: bool,
    refused: Option<Refused>,
}
