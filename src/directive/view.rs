//! Orders as pages show them: the sheet, the receipt matrix, and one line a department.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::store::Found;
use super::{Copy, Directive, Matter, State};
use crate::person::{Actor, role};
use crate::timeline::Words;

/// Who looks, when, in which words.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    pub w: Words<'a>,
    pub actor: &'a Actor,
    pub now: DateTime<Utc>,
}

/// A state as glyph and word.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    pub class: &'static str,
    pub icon: &'static str,
    pub word: String,
}

/// The time a limit leaves. Counted on by the page, since the limit is a point in time.
#[derive(Debug, Clone, PartialEq)]
pub struct Left {
    pub at: DateTime<Utc>,
    pub text: String,
    pub over: bool,
    /// Three quarters are used.
    pub soon: bool,
}

/// One stage of one department: reached, with when and who; or not yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    pub label: String,
    pub icon: &'static str,
    pub at: Option<DateTime<Utc>>,
    pub who: String,
    /// What stands there instead while it is not reached.
    pub waits: String,
    /// That it is not reached is overdue.
    pub late: bool,
}

/// One department's row of the receipt matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub code: String,
    pub department: String,
    pub state: State,
    pub mark: Mark,
    /// Issued, signed for, done, accepted.
    pub stages: Vec<Stage>,
    pub due_at: DateTime<Utc>,
    pub due: String,
    /// Where more time was given.
    pub first_due: Option<String>,
    pub left: Option<Left>,
    pub asked: Option<String>,
    pub evidence: Option<String>,
    /// Late against the limit as it stands, or else against the first.
    pub late: Option<String>,
    pub late_first: Option<String>,
    pub overdue: bool,
    pub unsigned: bool,
    /// Whoever looks may answer for the department.
    pub own: bool,
}

/// An order as whoever looks finds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    pub number: String,
    pub text: String,
    pub clause: Option<String>,
    pub incident: Option<String>,
    /// Key, and what it is about.
    pub task: Option<(String, String)>,
    /// The limit of that task, where the order's is later.
    pub later_than: Option<String>,
    pub reason: Option<String>,
    pub issuer: String,
    /// Post the order was given from, where the issuer's name does not say it; for an acting commander with who
    /// authorised it.
    pub authority: String,
    pub acting: bool,
    pub issued_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    pub state: State,
    pub mark: Mark,
    pub withdrawn: Option<String>,
    pub overdue: bool,
    pub open: bool,
    /// Of the whole: of its active copies the least.
    pub left: Option<Left>,
    pub rows: Vec<Row>,
}

impl Sheet {
    pub fn of(found: &Found, matter: Option<&Matter>, sight: &Sight<'_>) -> Sheet {
        let (d, w) = (&found.directive, &sight.w);
        let acting = d.issuer.role == role::ACTING_COMMANDER;
        let authority = match (&d.issuer.authorised_by, acting) {
            (Some(who), _) => w.l.msg_dv_authorised(w.person(who)),
            (None, true) => w.l.msg_dv_acting_commander(),
            (None, false) => w.directory.role_name(&d.issuer.role).get(w.lang).to_owned(),
        };
        let issuer = w.person(&d.issuer.login);
        let limit = matter.and_then(|m| m.task.as_ref()).filter(|l| l.is_later(d.due_at));
        let next = d.copies.iter().filter(|c| c.is_active()).min_by_key(|c| c.due_at);
        Sheet {
            number: d.number.clone(),
            text: d.text.clone(),
            clause: d.clause.clone(),
            incident: found.number().map(str::to_owned),
            task: d.task.as_ref().map(|key| (key.clone(), w.task(key))),
            later_than: limit.and_then(|l| l.due_at).map(|at| w.stamp(at)),
            reason: d.reason.clone(),
            // An account that is called by its post says it once.
            authority: if authority == issuer { String::new() } else { authority },
            issuer,
            acting,
            issued_at: d.issued_at,
            due_at: d.due_at,
            state: d.state(),
            mark: mark(d.state(), w),
            withdrawn: d
                .withdrawn
                .as_ref()
                .map(|x| w.l.msg_dv_withdrawn_by(w.person(&x.by), w.stamp(x.at), x.reason.as_str())),
            overdue: d.is_overdue(sight.now),
            open: d.is_open(),
            left: next.map(|c| left(d, c, sight)),
            rows: d.copies.iter().map(|c| row(d, c, sight)).collect(),
        }
    }

    pub fn href(&self) -> String {
        format!("/directives/{}", self.number)
    }

    /// How many copies have come to a stage or past it.
    pub fn reached(&self, stage: usize) -> usize {
        self.rows.iter().filter(|r| r.stages.get(stage).is_some_and(|s| s.at.is_some())).count()
    }

