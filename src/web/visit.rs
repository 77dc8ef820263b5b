//! One request's visitor: who, in which language, from where. Found before anything else, and the place where a
//! refusal turns into a page or a JSON answer.

use std::net::{IpAddr, SocketAddr};
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use tracing::Instrument;
use uuid::Uuid;

use crate::audit::{self, Entry, Outcome};
use crate::db::line;
use crate::error::{Error, Result};
use crate::l10n::{self, L10nLanguage};
use crate::lang::Lang;
use crate::metrics::{self, Class, Timer};
use crate::notice;
use crate::person::Actor;
use crate::person::session::SessionKind;
use crate::refusal::Refused;
use crate::state::App;
use crate::web::errors::{self, Report};
use crate::web::kept::{self, Pages};
use crate::web::theme::Theme;
use crate::web::{language, session};

/// Bytes announced beyond which nothing is read: more than any form with its photos.
const LARGEST_BODY: u64 = 80 * 1024 * 1024;
/// An answer that took longer is a line in the log.
const SLOW: Duration = Duration::from_secs(2);

/// What is known of a request before its handler runs. Cheap to clone.
#[derive(Clone)]
pub struct Visitor(Arc<Visit>);

pub struct Visit {
    pub app: App,
    pub actor: Option<Arc<Actor>>,
    /// SHA-256 of the token presented, when it is a good one.
    pub token_hash: Option<[u8; 32]>,
    pub lang: Lang,
    pub theme: Theme,
    /// Unread notices, counted for pages only; a form that is refused is answered with one.
    pub unread: i64,
    /// A JSON call, not a page.
    pub api: bool,
    /// Path and query, to come back to.
    pub path: String,
    pub address: String,
    pub request_id: String,
}

impl Deref for Visitor {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.0
    }
}

impl Visitor {
    /// The texts in the visitor's language.
    pub fn l10n(&self) -> &'static L10nLanguage {
        l10n::of(self.lang)
    }

    /// The signed-in person, or the refusal that asks to sign in.
    pub fn signed_in(&self) -> Result<&Actor, Refused> {
        self.actor.as_deref().ok_or(Refused::SignInFirst)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Visitor> {
        parts
            .extensions
            .get::<Visitor>()
            .cloned()
            .ok_or_else(|| anyhow::anyhow!("the request was not seen by `visit`").into())
    }
}

/// The signed-in person of the request.
impl<S: Send + Sync> FromRequestParts<S> for Actor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Actor> {
        let visitor = Visitor::from_request_parts(parts, state).await?;
        Ok(visitor.signed_in()?.clone())
    }
}

pub(super) async fn visit(State((app, pages)): State<(App, Arc<Pages>)>, request: Request, next: Next) -> Response {
    let timer = Timer::start();
    let request_id = Uuid::now_v7().to_string();
    let class = class_of(request.uri().path());
    let span = tracing::info_span!(
        "request",
        id = %request_id,
        method = %request.method(),
        path = request.uri().path(),
    );
    async move {
        let mut response = answer(app, &pages, request, next, &request_id, class).await;
        if let Ok(id) = HeaderValue::from_str(&request_id) {
            response.headers_mut().insert(HeaderName::from_static("x-request-id"), id);
        }
        let (status, took) = (response.status().as_u16(), timer.elapsed());
        metrics::request(class, status, took);
        if took > SLOW || status >= 500 {
            tracing::warn!(status, milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX), "answered");
        }
        response
    }
    .instrument(span)
    .await
}

