//! What is asked for: from which day to which, told apart by what, narrowed to what.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};

use super::{By, Figure};
use crate::clock::{local, midnight};
use crate::l10n::text;
use crate::refusal::Refused;

/// Whole days of the city, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// A question as it is typed or linked; blank where nothing was chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// `month`, `quarter` or `year`; days typed go before it.
    pub period: String,
    pub from: String,
    pub to: String,
    pub by: String,
    pub department: String,
    pub kind: String,
    pub region: String,
    /// One figure whose records are wanted.
    pub figure: String,
    /// Only incidents reported in this month, `2026-10`.
    pub month: String,
}

/// A question that can be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub period: Period,
    pub by: By,
    pub department: Option<String>,
    pub kind: Option<String>,
    pub region: Option<String>,
    pub figure: Figure,
}

impl Period {
    pub const NAMES: [&str; 3] = ["month", "quarter", "year"];

    /// The month, quarter or year that `now` lies in, whole.
    pub fn named(name: &str, now: DateTime<Utc>) -> Option<Period> {
        let today = local(now).date_naive();
        let (first, months) = match name {
            "month" => (today.month(), 1),
            "quarter" => (today.month0() / 3 * 3 + 1, 3),
            "year" => (1, 12),
            _ => return None,
        };
        Period::months(today.year(), first, months)
    }

    /// A month by its name, `2026-10`.
    pub fn month(name: &str) -> Option<Period> {
        let first: NaiveDate = format!("{name}-01").parse().ok()?;
        Period::months(first.year(), first.month(), 1)
    }

    fn months(year: i32, month: u32, count: u32) -> Option<Period> {
        let from = NaiveDate::from_ymd_opt(year, month, 1)?;
        let to = from.checked_add_months(Months::new(count))?.checked_sub_days(Days::new(1))?;
        Some(Period { from, to })
    }

    /// The instants: the first included, the last not.
    pub fn instants(self) -> (DateTime<Utc>, DateTime<Utc>) {
        (midnight(self.from), midnight(self.to.checked_add_days(Days::new(1)).unwrap_or(self.to)))
    }

    fn within(self, other: Period) -> Period {
        Period { from: self.from.max(other.from), to: self.to.min(other.to) }
    }
}

impl Wanted {
    /// # Errors
    /// `BadValue` for a day or a word that can't be read, and for a period that ends before it begins.
    pub fn read(&self, now: DateTime<Utc>) -> Result<Asked, Refused> {
        let given = |s: &String| Some(s.trim().to_owned()).filter(|s| !s.is_empty());
        let known = |field: &str, codes: Vec<&str>| Refused::BadValue {
            field: field.to_owned(),
            expected: crate::lang::text(&codes.join(", "), &codes.join(", "), &codes.join(", ")),
        };
        let standing = given(&self.period).unwrap_or_else(|| "year".to_owned());
        let standing = Period::named(&standing, now).ok_or_else(|| known("period", Period::NAMES.to_vec()))?;
        let day = |field: &str, typed: &String, or: NaiveDate| match given(typed) {
            None => Ok(or),
            Some(day) => day.parse::<NaiveDate>().ok().filter(reasonable).ok_or_else(|| bad_day(field)),
        };
        let from = day("from", &self.from, standing.from)?;
        let to = day("to", &self.to, standing.to.max(from))?;
        if to < from {
            return Err(bad_day("to"));
        }
        let mut period = Period { from, to };
        if let Some(month) = given(&self.month) {
            period = period.within(Period::month(&month).ok_or_else(|| bad_day("month"))?);
        }
        let by = given(&self.by).unwrap_or_else(|| By::Department.code().to_owned());
        let by = By::from_code(&by).ok_or_else(|| known("by", By::ALL.map(By::code).to_vec()))?;
        let figure = given(&self.figure).unwrap_or_else(|| Figure::Tasks.code().to_owned());
        let figure =
            Figure::from_code(&figure).ok_or_else(|| known("figure", Figure::ALL.map(Figure::code).to_vec()))?;
        Ok(Asked {
            period,
            by,
            department: given(&self.department),
            kind: given(&self.kind),
            region: given(&self.region),
            figure,
        })
    }
}

