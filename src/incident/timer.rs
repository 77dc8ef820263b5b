//! What an incident waits for by itself: the UPS running low (3.1.1).

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::Incident;
use crate::plan::Edition;

/// The UPS of a power loss: when mains went, when it will be empty, when the warning is due. The runtime is a setting;
/// the plan's text reads 56 h where 5-6 h is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ups {
    pub since: DateTime<Utc>,
    pub low_at: DateTime<Utc>,
    pub empty_at: DateTime<Utc>,
}

/// The countdown of a power loss whose UPS carries the load and whose mains is not yet back.
pub fn ups(incident: &Incident, edition: &Edition) -> Option<Ups> {
    let carrying = incident.fields.get("ups_carrying").and_then(Value::as_bool)?;
    if incident.sub_kind != "it.power_loss" || !carrying || incident.recovered_at.is_some() || !incident.is_open() {
        return None;
    }
    let ups = &edition.matrix.ups;
    let runtime = TimeDelta::minutes(i64::from(ups.default_runtime_minutes));
    let empty_at = incident.occurred_at + runtime;
    Some(Ups {
        since: incident.occurred_at,
        low_at: empty_at - TimeDelta::minutes(i64::from(ups.warn_remaining_minutes)),
        empty_at,
    })
}

/// When the warning condition becomes true, if it has not yet.
pub fn ups_low_at(incident: &Incident, edition: &Edition) -> Option<DateTime<Utc>> {
    if incident.conditions.get("ups_low").copied().unwrap_or(false) {
        return None;
    }
    ups(incident, edition).map(|u| u.low_at)
}
