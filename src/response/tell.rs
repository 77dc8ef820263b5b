//! Who is told: the words of the ladder and of the cards, as posts and people.

use uuid::Uuid;

use super::Turn;
use crate::journal::Event;
use crate::notice::address::{self, post};
use crate::notice::{Addressee, Notice};
use crate::person::role;
use crate::plan::{TaskDef, Tell};
use crate::task::Task;

impl Turn<'_> {
    pub fn send(&mut self, to: Addressee, task: Option<Uuid>, urgent: bool, event: &Event) {
        self.send_at(to, task, urgent, event, self.now, false);
    }

    pub fn send_at(
        &mut self,
        to: Addressee,
        task: Option<Uuid>,
        urgent: bool,
        event: &Event,
        at: chrono::DateTime<chrono::Utc>,
        late: bool,
    ) {
        self.written.notices.push(Notice { id: Uuid::now_v7(), task, to, urgent, late, at, event: event.clone() });
    }

    /// Whoever owes a task is told that it opened.
    pub fn tell_opened(&mut self, index: usize) {
        let task = &self.case.tasks[index];
        if !task.is_active() {
            return;
        }
        let urgent = self.definition(task).is_some_and(|d| d.escalation == "urgent");
        let to = self.responsible(task);
        let (id, event) = (task.id, Event::TaskOpened { task: task.key.clone() });
        self.send(to, Some(id), urgent, &event);
    }

    pub fn definition<'t>(&'t self, task: &'t Task) -> Option<&'t TaskDef> {
        task.definition(self.world.edition)
    }

    /// The posts and people a rung names, each once.
    pub fn addressees(&self, tell: &[Tell], task: Option<&Task>) -> Vec<Addressee> {
        let mut to: Vec<Addressee> = Vec::new();
        for word in tell {
            let one = match word {
                Tell::Responsible => task.map_or_else(|| self.officer(), |t| self.responsible(t)),
                Tell::ResponsibleDepartmentHead => {
                    task.map_or_else(|| self.officer(), |t| self.head(&t.department, &t.role))
                }
                Tell::OfficerInCharge | Tell::Issuer => self.officer(),
                Tell::Leader => self.leadership(role::LEADER),
                Tell::DutyOfficer => post(role::DUTY_OFFICER, "LGO"),
                Tell::Inspector => post(role::INSPECTOR, "INSP"),
                Tell::LgOfficeHead => self.head("LGO", role::LG_OFFICE_HEAD),
                Tell::Applicant => self.case.incident.reporter.map_or_else(|| self.officer(), Addressee::Person),
            };
            if !to.contains(&one) {
                to.push(one);
            }
        }
        to
    }

    /// The officer in charge: whoever commands the headquarters; without one who gave the instruction, the deputy until then, the leader if there is no deputy.
    pub fn officer(&self) -> Addressee {
        if let Some(commander) = self.case.active_headquarters().and_then(|h| h.commander()) {
            return Addressee::Person(commander.holder.person);
        }
        self.leadership(&self.case.incident.officer_role)
    }

    /// Who has the task: the member it was given to, the post the plan names, or its head where that post is empty.
    fn responsible(&self, task: &Task) -> Addressee {
        if let Some(assignee) = &task.assignee {
            return Addressee::Person(assignee.person);
        }
        if self.world.directory.is_vacant(&task.role, &task.department) {
            return self.head(&task.department, &task.role);
        }
        post(&task.role, &task.department)
    }

    fn head(&self, department: &str, task_role: &str) -> Addressee {
        match department {
            "LG" | "HQ" if task_role == role::LEADER || task_role == "commander_in_chief" => {
                self.leadership(role::LEADER)
            }
            _ => address::head(self.world.directory, department),
        }
    }

    fn leadership(&self, wished: &str) -> Addressee {
        address::leadership(self.world.directory, wished)
    }
}
