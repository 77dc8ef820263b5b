//! A posted form that may carry files.

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::attachment::MAX_BYTES;
use crate::error::Error;
use crate::l10n::text;
use crate::refusal::Refused;
use crate::web::form::Form;
use crate::web::nul;

/// Fields and files of a form, however it is encoded.
#[derive(Debug, Clone, Default)]
pub struct Posted {
    pub form: Form,
    pub files: Vec<PostedFile>,
    /// The whole was more than the route takes: fields and files before that point are here.
    pub cut_off: bool,
}

/// A file as it was sent; a file control left empty sends none.
#[derive(Debug, Clone)]
pub struct PostedFile {
    /// Name of the form's control.
    pub field: String,
    /// Name of the file on the sender's device.
    pub name: String,
    /// Of a file past [`MAX_BYTES`] only one byte more than that, so that what stands behind it in the form is read too.
    pub content: Vec<u8>,
}

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Posted, Response> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("multipart/form-data") {
            let form = Form::from_request(request, state).await?;
            return Ok(Posted { form, ..Posted::default() });
        }
        let multipart = Multipart::from_request(request, state).await.map_err(|_| unreadable())?;
        let posted = read(multipart).await;
        nul::in_pairs(posted.form.pairs()).map_err(|refused| Error::from(refused).into_response())?;
        Ok(posted)
    }
}

async fn read(mut multipart: Multipart) -> Posted {
    let mut pairs = Vec::new();
    let mut files = Vec::new();
    let whole = async {
        while let Some(part) = multipart.next_field().await? {
            let field = part.name().unwrap_or_default().to_owned();
            let name = part.file_name().map(str::to_owned);
            let content = content(part).await?;
            match name {
                Some(name) if !name.is_empty() || !content.is_empty() => {
                    files.push(PostedFile { field, name, content })
                }
                Some(_) => {}
                None => pairs.push((field, String::from_utf8_lossy(&content).into_owned())),
            }
        }
        Ok::<(), MultipartError>(())
    }
    .await;
    Posted { form: Form::from_pairs(pairs), files, cut_off: whole.is_err() }
}

async fn content(mut part: Field<'_>) -> Result<Vec<u8>, MultipartError> {
    let mut content = Vec::new();
    while let Some(chunk) = part.chunk().await? {
        let room = (MAX_BYTES + 1).saturating_sub(content.len());
        content.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
    }
    Ok(content)
}

fn unreadable() -> Response {
    Error::from(Refused::BadValue { field: "body".to_owned(), expected: text(|l| l.msg_body_rule()) }).into_response()
}
