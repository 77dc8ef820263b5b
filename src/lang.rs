//! The three languages of the product, and text held in all of them.

use serde::{Deserialize, Serialize};

/// A language a person may read Zhihui in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Lang {
    #[default]
    #[serde(rename = "zh-Hans")]
    ZhHans,
    #[serde(rename = "zh-Hant")]
    ZhHant,
    #[serde(rename = "en")]
    En,
}

impl Lang {
    pub const ALL: [Lang; 3] = [Lang::ZhHans, Lang::ZhHant, Lang::En];

    /// The BCP 47 tag, as written in `lang` attributes, cookies and tables.
    pub const fn tag(self) -> &'static str {
        match self {
            Lang::ZhHans => "zh-Hans",
            Lang::ZhHant => "zh-Hant",
            Lang::En => "en",
        }
    }

    /// The language's name in itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Lang::ZhHans => "简体中文",
            Lang::ZhHant => "繁體中文",
            Lang::En => "English",
        }
    }

    /// Reads one tag. Taiwan, Hong Kong and Macau read Traditional, every other Chinese Simplified.
    pub fn from_tag(tag: &str) -> Option<Lang> {
        let tag = tag.trim().to_ascii_lowercase().replace('_', "-");
        let mut parts = tag.split('-');
        match parts.next()? {
            "en" => Some(Lang::En),
            "zh" => {
                let rest: Vec<&str> = parts.collect();
                let traditional = rest.contains(&"hant")
                    || (!rest.contains(&"hans") && rest.iter().any(|p| matches!(*p, "tw" | "hk" | "mo")));
                Some(if traditional { Lang::ZhHant } else { Lang::ZhHans })
            }
            _ => None,
        }
    }

    /// The best match of an `Accept-Language` header; `None` when it asks for none of ours.
    pub fn asked(header: &str) -> Option<Lang> {
        let mut best: Option<(f32, Lang)> = None;
        for item in header.split(',') {
            let mut fields = item.split(';');
            let Some(lang) = fields.next().and_then(Lang::from_tag) else {
                continue;
            };
            let quality = fields.find_map(|f| f.trim().strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
            if quality > 0.0 && best.is_none_or(|(q, _)| quality > q) {
                best = Some((quality, lang));
            }
        }
        best.map(|(_, lang)| lang)
    }
}

/// One text in the three languages. The plan and the catalogue hold these; empty ones are refused on load.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    #[serde(rename = "zh-Hans")]
    pub zh_hans: String,
    #[serde(rename = "zh-Hant")]
    pub zh_hant: String,
    pub en: String,
}

/// A text from its three languages, in the order of the catalogue.
pub fn text(zh_hans: &str, zh_hant: &str, en: &str) -> Text {
    Text { zh_hans: zh_hans.to_owned(), zh_hant: zh_hant.to_owned(), en: en.to_owned() }
}

impl Text {
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::ZhHans => &self.zh_hans,
            Lang::ZhHant => &self.zh_hant,
            Lang::En => &self.en,
        }
    }

    /// What `say` says in each language.
    pub fn of(say: impl Fn(Lang) -> String) -> Text {
        Text { zh_hans: say(Lang::ZhHans), zh_hant: say(Lang::ZhHant), en: say(Lang::En) }
    }

    /// The tag of the first language whose text is blank, if any.
    pub fn missing(&self) -> Option<&'static str> {
        Lang::ALL.into_iter().find(|l| self.get(*l).trim().is_empty()).map(Lang::tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_regions_choose_the_script() {
        for (tag, lang) in [
            ("zh-TW", Lang::ZhHant),
            ("zh-HK", Lang::ZhHant),
            ("zh-MO", Lang::ZhHant),
            ("zh-Hant-CN", Lang::ZhHant),
            ("zh-Hans-TW", Lang::ZhHans),
            ("zh-CN", Lang::ZhHans),
            ("zh", Lang::ZhHans),
            ("en-GB", Lang::En),
        ] {
            assert_eq!(Lang::from_tag(tag), Some(lang), "{tag}");
        }
    }

    #[test]
    fn the_highest_quality_wins() {
        assert_eq!(Lang::asked("fr, en;q=0.4, zh-HK;q=0.8"), Some(Lang::ZhHant));
        assert_eq!(Lang::asked("fr"), None);
        assert_eq!(Lang::asked("*"), None);
        assert_eq!(Lang::asked("en;q=0, zh-TW;q=0.1"), Some(Lang::ZhHant));
    }
}
