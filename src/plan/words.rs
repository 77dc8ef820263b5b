//! The matrix in words: limits, triggers and the ladder, as one language puts them. Only the plan's own words and
//! numbers are given [`Basis::Plan`]; whatever shows them must show the basis beside.

use super::{
    Basis, Circle, DoneBy, Edition, EscalationPolicy, Frequency, FrequencyUnit, Resolve, Scope, Step, StepEvent,
    TaskDef, Tell, Trigger,
};
use crate::calendar::{Allowance, ClockKind, Unit};
use crate::l10n::{L10nLanguage, join};
use crate::lang::{Lang, Text};

/// A statement with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub text: String,
    pub basis: Basis,
}

/// One rung of the ladder: when it is climbed, and who is then told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RungWords {
    pub when: String,
    pub tell: String,
    pub basis: Basis,
}

/// An edition read in one language.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    pub edition: &'a Edition,
    pub lang: Lang,
}

impl<'a> Words<'a> {
    pub fn of(edition: &'a Edition, lang: Lang) -> Words<'a> {
        Words { edition, lang }
    }

    /// As [`allowance`].
    pub fn allowance(&self, of: &Allowance) -> String {
        allowance(of, self.l())
    }

    /// The time to sign for a task.
    pub fn acknowledge(&self, task: &TaskDef) -> Said {
        Said { text: self.allowance(&task.ack.allowance()), basis: task.ack.basis }
    }

    /// The time to finish a task: the number, and the hour that completes it where the plan fixes a day only.
    pub fn due(&self, task: &TaskDef) -> Vec<Said> {
        let l = self.l();
        let rules = &self.edition.calendar_rules;
        let mut said = vec![Said { text: self.allowance(&task.limit.due), basis: task.limit.due_basis }];
        let hour = match task.limit.due.unit {
            Unit::OrderCutoff => l.msg_limit_order_hour(rules.order_cutoff().format("%H:%M").to_string()),
            Unit::DailyClock => l.msg_limit_daily_hour(rules.daily_clock().format("%H:%M").to_string()),
            Unit::CalendarDayEnd => l.msg_limit_day_end_hour(),
            _ => return said,
        };
        said.push(Said { text: hour, basis: Basis::Proposed });
        said
    }

    /// The plan's own words for the limit; `None` where it states none. They are quoted as the source has them in
    /// Simplified Chinese, and by their class in the other languages, which the source does not have.
    pub fn stated(&self, task: &TaskDef) -> Option<String> {
        if task.limit.stated == "none" || task.limit.words.starts_with('（') {
            return None;
        }
        match self.lang {
            Lang::ZhHans => Some(task.limit.words.clone()),
            lang => {
                let class = self.edition.limit_class(&task.limit.stated)?;
                Some(class.words.get(lang).to_owned())
            }
        }
    }

    /// When a task opens, and what else must hold; the first with the basis of the trigger.
    pub fn trigger(&self, task: &TaskDef) -> Vec<Said> {
        let l = self.l();
        let basis = task.trigger_basis.unwrap_or(task.basis);
        let condition = task.when.as_deref().and_then(|code| self.edition.condition(code));
        let condition = condition.map(|c| c.name.get(self.lang));
        let mut text = match task.trigger {
            Trigger::Open => l.msg_trigger_open(),
            Trigger::After => {
                let before: Vec<Text> =
                    task.after.iter().filter_map(|id| Some(self.edition.task(id)?.action.clone())).collect();
                l.msg_trigger_after(join(self.lang, &before))
            }
            Trigger::Condition => l.msg_trigger_condition(condition.unwrap_or_default()),
            Trigger::Recovery => l.msg_trigger_recovery(),
            Trigger::Close => l.msg_trigger_close(),
        };
        if task.trigger == Trigger::Condition && condition.is_none() {
            text = l.msg_trigger_open();
        }
        let mut said = vec![Said { text, basis }];
        if let Some(name) = condition.filter(|_| task.trigger != Trigger::Condition) {
            said.push(Said { text: l.msg_trigger_when(name), basis });
        }
        said
    }

    /// What counts as doing it, where that is not the usual completion.
    pub fn done_by(&self, task: &TaskDef) -> Option<String> {
        let l = self.l();
        match task.done_by {
            DoneBy::Completion => None,
            DoneBy::Acknowledgement => Some(l.msg_done_acknowledgement()),
            DoneBy::Report => Some(l.msg_done_report()),
            DoneBy::System => Some(l.msg_done_system()),
        }
    }

    /// Whom it tells by name, and until when they must have seen it.
    pub fn notify(&self, task: &TaskDef) -> Vec<Said> {
        let l = self.l();
        let Some(notify) = &task.notify else { return Vec::new() };
        let circle = |circle: &Circle| match circle {
            Circle::LeadingGroup => l.msg_told_circle_leading_group(),
            Circle::AffectedHeads => l.msg_told_circle_heads(),
        };
        let who = notify.who.iter().map(|c| Said { text: circle(c), basis: notify.basis });
        let seen = l.msg_told_seen_within(self.allowance(&notify.seen.allowance()));
        who.chain([Said { text: seen, basis: notify.seen.basis }]).collect()
    }

    /// Who owes the task: the department, or how it is found.
    pub fn responsible(&self, task: &TaskDef) -> String {
        let l = self.l();
        let department = self.edition.department(&task.responsible).map(|d| d.name.get(self.lang));
        let found = match self.edition.resolve(task) {
            Resolve::None => None,
            Resolve::IncidentRegion => Some(l.msg_resolve_incident_region()),
            Resolve::VehicleHome => Some(l.msg_resolve_vehicle_home()),
            Resolve::RegionDelivery => Some(l.msg_resolve_region_delivery()),
            Resolve::ReporterDepartment => Some(l.msg_resolve_reporter_department()),
            Resolve::SiteOwner => Some(l.msg_resolve_site_owner()),
            Resolve::SupplyAuthority => Some(l.msg_resolve_supply_authority()),
        };
        match (department, found) {
            (Some(name), Some(found)) => self.aside(name, &found),
            (Some(name), None) => name.to_owned(),
            (None, found) => found.unwrap_or_default(),
        }
    }

    pub fn role(&self, code: &str) -> &'a str {
        self.edition.role(code).map_or("", |role| role.name.get(self.lang))
    }

