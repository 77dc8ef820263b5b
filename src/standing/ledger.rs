//! What was owed when: the editions since each was stored here, laid out in periods.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{Keep, Record, Span, after, duty_of, owing, period};
use crate::calendar::Calendar;
use crate::clock::local;
use crate::l10n::text;
use crate::person::Actor;
use crate::person::directory::Directory;
use crate::plan::{Edition, Editions, Frequency, StandingDuty};
use crate::refusal::Refused;

/// The editions by the first day each ruled here, and what periods are reckoned with.
#[derive(Debug, Clone)]
pub struct Ledger {
    editions: Vec<(NaiveDate, Arc<Edition>)>,
    calendar: Arc<Calendar>,
    directory: Arc<Directory>,
}

/// Days through which a duty was owed at one frequency, whichever editions said so.
#[derive(Debug, Clone)]
struct Run<'a> {
    from: NaiveDate,
    /// The first day on which it no longer was.
    until: Option<NaiveDate>,
    frequency: &'a Frequency,
}

/// A duty of one department as it stands today.
#[derive(Debug, Clone)]
pub struct Line {
    pub duty: StandingDuty,
    pub edition: Arc<Edition>,
    /// Department instance.
    pub department: String,
    /// The period that runs today.
    pub period: Option<Span>,
    /// That it was kept in that period.
    pub kept: Option<Record>,
    /// When it was kept last, this period's included.
    pub last: Option<Record>,
    /// The last period that ended, where it was missed.
    pub missed: Option<Span>,
}

impl Line {
    /// `open`, `kept` or `idle` where no period runs.
    pub fn state(&self) -> &'static str {
        match (&self.kept, self.period) {
            (Some(_), _) => "kept",
            (None, Some(_)) => "open",
            (None, None) => "idle",
        }
    }
}

/// A duty of one department in a period that has ended; missed where it has no record.
#[derive(Debug, Clone, PartialEq)]
pub struct Ended {
    pub duty: String,
    /// The edition of the period's first day.
    pub edition: String,
    pub department: String,
    pub period: Span,
    pub record: Option<Record>,
}

impl Ledger {
    /// `stored` says when an edition came into this database.
    pub fn new(
        editions: &Editions,
        stored: &[(String, DateTime<Utc>)],
        calendar: Arc<Calendar>,
        directory: Arc<Directory>,
    ) -> Ledger {
        let mut all: Vec<(NaiveDate, Arc<Edition>)> = Vec::new();
        for edition in editions.iter().rev() {
            let Some((_, at)) = stored.iter().find(|(code, _)| *code == edition.code) else { continue };
            let from = edition.effective_from.max(local(*at).date_naive());
            // One stored when a later one ruled already never did so here.
            if all.last().is_none_or(|(next, _)| from < *next) {
                all.push((from, Arc::clone(edition)));
            }
        }
        all.reverse();
        Ledger { editions: all, calendar, directory }
    }

    /// How each duty of these departments stands on a day, in the order of the plan. `records` holds at least the last
    /// two of each duty and department.
    pub fn lines(&self, day: NaiveDate, departments: Option<&[String]>, records: &[Record]) -> Vec<Line> {
        let Some(edition) = self.in_force(day) else { return Vec::new() };
        let records = by_period(records);
        let mut lines = Vec::new();
        for duty in &edition.matrix.standing_duties {
            let runs = self.runs(&duty.id);
            let current = self.due_on(&runs, day);
            let ended = self.ended_before(&runs, current.map_or(day, |span| span.from));
            for department in owing(duty, &self.directory).filter(|code| asked(departments, code)) {
                let of = |span: Span| records.get(&(duty.id.as_str(), department, span.from)).copied();
                let own = |r: &&&Record| r.duty == duty.id && r.department == department;
                lines.push(Line {
                    kept: current.and_then(of).cloned(),
                    last: records.values().filter(own).max_by_key(|r| r.period.from).copied().cloned(),
                    missed: ended.filter(|span| of(*span).is_none()),
                    period: current,
                    department: department.to_owned(),
                    edition: Arc::clone(edition),
                    duty: duty.clone(),
                });
            }
        }
        lines
    }

    /// What these departments owed in the periods that ended within some days and before `today`.
    pub fn ended(
        &self,
        within: Span,
        today: NaiveDate,
        departments: Option<&[String]>,
        records: &[Record],
    ) -> Vec<Ended> {
        let Some((first, _)) = self.editions.first() else { return Vec::new() };
        let records = by_period(records);
        let duties: BTreeSet<&str> =
            self.editions.iter().flat_map(|(_, e)| e.matrix.standing_duties.iter().map(|d| d.id.as_str())).collect();
        let mut found = Vec::new();
        for id in duties {
            let runs = self.runs(id);
            let mut day = within.from.max(*first);
            while day <= within.to && day < today {
                let Some(span) = self.due_on(&runs, day) else {
                    day = after(day);
                    continue;
                };
                if span.to <= within.to && span.to < today {
                    found.extend(self.owed(id, span, departments, &records));
                }
                day = after(span.to);
            }
        }
        found.sort_by(|a, b| (a.period.to, &a.duty, &a.department).cmp(&(b.period.to, &b.duty, &b.department)));
        found
    }

