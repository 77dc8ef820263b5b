//! Every refusal the API can give in this part of the plan, in three languages: its code, status, words, clause
//! and field.

mod handling;
mod reporting;

use serde_json::Value;

use super::messages::{LANGUAGES, fills, template};
use crate::harness::server::Client;

/// What a refusal must carry beside its code.
#[derive(Clone, Copy, Default)]
struct Expect<'a> {
    status: u16,
    clause: Option<&'a str>,
    field: Option<&'a str>,
    /// What the message must name, the same in every language.
    names: &'a str,
    /// What it must name in zh-Hans, zh-Hant and English.
    words: [&'a str; 3],
}

/// A refusal by rule.
fn rule<'a>() -> Expect<'a> {
    Expect { status: 422, ..Expect::default() }
}

/// A refusal by right.
fn right<'a>() -> Expect<'a> {
    Expect { status: 403, ..Expect::default() }
}

/// Sends the same thing in three languages; each time it is refused alike, in that language's words.
async fn refused(client: &Client, path: &str, body: &Value, code: &str, expect: Expect<'_>) {
    for (index, lang) in LANGUAGES.into_iter().enumerate() {
        let (status, answer) = client.reading(lang).post(path, body.clone()).await;
        check(lang, index, status, &answer, code, expect, &format!("POST {path} {body}"));
    }
}

/// The same for reading.
async fn hidden(client: &Client, path: &str, code: &str, expect: Expect<'_>) {
    for (index, lang) in LANGUAGES.into_iter().enumerate() {
        let (status, answer) = client.reading(lang).get(path).await;
        check(lang, index, status, &answer, code, expect, &format!("GET {path}"));
    }
}

fn check(lang: &str, index: usize, status: u16, answer: &Value, code: &str, expect: Expect<'_>, what: &str) {
    assert_eq!(answer["code"], code, "{what}: {status} {answer}");
    assert_eq!(status, expect.status, "{what}: {answer}");
    let message = answer["message"].as_str().expect("a message");
    let words = template(code, lang);
    assert!(fills(words, message), "{what}: {message:?} is not {words:?}");
    for named in [expect.names, expect.words[index]] {
        assert!(message.contains(named), "{what}: {message:?} does not name {named:?}");
    }
    let keys = answer.as_object().unwrap();
    for key in ["code", "message", "clause", "field"] {
        assert!(keys.contains_key(key), "{what}: no {key} in {answer}");
    }
    if let Some(clause) = expect.clause {
        assert_eq!(answer["clause"], clause, "{what}");
    }
    if let Some(field) = expect.field {
        assert_eq!(answer["field"], field, "{what}");
    }
}
