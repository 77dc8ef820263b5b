//! The sheet of a decision, and the page where one is drawn up.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::{Draft, Kind, Stance, may_opine, replaces};
use crate::error::Result;
use crate::l10n::text;
use crate::refusal::Refused;
use crate::response;
use crate::service::pages::Of;
use crate::service::view::{self, AreaChoice, Sheet};
use crate::service::words::Names;
use crate::service::{Command, incident_of, may_announce};
use crate::state::App;
use crate::web::{Access, Form, Routes, Shell, Visitor, page, page_with, status_of};

pub fn routes() -> Routes {
    Routes::new()
        .get("/incidents/{number}/decisions/new", Access::Handler, new)
        .post("/incidents/{number}/decisions", Access::Handler, create)
        .get("/decisions/{number}", Access::Reader, one)
        .post("/decisions/{number}/opinions", Access::Handler, opine)
        .post("/decisions/{number}/signature", Access::Handler, sign)
}

async fn new(State(app): State<App>, visitor: Visitor, Path(number): Path<String>) -> Result<Response> {
    Ok(page(&NewPage::read(&app, &visitor, &number, None, Vec::new()).await?))
}

async fn create(State(app): State<App>, visitor: Visitor, Path(number): Path<String>, form: Form) -> Result<Response> {
    let draft = match read(&form) {
        Ok(draft) => draft,
        Err(bad) => {
            return Ok(page_with(
                status_of(std::slice::from_ref(&bad)),
                &NewPage::read(&app, &visitor, &number, Some(form), vec![bad]).await?,
            ));
        }
    };
    // Before it is signed, it says whose place it takes.
    if form.get("as") == "check" {
        return Ok(page(&NewPage::read(&app, &visitor, &number, Some(form), Vec::new()).await?));
    }
    let command = Command::Decide { draft, sign: form.get("as") == "sign" };
    let done = app.act(visitor.signed_in()?, &number, response::Command::Service(command)).await;
    match done {
        Ok(case) => {
            let number = case.service.decisions.last().map(|d| d.number.as_str()).unwrap_or_default();
            Ok(Redirect::to(&format!("/decisions/{number}")).into_response())
        }
        Err(error) => {
            let refused = error.faults()?;
            let status = status_of(&refused);
            Ok(page_with(status, &NewPage::read(&app, &visitor, &number, Some(form), refused).await?))
        }
    }
}

async fn one(State(app): State<App>, visitor: Visitor, Path(number): Path<String>) -> Result<Response> {
    Ok(page(&SheetPage::read(&app, &visitor, &number, Form::default(), Vec::new()).await?))
}

async fn opine(State(app): State<App>, visitor: Visitor, Path(number): Path<String>, form: Form) -> Result<Response> {
    let command = match Stance::from_code(form.get("stance")) {
        Some(stance) => Ok(Command::Opine { decision: number.clone(), stance, text: form.get("text").to_owned() }),
        None => Err(Refused::Required { field: "stance".to_owned(), label: text(|l| l.msg_svc_opinion()) }),
    };
    act(&app, &visitor, &number, command, form).await
}

async fn sign(State(app): State<App>, visitor: Visitor, Path(number): Path<String>, form: Form) -> Result<Response> {
    let command = Command::Sign { decision: number.clone() };
    act(&app, &visitor, &number, Ok(command), form).await
}

/// Does it and leads back to the sheet, or shows the sheet again with what was refused.
async fn act(
    app: &App,
    visitor: &Visitor,
    number: &str,
    command: std::result::Result<Command, Refused>,
    form: Form,
) -> Result<Response> {
    let actor = visitor.signed_in()?;
    let done = async {
        let incident = incident_of(number).ok_or(Refused::NotFound)?;
        app.act(actor, incident, response::Command::Service(command?)).await
    }
    .await;
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/decisions/{number}")).into_response()),
        Err(error) => {
            let refused = error.faults()?;
            let status = status_of(&refused);
            Ok(page_with(status, &SheetPage::read(app, visitor, number, form, refused).await?))
        }
    }
}

/// A decision as the form has it.
fn read(form: &Form) -> std::result::Result<Draft, Refused> {
    Ok(Draft {
        kind: Kind::from_code(form.get("kind")),
        areas: form.all("areas").map(str::to_owned).collect(),
        links: form.all("links").map(str::to_owned).collect(),
        from: form.time("from")?,
        until: form.time("until")?,
        question: form.get("question").to_owned(),
        detail: form.get("detail").to_owned(),
        reason: form.get("reason").to_owned(),
    })
}

