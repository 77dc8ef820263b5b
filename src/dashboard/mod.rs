//! The boards: what each role has to look at now. Read-only; the rows come from `store`, what they mean is decided here.

pub mod board;
pub mod department;
pub mod driver;
pub mod duty;
mod left;
pub mod pages;
pub mod store;
#[cfg(test)]
mod tests;
pub mod waits;

use std::sync::Arc;

use chrono::{DateTime, Datelike, Utc};
use uuid::Uuid;

use crate::calendar::Calendar;
use crate::clock::local;
use crate::incident::title;
use crate::lang::{Lang, Text};
use crate::leadership::Leadership;
use crate::person::{Actor, directory::Directory, role};
use crate::plan::{Edition, Editions, Severity};
use crate::task::{Task, clock, rights};
use crate::timeline::Words;
pub use left::{Left, Pause};
use left::{left, limits};

/// What every board reads beside its rows, and for whom it is drawn.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    pub editions: &'a Editions,
    pub calendar: &'a Calendar,
    pub directory: &'a Directory,
    pub leadership: &'a Leadership,
    pub actor: &'a Actor,
    pub lang: Lang,
    pub now: DateTime<Utc>,
}

impl<'a> Sight<'a> {
    /// The edition of a code, and its words. `None` for one that is not stored.
    pub fn edition(&self, code: &str) -> Option<(&'a Arc<Edition>, Words<'a>)> {
        let edition = self.editions.by_code(code)?;
        Some((edition, Words::new(edition, self.directory, self.lang)))
    }

    fn text(&self, text: &Text) -> String {
        text.get(self.lang).to_owned()
    }

    fn department(&self, code: &str) -> String {
        self.text(&self.directory.department_name(code))
    }

    fn region(&self, code: &str) -> String {
        self.text(&self.directory.region_name(code))
    }

    /// Between names in a row.
    fn comma(&self) -> &'static str {
        if self.lang == Lang::En { ", " } else { "、" }
    }

    /// Who signed in under the name, by name.
    fn person(&self, login: &str) -> String {
        self.directory.called_by(login, self.lang)
    }
}

/// Where an actor's boards go: each role its own work first.
pub fn home(actor: &Actor) -> &'static str {
    let sees_incidents = actor.posts.iter().any(|p| p.role != role::SYS_ADMIN && p.role != role::PLAN_EDITOR);
    if actor.leads() {
        "/board"
    } else if !sees_incidents {
        if actor.has_role(role::SYS_ADMIN) { "/people" } else { "/plan" }
    } else if actor.has_role(role::DUTY_OFFICER) {
        "/duty"
    } else if actor.has_role(role::DRIVER) {
        "/driver"
    } else {
        "/department"
    }
}

/// A time as a list writes it: the clock for today, with the date for any other day, with the year for another year.
pub fn day_clock(lang: &Lang, at: &DateTime<Utc>, now: &DateTime<Utc>) -> String {
    let (at, now) = (local(*at), local(*now));
    let pattern = match lang {
        _ if at.date_naive() == now.date_naive() => "%H:%M",
        _ if at.year() != now.year() => "%Y-%m-%d %H:%M",
        Lang::En => "%-d %b %H:%M",
        Lang::ZhHans | Lang::ZhHant => "%-m月%-d日 %H:%M",
    };
    at.format(pattern).to_string()
}

/// The regions a board is narrowed to; `None` for whoever sees the whole city.
pub fn regions(actor: &Actor) -> Option<Vec<String>> {
    let city_wide =
        actor.is_system() || actor.posts.iter().any(|p| !p.department.contains('-') && p.role != role::SYS_ADMIN);
    let own = || actor.regions().into_iter().map(str::to_owned).collect();
    if city_wide { None } else { Some(own()) }
}

