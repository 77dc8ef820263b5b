//! What pages show of service: sheets of decisions, announcements, and the matrix links × regions.

use std::collections::BTreeMap;

use super::announcement::Announcement;
use super::decision::{self, Decision, Kind, Stance};
use super::words::{Names, difference};
use super::{Reported, Service, Stated, rank};

/// Everything about service in one incident, for the command post and the incident's page.
pub struct Overview {
    /// Of the incident.
    pub number: String,
    /// Decisions in force and drafts, the latest first; then those past.
    pub decisions: Vec<Sheet>,
    pub announcements: Vec<Told>,
    pub matrix: Matrix,
    pub may_decide: bool,
    pub may_announce: bool,
    pub may_set: bool,
    /// A task of the incident asks for a decision on service.
    pub asked: bool,
}

impl Overview {
    /// Whether an incident has anything to do with service, so that its page shows it.
    pub fn is_shown(&self) -> bool {
        let touched =
            self.matrix.troubled > 0 || self.matrix.rows.iter().flat_map(|r| &r.cells).any(|c| !c.set.is_empty());
        touched || self.asked || !self.decisions.is_empty()
    }
}

/// A decision as its sheet shows it.
pub struct Sheet {
    pub number: String,
    pub kind: Kind,
    pub kind_name: String,
    pub body_name: String,
    pub clause: &'static str,
    pub areas: String,
    pub links: String,
    pub from: Option<String>,
    pub until: Option<String>,
    pub question: String,
    pub detail: String,
    pub reason: String,
    /// Who drew it up, and when.
    pub drafted: (String, String),
    /// Who signed it, in what role, and when.
    pub signed: Option<(String, String, String)>,
    pub standing: Force,
    /// Areas where it holds.
    pub holds_in: String,
    /// Earlier decisions whose place it takes, or on a draft would take: number, areas.
    pub replaces: Vec<(String, String)>,
    /// Later decisions that took its place: number, areas.
    pub replaced: Vec<(String, String)>,
    pub opinions: Vec<Opinioned>,
}

/// Where a decision stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Force {
    Draft,
    InForce,
    /// A resumption, or one whose place others took everywhere.
    Past,
}

pub struct Opinioned {
    pub who: String,
    pub stance: Stance,
    pub stance_name: String,
    pub text: String,
    pub at: String,
}

/// An announcement as its page shows it.
pub struct Told {
    pub number: String,
    /// The decision it tells of: number, and what it does in a line.
    pub decision: (String, String),
    pub kind: Option<Kind>,
    /// Language tag, own name, text as sent, text as made.
    pub texts: Vec<TextShown>,
    /// That the text was changed, in words; empty when it was not.
    pub difference: String,
    pub channels: Vec<ChannelShown>,
    pub proven: usize,
    pub made: (String, String),
    pub done: Option<(String, String)>,
}

pub struct TextShown {
    pub tag: &'static str,
    pub language: &'static str,
    pub text: String,
    pub generated: String,
    pub changed: bool,
}

pub struct ChannelShown {
    pub code: String,
    pub name: String,
    pub proof: Option<Proof>,
}

pub struct Proof {
    pub at: String,
    pub text: String,
    pub by: String,
}

/// Links × regions.
pub struct Matrix {
    /// Code and name.
    pub regions: Vec<(String, String)>,
    pub rows: Vec<MatrixRow>,
    /// Cells that are not normal.
    pub troubled: usize,
}

pub struct MatrixRow {
    pub link: String,
    pub name: String,
    pub cells: Vec<CellShown>,
}

pub struct CellShown {
    pub region: String,
    pub region_name: String,
    pub state: String,
    pub state_name: String,
    /// Who set it, and when; empty where only the report says so, or nothing was said.
    pub set: String,
    /// Incidents that keep it from normal, in the matrix of the whole city.
    pub because: Vec<String>,
}

