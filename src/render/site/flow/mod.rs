//! A value stream: the five metrics over time, where work stays, what is old, and what of it all is not certain. Each chart
//! has its numbers in a table below it.

mod aging;
mod by_quarter;
mod by_week;
mod dependencies;
mod key_result;

use std::fmt::Write as _;

use jiff::tz::TimeZone;
use maud::{Markup, html};

use self::by_week::{distribution, efficiency, load, stages, times};
pub(super) use self::key_result::of_key_result;
use super::layout::{crumbs, layout, wide};
use super::{Kind, Page, Site, parts, text};
use crate::model::{Id, Number, round_half_up};
use crate::render::counted;
use crate::render::flow::words::{self, UNKNOWN_TIME, duration, percent, shares, spread};
use crate::report::{FlowReport, LoadItem, TimesReport};

/// The most value streams in one list.
const STREAMS: usize = 60;
/// The most items that were done that are listed, the last ones.
const DONE: usize = 100;

pub(super) fn page(site: &Site<'_>, at: usize, report: &FlowReport) -> Markup {
    let page = Page::first(Kind::Flow(at));
    let today = site.status.today;
    let body = html! {
        (crumbs(&ways(site, report, page), "Flow"))
        h1 { "How work flows: " (text(&report.name)) }
        p.when { (parts::flowing(&time_of(report))) }
        (figures(report))
        (not_certain(report))
        section aria-labelledby="bottleneck" {
            h2 id="bottleneck" { "Where work stays" }
            p { strong { "Bottleneck: " } (bottleneck(report)) "." }
            p.dim {
                "A bottleneck is the label where most of the time in progress goes, by more than a quarter more than to the next, and \
                 where more items are in the second half of the time than in the first, by a tenth at least."
            }
            (stages(report, today))
        }
        section aria-labelledby="load" {
            h2 id="load" { "Load against velocity" }
            p { (load_in_words(report)) }
            (load(report, today))
        }
        section aria-labelledby="time" {
            h2 id="time" { "Flow time" }
            p { (sentence(&report.time.map_or_else(|| UNKNOWN_TIME.to_owned(), |time| spread(&time)))) }
            p.dim { "From the first day on which an item waited or was worked on to its end." }
            (times(report, today))
        }
        section aria-labelledby="efficiency" {
            h2 id="efficiency" { "Flow efficiency" }
            p { (efficiency_in_words(report)) }
            (efficiency(report, today))
        }
        section aria-labelledby="distribution" {
            h2 id="distribution" { "Flow distribution" }
            p { (sentence(&shares(&report.distribution))) }
            (distribution(report, today))
            (by_quarter::distribution(report))
        }
        section aria-labelledby="aging" {
            h2 id="aging" { "Aging work in progress" }
            (aging::section(report))
        }
        (dependencies::section(site, report, page))
        (delivery(report))
        (done(report))
    };
    layout(site, page, &format!("Flow of {}", report.name), &body)
}

/// A section of the page of a team: how its work flows, in a line.
pub(super) fn of_team(site: &Site<'_>, team: &Id, page: Page) -> Markup {
    html! {
        @if let Some((of_flow, report)) = site.flow_of(team) {
            section aria-labelledby="flow" {
                h2 id="flow" { a href=(site.to(of_flow, page)) { "How its work flows" } }
                p {
                    (counted(report.velocity, "item")) " done; "
                    @match &report.time {
                        Some(time) => { (duration(time.median)) " median flow time; " },
                        None => {}
                    }
                    @if let Some(share) = report.efficiency { (percent(share)) " efficiency; " }
                    (in_progress(&report.load.items)) ". "
                    strong { "Bottleneck: " } (bottleneck(report)) "."
                }
            }
        }
    }
}

