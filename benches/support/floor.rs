//! The floor: pgbench writes the rows of one report in one prepared statement, and nothing else.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use sqlx::{AssertSqlSafe, PgConnection, Row};

use super::numbers::{Stretch, median};

/// Tables a report writes to, and in which order its rows are read back.
const TABLES: [(&str, &str, &str); 6] = [
    ("incident", "id", "number"),
    ("report", "incident", "ref"),
    ("task", "incident", "position, key"),
    ("cooperation", "incident", "task, department"),
    ("journal", "incident", "id"),
    ("notice", "incident", "id"),
];

/// A pgbench script made from a report that was really written.
pub struct Floor {
    script: PathBuf,
    url: String,
    /// Rows one report writes, by table.
    pub rows: Vec<(&'static str, usize)>,
}

impl Floor {
    /// Reads back every row of the incident `number` and writes them as one statement: the same tables, columns and
    /// payloads, with fresh keys. Each client of pgbench counts on a day of its own, so that they need not queue for
    /// one row as reports do; and the NOTIFY, which would make all commits queue, is left out.
    pub async fn from_report(conn: &mut PgConnection, number: &str, url: String, dir: &Path) -> Result<Floor> {
        sqlx::raw_sql("create sequence if not exists floor_number").execute(&mut *conn).await?;
        let incident: String = sqlx::query_scalar("select id::text from incident where number = $1")
            .bind(number)
            .fetch_one(&mut *conn)
            .await?;
        let tasks: Vec<String> = sqlx::query_scalar("select id::text from task where incident = $1::uuid order by id")
            .bind(&incident)
            .fetch_all(&mut *conn)
            .await?;

        let mut fresh = vec!["gen_random_uuid() as incident".to_owned()];
        let mut known = vec![(format!("'{incident}'::uuid"), "i.incident".to_owned())];
        for (n, task) in tasks.iter().enumerate() {
            fresh.push(format!("gen_random_uuid() as t{n}"));
            known.push((format!("'{task}'::uuid"), format!("i.t{n}")));
        }
        fresh.push("'FL-20990101-' || nextval('floor_number') as number".to_owned());
        known.push((format!("'{number}'::text"), "i.number".to_owned()));

        let mut parts = vec![
            format!("i as materialized (select {})", fresh.join(", ")),
            "day as (insert into day_counter as d (day, taken) values (date '2100-01-01' + (:client_id)::int, 1)
               on conflict (day) do update set taken = d.taken + 1 returning taken)"
                .to_owned(),
        ];
        let mut rows = Vec::new();
        for (table, key, order) in TABLES {
            let columns = columns(conn, table).await?;
            let values = values(conn, table, &columns, (key, &incident), order).await?;
            rows.push((table, values.len()));
            if values.is_empty() {
                continue;
            }
            let list: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
            let selects: Vec<String> = values
                .iter()
                .map(|row| {
                    let row = known.iter().fold(row.clone(), |row, (old, new)| row.replace(old, new));
                    format!("({row})")
                })
                .collect();
            parts.push(format!(
                "w_{table} as (insert into {table} ({}) select v.* from i, lateral (values {}) v)",
                list.join(", "),
                selects.join(",\n  ")
            ));
        }
        let statement = format!("with {}\nselect taken from day;\n", parts.join(",\n"));
        let script = dir.join("floor.sql");
        std::fs::write(&script, statement)?;
        Ok(Floor { script, url, rows })
    }

    /// Runs it over `connections` at once; the first `warm` do not count.
    pub fn run(&self, connections: usize, warm: Duration, time: Duration) -> Result<Stretch> {
        let skipped = warm.as_secs_f64().ceil() as usize;
        let counted = time.as_secs_f64().ceil() as usize;
        let output = Command::new(pgbench())
            .args(["-n", "-M", "prepared", "-P", "1", "-j", if connections > 1 { "2" } else { "1" }])
            .args(["-c", &connections.to_string(), "-T", &(skipped + counted).to_string()])
            .arg("-f")
            .arg(&self.script)
            .arg(&self.url)
            .stdin(Stdio::null())
            .output()
            .context("pgbench is not to be found; it comes with PostgreSQL")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "pgbench: {said}");
        let mut rates = Vec::new();
        let mut waits = Vec::new();
        for line in said.lines().filter(|l| l.starts_with("progress: ")) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let after = |word: &str| {
                let at = words.iter().position(|w| *w == word)?;
                words.get(at + 1)?.trim_end_matches(',').parse::<f64>().ok()
            };
            let tps = words.get(3).and_then(|w| w.parse::<f64>().ok());
            rates.push(tps.with_context(|| format!("pgbench said {line}"))?);
            waits.push(after("lat").unwrap_or_default());
        }
        ensure!(!rates.is_empty(), "pgbench told no progress: {said}");
        let from = skipped.min(rates.len() - 1);
        let counted = &rates[from..];
        let rate = counted.iter().sum::<f64>() / counted.len() as f64;
        Ok(Stretch { rate, p50_ms: median(waits[from..].to_vec()), p99_ms: 0.0 })
    }
}

/// Columns with their types, without those the database numbers itself.
async fn columns(conn: &mut PgConnection, table: &str) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query(
        "select attname::text as name, format_type(atttypid, atttypmod) as type from pg_attribute
         where attrelid = $1::regclass and attnum > 0 and not attisdropped and attidentity = '' order by attnum",
    )
    .bind(table)
    .fetch_all(conn)
    .await?;
    Ok(rows.iter().map(|r| (r.get("name"), r.get("type"))).collect())
}

/// The rows of one incident as SQL writes them. A row's own id becomes a fresh one.
async fn values(
    conn: &mut PgConnection,
    table: &str,
    columns: &[(String, String)],
    (key, incident): (&str, &str),
    order: &str,
) -> Result<Vec<String>> {
    let own = matches!(table, "report" | "cooperation" | "notice");
    let each: Vec<String> = columns
        .iter()
        .map(|(name, r#type)| match name.as_str() {
            "id" if own => "'gen_random_uuid()'".to_owned(),
            "client_key" => "'gen_random_uuid()::text'".to_owned(),
            _ => format!("quote_nullable({name}::text) || '::{type}'"),
        })
        .collect();
    let query =
        format!("select concat_ws(', ', {}) from {table} where {key} = $1::uuid order by {order}", each.join(", "));
    Ok(sqlx::query_scalar(AssertSqlSafe(query)).bind(incident).fetch_all(conn).await?)
}

fn pgbench() -> PathBuf {
    let named = std::env::var_os("ZHIHUI_PG_BIN").map(PathBuf::from);
    let told = Command::new("pg_config")
        .arg("--bindir")
        .output()
        .ok()
        .map(|o| PathBuf::from(String::from_utf8_lossy(&o.stdout).trim()));
    let versioned = (14..20).rev().map(|v| PathBuf::from(format!("/usr/lib/postgresql/{v}/bin")));
    named
        .into_iter()
        .chain(told)
        .chain(versioned)
        .map(|dir| dir.join("pgbench"))
        .find(|program| program.is_file())
        .unwrap_or_else(|| PathBuf::from("pgbench"))
}
