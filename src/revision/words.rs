//! Records and values of a difference as the reader knows them: by their names in the texts compared, gaps or no.

use std::collections::{BTreeSet, HashMap};

use super::difference::{Change, Difference, FieldChange, Fields, records};
use super::marked::{self, Span};
use super::{Changed, Sources, view};
use crate::calendar::Allowance;
use crate::lang::Lang;
use crate::plan::words::allowance;

/// What a record is called, in the field that says so.
const NAMES: [&str; 4] = ["name", "action", "title", "words"];
/// Fields of a record that say nothing to a reader who sees it added or taken out.
const INNER: [&str; 6] = ["id", "kind", "depts_stated", "versions", "seed_lines", "resolve"];

/// Fields as a reader asks for them: what, by whom, when, until when, with what proof. All others follow by name.
const ORDER: [&str; 15] = [
    "title",
    "text",
    "action",
    "clause",
    "basis",
    "responsible",
    "cooperating",
    "trigger",
    "after",
    "when",
    "limit.stated",
    "ack",
    "limit",
    "escalation",
    "evidence",
];

/// The records of one or more texts by their names in one language.
#[derive(Debug, Clone)]
pub struct Lexicon {
    lang: Lang,
    /// By kind and code.
    names: HashMap<(String, String), String>,
    /// Of each text, by kind and code.
    texts: Vec<HashMap<(String, String), Fields>>,
}

/// One line of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub field: String,
    pub before: Vec<Span>,
    pub after: Vec<Span>,
}

impl Lexicon {
    /// Of a text and of the one before it; of two that know a record the first names it.
    pub fn of(texts: &[&Sources], lang: Lang) -> Lexicon {
        let mut lexicon = Lexicon { lang, names: HashMap::new(), texts: Vec::new() };
        for text in texts {
            let mut known = HashMap::new();
            for (record, id, fields) in [&text.clauses, &text.matrix].into_iter().flat_map(|source| records(source)) {
                let named = NAMES.iter().find_map(|field| fields.get(&format!("{field}.{}", lang.tag())));
                if let Some(name) = named.filter(|name| !name.is_empty()) {
                    lexicon.names.entry((record.clone(), id.clone())).or_insert_with(|| name.clone());
                }
                known.insert((record, id), fields);
            }
            lexicon.texts.push(known);
        }
        lexicon
    }

    /// What a difference says, line by line: a number with its unit and clock in one, changed words of a text marked.
    pub fn rows(&self, difference: &Difference) -> Vec<Row> {
        let l = self.lang.l10n();
        let mut measures = BTreeSet::new();
        let mut rows = Vec::new();
        for change in self.told(difference) {
            let (field, (before, after)) = match self.measure(difference, &change.field) {
                Some(of) if !measures.insert(of) => continue,
                Some(of) => {
                    let side = |text: usize| Span::plain(self.measured(text, difference, of));
                    (format!("{of}.value"), (side(1), side(0)))
                }
                None => (change.field.clone(), self.marked(change)),
            };
            rows.push(Row { field: view::field(&field, l), before, after });
        }
        rows
    }

