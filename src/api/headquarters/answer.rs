//! Answers of the calls of the command post.

use serde::Serialize;
use utoipa::ToSchema;

use crate::api::shape::answers;
use crate::headquarters::{Checklist, CommandPeriod, Delegation, Handover, Headquarters, StoodDown};
use crate::leadership::{Absence, Succession};
use crate::person::directory::Person;
use crate::plan::{Severity, Succession as Proposed};
use crate::response::Case;
use crate::response::reclassify::Reclassification;
use crate::web::when::rfc3339;

/// Where the leaders are.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct PresenceAnswer {
    pub seats: Vec<SeatAnswer>,
    pub both_away: bool,
}

/// What blocks the stand-down, and what may go on after it.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(in crate::api) struct ChecklistAnswer {
    /// Numbers of directives neither accepted nor withdrawn.
    directives: Vec<String>,
    /// Links that are not normal.
    links: Vec<LinkState>,
    /// Suspensions in force.
    suspensions: Vec<SuspensionAnswer>,
    /// Tasks that may go on after it.
    tail: Vec<TaskOf>,
    blocked: bool,
}

impl ChecklistAnswer {
    pub fn take(&mut self, incident: &str, of: Checklist) {
        self.blocked |= of.blocks();
        self.directives.extend(of.directives);
        self.links.extend(of.links.into_iter().map(|found| link_state(incident, found)));
        self.suspensions.extend(of.suspensions.into_iter().map(suspension));
        self.tail.extend(of.tail.into_iter().map(|task| task_of(incident, task)));
    }
}

