//! Every entry of the record as one plain sentence.

use super::appraised;
use super::means::means_event;
use super::moved::moved_event;
use super::orders;
use super::served::service_event;
use super::words::Words;
use crate::journal::Event;
use crate::lang::Lang;
use crate::person::directory::Directory;
use crate::plan::Edition;

/// The entry in the reader's language. Names come from the edition and the directory; what people wrote stays as
/// written.
pub fn describe(event: &Event, edition: &Edition, directory: &Directory, lang: Lang) -> String {
    let w = Words::new(edition, directory, lang);
    let words = task_event(event, &w)
        .or_else(|| help_event(event, &w))
        .or_else(|| orders::describe(event, &w))
        .or_else(|| post_event(event, &w))
        .or_else(|| service_event(event, &w))
        .or_else(|| means_event(event, &w))
        .or_else(|| appraised::describe(event, &w))
        .or_else(|| moved_event(event, &w))
        .unwrap_or_else(|| incident_event(event, &w));
    one_stop(words)
}

/// What people wrote often ends with a stop of its own, before ours.
fn one_stop(words: String) -> String {
    let doubled = ["。。", "！。", "？。"].iter().any(|two| words.contains(two));
    let words =
        if doubled { words.replace("。。", "。").replace("！。", "！").replace("？。", "？") } else { words };
    match words.split_once(".. ") {
        Some((before, after)) if !before.ends_with('.') => format!("{before}. {after}"),
        _ => words,
    }
}

/// The code of an entry's kind in the API: the event's own name, `escalation` for a rung of the ladder.
pub fn kind(event: &Event) -> &'static str {
    match event {
        Event::Reported { .. } => "reported",
        Event::ReportMerged { .. } => "report_merged",
        Event::Routed { .. } => "routed",
        Event::TaskOpened { .. } => "task_opened",
        Event::Acknowledged { .. } => "acknowledged",
        Event::Assigned { .. } => "assigned",
        Event::Returned { .. } => "returned",
        Event::Moved { .. } => "moved",
        Event::Progress { .. } => "progress",
        Event::CheckedIn { .. } => "checked_in",
        Event::Contacted { .. } => "contacted",
        Event::Notified { .. } => "notified",
        Event::NoticeSeen { .. } => "notice_seen",
        Event::Unseen { .. } => "escalation",
        Event::Done { .. } => "done",
        Event::NotArisen { .. } => "not_arisen",
        Event::Cancelled { .. } => "cancelled",
        Event::CooperationAcknowledged { .. } => "cooperation_acknowledged",
        Event::CooperationAnswered { .. } => "cooperation_answered",
        Event::CooperationRefused { .. } => "cooperation_refused",
        Event::CooperationAsked { .. } => "cooperation_asked",
        Event::Escalated { .. } => "escalation",
        Event::SeverityProposed { .. } => "severity_proposed",
        Event::FiguresCorrected { .. } => "figures_corrected",
        Event::SeverityConfirmed { .. } => "severity_confirmed",
        Event::Condition { .. } => "condition",
        Event::Links { .. } => "links",
        Event::Recovered { .. } => "recovered",
        Event::Linked { .. } => "linked",
        Event::MergedInto { .. } => "merged_into",
        Event::MergeUndone { .. } => "merge_undone",
        Event::Closed { .. } => "closed",
        Event::Reopened { .. } => "reopened",
        Event::LimitMoved { .. } => "limit_moved",
        Event::ToldByTelephone { .. } => "told_by_telephone",
        Event::Corrected { .. } => "corrected",
        Event::Comment { .. } => "comment",
        Event::SchemeUsed { .. } => "scheme_used",
        Event::ItemTicked { .. } => "item_ticked",
        Event::TickTakenBack { .. } => "tick_taken_back",
        Event::Attached { .. } => "attached",
        Event::Exported { .. } => "exported",
        Event::DecisionDrafted { .. } => "decision_drafted",
        Event::OpinionGiven { .. } => "opinion_given",
        Event::ServiceDecided { .. } => "service_decided",
        Event::AnnouncementMade { .. } => "announcement_made",
        Event::ChannelProven { .. } => "channel_proven",
        Event::AnnouncementDone { .. } => "announcement_done",
        Event::ServiceStates { .. } => "service_states",
        Event::DirectiveIssued { .. } => "directive_issued",
        Event::DirectiveAcknowledged { .. } => "directive_acknowledged",
        Event::DirectiveProgress { .. } => "directive_progress",
        Event::DirectiveExtensionAsked { .. } => "directive_extension_asked",
        Event::DirectiveExtended { .. } => "directive_extended",
        Event::DirectiveDone { .. } => "directive_done",
        Event::DirectiveAccepted { .. } => "directive_accepted",
        Event::DirectiveReturned { .. } => "directive_returned",
        Event::DirectiveWithdrawn { .. } => "directive_withdrawn",
        Event::DirectiveEscalated { .. } => "escalation",
        Event::Checked { .. } => "checked",
        Event::HeadquartersSetUp { .. } => "headquarters_set_up",
        Event::HeadquartersJoined { .. } => "headquarters_joined",
        Event::Delegated { .. } => "delegated",
        Event::DelegationAccepted { .. } => "delegation_accepted",
        Event::HandoverOffered { .. } => "handover_offered",
        Event::CommandPassed { .. } => "command_passed",
        Event::StoodDown { .. } => "stood_down",
        Event::SuccessionApplied { .. } => "succession_applied",
        Event::LeadersToTelephone { .. } => "leaders_to_telephone",
        Event::Reclassified { .. } => "reclassified",
        Event::CircularPublished { .. } => "circular_published",
        Event::ResourceAsked { .. } => "resource_asked",
        Event::ResourcePromised { .. } => "resource_promised",
        Event::ResourceArrived { .. } => "resource_arrived",
        Event::ResourceCancelled { .. } => "resource_cancelled",
        Event::ExchangeArranged { .. } => "exchange_arranged",
        Event::ExperiencePublished { .. } => "experience_published",
        Event::ReviewDemanded { .. } => "review_demanded",
        Event::ReviewDrafted { .. } => "review_drafted",
        Event::ObjectionMade { .. } => "objection_made",
        Event::ObjectionAnswered { .. } => "objection_answered",
        Event::QuestionAnswered { .. } => "question_answered",
        Event::FindingCorrected { .. } => "finding_corrected",
        Event::FindingWithdrawn { .. } => "finding_withdrawn",
        Event::ReviewFinal { .. } => "review_final",
        Event::ReviewClosed { .. } => "review_closed",
        Event::RectificationOrdered { .. } => "rectification_ordered",
        Event::RectificationAcknowledged { .. } => "rectification_acknowledged",
        Event::RectificationAnswered { .. } => "rectification_answered",
        Event::RectificationReturned { .. } => "rectification_returned",
        Event::RectificationAccepted { .. } => "rectification_accepted",
        Event::RectificationEscalated { .. } => "escalation",
        Event::EditionMoved { .. } => "edition_moved",
    }
}

