//! Dates and the reckoning of a working clock, in words.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::{Calendar, DayStatus, SkippedKind, wall};
use crate::lang::Lang;

/// `10月9日 周五`, `10月9日 週五`, `Fri 9 Oct`.
pub fn date(lang: Lang, day: NaiveDate) -> String {
    const WEEK: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];
    let week = WEEK.get(day.weekday().num_days_from_monday() as usize).copied().unwrap_or_default();
    match lang {
        Lang::ZhHans => format!("{}月{}日 周{week}", day.month(), day.day()),
        Lang::ZhHant => format!("{}月{}日 週{week}", day.month(), day.day()),
        Lang::En => day.format("%a %-d %b").to_string(),
    }
}

/// A stretch of days, both ends included: `10月1–7日`, `1–7 Oct`, `30 Sep – 2 Oct`.
pub fn days(lang: Lang, from: NaiveDate, to: NaiveDate) -> String {
    let same_month = (from.year(), from.month()) == (to.year(), to.month());
    match (lang, from == to, same_month) {
        (Lang::En, true, _) => from.format("%-d %b").to_string(),
        (Lang::En, _, true) => format!("{}–{}", from.day(), to.format("%-d %b")),
        (Lang::En, _, false) => format!("{} – {}", from.format("%-d %b"), to.format("%-d %b")),
        (_, true, _) => format!("{}月{}日", from.month(), from.day()),
        (_, _, true) => format!("{}月{}–{}日", from.month(), from.day(), to.day()),
        (_, _, false) => format!("{}月{}日–{}月{}日", from.month(), from.day(), to.month(), to.day()),
    }
}

/// What a working clock passed over between `from` and `due`, and the weekends it did count; empty where every day was
/// an ordinary working day.
pub fn reckoning(calendar: &Calendar, from: DateTime<Utc>, due: DateTime<Utc>, lang: Lang) -> String {
    let l = lang.l10n();
    let mut said: Vec<String> = calendar
        .skipped(from, due)
        .into_iter()
        .map(|skipped| {
            let days = days(lang, skipped.from, skipped.to);
            match skipped.kind {
                SkippedKind::Weekend => l.msg_cal_skip_weekend(days),
                SkippedKind::Holiday(name) => l.msg_cal_skip_holiday(days, name.get(lang)),
            }
        })
        .collect();
    let (first, last) = (wall(from).date(), wall(due).date());
    let make_up = calendar
        .exceptions()
        .map(|(day, _)| day)
        .filter(|day| (first..=last).contains(day) && matches!(calendar.day(*day), DayStatus::MakeUp(_)));
    said.extend(make_up.map(|day| l.msg_cal_make_up_counts(days(lang, day, day))));
    match (said.is_empty(), lang) {
        (true, _) => String::new(),
        (false, Lang::En) => said.join("; ") + ".",
        (false, _) => said.join("；") + "。",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::fixture::lanchuan_calendar;
    use crate::calendar::{Allowance, ClockKind, Unit};

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).unwrap()
    }

    #[test]
    fn a_stretch_reads_as_people_write_it() {
        assert_eq!(days(Lang::En, day(10, 1), day(10, 7)), "1–7 Oct");
        assert_eq!(days(Lang::ZhHans, day(9, 30), day(10, 2)), "9月30日–10月2日");
        assert_eq!(days(Lang::ZhHant, day(10, 9), day(10, 9)), "10月9日");
        assert_eq!(date(Lang::ZhHant, day(10, 9)), "10月9日 週五");
    }

    #[test]
    fn one_working_day_over_the_national_holiday_explains_itself() {
        let calendar = lanchuan_calendar();
        let from = "2026-09-30T09:05:00Z".parse().unwrap();
        let one = Allowance { value: 1, unit: Unit::WorkingDays, clock: ClockKind::Working };
        let due = calendar.due(from, &one, false, None).unwrap();
        let said = reckoning(&calendar, from, due, Lang::En);
        assert_eq!(said, "1–7 Oct (National Day) do not count.");
        let friday = "2026-10-09T09:05:00Z".parse().unwrap();
        let due = calendar.due(friday, &one, false, None).unwrap();
        assert_eq!(reckoning(&calendar, friday, due, Lang::ZhHans), "10月10日调休上班，计时。");
    }
}
