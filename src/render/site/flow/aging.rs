//! The age of what is in progress, against how long items took lately.

use maud::{Markup, html};

use super::by_week::{float_of, size};
use super::{Column, Row, table};
use crate::render::flow::words::{duration, past, stage, title};
use crate::render::site::chart::frame::RIGHT;
use crate::render::site::chart::{Told, area_sample, axis, figure, line_sample};
use crate::report::{FlowReport, LoadItem, PastReport};

/// The most items that are drawn, the oldest; and the most that are listed.
const DRAWN: usize = 30;
const LISTED: usize = 60;
/// The place where bars begin, where the first one is, and the height of each with the room below it.
const LEFT: f64 = 34.0;
const TOP: f64 = 38.0;
const ROW: f64 = 18.0;
const BAR: f64 = 12.0;
/// The room for the days below the bars.
const BOTTOM: f64 = 26.0;

pub(super) fn section(report: &FlowReport) -> Markup {
    let items = &report.load.items;
    let drawn = items.get(..items.len().min(DRAWN)).unwrap_or_default();
    let rows = items.iter().zip(1..).take(LISTED).map(|(item, at)| Row {
        name: format!("{at}"),
        cells: vec![
            duration(item.age),
            older(item, report.past.as_ref()),
            stage(item.stage.as_deref()).to_owned(),
            item.issue.clone(),
            title(item.title.as_deref(), item.confidential)
                .unwrap_or_default()
                .to_owned(),
        ],
    });
    html! {
        @match &report.past {
            Some(of) => { p {
                "Of " (past(of)) ", half took no longer than " (duration(of.time.median)) ", 85 % no longer than "
                (duration(of.time.p85)) ", 95 % no longer than " (duration(of.time.p95)) ". What is older than 85 % of them is old."
            } },
            None => { p { "Nothing that was in progress was done lately, so nobody can say what is old." } },
        }
        @if items.is_empty() {
            p { "Nothing is in progress." }
        } @else {
            (chart(drawn, report.past.as_ref()))
            (table("What is in progress, the oldest first", &[
                ("No.", Column::Name),
                ("Age", Column::Number),
                ("Against past items", Column::Short),
                ("Where it is", Column::Short),
                ("Issue", Column::Short),
                ("Title", Column::Words),
            ], rows.collect()))
            @if items.len() > LISTED { p.dim { "And " (items.len() - LISTED) " younger ones." } }
        }
    }
}

/// The highest line that an item has passed, in words.
fn older(item: &LoadItem, past: Option<&PastReport>) -> String {
    match (item.older_than, past) {
        (Some(percent), _) if item.is_old => format!("old: above {percent} %"),
        (Some(percent), _) => format!("above {percent} %"),
        (None, Some(_)) => "among the younger half".to_owned(),
        (None, None) => "unknown".to_owned(),
    }
}

/// A bar for each item, in the order of the table, and a line for each share of past items.
fn chart(items: &[LoadItem], past: Option<&PastReport>) -> Markup {
    let days = |seconds: i64| float_of(seconds) / 86_400.0;
    let lines: Vec<(&str, f64)> = past.map_or_else(Vec::new, |past| {
        let time = &past.time;
        vec![
            ("50 %", days(time.median)),
            ("85 %", days(time.p85)),
            ("95 %", days(time.p95)),
        ]
    });
    let oldest = items.first().map_or(0.0, |item| days(item.age));
    let span = lines.iter().map(|(_, days)| *days).fold(oldest, f64::max);
    let span = span.max(1.0) * 1.08;
    let x = |days: f64| LEFT + (days / span).clamp(0.0, 1.0) * (RIGHT - LEFT);
    let bottom = TOP + ROW * size(items.len());
    let drawn = html! {
        @for (day, name) in axis::levels(0.0, span) {
            path.grid d=(format!("M{:.1} {:.1}V{bottom:.1}", x(day), TOP - 6.0)) {}
            text.tick x=(format!("{:.1}", x(day))) y=(format!("{:.1}", bottom + 18.0)) text-anchor="middle" { (name) }
        }
        @for (at, item) in items.iter().enumerate() {
            @let y = TOP + ROW * size(at);
            text.tick x=(format!("{:.1}", LEFT - 8.0)) y=(format!("{:.1}", y + 11.0)) text-anchor="end" { (at + 1) }
            rect class={ "fill " (class(item)) } x=(format!("{LEFT:.1}")) y=(format!("{y:.1}"))
                width=(format!("{:.1}", (x(days(item.age)) - LEFT).max(1.0))) height=(format!("{BAR:.1}")) rx="2" {}
        }
        path.axis d=(format!("M{LEFT:.1} {bottom:.1}H{RIGHT:.1}")) {}
        @for (at, (name, of)) in lines.iter().enumerate() {
            path.today d=(format!("M{:.1} {:.1}V{bottom:.1}", x(*of), TOP - 6.0)) {}
            // The two that are near each other go to both sides of their lines, the first one below them.
            @let (anchor, shift, y) = match at { 0 => ("end", -3.0, 30.0), 1 => ("end", -3.0, 14.0), _ => ("start", 3.0, 14.0) };
            // At the left end there is no room on the left.
            @let (anchor, shift) = if x(*of) < LEFT + 34.0 { ("start", 3.0) } else { (anchor, shift) };
            text.today-name x=(format!("{:.1}", x(*of) + shift)) y=(format!("{y:.1}")) text-anchor=(anchor) { (name) }
        }
    };
    let key = html! {
        (line_sample("today", "what 50, 85 and 95 % of past items took"))
        (area_sample("fill quiet", "age in days"))
        (area_sample("fill attention", "above 85 %"))
        (area_sample("fill at-risk", "above 95 %"))
    };
    let old = items.iter().filter(|item| item.is_old).count();
    figure(
        &Told {
            id: "aging-chart",
            name: "The age of each item in progress in days, the oldest first",
            about: &format!(
                "{old} of {} are older than 85 percent of past items were.",
                items.len()
            ),
        },
        bottom + BOTTOM,
        &drawn,
        &key,
    )
}

fn class(item: &LoadItem) -> &'static str {
    match item.older_than {
        Some(95) => "at-risk",
        Some(85) => "attention",
        _ => "quiet",
    }
}