fn task_event(event: &Event, w: &Words<'_>) -> Option<String> {
    let l = w.l;
    Some(match event {
        Event::TaskOpened { task } => l.msg_tl_task_opened(w.task(task)),
        Event::Acknowledged { task, estimate: None } => l.msg_tl_acknowledged(w.task(task)),
        Event::Acknowledged { task, estimate: Some(until) } => {
            l.msg_tl_acknowledged_until(w.task(task), w.stamp(*until))
        }
        Event::Assigned { task, to } => l.msg_tl_assigned(w.person(to), w.task(task)),
        Event::Returned { task, reason, to_officer: false } => l.msg_tl_returned(w.task(task), w.reason(reason)),
        Event::Returned { task, reason, to_officer: true } => l.msg_tl_returned_officer(w.task(task), w.reason(reason)),
        Event::Moved { task, from, to, reason } => {
            l.msg_tl_moved(w.department(from), w.department(to), w.task(task), w.reason(reason))
        }
        Event::Progress { task, text } => l.msg_tl_progress(w.task(task), text),
        Event::CheckedIn { task, text } => l.msg_tl_checked_in(w.task(task), text),
        Event::Contacted { party, phone, answer, promised_at: None, .. } => {
            l.msg_tl_contacted(w.party(party), phone, answer)
        }
        Event::Contacted { party, phone, answer, promised_at: Some(until), .. } => {
            l.msg_tl_contacted_promised(w.party(party), phone, answer, w.stamp(*until))
        }
        Event::Notified { task, people, means, .. } => {
            let people = w.list(people.iter().map(|login| w.person(login)));
            l.msg_tl_notified(people, w.means(*means), w.task(task))
        }
        Event::NoticeSeen { task } => l.msg_tl_notice_seen(w.task(task)),
        Event::Unseen { task, person, tell, .. } => {
            let told = w.list(tell.iter().map(|t| w.tell(t, None)));
            l.msg_tl_told(l.msg_tl_unseen(w.person(person), w.task(task)), told)
        }
        Event::Done { task, late_seconds, evidence } => done(w, task, *late_seconds, evidence),
        Event::NotArisen { task, reason } => l.msg_tl_not_arisen(w.task(task), w.reason(reason)),
        Event::Cancelled { task, reason } => l.msg_tl_cancelled(w.task(task), w.reason(reason)),
        Event::Escalated { task, event, tell, .. } => {
            let told = w.list(tell.iter().map(|t| w.tell(t, None)));
            l.msg_tl_told(w.step(event, task.as_deref()), told)
        }
        Event::LimitMoved { task, before, after, day } => {
            l.msg_tl_limit_moved(w.task(task), w.stamp_or_none(*before), w.stamp_or_none(*after), day)
        }
        Event::ToldByTelephone { task: None, who, phone } => l.msg_tl_telephone(who, phone),
        Event::ToldByTelephone { task: Some(task), who, phone } => l.msg_tl_telephone_task(who, phone, w.task(task)),
        _ => return None,
    })
}

