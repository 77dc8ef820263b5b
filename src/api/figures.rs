//! Calls on figures: how well limits are kept, and the records behind each (2.1.2-insp-1).

use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::query::Query;
use super::shape::answers;
use crate::error::Result;
use crate::figures::period::{Asked, Wanted};
use crate::figures::view::group_name;
use crate::figures::{Duty, Figure, Figures, Ordered, Reported, Term};
use crate::state::App;
use crate::web::Visitor;
use crate::web::json::Json;
use crate::web::when::rfc3339;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FiguresQuery {
    /// month, quarter or year, as it stands now; the year when left out.
    period: String,
    /// First day, `2026-01-01`; the period's first when left out.
    from: String,
    /// Last day, included.
    to: String,
    /// department, kind, region or month; department when left out.
    by: String,
    /// Only duties of this department.
    department: String,
    /// Only incidents of this kind.
    kind: String,
    /// Only incidents of this region; `CITY` for the whole city.
    region: String,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RecordsQuery {
    /// month, quarter or year, as it stands now; the year when left out.
    period: String,
    /// First day, `2026-01-01`.
    from: String,
    /// Last day, included.
    to: String,
    /// Only duties of this department.
    department: String,
    /// Only incidents of this kind.
    kind: String,
    /// Only incidents of this region.
    region: String,
    /// Code of the figure, as `records` of a figure names it; all duties when left out.
    figure: String,
}

/// Count how well limits were kept: per department, kind, region or month
///
/// Each figure is `{value, records}`: what it comes to, and the call that lists the records it was counted from. Shares lie
/// within 0 and 1 and are null where no limit is decided; spans are whole minutes of plain time.
#[utoipa::path(get, path = "/api/v1/figures", tag = "figures", params(FiguresQuery),
    responses((status = 200, body = FiguresAnswer),
        (status = 403, description = "M_FORBIDDEN: not of leadership or inspection, and not the own department's head"),
        (status = 422, description = "M_BAD_VALUE for a day or a word that can't be read")))]
pub(super) async fn figures(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<FiguresQuery>,
) -> Result<Json<FiguresAnswer>> {
    let FiguresQuery { period, from, to, by, department, kind, region } = query;
    let wanted = Wanted { period, from, to, by, department, kind, region, ..Wanted::default() };
    let answer = app.figures(visitor.signed_in()?, &wanted).await?;
    let (asked, words) = (&answer.asked, answer.words(visitor.lang));
    let group = |(code, figures): &(String, Figures)| {
        group(code, group_name(asked.by, code, &words), told(figures, asked, Some(code)))
    };
    let items = answer.counted.groups.iter().map(group).collect();
    Ok(Json(counted(asked, answer.now, told(&answer.counted.total, asked, None), items)))
}

/// List the records a figure was counted from
#[utoipa::path(get, path = "/api/v1/figures/records", tag = "figures", params(RecordsQuery),
    responses((status = 200, body = RecordsAnswer),
        (status = 403, description = "M_FORBIDDEN"), (status = 422, description = "M_BAD_VALUE")))]
pub(super) async fn records(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<RecordsQuery>,
) -> Result<Json<RecordsAnswer>> {
    let RecordsQuery { period, from, to, department, kind, region, figure } = query;
    let wanted = Wanted { period, from, to, department, kind, region, figure, ..Wanted::default() };
    let answer = app.figures(visitor.signed_in()?, &wanted).await?;
    let figure = answer.asked.figure;
    let found = &answer.found;
    let items = match figure {
        Figure::Incidents => found.incidents.iter().map(|one| RecordAnswer::Incident(incident(one))).collect(),
        figure if figure.is_of_orders() => {
            let orders = found.orders.iter().filter(|o| figure.counts_order(o));
            orders.map(|one| RecordAnswer::Rectification(order(one))).collect()
        }
        figure if figure.is_of_standing() => {
            let terms = found.standing.iter().filter(|t| figure.counts_term(t));
            terms.map(|one| RecordAnswer::Standing(term(one))).collect()
        }
        figure => {
            let duties = found.duties.iter().filter(|d| figure.counts(d));
            duties.map(|one| RecordAnswer::Duty(duty(one))).collect()
        }
    };
    Ok(Json(RecordsAnswer { figure: figure.code(), items }))
}

/// A figure as it is told: what it comes to, and the call that lists the records it was counted from.
pub(super) struct Teller<'a> {
    asked: &'a Asked,
    group: Option<&'a str>,
}

impl Teller<'_> {
    fn tell<T>(&self, value: T, figure: Figure) -> Told<T> {
        Told { value, records: format!("/api/v1/figures/records?{}", self.asked.records(self.group, figure)) }
    }

    fn minutes(&self, seconds: Option<i64>, figure: Figure) -> Told<Option<i64>> {
        self.tell(seconds.map(|s| s / 60), figure)
    }
}

fn told(figures: &Figures, asked: &Asked, group: Option<&str>) -> FigureSet {
    all(figures, &Teller { asked, group })
}

/// What a figure comes to, and the call that lists its records.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Told<T> {
    value: T,
    records: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RecordsAnswer {
    /// Code of the figure.
    figure: &'static str,
    items: Vec<RecordAnswer>,
}

/// What a figure counts: incidents, duties with their limits, rectification orders, or standing duties in their periods.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum RecordAnswer {
    Rectification(OrderRecord),
    Duty(DutyRecord),
    Incident(IncidentRecord),
    Standing(StandingRecord),
}

