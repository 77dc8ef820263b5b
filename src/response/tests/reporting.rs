use super::*;
use crate::plan::Severity;

const NOW: &str = "2026-11-14T21:24:00+08:00";

fn codes(checked: &Checked) -> Vec<(&'static str, Option<String>)> {
    checked.faults.iter().map(|f| (f.code(), f.field().map(str::to_owned))).collect()
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

fn without(mut body: Value, field: &str) -> Value {
    body.as_object_mut().unwrap().remove(field);
    body
}

/// One body of each kind of trouble, and what is said about it.
#[test]
fn what_a_report_is_refused_for() {
    let city = Lanchuan::new();
    let board = voice_board();
    let line = json!({
        "sub_kind": "it.line_failure", "occurred_at": "2026-11-14T21:00:00+08:00", "region": "CITY",
        "description": "no line", "line": "A", "links_affected": { "ordering": "normal" },
    });
    let accident = json!({
        "sub_kind": "veh.accident_casualty", "occurred_at": "2026-11-14T21:00:00+08:00", "region": "QZ",
        "description": "hit a wall", "vehicle": "Q02", "exact_location": "S214 37+400",
    });
    let fault = json!({
        "sub_kind": "it.dept_system_fault", "occurred_at": "2026-11-14T21:00:00+08:00", "region": "LX",
        "description": "screen dark", "system": "terminal", "self_clear_tried": false,
    });
    for (who, body, code, field) in [
        ("clerk3.ord", with(board.clone(), "region", json!("ELSEWHERE")), "M_OUTSIDE_CITY", Some("region")),
        ("tech1.inf", line, "M_OUT_OF_SCOPE", Some("links_affected")),
        (
            "clerk3.ord",
            with(board.clone(), "occurred_at", json!("2007-12-31T10:00:00+08:00")),
            "M_NO_EDITION",
            Some("occurred_at"),
        ),
        ("clerk3.ord", without(board.clone(), "board"), "M_REQUIRED", Some("board")),
        ("clerk3.ord", without(board.clone(), "occurred_at"), "M_REQUIRED", Some("occurred_at")),
        ("clerk3.ord", without(board.clone(), "sub_kind"), "M_REQUIRED", Some("sub_kind")),
        (
            "clerk3.ord",
            with(board.clone(), "occurred_at", json!("2026-11-14T21:25:00+08:00")),
            "M_FUTURE_TIME",
            Some("occurred_at"),
        ),
        ("duty", with(board.clone(), "told_at", json!("2026-11-14T21:25:00+08:00")), "M_FUTURE_TIME", Some("told_at")),
        ("clerk3.ord", with(board.clone(), "occurred_at", json!("yesterday")), "M_BAD_VALUE", Some("occurred_at")),
        ("clerk3.ord", with(board.clone(), "bord", json!("2")), "M_UNKNOWN_FIELD", Some("bord")),
        (
            "clerk3.ord",
            with(board.clone(), "severity", json!("departmental")),
            "M_SEVERITY_NOT_ALLOWED",
            Some("severity"),
        ),
        (
            "clerk3.ord",
            with(board, "links_affected", json!({ "ordering": "slow" })),
            "M_BAD_VALUE",
            Some("links_affected"),
        ),
        ("drv.q02", accident.clone(), "M_CASUALTY_FIELD", Some("casualties")),
        (
            "drv.q02",
            with(with(accident, "casualties", json!(1)), "exact_location", json!("on the road")),
            "M_LOCATION_VAGUE",
            Some("exact_location"),
        ),
        ("cm1.rmd-lx", fault.clone(), "M_SELF_CLEAR_FIRST", Some("self_clear_tried")),
    ] {
        let checked = city.check(&body, who, NOW);
        assert_eq!(codes(&checked), [(code, field.map(str::to_owned))], "{body}");
    }
    let fault = json!({ "self_clear_tried": false }).as_object().map(|_| fault).unwrap();
    assert_eq!(city.check(&fault, "clerk3.ord", NOW).faults, [], "the duty to try first is the marketing department's");
}

#[test]
fn vague_places_and_exact_ones() {
    for vague in ["on the road", "在路上", "途中", "somewhere nearby", "公路附近"] {
        assert!(report::is_vague(vague), "{vague}");
    }
    for exact in ["S214 37+400", "Baishi Town, gate of the grain station", "白石镇粮站门口", "中山路12号", "29.1,113.2"]
    {
        assert!(!report::is_vague(exact), "{exact}");
    }
}

/// The level proposed, by the figures of the scenarios.
#[test]
fn severity_is_proposed_from_figures() {
    let city = Lanchuan::new();
    let snow = |unsupplied: u64| {
        json!({
            "sub_kind": "wx.heavy_snow", "occurred_at": "2026-01-22T08:30:00+08:00", "region": "LX",
            "description": "snow", "scope": "part_region", "customers_unsupplied": unsupplied,
        })
    };
    for (unsupplied, severity, rule) in [
        (412, "local", "sr.wx_part"),
        (6240, "local", "sr.wx_part"),
        (6241, "major", "sr.wx_whole"),
        (8920, "major", "sr.wx_whole"),
    ] {
        let (case, _) = city.report(&snow(unsupplied), "head.rmd-lx", NOW);
        assert_eq!(
            (case.incident.proposal.severity.code(), case.incident.proposal.rule.as_str()),
            (severity, rule),
            "{unsupplied}"
        );
        assert_eq!(case.incident.severity, Severity::Local, "the lower route runs until someone confirms");
    }
    let (near, _) = city.report(&snow(3744), "head.rmd-lx", NOW);
    assert_eq!(near.incident.proposal.figures["near_whole_region"], json!(true));
    assert_eq!(near.incident.proposal.figures["per_mille"], json!(300));
    let stopped = |region: &str, regions: Value| {
        json!({
            "sub_kind": "it.line_failure", "occurred_at": "2026-03-23T09:00:00+08:00", "region": region,
            "description": "down", "line": "A", "links_affected": { "ordering": "stopped" }, "regions_affected": regions,
        })
    };
    for (region, regions, severity) in [
        ("CITY", json!([]), "major"),
        ("QZ", json!([]), "local"),
        ("QZ", json!(["QZ", "YL"]), "local"),
        ("QZ", json!(["QZ", "YL", "SD"]), "major"),
    ] {
        let (case, _) = city.report(&stopped(region, regions.clone()), "tech1.inf", NOW);
        assert_eq!(case.incident.proposal.severity.code(), severity, "{region} {regions}");
    }
    let long = with(stopped("QZ", json!([])), "expected_back_at", json!("2026-11-20T09:00:00+08:00"));
    let (case, _) = city.report(&long, "tech1.inf", NOW);
    assert_eq!(case.incident.proposal.severity, Severity::Major, "stopped for more than one working day");
}

#[test]
fn a_wish_for_a_level_is_a_proposal_and_the_leaders_word_confirms() {
    let city = Lanchuan::new();
    let body = with(voice_board(), "severity", json!("major"));
    let (case, _) = city.report(&body, "clerk3.ord", NOW);
    assert_eq!((case.incident.severity.code(), case.incident.proposal.severity.code()), ("local", "major"));
    assert!(case.incident.awaits_confirmation());
    let (case, _) = city.report(&body, "leader", NOW);
    assert_eq!(case.incident.severity, Severity::Major);
    assert!(case.incident.confirmed.is_some());
}

/// Smoke on the line: the site's owner, and clocks that run at night (S8).
#[test]
fn the_owner_of_the_place_must_come() {
    let city = Lanchuan::new();
    let body = json!({
        "sub_kind": "sec.service_accident", "occurred_at": "2026-11-14T21:12:00+08:00", "region": "CITY",
        "description": "smoke", "site": "sorting line 2", "casualties": 0, "links_affected": { "sorting": "stopped" },
    });
    let now = "2026-11-14T21:14:00+08:00";
    for who in ["wh2.whs", "guard1.sec"] {
        let (case, _) = city.report(&body, who, now);
        assert_eq!(case.incident.proposal.severity, Severity::Major);
        let task = case.task("sec.unit_head_to_scene").unwrap();
        assert_eq!((task.department.as_str(), task.due_at), ("WHS", Some(at("2026-11-14T21:44:00+08:00"))));
    }
    let (case, _) = city.report(&body, "wh2.whs", now);
    let signed = city.done(&case, "head.sec", "2026-11-14T21:16:00+08:00", acknowledge("sec.go_to_scene"));
    let finish = || complete("sec.go_to_scene", &["arrival_record", "scene_record"]);
    assert_eq!(city.refused(&signed, "head.sec", "2026-11-14T21:45:00+08:00", finish()), "M_SITE_HEAD");
    let come = "2026-11-14T21:51:00+08:00";
    let there = city.done(&signed, "head.whs", come, acknowledge("sec.unit_head_to_scene"));
    let there = city.done(&there, "head.whs", come, complete("sec.unit_head_to_scene", &["arrival_record"]));
    assert_eq!(there.task("sec.unit_head_to_scene").unwrap().late_seconds, 7 * 60);
    assert_eq!(city.refused(&there, "head.sec", come, finish()), "taken");
}

#[test]
fn a_vacant_post_goes_up_and_says_so() {
    let mut city = Lanchuan::new();
    let people: Vec<Person> = city
        .directory
        .people()
        .iter()
        .filter(|p| !p.posts.iter().any(|post| post.department == "ORD"))
        .cloned()
        .collect();
    city.directory = Directory::new(
        city.directory.regions().to_vec(),
        city.directory.departments().to_vec(),
        city.directory.roles().to_vec(),
        people,
    );
    let (case, _) = city.report(&voice_board(), "tech1.inf", S1);
    let task = case.task("ord.fallback_ordering").unwrap();
    assert_eq!((task.department.as_str(), task.vacant), ("MKT", true));
    assert_eq!(
        city.refused(&case, "head.mkt", "2026-09-30T17:10:00+08:00", acknowledge("ord.fallback_ordering")),
        "taken"
    );
}

/// Telephoned: the clock starts with the call.
#[test]
fn the_clock_starts_at_the_call() {
    let city = Lanchuan::new();
    let body = with(voice_board(), "told_at", json!("2026-09-30T17:00:00+08:00"));
    let (case, _) = city.report(&body, "duty", S1);
    let card = case.task("cmd.local_directive").unwrap();
    assert_eq!(card.due_at, Some(at("2026-09-30T17:30:00+08:00")));
    assert_eq!(case.incident.reported_at, at(S1));
}
