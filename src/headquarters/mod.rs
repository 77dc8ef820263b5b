//! The Emergency Command Headquarters: who commands it, by what authority, since when, until it is stood down (2.1.1).

pub mod store;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::person::role;
use crate::refusal::Refused;

/// The post a commander commands from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    Leader,
    Deputy,
    /// By written authority, while neither leader is in the city (2.1.1-3).
    Acting,
}

impl Command {
    /// The role code of the matrix.
    pub const fn role(self) -> &'static str {
        match self {
            Command::Leader => role::LEADER,
            Command::Deputy => role::DEPUTY_LEADER,
            Command::Acting => role::ACTING_COMMANDER,
        }
    }

    pub fn from_role(role: &str) -> Option<Command> {
        [Command::Leader, Command::Deputy, Command::Acting].into_iter().find(|c| c.role() == role)
    }
}

/// How a period of command began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Began {
    Activation,
    Delegation,
    Handover,
    /// The one who commanded left the city and the other is in it (2.1.1-2, R17).
    Rule,
    /// The signed succession table (R19).
    Succession,
}

impl Began {
    pub const ALL: [Began; 5] = [Began::Activation, Began::Delegation, Began::Handover, Began::Rule, Began::Succession];

    pub const fn code(self) -> &'static str {
        match self {
            Began::Activation => "activation",
            Began::Delegation => "delegation",
            Began::Handover => "handover",
            Began::Rule => "rule",
            Began::Succession => "succession",
        }
    }

    pub fn from_code(code: &str) -> Option<Began> {
        Began::ALL.into_iter().find(|b| b.code() == code)
    }
}

/// Whoever may hold command.
#[derive(Debug, Clone, PartialEq)]
pub struct Holder {
    pub person: Uuid,
    pub login: String,
    pub command: Command,
}

/// A stretch of time in which one person commands. One begins where another ends, as long as the headquarters stands.
#[derive(Debug, Clone, PartialEq)]
pub struct CommandPeriod {
    pub id: Uuid,
    pub holder: Holder,
    pub delegation: Option<Uuid>,
    pub from: DateTime<Utc>,
    pub until: Option<DateTime<Utc>>,
    pub began: Began,
}

/// How a written authority ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Handover,
    StandDown,
}

impl Ended {
    pub const fn code(self) -> &'static str {
        match self {
            Ended::Handover => "handover",
            Ended::StandDown => "stand_down",
        }
    }
}

/// The acting-commander letter (2.1.1-3).
#[derive(Debug, Clone, PartialEq)]
pub struct Delegation {
    pub id: Uuid,
    pub authoriser: String,
    pub authoriser_role: String,
    pub delegate: Uuid,
    pub delegate_login: String,
    pub department: String,
    pub ground: String,
    /// The entry of the signed table it rests on, where neither leader answered.
    pub by_succession: Option<Uuid>,
    pub from: DateTime<Utc>,
    pub accepted: Option<DateTime<Utc>>,
    pub ended: Option<(DateTime<Utc>, Ended)>,
}

/// The sheet both sides sign; command passes when the second does.
#[derive(Debug, Clone, PartialEq)]
pub struct Handover {
    pub id: Uuid,
    pub from: String,
    pub to: Holder,
    pub situation: String,
    pub offered_at: DateTime<Utc>,
    pub accepted_at: Option<DateTime<Utc>>,
    pub withdrawn_at: Option<DateTime<Utc>>,
}

