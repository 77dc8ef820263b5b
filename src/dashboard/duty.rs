//! The duty desk: whom to telephone about what nobody has signed for (R158). A call is not the department's signature.

pub mod store;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Brief, Heading, Item, Left, Sight, items, left};
use crate::calendar::effective_clock;
use crate::directive::view::Line;
use crate::leadership::Absence;
use crate::person::directory::Person;
use crate::person::role;
use crate::task::Task;

/// The rows of the desk.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// Urgent tasks nobody has signed for, the least time left first; capped.
    pub unsigned: Vec<(Uuid, Task)>,
    /// All of them.
    pub unsigned_total: i64,
    pub briefs: Vec<Brief>,
    /// Open incidents whose level awaits the leadership.
    pub unconfirmed: Vec<(Brief, DateTime<Utc>)>,
    pub told: Vec<TellRow>,
    /// The number last used for each party outside, and when.
    pub outside: Vec<(String, String, DateTime<Utc>)>,
}

/// A call that was noted.
#[derive(Debug, Clone, PartialEq)]
pub struct TellRow {
    pub incident: Uuid,
    pub task: Option<String>,
    pub who: String,
    pub phone: String,
    pub at: DateTime<Utc>,
}

/// Somebody to call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callee {
    pub name: String,
    /// The post, "Information Centre · Department head".
    pub post: String,
    pub phone: Option<String>,
}

impl Callee {
    /// How they are called on the list: an account that is named after its post reads as the post.
    pub fn label(&self) -> &str {
        if self.post.contains(&self.name) { &self.post } else { &self.name }
    }

    /// The post, where the label does not say it.
    pub fn also(&self) -> Option<&str> {
        (self.label() != self.post).then_some(self.post.as_str())
    }

    /// The number as written; empty when none is on record.
    pub fn number(&self) -> &str {
        self.phone.as_deref().unwrap_or_default()
    }

    /// The number as a telephone dials it.
    pub fn dial(&self) -> Option<String> {
        self.phone.as_deref().map(dial)
    }
}

/// Digits and a leading plus.
pub fn dial(phone: &str) -> String {
    phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
}

/// One matter to call about.
#[derive(Debug, Clone)]
pub struct Call {
    pub heading: Heading,
    /// Key of the task; none where a level awaits confirmation.
    pub key: Option<String>,
    pub action: Option<String>,
    pub clause: Option<String>,
    pub department: String,
    pub vacant: bool,
    pub left: Left,
    pub plan: bool,
    pub callees: Vec<Callee>,
    pub told: Vec<TellRow>,
}

impl Call {
    pub fn href(&self) -> String {
        let anchor = self.key.as_ref().map(|key| format!("#t-{key}")).unwrap_or_default();
        format!("/incidents/{}{anchor}", self.heading.number)
    }

    /// Unique on the page, for the form's labels.
    pub fn id(&self) -> String {
        let key = self.key.as_deref().unwrap_or("level");
        format!("c-{}-{key}", self.heading.number)
    }
}

/// A directive nobody has signed for in time, and whom to call about it.
#[derive(Debug, Clone)]
pub struct OrderCall {
    pub line: Line,
    pub callees: Vec<Callee>,
    /// When, who, number.
    pub told: Vec<(DateTime<Utc>, String, String)>,
}

/// A call noted about a directive: its number, the department, when, who, number called.
pub type OrderTold = (String, Option<String>, DateTime<Utc>, String, String);

/// Whom to call about each order.
pub fn order_calls(lines: Vec<Line>, told: &[OrderTold], sight: &Sight<'_>) -> Vec<OrderCall> {
    lines
        .into_iter()
        .map(|line| OrderCall {
            callees: head_above(&line.code, sight).into_iter().collect(),
            told: told
                .iter()
                .filter(|t| t.0 == line.number && t.1.as_ref().is_none_or(|d| *d == line.code))
                .map(|(_, _, at, who, phone)| (*at, who.clone(), phone.clone()))
                .collect(),
            line,
        })
        .collect()
}

