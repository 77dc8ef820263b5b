//! A level looked at again: new figures propose another, and before it is signed the change shows what it would do.

use serde_json::{Map, Value};

use super::{Case, Command, Turn, World};
use crate::incident::{field, severity};
use crate::journal::Event;
use crate::lang::text;
use crate::person::Actor;
use crate::plan::{Scope, Severity, Tell};
use crate::refusal::Refused;
use crate::routing::{self};
use crate::task::Task;

/// What a change of level would do to the tasks, by key; by matrix id where one has not opened yet (R24).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reclassification {
    /// On both routes, not done: signature and clock go on.
    pub kept: Vec<String>,
    /// Ended, and stay as they are.
    pub done: Vec<String>,
    /// Only on the old route and not done. Those that are open may be kept by a tick.
    pub cancelled: Vec<String>,
    /// Only on the new route.
    pub added: Vec<String>,
    /// Decisions that stay in force: number and areas.
    pub decisions: Vec<(String, Vec<String>)>,
}

impl Case {
    /// What the change would do, without doing it. Refused as the change itself would be, but for a missing reason.
    pub fn reclassified(
        &self,
        severity: Severity,
        scope: Option<Scope>,
        keep: &[String],
        world: World<'_>,
        actor: &Actor,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Result<Reclassification, Refused> {
        let command = Command::Severity { severity, scope, reason: Some("…".to_owned()), keep: keep.to_vec() };
        let (after, _) = self.act(&command, world, actor, now, None)?;
        let codes = |case: &Case| -> Vec<String> {
            routing::route(&case.incident.facts(false), world.edition).map_or_else(Vec::new, |r| r.tasks.clone())
        };
        let (old, new) = (codes(self), codes(&after));
        let mut change = Reclassification::default();
        for code in &old {
            let opened: Vec<&Task> = self.tasks.iter().filter(|t| t.code == *code).collect();
            for task in &opened {
                let list = match (task.is_active(), new.contains(code) || keep.contains(&task.key)) {
                    (false, _) => &mut change.done,
                    (true, true) => &mut change.kept,
                    (true, false) => &mut change.cancelled,
                };
                list.push(task.key.clone());
            }
            if opened.is_empty() {
                let list = if new.contains(code) { &mut change.kept } else { &mut change.cancelled };
                list.push(code.clone());
            }
        }
        let known = |code: &String| old.contains(code) || self.tasks.iter().any(|t| t.code == *code);
        for code in new.iter().filter(|c| !known(c)) {
            let opened: Vec<String> = after.tasks.iter().filter(|t| t.code == *code).map(|t| t.key.clone()).collect();
            change.added.extend(if opened.is_empty() { vec![code.clone()] } else { opened });
        }
        for (area, number) in self.service.suspended() {
            match change.decisions.iter_mut().find(|(n, _)| *n == number) {
                Some((_, areas)) => areas.push(area),
                None => change.decisions.push((number, vec![area])),
            }
        }
        Ok(change)
    }
}

impl Turn<'_> {
    /// The effect turned out otherwise than reported: the rules propose again from the new figures (3.2, 2.1.1-2). The
    /// report itself stays as it came in.
    pub fn correct_figures(&mut self, figures: &Map<String, Value>) -> Result<(), Refused> {
        self.require_handler()?;
        let edition = self.world.edition;
        let sub_kind = edition.sub_kind(&self.case.incident.sub_kind).ok_or(Refused::NotFound)?;
        let mut read = Vec::new();
        for (name, typed) in figures {
            let value = match name.as_str() {
                "regions_affected" => self.regions(typed)?,
                "customers_unsupplied" | "links_affected" => {
                    let def = edition.field(name).ok_or_else(|| Refused::UnknownField { field: name.clone() })?;
                    field::read(def, typed, edition)?
                }
                _ => return Err(Refused::UnknownField { field: name.clone() }),
            };
            read.extend(value.map(|v| (name.clone(), v)));
        }
        if read.is_empty() {
            let label = text("受影响的数字", "受影響的數字", "The figures");
            return Err(Refused::Required { field: "figures".to_owned(), label });
        }
        let incident = &mut self.case.incident;
        for (name, value) in &read {
            if name == "links_affected" {
                let links = value.as_object().into_iter().flatten();
                incident.links.extend(links.filter_map(|(l, s)| Some((l.clone(), s.as_str()?.to_owned()))));
            }
            incident.fields.insert(name.clone(), value.clone());
        }
        self.note(Event::FiguresCorrected { figures: read.into_iter().collect() });
        let incident = &self.case.incident;
        let regions = super::lifecycle::named_regions(incident);
        let figures = severity::Figures {
            links: Some(&incident.links),
            region: &incident.region,
            regions: &regions,
            customers_unsupplied: incident.fields.get("customers_unsupplied").and_then(Value::as_u64),
            scope: None,
            expected_back_at: incident.fields.get("expected_back_at").and_then(field::instant),
            ups_low: incident.conditions.get("ups_low") == Some(&true),
        };
        let World { directory, calendar, .. } = self.world;
        let mut proposal = severity::propose(sub_kind, &figures, edition, directory, calendar, self.now);
        let before = &incident.proposal;
        if (proposal.severity, proposal.scope) == (before.severity, before.scope) {
            self.case.incident.proposal.figures = proposal.figures;
            return Ok(());
        }
        proposal.earlier = before.earlier.clone();
        proposal.earlier.push((before.rule.clone(), before.severity));
        let event = Event::SeverityProposed { severity: proposal.severity, rule: proposal.rule.clone() };
        if proposal.severity > incident.severity {
            self.case.incident.confirmed = None;
        }
        self.case.incident.proposal = proposal;
        self.note(event.clone());
        for to in self.addressees(&[Tell::Leader, Tell::OfficerInCharge], None) {
            self.send(to, None, true, &event);
        }
        Ok(())
    }

    fn regions(&self, typed: &Value) -> Result<Option<Value>, Refused> {
        let codes: Vec<&str> = match typed {
            Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
            Value::String(all) => all.split([',', ' ']).filter(|c| !c.is_empty()).collect(),
            _ => Vec::new(),
        };
        let known = |c: &&str| self.world.directory.region(c).is_some();
        match codes.iter().all(known) {
            true if codes.is_empty() => Ok(None),
            true => Ok(Some(serde_json::json!(codes))),
            false => Err(Refused::OutsideCity),
        }
    }
}
