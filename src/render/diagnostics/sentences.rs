use super::Report;
use crate::diag::Diagnostic;
use crate::render::terminal_text::{block, line};

/// What a finding says apart from its place, as sentences of a line each, for formats that take text without layout. The
/// first says what is wrong. None can steer a terminal or hide a part of itself.
pub(super) fn sentences(finding: &Diagnostic, report: &Report<'_>) -> Vec<String> {
    let label = finding.primary.as_ref().map(|label| label.text.as_str());
    let message = one_line(&finding.message);
    let mut said = vec![match label.map(one_line) {
        Some(label) if !label.is_empty() => sentence(&format!("{message} ({label})")),
        _ => sentence(&message),
    }];
    for other in &finding.secondary {
        let place = report.place(other.span);
        let place = line(&place);
        said.push(sentence(&match one_line(&other.text) {
            label if label.is_empty() => format!("See {place}"),
            label => format!("See {place}: {label}"),
        }));
    }
    let note = |note: &String| sentence(&format!("Note: {}", one_line(note)));
    said.extend(finding.notes.iter().map(note));
    let help = |help: &String| sentence(&format!("Help: {}", one_line(help)));
    said.extend(finding.help.iter().map(help));
    if let (Some(fix), true) = (&finding.fix, finding.help.is_empty()) {
        said.push(help(&fix.title));
    }
    said
}

fn one_line(text: &str) -> String {
    block(text).replace('\n', " ")
}

fn sentence(text: &str) -> String {
    let end = if text.ends_with(['.', '?', '!', ':']) {
        ""
    } else {
        "."
    };
    format!("{text}{end}")
}
