//! The calendar's page (R41): everyone reads it, leader and deputy leader change it.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Utc};
use serde::Deserialize;

use super::view::{self, FIRST, LAST, MonthView, Run, kind_name, moment};
use super::words::reckoning;
use super::{Allowance, Calendar, ClockKind, DayEntry, DayKind, DayStatus, Unit, store};
use crate::clock::{SHANGHAI, local};
use crate::error::{Error, Result};
use crate::journal::{self, LimitMove};
use crate::l10n::text;
use crate::lang::{Lang, Text};
use crate::person::Actor;
use crate::plan::{Basis, Editions};
use crate::refusal::Refused;
use crate::state::App;
use crate::web::{Access, Form, Routes, Shell, Visitor, page, page_with};

/// Days that one act may change.
const MOST_DAYS: i64 = 92;
const LONGEST_NAME: usize = 60;
/// Moved limits that are looked up for the history, and changes that are shown unfolded.
const MOST_MOVES: i64 = 500;
const SHOWN: usize = 12;
const ONE_WORKING_DAY: Allowance = Allowance { value: 1, unit: Unit::WorkingDays, clock: ClockKind::Working };

pub fn routes() -> Routes {
    Routes::new().get("/calendar", Access::SignedIn, show).post("/calendar", Access::Leaders, change)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    year: String,
    /// A wall clock reading, for the reckoning of one working day.
    notified: String,
    /// Id of a change that was just made, or `none`.
    changed: String,
    /// Days chosen on the year, for the form.
    from: String,
    to: String,
}

