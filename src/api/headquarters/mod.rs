//! Calls of the command post: who is in the city, who commands, by what authority, until when.

mod answer;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::answer::IncidentAnswer;
use super::body::SeverityBody;
use super::incidents::{act, level, severity};
use super::query::Query;
use super::shape::Items;
use crate::error::Result;
use crate::headquarters::{Act, Headquarters};
use crate::incident::field::time;
use crate::leadership::{self, Declaration};
use crate::person::Actor;
use crate::plan::Succession as Proposed;
use crate::refusal::Refused;
use crate::response::{Case, Command};
use crate::state::App;
use crate::web::Visitor;
use crate::web::json::Json;
use answer::{ChecklistAnswer, HeadquartersAnswer, LevelPreview, PresenceAnswer, SuccessionAnswer};

/// Out of the city from-until, or back in it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PresenceBody {
    /// Sign-in name, or the seat: leader, deputy_leader. Left out: whoever calls.
    pub person: Option<String>,
    /// out or in.
    pub state: String,
    /// RFC 3339; now when left out.
    pub from: Option<String>,
    /// When they will be back, RFC 3339.
    pub until: Option<String>,
    pub reachable_at: Option<String>,
    pub note: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HeadquartersBody {
    /// Number of a major incident.
    pub incident: String,
    /// Number of an active headquarters that takes this incident too.
    pub under: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DelegationBody {
    /// Sign-in name of a department head.
    pub to: String,
    /// Left out, the nature of the incident.
    #[serde(default)]
    pub ground: String,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct HandoverBody {
    /// Sign-in name of the leader or deputy who takes over; that person's own call is the second signature.
    pub to: String,
    pub situation: String,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct StandDownBody {
    /// When normal running was restored, RFC 3339; now when left out.
    pub restored_at: Option<String>,
    pub order: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuccessionBody {
    /// Code of a kind of incident.
    pub kind: String,
    /// Department whose head commands; left out, the entry is taken back.
    pub department: Option<String>,
    pub valid_until: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelQuery {
    severity: String,
    scope: Option<String>,
    /// Task ids, separated by commas.
    #[serde(default)]
    keep: String,
}

/// Where the leaders are: seats, holders, declared absences
#[utoipa::path(get, path = "/api/v1/presence", tag = "headquarters",
    responses((status = 200, body = PresenceAnswer)))]
pub(super) async fn presence(State(app): State<App>, visitor: Visitor) -> Result<Json<PresenceAnswer>> {
    visitor.signed_in()?;
    Ok(Json(presence_of(&app)))
}

/// Declare the leader or the deputy out of the city, or back
#[utoipa::path(post, path = "/api/v1/presence", tag = "headquarters", request_body = PresenceBody,
    responses((status = 200, body = PresenceAnswer, description = "As GET"), (status = 403, description = "M_FORBIDDEN"), (status = 422, description = "M_REQUIRED")))]
pub(super) async fn declare(
    State(app): State<App>,
    visitor: Visitor,
    Json(body): Json<PresenceBody>,
) -> Result<Json<PresenceAnswer>> {
    let actor = visitor.signed_in()?;
    let directory = app.directory();
    let seats = leadership::seats(&directory);
    let person = body.person.as_deref().map(str::trim).unwrap_or(&actor.login);
    let login = seats.iter().find(|(seat, p)| *seat == person || p.login == person).map(|(_, p)| p.login.clone());
    leadership::may_declare(actor)?;
    let login = login.ok_or(Refused::NotFound)?;
    let declaration = match body.state.as_str() {
        "in" => Declaration::Back,
        "out" => Declaration::Out {
            from: time("from", body.from.as_deref())?.unwrap_or_else(|| app.clock.now()),
            until: time("until", body.until.as_deref())?,
            reachable_at: body.reachable_at,
            note: body.note,
        },
        _ => {
            let expected = crate::lang::text("in、out", "in、out", "in, out");
            return Err(Refused::BadValue { field: "state".to_owned(), expected }.into());
        }
    };
    app.declare_presence(actor, &login, declaration).await?;
    Ok(Json(presence_of(&app)))
}

/// Headquarters that stand
#[utoipa::path(get, path = "/api/v1/headquarters", tag = "headquarters",
    responses((status = 200, body = Items<HeadquartersAnswer>)))]
