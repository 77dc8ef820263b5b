//! Every refusal of a circular, and who reads what.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::view::readers;
use super::*;
use crate::city::{self, City, LANCHUAN};
use crate::demo::people;
use crate::lang::Lang;
use crate::notice::Addressee;

/// The people and departments of Lanchuan, in memory.
pub(crate) fn lanchuan() -> (Edition, Directory) {
    let edition = Edition::built_in().unwrap();
    let city = City::from_toml(LANCHUAN, &edition).unwrap();
    let persons = people::everyone(&city)
        .into_iter()
        .map(|c| Person {
            id: Uuid::now_v7(),
            login: c.login,
            name: c.name,
            language: Lang::En,
            phone: Some(c.phone),
            active: true,
            created_at: at("2026-01-01T08:00:00+08:00"),
            closed_at: None,
            posts: c.posts,
        })
        .collect();
    let departments = city::departments_of(&edition).chain(city.departments.clone()).collect();
    let directory = Directory::new(city.regions, departments, city::roles_of(&edition).collect(), persons);
    (edition, directory)
}

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
}

pub(crate) fn who(directory: &Directory, login: &str) -> Actor {
    directory.by_login(login).unwrap_or_else(|| panic!("no {login} in Lanchuan")).actor()
}

const NOW: &str = "2026-03-24T10:00:00+08:00";

fn parts() -> Parts {
    Parts {
        title: " 关于值班脱岗的通报 ".to_owned(),
        facts: "3月23日夜值班电话无人接听。已责成整改。".to_owned(),
        clauses: vec!["2.1.2-lg-4".to_owned(), "3.1.7".to_owned(), "3.1.7".to_owned()],
        departments: vec!["INF".to_owned(), "ORD".to_owned(), "INF".to_owned()],
        incident: Some(" ".to_owned()),
    }
}

fn published(edition: &Edition, directory: &Directory, login: &str) -> Circular {
    let read = parts().read(edition, directory).unwrap();
    let mut circular = Circular::draft(read, edition, &who(directory, login), at(NOW)).unwrap();
    circular.publish(&who(directory, login), at(NOW)).unwrap();
    circular.number = Some("TB-2026-001".to_owned());
    circular
}

#[test]
fn only_the_two_bodies_issue_each_in_its_own_name() {
    let (edition, directory) = lanchuan();
    for (login, issuer) in [
        ("leader", Some(Issuer::LeadingGroup)),
        ("deputy", Some(Issuer::LeadingGroup)),
        ("insp1.insp", Some(Issuer::Inspection)),
        ("head.insp", Some(Issuer::Inspection)),
        ("lgo.head", None),
        ("head.inf", None),
        ("duty", None),
        ("admin", None),
        ("editor", None),
    ] {
        let draft = Circular::draft(parts(), &edition, &who(&directory, login), at(NOW));
        assert_eq!(draft.as_ref().ok().map(|c| c.issuer), issuer, "{login}");
        if issuer.is_none() {
            assert_eq!(draft.unwrap_err(), Refused::Forbidden, "{login}");
        }
    }
}

#[test]
fn parts_are_put_in_order_and_kinds_written_out() {
    let (edition, directory) = lanchuan();
    let read = parts().read(&edition, &directory).unwrap();
    assert_eq!(read.title, "关于值班脱岗的通报");
    assert_eq!((read.clauses.len(), read.departments.len(), read.incident), (2, 2, None));
    let regional = Parts { departments: vec!["RMD".to_owned()], ..parts() }.read(&edition, &directory).unwrap();
    assert_eq!(regional.departments.len(), directory.regions().len());
    assert!(regional.departments.iter().all(|d| d.starts_with("RMD-")));
    for (wrong, field) in [
        (Parts { clauses: vec!["9.9".to_owned()], ..parts() }, "clauses"),
        (Parts { departments: vec!["NONE".to_owned()], ..parts() }, "departments"),
        (Parts { title: "长".repeat(TITLE + 1), ..parts() }, "title"),
        (Parts { facts: "a\0b".to_owned(), ..parts() }, "facts"),
    ] {
        let refused = wrong.read(&edition, &directory).unwrap_err();
        assert_eq!((refused.code(), refused.field()), ("M_BAD_VALUE", Some(field)));
    }
}

#[test]
fn nothing_goes_out_without_facts_clause_and_addressees() {
    let (edition, directory) = lanchuan();
    let leader = who(&directory, "leader");
    for (part, field) in [
        (Parts { facts: " \n".to_owned(), ..parts() }, "facts"),
        (Parts { clauses: Vec::new(), ..parts() }, "clauses"),
        (Parts { departments: Vec::new(), ..parts() }, "departments"),
    ] {
        let part = part.read(&edition, &directory).unwrap();
        let mut circular = Circular::draft(part, &edition, &leader, at(NOW)).unwrap();
        assert_eq!(circular.publish(&leader, at(NOW)), Err(vec![Refused::CircularFields { field }]));
        assert!(circular.is_draft(), "nothing changed");
    }
    let mut blank = Circular::draft(Parts::default(), &edition, &leader, at(NOW)).unwrap();
    assert_eq!(blank.publish(&leader, at(NOW)).unwrap_err().len(), 3, "all faults at once");
}

