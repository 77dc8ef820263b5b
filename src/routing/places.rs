//! Sites and vehicles that a report may name, and who answers for them.

pub mod store;

use crate::lang::Text;
use crate::person::directory::Directory;

#[derive(Debug, Clone)]
pub struct Site {
    pub code: String,
    pub name: Text,
    pub department: String,
    pub region: String,
}

#[derive(Debug, Clone)]
pub struct Vehicle {
    pub code: String,
    pub name: Text,
    /// Department instance it belongs to: `DIST` (city area) or `STN-<REGION>`.
    pub home: String,
    pub region: String,
    pub spare: bool,
}

/// The registers of sites and vehicles.
#[derive(Debug, Clone, Default)]
pub struct Places {
    pub sites: Vec<Site>,
    pub vehicles: Vec<Vehicle>,
}

impl Places {
    /// The department that owns a place: by its code or name in any language, by the name of a registered site in what
    /// was typed, or by a department code. `None` when nothing fits.
    pub fn site_owner(&self, typed: &str, directory: &Directory) -> Option<String> {
        let key = place_key(typed);
        let exact =
            self.sites.iter().find(|s| place_key(&s.code) == key || names(&s.name).iter().any(|n| place_key(n) == key));
        let within = || self.sites.iter().find(|s| names(&s.name).iter().any(|n| key.contains(&place_key(n))));
        if let Some(site) = exact.or_else(within) {
            return Some(site.department.clone());
        }
        let code = typed.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).next()?;
        directory.department(code).map(|d| d.code.clone())
    }

    pub fn vehicle(&self, typed: &str) -> Option<&Vehicle> {
        let key = place_key(typed);
        self.vehicles.iter().find(|v| place_key(&v.code) == key || names(&v.name).iter().any(|n| place_key(n) == key))
    }

    pub fn vehicle_home(&self, typed: &str) -> Option<String> {
        self.vehicle(typed).map(|v| v.home.clone())
    }
}

/// A place as compared: without case, spaces and punctuation.
pub fn place_key(typed: &str) -> String {
    typed.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn names(name: &Text) -> [&str; 3] {
    [&name.zh_hans, &name.zh_hant, &name.en]
}
