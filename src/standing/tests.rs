//! Periods of each unit, who owes, what is kept and what was missed, and every refusal.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use super::*;
use crate::calendar::fixture::lanchuan_calendar;
use crate::circular::tests::{at, lanchuan, who};
use crate::plan::{CLAUSES_SOURCE, Editions, MATRIX_SOURCE};

const STORED: &str = "2026-03-24T09:00:00+08:00";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn span(from: &str, to: &str) -> Span {
    Span { from: day(from), to: day(to) }
}

fn of(value: u32, unit: FrequencyUnit, on: &str) -> Option<(String, String)> {
    let span = period(&Frequency { value, unit }, day(on), &lanchuan_calendar())?;
    Some((span.from.to_string(), span.to.to_string()))
}

fn days(from: &str, to: &str) -> Option<(String, String)> {
    Some((from.to_owned(), to.to_owned()))
}

/// Lanchuan with the built-in edition, stored on 24 March 2026.
fn ledger() -> Ledger {
    let (edition, directory) = lanchuan();
    let stored = vec![(edition.code.clone(), at(STORED))];
    Ledger::new(&Editions::new([edition]), &stored, Arc::new(lanchuan_calendar()), Arc::new(directory))
}

fn keep(ledger: &Ledger, login: &str, duty: &str, evidence: &str, when: &str) -> Result<Record, Refused> {
    keep_among(
        ledger,
        login,
        &Keep { duty: duty.to_owned(), department: None, evidence: evidence.to_owned() },
        &[],
        when,
    )
}

fn keep_among(ledger: &Ledger, login: &str, wish: &Keep, records: &[Record], when: &str) -> Result<Record, Refused> {
    let (_, directory) = lanchuan();
    ledger.keep(wish, records, &who(&directory, login), at(when))
}

fn code(result: Result<Record, Refused>) -> &'static str {
    result.err().map_or("taken", |refused| refused.code())
}

#[test]
fn each_unit_has_its_period() {
    assert_eq!(of(1, FrequencyUnit::PerCalendarDay, "2026-04-04"), days("2026-04-04", "2026-04-04"));
    assert_eq!(of(1, FrequencyUnit::PerWorkingDay, "2026-04-03"), days("2026-04-03", "2026-04-03"));
    assert_eq!(of(1, FrequencyUnit::PerWorkingDay, "2026-04-04"), None, "a holiday");
    assert_eq!(of(1, FrequencyUnit::PerWorkingDay, "2026-03-28"), None, "a Saturday");
    assert_eq!(
        of(1, FrequencyUnit::PerWorkingDay, "2026-02-28"),
        days("2026-02-28", "2026-02-28"),
        "a make-up Saturday"
    );
    assert_eq!(of(1, FrequencyUnit::PerAbsence, "2026-04-03"), None, "only when there is cause");
    for on in ["2026-03-23", "2026-03-29"] {
        assert_eq!(of(1, FrequencyUnit::Weeks, on), days("2026-03-23", "2026-03-29"), "{on}");
    }
    let two: Vec<_> =
        ["2026-03-22", "2026-03-23", "2026-03-30", "2026-04-06"].map(|on| of(2, FrequencyUnit::Weeks, on)).into();
    assert!(two.iter().flatten().all(|(from, to)| day(to) - day(from) == chrono::TimeDelta::days(13)), "{two:?}");
}

#[test]
fn months_count_from_january_and_end_where_they_end() {
    assert_eq!(of(1, FrequencyUnit::Months, "2026-02-28"), days("2026-02-01", "2026-02-28"));
    assert_eq!(of(1, FrequencyUnit::Months, "2028-02-29"), days("2028-02-01", "2028-02-29"));
    assert_eq!(of(1, FrequencyUnit::Months, "2026-12-31"), days("2026-12-01", "2026-12-31"));
    assert_eq!(of(3, FrequencyUnit::Months, "2026-03-31"), days("2026-01-01", "2026-03-31"));
    assert_eq!(of(3, FrequencyUnit::Months, "2026-04-01"), days("2026-04-01", "2026-06-30"));
    assert_eq!(of(6, FrequencyUnit::Months, "2026-12-31"), days("2026-07-01", "2026-12-31"));
    assert_eq!(of(12, FrequencyUnit::Months, "2026-06-15"), days("2026-01-01", "2026-12-31"));
    assert_eq!(span("2026-03-01", "2026-03-31").end(), at("2026-04-01T00:00:00+08:00"));
}

