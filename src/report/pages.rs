//! The pages a report is made on: choose, fill in while the preview shows what follows, send, and the receipt.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::ask::{self, Control, Field};
use super::choose::pages::ChoosePage;
use super::form;
use super::panel::{self, Level, Panel};
use crate::attachment::{self, Upload};
use crate::conduct::{Held, Preview};
use crate::error::{Error, Result};
use crate::exchange::Topic;
use crate::exchange::view::Beside;
use crate::incident::store as incidents;
use crate::lang::Lang;
use crate::person::directory::Region;
use crate::person::{Actor, role};
use crate::plan::{LinkState, SubKind};
use crate::refusal::Refused;
use crate::response::intake::Receipt;
use crate::state::App;
use crate::web::posted::{Posted, PostedFile};
use crate::web::{Access, Form, Routes, Shell, Visitor, page, page_with, status_of};

/// Look-alikes listed at most.
const ALIKE: usize = 10;
/// Bytes of a report with its photos.
const BODY_LIMIT: usize = 64 * 1024 * 1024;
/// Characters of an idempotency key that are believed.
const KEY_LENGTH: usize = 200;

pub fn routes() -> Routes {
    Routes::new()
        .get("/report", Access::Handler, open)
        .upload("/report", Access::Handler, BODY_LIMIT, send)
        .post("/report/preview", Access::Handler, preview)
        .merge(super::receipt::pages::routes())
}

/// `GET /report`: the kinds; with `sub_kind` its form, with what else the query names filled in.
async fn open(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let held = app.held_now()?;
    let asked = Form::from_pairs(query);
    let Some(code) = asked.filled("sub_kind") else {
        return Ok(page(&ChoosePage::of(&visitor, &held, &actor, &asked)));
    };
    let sub_kind = held.edition.sub_kind(code).ok_or(Refused::NotFound)?;
    let form = fresh(&app, &held, &actor, sub_kind, &asked);
    let body = form::read(form.pairs(), &held.edition).body;
    let preview = app.preview(&actor, &body, None)?;
    let mut shown = FormPage::of(&app, &visitor, &held, sub_kind, form, Some(&preview));
    shown.experience = app.beside(Topic::SubKind(code), visitor.lang).await?;
    Ok(page(&shown))
}

/// `POST /report/preview`: the panel alone, for the script that posts while a person types.
async fn preview(State(app): State<App>, visitor: Visitor, actor: Actor, posted: Posted) -> Result<Response> {
    let held = app.held_now()?;
    let body = form::read(posted.form.pairs(), &held.edition).body;
    let preview = app.preview(&actor, &body, None)?;
    let panel = panel::panel(&preview, held.world(), visitor.lang);
    let experience = app.beside(Topic::SubKind(&preview.case.incident.sub_kind), visitor.lang).await?;
    Ok(page(&Fragment { shell: Shell::of(&visitor), panel, experience }))
}

