use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::Report;
use super::fingerprint::fingerprints;
use super::item::item;
use super::sentences::sentences;
use crate::diag::{Diagnostic, Severity};
use crate::model::Key;

/// The findings of a change, told apart from those that were there before it by the same fingerprints as Code Quality's:
/// file, rule and what it is about, not the line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Introduced {
    /// What the change brings, errors first; everything where nothing is known of before.
    pub new: Vec<NewFinding>,
    /// How many findings were there before and still are; `None` where that is not known.
    pub before: Option<usize>,
    /// How many that were there before are gone.
    pub gone: usize,
}

/// A finding as a note tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFinding {
    /// How bad it is.
    pub severity: Severity,
    /// The rule that found it.
    pub rule: &'static str,
    /// The objective or key result, where it is about one.
    pub key: Option<Key>,
    /// The file, from the root of the repository; `None` where no file is to blame.
    pub path: Option<String>,
    /// The line in the file as the author wrote it, from 1; `None` where only the merge with the target branch has it.
    pub line: Option<u32>,
    /// What is wrong, in sentences; `None` where it quotes what is confidential.
    pub text: Option<String>,
}

/// What may not be quoted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Secrets {
    /// The keys of what is confidential.
    pub keys: BTreeSet<Key>,
    /// Their titles.
    pub titles: BTreeSet<String>,
}

impl Secrets {
    /// Whether a text quotes a title, as it is or as one line.
    fn are_quoted_in(&self, text: &str) -> bool {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = words(text);
        let mut titles = self.titles.iter().map(|title| words(title));
        titles.any(|title| !title.is_empty() && text.contains(&title))
    }
}

/// Tells the findings of `now` apart from those of `before`. `written` is what the author's own files say, where `now` is
/// their merge with another branch: lines are looked for there.
pub fn introduced(
    now: &Report<'_>,
    before: Option<&Report<'_>>,
    written: Option<&Report<'_>>,
    secrets: &Secrets,
) -> Introduced {
    let mut known: BTreeSet<String> = before.map(fingerprints).into_iter().flatten().collect();
    let all = known.len();
    let own_lines: Option<BTreeMap<String, Option<u32>>> = written.map(|written| {
        let lines = written
            .findings
            .iter()
            .map(|finding| line_of(finding, written));
        fingerprints(written).into_iter().zip(lines).collect()
    });
    let mut new = Vec::new();
    let mut still = 0;
    for (finding, fingerprint) in now.findings.iter().zip(fingerprints(now)) {
        if known.remove(&fingerprint) {
            still += 1;
            continue;
        }
        let line = match &own_lines {
            Some(lines) => lines.get(&fingerprint).copied().flatten(),
            None => line_of(finding, now),
        };
        new.push(told(finding, line, now, secrets));
    }
    new.sort_by_key(|finding| Reverse(finding.severity));
    Introduced {
        new,
        before: before.map(|_| still),
        gone: all.saturating_sub(still),
    }
}

fn line_of(finding: &Diagnostic, report: &Report<'_>) -> Option<u32> {
    let label = finding.primary.as_ref()?;
    Some(report.file_of(finding)?.line_of(label.span.start))
}

fn told(
    finding: &Diagnostic,
    line: Option<u32>,
    report: &Report<'_>,
    secrets: &Secrets,
) -> NewFinding {
    let key = item(finding, report);
    let text = sentences(finding, report).join(" ");
    let is_secret = |key: &Key| secrets.keys.contains(key);
    let elsewhere = finding.secondary.iter().any(|label| {
        let at = Diagnostic::new(finding.rule, finding.severity, "").at(label.span, "");
        item(&at, report).as_ref().is_some_and(is_secret)
    });
    let hidden = key.as_ref().is_some_and(is_secret) || elsewhere || secrets.are_quoted_in(&text);
    NewFinding {
        severity: finding.severity,
        rule: finding.rule,
        key,
        path: report.file_of(finding).map(|_| report.path_of(finding)),
        line,
        text: (!hidden).then_some(text),
    }
}
