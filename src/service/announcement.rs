//! A public announcement: its text in three languages, made from a signed decision, and proof of each channel (3.2.1).

pub mod pages;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::lang::{Lang, Text};

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Announcement {
    pub id: Uuid,
    /// `<incident>-G<n>`.
    pub number: String,
    /// Id of the signed decision it tells of.
    pub decision: Uuid,
    /// As sent.
    pub text: Text,
    /// As made from the decision.
    pub generated: Text,
    pub made_by: String,
    pub made_at: DateTime<Utc>,
    pub done_at: Option<DateTime<Utc>>,
    pub done_by: Option<String>,
    pub updated_at: DateTime<Utc>,
    /// In the order entered.
    #[serde(default)]
    pub channels: Vec<Channel>,
}

/// Proof that one channel sent it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Channel {
    /// Code of an external party: tv_station, radio_station, mobile_platform.
    pub channel: String,
    pub at: DateTime<Utc>,
    pub proof: String,
    #[serde(rename = "by_login")]
    pub by: String,
    pub entered_at: DateTime<Utc>,
}

impl Announcement {
    /// Languages whose text was changed after it was made from the decision.
    pub fn differs(&self) -> Vec<Lang> {
        Lang::ALL.into_iter().filter(|l| self.text.get(*l).trim() != self.generated.get(*l).trim()).collect()
    }

    pub fn channel(&self, code: &str) -> Option<&Channel> {
        self.channels.iter().find(|c| c.channel == code)
    }

    /// Channels asked for that have no proof yet.
    pub fn missing<'a>(&self, required: &'a [String]) -> Vec<&'a str> {
        required.iter().map(String::as_str).filter(|code| self.channel(code).is_none()).collect()
    }
}
