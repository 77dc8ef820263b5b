//! Whose a task is: the plan names a kind of department, the report says which one.

use super::{Facts, places::Places};
use crate::person::{directory::Directory, role};
use crate::plan::{Edition, Resolve, TaskDef};

/// The department instance that owes a task, and the role there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    pub department: String,
    pub role: String,
    /// Nobody holds the post the plan names; this is the next one up that can be reached (R38).
    pub vacant: bool,
}

/// Finds the department; where nobody there can be told, goes up to its parent and at last to the duty officer.
pub fn resolve(
    def: &TaskDef,
    facts: &Facts,
    region: &str,
    edition: &Edition,
    directory: &Directory,
    places: &Places,
) -> Resolved {
    let mut role = def.responsible_role.clone();
    let department = match edition.resolve(def) {
        Resolve::None => def.responsible.clone(),
        Resolve::IncidentRegion => regional(&def.responsible, region),
        Resolve::VehicleHome => facts
            .vehicle
            .as_deref()
            .and_then(|v| places.vehicle_home(v))
            .map_or_else(|| delivery(region), |home| if home == "DIST" { "DLV".to_owned() } else { home }),
        Resolve::RegionDelivery => delivery(region),
        Resolve::ReporterDepartment => facts.reporter_department.clone(),
        Resolve::SiteOwner => facts
            .site
            .as_deref()
            .and_then(|site| places.site_owner(site, directory))
            .or_else(|| facts.vehicle.as_deref().and_then(|v| places.vehicle_home(v)))
            .unwrap_or_else(|| facts.reporter_department.clone()),
        Resolve::SupplyAuthority => {
            let within = u64::from(edition.matrix.supply_authority.customer_service_director_max);
            if facts.quantity > within {
                role = "marketing_dept_deputy_manager".to_owned();
                regional("RMD", region)
            } else {
                def.responsible.clone()
            }
        }
    };
    reachable(department, role, directory)
}

/// A cooperating department as an instance; `None` where it has none in this region (no station in the city area).
pub fn cooperating(code: &str, facts: &Facts, region: &str, directory: &Directory) -> Vec<String> {
    let instance = match code {
        "RMD" => regional("RMD", region),
        "STN" => match facts.region_has_station(region, directory) {
            true => regional("STN", region),
            false => return Vec::new(),
        },
        other => other.to_owned(),
    };
    match directory.department(&instance) {
        Some(_) => vec![instance],
        None => Vec::new(),
    }
}

impl Facts {
    fn region_has_station(&self, region: &str, directory: &Directory) -> bool {
        directory.department(&regional("STN", region)).is_some()
    }
}

fn regional(code: &str, region: &str) -> String {
    format!("{code}-{region}")
}

/// The city area is served by the delivery department, a county by its transfer station.
fn delivery(region: &str) -> String {
    if region == "CITY" { "DLV".to_owned() } else { regional("STN", region) }
}

fn reachable(department: String, role: String, directory: &Directory) -> Resolved {
    let command = matches!(department.as_str(), "LG" | "HQ");
    if command || staffed(&department, &role, directory) {
        return Resolved { department, role, vacant: false };
    }
    let mut current = department;
    let mut steps = 0;
    while let Some(parent) = directory.department(&current).and_then(|d| d.parent.clone()) {
        steps += 1;
        if parent == "LG" || steps > 8 {
            break;
        }
        if staffed(&parent, role::DEPARTMENT_HEAD, directory) {
            return Resolved { department: parent, role: role::DEPARTMENT_HEAD.to_owned(), vacant: true };
        }
        current = parent;
    }
    Resolved { department: "LGO".to_owned(), role: role::DUTY_OFFICER.to_owned(), vacant: true }
}

fn staffed(department: &str, role: &str, directory: &Directory) -> bool {
    directory.head_of(department).is_some()
        || !directory.is_vacant(role, department)
        || (department == "LGO" && !directory.is_vacant(role::LG_OFFICE_HEAD, "LGO"))
}
