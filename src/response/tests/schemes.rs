//! The version of a separate scheme goes into the record of the incident that ran by it (R9).

use super::*;
use crate::journal::Event;
use crate::scheme::{Attach, Document};

const RUN: &str = "sec.run_safety_scheme";
const REPORTED: &str = "2026-11-14T21:14:00+08:00";

fn smoke() -> Value {
    json!({
        "sub_kind": "sec.service_accident", "occurred_at": "2026-11-14T21:12:00+08:00", "region": "CITY",
        "description": "smoke", "site": "sorting line 2", "casualties": 0, "links_affected": {"sorting": "stopped"},
    })
}

fn version(city: &Lanchuan, version: &str, since: &str) -> Document {
    let attach = Attach {
        scheme: "safety".to_owned(),
        version: version.to_owned(),
        file: "plan.txt".to_owned(),
        content: version.as_bytes().to_vec(),
        ..Attach::default()
    };
    attach.check(&city.edition, Schemes::none(), &city.actor("head.sec"), at(since)).unwrap().0
}

fn used(written: &Written) -> Vec<String> {
    let versions = written.entries.iter().filter_map(|e| match &e.event {
        Event::SchemeUsed { task, scheme, version, sha256 } => {
            assert_eq!((task.as_str(), scheme.as_str(), sha256.len()), (RUN, "safety", 64));
            Some(version.clone())
        }
        _ => None,
    });
    versions.collect()
}

#[test]
fn signing_and_finishing_write_down_the_version_that_stood() {
    let mut city = Lanchuan::new();
    let one = version(&city, "1", "2026-11-14T20:00:00+08:00");
    let two = version(&city, "2", "2026-11-14T21:20:00+08:00");
    let lived = |city: &Lanchuan| {
        let (case, opened) = city.report(&smoke(), "wh2.whs", REPORTED);
        assert!(used(&opened).is_empty(), "opening is not using");
        let (signed, at_signing) = city.act(&case, "head.sec", "2026-11-14T21:16:00+08:00", acknowledge(RUN)).unwrap();
        let finish = complete(RUN, &["scene_record"]);
        let (_, at_end) = city.act(&signed, "head.sec", "2026-11-14T21:28:00+08:00", finish).unwrap();
        (used(&at_signing), used(&at_end))
    };
    let none: Vec<String> = Vec::new();
    assert_eq!(lived(&city), (none.clone(), none.clone()), "nothing attached, nothing written, nothing refused");
    city.schemes = Schemes::new(vec![one.clone()]);
    assert_eq!(lived(&city), (vec!["1".to_owned()], none.clone()), "once");
    city.schemes = Schemes::new(vec![one, two.clone()]);
    assert_eq!(lived(&city), (vec!["1".to_owned()], vec!["2".to_owned()]), "another stood at the end");
    city.schemes = Schemes::new(vec![two]);
    assert_eq!(lived(&city), (none, vec!["2".to_owned()]), "attached while it ran");
}

#[test]
fn other_tasks_run_by_no_document() {
    let mut city = Lanchuan::new();
    city.schemes = Schemes::new(vec![version(&city, "1", "2026-11-14T20:00:00+08:00")]);
    let (case, _) = city.report(&smoke(), "wh2.whs", REPORTED);
    let (_, written) = city.act(&case, "head.sec", REPORTED, acknowledge("sec.go_to_scene")).unwrap();
    assert!(used(&written).is_empty());
}

#[test]
fn items_of_the_checklist_are_ticked_by_whoever_holds_the_task() {
    let mut city = Lanchuan::new();
    let one = Document {
        checklist: vec!["power off".to_owned(), "count people".to_owned()],
        ..version(&city, "1", "2026-11-14T20:00:00+08:00")
    };
    city.schemes = Schemes::new(vec![one.clone()]);
    let tick = |version: &str, item: usize, done: bool| Command::Check {
        task: RUN.to_owned(),
        check: crate::response::checklist::Check { version: version.to_owned(), item, done },
    };
    let (opened, _) = city.report(&smoke(), "wh2.whs", REPORTED);
    let refused = |city: &Lanchuan, case: &Case, who: &str, command: Command| {
        city.act(case, who, "2026-11-14T21:20:00+08:00", command).err().map_or("taken", |r| r.code())
    };
    assert_eq!(refused(&city, &opened, "head.sec", tick("1", 1, true)), "M_ACK_FIRST");
    let (case, _) = city.act(&opened, "head.sec", "2026-11-14T21:16:00+08:00", acknowledge(RUN)).unwrap();
    for (who, command, code) in [
        ("head.inf", tick("1", 1, true), "M_NOT_YOUR_TASK"),
        ("insp1.insp", tick("1", 1, true), "M_INSP_READONLY"),
        ("head.sec", tick("1", 0, true), "M_NOT_FOUND"),
        ("head.sec", tick("1", 3, true), "M_NOT_FOUND"),
        ("head.sec", tick("0", 1, true), "M_STALE"),
    ] {
        assert_eq!(refused(&city, &case, who, command), code, "{who}");
    }
    let at_20 = "2026-11-14T21:20:00+08:00";
    let (case, written) = city.act(&case, "head.sec", at_20, tick("1", 2, true)).unwrap();
    assert!(matches!(&written.entries[0].event, Event::ItemTicked { item, .. } if item == "count people"));
    let ticked = case.task(RUN).unwrap().ticked("1", 2).unwrap();
    assert_eq!((ticked.by.as_str(), ticked.at), ("head.sec", at(at_20)));
    let (same, written) = city.act(&case, "head.sec", "2026-11-14T21:21:00+08:00", tick("1", 2, true)).unwrap();
    assert!(written.entries.is_empty() && same.task(RUN) == case.task(RUN), "once");
    let (back, written) = city.act(&case, "head.sec", "2026-11-14T21:22:00+08:00", tick("1", 2, false)).unwrap();
    assert!(matches!(&written.entries[0].event, Event::TickTakenBack { .. }));
    assert!(back.task(RUN).unwrap().ticked("1", 2).is_none());

    // Another version stands: its own list begins anew, and the ticks of the first stay with it.
    let two = Document { version: "2".to_owned(), at: at("2026-11-14T21:18:00+08:00"), ..one.clone() };
    city.schemes = Schemes::new(vec![one, two]);
    assert_eq!(refused(&city, &case, "head.sec", tick("1", 1, true)), "M_STALE");
    let (case, _) = city.act(&case, "head.sec", "2026-11-14T21:23:00+08:00", tick("2", 1, true)).unwrap();
    assert!(case.task(RUN).unwrap().ticked("1", 2).is_some() && case.task(RUN).unwrap().ticked("2", 1).is_some());

    // What has ended, and what runs by no document, has nothing to tick.
    let (done, _) = city.act(&case, "head.sec", "2026-11-14T21:28:00+08:00", complete(RUN, &["scene_record"])).unwrap();
    let late = city.act(&done, "head.sec", "2026-11-14T21:29:00+08:00", tick("2", 2, true));
    assert_eq!(late.err().map(|r| r.code()), Some("M_STALE"));
    let other = Command::Check {
        task: "sec.go_to_scene".to_owned(),
        check: crate::response::checklist::Check { version: "2".to_owned(), item: 1, done: true },
    };
    assert_eq!(refused(&city, &case, "head.sec", other), "M_NOT_FOUND");
}
