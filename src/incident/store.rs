//! Rows of incidents, and the numbers of the day.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::record::Filter;
use super::{Closing, Confirmation, Incident, Links, Proposal, State};
use crate::db::column;
use crate::plan::{Scope, Severity};
use crate::script;

struct Row {
    id: Uuid,
    number: String,
    edition: String,
    kind: String,
    sub_kind: String,
    region: String,
    regions: Vec<String>,
    scope: Option<String>,
    severity: String,
    proposal: Json<Proposal>,
    confirmed_at: Option<DateTime<Utc>>,
    confirmed_by: Option<String>,
    severity_reason: Option<String>,
    state: String,
    officer_role: String,
    occurred_at: DateTime<Utc>,
    reported_at: DateTime<Utc>,
    clock_from: DateTime<Utc>,
    reporter: Option<Uuid>,
    reporter_login: String,
    reporter_department: String,
    description: String,
    place_key: String,
    fields: Json<Map<String, Value>>,
    links: Json<Links>,
    conditions: Json<BTreeMap<String, bool>>,
    recovered_at: Option<DateTime<Utc>>,
    closed_at: Option<DateTime<Utc>>,
    closed_by: Option<String>,
    closing: Option<Json<Closing>>,
    merged_into: Option<Uuid>,
    merged_at: Option<DateTime<Utc>>,
    wake_at: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
    revision: i32,
}

impl Row {
    fn incident(self) -> Incident {
        let state = match (self.state.as_str(), self.merged_into, self.closed_at, self.closing) {
            ("merged", Some(into), _, _) => State::Merged { into, at: self.merged_at.unwrap_or(self.updated_at) },
            ("closed", _, Some(at), Some(Json(closing))) => {
                State::Closed { at, by: self.closed_by.unwrap_or_default(), closing }
            }
            _ => State::Open,
        };
        Incident {
            id: self.id,
            number: self.number,
            edition: self.edition,
            kind: self.kind,
            sub_kind: self.sub_kind,
            region: self.region,
            regions: self.regions,
            scope: self.scope.as_deref().and_then(Scope::from_code),
            severity: Severity::from_code(&self.severity).unwrap_or(Severity::Local),
            proposal: self.proposal.0,
            confirmed: self.confirmed_at.zip(self.confirmed_by).map(|(at, by)| Confirmation {
                at,
                by,
                reason: self.severity_reason,
            }),
            state,
            officer_role: self.officer_role,
            occurred_at: self.occurred_at,
            reported_at: self.reported_at,
            clock_from: self.clock_from,
            reporter: self.reporter,
            reporter_login: self.reporter_login,
            reporter_department: self.reporter_department,
            description: self.description,
            place_key: self.place_key,
            fields: self.fields.0,
            links: self.links.0,
            conditions: self.conditions.0,
            recovered_at: self.recovered_at,
            wake_at: self.wake_at,
            updated_at: self.updated_at,
            revision: self.revision,
        }
    }
}

macro_rules! incidents {
    ($tail:literal, $($arg:expr),*) => {
        sqlx::query_as!(
            Row,
            r#"select id, number, edition, kind, sub_kind, region, regions, scope, severity,
                      proposal as "proposal: Json<Proposal>", confirmed_at, confirmed_by, severity_reason, state,
                      officer_role, occurred_at, reported_at, clock_from, reporter, reporter_login,
                      reporter_department, description, place_key, fields as "fields: Json<Map<String, Value>>",
                      links as "links: Json<Links>", conditions as "conditions: Json<BTreeMap<String, bool>>",
                      recovered_at, closed_at, closed_by, closing as "closing: Json<Closing>", merged_into, merged_at,
                      wake_at, updated_at, revision
               from incident "# + $tail,
            $($arg),*
        )
    };
}

/// The incident of a number, locked until the transaction ends.
pub async fn lock(conn: &mut PgConnection, number: &str) -> sqlx::Result<Option<Incident>> {
    let row = incidents!("where number = $1 for update", number).fetch_optional(conn).await?;
    Ok(row.map(Row::incident))
}

