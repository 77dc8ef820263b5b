//! Calls on service: decisions, announcements, and how the links stand.

pub(super) mod answer;
pub(super) mod body;

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::TimeDelta;
use serde::Deserialize;
use utoipa::IntoParams;

use super::query::Query;
use super::sender::{SenderKey, answered};
use super::shape::Items;
use crate::error::{Error, Result};
use crate::incident::field::time;
use crate::l10n::text;
use crate::lang::{Lang, Text};
use crate::once::Call;
use crate::refusal::Refused;
use crate::response::{Case, Command as Act};
use crate::service::decision::{Draft, Kind, Stance};
use crate::service::{Command, Service, incident_of, store};
use crate::state::App;
use crate::web::json::Json;
use crate::web::{Access, Routes, Visitor};
use body::{AnnouncementBody, ChannelBody, DecisionBody, Empty, OpinionBody, StateBody};

pub(super) fn routes() -> Routes {
    Routes::new()
        .post("/api/v1/decisions", Access::Reader, decide)
        .get("/api/v1/decisions", Access::Reader, decisions)
        .get("/api/v1/decisions/{number}", Access::Reader, decision)
        .post("/api/v1/decisions/{number}/opinions", Access::Reader, opine)
        .post("/api/v1/decisions/{number}/signature", Access::Reader, sign)
        .post("/api/v1/announcements", Access::Reader, announce)
        .get("/api/v1/announcements", Access::Reader, announcements)
        .get("/api/v1/announcements/{number}", Access::Reader, announcement)
        .post("/api/v1/announcements/{number}/channels", Access::Reader, prove)
        .post("/api/v1/announcements/{number}/completion", Access::Reader, complete)
        .post("/api/v1/service-states", Access::Reader, set_states)
        .get("/api/v1/service-states", Access::Reader, states)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct OfIncident {
    /// Number of the incident; left out: every open incident, and those of the last 30 days.
    incident: Option<String>,
}

/// Decide to suspend, alter or resume service; signed at once unless it is a draft
#[utoipa::path(post, path = "/api/v1/decisions", tag = "service",
    params(("Idempotency-Key" = Option<String>, Header, description = "The sender's own key: sent again, it is the same")), request_body = DecisionBody,
    responses((status = 201, body = answer::DecisionAnswer),
              (status = 200, body = answer::DecisionAnswer, description = "As made before under the key"),
              (status = 403, description = "M_DECISION_LG, M_DECISION_LGO"),
              (status = 422, description = "M_DECISION_INCOMPLETE, M_PREREQ")))]
pub(super) async fn decide(
    State(app): State<App>,
    visitor: Visitor,
    key: SenderKey,
    Json(body): Json<DecisionBody>,
) -> Result<(StatusCode, Json<answer::DecisionAnswer>)> {
    let kind = match body.kind.as_deref().map(str::trim).filter(|k| !k.is_empty()) {
        Some(code) => Some(Kind::from_code(code).ok_or_else(|| bad("kind", "suspend, alter, resume"))?),
        None => None,
    };
    let draft = Draft {
        kind,
        areas: body.areas,
        links: body.links,
        from: time("from", body.from.as_deref())?,
        until: time("until", body.until.as_deref())?,
        question: body.question,
        detail: body.detail,
        reason: body.reason,
    };
    let (actor, command) = (visitor.signed_in()?, Act::Service(Command::Decide { draft, sign: !body.draft }));
    let key = key.of(actor, Call::Decision);
    let last = |case: &Case| case.service.decisions.last().map(|d| d.number.clone());
    let made = app.make(actor, &body.incident, command, key.as_ref(), last).await?;
    Ok(answered(made.map(|(case, number)| decision_of(&case, &number)).transpose()?))
}

/// List decisions, the latest incident first
#[utoipa::path(get, path = "/api/v1/decisions", tag = "service", params(OfIncident),
    responses((status = 200, body = Items<answer::DecisionAnswer>)))]
pub(super) async fn decisions(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<OfIncident>,
) -> Result<Json<Items<answer::DecisionAnswer>>> {
    list(&app, &visitor, query, |case| case.service.decisions.iter().map(|d| answer::decision(case, d)).collect()).await
}

/// Read a decision
#[utoipa::path(get, path = "/api/v1/decisions/{number}", tag = "service", params(("number" = String, Path)),
    responses((status = 200, body = answer::DecisionAnswer), (status = 404, description = "M_NOT_FOUND")))]
pub(super) async fn decision(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Json<answer::DecisionAnswer>> {
    let (case, _) = app.case(visitor.signed_in()?, owner(&number)?).await?;
    Ok(Json(decision_of(&case, &number)?))
}

/// Record a member's opinion on a draft
#[utoipa::path(post, path = "/api/v1/decisions/{number}/opinions", tag = "service", params(("number" = String, Path)),
    request_body = OpinionBody, responses((status = 200, body = answer::DecisionAnswer)))]
