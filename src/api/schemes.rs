//! Calls on the separate schemes: documents the plan refers to and does not hold (R9).

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use utoipa::ToSchema;

use super::shape::{OfEdition, answers};
use crate::error::Result;
use crate::lang::Lang;
use crate::plan::SchemeDef;
use crate::refusal::Refused;
use crate::scheme::{Document, Schemes, pages};
use crate::state::App;
use crate::web::Visitor;
use crate::web::json::Json;
use crate::web::posted::Posted;
use crate::web::when::rfc3339;

/// The fields of the form.
#[derive(ToSchema)]
#[expect(dead_code, reason = "what the document says; the form is read by scheme::pages")]
pub(super) struct SchemeForm {
    /// Code of the plan data.
    scheme: String,
    version: String,
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// One item a line.
    checklist: Option<String>,
}

/// The separate schemes the edition in force refers to, and what is attached
#[utoipa::path(get, path = "/api/v1/schemes", tag = "schemes",
    responses((status = 200, body = OfEdition<SchemeAnswer>, description = "{edition, items}: scheme, name, clauses, basis, departments, in_force (null: not attached), versions, the newest first")))]
pub(super) async fn list(State(app): State<App>, visitor: Visitor) -> Result<Json<OfEdition<SchemeAnswer>>> {
    visitor.signed_in()?;
    let edition = app.edition()?;
    let schemes = app.schemes();
    let items = edition.matrix.schemes.iter().map(|s| answer(s, &schemes, visitor.lang)).collect();
    Ok(Json(OfEdition { edition: edition.code.clone(), items }))
}

/// Attach a version, by the head of a department the matrix names; it stands from now on
#[utoipa::path(post, path = "/api/v1/schemes", tag = "schemes",
    request_body(content = SchemeForm, content_type = "multipart/form-data"),
    responses((status = 201, body = SchemeAnswer, description = "The scheme with its versions"),
        (status = 403, description = "M_FORBIDDEN for others than the heads of the departments named"),
        (status = 404, description = "M_NOT_FOUND"),
        (status = 422, description = "M_REQUIRED without a version or a file of a kind taken; M_BAD_VALUE for a version attached before; M_UNKNOWN_FIELD")))]
pub(super) async fn attach(
    State(app): State<App>,
    visitor: Visitor,
    posted: Posted,
) -> Result<(StatusCode, Json<SchemeAnswer>)> {
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
    Ok((StatusCode::CREATED, Json(answer(def, &app.schemes(), visitor.lang))))
}

/// Read the document of a version: the file as it was attached
#[utoipa::path(get, path = "/api/v1/schemes/{scheme}/{id}", tag = "schemes",
    params(("scheme" = String, Path), ("id" = String, Path, description = "As a version has it")),
    responses((status = 200, body = String, description = "The file, in its own media type", content_type = "application/octet-stream"),
        (status = 404, description = "M_NOT_FOUND")))]
pub(super) async fn file(State(app): State<App>, Path((scheme, id)): Path<(String, String)>) -> Result<Response> {
    pages::file(&app, &scheme, &id).await
}

answers! {
    /// A document of its own that the plan refers to.
    pub(super) struct SchemeAnswer = answer(scheme: &SchemeDef, schemes: &Schemes, lang: Lang) {
        scheme: String = scheme.code.clone(),
        name: String = scheme.name.get(lang).to_owned(),
        clauses: Vec<String> = scheme.clauses.clone(),
        /// Whether the plan itself refers to it: plan, inferred or proposed.
        basis: &'static str = scheme.basis.code(),
        /// Whose heads may attach a version.
        departments: Vec<String> = scheme.departments.clone(),
        /// Null: not attached.
        in_force: Option<VersionAnswer> = schemes.of(&scheme.code).next().map(version),
        /// The newest first.
        versions: Vec<VersionAnswer> = schemes.of(&scheme.code).map(version).collect(),
    }

    pub(super) struct VersionAnswer = version(document: &Document) {
        id: String = document.id.to_string(),
        version: String = document.version.clone(),
        /// Name of the file.
        file: String = document.name.clone(),
        media_type: String = document.media_type.clone(),
        /// Bytes.
        size: i64 = document.size,
        sha256: String = document.sha256.clone(),
        checklist: Vec<String> = document.checklist.clone(),
        attached_by: String = document.by.clone(),
        attached_at: String = rfc3339(document.at),
        href: String = document.href(),
    }
}
