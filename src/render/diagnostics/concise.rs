use crate::diag::{Diagnostics, Severity};
use crate::render::terminal_text::line;
use crate::text::SourceMap;

/// One line a finding, as editors and `grep` like it: `path:line:column: error[rule]: message`.
///
/// The place is left out of findings that no file is to blame for. No summary, no help, no colour.
pub fn concise(findings: &Diagnostics, sources: &SourceMap) -> String {
    let mut text = String::new();
    for finding in findings {
        if let Some(primary) = &finding.primary {
            text.push_str(&line(&sources.locate(primary.span)));
            text.push_str(": ");
        }
        text.push_str(word(finding.severity));
        text.push('[');
        text.push_str(finding.rule);
        text.push_str("]: ");
        text.push_str(&line(&finding.message));
        text.push('\n');
    }
    text
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}
