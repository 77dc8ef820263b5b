#![allow(clippy::unwrap_used)]

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::person::Post;
use crate::person::directory::Department;

fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
}

fn calendar() -> Calendar {
    Calendar::new(Default::default(), [])
}

/// Opened at 0, to be signed within 10 minutes and finished within 60; nobody has touched it.
fn open(number: &str, department: &str) -> Recorded {
    Recorded {
        incident: Reported {
            number: number.to_owned(),
            edition: "e".to_owned(),
            kind: "it".to_owned(),
            sub_kind: "it.x".to_owned(),
            region: "QZ".to_owned(),
            reported_at: at(0),
        },
        key: "t".to_owned(),
        code: "t".to_owned(),
        department: department.to_owned(),
        major: false,
        state: "open".to_owned(),
        opened_at: at(0),
        acknowledge_by: Some(at(10)),
        due_at: Some(at(60)),
        acknowledged_at: None,
        ended_at: None,
        late_seconds: 0,
        escalations: 0,
    }
}

fn ended(state: &str, signed: Option<i64>, end: i64, late_seconds: i64) -> Recorded {
    Recorded {
        state: state.to_owned(),
        acknowledged_at: signed.map(at),
        ended_at: Some(at(end)),
        late_seconds,
        ..open("YJ-1", "INF")
    }
}

fn judged(record: Recorded, now: i64) -> Option<(Option<bool>, Option<bool>)> {
    record.judged(None, &calendar(), at(now)).map(|d| (d.signed_in_time, d.done_in_time))
}

#[test]
fn a_limit_is_decided_when_it_is_kept_or_past() {
    assert_eq!(judged(open("YJ-1", "INF"), 5), Some((None, None)), "both still run");
    assert_eq!(judged(open("YJ-1", "INF"), 10), Some((None, None)), "on the minute is in time");
    assert_eq!(judged(open("YJ-1", "INF"), 11), Some((Some(false), None)));
    assert_eq!(judged(open("YJ-1", "INF"), 61), Some((Some(false), Some(false))));
    assert_eq!(judged(ended("done", Some(4), 30, 0), 500), Some((Some(true), Some(true))));
    assert_eq!(judged(ended("done", Some(12), 70, 600), 500), Some((Some(false), Some(false))));
    let unlimited = Recorded { acknowledge_by: None, due_at: None, ..ended("done", Some(4), 30, 0) };
    assert_eq!(judged(unlimited, 500), Some((None, None)), "no limit, nothing to keep");
}

#[test]
fn what_is_called_off_counts_only_if_it_was_late() {
    assert_eq!(judged(ended("cancelled", None, 5, 0), 500), None);
    assert_eq!(judged(ended("not_arisen", Some(3), 5, 0), 500), None);
    assert_eq!(judged(ended("cancelled", Some(3), 90, 1800), 500), Some((Some(true), Some(false))));
}

#[test]
fn done_without_signing_was_taken_up_by_doing_it() {
    let duty = ended("done", None, 8, 0).judged(None, &calendar(), at(500)).unwrap();
    assert_eq!((duty.signed_in_time, duty.sign_span(), duty.done_span()), (Some(true), Some(480), Some(480)));
}

#[test]
fn an_incident_is_one_of_each_department_and_one_in_all() {
    let duty = |number: &str, department: &str| open(number, department).judged(None, &calendar(), at(20)).unwrap();
    let duties = vec![duty("YJ-1", "INF"), duty("YJ-1", "ORD"), duty("YJ-2", "INF")];
    let mut incidents: Vec<Reported> = duties.iter().map(|d| d.record.incident.clone()).collect();
    incidents.dedup_by(|a, b| a.number == b.number);
    let found = Found { incidents, duties, ..Found::default() };
    let counted = count(&found, By::Department);
    let of = |code: &str| &counted.groups.iter().find(|(c, _)| c == code).unwrap().1;
    assert_eq!((of("INF").incidents.len(), of("INF").tasks), (2, 2));
    assert_eq!((of("ORD").incidents.len(), of("ORD").tasks), (1, 1));
    assert_eq!((counted.total.incidents.len(), counted.total.tasks), (2, 3));
    for by in [By::Kind, By::Region, By::Month] {
        let counted = count(&found, by);
        assert_eq!(counted.groups.len(), 1, "{by:?}");
        assert_eq!(counted.groups[0].1, counted.total, "{by:?}");
    }
}

#[test]
fn an_incident_without_duties_is_counted_too() {
    let found = Found { incidents: vec![open("YJ-1", "INF").incident], ..Found::default() };
    assert_eq!(count(&found, By::Kind).groups[0].1.incidents.len(), 1);
    assert_eq!(count(&found, By::Department).total.incidents.len(), 1);
}

#[test]
fn ranks_are_values_that_were_measured() {
    let kept = Kept { spans: vec![60, 120, 180, 240, 300, 360, 420, 480, 540, 6000], ..Kept::default() };
    assert_eq!((kept.median(), kept.ninetieth()), (Some(300), Some(540)));
    assert_eq!((Kept::default().median(), Kept::default().share(), Kept::default().percent()), (None, None, None));
    assert_eq!(Kept { in_time: 199, late: 1, ..Kept::default() }.percent(), Some(99), "100 means all");
    assert_eq!(Kept { in_time: 4, late: 2, ..Kept::default() }.percent(), Some(67), "to the nearest");
    assert_eq!(Kept { in_time: 1, late: 399, ..Kept::default() }.percent(), Some(1), "0 means none");
}

