use super::super::digest::digest;
use super::super::markdown::unescape_markdown;
use super::rendered_description;

/// The author's own words as they stand in a block, told from what is rendered around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedDescription {
    /// The words as a file may declare them: rendered, they say what stands in the block. Empty where nothing stands there.
    pub text: String,
    /// The [`digest`] of the block's definition with the declared words in their place. Where that is what was applied, people
    /// changed nothing else in the block, and no file changed the words since.
    pub digest_as_declared: String,
}

impl StatedDescription {
    /// Reads them from a definition in which people may have written. `desired` is the definition that the files make now,
    /// of which `declared` are the author's words.
    ///
    /// What stands above them is known by its form. What stands below must be as the files make it, to the byte: an author's
    /// words may look like any of it. `None` where that does not hold, or where rendering would make other words of them.
    pub fn read(desired: &str, declared: Option<&str>, observed: &str) -> Option<Self> {
        let rendered = declared.and_then(rendered_description).unwrap_or_default();
        let below = section(behind_head(desired)?.strip_prefix(rendered.as_str())?);
        let words_and_below = behind_head(observed)?;
        let words = words_and_below.strip_suffix(below)?;
        if !(words.is_empty() || below.is_empty() || words.ends_with('\n')) {
            return None;
        }
        let words = section(words);
        let text = unescape_markdown(words).trim_matches('\n').to_owned();
        let again = rendered_description(&text).unwrap_or_default();
        if digest(&again) != digest(words) {
            return None;
        }
        let head = observed.strip_suffix(words_and_below)?;
        let as_declared = [section(head), &rendered, below].join("\n\n");
        Some(Self {
            text,
            digest_as_declared: digest(&as_declared),
        })
    }
}

/// A part of a definition without the blank lines around it.
fn section(text: &str) -> &str {
    text.trim_matches('\n')
}

/// What stands behind the table of facts, and behind the line in GitLab's format that follows it in a key result.
fn behind_head(definition: &str) -> Option<&str> {
    let is_key_result = definition.starts_with("| Key result |");
    let mut rest = definition;
    while rest.starts_with('|') {
        rest = behind_line(rest);
    }
    rest = rest.trim_start_matches('\n');
    if is_key_result {
        rest = rest.strip_prefix("> ").map(behind_line)?;
    }
    (rest.len() < definition.len()).then(|| rest.trim_start_matches('\n'))
}

fn behind_line(text: &str) -> &str {
    text.split_once('\n').map_or("", |(_, rest)| rest)
}
