//! The plan revised by its Leading Group (2.1.2-lg-1, 4): drafts of editions and what they change, members' opinions,
//! the leader's signature; rulings on clauses, and questions about them.

pub mod carried;
pub mod choice;
pub mod clause;
pub mod consultation;
pub mod difference;
pub mod marked;
pub mod pages;
pub mod question;
pub mod record;
pub mod ruling;
pub mod source;
pub mod store;
pub mod task;
#[cfg(test)]
mod tests;
pub mod view;
pub mod words;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

pub use clause::{ClauseEdit, NewClause};
pub use consultation::Consultation;
pub use difference::{Change, Difference, FieldChange, between};
pub use record::New;
pub use source::Sources;
pub use task::{NewTask, TaskEdit};

use crate::clock::local;
use crate::l10n::text;
use crate::lang::{Text, text as say};
use crate::leadership::Leadership;
use crate::person::{Actor, role};
use crate::plan::{Edition, Fault};
use crate::refusal::Refused;

/// Letters of a code at most.
const CODE: usize = 40;

/// A draft copy of an edition.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    pub id: Uuid,
    /// The code the edition will have.
    pub code: String,
    /// Code of the edition it was copied from.
    pub based_on: String,
    pub sources: Sources,
    pub drafted_by: String,
    pub drafted_at: DateTime<Utc>,
    pub updated_by: String,
    pub updated_at: DateTime<Utc>,
    /// Counts changes.
    pub revision: i32,
    /// The signature; from then on the text is frozen.
    pub approved: Option<Approval>,
}

/// The leader's signature for the Leading Group.
#[derive(Debug, Clone, PartialEq)]
pub struct Approval {
    pub at: DateTime<Utc>,
    pub by: String,
    pub effective_from: NaiveDate,
}

/// What a member of the Leading Group thinks of a draft.
#[derive(Debug, Clone, PartialEq)]
pub struct Opinion {
    pub id: Uuid,
    pub person: Uuid,
    pub login: String,
    pub stance: Stance,
    pub text: String,
    /// The revision of the draft it was given on.
    pub revision: i32,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stance {
    Agree,
    Disagree,
    Remark,
}

impl Stance {
    pub const ALL: [Stance; 3] = [Stance::Agree, Stance::Disagree, Stance::Remark];

    pub const fn code(self) -> &'static str {
        match self {
            Stance::Agree => "agree",
            Stance::Disagree => "disagree",
            Stance::Remark => "remark",
        }
    }

    pub fn from_code(code: &str) -> Option<Stance> {
        Stance::ALL.into_iter().find(|s| s.code() == code)
    }
}

/// A change of a draft, as its history keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    pub at: DateTime<Utc>,
    pub by: String,
    /// `clause 3.1.8`, `task it.voice.on_site`.
    pub record: String,
    pub fields: Vec<FieldChange>,
}

/// The plan editor drafts, and so may leader and deputy (R3).
///
/// # Errors
/// M_ACTING_LIMITS for an acting commander, M_NOT_LG for everyone else.
pub fn may_draft(actor: &Actor, leadership: &Leadership) -> Result<(), Refused> {
    let may = actor.leads() || actor.has_role(role::PLAN_EDITOR);
    if may { Ok(()) } else { Err(leadership.not_yours(actor, Refused::NotLg)) }
}

/// Drafts are read by those who work on them: editors, the Leading Group, and the inspection centre.
pub fn may_read(actor: &Actor) -> bool {
    actor.leads() || actor.has_role(role::PLAN_EDITOR) || actor.has_role(role::LG_MEMBER) || actor.is_inspector()
}

/// Members of the Leading Group give their opinions, and whoever was asked.
pub fn may_opine(actor: &Actor, asked: Option<&Consultation>) -> bool {
    actor.leads() || actor.has_role(role::LG_MEMBER) || asked.is_some_and(|c| c.asks(actor))
}

/// The leader signs and rules for the Leading Group, nobody in their place.
///
/// # Errors
/// M_ACTING_LIMITS for an acting commander, M_NOT_LG for everyone else.
pub fn signs(actor: &Actor, leadership: &Leadership) -> Result<(), Refused> {
    if actor.has_role(role::LEADER) { Ok(()) } else { Err(leadership.not_yours(actor, Refused::NotLg)) }
}

/// A code as it may stand in an address.
///
/// # Errors
/// M_BAD_VALUE.
pub fn read_code(typed: &str) -> Result<String, Refused> {
    let code = typed.trim();
    let signs = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let first = code.starts_with(|c: char| c.is_ascii_alphanumeric());
    if first && code.len() <= CODE && code.chars().all(signs) {
        return Ok(code.to_owned());
    }
    Err(Refused::BadValue { field: "code".to_owned(), expected: text(|l| l.msg_ed_code_rule()) })
}

/// A code that is still free, for whoever has no other in mind: `2026-1`.
pub fn free_code(now: DateTime<Utc>, taken: impl Fn(&str) -> bool) -> String {
    let year = local(now).format("%Y");
    let mut number = 1;
    while taken(&format!("{year}-{number}")) {
        number += 1;
    }
    format!("{year}-{number}")
}

impl Draft {
    /// A draft under a code of its own; `sources` are those of the edition it starts from, or imported.
    ///
    /// # Errors
    /// M_NOT_LG and M_ACTING_LIMITS by right, M_BAD_VALUE for the code or for files that can't be read.
    pub fn new(
        code: &str,
        based_on: &Edition,
        mut sources: Sources,
        actor: &Actor,
        leadership: &Leadership,
        now: DateTime<Utc>,
    ) -> Result<Draft, Refused> {
        may_draft(actor, leadership)?;
        let code = read_code(code)?;
        sources.call(&code)?;
        Ok(Draft {
            id: Uuid::now_v7(),
            code,
            based_on: based_on.code.clone(),
            sources,
            drafted_by: actor.login.clone(),
            drafted_at: now,
            updated_by: actor.login.clone(),
            updated_at: now,
            revision: 1,
            approved: None,
        })
    }

