use sha2::{Digest as _, Sha256};

use super::normalise::collapse;

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
    hash.iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

fn canonical(definition: &str) -> String {
    let mut lines = Vec::new();
    for line in definition.lines() {
        let line = collapse(line);
        let line = if line.starts_with('|') {
            let cells: Vec<String> = line.trim_matches('|').split('|').map(collapse).collect();
            let alignment = cells
                .iter()
                .all(|cell| !cell.is_empty() && cell.chars().all(|c| matches!(c, '-' | ':')));
            if alignment {
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
        let line: String = line
            .chars()
            .filter(|c| !matches!(c, '\\' | '\u{200b}'))
            .map(|c| if c == '_' { '*' } else { c })
            .collect();
        if !line.is_empty() {
            lines.push(line);
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

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
