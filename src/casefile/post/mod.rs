//! The command post of a major incident: who commands and by what authority, what is red, what blocks the stand-down.

pub mod band;
pub mod pages;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Desk, Left, moment};
use crate::headquarters::{Act, Command as Seat, CommandPeriod, Headquarters};
use crate::leadership;
use crate::person::{directory::Person, role};
use crate::plan::Severity;
use crate::response::Command;

/// One of the two seats: who holds it and where they are.
pub struct SeatView {
    pub seat: String,
    pub name: Option<String>,
    pub phone: Option<String>,
    pub away: Option<String>,
    pub reachable: Option<String>,
}

/// Who commands now.
pub struct Commander {
    pub name: String,
    pub role: String,
    pub since: String,
    /// By whose authority, where it is a written one.
    pub authorised_by: Option<String>,
    pub acting: bool,
    pub phone: Option<String>,
}

/// What setting up would do, computed by doing it on a copy.
pub struct Setup {
    pub needs_level: bool,
    pub commander: String,
    pub role: String,
    pub deputy: Option<String>,
    pub empty: Vec<String>,
    /// Task, department and limit of each task that opens.
    pub opens: Vec<(String, String, String)>,
    /// Numbers of headquarters that stand and could take it.
    pub others: Vec<String>,
}

/// The acting-commander letter, ready to sign.
pub struct LetterForm {
    pub suggested: Option<String>,
    /// Sign-in name and words, the suggested head first.
    pub heads: Vec<(String, String)>,
    pub ground: String,
}

/// A line of the command line: who, as what, from, until.
pub struct PeriodRow {
    pub name: String,
    pub role: String,
    pub from: String,
    pub until: Option<String>,
    pub how: String,
    /// The letter behind it.
    pub letter: Option<Uuid>,
}

pub struct SheetRow {
    pub id: Uuid,
    pub from: String,
    pub to: String,
    pub at: String,
    pub signed: Option<String>,
}

/// A task that is red: past a limit, or not signed for.
pub struct Red {
    pub number: String,
    pub key: String,
    pub what: String,
    pub department: String,
    pub left: Left,
    pub unsigned: bool,
    pub clause: String,
    pub phone: Option<(String, String)>,
}

pub struct Blocks {
    pub directives: Vec<String>,
    /// A link as it stands, and the regions where it stands so.
    pub links: Vec<(String, String)>,
    pub suspensions: Vec<(String, String)>,
    pub tail: Vec<(String, String)>,
    pub blocked: bool,
}

pub struct Post {
    pub number: String,
    pub active: bool,
    pub commander: Option<Commander>,
    pub deputy: Option<String>,
    pub minutes: i32,
    pub activated: String,
    pub seats: Vec<SeatView>,
    pub both_away: bool,
    pub setup: Option<Setup>,
    pub letter: Option<LetterForm>,
    /// A letter for whoever looks to accept.
    pub to_accept: bool,
    /// Whom command may be handed to: sign-in name and words.
    pub hand_to: Vec<(String, String)>,
    /// A sheet that waits for the signature of whoever looks: from whom, and the situation.
    pub offered: Option<(String, String)>,
    /// A sheet whoever commands has signed and the other has not.
    pub waiting: Option<String>,
    pub periods: Vec<PeriodRow>,
    pub sheets: Vec<SheetRow>,
    pub red: Vec<Red>,
    pub blocks: Blocks,
    pub may_stand_down: bool,
    /// Who commands, where it is another: theirs to sign first of all.
    pub stands_down: Option<String>,
    pub stood_down: Option<(String, String)>,
    pub commands: bool,
    /// A leader who is in the city while somebody else commands: who has to sign first, and their telephone.
    pub ask: Option<(String, Option<String>)>,
}

