//! Reads what figures are counted from. It writes nothing.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{Ordered, Recorded, Reported};

/// What records are narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Instant, included.
    pub from: DateTime<Utc>,
    /// Instant, not included.
    pub to: DateTime<Utc>,
    pub departments: Option<Vec<String>>,
    pub kind: Option<String>,
    pub region: Option<String>,
}

/// The incidents reported in the period, in their order; not those merged into another.
pub async fn incidents(conn: &mut PgConnection, filter: &Filter) -> sqlx::Result<Vec<Reported>> {
    sqlx::query_as!(
        Reported,
        r#"select number, edition, kind, sub_kind, region, reported_at from incident
           where reported_at >= $1 and reported_at < $2 and state <> 'merged'
             and ($3::text is null or kind = $3) and ($4::text is null or region = $4)
           order by reported_at, id"#,
        filter.from,
        filter.to,
        filter.kind.as_deref() as Option<&str>,
        filter.region.as_deref() as Option<&str>
    )
    .fetch_all(conn)
    .await
}

/// The duties of these incidents, in the order of the incidents and of the plan.
pub async fn duties(conn: &mut PgConnection, filter: &Filter) -> sqlx::Result<Vec<Recorded>> {
    let rows = sqlx::query!(
        r#"select i.number, i.edition, i.kind, i.sub_kind, i.region, i.reported_at, t.key, t.code, t.department, t.major,
                  t.state, t.opened_at, t.acknowledge_by, t.due_at, t.acknowledged_at, t.ended_at, t.late_seconds,
                  (select count(*) from escalation e where e.subject = t.id) as "escalations!"
           from incident i join task t on t.incident = i.id
           where i.reported_at >= $1 and i.reported_at < $2 and i.state <> 'merged'
             and ($3::text is null or i.kind = $3) and ($4::text is null or i.region = $4)
             and ($5::text[] is null or t.department = any($5))
           order by i.reported_at, i.id, t.position, t.key"#,
        filter.from,
        filter.to,
        filter.kind.as_deref() as Option<&str>,
        filter.region.as_deref() as Option<&str>,
        filter.departments.as_deref() as Option<&[String]>
    )
    .fetch_all(conn)
    .await?;
    let duties = rows.into_iter().map(|r| Recorded {
        incident: Reported {
            number: r.number,
            edition: r.edition,
            kind: r.kind,
            sub_kind: r.sub_kind,
            region: r.region,
            reported_at: r.reported_at,
        },
        key: r.key,
        code: r.code,
        department: r.department,
        major: r.major,
        state: r.state,
        opened_at: r.opened_at,
        acknowledge_by: r.acknowledge_by,
        due_at: r.due_at,
        acknowledged_at: r.acknowledged_at,
        ended_at: r.ended_at,
        late_seconds: r.late_seconds,
        escalations: r.escalations,
    });
    Ok(duties.collect())
}

/// The rectification orders issued in the period, in their order.
pub async fn orders(conn: &mut PgConnection, filter: &Filter, now: DateTime<Utc>) -> sqlx::Result<Vec<Ordered>> {
    let rows = sqlx::query!(
        r#"select i.number as incident, i.edition, i.kind, i.sub_kind, i.region, i.reported_at, z.number, z.department,
                  z.measure, z.state, z.issued_at, z.acknowledge_by, z.acknowledged_at, z.due_at, z.answered_at,
                  z.accepted_at, z.late_seconds
           from rectification z join incident i on i.id = z.incident
           where z.issued_at >= $1 and z.issued_at < $2
             and ($3::text is null or i.kind = $3) and ($4::text is null or i.region = $4)
             and ($5::text[] is null or z.department = any($5))
           order by z.issued_at, z.number"#,
        filter.from,
        filter.to,
        filter.kind.as_deref() as Option<&str>,
        filter.region.as_deref() as Option<&str>,
        filter.departments.as_deref() as Option<&[String]>
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| {
            let found = Ordered {
                incident: Reported {
                    number: r.incident,
                    edition: r.edition,
                    kind: r.kind,
                    sub_kind: r.sub_kind,
                    region: r.region,
                    reported_at: r.reported_at,
                },
                number: r.number,
                department: r.department,
                measure: r.measure,
                state: r.state,
                issued_at: r.issued_at,
                acknowledge_by: r.acknowledge_by,
                acknowledged_at: r.acknowledged_at,
                due_at: r.due_at,
                answered_at: r.answered_at,
                accepted_at: r.accepted_at,
                overdue: false,
            };
            found.judged(r.late_seconds, now)
        })
        .collect())
}
