//! Who waits for whom, and where that meets.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use super::layout::wide;
use super::links::is_confidential;
use super::{Page, Site, parts, text};
use crate::model::{Id, Key};
use crate::render::counted;
use crate::report::Found;

/// The most rows of a table here.
const ROWS: usize = 100;
/// The most of those that wait for one.
const WAITING: usize = 20;

pub(super) fn section(site: &Site<'_>, page: Page) -> Markup {
    let mut needed: Vec<(&Key, &BTreeSet<&Key>)> =
        site.needed_by.iter().map(|(key, by)| (*key, by)).collect();
    // What most others wait for comes first.
    needed.sort_by_key(|(key, by)| (std::cmp::Reverse(by.len()), *key));
    html! {
        section aria-labelledby="dependencies" {
            h2 id="dependencies" { "Who waits for whom" }
            @match needed.first() {
                None => { p { "Nothing depends on anything else." } }
                Some((key, by)) => {
                    @if by.len() > 1 { (bottleneck(site, key, by, page)) }
                    (table(site, &needed, page))
                    (teams(site))
                }
            }
        }
    }
}

/// Where most dependencies meet, in one sentence.
fn bottleneck(site: &Site<'_>, key: &Key, by: &BTreeSet<&Key>, page: Page) -> Markup {
    let teams: BTreeSet<&Id> = by.iter().map(|key| &key.team).collect();
    html! {
        p.lead {
            "Most wait for " (site.key(key, page)) ": "
            (counted(by.len(), "OKR")) " of " (counted(teams.len(), "team")) "."
            @if let Some(standing) = standing(site, key) { " It stands: " (standing) }
        }
    }
}

fn standing(site: &Site<'_>, key: &Key) -> Option<Markup> {
    let found = site.find(key).filter(|found| !is_confidential(*found))?;
    Some(match found {
        Found::Objective(objective) => parts::standing(objective.standing),
        Found::KeyResult(key_result) => parts::standing(Some(key_result.standing)),
    })
}

fn table(site: &Site<'_>, needed: &[(&Key, &BTreeSet<&Key>)], page: Page) -> Markup {
    let caption = "What others wait for";
    html! {
        (wide(caption, &html! { table {
            caption.hidden { (caption) }
            thead { tr {
                th scope="col" { "Needed" }
                th scope="col" { "Stands" }
                th.number scope="col" { "Waiting" }
                th scope="col" { "Who waits" }
            } }
            tbody { @for (key, by) in needed.iter().take(ROWS) {
                tr {
                    th.name scope="row" { (site.key(key, page)) }
                    td { @if let Some(standing) = standing(site, key) { (standing) } @else { "–" } }
                    td.number { (by.len()) }
                    td.words {
                        (site.keys(by.iter().copied().take(WAITING), page))
                        @if by.len() > WAITING { " and " (by.len() - WAITING) " more" }
                    }
                }
            } }
        } }))
        @if needed.len() > ROWS { p.dim { "And " (needed.len() - ROWS) " more that fewer wait for." } }
    }
}

/// Between teams: how many OKRs of one wait for another.
fn teams(site: &Site<'_>) -> Markup {
    let mut between: BTreeMap<(&Id, &Id), usize> = BTreeMap::new();
    for (from, needs) in &site.needs {
        for to in needs.iter().filter(|to| to.team != from.team) {
            *between.entry((&to.team, &from.team)).or_default() += 1;
        }
    }
    let mut pairs: Vec<_> = between.into_iter().collect();
    pairs.sort_by_key(|(teams, count)| (std::cmp::Reverse(*count), *teams));
    let name = |id: &Id| {
        let mut teams = site.status.teams.iter();
        let team = teams.find(|team| team.id == *id);
        text(team.map_or(id.as_str(), |team| &team.name))
    };
    let caption = "Between teams";
    html! {
        @if !pairs.is_empty() {
            (wide(caption, &html! { table {
                caption { (caption) }
                thead { tr {
                    th scope="col" { "Waited for" }
                    th scope="col" { "Who waits" }
                    th.number scope="col" { "For how many" }
                } }
                tbody { @for ((to, from), count) in pairs.iter().take(ROWS) {
                    tr {
                        th.name scope="row" { (name(to)) }
                        td { (name(from)) }
                        td.number { (count) }
                    }
                } }
            } }))
        }
    }
}