#[test]
fn each_department_a_duty_names_owes_it_and_each_region_its_own() {
    let (edition, directory) = lanchuan();
    let owing = |id: &str| owing(duty_of(&edition, id).unwrap(), &directory).collect::<Vec<_>>();
    assert_eq!(owing("st.ups_test"), ["INF"]);
    let customers = owing("st.customer_files");
    let regions = directory.departments().iter().filter(|d| d.kind == "RMD").count();
    assert!(regions > 1 && customers.len() == regions && customers.contains(&"RMD-QZ"), "{customers:?}");
    let vehicles = owing("st.spare_vehicles");
    assert!(vehicles.contains(&"DIST") && vehicles.contains(&"STN-QZ") && !vehicles.contains(&"DLV"), "{vehicles:?}");
    assert_eq!(owing("st.scan_standby").len(), 2);
    assert_eq!(owing("st.lg_check"), ["LG"]);
    for duty in &edition.matrix.standing_duties {
        assert!(!owing(&duty.id).is_empty(), "nobody owes {}", duty.id);
    }
}

#[test]
fn a_period_is_open_until_it_ends_and_missed_after() {
    let ledger = ledger();
    let inf = ["INF".to_owned()];
    let line = |on: &str, id: &str, records: &[Record]| {
        ledger.lines(day(on), Some(&inf), records).into_iter().find(|l| l.duty.id == id).unwrap()
    };
    // Stored on the 24th: that is where it begins to count, also in the middle of a month.
    let first = line("2026-03-24", "st.ups_test", &[]);
    assert_eq!((first.state(), first.period, first.missed), ("open", Some(span("2026-03-24", "2026-03-31")), None));
    let past = line("2026-04-01", "st.ups_test", &[]);
    assert_eq!(past.period, Some(span("2026-04-01", "2026-04-30")));
    assert_eq!(past.missed, Some(span("2026-03-24", "2026-03-31")));

    let kept = keep(&ledger, "tech2.inf", "st.ups_test", " 5 h 20 min ", "2026-03-31T23:59:59+08:00").unwrap();
    assert_eq!(
        (kept.department.as_str(), kept.period, kept.evidence.as_str()),
        ("INF", span("2026-03-24", "2026-03-31"), "5 h 20 min")
    );
    let records = [kept];
    assert_eq!(line("2026-03-31", "st.ups_test", &records).state(), "kept");
    let next = line("2026-04-01", "st.ups_test", &records);
    assert_eq!((next.state(), next.missed, next.last.is_some()), ("open", None, true));

    // Over a weekend and a holiday the last working day counts.
    let watch = line("2026-04-06", "st.network_watch", &[]);
    assert_eq!((watch.state(), watch.missed), ("idle", Some(span("2026-04-03", "2026-04-03"))));
    assert_eq!(line("2026-04-06", "st.reachability", &[]).missed, None, "what has no period has no gap");
    assert!(ledger.lines(day("2026-03-23"), None, &[]).is_empty(), "before it was stored nothing is owed");
}

#[test]
fn what_has_ended_is_counted_once() {
    let ledger = ledger();
    let inf = ["INF".to_owned()];
    let kept = keep(&ledger, "tech2.inf", "st.tape_backup", "磁带 7", "2026-03-25T20:00:00+08:00").unwrap();
    let within = span("2026-03-01", "2026-03-31");
    let of = |id: &str, today: &str| {
        let ended = ledger.ended(within, day(today), Some(&inf), std::slice::from_ref(&kept));
        let own = ended.iter().filter(|e| e.duty == id);
        (own.clone().count(), own.filter(|e| e.record.is_some()).count())
    };
    assert_eq!(of("st.tape_backup", "2026-03-24"), (0, 0), "its first day runs");
    assert_eq!(of("st.tape_backup", "2026-03-27"), (3, 1));
    assert_eq!(of("st.tape_backup", "2026-05-01"), (8, 1), "24 to 31 March");
    assert_eq!(of("st.network_watch", "2026-05-01"), (6, 0), "without the weekend");
    assert_eq!(of("st.routine_maintenance", "2026-05-01"), (1, 0), "the week that ends in April is not of March");
    assert_eq!(of("st.ups_test", "2026-03-31"), (0, 0));
    assert_eq!(of("st.ups_test", "2026-04-01"), (1, 0));
    assert_eq!(of("st.reachability", "2026-05-01"), (0, 0));
}