#[derive(Template)]
#[template(path = "service/decision_new.html")]
struct NewPage {
    shell: Shell,
    of: Of,
    body_name: String,
    clause: &'static str,
    /// The Office has no head: the deputy leader acts for it.
    office_empty: bool,
    kinds: Vec<(&'static str, String)>,
    areas: Vec<AreaChoice>,
    links: Vec<(String, String)>,
    /// What it takes the place of, once it was looked at: number, areas.
    replaces: Option<Vec<(String, String)>>,
    may_sign: bool,
    form: Form,
    refused: Vec<Refused>,
}

impl NewPage {
    async fn read(
        app: &App,
        visitor: &Visitor,
        number: &str,
        typed: Option<Form>,
        refused: Vec<Refused>,
    ) -> Result<NewPage> {
        let actor = visitor.signed_in()?;
        let (case, held) = app.case(actor, number).await?;
        let actor = &case.as_seen_by(actor);
        let names = Names::new(&held.edition, &held.directory, visitor.lang);
        let draft = typed.as_ref().and_then(|form| read(form).ok());
        let needed = case.body_needed(draft.as_ref().unwrap_or(&Draft::default()));
        let office_empty = held.directory.is_vacant(crate::person::role::LG_OFFICE_HEAD, "LGO");
        let taken = draft.as_ref().map(|d| replaces(&case.service.decisions, &d.areas, &d.links));
        let form = typed.unwrap_or_else(|| {
            let mut form = Form::default();
            form.set("from", crate::clock::local(app.clock.now()).format("%Y-%m-%dT%H:%M").to_string());
            form
        });
        Ok(NewPage {
            shell: Shell::of(visitor),
            of: Of::case(&case, names),
            body_name: names.body(needed),
            clause: needed.clause(),
            office_empty: office_empty && needed == super::Body::Lgo,
            kinds: Kind::ALL.iter().map(|k| (k.code(), names.kind(*k))).collect(),
            areas: view::areas(&case.service, case.reported_links(), names),
            links: held.edition.matrix.links.iter().map(|l| (l.code.clone(), names.link(&l.code))).collect(),
            replaces: taken.map(|t| t.into_iter().map(|(number, areas)| (number, names.areas(&areas))).collect()),
            may_sign: super::signs_for(case.deciding_body(), actor, office_empty).is_ok(),
            form,
            refused,
        })
    }

    fn fault(&self, field: &str) -> bool {
        self.refused.iter().any(|r| r.field() == Some(field))
    }
}

#[derive(Template)]
#[template(path = "service/decision.html")]
struct SheetPage {
    shell: Shell,
    of: Of,
    sheet: Sheet,
    /// Numbers of announcements made from it.
    announced: Vec<String>,
    may_sign: bool,
    may_opine: bool,
    may_announce: bool,
    stances: Vec<(&'static str, String)>,
    form: Form,
    refused: Vec<Refused>,
}

impl SheetPage {
    async fn read(app: &App, visitor: &Visitor, number: &str, form: Form, refused: Vec<Refused>) -> Result<SheetPage> {
        let actor = visitor.signed_in()?;
        let (case, held) = app.case(actor, incident_of(number).ok_or(Refused::NotFound)?).await?;
        let actor = &case.as_seen_by(actor);
        let names = Names::new(&held.edition, &held.directory, visitor.lang);
        let decision = case.service.decision(number).ok_or(Refused::NotFound)?;
        let open = case.incident.is_open();
        let sign = response::Command::Service(Command::Sign { decision: number.to_owned() });
        let may_sign = !decision.is_signed() && case.act(&sign, held.world(), actor, app.clock.now(), None).is_ok();
        let given = decision.opinions.iter().any(|o| Some(o.person) == actor.person);
        Ok(SheetPage {
            shell: Shell::of(visitor),
            of: Of::case(&case, names),
            sheet: view::sheet(decision, &case.service.decisions, names),
            announced: case
                .service
                .announcements
                .iter()
                .filter(|a| a.decision == decision.id)
                .map(|a| a.number.clone())
                .collect(),
            may_sign: open && may_sign,
            may_opine: open && !decision.is_signed() && !given && may_opine(actor),
            may_announce: open && may_announce(actor) && case.announceable(Some(number)).is_ok(),
            stances: Stance::ALL.iter().map(|s| (s.code(), names.stance(*s))).collect(),
            form,
            refused,
        })
    }
}
