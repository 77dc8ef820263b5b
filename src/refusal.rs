//! What the system says no to: one variant a message of the catalogue, carrying what the message names.

use chrono::{DateTime, NaiveDate, Utc};

use crate::lang::Text;

/// A refusal by rule or by right. The core returns it; the shells turn it into a page or a JSON answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Refused {
    OutsideCity,
    OutOfScope { department: Text },
    PlanReadonly,
    NoEdition { date: NaiveDate },
    SeverityNotYours,
    SeverityNotAllowed { sub_kind: Text, severity: Text },
    /// `field` is the machine name of the field, `label` what the user reads.
    Required { field: String, label: Text },
    LocationVague,
    FutureTime { field: String },
    SelfClearFirst,
    Duplicate { number: String, minutes: i64 },
    MergedClosed { number: String },
    NotYourTask { department: Text },
    AckFirst,
    EvidenceMissing { evidence: Vec<Text> },
    Prereq { task: Text },
    RefuseReason,
    RecordLocked,
    CloseBlocked { list: Vec<Text> },
    ReopenReason,
    DrillMix,
    DrillExternal,
    Stale { at: DateTime<Utc>, change: Option<String> },
    CasualtyField,
    ChannelMissing { channels: Vec<Text> },
    SiteHead,
    InspReadonly,
    Forbidden,
    /// Not a rule of the plan: the thing named does not exist, or not for this person.
    NotFound,
    /// A field the call does not know, by name; a typo must not pass for a report.
    UnknownField { field: String },
    /// A value that can't be read: what was expected, in the user's words.
    BadValue { field: String, expected: Text },
    /// Wrong sign-in name or password; deliberately says no more.
    SignIn,
    /// Too many tries; says when the next is taken.
    TooManyTries { until: DateTime<Utc> },
}

impl Refused {
    /// The message code of the catalogue.
    pub fn code(&self) -> &'static str {
        match self {
            Refused::OutsideCity => "M_OUTSIDE_CITY",
            Refused::OutOfScope { .. } => "M_OUT_OF_SCOPE",
            Refused::PlanReadonly => "M_PLAN_READONLY",
            Refused::NoEdition { .. } => "M_NO_EDITION",
            Refused::SeverityNotYours => "M_SEVERITY_NOT_YOURS",
            Refused::SeverityNotAllowed { .. } => "M_SEVERITY_NOT_ALLOWED",
            Refused::Required { .. } => "M_REQUIRED",
            Refused::LocationVague => "M_LOCATION_VAGUE",
            Refused::FutureTime { .. } => "M_FUTURE_TIME",
            Refused::SelfClearFirst => "M_SELF_CLEAR_FIRST",
            Refused::Duplicate { .. } => "M_DUPLICATE",
            Refused::MergedClosed { .. } => "M_MERGED_CLOSED",
            Refused::NotYourTask { .. } => "M_NOT_YOUR_TASK",
            Refused::AckFirst => "M_ACK_FIRST",
            Refused::EvidenceMissing { .. } => "M_EVIDENCE_MISSING",
            Refused::Prereq { .. } => "M_PREREQ",
            Refused::RefuseReason => "M_REFUSE_REASON",
            Refused::RecordLocked => "M_RECORD_LOCKED",
            Refused::CloseBlocked { .. } => "M_CLOSE_BLOCKED",
            Refused::ReopenReason => "M_REOPEN_REASON",
            Refused::DrillMix => "M_DRILL_MIX",
            Refused::DrillExternal => "M_DRILL_EXTERNAL",
            Refused::Stale { .. } => "M_STALE",
            Refused::CasualtyField => "M_CASUALTY_FIELD",
            Refused::ChannelMissing { .. } => "M_CHANNEL_MISSING",
            Refused::SiteHead => "M_SITE_HEAD",
            Refused::InspReadonly => "M_INSP_READONLY",
            Refused::Forbidden => "M_FORBIDDEN",
            Refused::NotFound => "M_NOT_FOUND",
            Refused::UnknownField { .. } => "M_UNKNOWN_FIELD",
            Refused::BadValue { .. } => "M_BAD_VALUE",
            Refused::SignIn => "M_SIGN_IN",
            Refused::TooManyTries { .. } => "M_TOO_MANY_TRIES",
        }
    }

    /// The HTTP status: 422 by rule, 403 by right, 409 for what another already did.
    pub fn status(&self) -> u16 {
        match self {
            Refused::Stale { .. } | Refused::Duplicate { .. } => 409,
            Refused::Forbidden
            | Refused::NotYourTask { .. }
            | Refused::SeverityNotYours
            | Refused::InspReadonly => 403,
            Refused::NotFound => 404,
            Refused::SignIn => 401,
            Refused::TooManyTries { .. } => 429,
            _ => 422,
        }
    }

    /// The clause the refusal rests on, where one is the ground.
    pub fn clause(&self) -> Option<&'static str> {
        Some(match self {
            Refused::OutsideCity | Refused::OutOfScope { .. } => "1.4",
            Refused::PlanReadonly => "2.1.2-lg-1",
            Refused::NoEdition { .. } => "5",
            Refused::SeverityNotYours | Refused::SeverityNotAllowed { .. } => "2.1.1-2",
            Refused::LocationVague => "3.3.1",
            Refused::SelfClearFirst => "2.1.2-rmd-1",
            Refused::CasualtyField => "3.3.4",
            Refused::ChannelMissing { .. } => "3.2.1",
            Refused::SiteHead => "2.1.2-sec-1",
            Refused::InspReadonly
            | Refused::CloseBlocked { .. }
            | Refused::ReopenReason
            | Refused::RecordLocked => "2.1.2-insp-1",
            _ => return None,
        })
    }

    /// The field the refusal is about, for marking it in a form.
    pub fn field(&self) -> Option<&str> {
        match self {
            Refused::Required { field, .. }
            | Refused::FutureTime { field }
            | Refused::UnknownField { field }
            | Refused::BadValue { field, .. } => Some(field),
            Refused::OutsideCity => Some("region"),
            Refused::OutOfScope { .. } => Some("links_affected"),
            Refused::LocationVague => Some("exact_location"),
            Refused::SelfClearFirst => Some("self_clear_tried"),
            Refused::CasualtyField => Some("casualties"),
            Refused::SeverityNotAllowed { .. } => Some("severity"),
            Refused::NoEdition { .. } => Some("occurred_at"),
            Refused::RefuseReason | Refused::ReopenReason => Some("reason"),
            Refused::EvidenceMissing { .. } | Refused::ChannelMissing { .. } => Some("evidence"),
            _ => None,
        }
    }
}
