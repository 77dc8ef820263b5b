//! What the server counts about itself, for whoever watches it. Counts and times only: nothing of any person or incident.
//!
//! In the text form of Prometheus, at `GET /metrics`. One process counts as one; what it counts is lost with it.

use std::fmt::Write;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// What kind of thing was asked for. Addresses themselves would name incidents and people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    Page,
    Api,
    /// A stream; its time is that until it opened.
    Live,
    /// /healthz, /readyz, /metrics.
    Watch,
}

const CLASSES: [(Class, &str); 4] =
    [(Class::Page, "page"), (Class::Api, "api"), (Class::Live, "live"), (Class::Watch, "watch")];
const STATUSES: usize = 600;

const SECONDS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
const BATCH: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];
const LATE: &[f64] = &[0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3_600.0];

static ALL: LazyLock<All> = LazyLock::new(All::new);

struct All {
    begun: Instant,
    /// Per class and status.
    requests: Vec<AtomicU64>,
    took: Vec<Histogram>,
    reports: AtomicU64,
    batches: Histogram,
    rungs: Histogram,
    viewers: AtomicUsize,
    viewers_refused: AtomicU64,
    /// Milliseconds since the start, plus one; nought is never.
    worker: AtomicU64,
}

impl All {
    fn new() -> All {
        All {
            begun: Instant::now(),
            requests: (0..CLASSES.len() * STATUSES).map(|_| AtomicU64::new(0)).collect(),
            took: CLASSES.iter().map(|_| Histogram::new(SECONDS)).collect(),
            reports: AtomicU64::new(0),
            batches: Histogram::new(BATCH),
            rungs: Histogram::new(LATE),
            viewers: AtomicUsize::new(0),
            viewers_refused: AtomicU64::new(0),
            worker: AtomicU64::new(0),
        }
    }
}

/// How long something takes.
#[derive(Debug, Clone, Copy)]
pub struct Timer(Instant);

