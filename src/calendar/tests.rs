#![allow(clippy::unwrap_used, clippy::expect_used)]

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::fixture::lanchuan_calendar;
use super::*;

/// A reading of the city's wall clock, `2026-09-30 17:05`.
fn at(wall: &str) -> DateTime<Utc> {
    let wall = chrono::NaiveDateTime::parse_from_str(wall, "%Y-%m-%d %H:%M").unwrap();
    instant(wall)
}

fn date(day: &str) -> NaiveDate {
    day.parse().unwrap()
}

fn allowance(value: u32, unit: Unit, clock: ClockKind) -> Allowance {
    Allowance { value, unit, clock }
}

fn due(from: &str, value: u32, unit: Unit, clock: ClockKind) -> DateTime<Utc> {
    lanchuan_calendar()
        .due(at(from), &allowance(value, unit, clock), false, None)
        .unwrap()
}

use ClockKind::{Elapsed, Working};
use Unit::{
    CalendarDayEnd, DailyClock, Hours, Minutes, MinutesRecurring, OrderCutoff, WorkingDays,
};

#[test]
fn scenario_1_the_national_day_holiday_does_not_count() {
    let reported = "2026-09-30 17:05";
    assert_eq!(due(reported, 30, Minutes, Working), at("2026-10-08 08:35"));
    assert_eq!(due(reported, 1, Hours, Working), at("2026-10-08 09:05"));
    assert_eq!(
        due(reported, 1, WorkingDays, Working),
        at("2026-10-08 17:05")
    );
    assert_eq!(due(reported, 10, Minutes, Elapsed), at("2026-09-30 17:15"));

    let calendar = lanchuan_calendar();
    let (from, due) = (at(reported), at("2026-10-08 17:05"));
    assert_eq!(
        calendar.fraction_point(from, due, 75, Working),
        at("2026-10-08 14:50")
    );
    assert_eq!(calendar.fraction_point(from, due, 100, Working), due);
    assert_eq!(
        calendar.lateness(due, at("2026-10-09 09:40"), Working),
        TimeDelta::minutes(95)
    );
    assert_eq!(
        calendar.lateness(due, at("2026-10-08 17:00"), Elapsed),
        TimeDelta::zero()
    );
    assert_eq!(
        calendar.paused_until(at("2026-10-03 12:00")),
        Some(at("2026-10-08 08:30"))
    );
    assert_eq!(calendar.paused_until(from), None);
}

#[test]
fn one_working_day_is_one_full_window() {
    for (from, expected) in [
        ("2026-10-14 16:10", "2026-10-15 16:10"),
        ("2026-10-17 10:00", "2026-10-19 17:30"),
        ("2026-10-09 15:00", "2026-10-10 15:00"),
        ("2026-10-14 07:00", "2026-10-14 17:30"),
        ("2026-10-14 17:30", "2026-10-15 17:30"),
        ("2026-10-14 08:30", "2026-10-14 17:30"),
    ] {
        assert_eq!(due(from, 1, WorkingDays, Working), at(expected), "{from}");
    }
}

#[test]
fn a_major_incident_turns_working_clocks_to_elapsed_except_working_days() {
    let calendar = lanchuan_calendar();
    let from = at("2026-09-30 17:05");
    let major = |a: Allowance| calendar.due(from, &a, true, None).unwrap();
    assert_eq!(major(allowance(1, Hours, Working)), at("2026-09-30 18:05"));
    assert_eq!(
        major(allowance(1, WorkingDays, Working)),
        at("2026-10-08 17:05")
    );
    assert_eq!(
        effective_clock(&allowance(1, WorkingDays, Working), true),
        Working
    );
    assert_eq!(
        effective_clock(&allowance(1, Hours, Working), true),
        Elapsed
    );
    assert_eq!(
        effective_clock(&allowance(1, Hours, Working), false),
        Working
    );
}

