use std::collections::BTreeMap;

use super::apply;
use crate::diag::{Diagnostic, Diagnostics, Fix, Severity};
use crate::text::{FileId, SourceMap};

/// What is found in a text.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The texts that were read, the one in question among them.
    pub sources: SourceMap,
    /// The text in question.
    pub file: FileId,
    /// What was found in it, and elsewhere.
    pub findings: Diagnostics,
}

/// A text in which everything is mended whose way out is certain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// The text.
    pub text: String,
    /// What was done, in the order in which it was.
    pub done: Vec<Done>,
}

/// One fix that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The rule that found what was mended.
    pub rule: &'static str,
    /// The line, from 1, at that time.
    pub line: u32,
    /// What was done.
    pub title: String,
}

/// The most steps of one mending. Each ends one finding at least; a text with more is not one that somebody wrote by hand.
const MOST_STEPS: usize = 200;

/// Applies fixes to a text until there is none left that helps; nothing where none does. `judge` says what is found in a
/// text.
///
/// A fix counts only if its own finding is gone afterwards. The result never has more errors than the text had: where
/// what was hidden by a mistake brings more to light than was mended, fixes are taken one by one, and only those that do
/// not.
pub fn mend(text: &str, judge: &dyn Fn(&str) -> Judged) -> Option<Mended> {
    let start = Found::by(text, judge);
    let hopeful = run(start.clone(), judge, false);
    let run = if hopeful.found.errors <= start.errors {
        hopeful
    } else {
        run(start, judge, true)
    };
    (!run.done.is_empty()).then_some(Mended {
        text: run.found.text,
        done: run.done,
    })
}

struct Run {
    found: Found,
    done: Vec<Done>,
}

fn run(start: Found, judge: &dyn Fn(&str) -> Judged, careful: bool) -> Run {
    let mut run = Run {
        found: start,
        done: Vec::new(),
    };
    for _ in 0..MOST_STEPS {
        let next = together(&run.found, judge).or_else(|| one(&run.found, judge, careful));
        let Some((found, done)) = next else { break };
        run.found = found;
        run.done.extend(done);
    }
    run
}

/// All fixes that do not overlap, if afterwards nothing is left of what they mend, and nothing else has come to light.
fn together(before: &Found, judge: &dyn Fn(&str) -> Judged) -> Option<(Found, Vec<Done>)> {
    let fixes: Vec<&Fix> = before.fixes.iter().map(|mendable| &mendable.fix).collect();
    let applied = apply(&before.text, &fixes);
    if applied.fixes.is_empty() {
        return None;
    }
    let after = Found::by(&applied.text, judge);
    let expected = before.count - applied.fixes.len();
    let gone = applied
        .fixes
        .iter()
        .all(|&at| after.has_fewer(before, &before.fixes[at]));
    let done = applied
        .fixes
        .iter()
        .map(|&at| before.fixes[at].done.clone());
    (gone && after.count <= expected).then(|| (after, done.collect()))
}

/// The first fix whose finding is gone afterwards; a careful one adds no error.
fn one(
    before: &Found,
    judge: &dyn Fn(&str) -> Judged,
    careful: bool,
) -> Option<(Found, Vec<Done>)> {
    before.fixes.iter().find_map(|mendable| {
        let applied = apply(&before.text, &[&mendable.fix]);
        let after = Found::by(&applied.text, judge);
        let helps = after.has_fewer(before, mendable);
        let bearable = !careful || after.errors <= before.errors;
        (helps && bearable).then(|| (after, vec![mendable.done.clone()]))
    })
}

/// What makes a finding the same finding in another version of the text.
type Name = (&'static str, String, String);

#[derive(Debug, Clone)]
struct Mendable {
    name: Name,
    fix: Fix,
    done: Done,
}

#[derive(Debug, Clone)]
struct Found {
    text: String,
    fixes: Vec<Mendable>,
    names: BTreeMap<Name, usize>,
    count: usize,
    errors: usize,
}

impl Found {
    fn by(text: &str, judge: &dyn Fn(&str) -> Judged) -> Self {
        let Judged {
            sources,
            file,
            findings,
        } = judge(text);
        let mut found = Self {
            text: text.to_owned(),
            fixes: Vec::new(),
            names: BTreeMap::new(),
            count: 0,
            errors: 0,
        };
        let own = |finding: &&Diagnostic| {
            let place = finding.primary.as_ref();
            place.is_some_and(|label| label.span.file == file)
        };
        for finding in findings.iter().filter(own) {
            let name = (
                finding.rule,
                finding.subject.clone(),
                finding.message.clone(),
            );
            *found.names.entry(name.clone()).or_default() += 1;
            found.count += 1;
            found.errors += usize::from(finding.severity == Severity::Error);
            if let Some(fix) = finding.fix.clone().filter(|fix| fix.span.file == file) {
                let done = Done {
                    rule: finding.rule,
                    line: sources.start(fix.span).line,
                    title: fix.title.clone(),
                };
                found.fixes.push(Mendable { name, fix, done });
            }
        }
        found
    }

    /// Whether there is less of a finding here than there was before.
    fn has_fewer(&self, before: &Self, mendable: &Mendable) -> bool {
        self.names.get(&mendable.name) < before.names.get(&mendable.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;

    /// A judge that finds fault with letters: `a` becomes nothing, `b` becomes `b` (which helps nobody), `c` becomes `xx`,
    /// and `x` is an error without a way out. Hidden by `(`, which can be taken away, nothing else is found.
    fn judge(text: &str) -> Judged {
        let mut sources = SourceMap::new();
        let file = sources.add("f", text);
        let mut findings = Diagnostics::new();
        let hidden = text.starts_with('(');
        for (at, letter) in text.char_indices() {
            let replacement = match letter {
                '(' => Some("\n"),
                _ if hidden => continue,
                'a' => Some(""),
                'b' => Some("b"),
                'c' => Some("xx"),
                'x' => None,
                _ => continue,
            };
            let span = Span::new(file, at..at + 1);
            let mut finding =
                Diagnostic::error("letter", format!("{letter} is wrong")).at(span, "");
            finding.fix = replacement.map(|replacement| Fix {
                span,
                replacement: replacement.to_owned(),
                title: format!("mend {letter}"),
            });
            findings.push(finding);
        }
        Judged {
            sources,
            file,
            findings,
        }
    }

    fn mended(text: &str) -> (String, Vec<String>) {
        let Some(mended) = mend(text, &judge) else {
            return (text.to_owned(), Vec::new());
        };
        let done = mended.done.iter();
        let done = done.map(|done| format!("{}: {}", done.line, done.title));
        (mended.text, done.collect())
    }

    #[test]
    fn what_helps_is_done_and_the_rest_is_left() {
        assert_eq!(
            mended("1a2a3"),
            ("123".to_owned(), vec!["1: mend a".to_owned(); 2])
        );
        assert_eq!(
            mended("1a\n2b3a"),
            (
                "1\n2b3".to_owned(),
                vec!["1: mend a".to_owned(), "2: mend a".to_owned()]
            )
        );
        assert_eq!(mended("b1x"), ("b1x".to_owned(), Vec::new()));
    }

    #[test]
    fn there_are_never_more_errors_afterwards() {
        assert_eq!(mended("1c2").0, "1c2");
        assert_eq!(mended("1c2a3").0, "1xx23", "one more and one less");
        assert_eq!(mended("(1aa").0, "\n1");
        assert_eq!(mended("(1xx").0, "(1xx");
    }
}
