use super::*;
use crate::response::Answer;

const LATER: &str = "2026-09-30T17:20:00+08:00";
const CALL: &str = "it.voice.call_neusoft";

fn assign(city: &Lanchuan, to: &str) -> task::Command {
    let person = city.actor(to).person.unwrap();
    task::Command::Assign { to: task::Assignee { person, login: to.to_owned() } }
}

fn cases(city: &Lanchuan) -> [(&'static str, Case); 5] {
    let (open, _) = city.report(&voice_board(), "clerk3.ord", S1);
    let signed = city.done(&open, "tech1.inf", LATER, acknowledge(CALL));
    let call = task::transition::Contact {
        party: "neusoft".to_owned(),
        phone: "0990-555-0900".to_owned(),
        at: at(LATER),
        answer: "on the way".to_owned(),
        promised_at: None,
    };
    let called = city.done(&signed, "tech1.inf", LATER, on(CALL, task::Command::Contact(call)));
    let finished = city.done(&called, "tech1.inf", LATER, complete(CALL, &[]));
    let mut cancelled = open.clone();
    let index = cancelled.tasks.iter().position(|t| t.key == CALL).unwrap();
    cancelled.tasks[index] = cancelled.tasks[index].cancelled("reason", "leader", at(LATER)).unwrap().0;
    [("open", open), ("signed", signed), ("called", called), ("done", finished), ("cancelled", cancelled)]
}

/// Every act on a task in every state, by the handler (tech1) who signed it.
#[test]
fn every_state_and_act() {
    let city = Lanchuan::new();
    let progress = || task::Command::Progress { text: "on it".to_owned() };
    let back = || task::Command::Return { reason: "not ours".to_owned() };
    let not_arisen = || task::Command::NotArisen { reason: "no".to_owned() };
    type Act = Box<dyn Fn() -> Command>;
    let acts: [(&str, Act); 6] = [
        ("acknowledge", Box::new(|| acknowledge(CALL))),
        ("progress", Box::new(move || on(CALL, progress()))),
        ("complete", Box::new(|| complete(CALL, &[]))),
        ("return", Box::new(move || on(CALL, back()))),
        ("not arisen", Box::new(move || on(CALL, not_arisen()))),
        (
            "assign",
            Box::new({
                let tech2 = city.actor("tech2.inf").person.unwrap();
                move || {
                    let to = task::Assignee { person: tech2, login: "tech2.inf".to_owned() };
                    on(CALL, task::Command::Assign { to })
                }
            }),
        ),
    ];
    let expected = [
        ("open", ["taken", "taken", "M_ACK_FIRST", "taken", "M_FORBIDDEN", "M_NOT_YOUR_TASK"]),
        ("signed", ["taken", "taken", "M_EVIDENCE_MISSING", "taken", "M_FORBIDDEN", "M_NOT_YOUR_TASK"]),
        ("called", ["taken", "taken", "taken", "taken", "M_FORBIDDEN", "M_NOT_YOUR_TASK"]),
        ("done", ["taken", "M_STALE", "taken", "M_STALE", "M_STALE", "M_STALE"]),
        ("cancelled", ["M_STALE", "M_STALE", "M_STALE", "M_STALE", "M_STALE", "M_STALE"]),
    ];
    for ((state, case), (name, row)) in cases(&city).iter().zip(expected) {
        assert_eq!(*state, name);
        for ((act, make), outcome) in acts.iter().zip(row) {
            assert_eq!(city.refused(case, "tech1.inf", LATER, make()), outcome, "{act} when {state}");
        }
    }
}

/// Who may sign for a technician's task.
#[test]
fn a_task_is_its_departments() {
    let city = Lanchuan::new();
    let (case, _) = city.report(&voice_board(), "clerk3.ord", S1);
    for (who, outcome) in [
        ("tech1.inf", "taken"),
        ("tech2.inf", "taken"),
        ("head.inf", "taken"),
        ("head.ord", "M_NOT_YOUR_TASK"),
        ("leader", "M_NOT_YOUR_TASK"),
        ("duty", "M_NOT_YOUR_TASK"),
        ("insp1.insp", "M_INSP_READONLY"),
        ("head.insp", "M_INSP_READONLY"),
    ] {
        assert_eq!(city.refused(&case, who, LATER, acknowledge(CALL)), outcome, "{who}");
    }
    for (who, outcome) in [("deputy", "taken"), ("leader", "taken"), ("head.inf", "M_NOT_YOUR_TASK")] {
        assert_eq!(city.refused(&case, who, LATER, acknowledge("cmd.local_directive")), outcome, "{who}");
    }
    let given = city.done(&case, "head.inf", LATER, on(CALL, assign(&city, "tech2.inf")));
    assert!(given.task(CALL).unwrap().acknowledged.is_none(), "assigning is not signing");
    assert_eq!(city.refused(&given, "tech1.inf", LATER, acknowledge(CALL)), "M_NOT_YOUR_TASK");
    assert_eq!(city.refused(&given, "tech2.inf", LATER, acknowledge(CALL)), "taken");
    assert_eq!(city.refused(&case, "head.inf", LATER, on(CALL, assign(&city, "clerk3.ord"))), "M_NOT_YOUR_TASK");
}

#[test]
fn the_second_is_told_what_the_first_did() {
    let city = Lanchuan::new();
    let (case, _) = city.report(&voice_board(), "clerk3.ord", S1);
    let first = city.done(&case, "tech1.inf", LATER, acknowledge(CALL));
    let second = city.act(&first, "tech2.inf", LATER, acknowledge(CALL));
    assert_eq!(second.unwrap_err(), Refused::Stale { at: at(LATER), change: Some("tech1.inf".to_owned()) });
    let seen = Some(case.task(CALL).unwrap().revision);
    let old_form = Command::Task {
        key: CALL.to_owned(),
        command: task::Command::Return { reason: "not ours".to_owned() },
        revision: seen,
    };
    assert_eq!(city.refused(&first, "head.inf", LATER, old_form), "M_STALE");
}

#[test]
fn returning_moving_and_giving_back() {
    let city = Lanchuan::new();
    let (case, _) = city.report(&voice_board(), "clerk3.ord", S1);
    let no_reason = on(CALL, task::Command::Return { reason: "  ".to_owned() });
    assert_eq!(city.refused(&case, "head.inf", LATER, no_reason), "M_REFUSE_REASON");
    let not_ours = || on(CALL, task::Command::Return { reason: "not ours".to_owned() });
    let (returned, written) = city.act(&case, "head.inf", LATER, not_ours()).unwrap();
    assert!(returned.task(CALL).unwrap().returned.is_some());
    assert_eq!(written.notices.len(), 1, "the officer in charge is told");
    let to = |reason: &str| on(CALL, task::Command::Move { to: "DIST".to_owned(), reason: reason.to_owned() });
    assert_eq!(city.refused(&returned, "head.inf", LATER, to("theirs")), "M_NOT_YOUR_TASK");
    assert_eq!(city.refused(&returned, "deputy", LATER, to("")), "M_REFUSE_REASON");
    let moved = city.done(&returned, "deputy", LATER, to("theirs"));
    let task = moved.task(CALL).unwrap();
    assert_eq!((task.department.as_str(), task.due_at), ("DIST", case.task(CALL).unwrap().due_at), "the clock goes on");
    assert_eq!(city.refused(&moved, "head.dist", LATER, acknowledge(CALL)), "taken");
    let given = city.done(&case, "head.inf", LATER, on(CALL, assign(&city, "tech1.inf")));
    let back = city.done(&given, "tech1.inf", LATER, not_ours());
    assert!(back.task(CALL).unwrap().assignee.is_none() && back.task(CALL).unwrap().returned.is_none());
}

#[test]
fn a_task_before_its_turn_names_what_comes_first() {
    let city = Lanchuan::new();
    let body = json!({
        "sub_kind": "sd.total_shortage", "period": "June", "evidence_figures": "-30 %", "description": "short",
    });
    let (case, _) = city.report(&body, "pur1.pur", "2026-06-09T09:00:00+08:00");
    let early = complete("sd.request_province", &["request_doc"]);
    assert_eq!(city.refused(&case, "head.pur", "2026-06-09T09:10:00+08:00", early), "M_PREREQ");
    assert_eq!(city.refused(&case, "head.pur", LATER, acknowledge("no.such_task")), "M_NOT_FOUND");
}

#[test]
fn help_is_owed_and_refusing_it_needs_a_reason() {
    let city = Lanchuan::new();
    let (case, _) = city.report(&voice_board(), "clerk3.ord", S1);
    let card = |answer: Answer| Command::Cooperate {
        task: "it.voice.on_site".to_owned(),
        department: "ORD".to_owned(),
        answer,
    };
    assert_eq!(city.refused(&case, "head.inf", LATER, card(Answer::Acknowledge)), "M_NOT_YOUR_TASK");
    assert_eq!(city.refused(&case, "insp1.insp", LATER, card(Answer::Acknowledge)), "M_INSP_READONLY");
    assert_eq!(city.refused(&case, "head.ord", LATER, card(Answer::Refuse(String::new()))), "M_REFUSE_REASON");
    let (refused, written) =
        city.act(&case, "head.ord", LATER, card(Answer::Refuse("no one free".to_owned()))).unwrap();
    assert_eq!(written.notices.len(), 1, "it goes to the officer in charge");
    assert_eq!(city.refused(&refused, "head.ord", LATER, card(Answer::Acknowledge)), "M_STALE");
    let signed = city.done(&case, "head.ord", LATER, card(Answer::Acknowledge));
    assert_eq!(city.refused(&signed, "head.ord", LATER, card(Answer::Acknowledge)), "taken");
    assert_eq!(city.refused(&signed, "clerk3.ord", LATER, card(Answer::Acknowledge)), "M_STALE");
    let answered = city.done(&signed, "clerk3.ord", LATER, card(Answer::Result("lines freed".to_owned())));
    assert_eq!(answered.cooperation.iter().filter(|c| c.state.code() == "answered").count(), 1);
}

#[test]
fn a_continuous_duty_starts_anew_with_every_check_in() {
    let city = Lanchuan::new();
    let body = json!({
        "sub_kind": "veh.breakdown_en_route", "occurred_at": "2026-03-17T10:05:00+08:00", "region": "QZ",
        "description": "cannot move", "vehicle": "Q04", "route": "QZ-4",
        "exact_location": "Baishi Town, gate of the grain station", "undelivered_customers": 24,
    });
    let (case, _) = city.report(&body, "drv.q04", "2026-03-17T10:12:00+08:00");
    assert!(case.task("veh.report_location").unwrap().is_done(), "done by the report itself");
    let key = "veh.keep_contact";
    assert_eq!(case.task(key).unwrap().department, "STN-QZ");
    assert_eq!(case.task(key).unwrap().due_at, Some(at("2026-03-17T10:27:00+08:00")));
    let signed = city.done(&case, "drv.q04", "2026-03-17T10:13:00+08:00", acknowledge(key));
    let here = || on(key, task::Command::Progress { text: "still here".to_owned() });
    let checked = city.done(&signed, "drv.q04", "2026-03-17T10:27:00+08:00", here());
    assert_eq!(checked.task(key).unwrap().due_at, Some(at("2026-03-17T10:42:00+08:00")));
    let (missed, written) = city.tick(&checked, "2026-03-17T10:42:00+08:00");
    assert!(!written.notices.is_empty(), "a missed check-in is told");
    let again = city.done(&missed, "drv.q04", "2026-03-17T10:47:00+08:00", here());
    assert_eq!(again.task(key).unwrap().due_at, Some(at("2026-03-17T11:02:00+08:00")));
}