#[test]
fn day_end_cut_off_daily_and_recurring_limits() {
    let second_before_midnight = |day: &str| at(&format!("{day} 23:59")) + TimeDelta::seconds(59);
    assert_eq!(
        due("2026-10-03 01:00", 1, CalendarDayEnd, Elapsed),
        second_before_midnight("2026-10-03")
    );
    assert_eq!(
        due("2026-10-03 01:00", 2, CalendarDayEnd, Elapsed),
        second_before_midnight("2026-10-04")
    );
    assert_eq!(
        due("2026-10-14 15:59", 1, OrderCutoff, Elapsed),
        at("2026-10-14 16:00")
    );
    assert_eq!(
        due("2026-10-09 16:00", 1, OrderCutoff, Elapsed),
        at("2026-10-10 16:00")
    );
    assert_eq!(
        due("2026-09-30 17:05", 1, OrderCutoff, Elapsed),
        at("2026-10-08 16:00")
    );
    assert_eq!(
        due("2026-10-03 08:59", 1, DailyClock, Elapsed),
        at("2026-10-03 09:00")
    );
    assert_eq!(
        due("2026-10-03 09:00", 1, DailyClock, Elapsed),
        at("2026-10-04 09:00")
    );
    assert_eq!(
        due("2026-10-03 23:50", 15, MinutesRecurring, Elapsed),
        at("2026-10-04 00:05")
    );
}

#[test]
fn an_order_cut_off_follows_the_customers_order_day() {
    let calendar = lanchuan_calendar();
    let limit = allowance(1, OrderCutoff, Elapsed);
    let cut_off = |from: &str, day: &str| calendar.due(at(from), &limit, false, Some(date(day)));
    assert_eq!(
        cut_off("2026-10-14 18:00", "2026-10-16"),
        Some(at("2026-10-16 16:00"))
    );
    assert_eq!(
        cut_off("2026-10-14 10:00", "2026-10-12"),
        Some(at("2026-10-14 16:00"))
    );
    assert_eq!(
        cut_off("2026-10-14 18:00", "2026-10-12"),
        Some(at("2026-10-15 16:00"))
    );
}

#[test]
fn what_is_set_by_hand_or_a_share_has_no_instant() {
    for unit in [Unit::AsSet, Unit::Percent] {
        let limit = allowance(75, unit, Elapsed);
        assert_eq!(
            lanchuan_calendar().due(at("2026-10-14 10:00"), &limit, false, None),
            None
        );
    }
}

#[test]
fn the_card_names_the_days_that_do_not_count() {
    let calendar = lanchuan_calendar();
    let skipped = calendar.skipped(at("2026-09-30 17:05"), at("2026-10-12 10:00"));
    let days: Vec<_> = skipped.iter().map(|s| (s.from, s.to)).collect();
    assert_eq!(
        days,
        [
            (date("2026-10-01"), date("2026-10-07")),
            (date("2026-10-11"), date("2026-10-11")),
        ]
    );
    assert!(matches!(&skipped[0].kind, SkippedKind::Holiday(name) if name.en == "National Day"));
    assert_eq!(skipped[1].kind, SkippedKind::Weekend);
    assert!(
        calendar
            .skipped(at("2026-10-13 08:00"), at("2026-10-13 09:00"))
            .is_empty()
    );
}

#[test]
fn a_year_without_exceptions_is_not_published() {
    let calendar = lanchuan_calendar();
    assert!(calendar.is_published(2026));
    assert!(!calendar.is_published(2027));
    assert!(!calendar.is_published(i32::MAX));
}

#[test]
fn the_allowance_reads_the_words_of_the_matrix() {
    let limit: Allowance =
        serde_json::from_str(r#"{"value":1,"unit":"calendar_day_end","clock":"elapsed"}"#).unwrap();
    assert_eq!(limit, allowance(1, CalendarDayEnd, Elapsed));
    assert!(
        serde_json::from_str::<Allowance>(r#"{"value":1,"unit":"hours","clock":"working","x":1}"#)
            .is_err()
    );
}
