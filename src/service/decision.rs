//! A service decision: where and when service is suspended, altered or resumed, by whom, and on whose opinions (3.2.1,
//! 3.2.2).

pub mod pages;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::leading_role;
use crate::l10n::text;
use crate::person::directory::Directory;
use crate::person::{Actor, role};
use crate::plan::vocabulary::vocabulary;
use crate::plan::{Edition, Scope, Severity};
use crate::refusal::Refused;

vocabulary! {
    Kind {
        Suspend = "suspend",
        Alter = "alter",
        Resume = "resume",
    }
}

vocabulary! {
    /// The body that decides; the later is the higher.
    Body {
        /// Leading Group Office: part of the region (3.2.2).
        Lgo = "LGO",
        /// Leading Group: the whole region (3.2.1).
        Lg = "LG",
    }
}

impl Body {
    pub const fn clause(self) -> &'static str {
        match self {
            Body::Lg => "3.2.1",
            Body::Lgo => "3.2.2",
        }
    }

    /// Who is not of this body is told whose decision it is.
    pub const fn refusal(self) -> Refused {
        match self {
            Body::Lg => Refused::DecisionLg,
            Body::Lgo => Refused::DecisionLgo,
        }
    }
}

vocabulary! {
    /// What a member thinks of a draft.
    Stance {
        Agree = "agree",
        /// With a remark or condition.
        AgreeWith = "agree_with",
        Disagree = "disagree",
    }
}

