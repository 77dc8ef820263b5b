//! The company's map: regions, the departments they bring with them, places and vehicles. Read from a TOML file; the
//! demo city Lanchuan is one, see `plan/lanchuan.toml`.

pub mod store;

use std::collections::HashSet;

use serde::Deserialize;

use crate::lang::Text;
use crate::person::directory::{Department, Region, RoleName};
use crate::plan::Edition;
use crate::routing::places::{Site, Vehicle};

/// The demo city's file, as this build carries it.
pub const LANCHUAN: &str = include_str!("../../plan/lanchuan.toml");

/// A city, checked against the plan: every code in it leads somewhere.
#[derive(Debug, Clone)]
pub struct City {
    pub name: Text,
    pub regions: Vec<Region>,
    /// The instances of regional departments only; the others come with the plan, see [`departments_of`].
    pub departments: Vec<Department>,
    pub sites: Vec<Site>,
    pub vehicles: Vec<Vehicle>,
}

/// Why a city's file is refused; the text names the record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CityFault(String);

impl City {
    /// Reads a city's file and checks it.
    ///
    /// # Errors
    /// The first thing wrong, with the record it stands in.
    pub fn from_toml(source: &str, edition: &Edition) -> Result<City, CityFault> {
        let file: CityFile = toml::from_str(source).map_err(|e| CityFault(e.to_string().trim().to_owned()))?;
        translated("name", &file.name)?;
        let mut city = City {
            name: file.name,
            regions: Vec::new(),
            departments: Vec::new(),
            sites: Vec::new(),
            vehicles: Vec::new(),
        };
        for (position, row) in (0..).zip(file.regions) {
            city.add_region(row, position, edition)?;
        }
        let mut known: HashSet<String> = departments_of(edition).map(|d| d.code).collect();
        known.extend(city.departments.iter().map(|d| d.code.clone()));
        let regions: HashSet<String> = city.regions.iter().map(|r| r.code.clone()).collect();
        let owned = |record: &str, department: &str, region: &str, name: &Text| {
            translated(record, name)?;
            known_code(record, "department", department, &known)?;
            known_code(record, "region", region, &regions)
        };
        for row in file.sites {
            owned(&format!("site {}", row.code), &row.department, &row.region, &row.name)?;
            city.sites.push(Site { code: row.code, name: row.name, department: row.department, region: row.region });
        }
        for row in file.vehicles {
            owned(&format!("vehicle {}", row.code), &row.home, &row.region, &row.name)?;
            city.vehicles.push(Vehicle {
                code: row.code,
                name: row.name,
                home: row.home,
                region: row.region,
                spare: row.spare,
            });
        }
        once("site", city.sites.iter().map(|s| &s.code))?;
        once("vehicle", city.vehicles.iter().map(|v| &v.code))?;
        once("region", city.regions.iter().map(|r| &r.code))?;
        Ok(city)
    }

    fn add_region(&mut self, row: RegionRow, position: i32, edition: &Edition) -> Result<(), CityFault> {
        let record = format!("region {}", row.code);
        translated(&record, &row.name)?;
        let mut letters = row.code.chars();
        if !letters.next().is_some_and(|c| c.is_ascii_uppercase())
            || !letters.all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        {
            return Err(CityFault(format!("{record}: a code is a capital letter, then capital letters and digits")));
        }
        if row.customers < 0 {
            return Err(CityFault(format!("{record}: customers may not be below zero")));
        }
        for kind in row.departments {
            let regional = (0..).zip(&edition.matrix.departments).find(|(_, d)| d.code == kind && d.per_region);
            let Some((above, department)) = regional else {
                return Err(CityFault(format!("{record}: {kind} is not a department the plan has once a region")));
            };
            let code = format!("{kind}-{}", row.code);
            let name = edition.department_name(&code, Some(&row.name));
            self.departments.push(Department {
                name: name.unwrap_or_else(|| department.name.clone()),
                code,
                kind,
                region: Some(row.code.clone()),
                parent: some(&department.parent),
                position: above * 100 + 1 + position,
            });
        }
        self.regions.push(Region { code: row.code, name: row.name, position, customers: row.customers });
        Ok(())
    }
}

