//! The command post of a case: the headquarters is set up, command is delegated and handed over, and it is stood down.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Case, Turn, World};
use crate::headquarters::{Act, Began, Checklist, Command, Delegation, Headquarters, Holder};
use crate::journal::Event;
use crate::lang::text;
use crate::leadership::{self};
use crate::notice::Addressee;
use crate::person::directory::Person;
use crate::person::{Actor, Post, role};
use crate::plan::{Duty, Severity};
use crate::refusal::Refused;

/// A reason the system writes itself: the headquarters that owed the task was stood down.
pub const STOOD_DOWN: &str = "@stood_down";

impl Case {
    /// The person with the post that commanding this incident by written authority gives (2.1.1-3).
    pub fn as_seen_by(&self, actor: &Actor) -> Actor {
        let mut seen = actor.clone();
        let acting = self.headquarters.as_ref().zip(actor.person).is_some_and(|(hq, person)| hq.is_acting(person));
        if acting {
            seen.posts.push(Post { role: role::ACTING_COMMANDER.to_owned(), department: "HQ".to_owned() });
        }
        seen
    }

    /// The headquarters that stands.
    pub fn active_headquarters(&self) -> Option<&Headquarters> {
        self.headquarters.as_ref().filter(|h| h.is_active())
    }

    /// What blocks the stand-down, and what may go on after it (R21).
    pub fn checklist(&self, world: World<'_>) -> Checklist {
        Checklist {
            directives: self.open_directives.clone(),
            links: self.links_not_normal(),
            suspensions: self.service.suspended(),
            tail: self
                .tasks
                .iter()
                .filter(|t| t.is_active() && t.definition(world.edition).is_none_or(|d| d.act != Some(Duty::Restore)))
                .map(|t| t.key.clone())
                .collect(),
        }
    }

    /// The department whose head the nature of the incident suggests as acting commander (2.1.1-3, table proposed).
    pub fn suggested_delegate<'a>(&self, world: World<'a>) -> Option<&'a Person> {
        let signed = world.leadership.succession.iter().find(|s| s.kind == self.incident.kind).map(|s| &s.department);
        let table = world.edition.succession(&self.incident.kind);
        world.directory.head_of(signed.map_or(table?, String::as_str))
    }

    /// When the question of succession comes up: the activation is not signed for, or the level not confirmed (R19).
    pub fn succession_at(&self, world: World<'_>) -> Option<DateTime<Utc>> {
        if self.headquarters.is_some() || !self.incident.is_open() {
            return None;
        }
        if self.incident.awaits_confirmation() && self.incident.proposal.severity == Severity::Major {
            let class = world.edition.limit_class("immediately")?;
            return world.calendar.due(self.incident.proposal.at, &class.ack, false, None);
        }
        let activation = self.task_of(world, Duty::Activate)?;
        (activation.is_active() && activation.acknowledged.is_none()).then_some(activation.acknowledge_by)?
    }

    fn task_of(&self, world: World<'_>, duty: Duty) -> Option<&crate::task::Task> {
        self.tasks.iter().find(|t| t.definition(world.edition).is_some_and(|d| d.act == Some(duty)))
    }
}

