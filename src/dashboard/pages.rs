//! Pages of the boards. Each is fetched again and morphed in place when `/live` says that something changed.

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::board::{Board, beyond};
use super::department::{self, Department, List, Sorted};
use super::driver;
use super::duty::{self, Call, Desk, order_calls};
use super::waits::{self, Matters, Waiting};
use super::{Item, Sight, home, regions, store};
use crate::calendar::Calendar;
use crate::circular;
use crate::clock::{local, midnight};
use crate::directive;
use crate::directive::view::{Line, Sight as OrderSight, lines};
use crate::error::{Error, Result};
use crate::exchange;
use crate::leadership::Leadership;
use crate::person::Actor;
use crate::person::directory::Directory;
use crate::plan::{Edition, Editions, Severity};
use crate::rectification;
use crate::refusal::Refused;
use crate::resource;
use crate::response::Command;
use crate::revision::consultation::Card as Asked;
use crate::revision::question::Question;
use crate::service::pages::city_matrix;
use crate::service::view::Matrix;
use crate::standing::view::{Desk as Duties, Gaps, Sheet};
use crate::state::App;
use crate::timeline::Words;
use crate::web::{Access, Form, Routes, Shell, Visitor, page, page_with};

pub fn routes() -> Routes {
    Routes::new()
        .get("/", Access::SignedIn, start)
        .get("/board", Access::Reader, board)
        .get("/wall", Access::Reader, wall)
        .get("/department", Access::Reader, own_department)
        .get("/duty", Access::LeadersOrDuty, duty)
        .post("/duty/calls", Access::LeadersOrDuty, note_call)
        .merge(driver::pages::routes())
}

async fn start(actor: Actor) -> Redirect {
    Redirect::to(home(&actor))
}

async fn board(State(app): State<App>, visitor: Visitor, actor: Actor) -> Result<Response> {
    let (board, city) = read_board(&app, &visitor, &actor).await?;
    let questions = open_questions(&app, &actor).await?;
    let situation = app.situation(regions(&actor)).await?;
    let matters = Matters {
        reviews: &situation.drafts,
        papers: &situation.unsigned,
        directives: &situation.orders,
        questions: &questions,
        ..Matters::default()
    };
    let waits = waits::of(&matters, &Held::of(&app).sight(&visitor, &actor));
    let asked = app.asked_of(&actor).await?;
    Ok(page(&BoardPage { shell: Shell::of(&visitor), leads: actor.leads(), board, city, waits, asked }))
}

/// What the leader has to answer for the Leading Group (R6).
async fn open_questions(app: &App, actor: &Actor) -> Result<Vec<Question>> {
    if !actor.has_role(crate::person::role::LEADER) {
        return Ok(Vec::new());
    }
    let mut conn = app.pool.acquire().await?;
    let mut questions = crate::revision::question::store::questions(&mut conn, None).await?;
    questions.retain(|q| q.answer.is_none());
    Ok(questions)
}

async fn wall(State(app): State<App>, visitor: Visitor, actor: Actor) -> Result<Response> {
    let (board, city) = read_board(&app, &visitor, &actor).await?;
    Ok(page(&WallPage { shell: Shell::of(&visitor), board, city }))
}

async fn read_board(app: &App, visitor: &Visitor, actor: &Actor) -> Result<(Board, Matrix)> {
    let situation = app.situation(regions(actor)).await?;
    let held = Held::of(app);
    let sight = held.sight(visitor, actor);
    let visible = situation.orders.iter().filter(|f| f.directive.is_visible_to(actor, f.regions()));
    let edition = app.edition()?;
    let orders = lines(visible, |c| c.is_overdue(sight.now), &order_sight(&edition, &sight));
    let board = Board { orders, ..Board::of(&situation.rows, &app.places(), &sight) };
    Ok((board, city_matrix(app, visitor, actor, &situation.standings)?))
}

#[derive(Deserialize)]
struct Wanted {
    code: Option<String>,
    /// The list to show to its end.
    all: Option<String>,
}

