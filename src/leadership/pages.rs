//! The Leading Group's page: seats, presence, the office, and who stands in if nobody answers (2.1.1, 3.2.2).

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};

use super::{Absence, Declaration, store};
use crate::error::Result;
use crate::person::store::seat_history;
use crate::person::{Actor, role};
use crate::refusal::Refused;
use crate::state::App;
use crate::timeline::Words;
use crate::web::{Access, Form, Routes, Shell, Visitor, done, page, page_with, status_of};

/// Absences shown in the log at most.
const LOG: usize = 40;

pub fn routes() -> Routes {
    Routes::new()
        .get("/leadership", Access::Reader, show)
        .post("/leadership/presence", Access::LeadersOrDuty, presence)
        .post("/leadership/succession", Access::Leaders, succession)
        .post("/leadership/office", Access::Leaders, office)
}

async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response> {
    Ok(page(&LeadershipPage::read(&app, &visitor).await?))
}

async fn presence(State(app): State<App>, visitor: Visitor, form: Form) -> Result<Response> {
    let done = declare(&app, &visitor, &form).await;
    answered(&app, &visitor, done, form).await
}

async fn declare(app: &App, visitor: &Visitor, form: &Form) -> Result<()> {
    let declaration = match form.get("state") {
        "in" => Declaration::Back,
        _ => Declaration::Out {
            from: form.time("from")?.unwrap_or_else(|| app.clock.now()),
            until: form.time("until")?,
            reachable_at: form.filled("reachable_at").map(str::to_owned),
            note: form.filled("note").map(str::to_owned),
        },
    };
    app.declare_presence(visitor.signed_in()?, form.get("person"), declaration).await
}

async fn succession(State(app): State<App>, visitor: Visitor, form: Form) -> Result<Response> {
    let done = async {
        let department = form.filled("department").filter(|_| !form.has("revoke"));
        let until = form.time("valid_until")?;
        app.sign_succession(visitor.signed_in()?, form.get("kind"), department, until).await
    };
    let done = done.await;
    answered(&app, &visitor, done, form).await
}

async fn office(State(app): State<App>, visitor: Visitor, form: Form) -> Result<Response> {
    let done = app.host_office(visitor.signed_in()?, form.filled("department")).await;
    answered(&app, &visitor, done, form).await
}

async fn answered(app: &App, visitor: &Visitor, taken: Result<()>, form: Form) -> Result<Response> {
    let refused = match taken {
        Ok(()) => {
            let said = if form.has("kind") {
                "signed"
            } else if form.has("state") {
                "presence"
            } else {
                "saved"
            };
            return Ok(Redirect::to(&done::then("/leadership", said, app.clock.now())).into_response());
        }
        Err(error) => error.faults()?,
    };
    let status = status_of(&refused);
    let mut shown = LeadershipPage::read(app, visitor).await?;
    shown.refused = refused;
    shown.form = form;
    Ok(page_with(status, &shown))
}

/// One seat of the Leading Group.
struct Seat {
    role: String,
    /// Sign-in name, name, telephone of whoever holds it.
    holder: Option<(String, String, Option<String>)>,
    away: Option<(String, Option<String>)>,
    /// Earlier holders: name, from, until.
    earlier: Vec<(String, String, String)>,
}

/// A row of the succession table.
struct Row {
    kind: String,
    name: String,
    proposed: String,
    department: Option<String>,
    signed: Option<String>,
    until: Option<String>,
    expired: bool,
}

/// A declared absence in words.
struct LogRow {
    name: String,
    from: String,
    until: String,
    reachable: String,
    by: String,
    ended: Option<String>,
}

#[derive(Template)]
#[template(path = "leadership/leadership.html")]
struct LeadershipPage {
    shell: Shell,
    seats: Vec<Seat>,
    members: Vec<(String, String, Option<String>)>,
    /// Departments of the plan whose head has no seat yet, or that have no head.
    missing: Vec<String>,
    both_away: bool,
    office_head: Option<String>,
    office_host: Option<String>,
    duty: Vec<(String, Option<String>)>,
    rows: Vec<Row>,
    departments: Vec<(String, String)>,
    log: Vec<LogRow>,
    may_declare: bool,
    is_leader: bool,
    refused: Vec<Refused>,
    form: Form,
}

impl LeadershipPage {
    async fn read(app: &App, visitor: &Visitor) -> Result<LeadershipPage> {
        let actor = visitor.signed_in()?;
        let mut conn = app.pool.acquire().await?;
        let log = store::absences(&mut conn, None).await?;
        let history = seat_history(&mut conn).await?;
        drop(conn);
        LeadershipPage::of(app, visitor, actor, log, &history)
    }

