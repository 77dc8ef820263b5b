use super::*;
use crate::incident::Closing;
use crate::journal::Event;
use crate::plan::Severity;

const LATER: &str = "2026-09-30T17:20:00+08:00";

fn level(severity: Severity, reason: Option<&str>) -> Command {
    Command::Severity { severity, scope: None, reason: reason.map(str::to_owned), keep: Vec::new() }
}

fn close() -> Command {
    let closing = Closing { result: "line back".to_owned(), restored_at: at(LATER), cause: "board".to_owned() };
    Command::Close { closing, despite_children: false }
}

fn finished(city: &Lanchuan) -> Case {
    let (mut case, _) = city.report(&voice_board(), "clerk3.ord", S1);
    for index in 0..case.tasks.len() {
        if case.tasks[index].is_active() {
            case.tasks[index] = case.tasks[index].cancelled("for the test", "deputy", at(LATER)).unwrap().0;
        }
    }
    case
}

#[test]
fn the_level_is_the_leaderships() {
    let city = Lanchuan::new();
    let (case, _) = city.report(&voice_board(), "clerk3.ord", S1);
    for who in ["head.mkt", "head.inf", "duty", "clerk3.ord", "insp1.insp", "lgo.head"] {
        assert_eq!(city.refused(&case, who, LATER, level(Severity::Local, None)), "M_SEVERITY_NOT_YOURS", "{who}");
    }
    assert_eq!(city.refused(&case, "deputy", LATER, level(Severity::Local, None)), "taken");
    assert_eq!(city.refused(&case, "leader", LATER, level(Severity::Major, None)), "M_REQUIRED", "differs: a reason");
    assert_eq!(city.refused(&case, "leader", LATER, level(Severity::Major, Some("all lines"))), "taken");
    assert_eq!(
        city.refused(&case, "leader", LATER, level(Severity::Departmental, Some("x"))),
        "M_SEVERITY_NOT_ALLOWED"
    );
}

#[test]
fn lowering_again_cancels_only_what_the_old_route_had() {
    let city = Lanchuan::new();
    let (case, _) = city.report(&voice_board(), "clerk3.ord", S1);
    let major = city.done(&case, "leader", LATER, level(Severity::Major, Some("all lines")));
    assert!(major.task("cmd.activate_hq").unwrap().is_active());
    let keep = Command::Severity {
        severity: Severity::Local,
        scope: None,
        reason: Some("two lines only".to_owned()),
        keep: vec!["fin.organise_staff".to_owned()],
    };
    let local = city.done(&major, "leader", LATER, keep);
    assert_eq!(local.task("cmd.activate_hq").unwrap().state.code(), "cancelled");
    assert_eq!(local.task("fin.organise_staff").unwrap().state.code(), "open");
    let card = local.task("cmd.local_directive").unwrap();
    assert_eq!((card.state.code(), card.due_at), ("open", case.task("cmd.local_directive").unwrap().due_at));
    assert_eq!(local.task("it.voice.on_site").unwrap().due_at, case.task("it.voice.on_site").unwrap().due_at);
}

#[test]
fn closing_waits_for_everything_and_opens_the_review_when_late() {
    let city = Lanchuan::new();
    let (case, _) = city.report(&voice_board(), "clerk3.ord", S1);
    assert_eq!(city.refused(&case, "deputy", LATER, close()), "M_CLOSE_BLOCKED");
    let Err(Refused::CloseBlocked { list }) = city.act(&case, "deputy", LATER, close()) else {
        panic!("the open tasks block");
    };
    assert_eq!(list.len(), 4, "one line each");
    let ready = finished(&city);
    for (who, outcome) in
        [("head.inf", "M_FORBIDDEN"), ("insp1.insp", "M_INSP_READONLY"), ("deputy", "taken"), ("leader", "taken")]
    {
        assert_eq!(city.refused(&ready, who, LATER, close()), outcome, "{who}");
    }
    let closed = city.done(&ready, "deputy", LATER, close());
    assert!(closed.task("insp.review").is_none(), "nothing was late");
    assert!(closed.incident.wake_at.is_none());
    let mut late = ready.clone();
    late.tasks[0].late_seconds = 60;
    let closed = city.done(&late, "deputy", LATER, close());
    let review = closed.task("insp.review").unwrap();
    assert_eq!(review.department, "INSP");
    assert_eq!(city.refused(&closed, "insp1.insp", LATER, acknowledge("insp.review")), "taken");
    assert_eq!(city.refused(&closed, "insp1.insp", LATER, acknowledge("cmd.local_directive")), "M_INSP_READONLY");
    assert_eq!(city.refused(&closed, "deputy", LATER, acknowledge("cmd.local_directive")), "M_RECORD_LOCKED");
}

