//! How fast steps of the ladder are sent when very many fall due in the same second, by three workers at once, against
//! one bare SQL statement that writes the same rows.
//!
//! ZHIHUI_BENCH_STEPS and _WORKERS shorten it.

mod support;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use chrono::TimeDelta;
use futures::future::try_join_all;
use sqlx::{AssertSqlSafe, PgPool};
use support::stage::{self, Ground};
use support::table::{Table, figure, ratio};
use support::{count, reports};
use zhihui::clock::Clock;
use zhihui::person::Actor;
use zhihui::state::App;
use zhihui::worker;

/// Long enough for every limit to sign of an urgent task, too short for any second step.
const LATER: TimeDelta = TimeDelta::minutes(12);

fn main() -> Result<()> {
    support::run_here(|_| measure())
}

async fn measure() -> Result<()> {
    let wanted = count("ZHIHUI_BENCH_STEPS", 100_000);
    let workers = count("ZHIHUI_BENCH_WORKERS", 3);
    let ground = Ground::lay().await?;
    // A working hour, so that working clocks run.
    let clock = Clock::simulated("2026-03-03T02:00:00Z".parse()?);
    let mut replicas = Vec::new();
    for _ in 0..workers {
        replicas.push(stage::quiet(&ground.url(), clock.clone()).await?);
    }
    let app = replicas[0].clone();
    let later = clock.now() + LATER;

    let sample = reports::open(&app, 0..3).await?;
    let mut each = 0;
    for number in &sample {
        each += due(&app, number, later).await?;
    }
    ensure!(each > 0, "nothing falls due");
    let incidents = wanted * sample.len() / each;
    eprintln!("opening {incidents} incidents");
    reports::open(&app, 3..incidents).await?;
    sqlx::raw_sql("vacuum analyze").execute(&app.pool).await?;

    clock.move_to(later);
    let begun = Instant::now();
    let looked =
        try_join_all(replicas.iter().map(|replica| {
            let replica = replica.clone();
            async move {
                tokio::spawn(async move { worker::tick(&replica, later).await }).await?.map_err(anyhow::Error::from)
            }
        }))
        .await?;
    let took = begun.elapsed();
    let sent = one(&app.pool, "select count(*) from escalation").await?;
    let twice = "select count(*) from (select 1 from journal where kind = 'escalated'
                 group by incident, task, data having count(*) > 1) d";
    let twice = one(&app.pool, twice).await?;
    let left = "select count(*) from incident where wake_at <= $1";
    let left: i64 = sqlx::query_scalar(left).bind(later).fetch_one(&app.pool).await?;
    ensure!(twice == 0 && left == 0, "{twice} steps were journalled twice, {left} incidents still wait");
    let journalled = one(&app.pool, "select count(*) from journal where kind = 'escalated'").await?;
    ensure!(journalled == sent, "{sent} steps were sent, {journalled} journalled");
    let (floor, rows) = floor(&app.pool).await?;

    let rate = |took: Duration| sent as f64 / took.as_secs_f64();
    let mut table = Table::new("escalate", &["who", "steps", "seconds", "steps/s", "times the statement"]);
    let times = ratio(rate(took), rate(floor));
    table.row(&[&format!("{workers} workers"), &sent, &figure(took.as_secs_f64(), 2), &figure(rate(took), 0), &times]);
    table.row(&[&"one statement", &sent, &figure(floor.as_secs_f64(), 2), &figure(rate(floor), 0), &"1.00"]);
    table.note(format!(
        "Each step once. Incidents by worker: {looked:?}. The statement writes {rows} rows. Wanted: 0.5."
    ));
    table.finish()?;
    for replica in &replicas {
        replica.shutdown.cancel();
        replica.pool.close().await;
    }
    ground.clear().await
}

/// Steps of one incident due at an instant.
async fn due(app: &App, number: &str, at: chrono::DateTime<chrono::Utc>) -> Result<usize> {
    let (case, held) = app.case(&Actor::system(), number).await?;
    Ok(case.rungs(held.world()).iter().filter(|d| d.rung.at <= at).count())
}

async fn one(pool: &PgPool, query: &'static str) -> Result<i64> {
    Ok(sqlx::query_scalar(query).fetch_one(pool).await?)
}

/// One statement that writes again what the workers wrote: the same tables, columns and payloads, with fresh keys, and
/// the incidents woken. Answers how long it took, and how many rows it wrote.
async fn floor(pool: &PgPool) -> Result<(Duration, i64)> {
    let mut conn = pool.acquire().await?.detach();
    sqlx::raw_sql(
        "set statement_timeout = 0;
         create table kept_escalation as select * from escalation;
         create table kept_journal as select * from journal where kind = 'escalated';
         create table kept_notice as select * from notice where kind = 'escalated';
         create table kept_incident as select id, wake_at, updated_at, revision from incident
             where id in (select incident from escalation)",
    )
    .execute(&mut conn)
    .await
    .context("keeping the rows")?;
    sqlx::raw_sql("vacuum analyze").execute(&mut conn).await?;
    let mut lists = Vec::new();
    for table in ["journal", "notice"] {
        let list: String = sqlx::query_scalar(
            "select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
             where attrelid = $1::regclass and attnum > 0 and not attisdropped and attname <> 'id'",
        )
        .bind(table)
        .fetch_one(&mut conn)
        .await?;
        lists.push(list);
    }
    let (journal, notice) = (&lists[0], &lists[1]);
    let statement = format!(
        "with e as (insert into escalation (incident, subject, step, event, limit_at, due_at, sent_at, late, tell)
                    select incident, subject, step, event, limit_at + interval '10 years', due_at, sent_at, late, tell
                    from kept_escalation returning 1),
              j as (insert into journal ({journal}) select {journal} from kept_journal returning 1),
              n as (insert into notice (id, {notice}) select gen_random_uuid(), {notice} from kept_notice returning 1),
              i as (update incident i set wake_at = k.wake_at + interval '1 second', updated_at = k.updated_at,
                        revision = i.revision + 1
                    from kept_incident k where k.id = i.id returning 1)
         select (select count(*) from e) + (select count(*) from j) + (select count(*) from n) + (select count(*) from i)"
    );
    let begun = Instant::now();
    let rows: i64 = sqlx::query_scalar(AssertSqlSafe(statement)).fetch_one(&mut conn).await?;
    Ok((begun.elapsed(), rows))
}
