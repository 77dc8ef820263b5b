//! The page of the check log: what was looked at and found, beside what is overdue in each department.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{Check, Finding, store};
use crate::directive;
use crate::directive::view::{Sight, counts};
use crate::error::Result;
use crate::person::Actor;
use crate::refusal::Refused;
use crate::state::App;
use crate::timeline::Words;
use crate::web::{Access, Form, Routes, Shell, Visitor, page, page_with, status_of};

/// Checks shown at most.
const SHOWN: i64 = 100;

pub fn routes() -> Routes {
    Routes::new().get("/checks", Access::Leaders, list).post("/checks", Access::Leaders, note)
}

#[derive(Debug, Default, Deserialize)]
struct Started {
    #[serde(default)]
    incident: String,
    #[serde(default)]
    department: String,
}

async fn list(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Query(started): Query<Started>,
) -> Result<Response> {
    let pairs = [("incident", started.incident), ("department", started.department)];
    let typed = Form::from_pairs(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
    Ok(page(&ChecksPage::of(&app, &visitor, &actor, typed, Vec::new()).await?))
}

async fn note(State(app): State<App>, visitor: Visitor, actor: Actor, form: Form) -> Result<Response> {
    let finding = Finding {
        incident: form.filled("incident").map(str::to_owned),
        department: form.get("department").to_owned(),
        looked_at: form.get("looked_at").to_owned(),
        finding: form.get("finding").to_owned(),
        urge: form.get("urge").to_owned(),
    };
    let refused = match app.note_check(&actor, &finding).await {
        Ok(_) => return Ok(Redirect::to("/checks").into_response()),
        Err(error) => error.faults()?,
    };
    Ok(page_with(status_of(&refused), &ChecksPage::of(&app, &visitor, &actor, form, refused).await?))
}

/// A check as the page words it.
struct Entry {
    check: Check,
    department: String,
    by: String,
    /// What it became, and the page of that.
    became: Option<(String, String)>,
}

/// What is overdue in one department.
struct Overdue {
    code: String,
    department: String,
    tasks: i64,
    directives: usize,
    unsigned: usize,
}

#[derive(Template)]
#[template(path = "supervision/checks.html")]
struct ChecksPage {
    shell: Shell,
    entries: Vec<Entry>,
    overdue: Vec<Overdue>,
    departments: Vec<(String, String)>,
    refused: Vec<Refused>,
    typed: Form,
}

impl ChecksPage {
    async fn of(app: &App, visitor: &Visitor, actor: &Actor, typed: Form, refused: Vec<Refused>) -> Result<ChecksPage> {
        let (edition, directory, now) = (app.edition()?, app.directory(), app.clock.now());
        let w = Words::new(&edition, &directory, visitor.lang);
        let mut conn = app.pool.acquire().await?;
        let checks = store::list(&mut conn, None, SHOWN).await?;
        let tasks = store::overdue_tasks(&mut conn, now).await?;
        let orders = directive::store::open(&mut conn, None).await?;
        let orders = counts(&orders, &Sight { w, actor, now });
        let overdue = directory
            .departments()
            .iter()
            .map(|d| {
                let count = orders.iter().find(|c| c.code == d.code);
                Overdue {
                    code: d.code.clone(),
                    department: w.department(&d.code),
                    tasks: tasks.iter().find(|(code, _)| *code == d.code).map_or(0, |(_, n)| *n),
                    directives: count.map_or(0, |c| c.overdue),
                    unsigned: count.map_or(0, |c| c.unsigned),
                }
            })
            .filter(|o| o.tasks > 0 || o.directives > 0 || o.unsigned > 0)
            .collect();
        let named = directory.departments().iter().filter(|d| !matches!(d.code.as_str(), "LG" | "HQ"));
        Ok(ChecksPage {
            shell: Shell::of(visitor),
            departments: named.map(|d| (d.code.clone(), d.name.get(visitor.lang).to_owned())).collect(),
            entries: checks.into_iter().map(|c| entry(c, &w)).collect(),
            overdue,
            refused,
            typed,
        })
    }

    fn fault(&self, field: &str) -> &'static str {
        if self.refused.iter().any(|r| r.field() == Some(field)) { " field-error" } else { "" }
    }
}

fn entry(check: Check, w: &Words<'_>) -> Entry {
    let page = |number: &String| match number.split_once('-') {
        Some(("ZL", _)) => (number.clone(), format!("/directives/{number}")),
        Some(("TB", _)) => (number.clone(), format!("/circulars/{number}")),
        _ => (w.l.msg_ck_draft(), format!("/circulars/{number}")),
    };
    Entry {
        department: w.department(&check.department),
        by: w.person(&check.by),
        became: check.became.as_ref().map(page),
        check,
    }
}
