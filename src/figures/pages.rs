//! The page of figures, the records behind each, and both on paper and as files.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;

use super::chart::Bars;
use super::period::{Asked, Period, Wanted};
use super::view::{self, Record, Row};
use super::{By, Figure, Sight};
use crate::audit::{self, Entry, Outcome};
use crate::conduct::figures::Answer;
use crate::error::Result;
use crate::incident::severity::CITY;
use crate::refusal::Refused;
use crate::sheet::{Book, Format};
use crate::state::App;
use crate::web::{Access, Routes, Shell, Visitor, download, page};

pub fn routes() -> Routes {
    Routes::new()
        .get("/figures", Access::Reader, figures)
        .get("/figures/print", Access::Reader, print)
        .get("/figures/export/{format}", Access::Reader, export)
        .get("/figures/records", Access::Reader, records)
        .get("/figures/records/export/{format}", Access::Reader, export_records)
}

async fn figures(State(app): State<App>, visitor: Visitor, Query(wanted): Query<Wanted>) -> Result<Response> {
    let answer = app.figures(visitor.signed_in()?, &wanted).await?;
    Ok(page(&FiguresPage::of(&answer, &visitor, &wanted)))
}

async fn print(State(app): State<App>, visitor: Visitor, Query(wanted): Query<Wanted>) -> Result<Response> {
    let actor = visitor.signed_in()?;
    let answer = app.figures(actor, &wanted).await?;
    // No paper leaves without a line in the record.
    taken_out(&app, &visitor, &format!("/figures/print?{}", answer.asked.query()), "print").await?;
    Ok(page(&PaperPage { shown: FiguresPage::of(&answer, &visitor, &wanted) }))
}

async fn export(
    State(app): State<App>,
    visitor: Visitor,
    Path(format): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let actor = visitor.signed_in()?;
    let answer = app.figures(actor, &wanted).await?;
    let format = Format::from_code(&format).ok_or(Refused::NotFound)?;
    let (asked, words) = (&answer.asked, answer.words(visitor.lang));
    let table = view::figures_table(&answer.counted, asked.by, &words);
    let title = view::by_name(asked.by, words.l);
    let book = view::book(title, asked, table, &actor.login, answer.now, &words);
    taken_out(&app, &visitor, &format!("/figures?{}", asked.query()), format.code()).await?;
    file(&book, asked, "figures", format)
}

async fn records(State(app): State<App>, visitor: Visitor, Query(wanted): Query<Wanted>) -> Result<Response> {
    let answer = app.figures(visitor.signed_in()?, &wanted).await?;
    let (asked, words) = (&answer.asked, answer.words(visitor.lang));
    Ok(page(&RecordsPage {
        shell: Shell::of(&visitor),
        title: view::figure_name(asked.figure, words.l),
        question: view::question(asked, &words),
        records: view::records(&answer.found, asked, &words),
        duties: asked.figure != Figure::Incidents,
        query: asked.records(None, asked.figure),
    }))
}

async fn export_records(
    State(app): State<App>,
    visitor: Visitor,
    Path(format): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let actor = visitor.signed_in()?;
    let answer = app.figures(actor, &wanted).await?;
    let format = Format::from_code(&format).ok_or(Refused::NotFound)?;
    let (asked, words) = (&answer.asked, answer.words(visitor.lang));
    let records = view::records(&answer.found, asked, &words);
    let table = view::records_table(&records, asked.figure, &words);
    let title = view::figure_name(asked.figure, words.l);
    let book = view::book(title, asked, table, &actor.login, answer.now, &words);
    let address = format!("/figures/records?{}", asked.records(None, asked.figure));
    taken_out(&app, &visitor, &address, format.code()).await?;
    file(&book, asked, asked.figure.code(), format)
}