#[test]
fn published_once_and_never_changed() {
    let (edition, directory) = lanchuan();
    let (leader, inspector) = (who(&directory, "leader"), who(&directory, "insp1.insp"));
    let mut circular = published(&edition, &directory, "leader");
    let again = circular.publish(&who(&directory, "deputy"), at(NOW)).unwrap_err();
    assert_eq!((again[0].code(), again[0].status()), ("M_STALE", 409));
    assert_eq!(circular.rewrite(parts(), &edition, &leader, at(NOW)), Err(Refused::RecordLocked));
    let mut draft = Circular::draft(parts(), &edition, &leader, at(NOW)).unwrap();
    assert_eq!(draft.rewrite(parts(), &edition, &inspector, at(NOW)), Err(Refused::Forbidden));
    assert_eq!(draft.publish(&inspector, at(NOW)), Err(vec![Refused::Forbidden]));
    assert_eq!(draft.rewrite(parts(), &edition, &who(&directory, "deputy"), at(NOW)), Ok(()));
}

#[test]
fn who_sees_which() {
    let (edition, directory) = lanchuan();
    let draft = Circular::draft(parts(), &edition, &who(&directory, "leader"), at(NOW)).unwrap();
    let out = published(&edition, &directory, "leader");
    for (login, sees_draft, sees_out) in [
        ("leader", true, true),
        ("deputy", true, true),
        ("insp1.insp", false, true),
        ("head.inf", false, true),
        ("tech1.inf", false, true),
        ("head.fin", false, false),
        ("admin", false, false),
    ] {
        let actor = who(&directory, login);
        assert_eq!((draft.is_visible_to(&actor), out.is_visible_to(&actor)), (sees_draft, sees_out), "{login}");
    }
}

#[test]
fn readers_confirm_once_for_their_own_department() {
    let (edition, directory) = lanchuan();
    let circular = published(&edition, &directory, "leader");
    let head = who(&directory, "head.inf");
    let receipts = circular.confirm(&[], &head, at(NOW)).unwrap();
    assert_eq!(receipts.iter().map(|r| r.department.as_str()).collect::<Vec<_>>(), ["INF"]);
    assert_eq!(circular.confirm(&receipts, &head, at(NOW)), Ok(Vec::new()));
    for login in ["head.fin", "leader", "admin"] {
        assert_eq!(circular.confirm(&[], &who(&directory, login), at(NOW)), Err(Refused::Forbidden), "{login}");
    }
    let draft = Circular::draft(circular.parts.clone(), &edition, &who(&directory, "leader"), at(NOW)).unwrap();
    assert_eq!(draft.confirm(&[], &head, at(NOW)), Err(Refused::NotFound));
}

#[test]
fn the_matrix_counts_members_and_names_who_is_waited_for() {
    let (edition, directory) = lanchuan();
    let circular = published(&edition, &directory, "leader");
    let unread = readers("INF", &[], &directory, Lang::En);
    assert!(unread.is_unread() && unread.waits_for.is_some());
    assert_eq!(unread.of, members("INF", &directory).count());
    assert!(directory.people_of("INF").count() > unread.of, "the technical post is not counted");
    let mut receipts = circular.confirm(&[], &who(&directory, "head.inf"), at(NOW)).unwrap();
    receipts.push(Receipt {
        person: Uuid::now_v7(),
        login: "left".to_owned(),
        department: "INF".to_owned(),
        at: at(NOW),
    });
    let row = readers("INF", &receipts, &directory, Lang::En);
    assert_eq!((row.read.len(), row.of), (2, unread.of + 1), "who left still counts on both sides");
    assert_eq!(row.waits_for, None, "the head has read it");
    assert!(readers("ORD", &receipts, &directory, Lang::En).is_unread());
}

#[test]
fn the_heads_are_told() {
    let (edition, directory) = lanchuan();
    let circular = published(&edition, &directory, "insp1.insp");
    let to: Vec<String> = circular.notices(&directory, at(NOW)).iter().map(|n| n.to.code()).collect();
    assert_eq!(to.len(), 2);
    assert!(to.contains(&"department_head@INF".to_owned()) && to.contains(&"department_head@ORD".to_owned()));
    assert!(matches!(circular.event(), Event::CircularPublished { issuer, .. } if issuer == "INSP"));
    let heads = |d: &str| address::heads(&directory, d).iter().map(Addressee::code).collect::<Vec<_>>();
    assert_eq!(heads("LG"), ["leader@LG", "deputy_leader@LG"]);
    assert_eq!(heads("LGO"), ["lg_office_head@LGO"]);
    assert_eq!(heads("NOWHERE"), ["duty_officer@LGO"]);
}

#[test]
fn without_a_title_the_first_words_stand_for_it() {
    let called = |title: &str, facts: &str| {
        Parts { title: title.to_owned(), facts: facts.to_owned(), ..Parts::default() }.called()
    };
    assert_eq!(called("题", "事实"), "题");
    assert_eq!(called("", "值班电话无人接听。已整改。"), "值班电话无人接听");
    assert_eq!(called("", &"字".repeat(60)), format!("{}…", "字".repeat(40)));
}
