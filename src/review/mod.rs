//! Reviews: the inspection centre judges how departments kept to the plan in a closed incident (2.1.2-insp-1).
//!
//! The sheet is generated from the record; the inspector adds findings and a score, and can change nothing of the
//! handling. The draft goes to the departments, their heads may object, and then it is final. The case is closed when
//! everything ordered from it is accepted.

mod finding;
pub mod pages;
pub mod sheet;
pub mod store;
#[cfg(test)]
mod tests;
pub mod view;

use chrono::{DateTime, Utc};
use uuid::Uuid;

pub use finding::{Finding, Was, Withdrawn, Words, takes_findings};

use crate::calendar::{Allowance, Calendar, ClockKind, Unit};
use crate::journal::{Entry, Event, Recorded};
use crate::l10n::text;
use crate::notice::{Notice, address};
use crate::person::directory::Directory;
use crate::person::{Actor, role};
use crate::plan::Edition;
use crate::refusal::Refused;

/// The task of the matrix that a review fulfils, and the evidence it asks for.
pub const TASK: &str = crate::response::REVIEW;
pub const EVIDENCE: &str = "review_report";
/// Time for the heads of departments to object to a draft (proposed).
pub const TO_OBJECT: Allowance = Allowance { value: 2, unit: Unit::WorkingDays, clock: ClockKind::Working };
/// The best score.
pub const BEST: i32 = 100;
/// Letters of a text at most.
const LONGEST: usize = 4000;

/// When, and by whom (sign-in name).
pub type Signed = (DateTime<Utc>, String);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// To review; only the inspection centre and the leadership see what is written.
    Open,
    /// Out to the departments.
    Draft,
    Final,
    /// All that was ordered from it is accepted.
    Closed,
}

impl State {
    pub const ALL: [State; 4] = [State::Open, State::Draft, State::Final, State::Closed];

    pub const fn code(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Draft => "draft",
            State::Final => "final",
            State::Closed => "closed",
        }
    }

    /// Nothing of it changes any more but that the case is closed.
    pub const fn is_final(self) -> bool {
        matches!(self, State::Final | State::Closed)
    }

    pub fn from_code(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|s| s.code() == code)
    }
}

/// What a department says against the draft, and what the inspection centre decided on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Objection {
    pub id: Uuid,
    pub department: String,
    pub text: String,
    pub by: String,
    pub at: DateTime<Utc>,
    pub answer: Option<Decision>,
}

/// What the inspection centre decided on an objection.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    pub text: String,
    /// Unknown of those decided on before this was asked.
    pub upheld: Option<bool>,
    pub signed: Signed,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    pub incident: Uuid,
    /// Of the incident.
    pub number: String,
    pub state: State,
    pub opened_at: DateTime<Utc>,
    pub due_at: Option<DateTime<Utc>>,
    /// Of a hundred.
    pub score: Option<i32>,
    pub summary: String,
    pub drafted: Option<Signed>,
    pub objections_until: Option<DateTime<Utc>>,
    pub finalised: Option<Signed>,
    pub closed: Option<Signed>,
    pub findings: Vec<Finding>,
    pub objections: Vec<Objection>,
    pub updated_at: DateTime<Utc>,
    pub revision: i32,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Find(Words),
    /// Makes a finding say otherwise; what it said is kept.
    Correct {
        finding: Option<Uuid>,
        words: Words,
    },
    Withdraw {
        finding: Option<Uuid>,
        reason: String,
    },
    /// Publishes the draft to the departments.
    Draft {
        score: Option<i32>,
        summary: String,
    },
    /// `department`: left out, the actor's own.
    Object {
        department: Option<String>,
        text: String,
    },
    Answer {
        department: String,
        text: String,
        upheld: Option<bool>,
    },
    /// `score`: as the objections changed it.
    Final {
        score: Option<i32>,
    },
    /// Closes the case.
    Close,
}

/// What the rules read beside the review.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub edition: &'a Edition,
    pub calendar: &'a Calendar,
    pub directory: &'a Directory,
    /// Departments with a row on the sheet.
    pub concerned: &'a [String],
    /// Whether the actor took part in handling the incident.
    pub took_part: bool,
    /// Numbers of the rectification orders from it that are not accepted, and of those that are.
    pub open_orders: &'a [String],
    pub accepted_orders: &'a [String],
    /// Findings that an order rests on.
    pub ordered: &'a [Uuid],
}

/// What an act writes beside the review.
#[derive(Debug, Clone, Default)]
pub struct Written {
    pub entries: Vec<Entry>,
    pub notices: Vec<Notice>,
}