#[test]
fn a_child_holds_its_parent_open_unless_the_leader_says_so() {
    let city = Lanchuan::new();
    let mut ready = finished(&city);
    ready.open_children = vec!["YJ-20260930-002".to_owned()];
    assert_eq!(city.refused(&ready, "deputy", LATER, close()), "M_CLOSE_BLOCKED");
    let despite = || match close() {
        Command::Close { closing, .. } => Command::Close { closing, despite_children: true },
        other => other,
    };
    assert_eq!(city.refused(&ready, "deputy", LATER, despite()), "M_CLOSE_BLOCKED");
    assert_eq!(city.refused(&ready, "leader", LATER, despite()), "taken");
}

#[test]
fn reopening_needs_a_reason_and_the_right() {
    let city = Lanchuan::new();
    let closed = city.done(&finished(&city), "deputy", LATER, close());
    let reopen = |reason: &str| Command::Reopen { reason: reason.to_owned() };
    for (who, reason, outcome) in [
        ("head.inf", "again", "M_REOPEN_REASON"),
        ("deputy", " ", "M_REOPEN_REASON"),
        ("deputy", "again", "taken"),
        ("leader", "again", "taken"),
        ("insp1.insp", "again", "taken"),
    ] {
        assert_eq!(city.refused(&closed, who, LATER, reopen(reason)), outcome, "{who}");
    }
    let open = city.done(&closed, "deputy", LATER, reopen("again"));
    assert!(open.incident.is_open());
    assert_eq!(city.refused(&open, "deputy", LATER, reopen("again")), "M_STALE");
    assert_eq!(city.refused(&closed, "deputy", LATER, level(Severity::Major, Some("x"))), "M_RECORD_LOCKED");
}

#[test]
fn conditions_open_tasks_and_take_them_back() {
    let city = Lanchuan::new();
    let body = json!({
        "sub_kind": "it.wms_sort_equipment", "occurred_at": "2026-11-14T21:19:00+08:00", "region": "CITY",
        "description": "line 2 stopped", "device": "line 2", "links_affected": { "sorting": "restricted" },
    });
    let now = "2026-11-14T21:20:00+08:00";
    let (case, _) = city.report(&body, "wh5.whs", now);
    let set = |value| Command::Condition { condition: "delivery_time_changes".to_owned(), value };
    assert_eq!(city.refused(&case, "insp1.insp", now, set(true)), "M_INSP_READONLY");
    assert_eq!(city.refused(&case, "head.fin", now, set(true)), "M_FORBIDDEN");
    let unknown = Command::Condition { condition: "no_such".to_owned(), value: true };
    assert_eq!(city.refused(&case, "head.dist", now, unknown), "M_BAD_VALUE");
    let open = city.done(&case, "head.dist", now, set(true));
    assert!(open.task("dist.reschedule_sorting").unwrap().is_active());
    let gone = city.done(&open, "head.dist", now, set(false));
    assert_eq!(gone.task("dist.reschedule_sorting").unwrap().state.code(), "not_arisen");
}

