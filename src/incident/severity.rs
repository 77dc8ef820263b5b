//! The level the rules of the matrix propose. A person confirms; until then the lower route runs and nothing waits.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Incident, Links, Proposal};
use crate::calendar::{Allowance, Calendar, ClockKind, Unit};
use crate::l10n::L10nLanguage;
use crate::person::directory::Directory;
use crate::plan::{Edition, Scope, Severity, SeverityRule, SubKind};

/// The figures a proposal is made from.
#[derive(Debug, Clone, Default)]
pub struct Figures<'a> {
    pub links: Option<&'a Links>,
    pub region: &'a str,
    /// Regions the report names; empty when it names none.
    pub regions: &'a [String],
    pub customers_unsupplied: Option<u64>,
    pub scope: Option<Scope>,
    /// When service is expected back.
    pub expected_back_at: Option<DateTime<Utc>>,
    /// Mains off and under the warning time of UPS left.
    pub ups_low: bool,
}

/// The region whose links are the city's: ordering, settlement and sorting stand there once for all (reading proposed).
pub const CITY: &str = "CITY";

/// Applies the rule of the sub-kind. The level is one the sub-kind allows.
pub fn propose(
    sub_kind: &SubKind,
    figures: &Figures<'_>,
    edition: &Edition,
    directory: &Directory,
    calendar: &Calendar,
    from: DateTime<Utc>,
) -> Proposal {
    let rules: Vec<&SeverityRule> = edition
        .matrix
        .severity_rules
        .iter()
        .filter(|r| r.applies_to.iter().any(|a| *a == sub_kind.code || *a == sub_kind.kind))
        .collect();
    let mut shown = BTreeMap::new();
    let (severity, scope) = if rules.iter().any(|r| r.scope.is_some()) {
        weather(figures, edition, directory, &mut shown)
    } else if sub_kind.severities.contains(&Severity::Major)
        && matches!(sub_kind.kind.as_str(), "it_failure" | "security" | "severe_weather")
        && paralysed(figures, directory, calendar, from, &mut shown)
    {
        (Severity::Major, None)
    } else {
        (sub_kind.default_severity, None)
    };
    let severity = if sub_kind.severities.contains(&severity) { severity } else { sub_kind.default_severity };
    let rule = rules
        .iter()
        .find(|r| r.proposes == severity && (r.scope.is_none() || r.scope == scope))
        .or_else(|| rules.first())
        .map_or_else(|| "default".to_owned(), |r| r.id.clone());
    Proposal { severity, scope, rule, figures: shown, at: from, earlier: Vec::new() }
}

/// sr.it_paralysis: a link stopped city-wide or in half of the regions, or for more than one working day, or the UPS
/// running out.
fn paralysed(
    figures: &Figures<'_>,
    directory: &Directory,
    calendar: &Calendar,
    from: DateTime<Utc>,
    shown: &mut BTreeMap<String, Value>,
) -> bool {
    let stopped: Vec<&String> =
        figures.links.into_iter().flatten().filter(|(_, state)| *state == "stopped").map(|(link, _)| link).collect();
    if let Some(links) = figures.links.filter(|l| !l.is_empty()) {
        shown.insert("links".to_owned(), json!(links));
    }
    let all = directory.regions().len();
    let affected = match figures.regions.len() {
        0 if figures.region == CITY => all,
        0 => 1,
        n => n,
    };
    let mut major = figures.ups_low;
    if figures.ups_low {
        shown.insert("ups_low".to_owned(), json!(true));
    }
    if !stopped.is_empty() {
        shown.insert("regions_affected".to_owned(), json!(affected));
        shown.insert("regions".to_owned(), json!(all));
        major |= affected * 2 >= all.max(1);
        if let Some(back) = figures.expected_back_at {
            let day = Allowance { value: 1, unit: Unit::WorkingDays, clock: ClockKind::Working };
            shown.insert("expected_back_at".to_owned(), json!(back));
            major |= calendar.due(from, &day, false, None).is_some_and(|limit| back > limit);
        }
    }
    major
}

/// sr.wx_whole and sr.wx_part: the share of active customers that cannot be supplied.
fn weather(
    figures: &Figures<'_>,
    edition: &Edition,
    directory: &Directory,
    shown: &mut BTreeMap<String, Value>,
) -> (Severity, Option<Scope>) {
    let whole = match figures.customers_unsupplied {
        Some(cut_off) => {
            let total: u64 = directory.regions().iter().map(|r| u64::try_from(r.customers).unwrap_or(0)).sum();
            shown.insert("customers_unsupplied".to_owned(), json!(cut_off));
            shown.insert("customers".to_owned(), json!(total));
            if let Some(share) = (cut_off * 1000 + total / 2).checked_div(total) {
                shown.insert("per_mille".to_owned(), json!(share));
            }
            let weather = &edition.matrix.weather;
            let near = total > 0 && cut_off * 100 >= total * u64::from(weather.near_whole_warning_percent);
            let most = cut_off * 100 > total * u64::from(weather.most_customers_over_percent);
            if near && !most {
                shown.insert("near_whole_region".to_owned(), json!(true));
            }
            most
        }
        None => figures.scope == Some(Scope::WholeRegion),
    };
    if whole { (Severity::Major, Some(Scope::WholeRegion)) } else { (Severity::Local, Some(Scope::PartRegion)) }
}

/// Why an incident concerns every region although its report names none of them (readings proposed).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wide {
    /// It was reported for the whole city.
    City,
    /// Supply and demand are planned for all regions together.
    Supply,
    /// Its level or scope is the whole of the region the plan is made for.
    Level,
}

impl Wide {
    pub fn words(self, l: &L10nLanguage) -> String {
        match self {
            Wide::City => l.msg_cf_wide_city(),
            Wide::Supply => l.msg_cf_wide_supply(),
            Wide::Level => l.msg_cf_wide_level(),
        }
    }
}

impl Incident {
    /// Why every region is concerned; `None` where the report names regions, or only one is concerned.
    pub fn wide(&self, directory: &Directory) -> Option<Wide> {
        let everywhere = directory.regions().len() > 1 && self.regions.len() == directory.regions().len();
        if self.fields.contains_key("regions_affected") {
            None
        } else if self.region == CITY {
            Some(Wide::City)
        } else if everywhere && self.kind == "supply_demand" {
            Some(Wide::Supply)
        } else {
            everywhere.then_some(Wide::Level)
        }
    }
}

/// The scope a route needs at a level: whole only when it is major and said or proposed to be whole.
pub fn scope_for(sub_kind: &SubKind, severity: Severity, wished: Option<Scope>) -> Option<Scope> {
    if !sub_kind.is_scoped() {
        return None;
    }
    Some(match severity {
        Severity::Major => wished.unwrap_or(Scope::WholeRegion),
        _ => Scope::PartRegion,
    })
}
