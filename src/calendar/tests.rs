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
    lanchuan_calendar().due(at(from), &allowance(value, unit, clock), false, None).unwrap()
}

use ClockKind::{Elapsed, Working};
use Unit::{CalendarDayEnd, DailyClock, Hours, Minutes, MinutesRecurring, OrderCutoff, WorkingDays};

#[test]
fn scenario_1_the_national_day_holiday_does_not_count() {
    let reported = "2026-09-30 17:05";
    assert_eq!(due(reported, 30, Minutes, Working), at("2026-10-08 08:35"));
    assert_eq!(due(reported, 1, Hours, Working), at("2026-10-08 09:05"));
    assert_eq!(due(reported, 1, WorkingDays, Working), at("2026-10-08 17:05"));
    assert_eq!(due(reported, 10, Minutes, Elapsed), at("2026-09-30 17:15"));

    let calendar = lanchuan_calendar();
    let (from, due) = (at(reported), at("2026-10-08 17:05"));
    assert_eq!(calendar.fraction_point(from, due, 75, Working), at("2026-10-08 14:50"));
    assert_eq!(calendar.fraction_point(from, due, 100, Working), due);
    assert_eq!(calendar.lateness(due, at("2026-10-09 09:40"), Working), TimeDelta::minutes(95));
    assert_eq!(calendar.lateness(due, at("2026-10-08 17:00"), Elapsed), TimeDelta::zero());
    assert_eq!(calendar.paused_until(at("2026-10-03 12:00")), Some(at("2026-10-08 08:30")));
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
    assert_eq!(major(allowance(1, WorkingDays, Working)), at("2026-10-08 17:05"));
    assert_eq!(effective_clock(&allowance(1, WorkingDays, Working), true), Working);
    assert_eq!(effective_clock(&allowance(1, Hours, Working), true), Elapsed);
    assert_eq!(effective_clock(&allowance(1, Hours, Working), false), Working);
}

#[test]
fn day_end_cut_off_daily_and_recurring_limits() {
    let second_before_midnight = |day: &str| at(&format!("{day} 23:59")) + TimeDelta::seconds(59);
    assert_eq!(due("2026-10-03 01:00", 1, CalendarDayEnd, Elapsed), second_before_midnight("2026-10-03"));
    assert_eq!(due("2026-10-03 01:00", 2, CalendarDayEnd, Elapsed), second_before_midnight("2026-10-04"));
    assert_eq!(due("2026-10-14 15:59", 1, OrderCutoff, Elapsed), at("2026-10-14 16:00"));
    assert_eq!(due("2026-10-09 16:00", 1, OrderCutoff, Elapsed), at("2026-10-10 16:00"));
    assert_eq!(due("2026-09-30 17:05", 1, OrderCutoff, Elapsed), at("2026-10-08 16:00"));
    assert_eq!(due("2026-10-03 08:59", 1, DailyClock, Elapsed), at("2026-10-03 09:00"));
    assert_eq!(due("2026-10-03 09:00", 1, DailyClock, Elapsed), at("2026-10-04 09:00"));
    assert_eq!(due("2026-10-03 23:50", 15, MinutesRecurring, Elapsed), at("2026-10-04 00:05"));
}

#[test]
fn an_order_cut_off_follows_the_customers_order_day() {
    let calendar = lanchuan_calendar();
    let limit = allowance(1, OrderCutoff, Elapsed);
    let cut_off = |from: &str, day: &str| calendar.due(at(from), &limit, false, Some(date(day)));
    assert_eq!(cut_off("2026-10-14 18:00", "2026-10-16"), Some(at("2026-10-16 16:00")));
    assert_eq!(cut_off("2026-10-14 10:00", "2026-10-12"), Some(at("2026-10-14 16:00")));
    assert_eq!(cut_off("2026-10-14 18:00", "2026-10-12"), Some(at("2026-10-15 16:00")));
}

#[test]
fn what_is_set_by_hand_or_a_share_has_no_instant() {
    for unit in [Unit::AsSet, Unit::Percent] {
        let limit = allowance(75, unit, Elapsed);
        assert_eq!(lanchuan_calendar().due(at("2026-10-14 10:00"), &limit, false, None), None);
    }
}

