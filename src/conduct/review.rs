//! Reviews and rectification orders: judged, answered, watched. Whoever changes one holds the review's row first, then
//! the order's, then the incident's.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Utc};
use serde_json::json;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::Held;
use crate::clock::local;
use crate::directive;
use crate::error::Result;
use crate::escalation::Sent;
use crate::incident;
use crate::journal::{self, Recorded};
use crate::once::{self, Key, Made};
use crate::person::Actor;
use crate::rectification::{self, Order, Rectification};
use crate::refusal::Refused;
use crate::response::{self, Case};
use crate::review::sheet::Sheet;
use crate::review::store::Listed;
use crate::review::{self, Command, Review};
use crate::state::App;
use crate::task;

/// Rows a list shows at most.
pub const LISTED: i64 = 300;

/// A review with what it is made of, as one person looks at it.
pub struct File {
    pub review: Review,
    pub case: Case,
    pub held: Held,
    pub recorded: Vec<Recorded>,
    pub sheet: Sheet,
    /// Departments with a row on the sheet.
    pub on_sheet: Vec<String>,
    pub orders: Vec<Rectification>,
    /// Numbers of the orders not accepted, and of those accepted.
    pub open_orders: Vec<String>,
    pub accepted_orders: Vec<String>,
    /// Findings that an order rests on.
    pub ordered: Vec<Uuid>,
    /// Whoever looks took part in handling the incident.
    pub took_part: bool,
}

impl File {
    pub fn context(&self) -> review::Context<'_> {
        review::Context {
            edition: &self.held.edition,
            calendar: &self.held.calendar,
            directory: &self.held.directory,
            concerned: &self.on_sheet,
            took_part: self.took_part,
            open_orders: &self.open_orders,
            accepted_orders: &self.accepted_orders,
            ordered: &self.ordered,
        }
    }
}

/// An order with its record, as one person looks at it.
pub struct OrderFile {
    pub order: Rectification,
    pub held: Held,
    /// The entries of the incident's record about this order.
    pub recorded: Vec<Recorded>,
    pub sent: Sent,
    pub took_part: bool,
}

impl OrderFile {
    pub fn context(&self) -> rectification::Context<'_> {
        order_context(&self.held, &self.sent, self.took_part)
    }
}

impl App {
    /// Reviews the actor may see.
    pub async fn reviews(&self, actor: &Actor) -> Result<Vec<Listed>> {
        let mut conn = self.pool.acquire().await?;
        let mut found = review::store::list(&mut conn, LISTED).await?;
        let all = actor.is_inspector() || actor.leads();
        found.retain(|r| {
            let out = r.state() != review::State::Open;
            all || (out && r.departments.iter().any(|d| actor.acts_for(d)))
        });
        Ok(found)
    }

    /// The review of an incident, with its sheet.
    pub async fn review(&self, actor: &Actor, number: &str) -> Result<File> {
        let mut conn = self.pool.acquire().await?;
        self.review_file(&mut conn, actor, number).await
    }

    /// Opens the review of a closed incident at the leadership's demand, with the limit of the task that asks for it.
    ///
    /// # Errors
    /// M_FORBIDDEN for everyone else, M_PREREQ while the incident is open, M_REQUIRED for the reason, M_STALE where a
    /// review stands.
    pub async fn demand_review(&self, actor: &Actor, number: &str, reason: &str) -> Result<File> {
        if !actor.leads() {
            return Err(Refused::Forbidden.into());
        }
        let now = self.clock.now();
        let number = review::filled(number, "incident", |l| l.msg_rv_incident())?;
        let mut tx = self.pool.begin().await?;
        let incident = incident::store::lock(&mut tx, &number).await?.ok_or(Refused::NotFound)?;
        if let Some(review) = review::store::by_number(&mut tx, &number).await? {
            return Err(Refused::Stale { at: review.opened_at, change: None }.into());
        }
        let held = self.held(self.edition_of(&incident.edition)?);
        let command = response::Command::DemandReview { reason: reason.to_owned() };
        let case = response::store::act(&mut tx, &number, &command, held.world(), actor, now).await?;
        let due_at = case.task(review::TASK).and_then(|t| t.due_at);
        review::store::open(&mut tx, incident.id, now, due_at).await?;
        tx.commit().await?;
        self.review(actor, &number).await
    }