    pub fn to_accept(&self) -> usize {
        self.rows.iter().filter(|r| r.state == State::Done).count()
    }
}

fn row(d: &Directive, c: &Copy, sight: &Sight<'_>) -> Row {
    let (w, now) = (&sight.w, sight.now);
    let late = c.late(c.due_at, c.late_seconds, now);
    let late_first = c.late(d.due_at, c.late_first, now);
    let over = c.state != State::Withdrawn;
    Row {
        code: c.department.clone(),
        department: w.department(&c.department),
        state: c.state,
        mark: mark(c.state, w),
        stages: stages(d, c, sight),
        due_at: c.due_at,
        due: w.stamp(c.due_at),
        first_due: (c.due_at != d.due_at).then(|| w.l.msg_dv_first_due(w.stamp(d.due_at))),
        left: c.is_active().then(|| left(d, c, sight)),
        asked: c.asked.as_ref().filter(|_| c.is_active()).map(|a| match a.until {
            Some(until) => w.l.msg_dv_asked_until(w.stamp(until), a.reason.as_str()),
            None => w.l.msg_dv_asked(a.reason.as_str()),
        }),
        evidence: c.evidence.clone(),
        late: (over && late > 0 && !c.is_active()).then(|| w.l.msg_dv_late_done(w.span(late))),
        late_first: (over && late_first > late).then(|| w.l.msg_dv_late_first(w.span(late_first))),
        overdue: c.is_overdue(now),
        unsigned: c.is_unsigned(now),
        own: sight.actor.acts_for(&c.department),
    }
}

fn stages(d: &Directive, c: &Copy, sight: &Sight<'_>) -> Vec<Stage> {
    let (w, now) = (&sight.w, sight.now);
    let l = w.l;
    let sign_by = match c.state {
        State::Issued if c.is_unsigned(now) => l.msg_dv_sign_late(short(c.acknowledge_by, sight)),
        State::Issued => l.msg_dv_sign_by(short(c.acknowledge_by, sight)),
        _ => String::new(),
    };
    let due = if c.is_active() { l.msg_dv_due(short(c.due_at, sight)) } else { String::new() };
    let stage = |label: String, icon, signed: Option<&(DateTime<Utc>, String)>, waits: String, late: bool| Stage {
        label,
        icon,
        at: signed.map(|s| s.0),
        who: signed.map(|s| w.person(&s.1)).unwrap_or_default(),
        waits,
        late,
    };
    vec![
        stage(l.msg_dv_stage_issued(), "tasks", Some(&(d.issued_at, d.issuer.login.clone())), String::new(), false),
        stage(l.msg_dv_stage_signed(), "signed", c.acknowledged.as_ref(), sign_by, c.is_unsigned(now)),
        stage(l.msg_dv_stage_done(), "done", c.done.as_ref(), due, c.is_overdue(now)),
        stage(l.msg_dv_stage_accepted(), "closed", c.accepted.as_ref(), String::new(), false),
    ]
}

fn left(d: &Directive, c: &Copy, sight: &Sight<'_>) -> Left {
    let (w, now) = (&sight.w, sight.now);
    let over = c.due_at < now;
    let span = w.span((c.due_at - now).num_seconds().abs());
    let from = c.extended_at.unwrap_or(d.issued_at);
    Left {
        at: c.due_at,
        text: if over { w.l.msg_dv_over(span) } else { w.l.msg_dv_left(span) },
        over,
        soon: !over && (now - from) * 4 >= (c.due_at - from) * 3,
    }
}

pub fn mark(state: State, w: &Words<'_>) -> Mark {
    let (class, icon) = match state {
        State::Issued => ("state-open", "to-sign"),
        State::Acknowledged => ("state-signed", "signed"),
        State::Done => ("state-done", "done"),
        State::Accepted => ("state-closed", "closed"),
        State::Withdrawn => ("state-cancelled", "cancelled"),
    };
    Mark { class, icon, word: word(state, w) }
}

pub fn word(state: State, w: &Words<'_>) -> String {
    match state {
        State::Issued => w.l.msg_dv_state_issued(),
        State::Acknowledged => w.l.msg_dv_state_acknowledged(),
        State::Done => w.l.msg_dv_state_done(),
        State::Accepted => w.l.msg_dv_state_accepted(),
        State::Withdrawn => w.l.msg_dv_state_withdrawn(),
    }
}

/// A time as a cell has room for: the clock today, else with the date.
fn short(at: DateTime<Utc>, sight: &Sight<'_>) -> String {
    let stamp = sight.w.stamp(at);
    match stamp.split_once(' ') {
        Some((date, clock)) if sight.w.stamp(sight.now).starts_with(date) => clock.to_owned(),
        Some((date, clock)) => format!("{} {clock}", date.get(5..).unwrap_or(date)),
        None => stamp,
    }
}