async fn show(State(app): State<App>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response> {
    let mut held = CalendarHeld::of(&app, &visitor, &asked).await?;
    held.form.set("kind", DayKind::Holiday.code());
    for (name, chosen) in [("from", &asked.from), ("to", &asked.to)] {
        if let Ok(day) = date_of(name, chosen) {
            held.form.set(name, day.to_string());
        }
    }
    Ok(page(&held.page(&visitor)))
}

async fn change(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Query(asked): Query<Asked>,
    form: Form,
) -> Result<Response> {
    let done = act(&app, &visitor, &actor, &form).await;
    let mut again = CalendarHeld::of(&app, &visitor, &asked).await?;
    again.form = form;
    let status = match done {
        Ok(Done::Saved(to)) => return Ok(Redirect::to(&to).into_response()),
        Ok(Done::Preview(moves)) => {
            again.would = Some(moves);
            StatusCode::OK
        }
        Err(Error::Refused(refused)) if refused.status() == 422 => {
            again.refused = Some(*refused);
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(error) => return Err(error),
    };
    Ok(page_with(status, &again.page(&visitor)))
}

enum Done {
    /// Where to read what it did.
    Saved(String),
    Preview(Vec<LimitMove>),
}

async fn act(app: &App, visitor: &Visitor, actor: &Actor, form: &Form) -> Result<Done> {
    let days = days_of(form)?;
    let exception = exception_of(form, visitor.lang)?;
    if form.has("preview") {
        return Ok(Done::Preview(app.preview_calendar(&days, exception).await?));
    }
    let year = days.first().map_or(0, Datelike::year);
    let changed = app.change_calendar(actor, &days, exception).await?;
    let changed = changed.map_or_else(|| "none".to_owned(), |id| id.to_string());
    Ok(Done::Saved(format!("/calendar?year={year}&changed={changed}#changed")))
}

/// The days from `from` to `to`; a single one where `to` is left empty.
fn days_of(form: &Form) -> Result<Vec<NaiveDate>, Refused> {
    let from = date_of("from", form.required("from", text(|l| l.msg_cal_from()))?)?;
    let to = form.filled("to").map_or(Ok(from), |typed| date_of("to", typed))?;
    if to < from || (to - from).num_days() >= MOST_DAYS {
        let expected = text(|l| l.msg_cal_range_rule(MOST_DAYS.to_string()));
        return Err(Refused::BadValue { field: "to".to_owned(), expected });
    }
    Ok(from.iter_days().take_while(|day| *day <= to).collect())
}

fn date_of(field: &str, typed: &str) -> Result<NaiveDate, Refused> {
    let date = NaiveDate::parse_from_str(typed, "%Y-%m-%d").ok();
    date.filter(|day| (FIRST..=LAST).contains(day)).ok_or_else(|| Refused::BadValue {
        field: field.to_owned(),
        expected: text(|l| l.msg_cal_date_rule(FIRST.to_string(), LAST.to_string())),
    })
}

/// What the days become. The name typed in one language stands for those left empty; a make-up day needs none.
fn exception_of(form: &Form, lang: Lang) -> Result<Option<(DayKind, Text)>, Refused> {
    let kinds = [DayKind::Holiday.code(), DayKind::MakeUp.code(), "plain"];
    if !kinds.iter().any(|kind| form.is("kind", kind)) {
        return Err(Refused::Required { field: "kind".to_owned(), label: text(|l| l.msg_cal_as()) });
    }
    let (holiday, make_up) = (form.is("kind", kinds[0]), form.is("kind", kinds[1]));
    let typed = |lang: Lang| form.filled(name_field(lang)).map(str::to_owned);
    let first = typed(lang).or_else(|| Lang::ALL.into_iter().find_map(typed));
    let usual = |lang: Lang| if make_up { lang.l10n().msg_cal_make_up() } else { String::new() };
    let name = |lang: Lang| typed(lang).or_else(|| first.clone()).unwrap_or_else(|| usual(lang));
    let name = Text { zh_hans: name(Lang::ZhHans), zh_hant: name(Lang::ZhHant), en: name(Lang::En) };
    if let Some(long) = Lang::ALL.into_iter().find(|l| name.get(*l).chars().count() > LONGEST_NAME) {
        let expected = text(|l| l.msg_cal_name_rule(LONGEST_NAME.to_string()));
        return Err(Refused::BadValue { field: name_field(long).to_owned(), expected });
    }
    DayEntry { holiday, make_up, name }.check()
}

fn name_field(lang: Lang) -> &'static str {
    match lang {
        Lang::ZhHans => "name-zh-Hans",
        Lang::ZhHant => "name-zh-Hant",
        Lang::En => "name-en",
    }
}

/// Everything the page is drawn from, owned; the page itself borrows from it.
struct CalendarHeld {
    calendar: Arc<Calendar>,
    editions: Arc<Editions>,
    basis: Basis,
    lunch_deducted: bool,
    year: i32,
    notified: Option<DateTime<Utc>>,
    runs: Vec<(Run, String, Vec<LimitMove>)>,
    changed: Option<Option<i64>>,
    may_edit: bool,
    form: Form,
    refused: Option<Refused>,
    would: Option<Vec<LimitMove>>,
}

impl CalendarHeld {
    async fn of(app: &App, visitor: &Visitor, asked: &Asked) -> Result<CalendarHeld> {
        let edition = app.edition()?;
        let actor = visitor.signed_in()?;
        let mut conn = app.pool.acquire().await?;
        let history = store::history(&mut conn).await?;
        let mut moves = journal::store::limit_moves(&mut conn, MOST_MOVES).await?;
        drop(conn);
        moves.retain(|moved| Access::Reader.allows(actor) && moved.regions.iter().any(|r| actor.sees_region(r)));
        let directory = app.directory();
        let name_of = |login: &str| directory.called_by(login, visitor.lang);
        let runs = with_moves(view::runs(history), moves);
        let named = |(run, moves): (Run, Vec<LimitMove>)| {
            let by = name_of(&run.by);
            (run, by, moves)
        };
        let runs = runs.into_iter().map(named).collect();
        let today = local(app.clock.now()).date_naive();
        let shown = asked.year.parse().ok().filter(|year| (FIRST.year()..=LAST.year()).contains(year));
        let changed = match asked.changed.as_str() {
            "" => None,
            id => Some(id.parse().ok()),
        };
        Ok(CalendarHeld {
            calendar: app.calendar(),
            editions: app.editions(),
            basis: edition.matrix.calendar.basis,
            lunch_deducted: edition.matrix.calendar.lunch_break_deducted,
            year: shown.unwrap_or(today.year()),
            notified: wall_clock(&asked.notified),
            runs,
            changed,
            may_edit: super::may_edit(actor).is_ok(),
            form: Form::default(),
            refused: None,
            would: None,
        })
    }

    fn page(&self, visitor: &Visitor) -> CalendarPage<'_> {
        let shell = Shell::of(visitor);
        let today = local(shell.now).date_naive();
        CalendarPage {
            months: view::year(&self.calendar, self.year, shell.lang),
            years: view::years(&self.calendar, today, self.year),
            published: self.calendar.is_published(self.year),
            today,
            shell,
            held: self,
        }
    }
}