pub(super) async fn list(State(app): State<App>, visitor: Visitor) -> Result<Json<Items<HeadquartersAnswer>>> {
    let actor = visitor.signed_in()?;
    let mut conn = app.pool.acquire().await?;
    let standing = crate::headquarters::store::active(&mut conn).await?;
    drop(conn);
    let mut items = Vec::new();
    for one in standing {
        match app.headquarters(actor, &one.number).await {
            Ok((found, cases)) => items.push(whole(&app, &found, &cases, actor)?),
            Err(error) if error.refused().is_some() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Json(Items { items }))
}

/// Set up the headquarters of a major incident, or put it under one that stands
#[utoipa::path(post, path = "/api/v1/headquarters", tag = "headquarters", request_body = HeadquartersBody,
    responses((status = 201, body = HeadquartersAnswer, description = "The headquarters"), (status = 403, description = "M_SEVERITY_NOT_YOURS, M_ACTING_LIMITS"),
        (status = 409, description = "M_STALE: it stands already"), (status = 422, description = "M_HQ_ONLY_MAJOR")))]
pub(super) async fn activate(
    State(app): State<App>,
    visitor: Visitor,
    Json(body): Json<HeadquartersBody>,
) -> Result<(StatusCode, Json<HeadquartersAnswer>)> {
    let act = Act::Activate { under: body.under };
    let answer = perform(&app, &visitor, &body.incident, act).await?;
    Ok((StatusCode::CREATED, answer))
}

/// A headquarters: command periods, authorities, handovers, incidents
#[utoipa::path(get, path = "/api/v1/headquarters/{number}", tag = "headquarters", params(("number" = String, Path)),
    responses((status = 200, body = HeadquartersAnswer, description = "By its own number or that of an incident under it"), (status = 404, description = "M_NOT_FOUND")))]
pub(super) async fn read(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Json<HeadquartersAnswer>> {
    standing(&app, visitor.signed_in()?, &number).await
}

/// Authorise an acting commander while neither leader is in the city
#[utoipa::path(post, path = "/api/v1/headquarters/{number}/delegations", tag = "headquarters", params(("number" = String, Path)),
    request_body = DelegationBody, responses((status = 201, body = HeadquartersAnswer, description = "The headquarters"),
        (status = 403, description = "M_ACTING_NO_SUBDELEGATE, M_SEVERITY_NOT_YOURS"), (status = 422, description = "M_LEADER_PRESENT, M_ACTING_NOT_HEAD, M_COMMAND_TAKEN")))]
pub(super) async fn delegate(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<DelegationBody>,
) -> Result<(StatusCode, Json<HeadquartersAnswer>)> {
    let act = Act::Delegate { to: body.to, ground: body.ground };
    Ok((StatusCode::CREATED, perform(&app, &visitor, &number, act).await?))
}

/// The delegate accepts the authority; command passed when it was signed
#[utoipa::path(post, path = "/api/v1/headquarters/{number}/delegations/acceptance", tag = "headquarters",
    params(("number" = String, Path)), responses((status = 200, body = HeadquartersAnswer, description = "The headquarters")))]
pub(super) async fn accept(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Json<HeadquartersAnswer>> {
    perform(&app, &visitor, &number, Act::AcceptDelegation).await
}

/// Sign the handover sheet: first whoever commands, then whoever takes over
#[utoipa::path(post, path = "/api/v1/headquarters/{number}/handovers", tag = "headquarters", params(("number" = String, Path)),
    request_body = HandoverBody, responses((status = 201, body = HeadquartersAnswer, description = "The headquarters"), (status = 422, description = "M_COMMAND_TAKEN")))]
