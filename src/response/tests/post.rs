//! Command: set up, delegated, handed over, passed by rule, by the signed table, stood down. Exactly one commands.

use proptest::prelude::*;

use super::*;
use crate::headquarters::{Act, Command as Post, Headquarters};
use crate::leadership::{Absence, Acting, Succession};
use crate::plan::Severity;

const MONDAY: &str = "2026-03-23T09:20:00+08:00";

/// Both hosts down, ordering and settlement stopped in the whole city (S5).
fn hosts_down() -> Value {
    json!({
        "sub_kind": "it.biz_system_down", "occurred_at": "2026-03-23T09:15:00+08:00", "region": "CITY",
        "description": "both midrange hosts down",
        "links_affected": { "ordering": "stopped", "settlement": "stopped" },
    })
}

fn away(city: &mut Lanchuan, login: &str, from: &str, until: &str) {
    let person = city.directory.by_login(login).unwrap().id;
    city.leadership.absences.push(Absence {
        id: Uuid::now_v7(),
        person,
        from: at(from),
        until: Some(at(until)),
        reachable_at: None,
        note: None,
        declared_by: login.to_owned(),
        declared_at: at(from),
        ended: None,
    });
}

fn both_away() -> Lanchuan {
    let mut city = Lanchuan::new();
    away(&mut city, "leader", "2026-03-22T00:00:00+08:00", "2026-03-26T00:00:00+08:00");
    away(&mut city, "deputy", "2026-03-23T06:00:00+08:00", "2026-03-24T12:00:00+08:00");
    city
}

fn major(reason: &str) -> Command {
    let reason = Some(reason.to_owned());
    Command::Severity { severity: Severity::Major, scope: None, reason, keep: Vec::new() }
}

fn activate() -> Command {
    Command::Headquarters(Act::Activate { under: None })
}

fn delegate(to: &str) -> Command {
    Command::Headquarters(Act::Delegate { to: to.to_owned(), ground: String::new() })
}

fn hand_over(to: &str) -> Command {
    Command::Headquarters(Act::HandOver { to: to.to_owned(), situation: "host A is back".to_owned() })
}

fn stand_down() -> Command {
    Command::Headquarters(Act::StandDown { restored_at: None, order: String::new() })
}

fn active(city: &Lanchuan) -> Case {
    let (case, _) = city.report(&hosts_down(), "head.inf", MONDAY);
    let case = city.done(&case, "leader", "2026-03-23T09:27:00+08:00", major("both hosts"));
    city.done(&case, "leader", "2026-03-23T09:27:00+08:00", activate())
}

fn commander(case: &Case) -> &str {
    case.headquarters.as_ref().and_then(Headquarters::commander).map_or("nobody", |p| p.holder.login.as_str())
}

#[test]
fn only_a_major_incident_gets_a_headquarters_and_only_from_the_leaders() {
    let city = Lanchuan::new();
    let (case, _) = city.report(&hosts_down(), "head.inf", MONDAY);
    assert_eq!(case.incident.proposal.severity, Severity::Major);
    assert_eq!(city.refused(&case, "head.mkt", MONDAY, major("x")), "M_SEVERITY_NOT_YOURS");
    assert_eq!(city.refused(&case, "leader", MONDAY, activate()), "M_HQ_ONLY_MAJOR");
    let case = city.done(&case, "leader", MONDAY, major("x"));
    assert_eq!(city.refused(&case, "head.mkt", MONDAY, activate()), "M_SEVERITY_NOT_YOURS");
    let case = city.done(&case, "deputy", MONDAY, activate());
    assert_eq!(commander(&case), "leader", "the leader is commander-in-chief whoever pressed the button");
    assert_eq!(city.refused(&case, "leader", MONDAY, activate()), "M_STALE");
    assert!(case.task("cmd.activate_hq").unwrap().is_done());
    let opened = ["cmd.mobilise", "cmd.restore", "cmd.supervise", "dist.organise_staff", "fin.organise_staff"];
    for key in opened {
        assert!(case.task(key).is_some_and(Task::is_active), "{key}");
    }
    assert_eq!(case.tasks.iter().filter(|t| t.code == "rmd.organise_managers").count(), 5);
    assert!(case.task("cmd.delegate_acting").is_none(), "nobody is away");
}

