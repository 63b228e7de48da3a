//! What GitLab would make of a text, by the parser that it uses and nothing of ours.

use comrak::nodes::NodeValue;
use comrak::{Arena, Options, format_html, parse_document};

fn options() -> Options<'static> {
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
    options.parse.leave_footnote_definitions = true;
    options.parse.relaxed_autolinks = true;
    options.parse.relaxed_tasklist_matching = true;
    options.parse.tasklist_in_table = true;
    options
}

/// GitLab would neither run a line of the text nor notify anybody for it.
pub(crate) fn assert_inert(text: &str) {
    assert!(!may_run(text), "may run:\n{text}\n{text:?}");
    assert!(!mentions(text), "mentions somebody:\n{text}\n{text:?}");
}

/// Whether a line of a paragraph, outside code spans, begins with `/` and a word that a command could be.
fn may_run(text: &str) -> bool {
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options());
    let lines: Vec<&str> = text.split('\n').collect();
    root.children().any(|block| {
        let data = block.data();
        if !matches!(data.value, NodeValue::Paragraph) {
            return false;
        }
        let spans: Vec<_> = block
            .descendants()
            .filter(|node| matches!(node.data().value, NodeValue::Code(_)))
            .map(|node| node.data().sourcepos)
            .collect();
        (data.sourcepos.start.line..=data.sourcepos.end.line).any(|number| {
            let in_code = spans
                .iter()
                .any(|span| span.start.line < number && number <= span.end.line);
            !in_code && lines.get(number - 1).is_some_and(|line| is_command(line))
        })
    })
}

fn is_command(line: &str) -> bool {
    line.strip_prefix('/').is_some_and(|rest| {
        let word = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
        word.len() < rest.len() && (word.is_empty() || word.starts_with(' '))
    })
}

/// Whether a name stands behind an `@` in what GitLab searches: the page without comments, code, links and tags.
fn mentions(text: &str) -> bool {
    let mut options = options();
    options.render.r#unsafe = true;
    options.render.escaped_char_spans = true;
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options);
    let mut html = String::new();
    format_html(root, &options, &mut html).expect("writes to a string");
    let html = without(&html, "<!--", "-->");
    let html = without(&html, "<pre", "</pre>");
    let html = without(&html, "<code", "</code>");
    let html = without(&html, "<a ", "</a>");
    let html = without_tags(&html)
        .replace("&#64;", "@")
        .replace("&#x40;", "@")
        .replace("&commat;", "@");
    html.match_indices('@').any(|(at, _)| {
        let before = html[..at].chars().next_back();
        let after = html[at + 1..].chars().next();
        !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
            && after.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))
    })
}

/// A page without its tags. A `>` in a quoted attribute does not end one; one that nothing ends is text.
fn without_tags(html: &str) -> String {
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        kept.push_str(before);
        let mut quote = None;
        let end = tag.char_indices().find(|&(_, c)| {
            match quote {
                Some(open) if open == c => quote = None,
                Some(_) => {}
                None if matches!(c, '"' | '\'') => quote = Some(c),
                None => return c == '>',
            }
            false
        });
        let Some((end, _)) = end else {
            return kept + tag;
        };
        kept.push('\0');
        rest = &tag[end + 1..];
    }
    kept + rest
}

/// A text in which everything from `open` to the next `shut` has become one character.
fn without(text: &str, open: &str, shut: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, within)) = rest.split_once(open) {
        let Some((_, after)) = within.split_once(shut) else {
            break;
        };
        kept.push_str(before);
        kept.push('\0');
        rest = after;
    }
    kept + rest
}
