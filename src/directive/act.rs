//! What departments and those who command do with an order.

use chrono::{DateTime, Utc};

use super::issue::{filled, may_loosen, required};
use super::{Asked, Context, Copy, Directive, State, Withdrawn, Written};
use crate::journal::Event;
use crate::l10n::text;
use crate::lang::Text;
use crate::notice::Addressee;
use crate::person::{Actor, role};
use crate::refusal::Refused;

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// The department signs for its copy.
    Acknowledge,
    Progress {
        text: String,
    },
    /// The department asks for more time.
    Ask {
        until: Option<DateTime<Utc>>,
        reason: String,
    },
    /// Whoever commands gives more time.
    Extend {
        due_at: Option<DateTime<Utc>>,
        reason: String,
    },
    Complete {
        evidence: String,
    },
    Accept,
    /// What is reported done is not: the department goes on with it, under the limit that stands.
    Return {
        reason: String,
    },
    /// The whole order, whatever department is named.
    Withdraw {
        reason: String,
    },
    /// The duty officer told someone by telephone; it stands for no one's signature.
    Telephone {
        who: String,
        phone: String,
    },
}

impl Command {
    /// For whoever commands, not for the department.
    fn is_from_above(&self) -> bool {
        matches!(self, Command::Extend { .. } | Command::Accept | Command::Return { .. } | Command::Withdraw { .. })
    }
}

impl Directive {
    /// Applies a command. `department`: whose copy; left out, the actor's own among those addressed, and every one that
    /// is reported done for an acceptance or a return.
    ///
    /// The second to sign is told who was first; the same person again changes nothing.
    pub fn act(
        &self,
        command: &Command,
        department: Option<&str>,
        context: &Context<'_>,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(Directive, Written), Refused> {
        if command.is_from_above() && !context.commands(actor) {
            return Err(Refused::DirectiveNotIssuer);
        }
        let mut next = self.clone();
        let mut written = Written::default();
        match command {
            Command::Withdraw { reason } => next.withdraw(reason, context, actor, now, &mut written)?,
            Command::Telephone { who, phone } => next.telephone(department, who, phone, actor, now, &mut written)?,
            _ => {
                for at in self.chosen(command, department, context, actor)? {
                    let (copy, event) = self.copies[at].moved(command, self, context, actor, now)?;
                    let Some(event) = event else { continue };
                    for to in self.told_of(&event, &copy, context) {
                        written.tell(to, &event, urgent(&event), now, false);
                    }
                    written.note(Some(&copy.department), event, &actor.login, now, false);
                    next.copies[at] = copy;
                }
            }
        }
        if !written.entries.is_empty() {
            next.updated_at = now;
            next.revision += 1;
        }
        next.wake(context, context.sent);
        Ok((next, written))
    }

    /// Positions of the copies a command is about.
    fn chosen(
        &self,
        command: &Command,
        department: Option<&str>,
        context: &Context<'_>,
        actor: &Actor,
    ) -> Result<Vec<usize>, Refused> {
        let position = |code: &str| self.copies.iter().position(|c| c.department == code);
        if command.is_from_above() {
            return match (department, command) {
                (Some(code), _) => position(code).map(|at| vec![at]).ok_or_else(not_addressed),
                (None, Command::Accept | Command::Return { .. }) => self.all_done(),
                (None, _) => Ok((0..self.copies.len()).filter(|at| self.copies[*at].is_active()).collect::<Vec<_>>())
                    .map(|open| if open.is_empty() { (0..self.copies.len()).collect() } else { open }),
            };
        }
        let own: Vec<usize> =
            (0..self.copies.len()).filter(|at| actor.acts_for(&self.copies[*at].department)).collect();
        let chosen = match department {
            Some(code) => {
                let at = position(code).ok_or_else(not_addressed)?;
                own.contains(&at).then_some(at)
            }
            // Of several of one's own the one that still waits.
            None => own.iter().find(|at| self.copies[**at].is_active()).or(own.first()).copied(),
        };
        chosen.map(|at| vec![at]).ok_or_else(|| {
            let asked = department.or(self.copies.first().map(|c| c.department.as_str())).unwrap_or_default();
            match actor.is_inspector() {
                true => Refused::InspReadonly,
                false => Refused::NotYourTask { department: context.directory.department_name(asked) },
            }
        })
    }

    fn all_done(&self) -> Result<Vec<usize>, Refused> {
        let done: Vec<usize> = (0..self.copies.len()).filter(|at| self.copies[*at].state == State::Done).collect();
        if !done.is_empty() {
            return Ok(done);
        }
        // Nothing to accept: say why of the first that is open, or that it is over.
        Ok(vec![self.copies.iter().position(Copy::is_active).unwrap_or_default()])
    }

