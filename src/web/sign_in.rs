//! Signing in and out: one way for browsers and the API.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use crate::audit::{self, Entry, Outcome};
use crate::error::{Error, Result};
use crate::person::account::login_name;
use crate::person::session::{SessionKind, store};
use crate::person::{Actor, Post};
use crate::refusal::Refused;
use crate::state::App;
use crate::web::form::Form;
use crate::web::language;
use crate::web::layout::{Shell, page, page_with};
use crate::web::session::{self, local_path};
use crate::web::visit::Visitor;

/// The longest sign-in name; a longer one is nobody's.
const LONGEST_LOGIN: usize = 64;
/// The demo accounts shown on the sign-in page, one a role.
const DEMO: [&str; 8] = ["leader", "deputy", "duty", "head.inf", "clerk3.ord", "drv.q02", "insp1.insp", "admin"];

/// A new session.
pub struct SignedIn {
    pub person: Uuid,
    pub token: String,
    pub expires_at: DateTime<Utc>,
}

/// Checks name and password and opens a session. Refused with `SignIn`, or `TooManyTries` while the name is locked.
pub async fn sign_in(app: &App, login: &str, password: &str, kind: SessionKind, address: &str) -> Result<SignedIn> {
    let login = login_name(login);
    let person = check_password(app, &login, password, address).await?;
    let now = app.clock.now();
    let token = session::new_token();
    let expires_at = now + session::lifetime(kind, &app.clock);
    let mut tx = app.pool.begin().await?;
    store::forget_failures(&mut tx, &login).await?;
    store::open_session(&mut tx, &session::hash(&token), person, kind, now, expires_at).await?;
    let entry = Entry::by(&named(Some(person), &login), "sign_in", &login, Outcome::Done, address);
    audit::store::append(&mut tx, entry, now).await?;
    tx.commit().await?;
    Ok(SignedIn { person, token, expires_at })
}

/// Whose account the name and password open. Failures are counted and put on record.
pub async fn check_password(app: &App, login: &str, password: &str, address: &str) -> Result<Uuid> {
    let login: String = login.chars().take(LONGEST_LOGIN).collect();
    let mut conn = app.pool.acquire().await?;
    if let Some(until) = store::locked_until(&mut conn, &login, app.clock.now()).await? {
        return Err(Refused::TooManyTries { until }.into());
    }
    let account = store::credentials(&mut conn, &login).await?;
    // The connection goes back while the password is hashed.
    drop(conn);
    let (person, hash) = account.map_or((None, None), |a| (Some(a.person), Some(a.password_hash)));
    let right = app.verify_password(password.to_owned(), hash).await?;
    if let Some(person) = person.filter(|_| right) {
        return Ok(person);
    }
    let now = app.clock.now();
    let mut tx = app.pool.begin().await?;
    let locked = if login.is_empty() { None } else { store::count_failure(&mut tx, &login, now).await? };
    let mut entry = Entry::by(&named(person, &login), "sign_in", &login, Outcome::Failed, address);
    if let Some(until) = locked {
        entry = entry.with("locked_until", session_time(until));
    }
    audit::store::append(&mut tx, entry, now).await?;
    tx.commit().await?;
    Err(Refused::SignIn.into())
}

#[derive(Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    next: String,
}

pub(super) async fn form(visitor: Visitor, Query(query): Query<Next>) -> Response {
    if visitor.actor.is_some() {
        return Redirect::to(local_path(&query.next)).into_response();
    }
    page(&SignInPage::of(&visitor, &query.next, "", None))
}

pub(super) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    cookies: CookieJar,
    form: Form,
) -> Result<Response> {
    let next = local_path(form.get("next")).to_owned();
    let user = form.get("user");
    let secure = app.settings.secure_cookies;
    match sign_in(&app, user, form.get("password"), SessionKind::Web, &visitor.address).await {
        Ok(signed_in) => {
            let lifetime = session::lifetime(SessionKind::Web, &app.clock);
            let cookie = session::cookie(&signed_in.token, secure, lifetime);
            let language = language::adopt(&headers, &cookies, secure);
            Ok((cookie, language, Redirect::to(&next)).into_response())
        }
        Err(Error::Refused(refused)) => {
            let status = match *refused {
                Refused::TooManyTries { .. } => StatusCode::TOO_MANY_REQUESTS,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            Ok(page_with(status, &SignInPage::of(&visitor, &next, user, Some(*refused))))
        }
        Err(error) => Err(error),
    }
}

pub(super) async fn sign_out(State(app): State<App>, visitor: Visitor) -> Result<Response> {
    end(&app, &visitor).await?;
    let cookie = session::gone(app.settings.secure_cookies);
    Ok((cookie, Redirect::to("/sign-in")).into_response())
}

/// Ends the session of the request, if it has one.
pub(super) async fn end(app: &App, visitor: &Visitor) -> Result<()> {
    let (Some(actor), Some(token_hash)) = (&visitor.actor, visitor.token_hash) else {
        return Ok(());
    };
    let now = app.clock.now();
    let mut tx = app.pool.begin().await?;
    store::end_session(&mut tx, &token_hash, now).await?;
    let entry = Entry::by(actor, "sign_out", &actor.login, Outcome::Done, &visitor.address);
    audit::store::append(&mut tx, entry, now).await?;
    tx.commit().await?;
    if let Some(person) = actor.person {
        app.forget_sessions(person);
    }
    Ok(())
}

#[derive(Template)]
#[template(path = "person/sign_in.html")]
struct SignInPage {
    shell: Shell,
    next: String,
    user: String,
    refused: Option<Refused>,
    /// Sign-in names with the post of each, on a demo server.
    demo: Vec<(String, String)>,
}

impl SignInPage {
    fn of(visitor: &Visitor, next: &str, user: &str, refused: Option<Refused>) -> SignInPage {
        let mut shell = Shell::of(visitor);
        // A refused form is answered to a POST; the language switch must lead back to the page itself.
        shell.path = "/sign-in".to_owned();
        SignInPage {
            demo: if visitor.app.settings.demo { demo_accounts(visitor) } else { Vec::new() },
            shell,
            next: local_path(next).to_owned(),
            user: user.to_owned(),
            refused,
        }
    }
}

fn demo_accounts(visitor: &Visitor) -> Vec<(String, String)> {
    let directory = visitor.app.directory();
    DEMO.into_iter()
        .filter_map(|login| {
            let person = directory.by_login(login)?;
            let Post { role, department } = person.posts.first()?;
            let (role, department) = (directory.role_name(role), directory.department_name(department));
            let post = format!("{} · {}", department.get(visitor.lang), role.get(visitor.lang));
            Some((login.to_owned(), post))
        })
        .collect()
}

fn named(person: Option<Uuid>, login: &str) -> Actor {
    Actor { person, login: login.to_owned(), ..Actor::system() }
}

fn session_time(at: DateTime<Utc>) -> String {
    crate::web::when::stamp(at)
}
