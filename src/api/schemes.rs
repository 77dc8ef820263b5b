//! Calls on the separate schemes: documents the plan refers to and does not hold (R9).

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use crate::error::Result;
use crate::lang::Lang;
use crate::plan::SchemeDef;
use crate::refusal::Refused;
use crate::scheme::{Document, pages};
use crate::state::App;
use crate::web::Visitor;
use crate::web::json::Json;
use crate::web::posted::Posted;
use crate::web::when::rfc3339;

/// The separate schemes the edition in force refers to, and what is attached
#[utoipa::path(get, path = "/api/v1/schemes", tag = "schemes",
    responses((status = 200, description = "{edition, items}: scheme, name, clauses, basis, departments, in_force (null: not attached), versions, the newest first")))]
pub(super) async fn list(State(app): State<App>, visitor: Visitor) -> Result<Json<Value>> {
    visitor.signed_in()?;
    let edition = app.edition()?;
    let items: Vec<Value> = edition.matrix.schemes.iter().map(|s| answer(&app, s, visitor.lang)).collect();
    Ok(Json(json!({ "edition": edition.code, "items": items })))
}

/// Attach a version, by the head of a department the matrix names; it stands from now on
#[utoipa::path(post, path = "/api/v1/schemes", tag = "schemes",
    request_body(content = String, content_type = "multipart/form-data",
        description = "multipart/form-data: scheme, version, file, checklist (one item a line, may be left out)"),
    responses((status = 201, description = "The scheme with its versions"),
        (status = 403, description = "M_FORBIDDEN for others than the heads of the departments named"),
        (status = 404, description = "M_NOT_FOUND"),
        (status = 422, description = "M_REQUIRED without a version or a file of a kind taken; M_BAD_VALUE for a version attached before; M_UNKNOWN_FIELD")))]
pub(super) async fn attach(
    State(app): State<App>,
    visitor: Visitor,
    posted: Posted,
) -> Result<(StatusCode, Json<Value>)> {
    let actor = visitor.signed_in()?;
    let fields = posted.form.pairs().iter().map(|(name, _)| name.as_str());
    let files = posted.files.iter().map(|f| f.field.as_str()).filter(|f| *f != "file");
    let unknown = fields.filter(|f| !["scheme", "version", "checklist"].contains(f)).chain(files).next();
    if let Some(field) = unknown {
        return Err(Refused::UnknownField { field: field.to_owned() }.into());
    }
    let scheme = posted.form.get("scheme").to_owned();
    app.attach_scheme(actor, pages::read(scheme.clone(), posted)?).await?;
    let edition = app.edition()?;
    let def = edition.scheme(&scheme).ok_or(Refused::NotFound)?;
    Ok((StatusCode::CREATED, Json(answer(&app, def, visitor.lang))))
}

/// Read the document of a version: the file as it was attached
#[utoipa::path(get, path = "/api/v1/schemes/{scheme}/{id}", tag = "schemes",
    params(("scheme" = String, Path), ("id" = String, Path, description = "As a version has it")),
    responses((status = 200, description = "The file, in its own media type", content_type = "application/octet-stream"),
        (status = 404, description = "M_NOT_FOUND")))]
pub(super) async fn file(State(app): State<App>, Path((scheme, id)): Path<(String, String)>) -> Result<Response> {
    pages::file(&app, &scheme, &id).await
}

fn answer(app: &App, scheme: &SchemeDef, lang: Lang) -> Value {
    let schemes = app.schemes();
    let versions: Vec<Value> = schemes.of(&scheme.code).map(version).collect();
    json!({
        "scheme": scheme.code, "name": scheme.name.get(lang), "clauses": scheme.clauses, "basis": scheme.basis.code(),
        "departments": scheme.departments, "in_force": versions.first(), "versions": versions,
    })
}

fn version(document: &Document) -> Value {
    json!({
        "id": document.id, "version": document.version, "file": document.name, "media_type": document.media_type, "size": document.size,
        "sha256": document.sha256, "checklist": document.checklist, "attached_by": document.by,
        "attached_at": rfc3339(document.at), "href": document.href(),
    })
}
