//! The program itself, as a process of its own: its memory is nobody else's.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::client::Client;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_zhihui");

pub struct Served {
    child: Child,
    pub address: SocketAddr,
    /// From the start of the process to its first answer.
    pub started_in: Duration,
}

impl Served {
    /// Starts the program on a database and waits until it answers.
    pub async fn start(url: &str) -> Result<Served> {
        let begun = Instant::now();
        let mut child = Command::new(PROGRAM)
            .args(["--listen", "127.0.0.1:0"])
            .env("DATABASE_URL", url)
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("starting the program")?;
        let said = child.stdout.take().context("no output")?;
        let address = tokio::task::spawn_blocking(move || {
            let mut lines = BufReader::new(said).lines();
            let line = lines.find_map(|l| l.ok()?.strip_prefix("listening on http://").map(str::to_owned));
            // Nothing more is said; the pipe stays open so that the program may.
            std::thread::spawn(move || lines.count());
            line
        })
        .await?
        .context("the program did not say where it listens")?
        .parse()?;
        let mut client = Client::connect(address).await?;
        let answer = client.send(b"GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n").await?;
        ensure!(answer.status == 200, "/healthz answers {}", answer.status);
        Ok(Served { child, address, started_in: begun.elapsed() })
    }

    /// Resident memory now, and the most there was, in kB.
    pub fn memory(&self) -> Result<(u64, u64)> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let of = |key: &str| {
            let line = status.lines().find_map(|l| l.strip_prefix(key)?.strip_prefix(':'));
            line.and_then(|l| l.trim().trim_end_matches(" kB").parse().ok()).context("no figure of memory")
        };
        Ok((of("VmRSS")?, of("VmHWM")?))
    }

    /// Stops it as an administrator would.
    pub async fn stop(mut self) -> Result<()> {
        let stopped = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        ensure!(stopped.success(), "stopping the program");
        tokio::task::spawn_blocking(move || self.child.wait()).await??;
        Ok(())
    }
}

/// Bytes of the program on the disk.
pub fn size() -> Result<u64> {
    Ok(fs::metadata(Path::new(PROGRAM))?.len())
}
