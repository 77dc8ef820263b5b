//! Every refusal and every pair of state and command, without a database or a clock.

use chrono::TimeDelta;

use super::*;
use crate::calendar::fixture;
use crate::city::{self, City, LANCHUAN};
use crate::demo::people;
use crate::lang::Lang;
use crate::person::directory::Person;
use crate::plan::StepEvent;
use crate::refusal::Refused;

/// A Monday morning in working time.
const NINE: &str = "2026-03-23T09:40:00+08:00";

struct Lanchuan {
    edition: Edition,
    calendar: Calendar,
    directory: Directory,
    sent: HashMap<Uuid, Sent>,
}

impl Lanchuan {
    fn new() -> Lanchuan {
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
                created_at: at(NINE),
                closed_at: None,
                posts: c.posts,
            })
            .collect();
        let departments = city::departments_of(&edition).chain(city.departments.clone()).collect();
        let directory = Directory::new(city.regions.clone(), departments, city::roles_of(&edition).collect(), persons);
        Lanchuan { calendar: fixture::lanchuan_calendar(), edition, directory, sent: HashMap::new() }
    }

    fn context<'a>(&'a self, matter: Option<&'a Matter>) -> Context<'a> {
        Context {
            edition: &self.edition,
            calendar: &self.calendar,
            directory: &self.directory,
            matter,
            sent: &self.sent,
        }
    }

    fn actor(&self, login: &str) -> Actor {
        self.directory.by_login(login).unwrap_or_else(|| panic!("no {login} in Lanchuan")).actor()
    }

    /// A major incident that `head.inf` commands by the leader's letter.
    fn matter(&self) -> Matter {
        Matter {
            incident: Uuid::now_v7(),
            number: "YJ-20260323-001".to_owned(),
            major: true,
            officer_role: role::DEPUTY_LEADER.to_owned(),
            headquarters: Some(Uuid::now_v7()),
            commander: Some(Commander {
                person: self.actor("head.inf").person.unwrap(),
                acting: true,
                delegation: Some(Uuid::now_v7()),
                authorised_by: Some("leader".to_owned()),
            }),
            task: None,
        }
    }

    fn check(&self, order: &Order, matter: Option<&Matter>, who: &str) -> Result<Directive, Vec<&'static str>> {
        order
            .check(&self.context(matter), &self.actor(who), false, at(NINE))
            .map_err(|faults| faults.iter().map(Refused::code).collect())
    }

    /// An order of the leader to the clerks and the finance department, without an incident.
    fn issued(&self) -> Directive {
        Directive { number: "ZL-2026-001".to_owned(), ..self.check(&register(), None, "leader").unwrap() }
    }

    fn act(
        &self,
        directive: &Directive,
        who: &str,
        now: &str,
        command: Command,
    ) -> Result<(Directive, Written), Refused> {
        directive.act(&command, None, &self.context(None), &self.actor(who), at(now))
    }

    fn done(&self, directive: &Directive, who: &str, now: &str, command: Command) -> Directive {
        self.act(directive, who, now, command).unwrap_or_else(|r| panic!("{who} is refused: {r:?}")).0
    }

    fn refused(&self, directive: &Directive, who: &str, now: &str, command: Command) -> &'static str {
        self.act(directive, who, now, command).err().map_or("taken", |r| r.code())
    }
}

/// An order of the leader to two departments, without an incident.
pub(crate) fn order() -> Directive {
    Lanchuan::new().issued()
}

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
}

fn register() -> Order {
    Order {
        text: "written register in all regions, report counts".to_owned(),
        departments: vec!["ORD".to_owned(), "FIN".to_owned(), "ORD".to_owned()],
        due_at: Some(at("2026-03-23T10:30:00+08:00")),
        ..Order::default()
    }
}

fn extend(to: &str) -> Command {
    Command::Extend { due_at: Some(at(to)), reason: "line is down".to_owned() }
}

fn ask() -> Command {
    Command::Ask { until: None, reason: "the printer is broken".to_owned() }
}

fn complete() -> Command {
    Command::Complete { evidence: "214 orders".to_owned() }
}

fn give_back() -> Command {
    Command::Return { reason: "two regions are missing".to_owned() }
}

