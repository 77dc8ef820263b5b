//! The page of an incident, its printed file, and the list of incidents.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::card::{self, Card, Waiting};
use super::head::{self, Head, Ups};
use super::level::{self, Condition, Ending, Level};
use super::line::{self, Line};
use super::list::{self, Item, Wanted};
use super::report::{self, Call, Link, Original};
use super::{Desk, Typed, store};
use crate::attachment::{self, Attached};
use crate::clock::local;
use crate::directive::view::{Receipts, Sight as OrderSight};
use crate::error::{Error, Result};
use crate::exchange::Topic;
use crate::exchange::view::Beside;
use crate::incident::{self, Incident, State as IncidentState};
use crate::lang::Text;
use crate::refusal::Refused;
use crate::response::{Case, Command};
use crate::review;
use crate::service::pages::overview;
use crate::service::view::Overview;
use crate::state::App;
use crate::timeline::{EXPORT_FILE, Words};
use crate::web::{Access, Routes, Shell, Visitor, done, page, page_with, status_of};

pub fn routes() -> Routes {
    Routes::new().get("/incidents", Access::Reader, incidents).get("/incidents/{number}", Access::Reader, incident).get(
        "/incidents/{number}/print",
        Access::Reader,
        print,
    )
}

#[derive(Default, Deserialize)]
struct Narrowed {
    #[serde(default)]
    department: String,
    /// `unsigned`: only the cards to sign for.
    #[serde(default)]
    tasks: String,
}

async fn incident(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    Query(narrowed): Query<Narrowed>,
) -> Result<Response> {
    let shown = IncidentPage::read(&app, &visitor, &number, &narrowed).await?;
    // The reference of a merged report leads to what it went into.
    if shown.head.number != number {
        return Ok(Redirect::to(&format!("/incidents/{}", shown.head.number)).into_response());
    }
    Ok(page(&shown))
}

async fn incidents(State(app): State<App>, visitor: Visitor, Query(wanted): Query<Wanted>) -> Result<Response> {
    let actor = visitor.signed_in()?;
    let directory = app.directory();
    let seen: Vec<String> =
        directory.regions().iter().map(|r| r.code.clone()).filter(|r| actor.sees_region(r)).collect();
    let everywhere = seen.len() == directory.regions().len();
    let mut conn = app.pool.acquire().await?;
    let after = match wanted.after.as_str() {
        "" => None,
        number => incident::store::by_number(&mut conn, number).await?.map(|i| (i.reported_at, i.id)),
    };
    let filter = wanted.filter(seen, everywhere, after);
    let found = incident::store::list(&mut conn, &filter, list::PAGE + 1).await?;
    drop(conn);
    Ok(page(&ListPage::of(&app, &visitor, wanted, &found)?))
}

async fn print(State(app): State<App>, visitor: Visitor, Path(number): Path<String>) -> Result<Response> {
    let actor = visitor.signed_in()?;
    // The export is written down first: no paper leaves without a line in the record.
    app.act(actor, &number, Command::Export { what: EXPORT_FILE.to_owned() }).await?;
    let shown = IncidentPage::read(&app, &visitor, &number, &Narrowed::default()).await?;
    Ok(page(&PrintPage { shown }))
}

/// The answer to a posted act: back to the page, or the page again with what was refused and what was typed.
pub(super) async fn answered(
    app: &App,
    visitor: &Visitor,
    number: &str,
    done: Result<Case>,
    typed: Typed,
    anchor: &str,
) -> Result<Response> {
    let error = match done {
        Ok(case) => {
            let there = || format!("/incidents/{}#{anchor}", case.incident.number);
            let to = typed.back().map_or_else(there, str::to_owned);
            return Ok(Redirect::to(&done::then(&to, &typed.act, app.clock.now())).into_response());
        }
        Err(error) => error,
    };
    let refused = error.faults()?;
    let status = status_of(&refused);
    let mut shown = match IncidentPage::read(app, visitor, number, &Narrowed::default()).await {
        Ok(shown) => shown,
        // Nothing to show the refusal on: it is the answer itself.
        Err(_) => return Err(Error::Faults(refused)),
    };
    shown.refused = refused;
    shown.typed = typed;
    Ok(page_with(status, &shown))
}