/// An incident in one line, as the database has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Brief {
    pub id: Uuid,
    pub number: String,
    pub edition: String,
    pub sub_kind: String,
    pub region: String,
    /// The level whose route runs.
    pub severity: Severity,
    pub proposed: Severity,
    pub confirmed: bool,
    /// `open`, `closed` or `merged`.
    pub state: String,
    pub officer_role: String,
    /// Sign-in name of whoever commands its headquarters.
    pub commander: Option<String>,
    pub description: String,
    pub reporter_login: String,
    pub reporter_department: String,
    pub reported_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
    /// Tasks that count (not cancelled, not unneeded), and how many of them are done.
    pub total: i64,
    pub done: i64,
}

impl Brief {
    pub fn awaits_confirmation(&self) -> bool {
        self.state == "open" && !self.confirmed && self.proposed > self.severity
    }

    /// The level it is counted and coloured under: the proposed one while nobody has decided.
    pub fn shown_severity(&self) -> Severity {
        if self.awaits_confirmation() { self.proposed } else { self.severity }
    }
}

/// What a list says of an incident.
#[derive(Debug, Clone, PartialEq)]
pub struct Heading {
    pub number: String,
    pub severity: Severity,
    pub severity_name: String,
    /// The level whose route runs; the stripe of a list takes its colour.
    pub in_force: Severity,
    pub awaits: bool,
    pub closed: bool,
    /// The first words of what was reported.
    pub title: String,
    pub kind: String,
    pub region: String,
    pub department: String,
    pub officer: String,
    /// A headquarters stands: there is a command post to open.
    pub commanded: bool,
    pub reported_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
    /// Since the report (or from it to the closing), in words.
    pub elapsed: String,
    pub total: i64,
    pub done: i64,
}

impl Heading {
    /// `None` when the edition it was reported under is not stored.
    pub fn of(brief: &Brief, sight: &Sight<'_>) -> Option<Heading> {
        let (edition, words) = sight.edition(&brief.edition)?;
        let severity = brief.shown_severity();
        let kind = edition.sub_kind(&brief.sub_kind).map(|s| sight.text(&s.name));
        let kind = kind.unwrap_or_else(|| brief.sub_kind.clone());
        Some(Heading {
            number: brief.number.clone(),
            severity,
            severity_name: words.severity(severity),
            in_force: brief.severity,
            awaits: brief.awaits_confirmation(),
            closed: brief.state == "closed",
            title: title(&brief.description, &kind),
            kind,
            region: sight.region(&brief.region),
            department: sight.department(&brief.reporter_department),
            officer: match &brief.commander {
                Some(login) => words.l.msg_boards_commander(words.person(login)),
                None => sight.text(&sight.directory.role_name(&brief.officer_role)),
            },
            commanded: brief.commander.is_some(),
            reported_at: brief.reported_at,
            closed_at: brief.closed_at,
            elapsed: words.span((brief.closed_at.unwrap_or(sight.now) - brief.reported_at).num_seconds()),
            total: brief.total,
            done: brief.done,
        })
    }
}

/// A task as boards show it, in the reader's language.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub heading: Heading,
    pub task: Uuid,
    pub key: String,
    pub action: String,
    pub clause: String,
    /// The duty itself is the plan's.
    pub plan: bool,
    pub department: String,
    pub department_code: String,
    pub role: String,
    /// The post the plan names is empty (R38).
    pub vacant: bool,
    /// To sign for it; `Left::None` once signed.
    pub sign: Left,
    /// Whether the number of the limit is the plan's.
    pub sign_plan: bool,
    pub due: Left,
    pub due_plan: bool,
    /// When it was signed for, and by whom.
    pub signed: Option<(DateTime<Utc>, String)>,
    /// When it ended, and by whom.
    pub ended: Option<(DateTime<Utc>, String)>,
    pub assignee: Option<String>,
    /// Given to whoever looks.
    pub mine: bool,
    /// Given back as not the department's: when, and why.
    pub returned: Option<(DateTime<Utc>, String)>,
    /// Whoever looks has a part in it.
    pub may: bool,
    /// A continuous duty, kept up by check-ins.
    pub recurring: bool,
    pub urgent: bool,
    pub revision: i32,
    sort_at: DateTime<Utc>,
}

