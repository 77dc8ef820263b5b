//! What was measured, as a table to read and as JSON to compare: `target/bench/NAME.json`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::{Map, Value, json};
use zhihui::clock::Clock;

pub struct Table {
    name: &'static str,
    columns: &'static [&'static str],
    rows: Vec<Vec<String>>,
    notes: Vec<String>,
}

impl Table {
    pub fn new(name: &'static str, columns: &'static [&'static str]) -> Table {
        Table { name, columns, rows: Vec::new(), notes: Vec::new() }
    }

    /// A row; it is also said at once, since the whole may take minutes.
    pub fn row(&mut self, cells: &[&dyn std::fmt::Display]) {
        let cells: Vec<String> = cells.iter().map(ToString::to_string).collect();
        eprintln!("  {}", cells.join("  "));
        self.rows.push(cells);
    }

    pub fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// Prints the table and writes it as JSON.
    pub fn finish(&self) -> Result<()> {
        let width = |n: usize| {
            let cells = self.rows.iter().filter_map(|r| r.get(n)).map(|c| c.chars().count());
            cells.chain([self.columns[n].len()]).max().unwrap_or_default()
        };
        let line = |cells: &[&str]| {
            let padded: Vec<String> = cells
                .iter()
                .enumerate()
                .map(|(n, c)| format!("{c}{}", " ".repeat(width(n).saturating_sub(c.chars().count()))))
                .collect();
            println!("| {} |", padded.join(" | "));
        };
        println!("\n{}", self.name);
        line(self.columns);
        line(&self.columns.iter().map(|_| "---").collect::<Vec<_>>());
        for row in &self.rows {
            line(&row.iter().map(String::as_str).collect::<Vec<_>>());
        }
        for note in &self.notes {
            println!("{note}");
        }
        let rows: Vec<Value> = self
            .rows
            .iter()
            .map(|row| {
                let cells = self.columns.iter().zip(row).map(|(column, cell)| {
                    let number = cell.parse::<f64>().ok().map(Value::from);
                    ((*column).to_owned(), number.unwrap_or_else(|| Value::from(cell.as_str())))
                });
                Value::Object(cells.collect::<Map<_, _>>())
            })
            .collect();
        let whole = json!({
            "bench": self.name, "at": Clock::System.now(), "machine": machine(), "rows": rows, "notes": self.notes,
        });
        let file = folder()?.join(format!("{}.json", self.name));
        fs::write(&file, serde_json::to_string_pretty(&whole)? + "\n")?;
        println!("written to {}", file.display());
        Ok(())
    }
}

fn folder() -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("bench");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// What it was measured on; Linux only, elsewhere mostly blank.
fn machine() -> Value {
    let line = |file: &str, key: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let found = text.lines().find(|l| l.starts_with(key)).and_then(|l| l.split_once(':'));
        found.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    json!({
        "processors": std::thread::available_parallelism().map_or(0, usize::from),
        "processor": line("/proc/cpuinfo", "model name"),
        "memory": line("/proc/meminfo", "MemTotal"),
        "kernel": fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim(),
        "load_before": fs::read_to_string("/proc/loadavg").unwrap_or_default().trim(),
    })
}

/// A figure with so many digits after the point.
pub fn figure(value: f64, digits: usize) -> String {
    format!("{value:.digits$}")
}

/// How many times `value` is `of`.
pub fn ratio(value: f64, of: f64) -> String {
    if of > 0.0 { format!("{:.2}", value / of) } else { "-".to_owned() }
}
