//! The log, on the standard error output: lines for a person at a terminal, JSON for anything else.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

/// RUST_LOG says how much; a mistake in it is passed over.
pub fn start() {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,memory_serve=warn,sqlx=warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    if io::stderr().is_terminal() {
        log.with_target(false).init();
    } else {
        log.json().flatten_event(true).init();
    }
}
