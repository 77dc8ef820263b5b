//! Pages of directives: the list with its receipt matrix, the form of a new one, the sheet with what may be done to it.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::store::Filter;
use super::view::{self, Receipts, Row, Sheet, Sight};
use super::{Command, Order};
use crate::casefile::line::{icon, kind_word};
use crate::casefile::task::time;
use crate::clock::local;
use crate::conduct::directive::{About, Sheet as File};
use crate::error::{Error, Result};
use crate::incident;
use crate::journal::Recorded;
use crate::person::Actor;
use crate::plan::StepEvent;
use crate::refusal::Refused;
use crate::state::App;
use crate::timeline::{self, Words, orders};
use crate::web::{Access, Form, Routes, Shell, Visitor, page, page_with};

pub fn routes() -> Routes {
    Routes::new()
        .get("/directives", Access::Reader, list)
        .post("/directives", Access::Heads, issue)
        .get("/directives/new", Access::Heads, blank)
        .get("/directives/{number}", Access::Reader, read)
        .get("/directives/{number}/print", Access::Reader, print)
        .post("/directives/{number}/acknowledgement", Access::Reader, acknowledgement)
        .post("/directives/{number}/progress", Access::Reader, progress)
        .post("/directives/{number}/extension", Access::Reader, extension)
        .post("/directives/{number}/completion", Access::Reader, completion)
        .post("/directives/{number}/acceptance", Access::Reader, acceptance)
        .post("/directives/{number}/withdrawal", Access::Reader, withdrawal)
        .post("/directives/{number}/calls", Access::LeadersOrDuty, calls)
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
            due_at: time(&form, "due_at")?,
            clause: form.filled("clause").map(|c| c.trim_start_matches('§').to_owned()),
            reason: form.filled("reason").map(str::to_owned),
        };
        let about = About {
            incident: form.filled("incident").map(str::to_owned),
            task: form.filled("task").map(str::to_owned),
            check: form.filled("check").and_then(|id| id.parse().ok()),
        };
        app.issue(&actor, &order, &about).await
    }
    .await;
    match done {
        Ok(file) => Ok(Redirect::to(&format!("/directives/{}", file.found.directive.number)).into_response()),
        Err(error) => {
            let refused = refusals(error)?;
            let status = status(&refused);
            Ok(page_with(status, &NewPage::of(&app, &visitor, form, refused).await?))
        }
    }
}

async fn read(State(app): State<App>, visitor: Visitor, actor: Actor, Path(number): Path<String>) -> Result<Response> {
    let file = app.directive(&actor, &number).await?;
    Ok(page(&OrderPage::of(&app, &visitor, &actor, &file)))
}

async fn print(State(app): State<App>, visitor: Visitor, actor: Actor, Path(number): Path<String>) -> Result<Response> {
    let file = app.directive(&actor, &number).await?;
    let shown = OrderPage::of(&app, &visitor, &actor, &file);
    let printed_by = Words::new(&file.held.edition, &file.held.directory, visitor.lang).person(&actor.login);
    Ok(page(&PrintPage { shown, edition: file.held.edition.code.clone(), printed_by }))
}

/// A handler of one act. `Sheet` answers where the form has no page of its own to go back to.
macro_rules! acts {
    ($($handler:ident: $form:ident => $command:expr;)+) => {
        $(async fn $handler(
            State(app): State<App>,
            visitor: Visitor,
            actor: Actor,
            Path(number): Path<String>,
            $form: Form,
        ) -> Result<Response> {
            let command: Result<Command, Refused> = (|| Ok($command))();
            answered(&app, &visitor, &actor, &number, stringify!($handler), $form, command).await
        })+
    };
}

acts! {
    acknowledgement: form => Command::Acknowledge;
    progress: form => Command::Progress { text: form.get("text").to_owned() };
    extension: form => match form.get("grant") {
        "" => Command::Ask { until: time(&form, "until")?, reason: form.get("reason").to_owned() },
        _ => Command::Extend { due_at: time(&form, "due_at")?, reason: form.get("reason").to_owned() },
    };
    completion: form => Command::Complete { evidence: form.get("evidence").to_owned() };
    acceptance: form => Command::Accept;
    withdrawal: form => Command::Withdraw { reason: form.get("reason").to_owned() };
    calls: form => Command::Telephone { who: form.get("who").to_owned(), phone: form.get("phone").to_owned() };
}

async fn answered(
    app: &App,
    visitor: &Visitor,
    actor: &Actor,
    number: &str,
    act: &'static str,
    form: Form,
    command: Result<Command, Refused>,
) -> Result<Response> {
    let done = match command {
        Ok(command) => app.direct(actor, number, form.filled("department"), &command).await,
        Err(refused) => Err(refused.into()),
    };
    match done {
        Ok(_) => {
            let back = form.filled("back").filter(|b| is_local(b)).map(str::to_owned);
            Ok(Redirect::to(&back.unwrap_or_else(|| format!("/directives/{number}"))).into_response())
        }
        Err(error) => {
            let refused = refusals(error)?;
            // Nothing to show the refusal on: it is the answer itself.
            let Ok(file) = app.directive(actor, number).await else {
                return Err(Error::Faults(refused));
            };
            let status = status(&refused);
            let shown = OrderPage { refused, act, typed: form, ..OrderPage::of(app, visitor, actor, &file) };
            Ok(page_with(status, &shown))
        }
    }
}

/// A path of this site.
fn is_local(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && !path.contains('\\') && !path.chars().any(char::is_control)
}

