//! Figures and their records in the reader's words: rows of the pages, and the same as tables to take out.

use super::chart::{self, Bars};
use super::period::Asked;
use super::{By, Counted, Duty, Figure, Figures, Found, Kept, Ordered, Reported, Term};
use crate::incident::severity::CITY;
use crate::l10n::L10nLanguage;
use crate::sheet::{Book, Cell, Table};
use crate::standing::duty_of;
use crate::timeline::Words;

/// One line of the table: a group, or all of them.
pub struct Row {
    pub name: String,
    pub cells: Vec<Shown>,
}

/// A figure as it is read, and the query of the records it was counted from.
pub struct Shown {
    pub label: String,
    pub words: String,
    pub records: String,
    /// Late ones, where there are any, are loud.
    pub late: bool,
}

/// One record behind a figure.
pub struct Record {
    pub number: String,
    /// Where it is read.
    pub href: String,
    pub what: String,
    pub department: String,
    pub opened: String,
    pub sign_by: String,
    pub signed: String,
    pub sign_late: bool,
    pub due: String,
    pub done: String,
    pub done_late: bool,
    pub escalations: i64,
}

pub fn rows(counted: &Counted, asked: &Asked, w: &Words<'_>) -> Vec<Row> {
    counted
        .groups
        .iter()
        .map(|(code, figures)| Row {
            name: group_name(asked.by, code, w),
            cells: cells(figures, |figure| asked.records(Some(code), figure), w),
        })
        .collect()
}

pub fn total(counted: &Counted, asked: &Asked, w: &Words<'_>) -> Row {
    Row { name: w.l.msg_fig_total(), cells: cells(&counted.total, |figure| asked.records(None, figure), w) }
}

fn cells(figures: &Figures, records: impl Fn(Figure) -> String, w: &Words<'_>) -> Vec<Shown> {
    let number = |figure: Figure, count: usize| Shown {
        label: figure_name(figure, w.l),
        words: count.to_string(),
        records: records(figure),
        late: count > 0 && matches!(figure, Figure::SignedLate | Figure::DoneLate | Figure::RectificationsOverdue),
    };
    let share = |figure: Figure, label: String, kept: &Kept| Shown {
        label,
        words: kept.percent().map_or_else(none, |p| format!("{p}%")),
        records: records(figure),
        late: false,
    };
    let span = |figure: Figure, label: String, span: Option<i64>| Shown {
        label,
        words: span.map_or_else(none, |s| w.span(s)),
        records: records(figure),
        late: false,
    };
    let (l, signed, done) = (w.l, &figures.signed, &figures.done);
    vec![
        number(Figure::Incidents, figures.incidents.len()),
        number(Figure::Tasks, figures.tasks),
        share(Figure::Signed, l.msg_fig_signed_share(), signed),
        number(Figure::SignedInTime, signed.in_time),
        number(Figure::SignedLate, signed.late),
        span(Figure::SignSpans, l.msg_fig_sign_median(), signed.median()),
        span(Figure::SignSpans, l.msg_fig_sign_ninetieth(), signed.ninetieth()),
        share(Figure::Done, l.msg_fig_done_share(), done),
        number(Figure::DoneInTime, done.in_time),
        number(Figure::DoneLate, done.late),
        span(Figure::DoneSpans, l.msg_fig_done_median(), done.median()),
        span(Figure::DoneSpans, l.msg_fig_done_ninetieth(), done.ninetieth()),
        number(Figure::Escalations, usize::try_from(figures.escalations).unwrap_or_default()),
        number(Figure::Rectifications, figures.rectifications),
        number(Figure::RectificationsOverdue, figures.rectifications_overdue),
        number(Figure::RectificationsAccepted, figures.rectifications_accepted),
        Shown {
            label: l.msg_fig_standing(),
            words: format!("{}/{}", figures.standing.kept, figures.standing.owed),
            records: records(Figure::StandingOwed),
            late: figures.standing.kept < figures.standing.owed,
        },
    ]
}

fn none() -> String {
    "–".to_owned()
}

pub fn kept_chart(counted: &Counted, by: By, w: &Words<'_>) -> Vec<Bars> {
    chart::kept(counted, |code| group_name(by, code, w))
}

pub fn span_chart(counted: &Counted, by: By, w: &Words<'_>) -> Vec<Bars> {
    chart::spans(counted, |code| group_name(by, code, w), |seconds| w.span(seconds))
}

/// A group as the reader calls it.
pub fn group_name(by: By, code: &str, w: &Words<'_>) -> String {
    match by {
        By::Department => w.department(code),
        By::Kind => kind_name(code, w),
        By::Region => region_name(code, w),
        By::Month => code.to_owned(),
    }
}

pub fn by_name(by: By, l: &L10nLanguage) -> String {
    match by {
        By::Department => l.msg_department(),
        By::Kind => l.msg_cf_kind(),
        By::Region => l.msg_cf_region(),
        By::Month => l.msg_fig_month(),
    }
}

