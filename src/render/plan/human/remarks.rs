//! What people should know before or besides the changes: refusals, conflicts, notices.

use std::borrow::Cow;

use super::super::headline::{is_drift, plural};
use super::super::sections::{Sections, by_id};
use super::HumanOptions;
use super::page::{Page, Span, Tone};
use crate::plan::{Plan, Refusal, Remark};

/// How many notices of one kind are shown before they are cut.
const NOTICES_SHOWN: usize = 5;

/// What a confidential issue's remark says instead of its message.
const HIDDEN: &str = "confidential: shown by its key only";

/// Why the plan may not be applied.
pub(super) fn refusals(page: &mut Page, refusals: &[Refusal]) {
    if refusals.is_empty() {
        return;
    }
    page.blank();
    page.line(
        0,
        2,
        &[(
            Tone::Alarm,
            "Refused: this plan may not be applied as it is".to_owned(),
        )],
    );
    for refusal in refusals {
        page.line(
            2,
            4,
            &[
                (Tone::Alarm, "✗ ".to_owned()),
                (Tone::Strong, refusal.limit.clone()),
                (Tone::Plain, format!(": {}", refusal.message)),
            ],
        );
        help(page, 4, &refusal.help);
    }
}

/// What stops single keys, or many for one reason.
pub(super) fn conflicts(
    page: &mut Page,
    plan: &Plan,
    sections: &Sections<'_>,
    options: &HumanOptions,
) {
    if plan.conflicts.is_empty() {
        return;
    }
    page.blank();
    let title = match plan.conflicts.len() {
        1 => "1 conflict: nothing is done about it until somebody decides".to_owned(),
        n => format!("{n} conflicts: nothing is done about them until somebody decides"),
    };
    page.line(0, 2, &[(Tone::Alarm, title)]);
    for remark in &plan.conflicts {
        let mut head = vec![(Tone::Alarm, "! ".to_owned())];
        let about = subject(remark, is_hidden(remark, sections, options));
        let gap = if about.is_empty() { "" } else { "  " };
        head.extend(about);
        head.push((Tone::Dim, format!("{gap}[{}]", remark.id)));
        page.line(2, 4, &head);
        body(page, 4, remark, is_hidden(remark, sections, options));
    }
}

/// What is not changed and should be known, by kind.
pub(super) fn notices(
    page: &mut Page,
    plan: &Plan,
    sections: &Sections<'_>,
    options: &HumanOptions,
) {
    // Where a merge request is told apart, drift is no news of it, and has its line.
    let folded = |notice: &&Remark| plan.base.is_some() && !options.details && is_drift(notice);
    let shown = plan.notices.iter().filter(|notice| !folded(notice));
    let notices: Vec<&Remark> = shown.collect();
    if notices.is_empty() {
        return;
    }
    page.blank();
    let title = plural(notices.len(), "notice", "notices");
    let head = [
        (Tone::Strong, title),
        (Tone::Dim, " (not changed by this plan)".to_owned()),
    ];
    page.line(0, 2, &head);
    for (id, remarks) in by_id(notices) {
        let count = format!(" ({})", remarks.len());
        page.line(2, 4, &[(Tone::Change, id.to_owned()), (Tone::Dim, count)]);
        let shown = if options.details {
            remarks.len()
        } else {
            NOTICES_SHOWN
        };
        // The same help for all of a kind is said once.
        let first_help = remarks.first().and_then(|remark| remark.help.as_deref());
        let common = remarks
            .iter()
            .all(|remark| remark.help.as_deref() == first_help);
        for remark in remarks.iter().take(shown) {
            let hidden = is_hidden(remark, sections, options);
            let mut line = subject(remark, hidden);
            if !line.is_empty() {
                line.push((Tone::Plain, ": ".to_owned()));
            }
            line.push((Tone::Plain, message(remark, hidden).into_owned()));
            page.line(4, 6, &line);
            if let (false, false, Some(text)) = (common, hidden, &remark.help) {
                help(page, 6, text);
            }
        }
        more(
            page,
            4,
            remarks.len().saturating_sub(shown),
            "notice",
            "notices",
        );
        let hidden = remarks
            .iter()
            .any(|remark| is_hidden(remark, sections, options));
        if let (true, false, Some(text)) = (common, hidden, first_help) {
            help(page, 4, text);
        }
    }
}

/// Says how much was left out, if anything was.
pub(super) fn more(page: &mut Page, indent: usize, count: usize, one: &str, many: &str) {
    if count > 0 {
        let noun = if count == 1 { one } else { many };
        let text = format!("… {count} more {noun} (use --details)");
        page.line(indent, indent, &[(Tone::Dim, text)]);
    }
}

fn is_hidden(remark: &Remark, sections: &Sections<'_>, options: &HumanOptions) -> bool {
    !options.confidential_visible && sections.is_confidential(remark)
}

/// What a remark is about.
fn subject(remark: &Remark, hidden: bool) -> Vec<Span> {
    let mut spans = Vec::new();
    if let Some(key) = &remark.key {
        spans.push((Tone::Strong, key.to_string()));
    }
    if let (false, Some(issue)) = (hidden, &remark.issue) {
        let gap = if spans.is_empty() { "" } else { "  " };
        spans.push((Tone::Dim, format!("{gap}{issue}")));
    }
    spans
}

fn message(remark: &Remark, hidden: bool) -> Cow<'_, str> {
    if hidden {
        Cow::Borrowed(HIDDEN)
    } else {
        remark.told()
    }
}

fn body(page: &mut Page, indent: usize, remark: &Remark, hidden: bool) {
    for line in message(remark, hidden).lines() {
        page.line(indent, indent, &[(Tone::Plain, line.to_owned())]);
    }
    if let (false, Some(text)) = (hidden, &remark.help) {
        help(page, indent, text);
    }
}

fn help(page: &mut Page, indent: usize, text: &str) {
    for (number, line) in text.lines().enumerate() {
        let label = if number == 0 { "help: " } else { "      " };
        let spans = [
            (Tone::Help, label.to_owned()),
            (Tone::Plain, line.to_owned()),
        ];
        page.line(indent, indent + 6, &spans);
    }
}
