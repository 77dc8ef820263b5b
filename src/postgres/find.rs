//! Where PostgreSQL's programs are: on this machine, else fetched into the data folder.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use postgresql_embedded::{PostgreSQL, Settings, VersionReq};
use tokio::process::Command;

use super::user::Runner;
use super::{Progress, StartError, at};

const OLDEST: u32 = 14;
/// Fetched when nothing is installed and no data asks for another.
const FETCHED: u32 = 17;
const FETCH_LIMIT: Duration = Duration::from_secs(600);

/// A folder that holds a usable `postgres` and `initdb`.
#[derive(Debug, Clone)]
pub(super) struct Programs {
    pub dir: PathBuf,
}

/// Finds PostgreSQL, of the major version `wanted` when there is data already. `home` is the data folder.
pub(super) async fn find(
    home: &Path,
    runner: &Runner,
    wanted: Option<u32>,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Programs, StartError> {
    progress(Progress::Searching);
    if let Some(dir) = std::env::var_os("ZHIHUI_PG_BIN").filter(|v| !v.is_empty()) {
        let dir = PathBuf::from(dir);
        return match usable(&dir, runner, wanted).await {
            Ok(()) => Ok(Programs { dir }),
            Err(problem) => Err(StartError::BadFolder { dir, problem }),
        };
    }
    let fetched = home.join("postgres");
    let mut searched = Vec::new();
    for dir in candidates(&fetched).await {
        match usable(&dir, runner, wanted).await {
            Ok(()) => return Ok(Programs { dir }),
            Err(problem) => searched.push(format!("{}: {problem}", dir.display())),
        }
    }
    progress(Progress::Downloading);
    let fetch = match fetch(&fetched, wanted.unwrap_or(FETCHED)).await {
        Ok(dir) => match usable(&dir, runner, wanted).await {
            Ok(()) => return Ok(Programs { dir }),
            Err(problem) => problem,
        },
        Err(problem) => problem,
    };
    Err(match wanted {
        Some(data) => StartError::Version { dir: home.to_owned(), data, fetch },
        None if searched.is_empty() => {
            StartError::NotFound { searched: "looked in PATH and the usual folders".into(), fetch }
        }
        None => StartError::NotFound { searched: searched.join("; "), fetch },
    })
}

/// Folders that hold a program named `postgres`, the likeliest first, each once.
async fn candidates(fetched: &Path) -> Vec<PathBuf> {
    let mut dirs = Vec::new();
    if let Ok(answer) = Command::new("pg_config").arg("--bindir").output().await {
        dirs.push(PathBuf::from(String::from_utf8_lossy(&answer.stdout).trim()));
    }
    if let Some(path) = std::env::var_os("PATH") {
        dirs.extend(std::env::split_paths(&path));
    }
    for (parent, prefix) in [
        ("/usr/lib/postgresql", ""),
        ("/usr", "pgsql-"),
        ("/opt/homebrew/opt", "postgresql@"),
        ("/usr/local/opt", "postgresql@"),
        ("/home/linuxbrew/.linuxbrew/opt", "postgresql@"),
        ("/Applications/Postgres.app/Contents/Versions", ""),
    ] {
        dirs.extend(versioned(Path::new(parent), prefix));
    }
    for dir in ["/usr/local/pgsql/bin", "/opt/homebrew/bin", "/usr/local/bin", "/usr/libexec/postgresql"] {
        dirs.push(dir.into());
    }
    dirs.extend(versioned(fetched, ""));

    let mut kept: Vec<PathBuf> = Vec::new();
    for dir in dirs {
        if dir.is_absolute() && dir.join("postgres").is_file() && !kept.contains(&dir) {
            kept.push(dir);
        }
    }
    kept
}

/// `parent/<prefix><version>/bin`, the newest version first.
fn versioned(parent: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(parent) else {
        return Vec::new();
    };
    let mut found: Vec<(Vec<u32>, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let version = name.to_str()?.strip_prefix(prefix)?;
            let numbers = version.split('.').map(|n| n.parse().ok()).collect::<Option<Vec<u32>>>()?;
            Some((numbers, entry.path().join("bin")))
        })
        .collect();
    found.sort_by(|a, b| b.0.cmp(&a.0));
    found.into_iter().map(|(_, dir)| dir).collect()
}

/// Whether the programs in `dir` run as `runner` and have a fitting version; else why not.
async fn usable(dir: &Path, runner: &Runner, wanted: Option<u32>) -> Result<(), String> {
    if !dir.join("initdb").is_file() {
        return Err("it holds no initdb".into());
    }
    let answer = runner
        .command(dir.join("postgres"))
        .arg("--version")
        .output()
        .await
        .map_err(|e| format!("its postgres does not run as {}: {e}", runner.name))?;
    let text = String::from_utf8_lossy(&answer.stdout);
    let Some(major) = major(&text) else {
        let why = String::from_utf8_lossy(&answer.stderr);
        return Err(format!("its postgres does not run: {}", why.trim()));
    };
    match wanted {
        Some(wanted) if wanted != major => Err(format!("it is version {major}, the data is of {wanted}")),
        None if major < OLDEST => Err(format!("it is version {major}, at least {OLDEST} is needed")),
        _ => Ok(()),
    }
}

/// The major version in `postgres (PostgreSQL) 15.18 (Debian …)` and in `16beta1`.
fn major(version: &str) -> Option<u32> {
    let number = version.split(") ").nth(1)?;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// Fetches and unpacks PostgreSQL `major` below `into`; answers the folder of its programs.
async fn fetch(into: &Path, major: u32) -> Result<PathBuf, String> {
    let version = VersionReq::parse(&format!("={major}")).map_err(|e| e.to_string())?;
    // The library installs only as the first half of a set-up whose second half runs initdb, which we
    // do ourselves under the right user. It leaves a folder alone that looks initialised.
    let decoy = into.join("unused");
    std::fs::create_dir_all(&decoy)
        .and_then(|()| std::fs::write(decoy.join("postgresql.conf"), ""))
        .map_err(|e| at("writing", &decoy)(e).to_string())?;
    let mut postgres = PostgreSQL::new(Settings {
        releases_url: "https://github.com/theseus-rs/postgresql-binaries".into(),
        version,
        installation_dir: into.to_owned(),
        password_file: decoy.join("password"),
        data_dir: decoy,
        host: "127.0.0.1".into(),
        port: 0,
        username: String::new(),
        password: String::new(),
        temporary: true,
        timeout: Some(FETCH_LIMIT),
        configuration: Default::default(),
        trust_installation_dir: false,
        socket_dir: None,
    });
    match tokio::time::timeout(FETCH_LIMIT, postgres.setup()).await {
        Ok(Ok(())) => {
            let installed = &postgres.settings().installation_dir;
            // It is unpacked for its owner alone, but another user runs it when we are root.
            std::fs::set_permissions(installed, Permissions::from_mode(0o755))
                .map_err(|e| at("opening", installed)(e).to_string())?;
            Ok(postgres.settings().binary_dir())
        }
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("it took longer than {} minutes", FETCH_LIMIT.as_secs() / 60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_every_form() {
        assert_eq!(major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 17beta2\n"), Some(17));
        assert_eq!(major("bash: postgres: no such file"), None);
    }
}