impl Review {
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        self.finalised.is_none() && self.due_at.is_some_and(|due| due < now)
    }

    /// Departments the review is about: those with a row on the sheet and those with a finding, each once.
    pub fn concerned(&self, on_sheet: &[String]) -> Vec<String> {
        let mut all = on_sheet.to_vec();
        for finding in self.standing() {
            if !all.contains(&finding.words.department) {
                all.push(finding.words.department.clone());
            }
        }
        all
    }

    /// The inspection centre and the leadership always; a department concerned once the draft is out; everyone who
    /// sees the incident once it is final.
    pub fn is_visible_to(&self, actor: &Actor, on_sheet: &[String], sees_incident: bool) -> bool {
        if actor.is_system() || actor.is_inspector() || actor.leads() {
            return true;
        }
        match self.state {
            State::Open => false,
            State::Draft => self.concerned(on_sheet).iter().any(|d| actor.acts_for(d)),
            State::Final | State::Closed => sees_incident,
        }
    }

    /// Applies a command. The second to do the same is told who was first; the same person again changes nothing.
    ///
    /// # Errors
    /// M_FORBIDDEN for whoever may not review: not of the inspection centre, or took part in the handling.
    pub fn act(
        &self,
        command: &Command,
        context: &Context<'_>,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(Review, Written), Refused> {
        let mut next = self.clone();
        let mut written = Written::default();
        if !matches!(command, Command::Object { .. }) {
            may_review(actor, context.took_part)?;
        }
        match command {
            Command::Find(words) => next.find(words, context, actor, now)?,
            Command::Correct { finding, words } => {
                next.correct(*finding, words, context, actor, now, &mut written)?;
            }
            Command::Withdraw { finding, reason } => {
                next.withdraw(*finding, reason, context, actor, now, &mut written)?;
            }
            Command::Draft { score, summary } => next.draft(*score, summary, context, actor, now, &mut written)?,
            Command::Object { department, text } => {
                next.object(department.as_deref(), text, context, actor, now, &mut written)?;
            }
            Command::Answer { department, text, upheld } => {
                next.answer(department, text, *upheld, context, actor, now, &mut written)?;
            }
            Command::Final { score } => next.finish(*score, context, actor, now, &mut written)?,
            Command::Close => next.close(context, actor, now, &mut written)?,
        }
        if next != *self {
            next.updated_at = now;
            next.revision += 1;
        }
        Ok((next, written))
    }

    fn draft(
        &mut self,
        score: Option<i32>,
        summary: &str,
        context: &Context<'_>,
        actor: &Actor,
        now: DateTime<Utc>,
        written: &mut Written,
    ) -> Result<(), Refused> {
        if let Some(signed) = &self.drafted {
            return again(signed, actor);
        }
        let score = in_range(score)?.ok_or_else(|| required("score", |l| l.msg_rv_score()))?;
        let until = context.calendar.due(now, &TO_OBJECT, false, None).unwrap_or(now);
        self.state = State::Draft;
        self.score = Some(score);
        self.summary = short(summary, "summary")?;
        self.drafted = Some((now, actor.login.clone()));
        self.objections_until = Some(until);
        let event = Event::ReviewDrafted { score, findings: self.standing().count(), until };
        for department in self.concerned(context.concerned) {
            written.tell(address::head(context.directory, &department), &event, false, now);
        }
        written.note(None, event, actor, now);
        Ok(())
    }

    fn object(
        &mut self,
        department: Option<&str>,
        words: &str,
        context: &Context<'_>,
        actor: &Actor,
        now: DateTime<Utc>,
        written: &mut Written,
    ) -> Result<(), Refused> {
        let concerned = self.concerned(context.concerned);
        let own = |d: &&String| speaks_for(actor, d, context.directory);
        let found = match department {
            Some(code) => concerned.iter().filter(own).find(|d| *d == code),
            None => concerned.iter().find(own),
        };
        let Some(department) = found.cloned() else {
            if actor.is_inspector() {
                return Err(Refused::InspReadonly);
            }
            let asked = department.or(concerned.first().map(String::as_str)).unwrap_or_default();
            return Err(Refused::NotYourTask { department: context.directory.department_name(asked) });
        };
        let words = filled(words, "text", |l| l.msg_rv_objection())?;
        if let Some(before) = self.objections.iter().find(|o| o.department == department) {
            let same = before.by == actor.login && before.text == words;
            return if same { Ok(()) } else { Err(stale(before.at, &before.by)) };
        }
        if self.state != State::Draft || self.objections_until.is_some_and(|until| now > until) {
            return Err(Refused::RecordLocked);
        }
        let by = actor.login.clone();
        let objection = Objection {
            id: Uuid::now_v7(),
            department: department.clone(),
            text: words.clone(),
            by,
            at: now,
            answer: None,
        };
        self.objections.push(objection);
        let event = Event::ObjectionMade { department: department.clone(), text: words };
        written.tell(address::post(role::INSPECTOR, "INSP"), &event, false, now);
        written.note(Some(&department), event, actor, now);
        Ok(())
    }

    #[expect(clippy::too_many_arguments)]
    fn answer(
        &mut self,
        department: &str,
        words: &str,
        upheld: Option<bool>,
        context: &Context<'_>,
        actor: &Actor,
        now: DateTime<Utc>,
        written: &mut Written,
    ) -> Result<(), Refused> {
        let unknown = || bad("department", |l| l.msg_rv_objection_rule());
        let objection = self.objections.iter_mut().find(|o| o.department == department).ok_or_else(unknown)?;
        if let Some(decision) = &objection.answer {
            return again(&decision.signed, actor);
        }
        let words = filled(words, "text", |l| l.msg_rv_answer())?;
        let upheld = Some(upheld.ok_or_else(|| required("upheld", |l| l.msg_rv_upheld_or_not()))?);
        let event = Event::ObjectionAnswered { department: department.to_owned(), text: words.clone(), upheld };
        objection.answer = Some(Decision { text: words, upheld, signed: (now, actor.login.clone()) });
        written.tell(address::head(context.directory, department), &event, false, now);
        written.note(Some(department), event, actor, now);
        Ok(())
    }

    fn finish(
        &mut self,
        score: Option<i32>,
        context: &Context<'_>,
        actor: &Actor,
        now: DateTime<Utc>,
        written: &mut Written,
    ) -> Result<(), Refused> {
        if let Some(signed) = &self.finalised {
            return again(signed, actor);
        }
        if let Some(waits_for) = self.not_final_yet(context.directory, now) {
            return Err(Refused::Prereq { task: waits_for });
        }
        let score = in_range(score)?.or(self.score).ok_or_else(|| required("score", |l| l.msg_rv_score()))?;
        self.state = State::Final;
        self.score = Some(score);
        self.finalised = Some((now, actor.login.clone()));
        let event = Event::ReviewFinal { score };
        for department in self.concerned(context.concerned) {
            written.tell(address::head(context.directory, &department), &event, false, now);
        }
        written.note(None, event, actor, now);
        Ok(())
    }

    /// What a final review still waits for: the draft, an answer, or the end of the time to object. That end need not
    /// be waited for once every department with a finding has objected and has its answer.
    pub fn not_final_yet(&self, directory: &Directory, now: DateTime<Utc>) -> Option<crate::lang::Text> {
        let Some(until) = self.objections_until else {
            return Some(text(|l| l.msg_rv_waits_draft()));
        };
        if let Some(open) = self.objections.iter().find(|o| o.answer.is_none()) {
            let name = directory.department_name(&open.department);
            return Some(crate::lang::Text {
                zh_hans: crate::lang::Lang::ZhHans.l10n().msg_rv_waits_answer(name.get(crate::lang::Lang::ZhHans)),
                zh_hant: crate::lang::Lang::ZhHant.l10n().msg_rv_waits_answer(name.get(crate::lang::Lang::ZhHant)),
                en: crate::lang::Lang::En.l10n().msg_rv_waits_answer(name.get(crate::lang::Lang::En)),
            });
        }
        let found: Vec<String> = self.standing().map(|f| f.words.department.clone()).collect();
        let objected: Vec<String> = self.objections.iter().map(|o| o.department.clone()).collect();
        let stamp = crate::clock::local(until).format("%Y-%m-%d %H:%M").to_string();
        (!all_heard(until, &found, &objected, now)).then(|| text(|l| l.msg_rv_waits_until(stamp.as_str())))
    }

    fn close(
        &mut self,
        context: &Context<'_>,
        actor: &Actor,
        now: DateTime<Utc>,
        written: &mut Written,
    ) -> Result<(), Refused> {
        if let Some(signed) = &self.closed {
            return again(signed, actor);
        }
        if !context.open_orders.is_empty() {
            return Err(Refused::RectifyOpen);
        }
        if self.state != State::Final {
            return Err(Refused::Prereq { task: text(|l| l.msg_rv_waits_final()) });
        }
        self.state = State::Closed;
        self.closed = Some((now, actor.login.clone()));
        written.note(None, Event::ReviewClosed { orders: context.accepted_orders.to_vec() }, actor, now);
        Ok(())
    }
}

