//! What items in progress are linked to in other teams.

use maud::{Markup, html};

use crate::render::counted;
use crate::render::flow::words::{duration, stage};
use crate::render::site::layout::wide;
use crate::render::site::{Page, Site, text};
use crate::report::{DependencyReport, FlowReport};

/// The most links that are listed.
const LISTED: usize = 60;

pub(super) fn section(site: &Site<'_>, report: &FlowReport, page: Page) -> Markup {
    let Some(found) = &report.dependencies else {
        return html! {};
    };
    let unread = report.load.items.len().saturating_sub(found.read);
    let caption = "Links between items in progress and items of other teams";
    html! {
        @if !report.load.items.is_empty() {
            section aria-labelledby="dependencies" {
                h2 id="dependencies" { "Dependencies on other teams" }
                @if found.links.is_empty() {
                    p { "No item in progress is linked to an item of another team." }
                } @else {
                    p {
                        (counted(found.links.len(), "link")) " to items of other teams. On GitLab Free a link does not say who waits for \
                         whom."
                    }
                    (wide(caption, &html! { table {
                        caption.hidden { (caption) }
                        thead { tr {
                            th scope="col" { "In progress here" }
                            th scope="col" { "Link" }
                            th scope="col" { "Linked to" }
                            th scope="col" { "Team" }
                            th scope="col" { "How far that is" }
                        } }
                        tbody { @for link in found.links.iter().take(LISTED) { (row(site, link, page)) } }
                    } }))
                    @if found.links.len() > LISTED { p.dim { "And " (found.links.len() - LISTED) " more." } }
                }
                @if unread > 0 { p.dim { "Of the " (unread) " youngest items the links were not read." } }
            }
        }
    }
}

fn row(site: &Site<'_>, link: &DependencyReport, page: Page) -> Markup {
    let kind = match link.link {
        "blocks" => "blocks",
        "is-blocked-by" => "is blocked by",
        _ => "relates to",
    };
    html! {
        tr {
            th.short scope="row" { (text(&link.issue)) }
            td.short { (kind) }
            td.short { (text(&link.other)) }
            td {
                @for (at, team) in link.teams.iter().enumerate() {
                    @if at > 0 { ", " }
                    (self::team(site, team, page))
                }
            }
            td { (how_far(link)) }
        }
    }
}

/// A team by its name, with the way to its own page of this kind.
fn team(site: &Site<'_>, id: &str, page: Page) -> Markup {
    let flows = site.flows.iter().enumerate();
    let mut own = flows.filter(|(_, report)| report.team == id);
    html! {
        @match own.next() {
            Some((at, report)) => { a href=(site.to(Page::first(crate::render::site::Kind::Flow(at)), page)) { (text(&report.name)) } },
            None => { (text(id)) }
        }
    }
}

fn how_far(link: &DependencyReport) -> String {
    match (link.state, link.age) {
        ("in-progress", Some(age)) => text(&format!(
            "{}, for {}",
            stage(link.stage.as_deref()),
            duration(age)
        )),
        ("done", _) => "done".to_owned(),
        _ => "not in progress".to_owned(),
    }
}
