//! What supports what, across teams: as a list, and where it is small enough as a picture.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, PreEscaped, html};

use super::layout::{layout, wide};
use super::{BRANCHES_PER_PAGE, Kind, Page, Site, dependencies, part_of, parts, text};
use crate::model::Key;
use crate::render::counted;
use crate::render::status::words::{WITHHELD, is_hidden, percent};
use crate::report::ObjectiveStatus;

/// The most objectives that a picture shows.
const PICTURED: usize = 40;
/// How deep the list goes; deeper ones would be in a circle.
const DEEPEST: usize = 12;

/// An objective at its place in the list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Branch<'a> {
    depth: usize,
    objective: &'a ObjectiveStatus,
    /// It supports several: what supports it stands at the first of them.
    again: bool,
}

/// All objectives, each below what it supports. One that supports several is there several times.
pub(super) fn branches<'a>(site: &Site<'a>) -> Vec<Branch<'a>> {
    let by_key: BTreeMap<&Key, &'a ObjectiveStatus> = site
        .objectives()
        .map(|objective| (&objective.key, objective))
        .collect();
    let mut seen: BTreeSet<&Key> = BTreeSet::new();
    let mut branches = Vec::new();
    let mut follow = |root: &'a ObjectiveStatus, branches: &mut Vec<Branch<'a>>| {
        let mut next = vec![(0, root)];
        while let Some((depth, objective)) = next.pop() {
            let again = !seen.insert(&objective.key);
            branches.push(Branch {
                depth,
                objective,
                again,
            });
            if !again && depth < DEEPEST {
                let below = objective.supported_by.iter().rev();
                next.extend(below.filter_map(|key| Some((depth + 1, *by_key.get(key)?))));
            }
        }
    };
    let is_root = |objective: &&ObjectiveStatus| {
        let mut above = objective.supports.iter();
        !above.any(|key| by_key.contains_key(key))
    };
    for root in site.objectives().filter(is_root) {
        follow(root, &mut branches);
    }
    branches
}

pub(super) fn page(site: &Site<'_>, part: usize) -> Markup {
    let page = Page {
        kind: Kind::Alignment,
        part,
    };
    let body = html! {
        h1 { "Alignment and dependencies" }
        @if part == 0 {
            (dependencies::section(site, page))
        }
        section aria-labelledby="supports" {
            h2 id="supports" { "What supports what" }
            p.dim { "An objective stands below the one that it supports, also one of another team." }
            @if part == 0 { (picture(site)) }
            (list(site, part_of(&site.branches, part, BRANCHES_PER_PAGE), page))
        }
    };
    layout(site, page, "Alignment and dependencies", &body)
}

/// Nested lists from branches in their order. The tags are ours; what is in them is escaped where it is put.
fn list(site: &Site<'_>, branches: &[Branch<'_>], page: Page) -> Markup {
    let least = branches
        .iter()
        .map(|branch| branch.depth)
        .min()
        .unwrap_or(0);
    let mut open = 0;
    let mut html = String::new();
    for branch in branches {
        // A page may begin in the middle of a branch.
        let depth = (branch.depth - least).min(open) + 1;
        if depth > open {
            html.push_str("<ul class=\"tree\">");
        } else {
            html.push_str("</li>");
            html.push_str(&"</ul></li>".repeat(open - depth));
        }
        open = depth;
        html.push_str("<li>");
        html.push_str(&entry(site, branch, page).into_string());
    }
    html.push_str(&"</li></ul>".repeat(open));
    PreEscaped(html)
}

fn entry(site: &Site<'_>, branch: &Branch<'_>, page: Page) -> Markup {
    let objective = branch.objective;
    html! {
        (site.title(&objective.key, page)) " "
        @if is_hidden(std::slice::from_ref(objective)) || objective.confidential {
            ""
        } @else if objective.score.percent.is_none() && objective.standing.is_none() {
            span.dim { "no score" }
        } @else {
            (parts::standing(objective.standing)) " "
            span.dim { @if objective.withheld { (WITHHELD) } @else { (percent(objective.score.percent)) } }
        }
        div.dim.small {
            (objective.key.team.as_str())
            @if branch.again && !objective.supported_by.is_empty() { " · what supports it stands above" }
        }
    }
}

