//! What both measurements stand on: a private PostgreSQL, the real server in this process, a light client.

#![allow(dead_code, reason = "each measurement uses its part")]

pub mod client;
pub mod cpu;
pub mod floor;
pub mod numbers;
pub mod stage;

use std::time::Duration;

/// Seconds from the environment, `or` when it is not set.
pub fn seconds(name: &str, or: f64) -> Duration {
    Duration::from_secs_f64(setting(name, or).max(0.1))
}

/// A number from the environment, `or` when it is not set.
pub fn setting(name: &str, or: f64) -> f64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(or)
}
