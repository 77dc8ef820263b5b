//! Directives: given, answered, watched. An order of an incident is changed under the incident's lock, so that closing
//! and stand-down see it.

use std::collections::HashMap;

use chrono::{Datelike, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Held;
use crate::clock::local;
use crate::directive::store::{self, Filter, Found};
use crate::directive::{Command, Commander, Context, Matter, Order, PlanLimit, Written};
use crate::error::{Error, Result};
use crate::escalation::Sent;
use crate::headquarters::{self, Headquarters};
use crate::incident::{self, Incident, State as IncidentState};
use crate::journal::{self, Recorded};
use crate::l10n::text;
use crate::once::{self, Key, Made};
use crate::person::Actor;
use crate::plan::Severity;
use crate::refusal::Refused;
use crate::response::{self, Case};
use crate::state::App;
use crate::supervision;
use crate::task;

/// The card that asks the leadership for its instruction: an order is one (2.1.1-4, R22).
const INSTRUCTION: &str = "cmd.local_directive";
/// Directives a list shows at most.
pub const LISTED: i64 = 200;

/// What an order is about.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct About {
    /// Number of an incident.
    pub incident: Option<String>,
    /// Key of one of its tasks.
    pub task: Option<String>,
    /// The entry of the check log it follows from.
    pub check: Option<Uuid>,
}

/// A directive with its record, as one person looks at it.
pub struct Sheet {
    pub found: Found,
    pub recorded: Vec<Recorded>,
    pub matter: Option<Matter>,
    pub held: Held,
    /// What the ladder has told so far, by copy.
    pub sent: HashMap<Uuid, Sent>,
}

impl Sheet {
    pub fn context(&self) -> Context<'_> {
        context(&self.held, self.matter.as_ref(), &self.sent)
    }
}

impl App {
    /// Gives an order; answers it under its number. Under a key that was sent before, the order given then.
    pub async fn issue(&self, actor: &Actor, order: &Order, about: &About, key: Option<&Key>) -> Result<Made<Sheet>> {
        let now = self.clock.now();
        let mut tx = self.pool.begin().await?;
        if let Some(number) = once::store::known(&mut tx, key).await? {
            drop(tx);
            return Ok(Made::Known(self.directive(actor, &number).await?));
        }
        let (held, case) = match &about.incident {
            Some(number) => {
                let case = open_case(&mut tx, number, actor).await?;
                (self.held(self.edition_for(&case.incident)?), Some(case))
            }
            None if about.task.is_some() => return Err(not_a_task().into()),
            None => (self.held_now()?, None),
        };
        let matter = case.as_ref().map(|c| matter(c, &held, about.task.as_deref())).transpose()?;
        let acting = headquarters::store::acting(&mut tx).await?;
        let elsewhere = acting.iter().any(|(person, _)| Some(*person) == actor.person);
        let none = HashMap::new();
        let context = context(&held, matter.as_ref(), &none);
        let mut directive = order.check(&context, actor, elsewhere, now).map_err(faults)?;
        directive.number = store::take_number(&mut tx, local(now).year()).await?;
        store::insert(&mut tx, &directive, &directive.issued(&context), now).await?;
        if let Some(check) = about.check {
            supervision::store::became(&mut tx, check, &directive.number).await?;
        }
        if let Some(case) = case.filter(|c| actor.leads() && awaits_instruction(c)) {
            let command = response::Command::Task {
                key: INSTRUCTION.to_owned(),
                command: task::Command::Acknowledge { estimate: None },
                revision: None,
            };
            response::store::act(&mut tx, &case.incident.number, &command, held.world(), actor, now).await?;
        }
        once::store::keep(&mut tx, key, &directive.number, now).await?;
        tx.commit().await?;
        Ok(Made::New(self.directive(actor, &directive.number).await?))
    }

    /// Applies a command to a directive.
    pub async fn direct(
        &self,
        actor: &Actor,
        number: &str,
        department: Option<&str>,
        command: &Command,
    ) -> Result<Sheet> {
        let now = self.clock.now();
        let mut tx = self.pool.begin().await?;
        let (id, incident) = store::of_number(&mut tx, number).await?.ok_or(Refused::NotFound)?;
        let incident = match incident {
            Some(incident) => incident::store::lock_by_id(&mut tx, incident).await?,
            None => None,
        };
        let (found, sent) = store::lock(&mut tx, id).await?.ok_or(Refused::NotFound)?;
        visible(&found, actor)?;
        let (held, matter) = self.ground(&mut tx, &found, incident).await?;
        let context = context(&held, matter.as_ref(), &sent);
        let (next, written) = found.directive.act(command, department, &context, actor, now)?;
        store::save(&mut tx, &found.directive, &next, &written, now).await?;
        tx.commit().await?;
        self.directive(actor, number).await
    }

    /// A directive the actor may see, with its record.
    pub async fn directive(&self, actor: &Actor, number: &str) -> Result<Sheet> {
        let mut conn = self.pool.acquire().await?;
        let found = store::by_number(&mut conn, number).await?.ok_or(Refused::NotFound)?;
        visible(&found, actor)?;
        let incident = match found.directive.incident {
            Some(incident) => incident::store::by_id(&mut conn, incident).await?,
            None => None,
        };
        let (held, matter) = self.ground(&mut conn, &found, incident).await?;
        let recorded = journal::store::of_directive(&mut conn, found.directive.id).await?;
        let sent = store::sent(&mut conn, &found).await?;
        Ok(Sheet { found, recorded, matter, held, sent })
    }

