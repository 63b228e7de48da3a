//! TOML text → a tree of spanned values, with all syntax errors and all errors against a JSON Schema.
//!
//! [`Document::parse`] never fails and never stops at the first error: what cannot be read is left out of the tree and
//! remembered as a hole, so that nothing complains a second time about what is missing because of it.
//! [`SchemaCheck`] then holds the tree against the schema of a raw type, and [`Document::into_typed`] reads it.
//!
//! Nothing here knows what an OKR is.

mod as_json;
mod check;
mod document;
mod generate;
mod line;
mod mistakes;
mod newer_toml;
mod raw;
mod recover;
mod rules;
mod violation;
mod ways_out;
mod words;

pub use check::SchemaCheck;
pub use document::{Document, Poison};
pub use generate::{schema_of, schema_of_output, schema_text};
pub use line::{header_above, path_at};
pub use raw::{At, DateKey, Day, Decimal, Entries, IdKey, KeyForm, NameKey, QuarterKey};
pub use rules::RULES;
pub use violation::{Problem, Violation};
pub use words::number_with_unit;
