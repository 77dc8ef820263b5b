//! Drafts, signatures, rulings and questions from the core: every refusal, and what changes when an incident is moved.
#![allow(clippy::unwrap_used)]

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::question::Question;
use super::ruling::Ruling;
use super::*;
use crate::lang::Lang;
use crate::leadership::Acting;
use crate::person::Post;
use crate::person::directory::Directory;
use crate::plan::{CLAUSES_SOURCE, MATRIX_SOURCE, Resolve};

fn now() -> DateTime<Utc> {
    "2026-10-20T02:00:00Z".parse().unwrap()
}

fn actor(held: &str, department: &str) -> Actor {
    Actor {
        person: Some(Uuid::now_v7()),
        login: held.to_owned(),
        lang: Lang::En,
        posts: vec![Post { role: held.to_owned(), department: department.to_owned() }],
    }
}

/// The leadership while the actor commands a headquarters by letter.
fn acting(actor: &Actor) -> Leadership {
    let acting = vec![Acting { person: actor.person.unwrap(), headquarters: "YJ-20261020-001".to_owned() }];
    Leadership { acting, ..Leadership::default() }
}

fn in_force() -> Sources {
    Sources { clauses: CLAUSES_SOURCE.to_owned(), matrix: MATRIX_SOURCE.to_owned() }
}

fn draft() -> Draft {
    let (edition, editor) = (Edition::built_in().unwrap(), actor("plan_editor", "LG"));
    Draft::new("2026-1", &edition, in_force(), &editor, &Leadership::default(), now()).unwrap()
}

/// As the forms of the two records change a draft.
impl Draft {
    fn edit_clause(
        &mut self,
        id: &str,
        edit: &ClauseEdit,
        actor: &Actor,
        lg: &Leadership,
        now: DateTime<Utc>,
    ) -> Result<Option<Changed>, Refused> {
        self.rewrite(format!("clause {id}"), edit.revision, |s| s.edit_clause(id, edit), actor, lg, now)
    }

    fn edit_task(
        &mut self,
        id: &str,
        edit: &TaskEdit,
        actor: &Actor,
        lg: &Leadership,
        now: DateTime<Utc>,
    ) -> Result<Option<Changed>, Refused> {
        self.rewrite(format!("task {id}"), edit.revision, |s| s.edit_task(id, edit), actor, lg, now)
    }
}

fn sooner() -> TaskEdit {
    let due = serde_json::from_value(serde_json::json!({ "value": 20, "unit": "minutes", "clock": "elapsed" }));
    TaskEdit { due: Some(due.unwrap()), ..TaskEdit::default() }
}

#[test]
fn a_draft_says_what_it_was_copied_from_until_it_is_changed() {
    let mut draft = draft();
    assert_eq!(between(&in_force(), &draft.sources), []);
    let edition = draft.sources.check().unwrap();
    assert_eq!((edition.code.as_str(), edition.matrix.plan_edition.as_str()), ("2026-1", "2026-1"));

    let (editor, lg) = (actor("plan_editor", "LG"), Leadership::default());
    let id = "3.1.8";
    let was = Edition::built_in().unwrap().clause(id).unwrap().text.clone();
    let same = ClauseEdit { text: Some(was.clone()), ..ClauseEdit::default() };
    assert_eq!(draft.edit_clause(id, &same, &editor, &lg, now()).unwrap(), None);
    assert_eq!(draft.revision, 1, "saving what stands is no change");

    let edit = ClauseEdit { text: Some(Text { en: "A “new”\ntext".to_owned(), ..was.clone() }), ..same };
    let changed = draft.edit_clause(id, &edit, &editor, &lg, now()).unwrap().unwrap();
    assert_eq!(changed.record, "clause 3.1.8");
    assert_eq!(changed.fields.len(), 1);
    let differences = between(&in_force(), &draft.sources);
    assert_eq!((differences.len(), differences[0].change), (1, Change::Changed));
    let field = &differences[0].fields[0];
    assert_eq!((field.field.as_str(), field.before.as_ref()), ("text.en", Some(&was.en)));
    assert_eq!(field.after.as_deref(), Some("A “new”\ntext"));
    assert_eq!(draft.sources.check().unwrap().clause(id).unwrap().text.en, "A “new”\ntext");
}