#[derive(Debug, Clone, Default)]
pub struct Desk {
    pub calls: Vec<Call>,
    pub orders: Vec<OrderCall>,
    /// Urgent tasks beyond the list.
    pub more: i64,
    /// Posts nobody holds: what they owe goes to the next one up.
    pub vacant: Vec<String>,
    pub phones: Vec<Callee>,
    /// Parties outside: name, number last used, when.
    pub outside: Vec<(String, String, DateTime<Utc>)>,
    /// Leader and deputy, and where they are (2.1.1-3).
    pub seats: Vec<super::board::Seat>,
}

impl Desk {
    /// A leader is declared out of the city: the numbers they left are needed.
    pub fn leader_away(&self) -> bool {
        self.seats.iter().any(|s| s.away.is_some())
    }

    /// Both leaders are declared out of the city.
    pub fn nobody_leads(&self) -> bool {
        !self.seats.is_empty() && self.seats.iter().all(|s| s.name.is_none() || s.away.is_some())
    }

    /// `search` narrows the telephone list.
    pub fn of(rows: &Rows, search: &str, sight: &Sight<'_>) -> Desk {
        let mut calls: Vec<Call> = rows.unconfirmed.iter().filter_map(|(b, at)| level(b, *at, rows, sight)).collect();
        let shown = i64::try_from(rows.unsigned.len()).unwrap_or(i64::MAX);
        calls.extend(items(&rows.unsigned, &rows.briefs, sight).into_iter().map(|item| {
            let task = rows.unsigned.iter().find(|(_, t)| t.id == item.task);
            let brief = task.and_then(|(id, _)| rows.briefs.iter().find(|b| b.id == *id));
            let callees = task.zip(brief).map(|((_, t), b)| responsible(t, b, sight)).unwrap_or_default();
            call(item, callees, rows)
        }));
        calls.sort_by_key(|c| c.left.at());
        Desk {
            seats: super::board::seats(sight),
            calls,
            orders: Vec::new(),
            more: (rows.unsigned_total - shown).max(0),
            vacant: vacant(sight),
            phones: phones(search, sight),
            outside: outside(rows, search, sight),
        }
    }
}

fn call(item: Item, callees: Vec<Callee>, rows: &Rows) -> Call {
    let incident = rows.briefs.iter().find(|b| b.number == item.heading.number).map(|b| b.id);
    let told = rows.told.iter().filter(|t| Some(t.incident) == incident && t.task.as_ref() == Some(&item.key));
    Call {
        told: told.cloned().collect(),
        key: Some(item.key.clone()),
        action: Some(item.action.clone()),
        clause: Some(item.clause.clone()),
        department: item.department.clone(),
        vacant: item.vacant,
        left: item.sign.clone(),
        plan: item.sign_plan,
        callees,
        heading: item.heading,
    }
}

/// A level that awaits the leadership is as urgent as a task that is to be done at once (proposed).
fn level(brief: &Brief, proposed_at: DateTime<Utc>, rows: &Rows, sight: &Sight<'_>) -> Option<Call> {
    let (edition, words) = sight.edition(&brief.edition)?;
    let class = edition.limit_class("immediately")?;
    let at = sight.calendar.due(proposed_at, &class.ack, false, None);
    let kind = effective_clock(&class.ack, false);
    let leaders = [role::DEPUTY_LEADER, role::LEADER];
    let callees = leaders.iter().flat_map(|r| sight.directory.holders(r, "LG").map(|p| callee(p, r, "LG", sight)));
    Some(Call {
        key: None,
        action: None,
        clause: None,
        department: sight.department("LG"),
        vacant: false,
        left: left(at, proposed_at, kind, &words, sight),
        plan: false,
        callees: callees.collect(),
        told: rows.told.iter().filter(|t| t.incident == brief.id && t.task.is_none()).cloned().collect(),
        heading: Heading::of(brief, sight)?,
    })
}

/// Holders of one post listed at most; their head comes after them.
const HOLDERS: usize = 2;