    /// Applies a command to a review. A final one fulfils the task of the matrix that asked for it.
    pub async fn judge(&self, actor: &Actor, number: &str, command: &Command) -> Result<File> {
        let now = self.clock.now();
        let mut tx = self.pool.begin().await?;
        review::store::lock(&mut tx, number).await?;
        let file = self.review_file(&mut tx, actor, number).await?;
        let (next, written) = file.review.act(command, &file.context(), actor, now)?;
        review::store::save(&mut tx, &file.review, &next, &written, now).await?;
        if file.review.finalised.is_none() && next.finalised.is_some() {
            fulfil(&mut tx, &file, actor, now).await?;
        }
        tx.commit().await?;
        self.review(actor, number).await
    }

    /// Orders a rectification; answers it under its number.
    pub async fn order_rectification(
        &self,
        actor: &Actor,
        order: &Order,
        key: Option<&Key>,
    ) -> Result<Made<OrderFile>> {
        let now = self.clock.now();
        let number = review::filled(&order.incident, "incident", |l| l.msg_rv_incident())?;
        let mut tx = self.pool.begin().await?;
        if let Some(made) = once::store::known(&mut tx, key).await? {
            drop(tx);
            return Ok(Made::Known(self.rectification(actor, &made).await?));
        }
        review::store::lock(&mut tx, &number).await?;
        let file = self.review_file(&mut tx, actor, &number).await?;
        let none = Sent::new();
        let context = order_context(&file.held, &none, file.took_part);
        let mut made = order.check(&file.review, &context, actor, now)?;
        made.number = rectification::store::take_number(&mut tx, local(now).year()).await?;
        rectification::store::insert(&mut tx, &made, &made.ordered(&context), now).await?;
        once::store::keep(&mut tx, key, &made.number, now).await?;
        tx.commit().await?;
        Ok(Made::New(self.rectification(actor, &made.number).await?))
    }

    /// Applies a command to an order.
    pub async fn rectify(&self, actor: &Actor, number: &str, command: &rectification::Command) -> Result<OrderFile> {
        let now = self.clock.now();
        let mut tx = self.pool.begin().await?;
        let found = rectification::store::by_number(&mut tx, number).await?.ok_or(Refused::NotFound)?;
        review::store::lock(&mut tx, &found.incident_number).await?;
        let (order, sent) = rectification::store::lock(&mut tx, number).await?.ok_or(Refused::NotFound)?;
        let file = self.order_file(&mut tx, actor, order, sent).await?;
        let (next, written) = file.order.act(command, &file.context(), actor, now)?;
        rectification::store::save(&mut tx, &file.order, &next, &written, now).await?;
        tx.commit().await?;
        self.rectification(actor, number).await
    }

    /// An order the actor may see, with its record.
    pub async fn rectification(&self, actor: &Actor, number: &str) -> Result<OrderFile> {
        let mut conn = self.pool.acquire().await?;
        let order = rectification::store::by_number(&mut conn, number).await?.ok_or(Refused::NotFound)?;
        let sent = rectification::store::sent(&mut conn, &order).await?;
        self.order_file(&mut conn, actor, order, sent).await
    }

    /// Orders the actor may see.
    pub async fn rectifications(
        &self,
        actor: &Actor,
        filter: &rectification::store::Filter,
    ) -> Result<Vec<Rectification>> {
        let mut conn = self.pool.acquire().await?;
        let mut found = rectification::store::list(&mut conn, filter, self.clock.now(), LISTED).await?;
        found.retain(|o| o.is_visible_to(actor));
        Ok(found)
    }

