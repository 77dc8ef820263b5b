//! Times as people read them: the wall clock of the city, 24 hours.

use chrono::{DateTime, Datelike, SecondsFormat, Utc};

use crate::clock::local;
use crate::lang::Lang;

/// `10:06`
pub fn clock(at: DateTime<Utc>) -> String {
    local(at).format("%H:%M").to_string()
}

/// `2026-10-08 10:06`
pub fn stamp(at: DateTime<Utc>) -> String {
    local(at).format("%Y-%m-%d %H:%M").to_string()
}

/// `2026-10-08 10:06:31`
pub fn exact(at: DateTime<Utc>) -> String {
    local(at).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// RFC 3339 with +08:00, for `datetime` attributes and the API.
pub fn rfc3339(at: DateTime<Utc>) -> String {
    local(at).to_rfc3339_opts(SecondsFormat::AutoSi, false)
}

/// `10月8日 周四`, `10月8日 週四`, `Thu 8 Oct 2026`
pub fn day(lang: Lang, at: DateTime<Utc>) -> String {
    const WEEK: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];
    let at = local(at);
    let week = WEEK.get(at.weekday().num_days_from_monday() as usize).copied().unwrap_or_default();
    match lang {
        Lang::ZhHans => format!("{}月{}日 周{week}", at.month(), at.day()),
        Lang::ZhHant => format!("{}月{}日 週{week}", at.month(), at.day()),
        Lang::En => at.format("%a %-d %b %Y").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    #[test]
    fn the_city_clock_is_shown() {
        let at = Utc.with_ymd_and_hms(2026, 10, 7, 18, 6, 0).unwrap();
        assert_eq!(stamp(at), "2026-10-08 02:06");
        assert_eq!(rfc3339(at), "2026-10-08T02:06:00+08:00");
        assert_eq!(day(Lang::ZhHant, at), "10月8日 週四");
        assert_eq!(day(Lang::En, at), "Thu 8 Oct 2026");
    }
}