    /// What a field counts, where it is part of a number with unit and clock: `limit.due`.
    fn measure<'a>(&self, difference: &Difference, field: &'a str) -> Option<&'a str> {
        let (of, part) = field.rsplit_once('.')?;
        let counted = (0..self.texts.len()).any(|text| self.part(text, difference, of, "unit").is_some());
        (counted && ["value", "unit", "clock"].contains(&part)).then_some(of)
    }

    fn measured(&self, text: usize, difference: &Difference, of: &str) -> String {
        let part = |name| self.part(text, difference, of, name);
        let Some((value, unit)) = part("value").zip(part("unit")) else { return "—".to_owned() };
        let clock = part("clock").unwrap_or("elapsed");
        let read = serde_json::json!({ "value": value.parse::<u32>().unwrap_or(0), "unit": unit, "clock": clock });
        match serde_json::from_value::<Allowance>(read) {
            Ok(read) => allowance(&read, self.lang.l10n()),
            Err(_) => format!("{value} {}", view::unit(unit, self.lang.l10n())),
        }
    }

    fn part(&self, text: usize, difference: &Difference, of: &str, name: &str) -> Option<&str> {
        let key = (difference.record.clone(), difference.id.clone());
        self.texts.get(text)?.get(&key)?.get(&format!("{of}.{name}")).map(String::as_str)
    }

    /// Both sides of a field; of a text that both sides have the words that differ are marked.
    fn marked(&self, change: &FieldChange) -> (Vec<Span>, Vec<Span>) {
        let text = Lang::ALL.iter().any(|lang| change.field.ends_with(&format!(".{}", lang.tag())));
        match (&change.before, &change.after) {
            (Some(before), Some(after)) if text && !before.is_empty() && !after.is_empty() => {
                marked::both(before, after)
            }
            _ => {
                let (before, after) = self.sides(change);
                (Span::plain(before), Span::plain(after))
            }
        }
    }

    /// `§3.1.8`, what a task is about, where a route leads; else the record by kind and code.
    pub fn record(&self, record: &str, id: &str) -> String {
        match record {
            "clause" => match self.find("clause", id) {
                Some(title) => format!("§{id} {title}"),
                None => format!("§{id}"),
            },
            "route" => {
                let mut parts = id.split(' ').zip(["sub_kind", "severity", "scope"]);
                let named: Vec<String> = parts.by_ref().map(|(code, kind)| self.value_of(kind, code)).collect();
                named.join(" · ")
            }
            _ => match self.find(record, id) {
                Some(name) => name.to_owned(),
                None => format!("{} {id}", view::kind(record, self.lang.l10n())).trim().to_owned(),
            },
        }
    }

    /// The code a name stands for, where the reader does not see it in the name.
    pub fn code<'a>(&self, record: &str, id: &'a str) -> Option<&'a str> {
        (!["clause", "route"].contains(&record) && self.find(record, id).is_some()).then_some(id)
    }

    /// The same of a kind and code as history and check keep them: `task it.voice.on_site`.
    pub fn named(&self, record: &str) -> String {
        // A gap names the file first: `plan/clauses.toml clause 3.1.8`.
        let record = record.split_once(".toml ").map_or(record, |(_, rest)| rest);
        let (kind, id) = record.split_once(' ').unwrap_or((record, ""));
        self.record(kind, id)
    }

    /// The fields of a difference that tell a reader something: of a record added or taken out those that say anything,
    /// of a limit its class rather than the words of one language.
    fn told<'a>(&self, difference: &'a Difference) -> Vec<&'a FieldChange> {
        let whole = difference.change != Change::Changed;
        let classed = difference.fields.iter().any(|f| f.field == "limit.stated");
        let says = |side: &Option<String>| side.as_ref().is_some_and(|value| !value.is_empty());
        let tells = |f: &&FieldChange| {
            let inner = whole && INNER.contains(&f.field.as_str()) || classed && f.field == "limit.words";
            !inner && (says(&f.before) || says(&f.after))
        };
        let mut told: Vec<&FieldChange> = difference.fields.iter().filter(tells).collect();
        told.sort_by_key(|f| ORDER.iter().position(|start| f.field.starts_with(start)).unwrap_or(ORDER.len()));
        told
    }

    /// What one change of a draft did, for its history.
    pub fn changed(&self, change: &Changed) -> String {
        let l = self.lang.l10n();
        if change.fields.iter().all(|f| f.before.is_none()) {
            return l.msg_ed_added();
        }
        if change.fields.iter().all(|f| f.after.is_none()) {
            return l.msg_ed_removed();
        }
        let fields = change.fields.iter().filter(|f| f.field != "limit.words");
        fields.map(|f| view::field(&f.field, l)).collect::<Vec<_>>().join(" · ")
    }

    /// Both sides of a field in words. Of a list only what it lost and gained, and how many stayed.
    fn sides(&self, change: &FieldChange) -> (String, String) {
        let shown = |side: &Option<String>| match side.as_deref() {
            None | Some("") => "—".to_owned(),
            Some(value) => self.value(&change.field, value),
        };
        if let (Some(noun), Some(before), Some(after)) = (list(&change.field), &change.before, &change.after) {
            let (before, after) = (items(before), items(after));
            let stayed = before.iter().filter(|item| after.contains(item)).count();
            let only = |these: &[&str], others: &[&str]| {
                let own: Vec<String> =
                    these.iter().filter(|i| !others.contains(i)).map(|i| self.value_of(noun, i)).collect();
                self.join(&own)
            };
            let (lost, gained) = (only(&before, &after), only(&after, &before));
            if stayed > 0 && lost != gained {
                let and = |own: String| {
                    let same = self.lang.l10n().msg_ed_stayed(stayed.to_string());
                    if own.is_empty() { same } else { format!("{own}\n{same}") }
                };
                return (and(lost), and(gained));
            }
        }
        (shown(&change.before), shown(&change.after))
    }

    fn value(&self, field: &str, value: &str) -> String {
        if let Some(noun) = list(field) {
            let named: Vec<String> = items(value).into_iter().map(|item| self.value_of(noun, item)).collect();
            return self.join(&named);
        }
        let last = field.rsplit('.').next().unwrap_or(field);
        match last {
            "responsible" | "parent" | "department" => self.value_of("department", value),
            "responsible_role" | "role" => self.value_of("role", value),
            "when" | "sets" => self.value_of("condition", value),
            "escalation" => self.value_of("escalation_policy", value),
            "stated" => self.value_of("limit_class", value),
            "default_severity" | "proposes" => self.value_of("severity", value),
            "severity" | "sub_kind" | "scope" | "clause" | "section" | "scheme" | "kind" => self.value_of(last, value),
            _ => view::value(last, value, self.lang.l10n()),
        }
    }

    fn value_of(&self, noun: &str, code: &str) -> String {
        let l = self.lang.l10n();
        match (noun, code) {
            ("clause", id) => format!("§{id}"),
            ("scope", "whole_region") => l.msg_matrix_scope_whole(),
            ("scope", "part_region") => l.msg_matrix_scope_part(),
            _ => self.find(noun, code).unwrap_or(code).to_owned(),
        }
    }

    fn find(&self, noun: &str, code: &str) -> Option<&str> {
        self.names.get(&(noun.to_owned(), code.to_owned())).map(String::as_str)
    }

    /// A long list has a line for each item.
    fn join(&self, items: &[String]) -> String {
        match self.lang {
            _ if items.len() > 3 => items.join("\n"),
            Lang::En => items.join("; "),
            Lang::ZhHans | Lang::ZhHant => items.join("；"),
        }
    }
}

