//! The numbers laid out for their page: by what they belong to, each as it is now and as it will be.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use super::Change;
use crate::l10n::L10nLanguage;
use crate::lang::Lang;
use crate::plan::{Basis, Edition, Editions, Number, Quantity, Single, Subject, words::Words};

/// Numbers that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    pub title: String,
    pub rows: Vec<Row>,
}

impl Group {
    /// How many of its rows have numbers set otherwise, now or later.
    pub fn set(&self) -> usize {
        self.rows.iter().filter(|row| row.is_set()).count()
    }
}

/// A task, a step or a thing by itself, with its numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub name: String,
    /// Who owes the task it is of; blank for others.
    pub who: String,
    pub clauses: Vec<String>,
    pub cells: Vec<Cell>,
}

impl Row {
    fn is_set(&self) -> bool {
        self.cells.iter().any(|c| c.text.is_some() || !c.coming.is_empty())
    }
}

/// One number as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    pub key: String,
    /// Which of the row's numbers; blank where it has one.
    pub label: String,
    pub basis: Basis,
    /// The plan's own, or a day that no number makes.
    pub fixed: bool,
    pub in_force: String,
    /// The number of the edition's text, where another is in force.
    pub text: Option<String>,
    pub coming: Vec<(DateTime<Utc>, String)>,
}

/// What a page or an answer about numbers is made from.
#[derive(Debug, Clone, Copy)]
pub struct Book<'a> {
    /// In force, as its text has it.
    pub edition: &'a Edition,
    pub editions: &'a Editions,
    pub lang: Lang,
    pub now: DateTime<Utc>,
}

impl Book<'_> {
    /// Every number, grouped: hours, thresholds and approvals, the ladders, and tasks by the kind of incident that opens
    /// them. `search` is looked for in names, departments and keys.
    pub fn groups(&self, search: &str, only_set: bool) -> Vec<Group> {
        let l = self.lang.l10n();
        let singles = |title: String, fits: &dyn Fn(&str) -> bool| {
            let fitting = Single::ALL.into_iter().filter(|s| fits(s.key().split('.').next().unwrap_or_default()));
            Group { title, rows: fitting.filter_map(|s| self.row(&[Subject::Single(s)], "")).collect() }
        };
        let mut all = vec![
            singles(l.msg_set_group_hours(), &|part| part == "calendar"),
            singles(l.msg_set_group_thresholds(), &|part| !["calendar", "supply_authority"].contains(&part)),
            singles(l.msg_set_group_approvals(), &|part| part == "supply_authority"),
        ];
        for policy in &self.edition.matrix.escalation_policies {
            let step = |order: u32| Subject::Step { policy: policy.code.clone(), order };
            let rows = policy.steps.iter().filter_map(|s| self.row(&[step(s.order)], "")).collect();
            all.push(Group { title: l.msg_set_group_ladder(policy.name.get(self.lang)), rows });
        }
        all.extend(self.by_kind());
        let wanted: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
        for group in &mut all {
            let title = &group.title;
            group.rows.retain(|row| {
                let keys: Vec<&str> = row.cells.iter().map(|c| c.key.as_str()).collect();
                let text = format!("{title} {} {} {}", row.name, row.who, keys.join(" ")).to_lowercase();
                wanted.iter().all(|w| text.contains(w)) && (row.is_set() || !only_set)
            });
        }
        all.retain(|group| !group.rows.is_empty());
        all
    }

    /// Tasks by the one kind of incident that opens them; those of several kinds stand together first.
    fn by_kind(&self) -> Vec<Group> {
        let (l, matrix) = (self.lang.l10n(), &self.edition.matrix);
        let mut kinds: HashMap<&str, BTreeSet<&str>> = HashMap::new();
        for route in &matrix.routes {
            let kind = self.edition.sub_kind(&route.sub_kind).map_or("", |s| s.kind.as_str());
            for task in &route.tasks {
                kinds.entry(task.as_str()).or_default().insert(kind);
            }
        }
        let words = self.words();
        let of = |fits: &dyn Fn(&BTreeSet<&str>) -> bool| {
            let tasks = matrix.tasks.iter().filter(|t| kinds.get(t.id.as_str()).is_some_and(fits));
            let row = |t: &crate::plan::TaskDef| self.row(&Subject::of_task(&t.id), &words.responsible(t));
            tasks.filter_map(row).collect::<Vec<Row>>()
        };
        let mut groups = vec![Group { title: l.msg_set_group_shared(), rows: of(&|kinds| kinds.len() > 1) }];
        for kind in &matrix.kinds {
            let rows = of(&|kinds| kinds.len() == 1 && kinds.contains(kind.code.as_str()));
            groups.push(Group { title: l.msg_set_group_tasks(kind.name.get(self.lang)), rows });
        }
        groups
    }

    fn row(&self, subjects: &[Subject], who: &str) -> Option<Row> {
        let cells: Vec<Cell> =
            subjects.iter().filter_map(|s| Some(self.cell(&self.edition.number(s.clone())?))).collect();
        let first = subjects.first()?;
        let clauses = self.edition.number(first.clone()).map(|n| n.clauses).unwrap_or_default();
        (!cells.is_empty()).then(|| Row { name: self.name(first), who: who.to_owned(), clauses, cells })
    }

    pub fn cell(&self, number: &Number) -> Cell {
        let in_force = self.editions.quantity(number, self.now);
        let coming = self.editions.coming(number, self.now);
        Cell {
            key: number.subject.key(),
            label: self.label(&number.subject),
            basis: number.basis,
            fixed: number.is_fixed(),
            in_force: self.quantity(&in_force),
            text: (in_force != number.quantity).then(|| self.quantity(&number.quantity)),
            coming: coming.into_iter().map(|(from, q)| (from, self.quantity(&q))).collect(),
        }
    }

    /// What a number is of, in words.
    pub fn name(&self, subject: &Subject) -> String {
        let l = self.lang.l10n();
        match subject {
            Subject::Acknowledge { task } | Subject::Due { task } | Subject::Seen { task } => {
                self.edition.task(task).map_or_else(|| task.clone(), |t| t.action.get(self.lang).to_owned())
            }
            Subject::Step { policy, order } => {
                let found = self.edition.policy(policy).and_then(|p| {
                    let at = p.steps.iter().position(|s| s.order == *order)?;
                    self.words().ladder(p).into_iter().nth(at)
                });
                found.map_or_else(|| subject.key(), |rung| l.msg_set_step(order.to_string(), rung.when, rung.tell))
            }
            Subject::Single(single) => called(*single, l),
        }
    }

    /// Which number of a task it is.
    pub fn label(&self, subject: &Subject) -> String {
        let l = self.lang.l10n();
        match subject {
            Subject::Acknowledge { .. } => l.msg_set_ack(),
            Subject::Due { .. } => l.msg_set_due(),
            Subject::Seen { .. } => l.msg_set_seen(),
            Subject::Step { .. } | Subject::Single(_) => String::new(),
        }
    }

    pub fn quantity(&self, quantity: &Quantity) -> String {
        let l = self.lang.l10n();
        match quantity {
            Quantity::Span(allowance) => self.words().allowance(allowance),
            Quantity::Minutes(n) => l.msg_limit_minutes(n.to_string()),
            Quantity::Percent(n) => format!("{n} %"),
            Quantity::Cartons(n) => l.msg_set_cartons(n.to_string()),
            Quantity::Days(n) => l.msg_set_days(n.to_string()),
            Quantity::Times(n) => l.msg_set_times(n.to_string()),
            Quantity::Hour(time) => time.format("%H:%M").to_string(),
        }
    }

    /// What a form asks for: the unit of the number, as `working hours`.
    pub fn measure(&self, quantity: &Quantity) -> String {
        let l = self.lang.l10n();
        match quantity {
            Quantity::Span(_) => {
                let code = quantity.measure();
                let (unit, clock) = code.split_once(' ').unwrap_or((&code, ""));
                measure_words(unit, clock, self.lang)
            }
            Quantity::Minutes(_) => measure_words("minutes", "elapsed", self.lang),
            Quantity::Percent(_) => "%".to_owned(),
            Quantity::Cartons(_) => l.msg_set_unit_cartons(),
            Quantity::Days(_) => l.msg_set_unit_days(),
            Quantity::Times(_) => l.msg_set_unit_times(),
            Quantity::Hour(_) => l.msg_set_time_of_day(),
        }
    }

    /// A number of the history in words; as stored where the edition does not know it any more.
    pub fn stored(&self, change: &Change, written: &str) -> String {
        let number = Subject::of(&change.key).and_then(|s| self.edition.number(s));
        let read = number.and_then(|n| n.quantity.with(written));
        read.map_or_else(|| written.to_owned(), |q| self.quantity(&q))
    }

    /// What a change of the history was of.
    pub fn of(&self, change: &Change) -> String {
        let Some(subject) = Subject::of(&change.key) else { return change.key.clone() };
        let (name, label) = (self.name(&subject), self.label(&subject));
        if label.is_empty() { name } else { format!("{name} · {label}") }
    }

    fn words(&self) -> Words<'_> {
        Words::of(self.edition, self.lang)
    }
}

