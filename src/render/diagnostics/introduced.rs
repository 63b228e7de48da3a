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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Diagnostics;
    use crate::model::OkrTree;
    use crate::text::{SourceMap, Span};

    const PATH: &str = "okrs/2026-q4/sre.toml";

    /// Findings about key results of a text, each at the header of its table.
    fn scene(text: &str, found: &[(&str, &str)]) -> (SourceMap, Diagnostics) {
        let mut sources = SourceMap::new();
        let file = sources.add(PATH, text);
        let mut findings = Diagnostics::new();
        findings.extend(found.iter().map(|(id, message)| {
            let header = format!("[objective.a.kr.{id}]");
            let start = text.find(&header).unwrap();
            let subject = format!("2026-q4/sre/a/{id}.title");
            let finding = Diagnostic::warning("x-rule", *message).about(subject);
            finding.at(Span::new(file, start..start + 1), "")
        }));
        (sources, findings)
    }

    fn report<'a>(
        (sources, findings): &'a (SourceMap, Diagnostics),
        tree: &'a OkrTree,
    ) -> Report<'a> {
        Report {
            findings,
            sources,
            files: &[],
            tree,
            rules: &[],
            skipped: &[],
            rules_url: None,
            directory: "",
        }
    }

    #[test]
    fn moved_lines_and_new_words_are_no_new_findings() {
        let old = scene(
            "[objective.a.kr.x]\n[objective.a.kr.gone]\n",
            &[("x", "12 is odd"), ("gone", "odd")],
        );
        let new = scene(
            "# moved\n\n[objective.a.kr.x]\n[objective.a.kr.y]\n",
            &[("x", "13 is odd"), ("y", "as “Lay\u{a0}off all” says")],
        );
        let tree = OkrTree::new();
        let (old, new) = (report(&old, &tree), report(&new, &tree));
        let found = introduced(&new, Some(&old), None, &Secrets::default());
        assert_eq!((found.new.len(), found.before, found.gone), (1, Some(1), 1));
        let finding = &found.new[0];
        assert_eq!(finding.path.as_deref(), Some(PATH));
        assert_eq!(finding.line, Some(4));
        assert!(finding.text.is_some());
        let all = introduced(&new, None, None, &Secrets::default());
        assert_eq!((all.new.len(), all.before), (2, None));
        // Neither what a secret's own finding says nor one that quotes its title is told.
        let quoted = Secrets {
            titles: BTreeSet::from(["Lay off all".to_owned()]),
            ..Secrets::default()
        };
        let own = Secrets {
            keys: BTreeSet::from(["2026-q4/sre/a/y".parse().unwrap()]),
            ..Secrets::default()
        };
        for secrets in [quoted, own] {
            let found = introduced(&new, Some(&old), None, &secrets);
            assert_eq!(found.new[0].text, None);
            assert!(found.new[0].key.is_some());
        }
    }
}
