//! Whom a task tells by name, as a list to tick: who is to be told, who was, and who has seen it.

use super::{Desk, Mark, duty, is_planned, moment};
use crate::dashboard::duty::dial;
use crate::notified::{Concerned, Notified};
use crate::person::{Post, role};
use crate::plan::{Means, TaskDef};
use crate::task::{Task, rights};

pub struct Roll {
    pub rows: Vec<Row>,
    /// How many were told, are on the list, and have seen it.
    pub count: String,
    /// Until when each must have seen it, and whether that number is the plan's own.
    pub rule: String,
    pub planned: bool,
    /// Whoever looks may tick people.
    pub may: bool,
    pub means: Vec<(&'static str, String)>,
    /// Whoever looks was told, and has not said that they have seen it: by whom, when and how.
    pub mine: Option<String>,
}

pub struct Row {
    pub login: String,
    pub name: String,
    /// What they are told for; blank where the name says it.
    pub posts: String,
    pub phone: String,
    pub dial: String,
    pub state: Mark,
    /// When, how and by whom they were told.
    pub how: String,
    /// Until when it must be seen, where it is not.
    pub see_by: Option<String>,
    pub late: bool,
    pub told: bool,
}

pub fn of(desk: &Desk<'_>, task: &Task, def: &TaskDef) -> Option<Roll> {
    let notify = def.notify.as_ref()?;
    let (l, case) = (desk.w.l, desk.case());
    let list = case.roll(task, desk.world);
    let told = list.iter().filter_map(|(_, n)| *n);
    let seen = told.clone().filter(|n| n.seen_at.is_some()).count();
    let own = case.told(task.id).find(|n| Some(n.person) == desk.actor.person && n.seen_at.is_none());
    let open = case.incident.is_open();
    Some(Roll {
        count: l.msg_told_count(told.count().to_string(), list.len().to_string(), seen.to_string()),
        rule: l.msg_told_rule(duty::allowance(desk, &notify.seen.allowance())),
        planned: is_planned(notify.seen.basis),
        may: open && task.is_active() && rights::part(task, desk.actor).is_some(),
        means: Means::ALL.iter().map(|m| (m.code(), desk.w.means(*m))).collect(),
        mine: own.filter(|_| open).map(|n| {
            let at = moment(desk.w.lang, n.at, desk.now);
            l.msg_told_mine(desk.w.person(&n.by), at, desk.w.means(n.means))
        }),
        rows: list.into_iter().map(|(one, told)| row(desk, &one, told)).collect(),
    })
}

fn row(desk: &Desk<'_>, one: &Concerned, told: Option<&Notified>) -> Row {
    let (l, lang) = (desk.w.l, desk.w.lang);
    let name = desk.w.person(&one.login);
    let phone = desk.world.directory.person(one.person).and_then(|p| p.phone.clone()).unwrap_or_default();
    let late = told.is_some_and(|n| n.is_late(desk.now));
    let (class, icon, word) = match told {
        None => ("state-open", "to-sign", l.msg_told_not_yet()),
        Some(Notified { seen_at: Some(at), .. }) => {
            ("state-done", "done", l.msg_told_seen(moment(lang, *at, desk.now)))
        }
        Some(_) if late => ("late-text", "late", l.msg_told_unseen_late()),
        Some(_) => ("state-signed", "waiting", l.msg_told_unseen()),
    };
    Row {
        login: one.login.clone(),
        posts: posts(desk, &one.posts, &name),
        dial: dial(&phone),
        phone,
        state: Mark { class, icon, word },
        how: told.map_or_else(String::new, |n| {
            l.msg_told_how(moment(lang, n.at, desk.now), desk.w.means(n.means), desk.w.person(&n.by))
        }),
        see_by: told.filter(|n| n.seen_at.is_none()).map(|n| l.msg_told_see_by(moment(lang, n.see_by, desk.now))),
        late,
        told: told.is_some(),
        name,
    }
}

/// The posts that the name does not say; of one who is no longer concerned, that.
fn posts(desk: &Desk<'_>, posts: &[Post], name: &str) -> String {
    if posts.is_empty() {
        return desk.w.l.msg_told_gone();
    }
    let words = posts.iter().map(|post| {
        let role = desk.w.role(&post.role);
        match post.role.as_str() {
            role::DEPARTMENT_HEAD => format!("{} · {role}", desk.w.department(&post.department)),
            _ => role,
        }
    });
    desk.w.list(words.filter(|post| post != name))
}