impl Handover {
    pub fn is_open(&self) -> bool {
        self.accepted_at.is_none() && self.withdrawn_at.is_none()
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct StoodDown {
    pub at: DateTime<Utc>,
    pub by: String,
    pub restored_at: DateTime<Utc>,
    pub order: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Headquarters {
    pub id: Uuid,
    /// Of the incident it was set up for.
    pub number: String,
    pub activated_at: DateTime<Utc>,
    /// Sign-in name, or `system`.
    pub activated_by: String,
    pub by_succession: bool,
    /// From the report to the activation.
    pub minutes: i32,
    pub periods: Vec<CommandPeriod>,
    pub delegations: Vec<Delegation>,
    pub handovers: Vec<Handover>,
    pub stood_down: Option<StoodDown>,
    pub updated_at: DateTime<Utc>,
    pub revision: i32,
}

impl Headquarters {
    /// A headquarters with its first commander.
    pub fn new(number: &str, holder: Holder, began: Began, by: &str, minutes: i32, now: DateTime<Utc>) -> Headquarters {
        let mut headquarters = Headquarters {
            id: Uuid::now_v7(),
            number: number.to_owned(),
            activated_at: now,
            activated_by: by.to_owned(),
            by_succession: began == Began::Succession,
            minutes,
            periods: Vec::new(),
            delegations: Vec::new(),
            handovers: Vec::new(),
            stood_down: None,
            updated_at: now,
            revision: 0,
        };
        headquarters.pass(holder, None, began, now);
        headquarters
    }

    pub fn is_active(&self) -> bool {
        self.stood_down.is_none()
    }

    /// The period of whoever commands now; none after the stand-down.
    pub fn commander(&self) -> Option<&CommandPeriod> {
        self.periods.last().filter(|p| p.until.is_none())
    }

    /// The authority in force.
    pub fn delegation(&self) -> Option<&Delegation> {
        self.delegations.iter().find(|d| d.ended.is_none())
    }

    pub fn delegation_of(&self, id: Uuid) -> Option<&Delegation> {
        self.delegations.iter().find(|d| d.id == id)
    }

    pub fn open_handover(&self) -> Option<&Handover> {
        self.handovers.iter().find(|h| h.is_open())
    }

    /// Whether the person commands by written authority now.
    pub fn is_acting(&self, person: Uuid) -> bool {
        self.commander().is_some_and(|p| p.holder.person == person && p.holder.command == Command::Acting)
    }

    /// Signs an authority: command passes at once, so that there is no gap until the delegate has read it.
    pub fn delegate(&mut self, delegation: Delegation, began: Began, now: DateTime<Utc>) {
        let holder =
            Holder { person: delegation.delegate, login: delegation.delegate_login.clone(), command: Command::Acting };
        self.end_delegation(Ended::Handover, now);
        let id = delegation.id;
        self.delegations.push(delegation);
        self.pass(holder, Some(id), began, now);
    }

    pub fn accept_delegation(&mut self, person: Uuid, now: DateTime<Utc>) -> Result<(), Refused> {
        let found = self.delegations.iter_mut().find(|d| d.ended.is_none()).ok_or(Refused::NotFound)?;
        if found.delegate != person {
            return Err(Refused::Forbidden);
        }
        found.accepted.get_or_insert(now);
        Ok(())
    }

    /// Whoever commands offers the other the sheet. An offer not yet signed gives way to a new one.
    pub fn offer(&mut self, from: &str, to: Holder, situation: &str, now: DateTime<Utc>) {
        for open in self.handovers.iter_mut().filter(|h| h.is_open()) {
            open.withdrawn_at = Some(now);
        }
        self.handovers.push(Handover {
            id: Uuid::now_v7(),
            from: from.to_owned(),
            to,
            situation: situation.trim().to_owned(),
            offered_at: now,
            accepted_at: None,
            withdrawn_at: None,
        });
    }

    /// The other side signs, and command passes.
    pub fn take_over(&mut self, person: Uuid, now: DateTime<Utc>) -> Result<Holder, Refused> {
        let open = self.handovers.iter_mut().find(|h| h.is_open() && h.to.person == person);
        let to = match open {
            Some(handover) => {
                handover.accepted_at = Some(now);
                handover.to.clone()
            }
            None => return Err(Refused::NotFound),
        };
        self.end_delegation(Ended::Handover, now);
        self.pass(to.clone(), None, Began::Handover, now);
        Ok(to)
    }

    /// By rule: the other of the two commands (R17).
    pub fn pass_by_rule(&mut self, holder: Holder, now: DateTime<Utc>) {
        self.end_delegation(Ended::Handover, now);
        self.pass(holder, None, Began::Rule, now);
    }

    pub fn stand_down(&mut self, by: &str, restored_at: DateTime<Utc>, order: &str, now: DateTime<Utc>) {
        self.end_delegation(Ended::StandDown, now);
        for open in self.handovers.iter_mut().filter(|h| h.is_open()) {
            open.withdrawn_at = Some(now);
        }
        // A period lasts: one that began this very instant ends with the next there is.
        let at = self.periods.last().map_or(now, |p| now.max(p.from + TimeDelta::microseconds(1)));
        if let Some(last) = self.periods.last_mut() {
            last.until = Some(at);
        }
        self.stood_down = Some(StoodDown { at, by: by.to_owned(), restored_at, order: order.trim().to_owned() });
    }

    fn end_delegation(&mut self, how: Ended, now: DateTime<Utc>) {
        for open in self.delegations.iter_mut().filter(|d| d.ended.is_none()) {
            open.ended = Some((now, how));
        }
    }

    /// Ends the period that runs and begins the next at the same instant. A period that would have lasted no time is
    /// not kept: the next takes its place.
    fn pass(&mut self, holder: Holder, delegation: Option<Uuid>, began: Began, now: DateTime<Utc>) {
        match self.periods.last_mut() {
            Some(last) if last.from >= now => {
                last.holder = holder;
                last.delegation = delegation;
                last.began = began;
                return;
            }
            Some(last) => last.until = Some(now),
            None => {}
        }
        let period = CommandPeriod { id: Uuid::now_v7(), holder, delegation, from: now, until: None, began };
        self.periods.push(period);
    }
}

/// A paper that waits for the second signature.
#[derive(Debug, Clone, PartialEq)]
pub struct Unsigned {
    /// Of the headquarters.
    pub number: String,
    pub person: Uuid,
    /// Sign-in name of who signed first.
    pub from: String,
    pub at: DateTime<Utc>,
    /// A letter of authority to confirm; else the sheet of a handover.
    pub letter: bool,
}

/// What can be done to a headquarters, beside the tasks of its incident.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// `under`: number of an active headquarters that takes this incident too.
    Activate {
        under: Option<String>,
    },
    /// Sign-in name of the head who is to command.
    Delegate {
        to: String,
        ground: String,
    },
    AcceptDelegation,
    /// Sign-in name of whoever is to take over; one's own is the second signature.
    HandOver {
        to: String,
        situation: String,
    },
    TakeOver,
    StandDown {
        restored_at: Option<DateTime<Utc>>,
        order: String,
    },
}

/// What stands in the way of standing down, beside what the record blocks: each with what it is about.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Checklist {
    /// Numbers of directives neither accepted nor withdrawn.
    pub directives: Vec<String>,
    /// Region, link and state of each link that is not normal.
    pub links: Vec<(String, String, String)>,
    /// Area and decision of each suspension in force.
    pub suspensions: Vec<(String, String)>,
    /// Keys of tasks that may go on after it.
    pub tail: Vec<String>,
}

impl Checklist {
    pub fn blocks(&self) -> bool {
        !(self.directives.is_empty() && self.links.is_empty() && self.suspensions.is_empty())
    }
}
