//! The list of directives with its receipt matrix; the form and the sheet have pages of their own.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::store::Filter;
use super::view::{Receipts, Sight};
use super::{draft, sheet};
use crate::error::Result;
use crate::person::Actor;
use crate::state::App;
use crate::timeline::Words;
use crate::web::{Access, Routes, Shell, Visitor, page};

pub fn routes() -> Routes {
    Routes::new().get("/directives", Access::Reader, list).merge(draft::pages::routes()).merge(sheet::pages::routes())
}

#[derive(Debug, Default, Deserialize)]
struct Wanted {
    #[serde(default)]
    department: String,
    #[serde(default)]
    incident: String,
    #[serde(default)]
    state: String,
}

async fn list(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let filled = |text: &str| Some(text.trim().to_owned()).filter(|t| !t.is_empty());
    let state = match wanted.state.as_str() {
        "" => Some("open".to_owned()),
        "all" => None,
        state => Some(state.to_owned()),
    };
    let filter = Filter { department: filled(&wanted.department), incident: filled(&wanted.incident), state };
    let found = app.directives(&actor, &filter).await?;
    let (edition, directory) = (app.edition()?, app.directory());
    let w = Words::new(&edition, &directory, visitor.lang);
    let receipts = Receipts::of(&found, &Sight { w, actor: &actor, now: app.clock.now() });
    let issue_at = issue_at(&app, &actor, filter.incident.as_deref()).await?;
    let states = [
        ("open", w.l.msg_dv_filter_open()),
        ("overdue", w.l.msg_dv_filter_overdue()),
        ("all", w.l.msg_dv_filter_all()),
    ];
    Ok(page(&ListPage {
        shell: Shell::of(&visitor),
        receipts,
        issue_at,
        departments: departments(&w),
        states: states.into(),
        wanted,
    }))
}

/// The form of a new directive: about the incident listed, about none, or about the one the actor commands.
async fn issue_at(app: &App, actor: &Actor, incident: Option<&str>) -> Result<Option<String>> {
    if app.may_issue(actor, incident).await.unwrap_or(false) {
        let about = incident.map(|number| format!("?incident={number}")).unwrap_or_default();
        return Ok(Some(format!("/directives/new{about}")));
    }
    let mut conn = app.pool.acquire().await?;
    let acting = crate::headquarters::store::acting(&mut conn).await?;
    let own = acting.into_iter().find(|(person, _)| Some(*person) == actor.person);
    Ok(own.map(|(_, number)| format!("/directives/new?incident={number}")))
}

/// Departments that take orders: code and name.
pub(super) fn departments(w: &Words<'_>) -> Vec<(String, String)> {
    let all = w.directory.departments().iter().filter(|d| !matches!(d.code.as_str(), "LG" | "HQ"));
    all.map(|d| (d.code.clone(), d.name.get(w.lang).to_owned())).collect()
}

#[derive(Template)]
#[template(path = "directive/list.html")]
struct ListPage {
    shell: Shell,
    receipts: Receipts,
    /// The form of a new one, for whoever may issue.
    issue_at: Option<String>,
    departments: Vec<(String, String)>,
    states: Vec<(&'static str, String)>,
    wanted: Wanted,
}
