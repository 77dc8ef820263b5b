//! A private PostgreSQL: the real server, run beside Zhihui when no `DATABASE_URL` is given.
//!
//! Below the data folder lie `cluster` (the database), `password` (of its only user), `postgres.log`,
//! `lock` (held while in use) and, where PostgreSQL had to be fetched, `postgres` (its programs).
//! The server listens on 127.0.0.1 alone, on a port chosen at each start, and ends with Zhihui
//! however Zhihui ends.

mod cluster;
mod find;
mod server;
mod user;

use std::io;
use std::path::PathBuf;

pub use cluster::{Cluster, Durability};
pub use user::reachable;

/// How far the start has come, for telling the person who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Looking for PostgreSQL on this machine.
    Searching,
    /// None found; fetching it, once.
    Downloading,
    /// Making the empty database, once.
    Initialising,
    Starting,
    /// The last run was cut short: an abandoned server is stopped, or the log is replayed.
    Recovering,
    Ready,
}

/// Why the private PostgreSQL can't be had. Every text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(
        "PostgreSQL is needed and none was found ({searched}); fetching it failed too: {fetch}\n\
         Do one of these and start again:\n  \
         Debian, Ubuntu:  apt install postgresql\n  \
         Fedora, RHEL:    dnf install postgresql-server\n  \
         macOS:           brew install postgresql@17\n  \
         installed at an unusual place:  ZHIHUI_PG_BIN=/folder/with/postgres/in/it\n  \
         a server you already run:       DATABASE_URL=postgres://user:password@host/database"
    )]
    NotFound { searched: String, fetch: String },

    #[error("ZHIHUI_PG_BIN is {}, but {problem}", dir.display())]
    BadFolder { dir: PathBuf, problem: String },

    #[error(
        "the data in {} was written by PostgreSQL {data}, and that version is neither installed nor to be \
         fetched ({fetch}). Install PostgreSQL {data}, or choose another folder with --data",
        dir.display()
    )]
    Version { dir: PathBuf, data: u32, fetch: String },

    #[error(
        "{} is in use by another Zhihui{}. Stop that one first, or choose another folder with --data",
        dir.display(),
        pid.map(|p| format!(" (process {p})")).unwrap_or_default()
    )]
    InUse { dir: PathBuf, pid: Option<u32> },

    #[error(
        "the data in {} belongs to the system user {owner}. Start Zhihui as {owner} or as root, or choose \
         another folder with --data",
        dir.display()
    )]
    NotYours { dir: PathBuf, owner: String },

    #[error(
        "PostgreSQL does not run as root and is run as the user {user}, who may not enter {}. Choose another \
         folder with --data, for example /var/lib/zhihui",
        dir.display()
    )]
    Unreachable { dir: PathBuf, user: String },

    #[error(
        "PostgreSQL does not run as root, and this machine has neither the user postgres nor nobody. Start \
         Zhihui as an ordinary user, or set DATABASE_URL"
    )]
    NoUser,

    #[error(
        "the database in {} exists but its password file {} is missing or empty. Put it back, or choose \
         another folder with --data",
        dir.display(),
        file.display()
    )]
    NoPassword { dir: PathBuf, file: PathBuf },

    #[error("PostgreSQL could not make its database (initdb): {output}")]
    Initialise { output: String },

    #[error("PostgreSQL did not start; the end of {} reads:\n{tail}", log.display())]
    Start { log: PathBuf, tail: String },

    #[error("an abandoned PostgreSQL (process {pid}) still holds {} and does not stop", dir.display())]
    Abandoned { dir: PathBuf, pid: u32 },

    #[error("{doing} {}: {source}", path.display())]
    Io { doing: &'static str, path: PathBuf, source: io::Error },
}

/// Names what was being done to which path when it failed.
fn at(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> StartError {
    let path = path.into();
    move |source| StartError::Io { doing, path, source }
}
