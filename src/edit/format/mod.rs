//! The canonical form of a file.
//!
//! A file is read as sections of entries, each with its comments; what is in the wrong form is put right there, and the
//! whole is written anew. What people chose stays: the order of tables, numbers as they are written, lists on one line or
//! on several, single empty lines between keys.

mod check;
mod comments;
mod fold;
mod order;
mod page;
mod section;
#[cfg(test)]
mod tests;
mod value;

use toml_edit::Document;

pub use order::Order;
use section::File;
use value::Writer;

/// Why a text was not formatted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unformatted {
    /// It is no TOML; the byte is where that was seen.
    Syntax(usize),
    /// Something would not have been the same afterwards, which is a mistake of the formatter.
    Lossy,
}

/// A byte order mark.
const MARK: char = '\u{feff}';

/// A text in the canonical form, its keys in the order of the schema. It means what it meant, and has the same comments,
/// byte order mark and line ends.
///
/// # Errors
/// The text is no TOML, or cannot be formatted without a loss.
pub fn format(text: &str, order: &Order) -> Result<String, Unformatted> {
    let (mark, body) = match text.strip_prefix(MARK) {
        Some(body) => (MARK.len_utf8(), body),
        None => (0, text),
    };
    let document = Document::parse(body).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        Unformatted::Syntax(mark + at)
    })?;
    let writer = Writer {
        text: body,
        line_end: check::line_end(body),
    };
    let file = File::read(&document, writer);
    let formatted = page::write(file, order.root(), writer);
    if check::is_same(body, &formatted) {
        Ok([&text[..mark], &formatted].concat())
    } else {
        Err(Unformatted::Lossy)
    }
}
