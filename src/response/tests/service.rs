use super::*;
use crate::plan::{Scope, Severity};
use crate::service::decision::{Draft, Kind, Stance};
use crate::service::{self, Command as Serve};

const MORNING: &str = "2026-08-12T06:30:00+08:00";
const LATER: &str = "2026-08-12T08:05:00+08:00";
const NOON: &str = "2026-08-12T14:10:00+08:00";

fn typhoon() -> Value {
    json!({
        "sub_kind": "wx.typhoon", "occurred_at": "2026-08-12T06:00:00+08:00", "region": "YL",
        "description": "roads of Yunling under water", "scope": "part_region", "customers_unsupplied": 640,
        "links_affected": { "delivery": "restricted" },
    })
}

fn draft(kind: Kind, areas: &[&str]) -> Draft {
    Draft {
        kind: Some(kind),
        areas: areas.iter().map(|a| (*a).to_owned()).collect(),
        links: vec!["delivery".to_owned()],
        from: Some(at("2026-08-12T14:30:00+08:00")),
        ..Draft::default()
    }
}

fn serve(command: Serve) -> Command {
    Command::Service(command)
}

fn sign(kind: Kind, areas: &[&str]) -> Command {
    serve(Serve::Decide { draft: draft(kind, areas), sign: true })
}

fn sheet(kind: Kind, areas: &[&str]) -> Command {
    serve(Serve::Decide { draft: draft(kind, areas), sign: false })
}

fn signature(number: &str) -> Command {
    serve(Serve::Sign { decision: number.to_owned() })
}

fn announce(decision: Option<&str>) -> Command {
    serve(Serve::Announce { decision: decision.map(str::to_owned), text: Default::default() })
}

fn channel(channel: &str) -> Command {
    channel_of("YJ-20260930-001-G1", channel, "confirmed by the editor")
}

fn channel_of(announcement: &str, channel: &str, proof: &str) -> Command {
    serve(Serve::Channel {
        announcement: announcement.to_owned(),
        channel: channel.to_owned(),
        proof: proof.to_owned(),
        at: None,
    })
}

fn state(region: &str, link: &str, state: &str) -> Command {
    serve(Serve::States(vec![(region.to_owned(), link.to_owned(), state.to_owned())]))
}

/// A typhoon over one county, its situation reported to the Office.
fn reported(city: &Lanchuan) -> Case {
    let (case, _) = city.report(&typhoon(), "head.rmd-yl", MORNING);
    let case = city.done(&case, "head.rmd-yl", MORNING, acknowledge("wx.report_measures"));
    city.done(&case, "head.rmd-yl", MORNING, complete("wx.report_measures", &["cause_note"]))
}

/// The same, suspended by the Office, then raised to the whole city.
fn raised(city: &Lanchuan) -> Case {
    let case = city.done(&reported(city), "lgo.head", LATER, sign(Kind::Suspend, &["YL"]));
    let level = Command::Severity {
        severity: Severity::Major,
        scope: Some(Scope::WholeRegion),
        reason: Some("four of five regions cut off".to_owned()),
        keep: Vec::new(),
    };
    city.done(&case, "leader", "2026-08-12T13:24:00+08:00", level)
}

