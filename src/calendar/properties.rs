//! What holds for every calendar, not only Lanchuan's.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;

/// Any minute of 2026, wall clock; hours and half hours come up often, so that openings and closings are met.
fn instants() -> impl Strategy<Value = DateTime<Utc>> {
    let minutes = prop_oneof![
        0..365 * 24 * 60i64,
        (0..365i64, prop_oneof![Just(8 * 60 + 30i64), Just(17 * 60 + 30), Just(0)])
            .prop_map(|(day, minute)| day * 24 * 60 + minute),
    ];
    minutes.prop_map(|m| DateTime::UNIX_EPOCH + TimeDelta::days(20_454) + TimeDelta::minutes(m - 8 * 60))
}

fn dates() -> impl Strategy<Value = NaiveDate> {
    (0..420u64).prop_map(|n| days_after(NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default(), n))
}

/// Working time up to twenty days, in minutes or in whole half hours.
fn spans() -> impl Strategy<Value = TimeDelta> {
    prop_oneof![0..180 * 60i64, (0..360i64).prop_map(|half_hours| half_hours * 30)].prop_map(TimeDelta::minutes)
}

fn calendars() -> impl Strategy<Value = Calendar> {
    let weekdays = prop::sample::subsequence(vec!["mon", "tue", "wed", "thu", "fri", "sat", "sun"], 1..=7);
    let windows = prop_oneof![
        3 => Just(("08:30", "17:30")),
        1 => Just(("00:00", "23:59")),
        1 => Just(("12:00", "13:00")),
    ];
    let kinds = prop_oneof![Just(DayKind::Holiday), Just(DayKind::MakeUp)];
    let exceptions = prop::collection::vec((dates(), kinds), 0..60);
    (weekdays, windows, exceptions).prop_filter_map("valid rules", |(days, (start, end), exceptions)| {
        let rules = Rules::parse(&days, start, end, "16:00", "09:00").ok()?;
        let exceptions = exceptions.into_iter().map(|(day, kind)| (day, kind, Text::default()));
        Some(Calendar::new(rules, exceptions))
    })
}

fn in_working_time_or_at_closing(calendar: &Calendar, at: DateTime<Utc>) -> bool {
    let at = wall(at);
    calendar.is_working_day(at.date())
        && (calendar.rules().window_start()..=calendar.rules().window_end()).contains(&at.time())
}

proptest! {
    #[test]
    fn a_working_deadline_is_never_outside_working_time(
        calendar in calendars(), from in instants(), value in 0..2000u32, days in 0..40u32,
    ) {
        for limit in [
            Allowance { value, unit: Unit::Minutes, clock: ClockKind::Working },
            Allowance { value: value / 60, unit: Unit::Hours, clock: ClockKind::Working },
            Allowance { value: days, unit: Unit::WorkingDays, clock: ClockKind::Working },
        ] {
            let due = calendar.due(from, &limit, false, None);
            prop_assert!(due.is_some_and(|due| due >= from && in_working_time_or_at_closing(&calendar, due)));
        }
    }

    #[test]
    fn what_was_added_is_what_lies_between(calendar in calendars(), from in instants(), span in spans()) {
        prop_assert_eq!(calendar.working_between(from, calendar.add_working(from, span)), span);
    }

    #[test]
    fn a_split_allowance_ends_where_the_whole_one_does(
        calendar in calendars(), from in instants(), a in spans(), b in spans(),
    ) {
        let split = calendar.add_working(calendar.add_working(from, a), b);
        prop_assert_eq!(split, calendar.add_working(from, a + b));
    }

    #[test]
    fn time_worked_adds_up(calendar in calendars(), mut marks in [instants(), instants(), instants()]) {
        marks.sort();
        let [a, b, c] = marks;
        prop_assert_eq!(
            calendar.working_between(a, b) + calendar.working_between(b, c),
            calendar.working_between(a, c)
        );
        prop_assert_eq!(calendar.working_between(c, a), TimeDelta::zero());
        prop_assert!(calendar.working_between(a, c) <= c - a);
    }

    #[test]
    fn a_holiday_never_makes_a_deadline_earlier(
        calendar in calendars(), from in instants(), span in spans(), day in dates(),
    ) {
        let closed = calendar.with(day, Some((DayKind::Holiday, Text::default())));
        prop_assert!(closed.add_working(from, span) >= calendar.add_working(from, span));
    }

    #[test]
    fn a_make_up_day_never_makes_a_deadline_later(
        calendar in calendars(), from in instants(), span in spans(), day in dates(),
    ) {
        let open = calendar.with(day, Some((DayKind::MakeUp, Text::default())));
        prop_assert!(open.add_working(from, span) <= calendar.add_working(from, span));
    }

    #[test]
    fn later_or_longer_is_never_due_earlier(
        calendar in calendars(), from in instants(), wait in spans(), span in spans(), more in spans(),
    ) {
        let due = calendar.add_working(from, span);
        prop_assert!(calendar.add_working(from + wait, span) >= due);
        prop_assert!(calendar.add_working(from, span + more) >= due);
    }

    #[test]
    fn the_clock_runs_or_says_when_it_will(calendar in calendars(), at in instants()) {
        let opening = calendar.next_opening(at);
        prop_assert!(calendar.is_open(opening));
        prop_assert_eq!(calendar.working_between(at, opening), TimeDelta::zero());
        prop_assert_eq!(calendar.is_open(at), opening == at);
        prop_assert_eq!(calendar.paused_until(at).is_none(), calendar.is_open(at));
    }

    #[test]
    fn a_share_lies_between_start_and_end(
        calendar in calendars(), from in instants(), span in spans(), percent in 0..=100u32,
    ) {
        let due = calendar.add_working(from, span);
        for clock in [ClockKind::Working, ClockKind::Elapsed] {
            let point = calendar.fraction_point(from, due, percent, clock);
            prop_assert!(from <= point && point <= due);
            let left = calendar.fraction_point(from, due, 100, clock) - due;
            prop_assert_eq!(left, TimeDelta::zero());
        }
    }

    #[test]
    fn days_passed_over_are_exactly_those_not_worked(
        calendar in calendars(), from in instants(), span in spans(),
    ) {
        let due = calendar.add_working(from, span);
        let skipped = calendar.skipped(from, due);
        let (first, last) = (wall(from).date(), wall(due).date());
        for day in first.iter_days().take_while(|day| *day <= last) {
            let named = skipped.iter().any(|s| (s.from..=s.to).contains(&day));
            prop_assert_eq!(named, !calendar.is_working_day(day));
        }
    }

    #[test]
    fn a_fixed_hour_is_always_still_to_come(
        calendar in calendars(), from in instants(), order_day in prop::option::of(dates()),
    ) {
        for unit in [Unit::OrderCutoff, Unit::DailyClock] {
            let limit = Allowance { value: 1, unit, clock: ClockKind::Elapsed };
            prop_assert!(calendar.due(from, &limit, false, order_day).is_some_and(|due| due > from));
        }
    }
}