#[test]
fn a_task_is_changed_where_it_is_meant_and_nowhere_else() {
    let (mut draft, editor, lg) = (draft(), actor("plan_editor", "LG"), Leadership::default());
    let before = draft.sources.clauses.clone();
    let edit = TaskEdit {
        cooperating: Some(vec!["FIN".to_owned()]),
        trigger: Some("recovery".to_owned()),
        responsible: Some("MKT".to_owned()),
        ..sooner()
    };
    draft.edit_task("cmd.local_directive", &edit, &editor, &lg, now()).unwrap().unwrap();
    let edition = draft.sources.check().unwrap();
    let task = edition.task("cmd.local_directive").unwrap();
    assert_eq!((task.limit.due.value, task.responsible.as_str()), (20, "MKT"));
    assert_eq!(task.cooperating, ["FIN"]);
    assert_eq!(draft.sources.clauses, before);
    let differences = between(&in_force(), &draft.sources);
    assert_eq!(differences.len(), 1, "{differences:?}");
    let fields: Vec<&str> = differences[0].fields.iter().map(|f| f.field.as_str()).collect();
    assert_eq!(fields, ["cooperating", "limit.due.value", "responsible", "trigger"]);
    let lines = |s: &str| s.lines().count();
    assert_eq!(lines(&draft.sources.matrix), lines(MATRIX_SOURCE), "comments and the rest stay");
    let unknown = TaskEdit { trigger: Some("someday".to_owned()), ..TaskEdit::default() };
    let refused = draft.edit_task("cmd.local_directive", &unknown, &editor, &lg, now()).unwrap_err();
    assert_eq!(refused.code(), "M_BAD_VALUE");
    assert_eq!(draft.edit_task("no.such", &unknown, &editor, &lg, now()).unwrap_err().code(), "M_NOT_FOUND");
}

#[test]
fn exported_and_imported_it_is_the_same() {
    let (mut draft, editor, lg) = (draft(), actor("plan_editor", "LG"), Leadership::default());
    draft.edit_task("cmd.local_directive", &sooner(), &editor, &lg, now()).unwrap().unwrap();
    let exported = draft.sources.clone();
    let edition = Edition::built_in().unwrap();
    let imported = Draft::new("2026-2", &edition, exported.clone(), &editor, &lg, now()).unwrap();
    assert_eq!(between(&exported, &imported.sources), []);
    let again = Draft::new("2026-1", &edition, imported.sources, &editor, &lg, now()).unwrap();
    assert_eq!(again.sources, exported, "to the letter");
}

#[test]
fn who_drafts_and_who_signs() {
    let (edition, lg) = (Edition::built_in().unwrap(), Leadership::default());
    let today = local(now()).date_naive();
    for (who, department, drafts, signs) in [
        ("plan_editor", "LG", true, false),
        ("leader", "LG", true, true),
        ("deputy_leader", "LG", true, false),
        ("lg_member", "LG", false, false),
        ("department_head", "INF", false, false),
        ("inspector", "INSP", false, false),
    ] {
        let actor = actor(who, department);
        let made = Draft::new("2026-1", &edition, in_force(), &actor, &lg, now());
        assert_eq!(made.map_err(|r| r.code()).err(), (!drafts).then_some("M_NOT_LG"), "{who} drafts");
        let signed = draft().approve(today, &actor, &lg, now());
        assert_eq!(signed.map_err(|r| r[0].code()).err(), (!signs).then_some("M_NOT_LG"), "{who} signs");
        let opinion = draft().opine(Stance::Agree, "", None, &actor, now()).map_err(|r| r.code()).err();
        let member = ["leader", "deputy_leader", "lg_member"].contains(&who);
        assert_eq!(opinion, (!member).then_some("M_NOT_LG"), "{who} has an opinion");
        let text = say("甲", "甲", "a");
        let ruled = Ruling::new("3.1.8", text, &edition, &actor, &lg, now()).map_err(|r| r.code()).err();
        assert_eq!(ruled, (!signs).then_some("M_NOT_LG"), "{who} rules");
        let asked = Question::new(Some("3.1.8"), None, "?", &edition, &actor, now()).map_err(|r| r.code()).err();
        let asks = ["department_head", "inspector"].contains(&who);
        assert_eq!(asked, (!asks).then_some("M_FORBIDDEN"), "{who} asks");
    }
    let head = actor("department_head", "INF");
    let lg = acting(&head);
    let code = |r: Refused| r.code();
    assert_eq!(Draft::new("x", &edition, in_force(), &head, &lg, now()).map_err(code).unwrap_err(), "M_ACTING_LIMITS");
    assert_eq!(draft().approve(today, &head, &lg, now()).unwrap_err()[0].code(), "M_ACTING_LIMITS");
    let text = say("甲", "甲", "a");
    let ruled = Ruling::new("3.1.8", text, &edition, &head, &lg, now()).map_err(code);
    assert_eq!(ruled.unwrap_err(), "M_ACTING_LIMITS");
    let mut asked = Question::new(Some("3.1.8"), None, "?", &edition, &head, now()).unwrap();
    assert_eq!(asked.answered("!", &head, &lg, now()).unwrap_err().code(), "M_ACTING_LIMITS");
}