    /// Changes a record, adds one or takes one out; answers what changed, nothing where it stands so already.
    ///
    /// # Errors
    /// M_PLAN_READONLY once it is signed, M_STALE where another changed it since; and whatever `change` refuses.
    pub fn rewrite(
        &mut self,
        record: String,
        seen: Option<i32>,
        change: impl FnOnce(&mut Sources) -> Result<(), Refused>,
        actor: &Actor,
        leadership: &Leadership,
        now: DateTime<Utc>,
    ) -> Result<Option<Changed>, Refused> {
        self.open_to(actor, leadership, seen)?;
        let before = self.sources.clone();
        let mut sources = before.clone();
        change(&mut sources)?;
        self.sources = sources;
        Ok(self.changed(&before, record, actor, now))
    }

    fn open_to(&self, actor: &Actor, leadership: &Leadership, seen: Option<i32>) -> Result<(), Refused> {
        may_draft(actor, leadership)?;
        if self.approved.is_some() {
            return Err(Refused::PlanReadonly);
        }
        if seen.is_some_and(|seen| seen != self.revision) {
            return Err(Refused::Stale { at: self.updated_at, change: Some(self.updated_by.clone()) });
        }
        Ok(())
    }

    fn changed(&mut self, before: &Sources, record: String, actor: &Actor, now: DateTime<Utc>) -> Option<Changed> {
        let fields: Vec<FieldChange> = between(before, &self.sources).into_iter().flat_map(|d| d.fields).collect();
        if fields.is_empty() {
            self.sources = before.clone();
            return None;
        }
        self.revision += 1;
        self.updated_at = now;
        self.updated_by.clone_from(&actor.login);
        Some(Changed { at: now, by: actor.login.clone(), record, fields })
    }

    /// What a member of the Leading Group thinks, or who was asked; recorded, not a vote (proposed).
    ///
    /// # Errors
    /// M_NOT_LG for others, M_PLAN_READONLY once signed, M_REQUIRED where words are missing.
    pub fn opine(
        &self,
        stance: Stance,
        words: &str,
        asked: Option<&Consultation>,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Opinion, Refused> {
        let Some(person) = actor.person.filter(|_| may_opine(actor, asked)) else {
            return Err(Refused::NotLg);
        };
        if self.approved.is_some() {
            return Err(Refused::PlanReadonly);
        }
        let words = words.trim();
        if words.is_empty() && stance != Stance::Agree {
            return Err(Refused::Required { field: "text".to_owned(), label: text(|l| l.msg_ed_opinion_text()) });
        }
        Ok(Opinion {
            id: Uuid::now_v7(),
            person,
            login: actor.login.clone(),
            stance,
            text: words.to_owned(),
            revision: self.revision,
            at: now,
        })
    }

    /// The leader's signature: the text as it will stand, and the edition it makes.
    ///
    /// # Errors
    /// M_NOT_LG, M_ACTING_LIMITS by right; M_PLAN_READONLY when signed already; M_EFFECTIVE_PAST for a day before
    /// today; M_EDITION_GAP for each gap the check finds.
    pub fn approve(
        &mut self,
        effective_from: NaiveDate,
        actor: &Actor,
        leadership: &Leadership,
        now: DateTime<Utc>,
    ) -> Result<Edition, Vec<Refused>> {
        signs(actor, leadership).map_err(|r| vec![r])?;
        if self.approved.is_some() {
            return Err(vec![Refused::PlanReadonly]);
        }
        if effective_from < local(now).date_naive() {
            return Err(vec![Refused::EffectivePast]);
        }
        let mut sources = self.sources.clone();
        let day = local(now).date_naive();
        let basis = format!("signed for the Leading Group by {} on {day}", actor.login);
        // Whether the plan is still on trial is part of its text and stays as drafted.
        sources.take_effect(effective_from, &basis).map_err(|r| vec![r])?;
        let edition = sources.check().map_err(|faults| gaps(&faults))?;
        self.sources = sources;
        self.approved = Some(Approval { at: now, by: actor.login.clone(), effective_from });
        Ok(edition)
    }
}

/// What the check found, as refusals, each once.
pub fn gaps(faults: &[Fault]) -> Vec<Refused> {
    let record = |f: &Fault| format!("{} {}", f.file, f.record).trim_end().to_owned();
    let mut gaps: Vec<Refused> = Vec::new();
    for fault in faults {
        let gap = Refused::EditionGap { record: record(fault), fault: view::fault(&fault.message) };
        if !gaps.contains(&gap) {
            gaps.push(gap);
        }
    }
    gaps
}

/// A text in three languages, none of them blank.
///
/// # Errors
/// M_REQUIRED, by the field that is blank.
pub fn whole(words: Text) -> Result<Text, Refused> {
    let words = Text {
        zh_hans: words.zh_hans.trim().to_owned(),
        zh_hant: words.zh_hant.trim().to_owned(),
        en: words.en.trim().to_owned(),
    };
    for (lang, written) in [("zh-Hans", &words.zh_hans), ("zh-Hant", &words.zh_hant), ("en", &words.en)] {
        if written.is_empty() {
            let label = say("三种文字的内容", "三種文字的內容", "Text in all three languages");
            return Err(Refused::Required { field: format!("text.{lang}"), label });
        }
    }
    Ok(words)
}
