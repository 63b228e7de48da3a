//! Where a text could mention somebody.
//!
//! GitLab reads `@name` as a mention where no word character stands before it, in descriptions, titles and notes, in text
//! that came from an entity too; not in code, links and comments (recorded: markdown/mention, markdown/escaped-mention).

/// What stops a mention where a backslash would show: GitLab matches no name behind it (recorded: markdown/escaped-mention).
pub(super) const ZERO_WIDTH_SPACE: char = '\u{200b}';

/// Whether the `@` at byte `at` could begin a mention. More than GitLab reads as one is fine here, less is not.
pub(super) fn may_mention(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at + 1..].chars().next();
    !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_') && after.is_some_and(is_name)
}

/// Whether the character after an `@` could be, or hide, the beginning of a name.
pub(super) fn is_name(c: char) -> bool {
    c != ZERO_WIDTH_SPACE && !c.is_whitespace()
}

/// The length in bytes of the entity at the beginning of `text` that stands for `@`, if there is one.
pub(super) fn at_sign_entity(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('&')?;
    let (name, _) = rest.split_once(';')?;
    let code = match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok(),
            None => number.parse().ok(),
        },
        None => (name == "commat").then_some(64),
    };
    (code == Some(64)).then_some(name.len() + 2)
}

/// How many backslashes stand right before byte `at`.
pub(super) fn backslashes_before(text: &str, at: usize) -> usize {
    let before = &text[..at];
    before.len() - before.trim_end_matches('\\').len()
}
