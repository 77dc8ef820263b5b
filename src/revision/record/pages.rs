//! Pages of a clause and of a task in a draft: a new one, one changed, one taken out.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::New;
use crate::calendar::Allowance;
use crate::error::Result;
use crate::lang::{Lang, Text};
use crate::person::Actor;
use crate::plan::{Basis, Edition, Trigger};
use crate::refusal::Refused;
use crate::revision::choice::{self, Chapter};
use crate::revision::clause::ClauseEdit;
use crate::revision::pages::{self as drafts, refusal, to};
use crate::revision::task::TaskEdit;
use crate::revision::{Draft, may_draft, store, view};
use crate::state::App;
use crate::web::{Access, Form, Routes, Shell, Visitor, page, page_with};

/// Which records a handler is for.
const CLAUSE: bool = false;
const TASK: bool = true;

pub fn routes() -> Routes {
    Routes::new()
        .get("/plan/revisions/{code}/clauses", Access::PlanEditors, blank::<CLAUSE>)
        .post("/plan/revisions/{code}/clauses", Access::PlanEditors, add::<CLAUSE>)
        .get("/plan/revisions/{code}/clauses/{id}", Access::PlanEditors, one::<CLAUSE>)
        .post("/plan/revisions/{code}/clauses/{id}", Access::PlanEditors, save::<CLAUSE>)
        .post("/plan/revisions/{code}/clauses/{id}/removal", Access::PlanEditors, remove::<CLAUSE>)
        .get("/plan/revisions/{code}/tasks", Access::PlanEditors, blank::<TASK>)
        .post("/plan/revisions/{code}/tasks", Access::PlanEditors, add::<TASK>)
        .get("/plan/revisions/{code}/tasks/{id}", Access::PlanEditors, one::<TASK>)
        .post("/plan/revisions/{code}/tasks/{id}", Access::PlanEditors, save::<TASK>)
        .post("/plan/revisions/{code}/tasks/{id}/removal", Access::PlanEditors, remove::<TASK>)
}

async fn blank<const OF: bool>(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(code): Path<String>,
) -> Result<Response> {
    let place = Place { app: &app, visitor: &visitor, actor: &actor, code: &code, task: OF, id: None };
    Ok(page(&place.shown(None, None).await?))
}

async fn one<const OF: bool>(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path((code, id)): Path<(String, String)>,
) -> Result<Response> {
    let place = Place { app: &app, visitor: &visitor, actor: &actor, code: &code, task: OF, id: Some(&id) };
    Ok(page(&place.shown(None, None).await?))
}

async fn add<const OF: bool>(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(code): Path<String>,
    form: Form,
) -> Result<Response> {
    let id = form.get("id").to_owned();
    let done = match OF {
        CLAUSE => app.add_clause(&actor, &code, &New { id, record: clause_edit(&form) }).await,
        TASK => match task_edit(&form) {
            Ok(record) => app.add_matrix_task(&actor, &code, &New { id, record }).await,
            Err(refused) => Err(refused.into()),
        },
    };
    let place = Place { app: &app, visitor: &visitor, actor: &actor, code: &code, task: OF, id: None };
    place.written(form, done).await
}

async fn save<const OF: bool>(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path((code, id)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    let done = match OF {
        CLAUSE => app.edit_clause(&actor, &code, &id, &clause_edit(&form)).await,
        TASK => match task_edit(&form) {
            Ok(edit) => app.edit_matrix_task(&actor, &code, &id, &edit).await,
            Err(refused) => Err(refused.into()),
        },
    };
    let place = Place { app: &app, visitor: &visitor, actor: &actor, code: &code, task: OF, id: Some(&id) };
    place.written(form, done).await
}

/// A removal that is refused is told on the draft's page, at the record it was about.
async fn remove<const OF: bool>(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path((code, id)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    let seen = form.get("revision").parse().ok();
    let done = match OF {
        CLAUSE => app.remove_clause(&actor, &code, &id, seen).await,
        TASK => app.remove_matrix_task(&actor, &code, &id, seen).await,
    };
    let at = format!("{} {id}", view::record(OF));
    drafts::back_to_draft(&app, &visitor, &actor, &code, form, done.map(|_| ()), &at).await
}

/// The record of a draft that a page is about; none yet, where one is added.
#[derive(Clone, Copy)]
struct Place<'a> {
    app: &'a App,
    visitor: &'a Visitor,
    actor: &'a Actor,
    code: &'a str,
    task: bool,
    id: Option<&'a str>,
}

impl Place<'_> {
    async fn written(self, form: Form, done: Result<Draft>) -> Result<Response> {
        match refusal(done)? {
            None => to(&format!("/plan/revisions/{}#differences", self.code)),
            Some((status, refused)) => Ok(page_with(status, &self.shown(Some(form), Some(refused)).await?)),
        }
    }

    async fn shown(self, typed: Option<Form>, refused: Option<Refused>) -> Result<RecordPage> {
        let draft = self.editable().await?;
        let edition = match draft.sources.check() {
            Ok(edition) => Arc::new(edition),
            Err(_) => self.app.edition_of(&draft.based_on)?,
        };
        let stands = match self.id {
            Some(id) => view::typed(&draft.sources, view::record(self.task), id).ok_or(Refused::NotFound)?,
            None => Vec::new(),
        };
        let form = typed.unwrap_or_else(|| {
            let mut form = Form::from_pairs(stands);
            form.set("revision", draft.revision.to_string());
            form
        });
        let shell = Shell::of(self.visitor);
        let (routes, tasks) = match self.task {
            TASK => {
                let tasks = choice::tasks(&edition, self.id.unwrap_or_default(), &form, shell.lang);
                (choice::routes(&draft.sources, &edition, &form, shell.lang), tasks)
            }
            CLAUSE => (Vec::new(), Vec::new()),
        };
        let id = self.id.map(str::to_owned);
        Ok(RecordPage { shell, code: draft.code, task: self.task, id, form, refused, edition, routes, tasks })
    }

    /// The draft, as long as it may be changed and by whoever may.
    async fn editable(self) -> Result<Draft> {
        may_draft(self.actor, &self.app.leadership())?;
        let mut conn = self.app.pool.acquire().await?;
        let draft = store::by_code(&mut conn, self.code).await?.ok_or(Refused::NotFound)?;
        if draft.approved.is_some() { Err(Refused::PlanReadonly.into()) } else { Ok(draft) }
    }
}

