//! Who is in the city, who stands in, and the acts of a headquarters that concern more than one incident.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::error::Result;
use crate::headquarters::{self, Headquarters};
use crate::incident;
use crate::lang::text;
use crate::leadership::{self, Absence, Declaration, Succession, store};
use crate::person::{Actor, role};
use crate::refusal::Refused;
use crate::response::{self, Case, Command};
use crate::state::App;

impl App {
    /// Declares that a leader is out of the city, or back (R13). What follows for command is done in the same
    /// transaction, in every incident that is under command or waits for it.
    pub async fn declare_presence(&self, actor: &Actor, login: &str, declaration: Declaration) -> Result<()> {
        leadership::may_declare(actor)?;
        let now = self.clock.now();
        leadership::check(&declaration, now)?;
        let directory = self.directory();
        let (_, person) =
            leadership::seats(&directory).into_iter().find(|(_, p)| p.login == login).ok_or(Refused::NotFound)?;
        let mut tx = self.pool.begin().await?;
        match declaration {
            Declaration::Back => {
                store::end_absences(&mut tx, person.id, &actor.login, now).await?;
            }
            Declaration::Out { from, until, reachable_at, note } => {
                // A new word about the same time takes the place of the old one.
                if from <= now {
                    store::end_absences(&mut tx, person.id, &actor.login, now).await?;
                }
                let absence = Absence {
                    id: Uuid::now_v7(),
                    person: person.id,
                    from,
                    until,
                    reachable_at: given(reachable_at),
                    note: given(note),
                    declared_by: actor.login.clone(),
                    declared_at: now,
                    ended: None,
                };
                store::declare(&mut tx, &absence).await?;
            }
        }
        let known = std::sync::Arc::new(store::load(&mut tx, now).await?);
        for number in incident::store::open_major(&mut tx).await? {
            let Some(found) = incident::store::by_number(&mut tx, &number).await? else {
                continue;
            };
            let mut held = self.held(self.edition_for(&found)?);
            held.leadership = std::sync::Arc::clone(&known);
            response::store::act(&mut tx, &number, &Command::Tick, held.world(), &Actor::system(), now).await?;
        }
        tx.commit().await?;
        self.reload_leadership().await
    }

    /// Signs an entry of the succession table, in place of the one that stood; or takes it back (R19).
    pub async fn sign_succession(
        &self,
        actor: &Actor,
        kind: &str,
        department: Option<&str>,
        valid_until: Option<DateTime<Utc>>,
    ) -> Result<()> {
        self.require_leader(actor)?;
        let now = self.clock.now();
        self.edition()?.kind(kind).ok_or(Refused::NotFound)?;
        let mut tx = self.pool.begin().await?;
        match department {
            None => store::revoke(&mut tx, kind, &actor.login, now).await?,
            Some(department) => {
                if self.directory().department(department).is_none() {
                    return Err(Refused::ActingNotHead.into());
                }
                if valid_until.is_some_and(|until| until <= now) {
                    let label = text("有效期至", "有效期至", "Valid until");
                    return Err(Refused::Required { field: "valid_until".to_owned(), label }.into());
                }
                let entry = Succession {
                    id: Uuid::now_v7(),
                    kind: kind.to_owned(),
                    department: department.to_owned(),
                    signed_by: actor.login.clone(),
                    signed_at: now,
                    valid_until,
                };
                store::sign(&mut tx, &entry).await?;
            }
        }
        tx.commit().await?;
        self.reload_leadership().await
    }

    /// Names the department that hosts the Leading Group Office (R12); its head and duty officers are posts.
    pub async fn host_office(&self, actor: &Actor, department: Option<&str>) -> Result<()> {
        self.require_leader(actor)?;
        if let Some(code) = department
            && self.directory().department(code).is_none()
        {
            return Err(Refused::NotFound.into());
        }
        let mut conn = self.pool.acquire().await?;
        store::host_office(&mut conn, department, &actor.login, self.clock.now()).await?;
        drop(conn);
        self.reload_leadership().await
    }

    /// The headquarters of a number, or that the incident of the number is under; with its incidents as the actor may
    /// see them.
    pub async fn headquarters(&self, actor: &Actor, number: &str) -> Result<(Headquarters, Vec<Case>)> {
        let mut conn = self.pool.acquire().await?;
        let found = headquarters::store::by_number(&mut conn, number).await?.ok_or(Refused::NotFound)?;
        let mut cases = Vec::new();
        for number in headquarters::store::incidents(&mut conn, found.id).await? {
            let case = response::store::read(&mut conn, &number, &Actor::system()).await?;
            if case.is_visible_to(actor) {
                cases.push(case);
            }
        }
        if cases.is_empty() { Err(Refused::Forbidden.into()) } else { Ok((found, cases)) }
    }

    /// Stands a headquarters down: in the incident it was set up for, and in all that were put under it.
    pub async fn stand_down(
        &self,
        actor: &Actor,
        number: &str,
        restored_at: Option<DateTime<Utc>>,
        order: &str,
    ) -> Result<Headquarters> {
        let now = self.clock.now();
        let mut tx = self.pool.begin().await?;
        let found = headquarters::store::by_number(&mut tx, number).await?.ok_or(Refused::NotFound)?;
        let mut numbers = headquarters::store::incidents(&mut tx, found.id).await?;
        numbers.sort();
        // Every incident is locked before the headquarters, always in the same order.
        for number in &numbers {
            incident::store::lock(&mut tx, number).await?;
        }
        let mut blocked = None;
        for number in numbers.iter().filter(|n| **n != found.number) {
            let (case, held) = self.case_in(&mut tx, number).await?;
            let checklist = case.checklist(held.world());
            if checklist.blocks() {
                blocked = Some(checklist.directives.len());
            }
        }
        let act = headquarters::Act::StandDown { restored_at, order: order.to_owned() };
        let (_, held) = self.case_in(&mut tx, &found.number).await?;
        let case =
            response::store::act(&mut tx, &found.number, &Command::Headquarters(act), held.world(), actor, now).await?;
        if let Some(directives) = blocked {
            return Err(Refused::StanddownOpen { directives }.into());
        }
        let done = case.headquarters.ok_or(Refused::NotFound)?;
        let restored_at = done.stood_down.as_ref().map_or(now, |d| d.restored_at);
        for number in numbers.iter().filter(|n| **n != found.number) {
            let (other, held) = self.case_in(&mut tx, number).await?;
            if other.incident.is_open() {
                let command = Command::StoodDown { restored_at, order: order.trim().to_owned() };
                response::store::act(&mut tx, number, &command, held.world(), actor, now).await?;
            }
        }
        tx.commit().await?;
        self.reload_leadership().await?;
        Ok(done)
    }

    async fn case_in(&self, conn: &mut sqlx::PgConnection, number: &str) -> Result<(Case, super::Held)> {
        let case = response::store::read(conn, number, &Actor::system()).await?;
        let held = self.held(self.edition_for(&case.incident)?);
        Ok((case, held))
    }

    /// What the leader alone signs; an acting commander hears why not.
    fn require_leader(&self, actor: &Actor) -> Result<()> {
        if actor.has_role(role::LEADER) {
            return Ok(());
        }
        Err(self.leadership().not_yours(actor, Refused::Forbidden).into())
    }
}

fn given(text: Option<String>) -> Option<String> {
    text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty())
}
