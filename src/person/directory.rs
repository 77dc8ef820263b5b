//! Who is who at this moment: regions, departments, roles, people and the posts they hold. A snapshot, held in memory
//! and replaced as a whole when anything in it changes.

pub mod store;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::lang::{Lang, Text};
use crate::person::{Actor, Post, role};

/// A part of the city the plan covers (1.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    pub code: String,
    pub name: Text,
    pub position: i32,
    /// Active retail customers.
    pub customers: i32,
}

/// One department instance: `INF`, or `RMD-QZ`, the `RMD` of the region `QZ`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    pub code: String,
    pub kind: String,
    pub name: Text,
    pub region: Option<String>,
    pub parent: Option<String>,
    pub position: i32,
}

/// A role of the duty matrix with its name and the kinds of department it is held in (none: any).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleName {
    pub code: String,
    pub name: Text,
    pub departments: Vec<String>,
    pub position: i32,
}

/// An account. Closed ones stay, so that history can name them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: Uuid,
    pub login: String,
    pub name: String,
    pub language: Lang,
    pub phone: Option<String>,
    pub active: bool,
    pub created_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
    /// The posts held now.
    pub posts: Vec<Post>,
}

impl Person {
    /// The person as one who acts.
    pub fn actor(&self) -> Actor {
        Actor { person: Some(self.id), login: self.login.clone(), lang: self.language, posts: self.posts.clone() }
    }

    pub fn holds(&self, role: &str, department: &str) -> bool {
        self.posts.iter().any(|p| p.role == role && p.department == department)
    }
}

#[derive(Debug, Clone, Default)]
pub struct Directory {
    regions: Vec<Region>,
    departments: Vec<Department>,
    roles: Vec<RoleName>,
    people: Vec<Person>,
    by_id: HashMap<Uuid, usize>,
    by_login: HashMap<String, usize>,
}

impl Directory {
    /// Lists come in the order they are to be shown in.
    pub fn new(
        regions: Vec<Region>,
        departments: Vec<Department>,
        roles: Vec<RoleName>,
        people: Vec<Person>,
    ) -> Directory {
        let by_id = people.iter().enumerate().map(|(i, p)| (p.id, i)).collect();
        let by_login = people.iter().enumerate().map(|(i, p)| (p.login.clone(), i)).collect();
        Directory { regions, departments, roles, people, by_id, by_login }
    }

    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    pub fn region(&self, code: &str) -> Option<&Region> {
        self.regions.iter().find(|r| r.code == code)
    }

    pub fn departments(&self) -> &[Department] {
        &self.departments
    }

    pub fn department(&self, code: &str) -> Option<&Department> {
        self.departments.iter().find(|d| d.code == code)
    }

    pub fn roles(&self) -> &[RoleName] {
        &self.roles
    }

    pub fn role(&self, code: &str) -> Option<&RoleName> {
        self.roles.iter().find(|r| r.code == code)
    }

    /// Every account, closed ones too, by sign-in name.
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    pub fn person(&self, id: Uuid) -> Option<&Person> {
        self.by_id.get(&id).and_then(|i| self.people.get(*i))
    }

    pub fn by_login(&self, login: &str) -> Option<&Person> {
        self.by_login.get(login).and_then(|i| self.people.get(*i))
    }

