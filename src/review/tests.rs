//! Every refusal of a review and every verdict of its sheet, without a database or a clock.

use serde_json::{Map, Value, json};

use super::sheet::{About, Row, Sheet, Verdict};
use super::*;
use crate::calendar::fixture;
use crate::circular::tests::{at, lanchuan, who};
use crate::directive;
use crate::incident::report;
use crate::leadership::Leadership;
use crate::plan::Severity;
use crate::response::open::{self, Wish};
use crate::response::{Answer, Case, Command as Act, World};
use crate::routing::places::Places;
use crate::task::{self, Ending, State as TaskState};

const NOW: &str = "2026-11-19T10:00:00+08:00";

fn review() -> Review {
    Review {
        incident: Uuid::now_v7(),
        number: "YJ-20261114-001".to_owned(),
        state: State::Open,
        opened_at: at("2026-11-15T10:30:00+08:00"),
        due_at: Some(at("2026-11-20T17:30:00+08:00")),
        score: None,
        summary: String::new(),
        drafted: None,
        objections_until: None,
        finalised: None,
        closed: None,
        findings: Vec::new(),
        objections: Vec::new(),
        updated_at: at("2026-11-15T10:30:00+08:00"),
        revision: 1,
    }
}

struct Room {
    edition: Edition,
    calendar: Calendar,
    directory: Directory,
    concerned: Vec<String>,
    open: Vec<String>,
    ordered: Vec<Uuid>,
}

impl Room {
    fn new() -> Room {
        let (edition, directory) = lanchuan();
        let concerned = vec!["LG".to_owned(), "SEC".to_owned(), "WHS".to_owned()];
        Room {
            edition,
            calendar: fixture::lanchuan_calendar(),
            directory,
            concerned,
            open: Vec::new(),
            ordered: Vec::new(),
        }
    }

    fn act(&self, review: &Review, login: &str, now: &str, command: Command) -> Result<Review, &'static str> {
        self.act_as(review, login, now, command, false).map(|r| r.0)
    }

    fn act_as(
        &self,
        review: &Review,
        login: &str,
        now: &str,
        command: Command,
        took_part: bool,
    ) -> Result<(Review, Written), &'static str> {
        let context = Context {
            edition: &self.edition,
            calendar: &self.calendar,
            directory: &self.directory,
            concerned: &self.concerned,
            took_part,
            open_orders: &self.open,
            accepted_orders: &[],
            ordered: &self.ordered,
        };
        review.act(&command, &context, &who(&self.directory, login), at(now)).map_err(|r| r.code())
    }

    fn drafted(&self) -> Review {
        let found = self.act(&review(), "insp1.insp", NOW, finding()).unwrap();
        self.act(&found, "insp1.insp", NOW, draft()).unwrap()
    }
}

fn finding() -> Command {
    Command::Find(words("late", "2.1.2-sec-1", "WHS"))
}

fn words(text: &str, clause: &str, department: &str) -> Words {
    Words { text: text.to_owned(), clause: clause.to_owned(), department: department.to_owned() }
}

fn draft() -> Command {
    Command::Draft { score: Some(80), summary: String::new() }
}

fn object(department: Option<&str>, text: &str) -> Command {
    Command::Object { department: department.map(str::to_owned), text: text.to_owned() }
}

fn answer() -> Command {
    decide("heard", Some(false))
}

fn decide(text: &str, upheld: Option<bool>) -> Command {
    Command::Answer { department: "WHS".to_owned(), text: text.to_owned(), upheld }
}

#[test]
fn only_an_inspector_who_stood_apart_judges() {
    let room = Room::new();
    let correct = Command::Correct { finding: None, words: words("late", "2.1.2-sec-1", "WHS") };
    let withdraw = Command::Withdraw { finding: None, reason: "wrong".to_owned() };
    let acts = [finding(), correct, withdraw, draft(), answer(), Command::Final { score: None }, Command::Close];
    for login in ["leader", "deputy", "head.whs", "duty", "lgo.head", "admin"] {
        for act in &acts {
            assert_eq!(room.act(&review(), login, NOW, act.clone()), Err("M_FORBIDDEN"), "{login} {act:?}");
        }
    }
    for act in acts {
        let barred = room.act_as(&review(), "insp1.insp", NOW, act, true);
        assert_eq!(barred.err(), Some("M_FORBIDDEN"), "took part in the handling");
    }
    assert!(room.act(&review(), "head.insp", NOW, finding()).is_ok());
}

