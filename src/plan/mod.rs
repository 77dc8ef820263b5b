//! The plan as data: its clauses and duty matrix, read, checked and looked up by code.

pub mod check;
pub mod clauses;
pub mod duty;
pub mod matrix;
mod notify;
mod number;
mod overlay;
pub mod pages;
pub mod reading;
pub mod settings;
mod single;
pub mod store;
pub mod view;
pub mod vocabulary;
pub mod words;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;

pub use clauses::{Clause, Section};
pub use duty::*;
pub use matrix::*;
pub use notify::{NOTIFIED_LIST, Notify};
pub use number::{Number, Quantity, Subject};
pub use overlay::Setting;
pub use reading::Fault;
pub use settings::*;
pub use single::Single;
pub use vocabulary::*;

use crate::calendar::Rules;
use crate::lang::Text;

/// The text of `plan/clauses.toml` that this build carries.
pub const CLAUSES_SOURCE: &str = include_str!("../../plan/clauses.toml");
/// The text of `plan/duty-matrix.toml` that this build carries.
pub const MATRIX_SOURCE: &str = include_str!("../../plan/duty-matrix.toml");

/// Code of the class of transfer stations, one a county.
const STATION: &str = "STN";

/// One edition of the plan, whole and checked. Every code in it leads somewhere.
#[derive(Debug, Clone)]
pub struct Edition {
    /// E.g. `2008-trial`.
    pub code: String,
    pub title: Text,
    pub effective_from: NaiveDate,
    pub trial: bool,
    pub sections: Vec<Section>,
    pub clauses: Vec<Clause>,
    pub matrix: Matrix,
    /// The working week and hours, from the matrix.
    pub calendar_rules: Rules,
    index: Index,
    /// Tasks by code whose numbers are set otherwise than the text has them; only what opens takes these.
    as_set: HashMap<String, TaskDef>,
}

/// Positions by code, so that a lookup costs the same whatever the plan's size.
#[derive(Debug, Clone, Default)]
struct Index {
    sections: HashMap<String, usize>,
    clauses: HashMap<String, usize>,
    departments: HashMap<String, usize>,
    roles: HashMap<String, usize>,
    external_parties: HashMap<String, usize>,
    conditions: HashMap<String, usize>,
    evidence: HashMap<String, usize>,
    kinds: HashMap<String, usize>,
    sub_kinds: HashMap<String, usize>,
    fields: HashMap<String, usize>,
    links: HashMap<String, usize>,
    link_states: HashMap<String, usize>,
    schemes: HashMap<String, usize>,
    limit_classes: HashMap<String, usize>,
    policies: HashMap<String, usize>,
    tasks: HashMap<String, usize>,
    /// All routes of a sub-kind.
    routes: HashMap<String, Vec<usize>>,
}

