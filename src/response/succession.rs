//! What absence does to command: who leaves the city gives it to the other, and where both are away and nobody answers
//! the signed table of succession applies (2.1.1-3, R17, R19).

use uuid::Uuid;

use super::Turn;
use crate::headquarters::{Began, Command, Delegation, Holder};
use crate::journal::Event;
use crate::leadership::{self, Succession};
use crate::notice::address::post;
use crate::person::directory::Person;
use crate::person::role;
use crate::plan::{Duty, Severity};

/// Set by rule while a major incident runs and neither leader is in the city (2.1.1-3).
const BOTH_AWAY: &str = "both_leaders_away";
/// The step under which the rung of succession is kept; the policies count theirs from one.
pub const SUCCESSION_STEP: u32 = 0;

impl Turn<'_> {
    /// What time does to command: who leaves the city gives it to the other; both away is a condition of the plan.
    pub fn watch_command(&mut self) {
        if !self.case.incident.is_open() {
            return;
        }
        if self.both_away() {
            self.mark_both_away();
        } else if !self.world.leadership.absences.is_empty() {
            self.no_longer_away();
        }
        let Some(active) = self.case.headquarters.as_mut().filter(|h| h.is_active()) else {
            return;
        };
        let Some(holder) = active.commander().map(|p| p.holder.clone()).filter(|h| h.command != Command::Acting) else {
            return;
        };
        if self.world.leadership.away(holder.person, self.now).is_none() {
            return;
        }
        let present = self.world.leadership.present(self.world.directory, self.now);
        let Some((seat, person)) = present.into_iter().find(|(_, p)| p.id != holder.person) else {
            return;
        };
        let command = if seat == role::LEADER { Command::Leader } else { Command::Deputy };
        let next = Holder { person: person.id, login: person.login.clone(), command };
        active.pass_by_rule(next.clone(), self.now);
        self.passed(&holder, &next, Began::Rule);
    }

    /// Nobody of the two has answered in time: the signed entry applies, or the duty officer is told to telephone (R19).
    pub fn succeed(&mut self) {
        if !self.both_away() {
            return;
        }
        let signed = self.world.leadership.successor(&self.case.incident.kind, self.now).cloned();
        let found = signed.and_then(|s| self.world.directory.head_of(&s.department).map(|p| (s, p)));
        let Some((entry, person)) = found else {
            self.telephone_leaders();
            return;
        };
        self.apply_succession(&entry, person);
    }

    fn apply_succession(&mut self, entry: &Succession, person: &Person) {
        let event = Event::SuccessionApplied {
            department: entry.department.clone(),
            delegate: person.login.clone(),
            signed_by: entry.signed_by.clone(),
            signed_at: entry.signed_at,
        };
        self.note(event.clone());
        if self.case.incident.severity != Severity::Major {
            let level = self.case.incident.proposal.severity;
            self.confirm_by_rule(level);
        }
        let holder = Holder { person: person.id, login: person.login.clone(), command: Command::Acting };
        let delegation = Delegation {
            id: Uuid::now_v7(),
            authoriser: entry.signed_by.clone(),
            authoriser_role: role::LEADER.to_owned(),
            delegate: person.id,
            delegate_login: person.login.clone(),
            department: entry.department.clone(),
            ground: self.kind_name(),
            by_succession: Some(entry.id),
            from: self.now,
            accepted: None,
            ended: None,
        };
        self.set_up(holder, Began::Succession);
        self.sign(delegation, Began::Succession);
        self.open_due(false);
        self.fulfil(Duty::Activate, &self.case.incident.number.clone());
        self.mark_both_away();
        self.open_due(false);
        self.fulfil(Duty::Delegate, &person.login);
        self.send(post(role::DUTY_OFFICER, "LGO"), None, true, &event);
    }

    fn telephone_leaders(&mut self) {
        let phones = leadership::seats(self.world.directory)
            .into_iter()
            .map(|(seat, person)| {
                let away = self.world.leadership.away(person.id, self.now);
                let phone = away.and_then(|a| a.reachable_at.clone()).or_else(|| person.phone.clone());
                (seat.to_owned(), phone.unwrap_or_default())
            })
            .collect();
        let event = Event::LeadersToTelephone { phones };
        self.note(event.clone());
        self.send(post(role::DUTY_OFFICER, "LGO"), None, true, &event);
    }

    pub(super) fn both_away(&self) -> bool {
        self.world.leadership.both_away(self.world.directory, self.now)
    }

    pub(super) fn mark_both_away(&mut self) {
        let away = self.both_away();
        let incident = &mut self.case.incident;
        if !away || incident.severity != Severity::Major {
            return;
        }
        if incident.conditions.insert(BOTH_AWAY.to_owned(), true) != Some(true) {
            self.note(Event::Condition { condition: BOTH_AWAY.to_owned(), value: true, by_rule: true });
        }
    }

    pub(super) fn no_longer_away(&mut self) {
        if self.case.incident.conditions.get(BOTH_AWAY) == Some(&true) {
            self.case.incident.conditions.insert(BOTH_AWAY.to_owned(), false);
            self.note(Event::Condition { condition: BOTH_AWAY.to_owned(), value: false, by_rule: true });
            self.condition_gone(BOTH_AWAY);
        }
    }
}
