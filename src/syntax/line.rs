use std::ops::Range;

/// The bytes of the line that `at` lies on, without its end.
pub(super) fn line_of(text: &str, at: usize) -> Range<usize> {
    let at = floor(text, at);
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[at..].find('\n').map_or(text.len(), |found| at + found);
    let end = if text[start..end].ends_with('\r') {
        end - 1
    } else {
        end
    };
    start..end.max(start)
}

/// The nearest character boundary at or before `at`.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The lines from `start` on, which must be the start of a line.
pub(super) fn lines_from(text: &str, start: usize) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut next = Some(start);
    std::iter::from_fn(move || {
        let line = line_of(text, next?);
        next = text[line.end..]
            .find('\n')
            .map(|found| line.end + found + 1)
            .filter(|&at| at < text.len());
        Some(line)
    })
}

/// Whether a line looks like a table's header: `[objective.mtbf]`, whole or broken.
pub(super) fn looks_like_header(line: &str) -> bool {
    let line = line.trim_start_matches('\u{feff}').trim_start();
    let Some(rest) = line.strip_prefix('[') else {
        return false;
    };
    let rest = rest.strip_prefix('[').unwrap_or(rest).trim_start();
    let name = rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    // An array's line of texts begins with a quotation mark; bare words are no values.
    name && !rest.starts_with("true") && !rest.starts_with("false")
}

/// The key of a line that looks like `key = value`, and where its `=` stands in the line.
pub(super) fn key_of(line: &str) -> Option<(&str, usize)> {
    let equals = line.find('=')?;
    let key = line[..equals].trim_start_matches('\u{feff}').trim();
    let plain = !key.is_empty()
        && key
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\'') || c == ' ')
        && !key.starts_with(['"', '\'']);
    plain.then_some((key, equals))
}

/// The start of the header line that `at` stands under; 0 above the first header.
pub fn header_above(text: &str, at: usize) -> usize {
    let mut line = line_of(text, at);
    loop {
        if looks_like_header(&text[line.clone()]) || line.start == 0 {
            return line.start;
        }
        line = line_of(text, line.start - 1);
    }
}

/// The keys that lead to the value that stands `at` a place, as the line's text and the header above it have them: also
/// where the line could not be read. Nothing where no key is to be seen.
pub fn path_at(text: &str, at: usize) -> Option<Vec<String>> {
    let line = line_of(text, at);
    let header = header_above(text, line.start);
    let mut path = Vec::new();
    if looks_like_header(&text[line_of(text, header)]) {
        let written = text[line_of(text, header)].split(']').next()?;
        path.extend(parts(
            written
                .trim_start_matches('\u{feff}')
                .trim()
                .trim_start_matches('['),
        ));
    }
    let written = &text[line.clone()];
    let (key, equals) = key_of(written)?;
    path.extend(parts(key));
    let before = text.get(line.start + equals + 1..at)?;
    if let Some(inner) = before.trim_end().strip_suffix('=') {
        let begin = inner.rfind(['{', ',']).map_or(0, |found| found + 1);
        path.extend(parts(&inner[begin..]));
    }
    Some(path)
}

fn parts(key: &str) -> impl Iterator<Item = String> + '_ {
    key.split('.')
        .map(|part| part.trim().trim_matches(['"', '\'']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_either_ending() {
        let text = "a\r\nbé\n\nc";
        let lines: Vec<&str> = lines_from(text, 0).map(|line| &text[line]).collect();
        assert_eq!(lines, ["a", "bé", "", "c"]);
        assert_eq!(line_of(text, 5), 3..6, "inside a character");
        assert_eq!(header_above("x = 1\n[a]\ny = 2\n", 13), 6);
        assert_eq!(header_above("x = 1\n", 3), 0);
    }

    #[test]
    fn the_path_to_a_value_is_seen_in_the_text() {
        let text = "a = ?1\n[b . 'c'] # x\nd.\"e\" = ?2\nf = { g = 1, h.i = ?3 }\nj: ?4\n";
        let path = |mark: &str| path_at(text, text.find(mark).unwrap());
        assert_eq!(path("?1").unwrap(), ["a"]);
        assert_eq!(path("?2").unwrap(), ["b", "c", "d", "e"]);
        assert_eq!(path("?3").unwrap(), ["b", "c", "f", "h", "i"]);
        assert_eq!(path("?4"), None);
    }

    #[test]
    fn headers_and_keys_are_told_from_values() {
        assert!(looks_like_header("  [objective.mtbf"));
        assert!(!looks_like_header("  [\"a\", \"b\"]"));
        assert_eq!(key_of("title = \"x\""), Some(("title", 6)));
        assert_eq!(
            key_of("check_in.2026-10-05 = {"),
            Some(("check_in.2026-10-05", 20))
        );
        assert_eq!(key_of("\"x = 1\","), None);
    }
}