impl Turn<'_> {
    pub fn headquarters(&mut self, act: &Act) -> Result<(), Refused> {
        match act {
            Act::Activate { under } => self.activate(under.as_deref()),
            Act::Delegate { to, ground } => self.delegate(to, ground),
            Act::AcceptDelegation => self.accept_delegation(),
            Act::HandOver { to, situation } => self.hand_over(to, situation),
            Act::TakeOver => self.take_over(),
            Act::StandDown { restored_at, order } => self.stand_down(*restored_at, order),
        }
    }

    /// Leader = commander-in-chief, deputy = deputy commander; with one of them away the other commands (R16, R17).
    pub fn activate(&mut self, under: Option<&str>) -> Result<(), Refused> {
        if !self.actor.leads() {
            return Err(self.world.leadership.not_yours(self.actor, Refused::SeverityNotYours));
        }
        if self.case.incident.severity != Severity::Major {
            return Err(Refused::HqOnlyMajor);
        }
        if let Some(standing) = &self.case.headquarters {
            let who = standing.commander().map(|p| p.holder.login.clone()).unwrap_or_default();
            return Err(Refused::Stale { at: standing.activated_at, change: Some(who) });
        }
        if let Some(number) = under {
            let Some(other) = self.case.offered.take().filter(Headquarters::is_active) else {
                return Err(Refused::NotFound);
            };
            self.note(Event::HeadquartersJoined { number: number.to_owned() });
            self.case.headquarters = Some(other);
            self.fulfil(Duty::Activate, number);
            return Ok(());
        }
        let Some(holder) = self.first_commander() else {
            return Err(Refused::SeatEmpty { seat: self.world.directory.role_name(role::LEADER) });
        };
        self.set_up(holder, Began::Activation);
        self.fulfil(Duty::Activate, &self.case.incident.number.clone());
        self.mark_both_away();
        Ok(())
    }

    pub(super) fn set_up(&mut self, holder: Holder, began: Began) {
        let incident = &self.case.incident;
        let minutes = (self.now - incident.clock_from).num_minutes();
        let number = incident.number.clone();
        let minutes = i32::try_from(minutes).unwrap_or(i32::MAX);
        let headquarters = Headquarters::new(&number, holder.clone(), began, &self.actor.login, minutes, self.now);
        let deputy = leadership::seats(self.world.directory)
            .into_iter()
            .find(|(seat, p)| *seat == role::DEPUTY_LEADER && p.id != holder.person)
            .map(|(_, p)| p.login.clone());
        let empty = leadership::LEADERS
            .iter()
            .filter(|seat| self.world.directory.is_vacant(seat, "LG"))
            .map(|s| (*s).to_owned())
            .collect();
        let event = Event::HeadquartersSetUp {
            commander: holder.login.clone(),
            role: holder.command.role().to_owned(),
            deputy,
            minutes,
            empty,
        };
        self.note(event.clone());
        self.case.headquarters = Some(headquarters);
        for (_, person) in leadership::seats(self.world.directory) {
            if Some(person.id) != self.actor.person {
                self.send(Addressee::Person(person.id), None, true, &event);
            }
        }
    }

    /// The one of the two who is in the city, the leader first; with both away whoever acts, from where they are.
    fn first_commander(&self) -> Option<Holder> {
        let present = self.world.leadership.present(self.world.directory, self.now);
        let seats = leadership::seats(self.world.directory);
        let (seat, person) = present
            .first()
            .or_else(|| seats.iter().find(|(_, p)| Some(p.id) == self.actor.person))
            .or_else(|| seats.first())?;
        let command = if *seat == role::LEADER { Command::Leader } else { Command::Deputy };
        Some(Holder { person: person.id, login: person.login.clone(), command })
    }

    /// A duty of the command post reported done from its card is that act.
    pub fn act_by_card(&mut self, act: Option<Duty>) -> Result<(), Refused> {
        match act {
            Some(Duty::Activate) if self.case.headquarters.is_none() => {
                if let Some(holder) = self.first_commander() {
                    self.set_up(holder, Began::Activation);
                }
                Ok(())
            }
            Some(Duty::Restore) if self.case.active_headquarters().is_some() => self.stand_down(None, ""),
            _ => Ok(()),
        }
    }

    /// The acting-commander letter (R18).
    fn delegate(&mut self, to: &str, ground: &str) -> Result<(), Refused> {
        let active = self.standing()?;
        if active.is_acting(self.actor.person.unwrap_or_default()) {
            return Err(Refused::ActingNoSubdelegate);
        }
        if !self.actor.leads() {
            return Err(self.world.leadership.not_yours(self.actor, Refused::SeverityNotYours));
        }
        if let Some((_, person)) = self.world.leadership.present(self.world.directory, self.now).first() {
            let who = self.world.directory.called(person, self.actor.lang);
            return Err(Refused::LeaderPresent { who });
        }
        if active.commander().is_some_and(|p| p.holder.command == Command::Acting) {
            let who = active.commander().map(|p| p.holder.login.clone()).unwrap_or_default();
            return Err(Refused::CommandTaken { who });
        }
        let person = self.world.directory.by_login(to).filter(|p| p.active).ok_or(Refused::ActingNotHead)?;
        let department = head_of(person).ok_or(Refused::ActingNotHead)?;
        let ground = match ground.trim() {
            "" => self.kind_name(),
            words => words.to_owned(),
        };
        let authoriser_role = leadership::LEADERS.iter().find(|r| self.actor.has_role(r)).copied();
        let delegation = Delegation {
            id: Uuid::now_v7(),
            authoriser: self.actor.login.clone(),
            authoriser_role: authoriser_role.unwrap_or(role::LEADER).to_owned(),
            delegate: person.id,
            delegate_login: person.login.clone(),
            department: department.to_owned(),
            ground,
            by_succession: None,
            from: self.now,
            accepted: None,
            ended: None,
        };
        self.mark_both_away();
        self.sign(delegation, Began::Delegation);
        self.fulfil(Duty::Delegate, to);
        Ok(())
    }

    pub(super) fn sign(&mut self, delegation: Delegation, began: Began) {
        let event = Event::Delegated {
            authoriser: delegation.authoriser.clone(),
            delegate: delegation.delegate_login.clone(),
            department: delegation.department.clone(),
            ground: delegation.ground.clone(),
        };
        let to = Addressee::Person(delegation.delegate);
        let now = self.now;
        if let Some(active) = &mut self.case.headquarters {
            active.delegate(delegation, began, now);
        }
        self.note(event.clone());
        self.send(to, None, true, &event);
    }

    fn accept_delegation(&mut self) -> Result<(), Refused> {
        let (person, now) = (self.actor.person.unwrap_or_default(), self.now);
        self.standing_mut()?.accept_delegation(person, now)?;
        self.note(Event::DelegationAccepted { delegate: self.actor.login.clone() });
        Ok(())
    }

    /// Whoever commands signs the sheet for the other; the other's own name is the second signature (R20).
    fn hand_over(&mut self, to: &str, situation: &str) -> Result<(), Refused> {
        let own = self.actor.login.clone();
        let active = self.standing()?;
        let holder = active.commander().map(|p| p.holder.clone()).ok_or(Refused::NotFound)?;
        if Some(holder.person) != self.actor.person {
            let offered = active.open_handover().is_some_and(|h| Some(h.to.person) == self.actor.person);
            if offered && (to.is_empty() || to == own) {
                return self.take_over();
            }
            if !self.actor.leads() {
                return Err(Refused::DirectiveNotIssuer);
            }
            return Err(Refused::CommandTaken { who: self.called(&holder.login) });
        }
        let next = self.may_command(to)?;
        if next.person == holder.person {
            return Err(Refused::CommandTaken { who: self.called(&holder.login) });
        }
        if situation.trim().is_empty() {
            let label = crate::l10n::text(|l| l.msg_post_situation());
            return Err(Refused::Required { field: "situation".to_owned(), label });
        }
        let (person, now) = (next.person, self.now);
        self.standing_mut()?.offer(&own, next, situation, now);
        let event = Event::HandoverOffered { to: to.to_owned(), situation: situation.trim().to_owned() };
        self.note(event.clone());
        self.send(Addressee::Person(person), None, true, &event);
        Ok(())
    }

    fn take_over(&mut self) -> Result<(), Refused> {
        let (person, now) = (self.actor.person.unwrap_or_default(), self.now);
        let active = self.standing()?;
        let before = active.commander().map(|p| p.holder.clone()).ok_or(Refused::NotFound)?;
        let offered = active.open_handover().is_some_and(|h| h.to.person == person);
        if !offered {
            let may = self.actor.leads() && before.person != person;
            return Err(if may {
                Refused::CommandTaken { who: self.called(&before.login) }
            } else {
                Refused::Forbidden
            });
        }
        let holder = self.standing_mut()?.take_over(person, now)?;
        self.passed(&before, &holder, Began::Handover);
        Ok(())
    }

    pub(super) fn passed(&mut self, before: &Holder, after: &Holder, began: Began) {
        let event = Event::CommandPassed {
            from: before.login.clone(),
            to: after.login.clone(),
            role: after.command.role().to_owned(),
            how: began.code().to_owned(),
        };
        self.note(event.clone());
        for person in [before.person, after.person] {
            if Some(person) != self.actor.person {
                self.send(Addressee::Person(person), None, true, &event);
            }
        }
        // Once a leader commands again nobody needs to be authorised any more.
        if after.command != Command::Acting && !self.both_away() {
            self.no_longer_away();
        }
    }

    /// Back to normal: what is still open is named; tail tasks go on (R21).
    pub fn stand_down(&mut self, restored_at: Option<DateTime<Utc>>, order: &str) -> Result<(), Refused> {
        let commands = self.actor.commands();
        let active = self.standing()?;
        let holder = active.commander().map(|p| p.holder.clone());
        if holder.as_ref().is_none_or(|h| Some(h.person) != self.actor.person) && !self.actor.leads() {
            let not_yours = self.world.leadership.not_yours(self.actor, Refused::DirectiveNotIssuer);
            return Err(if commands { Refused::DirectiveNotIssuer } else { not_yours });
        }
        let checklist = self.case.checklist(self.world);
        if checklist.blocks() {
            return Err(Refused::StanddownOpen { directives: checklist.directives.len() });
        }
        let restored_at = restored_at.unwrap_or(self.now);
        self.time_not_ahead(restored_at, "restored_at")?;
        let (login, now) = (self.actor.login.clone(), self.now);
        self.standing_mut()?.stand_down(&login, restored_at, order, now);
        self.note(Event::StoodDown { restored_at, order: order.trim().to_owned() });
        self.fulfil(Duty::Restore, &crate::clock::local(restored_at).to_rfc3339());
        self.end_headquarters_tasks();
        Ok(())
    }

    /// The headquarters of an incident that shares it was stood down: what it restored is done here too.
    pub fn stood_down_with(&mut self, restored_at: DateTime<Utc>, order: &str) {
        self.note(Event::StoodDown { restored_at, order: order.to_owned() });
        self.fulfil(Duty::Restore, &crate::clock::local(restored_at).to_rfc3339());
        self.end_headquarters_tasks();
    }

    /// What the headquarters itself still owed ends with it; what departments owe goes on.
    fn end_headquarters_tasks(&mut self) {
        for index in 0..self.case.tasks.len() {
            let task = &self.case.tasks[index];
            let own = task.department == "HQ" && task.is_active();
            let Some((next, event)) = task.cancelled(STOOD_DOWN, &self.actor.login, self.now).filter(|_| own) else {
                continue;
            };
            self.case.tasks[index] = next;
            self.note_task(index, event);
        }
    }

    /// A duty of the route that an act of the command post fulfils is done with it, signed for by whoever did it.
    pub fn fulfil(&mut self, duty: Duty, record: &str) {
        self.open_due(false);
        self.do_by_act(|def, _| def.act == Some(duty), record);
    }

    fn standing(&self) -> Result<&Headquarters, Refused> {
        self.case.active_headquarters().ok_or_else(no_headquarters)
    }

    fn standing_mut(&mut self) -> Result<&mut Headquarters, Refused> {
        self.case.headquarters.as_mut().filter(|h| h.is_active()).ok_or_else(no_headquarters)
    }

    /// Leader or deputy, in the city; the way back to an acting commander leads over a new letter.
    fn may_command(&self, login: &str) -> Result<Holder, Refused> {
        let seats = leadership::seats(self.world.directory);
        let (seat, person) = seats.into_iter().find(|(_, p)| p.login == login).ok_or(Refused::ActingNoSubdelegate)?;
        let command = if seat == role::LEADER { Command::Leader } else { Command::Deputy };
        Ok(Holder { person: person.id, login: person.login.clone(), command })
    }

    fn called(&self, login: &str) -> String {
        let person = self.world.directory.by_login(login);
        person.map_or_else(|| login.to_owned(), |p| self.world.directory.called(p, self.actor.lang))
    }

    pub(super) fn kind_name(&self) -> String {
        let kind = self.world.edition.kind(&self.case.incident.kind);
        kind.map(|k| k.name.get(self.actor.lang).to_owned()).unwrap_or_default()
    }
}

fn no_headquarters() -> Refused {
    Refused::Prereq { task: text("成立应急指挥部", "成立應急指揮部", "set up the headquarters") }
}

/// The department a person heads: the plan's own, not the office.
fn head_of(person: &Person) -> Option<&str> {
    person.posts.iter().find(|p| p.role == role::DEPARTMENT_HEAD).map(|p| p.department.as_str())
}
