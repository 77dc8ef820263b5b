//! What the person who started the program reads.

use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::clock::local;
use crate::demo::{PASSWORD, guide};
use crate::lang::Lang;
use crate::person::role;
use crate::postgres::Progress;
use crate::state::App;

/// Said once the server answers.
pub(super) enum Welcome {
    Work,
    Practice { password: String },
    Demo { password: String, data: PathBuf },
}

impl Welcome {
    pub(super) fn say(&self, address: SocketAddr, app: &App) {
        let directory = app.directory();
        let lang = language();
        let l = lang.l10n();
        match self {
            Welcome::Work => {
                if directory.holders_anywhere(role::SYS_ADMIN).next().is_none() {
                    line("No administrator yet. Make the first:  zhihui create-admin --login admin");
                }
                if directory.regions().is_empty() {
                    line("No regions yet. Load the company's map:  zhihui load-city FILE.toml");
                }
            }
            Welcome::Practice { password } => {
                let at = local(app.clock.now()).format("%Y-%m-%d %H:%M").to_string();
                line(&l.msg_demo_practice_ready(at));
                guide::table(&directory, lang, false).iter().for_each(|row| line(row));
                line(&l.msg_demo_everyones_password(password));
                warn_of_default(password, address);
            }
            Welcome::Demo { password, data } => {
                line(&l.msg_demo_ready());
                guide::table(&directory, lang, true).iter().for_each(|row| line(row));
                line(&l.msg_demo_everyones_password(password));
                line(&l.msg_demo_data(data.display().to_string(), clear_command()));
                warn_of_default(password, address);
            }
        }
        line(&format!("listening on http://{address}"));
    }
}

/// The language of the terminal, as LC_ALL, LC_MESSAGES and LANG say it; English where they name no language of ours.
fn language() -> Lang {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty())
        .and_then(|value| Lang::from_tag(value.split(['.', '@']).next().unwrap_or_default()))
        .unwrap_or(Lang::En)
}

/// How to clear the demo, in the way this one was started.
fn clear_command() -> String {
    let program = std::env::args().next().unwrap_or_default();
    if program.starts_with("target/") || program.contains("/target/") {
        "cargo run -- demo clear".to_owned()
    } else {
        "zhihui demo clear".to_owned()
    }
}

/// One step of the way up or down.
pub(super) fn step(what: &str) {
    let mut stderr = io::stderr();
    if stderr.is_terminal() {
        let _ = writeln!(stderr, "  {what} …");
    } else {
        tracing::info!("{what}");
    }
}

/// How far the private PostgreSQL is.
pub(super) fn progress(progress: Progress) {
    step(match progress {
        Progress::Searching => "Looking for PostgreSQL",
        Progress::Downloading => "Fetching PostgreSQL (once)",
        Progress::Initialising => "Making the database (once)",
        Progress::Starting => "Starting PostgreSQL",
        Progress::Recovering => "Recovering the database after a hard end",
        Progress::Ready => return,
    });
}

/// A line of the answer, on the standard output. Nobody reading is fine.
pub(super) fn line(text: &str) {
    let mut stdout = io::stdout();
    let _ = writeln!(stdout, "{text}").and_then(|()| stdout.flush());
}

fn warn_of_default(password: &str, address: SocketAddr) {
    if password == PASSWORD && !address.ip().is_loopback() {
        tracing::warn!(
            "{address} can be reached by others and the password is the one everyone knows: set ZHIHUI_DEMO_PASSWORD"
        );
    }
}
