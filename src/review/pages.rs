//! Pages of reviews: what there is to review, the sheet of one with its findings beside, and its paper.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};

use super::sheet::Counts;
use super::store::Listed;
use super::view::{self, LevelView, PartView};
use super::{Command, State as ReviewState, may_review, speaks_for, takes_findings};
use crate::conduct::review::File;
use crate::error::{Error, Result};
use crate::incident::title;
use crate::person::Actor;
use crate::rectification::view::Sheet as OrderSheet;
use crate::refusal::Refused;
use crate::state::App;
use crate::timeline::Words;
use crate::web::{Access, Form, Routes, Shell, Visitor, acts, page, page_with, status_of};

pub fn routes() -> Routes {
    Routes::new()
        .get("/reviews", Access::Reader, list)
        .get("/reviews/{number}", Access::Reader, read)
        .get("/reviews/{number}/print", Access::Reader, print)
        .post("/reviews/{number}/findings", Access::Reader, findings)
        .post("/reviews/{number}/corrections", Access::Reader, corrections)
        .post("/reviews/{number}/withdrawals", Access::Reader, withdrawals)
        .post("/reviews/{number}/draft", Access::Reader, draft)
        .post("/reviews/{number}/objections", Access::Reader, objections)
        .post("/reviews/{number}/answers", Access::Reader, answers)
        .post("/reviews/{number}/final", Access::Reader, finish)
        .post("/reviews/{number}/closure", Access::Reader, closure)
}

async fn list(State(app): State<App>, visitor: Visitor, actor: Actor) -> Result<Response> {
    let found = app.reviews(&actor).await?;
    let directory = app.directory();
    let now = app.clock.now();
    let mut shown = ListPage { shell: Shell::of(&visitor), lists: Vec::new() };
    let l = shown.shell.l;
    let groups = [
        ("open", l.msg_rv_list_open(), vec![ReviewState::Open]),
        ("drafts", l.msg_rv_list_draft(), vec![ReviewState::Draft]),
        ("final", l.msg_rv_list_final(), vec![ReviewState::Final, ReviewState::Closed]),
    ];
    for (id, name, states) in groups {
        let mut items = Vec::new();
        for one in found.iter().filter(|r| states.contains(&r.state())) {
            let edition = app.edition_of(&one.edition)?;
            let w = Words::new(&edition, &directory, visitor.lang);
            items.push(Item::of(one, &w, now));
        }
        shown.lists.push((id, name, items));
    }
    Ok(page(&shown))
}

async fn read(State(app): State<App>, visitor: Visitor, actor: Actor, Path(number): Path<String>) -> Result<Response> {
    let file = app.review(&actor, &number).await?;
    Ok(page(&ReviewPage::of(&app, &visitor, &actor, &file)))
}

async fn print(State(app): State<App>, visitor: Visitor, actor: Actor, Path(number): Path<String>) -> Result<Response> {
    let file = app.review(&actor, &number).await?;
    let shown = ReviewPage::of(&app, &visitor, &actor, &file);
    let printed_by = Words::new(&file.held.edition, &file.held.directory, visitor.lang).person(&actor.login);
    Ok(page(&PaperPage { shown, edition: file.case.incident.edition.clone(), printed_by }))
}

acts! { Command;
    findings: form => Ok(Command::Find(words(form)));
    corrections: form => Ok(Command::Correct { finding: form.get("finding").parse().ok(), words: words(form) });
    withdrawals: form => Ok(Command::Withdraw {
        finding: form.get("finding").parse().ok(),
        reason: form.get("reason").to_owned(),
    });
    draft: form => Ok(Command::Draft { score: score(form), summary: form.get("summary").to_owned() });
    objections: form => Ok(Command::Object {
        department: form.filled("department").map(str::to_owned),
        text: form.get("text").to_owned(),
    });
    answers: form => Ok(Command::Answer {
        department: form.get("department").to_owned(),
        text: form.get("text").to_owned(),
        upheld: form.filled("upheld").map(|chosen| chosen == "yes"),
    });
    finish: form => Ok(Command::Final { score: score(form) });
    closure: _form => Ok(Command::Close);
}

fn words(form: &Form) -> super::Words {
    super::Words {
        text: form.get("text").to_owned(),
        clause: form.get("clause").to_owned(),
        department: form.get("department").to_owned(),
    }
}

/// What is no number at all is refused as out of range.
fn score(form: &Form) -> Option<i32> {
    form.filled("score").map(|typed| typed.parse().unwrap_or(-1))
}

async fn answered(
    app: &App,
    visitor: &Visitor,
    actor: &Actor,
    number: &str,
    act: &'static str,
    form: Form,
    command: Result<Command, Refused>,
) -> Result<Response> {
    let done = match command {
        Ok(command) => app.judge(actor, number, &command).await,
        Err(refused) => Err(refused.into()),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/reviews/{number}")).into_response()),
        Err(error) => refused_on(app, visitor, actor, number, act, form, error).await,
    }
}

