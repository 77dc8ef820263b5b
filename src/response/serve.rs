//! Service decided, announced and set, in a case (3.2.1, 3.2.2, 2.1.2-mkt-2).

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{Case, Turn};
use crate::incident::severity::CITY;
use crate::journal::Event;
use crate::l10n::text;
use crate::lang::Text;
use crate::notice::Addressee;
use crate::person::role;
use crate::plan::{Duty, TaskDef};
use crate::refusal::Refused;
use crate::routing;
use crate::service::decision::{self, Body, Decision, Draft, Kind, Opinion, Stance};
use crate::service::{self, Command, Reported, Stated};

impl Case {
    /// Suspensions in force: area, and the number of the decision.
    pub fn suspended(&self) -> Vec<(String, String)> {
        self.service.suspended()
    }

    /// Links that do not run normally: (region, link, state).
    pub fn links_not_normal(&self) -> Vec<(String, String, String)> {
        self.service.not_normal(self.reported_links())
    }

    /// What the report said of the links.
    pub fn reported_links(&self) -> Reported<'_> {
        let incident = &self.incident;
        // A level may draw in the whole city; nobody reported that the links stand still there.
        let all = incident.region == CITY || incident.fields.contains_key("regions_affected");
        let regions = if all { incident.regions.as_slice() } else { std::slice::from_ref(&incident.region) };
        Reported { regions, links: &incident.links }
    }

    /// The body the incident's service is decided by: the Leading Group or its Office.
    pub fn deciding_body(&self) -> Body {
        decision::body_of(self.incident.severity, self.incident.scope)
    }

    /// The body that a decision like this one needs.
    pub fn body_needed(&self, draft: &Draft) -> Body {
        decision::body_needed(self.deciding_body(), &self.incident.regions, &self.service.decisions, draft)
    }

    /// The decision an announcement may be made from: the one named, else the latest signed. One of the Office is none
    /// once the incident is the Leading Group's, since it does not speak for the whole region (3.2.1).
    pub fn announceable(&self, named: Option<&str>) -> Result<&Decision, Refused> {
        let own = self.deciding_body();
        let fits = |d: &&Decision| d.is_signed() && d.body >= own;
        match named {
            Some(number) => {
                let decision = self.service.decision(number).ok_or(Refused::NotFound)?;
                Some(decision).filter(fits).ok_or(Refused::NoDecision)
            }
            None => {
                let signed = self.service.decisions.iter().filter(fits);
                signed.max_by_key(|d| d.signed_at).ok_or(Refused::NoDecision)
            }
        }
    }
}