/// How links stand because of one open incident.
#[derive(Debug, Clone)]
pub struct Standing {
    pub number: String,
    pub regions: Vec<String>,
    pub links: BTreeMap<String, String>,
    pub states: Vec<Stated>,
}

pub fn sheet(decision: &Decision, all: &[Decision], names: Names<'_>) -> Sheet {
    let holds: Vec<&str> = decision.areas_in_force().collect();
    let standing = match (decision.is_signed(), holds.is_empty()) {
        (false, _) => Force::Draft,
        (true, false) => Force::InForce,
        (true, true) => Force::Past,
    };
    let signed = decision.signed_by.as_deref().zip(decision.signed_at);
    Sheet {
        number: decision.number.clone(),
        kind: decision.kind,
        kind_name: names.kind(decision.kind),
        body_name: names.body(decision.body),
        clause: decision.body.clause(),
        areas: names.areas(&decision.areas),
        links: names.links(&decision.links),
        from: decision.from.map(|at| names.stamp(at)),
        until: decision.until.map(|at| names.stamp(at)),
        question: decision.question.clone(),
        detail: decision.detail.clone(),
        reason: decision.reason.clone(),
        drafted: (names.person(&decision.drafted_by), names.stamp(decision.drafted_at)),
        signed: signed.map(|(by, at)| {
            let role = decision.signed_role.as_deref().map(|r| names.role(r)).unwrap_or_default();
            (names.person(by), role, names.stamp(at))
        }),
        standing,
        holds_in: names.areas(&holds),
        replaces: replaces(decision, all, names),
        replaced: replaced(decision, names),
        opinions: decision
            .opinions
            .iter()
            .map(|o| Opinioned {
                who: names.person(&o.login),
                stance: o.stance,
                stance_name: names.stance(o.stance),
                text: o.text.clone(),
                at: names.stamp(o.at),
            })
            .collect(),
    }
}

fn replaces(decision: &Decision, all: &[Decision], names: Names<'_>) -> Vec<(String, String)> {
    taken_over(decision, all).into_iter().map(|(number, areas)| (number, names.areas(&areas))).collect()
}

/// Earlier decisions whose place a decision takes, or on a draft would take: number, area codes.
pub fn taken_over(decision: &Decision, all: &[Decision]) -> Vec<(String, Vec<String>)> {
    if !decision.is_signed() {
        return decision::replaces(all, &decision.areas, &decision.links);
    }
    let by_this = |d: &Decision| {
        let areas = d.replaced.iter().filter(|(_, by)| **by == decision.number).map(|(area, _)| area.clone());
        (d.number.clone(), areas.collect::<Vec<_>>())
    };
    all.iter().map(by_this).filter(|(_, areas)| !areas.is_empty()).collect()
}

fn replaced(decision: &Decision, names: Names<'_>) -> Vec<(String, String)> {
    let mut later: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (area, number) in &decision.replaced {
        later.entry(number).or_default().push(area);
    }
    later.into_iter().map(|(number, areas)| (number.to_owned(), names.areas(&areas))).collect()
}

pub fn told(announcement: &Announcement, decisions: &[Decision], required: &[String], names: Names<'_>) -> Told {
    let decision = decisions.iter().find(|d| d.id == announcement.decision);
    let channels: Vec<ChannelShown> = required
        .iter()
        .map(|code| ChannelShown {
            code: code.clone(),
            name: names.channel(code),
            proof: announcement.channel(code).map(|c| Proof {
                at: names.stamp(c.at),
                text: c.proof.clone(),
                by: names.person(&c.by),
            }),
        })
        .collect();
    Told {
        number: announcement.number.clone(),
        decision: decision.map(|d| (d.number.clone(), names.decided(d))).unwrap_or_default(),
        kind: decision.map(|d| d.kind),
        texts: crate::lang::Lang::ALL
            .into_iter()
            .map(|lang| TextShown {
                tag: lang.tag(),
                language: lang.own_name(),
                text: announcement.text.get(lang).to_owned(),
                generated: announcement.generated.get(lang).to_owned(),
                changed: announcement.differs().contains(&lang),
            })
            .collect(),
        difference: difference(announcement, names.lang),
        proven: channels.iter().filter(|c| c.proof.is_some()).count(),
        channels,
        made: (names.person(&announcement.made_by), names.stamp(announcement.made_at)),
        done: announcement
            .done_by
            .as_deref()
            .zip(announcement.done_at)
            .map(|(by, at)| (names.person(by), names.stamp(at))),
    }
}

