//! Query strings of the API: what can't be read is refused by name.

use axum::extract::{FromRequestParts, Query as Parsed};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::refusal::Refused;

/// A query string read into `T`; give `T` `#[serde(deny_unknown_fields)]`.
pub(super) struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Query<T>, Error> {
        Parsed::try_from_uri(&parts.uri).map(|Parsed(query)| Query(query)).map_err(|rejection| {
            let words = std::error::Error::source(&rejection).map_or_else(String::new, ToString::to_string);
            let field = words.split('`').nth(1).unwrap_or("query").to_owned();
            if words.contains("missing field") {
                let label = crate::lang::text(&field, &field, &field);
                return Refused::Required { field, label }.into();
            }
            Refused::UnknownField { field }.into()
        })
    }
}
