/// The white space (and NUL) that GitLab strips: Ruby's `strip`, which knows ASCII only. A no-break space stays.
fn is_stripped(c: char) -> bool {
    matches!(c, '\0' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | ' ')
}

/// A description or note as GitLab stores it: every carriage return removed, white space at the end removed, leading blank
/// lines kept (recorded: create/quick:crlf, quick:lone-cr, quick:tabs-end, quick:leading-newlines, quick:trailing-nbsp).
/// A NUL, which GitLab refuses with the whole write (facts §2.4), is what Markdown shows in its place.
pub fn normalise(text: &str) -> String {
    let mut stored = text.replace('\r', "");
    stored.truncate(stored.trim_end_matches(is_stripped).len());
    without_nul(stored)
}

/// A text with the character in place of each NUL that Markdown shows there.
fn without_nul(text: String) -> String {
    if text.contains('\0') {
        text.replace('\0', "\u{fffd}")
    } else {
        text
    }
}

/// A title as GitLab stores it: white space at both ends removed (recorded: create/title-spaces).
pub fn normalise_title(text: &str) -> String {
    text.trim_matches(is_stripped).to_owned()
}

/// Every run of white space as one space, none at the ends: what one line of text says.
pub(super) fn collapse(text: &str) -> String {
    let mut collapsed = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !collapsed.is_empty() {
            collapsed.push(' ');
        }
        collapsed.push_str(word);
    }
    without_nul(collapsed)
}