/// What whoever looks may do with the incident as a whole.
struct May {
    handle: bool,
    link: bool,
    comment: bool,
    attach: bool,
    undo_merge: bool,
    export: bool,
    direct: bool,
    /// Move it to the edition in force.
    pin: bool,
    /// Have it reviewed.
    demand: bool,
}

impl May {
    fn of(desk: &Desk<'_>) -> May {
        let case = desk.case();
        let merged = matches!(case.incident.state, IncidentState::Merged { .. });
        let handles = case.handled_by(desk.actor).is_ok();
        let inspects = desk.actor.is_inspector();
        let export =
            case.act(&Command::Export { what: EXPORT_FILE.to_owned() }, desk.world, desk.actor, desk.now, None);
        let undo = match case.incident.state {
            IncidentState::Merged { at, .. } => desk.now - at <= crate::response::merge::UNDO,
            _ => false,
        };
        May {
            handle: handles && case.incident.is_open(),
            link: !merged && !inspects,
            comment: !merged,
            attach: !merged,
            undo_merge: undo && !inspects,
            export: export.is_ok(),
            direct: case.as_seen_by(desk.actor).commands() && case.incident.is_open(),
            pin: desk.actor.leads() && case.incident.is_open(),
            demand: false,
        }
    }
}

#[derive(Template)]
#[template(path = "casefile/incident.html")]
pub(super) struct IncidentPage {
    shell: Shell,
    head: Head,
    ups: Option<Ups>,
    cards: Vec<Card>,
    /// How many of the cards are to be signed for.
    unsigned: usize,
    only_unsigned: bool,
    waiting: Vec<Waiting>,
    departments: Vec<(String, String)>,
    line: Line,
    originals: Vec<Original>,
    level: Level,
    conditions: Vec<Condition>,
    recovered: Option<String>,
    ending: Ending,
    calls: Vec<Call>,
    links: Vec<Link>,
    files: Vec<FileRow>,
    service: Overview,
    /// What was learnt from incidents of this sub-kind (2.1.2-insp-2).
    experience: Vec<Beside>,
    /// There is a review whoever looks may read.
    reviewed: bool,
    orders: Receipts,
    accept: &'static str,
    may: May,
    /// The city's clock, for fields that ask for a time.
    now_field: String,
    printed_by: String,
    refused: Vec<Refused>,
    typed: Typed,
}

struct FileRow {
    file: Attached,
    size: String,
    by: String,
    task: String,
}

impl IncidentPage {
    async fn read(app: &App, visitor: &Visitor, number: &str, narrowed: &Narrowed) -> Result<IncidentPage> {
        let actor = visitor.signed_in()?;
        let mut conn = app.pool.acquire().await?;
        let file = store::read(&mut conn, number, actor).await?;
        drop(conn);
        let held = app.held(app.edition_for(&file.case.incident)?);
        let actor = file.case.as_seen_by(actor);
        let desk = Desk::new(&file, held.world(), &actor, app.clock.now(), visitor.lang);
        let service = overview(&file.case, &held, &actor, visitor);
        let mut shown = IncidentPage::of(&desk, visitor, narrowed, service);
        let mut conn = app.pool.acquire().await?;
        let review = review::store::state_of(&mut conn, file.case.incident.id).await?;
        drop(conn);
        let closed = matches!(file.case.incident.state, IncidentState::Closed { .. });
        shown.may.demand = closed && actor.leads() && review.is_none();
        shown.reviewed = review.is_some_and(|state| actor.leads() || actor.is_inspector() || state.is_final());
        shown.experience = app.beside(Topic::SubKind(&file.case.incident.sub_kind), visitor.lang).await?;
        Ok(shown)
    }