    /// Directives the actor may see, the latest first.
    pub async fn directives(&self, actor: &Actor, filter: &Filter) -> Result<Vec<Found>> {
        let mut conn = self.pool.acquire().await?;
        let mut found = store::list(&mut conn, filter, self.clock.now(), LISTED).await?;
        found.retain(|f| f.directive.is_visible_to(actor, f.regions()));
        Ok(found)
    }

    /// Whether the actor may give orders about this incident, or at all where none is named.
    pub async fn may_issue(&self, actor: &Actor, incident: Option<&str>) -> Result<bool> {
        let Some(number) = incident else {
            return Ok(actor.leads());
        };
        let (case, held) = self.case(actor, number).await?;
        let (matter, none) = (matter(&case, &held, None)?, HashMap::new());
        Ok(case.incident.is_open() && context(&held, Some(&matter), &none).commands(actor))
    }

    /// Sends what is due of the next directive that waits. False: none is.
    pub async fn tick_directive(&self, conn: &mut PgConnection, now: chrono::DateTime<Utc>) -> Result<bool> {
        use sqlx::Connection;
        let mut tx = conn.begin().await?;
        let Some((id, incident)) = store::due(&mut tx, now).await? else {
            return Ok(false);
        };
        let incident = match incident {
            Some(incident) => incident::store::lock_by_id(&mut tx, incident).await?,
            None => None,
        };
        // Another worker may have been here first.
        if let Some((found, sent)) = store::lock(&mut tx, id).await?
            && found.directive.wake_at.is_some_and(|at| at <= now)
        {
            let (held, matter) = self.ground(&mut tx, &found, incident).await?;
            let context = context(&held, matter.as_ref(), &sent);
            let (next, written): (_, Written) = found.directive.tick(&context, now);
            store::save(&mut tx, &found.directive, &next, &written, now).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// What a directive's rules read beside it.
    async fn ground(
        &self,
        conn: &mut PgConnection,
        found: &Found,
        incident: Option<Incident>,
    ) -> Result<(Held, Option<Matter>)> {
        let Some(incident) = incident else {
            return Ok((self.held_now()?, None));
        };
        let held = self.held(self.edition_for(&incident)?);
        let case = response::store::load_case(conn, incident).await?;
        // A task that has gone since sets no limit any more.
        let task = found.directive.task.as_deref().filter(|key| case.task(key).is_some());
        let matter = matter(&case, &held, task)?;
        Ok((held, Some(matter)))
    }
}

/// The open incident of a number, locked.
async fn open_case(conn: &mut PgConnection, number: &str, actor: &Actor) -> Result<Case> {
    let Some(incident) = incident::store::lock(conn, number).await? else {
        let into = incident::record::store::number_of_reference(conn, number).await?;
        return Err(into.map_or(Refused::NotFound, |number| Refused::MergedClosed { number }).into());
    };
    let case = response::store::load_case(conn, incident).await?;
    if !case.is_visible_to(actor) {
        return Err(Refused::Forbidden.into());
    }
    match case.incident.state {
        IncidentState::Open => Ok(case),
        _ => Err(case.merged().unwrap_or(Refused::RecordLocked).into()),
    }
}

fn matter(case: &Case, held: &Held, task: Option<&str>) -> Result<Matter, Refused> {
    let incident = &case.incident;
    let limit = match task {
        Some(key) => Some(plan_limit(case, held, key).ok_or_else(not_a_task)?),
        None => None,
    };
    let headquarters = case.active_headquarters();
    Ok(Matter {
        incident: incident.id,
        number: incident.number.clone(),
        major: incident.severity == Severity::Major,
        officer_role: incident.officer_role.clone(),
        headquarters: headquarters.map(|h| h.id),
        commander: headquarters.and_then(commander),
        task: limit,
    })
}

fn commander(headquarters: &Headquarters) -> Option<Commander> {
    let period = headquarters.commander()?;
    let delegation = period.delegation.and_then(|id| headquarters.delegation_of(id));
    Some(Commander {
        person: period.holder.person,
        acting: period.holder.command == headquarters::Command::Acting,
        delegation: period.delegation,
        authorised_by: delegation.map(|d| d.authoriser.clone()),
    })
}

fn plan_limit(case: &Case, held: &Held, key: &str) -> Option<PlanLimit> {
    let task = case.task(key)?;
    let def = task.definition(&held.edition)?;
    Some(PlanLimit {
        key: task.key.clone(),
        clause: def.clause.clone(),
        words: held.edition.limit_class(&def.limit.stated)?.words.clone(),
        due_at: task.due_at,
        of_plan: def.limit.due_basis.is_plan_rule(),
        active: task.is_active(),
    })
}

fn awaits_instruction(case: &Case) -> bool {
    case.task(INSTRUCTION).is_some_and(|t| t.is_active() && t.acknowledged.is_none())
}

fn context<'a>(held: &'a Held, matter: Option<&'a Matter>, sent: &'a HashMap<Uuid, Sent>) -> Context<'a> {
    Context { edition: &held.edition, calendar: &held.calendar, directory: &held.directory, matter, sent }
}

fn visible(found: &Found, actor: &Actor) -> Result<(), Refused> {
    if found.directive.is_visible_to(actor, found.regions()) { Ok(()) } else { Err(Refused::Forbidden) }
}

fn faults(mut faults: Vec<Refused>) -> Error {
    match faults.len() {
        1 => faults.swap_remove(0).into(),
        _ => Error::Faults(faults),
    }
}

fn not_a_task() -> Refused {
    Refused::BadValue { field: "task".to_owned(), expected: text(|l| l.msg_dv_task_rule()) }
}
