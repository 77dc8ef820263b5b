//! Figures asked for: read in one moment, judged, counted.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::error::Result;
use crate::figures::period::{Asked, Wanted};
use crate::figures::{Counted, Found, Recorded, Sight, Term, count, store};
use crate::lang::Lang;
use crate::person::Actor;
use crate::person::directory::Directory;
use crate::plan::Edition;
use crate::standing::Span;
use crate::state::App;
use crate::timeline::Words;

/// What was asked, what was found, and what it is told in.
pub struct Answer {
    pub asked: Asked,
    pub sight: Sight,
    pub found: Found,
    pub counted: Counted,
    pub now: DateTime<Utc>,
    pub edition: Arc<Edition>,
    pub directory: Arc<Directory>,
}

impl Answer {
    pub fn words(&self, lang: Lang) -> Words<'_> {
        Words::new(&self.edition, &self.directory, lang)
    }
}

impl App {
    /// Counts what the actor may see of what is asked for.
    ///
    /// # Errors
    /// `Forbidden` for whom figures are not for and for another's department; `BadValue` for what can't be read.
    pub async fn figures(&self, actor: &Actor, wanted: &Wanted) -> Result<Answer> {
        let (now, directory) = (self.clock.now(), self.directory());
        let sight = Sight::of(actor, &directory)?;
        let asked = wanted.read(now)?;
        let (from, to) = asked.period.instants();
        let departments = sight.narrowed(asked.department.as_deref())?;
        let narrowed = departments.is_some();
        let filter = store::Filter { from, to, departments, kind: asked.kind.clone(), region: asked.region.clone() };
        let mut conn = self.pool.acquire().await?;
        let incidents = store::incidents(&mut conn, &filter).await?;
        let recorded = store::duties(&mut conn, &filter).await?;
        let orders = store::orders(&mut conn, &filter, now).await?;
        let standing = self.terms(&mut conn, &asked, filter.departments.as_deref()).await?;
        drop(conn);
        let mut found = Found { duties: self.judged(recorded, now), incidents, orders, standing };
        // One reported between the two questions has no duties yet, or no row: what is counted is in both.
        let known: HashSet<String> = found.incidents.iter().map(|i| i.number.clone()).collect();
        found.duties.retain(|d| known.contains(&d.record.incident.number));
        if narrowed {
            let theirs: HashSet<String> = found.duties.iter().map(|d| d.record.incident.number.clone()).collect();
            found.incidents.retain(|i| theirs.contains(&i.number));
        }
        let counted = count(&found, asked.by);
        Ok(Answer { asked, sight, found, counted, now, edition: self.edition()?, directory })
    }

    /// The standing duties of the days asked for; none where a kind of incident is.
    async fn terms(&self, conn: &mut PgConnection, asked: &Asked, departments: Option<&[String]>) -> Result<Vec<Term>> {
        if asked.kind.is_some() {
            return Ok(Vec::new());
        }
        let within = Span { from: asked.period.from, to: asked.period.to };
        let (ended, directory) = (self.standing_ended(conn, within, departments).await?, self.directory());
        let terms = ended.into_iter().map(|one| Term::of(one, &directory));
        Ok(terms.filter(|term| asked.region.as_ref().is_none_or(|region| *region == term.region)).collect())
    }

    /// Each duty by the edition its incident stands under.
    fn judged(&self, recorded: Vec<Recorded>, now: DateTime<Utc>) -> Vec<crate::figures::Duty> {
        let (editions, calendar) = (self.editions(), self.calendar());
        let judge = |duty: Recorded| {
            let edition = editions.by_code(&duty.incident.edition).cloned();
            let def = edition.as_ref().and_then(|e| e.task(&duty.code));
            duty.judged(def, &calendar, now)
        };
        recorded.into_iter().filter_map(judge).collect()
    }
}
