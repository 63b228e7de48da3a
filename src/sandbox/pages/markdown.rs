//! Markdown as GitLab shows it, without anything that a page on loopback should not do.

use comrak::nodes::{AstNode, NodeLink, NodeValue};
use comrak::{Arena, Options, format_html, parse_document};
use maud::{Markup, PreEscaped, html};

use super::parts;
use crate::sandbox::state::{Issue, State};

/// Renders a text of a project: tables, task lists and references work; raw HTML and comments are not shown
/// (recorded: markdown), and pictures become links, so that nothing is fetched from elsewhere.
pub(super) fn render(state: &State, project: u64, text: &str) -> Markup {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.tasklist = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options.extension.footnotes = true;
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options);
    let nodes: Vec<&AstNode<'_>> = root.descendants().collect();
    for node in nodes {
        let raw = matches!(
            node.data.borrow().value,
            NodeValue::HtmlBlock(_) | NodeValue::HtmlInline(_)
        );
        if raw {
            node.detach();
            continue;
        }
        quieten(node);
        link_references(state, project, &arena, node);
    }
    let mut rendered = String::new();
    if format_html(root, &options, &mut rendered).is_err() {
        // Writing into a string does not fail; the source itself is still better than nothing.
        return html! { pre { (text) } };
    }
    html! { div.markdown { (PreEscaped(rendered)) } }
}

/// A picture becomes a link to it.
fn quieten(node: &AstNode<'_>) {
    let mut data = node.data.borrow_mut();
    if let NodeValue::Image(link) = &mut data.value {
        let link = std::mem::take(link);
        data.value = NodeValue::Link(link);
    }
}

/// Turns `#3` and `group/project#3` of a text node into links, where there is such an issue.
fn link_references<'a>(state: &State, project: u64, arena: &'a Arena<'a>, node: &'a AstNode<'a>) {
    let inside_link = node
        .ancestors()
        .any(|one| matches!(one.data.borrow().value, NodeValue::Link(_)));
    let text = match &node.data.borrow().value {
        NodeValue::Text(text) if !inside_link && text.contains('#') => text.to_string(),
        _ => return,
    };
    let found = references(state, project, &text);
    if found.is_empty() {
        return;
    }
    let plain = |text: &str| NodeValue::Text(text.to_owned().into());
    let mut pieces = Vec::new();
    let mut from = 0;
    for (start, end, issue) in found {
        pieces.push(new_node(arena, plain(&text[from..start])));
        let url = parts::path(state, issue);
        let link = NodeLink {
            url,
            title: issue.title.clone(),
        };
        let link = new_node(arena, NodeValue::Link(Box::new(link)));
        link.append(new_node(arena, plain(&text[start..end])));
        pieces.push(link);
        from = end;
    }
    pieces.push(new_node(arena, plain(&text[from..])));
    for piece in pieces {
        node.insert_before(piece);
    }
    node.detach();
}

fn new_node<'a>(arena: &'a Arena<'a>, value: NodeValue) -> &'a AstNode<'a> {
    arena.alloc(value.into())
}

/// Where a text refers to issues that exist: begin, end, and the issue.
fn references<'s>(state: &'s State, project: u64, text: &str) -> Vec<(usize, usize, &'s Issue)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find('#').map(|at| at + from) {
        let digits = text[at + 1..]
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count();
        let end = at + 1 + digits;
        let part_of_path = |c: char| c.is_alphanumeric() || "/-_.".contains(c);
        let before = text[from..at].rfind(|c| !part_of_path(c));
        let start = before.map_or(from, |gap| {
            from + gap + text[from + gap..].chars().next().map_or(1, char::len_utf8)
        });
        let path = &text[start..at];
        let owner = if path.is_empty() {
            Some(project)
        } else {
            let here = state
                .projects
                .get(&project)
                .map_or("", |one| one.parent_path());
            let beside = format!("{here}/{path}");
            let one = state
                .projects
                .values()
                .find(|one| one.path == path || one.path == beside);
            one.map(|one| one.id)
        };
        let issue = owner
            .zip(text[at + 1..end].parse().ok())
            .and_then(|(owner, iid)| state.issue_by_iid(owner, iid));
        if let Some(issue) = issue {
            found.push((start, end, issue));
        }
        from = end;
    }
    found
}
