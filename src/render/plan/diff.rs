//! Differences of texts, line by line and within lines word by word.

use similar::{ChangeTag, TextDiff};

/// Beyond this many lines on both sides together, texts are shown as replaced: a comparison would take too long, and
/// nobody would read it.
const MAX_LINES: usize = 4_000;
/// Beyond this many bytes on both sides together, differences within lines are not looked for.
const MAX_INLINE_BYTES: usize = 100_000;

/// One line of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DiffLine {
    /// Lines that both sides have and that are not shown.
    Gap,
    /// A line that both sides have.
    Same(String),
    /// A line that goes, in parts; the emphasised ones are what differs.
    Removed(Vec<(bool, String)>),
    /// A line that comes, likewise.
    Added(Vec<(bool, String)>),
}

/// What differs between two texts, with `context` unchanged lines around each difference.
pub(super) fn lines(before: &str, after: &str, context: usize) -> Vec<DiffLine> {
    let old: Vec<&str> = before.lines().collect();
    let new: Vec<&str> = after.lines().collect();
    if old.len() + new.len() > MAX_LINES {
        let removed = old.iter().map(|line| DiffLine::Removed(plain(line)));
        let added = new.iter().map(|line| DiffLine::Added(plain(line)));
        return removed.chain(added).collect();
    }
    let inline = before.len() + after.len() <= MAX_INLINE_BYTES;
    let diff = TextDiff::from_slices(&old, &new);
    let mut shown = Vec::new();
    for (number, group) in diff.grouped_ops(context).iter().enumerate() {
        let starts_later = group.first().is_some_and(|op| op.old_range().start > 0);
        if number > 0 || starts_later {
            shown.push(DiffLine::Gap);
        }
        for op in group {
            if inline {
                // No deadline: what is shown never depends on how fast the machine is.
                for change in diff.iter_inline_changes_deadline(op, None) {
                    let parts = change.iter_strings_lossy();
                    let parts = parts.map(|(emphasis, text)| (emphasis, text.into_owned()));
                    shown.push(line(change.tag(), parts.collect()));
                }
            } else {
                for change in diff.iter_changes(op) {
                    shown.push(line(change.tag(), plain(change.value())));
                }
            }
        }
        let last = group.last();
        let is_last = number + 1 == diff.grouped_ops(context).len();
        if is_last && last.is_some_and(|op| op.old_range().end < old.len()) {
            shown.push(DiffLine::Gap);
        }
    }
    shown
}

fn plain(line: &str) -> Vec<(bool, String)> {
    vec![(false, line.to_owned())]
}

fn line(tag: ChangeTag, parts: Vec<(bool, String)>) -> DiffLine {
    match tag {
        ChangeTag::Equal => DiffLine::Same(parts.into_iter().map(|(_, text)| text).collect()),
        ChangeTag::Delete => DiffLine::Removed(parts),
        ChangeTag::Insert => DiffLine::Added(parts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_within_a_line_is_emphasised() {
        let shown = lines(
            "Raise it from 96 h to 240 h",
            "Raise it from 96 h to 300 h\n",
            2,
        );
        let [DiffLine::Removed(old), DiffLine::Added(new)] = &shown[..] else {
            panic!("{shown:?}")
        };
        let emphasised = |parts: &[(bool, String)]| {
            let marked = parts.iter().filter(|(emphasis, _)| *emphasis);
            marked.map(|(_, text)| text.clone()).collect::<String>()
        };
        assert_eq!(emphasised(old), "240");
        assert_eq!(emphasised(new), "300");
    }

    #[test]
    fn unchanged_lines_far_away_become_a_gap() {
        let before = "a\nb\nc\nd\ne\nf\ng";
        let shown = lines(before, &before.replace('d', "D"), 1);
        assert_eq!(
            shown,
            [
                DiffLine::Gap,
                DiffLine::Same("c".to_owned()),
                DiffLine::Removed(plain("d")),
                DiffLine::Added(plain("D")),
                DiffLine::Same("e".to_owned()),
                DiffLine::Gap,
            ]
        );
        assert_eq!(lines("same", "same\n", 2), []);
    }

    #[test]
    fn huge_texts_are_shown_as_replaced() {
        let before = "x\n".repeat(MAX_LINES);
        assert_eq!(lines(&before, "y", 2).len(), MAX_LINES + 1);
    }
}