/// What the items of a list are codes of.
fn list(field: &str) -> Option<&'static str> {
    Some(match field {
        "tasks" | "after" => "task",
        "cooperating" | "depts" | "departments" => "department",
        "evidence" => "evidence",
        "external" => "external_party",
        "clauses" => "clause",
        "confirmed_by" | "reporters" => "role",
        "severities" => "severity",
        "required_fields" => "field",
        _ => return None,
    })
}

fn items(value: &str) -> Vec<&str> {
    value.split(", ").filter(|item| !item.is_empty()).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::plan::{CLAUSES_SOURCE, MATRIX_SOURCE};
    use crate::revision::{TaskEdit, between};

    fn built_in() -> Sources {
        Sources { clauses: CLAUSES_SOURCE.to_owned(), matrix: MATRIX_SOURCE.to_owned() }
    }

    #[test]
    fn a_limit_reads_as_one_line_with_its_unit_and_a_text_marks_what_changed() {
        let (before, mut after) = (built_in(), built_in());
        let due = serde_json::from_value(serde_json::json!({ "value": 20, "unit": "minutes", "clock": "working" }));
        let edit = TaskEdit { due: Some(due.unwrap()), role: Some("inspector".to_owned()), ..TaskEdit::default() };
        after.edit_task("it.voice.on_site", &edit).unwrap();
        let differences = between(&before, &after);
        let words = Lexicon::of(&[&after, &before], Lang::En);
        let rows = words.rows(&differences[0]);
        let limits: Vec<&Row> = rows.iter().filter(|r| r.field == "Limit").collect();
        assert_eq!(limits.len(), 1, "{rows:?}");
        assert!(limits[0].after[0].text.contains("20") && limits[0].after[0].text.contains("min"), "{limits:?}");
        assert_eq!(words.code("task", "it.voice.on_site"), Some("it.voice.on_site"));
        assert!(rows.iter().all(|r| !r.field.contains('.') && !r.field.contains('_')), "{rows:?}");
        for kind in ["severity_rule", "calendar", "ups", "standing_duty", "succession", "supply_authority"] {
            for lang in Lang::ALL {
                assert!(!Lexicon::of(&[], lang).record(kind, "").contains('_'), "{kind}");
            }
        }
    }

    #[test]
    fn a_route_says_which_task_it_lost_and_how_many_stayed() {
        let (before, mut after) = (built_in(), built_in());
        let edit = TaskEdit {
            routes: Some(Vec::new()),
            limit_class: Some("promptly".to_owned()),
            escalation: Some("urgent".to_owned()),
            ..TaskEdit::default()
        };
        after.edit_task("it.voice.on_site", &edit).unwrap();
        let words = Lexicon::of(&[&after, &before], Lang::En);
        let differences = between(&before, &after);
        let named: Vec<String> = differences.iter().map(|d| words.record(&d.record, &d.id)).collect();
        assert!(named.iter().any(|n| n.contains(" · ")), "{named:?}");
        for difference in &differences {
            for field in &difference.fields {
                let (old, new) = words.sides(field);
                assert_ne!(old, new, "{field:?}");
                assert!(!old.contains("it.voice") && !new.contains("it.voice"), "{old} {new}");
            }
        }
        let of_task = differences.iter().find(|d| d.record == "task").unwrap();
        let class = of_task.fields.iter().find(|f| f.field == "limit.stated").unwrap();
        assert_eq!(words.sides(class), ("within one working day".to_owned(), "promptly".to_owned()));
    }
}
