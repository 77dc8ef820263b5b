//! A task as a card: whose it is, where it stands, both limits, and what whoever looks may do.

use super::duty::{self, Limit, Used};
use super::roll::{self, Roll};
use super::{Desk, Left, Mark, moment};
use crate::lang::Text;
use crate::person::{directory::Person, role};
use crate::plan::{DoneBy, Duty, NOTIFIED_LIST, TaskDef, Trigger};
use crate::response::{Cooperation, CooperationState};
use crate::routing;
use crate::scheme::Document;
use crate::task::evidence::is_stated;
use crate::task::{State, Task, clock, rights};

pub struct Card {
    pub key: String,
    /// Place in the plan's order, from 1.
    pub number: usize,
    pub clause: String,
    /// The duty is the plan's own.
    pub planned: bool,
    pub action: String,
    pub class: &'static str,
    pub state: Mark,
    pub department: String,
    pub role: String,
    pub assignee: Option<String>,
    pub vacant: bool,
    /// How it ended: by whom, when, in time or late.
    pub ended: Option<String>,
    pub reason: Option<String>,
    /// Given back by the head, waiting for the officer in charge.
    pub returned: Option<String>,
    pub late: Option<String>,
    pub left: Option<Left>,
    pub paused: Option<String>,
    pub limits: Vec<Limit>,
    pub used: Option<Used>,
    pub why: Option<String>,
    pub help: Vec<Help>,
    pub given: Vec<(String, String)>,
    pub acts: Acts,
    pub evidence: Vec<Evidence>,
    pub parties: Vec<(String, String)>,
    /// Who it may be given to: sign-in name, and how they are listed.
    pub members: Vec<(String, String)>,
    pub revision: i32,
    /// Active, and nobody has signed for it.
    pub unsigned: bool,
    /// The act of the command post that does it, on a page of its own.
    pub act: Option<Duty>,
    pub scheme: Option<Scheme>,
    /// Whom it tells by name.
    pub roll: Option<Roll>,
}

/// The separate document a task runs.
pub struct Scheme {
    pub code: String,
    pub name: String,
    /// The version that stands, or stood when the task ended; `None`: not attached.
    pub document: Option<Document>,
    pub items: Vec<Item>,
    /// Whether whoever looks may tick, and take a tick back.
    pub may: bool,
}

/// An item of its checklist.
pub struct Item {
    /// From 1.
    pub number: usize,
    pub text: String,
    /// By whom and when it was ticked.
    pub ticked: Option<String>,
}

impl Scheme {
    pub fn ticked(&self) -> usize {
        self.items.iter().filter(|item| item.ticked.is_some()).count()
    }
}

/// What whoever looks may do with the card.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Acts {
    pub sign: bool,
    /// Signing is the act itself, nothing is left to finish.
    pub sign_is_all: bool,
    pub assign: bool,
    pub give_back: bool,
    /// Given back by the head it goes to the officer in charge, by a member to the head.
    pub to_officer: bool,
    pub progress: bool,
    pub check_in: bool,
    pub contact: bool,
    pub complete: bool,
    pub not_arisen: bool,
    pub move_to: bool,
}

impl Acts {
    pub fn any(&self) -> bool {
        *self != Acts::default()
    }
}

/// The help of another department.
pub struct Help {
    pub department: String,
    pub name: String,
    pub state: Mark,
    pub detail: String,
    pub may_sign: bool,
    pub may_answer: bool,
}

/// One piece of evidence a completion asks for.
pub struct Evidence {
    pub code: String,
    pub name: String,
    pub planned: bool,
    /// Given by the list of those told by name, not by hand.
    pub listed: bool,
    /// In words or figures; else a tick is enough.
    pub stated: bool,
    /// Given by calls to these parties, not by hand: (name, called).
    pub calls: Vec<(String, bool)>,
}

/// A task of the route whose turn has not come.
pub struct Waiting {
    pub action: String,
    pub clause: String,
    pub department: String,
    pub why: String,
}