pub fn post(desk: &Desk<'_>, others: &[Headquarters]) -> Post {
    let case = desk.case();
    let hq = case.headquarters.as_ref();
    let active = case.active_headquarters();
    let directory = desk.world.directory;
    let both_away = desk.world.leadership.both_away(directory, desk.now);
    let holder = active.and_then(Headquarters::commander);
    let mine = holder.is_some_and(|p| Some(p.holder.person) == desk.actor.person);
    let offered = active.and_then(Headquarters::open_handover);
    let deputy = leadership::deputy_beside(directory, holder.map(|h| h.holder.person));
    let deputy = deputy.map(|p| directory.called(p, desk.w.lang));
    Post {
        number: case.incident.number.clone(),
        active: active.is_some(),
        commander: holder.map(|p| commander(desk, hq, p)),
        deputy: deputy.filter(|_| active.is_some()),
        minutes: hq.map_or(0, |h| h.minutes),
        activated: hq.map(|h| moment(desk.w.lang, h.activated_at, desk.now)).unwrap_or_default(),
        seats: seats(desk),
        both_away,
        setup: setup(desk, others),
        letter: letter(desk, active),
        to_accept: active
            .and_then(Headquarters::delegation)
            .is_some_and(|d| Some(d.delegate) == desk.actor.person && d.accepted.is_none()),
        hand_to: if mine { hand_to(desk) } else { Vec::new() },
        offered: offered
            .filter(|h| Some(h.to.person) == desk.actor.person)
            .map(|h| (desk.w.person(&h.from), h.situation.clone())),
        waiting: offered.filter(|_| mine).map(|h| desk.w.person(&h.to.login)),
        periods: hq.map(|h| periods(desk, h)).unwrap_or_default(),
        sheets: hq.map(|h| sheets(desk, h)).unwrap_or_default(),
        red: red(desk),
        blocks: blocks(desk),
        stands_down: holder.filter(|_| !mine).map(|p| desk.w.person(&p.holder.login)),
        may_stand_down: active.is_some() && (mine || desk.leads()),
        stood_down: hq
            .and_then(|h| h.stood_down.as_ref())
            .map(|d| (moment(desk.w.lang, d.at, desk.now), desk.w.person(&d.by))),
        commands: desk.actor.commands(),
        ask: holder
            .filter(|h| !mine && h.holder.command == Seat::Acting && desk.actor.leads())
            .filter(|_| desk.actor.person.is_some_and(|p| desk.world.leadership.away(p, desk.now).is_none()))
            .filter(|_| offered.is_none_or(|o| Some(o.to.person) != desk.actor.person))
            .map(|h| {
                let phone = directory.person(h.holder.person).and_then(|p| p.phone.clone());
                (desk.w.person(&h.holder.login), phone)
            }),
    }
}

fn commander(desk: &Desk<'_>, hq: Option<&Headquarters>, period: &CommandPeriod) -> Commander {
    let letter = period.delegation.and_then(|id| hq?.delegation_of(id));
    Commander {
        name: desk.w.person(&period.holder.login),
        role: title(desk, period.holder.command),
        since: moment(desk.w.lang, period.from, desk.now),
        authorised_by: letter.map(|d| desk.w.person(&d.authoriser)),
        acting: period.holder.command == Seat::Acting,
        phone: desk.world.directory.person(period.holder.person).and_then(|p| p.phone.clone()),
    }
}

/// What a holder of command is called: the one who commands is commander-in-chief, by letter acting (2.1.1-2, -3).
fn title(desk: &Desk<'_>, command: Seat) -> String {
    desk.role(if command == Seat::Acting { role::ACTING_COMMANDER } else { "commander_in_chief" })
}

fn seats(desk: &Desk<'_>) -> Vec<SeatView> {
    let away = |end: Option<DateTime<Utc>>| match end {
        Some(until) => desk.w.l.msg_post_away_until(moment(desk.w.lang, until, desk.now)),
        None => desk.w.l.msg_post_away(),
    };
    let seats = desk.world.leadership.seats(desk.world.directory, desk.now).into_iter();
    seats
        .map(|seat| SeatView {
            seat: desk.role(seat.role),
            name: seat.holder.map(|p| desk.world.directory.called(p, desk.w.lang)),
            phone: seat.holder.and_then(|p| p.phone.clone()),
            away: seat.away.map(|a| away(a.end())),
            reachable: seat.away.and_then(|a| a.reachable_at.clone()),
        })
        .collect()
}

