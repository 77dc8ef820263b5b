//! Every refusal of a rectification order, and its ladder, without a database or a clock.

use super::*;
use crate::calendar::fixture;
use crate::circular::tests::{at, lanchuan, who};
use crate::plan::StepEvent;

const NOW: &str = "2026-11-19T10:00:00+08:00";
const DUE: &str = "2026-11-27T17:30:00+08:00";

struct Room {
    edition: Edition,
    calendar: Calendar,
    directory: Directory,
    review: Review,
}

impl Room {
    fn new() -> Room {
        let (edition, directory) = lanchuan();
        let finding = Finding {
            id: Uuid::now_v7(),
            words: crate::review::Words {
                text: "unit head late".to_owned(),
                clause: "2.1.2-sec-1".to_owned(),
                department: "WHS".to_owned(),
            },
            was: Vec::new(),
            withdrawn: None,
            by: "insp1.insp".to_owned(),
            at: at(NOW),
        };
        let review = Review {
            incident: Uuid::now_v7(),
            number: "YJ-20261114-001".to_owned(),
            state: review::State::Open,
            opened_at: at(NOW),
            due_at: None,
            score: None,
            summary: String::new(),
            drafted: None,
            objections_until: None,
            finalised: None,
            closed: None,
            findings: vec![finding],
            objections: Vec::new(),
            updated_at: at(NOW),
            revision: 1,
        };
        Room { edition, calendar: fixture::lanchuan_calendar(), directory, review }
    }

    fn context<'a>(&'a self, sent: &'a Sent, took_part: bool) -> Context<'a> {
        Context { edition: &self.edition, calendar: &self.calendar, directory: &self.directory, sent, took_part }
    }

    fn order(&self) -> Order {
        Order {
            incident: self.review.number.clone(),
            finding: Some(self.review.findings[0].id),
            measure: "clean the filters".to_owned(),
            department: None,
            due_at: Some(at(DUE)),
        }
    }

    fn check(&self, order: &Order, login: &str) -> Result<Rectification, &'static str> {
        let sent = Sent::new();
        let context = self.context(&sent, false);
        order.check(&self.review, &context, &who(&self.directory, login), at(NOW)).map_err(|r| r.code())
    }

    fn issued(&self) -> Rectification {
        Rectification { number: "ZG-2026-001".to_owned(), ..self.check(&self.order(), "insp1.insp").unwrap() }
    }

    fn act(&self, order: &Rectification, login: &str, command: Command) -> Result<Rectification, &'static str> {
        let sent = Sent::new();
        let actor = who(&self.directory, login);
        order.act(&command, &self.context(&sent, false), &actor, at(NOW)).map(|r| r.0).map_err(|r| r.code())
    }

    fn answered(&self) -> Rectification {
        let signed = self.act(&self.issued(), "wh2.whs", Command::Acknowledge).unwrap();
        self.act(&signed, "head.whs", answer("photos")).unwrap()
    }
}

fn answer(evidence: &str) -> Command {
    Command::Answer { text: "cleaned".to_owned(), evidence: evidence.to_owned() }
}

fn give_back(reason: &str) -> Command {
    Command::Return { reason: reason.to_owned() }
}

#[test]
fn an_order_names_finding_measure_and_limit() {
    let mut room = Room::new();
    let made = room.check(&room.order(), "insp1.insp").unwrap();
    assert_eq!((made.department.as_str(), made.state), ("WHS", State::Issued));
    let with = |change: fn(&mut Order)| {
        let mut order = room.order();
        change(&mut order);
        room.check(&order, "insp1.insp").err()
    };
    assert_eq!(with(|o| o.due_at = None), Some("M_DIRECTIVE_NO_LIMIT"));
    assert_eq!(with(|o| o.due_at = Some(at(NOW))), Some("M_DIRECTIVE_PAST"));
    assert_eq!(with(|o| o.finding = None), Some("M_REQUIRED"));
    assert_eq!(with(|o| o.finding = Some(Uuid::nil())), Some("M_BAD_VALUE"));
    assert_eq!(with(|o| o.measure = " ".to_owned()), Some("M_REQUIRED"));
    assert_eq!(with(|o| o.department = Some("INSP".to_owned())), Some("M_BAD_VALUE"));
    assert_eq!(with(|o| o.department = Some("SEC".to_owned())), None, "another department than the finding's");
    for login in ["leader", "head.whs", "duty"] {
        assert_eq!(room.check(&room.order(), login).err(), Some("M_FORBIDDEN"), "{login}");
    }
    let sent = Sent::new();
    let barred =
        room.order().check(&room.review, &room.context(&sent, true), &who(&room.directory, "insp1.insp"), at(NOW));
    assert_eq!(barred.err(), Some(Refused::Forbidden), "took part in the handling");
    room.review.state = review::State::Closed;
    assert_eq!(room.check(&room.order(), "insp1.insp").err(), Some("M_RECORD_LOCKED"));
}

