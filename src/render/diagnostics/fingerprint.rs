use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::Report;

/// The identity of every finding, in their order, for programs that compare two reports: in hexadecimal, no two the same.
///
/// It is made of the file, the rule and what the finding is about; neither lines nor messages count, so that moving a key
/// result or a new value makes no new finding. Of several findings that have all three in common, the second and later
/// ones are told apart by their number.
pub(super) fn fingerprints(report: &Report<'_>) -> Vec<String> {
    let mut seen: BTreeMap<(String, &str, &str), u32> = BTreeMap::new();
    report
        .findings
        .iter()
        .map(|finding| {
            let path = report.path_of(finding);
            let subject = report.subject(finding);
            let number = seen
                .entry((path.clone(), finding.rule, subject))
                .or_default();
            *number += 1;
            hash(&[&path, finding.rule, subject], *number)
        })
        .collect()
}

fn hash(parts: &[&str], number: u32) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        // The length in front keeps apart what has other borders.
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.update(number.to_le_bytes());
    let mut text = String::with_capacity(64);
    for byte in hash.finalize() {
        // Writing to a String cannot fail.
        let _always = write!(text, "{byte:02x}");
    }
    text
}
