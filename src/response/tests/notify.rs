//! Whom a task tells by name: the list, every refusal, seeing, and what climbs when nobody sees (R143).

use super::*;
use crate::journal::Event;
use crate::notice::Addressee;
use crate::plan::Means;

const KEY: &str = "sec.notify_and_activate";
const REPORTED: &str = "2026-11-14T21:14:00+08:00";
const TOLD: &str = "2026-11-14T21:20:00+08:00";
fn accident() -> Value {
    json!({
        "sub_kind": "sec.other_accident", "occurred_at": "2026-11-14T21:12:00+08:00", "region": "CITY",
        "description": "gas smell beside the warehouse", "site": "central warehouse",
        "safety_plan_started_at": "2026-11-14T21:13:00+08:00", "links_affected": {"sorting": "stopped"},
    })
}

fn lived() -> (Lanchuan, Case) {
    let city = Lanchuan::new();
    let (case, _) = city.report(&accident(), "guard1.sec", REPORTED);
    (city, case)
}

fn tell(people: &[&str]) -> Command {
    let people = people.iter().map(|p| (*p).to_owned()).collect();
    on(KEY, task::Command::Notify { people, means: Some(Means::Telephone), at: None })
}

fn see() -> Command {
    on(KEY, task::Command::See)
}

fn everyone(city: &Lanchuan, case: &Case) -> Vec<String> {
    case.concerned(case.task(KEY).unwrap(), city.world()).into_iter().map(|c| c.login).collect()
}

#[test]
fn the_leading_group_and_the_heads_affected_are_on_the_list() {
    let (city, mut case) = lived();
    let list = everyone(&city, &case);
    for login in ["leader", "deputy", "head.mkt", "head.dist", "head.inf", "head.fin", "head.insp", "head.rmd-qz"] {
        assert_eq!(list.iter().filter(|l| *l == login).count(), 1, "{login} once in {list:?}");
    }
    for login in ["head.sec", "editor", "head.whs", "head.ord"] {
        assert!(!list.iter().any(|l| l == login), "{login} is not of the Leading Group, or tells the others");
    }
    // An incident is linked under it, in which other departments have something to do.
    case.below = vec!["WHS".to_owned(), "DIST".to_owned(), "SEC".to_owned()];
    let list = everyone(&city, &case);
    assert!(list.iter().any(|l| l == "head.whs") && !list.iter().any(|l| l == "head.sec"), "{list:?}");
    assert_eq!(list.iter().filter(|l| *l == "head.dist").count(), 1, "two posts, one person");
    let posts = case.concerned(case.task(KEY).unwrap(), city.world());
    assert_eq!(posts.iter().find(|c| c.login == "head.dist").unwrap().posts.len(), 2);
}

#[test]
fn several_are_told_in_one_go_and_each_gets_a_notice() {
    let (city, case) = lived();
    let (told, written) = city.act(&case, "head.sec", TOLD, tell(&["deputy", "leader"])).unwrap();
    let to: Vec<Addressee> =
        ["leader", "deputy"].map(|l| Addressee::Person(city.directory.by_login(l).unwrap().id)).into();
    assert_eq!(written.notices.iter().map(|n| n.to.clone()).collect::<Vec<_>>(), to);
    let Some(Event::Notified { people, means, told_at, .. }) = written.entries.first().map(|e| &e.event) else {
        panic!("not written down: {:?}", written.entries)
    };
    assert_eq!(
        (people.as_slice(), *means, *told_at),
        (["leader", "deputy"].map(str::to_owned).as_slice(), Means::Telephone, at(TOLD))
    );
    assert!(told.notified.iter().all(|n| n.see_by == at("2026-11-14T21:35:00+08:00") && n.seen_at.is_none()));
    assert_eq!(told.untold(told.task(KEY).unwrap(), city.world()).len(), everyone(&city, &case).len() - 2);
    let again = city.act(&told, "head.sec", TOLD, tell(&["leader"])).unwrap();
    assert_eq!((again.0.notified.len(), again.1.entries.len()), (2, 0), "told once, written once");
}