/// Who has to sign: the member it was given to; the reporter where the post is theirs, as a driver's; whoever holds the
/// post; and whoever heads the department or the next one up.
fn responsible(task: &Task, brief: &Brief, sight: &Sight<'_>) -> Vec<Callee> {
    let directory = sight.directory;
    if let Some(person) = task.assignee.as_ref().and_then(|a| directory.person(a.person)) {
        return vec![callee(person, &task.role, &task.department, sight)];
    }
    let reporter = directory.by_login(&brief.reporter_login).filter(|p| p.holds(&task.role, &task.department));
    let holders: Vec<Callee> = match reporter {
        Some(person) => vec![callee(person, &task.role, &task.department, sight)],
        None => directory
            .holders(&task.role, &task.department)
            .take(HOLDERS)
            .map(|p| callee(p, &task.role, &task.department, sight))
            .collect(),
    };
    let head = head_above(&task.department, sight).filter(|head| !holders.contains(head));
    holders.into_iter().chain(head).collect()
}

/// Whoever heads the department, or the next one up.
fn head_above(department: &str, sight: &Sight<'_>) -> Option<Callee> {
    let directory = sight.directory;
    let mut at = Some(department.to_owned());
    while let Some(code) = at {
        if let Some(person) = directory.head_of(&code) {
            return Some(callee(person, head_role(&code), &code, sight));
        }
        at = directory.department(&code).and_then(|d| d.parent.clone()).filter(|p| *p != code);
    }
    None
}

fn head_role(department: &str) -> &'static str {
    match department {
        "LG" => role::LEADER,
        "LGO" => role::LG_OFFICE_HEAD,
        _ => role::DEPARTMENT_HEAD,
    }
}

pub(super) fn callee(person: &Person, role: &str, department: &str, sight: &Sight<'_>) -> Callee {
    let role = sight.text(&sight.directory.role_name(role));
    Callee {
        name: sight.directory.called(person, sight.lang),
        post: format!("{} · {role}", sight.department(department)),
        phone: number_of(person, sight),
    }
}

/// The number a leader out of the city left, before the one on record.
pub(super) fn number_of(person: &Person, sight: &Sight<'_>) -> Option<String> {
    let left = sight.leadership.away(person.id, sight.now).and_then(Absence::number);
    left.or_else(|| person.phone.clone())
}

/// Departments without a head, and the leadership's own empty posts. Regional instances without anyone are not manned.
fn vacant(sight: &Sight<'_>) -> Vec<String> {
    let directory = sight.directory;
    let post = |role: &str, department: &str| {
        format!("{} · {}", sight.department(department), sight.text(&directory.role_name(role)))
    };
    let leaders = [role::LEADER, role::DEPUTY_LEADER];
    let mut all: Vec<String> =
        leaders.into_iter().filter(|r| directory.is_vacant(r, "LG")).map(|r| post(r, "LG")).collect();
    for department in directory.departments() {
        let code = department.code.as_str();
        let led = matches!(code, "LG" | "HQ");
        if !led && directory.head_of(code).is_none() {
            all.push(post(head_role(code), code));
        }
    }
    all
}

/// Leadership, then every head, with the number to dial.
fn phones(search: &str, sight: &Sight<'_>) -> Vec<Callee> {
    let directory = sight.directory;
    let mut all: Vec<Callee> = Vec::new();
    for r in [role::LEADER, role::DEPUTY_LEADER] {
        all.extend(directory.holders(r, "LG").map(|p| callee(p, r, "LG", sight)));
    }
    for department in directory.departments().iter().filter(|d| d.code != "LG") {
        let head = head_role(&department.code);
        all.extend(directory.head_of(&department.code).map(|p| callee(p, head, &department.code, sight)));
    }
    let wanted = search.trim().to_lowercase();
    all.retain(|c| [&c.name, &c.post].iter().any(|t| t.to_lowercase().contains(&wanted)));
    all
}

fn outside(rows: &Rows, search: &str, sight: &Sight<'_>) -> Vec<(String, String, DateTime<Utc>)> {
    let edition = sight.editions.in_force(crate::clock::local(sight.now).date_naive());
    let wanted = search.trim().to_lowercase();
    rows.outside
        .iter()
        .map(|(party, phone, at)| {
            let known = edition.and_then(|e| e.external_party(party)).map(|p| sight.text(&p.name));
            (known.unwrap_or_else(|| party.clone()), phone.clone(), *at)
        })
        .filter(|(name, _, _)| name.to_lowercase().contains(&wanted))
        .collect()
}
