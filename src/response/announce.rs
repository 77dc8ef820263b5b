//! What the public is told: announcements from signed decisions, and proof of every channel (3.2.1).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Turn;
use crate::journal::Event;
use crate::l10n::text;
use crate::lang::{Lang, Text};
use crate::plan::{Duty, TaskDef};
use crate::refusal::Refused;
use crate::service::announcement::{Announcement, Channel};
use crate::service::decision::Kind;
use crate::service::{self, words};
use crate::task::{self, transition::Contact};

impl Turn<'_> {
    pub fn announce(&mut self, named: Option<&str>, given: &BTreeMap<Lang, String>) -> Result<(), Refused> {
        self.require_announcer()?;
        let decision = self.case.announceable(named)?.clone();
        let generated =
            words::announcement(&decision, &self.case.incident.sub_kind, self.world.edition, self.world.directory);
        let text = |lang: Lang| {
            let given = given.get(&lang).map(|t| t.trim()).filter(|t| !t.is_empty());
            given.unwrap_or_else(|| generated.get(lang)).to_owned()
        };
        let text = Text { zh_hans: text(Lang::ZhHans), zh_hant: text(Lang::ZhHant), en: text(Lang::En) };
        let number = format!("{}-G{}", self.case.incident.number, self.case.service.announcements.len() + 1);
        let made = Announcement {
            id: Uuid::now_v7(),
            number: number.clone(),
            decision: decision.id,
            text,
            generated,
            made_by: self.actor.login.clone(),
            made_at: self.now,
            done_at: None,
            done_by: None,
            updated_at: self.now,
            channels: Vec::new(),
        };
        let changed = made.differs().into_iter().map(|l| l.tag().to_owned()).collect();
        self.case.service.announcements.push(made);
        self.note(Event::AnnouncementMade { announcement: number, decision: decision.number, changed });
        Ok(())
    }

    pub fn prove_channel(
        &mut self,
        number: &str,
        channel: &str,
        proof: &str,
        at: Option<DateTime<Utc>>,
    ) -> Result<(), Refused> {
        self.require_announcer()?;
        let index = self.announcement_index(number)?;
        if !self.channels_required().iter().any(|c| c == channel) {
            return Err(Refused::BadValue {
                field: "channel".to_owned(),
                expected: text(|l| l.msg_svc_channel_rule()),
            });
        }
        let proof = proof.trim();
        if proof.is_empty() {
            return Err(Refused::Required { field: "proof".to_owned(), label: text(|l| l.msg_svc_proof()) });
        }
        let at = at.unwrap_or(self.now);
        self.time_not_ahead(at, "at")?;
        let announcement = &mut self.case.service.announcements[index];
        if let Some(known) = announcement.channel(channel) {
            let same = known.by == self.actor.login && known.proof == proof;
            return if same {
                Ok(())
            } else {
                Err(Refused::Stale { at: known.entered_at, change: Some(known.by.clone()) })
            };
        }
        announcement.channels.push(Channel {
            channel: channel.to_owned(),
            at,
            proof: proof.to_owned(),
            by: self.actor.login.clone(),
            entered_at: self.now,
        });
        announcement.updated_at = self.now;
        self.contacted_by_channel(index, channel, proof, at);
        self.note(Event::ChannelProven {
            announcement: number.to_owned(),
            channel: channel.to_owned(),
            at,
            proof: proof.to_owned(),
        });
        Ok(())
    }

    /// Sending through a channel is contact with that party outside.
    fn contacted_by_channel(&mut self, index: usize, channel: &str, proof: &str, at: DateTime<Utc>) {
        let known = |party: &String| party == channel;
        if !self.case.contacted.iter().any(known) {
            self.case.contacted.push(channel.to_owned());
        }
        let task = self.case.tasks.iter().find(|t| {
            let asks = |d: &TaskDef| d.external.iter().any(known) && self.is_announced_by(d, index);
            t.is_active() && self.definition(t).is_some_and(asks)
        });
        if let Some(id) = task.map(|t| t.id) {
            let contact = Contact {
                party: channel.to_owned(),
                phone: String::new(),
                at,
                answer: proof.to_owned(),
                promised_at: None,
            };
            self.written.contacts.push((id, contact));
        }
    }

    pub fn complete_announcement(&mut self, number: &str) -> Result<(), Refused> {
        self.require_announcer()?;
        let index = self.announcement_index(number)?;
        let announcement = &self.case.service.announcements[index];
        if let Some((at, by)) = announcement.done_at.zip(announcement.done_by.clone()) {
            let same = by == self.actor.login;
            return if same { Ok(()) } else { Err(Refused::Stale { at, change: Some(by) }) };
        }
        self.require_channels(index)?;
        self.announcement_done(index);
        self.do_by_act(|def, turn| turn.is_announced_by(def, index), number);
        Ok(())
    }

    /// A task of announcing is done from its card only with proof of every channel; the announcement that has it, as
    /// the evidence.
    fn proven(&self, def: &TaskDef) -> Result<(usize, String), Refused> {
        let fitting = (0..self.case.service.announcements.len()).rev().filter(|i| self.is_announced_by(def, *i));
        let latest = fitting.clone().next();
        match fitting.into_iter().find(|i| self.require_channels(*i).is_ok()).or(latest) {
            Some(index) => {
                self.require_channels(index)?;
                Ok((index, self.case.service.announcements[index].number.clone()))
            }
            None => {
                self.case.announceable(None)?;
                Err(self.channels_missing(self.channels_required()))
            }
        }
    }

    pub fn announcement_done(&mut self, index: usize) {
        let announcement = &mut self.case.service.announcements[index];
        if announcement.done_at.is_some() {
            return;
        }
        announcement.done_at = Some(self.now);
        announcement.done_by = Some(self.actor.login.clone());
        announcement.updated_at = self.now;
        let event = Event::AnnouncementDone { announcement: announcement.number.clone() };
        self.note(event);
    }

    /// Whether an announcement is the one a task asks for: of a resumption where the task follows one.
    fn is_announced_by(&self, def: &TaskDef, index: usize) -> bool {
        let service = &self.case.service;
        let Some(announcement) = service.announcements.get(index).filter(|_| def.act == Some(Duty::Announce)) else {
            return false;
        };
        let kind = service.decisions.iter().find(|d| d.id == announcement.decision).map(|d| d.kind);
        let acts = || def.after.iter().filter_map(|id| self.world.edition.task(id)?.act);
        let follows_resumption = acts().any(|act| act == Duty::ResumeService);
        (kind == Some(Kind::Resume)) == follows_resumption
    }

    fn require_announcer(&self) -> Result<(), Refused> {
        if service::may_announce(self.actor) { Ok(()) } else { Err(Refused::Forbidden) }
    }

    fn require_channels(&self, index: usize) -> Result<(), Refused> {
        let missing = self.case.service.announcements[index].missing(self.channels_required());
        if missing.is_empty() { Ok(()) } else { Err(self.channels_missing(&missing)) }
    }

    fn channels_missing<S: AsRef<str>>(&self, codes: &[S]) -> Refused {
        let party = |code: &S| self.world.edition.external_party(code.as_ref()).map(|p| p.name.clone());
        Refused::ChannelMissing { channels: codes.iter().filter_map(party).collect() }
    }

    fn channels_required(&self) -> &[String] {
        &self.world.edition.matrix.weather.announcement_channels_required
    }

    /// Evidence for completing a task from its card, with the announcement's number where announcing is the task.
    pub fn with_proof(
        &self,
        task: &task::Task,
        def: &TaskDef,
        command: &task::Command,
    ) -> Result<Option<(usize, task::Command)>, Refused> {
        let task::Command::Complete { evidence } = command else {
            return Ok(None);
        };
        let may = task.is_active() && task.acknowledged.is_some() && task::rights::part(task, self.actor).is_some();
        if def.act != Some(Duty::Announce) || !may {
            return Ok(None);
        }
        let (index, number) = self.proven(def)?;
        let mut evidence = evidence.clone();
        for code in &def.evidence {
            evidence.entry(code.clone()).or_insert_with(|| serde_json::json!(number));
        }
        Ok(Some((index, task::Command::Complete { evidence })))
    }

    fn announcement_index(&self, number: &str) -> Result<usize, Refused> {
        self.case.service.announcements.iter().position(|a| a.number == number).ok_or(Refused::NotFound)
    }
}