#[test]
fn what_cannot_be_ticked_is_refused() {
    let (city, case) = lived();
    let means = |means: Option<Means>, at: Option<&str>| {
        let at = at.map(super::at);
        on(KEY, task::Command::Notify { people: vec!["leader".to_owned()], means, at })
    };
    let by_message = |at: &str| means(Some(Means::Message), Some(at));
    for (who, command, outcome) in [
        ("head.sec", tell(&[]), "M_REQUIRED"),
        ("head.sec", means(None, None), "M_REQUIRED"),
        ("head.sec", tell(&["leader", "head.sec"]), "M_BAD_VALUE"),
        ("head.sec", tell(&["nobody"]), "M_BAD_VALUE"),
        ("head.sec", by_message("2026-11-14T21:21:00+08:00"), "M_FUTURE_TIME"),
        ("head.sec", by_message("2026-11-14T21:11:00+08:00"), "M_BAD_VALUE"),
        ("head.sec", by_message("2026-11-14T21:12:00+08:00"), "taken"),
        ("head.sec", on("no.such_task", task::Command::See), "M_NOT_FOUND"),
        ("deputy", on("cmd.local_directive", task::Command::See), "M_FORBIDDEN"),
    ] {
        assert_eq!(city.refused(&case, who, TOLD, command.clone()), outcome, "{who} {command:?}");
    }
    let elsewhere = on("cmd.local_directive", task::Command::Notify { people: vec![], means: None, at: None });
    assert_eq!(city.refused(&case, "deputy", TOLD, elsewhere), "M_NOT_FOUND", "that task tells nobody");
}

#[test]
fn only_who_holds_the_task_ticks() {
    let (city, case) = lived();
    for (who, outcome) in [
        ("head.sec", "taken"),
        ("guard1.sec", "M_NOT_YOUR_TASK"),
        ("leader", "M_NOT_YOUR_TASK"),
        ("duty", "M_NOT_YOUR_TASK"),
        ("head.whs", "M_NOT_YOUR_TASK"),
        ("insp1.insp", "M_INSP_READONLY"),
    ] {
        assert_eq!(city.refused(&case, who, TOLD, tell(&["deputy"])), outcome, "{who}");
    }
    let guard = city.actor("guard1.sec").person.unwrap();
    let to = task::Assignee { person: guard, login: "guard1.sec".to_owned() };
    let given = city.done(&case, "head.sec", TOLD, on(KEY, task::Command::Assign { to }));
    let told = city.done(&given, "guard1.sec", TOLD, tell(&["deputy"]));
    let second = city.act(&told, "head.sec", TOLD, tell(&["deputy", "leader"]));
    assert_eq!(second.unwrap_err(), Refused::Stale { at: at(TOLD), change: Some("guard1.sec".to_owned()) });
    assert_eq!(city.refused(&told, "head.sec", TOLD, tell(&["leader"])), "taken");
}

#[test]
fn seen_is_the_persons_own_word() {
    let (city, case) = lived();
    assert_eq!(city.refused(&case, "deputy", TOLD, see()), "M_FORBIDDEN", "not told yet");
    let told = city.done(&case, "head.sec", TOLD, tell(&["deputy", "head.insp"]));
    for who in ["head.sec", "leader", "duty", "insp1.insp"] {
        assert_eq!(city.refused(&told, who, TOLD, see()), "M_FORBIDDEN", "{who} says it for nobody");
    }
    let later = "2026-11-14T21:25:00+08:00";
    let (seen, written) = city.act(&told, "deputy", later, see()).unwrap();
    assert_eq!(written.entries[0].event, Event::NoticeSeen { task: KEY.to_owned() });
    assert_eq!(seen.notified[0].seen_at, Some(at(later)));
    assert_eq!(seen.task(KEY).unwrap().revision, told.task(KEY).unwrap().revision, "a form in hand stays good");
    let (again, written) = city.act(&seen, "deputy", TOLD, see()).unwrap();
    assert_eq!((again.notified[0].seen_at, written.entries.len()), (Some(at(later)), 0));
    assert_eq!(city.refused(&seen, "head.insp", later, see()), "taken", "knowing is no handling");
    let mut closed = told.clone();
    closed.incident.state = crate::incident::State::Closed {
        at: at(later),
        by: "deputy".to_owned(),
        closing: crate::incident::Closing { result: "r".into(), restored_at: at(later), cause: "c".into() },
    };
    assert_eq!(city.refused(&closed, "deputy", later, see()), "M_RECORD_LOCKED");
    assert_eq!(city.refused(&closed, "head.sec", later, tell(&["leader"])), "M_RECORD_LOCKED");
}

