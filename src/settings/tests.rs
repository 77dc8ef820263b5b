//! Every refusal of a setting, and what a setting does to what opens and to what is open.
#![allow(clippy::unwrap_used)]

use chrono::TimeDelta;

use super::*;
use crate::circular::tests::{at, lanchuan, who};
use crate::leadership::Acting;
use crate::person::directory::Directory;
use crate::plan::Edition;

const NOW: &str = "2026-03-24T10:00:00+08:00";
const TASK: &str = "task.it.voice.call_neusoft.ack";

struct Desk {
    editions: Editions,
    directory: Directory,
    leadership: Leadership,
}

fn desk() -> Desk {
    let (edition, directory) = lanchuan();
    Desk { editions: Editions::new([edition]), directory, leadership: Leadership::default() }
}

fn wish(key: &str, value: &str) -> Wish {
    Wish { key: key.to_owned(), value: value.to_owned(), reason: "试行".to_owned(), ..Wish::default() }
}

impl Desk {
    fn set(&self, wish: &Wish, login: &str) -> Result<Change, Refused> {
        wish.check(&self.editions, None, &who(&self.directory, login), &self.leadership, at(NOW))
    }

    fn refused(&self, wish: &Wish, login: &str) -> &'static str {
        self.set(wish, login).err().map_or("taken", |r| r.code())
    }

    fn under(&self, changes: &[Change]) -> Editions {
        self.editions.clone().under(changes.iter().map(Change::setting).collect())
    }

    fn edition(&self) -> &std::sync::Arc<Edition> {
        self.editions.by_code("2008-trial").unwrap()
    }
}

#[test]
fn only_the_two_who_lead_set_a_number() {
    let desk = desk();
    for login in ["leader", "deputy"] {
        assert_eq!(desk.refused(&wish(TASK, "7"), login), "taken", "{login}");
    }
    for login in ["head.inf", "duty", "insp1.insp", "clerk3.ord", "guard1.sec"] {
        assert_eq!(desk.refused(&wish(TASK, "7"), login), "M_FORBIDDEN", "{login}");
    }
    let acting = Acting {
        person: who(&desk.directory, "head.dist").person.unwrap(),
        headquarters: "YJ-20260324-001".to_owned(),
    };
    let desk = Desk { leadership: Leadership { acting: vec![acting], ..Leadership::default() }, ..desk };
    assert_eq!(desk.refused(&wish(TASK, "7"), "head.dist"), "M_ACTING_LIMITS");
}

#[test]
fn what_the_plan_fixes_and_what_is_no_number_are_refused() {
    let desk = desk();
    // One working day (3.1.7, 3.1.8) and the order day are the plan's.
    for key in ["task.it.voice.on_site.due", "task.it.biz.resolve.due", "task.sup.fold_into_order.due"] {
        assert_eq!(desk.refused(&wish(key, "2"), "leader"), "M_PLAN_READONLY", "{key}");
    }
    for key in ["task.none.due", "task.it.voice.on_site", "ladder.urgent.9", "ladder.urgent.x", "ups", ""] {
        assert_eq!(desk.refused(&wish(key, "2"), "leader"), "M_NOT_FOUND", "{key}");
    }
    for (key, value) in [
        (TASK, "0"),
        (TASK, "-1"),
        (TASK, "five"),
        (TASK, "100001"),
        ("weather.most_customers_over_percent", "100"),
        ("calendar.order_cutoff_default", "25:00"),
        ("calendar.order_cutoff_default", "15"),
        ("ups.warn_remaining_minutes", "300"),
        ("ups.default_runtime_minutes", "60"),
        ("weather.near_whole_warning_percent", "50"),
        ("supply_authority.customer_service_director_max", "25"),
        ("calendar.window_end", "08:30"),
        ("calendar.window_start", "noon"),
        ("duplicates.window_minutes", "0"),
    ] {
        let refused = desk.set(&wish(key, value), "leader").unwrap_err();
        assert_eq!((refused.code(), refused.field()), ("M_BAD_VALUE", Some("value")), "{key} {value}");
    }
    let blank = Wish { reason: " ".to_owned(), ..wish(TASK, "7") };
    let refused = desk.set(&blank, "leader").unwrap_err();
    assert_eq!((refused.code(), refused.field()), ("M_REQUIRED", Some("reason")));
    let past = Wish { valid_from: Some(at(NOW) - TimeDelta::seconds(1)), ..wish(TASK, "7") };
    let refused = desk.set(&past, "leader").unwrap_err();
    assert_eq!((refused.code(), refused.field()), ("M_BAD_VALUE", Some("valid_from")));
    let outdated = Wish { seen: Some(4), ..wish(TASK, "7") };
    assert_eq!(desk.refused(&outdated, "leader"), "M_STALE");
}