impl Written {
    fn note(&mut self, department: Option<&str>, event: Event, actor: &Actor, at: DateTime<Utc>) {
        self.entries.push(Entry {
            task: None,
            department: department.map(str::to_owned),
            at,
            event,
            actor: actor.login.clone(),
            late: false,
            corrects: None,
        });
    }

    fn tell(&mut self, to: crate::notice::Addressee, event: &Event, urgent: bool, at: DateTime<Utc>) {
        if self.notices.iter().any(|n| n.to == to) {
            return;
        }
        self.notices.push(Notice { id: Uuid::now_v7(), task: None, to, urgent, late: false, at, event: event.clone() });
    }
}

/// The time to object is over, or every department with a finding has objected.
fn all_heard(until: DateTime<Utc>, found: &[String], objected: &[String], now: DateTime<Utc>) -> bool {
    now >= until || (!found.is_empty() && found.iter().all(|d| objected.contains(d)))
}

/// Whether a person took part in handling the incident: reported it, signed, was given a task, or wrote anything into
/// its record but what the inspection centre itself writes there.
pub fn took_part(recorded: &[Recorded], login: &str) -> bool {
    recorded.iter().any(|r| match &r.event {
        Event::Reported { registrar, .. } if registrar == login => true,
        Event::ReportMerged { reporter, .. } if reporter == login => true,
        Event::Assigned { task, to } if to == login => !task.starts_with("insp."),
        _ => r.actor == login && is_handling(&r.event),
    })
}

