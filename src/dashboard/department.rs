//! "My department": what it has to sign for and finish, by the time that is left (R153).
//!
//! Sorted first, then read and drawn: of a thousand tasks a page shows the first of each list, and counts them all.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Brief, Heading, Item, Left, Sight, given_to, left, sort_at};
use crate::calendar::effective_clock;
use crate::person::{Actor, role};
use crate::refusal::Refused;
use crate::response::{Cooperation, CooperationState};
use crate::task::Task;

/// Of each list, where nobody asks for the whole of it.
const SHOWN: usize = 40;

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

/// The beginning of a list, and how long it is.
#[derive(Debug, Clone)]
pub struct List<T> {
    pub shown: Vec<T>,
    pub count: usize,
}

impl<T> Default for List<T> {
    fn default() -> List<T> {
        List { shown: Vec::new(), count: 0 }
    }
}

impl<T> List<T> {
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How many are not shown.
    pub fn more(&self) -> usize {
        self.count - self.shown.len()
    }

    fn cut(mut all: Vec<T>, most: usize) -> List<T> {
        let count = all.len();
        all.truncate(most);
        List { shown: all, count }
    }

    fn drawn<U>(&self, draw: impl FnMut(&T) -> Option<U>) -> List<U> {
        let shown: Vec<U> = self.shown.iter().filter_map(draw).collect();
        List { count: self.count - (self.shown.len() - shown.len()), shown }
    }
}

/// An incident as far as sorting needs it.
#[derive(Debug, Clone)]
pub struct Stub {
    pub number: String,
    pub edition: String,
}

/// Everything a department owes, by incident; incidents that were merged into others are not among `stubs`.
#[derive(Debug, Clone, Default)]
pub struct Owed {
    pub tasks: Vec<(Uuid, Task)>,
    pub cards: Vec<(Uuid, Cooperation)>,
    pub stubs: HashMap<Uuid, Stub>,
}

/// The lists of the page, in its order; each is named by its place on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Late,
    Sign,
    Soon,
    Hand,
    Back,
    Ended,
}

impl Place {
    const ALL: [Place; 6] = [Place::Late, Place::Sign, Place::Soon, Place::Hand, Place::Back, Place::Ended];

    fn id(self) -> &'static str {
        match self {
            Place::Late => "late",
            Place::Sign => "sign",
            Place::Soon => "soon",
            Place::Hand => "hand",
            Place::Back => "back",
            Place::Ended => "ended",
        }
    }

    /// `None` when the plan edition does not know the task.
    fn of(task: &Task, stub: &Stub, sight: &Sight<'_>) -> Option<Place> {
        let edition = sight.editions.by_code(&stub.edition)?;
        let def = task.definition(edition)?;
        Some(if task.state.ending().is_some() {
            Place::Ended
        } else if task.returned.is_some() {
            Place::Back
        } else if task.due_at.is_some_and(|due| due < sight.now) {
            Place::Late
        } else if task.acknowledged.is_none() {
            Place::Sign
        } else if left::is_due_soon(task, def, sight) {
            Place::Soon
        } else {
            Place::Hand
        })
    }
}