#[test]
fn the_office_decides_on_a_report_and_nobody_else_does() {
    let city = Lanchuan::new();
    let (fresh, _) = city.report(&typhoon(), "head.rmd-yl", MORNING);
    assert_eq!(city.refused(&fresh, "lgo.head", LATER, sign(Kind::Suspend, &["YL"])), "M_PREREQ");
    let case = reported(&city);
    for who in ["head.rmd-yl", "head.dist", "duty", "cm2.rmd-lx"] {
        let code = city.refused(&case, who, LATER, sign(Kind::Suspend, &["YL"]));
        assert_eq!(code, "M_DECISION_LGO", "{who}");
    }
    assert_eq!(city.refused(&case, "insp1.insp", LATER, sign(Kind::Suspend, &["YL"])), "M_INSP_READONLY");
    // Beyond the incident's own region it is the Leading Group's, whoever asks.
    for who in ["head.rmd-yl", "lgo.head"] {
        let whole = sign(Kind::Suspend, &["CITY", "QZ", "YL", "SD", "LX"]);
        assert_eq!(city.refused(&case, who, LATER, whole), "M_DECISION_LG", "{who}");
    }
    let signed = city.done(&case, "lgo.head", LATER, sign(Kind::Suspend, &["YL"]));
    let decision = &signed.service.decisions[0];
    assert_eq!((decision.number.as_str(), decision.body.code()), ("YJ-20260930-001-J1", "LGO"));
    assert_eq!(decision.signed_role.as_deref(), Some("lg_office_head"));
    let task = signed.task("wx.lgo_decide").unwrap();
    assert_eq!((task.state.code(), task.acknowledged.as_ref().unwrap().by.as_str()), ("done", "lgo.head"));
    assert_eq!(task.evidence["decision_record"], "YJ-20260930-001-J1");
    assert!(signed.incident.conditions["service_suspended"]);
    assert_eq!(signed.task("wx.phone_customers").unwrap().state.code(), "open");
    assert_eq!(signed.suspended(), [("YL".to_owned(), "YJ-20260930-001-J1".to_owned())]);
    // The leadership may decide in the Office's stead, as the higher body.
    let passed_up = city.done(&case, "leader", LATER, sign(Kind::Suspend, &["YL"]));
    assert_eq!(passed_up.service.decisions[0].body.code(), "LG");
    assert_eq!(city.refused(&passed_up, "lgo.head", LATER, sign(Kind::Resume, &["YL"])), "M_DECISION_LG");
}

#[test]
fn the_deputy_acts_for_an_empty_office() {
    use crate::service::decision::{Body, signs_for};
    let city = Lanchuan::new();
    let (deputy, leader) = (city.actor("deputy"), city.actor("leader"));
    assert_eq!(signs_for(Body::Lgo, &deputy, true), Ok((Body::Lgo, "deputy_leader")));
    assert_eq!(signs_for(Body::Lgo, &deputy, false), Ok((Body::Lg, "deputy_leader")));
    assert_eq!(signs_for(Body::Lgo, &leader, true), Ok((Body::Lg, "leader")));
    assert_eq!(signs_for(Body::Lg, &city.actor("lgo.head"), true), Err(Refused::DecisionLg));
}

#[test]
fn a_decision_says_what_where_and_when() {
    let city = Lanchuan::new();
    let case = reported(&city);
    let field = |draft: Draft| {
        let command = serve(Serve::Decide { draft, sign: true });
        let refused = city.act(&case, "lgo.head", LATER, command).unwrap_err();
        (refused.code(), refused.field().unwrap_or_default().to_owned())
    };
    let whole = draft(Kind::Suspend, &["YL"]);
    let incomplete = |name: &str| ("M_DECISION_INCOMPLETE", name.to_owned());
    assert_eq!(field(Draft { kind: None, ..whole.clone() }), incomplete("kind"));
    assert_eq!(field(Draft { areas: Vec::new(), ..whole.clone() }), incomplete("areas"));
    assert_eq!(field(Draft { from: None, ..whole.clone() }), incomplete("from"));
    assert_eq!(field(Draft { until: whole.from, ..whole.clone() }), incomplete("until"));
    for (draft, name) in [
        (Draft { areas: vec!["XX".to_owned()], ..whole.clone() }, "areas"),
        (Draft { areas: vec!["YL".to_owned(), "YL".to_owned()], ..whole.clone() }, "areas"),
        (Draft { links: vec!["banking".to_owned()], ..whole.clone() }, "links"),
    ] {
        assert_eq!(field(draft), ("M_BAD_VALUE", name.to_owned()));
    }
}