#[test]
fn the_card_names_the_days_that_do_not_count() {
    let calendar = lanchuan_calendar();
    let skipped = calendar.skipped(at("2026-09-30 17:05"), at("2026-10-12 10:00"));
    let days: Vec<_> = skipped.iter().map(|s| (s.from, s.to)).collect();
    assert_eq!(days, [(date("2026-10-01"), date("2026-10-07")), (date("2026-10-11"), date("2026-10-11")),]);
    assert!(matches!(&skipped[0].kind, SkippedKind::Holiday(name) if name.en == "National Day"));
    assert_eq!(skipped[1].kind, SkippedKind::Weekend);
    assert!(calendar.skipped(at("2026-10-13 08:00"), at("2026-10-13 09:00")).is_empty());
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
    let limit: Allowance = serde_json::from_str(r#"{"value":1,"unit":"calendar_day_end","clock":"elapsed"}"#).unwrap();
    assert_eq!(limit, allowance(1, CalendarDayEnd, Elapsed));
    assert!(serde_json::from_str::<Allowance>(r#"{"value":1,"unit":"hours","clock":"working","x":1}"#).is_err());
}

#[test]
fn a_date_is_a_holiday_or_a_make_up_day_never_both() {
    let name = lanchuan_calendar().exception(date("2026-10-01")).unwrap().name.clone();
    let entry = |holiday, make_up, name: &Text| DayEntry { holiday, make_up, name: name.clone() }.check();
    let field = |refused: Result<_, crate::refusal::Refused>| {
        let refused = refused.unwrap_err();
        (refused.code(), refused.field().map(str::to_owned))
    };
    assert_eq!(field(entry(true, true, &name)), ("M_REQUIRED", Some("kind".to_owned())));
    assert_eq!(field(entry(true, false, &Text::default())), ("M_REQUIRED", Some("name".to_owned())));
    assert_eq!(entry(false, true, &name), Ok(Some((DayKind::MakeUp, name.clone()))));
    assert_eq!(entry(false, false, &Text::default()), Ok(None));
}

#[test]
fn the_year_is_laid_out_from_monday_to_sunday() {
    let calendar = lanchuan_calendar();
    let year = calendar.year(2026);
    assert_eq!(year.len(), 12);
    let october = &year[9];
    assert_eq!(october.weeks.len(), 5);
    assert_eq!(october.weeks[0][2], None);
    assert_eq!(october.weeks[0][3].unwrap().date, date("2026-10-01"));
    assert!(matches!(october.weeks[1][5].unwrap().status, DayStatus::MakeUp(_)));
    assert_eq!(october.weeks[1][6].unwrap().status, DayStatus::Weekend);
    assert_eq!(october.working_days, 18);
}

#[test]
fn rules_without_a_working_day_or_a_window_are_refused() {
    let parse = |days: &[&str], start, end| Rules::parse(days, start, end, "16:00", "09:00");
    assert_eq!(parse(&["mon", "tue", "wed", "thu", "fri"], "08:30", "17:30"), Ok(Rules::default()));
    assert_eq!(parse(&[], "08:30", "17:30"), Err(BadRules::NoWorkingDay));
    assert_eq!(parse(&["mon"], "17:30", "17:30"), Err(BadRules::EmptyWindow));
    assert_eq!(parse(&["mo"], "08:30", "17:30"), Err(BadRules::Weekday("mo".to_owned())));
    assert!(matches!(parse(&["mon"], "8h", "17:30"), Err(BadRules::Time { field: "window_start", .. })));
}

#[test]
fn a_calendar_of_nothing_but_holidays_still_ends_every_limit() {
    let first = date("2026-01-01");
    let name = Text::default();
    let calendar =
        Calendar::new(Rules::default(), first.iter_days().take(5000).map(|day| (day, DayKind::Holiday, name.clone())));
    let from = at("2026-01-05 10:00");
    assert_eq!(calendar.next_opening(from), from);
    assert_eq!(calendar.paused_until(from), None);
    assert!(calendar.add_working(from, TimeDelta::hours(1)) > from);
}

#[test]
fn limits_at_the_end_of_time_do_not_overflow() {
    let calendar = lanchuan_calendar();
    for from in [DateTime::<Utc>::MIN_UTC, at("2026-10-01 10:00"), DateTime::<Utc>::MAX_UTC] {
        for unit in [Minutes, Hours, WorkingDays, CalendarDayEnd, OrderCutoff, DailyClock, MinutesRecurring] {
            calendar.due(from, &allowance(u32::MAX, unit, Working), false, None);
        }
        calendar.skipped(from, DateTime::<Utc>::MAX_UTC);
        calendar.fraction_point(from, DateTime::<Utc>::MAX_UTC, u32::MAX, Elapsed);
        calendar.lateness(from, DateTime::<Utc>::MAX_UTC, Working);
        calendar.next_opening(from);
    }
}
