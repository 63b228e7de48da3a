use std::ops::Range;

use super::dialect::{Region, mentions_somebody, region_at, regions};
use super::mention::{ZERO_WIDTH_SPACE, at_sign_entity, backslashes_before, is_name, may_mention};
use super::normalise::normalise;
use super::title::follows_at_sign;

/// Markdown that somebody wrote, as it may stand in a description or note: it renders as before, runs no quick action,
/// notifies nobody, and cannot be taken for a marker of ours. As GitLab stores it; escaping twice changes nothing.
///
/// * A line that begins with `/` gets a backslash, whatever follows: the names of commands change between releases, and a
///   command with a bad argument makes the whole write fail (recorded: create/quick:backslash, quick:estimate-prose). In a
///   code span or formula that runs over lines, it gets a space, which does not show.
/// * `@name` gets a backslash; in HTML, formulas and wiki links and after an entity, where that would show,
///   a zero-width space.
/// * Code stays as it is. Where the parser still finds a mention in the result, everything is escaped without exception.
pub fn escape_markdown(text: &str) -> String {
    let text = without_markers(&normalise(text));
    if !text.contains(['@', '&']) && !text.starts_with('/') && !text.contains("\n/") {
        return text;
    }
    let escaped = escape_outside(&text, &regions(&text));
    if mentions_somebody(&escaped) {
        escape_everything(&text)
    } else {
        escaped
    }
}

/// The same for a text that may be read in another way than it looks: nothing in it is taken for code, and mentions are
/// stopped by a zero-width space, which needs no Markdown to work.
pub(super) fn escape_everything(text: &str) -> String {
    escape_outside(text, &[(0..text.len(), Region::Literal)])
}

fn escape_outside(text: &str, regions: &[(Range<usize>, Region)]) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let region = region_at(regions, at);
        let starts_line = at == 0 || text.as_bytes()[at - 1] == b'\n';
        match c {
            '/' if starts_line => match region {
                None | Some(Region::Tag) => escaped.push('\\'),
                Some(Region::CodeSpan | Region::Literal) => escaped.push(' '),
                Some(Region::CodeBlock | Region::HtmlBlock) => {}
            },
            '@' if region.is_none() => {
                let in_address = is_in_address(&text[..at]);
                let already = backslashes_before(text, at) % 2 == 1;
                if !already && !in_address && may_mention(text, at) {
                    escaped.push('\\');
                }
            }
            '&' if matches!(region, None | Some(Region::HtmlBlock | Region::Literal)) => {
                if let Some(length) = at_sign_entity(&text[at..]) {
                    escaped.push_str(&text[at..at + length]);
                    at += length;
                    if text[at..].chars().next().is_some_and(is_name) {
                        escaped.push(ZERO_WIDTH_SPACE);
                    }
                    continue;
                }
            }
            _ => {}
        }
        escaped.push(c);
        let shows_backslash = matches!(region, Some(Region::HtmlBlock | Region::Literal));
        if c == '@' && shows_backslash && may_mention(text, at) {
            escaped.push(ZERO_WIDTH_SPACE);
        }
        at += c.len_utf8();
    }
    escaped
}

/// Whether a web address runs up to here: GitLab makes it a link, and finds no mention in links.
fn is_in_address(before: &str) -> bool {
    let word = before
        .rsplit(|c: char| c.is_whitespace() || matches!(c, '<' | '(' | '"' | '\''))
        .next()
        .unwrap_or_default();
    word.starts_with("https://") || word.starts_with("http://")
}

/// Markdown from GitLab as a file would write it: the inverse of [`escape_markdown`], up to backslashes that change
/// nothing (`\@` reads as `@`, so it comes back as `@`).
pub fn unescape_markdown(text: &str) -> String {
    let text = with_markers(&normalise(text));
    let regions = regions(&text);
    let mut plain = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let region = region_at(&regions, at);
        let next = text[at + c.len_utf8()..].chars().next();
        let starts_line = at == 0 || text.as_bytes()[at - 1] == b'\n';
        let dropped = match (c, region) {
            // In a wiki link or formula too: the escaping of another line may have made it one.
            ('\\', None | Some(Region::Literal)) => match next {
                Some('@') => backslashes_before(&text, at).is_multiple_of(2),
                Some('/') => starts_line,
                _ => false,
            },
            // A space in plain text too: where everything was escaped, nothing says what was code.
            ('\\', Some(Region::Tag)) | (' ', None | Some(Region::CodeSpan | Region::Literal)) => {
                starts_line && next == Some('/')
            }
            (ZERO_WIDTH_SPACE, _) => follows_at_sign(&text[..at]),
            _ => false,
        };
        if !dropped {
            plain.push(c);
        }
    }
    plain
}

const OPENING: &str = "<!--";
const NAME: &str = "okrsync";

/// The places after `<!--` and white space where our name follows, behind `prefix`.
fn marker_names(text: &str, prefix: &str) -> Vec<usize> {
    text.match_indices(OPENING)
        .filter_map(|(at, _)| {
            let rest = text[at + OPENING.len()..].trim_start();
            let name = rest.strip_prefix(prefix)?;
            name.get(..NAME.len())?
                .eq_ignore_ascii_case(NAME)
                .then(|| text.len() - rest.len())
        })
        .collect()
}

/// Comments that begin like our markers get a backslash before the name.
fn without_markers(text: &str) -> String {
    let mut safe = text.to_owned();
    for at in marker_names(text, "").into_iter().rev() {
        safe.insert(at, '\\');
    }
    safe
}

fn with_markers(text: &str) -> String {
    let mut plain = text.to_owned();
    for at in marker_names(text, "\\").into_iter().rev() {
        plain.remove(at);
    }
    plain
}
