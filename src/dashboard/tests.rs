//! What the boards say of given rows, without a database.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::department::{Department, Owed, Sorted, Stub, choices, choose};
use super::*;
use crate::calendar::{Calendar, Rules, fixture};
use crate::person::Post;
use crate::person::directory::{Directory, Person};
use crate::plan::{Edition, Editions};
use crate::task::{Assignee, Ending, Signature, State, Task};

struct World {
    leadership: crate::leadership::Leadership,
    editions: Editions,
    calendar: Calendar,
    directory: Directory,
}

impl World {
    fn new() -> World {
        let department = |code: &str| crate::person::directory::Department {
            code: code.to_owned(),
            kind: code.to_owned(),
            name: same(code),
            region: None,
            parent: None,
            position: 0,
        };
        let head = Person {
            id: Uuid::from_u128(9),
            login: "head.inf".to_owned(),
            name: "Head".to_owned(),
            language: Lang::En,
            phone: Some("0000-100 0003".to_owned()),
            active: true,
            created_at: at("2026-01-01T00:00:00Z"),
            closed_at: None,
            posts: vec![Post { role: "department_head".to_owned(), department: "INF".to_owned() }],
        };
        let departments = ["LG", "INF", "ORD"].map(department).into();
        World {
            editions: Editions::new([Edition::built_in().unwrap()]),
            calendar: Calendar::new(Rules::default(), fixture::lanchuan_2026()),
            directory: Directory::new(Vec::new(), departments, Vec::new(), vec![head]),
            leadership: Default::default(),
        }
    }

