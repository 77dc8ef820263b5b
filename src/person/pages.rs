//! Pages of accounts: one's own, and the administrator's list (R168).

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use uuid::Uuid;

use crate::error::Result;
use crate::l10n::text;
use crate::lang::Lang;
use crate::person::account::{self, NewPerson};
use crate::person::directory::{Directory, Person};
use crate::person::store::{self, PostHeld};
use crate::person::{Actor, Post, password};
use crate::refusal::Refused;
use crate::state::{App, LiveEvent};
use crate::web::sign_in::check_password;
use crate::web::{Access, Form, Routes, Shell, Visitor, done, page, page_with, status_of};

pub fn routes() -> Routes {
    Routes::new()
        .get("/account", Access::SignedIn, own_account)
        .post("/account/password", Access::SignedIn, change_own_password)
        .get("/people", Access::Admin, list)
        .post("/people", Access::Admin, create)
        .get("/people/{login}", Access::Admin, one)
        .post("/people/{login}/posts", Access::Admin, change_posts)
        .post("/people/{login}/password", Access::Admin, reset_password)
        .post("/people/{login}/closure", Access::Admin, close)
}

#[derive(Deserialize)]
struct Flags {
    closed: Option<String>,
    changed: Option<String>,
}

async fn own_account(visitor: Visitor, Query(flags): Query<Flags>) -> Response {
    page(&AccountPage::of(&visitor, flags.changed.is_some(), None))
}

async fn change_own_password(State(app): State<App>, visitor: Visitor, actor: Actor, form: Form) -> Result<Response> {
    let changed = set_own_password(&app, &visitor, &actor, &form).await;
    shown_again(changed, "/account?changed=1", |refused| AccountPage::of(&visitor, false, Some(refused)))
}

async fn set_own_password(app: &App, visitor: &Visitor, actor: &Actor, form: &Form) -> Result<()> {
    let new = form.get("password");
    password::acceptable("password", new, &actor.login)?;
    if new != form.get("again") {
        return Err(
            Refused::BadValue { field: "again".to_owned(), expected: text(|l| l.msg_password_same_rule()) }.into()
        );
    }
    let person = check_password(app, &actor.login, form.get("current"), &visitor.address).await.map_err(|e| match e
        .refused()
    {
        Some(Refused::SignIn) => {
            Refused::BadValue { field: "current".to_owned(), expected: text(|l| l.msg_password_current_rule()) }.into()
        }
        _ => e,
    })?;
    save_password(app, visitor, person, new, actor).await
}

async fn list(State(app): State<App>, visitor: Visitor, Query(flags): Query<Flags>) -> Response {
    let mut form = Form::default();
    form.set("language", visitor.lang.tag());
    let closed = flags.closed.is_some();
    page(&PeoplePage::of(&app, &visitor, closed, form, None))
}

async fn create(State(app): State<App>, visitor: Visitor, actor: Actor, form: Form) -> Result<Response> {
    let login = account::login_name(form.get("login"));
    let created = open_account(&app, &visitor, &actor, &form).await;
    shown_again(created, &format!("/people/{login}"), |refused| {
        PeoplePage::of(&app, &visitor, false, form.clone(), Some(refused))
    })
}

async fn open_account(app: &App, visitor: &Visitor, actor: &Actor, form: &Form) -> Result<()> {
    let login = account::login_name(form.get("login"));
    account::check_login(&login)?;
    let name = form.required("name", text(|l| l.msg_name()))?;
    let phone = form.filled("phone");
    short_enough("name", name, 100)?;
    short_enough("phone", phone.unwrap_or_default(), 40)?;
    let language = Lang::from_tag(form.get("language"))
        .ok_or_else(|| Refused::BadValue { field: "language".to_owned(), expected: text(|l| l.msg_language_rule()) })?;
    password::acceptable("password", form.get("password"), &login)?;
    let posts: Vec<Post> = post_of(form).into_iter().collect();
    account::check_posts(&posts, None, &app.directory())?;
    let new = NewPerson {
        login,
        name: name.to_owned(),
        language,
        phone: phone.map(str::to_owned),
        password_hash: app.hash_password(form.get("password").to_owned()).await?,
        posts,
    };
    let mut tx = app.pool.begin().await?;
    store::create(&mut tx, &new, actor, &visitor.address, app.clock.now()).await?;
    tx.commit().await?;
    changed(app).await
}

