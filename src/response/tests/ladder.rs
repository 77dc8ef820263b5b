use super::*;
use crate::journal::Event;

/// Every step of S1, by the pure ladder alone: who is told of what, at which minute.
#[test]
fn silence_climbs_as_scenario_1_tells() {
    let city = Lanchuan::new();
    let (mut case, _) = city.report(&voice_board(), "clerk3.ord", S1);
    case = city.done(&case, "head.ord", "2026-09-30T17:09:00+08:00", acknowledge("ord.fallback_ordering"));
    case = city.done(&case, "deputy", "2026-09-30T17:12:00+08:00", acknowledge("cmd.local_directive"));
    case = city.done(&case, "head.ord", "2026-09-30T17:16:00+08:00", complete("ord.fallback_ordering", &["time_mark"]));
    let mut told = Vec::new();
    let mut run = |case: Case, until: &str| {
        let mut case = case;
        while let Some(next) = case.incident.wake_at.filter(|w| *w <= at(until)) {
            let (after, written) = city.tick(&case, &next.to_rfc3339());
            for entry in &written.entries {
                if let Event::Escalated { task: Some(task), step, .. } = &entry.event {
                    told.push((crate::clock::local(entry.at).format("%m-%d %H:%M").to_string(), task.clone(), *step));
                }
            }
            assert_ne!(after.incident.wake_at, case.incident.wake_at, "the worker would look again at once");
            case = after;
        }
        case
    };
    case = run(case, "2026-10-08T10:18:00+08:00");
    let tech = city.actor("tech1.inf").person.unwrap();
    for key in ["it.voice.call_neusoft", "it.voice.on_site"] {
        let to = task::Assignee { person: tech, login: "tech1.inf".to_owned() };
        case = city.done(&case, "head.inf", "2026-10-08T10:18:00+08:00", on(key, task::Command::Assign { to }));
        case = city.done(&case, "tech1.inf", "2026-10-08T10:20:00+08:00", acknowledge(key));
    }
    let call = task::transition::Contact {
        party: "neusoft".to_owned(),
        phone: "0990-555".to_owned(),
        at: at("2026-10-08T10:31:00+08:00"),
        answer: "tomorrow morning".to_owned(),
        promised_at: None,
    };
    case = city.done(
        &case,
        "tech1.inf",
        "2026-10-08T10:31:00+08:00",
        on("it.voice.call_neusoft", task::Command::Contact(call)),
    );
    case = city.done(&case, "tech1.inf", "2026-10-08T10:31:00+08:00", complete("it.voice.call_neusoft", &[]));
    case = run(case, "2026-10-09T09:40:00+08:00");
    let expected = [
        ("10-08 08:35", "it.voice.call_neusoft", 1),
        ("10-08 08:35", "it.voice.on_site", 1),
        ("10-08 09:05", "it.voice.call_neusoft", 3),
        ("10-08 09:35", "it.voice.call_neusoft", 2),
        ("10-08 10:05", "it.voice.on_site", 2),
        ("10-08 14:50", "it.voice.on_site", 3),
        ("10-08 17:05", "it.voice.on_site", 4),
        ("10-08 17:05", "it.voice.on_site", 5),
    ];
    let expected: Vec<_> = expected.map(|(when, task, step)| (when.to_owned(), task.to_owned(), step)).to_vec();
    assert_eq!(told, expected);
    let partly = complete("it.voice.on_site", &["arrival_record"]);
    assert_eq!(city.refused(&case, "tech1.inf", "2026-10-09T09:40:00+08:00", partly), "M_EVIDENCE_MISSING");
    let whole = complete("it.voice.on_site", &["arrival_record", "spare_board_receipt"]);
    case = city.done(&case, "tech1.inf", "2026-10-09T09:40:00+08:00", whole);
    assert_eq!(case.task("it.voice.on_site").unwrap().late_seconds, 95 * 60);
}

/// After a downtime the steps are sent in order, each once and marked late.
#[test]
fn downtime_sends_each_missed_step_once_in_order() {
    let city = Lanchuan::new();
    let (mut case, _) = city.report(&voice_board(), "clerk3.ord", S1);
    for (who, key) in [("deputy", "cmd.local_directive"), ("head.ord", "ord.fallback_ordering")] {
        case = city.done(&case, who, "2026-09-30T17:09:00+08:00", acknowledge(key));
    }
    case = city.done(&case, "head.ord", "2026-09-30T17:16:00+08:00", complete("ord.fallback_ordering", &["time_mark"]));
    let (after, written) = city.tick(&case, "2026-10-08T09:50:00+08:00");
    let sent: Vec<_> =
        written.entries.iter().map(|e| (crate::clock::local(e.at).format("%H:%M").to_string(), e.late)).collect();
    let minute = |m: &str| (m.to_owned(), true);
    assert_eq!(sent, [minute("08:35"), minute("08:35"), minute("09:05"), minute("09:35")]);
    assert!(city.tick(&after, "2026-10-08T09:50:00+08:00").1.entries.is_empty());
}

