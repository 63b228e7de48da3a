//! How sure people were and where they were silent, week by week.

use maud::{Markup, html};

use super::layout::{layout, wide};
use super::overview::share;
use super::{Kind, Page, Site, part_of, parts, team, text};
use crate::model::{Date, Number, round_half_up};
use crate::render::status::words::{is_hidden, percent};
use crate::report::{CheckInPoint, KeyResultStatus, TeamStatus};

/// With more key results than this the map has a row for each team, and each team's page one for each key result.
const KEY_RESULTS: usize = 120;
/// Rows of teams on one page.
const ROWS_PER_PAGE: usize = 120;

/// How many pages the map takes.
pub(super) fn parts(site: &Site<'_>) -> usize {
    site.status.teams.len().div_ceil(ROWS_PER_PAGE).max(1)
}

pub(super) fn page(site: &Site<'_>, part: usize) -> Markup {
    let page = Page {
        kind: Kind::Heat,
        part,
    };
    let teams: Vec<(usize, &TeamStatus)> = site.status.teams.iter().enumerate().collect();
    let all: Vec<&KeyResultStatus> = site
        .key_results()
        .filter(|key_result| !key_result.confidential)
        .collect();
    let is_small = all.len() <= KEY_RESULTS && parts(site) == 1;
    let body = html! {
        h1 { "Who is sure, and who is silent" }
        p {
            "Each week: how sure people were, in percent, at the week's last check-in; ✓ where they did not say how sure, – where \
             nobody checked in. A key result that is silent for long is unknown, whatever was said before."
        }
        section aria-labelledby="by-team" {
            h2 id="by-team" { "By team" }
            (self::teams(site, part_of(&teams, part, ROWS_PER_PAGE), page))
        }
        @if is_small && !all.is_empty() {
            section aria-labelledby="by-key-result" {
                h2 id="by-key-result" { "By key result" }
                (key_results(site, &all, page))
            }
        } @else {
            p { "The page of each team has a row for each of its key results." }
        }
    };
    layout(site, page, "Heat map of confidence and staleness", &body)
}

fn weeks(site: &Site<'_>) -> Vec<Date> {
    let status = site.status;
    parts::weeks(status.start, status.end, status.today)
}

fn head(weeks: &[Date], first: &str) -> Markup {
    html! {
        thead { tr {
            th scope="col" { (first) }
            @for week in weeks { th.cell scope="col" { (week.strftime("%-d %b").to_string()) } }
            th scope="col" { "Last word" }
        } }
    }
}

/// A row for each key result.
pub(super) fn key_results(site: &Site<'_>, all: &[&KeyResultStatus], page: Page) -> Markup {
    let weeks = weeks(site);
    let caption = "Confidence in percent by week, for each key result";
    html! {
        (wide(caption, &html! { table.heat {
            caption.hidden { (caption) }
            (head(&weeks, "Key result"))
            tbody { @for key_result in all {
                tr {
                    th.name scope="row" { (site.key(&key_result.key, page)) }
                    @for point in parts::by_week(&key_result.check_ins, &weeks) { (cell(point)) }
                    td.day { (team::last_word(key_result, site.status)) }
                }
            } }
        } }))
    }
}

fn cell(point: Option<&CheckInPoint>) -> Markup {
    html! {
        @match point {
            None => { td.cell.silent { "–" } }
            Some(CheckInPoint { confidence: None, .. }) => { td.cell { "✓" } }
            Some(CheckInPoint { confidence: Some(sure), .. }) => {
                td class={ "cell " (shade(*sure)) } { (round_half_up(*sure, 0)) }
            }
        }
    }
}

/// The shade of a percentage: one of five.
fn shade(percent: Number) -> &'static str {
    let below = |bound: i64| percent < Number::from(bound);
    match () {
        () if below(20) => "heat-0",
        () if below(40) => "heat-1",
        () if below(60) => "heat-2",
        () if below(80) => "heat-3",
        () => "heat-4",
    }
}

/// A row for each team: the mean of what its people said each week, and how many of its key results that covers.
fn teams(site: &Site<'_>, teams: &[(usize, &TeamStatus)], page: Page) -> Markup {
    let weeks = weeks(site);
    let caption = "Mean confidence in percent by week, for each team's own key results";
    html! {
        (wide(caption, &html! { table.heat {
            caption.hidden { (caption) }
            (head(&weeks, "Team"))
            tbody { @for (at, team) in teams {
                @let own: Vec<&KeyResultStatus> = team.objectives.iter().flat_map(|of| &of.key_results).filter(|own| !own.confidential).collect();
                tr {
                    th.name scope="row" {
                        span class={ "depth-" (team.depth.min(6)) } {
                            a href=(site.to(Page::first(Kind::Team(*at)), page)) { (text(&team.name)) }
                        }
                    }
                    @if own.is_empty() {
                        @let why = if is_hidden(&team.objectives) { "confidential" } else { "no key results of its own" };
                        td.dim colspan=(weeks.len() + 1) { (why) }
                    } @else {
                        @for said in by_week(&own, &weeks) { (team_cell(&said, own.len())) }
                        td.day { (silent(&own)) }
                    }
                }
            } }
        } }))
    }
}

/// For each week what was said of each key result.
fn by_week<'k>(own: &[&'k KeyResultStatus], weeks: &[Date]) -> Vec<Vec<&'k CheckInPoint>> {
    let mut said: Vec<Vec<&CheckInPoint>> = weeks.iter().map(|_| Vec::new()).collect();
    for key_result in own {
        let points = parts::by_week(&key_result.check_ins, weeks);
        for (week, point) in said.iter_mut().zip(points) {
            week.extend(point);
        }
    }
    said
}

fn team_cell(said: &[&CheckInPoint], all: usize) -> Markup {
    let sure: Vec<(Number, Number)> = said
        .iter()
        .filter_map(|point| Some((point.confidence?, Number::from(1))))
        .collect();
    let mean = crate::model::weighted_mean(&sure);
    html! {
        @match (said.len(), mean) {
            (0, _) => { td.cell.silent { "–" } }
            (count, mean) => {
                td class={ "cell " (mean.map_or("", shade)) } {
                    @if let Some(mean) = mean { (round_half_up(mean, 0)) } @else { "✓" }
                    @if count < all { div.small { (count) "/" (all) } }
                }
            }
        }
    }
}

/// How many key results are silent for too long.
fn silent(own: &[&KeyResultStatus]) -> Markup {
    let late = own.iter().filter(|own| own.is_stale()).count();
    let newest = own.iter().filter_map(|own| own.last_word).max();
    html! {
        @match newest {
            Some(day) => (day),
            None => { span.dim { "never" } }
        }
        @if late > 0 {
            div.small.late { span aria-hidden="true" { "⚠ " } (late) " of " (own.len()) " late (" (percent(share(late, own.len()))) ")" }
        }
    }
}