impl Asked {
    /// The question as a query, to stand in an address.
    pub fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("from", &self.period.from.to_string()).append_pair("to", &self.period.to.to_string());
        query.append_pair("by", self.by.code());
        self.narrowing(&mut query);
        query.finish()
    }

    /// The query for the records one figure of one group was counted from; of all groups without a code.
    pub fn records(&self, group: Option<&str>, figure: Figure) -> String {
        let mut asked = self.clone();
        if let Some(group) = group {
            match self.by {
                By::Department => asked.department = Some(group.to_owned()),
                By::Kind => asked.kind = Some(group.to_owned()),
                By::Region => asked.region = Some(group.to_owned()),
                By::Month => {
                    asked.period = Period::month(group).map_or(self.period, |month| self.period.within(month));
                }
            }
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("from", &asked.period.from.to_string()).append_pair("to", &asked.period.to.to_string());
        asked.narrowing(&mut query);
        query.append_pair("figure", figure.code());
        query.finish()
    }

    fn narrowing(&self, query: &mut form_urlencoded::Serializer<'_, String>) {
        for (name, value) in [("department", &self.department), ("kind", &self.kind), ("region", &self.region)] {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
    }
}

/// Years a calendar can reckon with; a typo must not overflow.
fn reasonable(day: &NaiveDate) -> bool {
    (1990..=2200).contains(&day.year())
}

fn bad_day(field: &str) -> Refused {
    Refused::BadValue { field: field.to_owned(), expected: text(|l| l.msg_fig_day_rule()) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn now() -> DateTime<Utc> {
        // The first of January in the city, still December in Greenwich.
        "2025-12-31T20:00:00Z".parse().unwrap()
    }

    fn days(period: Period) -> (String, String) {
        (period.from.to_string(), period.to.to_string())
    }

    #[test]
    fn periods_are_whole_and_of_the_city() {
        for (name, from, to) in [
            ("month", "2026-01-01", "2026-01-31"),
            ("quarter", "2026-01-01", "2026-03-31"),
            ("year", "2026-01-01", "2026-12-31"),
        ] {
            assert_eq!(days(Period::named(name, now()).unwrap()), (from.to_owned(), to.to_owned()), "{name}");
        }
        let (first, end) = Period::named("month", now()).unwrap().instants();
        assert_eq!(first.to_rfc3339(), "2025-12-31T16:00:00+00:00");
        assert_eq!(end.to_rfc3339(), "2026-01-31T16:00:00+00:00");
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let field = |wanted: Wanted| wanted.read(now()).unwrap_err().field().unwrap().to_owned();
        let of = |from: &str, to: &str| Wanted { from: from.to_owned(), to: to.to_owned(), ..Wanted::default() };
        assert_eq!(field(of("yesterday", "")), "from");
        assert_eq!(field(of("0001-01-01", "")), "from");
        assert_eq!(field(of("2026-02-01", "2026-01-31")), "to");
        assert_eq!(field(Wanted { by: "person".to_owned(), ..Wanted::default() }), "by");
        assert_eq!(field(Wanted { figure: "x".to_owned(), ..Wanted::default() }), "figure");
        assert_eq!(field(Wanted { period: "week".to_owned(), ..Wanted::default() }), "period");
        assert_eq!(days(of("2026-05-01", "").read(now()).unwrap().period).1, "2026-12-31");
    }

    #[test]
    fn records_are_asked_for_as_narrowly_as_they_were_counted() {
        let wanted = Wanted { from: "2026-01-10".to_owned(), to: "2026-02-10".to_owned(), ..Wanted::default() };
        let mut asked = wanted.read(now()).unwrap();
        let query = asked.records(Some("RMD-QZ"), Figure::SignedLate);
        assert_eq!(query, "from=2026-01-10&to=2026-02-10&department=RMD-QZ&figure=signed_late");
        asked.by = By::Month;
        let query = asked.records(Some("2026-01"), Figure::Tasks);
        assert_eq!(query, "from=2026-01-10&to=2026-01-31&figure=tasks");
    }
}
