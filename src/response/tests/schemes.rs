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
