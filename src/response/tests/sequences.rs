//! Whatever people do in whatever order, some things stay true.

use std::collections::{BTreeMap, HashSet};

use proptest::prelude::*;

use super::*;

use crate::journal::Event;
use crate::plan::Severity;

#[derive(Debug, Clone)]
enum Step {
    Wait(u32),
    Acknowledge(usize, usize),
    Complete(usize, usize),
    Return(usize, usize),
    Severity(bool, usize),
    Condition(usize, bool, usize),
    Close(usize),
    Reopen(usize),
}

const PEOPLE: [&str; 8] = ["leader", "deputy", "head.inf", "tech1.inf", "head.ord", "clerk3.ord", "duty", "insp1.insp"];
const CONDITIONS: [&str; 3] = ["ordering_affected", "delivery_time_changes", "settlement_error"];

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1_u32..900).prop_map(Step::Wait),
        4 => (0_usize..8, 0_usize..8).prop_map(|(t, p)| Step::Acknowledge(t, p)),
        3 => (0_usize..8, 0_usize..8).prop_map(|(t, p)| Step::Complete(t, p)),
        1 => (0_usize..8, 0_usize..8).prop_map(|(t, p)| Step::Return(t, p)),
        1 => (any::<bool>(), 0_usize..8).prop_map(|(m, p)| Step::Severity(m, p)),
        1 => (0_usize..3, any::<bool>(), 0_usize..8).prop_map(|(c, v, p)| Step::Condition(c, v, p)),
        1 => (0_usize..8).prop_map(Step::Close),
        1 => (0_usize..8).prop_map(Step::Reopen),
    ]
}

fn command(step: &Step, case: &Case, now: DateTime<Utc>, edition: &Edition) -> Option<(usize, Command)> {
    let key = |n: usize| case.tasks[n % case.tasks.len()].key.clone();
    Some(match step {
        Step::Wait(_) => return None,
        Step::Acknowledge(t, p) => (*p, acknowledge(&key(*t))),
        Step::Complete(t, p) => {
            let task = &case.tasks[t % case.tasks.len()];
            let evidence: Vec<&str> = edition.task(&task.code).unwrap().evidence.iter().map(String::as_str).collect();
            (*p, complete(&task.key, &evidence))
        }
        Step::Return(t, p) => (*p, on(&key(*t), task::Command::Return { reason: "not ours".to_owned() })),
        Step::Severity(major, p) => {
            let severity = if *major { Severity::Major } else { Severity::Local };
            (*p, Command::Severity { severity, scope: None, reason: Some("because".to_owned()), keep: vec![] })
        }
        Step::Condition(c, value, p) => {
            (*p, Command::Condition { condition: CONDITIONS[*c].to_owned(), value: *value })
        }
        Step::Close(p) => {
            let closing = crate::incident::Closing { result: "r".into(), restored_at: now, cause: "c".into() };
            (*p, Command::Close { closing, despite_children: false })
        }
        Step::Reopen(p) => (*p, Command::Reopen { reason: "again".to_owned() }),
    })
}

/// The tasks as the journal alone tells of them, by key.
#[derive(Default)]
struct Replay(BTreeMap<String, &'static str>);

impl Replay {
    /// Those done with their opening have no entry of their own: `case` as it was when they opened says so.
    fn read(&mut self, written: &Written, case: &Case) {
        let opened = |key: &String| match case.tasks.iter().find(|t| t.key == *key) {
            Some(task) if task.is_done() && task.revision == 1 => "done",
            _ => "active",
        };
        for entry in &written.entries {
            match &entry.event {
                Event::Routed { tasks } => {
                    self.0.extend(tasks.iter().map(|(key, _)| (key.clone(), opened(key))));
                }
                Event::TaskOpened { task } => {
                    self.0.insert(task.clone(), opened(task));
                }
                Event::Done { task, .. } => {
                    self.0.insert(task.clone(), "done");
                }
                Event::NotArisen { task, .. } => {
                    self.0.insert(task.clone(), "not_arisen");
                }
                Event::Cancelled { task, .. } => {
                    self.0.insert(task.clone(), "cancelled");
                }
                _ => {}
            }
        }
    }

    fn tasks_of(case: &Case) -> BTreeMap<String, &'static str> {
        let state = |task: &Task| if task.is_active() { "active" } else { task.state.code() };
        case.tasks.iter().map(|task| (task.key.clone(), state(task))).collect()
    }
}

