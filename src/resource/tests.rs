//! Every refusal of a request, and every pair of state and act.

use uuid::Uuid;

use super::*;
use crate::circular::tests::{at, lanchuan, who};

const NOW: &str = "2026-03-23T10:00:00+08:00";
const DUE: &str = "2026-03-23T14:00:00+08:00";

struct Post {
    directory: Directory,
    under: Under,
}

impl Post {
    /// A headquarters that head.inf commands by written authority.
    fn new() -> Post {
        let (_, directory) = lanchuan();
        let commander = who(&directory, "head.inf").person;
        let under = Under {
            headquarters: Uuid::now_v7(),
            number: "YJ-20260323-001".to_owned(),
            incident: Uuid::now_v7(),
            commander,
            active: true,
        };
        Post { directory, under }
    }

    fn actor(&self, login: &str) -> Actor {
        who(&self.directory, login)
    }

    fn ask(&self, login: &str, wish: &Wish) -> Result<Request, Refused> {
        Request::ask(wish, 1, &self.under, &self.directory, &self.actor(login), at(NOW)).map(|r| r.0)
    }

    fn promise(&self, request: &mut Request, login: &str, quantity: i64, due: Option<&str>) -> Result<Event, Refused> {
        request.promise(quantity, due.map(at), &self.directory, &self.actor(login), at(NOW))
    }

    fn arrive(&self, request: &mut Request, login: &str, quantity: i64, when: &str) -> Result<Event, Refused> {
        let now = at(when).max(at(NOW));
        request.arrive(quantity, at(when), &self.under, &self.directory, &self.actor(login), now)
    }
}

fn wish() -> Wish {
    Wish {
        kind: "people".to_owned(),
        what: "送货员".to_owned(),
        quantity: 60,
        unit: "人".to_owned(),
        department: "DIST".to_owned(),
        due_at: Some(at(DUE)),
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, Refused>) -> &'static str {
    result.err().map_or("taken", |r| r.code())
}

#[test]
fn who_commands_asks_with_a_limit_to_come() {
    let post = Post::new();
    for (login, found) in [
        ("leader", "taken"),
        ("deputy", "taken"),
        ("head.inf", "taken"),
        ("head.mkt", "M_DIRECTIVE_NOT_ISSUER"),
        ("lgo.head", "M_DIRECTIVE_NOT_ISSUER"),
        ("insp1.insp", "M_DIRECTIVE_NOT_ISSUER"),
        ("tech1.inf", "M_DIRECTIVE_NOT_ISSUER"),
    ] {
        assert_eq!(code(post.ask(login, &wish())), found, "{login}");
    }
    for (wrong, found, field) in [
        (Wish { due_at: None, ..wish() }, "M_DIRECTIVE_NO_LIMIT", "due_at"),
        (Wish { due_at: Some(at(NOW)), ..wish() }, "M_DIRECTIVE_PAST", "due_at"),
        (Wish { due_at: Some(at("2026-03-22T10:00:00+08:00")), ..wish() }, "M_DIRECTIVE_PAST", "due_at"),
        (Wish { kind: "horses".to_owned(), ..wish() }, "M_BAD_VALUE", "kind"),
        (Wish { what: " ".to_owned(), ..wish() }, "M_REQUIRED", "what"),
        (Wish { what: "a\0".to_owned(), ..wish() }, "M_BAD_VALUE", "what"),
        (Wish { unit: "人".repeat(UNIT + 1), ..wish() }, "M_BAD_VALUE", "unit"),
        (Wish { quantity: 0, ..wish() }, "M_BAD_VALUE", "quantity"),
        (Wish { quantity: -3, ..wish() }, "M_BAD_VALUE", "quantity"),
        (Wish { quantity: i64::MAX, ..wish() }, "M_BAD_VALUE", "quantity"),
        (Wish { department: "NONE".to_owned(), ..wish() }, "M_BAD_VALUE", "department"),
    ] {
        let refused = post.ask("leader", &wrong).unwrap_err();
        assert_eq!((refused.code(), refused.field()), (found, Some(field)), "{wrong:?}");
    }
    let mut down = Post::new();
    down.under.active = false;
    assert_eq!(code(down.ask("leader", &wish())), "M_RECORD_LOCKED");
}

#[test]
fn numbered_under_the_headquarters() {
    let post = Post::new();
    let (request, event) =
        Request::ask(&wish(), 3, &post.under, &post.directory, &post.actor("leader"), at(NOW)).unwrap();
    assert_eq!((request.number.as_str(), request.headquarters_number()), ("YJ-20260323-001-Z3", "YJ-20260323-001"));
    assert!(matches!(event, Event::ResourceAsked { quantity: 60, .. }));
    assert_eq!((request.state(), request.is_open()), (State::Asked, true));
}