#[test]
fn a_signature_needs_a_day_to_come_and_a_whole_plan() {
    let (leader, lg) = (actor("leader", "LG"), Leadership::default());
    let today = local(now()).date_naive();
    let mut draft = draft();
    let refused = draft.approve(today.pred_opt().unwrap(), &leader, &lg, now()).unwrap_err();
    assert_eq!((refused[0].code(), refused[0].field()), ("M_EFFECTIVE_PAST", Some("effective_from")));

    let gap = TaskEdit { responsible: Some("NOBODY".to_owned()), ..TaskEdit::default() };
    draft.edit_task("cmd.local_directive", &gap, &leader, &lg, now()).unwrap().unwrap();
    let blank = Text { en: String::new(), ..say("条", "條", "") };
    let edit = ClauseEdit { title: Some(blank), ..ClauseEdit::default() };
    draft.edit_clause("3.1.8", &edit, &leader, &lg, now()).unwrap().unwrap();
    let refused = draft.approve(today, &leader, &lg, now()).unwrap_err();
    let found: Vec<String> = refused.iter().map(|r| r.message(Lang::En)).collect();
    assert!(refused.iter().all(|r| r.code() == "M_EDITION_GAP"), "{found:?}");
    assert!(found.iter().any(|m| m.contains("plan/duty-matrix.toml task cmd.local_directive")), "{found:?}");
    assert!(found.iter().any(|m| m.contains("clause 3.1.8") && m.contains("the English text is blank")), "{found:?}");
    assert!(draft.approved.is_none());
}

#[test]
fn signed_text_is_frozen() {
    let (leader, lg) = (actor("leader", "LG"), Leadership::default());
    let mut draft = draft();
    let day = "2026-11-01".parse().unwrap();
    let edition = draft.approve(day, &leader, &lg, now()).unwrap();
    assert_eq!((edition.code.as_str(), edition.effective_from), ("2026-1", day));
    assert_eq!(draft.approve(day, &leader, &lg, now()).unwrap_err()[0].code(), "M_PLAN_READONLY");
    let refused = draft.edit_task("cmd.local_directive", &sooner(), &leader, &lg, now()).unwrap_err();
    assert_eq!(refused.code(), "M_PLAN_READONLY");
    let refused = draft.edit_clause("3.1.8", &ClauseEdit::default(), &leader, &lg, now()).unwrap_err();
    assert_eq!(refused.code(), "M_PLAN_READONLY");
    assert_eq!(draft.opine(Stance::Agree, "", None, &leader, now()).unwrap_err().code(), "M_PLAN_READONLY");
}

#[test]
fn what_another_changed_is_seen_first() {
    let (mut draft, editor, lg) = (draft(), actor("plan_editor", "LG"), Leadership::default());
    draft.edit_task("cmd.local_directive", &sooner(), &editor, &lg, now()).unwrap().unwrap();
    let late = ClauseEdit { revision: Some(1), ..ClauseEdit::default() };
    assert_eq!(draft.edit_clause("3.1.8", &late, &editor, &lg, now()).unwrap_err().code(), "M_STALE");
    assert_eq!(read_code("2026 1").unwrap_err().code(), "M_BAD_VALUE");
    assert!(read_code("2026-1").is_ok());
}

