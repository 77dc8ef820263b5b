//! The cluster as the rest of Zhihui sees it: a folder becomes a running server with a URL.

use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use rand::RngExt;
use rand::distr::Alphanumeric;

use super::find::{self, Programs};
use super::server::{self, Server};
use super::user::Runner;
use super::{Progress, StartError, at};
use crate::db;

/// The only user of the cluster, and its owner.
const USER: &str = "zhihui";
/// What the folder of a cluster in the making begins with.
const UNFINISHED: &str = "cluster.new-";

/// What a power cut may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Nothing that was committed.
    Full,
    /// Everything; for tests.
    None,
}

/// A running private server. Dropped, it is told to shut down and does so on its own time;
/// [`Cluster::stop`] waits for it.
#[derive(Debug)]
pub struct Cluster {
    /// The process id of the postmaster.
    pub pid: u32,
    server: Server,
    password: String,
    /// Held as long as we use the folder; the system frees it however we end.
    _lock: File,
}

impl Cluster {
    /// Starts the cluster kept in `dir`, making folder and cluster where missing and cleaning up after a
    /// run that was cut short.
    pub async fn start(dir: &Path, progress: &(dyn Fn(Progress) + Sync)) -> Result<Cluster, StartError> {
        Cluster::start_with(dir, Durability::Full, progress).await
    }

    /// As [`Cluster::start`], with a say in how safely it writes.
    pub async fn start_with(
        dir: &Path,
        durability: Durability,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Cluster, StartError> {
        fs::create_dir_all(dir).map_err(at("making the data folder", dir))?;
        let dir = dir.canonicalize().map_err(at("finding", dir))?;
        let data = dir.join("cluster");

        let runner = Runner::choose(&data)?;
        if !runner.may_enter(&dir).await {
            return Err(StartError::Unreachable { dir, user: runner.name });
        }
        let lock = lock(&dir)?;
        remove_unfinished(&dir);
        let abandoned = server::stop_abandoned(&data, progress).await?;
        let programs = find::find(&dir, &runner, version(&data), progress).await?;
        let password = if data.exists() {
            password(&dir)?
        } else {
            progress(Progress::Initialising);
            initialise(&dir, &data, &programs, &runner, durability).await?
        };

        progress(if abandoned || data.join("postmaster.pid").exists() {
            Progress::Recovering
        } else {
            Progress::Starting
        });
        let log = dir.join("postgres.log");
        let server = server::start(&programs, &runner, &data, &log, durability).await?;
        progress(Progress::Ready);
        Ok(Cluster { pid: server.pid, server, password, _lock: lock })
    }

    /// Where to connect for `database`. Holds the password: not for logs.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}:{}@127.0.0.1:{}/{database}", self.password, self.server.port)
    }

    /// Makes the database `name` unless it is there.
    pub async fn ensure_database(&self, name: &str) -> Result<(), sqlx::Error> {
        db::create_database(&self.url("postgres"), name).await
    }

    /// Shuts the server down, cutting off its clients, and waits until it is gone.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}

/// Takes the folder for this process, or says who has it.
fn lock(dir: &Path) -> Result<File, StartError> {
    let path = dir.join("lock");
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .mode(0o600)
        .open(&path)
        .map_err(at("opening", &path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let pid = file.read_to_string(&mut holder).ok().and_then(|_| holder.trim().parse().ok());
            return Err(StartError::InUse { dir: dir.to_owned(), pid });
        }
        Err(TryLockError::Error(error)) => return Err(at("locking", &path)(error)),
    }
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| writeln!(file, "{}", std::process::id()))
        .map_err(at("writing", &path))?;
    Ok(file)
}

/// The major version that wrote `data`; only programs of the same one can read it.
fn version(data: &Path) -> Option<u32> {
    fs::read_to_string(data.join("PG_VERSION")).ok()?.trim().parse().ok()
}

fn password(dir: &Path) -> Result<String, StartError> {
    let file = dir.join("password");
    match fs::read_to_string(&file) {
        Ok(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
        _ => Err(StartError::NoPassword { dir: dir.to_owned(), file }),
    }
}

/// Makes the cluster under another name first, so that a run cut short never leaves half of one behind.
async fn initialise(
    dir: &Path,
    data: &Path,
    programs: &Programs,
    runner: &Runner,
    durability: Durability,
) -> Result<String, StartError> {
    let password = random(32);
    let file = write_secret(&dir.join("password"), &password, runner)?;

    let mut output = String::new();
    for locale in ["C.UTF-8", "C"] {
        // Never a name used before: an initdb whose Zhihui was killed clears its folder as it ends.
        let fresh = dir.join(format!("{UNFINISHED}{}", random(8)));
        fs::create_dir(&fresh).map_err(at("making", &fresh))?;
        fs::set_permissions(&fresh, Permissions::from_mode(0o700)).map_err(at("closing", &fresh))?;
        runner.own(&fresh)?;
        let initdb = programs.dir.join("initdb");
        let mut running = server::guarded(runner, &initdb)
            .args(["--username", USER, "--encoding", "UTF8", "--locale", locale])
            .args(["--auth", "scram-sha-256", "--pwfile"])
            .arg(&file)
            .arg("--pgdata")
            .arg(&fresh)
            .args((durability == Durability::None).then_some("--no-sync"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(at("running", &initdb))?;
        // Closed early, by our end or by nobody waiting any more, it ends initdb.
        let pipe = running.stdin.take();
        let done = running.wait_with_output().await.map_err(at("running", &initdb))?;
        drop(pipe);
        if done.status.success() {
            fs::rename(&fresh, data).map_err(at("renaming", &fresh))?;
            return Ok(password);
        }
        output = String::from_utf8_lossy(&done.stderr).trim().to_owned();
    }
    Err(StartError::Initialise { output })
}

/// Clears up after runs cut short, as far as it can be done.
fn remove_unfinished(dir: &Path) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn random(length: usize) -> String {
    let letters = rand::rng().sample_iter(Alphanumeric).take(length);
    letters.map(char::from).collect()
}

/// Writes a file only `runner` and root can read.
fn write_secret(path: &Path, secret: &str, runner: &Runner) -> Result<PathBuf, StartError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(at("replacing", path)(error));
        }
        _ => {}
    }
    OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| writeln!(file, "{secret}"))
        .map_err(at("writing", path))?;
    runner.own(path)?;
    Ok(path.to_owned())
}