    /// Names of departments, joined as the language joins.
    pub fn departments(&self, codes: &[String]) -> String {
        let names: Vec<Text> =
            codes.iter().filter_map(|code| Some(self.edition.department(code)?.name.clone())).collect();
        join(self.lang, &names)
    }

    pub fn ladder(&self, policy: &EscalationPolicy) -> Vec<RungWords> {
        policy
            .steps
            .iter()
            .map(|step| RungWords {
                when: self.rung(step),
                tell: self.l().msg_ladder_tell(self.told(&step.tell)),
                basis: step.basis,
            })
            .collect()
    }

    pub fn frequency(&self, frequency: &Frequency) -> String {
        let l = self.l();
        let n = frequency.value.to_string();
        match frequency.unit {
            FrequencyUnit::Weeks if frequency.value == 1 => l.msg_every_week(),
            FrequencyUnit::Months if frequency.value == 1 => l.msg_every_month(),
            FrequencyUnit::Weeks => l.msg_every_weeks(n),
            FrequencyUnit::Months => l.msg_every_months(n),
            FrequencyUnit::PerCalendarDay => l.msg_every_calendar_day(),
            FrequencyUnit::PerWorkingDay => l.msg_every_working_day(),
            FrequencyUnit::PerAbsence => l.msg_every_absence(),
        }
    }

    pub fn scope(&self, scope: &Scope) -> String {
        match scope {
            Scope::WholeRegion => self.l().msg_matrix_scope_whole(),
            Scope::PartRegion => self.l().msg_matrix_scope_part(),
        }
    }

    /// A note of the data, where it is written in the reader's language and no other.
    pub fn note(&self, note: Option<&'a str>) -> Option<&'a str> {
        let english =
            |text: &&str| !text.chars().any(|c| matches!(c, '\u{3000}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}'));
        note.filter(|_| self.lang == Lang::En).filter(english)
    }

    fn rung(&self, step: &Step) -> String {
        let l = self.l();
        let time = self.allowance(&step.after);
        match (step.event, step.after.value) {
            (StepEvent::NotAcknowledged, 0) => l.msg_ladder_unsigned(),
            (StepEvent::NotAcknowledged, _) => l.msg_ladder_unsigned_after(time),
            (StepEvent::Overdue, 0) => l.msg_ladder_overdue(),
            (StepEvent::Overdue, _) => l.msg_ladder_overdue_after(time),
            (StepEvent::OverdueAtClose, _) => l.msg_ladder_overdue_at_close(),
            (StepEvent::FractionElapsed, n) => l.msg_ladder_fraction(n.to_string()),
            (StepEvent::BeforeDue, _) => l.msg_ladder_before_due(time),
            (StepEvent::NotDecided, 0) => l.msg_ladder_undecided(),
            (StepEvent::NotDecided, _) => l.msg_ladder_undecided_after(time),
            (StepEvent::BeforeCutoff, _) => l.msg_ladder_before_cutoff(time),
            (StepEvent::UndecidedAtCutoff, _) => l.msg_ladder_undecided_at_cutoff(),
            (StepEvent::NotSeen, 0) => l.msg_ladder_unseen(),
            (StepEvent::NotSeen, _) => l.msg_ladder_unseen_after(time),
        }
    }

    fn told(&self, tell: &[Tell]) -> String {
        let l = self.l();
        let names: Vec<String> = tell
            .iter()
            .map(|who| match who {
                Tell::Responsible => l.msg_tl_tell_responsible(),
                Tell::ResponsibleDepartmentHead => l.msg_tl_tell_head(),
                Tell::OfficerInCharge => l.msg_tl_tell_officer(),
                Tell::Applicant => l.msg_tl_tell_applicant(),
                Tell::Issuer => l.msg_tl_tell_issuer(),
                Tell::Leader | Tell::DutyOfficer | Tell::Inspector | Tell::LgOfficeHead => {
                    self.role(who.code()).to_owned()
                }
            })
            .collect();
        names.join(match self.lang {
            Lang::En => ", ",
            Lang::ZhHans | Lang::ZhHant => "、",
        })
    }

    fn aside(&self, name: &str, aside: &str) -> String {
        match self.lang {
            Lang::En => format!("{name} ({aside})"),
            Lang::ZhHans | Lang::ZhHant => format!("{name}（{aside}）"),
        }
    }

    fn l(&self) -> &'static L10nLanguage {
        self.lang.l10n()
    }
}

