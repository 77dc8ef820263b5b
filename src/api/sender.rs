//! `Idempotency-Key`: the sender's own key for what a call makes.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;

use crate::error::Error;
use crate::once::{self, Call, Key, Made};
use crate::person::Actor;
use crate::web::json::Json;

/// The header, where it holds a key.
pub(super) struct SenderKey(pub Option<String>);

impl SenderKey {
    pub(super) fn of(self, actor: &Actor, call: Call) -> Option<Key> {
        Key::of(actor, call, self.0)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SenderKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<SenderKey, Error> {
        let typed = parts.headers.get("idempotency-key").and_then(|v| v.to_str().ok()).unwrap_or_default();
        Ok(SenderKey(once::key(typed)?))
    }
}

/// 201 for what was made now, 200 for what was made before.
pub(super) fn answered<T>(made: Made<T>) -> (StatusCode, Json<T>) {
    match made {
        Made::New(answer) => (StatusCode::CREATED, Json(answer)),
        Made::Known(answer) => (StatusCode::OK, Json(answer)),
    }
}