/// Shares the moved limits, the latest first, out to the changes that moved them, the newest first. Where a clock
/// that stands still gave two changes of one day the same instant, the later one has the later move.
fn with_moves(runs: Vec<Run>, mut moves: Vec<LimitMove>) -> Vec<(Run, Vec<LimitMove>)> {
    let share = |run: Run| {
        let mut caused: Vec<LimitMove> = Vec::new();
        moves.retain(|moved| {
            let here = moved.at == run.at && moved.day == run.from.to_string();
            let again = caused.iter().any(|c| (&c.number, &c.task) == (&moved.number, &moved.task));
            let take = here && !again;
            if take {
                caused.push(moved.clone());
            }
            !take
        });
        (run, caused)
    };
    runs.into_iter().map(share).collect()
}

/// What `<input type="datetime-local">` sends, read as the clock of the city.
fn wall_clock(typed: &str) -> Option<DateTime<Utc>> {
    let wall =
        ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"].iter().find_map(|f| NaiveDateTime::parse_from_str(typed, f).ok())?;
    let within = (FIRST..=LAST).contains(&wall.date());
    wall.and_local_timezone(SHANGHAI).single().filter(|_| within).map(|at| at.with_timezone(&Utc))
}

#[derive(Template)]
#[template(path = "calendar/calendar.html")]
struct CalendarPage<'a> {
    shell: Shell,
    held: &'a CalendarHeld,
    months: Vec<MonthView<'a>>,
    years: Vec<i32>,
    published: bool,
    today: NaiveDate,
}

