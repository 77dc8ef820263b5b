//! How often one address may try to sign in. Per process; the lock per account is kept in the database.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use tower_governor::governor::GovernorConfigBuilder;
use tower_governor::key_extractor::PeerIpKeyExtractor;

use crate::error::Error;
use crate::refusal::Refused;
use crate::state::Settings;
use crate::web::visit::Visitor;

/// Addresses remembered before the ones at rest are forgotten.
const ADDRESSES_KEPT: usize = 10_000;

#[derive(Clone)]
pub(super) struct Limiter(Arc<dyn Fn(std::net::IpAddr) -> bool + Send + Sync>);

impl Limiter {
    pub(super) fn new(settings: &Settings) -> Limiter {
        let config = GovernorConfigBuilder::default()
            .key_extractor(PeerIpKeyExtractor)
            .per_millisecond(settings.sign_in_refill_ms.max(1))
            .burst_size(settings.sign_in_burst.max(1))
            .finish();
        let limiter = config.map(|c| Arc::clone(c.limiter()));
        Limiter(Arc::new(move |address| {
            let Some(limiter) = &limiter else { return true };
            if limiter.len() > ADDRESSES_KEPT {
                limiter.retain_recent();
            }
            limiter.check_key(&address).is_ok()
        }))
    }
}

pub(super) async fn limit(State(limiter): State<Limiter>, request: Request, next: Next) -> Response {
    let signs_in = request.method() == Method::POST && matches!(request.uri().path(), "/sign-in" | "/api/v1/sessions");
    if signs_in
        && let Some(visitor) = request.extensions().get::<Visitor>()
        && let Ok(address) = visitor.address.parse()
        && !(limiter.0)(address)
    {
        let until = visitor.app.clock.now() + TimeDelta::seconds(5);
        return Error::from(Refused::TooManyTries { until }).into_response();
    }
    next.run(request).await
}
