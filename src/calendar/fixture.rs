//! The practice and demo calendar: made for Lanchuan, no official source.

use chrono::NaiveDate;

use super::{Calendar, DayKind, Rules};
use crate::lang::Text;

/// Holidays and make-up working days of Lanchuan's 2026, in date order within each list.
pub fn lanchuan_2026() -> Vec<(NaiveDate, DayKind, Text)> {
    let holidays = [
        ((1, 1), (1, 3), ["元旦", "元旦", "New Year's Day"]),
        ((2, 15), (2, 23), ["春节", "春節", "Spring Festival"]),
        ((4, 4), (4, 6), ["清明节", "清明節", "Qingming Festival"]),
        ((5, 1), (5, 5), ["劳动节", "勞動節", "Labour Day"]),
        ((6, 19), (6, 21), ["端午节", "端午節", "Dragon Boat Festival"]),
        ((9, 25), (9, 27), ["中秋节", "中秋節", "Mid-Autumn Festival"]),
        ((10, 1), (10, 7), ["国庆节", "國慶節", "National Day"]),
    ];
    let make_up = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)];

    let mut days = Vec::new();
    for (first, last, name) in holidays {
        let (Some(first), Some(last)) = (date(first), date(last)) else {
            continue;
        };
        for day in first.iter_days().take_while(|day| *day <= last) {
            days.push((day, DayKind::Holiday, text(name)));
        }
    }
    for day in make_up.into_iter().filter_map(date) {
        days.push((day, DayKind::MakeUp, text(["调休上班", "調休上班", "Make-up working day"])));
    }
    days
}

/// The calendar of the scenarios: the plan data's week and window with [`lanchuan_2026`].
pub fn lanchuan_calendar() -> Calendar {
    Calendar::new(Rules::default(), lanchuan_2026())
}

fn date((month, day): (u32, u32)) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2026, month, day)
}

fn text([zh_hans, zh_hant, en]: [&str; 3]) -> Text {
    Text { zh_hans: zh_hans.to_owned(), zh_hant: zh_hant.to_owned(), en: en.to_owned() }
}
