//! What the form of a task offers to choose from.

use super::Sources;
use crate::lang::Lang;
use crate::plan::{Edition, Scope, words::Words};
use crate::web::Form;

/// Choices that belong together: code and name of each.
#[derive(Debug, Clone, PartialEq)]
pub struct Chapter {
    pub title: String,
    pub choices: Vec<(String, String)>,
    /// How many of them are chosen.
    pub chosen: usize,
}

/// The routes of a draft by the kind of incident: situation, level, scope.
pub fn routes(sources: &Sources, edition: &Edition, form: &Form, lang: Lang) -> Vec<Chapter> {
    let words = Words::of(edition, lang);
    let mut chapters = Vec::new();
    for (key, route) in sources.routes() {
        let situation = edition.sub_kind(&route.sub_kind);
        let kind = situation.and_then(|s| edition.kind(&s.kind));
        let level = edition.severity(route.severity).map_or(route.severity.code(), |s| s.name.get(lang));
        let named = situation.map_or(route.sub_kind.as_str(), |s| s.name.get(lang));
        let scope = route.scope.map(|scope: Scope| words.scope(&scope));
        let parts: Vec<String> = [named.to_owned(), level.to_owned()].into_iter().chain(scope).collect();
        let title = kind.map_or("—", |k| k.name.get(lang));
        put(&mut chapters, title, form.is("routes", &key), key, parts.join(" · "));
    }
    chapters
}

/// The tasks another may wait for, by who owes them.
pub fn tasks(edition: &Edition, own: &str, form: &Form, lang: Lang) -> Vec<Chapter> {
    let words = Words::of(edition, lang);
    let mut chapters = Vec::new();
    for task in edition.matrix.tasks.iter().filter(|t| t.id != own) {
        let chosen = form.is("after", &task.id);
        put(&mut chapters, &words.responsible(task), chosen, task.id.clone(), task.action.get(lang).to_owned());
    }
    chapters
}

/// The classes of the plan's words for haste, each with the numbers a new task takes from it.
pub fn classes(edition: &Edition, lang: Lang) -> Vec<(String, String)> {
    let words = Words::of(edition, lang);
    let named = |class: &crate::plan::LimitClass| {
        let (sign, due) = (words.allowance(&class.ack), words.allowance(&class.due));
        let said = lang.l10n().msg_ed_class(class.words.get(lang), sign, due);
        (class.code.clone(), said)
    };
    edition.matrix.limit_classes.iter().map(named).collect()
}

fn put(chapters: &mut Vec<Chapter>, title: &str, chosen: bool, code: String, name: String) {
    let at = match chapters.iter().position(|c| c.title == title) {
        Some(at) => at,
        None => {
            chapters.push(Chapter { title: title.to_owned(), choices: Vec::new(), chosen: 0 });
            chapters.len() - 1
        }
    };
    let chapter = &mut chapters[at];
    chapter.choices.push((code, name));
    chapter.chosen += usize::from(chosen);
}
