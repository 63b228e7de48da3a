use crate::text::BYTE_ORDER_MARK;

/// The name of the table in whose lines a byte of a TOML text stands, as its header has it: `objective.mtbf.kr.hours`.
///
/// It is read from the text alone: where a file cannot be understood, findings have no other hold than this.
pub(super) fn section(text: &str, byte: u32) -> Option<&str> {
    let at = (byte as usize).min(text.len());
    let end = text
        .get(at..)?
        .find('\n')
        .map_or(text.len(), |length| at + length);
    text.get(..end)?.lines().rev().find_map(header)
}

fn header(line: &str) -> Option<&str> {
    let line = line.trim_start_matches(BYTE_ORDER_MARK).trim();
    let (name, rest) = line.strip_prefix('[')?.split_once(']')?;
    // A line of an array may begin with a bracket too.
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '"' | '\'' | ' ');
    let rest = rest.trim_start();
    let ends = rest.is_empty() || rest.starts_with('#');
    (ends && name.chars().all(is_name)).then(|| name.trim())
}

#[cfg(test)]
mod tests {
    use super::section;

    #[test]
    fn the_last_header_before_a_place_counts() {
        let text = "\u{feff}[objective.a] # one\r\nwork = [\n  ['x'],\n  ['y', 1],\n]\n[ objective.a.kr.b ]\nto = 1\n";
        let at = |part: &str| u32::try_from(text.find(part).unwrap()).unwrap();
        assert_eq!(section(text, at("one")), Some("objective.a"));
        assert_eq!(section(text, at("'x'")), Some("objective.a"));
        assert_eq!(section(text, at("a.kr")), Some("objective.a.kr.b"));
        assert_eq!(section(text, 999), Some("objective.a.kr.b"));
        assert_eq!(section("to = 1\n", 3), None);
        assert_eq!(section("", 0), None);
    }
}
