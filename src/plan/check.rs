//! Refusing plan data that does not hold together, by file and record.

use std::collections::{HashMap, HashSet};

use super::clauses::ClauseFile;
use super::duty::TaskDef;
use super::matrix::Matrix;
use super::notify::NOTIFIED_LIST;
use super::reading::{CLAUSES, Fault, MATRIX};
use super::vocabulary::{DoneBy, FieldType, Resolve, Severity, StepEvent, Trigger};
use crate::calendar::ClockKind;

/// Every reference that leads nowhere, every missing or doubled record, every circle.
pub(super) fn check(clauses: &ClauseFile, matrix: &Matrix) -> Vec<Fault> {
    let mut checker = Checker::default();
    checker.collect(clauses, matrix);
    checker.clauses(clauses);
    checker.organisation(matrix);
    checker.severities(matrix);
    checker.kinds(matrix);
    checker.limits(matrix);
    checker.tasks(matrix);
    checker.circles(&matrix.tasks);
    checker.routes(matrix);
    checker.standing_duties(matrix);
    if clauses.plan.edition != matrix.plan_edition {
        let message = format!("edition {} is not {}", matrix.plan_edition, clauses.plan.edition);
        checker.fault(MATRIX, "plan_edition", message);
    }
    checker.faults
}

#[derive(Default)]
struct Checker<'a> {
    /// Codes in use, by what they name.
    known: HashMap<&'static str, HashSet<&'a str>>,
    faults: Vec<Fault>,
}

impl<'a> Checker<'a> {
    fn fault(&mut self, file: &'static str, record: &str, message: impl Into<String>) {
        self.faults.push(Fault { file, record: record.to_owned(), message: message.into() });
    }

    fn collect(&mut self, clauses: &'a ClauseFile, matrix: &'a Matrix) {
        macro_rules! known {
            ($file:expr, $records:expr, $noun:literal, $key:ident) => {
                for record in $records {
                    self.known_once($file, $noun, &record.$key);
                }
            };
        }
        known!(CLAUSES, &clauses.sections, "section", id);
        known!(CLAUSES, &clauses.clauses, "clause", id);
        known!(MATRIX, &matrix.departments, "department", code);
        known!(MATRIX, &matrix.roles, "role", code);
        known!(MATRIX, &matrix.external_parties, "external_party", code);
        known!(MATRIX, &matrix.conditions, "condition", code);
        known!(MATRIX, &matrix.evidence, "evidence", code);
        known!(MATRIX, &matrix.severity_rules, "severity_rule", id);
        known!(MATRIX, &matrix.successions, "succession", kind);
        known!(MATRIX, &matrix.kinds, "kind", code);
        known!(MATRIX, &matrix.sub_kinds, "sub_kind", code);
        known!(MATRIX, &matrix.fields, "field", code);
        known!(MATRIX, &matrix.links, "link", code);
        known!(MATRIX, &matrix.link_states, "link_state", code);
        known!(MATRIX, &matrix.schemes, "scheme", code);
        known!(MATRIX, &matrix.limit_classes, "limit_class", code);
        known!(MATRIX, &matrix.escalation_policies, "escalation_policy", code);
        known!(MATRIX, &matrix.tasks, "task", id);
        known!(MATRIX, &matrix.standing_duties, "standing_duty", id);
        for severity in &matrix.severities {
            self.known_once(MATRIX, "severity", severity.code.code());
        }
    }

    fn known_once(&mut self, file: &'static str, noun: &'static str, code: &'a str) {
        if !self.known.entry(noun).or_default().insert(code) {
            self.fault(file, &format!("{noun} {code}"), "stands twice");
        }
    }

