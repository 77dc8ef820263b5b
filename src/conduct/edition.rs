//! The plan revised, its editions signed, incidents moved between them, rulings and questions (R3-R6).

use chrono::NaiveDate;
use uuid::Uuid;

use crate::clock::local;
use crate::error::{Error, Result};
use crate::l10n::text;
use crate::lang::Text;
use crate::person::Actor;
use crate::plan;
use crate::refusal::Refused;
use crate::response::{Case, store as cases};
use crate::revision::question::{self, Question};
use crate::revision::ruling::{self, Ruling};
use crate::revision::{ClauseEdit, Draft, NewClause, NewTask, Opinion, Sources, Stance, TaskEdit, may_read, store};
use crate::state::App;

impl App {
    /// The two files of an edition, published or drafted.
    ///
    /// # Errors
    /// M_NOT_FOUND; M_FORBIDDEN for a draft the actor may not read.
    pub async fn edition_sources(&self, actor: &Actor, code: &str) -> Result<Sources> {
        let mut conn = self.pool.acquire().await?;
        if let Some((clauses, matrix)) = plan::store::sources(&mut conn, code).await? {
            return Ok(Sources { clauses, matrix });
        }
        let draft = store::by_code(&mut conn, code).await?.ok_or(Refused::NotFound)?;
        if may_read(actor) { Ok(draft.sources) } else { Err(Refused::Forbidden.into()) }
    }

    /// A draft copy of an edition (of the one in force where none is named), or of files that were imported.
    pub async fn draft_edition(
        &self,
        actor: &Actor,
        code: &str,
        based_on: Option<&str>,
        imported: Option<Sources>,
    ) -> Result<Draft> {
        let base = match based_on {
            Some(code) => self.editions().by_code(code).cloned().ok_or(Refused::NotFound)?,
            None => self.edition()?,
        };
        crate::revision::may_draft(actor, &self.leadership())?;
        let sources = match imported {
            Some(sources) => sources,
            None => self.edition_sources(actor, &base.code).await?,
        };
        let draft = Draft::new(code, &base, sources, actor, &self.leadership(), self.clock.now())?;
        let mut conn = self.pool.acquire().await?;
        store::insert(&mut conn, &draft).await?;
        Ok(draft)
    }

    pub async fn edit_clause(&self, actor: &Actor, code: &str, id: &str, edit: &ClauseEdit) -> Result<Draft> {
        self.rewrite_draft(actor, code, format!("clause {id}"), edit.revision, |s| s.edit_clause(id, edit)).await
    }

    pub async fn edit_matrix_task(&self, actor: &Actor, code: &str, id: &str, edit: &TaskEdit) -> Result<Draft> {
        self.rewrite_draft(actor, code, format!("task {id}"), edit.revision, |s| s.edit_task(id, edit)).await
    }

    pub async fn add_clause(&self, actor: &Actor, code: &str, new: &NewClause) -> Result<Draft> {
        let record = format!("clause {}", new.id.trim());
        self.rewrite_draft(actor, code, record, new.record.revision, |s| s.add_clause(new)).await
    }

    pub async fn remove_clause(&self, actor: &Actor, code: &str, id: &str, seen: Option<i32>) -> Result<Draft> {
        self.rewrite_draft(actor, code, format!("clause {id}"), seen, |s| s.remove_clause(id)).await
    }

    pub async fn add_matrix_task(&self, actor: &Actor, code: &str, new: &NewTask) -> Result<Draft> {
        let record = format!("task {}", new.id.trim());
        self.rewrite_draft(actor, code, record, new.record.revision, |s| s.add_task(new)).await
    }

    pub async fn remove_matrix_task(&self, actor: &Actor, code: &str, id: &str, seen: Option<i32>) -> Result<Draft> {
        self.rewrite_draft(actor, code, format!("task {id}"), seen, |s| s.remove_task(id)).await
    }

    async fn rewrite_draft(
        &self,
        actor: &Actor,
        code: &str,
        record: String,
        seen: Option<i32>,
        change: impl FnOnce(&mut Sources) -> Result<(), Refused> + Send,
    ) -> Result<Draft> {
        let mut tx = self.pool.begin().await?;
        let mut draft = store::lock(&mut tx, code).await?;
        let changed = draft.rewrite(record, seen, change, actor, &self.leadership(), self.clock.now())?;
        if let Some(changed) = changed {
            store::save(&mut tx, &draft, &changed).await?;
            tx.commit().await?;
        }
        Ok(draft)
    }

