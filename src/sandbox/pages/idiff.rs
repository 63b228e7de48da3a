//! The changed words of a title, which GitLab keeps as HTML in its own note (recorded: update).

use maud::{Markup, PreEscaped, html};

/// The note with what was taken out and put in marked; nothing for a note that is plain Markdown.
///
/// Of its HTML nothing is passed on: the marks are written anew, every other tag is dropped, and the text between tags
/// cannot hold one.
pub(super) fn render(body: &str) -> Option<Markup> {
    let inner = body.strip_prefix("<p>")?.strip_suffix("</p>")?;
    let mut shown = String::with_capacity(inner.len());
    let mut open: Vec<&str> = Vec::new();
    for (index, piece) in inner.split('<').enumerate() {
        let (tag, text) = match index {
            0 => ("", piece),
            _ => piece.split_once('>').unwrap_or(("", piece)),
        };
        let opened = match tag.split(' ').next() {
            Some("code") => Some("code"),
            Some("span") if tag.contains("deletion") => Some("del"),
            Some("span") => Some("ins"),
            _ => None,
        };
        if let Some(name) = opened {
            shown.push_str(&["<", name, ">"].concat());
            open.push(name);
        } else if tag.starts_with('/')
            && let Some(name) = open.pop()
        {
            shown.push_str(&["</", name, ">"].concat());
        }
        shown.push_str(text);
    }
    while let Some(name) = open.pop() {
        shown.push_str(&["</", name, ">"].concat());
    }
    Some(html! { (PreEscaped(shown)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(body: &str) -> Option<String> {
        render(body).map(Markup::into_string)
    }

    #[test]
    fn changes_are_marked_anew_and_nothing_else_passes() {
        let body = "<p>changed title from <code class=\"idiff\"><span class=\"idiff left right deletion\">t</span>arget</code> \
                    to <code class=\"idiff\"><span class=\"idiff left addition\">T</span>arget &lt;b&gt;</code></p>";
        assert_eq!(
            shown(body).unwrap(),
            "changed title from <code><del>t</del>arget</code> to <code><ins>T</ins>arget &lt;b&gt;</code>"
        );
        assert_eq!(
            shown("<p><script>x</script><code></p>").unwrap(),
            "x<code></code>"
        );
        assert_eq!(shown("marked as related to #1"), None);
    }
}
