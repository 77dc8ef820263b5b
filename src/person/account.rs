//! Rules of accounts: sign-in names, locks, posts, and what closing one means.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::l10n::text;
use crate::lang::Lang;
use crate::person::directory::Directory;
use crate::person::{Actor, Post, role};
use crate::refusal::Refused;

/// Failures taken before an account is locked.
pub const FREE_TRIES: i32 = 5;
const LONGEST_LOCK: TimeDelta = TimeDelta::minutes(15);

/// What an administrator fills in for a new account.
#[derive(Debug, Clone)]
pub struct NewPerson {
    pub login: String,
    pub name: String,
    pub language: Lang,
    pub phone: Option<String>,
    pub password_hash: String,
    pub posts: Vec<Post>,
}

/// An account was closed (R168). Who knows tasks gives the open ones back to the head of each department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonClosed {
    pub person: Uuid,
    pub login: String,
    pub name: String,
    /// The posts that were held until now and are vacant through this, as far as nobody else holds them.
    pub posts: Vec<Post>,
    pub at: DateTime<Utc>,
}

/// The name an account is known by: lower case, no surrounding blanks.
pub fn login_name(typed: &str) -> String {
    typed.trim().to_lowercase()
}

/// Refuses a sign-in name that could not be told apart or typed.
pub fn check_login(login: &str) -> Result<(), Refused> {
    let mut chars = login.chars();
    let starts = chars.next().is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let goes_on = chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c));
    if starts && goes_on && login.len() <= 64 && login != "system" {
        Ok(())
    } else {
        Err(Refused::BadValue { field: "login".to_owned(), expected: text(|l| l.msg_login_rule()) })
    }
}

/// How long an account stays locked after so many failures in a row: a minute, then doubling up to a quarter of an hour.
pub fn lock_after(failures: i32) -> Option<TimeDelta> {
    if failures < FREE_TRIES {
        return None;
    }
    let doubled = 1_i64 << (failures - FREE_TRIES).clamp(0, 4);
    Some(TimeDelta::minutes(doubled).min(LONGEST_LOCK))
}

/// The posts a person may be given: known ones, each role where the plan puts it, one leader and one deputy (2.1.1-1).
/// `person` is the account that gets them, where it exists already.
pub fn check_posts(posts: &[Post], person: Option<Uuid>, directory: &Directory) -> Result<(), Refused> {
    for post in posts {
        let (Some(held), Some(department)) = (directory.role(&post.role), directory.department(&post.department))
        else {
            return Err(unknown_post());
        };
        if !held.departments.is_empty() && !held.departments.contains(&department.kind) {
            return Err(unknown_post());
        }
        let single = post.role == role::LEADER || post.role == role::DEPUTY_LEADER;
        let taken = directory.holders(&post.role, &post.department).any(|p| Some(p.id) != person);
        if single && taken {
            return Err(Refused::TwoLeaders);
        }
    }
    Ok(())
}

/// An administrator can't shut the last door behind himself: not close the own account, nor lay down the own post.
pub fn keeps_own_door(by: &Actor, person: Uuid, posts_after: &[Post]) -> Result<(), Refused> {
    let own = by.person == Some(person) && by.has_role(role::SYS_ADMIN);
    if own && !posts_after.iter().any(|p| p.role == role::SYS_ADMIN) {
        return Err(Refused::Forbidden);
    }
    Ok(())
}

fn unknown_post() -> Refused {
    Refused::BadValue { field: "post".to_owned(), expected: text(|l| l.msg_post_rule()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_grow_and_end() {
        assert_eq!(lock_after(4), None);
        assert_eq!(lock_after(5), Some(TimeDelta::minutes(1)));
        assert_eq!(lock_after(7), Some(TimeDelta::minutes(4)));
        assert_eq!(lock_after(100), Some(TimeDelta::minutes(15)));
    }

    #[test]
    fn login_names_are_plain() {
        for good in ["leader", "head.rmd-qz", "drv.q02", "cm1.rmd-lx"] {
            assert_eq!(check_login(good), Ok(()), "{good}");
        }
        for bad in ["", "Leader", ".x", "a b", "组长", "system", &"x".repeat(65)] {
            assert!(check_login(bad).is_err(), "{bad}");
        }
        assert_eq!(login_name("  Head.INF "), "head.inf");
    }

    #[test]
    fn an_administrator_stays_one() {
        let id = Uuid::nil();
        let admin = Post { role: role::SYS_ADMIN.to_owned(), department: "INF".to_owned() };
        let by = Actor { person: Some(id), posts: vec![admin.clone()], ..Actor::system() };
        assert_eq!(keeps_own_door(&by, id, &[]), Err(Refused::Forbidden));
        assert_eq!(keeps_own_door(&by, id, &[admin]), Ok(()));
        assert_eq!(keeps_own_door(&by, Uuid::max(), &[]), Ok(()));
    }
}