/// A decision as typed. A draft may lack areas and times; a signed one may not.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    pub kind: Option<Kind>,
    /// Region codes.
    pub areas: Vec<String>,
    /// Link codes; empty: the whole service.
    pub links: Vec<String>,
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
    /// What was put to the body.
    pub question: String,
    pub detail: String,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Decision {
    pub id: Uuid,
    /// `<incident>-J<n>`.
    pub number: String,
    pub kind: Kind,
    /// Of a draft: the body it needs. Of a signed decision: the body that signed.
    pub body: Body,
    pub areas: Vec<String>,
    pub links: Vec<String>,
    #[serde(rename = "from_at")]
    pub from: Option<DateTime<Utc>>,
    #[serde(rename = "until_at")]
    pub until: Option<DateTime<Utc>>,
    pub question: String,
    pub detail: String,
    pub reason: String,
    pub drafted_by: String,
    pub drafted_at: DateTime<Utc>,
    pub signed_at: Option<DateTime<Utc>>,
    pub signed_by: Option<String>,
    /// leader, deputy_leader, acting_commander or lg_office_head.
    pub signed_role: Option<String>,
    /// The letter an acting commander signs under.
    pub delegation: Option<Uuid>,
    /// Areas in which a later decision took its place: area -> number of that decision.
    pub replaced: BTreeMap<String, String>,
    pub updated_at: DateTime<Utc>,
    /// In the order given.
    #[serde(default)]
    pub opinions: Vec<Opinion>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opinion {
    pub person: Uuid,
    pub login: String,
    pub stance: Stance,
    pub text: String,
    pub at: DateTime<Utc>,
}

impl Decision {
    pub fn is_signed(&self) -> bool {
        self.signed_at.is_some()
    }

    /// Areas in which it holds: signed, no resumption, and nothing later took its place there. It holds past its own
    /// end until a resumption is decided, so that nobody takes service for restored by the calendar alone.
    pub fn areas_in_force(&self) -> impl Iterator<Item = &str> {
        let holds = self.is_signed() && self.kind != Kind::Resume;
        self.areas.iter().map(String::as_str).filter(move |area| holds && !self.replaced.contains_key(*area))
    }

    pub fn is_in_force(&self) -> bool {
        self.areas_in_force().next().is_some()
    }

    /// Where a later decision on these areas and links takes this one's place.
    pub fn overlap(&self, areas: &[String], links: &[String]) -> Vec<String> {
        let same_links = links.is_empty() || self.links.is_empty() || self.links.iter().any(|l| links.contains(l));
        let areas = self.areas_in_force().filter(|a| same_links && areas.iter().any(|other| other == a));
        areas.map(str::to_owned).collect()
    }

    pub fn as_draft(&self) -> Draft {
        Draft {
            kind: Some(self.kind),
            areas: self.areas.clone(),
            links: self.links.clone(),
            from: self.from,
            until: self.until,
            question: self.question.clone(),
            detail: self.detail.clone(),
            reason: self.reason.clone(),
        }
    }
}

impl Draft {
    /// Every area and link it names is one of the company's, each once.
    pub fn check_names(&self, edition: &Edition, directory: &Directory) -> Result<(), Refused> {
        let once = |list: &[String]| (1..list.len()).all(|n| !list[..n].contains(&list[n]));
        if !once(&self.areas) || self.areas.iter().any(|a| directory.region(a).is_none()) {
            return Err(Refused::BadValue { field: "areas".to_owned(), expected: text(|l| l.msg_svc_areas_rule()) });
        }
        if !once(&self.links) || self.links.iter().any(|code| edition.link(code).is_none()) {
            return Err(Refused::BadValue { field: "links".to_owned(), expected: text(|l| l.msg_svc_links_rule()) });
        }
        if self.until.is_some_and(|until| self.from.is_some_and(|from| until <= from)) {
            return Err(Refused::DecisionIncomplete { field: "until" });
        }
        Ok(())
    }

    /// Kind, areas and time are there (R77).
    pub fn check_complete(&self) -> Result<Kind, Refused> {
        let kind = self.kind.ok_or(Refused::DecisionIncomplete { field: "kind" })?;
        if self.areas.is_empty() {
            return Err(Refused::DecisionIncomplete { field: "areas" });
        }
        if self.from.is_none() {
            return Err(Refused::DecisionIncomplete { field: "from" });
        }
        Ok(kind)
    }
}

/// Decisions of earlier bodies that one on these areas and links takes the place of: (number, areas).
pub fn replaces(decisions: &[Decision], areas: &[String], links: &[String]) -> Vec<(String, Vec<String>)> {
    let overlaps = decisions.iter().map(|d| (d.number.clone(), d.overlap(areas, links)));
    overlaps.filter(|(_, areas)| !areas.is_empty()).collect()
}

/// The body an incident belongs to: the whole region to the Leading Group, part of it to its Office.
pub fn body_of(severity: Severity, scope: Option<Scope>) -> Body {
    match scope {
        Some(Scope::WholeRegion) => Body::Lg,
        Some(Scope::PartRegion) => Body::Lgo,
        None if severity == Severity::Major => Body::Lg,
        None => Body::Lgo,
    }
}

/// The body a decision needs: that of the incident; the Leading Group where it reaches beyond the incident's own
/// regions or takes the place of one of the Leading Group's.
pub fn body_needed(own: Body, regions: &[String], decisions: &[Decision], draft: &Draft) -> Body {
    let beyond = draft.areas.iter().any(|a| !regions.contains(a));
    let theirs = |d: &Decision| d.body == Body::Lg && !d.overlap(&draft.areas, &draft.links).is_empty();
    if beyond || decisions.iter().any(theirs) { Body::Lg } else { own }
}

/// The body and role a person signs in.
///
/// For the Leading Group: leader, deputy, acting commander. For the Office: its head, and while that post is empty the
/// deputy leader; the leadership may also decide in its stead, as the higher body (3.2.2).
pub fn signs_for(needed: Body, actor: &Actor, office_empty: bool) -> Result<(Body, &'static str), Refused> {
    if actor.is_inspector() {
        return Err(Refused::InspReadonly);
    }
    match (needed, leading_role(actor)) {
        (Body::Lgo, _) if actor.has_role(role::LG_OFFICE_HEAD) => Ok((Body::Lgo, role::LG_OFFICE_HEAD)),
        (Body::Lgo, Some(role::DEPUTY_LEADER)) if office_empty => Ok((Body::Lgo, role::DEPUTY_LEADER)),
        (_, Some(role)) => Ok((Body::Lg, role)),
        (needed, None) => Err(needed.refusal()),
    }
}

/// Those who may draw up a sheet: whoever may sign one, the Office's duty officer, and members of the Leading Group.
pub fn may_draft(actor: &Actor) -> bool {
    leading_role(actor).is_some()
        || actor.has_role(role::LG_OFFICE_HEAD)
        || actor.holds(role::DUTY_OFFICER, "LGO")
        || actor.has_role(role::LG_MEMBER)
}

/// Those whose opinion the sheet records: the members of the Leading Group and the two who lead it.
pub fn may_opine(actor: &Actor) -> bool {
    actor.leads() || actor.has_role(role::LG_MEMBER)
}
