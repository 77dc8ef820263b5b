//! The one write path: locks the incident, asks the rules, writes what they answer, in one transaction.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::{Case, Command, Cooperation, CooperationState, World, Written};
use crate::db::column;
use crate::directive;
use crate::error::{Error, Result};
use crate::escalation;
use crate::headquarters::{self, Headquarters};
use crate::incident::{self, Incident};
use crate::journal::{self, Recorded};
use crate::notice;
use crate::person::Actor;
use crate::rectification;
use crate::refusal::Refused;
use crate::review;
use crate::service;
use crate::task;

/// Applies a command to the incident of a number. Nothing is written on refusal.
///
/// A report's reference that is not an incident's own number stands for a merged report: it takes nothing more.
pub async fn act(
    conn: &mut PgConnection,
    number: &str,
    command: &Command,
    world: World<'_>,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Case> {
    let mut tx = conn.begin().await?;
    let Some(incident) = incident::store::lock(&mut tx, number).await? else {
        return Err(unknown(&mut tx, number).await?);
    };
    let record = match command {
        Command::Correct { entry, .. } => entry_of(&mut tx, incident.id, *entry).await?,
        _ => None,
    };
    let mut case = load_case(&mut tx, incident).await?;
    if !case.is_visible_to(actor) {
        return Err(Refused::Forbidden.into());
    }
    if matches!(command, Command::Close { .. }) {
        case.open_rectifications = rectification::store::open_from(&mut tx, case.incident.id).await?;
    }
    if let Command::Headquarters(act) = command {
        case.offered = hold_headquarters(&mut tx, act, &case).await?;
    }
    let case = apply(&mut tx, &case, command, world, actor, now, record.as_ref()).await?;
    tx.commit().await?;
    Ok(case)
}

/// Moves the incident of a number to the edition of `world`, from whichever of `editions` it is under.
pub async fn move_edition(
    conn: &mut PgConnection,
    number: &str,
    reason: &str,
    editions: &crate::plan::Editions,
    world: World<'_>,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Case> {
    let mut tx = conn.begin().await?;
    let Some(incident) = incident::store::lock(&mut tx, number).await? else {
        return Err(unknown(&mut tx, number).await?);
    };
    let case = load_case(&mut tx, incident).await?;
    let from = editions
        .by_code(&case.incident.edition)
        .ok_or_else(|| Error::Internal(anyhow::anyhow!("edition {} is not stored", case.incident.edition)))?;
    let (mut next, written) = case.move_edition(from, reason, world, actor, now)?;
    next.incident.updated_at = now;
    next.incident.revision = case.incident.revision + 1;
    save(&mut tx, &case, &next, &written, actor, now).await?;
    tx.commit().await?;
    Ok(next)
}

/// Locks the headquarters an act is about, after the incident: several incidents may share one. Answers the one that
/// is to take this incident, where the act names one.
async fn hold_headquarters(
    conn: &mut PgConnection,
    act: &headquarters::Act,
    case: &Case,
) -> Result<Option<Headquarters>> {
    let number = match (act, &case.headquarters) {
        (headquarters::Act::Activate { under: Some(number) }, None) => number,
        (_, Some(own)) => &own.number,
        _ => return Ok(None),
    };
    Ok(headquarters::store::lock(conn, number).await?)
}

/// The world without its edition: what every incident shares.
#[derive(Debug, Clone, Copy)]
pub struct Snapshot<'a> {
    pub calendar: &'a crate::calendar::Calendar,
    pub directory: &'a crate::person::directory::Directory,
    pub places: &'a crate::routing::places::Places,
    pub leadership: &'a crate::leadership::Leadership,
    pub schemes: &'a crate::scheme::Schemes,
}

