//! What waits for whoever looks: a signature, an answer or a decision of theirs, and where it is given.

pub mod store;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};

use super::{Sight, day_clock};
use crate::directive::store::Found;
use crate::directive::{Copy, State as OrderState};
use crate::headquarters::Unsigned;
use crate::incident::title;
use crate::rectification::{Rectification, State as RectState};
use crate::review::store::Listed;
use crate::review::{State as ReviewState, speaks_for};
use crate::revision::question::Question;

/// Why something waits; the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// A handover or a letter of authority.
    Paper,
    MoreTime,
    Rectified,
    Objected,
    Ripe,
    Draft,
    Review,
    Done,
    Question,
    /// All that was ordered is accepted.
    Closure,
    /// A rectification; the department's to do, the inspection centre's to look after.
    Overdue,
}

/// One matter that waits.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    pub why: Why,
    pub what: String,
    /// What it is about, in the words of the record.
    pub about: String,
    /// Since when, or until when.
    pub when: String,
    /// The very place.
    pub href: String,
    pub late: bool,
    at: DateTime<Utc>,
}

/// What may wait for someone. Of each only what is theirs is taken.
#[derive(Debug, Clone, Copy, Default)]
pub struct Matters<'a> {
    pub reviews: &'a [Listed],
    pub rectifications: &'a [Rectification],
    pub papers: &'a [Unsigned],
    pub directives: &'a [Found],
    pub questions: &'a [Question],
}

/// All that waits for whoever looks: by urgency, then the oldest first.
pub fn of(matters: &Matters<'_>, sight: &Sight<'_>) -> Vec<Waiting> {
    let mut all: Vec<Waiting> = Vec::new();
    let inspects = sight.actor.is_inspector();
    all.extend(matters.papers.iter().filter_map(|p| paper(p, sight)));
    all.extend(matters.directives.iter().filter(|f| decides(f, sight)).flat_map(|f| directive(f, sight)));
    for review in matters.reviews {
        if inspects {
            all.extend(to_judge(review, sight));
        }
        all.extend(to_object(review, sight));
    }
    all.extend(matters.rectifications.iter().filter(|_| inspects).filter_map(|o| rectification(o, sight)));
    all.extend(matters.questions.iter().map(|q| question(q, sight)));
    all.sort_by(|a, b| (a.why, a.at, &a.href).cmp(&(b.why, b.at, &b.href)));
    all
}

fn paper(paper: &Unsigned, sight: &Sight<'_>) -> Option<Waiting> {
    let (l, from) = (sight.lang.l10n(), sight.person(&paper.from));
    (Some(paper.person) == sight.actor.person).then(|| Waiting {
        why: Why::Paper,
        what: if paper.letter { l.msg_boards_waits_letter(from) } else { l.msg_boards_waits_handover(from) },
        about: paper.number.clone(),
        when: since(paper.at, sight),
        href: format!("/incidents/{}/post#{}", paper.number, if paper.letter { "accept" } else { "takeover" }),
        late: false,
        at: paper.at,
    })
}

/// Leader and deputy decide on every order, an acting commander on those of the headquarters.
fn decides(found: &Found, sight: &Sight<'_>) -> bool {
    let acting = &sight.leadership.acting;
    let of_his = |number: &str| acting.iter().any(|a| Some(a.person) == sight.actor.person && a.headquarters == number);
    sight.actor.leads() || found.number().is_some_and(of_his)
}

/// What an order asks of whoever commands: more time, for each who asks; and one line for all who report done.
fn directive(found: &Found, sight: &Sight<'_>) -> Vec<Waiting> {
    let (l, order) = (sight.lang.l10n(), &found.directive);
    let waiting = |why, what, about: &str, at, place: &str| Waiting {
        why,
        what,
        about: about.to_owned(),
        when: since(at, sight),
        href: format!("/directives/{}#{place}", order.number),
        late: false,
        at,
    };
    let asks = |c: &Copy| {
        let asked = c.asked.as_ref().filter(|_| c.is_active())?;
        let what = l.msg_boards_waits_time(sight.department(&c.department), order.number.as_str());
        Some(waiting(Why::MoreTime, what, &asked.reason, asked.at, "receipts"))
    };
    let mut all: Vec<Waiting> = order.copies.iter().filter_map(asks).collect();
    let done: Vec<&Copy> = order.copies.iter().filter(|c| c.state == OrderState::Done).collect();
    if let Some(first) = done.iter().filter_map(|c| c.done.as_ref()).map(|d| d.0).min() {
        let names = done.iter().map(|c| sight.department(&c.department)).collect::<Vec<_>>().join(sight.comma());
        all.push(waiting(
            Why::Done,
            l.msg_boards_waits_done(names, order.number.as_str()),
            &order.text,
            first,
            "receipts",
        ));
    }
    all
}

