use std::ops::Range;

use toml_edit::Document;
use toml_writer::{ToTomlValue as _, TomlStringBuilder};

use super::Order;
use super::entry::{above, below, changed, line_end, table_at};

/// A value that a key gets.
#[derive(Debug, Clone, Copy)]
pub enum NewValue<'a> {
    /// Written as it is: a number, a date.
    Plain(&'a str),
    /// A text. One that takes the place of another is quoted as that was, where it can be, and ends with a line break if that did;
    /// a new one of several lines stands between three quotation marks.
    Text(&'a str),
}

/// A text in which a key of the table has this value: in place of the value that it had, else where the order of keys has it.
/// Nothing else in the text changes. A text in the canonical form stays in it.
///
/// `None` where that cannot be done for certain: the table is not there, or the key has no value of its own.
pub fn set_key(
    text: &str,
    table: &[&str],
    key: &str,
    value: NewValue<'_>,
    order: &Order,
) -> Option<String> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document = Document::parse(body).ok()?;
    let there = table_at(&document, table)?.get(key);
    let before = match there {
        Some(item) => Some(body.get(item.as_value()?.span()?)?),
        None => None,
    };
    let value = match value {
        NewValue::Plain(value) => value.to_owned(),
        NewValue::Text(text) => quoted(text, before, line_end(body)),
    };
    let path: Vec<&str> = table.iter().copied().chain([key]).collect();
    changed(text, &path, &value, order, |body| {
        change(body, table, key, &value, order)
    })
}

/// Which part of the text becomes what.
fn change(
    text: &str,
    path: &[&str],
    key: &str,
    value: &str,
    order: &Order,
) -> Option<(Range<usize>, String)> {
    let document = Document::parse(text).ok()?;
    let table = table_at(&document, path)?;
    if let Some(there) = table.get(key) {
        return Some((there.as_value()?.span()?, value.to_owned()));
    }
    let entry = format!("{key} = {value}");
    let mut before: Option<(usize, Range<usize>)> = None;
    let mut first: Option<usize> = None;
    for (names, sister) in table.get_values() {
        let name = names.first()?;
        let (at, end) = (name.span()?.start, sister.span()?);
        first = Some(first.map_or(at, |first| first.min(at)));
        let is_last = before.as_ref().is_none_or(|(_, last)| last.end < end.end);
        if is_last && order.is_above(path, name.get(), key) {
            before = Some((at, end));
        }
    }
    match (before, first) {
        (Some((at, value)), _) => below(text, at, &value, &entry),
        (None, Some(at)) => above(text, at, &entry),
        (None, None) => None,
    }
}

