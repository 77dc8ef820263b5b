//! Pages that add a clause or a task to a draft, and take one out.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::{NewClause, NewTask};
use crate::calendar::Allowance;
use crate::error::{Error, Result};
use crate::lang::{Lang, Text};
use crate::person::Actor;
use crate::plan::{Edition, Trigger};
use crate::refusal::Refused;
use crate::revision::pages::{refusal, to};
use crate::revision::{ClauseEdit, Draft, TaskEdit, may_draft, store, view};
use crate::state::App;
use crate::web::{Access, Form, Routes, Shell, Visitor, page, page_with};

pub fn routes() -> Routes {
    Routes::new()
        .get("/plan/revisions/{code}/clauses/{id}", Access::PlanEditors, clause_edit)
        .post("/plan/revisions/{code}/clauses/{id}", Access::PlanEditors, save_clause)
        .get("/plan/revisions/{code}/tasks/{id}", Access::PlanEditors, task_edit_form)
        .post("/plan/revisions/{code}/tasks/{id}", Access::PlanEditors, save_task)
        .get("/plan/revisions/{code}/clauses", Access::PlanEditors, clause_form)
        .post("/plan/revisions/{code}/clauses", Access::PlanEditors, add_clause)
        .post("/plan/revisions/{code}/clauses/{id}/removal", Access::PlanEditors, remove_clause)
        .get("/plan/revisions/{code}/tasks", Access::PlanEditors, task_form)
        .post("/plan/revisions/{code}/tasks", Access::PlanEditors, add_task)
        .post("/plan/revisions/{code}/tasks/{id}/removal", Access::PlanEditors, remove_task)
}

async fn clause_edit(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path((code, id)): Path<(String, String)>,
) -> Result<Response> {
    Ok(page(&edit_page(&app, &visitor, &actor, &code, "clause", &id, None, None).await?))
}

async fn task_edit_form(
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
    match refusal(done)? {
        None => to(&format!("/plan/revisions/{code}#differences")),
        Some((status, refused)) => {
            let shown = edit_page(app, visitor, actor, code, record, id, Some(form), Some(refused)).await?;
            Ok(page_with(status, &shown))
        }
    }
}