    fn of(
        app: &App,
        visitor: &Visitor,
        actor: &Actor,
        log: Vec<Absence>,
        history: &[crate::person::store::SeatHeld],
    ) -> Result<LeadershipPage> {
        let (edition, directory, known, now) = (app.edition()?, app.directory(), app.leadership(), app.clock.now());
        let lang = visitor.lang;
        let w = Words::new(&edition, &directory, lang);
        let stamp = |at: DateTime<Utc>| w.stamp(at);
        let earlier = |role: &str| {
            let left = history.iter().filter(|h| h.role == role && h.until.is_some());
            left.map(|h| (w.person(&h.login), stamp(h.from), h.until.map(stamp).unwrap_or_default())).collect()
        };
        let seats = known
            .seats(&directory, now)
            .into_iter()
            .map(|seat| Seat {
                role: w.role(seat.role),
                holder: seat.holder.map(|p| (p.login.clone(), directory.called(p, lang), p.phone.clone())),
                away: seat.away.map(|a| (a.end().map_or_else(String::new, stamp), a.reachable_at.clone())),
                earlier: earlier(seat.role),
            })
            .collect();
        let mut members = Vec::new();
        let mut missing = Vec::new();
        let seated = ["MKT", "DIST", "INF", "FIN", "SEC", "INSP"];
        for department in directory
            .departments()
            .iter()
            .filter(|d| seated.contains(&d.code.as_str()) || d.kind == "RMD" && d.region.is_some())
        {
            let name = department.name.get(lang).to_owned();
            match directory.head_of(&department.code) {
                Some(p) => members.push((name, directory.called(p, lang), p.phone.clone())),
                None => missing.push(name),
            }
        }
        let departments: Vec<(String, String)> = directory
            .departments()
            .iter()
            .filter(|d| !matches!(d.code.as_str(), "LG" | "LGO" | "HQ"))
            .map(|d| (d.code.clone(), d.name.get(lang).to_owned()))
            .collect();
        let rows = edition
            .matrix
            .successions
            .iter()
            .map(|row| {
                let signed = known.succession.iter().find(|s| s.kind == row.kind);
                Row {
                    kind: row.kind.clone(),
                    name: edition.kind(&row.kind).map_or(row.kind.as_str(), |k| k.name.get(lang)).to_owned(),
                    proposed: row.department.clone(),
                    department: signed.map(|s| s.department.clone()),
                    signed: signed.map(|s| format!("{} · {}", w.person(&s.signed_by), stamp(s.signed_at))),
                    until: signed.and_then(|s| s.valid_until).map(stamp),
                    expired: signed.and_then(|s| s.valid_until).is_some_and(|until| until <= now),
                }
            })
            .collect();
        Ok(LeadershipPage {
            shell: Shell::of(visitor),
            seats,
            members,
            missing,
            both_away: known.both_away(&directory, now),
            office_head: directory.holders(role::LG_OFFICE_HEAD, "LGO").next().map(|p| directory.called(p, lang)),
            office_host: known.office_host.clone(),
            duty: directory
                .holders(role::DUTY_OFFICER, "LGO")
                .map(|p| (directory.called(p, lang), p.phone.clone()))
                .collect(),
            rows,
            departments,
            log: log
                .into_iter()
                .take(LOG)
                .map(|a| LogRow {
                    name: directory.name_of(a.person, lang).unwrap_or_default(),
                    from: stamp(a.from),
                    until: a.until.map(stamp).unwrap_or_default(),
                    reachable: a.reachable_at.clone().unwrap_or_default(),
                    by: format!("{} · {}", w.person(&a.declared_by), stamp(a.declared_at)),
                    ended: a.ended.as_ref().map(|(at, by)| format!("{} · {}", stamp(*at), w.person(by))),
                })
                .collect(),
            may_declare: super::may_declare(actor).is_ok(),
            is_leader: actor.has_role(role::LEADER),
            refused: Vec::new(),
            form: Form::default(),
        })
    }

    fn typed(&self, login: &str, name: &str) -> &str {
        if self.form.is("person", login) { self.form.get(name) } else { "" }
    }

    fn department<'a>(&'a self, code: Option<&'a String>) -> &'a str {
        let code = code.map_or("", String::as_str);
        self.departments.iter().find(|(c, _)| c == code).map_or(code, |(_, name)| name)
    }

    fn chosen(&self, row: &Row, code: &str) -> bool {
        row.department.as_deref().unwrap_or(&row.proposed) == code
    }

    fn wrong(&self, name: &str) -> bool {
        self.refused.iter().any(|r| r.field() == Some(name))
    }
}
