//! Source text: which files there are, and which line and column a byte lies on.
//!
//! Everything that is said about a user's file is said with a [`Span`]; only renderers turn spans into lines and columns.

mod source_map;
mod spanned;

pub use source_map::{BYTE_ORDER_MARK, FileId, Position, SourceFile, SourceMap, Span};
pub use spanned::Spanned;
