//! What a reporter holds in hand afterwards: the number, who does what, and whom to call.

pub mod pages;

use crate::casefile::moment;
use crate::lang::Lang;
use crate::person::{Actor, role};
use crate::plan::TaskDef;
use crate::response::{Case, World};
use crate::task::Task;

/// One department with what it was given to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub code: String,
    pub department: String,
    pub duties: Vec<Duty>,
    pub phone: Option<Phone>,
}

/// One task as the reporter needs to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    pub action: String,
    pub clause: String,
    /// By when it is signed for; blank once it is, or where there is no limit.
    pub sign_by: String,
    pub signed: bool,
    /// Done already; filing the report was the act.
    pub done: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    pub who: String,
    pub number: String,
}

/// What the plan wants of the reporter's own post; and of everyone else, by department, in the plan's order.
pub fn told(case: &Case, actor: &Actor, world: World<'_>, lang: Lang) -> (Vec<Duty>, Vec<Told>) {
    let mut own = Vec::new();
    let mut others: Vec<Told> = Vec::new();
    for task in &case.tasks {
        let Some(def) = task.definition(world.edition) else {
            continue;
        };
        let duty = duty(task, def, case, lang);
        if actor.holds(&task.role, &task.department) {
            own.push(duty);
        } else if let Some(known) = others.iter_mut().find(|t| t.code == task.department) {
            known.duties.push(duty);
        } else {
            others.push(Told {
                code: task.department.clone(),
                department: world.directory.department_name(&task.department).get(lang).to_owned(),
                duties: vec![duty],
                phone: phone_for(task, world, lang),
            });
        }
    }
    (own, others)
}

/// The duty officer, who is there at all hours.
pub fn duty_officer(world: World<'_>, lang: Lang) -> Option<Phone> {
    phone_of(role::DUTY_OFFICER, "LGO", world, lang)
}

fn duty(task: &Task, def: &TaskDef, case: &Case, lang: Lang) -> Duty {
    Duty {
        action: def.action.get(lang).to_owned(),
        clause: def.clause.clone(),
        sign_by: task
            .acknowledge_by
            .filter(|_| task.is_active())
            .map(|at| moment(lang, at, case.incident.reported_at))
            .unwrap_or_default(),
        signed: task.acknowledged.is_some(),
        done: task.is_done(),
    }
}

/// The head answers for a department, in the Leading Group whoever the plan names.
fn phone_for(task: &Task, world: World<'_>, lang: Lang) -> Option<Phone> {
    let head = if task.department == "LG" { task.role.as_str() } else { role::DEPARTMENT_HEAD };
    phone_of(head, &task.department, world, lang).or_else(|| phone_of(&task.role, &task.department, world, lang))
}

fn phone_of(role: &str, department: &str, world: World<'_>, lang: Lang) -> Option<Phone> {
    let who = world.directory.role_name(role).get(lang).to_owned();
    let number = |person: &crate::person::directory::Person| person.phone.clone().filter(|p| !p.trim().is_empty());
    let number = world.directory.holders(role, department).find_map(number)?;
    Some(Phone { who, number })
}