async fn own_department(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let held = Held::of(&app);
    let sight = held.sight(&visitor, &actor);
    let choices = department::choices(&actor, &sight);
    let code = department::choose(wanted.code.as_deref(), &choices, &actor)?;
    let mut conn = app.pool.acquire().await?;
    let since = midnight(local(sight.now).date_naive());
    let instances = department::instances(&code);
    let owed = store::owed(&mut conn, &instances, since).await?;
    let sorted = Sorted::of(&code, &owed, wanted.all.as_deref(), &sight);
    let (briefs, helped) = store::shown(&mut conn, &sorted.incidents(), &sorted.helped()).await?;
    let orders = directive::store::open(&mut conn, Some(&instances)).await?;
    let edition = app.edition()?;
    let orders = lines(&orders, |c| c.is_active() && instances.contains(&c.department), &order_sight(&edition, &sight));
    let words = Words::new(&edition, &held.directory, visitor.lang);
    let asked = resource::store::of_departments(&mut conn, &instances).await?;
    let circulars = circular::store::unread(&mut conn, &actor).await?;
    let exchanges = exchange::store::unread(&mut conn, &actor).await?;
    drop(conn);
    let asked_about = app.asked_of(&actor).await?;
    let mut conn = app.pool.acquire().await?;
    let to_rectify = rectification::store::open_of(&mut conn, &instances).await?;
    let Duties { sheet, gaps } = app.standing_desk(&mut conn, &actor, Some(&code), visitor.lang).await?;
    let waits = waits::store::read(&mut conn, &sight).await?;
    Ok(page(&DepartmentPage {
        resources: asked.iter().map(|(r, u)| resource::board::Card::of(r, u, &actor, &words, sight.now)).collect(),
        // What may be done is said on the sheet of each, which knows who took part in the handling.
        rectifications: to_rectify
            .iter()
            .map(|o| rectification::view::Sheet::of(o, true, &words, &actor, sight.now))
            .collect(),
        back: format!("/department?code={code}"),
        circulars,
        asked: asked_about,
        exchanges,
        standing: sheet,
        gaps,
        waits,
        shell: Shell::of(&visitor),
        inspects: actor.is_inspector(),
        heads: actor.heads(&code) || actor.leads(),
        reports: Access::Handler.allows(&actor),
        orders,
        page: Department::of(&code, choices, &sorted, &briefs, &helped, &sight),
    }))
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    q: String,
    noted: Option<String>,
}

async fn duty(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Query(search): Query<Search>,
) -> Result<Response> {
    let noted = search.noted.is_some();
    let desk = read_desk(&app, &visitor, &actor, search.q.trim()).await?;
    let shell = Shell::of(&visitor);
    Ok(page(&DutyPage { shell, desk, search: search.q, noted, form: Form::default(), refused: None }))
}

/// Notes that somebody was told by telephone; nobody's signature.
async fn note_call(State(app): State<App>, visitor: Visitor, actor: Actor, form: Form) -> Result<Response> {
    let command = Command::Telephone {
        task: form.filled("task").map(str::to_owned),
        who: form.get("who").to_owned(),
        phone: form.get("phone").to_owned(),
    };
    match app.act(&actor, form.get("number"), command).await {
        Ok(_) => Ok(Redirect::to("/duty?noted=1").into_response()),
        Err(Error::Refused(refused)) if refused.status() == 422 => {
            let desk = read_desk(&app, &visitor, &actor, "").await?;
            let shell = Shell::of(&visitor);
            let refused = Some(*refused);
            let again = DutyPage { shell, desk, search: String::new(), noted: false, form, refused };
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &again))
        }
        Err(error) => Err(error),
    }
}

async fn read_desk(app: &App, visitor: &Visitor, actor: &Actor, search: &str) -> Result<Desk> {
    let held = Held::of(app);
    let sight = held.sight(visitor, actor);
    let urgent: BTreeSet<String> = held
        .editions
        .iter()
        .flat_map(|e| e.matrix.tasks.iter().filter(|t| t.escalation == "urgent").map(|t| t.id.clone()))
        .collect();
    let urgent: Vec<String> = urgent.into_iter().collect();
    let mut conn = app.pool.acquire().await?;
    let rows = duty::store::desk(&mut conn, regions(actor).as_deref(), &urgent).await?;
    let orders = directive::store::open(&mut conn, None).await?;
    let edition = app.edition()?;
    let orders = lines(&orders, |c| c.is_unsigned(sight.now), &order_sight(&edition, &sight));
    let numbers: Vec<String> = orders.iter().map(|o| o.number.clone()).collect();
    let told = duty::store::told_of_orders(&mut conn, &numbers).await?;
    let mut desk = Desk::of(&rows, search, &sight);
    desk.orders = order_calls(orders, &told, &sight);
    Ok(desk)
}

/// What a board reads, held still while it is drawn.
pub(super) struct Held {
    editions: Arc<Editions>,
    calendar: Arc<Calendar>,
    directory: Arc<Directory>,
    leadership: Arc<Leadership>,
    now: DateTime<Utc>,
}

impl Held {
    pub(super) fn of(app: &App) -> Held {
        Held {
            editions: app.editions(),
            calendar: app.calendar(),
            directory: app.directory(),
            leadership: app.leadership(),
            now: app.clock.now(),
        }
    }

