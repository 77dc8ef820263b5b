//! Calls that list.

use std::collections::HashMap;

use axum::extract::{Path, State};
use chrono::TimeDelta;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::answer::{self, SummaryAnswer, TaskAnswer};
use super::query::Query;
use super::shape::{Items, answers};
use crate::error::Result;
use crate::incident::record::Filter;
use crate::incident::{Incident, store};
use crate::journal::Event;
use crate::notice::Sent;
use crate::person::Actor;
use crate::refusal::Refused;
use crate::state::App;
use crate::timeline;
use crate::web::Visitor;
use crate::web::json::Json;
use crate::web::when::rfc3339;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct IncidentQuery {
    /// open, closed or merged.
    state: Option<String>,
    kind: Option<String>,
    region: Option<String>,
    severity: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// 1 to 200; 50 when left out.
    limit: Option<String>,
}

/// List incidents, the latest report first
#[utoipa::path(get, path = "/api/v1/incidents", tag = "incidents", params(IncidentQuery),
    responses((status = 200, body = PageAnswer)))]
pub(super) async fn incidents(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<IncidentQuery>,
) -> Result<Json<PageAnswer>> {
    let actor = visitor.signed_in()?;
    let mut conn = app.pool.acquire().await?;
    let before = match query.cursor.as_deref() {
        Some(cursor) => {
            let known = store::by_number(&mut conn, cursor).await?;
            let last = known.ok_or_else(|| bad("cursor", "`next` of the page before"))?;
            Some((last.reported_at, last.id))
        }
        None => None,
    };
    let limit: i64 = match query.limit.as_deref().map(str::parse::<i64>) {
        None => 50,
        Some(Ok(n)) if (1..=200).contains(&n) => n,
        Some(_) => return Err(bad("limit", "1–200").into()),
    };
    let filter = Filter {
        state: query.state,
        kind: query.kind,
        regions: regions(&app, actor, query.region)?,
        severity: query.severity,
        text: None,
        before,
    };
    let mut found = store::list(&mut conn, &filter, limit + 1).await?;
    let more = found.len() > usize::try_from(limit).unwrap_or_default();
    found.truncate(usize::try_from(limit).unwrap_or_default());
    let next = found.last().filter(|_| more).map(|i| i.number.clone());
    Ok(Json(one_page(&found, next)))
}

/// Tasks a department owes
#[utoipa::path(get, path = "/api/v1/departments/{code}/tasks", tag = "tasks", params(("code" = String, Path)),
    responses((status = 200, body = Items<TaskAnswer>, description = "Sorted by remaining time")))]
pub(super) async fn department(
    State(app): State<App>,
    visitor: Visitor,
    Path(code): Path<String>,
) -> Result<Json<Items<TaskAnswer>>> {
    let actor = visitor.signed_in()?;
    let directory = app.directory();
    let department = directory.department(&code).ok_or(Refused::NotFound)?;
    let sees = department.region.as_deref().is_none_or(|r| actor.sees_region(r));
    if !sees {
        return Err(Refused::Forbidden.into());
    }
    let now = app.clock.now();
    let mut conn = app.pool.acquire().await?;
    let owed = crate::task::store::of_departments(&mut conn, &[code], now - TimeDelta::days(7)).await?;
    let mut incidents = HashMap::new();
    for (id, _) in &owed {
        if !incidents.contains_key(id)
            && let Some(incident) = store::by_id(&mut conn, *id).await?
        {
            incidents.insert(*id, incident);
        }
    }
    let ids: Vec<Uuid> = incidents.keys().copied().collect();
    let cards: Vec<_> =
        crate::response::store::cooperation_of(&mut conn, &ids).await?.into_iter().map(|c| c.1).collect();
    let (calendar, schemes) = (app.calendar(), app.schemes());
    let mut items = Vec::new();
    for (id, task) in &owed {
        let Some(incident) = incidents.get(id).filter(|i| i.regions.iter().any(|r| actor.sees_region(r))) else {
            continue;
        };
        let edition = app.edition_for(incident)?;
        items.push(answer::task(task, &incident.number, &cards, &edition, &calendar, &schemes, now));
    }
    Ok(Json(Items { items }))
}

/// What was told to you and to the posts you hold
#[utoipa::path(get, path = "/api/v1/notices", tag = "notices", responses((status = 200, body = NoticesAnswer)))]
pub(super) async fn notices(State(app): State<App>, visitor: Visitor) -> Result<Json<NoticesAnswer>> {
    let actor = visitor.signed_in()?;
    let mut conn = app.pool.acquire().await?;
    let sent = crate::notice::store::of_actor(&mut conn, actor, 500).await?;
    let unread = crate::notice::store::unread(&mut conn, actor).await?;
    let edition = app.edition()?;
    let directory = app.directory();
    let tell = |n: &Sent| notice(n, timeline::describe(&n.event, &edition, &directory, visitor.lang));
    Ok(Json(told(sent.iter().map(tell).collect(), unread)))
}

/// The regions a list is narrowed to: the one asked for, and never more than the actor may see.
fn regions(app: &App, actor: &Actor, asked: Option<String>) -> Result<Option<Vec<String>>> {
    let directory = app.directory();
    let seen: Vec<String> =
        directory.regions().iter().map(|r| r.code.clone()).filter(|r| actor.sees_region(r)).collect();
    Ok(match asked {
        Some(region) if directory.region(&region).is_none() => return Err(Refused::OutsideCity.into()),
        Some(region) if seen.contains(&region) => Some(vec![region]),
        Some(_) => return Err(Refused::Forbidden.into()),
        None if seen.len() == directory.regions().len() => None,
        None => Some(seen),
    })
}

fn bad(field: &str, words: &str) -> Refused {
    let words = words.to_owned();
    let expected = crate::lang::Text { zh_hans: words.clone(), zh_hant: words.clone(), en: words };
    Refused::BadValue { field: field.to_owned(), expected }
}

answers! {
    /// A page of a list of incidents.
    pub(super) struct PageAnswer = one_page(found: &[Incident], next: Option<String>) {
        items: Vec<SummaryAnswer> = found.iter().map(answer::summary).collect(),
        /// The `cursor` of the next page; null on the last.
        next: Option<String> = next,
    }

    pub(super) struct NoticesAnswer = told(items: Vec<NoticeAnswer>, unread: i64) {
        items: Vec<NoticeAnswer> = items,
        unread: i64 = unread,
    }

    pub(super) struct NoticeAnswer = notice(n: &Sent, words: String) {
        id: String = n.id.to_string(),
        /// Number of the incident it is about.
        incident: Option<String> = n.number.clone(),
        directive: Option<String> = n.directive.clone(),
        task: Option<String> = n.task_key.clone(),
        kind: &'static str = timeline::kind(&n.event),
        text: String = words,
        urgent: bool = n.urgent,
        late: bool = n.late,
        at: String = rfc3339(n.at),
        sent_at: String = rfc3339(n.sent_at),
        seen_at: Option<String> = n.seen_at.map(rfc3339),
        /// Sign-in names of all who have seen it.
        seen_by: Vec<String> = n.seen_by.clone(),
        /// `{kind, data}` as the journal keeps it; what `data` holds depends on the kind.
        #[schema(value_type = std::collections::BTreeMap<String, serde_json::Value>)]
        data: Event = n.event.clone(),
    }
}