#[test]
fn the_task_waits_until_everyone_is_told() {
    let (city, case) = lived();
    let signed = city.done(&case, "head.sec", TOLD, acknowledge(KEY));
    let list = everyone(&city, &signed);
    let all: Vec<&str> = list.iter().map(String::as_str).collect();
    let finish = || complete(KEY, &["notified_list"]);
    let partly = city.done(&signed, "head.sec", TOLD, tell(&all[1..]));
    let refused = city.act(&partly, "head.sec", TOLD, finish()).unwrap_err();
    let Refused::EvidenceMissing { evidence } = &refused else { panic!("{refused:?}") };
    assert_eq!(evidence.len(), 1, "a tick of the hand is not the list");
    assert!(evidence[0].en.ends_with(&city.directory.called(city.directory.by_login(all[0]).unwrap(), Lang::En)));
    let whole = city.done(&partly, "head.sec", TOLD, tell(&all[..1]));
    let (done, written) = city.act(&whole, "head.sec", TOLD, complete(KEY, &[])).unwrap();
    assert!(done.task(KEY).unwrap().is_done(), "told, though not yet seen");
    assert!(
        written
            .entries
            .iter()
            .any(|e| matches!(&e.event, Event::Done { evidence, .. } if evidence == &["notified_list".to_owned()]))
    );
    assert_eq!(city.refused(&done, "head.sec", TOLD, tell(&["leader"])), "M_STALE");
    // Somebody more is concerned afterwards: what is done stays done.
    let mut later = done.clone();
    later.below = vec!["WHS".to_owned()];
    assert!(later.roll(later.task(KEY).unwrap(), city.world()).iter().all(|(_, told)| told.is_some()));
    assert_eq!(city.refused(&done, "leader", TOLD, see()), "taken", "seeing goes on");
}

#[test]
fn who_does_not_see_climbs_once() {
    let (city, case) = lived();
    let told = city.done(&case, "head.sec", TOLD, tell(&["deputy", "leader"]));
    let told = city.done(&told, "leader", "2026-11-14T21:22:00+08:00", see());
    let about = |case: &Case| -> Vec<_> {
        let due = case.rungs(city.world()).into_iter().filter(|d| d.unseen.is_some());
        due.map(|d| (d.unseen.unwrap(), d.rung.step, d.rung.at)).collect()
    };
    let (first, second) = ("2026-11-14T21:35:00+08:00", "2026-11-14T21:50:00+08:00");
    assert_eq!(about(&told), [("deputy".to_owned(), 1, at(first)), ("deputy".to_owned(), 2, at(second))]);
    let climbed = |written: &Written| -> Vec<(String, Vec<String>)> {
        let unseen = written.entries.iter().filter_map(|e| match &e.event {
            Event::Unseen { person, tell, .. } => Some((person.clone(), tell.clone())),
            _ => None,
        });
        unseen.collect()
    };
    let (one, written) = city.tick(&told, first);
    let holder = ["responsible", "responsible_department_head"].map(str::to_owned);
    assert_eq!(climbed(&written), [("deputy".to_owned(), holder.to_vec())]);
    assert_eq!(
        written
            .rungs
            .iter()
            .filter(|(subject, ..)| *subject == one.notified[0].id || *subject == one.notified[1].id)
            .count(),
        1
    );
    assert!(climbed(&city.tick(&one, first).1).is_empty(), "once");
    let (two, written) = city.tick(&one, second);
    let next = ["officer_in_charge", "duty_officer"].map(str::to_owned);
    assert_eq!(climbed(&written), [("deputy".to_owned(), next.to_vec())]);
    assert!(about(&two).is_empty());
    // Seen in between: nobody else is told.
    let seen = city.done(&one, "deputy", "2026-11-14T21:40:00+08:00", see());
    assert!(climbed(&city.tick(&seen, second).1).is_empty());
    // A task that is done still waits to be seen; one that fell away does not, nor does a closed account.
    let mut gone = told.clone();
    let index = gone.tasks.iter().position(|t| t.key == KEY).unwrap();
    gone.tasks[index] = gone.tasks[index].cancelled("reason", "leader", at(TOLD)).unwrap().0;
    assert!(about(&gone).is_empty());
    let mut done = told.clone();
    done.tasks[index] = done.tasks[index].clone().done_at_opening("head.sec");
    assert_eq!(about(&done).len(), 2);
}

#[test]
fn who_was_told_may_look() {
    let (city, mut case) = lived();
    case.incident.regions = vec!["QZ".to_owned()];
    case.below = vec!["STN-SD".to_owned()];
    let head = city.actor("head.stn-sd");
    assert!(!case.is_visible_to(&head));
    assert!(city.done(&case, "head.sec", TOLD, tell(&["head.stn-sd"])).is_visible_to(&head));
}

/// The time to have seen it is a number that is set, and what is told later takes it.
#[test]
fn the_time_to_see_is_a_setting() {
    let city = Lanchuan::new();
    let number = city.edition.number(crate::plan::Subject::of("task.sec.notify_and_activate.seen").unwrap()).unwrap();
    assert_eq!((number.quantity.written().as_str(), number.is_fixed()), ("15", false));
}