fn is_handling(event: &Event) -> bool {
    let own = |task: &str| task.starts_with("insp.");
    match event {
        Event::Comment { .. }
        | Event::Corrected { .. }
        | Event::Exported { .. }
        | Event::Attached { .. }
        | Event::Reopened { .. }
        // Being told, and knowing, is no handling.
        | Event::NoticeSeen { .. }
        | Event::CircularPublished { .. }
        | Event::ExchangeArranged { .. }
        | Event::ExperiencePublished { .. }
        | Event::ReviewDemanded { .. }
        | Event::ReviewDrafted { .. }
        | Event::QuestionAnswered { .. }
        | Event::FindingCorrected { .. }
        | Event::FindingWithdrawn { .. }
        | Event::ObjectionAnswered { .. }
        | Event::ReviewFinal { .. }
        | Event::ReviewClosed { .. }
        | Event::RectificationOrdered { .. }
        | Event::RectificationReturned { .. }
        | Event::RectificationAccepted { .. } => false,
        Event::Acknowledged { task, .. }
        | Event::Assigned { task, .. }
        | Event::Returned { task, .. }
        | Event::Progress { task, .. }
        | Event::CheckedIn { task, .. }
        | Event::Contacted { task, .. }
        | Event::Done { task, .. }
        | Event::TaskOpened { task }
        | Event::NotArisen { task, .. } => !own(task),
        _ => true,
    }
}

/// # Errors
/// M_FORBIDDEN for whoever is not of the inspection centre, and for an inspector who took part in the handling.
pub fn may_review(actor: &Actor, took_part: bool) -> Result<(), Refused> {
    if actor.is_inspector() && !took_part { Ok(()) } else { Err(Refused::Forbidden) }
}

/// The head of a department, the leadership for the Leading Group; its members while the post of the head is empty.
pub fn speaks_for(actor: &Actor, department: &str, directory: &Directory) -> bool {
    match department {
        "LG" | "HQ" => actor.leads(),
        _ => actor.heads(department) || (directory.head_of(department).is_none() && actor.belongs_to(department)),
    }
}

/// # Errors
/// M_REQUIRED for a blank text, M_BAD_VALUE for one too long.
pub fn filled(
    typed: &str,
    field: &str,
    label: impl Fn(&'static crate::l10n::L10nLanguage) -> String,
) -> Result<String, Refused> {
    let typed = short(typed, field)?;
    if typed.is_empty() { Err(required(field, label)) } else { Ok(typed) }
}

fn short(typed: &str, field: &str) -> Result<String, Refused> {
    // The database keeps no NUL.
    let typed = typed.replace('\0', "").trim().to_owned();
    if typed.chars().count() > LONGEST {
        return Err(bad(field, |l| l.msg_length_rule(LONGEST.to_string())));
    }
    Ok(typed)
}

fn in_range(score: Option<i32>) -> Result<Option<i32>, Refused> {
    match score {
        Some(score) if !(0..=BEST).contains(&score) => Err(bad("score", |l| l.msg_rv_score_rule())),
        score => Ok(score),
    }
}

fn again((at, by): &Signed, actor: &Actor) -> Result<(), Refused> {
    if *by == actor.login { Ok(()) } else { Err(stale(*at, by)) }
}

fn stale(at: DateTime<Utc>, by: &str) -> Refused {
    Refused::Stale { at, change: Some(by.to_owned()) }
}

fn required(field: &str, label: impl Fn(&'static crate::l10n::L10nLanguage) -> String) -> Refused {
    Refused::Required { field: field.to_owned(), label: text(label) }
}

fn bad(field: &str, expected: impl Fn(&'static crate::l10n::L10nLanguage) -> String) -> Refused {
    Refused::BadValue { field: field.to_owned(), expected: text(expected) }
}
