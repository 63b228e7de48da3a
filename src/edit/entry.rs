use std::ops::Range;

use toml_edit::{Document, InlineTable, TableLike};

use super::{Order, format};

/// Where an entry stands: in a map within a table, like the check-in of a day.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The keys that lead to the table.
    pub table: &'a [&'a str],
    /// The map in it.
    pub map: &'a str,
    /// The entry's own key: bare, and in its text sorted as entries of the map are.
    pub entry: &'a str,
}

/// A text in which an entry has this value, written as it is: in place of the value that it had, else between its sisters by
/// the order of their keys, else below the last key of the table. Nothing else in the text changes. A text in the canonical
/// form stays in it.
///
/// `None` where that cannot be done for certain: the table is not there, or the entry is spread over lines of its own.
pub fn set(text: &str, place: Place<'_>, value: &str, order: &Order) -> Option<String> {
    let path: Vec<&str> = place
        .table
        .iter()
        .copied()
        .chain([place.map, place.entry])
        .collect();
    changed(text, &path, value, order, |body| change(body, place, value))
}

/// A text with one more table at its end, which is no part of it yet: `header` as it is written between brackets, with one
/// key. A text in the canonical form stays in it; `None` where the text has such a table in another form.
pub fn append(
    text: &str,
    (header, path): (&str, &[&str]),
    value: &str,
    order: &Order,
) -> Option<String> {
    let key = path.last()?;
    changed(text, path, value, order, |body| {
        let end = line_end(body);
        let gap = match body {
            "" => "",
            body if body.ends_with('\n') => end,
            _ => &[end, end].concat(),
        };
        let table = format!("{gap}[{header}]{end}{key} = {value}{end}");
        Some((body.len()..body.len(), table))
    })
}

/// A text with the change that is made of it, if its value at `path` is `value` then. One in the canonical form stays in it.
pub(super) fn changed(
    text: &str,
    path: &[&str],
    value: &str,
    order: &Order,
    change: impl FnOnce(&str) -> Option<(Range<usize>, String)>,
) -> Option<String> {
    let body_at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let (mark, body) = text.split_at_checked(body_at)?;
    let (at, new) = change(body)?;
    let changed = [mark, body.get(..at.start)?, &new, body.get(at.end..)?].concat();
    if !holds(&changed, path, value) {
        return None;
    }
    let is_canonical = format(text, order).is_ok_and(|formatted| formatted == text);
    match format(&changed, order) {
        Ok(formatted) if is_canonical => Some(formatted),
        _ => Some(changed),
    }
}

/// The table to which these keys lead.
pub(super) fn table_at<'d>(
    document: &'d Document<&str>,
    path: &[&str],
) -> Option<&'d dyn TableLike> {
    let mut table: &dyn TableLike = document.as_table();
    for key in path {
        table = table.get(key)?.as_table_like()?;
    }
    Some(table)
}

/// Which part of the text becomes what.
fn change(text: &str, place: Place<'_>, value: &str) -> Option<(Range<usize>, String)> {
    let document = Document::parse(text).ok()?;
    let table = table_at(&document, place.table)?;
    let entry = format!("{} = {value}", place.entry);
    let Some(map) = table.get(place.map) else {
        let last = table
            .get_values()
            .into_iter()
            .filter_map(|(path, value)| Some((path.first()?.span()?.start, value.span()?)))
            .max_by_key(|(_, value)| value.end)?;
        return below(text, last.0, &last.1, &format!("{}.{entry}", place.map));
    };
    if map.as_inline_table().is_some_and(InlineTable::is_empty) {
        return Some((map.span()?, format!("{{ {entry} }}")));
    }
    let map = map.as_table_like()?;
    if let Some(there) = map.get(place.entry) {
        return Some((there.as_value()?.span()?, value.to_owned()));
    }
    let mut sisters: Vec<(&str, usize, Range<usize>)> = map
        .iter()
        .filter_map(|(name, item)| {
            let key = map.key(name)?.span()?;
            Some((name, key.start, item.as_value()?.span()?))
        })
        .collect();
    sisters.sort_by_key(|(name, ..)| *name);
    let after = sisters.iter().rfind(|(name, ..)| *name < place.entry);
    match (after, sisters.first()) {
        (Some((_, key, value)), _) => below(text, *key, value, &entry),
        (None, Some((_, key, _))) => above(text, *key, &entry),
        (None, None) => None,
    }
}

/// What stands on the line before a position.
fn line_before(text: &str, at: usize) -> Option<(usize, &str)> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |line| line + 1);
    Some((start, text.get(start..at)?))
}

pub(super) fn line_end(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text.get(..at).is_some_and(|line| line.ends_with('\r')) => "\r\n",
        _ => "\n",
    }
}

/// An entry on the line below that of a value, indented and behind the same dots; within the same braces, if it has any.
pub(super) fn below(
    text: &str,
    key: usize,
    value: &Range<usize>,
    entry: &str,
) -> Option<(Range<usize>, String)> {
    let (_, prefix) = line_before(text, key)?;
    if prefix.contains('{') {
        return Some((value.end..value.end, format!(", {entry}")));
    }
    let end = line_end(text);
    match text.get(value.end..)?.find('\n') {
        Some(rest) => {
            let at = value.end + rest + 1;
            Some((at..at, format!("{prefix}{entry}{end}")))
        }
        None => Some((text.len()..text.len(), format!("{end}{prefix}{entry}{end}"))),
    }
}

