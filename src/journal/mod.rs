//! The append-only record of an incident. The timeline is a view of it; nothing edits or deletes it.

pub mod store;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::plan::{Means, Severity};
use crate::service::decision::{Body, Kind, Stance};

/// Until when, where there is a limit.
pub type Limit = Option<DateTime<Utc>>;

/// What happened, with what a reader needs to be told. Stored as `kind` and `data`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
pub enum Event {
    /// The report came in; `severity` is what the rule `rule` proposed.
    Reported {
        registrar: String,
        on_behalf_of: Option<String>,
        /// In the reporter's words; may be blank.
        description: String,
        severity: Severity,
        rule: String,
    },
    /// A second report of the same thing was merged into this incident.
    ReportMerged {
        report: String,
        reporter: String,
        description: String,
    },
    /// The tasks that opened with the report: task key and resolved department.
    Routed {
        tasks: Vec<(String, String)>,
    },
    /// A task opened later, because its turn came.
    TaskOpened {
        task: String,
    },
    Acknowledged {
        task: String,
        estimate: Option<DateTime<Utc>>,
    },
    Assigned {
        task: String,
        to: String,
    },
    /// Given back by a member to the head, or by the head as not the department's.
    Returned {
        task: String,
        reason: String,
        to_officer: bool,
    },
    /// Moved to another department by the officer in charge.
    Moved {
        task: String,
        from: String,
        to: String,
        reason: String,
    },
    Progress {
        task: String,
        text: String,
    },
    CheckedIn {
        task: String,
        text: String,
    },
    Contacted {
        task: String,
        party: String,
        phone: String,
        called_at: DateTime<Utc>,
        answer: String,
        promised_at: Option<DateTime<Utc>>,
    },
    /// People were told by name on starting the task.
    Notified {
        task: String,
        people: Vec<String>,
        means: Means,
        told_at: DateTime<Utc>,
    },
    /// One of them has seen it.
    NoticeSeen {
        task: String,
    },
    /// A rung of the ladder of one who has not was sent.
    Unseen {
        task: String,
        person: String,
        step: u32,
        tell: Vec<String>,
        limit_at: DateTime<Utc>,
    },
    Done {
        task: String,
        late_seconds: i64,
        evidence: Vec<String>,
    },
    NotArisen {
        task: String,
        reason: String,
    },
    Cancelled {
        task: String,
        reason: String,
    },
    CooperationAcknowledged {
        task: String,
        department: String,
    },
    CooperationAnswered {
        task: String,
        department: String,
        result: String,
    },
    CooperationRefused {
        task: String,
        department: String,
        reason: String,
    },
    CooperationAsked {
        task: String,
        department: String,
    },
    /// A rung of the ladder was sent.
    Escalated {
        task: Option<String>,
        event: String,
        step: u32,
        tell: Vec<String>,
        limit_at: DateTime<Utc>,
    },
    /// The proposal changed, by a rule.
    SeverityProposed {
        severity: Severity,
        rule: String,
    },
    /// The effect turned out otherwise than reported: field of the matrix -> what it is now.
    FiguresCorrected {
        figures: BTreeMap<String, Value>,
    },
    SeverityConfirmed {
        severity: Severity,
        proposed: Severity,
        before: Severity,
        reason: Option<String>,
    },
    /// A condition of the plan became true or false; `by_rule` when the system found it.
    Condition {
        condition: String,
        value: bool,
        by_rule: bool,
    },
    /// Service state of the links changed.
    Links {
        links: Vec<(String, String)>,
    },
    Recovered {
        at: DateTime<Utc>,
    },
    Linked {
        other: String,
        parent: bool,
        reason: String,
    },
    MergedInto {
        other: String,
    },
    MergeUndone {
        other: String,
    },
    Closed {
        result: String,
        restored_at: DateTime<Utc>,
        cause: String,
    },
    Reopened {
        reason: String,
    },
    /// A change of the calendar moved an open limit.
    LimitMoved {
        task: String,
        before: Option<DateTime<Utc>>,
        after: Option<DateTime<Utc>>,
        day: String,
    },
    /// The duty officer told someone by telephone; not an acknowledgement.
    ToldByTelephone {
        task: Option<String>,
        who: String,
        phone: String,
    },
    /// A correction of an earlier entry, whose original stays visible.
    Corrected {
        text: String,
    },
    Comment {
        text: String,
    },
    /// The headquarters was set up; `empty` names seats nobody holds.
    HeadquartersSetUp {
        commander: String,
        role: String,
        deputy: Option<String>,
        minutes: i32,
        empty: Vec<String>,
    },
    /// The incident came under a headquarters that stood already.
    HeadquartersJoined {
        number: String,
    },
    /// The acting-commander letter was signed (2.1.1-3).
    Delegated {
        authoriser: String,
        delegate: String,
        department: String,
        ground: String,
    },
    DelegationAccepted {
        delegate: String,
    },
    HandoverOffered {
        to: String,
        situation: String,
    },
    /// Command passed: by handover, or by the rule that the one in the city commands.
    CommandPassed {
        from: String,
        to: String,
        role: String,
        how: String,
    },
    StoodDown {
        restored_at: DateTime<Utc>,
        order: String,
    },
    SuccessionApplied {
        department: String,
        delegate: String,
        signed_by: String,
        signed_at: DateTime<Utc>,
    },
    /// Neither leader is in the city or answers, and nothing was signed: seat and number of each.
    LeadersToTelephone {
        phones: Vec<(String, String)>,
    },
    /// What the change of level did to the tasks (R24).
    Reclassified {
        kept: Vec<String>,
        added: Vec<String>,
        cancelled: Vec<String>,
    },
    /// A task ran by a separate document of the plan: the version that stood when it was signed for, or done.
    SchemeUsed {
        task: String,
        scheme: String,
        version: String,
        sha256: String,
    },
    /// An item of that document's checklist was ticked.
    ItemTicked {
        task: String,
        scheme: String,
        version: String,
        item: String,
    },
    /// The tick was a mistake.
    TickTakenBack {
        task: String,
        scheme: String,
        version: String,
        item: String,
    },
    Attached {
        file: String,
        sha256: String,
        size: i64,
    },
    Exported {
        what: String,
    },
    /// A sheet was drawn up and not yet signed.
    DecisionDrafted {
        decision: String,
    },
    OpinionGiven {
        decision: String,
        stance: Stance,
        text: String,
    },
    /// A decision on service was signed, and took the place of earlier ones in the areas named.
    ServiceDecided {
        decision: String,
        act: Kind,
        body: Body,
        areas: Vec<String>,
        links: Vec<String>,
        from: Option<DateTime<Utc>>,
        until: Option<DateTime<Utc>>,
        replaces: Vec<(String, Vec<String>)>,
    },
    /// An announcement was made from a decision; `changed` are the languages whose text was edited.
    AnnouncementMade {
        announcement: String,
        decision: String,
        changed: Vec<String>,
    },
    /// A channel sent it at `at`.
    ChannelProven {
        announcement: String,
        channel: String,
        at: DateTime<Utc>,
        proof: String,
    },
    AnnouncementDone {
        announcement: String,
    },
    /// How links stand: (region, link, state).
    ServiceStates {
        states: Vec<(String, String, String)>,
    },
    /// An order with a limit was given to one or more departments; `authorised_by` is who authorised an acting
    /// commander to give it.
    DirectiveIssued {
        number: String,
        text: String,
        departments: Vec<String>,
        due_at: DateTime<Utc>,
        authorised_by: Option<String>,
    },
    DirectiveAcknowledged {
        number: String,
        department: String,
    },
    DirectiveProgress {
        number: String,
        department: String,
        text: String,
    },
    /// The department asks for more time; `until` where it says how much.
    DirectiveExtensionAsked {
        number: String,
        department: String,
        until: Option<DateTime<Utc>>,
        reason: String,
    },
    DirectiveExtended {
        number: String,
        department: String,
        before: DateTime<Utc>,
        after: DateTime<Utc>,
        reason: String,
    },
    /// `late_first` counts against the first limit, `late_seconds` against the limit as it stood.
    DirectiveDone {
        number: String,
        department: String,
        evidence: String,
        late_first: i64,
        late_seconds: i64,
    },
    DirectiveAccepted {
        number: String,
        department: String,
    },
    /// Reported done, and not accepted.
    DirectiveReturned {
        number: String,
        department: String,
        reason: String,
    },
    DirectiveWithdrawn {
        number: String,
        reason: String,
    },
    /// A rung of the ladder of one department's copy was sent.
    DirectiveEscalated {
        number: String,
        department: String,
        event: String,
        step: u32,
        tell: Vec<String>,
        limit_at: DateTime<Utc>,
    },
    /// The leadership looked into something (2.1.2-lg-4).
    Checked {
        department: String,
        looked_at: String,
        finding: String,
        urge: String,
    },
    /// `issuer` is the code of the body in whose name it went out.
    CircularPublished {
        number: String,
        title: String,
        issuer: String,
    },
    /// People, money or materials asked of a department. `resource` is the kind: people, money, materials.
    ResourceAsked {
        number: String,
        resource: String,
        what: String,
        quantity: i64,
        unit: String,
        department: String,
        due_at: DateTime<Utc>,
    },
    /// How many the department will send, and for when; none where it has none.
    ResourcePromised {
        number: String,
        what: String,
        quantity: i64,
        unit: String,
        department: String,
        #[serde(rename = "for")]
        due: Option<DateTime<Utc>>,
    },
    /// How many came at `arrived_at`, and all that have come with them.
    ResourceArrived {
        number: String,
        what: String,
        quantity: i64,
        total: i64,
        asked: i64,
        unit: String,
        department: String,
        arrived_at: DateTime<Utc>,
        late_seconds: i64,
    },
    /// The incident was moved to another edition (R4). `replanned`: task, its limit before and after.
    EditionMoved {
        from: String,
        to: String,
        reason: String,
        kept: Vec<String>,
        replanned: Vec<(String, Limit, Limit)>,
        cancelled: Vec<String>,
    },
    ResourceCancelled {
        number: String,
        what: String,
        department: String,
    },
    /// An exchange of experience was arranged, or arranged otherwise.
    ExchangeArranged {
        number: String,
        subject: String,
        held_at: DateTime<Utc>,
    },
    /// What was learnt is published.
    ExperiencePublished {
        number: String,
        subject: String,
    },
    /// The leadership asked for a review of the closed incident.
    ReviewDemanded {
        reason: String,
        due_at: Option<DateTime<Utc>>,
    },
    /// The draft of the review went to the departments; heads may object until then.
    ReviewDrafted {
        score: i32,
        findings: usize,
        until: DateTime<Utc>,
    },
    ObjectionMade {
        department: String,
        text: String,
    },
    /// `upheld` is unknown of those decided on before it was asked.
    ObjectionAnswered {
        department: String,
        text: String,
        #[serde(default)]
        upheld: Option<bool>,
    },
    /// A finding of a draft says otherwise now.
    FindingCorrected {
        department: String,
        clause: String,
        text: String,
        from_department: String,
        from_clause: String,
        from_text: String,
    },
    /// A question about the plan has its answer. Only told, to whoever asked.
    QuestionAnswered {
        question: Uuid,
        clause: String,
        answer: String,
    },
    FindingWithdrawn {
        department: String,
        text: String,
        reason: String,
    },
    ReviewFinal {
        score: i32,
    },
    /// `orders`: numbers of the rectification orders that were accepted before.
    ReviewClosed {
        orders: Vec<String>,
    },
    RectificationOrdered {
        number: String,
        department: String,
        measure: String,
        due_at: DateTime<Utc>,
    },
    RectificationAcknowledged {
        number: String,
        department: String,
    },
    RectificationAnswered {
        number: String,
        department: String,
        answer: String,
        evidence: String,
        late_seconds: i64,
    },
    RectificationReturned {
        number: String,
        department: String,
        reason: String,
    },
    RectificationAccepted {
        number: String,
        department: String,
    },
    /// A rung of the ladder of a rectification order was sent.
    RectificationEscalated {
        number: String,
        department: String,
        event: String,
        step: u32,
        tell: Vec<String>,
        limit_at: DateTime<Utc>,
    },
}

/// An entry about to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub task: Option<Uuid>,
    pub department: Option<String>,
    /// When it happened (for a rung: when it was due).
    pub at: DateTime<Utc>,
    pub event: Event,
    pub actor: String,
    pub late: bool,
    pub corrects: Option<i64>,
}

/// An entry as it stands in the record.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    pub id: i64,
    pub task: Option<Uuid>,
    pub department: Option<String>,
    pub at: DateTime<Utc>,
    pub entered_at: DateTime<Utc>,
    pub event: Event,
    pub actor: String,
    pub late: bool,
    pub corrects: Option<i64>,
}

/// An open limit that a change of the calendar moved, or would move.
#[derive(Debug, Clone, PartialEq)]
pub struct LimitMove {
    /// Of the incident.
    pub number: String,
    pub edition: String,
    pub regions: Vec<String>,
    /// Task key.
    pub task: String,
    /// The same before and after: only the time to sign for it moved.
    pub before: Option<DateTime<Utc>>,
    pub after: Option<DateTime<Utc>>,
    /// The first day of the change that moved it, `2026-10-09`.
    pub day: String,
    pub at: DateTime<Utc>,
}