/// A section of the overview: every value stream.
pub(super) fn overview(site: &Site<'_>, page: Page) -> Markup {
    let caption = "Value streams and how work flows in them";
    let median = |time: Option<TimesReport>| {
        time.map_or_else(|| "–".to_owned(), |time| duration(time.median))
    };
    html! {
        @if !site.flows.is_empty() {
            section aria-labelledby="flow" {
                h2 id="flow" { "How work flows" }
                (wide(caption, &html! { table {
                    caption.hidden { (caption) }
                    thead { tr {
                        th scope="col" { "Team" }
                        th.number scope="col" { "Done" }
                        th.number scope="col" { "Median time" }
                        th.number scope="col" { "Efficiency" }
                        th.number scope="col" { "In progress" }
                        th.number scope="col" { "Of them old" }
                        th scope="col" { "Bottleneck" }
                    } }
                    tbody { @for (at, report) in site.flows.iter().take(STREAMS).enumerate() {
                        tr {
                            th.name scope="row" {
                                a href=(site.to(Page::first(Kind::Flow(at)), page)) { (text(&report.name)) }
                            }
                            td.number { (report.velocity) }
                            td.number { (median(report.time)) }
                            td.number { (share(report.efficiency)) }
                            td.number { (report.load.items.len()) }
                            td.number { (old(&report.load.items)) }
                            td.words { (bottleneck_name(report)) }
                        }
                    } }
                } }))
                @if site.flows.len() > STREAMS {
                    p.dim { "And " (site.flows.len() - STREAMS) " more: the page of each team leads to its own." }
                }
            }
        }
    }
}

/// The overview and the team.
fn ways(site: &Site<'_>, report: &FlowReport, page: Page) -> Vec<(String, String)> {
    let overview = site.to(Page::first(Kind::Overview), page);
    let mut ways = vec![(overview, "Overview".to_owned())];
    let mut teams = site.status.teams.iter();
    if let Some(at) = teams.position(|team| team.id.as_str() == report.team) {
        let team = site.to(Page::first(Kind::Team(at)), page);
        ways.push((team, report.name.clone()));
    }
    ways
}

/// Which days the figures are of.
fn time_of(report: &FlowReport) -> String {
    let (first, last) = (report.first, report.last);
    let until = report.until.to_zoned(TimeZone::UTC);
    if until.date() <= last {
        let until = until.strftime("%Y-%m-%d %H:%M UTC");
        format!("{first} to {last}, as far as it had gone by {until}; weeks begin with the quarter")
    } else {
        format!("{first} to {last}; weeks begin with the quarter")
    }
}

/// Four of the metrics in large figures.
fn figures(report: &FlowReport) -> Markup {
    let unknown = || "–".to_owned();
    let mut done = Vec::new();
    if report.never_started > 0 {
        done.push(format!("{} never in progress", report.never_started));
    }
    if report.cancelled > 0 {
        done.push(format!("{} more cancelled", report.cancelled));
    }
    let time = report.time.as_ref();
    let old = old(&report.load.items);
    let all = [
        (
            "Velocity",
            report.velocity.to_string(),
            "items done",
            done.join(", "),
        ),
        (
            "Flow time",
            time.map_or_else(unknown, |time| duration(time.median)),
            "median",
            time.map_or_else(String::new, |time| {
                format!("{} for 85 %", duration(time.p85))
            }),
        ),
        (
            "Efficiency",
            share(report.efficiency),
            "of that time somebody worked",
            String::new(),
        ),
        (
            "Load",
            report.load.items.len().to_string(),
            "in progress",
            if old > 0 {
                format!("{old} older than 85 % took")
            } else {
                String::new()
            },
        ),
    ];
    html! {
        ul.figures.metrics {
            @for (name, figure, what, more) in all {
                li {
                    div { (name) }
                    div.figure { (figure) }
                    div.dim { (what) @if !more.is_empty() { "; " (more) } }
                }
            }
        }
    }
}

/// Words as a sentence.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).chain(['.']).collect()
}

