//! Changes of the calendar, with what they do to open limits (R41).

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use crate::calendar::{self, Calendar, DayKind, store};
use crate::error::Result;
use crate::incident;
use crate::journal::{Event, LimitMove};
use crate::lang::Text;
use crate::person::Actor;
use crate::response::{self, Command};
use crate::state::{App, ruled};

impl App {
    /// Enters days in the calendar, or clears them with `None`, and recomputes every open limit in the same
    /// transaction: a limit never contradicts the calendar that is stored. Answers the id of the first change, `None`
    /// when the calendar stood so before.
    pub async fn change_calendar(
        &self,
        actor: &Actor,
        days: &[NaiveDate],
        exception: Option<(DayKind, Text)>,
    ) -> Result<Option<i64>> {
        calendar::may_edit(actor)?;
        let now = self.clock.now();
        let rules = self.edition()?.calendar_rules.clone();
        let mut tx = self.pool.begin().await?;
        let changes = store::change(&mut tx, days, exception, &actor.login, now).await?;
        let Some(first) = changes.first() else {
            return Ok(None);
        };
        let changed = Arc::new(store::load(&mut tx, &rules).await?);
        let mut moves = self.would_move_with(&mut tx, &changed, first.day, now).await?;
        moves.dedup_by(|a, b| a.number == b.number);
        for moved in moves {
            let command = Command::Recompute { day: first.day.to_string() };
            let Some(incident) = incident::store::by_number(&mut tx, &moved.number).await? else {
                continue;
            };
            let mut held = self.held(self.edition_for(&incident)?);
            held.calendar = ruled(Arc::clone(&changed), &held.edition);
            response::store::act(&mut tx, &moved.number, &command, held.world(), actor, now).await?;
        }
        tx.commit().await?;
        self.reload_calendar().await?;
        Ok(Some(first.id))
    }

    /// The open limits that a change of the calendar would move; nothing is saved.
    pub async fn preview_calendar(
        &self,
        days: &[NaiveDate],
        exception: Option<(DayKind, Text)>,
    ) -> Result<Vec<LimitMove>> {
        let Some(first) = days.first() else {
            return Ok(Vec::new());
        };
        let mut changed = Calendar::clone(&self.calendar());
        for day in days {
            changed = changed.with(*day, exception.clone());
        }
        let mut conn = self.pool.acquire().await?;
        self.would_move_with(&mut conn, &Arc::new(changed), *first, self.clock.now()).await
    }

    async fn would_move_with(
        &self,
        conn: &mut sqlx::PgConnection,
        changed: &Arc<Calendar>,
        day: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<Vec<LimitMove>> {
        let system = Actor::system();
        let command = Command::Recompute { day: day.to_string() };
        let mut moves = Vec::new();
        for number in incident::store::open_numbers(conn).await? {
            let case = response::store::read(conn, &number, &system).await?;
            let edition = case.incident.edition.clone();
            let mut held = self.held(self.edition_for(&case.incident)?);
            held.calendar = ruled(Arc::clone(changed), &held.edition);
            let (_, written) = case.act(&command, held.world(), &system, now, None)?;
            for entry in written.entries {
                if let Event::LimitMoved { task, before, after, day } = entry.event {
                    moves.push(LimitMove {
                        number: number.clone(),
                        edition: edition.clone(),
                        regions: case.incident.regions.clone(),
                        task,
                        before,
                        after,
                        day,
                        at: now,
                    });
                }
            }
        }
        Ok(moves)
    }
}
