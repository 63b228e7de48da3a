use toml::de::{DeTable, DeValue};
use toml_parser::Source;
use toml_parser::lexer::TokenKind;

/// How a text ends its lines: as the first of them that is not within a value.
pub(super) fn line_end(text: &str) -> &'static str {
    let first = tokens(text).find(|(kind, _)| *kind == TokenKind::Newline);
    match first {
        Some((_, "\r\n")) => "\r\n",
        _ => "\n",
    }
}

/// Whether two texts mean the same and have the same comments, whatever their order.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    let (Ok(before), Ok(after)) = (DeTable::parse(one), DeTable::parse(other)) else {
        return false;
    };
    same_tables(before.get_ref(), after.get_ref()) && comments(one) == comments(other)
}

fn tokens(text: &str) -> impl Iterator<Item = (TokenKind, &str)> {
    Source::new(text).lex().map(|token| {
        let span = token.span();
        let written = text.get(span.start()..span.end());
        (token.kind(), written.unwrap_or_default())
    })
}

fn comments(text: &str) -> Vec<&str> {
    let comments = tokens(text).filter(|(kind, _)| *kind == TokenKind::Comment);
    let mut comments: Vec<&str> = comments.map(|(_, written)| written.trim_end()).collect();
    comments.sort_unstable();
    comments
}

fn same_tables(one: &DeTable<'_>, other: &DeTable<'_>) -> bool {
    one.len() == other.len()
        && one.iter().all(|(key, value)| {
            let there = other.get(key.get_ref().as_ref());
            there.is_some_and(|there| same(value.get_ref(), there.get_ref()))
        })
}

/// Numbers are the same when they are written the same.
fn same(one: &DeValue<'_>, other: &DeValue<'_>) -> bool {
    match (one, other) {
        (DeValue::String(one), DeValue::String(other)) => one == other,
        (DeValue::Integer(one), DeValue::Integer(other)) => {
            (one.radix(), one.as_str()) == (other.radix(), other.as_str())
        }
        (DeValue::Float(one), DeValue::Float(other)) => one.as_str() == other.as_str(),
        (DeValue::Boolean(one), DeValue::Boolean(other)) => one == other,
        (DeValue::Datetime(one), DeValue::Datetime(other)) => one == other,
        (DeValue::Array(one), DeValue::Array(other)) => {
            let pairs = one.iter().zip(other.iter());
            one.len() == other.len()
                && pairs
                    .into_iter()
                    .all(|(one, other)| same(one.get_ref(), other.get_ref()))
        }
        (DeValue::Table(one), DeValue::Table(other)) => same_tables(one, other),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_seen() {
        let text = "a = 1 # c\nb = [\"x\", 1.0]\n[t]\nd = 2026-01-01\n";
        let moved = "# c\nb = ['x', 1.0]\na = 1\n[t]\nd = 2026-01-01\n";
        assert!(is_same(text, moved));
        for (from, to) in [
            ("# c", "# d"),
            (" # c", ""),
            ("1.0", "1.00"),
            ("= 1 ", "= +1 "),
            ("\"x\"", "\"y\""),
            ("01-01", "01-02"),
            (", 1.0", ""),
            ("[t]", "[u]"),
        ] {
            assert!(!is_same(text, &text.replacen(from, to, 1)), "{from} → {to}");
        }
    }

    #[test]
    fn the_first_line_end_outside_of_values_counts() {
        assert_eq!(line_end("a = \"\"\"\n\"\"\"\r\nb = 1\n"), "\r\n");
        assert_eq!(line_end("a = 1"), "\n");
    }
}
