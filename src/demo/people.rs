//! Everyone in Lanchuan: sign-in names, posts, and names that are those of the posts, for nobody is meant.

use crate::city::City;
use crate::person::{Post, role};

/// A person of the demo city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citizen {
    pub login: String,
    pub name: String,
    pub phone: String,
    pub posts: Vec<Post>,
}

/// The departments whose principal heads are members of the Leading Group, beside every regional marketing department.
const MEMBERS: [&str; 6] = ["MKT", "DIST", "INF", "FIN", "SEC", "INSP"];
const HEADED: [&str; 12] = ["INF", "MKT", "ORD", "CSD", "PUR", "DIST", "DLV", "WHS", "FIN", "SEC", "INSP", "ENF"];
/// Sign-in name, role, department.
const STAFF: [(&str, &str, &str); 21] = [
    ("tech1", "it_technician", "INF"),
    ("tech2", "it_technician", "INF"),
    ("clerk1", "order_clerk", "ORD"),
    ("clerk2", "order_clerk", "ORD"),
    ("clerk3", "order_clerk", "ORD"),
    ("settle1", "settlement_officer", "FIN"),
    ("wh1", "warehouse_officer", "WHS"),
    ("wh2", "warehouse_officer", "WHS"),
    ("wh3", "warehouse_officer", "WHS"),
    ("wh4", "warehouse_officer", "WHS"),
    ("wh5", "warehouse_officer", "WHS"),
    ("guard1", "security_officer", "SEC"),
    ("guard2", "security_officer", "SEC"),
    ("insp1", "inspector", "INSP"),
    ("insp2", "inspector", "INSP"),
    ("enf1", "inspection_officer", "ENF"),
    ("enf2", "inspection_officer", "ENF"),
    ("pur1", "procurement_officer", "PUR"),
    ("pur2", "procurement_officer", "PUR"),
    ("csd1", "department_staff", "CSD"),
    ("mkt1", "department_staff", "MKT"),
];
/// Sign-in name and role of the staff of every regional marketing department.
const REGIONAL: [(&str, &str); 8] = [
    ("dm", "marketing_dept_deputy_manager"),
    ("mm", "market_manager"),
    ("cs", "consumer_supply_officer"),
    ("cm1", "customer_manager"),
    ("cm2", "customer_manager"),
    ("cm3", "customer_manager"),
    ("cm4", "customer_manager"),
    ("cm5", "customer_manager"),
];

/// Everyone, in no order that means anything. Nobody has a name: each is the post they hold, and is shown as that in the
/// reader's language. Phone numbers are made up.
pub fn everyone(city: &City) -> Vec<Citizen> {
    let mut all = Roll { citizens: Vec::new() };
    all.leading_group();
    for department in HEADED {
        all.head(department);
    }
    for (name, role, department) in STAFF {
        let login = format!("{name}.{}", department.to_lowercase());
        all.add(login, vec![post(role, department)]);
    }
    for department in &city.departments {
        all.head(&department.code);
        if department.kind == "RMD" {
            for (name, role) in REGIONAL {
                let login = format!("{name}.{}", department.code.to_lowercase());
                all.add(login, vec![post(role, &department.code)]);
            }
        }
    }
    for vehicle in &city.vehicles {
        // The Distribution Centre's own vehicles are driven by its Delivery Department.
        let home = if vehicle.home == "DIST" { "DLV" } else { vehicle.home.as_str() };
        all.add(format!("drv.{}", vehicle.code.to_lowercase()), vec![post(role::DRIVER, home)]);
    }
    all.citizens
}

struct Roll {
    citizens: Vec<Citizen>,
}

impl Roll {
    fn leading_group(&mut self) {
        for (login, role, department) in [
            ("leader", role::LEADER, "LG"),
            ("deputy", role::DEPUTY_LEADER, "LG"),
            ("lgo.head", role::LG_OFFICE_HEAD, "LGO"),
            ("duty", role::DUTY_OFFICER, "LGO"),
            ("editor", role::PLAN_EDITOR, "LG"),
            ("admin", role::SYS_ADMIN, "INF"),
        ] {
            self.add(login.to_owned(), vec![post(role, department)]);
        }
    }

