//! The first page: whether the quarter goes well, where not, and what somebody has to decide.

use maud::{Markup, html};

use super::layout::{layout, when};
use super::week::{self, Section};
use super::{Kind, Page, Site, balance, flow, parts, teams, text};
use crate::model::Number;
use crate::render::status::words::{WITHHELD, is_hidden, percent};
use crate::report::{Counts, TeamStatus};

/// The most teams that are listed here; the others stand in a list of their own.
pub(super) const TEAMS: usize = 60;
/// The most lines of each list; all stand on the page of the week.
const LINES: usize = 10;
/// The most teams that stand at the top in large figures.
const LARGE: usize = 4;

pub(super) fn page(site: &Site<'_>) -> Markup {
    let page = Page::first(Kind::Overview);
    let status = site.status;
    let body = html! {
        h1 { (parts::flowing(&status.answer.sentence)) }
        p.when { (parts::flowing(&format!("{}; + and − are changes since {}", when(site), status.since))) }
        (figures(site, page))
        (standings(status.answer.counts))
        @for section in [Section::Decisions, Section::NeedsAttention, Section::Silent] {
            (list(site, section, page))
        }
        section aria-labelledby="teams" {
            h2 id="teams" { "Teams" }
            @let shown = shown(&status.teams);
            (teams::table(site, "Teams and how they stand", shown.iter().copied(), page))
            @if !site.fits_overview() {
                p { a href=(site.to(Page::first(Kind::Teams), page)) { "All " (status.teams.len()) " teams" } }
            }
        }
        (flow::overview(site, page))
        (balance::section(site))
    };
    layout(site, page, &status.answer.sentence, &body)
}

/// The teams at the top of the tree in large figures.
fn figures(site: &Site<'_>, page: Page) -> Markup {
    let teams = site.status.teams.iter().enumerate();
    let top: Vec<(usize, &TeamStatus)> = teams
        .filter(|(_, team)| team.depth == 0 && !is_hidden(&team.objectives))
        .collect();
    html! {
        @if top.len() <= LARGE {
            ul.figures {
                @for (at, team) in top {
                    li {
                        a href=(site.to(Page::first(Kind::Team(at)), page)) { (text(&team.name)) }
                        @if team.withheld {
                            div.dim { (WITHHELD) }
                        } @else {
                            div.figure { (percent(team.score.percent)) }
                            div.dim {
                                @if let Some(due) = team.expected { (percent(Some(due))) " is due by now" }
                                @if let Some(change) = parts::changed(team.movement) {
                                    ", " (change) " since " span.whole { (site.status.since) }
                                }
                            }
                            (parts::bar(team.score.percent, team.expected, team.standing))
                        }
                    }
                }
            }
        }
    }
}

/// How many key results stand how, as one bar and in words.
fn standings(counts: Counts) -> Markup {
    let all = [
        (counts.reached, "reached", "✓", "reached"),
        (counts.on_track, "on-track", "●", "on track"),
        (
            counts.needs_attention,
            "attention",
            "▲",
            "needing attention",
        ),
        (counts.unknown, "unknown", "?", "unknown"),
        (counts.at_risk, "at-risk", "◆", "at risk"),
        (counts.not_begun, "quiet", "○", "not begun"),
        (counts.ended, "quiet", "■", "ended"),
        (counts.dropped, "quiet", "×", "dropped"),
    ];
    let some: Vec<_> = all.into_iter().filter(|(count, ..)| *count > 0).collect();
    let sum: u32 = some.iter().map(|(count, ..)| *count).sum();
    let scale = |count: u32| f64::from(count) * 600.0 / f64::from(sum.max(1));
    let mut left = 0;
    let parts: Vec<(f64, f64, &str)> = some
        .iter()
        .map(|(count, class, ..)| {
            let part = (scale(left), scale(*count), *class);
            left += *count;
            part
        })
        .collect();
    html! {
        @if sum > 0 {
            svg.stack viewBox="0 0 600 14" preserveAspectRatio="none" aria-hidden="true" {
                @for (x, width, class) in parts {
                    rect class={ "fill " (class) } x=(format!("{x:.1}")) width=(format!("{:.1}", (width - 2.0).max(0.5))) height="14" {}
                }
            }
            ul.legend {
                @for (count, class, sign, name) in &some {
                    li { span class={ "standing " (class) } { span aria-hidden="true" { (sign) } " " (count) } " " (name) }
                }
                @if counts.stale > 0 { li { strong { (counts.stale) } " with a late check-in" } }
            }
        }
    }
}

/// The first lines of a section of this week.
fn list(site: &Site<'_>, section: Section, page: Page) -> Markup {
    let lines = site.lines.iter();
    let of: Vec<_> = lines.filter(|line| line.section == section).collect();
    html! {
        @if !of.is_empty() {
            section aria-labelledby=(section.id()) {
                h2 id=(section.id()) { (section.name()) }
                ul.lines { @for line in of.iter().take(LINES) { (week::line(site, line, page)) } }
                @if of.len() > LINES {
                    p {
                        a href={ (site.to(Page { kind: Kind::Week, part: site.part_of_section(section) }, page)) "#" (section.id()) } {
                            "All " (of.len())
                            span.hidden { " of: " (section.name()) }
                        }
                    }
                }
            }
        }
    }
}

/// As many levels of the tree as there is room for, at least the teams at the top.
fn shown(teams: &[TeamStatus]) -> Vec<(usize, &TeamStatus)> {
    let upto = |depth: u32| teams.iter().filter(|team| team.depth <= depth).count();
    let deepest = teams.iter().map(|team| team.depth).max().unwrap_or(0);
    let depth = (0..=deepest).rev().find(|depth| upto(*depth) <= TEAMS);
    let teams = teams.iter().enumerate();
    teams
        .filter(|(_, team)| team.depth <= depth.unwrap_or(0))
        .take(TEAMS)
        .collect()
}

/// What part of all something is, in whole percent.
pub(super) fn share(count: usize, all: usize) -> Option<Number> {
    let number = |count: usize| i64::try_from(count).ok().map(Number::from);
    let part = number(count)?.decimal().checked_mul(100.into())?;
    let part = part.checked_div(number(all)?.decimal())?;
    Some(Number::new(part))
}