/// `30 min`, `1 working day`, `on the order day`: an allowance without the hour that completes it.
pub fn allowance(of: &Allowance, l: &L10nLanguage) -> String {
    let n = of.value.to_string();
    match (of.unit, of.clock) {
        (Unit::Minutes, _) if of.value == 0 => l.msg_limit_at_once(),
        (Unit::Minutes, _) if of.value.is_multiple_of(60) => {
            allowance(&Allowance { value: of.value / 60, unit: Unit::Hours, clock: of.clock }, l)
        }
        (Unit::Minutes, ClockKind::Elapsed) => l.msg_limit_minutes(n),
        (Unit::Minutes, ClockKind::Working) => l.msg_limit_minutes_working(n),
        (Unit::Hours, ClockKind::Elapsed) => l.msg_limit_hours(n),
        (Unit::Hours, ClockKind::Working) => l.msg_limit_hours_working(n),
        (Unit::WorkingDays, _) if of.value == 1 => l.msg_limit_working_day(n),
        (Unit::WorkingDays, _) => l.msg_limit_working_days(n),
        (Unit::CalendarDayEnd, _) => l.msg_limit_day_end(),
        (Unit::OrderCutoff, _) => l.msg_limit_order_day(),
        (Unit::DailyClock, _) => l.msg_limit_daily(),
        (Unit::MinutesRecurring, _) => l.msg_limit_recurring(n),
        (Unit::AsSet, _) => l.msg_limit_as_set(),
        (Unit::Percent, _) => l.msg_limit_percent(n),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edition() -> Edition {
        Edition::built_in().unwrap()
    }

    #[test]
    fn a_limit_says_what_is_the_plans_and_what_is_ours() {
        let edition = edition();
        let words = Words::of(&edition, Lang::En);
        let task = edition.task("it.voice.on_site").unwrap();
        assert_eq!(words.due(task), [Said { text: "1 working day".to_owned(), basis: Basis::Plan }]);
        assert_eq!(words.acknowledge(task).basis, Basis::Proposed);
        assert_eq!(words.stated(task).as_deref(), Some("within one working day"));
        assert_eq!(Words::of(&edition, Lang::ZhHans).stated(task).as_deref(), Some("一个工作日内"));
        let listing = edition.task("wx.bank.list_customers").unwrap();
        let due: Vec<_> = words.due(listing).into_iter().map(|s| s.basis).collect();
        assert_eq!(due, [Basis::Plan, Basis::Proposed], "the day is the plan's, the hour is ours");
    }

    #[test]
    fn every_task_reads_in_one_language() {
        let edition = edition();
        for task in &edition.matrix.tasks {
            let words = Words::of(&edition, Lang::En);
            let policy = edition.policy(&task.escalation).unwrap();
            let mut all = vec![words.responsible(task), words.departments(&task.cooperating)];
            all.extend(words.trigger(task).into_iter().map(|s| s.text));
            all.extend(words.due(task).into_iter().map(|s| s.text));
            all.extend(words.stated(task));
            all.extend(words.ladder(policy).into_iter().flat_map(|r| [r.when, r.tell]));
            all.extend(words.note(task.note.as_deref()).map(str::to_owned));
            let text = all.join(" ");
            assert!(!text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{}: {text}", task.id);
            assert!(
                !words.responsible(task).is_empty() && !words.role(&task.responsible_role).is_empty(),
                "{}",
                task.id
            );
        }
    }

    #[test]
    fn notes_of_the_data_stay_in_their_language() {
        let edition = edition();
        assert!(Words::of(&edition, Lang::ZhHans).note(Some("English")).is_none());
        assert!(Words::of(&edition, Lang::En).note(Some("the word 立即")).is_none());
        assert_eq!(Words::of(&edition, Lang::En).note(Some("English")), Some("English"));
    }
}
