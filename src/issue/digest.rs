use sha2::{Digest as _, Sha256};

/// The version of the rendering of definitions. It changes whenever the same OKR is rendered differently, so that a plan
/// can tell a new renderer from a changed field.
pub const RENDERER: u32 = 1;

/// The SHA-256, in hexadecimal, of what a block's definition says, however an editor laid it out: white space, backslash
/// escapes, the style of bullets and emphasis, the padding and alignment of tables make no difference.
pub fn digest(definition: &str) -> String {
    sha256(&canonical(definition))
}

/// The SHA-256 of a text in hexadecimal.
pub(crate) fn sha256(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    let mut hexadecimal = String::with_capacity(2 * hash.len());
    let digits = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    hexadecimal.extend(digits.filter_map(|digit| char::from_digit(digit.into(), 16)));
    hexadecimal
}

fn canonical(definition: &str) -> String {
    let mut text = String::with_capacity(definition.len());
    for line in definition.lines() {
        let before = text.len();
        if before > 0 {
            text.push('\n');
        }
        let start = text.len();
        let line = line.trim();
        if line.starts_with('|') {
            let cells = || line.trim_matches('|').split('|');
            if !cells().all(is_alignment) {
                for (at, cell) in cells().enumerate() {
                    if at > 0 {
                        text.push('|');
                    }
                    push_words(&mut text, cell, at == 0);
                }
            }
        } else {
            push_words(&mut text, line, true);
        }
        if text.len() == start {
            text.truncate(before);
        }
    }
    text
}

/// Whether a cell only says how its column is aligned.
fn is_alignment(cell: &str) -> bool {
    let cell = cell.trim();
    !cell.is_empty() && cell.chars().all(|c| matches!(c, '-' | ':'))
}

/// Appends the words of a text with one space between them, each in the style that we write; `begins` where they begin a line,
/// so that their first one may be a bullet.
fn push_words(text: &mut String, words: &str, begins: bool) {
    let mut words = words.split_whitespace().peekable();
    let mut is_first = true;
    while let Some(word) = words.next() {
        if !is_first {
            text.push(' ');
        }
        if begins && is_first && matches!(word, "*" | "+") && words.peek().is_some() {
            text.push('-');
        } else {
            let meant = word.chars().filter(|c| !matches!(c, '\\' | '\u{200b}'));
            text.extend(meant.map(|c| match c {
                '_' => '*',
                '\0' => char::REPLACEMENT_CHARACTER,
                c => c,
            }));
        }
        is_first = false;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::normalise::collapse;
    use super::*;

    /// What [`canonical`] does, step by step: every digest that a marker holds was made so.
    fn by_steps(definition: &str) -> String {
        let mut lines = Vec::new();
        for line in definition.lines() {
            let line = collapse(line);
            let line = if line.starts_with('|') {
                let cells: Vec<String> = line.trim_matches('|').split('|').map(collapse).collect();
                let alignment = |cell: &String| {
                    !cell.is_empty() && cell.chars().all(|c| matches!(c, '-' | ':'))
                };
                if cells.iter().all(alignment) {
                    continue;
                }
                cells.join("|")
            } else {
                line
            };
            let line = match line.strip_prefix(['*', '+']) {
                Some(item) if item.starts_with(' ') => format!("-{item}"),
                _ => line,
            };
            let kept = line.chars().filter(|c| !matches!(c, '\\' | '\u{200b}'));
            let line: String = kept.map(|c| if c == '_' { '*' } else { c }).collect();
            if !line.is_empty() {
                lines.push(line);
            }
        }
        lines.join("\n")
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

        #[test]
        fn it_is_what_the_steps_say(text in r"[a|*+_:\\ \t\r\n\x00\u{200b}\u{a0}\-]{0,24}") {
            prop_assert_eq!(canonical(&text), by_steps(&text));
        }
    }

    #[test]
    fn layout_makes_no_difference_and_words_do() {
        let ours =
            "Text with \\@name.\n\n| Owner | `a` |\n| --- | --- |\n| Due | x |\n\n- one\n- *two*";
        let edited = "\nText  with @name.\n| Owner | `a`  |\n|-------|------|\n| Due   | x    |\n\n\n* one\n* _two_\n";
        assert_eq!(digest(ours), digest(edited));
        assert_ne!(digest(ours), digest(&ours.replace("one", "One")));
        assert_eq!(
            digest("a"),
            "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
        );
    }
}
