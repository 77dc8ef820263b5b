//! Signing in: what a session is used for, and what is asked of an account.

pub mod store;

use uuid::Uuid;

/// Where a session is used. Neither kind of token passes for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SessionKind {
    Web,
    Api,
}

impl SessionKind {
    pub const fn code(self) -> &'static str {
        match self {
            SessionKind::Web => "web",
            SessionKind::Api => "api",
        }
    }
}

/// What signing in needs to know of an account.
pub struct Credentials {
    pub person: Uuid,
    pub password_hash: String,
}