#[test]
fn a_question_is_answered_once_and_a_ruling_says_it_three_times() {
    let (edition, lg) = (Edition::built_in().unwrap(), Leadership::default());
    let (head, leader) = (actor("department_head", "INF"), actor("leader", "LG"));
    let of_task = Question::new(None, Some("cmd.local_directive"), " how? ", &edition, &head, now()).unwrap();
    assert_eq!((of_task.clause.as_str(), of_task.text.as_str()), ("2.1.1-4", "how?"));
    assert_eq!(Question::new(Some("9.9"), None, "?", &edition, &head, now()).unwrap_err().code(), "M_NOT_FOUND");
    assert_eq!(Question::new(Some("3.1.8"), None, " ", &edition, &head, now()).unwrap_err().code(), "M_REQUIRED");
    let mut question = of_task;
    assert_eq!(question.answered("so", &head, &lg, now()).unwrap_err().code(), "M_NOT_LG");
    question.answered("so", &leader, &lg, now()).unwrap();
    assert_eq!(question.answered("or so", &leader, &lg, now()).unwrap_err().code(), "M_STALE");
    let blank = say("甲", " ", "a");
    let refused = Ruling::new("3.1.8", blank, &edition, &leader, &lg, now()).unwrap_err();
    assert_eq!((refused.code(), refused.field()), ("M_REQUIRED", Some("text.zh-Hant")));
    assert_eq!(
        Ruling::new("9.9", say("甲", "甲", "a"), &edition, &leader, &lg, now()).unwrap_err().code(),
        "M_NOT_FOUND"
    );
}

fn a_task() -> NewTask {
    let record = TaskEdit {
        action: Some(say("测试备板", "測試備板", "Test the spare board")),
        responsible: Some("INF".to_owned()),
        clause: Some("3.1.8".to_owned()),
        routes: Some(vec!["it.voice_board_down/local".to_owned()]),
        ..TaskEdit::default()
    };
    NewTask { id: "it.voice.test_board".to_owned(), record }
}

fn with(change: impl FnOnce(&mut TaskEdit)) -> NewTask {
    let mut task = a_task();
    change(&mut task.record);
    task
}

#[test]
fn a_clause_and_a_task_are_added_and_taken_out_again() {
    let (mut draft, editor, lg) = (draft(), actor("plan_editor", "LG"), Leadership::default());
    let (title, text) = (
        say("备板", "備板", "Spare board"),
        say("备板须经测试。", "備板須經測試。", "A spare board is tested.\nTwice."),
    );
    let record = ClauseEdit {
        section: Some("3.1".to_owned()),
        title: Some(title.clone()),
        text: Some(text.clone()),
        departments: Some(vec!["INF".to_owned()]),
        ..ClauseEdit::default()
    };
    let clause = NewClause { id: "3.1.99".to_owned(), record };
    let add = |s: &mut Sources| s.add_clause(&clause);
    draft.rewrite("clause 3.1.99".to_owned(), Some(1), add, &editor, &lg, now()).unwrap().unwrap();
    let task = with(|t| t.clause = Some("3.1.99".to_owned()));
    draft.rewrite("task".to_owned(), Some(2), |s| s.add_task(&task), &editor, &lg, now()).unwrap().unwrap();
    let edition = draft.sources.check().unwrap_or_else(|faults| panic!("{faults:?}"));
    let found = edition.clause("3.1.99").unwrap();
    assert_eq!((&found.title, &found.text), (&title, &text));
    let route = edition.route("it.voice_board_down", crate::plan::Severity::Local, None).unwrap();
    assert_eq!(route.tasks.last().map(String::as_str), Some("it.voice.test_board"));
    let changes: Vec<_> =
        between(&in_force(), &draft.sources).into_iter().map(|d| (d.record, d.id, d.change)).collect();
    assert_eq!(changes.len(), 3, "{changes:?}");
    assert!(changes.contains(&("clause".to_owned(), "3.1.99".to_owned(), Change::Added)));
    assert!(changes.contains(&("task".to_owned(), "it.voice.test_board".to_owned(), Change::Added)));

    // Without the clause the task hangs in the air, and the check says so.
    let mut without = draft.clone();
    without.rewrite("c".to_owned(), None, |s| s.remove_clause("3.1.99"), &editor, &lg, now()).unwrap().unwrap();
    let faults = without.sources.check().unwrap_err();
    assert!(faults.iter().any(|f| f.record == "task it.voice.test_board"), "{faults:?}");
    let leader = actor("leader", "LG");
    let day = local(now()).date_naive();
    assert_eq!(without.approve(day, &leader, &lg, now()).unwrap_err()[0].code(), "M_EDITION_GAP");

    draft.rewrite("t".to_owned(), None, |s| s.remove_task("it.voice.test_board"), &editor, &lg, now()).unwrap();
    draft.rewrite("c".to_owned(), None, |s| s.remove_clause("3.1.99"), &editor, &lg, now()).unwrap();
    assert_eq!(between(&in_force(), &draft.sources), [], "as it was");
}

