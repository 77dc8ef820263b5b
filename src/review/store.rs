//! Rows of reviews, findings and objections. Whoever changes one holds the review's row first.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Decision, Finding, Objection, Review, State, Was, Withdrawn, Words, Written};
use crate::person::Actor;
use crate::{journal, notice};

/// A review as lists show it, with what they say of its incident.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    pub incident: Uuid,
    pub number: String,
    pub edition: String,
    pub sub_kind: String,
    pub region: String,
    pub description: String,
    pub severity: String,
    pub state: String,
    pub score: Option<i32>,
    pub opened_at: DateTime<Utc>,
    pub due_at: Option<DateTime<Utc>>,
    pub objections_until: Option<DateTime<Utc>>,
    pub final_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub findings: i64,
    /// Orders from it that are not accepted.
    pub open_orders: i64,
    /// Departments concerned: with a row on the sheet, or a finding.
    pub departments: Vec<String>,
    /// Departments with a finding, those that objected, and those whose objection is not decided on.
    pub found: Vec<String>,
    pub objected: Vec<String>,
    pub undecided: Vec<String>,
}

impl OnClause {
    /// As its review: the inspection centre and the leadership always, a department once the draft is out, everyone who
    /// sees the incident once it is final.
    pub fn is_visible_to(&self, actor: &Actor) -> bool {
        match State::from_code(&self.state) {
            _ if actor.is_inspector() || actor.leads() => true,
            None | Some(State::Open) => false,
            Some(State::Draft) => actor.acts_for(&self.department),
            Some(State::Final | State::Closed) => self.regions.iter().any(|r| actor.sees_region(r)),
        }
    }
}

impl Listed {
    pub fn state(&self) -> State {
        // The table knows no other.
        State::from_code(&self.state).unwrap_or(State::Open)
    }

    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        self.final_at.is_none() && self.due_at.is_some_and(|due| due < now)
    }

    /// A draft that nothing keeps from being final.
    pub fn is_ripe(&self, now: DateTime<Utc>) -> bool {
        let heard = |until| super::all_heard(until, &self.found, &self.objected, now);
        self.state() == State::Draft && self.undecided.is_empty() && self.objections_until.is_some_and(heard)
    }
}

