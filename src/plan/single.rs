//! The numbers that stand alone in the matrix, outside its tasks and ladders.

use chrono::NaiveTime;

use super::{Basis, Matrix, Quantity};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Single {
    WindowStart,
    WindowEnd,
    OrderCutoff,
    DailyClock,
    UpsRuntime,
    UpsWarning,
    WeatherMost,
    WeatherNearWhole,
    DuplicateWindow,
    PhoneAttempts,
    PhoneRetry,
    SupplyDirector,
    SupplyDeputyManager,
    SupplyOfficer,
    SupplyDays,
}

impl Single {
    pub const ALL: [Single; 15] = [
        Single::WindowStart,
        Single::WindowEnd,
        Single::OrderCutoff,
        Single::DailyClock,
        Single::UpsRuntime,
        Single::UpsWarning,
        Single::WeatherMost,
        Single::WeatherNearWhole,
        Single::DuplicateWindow,
        Single::PhoneAttempts,
        Single::PhoneRetry,
        Single::SupplyDirector,
        Single::SupplyDeputyManager,
        Single::SupplyOfficer,
        Single::SupplyDays,
    ];

    /// The first stays below the second: a day ends after it begins, a warning comes before the end, a share that is
    /// near is less than one that is reached, the higher rank approves more.
    pub const ORDERED: [(Single, Single); 4] = [
        (Single::WindowStart, Single::WindowEnd),
        (Single::UpsWarning, Single::UpsRuntime),
        (Single::WeatherNearWhole, Single::WeatherMost),
        (Single::SupplyDirector, Single::SupplyDeputyManager),
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Single::WindowStart => "calendar.window_start",
            Single::WindowEnd => "calendar.window_end",
            Single::OrderCutoff => "calendar.order_cutoff_default",
            Single::DailyClock => "calendar.daily_clock_default",
            Single::UpsRuntime => "ups.default_runtime_minutes",
            Single::UpsWarning => "ups.warn_remaining_minutes",
            Single::WeatherMost => "weather.most_customers_over_percent",
            Single::WeatherNearWhole => "weather.near_whole_warning_percent",
            Single::DuplicateWindow => "duplicates.window_minutes",
            Single::PhoneAttempts => "weather.phone_attempts_before_unreached",
            Single::PhoneRetry => "weather.phone_retry_minutes",
            Single::SupplyDirector => "supply_authority.customer_service_director_max",
            Single::SupplyDeputyManager => "supply_authority.marketing_dept_deputy_manager_max",
            Single::SupplyOfficer => "supply_authority.consumer_supply_officer_max",
            Single::SupplyDays => "supply_authority.aggregate_days",
        }
    }

    /// The number as the matrix has it, whose it is, and the clauses it belongs to.
    pub(super) fn read(self, matrix: &Matrix) -> Option<(Quantity, Basis, &[String])> {
        let hour = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").ok().map(Quantity::Hour);
        let Matrix { ups, supply_authority: supply, weather, calendar, duplicates, .. } = matrix;
        let quantity = match self {
            Single::WindowStart => hour(&calendar.window_start)?,
            Single::WindowEnd => hour(&calendar.window_end)?,
            Single::OrderCutoff => hour(&calendar.order_cutoff_default)?,
            Single::DailyClock => hour(&calendar.daily_clock_default)?,
            Single::UpsRuntime => Quantity::Minutes(ups.default_runtime_minutes),
            Single::UpsWarning => Quantity::Minutes(ups.warn_remaining_minutes),
            Single::WeatherMost => Quantity::Percent(weather.most_customers_over_percent),
            Single::WeatherNearWhole => Quantity::Percent(weather.near_whole_warning_percent),
            Single::DuplicateWindow => Quantity::Minutes(duplicates.window_minutes),
            Single::PhoneAttempts => Quantity::Times(weather.phone_attempts_before_unreached),
            Single::PhoneRetry => Quantity::Minutes(weather.phone_retry_minutes),
            Single::SupplyDirector => Quantity::Cartons(supply.customer_service_director_max),
            Single::SupplyDeputyManager => Quantity::Cartons(supply.marketing_dept_deputy_manager_max),
            Single::SupplyOfficer => Quantity::Cartons(supply.consumer_supply_officer_max),
            Single::SupplyDays => Quantity::Days(supply.aggregate_days),
        };
        let (basis, clauses): (Basis, &[String]) = match self.key().split('.').next() {
            Some("calendar") => (calendar.basis, &[]),
            Some("ups") => (ups.basis, &ups.clauses),
            Some("weather") => (weather.basis, &weather.clauses),
            Some("duplicates") => (duplicates.basis, &[]),
            _ => (supply.basis, &supply.clauses),
        };
        Some((quantity, basis, clauses))
    }

    pub(super) fn put(self, matrix: &mut Matrix, quantity: Quantity) {
        let Matrix { ups, supply_authority: supply, weather, calendar, duplicates, .. } = matrix;
        let hour = match self {
            Single::WindowStart => Some(&mut calendar.window_start),
            Single::WindowEnd => Some(&mut calendar.window_end),
            Single::OrderCutoff => Some(&mut calendar.order_cutoff_default),
            Single::DailyClock => Some(&mut calendar.daily_clock_default),
            _ => None,
        };
        if let Some(hour) = hour {
            *hour = quantity.written();
            return;
        }
        let Some(n) = quantity.count() else { return };
        match self {
            Single::WindowStart | Single::WindowEnd | Single::OrderCutoff | Single::DailyClock => {}
            Single::UpsRuntime => ups.default_runtime_minutes = n,
            Single::UpsWarning => ups.warn_remaining_minutes = n,
            Single::WeatherMost => weather.most_customers_over_percent = n,
            Single::WeatherNearWhole => weather.near_whole_warning_percent = n,
            Single::DuplicateWindow => duplicates.window_minutes = n,
            Single::PhoneAttempts => weather.phone_attempts_before_unreached = n,
            Single::PhoneRetry => weather.phone_retry_minutes = n,
            Single::SupplyDirector => supply.customer_service_director_max = n,
            Single::SupplyDeputyManager => supply.marketing_dept_deputy_manager_max = n,
            Single::SupplyOfficer => supply.consumer_supply_officer_max = n,
            Single::SupplyDays => supply.aggregate_days = n,
        }
    }
}