#[test]
fn the_letter_needs_both_away_and_a_head() {
    let here = Lanchuan::new();
    let case = active(&here);
    assert_eq!(here.refused(&case, "leader", MONDAY, delegate("head.inf")), "M_LEADER_PRESENT");

    let mut city = both_away();
    let case = active(&city);
    assert_eq!(commander(&case), "leader", "from where he is, until he signs");
    assert!(case.task("cmd.delegate_acting").is_some_and(Task::is_active));
    let now = "2026-03-23T09:31:00+08:00";
    assert_eq!(city.refused(&case, "leader", now, delegate("tech1.inf")), "M_ACTING_NOT_HEAD");
    assert_eq!(city.refused(&case, "head.mkt", now, delegate("head.mkt")), "M_SEVERITY_NOT_YOURS");
    assert_eq!(case.suggested_delegate(city.world()).map(|p| p.login.as_str()), Some("head.inf"));
    let case = city.done(&case, "leader", now, delegate("head.inf"));
    assert_eq!(commander(&case), "head.inf");
    assert!(case.task("cmd.delegate_acting").unwrap().is_done());

    let inf = city.directory.by_login("head.inf").unwrap().id;
    city.leadership.acting.push(Acting { person: inf, headquarters: case.incident.number.clone() });
    assert_eq!(city.refused(&case, "head.inf", now, delegate("head.mkt")), "M_ACTING_NO_SUBDELEGATE");
    assert_eq!(city.refused(&case, "head.inf", now, hand_over("head.mkt")), "M_ACTING_NO_SUBDELEGATE");
    let (other, _) = city.report(&voice_board(), "clerk3.ord", S1);
    assert_eq!(city.refused(&other, "head.inf", S1, major("x")), "M_ACTING_LIMITS");
    assert_eq!(city.refused(&case, "head.mkt", now, Command::Headquarters(Act::AcceptDelegation)), "M_FORBIDDEN");
    let case = city.done(&case, "head.inf", now, Command::Headquarters(Act::AcceptDelegation));
    assert!(case.headquarters.as_ref().unwrap().delegation().unwrap().accepted.is_some());

    // In his own incident he may do what the leaders may (2.1.1-3).
    let lower = Command::Severity {
        severity: Severity::Local,
        scope: None,
        reason: Some("one host is enough".to_owned()),
        keep: Vec::new(),
    };
    assert!(city.act(&case, "head.inf", now, lower).is_ok());
    let acknowledged = city.done(&case, "head.inf", now, acknowledge("cmd.mobilise"));
    assert!(acknowledged.task("cmd.mobilise").unwrap().acknowledged.is_some());
}

#[test]
fn command_is_handed_over_by_two_signatures() {
    let mut city = both_away();
    let case = active(&city);
    let case = city.done(&case, "leader", "2026-03-23T09:31:00+08:00", delegate("head.inf"));
    city.leadership.absences[1].ended = Some((at("2026-03-24T08:10:00+08:00"), "deputy".to_owned()));
    let back = "2026-03-24T08:10:00+08:00";
    let (case, _) = city.tick(&case, back);
    assert_eq!(commander(&case), "head.inf", "nobody takes over silently");
    let take = Command::Headquarters(Act::TakeOver);
    assert_eq!(city.refused(&case, "deputy", back, take.clone()), "M_COMMAND_TAKEN");
    assert_eq!(city.refused(&case, "deputy", back, hand_over("deputy")), "M_COMMAND_TAKEN");
    assert_eq!(city.refused(&case, "head.mkt", back, take.clone()), "M_FORBIDDEN");
    let signed = "2026-03-24T08:30:00+08:00";
    let case = city.done(&case, "head.inf", signed, hand_over("deputy"));
    assert_eq!(commander(&case), "head.inf", "one signature is not two");
    let case = city.done(&case, "deputy", "2026-03-24T08:35:00+08:00", take);
    assert_eq!(commander(&case), "deputy");
    assert_eq!(city.refused(&case, "deputy", "2026-03-24T08:36:00+08:00", delegate("head.inf")), "M_LEADER_PRESENT");
    let line: Vec<_> = case.headquarters.as_ref().unwrap().periods.iter().map(|p| p.holder.login.as_str()).collect();
    assert_eq!(line, ["leader", "head.inf", "deputy"]);
    chain(case.headquarters.as_ref().unwrap(), at("2026-03-24T09:00:00+08:00")).unwrap();
}