/// What a number that stands alone is.
pub fn called(single: Single, l: &L10nLanguage) -> String {
    match single {
        Single::WindowStart => l.msg_set_window_start(),
        Single::WindowEnd => l.msg_set_window_end(),
        Single::OrderCutoff => l.msg_set_order_cutoff(),
        Single::DailyClock => l.msg_set_daily_clock(),
        Single::UpsRuntime => l.msg_set_ups_runtime(),
        Single::UpsWarning => l.msg_set_ups_warning(),
        Single::WeatherMost => l.msg_set_weather_most(),
        Single::WeatherNearWhole => l.msg_set_weather_near(),
        Single::DuplicateWindow => l.msg_set_duplicate_window(),
        Single::PhoneAttempts => l.msg_set_phone_attempts(),
        Single::PhoneRetry => l.msg_set_phone_retry(),
        Single::SupplyDirector => l.msg_set_supply_director(),
        Single::SupplyDeputyManager => l.msg_set_supply_deputy_manager(),
        Single::SupplyOfficer => l.msg_set_supply_officer(),
        Single::SupplyDays => l.msg_set_supply_days(),
    }
}

fn measure_words(unit: &str, clock: &str, lang: Lang) -> String {
    let l = lang.l10n();
    let unit = match unit {
        "minutes" => l.msg_ed_unit_minutes(),
        "hours" => l.msg_ed_unit_hours(),
        "working_days" => l.msg_ed_unit_working_days(),
        "minutes_recurring" => l.msg_ed_unit_recurring(),
        "percent" => return "%".to_owned(),
        other => other.to_owned(),
    };
    let clock = match clock {
        "working" => l.msg_ed_clock_working(),
        _ => l.msg_ed_clock_elapsed(),
    };
    match lang {
        Lang::En => format!("{unit}, {clock}"),
        Lang::ZhHans | Lang::ZhHant => format!("{unit}，{clock}"),
    }
}
