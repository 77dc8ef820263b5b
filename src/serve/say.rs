//! What the person who started the program reads.

use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::demo::PASSWORD;
use crate::person::directory::Directory;
use crate::person::role;
use crate::postgres::Progress;

/// Said once the server answers.
pub(super) enum Welcome {
    Work,
    Practice { password: String },
    Demo { password: String, data: PathBuf },
}

impl Welcome {
    pub(super) fn say(&self, address: SocketAddr, directory: &Directory) {
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
                line(&format!("Practice in Lanchuan: everyone's password is {password}"));
                warn_of_default(password, address);
            }
            Welcome::Demo { password, data } => {
                line(&format!("Lanchuan, the demo city: everyone's password is {password}"));
                line(&format!("Its data is kept in {}. Start afresh with:  zhihui demo clear", data.display()));
                warn_of_default(password, address);
            }
        }
        line(&format!("listening on http://{address}"));
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
        tracing::warn!("{address} can be reached by others and the password is the one everyone knows: set ZHIHUI_DEMO_PASSWORD");
    }
}