/// A lookup by code over one list.
macro_rules! lookup {
    ($($(#[$meta:meta])* $name:ident: $kind:ty = $index:ident in $($list:ident).+;)+) => {
        $($(#[$meta])*
        pub fn $name(&self, code: &str) -> Option<&$kind> {
            self.$($list).+.get(*self.index.$index.get(code)?)
        })+
    };
}

impl Edition {
    /// Reads and checks the two files.
    ///
    /// # Errors
    /// Every fault found, each with file and record. A file that can't be read hides its further faults.
    pub fn from_toml(clauses: &str, matrix: &str) -> Result<Edition, Vec<Fault>> {
        let read_clauses = reading::read::<clauses::ClauseFile>(reading::CLAUSES, clauses);
        let read_matrix = reading::read::<Matrix>(reading::MATRIX, matrix);
        let (clause_file, matrix_file) = match (read_clauses, read_matrix) {
            (Ok(clause_file), Ok(matrix_file)) => (clause_file, matrix_file),
            (left, right) => return Err(left.err().into_iter().chain(right.err()).collect()),
        };
        let mut faults = reading::blank_texts(reading::CLAUSES, clauses);
        faults.extend(reading::blank_texts(reading::MATRIX, matrix));
        faults.extend(check::check(&clause_file, &matrix_file));
        let calendar_rules = match matrix_file.calendar.rules() {
            Ok(rules) if faults.is_empty() => rules,
            rules => {
                faults.extend(rules.err().map(|error| Fault {
                    file: reading::MATRIX,
                    record: "calendar".to_owned(),
                    message: error.to_string(),
                }));
                return Err(faults);
            }
        };
        Ok(Edition {
            index: Index::of(&clause_file, &matrix_file),
            as_set: HashMap::new(),
            code: clause_file.plan.edition,
            title: clause_file.plan.title,
            effective_from: clause_file.plan.effective_from,
            trial: clause_file.plan.trial,
            sections: clause_file.sections,
            clauses: clause_file.clauses,
            matrix: matrix_file,
            calendar_rules,
        })
    }

    /// The edition this build carries.
    ///
    /// # Errors
    /// As [`Edition::from_toml`].
    pub fn built_in() -> Result<Edition, Vec<Fault>> {
        Edition::from_toml(CLAUSES_SOURCE, MATRIX_SOURCE)
    }

    lookup! {
        section: Section = sections in sections;
        clause: Clause = clauses in clauses;
        role: RoleDef = roles in matrix.roles;
        external_party: ExternalParty = external_parties in matrix.external_parties;
        condition: Condition = conditions in matrix.conditions;
        evidence: EvidenceDef = evidence in matrix.evidence;
        kind: Kind = kinds in matrix.kinds;
        sub_kind: SubKind = sub_kinds in matrix.sub_kinds;
        field: FieldDef = fields in matrix.fields;
        link: Link = links in matrix.links;
        link_state: LinkState = link_states in matrix.link_states;
        scheme: SchemeDef = schemes in matrix.schemes;
        limit_class: LimitClass = limit_classes in matrix.limit_classes;
        policy: EscalationPolicy = policies in matrix.escalation_policies;
        /// By matrix id, without a region (`rmd.organise_managers`, not `rmd.organise_managers@QZ`).
        task: TaskDef = tasks in matrix.tasks;
    }

    pub fn severity(&self, severity: Severity) -> Option<&SeverityDef> {
        self.matrix.severities.iter().find(|def| def.code == severity)
    }

    /// The department whose head the nature of an incident suggests as acting commander (proposed; 2.1.1-3).
    pub fn succession(&self, kind: &str) -> Option<&String> {
        self.matrix.successions.iter().find(|s| s.kind == kind).map(|s| &s.department)
    }

    /// How the department instance of a task is found: as the task says, where that fits the department it names. A
    /// class of departments otherwise means the one of the region, whoever wrote the task; any other is meant itself.
    pub fn resolve(&self, task: &TaskDef) -> Resolve {
        let Some(department) = self.department(&task.responsible) else { return task.resolve };
        let fits = match task.resolve {
            Resolve::IncidentRegion => department.per_region && department.code != STATION,
            Resolve::VehicleHome | Resolve::RegionDelivery => ["DLV", STATION].contains(&department.code.as_str()),
            Resolve::SupplyAuthority => department.code == "CSD",
            Resolve::None | Resolve::ReporterDepartment | Resolve::SiteOwner => false,
        };
        match department.code.as_str() {
            _ if fits => task.resolve,
            // The city area has no transfer station: its deliveries are the delivery department's.
            STATION => Resolve::RegionDelivery,
            _ if department.per_region => Resolve::IncidentRegion,
            _ => Resolve::None,
        }
    }

    /// By department code or instance code: `RMD` and `RMD-QZ` both find the Regional Marketing Department.
    pub fn department(&self, code: &str) -> Option<&Department> {
        let find = |code: &str| self.matrix.departments.get(*self.index.departments.get(code)?);
        find(code).or_else(|| {
            let (base, _region) = code.split_once('-')?;
            find(base).filter(|department| department.per_region)
        })
    }

    /// The name of a department instance; a regional one carries its region's name.
    pub fn department_name(&self, instance: &str, region: Option<&Text>) -> Option<Text> {
        let department = self.department(instance)?;
        let name = &department.name;
        Some(match region.filter(|_| department.per_region) {
            None => name.clone(),
            Some(region) => Text {
                zh_hans: format!("{}{}", region.zh_hans, name.zh_hans),
                zh_hant: format!("{}{}", region.zh_hant, name.zh_hant),
                en: format!("{} {}", region.en, name.en),
            },
        })
    }

    /// The route of a sub-kind at a severity. Scope tells severe-weather routes apart: without one, part of the
    /// region is taken below major and the whole region for major, and a scope that has no route of its own
    /// (the whole region, lowered to local) takes that default. Other sub-kinds ignore it.
    pub fn route(&self, sub_kind: &str, severity: Severity, scope: Option<Scope>) -> Option<&RouteDef> {
        let routes = || {
            let positions = self.index.routes.get(sub_kind).into_iter().flatten();
            positions
                .filter_map(|position| self.matrix.routes.get(*position))
                .filter(|route| route.severity == severity)
        };
        let default = match severity {
            Severity::Major => Scope::WholeRegion,
            Severity::Local | Severity::Departmental => Scope::PartRegion,
        };
        let fitting = |scope: Scope| routes().find(|route| route.scope.is_none_or(|s| s == scope));
        fitting(scope.unwrap_or(default)).or_else(|| fitting(default))
    }

    /// The tasks of a route, in plan order.
    pub fn tasks_of<'a>(&'a self, route: &'a RouteDef) -> impl Iterator<Item = &'a TaskDef> {
        route.tasks.iter().filter_map(|id| self.task(id))
    }

    /// The fields of a sub-kind's report, in the order of the form.
    pub fn fields_of<'a>(&'a self, sub_kind: &'a SubKind) -> impl Iterator<Item = &'a FieldDef> {
        sub_kind.required_fields.iter().filter_map(|code| self.field(code))
    }

    pub fn sub_kinds_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a SubKind> {
        self.matrix.sub_kinds.iter().filter(move |sub_kind| sub_kind.kind == kind)
    }

    pub fn clauses_of<'a>(&'a self, section: &'a str) -> impl Iterator<Item = &'a Clause> {
        self.clauses.iter().filter(move |clause| clause.section == section)
    }
}

impl Index {
    fn of(clauses: &clauses::ClauseFile, matrix: &Matrix) -> Index {
        let mut routes: HashMap<String, Vec<usize>> = HashMap::new();
        for (position, route) in matrix.routes.iter().enumerate() {
            routes.entry(route.sub_kind.clone()).or_default().push(position);
        }
        Index {
            sections: positions(&clauses.sections, |section| &section.id),
            clauses: positions(&clauses.clauses, |clause| &clause.id),
            departments: positions(&matrix.departments, |department| &department.code),
            roles: positions(&matrix.roles, |role| &role.code),
            external_parties: positions(&matrix.external_parties, |party| &party.code),
            conditions: positions(&matrix.conditions, |condition| &condition.code),
            evidence: positions(&matrix.evidence, |evidence| &evidence.code),
            kinds: positions(&matrix.kinds, |kind| &kind.code),
            sub_kinds: positions(&matrix.sub_kinds, |sub_kind| &sub_kind.code),
            fields: positions(&matrix.fields, |field| &field.code),
            links: positions(&matrix.links, |link| &link.code),
            link_states: positions(&matrix.link_states, |state| &state.code),
            schemes: positions(&matrix.schemes, |scheme| &scheme.code),
            limit_classes: positions(&matrix.limit_classes, |class| &class.code),
            policies: positions(&matrix.escalation_policies, |policy| &policy.code),
            tasks: positions(&matrix.tasks, |task| &task.id),
            routes,
        }
    }
}

fn positions<T>(records: &[T], code: impl Fn(&T) -> &String) -> HashMap<String, usize> {
    let pairs = records.iter().enumerate();
    pairs.map(|(position, record)| (code(record).clone(), position)).collect()
}

/// Every published edition, in order of effect.
#[derive(Debug, Clone, Default)]
pub struct Editions {
    editions: Vec<Arc<Edition>>,
    overlay: Arc<overlay::Overlay>,
}

impl Editions {
    pub fn new(editions: impl IntoIterator<Item = Edition>) -> Editions {
        let mut editions: Vec<_> = editions.into_iter().map(Arc::new).collect();
        editions.sort_by_key(|edition| edition.effective_from);
        Editions { editions, overlay: Arc::default() }
    }

    /// The edition in force on a local date: the last effective one stays until replaced. `None` before the first.
    pub fn in_force(&self, date: NaiveDate) -> Option<&Arc<Edition>> {
        self.editions.iter().rev().find(|edition| edition.effective_from <= date)
    }

    pub fn by_code(&self, code: &str) -> Option<&Arc<Edition>> {
        self.editions.iter().find(|edition| edition.code == code)
    }

    /// In order of effect, the earliest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Arc<Edition>> {
        self.editions.iter()
    }
}