    fn withdraw(
        &mut self,
        reason: &str,
        context: &Context<'_>,
        actor: &Actor,
        now: DateTime<Utc>,
        written: &mut Written,
    ) -> Result<(), Refused> {
        let reason = filled(Some(reason)).ok_or_else(|| required("reason", |l| l.msg_dv_reason()))?;
        if let Some(w) = &self.withdrawn {
            return if w.by == actor.login { Ok(()) } else { Err(stale(w.at, &w.by)) };
        }
        if !self.is_open() {
            let last = self.copies.iter().filter_map(|c| c.accepted.clone()).max();
            return Err(last.map_or(Refused::RecordLocked, |(at, by)| stale(at, &by)));
        }
        let event = Event::DirectiveWithdrawn { number: self.number.clone(), reason: reason.clone() };
        for copy in self.copies.iter_mut().filter(|c| c.is_open()) {
            copy.state = State::Withdrawn;
            copy.updated_at = now;
            written.tell(context.head(&copy.department), &event, true, now, false);
        }
        self.withdrawn = Some(Withdrawn { at: now, by: actor.login.clone(), reason });
        written.note(None, event, &actor.login, now, false);
        Ok(())
    }

    fn telephone(
        &mut self,
        department: Option<&str>,
        who: &str,
        phone: &str,
        actor: &Actor,
        now: DateTime<Utc>,
        written: &mut Written,
    ) -> Result<(), Refused> {
        if !actor.has_role(role::DUTY_OFFICER) && !actor.leads() {
            return Err(Refused::Forbidden);
        }
        if department.is_some_and(|code| self.copy(code).is_none()) {
            return Err(not_addressed());
        }
        let who = filled(Some(who)).ok_or_else(|| required("who", |l| l.msg_boards_duty_who()))?;
        let event = Event::ToldByTelephone { task: None, who, phone: filled(Some(phone)).unwrap_or_default() };
        written.note(department, event, &actor.login, now, false);
        Ok(())
    }

    /// The other side of an act is told: the department's head of what was decided, the issuer and whoever commands now
    /// of what the department says.
    fn told_of(&self, event: &Event, copy: &Copy, context: &Context<'_>) -> Vec<Addressee> {
        match event {
            Event::DirectiveExtended { .. } | Event::DirectiveAccepted { .. } | Event::DirectiveReturned { .. } => {
                vec![context.head(&copy.department)]
            }
            Event::DirectiveExtensionAsked { .. } | Event::DirectiveDone { .. } => {
                let mut to = vec![Addressee::Person(self.issuer.person)];
                let commander = context.matter.and_then(|m| m.commander.as_ref());
                to.extend(commander.map(|c| Addressee::Person(c.person)).filter(|c| !to.contains(c)));
                to
            }
            _ => Vec::new(),
        }
    }
}

