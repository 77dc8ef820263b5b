//! What goes wrong, as a page or as JSON. Handlers return [`crate::error::Error`]; it travels as a mark on the response
//! to `visit`, which knows the language and whether a page or JSON was asked for. No fault shows its inside.

use std::any::Any;

use askama::Template;
use axum::body::Body;
use axum::extract::rejection::BytesRejection;
use axum::http::{Response as HttpResponse, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tower_http::csrf::ProtectionError;

use crate::error::Error;
use crate::l10n::text;
use crate::lang::Lang;
use crate::refusal::Refused;
use crate::web::layout::{Shell, page_with};
use crate::web::visit::Visitor;

/// What handlers of pages return; the same error as everywhere.
pub type PageError = Error;
/// What handlers of the API return; the same error as everywhere.
pub type ApiError = Error;

/// The mark a failed response carries until it is rendered.
#[derive(Debug, Clone)]
pub(super) enum Report {
    /// One or several; never empty.
    Refused(Vec<Refused>),
    Fault,
    /// The database can't do it now; it may be tried again.
    Away,
    /// As many of the kind as the server keeps are open.
    Busy,
    /// More bytes than are taken.
    TooLarge,
}

impl Report {
    /// The refusal that decides the status.
    pub(super) fn first(&self) -> Option<&Refused> {
        match self {
            Report::Refused(refused) => refused.first(),
            _ => None,
        }
    }

    /// What an error is to whoever asked. What is nobody's refusal is logged here.
    pub(super) fn of(error: Error) -> Report {
        let away = error.is_away();
        match error {
            Error::Refused(refused) => Report::Refused(vec![*refused]),
            Error::Faults(faults) if !faults.is_empty() => Report::Refused(faults),
            Error::Faults(_) => Report::Fault,
            Error::Internal(error) if away => {
                tracing::warn!(%error, "a request could not be served now");
                Report::Away
            }
            Error::Internal(error) => {
                // Displayed, cause by cause: in its debugging form a database error shows the row that failed.
                let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
                tracing::error!(error = causes.join(": "), "a request failed");
                Report::Fault
            }
        }
    }

    /// After how many seconds to try again, where that may help.
    fn retry_after(&self) -> Option<&'static str> {
        match self {
            Report::Away => Some("5"),
            Report::Busy => Some("15"),
            _ => None,
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Report::Refused(refused) => status_of(refused),
            Report::Fault => StatusCode::INTERNAL_SERVER_ERROR,
            Report::Away | Report::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Report::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }

    /// Code and sentence of what carries no [`Refused`].
    fn said(&self, visitor: &Visitor) -> (&'static str, String) {
        let l = visitor.l10n();
        match self {
            Report::Away => ("M_AWAY", l.msg_away()),
            Report::Busy => ("M_BUSY", l.msg_busy()),
            Report::TooLarge => ("M_TOO_LARGE", l.msg_too_large()),
            Report::Refused(_) | Report::Fault => ("M_FAULT", l.msg_fault(visitor.request_id.as_str())),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        marked(Report::of(self))
    }
}

/// The status of an answer that refuses these; the first decides.
pub fn status_of(refused: &[Refused]) -> StatusCode {
    let code = refused.first().map_or(422, Refused::status);
    StatusCode::from_u16(code).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY)
}

/// The JSON of a refusal.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RefusedBody {
    /// The message code of the catalogue: `M_REQUIRED`.
    pub code: String,
    /// The sentence in the language of `Accept-Language`.
    pub message: String,
    /// The clause it rests on, where one is the ground.
    pub clause: Option<String>,
    /// The field it is about.
    pub field: Option<String>,
    /// M_STALE: what the other person changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
    /// Where several fields were refused together: all of them, this one first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    pub faults: Vec<RefusedBody>,
}

impl RefusedBody {
    pub fn of(refused: &Refused, lang: Lang) -> RefusedBody {
        RefusedBody {
            code: refused.code().to_owned(),
            message: refused.message(lang),
            clause: refused.clause().map(str::to_owned),
            field: refused.field().map(str::to_owned),
            change: refused.change().map(str::to_owned),
            faults: Vec::new(),
        }
    }
}