/// `POST /report`: sends it, or shows the form again with what is wrong and everything typed.
async fn send(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response> {
    let held = app.held_now()?;
    let sent = form::read(posted.form.pairs(), &held.edition);
    let key = headers.get("idempotency-key").and_then(|v| v.to_str().ok()).map(str::to_owned).or(sent.key);
    let key = key.filter(|k| k.len() <= KEY_LENGTH && !k.chars().any(char::is_control));
    if sent.preview {
        return shown(&app, &visitor, &held, &actor, posted.form, &sent.body, Vec::new()).await;
    }
    let photos = match photos(posted.files, posted.cut_off) {
        Ok(photos) => photos,
        Err(refused) => return shown(&app, &visitor, &held, &actor, posted.form, &sent.body, vec![refused]).await,
    };
    match app.report(&actor, sent.body.clone(), key).await {
        Ok(receipt) => {
            let kept = keep(&app, &actor, &receipt, &photos).await;
            Ok(Redirect::to(&place_after(&actor, &receipt, kept)).into_response())
        }
        Err(Error::Faults(faults)) => shown(&app, &visitor, &held, &actor, posted.form, &sent.body, faults).await,
        Err(Error::Refused(refused)) => {
            shown(&app, &visitor, &held, &actor, posted.form, &sent.body, vec![*refused]).await
        }
        Err(fault) => Err(fault),
    }
}

/// The files checked before anything is registered, so that a wrong one costs nobody a second report.
fn photos(files: Vec<PostedFile>, cut_off: bool) -> Result<Vec<Upload>, Refused> {
    if cut_off {
        return Err(attachment::too_large());
    }
    let files = files.into_iter().filter(|f| f.field == "file");
    files.map(|f| Upload::check(&f.name, f.content)).collect()
}

/// Attaches the photos, each once however often the report is sent. The report stands whatever becomes of them.
async fn keep(app: &App, actor: &Actor, receipt: &Receipt, photos: &[Upload]) -> bool {
    if photos.is_empty() {
        return true;
    }
    let number = number_of(receipt);
    let kept = async {
        let mut conn = app.pool.acquire().await?;
        let incident = incidents::by_number(&mut conn, number).await?.ok_or(Refused::NotFound)?;
        let there = attachment::store::of_incident(&mut conn, incident.id).await?;
        drop(conn);
        for photo in photos.iter().filter(|p| !there.iter().any(|t| t.sha256 == p.sha256_hex())) {
            app.attach(actor, number, None, photo).await?;
        }
        Ok::<(), Error>(())
    }
    .await;
    if let Err(error) = &kept {
        tracing::warn!(%error, number, "a photo of a report was not kept");
    }
    kept.is_ok()
}

fn number_of(receipt: &Receipt) -> &str {
    match receipt {
        Receipt::Opened(case) => &case.incident.number,
        Receipt::Known { number, .. } | Receipt::Merged { number, .. } => number,
    }
}

/// A driver gets a receipt to hold up; everyone else the incident, unless it lies where they may not read.
fn place_after(actor: &Actor, receipt: &Receipt, photos_kept: bool) -> String {
    let number = number_of(receipt);
    let seen = match receipt {
        Receipt::Opened(case) => case.incident.regions.iter().any(|r| actor.sees_region(r)),
        Receipt::Known { .. } | Receipt::Merged { .. } => true,
    };
    match (actor.has_role(role::DRIVER) || !seen, photos_kept) {
        (_, false) => format!("/report/received/{number}?photo=lost"),
        (true, true) => format!("/report/received/{number}"),
        (false, true) => format!("/incidents/{number}"),
    }
}

/// An untouched form: presets, and over them what the link that led here names.
fn fresh(app: &App, held: &Held, actor: &Actor, sub_kind: &SubKind, asked: &Form) -> Form {
    let now = app.clock.now();
    let mut form = Form::default();
    for (name, value) in ask::presets(sub_kind, actor, &held.directory, &held.places, now) {
        form.set(name, value);
    }
    if asked.has("behalf") {
        form.set("told_at", ask::minute(now));
    }
    for (name, value) in asked.pairs() {
        form.set(name, value.clone());
    }
    form.set("key", Uuid::now_v7().to_string());
    form
}

/// The form as typed, with its faults marked; status of the gravest answer.
async fn shown(
    app: &App,
    visitor: &Visitor,
    held: &Held,
    actor: &Actor,
    typed: Form,
    body: &Map<String, Value>,
    faults: Vec<Refused>,
) -> Result<Response> {
    let code = typed.get("sub_kind").trim().to_owned();
    let Some(sub_kind) = held.edition.sub_kind(&code) else {
        return Err(if faults.is_empty() { Refused::NotFound.into() } else { Error::Faults(faults) });
    };
    let preview = app.preview(actor, body, None)?;
    let status = if faults.is_empty() { StatusCode::OK } else { status_of(&faults) };
    let duplicate = faults.iter().any(|f| matches!(f, Refused::Duplicate { .. }));
    let mut page = FormPage::of(app, visitor, held, sub_kind, typed, Some(&preview));
    page.experience = app.beside(Topic::SubKind(&code), visitor.lang).await?;
    if duplicate {
        page.alike = alike(app, visitor, held, actor, &preview).await?;
    }
    page.faults = faults.iter().map(|f| page.fault_of(f, held, visitor.lang)).collect();
    Ok(page_with(status, &page))
}

/// The open incidents a report may be about. What another region wrote is not shown to those who may not read it.
async fn alike(app: &App, visitor: &Visitor, held: &Held, actor: &Actor, preview: &Preview) -> Result<Vec<Alike>> {
    let Some(draft) = &preview.checked.draft else {
        return Ok(Vec::new());
    };
    let since = app.clock.now() - app.duplicate_window();
    let one = |text: &String| std::slice::from_ref(text).to_vec();
    let mut conn = app.pool.acquire().await?;
    let found =
        incidents::look_alikes(&mut conn, &one(&draft.sub_kind), &one(&draft.region), &one(&draft.place_key), since)
            .await?;
    let mut alike = Vec::new();
    for (_, number) in found.into_iter().take(ALIKE) {
        let Some(incident) = incidents::by_number(&mut conn, &number).await? else {
            continue;
        };
        if !incident.regions.iter().any(|r| actor.sees_region(r)) {
            continue;
        }
        let who = incident.reporter.and_then(|id| held.directory.name_of(id, visitor.lang));
        alike.push(Alike {
            region: held.directory.region_name(&incident.region).get(visitor.lang).to_owned(),
            place: place(&incident.fields),
            reported_at: incident.reported_at,
            who: who.unwrap_or_else(|| incident.reporter_login.clone()),
            what: incident.description.chars().take(160).collect(),
            number,
        });
    }
    Ok(alike)
}

/// The place as the report wrote it.
fn place(fields: &Map<String, Value>) -> String {
    ["exact_location", "site", "warehouse", "vehicle", "board", "device", "line", "system"]
        .iter()
        .find_map(|code| fields.get(*code).and_then(Value::as_str))
        .unwrap_or_default()
        .to_owned()
}

/// A fault as the form shows it.
struct Fault {
    field: String,
    code: &'static str,
    message: String,
    clause: Option<&'static str>,
    /// Id of what to go to; empty where the form has no such place.
    anchor: String,
}

/// An open incident that looks the same.
struct Alike {
    number: String,
    region: String,
    place: String,
    reported_at: DateTime<Utc>,
    who: String,
    what: String,
}

#[derive(Template)]
#[template(path = "report/form.html")]
struct FormPage {
    shell: Shell,
    code: String,
    name: String,
    kind: String,
    clauses: Vec<String>,
    key: String,
    form: Form,
    fields: Vec<Field>,
    states: Vec<LinkState>,
    regions: Vec<Region>,
    levels: Vec<Level>,
    expected_back: bool,
    /// Kinds of files taken.
    accept: String,
    /// A driver's form: only what nobody else can say; the rest is filled in or left to others.
    short: bool,
    /// The part for someone who telephoned is open.
    behalf: bool,
    /// The part with what is seldom needed is open.
    more: bool,
    faults: Vec<Fault>,
    alike: Vec<Alike>,
    /// What was learnt from incidents of this sub-kind (2.1.2-insp-2).
    experience: Vec<Beside>,
    /// Minutes within which the same thing at the same place is taken for the same.
    window: String,
    panel: Option<Panel>,
}

impl FormPage {
    fn of(
        app: &App,
        visitor: &Visitor,
        held: &Held,
        sub_kind: &SubKind,
        form: Form,
        preview: Option<&Preview>,
    ) -> FormPage {
        let lang = visitor.lang;
        let kind = held.edition.kind(&sub_kind.kind).map(|k| k.name.get(lang).to_owned());
        let filled = |names: &[&str]| names.iter().any(|n| form.filled(n).is_some());
        FormPage {
            code: sub_kind.code.clone(),
            name: sub_kind.name.get(lang).to_owned(),
            kind: kind.unwrap_or_default(),
            clauses: sub_kind.clauses.clone(),
            key: form.filled("key").map_or_else(|| Uuid::now_v7().to_string(), str::to_owned),
            fields: ask::fields(sub_kind, &held.edition, &held.directory, &held.places, lang),
            states: held.edition.matrix.link_states.clone(),
            regions: held.directory.regions().to_vec(),
            levels: sub_kind.severities.iter().map(|s| panel::level(*s, held.world(), lang)).collect(),
            expected_back: ask::asks_expected_back(sub_kind),
            accept: format!("image/*,{}", attachment::ACCEPT),
            short: visitor.actor.as_deref().is_some_and(|a| a.has_role(role::DRIVER)),
            behalf: form.has("behalf") || filled(&["on_behalf_of", "told_at"]),
            more: filled(&["severity", "regions_affected", "expected_back_at"]),
            faults: Vec::new(),
            alike: Vec::new(),
            experience: Vec::new(),
            window: app.duplicate_window().num_minutes().to_string(),
            panel: preview.map(|p| panel::panel(p, held.world(), lang)),
            shell: Shell::of(visitor),
            form,
        }
    }

    /// Filled in already on a driver's form, and in order: the time, the region, the vehicle.
    fn is_preset(&self, field: &Field) -> bool {
        let code = field.code.as_str();
        self.short && ask::PRESET.contains(&code) && self.form.filled(code).is_some() && self.fault(code).is_none()
    }

    fn has_preset(&self) -> bool {
        self.fields.iter().any(|f| self.is_preset(f))
    }

    /// What is filled in, by name.
    fn preset_names(&self) -> String {
        let names: Vec<&str> = self.fields.iter().filter(|f| self.is_preset(f)).map(|f| f.label.as_str()).collect();
        names.join(if self.shell.lang == Lang::En { ", " } else { "、" })
    }

    fn fault(&self, field: &str) -> Option<&Fault> {
        self.faults.iter().find(|f| f.field == field)
    }

    fn fault_of(&self, refused: &Refused, held: &Held, lang: Lang) -> Fault {
        let field = refused.field().unwrap_or_default();
        let asked = match field {
            "file" | "on_behalf_of" | "told_at" | "regions_affected" => true,
            "severity" => self.levels.len() > 1,
            "expected_back_at" => self.expected_back,
            _ => self.fields.iter().any(|f| f.code == field),
        };
        let anchor = match refused {
            Refused::Duplicate { .. } => "duplicates".to_owned(),
            _ if asked => format!("f-{field}"),
            _ => String::new(),
        };
        Fault {
            field: field.to_owned(),
            code: refused.code(),
            message: panel::message(refused, held.world(), lang),
            clause: refused.clause(),
            anchor,
        }
    }

    fn link_is(&self, link: &ask::Choice, state: &LinkState) -> bool {
        self.form.is(&format!("{}{}", form::LINKS, link.code), &state.code)
    }

    /// The person began to say why it is another incident.
    fn is_different(&self) -> bool {
        self.form.filled("not_duplicate_reason").is_some() && self.form.filled("duplicate_of").is_none()
    }
}

#[derive(Template)]
#[template(path = "report/fragment.html")]
struct Fragment {
    shell: Shell,
    panel: Panel,
    experience: Vec<Beside>,
}
