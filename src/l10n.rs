//! The texts of the interface, one function a text, from `locales/`. Loaded once, at first use.

use std::sync::LazyLock;

use crate::lang::{Lang, Text};

pub use generated::L10nLanguage;

/// The texts in `lang`.
pub fn of(lang: Lang) -> &'static L10nLanguage {
    match lang {
        Lang::ZhHans => &ZH_HANS,
        Lang::ZhHant => &ZH_HANT,
        Lang::En => &EN,
    }
}

/// One text of the interface in all three languages, for values that are only shown later.
pub fn text(one: impl Fn(&'static L10nLanguage) -> String) -> Text {
    Text { zh_hans: one(&ZH_HANS), zh_hant: one(&ZH_HANT), en: one(&EN) }
}

/// Joins the items of a list as the language writes it.
pub fn join(lang: Lang, items: &[Text]) -> String {
    let between = match lang {
        Lang::En => ", ",
        Lang::ZhHans | Lang::ZhHant => "、",
    };
    let items: Vec<&str> = items.iter().map(|t| t.get(lang)).collect();
    items.join(between)
}

impl Lang {
    /// The texts in this language.
    pub fn l10n(self) -> &'static L10nLanguage {
        of(self)
    }
}

static ZH_HANS: LazyLock<L10nLanguage> = LazyLock::new(|| generated::L10n::ZhHans.load());
static ZH_HANT: LazyLock<L10nLanguage> = LazyLock::new(|| generated::L10n::ZhHant.load());
static EN: LazyLock<L10nLanguage> = LazyLock::new(|| generated::L10n::En.load());

#[allow(clippy::all, clippy::unwrap_used, clippy::expect_used, dead_code)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/l10n.rs"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_loads_and_adds_no_marks() {
        for lang in Lang::ALL {
            let text = of(lang).msg_m_sign_in();
            assert!(!text.is_empty());
            assert!(!of(lang).msg_m_required("x").contains('\u{2068}'));
        }
        assert_ne!(of(Lang::ZhHans).msg_m_sign_in(), of(Lang::ZhHant).msg_m_sign_in());
    }
}
