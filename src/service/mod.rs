//! Service to customers while an incident lasts: how the four links stand, what was decided, what was announced.

use crate::incident::Incident;

/// What was set, decided and announced in one incident.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Service {}

impl Service {
    /// Suspensions in force: area, and the number of the decision.
    pub fn suspended(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    /// Every link that does not run normally, by region: (region, link, state).
    pub fn not_normal(&self, incident: &Incident) -> Vec<(String, String, String)> {
        let of = |region: &String| {
            let region = region.clone();
            incident.links.iter().map(move |(link, state)| (region.clone(), link.clone(), state.clone()))
        };
        incident.regions.iter().flat_map(of).filter(|(_, _, state)| state != "normal").collect()
    }
}
