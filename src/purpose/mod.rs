//! What a database was made for. Real incidents never meet practice.

pub mod store;

use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The company's own work.
    Work,
    Practice,
    Demo,
}

/// What a database turns out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Nothing is in it yet: it may become anything.
    Empty,
    Made(Purpose),
    /// A demo city whose filling was cut short.
    HalfDemo,
}

/// A database that serves another purpose.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrongDatabase {
    #[error(
        "practice needs a database made for practice, and this one was made for {0}: nothing was changed. Give it an \
         empty database in DATABASE_URL, or none to practise on a private one"
    )]
    NotPractice(Purpose),
    #[error(
        "this database was made for {0} and holds no real incidents: nothing was changed. Set DATABASE_URL to the \
         company's own database{hint}", hint = hint(.0)
    )]
    NotWork(Purpose),
    #[error(
        "the private database was made for {0}, not for the demo city: nothing was changed. Choose another folder \
         with --data"
    )]
    NotDemo(Purpose),
}

impl Purpose {
    pub const fn code(self) -> &'static str {
        match self {
            Purpose::Work => "work",
            Purpose::Practice => "practice",
            Purpose::Demo => "demo",
        }
    }

    /// Refuses a database made for something else.
    pub fn accept(self, found: Found) -> Result<(), WrongDatabase> {
        let made = match found {
            Found::Empty => return Ok(()),
            Found::Made(made) => made,
            Found::HalfDemo => Purpose::Demo,
        };
        match self {
            _ if made == self => Ok(()),
            Purpose::Practice => Err(WrongDatabase::NotPractice(made)),
            Purpose::Work => Err(WrongDatabase::NotWork(made)),
            Purpose::Demo => Err(WrongDatabase::NotDemo(made)),
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Purpose::Work => "a company's own work",
            Purpose::Practice => "practice",
            Purpose::Demo => "the demo city",
        })
    }
}

fn hint(made: &Purpose) -> &'static str {
    match made {
        Purpose::Practice => ", or practise with --practice",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_incidents_never_meet_practice() {
        let practice = Found::Made(Purpose::Practice);
        let work = Found::Made(Purpose::Work);
        assert_eq!(Purpose::Practice.accept(Found::Empty), Ok(()));
        assert_eq!(Purpose::Practice.accept(practice), Ok(()));
        assert_eq!(Purpose::Practice.accept(work), Err(WrongDatabase::NotPractice(Purpose::Work)));
        assert_eq!(Purpose::Work.accept(practice), Err(WrongDatabase::NotWork(Purpose::Practice)));
        assert_eq!(Purpose::Work.accept(work), Ok(()));
        assert!(Purpose::Work.accept(Found::HalfDemo).is_err());
    }
}
