//! The issues behind the figures.

use super::human::FlowOptions;
use super::words::{self, duration};
use crate::render::plan::human::page::{Page, Tone};
use crate::report::FlowReport;

/// Every issue that the figures of a period are made of, with its times: what was done, and what is in progress.
pub fn items(report: &FlowReport, options: &FlowOptions) -> String {
    let mut page = Page::new(options.width, options.color);
    let FlowReport {
        name, first, last, ..
    } = report;
    let head = format!("{name}, {first} to {last}: done");
    page.line(0, 2, &[(Tone::Strong, head)]);
    page.cut_line(
        2,
        &[(
            Tone::Dim,
            "time      worked    kind      from        to          issue".to_owned(),
        )],
    );
    for item in &report.done {
        let column = |time: Option<i64>| time.map_or_else(|| "–".to_owned(), duration);
        let from = item.started.map_or_else(|| "–".to_owned(), day);
        let title = words::title(item.title.as_deref(), item.confidential);
        let text = format!(
            "{:<10}{:<10}{:<10}{from:<12}{:<12}{} {}",
            column(item.time),
            column(item.active),
            item.kind.unwrap_or("unmapped"),
            day(item.ended),
            item.issue,
            title.unwrap_or_default(),
        );
        page.cut_line(2, &[(Tone::Plain, text)]);
        if !item.doubts.is_empty() {
            page.line(
                6,
                6,
                &[(
                    Tone::Change,
                    format!("not certain: {}", item.doubts.join(", ")),
                )],
            );
        }
    }
    if report.done.is_empty() {
        page.line(2, 2, &[(Tone::Plain, "nothing".to_owned())]);
    }
    page.blank();
    page.line(0, 2, &[(Tone::Strong, "In progress".to_owned())]);
    for item in &report.load.items {
        let text = format!("{:<10}{}", duration(item.age), words::in_progress(item));
        page.cut_line(2, &[(Tone::Plain, text)]);
    }
    if report.load.items.is_empty() {
        page.line(2, 2, &[(Tone::Plain, "nothing".to_owned())]);
    }
    page.into_text()
}

fn day(at: jiff::Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}