impl Copy {
    /// The copy after a command on it, and the entry of it; none where the same person did the same before.
    fn moved(
        &self,
        command: &Command,
        directive: &Directive,
        context: &Context<'_>,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(Copy, Option<Event>), Refused> {
        if let Some(same) = self.already(command, directive, actor)? {
            return Ok((same, None));
        }
        let (number, department) = (directive.number.clone(), self.department.clone());
        let signature = || Some((now, actor.login.clone()));
        let mut next = Copy { updated_at: now, ..self.clone() };
        let event = match command {
            Command::Acknowledge => {
                next.state = State::Acknowledged;
                next.acknowledged = signature();
                Event::DirectiveAcknowledged { number, department }
            }
            Command::Progress { text } => {
                let text = filled(Some(text)).ok_or_else(|| required("text", |l| l.msg_dv_progress_text()))?;
                Event::DirectiveProgress { number, department, text }
            }
            Command::Ask { until, reason } => {
                let reason = filled(Some(reason)).ok_or_else(|| required("reason", |l| l.msg_dv_reason()))?;
                later(*until, self.due_at, "until")?;
                next.asked = Some(Asked { at: now, until: *until, reason: reason.clone() });
                Event::DirectiveExtensionAsked { number, department, until: *until, reason }
            }
            Command::Extend { due_at, reason } => {
                let after = due_at.ok_or(Refused::DirectiveNoLimit)?;
                if after <= now {
                    return Err(Refused::DirectivePast);
                }
                later(Some(after), self.due_at, "due_at")?;
                let reason = filled(Some(reason));
                let plan = context.matter.and_then(|m| m.task.as_ref());
                may_loosen(plan, after, reason.as_deref(), actor)?;
                next.due_at = after;
                next.extended_at = Some(now);
                next.asked = None;
                let reason = reason.unwrap_or_default();
                Event::DirectiveExtended { number, department, before: self.due_at, after, reason }
            }
            Command::Complete { evidence } => {
                if self.acknowledged.is_none() {
                    return Err(Refused::AckFirst);
                }
                let evidence = filled(Some(evidence))
                    .ok_or_else(|| Refused::EvidenceMissing { evidence: vec![text(|l| l.msg_dv_evidence())] })?;
                next.late_first = (now - directive.due_at).num_seconds().max(0);
                next.late_seconds = (now - self.due_at).num_seconds().max(0);
                next.state = State::Done;
                next.done = signature();
                next.evidence = Some(evidence.clone());
                next.asked = None;
                let (late_first, late_seconds) = (next.late_first, next.late_seconds);
                Event::DirectiveDone { number, department, evidence, late_first, late_seconds }
            }
            Command::Return { reason } => {
                self.reported_done(context)?;
                let reason = filled(Some(reason)).ok_or_else(|| required("reason", |l| l.msg_dv_reason()))?;
                next.state = State::Acknowledged;
                // What was said to be done stands in the record; lateness runs on against the limits that stand.
                (next.done, next.evidence) = (None, None);
                (next.late_first, next.late_seconds) = (0, 0);
                Event::DirectiveReturned { number, department, reason }
            }
            Command::Accept => {
                self.reported_done(context)?;
                next.state = State::Accepted;
                next.accepted = signature();
                Event::DirectiveAccepted { number, department }
            }
            Command::Withdraw { .. } | Command::Telephone { .. } => return Ok((self.clone(), None)),
        };
        Ok((next, Some(event)))
    }

    fn reported_done(&self, context: &Context<'_>) -> Result<(), Refused> {
        if self.state == State::Done {
            return Ok(());
        }
        Err(Refused::Prereq { task: completion_of(&context.directory.department_name(&self.department)) })
    }

    /// What another did before is told to whoever comes second; one's own act again leaves all as it is.
    fn already(&self, command: &Command, directive: &Directive, actor: &Actor) -> Result<Option<Copy>, Refused> {
        let same = |(at, by): &(DateTime<Utc>, String)| {
            if *by == actor.login { Ok(Some(self.clone())) } else { Err(stale(*at, by)) }
        };
        let over = |signed: &Option<(DateTime<Utc>, String)>| match signed {
            Some((at, by)) => Err(stale(*at, by)),
            None => Err(Refused::RecordLocked),
        };
        match (self.state, command) {
            (State::Withdrawn, _) => match &directive.withdrawn {
                Some(w) => Err(stale(w.at, &w.by)),
                None => Err(Refused::RecordLocked),
            },
            (State::Accepted, Command::Accept) => self.accepted.as_ref().map_or(Ok(None), same),
            (State::Accepted, _) => over(&self.accepted),
            (State::Done, Command::Accept | Command::Return { .. }) => Ok(None),
            (State::Done, Command::Complete { .. }) => self.done.as_ref().map_or(Ok(None), same),
            (State::Done, _) => over(&self.done),
            (State::Acknowledged, Command::Acknowledge) => self.acknowledged.as_ref().map_or(Ok(None), same),
            _ => Ok(None),
        }
    }
}

fn urgent(event: &Event) -> bool {
    matches!(event, Event::DirectiveExtensionAsked { .. } | Event::DirectiveReturned { .. })
}

fn stale(at: DateTime<Utc>, by: &str) -> Refused {
    Refused::Stale { at, change: Some(by.to_owned()) }
}

/// More time means later than the limit that stands.
fn later(wished: Option<DateTime<Utc>>, stands: DateTime<Utc>, field: &str) -> Result<(), Refused> {
    match wished {
        Some(at) if at <= stands => {
            Err(Refused::BadValue { field: field.to_owned(), expected: text(|l| l.msg_dv_later_rule()) })
        }
        _ => Ok(()),
    }
}

fn not_addressed() -> Refused {
    Refused::BadValue { field: "department".to_owned(), expected: text(|l| l.msg_dv_addressed_rule()) }
}

fn completion_of(department: &Text) -> Text {
    use crate::lang::Lang;
    let one = |lang: Lang| lang.l10n().msg_dv_completion_of(department.get(lang));
    Text { zh_hans: one(Lang::ZhHans), zh_hant: one(Lang::ZhHant), en: one(Lang::En) }
}