#[test]
fn with_one_of_the_two_away_the_other_commands() {
    let mut city = Lanchuan::new();
    away(&mut city, "leader", "2026-03-23T10:00:00+08:00", "2026-03-25T00:00:00+08:00");
    let case = active(&city);
    assert_eq!(commander(&case), "leader");
    assert_eq!(case.incident.wake_at.map(|w| w <= at("2026-03-23T10:00:00+08:00")), Some(true));
    let (case, _) = city.tick(&case, "2026-03-23T10:00:00+08:00");
    assert_eq!(commander(&case), "deputy");
    assert_eq!(case.headquarters.as_ref().unwrap().periods[1].holder.command, Post::Deputy);
    assert!(case.incident.conditions.get("both_leaders_away").is_none_or(|v| !v));

    away(&mut city, "deputy", "2026-03-22T00:00:00+08:00", "2026-03-23T09:40:00+08:00");
    city.leadership.absences.remove(0);
    let (fresh, _) = city.report(&hosts_down(), "head.inf", MONDAY);
    let fresh = city.done(&fresh, "leader", MONDAY, major("x"));
    assert_eq!(commander(&city.done(&fresh, "deputy", MONDAY, activate())), "leader", "the one in the city");
}

#[test]
fn the_signed_table_applies_when_neither_answers() {
    let mut city = both_away();
    city.leadership.succession.push(Succession {
        id: Uuid::now_v7(),
        kind: "it_failure".to_owned(),
        department: "INF".to_owned(),
        signed_by: "leader".to_owned(),
        signed_at: at("2026-01-05T10:00:00+08:00"),
        valid_until: None,
    });
    let (case, _) = city.report(&hosts_down(), "head.inf", MONDAY);
    let half_past = "2026-03-23T09:30:00+08:00";
    assert!(case.rungs(city.world()).iter().any(|d| d.rung.step == 0 && d.rung.at == at(half_past)), "seen coming");
    let (early, _) = city.tick(&case, "2026-03-23T09:29:59+08:00");
    assert!(early.headquarters.is_none());
    let (case, written) = city.tick(&case, half_past);
    assert_eq!(commander(&case), "head.inf");
    assert_eq!(case.incident.severity, Severity::Major);
    assert!(case.headquarters.as_ref().unwrap().by_succession);
    assert!(written.notices.iter().any(|n| n.to.code() == "duty_officer@LGO"));
    let (again, written) = city.tick(&case, "2026-03-23T09:31:00+08:00");
    assert_eq!(again.headquarters.as_ref().unwrap().periods.len(), 1);
    assert!(!written.rungs.iter().any(|(_, r, _)| r.step == 0), "once");
}

#[test]
fn unsigned_nothing_applies_and_the_duty_officer_telephones() {
    let city = both_away();
    let (case, _) = city.report(&hosts_down(), "head.inf", MONDAY);
    let (case, written) = city.tick(&case, "2026-03-23T09:30:00+08:00");
    assert!(case.headquarters.is_none(), "the gap stays visible");
    let told = written.entries.iter().find_map(|e| match &e.event {
        crate::journal::Event::LeadersToTelephone { phones } => Some(phones.clone()),
        _ => None,
    });
    let phones = told.expect("the record says so");
    assert_eq!(phones.len(), 2);
    assert!(phones.iter().all(|(_, phone)| !phone.is_empty()), "{phones:?}");
    assert!(written.notices.iter().any(|n| n.to.code() == "duty_officer@LGO" && n.urgent));
}

