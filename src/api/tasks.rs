//! Calls on one task. Each answers the task as it became.

use axum::extract::{Path, State};

use super::answer::{self, TaskAnswer};
use super::body::{
    Acknowledgement, Assignment, Completion, Contact, CooperationAnswer, ItemBody, Notifying, Progress, Reason, Seeing,
};
use crate::error::Result;
use crate::incident::field::time;
use crate::refusal::Refused;
use crate::response::checklist::Check;
use crate::response::{Answer, Command};
use crate::state::App;
use crate::task::{self, Assignee};
use crate::web::Visitor;
use crate::web::json::Json;

type Target = Path<(String, String)>;

/// Sign for a task
#[utoipa::path(post, path = "/api/v1/incidents/{number}/tasks/{task}/acknowledgement", tag = "tasks",
    params(("number" = String, Path), ("task" = String, Path)), request_body = Acknowledgement,
    responses((status = 200, body = TaskAnswer), (status = 409, description = "M_STALE: another signed first")))]
pub(super) async fn acknowledgement(
    State(app): State<App>,
    visitor: Visitor,
    Path(target): Target,
    Json(body): Json<Acknowledgement>,
) -> Result<Json<TaskAnswer>> {
    let estimate = time("estimate", body.estimate.as_deref())?;
    act(&app, &visitor, target, task::Command::Acknowledge { estimate }, body.revision).await
}

/// Give a task to a member of the department; from the officer in charge, to another department
#[utoipa::path(post, path = "/api/v1/incidents/{number}/tasks/{task}/assignment", tag = "tasks",
    params(("number" = String, Path), ("task" = String, Path)), request_body = Assignment,
    responses((status = 200, body = TaskAnswer)))]
pub(super) async fn assignment(
    State(app): State<App>,
    visitor: Visitor,
    Path(target): Target,
    Json(body): Json<Assignment>,
) -> Result<Json<TaskAnswer>> {
    let directory = app.directory();
    let command = match directory.by_login(&body.to) {
        Some(person) => task::Command::Assign { to: Assignee { person: person.id, login: person.login.clone() } },
        None if directory.department(&body.to).is_some() => {
            task::Command::Move { to: body.to, reason: body.reason.unwrap_or_default() }
        }
        None => {
            let words = crate::lang::Text {
                zh_hans: "本部门成员的登录名".to_owned(),
                zh_hant: "本部門成員的登入名".to_owned(),
                en: "the sign-in name of a member of the department".to_owned(),
            };
            return Err(Refused::BadValue { field: "to".to_owned(), expected: words }.into());
        }
    };
    act(&app, &visitor, target, command, None).await
}

/// Record progress; on a continuous duty, a check-in
#[utoipa::path(post, path = "/api/v1/incidents/{number}/tasks/{task}/progress", tag = "tasks",
    params(("number" = String, Path), ("task" = String, Path)), request_body = Progress,
    responses((status = 200, body = TaskAnswer)))]
pub(super) async fn progress(
    State(app): State<App>,
    visitor: Visitor,
    Path(target): Target,
    Json(body): Json<Progress>,
) -> Result<Json<TaskAnswer>> {
    act(&app, &visitor, target, task::Command::Progress { text: body.text }, None).await
}

/// Log a call to a party outside
#[utoipa::path(post, path = "/api/v1/incidents/{number}/tasks/{task}/contacts", tag = "tasks",
    params(("number" = String, Path), ("task" = String, Path)), request_body = Contact,
    responses((status = 200, body = TaskAnswer)))]
pub(super) async fn contacts(
    State(app): State<App>,
    visitor: Visitor,
    Path(target): Target,
    Json(body): Json<Contact>,
) -> Result<Json<TaskAnswer>> {
    let contact = task::transition::Contact {
        party: body.party,
        phone: body.number,
        at: time("at", body.at.as_deref())?.unwrap_or_else(|| app.clock.now()),
        answer: body.answer,
        promised_at: time("promised_at", body.promised_at.as_deref())?,
    };
    act(&app, &visitor, target, task::Command::Contact(contact), None).await
}

/// Tell people by name, as a task asks that does so: those of its list named in `people`
#[utoipa::path(post, path = "/api/v1/incidents/{number}/tasks/{task}/notified", tag = "tasks",
    params(("number" = String, Path), ("task" = String, Path)), request_body = Notifying,
    responses((status = 200, body = TaskAnswer), (status = 409, description = "M_STALE: the task has ended, or another told one of them"),
        (status = 422, description = "M_REQUIRED, M_BAD_VALUE: somebody not on the list, a time before it happened; M_FUTURE_TIME")))]
pub(super) async fn notified(
    State(app): State<App>,
    visitor: Visitor,
    Path(target): Target,
    Json(body): Json<Notifying>,
) -> Result<Json<TaskAnswer>> {
    let means = crate::notified::means(body.means.as_deref())?;
    let command = task::Command::Notify { people: body.people, means, at: time("at", body.at.as_deref())? };
    act(&app, &visitor, target, command, None).await
}

