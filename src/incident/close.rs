//! When an incident may be closed, and by whom (R48).

use std::collections::BTreeMap;

use super::Incident;
use crate::lang::Text;
use crate::person::{Actor, directory::Directory};
use crate::plan::{Edition, Severity, Trigger};
use crate::refusal::Refused;
use crate::routing;
use crate::task::Task;

/// Departmental: a head of a department that owes one of its tasks. Local: the officer in charge. Major: the commander.
/// The leadership may close any.
pub fn may_close(incident: &Incident, tasks: &[Task], actor: &Actor) -> Result<(), Refused> {
    let head = || tasks.iter().any(|t| actor.heads(&t.department));
    if actor.commands() || (incident.severity == Severity::Departmental && head()) {
        Ok(())
    } else if actor.is_inspector() {
        Err(Refused::InspReadonly)
    } else {
        Err(Refused::Forbidden)
    }
}

/// Everything that stands in the way of closing, each in words of its own. Empty: it may be closed.
///
/// `suspended` are the areas where service is suspended, with the number of the decision.
pub fn blocks(
    incident: &Incident,
    tasks: &[Task],
    open_children: &[String],
    suspended: &[(String, String)],
    edition: &Edition,
    directory: &Directory,
) -> Vec<Text> {
    let mut list = Vec::new();
    for task in tasks.iter().filter(|t| t.is_active()) {
        // The review and the exchange open at closing; a reopened incident does not wait for them.
        if task.definition(edition).is_some_and(|d| d.trigger == Trigger::Close) {
            continue;
        }
        let name = task.definition(edition).map(|d| d.action.clone()).unwrap_or_default();
        let owner = directory.department_name(&task.department);
        list.push(Text {
            zh_hans: format!("任务未办结：{}（{}）", name.zh_hans, owner.zh_hans),
            zh_hant: format!("任務未辦結：{}（{}）", name.zh_hant, owner.zh_hant),
            en: format!("task not done: {} ({})", name.en, owner.en),
        });
    }
    for number in open_children {
        list.push(Text {
            zh_hans: format!("关联事件 {number} 未结案"),
            zh_hant: format!("關聯事件 {number} 未結案"),
            en: format!("linked incident {number} is still open"),
        });
    }
    list.extend(still_suspended(suspended, directory));
    let flagged = incident.conditions.get("service_suspended").copied().unwrap_or(false);
    if flagged && suspended.is_empty() && incident.recovered_at.is_none() {
        list.push(Text {
            zh_hans: "服务仍在暂停".to_owned(),
            zh_hant: "服務仍在暫停".to_owned(),
            en: "service is still suspended".to_owned(),
        });
    } else if incident.recovered_at.is_none() && waits_for_recovery(incident, tasks, edition) {
        list.push(Text {
            zh_hans: "尚未登记恢复".to_owned(),
            zh_hant: "尚未登記恢復".to_owned(),
            en: "recovery is not recorded".to_owned(),
        });
    }
    list
}

/// Each area where service is suspended, with the number of the decision, in words.
pub fn still_suspended(suspended: &[(String, String)], directory: &Directory) -> Vec<Text> {
    let words = |(area, number): &(String, String)| {
        let area = directory.region_name(area);
        Text {
            zh_hans: format!("{}服务仍在暂停（{number}）", area.zh_hans),
            zh_hant: format!("{}服務仍在暫停（{number}）", area.zh_hant),
            en: format!("service is still suspended in {} ({number})", area.en),
        }
    };
    suspended.iter().map(words).collect()
}

/// A duty of the route starts when the trouble is over, and that was never recorded.
fn waits_for_recovery(incident: &Incident, tasks: &[Task], edition: &Edition) -> bool {
    let known: BTreeMap<String, bool> = tasks.iter().map(|t| (t.key.clone(), t.is_done())).collect();
    let facts = incident.facts(false);
    routing::waiting(&facts, edition, &known)
        .iter()
        .any(|d| d.trigger == Trigger::Recovery && d.when.as_deref().is_none_or(|c| facts.holds(c)))
}