#[test]
fn an_answer_in_time_leaves_the_table_alone() {
    let city = both_away();
    let case = active(&city);
    assert!(case.succession_at(city.world()).is_none());
    let (case, written) = city.tick(&case, "2026-03-23T09:40:00+08:00");
    assert_eq!(commander(&case), "leader");
    assert!(!written.rungs.iter().any(|(_, r, _)| r.step == 0));
}

#[test]
fn standing_down_names_what_is_open() {
    let city = Lanchuan::new();
    let mut case = active(&city);
    let now = "2026-03-24T09:10:00+08:00";
    assert_eq!(city.refused(&case, "leader", now, stand_down()), "M_STANDDOWN_OPEN");
    case.incident.links.clear();
    case.open_directives = vec!["ZL-2026-001".to_owned()];
    assert_eq!(city.refused(&case, "leader", now, stand_down()), "M_STANDDOWN_OPEN");
    case.open_directives.clear();
    assert_eq!(city.refused(&case, "head.mkt", now, stand_down()), "M_DIRECTIVE_NOT_ISSUER");
    let case = city.done(&case, "leader", now, stand_down());
    assert!(case.task("cmd.restore").unwrap().is_done());
    assert_eq!(commander(&case), "nobody");
    assert!(case.tasks.iter().any(|t| t.is_active()), "tail tasks go on");
    assert!(case.incident.is_open());
    assert_eq!(city.refused(&case, "leader", now, stand_down()), "M_PREREQ");
    assert_eq!(city.refused(&case, "leader", now, hand_over("deputy")), "M_PREREQ");
}

#[test]
fn a_handover_sheet_says_something() {
    let city = Lanchuan::new();
    let case = active(&city);
    let blank = Command::Headquarters(Act::HandOver { to: "deputy".to_owned(), situation: " \n".to_owned() });
    assert_eq!(city.refused(&case, "leader", MONDAY, blank), "M_REQUIRED");
    assert_ne!(city.refused(&case, "leader", MONDAY, hand_over("deputy")), "M_REQUIRED");
}

#[test]
fn a_second_major_incident_comes_under_the_same_headquarters() {
    let city = Lanchuan::new();
    let first = active(&city);
    let (second, _) = city.report(&hosts_down(), "head.inf", MONDAY);
    let mut second = city.done(&second, "leader", MONDAY, major("x"));
    let under = Command::Headquarters(Act::Activate { under: Some(first.incident.number.clone()) });
    assert_eq!(city.refused(&second, "leader", MONDAY, under.clone()), "M_NOT_FOUND");
    second.offered = first.headquarters.clone();
    let second = city.done(&second, "leader", MONDAY, under);
    assert_eq!(commander(&second), "leader");
    assert!(second.task("cmd.activate_hq").unwrap().is_done());
}

#[test]
fn while_a_headquarters_stands_the_incident_stays_open() {
    let city = Lanchuan::new();
    let case = active(&city);
    let blocks = case.close_blocks(city.world(), false);
    assert!(blocks.iter().any(|b| b.en == "the headquarters is not stood down"));
}