/// How many open copies of a department stand at each stage.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Count {
    pub code: String,
    pub department: String,
    pub issued: usize,
    pub signed: usize,
    pub done: usize,
    pub overdue: usize,
    pub unsigned: usize,
}

/// Departments x stages over all open orders; those with something overdue first.
pub fn counts(found: &[Found], sight: &Sight<'_>) -> Vec<Count> {
    let mut by_code: BTreeMap<usize, Count> = BTreeMap::new();
    let departments = sight.w.directory.departments();
    let position = |code: &str| departments.iter().position(|d| d.code == code).unwrap_or(usize::MAX);
    for copy in found.iter().flat_map(|f| &f.directive.copies).filter(|c| c.is_open()) {
        let count = by_code.entry(position(&copy.department)).or_insert_with(|| Count {
            code: copy.department.clone(),
            department: sight.w.department(&copy.department),
            ..Count::default()
        });
        match copy.state {
            State::Issued => count.issued += 1,
            State::Acknowledged => count.signed += 1,
            _ => count.done += 1,
        }
        count.overdue += usize::from(copy.is_overdue(sight.now));
        count.unsigned += usize::from(copy.is_unsigned(sight.now));
    }
    let mut counts: Vec<Count> = by_code.into_values().collect();
    counts.sort_by_key(|c| std::cmp::Reverse((c.overdue, c.unsigned)));
    counts
}

/// One copy on somebody's list: of a department, of what is overdue, of whom to call.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub number: String,
    /// The first words of the order.
    pub title: String,
    pub code: String,
    pub department: String,
    pub incident: Option<String>,
    pub issuer: String,
    pub state: State,
    pub mark: Mark,
    pub left: Option<Left>,
    pub due: String,
    pub sign_by: String,
    /// The limit to sign for it is past.
    pub unsigned: bool,
    pub overdue: bool,
    pub asked: Option<String>,
    pub own: bool,
}

impl Line {
    pub fn href(&self) -> String {
        format!("/directives/{}", self.number)
    }

    /// Unique on a page.
    pub fn id(&self) -> String {
        format!("o-{}-{}", self.number, self.code)
    }
}

/// A line for every copy that `wanted` asks for, the least time left first.
pub fn lines<'f>(
    found: impl IntoIterator<Item = &'f Found>,
    wanted: impl Fn(&Copy) -> bool,
    sight: &Sight<'_>,
) -> Vec<Line> {
    let mut lines: Vec<Line> = found
        .into_iter()
        .flat_map(|f| f.directive.copies.iter().filter(|c| wanted(c)).map(|c| line(f, c, sight)).collect::<Vec<_>>())
        .collect();
    lines.sort_by_key(|l| (l.left.as_ref().map_or(DateTime::<Utc>::MAX_UTC, |left| left.at), l.number.clone()));
    lines
}

fn line(found: &Found, c: &Copy, sight: &Sight<'_>) -> Line {
    let row = row(&found.directive, c, sight);
    Line {
        number: found.directive.number.clone(),
        title: title(&found.directive.text),
        code: row.code,
        department: row.department,
        incident: found.number().map(str::to_owned),
        issuer: sight.w.person(&found.directive.issuer.login),
        state: row.state,
        mark: row.mark,
        left: row.left,
        due: short(c.due_at, sight),
        sign_by: short(c.acknowledge_by, sight),
        unsigned: row.unsigned,
        overdue: row.overdue,
        asked: row.asked,
        own: row.own,
    }
}

/// Characters of an order that stand for the whole in a list.
const TITLE: usize = 60;

pub fn title(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    let mut short: String = line.chars().take(TITLE).collect();
    if line.chars().nth(TITLE).is_some() {
        short.push('…');
    }
    short
}

/// The receipt matrix of several orders, as the command post shows it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Receipts {
    pub orders: Vec<Sheet>,
    pub counts: Vec<Count>,
}

impl Receipts {
    /// Orders overdue first, then open ones, then the rest.
    pub fn of(found: &[Found], sight: &Sight<'_>) -> Receipts {
        let mut orders: Vec<Sheet> = found.iter().map(|f| Sheet::of(f, None, sight)).collect();
        orders.sort_by_key(|o| (!o.overdue, !o.open));
        Receipts { orders, counts: counts(found, sight) }
    }

    pub fn open(&self) -> usize {
        self.orders.iter().filter(|o| o.open).count()
    }

    pub fn overdue(&self) -> usize {
        self.counts.iter().map(|c| c.overdue).sum()
    }

    pub fn unsigned(&self) -> usize {
        self.counts.iter().map(|c| c.unsigned).sum()
    }

    pub fn to_accept(&self) -> usize {
        self.counts.iter().map(|c| c.done).sum()
    }
}
