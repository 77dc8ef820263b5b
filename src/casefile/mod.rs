//! Everything about one incident on one page: head, tasks, timeline, report, level, contacts, files, links, closing.
//!
//! The page is read through [`Desk`]: the record, the rules it stands under, and the person looking at it. What may be
//! done is asked of the rules themselves, so that a button shown is an act allowed.

pub mod acts;
pub mod card;
pub mod duty;
pub mod export;
pub mod files;
pub mod head;
pub mod level;
pub mod line;
pub mod list;
pub mod pages;
pub mod post;
pub mod reclassify;
pub mod report;
pub mod roll;
pub mod store;
pub mod task;

use std::collections::HashMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::calendar::ClockKind;
use crate::clock::local;
use crate::lang::Lang;
use crate::person::directory::Person;
use crate::person::{Actor, role};
use crate::plan::{Basis, Severity};
use crate::response::{Case, World};
use crate::timeline::Words;
use crate::web::Routes;

pub fn routes() -> Routes {
    pages::routes()
        .merge(task::pages::routes())
        .merge(acts::pages::routes())
        .merge(files::pages::routes())
        .merge(export::pages::routes())
        .merge(post::pages::routes())
        .merge(reclassify::pages::routes())
}

/// One incident as one person looks at it.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    pub file: &'a store::File,
    pub world: World<'a>,
    pub actor: &'a Actor,
    pub now: DateTime<Utc>,
    pub w: Words<'a>,
}

/// A state as glyph and word.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    pub class: &'static str,
    pub icon: &'static str,
    pub word: String,
}

/// A level as colour, shape and word.
#[derive(Debug, Clone, PartialEq)]
pub struct Sev {
    pub code: &'static str,
    pub name: String,
    /// Proposed, and nobody of the leadership has said yes or no.
    pub proposed: bool,
}

/// How far off an instant is, in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Left {
    pub at: DateTime<Utc>,
    pub text: String,
    pub over: bool,
    /// Wall time is what is left, so the page may count it on.
    pub live: bool,
}

impl<'a> Desk<'a> {
    pub fn new(file: &'a store::File, world: World<'a>, actor: &'a Actor, now: DateTime<Utc>, lang: Lang) -> Desk<'a> {
        Desk { file, world, actor, now, w: Words::new(world.edition, world.directory, lang) }
    }

    pub fn case(&self) -> &'a Case {
        &self.file.case
    }

    pub fn sev(&self, severity: Severity, proposed: bool) -> Sev {
        Sev { code: severity.code(), name: self.w.severity(severity), proposed }
    }

    /// Until an instant, or since it.
    pub fn left(&self, at: DateTime<Utc>) -> Left {
        let over = at < self.now;
        let span = self.w.span((at - self.now).num_seconds().abs());
        let text = if over { self.w.l.msg_cf_over(span) } else { self.w.l.msg_cf_left(span) };
        Left { at, text, over, live: true }
    }

    /// The same on the clock of a limit: a working clock counts working time only, and the page can't count that on.
    pub fn left_on(&self, at: DateTime<Utc>, clock: ClockKind) -> Left {
        if clock == ClockKind::Elapsed {
            return self.left(at);
        }
        let over = at < self.now;
        let (l, calendar) = (self.w.l, self.world.calendar);
        let text = if over {
            l.msg_cf_over_working(self.w.span(calendar.working_between(at, self.now).num_seconds()))
        } else {
            l.msg_cf_left_working(self.w.span(calendar.working_between(self.now, at).num_seconds()))
        };
        Left { at, text, over, live: false }
    }

    /// The officer in charge: the post, and who holds it.
    pub fn officer(&self) -> String {
        if let Some(commander) = self.case().active_headquarters().and_then(|h| h.commander()) {
            let acting = commander.holder.command == crate::headquarters::Command::Acting;
            let role = self.role(if acting { role::ACTING_COMMANDER } else { "commander_in_chief" });
            return format!("{role} · {}", self.w.person(&commander.holder.login));
        }
        let code = self.case().incident.officer_role.as_str();
        let name = self.role(code);
        let directory = self.world.directory;
        let named = |p: &&Person| p.name != p.login;
        let holders: Vec<&str> = directory.holders(code, "LG").filter(named).map(|p| p.name.as_str()).collect();
        if holders.is_empty() { name } else { format!("{name} · {}", holders.join(" ")) }
    }

    pub fn role(&self, code: &str) -> String {
        let name = self.world.edition.role(code).map(|r| r.name.get(self.w.lang));
        name.unwrap_or(code).to_owned()
    }