async fn one(State(app): State<App>, visitor: Visitor, Path(login): Path<String>) -> Result<Response> {
    Ok(page(&PersonPage::of(&app, &visitor, &login, Form::default(), None).await?))
}

async fn change_posts(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(login): Path<String>,
    form: Form,
) -> Result<Response> {
    let done = set_posts(&app, &visitor, &actor, &login, &form).await;
    person_again(done, &app, &visitor, &login, form).await
}

async fn set_posts(app: &App, visitor: &Visitor, actor: &Actor, login: &str, form: &Form) -> Result<()> {
    let directory = app.directory();
    let person = open_one(&directory, login)?;
    let Some(post) = post_of(form) else {
        return Err(Refused::BadValue { field: "post".to_owned(), expected: text(|l| l.msg_post_rule()) }.into());
    };
    let mut posts: Vec<Post> = person.posts.iter().filter(|p| **p != post).cloned().collect();
    if !form.has("end") {
        account::check_posts(std::slice::from_ref(&post), Some(person.id), &directory)?;
        posts.push(post);
    }
    account::keeps_own_door(actor, person.id, &posts)?;
    let mut tx = app.pool.begin().await?;
    store::set_posts(&mut tx, person.id, &posts, actor, &visitor.address, app.clock.now()).await?;
    tx.commit().await?;
    changed(app).await
}

async fn reset_password(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(login): Path<String>,
    form: Form,
) -> Result<Response> {
    let done = async {
        let new = form.get("password");
        let person = open_one(&app.directory(), &login)?.id;
        password::acceptable("password", new, &login)?;
        save_password(&app, &visitor, person, new, &actor).await
    }
    .await;
    person_again(done, &app, &visitor, &login, Form::default()).await
}

async fn close(State(app): State<App>, visitor: Visitor, actor: Actor, Path(login): Path<String>) -> Result<Response> {
    let done = async {
        let person = open_one(&app.directory(), &login)?.id;
        account::keeps_own_door(&actor, person, &[])?;
        let mut tx = app.pool.begin().await?;
        let now = app.clock.now();
        let closed = store::close(&mut tx, person, &actor, &visitor.address, now).await?;
        app.release(&mut tx, &actor, &closed).await?;
        tx.commit().await?;
        changed(&app).await
    }
    .await;
    person_again(done, &app, &visitor, &login, Form::default()).await
}

async fn save_password(app: &App, visitor: &Visitor, person: Uuid, new: &str, by: &Actor) -> Result<()> {
    let hash = app.hash_password(new.to_owned()).await?;
    let keep = visitor.token_hash.filter(|_| by.person == Some(person));
    let keep = keep.as_ref().map(|k| k.as_slice());
    let now = app.clock.now();
    let mut tx = app.pool.begin().await?;
    store::set_password(&mut tx, person, &hash, keep, by, &visitor.address, now).await?;
    tx.commit().await?;
    app.forget_sessions(person);
    Ok(())
}

/// Who is who has changed: here at once, elsewhere as they hear of it.
async fn changed(app: &App) -> Result<()> {
    app.reload_directory().await?;
    app.tell(LiveEvent { kind: "directory".to_owned(), ..LiveEvent::default() });
    Ok(())
}

/// After a form: on to `next`, or the page again with what was refused.
fn shown_again<T: Template>(done: Result<()>, next: &str, again: impl FnOnce(Refused) -> T) -> Result<Response> {
    match done {
        Ok(()) => Ok(Redirect::to(next).into_response()),
        Err(error) => {
            let mut refused = error.faults_unless(|r| matches!(r.status(), 403 | 404))?;
            Ok(page_with(status_of(&refused), &again(refused.swap_remove(0))))
        }
    }
}

