//! Questions to the Leading Group about how a clause is to be read. A question stops no clock (R6).

pub mod pages;
pub mod store;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::ruling::Ruling;
use super::signs;
use crate::journal::Event;
use crate::lang::{Lang, Text, text as say};
use crate::leadership::Leadership;
use crate::notice::{Addressee, Notice};
use crate::person::{Actor, role};
use crate::plan::Edition;
use crate::refusal::Refused;

#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub id: Uuid,
    pub clause: String,
    /// Key of the task it came from.
    pub task: Option<String>,
    /// Number of the incident it came from.
    pub incident: Option<String>,
    pub text: String,
    pub asked_by: String,
    pub asker: Uuid,
    pub asked_at: DateTime<Utc>,
    pub answer: Option<Answer>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub text: String,
    pub by: String,
    pub at: DateTime<Utc>,
    /// The ruling that answers it, in all languages.
    pub ruling: Option<(Uuid, Text)>,
}

impl Answer {
    /// As it is read: a ruling in the reader's language, an answer of its own as written.
    pub fn words(&self, lang: &Lang) -> &str {
        self.ruling.as_ref().map_or(&self.text, |(_, text)| text.get(*lang))
    }
}

/// Heads of departments and of the office, and the inspection centre.
pub fn may_ask(actor: &Actor) -> bool {
    actor.has_role(role::DEPARTMENT_HEAD) || actor.has_role(role::LG_OFFICE_HEAD) || actor.is_inspector()
}

impl Question {
    /// About a clause, or about a task and through it the clause it rests on.
    ///
    /// # Errors
    /// M_FORBIDDEN for others, M_NOT_FOUND where neither clause nor task is known, M_REQUIRED for blank words.
    pub fn new(
        clause: Option<&str>,
        task: Option<&str>,
        words: &str,
        edition: &Edition,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Question, Refused> {
        let Some(asker) = actor.person.filter(|_| may_ask(actor)) else {
            return Err(Refused::Forbidden);
        };
        let resting = match task {
            Some(key) => Some(edition.task(crate::routing::code_of(key)).ok_or(Refused::NotFound)?.clause.as_str()),
            None => None,
        };
        let clause = clause.or(resting).and_then(|id| edition.clause(id)).ok_or(Refused::NotFound)?;
        Ok(Question {
            id: Uuid::now_v7(),
            clause: clause.id.clone(),
            task: task.map(str::to_owned),
            incident: None,
            text: written(words, "text")?,
            asked_by: actor.login.clone(),
            asker,
            asked_at: now,
            answer: None,
        })
    }

    /// The leader answers for the Leading Group.
    ///
    /// # Errors
    /// M_NOT_LG and M_ACTING_LIMITS by right, M_STALE when it is answered already, M_REQUIRED for blank words.
    pub fn answered(
        &mut self,
        words: &str,
        actor: &Actor,
        leadership: &Leadership,
        now: DateTime<Utc>,
    ) -> Result<(), Refused> {
        signs(actor, leadership)?;
        if let Some(answer) = &self.answer {
            return Err(Refused::Stale { at: answer.at, change: Some(answer.by.clone()) });
        }
        self.answer = Some(Answer { text: written(words, "answer")?, by: actor.login.clone(), at: now, ruling: None });
        Ok(())
    }

    /// Answered by a ruling, which whoever asked reads in their own language.
    ///
    /// # Errors
    /// As [`Question::answered`].
    pub fn ruled(
        &mut self,
        ruling: &Ruling,
        lang: Lang,
        actor: &Actor,
        leadership: &Leadership,
    ) -> Result<(), Refused> {
        self.answered(ruling.text.get(lang), actor, leadership, ruling.at)?;
        if let Some(answer) = &mut self.answer {
            answer.ruling = Some((ruling.id, ruling.text.clone()));
        }
        Ok(())
    }

    /// What whoever asked is told of the answer.
    pub fn told(&self) -> Option<Notice> {
        let answer = self.answer.as_ref()?;
        let (question, clause) = (self.id, self.clause.clone());
        Some(Notice {
            id: Uuid::now_v7(),
            task: None,
            to: Addressee::Person(self.asker),
            urgent: false,
            late: false,
            at: answer.at,
            event: Event::QuestionAnswered { question, clause, answer: answer.text.clone() },
        })
    }
}

fn written(words: &str, field: &str) -> Result<String, Refused> {
    match words.trim() {
        "" => Err(Refused::Required { field: field.to_owned(), label: say("内容", "內容", "Text") }),
        words if words.contains('\0') => {
            Err(Refused::BadValue { field: field.to_owned(), expected: crate::incident::field::a_text() })
        }
        words => Ok(words.to_owned()),
    }
}
