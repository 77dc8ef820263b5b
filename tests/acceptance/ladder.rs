//! Moving the clock and watching the ladder: what the timeline projects is what fires, and nothing else does.

use chrono::{DateTime, FixedOffset};
use serde_json::Value;

use super::{at, rfc, rows, time};
use crate::harness::server::{Client, Practice};

/// When a step is due and the task it is about.
pub type Step = (DateTime<FixedOffset>, String);

/// A step from its wall-clock time and task.
pub fn step(wall: &str, task: &str) -> Step {
    (at(wall), task.to_owned())
}

pub async fn timeline(client: &Client, number: &str) -> Value {
    client.read(&format!("/api/v1/incidents/{number}/timeline")).await
}

/// The ladder steps that have fired, in the order of the timeline.
pub fn escalations(timeline: &Value) -> Vec<&Value> {
    let past = timeline["past"].as_array().expect("past");
    past.iter().filter(|entry| entry["kind"] == "escalation").collect()
}

/// The ladder steps that will fire if nobody acts.
pub fn projected(timeline: &Value) -> Vec<Step> {
    let entries = timeline["projected"].as_array().expect("projected");
    let mut steps: Vec<Step> = entries.iter().filter(|entry| tells(entry)).map(read_step).collect();
    steps.sort();
    steps
}

fn tells(entry: &Value) -> bool {
    match &entry["tell"] {
        Value::Array(who) => !who.is_empty(),
        Value::String(who) => !who.is_empty(),
        _ => false,
    }
}

pub fn read_step(entry: &Value) -> Step {
    (time(&entry["at"]), entry["task"].as_str().unwrap_or_default().to_owned())
}

/// Moves the clock to `wall` and gives the steps that fired in this incident, none late.
/// They must be exactly those the timeline projected for that stretch.
pub async fn advance(practice: &Practice, number: &str, wall: &str) -> Vec<Step> {
    let reader = practice.sign_in("leader").await;
    let before = timeline(&reader, number).await;
    let expected: Vec<Step> = projected(&before).into_iter().filter(|(due, _)| *due <= at(wall)).collect();

    practice.clock_to(&rfc(wall)).await;

    let after = timeline(&reader, number).await;
    let fired: Vec<&Value> = escalations(&after).split_off(escalations(&before).len());
    for entry in &fired {
        assert_eq!(entry["late"], false, "{entry}");
    }
    let mut fired: Vec<Step> = fired.into_iter().map(read_step).collect();
    fired.sort();
    assert_eq!(fired, expected, "what fired by {wall} is what was projected");
    fired
}

/// How many notices about `task` of `number` the person has.
pub async fn notices(practice: &Practice, user: &str, number: &str, task: &str) -> usize {
    let list = practice.sign_in(user).await.read("/api/v1/notices").await;
    rows(&list).iter().filter(|n| n["task"] == task && (n["incident"] == number || n["number"] == number)).count()
}

/// What several people have been told about one task, to be compared after the clock has moved.
pub struct Told<'a> {
    practice: &'a Practice,
    number: &'a str,
    task: &'a str,
    before: Vec<(&'a str, usize)>,
}

impl<'a> Told<'a> {
    pub async fn so_far(practice: &'a Practice, number: &'a str, task: &'a str, users: &[&'a str]) -> Told<'a> {
        let mut before = Vec::new();
        for user in users {
            before.push((*user, notices(practice, user, number, task).await));
        }
        Told { practice, number, task, before }
    }

    /// Each named person has been told once more per naming, everyone else watched has not.
    pub async fn now_also(self, told: &[&str]) {
        for (user, before) in self.before {
            let new = notices(self.practice, user, self.number, self.task).await - before;
            let expected = told.iter().filter(|t| **t == user).count();
            assert_eq!(new, expected, "notices of {user} about {}", self.task);
        }
    }
}
