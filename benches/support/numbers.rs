//! Medians and percentiles.

use std::time::Duration;

/// The middle one; of an even count the lower middle. 0 of none.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}

/// What one stretch of load came to.
#[derive(Debug, Clone, Default)]
pub struct Stretch {
    /// Answers a second.
    pub rate: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
}

impl Stretch {
    pub fn of(mut latencies: Vec<Duration>, time: Duration) -> Stretch {
        latencies.sort();
        let at = |share: f64| {
            let last = latencies.len().saturating_sub(1);
            let position = (last as f64 * share).round() as usize;
            latencies.get(position).map_or(0.0, |l| l.as_secs_f64() * 1_000.0)
        };
        Stretch { rate: latencies.len() as f64 / time.as_secs_f64(), p50_ms: at(0.5), p99_ms: at(0.99) }
    }

    /// The median of each figure.
    pub fn middle(rounds: &[Stretch]) -> Stretch {
        let of = |figure: fn(&Stretch) -> f64| median(rounds.iter().map(figure).collect());
        Stretch { rate: of(|s| s.rate), p50_ms: of(|s| s.p50_ms), p99_ms: of(|s| s.p99_ms) }
    }
}