/// Puts on record that figures left the house (R160).
async fn taken_out(app: &App, visitor: &Visitor, what: &str, format: &str) -> Result<()> {
    let entry = Entry::by(visitor.signed_in()?, "export", what, Outcome::Done, &visitor.address);
    let mut tx = app.pool.begin().await?;
    audit::store::append(&mut tx, entry.with("format", format), app.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}

fn file(book: &Book, asked: &Asked, name: &str, format: Format) -> Result<Response> {
    let Period { from, to } = asked.period;
    download::file(&format!("{name}-{from}-{to}.{}", format.code()), format.media_type(), book.write(format)?)
}

#[derive(Template)]
#[template(path = "figures/figures.html")]
struct FiguresPage {
    shell: Shell,
    asked: Asked,
    /// What a period's name leads to: code, words, query, whether it is this one.
    periods: Vec<Choice>,
    bys: Vec<Choice>,
    question: String,
    head: String,
    rows: Vec<Row>,
    total: Row,
    kept: Vec<Bars>,
    spans: Vec<Bars>,
    departments: Vec<(String, String)>,
    kinds: Vec<(String, String)>,
    regions: Vec<(String, String)>,
    query: String,
    own: bool,
    edition: String,
    printed_by: String,
}

/// A link of a choice.
struct Choice {
    words: String,
    query: String,
    current: bool,
}

impl FiguresPage {
    fn of(answer: &Answer, visitor: &Visitor, wanted: &Wanted) -> FiguresPage {
        let (asked, w) = (&answer.asked, answer.words(visitor.lang));
        let (l, counted) = (w.l, &answer.counted);
        let periods = Period::NAMES.into_iter().filter_map(|name| {
            let period = Period::named(name, answer.now)?;
            let words = match name {
                "month" => l.msg_fig_this_month(),
                "quarter" => l.msg_fig_this_quarter(),
                _ => l.msg_fig_this_year(),
            };
            let query = Asked { period, ..asked.clone() }.query();
            Some(Choice { words, query, current: period == asked.period })
        });
        let bys = By::ALL.into_iter().map(|by| Choice {
            words: view::by_name(by, l),
            query: Asked { by, ..asked.clone() }.query(),
            current: by == asked.by,
        });
        let departments = answer.directory.departments().iter().filter(|d| match &answer.sight {
            Sight::All => true,
            Sight::Departments(own) => own.contains(&d.code),
        });
        let region = |code: &str| (code.to_owned(), view::region_name(code, &w));
        FiguresPage {
            periods: periods.collect(),
            bys: bys.collect(),
            question: view::question(asked, &w),
            head: view::by_name(asked.by, l),
            rows: view::rows(counted, asked, &w),
            total: view::total(counted, asked, &w),
            kept: view::kept_chart(counted, asked.by, &w),
            spans: view::span_chart(counted, asked.by, &w),
            departments: departments.map(|d| (d.code.clone(), w.department(&d.code))).collect(),
            kinds: w.edition.matrix.kinds.iter().map(|k| (k.code.clone(), view::kind_name(&k.code, &w))).collect(),
            regions: std::iter::once(CITY)
                .chain(w.directory.regions().iter().map(|r| r.code.as_str()).filter(|code| *code != CITY))
                .map(region)
                .collect(),
            query: asked.query(),
            own: matches!(answer.sight, Sight::Departments(_)) && wanted.department.is_empty(),
            edition: w.edition.code.clone(),
            printed_by: visitor.actor.as_deref().map(|a| w.person(&a.login)).unwrap_or_default(),
            asked: asked.clone(),
            shell: Shell::of(visitor),
        }
    }

    fn is(&self, chosen: &Option<String>, code: &str) -> bool {
        chosen.as_deref() == Some(code)
    }
}

#[derive(Template)]
#[template(path = "figures/paper.html")]
struct PaperPage {
    shown: FiguresPage,
}

#[derive(Template)]
#[template(path = "figures/records.html")]
struct RecordsPage {
    shell: Shell,
    title: String,
    question: String,
    records: Vec<Record>,
    /// Duties, not incidents as a whole.
    duties: bool,
    query: String,
}