pub fn figure_name(figure: Figure, l: &L10nLanguage) -> String {
    match figure {
        Figure::Incidents => l.msg_fig_incidents(),
        Figure::Tasks => l.msg_fig_tasks(),
        Figure::Signed => l.msg_fig_signed(),
        Figure::SignedInTime => l.msg_fig_signed_in_time(),
        Figure::SignedLate => l.msg_fig_signed_late(),
        Figure::SignSpans => l.msg_fig_sign_spans(),
        Figure::Done => l.msg_fig_done(),
        Figure::DoneInTime => l.msg_fig_done_in_time(),
        Figure::DoneLate => l.msg_fig_done_late(),
        Figure::DoneSpans => l.msg_fig_done_spans(),
        Figure::Escalations => l.msg_fig_escalations(),
        Figure::Rectifications => l.msg_fig_rectifications(),
        Figure::RectificationsOverdue => l.msg_fig_rectifications_overdue(),
        Figure::RectificationsAccepted => l.msg_fig_rectifications_accepted(),
        Figure::StandingOwed => l.msg_fig_standing_owed(),
        Figure::StandingKept => l.msg_fig_standing_kept(),
    }
}

pub fn kind_name(code: &str, w: &Words<'_>) -> String {
    let kind = w.edition.matrix.kinds.iter().find(|k| k.code == code);
    kind.map_or(code, |k| k.name.get(w.lang)).to_owned()
}

pub fn region_name(code: &str, w: &Words<'_>) -> String {
    match code {
        CITY => w.l.msg_cf_whole_city(),
        code => w.directory.region_name(code).get(w.lang).to_owned(),
    }
}

/// The period and what it is narrowed to, in one line.
pub fn question(asked: &Asked, w: &Words<'_>) -> String {
    let mut words = vec![w.l.msg_fig_days(asked.period.from.to_string(), asked.period.to.to_string())];
    words.extend(asked.department.as_deref().map(|code| w.department(code)));
    words.extend(asked.kind.as_deref().map(|code| kind_name(code, w)));
    words.extend(asked.region.as_deref().map(|code| region_name(code, w)));
    words.join(" · ")
}

/// The records of the figure asked for.
pub fn records(found: &Found, asked: &Asked, w: &Words<'_>) -> Vec<Record> {
    match asked.figure {
        Figure::Incidents => found.incidents.iter().map(|i| incident(i, w)).collect(),
        figure if figure.is_of_orders() => {
            found.orders.iter().filter(|o| figure.counts_order(o)).map(|o| order(o, w)).collect()
        }
        figure if figure.is_of_standing() => {
            found.standing.iter().filter(|t| figure.counts_term(t)).map(|t| term(t, w)).collect()
        }
        figure => found.duties.iter().filter(|d| figure.counts(d)).map(|d| duty(d, w)).collect(),
    }
}

fn incident(incident: &Reported, w: &Words<'_>) -> Record {
    let sub_kind = w.edition.sub_kind(&incident.sub_kind);
    Record {
        number: incident.number.clone(),
        href: format!("/incidents/{}", incident.number),
        what: sub_kind.map_or(incident.sub_kind.as_str(), |s| s.name.get(w.lang)).to_owned(),
        department: String::new(),
        opened: w.stamp(incident.reported_at),
        sign_by: String::new(),
        signed: String::new(),
        sign_late: false,
        due: String::new(),
        done: String::new(),
        done_late: false,
        escalations: 0,
    }
}

fn duty(duty: &Duty, w: &Words<'_>) -> Record {
    let stamp = |at: Option<chrono::DateTime<chrono::Utc>>| at.map(|at| w.stamp(at)).unwrap_or_default();
    let record = &duty.record;
    Record {
        number: record.incident.number.clone(),
        href: format!("/incidents/{}#t-{}", record.incident.number, record.key),
        what: w.task(&record.key),
        department: w.department(&record.department),
        opened: w.stamp(record.opened_at),
        sign_by: stamp(record.acknowledge_by),
        signed: stamp(duty.signed_at),
        sign_late: duty.signed_in_time == Some(false),
        due: stamp(record.due_at),
        done: stamp(duty.done_at),
        done_late: duty.done_in_time == Some(false),
        escalations: record.escalations,
    }
}

fn order(order: &Ordered, w: &Words<'_>) -> Record {
    let stamp = |at: Option<chrono::DateTime<chrono::Utc>>| at.map(|at| w.stamp(at)).unwrap_or_default();
    Record {
        number: order.number.clone(),
        href: format!("/rectifications/{}", order.number),
        what: order.measure.clone(),
        department: w.department(&order.department),
        opened: w.stamp(order.issued_at),
        sign_by: w.stamp(order.acknowledge_by),
        signed: stamp(order.acknowledged_at),
        sign_late: false,
        due: w.stamp(order.due_at),
        done: stamp(order.accepted_at),
        done_late: order.overdue,
        escalations: 0,
    }
}

