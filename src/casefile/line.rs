//! The timeline as rows of a table: what happened, a line for now, and dashed what will happen if nobody acts.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Desk, day_name};
use crate::clock::local;
use crate::l10n::L10nLanguage;
use crate::plan::Basis;
use crate::timeline::{self, Past, Repeated};

/// Days in order; past ones first.
pub struct Line {
    pub past: Vec<Day>,
    pub future: Vec<Day>,
    /// Departments the line may be narrowed to: code and name.
    pub departments: Vec<(String, String)>,
    pub department: String,
}

pub struct Day {
    pub name: String,
    pub rows: Vec<Row>,
}

pub struct Row {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub clock: String,
    pub class: &'static str,
    pub icon: &'static str,
    pub kind: String,
    pub text: String,
    pub meta: String,
    pub late: bool,
    /// Text, and when by whom.
    pub corrections: Vec<(String, String)>,
    /// An entry of whoever looks, which they may set right.
    pub correctable: bool,
    pub clause: Option<String>,
    pub proposed: bool,
    /// What is to come that is like it: when, and what.
    pub more: Vec<(String, String)>,
}

/// The line, narrowed to one department where `department` names one.
pub fn line(desk: &Desk<'_>, department: &str) -> Line {
    let (edition, directory, lang) = (desk.world.edition, desk.world.directory, desk.w.lang);
    let past = timeline::past(&desk.file.recorded, desk.case(), edition, directory, lang);
    let future = timeline::projected(desk.case(), desk.world, desk.now, lang);
    let task_department =
        |key: &Option<String>| key.as_deref().and_then(|k| desk.case().task(k)).map(|t| t.department.clone());
    let concerns = |own: Option<&String>, key: &Option<String>| {
        department.is_empty()
            || own.is_some_and(|d| d == department)
            || task_department(key).is_some_and(|d| d == department)
    };
    let rows_past = past
        .iter()
        .filter(|p| p.corrects.is_none() && concerns(p.department.as_ref(), &p.task))
        .map(|p| past_row(desk, p));
    let coming = timeline::gathered(future.iter().filter(|p| concerns(None, &p.task)));
    let rows_future = coming.iter().map(|r| future_row(desk, r));
    Line {
        past: by_day(desk, rows_past),
        future: by_day(desk, rows_future),
        departments: departments(desk),
        department: department.to_owned(),
    }
}

fn by_day(desk: &Desk<'_>, rows: impl Iterator<Item = Row>) -> Vec<Day> {
    let today = local(desk.now).date_naive();
    let mut days: Vec<(NaiveDate, Day)> = Vec::new();
    for row in rows {
        let date = local(row.at).date_naive();
        match days.last_mut() {
            Some((open, day)) if *open == date => day.rows.push(row),
            _ => {
                let mut name = day_name(desk.w.lang, date);
                if date == today {
                    name = desk.w.l.msg_cf_today(name);
                }
                days.push((date, Day { name, rows: vec![row] }));
            }
        }
    }
    days.into_iter().map(|(_, day)| day).collect()
}

fn past_row(desk: &Desk<'_>, entry: &Past) -> Row {
    let l = desk.w.l;
    let mut meta = vec![desk.w.person(&entry.actor)];
    if entry.kind == "escalation" && entry.late {
        meta.push(l.msg_cf_sent_at(clock(entry.entered_at)));
    } else if (entry.entered_at - entry.at).num_seconds() >= 60 {
        meta.push(l.msg_cf_entered_at(super::moment(desk.w.lang, entry.entered_at, desk.now)));
    }
    Row {
        id: entry.id,
        at: entry.at,
        clock: clock(entry.at),
        class: class(entry),
        icon: icon(entry.kind),
        kind: kind_word(l, entry.kind),
        text: entry.text.clone(),
        meta: meta.join(" · "),
        late: entry.kind == "escalation" && entry.late,
        corrections: entry
            .corrections
            .iter()
            .map(|c| {
                let at = super::moment(desk.w.lang, c.at, desk.now);
                (c.text.clone(), l.msg_cf_corrected_by(at, desk.w.person(&c.actor)))
            })
            .collect(),
        correctable: entry.actor == desk.actor.login && desk.file.merged_into.is_none(),
        clause: None,
        proposed: false,
        more: Vec::new(),
    }
}

