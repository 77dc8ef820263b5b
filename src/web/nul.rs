//! The one sign no text may hold: NUL, which the database can't store. A request that brings one is refused before
//! anything reads it.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::error::Error;
use crate::l10n::text;
use crate::refusal::Refused;

/// Refuses an address that holds one: a path of ours never does, a question may by mistake.
pub(super) async fn guard(request: Request, next: Next) -> Response {
    let holds = |part: &str| part.contains("%00");
    let uri = request.uri();
    if holds(uri.path()) {
        return Error::from(Refused::NotFound).into_response();
    }
    if uri.query().is_some_and(holds) {
        return Error::from(refused("query")).into_response();
    }
    next.run(request).await
}

/// The first name or value of a form with one, by its name.
pub fn in_pairs<'a>(pairs: impl IntoIterator<Item = &'a (String, String)>) -> Result<(), Refused> {
    match pairs.into_iter().find(|(name, value)| name.contains('\0') || value.contains('\0')) {
        Some((name, _)) => Err(refused(&name.replace('\0', ""))),
        None => Ok(()),
    }
}

/// In JSON it can only stand escaped, so most bodies are looked through once and not read twice.
pub(super) fn in_json(body: &[u8]) -> Result<(), Refused> {
    if !body.windows(ESCAPED.len()).any(|six| six == ESCAPED) {
        return Ok(());
    }
    // What can't be read is refused where it is read.
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return Ok(()) };
    if !crate::response::intake::has_nul(&value) {
        return Ok(());
    }
    let fields = value.as_object();
    let field = fields.and_then(|f| f.iter().find(|(_, v)| crate::response::intake::has_nul(v)));
    Err(refused(field.map_or("body", |(name, _)| name)))
}

const ESCAPED: &[u8] = b"\\u0000";

fn refused(field: &str) -> Refused {
    Refused::BadValue { field: field.to_owned(), expected: text(|l| l.msg_no_nul_rule()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_found_wherever_it_hides() {
        for (body, field) in [
            (r#"{"text":"a\u0000b"}"#, Some("text")),
            (r#"{"lines":[{"brand":"\u0000"}]}"#, Some("lines")),
            (r#"{"\u0000":1}"#, Some("body")),
            (r#"["\u0000"]"#, Some("body")),
            (r#"{"text":"a\\u0000b"}"#, None),
            (r#"{"text":"\u0001"}"#, None),
            (r#"{"text":"\u0000"#, None),
        ] {
            let found = in_json(body.as_bytes()).err();
            assert_eq!(found.as_ref().and_then(Refused::field), field, "{body}");
        }
        let pairs = [("a".to_owned(), "x".to_owned()), ("b".to_owned(), "\0".to_owned())];
        assert_eq!(in_pairs(&pairs).unwrap_err().field(), Some("b"));
    }
}
