//! Whether what has long been closed makes the present slower: the same pages and one tick of the worker beside ten
//! thousand closed incidents and beside a million, with ten journal rows each.
//!
//! Two databases of one cluster, asked in turn. ZHIHUI_BENCH_SMALL, _LARGE and _ROUNDS shorten it.

mod support;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use sqlx::{AssertSqlSafe, PgPool, Row};
use support::client::Client;
use support::numbers::Stretch;
use support::stage::{self, Ground};
use support::table::{Table, figure, ratio};
use support::{count, reports};
use zhihui::state::App;
use zhihui::worker;

/// Who asks for what. Each is drawn anew: the address is one nobody has asked for before.
const PAGES: [(&str, &str); 7] = [
    ("leader", "/board"),
    ("head.inf", "/department"),
    ("duty", "/duty"),
    ("clerk1.ord", "/driver"),
    ("leader", "/incidents"),
    ("head.inf", "/notices"),
    ("leader", "/incidents/{open}"),
];
/// Open incidents in both.
const OPEN: usize = 50;
const JOURNAL: usize = 10;
/// Incidents written by one statement.
const STEP: usize = 50_000;

struct House {
    app: App,
    address: SocketAddr,
    open: String,
    /// By who signs in.
    cookies: Vec<String>,
    times: Vec<Vec<Duration>>,
    ticks: Vec<Duration>,
}

fn main() -> Result<()> {
    support::run_here(measure)
}

async fn measure(serve: tokio::runtime::Handle) -> Result<()> {
    let (small, large) = (count("ZHIHUI_BENCH_SMALL", 10_000), count("ZHIHUI_BENCH_LARGE", 1_000_000));
    let rounds = count("ZHIHUI_BENCH_ROUNDS", 100);
    let ground = Ground::lay().await?;
    let mut houses = Vec::new();
    for (name, closed) in [("small", small), ("large", large)] {
        let url = ground.database(name).await?;
        let (app, address) = stage::server(&serve, url).await?;
        let open = reports::open(&app, 0..OPEN).await?;
        let begun = Instant::now();
        close(&app.pool, &open[0], closed).await?;
        eprintln!("{closed} closed incidents in {:.0} s", begun.elapsed().as_secs_f64());
        let mut cookies = Vec::new();
        for (login, _) in PAGES {
            cookies.push(stage::cookie(address, login).await?);
        }
        let times = vec![Vec::new(); PAGES.len()];
        houses.push(House { app, address, open: open[0].clone(), cookies, times, ticks: Vec::new() });
    }
    // The first rounds fill what the database keeps in memory, and are not counted.
    for round in 0..rounds + 10 {
        for house in &mut houses {
            house.round(round, round >= 10).await?;
        }
    }
    let mut table = Table::new("growth", &["what", "small ms", "large ms", "times", "wanted"]);
    let middle = |times: &[Duration]| Stretch::of(times.to_vec(), Duration::from_secs(1)).p50_ms;
    for (n, (login, page)) in PAGES.iter().enumerate() {
        let (a, b) = (middle(&houses[0].times[n]), middle(&houses[1].times[n]));
        table.row(&[&format!("{page} ({login})"), &figure(a, 2), &figure(b, 2), &ratio(b, a), &"1.20"]);
    }
    let (a, b) = (middle(&houses[0].ticks), middle(&houses[1].ticks));
    table.row(&[&format!("a tick of {OPEN} incidents"), &figure(a, 2), &figure(b, 2), &ratio(b, a), &"1.20"]);
    for (house, closed) in houses.iter().zip([small, large]) {
        let size: i64 =
            sqlx::query_scalar("select pg_database_size(current_database())").fetch_one(&house.app.pool).await?;
        let rows: i64 = sqlx::query_scalar("select count(*) from journal").fetch_one(&house.app.pool).await?;
        table.note(format!("{closed} closed incidents, {rows} journal rows, {:.1} GB.", size as f64 / 1e9));
    }
    table.note(format!("Medians of {rounds}, the two databases in turn; every page drawn anew."));
    table.finish()?;
    for house in houses {
        house.app.shutdown.cancel();
        house.app.pool.close().await;
    }
    ground.clear().await
}

impl House {
    async fn round(&mut self, round: usize, counts: bool) -> Result<()> {
        for (n, (_, page)) in PAGES.iter().enumerate() {
            let page = format!("{}?n={round}", page.replace("{open}", &self.open));
            let mut client = Client::connect(self.address).await?;
            let request = stage::get(self.address, &page, &self.cookies[n]);
            let begun = Instant::now();
            let answer = client.send(request.as_bytes()).await?;
            let took = begun.elapsed();
            ensure!(answer.status == 200, "{page} answers {}", answer.status);
            if counts {
                self.times[n].push(took);
            }
        }
        // Everything open is looked at once; the server's own worker is held off by an instant it has not reached.
        let soon = self.app.clock.now() + chrono::TimeDelta::seconds(30);
        sqlx::query("update incident set wake_at = $1 where state = 'open'").bind(soon).execute(&self.app.pool).await?;
        let begun = Instant::now();
        let looked = worker::tick(&self.app, soon).await?;
        let took = begun.elapsed();
        ensure!(looked == OPEN, "{looked} incidents were looked at");
        if counts {
            self.ticks.push(took);
        }
        Ok(())
    }
}