pub async fn lock_by_id(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<Incident>> {
    let row = incidents!("where id = $1 for update", id).fetch_optional(conn).await?;
    Ok(row.map(Row::incident))
}

pub async fn by_number(conn: &mut PgConnection, number: &str) -> sqlx::Result<Option<Incident>> {
    let row = incidents!("where number = $1", number).fetch_optional(conn).await?;
    Ok(row.map(Row::incident))
}

pub async fn by_id(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<Incident>> {
    let row = incidents!("where id = $1", id).fetch_optional(conn).await?;
    Ok(row.map(Row::incident))
}

/// Several whole incidents, in no order.
pub async fn by_ids(conn: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<Vec<Incident>> {
    let rows = incidents!("where id = any($1)", ids).fetch_all(conn).await?;
    Ok(rows.into_iter().map(Row::incident).collect())
}

/// Incidents, the latest report first.
pub async fn list(conn: &mut PgConnection, filter: &Filter, limit: i64) -> sqlx::Result<Vec<Incident>> {
    let (before_at, before_id) = filter.before.unzip();
    let rows = incidents!(
        "where ($1::text is null or state = $1) and ($2::text is null or kind = $2)
           and ($3::text[] is null or regions && $3) and ($4::text is null or severity = $4)
           and ($5::timestamptz is null or (reported_at, id) < ($5, $6::uuid))
           and ($8::text is null or number || ' ' || description ~* $8)
         order by reported_at desc, id desc limit $7",
        filter.state.as_deref() as Option<&str>,
        filter.kind.as_deref() as Option<&str>,
        filter.regions.as_deref() as Option<&[String]>,
        filter.severity.as_deref() as Option<&str>,
        before_at as Option<DateTime<Utc>>,
        before_id as Option<Uuid>,
        limit,
        filter.text.as_deref().map(script::pattern)
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Row::incident).collect())
}

/// The next incidents a worker has to look at, at most `limit` and none of `except`, locked; those another worker holds
/// are passed over.
pub async fn claim_due(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    except: &[Uuid],
    limit: i64,
) -> sqlx::Result<Vec<Incident>> {
    let rows = incidents!(
        "where wake_at <= $1 and id <> all($2) order by wake_at, reported_at, id limit $3 for update skip locked",
        now,
        except,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Row::incident).collect())
}

/// The earliest instant any incident waits for.
pub async fn next_wake(conn: &mut PgConnection) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!("select min(wake_at) from incident").fetch_one(conn).await
}

/// Numbers of open incidents whose tasks may carry working clocks.
pub async fn open_numbers(conn: &mut PgConnection) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!("select number from incident where state in ('open', 'closed') order by number")
        .fetch_all(conn)
        .await
}