    /// Refuses each code that names no `noun`.
    fn refer<I>(&mut self, file: &'static str, record: &str, noun: &'static str, codes: I)
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        for code in codes {
            let code = code.as_ref();
            if !self.known.get(noun).is_some_and(|known| known.contains(code)) {
                self.fault(file, record, format!("unknown {} {code}", noun.replace('_', " ")));
            }
        }
    }

    fn clauses(&mut self, file: &ClauseFile) {
        for clause in &file.clauses {
            let record = format!("clause {}", clause.id);
            self.refer(CLAUSES, &record, "section", [&clause.section]);
            self.refer(CLAUSES, &record, "department", &clause.departments);
        }
    }

    fn organisation(&mut self, matrix: &Matrix) {
        for (record, clauses) in [
            ("ups", &matrix.ups.clauses),
            ("supply_authority", &matrix.supply_authority.clauses),
            ("weather", &matrix.weather.clauses),
            ("cooperation", &matrix.cooperation.clauses),
        ] {
            self.refer(MATRIX, record, "clause", clauses);
        }
        let channels = &matrix.weather.announcement_channels_required;
        self.refer(MATRIX, "weather", "external_party", channels);
        for department in &matrix.departments {
            let record = format!("department {}", department.code);
            let parent = Some(&department.parent).filter(|code| !code.is_empty());
            self.refer(MATRIX, &record, "department", parent);
            self.refer(MATRIX, &record, "clause", &department.clauses);
        }
        for role in &matrix.roles {
            let record = format!("role {}", role.code);
            self.refer(MATRIX, &record, "department", &role.departments);
            self.refer(MATRIX, &record, "clause", &role.clauses);
        }
        for party in &matrix.external_parties {
            let record = format!("external_party {}", party.code);
            self.refer(MATRIX, &record, "clause", &party.clauses);
        }
        for succession in &matrix.successions {
            let record = format!("succession {}", succession.kind);
            self.refer(MATRIX, &record, "kind", [&succession.kind]);
            self.refer(MATRIX, &record, "department", [&succession.department]);
            self.refer(MATRIX, &record, "clause", &succession.clauses);
        }
    }

    fn severities(&mut self, matrix: &Matrix) {
        for severity in Severity::ALL {
            let defined = matrix.severities.iter().any(|def| def.code == *severity);
            if !defined {
                self.fault(MATRIX, &format!("severity {}", severity.code()), "missing");
            }
        }
        for severity in &matrix.severities {
            let record = format!("severity {}", severity.code.code());
            self.refer(MATRIX, &record, "clause", &severity.clauses);
            self.refer(MATRIX, &record, "role", &severity.confirmed_by);
        }
        for rule in &matrix.severity_rules {
            let record = format!("severity_rule {}", rule.id);
            self.refer(MATRIX, &record, "clause", &rule.clauses);
            let sub_kinds = rule.applies_to.iter().filter(|code| !matrix.kinds.iter().any(|kind| kind.code == **code));
            self.refer(MATRIX, &record, "sub_kind", sub_kinds);
        }
    }

    fn kinds(&mut self, matrix: &Matrix) {
        for kind in &matrix.kinds {
            self.refer(MATRIX, &format!("kind {}", kind.code), "section", [&kind.section]);
        }
        for sub_kind in &matrix.sub_kinds {
            let record = format!("sub_kind {}", sub_kind.code);
            self.refer(MATRIX, &record, "kind", [&sub_kind.kind]);
            self.refer(MATRIX, &record, "clause", &sub_kind.clauses);
            self.refer(MATRIX, &record, "role", &sub_kind.reporters);
            self.refer(MATRIX, &record, "field", &sub_kind.required_fields);
            if !sub_kind.severities.contains(&sub_kind.default_severity) {
                let default = sub_kind.default_severity.code();
                self.fault(MATRIX, &record, format!("default severity {default} is not allowed"));
            }
        }
        for field in &matrix.fields {
            if (field.field_type == FieldType::Choice) == field.choices.is_empty() {
                let record = format!("field {}", field.code);
                self.fault(MATRIX, &record, "choices belong to the type choice, and to it alone");
            }
        }
    }

    fn limits(&mut self, matrix: &Matrix) {
        for class in &matrix.limit_classes {
            let record = format!("limit_class {}", class.code);
            self.refer(MATRIX, &record, "escalation_policy", [&class.escalation]);
        }
        for policy in &matrix.escalation_policies {
            let mut orders = HashSet::new();
            for step in &policy.steps {
                if !orders.insert(step.order) {
                    let record = format!("escalation_policy {}", policy.code);
                    self.fault(MATRIX, &record, format!("step {} stands twice", step.order));
                }
            }
        }
    }

    fn tasks(&mut self, matrix: &Matrix) {
        for scheme in &matrix.schemes {
            let record = format!("scheme {}", scheme.code);
            self.refer(MATRIX, &record, "clause", &scheme.clauses);
            self.refer(MATRIX, &record, "department", &scheme.departments);
        }
        for task in &matrix.tasks {
            let record = format!("task {}", task.id);
            let responsible =
                Some(&task.responsible).filter(|code| !(code.is_empty() && task.resolve.names_no_department()));
            self.refer(MATRIX, &record, "department", responsible);
            self.refer(MATRIX, &record, "department", &task.cooperating);
            self.refer(MATRIX, &record, "role", [&task.responsible_role]);
            self.refer(MATRIX, &record, "clause", [&task.clause]);
            self.refer(MATRIX, &record, "clause", &task.clauses);
            self.refer(MATRIX, &record, "task", &task.after);
            self.refer(MATRIX, &record, "condition", &task.when);
            self.refer(MATRIX, &record, "condition", &task.sets);
            self.refer(MATRIX, &record, "scheme", &task.scheme);
            self.refer(MATRIX, &record, "limit_class", [&task.limit.stated]);
            self.refer(MATRIX, &record, "escalation_policy", [&task.escalation]);
            self.refer(MATRIX, &record, "external_party", &task.external);
            self.refer(MATRIX, &record, "evidence", &task.evidence);
            let regional = matrix.departments.iter().any(|d| d.code == task.responsible && d.per_region);
            if regional && task.resolve == Resolve::None {
                self.fault(MATRIX, &record, "stands once per region, and `resolve` says nothing");
            }
            if !matrix.routes.iter().any(|route| route.tasks.contains(&task.id)) {
                self.fault(MATRIX, &record, "stands in no route");
            }
            if task.trigger == Trigger::Condition && task.when.is_none() {
                self.fault(MATRIX, &record, "opens on a condition but has no `when`");
            }
            if task.trigger == Trigger::After && task.after.is_empty() {
                self.fault(MATRIX, &record, "opens after other tasks but has no `after`");
            }
            self.notify(&record, task, matrix);
        }
    }

    /// Whoever is told by name is a list somebody ticks, and climbs a ladder of its own.
    fn notify(&mut self, record: &str, task: &TaskDef, matrix: &Matrix) {
        let listed = task.evidence.iter().any(|code| code == NOTIFIED_LIST);
        if listed != task.notify.is_some() {
            self.fault(MATRIX, record, format!("`notify` and the evidence {NOTIFIED_LIST} belong together"));
        }
        let watches = |policy: &str| {
            let policy = matrix.escalation_policies.iter().find(|p| p.code == policy);
            policy
                .map(|p| p.steps.iter().map(|s| s.event == StepEvent::NotSeen).collect::<Vec<_>>())
                .unwrap_or_default()
        };
        if watches(&task.escalation).contains(&true) {
            self.fault(MATRIX, record, "its own ladder watches for not_seen");
        }
        let Some(notify) = &task.notify else { return };
        self.refer(MATRIX, record, "escalation_policy", [&notify.escalation]);
        if watches(&notify.escalation).contains(&false) {
            self.fault(MATRIX, record, "the ladder of `notify` watches for not_seen alone");
        }
        if notify.who.is_empty() {
            self.fault(MATRIX, record, "`notify` names nobody");
        }
        if notify.seen.clock != ClockKind::Elapsed {
            self.fault(MATRIX, record, "the time to have seen a notice runs day and night");
        }
        if task.done_by != DoneBy::Completion {
            self.fault(MATRIX, record, "a task that notifies is done by completion");
        }
    }

    fn circles(&mut self, tasks: &'a [TaskDef]) {
        let after: HashMap<&str, &[String]> =
            tasks.iter().map(|task| (task.id.as_str(), task.after.as_slice())).collect();
        let mut cleared = HashSet::new();
        for task in tasks {
            if let Some(circle) = circle_from(&task.id, &after, &mut Vec::new(), &mut cleared) {
                let record = format!("task {}", task.id);
                self.fault(MATRIX, &record, format!("circular `after`: {}", circle.join(" -> ")));
            }
        }
    }

    fn routes(&mut self, matrix: &Matrix) {
        let mut routes = HashSet::new();
        for route in &matrix.routes {
            let scope = route.scope.map_or("", |scope| scope.code());
            let record = track_name(&route.sub_kind, route.severity, scope);
            if !routes.insert((route.sub_kind.as_str(), route.severity, route.scope)) {
                self.fault(MATRIX, &record, "stands twice");
            }
            self.refer(MATRIX, &record, "sub_kind", [&route.sub_kind]);
            self.refer(MATRIX, &record, "task", &route.tasks);
            if route.tasks.is_empty() {
                self.fault(MATRIX, &record, "opens no task");
            }
            let mut tasks = HashSet::new();
            for task in route.tasks.iter().filter(|task| !tasks.insert(*task)) {
                self.fault(MATRIX, &record, format!("task {task} stands twice"));
            }
            let sub_kind = matrix.sub_kinds.iter().find(|s| s.code == route.sub_kind);
            let Some(sub_kind) = sub_kind else { continue };
            if !sub_kind.severities.contains(&route.severity) {
                let severity = route.severity.code();
                self.fault(MATRIX, &record, format!("the sub-kind does not allow {severity}"));
            } else if !sub_kind.tracks().contains(&(route.severity, route.scope)) {
                self.fault(MATRIX, &record, "the scope does not fit the sub-kind and severity");
            }
        }
        for sub_kind in &matrix.sub_kinds {
            for (severity, scope) in sub_kind.tracks() {
                if !routes.contains(&(sub_kind.code.as_str(), severity, scope)) {
                    let scope = scope.map_or("", |scope| scope.code());
                    self.fault(
                        MATRIX,
                        &format!("sub_kind {}", sub_kind.code),
                        format!("missing {}", track_name(&sub_kind.code, severity, scope)),
                    );
                }
            }
        }
    }

    fn standing_duties(&mut self, matrix: &Matrix) {
        for duty in &matrix.standing_duties {
            let record = format!("standing_duty {}", duty.id);
            self.refer(MATRIX, &record, "department", &duty.responsible);
            self.refer(MATRIX, &record, "role", [&duty.responsible_role]);
            self.refer(MATRIX, &record, "clause", &duty.clauses);
            self.refer(MATRIX, &record, "evidence", [&duty.evidence]);
            self.refer(MATRIX, &record, "escalation_policy", [&duty.escalation]);
        }
    }
}

/// The circle reached from `task`, if any; each circle is found once, from its first task.
fn circle_from<'a>(
    task: &'a str,
    after: &HashMap<&'a str, &'a [String]>,
    path: &mut Vec<&'a str>,
    cleared: &mut HashSet<&'a str>,
) -> Option<Vec<&'a str>> {
    if let Some(start) = path.iter().position(|seen| *seen == task) {
        let mut circle = path.split_off(start);
        circle.push(task);
        return Some(circle);
    }
    if !cleared.insert(task) {
        return None;
    }
    path.push(task);
    let before = after.get(task).copied().unwrap_or_default();
    let circle = before.iter().find_map(|earlier| circle_from(earlier, after, path, cleared));
    path.pop();
    circle
}

fn track_name(sub_kind: &str, severity: Severity, scope: &str) -> String {
    format!("route {sub_kind} {} {scope}", severity.code()).trim_end().to_owned()
}
