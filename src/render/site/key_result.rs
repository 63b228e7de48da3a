//! A key result: its chart with the numbers beside it, what was said, and what does not fit together.

use maud::{Markup, html};

use super::chart::chart;
use super::layout::wide;
use super::objective::{DESCRIPTION, NAMED, ending, place, score_line, text_of, waits, working};
use super::{Page, Site, block, flow, links, parts, team, text};
use crate::model::{Health, ItemRef, KeyResult, round_half_up};
use crate::render::status::words::{contradiction, percent, reasons};
use crate::report::{CheckInPoint, KeyResultStatus, Pace, StepStatus};

/// The most check-ins that are listed, the last ones.
const CHECK_INS: usize = 30;
/// The longest note that is shown, in characters.
const NOTE: usize = 400;
/// The most steps that are listed.
const STEPS: usize = 40;

pub(super) fn section(site: &Site<'_>, key_result: &KeyResultStatus, page: Page) -> Markup {
    let declared = match site.tree.get(&key_result.key) {
        Some(ItemRef::KeyResult(_, declared)) => Some(declared),
        _ => None,
    };
    let name = key_result.key.key_result.as_ref();
    let id = links::anchor(name.map_or("", |id| id.as_str()));
    html! {
        section.key-result id=(id) aria-labelledby={ (id) "-name" } {
            h2 id={ (id) "-name" } { (text(&key_result.title)) }
            p.lead { (score_line(key_result)) span.dim { " · " (team::about(key_result)) } }
            (wrong(site, key_result, declared))
            @if let Some(declared) = declared { (text_of(&declared.item)) }
            (chart(key_result, site.status))
            (numbers(key_result))
            (flow::of_key_result(site, key_result, declared, page))
            (facts(site, key_result, declared, page))
            (working(&key_result.score))
        }
    }
}

/// Why it stands as it does, where words and numbers differ, and whether its goal was moved.
fn wrong(site: &Site<'_>, key_result: &KeyResultStatus, declared: Option<&KeyResult>) -> Markup {
    let moved = site.moved.get(&key_result.key);
    let amendments = declared.map_or(&[][..], |declared| &declared.item.amendments);
    let is_quiet = key_result.reasons.is_empty()
        && key_result.contradictions.is_empty()
        && key_result.conflicts.is_empty()
        && moved.is_none()
        && amendments.is_empty();
    html! {
        @if !is_quiet {
            ul.wrong {
                @for reason in reasons(key_result) { li { (parts::flowing(reason)) } }
                @if let Some(said) = contradiction(key_result) {
                    li { strong { "Contradiction: " } (parts::flowing(&said)) }
                }
                @if let Some(moved) = moved { li { strong { "Goal eased: " } (text(moved)) } }
                @for amendment in amendments.iter().take(NAMED) {
                    li {
                        strong { "Goal amended" } " on " span.whole { (amendment.date) } " by "
                        (text(amendment.by.value.as_str())) ": " (block(&amendment.reason.value, NOTE))
                    }
                }
                @for day in key_result.conflicts.iter().take(NAMED) {
                    li { "The file and the issue say different things about " (day) }
                }
            }
        }
    }
}

fn facts(
    site: &Site<'_>,
    key_result: &KeyResultStatus,
    declared: Option<&KeyResult>,
    page: Page,
) -> Markup {
    html! {
        dl.facts {
            dt { "Goal" } dd { (text(&key_result.goal)) ", by " (key_result.due) }
            @if let Some(metric) = declared.and_then(|declared| declared.metric.as_ref()) {
                dt { "Measured by" } dd { (block(&metric.value, DESCRIPTION)) }
            }
            @if let Some(gauge) = declared.and_then(|declared| declared.gauge.as_ref()) {
                dt { "Read from" } dd { (text(&gauge.to_string())) }
            }
            @if let Some(against) = &key_result.pace { (pace(key_result, against)) }
            @if let Some(sure) = key_result.confidence { dt { "Confidence" } dd { (percent(Some(sure))) } }
            dt { "Last word" } dd { (team::last_word(key_result, site.status)) }
            (waits(site, &key_result.key, page))
            @if let Some(declared) = declared {
                @if !declared.item.work.is_empty() {
                    dt { "Work" }
                    dd { @for (at, work) in declared.item.work.iter().take(NAMED).enumerate() {
                        @if at > 0 { ", " }
                        code { (text(&work.value.to_string())) }
                    } }
                }
                (ending(&declared.item))
            }
            @if let Some(issue) = &key_result.issue { dt { "Issue" } dd { (links::issue(issue)) } }
            @if key_result.unreadable_rows > 0 {
                dt { "In the issue" } dd { (key_result.unreadable_rows) " rows that cannot be read" }
            }
            dt { "File" } dd { (place(&key_result.place)) }
        }
    }
}