/// What has no label of a kind, and of what GitLab does not tell the whole past.
fn not_certain(report: &FlowReport) -> Markup {
    let unmapped = report.distribution.unmapped_share;
    let unmapped = unmapped.filter(|_| report.distribution.unmapped > 0);
    html! {
        @if unmapped.is_some() || report.uncertain > 0 || !report.doubts.is_empty() {
            ul.wrong {
                @if let Some(share) = unmapped {
                    li { (percent(share)) " of what was done (" (counted(report.distribution.unmapped, "item")) ") has no label of a kind." }
                }
                @if report.uncertain > 0 {
                    li { "The efficiency is without " (counted(report.uncertain, "item")) ", whose past GitLab does not tell." }
                }
                @for doubt in &report.doubts { li { (words::doubt(doubt)) "." } }
            }
        }
    }
}

fn bottleneck(report: &FlowReport) -> String {
    let found = report.bottleneck.as_ref();
    found.map_or_else(
        || "nothing was in progress".to_owned(),
        |found| text(&words::bottleneck(found)),
    )
}

/// The label that is one, or that none stands out.
fn bottleneck_name(report: &FlowReport) -> String {
    let found = report.bottleneck.as_ref();
    let one = found.filter(|found| found.verdict == "stands-out");
    one.map_or_else(
        || "none stands out".to_owned(),
        |found| {
            let share = share(found.stage.share);
            let name = words::stage(found.stage.stage.as_deref());
            text(&format!("{name} ({share})"))
        },
    )
}

fn load_in_words(report: &FlowReport) -> String {
    let mut told = format!(
        "{} done, {}",
        counted(report.velocity, "item"),
        in_progress(&report.load.items)
    );
    if let Some(mean) = report.load.mean {
        // Writing to a string cannot fail.
        let _ = write!(told, ", {} on average", round_half_up(mean, 1));
    }
    told.push('.');
    if let Some(time) = time_to_finish(report) {
        let time = duration(time);
        let _ = write!(
            told,
            " At this velocity, as many items as are in progress take {time} to be done."
        );
    }
    told
}

/// How long as many items as are in progress take at the velocity of the time, in seconds.
fn time_to_finish(report: &FlowReport) -> Option<i64> {
    let begin = report.first.to_zoned(TimeZone::UTC).ok()?.timestamp();
    let gone = report.until.duration_since(begin).as_secs();
    let load = i64::try_from(report.load.items.len()).ok()?;
    let velocity = i64::try_from(report.velocity).ok()?;
    let time = gone.checked_mul(load)?.checked_div(velocity);
    time.filter(|time| *time > 0)
}

fn efficiency_in_words(report: &FlowReport) -> String {
    report.efficiency.map_or_else(
        || "Unknown: nothing was done of which GitLab tells the whole past.".to_owned(),
        |share| {
            format!(
                "{} of the flow time of what was done somebody worked; the rest it waited.",
                percent(share)
            )
        },
    )
}

fn in_progress(items: &[LoadItem]) -> String {
    match old(items) {
        0 => format!("{} in progress", items.len()),
        old => format!("{} in progress, {old} of them old", items.len()),
    }
}

/// How many items are older than 85 percent of past ones were.
fn old(items: &[LoadItem]) -> usize {
    items.iter().filter(|item| item.is_old).count()
}

fn share(share: Option<Number>) -> String {
    crate::render::status::words::percent(share)
}

