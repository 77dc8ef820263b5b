//! The server process: started under a guard that outlives us, stopped, and found again if abandoned.

use std::fs::{self, OpenOptions};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::{sleep, timeout};

use super::cluster::Durability;
use super::find::Programs;
use super::user::Runner;
use super::{Progress, StartError, at};

/// Runs a program of PostgreSQL beside a reader of our pipe. The pipe closes when we end, kill -9 included,
/// and the reader then interrupts the program; to the server that is a fast shutdown.
const GUARD: &str = r#"
trap '' HUP INT TERM
exec 3<&0
"$@" </dev/null 3<&- &
program=$!
( read -r _; kill -INT "$program" ) <&3 &
guard=$!
exec 3<&-
wait "$program"
code=$?
kill -KILL "$guard" 2>/dev/null
exit "$code"
"#;

const POLL: Duration = Duration::from_millis(50);
/// Replaying the log after a power cut may take this long.
const START_LIMIT: Duration = Duration::from_secs(300);
/// A port seen free may be taken before the server has it, and an abandoned server's memory may linger.
const ATTEMPTS: u32 = 4;
const LARGEST_LOG: u64 = 10 << 20;

#[derive(Debug)]
pub(super) struct Server {
    pub pid: u32,
    pub port: u16,
    guard: Child,
    /// The guard reads the other end.
    pipe: Option<ChildStdin>,
}

/// Starts the server on `data` and waits until it takes connections.
pub(super) async fn start(
    programs: &Programs,
    runner: &Runner,
    data: &Path,
    log: &Path,
    durability: Durability,
) -> Result<Server, StartError> {
    if log.metadata().is_ok_and(|m| m.len() > LARGEST_LOG) {
        fs::rename(log, log.with_extension("log.1")).map_err(at("moving aside", log))?;
    }
    let mut attempt = 1;
    loop {
        match attempt_start(programs, runner, data, log, durability).await {
            Err(StartError::Start { .. }) if attempt < ATTEMPTS => {
                attempt += 1;
                sleep(Duration::from_millis(500)).await;
            }
            done => return done,
        }
    }
}

async fn attempt_start(
    programs: &Programs,
    runner: &Runner,
    data: &Path,
    log: &Path,
    durability: Durability,
) -> Result<Server, StartError> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|socket| socket.local_addr())
        .map_err(at("looking for a free port on", "127.0.0.1"))?
        .port();
    let open = || OpenOptions::new().create(true).append(true).open(log);
    let out = open().map_err(at("opening", log))?;
    let err = open().map_err(at("opening", log))?;
    let already = log.metadata().map(|m| m.len()).unwrap_or_default();

    let postgres = programs.dir.join("postgres");
    let mut command = guarded(runner, &postgres);
    command.arg("-D").arg(data).args(["-p", &port.to_string()]);
    for setting in settings(durability) {
        command.args(["-c", setting]);
    }
    let mut guard = command.stdout(out).stderr(err).spawn().map_err(at("running", &postgres))?;
    let pipe = guard.stdin.take();

    let begun = Instant::now();
    loop {
        if let Some(noted) = Noted::read(data)
            && noted.port == Some(port)
            && noted.ready
        {
            return Ok(Server { pid: noted.pid, port, guard, pipe });
        }
        let ended = guard.try_wait().map_err(at("watching", &postgres))?;
        if ended.is_some() || begun.elapsed() > START_LIMIT {
            return Err(StartError::Start { log: log.to_owned(), tail: tail(log, already) });
        }
        sleep(POLL).await;
    }
}

/// A command for `program` as `runner` that ends when its standard input is closed.
pub(super) fn guarded(runner: &Runner, program: &Path) -> Command {
    let mut command = runner.command("/bin/sh");
    command.args(["-c", GUARD, "zhihui-guard"]).arg(program).stdin(Stdio::piped());
    command
}

impl Server {
    /// A fast shutdown; after 30 s an immediate one.
    pub async fn stop(mut self) {
        drop(self.pipe.take());
        signal(self.pid, Signal::SIGINT);
        for harder in [Signal::SIGQUIT, Signal::SIGKILL] {
            if timeout(Duration::from_secs(30), self.guard.wait()).await.is_ok() {
                return;
            }
            signal(self.pid, harder);
        }
    }
}

