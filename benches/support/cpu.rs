//! Who used the processors: the server, the load, PostgreSQL. Linux only; elsewhere all is 0.

use std::fs;
use std::ops::{Add, Sub};

/// Clock ticks used so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cpu {
    pub server: u64,
    pub load: u64,
    pub postgres: u64,
}

impl Cpu {
    /// Threads of this process by their name, and the processes of PostgreSQL below `postmaster`.
    pub fn now(postmaster: u32) -> Cpu {
        let mut cpu = Cpu::default();
        for task in fs::read_dir("/proc/self/task").into_iter().flatten().flatten() {
            let used = stat(&task.path().join("stat")).map_or(0, |s| s.used);
            let name = fs::read_to_string(task.path().join("comm")).unwrap_or_default();
            if name.starts_with("load") {
                cpu.load += used;
            } else {
                cpu.server += used;
            }
        }
        for process in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let Ok(pid) = process.file_name().to_string_lossy().parse::<u32>() else {
                continue;
            };
            match stat(&process.path().join("stat")) {
                Some(s) if pid == postmaster || s.parent == postmaster => cpu.postgres += s.used,
                _ => {}
            }
        }
        cpu
    }

    /// Shares in percent: server, load, PostgreSQL.
    pub fn shares(self) -> (u64, u64, u64) {
        let whole = (self.server + self.load + self.postgres).max(1);
        let of = |part: u64| (part * 100 + whole / 2) / whole;
        (of(self.server), of(self.load), of(self.postgres))
    }
}

impl Add for Cpu {
    type Output = Cpu;

    fn add(self, other: Cpu) -> Cpu {
        Cpu {
            server: self.server + other.server,
            load: self.load + other.load,
            postgres: self.postgres + other.postgres,
        }
    }
}

impl Sub for Cpu {
    type Output = Cpu;

    fn sub(self, earlier: Cpu) -> Cpu {
        Cpu {
            server: self.server.saturating_sub(earlier.server),
            load: self.load.saturating_sub(earlier.load),
            postgres: self.postgres.saturating_sub(earlier.postgres),
        }
    }
}

struct Stat {
    parent: u32,
    used: u64,
}

fn stat(path: &std::path::Path) -> Option<Stat> {
    let text = fs::read_to_string(path).ok()?;
    // The name in brackets may hold anything; the rest are numbers. Field 3 of `man proc` is the first after it.
    let rest: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let field = |n: usize| rest.get(n - 3).and_then(|v| v.parse::<u64>().ok());
    Some(Stat { parent: u32::try_from(field(4)?).ok()?, used: field(14)? + field(15)? })
}
