//! The page where one of the kinds is chosen.

use askama::Template;

use super::{Choice, Group};
use crate::conduct::Held;
use crate::person::Actor;
use crate::web::{Form, Shell, Visitor};

#[derive(Template)]
#[template(path = "report/choose.html")]
pub(in crate::report) struct ChoosePage {
    shell: Shell,
    groups: Vec<Group>,
    search: String,
    /// Registering for someone who telephoned.
    behalf: bool,
}

impl ChoosePage {
    pub fn of(visitor: &Visitor, held: &Held, actor: &Actor, asked: &Form) -> ChoosePage {
        let search = asked.get("q").trim().to_owned();
        ChoosePage {
            shell: Shell::of(visitor),
            groups: super::groups(&held.edition, actor, visitor.lang, &search),
            search,
            behalf: asked.has("behalf"),
        }
    }

    /// Nothing is usually reported by this person's posts: then nothing is folded away.
    fn none_own(&self) -> bool {
        self.groups.iter().all(|g| g.own.is_empty())
    }

    fn href(&self, choice: &Choice) -> String {
        let behalf = if self.behalf { "&behalf=1" } else { "" };
        format!("/report?sub_kind={}{behalf}", choice.code)
    }
}