fn setup(desk: &Desk<'_>, others: &[Headquarters]) -> Option<Setup> {
    let case = desk.case();
    if case.headquarters.is_some() || !case.incident.is_open() || !desk.leads() {
        return None;
    }
    let sub_kind = desk.world.edition.sub_kind(&case.incident.sub_kind)?;
    if !sub_kind.severities.contains(&Severity::Major) {
        return None;
    }
    let needs_level = case.incident.severity != Severity::Major;
    let mut ready = case.clone();
    if needs_level {
        let level = Command::Severity {
            severity: Severity::Major,
            scope: None,
            reason: Some("…".to_owned()),
            keep: Vec::new(),
        };
        ready = ready.act(&level, desk.world, desk.actor, desk.now, None).ok()?.0;
    }
    let act = Command::Headquarters(Act::Activate { under: None });
    let (after, _) = ready.act(&act, desk.world, desk.actor, desk.now, None).ok()?;
    let commander = after.headquarters.as_ref()?.commander()?;
    let opens = after
        .tasks
        .iter()
        .filter(|t| t.is_active() && case.task(&t.key).is_none())
        .map(|t| {
            let due = t.due_at.map(|at| moment(desk.w.lang, at, desk.now)).unwrap_or_default();
            (desk.w.task(&t.key), desk.w.department(&t.department), due)
        })
        .collect();
    let deputy = leadership::deputy_beside(desk.world.directory, Some(commander.holder.person));
    let deputy = deputy.map(|p| desk.world.directory.called(p, desk.w.lang));
    let empty = leadership::LEADERS.iter().filter(|s| desk.world.directory.is_vacant(s, "LG"));
    Some(Setup {
        needs_level,
        commander: desk.w.person(&commander.holder.login),
        role: title(desk, commander.holder.command),
        deputy,
        empty: empty.map(|s| desk.role(s)).collect(),
        opens,
        others: others.iter().map(|h| h.number.clone()).collect(),
    })
}

fn letter(desk: &Desk<'_>, active: Option<&Headquarters>) -> Option<LetterForm> {
    let both_away = desk.world.leadership.both_away(desk.world.directory, desk.now);
    if active?.delegation().is_some() || !desk.leads() || !both_away {
        return None;
    }
    let suggested = desk.case().suggested_delegate(desk.world);
    let word = |p: &Person, department: &str| {
        let name = desk.world.directory.called(p, desk.w.lang);
        let place = desk.w.department(department);
        (p.login.clone(), if name.contains(&place) { name } else { format!("{place} · {name}") })
    };
    let mut heads: Vec<(String, String)> = Vec::new();
    for department in
        desk.world.directory.departments().iter().filter(|d| !matches!(d.code.as_str(), "LG" | "LGO" | "HQ"))
    {
        for person in desk.world.directory.holders(role::DEPARTMENT_HEAD, &department.code) {
            heads.push(word(person, &department.code));
        }
    }
    let first = suggested.map(|p| p.login.clone());
    heads.sort_by_key(|(login, _)| Some(login) != first.as_ref());
    let kind = desk.world.edition.kind(&desk.case().incident.kind);
    Some(LetterForm {
        suggested: heads.first().filter(|(login, _)| Some(login) == first.as_ref()).map(|(_, words)| words.clone()),
        heads,
        ground: kind.map(|k| k.name.get(desk.w.lang).to_owned()).unwrap_or_default(),
    })
}

fn hand_to(desk: &Desk<'_>) -> Vec<(String, String)> {
    leadership::seats(desk.world.directory)
        .into_iter()
        .filter(|(_, p)| Some(p.id) != desk.actor.person)
        .map(|(seat, p)| {
            let (seat, name) = (desk.role(seat), desk.world.directory.called(p, desk.w.lang));
            (p.login.clone(), if seat == name { name } else { format!("{seat} · {name}") })
        })
        .collect()
}

