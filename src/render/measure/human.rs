use crate::render::counted;
use crate::render::plan::human::page::{Page, Span, Tone};
use crate::render::terminal_text::line;
use crate::report::{MeasureOutcome, MeasuredKeyResult, MeasuredReport};

/// Where texts begin.
const TEXTS: usize = 14;

/// A report for people at a terminal of so many columns. Texts of servers are shown, never obeyed.
pub fn human(report: &MeasuredReport, width: usize, color: bool) -> String {
    let mut page = Page::new(width, color);
    for (at, measured) in report.key_results.iter().enumerate() {
        if at > 0 {
            page.blank();
        }
        one(&mut page, measured);
    }
    if report.key_results.is_empty() {
        page.line(
            0,
            0,
            &[(
                Tone::Plain,
                "no key result says where its value is read from".to_owned(),
            )],
        );
    }
    page.into_text()
}

fn one(page: &mut Page, measured: &MeasuredKeyResult) {
    let mut head = vec![(Tone::Strong, measured.key.clone())];
    if let Some(title) = &measured.title {
        head.push((Tone::Plain, format!("  {}", line(title))));
    }
    page.cut_line(0, &head);
    let unit = measured
        .unit
        .as_deref()
        .map(|unit| format!(" {}", line(unit)));
    let unit = unit.unwrap_or_default();
    if let Some(value) = measured.value {
        let mut text = format!("{value}{unit}");
        if let Some(last) = measured.last {
            text = format!("{text}, was {} on {}", last.value, last.date);
        }
        let note = match measured.outcome {
            MeasureOutcome::Unchanged => "; the file has it already",
            MeasureOutcome::PersonsValueStays => {
                "; somebody checked in another value today, which stays"
            }
            _ => "",
        };
        fact(page, "value", Tone::Plain, &format!("{text}{note}"));
    } else {
        fact(page, "value", Tone::Change, "unknown");
    }
    let asked = measured.asked.as_deref().map(line);
    let source = match asked {
        Some(asked) => format!("{}: {asked}", line(&measured.source)),
        None => line(&measured.source).into_owned(),
    };
    fact(page, "source", Tone::Plain, &source);
    if let Some(at) = measured.at {
        // To a second: nothing is measured more finely.
        let at = at.round(jiff::Unit::Second).unwrap_or(at);
        fact(page, "as of", Tone::Plain, &at.to_string());
    }
    if let Some(evidence) = &measured.evidence {
        fact(page, "evidence", Tone::Plain, &line(evidence));
    }
    for remark in &measured.remarks {
        fact(page, "note", Tone::Change, &line(remark));
    }
    if let Some(reason) = &measured.reason {
        fact(page, "reason", Tone::Plain, &line(reason));
    }
    if let Some(hint) = &measured.hint {
        fact(page, "help", Tone::Plain, &line(hint));
    }
}

fn fact(page: &mut Page, name: &str, tone: Tone, text: &str) {
    let spans: [Span; 2] = [
        (Tone::Plain, format!("{name:<width$}", width = TEXTS - 2)),
        (tone, text.to_owned()),
    ];
    page.line(2, TEXTS, &spans);
}

/// What was measured, in a line.
pub fn summary(report: &MeasuredReport) -> String {
    let checked_in = report.count(MeasureOutcome::CheckedIn);
    let failed =
        report.count(MeasureOutcome::Unmeasured) + report.count(MeasureOutcome::NotWritten);
    let mut parts = vec![match (checked_in, report.written) {
        (0, _) => "nothing to check in".to_owned(),
        (count, true) => format!(
            "{} checked in: look at them, and commit them",
            counted(count, "value")
        ),
        (count, false) => format!("{} to check in", counted(count, "value")),
    }];
    if failed > 0 {
        parts.push(format!(
            "{} could not be measured",
            counted(failed, "key result")
        ));
    }
    parts.join("; ")
}
