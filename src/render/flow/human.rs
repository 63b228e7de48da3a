//! The five metrics of each value stream, incidents and deployments.

use std::fmt::Write as _;

use super::words::{self, UNKNOWN_TIME, duration, percent, shares, spread, stage_with_share};
use crate::model::round_half_up;
use crate::render::counted;
use crate::render::plan::human::page::{Page, Span, Tone};
use crate::report::{FlowReport, FlowWeek, LoadItem, PastReport};

/// Where the figures begin.
const FIGURES: usize = 18;
/// How many of the oldest items are named.
const OLDEST: usize = 3;
/// How many stages are named.
const STAGES: usize = 3;
/// The columns of a week in the table of weeks.
const WEEK: usize = 5;
/// The fewest weeks that are shown beside each other, on the narrowest terminal.
const FEWEST: usize = 4;

/// How flow is shown on a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlowOptions {
    /// Whether ANSI colours are used; everything is readable without.
    pub color: bool,
    /// The terminal's columns.
    pub width: usize,
}

/// Reports for people at a terminal. Text from GitLab is shown, never obeyed.
pub fn human(reports: &[FlowReport], options: &FlowOptions) -> String {
    let mut page = Page::new(options.width, options.color);
    for (at, report) in reports.iter().enumerate() {
        if at > 0 {
            page.blank();
        }
        one(&mut page, report, options.width);
    }
    page.into_text()
}

fn one(page: &mut Page, report: &FlowReport, width: usize) {
    let FlowReport {
        name, first, last, ..
    } = report;
    let head = format!("{name}, {first} to {last}");
    page.line(0, 2, &[(Tone::Strong, head)]);
    let mut velocity = format!("{} done", counted(report.velocity, "item"));
    if report.never_started > 0 {
        let _ = write!(
            velocity,
            ", {} of them never in progress",
            report.never_started
        );
    }
    if report.cancelled > 0 {
        let _ = write!(velocity, "; {} cancelled", report.cancelled);
    }
    figure(page, "velocity", &velocity);
    figure(
        page,
        "time",
        &report
            .time
            .map_or_else(|| UNKNOWN_TIME.to_owned(), |times| spread(&times)),
    );
    let mut efficiency = report.efficiency.map_or_else(
        || "unknown".to_owned(),
        |share| format!("{} of that time somebody worked", percent(share)),
    );
    if report.uncertain > 0 {
        let _ = write!(
            efficiency,
            "; without {}, whose past GitLab does not tell",
            counted(report.uncertain, "item")
        );
    }
    figure(page, "efficiency", &efficiency);
    let mut load = format!("{} in progress", counted(report.load.items.len(), "item"));
    if let Some(mean) = report.load.mean {
        let _ = write!(load, ", {} on average", round_half_up(mean, 1));
    }
    figure(page, "load", &load);
    for item in report.load.items.iter().take(OLDEST) {
        page.cut_line(FIGURES, &oldest(item));
    }
    if let Some(past) = &report.past
        && !report.load.items.is_empty()
    {
        figure(page, "aging", &aging(&report.load.items, past));
    }
    figure(page, "distribution", &shares(&report.distribution));
    let stages = report.stages.iter().take(STAGES);
    let stages: Vec<String> = stages.map(stage_with_share).collect();
    if !stages.is_empty() {
        figure(page, "where it stays", &stages.join(", "));
    }
    if let Some(found) = &report.bottleneck {
        figure(page, "bottleneck", &words::bottleneck(found));
    }
    incidents(page, report);
    deployments(page, report);
    for doubt in &report.doubts {
        note(page, &words::doubt(doubt));
    }
    weeks(page, &report.weeks, width);
}