    fn sight<'a>(&'a self, actor: &'a Actor, now: &str) -> Sight<'a> {
        Sight {
            editions: &self.editions,
            calendar: &self.calendar,
            directory: &self.directory,
            leadership: &self.leadership,
            actor,
            lang: Lang::En,
            now: at(now),
        }
    }
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn same(text: &str) -> Text {
    Text { zh_hans: text.to_owned(), zh_hant: text.to_owned(), en: text.to_owned() }
}

fn actor(login: &str, posts: &[(&str, &str)]) -> Actor {
    let post =
        |(role, department): &(&str, &str)| Post { role: (*role).to_owned(), department: (*department).to_owned() };
    Actor {
        person: Some(Uuid::from_u128(9)),
        login: login.to_owned(),
        lang: Lang::En,
        posts: posts.iter().map(post).collect(),
    }
}

fn brief(number: &str) -> Brief {
    Brief {
        id: Uuid::from_u128(1),
        number: number.to_owned(),
        edition: "2008-trial".to_owned(),
        sub_kind: "it.voice_board_down".to_owned(),
        region: "CITY".to_owned(),
        severity: Severity::Local,
        proposed: Severity::Local,
        confirmed: false,
        state: "open".to_owned(),
        officer_role: "deputy_leader".to_owned(),
        commander: None,
        description: "Board 2 is dead".to_owned(),
        reporter_login: "clerk3.ord".to_owned(),
        reporter_department: "ORD".to_owned(),
        reported_at: at("2026-09-30T09:05:00Z"),
        closed_at: None,
        total: 4,
        done: 1,
    }
}

/// An unsigned task of the voice board, opened at 17:05, with both limits as given.
fn task(key: &str, sign_by: &str, due: &str) -> Task {
    Task {
        id: Uuid::now_v7(),
        key: key.to_owned(),
        code: key.to_owned(),
        position: 0,
        region: None,
        department: "INF".to_owned(),
        vacant: false,
        role: "department_head".to_owned(),
        assignee: None,
        state: State::Open,
        major: false,
        opened_at: at("2026-09-30T09:05:00Z"),
        acknowledge_by: Some(at(sign_by)),
        due_at: Some(at(due)),
        acknowledged: None,
        evidence: BTreeMap::new(),
        late_seconds: 0,
        returned: None,
        check_ins: 0,
        promises: Vec::new(),
        ticks: Vec::new(),
        updated_at: at("2026-09-30T09:05:00Z"),
        revision: 1,
    }
}

fn signed(mut task: Task) -> Task {
    task.state = State::Acknowledged;
    task.acknowledged = Some(Signature { at: task.opened_at, by: "head.inf".to_owned() });
    task
}

const ON_SITE: &str = "it.voice.on_site";
const CALL: &str = "it.voice.call_neusoft";
const FALLBACK: &str = "ord.fallback_ordering";

fn department(world: &World, who: &Actor, tasks: Vec<Task>, now: &str) -> Department {
    let tasks = tasks.into_iter().map(|t| (Uuid::from_u128(1), t)).collect();
    of("INF", tasks, &[brief("YJ-1")], None, &world.sight(who, now))
}

fn of(
    code: &str,
    tasks: Vec<(Uuid, Task)>,
    briefs: &[Brief],
    whole: Option<&str>,
    sight: &super::Sight<'_>,
) -> Department {
    let stub = |b: &Brief| Stub { number: b.number.clone(), edition: b.edition.clone() };
    let owed = Owed { tasks, stubs: briefs.iter().map(|b| (b.id, stub(b))).collect(), ..Owed::default() };
    let sorted = Sorted::of(code, &owed, whole, sight);
    let asked = sorted.incidents();
    let briefs = briefs.iter().filter(|b| asked.contains(&b.id)).map(|b| (b.id, b.clone())).collect();
    Department::of(code, Vec::new(), &sorted, &briefs, &HashMap::new(), sight)
}

#[test]
fn a_long_list_shows_its_beginning_and_counts_all() {
    let (world, head) = (World::new(), actor("head.inf", &[("department_head", "INF")]));
    let late = |n: u32| Task {
        id: Uuid::now_v7(),
        ..signed(task(CALL, "2026-09-30T09:05:00Z", &format!("2026-09-30T09:{n:02}:00Z")))
    };
    let tasks: Vec<(Uuid, Task)> = (10..60).rev().map(|n| (Uuid::from_u128(1), late(n))).collect();
    let sight = world.sight(&head, "2026-09-30T10:30:00Z");
    let page = |whole| of("INF", tasks.clone(), &[brief("YJ-1")], whole, &sight).overdue;
    let (short, whole) = (page(None), page(Some("late")));
    assert_eq!((short.count, short.shown.len(), short.more()), (50, 40, 10));
    assert_eq!((whole.count, whole.shown.len(), whole.more()), (50, 50, 0));
    assert_eq!(short.shown, whole.shown[..40], "the longest overdue first");
}

#[test]
fn lists_are_sorted_by_the_time_left_not_by_creation() {
    let (world, head) = (World::new(), actor("head.inf", &[("department_head", "INF")]));
    let late_sign = task(ON_SITE, "2026-09-30T10:05:00Z", "2026-09-30T15:05:00Z");
    let early_sign = task(FALLBACK, "2026-09-30T09:15:00Z", "2026-09-30T16:35:00Z");
    let page = department(&world, &head, vec![late_sign, early_sign], "2026-09-30T09:06:00Z");
    let keys: Vec<&str> = page.to_sign.shown.iter().map(|i| i.key.as_str()).collect();
    assert_eq!(keys, [FALLBACK, ON_SITE]);
}

#[test]
fn each_task_stands_in_one_list() {
    let (world, head) = (World::new(), actor("head.inf", &[("department_head", "INF")]));
    let mut returned = task("a", "2026-09-30T09:15:00Z", "2026-09-30T09:35:00Z");
    returned.key = "cmd.local_directive".to_owned();
    returned.code.clone_from(&returned.key);
    returned.returned = Some((at("2026-09-30T09:07:00Z"), "not ours".to_owned()));
    let mut ended = signed(task(FALLBACK, "2026-09-30T09:15:00Z", "2026-09-30T09:35:00Z"));
    ended.state = State::Done(Ending { at: at("2026-09-30T09:09:00Z"), by: "head.inf".to_owned() });
    let tasks = vec![
        task(CALL, "2026-09-30T09:15:00Z", "2026-09-30T09:20:00Z"),
        signed(task(FALLBACK, "2026-09-30T09:15:00Z", "2026-09-30T09:32:00Z")),
        signed(task(FALLBACK, "2026-09-30T09:15:00Z", "2026-09-30T16:00:00Z")),
        task(FALLBACK, "2026-09-30T09:15:00Z", "2026-09-30T09:55:00Z"),
        returned,
        ended,
    ];
    let page = department(&world, &head, tasks, "2026-09-30T09:30:00Z");
    let counts =
        [&page.overdue, &page.to_sign, &page.soon, &page.in_hand, &page.returned, &page.ended].map(|l| l.count);
    assert_eq!(counts, [1, 1, 1, 1, 1, 1]);
}

#[test]
fn a_paused_clock_says_so_and_is_never_late() {
    let (world, head) = (World::new(), actor("head.inf", &[("department_head", "INF")]));
    let waits = task(ON_SITE, "2026-10-08T00:35:00Z", "2026-10-08T09:05:00Z");
    let page = department(&world, &head, vec![waits], "2026-10-03T02:00:00Z");
    let item = &page.to_sign.shown[0];
    let Left::Paused { resumes, why, .. } = &item.due else { panic!("{item:?}") };
    assert_eq!(*resumes, at("2026-10-08T00:30:00Z"));
    assert!(matches!(why, Pause::Holiday(name) if !name.is_empty()));
}

#[test]
fn lateness_is_counted_on_the_limits_own_clock() {
    let (world, head) = (World::new(), actor("head.inf", &[("department_head", "INF")]));
    // Due Thursday 17:05; on Friday 09:40 that is 25 min of Thursday and 70 of Friday.
    let late = signed(task(ON_SITE, "2026-10-08T00:35:00Z", "2026-10-08T09:05:00Z"));
    let page = department(&world, &head, vec![late], "2026-10-09T01:40:00Z");
    let Left::Over { late, ticks, .. } = &page.overdue.shown[0].due else { panic!() };
    assert_eq!((late.as_str(), *ticks), ("1 h 35 min", false));
}

#[test]
fn a_member_sees_their_own_first_a_head_by_time_alone() {
    let world = World::new();
    let soon = task(CALL, "2026-10-08T01:00:00Z", "2026-10-08T02:00:00Z");
    let mut mine = task(ON_SITE, "2026-10-08T02:00:00Z", "2026-10-08T09:05:00Z");
    mine.assignee = Some(Assignee { person: Uuid::from_u128(9), login: "tech1.inf".to_owned() });
    let first = |who: &Actor| {
        let page = department(&world, who, vec![soon.clone(), mine.clone()], "2026-10-08T00:40:00Z");
        page.to_sign.shown[0].key.clone()
    };
    assert_eq!(first(&actor("tech1.inf", &[("inf_technician", "INF")])), ON_SITE);
    assert_eq!(first(&actor("head.inf", &[("department_head", "INF")])), CALL);
}

#[test]
fn what_is_late_to_sign_is_counted_beside_what_is_overdue() {
    let (world, head) = (World::new(), actor("head.inf", &[("department_head", "INF")]));
    let unsigned = task(ON_SITE, "2026-09-30T09:35:00Z", "2026-10-08T09:05:00Z");
    let page = department(&world, &head, vec![unsigned], "2026-09-30T10:00:00Z");
    assert_eq!((page.overdue.count, page.to_sign.count, page.sign_late), (0, 1, 1));
}

#[test]
fn a_person_opens_their_own_departments_the_leadership_any() {
    let world = World::new();
    let codes = |who: &Actor| -> Vec<String> {
        choices(who, &world.sight(who, "2026-10-08T00:40:00Z")).into_iter().map(|(code, _)| code).collect()
    };
    let head = actor("head.inf", &[("department_head", "INF"), ("lg_member", "LG")]);
    assert_eq!(codes(&head), ["LG", "INF"]);
    let deputy = actor("deputy", &[("deputy_leader", "LG")]);
    assert_eq!(codes(&deputy), ["LG", "INF", "ORD"]);
    let list = vec![("LG".to_owned(), String::new()), ("INF".to_owned(), String::new())];
    assert_eq!(choose(None, &list, &head).unwrap(), "INF");
    assert_eq!(choose(None, &list, &deputy).unwrap(), "LG");
    assert_eq!(choose(Some("LG"), &list, &head).unwrap(), "LG");
    assert!(matches!(choose(Some("ORD"), &list, &head), Err(crate::refusal::Refused::Forbidden)));
}

#[test]
fn each_role_has_its_place() {
    for (posts, place) in [
        (vec![("leader", "LG")], "/board"),
        (vec![("duty_officer", "LGO")], "/duty"),
        (vec![("department_head", "INF"), ("lg_member", "LG")], "/department"),
        (vec![("inspector", "INSP")], "/department"),
        (vec![("driver", "STN-QZ")], "/driver"),
        (vec![("sys_admin", "INF")], "/people"),
        (vec![("plan_editor", "LG")], "/plan"),
    ] {
        assert_eq!(home(&actor("x", &posts)), place, "{posts:?}");
    }
}

#[test]
fn a_level_nobody_decided_counts_as_the_one_proposed() {
    let world = World::new();
    let who = actor("leader", &[("leader", "LG")]);
    let waiting = Brief { proposed: Severity::Major, ..brief("YJ-1") };
    let heading = Heading::of(&waiting, &world.sight(&who, "2026-09-30T10:05:00Z")).unwrap();
    assert_eq!((heading.severity, heading.awaits, heading.elapsed.as_str()), (Severity::Major, true, "1 h 0 min"));
    let decided = Brief { confirmed: true, ..waiting };
    assert_eq!(decided.shown_severity(), Severity::Local);
}

#[test]
fn times_of_other_days_carry_their_date() {
    let now = at("2026-10-08T02:06:00Z");
    assert_eq!(day_clock(&Lang::En, &at("2026-10-08T09:05:00Z"), &now), "17:05");
    assert_eq!(day_clock(&Lang::ZhHant, &at("2026-10-09T01:05:00Z"), &now), "10月9日 09:05");
    assert_eq!(day_clock(&Lang::En, &at("2027-01-01T01:05:00Z"), &now), "2027-01-01 09:05");
}
