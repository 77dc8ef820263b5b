//! Every refusal of an exchange and of a lesson, and who reads what.

use super::lesson::{Lesson, Parts};
use super::*;
use crate::circular::tests::{at, lanchuan, who};
use crate::plan::Edition;

const HELD: &str = "2026-12-10T14:00:00+08:00";
const KIND: &str = "it.wms_sort_equipment";

fn arrangement() -> Arrangement {
    Arrangement {
        subject: " 分拣线滤网 ".to_owned(),
        held_at: Some(at(HELD)),
        place: String::new(),
        departments: vec!["WHS".to_owned(), "DIST".to_owned(), "WHS".to_owned()],
        people: vec!["head.sec".to_owned()],
    }
}

fn exchange(edition: &Edition, directory: &Directory) -> Exchange {
    let now = at("2026-12-01T09:00:00+08:00");
    let mut made = Exchange::arrange(arrangement(), edition, directory, &who(directory, "insp1.insp"), now).unwrap();
    made.number = "JL-2026-001".to_owned();
    made
}

fn lesson(edition: &Edition) -> Lesson {
    let parts = Parts {
        text: "clean the filter weekly".to_owned(),
        incidents: vec!["YJ-20261114-001".to_owned()],
        clauses: vec!["§2.1.2-dist-1".to_owned()],
        ..Parts::default()
    };
    Lesson {
        id: Uuid::now_v7(),
        number: "JY-2026-001".to_owned(),
        edition: edition.code.clone(),
        parts: parts.read(edition, &[KIND.to_owned(), "gone.long_ago".to_owned()]).unwrap(),
        collected: (at(HELD), "insp1.insp".to_owned()),
        published_at: None,
        updated_at: at(HELD),
    }
}

fn summary() -> Summary {
    Summary { text: "filters are cleaned weekly".to_owned(), ..Summary::default() }
}

#[test]
fn the_inspection_centre_alone_arranges_and_publishes() {
    let (edition, directory) = lanchuan();
    for login in ["leader", "deputy", "head.whs", "duty", "editor", "admin"] {
        let actor = who(&directory, login);
        let made = Exchange::arrange(arrangement(), &edition, &directory, &actor, at(HELD));
        assert_eq!(made.unwrap_err(), Refused::Forbidden, "{login}");
        let mut known = exchange(&edition, &directory);
        assert_eq!(known.publish(summary(), &[], &edition, &actor, at(HELD)), Err(Refused::Forbidden), "{login}");
        assert_eq!(known.rearrange(arrangement(), &directory, &actor, at(HELD)), Err(Refused::Forbidden), "{login}");
        assert_eq!(lesson(&edition).may_change(&actor), Err(Refused::Forbidden), "{login}");
    }
}

#[test]
fn an_arrangement_says_what_when_and_who() {
    let (_, directory) = lanchuan();
    let (read, held_at) = arrangement().read(&directory).unwrap();
    assert_eq!((read.subject.as_str(), read.departments.len(), held_at), ("分拣线滤网", 2, at(HELD)));
    let field = |change: fn(&mut Arrangement)| {
        let mut typed = arrangement();
        change(&mut typed);
        let refused = typed.read(&directory).unwrap_err();
        (refused.code(), refused.field().unwrap().to_owned())
    };
    assert_eq!(field(|a| a.subject = " ".to_owned()), ("M_REQUIRED", "subject".to_owned()));
    assert_eq!(field(|a| a.held_at = None), ("M_REQUIRED", "held_at".to_owned()));
    assert_eq!(field(|a| a.departments = vec!["XX".to_owned()]), ("M_BAD_VALUE", "departments".to_owned()));
    assert_eq!(field(|a| a.people = vec!["nobody".to_owned()]), ("M_BAD_VALUE", "people".to_owned()));
    assert_eq!(field(|a| a.subject = "x".repeat(200)), ("M_BAD_VALUE", "subject".to_owned()));
    let nobody = |a: &mut Arrangement| {
        a.departments.clear();
        a.people.clear();
    };
    assert_eq!(field(nobody), ("M_REQUIRED", "departments".to_owned()));
}