async fn person_again(done: Result<()>, app: &App, visitor: &Visitor, login: &str, form: Form) -> Result<Response> {
    let mut again = PersonPage::of(app, visitor, login, form, None).await?;
    let next = done::then(&format!("/people/{login}"), "saved", app.clock.now());
    shown_again(done, &next, |refused| {
        again.refused = Some(refused);
        again
    })
}

fn open_one<'a>(directory: &'a Directory, login: &str) -> Result<&'a Person, Refused> {
    directory.by_login(login).filter(|p| p.active).ok_or(Refused::NotFound)
}

/// The post chosen in a form, unless both parts were left open.
fn post_of(form: &Form) -> Option<Post> {
    let (role, department) = (form.filled("role"), form.filled("department"));
    (role.is_some() || department.is_some()).then(|| Post {
        role: role.unwrap_or_default().to_owned(),
        department: department.unwrap_or_default().to_owned(),
    })
}

fn short_enough(field: &str, value: &str, most: usize) -> Result<(), Refused> {
    if value.chars().count() <= most {
        return Ok(());
    }
    Err(Refused::BadValue { field: field.to_owned(), expected: text(|l| l.msg_length_rule(most.to_string())) })
}

#[derive(Template)]
#[template(path = "person/account.html")]
struct AccountPage {
    shell: Shell,
    changed: bool,
    refused: Option<Refused>,
    shortest: String,
}

impl AccountPage {
    fn of(visitor: &Visitor, changed: bool, refused: Option<Refused>) -> AccountPage {
        AccountPage { shell: Shell::of(visitor), changed, refused, shortest: password::SHORTEST.to_string() }
    }
}

#[derive(Template)]
#[template(path = "person/people.html")]
struct PeoplePage {
    shell: Shell,
    directory: Arc<Directory>,
    people: Vec<Person>,
    closed: bool,
    form: Form,
    refused: Option<Refused>,
    shortest: String,
}

impl PeoplePage {
    fn of(app: &App, visitor: &Visitor, closed: bool, form: Form, refused: Option<Refused>) -> PeoplePage {
        let directory = app.directory();
        PeoplePage {
            shell: Shell::of(visitor),
            people: directory.people().iter().filter(|p| p.active != closed).cloned().collect(),
            directory,
            closed,
            form,
            refused,
            shortest: password::SHORTEST.to_string(),
        }
    }

    fn wrong(&self, field: &str) -> bool {
        self.refused.as_ref().and_then(Refused::field) == Some(field)
    }

    fn post_name(&self, post: &Post) -> String {
        post_name(&self.directory, post, self.shell.lang)
    }
}

#[derive(Template)]
#[template(path = "person/person.html")]
struct PersonPage {
    shell: Shell,
    directory: Arc<Directory>,
    person: Person,
    posts: Vec<PostHeld>,
    form: Form,
    refused: Option<Refused>,
    shortest: String,
}

impl PersonPage {
    async fn of(app: &App, visitor: &Visitor, login: &str, form: Form, refused: Option<Refused>) -> Result<PersonPage> {
        let directory = app.directory();
        let person = directory.by_login(login).ok_or(Refused::NotFound)?.clone();
        let mut conn = app.pool.acquire().await?;
        Ok(PersonPage {
            shell: Shell::of(visitor),
            posts: store::post_history(&mut conn, person.id).await?,
            directory,
            person,
            form,
            refused,
            shortest: password::SHORTEST.to_string(),
        })
    }

    fn post_name(&self, post: &Post) -> String {
        post_name(&self.directory, post, self.shell.lang)
    }
}

fn post_name(directory: &Directory, post: &Post, lang: Lang) -> String {
    let department = directory.department_name(&post.department);
    let role = directory.role_name(&post.role);
    format!("{} · {}", department.get(lang), role.get(lang))
}
