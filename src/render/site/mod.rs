//! How a quarter goes as a site of static pages: an overview, this week, a heat map, alignment and dependencies, a page for
//! each team, for each objective, and for each value stream whose flow is known. Pure: the same quarter gives the same bytes.
//!
//! * The pages need no script, no font and no network, and forbid themselves everything but their one stylesheet.
//! * Text that people wrote is shown and does nothing. Only addresses that begin with `https://` or `http://` are links.
//! * What is confidential appears by its key only: whoever may read the OKR project may read the pages.
//! * Long lists go on on further pages, so that a page stays small however many teams there are.

mod alignment;
mod balance;
mod chart;
mod dependencies;
mod flow;
mod heat;
mod key_result;
mod layout;
mod links;
mod objective;
mod overview;
mod parts;
mod team;
mod teams;
#[cfg(test)]
mod tests;
mod week;

use std::collections::{BTreeMap, BTreeSet};

use self::alignment::Branch;
use self::week::Line;
use crate::model::{Id, Key, OkrTree};
use crate::render::terminal_text;
use crate::report::{FlowReport, KeyResultStatus, ObjectiveStatus, Status, TeamStatus};

/// Key results of an objective on one page.
const KEY_RESULTS_PER_PAGE: usize = 10;
/// Objectives of a team on one page.
const OBJECTIVES_PER_PAGE: usize = 15;
/// Teams in one list of all.
const TEAMS_PER_PAGE: usize = 200;
/// Lines of this week on one page.
const LINES_PER_PAGE: usize = 150;
/// Objectives on one page of the alignment.
const BRANCHES_PER_PAGE: usize = 250;

/// What a site is made from.
#[derive(Debug, Clone, Copy)]
pub struct SiteMaterial<'a> {
    /// How the quarter goes, or the part of it that is asked for.
    pub status: &'a Status,
    /// The OKRs: what they say besides numbers.
    pub tree: &'a OkrTree,
    /// The key results whose goal was eased after the quarter began, each with how.
    pub moved: &'a BTreeMap<Key, String>,
    /// How work flows in teams, where that was asked for.
    pub flows: &'a [FlowReport],
}

/// A site: which pages there are, and what each says.
#[derive(Debug)]
pub struct Site<'a> {
    status: &'a Status,
    tree: &'a OkrTree,
    moved: &'a BTreeMap<Key, String>,
    flows: &'a [FlowReport],
    places: BTreeMap<&'a Key, Place>,
    /// What each active objective or key result of the quarter waits for, and the other way round.
    needs: BTreeMap<&'a Key, BTreeSet<&'a Key>>,
    needed_by: BTreeMap<&'a Key, BTreeSet<&'a Key>>,
    branches: Vec<Branch<'a>>,
    lines: Vec<Line<'a>>,
}

/// Where an objective or key result stands in the status: team, objective, key result.
#[derive(Debug, Clone, Copy)]
struct Place {
    team: usize,
    objective: usize,
    key_result: Option<usize>,
}

/// One file of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Page {
    kind: Kind,
    /// Which page of a long list, from 0.
    part: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Style,
    Overview,
    Teams,
    Week,
    Heat,
    Alignment,
    Team(usize),
    Objective(usize, usize),
    Flow(usize),
}

impl Page {
    const fn first(kind: Kind) -> Self {
        Self { kind, part: 0 }
    }
}

impl<'a> Site<'a> {
    /// The site of a quarter.
    pub fn new(material: SiteMaterial<'a>) -> Self {
        let SiteMaterial {
            status,
            tree,
            moved,
            flows,
        } = material;
        let mut places = BTreeMap::new();
        for (team, of_team) in status.teams.iter().enumerate() {
            for (objective, of_objective) in of_team.objectives.iter().enumerate() {
                let place = |key_result| Place {
                    team,
                    objective,
                    key_result,
                };
                places.insert(&of_objective.key, place(None));
                for (at, key_result) in of_objective.key_results.iter().enumerate() {
                    places.insert(&key_result.key, place(Some(at)));
                }
            }
        }
        let mut needs: BTreeMap<&Key, BTreeSet<&Key>> = BTreeMap::new();
        let mut needed_by: BTreeMap<&Key, BTreeSet<&Key>> = BTreeMap::new();
        for entry in tree.items() {
            let item = entry.item();
            if item.key.quarter != status.quarter || !item.lifecycle.is_active() {
                continue;
            }
            for target in &item.depends_on {
                let (from, to) = (&item.key, &target.value);
                if places.contains_key(from) || places.contains_key(to) {
                    needs.entry(from).or_default().insert(to);
                    needed_by.entry(to).or_default().insert(from);
                }
            }
        }
        let mut site = Self {
            status,
            tree,
            moved,
            flows,
            places,
            needs,
            needed_by,
            branches: Vec::new(),
            lines: Vec::new(),
        };
        site.branches = alignment::branches(&site);
        site.lines = week::lines(status, tree);
        site
    }