/// Writes the changed columns of incidents. The reports themselves stay as they came in; the figures may be corrected.
pub async fn update(conn: &mut PgConnection, incidents: &[&Incident]) -> sqlx::Result<()> {
    if incidents.is_empty() {
        return Ok(());
    }
    let of = incidents;
    let closed = |i: &Incident| match &i.state {
        State::Closed { at, by, closing } => (Some(*at), Some(by.clone()), Some(Json(closing.clone()))),
        _ => (None, None, None),
    };
    let merged = |i: &Incident| match &i.state {
        State::Merged { into, at } => (Some(*into), Some(*at)),
        _ => (None, None),
    };
    let confirmed = |i: &Incident| i.confirmed.clone();
    // Arrays of arrays can't be taken apart row by row; region codes hold no comma.
    let regions = column(of, |i| i.regions.join(","));
    sqlx::query!(
        r#"update incident i set severity = x.severity, scope = x.scope, regions = string_to_array(x.regions, ','),
               proposed_severity = x.proposed_severity, proposal = x.proposal, confirmed_at = x.confirmed_at,
               confirmed_by = x.confirmed_by, severity_reason = x.severity_reason, state = x.state,
               officer_role = x.officer_role, occurred_at = x.occurred_at, links = x.links, conditions = x.conditions,
               recovered_at = x.recovered_at, closed_at = x.closed_at, closed_by = x.closed_by, closing = x.closing,
               merged_into = x.merged_into, merged_at = x.merged_at, wake_at = x.wake_at, updated_at = x.updated_at,
               revision = x.revision, fields = x.fields, edition = x.edition
           from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::timestamptz[],
               $8::text[], $9::text[], $10::text[], $11::text[], $12::timestamptz[], $13::jsonb[], $14::jsonb[],
               $15::timestamptz[], $16::timestamptz[], $17::text[], $18::jsonb[], $19::uuid[], $20::timestamptz[],
               $21::timestamptz[], $22::timestamptz[], $23::int[], $24::jsonb[], $25::text[])
             as x (id, severity, scope, regions, proposed_severity, proposal, confirmed_at, confirmed_by,
               severity_reason, state, officer_role, occurred_at, links, conditions, recovered_at, closed_at, closed_by,
               closing, merged_into, merged_at, wake_at, updated_at, revision, fields, edition)
           where i.id = x.id"#,
        &column(of, |i| i.id),
        &column(of, |i| i.severity.code()) as &[&str],
        &column(of, |i| i.scope.map(Scope::code)) as &[Option<&str>],
        &regions,
        &column(of, |i| i.proposal.severity.code()) as &[&str],
        &column(of, |i| Json(&i.proposal)) as &[Json<&Proposal>],
        &column(of, |i| confirmed(i).map(|c| c.at)) as &[Option<DateTime<Utc>>],
        &column(of, |i| confirmed(i).map(|c| c.by)) as &[Option<String>],
        &column(of, |i| confirmed(i).and_then(|c| c.reason)) as &[Option<String>],
        &column(of, |i| i.state.code()) as &[&str],
        &column(of, |i| i.officer_role.as_str()) as &[&str],
        &column(of, |i| i.occurred_at),
        &column(of, |i| Json(&i.links)) as &[Json<&Links>],
        &column(of, |i| Json(&i.conditions)) as &[Json<&BTreeMap<String, bool>>],
        &column(of, |i| i.recovered_at) as &[Option<DateTime<Utc>>],
        &column(of, |i| closed(i).0) as &[Option<DateTime<Utc>>],
        &column(of, |i| closed(i).1) as &[Option<String>],
        &column(of, |i| closed(i).2) as &[Option<Json<Closing>>],
        &column(of, |i| merged(i).0) as &[Option<Uuid>],
        &column(of, |i| merged(i).1) as &[Option<DateTime<Utc>>],
        &column(of, |i| i.wake_at) as &[Option<DateTime<Utc>>],
        &column(of, |i| i.updated_at),
        &column(of, |i| i.revision),
        &column(of, |i| Json(&i.fields)) as &[Json<&Map<String, Value>>],
        &column(of, |i| i.edition.as_str()) as &[&str]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes `count` numbers of the day and answers the last one taken. Whoever takes numbers waits here for whoever took
/// them before, so that duplicates can be looked for without a race.
pub async fn take_numbers(conn: &mut PgConnection, day: NaiveDate, count: i32) -> sqlx::Result<i32> {
    sqlx::query_scalar!(
        "insert into day_counter (day, taken) values ($1, $2)
         on conflict (day) do update set taken = day_counter.taken + excluded.taken returning taken",
        day,
        count
    )
    .fetch_one(conn)
    .await
}

/// Gives back the last `count` numbers taken, in the same transaction, so that none is missing.
pub async fn give_back_numbers(conn: &mut PgConnection, day: NaiveDate, count: i32) -> sqlx::Result<()> {
    sqlx::query!("update day_counter set taken = taken - $2 where day = $1", day, count).execute(conn).await?;
    Ok(())
}

/// Numbers of open incidents that are major, or proposed as major and not yet confirmed.
pub async fn open_major(conn: &mut PgConnection) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"select number from incident
           where state = 'open' and (severity = 'major' or (proposed_severity = 'major' and confirmed_at is null))
           order by number"#
    )
    .fetch_all(conn)
    .await
}

/// Puts an incident under a headquarters.
pub async fn put_under(conn: &mut PgConnection, incident: Uuid, headquarters: Uuid) -> sqlx::Result<()> {
    sqlx::query!("update incident set headquarters = $2 where id = $1", incident, headquarters).execute(conn).await?;
    Ok(())
}

/// The first open incident that looks like the same thing, where there is one: (position asked, number).
pub async fn look_alikes(
    conn: &mut PgConnection,
    sub_kinds: &[String],
    regions: &[String],
    places: &[String],
    since: DateTime<Utc>,
) -> sqlx::Result<Vec<(i64, String)>> {
    let rows = sqlx::query!(
        r#"select asked.n as "n!", i.number
           from unnest($1::text[], $2::text[], $3::text[]) with ordinality as asked (sub_kind, region, place, n)
           cross join lateral (
               -- One index only can answer this, by its three names and the pair: a plan made while the table was empty
               -- must not walk every open incident later. `offset 0` keeps the state out of the choice.
               select number, state, reported_at from incident
               where sub_kind = asked.sub_kind and region = asked.region and place_key = asked.place
                 and (place_key, reported_at) >= (asked.place, $4)
               offset 0) i
           where i.state = 'open'
           order by asked.n, i.reported_at"#,
        sub_kinds,
        regions,
        places,
        since
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|r| (r.n - 1, r.number)).collect())
}

