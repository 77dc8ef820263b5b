//! Decisions on service, announcements and link states, as sentences of the timeline.

use super::words::Words;
use crate::journal::Event;
use crate::lang::Lang;
use crate::service::words::Names;

pub(super) fn service_event(event: &Event, w: &Words<'_>) -> Option<String> {
    let l = w.l;
    let names = Names::new(w.edition, w.directory, w.lang);
    Some(match event {
        Event::DecisionDrafted { decision } => l.msg_svc_tl_drafted(decision),
        Event::OpinionGiven { decision, stance, text } if text.is_empty() => {
            l.msg_svc_tl_opinion(decision, names.stance(*stance))
        }
        Event::OpinionGiven { decision, stance, text } => {
            l.msg_svc_tl_opinion_text(decision, names.stance(*stance), text)
        }
        Event::ServiceDecided { decision, act, body, areas, links, from, until, replaces } => {
            let what = (names.kind(*act), names.links(links), names.areas(areas));
            let text = match (from, until) {
                (None, _) => l.msg_svc_decided_open(what.0, what.1, what.2),
                (Some(from), None) => l.msg_svc_decided_from(what.0, what.1, what.2, w.stamp(*from)),
                (Some(from), Some(until)) => {
                    l.msg_svc_decided_until(what.0, what.1, what.2, w.stamp(*from), w.stamp(*until))
                }
            };
            let text = l.msg_svc_tl_signed(decision, names.body(*body), text);
            let earlier = replaces.iter().map(|(number, areas)| l.msg_svc_in_areas(number, names.areas(areas)));
            match replaces.is_empty() {
                true => text,
                false => l.msg_svc_tl_replaces(text, names.list(earlier)),
            }
        }
        Event::AnnouncementMade { announcement, decision, changed } => {
            let text = l.msg_svc_tl_announced(announcement, decision);
            let tags = changed.iter().filter_map(|tag| Lang::from_tag(tag)).map(|lang| lang.own_name().to_owned());
            match changed.is_empty() {
                true => text,
                false => l.msg_svc_tl_changed(text, names.list(tags)),
            }
        }
        Event::ChannelProven { announcement, channel, at, proof } => {
            l.msg_svc_tl_channel(announcement, names.channel(channel), w.stamp(*at), proof)
        }
        Event::AnnouncementDone { announcement } => l.msg_svc_tl_announcement_done(announcement),
        Event::ServiceStates { states } => {
            // Regions that came to stand alike are named together.
            let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
            for (region, link, state) in states {
                let name = names.link_state(link, state);
                match groups.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, regions)) => regions.push(region),
                    None => groups.push((name, vec![region])),
                }
            }
            let items = groups.into_iter().map(|(name, regions)| l.msg_svc_in_areas(name, names.areas(&regions)));
            l.msg_svc_tl_states(items.collect::<Vec<_>>().join(&l.msg_svc_semicolon()))
        }
        _ => return None,
    })
}
