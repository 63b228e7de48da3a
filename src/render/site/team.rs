//! A team: its objectives with their key results, the teams below it, and how sure its people were, week by week.

use maud::{Markup, html};

use super::layout::{crumbs, layout, wide};
use super::{Kind, OBJECTIVES_PER_PAGE, Page, Site, flow, heat, part_of, parts, teams, text};
use crate::render::status::words::{WITHHELD, incomplete, is_hidden, percent};
use crate::report::{KeyResultStatus, ObjectiveStatus, Status, TeamStatus};

/// The most teams below it that are listed; a list of all goes on.
const BELOW: usize = 60;
/// The most key results of an objective that are listed; its own page goes on.
const KEY_RESULTS: usize = 12;
/// The most rows of its part of the heat map.
const ROWS: usize = 60;

pub(super) fn page(site: &Site<'_>, at: usize, team: &TeamStatus, part: usize) -> Markup {
    let page = Page {
        kind: Kind::Team(at),
        part,
    };
    let below: Vec<(usize, &TeamStatus)> = site
        .status
        .teams
        .iter()
        .enumerate()
        .filter(|(_, other)| other.parent.as_ref() == Some(&team.id))
        .collect();
    let shown: Vec<&KeyResultStatus> = team
        .objectives
        .iter()
        .flat_map(|objective| &objective.key_results)
        .filter(|key_result| !key_result.confidential)
        .take(ROWS)
        .collect();
    let body = html! {
        (crumbs(&ways(site, team, page), &team.name))
        h1 { (text(&team.name)) }
        (summary(site, team))
        @for objective in part_of(&team.objectives, part, OBJECTIVES_PER_PAGE) {
            (self::objective(site, objective, page))
        }
        @if team.objectives.is_empty() { p { "It has no objectives of its own in " (site.status.quarter) "." } }
        @if part == 0 {
            (flow::of_team(site, &team.id, page))
            @if !below.is_empty() {
                section aria-labelledby="below" {
                    h2 id="below" { "Teams below it" }
                    (teams::table(site, "How the teams below it stand", below.iter().take(BELOW).copied(), page))
                    @if below.len() > BELOW {
                        p { a href=(site.to(Page::first(Kind::Teams), page)) { "All teams" } }
                    }
                }
            }
            @if !shown.is_empty() {
                section aria-labelledby="heat" {
                    h2 id="heat" { "Week by week" }
                    (heat::key_results(site, &shown, page))
                }
            }
        }
    };
    layout(site, page, &team.name, &body)
}

/// The overview and the teams above.
fn ways(site: &Site<'_>, team: &TeamStatus, page: Page) -> Vec<(String, String)> {
    let mut ways = Vec::new();
    let mut parent = team.parent.as_ref();
    while let Some(above) = parent {
        let found = site
            .status
            .teams
            .iter()
            .position(|other| other.id == *above);
        let Some((at, of)) = found.and_then(|at| Some((at, site.status.teams.get(at)?))) else {
            break;
        };
        let address = site.to(Page::first(Kind::Team(at)), page);
        ways.push((address, of.name.clone()));
        // Every team stands behind the one above it, so this comes to an end.
        parent = of.parent.as_ref();
    }
    ways.push((
        site.to(Page::first(Kind::Overview), page),
        "Overview".to_owned(),
    ));
    ways.reverse();
    ways
}

fn summary(site: &Site<'_>, team: &TeamStatus) -> Markup {
    html! {
        @if is_hidden(&team.objectives) {
            p { "Its OKRs are confidential." }
        } @else if team.withheld {
            p.lead { (parts::standing(team.standing)) " " span.dim { "its score " (WITHHELD) } }
        } @else {
            p.lead {
                (parts::standing(team.standing)) " "
                strong { (percent(team.score.percent)) }
                @if let Some(due) = team.expected { " where " (percent(Some(due))) " is due by now" }
                @if let Some(change) = parts::changed(team.movement) { ", " (change) " since " (site.status.since) }
                @if let Some(missing) = incomplete(&team.score) { "; " (missing) }
            }
            p.dim { "Its score is " (text(&team.score.formula)) "." }
        }
    }
}