    pub(super) fn sight<'a>(&'a self, visitor: &Visitor, actor: &'a Actor) -> Sight<'a> {
        Sight {
            editions: &self.editions,
            calendar: &self.calendar,
            directory: &self.directory,
            leadership: &self.leadership,
            actor,
            lang: visitor.lang,
            now: self.now,
        }
    }
}

/// Orders are read in the words of the edition in force.
fn order_sight<'a>(edition: &'a Edition, sight: &Sight<'a>) -> OrderSight<'a> {
    OrderSight { w: Words::new(edition, sight.directory, sight.lang), actor: sight.actor, now: sight.now }
}

#[derive(Template)]
#[template(path = "dashboard/board.html")]
struct BoardPage {
    shell: Shell,
    board: Board,
    leads: bool,
    city: Matrix,
    /// What waits for the reader.
    waits: Vec<Waiting>,
    /// Drafts of the plan whose opinions are being gathered.
    asked: Vec<Asked>,
}

#[derive(Template)]
#[template(path = "dashboard/wall.html")]
struct WallPage {
    shell: Shell,
    board: Board,
    city: Matrix,
}

/// Incidents the wall has room for.
const WALL: usize = 10;

impl BoardPage {
    fn levels(&self) -> Vec<(&'static str, String, i64)> {
        levels(&self.shell, &self.board)
    }
}

impl WallPage {
    fn levels(&self) -> Vec<(&'static str, String, i64)> {
        levels(&self.shell, &self.board)
    }

    fn unlisted(&self) -> i64 {
        beyond(self.board.totals.open(), self.board.lines.len().min(WALL))
    }
}

/// Code, name and number of open incidents of each level, the gravest first.
fn levels(shell: &Shell, board: &Board) -> Vec<(&'static str, String, i64)> {
    let totals = board.totals;
    [
        (Severity::Major, shell.l.msg_boards_major(), totals.major),
        (Severity::Local, shell.l.msg_boards_local(), totals.local),
        (Severity::Departmental, shell.l.msg_boards_departmental(), totals.departmental),
    ]
    .map(|(severity, name, count)| (severity.code(), name, count))
    .into()
}

#[derive(Template)]
#[template(path = "dashboard/department.html")]
struct DepartmentPage {
    shell: Shell,
    page: Department,
    /// Of the inspection centre: nothing is ordered of it to be put right, all of it waits for its decision.
    inspects: bool,
    /// Sees the department by time alone, not their own first.
    heads: bool,
    reports: bool,
    /// Directives to it that are not reported done.
    orders: Vec<Line>,
    /// People, money and materials asked of the department that are still to come.
    resources: Vec<resource::board::Card>,
    /// Rectification orders to it that are not accepted.
    rectifications: Vec<rectification::view::Sheet>,
    /// Where its forms lead back to.
    back: String,
    /// Circulars the reader has not confirmed.
    circulars: usize,
    /// Drafts of the plan the reader is asked about.
    asked: Vec<Asked>,
    /// Summaries of exchanges of experience to confirm.
    exchanges: i64,
    /// What it owes without any incident.
    standing: Sheet,
    /// What any department missed of that, for the inspection centre.
    gaps: Option<Gaps>,
    /// What waits for the reader beside what the department owes.
    waits: Vec<Waiting>,
}

impl DepartmentPage {
    /// Anchor, title and items of each list of tasks, in the order of the page.
    fn lists(&self) -> [(&'static str, String, &List<Item>); 5] {
        let (l, page) = (self.shell.l, &self.page);
        [
            ("late", l.msg_boards_dep_overdue(), &page.overdue),
            ("sign", l.msg_boards_dep_sign(), &page.to_sign),
            ("soon", l.msg_boards_dep_soon(), &page.soon),
            ("hand", l.msg_boards_dep_hand(), &page.in_hand),
            ("back", l.msg_boards_dep_returned(), &page.returned),
        ]
    }

    fn orders_late(&self) -> bool {
        self.orders.iter().any(|o| o.overdue)
    }

    fn rectifications_late(&self) -> bool {
        self.rectifications.iter().any(|o| o.overdue)
    }
}

#[derive(Template)]
#[template(path = "dashboard/duty.html")]
struct DutyPage {
    shell: Shell,
    desk: Desk,
    search: String,
    noted: bool,
    /// What was typed, when it was refused.
    form: Form,
    refused: Option<Refused>,
}

impl DutyPage {
    fn count(&self) -> i64 {
        i64::try_from(self.desk.calls.len() + self.desk.orders.len()).unwrap_or(i64::MAX) + self.desk.more
    }

    /// Whether the refused form was about this call.
    fn typed(&self, call: &Call) -> bool {
        self.refused.is_some()
            && self.form.get("number") == call.heading.number
            && self.form.filled("task") == call.key.as_deref()
    }
}
