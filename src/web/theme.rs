//! Day, night, or as the device says. Kept in the browser: it belongs to the screen, not to the person.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use chrono::TimeDelta;

use crate::state::App;
use crate::web::form::Form;
use crate::web::session::{local_path, set_cookie};

const COOKIE: &str = "theme";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Theme {
    #[default]
    Auto,
    Light,
    Dark,
}

impl Theme {
    pub const fn code(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    pub(super) fn of(cookies: &CookieJar) -> Theme {
        cookies.get(COOKIE).map_or(Theme::Auto, |c| Theme::from_code(c.value()))
    }

    fn from_code(code: &str) -> Theme {
        match code {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::Auto,
        }
    }
}

/// `POST /theme`: `theme` one of auto, light, dark; `next` the page to return to.
pub(super) async fn switch(State(app): State<App>, form: Form) -> Response {
    let theme = Theme::from_code(form.get("theme"));
    let cookie = set_cookie(COOKIE, theme.code(), app.settings.secure_cookies, TimeDelta::days(365));
    (cookie, Redirect::to(local_path(form.get("next")))).into_response()
}
