//! A file of our own making, handed out to be saved.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::attachment::disposition;
use crate::error::Result;

/// The answer that saves `content` under `name`.
pub fn file(name: &str, media_type: &'static str, content: Vec<u8>) -> Result<Response> {
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CONTENT_DISPOSITION, disposition(name)),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, content).into_response())
}
