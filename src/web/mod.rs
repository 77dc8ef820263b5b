//! The shell round every page and call: who asks, in which language, may they, and what a refusal looks like.
//!
//! A request passes, from the outside in: security headers, compression, `visit` (request id, who, language, errors
//! rendered), panics caught, addresses with a NUL refused, cross-site requests refused, sign-ins limited by address, then the access rule of its
//! route and the handler.

pub mod access;
mod acts;
pub mod done;
pub mod download;
pub mod errors;
pub mod form;
pub mod headers;
pub mod health;
mod help;
pub mod json;
mod kept;
pub mod language;
pub mod layout;
pub mod limit;
pub mod nav;
pub mod nul;
pub mod posted;
pub mod session;
pub mod session_api;
pub mod sign_in;
pub mod static_files;
pub mod theme;
pub mod visit;
pub mod when;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;

use crate::state::App;

pub use access::{Access, Routes};
pub(crate) use acts::acts;
pub use errors::{ApiError, PageError, status_of};
pub use form::Form;
pub use layout::{Shell, page, page_with};
pub use visit::Visitor;

/// Bytes of a form or a JSON body; routes that take files set their own with [`Routes::upload`].
const BODY_LIMIT: usize = 256 * 1024;

/// The routes of the shell itself.
pub fn routes() -> Routes {
    Routes::new()
        .get("/healthz", Access::Public, health::health)
        .get("/readyz", Access::Public, health::ready)
        .get("/metrics", Access::Watch, health::metrics)
        .get("/sign-in", Access::Public, sign_in::form)
        .post("/sign-in", Access::Public, sign_in::submit)
        .post("/sign-out", Access::Public, sign_in::sign_out)
        .post("/language", Access::Public, language::switch)
        .post("/theme", Access::Public, theme::switch)
        .get("/more", Access::SignedIn, layout::more)
        .get("/help", Access::SignedIn, help::help)
        .post("/api/v1/sessions", Access::Public, session_api::open)
        .delete("/api/v1/sessions/current", Access::SignedIn, session_api::close)
}

/// Puts the shell round the routes. Serve it with `into_make_service_with_connect_info::<SocketAddr>()`.
pub fn assemble(app: App, routes: Routes) -> Router {
    // The API takes no cookies, so another site has nothing to ride on there.
    let csrf = CsrfLayer::new()
        .with_insecure_bypass(|_, uri| uri.path().starts_with("/api/"))
        .with_rejection_response(errors::cross_site);
    let limiter = limit::Limiter::new(&app.settings);
    let pages = Arc::new(kept::Pages::new());
    let inner = routes
        .into_router()
        .fallback(errors::unknown_address)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(limiter, limit::limit))
        .layer(csrf)
        .layer(from_fn(nul::guard))
        .layer(CatchPanicLayer::custom(errors::panicked))
        .layer(from_fn_with_state((app.clone(), pages), visit::visit))
        .with_state(app.clone());
    let whole = inner.nest("/static", static_files::router()).layer(CompressionLayer::new());
    headers::secure(whole, app.settings.secure_cookies)
}
