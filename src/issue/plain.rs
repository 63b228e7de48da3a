use super::mention::{at_sign_entity, may_mention};
use super::normalise::collapse;

/// Text that is no Markdown, on one line of Markdown, in a table cell too: it shows as it was written and mentions nobody.
/// References to issues (`#12`) stay references.
pub(super) fn escape_plain(text: &str) -> String {
    let text = collapse(text);
    let mut escaped = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let within_word = text[..at].ends_with(char::is_alphanumeric)
            && text[at + c.len_utf8()..].starts_with(char::is_alphanumeric);
        let special = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '|' | '~' | '$' => true,
            '_' => !within_word,
            '@' => may_mention(&text, at),
            '&' => at_sign_entity(&text[at..]).is_some() || is_entity(&text[at..]),
            _ => false,
        };
        if special {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

fn is_entity(text: &str) -> bool {
    text.split_once(';').is_some_and(|(name, _)| {
        name.len() > 1
            && name[1..]
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'#')
    })
}

/// Text that holds no backtick, as code: keys, accounts.
pub(super) fn code(text: impl std::fmt::Display) -> String {
    format!("`{text}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_shows_as_it_was_written() {
        for (text, escaped) in [
            ("snake_case and _this_", r"snake_case and \_this\_"),
            ("a | b\n*c* <d>", r"a \| b \*c\* \<d>"),
            (
                "R&D, &amp; &#64;all, @all, a@b",
                r"R&D, \&amp; \&#64;all, \@all, a@b",
            ),
            ("#12 costs $5", r"#12 costs \$5"),
        ] {
            assert_eq!(escape_plain(text), escaped);
        }
    }
}