fn periods(desk: &Desk<'_>, hq: &Headquarters) -> Vec<PeriodRow> {
    let l = desk.w.l;
    hq.periods
        .iter()
        .map(|p| PeriodRow {
            name: desk.w.person(&p.holder.login),
            role: title(desk, p.holder.command),
            from: moment(desk.w.lang, p.from, desk.now),
            until: p.until.map(|at| moment(desk.w.lang, at, desk.now)),
            how: match p.began.code() {
                "activation" => l.msg_post_began_activation(),
                "delegation" => l.msg_post_began_delegation(),
                "handover" => l.msg_post_began_handover(),
                "succession" => l.msg_post_began_succession(),
                _ => l.msg_post_began_rule(),
            },
            letter: p.delegation,
        })
        .collect()
}

fn sheets(desk: &Desk<'_>, hq: &Headquarters) -> Vec<SheetRow> {
    hq.handovers
        .iter()
        .filter(|h| h.withdrawn_at.is_none())
        .map(|h| SheetRow {
            id: h.id,
            from: desk.w.person(&h.from),
            to: desk.w.person(&h.to.login),
            at: moment(desk.w.lang, h.offered_at, desk.now),
            signed: h.accepted_at.map(|at| moment(desk.w.lang, at, desk.now)),
        })
        .collect()
}

/// Past a limit first, the longest first; then what nobody has signed for, by how little time is left.
fn red(desk: &Desk<'_>) -> Vec<Red> {
    let case = desk.case();
    let mut rows: Vec<(DateTime<Utc>, Red)> = case
        .tasks
        .iter()
        .filter(|t| t.is_active())
        .filter_map(|t| {
            let unsigned = t.acknowledged.is_none();
            let over = t.due_at.filter(|at| *at < desk.now);
            let at = over.or_else(|| t.acknowledge_by.filter(|_| unsigned))?;
            let def = t.definition(desk.world.edition)?;
            let clock = match over {
                Some(_) => crate::task::clock::kind(def, t),
                None => crate::calendar::effective_clock(&def.ack.allowance(), t.major),
            };
            let head = desk.world.directory.head_of(&t.department);
            let red = Red {
                number: case.incident.number.clone(),
                key: t.key.clone(),
                what: desk.w.task(&t.key),
                department: desk.w.department(&t.department),
                left: desk.left_on(at, clock),
                unsigned,
                clause: def.clause.clone(),
                phone: head.filter(|_| unsigned && at < desk.now).and_then(|p| {
                    let name = desk.world.directory.called(p, desk.w.lang);
                    let known = name.contains(&desk.w.department(&t.department));
                    Some((if known { String::new() } else { name }, p.phone.clone()?))
                }),
            };
            Some((at, red))
        })
        .collect();
    rows.sort_by_key(|(at, red)| (*at, red.key.clone()));
    rows.into_iter().map(|(_, red)| red).collect()
}

fn region(desk: &Desk<'_>, code: &str) -> String {
    desk.world.directory.region_name(code).get(desk.w.lang).to_owned()
}

/// Regions in which a link stands the same way, together.
fn links(desk: &Desk<'_>, found: &[(String, String, String)]) -> Vec<(String, String)> {
    let mut rows: Vec<(String, Vec<String>)> = Vec::new();
    for (place, link, state) in found {
        let (word, place) = (desk.w.link(link, state), region(desk, place));
        match rows.iter_mut().find(|(known, _)| *known == word) {
            Some((_, places)) => places.push(place),
            None => rows.push((word, vec![place])),
        }
    }
    rows.into_iter().map(|(word, places)| (word, desk.w.list(places))).collect()
}

fn blocks(desk: &Desk<'_>) -> Blocks {
    let checklist = desk.case().checklist(desk.world);
    Blocks {
        blocked: checklist.blocks(),
        links: links(desk, &checklist.links),
        suspensions: checklist.suspensions.iter().map(|(area, number)| (region(desk, area), number.clone())).collect(),
        tail: checklist.tail.iter().map(|key| (key.clone(), desk.w.task(key))).collect(),
        directives: checklist.directives,
    }
}
