//! Standing duties kept, and how they stand.

use sqlx::PgConnection;

use crate::clock::local;
use crate::error::Result;
use crate::lang::Lang;
use crate::person::Actor;
use crate::plan;
use crate::refusal::Refused;
use crate::standing::view::{Desk, Gaps, Sheet};
use crate::standing::{Ended, Keep, Ledger, Line, Span, store};
use crate::state::App;
use crate::timeline::Words;

/// Whose page shows the gaps of all departments (R154).
const INSP: &str = "INSP";

impl App {
    /// Records that a duty was kept; answers it as it stands then.
    ///
    /// # Errors
    /// As [`Ledger::keep`].
    pub async fn keep_standing(&self, actor: &Actor, wish: &Keep) -> Result<Line> {
        let now = self.clock.now();
        let mut tx = self.pool.begin().await?;
        store::hold(&mut tx).await?;
        let ledger = self.ledger(&mut tx).await?;
        // Whoever acts for a department has a post there.
        let own: Vec<String> = actor.posts.iter().map(|post| post.department.clone()).collect();
        let mut records = store::latest(&mut tx, Some(&own)).await?;
        let record = ledger.keep(wish, &records, actor, now)?;
        store::insert(&mut tx, &record).await?;
        tx.commit().await?;
        records.push(record.clone());
        let lines = ledger.lines(local(now).date_naive(), Some(std::slice::from_ref(&record.department)), &records);
        Ok(lines.into_iter().find(|line| line.duty.id == record.duty).ok_or(Refused::NotFound)?)
    }

    /// How the duties of these departments stand, or of all.
    pub async fn standing(&self, conn: &mut PgConnection, departments: Option<&[String]>) -> Result<Vec<Line>> {
        let records = store::latest(conn, departments).await?;
        let today = local(self.clock.now()).date_naive();
        Ok(self.ledger(conn).await?.lines(today, departments, &records))
    }

    /// A department's duties in the reader's words; for the inspection centre, and where no department is named, the
    /// gaps of all.
    pub async fn standing_desk(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        department: Option<&str>,
        lang: Lang,
    ) -> Result<Desk> {
        let (edition, directory) = (self.edition()?, self.directory());
        let w = Words::new(&edition, &directory, lang);
        let sheet = match department {
            Some(code) => {
                let lines = self.standing(conn, Some(&[code.to_owned()])).await?;
                Sheet::of(code, &lines, actor, &w)
            }
            None => Sheet::default(),
        };
        let gaps = match department {
            None | Some(INSP) => Some(Gaps::of(&self.standing(conn, None).await?, &w)),
            Some(_) => None,
        };
        Ok(Desk { sheet, gaps })
    }

    /// What these departments owed in periods that ended within some days, and whether it was kept.
    pub async fn standing_ended(
        &self,
        conn: &mut PgConnection,
        within: Span,
        departments: Option<&[String]>,
    ) -> Result<Vec<Ended>> {
        let records = store::ended(conn, within, departments).await?;
        let today = local(self.clock.now()).date_naive();
        Ok(self.ledger(conn).await?.ended(within, today, departments, &records))
    }

    async fn ledger(&self, conn: &mut PgConnection) -> Result<Ledger> {
        let stored = plan::store::published(conn).await?;
        let stored: Vec<_> = stored.into_iter().map(|p| (p.code, p.loaded_at)).collect();
        Ok(Ledger::new(&self.editions(), &stored, self.calendar(), self.directory()))
    }
}