/// A text in quotation marks, in the style of the value that it replaces.
fn quoted(text: &str, before: Option<&str>, line_end: &str) -> String {
    let was_long =
        before.is_some_and(|before| before.starts_with("\"\"\"") || before.starts_with("\'\'\'"));
    if !was_long && !text.contains('\n') {
        let builder = TomlStringBuilder::new(text);
        let literal = before.is_some_and(|before| before.starts_with('\''));
        return match builder.as_literal().filter(|_| literal) {
            Some(literal) => literal.to_toml_value(),
            None => builder.as_default().to_toml_value(),
        };
    }
    let ended_with_a_line =
        before.is_none_or(|before| before.trim_end_matches(['"', '\'']).ends_with('\n'));
    let text = match text.trim_end_matches('\n') {
        text if ended_with_a_line || !was_long => format!("{text}\n"),
        text => text.to_owned(),
    };
    let builder = TomlStringBuilder::new(&text);
    let literal = before.is_some_and(|before| before.starts_with("\'\'\'"));
    let written = match builder.as_ml_literal().filter(|_| literal) {
        Some(literal) => literal.to_toml_value(),
        None => builder.as_ml_basic().to_toml_value(),
    };
    // A file ends its lines in one way, those within texts too.
    written.replace('\n', line_end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn order() -> Order {
        Order::of(serde_json::json!({
            "patternProperties": { "^[a-z]$": { "properties": {
                "title": {}, "words": {}, "from": {}, "due": {}, "work": {},
                "seen": { "patternProperties": { "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": {} } },
            } } },
        }))
    }

    fn due(text: &str) -> Option<String> {
        set_key(text, &["a"], "due", NewValue::Plain("2026-12-18"), &order())
    }

    fn words(text: &str, words: &str) -> Option<String> {
        set_key(text, &["a"], "words", NewValue::Text(words), &order())
    }

    #[test]
    fn a_key_has_its_value_replaced_or_stands_where_the_order_has_it() {
        for (before, after) in [
            (
                "[a]\ntitle = 'x'\ndue = 2026-12-11 # why\n",
                "[a]\ntitle = 'x'\ndue = 2026-12-18 # why\n",
            ),
            (
                "[a]\ntitle = 'x' # t\nfrom = 1 # f\n# w\nwork = [\n  1,\n]\nseen.2026-10-05 = 1\n\n[b]\n",
                "[a]\ntitle = 'x' # t\nfrom = 1 # f\ndue = 2026-12-18\n# w\nwork = [\n  1,\n]\nseen.2026-10-05 = 1\n\n[b]\n",
            ),
            // In no canonical form: only the line is new.
            (
                "\u{feff}[a]\r\n  work=[]\r\n  from=1\r\n  title='x'\r\n",
                "\u{feff}[a]\r\n  work=[]\r\n  from=1\r\n  title='x'\r\n  due = 2026-12-18\r\n",
            ),
            (
                "[a]\n# w\nwork = 1\n",
                "[a]\ndue = 2026-12-18\n# w\nwork = 1\n",
            ),
            (
                "a = { title = 'x', work = 1 }\n",
                "a = { title = 'x', due = 2026-12-18, work = 1 }\n",
            ),
            ("a.title = 'x'", "a.title = 'x'\na.due = 2026-12-18\n"),
        ] {
            assert_eq!(due(before).as_deref(), Some(after), "{before}");
        }
        for text in [
            "[b]\ntitle = 'x'\n",
            "[a]\n",
            "[a]\ndue.x = 1\n",
            "[a]\ndue =",
        ] {
            assert_eq!(due(text), None, "{text}");
        }
    }

    #[test]
    fn a_text_is_quoted_as_the_one_before() {
        for (before, text, after) in [
            (r#""x""#, "y", r#""y""#),
            (r#""x""#, r#"say "y""#, r#"'say "y"'"#),
            ("'x'", "y", "'y'"),
            ("'x'", "it's", r#""it's""#),
            (r#""x""#, "y\n\nz", "\"\"\"\ny\n\nz\n\"\"\""),
            ("\"\"\"\nx\n\"\"\"", "y", "\"\"\"\ny\n\"\"\""),
            ("\"\"\"x\"\"\"", "y\nz", "\"\"\"\ny\nz\"\"\""),
            (
                "\"\"\"\nx\n\"\"\"",
                "a \\ b\n```\n\"\"\"\n```",
                "\"\"\"\na \\\\ b\n```\n\"\"\\\"\n```\n\"\"\"",
            ),
            (
                "\'\'\'\nx\n\'\'\'",
                "a \\ b\nc",
                "\'\'\'\na \\ b\nc\n\'\'\'",
            ),
            (
                "\'\'\'\nx\n\'\'\'",
                "\'\'\'\nc",
                "\"\"\"\n\'\'\'\nc\n\"\"\"",
            ),
        ] {
            let (before, after) = (
                format!("[a]\nwords = {before} # w\n"),
                format!("[a]\nwords = {after} # w\n"),
            );
            assert_eq!(
                words(&before, text).as_deref(),
                Some(after.as_str()),
                "{before}"
            );
            let (before, after) = (before.replace('\n', "\r\n"), after.replace('\n', "\r\n"));
            assert_eq!(
                words(&before, text).as_deref(),
                Some(after.as_str()),
                "{before}"
            );
        }
        let new = words("[a]\ntitle = 'x'\n", "y\nz").unwrap();
        assert_eq!(new, "[a]\ntitle = 'x'\nwords = \"\"\"\ny\nz\n\"\"\"\n");
    }

    proptest! {
        #[test]
        fn a_text_is_what_it_was(
            text in "[ -~\n\t\u{1}\u{200b}é]{0,24}",
            before in prop_oneof![Just("\"x\""), Just("'x'"), Just("\"\"\"\nx\n\"\"\""), Just("\'\'\'\nx\'\'\'"), Just("")],
        ) {
            let file = match before {
                "" => "[a]\ntitle = 'x'\n".to_owned(),
                before => format!("[a]\nwords = {before}\n"),
            };
            let written = words(&file, &text).unwrap();
            let table: toml::Table = written.parse().unwrap();
            let read = table["a"]["words"].as_str().unwrap();
            prop_assert_eq!(read.trim_end_matches('\n'), text.trim_end_matches('\n'));
        }
    }
}