    /// Who holds the role in the department instance now.
    pub fn holders<'a, 'b>(
        &'a self,
        role: &'b str,
        department: &'b str,
    ) -> impl Iterator<Item = &'a Person> + use<'a, 'b> {
        self.active().filter(move |p| p.holds(role, department))
    }

    /// Who holds the role anywhere.
    pub fn holders_anywhere<'a, 'b>(&'a self, role: &'b str) -> impl Iterator<Item = &'a Person> + use<'a, 'b> {
        self.active().filter(move |p| p.posts.iter().any(|post| post.role == role))
    }

    pub fn is_vacant(&self, role: &str, department: &str) -> bool {
        self.holders(role, department).next().is_none()
    }

    /// The head of a department instance; the Leading Group and its office have their own.
    pub fn head_of(&self, department: &str) -> Option<&Person> {
        let head = match department {
            "LG" => role::LEADER,
            "LGO" => role::LG_OFFICE_HEAD,
            _ => role::DEPARTMENT_HEAD,
        };
        self.holders(head, department).next()
    }

    /// Everyone with a post in the department instance.
    pub fn people_of<'a, 'b>(&'a self, department: &'b str) -> impl Iterator<Item = &'a Person> + use<'a, 'b> {
        self.active().filter(move |p| p.posts.iter().any(|post| post.department == department))
    }

    /// The name of a department instance; an unknown code reads as itself.
    pub fn department_name(&self, code: &str) -> Text {
        name_or(code, self.department(code).map(|d| &d.name))
    }

    pub fn region_name(&self, code: &str) -> Text {
        name_or(code, self.region(code).map(|r| &r.name))
    }

    pub fn role_name(&self, code: &str) -> Text {
        name_or(code, self.role(code).map(|r| &r.name))
    }

    /// The name a person is shown by, closed accounts too; `None` for nobody known.
    pub fn name_of(&self, id: Uuid, lang: Lang) -> Option<String> {
        self.person(id).map(|p| self.called(p, lang))
    }

    /// What whoever signs in under a name is called; the sign-in name where nobody has it.
    pub fn called_by(&self, login: &str, lang: Lang) -> String {
        self.by_login(login).map_or_else(|| login.to_owned(), |person| self.called(person, lang))
    }

    /// What a person is called: by name; an account named like its sign-in is a post and nothing more, and reads as that
    /// post in the reader's language.
    pub fn called(&self, person: &Person, lang: Lang) -> String {
        let Some(post) = person.posts.first().filter(|_| person.name == person.login) else {
            return person.name.clone();
        };
        let role = self.role_name(&post.role);
        let role = role.get(lang);
        match post.role.as_str() {
            role::LEADER | role::DEPUTY_LEADER | role::LG_OFFICE_HEAD | role::DUTY_OFFICER => role.to_owned(),
            role::DEPARTMENT_HEAD => {
                let department = self.department_name(&post.department);
                format!("{} · {role}", department.get(lang))
            }
            _ => format!("{role} {}", person.login),
        }
    }

    fn active(&self) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(|p| p.active)
    }
}

fn name_or(code: &str, name: Option<&Text>) -> Text {
    name.cloned().unwrap_or_else(|| Text { zh_hans: code.to_owned(), zh_hant: code.to_owned(), en: code.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(login: &str, active: bool, posts: &[(&str, &str)]) -> Person {
        Person {
            id: Uuid::now_v7(),
            login: login.to_owned(),
            name: login.to_owned(),
            language: Lang::En,
            phone: None,
            active,
            created_at: DateTime::UNIX_EPOCH,
            closed_at: None,
            posts: posts
                .iter()
                .map(|(role, department)| Post { role: (*role).to_owned(), department: (*department).to_owned() })
                .collect(),
        }
    }

    #[test]
    fn heads_holders_and_vacancies() {
        let directory = Directory::new(
            Vec::new(),
            Vec::new(),
            Vec::new(),
            vec![
                person("head.inf", true, &[("department_head", "INF"), ("lg_member", "LG")]),
                person("leader", true, &[("leader", "LG")]),
                person("lgo.head", true, &[("lg_office_head", "LGO")]),
                person("old", false, &[("department_head", "FIN")]),
            ],
        );
        let login = |p: Option<&Person>| p.map(|p| p.login.clone());
        assert_eq!(login(directory.head_of("INF")), Some("head.inf".to_owned()));
        assert_eq!(login(directory.head_of("LG")), Some("leader".to_owned()));
        assert_eq!(login(directory.head_of("LGO")), Some("lgo.head".to_owned()));
        assert!(directory.is_vacant("department_head", "FIN"));
        assert_eq!(directory.people_of("LG").count(), 2);
        assert!(directory.by_login("old").is_some_and(|p| !p.active));
        assert_eq!(directory.department_name("XX").en, "XX");
    }
}
