//! Standing duties among the figures: of those owed in periods that have ended, how many were kept.

use super::{By, Figure};
use crate::incident::severity::CITY;
use crate::person::directory::Directory;
use crate::standing::Ended;

/// A standing duty in a period that has ended, and the region of its department.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    pub ended: Ended,
    /// `CITY` of a department that is not a region's own.
    pub region: String,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Standing {
    pub kept: usize,
    pub owed: usize,
}

impl Term {
    pub fn of(ended: Ended, directory: &Directory) -> Term {
        let region = directory.department(&ended.department).and_then(|d| d.region.clone());
        Term { region: region.unwrap_or_else(|| CITY.to_owned()), ended }
    }

    pub fn is_kept(&self) -> bool {
        self.ended.record.is_some()
    }
}

impl Standing {
    pub(super) fn add(&mut self, term: &Term) {
        self.owed += 1;
        self.kept += usize::from(term.is_kept());
    }
}

impl By {
    /// A standing duty is of no kind of incident.
    pub(super) fn of_term(self, term: &Term) -> Option<String> {
        match self {
            By::Department => Some(term.ended.department.clone()),
            By::Region => Some(term.region.clone()),
            By::Month => Some(term.ended.period.to.format("%Y-%m").to_string()),
            By::Kind => None,
        }
    }
}

impl Figure {
    /// Counted from standing duties, not from incidents.
    pub const fn is_of_standing(self) -> bool {
        matches!(self, Figure::StandingOwed | Figure::StandingKept)
    }

    /// Whether the figure counts this standing duty.
    pub fn counts_term(self, term: &Term) -> bool {
        match self {
            Figure::StandingOwed => true,
            Figure::StandingKept => term.is_kept(),
            _ => false,
        }
    }
}