fn incidents(page: &mut Page, report: &FlowReport) {
    let found = &report.incidents;
    if found.count == 0 && found.without_severity == 0 {
        return;
    }
    let mut parts = vec![counted(found.count, "incident")];
    let times = [
        (found.to_resolve, "to resolve"),
        (found.to_mitigate, "to mitigate"),
        (found.between, "between two"),
        (found.between_failures, "without one"),
    ];
    parts.extend(
        times
            .into_iter()
            .filter_map(|(time, what)| Some(format!("{} {what}", duration(time?)))),
    );
    if found.without_severity > 0 {
        parts.push(format!(
            "{} more without a severity",
            found.without_severity
        ));
    }
    figure(page, "incidents", &parts.join(", "));
}

fn deployments(page: &mut Page, report: &FlowReport) {
    let Some(found) = &report.deployments else {
        return;
    };
    let mut parts = vec![counted(found.count, "deployment")];
    parts.extend(
        found
            .frequency
            .map(|frequency| format!("{frequency} a day")),
    );
    parts.extend(
        found
            .change_failure_rate
            .map(|rate| format!("{} failed", percent(rate))),
    );
    figure(page, "deployments", &parts.join(", "));
    if let Some(times) = &found.lead_time {
        figure(page, "lead time", &spread(times));
    }
    if let Some(times) = &found.time_to_restore {
        figure(page, "to restore", &spread(times));
    }
}

fn figure(page: &mut Page, name: &str, text: &str) {
    let name = format!("{name:<width$}", width = FIGURES - 2);
    page.line(
        2,
        FIGURES,
        &[(Tone::Dim, name), (Tone::Plain, text.to_owned())],
    );
}

fn oldest(item: &LoadItem) -> [Span; 2] {
    let tone = if item.is_old {
        Tone::Alarm
    } else {
        Tone::Plain
    };
    [
        (tone, format!("{:<10}", duration(item.age))),
        (Tone::Plain, words::in_progress(item)),
    ]
}

fn note(page: &mut Page, text: &str) {
    page.line(
        2,
        FIGURES,
        &[
            (Tone::Change, "note: ".to_owned()),
            (Tone::Plain, text.to_owned()),
        ],
    );
}

/// How many items are older than most past ones were.
fn aging(items: &[LoadItem], past: &PastReport) -> String {
    let over = |line: u8| {
        let older = items.iter().filter(|item| item.older_than >= Some(line));
        older.count()
    };
    format!(
        "{} of {} older than 85 % of {} ({}), {} older than 95 % ({})",
        over(85),
        items.len(),
        words::past(past),
        duration(past.time.p85),
        over(95),
        duration(past.time.p95)
    )
}

/// A column for each week, the last ones where not all have room.
fn weeks(page: &mut Page, weeks: &[FlowWeek], width: usize) {
    // One week tells nothing that stands not above.
    if weeks.len() < 2 {
        return;
    }
    let room = width.saturating_sub(FIGURES) / WEEK;
    let skipped = weeks.len().saturating_sub(room.max(FEWEST));
    let shown = weeks.get(skipped..).unwrap_or_default();
    let mut row = |tone: Tone, name: &str, value: &dyn Fn(&FlowWeek) -> String| {
        let mut text = format!("{name:<width$}", width = FIGURES - 2);
        for week in shown {
            let _ = write!(text, "{:>WEEK$}", value(week));
        }
        page.cut_line(2, &[(tone, text)]);
    };
    let count = |count: usize| match count {
        0 => "·".to_owned(),
        count => count.to_string(),
    };
    row(Tone::Dim, "week from", &|week| {
        week.first.strftime("%m%d").to_string()
    });
    row(Tone::Plain, "done", &|week| count(week.velocity));
    row(Tone::Plain, "median, days", &|week| {
        week.time
            .map_or_else(|| "·".to_owned(), |time| words::days(time.median))
    });
    row(Tone::Plain, "efficiency, %", &|week| {
        let share = week.efficiency.map(|share| round_half_up(share, 0));
        share.map_or_else(|| "·".to_owned(), |share| share.to_string())
    });
    row(Tone::Plain, "in progress", &|week| count(week.load));
}
