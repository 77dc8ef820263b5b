//! Calls on the settings: proposed numbers of the plan in force (R8).

use axum::extract::{Path, State};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use super::query::Query;
use super::shape::{OfEdition, answers};
use crate::error::Result;
use crate::lang::Lang;
use crate::plan::{Number, Quantity, Subject};
use crate::refusal::Refused;
use crate::settings::view::Book;
use crate::settings::{Change, Wish, store};
use crate::state::App;
use crate::web::Visitor;
use crate::web::json::Json;
use crate::web::when::rfc3339;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SettingBody {
    /// The new number: `30`, or `16:00` for a time of day.
    value: String,
    /// From when on, RFC 3339; now when left out, never earlier.
    #[schema(value_type = Option<String>)]
    valid_from: Option<DateTime<Utc>>,
    #[serde(default)]
    reason: String,
    /// The id of the last change you saw, 0 for none; answered M_STALE where there is a later one.
    seen: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Only {
    /// `set`: only numbers set otherwise.
    only: Option<String>,
}

/// List the numbers of the plan in force: what its text says, what is set, and what the plan itself fixes
#[utoipa::path(get, path = "/api/v1/settings", tag = "settings",
    params(("only" = Option<String>, Query, description = "`set`: only numbers set otherwise than the text has them")),
    responses((status = 200, body = OfEdition<NumberAnswer>, description = "{edition, items}: key, name, measure, text, in_force, coming, basis, fixed, clauses")))]
pub(super) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Query(asked): Query<Only>,
) -> Result<Json<OfEdition<NumberAnswer>>> {
    visitor.signed_in()?;
    let only_set = match asked.only.as_deref() {
        None | Some("") => false,
        Some("set") => true,
        Some(_) => return Err(bad("only", "set").into()),
    };
    let edition = app.edition_of(&app.edition()?.code)?;
    let (editions, now) = (app.editions(), app.clock.now());
    let book = Book { edition: &edition, editions: &editions, lang: visitor.lang, now };
    let items = edition
        .numbers()
        .iter()
        .map(|number| answer(&book, number))
        .filter(|item| !only_set || item.in_force != item.text || !item.coming.is_empty())
        .collect();
    Ok(Json(OfEdition { edition: edition.code.clone(), items }))
}

/// Read one number with its history
#[utoipa::path(get, path = "/api/v1/settings/{key}", tag = "settings", params(("key" = String, Path)),
    responses((status = 200, body = NumberWithHistory, description = "The number, and history: old, new, by, at, valid_from, reason"),
        (status = 404, description = "M_NOT_FOUND")))]
pub(super) async fn read(
    State(app): State<App>,
    visitor: Visitor,
    Path(key): Path<String>,
) -> Result<Json<NumberWithHistory>> {
    visitor.signed_in()?;
    Ok(Json(whole(&app, &key, visitor.lang).await?))
}

/// Set a proposed number, from now or later on; what is open keeps the number it was opened with
#[utoipa::path(post, path = "/api/v1/settings/{key}", tag = "settings", params(("key" = String, Path)),
    request_body = SettingBody,
    responses((status = 200, body = NumberWithHistory, description = "The number with its history"),
        (status = 403, description = "M_FORBIDDEN for others than leader and deputy, M_ACTING_LIMITS"),
        (status = 404, description = "M_NOT_FOUND"), (status = 409, description = "M_STALE: set by another since `seen`"),
        (status = 422, description = "M_PLAN_READONLY for a number of the plan's own; M_BAD_VALUE; M_REQUIRED without a reason")))]
pub(super) async fn set(
    State(app): State<App>,
    visitor: Visitor,
    Path(key): Path<String>,
    Json(body): Json<SettingBody>,
) -> Result<Json<NumberWithHistory>> {
    let SettingBody { value, valid_from, reason, seen } = body;
    let wish = Wish { key, value, valid_from, reason, seen };
    app.set_number(visitor.signed_in()?, &wish).await?;
    Ok(Json(whole(&app, &wish.key, visitor.lang).await?))
}

async fn whole(app: &App, key: &str, lang: Lang) -> Result<NumberWithHistory> {
    let edition = app.edition_of(&app.edition()?.code)?;
    let number = Subject::of(key).and_then(|s| edition.number(s)).ok_or(Refused::NotFound)?;
    let (editions, now) = (app.editions(), app.clock.now());
    let book = Book { edition: &edition, editions: &editions, lang, now };
    let mut conn = app.pool.acquire().await?;
    let history = store::all(&mut conn).await?;
    let own = history.iter().rev().filter(|c| c.key == key);
    Ok(with_history(answer(&book, &number), own.map(change).collect()))
}

/// What the number is of, and which of several.
fn name(book: &Book<'_>, subject: &Subject) -> String {
    let (name, label) = (book.name(subject), book.label(subject));
    if label.is_empty() { name } else { format!("{name} · {label}") }
}

answers! {
    /// A number of the plan in force.
    pub(super) struct NumberAnswer = answer(book: &Book<'_>, number: &Number) {
        key: String = number.subject.key(),
        name: String = name(book, &number.subject),
        measure: String = number.quantity.measure(),
        /// As the text of the edition has it.
        text: String = number.quantity.written(),
        in_force: String = book.editions.quantity(number, book.now).written(),
        coming: Vec<Coming> = book.editions.coming(number, book.now).iter().map(coming).collect(),
        /// plan, inferred or proposed.
        basis: &'static str = number.basis.code(),
        /// The plan's own: changed by a revision only.
        fixed: bool = number.is_fixed(),
        clauses: Vec<String> = number.clauses.clone(),
    }

    pub(super) struct NumberWithHistory = with_history(number: NumberAnswer, changes: Vec<ChangeAnswer>) {
        #[serde(flatten)]
        number: NumberAnswer = number,
        /// The latest first.
        history: Vec<ChangeAnswer> = changes,
    }

    pub(super) struct Coming = coming(later: &(DateTime<Utc>, Quantity)) {
        valid_from: String = rfc3339(later.0),
        value: String = later.1.written(),
    }

    pub(super) struct ChangeAnswer = change(change: &Change) {
        id: i64 = change.id,
        edition: String = change.edition.clone(),
        old: String = change.old.clone(),
        new: String = change.new.clone(),
        valid_from: String = rfc3339(change.valid_from),
        reason: String = change.reason.clone(),
        by: String = change.by.clone(),
        at: String = rfc3339(change.at),
    }
}

fn bad(field: &str, expected: &str) -> Refused {
    Refused::BadValue { field: field.to_owned(), expected: crate::lang::text(expected, expected, expected) }
}