#[test]
fn a_finding_names_text_clause_and_department() {
    let room = Room::new();
    let find = |text: &str, clause: &str, department: &str| {
        room.act(&review(), "insp1.insp", NOW, Command::Find(words(text, clause, department))).map(|r| r.findings.len())
    };
    assert_eq!(find("late", "§2.1.2-sec-1", "WHS"), Ok(1));
    assert_eq!(find(" ", "2.1.2-sec-1", "WHS"), Err("M_REQUIRED"));
    assert_eq!(find("late", " ", "WHS"), Err("M_REQUIRED"));
    assert_eq!(find("late", "2.1.2-sec-1", ""), Err("M_REQUIRED"));
    assert_eq!(find("late", "9.9", "WHS"), Err("M_BAD_VALUE"));
    for department in ["INSP", "LG", "HQ", "XYZ"] {
        assert_eq!(find("late", "2.1.2-sec-1", department), Err("M_BAD_VALUE"), "{department}");
    }
    assert_eq!(room.act(&room.drafted(), "insp1.insp", NOW, finding()), Err("M_RECORD_LOCKED"));
}

#[test]
fn a_finding_is_corrected_until_the_review_is_final_and_keeps_what_it_said() {
    let room = Room::new();
    let found = room.act(&review(), "insp1.insp", NOW, finding()).unwrap();
    let id = Some(found.findings[0].id);
    let correct = |words| Command::Correct { finding: id, words };
    let other = words("late by 7 min", "2.1.2-sec-2", "SEC");
    let (silent, written) = room.act_as(&found, "insp2.insp", NOW, correct(other.clone()), false).unwrap();
    assert_eq!((silent.findings[0].words.clone(), silent.findings[0].was.len()), (other.clone(), 1));
    assert_eq!(silent.findings[0].was[0].words.text, "late");
    assert_eq!(silent.findings[0].was[0].changed.1, "insp2.insp");
    assert!(written.entries.is_empty() && written.notices.is_empty(), "nothing is out yet");
    let drafted = room.act(&found, "insp1.insp", NOW, draft()).unwrap();
    let (open, written) = room.act_as(&drafted, "insp1.insp", NOW, correct(other.clone()), false).unwrap();
    assert_eq!((written.entries.len(), written.notices.len()), (1, 2), "the record, and both heads");
    assert!(matches!(&written.entries[0].event,
        Event::FindingCorrected { from_text, text, .. } if from_text == "late" && text == "late by 7 min"));
    assert_eq!(room.act(&open, "insp1.insp", NOW, correct(other)), Ok(open.clone()), "the same again is no change");
    assert_eq!(room.act(&open, "insp1.insp", NOW, correct(words(" ", "2.1.2-sec-1", "WHS"))), Err("M_REQUIRED"));
    assert_eq!(room.act(&open, "insp1.insp", NOW, correct(words("x", "9.9", "WHS"))), Err("M_BAD_VALUE"));
    let unknown = |finding| Command::Correct { finding, words: words("x", "2.1.2-sec-1", "WHS") };
    assert_eq!(room.act(&open, "insp1.insp", NOW, unknown(None)), Err("M_REQUIRED"));
    assert_eq!(room.act(&open, "insp1.insp", NOW, unknown(Some(Uuid::now_v7()))), Err("M_BAD_VALUE"));
    let over = "2026-11-23T10:00:00+08:00";
    let done = room.act(&open, "insp1.insp", over, Command::Final { score: None }).unwrap();
    let late = correct(words("x", "2.1.2-sec-1", "WHS"));
    assert_eq!(room.act(&done, "insp1.insp", over, late), Err("M_RECORD_LOCKED"));
}

