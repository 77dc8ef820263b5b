//! A year laid out in months and weeks, for the calendar page.

use chrono::{Datelike, NaiveDate};

use super::{Calendar, DayStatus};

/// One date of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayCell<'a> {
    pub date: NaiveDate,
    pub status: DayStatus<'a>,
}

/// One month: weeks from Monday to Sunday, `None` where the week reaches into a neighbouring month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month<'a> {
    /// 1 to 12.
    pub number: u32,
    pub weeks: Vec<[Option<DayCell<'a>>; 7]>,
    /// How many of its days are worked.
    pub working_days: usize,
}

impl Calendar {
    /// The twelve months of `year`; none for a year outside the representable ones.
    pub fn year(&self, year: i32) -> Vec<Month<'_>> {
        (1..=12).filter_map(|number| self.month(year, number)).collect()
    }

    fn month(&self, year: i32, number: u32) -> Option<Month<'_>> {
        let first = NaiveDate::from_ymd_opt(year, number, 1)?;
        let mut month = Month { number, weeks: vec![[None; 7]], working_days: 0 };
        for date in first.iter_days().take_while(|d| d.month() == number) {
            let column = date.weekday().num_days_from_monday() as usize;
            if column == 0 && date != first {
                month.weeks.push([None; 7]);
            }
            let status = self.day(date);
            month.working_days += usize::from(status.is_working());
            if let Some(week) = month.weeks.last_mut() {
                week[column] = Some(DayCell { date, status });
            }
        }
        Some(month)
    }
}
