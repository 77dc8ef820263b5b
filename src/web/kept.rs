//! Boards are drawn and packed once for all who look while nothing changes; see [`crate::state::kept`].

use std::io::Write;
use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::error::Error;
use crate::lang::Lang;
use crate::person::Actor;
use crate::state::kept::Kept;
use crate::web::theme::Theme;
use crate::web::visit::Visit;

/// Pages that only read, whatever is asked of them.
const BOARDS: [&str; 4] = ["/board", "/wall", "/department", "/duty"];

/// Packed pages, by all that a request decides of them: who asks, with every post, in which language and theme, for
/// what. The rest of a request does not reach a board.
pub(super) type Pages = Kept<Key, Bytes>;

#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    actor: Arc<Actor>,
    lang: Lang,
    theme: Theme,
    path: String,
}

/// Under what the answer may be kept; `None` for what is asked anew each time.
pub(super) fn key(request: &Parts, visit: &Visit) -> Option<Key> {
    let board = request.method == Method::GET && BOARDS.contains(&request.uri.path());
    let actor = visit.actor.clone().filter(|_| board && takes_gzip(request))?;
    Some(Key { actor, lang: visit.lang, theme: visit.theme, path: visit.path.clone() })
}

fn takes_gzip(request: &Parts) -> bool {
    let accepted = request.headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|one| matches!(one.trim(), "gzip" | "gzip;q=1.0" | "*"))
}

/// The body of a page, packed; any other answer comes back as it is.
pub(super) async fn pack(response: Response) -> Result<Bytes, Response> {
    if response.status() != StatusCode::OK || response.headers().contains_key(header::SET_COOKIE) {
        return Err(response);
    }
    let packed = async {
        let html = to_bytes(response.into_body(), usize::MAX).await?;
        let mut packer = GzEncoder::new(Vec::with_capacity(html.len() / 4), Compression::default());
        packer.write_all(&html)?;
        anyhow::Ok(Bytes::from(packer.finish()?))
    };
    packed.await.map_err(|error| Error::from(error).into_response())
}

pub(super) fn answer(packed: Bytes) -> Response {
    let mut response = packed.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}
