//! Sent twice, done once: the sender's own key for what a call makes. A call whose answer was lost on the way is sent
//! again under the same key, and is answered with what the first one made.

pub mod store;

use uuid::Uuid;

use crate::l10n::text;
use crate::person::Actor;
use crate::refusal::Refused;

/// Characters of a key at most.
pub const KEY_LENGTH: usize = 200;

/// What a call makes. The same key may stand for one of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    Directive,
    Decision,
    Announcement,
    Circular,
    Rectification,
    ResourceRequest,
}

impl Call {
    pub const fn code(self) -> &'static str {
        match self {
            Call::Directive => "directive",
            Call::Decision => "decision",
            Call::Announcement => "announcement",
            Call::Circular => "circular",
            Call::Rectification => "rectification",
            Call::ResourceRequest => "resource_request",
        }
    }
}

/// A key as its sender gave it; it belongs to that person and stands for nothing of anybody else's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    person: Uuid,
    call: Call,
    key: String,
}

impl Key {
    /// `None` without a key.
    pub fn of(actor: &Actor, call: Call, key: Option<String>) -> Option<Key> {
        Some(Key { person: actor.person?, call, key: key? })
    }
}

/// What was made now, or under the same key before.
#[derive(Debug)]
pub enum Made<T> {
    New(T),
    Known(T),
}

impl<T> Made<T> {
    pub fn into_inner(self) -> T {
        match self {
            Made::New(made) | Made::Known(made) => made,
        }
    }

    pub fn map<U>(self, to: impl FnOnce(T) -> U) -> Made<U> {
        match self {
            Made::New(made) => Made::New(to(made)),
            Made::Known(made) => Made::Known(to(made)),
        }
    }
}

impl<T, E> Made<Result<T, E>> {
    pub fn transpose(self) -> Result<Made<T>, E> {
        Ok(match self {
            Made::New(made) => Made::New(made?),
            Made::Known(made) => Made::Known(made?),
        })
    }
}

/// A key as typed, without blanks round it; a blank one is none.
///
/// # Errors
/// M_BAD_VALUE for one that is too long.
pub fn key(typed: &str) -> Result<Option<String>, Refused> {
    let key = typed.trim();
    if key.chars().count() > KEY_LENGTH {
        let expected = text(|l| l.msg_length_rule(KEY_LENGTH.to_string()));
        return Err(Refused::BadValue { field: "Idempotency-Key".to_owned(), expected });
    }
    Ok((!key.is_empty()).then(|| key.to_owned()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_key_is_short_or_none() {
        assert_eq!(key("  ").unwrap(), None);
        assert_eq!(key(" a ").unwrap().as_deref(), Some("a"));
        assert!(key(&"x".repeat(KEY_LENGTH)).is_ok());
        let refused = key(&"x".repeat(KEY_LENGTH + 1)).unwrap_err();
        assert_eq!((refused.code(), refused.field()), ("M_BAD_VALUE", Some("Idempotency-Key")));
    }
}