fn refusals(error: Error) -> Result<Vec<Refused>> {
    match error {
        Error::Refused(refused) => Ok(vec![*refused]),
        Error::Faults(faults) => Ok(faults),
        Error::Internal(error) => Err(Error::Internal(error)),
    }
}

fn status(refused: &[Refused]) -> StatusCode {
    let code = refused.first().map_or(422, Refused::status);
    StatusCode::from_u16(code).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY)
}

/// Departments that take orders: code and name.
fn departments(w: &Words<'_>) -> Vec<(String, String)> {
    let all = w.directory.departments().iter().filter(|d| !matches!(d.code.as_str(), "LG" | "HQ"));
    all.map(|d| (d.code.clone(), d.name.get(w.lang).to_owned())).collect()
}

fn change_of(refused: &Refused) -> Option<&str> {
    match refused {
        Refused::Stale { change, .. } => change.as_deref(),
        _ => None,
    }
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

    fn change_of<'a>(&self, refused: &'a Refused) -> Option<&'a str> {
        change_of(refused)
    }

    fn clause_of<'a>(&self, refused: &'a Refused) -> Option<&'a str> {
        refused.clause()
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

/// One line of the record, or of what will happen.
struct Entry {
    at: String,
    icon: &'static str,
    kind: String,
    text: String,
    who: String,
    late: bool,
}

#[derive(Template)]
#[template(path = "directive/order.html")]
struct OrderPage {
    shell: Shell,
    order: Sheet,
    /// Whoever looks may accept, extend and withdraw.
    commands: bool,
    record: Vec<Entry>,
    coming: Vec<Entry>,
    refused: Vec<Refused>,
    act: &'static str,
    typed: Form,
}

impl OrderPage {
    fn of(app: &App, visitor: &Visitor, actor: &Actor, file: &File) -> OrderPage {
        let w = Words::new(&file.held.edition, &file.held.directory, visitor.lang);
        let sight = Sight { w, actor, now: app.clock.now() };
        OrderPage {
            shell: Shell::of(visitor),
            order: Sheet::of(&file.found, file.matter.as_ref(), &sight),
            commands: file.context().commands(actor),
            record: file.recorded.iter().map(|r| entry(r, &w)).collect(),
            coming: coming(file, &w),
            refused: Vec::new(),
            act: "",
            typed: Form::default(),
        }
    }

    /// Whether this form was the one refused.
    fn is(&self, act: &str, department: &str) -> bool {
        self.act == act && self.typed.get("department") == department
    }

    fn open(&self, act: &str, department: &str) -> &'static str {
        if self.is(act, department) { " open" } else { "" }
    }

    fn value(&self, act: &str, department: &str, name: &str) -> &str {
        if self.is(act, department) { self.typed.get(name) } else { "" }
    }

    fn fault(&self, act: &str, department: &str, field: &str) -> &'static str {
        let wrong = self.is(act, department) && self.refused.iter().any(|r| r.field() == Some(field));
        if wrong { " field-error" } else { "" }
    }

    fn change_of<'a>(&self, refused: &'a Refused) -> Option<&'a str> {
        change_of(refused)
    }

    fn clause_of<'a>(&self, refused: &'a Refused) -> Option<&'a str> {
        refused.clause()
    }

    /// The parts of whoever looks.
    fn own(&self) -> impl Iterator<Item = &Row> {
        self.order.rows.iter().filter(|r| r.own)
    }

    /// A limit as a field of a form starts with it.
    fn field(&self, at: &DateTime<Utc>) -> String {
        local(*at).format("%Y-%m-%dT%H:%M").to_string()
    }
}

fn entry(recorded: &Recorded, w: &Words<'_>) -> Entry {
    let kind = timeline::kind(&recorded.event);
    Entry {
        at: w.stamp(recorded.at),
        icon: icon(kind),
        kind: kind_word(w.l, kind),
        text: timeline::describe(&recorded.event, w.edition, w.directory, w.lang),
        who: w.person(&recorded.actor),
        late: recorded.late,
    }
}

/// The rungs still to come; those of one kind and instant together, whatever departments they are about.
fn coming(file: &File, w: &Words<'_>) -> Vec<Entry> {
    let directive = &file.found.directive;
    let mut together: Vec<(DateTime<Utc>, StepEvent, Vec<String>, Vec<String>)> = Vec::new();
    for (at, rung) in directive.rungs(&file.context(), &file.sent) {
        let Some(copy) = directive.copies.get(at) else { continue };
        let position = together.iter().position(|t| t.0 == rung.at && t.1 == rung.event);
        let position = position.unwrap_or_else(|| {
            together.push((rung.at, rung.event, Vec::new(), Vec::new()));
            together.len() - 1
        });
        if let Some((_, _, departments, told)) = together.get_mut(position) {
            push_new(departments, w.department(&copy.department));
            for word in rung.tell {
                push_new(told, w.tell(word.code(), None));
            }
        }
    }
    together
        .into_iter()
        .map(|(at, event, departments, told)| {
            let what = orders::step_of(w, event.code(), &directive.number, w.list(departments));
            Entry {
                at: w.stamp(at),
                icon: "escalated",
                kind: String::new(),
                text: w.l.msg_tl_will_tell(what, w.list(told)),
                who: String::new(),
                late: false,
            }
        })
        .collect()
}

fn push_new(list: &mut Vec<String>, one: String) {
    if !list.contains(&one) {
        list.push(one);
    }
}

#[derive(Template)]
#[template(path = "directive/print.html")]
struct PrintPage {
    shown: OrderPage,
    edition: String,
    printed_by: String,
}