/// What the timeline draws dashed is what then fires.
#[test]
fn the_projection_is_what_fires() {
    let city = Lanchuan::new();
    let (case, _) = city.report(&voice_board(), "clerk3.ord", S1);
    let drawn: Vec<_> = case.rungs(city.world()).into_iter().map(|d| (d.rung.at, d.task, d.rung.step)).collect();
    let mut fired = Vec::new();
    let mut case = case;
    while let Some(next) = case.incident.wake_at {
        let (after, written) = city.tick(&case, &next.to_rfc3339());
        fired.extend(written.entries.iter().filter_map(|e| match &e.event {
            Event::Escalated { task, step, .. } => Some((e.at, task.clone(), *step)),
            _ => None,
        }));
        case = after;
    }
    assert_eq!(drawn, fired);
    assert!(!drawn.is_empty());
}

/// Sixty minutes of UPS left with mains off: the guard task opens and major is proposed (3.1.1, R53).
#[test]
fn a_low_ups_proposes_major() {
    let city = Lanchuan::new();
    let body = json!({
        "sub_kind": "it.power_loss", "occurred_at": "2026-03-17T09:00:00+08:00", "region": "CITY",
        "description": "mains off", "site": "computer room", "ups_carrying": true,
    });
    let (case, _) = city.report(&body, "tech1.inf", "2026-03-17T09:05:00+08:00");
    assert!(case.task("it.power.runtime_guard").is_none());
    let (before, _) = city.tick(&case, "2026-03-17T12:59:00+08:00");
    assert!(before.task("it.power.runtime_guard").is_none());
    let (after, _) = city.tick(&before, "2026-03-17T13:00:00+08:00");
    assert!(after.task("it.power.runtime_guard").is_some());
    assert_eq!(after.incident.proposal.severity.code(), "major");
    assert!(after.incident.awaits_confirmation());
    let back = city.done(
        &case,
        "head.inf",
        "2026-03-17T11:00:00+08:00",
        Command::Recovery { at: at("2026-03-17T10:58:00+08:00") },
    );
    let (calm, _) = city.tick(&back, "2026-03-17T13:00:00+08:00");
    assert!(calm.task("it.power.runtime_guard").is_none(), "mains were back");
}

/// A level proposed as major that nobody confirms climbs like an urgent task.
#[test]
fn an_unconfirmed_major_climbs() {
    let city = Lanchuan::new();
    let body = json!({
        "sub_kind": "it.biz_system_down", "occurred_at": "2026-03-23T09:15:00+08:00", "region": "CITY",
        "description": "both hosts down", "links_affected": { "ordering": "stopped", "settlement": "stopped" },
    });
    let (case, written) = city.report(&body, "head.inf", "2026-03-23T09:20:00+08:00");
    assert_eq!((case.incident.severity.code(), case.incident.proposal.severity.code()), ("local", "major"));
    assert!(written.notices.iter().any(|n| matches!(n.event, Event::SeverityProposed { .. })));
    let own = |case: &Case| case.rungs(city.world()).into_iter().filter(|d| d.task.is_none()).count();
    assert_eq!(own(&case), 3);
    let major = Command::Severity { severity: crate::plan::Severity::Major, scope: None, reason: None, keep: vec![] };
    let confirmed = city.done(&case, "leader", "2026-03-23T09:27:00+08:00", major);
    assert_eq!(own(&confirmed), 0);
    let regions = confirmed.tasks.iter().filter(|t| t.code == "rmd.organise_managers").count();
    assert_eq!(regions, 5);
    assert!(confirmed.task("cmd.activate_hq").is_some());
    assert_eq!(confirmed.task("cmd.local_directive").unwrap().state.code(), "cancelled");
    let kept = |c: &Case| c.task("it.biz.resolve").unwrap().due_at;
    assert_eq!(kept(&confirmed), kept(&case), "a task of both routes keeps its clock");
}
