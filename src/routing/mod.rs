//! From a report to the tasks it opens: which route, which of its tasks now, and which department owes each.

pub mod places;
pub mod resolve;

use std::collections::BTreeMap;

use crate::person::directory::Directory;
use crate::plan::{Edition, RouteDef, Scope, Severity, TaskDef, Trigger};
use places::Places;
pub use resolve::Resolved;

/// What a route is chosen and opened by. An incident has these, and so has a report that is still being typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    pub sub_kind: String,
    pub severity: Severity,
    pub scope: Option<Scope>,
    pub region: String,
    /// Regions affected; at least `region`.
    pub regions: Vec<String>,
    pub reporter_department: String,
    pub site: Option<String>,
    pub vehicle: Option<String>,
    /// Cartons asked for, on a supply request.
    pub quantity: u64,
    /// Conditions of the matrix that are known, true or false.
    pub conditions: BTreeMap<String, bool>,
    pub recovered: bool,
    pub closed: bool,
    /// Major, or something went overdue: the closing opens the review (trigger proposed).
    pub review_due: bool,
}

impl Facts {
    pub fn holds(&self, condition: &str) -> bool {
        self.conditions.get(condition).copied().unwrap_or(false)
    }

    pub fn is_major(&self) -> bool {
        self.severity == Severity::Major
    }
}

/// One task a route opens: the duty, and whose it is.
#[derive(Debug, Clone)]
pub struct Assignment<'a> {
    pub def: &'a TaskDef,
    pub position: i32,
    /// Task id, with `@REGION` where one opens per region.
    pub key: String,
    pub region: Option<String>,
    pub to: Resolved,
}

/// The route the plan holds ready for these facts. Every sub-kind and level has one; the edition was checked for it.
pub fn route<'a>(facts: &Facts, edition: &'a Edition) -> Option<&'a RouteDef> {
    edition.route(&facts.sub_kind, facts.severity, facts.scope)
}

/// The tasks whose turn it is and that were not opened before, in the plan's order.
///
/// `known` says of every task key already opened whether it is done. Asking again with the answers applied yields
/// nothing new, so it may be asked after every change.
pub fn to_open<'a>(
    facts: &Facts,
    edition: &'a Edition,
    known: &BTreeMap<String, bool>,
    directory: &Directory,
    places: &Places,
) -> Vec<Assignment<'a>> {
    let Some(route) = route(facts, edition) else {
        return Vec::new();
    };
    let mut open = Vec::new();
    for (position, def) in in_order(route, edition) {
        if !is_due(def, facts, route, known) {
            continue;
        }
        for assignment in assignments(def, position, facts, edition, directory, places) {
            if !known.contains_key(&assignment.key) {
                open.push(assignment);
            }
        }
    }
    open
}

/// The task of a key as the route assigns it, whether or not its turn has come; `None` where the route lacks it.
pub fn assigned<'a>(
    key: &str,
    facts: &Facts,
    edition: &'a Edition,
    directory: &Directory,
    places: &Places,
) -> Option<Assignment<'a>> {
    let (position, def) = in_order(route(facts, edition)?, edition).find(|(_, def)| def.id == code_of(key))?;
    assignments(def, position, facts, edition, directory, places).into_iter().find(|a| a.key == key)
}

/// Tasks of the route that wait for their turn, for showing what is still to come.
pub fn waiting<'a>(facts: &Facts, edition: &'a Edition, known: &BTreeMap<String, bool>) -> Vec<&'a TaskDef> {
    let Some(route) = route(facts, edition) else {
        return Vec::new();
    };
    in_order(route, edition)
        .filter(|(_, def)| !known.keys().any(|key| code_of(key) == def.id))
        .map(|(_, def)| def)
        .collect()
}

/// The first task that has to be done before this one, if one is missing.
pub fn missing_before<'a>(
    def: &TaskDef,
    facts: &Facts,
    edition: &'a Edition,
    known: &BTreeMap<String, bool>,
) -> Option<&'a TaskDef> {
    let route = route(facts, edition)?;
    def.after
        .iter()
        .filter(|id| route.tasks.contains(id))
        .find(|id| !is_done(id, known))
        .and_then(|id| edition.task(id))
}

/// The matrix id of a task key.
pub fn code_of(key: &str) -> &str {
    key.split_once('@').map_or(key, |(code, _)| code)
}

fn in_order<'a>(route: &'a RouteDef, edition: &'a Edition) -> impl Iterator<Item = (i32, &'a TaskDef)> {
    (0..).zip(&route.tasks).filter_map(|(position, id)| Some((position, edition.opening(id)?)))
}

fn is_due(def: &TaskDef, facts: &Facts, route: &RouteDef, known: &BTreeMap<String, bool>) -> bool {
    let condition = def.when.as_deref().is_none_or(|c| facts.holds(c));
    let before = def.after.iter().filter(|id| route.tasks.contains(id)).all(|id| is_done(id, known));
    let triggered = match def.trigger {
        Trigger::Open | Trigger::After | Trigger::Condition => !facts.closed,
        Trigger::Recovery => facts.recovered && !facts.closed,
        Trigger::Close => facts.closed && facts.review_due,
    };
    triggered && condition && before
}

fn is_done(id: &str, known: &BTreeMap<String, bool>) -> bool {
    let mut instances = known.iter().filter(|(key, _)| code_of(key) == id).peekable();
    instances.peek().is_some() && instances.all(|(_, done)| *done)
}

fn assignments<'a>(
    def: &'a TaskDef,
    position: i32,
    facts: &Facts,
    edition: &Edition,
    directory: &Directory,
    places: &Places,
) -> Vec<Assignment<'a>> {
    if def.per_region {
        return facts
            .regions
            .iter()
            .map(|region| Assignment {
                def,
                position,
                key: format!("{}@{region}", def.id),
                region: Some(region.clone()),
                to: resolve::resolve(def, facts, region, edition, directory, places),
            })
            .collect();
    }
    vec![Assignment {
        def,
        position,
        key: def.id.clone(),
        region: None,
        to: resolve::resolve(def, facts, &facts.region, edition, directory, places),
    }]
}