impl CalendarPage<'_> {
    /// The class of a date, and the sign and the word that say the same.
    fn day_class(&self, status: &DayStatus<'_>) -> &'static str {
        match status {
            DayStatus::Working => "",
            DayStatus::Weekend => "day-off",
            DayStatus::Holiday(_) => "day-holiday",
            DayStatus::MakeUp(_) => "day-makeup",
        }
    }

    /// Where a click on a day leads: the form with that day, or from the day chosen first to that day.
    fn choose(&self, day: &NaiveDate) -> String {
        let chosen = |name: &str| date_of(name, self.held.form.get(name)).ok();
        let year = self.held.year;
        match (chosen("from"), chosen("to")) {
            (Some(from), None) if from < *day => format!("/calendar?year={year}&from={from}&to={day}#edit-h"),
            _ => format!("/calendar?year={year}&from={day}#edit-h"),
        }
    }

    /// Whether the form is about this day.
    fn is_chosen(&self, day: &NaiveDate) -> bool {
        let chosen = |name: &str| date_of(name, self.held.form.get(name)).ok();
        chosen("from").is_some_and(|from| (from..=chosen("to").unwrap_or(from)).contains(day))
    }

    /// What was previewed, to be saved as it is.
    fn previewed(&self) -> impl Iterator<Item = &(String, String)> {
        self.held.form.pairs().iter().filter(|(name, _)| name != "preview")
    }

    fn rules(&self) -> [(String, bool); 4] {
        let (l, rules) = (self.shell.l, self.held.calendar.rules());
        let time = |time: chrono::NaiveTime| time.format("%H:%M").to_string();
        let hours = rules.working_day_length().num_minutes();
        let hours = if hours % 60 == 0 { (hours / 60).to_string() } else { format!("{:.1}", hours as f64 / 60.0) };
        let mut window = l.msg_cal_hours(time(rules.window_start()), time(rules.window_end()));
        if !self.held.lunch_deducted {
            window += match self.shell.lang {
                Lang::En => ", ",
                Lang::ZhHans | Lang::ZhHant => "，",
            };
            window += &l.msg_cal_lunch();
        }
        // The plan says "one working day"; how many hours that is, like every other number here, is ours.
        [
            (window, false),
            (l.msg_cal_one_day(hours), true),
            (l.msg_cal_cutoff(time(rules.order_cutoff())), false),
            (l.msg_cal_daily(time(rules.daily_clock())), false),
        ]
    }

    /// When a notification is answered after one working day, and why then: `(from, due, explanation)`.
    fn one_working_day(&self, from: &DateTime<Utc>) -> (String, String, String) {
        let (calendar, lang) = (&self.held.calendar, self.shell.lang);
        let due = calendar.due(*from, &ONE_WORKING_DAY, false, None).unwrap_or(*from);
        (moment(lang, *from), moment(lang, due), reckoning(calendar, *from, due, lang))
    }

    fn notified_value(&self) -> String {
        local(self.held.notified.unwrap_or(self.shell.now)).format("%Y-%m-%dT%H:%M").to_string()
    }

    fn kind(&self, kind: &Option<DayKind>) -> String {
        kind_name(kind, self.shell.lang)
    }

    /// What was just changed, the whole act as one stretch, and what it moved; `None` where the calendar stood so before.
    fn just_changed(&self) -> Option<Option<(Run, &[LimitMove])>> {
        let Some(id) = self.held.changed? else {
            return Some(None);
        };
        let runs = &self.held.runs;
        let (first, _, moves) = runs.iter().find(|(run, ..)| run.ids.contains(&id))?;
        let act = runs.iter().map(|(run, ..)| run).filter(|run| (run.at, &run.by) == (first.at, &first.by));
        let to = act.map(|run| run.to).max().unwrap_or(first.to);
        Some(Some((Run { to, ..first.clone() }, moves)))
    }

    fn recent(&self) -> &[(Run, String, Vec<LimitMove>)] {
        self.held.runs.get(..SHOWN).unwrap_or(&self.held.runs)
    }

    fn earlier(&self) -> &[(Run, String, Vec<LimitMove>)] {
        self.held.runs.get(SHOWN..).unwrap_or_default()
    }

    fn by(&self, name: &str) -> String {
        if name == "system" { self.shell.l.msg_cal_system() } else { name.to_owned() }
    }

    fn task_name(&self, moved: &LimitMove) -> String {
        let code = crate::routing::code_of(&moved.task);
        let edition = self.held.editions.by_code(&moved.edition);
        let action = edition.and_then(|e| e.task(code)).map(|task| task.action.get(self.shell.lang));
        action.unwrap_or(code).to_owned()
    }

    fn limit(&self, at: &Option<DateTime<Utc>>) -> String {
        at.map_or_else(|| self.shell.l.msg_cal_no_limit(), |at| moment(self.shell.lang, at))
    }

    /// The languages a name may also be given in.
    fn other_languages(&self) -> Vec<Lang> {
        Lang::ALL.into_iter().filter(|lang| *lang != self.shell.lang).collect()
    }

    fn name_field(&self, lang: &Lang) -> &'static str {
        name_field(*lang)
    }

    /// The refusal, if it is about this field.
    fn wrong(&self, field: &str) -> Option<&Refused> {
        self.held.refused.as_ref().filter(|refused| refused.field() == Some(field))
    }
}
