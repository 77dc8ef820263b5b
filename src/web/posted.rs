//! A posted form that may carry files.

use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::error::Error;
use crate::l10n::text;
use crate::refusal::Refused;
use crate::web::form::Form;

/// Fields and files of a form, however it is encoded.
#[derive(Debug, Clone, Default)]
pub struct Posted {
    pub form: Form,
    pub files: Vec<PostedFile>,
}

/// A file as it was sent; a file control left empty sends none.
#[derive(Debug, Clone)]
pub struct PostedFile {
    /// Name of the form's control.
    pub field: String,
    /// Name of the file on the sender's device.
    pub name: String,
    /// As the sender says; never to be believed.
    pub content_type: String,
    pub bytes: Vec<u8>,
}

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Posted, Response> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("multipart/form-data") {
            let form = Form::from_request(request, state).await?;
            return Ok(Posted { form, files: Vec::new() });
        }
        let multipart = Multipart::from_request(request, state).await.map_err(|_| unreadable())?;
        read(multipart).await.map_err(|_| unreadable())
    }
}

async fn read(mut multipart: Multipart) -> Result<Posted, axum::extract::multipart::MultipartError> {
    let mut pairs = Vec::new();
    let mut files = Vec::new();
    while let Some(part) = multipart.next_field().await? {
        let field = part.name().unwrap_or_default().to_owned();
        let name = part.file_name().map(str::to_owned);
        let content_type = part.content_type().unwrap_or_default().to_owned();
        let bytes = part.bytes().await?;
        match name {
            Some(name) if !name.is_empty() || !bytes.is_empty() => {
                files.push(PostedFile { field, name, content_type, bytes: bytes.to_vec() });
            }
            Some(_) => {}
            None => pairs.push((field, String::from_utf8_lossy(&bytes).into_owned())),
        }
    }
    Ok(Posted { form: Form::from_pairs(pairs), files })
}

fn unreadable() -> Response {
    Error::from(Refused::BadValue { field: "body".to_owned(), expected: text(|l| l.msg_body_rule()) }).into_response()
}
