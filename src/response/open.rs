//! A checked report becomes an incident with its first tasks; a preview is the same, unsaved.

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::{Case, Turn, World, Written};
use crate::incident::report::Draft;
use crate::incident::severity::{self, CITY, Figures};
use crate::incident::{Confirmation, Incident, Proposal, State};
use crate::journal::Event;
use crate::notice::Addressee;
use crate::person::{Actor, directory::Directory, role};
use crate::plan::{Scope, Severity, SubKind, Tell};

/// How much the level a report asks for counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// The leadership's word confirms; anyone else's is a proposal.
    AsOfActor,
    /// What if: show the route of that level.
    Stands,
}

/// Builds the incident of a report and opens the tasks that are due at once, in the plan's order. The number is given
/// when it is saved.
pub fn open(
    draft: &Draft,
    sub_kind: &SubKind,
    wish: Wish,
    world: World<'_>,
    actor: &Actor,
    now: DateTime<Utc>,
) -> (Case, Written) {
    let incident = incident(draft, sub_kind, wish, world, actor, now);
    let mut turn = Turn { case: Case::new(incident), world, actor, now, written: Written::default() };
    turn.register(draft);
    (turn.case, turn.written)
}

/// The regions a level concerns: those the report names; the whole city where scope, level or kind says so; else the
/// region it was reported in.
pub fn regions_concerned(
    region: &str,
    named: &[String],
    level: Severity,
    scope: Option<Scope>,
    directory: &Directory,
) -> Vec<String> {
    let city_wide =
        scope == Some(Scope::WholeRegion) || (scope.is_none() && level == Severity::Major && region == CITY);
    if !named.is_empty() {
        named.to_vec()
    } else if city_wide {
        directory.regions().iter().map(|r| r.code.clone()).collect()
    } else {
        vec![region.to_owned()]
    }
}

impl Turn<'_> {
    fn register(&mut self, draft: &Draft) {
        let rule = self.case.incident.proposal.rule.clone();
        let severity = self.case.incident.proposal.severity;
        self.note(Event::Reported {
            registrar: self.actor.login.clone(),
            on_behalf_of: draft.on_behalf_of.clone(),
            description: draft.description.clone(),
            severity,
            rule: rule.clone(),
        });
        let routed = self.written.entries.len();
        self.note(Event::Routed { tasks: Vec::new() });
        while self.open_due(true) > 0 {}
        let tasks = self.case.tasks.iter().map(|t| (t.key.clone(), t.department.clone())).collect();
        if let Some(entry) = self.written.entries.get_mut(routed) {
            entry.actor = "system".to_owned();
            entry.event = Event::Routed { tasks };
        }
        if self.case.incident.awaits_confirmation() {
            let event = Event::SeverityProposed { severity, rule };
            for to in self.addressees(&[Tell::Leader, Tell::OfficerInCharge], None) {
                self.send(to, None, true, &event);
            }
        }
        self.tell_marketing(draft);
        self.case.wake(self.world, self.now);
    }

    /// A fault in a marketing department goes to the Information Centre, and the Marketing Centre knows (2.1.2-mkt-1).
    fn tell_marketing(&mut self, draft: &Draft) {
        let from = self.case.incident.reporter_department.clone();
        let theirs = matches!(from.as_str(), "ORD" | "CSD" | "PUR");
        if !theirs || draft.kind != "it_failure" || self.world.directory.head_of("MKT").is_none() {
            return;
        }
        let to = Addressee::Post { role: role::DEPARTMENT_HEAD.to_owned(), department: "MKT".to_owned() };
        if let Some(event) = self.written.entries.first().map(|e| e.event.clone()) {
            self.send(to, None, false, &event);
        }
    }
}

fn incident(
    draft: &Draft,
    sub_kind: &SubKind,
    wish: Wish,
    world: World<'_>,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Incident {
    let figures = Figures {
        links: Some(&draft.links),
        region: &draft.region,
        regions: &draft.regions_named,
        customers_unsupplied: draft.fields.get("customers_unsupplied").and_then(serde_json::Value::as_u64),
        scope: draft.scope,
        expected_back_at: draft.expected_back_at,
        ups_low: false,
    };
    let rule = severity::propose(sub_kind, &figures, world.edition, world.directory, world.calendar, now);
    let stands = wish == Wish::Stands || actor.leads();
    let (proposal, level, confirmed) = level(draft, sub_kind, rule, stands, actor, now);
    let scope = severity::scope_for(sub_kind, level, draft.scope.or(proposal.scope));
    let regions = if draft.kind == "supply_demand" && draft.regions_named.is_empty() {
        world.directory.regions().iter().map(|r| r.code.clone()).collect()
    } else {
        regions_concerned(&draft.region, &draft.regions_named, level, scope, world.directory)
    };
    let mut fields = draft.fields.clone();
    if !draft.regions_named.is_empty() {
        fields.insert("regions_affected".to_owned(), json!(draft.regions_named));
    }
    Incident {
        id: Uuid::now_v7(),
        number: String::new(),
        edition: world.edition.code.clone(),
        kind: draft.kind.clone(),
        sub_kind: draft.sub_kind.clone(),
        region: draft.region.clone(),
        regions,
        scope,
        severity: level,
        proposal,
        confirmed,
        state: State::Open,
        officer_role: role::DEPUTY_LEADER.to_owned(),
        occurred_at: draft.occurred_at,
        reported_at: now,
        clock_from: draft.told_at.map_or(now, |told| told.min(now)),
        reporter: actor.person,
        reporter_login: actor.login.clone(),
        reporter_department: home_department(actor),
        description: draft.description.clone(),
        place_key: draft.place_key.clone(),
        fields,
        links: draft.links.clone(),
        conditions: draft.conditions.clone(),
        recovered_at: None,
        wake_at: None,
        updated_at: now,
        revision: 1,
    }
}

/// The proposal, the level whose route runs, and the confirmation if the leadership itself asked for a level.
fn level(
    draft: &Draft,
    sub_kind: &SubKind,
    mut rule: Proposal,
    stands: bool,
    actor: &Actor,
    now: DateTime<Utc>,
) -> (Proposal, Severity, Option<Confirmation>) {
    match draft.severity.filter(|s| sub_kind.severities.contains(s)) {
        Some(asked) if stands => {
            let confirmation = Confirmation { at: now, by: actor.login.clone(), reason: None };
            (rule, asked, Some(confirmation))
        }
        Some(asked) if asked > rule.severity => {
            rule.earlier.push((rule.rule.clone(), rule.severity));
            rule.rule = "reporter".to_owned();
            rule.severity = asked;
            let runs = asked.min(sub_kind.default_severity);
            (rule, runs, None)
        }
        _ => {
            let runs = rule.severity.min(sub_kind.default_severity);
            (rule, runs, None)
        }
    }
}

/// The department a person reports from: the first of their posts outside the Leading Group.
pub fn home_department(actor: &Actor) -> String {
    actor
        .posts
        .iter()
        .find(|p| p.department != "LG")
        .or(actor.posts.first())
        .map_or_else(|| "LGO".to_owned(), |p| p.department.clone())
}
