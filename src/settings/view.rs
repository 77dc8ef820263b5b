//! The numbers laid out for their page: by what they belong to, each as it is now and as it will be.

use chrono::{DateTime, Utc};

use super::Change;
use crate::lang::Lang;
use crate::plan::{Basis, Edition, Editions, Number, Quantity, Single, Subject, words::Words};

/// Numbers that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    pub title: String,
    pub rows: Vec<Row>,
}

/// A task, a step or a thing by itself, with its numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub name: String,
    pub clauses: Vec<String>,
    pub cells: Vec<Cell>,
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
    /// Every number, grouped; `search` is looked for in names, departments and keys.
    pub fn groups(&self, search: &str, only_set: bool) -> Vec<Group> {
        let l = self.lang.l10n();
        let words = self.words();
        let single = Group {
            title: l.msg_set_group_single(),
            rows: Single::ALL.into_iter().filter_map(|s| self.row(&[Subject::Single(s)])).collect(),
        };
        let ladders = self.edition.matrix.escalation_policies.iter().map(|policy| Group {
            title: l.msg_set_group_ladder(policy.name.get(self.lang)),
            rows: policy
                .steps
                .iter()
                .filter_map(|s| self.row(&[Subject::Step { policy: policy.code.clone(), order: s.order }]))
                .collect(),
        });
        let mut tasks: Vec<Group> = Vec::new();
        for task in &self.edition.matrix.tasks {
            let Some(row) = self.row(&Subject::of_task(&task.id)) else { continue };
            let title = l.msg_set_group_tasks(words.responsible(task));
            match tasks.iter_mut().find(|g| g.title == title) {
                Some(group) => group.rows.push(row),
                None => tasks.push(Group { title, rows: vec![row] }),
            }
        }
        let all = std::iter::once(single).chain(ladders).chain(tasks);
        let wanted: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
        all.filter_map(|mut group| {
            group.rows.retain(|row| {
                let keys: Vec<&str> = row.cells.iter().map(|c| c.key.as_str()).collect();
                let text = format!("{} {} {}", group.title, row.name, keys.join(" ")).to_lowercase();
                let set = row.cells.iter().any(|c| c.text.is_some() || !c.coming.is_empty());
                wanted.iter().all(|w| text.contains(w)) && (set || !only_set)
            });
            (!group.rows.is_empty()).then_some(group)
        })
        .collect()
    }

    fn row(&self, subjects: &[Subject]) -> Option<Row> {
        let cells: Vec<Cell> =
            subjects.iter().filter_map(|s| Some(self.cell(&self.edition.number(s.clone())?))).collect();
        let first = subjects.first()?;
        let clauses = self.edition.number(first.clone()).map(|n| n.clauses).unwrap_or_default();
        (!cells.is_empty()).then(|| Row { name: self.name(first), clauses, cells })
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
            Subject::Single(single) => match single {
                Single::UpsRuntime => l.msg_set_ups_runtime(),
                Single::UpsWarning => l.msg_set_ups_warning(),
                Single::SupplyDirector => l.msg_set_supply_director(),
                Single::WeatherMost => l.msg_set_weather_most(),
                Single::WeatherNearWhole => l.msg_set_weather_near(),
                Single::OrderCutoff => l.msg_set_order_cutoff(),
                Single::DailyClock => l.msg_set_daily_clock(),
            },
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
