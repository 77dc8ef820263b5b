//! The matrix links × regions of an incident, and where its service stands.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::view::{Matrix, Overview, Standing};
use super::words::Names;
use super::{Command, decision, may_announce, may_set, view};
use crate::conduct::Held;
use crate::error::Result;
use crate::person::Actor;
use crate::plan::Duty;
use crate::refusal::Refused;
use crate::response::{self, Case};
use crate::state::App;
use crate::web::done;
use crate::web::{Access, Form, Routes, Shell, Visitor, page, page_with, status_of};

pub fn routes() -> Routes {
    Routes::new().get("/incidents/{number}/service", Access::Reader, states).post(
        "/incidents/{number}/service",
        Access::Handler,
        set_states,
    )
}

/// Where service stands in an incident, as whoever looks may act on it. For every page that shows it.
pub fn overview(case: &Case, held: &Held, actor: &Actor, visitor: &Visitor) -> Overview {
    let actor = &case.as_seen_by(actor);
    let names = Names::new(&held.edition, &held.directory, visitor.lang);
    let required = &held.edition.matrix.weather.announcement_channels_required;
    let decisions = &case.service.decisions;
    let open = case.incident.is_open() && !actor.is_inspector();
    Overview {
        number: case.incident.number.clone(),
        decisions: view::sheets(&case.service, names),
        announcements: case
            .service
            .announcements
            .iter()
            .rev()
            .map(|a| view::told(a, decisions, required, names))
            .collect(),
        matrix: view::matrix(&case.service, case.reported_links(), names),
        may_decide: open && decision::may_draft(actor),
        may_announce: open && may_announce(actor) && case.announceable(None).is_ok(),
        asked: case.tasks.iter().any(|t| {
            let act = t.definition(&held.edition).and_then(|d| d.act);
            matches!(act, Some(Duty::DecideService | Duty::ResumeService | Duty::Announce))
        }),
        may_set: open && held.directory.regions().iter().any(|r| may_set(actor, &r.code)),
    }
}

/// The matrix of the whole city, for the board and the command post: what of it the actor sees.
pub fn city_matrix(app: &App, visitor: &Visitor, actor: &Actor, standings: &[Standing]) -> Result<Matrix> {
    let seen: Vec<Standing> =
        standings.iter().filter(|s| s.regions.iter().any(|r| actor.sees_region(r))).cloned().collect();
    let (edition, directory) = (app.edition()?, app.directory());
    Ok(view::city(&seen, Names::new(&edition, &directory, visitor.lang)))
}

async fn states(State(app): State<App>, visitor: Visitor, Path(number): Path<String>) -> Result<Response> {
    Ok(page(&StatesPage::read(&app, &visitor, &number, Vec::new()).await?))
}

async fn set_states(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    form: Form,
) -> Result<Response> {
    let changes = changes(&form);
    let done = app.act(visitor.signed_in()?, &number, response::Command::Service(Command::States(changes))).await;
    match done {
        Ok(_) => {
            let back = done::then(&format!("/incidents/{number}/service"), "saved", app.clock.now());
            Ok(Redirect::to(&back).into_response())
        }
        Err(error) => {
            let refused = error.faults()?;
            let status = status_of(&refused);
            Ok(page_with(status, &StatesPage::read(&app, &visitor, &number, refused).await?))
        }
    }
}

/// Cells that were changed on the page: `s-QZ-delivery=stopped`, and what it showed, `was-QZ-delivery=normal`. What
/// nobody touched is not sent over somebody else's entry. `all=normal` stands for every one of them.
fn changes(form: &Form) -> Vec<(String, String, String)> {
    let cells = form.pairs().iter().filter_map(|(name, state)| {
        let (region, link) = name.strip_prefix("s-")?.rsplit_once('-')?;
        let was = form.get(&format!("was-{region}-{link}"));
        let state = form.filled("all").unwrap_or(state);
        (was != state).then(|| (region.to_owned(), link.to_owned(), state.to_owned()))
    });
    cells.collect()
}

/// The incident a page of ours belongs to, as its head names it.
pub(super) struct Of {
    pub number: String,
    pub sub_kind: String,
    pub regions: String,
}

impl Of {
    pub fn case(case: &Case, names: Names<'_>) -> Of {
        let incident = &case.incident;
        let sub_kind = names.edition.sub_kind(&incident.sub_kind);
        Of {
            number: incident.number.clone(),
            sub_kind: sub_kind.map_or(incident.sub_kind.as_str(), |s| s.name.get(names.lang)).to_owned(),
            regions: names.areas(&incident.regions),
        }
    }
}

#[derive(Template)]
#[template(path = "service/states.html")]
struct StatesPage {
    shell: Shell,
    of: Of,
    service: Overview,
    /// Code and name, from the best to the worst.
    states: Vec<(String, String)>,
    /// Regions whoever looks may set.
    own: Vec<String>,
    refused: Vec<Refused>,
}

impl StatesPage {
    async fn read(app: &App, visitor: &Visitor, number: &str, refused: Vec<Refused>) -> Result<StatesPage> {
        let actor = visitor.signed_in()?;
        let (case, held) = app.case(actor, number).await?;
        let actor = &case.as_seen_by(actor);
        let names = Names::new(&held.edition, &held.directory, visitor.lang);
        let open = case.incident.is_open() && !actor.is_inspector();
        let own = held.directory.regions().iter().filter(|r| open && may_set(actor, &r.code));
        Ok(StatesPage {
            shell: Shell::of(visitor),
            of: Of::case(&case, names),
            states: super::STATES.iter().map(|s| ((*s).to_owned(), names.state(s))).collect(),
            own: own.map(|r| r.code.clone()).collect(),
            service: overview(&case, &held, actor, visitor),
            refused,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_changed_is_sent() {
        let form =
            Form::parse(b"was-QZ-delivery=normal&s-QZ-delivery=stopped&was-YL-sorting=normal&s-YL-sorting=normal");
        assert_eq!(changes(&form), [("QZ".to_owned(), "delivery".to_owned(), "stopped".to_owned())]);
    }
}
