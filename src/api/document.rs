//! The OpenAPI document, and a page that reads it aloud.

use askama::Template;
use axum::response::Response;
use serde_json::Value;
use utoipa::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};

use super::{
    answers, checks, circulars, directives, editions, exchanges, figures, headquarters, incidents, lists, practice,
    records, rectifications, resources, reviews, rulings, schemes, service, settings, standing, tasks,
};
use crate::error::Result;
use crate::web::errors::RefusedBody;
use crate::web::json::Json;
use crate::web::{Shell, Visitor, page as render, session_api};

#[derive(OpenApi)]
#[openapi(
    info(title = "Zhihui API", description = "Report, route, sign, escalate, close: the same acts as the pages. A refusal is 4xx with {code, message, clause, field} in the language of Accept-Language: 422 by rule, 403 by right, 409 M_STALE and M_DUPLICATE. 503 M_AWAY with Retry-After: the database is out of reach; send again, a report under its Idempotency-Key."),
    paths(
        session_api::open, session_api::close, incidents::preview, incidents::report, incidents::read,
        incidents::timeline, lists::incidents, incidents::set_severity, incidents::condition, incidents::link,
        incidents::merge, incidents::undo_merge, incidents::recovery, incidents::closure, incidents::reopening,
        incidents::correction, incidents::comment, tasks::acknowledgement, tasks::assignment, tasks::progress,
        tasks::contacts, tasks::notified, tasks::seen, tasks::completion, tasks::give_back, tasks::cooperation, tasks::checklist, directives::issue, directives::list,
        directives::read, directives::acknowledgement, directives::progress, directives::extension,
        directives::completion, directives::acceptance, directives::give_back, directives::withdrawal, checks::note, checks::list,
        headquarters::presence, headquarters::declare, headquarters::list, headquarters::activate, headquarters::read,
        headquarters::delegate, headquarters::accept, headquarters::hand_over, headquarters::take_over,
        headquarters::checklist, headquarters::stand_down, headquarters::succession, headquarters::sign_succession,
        headquarters::preview, headquarters::reclassify, headquarters::figures, circulars::write, circulars::list,
        circulars::read, circulars::publication, circulars::receipts, resources::ask, resources::list,
        resources::promise, resources::arrival, resources::cancellation, reviews::demand, reviews::list, reviews::read,
        reviews::findings, reviews::corrections, reviews::withdrawals, reviews::draft, reviews::objections, reviews::answers, reviews::finish, reviews::closure,
        rectifications::order, rectifications::list, rectifications::read, rectifications::acknowledgement,
        rectifications::answer, rectifications::acceptance, rectifications::give_back, exchanges::arrange, exchanges::list,
        exchanges::read, exchanges::rearrange, exchanges::publication, exchanges::receipts, exchanges::collect,
        exchanges::lessons_list, exchanges::lesson_read, exchanges::revise, editions::list,
        editions::draft, editions::read, editions::differences, editions::clause, editions::task, editions::opinion, editions::consultation,
        editions::approval, editions::pin, rulings::rulings, rulings::rule, rulings::questions, rulings::ask,
        rulings::answer, lists::department, lists::notices, practice::clock, figures::figures, figures::records,
        service::decide, service::decisions, service::decision, service::opine, service::sign, service::announce,
        service::announcements, service::announcement, service::prove, service::complete, service::set_states,
        service::states, schemes::list, schemes::attach, schemes::file, settings::list, settings::read, settings::set,
        records::add_clause, records::remove_clause, records::add_task, records::remove_task,
        standing::list, standing::keep,
    ),
    components(schemas(RefusedBody)),
    modifiers(&Bearer),
    security(("bearer" = []))
)]
struct Document;

struct Bearer;

impl utoipa::Modify for Bearer {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    }
}

pub(super) async fn json() -> Result<Json<Value>> {
    let mut document = document()?;
    answers::complete(&mut document);
    Ok(Json(document))
}

fn document() -> Result<Value> {
    Ok(serde_json::to_value(Document::openapi()).map_err(anyhow::Error::from)?)
}

