//! The contract of the JSON API, lived from outside: the scenarios of Lanchuan, the catalogue of 40 sub-kinds,
//! every refusal, and what must survive a hard end. Nothing here looks inside the program.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod bodies;
mod catalogue;
mod durability;
mod expected;
mod idempotency;
mod ladder;
mod messages;
mod refusals;
mod s1;
mod s5;
mod s6;
mod s8;
mod workers;

use chrono::{DateTime, FixedOffset, NaiveDateTime};
use serde_json::{Value, json};

use crate::harness::server::Client;

/// The instant a wall clock in Lanchuan shows as `2026-10-08 08:35`.
fn at(wall: &str) -> DateTime<FixedOffset> {
    NaiveDateTime::parse_from_str(&format!("{wall}:00"), "%Y-%m-%d %H:%M:%S")
        .unwrap()
        .and_local_timezone(FixedOffset::east_opt(8 * 3600).unwrap())
        .unwrap()
}

/// The same instant as the API writes it.
fn rfc(wall: &str) -> String {
    at(wall).to_rfc3339()
}

/// Reads a time of an answer; every one carries +08:00.
fn time(value: &Value) -> DateTime<FixedOffset> {
    let text = value.as_str().unwrap_or_else(|| panic!("a time, not {value}"));
    assert!(text.ends_with("+08:00"), "{text} is not written in +08:00");
    DateTime::parse_from_rfc3339(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// The rows of a list, bare or under `items`.
fn rows(list: &Value) -> &Vec<Value> {
    list.as_array()
        .or_else(|| list["items"].as_array())
        .or_else(|| list["tasks"].as_array())
        .unwrap_or_else(|| panic!("a list, not {list}"))
}

/// The task of that matrix id, in an incident, a preview or a department's list.
fn task<'a>(holder: &'a Value, id: &str) -> &'a Value {
    rows(holder)
        .iter()
        .chain(holder["tasks"].as_array().into_iter().flatten())
        .find(|t| t["task"] == id)
        .unwrap_or_else(|| panic!("no task {id} in {holder}"))
}

fn task_ids(holder: &Value) -> Vec<&str> {
    holder["tasks"].as_array().expect("tasks").iter().map(|t| t["task"].as_str().unwrap()).collect()
}

/// Both limits of a task.
fn assert_limits(task: &Value, acknowledge_by: &str, due_at: &str, clock: &str) {
    assert_eq!(time(&task["acknowledge_by"]), at(acknowledge_by), "acknowledge_by of {task}");
    assert_eq!(time(&task["due_at"]), at(due_at), "due_at of {task}");
    assert_eq!(task["clock"], clock, "clock of {task}");
}

async fn incident(client: &Client, number: &str) -> Value {
    client.read(&format!("/api/v1/incidents/{number}")).await
}

fn task_path(number: &str, task: &str, call: &str) -> String {
    format!("/api/v1/incidents/{number}/tasks/{task}/{call}")
}

async fn acknowledge(client: &Client, number: &str, task: &str) -> Value {
    client.send(&task_path(number, task, "acknowledgement"), json!({}), 200).await
}

async fn complete(client: &Client, number: &str, task: &str, evidence: Value) -> Value {
    let path = task_path(number, task, "completion");
    let answer = client.send(&path, json!({"evidence": evidence}), 200).await;
    assert_eq!(answer["state"], "done", "{answer}");
    answer
}