fn withdraw() -> Command {
    Command::Withdraw { reason: "ordering is back".to_owned() }
}

#[test]
fn an_order_names_what_to_whom_and_until_when() {
    let lanchuan = Lanchuan::new();
    let directive = lanchuan.issued();
    let departments: Vec<&str> = directive.copies.iter().map(|c| c.department.as_str()).collect();
    assert_eq!(departments.len(), 2, "each department once: {departments:?}");
    assert_eq!(directive.issuer.role, "leader");
    assert_eq!(directive.state(), State::Issued);
    for (order, expected) in [
        (Order { text: " ".to_owned(), ..register() }, vec!["M_REQUIRED"]),
        (Order { departments: vec![], ..register() }, vec!["M_REQUIRED"]),
        (Order::default(), vec!["M_REQUIRED", "M_REQUIRED"]),
        (Order { departments: vec!["NONE".to_owned()], ..register() }, vec!["M_BAD_VALUE"]),
        (Order { departments: vec!["HQ".to_owned()], ..register() }, vec!["M_BAD_VALUE"]),
        (Order { clause: Some("9.9.9".to_owned()), ..register() }, vec!["M_BAD_VALUE"]),
        (Order { due_at: None, ..register() }, vec!["M_DIRECTIVE_NO_LIMIT"]),
        (Order { due_at: Some(at(NINE)), ..register() }, vec!["M_DIRECTIVE_PAST"]),
    ] {
        assert_eq!(lanchuan.check(&order, None, "deputy"), Err(expected), "{order:?}");
    }
}

#[test]
fn only_leadership_and_the_commander_of_the_incident_give_orders() {
    let lanchuan = Lanchuan::new();
    let matter = lanchuan.matter();
    for who in ["head.mkt", "duty", "insp1.insp", "lgo.head"] {
        assert_eq!(lanchuan.check(&register(), Some(&matter), who), Err(vec!["M_DIRECTIVE_NOT_ISSUER"]), "{who}");
    }
    let given = lanchuan.check(&register(), Some(&matter), "head.inf").unwrap();
    assert_eq!(
        (given.issuer.role.as_str(), given.issuer.authorised_by.as_deref()),
        ("acting_commander", Some("leader"))
    );
    assert_eq!(given.headquarters, matter.headquarters);
    // Elsewhere, or about nothing, the authority does not reach.
    let other = Matter { commander: None, headquarters: None, ..matter };
    for matter in [Some(&other), None] {
        let acting = lanchuan.actor("head.inf");
        let refused = register().check(&lanchuan.context(matter), &acting, true, at(NINE)).unwrap_err();
        assert_eq!(refused.iter().map(Refused::code).collect::<Vec<_>>(), ["M_ACTING_LIMITS"]);
    }
    for who in ["leader", "deputy"] {
        assert!(lanchuan.check(&register(), Some(&other), who).is_ok());
        assert!(lanchuan.check(&register(), None, who).is_ok());
    }
}