/// One call, as the readable page shows it.
struct Call {
    method: String,
    path: String,
    summary: String,
    body: Vec<(String, String)>,
    answers: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "api/page.html")]
struct Page {
    shell: Shell,
    groups: Vec<(String, Vec<Call>)>,
}

pub(super) async fn page(visitor: Visitor) -> Result<Response> {
    let document = document()?;
    let mut groups: Vec<(String, Vec<Call>)> = Vec::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, call) in methods.as_object().into_iter().flatten() {
            let tag = call["tags"][0].as_str().unwrap_or("other").to_owned();
            let call = read(&document, path, method, call);
            match groups.iter_mut().find(|g| g.0 == tag) {
                Some(group) => group.1.push(call),
                None => groups.push((tag, vec![call])),
            }
        }
    }
    Ok(render(&Page { shell: Shell::of(&visitor), groups }))
}

fn read(document: &Value, path: &str, method: &str, call: &Value) -> Call {
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let content = &call["requestBody"]["content"]["application/json"]["schema"];
    let schema = content["$ref"]
        .as_str()
        .and_then(|r| r.rsplit('/').next())
        .map_or(content, |name| &document["components"]["schemas"][name]);
    let mut body: Vec<(String, String)> = schema["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, p)| (name.clone(), text(&p["description"])))
        .collect();
    if body.is_empty() && call["requestBody"]["description"].is_string() {
        body.push(("{…}".to_owned(), text(&call["requestBody"]["description"])));
    }
    let answers = call["responses"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(status, a)| (status.clone(), text(&a["description"])))
        .collect();
    Call { method: method.to_uppercase(), path: path.to_owned(), summary: text(&call["summary"]), body, answers }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeSet;

    use super::*;

    /// Maps whose keys are the plan data's own, and what the journal keeps of an event.
    const FREE: [&str; 6] = [
        "Items_TaskAnswer.items.evidence",
        "NoticeAnswer.data",
        "PreviewAnswer.figures",
        "ProposalAnswer.figures",
        "SummaryAnswer.fields",
        "TaskAnswer.evidence",
    ];

    /// What may be anything, by the schema and the field it stands in.
    fn anything(
        document: &Value,
        schema: &Value,
        place: &str,
        seen: &mut BTreeSet<String>,
        found: &mut BTreeSet<String>,
    ) {
        if let Some(name) = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()) {
            if seen.insert(name.to_owned()) {
                let known = &document["components"]["schemas"][name];
                assert!(known.is_object(), "{place} refers to {name}, which is not there");
                anything(document, known, name, seen, found);
            }
            return;
        }
        let parts = ["allOf", "oneOf", "anyOf"].iter().filter_map(|of| schema[of].as_array()).flatten();
        let mut known = schema["type"].is_string() && schema["type"] != "object" || schema["type"].is_array();
        for part in parts {
            known = true;
            anything(document, part, place, seen, found);
        }
        for (field, schema) in schema["properties"].as_object().into_iter().flatten() {
            known = true;
            anything(document, schema, &format!("{place}.{field}"), seen, found);
        }
        for inner in ["items", "additionalProperties"] {
            if let Some(schema) = schema.get(inner).filter(|s| s.is_object()) {
                known = true;
                anything(document, schema, place, seen, found);
            }
        }
        if !known {
            found.insert(place.to_owned());
        }
    }

    #[test]
    fn every_answer_says_what_it_holds() {
        let document = document().unwrap();
        let (mut seen, mut found, mut good) = (BTreeSet::new(), BTreeSet::new(), 0);
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, call) in methods.as_object().unwrap() {
                for (status, answer) in call["responses"].as_object().unwrap() {
                    if !status.starts_with('2') || status == "204" {
                        continue;
                    }
                    if answer["content"]["application/octet-stream"].is_object() {
                        continue;
                    }
                    let schema = &answer["content"]["application/json"]["schema"];
                    anything(&document, schema, &format!("{method} {path} {status}"), &mut seen, &mut found);
                    good += 1;
                }
            }
        }
        assert!(good > 100, "{good}");
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), FREE);
    }
}
