//! Markdown as GitLab reads it: GitLab parses it with the same library, with these options.

use std::ops::Range;

use comrak::nodes::NodeValue;
use comrak::{Arena, Options, parse_document};

use super::mention::may_mention;

/// What a stretch of Markdown is, where it is not plain text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Region {
    /// A block of code, fenced or indented.
    CodeBlock,
    /// A code span.
    CodeSpan,
    /// A block of HTML, in which backslashes escape nothing.
    HtmlBlock,
    /// A formula between dollars, a wiki link, or the title of an alert: GitLab searches it for mentions, and backslashes
    /// escape nothing in it.
    Literal,
    /// A tag within text, or an address in angle brackets, where a backslash would be part of it.
    Tag,
}

pub(super) fn options() -> Options<'static> {
    let mut options = Options::default();
    let extension = &mut options.extension;
    extension.alerts = true;
    extension.autolink = true;
    extension.cjk_friendly_emphasis = true;
    extension.description_lists = true;
    extension.footnotes = true;
    extension.math_code = true;
    extension.math_dollars = true;
    extension.multiline_block_quotes = true;
    extension.strikethrough = true;
    extension.table = true;
    extension.tasklist = true;
    extension.wikilinks_title_before_pipe = true;
    options.parse.escaped_char_spans = true;
    // A footnote that nothing here refers to may be referred to where the text will stand.
    options.parse.leave_footnote_definitions = true;
    options.parse.relaxed_autolinks = true;
    options.parse.relaxed_tasklist_matching = true;
    options.parse.tasklist_in_table = true;
    options
}

/// The stretches of `text` that are no plain text, by position.
pub(super) fn regions(text: &str) -> Vec<(Range<usize>, Region)> {
    let line_starts: Vec<usize> = std::iter::once(0)
        .chain(text.match_indices('\n').map(|(at, _)| at + 1))
        .collect();
    let offset = |line: usize, column: usize| {
        let start = line_starts.get(line.checked_sub(1)?)?;
        Some((start + column).min(text.len()))
    };
    let line_end = |line: usize| line_starts.get(line).map_or(text.len(), |next| next - 1);
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options());
    let mut regions = Vec::new();
    for node in root.descendants() {
        let data = node.data();
        let place = data.sourcepos;
        let start = offset(place.start.line, place.start.column.saturating_sub(1));
        let mut end = offset(place.end.line, place.end.column);
        let region = match &data.value {
            NodeValue::Alert(alert) if alert.title.is_some() => {
                // The title is what stands behind the kind, on the same line.
                end = Some(line_end(place.start.line));
                Region::Literal
            }
            NodeValue::CodeBlock(_) => Region::CodeBlock,
            NodeValue::Code(_) => Region::CodeSpan,
            NodeValue::HtmlBlock(_) => Region::HtmlBlock,
            NodeValue::HtmlInline(_) => Region::Tag,
            NodeValue::WikiLink(_) => Region::Literal,
            NodeValue::Math(math) if math.dollar_math => Region::Literal,
            NodeValue::Link(_) => {
                if !start.is_some_and(|start| text[start..].starts_with('<')) {
                    continue;
                }
                Region::Tag
            }
            _ => continue,
        };
        if let (Some(start), Some(end)) = (start, end)
            && start <= end
        {
            regions.push((start..end, region));
        }
    }
    regions.sort_by_key(|(range, _)| (range.start, range.end));
    regions
}

/// What stands at byte `at`, where it is no plain text.
pub(super) fn region_at(regions: &[(Range<usize>, Region)], at: usize) -> Option<Region> {
    regions
        .iter()
        .find(|(range, _)| range.contains(&at))
        .map(|(_, region)| *region)
}

/// Whether GitLab would find somebody to notify in what the parser took for text, whatever the positions said.
pub(super) fn mentions_somebody(text: &str) -> bool {
    if !text.contains(['@', '&']) {
        return false;
    }
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options());
    root.descendants().any(|node| {
        let data = node.data();
        let text: &str = match &data.value {
            NodeValue::Text(text) => text,
            NodeValue::Math(math) if math.dollar_math => &math.literal,
            NodeValue::Alert(alert) => alert.title.as_deref().unwrap_or_default(),
            _ => return false,
        };
        let linked = node.ancestors().any(|ancestor| {
            matches!(
                ancestor.data().value,
                NodeValue::Link(_) | NodeValue::WikiLink(_)
            )
        });
        !linked && text.match_indices('@').any(|(at, _)| may_mention(text, at))
    })
}

/// Whether what follows `text` after a blank line would still belong to something in it: an unclosed fence, comment or
/// quote.
pub(super) fn leaves_open(text: &str) -> bool {
    const NEXT: &str = "okrsync";
    let arena = Arena::new();
    let root = parse_document(&arena, &format!("{text}\n\n{NEXT}"), &options());
    let paragraph = root.last_child();
    !paragraph.is_some_and(|paragraph| {
        matches!(paragraph.data().value, NodeValue::Paragraph)
            && paragraph.first_child().is_some_and(|only| {
                only.next_sibling().is_none()
                    && matches!(&only.data().value, NodeValue::Text(text) if text == NEXT)
            })
    })
}

/// `text` with whatever it leaves open closed, so that it ends where it ends.
pub(super) fn close(text: &str) -> String {
    if text.is_empty() || !leaves_open(text) {
        return text.to_owned();
    }
    let fences = ['`', '~']
        .into_iter()
        .flat_map(|c| (3..=10).map(move |n| c.to_string().repeat(n)));
    let others = [
        "-->",
        ">>>",
        "$$",
        "?>",
        "]]>",
        "</script>",
        "</pre>",
        "</style>",
        "</textarea>",
    ]
    .into_iter()
    .map(str::to_owned);
    fences
        .chain(others)
        .map(|closing| format!("{text}\n{closing}"))
        .find(|closed| !leaves_open(closed))
        .unwrap_or_else(|| fenced(text))
}

/// `text` as code, behind a fence that nothing in it can end.
fn fenced(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}\n{text}\n{fence}")
}
