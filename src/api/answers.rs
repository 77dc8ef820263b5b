//! The answers every call may give, put into the document where a call does not name them itself: what is refused, and
//! with which body.

use serde_json::{Map, Value, json};

/// Adds to each call the refusals it can meet, and to each refusal the kind and shape of its body.
pub(super) fn complete(document: &mut Value) {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return };
    for (path, methods) in paths {
        for (method, call) in methods.as_object_mut().into_iter().flatten() {
            let common = common(path, method, call);
            let Some(answers) = call.get_mut("responses").and_then(Value::as_object_mut) else { continue };
            for (status, description) in common {
                answers.entry(status).or_insert_with(|| json!({ "description": description }));
            }
            shape(answers);
        }
    }
}

fn common(path: &str, method: &str, call: &Value) -> Vec<(&'static str, &'static str)> {
    let public = call.get("security").is_some();
    let named = path.contains('{');
    let asked = call["parameters"].as_array().is_some_and(|p| p.iter().any(|p| p["in"] == "query"));
    let told = call.get("requestBody").is_some();
    let mut answers = Vec::new();
    if named {
        answers.push(("400", "The address is not UTF-8"));
        answers.push(("404", "M_NOT_FOUND"));
    }
    if !public {
        answers.push(("401", "M_SIGN_IN_FIRST"));
        answers.push(("403", "Refused by right: M_FORBIDDEN, or the code that says whose it is"));
    }
    if asked {
        answers.push(("404", "M_NOT_FOUND: something the query names"));
    }
    if told || asked || named {
        answers.push(("422", "Refused by rule: M_BAD_VALUE, M_REQUIRED, M_UNKNOWN_FIELD, or the code of the rule"));
    }
    if told {
        answers.push(("413", "more than the call takes"));
    }
    if method == "post" && !public {
        answers.push(("404", "M_NOT_FOUND: something the body names"));
        answers.push(("409", "M_STALE: it has changed since, `change` says how"));
    }
    answers.push(("503", "M_FAULT: not now; try again after Retry-After"));
    answers
}

fn shape(answers: &mut Map<String, Value>) {
    for (_, answer) in answers.iter_mut().filter(|(status, _)| !status.starts_with('2')) {
        let Some(answer) = answer.as_object_mut() else { continue };
        let schema = json!({ "$ref": "#/components/schemas/RefusedBody" });
        answer.entry("content").or_insert_with(|| json!({ "application/json": { "schema": schema } }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_says_what_it_may_answer() {
        let mut document = json!({"paths": {"/a/{b}": {"post": {
            "requestBody": {}, "responses": {"200": {"description": "x"}, "409": {"description": "M_DUPLICATE"}},
        }, "delete": {"responses": {"204": {"description": "gone"}}}}}});
        complete(&mut document);
        let post = &document["paths"]["/a/{b}"]["post"]["responses"];
        let codes: Vec<&str> = post.as_object().into_iter().flatten().map(|(code, _)| code.as_str()).collect();
        assert_eq!(codes, ["200", "409", "400", "404", "401", "403", "422", "413", "503"]);
        assert_eq!(post["409"]["description"], "M_DUPLICATE");
        assert_eq!(post["404"]["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/RefusedBody");
        assert!(document["paths"]["/a/{b}"]["delete"]["responses"]["204"].get("content").is_none());
    }
}