#[test]
fn a_finding_nothing_rests_on_is_withdrawn_and_binds_nobody_any_more() {
    let mut room = Room::new();
    let drafted = room.drafted();
    let id = drafted.findings[0].id;
    let withdraw = |reason: &str| Command::Withdraw { finding: Some(id), reason: reason.to_owned() };
    assert_eq!(room.act(&drafted, "insp1.insp", NOW, withdraw(" ")), Err("M_REQUIRED"));
    let (gone, written) = room.act_as(&drafted, "insp1.insp", NOW, withdraw("wrong day"), false).unwrap();
    assert_eq!((written.entries.len(), written.notices.len()), (1, 1));
    assert_eq!((gone.findings.len(), gone.standing().count(), gone.finding(id)), (1, 0, None), "kept, and not counted");
    assert_eq!(room.act(&gone, "insp1.insp", NOW, withdraw("again")), Err("M_STALE"));
    let correct = Command::Correct { finding: Some(id), words: words("x", "2.1.2-sec-1", "WHS") };
    assert_eq!(room.act(&gone, "insp1.insp", NOW, correct), Err("M_STALE"));
    room.ordered = vec![id];
    assert_eq!(
        room.act(&drafted, "insp1.insp", NOW, withdraw("wrong day")),
        Err("M_RECORD_LOCKED"),
        "an order rests on it"
    );
    room.ordered.clear();
    let over = "2026-11-23T10:00:00+08:00";
    let done = room.act(&drafted, "insp1.insp", over, Command::Final { score: None }).unwrap();
    assert_eq!(room.act(&done, "insp1.insp", over, withdraw("too late")), Err("M_RECORD_LOCKED"));
}

#[test]
fn a_decision_says_whether_the_objection_is_right() {
    let room = Room::new();
    let objected = room.act(&room.drafted(), "head.whs", NOW, object(None, "no")).unwrap();
    assert_eq!(room.act(&objected, "insp1.insp", NOW, decide("heard", None)), Err("M_REQUIRED"));
    let decided = room.act(&objected, "insp1.insp", NOW, decide("right", Some(true))).unwrap();
    assert_eq!(decided.objections[0].answer.as_ref().and_then(|a| a.upheld), Some(true));
}

#[test]
fn the_draft_goes_to_the_departments_for_two_working_days() {
    let room = Room::new();
    let bad = |score| room.act(&review(), "insp1.insp", NOW, Command::Draft { score, summary: String::new() });
    assert_eq!(bad(None), Err("M_REQUIRED"));
    assert_eq!(bad(Some(101)), Err("M_BAD_VALUE"));
    assert_eq!(bad(Some(-1)), Err("M_BAD_VALUE"));
    let (drafted, written) = room.act_as(&review(), "insp1.insp", NOW, draft(), false).unwrap();
    assert_eq!(drafted.objections_until, Some(at("2026-11-23T10:00:00+08:00")), "the weekend does not count");
    assert_eq!(written.notices.len(), 3, "one head each");
    assert_eq!(room.act(&drafted, "insp1.insp", NOW, draft()), Ok(drafted.clone()), "again is no harm");
    assert_eq!(room.act(&drafted, "insp2.insp", NOW, draft()), Err("M_STALE"));
}

#[test]
fn heads_object_in_time_and_once() {
    let room = Room::new();
    let drafted = room.drafted();
    let object_as = |login: &str, department: Option<&str>| {
        room.act(&drafted, login, NOW, object(department, "no")).map(|r| r.objections[0].department.clone())
    };
    assert_eq!(object_as("head.whs", None), Ok("WHS".to_owned()));
    assert_eq!(object_as("leader", None), Ok("LG".to_owned()));
    assert_eq!(object_as("head.whs", Some("SEC")), Err("M_NOT_YOUR_TASK"));
    assert_eq!(object_as("wh2.whs", None), Err("M_NOT_YOUR_TASK"));
    assert_eq!(object_as("head.mkt", None), Err("M_NOT_YOUR_TASK"));
    assert_eq!(object_as("insp1.insp", None), Err("M_INSP_READONLY"));
    assert_eq!(room.act(&drafted, "head.whs", NOW, object(None, " ")), Err("M_REQUIRED"));
    let late = "2026-11-23T10:00:01+08:00";
    assert_eq!(room.act(&drafted, "head.whs", late, object(None, "no")), Err("M_RECORD_LOCKED"));
    assert_eq!(room.act(&review(), "head.whs", NOW, object(None, "no")), Err("M_RECORD_LOCKED"), "no draft is out");
    let objected = room.act(&drafted, "head.whs", NOW, object(None, "no")).unwrap();
    assert_eq!(room.act(&objected, "head.whs", NOW, object(None, "no")), Ok(objected.clone()));
    assert_eq!(room.act(&objected, "head.whs", NOW, object(None, "more")), Err("M_STALE"));
}