/// What a department owes, in the lists of its page.
#[derive(Debug, Default)]
pub struct Sorted<'a> {
    lists: [List<(Uuid, &'a Task)>; 6],
    /// Of those to sign for, how many are past the time to.
    sign_late: usize,
    cards: List<(Uuid, &'a Cooperation)>,
}

impl<'a> Sorted<'a> {
    /// `whole` names the list that is to be shown to its end.
    pub fn of(code: &str, owed: &'a Owed, whole: Option<&str>, sight: &Sight<'_>) -> Sorted<'a> {
        let most = |id: &str| if whole == Some(id) { usize::MAX } else { SHOWN };
        let mut lists: [Vec<(Uuid, &Task, &Stub)>; 6] = Default::default();
        for (incident, task) in &owed.tasks {
            let Some(stub) = owed.stubs.get(incident) else { continue };
            let Some(place) = Place::of(task, stub, sight) else { continue };
            lists[place as usize].push((*incident, task, stub));
        }
        // A member sees what was given to them first; a head the whole department by time alone.
        let first = |task: &Task| !sight.actor.heads(code) && given_to(task, sight.actor);
        for (list, place) in lists.iter_mut().zip(Place::ALL) {
            match place {
                Place::Ended => list.sort_by_key(|(_, task, _)| Reverse(task.state.ending().map(|e| e.at))),
                _ => list.sort_by_key(|(_, task, stub)| {
                    (place != Place::Back && !first(task), sort_at(task, sight.now), &stub.number, &task.key)
                }),
            }
        }
        let mut cards: Vec<(Uuid, &Cooperation)> =
            owed.cards.iter().filter(|(id, _)| owed.stubs.contains_key(id)).map(|(id, card)| (*id, card)).collect();
        cards.sort_by_key(|(_, card)| (card.acknowledged.is_some(), card.acknowledge_by));
        let mut places = Place::ALL.into_iter();
        let past = |task: &Task| task.acknowledge_by.is_some_and(|by| by < sight.now);
        Sorted {
            sign_late: lists[Place::Sign as usize].iter().filter(|(_, task, _)| past(task)).count(),
            lists: lists.map(|list| {
                let list = list.into_iter().map(|(incident, task, _)| (incident, task)).collect();
                List::cut(list, places.next().map_or(SHOWN, |place| most(place.id())))
            }),
            cards: List::cut(cards, most("coop")),
        }
    }

    /// The incidents of what is shown.
    pub fn incidents(&self) -> Vec<Uuid> {
        let tasks = self.lists.iter().flat_map(|list| list.shown.iter().map(|(incident, _)| *incident));
        let cards = self.cards.shown.iter().map(|(incident, _)| *incident);
        let all: BTreeSet<Uuid> = tasks.chain(cards).collect();
        Vec::from_iter(all)
    }

    /// The tasks the cards shown ask help for.
    pub fn helped(&self) -> Vec<Uuid> {
        self.cards.shown.iter().map(|(_, card)| card.task).collect()
    }
}

/// Each task stands in exactly one list, and the counts are the lengths of the lists.
#[derive(Debug, Clone, Default)]
pub struct Department {
    pub code: String,
    pub name: String,
    /// Departments the person may look at instead: code and name.
    pub choices: Vec<(String, String)>,
    pub overdue: List<Item>,
    pub to_sign: List<Item>,
    /// How many of those are past the time to sign.
    pub sign_late: usize,
    /// Signed for, and three quarters of the limit are used.
    pub soon: List<Item>,
    pub in_hand: List<Item>,
    pub cooperation: List<Help>,
    /// Given back; waits for the officer in charge.
    pub returned: List<Item>,
    /// Ended today, the latest first.
    pub ended: List<Item>,
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
    /// `briefs` and `helped` are what [`Sorted::incidents`] and [`Sorted::helped`] asked for.
    pub fn of(
        code: &str,
        choices: Vec<(String, String)>,
        sorted: &Sorted<'_>,
        briefs: &HashMap<Uuid, Brief>,
        helped: &HashMap<Uuid, Task>,
        sight: &Sight<'_>,
    ) -> Department {
        let item = |(incident, task): &(Uuid, &Task)| Item::of(task, briefs.get(incident)?, sight);
        let [overdue, to_sign, soon, in_hand, returned, ended] = sorted.lists.each_ref().map(|list| list.drawn(item));
        Department {
            code: code.to_owned(),
            name: sight.department(code),
            choices,
            overdue,
            to_sign,
            sign_late: sorted.sign_late,
            soon,
            in_hand,
            returned,
            ended,
            cooperation: sorted
                .cards
                .drawn(|(incident, card)| help(card, helped.get(&card.task)?, briefs.get(incident)?, sight)),
        }
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

fn help(card: &Cooperation, task: &Task, brief: &Brief, sight: &Sight<'_>) -> Option<Help> {
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