answers! {
    pub(super) struct FiguresAnswer = counted(
        asked: &Asked, now: DateTime<Utc>, total: FigureSet, items: Vec<GroupAnswer>,
    ) {
        /// First day.
        from: String = asked.period.from.to_string(),
        /// Last day, included.
        to: String = asked.period.to.to_string(),
        /// department, kind, region or month.
        by: &'static str = asked.by.code(),
        counted_at: String = rfc3339(now),
        total: FigureSet = total,
        items: Vec<GroupAnswer> = items,
    }

    /// The figures of one department, kind, region or month.
    pub(super) struct GroupAnswer = group(code: &str, name: String, figures: FigureSet) {
        key: String = code.to_owned(),
        name: String = name,
        #[serde(flatten)]
        figures: FigureSet = figures,
    }

    pub(super) struct FigureSet = all(f: &Figures, t: &Teller<'_>) {
        incidents: Told<usize> = t.tell(f.incidents.len(), Figure::Incidents),
        tasks: Told<usize> = t.tell(f.tasks, Figure::Tasks),
        signed_share: Told<Option<f64>> = t.tell(f.signed.share(), Figure::Signed),
        signed_in_time: Told<usize> = t.tell(f.signed.in_time, Figure::SignedInTime),
        signed_late: Told<usize> = t.tell(f.signed.late, Figure::SignedLate),
        sign_median_minutes: Told<Option<i64>> = t.minutes(f.signed.median(), Figure::SignSpans),
        sign_p90_minutes: Told<Option<i64>> = t.minutes(f.signed.ninetieth(), Figure::SignSpans),
        done_share: Told<Option<f64>> = t.tell(f.done.share(), Figure::Done),
        done_in_time: Told<usize> = t.tell(f.done.in_time, Figure::DoneInTime),
        done_late: Told<usize> = t.tell(f.done.late, Figure::DoneLate),
        done_median_minutes: Told<Option<i64>> = t.minutes(f.done.median(), Figure::DoneSpans),
        done_p90_minutes: Told<Option<i64>> = t.minutes(f.done.ninetieth(), Figure::DoneSpans),
        escalations: Told<i64> = t.tell(f.escalations, Figure::Escalations),
        rectifications: Told<usize> = t.tell(f.rectifications, Figure::Rectifications),
        rectifications_overdue: Told<usize> = t.tell(f.rectifications_overdue, Figure::RectificationsOverdue),
        rectifications_accepted: Told<usize> = t.tell(f.rectifications_accepted, Figure::RectificationsAccepted),
        /// Standing duties whose periods have ended.
        standing_owed: Told<usize> = t.tell(f.standing.owed, Figure::StandingOwed),
        standing_kept: Told<usize> = t.tell(f.standing.kept, Figure::StandingKept),
    }

    pub(super) struct StandingRecord = term(term: &Term) {
        standing_duty: String = term.ended.duty.clone(),
        edition: String = term.ended.edition.clone(),
        department: String = term.ended.department.clone(),
        /// First day of the period.
        period_from: String = term.ended.period.from.to_string(),
        /// Last day, included.
        period_to: String = term.ended.period.to.to_string(),
        kept: bool = term.is_kept(),
        kept_at: Option<String> = term.ended.record.as_ref().map(|r| rfc3339(r.at)),
        kept_by: Option<String> = term.ended.record.as_ref().map(|r| r.by.clone()),
        evidence: Option<String> = term.ended.record.as_ref().map(|r| r.evidence.clone()),
    }

    pub(super) struct IncidentRecord = incident(incident: &Reported) {
        incident: String = incident.number.clone(),
        kind: String = incident.kind.clone(),
        sub_kind: String = incident.sub_kind.clone(),
        region: String = incident.region.clone(),
        reported_at: String = rfc3339(incident.reported_at),
    }

    pub(super) struct OrderRecord = order(order: &Ordered) {
        rectification: String = order.number.clone(),
        incident: String = order.incident.number.clone(),
        department: String = order.department.clone(),
        state: String = order.state.clone(),
        issued_at: String = rfc3339(order.issued_at),
        acknowledge_by: String = rfc3339(order.acknowledge_by),
        signed_at: Option<String> = order.acknowledged_at.map(rfc3339),
        due_at: String = rfc3339(order.due_at),
        answered_at: Option<String> = order.answered_at.map(rfc3339),
        accepted_at: Option<String> = order.accepted_at.map(rfc3339),
        overdue: bool = order.overdue,
    }

    pub(super) struct DutyRecord = duty(duty: &Duty) {
        incident: String = duty.record.incident.number.clone(),
        task: String = duty.record.key.clone(),
        department: String = duty.record.department.clone(),
        state: String = duty.record.state.clone(),
        opened_at: String = rfc3339(duty.record.opened_at),
        acknowledge_by: Option<String> = duty.record.acknowledge_by.map(rfc3339),
        signed_at: Option<String> = duty.signed_at.map(rfc3339),
        /// Null while the limit is open, or where there is none.
        signed_in_time: Option<bool> = duty.signed_in_time,
        due_at: Option<String> = duty.record.due_at.map(rfc3339),
        done_at: Option<String> = duty.done_at.map(rfc3339),
        done_in_time: Option<bool> = duty.done_in_time,
        escalations: i64 = duty.record.escalations,
    }
}