#[test]
fn the_department_signs_and_its_head_answers_with_evidence() {
    let room = Room::new();
    let issued = room.issued();
    assert_eq!(room.act(&issued, "head.whs", answer("photos")), Err("M_ACK_FIRST"));
    assert_eq!(room.act(&issued, "insp1.insp", Command::Acknowledge), Err("M_INSP_READONLY"));
    assert_eq!(room.act(&issued, "head.mkt", Command::Acknowledge), Err("M_NOT_YOUR_TASK"));
    let signed = room.act(&issued, "wh2.whs", Command::Acknowledge).unwrap();
    assert_eq!(room.act(&signed, "wh2.whs", Command::Acknowledge), Ok(signed.clone()));
    assert_eq!(room.act(&signed, "head.whs", Command::Acknowledge), Err("M_STALE"));
    assert_eq!(room.act(&signed, "wh2.whs", answer("photos")), Err("M_NOT_YOUR_TASK"), "the head answers");
    assert_eq!(room.act(&signed, "insp1.insp", answer("photos")), Err("M_INSP_READONLY"));
    assert_eq!(room.act(&signed, "head.whs", answer(" ")), Err("M_EVIDENCE_MISSING"));
    let blank = Command::Answer { text: " ".to_owned(), evidence: "photos".to_owned() };
    assert_eq!(room.act(&signed, "head.whs", blank), Err("M_REQUIRED"));
    assert_eq!(room.act(&signed, "head.whs", answer("photos")).unwrap().state, State::Answered);
}

#[test]
fn never_accepted_by_the_department_itself() {
    let room = Room::new();
    let answered = room.answered();
    for login in ["head.whs", "wh2.whs"] {
        assert_eq!(room.act(&answered, login, Command::Accept), Err("M_RECTIFY_SELF"), "{login}");
        assert_eq!(room.act(&answered, login, give_back("x")), Err("M_RECTIFY_SELF"), "{login}");
    }
    for login in ["leader", "head.mkt"] {
        assert_eq!(room.act(&answered, login, Command::Accept), Err("M_FORBIDDEN"), "{login}");
    }
    assert_eq!(room.act(&room.issued(), "insp1.insp", Command::Accept), Err("M_PREREQ"));
    assert_eq!(room.act(&room.issued(), "insp1.insp", give_back("x")), Err("M_PREREQ"));
    assert_eq!(room.act(&answered, "insp1.insp", give_back(" ")), Err("M_REQUIRED"));
    let returned = room.act(&answered, "insp1.insp", give_back("no log")).unwrap();
    assert_eq!(returned.state, State::Returned);
    assert_eq!(room.act(&returned, "insp1.insp", Command::Accept), Err("M_PREREQ"));
    let again = room.act(&returned, "head.whs", answer("log")).unwrap();
    let accepted = room.act(&again, "insp2.insp", Command::Accept).unwrap();
    assert_eq!(accepted.state, State::Accepted);
    assert_eq!(room.act(&accepted, "insp1.insp", Command::Accept), Err("M_STALE"));
    assert_eq!(room.act(&accepted, "insp1.insp", give_back("x")), Err("M_STALE"));
    assert_eq!(room.act(&accepted, "head.whs", answer("more")), Ok(accepted.clone()), "answered before");
}

#[test]
fn overdue_goes_to_the_leader_exactly_once() {
    let room = Room::new();
    let issued = room.issued();
    let leader = address::post(role::LEADER, "LG");
    let none = Sent::new();
    let (next, written) = issued.tick(&room.context(&none, false), at(DUE));
    let told = |w: &Written| w.notices.iter().filter(|n| n.to == leader).count();
    assert_eq!(told(&written), 1, "{:?}", written.notices);
    assert_eq!(next.wake_at, None, "nothing more to come");
    let sent: Sent = written.rungs.iter().map(|(r, _)| (r.event, r.step, r.limit_at)).collect();
    let (_, again) = next.tick(&room.context(&sent, false), at("2026-12-31T10:00:00+08:00"));
    assert!(again.notices.is_empty() && again.entries.is_empty());
    let (_, quiet) = room.answered().tick(&room.context(&none, false), at(DUE));
    assert!(quiet.notices.is_empty(), "answered: the inspection centre's turn");
    assert_eq!(issued.rungs(&room.context(&none, false), &none)[0].event, StepEvent::NotAcknowledged);
    assert_eq!((issued.late(at(DUE) + chrono::TimeDelta::seconds(90)), issued.is_overdue(at(DUE))), (90, false));
}

#[test]
fn seen_by_those_it_concerns() {
    let room = Room::new();
    let issued = room.issued();
    for (login, sees) in [
        ("insp2.insp", true),
        ("leader", true),
        ("head.whs", true),
        ("wh2.whs", true),
        ("head.mkt", false),
        ("admin", false),
    ] {
        assert_eq!(issued.is_visible_to(&who(&room.directory, login)), sees, "{login}");
    }
}
