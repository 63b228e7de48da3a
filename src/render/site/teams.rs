//! Teams as a table: on the overview, on the page of the team above them, and all of them.

use maud::{Markup, html};

use super::layout::{layout, wide};
use super::{Kind, Page, Site, TEAMS_PER_PAGE, part_of, parts, text};
use crate::render::status::words::{WITHHELD, is_hidden};
use crate::report::{KeyResultStatus, Standing, TeamStatus};

/// The list of all teams, for a department that is too large for the overview.
pub(super) fn page(site: &Site<'_>, part: usize) -> Markup {
    let page = Page {
        kind: Kind::Teams,
        part,
    };
    let all: Vec<(usize, &TeamStatus)> = site.status.teams.iter().enumerate().collect();
    let shown = part_of(&all, part, TEAMS_PER_PAGE);
    let body = html! {
        h1 { "All " (all.len()) " teams" }
        (table(site, "All teams and how they stand", shown.iter().copied(), page))
    };
    layout(site, page, "All teams", &body)
}

pub(super) fn table<'t>(
    site: &Site<'_>,
    caption: &str,
    teams: impl Iterator<Item = (usize, &'t TeamStatus)>,
    page: Page,
) -> Markup {
    wide(
        caption,
        &html! {
            table {
                caption.hidden { (caption) }
                thead { tr {
                    th scope="col" { "Team" }
                    th.number scope="col" { "Score" }
                    th.number scope="col" { "Due by now" }
                    th.bars scope="col" { span.hidden { "Score against what is due" } }
                    th scope="col" { "Weakest" }
                    th.number scope="col" { "Own key results" }
                    th.number scope="col" { "Late" }
                } }
                tbody { @for (at, team) in teams { (row(site, at, team, page)) } }
            }
        },
    )
}

fn row(site: &Site<'_>, at: usize, team: &TeamStatus, page: Page) -> Markup {
    let own = || team.objectives.iter().flat_map(|of| &of.key_results);
    let late = own().filter(|own| own.is_stale()).count();
    html! {
        tr {
            th.name scope="row" {
                span class={ "depth-" (team.depth.min(6)) } {
                    a href=(site.to(Page::first(Kind::Team(at)), page)) { (text(&team.name)) }
                    @if team.individual { span.dim { " (one person)" } }
                }
            }
            @if is_hidden(&team.objectives) {
                td.dim colspan="6" { "confidential" }
            } @else if team.withheld {
                td.dim colspan="6" { (WITHHELD) }
            } @else {
                (parts::score_cells(&team.score, team.expected, team.movement, team.standing))
                td { (parts::standing(team.standing)) }
                td.number { (own().count()) (troubled(own())) }
                td.number { @if late > 0 { (late) } @else { span.dim { "0" } } }
            }
        }
    }
}

/// How many of a team's own key results are not fine.
fn troubled<'k>(own: impl Iterator<Item = &'k KeyResultStatus>) -> Markup {
    let bad = own.filter(|own| own.standing >= Standing::NeedsAttention);
    let bad = bad.count();
    html! { @if bad > 0 { div.dim.small { (bad) " not fine" } } }
}
