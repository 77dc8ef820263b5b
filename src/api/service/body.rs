//! Bodies of the calls on service.

use std::collections::BTreeMap;

use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct DecisionBody {
    /// Number of the incident.
    pub incident: String,
    /// suspend, alter or resume.
    pub kind: Option<String>,
    /// Region codes.
    #[serde(default)]
    pub areas: Vec<String>,
    /// When it begins, RFC 3339.
    pub from: Option<String>,
    /// When it is expected to end, RFC 3339; it holds until a resumption is decided.
    pub until: Option<String>,
    /// Links it is about; left out: the whole service.
    #[serde(default)]
    pub links: Vec<String>,
    /// What was put to the body.
    #[serde(default)]
    pub question: String,
    /// What it says in detail, as how service is altered.
    #[serde(default)]
    pub detail: String,
    #[serde(default)]
    pub reason: String,
    /// True: drawn up and not signed yet.
    #[serde(default)]
    pub draft: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct OpinionBody {
    /// agree, agree_with or disagree.
    pub stance: String,
    /// Needed unless it is agree.
    #[serde(default)]
    pub text: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct AnnouncementBody {
    /// Number of the incident; may be left out where the decision is named.
    pub incident: Option<String>,
    /// Number of a signed decision; left out: the latest.
    pub decision: Option<String>,
    /// `zh-Hans`, `zh-Hant`, `en` -> text; what is left out stays as made from the decision.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub text: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct ChannelBody {
    /// tv_station, radio_station or mobile_platform.
    pub channel: String,
    /// What shows that it was sent: who confirmed it, a reference, where a recording is.
    #[serde(default)]
    pub proof: String,
    /// When it was sent, RFC 3339; now when left out.
    pub at: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct StateBody {
    /// Number of the incident.
    pub incident: String,
    /// ordering, settlement, sorting or delivery.
    pub link: String,
    pub region: Option<String>,
    #[serde(default)]
    pub regions: Vec<String>,
    /// normal, restricted or stopped.
    pub state: String,
}

/// Nothing is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct Empty {}