pub(super) async fn opine(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<OpinionBody>,
) -> Result<Json<answer::DecisionAnswer>> {
    let stance = Stance::from_code(&body.stance).ok_or_else(|| bad("stance", "agree, agree_with, disagree"))?;
    let command = Command::Opine { decision: number.clone(), stance, text: body.text };
    Ok(Json(decision_of(&act(&app, &visitor, owner(&number)?, command).await?, &number)?))
}

/// Sign a draft
#[utoipa::path(post, path = "/api/v1/decisions/{number}/signature", tag = "service", params(("number" = String, Path)),
    request_body = Empty, responses((status = 200, body = answer::DecisionAnswer),
    (status = 403, description = "M_DECISION_LG, M_DECISION_LGO"), (status = 409, description = "M_STALE: signed already")))]
pub(super) async fn sign(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(Empty {}): Json<Empty>,
) -> Result<Json<answer::DecisionAnswer>> {
    let command = Command::Sign { decision: number.clone() };
    Ok(Json(decision_of(&act(&app, &visitor, owner(&number)?, command).await?, &number)?))
}

/// Make an announcement from a signed decision
#[utoipa::path(post, path = "/api/v1/announcements", tag = "service",
    params(("Idempotency-Key" = Option<String>, Header, description = "The sender's own key: sent again, it is the same")), request_body = AnnouncementBody,
    responses((status = 201, body = answer::AnnouncementAnswer),
              (status = 200, body = answer::AnnouncementAnswer, description = "As made before under the key"), (status = 422, description = "M_NO_DECISION")))]
pub(super) async fn announce(
    State(app): State<App>,
    visitor: Visitor,
    key: SenderKey,
    Json(body): Json<AnnouncementBody>,
) -> Result<(StatusCode, Json<answer::AnnouncementAnswer>)> {
    let mut given: BTreeMap<Lang, String> = BTreeMap::new();
    for (tag, words) in body.text {
        let lang = Lang::ALL.into_iter().find(|l| l.tag() == tag);
        let lang = lang.ok_or_else(|| Refused::UnknownField { field: format!("text.{tag}") })?;
        given.insert(lang, words);
    }
    let named = body.decision.as_deref().and_then(incident_of).map(str::to_owned);
    let number = body
        .incident
        .or(named)
        .ok_or_else(|| Refused::Required { field: "incident".to_owned(), label: text(|l| l.msg_svc_incident()) })?;
    let command = Command::Announce { decision: body.decision, text: given };
    let actor = visitor.signed_in()?;
    let key = key.of(actor, Call::Announcement);
    let last = |case: &Case| case.service.announcements.last().map(|a| a.number.clone());
    let made = app.make(actor, &number, Act::Service(command), key.as_ref(), last).await?;
    let shown = made.map(|(case, number)| {
        let edition = app.edition_for(&case.incident)?;
        announcement_of(&case, &number, &edition.matrix.weather.announcement_channels_required)
    });
    Ok(answered(shown.transpose()?))
}

/// List announcements
#[utoipa::path(get, path = "/api/v1/announcements", tag = "service", params(OfIncident),
    responses((status = 200, body = Items<answer::AnnouncementAnswer>)))]
pub(super) async fn announcements(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<OfIncident>,
) -> Result<Json<Items<answer::AnnouncementAnswer>>> {
    let edition = app.edition()?;
    let required = &edition.matrix.weather.announcement_channels_required;
    let of = |case: &Case| {
        case.service.announcements.iter().map(|a| answer::announcement(case, a, required)).collect::<Vec<_>>()
    };
    list(&app, &visitor, query, of).await
}

/// Read an announcement
#[utoipa::path(get, path = "/api/v1/announcements/{number}", tag = "service", params(("number" = String, Path)),
    responses((status = 200, body = answer::AnnouncementAnswer), (status = 404, description = "M_NOT_FOUND")))]
pub(super) async fn announcement(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Json<answer::AnnouncementAnswer>> {
    let (case, held) = app.case(visitor.signed_in()?, owner(&number)?).await?;
    Ok(Json(announcement_of(&case, &number, &held.edition.matrix.weather.announcement_channels_required)?))
}

/// Enter the proof of a channel
#[utoipa::path(post, path = "/api/v1/announcements/{number}/channels", tag = "service",
    params(("number" = String, Path)), request_body = ChannelBody,
    responses((status = 200, body = answer::AnnouncementAnswer), (status = 409, description = "M_STALE: proven already")))]
pub(super) async fn prove(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<ChannelBody>,
) -> Result<Json<answer::AnnouncementAnswer>> {
    let at = time("at", body.at.as_deref())?;
    let command = Command::Channel { announcement: number.clone(), channel: body.channel, proof: body.proof, at };
    let (case, required) = act_required(&app, &visitor, owner(&number)?, command).await?;
    Ok(Json(announcement_of(&case, &number, &required)?))
}

/// Report an announcement done, with proof of every channel
#[utoipa::path(post, path = "/api/v1/announcements/{number}/completion", tag = "service",
    params(("number" = String, Path)), request_body = Empty,
    responses((status = 200, body = answer::AnnouncementAnswer), (status = 422, description = "M_CHANNEL_MISSING")))]