#[test]
fn a_draft_gathers_opinions_and_is_signed_once() {
    let city = Lanchuan::new();
    let case = raised(&city);
    for who in ["head.ord", "clerk3.ord"] {
        assert_eq!(city.refused(&case, who, NOON, sheet(Kind::Suspend, &["CITY"])), "M_DECISION_LG", "{who}");
    }
    let case = city.done(&case, "head.mkt", NOON, sheet(Kind::Suspend, &["CITY", "QZ", "YL", "SD"]));
    let number = case.service.decisions[1].number.clone();
    assert_eq!(case.suspended(), [("YL".to_owned(), "YJ-20260930-001-J1".to_owned())], "a draft changes nothing");
    let opinion =
        |stance: Stance, text: &str| serve(Serve::Opine { decision: number.clone(), stance, text: text.to_owned() });
    assert_eq!(city.refused(&case, "head.ord", NOON, opinion(Stance::Agree, "")), "M_FORBIDDEN", "no member");
    assert_eq!(city.refused(&case, "insp1.insp", NOON, opinion(Stance::Agree, "")), "M_INSP_READONLY");
    assert_eq!(city.refused(&case, "head.dist", NOON, opinion(Stance::Disagree, " ")), "M_REQUIRED");
    let case = city.done(&case, "head.dist", NOON, opinion(Stance::AgreeWith, "Liuxi can still be driven"));
    assert_eq!(city.refused(&case, "head.dist", NOON, opinion(Stance::Agree, "")), "M_RECORD_LOCKED");
    assert_eq!(
        city.refused(&case, "head.dist", NOON, opinion(Stance::AgreeWith, "Liuxi can still be driven")),
        "taken"
    );
    assert_eq!(city.refused(&case, "lgo.head", NOON, signature(&number)), "M_DECISION_LG");
    assert_eq!(city.refused(&case, "leader", NOON, signature("YJ-20260930-001-J9")), "M_NOT_FOUND");
    let signed = city.done(&case, "leader", NOON, signature(&number));
    assert_eq!(signed.service.decisions[1].opinions.len(), 1);
    assert_eq!(city.refused(&signed, "leader", NOON, signature(&number)), "taken", "the same person again");
    assert_eq!(city.refused(&signed, "deputy", NOON, signature(&number)), "M_STALE");
    assert_eq!(city.refused(&signed, "head.fin", NOON, opinion(Stance::Agree, "")), "M_RECORD_LOCKED");
}

#[test]
fn a_later_decision_takes_the_place_of_the_earlier_and_says_so() {
    let city = Lanchuan::new();
    let case = raised(&city);
    assert_eq!(case.suspended(), [("YL".to_owned(), "YJ-20260930-001-J1".to_owned())], "it outlives the new level");
    assert_eq!(city.refused(&case, "head.rmd-yl", NOON, sign(Kind::Suspend, &["CITY", "YL"])), "M_DECISION_LG");
    assert_eq!(city.refused(&case, "lgo.head", NOON, sign(Kind::Resume, &["YL"])), "M_DECISION_LG");
    let (signed, written) = city.act(&case, "leader", NOON, sign(Kind::Suspend, &["CITY", "QZ", "YL", "SD"])).unwrap();
    let [first, second] = signed.service.decisions.as_slice() else { panic!("two decisions") };
    assert_eq!(first.replaced["YL"], second.number);
    assert!(!first.is_in_force());
    let said = written.entries.iter().find_map(|e| match &e.event {
        crate::journal::Event::ServiceDecided { replaces, .. } => Some(replaces.clone()),
        _ => None,
    });
    assert_eq!(said, Some(vec![(first.number.clone(), vec!["YL".to_owned()])]));
    assert_eq!(signed.suspended().len(), 4);
    assert_eq!(signed.task("wx.lg_decide").unwrap().state.code(), "done");
    assert_eq!(signed.task("wx.announce").unwrap().state.code(), "open");
    // Sent twice it is one decision.
    let again = city.done(&signed, "leader", NOON, sign(Kind::Suspend, &["CITY", "QZ", "YL", "SD"]));
    assert_eq!(again.service.decisions.len(), 2);
    // Other links of the same area are another matter.
    let ordering = Draft { links: vec!["ordering".to_owned()], ..draft(Kind::Alter, &["QZ"]) };
    let both = city.done(&signed, "leader", NOON, serve(Serve::Decide { draft: ordering, sign: true }));
    assert_eq!(both.suspended().len(), 4);
}