    /// Sends what is due of the next order that waits. False: none is.
    pub async fn tick_rectification(&self, conn: &mut PgConnection, now: DateTime<Utc>) -> Result<bool> {
        let mut tx = conn.begin().await?;
        let Some(number) = rectification::store::due(&mut tx, now).await? else {
            return Ok(false);
        };
        // Another worker may have been here first.
        if let Some((order, sent)) = rectification::store::lock(&mut tx, &number).await?
            && order.wake_at.is_some_and(|at| at <= now)
        {
            let file = self.order_file(&mut tx, &Actor::system(), order, sent).await?;
            let (next, written) = file.order.tick(&file.context(), now);
            rectification::store::save(&mut tx, &file.order, &next, &written, now).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    async fn review_file(&self, conn: &mut PgConnection, actor: &Actor, number: &str) -> Result<File> {
        let review = review::store::by_number(conn, number).await?.ok_or(Refused::NotFound)?;
        let incident = incident::store::by_id(conn, review.incident).await?.ok_or(Refused::NotFound)?;
        let held = self.held(self.edition_for(&incident)?);
        let case = response::store::load_case(conn, incident).await?;
        let recorded = journal::store::of_incident(conn, review.incident).await?;
        let under = case.headquarters.as_ref().map_or(review.incident, |h| h.id);
        let mut found = directive::store::of(conn, review.incident).await?;
        if under != review.incident {
            // Orders given under the headquarters this incident shared, but for another incident, are judged there.
            let given = directive::store::of(conn, under).await?;
            let here = |d: &directive::Directive| d.incident.is_none() || d.incident == Some(review.incident);
            let known: Vec<_> = found.iter().map(|f| f.directive.id).collect();
            found.extend(given.into_iter().filter(|f| here(&f.directive) && !known.contains(&f.directive.id)));
        }
        let directives: Vec<_> = found.into_iter().map(|f| f.directive).collect();
        let until = match &case.incident.state {
            incident::State::Closed { at, .. } => *at,
            _ => self.clock.now(),
        };
        let sheet = Sheet::of(&case, &recorded, &directives, &held.edition, &held.calendar, until);
        let on_sheet = sheet.departments();
        if !review.is_visible_to(actor, &on_sheet, case.is_visible_to(actor)) {
            return Err(Refused::Forbidden.into());
        }
        let orders = rectification::store::of_incident(conn, review.incident).await?;
        let numbers = |accepted: bool| -> Vec<String> {
            let wanted = orders.iter().filter(|o| o.accepted.is_some() == accepted);
            wanted.map(|o| o.number.clone()).collect()
        };
        Ok(File {
            open_orders: numbers(false),
            accepted_orders: numbers(true),
            ordered: orders.iter().map(|o| o.finding.id).collect(),
            took_part: review::took_part(&recorded, &actor.login),
            review,
            case,
            held,
            recorded,
            sheet,
            on_sheet,
            orders,
        })
    }

    async fn order_file(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        order: Rectification,
        sent: Sent,
    ) -> Result<OrderFile> {
        if !order.is_visible_to(actor) {
            // Whoever may not see it learns why the act is not theirs from the page of the incident, not from here.
            return Err(Refused::Forbidden.into());
        }
        let incident = incident::store::by_id(conn, order.incident).await?.ok_or(Refused::NotFound)?;
        let held = self.held(self.edition_for(&incident)?);
        let mut recorded = journal::store::of_incident(conn, order.incident).await?;
        let took_part = review::took_part(&recorded, &actor.login);
        recorded.retain(|r| rectification::is_about(&r.event, &order.number));
        Ok(OrderFile { order, held, recorded, sent, took_part })
    }
}

/// Signs for the task that asked for the review, where nobody has, and finishes it; the review is its evidence.
async fn fulfil(conn: &mut PgConnection, file: &File, actor: &Actor, now: DateTime<Utc>) -> Result<()> {
    let Some(task) = file.case.task(review::TASK).filter(|t| t.is_active()) else {
        return Ok(());
    };
    let number = &file.review.number;
    let mut commands = Vec::new();
    if task.acknowledged.is_none() {
        commands.push(task::Command::Acknowledge { estimate: None });
    }
    let evidence = BTreeMap::from([(review::EVIDENCE.to_owned(), json!(format!("/reviews/{number}")))]);
    commands.push(task::Command::Complete { evidence });
    for command in commands {
        let command = response::Command::Task { key: review::TASK.to_owned(), command, revision: None };
        response::store::act(conn, number, &command, file.held.world(), actor, now).await?;
    }
    Ok(())
}

fn order_context<'a>(held: &'a Held, sent: &'a Sent, took_part: bool) -> rectification::Context<'a> {
    rectification::Context {
        edition: &held.edition,
        calendar: &held.calendar,
        directory: &held.directory,
        sent,
        took_part,
    }
}