/// The departments every company has once, each after the one it belongs to.
pub fn departments_of(edition: &Edition) -> impl Iterator<Item = Department> {
    (0..).zip(&edition.matrix.departments).filter(|(_, d)| !d.per_region).map(|(position, d)| Department {
        code: d.code.clone(),
        kind: d.code.clone(),
        name: d.name.clone(),
        region: None,
        parent: some(&d.parent),
        position: position * 100,
    })
}

/// The roles of the plan.
pub fn roles_of(edition: &Edition) -> impl Iterator<Item = RoleName> {
    (0..).zip(&edition.matrix.roles).map(|(position, r)| RoleName {
        code: r.code.clone(),
        name: r.name.clone(),
        departments: r.departments.clone(),
        position,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CityFile {
    name: Text,
    #[serde(rename = "region")]
    regions: Vec<RegionRow>,
    #[serde(default, rename = "site")]
    sites: Vec<SiteRow>,
    #[serde(default, rename = "vehicle")]
    vehicles: Vec<VehicleRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RegionRow {
    code: String,
    name: Text,
    #[serde(default)]
    customers: i32,
    #[serde(default)]
    departments: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SiteRow {
    code: String,
    name: Text,
    department: String,
    region: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VehicleRow {
    code: String,
    name: Text,
    home: String,
    region: String,
    #[serde(default)]
    spare: bool,
}

fn some(code: &str) -> Option<String> {
    (!code.is_empty()).then(|| code.to_owned())
}

fn translated(record: &str, name: &Text) -> Result<(), CityFault> {
    match name.missing() {
        None => Ok(()),
        Some(lang) => Err(CityFault(format!("{record}: empty translation {lang}"))),
    }
}

fn known_code(record: &str, what: &str, code: &str, known: &HashSet<String>) -> Result<(), CityFault> {
    if known.contains(code) { Ok(()) } else { Err(CityFault(format!("{record}: unknown {what} {code}"))) }
}

fn once<'a>(what: &str, codes: impl Iterator<Item = &'a String>) -> Result<(), CityFault> {
    let mut seen = HashSet::new();
    for code in codes {
        if !seen.insert(code) {
            return Err(CityFault(format!("{what} {code}: stands twice")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn edition() -> Edition {
        Edition::built_in().unwrap()
    }

    #[test]
    fn lanchuan_is_the_world_of_the_scenarios() {
        let city = City::from_toml(LANCHUAN, &edition()).unwrap();
        assert_eq!(city.regions.iter().map(|r| r.customers).sum::<i32>(), 12_480);
        assert_eq!(city.departments.len(), 5 + 4);
        assert_eq!(city.vehicles.len(), 6 + 4 + 3 + 3 + 3 + 2 + 4);
        let station = city.departments.iter().find(|d| d.code == "STN-QZ").unwrap();
        assert_eq!(station.name.en, "Qingze County Delivery Transfer Station");
        assert_eq!(station.parent.as_deref(), Some("DIST"));
        let line = city.sites.iter().find(|s| s.name.en == "Sorting line 2").unwrap();
        assert_eq!(line.department, "WHS");
    }

    #[test]
    fn what_leads_nowhere_is_refused_with_its_record() {
        let refused = |from: &str, to: &str| {
            let source = LANCHUAN.replacen(from, to, 1);
            assert_ne!(source, LANCHUAN);
            City::from_toml(&source, &edition()).unwrap_err().to_string()
        };
        assert_eq!(refused("home = \"STN-QZ\"", "home = \"STN-XX\""), "vehicle Q01: unknown department STN-XX");
        assert_eq!(refused("en = \"City area\"", "en = \" \""), "region CITY: empty translation en");
        assert_eq!(
            refused("departments = [\"RMD\"]", "departments = [\"INF\"]"),
            "region CITY: INF is not a department the plan has once a region"
        );
        assert_eq!(refused("\"SORTING-2\"", "\"SORTING-1\""), "site SORTING-1: stands twice");
        assert!(refused("\nspare = true", "\nspar = true").contains("spar"));
    }
}
