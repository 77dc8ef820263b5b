//! The JSON API: the same acts as the pages, for programs. `/api/openapi.json` describes it, `/api` reads it aloud.

mod answer;
mod answers;
mod body;
mod checks;
mod circulars;
mod directives;
mod document;
mod editions;
mod exchanges;
mod figures;
mod headquarters;
mod incidents;
mod lists;
mod practice;
mod query;
mod records;
mod rectifications;
mod resources;
mod reviews;
mod rulings;
mod schemes;
mod sender;
mod service;
mod settings;
mod shape;
mod standing;
mod tasks;

use crate::web::{Access, Routes};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api", Access::Public, document::page)
        .get("/api/openapi.json", Access::Public, document::json)
        .post("/api/v1/previews", Access::Reader, incidents::preview)
        .post("/api/v1/incidents", Access::Reader, incidents::report)
        .get("/api/v1/incidents", Access::Reader, lists::incidents)
        .get("/api/v1/incidents/{number}", Access::Reader, incidents::read)
        .get("/api/v1/incidents/{number}/timeline", Access::Reader, incidents::timeline)
        .post("/api/v1/incidents/{number}/severity", Access::Reader, incidents::set_severity)
        .post("/api/v1/incidents/{number}/conditions", Access::Reader, incidents::condition)
        .post("/api/v1/incidents/{number}/links", Access::Reader, incidents::link)
        .post("/api/v1/incidents/{number}/merge", Access::Reader, incidents::merge)
        .post("/api/v1/incidents/{number}/merge/undo", Access::Reader, incidents::undo_merge)
        .post("/api/v1/incidents/{number}/recovery", Access::Reader, incidents::recovery)
        .post("/api/v1/incidents/{number}/closure", Access::Reader, incidents::closure)
        .post("/api/v1/incidents/{number}/reopening", Access::Reader, incidents::reopening)
        .post("/api/v1/incidents/{number}/corrections", Access::Reader, incidents::correction)
        .post("/api/v1/incidents/{number}/comments", Access::Reader, incidents::comment)
        .post("/api/v1/incidents/{number}/tasks/{task}/acknowledgement", Access::Reader, tasks::acknowledgement)
        .post("/api/v1/incidents/{number}/tasks/{task}/assignment", Access::Reader, tasks::assignment)
        .post("/api/v1/incidents/{number}/tasks/{task}/progress", Access::Reader, tasks::progress)
        .post("/api/v1/incidents/{number}/tasks/{task}/contacts", Access::Reader, tasks::contacts)
        .post("/api/v1/incidents/{number}/tasks/{task}/notified", Access::Reader, tasks::notified)
        .post("/api/v1/incidents/{number}/tasks/{task}/seen", Access::Reader, tasks::seen)
        .post("/api/v1/incidents/{number}/tasks/{task}/completion", Access::Reader, tasks::completion)
        .post("/api/v1/incidents/{number}/tasks/{task}/return", Access::Reader, tasks::give_back)
        .post("/api/v1/incidents/{number}/tasks/{task}/cooperation", Access::Reader, tasks::cooperation)
        .post("/api/v1/incidents/{number}/tasks/{task}/checklist", Access::Reader, tasks::checklist)
        .post("/api/v1/incidents/{number}/reclassification", Access::Reader, headquarters::reclassify)
        .get("/api/v1/incidents/{number}/reclassification/preview", Access::Reader, headquarters::preview)
        .post("/api/v1/incidents/{number}/figures", Access::Reader, headquarters::figures)
        .get("/api/v1/presence", Access::Reader, headquarters::presence)
        .post("/api/v1/presence", Access::Reader, headquarters::declare)
        .get("/api/v1/headquarters", Access::Reader, headquarters::list)
        .post("/api/v1/headquarters", Access::Reader, headquarters::activate)
        .get("/api/v1/headquarters/{number}", Access::Reader, headquarters::read)
        .post("/api/v1/headquarters/{number}/delegations", Access::Reader, headquarters::delegate)
        .post("/api/v1/headquarters/{number}/delegations/acceptance", Access::Reader, headquarters::accept)
        .post("/api/v1/headquarters/{number}/handovers", Access::Reader, headquarters::hand_over)
        .post("/api/v1/headquarters/{number}/handovers/acceptance", Access::Reader, headquarters::take_over)
        .get("/api/v1/headquarters/{number}/stand-down", Access::Reader, headquarters::checklist)
        .post("/api/v1/headquarters/{number}/stand-down", Access::Reader, headquarters::stand_down)
        .get("/api/v1/succession", Access::Reader, headquarters::succession)
        .post("/api/v1/succession", Access::Reader, headquarters::sign_succession)
        .get("/api/v1/departments/{code}/tasks", Access::Reader, lists::department)
        .get("/api/v1/notices", Access::Reader, lists::notices)
        .post("/api/v1/directives", Access::Reader, directives::issue)
        .get("/api/v1/directives", Access::Reader, directives::list)
        .get("/api/v1/directives/{number}", Access::Reader, directives::read)
        .post("/api/v1/directives/{number}/acknowledgement", Access::Reader, directives::acknowledgement)
        .post("/api/v1/directives/{number}/progress", Access::Reader, directives::progress)
        .post("/api/v1/directives/{number}/extension", Access::Reader, directives::extension)
        .post("/api/v1/directives/{number}/completion", Access::Reader, directives::completion)
        .post("/api/v1/directives/{number}/acceptance", Access::Reader, directives::acceptance)
        .post("/api/v1/directives/{number}/return", Access::Reader, directives::give_back)
        .post("/api/v1/directives/{number}/withdrawal", Access::Reader, directives::withdrawal)
        .post("/api/v1/checks", Access::Leaders, checks::note)
        .get("/api/v1/checks", Access::Leaders, checks::list)
        .post("/api/v1/circulars", Access::Oversight, circulars::write)
        .get("/api/v1/circulars", Access::Reader, circulars::list)
        .get("/api/v1/circulars/{number}", Access::Reader, circulars::read)
        .post("/api/v1/circulars/{number}/publication", Access::Reader, circulars::publication)
        .post("/api/v1/circulars/{number}/receipts", Access::Reader, circulars::receipts)
        .post("/api/v1/resource-requests", Access::Reader, resources::ask)
        .get("/api/v1/resource-requests", Access::Reader, resources::list)
        .post("/api/v1/resource-requests/{number}/promise", Access::Reader, resources::promise)
        .post("/api/v1/resource-requests/{number}/arrival", Access::Reader, resources::arrival)
        .post("/api/v1/resource-requests/{number}/cancellation", Access::Reader, resources::cancellation)
        .post("/api/v1/reviews", Access::Leaders, reviews::demand)
        .get("/api/v1/reviews", Access::Reader, reviews::list)
        .get("/api/v1/reviews/{number}", Access::Reader, reviews::read)
        .post("/api/v1/reviews/{number}/findings", Access::Reader, reviews::findings)
        .post("/api/v1/reviews/{number}/corrections", Access::Reader, reviews::corrections)
        .post("/api/v1/reviews/{number}/withdrawals", Access::Reader, reviews::withdrawals)
        .post("/api/v1/reviews/{number}/draft", Access::Reader, reviews::draft)
        .post("/api/v1/reviews/{number}/objections", Access::Reader, reviews::objections)
        .post("/api/v1/reviews/{number}/answers", Access::Reader, reviews::answers)
        .post("/api/v1/reviews/{number}/final", Access::Reader, reviews::finish)
        .post("/api/v1/reviews/{number}/closure", Access::Reader, reviews::closure)
        .post("/api/v1/rectifications", Access::Inspection, rectifications::order)
        .get("/api/v1/rectifications", Access::Reader, rectifications::list)
        .get("/api/v1/rectifications/{number}", Access::Reader, rectifications::read)
        .post("/api/v1/rectifications/{number}/acknowledgement", Access::Reader, rectifications::acknowledgement)
        .post("/api/v1/rectifications/{number}/answer", Access::Reader, rectifications::answer)
        .post("/api/v1/rectifications/{number}/acceptance", Access::Reader, rectifications::acceptance)
        .post("/api/v1/rectifications/{number}/return", Access::Reader, rectifications::give_back)
        .post("/api/v1/exchanges", Access::Inspection, exchanges::arrange)
        .get("/api/v1/exchanges", Access::Reader, exchanges::list)
        .get("/api/v1/exchanges/{number}", Access::Reader, exchanges::read)
        .post("/api/v1/exchanges/{number}", Access::Inspection, exchanges::rearrange)
        .post("/api/v1/exchanges/{number}/publication", Access::Inspection, exchanges::publication)
        .post("/api/v1/exchanges/{number}/receipts", Access::Reader, exchanges::receipts)
        .post("/api/v1/lessons", Access::Inspection, exchanges::collect)
        .get("/api/v1/lessons", Access::Reader, exchanges::lessons_list)
        .get("/api/v1/lessons/{number}", Access::Reader, exchanges::lesson_read)
        .post("/api/v1/lessons/{number}", Access::Inspection, exchanges::revise)
        .get("/api/v1/editions", Access::SignedIn, editions::list)
        .upload("/api/v1/editions", Access::SignedIn, editions::IMPORT_LIMIT, editions::draft)
        .get("/api/v1/editions/{code}", Access::SignedIn, editions::read)
        .get("/api/v1/editions/{code}/differences", Access::SignedIn, editions::differences)
        .post("/api/v1/editions/{code}/clauses/{id}", Access::SignedIn, editions::clause)
        .post("/api/v1/editions/{code}/tasks/{id}", Access::SignedIn, editions::task)
        .post("/api/v1/editions/{code}/clauses", Access::SignedIn, records::add_clause)
        .post("/api/v1/editions/{code}/clauses/{id}/removal", Access::SignedIn, records::remove_clause)
        .post("/api/v1/editions/{code}/tasks", Access::SignedIn, records::add_task)
        .post("/api/v1/editions/{code}/tasks/{id}/removal", Access::SignedIn, records::remove_task)
        .post("/api/v1/editions/{code}/consultation", Access::SignedIn, editions::consultation)
        .post("/api/v1/editions/{code}/opinions", Access::SignedIn, editions::opinion)
        .post("/api/v1/editions/{code}/approval", Access::SignedIn, editions::approval)
        .post("/api/v1/incidents/{number}/edition", Access::Reader, editions::pin)
        .get("/api/v1/rulings", Access::SignedIn, rulings::rulings)
        .post("/api/v1/rulings", Access::SignedIn, rulings::rule)
        .get("/api/v1/questions", Access::Reader, rulings::questions)
        .post("/api/v1/questions", Access::Reader, rulings::ask)
        .post("/api/v1/questions/{id}/answer", Access::Reader, rulings::answer)
        .get("/api/v1/schemes", Access::SignedIn, schemes::list)
        .get("/api/v1/schemes/{scheme}/{id}", Access::SignedIn, schemes::file)
        .upload("/api/v1/schemes", Access::Heads, crate::scheme::pages::BODY_LIMIT, schemes::attach)
        .get("/api/v1/settings", Access::SignedIn, settings::list)
        .get("/api/v1/settings/{key}", Access::SignedIn, settings::read)
        .post("/api/v1/settings/{key}", Access::SignedIn, settings::set)
        .get("/api/v1/standing-duties", Access::Reader, standing::list)
        .post("/api/v1/standing-duties/{duty}/records", Access::Reader, standing::keep)
        .get("/api/v1/figures", Access::Reader, figures::figures)
        .get("/api/v1/figures/records", Access::Reader, figures::records)
        .post("/api/v1/practice/clock", Access::SignedIn, practice::clock)
        .merge(service::routes())
}
