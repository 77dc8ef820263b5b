//! Names and small texts of the timeline, in the reader's language.

use chrono::{DateTime, Utc};

use crate::clock::local;
use crate::l10n::L10nLanguage;
use crate::lang::{Lang, Text};
use crate::person::directory::Directory;
use crate::plan::{Edition, Means, Severity, StepEvent, Tell};
use crate::response::merge::MERGED;
use crate::response::{CONDITION_GONE, Due, EDITION_MOVED, RECLASSIFIED, STOOD_DOWN};
use crate::routing::code_of;

/// What names are looked up in, and the language they are read in.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    pub edition: &'a Edition,
    pub directory: &'a Directory,
    pub lang: Lang,
    pub l: &'static L10nLanguage,
}

impl<'a> Words<'a> {
    pub fn new(edition: &'a Edition, directory: &'a Directory, lang: Lang) -> Words<'a> {
        Words { edition, directory, lang, l: lang.l10n() }
    }

    /// What a task is about, with its region where one opens per region.
    pub fn task(&self, key: &str) -> String {
        let code = code_of(key);
        let action = self.pick(self.edition.task(code).map(|d| &d.action), code);
        match key.split_once('@') {
            Some((_, region)) => {
                let region = self.directory.region_name(region);
                let region = region.get(self.lang);
                match self.lang {
                    Lang::En => format!("{action} ({region})"),
                    Lang::ZhHans | Lang::ZhHant => format!("{action}（{region}）"),
                }
            }
            None => action,
        }
    }

    /// A separate document of the plan.
    pub fn scheme(&self, code: &str) -> String {
        self.pick(self.edition.scheme(code).map(|s| &s.name), code)
    }

    pub fn department(&self, code: &str) -> String {
        self.directory.department_name(code).get(self.lang).to_owned()
    }

    /// A figure of the report as a reader says it.
    pub fn figure(&self, field: &str, value: &serde_json::Value) -> String {
        let name = self.pick(self.edition.field(field).map(|f| &f.name), field);
        let said = match value {
            serde_json::Value::Array(codes) => self.list(
                codes
                    .iter()
                    .filter_map(|c| c.as_str())
                    .map(|c| self.directory.region_name(c).get(self.lang).to_owned()),
            ),
            serde_json::Value::Object(links) => {
                self.list(links.iter().map(|(link, state)| self.link(link, state.as_str().unwrap_or_default())))
            }
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        match self.lang {
            Lang::En => format!("{name}: {said}"),
            Lang::ZhHans | Lang::ZhHant => format!("{name}：{said}"),
        }
    }

    pub fn role(&self, code: &str) -> String {
        self.directory.role_name(code).get(self.lang).to_owned()
    }

    /// Whoever signed in under this name; the system by its word.
    pub fn person(&self, login: &str) -> String {
        match login {
            "system" => self.l.msg_tl_system(),
            _ => self.directory.called_by(login, self.lang),
        }
    }

    /// An account that has no name of its own is called by its post.
    pub fn is_called(&self, login: &str, role: &str) -> bool {
        self.person(login) == self.role(role)
    }

    /// Name and post; the post once where that is the name.
    pub fn person_as(&self, login: &str, role: &str) -> String {
        let (name, post) = (self.person(login), self.role(role));
        if name == post { name } else { self.l.msg_tl_person_as(name, post) }
    }

    pub fn severity(&self, severity: Severity) -> String {
        self.pick(self.edition.severity(severity).map(|d| &d.name), severity.code())
    }

    /// The rule that proposed a level, as the plan words its test.
    pub fn rule(&self, id: &str) -> String {
        match id {
            "default" => self.l.msg_tl_rule_default(),
            "reporter" => self.l.msg_tl_rule_reporter(),
            _ => {
                let rule = self.edition.matrix.severity_rules.iter().find(|r| r.id == id);
                self.pick(rule.map(|r| &r.test), id)
            }
        }
    }

    pub fn condition(&self, code: &str) -> String {
        self.pick(self.edition.condition(code).map(|c| &c.name), code)
    }

    pub fn evidence(&self, code: &str) -> String {
        self.pick(self.edition.evidence(code).map(|e| &e.name), code)
    }

    /// How somebody was told.
    pub fn means(&self, means: Means) -> String {
        match means {
            Means::Telephone => self.l.msg_told_telephone(),
            Means::InPerson => self.l.msg_told_in_person(),
            Means::Message => self.l.msg_told_message(),
        }
    }

    /// A party outside; one that the plan does not know is shown as written.
    pub fn party(&self, code: &str) -> String {
        self.pick(self.edition.external_party(code).map(|p| &p.name), code)
    }

    pub fn link(&self, code: &str, state: &str) -> String {
        let link = self.pick(self.edition.link(code).map(|l| &l.name), code);
        let state = self.pick(self.edition.link_state(state).map(|s| &s.name), state);
        match self.lang {
            Lang::En => format!("{link} {}", state.to_lowercase()),
            Lang::ZhHans | Lang::ZhHant => format!("{link}{state}"),
        }
    }

    /// A reason as written, or the system's own in words.
    pub fn reason(&self, reason: &str) -> String {
        match reason {
            STOOD_DOWN => self.l.msg_tl_reason_stood_down(),
            RECLASSIFIED => self.l.msg_tl_reason_reclassified(),
            CONDITION_GONE => self.l.msg_tl_reason_condition(),
            EDITION_MOVED => self.l.msg_tl_reason_edition(),
            MERGED => self.l.msg_tl_reason_merged(),
            written => written.to_owned(),
        }
    }

    /// What a step of the ladder watches for; without a task, the level nobody has confirmed.
    pub fn step(&self, event: &str, task: Option<&str>) -> String {
        let Some(task) = task else {
            return self.l.msg_tl_step_level();
        };
        let (l, task) = (self.l, self.task(task));
        match StepEvent::from_code(event) {
            Some(StepEvent::NotAcknowledged) => l.msg_tl_step_not_acknowledged(task),
            Some(StepEvent::Overdue) => l.msg_tl_step_overdue(task),
            Some(StepEvent::OverdueAtClose) => l.msg_tl_step_overdue_at_close(task),
            Some(StepEvent::FractionElapsed) => l.msg_tl_step_fraction_elapsed(task),
            Some(StepEvent::BeforeDue) => l.msg_tl_step_before_due(task),
            Some(StepEvent::NotDecided) => l.msg_tl_step_not_decided(task),
            Some(StepEvent::BeforeCutoff) => l.msg_tl_step_before_cutoff(task),
            Some(StepEvent::UndecidedAtCutoff) => l.msg_tl_step_undecided_at_cutoff(task),
            Some(StepEvent::NotSeen) => l.msg_tl_step_not_seen(task),
            None => task,
        }
    }

    /// What a coming rung watches for: of whoever was told by name, who has not seen it.
    pub fn rung(&self, due: &Due) -> String {
        match (&due.unseen, &due.task) {
            (Some(person), Some(task)) => self.l.msg_tl_unseen(self.person(person), self.task(task)),
            _ => self.step(due.rung.event.code(), due.task.as_deref()),
        }
    }

    /// Whom a step tells; with the task's department where it is known whose head is meant.
    pub fn tell(&self, tell: &str, department: Option<&str>) -> String {
        let l = self.l;
        match Tell::from_code(tell) {
            Some(Tell::Responsible) => l.msg_tl_tell_responsible(),
            Some(Tell::ResponsibleDepartmentHead) => match department {
                Some(code) => l.msg_tl_tell_head_of(self.department(code)),
                None => l.msg_tl_tell_head(),
            },
            Some(Tell::OfficerInCharge) => l.msg_tl_tell_officer(),
            Some(Tell::Applicant) => l.msg_tl_tell_applicant(),
            Some(Tell::Issuer) => l.msg_tl_tell_issuer(),
            Some(Tell::Leader | Tell::DutyOfficer | Tell::Inspector | Tell::LgOfficeHead) | None => {
                self.pick(self.edition.role(tell).map(|r| &r.name), tell)
            }
        }
    }

    pub fn list(&self, items: impl IntoIterator<Item = String>) -> String {
        let items: Vec<String> = items.into_iter().collect();
        items.join(&self.l.msg_tl_list_and())
    }

    /// `2026-10-08 10:06`, of the city's clock.
    pub fn stamp(&self, at: DateTime<Utc>) -> String {
        local(at).format("%Y-%m-%d %H:%M").to_string()
    }

    pub fn stamp_or_none(&self, at: Option<DateTime<Utc>>) -> String {
        at.map_or_else(|| self.l.msg_tl_no_limit(), |at| self.stamp(at))
    }

    /// A stretch of time in its two largest units: `1 d 2 h`, `1 h 31 min`, `5 min`.
    pub fn span(&self, seconds: i64) -> String {
        let minutes = seconds.max(0) / 60;
        let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
        match (days, hours) {
            (0, 0) => self.l.msg_tl_span_minutes(rest.to_string()),
            (0, _) => self.l.msg_tl_span_hours(hours.to_string(), rest.to_string()),
            _ => self.l.msg_tl_span_days(days.to_string(), hours.to_string()),
        }
    }

    /// `1.8 MB`
    pub fn size(&self, bytes: i64) -> String {
        let tenths = (bytes * 10 + 524_288) / 1_048_576;
        match bytes {
            ..1024 => format!("{bytes} B"),
            1024..1_048_576 => format!("{} KB", bytes / 1024),
            _ => format!("{}.{} MB", tenths / 10, tenths % 10),
        }
    }

    fn pick(&self, text: Option<&Text>, code: &str) -> String {
        text.map_or(code, |t| t.get(self.lang)).to_owned()
    }
}