#[test]
fn final_when_time_is_over_or_all_are_answered() {
    let room = Room::new();
    let last = || Command::Final { score: None };
    assert_eq!(room.act(&review(), "insp1.insp", NOW, last()), Err("M_PREREQ"), "no draft");
    let drafted = room.drafted();
    assert_eq!(room.act(&drafted, "insp1.insp", NOW, last()), Err("M_PREREQ"), "they may still object");
    assert!(room.act(&drafted, "insp1.insp", "2026-11-23T10:00:00+08:00", last()).is_ok());
    let objected = room.act(&drafted, "head.whs", NOW, object(None, "no")).unwrap();
    let after = "2026-11-24T10:00:00+08:00";
    assert_eq!(room.act(&objected, "insp1.insp", after, last()), Err("M_PREREQ"), "not answered");
    assert_eq!(room.act(&drafted, "insp1.insp", NOW, answer()), Err("M_BAD_VALUE"), "nobody objected");
    let answered = room.act(&objected, "insp1.insp", NOW, answer()).unwrap();
    assert_eq!(room.act(&answered, "insp2.insp", NOW, answer()), Err("M_STALE"));
    let done = room.act(&answered, "insp1.insp", NOW, Command::Final { score: Some(90) }).unwrap();
    assert_eq!((done.state, done.score), (State::Final, Some(90)));
    assert_eq!(room.act(&done, "insp2.insp", NOW, last()), Err("M_STALE"));
    assert_eq!(room.act(&done, "head.sec", NOW, object(None, "no")), Err("M_RECORD_LOCKED"));
}

#[test]
fn the_case_closes_when_everything_is_accepted() {
    let mut room = Room::new();
    assert_eq!(room.act(&room.drafted(), "insp1.insp", NOW, Command::Close), Err("M_PREREQ"));
    let last = Command::Final { score: None };
    let done = room.act(&room.drafted(), "insp1.insp", "2026-11-23T10:00:00+08:00", last).unwrap();
    room.open = vec!["ZG-2026-001".to_owned()];
    assert_eq!(room.act(&done, "insp1.insp", NOW, Command::Close), Err("M_RECTIFY_OPEN"));
    room.open.clear();
    let closed = room.act(&done, "insp1.insp", NOW, Command::Close).unwrap();
    assert_eq!(closed.state, State::Closed);
    assert_eq!(room.act(&closed, "insp2.insp", NOW, Command::Close), Err("M_STALE"));
}

#[test]
fn who_sees_it_when() {
    let room = Room::new();
    let sheet = vec!["WHS".to_owned()];
    let sees = |login: &str, review: &Review, incident: bool| {
        review.is_visible_to(&who(&room.directory, login), &sheet, incident)
    };
    for login in ["insp1.insp", "leader", "deputy"] {
        assert!(sees(login, &review(), false), "{login}");
    }
    assert!(!sees("head.whs", &review(), true), "nothing is out");
    let drafted = room.drafted();
    assert!(sees("head.whs", &drafted, false) && !sees("head.mkt", &drafted, true));
    let done = Review { state: State::Final, ..drafted };
    assert!(sees("head.mkt", &done, true) && !sees("head.mkt", &done, false));
}

/// A closed smoke, with its record as the journal would hold it.
struct Lived {
    room: Room,
    places: Places,
    leadership: Leadership,
    case: Option<Case>,
    recorded: Vec<Recorded>,
}

impl Lived {
    /// Smoke at the warehouse; its head signs in time and arrives seven minutes late.
    fn smoke() -> Lived {
        let mut lived = Lived::reported();
        lived.task("head.whs", "21:20", "sec.unit_head_to_scene", task::Command::Acknowledge { estimate: None });
        let evidence = [("arrival_record".to_owned(), json!("21:51"))].into();
        lived.task("head.whs", "21:51", "sec.unit_head_to_scene", task::Command::Complete { evidence });
        lived
    }

    /// Nobody has acted yet.
    fn reported() -> Lived {
        let room = Room::new();
        let city = crate::city::City::from_toml(crate::city::LANCHUAN, &room.edition).unwrap();
        let places = Places { sites: city.sites, vehicles: city.vehicles };
        let mut lived = Lived { room, places, leadership: Leadership::default(), case: None, recorded: Vec::new() };
        lived.report();
        lived
    }