#[test]
fn a_new_task_takes_from_the_class_of_its_limit_what_it_is_not_told() {
    let edition = Edition::built_in().unwrap();
    let of = |task: NewTask| {
        let mut sources = in_force();
        sources.add_task(&task).unwrap();
        sources.check().unwrap_or_else(|faults| panic!("{faults:?}")).task("it.voice.test_board").unwrap().clone()
    };
    for code in ["none", "immediately", "promptly", "one_working_day", "order_day"] {
        let class = edition.limit_class(code).unwrap();
        let task = of(with(|t| t.limit_class = Some(code.to_owned())));
        assert_eq!((task.limit.stated.as_str(), &task.limit.words), (code, &class.words.zh_hans));
        assert_eq!((task.limit.due, task.limit.due_basis), (class.due, class.due_basis), "{code}");
        assert_eq!((task.ack.allowance(), &task.escalation), (class.ack, &class.escalation), "{code}");
    }
    // Told otherwise: the number is ours, the ladder the one named.
    let told = of(with(|t| {
        (t.limit_class, t.due) = (Some("one_working_day".to_owned()), sooner().due);
        (t.acknowledge, t.escalation) = (sooner().due, Some("urgent".to_owned()));
        (t.trigger, t.after) = (Some("after".to_owned()), Some(vec!["it.voice.on_site".to_owned()]));
        t.evidence = Some(vec!["contact_log".to_owned()]);
    }));
    assert_eq!((told.limit.due.value, told.limit.due_basis), (20, crate::plan::Basis::Proposed));
    assert_eq!((told.ack.value, told.escalation.as_str()), (20, "urgent"));
    assert_eq!((told.trigger.code(), told.after.as_slice()), ("after", &["it.voice.on_site".to_owned()][..]));
    // A department that stands once per region is found by the incident's.
    let regional = of(with(|t| t.responsible = Some("RMD".to_owned())));
    assert_eq!(regional.resolve.code(), "incident_region");
}

#[test]
fn a_task_changes_its_routes_and_none_is_left_without() {
    let (mut draft, editor, lg) = (draft(), actor("plan_editor", "LG"), Leadership::default());
    let id = "it.voice.on_site";
    let in_routes = |s: &Sources| {
        let routes = s.routes().into_iter().filter(|(_, r)| r.tasks.iter().any(|t| t == id));
        routes.map(|(key, _)| key).collect::<Vec<_>>()
    };
    let before = in_routes(&draft.sources);
    assert!(!before.is_empty());
    let other = draft.sources.routes().into_iter().map(|r| r.0).find(|key| !before.contains(key)).unwrap();
    let routes = |keys: &[String]| TaskEdit { routes: Some(keys.to_vec()), ..TaskEdit::default() };
    assert_eq!(draft.edit_task(id, &routes(&before), &editor, &lg, now()).unwrap(), None, "as it was");
    let moved: Vec<String> = before[1..].iter().cloned().chain([other.clone()]).collect();
    let changed = draft.edit_task(id, &routes(&moved), &editor, &lg, now()).unwrap().unwrap();
    assert!(changed.fields.iter().all(|f| f.field == "tasks"), "{changed:?}");
    assert_eq!(between(&in_force(), &draft.sources).len(), 2, "one route lost it, one has gained it");
    let now_in = in_routes(&draft.sources);
    assert!(now_in.contains(&other) && !now_in.contains(&before[0]), "{now_in:?}");
    assert!(draft.sources.check().is_ok());
    // Back again: nothing differs but its place in the route.
    draft.edit_task(id, &routes(&[]), &editor, &lg, now()).unwrap().unwrap();
    let faults = draft.sources.check().unwrap_err();
    assert!(faults.iter().any(|f| f.record == format!("task {id}") && f.message == "stands in no route"), "{faults:?}");
    let refused = draft.approve(local(now()).date_naive(), &actor("leader", "LG"), &lg, now()).unwrap_err();
    assert_eq!(refused[0].code(), "M_EDITION_GAP");
    let unknown = draft.edit_task(id, &routes(&["no.such/local".to_owned()]), &editor, &lg, now()).unwrap_err();
    assert_eq!((unknown.code(), unknown.field()), ("M_BAD_VALUE", Some("routes")));
}