pub fn cards(desk: &Desk<'_>) -> Vec<Card> {
    let tasks = desk.case().tasks.iter().enumerate();
    tasks.filter_map(|(i, t)| Some(card(desk, i + 1, t, t.definition(desk.world.edition)?))).collect()
}

pub fn waiting(desk: &Desk<'_>) -> Vec<Waiting> {
    let case = desk.case();
    let facts = case.incident.facts(case.review_due(desk.now));
    let edition = desk.world.edition;
    let Some(route) = routing::route(&facts, edition) else {
        return Vec::new();
    };
    let known = case.known();
    let waits = routing::waiting(&facts, edition, &known).into_iter().filter(|_| case.incident.is_open());
    waits
        .map(|def| {
            let l = desk.w.l;
            let mut why = Vec::new();
            if let Some(condition) = def.when.as_deref().filter(|c| !facts.holds(c)) {
                why.push(l.msg_cf_waits_condition(desk.w.condition(condition)));
            }
            let before: Vec<String> =
                def.after.iter().filter(|id| route.tasks.contains(id)).map(|id| desk.w.task(id)).collect();
            if !before.is_empty() {
                why.push(l.msg_cf_waits_after(desk.w.list(before)));
            }
            match def.trigger {
                Trigger::Recovery => why.push(l.msg_cf_waits_recovery()),
                Trigger::Close => why.push(l.msg_cf_waits_close()),
                _ => {}
            }
            Waiting {
                action: def.action.get(desk.w.lang).to_owned(),
                clause: def.clause.clone(),
                department: match def.responsible.as_str() {
                    "" => String::new(),
                    code => desk.world.edition.department(code).map_or(code, |d| d.name.get(desk.w.lang)).to_owned(),
                },
                why: desk.w.list(why),
            }
        })
        .collect()
}

fn card(desk: &Desk<'_>, number: usize, task: &Task, def: &TaskDef) -> Card {
    let (l, lang) = (desk.w.l, desk.w.lang);
    let paused = duty::paused(desk, task, def);
    let ended = task.state.ending().map(|e| {
        let (who, at) = (desk.w.person(&e.by), moment(lang, e.at, desk.now));
        match task.state {
            State::Done(_) if task.late_seconds >= 60 => l.msg_cf_ended_late(who, at, desk.w.span(task.late_seconds)),
            State::Done(_) => l.msg_cf_ended_in_time(who, at),
            _ => l.msg_cf_ended(who, at),
        }
    });
    Card {
        key: task.key.clone(),
        number,
        clause: def.clause.clone(),
        planned: def.basis.is_plan_rule(),
        action: desk.w.task(&task.key),
        class: class(task, paused.is_some(), desk),
        state: state(desk, task, paused.is_some()),
        department: desk.w.department(&task.department),
        role: desk.role(&task.role),
        assignee: task.assignee.as_ref().map(|a| desk.w.person(&a.login)),
        vacant: task.vacant,
        ended,
        reason: match &task.state {
            State::Cancelled { reason, .. } | State::NotArisen { reason, .. } => Some(desk.w.reason(reason)),
            _ => None,
        },
        returned: task.returned.as_ref().map(|(at, why)| l.msg_cf_returned(moment(lang, *at, desk.now), why)),
        late: task.is_overdue(desk.now).then(|| duty::overdue_text(desk, task, def)),
        left: task
            .due_at
            .filter(|due| task.is_active() && paused.is_none() && *due >= desk.now)
            .map(|due| desk.left_on(due, clock::kind(def, task))),
        limits: if task.is_active() { duty::limits(desk, task, def) } else { Vec::new() },
        used: duty::used(desk, task, def),
        why: duty::why(desk, task, def),
        paused,
        help: help(desk, task),
        given: given(desk, task),
        acts: acts(desk, task, def),
        evidence: evidence(desk, def),
        parties: parties(desk, def),
        members: members(desk, task),
        revision: task.revision,
        unsigned: task.is_active() && task.acknowledged.is_none(),
        act: def.act.filter(|_| task.is_active()),
        scheme: scheme(desk, task, def),
        roll: roll::of(desk, task, def),
    }
}