pub(super) async fn hand_over(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<HandoverBody>,
) -> Result<(StatusCode, Json<HeadquartersAnswer>)> {
    let act = Act::HandOver { to: body.to, situation: body.situation };
    Ok((StatusCode::CREATED, perform(&app, &visitor, &number, act).await?))
}

/// Sign as the one who takes over: command passes
#[utoipa::path(post, path = "/api/v1/headquarters/{number}/handovers/acceptance", tag = "headquarters",
    params(("number" = String, Path)), responses((status = 200, body = HeadquartersAnswer, description = "The headquarters"), (status = 422, description = "M_COMMAND_TAKEN")))]
pub(super) async fn take_over(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Json<HeadquartersAnswer>> {
    perform(&app, &visitor, &number, Act::TakeOver).await
}

/// What blocks the stand-down, and what may go on after it
#[utoipa::path(get, path = "/api/v1/headquarters/{number}/stand-down", tag = "headquarters", params(("number" = String, Path)),
    responses((status = 200, body = ChecklistAnswer)))]
pub(super) async fn checklist(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Json<ChecklistAnswer>> {
    let (found, cases) = app.headquarters(visitor.signed_in()?, &number).await?;
    let answer = whole(&app, &found, &cases, visitor.signed_in()?)?;
    Ok(Json(answer.stand_down_checklist))
}

/// Stand the headquarters down
#[utoipa::path(post, path = "/api/v1/headquarters/{number}/stand-down", tag = "headquarters", params(("number" = String, Path)),
    request_body = StandDownBody, responses((status = 200, body = HeadquartersAnswer, description = "The headquarters"), (status = 422, description = "M_STANDDOWN_OPEN")))]
pub(super) async fn stand_down(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<StandDownBody>,
) -> Result<Json<HeadquartersAnswer>> {
    let actor = visitor.signed_in()?;
    let restored_at = time("restored_at", body.restored_at.as_deref())?;
    app.headquarters(actor, &number).await?;
    app.stand_down(actor, &number, restored_at, &body.order).await?;
    standing(&app, actor, &number).await
}

/// The signed succession table
#[utoipa::path(get, path = "/api/v1/succession", tag = "headquarters",
    responses((status = 200, body = Items<SuccessionAnswer>)))]
pub(super) async fn succession(State(app): State<App>, visitor: Visitor) -> Result<Json<Items<SuccessionAnswer>>> {
    visitor.signed_in()?;
    Ok(Json(succession_of(&app)?))
}

/// Sign an entry of the succession table in advance, or take it back
#[utoipa::path(post, path = "/api/v1/succession", tag = "headquarters", request_body = SuccessionBody,
    responses((status = 200, body = Items<SuccessionAnswer>, description = "As GET"), (status = 403, description = "M_FORBIDDEN, M_ACTING_LIMITS")))]
pub(super) async fn sign_succession(
    State(app): State<App>,
    visitor: Visitor,
    Json(body): Json<SuccessionBody>,
) -> Result<Json<Items<SuccessionAnswer>>> {
    let until = time("valid_until", body.valid_until.as_deref())?;
    app.sign_succession(visitor.signed_in()?, &body.kind, body.department.as_deref(), until).await?;
    Ok(Json(succession_of(&app)?))
}

/// What a change of level would keep, add and cancel
#[utoipa::path(get, path = "/api/v1/incidents/{number}/reclassification/preview", tag = "headquarters",
    params(("number" = String, Path), ("severity" = String, Query), ("scope" = Option<String>, Query), ("keep" = Option<String>, Query)),
    responses((status = 200, body = LevelPreview), (status = 403, description = "M_SEVERITY_NOT_YOURS")))]
