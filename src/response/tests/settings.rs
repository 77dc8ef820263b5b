//! Numbers set while an incident is open (R8): what is open keeps its own, whatever is reckoned anew.

use super::*;
use crate::plan::{Editions, Setting};

fn set(city: &Lanchuan, key: &str, value: &str, from: &str) -> Setting {
    let subject = crate::plan::Subject::of(key).unwrap();
    let stood = city.edition.number(subject).unwrap().quantity.whole();
    Setting { key: key.to_owned(), stood, value: value.to_owned(), valid_from: at(from) }
}

/// Key of a task, time to sign, limit.
type Limits = (String, Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// Of every task.
fn limits(case: &Case) -> Vec<Limits> {
    case.tasks.iter().map(|t| (t.key.clone(), t.acknowledge_by, t.due_at)).collect()
}

#[test]
fn a_task_keeps_the_number_it_was_opened_with() {
    let city = Lanchuan::new();
    let old = city.report(&voice_board(), "clerk3.ord", S1).0;
    let keys = ["task.it.voice.call_neusoft.ack", "task.it.voice.call_neusoft.due"];
    let change = "2026-09-30T17:06:00+08:00";
    let settings = keys.iter().map(|key| set(&city, key, "3", change)).collect();
    let text = std::sync::Arc::new(city.edition.clone());
    let editions = Editions::new([city.edition.clone()]).under(settings);
    let now = at("2026-09-30T17:07:00+08:00");

    // A day of the calendar changes: the older incident is reckoned anew, with the numbers it was opened with.
    let recompute = Command::Recompute { day: "2026-10-01".to_owned() };
    let over = editions.as_set(&text, old.incident.reported_at, now);
    let world = World { edition: &over, ..city.world() };
    let (again, written) = old.act(&recompute, world, &Actor::system(), now, None).unwrap();
    assert_eq!((limits(&again), written.entries), (limits(&old), Vec::new()));

    // One reported since takes the new, and keeps it though the number is set back afterwards.
    let over = editions.as_set(&text, now, now);
    let later = Lanchuan { edition: Edition::clone(&over), ..Lanchuan::new() };
    let new = later.report(&voice_board(), "clerk3.ord", "2026-09-30T17:07:00+08:00").0;
    let task = new.task("it.voice.call_neusoft").unwrap();
    assert_eq!(task.acknowledge_by, Some(at("2026-09-30T17:10:00+08:00")));
    assert_eq!(task.promises.len(), 1, "pinned");
    assert_eq!(new.tasks.iter().filter(|t| !t.promises.is_empty()).count(), 1, "and no other");
    let (again, written) = new.act(&recompute, city.world(), &Actor::system(), now, None).unwrap();
    assert_eq!((limits(&again), written.entries), (limits(&new), Vec::new()), "the text alone says otherwise");
}
