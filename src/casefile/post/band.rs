//! The command periods as a band over what happened and what will: a drawing of whole numbers, with the list beside it.

use chrono::{DateTime, Duration, Timelike, Utc};

use super::super::Desk;
use crate::clock::local;
use crate::headquarters::Command as Seat;
use crate::timeline;

/// Width of the drawing.
pub const WIDTH: i64 = 1000;
/// Space for a label, about six characters.
const LABEL: i64 = 90;
/// A command just begun is seen all the same.
const LEAST: i64 = 14;

/// A stretch of command.
pub struct Stretch {
    pub x: i64,
    pub width: i64,
    pub label: String,
    /// There is no room on it: the label stands behind it, over time to come.
    pub beside: bool,
    pub title: String,
    pub acting: bool,
}

/// One thing that happened, or will if nobody acts.
pub struct Tick {
    pub x: i64,
    pub class: &'static str,
    pub title: String,
}

pub struct Band {
    pub stretches: Vec<Stretch>,
    pub past: Vec<Tick>,
    pub future: Vec<Tick>,
    pub now: i64,
    /// Hours or days along the foot.
    pub marks: Vec<(i64, String)>,
}

/// `None` without a headquarters.
pub fn band(desk: &Desk<'_>) -> Option<Band> {
    let case = desk.case();
    let hq = case.headquarters.as_ref()?;
    let start = case.incident.clock_from.min(hq.activated_at);
    let end = match &hq.stood_down {
        Some(down) => down.at.max(start + Duration::minutes(30)),
        None => desk.now + ((desk.now - start) / 3).clamp(Duration::hours(1), Duration::hours(12)),
    };
    let whole = (end - start).num_seconds().max(1);
    let x = |at: DateTime<Utc>| ((at - start).num_seconds() * WIDTH / whole).clamp(0, WIDTH);
    let stretches = hq
        .periods
        .iter()
        .map(|p| {
            let (from, to) = (x(p.from), x(p.until.unwrap_or(desk.now.max(p.from))));
            let (width, name) = ((to - from).max(LEAST), desk.w.person(&p.holder.login));
            let (fits, beside) = (width >= LABEL, p.until.is_none() && width < LABEL);
            Stretch {
                x: from.min(WIDTH - LEAST),
                width,
                label: if fits || beside { name.clone() } else { String::new() },
                beside,
                title: format!("{} · {name}", super::super::moment(desk.w.lang, p.from, desk.now)),
                acting: p.holder.command == Seat::Acting,
            }
        })
        .collect();
    let recorded = timeline::past(&desk.file.recorded, case, desk.world.edition, desk.world.directory, desk.w.lang);
    let past = recorded
        .iter()
        .filter(|p| p.at <= end && p.corrects.is_none())
        .map(|p| Tick {
            x: x(p.at),
            class: match p.kind {
                "escalation" | "leaders_to_telephone" => "tick-loud",
                "done" | "stood_down" | "directive_accepted" => "tick-done",
                _ => "tick",
            },
            title: format!("{} {}", local(p.at).format("%H:%M"), p.text),
        })
        .collect();
    let future = timeline::projected(case, desk.world, desk.now, desk.w.lang)
        .into_iter()
        .filter(|p| p.at >= desk.now && p.at <= end)
        .map(|p| Tick {
            x: x(p.at),
            class: "tick-future",
            title: format!("{} {}", local(p.at).format("%H:%M"), p.text),
        })
        .collect();
    Some(Band { stretches, past, future, now: x(desk.now.min(end)), marks: marks(desk, start, end, x) })
}

/// Round instants along the foot: about six of them.
fn marks(
    desk: &Desk<'_>,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    x: impl Fn(DateTime<Utc>) -> i64,
) -> Vec<(i64, String)> {
    let hours = (end - start).num_hours();
    let step = match hours {
        0..=1 => Duration::minutes(15),
        2..=6 => Duration::hours(1),
        7..=30 => Duration::hours(4),
        _ => Duration::days((hours / 144).max(1)),
    };
    let first = local(start).with_minute(0).and_then(|t| t.with_second(0)).unwrap_or(local(start));
    let mut at = if step >= Duration::days(1) { first.with_hour(0).unwrap_or(first) } else { first };
    let mut marks = Vec::new();
    while at.with_timezone(&Utc) <= end && marks.len() < 60 {
        let instant = at.with_timezone(&Utc);
        if instant >= start {
            let word = match step >= Duration::days(1) {
                true => super::super::days(desk.w.lang, at.date_naive(), at.date_naive()),
                false => at.format("%H:%M").to_string(),
            };
            marks.push((x(instant), word));
        }
        at += step;
    }
    marks
}
