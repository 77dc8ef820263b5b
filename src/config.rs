//! What the person who starts Zhihui decides. The command line and the environment are read here, once.

use std::fmt;
use std::io::{self, BufRead, IsTerminal, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command as Program;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use clap::builder::FalseyValueParser;
use clap::{Args, Parser, Subcommand};

/// Incident command for a written emergency plan.
///
/// Without DATABASE_URL it runs a PostgreSQL of its own and shows a demo city.
#[derive(Debug, Clone, Parser)]
#[command(name = "zhihui", version)]
pub struct Config {
    /// PostgreSQL to use, postgres://user:password@host/database. Better set in the environment: a
    /// command line can be read by everyone on the machine.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL", global = true)]
    pub database_url: Option<Secret>,

    /// Address and port to serve on.
    #[arg(long, env = "ZHIHUI_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT")]
    pub listen: SocketAddr,

    /// Folder of the private PostgreSQL [default: /var/lib/zhihui as root, else ~/.local/share/zhihui].
    #[arg(long, env = "ZHIHUI_DATA", value_name = "FOLDER", global = true)]
    pub data: Option<PathBuf>,

    /// Practise: a clock that stands still until moved, on a database made for practice only.
    #[arg(long)]
    pub practice: bool,

    /// Where the clock of practice stands at first, like 2026-09-30T17:05:00+08:00.
    #[arg(long, requires = "practice", value_name = "TIME", value_parser = instant)]
    pub at: Option<DateTime<Utc>>,

    /// Password of the people of the demo city and of practice [default: lanchuan-demo].
    #[arg(long, env = "ZHIHUI_DEMO_PASSWORD", hide_env_values = true, value_name = "PASSWORD")]
    pub demo_password: Option<Secret>,

    /// Mark cookies Secure and name them __Host-: for use behind a proxy that speaks TLS.
    #[arg(long, env = "ZHIHUI_SECURE_COOKIES", value_parser = FalseyValueParser::new())]
    pub secure_cookies: bool,

    /// Take a client's address from the last entry of X-Forwarded-For: only behind a proxy that sets it.
    #[arg(long, env = "ZHIHUI_TRUST_PROXY", value_parser = FalseyValueParser::new())]
    pub trust_proxy: bool,

    /// Streams open at once on this server, one for each open page [default: 4000].
    #[arg(long, env = "ZHIHUI_STREAMS", default_value_t = 4_000, hide_default_value = true, value_name = "NUMBER")]
    pub streams: usize,

    /// Opens /metrics to whoever bears it (Authorization: Bearer TOKEN). Without one only a system administrator reads
    /// them. Better set in the environment.
    #[arg(long, env = "ZHIHUI_METRICS_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    pub metrics_token: Option<Secret>,

    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do instead of serving.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Make the first administrator of the database in DATABASE_URL.
    CreateAdmin(CreateAdmin),
    /// Load the company's regions, departments, places and vehicles from a file, or bring them up to date.
    LoadCity(LoadCity),
    /// The demo city of the private database.
    #[command(subcommand)]
    Demo(Demo),
}

#[derive(Debug, Clone, Args)]
pub struct LoadCity {
    /// TOML file like plan/lanchuan.toml.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

#[derive(Debug, Clone, Subcommand)]
pub enum Demo {
    /// Forget everything in the demo city; the next start makes it anew.
    Clear,
}

#[derive(Debug, Clone, Args)]
pub struct CreateAdmin {
    /// The name to sign in with.
    #[arg(long, value_name = "NAME")]
    pub login: String,
}

impl Config {
    /// Reads command line and environment; prints help or the mistake and ends the process where asked to.
    pub fn read() -> Config {
        Config::parse()
    }

    /// The database to use; `None` asks for the private one.
    pub fn database_url(&self) -> Option<&str> {
        self.database_url.as_ref().map(Secret::expose).filter(|url| !url.is_empty())
    }

    /// The folder of the private PostgreSQL: as given, else where the system keeps such things.
    /// `None` when the user has no home.
    pub fn data_dir(&self) -> Option<PathBuf> {
        if let Some(data) = &self.data {
            return Some(data.clone());
        }
        if nix::unistd::Uid::effective().is_root() {
            return Some("/var/lib/zhihui".into());
        }
        std::env::var_os("XDG_DATA_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
            .or_else(|| std::env::home_dir().map(|home| home.join(".local/share")))
            .map(|share| share.join("zhihui"))
    }
}

impl CreateAdmin {
    /// The password: ZHIHUI_ADMIN_PASSWORD, else one line of the standard input, asked for and not
    /// shown where that is a terminal.
    pub fn password(&self) -> io::Result<Secret> {
        if let Ok(password) = std::env::var("ZHIHUI_ADMIN_PASSWORD")
            && !password.is_empty()
        {
            return Ok(Secret(password));
        }
        let terminal = io::stdin().is_terminal();
        if terminal {
            write!(io::stderr(), "Password for {}: ", self.login)?;
            echo(false);
        }
        let mut line = String::new();
        let read = io::stdin().lock().read_line(&mut line);
        if terminal {
            echo(true);
            writeln!(io::stderr())?;
        }
        read?;
        match line.trim_end_matches(['\r', '\n']) {
            "" => Err(io::Error::other("no password was given")),
            password => Ok(Secret(password.to_owned())),
        }
    }
}

/// A text that must not reach a log: `{:?}` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for Secret {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Secret, Self::Err> {
        Ok(Secret(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    DateTime::parse_from_rfc3339(text)
        .map(|at| at.to_utc())
        .map_err(|_| "expected a time with its zone, like 2026-09-30T17:05:00+08:00".into())
}

/// Shows or hides what is typed; a terminal that can't is left as it is.
fn echo(on: bool) {
    let _ = Program::new("stty").arg(if on { "echo" } else { "-echo" }).status();
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(line: &str) -> Result<Config, clap::Error> {
        Config::try_parse_from(line.split_whitespace())
    }

    #[test]
    fn the_commands_of_the_readme_are_read() {
        Config::command().debug_assert();
        let practice = parse("zhihui --practice --at 2026-09-30T17:05:00+08:00 --listen 127.0.0.1:8111").unwrap();
        assert!(practice.practice);
        assert_eq!(practice.at.unwrap().to_rfc3339(), "2026-09-30T09:05:00+00:00");
        assert_eq!(practice.listen.port(), 8111);
        let Some(Command::CreateAdmin(admin)) = parse("zhihui create-admin --login li").unwrap().command else {
            panic!("no command read");
        };
        assert_eq!(admin.login, "li");
    }

    #[test]
    fn a_start_time_needs_practice_and_a_zone() {
        assert!(parse("zhihui --at 2026-09-30T17:05:00+08:00").is_err());
        assert!(parse("zhihui --practice --at 2026-09-30T17:05:00").is_err());
    }

    #[test]
    fn secrets_stay_out_of_logs() {
        let config = parse("zhihui --database-url postgres://u:hush@h/d --demo-password hush").unwrap();
        assert!(!format!("{config:?}").contains("hush"));
        assert_eq!(config.database_url.unwrap().expose(), "postgres://u:hush@h/d");
    }
}