impl<'a> Snapshot<'a> {
    pub fn world(self, edition: &'a crate::plan::Edition) -> World<'a> {
        let Snapshot { calendar, directory, places, leadership, schemes } = self;
        World { edition, calendar, directory, places, leadership, schemes }
    }
}

pub(super) async fn apply(
    conn: &mut PgConnection,
    case: &Case,
    command: &Command,
    world: World<'_>,
    actor: &Actor,
    now: DateTime<Utc>,
    record: Option<&Recorded>,
) -> Result<Case> {
    let (next, written) = case.step(command, world, actor, now, record)?;
    save(conn, case, &next, &written, actor, now).await?;
    Ok(next)
}

/// Writes the difference between a case as it was and as it became, and tells whoever watches.
pub(super) async fn save(
    conn: &mut PgConnection,
    before: &Case,
    after: &Case,
    written: &Written,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<()> {
    save_all(conn, &[Change { before, after, written }], actor, now).await
}

/// A case as it was, as it became, and what is written beside it.
#[derive(Clone, Copy)]
pub(super) struct Change<'a> {
    pub before: &'a Case,
    pub after: &'a Case,
    pub written: &'a Written,
}

/// Writes what changed in several cases: what every act writes with one statement for all of them.
pub(super) async fn save_all(
    conn: &mut PgConnection,
    changes: &[Change<'_>],
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<()> {
    for Change { before, after, .. } in changes {
        if let Some(headquarters) = &after.headquarters {
            headquarters::store::save(conn, before.headquarters.as_ref(), headquarters).await?;
            if before.headquarters.is_none() {
                incident::store::put_under(conn, after.incident.id, headquarters.id).await?;
            }
        }
    }
    let altered = changes.iter().filter(|c| c.before.incident != c.after.incident).map(|c| &c.after.incident);
    incident::store::update(conn, &Vec::from_iter(altered)).await?;
    let tasks =
        each(changes, |c| c.after.tasks.iter().filter(move |t| old(&c.before.tasks, |b| b.id == t.id) != Some(t)));
    task::store::save(conn, &tasks).await?;
    let cards = each(changes, |c| {
        c.after.cooperation.iter().filter(move |n| old(&c.before.cooperation, |b| b.id == n.id) != Some(n))
    });
    save_cooperation(conn, &cards).await?;
    for (incident, (task, contact)) in each(changes, |c| c.written.contacts.iter()) {
        task::store::log_contact(conn, incident, *task, contact, &actor.login, now).await?;
    }
    let rungs = each(changes, |c| c.written.rungs.iter());
    let rungs: Vec<_> = rungs.into_iter().map(|(id, (subject, rung, late))| (id, *subject, rung, *late)).collect();
    escalation::store::record_all(conn, &rungs, now).await?;
    for Change { before, after, .. } in changes {
        service::store::save(conn, after.incident.id, &before.service, &after.service).await?;
    }
    journal::store::append(conn, &each(changes, |c| c.written.entries.iter()), now).await?;
    notice::store::insert(conn, &each(changes, |c| c.written.notices.iter()), now).await?;
    for Change { before, after, .. } in changes {
        if before.incident.is_open()
            && matches!(after.incident.state, incident::State::Closed { .. })
            && let Some(task) = after.task(review::TASK).filter(|t| t.is_active())
        {
            review::store::open(conn, after.incident.id, now, task.due_at).await?;
        }
    }
    let told = |c: &&Change<'_>| c.before.incident != c.after.incident || !c.written.entries.is_empty();
    let numbers: Vec<&str> = changes.iter().filter(told).map(|c| c.after.incident.number.as_str()).collect();
    if !numbers.is_empty() {
        announce(conn, &numbers).await?;
    }
    Ok(())
}

/// The items of every change, each with its incident.
fn each<'a, T: 'a, I: Iterator<Item = &'a T>>(
    changes: &[Change<'a>],
    items: impl Fn(Change<'a>) -> I,
) -> Vec<(Uuid, &'a T)> {
    changes.iter().flat_map(|c| items(*c).map(|item| (c.after.incident.id, item))).collect()
}

fn old<T>(before: &[T], is: impl Fn(&T) -> bool) -> Option<&T> {
    before.iter().find(|b| is(b))
}

/// One NOTIFY per transaction: numbers only; who may see them asks for the rest.
pub(super) async fn announce(conn: &mut PgConnection, numbers: &[&str]) -> Result<()> {
    // The payload of a NOTIFY is under 8,000 bytes; more numbers than fit mean "look at everything".
    let payload = if numbers.len() > 200 { "*".to_owned() } else { numbers.join(" ") };
    sqlx::query!("select pg_notify('zhihui', $1)", payload).execute(conn).await?;
    Ok(())
}

/// An incident with everything an act on it may touch.
pub async fn load_case(conn: &mut PgConnection, incident: Incident) -> Result<Case> {
    let mut cases = load_cases(conn, vec![incident]).await?;
    cases.pop().ok_or_else(|| Error::Internal(anyhow::anyhow!("a case was not read")))
}

/// As [`load_case`] for several, in their order, with as many statements as for one.
pub(super) async fn load_cases(conn: &mut PgConnection, incidents: Vec<Incident>) -> Result<Vec<Case>> {
    let ids: Vec<Uuid> = incidents.iter().map(|i| i.id).collect();
    let merged: Vec<Uuid> = incidents.iter().filter_map(merged_into).collect();
    let mut cases: Vec<Case> = incidents.into_iter().map(Case::new).collect();
    let places: HashMap<Uuid, usize> = ids.iter().enumerate().map(|(n, id)| (*id, n)).collect();
    fill(&mut cases, &places, task::store::of_incidents(conn, &ids).await?, |c, task| c.tasks.push(task));
    fill(&mut cases, &places, cooperation_of(conn, &ids).await?, |c, card| c.cooperation.push(card));
    fill(&mut cases, &places, task::store::contacted(conn, &ids).await?, |c, party| c.contacted.push(party));
    let mut sent: HashMap<Uuid, _> = escalation::store::sent(conn, &ids).await?.into_iter().collect();
    let children = incident::link::store::open_children(conn, &ids).await?;
    fill(&mut cases, &places, children, |c, number| c.open_children.push(number));
    let headquarters = headquarters::store::of_incidents(conn, &ids).await?;
    fill(&mut cases, &places, headquarters, |c, headquarters| c.headquarters = Some(headquarters));
    fill(&mut cases, &places, service::store::of_incidents(conn, &ids).await?, |c, service| c.service = service);
    fill(&mut cases, &places, directive::store::open_of(conn, &ids).await?, |c, d| c.open_directives.push(d));
    let targets = if merged.is_empty() { Vec::new() } else { incident::store::by_ids(conn, &merged).await? };
    for case in &mut cases {
        let subjects = case.tasks.iter().map(|t| t.id).chain([case.incident.id]);
        case.sent = subjects.filter_map(|subject| Some((subject, sent.remove(&subject)?))).collect();
        let into = merged_into(&case.incident);
        case.merged_into = targets.iter().find(|t| Some(t.id) == into).map(|t| t.number.clone());
    }
    Ok(cases)
}

fn fill<T>(cases: &mut [Case], places: &HashMap<Uuid, usize>, rows: Vec<(Uuid, T)>, put: impl Fn(&mut Case, T)) {
    for (incident, row) in rows {
        if let Some(case) = places.get(&incident).and_then(|n| cases.get_mut(*n)) {
            put(case, row);
        }
    }
}

fn merged_into(incident: &Incident) -> Option<Uuid> {
    match incident.state {
        incident::State::Merged { into, .. } => Some(into),
        _ => None,
    }
}

/// Reads a case without locking it, for a page; a reference of a merged report reads as what it went into.
pub async fn read(conn: &mut PgConnection, number: &str, actor: &Actor) -> Result<Case> {
    let mut incident = incident::store::by_number(conn, number).await?;
    if incident.is_none()
        && let Some(into) = incident::record::store::number_of_reference(conn, number).await?
    {
        incident = incident::store::by_number(conn, &into).await?;
    }
    let mut case = load_case(conn, incident.ok_or(Refused::NotFound)?).await?;
    if case.incident.is_open() {
        case.open_rectifications = rectification::store::open_from(conn, case.incident.id).await?;
    }
    if !case.is_visible_to(actor) {
        return Err(Refused::Forbidden.into());
    }
    Ok(case)
}

pub(super) async fn unknown(conn: &mut PgConnection, number: &str) -> Result<Error> {
    Ok(match incident::record::store::number_of_reference(conn, number).await? {
        Some(into) => Refused::MergedClosed { number: into }.into(),
        None => Refused::NotFound.into(),
    })
}

async fn entry_of(conn: &mut PgConnection, incident: Uuid, entry: i64) -> Result<Option<Recorded>> {
    let entries = journal::store::of_incident(conn, incident).await?;
    Ok(entries.into_iter().find(|e| e.id == entry))
}

struct CardRow {
    id: Uuid,
    incident: Uuid,
    task: Uuid,
    department: String,
    state: String,
    acknowledge_by: Option<DateTime<Utc>>,
    acknowledged_at: Option<DateTime<Utc>>,
    acknowledged_by: Option<String>,
    result: Option<String>,
    reason: Option<String>,
    updated_at: DateTime<Utc>,
}

impl CardRow {
    fn card(self) -> (Uuid, Cooperation) {
        let state = match self.state.as_str() {
            "acknowledged" => CooperationState::Acknowledged,
            "refused" => CooperationState::Refused { reason: self.reason.unwrap_or_default() },
            "answered" => CooperationState::Answered { result: self.result.unwrap_or_default() },
            _ => CooperationState::Asked,
        };
        let card = Cooperation {
            id: self.id,
            task: self.task,
            department: self.department,
            state,
            acknowledge_by: self.acknowledge_by,
            acknowledged: self.acknowledged_at.zip(self.acknowledged_by),
            updated_at: self.updated_at,
        };
        (self.incident, card)
    }
}

macro_rules! cards {
    ($tail:literal, $($arg:expr),*) => {
        sqlx::query_as!(
            CardRow,
            "select c.id, c.incident, c.task, c.department, c.state, c.acknowledge_by, c.acknowledged_at, c.acknowledged_by,
                    c.result, c.reason, c.updated_at
             from cooperation c " + $tail,
            $($arg),*
        )
    };
}

/// The cards of some incidents that ask for help.
pub async fn cooperation_of(conn: &mut PgConnection, incidents: &[Uuid]) -> sqlx::Result<Vec<(Uuid, Cooperation)>> {
    let rows = cards!(
        "join task t on t.id = c.task where c.incident = any($1) order by t.position, t.key, c.department",
        incidents
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(CardRow::card).collect())
}

/// The cards that ask for the help of some departments, which have not given it yet.
pub async fn asked_of(conn: &mut PgConnection, departments: &[String]) -> sqlx::Result<Vec<(Uuid, Cooperation)>> {
    let rows = cards!(
        "where c.department = any($1) and c.state in ('asked', 'acknowledged') order by c.acknowledge_by nulls last, c.id",
        departments
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(CardRow::card).collect())
}

/// Writes new cards of several incidents, all of them in one statement.
pub(super) async fn insert_cooperation(conn: &mut PgConnection, cards: &[(Uuid, &Cooperation)]) -> sqlx::Result<()> {
    if cards.is_empty() {
        return Ok(());
    }
    let of = cards;
    sqlx::query!(
        r#"insert into cooperation (id, incident, task, department, state, acknowledge_by, updated_at)
           select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[],
               $7::timestamptz[])"#,
        &column(of, |(_, c)| c.id),
        &column(of, |(incident, _)| *incident),
        &column(of, |(_, c)| c.task),
        &column(of, |(_, c)| c.department.as_str()) as &[&str],
        &column(of, |(_, c)| c.state.code()) as &[&str],
        &column(of, |(_, c)| c.acknowledge_by) as &[Option<DateTime<Utc>>],
        &column(of, |(_, c)| c.updated_at)
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn save_cooperation(conn: &mut PgConnection, cards: &[(Uuid, &Cooperation)]) -> sqlx::Result<()> {
    if cards.is_empty() {
        return Ok(());
    }
    let rows: Vec<Value> = cards
        .iter()
        .map(|(incident, c)| {
            let (result, reason) = match &c.state {
                CooperationState::Answered { result } => (Some(result), None),
                CooperationState::Refused { reason } => (None, Some(reason)),
                _ => (None, None),
            };
            serde_json::json!({
                "id": c.id, "incident": incident, "task": c.task, "department": c.department,
                "state": c.state.code(), "acknowledge_by": c.acknowledge_by,
                "acknowledged_at": c.acknowledged.as_ref().map(|a| a.0),
                "acknowledged_by": c.acknowledged.as_ref().map(|a| &a.1),
                "result": result, "reason": reason, "updated_at": c.updated_at,
            })
        })
        .collect();
    sqlx::query!(
        r#"insert into cooperation select * from jsonb_populate_recordset(null::cooperation, $1)
           on conflict (id) do update set state = excluded.state, acknowledged_at = excluded.acknowledged_at,
               acknowledged_by = excluded.acknowledged_by, result = excluded.result, reason = excluded.reason,
               updated_at = excluded.updated_at"#,
        Value::Array(rows)
    )
    .execute(conn)
    .await?;
    Ok(())
}
