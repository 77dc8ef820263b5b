//! The form of a new directive.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::conduct::directive::About;
use crate::directive::pages::departments;
use crate::directive::{Order, view};
use crate::error::Result;
use crate::incident;
use crate::once::Made;
use crate::person::Actor;
use crate::refusal::Refused;
use crate::state::App;
use crate::timeline::Words;
use crate::web::{Access, Form, Routes, Shell, Visitor, page, page_with, status_of};

pub fn routes() -> Routes {
    Routes::new().get("/directives/new", Access::Heads, blank).post("/directives", Access::Heads, issue)
}

#[derive(Debug, Default, Deserialize)]
struct Started {
    #[serde(default)]
    incident: String,
    #[serde(default)]
    task: String,
    #[serde(default)]
    department: String,
    #[serde(default)]
    check: String,
}

/// An empty form, or one that starts with an incident, a task of it, a department or an entry of the check log.
async fn blank(State(app): State<App>, visitor: Visitor, Query(started): Query<Started>) -> Result<Response> {
    let mut pairs = Vec::new();
    let mut put = |name: &str, value: &str| {
        if !value.trim().is_empty() {
            pairs.push((name.to_owned(), value.trim().to_owned()));
        }
    };
    put("task", &started.task);
    put("departments", &started.department);
    let mut incident = started.incident;
    if let Ok(id) = started.check.parse() {
        let mut conn = app.pool.acquire().await?;
        if let Some(check) = crate::supervision::store::by_id(&mut conn, id).await?.filter(|c| c.became.is_none()) {
            put("check", &started.check);
            put("text", &check.words());
            put("departments", &check.department);
            incident = check.incident.unwrap_or(incident);
        }
    }
    put("incident", &incident);
    Ok(page(&NewPage::of(&app, &visitor, Form::from_pairs(pairs), Vec::new()).await?))
}

async fn issue(State(app): State<App>, visitor: Visitor, actor: Actor, form: Form) -> Result<Response> {
    let done = async {
        let order = Order {
            text: form.get("text").to_owned(),
            departments: form.all("departments").map(str::to_owned).collect(),
            due_at: form.time("due_at")?,
            clause: form.filled("clause").map(|c| c.trim_start_matches('§').to_owned()),
            reason: form.filled("reason").map(str::to_owned),
        };
        let about = About {
            incident: form.filled("incident").map(str::to_owned),
            task: form.filled("task").map(str::to_owned),
            check: form.filled("check").and_then(|id| id.parse().ok()),
        };
        app.issue(&actor, &order, &about, None).await.map(Made::into_inner)
    }
    .await;
    match done {
        Ok(file) => Ok(Redirect::to(&format!("/directives/{}", file.found.directive.number)).into_response()),
        Err(error) => {
            let refused = error.faults()?;
            let status = status_of(&refused);
            Ok(page_with(status, &NewPage::of(&app, &visitor, form, refused).await?))
        }
    }
}

#[derive(Template)]
#[template(path = "directive/new.html")]
struct NewPage {
    shell: Shell,
    refused: Vec<Refused>,
    typed: Form,
    may_issue: bool,
    /// Number and what it is about.
    incident: Option<(String, String)>,
    /// Open incidents to choose from, where none is given.
    incidents: Vec<(String, String)>,
    /// Open tasks of the incident: key, and the words with limit and clause.
    tasks: Vec<(String, String)>,
    involved: Vec<(String, String)>,
    others: Vec<(String, String)>,
    /// Clauses of the edition: number and first words.
    clauses: Vec<(String, String)>,
}

impl NewPage {
    async fn of(app: &App, visitor: &Visitor, typed: Form, refused: Vec<Refused>) -> Result<NewPage> {
        let actor = visitor.signed_in()?;
        let about = match typed.filled("incident") {
            // One that is not there, or not theirs, is refused when the form is sent.
            Some(number) => app.case(actor, number).await.ok(),
            None => None,
        };
        let may_issue = match &about {
            Some((case, _)) => app.may_issue(actor, Some(&case.incident.number)).await?,
            None => app.may_issue(actor, None).await?,
        };
        let (edition, directory) = match &about {
            Some((_, held)) => (held.edition.clone(), held.directory.clone()),
            None => (app.edition()?, app.directory()),
        };
        let w = Words::new(&edition, &directory, visitor.lang);
        let active = || about.iter().flat_map(|(case, _)| &case.tasks).filter(|t| t.is_active());
        let tasks = active()
            .map(|t| {
                let words =
                    w.l.msg_dv_task_limit(w.task(&t.key), w.department(&t.department), w.stamp_or_none(t.due_at));
                (t.key.clone(), words)
            })
            .collect();
        let (involved, others) =
            departments(&w).into_iter().partition(|(code, _)| active().any(|t| t.department == *code));
        let incident = about.as_ref().map(|(case, _)| {
            let kind = edition.sub_kind(&case.incident.sub_kind).map(|k| k.name.get(visitor.lang).to_owned());
            (case.incident.number.clone(), kind.unwrap_or_default())
        });
        let incidents = match about {
            Some(_) => Vec::new(),
            None => open_incidents(app, actor, &w).await?,
        };
        let clauses = edition.clauses.iter().map(|c| (c.id.clone(), view::title(c.text.get(visitor.lang)))).collect();
        Ok(NewPage {
            shell: Shell::of(visitor),
            refused,
            typed,
            may_issue,
            incident,
            incidents,
            tasks,
            involved,
            others,
            clauses,
        })
    }

    fn fault(&self, field: &str) -> &'static str {
        if self.refused.iter().any(|r| r.field() == Some(field)) { " field-error" } else { "" }
    }
}

/// Incidents a list to choose from holds at most.
const CHOICES: i64 = 40;

/// Open incidents the actor sees, the latest first: number, and number with kind and place.
async fn open_incidents(app: &App, actor: &Actor, w: &Words<'_>) -> Result<Vec<(String, String)>> {
    let open = incident::record::Filter { state: Some("open".to_owned()), ..Default::default() };
    let mut conn = app.pool.acquire().await?;
    let found = incident::store::list(&mut conn, &open, CHOICES).await?;
    let seen = found.into_iter().filter(|i| i.regions.iter().any(|r| actor.sees_region(r)));
    Ok(seen
        .map(|i| {
            let kind = w.edition.sub_kind(&i.sub_kind).map_or(i.sub_kind.as_str(), |k| k.name.get(w.lang));
            let region = w.directory.region_name(&i.region);
            (i.number.clone(), format!("{} · {kind} · {}", i.number, region.get(w.lang)))
        })
        .collect())
}
