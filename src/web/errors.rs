//! What goes wrong, as a page or as JSON. Handlers return [`crate::error::Error`]; it travels as a mark on the response
//! to `visit`, which knows the language and whether a page or JSON was asked for. No fault shows its inside.

use std::any::Any;

use askama::Template;
use axum::body::Body;
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
}

impl Report {
    /// The refusal that decides the status.
    pub(super) fn first(&self) -> Option<&Refused> {
        match self {
            Report::Refused(refused) => refused.first(),
            Report::Fault => None,
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let report = match self {
            Error::Refused(refused) => Report::Refused(vec![*refused]),
            Error::Faults(faults) if !faults.is_empty() => Report::Refused(faults),
            Error::Faults(_) => Report::Fault,
            Error::Internal(error) => {
                tracing::error!(error = ?error, "a request failed");
                Report::Fault
            }
        };
        marked(report)
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
        _ if status.is_server_error() => Report::Fault,
        _ => {
            Report::Refused(vec![Refused::BadValue { field: "body".to_owned(), expected: text(|l| l.msg_body_rule()) }])
        }
    })
}

/// The answer the visitor gets instead of `failed`, whose status is kept where it says more.
pub(super) fn render(visitor: &Visitor, report: &Report, failed: Response) -> Response {
    let status = failed.status();
    let mut response = if visitor.api {
        (status, axum::Json(body(visitor, report))).into_response()
    } else {
        error_page(visitor, report, status)
    };
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
        _ => RefusedBody {
            code: "M_FAULT".to_owned(),
            message: visitor.l10n().msg_fault(visitor.request_id.as_str()),
            clause: None,
            field: None,
            change: None,
            faults: Vec::new(),
        },
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
    let title = match report.first().map(Refused::status) {
        None => l.msg_error_fault(),
        Some(404) => l.msg_error_not_found(),
        Some(403) => l.msg_error_forbidden(),
        Some(_) => l.msg_error_refused(),
    };
    let refused = match report {
        Report::Refused(refused) => refused.as_slice(),
        Report::Fault => &[],
    };
    page_with(
        status,
        &ErrorPage {
            shell: Shell::of(visitor),
            title,
            refused: refused.iter().map(|r| RefusedBody::of(r, visitor.lang)).collect(),
            fault: l.msg_fault(visitor.request_id.as_str()),
        },
    )
}

fn marked(report: Report) -> Response {
    let status = match &report {
        Report::Refused(refused) => status_of(refused),
        Report::Fault => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let mut response = status.into_response();
    response.extensions_mut().insert(report);
    response
}