    fn world(&self) -> World<'_> {
        World {
            edition: &self.room.edition,
            calendar: &self.room.calendar,
            directory: &self.room.directory,
            places: &self.places,
            leadership: &self.leadership,
            schemes: crate::scheme::Schemes::none(),
        }
    }

    fn report(&mut self) {
        let body: Map<String, Value> = json!({
            "sub_kind": "sec.service_accident", "occurred_at": "2026-11-14T21:12:00+08:00", "region": "CITY",
            "description": "smoke", "site": "sorting line 2", "casualties": 0,
            "links_affected": {"sorting": "stopped"},
        })
        .as_object()
        .unwrap()
        .clone();
        let (actor, now) = (who(&self.room.directory, "wh2.whs"), at("2026-11-14T21:14:00+08:00"));
        let edition = &self.room.edition;
        let checked = report::check(&body, edition, edition.effective_from, &self.room.directory, &actor, now);
        let draft = checked.draft.unwrap();
        let sub_kind = edition.sub_kind(&draft.sub_kind).unwrap();
        let (case, written) = open::open(&draft, sub_kind, Wish::AsOfActor, self.world(), &actor, now);
        self.case = Some(case);
        self.keep(written.entries, now);
    }

    fn keep(&mut self, entries: Vec<Entry>, now: DateTime<Utc>) {
        for e in entries {
            let id = i64::try_from(self.recorded.len()).unwrap() + 1;
            let Entry { task, department, at, event, actor, late, corrects } = e;
            self.recorded.push(Recorded { id, task, department, at, entered_at: now, event, actor, late, corrects });
        }
    }

    fn task(&mut self, login: &str, clock: &str, key: &str, command: task::Command) {
        self.act(login, clock, Act::Task { key: key.to_owned(), command, revision: None });
    }

    fn act(&mut self, login: &str, clock: &str, command: Act) {
        let now = at(&format!("2026-11-14T{clock}:00+08:00"));
        let actor = who(&self.room.directory, login);
        let done = self.case().act(&command, self.world(), &actor, now, None);
        let (case, written) = done.unwrap_or_else(|r| panic!("{login}: {r:?}"));
        self.case = Some(case);
        self.keep(written.entries, now);
    }

    fn case(&self) -> &Case {
        self.case.as_ref().unwrap()
    }

    fn sheet(&self, directives: &[directive::Directive]) -> Sheet {
        let until = at("2026-11-15T10:30:00+08:00");
        Sheet::of(self.case(), &self.recorded, directives, &self.room.edition, &self.room.calendar, until)
    }

    fn row(&self, key: &str) -> Row {
        let about = About::Task(key.to_owned());
        self.sheet(&[]).parts.into_iter().flat_map(|p| p.rows).find(|r| r.about == about).unwrap()
    }

    /// The same with one task in another state.
    fn with(&mut self, key: &str, state: TaskState) -> Row {
        let task = self.case.as_mut().unwrap().tasks.iter_mut().find(|t| t.key == key).unwrap();
        task.state = state;
        self.row(key)
    }
}

fn ending(clock: &str) -> Ending {
    Ending { at: at(&format!("2026-11-14T{clock}:00+08:00")), by: "head.sec".to_owned() }
}

#[test]
fn late_with_the_entries_that_say_so() {
    let lived = Lived::smoke();
    let row = lived.row("sec.unit_head_to_scene");
    assert_eq!((row.verdict, row.late_seconds), (Some(Verdict::Late), 420));
    assert_eq!((row.department.as_str(), row.clause.as_str()), ("WHS", "2.1.2-sec-1"));
    let kinds: Vec<&str> = row
        .entries
        .iter()
        .map(|id| crate::timeline::kind(&lived.recorded.iter().find(|r| r.id == *id).unwrap().event))
        .collect();
    assert!(kinds.contains(&"acknowledged") && kinds.contains(&"done"), "{kinds:?}");
    assert_eq!(row.ended, Some((at("2026-11-14T21:51:00+08:00"), "head.whs".to_owned())));
    let counts = lived.sheet(&[]).parts.iter().find(|p| p.department == "WHS").unwrap().counts();
    assert_eq!((counts.late, counts.kept), (1, 0));
    assert!(lived.sheet(&[]).departments().iter().all(|d| d != "INSP"), "its own duties come after");
}

