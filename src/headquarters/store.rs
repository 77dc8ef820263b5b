//! The headquarters' tables. The database itself keeps command free of gaps and overlaps; see the migration.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Began, Command, CommandPeriod, Delegation, Ended, Handover, Headquarters, Holder, StoodDown, Unsigned};

/// The headquarters that some incidents are under, by incident.
pub async fn of_incidents(conn: &mut PgConnection, incidents: &[Uuid]) -> sqlx::Result<Vec<(Uuid, Headquarters)>> {
    let under = sqlx::query!(
        r#"select id, headquarters as "headquarters!" from incident where id = any($1) and headquarters is not null"#,
        incidents
    )
    .fetch_all(&mut *conn)
    .await?;
    if under.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = under.iter().map(|r| r.headquarters).collect();
    let all = read(conn, &ids).await?;
    let of = |id: Uuid| all.iter().find(|h| h.id == id).cloned();
    Ok(under.into_iter().filter_map(|r| Some((r.id, of(r.headquarters)?))).collect())
}

/// The headquarters of a number, locked until the transaction ends.
pub async fn lock(conn: &mut PgConnection, number: &str) -> sqlx::Result<Option<Headquarters>> {
    let id = sqlx::query_scalar!("select id from headquarters where number = $1 for update", number)
        .fetch_optional(&mut *conn)
        .await?;
    match id {
        Some(id) => Ok(read(conn, &[id]).await?.pop()),
        None => Ok(None),
    }
}

/// The headquarters of a number, or that the incident of this number is under.
pub async fn by_number(conn: &mut PgConnection, number: &str) -> sqlx::Result<Option<Headquarters>> {
    let id = sqlx::query_scalar!(
        r#"select h.id as "id!" from headquarters h where h.number = $1
           union select i.headquarters from incident i where i.number = $1 and i.headquarters is not null
           limit 1"#,
        number
    )
    .fetch_optional(&mut *conn)
    .await?;
    match id {
        Some(id) => Ok(read(conn, &[id]).await?.pop()),
        None => Ok(None),
    }
}

/// Every headquarters that stands, the oldest first.
pub async fn active(conn: &mut PgConnection) -> sqlx::Result<Vec<Headquarters>> {
    let ids =
        sqlx::query_scalar!("select id from headquarters where stood_down_at is null").fetch_all(&mut *conn).await?;
    read(conn, &ids).await
}

/// Handovers and letters of authority of headquarters that stand which wait for the other side, the oldest first.
pub async fn unsigned(conn: &mut PgConnection) -> sqlx::Result<Vec<Unsigned>> {
    sqlx::query_as!(
        Unsigned,
        r#"select h.number as "number!", o.person as "person!", o.signer as "from!", o.at as "at!", o.letter as "letter!"
           from (select headquarters, to_person as person, from_login as signer, offered_at as at, false as letter
                 from handover where accepted_at is null and withdrawn_at is null
                 union all
                 select headquarters, delegate, authoriser, from_at, true
                 from delegation where accepted_at is null and until_at is null) o
           join headquarters h on h.id = o.headquarters
           where h.stood_down_at is null order by o.at"#
    )
    .fetch_all(conn)
    .await
}

/// Numbers of the incidents under a headquarters, the one it was set up for first.
pub async fn incidents(conn: &mut PgConnection, headquarters: Uuid) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"select i.number from incident i join headquarters h on h.id = i.headquarters
           where h.id = $1 order by i.number <> h.number, i.number"#,
        headquarters
    )
    .fetch_all(conn)
    .await
}

/// Who commands by written authority now, with the number of the headquarters.
pub async fn acting(conn: &mut PgConnection) -> sqlx::Result<Vec<(Uuid, String)>> {
    let rows = sqlx::query!(
        r#"select p.person, h.number from command_period p join headquarters h on h.id = p.headquarters
           where p.until_at is null and p.role = 'acting_commander' order by h.number"#
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|r| (r.person, r.number)).collect())
}

