//! Opinions on a draft asked for by a day: of the Leading Group, and of the heads of departments whose duties it touches
//! (proposed; the plan leaves the manner open).

pub mod pages;
pub mod store;

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::difference::{Difference, Fields, between, records};
use super::{Draft, Sources, may_draft};
use crate::clock::local;
use crate::journal::Event;
use crate::l10n::text;
use crate::leadership::Leadership;
use crate::notice::{Addressee, Notice, address};
use crate::person::directory::{Directory, Person};
use crate::person::{Actor, Post, role};
use crate::refusal::Refused;

/// Letters of the words that go with it at most.
const WORDS: usize = 500;

/// What goes out with the asking.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// The last day for an answer.
    pub answer_by: NaiveDate,
    /// May be blank.
    pub words: &'a str,
}

/// One asking. A later one of the same draft takes its place: opinions are asked for anew.
#[derive(Debug, Clone, PartialEq)]
pub struct Consultation {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    /// Sign-in name.
    pub by: String,
    /// The last day for an answer.
    pub answer_by: NaiveDate,
    /// May be blank.
    pub text: String,
    /// The revision of the draft it was asked about.
    pub revision: i32,
    pub posts: Vec<Post>,
}

/// How far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Sign-in names of whoever holds a post that was asked, in the directory's order.
    pub asked: Vec<String>,
    /// Those of them who have not answered.
    pub waiting: Vec<String>,
    /// Everybody's answer is in, or the day is past.
    pub ready: bool,
}

/// A consultation about a draft that is not signed yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Open {
    /// Code of the draft.
    pub code: String,
    pub consultation: Consultation,
    /// Who gave an opinion on the draft, and when.
    pub answers: Vec<(Uuid, DateTime<Utc>)>,
}

/// The same as a board shows it to one person.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    pub code: String,
    pub answer_by: NaiveDate,
    pub text: String,
    pub asked: usize,
    pub given: usize,
    pub ready: bool,
    /// The reader's own opinion is waited for.
    pub own: bool,
}

impl Draft {
    /// Asks for opinions: of the Leading Group but for the leader, who signs, and of the heads of departments that a
    /// difference from `base` touches.
    ///
    /// # Errors
    /// M_NOT_LG and M_ACTING_LIMITS by right, M_PLAN_READONLY once signed, M_BAD_VALUE for a day before today, words too
    /// long or a draft that changes nothing.
    pub fn consult(
        &self,
        base: &Sources,
        asking: &Asking<'_>,
        directory: &Directory,
        actor: &Actor,
        leadership: &Leadership,
        now: DateTime<Utc>,
    ) -> Result<Consultation, Refused> {
        may_draft(actor, leadership)?;
        if self.approved.is_some() {
            return Err(Refused::PlanReadonly);
        }
        let bad = |field: &str, expected| Err(Refused::BadValue { field: field.to_owned(), expected });
        if asking.answer_by < local(now).date_naive() {
            return bad("answer_by", text(|l| l.msg_ed_consult_day_rule()));
        }
        if asking.words.trim().chars().count() > WORDS {
            return bad("text", text(|l| l.msg_length_rule(WORDS.to_string())));
        }
        let differences = between(base, &self.sources);
        if differences.is_empty() {
            return bad("draft", text(|l| l.msg_ed_consult_draft_rule()));
        }
        let touched = touched(&differences, &[base, &self.sources]);
        let instances = directory.departments().iter().filter(|d| touched.contains(&d.kind));
        let heads = instances.flat_map(|d| address::heads(directory, &d.code));
        let mut posts: Vec<Post> = Vec::new();
        for one in address::leading_group().into_iter().chain(heads) {
            let Addressee::Post { role, department } = one else { continue };
            let post = Post { role, department };
            if post.role != role::LEADER && !posts.contains(&post) {
                posts.push(post);
            }
        }
        Ok(Consultation {
            id: Uuid::now_v7(),
            at: now,
            by: actor.login.clone(),
            answer_by: asking.answer_by,
            text: asking.words.trim().to_owned(),
            revision: self.revision,
            posts,
        })
    }
}

