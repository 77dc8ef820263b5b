//! The form that takes a photo or document.

use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::response::Response;

use crate::attachment::{self, Upload};
use crate::casefile::Typed;
use crate::casefile::pages::answered;
use crate::error::Result;
use crate::state::App;
use crate::web::{Access, Form, Routes, Visitor, nul};

/// The file and the few fields beside it.
const BODY_LIMIT: usize = attachment::MAX_BYTES + 64 * 1024;

pub fn routes() -> Routes {
    Routes::new().upload("/incidents/{number}/attachments", Access::Reader, BODY_LIMIT, attach)
}

async fn attach(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    request: Request,
) -> Result<Response> {
    let actor = visitor.signed_in()?;
    let (form, upload) = read(request).await;
    let done = async {
        let upload = upload?;
        app.attach(actor, &number, form.filled("task"), &upload).await
    }
    .await;
    answered(&app, &visitor, &number, done, Typed::new("attachments", "", form.pairs()), "files").await
}

/// The fields before the file, and the file checked. A body past the limit breaks off here, and is too large.
async fn read(request: Request) -> (Form, Result<Upload>) {
    let mut pairs = Vec::new();
    let mut file = (String::new(), Vec::new());
    let taken = async {
        let mut parts = Multipart::from_request(request, &()).await.map_err(|_| attachment::too_large())?;
        while let Some(part) = parts.next_field().await.map_err(|_| attachment::too_large())? {
            let name = part.name().unwrap_or_default().to_owned();
            if name == "file" {
                let called = part.file_name().unwrap_or_default().to_owned();
                let content = part.bytes().await.map_err(|_| attachment::too_large())?;
                file = (called, content.to_vec());
            } else {
                let value = part.text().await.map_err(|_| attachment::too_large())?;
                pairs.push((name, value));
            }
        }
        nul::in_pairs(&pairs)?;
        Ok(Upload::check(&file.0, std::mem::take(&mut file.1))?)
    }
    .await;
    (Form::from_pairs(pairs), taken)
}