    /// The record that a duty was kept in the period that runs now. `records` as for [`Ledger::lines`].
    ///
    /// # Errors
    /// M_NOT_FOUND for a duty the edition in force lacks; by right M_FORBIDDEN, of the inspection centre
    /// M_INSP_READONLY; M_BAD_VALUE for a department that does not owe it, or where no period runs; M_STALE where it is
    /// recorded already; M_EVIDENCE_MISSING without evidence.
    pub fn keep(&self, wish: &Keep, records: &[Record], actor: &Actor, now: DateTime<Utc>) -> Result<Record, Refused> {
        let day = local(now).date_naive();
        let edition = self.in_force(day).ok_or(Refused::NoEdition { date: day })?;
        let duty = duty_of(edition, &wish.duty).ok_or(Refused::NotFound)?;
        let department = wish.department(duty, actor, &self.directory)?;
        let Some(period) = self.due_on(&self.runs(&duty.id), day) else {
            return Err(Refused::BadValue { field: "duty".to_owned(), expected: text(|l| l.msg_sd_runs_rule()) });
        };
        if let Some(before) = by_period(records).get(&(duty.id.as_str(), department.as_str(), period.from)) {
            return Err(Refused::Stale { at: before.at, change: Some(before.by.clone()) });
        }
        let evidence = wish.evidence.trim();
        if evidence.is_empty() {
            let evidence = edition.evidence(&duty.evidence).map(|e| e.name.clone());
            return Err(Refused::EvidenceMissing { evidence: evidence.into_iter().collect() });
        }
        Ok(Record {
            id: Uuid::now_v7(),
            duty: duty.id.clone(),
            edition: edition.code.clone(),
            department,
            period,
            evidence: evidence.to_owned(),
            by: actor.login.clone(),
            at: now,
        })
    }

    fn in_force(&self, day: NaiveDate) -> Option<&Arc<Edition>> {
        self.editions.iter().rev().find(|(from, _)| *from <= day).map(|(_, edition)| edition)
    }

    /// A new edition that leaves the frequency as it was changes no period.
    fn runs(&self, id: &str) -> Vec<Run<'_>> {
        let mut runs: Vec<Run<'_>> = Vec::new();
        for (position, (from, edition)) in self.editions.iter().enumerate() {
            let until = self.editions.get(position + 1).map(|(next, _)| *next);
            let Some(duty) = duty_of(edition, id) else { continue };
            let same = |a: &Frequency| a.value == duty.frequency.value && a.unit == duty.frequency.unit;
            match runs.last_mut() {
                Some(run) if run.until == Some(*from) && same(run.frequency) => run.until = until,
                _ => runs.push(Run { from: *from, until, frequency: &duty.frequency }),
            }
        }
        runs
    }

    /// The period a day lies in; one that an edition cuts short is not owed.
    fn due_on(&self, runs: &[Run<'_>], day: NaiveDate) -> Option<Span> {
        let run = runs.iter().find(|run| run.from <= day && run.until.is_none_or(|until| day < until))?;
        let whole = period(run.frequency, day, &self.calendar)?;
        let cut = run.until.is_some_and(|until| whole.to >= until);
        (!cut).then_some(Span { from: whole.from.max(run.from), to: whole.to })
    }

    /// The last period that ended before a day.
    fn ended_before(&self, runs: &[Run<'_>], day: NaiveDate) -> Option<Span> {
        let first = runs.first()?.from;
        let mut back = day.pred_opt()?;
        while back >= first {
            if let Some(span) = self.due_on(runs, back).filter(|span| span.to < day) {
                return Some(span);
            }
            back = back.pred_opt()?;
        }
        None
    }

    fn owed(
        &self,
        id: &str,
        span: Span,
        departments: Option<&[String]>,
        records: &HashMap<(&str, &str, NaiveDate), &Record>,
    ) -> Vec<Ended> {
        let Some(edition) = self.in_force(span.from) else { return Vec::new() };
        let Some(duty) = duty_of(edition, id) else { return Vec::new() };
        owing(duty, &self.directory)
            .filter(|code| asked(departments, code))
            .map(|department| Ended {
                duty: id.to_owned(),
                edition: edition.code.clone(),
                department: department.to_owned(),
                period: span,
                record: records.get(&(id, department, span.from)).copied().cloned(),
            })
            .collect()
    }
}

fn by_period(records: &[Record]) -> HashMap<(&str, &str, NaiveDate), &Record> {
    records.iter().map(|r| ((r.duty.as_str(), r.department.as_str(), r.period.from), r)).collect()
}

fn asked(departments: Option<&[String]>, code: &str) -> bool {
    departments.is_none_or(|all| all.iter().any(|d| d == code))
}