/// Opens the review of an incident that was just closed, with the limit of the task that asks for it. One that stands
/// already stays as it is.
pub async fn open(
    conn: &mut PgConnection,
    incident: Uuid,
    opened_at: DateTime<Utc>,
    due_at: Option<DateTime<Utc>>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into review (incident, opened_at, due_at, updated_at) values ($1, $2, $3, $2)
         on conflict (incident) do nothing",
        incident,
        opened_at,
        due_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Locks the review of an incident until the transaction ends; false where there is none.
pub async fn lock(conn: &mut PgConnection, number: &str) -> sqlx::Result<bool> {
    let row = sqlx::query!(
        "select r.incident from review r join incident i on i.id = r.incident where i.number = $1 for update of r",
        number
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.is_some())
}

pub async fn by_number(conn: &mut PgConnection, number: &str) -> sqlx::Result<Option<Review>> {
    let row = sqlx::query!(
        r#"select r.incident, i.number, r.state, r.opened_at, r.due_at, r.score, r.summary, r.drafted_at, r.drafted_by,
                  r.objections_until, r.final_at, r.final_by, r.closed_at, r.closed_by, r.updated_at, r.revision
           from review r join incident i on i.id = r.incident where i.number = $1"#,
        number
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(r) = row else {
        return Ok(None);
    };
    let findings = sqlx::query!(
        "select id, text, clause, department, by_login, at, withdrawn_at, withdrawn_by, withdrawn_reason
         from finding where review = $1 order by at, id",
        r.incident
    )
    .fetch_all(&mut *conn)
    .await?;
    let was = sqlx::query!(
        "select w.id, w.finding, w.text, w.clause, w.department, w.changed_at, w.changed_by
         from finding_was w join finding f on f.id = w.finding where f.review = $1 order by w.changed_at, w.id",
        r.incident
    )
    .fetch_all(&mut *conn)
    .await?;
    let was = |finding: Uuid| -> Vec<Was> {
        let words = |text: &str, clause: &str, department: &str| Words {
            text: text.to_owned(),
            clause: clause.to_owned(),
            department: department.to_owned(),
        };
        was.iter()
            .filter(|w| w.finding == finding)
            .map(|w| Was {
                id: w.id,
                words: words(&w.text, &w.clause, &w.department),
                changed: (w.changed_at, w.changed_by.clone()),
            })
            .collect()
    };
    let objections = sqlx::query!(
        "select id, department, text, by_login, at, answer, answered_by, answered_at, upheld from objection
         where review = $1 order by at, id",
        r.incident
    )
    .fetch_all(conn)
    .await?;
    Ok(Some(Review {
        incident: r.incident,
        number: r.number,
        state: State::from_code(&r.state).unwrap_or(State::Open),
        opened_at: r.opened_at,
        due_at: r.due_at,
        score: r.score,
        summary: r.summary,
        drafted: r.drafted_at.zip(r.drafted_by),
        objections_until: r.objections_until,
        finalised: r.final_at.zip(r.final_by),
        closed: r.closed_at.zip(r.closed_by),
        findings: findings
            .into_iter()
            .map(|f| Finding {
                id: f.id,
                words: Words { text: f.text, clause: f.clause, department: f.department },
                was: was(f.id),
                withdrawn: f
                    .withdrawn_reason
                    .zip(f.withdrawn_at.zip(f.withdrawn_by))
                    .map(|(reason, signed)| Withdrawn { reason, signed }),
                by: f.by_login,
                at: f.at,
            })
            .collect(),
        objections: objections
            .into_iter()
            .map(|o| Objection {
                id: o.id,
                department: o.department,
                text: o.text,
                by: o.by_login,
                at: o.at,
                answer: o.answer.zip(o.answered_at.zip(o.answered_by)).map(|(text, signed)| Decision {
                    text,
                    upheld: o.upheld,
                    signed,
                }),
            })
            .collect(),
        updated_at: r.updated_at,
        revision: r.revision,
    }))
}

/// How the review of an incident stands, where there is one.
pub async fn state_of(conn: &mut PgConnection, incident: Uuid) -> sqlx::Result<Option<State>> {
    let state =
        sqlx::query_scalar!("select state from review where incident = $1", incident).fetch_optional(conn).await?;
    Ok(state.and_then(|code| State::from_code(&code)))
}

macro_rules! listed {
    ($tail:literal, $($arg:expr),*) => {
        sqlx::query_as!(
            Listed,
            r#"select r.incident, i.number, i.edition, i.sub_kind, i.region, i.description, i.severity, r.state, r.score,
                      r.opened_at, r.due_at, r.objections_until, r.final_at, r.closed_at,
                      (select count(*) from finding f where f.review = r.incident and f.withdrawn_at is null) as "findings!",
                      (select count(*) from rectification z where z.incident = r.incident and z.state <> 'accepted')
                          as "open_orders!",
                      array(select t.department from task t where t.incident = r.incident and t.department <> 'INSP'
                            union select c.department from cooperation c
                                  where c.incident = r.incident and c.department <> 'INSP'
                            union select c.department from directive_copy c join directive d on d.id = c.directive
                                  where d.incident = r.incident
                            union select f.department from finding f where f.review = r.incident
                                  and f.withdrawn_at is null order by 1)
                          as "departments!",
                      array(select distinct f.department from finding f where f.review = r.incident and f.withdrawn_at is null) as "found!",
                      array(select o.department from objection o where o.review = r.incident) as "objected!",
                      array(select o.department from objection o where o.review = r.incident and o.answered_at is null
                            order by o.at) as "undecided!"
               from review r join incident i on i.id = r.incident "# + $tail,
            $($arg),*
        )
    };
}

/// All reviews, those with the least time left first, then the latest final ones.
pub async fn list(conn: &mut PgConnection, limit: i64) -> sqlx::Result<Vec<Listed>> {
    listed!("order by r.final_at desc nulls first, r.due_at nulls last, i.number limit $1", limit).fetch_all(conn).await
}

/// Reviews whose case is not closed, those with the least time left first.
pub async fn unclosed(conn: &mut PgConnection, limit: i64) -> sqlx::Result<Vec<Listed>> {
    listed!("where r.state <> 'closed' order by r.due_at nulls last, i.number limit $1", limit).fetch_all(conn).await
}

/// Drafts that may still be objected to.
pub async fn objectable(conn: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<Vec<Listed>> {
    listed!("where r.state = 'draft' and r.objections_until >= $1 order by r.objections_until, i.number", now)
        .fetch_all(conn)
        .await
}

/// A finding of some review, as the page of its clause lists it.
#[derive(Debug, Clone, PartialEq)]
pub struct OnClause {
    /// Of the incident.
    pub number: String,
    pub regions: Vec<String>,
    pub state: String,
    pub department: String,
    pub text: String,
    pub at: DateTime<Utc>,
}

/// The latest findings against a clause.
pub async fn on_clause(conn: &mut PgConnection, clause: &str, most: i64) -> sqlx::Result<Vec<OnClause>> {
    sqlx::query_as!(
        OnClause,
        "select i.number, i.regions, r.state, f.department, f.text, f.at
         from finding f join review r on r.incident = f.review join incident i on i.id = r.incident
         where f.clause = $1 and f.withdrawn_at is null order by f.at desc, f.id desc limit $2",
        clause,
        most
    )
    .fetch_all(conn)
    .await
}

/// Writes the difference between a review as it was and as it became, with its entries in the incident's record.
pub async fn save(
    conn: &mut PgConnection,
    before: &Review,
    after: &Review,
    written: &Written,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    if before == after {
        return Ok(());
    }
    let at = |signed: &Option<super::Signed>| signed.as_ref().map(|s| s.0);
    fn by(signed: &Option<super::Signed>) -> Option<&str> {
        signed.as_ref().map(|s| s.1.as_str())
    }
    sqlx::query!(
        r#"update review set state = $2, score = $3, summary = $4, drafted_at = $5, drafted_by = $6,
               objections_until = $7, final_at = $8, final_by = $9, closed_at = $10, closed_by = $11, updated_at = $12,
               revision = $13 where incident = $1"#,
        after.incident,
        after.state.code(),
        after.score,
        after.summary,
        at(&after.drafted),
        by(&after.drafted),
        after.objections_until,
        at(&after.finalised),
        by(&after.finalised),
        at(&after.closed),
        by(&after.closed),
        after.updated_at,
        after.revision
    )
    .execute(&mut *conn)
    .await?;
    for finding in after.findings.iter().filter(|f| !before.findings.contains(f)) {
        sqlx::query!(
            "insert into finding (id, review, text, clause, department, by_login, at, withdrawn_at, withdrawn_by,
                                  withdrawn_reason)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             on conflict (id) do update set text = excluded.text, clause = excluded.clause,
                 department = excluded.department, withdrawn_at = excluded.withdrawn_at,
                 withdrawn_by = excluded.withdrawn_by, withdrawn_reason = excluded.withdrawn_reason",
            finding.id,
            after.incident,
            finding.words.text,
            finding.words.clause,
            finding.words.department,
            finding.by,
            finding.at,
            finding.withdrawn.as_ref().map(|w| w.signed.0),
            finding.withdrawn.as_ref().map(|w| w.signed.1.as_str()),
            finding.withdrawn.as_ref().map(|w| w.reason.as_str())
        )
        .execute(&mut *conn)
        .await?;
        let known = before.findings.iter().find(|f| f.id == finding.id).map_or(0, |f| f.was.len());
        for was in finding.was.iter().skip(known) {
            sqlx::query!(
                "insert into finding_was (id, finding, text, clause, department, changed_at, changed_by)
                 values ($1, $2, $3, $4, $5, $6, $7)",
                was.id,
                finding.id,
                was.words.text,
                was.words.clause,
                was.words.department,
                was.changed.0,
                was.changed.1
            )
            .execute(&mut *conn)
            .await?;
        }
    }
    for objection in after.objections.iter().filter(|o| !before.objections.contains(o)) {
        let answer = objection.answer.as_ref();
        sqlx::query!(
            "insert into objection (id, review, department, text, by_login, at, answer, answered_at, answered_by, upheld)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             on conflict (id) do update set answer = excluded.answer, answered_at = excluded.answered_at,
                 answered_by = excluded.answered_by, upheld = excluded.upheld",
            objection.id,
            after.incident,
            objection.department,
            objection.text,
            objection.by,
            objection.at,
            answer.map(|a| a.text.as_str()),
            answer.map(|a| a.signed.0),
            answer.map(|a| a.signed.1.as_str()),
            answer.and_then(|a| a.upheld)
        )
        .execute(&mut *conn)
        .await?;
    }
    let entries: Vec<_> = written.entries.iter().map(|e| (after.incident, e)).collect();
    journal::store::append(conn, &entries, now).await?;
    let notices: Vec<_> = written.notices.iter().map(|n| (after.incident, n)).collect();
    notice::store::insert(conn, &notices, now).await?;
    sqlx::query!("select pg_notify('zhihui', $1)", after.number).execute(conn).await?;
    Ok(())
}