impl Consultation {
    /// Whether the actor holds one of the posts asked.
    pub fn asks(&self, actor: &Actor) -> bool {
        actor.posts.iter().any(|post| self.posts.contains(post))
    }

    /// Who was asked and who has answered since, by the opinions given on the draft.
    pub fn standing(&self, answers: &[(Uuid, DateTime<Utc>)], directory: &Directory, now: DateTime<Utc>) -> Standing {
        let asked: Vec<&Person> =
            directory.people().iter().filter(|p| p.active && p.posts.iter().any(|h| self.posts.contains(h))).collect();
        let login = |p: &&Person| p.login.clone();
        let waiting: Vec<String> = asked.iter().filter(|p| !self.answered(p.id, answers)).map(login).collect();
        let ready = waiting.is_empty() || self.answer_by < local(now).date_naive();
        Standing { asked: asked.iter().map(login).collect(), waiting, ready }
    }

    fn answered(&self, person: Uuid, answers: &[(Uuid, DateTime<Utc>)]) -> bool {
        answers.iter().any(|(by, at)| *by == person && *at >= self.at)
    }

    /// To everyone asked, and to the leader, who will sign.
    pub fn notices(&self, code: &str) -> Vec<Notice> {
        let event = Event::OpinionsAsked {
            code: code.to_owned(),
            by: self.by.clone(),
            answer_by: self.answer_by,
            text: self.text.clone(),
        };
        let asked = self.posts.iter().map(|p| address::post(&p.role, &p.department));
        address::each_once(asked.chain([address::post(role::LEADER, "LG")]), &event, self.at)
    }
}

impl Open {
    /// What the boards show a person of it: the leader all of it, others while their own opinion is waited for.
    pub fn card(&self, actor: &Actor, directory: &Directory, now: DateTime<Utc>) -> Option<Card> {
        let answered = actor.person.is_some_and(|person| self.consultation.answered(person, &self.answers));
        let own = self.consultation.asks(actor) && !answered;
        if !own && !actor.has_role(role::LEADER) {
            return None;
        }
        let standing = self.consultation.standing(&self.answers, directory, now);
        Some(Card {
            code: self.code.clone(),
            answer_by: self.consultation.answer_by,
            text: self.consultation.text.clone(),
            asked: standing.asked.len(),
            given: standing.asked.len() - standing.waiting.len(),
            ready: standing.ready,
            own,
        })
    }
}

/// The kinds of department that differences touch, by what either text says of the record: a clause's departments, who
/// does a task and helps with it, whose tasks a route gained or lost.
fn touched(differences: &[Difference], texts: &[&Sources]) -> BTreeSet<String> {
    let mut known: HashMap<(String, String), Vec<Fields>> = HashMap::new();
    for source in texts.iter().flat_map(|t| [&t.clauses, &t.matrix]) {
        for (record, id, fields) in records(source) {
            known.entry((record, id)).or_default().push(fields);
        }
    }
    let said = |record: &str, id: &str, fields: &[&str]| -> Vec<String> {
        let sides = known.get(&(record.to_owned(), id.to_owned())).into_iter().flatten();
        let values = sides.flat_map(|side| fields.iter().filter_map(|field| side.get(*field)));
        values.flat_map(|value| value.split(", ")).map(str::to_owned).collect()
    };
    let of_task = |id: &str| said("task", id, &["responsible", "cooperating"]);
    let mut touched = BTreeSet::new();
    for one in differences {
        match one.record.as_str() {
            "clause" => touched.extend(said("clause", &one.id, &["depts"])),
            "task" => touched.extend(of_task(&one.id)),
            "route" => {
                let tasks = one.fields.iter().filter(|f| f.field == "tasks");
                let sides = tasks.map(|f| (f.before.as_deref().unwrap_or(""), f.after.as_deref().unwrap_or("")));
                for (before, after) in sides {
                    let (before, after): (BTreeSet<_>, BTreeSet<_>) =
                        (before.split(", ").collect(), after.split(", ").collect());
                    touched.extend(before.symmetric_difference(&after).flat_map(|id| of_task(id)));
                }
            }
            _ => {}
        }
    }
    touched.remove("");
    touched
}
