//! What the measurements stand on: a private PostgreSQL, the real server, a light client, a table of results.

#![allow(dead_code, reason = "each measurement uses its part")]

pub mod client;
pub mod cpu;
pub mod floor;
pub mod numbers;
pub mod reports;
pub mod served;
pub mod stage;
pub mod table;

use std::time::Duration;

use anyhow::Result;
use tokio::runtime::Handle;

/// Runs a measurement on a thread of its own, named for the load; it is handed the runtime for the server.
pub fn run<F: Future<Output = Result<()>>>(measure: impl FnOnce(Handle) -> F + Send + 'static) -> Result<()> {
    let serve = tokio::runtime::Builder::new_multi_thread().thread_name("serve").enable_all().build()?;
    let handle = serve.handle().clone();
    let load = std::thread::Builder::new().name("load".to_owned()).spawn(move || -> Result<()> {
        tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(measure(handle))
    })?;
    let done = load.join().unwrap_or_else(|_| Err(anyhow::anyhow!("the measurement panicked")));
    serve.shutdown_background();
    done
}

/// As [`run`], for what does not ask who used the processors: it runs on the thread it is called on.
pub fn run_here<F: Future<Output = Result<()>>>(measure: impl FnOnce(Handle) -> F) -> Result<()> {
    let serve = tokio::runtime::Builder::new_multi_thread().thread_name("serve").enable_all().build()?;
    let here = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = here.block_on(measure(serve.handle().clone()));
    serve.shutdown_background();
    done
}

/// Seconds from the environment, `or` when it is not set.
pub fn seconds(name: &str, or: f64) -> Duration {
    Duration::from_secs_f64(setting(name, or).max(0.1))
}

/// A number from the environment, `or` when it is not set.
pub fn setting(name: &str, or: f64) -> f64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(or)
}

/// A whole number from the environment, at least 1.
pub fn count(name: &str, or: usize) -> usize {
    (setting(name, or as f64) as usize).max(1)
}

/// Numbers with commas between from the environment.
pub fn counts(name: &str, or: &[usize]) -> Vec<usize> {
    let given = std::env::var(name).unwrap_or_default();
    let given: Vec<usize> = given.split(',').filter_map(|n| n.trim().parse().ok()).collect();
    if given.is_empty() { or.to_vec() } else { given }
}
