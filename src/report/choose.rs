//! The way to the form: forty situations in six kinds, what the person's own post reports first.

pub mod pages;

use crate::lang::{Lang, Text};
use crate::person::Actor;
use crate::plan::{Edition, SubKind};

/// One situation to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub code: String,
    pub name: String,
    pub clause: String,
}

/// One of the six kinds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub code: String,
    pub name: String,
    /// What the person's posts report by the plan.
    pub own: Vec<Choice>,
    /// What other posts usually report; nobody is kept from reporting it.
    pub others: Vec<Choice>,
}

/// The kinds that the person's posts report most of come first; otherwise the plan's order stands. A search matches the
/// name in any language, the clause, or the code.
pub fn groups(edition: &Edition, actor: &Actor, lang: Lang, search: &str) -> Vec<Group> {
    let words: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
    let mut groups: Vec<(usize, Group)> = edition
        .matrix
        .kinds
        .iter()
        .map(|kind| {
            let found = edition.sub_kinds_of(&kind.code).filter(|s| matches(s, &kind.name, &words));
            let (own, others): (Vec<_>, Vec<_>) = found.partition(|s| is_own(s, actor));
            let whole = (own.len() + others.len()).max(1);
            let group = Group {
                code: kind.code.clone(),
                name: kind.name.get(lang).to_owned(),
                own: own.iter().map(|s| choice(s, lang)).collect(),
                others: others.iter().map(|s| choice(s, lang)).collect(),
            };
            (group.own.len() * 100 / whole, group)
        })
        .filter(|(_, g)| !g.own.is_empty() || !g.others.is_empty())
        .collect();
    groups.sort_by_key(|(share, _)| std::cmp::Reverse(*share));
    groups.into_iter().map(|(_, group)| group).collect()
}

fn is_own(sub_kind: &SubKind, actor: &Actor) -> bool {
    sub_kind.reporters.iter().any(|role| actor.has_role(role))
}

fn choice(sub_kind: &SubKind, lang: Lang) -> Choice {
    Choice {
        code: sub_kind.code.clone(),
        name: sub_kind.name.get(lang).to_owned(),
        clause: sub_kind.clauses.first().cloned().unwrap_or_default(),
    }
}

fn matches(sub_kind: &SubKind, kind: &Text, words: &[String]) -> bool {
    let names = [&sub_kind.name, kind].into_iter().flat_map(|t| [&t.zh_hans, &t.zh_hant, &t.en]);
    let mut hay: String = names.map(|n| n.to_lowercase() + "\n").collect();
    hay += &sub_kind.code;
    for clause in &sub_kind.clauses {
        hay.push('\n');
        hay += clause;
    }
    words.iter().all(|word| hay.contains(word))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::person::Post;

    fn actor(role: &str) -> Actor {
        let post = Post { role: role.to_owned(), department: "DLV".to_owned() };
        Actor { posts: vec![post], ..Actor::system() }
    }

    fn count(groups: &[Group]) -> usize {
        groups.iter().map(|g| g.own.len() + g.others.len()).sum()
    }

    #[test]
    fn a_driver_sees_vehicles_first_and_everything_somewhere() {
        let edition = Edition::built_in().unwrap();
        let groups = groups(&edition, &actor("driver"), Lang::En, "");
        assert_eq!(groups[0].code, "vehicle");
        assert_eq!(groups[0].own.len(), 5);
        assert_eq!(count(&groups), 40);
    }

    #[test]
    fn search_reads_both_scripts_english_and_clauses() {
        let edition = Edition::built_in().unwrap();
        for (search, found) in [("語音板", 1), ("语音板", 1), ("VOICE board", 1), ("3.1.8", 2), ("台风", 1), ("zzz", 0)]
        {
            assert_eq!(count(&groups(&edition, &actor("driver"), Lang::ZhHans, search)), found, "{search}");
        }
    }
}
