//! The check log: written, and listed beside what is overdue.

use crate::error::{Error, Result};
use crate::incident;
use crate::person::Actor;
use crate::refusal::Refused;
use crate::state::App;
use crate::supervision::{Check, Finding, store};

impl App {
    /// Writes down what the leadership looked at.
    pub async fn note_check(&self, actor: &Actor, finding: &Finding) -> Result<Check> {
        let (now, directory) = (self.clock.now(), self.directory());
        let check = finding.check(&directory, actor, now).map_err(Error::Faults)?;
        let mut tx = self.pool.begin().await?;
        let incident = match &check.incident {
            Some(number) => Some(incident::store::lock(&mut tx, number).await?.ok_or(Refused::NotFound)?.id),
            None => None,
        };
        store::insert(&mut tx, &check, incident, check.notice(&directory).as_ref(), now).await?;
        tx.commit().await?;
        Ok(check)
    }
}
