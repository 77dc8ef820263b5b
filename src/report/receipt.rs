//! What a reporter holds in hand afterwards: the number, who is told, and whom to call.

use super::figures::moment;
use crate::lang::Lang;
use crate::person::role;
use crate::response::{Case, World};

/// One task of the incident as the reporter needs to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub department: String,
    pub action: String,
    pub clause: String,
    /// By when they sign for it; blank once they have, or where there is no limit.
    pub sign_by: String,
    pub signed: bool,
    pub phones: Vec<Phone>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    pub who: String,
    pub number: String,
}

/// Who was given work, in the plan's order.
pub fn told(case: &Case, world: World<'_>, lang: Lang) -> Vec<Told> {
    case.tasks
        .iter()
        .filter_map(|task| {
            let def = world.edition.task(&task.code)?;
            let mut phones = phones_of(&task.role, &task.department, world, lang);
            if phones.is_empty() && task.department != "LG" {
                phones = phones_of(role::DEPARTMENT_HEAD, &task.department, world, lang);
            }
            Some(Told {
                department: world.directory.department_name(&task.department).get(lang).to_owned(),
                action: def.action.get(lang).to_owned(),
                clause: def.clause.clone(),
                sign_by: task
                    .acknowledge_by
                    .filter(|_| task.is_active())
                    .map(|at| moment(lang, at, case.incident.reported_at))
                    .unwrap_or_default(),
                signed: task.acknowledged.is_some() || task.is_done(),
                phones,
            })
        })
        .collect()
}

/// The duty officer, who is there at all hours.
pub fn duty_officer(world: World<'_>, lang: Lang) -> Option<Phone> {
    phones_of(role::DUTY_OFFICER, "LGO", world, lang).into_iter().next()
}

fn phones_of(role: &str, department: &str, world: World<'_>, lang: Lang) -> Vec<Phone> {
    let word = world.directory.role_name(role);
    world
        .directory
        .holders(role, department)
        .filter_map(|person| {
            let number = person.phone.clone().filter(|p| !p.trim().is_empty())?;
            Some(Phone { who: word.get(lang).to_owned(), number })
        })
        .take(2)
        .collect()
}
