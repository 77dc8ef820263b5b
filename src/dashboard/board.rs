//! The situation board: the whole city in one minute, for the leadership; and the wall.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::{Brief, Heading, Item, Left, Sight, items};
use crate::directive::store::Found;
use crate::directive::view::Line as Order;
use crate::escalation::Sent;
use crate::headquarters::Unsigned;
use crate::incident::Incident;
use crate::notified::Notified;
use crate::plan::{Edition, Severity};
use crate::response::{Case, World};
use crate::review::store::Listed;
use crate::routing::places::Places;
use crate::scheme::Schemes;
use crate::service::view::Standing;
use crate::task::Task;
use crate::timeline::Words;

/// How many of the city there are, past what a page shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    pub major: i64,
    pub local: i64,
    pub departmental: i64,
    pub unconfirmed: i64,
    pub overdue: i64,
    /// Not signed for though the limit to sign is past, and not overdue yet.
    pub unsigned: i64,
    pub returned: i64,
}

impl Totals {
    pub fn open(&self) -> i64 {
        self.major + self.local + self.departmental
    }
}

/// The rows a board is drawn from. Lists are capped; `totals` counts all.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    pub totals: Totals,
    /// Open incidents, the most pressing first.
    pub open: Vec<Brief>,
    /// Incidents that the task lists below name and `open` may not hold.
    pub others: Vec<Brief>,
    pub closed: Vec<Brief>,
    /// Active tasks of `open` and `watched`.
    pub active: Vec<(Uuid, Task)>,
    pub overdue: Vec<(Uuid, Task)>,
    pub unsigned: Vec<(Uuid, Task)>,
    pub returned: Vec<(Uuid, Task)>,
    /// Whole incidents: those that await a level, and those whose clocks ring next.
    pub watched: Vec<Incident>,
    /// Everything owed in those of `watched` that told people by name, and whom they told.
    pub telling: Vec<(Uuid, Task)>,
    pub notified: Vec<(Uuid, Notified)>,
    pub sent: HashMap<Uuid, Sent>,
}

/// What the boards of all who see the same regions are drawn from. Read once for all of them after a change: ten who
/// look then cost sixteen queries and not a hundred and sixty.
#[derive(Debug)]
pub struct Situation {
    pub rows: Rows,
    pub orders: Vec<Found>,
    /// Papers of headquarters that wait for a signature.
    pub unsigned: Vec<Unsigned>,
    /// Drafts of reviews that may be objected to.
    pub drafts: Vec<Listed>,
    pub standings: Vec<Standing>,
}

/// One line of the list of open incidents.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub heading: Heading,
    /// Its next limit; of several past ones the oldest.
    pub next: Left,
    pub next_is_sign: bool,
    pub overdue: usize,
    pub unsigned: usize,
}

/// A level that waits for the leadership.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    pub heading: Heading,
    pub proposed: Severity,
    pub proposed_name: String,
    /// Other levels the sub-kind allows: code and name.
    pub others: Vec<(&'static str, String)>,
    /// The rule that proposed it, its clause, and whether the plan states it.
    pub rule: String,
    pub clause: Option<String>,
    pub plan: bool,
    /// Name and value of the figures it rests on.
    pub figures: Vec<(String, String)>,
}

/// What happens next if nobody acts.
#[derive(Debug, Clone, PartialEq)]
pub struct Next {
    pub at: DateTime<Utc>,
    pub number: String,
    pub anchor: String,
    /// Who will be told; empty where the system only acts.
    pub tell: String,
    /// Because of what.
    pub what: String,
}

#[derive(Debug, Clone)]
pub struct Board {
    pub totals: Totals,
    pub lines: Vec<Line>,
    /// Open incidents beyond the list.
    pub more: i64,
    pub verdicts: Vec<Verdict>,
    pub overdue: Vec<Item>,
    pub unsigned: Vec<Item>,
    pub returned: Vec<Item>,
    pub next: Vec<Next>,
    pub closed: Vec<Heading>,
    /// Copies of directives past their limit, the oldest first.
    pub orders: Vec<Order>,
    pub seats: Vec<Seat>,
}