answers! {
    /// A headquarters: who commands, by what authority, over which incidents.
    pub(in crate::api) struct HeadquartersAnswer = whole_of(
        found: &Headquarters, cases: &[Case], deputy: Option<String>, both_away: bool, may_delegate: bool,
        suggested: Option<String>, checklist: ChecklistAnswer,
    ) {
        /// Of the incident it was set up for.
        number: String = found.number.clone(),
        /// active or stood_down.
        state: &'static str = if found.is_active() { "active" } else { "stood_down" },
        incidents: Vec<String> = cases.iter().map(|c| c.incident.number.clone()).collect(),
        activated_at: String = rfc3339(found.activated_at),
        activated_by: String = found.activated_by.clone(),
        by_succession: bool = found.by_succession,
        minutes_from_report: i32 = found.minutes,
        commander: Option<PeriodAnswer> = found.commander().map(|p| period(found, p)),
        deputy_commander: Option<String> = deputy,
        command_periods: Vec<PeriodAnswer> = found.periods.iter().map(|p| period(found, p)).collect(),
        delegations: Vec<DelegationAnswer> = found.delegations.iter().map(delegation).collect(),
        handovers: Vec<HandoverAnswer> = found.handovers.iter().map(handover).collect(),
        both_leaders_away: bool = both_away,
        /// Whether whoever asks may authorise an acting commander now.
        may_delegate: bool = may_delegate,
        suggested_delegate: Option<String> = suggested,
        stood_down: Option<StoodDownAnswer> = found.stood_down.as_ref().map(stood_down_of),
        stand_down_checklist: ChecklistAnswer = checklist,
        revision: i32 = found.revision,
    }

    /// A stretch of time in which one person commands.
    pub(in crate::api) struct PeriodAnswer = period(of: &Headquarters, period: &CommandPeriod) {
        person: String = period.holder.login.clone(),
        /// leader, deputy_leader or acting_commander.
        role: &'static str = period.holder.command.role(),
        from: String = rfc3339(period.from),
        until: Option<String> = period.until.map(rfc3339),
        /// activation, delegation, handover, rule or succession.
        began_by: &'static str = period.began.code(),
        authorised_by: Option<String> =
            period.delegation.and_then(|id| of.delegation_of(id)).map(|d| d.authoriser.clone()),
    }

    /// The letter of an acting commander.
    pub(in crate::api) struct DelegationAnswer = delegation(delegation: &Delegation) {
        authoriser: String = delegation.authoriser.clone(),
        delegate: String = delegation.delegate_login.clone(),
        department: String = delegation.department.clone(),
        scope: &'static str = "full_charge",
        ground: String = delegation.ground.clone(),
        by_succession: bool = delegation.by_succession.is_some(),
        from: String = rfc3339(delegation.from),
        accepted_at: Option<String> = delegation.accepted.map(rfc3339),
        until: Option<String> = delegation.ended.map(|(at, _)| rfc3339(at)),
        /// handover or stand_down.
        ended_by: Option<&'static str> = delegation.ended.map(|(_, how)| how.code()),
    }

    /// The sheet both sides sign.
    pub(in crate::api) struct HandoverAnswer = handover(handover: &Handover) {
        from: String = handover.from.clone(),
        to: String = handover.to.login.clone(),
        role: &'static str = handover.to.command.role(),
        situation: String = handover.situation.clone(),
        offered_at: String = rfc3339(handover.offered_at),
        accepted_at: Option<String> = handover.accepted_at.map(rfc3339),
        withdrawn_at: Option<String> = handover.withdrawn_at.map(rfc3339),
    }

    pub(in crate::api) struct StoodDownAnswer = stood_down_of(d: &StoodDown) {
        at: String = rfc3339(d.at),
        by: String = d.by.clone(),
        restored_at: String = rfc3339(d.restored_at),
        order: String = d.order.clone(),
    }

    pub(in crate::api) struct LinkState = link_state(incident: &str, found: (String, String, String)) {
        incident: String = incident.to_owned(),
        region: String = found.0,
        link: String = found.1,
        /// restricted or stopped.
        state: String = found.2,
    }

    pub(in crate::api) struct SuspensionAnswer = suspension(found: (String, String)) {
        area: String = found.0,
        /// Number of the decision.
        decision: String = found.1,
    }

    pub(in crate::api) struct TaskOf = task_of(incident: &str, task: String) {
        incident: String = incident.to_owned(),
        task: String = task,
    }

    /// One of the two seats.
    pub(in crate::api) struct SeatAnswer = seat(
        seat: &'static str, person: Option<&Person>, away: Option<&Absence>, declared: Vec<AbsenceAnswer>,
    ) {
        /// leader or deputy_leader.
        seat: &'static str = seat,
        /// Sign-in name of whoever holds it.
        person: Option<String> = person.map(|p| p.login.clone()),
        in_city: bool = person.is_some() && away.is_none(),
        away: Option<AbsenceAnswer> = away.map(absence),
        declared: Vec<AbsenceAnswer> = declared,
    }

    pub(in crate::api) struct AbsenceAnswer = absence(absence: &Absence) {
        from: String = rfc3339(absence.from),
        until: Option<String> = absence.until.map(rfc3339),
        reachable_at: Option<String> = absence.reachable_at.clone(),
        note: Option<String> = absence.note.clone(),
        declared_by: String = absence.declared_by.clone(),
        declared_at: String = rfc3339(absence.declared_at),
        ended_at: Option<String> = absence.ended.as_ref().map(|(at, _)| rfc3339(*at)),
    }

    /// Whose head commands incidents of a kind, where neither leader answers.
    pub(in crate::api) struct SuccessionAnswer = signed_for(row: &Proposed, signed: Option<&Succession>) {
        kind: String = row.kind.clone(),
        /// The department the plan data proposes.
        proposed: String = row.department.clone(),
        department: Option<String> = signed.map(|s| s.department.clone()),
        signed_by: Option<String> = signed.map(|s| s.signed_by.clone()),
        signed_at: Option<String> = signed.map(|s| rfc3339(s.signed_at)),
        valid_until: Option<String> = signed.and_then(|s| s.valid_until).map(rfc3339),
    }

    /// What a change of level would do; keys of tasks.
    pub(in crate::api) struct LevelPreview = previewed(from: Severity, to: Severity, change: &Reclassification) {
        severity: FromTo = from_to(from, to),
        kept: Vec<String> = change.kept.clone(),
        done: Vec<String> = change.done.clone(),
        cancelled: Vec<String> = change.cancelled.clone(),
        added: Vec<String> = change.added.clone(),
        /// Decisions that stay in force.
        decisions: Vec<InForce> = change.decisions.iter().map(in_force).collect(),
    }

    pub(in crate::api) struct FromTo = from_to(from: Severity, to: Severity) {
        from: &'static str = from.code(),
        to: &'static str = to.code(),
    }

    pub(in crate::api) struct InForce = in_force(decision: &(String, Vec<String>)) {
        number: String = decision.0.clone(),
        areas: Vec<String> = decision.1.clone(),
    }
}