    pub async fn opine_on_draft(
        &self,
        actor: &Actor,
        code: &str,
        stance: Stance,
        words: &str,
    ) -> Result<(Draft, Opinion)> {
        let mut tx = self.pool.begin().await?;
        let draft = store::lock(&mut tx, code).await?;
        let opinion = draft.opine(stance, words, actor, self.clock.now())?;
        store::opine(&mut tx, draft.id, &opinion).await?;
        tx.commit().await?;
        Ok((draft, opinion))
    }

    /// Signs a draft: it takes effect on the day named, and is frozen from now on.
    pub async fn approve_edition(&self, actor: &Actor, code: &str, effective_from: NaiveDate) -> Result<Draft> {
        let mut tx = self.pool.begin().await?;
        let mut draft = store::lock(&mut tx, code).await?;
        let edition =
            draft.approve(effective_from, actor, &self.leadership(), self.clock.now()).map_err(|mut refused| {
                if refused.len() == 1 { refused.remove(0).into() } else { Error::Faults(refused) }
            })?;
        store::sign(&mut tx, &draft, &edition).await?;
        tx.commit().await?;
        self.reload().await?;
        Ok(draft)
    }

    /// Moves an open incident to the edition in force (R4).
    pub async fn move_to_edition(&self, actor: &Actor, number: &str, code: &str, reason: &str) -> Result<Case> {
        if !actor.leads() || reason.trim().is_empty() {
            return Err(Refused::PinReason.into());
        }
        let now = self.clock.now();
        let editions = self.editions();
        let in_force = editions.in_force(local(now).date_naive());
        let Some(edition) = in_force.filter(|e| e.code == code) else {
            let expected = text(|l| l.msg_ed_move_rule());
            return Err(Refused::BadValue { field: "edition".to_owned(), expected }.into());
        };
        let mut conn = self.pool.acquire().await?;
        let incident = crate::incident::store::by_number(&mut conn, number).await?.ok_or(Refused::NotFound)?;
        let held = self.held(editions.as_set(edition, incident.reported_at, now));
        cases::move_edition(&mut conn, number, reason, &editions, held.world(), actor, now).await
    }

    /// Rules on a clause; `answers`: open questions about it that the ruling answers, each in its asker's language.
    pub async fn rule_on_clause(&self, actor: &Actor, clause: &str, words: Text, answers: &[Uuid]) -> Result<Ruling> {
        let (edition, directory, leadership) = (self.edition()?, self.directory(), self.leadership());
        let ruling = Ruling::new(clause, words, &edition, actor, &leadership, self.clock.now())?;
        let mut tx = self.pool.begin().await?;
        ruling::store::rule(&mut tx, &ruling).await?;
        for id in answers {
            let found = question::store::lock_question(&mut tx, *id).await?;
            let mut question = found.filter(|q| q.clause == ruling.clause).ok_or(Refused::NotFound)?;
            let lang = directory.person(question.asker).map(|p| p.language).unwrap_or_default();
            question.ruled(&ruling, lang, actor, &leadership)?;
            question::store::answer(&mut tx, &question).await?;
        }
        tx.commit().await?;
        Ok(ruling)
    }

    /// Asks about a clause, a task of the matrix, or a task of an incident.
    pub async fn ask_about(
        &self,
        actor: &Actor,
        clause: Option<&str>,
        task: Option<&str>,
        incident: Option<&str>,
        words: &str,
    ) -> Result<Question> {
        let now = self.clock.now();
        let (question, id) = match incident {
            None => (Question::new(clause, task, words, &*self.edition()?, actor, now)?, None),
            Some(number) => {
                let (case, held) = self.case(actor, number).await?;
                if task.is_some_and(|key| case.task(key).is_none()) {
                    return Err(Refused::NotFound.into());
                }
                let mut question = Question::new(clause, task, words, &held.edition, actor, now)?;
                question.incident = Some(case.incident.number.clone());
                (question, Some(case.incident.id))
            }
        };
        let mut conn = self.pool.acquire().await?;
        question::store::ask(&mut conn, &question, id).await?;
        Ok(question)
    }

    pub async fn answer_question(&self, actor: &Actor, id: Uuid, words: &str) -> Result<Question> {
        crate::revision::signs(actor, &self.leadership())?;
        let mut tx = self.pool.begin().await?;
        let mut question = question::store::lock_question(&mut tx, id).await?.ok_or(Refused::NotFound)?;
        question.answered(words, actor, &self.leadership(), self.clock.now())?;
        question::store::answer(&mut tx, &question).await?;
        tx.commit().await?;
        Ok(question)
    }
}