impl Turn<'_> {
    pub fn serve(&mut self, command: &Command) -> Result<(), Refused> {
        if self.actor.is_inspector() {
            return Err(Refused::InspReadonly);
        }
        match command {
            Command::Decide { draft, sign } => self.decide(draft, *sign),
            Command::Opine { decision, stance, text } => self.opine(decision, *stance, text),
            Command::Sign { decision } => {
                let index = self.decision_index(decision)?;
                self.sign_decision(index)
            }
            Command::Announce { decision, text } => self.announce(decision.as_deref(), text),
            Command::Channel { announcement, channel, proof, at } => {
                self.prove_channel(announcement, channel, proof, *at)
            }
            Command::CompleteAnnouncement { announcement } => self.complete_announcement(announcement),
            Command::States(changes) => self.set_states(changes),
        }
    }

    fn decide(&mut self, draft: &Draft, sign: bool) -> Result<(), Refused> {
        draft.check_names(self.world.edition, self.world.directory)?;
        let needed = self.case.body_needed(draft);
        if sign {
            decision::signs_for(needed, self.actor, self.office_empty())?;
            draft.check_complete()?;
            if self.is_signed_again(draft) {
                return Ok(());
            }
        } else if !decision::may_draft(self.actor) {
            return Err(needed.refusal());
        }
        let kind = draft.kind.ok_or(Refused::DecisionIncomplete { field: "kind" })?;
        let number = format!("{}-J{}", self.case.incident.number, self.case.service.decisions.len() + 1);
        self.case.service.decisions.push(Decision {
            id: Uuid::now_v7(),
            number: number.clone(),
            kind,
            body: needed,
            areas: draft.areas.clone(),
            links: draft.links.clone(),
            from: draft.from,
            until: draft.until,
            question: draft.question.trim().to_owned(),
            detail: draft.detail.trim().to_owned(),
            reason: draft.reason.trim().to_owned(),
            drafted_by: self.actor.login.clone(),
            drafted_at: self.now,
            signed_at: None,
            signed_by: None,
            signed_role: None,
            delegation: None,
            replaced: BTreeMap::new(),
            updated_at: self.now,
            opinions: Vec::new(),
        });
        if sign {
            return self.sign_decision(self.case.service.decisions.len() - 1);
        }
        self.note(Event::DecisionDrafted { decision: number });
        Ok(())
    }

    /// The same person sent the same decision again, and nothing was signed in between.
    fn is_signed_again(&self, draft: &Draft) -> bool {
        let last = self.case.service.decisions.iter().filter(|d| d.is_signed()).max_by_key(|d| d.signed_at);
        let trimmed = Draft {
            question: draft.question.trim().to_owned(),
            detail: draft.detail.trim().to_owned(),
            reason: draft.reason.trim().to_owned(),
            ..draft.clone()
        };
        last.is_some_and(|d| d.signed_by.as_deref() == Some(&self.actor.login) && d.as_draft() == trimmed)
    }

    fn opine(&mut self, number: &str, stance: Stance, text_given: &str) -> Result<(), Refused> {
        let index = self.decision_index(number)?;
        let Some(person) = self.actor.person.filter(|_| decision::may_opine(self.actor)) else {
            return Err(Refused::Forbidden);
        };
        let text_given = text_given.trim();
        if stance != Stance::Agree && text_given.is_empty() {
            return Err(Refused::Required { field: "text".to_owned(), label: text(|l| l.msg_svc_opinion_text()) });
        }
        let (now, login) = (self.now, self.actor.login.clone());
        let decision = &mut self.case.service.decisions[index];
        if let Some(earlier) = decision.opinions.iter().find(|o| o.person == person) {
            let same = earlier.stance == stance && earlier.text == text_given;
            return if same { Ok(()) } else { Err(Refused::RecordLocked) };
        }
        if decision.is_signed() {
            return Err(Refused::RecordLocked);
        }
        decision.opinions.push(Opinion { person, login, stance, text: text_given.to_owned(), at: now });
        decision.updated_at = now;
        self.note(Event::OpinionGiven { decision: number.to_owned(), stance, text: text_given.to_owned() });
        Ok(())
    }

    /// Signs a draft: it takes the place of what held in its areas, and does the task that asks for a decision.
    fn sign_decision(&mut self, index: usize) -> Result<(), Refused> {
        let drawn = self.case.service.decisions[index].clone();
        if let Some(at) = drawn.signed_at {
            let same = drawn.signed_by.as_deref() == Some(&self.actor.login);
            return if same { Ok(()) } else { Err(Refused::Stale { at, change: drawn.signed_by }) };
        }
        let draft = drawn.as_draft();
        let (body, role) = decision::signs_for(self.case.body_needed(&draft), self.actor, self.office_empty())?;
        let kind = draft.check_complete()?;
        if kind != Kind::Resume {
            self.reported_first()?;
        }
        let replaces = decision::replaces(&self.case.service.decisions, &drawn.areas, &drawn.links);
        let now = self.now;
        for (number, areas) in &replaces {
            for earlier in self.case.service.decisions.iter_mut().filter(|d| d.number == *number) {
                earlier.replaced.extend(areas.iter().map(|area| (area.clone(), drawn.number.clone())));
                earlier.updated_at = now;
            }
        }
        let delegation = self.delegation();
        let decision = &mut self.case.service.decisions[index];
        decision.body = body;
        decision.signed_at = Some(now);
        decision.signed_by = Some(self.actor.login.clone());
        decision.signed_role = Some(role.to_owned());
        decision.delegation = delegation.filter(|_| role == role::ACTING_COMMANDER);
        decision.updated_at = now;
        let event = Event::ServiceDecided {
            decision: drawn.number.clone(),
            act: kind,
            body,
            areas: drawn.areas.clone(),
            links: drawn.links.clone(),
            from: drawn.from,
            until: drawn.until,
            replaces,
        };
        self.note(event.clone());
        self.tell_decided(&drawn, &event);
        self.touch_regions(kind);
        // Service is resumed when no area is left suspended.
        let act = if kind == Kind::Resume { Duty::ResumeService } else { Duty::DecideService };
        if kind != Kind::Resume || self.case.suspended().is_empty() {
            // Whoever resumes service everywhere says that the trouble is over; what waits for that opens now.
            if kind == Kind::Resume && self.case.incident.recovered_at.is_none() {
                self.case.incident.recovered_at = Some(self.now);
                self.note(Event::Recovered { at: self.now });
                self.follow_on();
            }
            self.do_by_act(|def, _| def.act == Some(act), &drawn.number);
        }
        Ok(())
    }

    /// The Office decides on a report of the situation and the measures (3.2.2, R79).
    fn reported_first(&self) -> Result<(), Refused> {
        let facts = self.case.incident.facts(false);
        let (edition, known) = (self.world.edition, self.case.known());
        let waiting = routing::waiting(&facts, edition, &known);
        let mut asked = waiting.iter().filter(|d| d.act == Some(Duty::DecideService));
        match asked.find_map(|def| routing::missing_before(def, &facts, edition, &known)) {
            Some(before) => Err(Refused::Prereq { task: before.action.clone() }),
            None => Ok(()),
        }
    }

    /// The Office, which announces; the marketing departments of the areas; distribution and marketing.
    fn tell_decided(&mut self, decision: &Decision, event: &Event) {
        let head = |department: String| Addressee::Post { role: role::DEPARTMENT_HEAD.to_owned(), department };
        let office = Addressee::Post { role: role::LG_OFFICE_HEAD.to_owned(), department: "LGO".to_owned() };
        let regional = decision.areas.iter().map(|area| format!("RMD-{area}"));
        let told = ["MKT".to_owned(), "DIST".to_owned()].into_iter().chain(regional).map(head);
        for to in std::iter::once(office).chain(told) {
            self.send(to, None, decision.kind == Kind::Suspend, event);
        }
    }

    /// The regions decided on are the ones affected, as long as no task was opened for another (2.1.2-rmd-3).
    fn touch_regions(&mut self, kind: Kind) {
        if kind == Kind::Resume {
            return;
        }
        let decisions = &self.case.service.decisions;
        let in_order = self.world.directory.regions().iter().map(|r| r.code.clone());
        let touched: Vec<String> =
            in_order.filter(|r| decisions.iter().any(|d| d.areas_in_force().any(|a| a == r))).collect();
        let incident = &self.case.incident;
        let opened = self.case.tasks.iter().filter_map(|t| t.region.as_ref());
        let narrower = touched.contains(&incident.region) && opened.into_iter().all(|r| touched.contains(r));
        if narrower {
            self.case.incident.regions = touched;
        } else {
            let beyond = touched.into_iter().filter(|r| !incident.regions.contains(r)).collect::<Vec<_>>();
            self.case.incident.regions.extend(beyond);
        }
    }

    fn set_states(&mut self, changes: &[(String, String, String)]) -> Result<(), Refused> {
        let edition = self.world.edition;
        let bad = |field: &str, expected: Text| Refused::BadValue { field: field.to_owned(), expected };
        for (region, link, state) in changes {
            if self.world.directory.region(region).is_none() {
                return Err(bad("region", text(|l| l.msg_svc_areas_rule())));
            }
            if edition.link(link).is_none() {
                return Err(bad("link", text(|l| l.msg_svc_links_rule())));
            }
            if edition.link_state(state).is_none() {
                return Err(bad("state", text(|l| l.msg_svc_state_rule())));
            }
        }
        if !changes.iter().all(|(region, ..)| service::may_set(self.actor, region)) {
            return Err(Refused::Forbidden);
        }
        let mut told = Vec::new();
        for (region, link, state) in changes {
            let known = self.case.service.states.iter().position(|s| s.region == *region && s.link == *link);
            if known.is_some_and(|i| self.case.service.states[i].state == *state) {
                continue;
            }
            let stated = Stated {
                region: region.clone(),
                link: link.clone(),
                state: state.clone(),
                by: self.actor.login.clone(),
                at: self.now,
            };
            match known {
                Some(i) => self.case.service.states[i] = stated,
                None => self.case.service.states.push(stated),
            }
            told.push((region.clone(), link.clone(), state.clone()));
        }
        if !told.is_empty() {
            self.note(Event::ServiceStates { states: told });
        }
        Ok(())
    }

    /// Tasks that an act recorded elsewhere does: signed for in the same act where nobody had, with its number as
    /// evidence.
    pub fn do_by_act(&mut self, does: impl Fn(&TaskDef, &Self) -> bool, evidence: &str) {
        for index in 0..self.case.tasks.len() {
            let task = &self.case.tasks[index];
            let edition = self.world.edition;
            let Some(def) = task.definition(edition).filter(|def| task.is_active() && does(def, self)) else {
                continue;
            };
            let (next, events) = task.fulfilled(def, evidence, &self.actor.login, self.now, self.world.calendar);
            self.case.tasks[index] = next;
            for event in events {
                self.note_task(index, event);
            }
            self.after_done(index);
        }
    }

    fn decision_index(&self, number: &str) -> Result<usize, Refused> {
        self.case.service.decisions.iter().position(|d| d.number == number).ok_or(Refused::NotFound)
    }

    fn office_empty(&self) -> bool {
        self.world.directory.is_vacant(role::LG_OFFICE_HEAD, "LGO")
    }

    /// The letter whoever commands acts under.
    fn delegation(&self) -> Option<Uuid> {
        self.case.active_headquarters()?.commander()?.delegation
    }
}
