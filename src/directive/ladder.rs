//! Time passes over an order: who is told, and when, if a department does not sign or finish (policy `directive`).

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Context, Copy, Directive, Written};
use crate::calendar::ClockKind;
use crate::escalation::{self, Limits, Rung, Sent};
use crate::journal::Event;
use crate::notice::{Addressee, address};
use crate::person::role;
use crate::plan::Tell;

/// Code of the policy, and of the limit class, in the plan data.
const POLICY: &str = "directive";

impl Directive {
    /// Every rung still to come if nobody acts, by copy and in order.
    pub fn rungs(&self, context: &Context<'_>, sent: &HashMap<Uuid, Sent>) -> Vec<(usize, Rung)> {
        let Some(policy) = context.edition.policy(POLICY) else {
            return Vec::new();
        };
        let none = Sent::new();
        let mut due: Vec<(usize, Rung)> = Vec::new();
        for (at, copy) in self.copies.iter().enumerate().filter(|(_, c)| c.is_active()) {
            let limits = self.limits(copy, context);
            let sent = sent.get(&copy.id).unwrap_or(&none);
            due.extend(escalation::rungs(policy, &limits, context.calendar, sent).into_iter().map(|r| (at, r)));
        }
        due.sort_by_key(|(at, rung)| (rung.at, *at, rung.step));
        due
    }

    /// Sends what is due.
    pub fn tick(&self, context: &Context<'_>, now: DateTime<Utc>) -> (Directive, Written) {
        let mut written = Written::default();
        let mut sent = context.sent.clone();
        for (at, rung) in self.rungs(context, context.sent).into_iter().filter(|(_, rung)| rung.at <= now) {
            let copy = &self.copies[at];
            let late = escalation::is_late(rung.at, now);
            let event = Event::DirectiveEscalated {
                number: self.number.clone(),
                department: copy.department.clone(),
                event: rung.event.code().to_owned(),
                step: rung.step,
                tell: rung.tell.iter().map(|t| t.code().to_owned()).collect(),
                limit_at: rung.limit_at,
            };
            written.note(Some(&copy.department), event.clone(), "system", rung.at, late);
            for to in self.addressees(&rung.tell, copy, context) {
                written.tell(to, &event, true, rung.at, late);
            }
            sent.entry(copy.id).or_default().insert((rung.event, rung.step, rung.limit_at));
            written.rungs.push((copy.id, rung, late));
        }
        let mut next = self.clone();
        if !written.rungs.is_empty() {
            next.updated_at = now;
            next.revision += 1;
        }
        next.wake(context, &sent);
        (next, written)
    }

    /// Sets when the worker has to look at this order next.
    pub(super) fn wake(&mut self, context: &Context<'_>, sent: &HashMap<Uuid, Sent>) {
        self.wake_at = self.rungs(context, sent).first().map(|(_, rung)| rung.at);
    }

    fn limits(&self, copy: &Copy, context: &Context<'_>) -> Limits {
        Limits {
            opened_at: copy.extended_at.unwrap_or(self.issued_at),
            acknowledged: copy.acknowledged.is_some(),
            acknowledge_by: Some(copy.acknowledge_by),
            due_at: Some(copy.due_at),
            cutoff: None,
            major: context.matter.is_some_and(|m| m.major),
            // The limit is a point in time that somebody set.
            clock: ClockKind::Elapsed,
        }
    }

    /// The posts and people a rung names, each once.
    fn addressees(&self, tell: &[Tell], copy: &Copy, context: &Context<'_>) -> Vec<Addressee> {
        let mut to: Vec<Addressee> = Vec::new();
        for word in tell {
            let one = match word {
                Tell::Responsible => {
                    let signer = copy.acknowledged.as_ref().and_then(|(_, by)| context.directory.by_login(by));
                    signer.map_or_else(|| context.head(&copy.department), |p| Addressee::Person(p.id))
                }
                Tell::ResponsibleDepartmentHead => context.head(&copy.department),
                Tell::Issuer => Addressee::Person(self.issuer.person),
                Tell::OfficerInCharge | Tell::Applicant => context.officer(),
                Tell::Leader => address::leadership(context.directory, role::LEADER),
                Tell::DutyOfficer => address::post(role::DUTY_OFFICER, "LGO"),
                Tell::Inspector => address::post(role::INSPECTOR, "INSP"),
                Tell::LgOfficeHead => context.head("LGO"),
            };
            if !to.contains(&one) {
                to.push(one);
            }
        }
        to
    }
}
