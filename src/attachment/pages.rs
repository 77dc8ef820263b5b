//! A kept file, handed out to be saved, never to be shown as a page of ours.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::{disposition, store};
use crate::error::Result;
use crate::person::Actor;
use crate::refusal::Refused;
use crate::state::App;
use crate::web::{Access, Routes};

pub fn routes() -> Routes {
    Routes::new().get("/incidents/{number}/attachments/{id}", Access::Reader, download)
}

async fn download(
    State(app): State<App>,
    actor: Actor,
    Path((number, id)): Path<(String, String)>,
) -> Result<Response> {
    let (case, _) = app.case(&actor, &number).await?;
    let id: Uuid = id.parse().map_err(|_| Refused::NotFound)?;
    let mut conn = app.pool.acquire().await?;
    let (name, media_type, content) =
        store::content(&mut conn, case.incident.id, id).await?.ok_or(Refused::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_DISPOSITION, disposition(&name)),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, content).into_response())
}
