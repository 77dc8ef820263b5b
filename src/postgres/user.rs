//! As whom PostgreSQL runs: as ourselves, or, since it refuses root, as an unprivileged user.

use std::io;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::Path;
use std::process::Stdio;

use nix::unistd::{Gid, Uid, User};
use tokio::process::Command;

use super::{StartError, at};

/// The system user that owns the database and runs the server.
#[derive(Debug, Clone)]
pub(super) struct Runner {
    pub name: String,
    /// Set when we are root and must step down.
    step_down: Option<(Uid, Gid)>,
}

/// Whether the user who would run PostgreSQL may enter `dir`, which must exist.
pub async fn reachable(dir: &Path) -> bool {
    match Runner::choose(dir) {
        Ok(runner) => runner.may_enter(dir).await,
        Err(_) => false,
    }
}

impl Runner {
    /// The owner of the database where there is one already, else `postgres`, else `nobody`;
    /// an ordinary user always runs it as himself.
    pub fn choose(cluster: &Path) -> Result<Runner, StartError> {
        let me = Uid::effective();
        let owner = match cluster.metadata() {
            Ok(found) => Some(Uid::from_raw(found.uid())).filter(|uid| !uid.is_root()),
            Err(_) => None,
        };
        if !me.is_root() {
            return match owner {
                Some(owner) if owner != me => {
                    Err(StartError::NotYours { dir: cluster.to_owned(), owner: name_of(owner) })
                }
                _ => Ok(Runner { name: name_of(me), step_down: None }),
            };
        }
        let by_name = |name| User::from_name(name).ok().flatten();
        owner
            .and_then(|uid| User::from_uid(uid).ok().flatten())
            .or_else(|| by_name("postgres"))
            .or_else(|| by_name("nobody"))
            .map(|user| Runner { name: user.name, step_down: Some((user.uid, user.gid)) })
            .ok_or(StartError::NoUser)
    }

    /// A command run as this user, in a process group of its own: a Ctrl-C typed for Zhihui must not
    /// reach PostgreSQL before Zhihui has finished with it. Settings of libpq are not inherited.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/").process_group(0).env("LC_ALL", "C").stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        if let Some((uid, gid)) = self.step_down {
            command.uid(uid.as_raw()).gid(gid.as_raw());
        }
        command
    }

    /// Hands a file or folder to this user.
    pub fn own(&self, path: &Path) -> Result<(), StartError> {
        match self.step_down {
            Some((uid, gid)) => chown(path, Some(uid.as_raw()), Some(gid.as_raw())).map_err(at("handing over", path)),
            None => Ok(()),
        }
    }

    pub async fn may_enter(&self, dir: &Path) -> bool {
        let tried: io::Result<_> = self
            .command("/bin/sh")
            .args(["-c", "cd -- \"$1\"", "sh"])
            .arg(dir)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .await;
        tried.is_ok_and(|status| status.success())
    }
}

fn name_of(uid: Uid) -> String {
    match User::from_uid(uid) {
        Ok(Some(user)) => user.name,
        _ => format!("with the number {uid}"),
    }
}