/// What the inspection centre has to do about a review.
fn to_judge(review: &Listed, sight: &Sight<'_>) -> Vec<Waiting> {
    let l = sight.lang.l10n();
    let due = review.due_at.map(|at| l.msg_boards_due(day_clock(&sight.lang, &at, &sight.now)));
    let waiting = |why, what, place| Waiting {
        why,
        what,
        when: due.clone().unwrap_or_default(),
        late: review.is_overdue(sight.now),
        at: review.due_at.unwrap_or(review.opened_at),
        ..about(review, place, sight)
    };
    match review.state() {
        ReviewState::Open => vec![waiting(Why::Review, l.msg_boards_waits_review(), "")],
        ReviewState::Draft if review.is_ripe(sight.now) => {
            vec![waiting(Why::Ripe, l.msg_boards_waits_ripe(), "#course")]
        }
        ReviewState::Draft => review
            .undecided
            .iter()
            .map(|d| waiting(Why::Objected, l.msg_boards_waits_objected(sight.department(d)), "#objections"))
            .collect(),
        ReviewState::Final if review.open_orders == 0 => {
            vec![Waiting { why: Why::Closure, what: l.msg_boards_waits_closure(), ..about(review, "#course", sight) }]
        }
        ReviewState::Final | ReviewState::Closed => Vec::new(),
    }
}

/// A draft that whoever looks may object to, once for each department they speak for and that has not objected.
fn to_object(review: &Listed, sight: &Sight<'_>) -> Vec<Waiting> {
    let l = sight.lang.l10n();
    let Some(until) = review.objections_until.filter(|u| review.state() == ReviewState::Draft && sight.now <= *u)
    else {
        return Vec::new();
    };
    let own = |d: &&String| !review.objected.contains(d) && speaks_for(sight.actor, d, sight.directory);
    let one = |d: &String| Waiting {
        why: Why::Draft,
        what: l.msg_boards_waits_draft(sight.department(d)),
        when: l.msg_boards_waits_until(day_clock(&sight.lang, &until, &sight.now)),
        at: until,
        ..about(review, "#objections", sight)
    };
    review.departments.iter().filter(own).map(one).collect()
}

/// A review as every line about it names it.
fn about(review: &Listed, place: &str, sight: &Sight<'_>) -> Waiting {
    let kind = sight.edition(&review.edition).and_then(|(e, _)| e.sub_kind(&review.sub_kind));
    let kind = kind.map(|k| sight.text(&k.name)).unwrap_or_default();
    let at = review.final_at.unwrap_or(review.opened_at);
    Waiting {
        why: Why::Review,
        what: String::new(),
        about: format!("{} {}", review.number, title(&review.description, &kind)),
        when: since(at, sight),
        href: format!("/reviews/{}{place}", review.number),
        late: false,
        at,
    }
}

fn rectification(order: &Rectification, sight: &Sight<'_>) -> Option<Waiting> {
    let l = sight.lang.l10n();
    let department = sight.department(&order.department);
    let answered = order.answer.as_ref().filter(|_| order.state == RectState::Answered).map(|a| a.signed.0);
    let overdue = order.is_overdue(sight.now);
    let number = order.number.as_str();
    let (why, what, at, when) = match answered {
        Some(at) => (Why::Rectified, l.msg_boards_waits_rectified(department, number), at, since(at, sight)),
        None if overdue => {
            let due = l.msg_boards_due(day_clock(&sight.lang, &order.due_at, &sight.now));
            (Why::Overdue, l.msg_boards_waits_overdue(department, number), order.due_at, due)
        }
        None => return None,
    };
    let href = format!("/rectifications/{number}#own");
    Some(Waiting { why, what, about: order.measure.clone(), when, href, late: overdue, at })
}

fn question(question: &Question, sight: &Sight<'_>) -> Waiting {
    let l = sight.lang.l10n();
    Waiting {
        why: Why::Question,
        what: l.msg_boards_waits_question(sight.person(&question.asked_by), question.clause.as_str()),
        about: question.text.clone(),
        when: since(question.asked_at, sight),
        href: format!("/plan/questions#q-{}", question.id),
        late: false,
        at: question.asked_at,
    }
}

fn since(at: DateTime<Utc>, sight: &Sight<'_>) -> String {
    sight.lang.l10n().msg_boards_waits_since(day_clock(&sight.lang, &at, &sight.now))
}