/// Writes what changed.
pub async fn save(conn: &mut PgConnection, before: Option<&Headquarters>, after: &Headquarters) -> sqlx::Result<()> {
    if before == Some(after) {
        return Ok(());
    }
    let down = after.stood_down.as_ref();
    sqlx::query!(
        r#"insert into headquarters (id, number, activated_at, activated_by, by_succession, minutes, stood_down_at,
               stood_down_by, restored_at, order_text, updated_at, revision)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
           on conflict (id) do update set stood_down_at = excluded.stood_down_at, stood_down_by = excluded.stood_down_by,
               restored_at = excluded.restored_at, order_text = excluded.order_text,
               updated_at = excluded.updated_at, revision = excluded.revision"#,
        after.id,
        after.number,
        after.activated_at,
        after.activated_by,
        after.by_succession,
        after.minutes,
        down.map(|d| d.at),
        down.map(|d| d.by.as_str()),
        down.map(|d| d.restored_at),
        down.map(|d| d.order.as_str()),
        after.updated_at,
        after.revision
    )
    .execute(&mut *conn)
    .await?;
    for delegation in &after.delegations {
        if before.is_none_or(|b| !b.delegations.contains(delegation)) {
            save_delegation(conn, after.id, delegation).await?;
        }
    }
    // The period that ends is written before the one that begins: only one may be open.
    for (index, period) in after.periods.iter().enumerate() {
        if before.is_none_or(|b| !b.periods.contains(period)) {
            save_period(conn, after.id, index, period).await?;
        }
    }
    for handover in &after.handovers {
        if before.is_none_or(|b| !b.handovers.contains(handover)) {
            save_handover(conn, after.id, handover).await?;
        }
    }
    Ok(())
}

