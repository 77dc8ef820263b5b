//! The week, the working window and the fixed clocks: the `[calendar]` section of the duty matrix.

use chrono::{NaiveTime, TimeDelta, Weekday};

/// Why a `[calendar]` section is refused. The words name the field of the plan data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRules {
    #[error("working_days: `{0}` is not a weekday (mon, tue, wed, thu, fri, sat, sun)")]
    Weekday(String),
    #[error("working_days: empty, so no working clock could ever run")]
    NoWorkingDay,
    #[error("{field}: `{value}` is not a time of day such as 08:30")]
    Time { field: &'static str, value: String },
    #[error("window_end must be later than window_start")]
    EmptyWindow,
}

/// Fields are private so that a value always has a working weekday and a window that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    weekdays: [bool; 7],
    window_start: NaiveTime,
    window_end: NaiveTime,
    order_cutoff: NaiveTime,
    daily_clock: NaiveTime,
}

impl Rules {
    /// From the words of the plan data: weekdays as `mon`..`sun`, times as `HH:MM`.
    pub fn parse<D: AsRef<str>>(
        working_days: &[D],
        window_start: &str,
        window_end: &str,
        order_cutoff: &str,
        daily_clock: &str,
    ) -> Result<Rules, BadRules> {
        let mut weekdays = [false; 7];
        for word in working_days {
            let word = word.as_ref();
            let day: Weekday = word.parse().map_err(|_| BadRules::Weekday(word.to_owned()))?;
            weekdays[index(day)] = true;
        }
        if !weekdays.contains(&true) {
            return Err(BadRules::NoWorkingDay);
        }
        let rules = Rules {
            weekdays,
            window_start: time("window_start", window_start)?,
            window_end: time("window_end", window_end)?,
            order_cutoff: time("order_cutoff_default", order_cutoff)?,
            daily_clock: time("daily_clock_default", daily_clock)?,
        };
        if rules.window_end <= rules.window_start {
            return Err(BadRules::EmptyWindow);
        }
        Ok(rules)
    }

    pub fn works_on(&self, day: Weekday) -> bool {
        self.weekdays[index(day)]
    }

    pub fn window_start(&self) -> NaiveTime {
        self.window_start
    }

    pub fn window_end(&self) -> NaiveTime {
        self.window_end
    }

    pub fn order_cutoff(&self) -> NaiveTime {
        self.order_cutoff
    }

    pub fn daily_clock(&self) -> NaiveTime {
        self.daily_clock
    }

    /// The working time of one full day.
    pub fn working_day_length(&self) -> TimeDelta {
        self.window_end - self.window_start
    }
}

impl Default for Rules {
    /// The defaults of the duty matrix (proposed): Monday to Friday 08:30-17:30, cut-off 16:00, daily clock 09:00.
    fn default() -> Rules {
        let hm = |hour: u32, minute: u32| NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or(NaiveTime::MIN);
        Rules {
            weekdays: [true, true, true, true, true, false, false],
            window_start: hm(8, 30),
            window_end: hm(17, 30),
            order_cutoff: hm(16, 0),
            daily_clock: hm(9, 0),
        }
    }
}

fn index(day: Weekday) -> usize {
    day.num_days_from_monday() as usize
}

fn time(field: &'static str, value: &str) -> Result<NaiveTime, BadRules> {
    NaiveTime::parse_from_str(value, "%H:%M").map_err(|_| BadRules::Time { field, value: value.to_owned() })
}
