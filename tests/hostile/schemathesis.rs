//! Schemathesis over the whole OpenAPI document: no fault of ours, no answer the document does not name, none of another
//! shape than it says. Started by the program of the same name, which brings Schemathesis.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::NOW;
use super::record::{Record, live};
use crate::harness::town::Town;

/// Of each kind of person one; those of the short form first.
const PEOPLE: [&str; 8] = ["leader", "head.inf", "insp1.insp", "drv.q02", "admin", "duty", "head.rmd-yl", "editor"];
const SHORT: usize = 5;
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
                      response_schema_conformance,ignored_auth,unsupported_method";
/// These end the session, or move the clock under everybody: each has a run of its own, by somebody else.
const APART: [(&str, &str); 2] = [("/api/v1/sessions/current", "clerk3.ord"), ("/api/v1/practice/clock", "clerk1.ord")];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "started by tests/hostile/schemathesis"]
async fn the_api_answers_as_its_document_says() {
    let program = PathBuf::from(std::env::var_os("SCHEMATHESIS").expect("tests/hostile/schemathesis starts this"));
    let long = std::env::var("ZHIHUI_LONG").is_ok_and(|v| v == "1");
    let town = Town::at(NOW).await;
    let record = live(&town, "as it was").await;
    let config = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("schemathesis.toml");
    std::fs::write(&config, configuration(&record)).unwrap();
    let run = Run { program: &program, config: &config, town: &town, long };
    let mut failed = Vec::new();
    let rest: Vec<&str> = APART.iter().flat_map(|(path, _)| ["--exclude-path", path]).collect();
    for login in if long { &PEOPLE[..] } else { &PEOPLE[..SHORT] } {
        failed.extend(run.over(login, &rest).await);
    }
    for (path, login) in APART {
        failed.extend(run.over(login, &["--include-path", path]).await);
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

struct Run<'a> {
    program: &'a Path,
    config: &'a Path,
    town: &'a Town,
    long: bool,
}

impl Run<'_> {
    /// All it said where something was wrong.
    async fn over(&self, login: &str, which: &[&str]) -> Option<String> {
        let token = self.town.sign_in(login).await.token().to_owned();
        let (phases, examples) =
            if self.long { ("examples,coverage,fuzzing,stateful", "60") } else { ("examples,coverage,fuzzing", "3") };
        let mut command = tokio::process::Command::new(self.program);
        // It leaves a folder where it is started.
        command.current_dir(env!("CARGO_TARGET_TMPDIR"));
        command.arg("--no-color").arg("--config-file").arg(self.config);
        command.args(["run", &format!("{}/api/openapi.json", self.town.url), "--checks", CHECKS]);
        command.args(["-H", &format!("Authorization: Bearer {token}"), "--workers", "2", "--request-timeout", "20"]);
        command.args(["--phases", phases, "--max-examples", examples, "--continue-on-failure", "--warnings", "off"]);
        command.args(["--generation-database", "none"]);
        if !self.long {
            command.args(["--seed", "1"]);
        }
        let begun = Instant::now();
        let done = command.args(which).output().await.unwrap();
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        let end: Vec<&str> = said.lines().rev().take(12).collect();
        let end: Vec<&str> = end.into_iter().rev().collect();
        println!("== {login} {which:?} {:?}\n{}", begun.elapsed(), end.join("\n"));
        let wrong = !done.status.success();
        wrong.then(|| format!("== {login} {which:?}\n{said}\n{}", String::from_utf8_lossy(&done.stderr)))
    }
}

/// What stands in the addresses: things that are there, so that calls get past the door.
fn configuration(record: &Record) -> String {
    let (number, code, id) = ("number", "code", "id");
    let mut text = String::new();
    for (paths, parameters) in [
        ("incidents/\\{number\\}/tasks", vec![(number, record.host.as_str()), ("task", "it.biz.resolve")]),
        ("incidents/\\{number\\}(?!/tasks)", vec![(number, &record.board)]),
        ("headquarters/", vec![(number, &record.host)]),
        ("directives/", vec![(number, &record.directive)]),
        ("circulars/", vec![(number, &record.circular)]),
        ("decisions/", vec![(number, &record.decision)]),
        ("announcements/", vec![(number, &record.announcement)]),
        ("resource-requests/", vec![(number, &record.request)]),
        ("reviews/", vec![(number, &record.smoke)]),
        ("rectifications/", vec![(number, &record.rectification)]),
        ("editions/\\{code\\}/tasks/", vec![(code, &record.edition), (id, "it.biz.resolve")]),
        ("editions/\\{code\\}/clauses/", vec![(code, &record.edition), (id, "3.1.8")]),
        ("editions/\\{code\\}(?!/tasks/|/clauses/)", vec![(code, &record.edition)]),
        ("departments/", vec![(code, "INF")]),
        ("settings/", vec![("key", "task.it.voice.call_neusoft.ack")]),
    ] {
        let list: Vec<String> =
            parameters.iter().map(|(name, value)| format!("\"path.{name}\" = \"{value}\"")).collect();
        text += &format!(
            "[[operations]]\ninclude-path-regex = '^/api/v1/{paths}'\nparameters = {{ {} }}\n\n",
            list.join(", ")
        );
    }
    text
}
