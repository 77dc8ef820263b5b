//! The shell every page is set in, and how a page becomes a response.

use std::borrow::Borrow;
use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use chrono::{DateTime, Utc};

use crate::error::Error;
use crate::l10n::L10nLanguage;
use crate::lang::{Lang, Text};
use crate::plan::Basis;
use crate::refusal::Refused;
use crate::web::done;
use crate::web::nav::{self, NavItem};
use crate::web::static_files;
use crate::web::theme::Theme;
use crate::web::visit::Visitor;
use crate::web::when;

/// Places in the masthead, where there are more.
const MASTHEAD: usize = 6;

/// What `layout.html` needs. Every page struct has a field `shell: Shell` and extends the layout.
#[derive(Clone)]
pub struct Shell {
    pub lang: Lang,
    /// The texts: `shell.l.msg_nav_board()`.
    pub l: &'static L10nLanguage,
    pub theme: Theme,
    pub who: Option<Who>,
    /// What was done just now, where a form led here.
    pub done: Option<String>,
    /// Unread notices, on the bell.
    pub unread: i64,
    pub practice: bool,
    pub now: DateTime<Utc>,
    pub nav: Vec<NavItem>,
    /// Whether wall mode is one of the person's places.
    pub wall: bool,
    /// Path and query of this page.
    pub path: String,
    /// The plan edition in force; empty while none is loaded.
    pub edition: String,
}

/// Whom the masthead greets.
#[derive(Debug, Clone)]
pub struct Who {
    pub login: String,
    pub name: String,
    /// The posts in words, "Information Centre · Department head".
    pub posts: Vec<String>,
}

impl Shell {
    /// The shell for whoever asks.
    pub fn of(visitor: &Visitor) -> Shell {
        let l = visitor.l10n();
        let lang = visitor.lang;
        let directory = visitor.app.directory();
        let who = visitor.actor.as_deref().map(|actor| Who {
            login: actor.login.clone(),
            name: actor.person.and_then(|id| directory.name_of(id, lang)).unwrap_or_else(|| actor.login.clone()),
            posts: actor
                .posts
                .iter()
                .map(|p| {
                    let department = directory.department_name(&p.department);
                    let role = directory.role_name(&p.role);
                    format!("{} · {}", department.get(lang), role.get(lang))
                })
                .collect(),
        });
        let nav = match visitor.actor.as_deref() {
            Some(actor) => nav::items(actor, l, &visitor.path),
            None => Vec::new(),
        };
        let wall = nav.iter().any(|item| item.href == "/board");
        let now = visitor.app.clock.now();
        Shell {
            lang,
            l,
            theme: visitor.theme,
            who,
            done: done::said(&visitor.path, l, now),
            unread: visitor.unread,
            practice: visitor.app.settings.practice,
            now,
            nav,
            wall,
            path: visitor.path.clone(),
            edition: visitor.app.edition().map(|e| e.code.clone()).unwrap_or_default(),
        }
    }