    fn of(desk: &Desk<'_>, visitor: &Visitor, narrowed: &Narrowed, service: Overview) -> IncidentPage {
        let cards = card::cards(desk);
        IncidentPage {
            shell: Shell::of(visitor),
            head: head::head(desk),
            ups: head::ups(desk),
            unsigned: cards.iter().filter(|c| c.unsigned).count(),
            only_unsigned: narrowed.tasks == "unsigned",
            cards,
            waiting: card::waiting(desk),
            departments: card::departments(desk),
            line: line::line(desk, &narrowed.department),
            originals: report::originals(desk),
            level: level::level(desk),
            conditions: level::conditions(desk),
            recovered: desk.case().incident.recovered_at.map(|at| desk.w.stamp(at)),
            ending: level::ending(desk),
            calls: report::calls(desk),
            links: report::links(desk),
            files: files(desk),
            service,
            experience: Vec::new(),
            reviewed: false,
            orders: Receipts::of(&desk.file.directives, &OrderSight { w: desk.w, actor: desk.actor, now: desk.now }),
            accept: attachment::ACCEPT,
            may: May::of(desk),
            now_field: local(desk.now).format("%Y-%m-%dT%H:%M").to_string(),
            printed_by: desk.w.person(&desk.actor.login),
            refused: Vec::new(),
            typed: Typed::default(),
        }
    }

    /// Whether a fold stands open: its form was the one refused.
    fn open(&self, act: &str, task: &str) -> &'static str {
        if self.typed.is(act, task) { " open" } else { "" }
    }

    /// What a field starts with: what was typed, else `start`.
    fn typed_or<'a>(&'a self, act: &str, task: &str, name: &str, start: &'a str) -> &'a str {
        if self.typed.is(act, task) { self.typed.get(act, task, name) } else { start }
    }

    fn fault(&self, act: &str, task: &str, field: &str) -> bool {
        self.typed.is(act, task) && self.refused.iter().any(|r| r.field() == Some(field))
    }

    /// The clause a refusal rests on: its own, else that of the task it is about.
    /// The clause of the task that was acted on.
    fn task_clause(&self) -> Option<&str> {
        self.cards.iter().find(|c| c.key == self.typed.task).map(|c| c.clause.as_str())
    }
}

fn files(desk: &Desk<'_>) -> Vec<FileRow> {
    let tasks = &desk.case().tasks;
    desk.file
        .attachments
        .iter()
        .map(|f| FileRow {
            size: desk.w.size(f.size),
            by: desk.w.person(&f.by),
            task: tasks.iter().find(|t| Some(t.id) == f.task).map(|t| desk.w.task(&t.key)).unwrap_or_default(),
            file: f.clone(),
        })
        .collect()
}

#[derive(Template)]
#[template(path = "casefile/list.html")]
struct ListPage {
    shell: Shell,
    wanted: Wanted,
    items: Vec<Item>,
    /// Number to go on from, where there are more.
    more: Option<String>,
    kinds: Vec<(String, String)>,
    regions: Vec<(String, String)>,
    severities: Vec<(String, String)>,
}

impl ListPage {
    fn of(app: &App, visitor: &Visitor, wanted: Wanted, found: &[Incident]) -> Result<ListPage> {
        let (actor, lang) = (visitor.signed_in()?, visitor.lang);
        let (edition, directory) = (app.edition()?, app.directory());
        let words = Words::new(&edition, &directory, lang);
        let named = |code: &str, name: &Text| (code.to_owned(), name.get(lang).to_owned());
        let page = usize::try_from(list::PAGE).unwrap_or(usize::MAX);
        let (shown, rest) = found.split_at(found.len().min(page));
        Ok(ListPage {
            shell: Shell::of(visitor),
            items: shown.iter().map(|i| list::item(i, &words, app.clock.now())).collect(),
            more: shown.last().filter(|_| !rest.is_empty()).map(|i| i.number.clone()),
            kinds: edition.matrix.kinds.iter().map(|k| named(&k.code, &k.name)).collect(),
            regions: directory
                .regions()
                .iter()
                .filter(|r| actor.sees_region(&r.code))
                .map(|r| named(&r.code, &r.name))
                .collect(),
            severities: edition.matrix.severities.iter().rev().map(|s| named(s.code.code(), &s.name)).collect(),
            wanted,
        })
    }
}

#[derive(Template)]
#[template(path = "casefile/print.html")]
struct PrintPage {
    shown: IncidentPage,
}
