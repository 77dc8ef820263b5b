//! Sessions on the wire: the cookie of a browser, the bearer token of the API. The token is random and only its SHA-256
//! is ever kept.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::response::{AppendHeaders, Redirect};
use axum_extra::extract::CookieJar;
use chrono::TimeDelta;
use sha2::{Digest, Sha256};

use crate::clock::Clock;
use crate::person::session::SessionKind;

const COOKIE: &str = "zhihui_session";
const COOKIE_SECURE: &str = "__Host-zhihui_session";

/// A new random token: 256 bits in hexadecimal.
pub fn new_token() -> String {
    hex::encode(rand::random::<[u8; 32]>())
}

/// What is kept of a token.
pub fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// How long a session lasts: a fortnight in a browser, a day in the API. A practice clock is moved by weeks, and nobody
/// should be signed out by that.
pub fn lifetime(kind: SessionKind, clock: &Clock) -> TimeDelta {
    match kind {
        _ if clock.is_simulated() => TimeDelta::days(3_650),
        SessionKind::Web => TimeDelta::days(14),
        SessionKind::Api => TimeDelta::days(1),
    }
}

pub(super) fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

pub(super) fn from_cookie(cookies: &CookieJar, secure: bool) -> Option<String> {
    cookies.get(name(secure)).map(|c| c.value().to_owned()).filter(|v| !v.is_empty())
}

/// The cookie that carries the session, for as long as the session lasts.
pub(super) fn cookie(token: &str, secure: bool, lifetime: TimeDelta) -> SetCookie {
    set_cookie(name(secure), token, secure, lifetime)
}

/// The cookie that makes the browser forget the session.
pub(super) fn gone(secure: bool) -> SetCookie {
    set_cookie(name(secure), "", secure, TimeDelta::zero())
}

/// A response header that sets a cookie.
pub(super) type SetCookie = AppendHeaders<[(HeaderName, String); 1]>;

/// A cookie for this site alone, out of reach of scripts. `value` must need no quoting.
pub(super) fn set_cookie(name: &str, value: &str, secure: bool, lifetime: TimeDelta) -> SetCookie {
    let secure = if secure { "; Secure" } else { "" };
    let seconds = lifetime.num_seconds();
    AppendHeaders([(
        header::SET_COOKIE,
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"),
    )])
}

/// Sends to the sign-in page and back to `next` afterwards.
pub(super) fn to_sign_in(next: &str) -> Redirect {
    if next == "/" {
        return Redirect::to("/sign-in");
    }
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
    Redirect::to(&format!("/sign-in?{query}"))
}

/// A path of this site, or `/`: what comes from outside must not lead elsewhere.
pub fn local_path(next: &str) -> &str {
    let local =
        next.starts_with('/') && !next.starts_with("//") && !next.contains('\\') && !next.chars().any(char::is_control);
    if local { next } else { "/" }
}

/// The page a form was sent from.
pub(super) fn local_referer(referer: Option<&HeaderValue>) -> String {
    let uri = referer.and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<Uri>().ok());
    let path = uri.as_ref().and_then(Uri::path_and_query).map_or("/", |p| p.as_str());
    local_path(path).to_owned()
}

const fn name(secure: bool) -> &'static str {
    if secure { COOKIE_SECURE } else { COOKIE }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_gone_back_to() {
        for (typed, taken) in [
            ("/board?x=1", "/board?x=1"),
            ("//evil.example", "/"),
            ("https://evil.example", "/"),
            ("/\\evil.example", "/"),
            ("", "/"),
        ] {
            assert_eq!(local_path(typed), taken, "{typed}");
        }
    }

    #[test]
    fn tokens_differ_and_are_long() {
        assert_eq!(new_token().len(), 64);
        assert_ne!(new_token(), new_token());
    }

    #[test]
    fn bearer_tokens_are_read() {
        let mut headers = HeaderMap::new();
        assert_eq!(bearer(&headers), None);
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("bearer abc"));
        assert_eq!(bearer(&headers), Some("abc".to_owned()));
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("Basic abc"));
        assert_eq!(bearer(&headers), None);
    }
}