/// Writes new incidents, all of them in one statement.
pub async fn insert(conn: &mut PgConnection, incidents: &[&Incident]) -> sqlx::Result<()> {
    let of = incidents;
    // Arrays of arrays can't be taken apart row by row; region codes hold no comma.
    let regions = column(of, |i| i.regions.join(","));
    sqlx::query!(
        r#"insert into incident (id, number, edition, kind, sub_kind, region, regions, scope, severity,
               proposed_severity, proposal, confirmed_at, confirmed_by, severity_reason, state, officer_role,
               occurred_at, reported_at, clock_from, reporter, reporter_login, reporter_department, description,
               place_key, fields, links, conditions, wake_at, updated_at, revision)
           select id, number, edition, kind, sub_kind, region, string_to_array(regions, ','), scope, severity,
               proposed_severity, proposal, confirmed_at, confirmed_by, severity_reason, state, officer_role,
               occurred_at, reported_at, clock_from, reporter, reporter_login, reporter_department, description,
               place_key, fields, links, conditions, wake_at, updated_at, revision
           from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
               $8::text[], $9::text[], $10::text[], $11::jsonb[], $12::timestamptz[], $13::text[], $14::text[],
               $15::text[], $16::text[], $17::timestamptz[], $18::timestamptz[], $19::timestamptz[], $20::uuid[],
               $21::text[], $22::text[], $23::text[], $24::text[], $25::jsonb[], $26::jsonb[], $27::jsonb[],
               $28::timestamptz[], $29::timestamptz[], $30::int[])
             as x (id, number, edition, kind, sub_kind, region, regions, scope, severity,
               proposed_severity, proposal, confirmed_at, confirmed_by, severity_reason, state, officer_role,
               occurred_at, reported_at, clock_from, reporter, reporter_login, reporter_department, description,
               place_key, fields, links, conditions, wake_at, updated_at, revision)"#,
        &column(of, |i| i.id),
        &column(of, |i| i.number.as_str()) as &[&str],
        &column(of, |i| i.edition.as_str()) as &[&str],
        &column(of, |i| i.kind.as_str()) as &[&str],
        &column(of, |i| i.sub_kind.as_str()) as &[&str],
        &column(of, |i| i.region.as_str()) as &[&str],
        &regions,
        &column(of, |i| i.scope.map(Scope::code)) as &[Option<&str>],
        &column(of, |i| i.severity.code()) as &[&str],
        &column(of, |i| i.proposal.severity.code()) as &[&str],
        &column(of, |i| Json(&i.proposal)) as &[Json<&Proposal>],
        &column(of, |i| i.confirmed.as_ref().map(|c| c.at)) as &[Option<DateTime<Utc>>],
        &column(of, |i| i.confirmed.as_ref().map(|c| c.by.as_str())) as &[Option<&str>],
        &column(of, |i| i.confirmed.as_ref().and_then(|c| c.reason.as_deref())) as &[Option<&str>],
        &column(of, |i| i.state.code()) as &[&str],
        &column(of, |i| i.officer_role.as_str()) as &[&str],
        &column(of, |i| i.occurred_at),
        &column(of, |i| i.reported_at),
        &column(of, |i| i.clock_from),
        &column(of, |i| i.reporter) as &[Option<Uuid>],
        &column(of, |i| i.reporter_login.as_str()) as &[&str],
        &column(of, |i| i.reporter_department.as_str()) as &[&str],
        &column(of, |i| i.description.as_str()) as &[&str],
        &column(of, |i| i.place_key.as_str()) as &[&str],
        &column(of, |i| Json(&i.fields)) as &[Json<&Map<String, Value>>],
        &column(of, |i| Json(&i.links)) as &[Json<&Links>],
        &column(of, |i| Json(&i.conditions)) as &[Json<&BTreeMap<String, bool>>],
        &column(of, |i| i.wake_at) as &[Option<DateTime<Utc>>],
        &column(of, |i| i.updated_at),
        &column(of, |i| i.revision)
    )
    .execute(conn)
    .await?;
    Ok(())
}
