//! The single tables of the duty matrix: defaults and numbers, most of them proposed.

use chrono::{NaiveTime, Weekday};
use serde::{Deserialize, Deserializer, de};

use super::vocabulary::Basis;

/// The defaults of the working calendar; holidays and make-up days are settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarRules {
    pub basis: Basis,
    pub timezone: String,
    pub working_days: Vec<Weekday>,
    #[serde(deserialize_with = "hour_minute")]
    pub window_start: NaiveTime,
    #[serde(deserialize_with = "hour_minute")]
    pub window_end: NaiveTime,
    pub lunch_break_deducted: bool,
    pub exceptions: String,
    pub one_working_day: String,
    #[serde(deserialize_with = "hour_minute")]
    pub order_cutoff_default: NaiveTime,
    #[serde(deserialize_with = "hour_minute")]
    pub daily_clock_default: NaiveTime,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ups {
    pub clauses: Vec<String>,
    pub plan_text_hours: String,
    pub default_runtime_minutes: u32,
    pub warn_remaining_minutes: u32,
    pub basis: Basis,
}

/// Approval limits by rank, in `unit`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupplyAuthority {
    pub clauses: Vec<String>,
    pub basis: Basis,
    pub note: String,
    pub unit: String,
    pub customer_service_director_max: u32,
    pub marketing_dept_deputy_manager_max: u32,
    pub consumer_supply_officer_max: u32,
    pub aggregate_days: u32,
    pub routing: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weather {
    pub clauses: Vec<String>,
    pub basis: Basis,
    pub most_customers_over_percent: u32,
    pub near_whole_warning_percent: u32,
    /// Codes of external parties.
    pub announcement_channels_required: Vec<String>,
    pub phone_attempts_before_unreached: u32,
    pub phone_retry_minutes: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cooperation {
    pub clauses: Vec<String>,
    pub basis: Basis,
    pub note: String,
}

/// When a second report is taken for the same incident.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duplicates {
    pub basis: Basis,
    pub window_minutes: u32,
    pub same: Vec<String>,
}

fn hour_minute<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveTime, D::Error> {
    let text = String::deserialize(from)?;
    NaiveTime::parse_from_str(&text, "%H:%M")
        .map_err(|_| de::Error::custom(format!("not a time of day HH:MM: {text}")))
}
