//! The command post's page, its forms, and the papers that are signed in it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use uuid::Uuid;

use super::band::{Band, WIDTH, band};
use super::{Post, post};
use crate::casefile::head::{self, Head};
use crate::casefile::{Desk, Typed, store};
use crate::circular;
use crate::directive::view::{Receipts, Sight as OrderSight};
use crate::error::{Error, Result};
use crate::headquarters::{self, Act, Headquarters};
use crate::plan::Severity;
use crate::refusal::Refused;
use crate::resource;
use crate::response::Command;
use crate::service::pages::overview;
use crate::service::view::Overview;
use crate::state::App;
use crate::web::{Access, Form, Routes, Shell, Visitor, done, page, page_with, status_of};

pub fn routes() -> Routes {
    Routes::new()
        .get("/incidents/{number}/post", Access::Reader, show)
        .post("/incidents/{number}/post/activation", Access::Handler, activation)
        .post("/incidents/{number}/post/delegation", Access::Handler, delegation)
        .post("/incidents/{number}/post/acceptance", Access::Handler, acceptance)
        .post("/incidents/{number}/post/handover", Access::Handler, handover)
        .post("/incidents/{number}/post/takeover", Access::Handler, takeover)
        .post("/incidents/{number}/post/stand-down", Access::Handler, stand_down)
        .get("/incidents/{number}/post/letters/{id}", Access::Reader, letter)
        .get("/incidents/{number}/post/handovers/{id}", Access::Reader, sheet)
}

async fn show(State(app): State<App>, visitor: Visitor, Path(number): Path<String>) -> Result<Response> {
    let shown = PostPage::read(&app, &visitor, &number).await?;
    if shown.head.number != number {
        return Ok(Redirect::to(&format!("/incidents/{}/post", shown.head.number)).into_response());
    }
    Ok(page(&shown))
}

async fn activation(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    form: Form,
) -> Result<Response> {
    let done = activate(&app, &visitor, &number, &form).await;
    answered(&app, &visitor, &number, done, Typed::new("activation", "", form.pairs()), "activated").await
}

/// Two taps: the level, where the leadership has not said it yet, and the headquarters.
async fn activate(app: &App, visitor: &Visitor, number: &str, form: &Form) -> Result<()> {
    let actor = visitor.signed_in()?;
    let (case, _) = app.case(actor, number).await?;
    if form.has("confirm") && case.incident.severity != Severity::Major {
        let reason = form.filled("reason").map(str::to_owned);
        let level = Command::Severity { severity: Severity::Major, scope: None, reason, keep: Vec::new() };
        app.act(actor, number, level).await?;
    }
    let under = form.filled("under").map(str::to_owned);
    act(app, visitor, number, Act::Activate { under }).await
}

async fn delegation(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    form: Form,
) -> Result<Response> {
    let letter = Act::Delegate { to: form.get("to").to_owned(), ground: form.get("ground").to_owned() };
    let done = act(&app, &visitor, &number, letter).await;
    answered(&app, &visitor, &number, done, Typed::new("delegation", "", form.pairs()), "delegated").await
}

async fn acceptance(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    form: Form,
) -> Result<Response> {
    let done = act(&app, &visitor, &number, Act::AcceptDelegation).await;
    answered(&app, &visitor, &number, done, Typed::new("acceptance", "", form.pairs()), "accepted").await
}

async fn handover(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    form: Form,
) -> Result<Response> {
    let offer = Act::HandOver { to: form.get("to").to_owned(), situation: form.get("situation").to_owned() };
    let done = act(&app, &visitor, &number, offer).await;
    answered(&app, &visitor, &number, done, Typed::new("handover", "", form.pairs()), "offered").await
}

async fn takeover(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    form: Form,
) -> Result<Response> {
    let done = act(&app, &visitor, &number, Act::TakeOver).await;
    answered(&app, &visitor, &number, done, Typed::new("takeover", "", form.pairs()), "taken").await
}

async fn stand_down(
    State(app): State<App>,
    visitor: Visitor,
    Path(number): Path<String>,
    form: Form,
) -> Result<Response> {
    let done = async {
        let restored_at = form.time("restored_at")?;
        app.stand_down(visitor.signed_in()?, &number, restored_at, form.get("order")).await?;
        Ok(())
    };
    let done = done.await;
    answered(&app, &visitor, &number, done, Typed::new("stand-down", "", form.pairs()), "stood-down").await
}

async fn act(app: &App, visitor: &Visitor, number: &str, act: Act) -> Result<()> {
    app.act(visitor.signed_in()?, number, Command::Headquarters(act)).await?;
    Ok(())
}

async fn answered(
    app: &App,
    visitor: &Visitor,
    number: &str,
    taken: Result<()>,
    typed: Typed,
    said: &str,
) -> Result<Response> {
    let refused = match taken {
        Ok(()) => {
            let there = done::then(&format!("/incidents/{number}/post"), said, app.clock.now());
            return Ok(Redirect::to(&there).into_response());
        }
        Err(error) => error.faults()?,
    };
    let status = status_of(&refused);
    let mut shown = match PostPage::read(app, visitor, number).await {
        Ok(shown) => shown,
        Err(_) => return Err(Error::Faults(refused)),
    };
    shown.refused = refused;
    shown.typed = typed;
    Ok(page_with(status, &shown))
}