#[test]
fn a_new_edition_that_leaves_the_frequency_moves_no_period() {
    let (first, directory) = lanchuan();
    let second = |matrix: &str| {
        let clauses =
            CLAUSES_SOURCE.replace(&first.code, "second").replace(&first.effective_from.to_string(), "2026-04-10");
        crate::plan::Edition::from_toml(&clauses, &matrix.replace(&format!("\"{}\"", first.code), "\"second\""))
            .unwrap()
    };
    let ups = |frequency: &str| {
        let (head, tail) = MATRIX_SOURCE.split_once("id = \"st.ups_test\"").unwrap();
        let tail = tail.replacen("{ value = 1, unit = \"months\" }", frequency, 1);
        format!("{head}id = \"st.ups_test\"{tail}")
    };
    let ledger = |matrix: &str| {
        let (first, second) = (lanchuan().0, second(matrix));
        let stored = vec![(first.code.clone(), at(STORED)), (second.code.clone(), at("2026-04-08T09:00:00+08:00"))];
        let (calendar, directory) = (Arc::new(lanchuan_calendar()), Arc::new(directory.clone()));
        Ledger::new(&Editions::new([first, second]), &stored, calendar, directory)
    };
    let inf = ["INF".to_owned()];
    let period = |ledger: &Ledger, on: &str| {
        ledger.lines(day(on), Some(&inf), &[]).into_iter().find(|l| l.duty.id == "st.ups_test").unwrap().period
    };
    let same = ledger(MATRIX_SOURCE);
    assert_eq!(period(&same, "2026-04-12"), Some(span("2026-04-01", "2026-04-30")));
    let weekly = ledger(&ups("{ value = 1, unit = \"weeks\" }"));
    assert_eq!(period(&weekly, "2026-04-09"), None, "the month is cut short and lapses");
    assert_eq!(period(&weekly, "2026-04-12"), Some(span("2026-04-10", "2026-04-12")), "from the day it is in force");
    assert_eq!(period(&weekly, "2026-04-13"), Some(span("2026-04-13", "2026-04-19")));
}

#[test]
fn every_refusal() {
    let ledger = ledger();
    let now = "2026-03-24T10:00:00+08:00";
    assert_eq!(code(keep(&ledger, "tech2.inf", "st.none", "x", now)), "M_NOT_FOUND");
    assert_eq!(code(keep(&ledger, "clerk3.ord", "st.ups_test", "x", now)), "M_FORBIDDEN");
    assert_eq!(code(keep(&ledger, "leader", "st.ups_test", "x", now)), "M_FORBIDDEN");
    assert_eq!(code(keep(&ledger, "insp1.insp", "st.ups_test", "x", now)), "M_INSP_READONLY");
    assert_eq!(code(keep(&ledger, "insp1.insp", "st.insp_appraisal", "x", now)), "taken", "its own it keeps");
    assert_eq!(
        code(keep(&ledger, "head.inf", "st.lg_check", "x", now)),
        "M_FORBIDDEN",
        "a seat in the group is not its command"
    );
    assert_eq!(code(keep(&ledger, "deputy", "st.lg_check", "x", now)), "taken");
    assert_eq!(code(keep(&ledger, "tech2.inf", "st.ups_test", " \n", now)), "M_EVIDENCE_MISSING");
    assert_eq!(code(keep(&ledger, "tech2.inf", "st.reachability", "x", now)), "M_BAD_VALUE", "it has no period");
    assert_eq!(code(keep(&ledger, "tech2.inf", "st.network_watch", "x", "2026-03-28T10:00:00+08:00")), "M_BAD_VALUE");
    assert_eq!(code(keep(&ledger, "tech2.inf", "st.ups_test", "x", "2026-03-23T10:00:00+08:00")), "M_NO_EDITION");

    let wish = |department: &str| Keep {
        duty: "st.customer_files".to_owned(),
        department: Some(department.to_owned()),
        evidence: "x".to_owned(),
    };
    assert_eq!(code(keep_among(&ledger, "head.rmd-qz", &wish("INF"), &[], now)), "M_BAD_VALUE");
    assert_eq!(code(keep_among(&ledger, "head.rmd-qz", &wish("RMD-SD"), &[], now)), "M_FORBIDDEN");
    let kept = keep_among(&ledger, "head.rmd-qz", &wish("RMD-QZ"), &[], now).unwrap();
    let again = keep_among(&ledger, "head.rmd-qz", &wish("RMD-QZ"), std::slice::from_ref(&kept), now).unwrap_err();
    assert_eq!((again.code(), again.change()), ("M_STALE", Some("head.rmd-qz")));

    let (_, directory) = lanchuan();
    let mut both = who(&directory, "head.rmd-qz");
    both.posts.extend(who(&directory, "head.rmd-sd").posts);
    let open = Keep { department: None, ..wish("") };
    assert_eq!(ledger.keep(&open, &[], &both, at(now)).unwrap_err().code(), "M_REQUIRED");
    assert_eq!(narrowed(Some("INF"), &who(&directory, "clerk3.ord"), &directory), Err(Refused::Forbidden));
    assert_eq!(narrowed(Some("X"), &who(&directory, "leader"), &directory), Err(Refused::NotFound));
    assert_eq!(narrowed(None, &who(&directory, "insp1.insp"), &directory), Ok(None));
    assert_eq!(narrowed(None, &who(&directory, "clerk3.ord"), &directory), Ok(Some(vec!["ORD".to_owned()])));
}