/// Coming steps shown.
const NEXT: usize = 6;

/// One of the two who lead: the seat, who holds it, where they are.
#[derive(Debug, Clone)]
pub struct Seat {
    pub seat: String,
    pub name: Option<String>,
    /// Until when they are out of the city; blank where that is open.
    pub away: Option<String>,
    /// Where they said they could be reached.
    pub reachable: Option<String>,
    pub phone: Option<String>,
}

/// The two seats, in the order of command (R152).
pub fn seats(sight: &Sight<'_>) -> Vec<Seat> {
    let until = |at: DateTime<Utc>| super::day_clock(&sight.lang, &at, &sight.now);
    let seats = sight.leadership.seats(sight.directory, sight.now).into_iter();
    seats
        .map(|seat| Seat {
            seat: sight.text(&sight.directory.role_name(seat.role)),
            name: seat.holder.map(|p| sight.directory.called(p, sight.lang)),
            away: seat.away.map(|a| a.end().map_or_else(String::new, until)),
            reachable: seat.away.and_then(|a| a.reachable_at.clone()),
            phone: seat.holder.and_then(|p| super::duty::number_of(p, sight)),
        })
        .collect()
}

impl Board {
    pub fn of(rows: &Rows, places: &Places, sight: &Sight<'_>) -> Board {
        let briefs: Vec<Brief> = rows.open.iter().chain(&rows.closed).chain(&rows.others).cloned().collect();
        let lines: Vec<Line> = rows.open.iter().filter_map(|b| line(b, &rows.active, sight)).collect();
        Board {
            seats: seats(sight),
            totals: rows.totals,
            more: beyond(rows.totals.open(), rows.open.len()),
            verdicts: verdicts(rows, &briefs, sight),
            overdue: items(&rows.overdue, &briefs, sight),
            unsigned: items(&rows.unsigned, &briefs, sight),
            returned: items(&rows.returned, &briefs, sight),
            next: next(rows, places, sight),
            closed: rows.closed.iter().filter_map(|b| Heading::of(b, sight)).collect(),
            orders: Vec::new(),
            lines,
        }
    }

    /// Overdue tasks beyond the list.
    pub fn more_overdue(&self) -> i64 {
        beyond(self.totals.overdue, self.overdue.len())
    }

    /// Tasks past their limit to sign beyond the list.
    pub fn more_unsigned(&self) -> i64 {
        beyond(self.totals.unsigned, self.unsigned.len())
    }

    /// Levels that await the leadership beyond the list.
    pub fn more_verdicts(&self) -> i64 {
        beyond(self.totals.unconfirmed, self.verdicts.len())
    }
}

/// How many of `total` are not among those shown.
pub fn beyond(total: i64, shown: usize) -> i64 {
    (total - i64::try_from(shown).unwrap_or(i64::MAX)).max(0)
}

fn line(brief: &Brief, active: &[(Uuid, Task)], sight: &Sight<'_>) -> Option<Line> {
    let heading = Heading::of(brief, sight)?;
    let own: Vec<(Uuid, Task)> = active.iter().filter(|(incident, _)| *incident == brief.id).cloned().collect();
    let own = items(&own, std::slice::from_ref(brief), sight);
    let first = own.first();
    Some(Line {
        heading,
        next: first.map_or(Left::None, |i| i.next().clone()),
        next_is_sign: first.is_some_and(Item::next_is_sign),
        overdue: own.iter().filter(|i| i.is_overdue()).count(),
        unsigned: own.iter().filter(|i| !i.is_signed()).count(),
    })
}

fn verdicts(rows: &Rows, briefs: &[Brief], sight: &Sight<'_>) -> Vec<Verdict> {
    rows.watched
        .iter()
        .filter(|i| i.awaits_confirmation())
        .filter_map(|incident| {
            let brief = briefs.iter().find(|b| b.id == incident.id)?;
            verdict(incident, brief, sight)
        })
        .collect()
}