#[test]
fn kept_not_done_and_without_evidence() {
    let (go, scheme) = ("sec.go_to_scene", "sec.run_safety_scheme");
    let mut lived = Lived::smoke();
    assert_eq!(lived.row(go).verdict, Some(Verdict::NotDone), "still open past its limit");
    assert_eq!(lived.with(go, TaskState::Done(ending("21:33"))).verdict, Some(Verdict::NoEvidence));
    let task = lived.case.as_mut().unwrap().tasks.iter_mut().find(|t| t.key == go).unwrap();
    task.evidence = [("arrival_record".to_owned(), json!(true)), ("scene_record".to_owned(), json!(true))].into();
    assert_eq!(lived.row(go).verdict, Some(Verdict::Kept));
    let gone = |clock: &str| TaskState::Cancelled { ending: ending(clock), reason: "@reclassified".to_owned() };
    assert_eq!(lived.with(scheme, gone("21:25")).verdict, None, "fell away in time");
    let late = lived.with(scheme, gone("21:30"));
    assert_eq!((late.verdict, late.late_seconds), (Some(Verdict::NotDone), 60), "late before the level changed");
    let arose = |clock: &str, reason: &str| TaskState::NotArisen { ending: ending(clock), reason: reason.to_owned() };
    assert_eq!(lived.with(scheme, arose("21:40", "no fire")).verdict, None);
    assert_eq!(lived.with(scheme, arose("21:40", "@condition")).verdict, Some(Verdict::NotDone));
}

#[test]
fn both_proposals_of_the_level_stand_on_it() {
    let mut lived = Lived::smoke();
    let lower =
        Act::Severity { severity: Severity::Local, scope: None, reason: Some("line 1".to_owned()), keep: vec![] };
    lived.act("leader", "22:00", lower);
    let levels: Vec<(Severity, bool)> = lived.sheet(&[]).levels.iter().map(|l| (l.severity, l.proposed)).collect();
    assert_eq!(levels, [(Severity::Major, true), (Severity::Local, false)]);
}

#[test]
fn an_extended_order_is_late_against_its_first_limit() {
    let lived = Lived::smoke();
    let due = at("2026-11-14T22:30:00+08:00");
    let copy = directive::Copy {
        id: Uuid::now_v7(),
        department: "WHS".to_owned(),
        state: directive::State::Accepted,
        acknowledge_by: due,
        acknowledged: Some((due, "head.whs".to_owned())),
        due_at: at("2026-11-14T23:30:00+08:00"),
        extended_at: Some(due),
        asked: None,
        done: Some((at("2026-11-14T22:40:00+08:00"), "head.whs".to_owned())),
        evidence: Some("log".to_owned()),
        accepted: Some((at("2026-11-14T22:50:00+08:00"), "leader".to_owned())),
        late_first: 600,
        late_seconds: 0,
        updated_at: due,
    };
    let mut order = directive::Directive {
        id: Uuid::now_v7(),
        number: "ZL-2026-001".to_owned(),
        incident: Some(lived.case().incident.id),
        headquarters: None,
        text: "clear line 2".to_owned(),
        clause: None,
        task: None,
        due_at: due,
        reason: None,
        issuer: directive::Issuer {
            person: Uuid::now_v7(),
            login: "leader".to_owned(),
            role: "leader".to_owned(),
            delegation: None,
            authorised_by: None,
        },
        issued_at: at("2026-11-14T21:30:00+08:00"),
        withdrawn: None,
        wake_at: None,
        updated_at: due,
        revision: 1,
        copies: vec![copy],
    };
    let of = |order: &directive::Directive| {
        let about = About::Directive("ZL-2026-001".to_owned());
        let sheet = lived.sheet(std::slice::from_ref(order));
        sheet.parts.into_iter().flat_map(|p| p.rows).find(|r| r.about == about).unwrap()
    };
    let row = of(&order);
    assert_eq!((row.verdict, row.late_seconds, row.first_due), (Some(Verdict::Late), 600, Some(due)));
    order.copies[0].late_first = 0;
    assert_eq!(of(&order).verdict, Some(Verdict::Kept));
    order.copies[0].evidence = None;
    assert_eq!(of(&order).verdict, Some(Verdict::NoEvidence));
    order.copies[0].state = directive::State::Acknowledged;
    assert_eq!(of(&order).verdict, Some(Verdict::NotDone));
}