#[test]
fn the_plans_limit_is_loosened_by_the_leadership_only_and_with_a_reason() {
    let lanchuan = Lanchuan::new();
    let words = crate::lang::Text { en: "one working day".to_owned(), ..Default::default() };
    let limit = PlanLimit {
        key: "it.biz.resolve".to_owned(),
        clause: "3.1.7".to_owned(),
        words,
        due_at: Some(at("2026-03-23T10:00:00+08:00")),
        of_plan: true,
        active: true,
    };
    let matter = Matter { task: Some(limit.clone()), ..lanchuan.matter() };
    let because = Order { reason: Some("parts arrive at ten".to_owned()), ..register() };
    assert_eq!(lanchuan.check(&register(), Some(&matter), "leader"), Err(vec!["M_LIMIT_LOOSER"]));
    assert_eq!(lanchuan.check(&because, Some(&matter), "head.inf"), Err(vec!["M_LIMIT_LOOSER"]));
    let loosened = lanchuan.check(&because, Some(&matter), "leader").unwrap();
    assert_eq!(loosened.reason.as_deref(), Some("parts arrive at ten"));
    let tighter = Order { due_at: Some(at("2026-03-23T09:50:00+08:00")), ..register() };
    assert!(lanchuan.check(&tighter, Some(&matter), "head.inf").is_ok(), "an order may tighten");
    // Neither does more time go past it by anybody else's word.
    let given = lanchuan.check(&tighter, Some(&matter), "head.inf").unwrap();
    let refused = |who: &str, reason: &str| {
        let more = Command::Extend { due_at: Some(at("2026-03-23T10:20:00+08:00")), reason: reason.to_owned() };
        let done = given.act(&more, None, &lanchuan.context(Some(&matter)), &lanchuan.actor(who), at(NINE));
        done.err().map(|r| r.code())
    };
    assert_eq!(refused("head.inf", "parts"), Some("M_LIMIT_LOOSER"));
    assert_eq!((refused("leader", " "), refused("leader", "parts")), (Some("M_LIMIT_LOOSER"), None));
    // A number of ours is no limit of the plan's: later is allowed, and shown.
    let ours = PlanLimit { of_plan: false, ..limit.clone() };
    assert!(ours.is_later(register().due_at.unwrap()));
    let matter = Matter { task: Some(ours), ..lanchuan.matter() };
    assert!(lanchuan.check(&register(), Some(&matter), "head.inf").is_ok());
    let refused = Refused::LimitLooser { clause: limit.clause, words: limit.words };
    let message = refused.message(Lang::En);
    assert!(message.contains("3.1.7") && message.contains("one working day"), "{message}");
}

#[test]
fn signing_takes_half_an_hour_of_the_right_clock() {
    let lanchuan = Lanchuan::new();
    let evening = at("2026-03-23T17:20:00+08:00");
    let order = Order { due_at: Some(at("2026-03-24T12:00:00+08:00")), ..register() };
    let leader = lanchuan.actor("leader");
    let sign_by = |matter: Option<&Matter>| {
        order.check(&lanchuan.context(matter), &leader, false, evening).unwrap().copies[0].acknowledge_by
    };
    assert_eq!(sign_by(None), at("2026-03-24T08:50:00+08:00"), "10 minutes today, 20 tomorrow");
    assert_eq!(sign_by(Some(&lanchuan.matter())), at("2026-03-23T17:50:00+08:00"), "day and night");
}

#[test]
fn a_copy_goes_from_issued_to_accepted() {
    let lanchuan = Lanchuan::new();
    let (clerk, head) = ("clerk3.ord", "head.ord");
    let given = lanchuan.issued();
    let signed = lanchuan.done(&given, clerk, "2026-03-23T09:45:00+08:00", Command::Acknowledge);
    assert_eq!(signed.copy("ORD").unwrap().state, State::Acknowledged);
    assert_eq!(signed.copy("FIN").unwrap().state, State::Issued, "each department for itself");
    let text = "3 regions reported".to_owned();
    let (same, written) = lanchuan.act(&signed, head, "2026-03-23T10:00:00+08:00", Command::Progress { text }).unwrap();
    assert_eq!(
        (same.copies.clone(), written.entries.len()),
        (
            {
                let mut copies = signed.copies.clone();
                for copy in copies.iter_mut().filter(|c| c.department == "ORD") {
                    copy.updated_at = at("2026-03-23T10:00:00+08:00");
                }
                copies
            },
            1
        )
    );
    let (asked, written) = lanchuan.act(&same, head, "2026-03-23T10:10:00+08:00", ask()).unwrap();
    assert_eq!(written.notices[0].to, Addressee::Person(given.issuer.person), "the issuer is told");
    let granted =
        lanchuan.act(&asked, "deputy", "2026-03-23T10:15:00+08:00", extend("2026-03-23T11:00:00+08:00")).unwrap().0;
    let copy = granted.copy("ORD").unwrap();
    assert_eq!((copy.due_at, copy.asked.clone()), (at("2026-03-23T11:00:00+08:00"), None));
    assert_eq!(granted.due_at, given.due_at, "the first limit stays");
    let done = lanchuan.done(&granted, head, "2026-03-23T10:50:00+08:00", complete());
    let copy = done.copy("ORD").unwrap();
    assert_eq!((copy.late_first, copy.late_seconds), (20 * 60, 0), "late against the first limit only");
    let accepted = lanchuan.done(&done, "leader", "2026-03-23T11:10:00+08:00", Command::Accept);
    assert_eq!(accepted.copy("ORD").unwrap().state, State::Accepted);
    assert!(accepted.is_open(), "finance still owes its part");
    let withdrawn = lanchuan.done(&accepted, "leader", "2026-03-23T11:20:00+08:00", withdraw());
    assert_eq!(withdrawn.copy("ORD").unwrap().state, State::Accepted, "what was accepted stays so");
    assert_eq!(withdrawn.copy("FIN").unwrap().state, State::Withdrawn);
    assert!(!withdrawn.is_open() && withdrawn.wake_at.is_none());
}

