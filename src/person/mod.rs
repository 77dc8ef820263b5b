//! People, the posts they hold, and what a post lets them do. Roles are the plan's ([[role]] of the duty matrix).

pub mod account;
pub mod directory;
pub mod pages;
pub mod password;
pub mod session;
pub mod store;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::lang::Lang;

/// A role code of the duty matrix, e.g. `department_head`.
pub type Role = String;

pub mod role {
    //! The roles the program itself must tell apart; every other one is data.
    pub const LEADER: &str = "leader";
    pub const DEPUTY_LEADER: &str = "deputy_leader";
    pub const LG_MEMBER: &str = "lg_member";
    /// Held for one headquarters only, never a post of the directory (2.1.1-3).
    pub const ACTING_COMMANDER: &str = "acting_commander";
    pub const LG_OFFICE_HEAD: &str = "lg_office_head";
    pub const DUTY_OFFICER: &str = "duty_officer";
    pub const DEPARTMENT_HEAD: &str = "department_head";
    pub const INSPECTOR: &str = "inspector";
    pub const DRIVER: &str = "driver";
    pub const SYS_ADMIN: &str = "sys_admin";
    pub const PLAN_EDITOR: &str = "plan_editor";
}

/// One post: a role held in one department instance (`INF`, `RMD-QZ`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Post {
    pub role: Role,
    pub department: String,
}

/// Whoever acts: a signed-in person, or the system itself (worker, replayed rules).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Actor {
    /// `None` for the system.
    pub person: Option<Uuid>,
    /// Sign-in name; `system` for the system.
    pub login: String,
    pub lang: Lang,
    pub posts: Vec<Post>,
}

impl Actor {
    /// The system acting by a rule of the plan, never for itself.
    pub fn system() -> Actor {
        Actor { person: None, login: "system".to_owned(), lang: Lang::default(), posts: Vec::new() }
    }

    pub fn is_system(&self) -> bool {
        self.person.is_none()
    }

    pub fn has_role(&self, role: &str) -> bool {
        self.posts.iter().any(|p| p.role == role)
    }

    pub fn belongs_to(&self, department: &str) -> bool {
        self.posts.iter().any(|p| p.department == department)
    }

    /// Acts for a department: its members do, and for the Leading Group and its headquarters only the two who lead it.
    /// Membership of the group is a seat, held by heads of other departments (2.1.1-1).
    pub fn acts_for(&self, department: &str) -> bool {
        if matches!(department, "LG" | "HQ") { self.commands() } else { self.belongs_to(department) }
    }

    pub fn holds(&self, role: &str, department: &str) -> bool {
        self.posts.iter().any(|p| p.role == role && p.department == department)
    }

    pub fn heads(&self, department: &str) -> bool {
        self.holds(role::DEPARTMENT_HEAD, department) || (department == "LGO" && self.has_role(role::LG_OFFICE_HEAD))
    }

    /// The leader or the deputy leader (2.1.1-1).
    pub fn leads(&self) -> bool {
        self.has_role(role::LEADER) || self.has_role(role::DEPUTY_LEADER)
    }

    /// Leads, or commands the incident at hand by written authority (2.1.1-3).
    pub fn commands(&self) -> bool {
        self.leads() || self.has_role(role::ACTING_COMMANDER)
    }

    pub fn is_inspector(&self) -> bool {
        self.posts.iter().any(|p| p.department == "INSP")
    }

    /// Holds nothing but the technical post, which carries no authority over incidents.
    pub fn is_only_technical(&self) -> bool {
        !self.posts.is_empty() && self.posts.iter().all(|p| p.role == role::SYS_ADMIN)
    }

    /// The regions the person's posts are tied to, by the suffix of a regional instance (`RMD-QZ` -> `QZ`).
    /// Empty means not tied to any: city-wide.
    pub fn regions(&self) -> Vec<&str> {
        self.posts.iter().filter_map(|p| p.department.split_once('-').map(|(_, r)| r)).collect()
    }

    /// Region staff see their own region; everyone with a city-wide post sees all (2.1.2, R161).
    pub fn sees_region(&self, region: &str) -> bool {
        if self.is_system() {
            return true;
        }
        if self.is_only_technical() {
            return false;
        }
        self.posts.iter().any(|p| match p.department.split_once('-') {
            Some((_, own)) => own == region,
            None => p.role != role::SYS_ADMIN,
        })
    }
}
