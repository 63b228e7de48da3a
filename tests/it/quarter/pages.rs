//! Pages as the text that a person reads.

use std::path::Path;

use crate::support::okr::read;

/// A page of a site as text, by a reader of HTML that nobody here wrote. Issues are where the sandbox listens this time.
pub(crate) fn as_text(site: &Path, page: &str) -> String {
    let html = read(site.join(page));
    let text = html2text::config::plain()
        .link_footnotes(false)
        .no_table_borders()
        .string_from_read(html.as_bytes(), 150)
        .unwrap();
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n")
}