fn clause_edit(form: &Form) -> ClauseEdit {
    ClauseEdit {
        section: code(form, "section"),
        title: Some(words(form, "title")),
        text: Some(words(form, "text")),
        departments: all(form, "depts"),
        revision: form.get("revision").parse().ok(),
    }
}

fn task_edit(form: &Form) -> Result<TaskEdit, Refused> {
    Ok(TaskEdit {
        action: Some(words(form, "action")),
        responsible: Some(form.get("responsible").to_owned()),
        role: code(form, "responsible_role"),
        cooperating: all(form, "cooperating"),
        clause: code(form, "clause"),
        basis: code(form, "basis"),
        trigger: code(form, "trigger"),
        after: all(form, "after"),
        when: form.has("when").then(|| form.get("when").to_owned()),
        limit_class: code(form, "limit.stated"),
        due: allowance(form, "limit.due")?,
        due_basis: code(form, "limit.due_basis"),
        acknowledge: allowance(form, "ack")?,
        escalation: code(form, "escalation"),
        evidence: all(form, "evidence"),
        routes: all(form, "routes"),
        revision: form.get("revision").parse().ok(),
    })
}

fn code(form: &Form, name: &str) -> Option<String> {
    form.filled(name).map(str::to_owned)
}

fn all(form: &Form, name: &str) -> Option<Vec<String>> {
    Some(form.all(name).map(str::to_owned).collect())
}

/// A text in three languages, as fields `NAME.zh-Hans` and so on.
pub(in crate::revision) fn words(form: &Form, field: &str) -> Text {
    let get = |lang: Lang| form.get(&format!("{field}.{}", lang.tag())).trim().to_owned();
    Text { zh_hans: get(Lang::ZhHans), zh_hant: get(Lang::ZhHant), en: get(Lang::En) }
}

/// A limit; nothing where its number is left blank.
fn allowance(form: &Form, field: &str) -> Result<Option<Allowance>, Refused> {
    let get = |part: &str| form.get(&format!("{field}.{part}")).trim().to_owned();
    if get("value").is_empty() {
        return Ok(None);
    }
    let bad = || Refused::BadValue {
        field: field.to_owned(),
        expected: crate::lang::text("整数和单位", "整數和單位", "a whole number and a unit"),
    };
    let value: u32 = get("value").parse().map_err(|_| bad())?;
    let read = serde_json::json!({ "value": value, "unit": get("unit"), "clock": get("clock") });
    serde_json::from_value(read).map(Some).map_err(|_| bad())
}

#[derive(Template)]
#[template(path = "revision/record.html")]
struct RecordPage {
    shell: Shell,
    /// Of the draft.
    code: String,
    /// A task, not a clause.
    task: bool,
    /// None while it is new.
    id: Option<String>,
    form: Form,
    refused: Option<Refused>,
    /// What the choices come from: the draft, or what it was copied from while it has gaps.
    edition: Arc<Edition>,
    routes: Vec<Chapter>,
    tasks: Vec<Chapter>,
}

impl RecordPage {
    /// Where the form goes.
    fn action(&self) -> String {
        let records = format!("/plan/revisions/{}/{}s", self.code, view::record(self.task));
        self.id.as_ref().map_or(records.clone(), |id| format!("{records}/{id}"))
    }

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

    /// Whose a duty may be, as codes with words; of a number the plan has or has not.
    fn bases(&self, of_number: bool) -> Vec<(&'static str, String)> {
        let bases = [Basis::Proposed, Basis::Inferred, Basis::Plan].into_iter();
        let fits = bases.filter(|b| !of_number || *b != Basis::Inferred);
        fits.map(|b| (b.code(), view::basis(b.code(), self.shell.l))).collect()
    }

    /// The classes of the plan's words for haste, each with the numbers a new task takes from it.
    fn classes(&self) -> Vec<(String, String)> {
        choice::classes(&self.edition, self.shell.lang)
    }

    /// Codes that stand in a list and that nothing offered has: gaps, kept until somebody takes them out.
    fn others(&self, field: &str) -> Vec<String> {
        let known = |code: &str| match field {
            "depts" | "cooperating" => self.edition.department(code).is_some(),
            "evidence" => self.edition.evidence(code).is_some(),
            "after" => self.tasks.iter().any(|c| c.choices.iter().any(|(known, _)| known == code)),
            _ => true,
        };
        self.form.all(field).filter(|code| !known(code)).map(str::to_owned).collect()
    }

    fn label(&self, field: &str) -> String {
        view::field(field, self.shell.l)
    }

    /// What a field that was refused is marked by.
    fn state(&self, field: &str) -> &'static str {
        if self.fault(field) { "field-error" } else { "" }
    }

    fn fault(&self, field: &str) -> bool {
        self.refused.as_ref().is_some_and(|r| r.field() == Some(field))
    }
}
