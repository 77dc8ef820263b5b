//! The plan's text as written in `plan/clauses.toml`.

use chrono::NaiveDate;
use serde::Deserialize;

use super::vocabulary::ClauseKind;
use crate::lang::{Lang, Text};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClauseFile {
    pub schema_version: u32,
    pub plan: PlanHead,
    /// The overlapping versions of the source that the text was merged from.
    #[serde(rename = "seed_version")]
    pub source_versions: Vec<SourceVersion>,
    #[serde(rename = "section")]
    pub sections: Vec<Section>,
    #[serde(rename = "clause")]
    pub clauses: Vec<Clause>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanHead {
    pub id: String,
    pub title: Text,
    /// Code of the edition, e.g. `2008-trial`.
    pub edition: String,
    pub effective_from: NaiveDate,
    pub effective_basis: String,
    pub trial: bool,
    pub languages: Vec<Lang>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceVersion {
    pub number: u32,
    /// First and last line in the source.
    pub lines: Vec<u32>,
    pub covers: String,
    pub missing: String,
    pub bullets: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    pub id: String,
    pub title: Text,
}

impl Section {
    /// 1 for `3`, 2 for `3.1`, and so on.
    pub fn depth(&self) -> usize {
        self.id.split('.').count()
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// The citation key, e.g. `3.1.7` or `2.1.1-3`.
    pub id: String,
    pub section: String,
    pub kind: ClauseKind,
    #[serde(rename = "depts")]
    pub departments: Vec<String>,
    /// False: the sentence names no department and `departments` is inferred.
    #[serde(rename = "depts_stated")]
    pub departments_stated: bool,
    pub versions: Vec<u32>,
    pub seed_lines: Vec<String>,
    pub title: Text,
    pub text: Text,
    /// Editorial note of the merge, in English.
    pub note: Option<String>,
    /// Wrong script conversions that were put right.
    #[serde(default)]
    pub repairs: Vec<String>,
}

impl Clause {
    /// Whether the words stand in the title or text of any language, or in the id; case is ignored.
    pub fn mentions(&self, words: &str) -> bool {
        let words = words.trim().to_lowercase();
        self.id.to_lowercase().contains(&words)
            || Lang::ALL.into_iter().any(|lang| {
                self.title.get(lang).to_lowercase().contains(&words)
                    || self.text.get(lang).to_lowercase().contains(&words)
            })
    }
}
