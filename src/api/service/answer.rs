//! Answers of the calls on service.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::lang::Text;
use crate::response::Case;
use crate::service::announcement::Announcement;
use crate::service::decision::Decision;
use crate::service::view::{Standing, taken_over};
use crate::service::{Reported, Service, rank};
use crate::web::when::rfc3339;

#[derive(Serialize, ToSchema)]
pub(in crate::api) struct DecisionAnswer {
    number: String,
    incident: String,
    /// draft or signed.
    state: &'static str,
    kind: &'static str,
    /// LG or LGO: the body that signed; of a draft, the one it needs.
    body: &'static str,
    clause: &'static str,
    areas: Vec<String>,
    links: Vec<String>,
    from: Option<String>,
    until: Option<String>,
    question: String,
    detail: String,
    reason: String,
    drafted_by: String,
    drafted_at: String,
    signed_by: Option<String>,
    signed_role: Option<String>,
    signed_at: Option<String>,
    /// Areas where it holds.
    in_force: Vec<String>,
    /// Earlier decisions whose place it takes; of a draft: would take.
    replaces: Vec<Replaced>,
    /// Area -> number of the later decision that took its place there.
    replaced: BTreeMap<String, String>,
    opinions: Vec<OpinionAnswer>,
}

#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Replaced {
    number: String,
    areas: Vec<String>,
}

#[derive(Serialize, ToSchema)]
pub(in crate::api) struct OpinionAnswer {
    by: String,
    stance: &'static str,
    text: String,
    at: String,
}

#[derive(Serialize, ToSchema)]
pub(in crate::api) struct AnnouncementAnswer {
    number: String,
    incident: String,
    decision: String,
    /// made or done.
    state: &'static str,
    /// By language tag, as sent.
    #[schema(value_type = BTreeMap<String, String>)]
    text: Text,
    /// By language tag, as made from the decision.
    #[schema(value_type = BTreeMap<String, String>)]
    generated: Text,
    /// Languages whose text differs from the one made from the decision: a warning.
    differs: Vec<&'static str>,
    made_by: String,
    made_at: String,
    channels: Vec<ChannelAnswer>,
    /// Channels without proof.
    missing: Vec<String>,
    done_by: Option<String>,
    done_at: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(in crate::api) struct ChannelAnswer {
    channel: String,
    at: String,
    proof: String,
    by: String,
}

/// Links × regions.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct StatesAnswer {
    incident: Option<String>,
    items: Vec<StateAnswer>,
}

#[derive(Serialize, ToSchema)]
pub(in crate::api) struct StateAnswer {
    region: String,
    link: String,
    /// normal, restricted or stopped.
    state: String,
    set_by: Option<String>,
    set_at: Option<String>,
    /// In the matrix of the whole city: incidents that keep it from normal.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    incidents: Vec<String>,
}

pub(super) fn decision(case: &Case, decision: &Decision) -> DecisionAnswer {
    DecisionAnswer {
        number: decision.number.clone(),
        incident: case.incident.number.clone(),
        state: if decision.is_signed() { "signed" } else { "draft" },
        kind: decision.kind.code(),
        body: decision.body.code(),
        clause: decision.body.clause(),
        areas: decision.areas.clone(),
        links: decision.links.clone(),
        from: decision.from.map(rfc3339),
        until: decision.until.map(rfc3339),
        question: decision.question.clone(),
        detail: decision.detail.clone(),
        reason: decision.reason.clone(),
        drafted_by: decision.drafted_by.clone(),
        drafted_at: rfc3339(decision.drafted_at),
        signed_by: decision.signed_by.clone(),
        signed_role: decision.signed_role.clone(),
        signed_at: decision.signed_at.map(rfc3339),
        in_force: decision.areas_in_force().map(str::to_owned).collect(),
        replaces: taken_over(decision, &case.service.decisions)
            .into_iter()
            .map(|(number, areas)| Replaced { number, areas })
            .collect(),
        replaced: decision.replaced.clone(),
        opinions: decision
            .opinions
            .iter()
            .map(|o| OpinionAnswer {
                by: o.login.clone(),
                stance: o.stance.code(),
                text: o.text.clone(),
                at: rfc3339(o.at),
            })
            .collect(),
    }
}

pub(super) fn announcement(case: &Case, announcement: &Announcement, required: &[String]) -> AnnouncementAnswer {
    let decision = case.service.decisions.iter().find(|d| d.id == announcement.decision);
    AnnouncementAnswer {
        number: announcement.number.clone(),
        incident: case.incident.number.clone(),
        decision: decision.map(|d| d.number.clone()).unwrap_or_default(),
        state: if announcement.done_at.is_some() { "done" } else { "made" },
        text: announcement.text.clone(),
        generated: announcement.generated.clone(),
        differs: announcement.differs().into_iter().map(|l| l.tag()).collect(),
        made_by: announcement.made_by.clone(),
        made_at: rfc3339(announcement.made_at),
        channels: announcement
            .channels
            .iter()
            .map(|c| ChannelAnswer {
                channel: c.channel.clone(),
                at: rfc3339(c.at),
                proof: c.proof.clone(),
                by: c.by.clone(),
            })
            .collect(),
        missing: announcement.missing(required).into_iter().map(str::to_owned).collect(),
        done_by: announcement.done_by.clone(),
        done_at: announcement.done_at.map(rfc3339),
    }
}

pub(super) fn states(case: &Case, regions: &[String], links: &[String]) -> StatesAnswer {
    let cells = regions.iter().flat_map(|r| links.iter().map(move |l| (r, l)));
    let items = cells.map(|(region, link)| {
        let cell = case.service.cell(case.reported_links(), region, link);
        let (set_by, set_at) = cell.set.unzip();
        StateAnswer {
            region: cell.region,
            link: cell.link,
            state: cell.state,
            set_by,
            set_at: set_at.map(rfc3339),
            incidents: Vec::new(),
        }
    });
    StatesAnswer { incident: Some(case.incident.number.clone()), items: items.collect() }
}

/// The worst state of each link in each region over all open incidents.
pub(super) fn city(standings: &[Standing], regions: &[String], links: &[String]) -> StatesAnswer {
    let services: Vec<(Service, &Standing)> =
        standings.iter().map(|s| (Service { states: s.states.clone(), ..Service::default() }, s)).collect();
    let cells = regions.iter().flat_map(|r| links.iter().map(move |l| (r, l)));
    let items = cells.map(|(region, link)| {
        let standing = services.iter().map(|(service, s)| {
            let cell = service.cell(Reported { regions: &s.regions, links: &s.links }, region, link);
            (cell.state, s.number.clone())
        });
        let troubled: Vec<(String, String)> = standing.filter(|(state, _)| rank(state) > 0).collect();
        let worst = troubled.iter().map(|(state, _)| state).max_by_key(|state| rank(state));
        StateAnswer {
            region: region.clone(),
            link: link.clone(),
            state: worst.cloned().unwrap_or_else(|| crate::service::NORMAL.to_owned()),
            set_by: None,
            set_at: None,
            incidents: troubled.into_iter().map(|(_, number)| number).collect(),
        }
    });
    StatesAnswer { incident: None, items: items.collect() }
}
