//! An objective with everything about its key results.

use maud::{Markup, html};

use super::layout::{crumbs, layout};
use super::{
    KEY_RESULTS_PER_PAGE, Kind, Page, Site, block, key_result, links, part_of, parts, team, text,
};
use crate::model::{Item, ItemRef, Lifecycle, Objective};
use crate::report::{Input, KeyResultStatus, ObjectiveStatus, Origin, Place, Score, TeamStatus};

/// The longest description that is shown, in characters.
pub(super) const DESCRIPTION: usize = 1_500;
/// The most inputs of a score that are listed.
const INPUTS: usize = 40;
/// The most others that are named in one list.
pub(super) const NAMED: usize = 60;

pub(super) fn page(
    site: &Site<'_>,
    (team_at, team): (usize, &TeamStatus),
    (at, objective): (usize, &ObjectiveStatus),
    part: usize,
) -> Markup {
    let page = Page {
        kind: Kind::Objective(team_at, at),
        part,
    };
    let declared = match site.tree.get(&objective.key) {
        Some(ItemRef::Objective(declared)) => Some(declared),
        _ => None,
    };
    let ways = [
        (
            site.to(Page::first(Kind::Overview), page),
            "Overview".to_owned(),
        ),
        (
            site.to(Page::first(Kind::Team(team_at)), page),
            team.name.clone(),
        ),
    ];
    let own = part_of(&objective.key_results, part, KEY_RESULTS_PER_PAGE);
    let body = html! {
        (crumbs(&ways, &objective.title))
        h1 { (text(&objective.title)) }
        p.lead { (team::line(site, objective, page)) }
        @if part == 0 {
            @if let Some(declared) = declared { (text_of(&declared.item)) }
            (facts(site, objective, declared, page))
            @if !objective.withheld && !objective.key_results.iter().any(|own| own.confidential) {
                (working(&objective.score))
            }
            @if let Some(declared) = declared { (learnt(declared)) }
        }
        @for key_result in own { (self::key_result(site, key_result, page)) }
    };
    layout(site, page, &objective.title, &body)
}

fn key_result(site: &Site<'_>, key_result: &KeyResultStatus, page: Page) -> Markup {
    html! {
        @if key_result.confidential {
            section.key-result { h2 { (site.key(&key_result.key, page)) } }
        } @else {
            (key_result::section(site, key_result, page))
        }
    }
}

/// What people say about it.
pub(super) fn text_of(item: &Item) -> Markup {
    html! {
        @if let Some(description) = &item.description {
            div.prose { (prose(&description.value)) }
        }
    }
}

/// Text in paragraphs: a line break within one is where an editor broke the line, but for lists and the like.
fn prose(markdown: &str) -> Markup {
    let text = block(markdown, DESCRIPTION);
    let paragraphs = text.split("\n\n").filter(|part| !part.trim().is_empty());
    let is_flowing = |line: &str| line.starts_with(char::is_alphabetic);
    html! {
        @for paragraph in paragraphs {
            @let kept = !paragraph.lines().all(is_flowing);
            p.kept[kept] { (paragraph) }
        }
    }
}

/// Where it stands among others.
fn facts(
    site: &Site<'_>,
    objective: &ObjectiveStatus,
    declared: Option<&Objective>,
    page: Page,
) -> Markup {
    html! {
        dl.facts {
            dt { "Key" } dd { code { (objective.key) } }
            dt { "Due" } dd { (objective.due) }
            @if !objective.supported_by.is_empty() {
                dt { "Supported by" }
                dd {
                    (site.keys(objective.supported_by.iter().take(NAMED), page))
                    @if objective.supported_by.len() > NAMED { " and others" }
                }
            }
            (waits(site, &objective.key, page))
            @if let Some(declared) = declared { (ending(&declared.item)) }
            @if let Some(issue) = &objective.issue { dt { "Issue" } dd { (links::issue(issue)) } }
            dt { "File" } dd { (place(&objective.place)) }
        }
    }
}

