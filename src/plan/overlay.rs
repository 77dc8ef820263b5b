//! Settings laid over an edition (R8): its text stays as it was signed, what opens takes the numbers that are set.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

use super::{Edition, Editions, Number, Quantity, Subject};

/// A number put in the place of one of the text, from an instant on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// As [`Subject::key`] has it.
    pub key: String,
    /// The number of the text it was set against, as [`Quantity::whole`] writes it. An edition whose text says
    /// otherwise has revised the number, and the setting is past.
    pub stood: String,
    /// As [`Quantity::written`].
    pub value: String,
    pub valid_from: DateTime<Utc>,
}

/// Every setting ever made, in the order they take effect.
#[derive(Debug, Default)]
pub(super) struct Overlay {
    settings: Vec<Setting>,
    /// Editions with settings over them: by code, and how many settings count for the incident and for its tasks.
    made: Mutex<HashMap<(String, usize, usize), Arc<Edition>>>,
}

impl Overlay {
    /// `settings` in the order they were made; of two from the same instant the later one counts.
    pub fn new(mut settings: Vec<Setting>) -> Overlay {
        settings.sort_by_key(|s| s.valid_from);
        Overlay { settings, made: Mutex::default() }
    }

    fn until(&self, at: DateTime<Utc>) -> &[Setting] {
        let count = self.settings.partition_point(|s| s.valid_from <= at);
        self.settings.get(..count).unwrap_or_default()
    }

    fn over(&self, edition: &Arc<Edition>, since: DateTime<Utc>, now: DateTime<Utc>) -> Arc<Edition> {
        let (of_incident, of_tasks) = (self.until(since), self.until(now));
        if of_incident.is_empty() && of_tasks.is_empty() {
            return Arc::clone(edition);
        }
        let key = (edition.code.clone(), of_incident.len(), of_tasks.len());
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(made.entry(key).or_insert_with(|| laid_over(edition, of_incident, of_tasks)))
    }
}

fn laid_over(edition: &Arc<Edition>, of_incident: &[Setting], of_tasks: &[Setting]) -> Arc<Edition> {
    let mut over = Edition::clone(edition);
    for (settings, of_a_task) in [(of_incident, false), (of_tasks, true)] {
        for setting in settings {
            let number = Subject::of(&setting.key).filter(|s| s.is_of_a_task() == of_a_task);
            if let Some(number) = number.and_then(|subject| edition.number(subject))
                && let Some(quantity) = setting.against(&number)
            {
                over.set(&number.subject, quantity);
            }
        }
    }
    Arc::new(over)
}

impl Setting {
    /// What it puts in the place of a number; nothing where the edition has another than it was made against, or
    /// where the plan has made the number its own.
    fn against(&self, number: &Number) -> Option<Quantity> {
        let same = self.stood == number.quantity.whole() && !number.is_fixed();
        same.then(|| number.read(&self.value)).flatten()
    }
}

impl Editions {
    /// The same editions under these settings, which stand in the order they were made.
    pub fn under(self, settings: Vec<Setting>) -> Editions {
        Editions { overlay: Arc::new(Overlay::new(settings)), ..self }
    }

    /// An edition as it rules an incident reported at `since`: its tasks open with the numbers set at `now`, all else
    /// is as it was set at the report.
    pub fn as_set(&self, edition: &Arc<Edition>, since: DateTime<Utc>, now: DateTime<Utc>) -> Arc<Edition> {
        self.overlay.over(edition, since, now)
    }

    /// A number of an edition's text as it is set at `at`.
    pub fn quantity(&self, number: &Number, at: DateTime<Utc>) -> Quantity {
        let key = number.subject.key();
        let own = self.overlay.until(at).iter().filter(|s| s.key == key);
        own.rev().find_map(|s| s.against(number)).unwrap_or(number.quantity)
    }

    /// What is set for a number after `at`, in order.
    pub fn coming(&self, number: &Number, at: DateTime<Utc>) -> Vec<(DateTime<Utc>, Quantity)> {
        let key = number.subject.key();
        let later = self.overlay.settings.iter().filter(|s| s.key == key && s.valid_from > at);
        let mut coming: Vec<(DateTime<Utc>, Quantity)> = Vec::new();
        for (from, quantity) in later.filter_map(|s| Some((s.valid_from, s.against(number)?))) {
            coming.retain(|(known, _)| *known != from);
            coming.push((from, quantity));
        }
        coming
    }
}
