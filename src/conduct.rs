//! What pages, the JSON API and the demo all call: report, preview, act, look. One write path for all of them.

mod calendar;
mod check;
pub mod directive;
mod edition;
mod exchange;
pub mod figures;
mod leadership;
pub mod review;
mod scheme;
mod settings;
mod standing;

use std::sync::Arc;

use anyhow::{Context, anyhow};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};
use sqlx::PgConnection;

use crate::attachment::{self, Upload};
use crate::audit;
use crate::calendar::Calendar;
use crate::error::{Error, Result};
use crate::incident::report::{self, Checked};
use crate::intake::Submitted;
use crate::leadership::Leadership;
use crate::once::{self, Key, Made};
use crate::person::account::PersonClosed;
use crate::person::{Actor, directory::Directory};
use crate::plan::Edition;
use crate::refusal::Refused;
use crate::response::intake::{Prepared, Receipt};
use crate::response::open::{self, Wish};
use crate::response::{Case, Command, World, store};
use crate::routing::places::Places;
use crate::scheme::Schemes;
use crate::service;
use crate::state::{App, ruled};

/// How often a report is opened anew because the calendar changed under it.
const CALENDAR_CHANGES: usize = 5;

/// Everything the rules read, held still for one act.
#[derive(Clone)]
pub struct Held {
    pub edition: Arc<Edition>,
    pub calendar: Arc<Calendar>,
    pub directory: Arc<Directory>,
    pub places: Arc<Places>,
    pub leadership: Arc<Leadership>,
    pub schemes: Arc<Schemes>,
}

impl Held {
    pub fn world(&self) -> World<'_> {
        World {
            edition: &self.edition,
            calendar: &self.calendar,
            directory: &self.directory,
            places: &self.places,
            leadership: &self.leadership,
            schemes: &self.schemes,
        }
    }
}

/// A report as it would be opened, unsaved, and what it still lacks.
#[derive(Debug, Clone)]
pub struct Preview {
    pub case: Case,
    pub checked: Checked,
    /// Codes of required fields that are missing.
    pub missing: Vec<String>,
}

impl App {
    /// What the rules read under an edition.
    pub fn held(&self, edition: Arc<Edition>) -> Held {
        Held {
            calendar: ruled(self.calendar(), &edition),
            edition,
            directory: self.directory(),
            places: self.places(),
            leadership: self.leadership(),
            schemes: self.schemes(),
        }
    }

    /// What a report opens today is ruled by.
    pub fn held_now(&self) -> Result<Held> {
        Ok(self.held(self.edition()?))
    }

    /// Checks, routes and saves a report; answers after the commit. Sent again under the same key it is the same report.
    pub async fn report(&self, actor: &Actor, body: Map<String, Value>, key: Option<String>) -> Result<Receipt> {
        let (mut body, mut key) = (body, key);
        for _ in 0..CALENDAR_CHANGES {
            let now = self.clock.now();
            let prepared = self.prepare(actor, body, key, now).await?;
            if let Some(number) = prepared.draft.duplicate_of.clone() {
                let mut conn = self.pool.acquire().await?;
                return crate::response::intake::store::merge(&mut conn, *prepared, &number, now).await;
            }
            let outdated = match self.intake.submit(prepared).await? {
                Submitted::Written(receipt) => return Ok(receipt),
                Submitted::Outdated(outdated) => *outdated,
            };
            (body, key) = (outdated.body, outdated.key);
            self.reload_calendar().await?;
        }
        Err(anyhow!("the calendar kept changing while a report was written").into())
    }

