//! The single tables of the duty matrix: defaults and numbers, most of them proposed.

use serde::Deserialize;

use super::vocabulary::Basis;
use crate::calendar::{BadRules, Rules};

/// The defaults of the working calendar; holidays and make-up days are settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarRules {
    pub basis: Basis,
    pub timezone: String,
    pub working_days: Vec<String>,
    pub window_start: String,
    pub window_end: String,
    pub lunch_break_deducted: bool,
    pub exceptions: String,
    pub one_working_day: String,
    pub order_cutoff_default: String,
    pub daily_clock_default: String,
}

impl CalendarRules {
    /// # Errors
    /// The field that is no weekday, no time of day, or makes a window without time in it.
    pub fn rules(&self) -> Result<Rules, BadRules> {
        Rules::parse(
            &self.working_days,
            &self.window_start,
            &self.window_end,
            &self.order_cutoff_default,
            &self.daily_clock_default,
        )
    }
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
