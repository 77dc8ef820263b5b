//! What waits for whom, of given rows.
#![allow(clippy::unwrap_used)]

use uuid::Uuid;

use super::*;
use crate::calendar::{Calendar, fixture};
use crate::circular::tests::{at, lanchuan, who};
use crate::lang::Lang;
use crate::leadership::{Acting, Leadership};
use crate::person::directory::Directory;
use crate::plan::Editions;
use crate::rectification::Answer;
use crate::review::Finding;

const NOW: &str = "2026-11-19T10:00:00+08:00";
const NUMBER: &str = "YJ-20261114-001";

struct Room {
    editions: Editions,
    calendar: Calendar,
    directory: Directory,
    leadership: Leadership,
}

impl Room {
    fn new() -> Room {
        let (edition, directory) = lanchuan();
        let calendar = fixture::lanchuan_calendar();
        Room { editions: Editions::new([edition]), calendar, directory, leadership: Leadership::default() }
    }

    fn of(&self, login: &str, matters: &Matters<'_>) -> Vec<Waiting> {
        let actor = who(&self.directory, login);
        let sight = Sight {
            editions: &self.editions,
            calendar: &self.calendar,
            directory: &self.directory,
            leadership: &self.leadership,
            actor: &actor,
            lang: Lang::En,
            now: at(NOW),
        };
        of(matters, &sight)
    }

    fn why(&self, login: &str, matters: &Matters<'_>) -> Vec<Why> {
        self.of(login, matters).into_iter().map(|w| w.why).collect()
    }
}

fn listed(state: &str) -> Listed {
    let set = |text: &[&str]| text.iter().map(|t| (*t).to_owned()).collect();
    let out = state != "open";
    Listed {
        incident: Uuid::from_u128(1),
        number: NUMBER.to_owned(),
        edition: "2008-trial".to_owned(),
        sub_kind: "sec.service_accident".to_owned(),
        region: "CITY".to_owned(),
        description: "smoke".to_owned(),
        severity: "local".to_owned(),
        state: state.to_owned(),
        score: out.then_some(80),
        opened_at: at("2026-11-15T10:30:00+08:00"),
        due_at: Some(at("2026-11-20T17:30:00+08:00")),
        objections_until: out.then(|| at("2026-11-23T10:00:00+08:00")),
        final_at: None,
        closed_at: None,
        findings: 1,
        open_orders: 0,
        departments: set(&["LG", "SEC", "WHS"]),
        found: set(&["WHS"]),
        objected: Vec::new(),
        undecided: Vec::new(),
    }
}

fn order(state: RectState, due: &str) -> Rectification {
    let finding = Finding {
        id: Uuid::from_u128(2),
        words: Default::default(),
        was: Vec::new(),
        withdrawn: None,
        by: "insp1.insp".to_owned(),
        at: at("2026-11-16T09:00:00+08:00"),
    };
    let signed = (at("2026-11-18T09:00:00+08:00"), "head.whs".to_owned());
    Rectification {
        id: Uuid::now_v7(),
        number: "ZG-2026-001".to_owned(),
        incident: Uuid::from_u128(1),
        incident_number: NUMBER.to_owned(),
        finding,
        department: "WHS".to_owned(),
        measure: "clean the filter".to_owned(),
        due_at: at(due),
        acknowledge_by: at("2026-11-16T10:00:00+08:00"),
        issuer: Uuid::from_u128(3),
        issued: (at("2026-11-16T09:00:00+08:00"), "insp1.insp".to_owned()),
        state,
        acknowledged: Some(signed.clone()),
        answer: (state == RectState::Answered).then(|| Answer {
            text: "done".to_owned(),
            evidence: "photo".to_owned(),
            signed,
        }),
        returned: None,
        accepted: None,
        late_seconds: 0,
        wake_at: None,
        updated_at: at(NOW),
        revision: 1,
    }
}

fn soon() -> &'static str {
    "2026-11-27T17:30:00+08:00"
}

#[test]
fn the_inspection_centre_finds_all_it_has_to_do_the_most_urgent_first() {
    let room = Room::new();
    let objected = Listed { objected: vec!["WHS".to_owned()], undecided: vec!["WHS".to_owned()], ..listed("draft") };
    let ripe = Listed { objections_until: Some(at("2026-11-19T09:59:00+08:00")), ..listed("draft") };
    let over = Listed { final_at: Some(at(NOW)), ..listed("final") };
    let bound = Listed { open_orders: 1, ..over.clone() };
    let reviews = [listed("open"), over, bound, ripe, objected, listed("draft")];
    let late = order(RectState::Acknowledged, "2026-11-18T17:30:00+08:00");
    let orders = [late, order(RectState::Answered, soon()), order(RectState::Issued, soon())];
    let matters = Matters { reviews: &reviews, rectifications: &orders, ..Matters::default() };
    let all = [Why::Rectified, Why::Objected, Why::Ripe, Why::Review, Why::Closure, Why::Overdue];
    assert_eq!(room.why("insp1.insp", &matters), all);
    let found = room.of("insp1.insp", &matters);
    assert_eq!(found[0].href, "/rectifications/ZG-2026-001#own");
    assert_eq!(found[1].href, format!("/reviews/{NUMBER}#objections"));
    assert!(found[0].what.contains("ZG-2026-001") && !found[0].late, "{:?}", found[0]);
    // What is the centre's to decide waits for nobody else.
    assert_eq!(
        room.why("head.sec", &matters),
        [Why::Draft, Why::Draft],
        "its own to object to, of two drafts that run"
    );
    assert!(room.why("head.inf", &matters).is_empty());
}

