//! What was told to whoever is signed in, and who has seen it. A notice is seen when it is opened, or said to be.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Addressee, Sent, store};
use crate::casefile::line::{icon, kind_word};
use crate::error::Result;
use crate::journal::Event;
use crate::refusal::Refused;
use crate::state::App;
use crate::timeline::{self, Words};
use crate::web::{Access, Form, Routes, Shell, Visitor, page};

/// Notices shown at most.
const SHOWN: i64 = 200;
pub fn routes() -> Routes {
    Routes::new().get("/notices", Access::SignedIn, list).get("/notices/{id}", Access::SignedIn, open).post(
        "/notices/seen",
        Access::SignedIn,
        seen,
    )
}

async fn list(State(app): State<App>, visitor: Visitor) -> Result<Response> {
    let actor = visitor.signed_in()?;
    let mut conn = app.pool.acquire().await?;
    let sent = store::of_actor(&mut conn, actor, SHOWN).await?;
    drop(conn);
    Ok(page(&NoticesPage::of(&app, &visitor, &sent)?))
}

/// Leads to what the notice is about; whoever goes there has seen it.
async fn open(State(app): State<App>, visitor: Visitor, Path(id): Path<String>) -> Result<Response> {
    let actor = visitor.signed_in()?;
    let mut conn = app.pool.acquire().await?;
    let sent = store::of_actor(&mut conn, actor, SHOWN).await?;
    let found = sent.iter().find(|n| n.id.to_string() == id).ok_or(Refused::NotFound)?;
    store::see(&mut conn, actor, &[found.id], app.clock.now()).await?;
    let to = target(found);
    Ok(Redirect::to(if to.is_empty() { "/notices" } else { &to }).into_response())
}

async fn seen(State(app): State<App>, visitor: Visitor, form: Form) -> Result<Response> {
    let actor = visitor.signed_in()?;
    let ids: Vec<Uuid> = form.all("notice").filter_map(|id| id.parse().ok()).collect();
    let mut conn = app.pool.acquire().await?;
    store::see(&mut conn, actor, &ids, app.clock.now()).await?;
    Ok(Redirect::to("/notices").into_response())
}

#[derive(Template)]
#[template(path = "notice/notices.html")]
struct NoticesPage {
    shell: Shell,
    fresh: usize,
    rows: Vec<Row>,
}

struct Row {
    id: Uuid,
    at: DateTime<Utc>,
    icon: &'static str,
    kind: String,
    text: String,
    /// It is about something that has a page.
    leads: bool,
    number: Option<String>,
    to: String,
    urgent: bool,
    /// The reader has not seen it.
    fresh: bool,
    sent_late: Option<String>,
    seen_by: String,
}

impl NoticesPage {
    fn of(app: &App, visitor: &Visitor, sent: &[Sent]) -> Result<NoticesPage> {
        let (edition, directory) = (app.edition()?, app.directory());
        let words = Words::new(&edition, &directory, visitor.lang);
        let rows: Vec<Row> = sent.iter().map(|n| Row::of(n, &words)).collect();
        Ok(NoticesPage { shell: Shell::of(visitor), fresh: rows.iter().filter(|r| r.fresh).count(), rows })
    }
}

impl Row {
    fn of(notice: &Sent, w: &Words<'_>) -> Row {
        let kind = timeline::kind(&notice.event);
        let to = match &notice.to {
            Addressee::Post { role, department } => {
                let role = w.directory.role_name(role);
                format!("{} · {}", w.department(department), role.get(w.lang))
            }
            Addressee::Person(id) => w.directory.name_of(*id, w.lang).unwrap_or_default(),
        };
        Row {
            id: notice.id,
            at: notice.at,
            icon: icon(kind),
            kind: kind_word(w.l, kind),
            text: timeline::describe(&notice.event, w.edition, w.directory, w.lang),
            leads: !target(notice).is_empty(),
            number: notice.directive.clone().or_else(|| notice.number.clone()),
            to,
            urgent: notice.urgent,
            fresh: notice.seen_at.is_none(),
            sent_late: notice.late.then(|| w.l.msg_cf_sent_at(w.stamp(notice.sent_at))),
            seen_by: w.list(notice.seen_by.iter().map(|login| w.person(login))),
        }
    }
}

/// The address of what a notice is about; empty where it has none.
fn target(notice: &Sent) -> String {
    match (&notice.event, &notice.directive, &notice.number, &notice.task_key) {
        (Event::CircularPublished { number, .. }, ..) => format!("/circulars/{number}"),
        (Event::ExchangeArranged { number, .. } | Event::ExperiencePublished { number, .. }, ..) => {
            format!("/exchanges/{number}")
        }
        (Event::QuestionAnswered { question, .. }, ..) => format!("/plan/questions#q-{question}"),
        (Event::ResourceAsked { department, number, .. }, ..) => {
            format!("/department?code={department}#z-{number}")
        }
        (
            Event::RectificationOrdered { number, .. }
            | Event::RectificationAnswered { number, .. }
            | Event::RectificationReturned { number, .. }
            | Event::RectificationAccepted { number, .. }
            | Event::RectificationEscalated { number, .. },
            ..,
        ) => format!("/rectifications/{number}"),
        (
            Event::ReviewDemanded { .. }
            | Event::ReviewDrafted { .. }
            | Event::ReviewFinal { .. }
            | Event::FindingCorrected { .. }
            | Event::FindingWithdrawn { .. }
            | Event::ObjectionMade { .. }
            | Event::ObjectionAnswered { .. },
            _,
            Some(number),
            _,
        ) => format!("/reviews/{number}"),
        (_, Some(directive), _, _) => format!("/directives/{directive}"),
        (_, None, Some(number), Some(key)) => format!("/incidents/{number}#t-{key}"),
        (_, None, Some(number), None) => format!("/incidents/{number}"),
        (_, None, None, _) => String::new(),
    }
}
