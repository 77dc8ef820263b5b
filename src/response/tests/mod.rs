//! The rules from the core: every refusal, permission and state pair, without a database or a clock.

mod edition;
mod handling;
mod ladder;
mod lifecycle;
mod notify;
mod post;
mod reporting;
mod schemes;
mod sequences;
mod service;
mod settings;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::open::{self, Wish};
use super::{Case, Command, World, Written};
use crate::calendar::{Calendar, fixture};
use crate::city::{self, City, LANCHUAN};
use crate::demo::people;
use crate::incident::report::{self, Checked};
use crate::lang::Lang;
use crate::leadership::Leadership;
use crate::person::Actor;
use crate::person::directory::{Directory, Person};
use crate::plan::Edition;
use crate::refusal::Refused;
use crate::routing::places::Places;
use crate::scheme::Schemes;
use crate::task::{self, Task};

/// Lanchuan as the scenarios have it, in memory.
struct Lanchuan {
    edition: Edition,
    calendar: Calendar,
    directory: Directory,
    places: Places,
    leadership: Leadership,
    schemes: Schemes,
}

impl Lanchuan {
    fn new() -> Lanchuan {
        let edition = Edition::built_in().unwrap();
        let city = City::from_toml(LANCHUAN, &edition).unwrap();
        let persons = people::everyone(&city)
            .into_iter()
            .map(|c| Person {
                id: Uuid::now_v7(),
                login: c.login,
                name: c.name,
                language: Lang::En,
                phone: Some(c.phone),
                active: true,
                created_at: at("2026-01-01T08:00:00+08:00"),
                closed_at: None,
                posts: c.posts,
            })
            .collect();
        let departments = city::departments_of(&edition).chain(city.departments.clone()).collect();
        let directory = Directory::new(city.regions.clone(), departments, city::roles_of(&edition).collect(), persons);
        let places = Places { sites: city.sites, vehicles: city.vehicles };
        Lanchuan {
            calendar: fixture::lanchuan_calendar(),
            edition,
            directory,
            places,
            leadership: Leadership::default(),
            schemes: Schemes::default(),
        }
    }

    fn world(&self) -> World<'_> {
        World {
            edition: &self.edition,
            calendar: &self.calendar,
            directory: &self.directory,
            places: &self.places,
            leadership: &self.leadership,
            schemes: &self.schemes,
        }
    }

    fn actor(&self, login: &str) -> Actor {
        self.directory.by_login(login).unwrap_or_else(|| panic!("no {login} in Lanchuan")).actor()
    }

    fn check(&self, body: &Value, who: &str, now: &str) -> Checked {
        let body: Map<String, Value> = body.as_object().unwrap().clone();
        let first = self.edition.effective_from;
        report::check(&body, &self.edition, first, &self.directory, &self.actor(who), at(now))
    }

    fn report(&self, body: &Value, who: &str, now: &str) -> (Case, Written) {
        let checked = self.check(body, who, now);
        assert_eq!(checked.faults, [], "the report is refused");
        let draft = checked.draft.unwrap();
        let sub_kind = self.edition.sub_kind(&draft.sub_kind).unwrap();
        let (mut case, written) =
            open::open(&draft, sub_kind, Wish::AsOfActor, self.world(), &self.actor(who), at(now));
        case.incident.number = "YJ-20260930-001".to_owned();
        (case, written)
    }

    fn act(&self, case: &Case, who: &str, now: &str, command: Command) -> Result<(Case, Written), Refused> {
        case.act(&command, self.world(), &self.actor(who), at(now), None)
    }

    /// Applies a command that must be taken.
    fn done(&self, case: &Case, who: &str, now: &str, command: Command) -> Case {
        self.act(case, who, now, command).unwrap_or_else(|r| panic!("{who} is refused: {r:?}")).0
    }

    fn refused(&self, case: &Case, who: &str, now: &str, command: Command) -> &'static str {
        self.act(case, who, now, command).err().map_or("taken", |r| r.code())
    }

    fn tick(&self, case: &Case, now: &str) -> (Case, Written) {
        case.act(&Command::Tick, self.world(), &Actor::system(), at(now), None).unwrap()
    }
}

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
}

/// The board that dies 25 minutes before the holiday (S1).
fn voice_board() -> Value {
    json!({
        "sub_kind": "it.voice_board_down", "occurred_at": "2026-09-30T17:00:00+08:00", "region": "CITY",
        "description": "board 2 dead, 8 of 24 lines lost", "board": "2",
        "links_affected": { "ordering": "restricted" },
    })
}

const S1: &str = "2026-09-30T17:05:00+08:00";

fn on(key: &str, command: task::Command) -> Command {
    Command::Task { key: key.to_owned(), command, revision: None }
}

fn acknowledge(key: &str) -> Command {
    on(key, task::Command::Acknowledge { estimate: None })
}

fn complete(key: &str, evidence: &[&str]) -> Command {
    let evidence = evidence.iter().map(|code| ((*code).to_owned(), json!("0417, 10:02"))).collect();
    on(key, task::Command::Complete { evidence })
}