#[test]
fn the_change_of_level_is_shown_before_it_is_signed() {
    let city = Lanchuan::new();
    let report = json!({
        "sub_kind": "wx.typhoon", "occurred_at": "2026-08-12T06:20:00+08:00", "region": "YL",
        "description": "roads flooded", "scope": "part_region", "customers_unsupplied": 640,
        "links_affected": { "delivery": "stopped" },
    });
    let (case, _) = city.report(&report, "head.rmd-yl", "2026-08-12T06:30:00+08:00");
    assert_eq!(case.incident.severity, Severity::Local);
    let noon = "2026-08-12T13:15:00+08:00";
    let figures = json!({ "customers_unsupplied": 8920, "regions_affected": ["CITY", "QZ", "YL", "SD"] });
    let figures = Command::Figures(figures.as_object().unwrap().clone());
    assert_eq!(city.refused(&case, "tech1.inf", noon, figures.clone()), "M_FORBIDDEN");
    let case = city.done(&case, "head.dist", noon, figures);
    assert_eq!(case.incident.proposal.severity, Severity::Major);
    assert!(case.incident.awaits_confirmation());
    let wrong = json!({ "regions_affected": ["MOON"] }).as_object().unwrap().clone();
    assert_eq!(city.refused(&case, "head.dist", noon, Command::Figures(wrong)), "M_OUTSIDE_CITY");
    let wrong = json!({ "colour": 1 }).as_object().unwrap().clone();
    assert_eq!(city.refused(&case, "head.dist", noon, Command::Figures(wrong)), "M_UNKNOWN_FIELD");

    let whole = Some(crate::plan::Scope::WholeRegion);
    let keep = ["wx.phone_customers@YL".to_owned(), "wx.phone_customers".to_owned()];
    let leader = city.actor("leader");
    let shown = case.reclassified(Severity::Major, whole, &[], city.world(), &leader, at(noon)).unwrap();
    for code in ["cmd.activate_hq", "wx.lg_decide", "wx.announce", "wx.resume", "wx.announce_resume"] {
        assert!(shown.added.iter().any(|k| k == code), "{code} in {:?}", shown.added);
    }
    assert!(shown.kept.iter().any(|k| k == "wx.replenish_key"), "{:?}", shown.kept);
    assert!(shown.cancelled.iter().any(|k| k.starts_with("wx.lgo_resume")), "{:?}", shown.cancelled);
    let mkt = city.actor("head.mkt");
    let refused = case.reclassified(Severity::Major, whole, &[], city.world(), &mkt, at(noon)).unwrap_err();
    assert_eq!(refused.code(), "M_SEVERITY_NOT_YOURS");
    let sign = |keep: &[String]| Command::Severity {
        severity: Severity::Major,
        scope: whole,
        reason: Some("four regions".to_owned()),
        keep: keep.to_vec(),
    };
    let after = city.done(&case, "leader", noon, sign(&keep));
    for key in shown.added.iter().filter(|k| after.task(k).is_some()) {
        assert!(case.task(key).is_none());
    }
    for key in &shown.cancelled {
        assert!(after.task(key).is_none_or(|t| !t.is_active()) || keep.contains(key), "{key}");
    }
}

/// One chain from the activation on: no gap, no overlap, one at most open, and none after the stand-down.
fn chain(headquarters: &Headquarters, now: DateTime<Utc>) -> Result<(), String> {
    let periods = &headquarters.periods;
    let first = periods.first().ok_or("no period")?;
    if first.from != headquarters.activated_at {
        return Err("a gap at the start".to_owned());
    }
    for pair in periods.windows(2) {
        if pair[0].until != Some(pair[1].from) || pair[0].until <= Some(pair[0].from) {
            return Err(format!("{pair:?}"));
        }
    }
    let last = periods.last().ok_or("no period")?;
    if last.until.is_none() != headquarters.is_active() {
        return Err("open after the stand-down, or closed before it".to_owned());
    }
    let commanding = periods.iter().filter(|p| p.from <= now && p.until.is_none_or(|u| now < u)).count();
    if headquarters.is_active() && commanding != 1 {
        return Err(format!("{commanding} command at {now}"));
    }
    let letters = headquarters.delegations.iter().filter(|d| d.ended.is_none()).count();
    let acting = headquarters.commander().is_some_and(|p| p.holder.command == Post::Acting);
    if letters != usize::from(acting) {
        return Err("a letter in force and its holder do not command".to_owned());
    }
    Ok(())
}

/// What the record says of who commands, read from its entries alone.
fn replayed(written: &[crate::journal::Entry]) -> Option<String> {
    use crate::journal::Event;
    let mut holder = None;
    for entry in written {
        match &entry.event {
            Event::HeadquartersSetUp { commander, .. } => holder = Some(commander.clone()),
            Event::Delegated { delegate, .. } => holder = Some(delegate.clone()),
            Event::CommandPassed { to, .. } => holder = Some(to.clone()),
            Event::StoodDown { .. } => holder = None,
            _ => {}
        }
    }
    holder
}

#[derive(Debug, Clone)]
enum Step {
    Wait(i64),
    Activate(usize),
    Delegate(usize, usize),
    Accept(usize),
    HandOver(usize, usize),
    TakeOver(usize),
    StandDown(usize),
    Leave(bool, i64),
    Back(bool),
}