pub(super) async fn unknown_address() -> Response {
    marked(Report::Refused(vec![Refused::NotFound]))
}

/// More streams than are kept, refused.
pub fn busy() -> Response {
    marked(Report::Busy)
}

/// A body past what is taken, refused.
pub fn too_large() -> Response {
    marked(Report::TooLarge)
}

/// A body that could not be read: too large, or broken off.
pub fn unread(rejection: &BytesRejection) -> Response {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large();
    }
    Error::from(Refused::BadValue { field: "body".to_owned(), expected: text(|l| l.msg_body_rule()) }).into_response()
}

pub(super) fn cross_site(_: ProtectionError) -> HttpResponse<Body> {
    marked(Report::Refused(vec![Refused::Forbidden]))
}

pub(super) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("without a message");
    tracing::error!(message, "a handler panicked");
    marked(Report::Fault)
}

/// Whether a response was refused or failed by our own mark.
pub(super) fn is_marked(response: &Response) -> bool {
    response.extensions().get::<Report>().is_some()
}

/// What a response has to be rendered as, if it failed: our own mark, or a plain-text answer of the framework.
pub(super) fn report_of(response: &Response) -> Option<Report> {
    if let Some(report) = response.extensions().get::<Report>() {
        return Some(report.clone());
    }
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if kind.starts_with("text/html") || kind.starts_with("application/json") {
        return None;
    }
    Some(match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Report::Refused(vec![Refused::NotFound]),
        StatusCode::PAYLOAD_TOO_LARGE => Report::TooLarge,
        _ if status.is_server_error() => Report::Fault,
        _ => {
            Report::Refused(vec![Refused::BadValue { field: "body".to_owned(), expected: text(|l| l.msg_body_rule()) }])
        }
    })
}

/// The answer the visitor gets instead of `failed`, whose status is kept where it says more.
pub(super) fn render(visitor: &Visitor, report: &Report, failed: Response) -> Response {
    let status = failed.status();
    let allow = failed.headers().get(header::ALLOW).cloned();
    let mut response = if visitor.api {
        (status, axum::Json(body(visitor, report))).into_response()
    } else {
        error_page(visitor, report, status)
    };
    if let Some(seconds) = report.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static(seconds));
    }
    if let Some(methods) = allow {
        response.headers_mut().insert(header::ALLOW, methods);
    }
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
    }
    response
}

fn body(visitor: &Visitor, report: &Report) -> RefusedBody {
    match report {
        Report::Refused(refused) if !refused.is_empty() => {
            let all = refused.iter().map(|r| RefusedBody::of(r, visitor.lang));
            let mut faults: Vec<RefusedBody> = all.collect();
            let mut body = faults[0].clone();
            if faults.len() > 1 {
                body.faults.append(&mut faults);
            }
            body
        }
        other => {
            let (code, message) = other.said(visitor);
            RefusedBody { code: code.to_owned(), message, clause: None, field: None, change: None, faults: Vec::new() }
        }
    }
}

#[derive(Template)]
#[template(path = "layout_error.html")]
struct ErrorPage {
    shell: Shell,
    title: String,
    /// What was refused; empty for a fault of ours.
    refused: Vec<RefusedBody>,
    fault: String,
}

fn error_page(visitor: &Visitor, report: &Report, status: StatusCode) -> Response {
    let l = visitor.l10n();
    let title = match (report, report.first().map(Refused::status)) {
        (Report::Away | Report::Busy, _) => l.msg_error_away(),
        (Report::TooLarge, _) => l.msg_error_refused(),
        (_, None) => l.msg_error_fault(),
        (_, Some(404)) => l.msg_error_not_found(),
        (_, Some(403)) => l.msg_error_forbidden(),
        (_, Some(_)) => l.msg_error_refused(),
    };
    let refused = match report {
        Report::Refused(refused) => refused.as_slice(),
        _ => &[],
    };
    page_with(
        status,
        &ErrorPage {
            shell: Shell::of(visitor),
            title,
            refused: refused.iter().map(|r| RefusedBody::of(r, visitor.lang)).collect(),
            fault: report.said(visitor).1,
        },
    )
}

pub(super) fn marked(report: Report) -> Response {
    let mut response = report.status().into_response();
    response.extensions_mut().insert(report);
    response
}