pub(super) async fn complete(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(Empty {}): Json<Empty>,
) -> Result<Json<answer::AnnouncementAnswer>> {
    let command = Command::CompleteAnnouncement { announcement: number.clone() };
    let (case, required) = act_required(&app, &visitor, owner(&number)?, command).await?;
    Ok(Json(announcement_of(&case, &number, &required)?))
}

/// Say how a link stands in one region or several
#[utoipa::path(post, path = "/api/v1/service-states", tag = "service", request_body = StateBody,
    responses((status = 200, body = answer::StatesAnswer), (status = 403, description = "M_FORBIDDEN")))]
pub(super) async fn set_states(
    State(app): State<App>,
    visitor: Visitor,
    Json(body): Json<StateBody>,
) -> Result<Json<answer::StatesAnswer>> {
    let mut regions = body.regions;
    regions.extend(body.region);
    if regions.is_empty() {
        return Err(Refused::Required { field: "region".to_owned(), label: text(|l| l.msg_svc_area()) }.into());
    }
    let changes = regions.into_iter().map(|r| (r, body.link.clone(), body.state.clone())).collect();
    let case = act(&app, &visitor, &body.incident, Command::States(changes)).await?;
    states_of(&app, &case)
}

/// How the links stand: of one incident, or of the whole city over all open incidents
#[utoipa::path(get, path = "/api/v1/service-states", tag = "service", params(OfIncident),
    responses((status = 200, body = answer::StatesAnswer)))]
pub(super) async fn states(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<OfIncident>,
) -> Result<Json<answer::StatesAnswer>> {
    let actor = visitor.signed_in()?;
    if let Some(number) = query.incident {
        let (case, _) = app.case(actor, &number).await?;
        return states_of(&app, &case);
    }
    let mut conn = app.pool.acquire().await?;
    let mut standings = store::standing(&mut conn).await?;
    standings.retain(|s| s.regions.iter().any(|r| actor.sees_region(r)));
    let (edition, directory) = (app.edition()?, app.directory());
    let regions: Vec<String> =
        directory.regions().iter().filter(|r| actor.sees_region(&r.code)).map(|r| r.code.clone()).collect();
    let links: Vec<String> = edition.matrix.links.iter().map(|l| l.code.clone()).collect();
    Ok(Json(answer::city(&standings, &regions, &links)))
}

fn states_of(app: &App, case: &Case) -> Result<Json<answer::StatesAnswer>> {
    let (edition, directory) = (app.edition_for(&case.incident)?, app.directory());
    let regions: Vec<String> = directory.regions().iter().map(|r| r.code.clone()).collect();
    let links: Vec<String> = edition.matrix.links.iter().map(|l| l.code.clone()).collect();
    Ok(Json(answer::states(case, &regions, &links)))
}

async fn act(app: &App, visitor: &Visitor, incident: &str, command: Command) -> Result<Case> {
    app.act(visitor.signed_in()?, incident, Act::Service(command)).await
}

/// The case as it became, and the channels its edition asks for.
async fn act_required(app: &App, visitor: &Visitor, incident: &str, command: Command) -> Result<(Case, Vec<String>)> {
    let case = act(app, visitor, incident, command).await?;
    let edition = app.edition_for(&case.incident)?;
    Ok((case, edition.matrix.weather.announcement_channels_required.clone()))
}

async fn list<T>(
    app: &App,
    visitor: &Visitor,
    query: OfIncident,
    of: impl Fn(&Case) -> Vec<T>,
) -> Result<Json<Items<T>>> {
    let actor = visitor.signed_in()?;
    let mut items = Vec::new();
    match query.incident {
        Some(number) => items = of(&app.case(actor, &number).await?.0),
        None => {
            let mut conn = app.pool.acquire().await?;
            let since = app.clock.now() - TimeDelta::days(30);
            for number in store::with_decisions(&mut conn, since).await? {
                match crate::response::store::read(&mut conn, &number, actor).await {
                    Ok(case) => items.extend(of(&case)),
                    // Of regions that are not theirs they are told nothing.
                    Err(Error::Refused(_)) => {}
                    Err(error) => return Err(error),
                }
            }
        }
    }
    Ok(Json(Items { items }))
}

fn decision_of(case: &Case, number: &str) -> Result<answer::DecisionAnswer> {
    let decision = case.service.decision(number).ok_or(Refused::NotFound)?;
    Ok(answer::decision(case, decision))
}

fn announcement_of(case: &Case, number: &str, required: &[String]) -> Result<answer::AnnouncementAnswer> {
    let service: &Service = &case.service;
    let announcement = service.announcement(number).ok_or(Refused::NotFound)?;
    Ok(answer::announcement(case, announcement, required))
}

/// The incident a number belongs to.
fn owner(number: &str) -> Result<&str, Refused> {
    incident_of(number).ok_or(Refused::NotFound)
}

fn bad(field: &str, words: &str) -> Refused {
    let words = words.to_owned();
    let expected = Text { zh_hans: words.clone(), zh_hant: words.clone(), en: words };
    Refused::BadValue { field: field.to_owned(), expected }
}
