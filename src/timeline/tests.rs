#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::HashSet;

use chrono::{DateTime, TimeZone, Utc};

use super::*;
use crate::plan::Severity;
use crate::response::merge::MERGED;
use crate::response::{CONDITION_GONE, RECLASSIFIED};
use crate::service::decision::{Body, Kind, Stance};

fn at() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 10, 8, 2, 31, 0).unwrap()
}

/// Every kind of entry at least once.
fn samples() -> Vec<Event> {
    let task = || "it.voice.call_neusoft".to_owned();
    let text = || "as typed 原文".to_owned();
    vec![
        Event::Reported {
            registrar: "duty".into(),
            on_behalf_of: None,
            description: String::new(),
            severity: Severity::Local,
            rule: "default".into(),
        },
        Event::Reported {
            registrar: "duty".into(),
            on_behalf_of: Some(text()),
            description: text(),
            severity: Severity::Major,
            rule: "sr.it_paralysis".into(),
        },
        Event::ReportMerged { report: "YJ-20261008-002-R1".into(), reporter: "duty".into(), description: text() },
        Event::Routed { tasks: vec![(task(), "INF".into()), ("rmd.organise_managers@QZ".into(), "RMD-QZ".into())] },
        Event::TaskOpened { task: task() },
        Event::Acknowledged { task: task(), estimate: None },
        Event::Acknowledged { task: task(), estimate: Some(at()) },
        Event::Assigned { task: task(), to: "tech1.inf".into() },
        Event::Returned { task: task(), reason: text(), to_officer: false },
        Event::Returned { task: task(), reason: text(), to_officer: true },
        Event::Moved { task: task(), from: "INF".into(), to: "ORD".into(), reason: text() },
        Event::Progress { task: task(), text: text() },
        Event::CheckedIn { task: task(), text: text() },
        Event::Contacted {
            task: task(),
            party: "neusoft".into(),
            phone: "024-0000".into(),
            called_at: at(),
            answer: text(),
            promised_at: None,
        },
        Event::Contacted {
            task: task(),
            party: "neusoft".into(),
            phone: "024-0000".into(),
            called_at: at(),
            answer: text(),
            promised_at: Some(at()),
        },
        Event::Notified {
            task: task(),
            people: vec!["leader".into(), "deputy".into()],
            means: crate::plan::Means::InPerson,
            told_at: at(),
        },
        Event::NoticeSeen { task: task() },
        Event::Unseen { task: task(), person: "leader".into(), step: 1, tell: vec!["leader".into()], limit_at: at() },
        Event::Done { task: task(), late_seconds: 5160, evidence: vec!["contact_log".into()] },
        Event::Done { task: task(), late_seconds: 0, evidence: Vec::new() },
        Event::NotArisen { task: task(), reason: CONDITION_GONE.into() },
        Event::Cancelled { task: task(), reason: RECLASSIFIED.into() },
        Event::Cancelled { task: task(), reason: MERGED.into() },
        Event::CooperationAsked { task: task(), department: "ORD".into() },
        Event::CooperationAcknowledged { task: task(), department: "ORD".into() },
        Event::CooperationAnswered { task: task(), department: "ORD".into(), result: text() },
        Event::CooperationRefused { task: task(), department: "ORD".into(), reason: text() },
        Event::Escalated {
            task: Some(task()),
            event: "not_acknowledged".into(),
            step: 1,
            tell: crate::plan::Tell::ALL.iter().map(|t| t.code().to_owned()).collect(),
            limit_at: at(),
        },
        Event::Escalated {
            task: None,
            event: "not_acknowledged".into(),
            step: 1,
            tell: vec!["leader".into()],
            limit_at: at(),
        },
        Event::SeverityProposed { severity: Severity::Major, rule: "reporter".into() },
        Event::SeverityConfirmed {
            severity: Severity::Local,
            proposed: Severity::Major,
            before: Severity::Local,
            reason: Some(text()),
        },
        Event::SeverityConfirmed {
            severity: Severity::Major,
            proposed: Severity::Major,
            before: Severity::Local,
            reason: None,
        },
        Event::Condition { condition: "ups_low".into(), value: true, by_rule: true },
        Event::Condition { condition: "ups_low".into(), value: false, by_rule: false },
        Event::Links { links: vec![("ordering".into(), "stopped".into())] },
        Event::Recovered { at: at() },
        Event::Linked { other: "YJ-20261008-002".into(), parent: true, reason: text() },
        Event::Linked { other: "YJ-20261008-002".into(), parent: false, reason: text() },
        Event::MergedInto { other: "YJ-20261008-002".into() },
        Event::MergeUndone { other: "YJ-20261008-002".into() },
        Event::Closed { result: text(), restored_at: at(), cause: text() },
        Event::Reopened { reason: text() },
        Event::LimitMoved { task: task(), before: None, after: Some(at()), day: "2026-10-08".into() },
        Event::ToldByTelephone { task: None, who: text(), phone: "110".into() },
        Event::ToldByTelephone { task: Some(task()), who: text(), phone: "110".into() },
        Event::Corrected { text: text() },
        Event::Comment { text: text() },
        Event::ItemTicked { task: task(), scheme: "safety".into(), version: "2".into(), item: "1".into() },
        Event::TickTakenBack { task: task(), scheme: "safety".into(), version: "2".into(), item: "1".into() },
        Event::SchemeUsed { task: task(), scheme: "safety".into(), version: "2".into(), sha256: "9f2c".into() },
        Event::Attached { file: "board.jpg".into(), sha256: "9f2c".into(), size: 1_887_436 },
        Event::Exported { what: EXPORT_FILE.into() },
        Event::DecisionDrafted { decision: "YJ-20261008-001-J1".into() },
        Event::OpinionGiven { decision: "YJ-20261008-001-J1".into(), stance: Stance::AgreeWith, text: text() },
        Event::OpinionGiven { decision: "YJ-20261008-001-J1".into(), stance: Stance::Agree, text: String::new() },
        Event::ServiceDecided {
            decision: "YJ-20261008-001-J2".into(),
            act: Kind::Suspend,
            body: Body::Lg,
            areas: vec!["QZ".into(), "YL".into()],
            links: vec!["delivery".into()],
            from: Some(at()),
            until: Some(at()),
            replaces: vec![("YJ-20261008-001-J1".into(), vec!["YL".into()])],
        },
        Event::AnnouncementMade {
            announcement: "YJ-20261008-001-G1".into(),
            decision: "YJ-20261008-001-J2".into(),
            changed: vec!["en".into()],
        },
        Event::ChannelProven {
            announcement: "YJ-20261008-001-G1".into(),
            channel: "tv_station".into(),
            at: at(),
            proof: text(),
        },
        Event::AnnouncementDone { announcement: "YJ-20261008-001-G1".into() },
        Event::EditionMoved {
            from: "2008-trial".into(),
            to: "2026-1".into(),
            reason: text(),
            kept: vec![task()],
            replanned: vec![(task(), Some(at()), Some(at())), (task(), None, Some(at()))],
            cancelled: vec![task()],
        },
        Event::ServiceStates { states: vec![("QZ".into(), "delivery".into(), "stopped".into())] },
    ]
}

