//! The calendar laid out for its page: the year with its named days, and the history in stretches.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::words::{self, days};
use super::{Calendar, Change, DayKind, DayStatus, Month};
use crate::lang::{Lang, Text};

/// The first and last day the calendar takes.
pub const FIRST: NaiveDate = day(2000, 1, 1);
pub const LAST: NaiveDate = day(2099, 12, 31);

const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => panic!("no such day"),
    }
}

/// A month with the days of it that carry a name.
#[derive(Debug, Clone)]
pub struct MonthView<'a> {
    pub month: Month<'a>,
    pub name: String,
    pub notes: Vec<Note<'a>>,
}

/// Named days next to each other: a holiday, or make-up days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note<'a> {
    pub days: String,
    pub name: &'a str,
    pub holiday: bool,
}

pub fn year(calendar: &Calendar, year: i32, lang: Lang) -> Vec<MonthView<'_>> {
    let names = lang.l10n().msg_cal_months();
    let mut names = names.split(',');
    calendar
        .year(year)
        .into_iter()
        .map(|month| {
            let notes = notes(&month, lang);
            MonthView { name: names.next().unwrap_or_default().to_owned(), notes, month }
        })
        .collect()
}

fn notes<'a>(month: &Month<'a>, lang: Lang) -> Vec<Note<'a>> {
    let named = month.weeks.iter().flatten().flatten().filter_map(|cell| match cell.status {
        DayStatus::Holiday(name) => Some((cell.date, name.get(lang), true)),
        DayStatus::MakeUp(name) => Some((cell.date, name.get(lang), false)),
        DayStatus::Working | DayStatus::Weekend => None,
    });
    let mut stretches: Vec<(NaiveDate, NaiveDate, &str, bool)> = Vec::new();
    for (date, name, holiday) in named {
        match stretches.last_mut() {
            Some(open) if (open.2, open.3) == (name, holiday) && open.1.succ_opt() == Some(date) => open.1 = date,
            _ => stretches.push((date, date, name, holiday)),
        }
    }
    let note = |(from, to, name, holiday)| Note { days: days(lang, from, to), name, holiday };
    stretches.into_iter().map(note).collect()
}

/// The years worth a link: those published, the present one and the next.
pub fn years(calendar: &Calendar, today: NaiveDate, shown: i32) -> Vec<i32> {
    let mut years: Vec<i32> = calendar.exceptions().map(|(day, _)| day.year()).collect();
    years.extend([today.year(), today.year() + 1, shown]);
    years.sort_unstable();
    years.dedup();
    years
}

/// Days next to each other that one person changed alike at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Ids of the changes.
    pub ids: Vec<i64>,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub old: Option<DayKind>,
    pub new: Option<DayKind>,
    pub name: Text,
    pub by: String,
    pub at: DateTime<Utc>,
}

impl Run {
    pub fn days(&self, lang: &Lang) -> String {
        let days = days(*lang, self.from, self.to);
        match lang {
            Lang::En => format!("{days} {}", self.to.year()),
            Lang::ZhHans | Lang::ZhHant => format!("{}年{days}", self.from.year()),
        }
    }
}

/// The history in stretches, the newest first.
pub fn runs(mut history: Vec<Change>) -> Vec<Run> {
    history.sort_by_key(|change| change.id);
    let mut runs: Vec<Run> = Vec::new();
    for change in history {
        let alike = |run: &&mut Run| {
            (run.at, run.old, run.new) == (change.at, change.old, change.new)
                && run.by == change.by
                && run.name == change.name
                && run.to.succ_opt() == Some(change.day)
        };
        match runs.last_mut().filter(alike) {
            Some(run) => {
                run.to = change.day;
                run.ids.push(change.id);
            }
            None => runs.push(Run {
                ids: vec![change.id],
                from: change.day,
                to: change.day,
                old: change.old,
                new: change.new,
                name: change.name,
                by: change.by,
                at: change.at,
            }),
        }
    }
    runs.reverse();
    runs
}

/// What a kind of day is called; a cleared day is as its weekday.
pub fn kind_name(kind: &Option<DayKind>, lang: Lang) -> String {
    let l = lang.l10n();
    match kind {
        Some(DayKind::Holiday) => l.msg_cal_holiday(),
        Some(DayKind::MakeUp) => l.msg_cal_make_up(),
        None => l.msg_cal_plain(),
    }
}

/// `10月9日 周五 10:20`
pub fn moment(lang: Lang, at: DateTime<Utc>) -> String {
    let local = crate::clock::local(at);
    format!("{} {}", words::date(lang, local.date_naive()), local.format("%H:%M"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::fixture::lanchuan_calendar;

    #[test]
    fn a_month_names_its_days_once() {
        let calendar = lanchuan_calendar();
        let october = &year(&calendar, 2026, Lang::En)[9];
        assert_eq!(october.name, "October");
        let named: Vec<_> = october.notes.iter().map(|n| (n.days.as_str(), n.name, n.holiday)).collect();
        assert_eq!(named, [("1–7 Oct", "National Day", true), ("10 Oct", "Make-up working day", false)]);
        assert_eq!(years(&calendar, day(2026, 10, 8), 2030), [2026, 2027, 2030]);
    }

    #[test]
    fn the_history_reads_in_stretches() {
        let at = DateTime::UNIX_EPOCH;
        let change = |id: i64, d: u32, by: &str, at| Change {
            id,
            day: day(2026, 10, d),
            old: None,
            new: Some(DayKind::Holiday),
            name: Text::default(),
            by: by.to_owned(),
            at,
        };
        let later = at + chrono::TimeDelta::hours(1);
        let history =
            vec![change(4, 9, "leader", later), change(3, 9, "x", at), change(2, 2, "x", at), change(1, 1, "x", at)];
        let runs: Vec<_> = runs(history).into_iter().map(|r| (r.from.day(), r.to.day(), r.by)).collect();
        assert_eq!(runs, [(9, 9, "leader".to_owned()), (9, 9, "x".to_owned()), (1, 2, "x".to_owned())]);
    }
}