#[test]
fn all_objections_decided_a_draft_need_not_wait_for_its_time() {
    let room = Room::new();
    let heard = Listed { objected: vec!["WHS".to_owned()], ..listed("draft") };
    let matters = |r| Matters { reviews: std::slice::from_ref(r), ..Matters::default() };
    assert_eq!(room.why("insp1.insp", &matters(&heard)), [Why::Ripe]);
    let two = Listed { found: vec!["SEC".to_owned(), "WHS".to_owned()], ..heard.clone() };
    assert!(room.why("insp1.insp", &matters(&two)).is_empty());
}

#[test]
fn a_draft_waits_for_each_head_concerned_until_they_objected_or_the_time_is_over() {
    let room = Room::new();
    let one = |review: &Listed, login: &str| {
        room.of(login, &Matters { reviews: std::slice::from_ref(review), ..Matters::default() })
    };
    let draft = listed("draft");
    let found = one(&draft, "head.whs");
    assert_eq!(found.len(), 1);
    assert!(found[0].when.contains("10:00"), "until when: {found:?}");
    assert_eq!(one(&draft, "leader").len(), 1, "the Leading Group's own");
    for nobody in ["wh2.whs", "head.inf", "insp1.insp", "duty"] {
        assert!(one(&draft, nobody).is_empty(), "{nobody}");
    }
    let objected = Listed { objected: vec!["WHS".to_owned()], undecided: vec!["WHS".to_owned()], ..draft.clone() };
    assert!(one(&objected, "head.whs").is_empty());
    let over = Listed { objections_until: Some(at("2026-11-19T09:59:59+08:00")), ..draft };
    assert!(one(&over, "head.whs").is_empty());
    assert!(one(&listed("open"), "head.whs").is_empty());
}

#[test]
fn a_paper_waits_for_its_second_signature_alone() {
    let room = Room::new();
    let deputy = room.directory.by_login("deputy").unwrap().id;
    let paper =
        |letter| Unsigned { number: NUMBER.to_owned(), person: deputy, from: "leader".to_owned(), at: at(NOW), letter };
    let papers = [paper(false), paper(true)];
    let matters = Matters { papers: &papers, ..Matters::default() };
    let places: Vec<String> = room.of("deputy", &matters).into_iter().map(|w| w.href).collect();
    assert_eq!(places, [format!("/incidents/{NUMBER}/post#accept"), format!("/incidents/{NUMBER}/post#takeover")]);
    assert!(room.of("leader", &matters).is_empty());
}

#[test]
fn more_time_waits_for_whoever_commands() {
    use crate::directive::Asked;
    use crate::directive::store::Place;
    let mut room = Room::new();
    let mut found = Found {
        directive: crate::directive::tests::order(),
        incident: Some(Place { number: NUMBER.to_owned(), edition: "2008-trial".to_owned(), regions: Vec::new() }),
    };
    let one = |room: &Room, found: &Found, login: &str| {
        room.why(login, &Matters { directives: std::slice::from_ref(found), ..Matters::default() })
    };
    assert!(one(&room, &found, "leader").is_empty(), "nothing is asked");
    let asked = Asked { at: at(NOW), until: None, reason: "no lift".to_owned() };
    found.directive.copies[0].asked = Some(asked);
    assert_eq!(one(&room, &found, "leader"), [Why::MoreTime]);
    assert_eq!(one(&room, &found, "deputy"), [Why::MoreTime]);
    assert!(one(&room, &found, "head.mkt").is_empty());
    let person = room.directory.by_login("head.mkt").unwrap().id;
    room.leadership.acting.push(Acting { person, headquarters: NUMBER.to_owned() });
    assert_eq!(one(&room, &found, "head.mkt"), [Why::MoreTime], "who commands by letter");
    found.directive.copies[0].state = OrderState::Done;
    found.directive.copies[0].done = Some((at(NOW), "head.ord".to_owned()));
    assert_eq!(one(&room, &found, "leader"), [Why::Done]);
}