/// Where a box lies.
struct Node<'a> {
    objective: &'a ObjectiveStatus,
    x: f64,
    y: f64,
}

const WIDTH: f64 = 210.0;
const HEIGHT: f64 = 46.0;
const STEP_X: f64 = 270.0;
const STEP_Y: f64 = 62.0;

/// The objectives as boxes, each to the right of what it supports.
fn picture(site: &Site<'_>) -> Markup {
    let links = site.branches.iter().any(|branch| branch.depth > 0);
    if !links || site.branches.len() > PICTURED {
        return html! {};
    }
    let mut nodes: BTreeMap<&Key, Node<'_>> = BTreeMap::new();
    let mut row = 0.0;
    let mut before = 0;
    for branch in site.branches.iter().filter(|branch| !branch.again) {
        // Beside what it supports, or below everything before it.
        if !nodes.is_empty() && branch.depth <= before {
            row += STEP_Y;
        }
        before = branch.depth;
        let depth = f64::from(u32::try_from(branch.depth).unwrap_or(0));
        let node = Node {
            objective: branch.objective,
            x: depth * STEP_X + 1.0,
            y: row + 1.0,
        };
        nodes.insert(&branch.objective.key, node);
    }
    let right = nodes.values().map(|node| node.x).fold(0.0, f64::max) + WIDTH + 1.0;
    let bottom = row + HEIGHT + 2.0;
    let about = format!(
        "{}. The list below says the same.",
        counted(nodes.len(), "objective")
    );
    let width = format!("{right:.0}");
    html! {
        (wide("Picture of what supports what", &html! {
            svg.graph role="img" aria-labelledby="graph-name graph-about"
                viewBox=(format!("0 0 {right:.0} {bottom:.0}")) width=(width) {
                title id="graph-name" { "What supports what" }
                desc id="graph-about" { (about) }
                @for node in nodes.values() {
                    @for target in node.objective.supports.iter().filter_map(|key| nodes.get(key)) {
                        path.edge d=(edge(node, target)) {}
                    }
                }
                @for node in nodes.values() { (box_of(site, node)) }
            }
        }))
    }
}

/// From the left side of what supports to the right side of what it supports.
fn edge(from: &Node<'_>, to: &Node<'_>) -> String {
    let (x1, y1) = (from.x, from.y + HEIGHT / 2.0);
    let (x2, y2) = (to.x + WIDTH, to.y + HEIGHT / 2.0);
    let middle = f64::midpoint(x1, x2);
    format!("M{x1:.0} {y1:.0}C{middle:.0} {y1:.0} {middle:.0} {y2:.0} {x2:.0} {y2:.0}")
}

fn box_of(site: &Site<'_>, node: &Node<'_>) -> Markup {
    let objective = node.objective;
    let hidden = is_hidden(std::slice::from_ref(objective));
    let at = |by: f64| format!("{:.0}", node.y + by);
    let score = percent(objective.score.percent);
    let standing = objective.standing.filter(|_| !hidden);
    let line = format!("{:.0}", node.x + 10.0);
    let team = site.status.teams.iter();
    let team = team.clone().find(|team| team.id == objective.key.team);
    html! {
        rect class={ "node " (standing.map_or("quiet", parts::class)) }
            x=(format!("{:.0}", node.x)) y=(at(0.0)) width=(WIDTH) height=(HEIGHT) rx="6" {}
        text.node-team x=(line) y=(at(18.0)) { (short(team.map_or("", |team| &team.name), 30)) }
        text.node-name x=(line) y=(at(36.0)) {
            @if let Some(standing) = standing { (parts::sign(standing)) " " }
            (short(objective.key.objective.as_str(), 19))
            @if !objective.withheld && objective.score.percent.is_some() { " · " (score) }
        }
    }
}

/// A text that fits into a box.
fn short(words: &str, limit: usize) -> String {
    let words = text(words);
    if words.chars().count() <= limit {
        return words;
    }
    let kept: String = words.chars().take(limit.saturating_sub(1)).collect();
    kept + "…"
}
