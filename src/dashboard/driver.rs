//! The driver's phone: two buttons, own vehicle, what became of own reports (R155).

pub mod pages;

use uuid::Uuid;

use super::duty::{Callee, callee};
use super::{Brief, Heading, Item, Sight, items};
use crate::person::{Actor, role};
use crate::routing::places::{Places, Vehicle, place_key};
use crate::task::Task;

/// One report of the driver's, and what others have done about it.
#[derive(Debug, Clone)]
pub struct Report {
    pub heading: Heading,
    /// In the plan's order.
    pub steps: Vec<Item>,
}

#[derive(Debug, Clone, Default)]
pub struct Driver {
    /// Code of the driver's own vehicle.
    pub vehicle: Option<String>,
    pub region: Option<String>,
    /// Where the vehicle belongs: region and department.
    pub home: String,
    pub reports: Vec<Report>,
    /// Continuous duties the driver keeps up by checking in.
    pub check_ins: Vec<Item>,
    /// Whom to call: the duty officer, then the head of the vehicle's home.
    pub callees: Vec<Callee>,
}

impl Driver {
    /// `own` are the driver's reports and `tasks` all tasks of them.
    pub fn of(own: &[Brief], tasks: &[(Uuid, Task)], places: &Places, sight: &Sight<'_>) -> Driver {
        let vehicle = own_vehicle(sight.actor, places);
        let department = sight.actor.posts.iter().find(|p| p.role == role::DRIVER).map(|p| p.department.clone());
        let region = vehicle.map(|v| v.region.clone());
        let names = region.iter().map(|r| sight.region(r)).chain(department.iter().map(|d| sight.department(d)));
        let all = items(tasks, own, sight);
        let duty = sight.directory.holders_anywhere(role::DUTY_OFFICER).map(|p| {
            let department = p.posts.iter().find(|post| post.role == role::DUTY_OFFICER);
            callee(p, role::DUTY_OFFICER, department.map_or("LGO", |d| d.department.as_str()), sight)
        });
        let head = department.iter().filter_map(|d| {
            let person = sight.directory.head_of(d)?;
            Some(callee(person, role::DEPARTMENT_HEAD, d, sight))
        });
        Driver {
            home: names.collect::<Vec<_>>().join(" · "),
            callees: duty.chain(head).filter(|c| c.phone.is_some()).collect(),
            reports: own.iter().filter_map(|b| report(b, tasks, sight)).collect(),
            check_ins: all.into_iter().filter(|i| i.recurring && i.may && i.ended.is_none()).collect(),
            vehicle: vehicle.map(|v| v.code.clone()),
            region,
        }
    }

    /// The report form of a sub-kind, with what is known of the driver filled in.
    pub fn report_href(&self, sub_kind: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("sub_kind", sub_kind);
        if let Some(vehicle) = &self.vehicle {
            query.append_pair("vehicle", vehicle);
        }
        if let Some(region) = &self.region {
            query.append_pair("region", region);
        }
        format!("/report?{}", query.finish())
    }
}

fn report(brief: &Brief, tasks: &[(Uuid, Task)], sight: &Sight<'_>) -> Option<Report> {
    let own = tasks.iter().filter(|(id, _)| *id == brief.id);
    let steps = own.filter_map(|(_, task)| Item::of(task, brief, sight)).collect();
    Some(Report { heading: Heading::of(brief, sight)?, steps })
}

/// The vehicle an account is named after: `drv.q02` drives Q02.
fn own_vehicle<'a>(actor: &Actor, places: &'a Places) -> Option<&'a Vehicle> {
    let named = place_key(actor.login.rsplit('.').next()?);
    places.vehicles.iter().find(|v| place_key(&v.code) == named)
}