/// Deployments and incidents, where there were any.
fn delivery(report: &FlowReport) -> Markup {
    let incidents = &report.incidents;
    let times = [
        (incidents.to_resolve, "to resolve"),
        (incidents.to_mitigate, "to mitigate"),
        (incidents.between, "between two"),
        (incidents.between_failures, "without one"),
    ];
    let times = times.into_iter();
    let times: Vec<String> = times
        .filter_map(|(time, what)| Some(format!("{} {what}", duration(time?))))
        .collect();
    let deployments = report.deployments.as_ref().filter(|of| of.count > 0);
    html! {
        @if deployments.is_some() || incidents.count + incidents.without_severity > 0 {
            section aria-labelledby="delivery" {
                h2 id="delivery" { "Deployments and incidents" }
                dl.facts {
                    @if let Some(of) = deployments {
                        dt { "Deployments" }
                        dd { (of.count) @if let Some(frequency) = of.frequency { ", " (frequency) " a day" } }
                        @if let Some(rate) = of.change_failure_rate { dt { "Change failure rate" } dd { (percent(rate)) } }
                        @if let Some(time) = &of.lead_time { dt { "Lead time" } dd { (spread(time)) } }
                        @if let Some(time) = &of.time_to_restore { dt { "Time to restore" } dd { (spread(time)) } }
                    }
                    @if incidents.count + incidents.without_severity > 0 {
                        dt { "Incidents" }
                        dd {
                            (incidents.count)
                            @if incidents.without_severity > 0 { ", " (incidents.without_severity) " more without a severity" }
                        }
                        @if !times.is_empty() { dt { "Mean times" } dd { (times.join(", ")) } }
                    }
                }
            }
        }
    }
}

/// The items that the figures are made of, folded.
fn done(report: &FlowReport) -> Markup {
    let skipped = report.done.len().saturating_sub(DONE);
    let time = |time: Option<i64>| time.map_or_else(|| "–".to_owned(), duration);
    let rows = report.done.iter().take(DONE).map(|item| Row {
        name: item.issue.clone(),
        cells: vec![
            words::title(item.title.as_deref(), item.confidential)
                .unwrap_or_default()
                .to_owned(),
            item.kind.unwrap_or("unmapped").to_owned(),
            item.ended.strftime("%Y-%m-%d").to_string(),
            time(item.time),
            time(item.active),
        ],
    });
    let caption = if skipped > 0 {
        format!(
            "Items that were done, the last {DONE} of {}",
            report.done.len()
        )
    } else {
        "Items that were done".to_owned()
    };
    let heads = [
        ("Issue", Column::Name),
        ("Title", Column::Words),
        ("Kind", Column::Short),
        ("Done", Column::Short),
        ("Flow time", Column::Number),
        ("Worked", Column::Number),
    ];
    html! {
        @if !report.done.is_empty() {
            section aria-labelledby="done" {
                h2 id="done" { "What was done" }
                (folded(&caption, &heads, rows.collect()))
            }
        }
    }
}

/// What a column of a table holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Name,
    Words,
    Short,
    Number,
}

impl Column {
    fn class(self) -> &'static str {
        match self {
            Self::Name => "whole",
            Self::Words => "words",
            Self::Short => "short",
            Self::Number => "number",
        }
    }
}

/// A row of a table: its first cell, and the others.
struct Row {
    name: String,
    cells: Vec<String>,
}

/// The numbers of a chart as a table, folded.
fn folded(caption: &str, heads: &[(&str, Column)], rows: Vec<Row>) -> Markup {
    html! {
        details {
            summary { "Numbers: " (text(caption)) }
            (rows_of(caption, heads, rows, true))
        }
    }
}

/// A table, the first column of which names the rows.
fn table(caption: &str, heads: &[(&str, Column)], rows: Vec<Row>) -> Markup {
    rows_of(caption, heads, rows, false)
}

/// The same; where it is folded, what unfolds it says what it is.
fn rows_of(caption: &str, heads: &[(&str, Column)], rows: Vec<Row>, is_folded: bool) -> Markup {
    let columns: Vec<Column> = heads.iter().skip(1).map(|(_, column)| *column).collect();
    wide(
        caption,
        &html! { table {
            caption.hidden[is_folded] { (text(caption)) }
            thead { tr { @for (head, column) in heads { th class=(column.class()) scope="col" { (text(head)) } } } }
            tbody { @for row in rows {
                tr {
                    th.whole scope="row" { (text(&row.name)) }
                    @for (cell, column) in row.cells.iter().zip(&columns) { td class=(column.class()) { (text(cell)) } }
                }
            } }
        } },
    )
}
