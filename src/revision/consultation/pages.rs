//! Asking for opinions on a draft, and the page that asks before a draft is signed.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::{Asking, Consultation, Standing};
use crate::error::{Error, Result};
use crate::incident::field::{a_date, date};
use crate::person::Actor;
use crate::refusal::Refused;
use crate::revision::difference::Difference;
use crate::revision::pages::{Names, back_to_draft};
use crate::revision::words::Lexicon;
use crate::revision::{Draft, Opinion, Stance, between, store};
use crate::state::App;
use crate::web::{Access, Form, Routes, Shell, Visitor, page};

pub fn routes() -> Routes {
    Routes::new().post("/plan/revisions/{code}/consultation", Access::PlanEditors, ask).get(
        "/plan/revisions/{code}/approval",
        Access::Leaders,
        confirm,
    )
}

async fn ask(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(code): Path<String>,
    form: Form,
) -> Result<Response> {
    let done = match date(&json!(form.get("answer_by"))) {
        Some(answer_by) => {
            let asking = Asking { answer_by, words: form.get("asking") };
            app.consult_on_draft(&actor, &code, asking).await.map(|_| ())
        }
        None => Err(Refused::BadValue { field: "answer_by".to_owned(), expected: a_date() }.into()),
    };
    back_to_draft(&app, &visitor, &actor, &code, form, done, "consultation").await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    effective_from: String,
}

/// What a signature would do, before it is given. What it would be refused for is told on the draft's page.
async fn confirm(
    State(app): State<App>,
    visitor: Visitor,
    actor: Actor,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let mut conn = app.pool.acquire().await?;
    let draft = store::by_code(&mut conn, &code).await?.ok_or(Refused::NotFound)?;
    let opinions = store::opinions(&mut conn, draft.id).await?;
    let consultation = super::store::latest(&mut conn, draft.id).await?;
    drop(conn);
    let day = date(&json!(asked.effective_from));
    let signed = match day {
        Some(day) => draft.clone().approve(day, &actor, &app.leadership(), app.clock.now()),
        None => Err(vec![Refused::BadValue { field: "effective_from".to_owned(), expected: a_date() }]),
    };
    if let Err(refused) = signed {
        let form = Form::from_pairs(vec![("effective_from".to_owned(), asked.effective_from)]);
        return back_to_draft(&app, &visitor, &actor, &code, form, Err(Error::Faults(refused)), "sign").await;
    }
    let base = app.edition_sources(&actor, &draft.based_on).await?;
    let now = app.clock.now();
    Ok(page(&ConfirmPage {
        standing: Held::of(consultation, &opinions, &app, now).map(|held| held.standing),
        differences: between(&base, &draft.sources),
        words: Lexicon::of(&[&draft.sources, &base], visitor.lang),
        names: Names::of(&app, visitor.lang),
        effective_from: asked.effective_from,
        shell: Shell::of(&visitor),
        draft,
        opinions,
    }))
}

/// What was last asked about a draft, and how far it has come.
pub(in crate::revision) struct Held {
    pub consultation: Consultation,
    pub standing: Standing,
}

impl Held {
    pub(in crate::revision) fn of(
        consultation: Option<Consultation>,
        opinions: &[Opinion],
        app: &App,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Option<Held> {
        let consultation = consultation?;
        let answers: Vec<_> = opinions.iter().map(|o| (o.person, o.at)).collect();
        let standing = consultation.standing(&answers, &app.directory(), now);
        Some(Held { consultation, standing })
    }
}

#[derive(Template)]
#[template(path = "revision/confirm.html")]
struct ConfirmPage {
    shell: Shell,
    names: Names,
    words: Lexicon,
    draft: Draft,
    effective_from: String,
    differences: Vec<Difference>,
    opinions: Vec<Opinion>,
    standing: Option<Standing>,
}

impl ConfirmPage {
    fn against(&self) -> usize {
        self.opinions.iter().filter(|o| o.stance == Stance::Disagree).count()
    }
}
