use std::collections::BTreeSet;

use crate::diag::{Diagnostics, Severity};
use crate::render::counted;

/// How many findings there are in how many files, in words: `3 errors, 1 warning in 2 files`. Empty without findings.
pub fn summary(findings: &Diagnostics) -> String {
    let counts: Vec<String> = [
        (Severity::Error, "error"),
        (Severity::Warning, "warning"),
        (Severity::Info, "hint"),
    ]
    .into_iter()
    .filter_map(|(severity, word)| {
        let count = findings.count(severity);
        (count > 0).then(|| counted(count, word))
    })
    .collect();
    let files = files(findings);
    if files == 0 {
        counts.join(", ")
    } else {
        format!("{} in {}", counts.join(", "), counted(files, "file"))
    }
}

/// How many files have findings.
pub(super) fn files(findings: &Diagnostics) -> usize {
    findings
        .iter()
        .filter_map(|finding| Some(finding.primary.as_ref()?.span.file))
        .collect::<BTreeSet<_>>()
        .len()
}