    /// Checks a report and opens it by the rules; nothing is saved.
    async fn prepare(
        &self,
        actor: &Actor,
        body: Map<String, Value>,
        key: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<Box<Prepared>> {
        let held = self.held_now()?;
        let checked = self.check(&held, &body, actor, now);
        if !checked.faults.is_empty() {
            self.count_outside(actor, &checked, now).await?;
            return Err(Error::Faults(checked.faults));
        }
        let draft = checked.draft.context("a report without faults has a draft")?;
        let sub_kind = held.edition.sub_kind(&draft.sub_kind).context("the sub-kind was checked")?;
        let (case, written) = open::open(&draft, sub_kind, Wish::AsOfActor, held.world(), actor, now);
        let calendar = held.calendar.revision();
        Ok(Box::new(Prepared { draft, body, key, actor: actor.clone(), case, written, calendar }))
    }

    /// What a report would open, however incomplete it is; nothing is saved. `at` is the moment to reckon from.
    pub fn preview(&self, actor: &Actor, body: &Map<String, Value>, at: Option<DateTime<Utc>>) -> Result<Preview> {
        let held = self.held_now()?;
        let now = at.unwrap_or_else(|| self.clock.now());
        let checked = self.check(&held, body, actor, now);
        let unknown = checked.faults.iter().find(|f| matches!(f, Refused::UnknownField { .. }));
        if let Some(unknown) = unknown {
            return Err(unknown.clone().into());
        }
        let Some(draft) = &checked.draft else {
            return Err(Error::Faults(checked.faults));
        };
        let sub_kind = held.edition.sub_kind(&draft.sub_kind).context("the sub-kind was checked")?;
        let wish = if draft.severity.is_some() { Wish::Stands } else { Wish::AsOfActor };
        let (case, _) = open::open(draft, sub_kind, wish, held.world(), actor, now);
        let missing = report::missing_fields(&checked);
        Ok(Preview { case, checked, missing })
    }

    /// Applies a command to an incident.
    pub async fn act(&self, actor: &Actor, number: &str, command: Command) -> Result<Case> {
        let held = self.held_for(number).await?;
        let mut conn = self.pool.acquire().await?;
        let case = store::act(&mut conn, number, &command, held.world(), actor, self.clock.now()).await?;
        drop(conn);
        if matches!(command, Command::Headquarters(_)) {
            self.reload_leadership().await?;
        }
        Ok(case)
    }

    /// Applies a command that makes something, whose number `made` finds in the case. Under a key that was sent before,
    /// nothing is done: the case as it is, and the number of what was made then.
    pub async fn make(
        &self,
        actor: &Actor,
        number: &str,
        command: Command,
        key: Option<&Key>,
        made: impl Fn(&Case) -> Option<String>,
    ) -> Result<Made<(Case, String)>> {
        let (held, now) = (self.held_for(number).await?, self.clock.now());
        let mut tx = self.pool.begin().await?;
        if let Some(before) = once::store::known(&mut tx, key).await? {
            let of = service::incident_of(&before).ok_or(Refused::NotFound)?;
            return Ok(Made::Known((store::read(&mut tx, of, actor).await?, before)));
        }
        let case = store::act(&mut tx, number, &command, held.world(), actor, now).await?;
        let made = made(&case).ok_or(Refused::NotFound)?;
        once::store::keep(&mut tx, key, &made, now).await?;
        tx.commit().await?;
        Ok(Made::New((case, made)))
    }

    /// An incident as the actor may see it, with what its edition says.
    pub async fn case(&self, actor: &Actor, number: &str) -> Result<(Case, Held)> {
        let mut conn = self.pool.acquire().await?;
        let case = store::read(&mut conn, number, actor).await?;
        let held = self.held(self.edition_for(&case.incident)?);
        Ok((case, held))
    }

    /// Keeps a file with an incident, or with one of its tasks; file and entry are written together.
    pub async fn attach(&self, actor: &Actor, number: &str, task: Option<&str>, upload: &Upload) -> Result<Case> {
        let held = self.held_for(number).await?;
        let mut tx = self.pool.begin().await?;
        let command = Command::Attach {
            task: task.map(str::to_owned),
            file: upload.name.clone(),
            sha256: upload.sha256_hex(),
            size: upload.size(),
        };
        let now = self.clock.now();
        let case = store::act(&mut tx, number, &command, held.world(), actor, now).await?;
        let id = case.incident.id;
        // Counted under the lock of the incident, so two at once can't both be the last.
        if attachment::store::count(&mut tx, id).await? >= attachment::MAX_FILES {
            return Err(attachment::too_many().into());
        }
        let task = task.and_then(|key| case.task(key)).map(|t| t.id);
        attachment::store::insert(&mut tx, id, task, upload, &actor.login, now).await?;
        tx.commit().await?;
        Ok(case)
    }

    /// Links two incidents; `parent` says whether the first is the parent, if the person said so.
    pub async fn link(
        &self,
        actor: &Actor,
        number: &str,
        other: &str,
        reason: &str,
        parent: Option<bool>,
    ) -> Result<Case> {
        let held = self.held_for(number).await?;
        let mut conn = self.pool.acquire().await?;
        let now = self.clock.now();
        crate::response::merge::store::link(&mut conn, number, other, reason, parent, held.world(), actor, now).await
    }

    /// Merges an incident into another.
    pub async fn merge(&self, actor: &Actor, number: &str, into: &str) -> Result<Case> {
        let held = self.held_for(number).await?;
        let mut conn = self.pool.acquire().await?;
        crate::response::merge::store::merge(&mut conn, number, into, held.world(), actor, self.clock.now()).await
    }

    pub async fn undo_merge(&self, actor: &Actor, number: &str) -> Result<Case> {
        let held = self.held_for(number).await?;
        let mut conn = self.pool.acquire().await?;
        crate::response::merge::store::undo(&mut conn, number, held.world(), actor, self.clock.now()).await
    }

    /// Gives back what a person who has left still held, in the transaction that closes the account (R168); numbers of
    /// the incidents it touched.
    pub async fn release(&self, conn: &mut PgConnection, actor: &Actor, closed: &PersonClosed) -> Result<Vec<String>> {
        let mut touched = Vec::new();
        for number in crate::incident::store::open_numbers(conn).await? {
            let case = store::read(conn, &number, &Actor::system()).await?;
            let holds = case
                .tasks
                .iter()
                .any(|t| t.is_active() && t.assignee.as_ref().is_some_and(|a| a.person == closed.person));
            if !holds {
                continue;
            }
            let held = self.held(self.edition_for(&case.incident)?);
            let reason = closed.name.clone();
            let command = Command::Release { person: closed.person, reason };
            store::act(conn, &number, &command, held.world(), actor, closed.at).await?;
            touched.push(number);
        }
        Ok(touched)
    }

    /// The window within which a second report of the same thing is taken for the same.
    pub fn duplicate_window(&self) -> TimeDelta {
        let minutes = self.edition().map_or(120, |e| e.matrix.duplicates.window_minutes);
        TimeDelta::minutes(i64::from(minutes))
    }

    /// A report the plan does not cover is counted; its text is not kept (1.4, R10).
    async fn count_outside(&self, actor: &Actor, checked: &Checked, now: DateTime<Utc>) -> Result<()> {
        let outside = |f: &&Refused| matches!(f, Refused::OutsideCity | Refused::OutOfScope { .. });
        let Some(refused) = checked.faults.iter().find(outside) else {
            return Ok(());
        };
        let sub_kind = checked.draft.as_ref().map_or("", |d| d.sub_kind.as_str());
        let entry = audit::Entry::by(actor, "report_refused", sub_kind, audit::Outcome::Denied, "");
        let mut tx = self.pool.begin().await?;
        audit::store::append(&mut tx, entry.with("code", refused.code()), now).await?;
        tx.commit().await?;
        Ok(())
    }

    fn check(&self, held: &Held, body: &Map<String, Value>, actor: &Actor, now: DateTime<Utc>) -> Checked {
        let first = self.editions().iter().map(|e| e.effective_from).min().unwrap_or_default();
        let mut checked = report::check(body, &held.edition, first, &held.directory, actor, now);
        if let Some((name, _)) = body.iter().find(|(_, v)| crate::response::intake::has_nul(v)) {
            let expected = crate::incident::field::a_text();
            checked.faults.push(Refused::BadValue { field: name.clone(), expected });
        }
        checked
    }

    async fn held_for(&self, number: &str) -> Result<Held> {
        let mut conn = self.pool.acquire().await?;
        let edition = match crate::incident::store::by_number(&mut conn, number).await? {
            Some(incident) => self.edition_for(&incident)?,
            None => self.edition()?,
        };
        Ok(self.held(edition))
    }
}
