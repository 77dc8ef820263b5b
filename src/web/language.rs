//! Which language a request is answered in.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use chrono::TimeDelta;
use uuid::Uuid;

use crate::error::Result;
use crate::lang::Lang;
use crate::person::{Actor, store};
use crate::state::App;
use crate::web::form::Form;
use crate::web::session::{local_path, set_cookie};
use crate::web::visit::Visitor;

const COOKIE: &str = "lang";

/// A page is in the person's own language, else the one chosen in this browser, else what the browser asks for.
/// A call of the API is answered in what it asks for, if it does.
pub(super) fn choose(headers: &HeaderMap, cookies: &CookieJar, actor: Option<&Actor>, api: bool) -> Lang {
    let asked = asked(headers);
    if api && let Some(asked) = asked {
        return asked;
    }
    actor
        .map(|a| a.lang)
        .or_else(|| cookies.get(COOKIE).and_then(|c| Lang::from_tag(c.value())))
        .or(asked)
        .unwrap_or_default()
}

/// `POST /language`: `to` the language, `next` the page to return to. Kept with the person, and in this browser.
pub(super) async fn switch(State(app): State<App>, visitor: Visitor, form: Form) -> Result<Response> {
    let next = local_path(form.get("next")).to_owned();
    let Some(lang) = Lang::from_tag(form.get("to")) else {
        return Ok(Redirect::to(&next).into_response());
    };
    if let Some(person) = visitor.actor.as_ref().and_then(|a| a.person) {
        let mut conn = app.pool.acquire().await?;
        store::set_language(&mut conn, person, lang).await?;
        drop(conn);
        app.reload_directory().await?;
    }
    let cookie = set_cookie(COOKIE, lang.tag(), app.settings.secure_cookies, TimeDelta::days(365));
    Ok((cookie, Redirect::to(&next)).into_response())
}

/// What the browser asks for, if it asks for one of ours.
fn asked(headers: &HeaderMap) -> Option<Lang> {
    headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).and_then(Lang::asked)
}

/// The pages go on in the language of the sign-in page: the one chosen in this browser, else what the browser asks for.
pub(super) async fn adopt(app: &App, headers: &HeaderMap, cookies: &CookieJar, person: Uuid) -> Result<()> {
    let chosen = cookies.get(COOKIE).and_then(|c| Lang::from_tag(c.value()));
    let Some(chosen) = chosen.or_else(|| asked(headers)) else {
        return Ok(());
    };
    if app.directory().person(person).is_some_and(|p| p.language == chosen) {
        return Ok(());
    }
    let mut conn = app.pool.acquire().await?;
    store::set_language(&mut conn, person, chosen).await?;
    drop(conn);
    app.reload_directory().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn the_person_wins_on_pages_and_the_header_in_the_api() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static("en"));
        headers.insert(header::COOKIE, HeaderValue::from_static("lang=zh-Hant"));
        let cookies = CookieJar::from_headers(&headers);
        let person = Actor { lang: Lang::ZhHans, ..Actor::system() };
        assert_eq!(choose(&headers, &cookies, Some(&person), false), Lang::ZhHans);
        assert_eq!(choose(&headers, &cookies, Some(&person), true), Lang::En);
        assert_eq!(choose(&headers, &cookies, None, false), Lang::ZhHant);
        headers.remove(header::ACCEPT_LANGUAGE);
        assert_eq!(choose(&headers, &cookies, Some(&person), true), Lang::ZhHans);
    }
}
