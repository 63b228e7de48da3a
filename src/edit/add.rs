use std::ops::Range;

/// A text with one more key in the table of which `beside` is the value of the key `name`: on a line of its own below that
/// one, else within the braces of an inline table. Of the two the first counts that `holds`; nothing where neither does.
///
/// Nothing else in the text changes. `value` is written as it is.
pub fn add(
    text: &str,
    beside: Range<usize>,
    name: &str,
    (key, value): (&str, &str),
    holds: &dyn Fn(&str) -> bool,
) -> Option<String> {
    let entry = format!("{key} = {value}");
    [
        own_line(text, &beside, name, &entry),
        within(text, &beside, &entry),
    ]
    .into_iter()
    .flatten()
    .find(|added| holds(added))
}

/// As `name` is written: with the same indentation, and behind the same dots.
fn own_line(text: &str, beside: &Range<usize>, name: &str, entry: &str) -> Option<String> {
    let start = text.get(..beside.start)?.rfind('\n').map_or(0, |at| at + 1);
    let before = text.get(start..beside.start)?.trim_end();
    let written = before.strip_suffix('=')?.trim_end();
    let prefix = [name.to_owned(), format!("\"{name}\""), format!("'{name}'")]
        .iter()
        .find_map(|name| written.strip_suffix(name.as_str()))?;
    let rest = text.get(beside.end..)?;
    Some(match rest.find('\n') {
        Some(at) => {
            let (head, tail) = text.split_at(beside.end + at + 1);
            let line_end = if head.ends_with("\r\n") { "\r\n" } else { "\n" };
            [head, prefix, entry, line_end, tail].concat()
        }
        None => [text, "\n", prefix, entry, "\n"].concat(),
    })
}

fn within(text: &str, beside: &Range<usize>, entry: &str) -> Option<String> {
    let (head, tail) = text.split_at_checked(beside.end)?;
    Some([head, ", ", entry, tail].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of a text with `adopt` beside `title`, whose value is `"T"`.
    fn added(text: &str) -> Option<String> {
        let at = text.find("\"T\"").unwrap();
        let holds = |text: &str| text.parse::<toml::Table>().is_ok();
        add(text, at..at + 3, "title", ("adopt", "\"g/p#1\""), &holds)
    }

    #[test]
    fn a_key_gets_a_line_in_the_style_of_its_neighbour() {
        for (before, after) in [
            (
                "[o.a]\r\n  title = \"T\" # c\r\n\r\n# d\r\n[o.b]\r\n",
                "[o.a]\r\n  title = \"T\" # c\r\n  adopt = \"g/p#1\"\r\n\r\n# d\r\n[o.b]\r\n",
            ),
            (
                "[o]\na.\"title\"=\"T\"\na.due = 1\n",
                "[o]\na.\"title\"=\"T\"\na.adopt = \"g/p#1\"\na.due = 1\n",
            ),
            ("title = \"T\"", "title = \"T\"\nadopt = \"g/p#1\"\n"),
        ] {
            assert_eq!(added(before).as_deref(), Some(after));
        }
    }

    #[test]
    fn an_inline_table_gets_it_within_its_braces() {
        for (before, after) in [
            (
                "a = { title = \"T\" } # c\nb = 1\n",
                "a = { title = \"T\", adopt = \"g/p#1\" } # c\nb = 1\n",
            ),
            (
                "a = { x = 1, title = \"T\", y = 2 }",
                "a = { x = 1, title = \"T\", adopt = \"g/p#1\", y = 2 }",
            ),
        ] {
            assert_eq!(added(before).as_deref(), Some(after));
        }
    }

    #[test]
    fn what_does_not_hold_is_not_done() {
        assert_eq!(added("adopt = 1\ntitle = \"T\"\n"), None);
        assert_eq!(add("a", 7..9, "a", ("b", "1"), &|_| true), None);
    }
}
