//! What GitLab does to every text that it stores, and how it shows some of them.

/// Removes what Ruby's `rstrip` does: NUL, tab, newlines and spaces at the end, but no other white space of Unicode's
/// (recorded: create/quick:trailing-nbsp).
pub(crate) fn rstrip(text: &str) -> &str {
    text.trim_end_matches(is_space)
}

/// Removes the same at both ends, as GitLab does with titles and names.
pub(crate) fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

fn is_space(c: char) -> bool {
    matches!(c, '\0' | '\t' | '\n' | '\x0b' | '\x0c' | '\r' | ' ')
}

/// How many task list items a text has, and how many of them are ticked; `[~]` counts as neither.
pub(crate) fn task_counts(text: &str) -> (u64, u64) {
    let mut fence: Option<&str> = None;
    let (mut all, mut done) = (0, 0);
    for line in text.lines() {
        let line = line.trim_start_matches([' ', '\t', '>']);
        if let Some(mark) = fence {
            if line.starts_with(mark) {
                fence = None;
            }
            continue;
        }
        fence = ["```", "~~~"]
            .into_iter()
            .find(|mark| line.starts_with(mark));
        let item = line.strip_prefix(['-', '*', '+']).or_else(|| {
            let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
            if rest.len() < line.len() {
                rest.strip_prefix(['.', ')'])
            } else {
                None
            }
        });
        let Some(item) = item.filter(|rest| rest.starts_with([' ', '\t'])) else {
            continue;
        };
        let item = item.trim_start();
        if item.starts_with("[ ] ") || item == "[ ]" {
            all += 1;
        } else if item.starts_with("[x] ") || item.starts_with("[X] ") {
            all += 1;
            done += 1;
        }
    }
    (all, done)
}

/// A duration in GitLab's words, `1d 2h 30m`: a day has 8 hours, a week 5 days, a month 4 weeks.
pub(crate) fn duration_words(seconds: u64) -> Option<String> {
    if seconds == 0 {
        return None;
    }
    let units = [
        ("mo", 160 * 3600),
        ("w", 40 * 3600),
        ("d", 8 * 3600),
        ("h", 3600),
        ("m", 60),
        ("s", 1),
    ];
    let mut left = seconds;
    let mut words = Vec::new();
    for (unit, size) in units {
        if left >= size {
            words.push(format!("{}{unit}", left / size));
            left %= size;
        }
    }
    Some(words.join(" "))
}

/// The seconds that a duration in GitLab's words means; `None` if it is none.
pub(crate) fn parse_duration(words: &str) -> Option<u64> {
    let mut total = 0_u64;
    let mut any = false;
    let mut rest = words.trim();
    while !rest.is_empty() {
        let digits = rest.chars().take_while(char::is_ascii_digit).count();
        let number: u64 = rest[..digits].parse().ok()?;
        rest = rest[digits..].trim_start();
        let letters = rest.chars().take_while(char::is_ascii_alphabetic).count();
        let size = match &rest[..letters] {
            "mo" => 160 * 3600,
            "w" => 40 * 3600,
            "d" => 8 * 3600,
            "h" => 3600,
            "m" => 60,
            "s" => 1,
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(size)?)?;
        any = true;
        rest = rest[letters..].trim_start();
    }
    any.then_some(total)
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

/// Escapes what has a meaning in HTML.
pub(crate) fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ascii_space_is_stripped() {
        assert_eq!(rstrip("a \0\t\n\u{b}\u{c}\r "), "a");
        assert_eq!(rstrip("a\u{a0}"), "a\u{a0}");
        assert_eq!(strip("\n a b \n"), "a b");
    }

    #[test]
    fn tasks_are_counted_outside_of_code() {
        assert_eq!(
            task_counts("- [ ] a\n- [x] b\n- [~] c\n```\n- [ ] d\n```\n1. [X] e"),
            (3, 2)
        );
        assert_eq!(task_counts("[ ] a\n-[ ] b"), (0, 0));
    }

    #[test]
    fn durations_go_both_ways() {
        assert_eq!(duration_words(3600).as_deref(), Some("1h"));
        assert_eq!(parse_duration("1d 2h"), Some(10 * 3600));
        assert_eq!(parse_duration("of the work"), None);
        assert_eq!(
            duration_words(parse_duration("1w2d30m").unwrap()).as_deref(),
            Some("1w 2d 30m")
        );
    }
}
