//! Decisions, announcements and link states in words, in the reader's language.

use chrono::{DateTime, Datelike, Utc};

use super::announcement::Announcement;
use super::decision::{Body, Decision, Kind, Stance};
use crate::clock::local;
use crate::l10n::{L10nLanguage, of};
use crate::lang::{Lang, Text};
use crate::person::directory::Directory;
use crate::plan::Edition;

/// What names are looked up in, and the language they are read in.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    pub edition: &'a Edition,
    pub directory: &'a Directory,
    pub lang: Lang,
    pub l: &'static L10nLanguage,
}

impl<'a> Names<'a> {
    pub fn new(edition: &'a Edition, directory: &'a Directory, lang: Lang) -> Names<'a> {
        Names { edition, directory, lang, l: of(lang) }
    }

    pub fn area(&self, code: &str) -> String {
        self.directory.region_name(code).get(self.lang).to_owned()
    }

    pub fn areas<S: AsRef<str>>(&self, codes: &[S]) -> String {
        self.list(codes.iter().map(|code| self.area(code.as_ref())))
    }

    pub fn link(&self, code: &str) -> String {
        self.edition.link(code).map_or(code, |l| l.name.get(self.lang)).to_owned()
    }

    /// Links of a decision; none named is the whole service.
    pub fn links(&self, codes: &[String]) -> String {
        match codes {
            [] => self.l.msg_svc_links_all(),
            codes => self.list(codes.iter().map(|code| self.link(code))),
        }
    }

    pub fn state(&self, code: &str) -> String {
        self.edition.link_state(code).map_or(code, |s| s.name.get(self.lang)).to_owned()
    }

    /// `Delivery stopped`, `送货中断`
    pub fn link_state(&self, link: &str, state: &str) -> String {
        match self.lang {
            Lang::En => format!("{} {}", self.link(link), self.state(state).to_lowercase()),
            Lang::ZhHans | Lang::ZhHant => format!("{}{}", self.link(link), self.state(state)),
        }
    }

    pub fn kind(&self, kind: Kind) -> String {
        match kind {
            Kind::Suspend => self.l.msg_svc_kind_suspend(),
            Kind::Alter => self.l.msg_svc_kind_alter(),
            Kind::Resume => self.l.msg_svc_kind_resume(),
        }
    }

    pub fn stance(&self, stance: Stance) -> String {
        match stance {
            Stance::Agree => self.l.msg_svc_stance_agree(),
            Stance::AgreeWith => self.l.msg_svc_stance_agree_with(),
            Stance::Disagree => self.l.msg_svc_stance_disagree(),
        }
    }

    /// The deciding body, by its name in the plan.
    pub fn body(&self, body: Body) -> String {
        self.directory.department_name(body.code()).get(self.lang).to_owned()
    }

    pub fn role(&self, code: &str) -> String {
        self.edition.role(code).map_or(code, |r| r.name.get(self.lang)).to_owned()
    }

    pub fn channel(&self, code: &str) -> String {
        self.edition.external_party(code).map_or(code, |p| p.name.get(self.lang)).to_owned()
    }

    pub fn person(&self, login: &str) -> String {
        self.directory.called_by(login, self.lang)
    }

    pub fn list(&self, items: impl IntoIterator<Item = String>) -> String {
        let between = match self.lang {
            Lang::En => ", ",
            Lang::ZhHans | Lang::ZhHant => "、",
        };
        items.into_iter().collect::<Vec<_>>().join(between)
    }

    /// `2026-08-12 14:30`, of the city's clock.
    pub fn stamp(&self, at: DateTime<Utc>) -> String {
        local(at).format("%Y-%m-%d %H:%M").to_string()
    }

    /// What a decision does, as one line: `Suspend Delivery: City area, Qingze County, from 2026-08-12 14:30`.
    pub fn decided(&self, decision: &Decision) -> String {
        let what = (self.kind(decision.kind), self.links(&decision.links), self.areas(&decision.areas));
        match (decision.from, decision.until) {
            (None, _) => self.l.msg_svc_decided_open(what.0, what.1, what.2),
            (Some(from), None) => self.l.msg_svc_decided_from(what.0, what.1, what.2, self.stamp(from)),
            (Some(from), Some(until)) => {
                self.l.msg_svc_decided_until(what.0, what.1, what.2, self.stamp(from), self.stamp(until))
            }
        }
    }
}

/// The text for the public that a signed decision calls for, in the three languages: kind, areas, times and links, and
/// nothing a person typed, so that no language has words of another in it and no brand is named.
pub fn announcement(decision: &Decision, sub_kind: &str, edition: &Edition, directory: &Directory) -> Text {
    let one = |lang: Lang| sentence(decision, sub_kind, Names::new(edition, directory, lang));
    Text { zh_hans: one(Lang::ZhHans), zh_hant: one(Lang::ZhHant), en: one(Lang::En) }
}

fn sentence(decision: &Decision, sub_kind: &str, names: Names<'_>) -> String {
    let l = names.l;
    let cause = names.edition.sub_kind(sub_kind).map_or("", |s| s.name.get(names.lang));
    let cause = if names.lang == Lang::En { cause.to_lowercase() } else { cause.to_owned() };
    let areas = names.areas(&decision.areas);
    let links = match (names.lang, names.links(&decision.links)) {
        (Lang::En, links) => links.to_lowercase(),
        (_, links) => links,
    };
    let from = decision.from.map(|at| day_clock(names.lang, at)).unwrap_or_default();
    let until = decision.until.map(|at| day_clock(names.lang, at));
    match (decision.kind, until) {
        (Kind::Suspend, Some(until)) => l.msg_svc_text_suspend_until(cause, from, areas, links, until),
        (Kind::Suspend, None) => l.msg_svc_text_suspend(cause, from, areas, links),
        (Kind::Alter, Some(until)) => l.msg_svc_text_alter_until(cause, from, areas, links, until),
        (Kind::Alter, None) => l.msg_svc_text_alter(cause, from, areas, links),
        (Kind::Resume, _) => l.msg_svc_text_resume(from, areas, links),
    }
}

/// Whether an announcement was changed since it was made, in words; empty when not.
pub fn difference(announcement: &Announcement, lang: Lang) -> String {
    let differs = announcement.differs();
    if differs.is_empty() {
        return String::new();
    }
    let names: Vec<&str> = differs.iter().map(|l| l.own_name()).collect();
    of(lang).msg_svc_differs(names.join(" · "))
}

/// `2026年8月12日14:30`, `14:30 on 12 August 2026`
fn day_clock(lang: Lang, at: DateTime<Utc>) -> String {
    let there = local(at);
    match lang {
        Lang::En => there.format("%H:%M on %-d %B %Y").to_string(),
        Lang::ZhHans | Lang::ZhHant => {
            format!("{}年{}月{}日{}", there.year(), there.month(), there.day(), there.format("%H:%M"))
        }
    }
}