    /// Every file, by its path within the site, in the order of the paths.
    pub fn files(&self) -> BTreeMap<String, Page> {
        let mut pages = vec![Page::first(Kind::Style), Page::first(Kind::Overview)];
        let mut add = |kind: Kind| {
            let parts = 0..self.parts(kind);
            pages.extend(parts.map(|part| Page { kind, part }));
        };
        if !self.fits_overview() {
            add(Kind::Teams);
        }
        add(Kind::Week);
        add(Kind::Heat);
        add(Kind::Alignment);
        for (team, of_team) in self.status.teams.iter().enumerate() {
            add(Kind::Team(team));
            for (at, objective) in of_team.objectives.iter().enumerate() {
                if !objective.confidential {
                    add(Kind::Objective(team, at));
                }
            }
        }
        pages.extend((0..self.flows.len()).map(|at| Page::first(Kind::Flow(at))));
        let pages = pages.into_iter();
        pages.map(|page| (self.path(page), page)).collect()
    }

    /// What a file of the site says.
    pub fn text(&self, page: Page) -> String {
        let markup = match page.kind {
            Kind::Style => return include_str!("style.css").to_owned(),
            Kind::Overview => overview::page(self),
            Kind::Teams => teams::page(self, page.part),
            Kind::Week => week::page(self, page.part),
            Kind::Heat => heat::page(self, page.part),
            Kind::Alignment => alignment::page(self, page.part),
            Kind::Team(team) => match self.status.teams.get(team) {
                Some(of_team) => team::page(self, team, of_team, page.part),
                None => return String::new(),
            },
            Kind::Objective(team, at) => match self.objective(team, at) {
                Some((of_team, objective)) => {
                    objective::page(self, (team, of_team), (at, objective), page.part)
                }
                None => return String::new(),
            },
            Kind::Flow(at) => match self.flows.get(at) {
                Some(of_team) => flow::page(self, at, of_team),
                None => return String::new(),
            },
        };
        markup.into_string() + "\n"
    }

    /// How many pages something takes, at least one.
    fn parts(&self, kind: Kind) -> usize {
        let (count, per_page) = match kind {
            Kind::Style | Kind::Overview | Kind::Flow(_) => return 1,
            Kind::Teams => (self.status.teams.len(), TEAMS_PER_PAGE),
            Kind::Week => (self.lines.len(), LINES_PER_PAGE),
            Kind::Heat => return heat::parts(self),
            Kind::Alignment => (self.branches.len(), BRANCHES_PER_PAGE),
            Kind::Team(team) => {
                let of_team = self.status.teams.get(team);
                let count = of_team.map_or(0, |team| team.objectives.len());
                (count, OBJECTIVES_PER_PAGE)
            }
            Kind::Objective(team, at) => {
                let of_team = self.objective(team, at);
                let count = of_team.map_or(0, |(_, objective)| objective.key_results.len());
                (count, KEY_RESULTS_PER_PAGE)
            }
        };
        count.div_ceil(per_page).max(1)
    }

    /// The overview shows every team, and a list of all has nothing to add.
    fn fits_overview(&self) -> bool {
        self.status.teams.len() <= overview::TEAMS
    }

    fn objective(&self, team: usize, at: usize) -> Option<(&'a TeamStatus, &'a ObjectiveStatus)> {
        let team = self.status.teams.get(team)?;
        Some((team, team.objectives.get(at)?))
    }

    /// How work flows in a team, where that is known, and its page.
    fn flow_of(&self, team: &Id) -> Option<(Page, &'a FlowReport)> {
        let mut flows = self.flows.iter().enumerate();
        let found = flows.find(|(_, flow)| flow.team == team.as_str());
        found.map(|(at, flow)| (Page::first(Kind::Flow(at)), flow))
    }

    fn objectives(&self) -> impl Iterator<Item = &'a ObjectiveStatus> + use<'a> {
        self.status.teams.iter().flat_map(|team| &team.objectives)
    }

    fn key_results(&self) -> impl Iterator<Item = &'a KeyResultStatus> + use<'a> {
        self.objectives()
            .flat_map(|objective| &objective.key_results)
    }
}

/// The part of a list that is on one page.
fn part_of<T>(list: &[T], part: usize, per_page: usize) -> &[T] {
    let from = part.saturating_mul(per_page).min(list.len());
    let until = from.saturating_add(per_page).min(list.len());
    list.get(from..until).unwrap_or_default()
}

/// A text from outside, on one line; what would reorder or hide a part of it is spelt out. It is escaped where it is put.
fn text(text: &str) -> String {
    terminal_text::line(text).into_owned()
}

/// The same, for text of several lines, and not more of it than so many characters.
fn block(text: &str, limit: usize) -> String {
    terminal_text::block(&crate::render::plan::markdown::escape::cut(
        text.trim_end(),
        limit,
    ))
}
