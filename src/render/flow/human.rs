//! The five metrics of each value stream, incidents and deployments.

use std::fmt::Write as _;

use crate::model::{Number, round_half_up};
use crate::render::counted;
use crate::render::plan::human::page::{Page, Span, Tone};
use crate::report::{DistributionReport, FlowReport, LoadItem, TimesReport};

/// Where the figures begin.
const FIGURES: usize = 18;
/// How many of the oldest items are named.
const OLDEST: usize = 3;
/// How many stages are named.
const STAGES: usize = 3;

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
        one(&mut page, report);
    }
    page.into_text()
}

fn one(page: &mut Page, report: &FlowReport) {
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
            .map_or_else(unknown_time, |times| spread(&times)),
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
    figure(page, "distribution", &shares(&report.distribution));
    let stages: Vec<String> = report
        .stages
        .iter()
        .take(STAGES)
        .map(|stage| {
            let name = stage.stage.as_deref().unwrap_or("reopened");
            let share = stage.share.map(percent).unwrap_or_default();
            format!("{name} {share} ({})", stage.state)
        })
        .collect();
    if !stages.is_empty() {
        figure(page, "where it stays", &stages.join(", "));
    }
    incidents(page, report);
    deployments(page, report);
    for doubt in &report.doubts {
        let items = counted(doubt.items, "item");
        let text = match doubt.doubt {
            "deleted-label" => format!(
                "{items} had a label that was deleted since: nobody knows what state it meant"
            ),
            "since-the-beginning" => format!(
                "{items} carry a label that no event tells of: taken to have had it from the beginning"
            ),
            "hidden-label-events" => format!("{items} carry other labels than their events say"),
            _ => format!("{items} were closed or reopened and no event tells when"),
        };
        page.line(
            2,
            FIGURES,
            &[(Tone::Change, "note: ".to_owned()), (Tone::Plain, text)],
        );
    }
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
    let stage = item.stage.as_deref().unwrap_or("reopened");
    let title = item.title.as_deref().unwrap_or("(confidential)");
    [
        (tone, format!("{:<10}", duration(item.age))),
        (Tone::Plain, format!("{} in {stage}: {title}", item.issue)),
    ]
}

fn shares(distribution: &DistributionReport) -> String {
    let kinds = distribution
        .kinds
        .iter()
        .map(|kind| (kind.kind, kind.share, kind.count));
    let unmapped = [(
        "unmapped",
        distribution.unmapped_share,
        distribution.unmapped,
    )];
    let told: Vec<String> = kinds
        .chain(unmapped)
        .filter(|(.., count)| *count > 0)
        .filter_map(|(kind, share, _)| Some(format!("{kind} {}", percent(share?))))
        .collect();
    if told.is_empty() {
        "nothing was done".to_owned()
    } else {
        told.join(", ")
    }
}

fn unknown_time() -> String {
    "unknown: nothing that was in progress was done".to_owned()
}

fn spread(times: &TimesReport) -> String {
    format!(
        "{} median, {} for 85 %, {} for 95 % (of {})",
        duration(times.median),
        duration(times.p85),
        duration(times.p95),
        times.count
    )
}

fn percent(share: Number) -> String {
    format!("{} %", round_half_up(share, 0))
}

/// A time as people say it: to a tenth of a day, of an hour, or in minutes.
pub fn duration(seconds: i64) -> String {
    let tenths = |unit: i64, name: &str| {
        let value = (seconds * 20 + unit).div_euclid(unit * 2);
        let (whole, tenth) = (value.div_euclid(10), value.rem_euclid(10));
        if tenth == 0 {
            format!("{whole} {name}")
        } else {
            format!("{whole}.{tenth} {name}")
        }
    };
    if seconds < 5_400 {
        format!("{} min", (seconds * 2 + 60).div_euclid(120))
    } else if seconds < 129_600 {
        tenths(3_600, "h")
    } else {
        tenths(86_400, "d")
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn times_are_said_as_people_say_them() {
        for (seconds, expected) in [
            (0, "0 min"),
            (89, "1 min"),
            (90, "2 min"),
            (5_399, "90 min"),
            (5_400, "1.5 h"),
            (36_000, "10 h"),
            (129_600, "1.5 d"),
            (864_000, "10 d"),
        ] {
            assert_eq!(duration(seconds), expected, "{seconds}");
        }
    }
}