impl Item {
    /// `None` when the plan edition does not know the task.
    pub fn of(task: &Task, brief: &Brief, sight: &Sight<'_>) -> Option<Item> {
        let (edition, words) = sight.edition(&brief.edition)?;
        let def = task.definition(edition)?;
        let heading = Heading::of(brief, sight)?;
        let signed = task.acknowledged.as_ref();
        let (sign, due) = if task.is_active() { limits(task, def, &words, sight) } else { (Left::None, Left::None) };
        let sort_at = sort_at(task, sight.now);
        Some(Item {
            heading,
            task: task.id,
            key: task.key.clone(),
            action: words.task(&task.key),
            clause: def.clause.clone(),
            plan: def.basis.is_plan_rule(),
            department: sight.department(&task.department),
            department_code: task.department.clone(),
            role: sight.text(&sight.directory.role_name(&task.role)),
            vacant: task.vacant,
            sign,
            sign_plan: def.ack.basis.is_plan_rule(),
            due,
            due_plan: def.limit.due_basis.is_plan_rule(),
            signed: signed.map(|s| (s.at, sight.person(&s.by))),
            ended: task.state.ending().map(|e| (e.at, sight.person(&e.by))),
            assignee: task.assignee.as_ref().map(|a| sight.person(&a.login)),
            mine: given_to(task, sight.actor),
            returned: task.returned.clone(),
            may: rights::part(task, sight.actor).is_some(),
            recurring: clock::is_recurring(def),
            urgent: def.escalation == "urgent",
            revision: task.revision,
            sort_at,
        })
    }

    pub fn is_signed(&self) -> bool {
        self.signed.is_some()
    }

    pub fn is_overdue(&self) -> bool {
        self.due.is_over()
    }

    /// The limit that matters next: to sign until it is signed, then to finish; the one past first.
    pub fn next(&self) -> &Left {
        if self.due.is_over() || matches!(self.sign, Left::None) { &self.due } else { &self.sign }
    }

    /// Whether [`Item::next`] is the limit to sign.
    pub fn next_is_sign(&self) -> bool {
        !self.due.is_over() && !matches!(self.sign, Left::None)
    }

    /// The page of the order, at the task.
    pub fn href(&self) -> String {
        format!("/incidents/{}#t-{}", self.heading.number, self.key)
    }

    /// Where forms about it are sent: `/incidents/…/tasks/…/`.
    pub fn path(&self) -> String {
        format!("/incidents/{}/tasks/{}", self.heading.number, self.key)
    }
}

fn given_to(task: &Task, actor: &Actor) -> bool {
    task.assignee.as_ref().is_some_and(|a| Some(a.person) == actor.person)
}

/// The instant a list is sorted by: of the limit past, of the one to sign, of the one to finish.
fn sort_at(task: &Task, now: DateTime<Utc>) -> DateTime<Utc> {
    let sign = task.acknowledge_by.filter(|_| task.acknowledged.is_none());
    let next = match task.due_at.filter(|due| *due < now) {
        Some(due) => Some(due),
        None => sign.or(task.due_at),
    };
    next.unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// Items of tasks whose incidents are known, least time left first.
pub fn items(tasks: &[(Uuid, Task)], briefs: &[Brief], sight: &Sight<'_>) -> Vec<Item> {
    let mut items: Vec<Item> = tasks
        .iter()
        .filter_map(|(incident, task)| {
            let brief = briefs.iter().find(|b| b.id == *incident)?;
            Item::of(task, brief, sight)
        })
        .collect();
    items.sort_by(|a, b| (a.sort_at, &a.heading.number, &a.key).cmp(&(b.sort_at, &b.heading.number, &b.key)));
    items
}