/// Say that you have seen what you were told by name; nobody says it for another
#[utoipa::path(post, path = "/api/v1/incidents/{number}/tasks/{task}/seen", tag = "tasks",
    params(("number" = String, Path), ("task" = String, Path)), request_body = Seeing,
    responses((status = 200, body = TaskAnswer), (status = 403, description = "M_FORBIDDEN: you were not told")))]
pub(super) async fn seen(
    State(app): State<App>,
    visitor: Visitor,
    Path(target): Target,
    Json(Seeing {}): Json<Seeing>,
) -> Result<Json<TaskAnswer>> {
    act(&app, &visitor, target, task::Command::See, None).await
}

/// Report a task done, with the evidence it asks for
#[utoipa::path(post, path = "/api/v1/incidents/{number}/tasks/{task}/completion", tag = "tasks",
    params(("number" = String, Path), ("task" = String, Path)), request_body = Completion,
    responses((status = 200, body = TaskAnswer), (status = 422, description = "M_ACK_FIRST, M_PREREQ, M_EVIDENCE_MISSING, M_SITE_HEAD")))]
pub(super) async fn completion(
    State(app): State<App>,
    visitor: Visitor,
    Path(target): Target,
    Json(body): Json<Completion>,
) -> Result<Json<TaskAnswer>> {
    act(&app, &visitor, target, task::Command::Complete { evidence: body.evidence }, body.revision).await
}

/// Give a task back: a member to the head, the head to the officer in charge
#[utoipa::path(post, path = "/api/v1/incidents/{number}/tasks/{task}/return", tag = "tasks",
    params(("number" = String, Path), ("task" = String, Path)), request_body = Reason,
    responses((status = 200, body = TaskAnswer), (status = 422, description = "M_REFUSE_REASON")))]
pub(super) async fn give_back(
    State(app): State<App>,
    visitor: Visitor,
    Path(target): Target,
    Json(body): Json<Reason>,
) -> Result<Json<TaskAnswer>> {
    act(&app, &visitor, target, task::Command::Return { reason: body.reason }, None).await
}

/// Answer a card that asks a department for its help
#[utoipa::path(post, path = "/api/v1/incidents/{number}/tasks/{task}/cooperation", tag = "tasks",
    params(("number" = String, Path), ("task" = String, Path)), request_body = CooperationAnswer,
    responses((status = 200, body = TaskAnswer), (status = 422, description = "M_REFUSE_REASON")))]
pub(super) async fn cooperation(
    State(app): State<App>,
    visitor: Visitor,
    Path((number, key)): Target,
    Json(body): Json<CooperationAnswer>,
) -> Result<Json<TaskAnswer>> {
    let answer = match (body.refusal, body.result) {
        (Some(reason), _) => Answer::Refuse(reason),
        (None, Some(result)) => Answer::Result(result),
        (None, None) => Answer::Acknowledge,
    };
    let command = Command::Cooperate { task: key.clone(), department: body.department, answer };
    send(&app, &visitor, &number, &key, command).await
}

/// Tick an item of the checklist a task runs by, or take the tick back
#[utoipa::path(post, path = "/api/v1/incidents/{number}/tasks/{task}/checklist", tag = "tasks",
    params(("number" = String, Path), ("task" = String, Path)), request_body = ItemBody,
    responses((status = 200, body = TaskAnswer), (status = 404, description = "M_NOT_FOUND: no such item"),
        (status = 409, description = "M_STALE: another version stands, or the task has ended"),
        (status = 422, description = "M_ACK_FIRST")))]
pub(super) async fn checklist(
    State(app): State<App>,
    visitor: Visitor,
    Path((number, key)): Target,
    Json(body): Json<ItemBody>,
) -> Result<Json<TaskAnswer>> {
    let check = Check { version: body.version, item: body.item, done: body.done.unwrap_or(true) };
    send(&app, &visitor, &number, &key, Command::Check { task: key.clone(), check }).await
}

async fn act(
    app: &App,
    visitor: &Visitor,
    (number, key): (String, String),
    command: task::Command,
    revision: Option<i32>,
) -> Result<Json<TaskAnswer>> {
    let command = Command::Task { key: key.clone(), command, revision };
    send(app, visitor, &number, &key, command).await
}

async fn send(app: &App, visitor: &Visitor, number: &str, key: &str, command: Command) -> Result<Json<TaskAnswer>> {
    let case = app.act(visitor.signed_in()?, number, command).await?;
    let held = app.held(app.edition_for(&case.incident)?);
    let task = case.task(key).ok_or(Refused::NotFound)?;
    Ok(Json(answer::task_of(task, &case, &held, app.clock.now())))
}
