//! The plan laid out for its pages: clauses found and marked, the matrix as a table, one duty with all it says.

use super::words::{RungWords, Said, Words};
use super::{
    Basis, Clause, Edition, Kind, Resolve, RouteDef, Scope, Section, Severity, StandingDuty, SubKind, TaskDef,
};
use crate::lang::{Lang, Text};

/// Characters of a search that are looked at, and words of it.
const LONGEST_SEARCH: usize = 100;
const MOST_WORDS: usize = 8;

/// A stretch of text, and whether it is what was searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub hit: bool,
}

/// What somebody searches for: all of the words, in any language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    words: Vec<String>,
}

impl Search {
    pub fn new(typed: &str) -> Search {
        let typed: String = typed.chars().take(LONGEST_SEARCH).collect();
        Search { words: typed.split_whitespace().take(MOST_WORDS).map(str::to_lowercase).collect() }
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    fn finds(&self, clause: &Clause) -> bool {
        self.words.iter().all(|word| clause.mentions(word))
    }

    /// Whether every word stands in one of the texts, in whichever language.
    fn finds_in(&self, texts: &[&Text]) -> bool {
        self.words.iter().all(|word| {
            texts.iter().any(|t| Lang::ALL.into_iter().any(|lang| t.get(lang).to_lowercase().contains(word)))
        })
    }

    /// The text in `lang`, cut where the words stand. A word of the other script is marked where the two scripts run
    /// sign by sign.
    pub fn mark(&self, text: &Text, lang: Lang) -> Vec<Piece> {
        let shown: Vec<char> = text.get(lang).chars().collect();
        let mut hits = vec![false; shown.len()];
        for source in Lang::ALL {
            let lower: Vec<char> = text.get(source).chars().map(small).collect();
            let aligned = source == lang || (source != Lang::En && lang != Lang::En && lower.len() == shown.len());
            for word in self.words.iter().filter(|_| aligned) {
                let word: Vec<char> = word.chars().collect();
                for at in 0..(lower.len() + 1).saturating_sub(word.len()) {
                    if lower.get(at..at + word.len()) == Some(&word) {
                        hits.iter_mut().skip(at).take(word.len()).for_each(|hit| *hit = true);
                    }
                }
            }
        }
        let mut pieces: Vec<Piece> = Vec::new();
        for (sign, hit) in shown.into_iter().zip(hits) {
            match pieces.last_mut().filter(|piece| piece.hit == hit) {
                Some(piece) => piece.text.push(sign),
                None => pieces.push(Piece { text: sign.to_string(), hit }),
            }
        }
        pieces
    }
}

fn small(sign: char) -> char {
    sign.to_lowercase().next().unwrap_or(sign)
}

/// A section with the clauses to be shown.
#[derive(Debug, Clone)]
pub struct SectionView<'a> {
    pub section: &'a Section,
    pub title: &'a str,
    pub clauses: Vec<ClauseView<'a>>,
}

#[derive(Debug, Clone)]
pub struct ClauseView<'a> {
    pub clause: &'a Clause,
    pub title: Vec<Piece>,
    pub text: Vec<Piece>,
    pub departments: String,
    /// Tasks of the matrix that rest on it, and standing duties.
    pub tasks: Vec<&'a TaskDef>,
    pub standing: Vec<&'a StandingDuty>,
}

/// The plan in its order; only what the search finds, if there is one. Searching drops sections without a clause.
pub fn sections<'a>(words: Words<'a>, search: &Search) -> Vec<SectionView<'a>> {
    let (edition, lang) = (words.edition, words.lang);
    edition
        .sections
        .iter()
        .map(|section| SectionView {
            section,
            title: section.title.get(lang),
            clauses: edition
                .clauses_of(&section.id)
                .filter(|clause| search.finds(clause))
                .map(|clause| ClauseView {
                    clause,
                    title: search.mark(&clause.title, lang),
                    text: search.mark(&clause.text, lang),
                    departments: words.departments(&clause.departments),
                    tasks: edition.matrix.tasks.iter().filter(|task| rests_on(task, &clause.id)).collect(),
                    standing: edition
                        .matrix
                        .standing_duties
                        .iter()
                        .filter(|duty| duty.clauses.contains(&clause.id))
                        .collect(),
                })
                .collect(),
        })
        .filter(|view| search.is_empty() || !view.clauses.is_empty())
        .collect()
}