fn help_event(event: &Event, w: &Words<'_>) -> Option<String> {
    let l = w.l;
    Some(match event {
        Event::CooperationAsked { task, department } => {
            l.msg_tl_cooperation_asked(w.department(department), w.task(task))
        }
        Event::CooperationAcknowledged { task, department } => {
            l.msg_tl_cooperation_acknowledged(w.department(department), w.task(task))
        }
        Event::CooperationAnswered { task, department, result } => {
            l.msg_tl_cooperation_answered(w.department(department), w.task(task), result)
        }
        Event::CooperationRefused { task, department, reason } => {
            l.msg_tl_cooperation_refused(w.department(department), w.task(task), reason)
        }
        _ => return None,
    })
}

fn post_event(event: &Event, w: &Words<'_>) -> Option<String> {
    let l = w.l;
    Some(match event {
        Event::HeadquartersSetUp { commander, role, deputy, minutes, empty } => {
            let mut text = match w.is_called(commander, role) {
                true => l.msg_tl_hq_set_up_by(minutes.to_string(), w.role(role)),
                false => l.msg_tl_hq_set_up(minutes.to_string(), w.role(role), w.person(commander)),
            };
            if let Some(deputy) = deputy {
                text = l.msg_tl_hq_deputy(text, w.person(deputy));
            }
            if empty.is_empty() { text } else { l.msg_tl_hq_empty(text, w.list(empty.iter().map(|s| w.role(s)))) }
        }
        Event::FiguresCorrected { figures } => {
            l.msg_tl_figures(w.list(figures.iter().map(|(name, value)| w.figure(name, value))))
        }
        Event::HeadquartersJoined { number } => l.msg_tl_hq_joined(number),
        Event::Delegated { authoriser, delegate, department, ground } => {
            l.msg_tl_delegated(w.person(authoriser), w.person(delegate), w.department(department), ground)
        }
        Event::DelegationAccepted { delegate } => l.msg_tl_delegation_accepted(w.person(delegate)),
        Event::HandoverOffered { to, situation } if situation.is_empty() => l.msg_tl_handover_offered(w.person(to)),
        Event::HandoverOffered { to, situation } => l.msg_tl_handover_offered_with(w.person(to), situation),
        Event::CommandPassed { from, to, role, how } if how == "rule" => {
            l.msg_tl_command_by_rule(w.person(from), w.person_as(to, role))
        }
        Event::CommandPassed { from, to, role, .. } => l.msg_tl_command_passed(w.person(from), w.person_as(to, role)),
        Event::StoodDown { restored_at, order } if order.is_empty() => l.msg_tl_stood_down(w.stamp(*restored_at)),
        Event::StoodDown { restored_at, order } => l.msg_tl_stood_down_with(w.stamp(*restored_at), order),
        Event::SuccessionApplied { department, delegate, signed_by, signed_at } => {
            l.msg_tl_succession(w.person(signed_by), w.stamp(*signed_at), w.person(delegate), w.department(department))
        }
        Event::LeadersToTelephone { phones } => {
            let list = w.list(phones.iter().map(|(seat, phone)| format!("{} {phone}", w.role(seat))));
            l.msg_tl_leaders_telephone(list)
        }
        Event::Reclassified { kept, added, cancelled } => {
            let names = |keys: &[String]| {
                if keys.is_empty() { "—".to_owned() } else { w.list(keys.iter().map(|k| w.task(k))) }
            };
            l.msg_tl_reclassified(names(kept), names(added), names(cancelled))
        }
        _ => return None,
    })
}

