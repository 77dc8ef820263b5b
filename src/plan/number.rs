//! The numbers of an edition, each under a key: those that a setting may change, and those the plan itself fixes (R8).

use chrono::NaiveTime;

use super::single::Single;
use super::{Basis, Edition, EscalationPolicy, Step, StepEvent, TaskDef};
use crate::calendar::{Allowance, Unit};

/// The largest count a setting may take.
const MOST: u32 = 100_000;

/// A number with what it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// A time limit, on its own clock.
    Span(Allowance),
    Minutes(u32),
    Percent(u32),
    Cartons(u32),
    Days(u32),
    Times(u32),
    /// A time of day.
    Hour(NaiveTime),
}

impl Quantity {
    /// The number alone, as it is typed and stored: `30`, `16:00`.
    pub fn written(&self) -> String {
        match self {
            Quantity::Span(allowance) => allowance.value.to_string(),
            Quantity::Minutes(n)
            | Quantity::Percent(n)
            | Quantity::Cartons(n)
            | Quantity::Days(n)
            | Quantity::Times(n) => n.to_string(),
            Quantity::Hour(time) => time.format("%H:%M").to_string(),
        }
    }

    /// What it counts, as a code: `hours working`, `percent`.
    pub fn measure(&self) -> String {
        let code = |value: serde_json::Result<serde_json::Value>| {
            value.ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
        };
        match self {
            Quantity::Span(Allowance { unit, clock, .. }) => {
                format!("{} {}", code(serde_json::to_value(unit)), code(serde_json::to_value(clock)))
            }
            Quantity::Minutes(_) => "minutes".to_owned(),
            Quantity::Percent(_) => "percent".to_owned(),
            Quantity::Cartons(_) => "cartons".to_owned(),
            Quantity::Days(_) => "days".to_owned(),
            Quantity::Times(_) => "times".to_owned(),
            Quantity::Hour(_) => "time_of_day".to_owned(),
        }
    }

    /// Number and measure; two that read alike are the same number.
    pub fn whole(&self) -> String {
        format!("{} {}", self.written(), self.measure())
    }

    /// Another number of the same measure; `None` where it cannot be read as one.
    pub fn with(&self, typed: &str) -> Option<Quantity> {
        let count = || typed.trim().parse::<u32>().ok();
        Some(match self {
            Quantity::Span(allowance) => Quantity::Span(Allowance { value: count()?, ..*allowance }),
            Quantity::Minutes(_) => Quantity::Minutes(count()?),
            Quantity::Percent(_) => Quantity::Percent(count()?),
            Quantity::Cartons(_) => Quantity::Cartons(count()?),
            Quantity::Days(_) => Quantity::Days(count()?),
            Quantity::Times(_) => Quantity::Times(count()?),
            Quantity::Hour(_) => Quantity::Hour(NaiveTime::parse_from_str(typed.trim(), "%H:%M").ok()?),
        })
    }

    pub(super) fn count(&self) -> Option<u32> {
        match self {
            Quantity::Span(allowance) => Some(allowance.value),
            Quantity::Minutes(n)
            | Quantity::Percent(n)
            | Quantity::Cartons(n)
            | Quantity::Days(n)
            | Quantity::Times(n) => Some(*n),
            Quantity::Hour(_) => None,
        }
    }

    /// Whether it is less than another of the same measure, or earlier in the day.
    pub fn is_below(&self, other: &Quantity) -> bool {
        match (self, other) {
            (Quantity::Hour(one), Quantity::Hour(other)) => one < other,
            _ => self.measure() == other.measure() && self.count() < other.count(),
        }
    }
}

/// What a number is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The time to sign for a task.
    Acknowledge {
        task: String,
    },
    /// The time to finish a task.
    Due {
        task: String,
    },
    /// The time for whoever a task tells by name to have seen it.
    Seen {
        task: String,
    },
    /// A step of a ladder: how long after (or before) its event.
    Step {
        policy: String,
        order: u32,
    },
    Single(Single),
}

impl Subject {
    pub fn key(&self) -> String {
        match self {
            Subject::Acknowledge { task } => format!("task.{task}.ack"),
            Subject::Due { task } => format!("task.{task}.due"),
            Subject::Seen { task } => format!("task.{task}.seen"),
            Subject::Step { policy, order } => format!("ladder.{policy}.{order}"),
            Subject::Single(single) => single.key().to_owned(),
        }
    }

    /// The numbers a task may have.
    pub fn of_task(id: &str) -> [Subject; 3] {
        let task = || id.to_owned();
        [Subject::Acknowledge { task: task() }, Subject::Due { task: task() }, Subject::Seen { task: task() }]
    }

    pub fn of(key: &str) -> Option<Subject> {
        if let Some(rest) = key.strip_prefix("task.") {
            let (task, what) = rest.rsplit_once('.')?;
            let task = task.to_owned();
            return match what {
                "ack" => Some(Subject::Acknowledge { task }),
                "due" => Some(Subject::Due { task }),
                "seen" => Some(Subject::Seen { task }),
                _ => None,
            };
        }
        if let Some(rest) = key.strip_prefix("ladder.") {
            let (policy, order) = rest.rsplit_once('.')?;
            return Some(Subject::Step { policy: policy.to_owned(), order: order.parse().ok()? });
        }
        Single::ALL.into_iter().find(|s| s.key() == key).map(Subject::Single)
    }

    /// Whether it is a task's own number, which a task keeps from its opening; any other is the incident's, from its
    /// report.
    pub fn is_of_a_task(&self) -> bool {
        matches!(self, Subject::Acknowledge { .. } | Subject::Due { .. } | Subject::Seen { .. })
    }
}

