//! Standing duties in the reader's words.

use super::{Line, Record};
use crate::person::Actor;
use crate::plan::Basis;
use crate::plan::words::Words as PlanWords;
use crate::timeline::Words;

/// Open duties shown before the rest is folded.
const SHOWN: usize = 5;

/// A department's duties, and what the inspection centre looks at beside its own.
#[derive(Debug, Clone, Default)]
pub struct Desk {
    pub sheet: Sheet,
    pub gaps: Option<Gaps>,
}

/// A department's duties by how they stand in the period that runs.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// Code of the department.
    pub department: String,
    pub name: String,
    /// The least time left first.
    pub open: Vec<Row>,
    pub kept: Vec<Row>,
    /// Without a period today.
    pub idle: Vec<Row>,
}

#[derive(Debug, Clone)]
pub struct Row {
    /// Anchor on the page.
    pub id: String,
    pub duty: String,
    pub department: String,
    pub action: String,
    pub frequency: String,
    pub basis: Basis,
    pub clauses: Vec<String>,
    /// Name of the evidence the plan data asks for.
    pub evidence: String,
    /// Last day of the period that runs.
    pub until: Option<String>,
    pub kept: Option<Record>,
    /// When and by whom it was kept last.
    pub last: Option<(String, String)>,
    pub missed: Option<String>,
    /// Whether the reader may record it now.
    pub may: bool,
    /// What was typed and refused.
    pub typed: Option<String>,
}

/// Duties whose last ended period was missed, by department.
#[derive(Debug, Clone, Default)]
pub struct Gaps {
    pub count: usize,
    /// Code and name of the department.
    pub departments: Vec<(String, String, Vec<Row>)>,
}

impl Sheet {
    pub fn of(department: &str, lines: &[Line], actor: &Actor, w: &Words<'_>) -> Sheet {
        let mut lines: Vec<&Line> = lines.iter().filter(|line| line.department == department).collect();
        lines.sort_by_key(|line| line.period.map(|span| span.to));
        let of = |state: &str| lines.iter().filter(|l| l.state() == state).map(|l| Row::of(l, actor, w)).collect();
        Sheet {
            department: department.to_owned(),
            name: w.department(department),
            open: of("open"),
            kept: of("kept"),
            idle: of("idle"),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.open.is_empty() && self.kept.is_empty() && self.idle.is_empty()
    }

    /// The open ones that are shown at once.
    pub fn first(&self) -> &[Row] {
        self.open.get(..SHOWN).unwrap_or(&self.open)
    }

    pub fn rest(&self) -> &[Row] {
        self.open.get(SHOWN..).unwrap_or_default()
    }

    /// Keeps on the form of a duty what was typed.
    pub fn typed(&mut self, duty: &str, evidence: &str) {
        let all = self.open.iter_mut().chain(&mut self.kept).chain(&mut self.idle);
        for row in all.filter(|row| row.duty == duty) {
            row.typed = Some(evidence.to_owned());
        }
        // What was refused stands where it is seen.
        self.open.sort_by_key(|row| row.typed.is_none());
    }

    /// Whether what was typed and refused stands among rows that are folded.
    pub fn holds_typed(&self, rows: &[Row]) -> bool {
        rows.iter().any(|row| row.typed.is_some())
    }
}

impl Row {
    fn of(line: &Line, actor: &Actor, w: &Words<'_>) -> Row {
        let duty = &line.duty;
        Row {
            id: format!("{}-{}", duty.id.replace('.', "-"), line.department),
            duty: duty.id.clone(),
            department: line.department.clone(),
            action: duty.action.get(w.lang).to_owned(),
            frequency: PlanWords::of(&line.edition, w.lang).frequency(&duty.frequency),
            basis: duty.frequency_basis,
            clauses: duty.clauses.clone(),
            evidence: w.evidence(&duty.evidence),
            until: line.period.map(|span| span.to.to_string()),
            kept: line.kept.clone(),
            last: line.last.as_ref().map(|r| (w.stamp(r.at), w.person(&r.by))),
            missed: line.missed.map(|span| span.words()),
            may: line.state() == "open" && actor.acts_for(&line.department),
            typed: None,
        }
    }
}

impl Gaps {
    pub fn of(lines: &[Line], w: &Words<'_>) -> Gaps {
        let mut gaps = Gaps::default();
        let nobody = Actor::system();
        for department in w.directory.departments() {
            let missed = lines.iter().filter(|line| line.department == department.code && line.missed.is_some());
            let rows: Vec<Row> = missed.map(|line| Row::of(line, &nobody, w)).collect();
            gaps.count += rows.len();
            if !rows.is_empty() {
                gaps.departments.push((department.code.clone(), w.department(&department.code), rows));
            }
        }
        gaps
    }
}
