//! The page that tells a reporter what became of the report.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::{DateTime, Utc};

use super::{Duty, Phone, Told};
use crate::conduct::Held;
use crate::error::Result;
use crate::incident::record::store as reports;
use crate::incident::store as incidents;
use crate::person::{Actor, role};
use crate::refusal::Refused;
use crate::report::panel::{self, Level};
use crate::state::App;
use crate::web::{Access, Form, Routes, Shell, Visitor, page};

pub fn routes() -> Routes {
    Routes::new().get("/report/received/{number}", Access::Handler, received)
}

/// `GET /report/received/{number}`: number, what happens next, whom to call. Whoever reported it may see it, also
/// where it lies in a region that is not theirs.
async fn received(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(number): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let mut conn = app.pool.acquire().await?;
    let incident = incidents::by_number(&mut conn, &number).await?.ok_or(Refused::NotFound)?;
    let reports = reports::of_incident(&mut conn, incident.id).await?;
    drop(conn);
    let own = reports.iter().find(|r| r.person.is_some() && r.person == actor.person);
    if own.is_none() && !incident.regions.iter().any(|r| actor.sees_region(r)) {
        return Err(Refused::NotFound.into());
    }
    let caller = own.and_then(|r| r.on_behalf_of.clone());
    let (case, held) = app.case(&Actor::system(), &number).await?;
    let mut received = ReceivedPage::of(&visitor, &held, &actor, &case, caller);
    received.photo_lost = Form::from_pairs(query).is("photo", "lost");
    Ok(page(&received))
}

#[derive(Template)]
#[template(path = "report/received.html")]
struct ReceivedPage {
    shell: Shell,
    number: String,
    name: String,
    region: String,
    reported_at: DateTime<Utc>,
    /// Who registered it and for whom, where it was telephoned; else both empty.
    registrar: String,
    caller: String,
    level: Level,
    awaits: Option<Level>,
    /// What the plan wants of the reporter.
    own: Vec<Duty>,
    told: Vec<Told>,
    duty: Option<Phone>,
    driver: bool,
    /// The report stands, a photo sent with it was not kept.
    photo_lost: bool,
}

impl ReceivedPage {
    fn of(
        visitor: &Visitor,
        held: &Held,
        actor: &Actor,
        case: &crate::response::Case,
        caller: Option<String>,
    ) -> ReceivedPage {
        let (world, lang) = (held.world(), visitor.lang);
        let incident = &case.incident;
        let sub_kind = held.edition.sub_kind(&incident.sub_kind);
        let (own, told) = super::told(case, actor, world, lang);
        ReceivedPage {
            shell: Shell::of(visitor),
            number: incident.number.clone(),
            name: sub_kind.map(|s| s.name.get(lang).to_owned()).unwrap_or_default(),
            region: held.directory.region_name(&incident.region).get(lang).to_owned(),
            reported_at: incident.reported_at,
            registrar: if caller.is_some() { actor.login.clone() } else { String::new() },
            caller: caller.unwrap_or_default(),
            level: panel::level(incident.severity, world, lang),
            awaits: incident.awaits_confirmation().then(|| panel::level(incident.proposal.severity, world, lang)),
            own,
            told,
            duty: super::duty_officer(world, lang),
            driver: actor.has_role(role::DRIVER),
            photo_lost: false,
        }
    }
}