#[test]
fn what_is_not_done_goes_back_under_the_limit_that_stands() {
    let lanchuan = Lanchuan::new();
    let head = "head.ord";
    let signed = lanchuan.done(&lanchuan.issued(), head, "2026-03-23T09:45:00+08:00", Command::Acknowledge);
    let done = lanchuan.done(&signed, head, "2026-03-23T10:20:00+08:00", complete());
    let (back, written) = lanchuan.act(&done, "deputy", "2026-03-23T10:25:00+08:00", give_back()).unwrap();
    let copy = back.copy("ORD").unwrap();
    assert_eq!((copy.state, copy.due_at), (State::Acknowledged, done.due_at));
    assert_eq!((&copy.done, &copy.evidence, copy.acknowledged.is_some()), (&None, &None, true));
    assert!(matches!(&written.entries[0].event, Event::DirectiveReturned { reason, .. } if !reason.is_empty()));
    let told = written.notices.iter().map(|n| n.to.clone()).collect::<Vec<_>>();
    assert_eq!(told, [lanchuan.context(None).head("ORD")], "the department is told");
    assert!(back.wake_at.is_some(), "and its ladder goes on");
    let again = lanchuan.done(&back, head, "2026-03-23T10:50:00+08:00", complete());
    assert_eq!(again.copy("ORD").unwrap().late_seconds, 20 * 60, "late against the same limit");
}

#[test]
fn who_may_do_what() {
    let lanchuan = Lanchuan::new();
    let given = lanchuan.issued();
    let now = "2026-03-23T09:50:00+08:00";
    for who in ["head.mkt", "duty", "leader"] {
        for command in [Command::Acknowledge, ask(), complete(), Command::Progress { text: "x".to_owned() }] {
            assert_eq!(lanchuan.refused(&given, who, now, command.clone()), "M_NOT_YOUR_TASK", "{who} {command:?}");
        }
    }
    assert_eq!(lanchuan.refused(&given, "insp1.insp", now, Command::Acknowledge), "M_INSP_READONLY");
    for who in ["head.ord", "head.mkt", "duty", "insp1.insp"] {
        for command in [extend("2026-03-23T12:00:00+08:00"), Command::Accept, give_back(), withdraw()] {
            assert_eq!(
                lanchuan.refused(&given, who, now, command.clone()),
                "M_DIRECTIVE_NOT_ISSUER",
                "{who} {command:?}"
            );
        }
    }
    // Whoever commands the headquarters decides on its orders, and on no others.
    let matter = lanchuan.matter();
    let acting = lanchuan.actor("head.inf");
    let commands =
        |matter: Option<&Matter>| given.act(&withdraw(), None, &lanchuan.context(matter), &acting, at(now)).is_ok();
    assert!(commands(Some(&matter)) && !commands(None));
    let tell = |who: &str| {
        let command = Command::Telephone { who: "Chen".to_owned(), phone: "120".to_owned() };
        lanchuan.refused(&given, who, now, command)
    };
    assert_eq!((tell("duty"), tell("head.ord")), ("taken", "M_FORBIDDEN"));
}