#[test]
fn a_new_record_is_read_with_its_id_beside_what_it_says() {
    let read = |text: &str| serde_json::from_str::<NewTask>(text);
    let new = read(r#"{"id": "a.b", "limit_class": "promptly"}"#).unwrap();
    assert_eq!((new.id.as_str(), new.record.limit_class.as_deref()), ("a.b", Some("promptly")));
    assert_eq!(read(r#"{"limit_class": "promptly"}"#).unwrap().id, "", "left out: the next that is free");
    assert!(read(r#"{"id": "a", "lim": 1}"#).unwrap_err().to_string().starts_with("unknown field `lim`"));
}

#[test]
fn a_record_without_an_id_takes_the_next_number_of_its_kind() {
    let mut sources = in_force();
    let known = sources.check().unwrap();
    let clause = sources.free_clause(&ClauseEdit { section: Some("3.1".to_owned()), ..ClauseEdit::default() });
    assert!(clause.starts_with("3.1.") && known.clause(&clause).is_none(), "{clause}");
    let of_board = with(|t| t.routes = Some(vec!["it.voice_board_down/local".to_owned()])).record;
    let first = sources.free_task(&of_board);
    assert!(first.starts_with("it.voice_board_down.") && known.task(&first).is_none(), "{first}");
    sources.add_task(&NewTask { id: first.clone(), record: of_board.clone() }).unwrap();
    let second = sources.free_task(&of_board);
    assert_ne!(first, second, "the first is taken now");
    sources.add_task(&NewTask { id: second, record: of_board }).unwrap();
}

#[test]
fn a_task_taken_out_is_waited_for_by_none() {
    let mut sources = in_force();
    let edition = sources.check().unwrap();
    let waits = |e: &Edition, id: &str| e.matrix.tasks.iter().any(|t| t.after.iter().any(|a| a == id));
    // One that something else follows, which has another task to follow besides, or opens with the report.
    let followed = edition.matrix.tasks.iter().find(|t| waits(&edition, &t.id)).unwrap().id.clone();
    sources.remove_task(&followed).unwrap();
    let matrix: crate::plan::Matrix = toml::from_str(&sources.matrix).unwrap();
    assert!(matrix.tasks.iter().all(|t| t.id != followed && !t.after.contains(&followed)));
    assert!(matrix.routes.iter().all(|r| !r.tasks.contains(&followed)));
    // What opened after it alone has nothing to follow any more: a gap, not an unknown task.
    for fault in sources.check().err().unwrap_or_default() {
        assert!(fault.message.starts_with("opens "), "{fault}");
    }
}

#[test]
fn what_cannot_be_added_or_taken_out_is_refused() {
    let (editor, head, lg) = (actor("plan_editor", "LG"), actor("department_head", "INF"), Leadership::default());
    let refused = |change: &dyn Fn(&mut Sources) -> Result<(), Refused>, who: &Actor, seen: Option<i32>| {
        let mut draft = draft();
        let before = draft.sources.clone();
        let refused = draft.rewrite("x".to_owned(), seen, |s| change(s), who, &lg, now()).unwrap_err();
        assert_eq!(draft.sources, before, "nothing has changed");
        (refused.code(), refused.field().unwrap_or_default().to_owned())
    };
    let field = |name: &str| ("M_BAD_VALUE", name.to_owned());
    for id in ["it.voice.call_neusoft", "", "a b", "../x"] {
        let task = NewTask { id: id.to_owned(), ..a_task() };
        assert_eq!(refused(&|s| s.add_task(&task), &editor, None), field("id"), "{id}");
    }
    for (task, name) in [
        (with(|t| t.routes = Some(vec!["no.such/local".to_owned()])), "routes"),
        (with(|t| t.trigger = Some("someday".to_owned())), "trigger"),
        (with(|t| t.basis = Some("plan_hook".to_owned())), "basis"),
        (with(|t| t.due_basis = Some("inferred".to_owned())), "due_basis"),
        (with(|t| t.limit_class = Some("soon".to_owned())), "limit_class"),
    ] {
        assert_eq!(refused(&|s| s.add_task(&task), &editor, None), field(name));
    }
    let clause = NewClause { id: "3.1.8".to_owned(), ..NewClause::default() };
    assert_eq!(refused(&|s| s.add_clause(&clause), &editor, None), field("id"));
    for change in [Sources::remove_clause as fn(&mut Sources, &str) -> Result<(), Refused>, Sources::remove_task] {
        assert_eq!(refused(&|s| change(s, "no.such"), &editor, None).0, "M_NOT_FOUND");
        assert_eq!(refused(&|s| change(s, "no.such"), &head, None).0, "M_NOT_LG");
        assert_eq!(refused(&|s| change(s, "no.such"), &editor, Some(7)).0, "M_STALE");
    }
}

/// A class of departments means the one of the region, and a single department itself, whatever stood there before.
#[test]
fn a_task_goes_to_the_department_of_the_region() {
    let (mut draft, editor, lg) = (draft(), actor("plan_editor", "LG"), Leadership::default());
    let new = with(|task| task.responsible = Some("STN".to_owned()));
    draft.rewrite("t".to_owned(), None, |s| s.add_task(&new), &editor, &lg, now()).unwrap().unwrap();
    let given = |code: &str| TaskEdit { responsible: Some(code.to_owned()), ..TaskEdit::default() };
    for (task, to) in [("rmd.organise_managers", "INF"), ("veh.keep_contact", "RMD"), ("it.voice.on_site", "RMD")] {
        draft.edit_task(task, &given(to), &editor, &lg, now()).unwrap().unwrap();
    }
    let edition = draft.sources.check().unwrap();
    let how = |task: &str| edition.resolve(edition.task(task).unwrap());
    assert_eq!(how("it.voice.test_board"), Resolve::RegionDelivery);
    assert_eq!(how("rmd.organise_managers"), Resolve::None);
    assert_eq!(how("veh.keep_contact"), Resolve::IncidentRegion);
    assert_eq!(how("it.voice.on_site"), Resolve::IncidentRegion);
    let built_in = Edition::built_in().unwrap();
    for task in &built_in.matrix.tasks {
        assert_eq!(built_in.resolve(task), task.resolve, "{}: the plan's own say it as they mean it", task.id);
    }
}

/// Files of a later version, against an edition that was stored before and another in force that was revised since.
#[test]
fn what_newer_files_hold_is_laid_over_what_was_revised() {
    let (stored, mut files) = (in_force(), in_force());
    let (editor, lg) = (actor("plan_editor", "LG"), Leadership::default());
    let edit = |en: &str| ClauseEdit {
        text: Some(Text { en: en.to_owned(), ..Edition::built_in().unwrap().clause("3.1.8").unwrap().text.clone() }),
        ..ClauseEdit::default()
    };
    files.edit_clause("3.1.8", &edit("What a later version says")).unwrap();
    files.edit_task("it.voice.on_site", &sooner()).unwrap();
    files.matrix =
        files.matrix.replacen("[[condition]]", "[[scheme]]\nid = \"added\"\nclause = \"1.1\"\n\n[[condition]]", 1);
    files.matrix = files.matrix.replacen("window_start = \"08:30\"", "window_start = \"08:45\"", 1);
    assert_eq!(carried::news(&stored, &stored, &stored), [], "the same version");
    let mut there = draft();
    let own = TaskEdit { responsible: Some("MKT".to_owned()), ..TaskEdit::default() };
    there.edit_task("it.voice.on_site", &own, &editor, &lg, now()).unwrap();
    there.edit_clause("3.1.7", &edit("What we revised"), &editor, &lg, now()).unwrap();

    let news = carried::news(&files, &stored, &there.sources);
    let named: Vec<_> = news.iter().map(|d| (d.record.as_str(), d.id.as_str())).collect();
    assert!(named.contains(&("clause", "3.1.8")) && named.contains(&("task", "it.voice.on_site")), "{named:?}");
    assert!(named.contains(&("scheme", "added")) && named.contains(&("calendar", "")) && named.len() == 4, "{named:?}");
    let laid = carried::laid_over(&there.sources, &files, &news).unwrap();
    assert_eq!(carried::news(&files, &stored, &laid), [], "all of it is taken over");
    let differences = between(&there.sources, &laid);
    assert_eq!(differences.len(), 4, "and nothing else is changed: {differences:?}");
    let task = difference::one_of_kind(&laid.matrix, "task", "it.voice.on_site").unwrap();
    assert_eq!(
        (task["responsible"].as_str(), task["limit.due.value"].as_str()),
        ("MKT", "20"),
        "what was revised stays"
    );
    assert_eq!(difference::one_of_kind(&laid.clauses, "clause", "3.1.7").unwrap()["text.en"], "What we revised");
}

fn town(people: &[(&str, &str, &str)]) -> Directory {
    let named = |code: &str| say(code, code, code);
    let department = |(code, kind): (&str, &str)| crate::person::directory::Department {
        code: code.to_owned(),
        kind: kind.to_owned(),
        name: named(code),
        region: None,
        parent: None,
        position: 0,
    };
    let person = |&(login, held, at): &(&str, &str, &str)| crate::person::directory::Person {
        id: Uuid::now_v7(),
        login: login.to_owned(),
        name: login.to_owned(),
        language: Lang::En,
        phone: None,
        active: true,
        created_at: now(),
        closed_at: None,
        posts: vec![Post { role: held.to_owned(), department: at.to_owned() }],
    };
    let departments = [("INF", "INF"), ("MKT", "MKT"), ("RMD-QZ", "RMD"), ("RMD-HB", "RMD"), ("FIN", "FIN")];
    let all = departments.into_iter().map(department).collect();
    Directory::new(Vec::new(), all, Vec::new(), people.iter().map(person).collect())
}

#[test]
fn those_a_draft_touches_are_asked_until_they_answer_or_the_day_is_past() {
    let directory = town(&[
        ("leader", "leader", "LG"),
        ("deputy", "deputy_leader", "LG"),
        ("member", "lg_member", "LG"),
        ("head.inf", "department_head", "INF"),
        ("head.qz", "department_head", "RMD-QZ"),
        ("head.fin", "department_head", "FIN"),
    ]);
    let who = |login: &str| directory.by_login(login).unwrap().actor();
    let (editor, lg) = (actor("plan_editor", "LG"), Leadership::default());
    let mut draft = draft();
    let day: NaiveDate = "2026-10-27".parse().unwrap();
    let ask = |draft: &Draft, day: &str, actor: &Actor| {
        let asking = consultation::Asking { answer_by: day.parse().unwrap(), words: " 请看 " };
        draft.consult(&in_force(), &asking, &directory, actor, &lg, now())
    };
    let code = |asked: Result<Consultation, Refused>| asked.unwrap_err().code();
    assert_eq!(code(ask(&draft, "2026-10-27", &editor)), "M_BAD_VALUE", "nothing differs");
    let edit = TaskEdit { cooperating: Some(vec!["RMD".to_owned()]), responsible: Some("INF".to_owned()), ..sooner() };
    draft.edit_task("it.voice.on_site", &edit, &editor, &lg, now()).unwrap().unwrap();
    assert_eq!(code(ask(&draft, "2026-10-19", &editor)), "M_BAD_VALUE", "yesterday");
    assert_eq!(code(ask(&draft, "2026-10-27", &who("head.inf"))), "M_NOT_LG");
    let asked = ask(&draft, "2026-10-27", &editor).unwrap();
    assert_eq!((asked.answer_by, asked.text.as_str(), asked.revision), (day, "请看", 2));
    let standing = asked.standing(&[], &directory, now());
    assert_eq!(standing.asked, ["deputy", "member", "head.inf", "head.qz"], "whom it touches, and not who signs");
    assert_eq!((standing.waiting.len(), standing.ready), (4, false));
    assert!(asked.notices("2026-1").iter().any(|n| n.to == crate::notice::address::post("leader", "LG")));

    assert_eq!(draft.opine(Stance::Agree, "", None, &who("head.inf"), now()).unwrap_err().code(), "M_NOT_LG");
    assert_eq!(draft.opine(Stance::Agree, "", Some(&asked), &who("head.fin"), now()).unwrap_err().code(), "M_NOT_LG");
    let given = draft.opine(Stance::Agree, "", Some(&asked), &who("head.inf"), now()).unwrap();
    let mut open = consultation::Open {
        code: "2026-1".to_owned(),
        consultation: asked.clone(),
        answers: vec![(given.person, now() - chrono::TimeDelta::hours(1))],
    };
    let card = |open: &consultation::Open, login: &str| open.card(&who(login), &directory, now());
    assert!(card(&open, "head.inf").unwrap().own, "an answer to what was asked before does not count");
    open.answers = vec![(given.person, given.at)];
    assert_eq!(card(&open, "head.inf"), None);
    assert_eq!(card(&open, "head.fin"), None);
    assert!(card(&open, "head.qz").unwrap().own);
    let leader = card(&open, "leader").unwrap();
    assert_eq!((leader.given, leader.asked, leader.ready, leader.own), (1, 4, false, false));
    let late = asked.standing(&open.answers, &directory, "2026-10-28T02:00:00Z".parse().unwrap());
    assert!(late.ready && late.waiting.len() == 3, "the day is past");
    open.answers = directory.people().iter().map(|p| (p.id, now())).collect();
    assert!(card(&open, "leader").unwrap().ready, "everybody's answer is in");
    draft.approve("2026-11-01".parse().unwrap(), &who("leader"), &lg, now()).unwrap();
    assert_eq!(code(ask(&draft, "2026-10-27", &editor)), "M_PLAN_READONLY");
}