/// A table, the rows to copy, and the columns written anew.
type Copied<'a> = (&'a str, String, Vec<(&'a str, String)>);

/// Copies an open incident `closed` times, as closed ones, with report, tasks, journal and a notice.
async fn close(pool: &PgPool, number: &str, closed: usize) -> Result<()> {
    let mut conn = pool.acquire().await?.detach();
    // Foreign keys hold by how the rows are made; checking thirty million of them would take the afternoon.
    sqlx::raw_sql("set statement_timeout = 0; set session_replication_role = replica; set synchronous_commit = off")
        .execute(&mut conn)
        .await?;
    let id = "('00000000-0000-7000-8000-' || lpad(to_hex(g), 12, '0'))::uuid";
    let own = |kind: u8| {
        format!("('0000000{kind}-' || lpad(to_hex(r.n), 4, '0') || '-7000-8000-' || lpad(to_hex(g), 12, '0'))::uuid")
    };
    // The latest closed a day before the first: what a page shows of today is the same in both.
    let at = "(t.reported_at - interval '3 days' - g * interval '1 minute')";
    let end = format!("({at} + interval '2 hours')");
    let pick = |table: &str, key: &str, order: &str, most: usize| {
        format!(
            "(select row_number() over (order by {order}) as n, x.* from {table} x
                  where {key} = (select id from incident where number = '{number}') order by {order} limit {most}) r"
        )
    };
    let closing = r#"'{"result": "恢复", "restored_at": "2026-01-01T00:00:00Z", "cause": "板卡损坏"}'::jsonb"#;
    let rows: [Copied; 5] = [
        (
            "incident",
            "(select 1) r (n)".to_owned(),
            vec![
                ("id", id.to_owned()),
                ("number", "'ZZ-' || g".to_owned()),
                ("state", "'closed'".to_owned()),
                ("reported_at", at.to_owned()),
                ("occurred_at", at.to_owned()),
                ("clock_from", at.to_owned()),
                ("updated_at", end.clone()),
                ("closed_at", end.clone()),
                ("closed_by", "'leader'".to_owned()),
                ("closing", closing.to_owned()),
                ("recovered_at", end.clone()),
                ("wake_at", "null::timestamptz".to_owned()),
                ("place_key", "'ZZ-' || g".to_owned()),
            ],
        ),
        (
            "report",
            pick("report", "incident", "id", 1),
            vec![
                ("id", own(1)),
                ("incident", id.to_owned()),
                ("ref", "'ZZ-' || g".to_owned()),
                ("client_key", "'ZZ-' || g".to_owned()),
                ("received_at", at.to_owned()),
            ],
        ),
        (
            "task",
            pick("task", "incident", "position, key", 20),
            vec![
                ("id", own(2)),
                ("incident", id.to_owned()),
                ("state", "'done'".to_owned()),
                ("opened_at", at.to_owned()),
                ("acknowledged_at", at.to_owned()),
                ("acknowledged_by", "'leader'".to_owned()),
                ("ended_at", end.clone()),
                ("ended_by", "'leader'".to_owned()),
                ("updated_at", end.clone()),
                ("due_at", end.clone()),
                ("acknowledge_by", end.clone()),
            ],
        ),
        (
            "journal",
            format!(
                "(select s as n, x.* from generate_series(1, {JOURNAL}) s cross join lateral (
            select j.* from journal j where incident = (select id from incident where number = '{number}')
            order by j.id limit 1 offset s % 3) x) r"
            ),
            vec![
                ("incident", id.to_owned()),
                ("task", "null::uuid".to_owned()),
                ("at", at.to_owned()),
                ("entered_at", at.to_owned()),
            ],
        ),
        (
            "notice",
            pick("notice", "incident", "id", 1),
            vec![
                ("id", own(3)),
                ("incident", id.to_owned()),
                ("task", "null::uuid".to_owned()),
                ("at", at.to_owned()),
                ("sent_at", at.to_owned()),
            ],
        ),
    ];
    let mut done = 0;
    while done < closed {
        let to = (done + STEP).min(closed);
        for (table, from, fresh) in &rows {
            let columns = sqlx::query(
                "select quote_ident(attname) as name from pg_attribute where attrelid = $1::regclass and attnum > 0
                 and not attisdropped and attidentity = '' and attgenerated = '' order by attnum",
            )
            .bind(*table)
            .fetch_all(&mut conn)
            .await?;
            let columns: Vec<String> = columns.iter().map(|r| r.get("name")).collect();
            let source = if *table == "incident" { "t" } else { "r" };
            let values: Vec<String> = columns
                .iter()
                .map(|column| {
                    let fresh = fresh.iter().find(|(name, _)| name == column);
                    fresh.map_or_else(|| format!("{source}.{column}"), |(_, value)| value.clone())
                })
                .collect();
            let statement = format!(
                "insert into {table} ({}) select {} from generate_series({}, {to}) g
                 cross join (select * from incident where number = '{number}') t cross join {from}",
                columns.join(", "),
                values.join(", "),
                done + 1
            );
            sqlx::query(AssertSqlSafe(statement)).execute(&mut conn).await?;
        }
        done = to;
        eprint!("\r{done} of {closed}");
    }
    eprintln!();
    sqlx::raw_sql("vacuum analyze").execute(&mut conn).await?;
    Ok(())
}
