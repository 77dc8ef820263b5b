//! The Leading Group and where it is: seats, presence, its office, and who stands in if nobody answers (2.1.1).

pub mod pages;
pub mod store;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::person::directory::{Directory, Person};
use crate::person::{Actor, role};
use crate::refusal::Refused;

/// The two who lead, in the order of command (2.1.1-2).
pub const LEADERS: [&str; 2] = [role::LEADER, role::DEPUTY_LEADER];

/// A stretch of time for which a leader was declared to be out of the city. Undeclared is in the city (R13).
#[derive(Debug, Clone, PartialEq)]
pub struct Absence {
    pub id: Uuid,
    pub person: Uuid,
    pub from: DateTime<Utc>,
    /// When they said they would be back; `None`: not known.
    pub until: Option<DateTime<Utc>>,
    pub reachable_at: Option<String>,
    pub note: Option<String>,
    pub declared_by: String,
    pub declared_at: DateTime<Utc>,
    /// When they were back before that, and who said so.
    pub ended: Option<(DateTime<Utc>, String)>,
}

impl Absence {
    /// The number to telephone, where they left one: the first of at least six digits in what they wrote.
    pub fn number(&self) -> Option<String> {
        let said = self.reachable_at.as_deref()?;
        let of_number = |c: char| c.is_ascii_digit() || "+- ()".contains(c);
        let digits = |part: &&str| part.chars().filter(char::is_ascii_digit).count() >= 6;
        said.split(|c| !of_number(c)).find(digits).map(|part| part.trim_matches([' ', '-', '(']).to_owned())
    }

    /// When it is over, so far as is known.
    pub fn end(&self) -> Option<DateTime<Utc>> {
        match (&self.ended, self.until) {
            (Some((at, _)), Some(until)) => Some(until.min(*at)),
            (Some((at, _)), None) => Some(*at),
            (None, until) => until,
        }
    }

    pub fn covers(&self, now: DateTime<Utc>) -> bool {
        self.from <= now && self.end().is_none_or(|end| now < end)
    }
}

/// An entry of the signed succession table: who commands an incident of a kind if neither leader answers (R19).
#[derive(Debug, Clone, PartialEq)]
pub struct Succession {
    pub id: Uuid,
    pub kind: String,
    pub department: String,
    pub signed_by: String,
    pub signed_at: DateTime<Utc>,
    pub valid_until: Option<DateTime<Utc>>,
}

/// Someone who commands a headquarters by written authority.
#[derive(Debug, Clone, PartialEq)]
pub struct Acting {
    pub person: Uuid,
    /// Number of the headquarters.
    pub headquarters: String,
}

/// What is known of the leadership now; held in memory and read again when it changes.
#[derive(Debug, Clone, Default)]
pub struct Leadership {
    pub absences: Vec<Absence>,
    pub succession: Vec<Succession>,
    /// The department that hosts the Leading Group Office (R12).
    pub office_host: Option<String>,
    pub acting: Vec<Acting>,
}

/// One of the two seats: who holds it, and the absence they are in.
pub struct Seat<'a> {
    pub role: &'static str,
    pub holder: Option<&'a Person>,
    pub away: Option<&'a Absence>,
}

impl Leadership {
    /// The declared absence a person is in.
    pub fn away(&self, person: Uuid, now: DateTime<Utc>) -> Option<&Absence> {
        self.absences.iter().filter(|a| a.person == person && a.covers(now)).max_by_key(|a| a.declared_at)
    }

    /// Both seats, in the order of command, empty ones too.
    pub fn seats<'a>(&'a self, directory: &'a Directory, now: DateTime<Utc>) -> Vec<Seat<'a>> {
        let seat = |role: &&'static str| {
            let holder = directory.holders(role, "LG").next();
            Seat { role, holder, away: holder.and_then(|p| self.away(p.id, now)) }
        };
        LEADERS.iter().map(seat).collect()
    }

    /// Leader and deputy who are in the city, in the order of command.
    pub fn present<'a>(&self, directory: &'a Directory, now: DateTime<Utc>) -> Vec<(&'static str, &'a Person)> {
        seats(directory).into_iter().filter(|(_, p)| self.away(p.id, now).is_none()).collect()
    }

    /// Nobody of the two is in the city. An empty seat is nobody's presence; two empty ones are nobody's absence.
    pub fn both_away(&self, directory: &Directory, now: DateTime<Utc>) -> bool {
        !seats(directory).is_empty() && self.present(directory, now).is_empty()
    }

    /// The next instant after `now` at which someone leaves or comes back, as declared.
    pub fn next_change(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.absences.iter().flat_map(|a| [Some(a.from), a.end()]).flatten().filter(|at| *at > now).min()
    }

    /// The entry that stands for a kind of incident.
    pub fn successor(&self, kind: &str, now: DateTime<Utc>) -> Option<&Succession> {
        self.succession.iter().find(|s| s.kind == kind && s.valid_until.is_none_or(|until| now < until))
    }

    /// Whether someone is acting commander of any headquarters.
    pub fn is_acting(&self, actor: &Actor) -> bool {
        actor.person.is_some_and(|p| self.acting.iter().any(|a| a.person == p))
    }

    /// What the leadership alone may do, and an acting commander may not: the refusal that fits who asked.
    pub fn not_yours(&self, actor: &Actor, otherwise: Refused) -> Refused {
        if self.is_acting(actor) { Refused::ActingLimits } else { otherwise }
    }
}