const PEOPLE: [&str; 5] = ["leader", "deputy", "head.inf", "head.mkt", "tech1.inf"];

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0_i64..400).prop_map(Step::Wait),
        2 => (0_usize..5).prop_map(Step::Activate),
        3 => (0_usize..5, 0_usize..5).prop_map(|(a, b)| Step::Delegate(a, b)),
        1 => (0_usize..5).prop_map(Step::Accept),
        3 => (0_usize..5, 0_usize..5).prop_map(|(a, b)| Step::HandOver(a, b)),
        3 => (0_usize..5).prop_map(Step::TakeOver),
        1 => (0_usize..5).prop_map(Step::StandDown),
        3 => (any::<bool>(), 1_i64..600).prop_map(|(l, m)| Step::Leave(l, m)),
        2 => any::<bool>().prop_map(Step::Back),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn exactly_one_commands_whatever_happens(steps in prop::collection::vec(step(), 1..40)) {
        let mut city = Lanchuan::new();
        let (case, _) = city.report(&hosts_down(), "head.inf", MONDAY);
        let mut case = city.done(&case, "leader", MONDAY, major("both hosts"));
        case.incident.links.clear();
        let mut now = at(MONDAY);
        let mut record = Vec::new();
        for one in steps {
            let who = |leader: bool| if leader { "leader" } else { "deputy" };
            let (person, act) = match one {
                Step::Wait(minutes) => {
                    let until = now + chrono::TimeDelta::minutes(minutes);
                    while let Some(next) = case.incident.wake_at.filter(|w| *w <= until) {
                        now = next.max(now);
                        let (after, written) = case.act(&Command::Tick, city.world(), &Actor::system(), now, None).unwrap();
                        record.extend(written.entries);
                        case = after;
                        if let Some(headquarters) = &case.headquarters {
                            prop_assert_eq!(chain(headquarters, now), Ok(()));
                        }
                    }
                    now = until;
                    continue;
                }
                Step::Leave(leader, minutes) => {
                    let until = now + chrono::TimeDelta::minutes(minutes);
                    away(&mut city, who(leader), &now.to_rfc3339(), &until.to_rfc3339());
                    let (after, written) = case.act(&Command::Tick, city.world(), &Actor::system(), now, None).unwrap();
                    record.extend(written.entries);
                    case = after;
                    continue;
                }
                Step::Back(leader) => {
                    let id = city.directory.by_login(who(leader)).unwrap().id;
                    for absence in city.leadership.absences.iter_mut().filter(|a| a.person == id && a.ended.is_none()) {
                        absence.ended = Some((now.max(absence.from), who(leader).to_owned()));
                    }
                    let (after, written) = case.act(&Command::Tick, city.world(), &Actor::system(), now, None).unwrap();
                    record.extend(written.entries);
                    case = after;
                    continue;
                }
                Step::Activate(p) => (p, Act::Activate { under: None }),
                Step::Delegate(p, to) => (p, Act::Delegate { to: PEOPLE[to].to_owned(), ground: String::new() }),
                Step::Accept(p) => (p, Act::AcceptDelegation),
                Step::HandOver(p, to) => (p, Act::HandOver { to: PEOPLE[to].to_owned(), situation: "x".to_owned() }),
                Step::TakeOver(p) => (p, Act::TakeOver),
                Step::StandDown(p) => (p, Act::StandDown { restored_at: None, order: String::new() }),
            };
            let actor = city.actor(PEOPLE[person]);
            let before = case.clone();
            match case.act(&Command::Headquarters(act), city.world(), &actor, now, None) {
                Ok((after, written)) => {
                    record.extend(written.entries);
                    case = after;
                }
                Err(_) => prop_assert_eq!(&case.headquarters, &before.headquarters),
            }
            if let Some(headquarters) = &case.headquarters {
                prop_assert_eq!(chain(headquarters, now.max(headquarters.activated_at)), Ok(()));
                let says = headquarters.commander().map(|p| p.holder.login.clone());
                prop_assert_eq!(replayed(&record), says, "the record says otherwise");
            }
        }
    }
}
