//! Bodies of the calls. A field a body does not know is refused by name.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Acknowledge: sign for the task. It does not stop the due clock.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Acknowledgement {
    /// When the work is expected to be done, RFC 3339.
    pub estimate: Option<String>,
    /// The revision of the task that was seen; refused with M_STALE when it changed since.
    pub revision: Option<i32>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// Sign-in name of a member of the department; or, from the officer in charge, a department code.
    pub to: String,
    /// Needed when it moves to another department.
    pub reason: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Progress {
    pub text: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Code of an external party of the plan data.
    pub party: String,
    #[serde(default)]
    pub number: String,
    /// When the call was made, RFC 3339; now when left out.
    pub at: Option<String>,
    #[serde(default)]
    pub answer: String,
    /// When the party promised to be there or done, RFC 3339.
    pub promised_at: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Completion {
    /// Evidence code of the matrix -> what is stated: text, or true.
    #[schema(value_type = Object)]
    pub evidence: BTreeMap<String, Value>,
    pub revision: Option<i32>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Reason {
    pub reason: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemBody {
    /// The version whose checklist was seen.
    pub version: String,
    /// From 1.
    pub item: usize,
    /// false takes the tick back; true when left out.
    pub done: Option<bool>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CooperationAnswer {
    /// Department instance that answers.
    pub department: String,
    /// Left out, the card is acknowledged.
    pub result: Option<String>,
    /// Refuses the help asked for; goes to the officer in charge.
    pub refusal: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeverityBody {
    /// departmental, local or major.
    pub severity: String,
    /// Needed when it differs from the proposal.
    pub reason: Option<String>,
    /// Severe weather: whole_region or part_region.
    pub scope: Option<String>,
    /// Task ids that go on although the new level's route does not have them.
    #[serde(default)]
    pub keep: Vec<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConditionBody {
    /// Code of a condition of the plan data.
    pub condition: String,
    pub value: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkBody {
    pub number: String,
    #[serde(default)]
    pub reason: String,
    /// What the other incident is to this one, `parent` or `child`; left out, the earlier one is the parent.
    #[serde(rename = "as")]
    pub role: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Notifying {
    /// Sign-in names, of those on the task's list.
    pub people: Vec<String>,
    /// telephone, in_person or message; all of them in the same way.
    pub means: Option<String>,
    /// When, RFC 3339; now when left out.
    pub at: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Seeing {}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeBody {
    pub into: String,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RecoveryBody {
    /// RFC 3339; now when left out.
    pub at: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ClosureBody {
    pub result: String,
    /// When service was restored, RFC 3339.
    pub restored_at: Option<String>,
    pub cause: String,
    /// The leader closes although a linked incident is open.
    pub despite_children: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectionBody {
    /// `id` of the timeline entry.
    pub entry: i64,
    #[serde(default)]
    pub text: String,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CommentBody {
    pub text: String,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DirectiveBody {
    pub text: String,
    /// Department instances; each gets a copy of its own.
    pub departments: Vec<String>,
    /// The limit, RFC 3339.
    pub due_at: Option<String>,
    /// Number of the incident it is for.
    pub incident: Option<String>,
    /// Key of a task of that incident; a limit later than the plan's own needs `reason`.
    pub task: Option<String>,
    /// Clause of the plan relied on.
    pub clause: Option<String>,
    pub reason: Option<String>,
    /// Id of the entry of the check log it follows from.
    pub check: Option<String>,
}

/// `department`: left out, one's own among those addressed.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OfDepartment {
    pub department: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Progressing {
    pub text: String,
    pub department: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ExtensionBody {
    /// The new limit, RFC 3339; whoever commands sets it. Left out, the department asks.
    pub due_at: Option<String>,
    /// Until when the department asks for, RFC 3339.
    pub until: Option<String>,
    pub reason: String,
    pub department: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Completing {
    /// What shows that it is done.
    pub evidence: String,
    pub department: Option<String>,
}

/// `department`: left out, every one that has reported done.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Accepting {
    pub department: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SendingBack {
    /// Whose copy; left out, every one that is reported done.
    pub department: Option<String>,
    pub reason: String,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Withdrawing {
    pub reason: String,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CheckBody {
    /// Number of an incident, if it was about one.
    pub incident: Option<String>,
    /// Department instance.
    pub department: String,
    pub looked_at: String,
    pub finding: String,
    /// What the department was urged to do.
    pub urge: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClockBody {
    /// Where to move the clock, RFC 3339; never back.
    pub to: String,
}
