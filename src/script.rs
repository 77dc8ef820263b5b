//! Simplified and Traditional Chinese as one, so that a search finds what was written in the other script.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::LazyLock;

/// A traditional character and its simplified one, pair after pair; after the transliteration of Unicode's CLDR.
const PAIRS: &str = include_str!("script.txt");

/// For each character that has another form, all of them: 发 -> 发發髮.
static FORMS: LazyLock<HashMap<char, String>> = LazyLock::new(|| {
    let signs: Vec<char> = PAIRS.chars().filter(|c| !c.is_whitespace()).collect();
    let mut alike: HashMap<char, String> = HashMap::new();
    for pair in signs.chunks_exact(2) {
        alike.entry(pair[1]).or_insert_with(|| pair[1].to_string()).push(pair[0]);
    }
    let each = |forms: &String| forms.chars().map(|c| (c, forms.clone())).collect::<Vec<_>>();
    alike.values().flat_map(each).collect()
});

/// A regular expression of PostgreSQL that finds `typed` in either script. Case is not its matter.
pub fn pattern(typed: &str) -> String {
    let mut pattern = String::new();
    for sign in typed.chars() {
        // Writing to a string does not fail.
        let _ = match FORMS.get(&sign) {
            Some(forms) => write!(pattern, "[{forms}]"),
            None if sign.is_alphanumeric() || sign.is_whitespace() => write!(pattern, "{sign}"),
            None => write!(pattern, "\\{sign}"),
        };
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_script_is_found_by_either() {
        assert_eq!(pattern("语音板"), pattern("語音板"));
        assert!(pattern("頭髮").contains("发") && pattern("发").contains('發'));
    }

    #[test]
    fn signs_stand_for_themselves() {
        assert_eq!(pattern("a.b(1)*"), r"a\.b\(1\)\*");
        assert_eq!(pattern("YJ-2026"), r"YJ\-2026");
    }
}