/// The review with what was refused and all that was typed; also for the orders whose form stands on it.
pub(crate) async fn refused_on(
    app: &App,
    visitor: &Visitor,
    actor: &Actor,
    number: &str,
    act: &'static str,
    form: Form,
    error: Error,
) -> Result<Response> {
    let refused = error.faults()?;
    let Ok(file) = app.review(actor, number).await else {
        return Err(Error::Faults(refused));
    };
    let status = status_of(&refused);
    let shown = ReviewPage { refused, act, typed: form, ..ReviewPage::of(app, visitor, actor, &file) };
    Ok(page_with(status, &shown))
}

/// One review on the list.
struct Item {
    number: String,
    title: String,
    about: String,
    word: String,
    class: &'static str,
    icon: &'static str,
    overdue: bool,
    /// What it waits for next: the words and the instant.
    next: Option<(String, DateTime<Utc>)>,
    score: Option<i32>,
    findings: i64,
    open_orders: i64,
}

impl Item {
    fn of(r: &Listed, w: &Words<'_>, now: DateTime<Utc>) -> Item {
        let kind = w.edition.sub_kind(&r.sub_kind).map(|k| k.name.get(w.lang).to_owned()).unwrap_or_default();
        let region = w.directory.region_name(&r.region);
        let (class, icon) = view::mark(r.state());
        let next = match r.state() {
            ReviewState::Open => r.due_at.map(|at| (w.l.msg_rv_due(), at)),
            ReviewState::Draft => r.objections_until.map(|at| (w.l.msg_rv_until(), at)),
            ReviewState::Final => r.final_at.map(|at| (w.l.msg_rv_state_final(), at)),
            ReviewState::Closed => r.closed_at.map(|at| (w.l.msg_rv_state_closed(), at)),
        };
        Item {
            number: r.number.clone(),
            title: title(&r.description, &kind),
            about: format!("{kind} · {}", region.get(w.lang)),
            word: view::state(r.state(), w),
            class,
            icon,
            overdue: r.is_overdue(now),
            next,
            score: r.score,
            findings: r.findings,
            open_orders: r.open_orders,
        }
    }
}

struct FindingView {
    id: String,
    text: String,
    clause: String,
    code: String,
    department: String,
    at: DateTime<Utc>,
    who: String,
    orders: Vec<OrderSheet>,
    /// What it said before, in words, until when, and who changed it.
    was: Vec<(String, DateTime<Utc>, String)>,
    /// Why, when, by whom.
    withdrawn: Option<(String, DateTime<Utc>, String)>,
}

struct ObjectionView {
    code: String,
    department: String,
    text: String,
    at: DateTime<Utc>,
    who: String,
    answer: Option<(String, DateTime<Utc>, String)>,
    /// Upheld or not, in a word; unknown of old ones.
    upheld: Option<bool>,
}

impl ObjectionView {
    /// An account that is called by its post names the department itself.
    fn named(&self) -> bool {
        self.who.starts_with(&self.department)
    }
}