fn pace(key_result: &KeyResultStatus, pace: &Pace) -> Markup {
    let unit = key_result.unit.as_deref().unwrap_or_default();
    html! {
        dt { "Pace" }
        dd {
            @match pace.ratio {
                Some(ratio) => { (percent(Some(ratio))) " of what was due" },
                None => "not judged yet",
            }
            @if let Some(value) = pace.expected_value { "; today " (round_half_up(value, 2)) " " (text(unit)) " would be even pace" }
        }
        @if let Some(projection) = &pace.projection {
            dt { "Leads to" }
            dd {
                (round_half_up(projection.value, 2)) " " (text(unit)) " by " (projection.by)
                @if let Some(score) = projection.score { " (" (percent(Some(score))) ")" }
                span.dim { ", " (text(&projection.method)) }
            }
        }
    }
}

/// What the chart is drawn from.
fn numbers(key_result: &KeyResultStatus) -> Markup {
    let steps = &key_result.measure.steps;
    let points = &key_result.check_ins;
    let skipped = points.len().saturating_sub(CHECK_INS);
    html! {
        @if !steps.is_empty() {
            (wide(&format!("Steps of {}", key_result.title), &html! { table {
                caption { "Steps" }
                thead { tr {
                    th scope="col" { "Step" }
                    th.number scope="col" { "Weight" }
                    th scope="col" { "Due" }
                    th scope="col" { "Done" }
                } }
                tbody { @for step in steps.iter().take(STEPS) { (self::step(step)) } }
            } }))
            @if steps.len() > STEPS { p.dim { "And " (steps.len() - STEPS) " more." } }
        }
        @if !points.is_empty() {
            (wide(&format!("Check-ins of {}", key_result.title), &html! { table {
                caption {
                    "Check-ins"
                    @if skipped > 0 { ", the last " (CHECK_INS) " of " (points.len()) }
                }
                thead { tr {
                    th scope="col" { "Date" }
                    th.number scope="col" { "Value" }
                    th.number scope="col" { "Score" }
                    th.number scope="col" { "Sure" }
                    th scope="col" { "Health" }
                    th scope="col" { "Note" }
                } }
                tbody { @for point in points.iter().skip(skipped).rev() { (check_in(point, key_result.unit.as_deref())) } }
            } }))
        }
    }
}

fn step(step: &StepStatus) -> Markup {
    html! {
        tr {
            th.name scope="row" { (text(&step.title)) }
            td.number { (step.weight) }
            td.day { (step.due) }
            td.day { @match step.done {
                Some(done) => {
                    span aria-hidden="true" { "✓ " } (done)
                    @if done > step.due { div.small { "late" } }
                }
                None => { span.dim { "not yet" } }
            } }
        }
    }
}

fn check_in(point: &CheckInPoint, unit: Option<&str>) -> Markup {
    html! {
        tr {
            th.day scope="row" { (point.date) }
            td.number {
                @match point.value {
                    Some(value) => { (value) @if let Some(unit) = unit { " " (text(unit)) } }
                    None => "–",
                }
                @if point.measured { div.small { "measured" } }
            }
            td.number { (percent(point.score)) }
            td.number { (percent(point.confidence)) }
            td.short { (point.health.map_or("–", health)) }
            td.words {
                @if let Some(note) = &point.note { (block(note, NOTE)) }
                @if point.is_unpulled() { div.small.late { "in the issue, not yet in the file" } }
            }
        }
    }
}

/// As people read it.
fn health(health: Health) -> &'static str {
    match health {
        Health::OnTrack => "on track",
        Health::NeedsAttention => "needs attention",
        Health::AtRisk => "at risk",
    }
}