fn rests_on(task: &TaskDef, clause: &str) -> bool {
    task.clause == clause || task.clauses.iter().any(|c| c == clause)
}

/// The rows of one kind.
#[derive(Debug, Clone)]
pub struct KindRows<'a> {
    pub kind: &'a Kind,
    pub rows: Vec<MatrixRow<'a>>,
}

#[derive(Debug, Clone)]
pub struct MatrixRow<'a> {
    pub sub_kind: &'a SubKind,
    /// One for each severity, in order of rank; empty where the level does not apply.
    pub cells: Vec<(Severity, Vec<Cell>)>,
}

/// A route: one cell of the matrix, or half a cell where the scope tells routes apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// `it.voice_board_down/local`, below `/plan/matrix/`.
    pub path: String,
    pub scope: Option<Scope>,
    pub tasks: usize,
}

/// The whole matrix, or the situations that the search finds.
pub fn matrix<'a>(edition: &'a Edition, search: &Search) -> Vec<KindRows<'a>> {
    edition
        .matrix
        .kinds
        .iter()
        .map(|kind| KindRows {
            kind,
            rows: edition
                .sub_kinds_of(&kind.code)
                .filter(|sub_kind| search.finds_in(&[&sub_kind.name, &kind.name]))
                .map(|sub_kind| row(edition, sub_kind))
                .collect(),
        })
        .filter(|rows| !rows.rows.is_empty())
        .collect()
}

fn row<'a>(edition: &'a Edition, sub_kind: &'a SubKind) -> MatrixRow<'a> {
    let cell = |severity, scope| {
        let route = edition.route(&sub_kind.code, severity, scope)?;
        Some(Cell { path: path(route), scope: route.scope, tasks: route.tasks.len() })
    };
    let tracks = sub_kind.tracks();
    MatrixRow {
        sub_kind,
        cells: Severity::ALL
            .iter()
            .map(|&severity| {
                let cells = tracks.iter().filter(|(s, _)| *s == severity);
                (severity, cells.filter_map(|&(s, scope)| cell(s, scope)).collect())
            })
            .collect(),
    }
}

/// Where a route is shown, below `/plan/matrix/`.
pub fn path(route: &RouteDef) -> String {
    let scope = route.scope.map(|scope| format!("/{}", scope.code()));
    format!("{}/{}{}", route.sub_kind, route.severity.code(), scope.unwrap_or_default())
}

/// One duty with all the matrix says of it.
#[derive(Debug, Clone)]
pub struct Duty<'a> {
    pub task: &'a TaskDef,
    pub action: &'a str,
    pub responsible: String,
    pub role: &'a str,
    pub cooperating: String,
    pub clauses: Vec<&'a str>,
    pub acknowledge: Said,
    pub due: Vec<Said>,
    /// The plan's words for the limit.
    pub stated: Option<String>,
    pub trigger: Vec<Said>,
    pub done_by: Option<String>,
    pub evidence: Vec<Said>,
    pub external: String,
    pub policy: &'a str,
    pub ladder: Vec<RungWords>,
    pub notify: Vec<Said>,
    /// Of whoever was told by name and has not seen it.
    pub unseen: Vec<RungWords>,
    pub note: Option<&'a str>,
}