/// Sheets for a list: drafts and what is in force first, the latest first within each.
pub fn sheets(service: &Service, names: Names<'_>) -> Vec<Sheet> {
    let all = &service.decisions;
    let mut sheets: Vec<Sheet> = all.iter().rev().map(|d| sheet(d, all, names)).collect();
    sheets.sort_by_key(|s| s.standing == Force::Past);
    sheets
}

/// The matrix of one incident.
pub fn matrix(service: &Service, reported: Reported<'_>, names: Names<'_>) -> Matrix {
    build(names, |region, link| {
        let cell = service.cell(reported, region, link);
        let set = cell.set.map(|(by, at)| names.l.msg_svc_set_by(names.person(&by), names.stamp(at)));
        (cell.state, set.unwrap_or_default(), Vec::new())
    })
}

/// The matrix of the whole city: the worst state of each link in each region, and the incidents to blame.
pub fn city(standings: &[Standing], names: Names<'_>) -> Matrix {
    let services: Vec<(Service, &Standing)> =
        standings.iter().map(|s| (Service { states: s.states.clone(), ..Service::default() }, s)).collect();
    build(names, |region, link| {
        let mut worst = super::NORMAL.to_owned();
        let mut because = Vec::new();
        for (service, standing) in &services {
            let reported = Reported { regions: &standing.regions, links: &standing.links };
            let cell = service.cell(reported, region, link);
            if rank(&cell.state) > 0 {
                because.push(standing.number.clone());
            }
            if rank(&cell.state) > rank(&worst) {
                worst = cell.state;
            }
        }
        (worst, String::new(), because)
    })
}

fn build(names: Names<'_>, cell: impl Fn(&str, &str) -> (String, String, Vec<String>)) -> Matrix {
    let regions: Vec<(String, String)> =
        names.directory.regions().iter().map(|r| (r.code.clone(), names.area(&r.code))).collect();
    let rows: Vec<MatrixRow> = names
        .edition
        .matrix
        .links
        .iter()
        .map(|link| MatrixRow {
            link: link.code.clone(),
            name: names.link(&link.code),
            cells: regions
                .iter()
                .map(|(region, region_name)| {
                    let (state, set, because) = cell(region, &link.code);
                    CellShown {
                        region: region.clone(),
                        region_name: region_name.clone(),
                        state_name: names.state(&state),
                        state,
                        set,
                        because,
                    }
                })
                .collect(),
        })
        .collect();
    let troubled = rows.iter().flat_map(|r| &r.cells).filter(|c| rank(&c.state) > 0).count();
    Matrix { regions, rows, troubled }
}

/// What already holds in an area, for whoever is about to decide on it.
pub struct AreaChoice {
    pub code: String,
    pub name: String,
    /// One of the incident's own regions.
    pub affected: bool,
    /// What holds there now: number of the decision, and in words what it does.
    pub holds: Option<(String, String)>,
}

pub fn areas(service: &Service, reported: Reported<'_>, names: Names<'_>) -> Vec<AreaChoice> {
    let holding = |code: &str| service.decisions.iter().rev().find(|d| d.areas_in_force().any(|a| a == code));
    let choice = |code: &str| AreaChoice {
        code: code.to_owned(),
        name: names.area(code),
        affected: reported.regions.iter().any(|r| r == code),
        holds: holding(code).map(|d| (d.number.clone(), format!("{} · {}", names.kind(d.kind), names.body(d.body)))),
    };
    names.directory.regions().iter().map(|r| choice(&r.code)).collect()
}
