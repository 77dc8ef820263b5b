//! JSON bodies of the API. What can't be read is refused by name, in the caller's language.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::l10n::text;
use crate::lang::Text;
use crate::refusal::Refused;
use crate::web::{errors, nul};

/// A JSON body read into `T`, and a JSON answer. Give `T` `#[serde(deny_unknown_fields)]`, so that a typo is refused.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Json<T>, Response> {
        let body = Bytes::from_request(request, state).await.map_err(|rejection| errors::unread(&rejection))?;
        parse(&body).map(Json).map_err(|refused| Error::from(refused).into_response())
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// Reads a JSON text; the refusal names the field.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refused> {
    nul::in_json(body)?;
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|e| {
        let path = e.path().to_string();
        refusal(&path, &e.into_inner().to_string())
    })?;
    reader.end().map_err(|_| unreadable("body"))?;
    Ok(value)
}

/// serde reports in words only; the two that name a field are told apart by how they begin.
fn refusal(path: &str, message: &str) -> Refused {
    let quoted = |start: &str| {
        let rest = message.strip_prefix(start)?;
        Some(rest.split('`').next()?.to_owned())
    };
    if let Some(field) = quoted("unknown field `") {
        return Refused::UnknownField { field: within(path, &field) };
    }
    if let Some(field) = quoted("missing field `") {
        let field = within(path, &field);
        return Refused::Required { label: same(&field), field };
    }
    // Text that is no JSON at all has no place in it, and the path then ends in a question mark.
    unreadable(if path == "." || path.ends_with('?') { "body" } else { path })
}

fn within(path: &str, field: &str) -> String {
    if path == "." || path == field || path.ends_with(&format!(".{field}")) {
        let whole = if path == "." { field } else { path };
        return whole.to_owned();
    }
    format!("{path}.{field}")
}

fn unreadable(field: &str) -> Refused {
    Refused::BadValue { field: field.to_owned(), expected: text(|l| l.msg_body_rule()) }
}

fn same(word: &str) -> Text {
    Text { zh_hans: word.to_owned(), zh_hant: word.to_owned(), en: word.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code)]
    struct Body {
        user: String,
        links: Option<Links>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code)]
    struct Links {
        ordering: Option<i32>,
    }

    #[test]
    fn the_field_is_named() {
        let field = |body: &str| {
            let refused = parse::<Body>(body.as_bytes()).unwrap_err();
            (refused.code(), refused.field().unwrap().to_owned())
        };
        assert_eq!(field(r#"{"usr":"x"}"#), ("M_UNKNOWN_FIELD", "usr".to_owned()));
        assert_eq!(field("{}"), ("M_REQUIRED", "user".to_owned()));
        assert_eq!(field(r#"{"user":1}"#), ("M_BAD_VALUE", "user".to_owned()));
        assert_eq!(field(r#"{"user":"x","links":{"orderng":1}}"#), ("M_UNKNOWN_FIELD", "links.orderng".to_owned()));
        assert_eq!(field("{"), ("M_BAD_VALUE", "body".to_owned()));
        assert_eq!(field(r#"{"user":"x"} x"#), ("M_BAD_VALUE", "body".to_owned()));
        assert!(parse::<Body>(br#"{"user":"x"}"#).is_ok());
    }
}
