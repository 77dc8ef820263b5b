//! What somebody may send who means no good, and what must be left of it: a clear refusal or the text as written. And
//! what has to survive: an upgrade, a restored backup. SECURITY.md names these tests beside each promise.

mod backup;
mod cross_site;
mod exports;
mod files;
mod forms;
mod headers;
mod keys;
mod reach;
mod record;
mod schemathesis;
mod sessions;
mod signing_in;
mod strings;
mod upgrade;
mod wire;

/// A working Monday.
const NOW: &str = "2026-03-23T09:20:00+08:00";

/// An instant of that Monday.
fn at(clock: &str) -> String {
    format!("2026-03-23T{clock}:00+08:00")
}