/// Answers a request, unless the line to the database breaks while it waits. What watches the server needs no database.
async fn answer(app: App, pages: &Pages, request: Request, next: Next, request_id: &str, class: Class) -> Response {
    // A body can't be shared between threads, so only the head is lent out across the wait.
    let (mut head, body) = request.into_parts();
    let watched = class == Class::Watch;
    let (visit, known) = if watched {
        recognise(app.clone(), &head, request_id).await
    } else {
        let recognised = line::unless_lost(recognise(app.clone(), &head, request_id)).await;
        recognised.unwrap_or_else(|away| (stranger(app.clone(), &head, request_id), Err(away.into())))
    };
    if let Err(error) = known {
        let visitor = Visitor(Arc::new(visit));
        if watched {
            // Whoever watches is answered as nobody.
            head.extensions.insert(visitor);
            return next.run(Request::from_parts(head, body)).await;
        }
        let report = Report::of(error);
        return errors::render(&visitor, &report, errors::marked(report.clone()));
    }
    let announced = head.headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|bytes| bytes > LARGEST_BODY) {
        return errors::render(&Visitor(Arc::new(visit)), &Report::TooLarge, errors::too_large());
    }
    let Some(key) = kept::key(&head, &visit) else {
        return serve(visit, head, body, next, watched).await;
    };
    let draw = async { kept::pack(serve(visit, head, body, next, watched).await).await };
    match pages.get(&app, key, draw).await {
        Ok(packed) => kept::answer(packed),
        Err(response) => response,
    }
}

/// Lets the route answer, and makes of a refusal what the visitor reads.
async fn serve(mut visit: Visit, mut head: Parts, body: Body, next: Next, watched: bool) -> Response {
    if let Some(actor) = visit.actor.clone().filter(|_| !visit.api && !watched) {
        let counted = line::unless_lost(unread(&visit.app, &actor)).await;
        match counted.map_err(Error::from).flatten() {
            Ok(unread) => visit.unread = unread,
            Err(error) => {
                let stranger = stranger(visit.app.clone(), &head, &visit.request_id);
                let report = Report::of(error);
                return errors::render(&Visitor(Arc::new(stranger)), &report, errors::marked(report.clone()));
            }
        }
    }
    let visitor = Visitor(Arc::new(visit));
    let method_is_get = head.method == "GET" || head.method == "HEAD";
    // A page that refreshes itself keeps what it shows: nothing typed may be swapped away.
    let by_hand = method_is_get && !head.headers.contains_key("x-live");
    let referer = head.headers.get(header::REFERER).cloned();
    head.extensions.insert(visitor.clone());
    let work = next.run(Request::from_parts(head, body));
    let response = if watched {
        work.await
    } else {
        line::unless_lost(work).await.unwrap_or_else(|away| Error::from(away).into_response())
    };
    if watched && !errors::is_marked(&response) {
        // For programs, in its own words.
        return response;
    }
    if by_hand && response.status() == StatusCode::METHOD_NOT_ALLOWED && !visitor.api {
        return Redirect::to(&page_of(&visitor.path)).into_response();
    }
    finish(&visitor, method_is_get, referer, response).await
}

fn class_of(path: &str) -> Class {
    match path {
        "/healthz" | "/readyz" | "/metrics" => Class::Watch,
        "/live" => Class::Live,
        path if path.starts_with("/api/") => Class::Api,
        _ => Class::Page,
    }
}

/// The visit, and whether the database could say whose it is.
async fn recognise(app: App, request: &Parts, request_id: &str) -> (Visit, Result<()>) {
    let Presented { token_hash, kind, api, cookies } = presented(&app, request);
    let found = match token_hash {
        Some(hash) => app.actor_by_token(hash, kind).await,
        None => Ok(None),
    };
    let actor = match found {
        Ok(actor) => actor,
        Err(error) => return (stranger(app, request, request_id), Err(error)),
    };
    let lang = language::choose(&request.headers, &cookies, actor.as_deref(), api);
    let path = path_of(request);
    let visit = Visit {
        token_hash: token_hash.filter(|_| actor.is_some()),
        actor,
        lang,
        theme: Theme::of(&cookies),
        unread: 0,
        api,
        path,
        address: address(&app, request, &request.headers),
        request_id: request_id.to_owned(),
        app,
    };
    (visit, Ok(()))
}