#[test]
fn a_lesson_comes_from_an_incident_or_a_drill() {
    let (edition, _) = lanchuan();
    let known = lesson(&edition).parts;
    assert_eq!(
        (known.sub_kinds.as_slice(), known.clauses.as_slice()),
        (&[KIND.to_owned()][..], &["2.1.2-dist-1".to_owned()][..])
    );
    let field = |change: fn(&mut Parts)| {
        let mut typed = known.clone();
        change(&mut typed);
        let refused = typed.read(&edition, &[]).unwrap_err();
        (refused.code(), refused.field().unwrap().to_owned())
    };
    assert_eq!(field(|p| p.text = " ".to_owned()), ("M_REQUIRED", "text".to_owned()));
    assert_eq!(field(|p| p.incidents.clear()), ("M_REQUIRED", "incidents".to_owned()));
    assert_eq!(field(|p| p.sub_kinds.clear()), ("M_REQUIRED", "sub_kinds".to_owned()));
    assert_eq!(field(|p| p.sub_kinds = vec!["x.y".to_owned()]), ("M_BAD_VALUE", "sub_kinds".to_owned()));
    assert_eq!(field(|p| p.clauses = vec!["9.9".to_owned()]), ("M_BAD_VALUE", "clauses".to_owned()));
    let vague = Parts { proposes_revision: true, clauses: Vec::new(), ..known.clone() };
    let vague = vague.read(&edition, &[]).unwrap_err();
    assert_eq!((vague.code(), vague.field()), ("M_REQUIRED", Some("clauses")), "a proposal says of which clause");
    let drill = Parts { drill: true, incidents: Vec::new(), ..known.clone() };
    assert!(drill.read(&edition, &[]).unwrap().drill);
}

#[test]
fn published_it_is_frozen_with_the_links_of_its_lessons() {
    let (edition, directory) = lanchuan();
    let inspector = who(&directory, "insp1.insp");
    let mut known = exchange(&edition, &directory);
    let early = known.publish(summary(), &[], &edition, &inspector, at("2026-12-10T13:59:00+08:00"));
    assert_eq!(early.unwrap_err().code(), "M_PREREQ");
    let blank = known.publish(Summary::default(), &[], &edition, &inspector, at(HELD)).unwrap_err();
    assert_eq!((blank.code(), blank.field()), ("M_REQUIRED", Some("summary")));
    let unlinked = known.publish(summary(), &[], &edition, &inspector, at(HELD)).unwrap_err();
    assert_eq!((unlinked.code(), unlinked.field()), ("M_REQUIRED", Some("clauses")));
    let half = Summary { clauses: vec!["2.1.2-dist-1".to_owned()], ..summary() };
    let half = known.publish(half, &[], &edition, &inspector, at(HELD)).unwrap_err();
    assert_eq!(half.field(), Some("sub_kinds"));
    assert!(known.published.is_none(), "what was refused changed nothing");

    known.publish(summary(), &[lesson(&edition)], &edition, &inspector, at(HELD)).unwrap();
    assert_eq!(
        (known.summary.sub_kinds.as_slice(), known.summary.clauses.as_slice()),
        (&[KIND.to_owned()][..], &["2.1.2-dist-1".to_owned()][..])
    );
    let again = known.publish(summary(), &[], &edition, &inspector, at(HELD)).unwrap_err();
    assert_eq!(again.code(), "M_STALE");
    assert_eq!(known.rearrange(arrangement(), &directory, &inspector, at(HELD)), Err(Refused::RecordLocked));
    let out = Lesson { published_at: Some(at(HELD)), ..lesson(&edition) };
    assert_eq!(out.may_change(&inspector), Err(Refused::RecordLocked));
}

#[test]
fn it_is_read_by_those_who_take_part_and_then_by_everyone() {
    let (edition, directory) = lanchuan();
    let mut known = exchange(&edition, &directory);
    let sees = |e: &Exchange, login: &str| e.is_visible_to(&who(&directory, login));
    for (login, seen) in
        [("insp2.insp", true), ("leader", true), ("wh2.whs", true), ("head.sec", true), ("head.fin", false)]
    {
        assert_eq!(sees(&known, login), seen, "{login}");
    }
    let head = who(&directory, "head.whs");
    assert_eq!(known.confirm(&[], &head, at(HELD)), Err(Refused::NotFound), "nothing is out");
    known.publish(summary(), &[lesson(&edition)], &edition, &who(&directory, "insp1.insp"), at(HELD)).unwrap();
    assert!(sees(&known, "head.fin"));
    let receipts = known.confirm(&[], &head, at(HELD)).unwrap();
    assert_eq!((receipts.len(), receipts[0].department.as_str()), (1, "WHS"));
    assert_eq!(known.confirm(&receipts, &head, at(HELD)), Ok(Vec::new()), "again is no harm");
    assert_eq!(known.confirm(&[], &who(&directory, "head.fin"), at(HELD)).unwrap()[0].department, "FIN");
    assert_eq!(known.confirm(&[], &who(&directory, "admin"), at(HELD)), Err(Refused::Forbidden));
    let told = known.notices(&known.published_event(), &directory, at(HELD));
    assert_eq!(told.len(), 3, "two heads and one person: {told:?}");
}