/// What it waits for, and what waits for it.
pub(super) fn waits(site: &Site<'_>, key: &crate::model::Key, page: Page) -> Markup {
    let both = [
        ("Waits for", site.needs.get(key)),
        ("Waited for by", site.needed_by.get(key)),
    ];
    html! {
        @for (name, keys) in both {
            @if let Some(keys) = keys {
                dt { (name) }
                dd {
                    (site.keys(keys.iter().copied().take(NAMED), page))
                    @if keys.len() > NAMED { " and " (keys.len() - NAMED) " more" }
                }
            }
        }
    }
}

/// How it ended, where it did.
pub(super) fn ending(item: &Item) -> Markup {
    let (what, reason) = match &item.lifecycle {
        Lifecycle::Active => (None, None),
        Lifecycle::Dropped { reason } => (Some("Dropped"), Some(reason)),
        Lifecycle::Closed { reason } => (Some("Ended"), reason.as_ref()),
    };
    html! {
        @if let Some(what) = what {
            dt { (what) }
            dd { @match reason { Some(reason) => (block(&reason.value, DESCRIPTION)), None => "yes" } }
        }
        @if let Some(outcome) = &item.outcome { dt { "Outcome" } dd { (block(&outcome.value, DESCRIPTION)) } }
        @if !item.evidence.is_empty() {
            dt { "Evidence" }
            dd { @for (at, evidence) in item.evidence.iter().take(NAMED).enumerate() {
                @if at > 0 { ", " }
                (links::address(&evidence.value, &block(&evidence.value, 120)))
            } }
        }
    }
}

/// What went well, what did not, and what to try.
fn learnt(declared: &Objective) -> Markup {
    let learnt = &declared.retrospective;
    let all = [
        ("Good", &learnt.good),
        ("Bad", &learnt.bad),
        ("Try", &learnt.try_next),
    ];
    html! {
        @if !learnt.is_empty() {
            section aria-labelledby="learnt" {
                h2 id="learnt" { "What was learnt" }
                @for (name, said) in all {
                    @if !said.is_empty() {
                        h3 { (name) }
                        ul { @for said in said.iter().take(NAMED) { li { (block(&said.value, DESCRIPTION)) } } }
                    }
                }
            }
        }
    }
}

/// How a score comes about, folded.
pub(super) fn working(score: &Score) -> Markup {
    html! {
        details {
            summary { "How the score comes about" }
            p { (text(&score.formula)) }
            @if let Some(working) = &score.working { p { code { (block(working, DESCRIPTION)) } } }
            @if let Some(missing) = &score.missing { p { "No score: " (text(missing)) "." } }
            @if !score.inputs.is_empty() {
                table {
                    caption.hidden { "What went into the score" }
                    thead { tr {
                        th scope="col" { "Input" }
                        th.number scope="col" { "Value" }
                        th scope="col" { "From" }
                    } }
                    tbody { @for input in score.inputs.iter().take(INPUTS) { (self::input(input)) } }
                }
                @if score.inputs.len() > INPUTS { p.dim { "And " (score.inputs.len() - INPUTS) " more." } }
            }
        }
    }
}

fn input(input: &Input) -> Markup {
    html! {
        tr {
            th.name scope="row" { (text(&input.name)) }
            td.number { (input.value.as_deref().map_or_else(|| "–".to_owned(), text)) }
            td { @match &input.origin {
                Origin::File(at) => (place(at)),
                Origin::UnpulledRow => "the issue, not yet in the file",
                Origin::Setting(_) => "okr.toml, or its default",
                Origin::Score => "its own score",
            } }
        }
    }
}

pub(super) fn place(place: &Place) -> Markup {
    html! { code { (text(&place.file)) ":" (place.line) } }
}

/// Whether a list of facts has something to say of how far it is.
pub(super) fn score_line(key_result: &KeyResultStatus) -> Markup {
    let due = key_result.pace.as_ref().map(|pace| pace.expected);
    html! {
        (parts::standing(Some(key_result.standing))) " "
        strong { (crate::render::status::words::percent(key_result.score.percent)) }
        @if let Some(due) = due { " where " (crate::render::status::words::percent(Some(due))) " is due by now" }
    }
}
