use super::mention::{ZERO_WIDTH_SPACE, at_sign_entity, is_name, may_mention};
use super::normalise::normalise_title;

/// A title that GitLab shows as it was written and in which it finds nobody to notify, as GitLab stores it.
///
/// Titles run no quick actions (recorded: create/title-quick), but mentions in them count. A zero-width space stops them:
/// a backslash would show in lists, boards and mails.
pub fn escape_title(text: &str) -> String {
    // First, since a space that stands for one at an end is stripped, too.
    let text = normalise_title(&text.replace(char::is_control, " "));
    let mut escaped = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if let Some(length) = at_sign_entity(&text[at..]) {
            escaped.push_str(&text[at..at + length]);
            at += length;
            if text[at..].chars().next().is_some_and(is_name) {
                escaped.push(ZERO_WIDTH_SPACE);
            }
            continue;
        }
        escaped.push(c);
        if c == '@' && may_mention(&text, at) {
            escaped.push(ZERO_WIDTH_SPACE);
        }
        at += c.len_utf8();
    }
    escaped
}

/// A title from GitLab as a file would write it: the inverse of [`escape_title`].
pub fn unescape_title(text: &str) -> String {
    let text = normalise_title(text);
    let mut plain = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        if c != ZERO_WIDTH_SPACE || !follows_at_sign(&text[..at]) {
            plain.push(c);
        }
    }
    plain
}

/// A title from GitLab, whoever wrote it, as a file may declare it: [`escape_title`] makes the same of both.
///
/// That is [`unescape_title`] of it. A text with more than one zero-width space behind an `@` means more than its escaped
/// form tells; it is declared as it is.
pub fn declared_title(observed: &str) -> String {
    let escaped = escape_title(observed);
    let plain = unescape_title(&escaped);
    if escape_title(&plain) == escaped {
        plain
    } else {
        escaped
    }
}

/// Whether an `@`, or an entity for it, is the last thing in `before`.
pub(super) fn follows_at_sign(before: &str) -> bool {
    before.ends_with('@')
        || before
            .rfind('&')
            .is_some_and(|start| at_sign_entity(&before[start..]) == Some(before.len() - start))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn titles_mention_nobody() {
        assert_eq!(
            escape_title(" Ask @all, a@b.c and &#64;owner\n"),
            "Ask @\u{200b}all, a@b.c and &#64;\u{200b}owner"
        );
        assert_eq!(escape_title("/close"), "/close");
        assert_eq!(escape_title("\u{1b}[2J\u{7}b\u{85}"), "[2J b");
    }

    proptest! {
        #[test]
        fn a_title_comes_back(text in "[ -~é]{0,40}") {
            let escaped = escape_title(&text);
            prop_assert_eq!(unescape_title(&escaped), normalise_title(&text));
            prop_assert!(escaped.chars().count() <= crate::model::stored_title_length(&text));
            prop_assert_eq!(escape_title(&escaped), escaped);
        }

        #[test]
        fn a_title_that_people_wrote_can_be_declared(text in "[ -~é\u{200b}\t\u{1}]{0,12}|(&#64;|@|\u{200b}|mia){0,6}") {
            prop_assert_eq!(escape_title(&declared_title(&text)), escape_title(&text));
        }
    }
}
