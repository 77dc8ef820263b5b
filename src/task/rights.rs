//! Who may act on a task.

use super::Task;
use crate::person::{Actor, role};
use crate::refusal::Refused;

/// The part a person has in a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Directs the department (or, for the Leading Group's own cards, leads it).
    Head,
    /// Holds the role the plan names, or was given the task.
    Handler,
}

/// The actor's part in the task; `None` when it belongs to others.
///
/// Wherever a task names the leader or the deputy, either may act (2.1.1-2); the headquarters is theirs too. While
/// the Leading Group Office has no head, the leadership acts for it (3.2.2, reading proposed).
pub fn part(task: &Task, actor: &Actor) -> Option<Part> {
    if actor.is_system() {
        return Some(Part::Head);
    }
    if actor.heads(&task.department) {
        return Some(Part::Head);
    }
    let for_leaders = matches!(task.department.as_str(), "LG" | "HQ") || (task.department == "LGO" && task.vacant);
    if for_leaders && actor.commands() {
        return Some(Part::Head);
    }
    if task.vacant && actor.has_role(role::DUTY_OFFICER) && task.department == "LGO" {
        return Some(Part::Handler);
    }
    if let Some(assignee) = &task.assignee {
        return (Some(assignee.person) == actor.person).then_some(Part::Handler);
    }
    if task.role == role::DEPARTMENT_HEAD {
        return None;
    }
    let situational = matches!(task.role.as_str(), "department_staff" | "computer_user" | "scene_lead");
    let holds = actor.holds(&task.role, &task.department) || (situational && actor.belongs_to(&task.department));
    holds.then_some(Part::Handler)
}

/// Refuses whoever has no part, in the words that fit who asked.
pub fn require(task: &Task, actor: &Actor, department: &crate::lang::Text) -> Result<Part, Refused> {
    part(task, actor).ok_or_else(|| {
        if actor.is_inspector() {
            Refused::InspReadonly
        } else {
            Refused::NotYourTask { department: department.clone() }
        }
    })
}