#[test]
fn heads_see_their_own_and_nobody_else_anything() {
    let department = |code: &str, parent: Option<&str>| Department {
        code: code.to_owned(),
        kind: code.to_owned(),
        name: Default::default(),
        region: None,
        parent: parent.map(str::to_owned),
        position: 0,
    };
    let all = vec![department("DIST", None), department("STN-QZ", Some("DIST")), department("INF", None)];
    let directory = Directory::new(Vec::new(), all, Vec::new(), Vec::new());
    let sight = |role: &str, department: &str| {
        let post = Post { role: role.to_owned(), department: department.to_owned() };
        Sight::of(&Actor { posts: vec![post], ..Actor::system() }, &directory)
    };
    assert_eq!(sight("leader", "LG"), Ok(Sight::All));
    assert_eq!(sight("inspector", "INSP"), Ok(Sight::All));
    assert_eq!(sight("clerk", "INF"), Err(Refused::Forbidden));
    let own = sight("department_head", "DIST").unwrap();
    assert_eq!(own, Sight::Departments(vec!["DIST".to_owned(), "STN-QZ".to_owned()]));
    assert_eq!(own.narrowed(Some("STN-QZ")), Ok(Some(vec!["STN-QZ".to_owned()])));
    assert_eq!(own.narrowed(Some("INF")), Err(Refused::Forbidden));
}

fn any_record() -> impl Strategy<Value = Recorded> {
    let state = prop::sample::select(vec!["open", "acknowledged", "done", "cancelled", "not_arisen"]);
    let department = prop::sample::select(vec!["INF", "ORD", "FIN"]);
    (state, department, 0..6_u8, 0..500_i64, 0..500_i64, 0..500_i64, 0..500_i64, 0..4_i64).prop_map(
        |(state, department, number, sign, end, by, due, rungs)| {
            let ended = matches!(state, "done" | "cancelled" | "not_arisen");
            Recorded {
                state: state.to_owned(),
                acknowledge_by: Some(at(by)),
                due_at: (due % 7 != 0).then(|| at(due)),
                acknowledged_at: (state == "acknowledged" || (ended && sign % 3 != 0)).then(|| at(sign)),
                ended_at: ended.then(|| at(end)),
                late_seconds: if ended { (end - due).max(0) * 60 } else { 0 },
                escalations: rungs,
                ..open(&format!("YJ-{number}"), department)
            }
        },
    )
}

proptest! {
    #[test]
    fn figures_hold_together(records in prop::collection::vec(any_record(), 0..40), now in 0..1000_i64) {
        let duties: Vec<Duty> = records.into_iter().filter_map(|r| r.judged(None, &calendar(), at(now))).collect();
        let found = Found { duties, ..Found::default() };
        let counted = count(&found, By::Department);
        for (_, figures) in counted.groups.iter().chain([&(String::new(), counted.total.clone())]) {
            for kept in [&figures.signed, &figures.done] {
                prop_assert!(kept.share().is_none_or(|s| (0.0..=1.0).contains(&s)));
                prop_assert_eq!(kept.share().is_some(), kept.decided() > 0);
                prop_assert!(kept.decided() <= figures.tasks && kept.spans.len() <= figures.tasks);
                let ends = kept.spans.first().zip(kept.spans.last());
                prop_assert_eq!(ends.is_some(), kept.median().is_some());
                if let (Some((first, last)), Some(median), Some(ninetieth)) = (ends, kept.median(), kept.ninetieth()) {
                    prop_assert!(*first <= median && median <= ninetieth && ninetieth <= *last);
                }
            }
        }
        let sum = |of: fn(&Figures) -> usize| counted.groups.iter().map(|(_, f)| of(f)).sum::<usize>();
        prop_assert_eq!(sum(|f| f.tasks), counted.total.tasks);
        prop_assert_eq!(sum(|f| f.signed.decided()), counted.total.signed.decided());
        prop_assert_eq!(sum(|f| f.done.late), counted.total.done.late);
        // The records a figure opens are as many as it says.
        let opened = |figure: Figure| found.duties.iter().filter(|d| figure.counts(d)).count();
        prop_assert_eq!(opened(Figure::SignedLate), counted.total.signed.late);
        prop_assert_eq!(opened(Figure::SignedInTime), counted.total.signed.in_time);
        prop_assert_eq!(opened(Figure::Signed), counted.total.signed.decided());
        prop_assert_eq!(opened(Figure::DoneLate), counted.total.done.late);
        prop_assert_eq!(opened(Figure::DoneInTime), counted.total.done.in_time);
        prop_assert_eq!(opened(Figure::SignSpans), counted.total.signed.spans.len());
        prop_assert_eq!(opened(Figure::DoneSpans), counted.total.done.spans.len());
    }
}
