//! Sessions of the API.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::person::session::SessionKind;
use crate::state::App;
use crate::web::errors::RefusedBody;
use crate::web::json::Json;
use crate::web::sign_in::{end, sign_in};
use crate::web::visit::Visitor;
use crate::web::when::rfc3339;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionRequest {
    /// Sign-in name.
    pub user: String,
    pub password: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct SessionAnswer {
    /// To be sent as `Authorization: Bearer …`.
    pub token: String,
    /// RFC 3339 with +08:00.
    pub expires_at: String,
}

/// Sign in
#[utoipa::path(
    post,
    path = "/api/v1/sessions",
    tag = "sessions",
    security(()),
    request_body = SessionRequest,
    responses(
        (status = 201, description = "Signed in", body = SessionAnswer),
        (status = 401, description = "M_SIGN_IN", body = RefusedBody),
        (status = 422, description = "M_REQUIRED, M_UNKNOWN_FIELD, M_BAD_VALUE", body = RefusedBody),
        (status = 429, description = "M_TOO_MANY_TRIES", body = RefusedBody),
    )
)]
pub async fn open(
    State(app): State<App>,
    visitor: Visitor,
    Json(request): Json<SessionRequest>,
) -> Result<(StatusCode, Json<SessionAnswer>)> {
    let session = sign_in(&app, &request.user, &request.password, SessionKind::Api, &visitor.address).await?;
    let answer = SessionAnswer { token: session.token, expires_at: rfc3339(session.expires_at) };
    Ok((StatusCode::CREATED, Json(answer)))
}

/// Sign out
#[utoipa::path(
    delete,
    path = "/api/v1/sessions/current",
    tag = "sessions",
    responses(
        (status = 204, description = "The token no longer opens anything"),
        (status = 401, description = "M_SIGN_IN_FIRST", body = RefusedBody),
    )
)]
pub async fn close(State(app): State<App>, visitor: Visitor) -> Result<StatusCode> {
    end(&app, &visitor).await?;
    Ok(StatusCode::NO_CONTENT)
}
