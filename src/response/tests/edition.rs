//! An open incident moved to another edition (R4): what is signed for keeps clause and limit, nothing is loosened.

use super::*;
use crate::plan::{CLAUSES_SOURCE, MATRIX_SOURCE};
use crate::response::EDITION_MOVED;
use crate::revision::{ClauseEdit, NewTask, Sources, TaskEdit};
use crate::task::State;

const MOVED: &str = "2026-09-30T17:10:00+08:00";

fn revised() -> Edition {
    let mut sources = Sources { clauses: CLAUSES_SOURCE.to_owned(), matrix: MATRIX_SOURCE.to_owned() };
    sources.call("2026-1").unwrap();
    let limit = |minutes: u32| {
        let due = serde_json::from_value(json!({"value": minutes, "unit": "minutes", "clock": "elapsed"})).unwrap();
        TaskEdit { due: Some(due), acknowledge: Some(due), ..TaskEdit::default() }
    };
    sources.edit_task("it.voice.call_neusoft", &limit(1)).unwrap();
    sources.edit_task("it.voice.on_site", &limit(45)).unwrap();
    let other = TaskEdit { responsible: Some("CSD".to_owned()), ..limit(9_999) };
    sources.edit_task("ord.fallback_ordering", &other).unwrap();
    sources.edit_clause("3.1.8", &ClauseEdit::default()).unwrap();
    sources.check().unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn moved(city: &Lanchuan, case: &Case, to: &Edition, who: &str, reason: &str) -> Result<Case, &'static str> {
    let world = World { edition: to, ..city.world() };
    let moved = case.move_edition(&city.edition, reason, world, &city.actor(who), at(MOVED));
    moved.map(|m| m.0).map_err(|r| r.code())
}

#[test]
fn what_is_signed_for_is_kept_and_the_rest_only_tightened() {
    let (city, to) = (Lanchuan::new(), revised());
    let case = city.report(&voice_board(), "clerk3.ord", S1).0;
    let case = city.done(&case, "head.inf", "2026-09-30T17:06:00+08:00", acknowledge("it.voice.call_neusoft"));
    let after = moved(&city, &case, &to, "leader", "新版").unwrap();
    assert_eq!(after.incident.edition, "2026-1");

    let pair = |key: &str| (case.task(key).unwrap(), after.task(key).unwrap());
    let (was, is) = pair("it.voice.call_neusoft");
    assert_eq!((was.acknowledge_by, was.due_at), (is.acknowledge_by, is.due_at));
    assert_eq!(is.definition(&to), city.edition.task("it.voice.call_neusoft"), "the duty as it was signed for");
    let (was, is) = pair("it.voice.on_site");
    assert!(was.due_at > is.due_at);
    assert_eq!(is.due_at, Some(at("2026-09-30T17:55:00+08:00")), "move + the new limit");
    assert_eq!(is.definition(&to), to.task("it.voice.on_site"));
    let (was, is) = pair("ord.fallback_ordering");
    assert_eq!((was.acknowledge_by, was.due_at), (is.acknowledge_by, is.due_at), "never loosened");
    assert_eq!((was.department.as_str(), is.department.as_str()), ("ORD", "CSD"));

    // The calendar reckons with every promise: nothing moves where no day changed.
    let world = World { edition: &to, ..city.world() };
    let recompute = Command::Recompute { day: "2026-10-01".to_owned() };
    let (again, written) = after.act(&recompute, world, &Actor::system(), at(MOVED), None).unwrap();
    assert_eq!(written.entries, [], "the limits stand");
    assert_eq!(again.tasks, after.tasks);
}

#[test]
fn a_duty_the_new_edition_lacks_is_cancelled_unless_signed_for() {
    let (city, mut to) = (Lanchuan::new(), revised());
    for route in to.matrix.routes.iter_mut().filter(|r| r.sub_kind == "it.voice_board_down") {
        route.tasks.retain(|id| !id.starts_with("it.voice."));
    }
    let case = city.report(&voice_board(), "clerk3.ord", S1).0;
    let case = city.done(&case, "head.inf", "2026-09-30T17:06:00+08:00", acknowledge("it.voice.call_neusoft"));
    let after = moved(&city, &case, &to, "deputy", "新版").unwrap();
    assert_eq!(after.task("it.voice.call_neusoft").unwrap().state, State::Acknowledged);
    let gone = &after.task("it.voice.on_site").unwrap().state;
    assert!(matches!(gone, State::Cancelled { reason, .. } if reason == EDITION_MOVED), "{gone:?}");
}

#[test]
fn only_the_two_move_it_with_a_reason_once_and_while_it_is_open() {
    let (city, to) = (Lanchuan::new(), revised());
    let mut case = city.report(&voice_board(), "clerk3.ord", S1).0;
    for (who, reason) in [("leader", " "), ("head.inf", "新版"), ("duty", "新版"), ("insp1.insp", "新版")] {
        assert_eq!(moved(&city, &case, &to, who, reason).unwrap_err(), "M_PIN_REASON", "{who}");
    }
    assert_eq!(moved(&city, &case, &city.edition, "leader", "x").unwrap_err(), "M_STALE");
    let mut without = to.clone();
    without.matrix.routes.iter_mut().for_each(|r| r.severity = crate::plan::Severity::Major);
    assert_eq!(moved(&city, &case, &without, "leader", "x").unwrap_err(), "M_BAD_VALUE");
    case.incident.state = crate::incident::State::Closed {
        at: at(MOVED),
        by: "leader".to_owned(),
        closing: crate::incident::Closing { result: "x".to_owned(), restored_at: at(MOVED), cause: "x".to_owned() },
    };
    assert_eq!(moved(&city, &case, &to, "leader", "x").unwrap_err(), "M_RECORD_LOCKED");
}

/// A new task of "the transfer station" opens at the one of the region, and in the city area at the delivery department.
#[test]
fn a_new_task_of_a_class_of_departments_finds_its_own() {
    let mut city = Lanchuan::new();
    let mut sources = Sources { clauses: CLAUSES_SOURCE.to_owned(), matrix: MATRIX_SOURCE.to_owned() };
    for (id, responsible) in [("it.voice.relay", "STN"), ("it.voice.tell", "RMD")] {
        let record = TaskEdit {
            action: Some(crate::lang::text("转告", "轉告", "Pass it on")),
            responsible: Some(responsible.to_owned()),
            clause: Some("3.1.8".to_owned()),
            routes: Some(vec!["it.voice_board_down/local".to_owned()]),
            ..TaskEdit::default()
        };
        sources.add_task(&NewTask { id: id.to_owned(), record }).unwrap();
    }
    city.edition = sources.check().unwrap();
    for (region, relay, tell) in [("QZ", "STN-QZ", "RMD-QZ"), ("CITY", "DLV", "RMD-CITY")] {
        let mut body = voice_board();
        body["region"] = json!(region);
        let case = city.report(&body, "clerk3.ord", S1).0;
        for (key, department) in [("it.voice.relay", relay), ("it.voice.tell", tell)] {
            let task = case.task(key).unwrap();
            assert_eq!((task.department.as_str(), task.vacant), (department, false), "{key} in {region}");
        }
    }
}
