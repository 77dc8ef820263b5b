//! What the masthead leads to: each role its own work first.

use crate::figures;
use crate::l10n::L10nLanguage;
use crate::person::{Actor, role};
use crate::web::access::Access;

/// One place in the navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavItem {
    pub href: &'static str,
    pub label: String,
    pub icon: &'static str,
    pub current: bool,
}

/// The places for this person, most needed first. Only what the access table lets them open belongs here.
pub fn items(actor: &Actor, l: &L10nLanguage, path: &str) -> Vec<NavItem> {
    let mut places: Vec<(&'static str, String, &'static str)> = Vec::new();
    let driver = actor.has_role(role::DRIVER);
    if Access::Reader.allows(actor) {
        if driver {
            places.push(("/driver", l.msg_nav_driver(), "report"));
        }
        if actor.has_role(role::DUTY_OFFICER) {
            places.push(("/duty", l.msg_nav_duty(), "phone"));
        }
        let sees_board = actor.leads() || actor.is_inspector() || ["LG", "LGO"].iter().any(|d| actor.belongs_to(d));
        // What is to be reviewed comes before what is only looked at.
        if actor.is_inspector() {
            places.push(("/department", l.msg_nav_reviews(), "tasks"));
            places.push(("/reviews", l.msg_rv_title(), "audit"));
        }
        if sees_board {
            places.push(("/board", l.msg_nav_board(), "board"));
        }
        let works = actor
            .posts
            .iter()
            .any(|p| !["LG", "LGO", "HQ", "INSP"].contains(&p.department.as_str()) && p.role != role::SYS_ADMIN);
        if works && !driver && !actor.is_inspector() {
            places.push(("/department", l.msg_nav_department(), "tasks"));
        }
        places.push(("/incidents", l.msg_nav_incidents(), "tasks"));
        if !driver {
            places.push(("/directives", l.msg_dv_title(), "signed"));
        }
        if actor.leads() {
            places.push(("/reviews", l.msg_rv_title(), "audit"));
        }
        if Access::Handler.allows(actor) && !driver {
            places.push(("/report", l.msg_nav_report(), "report"));
        }
        // A head answers for the department in a review, and may object to its draft.
        if actor.has_role(role::DEPARTMENT_HEAD) && !actor.leads() && !actor.is_inspector() {
            places.push(("/reviews", l.msg_rv_title(), "audit"));
        }
    }
    if figures::may_see(actor) {
        places.push(("/figures", l.msg_fig_title(), "figures"));
    }
    if Access::Admin.allows(actor) {
        places.push(("/people", l.msg_nav_people(), "people"));
    }
    if Access::Oversight.allows(actor) {
        places.push(("/circulars", l.msg_nav_circulars(), "file"));
        places.push(("/audit", l.msg_nav_audit(), "audit"));
    }
    places.push(("/plan", l.msg_nav_plan(), "plan"));
    if actor.has_role(role::PLAN_EDITOR) {
        places.push(("/plan/revisions", l.msg_nav_revisions(), "correct"));
    }
    if !driver {
        places.push(("/plan/matrix", l.msg_nav_matrix(), "matrix"));
        places.push(("/calendar", l.msg_nav_calendar(), "calendar"));
    }
    let path = path.split('?').next().unwrap_or_default();
    let within = |href: &str| path == href || path.strip_prefix(href).is_some_and(|r| r.starts_with('/'));
    // The matrix lies below the plan; the longer address is where one is.
    let current = places.iter().map(|(href, ..)| *href).filter(|href| within(href)).max_by_key(|href| href.len());
    places
        .into_iter()
        .map(|(href, label, icon)| NavItem { current: current == Some(href), href, label, icon })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;
    use crate::person::Post;

    fn places(role: &str, department: &str) -> Vec<&'static str> {
        let actor =
            Actor { posts: vec![Post { role: role.to_owned(), department: department.to_owned() }], ..Actor::system() };
        items(&actor, Lang::En.l10n(), "/plan/3.1.7").into_iter().map(|i| i.href).collect()
    }

    #[test]
    fn each_role_starts_with_its_own_work() {
        assert_eq!(places("leader", "LG").first(), Some(&"/board"));
        assert_eq!(places("department_head", "INF").first(), Some(&"/department"));
        assert!(
            places("department_head", "INF").contains(&"/reviews") && !places("clerk", "INF").contains(&"/reviews")
        );
        assert_eq!(places("driver", "DLV"), ["/driver", "/incidents", "/plan"]);
        assert_eq!(places("sys_admin", "INF").first(), Some(&"/people"));
        assert!(!places("sys_admin", "INF").contains(&"/incidents"));
        assert_eq!(places("inspector", "INSP").first(), Some(&"/department"));
        assert!(!places("inspector", "INSP").contains(&"/report"));
    }
}