#[derive(Template)]
#[template(path = "review/list.html")]
struct ListPage {
    shell: Shell,
    lists: Vec<(&'static str, String, Vec<Item>)>,
}

#[derive(Template)]
#[template(path = "review/review.html")]
struct ReviewPage {
    shell: Shell,
    number: String,
    title: String,
    kind: String,
    state: ReviewState,
    word: String,
    class: &'static str,
    icon: &'static str,
    due_at: Option<DateTime<Utc>>,
    overdue: bool,
    score: Option<i32>,
    summary: String,
    until: Option<DateTime<Utc>>,
    finalised: Option<(DateTime<Utc>, String)>,
    closed: Option<(DateTime<Utc>, String)>,
    drafted: Option<(DateTime<Utc>, String)>,
    counts: Counts,
    parts: Vec<PartView>,
    levels: Vec<LevelView>,
    findings: Vec<FindingView>,
    objections: Vec<ObjectionView>,
    /// Whoever looks may review.
    judges: bool,
    /// Of the inspection centre, but took part in the handling.
    barred: bool,
    /// Departments whoever looks may object for: code and name.
    objects: Vec<(String, String)>,
    /// What a final review still waits for.
    waits: Option<String>,
    open_orders: Vec<String>,
    /// Those on the sheet first, then the others: each group with its name.
    departments: Vec<(String, Vec<(String, String)>)>,
    clauses: Vec<(String, String)>,
    refused: Vec<Refused>,
    act: &'static str,
    typed: Form,
}

impl ReviewPage {
    fn of(app: &App, visitor: &Visitor, actor: &Actor, file: &File) -> ReviewPage {
        let (review, now) = (&file.review, app.clock.now());
        let w = Words::new(&file.held.edition, &file.held.directory, visitor.lang);
        let incident = &file.case.incident;
        let kind = w.edition.sub_kind(&incident.sub_kind).map(|k| k.name.get(w.lang).to_owned()).unwrap_or_default();
        let signed = |s: &Option<super::Signed>| s.as_ref().map(|s| (s.0, w.person(&s.1)));
        let (class, icon) = view::mark(review.state);
        let concerned = review.concerned(&file.on_sheet);
        let named = |code: &str| (code.to_owned(), w.department(code));
        let own = |d: &&str| speaks_for(actor, d, w.directory);
        let all = || w.directory.departments().iter().map(|d| d.code.as_str());
        let takes = |on_sheet: bool| {
            let on = move |d: &&str| file.on_sheet.iter().any(|s| s == d) == on_sheet;
            all().filter(|d| takes_findings(d, w.directory)).filter(on).map(named).collect::<Vec<_>>()
        };
        ReviewPage {
            shell: Shell::of(visitor),
            number: review.number.clone(),
            title: title(&incident.description, &kind),
            kind,
            state: review.state,
            word: view::state(review.state, &w),
            class,
            icon,
            due_at: review.due_at,
            overdue: review.is_overdue(now),
            score: review.score,
            summary: review.summary.clone(),
            until: review.objections_until,
            finalised: signed(&review.finalised),
            closed: signed(&review.closed),
            drafted: signed(&review.drafted),
            counts: file.sheet.counts(),
            parts: file.sheet.parts.iter().map(|p| view::part(p, &review.number, &w)).collect(),
            levels: file.sheet.levels.iter().map(|l| view::level(l, &w)).collect(),
            findings: review
                .findings
                .iter()
                .map(|f| FindingView {
                    id: f.id.to_string(),
                    text: f.words.text.clone(),
                    clause: f.words.clause.clone(),
                    code: f.words.department.clone(),
                    department: w.department(&f.words.department),
                    at: f.at,
                    who: w.person(&f.by),
                    was: f
                        .was
                        .iter()
                        .map(|x| (view::finding_words(&x.words, &w), x.changed.0, w.person(&x.changed.1)))
                        .collect(),
                    withdrawn: f.withdrawn.as_ref().map(|x| (x.reason.clone(), x.signed.0, w.person(&x.signed.1))),
                    orders: file
                        .orders
                        .iter()
                        .filter(|o| o.finding.id == f.id)
                        .map(|o| OrderSheet::of(o, file.took_part, &w, actor, now))
                        .collect(),
                })
                .collect(),
            objections: review
                .objections
                .iter()
                .map(|o| ObjectionView {
                    code: o.department.clone(),
                    department: w.department(&o.department),
                    text: o.text.clone(),
                    at: o.at,
                    who: w.person(&o.by),
                    answer: o.answer.as_ref().map(|a| (a.text.clone(), a.signed.0, w.person(&a.signed.1))),
                    upheld: o.answer.as_ref().and_then(|a| a.upheld),
                })
                .collect(),
            judges: may_review(actor, file.took_part).is_ok(),
            barred: actor.is_inspector() && file.took_part,
            objects: view::may_object(review, &concerned, now).into_iter().filter(own).map(named).collect(),
            waits: review.not_final_yet(w.directory, now).map(|t| t.get(w.lang).to_owned()),
            open_orders: file.open_orders.clone(),
            departments: [(w.l.msg_rv_on_sheet(), takes(true)), (w.l.msg_rv_others(), takes(false))]
                .into_iter()
                .filter(|(_, names)| !names.is_empty())
                .collect(),
            clauses: w.edition.clauses.iter().map(|c| (c.id.clone(), c.title.get(w.lang).to_owned())).collect(),
            refused: Vec::new(),
            act: "",
            typed: Form::default(),
        }
    }

    fn open(&self, act: &str) -> &'static str {
        if self.act == act { " open" } else { "" }
    }

    /// Whether this act on this finding is the form that was refused.
    fn refused_on(&self, act: &str, finding: &str) -> bool {
        self.act == act && self.typed.is("finding", finding)
    }

    /// What was typed to correct this finding, or what it says.
    fn corrected<'a>(&'a self, finding: &'a FindingView, field: &str) -> &'a str {
        match field {
            _ if self.refused_on("corrections", &finding.id) => self.typed.get(field),
            "text" => &finding.text,
            "clause" => &finding.clause,
            _ => &finding.code,
        }
    }

    /// What was typed to decide on this department's objection.
    fn decided(&self, department: &str, field: &str) -> &str {
        if self.act == "answers" && self.typed.is("department", department) { self.typed.get(field) } else { "" }
    }

    /// Whether that was chosen, upheld or not, on this department's objection.
    fn is_decided(&self, department: &str, chosen: &str) -> bool {
        self.decided(department, "upheld") == chosen
    }

    /// What may be decided on an objection: the form's value, and its word.
    fn verdicts(&self) -> [(&'static str, String); 2] {
        [("yes", self.shell.l.msg_rv_upheld()), ("no", self.shell.l.msg_rv_not_upheld())]
    }

    /// How many findings stand.
    fn standing(&self) -> usize {
        self.findings.iter().filter(|f| f.withdrawn.is_none()).count()
    }

    fn value(&self, act: &str, name: &str) -> &str {
        if self.act == act { self.typed.get(name) } else { "" }
    }

    fn fault(&self, act: &str, field: &str) -> &'static str {
        let wrong = self.act == act && self.refused.iter().any(|r| r.field() == Some(field));
        if wrong { " field-error" } else { "" }
    }
}

#[derive(Template)]
#[template(path = "review/paper.html")]
struct PaperPage {
    shown: ReviewPage,
    edition: String,
    printed_by: String,
}