fn incident_event(event: &Event, w: &Words<'_>) -> String {
    let l = w.l;
    match event {
        Event::Reported { registrar, on_behalf_of, description, severity, rule } => {
            let (who, level, rule) = (w.person(registrar), w.severity(*severity), w.rule(rule));
            let text = match on_behalf_of {
                None => l.msg_tl_reported(who, level, rule),
                Some(caller) => l.msg_tl_reported_for(who, caller, level, rule),
            };
            if description.is_empty() { text } else { l.msg_tl_said(description, text) }
        }
        Event::ReportMerged { report, reporter, description } => {
            l.msg_tl_report_merged(report, w.person(reporter), description)
        }
        Event::Routed { tasks } => {
            let items = tasks.iter().map(|(t, d)| l.msg_tl_routed_item(w.task(t), w.department(d)));
            l.msg_tl_routed(w.list(items))
        }
        Event::SeverityProposed { severity, rule } => l.msg_tl_severity_proposed(w.severity(*severity), w.rule(rule)),
        Event::SeverityConfirmed { severity, proposed, reason, .. } => {
            let (level, asked) = (w.severity(*severity), w.severity(*proposed));
            match (severity == proposed, reason) {
                (true, None) => l.msg_tl_severity_confirmed(level),
                (true, Some(reason)) => l.msg_tl_severity_confirmed_because(level, reason),
                (false, None) => l.msg_tl_severity_set(level, asked),
                (false, Some(reason)) => l.msg_tl_severity_set_because(level, asked, reason),
            }
        }
        Event::Condition { condition, value, by_rule } => {
            let name = w.condition(condition);
            let text = if *value { l.msg_tl_condition_true(name) } else { l.msg_tl_condition_false(name) };
            if *by_rule { l.msg_tl_by_rule(text) } else { text }
        }
        Event::Links { links } => l.msg_tl_links(w.list(links.iter().map(|(link, state)| w.link(link, state)))),
        Event::Recovered { at } => l.msg_tl_recovered(w.stamp(*at)),
        Event::Linked { other, parent: true, reason } => l.msg_tl_linked_parent(other, reason),
        Event::Linked { other, parent: false, reason } => l.msg_tl_linked_child(other, reason),
        Event::MergedInto { other } => l.msg_tl_merged_into(other),
        Event::MergeUndone { other } => l.msg_tl_merge_undone(other),
        Event::Closed { result, restored_at, cause } => l.msg_tl_closed(result, w.stamp(*restored_at), cause),
        Event::Reopened { reason } => l.msg_tl_reopened(reason),
        Event::Corrected { text } => l.msg_tl_corrected(text),
        Event::Comment { text } => l.msg_tl_comment(text),
        Event::SchemeUsed { task, scheme, version, sha256 } => {
            l.msg_tl_scheme_used(w.task(task), w.scheme(scheme), version, sha256)
        }
        Event::ItemTicked { task, scheme, version, item } => {
            l.msg_tl_item_ticked(w.task(task), item, w.scheme(scheme), version)
        }
        Event::TickTakenBack { task, scheme, version, item } => {
            l.msg_tl_tick_taken_back(w.task(task), item, w.scheme(scheme), version)
        }
        Event::Attached { file, sha256, size } => l.msg_tl_attached(file, w.size(*size), sha256),
        Event::Exported { what } if what == super::EXPORT_FILE => l.msg_tl_exported(l.msg_tl_export_file()),
        Event::Exported { what } => l.msg_tl_exported(what),
        _ => String::new(),
    }
}

fn done(w: &Words<'_>, task: &str, late_seconds: i64, evidence: &[String]) -> String {
    let text = if evidence.is_empty() {
        w.l.msg_tl_done(w.task(task))
    } else {
        let list = w.list(evidence.iter().map(|code| w.evidence(code)));
        w.l.msg_tl_done_evidence(w.task(task), list)
    };
    match late_seconds {
        ..1 => text,
        late => w.l.msg_tl_done_late(text, w.span(late)),
    }
}