/// One number of an edition, as its text has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    pub subject: Subject,
    pub quantity: Quantity,
    /// Whose the number is, not the duty it belongs to.
    pub basis: Basis,
    pub clauses: Vec<String>,
}

impl Number {
    /// The plan's own numbers are changed by a revision only.
    pub fn is_fixed(&self) -> bool {
        self.basis == Basis::Plan
    }

    /// The least and the most it may be; `None` for a time of day.
    pub fn range(&self) -> Option<(u32, u32)> {
        match self.quantity {
            Quantity::Hour(_) => None,
            Quantity::Percent(_) | Quantity::Span(Allowance { unit: Unit::Percent, .. }) => Some((1, 99)),
            _ if matches!(self.subject, Subject::Step { .. }) => Some((0, MOST)),
            _ => Some((1, MOST)),
        }
    }

    /// What was typed, as a number that may stand in its place.
    pub fn read(&self, typed: &str) -> Option<Quantity> {
        let read = self.quantity.with(typed)?;
        let fits = match (self.range(), read.count()) {
            (Some((least, most)), Some(n)) => (least..=most).contains(&n),
            _ => true,
        };
        fits.then_some(read)
    }
}

impl Edition {
    /// Every number that a setting may change or that the plan fixes, as the edition's text has them.
    pub fn numbers(&self) -> Vec<Number> {
        let singles = Single::ALL.into_iter().map(Subject::Single);
        let steps = self.matrix.escalation_policies.iter().flat_map(|policy| {
            let step = |s: &Step| Subject::Step { policy: policy.code.clone(), order: s.order };
            policy.steps.iter().map(step).collect::<Vec<_>>()
        });
        let tasks = self.matrix.tasks.iter().flat_map(|task| Subject::of_task(&task.id));
        singles.chain(steps).chain(tasks).filter_map(|subject| self.number(subject)).collect()
    }

    /// One number as the edition's text has it.
    pub fn number(&self, subject: Subject) -> Option<Number> {
        let (quantity, basis, clauses) = match &subject {
            Subject::Single(single) => {
                let (quantity, basis, clauses) = single.read(&self.matrix)?;
                (quantity, basis, clauses.to_vec())
            }
            Subject::Step { policy, order } => {
                let step = self.policy(policy)?.steps.iter().find(|s| s.order == *order)?;
                if matches!(step.event, StepEvent::OverdueAtClose | StepEvent::UndecidedAtCutoff) {
                    return None;
                }
                (Quantity::Span(step.after), step.basis, Vec::new())
            }
            Subject::Acknowledge { task } => {
                let task = self.task(task)?;
                (Quantity::Span(task.ack.allowance()), task.ack.basis, vec![task.clause.clone()])
            }
            Subject::Due { task } => {
                let task = self.task(task)?;
                (Quantity::Span(task.limit.due), task.limit.due_basis, vec![task.clause.clone()])
            }
            Subject::Seen { task } => {
                let task = self.task(task)?;
                let seen = &task.notify.as_ref()?.seen;
                (Quantity::Span(seen.allowance()), seen.basis, vec![task.clause.clone()])
            }
        };
        let counts = match quantity {
            // A day or an hour named by the plan, not a count of anything.
            Quantity::Span(Allowance { unit, .. }) => {
                !matches!(unit, Unit::CalendarDayEnd | Unit::OrderCutoff | Unit::DailyClock | Unit::AsSet)
            }
            _ => true,
        };
        let number = Number { subject, quantity, basis, clauses };
        (counts || number.is_fixed()).then_some(number)
    }

    /// The duty as a task of it opens now: as the text words it, with the numbers that are set.
    pub fn opening(&self, code: &str) -> Option<&TaskDef> {
        self.as_set.get(code).or_else(|| self.task(code))
    }

    /// Whether a task opened now has numbers other than those of the text.
    pub fn is_set(&self, code: &str) -> bool {
        self.as_set.contains_key(code)
    }

    /// Lays a number over the one of the text.
    pub(super) fn set(&mut self, subject: &Subject, quantity: Quantity) {
        match (subject, quantity) {
            (Subject::Single(single), quantity) => {
                single.put(&mut self.matrix, quantity);
                if let Ok(rules) = self.matrix.calendar.rules() {
                    self.calendar_rules = rules;
                }
            }
            (Subject::Step { policy, order }, Quantity::Span(after)) => {
                let mut policies = self.matrix.escalation_policies.iter_mut();
                let policy: Option<&mut EscalationPolicy> = policies.find(|p| p.code == *policy);
                if let Some(step) = policy.and_then(|p| p.steps.iter_mut().find(|s| s.order == *order)) {
                    step.after = after;
                }
            }
            (Subject::Acknowledge { task }, Quantity::Span(ack)) => {
                self.set_task(task, |def| def.ack.value = ack.value)
            }
            (Subject::Due { task }, Quantity::Span(due)) => self.set_task(task, |def| def.limit.due = due),
            (Subject::Seen { task }, Quantity::Span(seen)) => self.set_task(task, |def| {
                if let Some(notify) = &mut def.notify {
                    notify.seen.value = seen.value;
                }
            }),
            _ => {}
        }
    }

    fn set_task(&mut self, code: &str, change: impl FnOnce(&mut TaskDef)) {
        let Some(mut def) = self.opening(code).cloned() else { return };
        change(&mut def);
        if self.task(code) == Some(&def) {
            self.as_set.remove(code);
        } else {
            self.as_set.insert(code.to_owned(), def);
        }
    }
}