#[test]
fn only_the_department_promises() {
    let post = Post::new();
    let asked = post.ask("leader", &wish()).unwrap();
    for (login, found) in [
        ("head.dist", "taken"),
        ("head.mkt", "M_NOT_YOUR_TASK"),
        ("head.inf", "M_NOT_YOUR_TASK"),
        ("leader", "M_NOT_YOUR_TASK"),
        ("insp1.insp", "M_INSP_READONLY"),
    ] {
        assert_eq!(code(post.promise(&mut asked.clone(), login, 40, Some(DUE))), found, "{login}");
    }
    for (quantity, due, found) in [
        (40, None, "M_BAD_VALUE"),
        (40, Some("2026-03-23T09:00:00+08:00"), "M_BAD_VALUE"),
        (-1, Some(DUE), "M_BAD_VALUE"),
        (0, None, "taken"),
        (80, Some("2026-03-24T09:00:00+08:00"), "taken"),
    ] {
        assert_eq!(code(post.promise(&mut asked.clone(), "head.dist", quantity, due)), found, "{quantity} {due:?}");
    }
    let mut request = asked;
    post.promise(&mut request, "head.dist", 40, Some(DUE)).unwrap();
    post.promise(&mut request, "head.dist", 55, Some(DUE)).unwrap();
    assert_eq!(request.promise.as_ref().map(|p| p.quantity), Some(55), "the later word stands");
    assert_eq!(request.state(), State::Promised);
}

#[test]
fn what_comes_adds_up_and_more_is_fine() {
    let post = Post::new();
    let asked = post.ask("leader", &wish()).unwrap();
    for (login, found) in [
        ("head.dist", "taken"),
        ("head.inf", "taken"),
        ("leader", "taken"),
        ("head.mkt", "M_NOT_YOUR_TASK"),
        ("insp1.insp", "M_INSP_READONLY"),
    ] {
        assert_eq!(code(post.arrive(&mut asked.clone(), login, 5, NOW)), found, "{login}");
    }
    for quantity in [0, -1, i64::MIN] {
        assert_eq!(code(post.arrive(&mut asked.clone(), "head.dist", quantity, NOW)), "M_BAD_VALUE", "{quantity}");
    }
    let early = post.arrive(&mut asked.clone(), "head.dist", 5, "2026-03-23T09:59:00+08:00");
    assert_eq!(code(early), "M_BAD_VALUE", "before it was asked for");
    let directory = &post.directory;
    let ahead =
        asked.clone().arrive(5, at(DUE), &post.under, directory, &post.actor("head.dist"), at(NOW)).unwrap_err();
    assert_eq!((ahead.code(), ahead.field()), ("M_FUTURE_TIME", Some("at")));

    let mut request = asked;
    post.arrive(&mut request, "head.dist", 20, "2026-03-23T13:00:00+08:00").unwrap();
    assert_eq!((request.state(), request.arrived), (State::Arriving, 20));
    post.arrive(&mut request, "head.dist", 50, "2026-03-23T13:30:00+08:00").unwrap();
    assert_eq!((request.state(), request.arrived, request.is_open()), (State::Arrived, 70, false));
    assert_eq!(request.late_seconds(at("2026-03-25T10:00:00+08:00")), 0, "it was there in time");
    post.arrive(&mut request, "head.dist", 1, "2026-03-23T18:00:00+08:00").unwrap();
    assert_eq!(request.late_seconds(at("2026-03-25T10:00:00+08:00")), 0, "what comes on top doesn't make it late");
}

#[test]
fn lateness_runs_until_the_last_of_it_came() {
    let post = Post::new();
    let mut request = post.ask("leader", &wish()).unwrap();
    assert_eq!(request.late_seconds(at(DUE)), 0);
    assert_eq!(request.late_seconds(at("2026-03-23T15:00:00+08:00")), 3600);
    post.arrive(&mut request, "head.dist", 30, "2026-03-23T13:00:00+08:00").unwrap();
    assert_eq!(request.late_seconds(at("2026-03-23T15:00:00+08:00")), 3600, "half is not all");
    let event = post.arrive(&mut request, "head.dist", 30, "2026-03-23T14:10:00+08:00").unwrap();
    assert!(matches!(event, Event::ResourceArrived { late_seconds: 600, total: 60, .. }));
    assert_eq!(request.late_seconds(at("2026-03-23T15:00:00+08:00")), 600);
}

