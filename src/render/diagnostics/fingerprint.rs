use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::Report;
use super::item::item;

/// The identity of every finding, in their order, for programs that compare two reports: in hexadecimal, no two the same.
///
/// It is made of the file, the rule, the subject, and the objective or key result; neither lines nor messages count, so that
/// moving a key result or a new value makes no new finding. Of several findings that have all of that in common, the second
/// and later ones are told apart by their number.
pub(super) fn fingerprints(report: &Report<'_>) -> Vec<String> {
    let mut seen: BTreeMap<[String; 4], u32> = BTreeMap::new();
    report
        .findings
        .iter()
        .map(|finding| {
            let item = item(finding, report).map(|key| key.to_string());
            let parts = [
                report.path_of(finding),
                finding.rule.to_owned(),
                finding.subject.clone(),
                item.unwrap_or_default(),
            ];
            let number = seen.entry(parts.clone()).or_default();
            *number += 1;
            hash(&parts, *number)
        })
        .collect()
}

fn hash(parts: &[String], number: u32) -> String {
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