/// Stops a server that still runs on `data` although nobody holds the folder's lock: its guard was
/// killed together with Zhihui, or is just now ending it. Answers whether there was one.
pub(super) async fn stop_abandoned(data: &Path, progress: &(dyn Fn(Progress) + Sync)) -> Result<bool, StartError> {
    let file = data.join("postmaster.pid");
    let Some(noted) = Noted::read(data) else {
        return Ok(false);
    };
    if !alive(noted.pid) {
        return Ok(false);
    }
    if !serves(noted.pid, data) {
        // Left by a power cut, and the number now belongs to a stranger. PostgreSQL would take the
        // stranger for itself and refuse to start.
        fs::remove_file(&file).map_err(at("removing the stale", &file))?;
        return Ok(true);
    }
    progress(Progress::Recovering);
    for (how, patience) in [
        (Signal::SIGINT, Duration::from_secs(60)),
        (Signal::SIGQUIT, Duration::from_secs(20)),
        (Signal::SIGKILL, Duration::from_secs(5)),
    ] {
        signal(noted.pid, how);
        let begun = Instant::now();
        while begun.elapsed() < patience {
            if !alive(noted.pid) {
                return Ok(true);
            }
            sleep(POLL).await;
        }
    }
    Err(StartError::Abandoned { dir: data.to_owned(), pid: noted.pid })
}

fn settings(durability: Durability) -> impl Iterator<Item = &'static str> {
    const ALWAYS: [&str; 13] = [
        "listen_addresses=127.0.0.1",
        // The default folder of the socket need not exist nor be ours.
        "unix_socket_directories=",
        "max_connections=300",
        // A connection given up half-way would hold up whoever drops its database.
        "authentication_timeout=5s",
        "shared_buffers=256MB",
        "max_wal_size=2GB",
        "checkpoint_timeout=15min",
        "wal_compression=off",
        // Short statements only: compiling them costs more than running them.
        "jit=off",
        "timezone=UTC",
        "log_timezone=UTC",
        "log_checkpoints=off",
        "cluster_name=zhihui",
    ];
    const FORGETFUL: [&str; 3] = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];
    let more: &[&str] = match durability {
        Durability::Full => &["fsync=on"],
        Durability::None => &FORGETFUL,
    };
    ALWAYS.into_iter().chain(more.iter().copied())
}

/// What the server notes about itself in `postmaster.pid`.
struct Noted {
    pid: u32,
    port: Option<u16>,
    ready: bool,
}

impl Noted {
    fn read(data: &Path) -> Option<Noted> {
        let text = fs::read_to_string(data.join("postmaster.pid")).ok()?;
        let mut lines = text.lines();
        Some(Noted {
            pid: lines.next()?.trim().parse().ok()?,
            port: lines.nth(2).and_then(|port| port.trim().parse().ok()),
            ready: lines.nth(3).is_some_and(|status| status.trim() == "ready"),
        })
    }
}

/// Whether process `pid` is a postmaster on `data`, by its command line.
fn serves(pid: u32, data: &Path) -> bool {
    let line = match fs::read(format!("/proc/{pid}/cmdline")) {
        Ok(line) => String::from_utf8_lossy(&line).replace('\0', " "),
        Err(_) => std::process::Command::new("ps")
            .args(["-ww", "-o", "command=", "-p", &pid.to_string()])
            .output()
            .map(|answer| String::from_utf8_lossy(&answer.stdout).into_owned())
            .unwrap_or_default(),
    };
    line.contains("postgres") && line.contains(&format!("-D {}", data.display()))
}

fn alive(pid: u32) -> bool {
    i32::try_from(pid).is_ok_and(|pid| kill(Pid::from_raw(pid), None) != Err(Errno::ESRCH))
}

fn signal(pid: u32, signal: Signal) {
    if let Ok(pid) = i32::try_from(pid) {
        // Gone already is as good as told.
        let _ = kill(Pid::from_raw(pid), signal);
    }
}

/// The last lines written since the log had `from` bytes.
fn tail(log: &Path, from: u64) -> String {
    let written = fs::read(log).unwrap_or_default();
    let new = written.get(usize::try_from(from).unwrap_or(0)..).unwrap_or_default();
    let text = String::from_utf8_lossy(new);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(12)..].join("\n")
}