/// An objective with a line for each key result.
fn objective(site: &Site<'_>, objective: &ObjectiveStatus, page: Page) -> Markup {
    let id = format!("o-{}", objective.key.objective);
    html! {
        section.objective aria-labelledby=(id) {
            h2 id=(id) { (site.title(&objective.key, page)) }
            @if objective.confidential {
                p.dim { "confidential" }
            } @else {
                p.lead { (line(site, objective, page)) }
                @if objective.key_results.is_empty() {
                    p.dim { "It has no key results of its own: it stands where what supports it stands." }
                } @else {
                    (table(site, objective, page))
                }
            }
        }
    }
}

/// How an objective stands, and what it supports.
pub(super) fn line(site: &Site<'_>, objective: &ObjectiveStatus, page: Page) -> Markup {
    html! {
        @if is_hidden(std::slice::from_ref(objective)) {
            span.dim { "confidential" }
        } @else {
            (parts::standing(objective.standing)) " "
            @if objective.withheld {
                span.dim { "its score " (WITHHELD) }
            } @else {
                strong { (percent(objective.score.percent)) }
                @if let Some(due) = objective.expected { " where " (percent(Some(due))) " is due by now" }
                @if let Some(missing) = incomplete(&objective.score) { "; " (missing) }
            }
        }
        @if let Some(owner) = &objective.owner { span.dim { " · " (text(owner)) } }
        @if !objective.supports.is_empty() {
            span.dim { " · supports " } (site.keys(&objective.supports, page))
        }
    }
}

fn table(site: &Site<'_>, objective: &ObjectiveStatus, page: Page) -> Markup {
    let caption = format!("Key results of {}", site.short(&objective.key));
    let own = &objective.key_results;
    html! {
        (wide(&caption, &html! { table {
            caption.hidden { (caption) }
            thead { tr {
                th scope="col" { "Key result" }
                th.number scope="col" { "Score" }
                th.number scope="col" { "Due by now" }
                th.bars scope="col" { span.hidden { "Score against what is due" } }
                th scope="col" { "Stands" }
                th.number scope="col" { "Sure" }
                th scope="col" { "Last word" }
            } }
            tbody { @for key_result in own.iter().take(KEY_RESULTS) { (row(site, key_result, page)) } }
        } }))
        @if own.len() > KEY_RESULTS {
            p { "And " (own.len() - KEY_RESULTS) " more on the page of the objective." }
        }
    }
}

fn row(site: &Site<'_>, key_result: &KeyResultStatus, page: Page) -> Markup {
    html! {
        tr {
            th.name scope="row" {
                (site.title(&key_result.key, page))
                @if !key_result.confidential { div.dim.small { (about(key_result)) } }
            }
            @if key_result.confidential {
                td.dim colspan="6" { "confidential" }
            } @else {
                @let due = key_result.pace.as_ref().map(|pace| pace.expected);
                (parts::score_cells(&key_result.score, due, key_result.movement, Some(key_result.standing)))
                td { (parts::standing(Some(key_result.standing))) }
                td.number { (percent(key_result.confidence)) }
                td.day { (last_word(key_result, site.status)) }
            }
        }
    }
}

/// Who answers, of what kind and area it is, and what it may take.
pub(super) fn about(key_result: &KeyResultStatus) -> String {
    let share = key_result
        .share
        .map(|share| format!("{share} % of the bandwidth"));
    let of = [
        key_result.owner.as_deref(),
        key_result.kind.as_deref(),
        key_result.area.as_deref(),
        share.as_deref(),
    ];
    let of: Vec<String> = of.into_iter().flatten().map(text).collect();
    of.join(" · ")
}

/// The day of the last word, and how old that is by how often one is asked for.
pub(super) fn last_word(key_result: &KeyResultStatus, status: &Status) -> Markup {
    let age = key_result
        .last_word
        .map(|day| (status.today - day).get_days());
    html! {
        @match key_result.last_word {
            Some(day) => (day),
            None => { span.dim { "never" } }
        }
        @if let Some(freshness) = key_result.freshness.as_deref() {
            @let freshness = if freshness == "stale" { "out of date" } else { freshness };
            @let late = key_result.is_stale().then_some("late");
            div class={ "small " (late.unwrap_or("dim")) } {
                @if late.is_some() { span aria-hidden="true" { "⚠ " } }
                (freshness)
                @if let Some(age) = age.filter(|age| *age > 0) { ", " (age) " d" }
            }
        }
    }
}