/// Not kept in its period is late, for good.
fn term(term: &Term, w: &Words<'_>) -> Record {
    let ended = &term.ended;
    let record = ended.record.as_ref();
    Record {
        number: ended.duty.clone(),
        href: format!("/standing-duties?department={}", ended.department),
        what: duty_of(w.edition, &ended.duty).map_or(ended.duty.as_str(), |d| d.action.get(w.lang)).to_owned(),
        department: w.department(&ended.department),
        opened: ended.period.from.to_string(),
        sign_by: String::new(),
        signed: String::new(),
        sign_late: false,
        due: ended.period.to.to_string(),
        done: record.map(|r| w.stamp(r.at)).unwrap_or_default(),
        done_late: record.is_none(),
        escalations: 0,
    }
}

/// The figures as a table to take out; spans in whole minutes, shares in hundredths.
pub fn figures_table(counted: &Counted, by: By, w: &Words<'_>) -> Table {
    let l = w.l;
    let minutes = |label: String| l.msg_fig_in_minutes(label);
    let columns = vec![
        by_name(by, l),
        figure_name(Figure::Incidents, l),
        figure_name(Figure::Tasks, l),
        l.msg_fig_in_percent(l.msg_fig_signed_share()),
        figure_name(Figure::SignedInTime, l),
        figure_name(Figure::SignedLate, l),
        minutes(l.msg_fig_sign_median()),
        minutes(l.msg_fig_sign_ninetieth()),
        l.msg_fig_in_percent(l.msg_fig_done_share()),
        figure_name(Figure::DoneInTime, l),
        figure_name(Figure::DoneLate, l),
        minutes(l.msg_fig_done_median()),
        minutes(l.msg_fig_done_ninetieth()),
        figure_name(Figure::Escalations, l),
        figure_name(Figure::Rectifications, l),
        figure_name(Figure::RectificationsOverdue, l),
        figure_name(Figure::RectificationsAccepted, l),
        figure_name(Figure::StandingOwed, l),
        figure_name(Figure::StandingKept, l),
    ];
    let row = |name: String, f: &Figures| {
        let span = |seconds: Option<i64>| Cell::from(seconds.map(|s| s / 60));
        vec![
            Cell::from(name),
            f.incidents.len().into(),
            f.tasks.into(),
            f.signed.percent().into(),
            f.signed.in_time.into(),
            f.signed.late.into(),
            span(f.signed.median()),
            span(f.signed.ninetieth()),
            f.done.percent().into(),
            f.done.in_time.into(),
            f.done.late.into(),
            span(f.done.median()),
            span(f.done.ninetieth()),
            f.escalations.into(),
            f.rectifications.into(),
            f.rectifications_overdue.into(),
            f.rectifications_accepted.into(),
            f.standing.owed.into(),
            f.standing.kept.into(),
        ]
    };
    let mut rows: Vec<Vec<Cell>> =
        counted.groups.iter().map(|(code, figures)| row(group_name(by, code, w), figures)).collect();
    rows.push(row(l.msg_fig_total(), &counted.total));
    Table { name: l.msg_fig_title(), columns, rows }
}

/// The records behind a figure as a table to take out.
pub fn records_table(records: &[Record], figure: Figure, w: &Words<'_>) -> Table {
    let l = w.l;
    let late = |late: bool| if late { l.msg_fig_late() } else { String::new() };
    let columns = vec![
        l.msg_fig_number(),
        l.msg_cf_what(),
        l.msg_department(),
        l.msg_fig_opened(),
        l.msg_cf_sign_by(),
        l.msg_fig_signed_at(),
        figure_name(Figure::SignedLate, l),
        l.msg_fig_due(),
        l.msg_fig_done_at(),
        figure_name(Figure::DoneLate, l),
        figure_name(Figure::Escalations, l),
    ];
    let rows = records
        .iter()
        .map(|r| {
            vec![
                Cell::from(r.number.as_str()),
                r.what.as_str().into(),
                r.department.as_str().into(),
                r.opened.as_str().into(),
                r.sign_by.as_str().into(),
                r.signed.as_str().into(),
                late(r.sign_late).into(),
                r.due.as_str().into(),
                r.done.as_str().into(),
                late(r.done_late).into(),
                r.escalations.into(),
            ]
        })
        .collect();
    Table { name: figure_name(figure, l), columns, rows }
}

/// What every export says of itself: what it is, under which edition, when and by whom it was taken out.
pub fn book(
    title: String,
    asked: &Asked,
    table: Table,
    by: &str,
    now: chrono::DateTime<chrono::Utc>,
    w: &Words<'_>,
) -> Book {
    let l = w.l;
    let head = vec![
        (l.msg_fig_title(), title),
        (l.msg_fig_period(), question(asked, w)),
        (l.msg_plan_edition(), w.edition.code.clone()),
        (l.msg_fig_taken_out(), format!("{} · {}", w.stamp(now), w.person(by))),
    ];
    Book { head, tables: vec![table] }
}