    pub fn region(&self, code: &str) -> String {
        if code == crate::incident::severity::CITY {
            return self.w.l.msg_cf_whole_city();
        }
        self.world.directory.region_name(code).get(self.w.lang).to_owned()
    }

    /// A region as one of several, where the city area is no more than itself.
    pub fn area(&self, code: &str) -> String {
        self.world.directory.region_name(code).get(self.w.lang).to_owned()
    }

    pub fn leads(&self) -> bool {
        self.actor.commands()
    }

    pub fn is_leader(&self) -> bool {
        self.actor.has_role(role::LEADER)
    }
}

/// The mark a number carries: the plan's own, or ours.
pub fn is_planned(basis: Basis) -> bool {
    basis.is_plan_rule()
}

/// A stretch of days as a line of text: `10月1–7日`, `30 Sep–2 Oct`.
pub fn days(lang: Lang, from: NaiveDate, to: NaiveDate) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = |day: NaiveDate| MONTHS.get(day.month0() as usize).copied().unwrap_or_default();
    let same_month = (from.year(), from.month()) == (to.year(), to.month());
    match (lang, from == to, same_month) {
        (Lang::En, true, _) => format!("{} {}", from.day(), month(from)),
        (Lang::En, false, true) => format!("{}–{} {}", from.day(), to.day(), month(from)),
        (Lang::En, false, false) => format!("{} {}–{} {}", from.day(), month(from), to.day(), month(to)),
        (_, true, _) => format!("{}月{}日", from.month(), from.day()),
        (_, false, true) => format!("{}月{}–{}日", from.month(), from.day(), to.day()),
        (_, false, false) => format!("{}月{}日–{}月{}日", from.month(), from.day(), to.month(), to.day()),
    }
}

/// `10月8日 周四 17:05`, or only the time when it is today.
pub fn moment(lang: Lang, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let (there, here) = (local(at), local(now));
    let clock = there.format("%H:%M");
    if there.date_naive() == here.date_naive() {
        return clock.to_string();
    }
    let day = day_name(lang, there.date_naive());
    match there.year() == here.year() {
        true => format!("{day} {clock}"),
        false => format!("{} {clock}", there.format("%Y-%m-%d")),
    }
}

/// `10月8日 周四`, `Thu 8 Oct`.
pub fn day_name(lang: Lang, day: NaiveDate) -> String {
    const WEEK: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];
    let week = WEEK.get(day.weekday().num_days_from_monday() as usize).copied().unwrap_or_default();
    match lang {
        Lang::ZhHans => format!("{} 周{week}", days(lang, day, day)),
        Lang::ZhHant => format!("{} 週{week}", days(lang, day, day)),
        Lang::En => format!("{} {}", day.format("%a"), days(lang, day, day)),
    }
}

/// What was refused, and everything that was typed, so that the page comes back as it was.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// The act it was for, as in its address: `acknowledgement`, `severity`.
    pub act: String,
    /// Key of the task it was about; empty for the incident.
    pub task: String,
    values: HashMap<String, Vec<String>>,
}

impl Typed {
    pub fn new(act: &str, task: &str, pairs: &[(String, String)]) -> Typed {
        let mut values: HashMap<String, Vec<String>> = HashMap::new();
        for (name, value) in pairs {
            values.entry(name.clone()).or_default().push(value.clone());
        }
        Typed { act: act.to_owned(), task: task.to_owned(), values }
    }

    /// The page of this site the form asks to be led back to, as a board's.
    pub fn back(&self) -> Option<&str> {
        let back = self.values.get("back").and_then(|v| v.first())?;
        let plain = back.starts_with('/')
            && !back.starts_with("//")
            && !back.contains('\\')
            && !back.chars().any(char::is_control);
        plain.then_some(back.as_str())
    }

    /// Whether this form was the one refused.
    pub fn is(&self, act: &str, task: impl AsRef<str>) -> bool {
        self.act == act && self.task == task.as_ref()
    }

    /// What was typed in a field of that form.
    pub fn get(&self, act: &str, task: impl AsRef<str>, name: impl AsRef<str>) -> &str {
        let values = self.values.get(name.as_ref()).filter(|_| self.is(act, task));
        values.and_then(|v| v.first()).map_or("", String::as_str)
    }

    /// Whether a box or choice of that form was set to this value.
    pub fn has(&self, act: &str, task: &str, name: &str, value: &str) -> bool {
        self.is(act, task) && self.values.get(name).is_some_and(|v| v.iter().any(|v| v == value))
    }
}