pub fn duty<'a>(words: Words<'a>, task: &'a TaskDef) -> Duty<'a> {
    let (edition, lang) = (words.edition, words.lang);
    let mut clauses = vec![task.clause.as_str()];
    clauses.extend(task.clauses.iter().map(String::as_str).filter(|c| *c != task.clause));
    let evidence = task.evidence.iter().filter_map(|code| edition.evidence(code));
    let external: Vec<Text> =
        task.external.iter().filter_map(|code| Some(edition.external_party(code)?.name.clone())).collect();
    let policy = edition.policy(&task.escalation);
    let unseen = task.notify.as_ref().and_then(|n| edition.policy(&n.escalation));
    Duty {
        task,
        action: task.action.get(lang),
        responsible: words.responsible(task),
        role: words.role(&task.responsible_role),
        cooperating: words.departments(&task.cooperating),
        clauses,
        acknowledge: words.acknowledge(task),
        due: words.due(task),
        stated: words.stated(task),
        trigger: words.trigger(task),
        done_by: words.done_by(task),
        evidence: evidence.map(|e| Said { text: e.name.get(lang).to_owned(), basis: e.basis }).collect(),
        external: crate::l10n::join(lang, &external),
        policy: policy.map_or("", |p| p.name.get(lang)),
        ladder: policy.map(|p| words.ladder(p)).unwrap_or_default(),
        notify: words.notify(task),
        unseen: unseen.map(|p| words.ladder(p)).unwrap_or_default(),
        note: words.note(task.note.as_deref()),
    }
}

/// The duties of one department: what it owes, what it helps with, and what it does whether or not anything happened.
#[derive(Debug, Clone)]
pub struct DepartmentDuties<'a> {
    pub owns: Vec<Duty<'a>>,
    pub helps: Vec<Duty<'a>>,
    pub standing: Vec<&'a StandingDuty>,
}

pub fn of_department<'a>(words: Words<'a>, code: &str) -> DepartmentDuties<'a> {
    let matrix = &words.edition.matrix;
    let duties = |wanted: &dyn Fn(&TaskDef) -> bool| {
        matrix.tasks.iter().filter(|task| wanted(task)).map(|task| duty(words, task)).collect()
    };
    DepartmentDuties {
        owns: duties(&|task| owes(words.edition, task, code)),
        helps: duties(&|task| !owes(words.edition, task, code) && task.cooperating.iter().any(|c| c == code)),
        standing: matrix.standing_duties.iter().filter(|d| d.responsible.iter().any(|c| c == code)).collect(),
    }
}

/// Whether the task is the department's. County vehicles and county deliveries belong to the transfer stations.
fn owes(edition: &Edition, task: &TaskDef, code: &str) -> bool {
    task.responsible == code
        || (code == "STN" && matches!(edition.resolve(task), Resolve::VehicleHome | Resolve::RegionDelivery))
}

/// The routes a task stands in.
pub fn routes_with<'a>(edition: &'a Edition, task: &str) -> Vec<&'a RouteDef> {
    edition.matrix.routes.iter().filter(|route| route.tasks.iter().any(|id| id == task)).collect()
}

/// How an edition differs from the one before: ids of clauses, and how many tasks of the matrix.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    pub added: Vec<String>,
    pub removed: Vec<String>,
    pub changed: Vec<String>,
    pub tasks_added: usize,
    pub tasks_changed: usize,
    pub tasks_removed: usize,
}

impl Difference {
    pub fn between(before: &Edition, after: &Edition) -> Difference {
        let ids = |of: &Edition, wanted: &dyn Fn(&Clause) -> bool| -> Vec<String> {
            of.clauses.iter().filter(|c| wanted(c)).map(|c| c.id.clone()).collect()
        };
        let same = |a: &TaskDef, b: &TaskDef| format!("{a:?}") == format!("{b:?}");
        let lacks = |of: &Edition, task: &TaskDef| of.task(&task.id).is_none();
        let reworded = |task: &&TaskDef| before.task(&task.id).is_some_and(|old| !same(old, task));
        Difference {
            added: ids(after, &|c| before.clause(&c.id).is_none()),
            removed: ids(before, &|c| after.clause(&c.id).is_none()),
            changed: ids(after, &|c| {
                before.clause(&c.id).is_some_and(|old| (&old.title, &old.text) != (&c.title, &c.text))
            }),
            tasks_added: after.matrix.tasks.iter().filter(|task| lacks(before, task)).count(),
            tasks_changed: after.matrix.tasks.iter().filter(reworded).count(),
            tasks_removed: before.matrix.tasks.iter().filter(|task| lacks(after, task)).count(),
        }
    }

