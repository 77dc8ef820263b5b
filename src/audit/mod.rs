//! The audit trail: who did what when (R162). Rows are chained by hash and numbered without gaps, so that a row that
//! was changed, taken out or cut off the end is found.

pub mod pages;
pub mod store;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::person::Actor;

/// How what was tried ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// Refused by right.
    Denied,
    /// A wrong password, a locked account.
    Failed,
}

impl Outcome {
    pub const fn code(self) -> &'static str {
        match self {
            Outcome::Done => "done",
            Outcome::Denied => "denied",
            Outcome::Failed => "failed",
        }
    }
}

/// One thing to put on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub person: Option<Uuid>,
    pub login: String,
    /// A word in lower case: `sign_in`, `account_closed`, `denied`.
    pub action: &'static str,
    /// What it was done to: a login, a path, an incident number.
    pub target: String,
    pub outcome: Outcome,
    /// The network address it came from; empty for the system.
    pub address: String,
    pub details: BTreeMap<String, String>,
}

impl Entry {
    pub fn by(actor: &Actor, action: &'static str, target: &str, outcome: Outcome, address: &str) -> Entry {
        Entry {
            person: actor.person,
            login: actor.login.clone(),
            action,
            target: target.to_owned(),
            outcome,
            address: address.to_owned(),
            details: BTreeMap::new(),
        }
    }

    /// Adds a detail; empty ones are left out.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Entry {
        let value = value.into();
        if !value.is_empty() {
            self.details.insert(name.to_owned(), value);
        }
        self
    }
}

/// One row as it stands in the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub seq: i64,
    pub at: DateTime<Utc>,
    pub person: Option<Uuid>,
    pub login: String,
    pub action: String,
    pub target: String,
    pub outcome: String,
    pub address: String,
    pub details: BTreeMap<String, String>,
    pub prev_hash: Vec<u8>,
    pub hash: Vec<u8>,
}

/// Where the chain starts.
pub const START: [u8; 32] = [0; 32];

/// What the hash of a row is taken over: the hash before it, then every field with its length.
pub fn chain_hash(row: &Row) -> [u8; 32] {
    let mut sha = Sha256::new();
    let mut take = |bytes: &[u8]| {
        sha.update((bytes.len() as u64).to_be_bytes());
        sha.update(bytes);
    };
    take(&row.prev_hash);
    take(&row.seq.to_be_bytes());
    take(&row.at.timestamp_micros().to_be_bytes());
    take(row.person.unwrap_or_default().as_bytes());
    take(row.login.as_bytes());
    take(row.action.as_bytes());
    take(row.target.as_bytes());
    take(row.outcome.as_bytes());
    take(row.address.as_bytes());
    for (name, value) in &row.details {
        take(name.as_bytes());
        take(value.as_bytes());
    }
    sha.finalize().into()
}

/// What checking the chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chain {
    /// So many rows, all in place.
    Whole { rows: i64 },
    /// The first number where it breaks: a row is missing or was changed there.
    Broken { seq: i64 },
}

/// Checks the chain row by row, so that a long one need not be held in memory.
#[derive(Debug, Clone)]
pub struct Checker {
    seq: i64,
    hash: Vec<u8>,
    broken: Option<i64>,
}

impl Default for Checker {
    fn default() -> Checker {
        Checker { seq: 0, hash: START.to_vec(), broken: None }
    }
}

impl Checker {
    /// The next row, in order of `seq`.
    pub fn take(&mut self, row: &Row) {
        let in_place = row.seq == self.seq + 1 && row.prev_hash == self.hash && row.hash == chain_hash(row);
        if !in_place && self.broken.is_none() {
            self.broken = Some(self.seq + 1);
        }
        self.seq = row.seq;
        self.hash.clone_from(&row.hash);
    }

    /// Ends the check against the head kept beside the trail, which finds rows cut off the end.
    pub fn finish(self, head_seq: i64, head_hash: &[u8]) -> Chain {
        match self.broken {
            Some(seq) => Chain::Broken { seq },
            None if self.seq == head_seq && self.hash == head_hash => Chain::Whole { rows: self.seq },
            None => Chain::Broken { seq: self.seq + 1 },
        }
    }
}

/// Checks a whole trail at once.
pub fn verify(rows: &[Row], head_seq: i64, head_hash: &[u8]) -> Chain {
    let mut checker = Checker::default();
    for row in rows {
        checker.take(row);
    }
    checker.finish(head_seq, head_hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trail(length: i64) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        for seq in 1..=length {
            let mut row = Row {
                seq,
                at: DateTime::UNIX_EPOCH,
                person: None,
                login: "leader".to_owned(),
                action: "sign_in".to_owned(),
                target: seq.to_string(),
                outcome: "done".to_owned(),
                address: "::1".to_owned(),
                details: BTreeMap::new(),
                prev_hash: rows.last().map_or(START.to_vec(), |r| r.hash.clone()),
                hash: Vec::new(),
            };
            row.hash = chain_hash(&row).to_vec();
            rows.push(row);
        }
        rows
    }

    #[test]
    fn a_whole_chain_is_whole() {
        let rows = trail(5);
        assert_eq!(verify(&rows, 5, &rows[4].hash), Chain::Whole { rows: 5 });
        assert_eq!(verify(&[], 0, &START), Chain::Whole { rows: 0 });
    }

    #[test]
    fn changes_gaps_and_cuts_are_found() {
        let rows = trail(5);
        let head = rows[4].hash.clone();
        let mut changed = rows.clone();
        changed[2].login = "deputy".to_owned();
        assert_eq!(verify(&changed, 5, &head), Chain::Broken { seq: 3 });
        let mut gap = rows.clone();
        gap.remove(1);
        assert_eq!(verify(&gap, 5, &head), Chain::Broken { seq: 2 });
        assert_eq!(verify(&rows[..4], 5, &head), Chain::Broken { seq: 5 });
    }
}