/// The four acts on a request in each of its five states.
#[test]
fn every_state_meets_every_act() {
    let post = Post::new();
    let later = "2026-03-23T11:00:00+08:00";
    let asked = post.ask("leader", &wish()).unwrap();
    let mut promised = asked.clone();
    post.promise(&mut promised, "head.dist", 60, Some(DUE)).unwrap();
    let mut arriving = promised.clone();
    post.arrive(&mut arriving, "head.dist", 10, later).unwrap();
    let mut arrived = arriving.clone();
    post.arrive(&mut arrived, "head.dist", 50, later).unwrap();
    let mut cancelled = asked.clone();
    cancelled.cancel(&post.under, &post.actor("leader"), at(NOW)).unwrap();
    for (request, state, [promise, arrive, cancel]) in [
        (asked, State::Asked, ["taken"; 3]),
        (promised, State::Promised, ["taken"; 3]),
        (arriving, State::Arriving, ["taken"; 3]),
        (arrived, State::Arrived, ["M_STALE", "taken", "M_STALE"]),
        (cancelled, State::Cancelled, ["M_STALE"; 3]),
    ] {
        assert_eq!(request.state(), state);
        assert_eq!(code(post.promise(&mut request.clone(), "head.dist", 60, Some(DUE))), promise, "{state:?}");
        assert_eq!(code(post.arrive(&mut request.clone(), "head.dist", 1, later)), arrive, "{state:?}");
        let leader = post.actor("leader");
        assert_eq!(code(request.clone().cancel(&post.under, &leader, at(NOW))), cancel, "{state:?}");
        if state == State::Cancelled {
            assert_eq!(request.late_seconds(at("2026-04-01T10:00:00+08:00")), 0);
        }
    }
}

#[test]
fn only_who_commands_cancels() {
    let post = Post::new();
    let request = post.ask("leader", &wish()).unwrap();
    for (login, found) in [
        ("deputy", "taken"),
        ("head.inf", "taken"),
        ("head.dist", "M_DIRECTIVE_NOT_ISSUER"),
        ("insp1.insp", "M_DIRECTIVE_NOT_ISSUER"),
    ] {
        let by = post.actor(login);
        assert_eq!(code(request.clone().cancel(&post.under, &by, at(NOW))), found, "{login}");
    }
    let gone = Under { commander: None, ..post.under.clone() };
    assert!(!gone.commanded_by(&post.actor("head.inf")) && !gone.commanded_by(&Actor::system()));
}

#[test]
fn the_board_puts_what_is_late_first_and_offers_each_their_own() {
    use super::board::{Board, grouped};
    use crate::lang::Lang;
    use crate::timeline::Words;
    let post = Post::new();
    let (edition, _) = lanchuan();
    let words = Words::new(&edition, &post.directory, Lang::En);
    let late = post.ask("leader", &wish()).unwrap();
    let mut money = post.ask("leader", &Wish { kind: "money".to_owned(), ..wish() }).unwrap();
    post.arrive(&mut money, "head.dist", 60, "2026-03-23T12:00:00+08:00").unwrap();
    let soon = Wish { due_at: Some(at("2026-03-24T14:00:00+08:00")), ..wish() };
    let soon = post.ask("leader", &soon).unwrap();
    let all = [soon, money, late.clone()];
    let now = at("2026-03-23T16:00:00+08:00");
    let of = |login: &str| Board::of(&all, &post.under, &post.actor(login), &words, now);
    let board = of("leader");
    assert_eq!(
        board.columns.iter().map(|c| (c.code, c.cards.len(), c.open)).collect::<Vec<_>>(),
        [("people", 2, 2), ("money", 1, 0)]
    );
    assert_eq!((board.late, board.open.len(), board.may_ask), (1, 2, true));
    let first = &board.columns[0].cards[0];
    assert!(first.is_late() && first.due_at == late.due_at && first.may_cancel && !first.may_promise);
    assert_eq!(
        ["7", "700", "1,000", "80,000", "1,234,567"],
        [7, 700, 1000, 80_000, 1_234_567].map(|n| grouped(&n))[..]
    );
    let theirs = of("head.dist");
    let first = &theirs.columns[0].cards[0];
    assert!(first.may_promise && first.may_arrive && !first.may_cancel && !theirs.may_ask);
    let others = &of("head.mkt").columns[0].cards[0];
    assert!(!others.may_promise && !others.may_arrive && !others.may_cancel);
}
