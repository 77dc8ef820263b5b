//! Schemathesis over the whole OpenAPI document: no fault of ours, no answer the document does not name. Started by
//! `tests/hostile/schemathesis`, which brings the program.

use std::path::{Path, PathBuf};

use crate::harness::server::Practice;

use super::NOW;
use super::record::{Record, live};

/// Of each kind of person one, those with most rights first.
const PEOPLE: [&str; 8] = ["leader", "head.inf", "insp1.insp", "drv.q02", "duty", "head.rmd-yl", "editor", "admin"];
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
                      response_schema_conformance,ignored_auth,unsupported_method";

#[tokio::test]
#[ignore = "started by tests/hostile/schemathesis"]
async fn the_api_answers_as_its_document_says() {
    let program = PathBuf::from(std::env::var_os("SCHEMATHESIS").expect("tests/hostile/schemathesis starts this"));
    let long = std::env::var("ZHIHUI_LONG").is_ok_and(|v| v == "1");
    let practice = Practice::start(NOW).await;
    let record = live(&practice, "as it was").await;
    let config = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("schemathesis.toml");
    std::fs::write(&config, configuration(&record)).unwrap();
    let people = if long { &PEOPLE[..] } else { &PEOPLE[..3] };
    let mut failed = Vec::new();
    for login in people {
        // Signing out, and a clock that is moved, would end the run for the person; they have runs of their own below.
        let rest = ["--exclude-path", "/api/v1/sessions/current", "--exclude-path", "/api/v1/practice/clock"];
        failed.extend(run(&program, &config, &practice, login, long, &rest).await);
    }
    failed.extend(
        run(&program, &config, &practice, "clerk3.ord", long, &["--include-path", "/api/v1/sessions/current"]).await,
    );
    failed.extend(
        run(&program, &config, &practice, "clerk1.ord", long, &["--include-path", "/api/v1/practice/clock"]).await,
    );
    assert!(failed.is_empty(), "{}\n{}", failed.join("\n"), practice.tail());
}

async fn run(
    program: &Path,
    config: &Path,
    practice: &Practice,
    login: &str,
    long: bool,
    which: &[&str],
) -> Option<String> {
    let token = practice.sign_in(login).await.token().to_owned();
    let mut command = tokio::process::Command::new(program);
    command.arg("--no-color").arg("--config-file").arg(config);
    command.args(["run", &format!("{}/api/openapi.json", practice.url()), "--checks", CHECKS]);
    command.args(["-H", &format!("Authorization: Bearer {token}"), "--workers", "2", "--request-timeout", "20"]);
    command.args(["--phases", if long { "examples,coverage,fuzzing,stateful" } else { "examples,coverage,fuzzing" }]);
    command.args(["--max-examples", if long { "100" } else { "5" }, "--continue-on-failure", "--warnings", "off"]);
    command.args(["--generation-database", "none", "--output-sanitize", "true"]);
    if !long {
        command.args(["--seed", "1"]);
    }
    let done = command.args(which).output().await.unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    let end: String = said.lines().rev().take(12).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("\n");
    println!("== {login} {which:?}\n{end}");
    (!done.status.success()).then(|| format!("== {login} {which:?}\n{said}\n{}", String::from_utf8_lossy(&done.stderr)))
}

/// What stands in the addresses: things that are there, so that calls get past the door.
fn configuration(record: &Record) -> String {
    let mut text = String::new();
    let mut operation = |paths: &str, parameters: &[(&str, &str)]| {
        let list: Vec<String> =
            parameters.iter().map(|(name, value)| format!("\"path.{name}\" = \"{value}\"")).collect();
        text += &format!("[[operations]]\ninclude-path-regex = '{paths}'\nparameters = {{ {} }}\n\n", list.join(", "));
    };
    operation("^/api/v1/incidents/\\{number\\}/tasks", &[("number", &record.host), ("task", "it.biz.resolve")]);
    operation("^/api/v1/incidents/\\{number\\}(?!/tasks)", &[("number", &record.board)]);
    operation("^/api/v1/headquarters/", &[("number", &record.host)]);
    operation("^/api/v1/directives/", &[("number", &record.directive)]);
    operation("^/api/v1/circulars/", &[("number", &record.circular)]);
    operation("^/api/v1/decisions/", &[("number", &record.decision)]);
    operation("^/api/v1/announcements/", &[("number", &record.announcement)]);
    operation("^/api/v1/resource-requests/", &[("number", &record.request)]);
    operation("^/api/v1/reviews/", &[("number", &record.smoke)]);
    operation("^/api/v1/rectifications/", &[("number", &record.rectification)]);
    operation("^/api/v1/editions/\\{code\\}/tasks", &[("code", &record.edition), ("id", "it.biz.resolve")]);
    operation("^/api/v1/editions/\\{code\\}/clauses", &[("code", &record.edition), ("id", "3.1.8")]);
    operation("^/api/v1/editions/\\{code\\}(?!/tasks|/clauses)", &[("code", &record.edition)]);
    operation("^/api/v1/questions/", &[("id", &record.question)]);
    operation("^/api/v1/departments/", &[("code", "INF")]);
    text
}