#[test]
fn what_an_act_must_say() {
    let lanchuan = Lanchuan::new();
    let given = lanchuan.issued();
    let now = "2026-03-23T09:50:00+08:00";
    assert_eq!(lanchuan.refused(&given, "head.ord", now, complete()), "M_ACK_FIRST");
    let signed = lanchuan.done(&given, "head.ord", now, Command::Acknowledge);
    let blank = || "  ".to_owned();
    for (who, command, code) in [
        ("head.ord", Command::Complete { evidence: blank() }, "M_EVIDENCE_MISSING"),
        ("head.ord", Command::Progress { text: blank() }, "M_REQUIRED"),
        ("head.ord", Command::Ask { until: None, reason: blank() }, "M_REQUIRED"),
        ("head.ord", Command::Ask { until: Some(given.due_at), reason: "x".to_owned() }, "M_BAD_VALUE"),
        ("leader", Command::Withdraw { reason: blank() }, "M_REQUIRED"),
        ("leader", Command::Extend { due_at: None, reason: "x".to_owned() }, "M_DIRECTIVE_NO_LIMIT"),
        ("leader", extend("2026-03-23T09:00:00+08:00"), "M_DIRECTIVE_PAST"),
        ("leader", extend("2026-03-23T10:00:00+08:00"), "M_BAD_VALUE"),
        ("leader", Command::Accept, "M_PREREQ"),
        ("duty", Command::Telephone { who: blank(), phone: blank() }, "M_REQUIRED"),
    ] {
        assert_eq!(lanchuan.refused(&signed, who, now, command.clone()), code, "{who} {command:?}");
    }
    let elsewhere =
        signed.act(&Command::Acknowledge, Some("MKT"), &lanchuan.context(None), &lanchuan.actor("head.mkt"), at(now));
    assert_eq!(elsewhere.unwrap_err().code(), "M_BAD_VALUE");
}

/// For each state of a copy, who comes second and what then happens.
#[test]
fn every_state_answers_every_command() {
    let lanchuan = Lanchuan::new();
    let one = Order { departments: vec!["ORD".to_owned()], ..register() };
    let issued = lanchuan.check(&one, None, "leader").unwrap();
    let acknowledged = lanchuan.done(&issued, "head.ord", "2026-03-23T09:50:00+08:00", Command::Acknowledge);
    let done = lanchuan.done(&acknowledged, "head.ord", "2026-03-23T10:00:00+08:00", complete());
    let accepted = lanchuan.done(&done, "leader", "2026-03-23T10:10:00+08:00", Command::Accept);
    let withdrawn = lanchuan.done(&acknowledged, "leader", "2026-03-23T10:10:00+08:00", withdraw());
    let states = [&issued, &acknowledged, &done, &accepted, &withdrawn];
    let progress = || Command::Progress { text: "x".to_owned() };
    // Codes by state in the order above; `taken` where the act is taken, also when it changes nothing.
    let stale = "M_STALE";
    for (who, command, expected) in [
        ("head.ord", Command::Acknowledge, ["taken", "taken", stale, stale, stale]),
        ("clerk3.ord", Command::Acknowledge, ["taken", stale, stale, stale, stale]),
        ("clerk3.ord", progress(), ["taken", "taken", stale, stale, stale]),
        ("clerk3.ord", ask(), ["taken", "taken", stale, stale, stale]),
        ("head.ord", complete(), ["M_ACK_FIRST", "taken", "taken", stale, stale]),
        ("clerk3.ord", complete(), ["M_ACK_FIRST", "taken", stale, stale, stale]),
        ("deputy", extend("2026-03-23T12:00:00+08:00"), ["taken", "taken", stale, stale, stale]),
        ("leader", Command::Accept, ["M_PREREQ", "M_PREREQ", "taken", "taken", stale]),
        ("deputy", Command::Accept, ["M_PREREQ", "M_PREREQ", "taken", stale, stale]),
        ("leader", give_back(), ["M_PREREQ", "M_PREREQ", "taken", stale, stale]),
        ("deputy", Command::Return { reason: " ".to_owned() }, ["M_PREREQ", "M_PREREQ", "M_REQUIRED", stale, stale]),
        ("leader", withdraw(), ["taken", "taken", "taken", stale, "taken"]),
        ("deputy", withdraw(), ["taken", "taken", "taken", stale, stale]),
    ] {
        let now = "2026-03-23T10:20:00+08:00";
        let found: Vec<_> = states.iter().map(|s| lanchuan.refused(s, who, now, command.clone())).collect();
        assert_eq!(found, expected, "{who} {command:?}");
    }
    // The second signer learns who was first; the same again writes nothing.
    let second = lanchuan.act(&acknowledged, "clerk3.ord", "2026-03-23T09:55:00+08:00", Command::Acknowledge);
    assert!(matches!(second, Err(Refused::Stale { change: Some(who), .. }) if who == "head.ord"));
    let again = lanchuan.act(&acknowledged, "head.ord", "2026-03-23T09:55:00+08:00", Command::Acknowledge).unwrap();
    assert_eq!((again.0.revision, again.1.entries.len()), (acknowledged.revision, 0));
}

