//! The calendar's SQL: the exceptions in force, and the history of their changes.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use sqlx::{Connection, PgConnection};

use super::{Calendar, Change, DayKind, Rules};
use crate::lang::Text;

/// The calendar in force: the plan data's `rules` with every exception entered.
pub async fn load(conn: &mut PgConnection, rules: &Rules) -> sqlx::Result<Calendar> {
    // Read first: a change that comes between makes the calendar look older than it is, never newer.
    let revision = revision(conn).await?;
    let rows = sqlx::query!(r#"select day, kind, name as "name: Json<Text>" from calendar_exception order by day"#)
        .fetch_all(conn)
        .await?;
    let exceptions: Vec<_> =
        rows.into_iter().map(|row| Ok((row.day, kind(&row.kind)?, row.name.0))).collect::<sqlx::Result<_>>()?;
    Ok(Calendar::new(rules.clone(), exceptions).at_revision(revision))
}

/// Keeps the calendar as it is until the transaction ends, and answers its revision. Whoever writes limits reckoned with
/// a calendar holds it: a change under way is waited for, one that comes later finds the limits and moves them.
pub async fn hold(conn: &mut PgConnection) -> sqlx::Result<i64> {
    // Those who hold it don't hinder each other; a change takes the table for itself (see `set_day`).
    sqlx::query!("lock table calendar_exception in row exclusive mode").execute(&mut *conn).await?;
    revision(conn).await
}

/// A number that grows with every change, so that a held [`Calendar`] can be told stale.
pub async fn revision(conn: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select coalesce(max(id), 0) as "revision!" from calendar_change"#).fetch_one(conn).await
}

/// Enters `day`, or clears it with `None`, and writes the change beside it: both or neither, in a savepoint when the
/// caller has a transaction open. Returns `None`, and writes nothing, where the day already stands so.
///
/// Until the transaction ends no other session changes the calendar; readers are not held up. Rights and the entry
/// itself are checked before, by [`super::may_edit`] and [`super::DayEntry::check`].
pub async fn set_day(
    conn: &mut PgConnection,
    day: NaiveDate,
    exception: Option<(DayKind, Text)>,
    by: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Change>> {
    let mut tx = conn.begin().await?;
    sqlx::query!("lock table calendar_exception in share row exclusive mode").execute(&mut *tx).await?;
    let before = sqlx::query!(r#"select kind, name as "name: Json<Text>" from calendar_exception where day = $1"#, day)
        .fetch_optional(&mut *tx)
        .await?
        .map(|row| Ok::<_, sqlx::Error>((kind(&row.kind)?, row.name.0)))
        .transpose()?;
    if before == exception {
        return Ok(None);
    }

    let (old, new) = (before.as_ref().map(|(kind, _)| *kind), exception.as_ref().map(|(kind, _)| *kind));
    let Some((_, name)) = exception.or(before) else {
        return Ok(None);
    };
    match new {
        Some(kind) => {
            sqlx::query!(
                "insert into calendar_exception (day, kind, name, set_by, set_at) values ($1, $2, $3, $4, $5)
                 on conflict (day) do update
                 set kind = excluded.kind, name = excluded.name, set_by = excluded.set_by, set_at = excluded.set_at",
                day,
                kind.code(),
                Json(&name) as _,
                by,
                now
            )
            .execute(&mut *tx)
            .await?
        }
        None => sqlx::query!("delete from calendar_exception where day = $1", day).execute(&mut *tx).await?,
    };
    let id = sqlx::query_scalar!(
        "insert into calendar_change (day, old_kind, new_kind, name, by, at) values ($1, $2, $3, $4, $5, $6) returning id",
        day,
        old.map(DayKind::code),
        new.map(DayKind::code),
        Json(&name) as _,
        by,
        now
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Some(Change { id, day, old, new, name, by: by.to_owned(), at: now }))
}

/// Enters or clears many days alike, all or none, and tells the other replicas once it is committed. Days that already
/// stand so are passed over; the changes made are returned in order.
pub async fn change(
    conn: &mut PgConnection,
    days: &[NaiveDate],
    exception: Option<(DayKind, Text)>,
    by: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Change>> {
    let mut tx = conn.begin().await?;
    let mut changes = Vec::new();
    for day in days {
        changes.extend(set_day(&mut tx, *day, exception.clone(), by, now).await?);
    }
    if !changes.is_empty() {
        sqlx::query!("select pg_notify('zhihui', 'calendar')").execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(changes)
}

/// Enters many days at once, all or none; days that already stand so are passed over. For a fresh database.
pub async fn set_days(
    conn: &mut PgConnection,
    days: Vec<(NaiveDate, DayKind, Text)>,
    by: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let mut tx = conn.begin().await?;
    for (day, kind, name) in days {
        set_day(&mut tx, day, Some((kind, name)), by, now).await?;
    }
    tx.commit().await
}

/// Every change, the newest first.
pub async fn history(conn: &mut PgConnection) -> sqlx::Result<Vec<Change>> {
    sqlx::query!(
        r#"select id, day, old_kind, new_kind, name as "name: Json<Text>", by, at
           from calendar_change order by id desc"#
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(|row| {
        Ok(Change {
            id: row.id,
            day: row.day,
            old: row.old_kind.as_deref().map(kind).transpose()?,
            new: row.new_kind.as_deref().map(kind).transpose()?,
            name: row.name.0,
            by: row.by,
            at: row.at,
        })
    })
    .collect()
}

fn kind(code: &str) -> sqlx::Result<DayKind> {
    DayKind::from_code(code).ok_or_else(|| sqlx::Error::Decode(format!("unknown kind of day `{code}`").into()))
}