/// Longer where there is time for it.
fn cases() -> u32 {
    if std::env::var("ZHIHUI_LONG").is_ok_and(|v| v == "1") { 2_000 } else { 96 }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn no_order_of_acts_breaks_the_record(steps in prop::collection::vec(step(), 1..40)) {
        let city = Lanchuan::new();
        let (mut case, written) = city.report(&voice_board(), "clerk3.ord", S1);
        let mut replay = Replay::default();
        replay.read(&written, &case);
        let mut now = at(S1);
        let mut sent = HashSet::new();
        for one in &steps {
            let before = case.clone();
            if let Step::Wait(minutes) = one {
                let until = now + chrono::TimeDelta::minutes(i64::from(*minutes));
                while let Some(next) = case.incident.wake_at.filter(|w| *w <= until) {
                    now = next.max(now);
                    let (after, written) = case.act(&Command::Tick, city.world(), &Actor::system(), now, None).unwrap();
                    for (subject, rung, late) in &written.rungs {
                        prop_assert!(sent.insert((*subject, rung.event, rung.step, rung.limit_at)), "sent twice: {rung:?}");
                        // A task taken up again catches up on the steps that fell while it was cancelled.
                        prop_assert!(!late || steps.iter().any(|s| matches!(s, Step::Severity(..))), "nothing was down");
                        if let Some(task) = case.tasks.iter().find(|t| t.id == *subject) {
                            prop_assert!(task.is_active(), "an ended task escalated: {}", task.key);
                        }
                    }
                    replay.read(&written, &after);
                    case = after;
                }
                now = until;
            } else if let Some((person, command)) = command(one, &case, now, &city.edition) {
                let actor = city.actor(PEOPLE[person]);
                if let Ok((after, written)) = case.act(&command, city.world(), &actor, now, None) {
                    let silent = written.entries.is_empty();
                    prop_assert!(!silent || after.tasks == case.tasks, "a change without an entry");
                    replay.read(&written, &after);
                    case = after;
                }
            }
            prop_assert_eq!(&replay.0, &Replay::tasks_of(&case), "the journal tells otherwise");
            for task in &case.tasks {
                let was = before.tasks.iter().find(|t| t.id == task.id);
                if let Some(was) = was {
                    prop_assert_eq!(was.opened_at, task.opened_at);
                    let taken_up = was.state.code() == "cancelled" && matches!(one, Step::Severity(..));
                    prop_assert!(was.is_active() || taken_up || was.state == task.state, "an ended task moved: {}", task.key);
                    prop_assert!(was.acknowledged.is_none() || was.acknowledged == task.acknowledged);
                }
            }
            let keys: HashSet<&String> = case.tasks.iter().map(|t| &t.key).collect();
            prop_assert_eq!(keys.len(), case.tasks.len(), "no task twice");
            prop_assert!(before.tasks.iter().all(|t| keys.contains(&t.key)), "no task vanishes");
            if !case.incident.is_open() {
                let open = case.tasks.iter().filter(|t| t.is_active()).all(|t| t.code.starts_with("insp."));
                prop_assert!(open, "closed with open tasks");
            }
            let next = case.next_due(city.world(), chrono::DateTime::<chrono::Utc>::MIN_UTC);
            prop_assert_eq!(case.incident.wake_at, next, "the worker would oversleep");
        }

    }
}