#[test]
fn service_resumes_area_by_area_and_closing_waits() {
    let city = Lanchuan::new();
    let case = city.done(&raised(&city), "leader", NOON, sign(Kind::Suspend, &["CITY", "QZ", "YL", "SD"]));
    let friday = "2026-08-14T08:50:00+08:00";
    let case = city.done(&case, "head.dist", friday, Command::Recovery { at: at(friday) });
    assert!(case.task("wx.resume").unwrap().is_active());
    let part = city.done(&case, "leader", friday, sign(Kind::Resume, &["CITY"]));
    assert_eq!(part.suspended().len(), 3);
    assert!(part.task("wx.resume").unwrap().is_active(), "three areas are still suspended");
    let blocks = part.close_blocks(city.world(), false);
    for number in part.suspended() {
        assert!(blocks.iter().any(|b| b.en.contains(&number.1)), "{blocks:?}");
    }
    let rest = city.done(&part, "leader", friday, sign(Kind::Resume, &["QZ", "YL", "SD"]));
    assert_eq!(rest.suspended(), []);
    let task = rest.task("wx.resume").unwrap();
    assert_eq!((task.state.code(), &task.evidence["decision_record"]), ("done", &json!("YJ-20260930-001-J4")));
    assert!(rest.task("wx.announce_resume").unwrap().is_active());
    assert!(!rest.close_blocks(city.world(), false).iter().any(|b| b.en.contains("suspended")));
}

