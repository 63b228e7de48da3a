use okrsync::issue::{
    escape_markdown, escape_title, normalise, normalise_title, unescape_markdown, unescape_title,
};
use okrsync::render::terminal_text;

use super::gitlab::assert_inert;
use super::scene::{assert_no_controls, text};

/// Whatever somebody wrote, neither GitLab nor a terminal obeys it, and it can be read back.
pub fn escape(data: &[u8]) {
    let text = text(data);

    let escaped = escape_markdown(&text);
    assert_inert(&escaped);
    assert_eq!(escape_markdown(&escaped), escaped, "{text:?}");
    assert_eq!(
        unescape_markdown(&escaped),
        unescape_markdown(&normalise(&text)),
        "{text:?}"
    );

    let title = escape_title(&text);
    assert_eq!(escape_title(&title), title, "{text:?}");
    let shown: String = unescape_title(&normalise_title(&text))
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    assert_eq!(unescape_title(&title), normalise_title(&shown), "{text:?}");

    assert_no_controls(&terminal_text::line(&text));
    assert!(!terminal_text::line(&text).contains('\n'));
    assert_no_controls(&terminal_text::block(&text));
}