    /// A text in the language of the page.
    pub fn t<'a>(&self, text: &'a Text) -> &'a str {
        text.get(self.lang)
    }

    /// A refusal as its sentence.
    pub fn refusal(&self, refused: &Refused) -> String {
        refused.message(self.lang)
    }

    pub fn asset(&self, name: &str) -> String {
        static_files::asset(name)
    }

    /// An icon of the sprite, hidden from screen readers: a word always stands beside it.
    pub fn icon(&self, id: &str) -> Markup {
        let sprite = static_files::asset("icons.svg");
        Markup(format!(r#"<svg class="i" aria-hidden="true"><use href="{sprite}#{}"></use></svg>"#, plain(id)))
    }

    /// A clause as a link to its text: §3.1.7.
    pub fn clause(&self, id: &str) -> Markup {
        let id = plain(id);
        Markup(format!(r#"<a class="clause" href="/plan#c-{id}">§{id}</a>"#))
    }

    /// The mark on what is ours and not the plan's.
    pub fn proposed(&self) -> Markup {
        Markup(format!(r#"<span class="proposed">{}</span>"#, self.l.msg_proposed()))
    }

    /// Whose statement something is: the plan's, inferred from it, or ours.
    pub fn basis(&self, basis: impl Borrow<Basis>) -> Markup {
        let (class, word) = match basis.borrow() {
            Basis::Plan => ("planned", self.l.msg_plan_mark_plan()),
            Basis::Inferred => ("proposed inferred", self.l.msg_plan_mark_inferred()),
            Basis::Proposed => ("proposed", self.l.msg_proposed()),
            Basis::PlanHook => ("proposed", self.l.msg_plan_mark_hook()),
        };
        Markup(format!(r#"<span class="{class}">{word}</span>"#))
    }

    /// `10:06`
    pub fn clock(&self, at: &DateTime<Utc>) -> String {
        when::clock(*at)
    }

    /// `2026-10-08 10:06`
    pub fn stamp(&self, at: &DateTime<Utc>) -> String {
        when::stamp(*at)
    }

    /// A `<time>` element: machine time in the attribute, the city's clock to read.
    pub fn time(&self, at: &DateTime<Utc>) -> Markup {
        Markup(format!(r#"<time datetime="{}">{}</time>"#, when::rfc3339(*at), when::stamp(*at)))
    }

    pub fn iso(&self, at: &DateTime<Utc>) -> String {
        when::rfc3339(*at)
    }

    /// Where `/` leads from a page without a search of its own: the incidents, or the plan for whom they are not.
    /// The fragment puts the cursor into the field.
    pub fn search(&self) -> &'static str {
        if self.reads() { "/incidents#q" } else { "/plan#q" }
    }

    /// Whether the person reads incidents.
    pub fn reads(&self) -> bool {
        self.nav.iter().any(|item| item.href == "/incidents")
    }

    pub fn today(&self) -> String {
        when::day(self.lang, self.now)
    }

    /// The heads of a week's columns, from Monday.
    pub fn weekdays(&self) -> [&'static str; 7] {
        match self.lang {
            Lang::En => ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"],
            Lang::ZhHans | Lang::ZhHant => ["一", "二", "三", "四", "五", "六", "日"],
        }
    }

    pub fn languages(&self) -> [Lang; 3] {
        Lang::ALL
    }

    /// A language in one sign, for narrow places.
    pub fn short_name(&self, lang: &Lang) -> &'static str {
        match lang {
            Lang::ZhHans => "简",
            Lang::ZhHant => "繁",
            Lang::En => "EN",
        }
    }

    /// The places that stand in the masthead, and those behind its "More": a row that wraps is read by nobody.
    pub fn places(&self) -> (&[NavItem], &[NavItem]) {
        if self.nav.len() <= MASTHEAD + 1 { (&self.nav, &[]) } else { self.nav.split_at(MASTHEAD) }
    }

    /// The first places, for the bar at the foot of a phone.
    pub fn tabs(&self) -> &[NavItem] {
        self.nav.get(..4).unwrap_or(&self.nav)
    }

    pub fn themes(&self) -> [(Theme, String); 3] {
        [
            (Theme::Auto, self.l.msg_theme_auto()),
            (Theme::Light, self.l.msg_theme_light()),
            (Theme::Dark, self.l.msg_theme_dark()),
        ]
    }
}

/// HTML of our own making, not escaped again.
#[derive(Debug, Clone)]
pub struct Markup(String);

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::FastWritable for Markup {
    fn write_into(&self, dest: &mut dyn fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        Ok(dest.write_str(&self.0)?)
    }
}

impl HtmlSafe for Markup {}

/// `GET /more`: every place of the person, for phones, where the bar has room for four.
pub(super) async fn more(visitor: Visitor) -> Response {
    page(&MorePage { shell: Shell::of(&visitor) })
}

#[derive(Template)]
#[template(path = "layout_more.html")]
struct MorePage {
    shell: Shell,
}

/// A page with status 200.
pub fn page(template: &impl Template) -> Response {
    page_with(StatusCode::OK, template)
}

/// A page with its own status, as a form shown again with what was refused.
pub fn page_with(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => Error::from(anyhow::Error::from(error)).into_response(),
    }
}

/// Ids of icons and clauses are plain; anything else must not get into an attribute.
fn plain(id: &str) -> String {
    id.chars().filter(|c| c.is_alphanumeric() || "._-".contains(*c)).collect()
}