#[test]
fn the_ladder_tells_each_once_and_stops_when_the_department_is_done() {
    let mut lanchuan = Lanchuan::new();
    let one = Order { departments: vec!["ORD".to_owned()], ..register() };
    let given = lanchuan.check(&one, None, "leader").unwrap();
    let (sign_by, three_quarters) = (at("2026-03-23T10:10:00+08:00"), at("2026-03-23T10:17:30+08:00"));
    let rungs: Vec<_> =
        given.rungs(&lanchuan.context(None), &lanchuan.sent).into_iter().map(|(_, r)| (r.at, r.event)).collect();
    assert_eq!(
        rungs,
        [
            (sign_by, StepEvent::NotAcknowledged),
            (three_quarters, StepEvent::FractionElapsed),
            (given.due_at, StepEvent::Overdue),
            (given.due_at, StepEvent::Overdue),
        ]
    );
    assert_eq!(given.wake_at, Some(sign_by));
    let (after, written) = given.tick(&lanchuan.context(None), sign_by);
    assert_eq!(written.rungs.len(), 1);
    let told: Vec<String> = written.notices.iter().map(|n| n.to.code()).collect();
    assert_eq!(told, ["department_head@ORD".to_owned(), given.issuer.person.to_string()]);
    assert_eq!(after.wake_at, Some(three_quarters));
    for (copy, rung, _) in written.rungs {
        lanchuan.sent.entry(copy).or_default().insert((rung.event, rung.step, rung.limit_at));
    }
    assert_eq!(after.tick(&lanchuan.context(None), sign_by).1.rungs, [], "once");
    // More time: what hangs on the limit is told anew, for the new one.
    let signed = lanchuan.done(&after, "head.ord", "2026-03-23T10:12:00+08:00", Command::Acknowledge);
    let longer = lanchuan.done(&signed, "leader", "2026-03-23T10:20:00+08:00", extend("2026-03-23T11:00:00+08:00"));
    assert_eq!(longer.wake_at, Some(at("2026-03-23T10:50:00+08:00")), "three quarters of the time given");
    let (_, late) = longer.tick(&lanchuan.context(None), at("2026-03-23T11:00:00+08:00") + TimeDelta::minutes(5));
    let told: Vec<(StepEvent, bool)> = late.rungs.iter().map(|(_, r, late)| (r.event, *late)).collect();
    assert_eq!(told, [(StepEvent::FractionElapsed, true), (StepEvent::Overdue, true), (StepEvent::Overdue, true)]);
    let codes: Vec<String> = late.notices.iter().map(|n| n.to.code()).collect();
    assert!(codes.contains(&"inspector@INSP".to_owned()) && codes.contains(&"deputy_leader@LG".to_owned()));
    let done = lanchuan.done(&longer, "head.ord", "2026-03-23T10:40:00+08:00", complete());
    assert_eq!(done.wake_at, None, "reported done: nobody is told any more");
}

#[test]
fn regions_see_their_own_orders() {
    let lanchuan = Lanchuan::new();
    let order = Order { departments: vec!["RMD-QZ".to_owned()], ..register() };
    let given = lanchuan.check(&order, None, "leader").unwrap();
    let sees = |who: &str, regions: &[&str]| {
        let regions: Vec<String> = regions.iter().map(|r| (*r).to_owned()).collect();
        given.is_visible_to(&lanchuan.actor(who), &regions)
    };
    assert!(sees("head.rmd-qz", &[]) && sees("head.ord", &[]) && sees("insp1.insp", &[]));
    assert!(!sees("head.stn-lx", &[]) && sees("head.stn-lx", &["LX"]));
    assert!(!sees("drv.l01", &["QZ"]));
}
