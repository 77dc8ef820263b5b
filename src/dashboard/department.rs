//! "My department": what it has to sign for and finish, by the time that is left (R153).

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Brief, Heading, Item, Left, Sight, items, left};
use crate::calendar::effective_clock;
use crate::person::{Actor, role};
use crate::refusal::Refused;
use crate::response::{Cooperation, CooperationState};
use crate::task::Task;

/// The inspection and appraisal centre.
const INSP: &str = "INSP";

/// A card that asks the department for its help.
#[derive(Debug, Clone, PartialEq)]
pub struct Help {
    pub heading: Heading,
    pub key: String,
    pub action: String,
    pub clause: String,
    /// Who asks.
    pub responsible: String,
    pub department: String,
    pub department_code: String,
    pub sign: Left,
    pub signed: Option<(DateTime<Utc>, String)>,
    pub may: bool,
}

impl Help {
    pub fn href(&self) -> String {
        format!("/incidents/{}#t-{}", self.heading.number, self.key)
    }
}

/// Each task stands in exactly one list, and the counts are the lengths of the lists.
#[derive(Debug, Clone, Default)]
pub struct Department {
    pub code: String,
    pub name: String,
    /// Closed incidents whose review the inspection centre still owes, the oldest first (2.1.2-insp-1); also where its
    /// task is signed for.
    pub to_review: Vec<Heading>,
    /// Departments the person may look at instead: code and name.
    pub choices: Vec<(String, String)>,
    pub overdue: Vec<Item>,
    pub to_sign: Vec<Item>,
    /// Signed for, and three quarters of the limit are used.
    pub soon: Vec<Item>,
    pub in_hand: Vec<Item>,
    pub cooperation: Vec<Help>,
    /// Given back; waits for the officer in charge.
    pub returned: Vec<Item>,
    /// Ended today, the latest first.
    pub ended: Vec<Item>,
}

/// The departments a person may open: their own, for the leadership and the inspection centre any.
pub fn choices(actor: &Actor, sight: &Sight<'_>) -> Vec<(String, String)> {
    let any = actor.leads() || actor.is_inspector();
    let own = |code: &str| {
        actor.posts.iter().any(|p| p.department == code && p.role != role::SYS_ADMIN && p.role != role::PLAN_EDITOR)
    };
    let mut codes: Vec<&str> =
        sight.directory.departments().iter().map(|d| d.code.as_str()).filter(|c| any || own(c)).collect();
    // Where one has a post comes before what one may only look at.
    codes.sort_by_key(|code| !own(code));
    codes.into_iter().map(|code| (code.to_owned(), sight.department(code))).collect()
}

/// The department asked for, or the first of the person's own.
pub fn choose(wanted: Option<&str>, choices: &[(String, String)], actor: &Actor) -> Result<String, Refused> {
    let found = match wanted {
        Some(code) => choices.iter().find(|(c, _)| c == code),
        // The Leading Group itself owes few cards; a member who also heads a department works there.
        None => choices.iter().find(|(c, _)| c != "LG" && actor.belongs_to(c)).or(choices.first()),
    };
    found.map(|(code, _)| code.clone()).ok_or(Refused::Forbidden)
}

/// The instances whose cards stand on the page of `code`: the headquarters' are the Leading Group's.
pub fn instances(code: &str) -> Vec<String> {
    match code {
        "LG" => vec!["LG".to_owned(), "HQ".to_owned()],
        _ => vec![code.to_owned()],
    }
}

impl Department {
    pub fn of(
        code: &str,
        choices: Vec<(String, String)>,
        tasks: &[(Uuid, Task)],
        cards: &[(Uuid, Cooperation, Task)],
        briefs: &[Brief],
        sight: &Sight<'_>,
    ) -> Department {
        let mut page =
            Department { code: code.to_owned(), name: sight.department(code), choices, ..Department::default() };
        let running: Vec<Brief> = briefs.iter().filter(|b| b.state != "merged").cloned().collect();
        for item in items(tasks, &running, sight) {
            page.note_review(&item);
            page.sort_in(item);
        }
        page.to_review.sort_by_key(|h| h.closed_at);
        // A member sees what was given to them first; a head the whole department by time alone.
        if !sight.actor.heads(code) {
            for list in [&mut page.overdue, &mut page.to_sign, &mut page.soon, &mut page.in_hand] {
                list.sort_by_key(|item| !item.mine);
            }
        }
        page.ended.sort_by_key(|item| std::cmp::Reverse(item.ended.as_ref().map(|e| e.0)));
        page.cooperation = cards.iter().filter_map(|(id, card, task)| help(*id, card, task, &running, sight)).collect();
        page.cooperation.sort_by_key(|h| (h.signed.is_some(), h.sign.at()));
        page
    }

    fn note_review(&mut self, item: &Item) {
        let owed = self.code == INSP && item.heading.closed && item.ended.is_none();
        if owed && self.to_review.iter().all(|h| h.number != item.heading.number) {
            self.to_review.push(item.heading.clone());
        }
    }

    fn sort_in(&mut self, item: Item) {
        let list = if item.ended.is_some() {
            &mut self.ended
        } else if item.returned.is_some() {
            &mut self.returned
        } else if item.is_overdue() {
            &mut self.overdue
        } else if !item.is_signed() {
            &mut self.to_sign
        } else if item.due.is_soon() {
            &mut self.soon
        } else {
            &mut self.in_hand
        };
        list.push(item);
    }

    pub fn is_quiet(&self) -> bool {
        self.overdue.is_empty()
            && self.to_sign.is_empty()
            && self.soon.is_empty()
            && self.in_hand.is_empty()
            && self.cooperation.is_empty()
            && self.returned.is_empty()
    }
}

fn help(id: Uuid, card: &Cooperation, task: &Task, briefs: &[Brief], sight: &Sight<'_>) -> Option<Help> {
    let open = matches!(card.state, CooperationState::Asked | CooperationState::Acknowledged);
    let brief = briefs.iter().find(|b| b.id == id).filter(|_| open)?;
    let (edition, words) = sight.edition(&brief.edition)?;
    let def = task.definition(edition)?;
    let sign = match card.state {
        CooperationState::Asked => {
            let kind = effective_clock(&def.ack.allowance(), task.major);
            left(card.acknowledge_by, task.opened_at, kind, &words, sight)
        }
        _ => Left::None,
    };
    let leads_it = matches!(card.department.as_str(), "LG" | "HQ") && sight.actor.leads();
    Some(Help {
        heading: Heading::of(brief, sight)?,
        key: task.key.clone(),
        action: words.task(&task.key),
        clause: def.clause.clone(),
        responsible: sight.department(&task.department),
        department: sight.department(&card.department),
        department_code: card.department.clone(),
        sign,
        signed: card.acknowledged.as_ref().map(|(at, by)| (*at, sight.person(by))),
        may: sight.actor.belongs_to(&card.department) || leads_it,
    })
}
