//! The proposed level in words: its rule, and the figures that led to it.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::casefile::moment;
use crate::incident::Proposal;
use crate::lang::{Lang, Text};
use crate::person::directory::Directory;
use crate::plan::Edition;
use crate::timeline::Words;

/// Why a level is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// The rule's test, as the plan data words it.
    pub rule: String,
    /// Clauses of the rule.
    pub clauses: Vec<String>,
    /// The rule or its threshold is ours.
    pub proposed: bool,
    pub figures: Vec<String>,
}

pub fn ground(proposal: &Proposal, edition: &Edition, directory: &Directory, lang: Lang) -> Ground {
    let known = edition.matrix.severity_rules.iter().find(|r| r.id == proposal.rule);
    Ground {
        rule: Words::new(edition, directory, lang).rule(&proposal.rule),
        clauses: known.map(|r| r.clauses.clone()).unwrap_or_default(),
        proposed: known.is_none_or(|r| !r.basis.is_plan_rule() || r.threshold.is_some()),
        figures: figures(proposal, edition, directory, lang),
    }
}

fn figures(proposal: &Proposal, edition: &Edition, directory: &Directory, lang: Lang) -> Vec<String> {
    let l = lang.l10n();
    let number = |name: &str| proposal.figures.get(name).and_then(Value::as_u64);
    let mut said = Vec::new();
    if let Some(Value::Object(links)) = proposal.figures.get("links") {
        let touched: Vec<Text> = edition
            .matrix
            .links
            .iter()
            .filter_map(|link| {
                let state = links.get(&link.code)?.as_str().filter(|s| *s != "normal")?;
                let state = edition.matrix.link_states.iter().find(|s| s.code == state)?;
                Some(joined(&link.name, &state.name))
            })
            .collect();
        if !touched.is_empty() {
            said.push(crate::l10n::join(lang, &touched));
        }
    }
    if let (Some(affected), Some(all)) = (number("regions_affected"), number("regions")) {
        said.push(l.msg_report_figure_regions(affected.to_string(), all.to_string()));
    }
    if let (Some(cut_off), Some(all)) = (number("customers_unsupplied"), number("customers")) {
        let percent = (cut_off * 1000).checked_div(all).map(|p| format!("{}.{}", p / 10, p % 10));
        said.push(l.msg_report_figure_customers(cut_off.to_string(), all.to_string(), percent.unwrap_or_default()));
    }
    if proposal.figures.contains_key("near_whole_region") {
        said.push(l.msg_report_figure_near_whole(edition.matrix.weather.near_whole_warning_percent.to_string()));
    }
    if let Some(back) = proposal.figures.get("expected_back_at").and_then(instant) {
        said.push(l.msg_report_figure_back(moment(lang, back, proposal.at)));
    }
    if proposal.figures.contains_key("ups_low") {
        said.push(l.msg_report_figure_ups(edition.matrix.ups.warn_remaining_minutes.to_string()));
    }
    if directory.regions().is_empty() {
        said.clear();
    }
    said
}

fn instant(value: &Value) -> Option<DateTime<Utc>> {
    crate::incident::field::instant(value)
}

fn joined(link: &Text, state: &Text) -> Text {
    Text {
        zh_hans: format!("{}{}", link.zh_hans, state.zh_hans),
        zh_hant: format!("{}{}", link.zh_hant, state.zh_hant),
        en: format!("{}: {}", link.en, state.en.to_lowercase()),
    }
}