fn future_row(desk: &Desk<'_>, repeated: &Repeated<'_>) -> Row {
    let entry = repeated.first;
    let task = entry.task.as_deref().and_then(|k| desk.case().task(k));
    let def = task.and_then(|t| t.definition(desk.world.edition));
    let proposed = match (entry.kind, def) {
        ("escalation", _) => true,
        (_, Some(def)) => def.limit.due_basis != Basis::Plan,
        (_, None) => desk.world.edition.matrix.ups.basis != Basis::Plan,
    };
    Row {
        id: 0,
        at: entry.at,
        clock: clock(entry.at),
        class: "line-future",
        icon: if entry.kind == "escalation" { "escalated" } else { "late" },
        kind: desk.w.l.msg_cf_will_happen(),
        text: entry.text.clone(),
        meta: String::new(),
        late: false,
        corrections: Vec::new(),
        correctable: false,
        clause: def.map(|d| d.clause.clone()),
        proposed,
        more: repeated.more.iter().map(|p| (super::moment(desk.w.lang, p.at, desk.now), p.text.clone())).collect(),
    }
}

/// Departments with a task, a card or an entry, in the order of the directory.
fn departments(desk: &Desk<'_>) -> Vec<(String, String)> {
    let case = desk.case();
    let named = |code: &str| {
        case.tasks.iter().any(|t| t.department == code) || case.cooperation.iter().any(|c| c.department == code)
    };
    let all = desk.world.directory.departments().iter().filter(|d| named(&d.code));
    all.map(|d| (d.code.clone(), d.name.get(desk.w.lang).to_owned())).collect()
}

fn class(entry: &Past) -> &'static str {
    match entry.kind {
        _ if !entry.corrections.is_empty() => "line-corrected",
        "escalation" => "line-escalation",
        "reported" | "severity_confirmed" | "closed" | "reopened" | "recovered" => "line-past line-loud",
        _ => "line-past",
    }
}

/// The glyph of a kind of entry.
pub fn icon(kind: &str) -> &'static str {
    match kind {
        "reported" => "report",
        "report_merged" | "merged_into" | "merge_undone" => "merge",
        "task_opened" | "moved" | "routed" => "tasks",
        "acknowledged" | "cooperation_acknowledged" => "signed",
        "assigned" => "person",
        "done" | "cooperation_answered" | "recovered" => "done",
        "cancelled" | "not_arisen" | "cooperation_refused" | "returned" => "cancelled",
        "contacted" | "told_by_telephone" => "phone",
        "notified" => "notice",
        "notice_seen" => "signed",
        "escalation" => "escalated",
        "severity_proposed" | "severity_confirmed" => "major",
        "limit_moved" => "calendar",
        "linked" => "link",
        "closed" => "closed",
        "attached" | "scheme_used" => "file",
        "item_ticked" => "done",
        "tick_taken_back" => "correct",
        "exported" => "print",
        "circular_published" | "exchange_arranged" | "experience_published" => "notice",
        "resource_asked" => "people",
        "resource_promised" => "signed",
        "resource_arrived" => "done",
        "resource_cancelled" => "cancelled",
        "corrected" => "correct",
        "service_decided" | "decision_drafted" | "opinion_given" => "signed",
        "announcement_made" | "channel_proven" | "announcement_done" => "notice",
        "directive_issued" => "tasks",
        "directive_acknowledged" => "signed",
        "directive_done" | "directive_accepted" => "done",
        "directive_returned" => "correct",
        "directive_withdrawn" => "cancelled",
        "review_demanded" | "review_drafted" | "review_final" | "review_closed" => "audit",
        "objection_made" | "objection_answered" | "finding_corrected" | "finding_withdrawn" => "correct",
        "rectification_ordered" | "rectification_returned" => "tasks",
        "rectification_acknowledged" => "signed",
        "rectification_answered" | "rectification_accepted" => "done",
        "directive_extended" | "directive_extension_asked" => "calendar",
        _ => "info",
    }
}