#[test]
fn the_public_is_told_from_a_signed_decision_on_all_channels() {
    let city = Lanchuan::new();
    let case = raised(&city);
    // The Office's decision on one county is none to tell the whole city of.
    for decision in [None, Some("YJ-20260930-001-J1")] {
        assert_eq!(city.refused(&case, "lgo.head", NOON, announce(decision)), "M_NO_DECISION");
    }
    assert_eq!(city.refused(&case, "lgo.head", NOON, complete("wx.announce", &["broadcast_proof"])), "M_NO_DECISION");
    let drawn = city.done(&case, "leader", NOON, sheet(Kind::Suspend, &["CITY"]));
    assert_eq!(city.refused(&drawn, "lgo.head", NOON, announce(Some("YJ-20260930-001-J2"))), "M_NO_DECISION");
    let case = city.done(&case, "leader", NOON, sign(Kind::Suspend, &["CITY", "QZ", "YL", "SD"]));
    for (who, code) in [("head.dist", "M_FORBIDDEN"), ("insp1.insp", "M_INSP_READONLY"), ("duty", "taken")] {
        assert_eq!(city.refused(&case, who, NOON, announce(None)), code, "{who}");
    }
    let case = city.done(&case, "lgo.head", NOON, announce(None));
    let made = &case.service.announcements[0];
    assert!(made.text.zh_hans.contains("云岭县") && made.text.en.contains("Yunling"), "{:?}", made.text);
    assert!(made.differs().is_empty());
    let finish = || serve(Serve::CompleteAnnouncement { announcement: "YJ-20260930-001-G1".to_owned() });
    assert_eq!(city.refused(&case, "lgo.head", NOON, finish()), "M_CHANNEL_MISSING");
    assert_eq!(city.refused(&case, "lgo.head", NOON, channel("leaflet")), "M_BAD_VALUE");
    assert_eq!(
        city.refused(&case, "lgo.head", NOON, channel_of("YJ-20260930-001-G1", "tv_station", " ")),
        "M_REQUIRED"
    );
    let case = city.done(&case, "lgo.head", NOON, channel("tv_station"));
    assert_eq!(city.refused(&case, "duty", NOON, channel("tv_station")), "M_STALE");
    let case = city.done(&case, "lgo.head", NOON, channel("mobile_platform"));
    assert_eq!(case.contacted, ["tv_station", "mobile_platform"]);
    let case = city.done(&case, "lgo.head", NOON, acknowledge("wx.announce"));
    let missing = |command: Command| match city.act(&case, "lgo.head", NOON, command) {
        Err(Refused::ChannelMissing { channels }) => channels.into_iter().map(|c| c.en).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(missing(finish()), ["Radio station"]);
    assert_eq!(missing(complete("wx.announce", &["broadcast_proof"])), ["Radio station"]);
    let case = city.done(&case, "lgo.head", NOON, channel("radio_station"));
    let by_card = city.done(&case, "lgo.head", NOON, complete("wx.announce", &[]));
    let done = city.done(&case, "duty", NOON, finish());
    for case in [by_card, done] {
        assert!(case.task("wx.announce").unwrap().is_done());
        assert_eq!(case.task("wx.announce").unwrap().evidence["broadcast_proof"], "YJ-20260930-001-G1");
        assert!(case.service.announcements[0].done_at.is_some());
    }
}

#[test]
fn an_edited_text_is_marked_and_not_refused() {
    let city = Lanchuan::new();
    let case = city.done(&raised(&city), "leader", NOON, sign(Kind::Suspend, &["CITY"]));
    let text = [(Lang::En, "Deliveries stop at 14:30.".to_owned())].into();
    let case = city.done(&case, "lgo.head", NOON, serve(Serve::Announce { decision: None, text }));
    let made = &case.service.announcements[0];
    assert_eq!(made.differs(), [Lang::En]);
    assert_eq!(made.text.en, "Deliveries stop at 14:30.");
    assert_eq!(made.text.zh_hant, made.generated.zh_hant);
}

#[test]
fn link_states_begin_with_the_report_and_are_set_by_who_handles_them() {
    let city = Lanchuan::new();
    let case = reported(&city);
    let stand = |case: &Case| case.links_not_normal();
    let row = |r: &str, l: &str, s: &str| (r.to_owned(), l.to_owned(), s.to_owned());
    assert_eq!(stand(&case), [row("YL", "delivery", "restricted")]);
    for (who, region, code) in [
        ("head.mkt", "CITY", "taken"),
        ("clerk3.ord", "CITY", "taken"),
        ("head.dist", "YL", "taken"),
        ("head.inf", "YL", "taken"),
        ("head.fin", "YL", "taken"),
        ("head.rmd-yl", "YL", "taken"),
        ("leader", "LX", "taken"),
        ("head.rmd-yl", "QZ", "M_FORBIDDEN"),
        ("head.sec", "YL", "M_FORBIDDEN"),
        ("insp1.insp", "YL", "M_INSP_READONLY"),
    ] {
        assert_eq!(city.refused(&case, who, LATER, state(region, "delivery", "stopped")), code, "{who}");
    }
    for (region, link, to) in [("XX", "delivery", "normal"), ("YL", "x", "normal"), ("YL", "delivery", "x")] {
        assert_eq!(city.refused(&case, "head.mkt", LATER, state(region, link, to)), "M_BAD_VALUE");
    }
    let (worse, written) = city.act(&case, "head.dist", LATER, state("YL", "delivery", "stopped")).unwrap();
    assert_eq!(written.entries.len(), 1);
    assert_eq!(stand(&worse), [row("YL", "delivery", "stopped")]);
    let (same, written) = city.act(&worse, "head.dist", LATER, state("YL", "delivery", "stopped")).unwrap();
    assert!(written.entries.is_empty() && same.service == worse.service);
    let better = city.done(&worse, "head.dist", LATER, state("YL", "delivery", "normal"));
    assert_eq!(stand(&better), []);
}

#[test]
fn a_closed_incident_takes_no_more() {
    let city = Lanchuan::new();
    let mut case = reported(&city);
    case.incident.state = crate::incident::State::Closed {
        at: at(LATER),
        by: "leader".to_owned(),
        closing: crate::incident::Closing { result: "x".to_owned(), restored_at: at(LATER), cause: "x".to_owned() },
    };
    assert_eq!(city.refused(&case, "leader", LATER, sign(Kind::Suspend, &["YL"])), "M_RECORD_LOCKED");
    assert_eq!(city.refused(&case, "leader", LATER, state("YL", "delivery", "normal")), "M_RECORD_LOCKED");
}

#[test]
fn the_city_shows_the_worst_of_all_incidents() {
    let city = Lanchuan::new();
    let names = service::words::Names::new(&city.edition, &city.directory, Lang::En);
    let standing = |number: &str, state: &str| service::view::Standing {
        number: number.to_owned(),
        regions: vec!["QZ".to_owned()],
        links: [("delivery".to_owned(), state.to_owned())].into(),
        states: Vec::new(),
    };
    let matrix = service::view::city(&[standing("A", "restricted"), standing("B", "stopped")], names);
    assert_eq!((matrix.rows.len(), matrix.regions.len(), matrix.troubled), (4, 5, 1));
    let cell = matrix.rows.iter().flat_map(|r| &r.cells).find(|c| c.state != "normal").unwrap();
    assert_eq!((cell.region.as_str(), cell.state.as_str()), ("QZ", "stopped"));
    assert_eq!(cell.because, ["A", "B"]);
}

#[test]
fn an_acting_commander_signs_under_the_letter() {
    use crate::headquarters::Act;
    use crate::leadership::Absence;
    let mut city = Lanchuan::new();
    let case = raised(&city);
    let case =
        city.done(&case, "leader", "2026-08-12T13:26:00+08:00", Command::Headquarters(Act::Activate { under: None }));
    for login in ["leader", "deputy"] {
        let person = city.directory.by_login(login).unwrap().id;
        city.leadership.absences.push(Absence {
            id: Uuid::now_v7(),
            person,
            from: at("2026-08-12T13:30:00+08:00"),
            until: None,
            reachable_at: None,
            note: None,
            declared_by: login.to_owned(),
            declared_at: at("2026-08-12T13:30:00+08:00"),
            ended: None,
        });
    }
    let letter = Act::Delegate { to: "head.dist".to_owned(), ground: String::new() };
    assert_eq!(city.refused(&case, "head.dist", NOON, sign(Kind::Suspend, &["CITY"])), "M_DECISION_LG");
    let case = city.done(&case, "leader", "2026-08-12T13:40:00+08:00", Command::Headquarters(letter));
    let case = city.done(&case, "head.dist", NOON, sign(Kind::Suspend, &["CITY"]));
    let decision = &case.service.decisions[1];
    assert_eq!(decision.signed_role.as_deref(), Some("acting_commander"));
    assert!(decision.delegation.is_some());
    assert_eq!(decision.delegation, case.headquarters.as_ref().unwrap().delegation().map(|d| d.id));
    assert_eq!(city.refused(&case, "head.mkt", NOON, sign(Kind::Suspend, &["QZ"])), "M_DECISION_LG");
}

#[test]
fn the_areas_decided_on_are_the_ones_affected() {
    let city = Lanchuan::new();
    let mut case = raised(&city);
    assert_eq!(case.incident.regions.len(), 5);
    let opened = city.done(&case, "leader", NOON, sign(Kind::Suspend, &["CITY", "YL"]));
    assert_eq!(opened.incident.regions.len(), 5, "tasks were opened for all five");
    case.tasks.retain(|t| t.region.is_none());
    let regions = |case: &Case| case.incident.regions.clone();
    let narrowed = city.done(&case, "leader", NOON, sign(Kind::Suspend, &["CITY", "YL"]));
    assert_eq!(regions(&narrowed), ["CITY", "YL"]);
    let wider = city.done(&narrowed, "leader", NOON, sign(Kind::Suspend, &["SD"]));
    assert_eq!(regions(&wider), ["CITY", "YL", "SD"]);
    assert!(wider.task("rmd.organise_managers@SD").is_some());
}

#[test]
fn what_is_suspended_cannot_be_merged_away() {
    let city = Lanchuan::new();
    let case = city.done(&reported(&city), "lgo.head", LATER, sign(Kind::Suspend, &["YL"]));
    let other = reported(&city);
    let merged = |one: &Case, into: &Case| {
        crate::response::merge::merge(one, into, city.world(), &city.actor("deputy"), at(LATER)).err().map(|r| r.code())
    };
    assert_eq!(merged(&case, &other), Some("M_CLOSE_BLOCKED"));
    assert_eq!(merged(&other, &case), None);
}