/// An entry above the one at `key`, and above the comments that belong to that one.
pub(super) fn above(text: &str, key: usize, entry: &str) -> Option<(Range<usize>, String)> {
    let (mut start, prefix) = line_before(text, key)?;
    if prefix.contains('{') {
        return Some((key..key, format!("{entry}, ")));
    }
    while let Some((line, before)) = start.checked_sub(1).and_then(|at| line_before(text, at)) {
        let comment = before.trim_start();
        if !comment.starts_with('#') || comment.starts_with("#:") {
            break;
        }
        start = line;
    }
    Some((start..start, format!("{prefix}{entry}{}", line_end(text))))
}

/// Whether a text has this value at the end of the path.
fn holds(text: &str, path: &[&str], value: &str) -> bool {
    let read = |text: &str| {
        text.trim_start_matches('\u{feff}')
            .parse::<toml::Table>()
            .ok()
    };
    let wanted = read(&format!("value = {value}"));
    let (Some(found), Some(wanted)) = (read(text), wanted) else {
        return false;
    };
    let mut found = Some(toml::Value::Table(found));
    for key in path {
        found = found.and_then(|table| table.get(*key).cloned());
    }
    found.as_ref() == wanted.get("value")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order() -> Order {
        Order::of(serde_json::json!({
            "patternProperties": { "^[a-z]$": { "properties": {
                "title": {},
                "seen": { "patternProperties": { "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": { "properties": { "v": {} } } } },
            } } },
        }))
    }

    fn put(text: &str, day: &str) -> Option<String> {
        let place = Place {
            table: &["a"],
            map: "seen",
            entry: day,
        };
        set(text, place, "{ v = 9 }", &order())
    }

    #[test]
    fn an_entry_stands_between_its_sisters_by_its_day() {
        let text = "[a]\ntitle = 'x' # t\nseen.2026-10-05 = { v = 1 } # one\n# two\nseen.2026-10-12 = { v = 2 }\n\n[b]\n";
        let new = |day: &str| format!("seen.{day} = {{ v = 9 }}\n");
        for (day, before) in [
            ("2026-10-01", "seen.2026-10-05"),
            ("2026-10-06", "# two\n"),
            ("2026-10-31", "\n[b]"),
        ] {
            let expected = text.replacen(before, &format!("{}{before}", new(day)), 1);
            assert_eq!(put(text, day).as_deref(), Some(expected.as_str()), "{day}");
        }
        // Of one that is there the value changes, and nothing else.
        let expected = text.replace("{ v = 1 }", "{ v = 9 }");
        assert_eq!(put(text, "2026-10-05"), Some(expected));
    }

    #[test]
    fn every_layout_is_kept() {
        for (before, after) in [
            // Indented, with another line end, not in canonical form.
            (
                "[a]\r\n  title='x'\r\n  w = [\r\n 1,\r\n]\r\n\r\n",
                "[a]\r\n  title='x'\r\n  w = [\r\n 1,\r\n]\r\n  seen.2026-10-06 = { v = 9 }\r\n\r\n",
            ),
            (
                "a.title = 'x'",
                "a.title = 'x'\na.seen.2026-10-06 = { v = 9 }\n",
            ),
            (
                "a = { title = 'x' }\n",
                "a = { title = 'x', seen.2026-10-06 = { v = 9 } }\n",
            ),
            (
                "[a]\ntitle = 'x'\nseen = {}\n",
                "[a]\ntitle = 'x'\nseen = { 2026-10-06 = { v = 9 } }\n",
            ),
            (
                "[a]\nseen  = { 2026-10-07 = { v = 1 } }\n",
                "[a]\nseen  = { 2026-10-06 = { v = 9 }, 2026-10-07 = { v = 1 } }\n",
            ),
            (
                "[a.seen]\n# c\n2026-10-07  = { v = 1 }\n",
                "[a.seen]\n2026-10-06 = { v = 9 }\n# c\n2026-10-07  = { v = 1 }\n",
            ),
            // Another table in between: the entry goes to where its own table is.
            (
                "[a]\n\ntitle = 'x'\n[a.b]\ny = 1\n",
                "[a]\n\ntitle = 'x'\nseen.2026-10-06 = { v = 9 }\n[a.b]\ny = 1\n",
            ),
        ] {
            assert_eq!(
                put(before, "2026-10-06").as_deref(),
                Some(after),
                "{before}"
            );
        }
    }

    #[test]
    fn a_table_is_made_where_none_is() {
        let append = |text| super::append(text, ("a.\"2\"", &["a", "2", "done"]), "9", &order());
        for (before, after) in [
            ("", "[a.\"2\"]\ndone = 9\n"),
            ("x = 1", "x = 1\n\n[a.\"2\"]\ndone = 9\n"),
            (
                "[a.1]\r\ny = 1\r\n",
                "[a.1]\r\ny = 1\r\n\r\n[a.\"2\"]\r\ndone = 9\r\n",
            ),
        ] {
            assert_eq!(append(before).as_deref(), Some(after), "{before}");
        }
        for text in ["a = {}\n", "[a.2]\n", "a.2.x = 1\n"] {
            assert_eq!(append(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_not_certain_is_not_done() {
        for text in [
            "[b]\ntitle = 'x'\n",
            "[a]\ntitle = 'x'\nseen.2026-10-06.v = 1\n",
            "[a]\ntitle = 'x'\n[a.seen.2026-10-06]\nv = 1\n",
            "[a]\ntitle =",
        ] {
            assert_eq!(put(text, "2026-10-06"), None, "{text}");
        }
    }
}