/// Those who hold the two seats, with the seat, in the order of command.
pub fn seats(directory: &Directory) -> Vec<(&'static str, &Person)> {
    LEADERS.iter().filter_map(|seat| directory.holders(seat, "LG").next().map(|p| (*seat, p))).collect()
}

/// The deputy, unless it is the deputy who commands.
pub fn deputy_beside(directory: &Directory, commander: Option<Uuid>) -> Option<&Person> {
    directory.holders(role::DEPUTY_LEADER, "LG").next().filter(|p| Some(p.id) != commander)
}

/// A declaration about a leader: out of the city from-until, or back.
#[derive(Debug, Clone, PartialEq)]
pub enum Declaration {
    Out { from: DateTime<Utc>, until: Option<DateTime<Utc>>, reachable_at: Option<String>, note: Option<String> },
    Back,
}

/// Leader and deputy declare for themselves and for each other, the duty officer for them (R13).
pub fn may_declare(actor: &Actor) -> Result<(), Refused> {
    if actor.leads() || actor.has_role(role::DUTY_OFFICER) { Ok(()) } else { Err(Refused::Forbidden) }
}

/// A period must end after it begins, and not in the past.
pub fn check(declaration: &Declaration, now: DateTime<Utc>) -> Result<(), Refused> {
    match declaration {
        Declaration::Out { from, until: Some(until), .. } if until <= from || *until <= now => Err(Refused::Required {
            field: "until".to_owned(),
            label: crate::lang::text("返回时间", "返回時間", "Back at"),
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::Post;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn person(login: &str, role: &str) -> Person {
        Person {
            id: Uuid::now_v7(),
            login: login.to_owned(),
            name: login.to_owned(),
            language: crate::lang::Lang::En,
            phone: None,
            active: true,
            created_at: DateTime::UNIX_EPOCH,
            closed_at: None,
            posts: vec![Post { role: role.to_owned(), department: "LG".to_owned() }],
        }
    }

    fn absence(person: Uuid, from: &str, until: Option<&str>) -> Absence {
        Absence {
            id: Uuid::now_v7(),
            person,
            from: at(from),
            until: until.map(at),
            reachable_at: None,
            note: None,
            declared_by: "leader".to_owned(),
            declared_at: at(from),
            ended: None,
        }
    }

    #[test]
    fn undeclared_is_in_the_city_and_a_period_ends_when_it_says() {
        let (leader, deputy) = (person("leader", "leader"), person("deputy", "deputy_leader"));
        let (l, d) = (leader.id, deputy.id);
        let directory = Directory::new(Vec::new(), Vec::new(), Vec::new(), vec![leader, deputy]);
        let mut lg = Leadership::default();
        let now = at("2026-03-23T01:30:00Z");
        assert!(!lg.both_away(&directory, now));
        lg.absences.push(absence(l, "2026-03-21T16:00:00Z", Some("2026-03-25T16:00:00Z")));
        assert_eq!(lg.present(&directory, now).len(), 1);
        lg.absences.push(absence(d, "2026-03-22T22:00:00Z", Some("2026-03-24T04:00:00Z")));
        assert!(lg.both_away(&directory, now));
        assert_eq!(lg.next_change(now), Some(at("2026-03-24T04:00:00Z")));
        lg.absences[1].ended = Some((at("2026-03-24T00:10:00Z"), "deputy".to_owned()));
        assert!(!lg.both_away(&directory, at("2026-03-24T00:10:00Z")));
        assert!(lg.both_away(&directory, at("2026-03-24T00:09:59Z")));
    }

    #[test]
    fn the_number_a_leader_left_is_found_in_what_they_wrote() {
        let left = |said: &str| {
            let away = absence(Uuid::now_v7(), "2026-03-21T16:00:00Z", None);
            Absence { reachable_at: Some(said.to_owned()), ..away }.number()
        };
        assert_eq!(left("hotel in Kunming, +86 871-555 0142, room 12").as_deref(), Some("+86 871-555 0142"));
        assert_eq!(left("手机 13987650142（晚上）").as_deref(), Some("13987650142"));
        assert_eq!(left("room 12, after 18:00"), None);
        assert_eq!(absence(Uuid::now_v7(), "2026-03-21T16:00:00Z", None).number(), None);
    }

    #[test]
    fn an_absence_that_ends_before_it_begins_is_refused() {
        let now = at("2026-03-23T01:30:00Z");
        let out = |from: &str, until: &str| Declaration::Out {
            from: at(from),
            until: Some(at(until)),
            reachable_at: None,
            note: None,
        };
        let refused = check(&out("2026-03-24T00:00:00Z", "2026-03-23T20:00:00Z"), now).unwrap_err();
        assert_eq!(refused.code(), "M_REQUIRED");
        assert!(check(&out("2026-03-22T00:00:00Z", "2026-03-23T01:00:00Z"), now).is_err());
        assert!(check(&out("2026-03-22T00:00:00Z", "2026-03-23T02:00:00Z"), now).is_ok());
        assert!(check(&Declaration::Back, now).is_ok());
    }

    #[test]
    fn who_may_declare() {
        let actor = |role: &str| Actor {
            person: Some(Uuid::now_v7()),
            login: role.to_owned(),
            lang: crate::lang::Lang::En,
            posts: vec![Post { role: role.to_owned(), department: "X".to_owned() }],
        };
        for (role, may) in
            [("leader", true), ("deputy_leader", true), ("duty_officer", true), ("department_head", false)]
        {
            assert_eq!(may_declare(&actor(role)).is_ok(), may, "{role}");
        }
    }
}
