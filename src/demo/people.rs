//! Everyone in Lanchuan: sign-in names, posts, and names that are those of the posts, for nobody is meant.

use crate::city::City;
use crate::person::{Post, role};
use crate::plan::Edition;

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
const HEADED: [&str; 12] = [
    "INF", "MKT", "ORD", "CSD", "PUR", "DIST", "DLV", "WHS", "FIN", "SEC", "INSP", "ENF",
];
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

/// Everyone, in no order that means anything. Phone numbers are made up.
pub fn everyone(city: &City, edition: &Edition) -> Vec<Citizen> {
    let mut all = Roll {
        city,
        edition,
        citizens: Vec::new(),
    };
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
        let home = if vehicle.home == "DIST" {
            "DLV"
        } else {
            vehicle.home.as_str()
        };
        all.add(
            format!("drv.{}", vehicle.code.to_lowercase()),
            vec![post(role::DRIVER, home)],
        );
    }
    all.citizens
}

struct Roll<'a> {
    city: &'a City,
    edition: &'a Edition,
    citizens: Vec<Citizen>,
}

impl Roll<'_> {
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
        let name = posts
            .first()
            .map(|p| self.name(&login, p))
            .unwrap_or_default();
        let number = self.citizens.len() + 101;
        self.citizens.push(Citizen {
            login,
            name,
            phone: format!("0990-555-{number:04}"),
            posts,
        });
    }

    /// The post's name in the company's own language, with a number where several hold it.
    fn name(&self, login: &str, post: &Post) -> String {
        let region = post
            .department
            .split_once('-')
            .and_then(|(_, code)| self.city.regions.iter().find(|r| r.code == code))
            .map(|r| &r.name);
        let department = self
            .edition
            .department_name(&post.department, region)
            .map_or_else(|| post.department.clone(), |t| t.zh_hans);
        let word = self
            .edition
            .role(&post.role)
            .map_or_else(|| post.role.clone(), |r| r.name.zh_hans.clone());
        let (first, second) = login.split_once('.').unwrap_or((login, ""));
        match post.role.as_str() {
            role::LEADER => "组长".to_owned(),
            role::DEPUTY_LEADER => "副组长".to_owned(),
            role::LG_OFFICE_HEAD | role::SYS_ADMIN | role::PLAN_EDITOR => word,
            role::DEPARTMENT_HEAD => format!("{department}负责人"),
            role::DRIVER => format!("{department}驾驶员{}", second.to_uppercase()),
            _ => {
                let number = first.trim_start_matches(|c: char| !c.is_ascii_digit());
                // "营销部副经理" already says its department.
                let word = word.strip_prefix("营销部").unwrap_or(&word);
                let word = word.strip_prefix(department.as_str()).unwrap_or(word);
                let word = word.strip_prefix("部门").unwrap_or(word);
                format!("{department}{word}{number}")
            }
        }
    }
}

fn post(role: &str, department: &str) -> Post {
    Post {
        role: role.to_owned(),
        department: department.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::HashSet;

    use super::*;
    use crate::city::{self, LANCHUAN};
    use crate::person::account::check_login;

    fn lanchuan() -> (Edition, Vec<Citizen>) {
        let edition = Edition::built_in().unwrap();
        let city = City::from_toml(LANCHUAN, &edition).unwrap();
        let all = everyone(&city, &edition);
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
        let codes: HashSet<String> = city::departments_of(&edition)
            .chain(city.departments)
            .map(|d| d.code)
            .collect();
        for post in all.iter().flat_map(|c| &c.posts) {
            let role = edition.role(&post.role).unwrap();
            let kind = post.department.split('-').next().unwrap();
            assert!(codes.contains(&post.department), "{post:?}");
            assert!(
                role.departments.is_empty() || role.departments.iter().any(|d| d == kind),
                "{post:?}"
            );
        }
        let posts = |login: &str| &all.iter().find(|c| c.login == login).unwrap().posts;
        assert!(posts("head.rmd-qz").contains(&post("lg_member", "LG")));
        assert!(posts("head.csd").contains(&post("customer_service_director", "CSD")));
        assert_eq!(posts("drv.c01"), &[post("driver", "DLV")]);
        assert_eq!(posts("drv.q02"), &[post("driver", "STN-QZ")]);
    }

    #[test]
    fn names_are_those_of_posts_and_told_apart() {
        let (_, all) = lanchuan();
        let name = |login: &str| all.iter().find(|c| c.login == login).unwrap().name.clone();
        assert_eq!(name("head.inf"), "信息中心负责人");
        assert_eq!(name("tech1.inf"), "信息中心技术人员1");
        assert_eq!(name("dm.rmd-sd"), "石渡县营销部副经理");
        assert_eq!(name("drv.q02"), "青泽县送货中转站驾驶员Q02");
        assert_eq!(name("head.stn-qz"), "青泽县送货中转站负责人");
        assert_eq!(name("duty"), "领导小组办公室值班员");
        let names: HashSet<&str> = all.iter().map(|c| c.name.as_str()).collect();
        let phones: HashSet<&str> = all.iter().map(|c| c.phone.as_str()).collect();
        assert_eq!((names.len(), phones.len()), (all.len(), all.len()));
    }
}