    pub fn is_empty(&self) -> bool {
        *self == Difference::default()
    }
}

/// Whether a sub-kind's whole procedure at a level is the plan's, so that the page may say so.
pub fn is_plans(route: &RouteDef) -> bool {
    route.basis == Basis::Plan
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{CLAUSES_SOURCE, MATRIX_SOURCE};

    fn edition() -> Edition {
        Edition::built_in().unwrap()
    }

    fn found(edition: &Edition, lang: Lang, typed: &str) -> Vec<String> {
        let sections = sections(Words::of(edition, lang), &Search::new(typed));
        sections.into_iter().flat_map(|s| s.clauses).map(|c| c.clause.id.clone()).collect()
    }

    #[test]
    fn a_search_finds_in_any_language_and_marks_across_the_scripts() {
        let edition = edition();
        let traditional = found(&edition, Lang::ZhHans, "語音板");
        assert!(traditional.contains(&"3.1.8".to_owned()));
        assert_eq!(traditional, found(&edition, Lang::En, "语音板"));
        assert!(found(&edition, Lang::ZhHant, "VOICE board").contains(&"3.1.8".to_owned()));
        assert!(found(&edition, Lang::ZhHans, "语音板 没有这句话").is_empty());
        assert_eq!(found(&edition, Lang::ZhHans, "").len(), edition.clauses.len());

        let text = &edition.clause("3.1.8").unwrap().text;
        let marked: Vec<_> =
            Search::new("語音板").mark(text, Lang::ZhHans).into_iter().filter(|p| p.hit).map(|p| p.text).collect();
        assert!(!marked.is_empty() && marked.iter().all(|m| m == "语音板"), "{marked:?}");
        let whole: String = Search::new("板 s").mark(text, Lang::En).into_iter().map(|p| p.text).collect();
        assert_eq!(whole, text.en, "marking changes no word");
    }

    #[test]
    fn every_route_has_its_cell() {
        let edition = edition();
        let cells: Vec<String> = matrix(&edition, &Search::default())
            .into_iter()
            .flat_map(|kind| kind.rows)
            .flat_map(|row| row.cells)
            .flat_map(|(_, cells)| cells)
            .map(|cell| cell.path)
            .collect();
        assert_eq!(cells.len(), 70);
        for route in &edition.matrix.routes {
            assert!(cells.contains(&path(route)), "{}", path(route));
        }
    }

    #[test]
    fn every_task_is_somebodys_and_stands_somewhere() {
        let edition = edition();
        let words = Words::of(&edition, Lang::En);
        let departments = edition.matrix.departments.iter().map(|d| of_department(words, &d.code));
        let owned: Vec<&str> = departments.flat_map(|d| d.owns).map(|d| d.task.id.as_str()).collect();
        for task in edition.matrix.tasks.iter().filter(|t| !t.resolve.names_no_department()) {
            assert!(owned.contains(&task.id.as_str()), "{}", task.id);
            assert!(!routes_with(&edition, &task.id).is_empty(), "{}", task.id);
        }
    }

    #[test]
    fn editions_are_compared() {
        let before = edition();
        assert!(Difference::between(&before, &before).is_empty());
        let clauses = CLAUSES_SOURCE.replacen("语音板无法使用", "语音板不能使用", 1);
        let after = Edition::from_toml(&clauses, MATRIX_SOURCE).unwrap();
        let difference = Difference::between(&before, &after);
        assert_eq!(difference.changed, ["3.1.8"]);
        assert!(difference.added.is_empty() && difference.tasks_changed == 0 && difference.tasks_added == 0);
    }
}