async fn letter(
    State(app): State<App>,
    visitor: Visitor,
    Path((number, id)): Path<(String, Uuid)>,
) -> Result<Response> {
    let file = file(&app, &visitor, &number).await?;
    let hq = file.case.headquarters.as_ref().ok_or(Refused::NotFound)?;
    let found = hq.delegation_of(id).ok_or(Refused::NotFound)?;
    let held = app.held(app.edition_for(&file.case.incident)?);
    let seen = file.case.as_seen_by(visitor.signed_in()?);
    let desk = Desk::new(&file, held.world(), &seen, app.clock.now(), visitor.lang);
    let department = desk.w.department(&found.department);
    Ok(page(&LetterPage {
        head: head::head(&desk),
        authoriser: desk.w.person(&found.authoriser),
        authoriser_role: desk.role(&found.authoriser_role),
        delegate: desk.w.person(&found.delegate_login),
        department,
        ground: found.ground.clone(),
        by_table: found.by_succession.is_some(),
        from: desk.w.stamp(found.from),
        accepted: found.accepted.map(|at| desk.w.stamp(at)),
        until: found.ended.map(|(at, _)| desk.w.stamp(at)),
        shell: Shell::of(&visitor),
    }))
}

async fn sheet(State(app): State<App>, visitor: Visitor, Path((number, id)): Path<(String, Uuid)>) -> Result<Response> {
    let file = file(&app, &visitor, &number).await?;
    let hq = file.case.headquarters.as_ref().ok_or(Refused::NotFound)?;
    let found = hq.handovers.iter().find(|h| h.id == id).ok_or(Refused::NotFound)?;
    let held = app.held(app.edition_for(&file.case.incident)?);
    let seen = file.case.as_seen_by(visitor.signed_in()?);
    let desk = Desk::new(&file, held.world(), &seen, app.clock.now(), visitor.lang);
    let open = super::red(&desk).into_iter().map(|r| (r.what, r.department, r.left.text)).collect();
    Ok(page(&SheetPage {
        head: head::head(&desk),
        from: desk.w.person(&found.from),
        to: desk.w.person(&found.to.login),
        to_role: desk.role(found.to.command.role()),
        situation: found.situation.clone(),
        offered: desk.w.stamp(found.offered_at),
        accepted: found.accepted_at.map(|at| desk.w.stamp(at)),
        open,
        directives: file.case.open_directives.clone(),
        shell: Shell::of(&visitor),
    }))
}

async fn file(app: &App, visitor: &Visitor, number: &str) -> Result<store::File> {
    let mut conn = app.pool.acquire().await?;
    store::read(&mut conn, number, visitor.signed_in()?).await
}

#[derive(Template)]
#[template(path = "casefile/post.html")]
struct PostPage {
    shell: Shell,
    head: Head,
    post: Post,
    band: Option<Band>,
    width: i64,
    service: Overview,
    receipts: Receipts,
    now_field: String,
    /// People, money and materials, once there is a headquarters.
    resources: Option<resource::board::Board>,
    /// Where the forms of `resources` lead back to.
    back: String,
    /// May draft a circular on it.
    issues: bool,
    refused: Vec<Refused>,
    typed: Typed,
}

impl PostPage {
    async fn read(app: &App, visitor: &Visitor, number: &str) -> Result<PostPage> {
        let file = file(app, visitor, number).await?;
        let mut conn = app.pool.acquire().await?;
        let mut others = headquarters::store::active(&mut conn).await?;
        let number = &file.case.incident.number;
        let under = resource::store::under(&mut conn, number).await?;
        let asked = match &under {
            Some(under) => resource::store::of_headquarters(&mut conn, under.headquarters).await?,
            None => Vec::new(),
        };
        drop(conn);
        let own = file.case.headquarters.as_ref().map(|h| h.id);
        others.retain(|h: &Headquarters| Some(h.id) != own);
        let held = app.held(app.edition_for(&file.case.incident)?);
        let actor = file.case.as_seen_by(visitor.signed_in()?);
        let desk = Desk::new(&file, held.world(), &actor, app.clock.now(), visitor.lang);
        Ok(PostPage {
            shell: Shell::of(visitor),
            head: head::head(&desk),
            resources: under.map(|under| resource::board::Board::of(&asked, &under, &actor, &desk.w, desk.now)),
            back: format!("/incidents/{number}/post#means"),
            issues: circular::oversees(&actor),
            post: post(&desk, &others),
            band: band(&desk),
            receipts: Receipts::of(&file.directives, &OrderSight { w: desk.w, actor: &actor, now: desk.now }),
            width: WIDTH,
            service: overview(&file.case, &held, &actor, visitor),
            now_field: crate::clock::local(desk.now).format("%Y-%m-%dT%H:%M").to_string(),
            refused: Vec::new(),
            typed: Typed::default(),
        })
    }

    fn wrong(&self, name: &str) -> bool {
        self.refused.iter().any(|r| r.field() == Some(name))
    }
}

/// The acting-commander letter on paper.
#[derive(Template)]
#[template(path = "casefile/letter.html")]
struct LetterPage {
    shell: Shell,
    head: Head,
    authoriser: String,
    authoriser_role: String,
    delegate: String,
    department: String,
    ground: String,
    by_table: bool,
    from: String,
    accepted: Option<String>,
    until: Option<String>,
}

impl LetterPage {
    fn title(&self) -> String {
        self.shell.l.msg_post_letter_title()
    }
}

/// The handover sheet on paper.
#[derive(Template)]
#[template(path = "casefile/handover.html")]
struct SheetPage {
    shell: Shell,
    head: Head,
    from: String,
    to: String,
    to_role: String,
    situation: String,
    offered: String,
    accepted: Option<String>,
    open: Vec<(String, String, String)>,
    directives: Vec<String>,
}

impl SheetPage {
    fn title(&self) -> String {
        self.shell.l.msg_post_sheet_title()
    }
}