/// Cards that ask for help are rows of the department that owes it: signed, answered, late, refused, never answered.
#[test]
fn help_stands_on_the_sheet_and_is_not_counted() {
    const UNIT: &str = "sec.unit_head_to_scene";
    let help = |lived: &Lived| {
        let about = About::Help(UNIT.to_owned());
        lived.sheet(&[]).parts.into_iter().flat_map(|p| p.rows).find(|r| r.about == about).unwrap()
    };
    let card = |answer: Answer| Act::Cooperate { task: UNIT.to_owned(), department: "SEC".to_owned(), answer };
    let answered = |clock: &str, answer: Answer| {
        let mut lived = Lived::reported();
        lived.act("head.sec", "21:20", card(Answer::Acknowledge));
        lived.act("guard1.sec", clock, card(answer));
        help(&lived)
    };
    let result = || Answer::Result("the gate is open".to_owned());
    let mut lived = Lived::reported();
    let fresh = help(&lived);
    assert_eq!((fresh.verdict, fresh.department.as_str()), (Some(Verdict::NotDone), "SEC"), "past the task's limit");
    assert_eq!((fresh.signed, fresh.ended, fresh.limit_of_plan), (None, None, false));
    lived.act("head.sec", "21:40", card(Answer::Acknowledge));
    let signed = help(&lived);
    assert_eq!((signed.verdict, signed.signed_late), (Some(Verdict::NotDone), true), "signed late, never answered");

    let kept = answered("21:43", result());
    assert_eq!((kept.verdict, kept.late_seconds, kept.signed_late), (Some(Verdict::Kept), 0, false));
    assert_eq!(kept.signed, Some((at("2026-11-14T21:20:00+08:00"), "head.sec".to_owned())));
    assert_eq!(kept.ended, Some((at("2026-11-14T21:43:00+08:00"), "guard1.sec".to_owned())));
    assert_eq!((kept.entries.len(), kept.due), (2, lived.row(UNIT).due), "signature and answer, by the task's limit");
    let late = answered("21:51", result());
    assert_eq!((late.verdict, late.late_seconds), (Some(Verdict::Late), 7 * 60));
    let refused = answered("21:43", Answer::Refuse("nobody free".to_owned()));
    assert_eq!(refused.verdict, Some(Verdict::NotDone), "the help was owed and not given");

    let counts = lived.sheet(&[]).counts();
    let gone = TaskState::Cancelled { ending: ending("21:25"), reason: "@reclassified".to_owned() };
    lived.with(UNIT, gone);
    assert_eq!(help(&lived).verdict, None, "nobody waits for it any more");
    let mut without = Lived::reported();
    without.case.as_mut().unwrap().cooperation.clear();
    assert_eq!(counts, without.sheet(&[]).counts(), "the figures are those of duties and directives");
}

#[test]
fn who_took_part_is_read_from_the_record() {
    let lived = Lived::smoke();
    for login in ["wh2.whs", "head.whs"] {
        assert!(took_part(&lived.recorded, login), "{login}");
    }
    for login in ["insp1.insp", "head.sec"] {
        assert!(!took_part(&lived.recorded, login), "{login}");
    }
    let entry = |event: Event| {
        let now = at(NOW);
        let actor = "insp1.insp".to_owned();
        vec![Recorded {
            id: 1,
            task: None,
            department: None,
            at: now,
            entered_at: now,
            event,
            actor,
            late: false,
            corrects: None,
        }]
    };
    let own = Event::Acknowledged { task: TASK.to_owned(), estimate: None };
    assert!(!took_part(&entry(own), "insp1.insp"), "its own task is no handling");
    assert!(!took_part(&entry(Event::Reopened { reason: "x".to_owned() }), "insp1.insp"));
    let others = Event::Acknowledged { task: "inf.recover".to_owned(), estimate: None };
    assert!(took_part(&entry(others), "insp1.insp"));
    let given = Event::Assigned { task: "inf.recover".to_owned(), to: "insp2.insp".to_owned() };
    assert!(took_part(&entry(given), "insp2.insp"));
}