/// The kind of an entry in a word.
pub fn kind_word(l: &L10nLanguage, kind: &str) -> String {
    match kind {
        "headquarters_set_up"
        | "headquarters_joined"
        | "delegated"
        | "delegation_accepted"
        | "handover_offered"
        | "command_passed"
        | "stood_down"
        | "succession_applied"
        | "leaders_to_telephone" => l.msg_tl_kind_command(),
        "figures_corrected" | "reclassified" => l.msg_tl_kind_level(),
        "exchange_arranged" | "experience_published" => l.msg_ex_kind(),
        "review_demanded" | "review_drafted" | "review_final" | "review_closed" | "objection_made"
        | "objection_answered" | "finding_corrected" | "finding_withdrawn" => l.msg_rv_kind(),
        "rectification_ordered"
        | "rectification_acknowledged"
        | "rectification_answered"
        | "rectification_returned"
        | "rectification_accepted" => l.msg_rect_kind(),
        "question_answered" => l.msg_ed_questions(),
        "reported" => l.msg_tl_kind_reported(),
        "report_merged" | "merged_into" | "merge_undone" => l.msg_tl_kind_merge(),
        "routed" => l.msg_tl_kind_routed(),
        "task_opened" => l.msg_tl_kind_opened(),
        "acknowledged" => l.msg_tl_kind_signed(),
        "assigned" => l.msg_tl_kind_assigned(),
        "returned" => l.msg_tl_kind_returned(),
        "moved" => l.msg_tl_kind_moved(),
        "progress" | "checked_in" => l.msg_tl_kind_progress(),
        "contacted" => l.msg_tl_kind_contact(),
        "notified" | "notice_seen" => l.msg_tl_kind_notified(),
        "done" => l.msg_tl_kind_done(),
        "not_arisen" => l.msg_tl_kind_not_arisen(),
        "cancelled" => l.msg_tl_kind_cancelled(),
        "escalation" => l.msg_tl_kind_escalation(),
        "severity_proposed" => l.msg_tl_kind_proposed(),
        "severity_confirmed" => l.msg_tl_kind_level(),
        "condition" => l.msg_tl_kind_condition(),
        "links" => l.msg_tl_kind_links(),
        "recovered" => l.msg_tl_kind_recovered(),
        "linked" => l.msg_tl_kind_linked(),
        "closed" => l.msg_tl_kind_closed(),
        "reopened" => l.msg_tl_kind_reopened(),
        "limit_moved" => l.msg_tl_kind_limit(),
        "edition_moved" => l.msg_plan_edition(),
        "told_by_telephone" => l.msg_tl_kind_telephone(),
        "corrected" => l.msg_tl_kind_corrected(),
        "comment" => l.msg_tl_kind_comment(),
        "attached" => l.msg_tl_kind_attached(),
        "scheme_used" | "item_ticked" | "tick_taken_back" => l.msg_sch_kind(),
        "exported" => l.msg_tl_kind_exported(),
        "service_decided" | "decision_drafted" => l.msg_svc_kind_of_decision(),
        "opinion_given" => l.msg_svc_kind_of_opinion(),
        "announcement_made" | "channel_proven" | "announcement_done" => l.msg_svc_kind_of_announcement(),
        "service_states" => l.msg_tl_kind_links(),
        "checked" => l.msg_dv_kind_check(),
        kind if kind.starts_with("directive_") => l.msg_dv_kind(),
        "circular_published" => l.msg_tl_kind_circular(),
        "resource_asked" | "resource_promised" | "resource_arrived" | "resource_cancelled" => l.msg_tl_kind_resource(),
        _ => l.msg_tl_kind_cooperation(),
    }
}

fn clock(at: DateTime<Utc>) -> String {
    local(at).format("%H:%M").to_string()
}
