//! The page of the separate schemes: what is in force, attaching a version, the earlier ones, and the files themselves.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use uuid::Uuid;

use super::{Attach, Document, Schemes, may_attach, store};
use crate::attachment::{self, disposition};
use crate::error::{Error, Result};
use crate::person::Actor;
use crate::person::directory::Directory;
use crate::plan::{Edition, SchemeDef};
use crate::refusal::Refused;
use crate::state::App;
use crate::web::posted::Posted;
use crate::web::{Access, Form, Routes, Shell, Visitor, done, page, page_with, status_of};

/// The file and the fields beside it.
pub const BODY_LIMIT: usize = attachment::MAX_BYTES + 256 * 1024;

pub fn routes() -> Routes {
    Routes::new()
        .get("/plan/schemes", Access::SignedIn, list)
        .upload("/plan/schemes/{scheme}", Access::Heads, BODY_LIMIT, attach)
        .get("/plan/schemes/{scheme}/{id}", Access::SignedIn, download)
}

async fn list(State(app): State<App>, visitor: Visitor, actor: Actor) -> Result<Response> {
    Ok(page(&ListPage::of(&app, &visitor, actor)?))
}

async fn attach(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(scheme): Path<String>,
    posted: Posted,
) -> Result<Response> {
    let form = posted.form.clone();
    let done = match read(scheme.clone(), posted) {
        Ok(attach) => app.attach_scheme(&actor, attach).await,
        Err(refused) => Err(refused.into()),
    };
    let Err(error) = done else {
        let to = done::then(&format!("/plan/schemes#s-{scheme}"), "attachments", app.clock.now());
        return Ok(Redirect::to(&to).into_response());
    };
    let refused = error.faults_unless(|r| matches!(r, Refused::NotFound | Refused::Forbidden))?;
    let mut shown = ListPage::of(&app, &visitor, actor)?;
    let status = status_of(&refused);
    (shown.typed, shown.at, shown.refused) = (form, scheme, refused);
    Ok(page_with(status, &shown))
}

/// A version as a form with a file sends it.
pub fn read(scheme: String, posted: Posted) -> Result<Attach, Refused> {
    if posted.cut_off {
        return Err(attachment::too_large());
    }
    let checklist: Vec<&str> = posted.form.all("checklist").collect();
    let (version, checklist) = (posted.form.get("version").to_owned(), checklist.join("\n"));
    let file = posted.files.into_iter().find(|f| f.field == "file");
    let (file, content) = file.map(|f| (f.name, f.content)).unwrap_or_default();
    Ok(Attach { scheme, version, checklist, file, content })
}

async fn download(State(app): State<App>, Path((scheme, id)): Path<(String, String)>) -> Result<Response> {
    file(&app, &scheme, &id).await
}

/// The document of a version, to be kept.
pub async fn file(app: &App, scheme: &str, id: &str) -> Result<Response> {
    let id: Uuid = id.parse().map_err(|_| Refused::NotFound)?;
    let document = app.schemes().by_id(scheme, id).cloned().ok_or(Refused::NotFound)?;
    let mut conn = app.pool.acquire().await?;
    let content = store::content(&mut conn, scheme, id).await?.ok_or(Error::from(Refused::NotFound))?;
    let headers = [
        (header::CONTENT_TYPE, document.media_type.clone()),
        (header::CONTENT_DISPOSITION, disposition(&document.name)),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, content).into_response())
}

#[derive(Template)]
#[template(path = "scheme/list.html")]
struct ListPage {
    shell: Shell,
    edition: Arc<Edition>,
    schemes: Arc<Schemes>,
    directory: Arc<Directory>,
    actor: Actor,
    typed: Form,
    /// The scheme whose form was refused.
    at: String,
    refused: Vec<Refused>,
}

impl ListPage {
    fn of(app: &App, visitor: &Visitor, actor: Actor) -> Result<ListPage> {
        Ok(ListPage {
            shell: Shell::of(visitor),
            edition: app.edition()?,
            schemes: app.schemes(),
            directory: app.directory(),
            actor,
            typed: Form::default(),
            at: String::new(),
            refused: Vec::new(),
        })
    }

    fn versions(&self, scheme: &SchemeDef) -> Vec<&Document> {
        self.schemes.of(&scheme.code).collect()
    }

    fn may(&self, scheme: &SchemeDef) -> bool {
        may_attach(scheme, &self.actor).is_ok()
    }

    fn departments(&self, scheme: &SchemeDef) -> String {
        let names: Vec<_> = scheme.departments.iter().map(|d| self.directory.department_name(d)).collect();
        crate::l10n::join(self.shell.lang, &names)
    }

    fn person(&self, login: &str) -> String {
        self.directory.called_by(login, self.shell.lang)
    }

    fn typed(&self, scheme: &SchemeDef, field: &str) -> &str {
        if self.at == scheme.code { self.typed.get(field) } else { "" }
    }

    fn fault(&self, scheme: &SchemeDef, field: &str) -> bool {
        self.at == scheme.code && self.refused.iter().any(|r| r.field() == Some(field))
    }
}