async fn save_delegation(conn: &mut PgConnection, headquarters: Uuid, d: &Delegation) -> sqlx::Result<()> {
    sqlx::query!(
        r#"insert into delegation (id, headquarters, authoriser, authoriser_role, delegate, delegate_login, department,
               ground, by_succession, from_at, accepted_at, until_at, ended_by)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
           on conflict (id) do update set accepted_at = excluded.accepted_at, until_at = excluded.until_at,
               ended_by = excluded.ended_by"#,
        d.id,
        headquarters,
        d.authoriser,
        d.authoriser_role,
        d.delegate,
        d.delegate_login,
        d.department,
        d.ground,
        d.by_succession,
        d.from,
        d.accepted,
        d.ended.map(|(at, _)| at),
        d.ended.map(|(_, how)| how.code())
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn save_period(conn: &mut PgConnection, headquarters: Uuid, index: usize, p: &CommandPeriod) -> sqlx::Result<()> {
    sqlx::query!(
        r#"insert into command_period (id, headquarters, ordinal, person, login, role, delegation, from_at, until_at, began_by)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
           on conflict (id) do update set person = excluded.person, login = excluded.login, role = excluded.role,
               delegation = excluded.delegation, until_at = excluded.until_at, began_by = excluded.began_by"#,
        p.id,
        headquarters,
        i32::try_from(index + 1).unwrap_or(i32::MAX),
        p.holder.person,
        p.holder.login,
        p.holder.command.role(),
        p.delegation,
        p.from,
        p.until,
        p.began.code()
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn save_handover(conn: &mut PgConnection, headquarters: Uuid, h: &Handover) -> sqlx::Result<()> {
    sqlx::query!(
        r#"insert into handover (id, headquarters, from_login, to_person, to_login, to_role, situation, offered_at,
               accepted_at, withdrawn_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
           on conflict (id) do update set accepted_at = excluded.accepted_at, withdrawn_at = excluded.withdrawn_at"#,
        h.id,
        headquarters,
        h.from,
        h.to.person,
        h.to.login,
        h.to.command.role(),
        h.situation,
        h.offered_at,
        h.accepted_at,
        h.withdrawn_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn read(conn: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<Vec<Headquarters>> {
    let rows = sqlx::query!("select * from headquarters where id = any($1) order by activated_at, id", ids)
        .fetch_all(&mut *conn)
        .await?;
    let mut periods = periods(conn, ids).await?;
    let mut delegations = delegations(conn, ids).await?;
    let mut handovers = handovers(conn, ids).await?;
    Ok(rows
        .into_iter()
        .map(|r| Headquarters {
            periods: periods.remove(&r.id).unwrap_or_default(),
            delegations: delegations.remove(&r.id).unwrap_or_default(),
            handovers: handovers.remove(&r.id).unwrap_or_default(),
            stood_down: r.stood_down_at.zip(r.stood_down_by).map(|(at, by)| StoodDown {
                at,
                by,
                restored_at: r.restored_at.unwrap_or(at),
                order: r.order_text.unwrap_or_default(),
            }),
            id: r.id,
            number: r.number,
            activated_at: r.activated_at,
            activated_by: r.activated_by,
            by_succession: r.by_succession,
            minutes: r.minutes,
            updated_at: r.updated_at,
            revision: r.revision,
        })
        .collect())
}

async fn periods(conn: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<BTreeMap<Uuid, Vec<CommandPeriod>>> {
    let rows =
        sqlx::query!("select * from command_period where headquarters = any($1) order by headquarters, ordinal", ids)
            .fetch_all(conn)
            .await?;
    let mut of: BTreeMap<Uuid, Vec<CommandPeriod>> = BTreeMap::new();
    for r in rows {
        of.entry(r.headquarters).or_default().push(CommandPeriod {
            id: r.id,
            holder: holder(r.person, r.login, &r.role),
            delegation: r.delegation,
            from: r.from_at,
            until: r.until_at,
            began: Began::from_code(&r.began_by).unwrap_or(Began::Rule),
        });
    }
    Ok(of)
}

async fn delegations(conn: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<BTreeMap<Uuid, Vec<Delegation>>> {
    let rows =
        sqlx::query!("select * from delegation where headquarters = any($1) order by headquarters, from_at, id", ids)
            .fetch_all(conn)
            .await?;
    let mut of: BTreeMap<Uuid, Vec<Delegation>> = BTreeMap::new();
    for r in rows {
        let how = if r.ended_by.as_deref() == Some("stand_down") { Ended::StandDown } else { Ended::Handover };
        of.entry(r.headquarters).or_default().push(Delegation {
            id: r.id,
            authoriser: r.authoriser,
            authoriser_role: r.authoriser_role,
            delegate: r.delegate,
            delegate_login: r.delegate_login,
            department: r.department,
            ground: r.ground,
            by_succession: r.by_succession,
            from: r.from_at,
            accepted: r.accepted_at,
            ended: r.until_at.map(|at: DateTime<Utc>| (at, how)),
        });
    }
    Ok(of)
}

async fn handovers(conn: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<BTreeMap<Uuid, Vec<Handover>>> {
    let rows =
        sqlx::query!("select * from handover where headquarters = any($1) order by headquarters, offered_at, id", ids)
            .fetch_all(conn)
            .await?;
    let mut of: BTreeMap<Uuid, Vec<Handover>> = BTreeMap::new();
    for r in rows {
        of.entry(r.headquarters).or_default().push(Handover {
            id: r.id,
            from: r.from_login,
            to: holder(r.to_person, r.to_login, &r.to_role),
            situation: r.situation,
            offered_at: r.offered_at,
            accepted_at: r.accepted_at,
            withdrawn_at: r.withdrawn_at,
        });
    }
    Ok(of)
}

fn holder(person: Uuid, login: String, role: &str) -> Holder {
    Holder { person, login, command: Command::from_role(role).unwrap_or(Command::Leader) }
}
