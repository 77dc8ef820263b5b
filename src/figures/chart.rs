//! Small charts as whole numbers, for the template to draw. What they show stands in the table under them, too.

use super::{Counted, Figures, Kept};

/// How long the longest bar is, in units of the drawing.
pub const LENGTH: i64 = 300;

/// One group's bars: to sign, and to finish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bars {
    pub name: String,
    pub sign: Bar,
    pub done: Bar,
}

/// A bar, and how far what stands behind it reaches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bar {
    pub length: i64,
    pub reach: i64,
    pub words: String,
}

/// How often limits were kept: of all that are decided, those in time.
pub fn kept(counted: &Counted, name: impl Fn(&str) -> String) -> Vec<Bars> {
    let bar = |kept: &Kept| match kept.percent().and_then(|p| i64::try_from(p).ok()) {
        Some(percent) => Bar {
            length: LENGTH * percent / 100,
            reach: LENGTH,
            words: format!("{percent}% ({}/{})", kept.in_time, kept.decided()),
        },
        None => Bar { words: "–".to_owned(), ..Bar::default() },
    };
    let decided = |f: &Figures| f.signed.decided() + f.done.decided() > 0;
    bars(counted, name, decided, |f| (bar(&f.signed), bar(&f.done)))
}

/// How long it took: the bar is the median, the line behind it what nine in ten did not exceed.
pub fn spans(counted: &Counted, name: impl Fn(&str) -> String, span: impl Fn(i64) -> String) -> Vec<Bars> {
    let longest = |of: fn(&Figures) -> Option<i64>| counted.groups.iter().filter_map(|(_, f)| of(f)).max();
    // Each has its own measure: signing takes minutes where finishing takes days.
    let sign = longest(|f| f.signed.ninetieth()).unwrap_or(0).max(1);
    let done = longest(|f| f.done.ninetieth()).unwrap_or(0).max(1);
    let bar = |kept: &Kept, whole: i64| match kept.median().zip(kept.ninetieth()) {
        Some((median, ninetieth)) => Bar {
            length: LENGTH * median / whole,
            reach: LENGTH * ninetieth / whole,
            words: format!("{} / {}", span(median), span(ninetieth)),
        },
        None => Bar { words: "–".to_owned(), ..Bar::default() },
    };
    let measured = |f: &Figures| !f.signed.spans.is_empty() || !f.done.spans.is_empty();
    bars(counted, name, measured, |f| (bar(&f.signed, sign), bar(&f.done, done)))
}

/// Groups with nothing to show are left out; the table has them.
fn bars(
    counted: &Counted,
    name: impl Fn(&str) -> String,
    shows: impl Fn(&Figures) -> bool,
    both: impl Fn(&Figures) -> (Bar, Bar),
) -> Vec<Bars> {
    let shown = counted.groups.iter().filter(|(_, f)| shows(f));
    shown
        .map(|(code, figures)| {
            let (sign, done) = both(figures);
            Bars { name: name(code), sign, done }
        })
        .collect()
}