#[test]
fn the_record_is_corrected_by_its_author_only() {
    let city = Lanchuan::new();
    let (case, _) = city.report(&voice_board(), "clerk3.ord", S1);
    let entry = crate::journal::Recorded {
        id: 7,
        task: None,
        department: None,
        at: at(S1),
        entered_at: at(S1),
        event: crate::journal::Event::Comment { text: "8 lines".to_owned() },
        actor: "clerk3.ord".to_owned(),
        late: false,
        corrects: None,
    };
    let correct = || Command::Correct { entry: 7, text: "9 lines".to_owned() };
    let act = |who: &str, entry: &crate::journal::Recorded| {
        case.act(&correct(), city.world(), &city.actor(who), at(LATER), Some(entry))
    };
    let (_, written) = act("clerk3.ord", &entry).unwrap();
    assert_eq!(written.entries[0].corrects, Some(7));
    assert_eq!(act("leader", &entry).unwrap_err().code(), "M_RECORD_LOCKED");
    let correction = crate::journal::Recorded { corrects: Some(3), ..entry };
    assert_eq!(act("clerk3.ord", &correction).unwrap_err().code(), "M_RECORD_LOCKED");
}

#[test]
fn times_ahead_are_refused() {
    let city = Lanchuan::new();
    let (case, _) = city.report(&voice_board(), "clerk3.ord", S1);
    let ahead = at("2026-09-30T18:00:00+08:00");
    assert_eq!(city.refused(&case, "head.inf", LATER, Command::Recovery { at: ahead }), "M_FUTURE_TIME");
    let closing = Closing { result: "x".to_owned(), restored_at: ahead, cause: "y".to_owned() };
    let close = Command::Close { closing, despite_children: false };
    assert_eq!(city.refused(&finished(&city), "deputy", LATER, close), "M_FUTURE_TIME");
}

#[test]
fn a_new_holiday_moves_open_working_limits_and_says_which() {
    let mut city = Lanchuan::new();
    let (case, _) = city.report(&voice_board(), "clerk3.ord", "2026-10-12T17:05:00+08:00");
    let before = case.task("it.voice.on_site").unwrap().due_at.unwrap();
    let day = chrono::NaiveDate::from_ymd_opt(2026, 10, 13).unwrap();
    let name = crate::lang::Text { zh_hans: "假".into(), zh_hant: "假".into(), en: "closed".into() };
    city.calendar = city.calendar.with(day, Some((crate::calendar::DayKind::Holiday, name)));
    let recompute = Command::Recompute { day: day.to_string() };
    let (moved, written) = city.act(&case, "deputy", "2026-10-12T17:10:00+08:00", recompute).unwrap();
    assert_eq!(moved.task("it.voice.on_site").unwrap().due_at, Some(before + chrono::TimeDelta::days(1)));
    assert_eq!(moved.task("cmd.local_directive").unwrap().due_at, case.task("cmd.local_directive").unwrap().due_at);
    assert_eq!(written.entries.len(), 2, "the two working limits");
}

#[test]
fn the_leadership_has_a_closed_incident_reviewed() {
    let city = Lanchuan::new();
    let demand = |reason: &str| Command::DemandReview { reason: reason.to_owned() };
    let case = finished(&city);
    assert_eq!(city.refused(&case, "leader", LATER, demand("why")), "M_PREREQ", "it is open");
    let mut closed = case.clone();
    let closing = Closing { result: "line back".to_owned(), restored_at: at(LATER), cause: "board".to_owned() };
    closed.incident.state = crate::incident::State::Closed { at: at(LATER), by: "deputy".to_owned(), closing };
    for who in ["head.inf", "duty", "insp1.insp", "lgo.head"] {
        assert_eq!(city.refused(&closed, who, LATER, demand("why")), "M_FORBIDDEN", "{who}");
    }
    assert_eq!(city.refused(&closed, "deputy", LATER, demand(" ")), "M_REQUIRED");
    let (after, written) = city.act(&closed, "deputy", LATER, demand("why")).unwrap();
    let task = after.task("insp.review").unwrap();
    assert!(task.is_active() && task.department == "INSP" && task.due_at.is_some(), "{task:?}");
    assert!(written.notices.iter().any(|n| matches!(n.event, Event::ReviewDemanded { .. })));
}

#[test]
fn closed_again_it_waits_for_rectifications() {
    let city = Lanchuan::new();
    let mut case = finished(&city);
    case.open_rectifications = vec!["ZG-2026-001".to_owned()];
    assert_eq!(city.refused(&case, "deputy", LATER, close()), "M_RECTIFY_OPEN");
    assert!(case.close_blocks(city.world(), false).iter().any(|b| b.en.contains("ZG-2026-001")));
}