#[test]
fn every_proposed_number_that_stands_alone_is_set() {
    let desk = desk();
    for (key, value) in [
        ("calendar.window_start", "08:00"),
        ("calendar.window_end", "18:00"),
        ("calendar.daily_clock_default", "10:00"),
        ("duplicates.window_minutes", "45"),
        ("weather.phone_attempts_before_unreached", "2"),
        ("weather.phone_retry_minutes", "15"),
        ("supply_authority.marketing_dept_deputy_manager_max", "40"),
        ("supply_authority.consumer_supply_officer_max", "12"),
        ("supply_authority.aggregate_days", "14"),
    ] {
        let made = desk.set(&wish(key, value), "leader").unwrap_or_else(|r| panic!("{key}: {}", r.code()));
        let (editions, text) = (desk.under(&[made]), desk.edition());
        let over = editions.as_set(text, at(NOW), at(NOW));
        let number = over.number(Subject::of(key).unwrap()).unwrap();
        assert_eq!(number.quantity.written(), value, "{key}");
        assert_eq!(editions.as_set(text, at(NOW) - TimeDelta::seconds(1), at(NOW)).number(number.subject), {
            text.number(Subject::of(key).unwrap())
        });
    }
    // Both ends of the day, whichever is set first.
    let made = [
        desk.set(&wish("calendar.window_start", "07:00"), "leader").unwrap(),
        desk.set(&wish("calendar.window_end", "15:00"), "leader").unwrap(),
    ];
    let rules = desk.under(&made).as_set(desk.edition(), at(NOW), at(NOW)).calendar_rules.clone();
    assert_eq!(
        (rules.window_start().to_string(), rules.window_end().to_string()),
        ("07:00:00".into(), "15:00:00".into())
    );
}

#[test]
fn a_number_counts_from_its_instant_and_never_touches_the_text() {
    let desk = desk();
    let later = at("2026-04-01T08:00:00+08:00");
    let planned = desk.set(&Wish { valid_from: Some(later), ..wish(TASK, "3") }, "leader").unwrap();
    let made = [desk.set(&wish(TASK, "7"), "leader").unwrap(), planned];
    assert_eq!((made[0].old.as_str(), made[0].new.as_str()), ("30", "7"));
    let editions = desk.under(&made);
    let text = desk.edition();
    let number = text.number(Subject::of(TASK).unwrap()).unwrap();
    let before = at(NOW) - TimeDelta::seconds(1);
    for (when, value) in [(before, "30"), (at(NOW), "7"), (later, "3")] {
        assert_eq!(editions.quantity(&number, when).written(), value);
        let over = editions.as_set(text, before, when);
        let def = over.opening("it.voice.call_neusoft").unwrap();
        assert_eq!(def.ack.value.to_string(), value, "a task opened then");
        assert_eq!(over.task("it.voice.call_neusoft"), text.task("it.voice.call_neusoft"), "the text stands");
    }
    assert_eq!(editions.coming(&number, at(NOW)).len(), 1);
    // Set back to what the text says, nothing is set.
    let back = desk.under(&[made[0].clone(), Change { new: "30".to_owned(), ..made[0].clone() }]);
    assert!(!back.as_set(text, before, at(NOW)).is_set("it.voice.call_neusoft"));
}

#[test]
fn an_incident_keeps_its_own_numbers_from_the_report() {
    let desk = desk();
    let made = [
        desk.set(&wish("ups.default_runtime_minutes", "120"), "leader").unwrap(),
        desk.set(&wish("calendar.order_cutoff_default", "15:00"), "deputy").unwrap(),
        desk.set(&wish("ladder.urgent.2", "1"), "deputy").unwrap(),
    ];
    let (editions, text) = (desk.under(&made), desk.edition());
    let before = at(NOW) - TimeDelta::seconds(1);
    let older = editions.as_set(text, before, at(NOW));
    let newer = editions.as_set(text, at(NOW), at(NOW));
    let read = |e: &Edition| {
        let step = e.policy("urgent").unwrap().steps.iter().find(|s| s.order == 2).unwrap().after.value;
        (e.matrix.ups.default_runtime_minutes, e.calendar_rules.order_cutoff().to_string(), step)
    };
    assert_eq!(read(&older), (300, "16:00:00".to_owned(), 10));
    assert_eq!(read(&newer), (120, "15:00:00".to_owned(), 1));
}

#[test]
fn a_revision_that_changes_the_number_ends_its_setting() {
    let desk = desk();
    let made = [desk.set(&wish(TASK, "7"), "leader").unwrap()];
    let editions = desk.under(&made);
    let revised = |minutes: u32| {
        let mut edition = Edition::clone(desk.edition());
        edition.code = format!("2026-{minutes}");
        let task = edition.matrix.tasks.iter_mut().find(|t| t.id == "it.voice.call_neusoft").unwrap();
        task.ack.value = minutes;
        std::sync::Arc::new(edition)
    };
    let opens =
        |edition| editions.as_set(&edition, at(NOW), at(NOW)).opening("it.voice.call_neusoft").unwrap().ack.value;
    assert_eq!(opens(revised(30)), 7, "the same number in another edition");
    assert_eq!(opens(revised(4)), 4, "the Leading Group has spoken since");
}
