//! Experience: published, and found again where it matters next.

use std::collections::BTreeMap;

use serde_json::json;
use sqlx::PgConnection;

use crate::error::{Error, Result};
use crate::exchange::lesson::Lesson;
use crate::exchange::lesson::store::{self as lessons, incidents_of};
use crate::exchange::store;
use crate::exchange::view::{Beside, LessonView};
use crate::exchange::{self, File, Summary, Topic};
use crate::incident;
use crate::lang::Lang;
use crate::person::Actor;
use crate::response;
use crate::state::App;
use crate::task;
use crate::timeline::Words;

/// Summaries shown beside a sub-kind or a clause at most.
const BESIDE: i64 = 5;
/// Lessons that propose a revision, shown beside the drafts at most.
const PROPOSED: i64 = 50;

impl App {
    /// Publishes the summary of an exchange. It fulfils the task of the matrix that asked for it in the incidents it was
    /// learnt from.
    pub async fn publish_exchange(&self, actor: &Actor, number: &str, summary: Summary) -> Result<File> {
        let now = self.clock.now();
        let (edition, directory) = (self.edition()?, self.directory());
        let mut tx = self.pool.begin().await?;
        let file = store::publish(&mut tx, number, summary, &edition, &directory, actor, now).await?;
        for incident in incidents_of(&file.lessons) {
            self.spread(&mut tx, &incident, number, actor).await?;
        }
        tx.commit().await?;
        Ok(file)
    }

    /// An exchange as the actor may see it.
    pub async fn exchange(&self, actor: &Actor, number: &str) -> Result<File> {
        let mut conn = self.pool.acquire().await?;
        store::read(&mut conn, number, actor).await
    }

    /// What is published about a sub-kind or a clause, the latest first.
    pub async fn experience(&self, topic: Topic<'_>) -> Result<Vec<File>> {
        let mut conn = self.pool.acquire().await?;
        store::about(&mut conn, topic, BESIDE).await
    }

    /// The same in the reader's words.
    pub async fn beside(&self, topic: Topic<'_>, lang: Lang) -> Result<Vec<Beside>> {
        let found = self.experience(topic).await?;
        let directory = self.directory();
        let shown = |file: &File| {
            let edition = self.edition_of(&file.exchange.edition)?;
            Ok(Beside::of(file, &Words::new(&edition, &directory, lang)))
        };
        found.iter().map(shown).collect()
    }

    /// Published lessons put forward as changes of the plan, the latest first.
    pub async fn proposed_revisions(&self, actor: &Actor, lang: Lang) -> Result<Vec<LessonView>> {
        let mut conn = self.pool.acquire().await?;
        let filter = lessons::Filter { published: Some(true), proposing: true, ..Default::default() };
        let found = lessons::list(&mut conn, &filter, actor, PROPOSED).await?;
        let directory = self.directory();
        let shown = |lesson: &Lesson| {
            let edition = self.edition_of(&lesson.edition)?;
            Ok(LessonView::of(lesson, &Words::new(&edition, &directory, lang)))
        };
        found.iter().map(shown).collect()
    }

    /// Signs for the task that asked for the exchange, where nobody has, and finishes it; the summary is its evidence.
    /// Where it can't be finished yet it stays open: the summary stands all the same.
    async fn spread(&self, conn: &mut PgConnection, incident: &str, number: &str, actor: &Actor) -> Result<()> {
        let Some(found) = incident::store::by_number(conn, incident).await? else {
            return Ok(());
        };
        let held = self.held(self.edition_of(&found.edition)?);
        let case = response::store::load_case(conn, found).await?;
        let Some(task) = case.task(exchange::TASK).filter(|t| t.is_active()) else {
            return Ok(());
        };
        let sign = task.acknowledged.is_none().then_some(task::Command::Acknowledge { estimate: None });
        let evidence = BTreeMap::from([(exchange::EVIDENCE.to_owned(), json!(format!("/exchanges/{number}")))]);
        for command in sign.into_iter().chain([task::Command::Complete { evidence }]) {
            let command = response::Command::Task { key: exchange::TASK.to_owned(), command, revision: None };
            let now = self.clock.now();
            match response::store::act(conn, incident, &command, held.world(), actor, now).await {
                Ok(_) => {}
                Err(Error::Internal(error)) => return Err(Error::Internal(error)),
                Err(refused) => {
                    tracing::info!(incident, %refused, "the duty to exchange experience stays open");
                    break;
                }
            }
        }
        Ok(())
    }
}