fn verdict(incident: &Incident, brief: &Brief, sight: &Sight<'_>) -> Option<Verdict> {
    let (edition, words) = sight.edition(&incident.edition)?;
    let proposal = &incident.proposal;
    let rule = edition.matrix.severity_rules.iter().find(|r| r.id == proposal.rule);
    let allowed = edition.sub_kind(&incident.sub_kind).map(|s| s.severities.as_slice()).unwrap_or_default();
    Some(Verdict {
        heading: Heading::of(brief, sight)?,
        proposed: proposal.severity,
        proposed_name: words.severity(proposal.severity),
        others: allowed.iter().filter(|s| **s != proposal.severity).map(|s| (s.code(), words.severity(*s))).collect(),
        rule: words.rule(&proposal.rule),
        clause: rule.and_then(|r| r.clauses.first().cloned()),
        plan: rule.is_some_and(|r| r.basis.is_plan_rule() && r.threshold_basis.is_none_or(|b| b.is_plan_rule())),
        figures: figures(incident, edition, &words),
    })
}

/// The links that do not run as usual, and the numbers of the report the rule has looked at.
fn figures(incident: &Incident, edition: &Edition, words: &Words<'_>) -> Vec<(String, String)> {
    let name = |text: Option<&crate::lang::Text>, code: &str| text.map_or(code, |t| t.get(words.lang)).to_owned();
    let links = incident.links.iter().filter(|(_, state)| *state != "normal").map(|(link, state)| {
        let link = name(edition.link(link).map(|l| &l.name), link);
        (link, name(edition.link_state(state).map(|s| &s.name), state))
    });
    let numbers = ["customers_unsupplied", "casualties"].into_iter().filter_map(|code| {
        let value = incident.fields.get(code).filter(|v| !v.is_null())?;
        let value = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Some((name(edition.field(code).map(|f| &f.name), code), value))
    });
    links.chain(numbers).collect()
}

/// The coming steps of the ladders, computed by the code that fires them.
fn next(rows: &Rows, places: &Places, sight: &Sight<'_>) -> Vec<Next> {
    let mut all: Vec<Next> = Vec::new();
    for incident in &rows.watched {
        let Some((edition, words)) = sight.edition(&incident.edition) else {
            continue;
        };
        let Sight { directory, leadership, .. } = *sight;
        let edition = sight.editions.as_set(edition, incident.reported_at, sight.now);
        let calendar = sight.calendar.under(&edition.calendar_rules);
        let world = World {
            edition: &edition,
            calendar: &calendar,
            directory,
            places,
            leadership,
            // No rung rests on a document.
            schemes: Schemes::none(),
        };
        let mut tasks = own(&rows.telling, incident.id);
        if tasks.is_empty() {
            tasks = own(&rows.active, incident.id);
        }
        let case = Case {
            tasks,
            notified: own(&rows.notified, incident.id),
            sent: rows.sent.clone(),
            ..Case::new(incident.clone())
        };
        all.extend(case.rungs(world).into_iter().map(|due| {
            let task = due.task.as_deref();
            let department = task.and_then(|key| case.task(key)).map(|t| t.department.as_str());
            Next {
                at: due.rung.at.max(sight.now),
                number: incident.number.clone(),
                anchor: task.map(|key| format!("#t-{key}")).unwrap_or_default(),
                tell: words.list(due.rung.tell.iter().map(|t| words.tell(t.code(), department))),
                what: words.rung(&due),
            }
        }));
    }
    all.sort_by(|a, b| (a.at, &a.number).cmp(&(b.at, &b.number)));
    all.truncate(NEXT);
    all
}

/// What belongs to one incident.
fn own<T: Clone>(rows: &[(Uuid, T)], incident: Uuid) -> Vec<T> {
    rows.iter().filter(|(id, _)| *id == incident).map(|(_, row)| row.clone()).collect()
}
