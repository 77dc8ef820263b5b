//! Which language a request is answered in.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use chrono::TimeDelta;

use crate::error::Result;
use crate::lang::Lang;
use crate::person::{Actor, store};
use crate::state::App;
use crate::web::form::Form;
use crate::web::session::{SetCookie, local_path, set_cookie};
use crate::web::visit::Visitor;

const COOKIE: &str = "lang";

/// A page is in the language of this browser, else the person's own, else what the browser asks for: a second device
/// never changes what the first one shows. A call of the API is answered in what it asks for, if it does.
pub(super) fn choose(headers: &HeaderMap, cookies: &CookieJar, actor: Option<&Actor>, api: bool) -> Lang {
    let asked = asked(headers);
    let own = actor.map(|a| a.lang);
    let found = if api { asked.or(own) } else { kept(cookies).or(own).or(asked) };
    found.unwrap_or_default()
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
    Ok((cookie(lang, app.settings.secure_cookies), Redirect::to(&next)).into_response())
}

/// What the browser asks for, if it asks for one of ours.
fn asked(headers: &HeaderMap) -> Option<Lang> {
    headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).and_then(Lang::asked)
}

/// The pages go on in the language of the sign-in page: what this browser asks for, unless one was chosen in it. The
/// account keeps its own; only an explicit choice changes that.
pub(super) fn adopt(headers: &HeaderMap, cookies: &CookieJar, secure: bool) -> Option<SetCookie> {
    if kept(cookies).is_some() {
        return None;
    }
    asked(headers).map(|lang| cookie(lang, secure))
}

fn kept(cookies: &CookieJar) -> Option<Lang> {
    cookies.get(COOKIE).and_then(|c| Lang::from_tag(c.value()))
}

fn cookie(lang: Lang, secure: bool) -> SetCookie {
    set_cookie(COOKIE, lang.tag(), secure, TimeDelta::days(365))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn the_browser_wins_on_pages_and_the_header_in_the_api() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static("en"));
        headers.insert(header::COOKIE, HeaderValue::from_static("lang=zh-Hant"));
        let cookies = CookieJar::from_headers(&headers);
        let person = Actor { lang: Lang::ZhHans, ..Actor::system() };
        let elsewhere = CookieJar::new();
        assert_eq!(choose(&headers, &cookies, Some(&person), false), Lang::ZhHant);
        assert_eq!(choose(&headers, &elsewhere, Some(&person), false), Lang::ZhHans);
        assert_eq!(choose(&headers, &elsewhere, None, false), Lang::En);
        assert_eq!(choose(&headers, &cookies, Some(&person), true), Lang::En);
        assert_eq!(choose(&headers, &cookies, None, false), Lang::ZhHant);
        assert!(adopt(&headers, &cookies, false).is_none(), "chosen in this browser before");
        assert!(adopt(&headers, &elsewhere, false).is_some());
        headers.remove(header::ACCEPT_LANGUAGE);
        assert!(adopt(&headers, &elsewhere, false).is_none(), "the account's own");
        assert_eq!(choose(&headers, &cookies, Some(&person), true), Lang::ZhHans);
    }
}