pub(super) async fn preview(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Query(query): Query<LevelQuery>,
) -> Result<Json<LevelPreview>> {
    let actor = visitor.signed_in()?;
    let (severity, scope) = level(&query.severity, query.scope.as_deref())?;
    let keep: Vec<String> = query.keep.split(',').filter(|k| !k.is_empty()).map(str::to_owned).collect();
    let (case, held) = app.case(actor, &number).await?;
    let change = case.reclassified(severity, scope, &keep, held.world(), actor, app.clock.now())?;
    Ok(Json(answer::previewed(case.incident.severity, severity, &change)))
}

/// Raise or lower an open incident, as previewed
#[utoipa::path(post, path = "/api/v1/incidents/{number}/reclassification", tag = "headquarters", params(("number" = String, Path)),
    request_body = SeverityBody, responses((status = 200, body = IncidentAnswer, description = "The incident"), (status = 403, description = "M_SEVERITY_NOT_YOURS, M_ACTING_LIMITS")))]
pub(super) async fn reclassify(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<SeverityBody>,
) -> Result<Json<IncidentAnswer>> {
    severity(&app, &visitor, &number, body).await
}

/// Correct the figures of the effect; the rules propose a level again
#[utoipa::path(post, path = "/api/v1/incidents/{number}/figures", tag = "headquarters", params(("number" = String, Path)),
    request_body(content = Object, description = "customers_unsupplied, regions_affected, links_affected"),
    responses((status = 200, body = IncidentAnswer, description = "The incident")))]
pub(super) async fn figures(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Json(body): Json<serde_json::Map<String, Value>>,
) -> Result<Json<IncidentAnswer>> {
    act(&app, &visitor, &number, Command::Figures(body)).await
}

async fn perform(app: &App, visitor: &Visitor, number: &str, act: Act) -> Result<Json<HeadquartersAnswer>> {
    let actor = visitor.signed_in()?;
    app.act(actor, number, Command::Headquarters(act)).await?;
    standing(app, actor, number).await
}

async fn standing(app: &App, actor: &Actor, number: &str) -> Result<Json<HeadquartersAnswer>> {
    let (found, cases) = app.headquarters(actor, number).await?;
    Ok(Json(whole(app, &found, &cases, actor)?))
}

fn whole(app: &App, found: &Headquarters, cases: &[Case], actor: &Actor) -> Result<HeadquartersAnswer> {
    let directory = app.directory();
    let mut list = ChecklistAnswer::default();
    let mut suggested = None;
    for case in cases {
        let held = app.held(app.edition_for(&case.incident)?);
        suggested = suggested.or_else(|| case.suggested_delegate(held.world()).map(|p| p.login.clone()));
        list.take(&case.incident.number, case.checklist(held.world()));
    }
    let deputy = leadership::seats(&directory)
        .into_iter()
        .find(|(seat, p)| *seat == "deputy_leader" && found.commander().is_none_or(|c| c.holder.person != p.id))
        .map(|(_, p)| p.login.clone());
    let both_away = app.leadership().both_away(&directory, app.clock.now());
    let may_delegate = both_away && actor.leads() && found.delegation().is_none() && found.is_active();
    Ok(answer::whole_of(found, cases, deputy, both_away, may_delegate, suggested, list))
}

fn presence_of(app: &App) -> PresenceAnswer {
    let (directory, leadership, now) = (app.directory(), app.leadership(), app.clock.now());
    let seat = |seat: &&'static str| {
        let person = directory.holders(seat, "LG").next();
        let away = person.and_then(|p| leadership.away(p.id, now));
        let declared = person.into_iter().flat_map(|p| leadership.absences.iter().filter(|a| a.person == p.id));
        answer::seat(seat, person, away, declared.map(answer::absence).collect())
    };
    let seats = leadership::LEADERS.iter().map(seat).collect();
    PresenceAnswer { seats, both_away: leadership.both_away(&directory, now) }
}

fn succession_of(app: &App) -> Result<Items<SuccessionAnswer>> {
    let (edition, leadership) = (app.edition()?, app.leadership());
    let row = |row: &Proposed| answer::signed_for(row, leadership.succession.iter().find(|s| s.kind == row.kind));
    Ok(edition.matrix.successions.iter().map(row).collect())
}