/// Whoever asks while the database can't say who it is: nobody, in the language they were last seen with.
fn stranger(app: App, request: &Parts, request_id: &str) -> Visit {
    let Presented { token_hash, kind, api, cookies } = presented(&app, request);
    let last = token_hash.and_then(|hash| app.last_seen(hash, kind));
    Visit {
        actor: None,
        token_hash: None,
        lang: language::choose(&request.headers, &cookies, last.as_deref(), api),
        theme: Theme::of(&cookies),
        unread: 0,
        api,
        path: path_of(request),
        address: address(&app, request, &request.headers),
        request_id: request_id.to_owned(),
        app,
    }
}

/// What a request shows of whom it comes from.
struct Presented {
    token_hash: Option<[u8; 32]>,
    kind: SessionKind,
    api: bool,
    cookies: CookieJar,
}

fn presented(app: &App, request: &Parts) -> Presented {
    let headers = &request.headers;
    let api = request.uri.path().starts_with("/api/");
    let cookies = CookieJar::from_headers(headers);
    let (token, kind) = if api {
        (session::bearer(headers), SessionKind::Api)
    } else {
        (session::from_cookie(&cookies, app.settings.secure_cookies), SessionKind::Web)
    };
    Presented { token_hash: token.as_deref().map(session::hash), kind, api, cookies }
}

fn path_of(request: &Parts) -> String {
    request.uri.path_and_query().map_or_else(|| request.uri.path().to_owned(), ToString::to_string)
}

async fn unread(app: &App, actor: &Actor) -> Result<i64> {
    let mut conn = app.pool.acquire().await?;
    Ok(notice::store::unread(&mut conn, actor).await?)
}

/// Where the request comes from. Behind a proxy the last forwarded entry is the one the proxy itself wrote.
fn address(app: &App, request: &Parts, headers: &HeaderMap) -> String {
    let told = headers.get_all("x-forwarded-for").iter().next_back().and_then(|v| v.to_str().ok());
    let last = told.and_then(|v| v.rsplit(',').next()).map(str::trim);
    // What is no address would slip past the limit on sign-ins, which counts by address.
    let forwarded =
        last.and_then(|v| v.parse().ok().or_else(|| v.parse::<SocketAddr>().ok().map(|with_port| with_port.ip())));
    let peer = || request.extensions.get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
    let address: Option<IpAddr> = forwarded.filter(|_| app.settings.trust_proxy).or_else(peer);
    address.map(|ip| ip.to_string()).unwrap_or_default()
}

/// Renders what went wrong, and puts denied attempts on record.
async fn finish(visitor: &Visitor, method_is_get: bool, referer: Option<HeaderValue>, response: Response) -> Response {
    let Some(report) = errors::report_of(&response) else {
        return response;
    };
    if let Some(refused) = report.first()
        && refused.status() == 403
        && let Err(error) = record_denial(visitor, refused).await
    {
        tracing::error!(error = ?error, "putting a denied attempt on record");
    }
    if matches!(report.first(), Some(Refused::SignInFirst)) && !visitor.api {
        let back = if method_is_get { visitor.path.clone() } else { session::local_referer(referer.as_ref()) };
        return session::to_sign_in(&back).into_response();
    }
    errors::render(visitor, &report, response)
}

/// The page an act belongs to: `/incidents/{number}/closure` was posted to from `/incidents/{number}`. Whoever asks for
/// an act's own address, by a reload after a refusal or a change of language, means the page.
fn page_of(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let depth = if path.starts_with("/incidents/") || path.starts_with("/people/") { 2 } else { 1 };
    let parts: Vec<&str> = path.split('/').filter(|p| !p.is_empty()).take(depth).collect();
    format!("/{}", parts.join("/"))
}

async fn record_denial(visitor: &Visitor, refused: &Refused) -> Result<()> {
    let nobody = Actor { login: "-".to_owned(), ..Actor::system() };
    let actor = visitor.actor.as_deref().unwrap_or(&nobody);
    let path: String = visitor.path.chars().take(200).collect();
    let entry = Entry::by(actor, "denied", &path, Outcome::Denied, &visitor.address)
        .with("code", refused.code())
        .with("request", visitor.request_id.clone());
    let mut tx = visitor.app.pool.begin().await?;
    audit::store::append(&mut tx, entry, visitor.app.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}
