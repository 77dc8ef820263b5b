//! Two wordings of a text side by side, with the words that one of them lacks marked. Chinese is compared sign by sign.

/// Pairs of words compared at most; where two texts have more between what they share at both ends, all of that is marked.
const COMPARED: usize = 4_000_000;

/// A stretch of one wording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    pub text: String,
    /// The other wording lacks it.
    pub marked: bool,
}

impl Span {
    /// A text with nothing marked in it.
    pub fn plain(text: String) -> Vec<Span> {
        vec![Span { text, marked: false }]
    }
}

/// Both wordings as stretches.
pub fn both(before: &str, after: &str) -> (Vec<Span>, Vec<Span>) {
    let (old, new) = (words(before), words(after));
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let (old_middle, new_middle) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    let (kept_old, kept_new) = shared(old_middle, new_middle);
    let side = |all: &[&str], kept: &[bool]| {
        let shared = |at: usize| at < head || at >= all.len() - tail || kept[at - head];
        spans(all.iter().enumerate().map(|(at, word)| (*word, !shared(at))))
    };
    (side(&old, &kept_old), side(&new, &kept_new))
}

/// Which words of each belong to the longest sequence both have.
fn shared(old: &[&str], new: &[&str]) -> (Vec<bool>, Vec<bool>) {
    let (mut in_old, mut in_new) = (vec![false; old.len()], vec![false; new.len()]);
    if old.len().saturating_mul(new.len()) > COMPARED {
        return (in_old, in_new);
    }
    let width = new.len() + 1;
    let mut longest = vec![0_u32; (old.len() + 1) * width];
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            longest[i * width + j] = match a == b {
                true => longest[(i + 1) * width + j + 1] + 1,
                false => longest[(i + 1) * width + j].max(longest[i * width + j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            (in_old[i], in_new[j]) = (true, true);
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    (in_old, in_new)
}

fn spans<'a>(words: impl Iterator<Item = (&'a str, bool)>) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for (word, marked) in words {
        match spans.last_mut() {
            Some(last) if last.marked == marked => last.text.push_str(word),
            _ => spans.push(Span { text: word.to_owned(), marked }),
        }
    }
    spans
}

/// Letters and digits of alphabets run together to words; every other sign stands for itself.
fn words(text: &str) -> Vec<&str> {
    let joins = |c: char| c.is_alphanumeric() && c < '\u{2e80}';
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = match joins(first) {
            true => rest.find(|c| !joins(c)).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        let (word, after) = rest.split_at(end);
        words.push(word);
        rest = after;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(spans: &[Span]) -> String {
        spans.iter().map(|s| if s.marked { format!("[{}]", s.text) } else { s.text.clone() }).collect()
    }

    #[test]
    fn words_of_an_alphabet_and_signs_of_chinese_are_marked() {
        for (before, after, cut, put) in [
            (
                "within 30 minutes of it",
                "within 20 minutes of it",
                "within [30] minutes of it",
                "within [20] minutes of it",
            ),
            ("三十分钟内到场处置", "二十分钟内到场并处置", "[三]十分钟内到场处置", "[二]十分钟内到场[并]处置"),
            ("the same", "the same", "the same", "the same"),
            ("a b", "a b c", "a b", "a b[ c]"),
            ("gone", "", "[gone]", ""),
        ] {
            let (old, new) = both(before, after);
            assert_eq!((shown(&old), shown(&new)), (cut.to_owned(), put.to_owned()));
        }
    }

    #[test]
    fn nothing_is_lost_and_a_text_too_long_is_marked_whole() {
        let (before, after) = ("甲 ".repeat(1_500), "乙 x".repeat(1_500));
        let (old, new) = both(&before, &after);
        assert_eq!(old.iter().map(|s| s.text.as_str()).collect::<String>(), before);
        assert_eq!(new.iter().map(|s| s.text.as_str()).collect::<String>(), after);
        assert!(old.iter().any(|s| s.marked));
    }
}