fn edition() -> Edition {
    Edition::built_in().expect("the plan of this build")
}

#[test]
fn every_kind_of_entry_reads_as_a_sentence_in_three_languages() {
    let (edition, directory) = (edition(), Directory::default());
    let mut kinds = HashSet::new();
    for event in samples() {
        kinds.insert(kind(&event));
        let texts: Vec<String> = Lang::ALL.into_iter().map(|l| describe(&event, &edition, &directory, l)).collect();
        for text in &texts {
            assert!(!text.trim().is_empty(), "{event:?}");
            assert!(!text.contains("{ $") && !text.contains("@"), "{text}");
            // Codes never reach the reader.
            assert!(!text.contains("call_neusoft") && !text.contains("_head"), "{text}");
        }
        assert_ne!(texts[0], texts[2], "{event:?}");
    }
    // As many as the record knows: the code of an event not described here would be missing.
    assert_eq!(kinds.len(), 48);
}

#[test]
fn kinds_are_named_as_the_record_names_them() {
    for event in samples() {
        let stored = serde_json::to_value(&event).expect("events are stored as JSON");
        let expected = match &event {
            Event::Escalated { .. } | Event::Unseen { .. } => "escalation",
            _ => stored["kind"].as_str().expect("a kind"),
        };
        assert_eq!(kind(&event), expected);
    }
}

#[test]
fn spans_and_sizes_are_short() {
    let (edition, directory) = (edition(), Directory::default());
    let w = Words::new(&edition, &directory, Lang::En);
    assert_eq!(w.span(61 * 60), "1 h 1 min");
    assert_eq!(w.span(26 * 3600), "1 d 2 h");
    assert_eq!(w.span(-5), "0 min");
    assert_eq!(w.size(1_887_436), "1.8 MB");
    assert_eq!(w.size(900), "900 B");
    assert_eq!(w.list(["a".to_owned(), "b".to_owned()]), "a, b");
}

#[test]
fn what_repeats_is_gathered_under_the_first() {
    let one = |key: &str, event: &'static str, minutes: i64| Projected {
        at: at() + chrono::TimeDelta::minutes(minutes),
        kind: "escalation",
        tell: Vec::new(),
        tell_codes: vec!["leader"],
        task: Some(key.to_owned()),
        event,
        about: code_of(key).to_owned(),
        text: format!("{event} {key}"),
    };
    let coming = [
        one("rmd.organise_managers@QZ", "overdue", 0),
        one("fin.own_staff", "overdue", 1),
        one("rmd.organise_managers@SD", "overdue", 2),
        one("rmd.organise_managers@SD", "not_acknowledged", 3),
    ];
    let gathered = gathered(&coming);
    let shape: Vec<(i64, usize)> = gathered.iter().map(|r| ((r.first.at - at()).num_minutes(), r.more.len())).collect();
    assert_eq!(shape, [(0, 1), (1, 0), (3, 0)], "by duty and step, in order");
}