pub(in crate::revision) fn words(form: &Form, field: &str) -> Text {
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

fn allowance(form: &Form, field: &str) -> Result<Allowance, Refused> {
    let get = |part: &str| form.get(&format!("{field}.{part}")).trim().to_owned();
    let bad = || Refused::BadValue {
        field: field.to_owned(),
        expected: crate::lang::text("整数和单位", "整數和單位", "a whole number and a unit"),
    };
    let value: u32 = get("value").parse().map_err(|_| bad())?;
    let read = serde_json::json!({ "value": value, "unit": get("unit"), "clock": get("clock") });
    serde_json::from_value(read).map_err(|_| bad())
}

async fn clause_form(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(code): Path<String>,
) -> Result<Response> {
    Ok(page(&NewPage::of(&app, &visitor, &actor, &code, "clause", Form::default(), None).await?))
}

async fn task_form(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(code): Path<String>,
) -> Result<Response> {
    Ok(page(&NewPage::of(&app, &visitor, &actor, &code, "task", Form::default(), None).await?))
}

async fn add_clause(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(code): Path<String>,
    form: Form,
) -> Result<Response> {
    let new = NewClause {
        id: form.get("id").to_owned(),
        section: form.get("section").to_owned(),
        title: words(&form, "title"),
        text: words(&form, "text"),
        departments: all(&form, "depts"),
        revision: form.get("revision").parse().ok(),
    };
    let done = app.add_clause(&actor, &code, &new).await;
    added(&app, &visitor, &actor, &code, "clause", form, done).await
}

async fn add_task(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(code): Path<String>,
    form: Form,
) -> Result<Response> {
    let done = match new_task(&form) {
        Ok(new) => app.add_matrix_task(&actor, &code, &new).await,
        Err(refused) => Err(refused.into()),
    };
    added(&app, &visitor, &actor, &code, "task", form, done).await
}

fn new_task(form: &Form) -> Result<NewTask, Refused> {
    let get = |name: &str| form.get(name).trim().to_owned();
    Ok(NewTask {
        id: get("id"),
        action: words(form, "action"),
        responsible: get("responsible"),
        role: get("role"),
        cooperating: all(form, "cooperating"),
        clause: get("clause"),
        basis: get("basis"),
        trigger: get("trigger"),
        after: all(form, "after").into_iter().filter(|id| !id.is_empty()).collect(),
        when: get("when"),
        due: Some(allowance(form, "limit.due")?),
        acknowledge: Some(allowance(form, "ack")?),
        due_basis: get("due_basis"),
        evidence: all(form, "evidence"),
        routes: all(form, "routes"),
        revision: form.get("revision").parse().ok(),
    })
}

async fn added(
    app: &App,
    visitor: &Visitor,
    actor: &Actor,
    code: &str,
    record: &'static str,
    form: Form,
    done: Result<Draft>,
) -> Result<Response> {
    match refusal(done)? {
        None => back(code),
        Some((status, refused)) => {
            Ok(page_with(status, &NewPage::of(app, visitor, actor, code, record, form, Some(refused)).await?))
        }
    }
}

async fn remove_clause(
    State(app): State<App>,
    actor: Actor,
    Path((code, id)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    app.remove_clause(&actor, &code, &id, form.get("revision").parse().ok()).await?;
    back(&code)
}

async fn remove_task(
    State(app): State<App>,
    actor: Actor,
    Path((code, id)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    app.remove_matrix_task(&actor, &code, &id, form.get("revision").parse().ok()).await?;
    back(&code)
}

fn back(code: &str) -> Result<Response> {
    to(&format!("/plan/revisions/{code}#differences"))
}

fn all(form: &Form, name: &str) -> Vec<String> {
    form.all(name).map(str::to_owned).collect()
}

/// A route as a choice: its key, situation, level and scope.
struct RouteChoice {
    key: String,
    name: String,
}

#[derive(Template)]
#[template(path = "revision/new.html")]
struct NewPage {
    shell: Shell,
    code: String,
    /// `clause` or `task`.
    record: &'static str,
    form: Form,
    refused: Option<Refused>,
    /// What the choices come from: the draft, or what it was copied from while it has gaps.
    edition: Arc<Edition>,
    routes: Vec<RouteChoice>,
}

impl NewPage {
    async fn of(
        app: &App,
        visitor: &Visitor,
        actor: &Actor,
        code: &str,
        record: &'static str,
        mut form: Form,
        refused: Option<Refused>,
    ) -> Result<NewPage> {
        may_draft(actor, &app.leadership())?;
        let mut conn = app.pool.acquire().await?;
        let draft = store::by_code(&mut conn, code).await?.ok_or(Refused::NotFound)?;
        if draft.approved.is_some() {
            return Err(Error::from(Refused::PlanReadonly));
        }
        let edition = match draft.sources.check() {
            Ok(edition) => Arc::new(edition),
            Err(_) => app.edition_of(&draft.based_on)?,
        };
        if !form.has("revision") {
            for (name, value) in [
                ("ack.value", "30"),
                ("ack.unit", "minutes"),
                ("ack.clock", "working"),
                ("limit.due.value", "1"),
                ("limit.due.unit", "working_days"),
                ("limit.due.clock", "working"),
            ] {
                form.set(name, value);
            }
            form.set("revision", draft.revision.to_string());
        }
        let shell = Shell::of(visitor);
        let routes = if record == "task" { choices(&draft, &edition, &shell) } else { Vec::new() };
        Ok(NewPage { shell, code: draft.code, record, form, refused, edition, routes })
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

    /// Whose a duty may be, as codes with words.
    fn bases(&self) -> [(&'static str, String); 3] {
        let l = self.shell.l;
        [("proposed", l.msg_proposed()), ("inferred", l.msg_plan_mark_inferred()), ("plan", l.msg_plan_mark_plan())]
    }

    /// Whose its number may be.
    fn number_bases(&self) -> [(&'static str, String); 2] {
        [("proposed", self.shell.l.msg_proposed()), ("plan", self.shell.l.msg_plan_mark_plan())]
    }

    fn label(&self, field: &str) -> String {
        view::field(field, self.shell.l)
    }

    fn fault(&self, field: &str) -> bool {
        self.refused.as_ref().is_some_and(|r| r.field() == Some(field))
    }
}

fn choices(draft: &Draft, edition: &Edition, shell: &Shell) -> Vec<RouteChoice> {
    let words = crate::plan::words::Words::of(edition, shell.lang);
    let named = |(key, route): (String, crate::plan::RouteDef)| {
        let situation = edition.sub_kind(&route.sub_kind).map(|s| s.name.get(shell.lang).to_owned());
        let level = edition.severity(route.severity).map(|s| s.name.get(shell.lang).to_owned());
        let scope = route.scope.map(|scope| words.scope(&scope));
        let parts: Vec<String> = situation.into_iter().chain(level).chain(scope).collect();
        RouteChoice { key, name: parts.join(" · ") }
    };
    draft.sources.routes().into_iter().map(named).collect()
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
