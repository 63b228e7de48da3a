//! How a file would change, as a patch that people read.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

use super::terminal_text::line;

/// The unified difference of two versions of a file, empty where there is none. Line ends are shown only where the first
/// version mixes them.
pub fn unified(path: &str, before: &str, after: &str, colour: bool) -> String {
    if before == after {
        return String::new();
    }
    let paint = |style: Style| if colour { style } else { Style::new() };
    let mixed = before.contains("\r\n") && before.replace("\r\n", "").contains('\n');
    let diff = TextDiff::from_lines(before, after);
    let mut text = String::new();
    let bold = paint(Style::new().bold());
    let name = line(path);
    // Writing to a String cannot fail.
    let _always = writeln!(
        text,
        "{bold}--- a/{name}{bold:#}\n{bold}+++ b/{name}{bold:#}"
    );
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        let cyan = paint(AnsiColor::Cyan.on_default());
        let _always = writeln!(
            text,
            "{cyan}{}{cyan:#}",
            hunk.header().to_string().trim_end()
        );
        for change in hunk.iter_changes() {
            let (sign, style) = match change.tag() {
                ChangeTag::Equal => (' ', Style::new()),
                ChangeTag::Delete => ('-', paint(AnsiColor::Red.on_default())),
                ChangeTag::Insert => ('+', paint(AnsiColor::Green.on_default())),
            };
            let written = change.value();
            let written = written.strip_suffix('\n').unwrap_or(written);
            let shown = match written.strip_suffix('\r') {
                Some(shown) if !mixed => shown,
                _ => written,
            };
            let _always = writeln!(text, "{style}{sign}{}{style:#}", line(shown));
            if change.missing_newline() {
                text.push_str("\\ No newline at end of file\n");
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_shown_with_the_lines_around_it() {
        let before = "a\nb\nc\nd\ne\nf\ng\u{1b}[2J\nh\n";
        let after = "a\nb\nc\nd\ne\nf\ng\nh\ni";
        insta::assert_snapshot!(unified("okrs/2026-q4/sre.toml", before, after, false), @r"
        --- a/okrs/2026-q4/sre.toml
        +++ b/okrs/2026-q4/sre.toml
        @@ -4,5 +4,6 @@
         d
         e
         f
        -g␛[2J
        +g
         h
        +i
        \ No newline at end of file
        ");
        assert_eq!(unified("f", before, before, false), "");
        let coloured = unified("f", "a\n", "b\n", true);
        assert!(
            coloured.contains("\u{1b}[31m-a\u{1b}[0m\n\u{1b}[32m+b\u{1b}[0m\n"),
            "{coloured:?}"
        );
    }

    #[test]
    fn line_ends_are_shown_where_they_are_mixed() {
        let shown = unified("f", "a\r\nb\r\n", "a\r\nc\r\n", false);
        assert!(shown.ends_with(" a\n-b\n+c\n"), "{shown}");
        let shown = unified("f", "a\r\nb\n", "a\nb\n", false);
        assert!(shown.ends_with("-a␍\n+a\n b\n"), "{shown}");
    }
}
