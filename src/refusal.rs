//! What the system says no to: one variant a message of the catalogue, carrying what the message names.

pub mod field;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::clock::local;
use crate::l10n::{join, of};
use crate::lang::{Lang, Text};

/// A refusal by rule or by right. The core returns it; the shells turn it into a page or a JSON answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Refused {
    OutsideCity,
    OutOfScope {
        department: Text,
    },
    PlanReadonly,
    NoEdition {
        date: NaiveDate,
    },
    SeverityNotYours,
    SeverityNotAllowed {
        sub_kind: Text,
        severity: Text,
    },
    /// `field` is the machine name of the field, `label` what the user reads.
    Required {
        field: String,
        label: Text,
    },
    LocationVague,
    FutureTime {
        field: String,
    },
    SelfClearFirst,
    Duplicate {
        number: String,
        minutes: i64,
    },
    MergedClosed {
        number: String,
    },
    NotYourTask {
        department: Text,
    },
    AckFirst,
    EvidenceMissing {
        evidence: Vec<Text>,
    },
    Prereq {
        task: Text,
    },
    RefuseReason,
    RecordLocked,
    CloseBlocked {
        list: Vec<Text>,
    },
    ReopenReason,
    DrillMix,
    DrillExternal,
    Stale {
        at: DateTime<Utc>,
        change: Option<String>,
    },
    CasualtyField,
    ChannelMissing {
        channels: Vec<Text>,
    },
    SiteHead,
    InspReadonly,
    Forbidden,
    TwoLeaders,
    NotLg,
    /// A seat of the Leading Group or its office that nobody holds.
    SeatEmpty {
        seat: Text,
    },
    HqOnlyMajor,
    LeaderPresent {
        who: String,
    },
    ActingNotHead,
    ActingNoSubdelegate,
    ActingLimits,
    CommandTaken {
        who: String,
    },
    /// How many directives are open; nought when it is a link or a suspension that blocks.
    StanddownOpen {
        directives: usize,
    },
    DirectiveNoLimit,
    DirectivePast,
    DirectiveNotIssuer,
    LimitLooser {
        clause: String,
        words: Text,
    },
    NoDecision,
    DecisionLg,
    DecisionLgo,
    DecisionIncomplete {
        field: &'static str,
    },
    /// A day before the approval.
    EffectivePast,
    PinReason,
    /// What keeps a draft from being approved: file and record, and what is wrong there.
    EditionGap {
        record: String,
        fault: Text,
    },
    CircularFields {
        field: &'static str,
    },
    /// A department would decide on its own answer to a rectification order.
    RectifySelf,
    RectifyOpen,
    /// Not a rule of the plan: the thing named does not exist, or not for this person.
    NotFound,
    /// A field the call does not know, by name; a typo must not pass for a report.
    UnknownField {
        field: String,
    },
    /// A value that can't be read: what was expected, in the user's words.
    BadValue {
        field: String,
        expected: Text,
    },
    /// Nobody is signed in, or the session has ended.
    SignInFirst,
    /// Wrong sign-in name or password; deliberately says no more.
    SignIn,
    /// Too many tries; says when the next is taken.
    TooManyTries {
        until: DateTime<Utc>,
    },
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
            Refused::TwoLeaders => "M_TWO_LEADERS",
            Refused::NotLg => "M_NOT_LG",
            Refused::SeatEmpty { .. } => "M_LG_SEAT_EMPTY",
            Refused::HqOnlyMajor => "M_HQ_ONLY_MAJOR",
            Refused::LeaderPresent { .. } => "M_LEADER_PRESENT",
            Refused::ActingNotHead => "M_ACTING_NOT_HEAD",
            Refused::ActingNoSubdelegate => "M_ACTING_NO_SUBDELEGATE",
            Refused::ActingLimits => "M_ACTING_LIMITS",
            Refused::CommandTaken { .. } => "M_COMMAND_TAKEN",
            Refused::StanddownOpen { .. } => "M_STANDDOWN_OPEN",
            Refused::DirectiveNoLimit => "M_DIRECTIVE_NO_LIMIT",
            Refused::DirectivePast => "M_DIRECTIVE_PAST",
            Refused::DirectiveNotIssuer => "M_DIRECTIVE_NOT_ISSUER",
            Refused::LimitLooser { .. } => "M_LIMIT_LOOSER",
            Refused::NoDecision => "M_NO_DECISION",
            Refused::DecisionLg => "M_DECISION_LG",
            Refused::DecisionLgo => "M_DECISION_LGO",
            Refused::DecisionIncomplete { .. } => "M_DECISION_INCOMPLETE",
            Refused::EffectivePast => "M_EFFECTIVE_PAST",
            Refused::PinReason => "M_PIN_REASON",
            Refused::EditionGap { .. } => "M_EDITION_GAP",
            Refused::CircularFields { .. } => "M_CIRCULAR_FIELDS",
            Refused::RectifySelf => "M_RECTIFY_SELF",
            Refused::RectifyOpen => "M_RECTIFY_OPEN",
            Refused::NotFound => "M_NOT_FOUND",
            Refused::UnknownField { .. } => "M_UNKNOWN_FIELD",
            Refused::BadValue { .. } => "M_BAD_VALUE",
            Refused::SignInFirst => "M_SIGN_IN_FIRST",
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
            | Refused::InspReadonly
            | Refused::NotLg
            | Refused::ActingLimits
            | Refused::ActingNoSubdelegate
            | Refused::DirectiveNotIssuer
            | Refused::RectifySelf
            | Refused::DecisionLg
            | Refused::DecisionLgo => 403,
            Refused::NotFound => 404,
            Refused::SignIn | Refused::SignInFirst => 401,
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
            Refused::TwoLeaders | Refused::SeatEmpty { .. } => "2.1.1-1",
            Refused::HqOnlyMajor | Refused::CommandTaken { .. } => "2.1.1-2",
            Refused::LeaderPresent { .. }
            | Refused::ActingNotHead
            | Refused::ActingNoSubdelegate
            | Refused::ActingLimits
            | Refused::StanddownOpen { .. } => "2.1.1-3",
            Refused::NotLg | Refused::EffectivePast | Refused::PinReason | Refused::EditionGap { .. } => "2.1.2-lg-1",
            Refused::DirectiveNoLimit
            | Refused::DirectivePast
            | Refused::DirectiveNotIssuer
            | Refused::LimitLooser { .. } => "2.1.2-lg-3",
            Refused::NoDecision | Refused::DecisionLg | Refused::DecisionIncomplete { .. } => "3.2.1",
            Refused::DecisionLgo => "3.2.2",
            Refused::CircularFields { .. } => "2.1.2-lg-4",
            Refused::SelfClearFirst => "2.1.2-rmd-1",
            Refused::CasualtyField => "3.3.4",
            Refused::ChannelMissing { .. } => "3.2.1",
            Refused::SiteHead => "2.1.2-sec-1",
            Refused::InspReadonly
            | Refused::CloseBlocked { .. }
            | Refused::ReopenReason
            | Refused::RecordLocked
            | Refused::RectifySelf
            | Refused::RectifyOpen => "2.1.2-insp-1",
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
            Refused::RefuseReason | Refused::ReopenReason | Refused::LimitLooser { .. } => Some("reason"),
            Refused::EffectivePast => Some("effective_from"),
            Refused::PinReason => Some("reason"),
            Refused::EditionGap { record, .. } => Some(record),
            Refused::DirectiveNoLimit | Refused::DirectivePast => Some("due_at"),
            Refused::ActingNotHead => Some("to"),
            Refused::DecisionIncomplete { field } | Refused::CircularFields { field } => Some(field),
            Refused::EvidenceMissing { .. } | Refused::ChannelMissing { .. } => Some("evidence"),
            _ => None,
        }
    }

    /// M_STALE: what the other person changed.
    pub fn change(&self) -> Option<&str> {
        match self {
            Refused::Stale { change, .. } => change.as_deref(),
            _ => None,
        }
    }

    /// Whether what was asked for does not exist for whoever asks, so that there is no page to say it on.
    pub fn hides(&self) -> bool {
        matches!(self, Refused::NotFound | Refused::Forbidden)
    }

    /// The sentence the user reads, as the catalogue words it.
    pub fn message(&self, lang: Lang) -> String {
        let l = of(lang);
        match self {
            Refused::OutsideCity => l.msg_m_outside_city(),
            Refused::OutOfScope { department } => l.msg_m_out_of_scope(department.get(lang)),
            Refused::PlanReadonly => l.msg_m_plan_readonly(),
            Refused::NoEdition { date } => l.msg_m_no_edition(date.to_string()),
            Refused::SeverityNotYours => l.msg_m_severity_not_yours(),
            Refused::SeverityNotAllowed { sub_kind, severity } => {
                l.msg_m_severity_not_allowed(severity.get(lang), sub_kind.get(lang))
            }
            Refused::Required { label, .. } => l.msg_m_required(label.get(lang)),
            Refused::LocationVague => l.msg_m_location_vague(),
            Refused::FutureTime { .. } => l.msg_m_future_time(),
            Refused::SelfClearFirst => l.msg_m_self_clear_first(),
            Refused::Duplicate { number, minutes } => l.msg_m_duplicate(number, minutes.to_string()),
            Refused::MergedClosed { number } => l.msg_m_merged_closed(number),
            Refused::NotYourTask { department } => l.msg_m_not_your_task(department.get(lang)),
            Refused::AckFirst => l.msg_m_ack_first(),
            Refused::EvidenceMissing { evidence } => l.msg_m_evidence_missing(join(lang, evidence)),
            Refused::Prereq { task } => l.msg_m_prereq(task.get(lang)),
            Refused::RefuseReason => l.msg_m_refuse_reason(),
            Refused::RecordLocked => l.msg_m_record_locked(),
            Refused::CloseBlocked { list } => l.msg_m_close_blocked(join(lang, list)),
            Refused::ReopenReason => l.msg_m_reopen_reason(),
            Refused::DrillMix => l.msg_m_drill_mix(),
            Refused::DrillExternal => l.msg_m_drill_external(),
            Refused::Stale { at, .. } => l.msg_m_stale(minute(*at)),
            Refused::CasualtyField => l.msg_m_casualty_field(),
            Refused::ChannelMissing { channels } => l.msg_m_channel_missing(join(lang, channels)),
            Refused::SiteHead => l.msg_m_site_head(),
            Refused::InspReadonly => l.msg_m_insp_readonly(),
            Refused::Forbidden => l.msg_m_forbidden(),
            Refused::TwoLeaders => l.msg_m_two_leaders(),
            Refused::NotLg => l.msg_m_not_lg(),
            Refused::SeatEmpty { seat } => l.msg_m_lg_seat_empty(seat.get(lang)),
            Refused::HqOnlyMajor => l.msg_m_hq_only_major(),
            Refused::LeaderPresent { who } => l.msg_m_leader_present(who),
            Refused::ActingNotHead => l.msg_m_acting_not_head(),
            Refused::ActingNoSubdelegate => l.msg_m_acting_no_subdelegate(),
            Refused::ActingLimits => l.msg_m_acting_limits(),
            Refused::CommandTaken { who } => l.msg_m_command_taken(who),
            Refused::StanddownOpen { directives } => l.msg_m_standdown_open(directives.to_string()),
            Refused::DirectiveNoLimit => l.msg_m_directive_no_limit(),
            Refused::DirectivePast => l.msg_m_directive_past(),
            Refused::DirectiveNotIssuer => l.msg_m_directive_not_issuer(),
            Refused::LimitLooser { clause, words } => l.msg_m_limit_looser(clause, words.get(lang)),
            Refused::NoDecision => l.msg_m_no_decision(),
            Refused::DecisionLg => l.msg_m_decision_lg(),
            Refused::DecisionLgo => l.msg_m_decision_lgo(),
            Refused::DecisionIncomplete { .. } => l.msg_m_decision_incomplete(),
            Refused::EffectivePast => l.msg_m_effective_past(),
            Refused::PinReason => l.msg_m_pin_reason(),
            Refused::EditionGap { record, fault } => l.msg_m_edition_gap(record, fault.get(lang)),
            Refused::CircularFields { .. } => l.msg_m_circular_fields(),
            Refused::RectifySelf => l.msg_m_rectify_self(),
            Refused::RectifyOpen => l.msg_m_rectify_open(),
            Refused::NotFound => l.msg_m_not_found(),
            Refused::UnknownField { field } => l.msg_m_unknown_field(field),
            Refused::BadValue { field, expected } => l.msg_m_bad_value(field::label(field, lang), expected.get(lang)),
            Refused::SignInFirst => l.msg_m_sign_in_first(),
            Refused::SignIn => l.msg_m_sign_in(),
            Refused::TooManyTries { until } => {
                // Rounded up, so that the time named is never too early.
                l.msg_m_too_many_tries(minute(*until + TimeDelta::seconds(59)))
            }
        }
    }
}

/// The wall clock of the city, to the minute.
fn minute(at: DateTime<Utc>) -> String {
    local(at).format("%Y-%m-%d %H:%M").to_string()
}