impl Timer {
    pub fn start() -> Timer {
        Timer(Instant::now())
    }

    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// One open stream, counted until dropped.
#[derive(Debug)]
pub struct Viewer(());

impl Viewer {
    /// One more, unless `limit` are open.
    pub fn new(limit: usize) -> Option<Viewer> {
        let taken = ALL.viewers.fetch_update(Relaxed, Relaxed, |open| (open < limit).then_some(open + 1));
        if taken.is_err() {
            ALL.viewers_refused.fetch_add(1, Relaxed);
        }
        taken.ok().map(|_| Viewer(()))
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        ALL.viewers.fetch_sub(1, Relaxed);
    }
}

/// A request was answered.
pub fn request(class: Class, status: u16, took: Duration) {
    let row = CLASSES.iter().position(|(c, _)| *c == class).unwrap_or_default();
    if let Some(count) = ALL.requests.get(row * STATUSES + usize::from(status)) {
        count.fetch_add(1, Relaxed);
    }
    if let Some(histogram) = ALL.took.get(row) {
        histogram.add(took.as_secs_f64());
    }
}

/// A batch of reports was committed; `opened` of them opened an incident.
pub fn batch(size: usize, opened: usize) {
    ALL.batches.add(u32::try_from(size).unwrap_or(u32::MAX).into());
    ALL.reports.fetch_add(opened as u64, Relaxed);
}

/// A rung was written, so long after its instant. One whose transaction then fails is counted again.
pub fn rung(late: Duration) {
    ALL.rungs.add(late.as_secs_f64());
}

/// The worker did something, if only to find nothing due.
pub fn worker_is_alive() {
    ALL.worker.store(millis() + 1, Relaxed);
}

/// How long ago the worker last did something; `None` before its first round.
pub fn worker_seen() -> Option<Duration> {
    let at = ALL.worker.load(Relaxed).checked_sub(1)?;
    Some(Duration::from_millis(millis().saturating_sub(at)))
}

/// Everything, as Prometheus reads it. `connections`: of the pool, all of them and those idle.
pub fn text(connections: (u32, usize), database_up: bool) -> String {
    let mut out = String::with_capacity(8 * 1024);
    head(&mut out, "zhihui_requests_total", "counter", "Requests answered, by kind of address and status.");
    for (row, (_, class)) in CLASSES.iter().enumerate() {
        for status in 0..STATUSES {
            let count = ALL.requests.get(row * STATUSES + status).map_or(0, |c| c.load(Relaxed));
            if count > 0 {
                let labels = format!("class=\"{class}\",status=\"{status}\"");
                line(&mut out, &format!("zhihui_requests_total{{{labels}}}"), count);
            }
        }
    }
    head(&mut out, "zhihui_request_seconds", "histogram", "From the request's head to the answer's.");
    for ((_, class), histogram) in CLASSES.iter().zip(&ALL.took) {
        histogram.write(&mut out, "zhihui_request_seconds", &format!("class=\"{class}\""));
    }
    let (open, idle) = (connections.0 as usize, connections.1);
    head(&mut out, "zhihui_database_connections", "gauge", "Connections of the pool.");
    line(&mut out, "zhihui_database_connections{state=\"in_use\"}", open.saturating_sub(idle));
    line(&mut out, "zhihui_database_connections{state=\"idle\"}", idle);
    head(&mut out, "zhihui_database_up", "gauge", "Whether the database answered when last asked.");
    line(&mut out, "zhihui_database_up", u8::from(database_up));
    head(&mut out, "zhihui_reports_written_total", "counter", "Reports that opened an incident, committed.");
    line(&mut out, "zhihui_reports_written_total", ALL.reports.load(Relaxed));
    head(&mut out, "zhihui_report_batch_size", "histogram", "Reports written in one transaction.");
    ALL.batches.write(&mut out, "zhihui_report_batch_size", "");
    head(
        &mut out,
        "zhihui_rung_late_seconds",
        "histogram",
        "Rungs of the ladder sent, and how long after their instant.",
    );
    ALL.rungs.write(&mut out, "zhihui_rung_late_seconds", "");
    head(&mut out, "zhihui_streams", "gauge", "Open streams of pages that keep themselves fresh.");
    line(&mut out, "zhihui_streams", ALL.viewers.load(Relaxed));
    head(&mut out, "zhihui_streams_refused_total", "counter", "Streams refused because as many as allowed were open.");
    line(&mut out, "zhihui_streams_refused_total", ALL.viewers_refused.load(Relaxed));
    head(&mut out, "zhihui_worker_seen_seconds", "gauge", "Since the worker last did a round or a step of one.");
    if let Some(seen) = worker_seen() {
        line(&mut out, "zhihui_worker_seen_seconds", seen.as_secs_f64());
    }
    head(&mut out, "zhihui_up_seconds", "counter", "Since the server started.");
    line(&mut out, "zhihui_up_seconds", ALL.begun.elapsed().as_secs());
    out
}

fn millis() -> u64 {
    u64::try_from(ALL.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn line(out: &mut String, name: &str, value: impl std::fmt::Display) {
    let _ = writeln!(out, "{name} {value}");
}

struct Histogram {
    bounds: &'static [f64],
    /// One more than bounds.
    counts: Vec<AtomicU64>,
    /// In millionths.
    sum: AtomicU64,
}

impl Histogram {
    fn new(bounds: &'static [f64]) -> Histogram {
        let counts = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Histogram { bounds, counts, sum: AtomicU64::new(0) }
    }

    fn add(&self, value: f64) {
        let at = self.bounds.iter().position(|bound| value <= *bound).unwrap_or(self.bounds.len());
        if let Some(count) = self.counts.get(at) {
            count.fetch_add(1, Relaxed);
        }
        self.sum.fetch_add((value * 1e6) as u64, Relaxed);
    }

    fn write(&self, out: &mut String, name: &str, labels: &str) {
        let comma = if labels.is_empty() { "" } else { "," };
        let mut so_far = 0;
        let bounds = self.bounds.iter().map(ToString::to_string).chain(["+Inf".to_owned()]);
        for (bound, count) in bounds.zip(&self.counts) {
            so_far += count.load(Relaxed);
            line(out, &format!("{name}_bucket{{{labels}{comma}le=\"{bound}\"}}"), so_far);
        }
        let labels = if labels.is_empty() { String::new() } else { format!("{{{labels}}}") };
        line(out, &format!("{name}_sum{labels}"), self.sum.load(Relaxed) as f64 / 1e6);
        line(out, &format!("{name}_count{labels}"), so_far);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_adds_up() {
        let histogram = Histogram::new(&[1.0, 2.0]);
        for value in [0.5, 1.0, 1.5, 9.0] {
            histogram.add(value);
        }
        let mut out = String::new();
        histogram.write(&mut out, "x", "class=\"page\"");
        assert_eq!(
            out,
            "x_bucket{class=\"page\",le=\"1\"} 2\nx_bucket{class=\"page\",le=\"2\"} 3\n\
             x_bucket{class=\"page\",le=\"+Inf\"} 4\nx_sum{class=\"page\"} 12\nx_count{class=\"page\"} 4\n"
        );
    }

    #[test]
    fn streams_are_counted_and_bounded() {
        let one = Viewer::new(1).unwrap();
        assert!(Viewer::new(1).is_none());
        drop(one);
        assert!(Viewer::new(1).is_some());
    }
}