fn scheme(desk: &Desk<'_>, task: &Task, def: &TaskDef) -> Option<Scheme> {
    let code = def.scheme.as_deref()?;
    let at = task.state.ending().map_or(desk.now, |e| e.at);
    let document = desk.world.schemes.standing_at(code, at).cloned();
    let item = |number: usize, text: &String, version: &str| Item {
        number,
        text: text.clone(),
        ticked: task
            .ticked(version, number)
            .map(|t| desk.w.l.msg_cf_ended(desk.w.person(&t.by), moment(desk.w.lang, t.at, desk.now))),
    };
    let items = document.as_ref().map_or_else(Vec::new, |d| {
        d.checklist.iter().enumerate().map(|(at, text)| item(at + 1, text, &d.version)).collect()
    });
    let may = acts(desk, task, def).complete;
    Some(Scheme { code: code.to_owned(), name: desk.w.scheme(code), document, items, may })
}

fn class(task: &Task, paused: bool, desk: &Desk<'_>) -> &'static str {
    match task.state {
        State::Done(_) => "duty-done",
        State::Cancelled { .. } | State::NotArisen { .. } => "duty-cancelled",
        _ if task.is_overdue(desk.now) => "duty-late",
        _ if paused => "duty-waiting",
        _ => "",
    }
}

fn state(desk: &Desk<'_>, task: &Task, paused: bool) -> Mark {
    let l = desk.w.l;
    let (class, icon, word) = match task.state {
        State::Open if paused => ("state-paused", "paused", l.msg_cf_task_paused()),
        State::Open => ("state-open", "to-sign", l.msg_cf_task_open()),
        State::Acknowledged => ("state-signed", "signed", l.msg_cf_task_signed()),
        State::Done(_) => ("state-done", "done", l.msg_cf_task_done()),
        State::Cancelled { .. } => ("state-cancelled", "cancelled", l.msg_cf_task_cancelled()),
        State::NotArisen { .. } => ("state-cancelled", "cancelled", l.msg_cf_task_not_arisen()),
    };
    Mark { class, icon, word }
}

fn acts(desk: &Desk<'_>, task: &Task, def: &TaskDef) -> Acts {
    let open = desk.case().incident.is_open();
    let takes = open || (def.trigger == Trigger::Close && desk.file.merged_into.is_none());
    if !task.is_active() || !takes {
        return Acts::default();
    }
    let part = rights::part(task, desk.actor);
    let mine = part.is_some();
    let head = part == Some(rights::Part::Head);
    let signed = task.acknowledged.is_some();
    Acts {
        sign: mine && !signed,
        sign_is_all: def.done_by == DoneBy::Acknowledgement,
        assign: head,
        give_back: mine,
        to_officer: head,
        progress: mine,
        check_in: mine && clock::is_recurring(def),
        contact: mine && (!def.external.is_empty() || def.evidence.iter().any(|e| e == "contact_log")),
        complete: mine && signed,
        not_arisen: mine && def.when.is_some(),
        move_to: desk.leads() && open,
    }
}

fn help(desk: &Desk<'_>, task: &Task) -> Vec<Help> {
    let cards = desk.case().cooperation.iter().filter(|c| c.task == task.id);
    cards.map(|c| one_help(desk, task, c)).collect()
}

fn one_help(desk: &Desk<'_>, task: &Task, card: &Cooperation) -> Help {
    let (l, lang) = (desk.w.l, desk.w.lang);
    let mut detail = match &card.state {
        CooperationState::Refused { reason } => reason.clone(),
        CooperationState::Answered { result } => result.clone(),
        CooperationState::Asked | CooperationState::Acknowledged => String::new(),
    };
    if let (CooperationState::Asked, Some(by)) = (&card.state, card.acknowledge_by) {
        detail = l.msg_cf_help_by(moment(lang, by, desk.now));
    }
    if let (CooperationState::Acknowledged, Some((at, who))) = (&card.state, &card.acknowledged) {
        detail = l.msg_cf_ended(desk.w.person(who), moment(lang, *at, desk.now));
    }
    let open = matches!(card.state, CooperationState::Asked | CooperationState::Acknowledged);
    // Nobody waits any more for the help of a task that has ended.
    let wanted = desk.case().incident.is_open() && task.is_active();
    if !wanted && card.state == CooperationState::Asked {
        detail.clear();
    }
    let (class, icon, word) = match card.state {
        _ if open && !wanted => ("state-cancelled", "cancelled", l.msg_cf_help_over()),
        CooperationState::Asked => ("state-open", "to-sign", l.msg_cf_help_asked()),
        CooperationState::Acknowledged => ("state-signed", "signed", l.msg_cf_help_signed()),
        CooperationState::Refused { .. } => ("state-cancelled", "cancelled", l.msg_cf_help_refused()),
        CooperationState::Answered { .. } => ("state-done", "done", l.msg_cf_help_answered()),
    };
    let may = wanted && open && desk.actor.acts_for(&card.department);
    Help {
        department: card.department.clone(),
        name: desk.w.department(&card.department),
        state: Mark { class, icon, word },
        detail,
        may_sign: may && card.acknowledged.is_none(),
        may_answer: may,
    }
}

fn given(desk: &Desk<'_>, task: &Task) -> Vec<(String, String)> {
    let l = desk.w.l;
    task.evidence
        .iter()
        .map(|(code, value)| {
            let value = match value {
                serde_json::Value::String(text) => text.clone(),
                serde_json::Value::Bool(_) | serde_json::Value::Null => l.msg_cf_given(),
                other => other.to_string(),
            };
            (desk.w.evidence(code), value)
        })
        .collect()
}

fn evidence(desk: &Desk<'_>, def: &TaskDef) -> Vec<Evidence> {
    let called = &desk.case().contacted;
    def.evidence
        .iter()
        .map(|code| Evidence {
            name: desk.w.evidence(code),
            planned: desk.world.edition.evidence(code).is_some_and(|e| e.basis.is_plan_rule()),
            listed: code == NOTIFIED_LIST,
            stated: is_stated(code),
            calls: match code.as_str() {
                "contact_log" => def.external.iter().map(|p| (desk.w.party(p), called.contains(p))).collect(),
                _ => Vec::new(),
            },
            code: code.clone(),
        })
        .collect()
}

/// The parties the task names first; any other of the plan may have been called too.
fn parties(desk: &Desk<'_>, def: &TaskDef) -> Vec<(String, String)> {
    let all = &desk.world.edition.matrix.external_parties;
    let named = def.external.iter().map(String::as_str);
    let others = all.iter().map(|p| p.code.as_str()).filter(|c| !def.external.iter().any(|e| e == c));
    named.chain(others).map(|code| (code.to_owned(), desk.w.party(code))).collect()
}

fn members(desk: &Desk<'_>, task: &Task) -> Vec<(String, String)> {
    // The technical post carries no authority over incidents.
    let works = |p: &&Person| p.posts.iter().any(|x| x.department == task.department && x.role != role::SYS_ADMIN);
    let people = desk.world.directory.people_of(&task.department).filter(works);
    people
        .map(|p| {
            let called = desk.world.directory.called(p, desk.w.lang);
            // Who is called by the sign-in name needs it but once.
            let label = if called.contains(&p.login) { called } else { format!("{called} · {}", p.login) };
            (p.login.clone(), label)
        })
        .collect()
}

/// Departments a task may be moved to: all but the one that has it.
pub fn departments(desk: &Desk<'_>) -> Vec<(String, String)> {
    let name = |text: &Text| text.get(desk.w.lang).to_owned();
    desk.world.directory.departments().iter().map(|d| (d.code.clone(), name(&d.name))).collect()
}