    /// The head of a department instance with the posts that go with it.
    fn head(&mut self, department: &str) {
        let mut posts = vec![post(role::DEPARTMENT_HEAD, department)];
        match department {
            "CSD" => posts.push(post("customer_service_director", "CSD")),
            "INSP" => posts.push(post(role::INSPECTOR, "INSP")),
            _ => {}
        }
        if MEMBERS.contains(&department) || department.starts_with("RMD-") {
            posts.push(post(role::LG_MEMBER, "LG"));
        }
        self.add(format!("head.{}", department.to_lowercase()), posts);
    }

    fn add(&mut self, login: String, posts: Vec<Post>) {
        let number = self.citizens.len() + 101;
        self.citizens.push(Citizen { name: login.clone(), login, phone: format!("0990-555-{number:04}"), posts });
    }
}

fn post(role: &str, department: &str) -> Post {
    Post { role: role.to_owned(), department: department.to_owned() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::HashSet;

    use super::*;
    use crate::city::{self, LANCHUAN};
    use crate::person::account::check_login;
    use crate::plan::Edition;

    fn lanchuan() -> (Edition, Vec<Citizen>) {
        let edition = Edition::built_in().unwrap();
        let city = City::from_toml(LANCHUAN, &edition).unwrap();
        let all = everyone(&city);
        (edition, all)
    }

    #[test]
    fn the_names_of_the_scenarios_sign_in() {
        let (_, all) = lanchuan();
        let logins: HashSet<&str> = all.iter().map(|c| c.login.as_str()).collect();
        assert_eq!(logins.len(), all.len());
        for login in [
            "leader",
            "deputy",
            "lgo.head",
            "duty",
            "head.inf",
            "head.rmd-qz",
            "head.stn-qz",
            "tech2.inf",
            "clerk3.ord",
            "dm.rmd-sd",
            "mm.rmd-sd",
            "cs.rmd-sd",
            "cm1.rmd-lx",
            "cm5.rmd-city",
            "drv.q02",
            "drv.cs2",
            "settle1.fin",
            "wh5.whs",
            "guard1.sec",
            "insp1.insp",
            "enf2.enf",
            "pur1.pur",
            "editor",
            "admin",
        ] {
            assert!(logins.contains(login), "{login}");
        }
        assert!(all.iter().all(|c| check_login(&c.login).is_ok()));
        assert!(!logins.contains("head.stn-city"));
    }

    #[test]
    fn every_post_is_one_the_plan_has_where_it_has_it() {
        let (edition, all) = lanchuan();
        let city = City::from_toml(LANCHUAN, &edition).unwrap();
        let codes: HashSet<String> = city::departments_of(&edition).chain(city.departments).map(|d| d.code).collect();
        for post in all.iter().flat_map(|c| &c.posts) {
            let role = edition.role(&post.role).unwrap();
            let kind = post.department.split('-').next().unwrap();
            assert!(codes.contains(&post.department), "{post:?}");
            assert!(role.departments.is_empty() || role.departments.iter().any(|d| d == kind), "{post:?}");
        }
        let posts = |login: &str| &all.iter().find(|c| c.login == login).unwrap().posts;
        assert!(posts("head.rmd-qz").contains(&post("lg_member", "LG")));
        assert!(posts("head.csd").contains(&post("customer_service_director", "CSD")));
        assert_eq!(posts("drv.c01"), &[post("driver", "DLV")]);
        assert_eq!(posts("drv.q02"), &[post("driver", "STN-QZ")]);
    }

    #[test]
    fn accounts_are_posts_and_told_apart() {
        let (_, all) = lanchuan();
        let names: HashSet<&str> = all.iter().map(|c| c.name.as_str()).collect();
        let phones: HashSet<&str> = all.iter().map(|c| c.phone.as_str()).collect();
        assert_eq!((names.len(), phones.len()), (all.len(), all.len()));
        assert!(all.iter().all(|c| c.name == c.login), "no personal names in the demo city");
    }
}
